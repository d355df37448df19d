//! A key's lines with another value in them, by the smallest change of the lines that are there.

use std::collections::HashMap;

use super::tree::Tree;
use crate::{Data, Field, Parsed, Span, Value, edit};

const OPENING: &str = "---\n";

/// Reads the lines of one key: the text of a note that holds them alone, and the key; `None` where they are not just that.
pub(super) fn parse(entry: &str) -> Option<(String, Field)> {
    let text = format!("{OPENING}{entry}---\n");
    let (front_matter, problems) = crate::front_matter::parse(&text)?;
    if !problems.is_empty()
        || !front_matter.closed
        || front_matter.content.len() as usize != entry.len()
    {
        return None;
    }
    match front_matter.fields.into_vec().as_slice() {
        [field] => Some((text, field.clone())),
        _ => None,
    }
}

/// Returns the comments in the lines of one key, from their `#` on.
pub(super) fn comments(entry: &str) -> Vec<String> {
    let Some((text, field)) = parse(entry) else {
        return Vec::new();
    };
    let mut leaves = vec![field.key.span];
    add_leaves(&field.value, &mut leaves);
    leaves.push(Span::at(text.len() as u32));
    let mut comments = Vec::new();
    let mut at = 0;
    for leaf in leaves {
        while at < leaf.start as usize {
            let gap = &text[at..leaf.start as usize];
            let Some(mark) = gap.find('#') else { break };
            let start = at + mark;
            let end = text[start..]
                .find('\n')
                .map_or(text.len(), |end| start + end);
            comments.push(text[start..end].trim_end().to_owned());
            at = end;
        }
        at = at.max(leaf.end as usize);
    }
    comments
}

fn add_leaves(value: &Value, leaves: &mut Vec<Span>) {
    match &value.data {
        Data::List(items) => items.iter().for_each(|item| add_leaves(item, leaves)),
        Data::Map(fields) => {
            for field in fields {
                leaves.push(field.key.span);
                add_leaves(&field.value, leaves);
            }
        }
        _ => leaves.push(value.span),
    }
}

/// Returns the lines of `ours` with its value rewritten on one line.
pub(super) fn rewritten(ours: &str, id: &str, tree: &Tree) -> Option<String> {
    let (text, field) = parse(ours)?;
    let Parsed { note, .. } = crate::parse(&text);
    let name = if &*field.key.value == id {
        id
    } else {
        &field.key.value
    };
    let change = edit::set_key_raw(&text, &note, name, &to_flow(tree));
    let text = edit::apply(&text, &[change])?;
    Some(
        text.strip_prefix(OPENING)?
            .strip_suffix("---\n")?
            .to_owned(),
    )
}

/// Returns `tree` on one line of YAML that stands anywhere.
fn to_flow(tree: &Tree) -> String {
    match tree {
        Tree::Null => "null".to_owned(),
        Tree::Text(scalar) if scalar.is_bare && is_bare_in_flow(&scalar.text) => {
            scalar.text.clone()
        }
        Tree::Text(scalar) => edit::quote(&scalar.text, true),
        Tree::List(items) => {
            let items: Vec<String> = items.iter().map(to_flow).collect();
            format!("[{}]", items.join(", "))
        }
        Tree::Map(map) => {
            let fields: Vec<String> = map
                .iter()
                .map(|(key, value)| field_to_flow(key, value))
                .collect();
            format!("{{{}}}", fields.join(", "))
        }
    }
}

/// Returns whether text that stood bare on lines of its own may stand so between brackets.
fn is_bare_in_flow(text: &str) -> bool {
    !text.contains(['\n', '\r', ',', '[', ']', '{', '}']) && !text.ends_with(':')
}

fn field_to_flow(key: &str, value: &Tree) -> String {
    format!("{}: {}", edit::quote(key, true), to_flow(value))
}

/// A list or map as it is written.
struct Container<'a> {
    text: &'a str,
    span: Span,
    is_flow: bool,
    is_list: bool,
    parts: Vec<Part>,
}

/// One item of a list, or one key of a map with its value.
struct Part {
    id: String,
    tree: Tree,
    span: Span,
}

