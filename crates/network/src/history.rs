//! The history of one contact: logged interactions and entries written down but not logged.

use jiff::civil::Date;
use journal::Interaction;
use vault::NoteId;

use crate::World;

/// A dated entry in a note, with the people it concerns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenEntry {
    /// The note it stands in.
    pub note: NoteId,
    /// Its index in [`note::Note::entries`].
    pub entry: usize,
    /// The contacts it was with: the note's own contact; in an event's note those linked in the entry, else `people`.
    pub contacts: Vec<NoteId>,
}

/// Returns the interactions with `contact` in the journal, newest first.
pub fn interactions<'a>(world: World<'a>, contact: NoteId) -> Vec<&'a Interaction> {
    let _ = (world, contact);
    todo!()
}

/// Returns the entries written in `note` whose word is a kind of interaction and that are not in the future.
pub fn entries_in(world: World<'_>, note: NoteId) -> Vec<WrittenEntry> {
    let _ = (world, note);
    todo!()
}

/// Returns the contacts of `entry` with whom the journal holds no interaction of that kind on that day.
///
/// Empty means that the entry is logged. Without a journal every entry counts as unlogged.
pub fn unlogged_contacts(world: World<'_>, entry: &WrittenEntry) -> Vec<NoteId> {
    let _ = (world, entry);
    todo!()
}

/// Returns the entries, logged or not, that concern `contact`: in its own note and in the events that link it.
pub fn entries_of(world: World<'_>, contact: NoteId) -> Vec<WrittenEntry> {
    let _ = (world, contact);
    todo!()
}

/// Returns the day of the last contact and its kind: the newest interaction or entry.
pub fn last_contact<'a>(world: World<'a>, contact: NoteId) -> Option<(Date, &'a str)> {
    let _ = (world, contact);
    todo!()
}

/// Returns the contact that a journal's `Contact:` means now: by uid, else path, else where that path moved.
pub fn find_contact(world: World<'_>, contact: &note::ContactId) -> Option<NoteId> {
    let _ = (world, contact);
    todo!()
}
