//! Follow-ups: which contact is due when, and why.
//!
//! due = the earliest of `follow_up.date` and base + cadence, not before `snooze`. The base is the last contact, else
//! `met.date`, else the note's first commit, else today. No circle and no cadence: due only by `follow_up.date`.
//! `status: closed` and `wish`, and someone who died: never.

use std::sync::Arc;

use jiff::civil::Date;
use note::{
    NoteKind, Span,
    fold::fold,
    value::{Cadence, PartialDate, parse_day},
};
use vault::{NoteData, NoteId};

use crate::{World, history};

/// How a follow-up stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DueStatus {
    /// The day has passed.
    Overdue,
    /// It is today.
    Today,
    /// It comes within `[follow_ups] soon` days.
    Soon,
    /// It is further off.
    Ok,
}

impl DueStatus {
    /// Returns `overdue`, `today`, `soon` or `ok`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Overdue => "overdue",
            Self::Today => "today",
            Self::Soon => "soon",
            Self::Ok => "ok",
        }
    }
}

/// A contact to get in touch with, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FollowUp {
    /// Whom.
    pub contact: NoteId,
    /// The circle by its name in the settings, if the note names one.
    pub circle: Option<Box<str>>,
    /// The cadence in force: the contact's own, else the circle's.
    pub cadence: Option<Cadence>,
    /// The last contact.
    pub last: Option<Date>,
    /// The day it is due.
    pub due: Date,
    /// Days until due, negative when overdue.
    pub days: i32,
    /// How it stands.
    pub status: DueStatus,
    /// Whether more than twice the cadence has gone by since the last contact, or since the base where there was none.
    pub past_twice: bool,
    /// Why, one short clause without blame: `every 3 weeks, last call 32 days ago`, `to talk about the draft`.
    pub reason: String,
    /// The value in the note that makes it due: of `follow_up`, `cadence` or `circle`.
    pub span: Span,
}

/// Returns whether a contact is to be tended at all: not someone to meet yet, nor let go, nor dead.
pub fn is_tended(contact: &NoteData) -> bool {
    let status = contact
        .text_of("status")
        .map(|status| status.value.trim().to_lowercase());
    contact.kind == NoteKind::Contact
        && !matches!(status.as_deref(), Some("wish" | "closed"))
        && !has_died(contact)
}

/// Returns whether a note says that the person died.
pub fn has_died(contact: &NoteData) -> bool {
    !contact.items_of("died").is_empty()
}

/// The cadence in force for a contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rhythm {
    /// The circle by its name in the settings, if the note names a known one.
    pub circle: Option<Box<str>>,
    /// The contact's own cadence, else the circle's.
    pub cadence: Cadence,
    /// The value that says so.
    pub span: Span,
}

/// Returns the cadence in force; `None` where the note has neither a known circle nor a cadence that can be read.
pub fn rhythm(world: World<'_>, contact: &NoteData) -> Option<Rhythm> {
    let circle = contact.text_of("circle").and_then(|circle| {
        let known = world.vault.config().circle(circle.value)?;
        Some((known, circle.span))
    });
    let name = circle.map(|(known, _)| known.name.clone());
    let own = contact
        .text_of("cadence")
        .and_then(|cadence| Some((Cadence::parse(cadence.value)?, cadence.span)));
    let (cadence, span) = own.or(circle.map(|(known, span)| (known.cadence, span)))?;
    Some(Rhythm {
        circle: name,
        cadence,
        span,
    })
}

/// Returns the day from which the cadence counts where there was no contact yet: `met.date`, else the note's first
/// commit, else today.
pub fn base_day(world: World<'_>, contact: &NoteData) -> Date {
    let met = contact.value_of("met").and_then(|met| {
        let date = met.get("date")?.as_text()?;
        PartialDate::parse(date.value.trim())?.first_day()
    });
    let met = met.filter(|day| *day <= world.today);
    met.or_else(|| world.timeline?.first_commit(&contact.path))
        .unwrap_or(world.today)
}

/// Returns the follow-up of one contact; `None` where it is never due or is no contact. Costs what the contact has.
pub fn of_contact(world: World<'_>, contact: NoteId) -> Option<FollowUp> {
    with_last(world, contact, || history::last_contact(world, contact))
}