impl<'a> Container<'a> {
    fn of(text: &'a str, value: &Value) -> Option<Self> {
        let (is_list, parts) = match &value.data {
            Data::List(items) => (true, items.iter().map(part_of_list).collect::<Option<_>>()?),
            Data::Map(fields) => (
                false,
                fields.iter().map(part_of_map).collect::<Option<_>>()?,
            ),
            _ => return None,
        };
        Some(Self {
            text,
            span: value.span,
            is_flow: value.span.of(text).starts_with(['[', '{']),
            is_list,
            parts,
        })
    }

    /// Returns where the lines of each part begin and end in a block: comments above it are its own.
    fn lines(&self) -> Option<Vec<Span>> {
        let line_start = |at: u32| {
            self.text[..at as usize]
                .rfind('\n')
                .map_or(0, |end| end as u32 + 1)
        };
        let mut at = line_start(self.parts.first()?.span.start);
        let mut lines = Vec::with_capacity(self.parts.len());
        for part in &self.parts {
            let before = Span::new(line_start(part.span.start), part.span.start).of(self.text);
            let is_first_on_line = match self.is_list {
                true => before.trim_start().trim_end_matches(' ') == "-",
                false => before.trim().is_empty(),
            };
            let rest = &self.text[part.span.end as usize..];
            let end = part.span.end + rest.find('\n')? as u32 + 1;
            if !is_first_on_line || end <= at {
                return None;
            }
            lines.push(Span::new(at, end));
            at = end;
        }
        Some(lines)
    }

    /// Returns the white space before each part of a block.
    fn indent(&self) -> Option<&'a str> {
        let start = self.parts.first()?.span.start as usize;
        let line = &self.text[self.text[..start].rfind('\n')? + 1..];
        Some(&line[..line.len() - line.trim_start_matches(' ').len()])
    }
}

fn part_of_list(item: &Value) -> Option<Part> {
    let tree = Tree::of(item)?;
    Some(Part {
        id: tree.identity(),
        tree,
        span: item.span,
    })
}

fn part_of_map(field: &Field) -> Option<Part> {
    Some(Part {
        id: field.key.value.to_string(),
        tree: Tree::of(&field.value)?,
        span: field.span(),
    })
}

/// Where a part of the result is taken from.
enum Source<'a> {
    Ours(usize),
    Theirs(&'a Container<'a>, usize),
    New(String),
}

/// Returns the lines of `ours` with the list or map in them changed to `tree`: parts of ours stay as they are written, new
/// ones are written as theirs wrote them. `None` where ours has no list or map.
pub(super) fn with_tree(ours: &str, theirs: &str, tree: &Tree, line_end: &str) -> Option<String> {
    let (our_text, our_field) = parse(ours)?;
    let (their_text, their_field) = parse(theirs)?;
    let ours = Container::of(&our_text, &our_field.value)?;
    let theirs = Container::of(&their_text, &their_field.value)
        .filter(|theirs| theirs.is_list == ours.is_list);
    let children: Vec<(String, &Tree)> = match tree {
        Tree::List(items) if ours.is_list => {
            items.iter().map(|item| (item.identity(), item)).collect()
        }
        Tree::Map(map) if !ours.is_list => map
            .iter()
            .map(|(key, value)| (key.clone(), value))
            .collect(),
        _ => return None,
    };
    let by_id = |container: &Container<'_>| -> HashMap<String, usize> {
        let parts = container.parts.iter().enumerate();
        parts
            .map(|(index, part)| (part.id.clone(), index))
            .collect()
    };
    let (our_ids, their_ids) = (by_id(&ours), theirs.as_ref().map(by_id));
    let source = |(id, tree): &(String, &Tree)| {
        if let Some(&index) = our_ids
            .get(id)
            .filter(|index| ours.parts[**index].tree.is_same(tree))
        {
            return Source::Ours(index);
        }
        let index = their_ids.as_ref().and_then(|ids| ids.get(id)).copied();
        match (&theirs, index) {
            (Some(theirs), Some(index)) if theirs.parts[index].tree.is_same(tree) => {
                Source::Theirs(theirs, index)
            }
            _ if ours.is_list => Source::New(to_flow(tree)),
            _ => Source::New(field_to_flow(id, tree)),
        }
    };
    let sources: Vec<Source<'_>> = children.iter().map(source).collect();
    let (span, new) = if ours.is_flow {
        flow(&ours, &sources)?
    } else {
        block(&ours, &sources, line_end)?
    };
    let text = [
        &our_text[..span.start as usize],
        &new,
        &our_text[span.end as usize..],
    ]
    .concat();
    Some(
        text.strip_prefix(OPENING)?
            .strip_suffix("---\n")?
            .to_owned(),
    )
}

