//! The history of one contact: logged interactions and entries written down but not logged.
//!
//! An entry counts whether it is logged or not, so that what was written down a minute ago shows at once. Nothing that
//! lies after today counts. A contact's history costs what the contact has: its own note, its part of the journal and the
//! notes of events that link it; never a pass over the vault.

use std::collections::BTreeMap;

use jiff::civil::Date;
use journal::{Interaction, Notes, Reached};
use note::{ContactId, Entry, LinkForm, NoteKind, Place, Span};
use rustc_hash::{FxHashMap, FxHashSet};
use vault::{NoteId, Vault};

use crate::World;

/// A dated entry in a note, with the people it concerns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenEntry {
    /// The note it stands in.
    pub note: NoteId,
    /// Its index in [`note::Note::entries`].
    pub entry: usize,
    /// The contacts it was with, sorted: the note's own contact; in an event's note those linked in the entry, else
    /// those that `people` names.
    pub contacts: Vec<NoteId>,
}

impl WrittenEntry {
    /// Returns the entry as it stands in its note.
    pub fn get<'a>(&self, world: World<'a>) -> &'a Entry {
        &world.vault.note(self.note).note.entries[self.entry]
    }
}

/// Returns the interactions with `contact` in the journal, newest first.
pub fn interactions(world: World<'_>, contact: NoteId) -> Vec<&Interaction> {
    let Some(timeline) = world.timeline else {
        return Vec::new();
    };
    let data = world.vault.note(contact);
    timeline.of_contact_among(&data.path, data.uid(), &InVault(world.vault))
}

/// Returns the newest interaction with `contact` in the journal; cheaper than all of them.
pub fn newest_interaction(world: World<'_>, contact: NoteId) -> Option<&Interaction> {
    let data = world.vault.note(contact);
    world
        .timeline?
        .newest_among(&data.path, data.uid(), &InVault(world.vault))
}

/// Returns the entries written in `note` whose word is a kind of interaction and that are not in the future.
///
/// Only notes of contacts and events hold any.
pub fn entries_in(world: World<'_>, note: NoteId) -> Vec<WrittenEntry> {
    let data = world.vault.note(note);
    let mut linked = match data.kind {
        NoteKind::Contact => None,
        NoteKind::Event if !data.note.entries.is_empty() => Some(linked_in_entries(world, note)),
        _ => return Vec::new(),
    };
    let mut everybody: Option<Vec<NoteId>> = None;
    let entries = data.note.entries.iter().enumerate();
    entries
        .filter(|(_, entry)| entry.date.value <= world.today && is_interaction(world, entry))
        .map(|(index, _)| {
            let mut contacts = match &mut linked {
                None => vec![note],
                Some(linked) if linked[index].is_empty() => everybody
                    .get_or_insert_with(|| people(world, note, "people"))
                    .clone(),
                Some(linked) => std::mem::take(&mut linked[index]),
            };
            contacts.sort_unstable();
            contacts.dedup();
            WrittenEntry {
                note,
                entry: index,
                contacts,
            }
        })
        .collect()
}

fn is_interaction(world: World<'_>, entry: &Entry) -> bool {
    world.vault.config().is_kind(&entry.kind.value)
}

/// Returns for each entry of a note the contacts linked in it; of nested entries a link belongs to the innermost.
fn linked_in_entries(world: World<'_>, note: NoteId) -> Vec<Vec<NoteId>> {
    let data = world.vault.note(note);
    let entries = &data.note.entries;
    let mut linked = vec![Vec::new(); entries.len()];
    // Entries nest and come in the order of the text, as links do: those that reach over the link, innermost last.
    let mut open: Vec<usize> = Vec::new();
    let mut next = 0;
    for (index, link) in data.note.links.iter().enumerate() {
        if link.place != Place::Body || link.form == LinkForm::Definition {
            continue;
        }
        while next < entries.len() && entries[next].extent.start <= link.span.start {
            // What a word that is no kind of interaction begins is text of the entry around it.
            if is_interaction(world, &entries[next]) {
                open.push(next);
            }
            next += 1;
        }
        while open
            .last()
            .is_some_and(|&entry| entries[entry].extent.end <= link.span.start)
        {
            open.pop();
        }
        if let Some(&entry) = open.last() {
            linked[entry].extend(contact_at(world, note, index));
        }
    }
    linked
}

