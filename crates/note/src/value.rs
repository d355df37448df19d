//! What values mean: dates, cadences, addresses. Each reader takes the text of one value.

use jiff::{
    civil::{Date, DateTime, Time},
    tz::Offset,
};

/// A date as precise as it was written (ISO 8601, and RFC 6350 section 4.3 for the forms without a year).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PartialDate {
    /// `2026-11-23`
    Day(Date),
    /// `2026-11`
    Month {
        /// The year.
        year: i16,
        /// 1 to 12.
        month: i8,
    },
    /// `1990`
    Year(i16),
    /// `--12-10`
    MonthDay {
        /// 1 to 12.
        month: i8,
        /// 1 to 31, 29 for February.
        day: i8,
    },
    /// `---17`
    DayOfMonth(i8),
}

impl PartialDate {
    /// Reads `2026-11-23`, `2026-11`, `1990`, `--12-10` or `---17`; `None` for anything else.
    ///
    /// An instant (`2026-11-23T15:00`) is no date.
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(rest) = text.strip_prefix("---") {
            return digits(rest, 2)
                .filter(|day| (1..=31).contains(day))
                .map(|day| Self::DayOfMonth(day as i8));
        }
        if let Some(rest) = text.strip_prefix("--") {
            let (month, day) = rest.split_once('-')?;
            // A leap year, so that 29 February is a day.
            let date = Date::new(2000, digits(month, 2)? as i8, digits(day, 2)? as i8).ok()?;
            return Some(Self::MonthDay {
                month: date.month(),
                day: date.day(),
            });
        }
        if text.len() == 4 {
            return digits(text, 4).map(Self::Year);
        }
        if let Some((year, month)) = text.split_once('-')
            && !month.contains('-')
        {
            let date = Date::new(digits(year, 4)?, digits(month, 2)? as i8, 1).ok()?;
            return Some(Self::Month {
                year: date.year(),
                month: date.month(),
            });
        }
        parse_day(text).map(Self::Day)
    }

    /// Returns the next day on or after `today` on which month and day come round; `None` where either is unknown.
    ///
    /// 29 February falls on 1 March in common years.
    pub fn next_after(self, today: Date) -> Option<Date> {
        let (month, day) = match self {
            Self::Day(date) => (date.month(), date.day()),
            Self::MonthDay { month, day } => (month, day),
            Self::Month { .. } | Self::Year(_) | Self::DayOfMonth(_) => return None,
        };
        let in_year = |year: i16| {
            Date::new(year, month, day)
                .or_else(|_| Date::new(year, 3, 1))
                .ok()
        };
        in_year(today.year())
            .filter(|date| *date >= today)
            .or_else(|| in_year(today.year().checked_add(1)?))
    }

    /// Returns the year, where it is known.
    pub fn year(self) -> Option<i16> {
        match self {
            Self::Day(date) => Some(date.year()),
            Self::Month { year, .. } | Self::Year(year) => Some(year),
            Self::MonthDay { .. } | Self::DayOfMonth(_) => None,
        }
    }

    /// Returns the first day it may mean (`2026-11` is 2026-11-01), `None` where the year is unknown.
    pub fn first_day(self) -> Option<Date> {
        match self {
            Self::Day(date) => Some(date),
            Self::Month { year, month } => Date::new(year, month, 1).ok(),
            Self::Year(year) => Date::new(year, 1, 1).ok(),
            Self::MonthDay { .. } | Self::DayOfMonth(_) => None,
        }
    }

    /// Returns the last day it may mean (`2026-11` is 2026-11-30), `None` where the year is unknown.
    pub fn last_day(self) -> Option<Date> {
        let first = self.first_day()?;
        Some(match self {
            Self::Month { .. } => first.last_of_month(),
            Self::Year(_) => first.last_of_year(),
            Self::Day(_) | Self::MonthDay { .. } | Self::DayOfMonth(_) => first,
        })
    }
}

/// Reads a calendar day, exactly `YYYY-MM-DD`; a time after it makes it `None`.
pub fn parse_day(text: &str) -> Option<Date> {
    let bytes = text.as_bytes();
    if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    let number = |range: std::ops::Range<usize>| digits(text.get(range)?, 10);
    Date::new(number(0..4)?, number(5..7)? as i8, number(8..10)? as i8).ok()
}

/// Reads a number that is digits and nothing else, at most `most` of them and at most four.
fn digits(text: &str, most: usize) -> Option<i16> {
    let exact = most.min(4);
    if text.is_empty() || text.len() > exact || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    if most <= 4 && text.len() != most {
        return None;
    }
    text.parse().ok()
}

