//! Links in double brackets: names and aliases, headings after `#`, blocks after `^`.

use std::ops::Range;

use note::{Link, NoteKind, TextEdit};
use vault::NoteId;

use super::{
    CompletionItem, CompletionKind, Context, Items, filter_text, heading, item, note_detail,
};
use crate::names;

/// How a link stands in what is around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quoting {
    /// In the body, or in YAML that needs nothing.
    None,
    /// Inside these quotes of a YAML scalar, which are closed behind it or not yet.
    Inside { quote: char, closed: bool },
    /// Bare at the start of a YAML value, where brackets would be lists: quotes have to be written too.
    Needed,
}

/// A link being written, read from the cursor's line.
struct OpenLink {
    /// Where its `[[` is.
    brackets: usize,
    /// Where the part begins that the cursor is in, after `[[`, `#` or `^`.
    start: usize,
    part: Part,
    /// How far the part goes on behind the cursor, in bytes.
    rest: usize,
    /// How far the link goes on behind the cursor with its brackets; `None` where it is not closed.
    closed: Option<usize>,
    /// Whether a label or an anchor follows.
    is_followed: bool,
}

enum Part {
    Target,
    Heading { target: Range<usize> },
    Block { target: Range<usize> },
}

pub(super) fn complete(cx: &Context<'_>) -> Option<Items> {
    let link = find_open(cx)?;
    if !cx.is_prose(link.brackets) {
        return Some(Items::default());
    }
    Some(complete_link(cx, &link, Quoting::None, None))
}

/// Completes a link in a front matter, to notes of `kind` first.
pub(super) fn complete_quoted(
    cx: &Context<'_>,
    quoting: impl Fn(usize) -> Quoting,
    kind: Option<NoteKind>,
) -> Option<Items> {
    let link = find_open(cx)?;
    Some(complete_link(cx, &link, quoting(link.brackets), kind))
}

/// Finds the link that is open at the cursor; `None` where none is, or the cursor is in its label.
fn find_open(cx: &Context<'_>) -> Option<OpenLink> {
    let before = cx.before();
    let brackets = before.rfind("[[")?;
    let inside = &before[brackets + 2..];
    if inside.contains("]]") || inside.contains('|') {
        return None;
    }
    let brackets = cx.line.start + brackets;
    let target_start = brackets + 2;
    let (part, start, ends): (_, _, &[char]) = match inside.find('#') {
        Some(hash) => {
            let target = target_start..target_start + hash;
            let anchor = &inside[hash + 1..];
            match anchor.trim_start().strip_prefix('^') {
                Some(id) => (Part::Block { target }, cx.offset - id.len(), &['|']),
                None => (Part::Heading { target }, cx.offset - anchor.len(), &['|']),
            }
        }
        None => match inside.rfind('^') {
            Some(caret) if !inside[caret + 1..].contains(' ') => {
                let target = target_start..target_start + caret;
                let start = target_start + caret + 1;
                (Part::Block { target }, start, &['|'])
            }
            _ => (Part::Target, target_start, &['|', '#', '^']),
        },
    };
    let after = cx.after();
    let end = after
        .find("]]")
        .filter(|&end| after.find("[[").is_none_or(|open| open > end));
    let (rest, closed) = match end {
        Some(end) => {
            let rest = after[..end].find(ends).unwrap_or(end);
            let rest = after[..rest].trim_end_matches('\\').len();
            (rest, Some(end + 2))
        }
        None => (0, None),
    };
    Some(OpenLink {
        brackets,
        start,
        part,
        rest,
        closed,
        is_followed: closed.is_some_and(|closed| rest + 2 < closed),
    })
}

fn complete_link(
    cx: &Context<'_>,
    link: &OpenLink,
    quoting: Quoting,
    kind: Option<NoteKind>,
) -> Items {
    match &link.part {
        Part::Target => names(cx, link, quoting, kind),
        Part::Heading { target } => match target_note(cx, target.clone()) {
            Some(note) => headings(cx, link, quoting, note),
            None => Items::default(),
        },
        Part::Block { target } => match target_note(cx, target.clone()) {
            Some(note) => blocks(cx, link, quoting, note),
            None => Items::default(),
        },
    }
}

fn names(cx: &Context<'_>, link: &OpenLink, quoting: Quoting, kind: Option<NoteKind>) -> Items {
    let typed = &cx.text[link.start..cx.offset];
    // A path is looked for by its last part; the folders before it have to match then.
    let (folder, name) = typed
        .rsplit_once('/')
        .map_or(("", typed), |(folder, name)| (folder, name));
    let candidates = names::candidates(cx.world, cx.note, name, kind);
    let in_table = cx.text[cx.line.clone()].trim_start().starts_with('|');
    let bar = if in_table { "\\|" } else { "|" };
    let mut items = Items {
        items: Vec::new(),
        is_incomplete: candidates.is_incomplete,
    };
    for candidate in candidates.found {
        let (target, label) = if folder.is_empty() {
            names::shortest_form(cx.world, candidate.id, candidate.name)
        } else {
            let path = vault::path::without_extension(&candidate.data.path);
            let is_below = path
                .get(..folder.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(folder));
            if !is_below {
                continue;
            }
            (path.to_owned(), None)
        };
        let is_namesake = label.is_some();
        let label = match label {
            Some(label) if !link.is_followed => format!("{bar}{label}"),
            _ => String::new(),
        };
        let shown = if folder.is_empty() {
            candidate.name
        } else {
            &target
        };
        let mut item = write(
            cx,
            link,
            quoting,
            if candidate.is_alias {
                CompletionKind::Alias
            } else {
                CompletionKind::Note
            },
            shown,
            &format!("{target}{label}"),
        );
        item.detail = Some(note_detail(&candidate, is_namesake));
        item.note = Some(candidate.id);
        items.items.push(item);
    }
    if folder.is_empty()
        && let Some(new) = creation(cx, link, quoting, kind)
    {
        // It is called what is typed, so it has to be asked for again with every letter.
        items.is_incomplete = true;
        items.items.truncate(super::LIMIT - 1);
        items.items.push(new);
    }
    items
}

