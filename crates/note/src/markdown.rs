//! What the body of a note holds: headings, links, tags, promises, dated entries.
//!
//! Nothing is taken from code, HTML, `%%` comments or math. The types stand here; [`body`] walks over the events of
//! the CommonMark parser, and the modules beside it each read one thing. Whom a link reaches, which word is a kind of
//! interaction and which code is a diagnostic is left to the crates above.

mod body;
mod elements;
mod entries;
mod html;
mod ignores;
mod links;
mod promises;
mod properties;
mod tags;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub(crate) use self::body::read as read_body;
pub use self::elements::{Element, ElementKind, elements};
pub use self::html::without_html;
pub(crate) use self::links::is_external;
pub(crate) use self::properties::read as read_front_matter;
pub use self::tags::is_tag_char;

use crate::{Span, Spanned};

/// A heading, ATX or setext.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// The whole heading without its line break.
    pub span: Span,
    /// The text without markup (`## [[Ada]] *now*` gives `Ada now`); the range is that of the source text.
    pub text: Spanned<Box<str>>,
}

/// Where in a note something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Place {
    /// In the Markdown after the front matter.
    Body,
    /// In the front matter, inside the value of the field with this index in [`crate::FrontMatter::fields`].
    FrontMatter(u16),
}

/// How a link is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum LinkForm {
    /// `[[target]]`
    Wiki,
    /// `![[target]]`
    WikiEmbed,
    /// `[text](target)`, and `<https://example.org>` without a label.
    Inline,
    /// `![text](target)`
    InlineImage,
    /// `[text][label]`, `[label][]`, `[label]`. Its target's range lies in the definition.
    Reference,
    /// `[label]: target`
    Definition,
    /// A value of the front matter that is a bare name in a key that wants links (`who: [Ada]`), no brackets.
    /// Never made by the parser: the vault adds it, since a note's kind says which keys it has.
    BareName,
}

impl LinkForm {
    /// Returns whether the target is a name (`[[Ada Lovelace]]`) rather than a path.
    pub fn is_wiki(self) -> bool {
        matches!(self, Self::Wiki | Self::WikiEmbed | Self::BareName)
    }
}

/// The part of a note a link points at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Anchor {
    /// `#Heading`; nested `#A#B` keeps the text between as written, without the first `#`.
    Heading(Spanned<Box<str>>),
    /// `^block` or `#^block`, without the mark.
    Block(Spanned<Box<str>>),
}

/// A link as written; whom it reaches is the vault's to say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The whole link, brackets and `!` included.
    pub span: Span,
    /// How it is written.
    pub form: LinkForm,
    /// Where it stands.
    pub place: Place,
    /// The note part of the target, decoded (`a b.md` for `a%20b.md`), trimmed; the range is that of the source
    /// text without `<>`, anchor and title. Empty for `[[#Heading]]` and `[x](#heading)`. An external target stays
    /// whole, with its `#`, and percent-encoded.
    pub target: Spanned<Box<str>>,
    /// The part after `#` or `^`.
    pub anchor: Option<Anchor>,
    /// The shown text: after `|`, or between the first brackets.
    pub label: Option<Span>,
}

impl Link {
    /// Returns whether the target names something outside any vault: a scheme (`https:`, `mailto:`) or `//`.
    pub fn is_external(&self) -> bool {
        if self.form.is_wiki() {
            return false;
        }
        is_external(&self.target.value)
    }
}

/// A tag: `#name` in the body, or an item of `tags`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tag {
    /// The name without `#`; `/` nests.
    pub name: Spanned<Box<str>>,
    /// Where it stands.
    pub place: Place,
}

/// A block id, `^id` at the end of a line of a paragraph, list item or heading.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// The id without `^`.
    pub id: Spanned<Box<str>>,
}

/// A task with a date: `- [ ] send the paper due:2026-12-01`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promise {
    /// The item's own text, from `[` to the end of its first paragraph.
    pub span: Span,
    /// The mark between the brackets: `[ ]`.
    pub mark: Span,
    /// Whether the mark is `x` or `X`.
    pub done: bool,
    /// The text without markup, the mark and `due:…`, white space trimmed and joined.
    pub text: Box<str>,
    /// The date after `due:`; the range is the date's. `None` in the value where it is no date.
    pub due: Spanned<Option<Date>>,
}

/// How a dated entry is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum EntryForm {
    /// `## 2026-11-23 call`
    Heading,
    /// `- 2026-11-23 call: the engine`
    ListItem,
}

/// An interaction written down in a note: a heading or list item that begins with a date and a word.
///
/// Any word is taken; whether it is a kind of interaction depends on the settings of the vault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// How it is written.
    pub form: EntryForm,
    /// The day.
    pub date: Spanned<Date>,
    /// The word after the date, lower-cased, without a colon.
    pub kind: Spanned<Box<str>>,
    /// What follows the kind (and its colon) on the same line, without markup; empty where nothing does.
    pub summary: Box<str>,
    /// The date to the end of the line.
    pub span: Span,
    /// The whole entry: the list item with what is nested in it, or the heading with its section.
    pub extent: Span,
}

/// `<!-- ties: ignore CODE -->`, which silences a diagnostic in its note; one for each code named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ignore {
    /// The code.
    pub code: Spanned<Box<str>>,
}

/// What the readers of front matter and body put together, each list in no particular order until the end.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) headings: Vec<Heading>,
    pub(crate) links: Vec<Link>,
    pub(crate) tags: Vec<Tag>,
    pub(crate) blocks: Vec<Block>,
    pub(crate) promises: Vec<Promise>,
    pub(crate) entries: Vec<Entry>,
    pub(crate) ignores: Vec<Ignore>,
}

impl Found {
    /// Puts every list in the order of the text; an outer link comes before those inside it.
    pub(crate) fn sort(&mut self) {
        self.headings.sort_by_key(|heading| heading.span.start);
        self.links
            .sort_by_key(|link| (link.span.start, std::cmp::Reverse(link.span.end)));
        self.tags.sort_by_key(|tag| tag.name.span.start);
        self.blocks.sort_by_key(|block| block.id.span.start);
        self.promises.sort_by_key(|promise| promise.span.start);
        self.entries.sort_by_key(|entry| entry.date.span.start);
        self.ignores.sort_by_key(|ignore| ignore.code.span.start);
    }
}

#[cfg(test)]
mod tests;
