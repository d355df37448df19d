//! Dated entries: a heading or list item that begins with a date and a word.

use jiff::civil::Date;

use super::promises::day_at;
use crate::Spanned;
use crate::work::count;

/// The beginning of an entry.
pub(super) struct Beginning {
    pub(super) date: Spanned<Date>,
    pub(super) kind: Spanned<Box<str>>,
    /// Where the summary begins: after the kind and its colon.
    pub(super) rest: usize,
}

/// Reads a date and a word at `start`, both before `end`: `2026-11-23 call: …`.
pub(super) fn beginning(text: &str, start: usize, end: usize) -> Option<Beginning> {
    let source = &text[start..end];
    let (day, len) = day_at(source)?;
    let after_day = source[len..].trim_start_matches([' ', '\t']);
    if after_day.len() == source.len() - len || !after_day.starts_with(char::is_alphabetic) {
        return None;
    }
    let kind_len = after_day
        .find(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_')))
        .unwrap_or(after_day.len());
    count(kind_len);
    let kind = &after_day[..kind_len];
    // `2026-11-23 e.g.` and `2026-11-23 Ada's` begin with no word that could be a kind.
    let mut following = after_day[kind_len..].chars();
    let ends = following.next().is_none_or(|c| {
        c.is_whitespace()
            || ":,;!?()–—".contains(c)
            || (c == '.' && following.next().is_none_or(char::is_whitespace))
    });
    if !ends {
        return None;
    }
    let kind_start = end - after_day.len();
    let kind_end = kind_start + kind_len;
    Some(Beginning {
        date: Spanned::new(day, (start..start + len).into()),
        kind: Spanned::new(kind.to_lowercase().into(), (kind_start..kind_end).into()),
        rest: kind_end + usize::from(after_day[kind_len..].starts_with(':')),
    })
}
