//! The tolerant reader of the YAML between the two `---` lines.
//!
//! The whole block is read at once where it is sound. Where it is not, it is cut at the lines that begin with `key:` and
//! each piece is read alone, so that an unclosed quote or bracket costs its own value and no other. Aliases are never
//! expanded, nesting is bounded, and the tree is built on a stack of its own: no input is more than linear work.

use std::collections::HashSet;

use granit_parser::{Event, Parser, ScalarStyle as Style, StructureStyle};
use smol_str::SmolStr;

use super::{Data, Field, LineSort, Lines, Scalar, ScalarStyle, Value, key_len};
use crate::work::count;
use crate::{Problem, ProblemKind, Span, Spanned};

/// How deep lists and maps may nest; people write three levels.
const MAX_DEPTH: usize = 64;

/// Reads the fields in `content` of `text`, and adds what is wrong with them but for keys that stand twice at the root.
pub(super) fn parse(text: &str, content: Span, problems: &mut Vec<Problem>) -> Vec<Field> {
    let n_problems = problems.len();
    read(text, content, problems).unwrap_or_else(|_| {
        problems.truncate(n_problems);
        read_in_pieces(text, content, problems)
    })
}

/// Why a piece cannot be read.
#[derive(Debug)]
pub(super) enum Failure {
    /// The parser's message.
    Syntax(String),
    /// It is no map.
    NoMap,
}

/// Reads `range` of `text` as one map; duplicate keys inside its values are found here, those of the map itself not.
pub(super) fn read(
    text: &str,
    range: Span,
    problems: &mut Vec<Problem>,
) -> Result<Vec<Field>, Failure> {
    let source = range.of(text);
    let options = granit_parser::options! {
        emit_unresolved_aliases: true,
        emit_comments: false,
        flow_nesting_limit: MAX_DEPTH,
        block_nesting_limit: MAX_DEPTH,
    };
    let mut builder = Builder {
        text,
        base: range.start,
        stack: Vec::new(),
        root: None,
        last_end: range.start,
        problems,
    };
    for event in Parser::new_from_str_with_options(source, options) {
        match event {
            Ok((event, span)) => builder.take(event, span)?,
            Err(error) => return Err(Failure::Syntax(error.info())),
        }
    }
    match builder.root {
        Some(Value {
            data: Data::Map(fields),
            ..
        }) => Ok(fields.into()),
        None
        | Some(Value {
            data: Data::Null, ..
        }) => Ok(Vec::new()),
        Some(_) => Err(Failure::NoMap),
    }
}

/// Builds the tree from events.
struct Builder<'a, 'p> {
    text: &'a str,
    base: u32,
    stack: Vec<Frame>,
    root: Option<Value>,
    /// The end of the last key or value read.
    last_end: u32,
    problems: &'p mut Vec<Problem>,
}

/// A list or map that is still open.
struct Frame {
    start: u32,
    is_flow: bool,
    items: Items,
}

enum Items {
    List(Vec<Value>),
    Map {
        fields: Vec<Field>,
        key: Option<Spanned<SmolStr>>,
    },
}

impl Builder<'_, '_> {
    fn take(&mut self, event: Event<'_>, span: granit_parser::Span) -> Result<(), Failure> {
        let range = span.byte_range().unwrap_or(0..0);
        let span = Span::new(self.base + range.start as u32, self.base + range.end as u32);
        count(1 + span.len() as usize);
        match event {
            Event::Scalar(written, style, ..) => {
                let value = self.scalar(&written, style, span);
                self.add(value);
            }
            Event::Alias(..) | Event::UnresolvedAlias(..) => {
                let data = Data::Raw(span.of(self.text).into());
                self.add(Value { span, data });
            }
            Event::SequenceStart(style, ..) => self.open(style, span, Items::List(Vec::new())),
            Event::MappingStart(style, ..) => self.open(
                style,
                span,
                Items::Map {
                    fields: Vec::new(),
                    key: None,
                },
            ),
            Event::SequenceEnd | Event::MappingEnd => self.close(span),
            // A second document would be one too many.
            Event::DocumentStart(..) if self.root.is_some() => return Err(Failure::NoMap),
            _ => {}
        }
        Ok(())
    }

    fn scalar(&self, written: &str, style: Style, span: Span) -> Value {
        let scalar = |span: Span, style: ScalarStyle| Value {
            span,
            data: Data::Scalar(Scalar {
                text: written.into(),
                style,
            }),
        };
        match style {
            Style::Plain if span.is_empty() => Value {
                span: self.place_of_nothing(span),
                data: Data::Null,
            },
            Style::Plain if matches!(written, "~" | "null" | "Null" | "NULL") => Value {
                span,
                data: Data::Null,
            },
            Style::Plain => scalar(span, ScalarStyle::Plain),
            Style::SingleQuoted => scalar(span, ScalarStyle::SingleQuoted),
            Style::DoubleQuoted => scalar(span, ScalarStyle::DoubleQuoted),
            Style::Literal | Style::Folded => {
                let end = span.end.max(self.last_end);
                let start = self.block_mark(end).unwrap_or(span.start);
                let all = Span::new(start, end);
                let kept = all.of(self.text).trim_end().len() as u32;
                scalar(Span::new(start, start + kept), ScalarStyle::Block)
            }
        }
    }

