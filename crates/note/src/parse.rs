//! Putting a note together: front matter, then body.

use serde::{Deserialize, Serialize};

use crate::markdown::{Found, read_body, read_front_matter};
use crate::{
    Block, Entry, FrontMatter, Heading, Ignore, LineIndex, Link, Promise, Span, Tag, front_matter,
};

/// One note, as written. Every list is in the order of the text.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// What sort of thing.
    pub kind: ProblemKind,
    /// Where.
    pub span: Span,
    /// What is wrong, lower-case and without a full stop.
    pub message: String,
}

/// The sorts of [`Problem`]; each is a diagnostic of the same name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ProblemKind {
    /// The YAML cannot be read here.
    FrontMatterSyntax,
    /// A key stands twice in one map; the span is that of the later key.
    DuplicateKey,
}

/// Reads one note. Never fails, never panics, takes time linear in the length of `text`.
pub fn parse(text: &str) -> Parsed {
    let lines = LineIndex::new(text);
    let (front_matter, problems) = match front_matter::parse(text) {
        Some((front_matter, problems)) => (Some(Box::new(front_matter)), problems),
        None => (None, Vec::new()),
    };
    let mut found = Found::default();
    let body = match &front_matter {
        Some(front_matter) => {
            read_front_matter(text, front_matter, &mut found);
            lines.line_start(lines.line_of(front_matter.span.end) + 1)
        }
        None => 0,
    };
    read_body(text, body as usize, &lines, &mut found);
    found.sort();
    Parsed {
        note: Note {
            front_matter,
            headings: found.headings.into(),
            links: found.links.into(),
            tags: found.tags.into(),
            blocks: found.blocks.into(),
            promises: found.promises.into(),
            entries: found.entries.into(),
            ignores: found.ignores.into(),
            lines,
            body,
        },
        problems,
    }
}

#[cfg(test)]
mod growth;
#[cfg(test)]
mod invariants;
