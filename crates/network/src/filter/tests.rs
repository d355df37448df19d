//! Each condition alone, together, and with notes that have moved or are gone.

use expect_test::{Expect, expect};
use journal::{InitiatedBy, Interaction, NoteHistory, Timeline};

use crate::{
    filter::{Filter, Named},
    testing::{Fixture, day},
};

const NOTES: &str = "
//- people/ada.md
---
name: Ada
uid: urn:1
---
//- people/new.md
---
name: New
---
//- events/tea.md
---
name: Tea
---
";

const JOURNAL: &str = "
2026-11-20T00:30+14:00 call people/ada.md
2026-11-19 email people/ada.md people/new.md
2026-11-01 call people/elsewhere.md<urn:1>
2026-10-31 meal people/old.md
2025-12-31 letter people/gone.md
";

/// Shows the day of each interaction found; `change` adds to the plain ones of [`JOURNAL`].
fn check(
    change: impl Fn(&mut Interaction),
    filter: impl FnOnce(&Fixture) -> Filter,
    expected: &Expect,
) {
    let mut fixture = Fixture::new(NOTES, JOURNAL);
    let mut all = fixture
        .timeline
        .interactions()
        .iter()
        .cloned()
        .collect::<Vec<_>>();
    all.iter_mut().for_each(change);
    let mut history = NoteHistory::default();
    let (old, new) = ("people/old.md".into(), "people/new.md".into());
    history.moved.insert(old, new);
    let (old, new) = ("events/chai.md".into(), "events/tea.md".into());
    history.moved.insert(old, new);
    fixture.timeline = Timeline::new(all, Vec::new(), history);
    let filter = filter(&fixture);
    let show = |found: Vec<&Interaction>| -> String {
        let days = found.iter().map(|found| found.record.on.day().to_string());
        days.collect::<Vec<_>>().join(" ")
    };
    let standing = show(filter.standing(fixture.world()));
    let retracted = show(filter.retracted(fixture.world()));
    let retracted = match &*retracted {
        "" => String::new(),
        days => format!(", retracted {days}"),
    };
    expected.assert_eq(&format!("{standing}{retracted}"));
}

fn unchanged(_: &mut Interaction) {}

fn note(fixture: &Fixture, path: &str) -> Named {
    Named::Note(fixture.id(path))
}

#[test]
fn nothing_asked_for_is_everything() {
    assert!(!Filter::default().is_narrow());
    check(
        unchanged,
        |_| Filter::default(),
        &expect!["2026-11-20 2026-11-19 2026-11-01 2026-10-31 2025-12-31"],
    );
}

#[test]
fn days_are_those_of_the_interaction_and_both_count() {
    // In UTC the first one began on the day before.
    let between = |_: &Fixture| Filter {
        since: Some(day("2026-11-01")),
        until: Some(day("2026-11-20")),
        ..Filter::default()
    };
    check(
        unchanged,
        between,
        &expect!["2026-11-20 2026-11-19 2026-11-01"],
    );
    let until = |_: &Fixture| Filter {
        until: Some(day("2026-10-31")),
        ..Filter::default()
    };
    check(unchanged, until, &expect!["2026-10-31 2025-12-31"]);
}

#[test]
fn several_contacts_are_any_or_all_of_them() {
    let contacts = |fixture: &Fixture| {
        vec![
            note(fixture, "people/ada.md"),
            note(fixture, "people/new.md"),
        ]
    };
    check(
        unchanged,
        |fixture| Filter {
            contacts: contacts(fixture),
            ..Filter::default()
        },
        &expect!["2026-11-20 2026-11-19 2026-11-01 2026-10-31"],
    );
    check(
        unchanged,
        |fixture| Filter {
            contacts: contacts(fixture),
            together: true,
            ..Filter::default()
        },
        &expect!["2026-11-19"],
    );
    check(
        unchanged,
        |fixture| Filter {
            contacts: vec![note(fixture, "people/ada.md")],
            kinds: vec!["call".into()],
            ..Filter::default()
        },
        &expect!["2026-11-20 2026-11-01"],
    );
}

