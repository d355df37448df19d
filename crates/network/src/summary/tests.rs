//! Numbers of small journals, and of those at the edges: empty, of one day, with days to come.

use std::fmt::Write as _;

use expect_test::{Expect, expect};
use jiff::ToSpan;
use journal::Interaction;
use proptest::prelude::*;

use crate::{
    summary::{Streak, monday, name, streaks, summarize},
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
";

/// Shows the numbers of a journal on `end`, without months that have none.
fn check(journal: &str, end: &str, expected: &Expect) {
    let fixture = Fixture::new(NOTES, journal);
    let world = fixture.world();
    let all: Vec<&Interaction> = fixture.timeline.interactions().into_iter().collect();
    let summary = summarize(world, &all, day(end));
    let mut shown = format!("{} and {} later", summary.total, summary.later);
    if let (Some(first), Some(last)) = (summary.first, summary.last) {
        write!(shown, ", {first} to {last}").unwrap();
    }
    writeln!(shown, ", {} months", summary.months.len()).unwrap();
    for month in summary.months.iter().filter(|month| month.total > 0) {
        writeln!(
            shown,
            "{} {} {:?}",
            month.first_day, month.total, month.kinds
        )
        .unwrap();
    }
    writeln!(shown, "kinds {:?}", summary.kinds).unwrap();
    for person in &summary.people {
        let name = name(world, &person.contact);
        writeln!(shown, "{name} {} {}", person.total, person.last).unwrap();
    }
    for (what, streak) in [
        ("longest", summary.longest_streak),
        ("present", summary.present_streak),
    ] {
        if let Some(Streak { weeks, first, last }) = streak {
            writeln!(shown, "{what} streak {weeks}, {first} to {last}").unwrap();
        }
    }
    if let Some(silence) = summary.longest_silence {
        let end = if silence.is_open { "open" } else { "over" };
        writeln!(
            shown,
            "silence {}, {} to {}, {end}",
            silence.days, silence.since, silence.until
        )
        .unwrap();
    }
    expected.assert_eq(&shown);
}

#[test]
fn an_empty_journal_has_no_numbers() {
    check(
        "",
        "2026-11-23",
        &expect![[r#"
        0 and 0 later, 0 months
        kinds []
    "#]],
    );
}

#[test]
fn one_interaction_is_a_streak_of_one_and_then_a_silence() {
    check(
        "2026-11-20 call people/ada.md",
        "2026-11-23",
        &expect![[r#"
            1 and 0 later, 2026-11-20 to 2026-11-20, 1 months
            2026-11-01 1 {"call": 1}
            kinds [("call", 1)]
            Ada 1 2026-11-20
            longest streak 1, 2026-11-16 to 2026-11-22
            present streak 1, 2026-11-16 to 2026-11-22
            silence 3, 2026-11-20 to 2026-11-23, open
        "#]],
    );
    check(
        "2026-11-20 call people/ada.md",
        "2026-11-20",
        &expect![[r#"
            1 and 0 later, 2026-11-20 to 2026-11-20, 1 months
            2026-11-01 1 {"call": 1}
            kinds [("call", 1)]
            Ada 1 2026-11-20
            longest streak 1, 2026-11-16 to 2026-11-22
            present streak 1, 2026-11-16 to 2026-11-22
        "#]],
    );
    check(
        "2026-11-20 call people/ada.md",
        "2026-11-21",
        &expect![[r#"
            1 and 0 later, 2026-11-20 to 2026-11-20, 1 months
            2026-11-01 1 {"call": 1}
            kinds [("call", 1)]
            Ada 1 2026-11-20
            longest streak 1, 2026-11-16 to 2026-11-22
            present streak 1, 2026-11-16 to 2026-11-22
        "#]],
    );
}

#[test]
fn days_to_come_are_only_counted() {
    check(
        "2027-01-01 call people/ada.md\n2026-11-22 meal people/ada.md",
        "2026-11-23",
        &expect![[r#"
            1 and 1 later, 2026-11-22 to 2026-11-22, 1 months
            2026-11-01 1 {"meal": 1}
            kinds [("meal", 1)]
            Ada 1 2026-11-22
            longest streak 1, 2026-11-16 to 2026-11-22
            present streak 1, 2026-11-16 to 2026-11-22
        "#]],
    );
    check(
        "2027-01-01 call people/ada.md",
        "2026-11-23",
        &expect![[r#"
            0 and 1 later, 0 months
            kinds []
        "#]],
    );
}

#[test]
fn one_person_under_two_paths_counts_once() {
    check(
        "2026-11-20 call people/old.md people/new.md
         2026-11-19 call people/elsewhere.md<urn:1>
         2026-11-18 email people/ada.md people/gone.md
         2026-11-18 email people/gone.md",
        "2026-11-23",
        &expect![[r#"
            4 and 0 later, 2026-11-18 to 2026-11-20, 1 months
            2026-11-01 4 {"call": 2, "email": 2}
            kinds [("call", 2), ("email", 2)]
            Ada 2 2026-11-19
            people/gone.md 2 2026-11-18
            New 1 2026-11-20
            longest streak 1, 2026-11-16 to 2026-11-22
            present streak 1, 2026-11-16 to 2026-11-22
            silence 3, 2026-11-20 to 2026-11-23, open
        "#]],
    );
}

#[test]
fn weeks_begin_on_monday_and_the_present_one_breaks_nothing_yet() {
    // Sunday and the Monday after are two weeks; the week of the 23rd has nothing yet.
    let journal = "2026-11-08 call people/ada.md
         2026-11-09 call people/ada.md
         2026-11-15 call people/ada.md
         2026-11-21 call people/ada.md";
    check(
        journal,
        "2026-11-29",
        &expect![[r#"
        4 and 0 later, 2026-11-08 to 2026-11-21, 1 months
        2026-11-01 4 {"call": 4}
        kinds [("call", 4)]
        Ada 4 2026-11-21
        longest streak 3, 2026-11-02 to 2026-11-22
        present streak 3, 2026-11-02 to 2026-11-22
        silence 8, 2026-11-21 to 2026-11-29, open
    "#]],
    );
    check(
        journal,
        "2026-11-30",
        &expect![[r#"
        4 and 0 later, 2026-11-08 to 2026-11-21, 1 months
        2026-11-01 4 {"call": 4}
        kinds [("call", 4)]
        Ada 4 2026-11-21
        longest streak 3, 2026-11-02 to 2026-11-22
        silence 9, 2026-11-21 to 2026-11-30, open
    "#]],
    );
}

#[test]
fn the_year_s_end_breaks_no_streak_and_months_go_on() {
    check(
        "2024-12-30 call people/ada.md
         2025-01-06 call people/ada.md
         2024-12-29 call people/ada.md
         2025-03-01 letter people/ada.md",
        "2025-04-15",
        &expect![[r#"
            4 and 0 later, 2024-12-29 to 2025-03-01, 5 months
            2024-12-01 2 {"call": 2}
            2025-01-01 1 {"call": 1}
            2025-03-01 1 {"letter": 1}
            kinds [("call", 3), ("letter", 1)]
            Ada 4 2025-03-01
            longest streak 3, 2024-12-23 to 2025-01-12
            silence 54, 2025-01-06 to 2025-03-01, over
        "#]],
    );
}

#[test]
fn of_equal_silences_and_streaks_the_latest_is_told() {
    check(
        "2026-01-01 call people/ada.md
         2026-02-01 call people/ada.md
         2026-03-04 call people/ada.md
         2026-03-05 call people/ada.md",
        "2026-03-20",
        &expect![[r#"
            4 and 0 later, 2026-01-01 to 2026-03-05, 3 months
            2026-01-01 1 {"call": 1}
            2026-02-01 1 {"call": 1}
            2026-03-01 2 {"call": 2}
            kinds [("call", 4)]
            Ada 4 2026-03-05
            longest streak 1, 2026-03-02 to 2026-03-08
            silence 31, 2026-02-01 to 2026-03-04, over
        "#]],
    );
}

proptest! {
    #[test]
    fn streaks_are_those_found_by_looking_at_every_week(
        offsets in prop::collection::btree_set(0_i64..200, 0..40),
        ahead in 0_i64..30,
    ) {
        let start = day("2024-12-01");
        let days: Vec<_> = offsets.iter().map(|offset| start.saturating_add(offset.days())).collect();
        let end = days.last().copied().unwrap_or(start).saturating_add(ahead.days());
        let (longest, present) = streaks(&days, end);
        let has = |week: jiff::civil::Date| days.iter().any(|day| monday(*day) == week);
        let run_until = |last: jiff::civil::Date| {
            (0_i64..60).take_while(|back| has(last.saturating_sub((7 * back).days()))).count()
        };
        let weeks: Vec<_> = (0_i64..40).map(|week| monday(start).saturating_add((7 * week).days())).collect();
        let most = weeks.iter().map(|week| run_until(*week)).max().unwrap_or(0);
        prop_assert_eq!(longest.map_or(0, |streak| streak.weeks), most);
        let this = run_until(monday(end));
        let before = run_until(monday(end).saturating_sub(7.days()));
        prop_assert_eq!(present.map_or(0, |streak| streak.weeks), if this > 0 { this } else { before });
    }
}
