//! The front matter tree: every key and value with its byte range.
//!
//! What the keys mean is in [`crate::key`]; how a text becomes this tree, in the parser below.

use crate::{Span, Spanned};

/// The YAML block at the start of a note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrontMatter {
    /// From the opening `---` up to and including the closing one (without its line break).
    pub span: Span,
    /// What lies between the two `---` lines: from the line after the first to the start of the last.
    pub content: Span,
    /// Whether the closing `---` was found. An unclosed block reaches as far as its lines look like YAML.
    pub closed: bool,
    /// The fields in the order written, duplicates included.
    pub fields: Box<[Field]>,
}

impl FrontMatter {
    /// Returns the first field whose key is written exactly `name`.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| &*field.key.value == name)
    }

    /// Returns the first field that means `key`: its name, else one of its other spellings.
    pub fn field_for(&self, key: &crate::Key) -> Option<&Field> {
        self.field(key.name).or_else(|| {
            key.spellings
                .iter()
                .find_map(|spelling| self.field(spelling))
        })
    }

    /// Returns the field whose key or value touches `offset`, outermost.
    pub fn field_at(&self, offset: u32) -> Option<&Field> {
        self.fields
            .iter()
            .find(|field| field.span().touches(offset))
    }
}

/// One `key: value`, at the top level or inside a map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The key without quotes; its range includes them.
    pub key: Spanned<Box<str>>,
    /// The value; [`Data::Null`] with an empty range where nothing was written.
    pub value: Value,
}

impl Field {
    /// Returns the range from the key's start to the value's end.
    pub fn span(&self) -> Span {
        Span::new(
            self.key.span.start,
            self.value.span.end.max(self.key.span.end),
        )
    }
}

/// A value and its range, quotes and brackets included. A block scalar's range starts at its `|` or `>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    /// Where it was written.
    pub span: Span,
    /// What was written.
    pub data: Data,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Data {
    /// Nothing, `~` or `null`.
    Null,
    /// One scalar, as text: `no`, `1984` and `1815-12-10` are what was written.
    Scalar(Scalar),
    /// A flow or block sequence.
    List(Box<[Value]>),
    /// A flow or block mapping.
    Map(Box<[Field]>),
    /// Something that could not be read (a problem says why), or an alias: its source text.
    Raw(Box<str>),
}

/// A scalar's text, quotes and escapes resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scalar {
    /// The text it stands for.
    pub text: Box<str>,
    /// How it was written.
    pub style: ScalarStyle,
}

/// How a scalar was written (YAML 1.2, chapters 7.3 and 8.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScalarStyle {
    /// Bare.
    Plain,
    /// In `'…'`.
    SingleQuoted,
    /// In `"…"`.
    DoubleQuoted,
    /// A block scalar, `|` or `>`.
    Block,
}

impl Value {
    /// Returns the scalar's text with its range, `None` for anything else.
    pub fn as_text(&self) -> Option<Spanned<&str>> {
        match &self.data {
            Data::Scalar(scalar) => Some(Spanned::new(&scalar.text, self.span)),
            _ => None,
        }
    }

    /// Returns the items: a list's items, nothing for null, else the value itself as the only one.
    pub fn items(&self) -> &[Value] {
        match &self.data {
            Data::Null => &[],
            Data::List(items) => items,
            _ => std::slice::from_ref(self),
        }
    }

    /// Returns the field `name` of a map.
    pub fn get(&self, name: &str) -> Option<&Value> {
        match &self.data {
            Data::Map(fields) => fields
                .iter()
                .find(|field| &*field.key.value == name)
                .map(|field| &field.value),
            _ => None,
        }
    }

    /// Returns an item's text: a scalar's own, or the scalar under `value` (or `to`, `date`) of a map.
    pub fn item_text(&self) -> Option<Spanned<&str>> {
        self.as_text().or_else(|| {
            ["value", "to", "date"]
                .iter()
                .find_map(|name| self.get(name).and_then(Value::as_text))
        })
    }
}

/// Finds the block between two `---` lines at the start of `text`, and its problems.
pub(crate) fn parse(text: &str) -> Option<(FrontMatter, Vec<crate::Problem>)> {
    let start = text.len() - text.trim_start_matches('\u{feff}').len();
    let mut lines = text[start..].split_inclusive('\n');
    let first = lines.next().filter(|line| line.trim_end() == "---")?;
    let mut at = start + first.len();
    for line in lines {
        if line.trim_end() == "---" {
            let front_matter = FrontMatter {
                span: Span::from(start..at + 3),
                content: Span::from(start + first.len()..at),
                closed: true,
                fields: Box::default(),
            };
            return Some((front_matter, Vec::new()));
        }
        at += line.len();
    }
    None
}
