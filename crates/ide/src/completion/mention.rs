//! People after `@`: what is written is a link.

use note::{NoteKind, TextEdit};

use super::{CompletionKind, Context, Items, filter_text, item, note_detail, prefix_len};
use crate::names;

/// The longest text after `@` that may still be a name.
const LONGEST: usize = 60;

pub(super) fn complete(cx: &Context<'_>) -> Option<Items> {
    let before = cx.before();
    let at = before.rfind('@')?;
    let typed = &before[at + 1..];
    let begins_word = before[..at]
        .chars()
        .next_back()
        .is_none_or(|c| c.is_whitespace() || "([{\"'*_|".contains(c));
    if !begins_word
        || typed.len() > LONGEST
        || typed.starts_with(' ')
        || !typed.chars().all(is_name_char)
    {
        return None;
    }
    if !cx.is_prose(cx.line.start + at) {
        return Some(Items::default());
    }
    let span = cx.span(
        cx.line.start + at,
        prefix_len(cx.after(), char::is_alphanumeric),
    );
    let candidates = names::candidates(cx.world, cx.note, typed, Some(NoteKind::Contact));
    let people = candidates
        .found
        .into_iter()
        .filter(|candidate| candidate.data.kind.is_person());
    let items = people.map(|candidate| {
        let (target, label) = names::shortest_form(cx.world, candidate.id, candidate.name);
        let has_label = label.is_some();
        let label = label.map_or(String::new(), |label| format!("|{label}"));
        let mut item = item(
            if candidate.is_alias {
                CompletionKind::Alias
            } else {
                CompletionKind::Note
            },
            candidate.name,
            TextEdit::replace(span, format!("[[{target}{label}]]")),
            format!("@{}", filter_text(typed, candidate.name)),
        );
        item.detail = Some(note_detail(&candidate, has_label));
        item.note = Some(candidate.id);
        item
    });
    Some(Items {
        items: items.collect(),
        is_incomplete: candidates.is_incomplete,
    })
}

fn is_name_char(c: char) -> bool {
    c.is_alphanumeric() || " -'’".contains(c)
}
