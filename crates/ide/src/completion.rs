//! Completion: what could be written at the cursor.
//!
//! Half-typed text is what completion sees, and a parser sees no link in an open `[[`. So what is being written is read
//! from the cursor's line, and the parser is asked only whether a link could stand there at all.

use std::sync::Arc;

use note::{NoteKind, Span, TextEdit};
use vault::{NoteData, NoteId};

use crate::{
    FilePosition, World,
    glance::glance,
    hover::key_meaning,
    matching::{Query, filter_text},
    names::Candidate,
    symbols,
};

mod dates;
mod entry_kind;
mod front_matter;
mod front_matter_key;
mod front_matter_value;
mod heading;
mod mention;
mod path;
mod tag;
mod wiki_link;
mod yaml_cursor;

/// The most items of an answer.
const LIMIT: usize = 100;

/// The answer: at most 100 items, best first.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Completion {
    /// The items.
    pub items: Vec<CompletionItem>,
    /// Whether there are more, so that the client asks again as the user types.
    pub is_incomplete: bool,
}

/// One thing that could be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompletionItem {
    /// What the menu shows.
    pub label: String,
    /// A few words beside it: the kind of note, the circle, the key's type.
    pub detail: Option<String>,
    /// What it is.
    pub kind: CompletionKind,
    /// The edit that writes it; its range holds the cursor and lies on the cursor's line.
    pub edit: TextEdit,
    /// What the client filters on: begins like the text in the edit's range where the match was not literal.
    pub filter_text: String,
    /// Sorts the items as they are sorted here.
    pub sort_text: String,
    /// The note it leads to, for [`resolve_completion`].
    pub note: Option<NoteId>,
    /// The vocabulary key it writes, for [`resolve_completion`].
    pub key: Option<&'static str>,
    /// The note to make when it is chosen, by kind and name.
    pub create: Option<(NoteKind, String)>,
}

/// What a completion item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CompletionKind {
    /// A note by name.
    Note,
    /// A note by alias.
    Alias,
    /// A heading.
    Heading,
    /// A block id.
    Block,
    /// A front matter key.
    Key,
    /// A value of a key.
    Value,
    /// A tag.
    Tag,
    /// A file's path.
    Path,
    /// A note that is not there yet.
    New,
}

/// Returns what could be written at the cursor; empty where nothing is known.
///
/// Source: LSP 3.17 `textDocument/completion`.
pub fn completion(world: World<'_>, position: FilePosition) -> Completion {
    let Some(cx) = Context::new(world, position) else {
        return Completion::default();
    };
    let found = match cx.front_matter() {
        Some(content) => front_matter::complete(&cx, content),
        None => wiki_link::complete(&cx)
            .or_else(|| path::complete(&cx))
            .or_else(|| mention::complete(&cx))
            .or_else(|| tag::complete(&cx))
            .or_else(|| dates::complete_promise(&cx))
            .or_else(|| entry_kind::complete(&cx)),
    };
    found.unwrap_or_default().finish()
}

/// Returns the documentation of an item, Markdown: the contact at a glance, or the key's meaning.
///
/// `key` is a vocabulary key, or `met.how` for one inside another.
///
/// Source: LSP 3.17 `completionItem/resolve`.
pub fn resolve_completion(
    world: World<'_>,
    note: Option<NoteId>,
    key: Option<&str>,
) -> Option<String> {
    if let Some(note) = note {
        return glance(world, note);
    }
    key_meaning(front_matter_key::find(key?)?).into()
}

/// The cursor, the text around it and the world.
struct Context<'a> {
    world: World<'a>,
    note: NoteId,
    data: &'a NoteData,
    text: Arc<str>,
    /// Where the cursor is, on a character boundary of `text`.
    offset: usize,
    /// The range of its line without the line break.
    line: std::ops::Range<usize>,
}

impl<'a> Context<'a> {
    fn new(world: World<'a>, position: FilePosition) -> Option<Self> {
        let data = world.vault.get(position.note)?;
        let text = world.texts.text(&data.path)?;
        let mut offset = (position.offset as usize).min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let start = text[..offset].rfind(['\n', '\r']).map_or(0, |at| at + 1);
        let end = text[offset..]
            .find(['\n', '\r'])
            .map_or(text.len(), |at| offset + at);
        Some(Self {
            world,
            note: position.note,
            data,
            text,
            offset,
            line: start..end,
        })
    }

