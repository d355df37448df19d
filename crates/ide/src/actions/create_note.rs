//! Create the note that a link names and nobody wrote yet.
//!
//! What it will be is for [`check::missing_note`] to say, so that this action and the fix of the diagnostic agree; it is
//! offered where the diagnostic is switched off too, or would rather correct the name. A name in running text may also mean
//! a plain note.

use note::{NoteKind, Place, fold};
use vault::{Resolution, SourceChange, kind_of_place, path};

use super::{Action, ActionKind, Selection, meet};

pub(super) fn actions(at: &Selection<'_>) -> Vec<Action> {
    let mut actions: Vec<Action> = Vec::new();
    for (index, link) in at.data.note.links.iter().enumerate() {
        let is_missing = meet(link.span, at.span)
            && at.world.vault.resolution(at.note, index) == Resolution::Unresolved;
        if !is_missing {
            continue;
        }
        let mends = ["unresolved-link", "unresolved-contact"]
            .iter()
            .find_map(|code| at.finding(code, link.span));
        let create = |title: String, change: SourceChange, preferred: bool| Action {
            title,
            kind: ActionKind::QuickFix,
            change: Some(change),
            command: None,
            mends,
            preferred,
        };
        if let Some((path, change)) = check::missing_note(at.world, at.note, index) {
            actions.push(create(format!("Create `{path}`"), change, true));
        }
        let name = link.target.value.trim();
        if link.place == Place::Body && link.form.is_wiki() && !name.contains('/') {
            actions.extend(plain_note(at, name).map(|(path, text)| {
                let change = SourceChange {
                    creates: vec![(path.clone().into(), text)],
                    ..SourceChange::default()
                };
                create(format!("Create the plain note `{path}`"), change, false)
            }));
        }
    }
    actions
}

/// Returns path and text of a plain note called `name` beside this one; `None` where its place would make it another kind.
fn plain_note(at: &Selection<'_>, name: &str) -> Option<(String, String)> {
    let folder = path::folder(&at.data.path);
    let stem = fold::slug(name);
    let path = match folder {
        "" => format!("{stem}.md"),
        folder => format!("{folder}/{stem}.md"),
    };
    let is_free = at.world.vault.id(&path).is_none() && at.world.vault.called(&stem).is_empty();
    let heading = crate::rename::heading_source(name);
    (is_free && kind_of_place(&path) == NoteKind::Plain).then(|| (path, format!("# {heading}\n")))
}
