//! Putting a change together: edits of many notes, each checked against the text it is made for.

use std::{collections::BTreeMap, sync::Arc};

use note::{Anchor, Link, LinkForm, Span, TextEdit, edit};
use vault::{NoteId, SourceChange};

use super::RenameError;
use crate::World;

/// What becomes of one link.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct NewLink {
    /// The new target, a plain name or path.
    pub(super) target: Option<String>,
    /// The new text after `#`, as it is to be written.
    pub(super) anchor: Option<String>,
}

/// A change as it is put together.
pub(super) struct Changes<'a> {
    world: World<'a>,
    texts: BTreeMap<NoteId, Arc<str>>,
    /// Edits other than of links.
    edits: BTreeMap<NoteId, Vec<TextEdit>>,
    links: BTreeMap<NoteId, BTreeMap<usize, NewLink>>,
}

impl<'a> Changes<'a> {
    pub(super) fn new(world: World<'a>) -> Self {
        Self {
            world,
            texts: BTreeMap::new(),
            edits: BTreeMap::new(),
            links: BTreeMap::new(),
        }
    }

    /// Returns the note's text, which is the one that was read into the vault.
    ///
    /// # Errors
    /// Where it cannot be read or has changed meanwhile.
    pub(super) fn text(&mut self, note: NoteId) -> Result<Arc<str>, RenameError> {
        if let Some(text) = self.texts.get(&note) {
            return Ok(text.clone());
        }
        let data = self.world.vault.note(note);
        let Some(text) = self.world.texts.text(&data.path) else {
            return Err(RenameError::new(format!(
                "`{}` cannot be read; nothing was renamed, so see to that file and try again",
                data.path
            )));
        };
        if note::LineIndex::new(&text) != data.note.lines {
            return Err(stale(&data.path));
        }
        self.texts.insert(note, text.clone());
        Ok(text)
    }

    /// Adds an edit of `note`, unless it is there already.
    pub(super) fn edit(&mut self, note: NoteId, edit: TextEdit) {
        let edits = self.edits.entry(note).or_default();
        if !edits.contains(&edit) {
            edits.push(edit);
        }
    }

    /// Has a link rewritten.
    pub(super) fn link(&mut self, note: NoteId, index: usize, new: NewLink) {
        if new != NewLink::default() {
            self.links.entry(note).or_default().insert(index, new);
        }
    }

    /// Returns the whole change.
    ///
    /// # Errors
    /// Where a text cannot be read or has changed meanwhile.
    pub(super) fn finish(mut self) -> Result<SourceChange, RenameError> {
        let mut change = SourceChange::default();
        let notes: Vec<NoteId> = {
            let mut notes: Vec<NoteId> = self
                .edits
                .keys()
                .chain(self.links.keys())
                .copied()
                .collect();
            notes.sort_unstable();
            notes.dedup();
            notes
        };
        for note in notes {
            let text = self.text(note)?;
            let path = &self.world.vault.note(note).path;
            let own = self.edits.remove(&note).unwrap_or_default();
            let links = self.links.remove(&note).unwrap_or_default();
            let edits = note_edits(self.world, note, &text, &own, &links)?;
            if edit::apply(&text, &edits).is_none() {
                return Err(stale(path));
            }
            if !edits.is_empty() {
                change.edits.insert((**path).into(), edits);
            }
        }
        Ok(change)
    }
}

fn stale(path: &str) -> RenameError {
    RenameError::new(format!(
        "`{path}` has changed since it was read; nothing was renamed, so try again in a moment"
    ))
}

