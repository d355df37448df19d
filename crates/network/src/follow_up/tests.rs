//! Who is due when.

use expect_test::{Expect, expect};

use super::*;
use crate::testing::Fixture;

fn check(front_matter: &str, interactions: &str, expected: &Expect) {
    let notes = format!("\n//- people/a.md\n---\nname: A\n{front_matter}\n---\n");
    let fixture = Fixture::new(&notes, interactions);
    let shown = match of_contact(fixture.world(), fixture.id("people/a.md")) {
        None => "never".to_owned(),
        Some(found) => format!(
            "{} {} {}{}: {} [{}]",
            found.due,
            found.days,
            found.status.word(),
            if found.past_twice { " past twice" } else { "" },
            found.reason,
            found.span.of(fixture_text(&notes)),
        ),
    };
    expected.assert_eq(&shown);
}

/// The note's text, for its ranges.
fn fixture_text(notes: &str) -> &str {
    notes.split_once(".md\n").expect("one note").1
}

#[test]
fn a_circle_or_a_cadence_makes_due() {
    check(
        "circle: close",
        "2026-11-01 call people/a.md",
        &expect!["2026-12-01 8 ok: every month, last call 22 days ago [close]"],
    );
    check(
        "circle: Inner",
        "2026-11-01 call people/a.md",
        &expect!["2026-11-08 -15 overdue past twice: every week, last call 22 days ago [Inner]"],
    );
    check(
        "circle: close\ncadence: 3 weeks",
        "2026-11-01 call people/a.md",
        &expect!["2026-11-22 -1 overdue: every 3 weeks, last call 22 days ago [3 weeks]"],
    );
    check(
        "cadence: 22d",
        "2026-11-01 call people/a.md",
        &expect!["2026-11-23 0 today: every 22 days, last call 22 days ago [22d]"],
    );
    check(
        "circle: inner",
        "2026-11-22 call people/a.md\n2026-01-01 email people/a.md",
        &expect!["2026-11-29 6 soon: every week, last call yesterday [inner]"],
    );
}

#[test]
fn nothing_makes_due_where_nothing_was_said() {
    check("title: x", "2026-11-01 call people/a.md", &expect!["never"]);
    check("circle: nowhere", "", &expect!["never"]);
    check(
        "circle: close\ncadence: never",
        "2025-11-01 call people/a.md",
        &expect!["never"],
    );
    check(
        "circle: close\nstatus: closed\nfollow_up: 2026-11-01",
        "2025-11-01 call people/a.md",
        &expect!["never"],
    );
    check("circle: close\nstatus: wish", "", &expect!["never"]);
    check("circle: close\ndied: 2026", "", &expect!["never"]);
    check(
        "circle: close\ndied:",
        "",
        &expect!["2026-12-23 30 ok: every month, no conversation yet [close]"],
    );
}

#[test]
fn without_a_conversation_the_day_of_meeting_counts_else_today() {
    check(
        "circle: close\nmet: {date: 2026-10-01}",
        "",
        &expect!["2026-11-01 -22 overdue: every month, no conversation since 2026-10-01 [close]"],
    );
    check(
        "circle: close\nmet: {date: 2026-10}",
        "",
        &expect!["2026-11-01 -22 overdue: every month, no conversation since 2026-10-01 [close]"],
    );
    check(
        "circle: close\nmet: {date: 2027-10-01}",
        "",
        &expect!["2026-12-23 30 ok: every month, no conversation yet [close]"],
    );
    check(
        "circle: close",
        "",
        &expect!["2026-12-23 30 ok: every month, no conversation yet [close]"],
    );
    let fixture = Fixture::new("\n//- people/committed.md\n---\ncircle: close\n---\n", "");
    let found =
        of_contact(fixture.world(), fixture.id("people/committed.md")).expect("a follow-up");
    assert_eq!(found.due, crate::testing::day("2026-10-01"));
}

#[test]
fn a_day_one_set_counts_until_one_was_in_touch() {
    check(
        "follow_up: {date: 2026-12-01, about: the draft}",
        "",
        &expect!["2026-12-01 8 ok: to talk about the draft [{date: 2026-12-01, about: the draft}]"],
    );
    check(
        "follow_up: {date: 2026-11-20}\ncircle: close",
        "2026-11-01 call people/a.md",
        &expect!["2026-11-20 -3 overdue: a day you set [{date: 2026-11-20}]"],
    );
    check(
        "follow_up: {date: 2026-11-20}\ncircle: close",
        "2026-11-20 call people/a.md",
        &expect!["2026-12-20 27 ok: every month, last call 3 days ago [close]"],
    );
    check(
        "follow_up: {date: 2026-12-20}\ncircle: inner",
        "2026-11-10 call people/a.md",
        &expect!["2026-11-17 -6 overdue: every week, last call 13 days ago [inner]"],
    );
    check(
        "follow_up: 2026-11-23\ncadence: never",
        "",
        &expect!["2026-11-23 0 today: a day you set [2026-11-23]"],
    );
    check("follow_up: {date: soon}", "", &expect!["never"]);
}

#[test]
fn snooze_puts_off() {
    check(
        "circle: inner\nsnooze: 2026-12-24",
        "2026-10-01 call people/a.md",
        &expect!["2026-12-24 31 ok: every week, last call 53 days ago [inner]"],
    );
    check(
        "circle: inner\nsnooze: 2026-10-24",
        "2026-10-01 call people/a.md",
        &expect!["2026-10-24 -30 overdue past twice: every week, last call 53 days ago [inner]"],
    );
}

#[test]
fn an_entry_in_the_note_counts_at_once() {
    let notes = "\n//- people/a.md\n---\ncircle: inner\n---\n- 2026-11-22 meal: soup\n";
    let fixture = Fixture::new(notes, "2026-10-01 call people/a.md");
    let found = of_contact(fixture.world(), fixture.id("people/a.md")).expect("a follow-up");
    assert_eq!(
        (found.days, found.last),
        (6, Some(crate::testing::day("2026-11-22")))
    );
}

#[test]
fn all_are_sorted_by_day_then_name() {
    let fixture = Fixture::new(
        "
//- ties.toml
[circles.family]
cadence = \"2 days\"
//- people/c.md
---
name: C
circle: family
---
//- people/b.md
---
name: B
circle: inner
---
//- people/a.md
---
name: A
circle: inner
---
//- people/d.md
---
name: D
---
//- me.md
---
circle: inner
---
",
        "2026-11-01 call people/a.md people/b.md\n2026-11-15 call people/c.md",
    );
    let found = all(fixture.world());
    let names: Vec<_> = found
        .iter()
        .map(|found| (&*fixture.vault.note(found.contact).name, found.days))
        .collect();
    assert_eq!(names, [("A", -15), ("B", -15), ("C", -6)]);
}
