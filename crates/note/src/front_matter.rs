//! The front matter tree: every key and value with its byte range.
//!
//! What the keys mean is in [`crate::key`]; how a text becomes this tree, in the parser below.

mod simple;
#[cfg(test)]
mod tests;
mod yaml;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::{Problem, ProblemKind, Span, Spanned};

/// The YAML block at the start of a note.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// The key without quotes; its range includes them.
    pub key: Spanned<SmolStr>,
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Value {
    /// Where it was written.
    pub span: Span,
    /// What was written.
    pub data: Data,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scalar {
    /// The text it stands for.
    pub text: SmolStr,
    /// How it was written.
    pub style: ScalarStyle,
}

/// How a scalar was written (YAML 1.2, chapters 7.3 and 8.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

impl Data {
    /// Returns whether both say the same, wherever and in whatever style they are written; fields of a map in any order.
    pub fn says(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Null, Self::Null) => true,
            (Self::Scalar(one), Self::Scalar(two)) => one.text == two.text,
            (Self::List(one), Self::List(two)) => {
                let mut pairs = one.iter().zip(two);
                one.len() == two.len() && pairs.all(|(a, b)| a.data.says(&b.data))
            }
            (Self::Map(one), Self::Map(two)) => {
                let says = |field: &Field| {
                    let mut same = two
                        .iter()
                        .filter(|other| other.key.value == field.key.value);
                    same.any(|other| field.value.data.says(&other.value.data))
                };
                one.len() == two.len() && one.iter().all(says)
            }
            (Self::Raw(one), Self::Raw(two)) => one == two,
            _ => false,
        }
    }
}

/// Finds the front matter at the very start of `text` and reads it; `None` where there is none.
pub(crate) fn parse(text: &str) -> Option<(FrontMatter, Vec<Problem>)> {
    let block = find_block(text)?;
    let mut problems = Vec::new();
    if !block.closed {
        problems.push(Problem {
            kind: ProblemKind::FrontMatterSyntax,
            span: Span::new(block.span.start, block.span.start + 3),
            message: "the front matter has no closing `---` line".to_owned(),
        });
    }
    let fields = match simple::parse(text, block.content) {
        Some(fields) => fields,
        None => yaml::parse(text, block.content, &mut problems),
    };
    yaml::find_duplicates(&fields, &mut problems);
    problems.sort_by_key(|problem| problem.span);
    Some((
        FrontMatter {
            span: block.span,
            content: block.content,
            closed: block.closed,
            fields: fields.into(),
        },
        problems,
    ))
}

struct Block {
    span: Span,
    content: Span,
    closed: bool,
}

/// Finds the lines of the front matter without reading them.
fn find_block(text: &str) -> Option<Block> {
    let start = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let mut lines = Lines { text, at: start };
    let first = lines.next()?;
    if !is_fence(first.of(text), "---") {
        return None;
    }
    let content = lines.at as u32;
    let mut looks_like_yaml = false;
    // How far an unclosed block reaches, once a line is there that is none of its own.
    let mut end = None;
    let mut after_blank = false;
    for line in lines {
        let written = line.of(text);
        if is_fence(written, "---") || is_fence(written, "...") {
            let is_empty = text[content as usize..line.start as usize]
                .trim()
                .is_empty();
            if !looks_like_yaml && !is_empty {
                // Two rulers with prose between them.
                return None;
            }
            return Some(Block {
                span: Span::new(start as u32, line.start + 3),
                content: Span::new(content, line.start),
                closed: true,
            });
        }
        let sort = LineSort::of(written);
        looks_like_yaml |= matches!(sort, LineSort::Key | LineSort::Flow | LineSort::Comment);
        if end.is_none() {
            let belongs = match sort {
                LineSort::Key | LineSort::Blank => true,
                LineSort::Indented | LineSort::Item | LineSort::Comment | LineSort::Word => {
                    !after_blank
                }
                LineSort::Flow | LineSort::Prose => false,
            };
            if !belongs {
                end = Some(line.start);
            }
        }
        // A paragraph of prose is the body: whatever ruler comes later does not close this block.
        if sort == LineSort::Prose && after_blank && !written.contains(':') {
            break;
        }
        after_blank = sort == LineSort::Blank;
    }
    let end = end.unwrap_or(text.len() as u32);
    let lines = text[content as usize..end as usize].trim_end_matches(['\n', '\r']);
    let has_key =
        Lines { text: lines, at: 0 }.any(|line| LineSort::of(line.of(lines)) == LineSort::Key);
    if !has_key {
        return None;
    }
    let end = content + lines.len() as u32;
    Some(Block {
        span: Span::new(start as u32, end),
        content: Span::new(content, end),
        closed: false,
    })
}

