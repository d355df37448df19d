//! Actions, by their titles and what they do.

use std::fmt::Write as _;

use expect_test::{Expect, expect};
use journal::{Interaction, Record, Timeline};
use note::{ContactId, value::When};
use proptest::prelude::*;

use super::*;
use crate::test_vault::{TODAY, TestVault};

/// Shows the actions that `wanted` takes, by what they do.
fn check_those(vault: &TestVault, wanted: impl Fn(&Action) -> bool, expected: &Expect) {
    let mut shown = String::new();
    let actions = actions(vault.world(), vault.cursor().note, vault.selection());
    for action in actions.into_iter().filter(wanted) {
        if let Some(command) = &action.command {
            assert!(action.change.is_none());
            let _ = write!(shown, "{}\n{command:?}\n", action.title);
            continue;
        }
        let mends = action.mends.map_or(String::new(), |(code, span)| {
            format!(" mends {code} {span}")
        });
        let preferred = if action.preferred { " preferred" } else { "" };
        let _ = writeln!(
            shown,
            "{} [{:?}{preferred}{mends}]",
            action.title, action.kind
        );
        if let Some(change) = &action.change {
            shown.push_str(&vault.show(change));
        }
    }
    expected.assert_eq(&shown);
}

/// Shows all but what can be done about a contact or a note at any time.
fn check_in(vault: &TestVault, expected: &Expect) {
    let is_special = |action: &Action| {
        let is_written = !matches!(
            action.command,
            Some(Command::Log {
                is_written: false,
                ..
            })
        );
        let is_common = matches!(
            action.kind,
            ActionKind::Rewrite | ActionKind::FixAll | ActionKind::Organize
        );
        is_written && !is_common
    };
    check_those(vault, is_special, expected);
}

fn check(fixture: &str, expected: &Expect) {
    check_in(&TestVault::new(fixture), expected);
}

/// Shows the actions whose titles begin with `title`.
#[expect(
    clippy::needless_pass_by_value,
    reason = "`expect!` is written in place"
)]
fn check_titled(fixture: &str, title: &str, expected: Expect) {
    let vault = TestVault::new(fixture);
    check_those(&vault, |action| action.title.starts_with(title), &expected);
}

/// A journal with one call with Ada.
fn journal() -> Timeline {
    let record = Record {
        id: "01jd9p4m6x3r".into(),
        revision: 1,
        retracted: false,
        kind: "call".into(),
        on: When::Day(TODAY),
        summary: "call: Ada".into(),
        body: "".into(),
        contacts: vec![ContactId {
            path: "people/ada.md".into(),
            uid: None,
        }],
        initiated_by: None,
        gave: Vec::new(),
        received: Vec::new(),
        event: None,
        goal: None,
        other: Vec::new(),
    };
    let interaction = Interaction {
        record,
        commit: "0".repeat(40).into(),
    };
    Timeline::new(
        vec![interaction],
        Vec::new(),
        journal::timeline::NoteHistory::default(),
    )
}

