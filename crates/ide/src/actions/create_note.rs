//! Create the note that a link names and nobody wrote yet.
//!
//! What it will be is for [`check::missing_note`] to say, so that this action and the fix of the diagnostic agree; it is
//! offered where the diagnostic is silent too. A name in running text may mean a person as well as a plain note.

use note::{NoteKind, Place};

use super::{Action, ActionKind, Selection, apply_fix::menu_title, meet};

pub(super) fn actions(at: &Selection<'_>) -> Vec<Action> {
    let mut actions: Vec<Action> = Vec::new();
    for (index, link) in at.data.note.links.iter().enumerate() {
        if !meet(link.span, at.span) {
            continue;
        }
        let mut kinds = vec![None];
        if link.place == Place::Body && link.form.is_wiki() {
            kinds.extend([Some(NoteKind::Contact), Some(NoteKind::Plain)]);
        }
        let mends = ["unresolved-link", "unresolved-contact"]
            .iter()
            .find_map(|code| at.finding(code, link.span));
        for kind in kinds {
            let Some(fix) = check::missing_note(at.world, at.note, index, kind) else {
                continue;
            };
            actions.push(Action {
                title: menu_title(&fix.title),
                kind: ActionKind::QuickFix,
                change: Some(fix.change),
                command: None,
                mends,
                preferred: kind.is_none(),
            });
        }
    }
    actions
}
