//! Diagnostics: a module per rule, each with its code, its manual page and, where one exists, a fix.
//!
//! Rules look up, they never scan: what one note's diagnostics cost does not grow with the vault. Nothing here knows
//! LSP severities, colours or editors.

pub mod rules;

pub use vault::Severity;

use network::World;
use note::Span;
use vault::{NoteId, SourceChange};

/// A finding at a place in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The file, relative to the vault's root.
    pub path: std::sync::Arc<str>,
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
    pub related: Vec<(std::sync::Arc<str>, Span, String)>,
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
pub fn check_note(world: World<'_>, note: NoteId) -> Vec<Diagnostic> {
    let _ = (world, note);
    todo!()
}

/// Returns the diagnostics of `ties.toml`.
pub fn check_config(
    world: World<'_>,
    problems: &[vault::config::ConfigProblem],
) -> Vec<Diagnostic> {
    let _ = (world, problems);
    todo!()
}

/// Returns the diagnostic of a file that could not be read.
pub fn unreadable(world: World<'_>, file: &vault::load::Unreadable) -> Diagnostic {
    let _ = (world, file);
    todo!()
}