#[test]
fn who_has_no_note_any_more_is_found_by_path() {
    check(
        unchanged,
        |_| Filter {
            contacts: vec![Named::Gone("people/gone.md".into())],
            ..Filter::default()
        },
        &expect!["2025-12-31"],
    );
}

#[test]
fn kinds_are_any_of_them() {
    check(
        unchanged,
        |_| Filter {
            kinds: vec!["meal".into(), "letter".into()],
            ..Filter::default()
        },
        &expect!["2026-10-31 2025-12-31"],
    );
}

#[test]
fn words_are_found_without_their_marks_in_summary_and_body() {
    let change = |interaction: &mut Interaction| {
        if &*interaction.record.kind == "email" {
            interaction.record.summary = "email: Ada, the Žižkov café".into();
            interaction.record.body = "Straße\nand more".into();
        }
    };
    for (words, expected) in [
        (vec!["CAFE", "zizkov"], expect!["2026-11-19"]),
        (vec!["strasse", "Café"], expect!["2026-11-19"]),
        (vec!["cafe", "tea"], expect![""]),
    ] {
        let words: Vec<String> = words.into_iter().map(str::to_owned).collect();
        let filter = |_: &Fixture| Filter {
            words,
            ..Filter::default()
        };
        check(change, filter, &expected);
    }
}

#[test]
fn an_event_is_known_by_its_old_path_too() {
    let change = |interaction: &mut Interaction| {
        let record = &mut interaction.record;
        match &*record.kind {
            "email" => record.event = Some("events/tea.md".into()),
            "meal" => record.event = Some("events/chai.md".into()),
            "letter" => record.goal = Some("events/tea.md".into()),
            _ => {}
        }
    };
    check(
        change,
        |fixture| Filter {
            event: Some(note(fixture, "events/tea.md")),
            ..Filter::default()
        },
        &expect!["2026-11-19 2026-10-31"],
    );
    check(
        change,
        |fixture| Filter {
            goal: Some(note(fixture, "events/tea.md")),
            ..Filter::default()
        },
        &expect!["2025-12-31"],
    );
}

#[test]
fn who_reached_out_and_what_was_exchanged() {
    let change = |interaction: &mut Interaction| {
        let record = &mut interaction.record;
        match &*record.kind {
            "email" => record.initiated_by = Some(InitiatedBy::Me),
            "meal" => record.initiated_by = Some(InitiatedBy::Them),
            _ => record.gave = vec!["a book".into()],
        }
        if &*record.kind == "letter" {
            record.received = vec!["a map".into()];
        }
    };
    let by = |by| {
        move |_: &Fixture| Filter {
            by: Some(by),
            ..Filter::default()
        }
    };
    check(change, by(InitiatedBy::Me), &expect!["2026-11-19"]);
    check(change, by(InitiatedBy::Them), &expect!["2026-10-31"]);
    let exchanged = |gave, received| {
        move |_: &Fixture| Filter {
            gave,
            received,
            ..Filter::default()
        }
    };
    check(
        change,
        exchanged(true, false),
        &expect!["2026-11-20 2026-11-01 2025-12-31"],
    );
    check(change, exchanged(true, true), &expect!["2025-12-31"]);
}

#[test]
fn what_was_taken_back_is_apart_and_found_alike() {
    let change = |interaction: &mut Interaction| {
        interaction.record.retracted = interaction.record.on.day() < day("2026-11-02");
    };
    check(
        change,
        |fixture| Filter {
            contacts: vec![note(fixture, "people/ada.md")],
            ..Filter::default()
        },
        &expect!["2026-11-20 2026-11-19, retracted 2026-11-01"],
    );
    check(
        change,
        |fixture| Filter {
            contacts: vec![note(fixture, "people/new.md")],
            until: Some(day("2026-11-01")),
            ..Filter::default()
        },
        &expect![", retracted 2026-10-31"],
    );
}