/// Like [`of_contact`], with the last contact found by `last`, which is asked only where it matters.
fn with_last<'a>(
    world: World<'a>,
    contact: NoteId,
    last: impl FnOnce() -> Option<(Date, &'a str)>,
) -> Option<FollowUp> {
    let data = world.vault.get(contact)?;
    if !is_tended(data) || !history::is_contact(world, contact) {
        return None;
    }
    let rhythm = rhythm(world, data);
    let promised = data.value_of("follow_up").and_then(|follow_up| {
        let date = follow_up.get("date").or(Some(follow_up))?.as_text()?;
        Some((parse_day(date.value.trim())?, follow_up))
    });
    if rhythm.is_none() && promised.is_none() {
        return None;
    }
    let last = last();
    let last_day = last.map(|(day, _)| day);
    let base = last_day.unwrap_or_else(|| base_day(world, data));
    let by_rhythm = rhythm
        .as_ref()
        .and_then(|rhythm| Some((rhythm.cadence.after(base)?, rhythm)));
    // Met by any interaction on or after its day.
    let promised = promised.filter(|(day, _)| last_day.is_none_or(|last| last < *day));
    let (due, span, reason) = match (promised, by_rhythm) {
        (Some((day, value)), by_rhythm)
            if by_rhythm.as_ref().is_none_or(|(due, _)| day <= *due) =>
        {
            let about = value
                .get("about")
                .and_then(note::Value::as_text)
                .map(|about| about.value.trim());
            let reason = match about.filter(|about| !about.is_empty()) {
                Some(about) => format!("to talk about {about}"),
                None => "a day you set".to_owned(),
            };
            (day, value.span, reason)
        }
        (_, Some((due, rhythm))) => (due, rhythm.span, reason(world, rhythm, last, base)),
        // A cadence of never, and no day set.
        (_, None) => return None,
    };
    let snooze = data
        .text_of("snooze")
        .and_then(|day| parse_day(day.value.trim()));
    let due = snooze.map_or(due, |snooze| due.max(snooze));
    let days = days_between(world.today, due);
    let status = match days {
        ..0 => DueStatus::Overdue,
        0 => DueStatus::Today,
        days if days <= i32::from(world.vault.config().soon) => DueStatus::Soon,
        _ => DueStatus::Ok,
    };
    let past_twice = rhythm.as_ref().is_some_and(|rhythm| {
        let twice = rhythm
            .cadence
            .after(base)
            .and_then(|once| rhythm.cadence.after(once));
        days < 0 && twice.is_some_and(|twice| twice < world.today)
    });
    Some(FollowUp {
        contact,
        cadence: rhythm.as_ref().map(|rhythm| rhythm.cadence),
        circle: rhythm.and_then(|rhythm| rhythm.circle),
        last: last_day,
        due,
        days,
        status,
        past_twice,
        reason,
        span,
    })
}

fn reason(world: World<'_>, rhythm: &Rhythm, last: Option<(Date, &str)>, base: Date) -> String {
    let often = match rhythm.cadence.to_string() {
        one if one.starts_with("1 ") && !one[2..].contains(' ') => format!("every {}", &one[2..]),
        many => format!("every {many}"),
    };
    match last {
        Some((day, kind)) => format!("{often}, last {kind} {}", ago(world.today, day)),
        None if base == world.today => format!("{often}, no conversation yet"),
        None => format!("{often}, no conversation since {base}"),
    }
}

/// Returns `today`, `yesterday` or `12 days ago`.
pub fn ago(today: Date, day: Date) -> String {
    match days_between(day, today) {
        0 => "today".to_owned(),
        1 => "yesterday".to_owned(),
        days @ 2.. => format!("{days} days ago"),
        days => format!("in {} days", -days),
    }
}

/// Returns the number of days from one day to another, negative where it lies before.
pub fn days_between(from: Date, to: Date) -> i32 {
    (to - from).get_days()
}

/// Returns the follow-ups of all contacts, the most overdue first, then by name and path.
pub fn all(world: World<'_>) -> Vec<FollowUp> {
    let contacts = world.vault.of_kind(NoteKind::Contact);
    let last = history::last_contacts(world);
    let mut follow_ups: Vec<_> = contacts
        .filter_map(|contact| with_last(world, contact, || last.get(&contact).copied()))
        .collect();
    follow_ups.sort_by_cached_key(|follow_up| {
        let data = world.vault.note(follow_up.contact);
        (follow_up.due, fold(&data.name), Arc::clone(&data.path))
    });
    follow_ups
}

#[cfg(test)]
mod tests;
