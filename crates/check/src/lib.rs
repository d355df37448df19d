//! Diagnostics: a module per rule, each with its code, its manual page and, where one exists, a fix.
//!
//! Rules look up, they never scan: what one note's diagnostics cost does not grow with the vault, save for the order
//! within a circle. Nothing here knows LSP severities, colours or editors.

mod finding;
pub mod rules;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

pub use vault::Severity;

use std::{cell::RefCell, sync::Arc};

use network::World;
use note::{NoteKind, Span};
use vault::{Config, NoteId, Resolution, SourceChange, config::ConfigProblem, load::Unreadable};

use crate::{
    finding::{Context, Finding, Shared},
    rules::{
        Rule, lost_interaction, misspelled_key, unresolved_contact, unresolved_journal_contact,
        unresolved_link,
    },
};

/// The path under which the settings are reported.
const CONFIG: &str = "ties.toml";

/// A finding at a place in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The file, relative to the vault's root.
    pub path: Arc<str>,
    /// Where in it.
    pub span: Span,
    /// The rule's code, kebab-case.
    pub code: &'static str,
    /// How much it matters, settings applied.
    pub severity: Severity,
    /// What was found: lower-case, quoting the thing, no full stop, no blame.
    pub message: String,
    /// The next step.
    pub help: Option<String>,
    /// What would mend it.
    pub fix: Option<Fix>,
    /// Other places that matter: a file, a range, a word about it.
    pub related: Vec<(Arc<str>, Span, String)>,
}

/// How safe a fix is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Applicability {
    /// Means the same and mends it.
    Safe,
    /// Probably what is meant; asks for consent.
    NeedsConsent,
}

/// A way to mend a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// The title in the editor's menu: verb first, no full stop.
    pub title: String,
    /// The change.
    pub change: SourceChange,
    /// How safe it is.
    pub applicability: Applicability,
}

/// Returns the diagnostics of one note, sorted by range, then code; what the note or the settings silence is left out.
///
/// A note that was removed has none.
pub fn check_note(world: World<'_>, note: NoteId) -> Vec<Diagnostic> {
    check_one(world, note, &Shared::default())
}

/// Returns the fix that creates the note which the link at index `link` of `note` wants; `None` where the link reaches one,
/// or no place inside the vault fits.
///
/// It is that of `unresolved-link`, for where the rule is silent. The note is of the kind that the place of the link asks
/// for unless `kind` is given.
pub fn missing_note(
    world: World<'_>,
    note: NoteId,
    link: usize,
    kind: Option<NoteKind>,
) -> Option<Fix> {
    let is_missing = world.vault.resolution(note, link) == Resolution::Unresolved;
    let data = world.vault.get(note).filter(|_| is_missing)?;
    unresolved_link::creation(world.vault, data, data.note.links.get(link)?, kind)
}

/// Returns the diagnostics of `ties.toml`; where there is one, with those of [`check_journal`].
pub fn check_config(world: World<'_>, problems: &[ConfigProblem]) -> Vec<Diagnostic> {
    let path: Arc<str> = CONFIG.into();
    let config = world.vault.config();
    let mut found = Vec::new();
    for problem in problems {
        let code = match problem.severity {
            Severity::Error => "invalid-value",
            _ => "misspelled-key",
        };
        let mut finding = Finding::new(problem.span, problem.message.clone());
        finding.help.clone_from(&problem.help);
        found.extend(finish(config, rules::rule(code), &path, finding));
    }
    for finding in misspelled_key::of_codes(config.codes.iter(), CONFIG) {
        found.extend(finish(
            config,
            rules::rule("misspelled-key"),
            &path,
            finding,
        ));
    }
    if let Some(finding) = unresolved_contact::of_config(world) {
        found.extend(finish(
            config,
            rules::rule("unresolved-contact"),
            &path,
            finding,
        ));
    }
    if config.is_written {
        found.extend(check_journal(world));
    }
    sort(&mut found);
    found
}

