//! Entries and interactions of contacts.

use crate::{
    history::{
        entries_in, entries_of, find_contact, interactions, last_contact, last_contacts, people,
        unlogged_contacts, unlogged_in,
    },
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
fn a_record_of_a_day_to_come_hides_no_earlier_one() {
    let fixture = Fixture::new(
        "//- people/ada.md\n",
        "2027-01-01 call people/ada.md\n2026-03-01 email people/ada.md",
    );
    let last = last_contact(fixture.world(), fixture.id("people/ada.md"));
    assert_eq!(last, Some((day("2026-03-01"), "email")));
}

#[test]
fn a_link_belongs_to_the_innermost_entry() {
    let fixture = Fixture::new(
        "
//- people/ada.md
//- people/ben.md
//- people/me.md
//- events/tea.md
---
people: [[ada]]
---
[[ben]] before all
## 2026-11-10 event
With [[me]].
- 2026-11-11 call: [[ben]]
  - 2026-11-12 walk with [[ada]], which is no kind of interaction
- 2026-11-12 call [[ben]] again [[ben]]
//- ties.toml
[vault]
me = \"me\"
",
        "",
    );
    let world = fixture.world();
    let entries = entries_in(world, fixture.id("events/tea.md"));
    let shown: Vec<_> = entries
        .iter()
        .map(|entry| {
            let names = entry
                .contacts
                .iter()
                .map(|id| &*fixture.vault.note(*id).name);
            (entry.entry, names.collect::<Vec<_>>().join(" "))
        })
        .collect();
    let shown: Vec<_> = shown
        .iter()
        .map(|(entry, names)| (*entry, &**names))
        .collect();
    // The heading links nobody else, so that it concerns `people`.
    assert_eq!(shown, [(0, "ada"), (1, "ada ben"), (3, "ben")]);
    assert_eq!(unlogged_in(world, fixture.id("events/tea.md")).len(), 3);
}

#[test]
fn asking_about_all_at_once_gives_the_same() {
    let fixture = Fixture::new(NOTES, JOURNAL);
    let world = fixture.world();
    let all = last_contacts(world);
    for id in fixture.vault.ids() {
        let one = last_contact(world, id);
        let is_contact = fixture.vault.note(id).kind == note::NoteKind::Contact;
        assert_eq!(all.get(&id).copied(), one.filter(|_| is_contact));
    }
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