/// Returns the part as it stands in `container`, where it is one line that means the same in `[…]` and `{…}`.
fn inline(container: &Container<'_>, index: usize) -> String {
    let part = &container.parts[index];
    let source = part.span.of(container.text);
    let is_quoted_text = matches!(part.tree, Tree::Text(_)) && source.starts_with(['"', '\'']);
    if !source.contains('\n') && (container.is_flow || (container.is_list && is_quoted_text)) {
        return source.to_owned();
    }
    match container.is_list {
        true => to_flow(&part.tree),
        false => field_to_flow(&part.id, &part.tree),
    }
}

/// Writes the parts into `[…]` or `{…}`, with the separators that are there.
fn flow(ours: &Container<'_>, sources: &[Source<'_>]) -> Option<(Span, String)> {
    let separator_after = |index: usize| {
        let next = ours.parts.get(index + 1)?;
        Some(Span::new(ours.parts[index].span.end, next.span.start).of(ours.text))
    };
    let usual = separator_after(0)
        .filter(|separator| !separator.contains('#'))
        .unwrap_or(", ");
    let mut new = String::new();
    for (at, source) in sources.iter().enumerate() {
        match source {
            Source::Ours(index) => new.push_str(ours.parts[*index].span.of(ours.text)),
            Source::Theirs(theirs, index) => new.push_str(&inline(theirs, *index)),
            Source::New(yaml) => new.push_str(yaml),
        }
        new.push_str(match (source, sources.get(at + 1)) {
            (_, None) => "",
            (Source::Ours(index), Some(Source::Ours(next))) if index + 1 == *next => {
                separator_after(*index)?
            }
            _ => usual,
        });
    }
    let span = match (ours.parts.first(), ours.parts.last()) {
        (Some(first), Some(last)) if !sources.is_empty() => {
            Span::new(first.span.start, last.span.end)
        }
        _ => Span::new(ours.span.start + 1, ours.span.end - 1),
    };
    Some((span, new))
}

/// Writes the parts as lines, indented as those that are there.
fn block(ours: &Container<'_>, sources: &[Source<'_>], line_end: &str) -> Option<(Span, String)> {
    let lines = ours.lines()?;
    let indent = ours.indent()?;
    let dash = if ours.is_list { "- " } else { "" };
    let mut new = String::new();
    for source in sources {
        match source {
            Source::Ours(index) => new.push_str(lines[*index].of(ours.text)),
            Source::Theirs(theirs, index) if !theirs.is_flow => {
                let their_indent = theirs.indent()?;
                for line in theirs.lines()?[*index]
                    .of(theirs.text)
                    .split_inclusive('\n')
                {
                    match line.strip_prefix(their_indent) {
                        Some(line) => new.extend([indent, line]),
                        None => new.push_str(line),
                    }
                }
            }
            Source::Theirs(theirs, index) => {
                new.extend([indent, dash, &inline(theirs, *index), line_end]);
            }
            Source::New(yaml) => new.extend([indent, dash, yaml, line_end]),
        }
    }
    let span = Span::new(lines.first()?.start, lines.last()?.end);
    // Nothing left needs brackets to say so.
    (!sources.is_empty()).then_some((span, new))
}

/// Returns `tree` in one way of writing it.
#[cfg(test)]
pub(super) fn canonical(tree: &Tree) -> String {
    match tree {
        Tree::Text(scalar) => edit::quote(&scalar.text, true),
        Tree::List(items) => items.iter().map(canonical).collect::<Vec<_>>().join(", "),
        Tree::Map(map) => {
            let mut fields: Vec<String> = map
                .iter()
                .map(|(key, value)| format!("{key}: {}", canonical(value)))
                .collect();
            fields.sort();
            fields.join(", ")
        }
        Tree::Null => String::new(),
    }
}
