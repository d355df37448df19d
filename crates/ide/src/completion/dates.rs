//! Days by the words one has for them, written as ISO dates.

use jiff::{ToSpan, civil::Date};
use note::TextEdit;

use super::{CompletionKind, Context, Items, filter_text, item, matches, prefix_len};

/// Which way a date looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    /// A day to come: a follow-up, a promise.
    Ahead,
    /// A day gone by: when one met.
    Back,
    /// Either.
    Both,
}

/// Returns days with their words, the likeliest first.
pub(super) fn days(today: Date, direction: Direction) -> Vec<(&'static str, Date)> {
    let ahead = [
        ("tomorrow", 1.day()),
        ("in three days", 3.days()),
        ("next week", 1.week()),
        ("in two weeks", 2.weeks()),
        ("next month", 1.month()),
        ("in three months", 3.months()),
        ("next year", 1.year()),
    ];
    let back = [
        ("yesterday", -1.day()),
        ("last week", -1.week()),
        ("last month", -1.month()),
        ("last year", -1.year()),
    ];
    let mut days = vec![("today", today)];
    if direction != Direction::Back {
        days.extend(ahead.map(|(word, span)| (word, today.saturating_add(span))));
    }
    if direction != Direction::Ahead {
        days.extend(back.map(|(word, span)| (word, today.saturating_add(span))));
    }
    days
}

/// Returns the days that `typed` may mean, by word or by date.
pub(super) fn offered(
    today: Date,
    direction: Direction,
    typed: &str,
) -> Vec<(&'static str, String, String)> {
    let days = days(today, direction).into_iter();
    let is_date = typed.starts_with(|c: char| c.is_ascii_digit());
    let texts = days.map(|(word, day)| {
        let iso = day.to_string();
        let matched = if is_date {
            iso.clone()
        } else {
            word.to_owned()
        };
        (word, iso, matched)
    });
    if is_date {
        return texts.filter(|(_, iso, _)| iso.starts_with(typed)).collect();
    }
    matches(typed, texts, |(word, ..)| word)
}

/// Completes the day after `due:` of a promise.
pub(super) fn complete_promise(cx: &Context<'_>) -> Option<Items> {
    let before = cx.before();
    let start = before.rfind("due:")? + 4;
    let typed = before[start..].trim_start();
    let is_task = before.trim_start_matches(|c: char| " \t-*+.)".contains(c) || c.is_ascii_digit());
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '-';
    if !is_task.starts_with('[') || !typed.chars().all(is_part) {
        return None;
    }
    let start = cx.offset - typed.len();
    if !cx.is_prose(start) {
        return None;
    }
    let span = cx.span(start, prefix_len(cx.after(), is_part));
    let found = offered(cx.world.today, Direction::Ahead, typed);
    let items = found.into_iter().map(|(word, iso, matched)| {
        let mut item = item(
            CompletionKind::Value,
            word,
            TextEdit::replace(span, iso.clone()),
            filter_text(typed, &matched),
        );
        item.detail = Some(iso);
        item
    });
    Some(Items {
        items: items.collect(),
        is_incomplete: false,
    })
}
