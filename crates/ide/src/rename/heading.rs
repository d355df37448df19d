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
    let anchors = Reanchor::new(data, index, &new_text);
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

/// A note's headings before and after one of them got another text.
pub(super) struct Reanchor {
    old: Headings,
    new: Headings,
    index: usize,
}

/// Headings with the look-up of anchors among them.
struct Headings {
    headings: Vec<Heading>,
    slugs: Vec<String>,
}

impl Headings {
    fn find(&self, anchor: &str) -> Option<Vec<usize>> {
        Anchors::new(&self.headings).find(anchor)
    }
}

impl Reanchor {
    pub(super) fn new(data: &NoteData, index: usize, new_text: &str) -> Self {
        let old = data.note.headings.to_vec();
        let mut new = old.clone();
        new[index].text.value = new_text.into();
        let headings = |headings: Vec<Heading>| Headings {
            slugs: slugs(&headings),
            headings,
        };
        Self {
            old: headings(old),
            new: headings(new),
            index,
        }
    }

    /// Returns what has to stand after the `#` of `link` for it to lead where it did, as it is to be written; `None` where
    /// nothing has to change.
    pub(super) fn new_anchor(&self, link: &Link) -> Option<String> {
        let Some(Anchor::Heading(anchor)) = &link.anchor else {
            return None;
        };
        let path = self.old.find(&anchor.value)?;
        let names_it = path.contains(&self.index);
        if !names_it && self.new.find(&anchor.value).as_ref() == Some(&path) {
            return None;
        }
        let last = *path.last()?;
        let is_slug = self.old.slugs[last] == *anchor.value
            && *self.old.headings[last].text.value != *anchor.value;
        let new = if !link.form.is_wiki()
            && (is_slug || path.len() == 1)
            && !self.new.slugs[last].is_empty()
        {
            self.new.slugs[last].clone()
        } else if is_slug {
            self.new.slugs[last].clone()
        } else if path.len() == 1 {
            wiki_anchor(&self.new.headings[last].text.value)
        } else {
            let parts: Vec<&str> = anchor.value.split('#').collect();
            let new_part = |(&part, &index): (&&str, &usize)| match index == self.index {
                true => wiki_anchor(&self.new.headings[index].text.value).replace('#', " "),
                false => part.to_owned(),
            };
            parts
                .iter()
                .zip(&path)
                .map(new_part)
                .collect::<Vec<_>>()
                .join("#")
        };
        let new = match link.form.is_wiki() {
            true => new,
            false => encode_anchor(&new),
        };
        (*new != *anchor.value).then_some(new)
    }
}
