//! Code actions: what can be done at the cursor.

use note::Span;
use vault::{NoteId, SourceChange};

use crate::World;

/// The kind of an action, as LSP names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ActionKind {
    /// Mends a diagnostic.
    QuickFix,
    /// Rewrites something.
    Refactor,
    /// Does something outside the text.
    Do,
}

/// Something that can be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// The title in the menu: verb first, no full stop.
    pub title: String,
    /// Its kind.
    pub kind: ActionKind,
    /// The change it makes, if it is one.
    pub change: Option<SourceChange>,
    /// The command it runs, if it does.
    pub command: Option<Command>,
    /// The code and range of the diagnostic it mends.
    pub mends: Option<(&'static str, Span)>,
    /// Whether it is the obvious one.
    pub preferred: bool,
}

/// A command for the edge to run; it needs disk and git.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Logs an interaction as a commit (`ties.log`).
    Log {
        /// The kind.
        kind: String,
        /// The contacts' paths from the vault's root.
        contacts: Vec<String>,
        /// The day.
        on: jiff::civil::Date,
        /// What was said in a line; empty for none.
        message: String,
        /// The event's path, if the entry stands in one.
        event: Option<String>,
    },
}

/// Returns what can be done at `span` of the note: fixes of its diagnostics there, creating the missing note a link
/// names, logging an entry.
///
/// Source: LSP 3.17 `textDocument/codeAction`.
pub fn actions(world: World<'_>, note: NoteId, span: Span) -> Vec<Action> {
    let _ = (world, note, span);
    todo!()
}
