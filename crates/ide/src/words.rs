//! How facts are put in words: days from today, ages, lists, and Markdown that holds what a note says as plain text.

use std::fmt::Write as _;

use jiff::{Unit, civil::Date};
use note::{Span, value::PartialDate};

/// Returns how far `date` is from `today`: `today`, `tomorrow`, `in 8 days`, `3 months ago`.
pub(crate) fn distance(today: Date, date: Date) -> String {
    let days = days_between(today, date);
    match days {
        0 => return "today".to_owned(),
        1 => return "tomorrow".to_owned(),
        -1 => return "yesterday".to_owned(),
        _ => {}
    }
    let whole = |unit| today.until((unit, date)).unwrap_or_default();
    let amount = match days.unsigned_abs() {
        n @ 0..=60 => count(n as usize, "day"),
        61..=730 => {
            let months = whole(Unit::Month).get_months().unsigned_abs();
            count(months as usize, "month")
        }
        _ => {
            let years = whole(Unit::Year).get_years().unsigned_abs();
            count(usize::from(years), "year")
        }
    };
    if days > 0 {
        format!("in {amount}")
    } else {
        format!("{amount} ago")
    }
}

/// Returns the days from `from` to `to`, negative where `to` is earlier.
pub(crate) fn days_between(from: Date, to: Date) -> i32 {
    from.until(to).map_or(0, |span| span.get_days())
}

/// Returns the age reached on the birthday that falls on `next`, where the year of birth is known.
pub(crate) fn age_on(birthday: PartialDate, next: Date) -> Option<i16> {
    match birthday {
        PartialDate::Day(born) => Some(next.year() - born.year()).filter(|&age| age >= 0),
        _ => None,
    }
}

/// Returns `count` and the word, in the plural where it must be.
pub(crate) fn count(count: usize, word: &str) -> String {
    if count == 1 {
        format!("1 {word}")
    } else {
        format!("{count} {word}s")
    }
}

/// Joins at most `limit` of `items` with commas, and says how many more there are.
pub(crate) fn list(items: &[String], limit: usize) -> String {
    let mut text = items[..items.len().min(limit)].join(", ");
    if items.len() > limit {
        let _ = write!(text, " and {} more", items.len() - limit);
    }
    text
}

/// Returns `text` on one line without control characters.
pub(crate) fn one_line(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control());
    words
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Returns `text` so that Markdown shows it as it is, on one line, without control characters.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()) {
        if word.is_empty() {
            continue;
        }
        if !escaped.is_empty() {
            escaped.push(' ');
        }
        for c in word.chars() {
            if "\\`*_[]<>|~$&#".contains(c) {
                escaped.push('\\');
            }
            escaped.push(c);
        }
    }
    escaped
}

/// Returns a value with each wiki link in it replaced by what it shows: `[[Ada|her]]` by `her`.
pub(crate) fn without_brackets(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("[[") {
        let Some((link, after)) = after.split_once("]]") else {
            break;
        };
        shown.push_str(before);
        shown.push_str(link.rsplit('|').next().unwrap_or(link).trim());
        rest = after;
    }
    shown.push_str(rest);
    shown
}

/// Returns the first lines of `span`, at most `limit`, without comments and blank lines at either end; a code block that
/// was cut is closed.
pub(crate) fn excerpt(text: &str, span: Span, limit: usize) -> String {
    let lines: Vec<&str> = span
        .of(text)
        .lines()
        .skip_while(|line| line.trim().is_empty())
        .take(limit)
        .collect();
    let mut excerpt = String::new();
    for line in &lines {
        let line: String = line
            .chars()
            .filter(|c| !c.is_control() || *c == '\t')
            .take(400)
            .collect();
        excerpt.push_str(line.trim_end());
        excerpt.push('\n');
    }
    excerpt.truncate(excerpt.trim_end().len());
    let fence = |line: &&&str| line.trim_start().starts_with("```");
    if lines.iter().filter(fence).count() % 2 == 1 {
        excerpt.push_str("\n```");
    }
    excerpt
}

/// Returns `span` without the quotes that the text has at both its ends.
pub(crate) fn inside_quotes(text: &str, span: Span) -> Span {
    let bytes = span.of(text).as_bytes();
    match bytes {
        [first @ (b'"' | b'\''), .., last] if first == last => {
            Span::new(span.start + 1, span.end - 1)
        }
        _ => span,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn distances_are_told_as_people_do() {
        let today = date(2026, 11, 23);
        for (day, words) in [
            (date(2026, 11, 23), "today"),
            (date(2026, 11, 24), "tomorrow"),
            (date(2026, 11, 22), "yesterday"),
            (date(2026, 12, 1), "in 8 days"),
            (date(2026, 11, 20), "3 days ago"),
            (date(2026, 8, 23), "3 months ago"),
            (date(2028, 11, 22), "in 23 months"),
            (date(2016, 11, 23), "10 years ago"),
            (date(2016, 11, 24), "9 years ago"),
        ] {
            assert_eq!(distance(today, day), words, "{day}");
        }
    }

    #[test]
    fn values_cannot_mark_up_what_is_shown() {
        assert_eq!(
            escape("a*b*\n# [x](y) <b> `c` \u{1b}[31m"),
            r"a\*b\* \# \[x\](y) \<b\> \`c\` \[31m"
        );
    }

    #[test]
    fn links_in_values_show_their_label() {
        assert_eq!(
            without_brackets("[[Ada]] and [[people/b|Bob]]"),
            "Ada and Bob"
        );
        assert_eq!(without_brackets("[[open"), "[[open");
    }

    #[test]
    fn an_excerpt_closes_the_code_it_cuts() {
        let text = "\n\none\n```\ntwo\nthree\n```\n";
        let span = Span::new(0, text.len() as u32);
        assert_eq!(excerpt(text, span, 3), "one\n```\ntwo\n```");
        assert_eq!(excerpt(text, span, 9), "one\n```\ntwo\nthree\n```");
    }

    #[test]
    fn long_lists_say_how_much_they_leave_out() {
        let items: Vec<String> = ["a", "b", "c"].map(str::to_owned).into();
        assert_eq!(list(&items, 2), "a, b and 1 more");
        assert_eq!(list(&items, 3), "a, b, c");
    }
}
