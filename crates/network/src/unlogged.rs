//! Entries that wait to be logged, as the records that log them.
//!
//! Which entries are unlogged is [`crate::history`]'s to say; here each interaction is told once, though both an event's
//! note and a contact's own may tell of it. Who writes the records, and when, is left to the callers.

use jiff::civil::Date;
use journal::{
    Record,
    record::{content_id, summarize},
};
use note::{ContactId, NoteKind, value::When};
use rustc_hash::{FxHashMap, FxHashSet};
use vault::NoteId;

use crate::{
    World,
    history::{self, WrittenEntry},
};

/// Returns the unlogged entries of `notes` that are `wanted`, each with the contacts with whom it is not logged: by day, then
/// by path, then as they stand. What an event's note tells of a contact is not told again from the contact's own.
fn entries(
    world: World<'_>,
    notes: impl IntoIterator<Item = NoteId>,
    wanted: impl Fn(&WrittenEntry) -> bool,
) -> Vec<(WrittenEntry, Vec<NoteId>)> {
    let mut notes: Vec<NoteId> = notes.into_iter().collect();
    // Events come first, as they say more: who else was there.
    notes.sort_by_key(|id| {
        let note = world.vault.note(*id);
        (note.kind != NoteKind::Event, &note.path)
    });
    notes.dedup();
    let mut told: FxHashMap<NoteId, FxHashSet<(Date, &str)>> = FxHashMap::default();
    let mut found = Vec::new();
    for id in notes {
        let is_event = world.vault.note(id).kind == NoteKind::Event;
        for (entry, mut missing) in history::unlogged_in(world, id) {
            if !wanted(&entry) {
                continue;
            }
            let written = entry.get(world);
            let what = (written.date.value, &*written.kind.value);
            if is_event {
                for contact in &missing {
                    told.entry(*contact).or_default().insert(what);
                }
            } else {
                missing
                    .retain(|contact| told.get(contact).is_none_or(|told| !told.contains(&what)));
            }
            if !missing.is_empty() {
                found.push((entry, missing));
            }
        }
    }
    found.sort_by_key(|(entry, _)| {
        let place = &world.vault.note(entry.note).path;
        (entry.get(world).date.value, place, entry.entry)
    });
    found
}

/// Returns the records that log the unlogged entries of `notes` that are `wanted`, by day, then by path, then as they stand.
///
/// What an event's note tells of a contact is not told again from the contact's own.
///
/// Their ids come from what they say: two machines that log one entry make one interaction. An id that the journal has
/// already, as of an interaction that was taken back, is not used again.
pub fn records(
    world: World<'_>,
    notes: impl IntoIterator<Item = NoteId>,
    wanted: impl Fn(&WrittenEntry) -> bool,
) -> Vec<Record> {
    let entries = entries(world, notes, wanted);
    if entries.is_empty() {
        return Vec::new();
    }
    let known = world
        .timeline
        .into_iter()
        .flat_map(|timeline| timeline.interactions().iter().chain(timeline.retracted()));
    let mut used: FxHashSet<Box<str>> = known.map(|known| known.record.id.clone()).collect();
    let records = entries.iter().map(|(entry, contacts)| {
        let mut record = to_record(world, entry, contacts);
        let mut ids = (0..).map(|nth| content_id(&record, nth));
        let free = ids.find(|id| used.insert(id.clone()));
        record.id = free.expect("there are more ids than interactions");
        record
    });
    records.collect()
}

/// Returns the first revision of the record that logs `entry` with `contacts`, without an id.
fn to_record(world: World<'_>, entry: &WrittenEntry, contacts: &[NoteId]) -> Record {
    let written = entry.get(world);
    let people: Vec<_> = contacts.iter().map(|id| world.vault.note(*id)).collect();
    let names: Vec<&str> = people.iter().map(|contact| &*contact.name).collect();
    let kind = &written.kind.value;
    let (summary, body) = summarize(kind, &names, &written.summary);
    let note = world.vault.note(entry.note);
    let contact = |contact: &&vault::NoteData| ContactId {
        path: (&*contact.path).into(),
        uid: contact.uid().map(Into::into),
    };
    Record {
        id: Box::default(),
        revision: 1,
        retracted: false,
        kind: kind.clone(),
        on: When::Day(written.date.value),
        summary: summary.into(),
        body: body.into(),
        contacts: people.iter().map(contact).collect(),
        initiated_by: None,
        gave: Vec::new(),
        received: Vec::new(),
        event: (note.kind == NoteKind::Event).then(|| (&*note.path).into()),
        goal: None,
        other: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::testing::Fixture;

    #[test]
    fn each_interaction_is_told_once_and_the_event_says_most() {
        let fixture = Fixture::new(
            r#"
//- people/ada.md
---
name: Ada
uid: urn:1
---
- 2026-11-20 call: logged
- 2026-11-17 meeting: at the tea
- 2026-11-12 call: once
- 2026-11-12 call: and again
- 2026-12-24 call: to come
//- people/ben.md
# Ben
//- events/tea.md
---
people: [Ada, Ben]
---
## 2026-11-17 meeting: the kettle
"#,
            "2026-11-20 call people/ada.md\n",
        );
        let world = fixture.world();
        let shown: Vec<String> = records(world, world.vault.ids(), |_| true)
            .iter()
            .map(|record| {
                let contacts: Vec<&str> = record
                    .contacts
                    .iter()
                    .map(|contact| &*contact.path)
                    .collect();
                format!(
                    "{} {} {} {contacts:?} {:?}",
                    record.id, record.on, record.summary, record.event
                )
            })
            .collect();
        expect![[r#"
            caqfeq127p28 2026-11-12 call: Ada, once ["people/ada.md"] None
            4w5sj2ha46qv 2026-11-12 call: Ada, and again ["people/ada.md"] None
            v12mm29aam7b 2026-11-17 meeting: Ada and Ben, the kettle ["people/ada.md", "people/ben.md"] Some("events/tea.md")"#]].assert_eq(&shown.join("\n"));
    }

    #[test]
    fn an_id_that_the_journal_has_is_not_used_again() {
        let notes = "//- people/ada.md\n# Ada\n- 2026-11-12 call\n- 2026-11-12 call\n";
        let ids = |fixture: &Fixture| -> Vec<Box<str>> {
            let records = records(fixture.world(), fixture.world().vault.ids(), |_| true);
            records.into_iter().map(|record| record.id).collect()
        };
        let mut fixture = Fixture::new(notes, "");
        let first = ids(&fixture);
        assert_eq!(first, ids(&fixture), "the same entries have the same ids");
        assert_ne!(first[0], first[1]);
        // Logged once, taken back since: under its old id the entry would stay taken back.
        let mut taken_back =
            records(fixture.world(), fixture.world().vault.ids(), |_| true).remove(0);
        (taken_back.retracted, taken_back.revision) = (true, 2);
        let commit = journal::Interaction {
            record: taken_back,
            commit: "c".into(),
        };
        fixture.timeline.extend(vec![commit], Vec::new());
        let again = ids(&fixture);
        assert_eq!(again[0], first[1]);
        assert!(!first.contains(&again[1]));
    }
}
