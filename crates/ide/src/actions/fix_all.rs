//! Make every fix of this note's diagnostics that is safe, at once.

use check::Applicability;
use note::{TextEdit, edit};
use vault::SourceChange;

use super::{Action, ActionKind, Selection};

pub(super) fn actions(at: &Selection<'_>) -> Vec<Action> {
    action(at).into_iter().collect()
}

fn action(at: &Selection<'_>) -> Option<Action> {
    let text = at.world.texts.text(&at.data.path)?;
    let mut edits: Vec<TextEdit> = Vec::new();
    for finding in check::check_note(at.world, at.note) {
        let safe = finding
            .fix
            .filter(|fix| fix.applicability == Applicability::Safe);
        let Some(change) = safe.map(|fix| fix.change) else {
            continue;
        };
        // Only what changes this note alone: nobody sees the others.
        let alone = change.creates.is_empty()
            && change.moves.is_empty()
            && change.removes.is_empty()
            && change.edits.keys().all(|path| **path == *at.data.path);
        let new = change.edits.into_values().flatten();
        let both: Vec<TextEdit> = edits.iter().cloned().chain(new).collect();
        // Of two fixes of one place the first is made; the other finds its place when asked again.
        if alone && edit::apply(&text, &both).is_some() {
            edits = both;
        }
    }
    edits.sort();
    edits.dedup();
    (!edits.is_empty()).then(|| Action {
        title: "Fix everything that is safe to fix".to_owned(),
        kind: ActionKind::FixAll,
        change: Some(SourceChange::edit(&at.data.path, edits)),
        command: None,
        mends: None,
        preferred: false,
    })
}
