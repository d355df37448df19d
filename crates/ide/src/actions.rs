//! Code actions: what can be done at the cursor.

use check::Diagnostic;
use note::Span;
use vault::{NoteData, NoteId, SourceChange};

use crate::World;

mod add_alias;
mod apply_fix;
mod contact;
mod convert_link;
mod create_note;
mod fix_all;
mod insert_keys;
mod keep_promise;
mod log_entry;
mod sort_front_matter;

pub use contact::snooze_until;

/// The kind of an action, as LSP names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ActionKind {
    /// Mends a diagnostic.
    QuickFix,
    /// Changes something elsewhere too.
    Refactor,
    /// Writes something in another way.
    Rewrite,
    /// Makes all safe fixes of the note at once.
    FixAll,
    /// Puts the front matter in order.
    Organize,
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
        /// Whether it is written down in the note, which is then committed with it.
        is_written: bool,
    },
}

/// Returns what can be done at `span` of the note: fixes of its diagnostics there, creating the missing note a link
/// names, logging an entry or a conversation with a contact, keeping a promise, snoozing, writing a link otherwise, making
/// its text an alias, inserting keys; and what concerns the whole note. The obvious ones come first.
///
/// Source: LSP 3.17 `textDocument/codeAction`.
pub fn actions(world: World<'_>, note: NoteId, span: Span) -> Vec<Action> {
    let Some(data) = world.vault.get(note) else {
        return Vec::new();
    };
    let at = Selection {
        world,
        note,
        data,
        span,
        findings: check::check_note(world, note)
            .into_iter()
            .filter(|finding| meet(finding.span, span))
            .collect(),
    };
    let mut actions = apply_fix::actions(&at);
    actions.extend(log_entry::actions(&at));
    for create in create_note::actions(&at) {
        // The fix of a diagnostic may be the same, and two links may want the same note.
        if actions.iter().all(|action| action.title != create.title) {
            actions.push(create);
        }
    }
    actions.extend(keep_promise::actions(&at));
    actions.extend(contact::actions(&at));
    actions.extend(convert_link::actions(&at));
    actions.extend(add_alias::actions(&at));
    actions.extend(insert_keys::actions(&at));
    actions.extend(fix_all::actions(&at));
    actions.extend(sort_front_matter::actions(&at));
    actions
}

/// Where actions are asked for.
struct Selection<'a> {
    world: World<'a>,
    note: NoteId,
    data: &'a NoteData,
    span: Span,
    /// The diagnostics there.
    findings: Vec<Diagnostic>,
}

impl Selection<'_> {
    /// Returns the diagnostic with this code that meets `span`, as an action names it.
    fn finding(&self, code: &str, span: Span) -> Option<(&'static str, Span)> {
        self.findings
            .iter()
            .find(|finding| finding.code == code && meet(finding.span, span))
            .map(|finding| (finding.code, finding.span))
    }
}

/// Returns whether two ranges share a place, ends included, as a cursor beside a word is at the word.
fn meet(a: Span, b: Span) -> bool {
    a.start <= b.end && b.start <= a.end
}

#[cfg(test)]
mod tests;
