//! Going to definitions and finding references.

use note::{Anchor, Link, Span, anchor::Anchors, fold};
use vault::{NoteData, NoteId};

use crate::{
    FilePosition, FileSpan, World,
    cursor::{Subject, Via, is_name_heading, subject_at, via},
    words,
};

/// A place to go to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NavTarget {
    /// The note.
    pub note: NoteId,
    /// All of the thing: the note, the heading's section, the block.
    pub full: Span,
    /// What to put the cursor on: the name, the heading's text.
    pub focus: Span,
}

/// Where one goes from a range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Navigation {
    /// What under the cursor was followed: the whole link, brackets included.
    pub origin: Span,
    /// Where it leads; several where it is ambiguous.
    pub targets: Vec<NavTarget>,
}

/// Returns where the link under the cursor leads; from an alias, a name or a heading, to the thing itself.
///
/// Source: LSP 3.17 `textDocument/definition`.
pub fn definition(world: World<'_>, position: FilePosition) -> Option<Navigation> {
    let data = world.vault.get(position.note)?;
    match subject_at(world, position)? {
        Subject::Link(index) => {
            let link = &data.note.links[index];
            let targets = targets(world, link, &world.vault.resolution(position.note, index));
            (!targets.is_empty()).then_some(Navigation {
                origin: link.span,
                targets,
            })
        }
        Subject::Heading(index) => {
            let heading = &data.note.headings[index];
            Some(Navigation {
                origin: heading.text.span,
                targets: vec![NavTarget {
                    note: position.note,
                    full: data.note.section(index),
                    focus: heading.text.span,
                }],
            })
        }
        Subject::Alias(alias) => Some(to_self(world, position.note, alias.span)),
        Subject::Name(span) => Some(to_self(world, position.note, span)),
        _ => None,
    }
}

/// Returns the way from a name to the note that has it.
fn to_self(world: World<'_>, note: NoteId, origin: Span) -> Navigation {
    Navigation {
        origin,
        targets: vec![note_target(world, note, None)],
    }
}

/// Returns the places that `link` leads to, given the notes it reaches.
pub(crate) fn targets(
    world: World<'_>,
    link: &Link,
    resolution: &vault::Resolution,
) -> Vec<NavTarget> {
    let notes = match resolution {
        vault::Resolution::Note(note) => std::slice::from_ref(note),
        vault::Resolution::Ambiguous(notes) => notes,
        _ => &[],
    };
    let target = |&note: &NoteId| {
        anchor_target(world, note, link).unwrap_or_else(|| note_target(world, note, Some(link)))
    };
    notes.iter().map(target).collect()
}

/// Returns the note itself as a place: its focus is the name, or the alias that `link` uses.
fn note_target(world: World<'_>, note: NoteId, link: Option<&Link>) -> NavTarget {
    let data = world.vault.note(note);
    let alias = match link.map(|link| via(data, link)) {
        Some(Via::Alias(index)) => data.aliases().nth(index).map(|alias| alias.span),
        _ => None,
    };
    NavTarget {
        note,
        full: Span::new(0, data.note.lines.text_len()),
        focus: name_focus(world, data, alias.or(data.name_span)),
    }
}

/// Returns where to put the cursor for a name written at `span`; the body's start where it is written nowhere.
pub(crate) fn name_focus(world: World<'_>, data: &NoteData, span: Option<Span>) -> Span {
    let Some(span) = span else {
        return Span::at(data.note.body);
    };
    match world.texts.text(&data.path) {
        Some(text) => words::inside_quotes(&text, span),
        None => span,
    }
}

/// Returns the heading or block that `link`'s anchor names in `note`.
fn anchor_target(world: World<'_>, note: NoteId, link: &Link) -> Option<NavTarget> {
    let found = &world.vault.note(note).note;
    match link.anchor.as_ref()? {
        Anchor::Heading(anchor) => {
            let index = found.find_heading(&anchor.value)?;
            Some(NavTarget {
                note,
                full: found.section(index),
                focus: found.headings[index].text.span,
            })
        }
        Anchor::Block(id) => {
            let block = &found.blocks[found.find_block(&id.value)?];
            let line = found.lines.line_of(block.id.span.start);
            Some(NavTarget {
                note,
                full: Span::new(found.lines.line_start(line), block.id.span.end),
                focus: block.id.span,
            })
        }
    }
}

/// Returns the links to what is under the cursor (a link's target, the note's name or heading, a tag), sorted by path
/// and range; with `declaration`, what it is declared by too.
///
/// On an alias those are the links that use it; anywhere else in the front matter, the links to the note.
///
/// Source: LSP 3.17 `textDocument/references`.
pub fn references(world: World<'_>, position: FilePosition, declaration: bool) -> Vec<FileSpan> {
    let mut found = find_references(world, position, declaration).unwrap_or_default();
    found.sort_by_cached_key(|found| (world.vault.note(found.note).path.clone(), found.span));
    found.dedup();
    found
}