/// A point in time as precise as it was given: a day, or an instant with its UTC offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum When {
    /// A day.
    Day(Date),
    /// A wall-clock time with its offset from UTC, seconds precision.
    Instant {
        /// Date and time as the clock on the wall showed them.
        at: DateTime,
        /// The offset from UTC.
        offset: Offset,
    },
}

impl When {
    /// Reads a day or an RFC 3339 instant (`2026-11-20T15:00+01:00`, seconds optional); an instant needs its offset.
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(day) = parse_day(text) {
            return Some(Self::Day(day));
        }
        let day = parse_day(text.get(..10)?)?;
        let time = text.get(10..)?.strip_prefix(['T', 't', ' '])?;
        let split = time.find(['Z', 'z', '+', '-'])?;
        let (time, zone) = time.split_at(split);
        let mut parts = time.split('.').next()?.split(':');
        let hour = digits(parts.next()?, 2)? as i8;
        let minute = digits(parts.next()?, 2)? as i8;
        let second = match parts.next() {
            Some(second) => digits(second, 2)? as i8,
            None => 0,
        };
        if parts.next().is_some() {
            return None;
        }
        let time = Time::new(hour, minute, second, 0).ok()?;
        let offset = match zone {
            "Z" | "z" => Offset::UTC,
            _ => {
                let sign = if zone.starts_with('-') { -1 } else { 1 };
                let (hours, minutes) = zone[1..].split_once(':')?;
                let (hours, minutes) = (digits(hours, 2)?, digits(minutes, 2)?);
                if hours > 23 || minutes > 59 {
                    return None;
                }
                let seconds = i32::from(hours) * 3600 + i32::from(minutes) * 60;
                Offset::from_seconds(sign * seconds).ok()?
            }
        };
        Some(Self::Instant {
            at: day.to_datetime(time),
            offset,
        })
    }

    /// Returns the day in its own offset.
    pub fn day(self) -> Date {
        match self {
            Self::Day(day) => day,
            Self::Instant { at, .. } => at.date(),
        }
    }

    /// Returns a key that orders days and instants: seconds since 1970 UTC, a bare day counting as its noon in UTC.
    pub fn sort_key(self) -> i64 {
        let (at, offset) = match self {
            Self::Day(day) => (day.at(12, 0, 0, 0), 0),
            Self::Instant { at, offset } => (at, i64::from(offset.seconds())),
        };
        let days = (at.date() - Date::constant(1970, 1, 1)).get_days();
        let seconds = i64::from(at.hour()) * 3600 + i64::from(at.minute()) * 60;
        i64::from(days) * 86_400 + seconds + i64::from(at.second()) - offset
    }
}

impl std::fmt::Display for When {
    /// Writes RFC 3339 as precise as given: `2026-11-20`, `2026-11-20T15:00+01:00`, seconds only when not zero.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (at, offset) = match self {
            Self::Day(day) => return write!(f, "{day}"),
            Self::Instant { at, offset } => (at, offset.seconds()),
        };
        write!(f, "{}T{:02}:{:02}", at.date(), at.hour(), at.minute())?;
        if at.second() != 0 {
            write!(f, ":{:02}", at.second())?;
        }
        if offset == 0 {
            return f.write_str("Z");
        }
        let sign = if offset < 0 { '-' } else { '+' };
        let minutes = offset.abs() / 60;
        write!(f, "{sign}{:02}:{:02}", minutes / 60, minutes % 60)
    }
}

/// How often one wants to be in touch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cadence {
    /// `never`: no follow-ups.
    Never,
    /// Every so many months and days (a year is 12 months, a week 7 days).
    Every {
        /// Months, 0 or more.
        months: u16,
        /// Days, 0 or more; months and days are not both 0.
        days: u16,
    },
}

