//! The journal in numbers: how often, what kind, with whom, how steadily, and the longest silence.
//!
//! Pure: interactions and the last day to look at go in, counts come out. What lies after that day is only counted, so that
//! a clock that was wrong and a question about a day gone by spoil nothing.

use std::collections::BTreeMap;

use jiff::{ToSpan, civil::Date};
use journal::{InitiatedBy, Interaction};
use rustc_hash::FxHashMap;

use crate::{World, filter::Named, history};

/// Interactions in numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// How many interactions there are up to the last day looked at.
    pub total: usize,
    /// How many lie after it; nothing else here counts them.
    pub later: usize,
    /// The day of the first; `None` where there is none.
    pub first: Option<Date>,
    /// The day of the newest.
    pub last: Option<Date>,
    /// Every month from that of the first to that of the last day looked at, also those without any.
    pub months: Vec<Month>,
    /// Every kind with its number, the most frequent first, then by name.
    pub kinds: Vec<(Box<str>, usize)>,
    /// Everyone named, the most frequent first, then the most recent, then by name. One interaction with three people counts
    /// once for each.
    pub people: Vec<Person>,
    /// In how many you reached out.
    pub by_me: usize,
    /// In how many the other side did.
    pub by_them: usize,
    /// In how many something was given.
    pub gave: usize,
    /// In how many something was received.
    pub received: usize,
    /// The most weeks in a row with an interaction in each; of several equally long the latest. A week begins on Monday
    /// (ISO 8601).
    pub longest_streak: Option<Streak>,
    /// The weeks in a row that end with the week of the last day looked at, or with the one before: a week that is not
    /// over breaks nothing yet.
    pub present_streak: Option<Streak>,
    /// The most days from one interaction to the next, or from the newest to the last day looked at; of several equally long
    /// the latest. `None` where no day lies between any.
    pub longest_silence: Option<Silence>,
}

/// One month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Month {
    /// Its first day.
    pub first_day: Date,
    /// How many interactions it has.
    pub total: usize,
    /// Those of each kind that it has, by name.
    pub kinds: BTreeMap<Box<str>, usize>,
}

/// How often someone was met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Who, or the path that is no note any more.
    pub contact: Named,
    /// In how many interactions.
    pub total: usize,
    /// The day of the newest of them.
    pub last: Date,
}

/// Weeks in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Streak {
    /// How many; at least one.
    pub weeks: usize,
    /// The Monday of the first.
    pub first: Date,
    /// The Sunday of the last.
    pub last: Date,
}

/// Days without an interaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Silence {
    /// How many days `until` is after `since`; at least two, so that one day at least was silent.
    pub days: i32,
    /// The day of the interaction before.
    pub since: Date,
    /// The day of the next interaction, or the last day looked at.
    pub until: Date,
    /// Whether it lasted to the last day looked at.
    pub is_open: bool,
}

