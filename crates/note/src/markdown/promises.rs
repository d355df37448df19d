//! Promises: tasks with a date, `- [ ] send the paper due:2026-12-01`.

use std::ops::Range;

use jiff::civil::Date;

use super::tags::may_precede;
use crate::Spanned;
use crate::value::parse_day;
use crate::work::count;

/// The word that gives a task its date.
pub(super) const DUE: &str = "due:";

/// Returns the mark `[c]` with which a task's text begins, of any one character, where `text` has one at `start`.
///
/// `[ ]` and `[x]` are CommonMark's business (GFM 0.29, section 5.3); this finds the others, such as `[/]` and `[-]`.
pub(super) fn mark(text: &str, start: usize, end: usize) -> Option<Range<usize>> {
    let inside = text[start..end].strip_prefix('[')?;
    let c = inside
        .chars()
        .next()
        .filter(|c| !matches!(c, '[' | ']' | '\\'))?;
    let rest = inside[c.len_utf8()..].strip_prefix(']')?;
    let is_mark = rest.is_empty() || rest.starts_with([' ', '\t']);
    is_mark.then(|| start..start + 2 + c.len_utf8())
}

/// A `due:` with what follows it.
pub(super) struct Due {
    /// The date, with its own range.
    pub(super) date: Spanned<Option<Date>>,
    /// From `due:` to the date's end.
    pub(super) range: Range<usize>,
}

/// Reads the `due:` at `at`, its date ending before `end`; `after` is the character before it.
///
/// One space may stand before a date that is one, so that `due: 2026-12-01` is read and `due: Friday` stays prose.
pub(super) fn due(text: &str, at: usize, end: usize, after: Option<char>) -> Option<Due> {
    if !after.is_none_or(may_precede) {
        return None;
    }
    let start = at + DUE.len();
    let found = |start: usize, len: usize, value: Option<Date>| Due {
        date: Spanned::new(value, (start..start + len).into()),
        range: at..start + len,
    };
    for start in [start, start + 1] {
        if start > at + DUE.len() && text.as_bytes().get(start - 1) != Some(&b' ') {
            break;
        }
        if start < end
            && let Some((day, 10)) = day_at(&text[start..end])
        {
            return Some(found(start, 10, Some(day)));
        }
    }
    let rest = &text[start..end];
    let len = rest.find(char::is_whitespace).unwrap_or(rest.len());
    count(len);
    let len = rest[..len]
        .trim_end_matches(|c: char| !c.is_alphanumeric())
        .len();
    (len > 0).then(|| found(start, len, None))
}

/// Returns the day with which `text` begins and its length, where no letter or digit follows at once.
pub(super) fn day_at(text: &str) -> Option<(Date, usize)> {
    let written = text.get(..10)?;
    let ends = text[10..]
        .chars()
        .next()
        .is_none_or(|c| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_'));
    if !ends || written.as_bytes()[4] != b'-' {
        return None;
    }
    parse_day(written).map(|day| (day, 10))
}