impl Cadence {
    /// Reads `30d`, `2w`, `3 months`, `1 yr 2 mo`, `a week`, `weekly`, `monthly`, `quarterly`, `yearly`, `never`,
    /// ignoring case; `None` for anything else, for zero and for what is negative.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_lowercase();
        let every = |months: i64, days: i64| {
            let (months, days) = (u16::try_from(months).ok()?, u16::try_from(days).ok()?);
            (months > 0 || days > 0).then_some(Self::Every { months, days })
        };
        match text.as_str() {
            "never" => return Some(Self::Never),
            "daily" => return every(0, 1),
            "weekly" => return every(0, 7),
            "fortnightly" => return every(0, 14),
            "monthly" => return every(1, 0),
            "quarterly" => return every(3, 0),
            "yearly" | "annually" => return every(12, 0),
            _ => {}
        }
        let text = text.strip_prefix("every ").unwrap_or(&text);
        let (mut months, mut days) = (0_i64, 0_i64);
        for (amount, unit) in amounts(text)? {
            match unit {
                'd' => days = days.checked_add(amount)?,
                'w' => days = days.checked_add(amount.checked_mul(7)?)?,
                'm' => months = months.checked_add(amount)?,
                _ => months = months.checked_add(amount.checked_mul(12)?)?,
            }
        }
        every(months, days)
    }

    /// Returns the day one cadence after `day` (31 January and a month: 28 February); `None` for never and past year 9999.
    pub fn after(self, day: Date) -> Option<Date> {
        let Self::Every { months, days } = self else {
            return None;
        };
        let span = jiff::Span::new().try_months(months).ok()?;
        day.checked_add(span.try_days(days).ok()?).ok()
    }
}

impl std::fmt::Display for Cadence {
    /// Writes `30 days`, `2 weeks`, `3 months`, `1 year`, `never`; [`Cadence::parse`] reads it back to the same value.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self::Every { months, days } = *self else {
            return f.write_str("never");
        };
        let mut first = true;
        let mut write = |amount: u16, unit: &str| {
            if amount == 0 {
                return Ok(());
            }
            let space = if std::mem::take(&mut first) { "" } else { " " };
            let plural = if amount == 1 { "" } else { "s" };
            write!(f, "{space}{amount} {unit}{plural}")
        };
        write(months / 12, "year")?;
        write(months % 12, "month")?;
        if days % 7 == 0 {
            write(days / 7, "week")
        } else {
            write(days, "day")
        }
    }
}

