//! Actions, by their titles and what they do.

use std::fmt::Write as _;

use expect_test::{Expect, expect};
use journal::{Interaction, Record, Timeline};
use note::{ContactId, value::When};

use super::*;
use crate::test_vault::{TODAY, TestVault};

fn check_in(vault: &TestVault, expected: &Expect) {
    let mut shown = String::new();
    for action in actions(vault.world(), vault.cursor().note, vault.selection()) {
        if let Some(command) = &action.command {
            assert!(action.preferred && action.change.is_none());
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

fn check(fixture: &str, expected: &Expect) {
    check_in(&TestVault::new(fixture), expected);
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
            Log { kind: "meal", contacts: ["people/ada.md"], on: 2026-11-20, message: "the engine", event: None }
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
            Log { kind: "call", contacts: ["people/bob.md"], on: 2026-11-23, message: "", event: Some("events/tea.md") }
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