/// Returns the numbers of `interactions`, given in any order, up to and with the day `end`.
pub fn summarize(world: World<'_>, interactions: &[&Interaction], end: Date) -> Summary {
    let mut summary = Summary::default();
    let mut days: Vec<Date> = Vec::with_capacity(interactions.len());
    let mut months: BTreeMap<Date, Month> = BTreeMap::new();
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    let mut people: FxHashMap<Named, (usize, Date)> = FxHashMap::default();
    for interaction in interactions {
        let record = &interaction.record;
        let day = record.on.day();
        if day > end {
            summary.later += 1;
            continue;
        }
        summary.total += 1;
        days.push(day);
        let first_day = day.first_of_month();
        let month = months.entry(first_day).or_insert_with(|| empty(first_day));
        month.total += 1;
        *month.kinds.entry(record.kind.clone()).or_default() += 1;
        *kinds.entry(&record.kind).or_default() += 1;
        match record.initiated_by {
            Some(InitiatedBy::Me) => summary.by_me += 1,
            Some(InitiatedBy::Them) => summary.by_them += 1,
            None => {}
        }
        summary.gave += usize::from(!record.gave.is_empty());
        summary.received += usize::from(!record.received.is_empty());
        let mut named: Vec<Named> = record
            .contacts
            .iter()
            .map(|contact| match history::find_contact(world, contact) {
                Some(note) => Named::Note(note),
                None => Named::Gone(contact.path.clone()),
            })
            .collect();
        // Two paths of one person are one person.
        named.sort_unstable();
        named.dedup();
        for contact in named {
            let (total, last) = people.entry(contact).or_insert((0, day));
            *total += 1;
            *last = day.max(*last);
        }
    }
    days.sort_unstable();
    days.dedup();
    (summary.first, summary.last) = (days.first().copied(), days.last().copied());
    summary.months = all_months(months, summary.first, end);
    summary.kinds = kinds
        .into_iter()
        .map(|(kind, total)| (kind.into(), total))
        .collect();
    // The sort is stable, and they come by name.
    summary
        .kinds
        .sort_by_key(|(_, total)| std::cmp::Reverse(*total));
    summary.people = people
        .into_iter()
        .map(|(contact, (total, last))| Person {
            contact,
            total,
            last,
        })
        .collect();
    summary.people.sort_by(|a, b| {
        (b.total, b.last)
            .cmp(&(a.total, a.last))
            .then_with(|| name(world, &a.contact).cmp(name(world, &b.contact)))
            .then_with(|| a.contact.cmp(&b.contact))
    });
    (summary.longest_streak, summary.present_streak) = streaks(&days, end);
    summary.longest_silence = longest_silence(&days, end);
    summary
}

/// Returns what to call someone: the note's name, or the path that is no note any more.
pub fn name<'a>(world: World<'a>, named: &'a Named) -> &'a str {
    match named {
        Named::Note(note) => &world.vault.note(*note).name,
        Named::Gone(path) => path,
    }
}

fn empty(first_day: Date) -> Month {
    Month {
        first_day,
        total: 0,
        kinds: BTreeMap::new(),
    }
}

/// Returns the months from that of `first` to that of `end`, those that are missing too.
fn all_months(mut months: BTreeMap<Date, Month>, first: Option<Date>, end: Date) -> Vec<Month> {
    let mut all = Vec::new();
    let mut next = first.map(Date::first_of_month);
    while let Some(first_day) = next.filter(|first_day| *first_day <= end) {
        all.push(
            months
                .remove(&first_day)
                .unwrap_or_else(|| empty(first_day)),
        );
        next = first_day.checked_add(1.month()).ok();
    }
    all
}

/// Returns the Monday that a day's week begins with; the first day of all where the calendar begins later.
fn monday(day: Date) -> Date {
    let since_monday = i64::from(day.weekday().to_monday_zero_offset());
    day.saturating_sub(since_monday.days())
}

/// Returns how many days `to` is after `from`.
fn days_between(from: Date, to: Date) -> i32 {
    (to - from).get_days()
}

/// Returns the longest and the present run of weeks; `days` rising, without repeats, none after `end`.
fn streaks(days: &[Date], end: Date) -> (Option<Streak>, Option<Streak>) {
    let mut longest: Option<Streak> = None;
    let mut run: Option<Streak> = None;
    for day in days {
        let week = monday(*day);
        let last = week.saturating_add(6.days());
        let next = match run {
            Some(run) if run.last >= *day => run,
            Some(run) if days_between(run.last, week) == 1 => Streak {
                weeks: run.weeks + 1,
                last,
                ..run
            },
            _ => Streak {
                weeks: 1,
                first: week,
                last,
            },
        };
        if longest.is_none_or(|longest| next.weeks >= longest.weeks) {
            longest = Some(next);
        }
        run = Some(next);
    }
    let present = run.filter(|run| days_between(run.last, monday(end)) <= 1);
    (longest, present)
}

/// Returns the longest silence; `days` as for [`streaks`].
fn longest_silence(days: &[Date], end: Date) -> Option<Silence> {
    let next = days.iter().skip(1).map(|day| (*day, false));
    let pairs = days.iter().zip(next.chain([(end, true)]));
    let silences = pairs.map(|(since, (until, is_open))| Silence {
        days: days_between(*since, until),
        since: *since,
        until,
        is_open,
    });
    silences
        .filter(|silence| silence.days >= 2)
        .max_by_key(|silence| silence.days)
}

#[cfg(test)]
mod tests;
