//! Dates as people say them: `yesterday`, `last friday`, `3 days ago`, `in 2 weeks`, `2026-11-20 15:00`.
//!
//! Two readers, because the same words point both ways: `friday` was a day when one tells of a call, and will be one when
//! one puts a follow-up off. Now is an argument; nothing here asks a clock.

mod period;

use jiff::{
    Span, Zoned,
    civil::{Date, DateTime, Time, Weekday},
    tz::TimeZone,
};

use crate::value::{When, amounts, parse_day};

pub use period::{Period, parse_period};

/// Reads when something happened, as precise as it was said; `None` where the words mean no time.
///
/// Takes what [`When::parse`] takes, a wall-clock time without an offset (`2026-11-20T15:00`, which gets that of `now`'s
/// time zone on that day), and a day in words with or without a time: `today`, `yesterday 15:00`, `friday` (the latest
/// before today), `last friday`, `3 days ago`, `a week ago`, `2 weeks`, `last month`, `15:00` (today), `now`. Case does not
/// matter. The answer may lie in the future (`tomorrow`, `in 2 days`, a date): whether that is allowed is the caller's to say.
pub fn parse_past(text: &str, now: &Zoned) -> Option<When> {
    let text = words_of(text);
    if let Some(when) = When::parse(&text.to_uppercase()) {
        return Some(when);
    }
    let today = now.date();
    if text == "now" {
        let at = now.datetime().with().subsec_nanosecond(0).build().ok()?;
        return Some(instant(at, now.time_zone()));
    }
    if let Some(day) = parse_relative(&text, today, Direction::Past) {
        return Some(When::Day(day));
    }
    // The last word, or what follows the `t` of a date, is the time.
    let (day, time) = match text.rsplit_once(' ') {
        Some((day, time)) => (day, time),
        None => match text.split_once('t') {
            Some((day, time)) if parse_day(day).is_some() => (day, time),
            _ => ("today", &*text),
        },
    };
    let time = parse_time(time)?;
    let day = day.strip_suffix(" at").unwrap_or(day);
    let day = parse_relative(day, today, Direction::Past)?;
    Some(instant(day.to_datetime(time), now.time_zone()))
}

/// Reads a day to come; `None` where the words mean no day.
///
/// Takes `2026-12-01`, `today`, `tomorrow`, `friday` (the first after today), `next monday`, `in 2 weeks`, `30d`,
/// `2 weeks`, `next month`. Case does not matter. The answer may lie in the past (`yesterday`, a date): whether that is
/// allowed is the caller's to say.
pub fn parse_future(text: &str, today: Date) -> Option<Date> {
    parse_relative(&words_of(text), today, Direction::Future)
}

/// Which way words point that point both ways.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Past,
    Future,
}

/// Returns `text` in lower case with single spaces.
fn words_of(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").to_lowercase()
}

/// Reads a day in lower-case words.
fn parse_relative(text: &str, today: Date, direction: Direction) -> Option<Date> {
    if let Some(day) = parse_day(text) {
        return Some(day);
    }
    match text {
        "today" => return Some(today),
        "yesterday" => return today.yesterday().ok(),
        "tomorrow" => return today.tomorrow().ok(),
        _ => {}
    }
    // Before amounts, where `mon` is a month.
    if let Some(weekday) = parse_weekday(text) {
        return today.nth_weekday(nth(direction), weekday).ok();
    }
    if let Some(ago) = text.strip_suffix(" ago") {
        return after(today, ago, Direction::Past);
    }
    let turned = [
        ("in ", Direction::Future),
        ("next ", Direction::Future),
        ("last ", Direction::Past),
    ]
    .into_iter()
    .find_map(|(word, direction)| Some((text.strip_prefix(word)?, direction)));
    let Some((rest, direction)) = turned else {
        return after(today, text, direction);
    };
    match parse_weekday(rest) {
        Some(_) if text.starts_with("in ") => None,
        Some(weekday) => today.nth_weekday(nth(direction), weekday).ok(),
        None => after(today, rest, direction),
    }
}

/// Returns how often a weekday has to come round: the first time, before or after.
fn nth(direction: Direction) -> i32 {
    match direction {
        Direction::Past => -1,
        Direction::Future => 1,
    }
}

/// Returns the day that lies `3 days`, `2w` or `a month` from `today`; a month from 31 January is 28 February.
fn after(today: Date, text: &str, direction: Direction) -> Option<Date> {
    let mut span = Span::new();
    let (mut months, mut days) = (0_i64, 0_i64);
    for (amount, unit) in amounts(text)? {
        let (sum, each) = match unit {
            'd' => (&mut days, 1),
            'w' => (&mut days, 7),
            'm' => (&mut months, 1),
            _ => (&mut months, 12),
        };
        *sum = sum.checked_add(amount.checked_mul(each)?)?;
    }
    span = span.try_months(months).ok()?.try_days(days).ok()?;
    match direction {
        Direction::Past => today.checked_sub(span).ok(),
        Direction::Future => today.checked_add(span).ok(),
    }
}

