//! Diagnostics: a module per rule, each with its code, its manual page and, where one exists, a fix.
//!
//! Rules look up, they never scan: what one note's diagnostics cost does not grow with the vault. Nothing here knows
//! LSP severities, colours or editors. `docs/diagnostics.md` is made of the rules' own pages.

mod context;
mod missing_note;
mod near_name;
mod page;
pub mod rules;
#[cfg(test)]
mod testing;

pub use missing_note::missing_note;
pub use vault::Severity;

use std::sync::Arc;

use network::World;
use note::{Span, TextEdit};
use vault::{NoteId, SourceChange, config::ConfigProblem, load::Unreadable};

use context::{CircleRanks, NoteContext, Sink};
use rules::Rule;

/// The file that holds a vault's settings.
const CONFIG: &str = "ties.toml";

/// A finding at a place in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The file, relative to the vault's root; empty for the vault as a whole.
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

impl Fix {
    /// Returns a fix that edits one file.
    fn edit(
        path: &str,
        title: impl Into<String>,
        edit: TextEdit,
        applicability: Applicability,
    ) -> Self {
        Self {
            title: title.into(),
            change: SourceChange::edit(path, vec![edit]),
            applicability,
        }
    }
}

/// Returns the diagnostics of one note, sorted by range, then code; what the note or the settings silence is left out.
pub fn check_note(world: World<'_>, note: NoteId) -> Vec<Diagnostic> {
    check_one(world, note, None)
}

/// Returns the diagnostics of the whole vault, sorted by path, range and code.
///
/// These are those of all notes, of `ties.toml` (where there is one), of files that could not be read, and of the journal.
pub fn check_vault(
    world: World<'_>,
    problems: &[ConfigProblem],
    unreadable_files: &[Unreadable],
) -> Vec<Diagnostic> {
    let ranks = CircleRanks::new(world);
    let mut found: Vec<_> = world
        .vault
        .ids_by_path()
        .into_iter()
        .flat_map(|note| check_one(world, note, Some(&ranks)))
        .collect();
    found.extend(check_config(world, problems));
    if !world.vault.config().is_written {
        found.extend(check_journal(world));
    }
    found.extend(
        unreadable_files
            .iter()
            .filter_map(|file| unreadable(world, file)),
    );
    found.sort_by(|a, b| {
        (&a.path, a.span, a.code, &a.message).cmp(&(&b.path, b.span, b.code, &b.message))
    });
    found
}

/// Returns the diagnostics of `ties.toml`: what is wrong in it, and, where it exists, those of [`check_journal`].
pub fn check_config(world: World<'_>, problems: &[ConfigProblem]) -> Vec<Diagnostic> {
    let config = world.vault.config();
    if !config.is_written {
        return Vec::new();
    }
    let mut found = Vec::new();
    let path: Arc<str> = CONFIG.into();
    for rule in rules::all() {
        if let Some(check) = rule.checks.config
            && let Some(mut sink) = Sink::new(config, rule, &path)
        {
            check(world, problems, &mut sink);
            found.extend(sink.found);
        }
    }
    found.extend(check_journal(world));
    found.sort_by(|a, b| (a.span, a.code, &a.message).cmp(&(b.span, b.code, &b.message)));
    found
}

/// Returns the diagnostics of the journal, which stand in no note: at the start of `ties.toml`, or at no path where
/// there is no such file.
pub fn check_journal(world: World<'_>) -> Vec<Diagnostic> {
    let config = world.vault.config();
    let path: Arc<str> = if config.is_written { CONFIG } else { "" }.into();
    let mut found = Vec::new();
    for rule in rules::all() {
        if let Some(check) = rule.checks.journal
            && let Some(mut sink) = Sink::new(config, rule, &path)
        {
            check(world, &mut sink);
            found.extend(sink.found);
        }
    }
    found
}

/// Returns the diagnostic of a file that could not be read; `None` where the settings turn it off.
pub fn unreadable(world: World<'_>, file: &Unreadable) -> Option<Diagnostic> {
    let path: Arc<str> = file.path.as_str().into();
    rules::all().iter().find_map(|rule| {
        let check = rule.checks.file?;
        let mut sink = Sink::new(world.vault.config(), rule, &path)?;
        check(file, &mut sink);
        sink.found.pop()
    })
}

fn check_one(world: World<'_>, note: NoteId, ranks: Option<&CircleRanks>) -> Vec<Diagnostic> {
    let Some(data) = world.vault.get(note) else {
        return Vec::new();
    };
    let ctx = NoteContext::new(world, note, data, ranks);
    let mut found = Vec::new();
    for rule in rules::all() {
        if let Some(check) = rule.checks.note
            && !is_ignored(data, rule)
            && let Some(mut sink) = Sink::new(world.vault.config(), rule, &data.path)
        {
            check(&ctx, &mut sink);
            found.extend(sink.found);
        }
    }
    found.sort_by(|a, b| (a.span, a.code, &a.message).cmp(&(b.span, b.code, &b.message)));
    found
}

fn is_ignored(data: &vault::NoteData, rule: &Rule) -> bool {
    data.note
        .ignores
        .iter()
        .any(|ignore| *ignore.code.value == *rule.code)
}

#[cfg(test)]
mod tests;
