//! Stretches of days as people say them: `2026`, `2026-03`, `march`, `last month`, `past 90 days`, `yesterday`.
//!
//! What names one moment is the day it lies in. Single days are read by the parent module.

use jiff::{
    ToSpan, Zoned,
    civil::{Date, ISOWeekDate, Weekday},
};

use super::{Direction, after, parse_past, words_of};
use crate::value::PartialDate;

/// Days in a row: both ends included, the first never after the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Period {
    /// The first day.
    pub first: Date,
    /// The last day.
    pub last: Date,
}

/// Reads a stretch of days that looks back; `None` where the words mean none.
///
/// Takes what [`parse_past`] takes, as the day it lies in, and whole years (`2026`), months (`2026-03`, `march 2026`,
/// `march`: the latest that has begun), ISO 8601 weeks (`2026-w12`), `this` and `last` with `week` (from Monday), `month`,
/// `quarter` and `year`, which are those of the calendar, and `past 90 days` or `last 3 months`, which end today. Case does
/// not matter.
pub fn parse_period(text: &str, now: &Zoned) -> Option<Period> {
    let text = words_of(text);
    let today = now.date();
    named_period(&text, today)
        .or_else(|| week(&text))
        .or_else(|| calendar(&text, today))
        .or_else(|| running(&text, today))
        .or_else(|| {
            let day = parse_past(&text, now)?.day();
            Some(Period {
                first: day,
                last: day,
            })
        })
}

fn period(first: Date, last: Date) -> Option<Period> {
    (first <= last).then_some(Period { first, last })
}

/// Reads a year or a month, in digits or by its name.
fn named_period(text: &str, today: Date) -> Option<Period> {
    match PartialDate::parse(text) {
        Some(PartialDate::Year(year)) => return year_of(Date::new(year, 1, 1).ok()?),
        Some(PartialDate::Month { year, month }) => {
            return month_of(Date::new(year, month, 1).ok()?);
        }
        _ => {}
    }
    let mut words = text.split(' ');
    let (one, two) = (words.next()?, words.next());
    if words.next().is_some() {
        return None;
    }
    let year = |word: &str| match PartialDate::parse(word) {
        Some(PartialDate::Year(year)) => Some(year),
        _ => None,
    };
    let (month, year) = match two {
        None => (parse_month(one)?, None),
        Some(two) => match parse_month(one) {
            Some(month) => (month, Some(year(two)?)),
            None => (parse_month(two)?, Some(year(one)?)),
        },
    };
    let year = year.unwrap_or(if month <= today.month() {
        today.year()
    } else {
        today.year() - 1
    });
    month_of(Date::new(year, month, 1).ok()?)
}

/// Reads `2026-w12`.
fn week(text: &str) -> Option<Period> {
    let (year, week) = text.split_once("-w")?;
    let is_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if year.len() != 4 || week.len() != 2 || !is_digits(year) || !is_digits(week) {
        return None;
    }
    let monday = ISOWeekDate::new(year.parse().ok()?, week.parse().ok()?, Weekday::Monday);
    week_of(monday.ok()?.date())
}

/// Reads `this week`, `last month`.
fn calendar(text: &str, today: Date) -> Option<Period> {
    let (which, unit) = text.split_once(' ')?;
    let back = match which {
        "this" => 0,
        "last" | "previous" => 1,
        _ => return None,
    };
    match unit {
        "week" => week_of(today.checked_sub((7 * back).days()).ok()?),
        "month" => month_of(today.first_of_month().checked_sub(back.months()).ok()?),
        "quarter" => {
            let month = (today.month() - 1) / 3 * 3 + 1;
            let first = Date::new(today.year(), month, 1).ok()?;
            let first = first.checked_sub((3 * back).months()).ok()?;
            let last = first.checked_add(2.months()).ok()?;
            period(first, last.last_of_month())
        }
        "year" => year_of(today.first_of_year().checked_sub(back.years()).ok()?),
        _ => None,
    }
}

/// Reads `past 90 days`, `last 3 months`: up to today.
fn running(text: &str, today: Date) -> Option<Period> {
    let (which, amount) = text.split_once(' ')?;
    let is_counted = amount.starts_with(|c: char| c.is_ascii_digit());
    match which {
        "past" => {}
        "last" if is_counted => {}
        _ => return None,
    }
    period(after(today, amount, Direction::Past)?, today)
}

fn year_of(day: Date) -> Option<Period> {
    period(day.first_of_year(), day.last_of_year())
}

fn month_of(day: Date) -> Option<Period> {
    period(day.first_of_month(), day.last_of_month())
}

/// Returns the days from Monday to Sunday that `day` is one of.
fn week_of(day: Date) -> Option<Period> {
    let since_monday = i64::from(day.weekday().to_monday_zero_offset());
    let first = day.checked_sub(since_monday.days()).ok()?;
    period(first, first.checked_add(6.days()).ok()?)
}