/// Reads the English name of a weekday, whole or cut to three letters or more.
fn parse_weekday(text: &str) -> Option<Weekday> {
    const NAMES: [(&str, Weekday); 7] = [
        ("monday", Weekday::Monday),
        ("tuesday", Weekday::Tuesday),
        ("wednesday", Weekday::Wednesday),
        ("thursday", Weekday::Thursday),
        ("friday", Weekday::Friday),
        ("saturday", Weekday::Saturday),
        ("sunday", Weekday::Sunday),
    ];
    let (_, weekday) = NAMES
        .into_iter()
        .find(|(name, _)| text.len() >= 3 && name.starts_with(text))?;
    Some(weekday)
}

/// Reads `15:00`, `9:30`, `15:00:30`, `3pm` or `3:30pm`.
fn parse_time(text: &str) -> Option<Time> {
    let (text, afternoon) = match (text.strip_suffix("am"), text.strip_suffix("pm")) {
        (Some(text), _) => (text, Some(0)),
        (_, Some(text)) => (text, Some(12)),
        _ => (text, None),
    };
    let number = |digits: &str| -> Option<i8> {
        let is_number = matches!(digits.len(), 1 | 2) && digits.bytes().all(|b| b.is_ascii_digit());
        digits.parse().ok().filter(|_| is_number)
    };
    let mut parts = text.split(':');
    let hour = number(parts.next()?)?;
    let minute = match parts.next() {
        Some(minute) if minute.len() == 2 => number(minute)?,
        Some(_) => return None,
        // `15` alone is no time.
        None => afternoon.map(|_| 0)?,
    };
    let second = match parts.next() {
        Some(second) if second.len() == 2 => number(second)?,
        Some(_) => return None,
        None => 0,
    };
    let hour = match afternoon {
        None => hour,
        Some(half) if (1..=12).contains(&hour) => hour % 12 + half,
        Some(_) => return None,
    };
    if parts.next().is_some() {
        return None;
    }
    Time::new(hour, minute, second, 0).ok()
}

