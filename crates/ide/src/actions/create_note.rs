//! Create the note that a link names and nobody wrote yet.

use std::collections::BTreeMap;

use note::{Key, Link, LinkForm, NoteKind, Place, edit, fold};
use vault::{Resolution, SourceChange, kind_of_place, path};

use super::{Action, ActionKind, Selection, meet};
use crate::cursor::{field_at, link_kind};

/// How many notes of a kind are asked where they lie.
const ASKED: usize = 200;

pub(super) fn actions(at: &Selection<'_>) -> Vec<Action> {
    let mut actions: Vec<Action> = Vec::new();
    for (index, link) in at.data.note.links.iter().enumerate() {
        let is_missing = meet(link.span, at.span)
            && at.world.vault.resolution(at.note, index) == Resolution::Unresolved;
        if !is_missing || is_image(link) {
            continue;
        }
        let target = link.target.value.trim();
        let is_path = !link.form.is_wiki() || target.contains('/');
        let found: Vec<Action> = if is_path {
            at_path(at, link).into_iter().collect()
        } else {
            let kinds = match wanted_kind(at, link) {
                Some(kind) => vec![kind],
                None => vec![NoteKind::Contact, NoteKind::Plain],
            };
            kinds
                .into_iter()
                .enumerate()
                .map(|(order, kind)| named(at, link, kind, order == 0))
                .collect()
        };
        // Two links to the same missing note are one note to create.
        for action in found {
            if !actions.iter().any(|other| other.title == action.title) {
                actions.push(action);
            }
        }
    }
    actions
}

fn is_image(link: &Link) -> bool {
    matches!(link.form, LinkForm::InlineImage)
}

/// Returns the kind of note that the key around `link` wants.
fn wanted_kind(at: &Selection<'_>, link: &Link) -> Option<NoteKind> {
    if link.place == Place::Body {
        return None;
    }
    let (field, _) = field_at(at.data, link.target.span.start)?;
    link_kind(field.value_key()?)
}

/// Returns the action that creates a note called as the link says, where notes of its kind lie.
fn named(at: &Selection<'_>, link: &Link, kind: NoteKind, preferred: bool) -> Action {
    let name = link.target.value.trim();
    let stem = fold::slug(name);
    let folder = folder_of(at, kind);
    let in_folder = |stem: &str| match &*folder {
        "" => format!("{stem}.md"),
        folder => format!("{folder}/{stem}.md"),
    };
    let numbered = (2..).map(|n| format!("{stem}-{n}"));
    let is_free = |path: &String| {
        at.world
            .vault
            .called(path::without_extension(path))
            .is_empty()
            && at.world.vault.id(path).is_none()
    };
    let path = std::iter::once(stem.clone())
        .chain(numbered)
        .map(|stem| in_folder(&stem))
        .find(is_free)
        .unwrap_or_else(|| in_folder(&stem));
    let what = match kind {
        NoteKind::Plain => "note",
        kind => kind.word(),
    };
    let text = text_of(name, kind, &path, edit::line_ending(&text(at)));
    create(
        at,
        link,
        format!("Create the {what} `{name}`"),
        path,
        text,
        preferred,
    )
}

/// Returns the action that creates a note at the very path the link names; `None` where that is outside the vault.
fn at_path(at: &Selection<'_>, link: &Link) -> Option<Action> {
    let target = link.target.value.trim();
    let relative = !link.form.is_wiki() || target.starts_with("./") || target.starts_with("../");
    let from = if relative { &*at.data.path } else { "" };
    let mut path = path::join(from, target)?;
    if path.is_empty() {
        return None;
    }
    if path::without_extension(&path) == path {
        path.push_str(".md");
    }
    let label = link.label.filter(|_| !link.form.is_wiki());
    let source = text(at);
    let name = label
        .map(|label| label.of(&source).trim())
        .filter(|label| !label.is_empty() && !label.contains(['[', ']', '`', '*', '_', '\n']))
        .unwrap_or(path::stem(&path));
    let kind = kind_of_place(&path);
    let text = text_of(name, kind, &path, edit::line_ending(&source));
    Some(create(
        at,
        link,
        format!("Create `{path}`"),
        path,
        text,
        true,
    ))
}

fn create(
    at: &Selection<'_>,
    link: &Link,
    title: String,
    path: String,
    text: String,
    preferred: bool,
) -> Action {
    Action {
        title,
        kind: ActionKind::QuickFix,
        change: Some(SourceChange {
            creates: vec![(path.into(), text)],
            ..SourceChange::default()
        }),
        command: None,
        mends: ["unresolved-link", "unresolved-contact"]
            .iter()
            .find_map(|code| at.finding(code, link.span)),
        preferred,
    }
}

/// Returns what a new note says: its name, and its kind where its place does not tell.
fn text_of(name: &str, kind: NoteKind, path: &str, line_break: &str) -> String {
    let mut text = format!("---{line_break}");
    if kind != NoteKind::Plain && kind_of_place(path) != kind {
        text.push_str(&format!("kind: {}{line_break}", kind.word()));
    }
    debug_assert!(Key::find(kind, "name").is_some(), "every kind has a name");
    text.push_str(&format!(
        "name: {}{line_break}---{line_break}",
        edit::quote(name, false)
    ));
    text
}

fn text(at: &Selection<'_>) -> String {
    let text = at.world.texts.text(&at.data.path);
    text.map_or(String::new(), |text| text.to_string())
}

/// Returns the folder where most notes of `kind` lie; where there are none, the note's own.
fn folder_of(at: &Selection<'_>, kind: NoteKind) -> String {
    let mut folders: BTreeMap<&str, usize> = BTreeMap::new();
    let notes = match kind {
        // A plain note belongs beside the one that names it.
        NoteKind::Plain => Vec::new(),
        kind => at.world.vault.of_kind(kind).take(ASKED).collect(),
    };
    for note in notes {
        *folders
            .entry(path::folder(&at.world.vault.note(note).path))
            .or_default() += 1;
    }
    let most = folders
        .into_iter()
        .max_by_key(|&(folder, count)| (count, std::cmp::Reverse(folder)));
    most.map_or_else(|| path::folder(&at.data.path), |(folder, _)| folder)
        .to_owned()
}