/// Reads the English name of a month, whole or cut to three letters or more.
fn parse_month(text: &str) -> Option<i8> {
    const NAMES: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let found = NAMES
        .iter()
        .position(|name| text.len() >= 3 && name.starts_with(text))?;
    i8::try_from(found + 1).ok()
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    /// A Monday afternoon.
    fn now() -> Zoned {
        let at = date(2026, 11, 23).at(16, 45, 0, 0);
        at.in_tz("Europe/Berlin").expect("the zone is built in")
    }

    fn check(texts: &[&str], expected: &Expect) {
        let shown = |text: &&str| match parse_period(text, &now()) {
            Some(Period { first, last }) if first == last => format!("{text} -> {first}\n"),
            Some(Period { first, last }) => format!("{text} -> {first} to {last}\n"),
            None => format!("{text} -> -\n"),
        };
        expected.assert_eq(&texts.iter().map(shown).collect::<String>());
    }

    #[test]
    fn whole_years_months_and_weeks_are_all_their_days() {
        check(
            &[
                "2026",
                "2024-02",
                "2025-02",
                "March",
                "december",
                "nov",
                "sept 2024",
                "2024 feb",
                "2026-W01",
                "2020-w53",
                "this week",
                "last week",
                "this month",
                "last month",
                "this quarter",
                "last quarter",
                "this year",
                "Last  Year",
            ],
            &expect![[r#"
                2026 -> 2026-01-01 to 2026-12-31
                2024-02 -> 2024-02-01 to 2024-02-29
                2025-02 -> 2025-02-01 to 2025-02-28
                March -> 2026-03-01 to 2026-03-31
                december -> 2025-12-01 to 2025-12-31
                nov -> 2026-11-01 to 2026-11-30
                sept 2024 -> 2024-09-01 to 2024-09-30
                2024 feb -> 2024-02-01 to 2024-02-29
                2026-W01 -> 2025-12-29 to 2026-01-04
                2020-w53 -> 2020-12-28 to 2021-01-03
                this week -> 2026-11-23 to 2026-11-29
                last week -> 2026-11-16 to 2026-11-22
                this month -> 2026-11-01 to 2026-11-30
                last month -> 2026-10-01 to 2026-10-31
                this quarter -> 2026-10-01 to 2026-12-31
                last quarter -> 2026-07-01 to 2026-09-30
                this year -> 2026-01-01 to 2026-12-31
                Last  Year -> 2025-01-01 to 2025-12-31
            "#]],
        );
    }

    #[test]
    fn counted_stretches_end_today() {
        check(
            &[
                "past 90 days",
                "past week",
                "last 3 months",
                "past year",
                "last 2w",
            ],
            &expect![[r#"
                past 90 days -> 2026-08-25 to 2026-11-23
                past week -> 2026-11-16 to 2026-11-23
                last 3 months -> 2026-08-23 to 2026-11-23
                past year -> 2025-11-23 to 2026-11-23
                last 2w -> 2026-11-09 to 2026-11-23
            "#]],
        );
    }

    #[test]
    fn a_day_is_a_stretch_of_one() {
        check(
            &[
                "2026-11-20",
                "yesterday",
                "last friday",
                "3 months ago",
                "2026-11-20T23:30-05:00",
                "tomorrow",
            ],
            &expect![[r#"
                2026-11-20 -> 2026-11-20
                yesterday -> 2026-11-22
                last friday -> 2026-11-20
                3 months ago -> 2026-08-23
                2026-11-20T23:30-05:00 -> 2026-11-20
                tomorrow -> 2026-11-24
            "#]],
        );
    }

    #[test]
    fn other_words_mean_no_days() {
        check(
            &[
                "",
                "ma",
                "2026-13",
                "2026-w54",
                "2021-w53",
                "march 26",
                "last",
                "past",
                "last fortnight",
                "march april",
                "past 9999999 years",
                "+026-w01",
                "2026-w+1",
            ],
            &expect![[r#"
                 -> -
                ma -> -
                2026-13 -> -
                2026-w54 -> -
                2021-w53 -> -
                march 26 -> -
                last -> -
                past -> -
                last fortnight -> -
                march april -> -
                past 9999999 years -> -
                +026-w01 -> -
                2026-w+1 -> -
            "#]],
        );
    }

    proptest! {
        #[test]
        fn any_words_are_read_or_refused(
            text in "(last |this |past |2026|-w|-03|march|week|month|quarter|year|[0-9]{1,4} |days|\\PC){0,5}",
            year in -9_999_i16..=9_999,
        ) {
            for day in [date(year, 1, 1), Date::MIN, Date::MAX] {
                if let Ok(now) = day.to_zoned(jiff::tz::TimeZone::UTC)
                    && let Some(period) = parse_period(&text, &now)
                {
                    prop_assert!(period.first <= period.last);
                }
            }
        }
    }
}
