//! Insert the keys that a note of this kind lacks, without values, for the writer to fill in.

use note::{NoteKind, edit};
use vault::SourceChange;

use super::{Action, ActionKind, Selection};
use crate::rename::difference;

/// The keys that make a note of this kind useful, in the order to write them.
fn wanted(kind: NoteKind) -> &'static [&'static str] {
    match kind {
        NoteKind::Contact => &[
            "emails",
            "org",
            "location",
            "circle",
            "met",
            "interests",
            "offers",
            "needs",
        ],
        NoteKind::Me => &["interests", "offers", "needs"],
        NoteKind::Organization => &["industry", "location", "urls"],
        NoteKind::Event => &["date", "at", "purpose", "people"],
        NoteKind::Goal => &["for", "by", "needs", "offers", "who", "where", "say"],
        NoteKind::Plain => &[],
    }
}

pub(super) fn actions(at: &Selection<'_>) -> Vec<Action> {
    action(at).into_iter().collect()
}

fn action(at: &Selection<'_>) -> Option<Action> {
    let in_front_matter = at.span.start < at.data.note.body;
    if !in_front_matter && at.span.start != 0 {
        return None;
    }
    let keys = wanted(at.data.kind).iter();
    let missing: Vec<&str> = keys
        .copied()
        .filter(|key| at.data.field_of(key).is_none())
        .filter(|key| note::Key::find(at.data.kind, key).is_some())
        .collect();
    if missing.is_empty() || !at.data.problems.is_empty() {
        return None;
    }
    let text = at.world.texts.text(&at.data.path)?;
    let mut after = text.to_string();
    for key in &missing {
        let note = note::parse(&after).note;
        let mut change = edit::set_key_raw(&after, &note, key, "");
        // Nothing follows the colon, no space either.
        change.text = change.text.replace(": ", ":");
        after = edit::apply(&after, &[change])?;
    }
    let parsed = note::parse(&after);
    let are_there = |key: &&&str| {
        let front_matter = parsed.note.front_matter.as_deref();
        front_matter.is_some_and(|front_matter| front_matter.field(key).is_some())
    };
    if !parsed.problems.is_empty() || !missing.iter().all(|key| are_there(&key)) {
        return None;
    }
    Some(Action {
        title: format!("Insert the keys that are missing: {}", missing.join(", ")),
        kind: ActionKind::Rewrite,
        change: Some(SourceChange::edit(
            &at.data.path,
            vec![difference(&text, &after)],
        )),
        command: None,
        mends: None,
        preferred: false,
    })
}
