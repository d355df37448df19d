//! A small world for tests, and one `check` for all rules.

use std::{collections::BTreeMap, fmt::Write as _, sync::Arc};

use expect_test::Expect;
use jiff::civil::Date;
use journal::{Interaction, Timeline, record, record::CommitText, timeline::NoteHistory};
use network::World;
use note::value::{When, parse_day};
use vault::{Config, TextSource, Vault, config::ConfigProblem};

use crate::{Diagnostic, check_vault};

/// A vault in memory. A file `ties.toml` is the settings; a file `journal` holds interactions, one a line:
/// `2026-11-01 call people/ada.md people/bob.md`. It is 2026-11-23.
pub(crate) struct Fixture {
    pub(crate) vault: Vault,
    pub(crate) timeline: Option<Timeline>,
    pub(crate) today: Date,
    pub(crate) files: BTreeMap<String, String>,
    pub(crate) config_problems: Vec<ConfigProblem>,
}

impl TextSource for Fixture {
    fn text(&self, path: &str) -> Option<Arc<str>> {
        self.files.get(path).map(|text| text.as_str().into())
    }
}

impl Fixture {
    pub(crate) fn new(text: &str) -> Self {
        let mut files: BTreeMap<String, String> = fixture::parse(text).files.into_iter().collect();
        let journal = files.remove("journal");
        let (config, config_problems) = match files.get("ties.toml") {
            Some(text) => vault::config::parse(text),
            None => (Config::default(), Vec::new()),
        };
        let mut vault = Vault::new(config);
        for (path, text) in files.iter().filter(|(path, _)| *path != "ties.toml") {
            vault.set(path, text);
        }
        Self {
            vault,
            timeline: journal.map(|lines| timeline(&lines)),
            today: parse_day("2026-11-23").expect("a day"),
            files,
            config_problems,
        }
    }

    pub(crate) fn world(&self) -> World<'_> {
        World {
            vault: &self.vault,
            timeline: self.timeline.as_ref(),
            today: self.today,
            texts: self,
        }
    }

    /// Returns the diagnostics with `code`, in the order of `ties check`.
    pub(crate) fn with_code(&self, code: &str) -> Vec<Diagnostic> {
        let mut found = check_vault(self.world(), &self.config_problems, &[]);
        // What the editor asks for, note by note, is the same.
        for id in self.vault.ids() {
            let path = &self.vault.note(id).path;
            let here: Vec<_> = found.iter().filter(|d| d.path == *path).cloned().collect();
            assert_eq!(crate::check_note(self.world(), id), here, "{path}");
        }
        found.retain(|diagnostic| diagnostic.code == code);
        found
    }
}

fn timeline(lines: &str) -> Timeline {
    let mut history = NoteHistory::default();
    let mut records = Vec::new();
    for (index, line) in lines.lines().enumerate() {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[..] {
            [day, "commit", path] => {
                let day = parse_day(day).expect("a day");
                history.first_commit.insert(path.into(), day);
            }
            [day, kind, ref contacts @ ..] => {
                let contacts: String = contacts
                    .iter()
                    .map(|contact| format!("Contact: {}\n", contact.replace('<', " <")))
                    .collect();
                let message = format!(
                    "{kind}\n\nInteraction: {kind}\nInteraction-Id: {index:012}\nInteraction-Date: {day}\n{contacts}"
                );
                let author_date = When::parse(day).expect("a day");
                let decoded = record::decode(CommitText {
                    message: &message,
                    author_date,
                });
                records.extend(decoded.into_iter().map(|record| Interaction {
                    record,
                    commit: format!("{index:07x}{}", "0".repeat(33)).into(),
                }));
            }
            _ => {}
        }
    }
    Timeline::new(records, Vec::new(), history)
}

/// Shows what the rule `code` finds in the vault `text`, and what its fixes make of the files.
pub(crate) fn check(code: &str, text: &str, expected: &Expect) {
    expected.assert_eq(&show(&Fixture::new(text), code));
}

/// Expects that the rule `code` finds nothing in the vault `text`.
pub(crate) fn check_silent(code: &str, text: &str) {
    assert_eq!(show(&Fixture::new(text), code), "");
}

/// Expects that the rule finds something in `text`, and nothing once it is off or the first note ignores it.
pub(crate) fn check_switches(code: &str, text: &str) {
    assert_ne!(show(&Fixture::new(text), code), "", "fires");
    let mut off = Fixture::new(text);
    let mut config = off.vault.config().clone();
    config.severities.insert(code.into(), None);
    let mut vault = Vault::new(config);
    for (path, text) in off.files.iter().filter(|(path, _)| *path != "ties.toml") {
        vault.set(path, text);
    }
    off.vault = vault;
    assert_eq!(show(&off, code), "", "off");
    let mut ignoring = Fixture::new(text);
    let fires: Vec<_> = ignoring
        .with_code(code)
        .into_iter()
        .map(|d| d.path)
        .collect();
    for path in fires {
        let text = ignoring.files[&*path].clone();
        let text = format!("{text}\n\n<!-- ties: ignore {code} -->\n");
        ignoring.vault.set(&path, &text);
        ignoring.files.insert(path.to_string(), text);
    }
    assert_eq!(show(&ignoring, code), "", "ignored");
}

fn show(fixture: &Fixture, code: &str) -> String {
    let mut shown = String::new();
    for diagnostic in fixture.with_code(code) {
        let text = fixture.files.get(&*diagnostic.path);
        let quoted = text.map_or("", |text| diagnostic.span.of(text));
        let _ = writeln!(
            shown,
            "{} {} `{}` {}: {}",
            diagnostic.path,
            diagnostic.span,
            quoted.escape_debug(),
            crate::page::word(diagnostic.severity),
            diagnostic.message
        );
        if let Some(help) = &diagnostic.help {
            let _ = writeln!(shown, "  help: {help}");
        }
        for (path, span, word) in &diagnostic.related {
            let _ = writeln!(shown, "  see {path} {span}: {word}");
        }
        if let Some(fix) = &diagnostic.fix {
            let _ = writeln!(shown, "  fix ({:?}): {}", fix.applicability, fix.title);
            for (path, edits) in &fix.change.edits {
                let before = &fixture.files[&**path];
                let after = note::edit::apply(before, edits).expect("edits fit");
                let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
                let (before, after) = (lines(before), lines(&after));
                for line in before.iter().filter(|line| !after.contains(line)) {
                    let _ = writeln!(shown, "    - {line}");
                }
                for line in after.iter().filter(|line| !before.contains(line)) {
                    let _ = writeln!(shown, "    + {line}");
                }
                if before.len() > after.len() && before.iter().all(|line| after.contains(line)) {
                    let _ = writeln!(shown, "    {} lines fewer", before.len() - after.len());
                }
            }
            for (path, text) in &fix.change.creates {
                let _ = writeln!(shown, "    new {path}: {}", text.escape_debug());
            }
        }
    }
    shown
}
