//! What the tests of the rules share: a fixture in, its diagnostics as text out.
//!
//! `ties.toml` is the settings; each line of `//- journal` is an interaction, `2026-11-20 call people/ada.md gave:x`; without
//! that file there is no journal. Today is 2026-11-23.

use std::{collections::BTreeMap, fmt::Write, sync::Arc};

use expect_test::Expect;
use jiff::civil::{Date, date};
use journal::{Interaction, NoteHistory, Record, Timeline};
use network::World;
use note::{ContactId, value::When};
use vault::{Config, TextSource, Vault, config::ConfigProblem};

use crate::{Diagnostic, check_vault};

/// The day it is in tests.
pub(crate) const TODAY: Date = date(2026, 11, 23);

/// A vault of a fixture.
pub(crate) struct Fixture {
    pub(crate) vault: Vault,
    pub(crate) timeline: Option<Timeline>,
    pub(crate) texts: Texts,
    pub(crate) problems: Vec<ConfigProblem>,
}

#[derive(Default)]
pub(crate) struct Texts(BTreeMap<String, String>);

impl TextSource for Texts {
    fn text(&self, path: &str) -> Option<Arc<str>> {
        self.0.get(path).map(|text| text.as_str().into())
    }
}

impl Fixture {
    pub(crate) fn new(text: &str) -> Self {
        let texts: BTreeMap<String, String> = fixture::parse(text).files.into_iter().collect();
        let (config, problems) = match texts.get("ties.toml") {
            Some(text) => vault::config::parse(text),
            None => (Config::default(), Vec::new()),
        };
        let mut vault = Vault::new(config);
        for (path, text) in &texts {
            if vault::path::without_extension(path) != path {
                vault.set(path, text);
            }
        }
        let timeline = texts.get("journal").map(|text| {
            let records = text.lines().enumerate().map(interaction).collect();
            Timeline::new(records, Vec::new(), NoteHistory::default())
        });
        Self {
            vault,
            timeline,
            texts: Texts(texts),
            problems,
        }
    }

    pub(crate) fn world(&self) -> World<'_> {
        World {
            vault: &self.vault,
            timeline: self.timeline.as_ref(),
            today: TODAY,
            texts: &self.texts,
        }
    }

    pub(crate) fn diagnostics(&self) -> Vec<Diagnostic> {
        check_vault(self.world(), &self.problems, &[])
    }
}

fn interaction((nth, line): (usize, &str)) -> Interaction {
    let mut words = line.split(' ');
    let on = words
        .next()
        .and_then(When::parse)
        .expect("a day comes first");
    let kind = words.next().expect("then a kind");
    let (mut gave, mut received, mut contacts) = (Vec::new(), Vec::new(), Vec::new());
    for word in words {
        match word.split_once(':') {
            Some(("gave", thing)) => gave.push(thing.into()),
            Some(("received", thing)) => received.push(thing.into()),
            _ => contacts.push(word),
        }
    }
    let contacts = contacts.into_iter().map(|path| ContactId {
        path: path.into(),
        uid: None,
    });
    Interaction {
        record: Record {
            id: format!("{nth:012}").into(),
            revision: 1,
            retracted: false,
            kind: kind.into(),
            on,
            summary: Box::default(),
            body: Box::default(),
            contacts: contacts.collect(),
            initiated_by: None,
            gave,
            received,
            event: None,
            goal: None,
            other: Vec::new(),
        },
        commit: format!("{nth:040x}").into(),
    }
}

/// Compares the diagnostics of one rule.
pub(crate) fn check(code: &str, vault: &str, expected: Expect) {
    assert!(crate::rules::find(code).is_some(), "{code} is no code");
    let fixture = Fixture::new(vault);
    let mut found = fixture.diagnostics();
    found.retain(|diagnostic| diagnostic.code == code);
    expected.assert_eq(&render(&fixture, &found));
}

/// Compares all diagnostics.
pub(crate) fn check_all(vault: &str, expected: Expect) {
    let fixture = Fixture::new(vault);
    expected.assert_eq(&render(&fixture, &fixture.diagnostics()));
}

fn render(fixture: &Fixture, found: &[Diagnostic]) -> String {
    let mut out = String::new();
    for diagnostic in found {
        let text = fixture.texts.text(&diagnostic.path).unwrap_or_default();
        let start = diagnostic.span.start as usize;
        let line = text[..start].matches('\n').count() + 1;
        let severity = format!("{:?}", diagnostic.severity).to_lowercase();
        let _ = writeln!(
            out,
            "{severity}[{}] {}:{line} |{}| {}",
            diagnostic.code,
            diagnostic.path,
            diagnostic.span.of(&text),
            diagnostic.message
        );
        if let Some(help) = &diagnostic.help {
            let _ = writeln!(out, "  help: {help}");
        }
        if let Some(fix) = &diagnostic.fix {
            let _ = writeln!(out, "  fix: {} ({:?})", fix.title, fix.applicability);
        }
        for (path, span, word) in &diagnostic.related {
            let text = fixture.texts.text(path).expect("a related file exists");
            let _ = writeln!(out, "  {path} |{}| {word}", span.of(&text));
        }
    }
    out
}

/// Applies the fixes of one rule, all at once, and compares the files that changed or came to be. What was edited has
/// none of the rule's findings with a fix any more.
pub(crate) fn fixed(code: &str, vault: &str, expected: Expect) {
    let mut fixture = Fixture::new(vault);
    let mut found = fixture.diagnostics();
    found.retain(|diagnostic| diagnostic.code == code);
    let fixes = found.into_iter().filter_map(|diagnostic| diagnostic.fix);
    let mut edits: BTreeMap<Box<str>, Vec<note::TextEdit>> = BTreeMap::new();
    let mut out = String::new();
    for fix in fixes {
        assert!(fix.change.moves.is_empty());
        for (path, more) in fix.change.edits {
            edits.entry(path).or_default().extend(more);
        }
        for (path, text) in fix.change.creates {
            assert!(fixture.texts.text(&path).is_none(), "{path} exists");
            let _ = write!(out, "//- {path}\n{text}");
            fixture.vault.set(&path, &text);
            fixture.texts.0.insert(path.into(), text);
        }
    }
    for (path, mut edits) in edits {
        edits.sort_by_key(|edit| edit.span);
        let text = fixture.texts.text(&path).expect("an edited file exists");
        let text = note::edit::apply(&text, &edits).expect("fixes do not overlap");
        let _ = write!(out, "//- {path}\n{text}");
        fixture.vault.set(&path, &text);
        fixture.texts.0.insert(path.into(), text);
    }
    expected.assert_eq(&out);
    let is_left = |diagnostic: &&Diagnostic| diagnostic.code == code && diagnostic.fix.is_some();
    let again = fixture.diagnostics();
    assert_eq!(again.iter().find(is_left), None);
}
