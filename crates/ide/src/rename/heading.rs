//! Renaming a heading: its text, and the anchors of the links that lead to it.

use note::{
    Anchor, Heading, Link, TextEdit,
    anchor::{Anchors, slug, slugs, wiki_anchor},
    fold,
};
use vault::{NoteData, NoteId, SourceChange};

use super::{
    RenameError,
    change::{Changes, NewLink},
    checked_line,
};
use crate::{World, completion::encode_anchor};

pub(super) fn rename(
    world: World<'_>,
    note: NoteId,
    index: usize,
    new_text: &str,
) -> Result<SourceChange, RenameError> {
    let data = world.vault.note(note);
    let new_text = checked_line(new_text)?;
    let heading = &data.note.headings[index];
    if *new_text == *heading.text.value {
        return Ok(SourceChange::default());
    }
    let others = data
        .note
        .headings
        .iter()
        .enumerate()
        .filter(|(other, _)| *other != index);
    let is_alike = |other: &Heading| {
        fold::fold(&other.text.value) == fold::fold(&new_text)
            || slug(&other.text.value) == slug(&new_text)
    };
    if let Some((_, other)) = others.into_iter().find(|(_, other)| is_alike(other)) {
        return Err(RenameError::new(format!(
            "`{}` has a heading `{}` already, which links could not tell from this one; choose another text",
            data.name, other.text.value
        )));
    }
    let renamed = with_text(data, index, &new_text);
    let anchors = Reanchor::new(&data.note.headings, &renamed, index);
    let mut changes = Changes::new(world);
    changes.text(note)?;
    changes.edit(
        note,
        TextEdit::replace(heading.text.span, written(&new_text)),
    );
    for (from, link_index) in world.vault.backlinks(note) {
        let link = &world.vault.note(from).note.links[link_index];
        let new = NewLink {
            target: None,
            anchor: anchors.new_anchor(link),
        };
        changes.link(from, link_index, new);
    }
    changes.finish()
}

/// Returns the source of a heading's text that reads as `text`: as it is where Markdown takes it so, else escaped.
pub(super) fn written(text: &str) -> String {
    let reads_so = |source: &str| {
        let note = note::parse(&format!("# {source}\n")).note;
        note.headings.len() == 1
            && *note.headings[0].text.value == *text
            && note.links.is_empty()
            && note.tags.is_empty()
    };
    if reads_so(text) {
        return text.to_owned();
    }
    let mut escaped = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if c.is_ascii_punctuation() && !"-.,:;'/()".contains(c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// Returns the note's headings as they are once the one at `index` reads `text`.
pub(super) fn with_text(data: &NoteData, index: usize, text: &str) -> Vec<Heading> {
    let mut headings = data.note.headings.to_vec();
    headings[index].text.value = text.into();
    headings
}

/// A note's headings before and after one of them got another text.
pub(super) struct Reanchor<'a> {
    old: Headings<'a>,
    new: Headings<'a>,
    index: usize,
}

/// Headings with the look-up of anchors among them.
struct Headings<'a> {
    written: &'a [Heading],
    anchors: Anchors<'a>,
    slugs: Vec<String>,
}

impl<'a> Headings<'a> {
    fn new(headings: &'a [Heading]) -> Self {
        Self {
            written: headings,
            anchors: Anchors::new(headings),
            slugs: slugs(headings),
        }
    }
}

impl<'a> Reanchor<'a> {
    pub(super) fn new(old: &'a [Heading], new: &'a [Heading], index: usize) -> Self {
        Self {
            old: Headings::new(old),
            new: Headings::new(new),
            index,
        }
    }

    /// Returns what has to stand after the `#` of `link` for it to lead where it did, as it is to be written; `None` where
    /// nothing has to change.
    pub(super) fn new_anchor(&self, link: &Link) -> Option<String> {
        let Some(Anchor::Heading(anchor)) = &link.anchor else {
            return None;
        };
        let path = self.old.anchors.find(&anchor.value)?;
        let names_it = path.contains(&self.index);
        if !names_it && self.new.anchors.find(&anchor.value).as_ref() == Some(&path) {
            return None;
        }
        let last = *path.last()?;
        let is_slug = self.old.slugs[last] == *anchor.value
            && *self.old.written[last].text.value != *anchor.value;
        let by_slug = is_slug || (!link.form.is_wiki() && path.len() == 1);
        let new = if by_slug && !self.new.slugs[last].is_empty() {
            self.new.slugs[last].clone()
        } else if path.len() == 1 {
            wiki_anchor(&self.new.written[last].text.value)
        } else {
            let parts: Vec<&str> = anchor.value.split('#').collect();
            let new_part = |(&part, &index): (&&str, &usize)| {
                if index == self.index {
                    wiki_anchor(&self.new.written[index].text.value).replace('#', " ")
                } else {
                    part.to_owned()
                }
            };
            parts
                .iter()
                .zip(&path)
                .map(new_part)
                .collect::<Vec<_>>()
                .join("#")
        };
        let new = if link.form.is_wiki() {
            new
        } else {
            encode_anchor(&new)
        };
        (*new != *anchor.value).then_some(new)
    }
}