/// Returns the contact that the link at index `link` reaches; nothing where it reaches something else, or you.
fn contact_at(world: World<'_>, note: NoteId, link: usize) -> Option<NoteId> {
    let reached = world.vault.resolution(note, link).note()?;
    is_contact(world, reached).then_some(reached)
}

/// Returns whether a note is a contact's, and not the one that the settings say is yours.
pub fn is_contact(world: World<'_>, note: NoteId) -> bool {
    let vault = world.vault;
    vault
        .get(note)
        .is_some_and(|data| data.kind == NoteKind::Contact)
        && (vault.config().me.is_none() || vault.me() != Some(note))
}

/// Returns the contacts that a key of the note names, by link or bare name, in the order written, each once; what reaches
/// no contact is left out.
pub fn people(world: World<'_>, note: NoteId, key: &str) -> Vec<NoteId> {
    match world.vault.note(note).value_of(key) {
        Some(value) => linked_within(world, note, value.span),
        None => Vec::new(),
    }
}

/// Returns the contacts that links within `span` of the note reach, in order, each once.
pub fn linked_within(world: World<'_>, note: NoteId, span: Span) -> Vec<NoteId> {
    let links = &world.vault.note(note).note.links;
    let start = links.partition_point(|link| link.span.start < span.start);
    let end = links.partition_point(|link| link.span.start < span.end);
    let mut seen = FxHashSet::default();
    (start..end)
        .filter_map(|link| contact_at(world, note, link))
        .filter(|contact| seen.insert(*contact))
        .collect()
}

/// Returns the contacts of `entry` with whom the journal holds no interaction of that kind on that day.
///
/// Empty means that the entry is logged. Without a journal every entry counts as unlogged.
pub fn unlogged_contacts(world: World<'_>, entry: &WrittenEntry) -> Vec<NoteId> {
    Logged::default().missing(world, entry)
}

/// Returns the entries of `note` that the journal does not hold, each with the contacts with whom it does not.
///
/// Like [`unlogged_contacts`] of each; the journal is looked at once for each contact.
pub fn unlogged_in(world: World<'_>, note: NoteId) -> Vec<(WrittenEntry, Vec<NoteId>)> {
    let mut logged = Logged::default();
    let entries = entries_in(world, note).into_iter();
    entries
        .map(|entry| {
            let missing = logged.missing(world, &entry);
            (entry, missing)
        })
        .filter(|(_, missing)| !missing.is_empty())
        .collect()
}

/// What the journal holds of the contacts asked about: days and kinds.
#[derive(Default)]
struct Logged<'a> {
    contacts: FxHashMap<NoteId, FxHashSet<(Date, &'a str)>>,
}

impl<'a> Logged<'a> {
    fn missing(&mut self, world: World<'a>, entry: &WrittenEntry) -> Vec<NoteId> {
        let written = entry.get(world);
        let mut missing = entry.contacts.clone();
        missing.retain(|contact| {
            let known = self.contacts.entry(*contact).or_insert_with(|| {
                let logged = interactions(world, *contact).into_iter();
                logged.map(day_and_kind).collect()
            });
            !known.contains(&(written.date.value, &*written.kind.value))
        });
        missing
    }
}

/// Returns the entries, logged or not, that concern `contact`: in its own note and in the events that link it.
pub fn entries_of(world: World<'_>, contact: NoteId) -> Vec<WrittenEntry> {
    let mut entries = entries_in(world, contact);
    let mut events: Vec<NoteId> = world
        .vault
        .backlinks(contact)
        .into_iter()
        .map(|(from, _)| from)
        .filter(|from| world.vault.note(*from).kind == NoteKind::Event)
        .collect();
    events.dedup();
    for event in events {
        let here = entries_in(world, event);
        entries.extend(
            here.into_iter()
                .filter(|entry| entry.contacts.contains(&contact)),
        );
    }
    entries
}

/// Returns every conversation with `contact` until today, newest first, with its kind: the interactions in the journal,
/// and the entries that it does not hold.
pub fn conversations(world: World<'_>, contact: NoteId) -> Vec<(Date, &str)> {
    let logged = interactions(world, contact);
    let mut found: Vec<(Date, &str)> = logged.into_iter().map(day_and_kind).collect();
    let known: FxHashSet<(Date, &str)> = found.iter().copied().collect();
    let entries = entries_of(world, contact);
    let written = entries.iter().map(|entry| entry_day_and_kind(world, entry));
    found.extend(written.filter(|entry| !known.contains(entry)));
    found.retain(|(day, _)| *day <= world.today);
    found.sort_by_key(|(day, _)| std::cmp::Reverse(*day));
    found
}