#[test]
fn the_missing_note_of_a_link_is_created_by_the_key_it_stands_in() {
    let people = "//- people/bob.md\n---\nname: Bob\n---\n//- teams/acme.md\n---\nkind: organization\nname: Acme\n---\n";
    check(
        &format!(
            "{people}//- people/ada.md\n---\nname: Ada\norg: \"[[Analytical $0Engines]]\"\n---\n"
        ),
        &expect![[r#"
            Create `orgs/analytical-engines.md` [QuickFix mends unresolved-link 20..42]
            //- orgs/analytical-engines.md
            ---
            name: Analytical Engines
            ---
        "#]],
    );
    check(
        &format!("{people}//- events/tea.md\n---\nname: Tea\npeople: [Zo$0ë Müller]\n---\n"),
        &expect![[r#"
            Create `people/zoe-mueller.md` [QuickFix mends unresolved-contact 23..35]
            //- people/zoe-mueller.md
            ---
            name: Zoë Müller
            ---
        "#]],
    );
    check(
        &format!("{people}//- notes/n.md\nTea with [[Zoë$0 *Müller*]].\n"),
        &expect![[r#"
            Create `notes/zoe-mueller.md` [QuickFix preferred]
            //- notes/zoe-mueller.md
            ---
            name: Zoë *Müller*
            ---
            Create `people/zoe-mueller.md` [QuickFix]
            //- people/zoe-mueller.md
            ---
            name: Zoë *Müller*
            ---
        "#]],
    );
    check(
        &format!("{people}//- notes/n.md\n[Zoë$0](../people/zoe.md)\n"),
        &expect![[r#"
            Create `people/zoe.md` [QuickFix preferred]
            //- people/zoe.md
            # zoe
        "#]],
    );
    check(
        &format!("{people}//- n.md\n[[Bob$0]] [[Nobody]]\n"),
        &expect![[r#""#]],
    );
}

#[test]
fn an_entry_is_logged_unless_the_journal_has_it() {
    let fixture = "
//- people/ada.md
---
name: Ada
---
- 2026-11-23 call: logged
- 2026-11-20 mea$0l: the *engine*
";
    let mut vault = TestVault::new(fixture);
    check_in(&vault, &expect![[r#""#]]);
    vault.timeline = Some(journal());
    check_in(
        &vault,
        &expect![[r#"
            Log the meal of 2026-11-20 with Ada
            Log { kind: "meal", contacts: ["people/ada.md"], on: 2026-11-20, message: "the engine", event: None, is_written: true }
        "#]],
    );
    let mut logged = TestVault::new(&fixture.replace("$0", "").replace("call: ", "ca$0ll: "));
    logged.timeline = Some(journal());
    check_in(&logged, &expect![[r#""#]]);
}

#[test]
fn an_entry_is_logged_from_the_start_of_its_line() {
    for entry in ["$0- 2026-11-20 meal: soup", "$0## 2026-11-20 meal"] {
        let fixture = format!("//- people/ada.md\n---\nname: Ada\n---\n{entry}\n");
        let mut vault = TestVault::new(&fixture);
        vault.timeline = Some(journal());
        let titles: Vec<String> = actions(vault.world(), vault.cursor().note, vault.selection())
            .into_iter()
            .map(|action| action.title)
            .collect();
        assert_eq!(titles, ["Log the meal of 2026-11-20 with Ada"], "{entry}");
    }
}

#[test]
fn an_entry_of_an_event_names_the_event_and_those_it_links() {
    let mut vault = TestVault::new(
        "
//- people/ada.md
---
name: Ada
---
//- people/bob.md
---
name: Bob
---
//- events/tea.md
---
name: Tea
people: [\"[[Ada]]\", \"[[Bob]]\"]
---
## 2026-11-23 call$0

With [[Ada]] and [[Bob]].
",
    );
    vault.timeline = Some(journal());
    check_in(
        &vault,
        &expect![[r#"
            Log the call of 2026-11-23 with Bob
            Log { kind: "call", contacts: ["people/bob.md"], on: 2026-11-23, message: "", event: Some("events/tea.md"), is_written: true }
        "#]],
    );
}

#[test]
fn a_promise_is_kept_by_its_mark_alone() {
    check(
        "//- people/ada.md\n---\nname: Ada\n---\n* [ ] send$0 the paper due:2026-12-20 \n* [x] done due:2026-01-01\n",
        &expect![[r#"
            Mark `send the paper` as kept [Refactor]
            //- people/ada.md
            ---
            name: Ada
            ---
            * [x] send the paper due:2026-12-20 
            * [x] done due:2026-01-01
        "#]],
    );
}

#[test]
fn the_text_of_a_link_becomes_an_alias() {
    let ada = "//- people/ada.md\n---\nname: Ada\naliases: [Countess]\n---\n//- bob.md\n# Bob\n";
    check(
        &format!("{ada}//- n.md\n[[Ada$0|Lady L.]]\n"),
        &expect![[r#"
            Add `Lady L.` to the aliases of Ada [Refactor]
            //- people/ada.md
            ---
            name: Ada
            aliases: [Countess, Lady L.]
            ---
        "#]],
    );
    for link in [
        "[[Ada$0|countess]]",
        "[[Ada$0|ada]]",
        "[[Ada$0|Bob]]",
        "[[Ada$0]]",
        "[[Ada$0|*x* [y]",
    ] {
        check(&format!("{ada}//- n.md\n{link}\n"), &expect![[r#""#]]);
    }
}

#[test]
fn fixes_of_diagnostics_are_offered_where_they_stand() {
    let note = "//- people/ada.md\n---\nname: Ada\nbirtday: 1990-01-01\norg: [[Acme]]\n---\n";
    check(
        &note.replace("birt", "birt$0"),
        &expect![[r#"
            Rename the key `birtday` to `birthday` [QuickFix mends misspelled-key 14..21]
            //- people/ada.md
            ---
            name: Ada
            birthday: 1990-01-01
            org: [[Acme]]
            ---
        "#]],
    );
    check(&note.replace("name: Ada", "name: A$0da"), &expect![[r#""#]]);
}

fn titles(vault: &TestVault, start: &str) -> Vec<String> {
    actions(vault.world(), vault.cursor().note, vault.selection())
        .into_iter()
        .map(|action| action.title)
        .filter(|title| title.starts_with(start))
        .collect()
}

#[test]
fn a_conversation_is_logged_from_a_name_or_a_link_in_two_keystrokes() {
    for fixture in [
        "//- people/ada.md\n---\nname: A$0da\n---\n",
        "//- people/ada.md\n---\nname: Ada\n---\n# A$0da\n",
        "//- people/ada.md\n---\nname: Ada\ncir$0cle: close\n---\n",
        "//- people/ada.md\n---\nname: Ada\n---\n//- n.md\nto [[A$0da]]\n",
    ] {
        let mut vault = TestVault::new(fixture);
        assert_eq!(titles(&vault, "Log"), [""; 0], "there is no journal");
        vault.timeline = Some(journal());
        assert_eq!(
            titles(&vault, "Log"),
            [
                "Log a call with Ada",
                "Log a video with Ada",
                "Log a meeting with Ada",
                "Log a meal with Ada",
                "Log an email with Ada",
                "Log a message with Ada",
            ],
            "{fixture}"
        );
    }
    for fixture in [
        "//- people/ada.md\n---\nname: Ada\n---\ntext$0\n",
        "//- people/ada.md\n---\nname: Ada\ndied: 2020-01-01\n---\n# A$0da\n",
        "//- orgs/w.md\n---\nname: W\n---\n# W$0\n",
        "//- me.md\n---\nname: Me\nkind: me\n---\n# M$0e\n",
    ] {
        let mut vault = TestVault::new(fixture);
        vault.timeline = Some(journal());
        assert_eq!(titles(&vault, "Log"), [""; 0], "{fixture}");
    }
}

#[test]
fn a_follow_up_is_put_off_by_a_week_or_a_month() {
    check_titled(
        "//- people/ada.md\n---\nname: A$0da\ncadence: 1w # often\n---\n- 2026-11-01 call: x\n",
        "Snooze",
        expect![[r#"
            Snooze Ada for a week, until 2026-11-30 [Rewrite]
            //- people/ada.md
            ---
            name: Ada
            cadence: 1w # often
            snooze: 2026-11-30
            ---
            - 2026-11-01 call: x
            Snooze Ada for a month, until 2026-12-23 [Rewrite]
            //- people/ada.md
            ---
            name: Ada
            cadence: 1w # often
            snooze: 2026-12-23
            ---
            - 2026-11-01 call: x
        "#]],
    );
    check_titled(
        "//- people/ada.md\n---\nname: Ada\ncadence: 1w\nsnooze: '2026-11-20'\n---\n- 2026-11-01 call: x\n//- n.md\n[[A$0da]]\n",
        "Snooze Ada for a week",
        expect![[r#"
            Snooze Ada for a week, until 2026-11-30 [Rewrite]
            //- people/ada.md
            ---
            name: Ada
            cadence: 1w
            snooze: 2026-11-30
            ---
            - 2026-11-01 call: x
        "#]],
    );
    check_titled(
        "//- people/ada.md\n---\nname: A$0da\n---\n",
        "Snooze",
        expect![[""]],
    );
}

#[test]
fn a_link_is_written_the_other_way_and_leads_where_it_led() {
    let notes =
        "//- people/ada.md\n---\nname: Ada Lovelace\n---\n## Log & more\n## Log & more\n\nx ^b1\n";
    for (link, expected) in [
        ("[[A$0da Lovelace]]", "[Ada Lovelace](../people/ada.md)"),
        ("[[A$0da Lovelace|her]]", "[her](../people/ada.md)"),
        (
            "[[A$0da Lovelace#Log & more|log]]",
            "[log](../people/ada.md#log--more)",
        ),
        ("[[a$0da#^b1]]", "[ada](../people/ada.md#^b1)"),
        ("[[#He$0re]]", "[Here](#here)"),
        ("[h$0er](../people/ada.md)", "[[Ada Lovelace|her]]"),
        ("[Ada Love$0lace](../people/ada.md)", "[[Ada Lovelace]]"),
        (
            "[x$0](/people/ada.md#log--more-1)",
            "[[Ada Lovelace#log--more-1|x]]",
        ),
        (
            "[x$0](<../people/ada.md#log--more>)",
            "[[Ada Lovelace#Log & more|x]]",
        ),
        ("[x$0](../people/ada.md#^b1)", "[[Ada Lovelace#^b1|x]]"),
        (
            "| [x$0](../people/ada.md) |\n| --- |",
            "| [[Ada Lovelace\\|x]] |\n| --- |",
        ),
    ] {
        let vault = TestVault::new(&format!("{notes}//- n/a.md\n{link}\n\n## Here\n"));
        let actions = actions(vault.world(), vault.cursor().note, vault.selection());
        let mut written = actions
            .iter()
            .filter(|action| action.title.starts_with("Write as"));
        let change = written.next().and_then(|action| action.change.clone());
        let change = change.unwrap_or_else(|| panic!("{link}"));
        let text = &vault.after(&change)["n/a.md"];
        assert_eq!(text.trim_end().trim_end_matches("\n\n## Here"), expected);
    }
}

#[test]
fn what_could_not_say_the_same_is_not_written_otherwise() {
    let notes = "//- people/ada.md\n---\nname: Ada\n---\n";
    for link in [
        "![[A$0da]]",
        "[[Nobo$0dy]]",
        "[x$0](../people/ada.md \"a title\")",
        "[a [b] c$0](../people/ada.md)",
        "[a|b$0](../people/ada.md)",
        "[x$0](https://example.org)",
        "![x$0](../people/ada.md)",
        "[r$0][r]\n\n[r]: ../people/ada.md",
    ] {
        let vault = TestVault::new(&format!("{notes}//- n/a.md\n{link}\n"));
        assert_eq!(titles(&vault, "Write as"), [""; 0], "{link}");
    }
}

#[test]
fn missing_keys_are_inserted_without_values() {
    check_titled(
        "//- people/ada.md\n---\nname: A$0da\ncircle: close # yes\n---\ntext\n",
        "Insert",
        expect![[r#"
            Insert the keys that are missing: emails, org, location, met, interests, offers, needs [Rewrite]
            //- people/ada.md
            ---
            name: Ada
            circle: close # yes
            emails:
            org:
            location:
            met:
            interests:
            offers:
            needs:
            ---
            text
        "#]],
    );
    check_titled(
        "//- goals/g.md\n$0# A goal\n",
        "Insert",
        expect![[r#"
        Insert the keys that are missing: for, by, needs, offers, who, where, say [Rewrite]
        //- goals/g.md
        ---
        for:
        by:
        needs:
        offers:
        who:
        where:
        say:
        ---
        # A goal
    "#]],
    );
    check_titled("//- n.md\n$0# A note\n", "Insert", expect![[""]]);
    check_titled(
        "//- people/ada.md\n---\nname: Ada\n---\nte$0xt\n",
        "Insert",
        expect![[""]],
    );
}

#[test]
fn keys_are_sorted_with_their_comments_and_nothing_else_changes() {
    check_titled(
        "//- people/ada.md\n---\n# what I call her\nx-own: 1\ncircle: close # yes\n\nemails:\n  - a@b.c\n# her name\nname:   \"Ada\"\nbio: |\n  # no comment\n  two\n# the end\n---\n$0text\n",
        "Sort",
        expect![[r#"
            Sort the front matter [Organize]
            //- people/ada.md
            ---
            # her name
            name:   "Ada"

            emails:
              - a@b.c
            circle: close # yes
            # what I call her
            x-own: 1
            bio: |
              # no comment
              two
            # the end
            ---
            text
        "#]],
    );
    for fixture in [
        "//- people/ada.md\n---\nname: Ada\ncircle: close\n---\n$0",
        "//- people/ada.md\n---\ncircle: &a close\nname: *a\n---\n$0",
        "//- people/ada.md\n---\n{circle: close, name: Ada}\n---\n$0",
        "//- people/ada.md\n---\ncircle: close\nname: Ada\nname: Bob\n---\n$0",
        "//- people/ada.md\n---\ncircle: close\nname: Ada\n$0",
        "//- people/ada.md\n$0",
    ] {
        assert_eq!(
            titles(&TestVault::new(fixture), "Sort"),
            [""; 0],
            "{fixture}"
        );
    }
}

#[test]
fn everything_safe_is_fixed_at_once() {
    check_titled(
        "//- people/ada.md\n---\nname: Ada\nemail: a@b.example\norg: [[Acme]]\nknows: [[Bob]]\n---\n$0text\n",
        "Fix everything",
        expect![[r#"
            Fix everything that is safe to fix [FixAll]
            //- people/ada.md
            ---
            name: Ada
            email: a@b.example
            org: "[[Acme]]"
            knows: "[[Bob]]"
            ---
            text
        "#]],
    );
}

const SORTED_LINES: [&str; 12] = [
    "name: Ada\n",
    "circle: close # c\n",
    "# a comment\n",
    "\n",
    "emails:\n  - a@b.c\n  # inside\n  - d@e.f\n",
    "bio: |\n  one\n\n  two\n",
    "x: 1\n",
    "y:\n",
    "tags: [a,\n  b]\n",
    "met: {date: 2020-01-01}\n",
    "org: >-\n  folded\n",
    "note: 'a\n\n  b'\n",
];

proptest! {
    #[test]
    fn sorting_keeps_every_line_and_is_done_once(
        lines in proptest::sample::subsequence(SORTED_LINES.to_vec(), 0..SORTED_LINES.len()).prop_shuffle(),
    ) {
        let text = format!("---\n{}---\nbody\n", lines.concat());
        let vault = TestVault::from_files([("people/a.md".to_owned(), text.clone())]);
        let note = vault.vault.id("people/a.md").expect("it is a note");
        let sort = |vault: &TestVault| {
            let all = actions(vault.world(), note, Span::at(0));
            all.into_iter().find(|action| action.kind == ActionKind::Organize)
        };
        let Some(action) = sort(&vault) else { return Ok(()) };
        let after = vault.after(&action.change.expect("an edit"));
        let sorted = &after["people/a.md"];
        let in_order = |text: &str| {
            let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
            lines.sort();
            lines
        };
        prop_assert_eq!(in_order(sorted), in_order(&text));
        prop_assert!(sorted.ends_with("---\nbody\n"));
        let again = TestVault::from_files([("people/a.md".to_owned(), sorted.clone())]);
        prop_assert!(sort(&again).is_none(), "{}", sorted);
    }
}
