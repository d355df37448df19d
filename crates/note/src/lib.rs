//! One note: text in, a spanned [`Note`] and a list of [`Problem`]s out.
//!
//! This crate knows Markdown, YAML front matter, dates and the vocabulary of keys. It knows nothing of
//! paths, other notes, the disk, git or the clock. Every value taken from a text keeps its byte range,
//! so that a diagnostic, a rename and a hover can all point at it. Parsing never fails and is linear.

pub mod anchor;
pub mod edit;
pub mod fold;
mod front_matter;
pub mod human_date;
pub mod key;
mod line_index;
mod markdown;
pub mod merge;
pub mod packed;
mod parse;
mod span;
pub mod value;
mod work;

pub use edit::TextEdit;
pub use front_matter::{Data, Field, FrontMatter, Scalar, ScalarStyle, Value};
pub use key::{Key, KeyType, NoteKind};
pub use line_index::{Encoding, LineColumn, LineIndex};
pub use markdown::{
    Anchor, Block, Element, ElementKind, Entry, EntryForm, Heading, Ignore, Link, LinkForm, Place,
    Promise, Tag, elements, is_tag_char, without_html,
};
pub use parse::{Note, Parsed, Problem, ProblemKind, parse};
pub use span::{Span, Spanned};

/// Whom an interaction names: a note's path from the vault's root, and the note's `uid` where it has one.
///
/// This is the value of a `Contact:` trailer, `people/ada-lovelace.md <urn:uuid:…>`. Paths use `/`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ContactId {
    /// The note's path from the vault's root, with `/` and extension.
    pub path: Box<str>,
    /// The note's `uid`, verbatim, if it has one.
    pub uid: Option<Box<str>>,
}