/// Returns whether `text` looks like an e-mail address: one `@` with something on both sides and no white space.
pub fn is_email(text: &str) -> bool {
    let mut parts = text.split('@');
    let (Some(local), Some(domain), None) = (parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    !local.is_empty()
        && !domain.is_empty()
        && !text.contains(|c: char| c.is_whitespace() || c.is_control())
}

/// Reads `3 months`, `30d`, `1 yr 2 mo`, `a week`: amounts with the first letter of their unit (`d`, `w`, `m`, `y`).
///
/// `None` where anything else stands in the text, which must be lower-case.
pub(crate) fn amounts(text: &str) -> Option<Vec<(i64, char)>> {
    let mut amounts = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let n_digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let amount = if n_digits > 0 {
            let amount = rest[..n_digits].parse().ok()?;
            rest = rest[n_digits..].trim_start();
            amount
        } else if let Some(after) = ["a ", "an ", "one "]
            .iter()
            .find_map(|a| rest.strip_prefix(a))
        {
            rest = after.trim_start();
            1
        } else if amounts.is_empty() {
            1
        } else {
            return None;
        };
        let n_letters = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
        let unit = match &rest[..n_letters] {
            "d" | "day" | "days" => 'd',
            "w" | "wk" | "wks" | "week" | "weeks" => 'w',
            "m" | "mo" | "mos" | "mon" | "month" | "months" => 'm',
            "y" | "yr" | "yrs" | "year" | "years" => 'y',
            _ => return None,
        };
        amounts.push((amount, unit));
        rest = rest[n_letters..].trim_start_matches([' ', ',', '\t']);
        rest = rest.strip_prefix("and ").unwrap_or(rest);
    }
    (!amounts.is_empty()).then_some(amounts)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> Date {
        parse_day(text).expect("a day")
    }

    #[test]
    fn partial_dates_are_as_precise_as_written() {
        let parse = PartialDate::parse;
        assert_eq!(
            parse("1815-12-10"),
            Some(PartialDate::Day(day("1815-12-10")))
        );
        assert_eq!(
            parse("2026-11"),
            Some(PartialDate::Month {
                year: 2026,
                month: 11
            })
        );
        assert_eq!(parse("1990"), Some(PartialDate::Year(1990)));
        assert_eq!(
            parse("--02-29"),
            Some(PartialDate::MonthDay { month: 2, day: 29 })
        );
        assert_eq!(parse("---17"), Some(PartialDate::DayOfMonth(17)));
        for text in [
            "",
            "2026-13",
            "2026-02-30",
            "--13-01",
            "--02-30",
            "---32",
            "---0",
            "26-11-23",
            "2026-1-2",
            "2026-11-23T15:00",
            "yesterday",
            "２０２６-11-23",
            "-026-11-23",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn birthdays_come_round() {
        let next = |text: &str, today: &str| PartialDate::parse(text)?.next_after(day(today));
        assert_eq!(next("1815-12-10", "2026-11-23"), Some(day("2026-12-10")));
        assert_eq!(next("--11-23", "2026-11-23"), Some(day("2026-11-23")));
        assert_eq!(next("--11-22", "2026-11-23"), Some(day("2027-11-22")));
        assert_eq!(next("--02-29", "2027-01-01"), Some(day("2027-03-01")));
        assert_eq!(next("--02-29", "2028-01-01"), Some(day("2028-02-29")));
        assert_eq!(next("1990", "2026-11-23"), None);
    }

    #[test]
    fn an_instant_needs_its_offset_and_keeps_it() {
        for (text, shown) in [
            ("2026-11-20", "2026-11-20"),
            ("2026-11-20T15:00+01:00", "2026-11-20T15:00+01:00"),
            ("2026-11-20T15:00:00Z", "2026-11-20T15:00Z"),
            ("2026-11-20 15:00:30.25-05:30", "2026-11-20T15:00:30-05:30"),
        ] {
            assert_eq!(When::parse(text).expect(text).to_string(), shown);
        }
        for text in [
            "2026-11-20T15:00",
            "2026-11-20T25:00Z",
            "2026-11-20T15:00+1",
            "2026-11-20T",
            "T15:00Z",
        ] {
            assert_eq!(When::parse(text), None, "{text}");
        }
    }

    #[test]
    fn the_day_of_an_instant_is_that_of_its_own_offset() {
        let when = When::parse("2026-11-20T00:30+09:00").expect("an instant");
        assert_eq!(when.day(), day("2026-11-20"));
        assert_eq!(
            when.sort_key(),
            When::parse("2026-11-19T15:30Z")
                .expect("an instant")
                .sort_key()
        );
    }

    #[test]
    fn cadences_are_read_ignoring_case() {
        let every = |months, days| Some(Cadence::Every { months, days });
        for (text, cadence) in [
            ("30d", every(0, 30)),
            ("2w", every(0, 14)),
            ("3 Months", every(3, 0)),
            ("1 yr, 2 mo", every(14, 0)),
            ("a week", every(0, 7)),
            ("every 2 weeks", every(0, 14)),
            ("Quarterly", every(3, 0)),
            ("year", every(12, 0)),
            ("never", Some(Cadence::Never)),
        ] {
            assert_eq!(Cadence::parse(text), cadence, "{text}");
        }
        for text in [
            "",
            "0d",
            "-3 days",
            "3",
            "soon",
            "3 days ago",
            "99999999999999999999 d",
            "3 months x",
        ] {
            assert_eq!(Cadence::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_month_after_the_last_of_january_is_in_february() {
        let month = Cadence::Every { months: 1, days: 0 };
        assert_eq!(month.after(day("2026-01-31")), Some(day("2026-02-28")));
        assert_eq!(Cadence::Never.after(day("2026-01-31")), None);
        assert_eq!(
            Cadence::Every {
                months: u16::MAX,
                days: 0
            }
            .after(day("9000-01-01")),
            None
        );
    }

    #[test]
    fn an_address_has_one_at() {
        assert!(is_email("ada@example.org"));
        for text in ["ada", "@example.org", "ada@", "a@b@c", "a b@c"] {
            assert!(!is_email(text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn readers_never_panic(text in ".*") {
            let _ = (PartialDate::parse(&text), When::parse(&text), Cadence::parse(&text), is_email(&text));
        }

        #[test]
        fn cadences_survive_being_written(months in 0_u16..5000, days in 0_u16..5000) {
            prop_assume!(months + days > 0);
            let cadence = Cadence::Every { months, days };
            prop_assert_eq!(Cadence::parse(&cadence.to_string()), Some(cadence));
        }

        #[test]
        fn instants_survive_being_written(
            seconds in -4_000_000_000_i64..8_000_000_000,
            offset in -1439_i32..1440,
        ) {
            let offset = Offset::from_seconds(offset * 60).expect("below a day");
            let at = jiff::Timestamp::from_second(seconds).expect("in range").to_zoned(offset.to_time_zone());
            let when = When::Instant { at: at.datetime(), offset };
            prop_assert_eq!(when.sort_key(), seconds);
            prop_assert_eq!(When::parse(&when.to_string()), Some(when));
        }
    }
}