    /// Returns where the `|` or `>` of a block scalar stands that ends at `end`; the parser names only its text.
    fn block_mark(&self, end: u32) -> Option<u32> {
        let source = Span::new(self.last_end, end).of(self.text);
        let mut lines = Lines {
            text: source,
            at: 0,
        };
        lines.find_map(|line| {
            let line_start = line.start;
            let line = line.of(source);
            let mark = line.find(['|', '>'])?;
            // Before its header stand comments only, and those are no place for it.
            let is_comment = line[..mark].starts_with('#') || line[..mark].contains(" #");
            count(line.len());
            (!is_comment).then_some(self.last_end + line_start + mark as u32)
        })
    }

    /// Returns where a value would be written that is not there: after the key's colon and a space, if there is one.
    fn place_of_nothing(&self, given: Span) -> Span {
        let after_key = matches!(
            self.stack.last(),
            Some(Frame {
                items: Items::Map { key: Some(_), .. },
                ..
            })
        );
        if !after_key {
            return given;
        }
        let rest = &self.text[self.last_end as usize..];
        let colon = rest.len() - rest.trim_start().len();
        if !rest[colon..].starts_with(':') {
            // `? key` or `{key}` without a value.
            return Span::at(self.last_end);
        }
        count(colon);
        let space = u32::from(rest[colon + 1..].starts_with(' '));
        Span::at(self.last_end + colon as u32 + 1 + space)
    }

    fn open(&mut self, style: StructureStyle, span: Span, items: Items) {
        let is_flow = style == StructureStyle::Flow;
        if is_flow {
            self.last_end = span.end;
        }
        self.stack.push(Frame {
            start: span.start,
            is_flow,
            items,
        });
    }

    fn close(&mut self, end: Span) {
        let Some(frame) = self.stack.pop() else {
            return;
        };
        let (data, inner) = match frame.items {
            Items::List(items) => {
                let inner = items
                    .first()
                    .zip(items.last())
                    .map(|(a, b)| (a.span.start, b.span.end));
                (Data::List(items.into()), inner)
            }
            Items::Map { fields, .. } => {
                find_duplicates_unless_root(self.stack.is_empty(), &fields, self.problems);
                let inner = fields
                    .first()
                    .zip(fields.last())
                    .map(|(a, b)| (a.key.span.start, b.span().end));
                (Data::Map(fields.into()), inner)
            }
        };
        // Where a block ends is told by what is in it; the parser names the next token.
        let inner = inner.map(|(start, end)| (self.at_dash(start, &data), end));
        let span = match inner {
            Some((start, inner_end)) if !frame.is_flow => {
                Span::new(frame.start.min(start), inner_end)
            }
            _ => Span::new(frame.start, end.end),
        };
        self.add(Value { span, data });
    }

    /// Returns where a block list begins whose first item begins at `item`: at its dash.
    fn at_dash(&self, item: u32, data: &Data) -> u32 {
        let before = self.text[..item as usize].trim_end_matches([' ', '\t']);
        match data {
            Data::List(_) if before.ends_with('-') => before.len() as u32 - 1,
            _ => item,
        }
    }

    fn add(&mut self, value: Value) {
        self.last_end = self.last_end.max(value.span.end);
        match self.stack.last_mut().map(|frame| &mut frame.items) {
            None => self.root = Some(value),
            Some(Items::List(items)) => items.push(value),
            Some(Items::Map { fields, key }) => match key.take() {
                None => *key = Some(to_key(self.text, value)),
                Some(key) => fields.push(Field { key, value }),
            },
        }
    }
}

fn to_key(text: &str, value: Value) -> Spanned<SmolStr> {
    let name = match value.data {
        Data::Scalar(scalar) => scalar.text,
        _ => value.span.of(text).into(),
    };
    Spanned::new(name, value.span)
}

/// Reads a block that cannot be read as a whole, key by key.
fn read_in_pieces(text: &str, content: Span, problems: &mut Vec<Problem>) -> Vec<Field> {
    let mut fields = Vec::new();
    let mut piece: Option<Span> = None;
    let source = &text[..content.end as usize];
    let lines = Lines {
        text: source,
        at: content.start as usize,
    };
    for line in lines {
        let written = line.of(text);
        match LineSort::of(written) {
            LineSort::Key => {
                if let Some(piece) = piece.replace(line) {
                    read_piece(text, piece, &mut fields, problems);
                }
            }
            LineSort::Word | LineSort::Prose => {
                // What stands before it is whole without it.
                if let Some(piece) = piece.take() {
                    read_piece(text, piece, &mut fields, problems);
                }
                problems.push(Problem {
                    kind: ProblemKind::FrontMatterSyntax,
                    span: Span::new(line.start, line.start + written.trim_end().len() as u32),
                    message: format!("`{}` is no `key: value`", shorten(written.trim_end())),
                });
            }
            LineSort::Blank | LineSort::Comment => {}
            LineSort::Indented | LineSort::Item | LineSort::Flow => match &mut piece {
                Some(piece) => piece.end = line.end,
                None => problems.push(Problem {
                    kind: ProblemKind::FrontMatterSyntax,
                    span: line,
                    message: format!("`{}` belongs to no key", shorten(written.trim())),
                }),
            },
        }
    }
    if let Some(piece) = piece {
        read_piece(text, piece, &mut fields, problems);
    }
    fields
}

