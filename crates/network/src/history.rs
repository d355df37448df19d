//! The history of one contact: logged interactions and entries written down but not logged.

use jiff::civil::Date;
use journal::Interaction;
use note::{ContactId, Entry, LinkForm, NoteKind, Value};
use vault::NoteId;

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
    timeline.of_contact_among(&data.path, data.uid(), |uid| {
        world.vault.by_uid(uid).is_some()
    })
}

/// Returns the newest interaction with `contact` in the journal; cheaper than all of them.
pub fn newest_interaction(world: World<'_>, contact: NoteId) -> Option<&Interaction> {
    let data = world.vault.note(contact);
    let owns_uid = |uid: &str| world.vault.by_uid(uid).is_some();
    world
        .timeline?
        .newest_among(&data.path, data.uid(), owns_uid)
}

/// Returns the entries written in `note` whose word is a kind of interaction and that are not in the future.
pub fn entries_in(world: World<'_>, note: NoteId) -> Vec<WrittenEntry> {
    let data = world.vault.note(note);
    if !matches!(data.kind, NoteKind::Contact | NoteKind::Event) {
        return Vec::new();
    }
    let config = world.vault.config();
    let entries = data.note.entries.iter().enumerate();
    entries
        .filter(|(_, entry)| entry.date.value <= world.today && config.is_kind(&entry.kind.value))
        .map(|(index, entry)| WrittenEntry {
            note,
            entry: index,
            contacts: contacts_of(world, note, entry),
        })
        .collect()
}

fn contacts_of(world: World<'_>, note: NoteId, entry: &Entry) -> Vec<NoteId> {
    let data = world.vault.note(note);
    if data.kind == NoteKind::Contact {
        return vec![note];
    }
    // Links are in the order of the text.
    let links = &data.note.links;
    let start = links.partition_point(|link| link.span.start < entry.extent.start);
    let end = links.partition_point(|link| link.span.start < entry.extent.end);
    let mut contacts: Vec<NoteId> = (start..end)
        .filter(|index| links[*index].form != LinkForm::Definition)
        .filter_map(|index| world.vault.resolution(note, index).note())
        .filter(|id| world.vault.note(*id).kind == NoteKind::Contact)
        .collect();
    if contacts.is_empty() {
        contacts = people(world, note, "people");
    }
    contacts.sort_unstable();
    contacts.dedup();
    contacts
}

/// Returns the contacts that a key of the note names, by link or bare name, in the order written; what reaches no
/// contact is left out.
pub fn people(world: World<'_>, note: NoteId, key: &str) -> Vec<NoteId> {
    let items = world.vault.note(note).items_of(key).iter();
    let names = items.filter_map(Value::item_text);
    names
        .filter_map(|name| {
            let target = name
                .value
                .trim()
                .trim_start_matches("[[")
                .trim_end_matches("]]");
            let target = target.split(['|', '#', '^']).next().unwrap_or(target);
            world.vault.resolve_name(target).note()
        })
        .filter(|id| world.vault.note(*id).kind == NoteKind::Contact)
        .collect()
}

/// Returns the contacts of `entry` with whom the journal holds no interaction of that kind on that day.
///
/// Empty means that the entry is logged. Without a journal every entry counts as unlogged.
pub fn unlogged_contacts(world: World<'_>, entry: &WrittenEntry) -> Vec<NoteId> {
    let written = entry.get(world);
    let is_logged = |contact: NoteId| {
        // Newest first: what is older than the day need not be looked at.
        interactions(world, contact)
            .into_iter()
            .take_while(|interaction| interaction.record.on.day() >= written.date.value)
            .any(|interaction| {
                interaction.record.on.day() == written.date.value
                    && interaction.record.kind == written.kind.value
            })
    };
    entry
        .contacts
        .iter()
        .copied()
        .filter(|contact| !is_logged(*contact))
        .collect()
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

/// Returns the day of the last contact and its kind: the newest interaction or entry.
pub fn last_contact(world: World<'_>, contact: NoteId) -> Option<(Date, &str)> {
    let logged = newest_interaction(world, contact)
        .map(|interaction| (interaction.record.on.day(), &*interaction.record.kind))
        // A clock that was wrong must not put off follow-ups for years.
        .filter(|(day, _)| *day <= world.today);
    let written = entries_of(world, contact).into_iter().map(|entry| {
        let entry = entry.get(world);
        (entry.date.value, &*entry.kind.value)
    });
    // Of equal days the journal's word counts.
    written.chain(logged).max_by_key(|(day, _)| *day)
}

/// Returns the contact that a journal's `Contact:` means now: by uid, else path, else where that path moved.
pub fn find_contact(world: World<'_>, contact: &ContactId) -> Option<NoteId> {
    let by_uid = contact
        .uid
        .as_deref()
        .and_then(|uid| world.vault.by_uid(uid));
    by_uid
        .or_else(|| world.vault.id(&contact.path))
        .or_else(|| {
            let moved = world.timeline?.present_path(contact);
            world.vault.id(moved)
        })
}

#[cfg(test)]
mod tests;