    /// Returns the line up to the cursor.
    fn before(&self) -> &str {
        &self.text[self.line.start..self.offset]
    }

    /// Returns the line from the cursor on.
    fn after(&self) -> &str {
        &self.text[self.offset..self.line.end]
    }

    /// Returns the range from `start` to `after` bytes behind the cursor.
    fn span(&self, start: usize, after: usize) -> Span {
        Span::from(start..self.offset + after)
    }

    /// Returns the content of the front matter if the cursor is inside it.
    fn front_matter(&self) -> Option<Span> {
        let Some(front_matter) = self.data.note.front_matter.as_deref() else {
            // The first key of a new note: nothing looks like YAML yet.
            let above = self.text[..self.line.start].trim_start_matches('\u{feff}');
            return (above.trim_end() == "---" && above.lines().count() == 1)
                .then(|| Span::from(self.line.clone()));
        };
        let content = front_matter.content;
        // The `---` that closes it begins where the content ends; before it there is a line to write on only at its start.
        let last = if front_matter.closed {
            self.line.end < front_matter.span.end as usize
        } else {
            // A line that does not look like YAML yet ends an open block: it is the one being typed.
            self.line.start <= content.end as usize
        };
        (content.start as usize <= self.line.start && last).then_some(content)
    }

    /// Returns whether a link could begin at `start`: not inside code, a comment, math or an escape.
    ///
    /// One is put there, and the parser is asked whether it sees it.
    fn is_prose(&self, start: usize) -> bool {
        let probed = format!("{}[[x]] {}", &self.text[..start], &self.text[self.offset..]);
        let target = start as u32 + 2;
        note::parse(&probed)
            .note
            .links
            .iter()
            .any(|link| link.form.is_wiki() && link.target.span == Span::new(target, target + 1))
    }
}

/// Items as they are found, in the order to show them.
#[derive(Default)]
struct Items {
    items: Vec<CompletionItem>,
    is_incomplete: bool,
}

impl Items {
    fn finish(mut self) -> Completion {
        if self.items.len() > LIMIT {
            self.items.truncate(LIMIT);
            self.is_incomplete = true;
        }
        for (index, item) in self.items.iter_mut().enumerate() {
            item.sort_text = format!("{index:03}");
        }
        Completion {
            items: self.items,
            is_incomplete: self.is_incomplete,
        }
    }
}

/// Returns an item without note and key; its place among others is given later.
fn item(
    kind: CompletionKind,
    label: impl Into<String>,
    edit: TextEdit,
    filter_text: String,
) -> CompletionItem {
    CompletionItem {
        label: label.into(),
        detail: None,
        kind,
        edit,
        filter_text,
        sort_text: String::new(),
        note: None,
        key: None,
        create: None,
    }
}

/// Returns those of `choices` that match `typed`, best first; of equal matches the earlier one.
fn matches<T>(
    typed: &str,
    choices: impl IntoIterator<Item = T>,
    text: impl Fn(&T) -> &str,
) -> Vec<T> {
    let mut query = Query::new(typed);
    let mut found: Vec<(u32, T)> = choices
        .into_iter()
        .filter_map(|choice| Some((query.score(text(&choice))?, choice)))
        .collect();
    found.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    found.into_iter().map(|(_, choice)| choice).collect()
}

/// Returns a few words about a note beside its name: whose alias it is, which of several it is, what it is.
fn note_detail(candidate: &Candidate<'_>, is_namesake: bool) -> String {
    let data = candidate.data;
    if candidate.is_alias {
        return data.name.to_string();
    }
    let detail = symbols::note_detail(data).unwrap_or_else(|| data.kind.word().to_owned());
    if is_namesake {
        format!("{detail}, {}", data.path)
    } else {
        detail
    }
}

/// Returns the number of bytes at the start of `text` that `is_part` takes.
fn prefix_len(text: &str, is_part: impl Fn(char) -> bool) -> usize {
    text.find(|c| !is_part(c)).unwrap_or(text.len())
}

/// Returns a path as a Markdown destination that is not in `<>`, in a table too.
pub fn encode_path(path: &str) -> String {
    path::encode(path, " ()<>\\|")
}

/// Returns an anchor as the end of a Markdown destination that is not in `<>`.
pub(crate) fn encode_anchor(anchor: &str) -> String {
    path::encode(anchor, " ()<>\\")
}

#[cfg(test)]
mod tests;