/// Returns the item that links a note of this name and makes it, where nothing is called that.
fn creation(
    cx: &Context<'_>,
    link: &OpenLink,
    quoting: Quoting,
    kind: Option<NoteKind>,
) -> Option<CompletionItem> {
    let kind = match kind {
        Some(kind @ (NoteKind::Organization | NoteKind::Event | NoteKind::Goal)) => kind,
        _ => NoteKind::Contact,
    };
    let name = cx.text[link.start..cx.offset].trim();
    let is_name =
        names::is_wiki_target(name) && name.chars().filter(|c| c.is_alphabetic()).count() > 1;
    let is_embed = cx.text[..link.brackets].ends_with('!');
    if !is_name || is_embed || link.is_followed || !cx.world.vault.called(name).is_empty() {
        return None;
    }
    let mut item = write(cx, link, quoting, CompletionKind::New, name, name);
    item.label = format!("{name} (new {})", kind.word());
    item.detail = Some(format!("creates the {}", kind.word()));
    item.create = Some((kind, name.to_owned()));
    Some(item)
}

fn headings(cx: &Context<'_>, link: &OpenLink, quoting: Quoting, note: NoteId) -> Items {
    let typed = &cx.text[link.start..cx.offset];
    let found = heading::offered(cx, note, typed);
    let items = found.into_iter().map(|heading| {
        let mut item = write(
            cx,
            link,
            quoting,
            CompletionKind::Heading,
            &heading.label,
            &heading.anchor,
        );
        item.detail = Some(heading.detail);
        item
    });
    Items {
        items: items.collect(),
        is_incomplete: false,
    }
}

fn blocks(cx: &Context<'_>, link: &OpenLink, quoting: Quoting, note: NoteId) -> Items {
    let typed = &cx.text[link.start..cx.offset];
    let data = cx.world.vault.note(note);
    let text = cx.world.texts.text(&data.path);
    let found = super::matches(typed, &data.note.blocks[..], |block| &*block.id.value);
    let items = found.into_iter().map(|block| {
        let id = &block.id.value;
        let mut item = write(cx, link, quoting, CompletionKind::Block, id, id);
        item.detail = text.as_deref().map(|text| {
            let line = data.note.lines.line_of(block.id.span.start);
            let start = data.note.lines.line_start(line) as usize;
            let line = text.get(start..block.id.span.start as usize).unwrap_or("");
            line.trim()
                .trim_end_matches('^')
                .trim()
                .chars()
                .take(60)
                .collect()
        });
        item
    });
    Items {
        items: items.collect(),
        is_incomplete: false,
    }
}

/// Returns the note that the text in `target` reaches from here; the note itself where it is empty.
fn target_note(cx: &Context<'_>, target: Range<usize>) -> Option<NoteId> {
    let target = cx.text[target].trim();
    if target.is_empty() {
        return Some(cx.note);
    }
    let parsed = note::parse(&format!("[[{target}]]")).note;
    let link: &Link = parsed.links.first()?;
    cx.world.vault.resolve(&cx.data.path, link).note()
}

/// Returns the item that writes `insert` for the part under the cursor, and closes what is still open.
fn write(
    cx: &Context<'_>,
    link: &OpenLink,
    quoting: Quoting,
    kind: CompletionKind,
    label: &str,
    insert: &str,
) -> CompletionItem {
    let typed = &cx.text[link.start..cx.offset];
    let after = cx.after();
    // A single bracket behind the cursor is half of the pair that is missing.
    let half =
        usize::from(link.closed.is_none() && after.starts_with(']') && !after.starts_with("]]"));
    let close = if link.closed.is_some() { "" } else { "]]" };
    let insert = match quoting {
        Quoting::Inside { quote: '"', .. } | Quoting::Needed => {
            insert.replace('\\', "\\\\").replace('"', "\\\"")
        }
        Quoting::Inside { .. } => insert.replace('\'', "''"),
        Quoting::None => insert.to_owned(),
    };
    let (start, end, text, filter) = match quoting {
        Quoting::None => (
            link.start,
            link.rest + half,
            format!("{insert}{close}"),
            filter_text(typed, label),
        ),
        Quoting::Inside { quote, closed } => {
            let quote = if closed || link.closed.is_some() {
                String::new()
            } else {
                quote.to_string()
            };
            (
                link.start,
                link.rest + half,
                format!("{insert}{close}{quote}"),
                filter_text(typed, label),
            )
        }
        Quoting::Needed => {
            let head = &cx.text[link.brackets..link.start];
            let tail = match link.closed {
                Some(closed) => &after[link.rest..closed],
                None => "]]",
            };
            (
                link.brackets,
                link.closed.unwrap_or(half),
                format!("\"{head}{insert}{tail}\""),
                format!("{head}{}", filter_text(typed, label)),
            )
        }
    };
    item(
        kind,
        label,
        TextEdit::replace(cx.span(start, end), text),
        filter,
    )
}
