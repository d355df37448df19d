//! Log an entry that the journal does not hold yet.

use network::history;
use note::{NoteKind, Span};

use super::{Action, ActionKind, Command, Selection, meet};

pub(super) fn actions(at: &Selection<'_>) -> Vec<Action> {
    let world = at.world;
    // Without a journal there is nowhere to log to.
    if world.timeline.is_none() {
        return Vec::new();
    }
    let written = history::entries_in(world, at.note);
    let here = written
        .iter()
        .filter(|written| meet(line(at, written.entry), at.span));
    let log = here.filter_map(|written| {
        let entry = &at.data.note.entries[written.entry];
        let contacts = history::unlogged_contacts(world, written);
        if contacts.is_empty() {
            return None;
        }
        let names: Vec<&str> = contacts
            .iter()
            .map(|&id| &*world.vault.note(id).name)
            .collect();
        Some(Action {
            title: format!(
                "Log the {} of {} with {}",
                entry.kind.value,
                entry.date.value,
                names.join(", ")
            ),
            kind: match at.finding("unlogged-interaction", entry.span) {
                Some(_) => ActionKind::QuickFix,
                None => ActionKind::Do,
            },
            change: None,
            command: Some(Command::Log {
                kind: entry.kind.value.to_string(),
                contacts: contacts
                    .iter()
                    .map(|&id| world.vault.note(id).path.to_string())
                    .collect(),
                on: entry.date.value,
                message: entry.summary.to_string(),
                event: (at.data.kind == NoteKind::Event).then(|| at.data.path.to_string()),
                is_written: true,
            }),
            mends: at.finding("unlogged-interaction", entry.span),
            preferred: true,
        })
    });
    log.collect()
}

/// Returns an entry with what marks it as a heading or list item, where a cursor at the start of the line is.
fn line(at: &Selection<'_>, entry: usize) -> Span {
    let span = at.data.note.entries[entry].span;
    let lines = &at.data.note.lines;
    Span::new(lines.line_start(lines.line_of(span.start)), span.end)
}
