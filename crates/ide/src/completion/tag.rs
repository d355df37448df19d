//! Tags after `#` in the body.

use note::{TextEdit, fold};

use super::{CompletionKind, Context, Items, filter_text, item, matches, prefix_len};
use crate::words;

pub(super) fn complete(cx: &Context<'_>) -> Option<Items> {
    let before = cx.before();
    let hash = before.rfind('#')?;
    let typed = &before[hash + 1..];
    if !typed.chars().all(is_tag_char) || !can_follow(before[..hash].chars().next_back()) {
        return None;
    }
    // A lone `#` at the start of a line begins a heading more often than a tag.
    if typed.is_empty() && before[..hash].trim().is_empty() {
        return None;
    }
    if !cx.is_prose(cx.line.start + hash) {
        return Some(Items::default());
    }
    let span = cx.span(cx.offset - typed.len(), prefix_len(cx.after(), is_tag_char));
    let items = offered(cx, typed, span.of(&cx.text))
        .into_iter()
        .map(|(tag, detail)| {
            let mut item = item(
                CompletionKind::Tag,
                tag,
                TextEdit::replace(span, tag),
                filter_text(typed, tag),
            );
            item.detail = Some(detail);
            item
        });
    Some(Items {
        items: items.collect(),
        is_incomplete: false,
    })
}

/// Returns the tags in use that match `typed`, with the number of their notes.
///
/// `written` is all of the tag that stands at the cursor; where nobody else has it, it is half a word rather than a tag.
pub(super) fn offered<'a>(cx: &Context<'a>, typed: &str, written: &str) -> Vec<(&'a str, String)> {
    let written = fold::fold(written);
    let mut tags: Vec<(&str, usize)> = cx.world.vault.tags().collect();
    tags.retain(|(tag, count)| *count > 1 || fold::fold(tag) != written);
    // Of equal matches the one in most notes comes first.
    tags.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    matches(typed, tags, |(tag, _)| tag)
        .into_iter()
        .map(|(tag, count)| (tag, words::count(count, "note")))
        .collect()
}

fn is_tag_char(c: char) -> bool {
    c.is_alphanumeric() || "_-/".contains(c) || (!c.is_ascii() && !c.is_whitespace())
}

fn can_follow(c: Option<char>) -> bool {
    c.is_none_or(|c| c.is_whitespace() || "([{\"'*_~|,;:!?".contains(c))
}