/// Returns what the clock on the wall showed, with the offset of that moment.
///
/// A time that the clocks jumped over is moved past the gap, one that came twice is the first (RFC 5545, section 3.3.5).
fn instant(at: DateTime, time_zone: &TimeZone) -> When {
    match time_zone.to_ambiguous_zoned(at).compatible() {
        Ok(zoned) => When::Instant {
            at: zoned.datetime(),
            offset: zoned.offset(),
        },
        // Past the calendar's end.
        Err(_) => When::Day(at.date()),
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    /// A Monday afternoon in Berlin, in winter time.
    fn now() -> Zoned {
        date(2026, 11, 23)
            .at(16, 45, 12, 500_000_000)
            .in_tz("Europe/Berlin")
            .expect("the zone is built in")
    }

    fn past(texts: &[&str], expected: &Expect) {
        show(texts, expected, |text| {
            parse_past(text, &now()).map(|when| when.to_string())
        });
    }

    fn future(texts: &[&str], expected: &Expect) {
        show(texts, expected, |text| {
            parse_future(text, now().date()).map(|day| day.to_string())
        });
    }

    fn show(texts: &[&str], expected: &Expect, read: impl Fn(&str) -> Option<String>) {
        let lines: Vec<String> = texts
            .iter()
            .map(|text| format!("{text} -> {}\n", read(text).as_deref().unwrap_or("-")))
            .collect();
        expected.assert_eq(&lines.concat());
    }

    #[test]
    fn past_words_look_back() {
        past(
            &[
                "today",
                "Yesterday",
                "tomorrow",
                "monday",
                "friday",
                "last Friday",
                "fri",
                "next monday",
                "3 days ago",
                "a week ago",
                "2 weeks",
                "2w ago",
                "last week",
                "last month",
                "a year and 2 months ago",
                "in 2 days",
            ],
            &expect![[r#"
                today -> 2026-11-23
                Yesterday -> 2026-11-22
                tomorrow -> 2026-11-24
                monday -> 2026-11-16
                friday -> 2026-11-20
                last Friday -> 2026-11-20
                fri -> 2026-11-20
                next monday -> 2026-11-30
                3 days ago -> 2026-11-20
                a week ago -> 2026-11-16
                2 weeks -> 2026-11-09
                2w ago -> 2026-11-09
                last week -> 2026-11-16
                last month -> 2026-10-23
                a year and 2 months ago -> 2025-09-23
                in 2 days -> 2026-11-25
            "#]],
        );
    }

    #[test]
    fn future_words_look_ahead() {
        future(
            &[
                "2026-12-01",
                "today",
                "tomorrow",
                "yesterday",
                "monday",
                "friday",
                "next monday",
                "last monday",
                "in 2 weeks",
                "2 weeks",
                "30d",
                "3 Months",
                "a  week",
                "next week",
                "next month",
                "1 yr 2 mo",
                "3 days ago",
            ],
            &expect![[r#"
                2026-12-01 -> 2026-12-01
                today -> 2026-11-23
                tomorrow -> 2026-11-24
                yesterday -> 2026-11-22
                monday -> 2026-11-30
                friday -> 2026-11-27
                next monday -> 2026-11-30
                last monday -> 2026-11-16
                in 2 weeks -> 2026-12-07
                2 weeks -> 2026-12-07
                30d -> 2026-12-23
                3 Months -> 2027-02-23
                a  week -> 2026-11-30
                next week -> 2026-11-30
                next month -> 2026-12-23
                1 yr 2 mo -> 2028-01-23
                3 days ago -> 2026-11-20
            "#]],
        );
    }

    #[test]
    fn times_get_the_offset_of_their_own_day() {
        past(
            &[
                "2026-11-20",
                "2026-11-20T15:00",
                "2026-11-20 15:00",
                "2026-07-20 15:00",
                "2026-11-20T15:00:30-05:00",
                "2026-11-20t15:00z",
                "yesterday 15:00",
                "yesterday at 9:30",
                "friday 3pm",
                "last friday 12:15am",
                "3 days ago 12pm",
                "09:05",
                "now",
                // Clocks jumped from two to three, and back from three to two.
                "2026-03-29 02:30",
                "2026-10-25 02:30",
            ],
            &expect![[r#"
                2026-11-20 -> 2026-11-20
                2026-11-20T15:00 -> 2026-11-20T15:00+01:00
                2026-11-20 15:00 -> 2026-11-20T15:00+01:00
                2026-07-20 15:00 -> 2026-07-20T15:00+02:00
                2026-11-20T15:00:30-05:00 -> 2026-11-20T15:00:30-05:00
                2026-11-20t15:00z -> 2026-11-20T15:00Z
                yesterday 15:00 -> 2026-11-22T15:00+01:00
                yesterday at 9:30 -> 2026-11-22T09:30+01:00
                friday 3pm -> 2026-11-20T15:00+01:00
                last friday 12:15am -> 2026-11-20T00:15+01:00
                3 days ago 12pm -> 2026-11-20T12:00+01:00
                09:05 -> 2026-11-23T09:05+01:00
                now -> 2026-11-23T16:45:12+01:00
                2026-03-29 02:30 -> 2026-03-29T03:30+02:00
                2026-10-25 02:30 -> 2026-10-25T02:30+02:00
            "#]],
        );
    }

    #[test]
    fn other_words_mean_nothing() {
        past(
            &[
                "",
                "soon",
                "15",
                "25:00",
                "13pm",
                "0am",
                "9:5",
                "yesterday 9:30:5",
                "2026-02-30",
                "2026-11-20T",
                "2026-11-20T15",
                "fr",
                "fridays",
                "ago",
                "last",
                "in friday",
                "3 days ago ago",
                "-3 days",
                "99999999999999999999 days ago",
                "9999999 years ago",
                "２０２６-11-20",
                "K15:00",
            ],
            &expect![[r#"
                 -> -
                soon -> -
                15 -> -
                25:00 -> -
                13pm -> -
                0am -> -
                9:5 -> -
                yesterday 9:30:5 -> -
                2026-02-30 -> -
                2026-11-20T -> -
                2026-11-20T15 -> -
                fr -> -
                fridays -> -
                ago -> -
                last -> -
                in friday -> -
                3 days ago ago -> -
                -3 days -> -
                99999999999999999999 days ago -> -
                9999999 years ago -> -
                ２０２６-11-20 -> -
                K15:00 -> -
            "#]],
        );
        future(
            &["2026-12-01T15:00", "friday 15:00", "9000 years"],
            &expect![[r#"
                2026-12-01T15:00 -> -
                friday 15:00 -> -
                9000 years -> -
            "#]],
        );
    }

    #[test]
    fn a_month_ends_where_it_ends() {
        let day = |text, today| parse_future(text, today).expect(text);
        assert_eq!(day("a month", date(2026, 1, 31)), date(2026, 2, 28));
        assert_eq!(day("a month ago", date(2026, 3, 31)), date(2026, 2, 28));
    }

    proptest! {
        #[test]
        fn any_words_are_read_or_refused(
            text in prop_oneof![
                ".*",
                "(last |next |in |a |3 |99999 )?(day|friday|week|months|y|2026-11-2|T|at|[0-9:]{1,6}|pm|ago| ){0,5}",
            ],
            today in -9_999_i16..=9_999,
        ) {
            let _ = parse_past(&text, &now());
            for today in [date(today, 1, 1), Date::MIN, Date::MAX] {
                let _ = parse_future(&text, today);
                if let Ok(now) = today.at(23, 59, 59, 0).in_tz("UTC") {
                    let _ = parse_past(&text, &now);
                }
            }
        }

        #[test]
        fn what_was_written_is_read_back(days in -400_000_i32..400_000, minute in 0_i32..1440) {
            let day = date(2026, 11, 23).checked_add(Span::new().days(days)).expect("in range");
            prop_assert_eq!(parse_future(&day.to_string(), now().date()), Some(day));
            prop_assert_eq!(parse_past(&day.to_string(), &now()), Some(When::Day(day)));
            let at = day.at((minute / 60) as i8, (minute % 60) as i8, 0, 0);
            let when = When::Instant { at, offset: jiff::tz::offset(3) };
            prop_assert_eq!(parse_past(&when.to_string(), &now()), Some(when));
        }
    }
}