/// Returns the diagnostic of a file that could not be read; `None` where the settings silence it.
pub fn unreadable(world: World<'_>, file: &Unreadable) -> Option<Diagnostic> {
    let rule = rules::rule("unreadable-note");
    let finding = rules::unreadable_note::of_file(file);
    let path = file.path.as_str().into();
    finish(world.vault.config(), rule, &path, finding)
}

/// Returns all diagnostics of a vault: those of the notes by path, of the settings, of files that could not be read, and
/// of the journal.
pub fn check_vault(
    world: World<'_>,
    config_problems: &[ConfigProblem],
    unreadable_files: &[Unreadable],
) -> Vec<Diagnostic> {
    let shared = Shared {
        members: Some(RefCell::default()),
    };
    let config = world.vault.config();
    let mut found = Vec::new();
    for id in world.vault.ids_by_path() {
        found.extend(check_one(world, id, &shared));
    }
    found.extend(check_config(world, config_problems));
    let files = unreadable_files.iter();
    let mut files: Vec<_> = files.filter_map(|file| unreadable(world, file)).collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    found.extend(files);
    if !config.is_written {
        found.extend(check_journal(world));
    }
    found
}

/// Returns the diagnostics of the journal, which stand in no note: at the start of `ties.toml`, whether there is one or not.
pub fn check_journal(world: World<'_>) -> Vec<Diagnostic> {
    let path: Arc<str> = CONFIG.into();
    let unresolved = unresolved_journal_contact::of_journal(world).into_iter();
    let lost = lost_interaction::of_journal(world).into_iter();
    unresolved
        .map(|finding| ("unresolved-journal-contact", finding))
        .chain(lost.map(|finding| ("lost-interaction", finding)))
        .filter_map(|(code, finding)| {
            finish(world.vault.config(), rules::rule(code), &path, finding)
        })
        .collect()
}

fn check_one(world: World<'_>, id: NoteId, shared: &Shared) -> Vec<Diagnostic> {
    let Some(note) = world.vault.get(id) else {
        return Vec::new();
    };
    let context = Context {
        world,
        id,
        note,
        shared,
    };
    let config = world.vault.config();
    let mut found = Vec::new();
    for rule in rules::all() {
        let is_ignored = || {
            let mut ignores = note.note.ignores.iter();
            ignores.any(|ignore| &*ignore.code.value == rule.code)
        };
        if severity(config, rule).is_none() || is_ignored() {
            continue;
        }
        for finding in (rule.check)(&context) {
            found.extend(finish(config, rule, &note.path, finding));
        }
    }
    sort(&mut found);
    found
}

/// Returns the severity the settings give `rule`, else its own; `None` where they switch it off.
fn severity(config: &Config, rule: &Rule) -> Option<Severity> {
    config
        .severities
        .get(rule.code)
        .copied()
        .unwrap_or(Some(rule.severity))
}

fn finish(config: &Config, rule: &Rule, path: &Arc<str>, finding: Finding) -> Option<Diagnostic> {
    let severity = match (config.severities.get(rule.code), finding.severity) {
        // What the settings say holds for the milder findings of the rule as well.
        (Some(set), _) => (*set)?,
        (None, Some(own)) => own,
        (None, None) => rule.severity,
    };
    Some(to_diagnostic(rule, path, finding, severity))
}

fn to_diagnostic(rule: &Rule, path: &Arc<str>, finding: Finding, severity: Severity) -> Diagnostic {
    Diagnostic {
        path: Arc::clone(path),
        span: finding.span,
        code: rule.code,
        severity,
        message: finding.message,
        help: finding.help,
        fix: finding.fix,
        related: finding.related,
    }
}

fn sort(found: &mut [Diagnostic]) {
    found.sort_by(|a, b| (a.span, a.code, &a.message).cmp(&(b.span, b.code, &b.message)));
}
