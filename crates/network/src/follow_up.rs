//! Follow-ups: which contact is due when, and why.
//!
//! due = the earliest of `follow_up.date` and base + cadence, not before `snooze`. The base is the last contact, else
//! `met.date`, else the note's first commit, else today. No circle and no cadence: due only by `follow_up.date`.
//! `status: closed` and `wish`: never.

use jiff::civil::Date;
use note::{Span, value::Cadence};
use vault::NoteId;

use crate::World;

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

/// A contact to get in touch with, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FollowUp {
    /// Whom.
    pub contact: NoteId,
    /// The circle as written in the note, if it is a known one.
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
    /// Whether the last contact is more than twice the cadence ago.
    pub past_twice: bool,
    /// Why, one short clause without blame: `every month, last call 2026-09-01`, `asked to follow up about the draft`.
    pub reason: String,
    /// The value in the note that makes it due: of `follow_up`, `cadence` or `circle`.
    pub span: Span,
}

/// Returns the follow-up of one contact; `None` where it is never due or is no contact. Costs what the contact has.
pub fn of_contact(world: World<'_>, contact: NoteId) -> Option<FollowUp> {
    let _ = (world, contact);
    todo!()
}

/// Returns the follow-ups of all contacts, the most overdue first, then by name and path.
pub fn all(world: World<'_>) -> Vec<FollowUp> {
    let _ = world;
    todo!()
}