/// Reads one `key: value` that reaches over the lines of `piece`.
fn read_piece(text: &str, piece: Span, fields: &mut Vec<Field>, problems: &mut Vec<Problem>) {
    count(piece.len() as usize);
    let n_problems = problems.len();
    let failure = match read(text, piece, problems) {
        Ok(read) => {
            fields.extend(read);
            return;
        }
        Err(failure) => failure,
    };
    problems.truncate(n_problems);
    let source = piece.of(text);
    let Some(key_len) = key_len(source) else {
        return;
    };
    let key = &source[..key_len];
    let name = key.trim_matches(['"', '\'']);
    let rest = &source[key_len..];
    let colon = rest.find(':').map_or(rest.len(), |colon| colon + 1);
    let value_start = key_len + colon + rest[colon..].len() - rest[colon..].trim_start().len();
    let value = source[value_start.min(source.len())..].trim_end();
    // A comment behind a bare value is none of it.
    let is_bare = !value.starts_with(['"', '\'', '[', '{', '|', '>']) && !value.contains('\n');
    let value = match value.find(" #") {
        Some(comment) if is_bare => value[..comment].trim_end(),
        _ => value,
    };
    let start = piece.start + (value_start.min(source.len())) as u32;
    let span = Span::new(start, start + value.len() as u32);
    problems.push(Problem {
        kind: ProblemKind::FrontMatterSyntax,
        span: if span.is_empty() {
            Span::new(piece.start, piece.start + key_len as u32)
        } else {
            span
        },
        message: explain(name, &source[key_len..], value, &failure),
    });
    fields.push(Field {
        key: Spanned::new(
            name.into(),
            Span::new(piece.start, piece.start + key_len as u32),
        ),
        value: Value {
            span,
            data: Data::Raw(value.into()),
        },
    });
}

/// Says what is wrong with a value in the words of someone who wrote it, else in the parser's.
fn explain(key: &str, after_key: &str, value: &str, failure: &Failure) -> String {
    let first_line = value.lines().next().unwrap_or("");
    let count = |c: char| value.matches(c).count();
    if after_key
        .lines()
        .any(|line| line.trim_start_matches(' ').starts_with('\t'))
    {
        return format!("`{key}` is indented by a tab; YAML takes spaces only");
    }
    match value.chars().next() {
        Some('"') if !value[1..].contains('"') => format!("the `\"` of `{key}` is not closed"),
        Some('\'') if !value[1..].contains('\'') => format!("the `'` of `{key}` is not closed"),
        Some('[') if count('[') > count(']') => format!("the `[` of `{key}` is not closed"),
        Some('{') if count('{') > count('}') => format!("the `{{` of `{key}` is not closed"),
        Some(c @ ('@' | '`' | '%')) => {
            format!(
                "a value cannot begin with `{c}`; put quotes around `{}`",
                shorten(first_line)
            )
        }
        Some(c)
            if c != '"'
                && c != '\''
                && c != '['
                && c != '{'
                && (first_line.contains(": ") || first_line.ends_with(':')) =>
        {
            format!(
                "a value with a colon needs quotes: `{}`",
                shorten(first_line)
            )
        }
        _ => match failure {
            Failure::Syntax(message) => format!("`{key}` cannot be read: {message}"),
            Failure::NoMap => format!("`{key}` cannot be read"),
        },
    }
}

fn shorten(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn find_duplicates_unless_root(is_root: bool, fields: &[Field], problems: &mut Vec<Problem>) {
    // Those of the root are looked for once all pieces are there.
    if !is_root {
        find_duplicates(fields, problems);
    }
}

/// Adds a problem for each key that stood before.
pub(super) fn find_duplicates(fields: &[Field], problems: &mut Vec<Problem>) {
    // Comparing a few names with each other is quicker than hashing them.
    let is_small = fields.len() <= 16;
    let mut seen = HashSet::with_capacity(if is_small { 0 } else { fields.len() });
    for (index, field) in fields.iter().enumerate() {
        let name = &field.key.value;
        let is_new = if is_small {
            fields[..index].iter().all(|other| other.key.value != *name)
        } else {
            seen.insert(name)
        };
        if !is_new {
            problems.push(Problem {
                kind: ProblemKind::DuplicateKey,
                span: field.key.span,
                message: format!("`{}` stands here a second time", field.key.value),
            });
        }
    }
}