fn is_fence(line: &str, fence: &str) -> bool {
    line.strip_prefix(fence)
        .is_some_and(|rest| rest.trim().is_empty())
}

/// What a line of a block looks like.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum LineSort {
    /// `key:` at the line's start.
    Key,
    /// White space, then something.
    Indented,
    /// `- item`
    Item,
    /// `# comment`
    Comment,
    /// Nothing.
    Blank,
    /// `{`, `[` and what closes them.
    Flow,
    /// One word: a key that is still being typed.
    Word,
    /// Anything else.
    Prose,
}

impl LineSort {
    pub(crate) fn of(line: &str) -> Self {
        let line = line.trim_end();
        match line.as_bytes() {
            [] => Self::Blank,
            [b' ' | b'\t', ..] => Self::Indented,
            [b'#', ..] => Self::Comment,
            [b'-'] | [b'-', b' ', ..] => Self::Item,
            [b'{' | b'}' | b'[' | b']', ..] => Self::Flow,
            _ if key_len(line).is_some() => Self::Key,
            _ if line
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-')) =>
            {
                Self::Word
            }
            _ => Self::Prose,
        }
    }
}

/// Returns the length of the key that `line` begins with, quotes included, where a colon and a blank or the line's end
/// follow it.
pub(crate) fn key_len(line: &str) -> Option<usize> {
    let bytes = line.as_bytes();
    let is_colon = |at: usize| {
        bytes.get(at) == Some(&b':')
            && matches!(bytes.get(at + 1), None | Some(b' ' | b'\t' | b'\r' | b'\n'))
    };
    let len = match bytes.first()? {
        quote @ (b'"' | b'\'') => {
            let close = bytes[1..].iter().position(|byte| byte == quote)? + 2;
            close
                + bytes[close..]
                    .iter()
                    .take_while(|byte| **byte == b' ')
                    .count()
        }
        b'#' | b'-' | b'?' | b'&' | b'*' | b'!' | b'|' | b'>' | b'%' | b'@' | b'`' | b','
        | b':' => return None,
        // A sentence with a colon is prose; the names of keys are short.
        _ => {
            let colon = (0..bytes.len().min(100)).find(|at| is_colon(*at))?;
            let key = line.get(..colon)?;
            if key.split(' ').filter(|word| !word.is_empty()).count() > 4 {
                return None;
            }
            colon
        }
    };
    (len > 0 && is_colon(len)).then(|| line[..len].trim_end().len())
}

/// The lines of a text from an offset on, as ranges without their line breaks (`\n`, `\r\n`, `\r`).
pub(crate) struct Lines<'a> {
    pub(crate) text: &'a str,
    pub(crate) at: usize,
}

impl Iterator for Lines<'_> {
    type Item = Span;

    fn next(&mut self) -> Option<Span> {
        let rest = &self.text.as_bytes()[self.at..];
        if rest.is_empty() {
            return None;
        }
        let start = self.at;
        let len = rest
            .iter()
            .position(|byte| matches!(byte, b'\n' | b'\r'))
            .unwrap_or(rest.len());
        let line_break = match &rest[len..] {
            [b'\r', b'\n', ..] => 2,
            [] => 0,
            _ => 1,
        };
        self.at += len + line_break;
        Some(Span::from(start..start + len))
    }
}
