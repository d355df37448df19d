//! Put the keys of a front matter in the order of the vocabulary. What each key says stays byte for byte, with the comments
//! above it.

use std::ops::Range;

use note::{Key, Note};
use vault::SourceChange;

use super::{Action, ActionKind, Selection};
use crate::rename::difference;

pub(super) fn actions(at: &Selection<'_>) -> Vec<Action> {
    action(at).into_iter().collect()
}

fn action(at: &Selection<'_>) -> Option<Action> {
    let text = at.world.texts.text(&at.data.path)?;
    if text.len() as u32 != at.data.note.lines.text_len() || !at.data.problems.is_empty() {
        return None;
    }
    let key_rank = |name: &str| {
        let mut keys = Key::of_kind(at.data.kind);
        let unknown = note::key::KEYS.len();
        let known = Key::find(at.data.kind, name);
        known.map_or(unknown, |known| {
            keys.position(|key| std::ptr::eq(key, known))
                .unwrap_or(unknown)
        })
    };
    let after = sorted(&text, &at.data.note, key_rank)?;
    let sorted = note::parse(&after);
    if !sorted.problems.is_empty() || !says_the_same(&at.data.note, &sorted.note) {
        return None;
    }
    Some(Action {
        title: "Sort the front matter".to_owned(),
        kind: ActionKind::Organize,
        change: Some(SourceChange::edit(
            &at.data.path,
            vec![difference(&text, &after)],
        )),
        command: None,
        mends: None,
        preferred: false,
    })
}

/// Returns the text with its keys sorted; `None` where they are, or where lines cannot be moved without a change of what
/// they say.
fn sorted(text: &str, note: &Note, rank: impl Fn(&str) -> usize) -> Option<String> {
    let front_matter = note.front_matter.as_deref().filter(|block| block.closed)?;
    let lines = &note.lines;
    let content = Range::<usize>::from(front_matter.content);
    let source = text.get(content.clone())?;
    // An alias has to stand below its anchor, and a document in braces has no lines to move.
    let has_marks = source.contains(['&', '*']) && has_anchors(source);
    if has_marks || source.trim_start().starts_with('{') {
        return None;
    }
    // Each key with all above it that belongs to none: comments and empty lines.
    let mut pieces: Vec<(usize, Range<usize>)> = Vec::new();
    let mut start = content.start;
    for field in &front_matter.fields {
        let key = lines.line_start(lines.line_of(field.key.span.start));
        if key != field.key.span.start {
            return None;
        }
        let end = lines.line_start(lines.line_of(last_byte(field.span())) + 1) as usize;
        if end < start || end > content.end {
            return None;
        }
        pieces.push((rank(&field.key.value), start..end));
        start = end;
    }
    let rest = text.get(start..content.end)?;
    if pieces.is_sorted_by_key(|(rank, _)| *rank) {
        return None;
    }
    pieces.sort_by_key(|(rank, _)| *rank);
    let mut after = text[..content.start].to_owned();
    for (_, piece) in pieces {
        after.push_str(text.get(piece)?);
    }
    after.push_str(rest);
    after.push_str(&text[content.end..]);
    Some(after)
}

/// Returns the offset of the last byte of a span, or its start where it is empty.
fn last_byte(span: note::Span) -> u32 {
    span.end.saturating_sub(1).max(span.start)
}

/// Returns whether a YAML text may hold anchors or aliases: `&name` or `*name` where a value begins.
fn has_anchors(source: &str) -> bool {
    let bytes = source.as_bytes();
    (0..bytes.len()).any(|at| {
        let begins = at == 0 || matches!(bytes[at - 1], b' ' | b'\n' | b'\r' | b'[' | b'{' | b',');
        let is_name = bytes
            .get(at + 1)
            .is_some_and(|byte| !byte.is_ascii_whitespace());
        matches!(bytes[at], b'&' | b'*') && begins && is_name
    })
}

/// Returns whether two notes have the same keys with the same values, in any order.
fn says_the_same(one: &Note, other: &Note) -> bool {
    let (Some(one), Some(other)) = (&one.front_matter, &other.front_matter) else {
        return false;
    };
    one.fields.len() == other.fields.len()
        && one.fields.iter().all(|field| {
            let same = other.field(&field.key.value);
            same.is_some_and(|same| same.value.data.says(&field.value.data))
        })
}
