//! Renaming a tag with those nested below it, in body and front matter.

use note::{Data, Place, ScalarStyle, Span, Tag, TextEdit, Value, edit, fold};
use vault::{NoteData, SourceChange};

use super::{RenameError, change::Changes, checked_line};
use crate::World;

pub(super) fn rename(
    world: World<'_>,
    tag: &str,
    new_name: &str,
) -> Result<SourceChange, RenameError> {
    let new_name = checked_line(new_name)?;
    let new_name = new_name.strip_prefix('#').unwrap_or(&new_name);
    if !is_tag(new_name) {
        return Err(RenameError::new(format!(
            "`{new_name}` is no tag; use letters, digits, `-`, `_` and `/`, and not digits alone"
        )));
    }
    if new_name == tag {
        return Ok(SourceChange::default());
    }
    let folded = fold::fold(tag);
    let below = format!("{folded}/");
    let tags: Vec<String> = world
        .vault
        .tags_with_prefix(tag)
        .map(|(name, _)| name.to_owned())
        .filter(|name| {
            let name = fold::fold(name);
            name == folded || name.starts_with(&below)
        })
        .collect();
    let mut notes: Vec<_> = tags
        .iter()
        .flat_map(|tag| world.vault.by_tag(tag))
        .collect();
    notes.sort_unstable();
    notes.dedup();
    let mut changes = Changes::new(world);
    for note in notes {
        let text = changes.text(note)?;
        let data = world.vault.note(note);
        for found in &data.note.tags {
            let name = fold::fold(&found.name.value);
            if name == folded || name.starts_with(&below) {
                changes.edit(note, tag_edit(data, &text, found, tag, new_name));
            }
        }
    }
    changes.finish()
}

/// Returns whether `name` is read as one tag.
fn is_tag(name: &str) -> bool {
    let note = note::parse(&format!("#{name}\n")).note;
    note.tags.len() == 1 && *note.tags[0].name.value == *name
}

/// Returns the edit that puts `new` in place of `old`, the first parts of `tag`.
fn tag_edit(data: &NoteData, text: &str, tag: &Tag, old: &str, new: &str) -> TextEdit {
    let span = tag.name.span;
    let parts = old.split('/').count();
    let kept = tag
        .name
        .value
        .split('/')
        .skip(parts)
        .collect::<Vec<_>>()
        .join("/");
    let whole = if kept.is_empty() {
        new.to_owned()
    } else {
        format!("{new}/{kept}")
    };
    if let Place::FrontMatter(index) = tag.place {
        let field = data
            .note
            .front_matter
            .as_deref()
            .and_then(|front_matter| front_matter.fields.get(usize::from(index)));
        let bare = field.is_some_and(|field| is_bare(&field.value, span));
        return TextEdit::replace(
            span,
            if bare {
                edit::quote(&whole, true)
            } else {
                whole
            },
        );
    }
    if *span.of(text) != *tag.name.value {
        return TextEdit::replace(span, whole);
    }
    let old_len = span.of(text).len() - kept.len() - usize::from(!kept.is_empty());
    TextEdit::replace(Span::new(span.start, span.start + old_len as u32), new)
}

/// Returns whether the tag at `span` is a bare scalar on its own, which YAML could take for something else than text.
fn is_bare(value: &Value, span: Span) -> bool {
    match &value.data {
        Data::Scalar(scalar) => value.span == span && scalar.style == ScalarStyle::Plain,
        Data::List(items) => items.iter().any(|item| is_bare(item, span)),
        Data::Map(fields) => fields.iter().any(|field| is_bare(&field.value, span)),
        _ => false,
    }
}
