//! Renaming a note: its `name` or first heading, its file, and every link of every form.
//!
//! Links by name get the new name, links by path the new path, links by stem the new stem; links by alias stay. Labels
//! are the writer's own words and stay too.

use note::{NoteKind, TextEdit, edit, fold};
use vault::{NoteData, NoteId, SourceChange, path};

use super::{
    RenameError,
    change::{Changes, NewLink},
    checked_name, heading,
};
use crate::{
    World,
    cursor::{Via, is_name_heading, via},
};

pub(super) fn rename(
    world: World<'_>,
    note: NoteId,
    new_name: &str,
    move_files: bool,
) -> Result<SourceChange, RenameError> {
    let data = world.vault.note(note);
    let new_name = checked_name(world, note, new_name)?;
    if *new_name == *data.name {
        return Ok(SourceChange::default());
    }
    let new_path = if move_files {
        new_path(world, note, &new_name)
    } else {
        data.path.to_string()
    };
    let mut changes = Changes::new(world);
    let renamed = write_name(&mut changes, data, note, &new_name, &new_path)?;

    let headings = renamed.map(|index| (index, heading::with_text(data, index, &new_name)));
    let anchors = headings
        .as_ref()
        .map(|(index, new)| heading::Reanchor::new(&data.note.headings, new, *index));
    let file_name = file_name(&new_path);
    let stem = path::stem(&new_path);
    for (from, index) in world.vault.backlinks(note) {
        let link = &world.vault.note(from).note.links[index];
        let target = match via(data, link) {
            Via::Own | Via::Alias(_) => None,
            Via::Name => Some(new_name.clone()),
            Via::Stem => Some(stem.to_owned()),
            Via::Path => Some(with_last_part(&link.target.value, file_name)),
        };
        let new = NewLink {
            target: target.filter(|target| **target != *link.target.value),
            anchor: anchors
                .as_ref()
                .and_then(|anchors| anchors.new_anchor(link)),
        };
        changes.link(from, index, new);
    }
    let mut change = changes.finish()?;
    if *new_path != *data.path {
        change.moves.push(((*data.path).into(), new_path.into()));
    }
    Ok(change)
}

/// Writes the new name where the old one stands. Returns the heading that was written anew, if one was.
fn write_name(
    changes: &mut Changes<'_>,
    data: &NoteData,
    note: NoteId,
    new_name: &str,
    new_path: &str,
) -> Result<Option<usize>, RenameError> {
    let text = changes.text(note)?;
    let heading = (0..data.note.headings.len()).find(|&index| is_name_heading(data, index));
    let is_key = data
        .name_span
        .is_some_and(|span| span.start < data.note.body);
    let by_file = data.name_span.is_none() && path::stem(new_path) == new_name;
    // Without a name of its own the note is called by its file, which may be unable to carry the new name.
    if is_key || (data.name_span.is_none() && !by_file) {
        changes.edit(note, edit::set_key(&text, &data.note, "name", new_name));
    }
    if let Some(index) = heading {
        let span = data.note.headings[index].text.span;
        changes.edit(note, TextEdit::replace(span, heading::written(new_name)));
    }
    Ok(heading)
}

/// Returns where the file belongs under the new name: in the same folder, by the manner of its present name.
///
/// A slug stays a slug and a verbatim name verbatim; a file named otherwise keeps its name.
fn new_path(world: World<'_>, note: NoteId, new_name: &str) -> String {
    let data = world.vault.note(note);
    let stem = data.stem();
    let is_me = data.kind == NoteKind::Me && stem.eq_ignore_ascii_case("me");
    let is_slug = stem == fold::slug(&data.name);
    let is_verbatim = data.name_span.is_none() || stem == file_stem(&data.name);
    let new_stem = match (data.name_span, is_slug, is_verbatim) {
        _ if is_me => return data.path.to_string(),
        (Some(_), true, _) => fold::slug(new_name),
        (_, _, true) => file_stem(new_name),
        _ => return data.path.to_string(),
    };
    let folder = path::folder(&data.path);
    let extension = &data.path[path::without_extension(&data.path).len()..];
    let at = |stem: &str| match folder {
        "" => format!("{stem}{extension}"),
        folder => format!("{folder}/{stem}{extension}"),
    };
    let is_free = |stem: &str| {
        let path = at(stem);
        let mut called = world.vault.called(stem);
        called.extend(world.vault.called(path::without_extension(&path)));
        called.extend(world.vault.id(&path));
        called.into_iter().all(|other| other == note)
    };
    let numbered = (2..).map(|n| format!("{new_stem}-{n}"));
    std::iter::once(new_stem.clone())
        .chain(numbered)
        .find(|stem| is_free(stem))
        .map_or_else(|| data.path.to_string(), |stem| at(&stem))
}

/// Returns `name` as a file name that every system takes, otherwise as it is.
fn file_stem(name: &str) -> String {
    let is_kept = |c: char| !"/\\:*?\"<>|".contains(c) && !c.is_control();
    let kept: String = name
        .chars()
        .map(|c| if is_kept(c) { c } else { ' ' })
        .collect();
    let stem = kept.split_whitespace().collect::<Vec<_>>().join(" ");
    let stem = stem
        .trim_start_matches('.')
        .trim_end_matches(['.', ' '])
        .trim();
    let stem = path::without_extension(stem);
    // File systems allow 255 bytes with the extension.
    let end = (0..=stem.len().min(200))
        .rev()
        .find(|&end| stem.is_char_boundary(end));
    let stem = &stem[..end.unwrap_or(0)];
    match stem.trim_end() {
        "" => fold::slug(name),
        stem => stem.to_owned(),
    }
}

/// Returns what comes after the last `/`.
pub(super) fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Returns `target` with `file_name` for its last part, which keeps its extension or its lack of one.
fn with_last_part(target: &str, file_name: &str) -> String {
    let (folder, last) = match target.rsplit_once('/') {
        Some((folder, last)) => (Some(folder), last),
        None => (None, target),
    };
    let has_extension = path::without_extension(last) != last;
    let last = if has_extension {
        file_name
    } else {
        path::without_extension(file_name)
    };
    match folder {
        Some(folder) => format!("{folder}/{last}"),
        None => last.to_owned(),
    }
}