/// Returns the edits of one note, sorted, none overlapping another.
fn note_edits(
    world: World<'_>,
    note: NoteId,
    text: &str,
    own: &[TextEdit],
    links: &BTreeMap<usize, NewLink>,
) -> Result<Vec<TextEdit>, RenameError> {
    let all = &world.vault.note(note).note.links;
    // A link inside a text that is written anew goes with it.
    let is_gone = |link: &Link| {
        own.iter()
            .any(|edit| !edit.span.is_empty() && edit.span.contains(link.target.span))
    };
    let mut of_links: Vec<TextEdit> = Vec::new();
    for (&index, new) in links {
        if !is_link(text, &all[index]) {
            return Err(stale(&world.vault.note(note).path));
        }
        if !is_gone(&all[index]) {
            of_links.extend(link_edits(text, &all[index], new));
        }
    }
    let mut edits = own.to_vec();
    edits.append(&mut of_links);
    edits.sort();
    edits.dedup();
    let overlap = |edits: &[TextEdit]| {
        edits
            .windows(2)
            .any(|pair| pair[1].span.start < pair[0].span.end)
    };
    if !overlap(&edits) {
        return Ok(edits);
    }
    // Two links in one bare YAML value that has to be quoted whole: one after the other, and then what differs. Bare names
    // are no links to the parser; they stand alone in their values.
    let is_bare = |index: usize| all[index].form == LinkForm::BareName;
    let bare = links.iter().filter(|(index, _)| is_bare(**index));
    let mut first = own.to_vec();
    first.extend(bare.flat_map(|(&index, new)| link_edits(text, &all[index], new)));
    let mut after = edit::apply(text, &first);
    for (&index, new) in links.iter().filter(|(index, _)| !is_bare(**index)) {
        if is_gone(&all[index]) {
            continue;
        }
        let before = all[..index].iter().enumerate();
        let nth = before
            .filter(|(index, link)| !is_bare(*index) && !is_gone(link))
            .count();
        after = after.and_then(|after| {
            let parsed = note::parse(&after).note;
            edit::apply(&after, &link_edits(&after, parsed.links.get(nth)?, new))
        });
    }
    match after {
        Some(after) => Ok(vec![difference(text, &after)]),
        None => Err(stale(&world.vault.note(note).path)),
    }
}

/// Returns the one edit that turns `before` into `after`, without what both begin and end with.
pub(crate) fn difference(before: &str, after: &str) -> TextEdit {
    let start = before
        .char_indices()
        .zip(after.chars())
        .find(|((_, a), b)| a != b)
        .map_or(before.len().min(after.len()), |((at, _), _)| at);
    let end: usize = before[start..]
        .chars()
        .rev()
        .zip(after[start..].chars().rev())
        .take_while(|(a, b)| a == b)
        .map(|(a, _)| a.len_utf8())
        .sum();
    TextEdit::replace(
        Span::from(start..before.len() - end),
        &after[start..after.len() - end],
    )
}

pub(super) fn link_edits(text: &str, link: &Link, new: &NewLink) -> Vec<TextEdit> {
    let mut edits = Vec::new();
    if let Some(target) = &new.target {
        edits.push(edit::retarget(text, link, target));
    }
    if let Some(anchor) = &new.anchor
        && let Some(Anchor::Heading(old)) = &link.anchor
    {
        edits.push(TextEdit::replace(old.span, anchor.as_str()));
    }
    edits
}

/// Returns whether `text` has a link where `link` says, with the target it says.
fn is_link(text: &str, link: &Link) -> bool {
    let source = link.span.of(text);
    let has_brackets = match link.form {
        LinkForm::Wiki => source.starts_with("[[") && source.ends_with("]]"),
        LinkForm::WikiEmbed => source.starts_with("![[") && source.ends_with("]]"),
        LinkForm::Inline => source.starts_with('[') && source.ends_with(')'),
        LinkForm::InlineImage => source.starts_with("![") && source.ends_with(')'),
        LinkForm::Reference => source.ends_with(']'),
        LinkForm::Definition => source.starts_with('['),
        LinkForm::BareName => true,
    };
    let target = link.target.span.of(text);
    // What is written otherwise than it reads cannot be compared letter by letter.
    let is_written_plainly = !target.contains(['%', '\\', '&', '\'', '"', '\n']);
    has_brackets && (!is_written_plainly || *target == *link.target.value)
}
