//! Putting a note together: front matter, then body.

use crate::{Block, Entry, FrontMatter, Heading, Ignore, LineIndex, Link, Promise, Span, Tag};

/// One note, as written. Every list is in the order of the text.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Note {
    /// The YAML block, if the text starts with `---`.
    pub front_matter: Option<Box<FrontMatter>>,
    /// Headings of the body.
    pub headings: Box<[Heading]>,
    /// Links of front matter and body.
    pub links: Box<[Link]>,
    /// Tags of front matter and body.
    pub tags: Box<[Tag]>,
    /// Block ids of the body.
    pub blocks: Box<[Block]>,
    /// Tasks with a date.
    pub promises: Box<[Promise]>,
    /// Dated entries.
    pub entries: Box<[Entry]>,
    /// Diagnostics silenced in this note.
    pub ignores: Box<[Ignore]>,
    /// Where the lines begin.
    pub lines: LineIndex,
    /// Where the body begins: after the front matter's closing line, 0 without one.
    pub body: u32,
}

/// What [`parse`] returns: always a note, and what could not be read of it.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Parsed {
    /// The note, as far as it could be read.
    pub note: Note,
    /// What was wrong, in the order of the text.
    pub problems: Vec<Problem>,
}

/// Something in a note that could not be read as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What sort of thing.
    pub kind: ProblemKind,
    /// Where.
    pub span: Span,
    /// What is wrong, lower-case and without a full stop.
    pub message: String,
}

/// The sorts of [`Problem`]; each is a diagnostic of the same name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProblemKind {
    /// The YAML cannot be read here.
    FrontMatterSyntax,
    /// A key stands twice in one map; the span is that of the later key.
    DuplicateKey,
}

/// Reads one note. Never fails, never panics, takes time linear in the length of `text`.
pub fn parse(text: &str) -> Parsed {
    let _ = text;
    todo!()
}