/// Returns the day of the last contact and its kind: the newest interaction or entry that is not in the future.
pub fn last_contact(world: World<'_>, contact: NoteId) -> Option<(Date, &str)> {
    let entries = entries_of(world, contact);
    let written = entries.iter().map(|entry| entry_day_and_kind(world, entry));
    newest(written, last_logged(world, contact))
}

/// Returns the last contact with everyone, as [`last_contact`] says it. Costs one pass over contacts, events and journal.
pub(crate) fn last_contacts(world: World<'_>) -> FxHashMap<NoteId, (Date, &str)> {
    let mut written: FxHashMap<NoteId, Vec<(Date, &str)>> = FxHashMap::default();
    for kind in [NoteKind::Contact, NoteKind::Event] {
        for entry in world
            .vault
            .of_kind(kind)
            .flat_map(|note| entries_in(world, note))
        {
            let when = entry_day_and_kind(world, &entry);
            for contact in entry.contacts {
                written.entry(contact).or_default().push(when);
            }
        }
    }
    let contacts = world.vault.of_kind(NoteKind::Contact);
    contacts
        .filter_map(|contact| {
            let written = written.remove(&contact).unwrap_or_default();
            let last = newest(written.into_iter(), last_logged(world, contact))?;
            Some((contact, last))
        })
        .collect()
}

/// Returns the newest of all. Of equal days the journal's word counts, else the first by the alphabet: entries of several
/// notes have no other order that stays.
fn newest<'a>(
    written: impl Iterator<Item = (Date, &'a str)>,
    logged: Option<(Date, &'a str)>,
) -> Option<(Date, &'a str)> {
    let written = written.max_by(|a, b| a.0.cmp(&b.0).then_with(|| b.1.cmp(a.1)));
    written
        .into_iter()
        .chain(logged)
        .max_by_key(|(day, _)| *day)
}

/// Returns the newest interaction in the journal that is not in the future.
fn last_logged(world: World<'_>, contact: NoteId) -> Option<(Date, &str)> {
    let newest = day_and_kind(newest_interaction(world, contact)?);
    if newest.0 <= world.today {
        return Some(newest);
    }
    // Rare: a clock that was wrong, or a question about a day gone by.
    let mut logged = interactions(world, contact).into_iter().map(day_and_kind);
    logged.find(|(day, _)| *day <= world.today)
}

fn day_and_kind(interaction: &Interaction) -> (Date, &str) {
    (interaction.record.on.day(), &interaction.record.kind)
}

fn entry_day_and_kind<'a>(world: World<'a>, entry: &WrittenEntry) -> (Date, &'a str) {
    let entry = entry.get(world);
    (entry.date.value, &entry.kind.value)
}

/// Returns the contact that a journal's `Contact:` means now: by uid, else where that went, else path, else where that went.
pub fn find_contact(world: World<'_>, contact: &ContactId) -> Option<NoteId> {
    let vault = world.vault;
    let Some(timeline) = world.timeline else {
        let by_uid = contact.uid.as_deref().and_then(|uid| vault.by_uid(uid));
        return by_uid.or_else(|| vault.id(&contact.path));
    };
    match timeline.reach(contact, &InVault(vault))? {
        Reached::Uid(uid) => vault.by_uid(uid),
        Reached::Path(path) => vault.id(path),
    }
}

/// Returns the contacts of the journal that mean no note, by path and uid, with the interactions that name each, newest first.
pub fn unresolved_contacts(world: World<'_>) -> BTreeMap<ContactId, Vec<&Interaction>> {
    let lost = world
        .timeline
        .map(|timeline| timeline.unresolved(&InVault(world.vault)));
    lost.unwrap_or_default()
}

/// The notes of a vault, for following contacts to them.
struct InVault<'a>(&'a Vault);

impl Notes for InVault<'_> {
    fn has_path(&self, path: &str) -> bool {
        self.0.id(path).is_some()
    }

    fn has_uid(&self, uid: &str) -> bool {
        self.0.by_uid(uid).is_some()
    }
}

#[cfg(test)]
mod tests;
