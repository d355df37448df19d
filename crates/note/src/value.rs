//! What values mean: dates, cadences, addresses. Each reader takes the text of one value.

use jiff::civil::Date;

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
        let _ = text;
        todo!()
    }

    /// Returns the next day on or after `today` on which month and day come round; `None` where either is unknown.
    ///
    /// 29 February falls on 1 March in common years.
    pub fn next_after(self, today: Date) -> Option<Date> {
        let _ = today;
        todo!()
    }
}

/// Reads a calendar day, exactly `YYYY-MM-DD`; a time after it makes it `None`.
pub fn parse_day(text: &str) -> Option<Date> {
    (text.len() == 10).then(|| text.parse().ok()).flatten()
}

/// A point in time as precise as it was given: a day, or an instant with its UTC offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum When {
    /// A day.
    Day(Date),
    /// A wall-clock time with its offset from UTC, seconds precision.
    Instant {
        /// Date and time as the clock on the wall showed them.
        at: jiff::civil::DateTime,
        /// The offset from UTC.
        offset: jiff::tz::Offset,
    },
}

impl When {
    /// Reads a day or an RFC 3339 instant (`2026-11-20T15:00+01:00`, seconds optional); an instant needs its offset.
    pub fn parse(text: &str) -> Option<Self> {
        let _ = text;
        todo!()
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
        todo!()
    }
}

impl std::fmt::Display for When {
    /// Writes RFC 3339 as precise as given: `2026-11-20`, `2026-11-20T15:00+01:00`, seconds only when not zero.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let _ = f;
        todo!()
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
        let _ = text;
        todo!()
    }

    /// Returns the day one cadence after `day` (31 January and a month: 28 February); `None` for never and past year 9999.
    pub fn after(self, day: Date) -> Option<Date> {
        let _ = day;
        todo!()
    }
}

impl std::fmt::Display for Cadence {
    /// Writes `30 days`, `2 weeks`, `3 months`, `1 year`, `never`; [`Cadence::parse`] reads it back to the same value.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let _ = f;
        todo!()
    }
}

/// Returns whether `text` looks like an e-mail address: one `@` with something on both sides and no white space.
pub fn is_email(text: &str) -> bool {
    let _ = text;
    todo!()
}