fn find_references(
    world: World<'_>,
    position: FilePosition,
    declaration: bool,
) -> Option<Vec<FileSpan>> {
    let id = position.note;
    let data = world.vault.get(id)?;
    let found = match subject_at(world, position)? {
        Subject::Link(index) => {
            let link = &data.note.links[index];
            let target = world.vault.resolution(id, index).note()?;
            match &link.anchor {
                Some(anchor) if on_anchor(link, anchor, position.offset) => {
                    to_anchor(world, target, anchor, declaration)?
                }
                _ => to_note(world, target, declaration),
            }
        }
        Subject::Heading(index) if is_name_heading(data, index) => to_note(world, id, declaration),
        Subject::Heading(index) => to_heading(world, id, index, declaration),
        Subject::Block(index) => to_block(world, id, index, declaration),
        Subject::Alias(alias) => {
            let mut found = to_alias(world, id, alias.value);
            if declaration {
                found.push(FileSpan {
                    note: id,
                    span: name_focus(world, data, Some(alias.span)),
                });
            }
            found
        }
        Subject::Tag(index) => of_tag(world, &data.note.tags[index].name.value),
        Subject::Name(_) | Subject::Key(_) | Subject::Value(_) | Subject::FrontMatter => {
            to_note(world, id, declaration)
        }
    };
    Some(found)
}

/// Returns whether the cursor is on the link's anchor rather than on its target.
pub(crate) fn on_anchor(link: &Link, anchor: &Anchor, offset: u32) -> bool {
    let span = match anchor {
        Anchor::Heading(text) => text.span,
        Anchor::Block(id) => id.span,
    };
    link.target.value.is_empty() || (span.touches(offset) && link.target.span.end < offset)
}

/// Returns the links to `note`, sorted by path and range.
pub fn links_of(world: World<'_>, note: NoteId) -> Vec<FileSpan> {
    let mut found = to_note(world, note, false);
    found.sort_by_cached_key(|found| (world.vault.note(found.note).path.clone(), found.span));
    found
}

/// Returns the links to `note`, in no order.
fn to_note(world: World<'_>, note: NoteId, declaration: bool) -> Vec<FileSpan> {
    let data = world.vault.note(note);
    let mut found: Vec<FileSpan> = links_to(world, note)
        .filter(|(_, link)| !link.target.value.is_empty())
        .map(|(note, link)| FileSpan {
            note,
            span: link.span,
        })
        .collect();
    if declaration {
        found.push(FileSpan {
            note,
            span: name_focus(world, data, data.name_span),
        });
    }
    found
}

/// Returns the links to `note` with the notes they stand in.
pub(crate) fn links_to(world: World<'_>, note: NoteId) -> impl Iterator<Item = (NoteId, &Link)> {
    let links = world.vault.backlinks(note).into_iter();
    links.map(move |(from, index)| (from, &world.vault.note(from).note.links[index]))
}

fn to_alias(world: World<'_>, note: NoteId, alias: &str) -> Vec<FileSpan> {
    let data = world.vault.note(note);
    let alias = fold::fold(alias);
    let uses = |link: &Link| match via(data, link) {
        Via::Alias(_) => fold::fold(&link.target.value) == alias,
        _ => false,
    };
    links_to(world, note)
        .filter(|(_, link)| uses(link))
        .map(|(note, link)| FileSpan {
            note,
            span: link.span,
        })
        .collect()
}

fn to_anchor(
    world: World<'_>,
    note: NoteId,
    anchor: &Anchor,
    declaration: bool,
) -> Option<Vec<FileSpan>> {
    let target = &world.vault.note(note).note;
    Some(match anchor {
        Anchor::Heading(text) => {
            to_heading(world, note, target.find_heading(&text.value)?, declaration)
        }
        Anchor::Block(id) => to_block(world, note, target.find_block(&id.value)?, declaration),
    })
}

fn to_heading(world: World<'_>, note: NoteId, index: usize, declaration: bool) -> Vec<FileSpan> {
    let target = &world.vault.note(note).note;
    let anchors = Anchors::new(&target.headings);
    let leads_here = |link: &Link| match &link.anchor {
        Some(Anchor::Heading(text)) => {
            anchors.find(&text.value).and_then(|mut path| path.pop()) == Some(index)
        }
        _ => false,
    };
    let mut found: Vec<FileSpan> = links_to(world, note)
        .filter(|(_, link)| leads_here(link))
        .map(|(note, link)| FileSpan {
            note,
            span: link.span,
        })
        .collect();
    if declaration {
        found.push(FileSpan {
            note,
            span: target.headings[index].text.span,
        });
    }
    found
}

fn to_block(world: World<'_>, note: NoteId, index: usize, declaration: bool) -> Vec<FileSpan> {
    let target = &world.vault.note(note).note;
    let id = fold::fold(&target.blocks[index].id.value);
    let mut found: Vec<FileSpan> = links_to(world, note)
        .filter(|(_, link)| {
            matches!(&link.anchor, Some(Anchor::Block(block)) if fold::fold(&block.value) == id)
        })
        .map(|(note, link)| FileSpan {
            note,
            span: link.span,
        })
        .collect();
    if declaration {
        found.push(FileSpan {
            note,
            span: target.blocks[index].id.span,
        });
    }
    found
}

/// Returns every place where `tag` is written, in body and front matter.
fn of_tag(world: World<'_>, tag: &str) -> Vec<FileSpan> {
    let folded = fold::fold(tag);
    let mut found = Vec::new();
    for note in world.vault.by_tag(tag) {
        let tags = world.vault.note(note).note.tags.iter();
        found.extend(
            tags.filter(|tag| fold::fold(&tag.name.value) == folded)
                .map(|tag| FileSpan {
                    note,
                    span: tag.name.span,
                }),
        );
    }
    found
}

#[cfg(test)]
mod tests;
