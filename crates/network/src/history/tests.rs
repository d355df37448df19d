//! Entries and interactions of contacts.

use crate::{
    history::{entries_of, find_contact, interactions, last_contact, people, unlogged_contacts},
    testing::{Fixture, day},
};

const NOTES: &str = "
//- people/ada.md
---
name: Ada
uid: urn:1
---
- 2026-11-20 call: logged
- 2026-11-21 email: not logged
- 2026-12-24 call: still to come
- 2026-11-22 bought milk
## 2026-10-01 meeting
With [[Ben]], who is only mentioned.
//- people/ben.md
---
name: Ben
---
//- people/new.md
---
name: New
---
//- events/tea.md
---
name: Tea
people: [\"[[Ada]]\", Ben, \"[[Nobody]]\", \"[[Tea]]\"]
---
- 2026-11-10 event: with [[people/ben|him]]
- 2026-11-11 event
//- diary.md
- 2026-11-22 call: [[Ada]], in a note that is neither hers nor an event
";

const JOURNAL: &str = "
2026-11-20 call people/ada.md
2026-11-10 event people/ben.md
2026-05-01 call people/gone.md<urn:1>
2026-04-01 letter people/old.md
2027-01-01 call people/ben.md
";

#[test]
fn entries_concern_the_note_or_those_an_event_names() {
    let fixture = Fixture::new(NOTES, JOURNAL);
    let world = fixture.world();
    let shown = |path: &str| -> Vec<String> {
        let entries = entries_of(world, fixture.id(path));
        entries
            .iter()
            .map(|entry| {
                let unlogged = unlogged_contacts(world, entry);
                let names: Vec<_> = unlogged
                    .iter()
                    .map(|id| &*fixture.vault.note(*id).name)
                    .collect();
                format!(
                    "{} {} {names:?}",
                    entry.get(world).date.value,
                    entry.get(world).kind.value
                )
            })
            .collect()
    };
    assert_eq!(
        shown("people/ada.md"),
        [
            "2026-11-20 call []",
            "2026-11-21 email [\"Ada\"]",
            "2026-10-01 meeting [\"Ada\"]",
            "2026-11-11 event [\"Ada\", \"Ben\"]",
        ]
    );
    assert_eq!(
        shown("people/ben.md"),
        ["2026-11-10 event []", "2026-11-11 event [\"Ada\", \"Ben\"]"]
    );
}

#[test]
fn the_last_contact_is_the_newest_of_both_but_not_in_the_future() {
    let fixture = Fixture::new(NOTES, JOURNAL);
    let last = |path: &str| last_contact(fixture.world(), fixture.id(path));
    assert_eq!(last("people/ada.md"), Some((day("2026-11-21"), "email")));
    assert_eq!(last("people/ben.md"), Some((day("2026-11-11"), "event")));
    assert_eq!(last("people/new.md"), Some((day("2026-04-01"), "letter")));
}

#[test]
fn history_follows_uid_and_renames() {
    let fixture = Fixture::new(NOTES, JOURNAL);
    let world = fixture.world();
    let days = |path: &str| -> Vec<_> {
        let found = interactions(world, fixture.id(path));
        found
            .into_iter()
            .map(|interaction| interaction.record.on.day())
            .collect()
    };
    assert_eq!(
        days("people/ada.md"),
        [day("2026-11-20"), day("2026-05-01")]
    );
    assert_eq!(days("people/new.md"), [day("2026-04-01")]);
    let id = |path: &str, uid: Option<&str>| note::ContactId {
        path: path.into(),
        uid: uid.map(Into::into),
    };
    assert_eq!(
        find_contact(world, &id("people/gone.md", Some("urn:1"))),
        Some(fixture.id("people/ada.md"))
    );
    assert_eq!(
        find_contact(world, &id("people/old.md", None)),
        Some(fixture.id("people/new.md"))
    );
    assert_eq!(find_contact(world, &id("people/gone.md", None)), None);
}

#[test]
fn without_a_journal_entries_still_count() {
    let fixture = Fixture::new(NOTES, JOURNAL);
    let world = crate::World {
        timeline: None,
        ..fixture.world()
    };
    let ada = fixture.id("people/ada.md");
    assert_eq!(last_contact(world, ada), Some((day("2026-11-21"), "email")));
    assert!(interactions(world, ada).is_empty());
    assert!(
        entries_of(world, ada)
            .iter()
            .all(|entry| !unlogged_contacts(world, entry).is_empty())
    );
}

#[test]
fn people_are_contacts_only() {
    let fixture = Fixture::new(NOTES, JOURNAL);
    let found = people(fixture.world(), fixture.id("events/tea.md"), "people");
    assert_eq!(
        found,
        [fixture.id("people/ada.md"), fixture.id("people/ben.md")]
    );
}
