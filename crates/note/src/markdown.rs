//! What the body of a note holds: headings, links, tags, promises, dated entries.
//!
//! Nothing is taken from code, HTML comments, `%%` comments or math.

use jiff::civil::Date;

use crate::{Span, Spanned};

/// A heading, ATX or setext.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// The whole heading without its line break.
    pub span: Span,
    /// The text without markup (`## [[Ada]] *now*` gives `Ada now`); the range is that of the source text.
    pub text: Spanned<Box<str>>,
}

/// Where in a note something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Place {
    /// In the Markdown after the front matter.
    Body,
    /// In the front matter, inside the value of the field with this index in [`crate::FrontMatter::fields`].
    FrontMatter(u16),
}

/// How a link is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LinkForm {
    /// `[[target]]`
    Wiki,
    /// `![[target]]`
    WikiEmbed,
    /// `[text](target)`
    Inline,
    /// `![text](target)`
    InlineImage,
    /// `[text][label]`, `[label][]`, `[label]`. Its target's range lies in the definition.
    Reference,
    /// `[label]: target`
    Definition,
    /// A value of the front matter that is a bare name in a key that wants links (`who: [Ada]`), no brackets.
    /// Never made by the parser: the vault makes it where a rule or navigation needs one.
    BareName,
}

impl LinkForm {
    /// Returns whether the target is a name (`[[Ada Lovelace]]`) rather than a path.
    pub fn is_wiki(self) -> bool {
        matches!(self, Self::Wiki | Self::WikiEmbed | Self::BareName)
    }
}

/// The part of a note a link points at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// `#Heading`; nested `#A#B` keeps the text between as written, without the first `#`.
    Heading(Spanned<Box<str>>),
    /// `^block` or `#^block`, without the mark.
    Block(Spanned<Box<str>>),
}

/// A link as written; whom it reaches is the vault's to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The whole link, brackets and `!` included.
    pub span: Span,
    /// How it is written.
    pub form: LinkForm,
    /// Where it stands.
    pub place: Place,
    /// The note part of the target, decoded (`a b.md` for `a%20b.md`), trimmed; the range is that of the source
    /// text without `<>`, anchor and title. Empty for `[[#Heading]]` and `[x](#heading)`.
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
        let target = &*self.target.value;
        let scheme = target.split([':', '/', '#', '?']).next().unwrap_or("");
        target.starts_with("//")
            || (scheme.len() > 1
                && target[scheme.len()..].starts_with(':')
                && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
                && scheme
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c)))
    }
}

/// A tag: `#name` in the body, or an item of `tags`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// The name without `#`; `/` nests.
    pub name: Spanned<Box<str>>,
    /// Where it stands.
    pub place: Place,
}

/// A block id, `^id` at the end of a paragraph or list item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// The id without `^`.
    pub id: Spanned<Box<str>>,
}

/// A task with a date: `- [ ] send the paper due:2026-12-01`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promise {
    /// The item's own text, from `[` to the end of its first paragraph.
    pub span: Span,
    /// The mark between the brackets: `[ ]`.
    pub mark: Span,
    /// Whether the mark is `x` or `X`.
    pub done: bool,
    /// The text without the mark and without `due:…`, white space trimmed and joined.
    pub text: Box<str>,
    /// The date after `due:`; the range is the date's. `None` in the value where it is no date.
    pub due: Spanned<Option<Date>>,
}

/// How a dated entry is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EntryForm {
    /// `## 2026-11-23 call`
    Heading,
    /// `- 2026-11-23 call: the engine`
    ListItem,
}

/// An interaction written down in a note: a heading or list item that begins with a date and a word.
///
/// Any word is taken; whether it is a kind of interaction depends on the settings of the vault.
#[derive(Clone, Debug, PartialEq, Eq)]
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ignore {
    /// The code.
    pub code: Spanned<Box<str>>,
}
