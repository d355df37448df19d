//! Completion: what could be written at the cursor.

use note::{Span, TextEdit};
use vault::NoteId;

use crate::{FilePosition, World};

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
}

/// Returns what could be written at the cursor; empty where nothing is known.
///
/// Source: LSP 3.17 `textDocument/completion`.
pub fn completion(world: World<'_>, position: FilePosition) -> Completion {
    let _ = (world, position);
    todo!()
}

/// Returns the documentation of an item, Markdown: the contact at a glance, or the key's meaning.
///
/// Source: LSP 3.17 `completionItem/resolve`.
pub fn resolve_completion(
    world: World<'_>,
    note: Option<NoteId>,
    key: Option<&str>,
) -> Option<String> {
    let _ = (world, note, key);
    todo!()
}
