//! Hovers, as they are shown.

use expect_test::{Expect, expect};
use jiff::civil::date;
use journal::{Interaction, Record, Timeline};
use note::{ContactId, value::When};

use super::*;
use crate::test_vault::TestVault;

fn check_in(vault: &TestVault, expected: &Expect) {
    let shown = match hover(vault.world(), vault.cursor()) {
        Some(hover) => {
            let text = vault.text(vault.cursor().note);
            format!("`{}`\n{}\n", hover.span.of(&text), hover.markdown)
        }
        None => "nothing\n".to_owned(),
    };
    expected.assert_eq(&shown);
}

fn check(fixture: &str, expected: &Expect) {
    check_in(&TestVault::new(fixture), expected);
}

const VAULT: &str = r#"
//- people/ada.md
---
name: Ada Lovelace
aliases: [Countess]
title: Mathematician
org: "[[Analytical Engines]]"
location: London
timezone: Europe/London
birthday: 1990-12-10
circle: close
cadence: 30d
tags: [mathematics, letters]
met: {date: 2024-05-03, at: "[[Royal Society soirée|the soirée]]", through: "[[Charles Babbage]]", how: serendipity, because: a book}
interests: ["book: 1984", chess]
offers: [proof reading, introductions]
needs: [an engineer]
---
# Ada Lovelace

## Notes

On *engines*.

- [ ] send the paper due:2026-12-01
- [ ] ask [[Charles Babbage]] about it due:2026-11-24
- [x] kept due:2026-01-01

- 2026-11-20 call: the engine
//- people/charles.md
---
name: Charles Babbage
org: Analytical Engines
---
- [ ] introduce [[Ada Lovelace]] due:2026-11-22
- [ ] write due:2026-11-30
//- orgs/engines.md
---
name: Analytical Engines
industry: computing
---
//- orgs/sub.md
---
name: Sub
parent: "[[Analytical Engines]]"
---
//- events/soiree.md
---
name: Royal Society soirée
date: {from: 2026-12-01, to: 2026-12-02}
at: London
purpose: network
people: [Ada Lovelace, "[[Charles Babbage]]"]
---
//- goals/demo.md
---
name: A demonstration
for: customer
by: 2027-03-01
status: open
who: ["[[Charles Babbage]]", a patron]
say: [the weather]
---
//- me.md
---
name: Me
interests: [chess, tea]
---
//- notes/plain.md
# plain

First *line*.
```
code
```
"#;

fn at(text: &str) -> String {
    format!("{VAULT}//- n.md\n{text}\n")
}

#[test]
fn a_contact_at_a_glance() {
    check(
        &at("[[Ada$0 Lovelace]]"),
        &expect![[r#"
        `[[Ada Lovelace]]`
        **Ada Lovelace** · Mathematician at Analytical Engines

        close circle, every 30 days · last contact 2026-11-20 (call, 3 days ago) · due 2026-12-20 (in 27 days)

        - promise: introduce Ada Lovelace, by 2026-11-22 (yesterday)
        - promise: send the paper, by 2026-12-01 (in 8 days)
        - birthday: 1990-12-10, in 17 days, turns 36
        - in London (Europe/London)
        - met 2024-05-03 at the soirée through Charles Babbage by serendipity because of a book
        - offers: proof reading, introductions
        - needs: an engineer
        - in common: chess
        - also called Countess
        - tags: #mathematics, #letters
        - 3 links to this note
    "#]],
    );
    check(
        &at("[[Charles B$0abbage]]"),
        &expect![[r#"
        `[[Charles Babbage]]`
        **Charles Babbage** · Analytical Engines

        - promise: ask Charles Babbage about it, by 2026-11-24 (tomorrow)
        - promise: write, by 2026-11-30 (in 7 days)
        - 5 links to this note
    "#]],
    );
    check(
        &at("[[M$0e]]"),
        &expect![[r#"
        `[[Me]]`
        **Me**

        you

        - 1 link to this note
    "#]],
    );
}

#[test]
fn organizations_events_goals_and_plain_notes_at_a_glance() {
    check(
        &at("[[Analytical E$0ngines]]"),
        &expect![[r#"
            `[[Analytical Engines]]`
            **Analytical Engines** · computing

            - people there: Ada Lovelace, Charles Babbage
            - 4 links to this note
        "#]],
    );
    check(
        &at("[x](events/so$0iree.md)"),
        &expect![[r#"
            `[x](events/soiree.md)`
            **Royal Society soirée**

            2026-12-01 to 2026-12-02 (in 8 days) · London · network

            - people: Ada Lovelace, Charles Babbage
            - 2 links to this note
        "#]],
    );
    check(
        &at("[[A demon$0stration]]"),
        &expect![[r#"
        `[[A demonstration]]`
        **A demonstration**

        customer · by 2027-03-01 (in 3 months) · open

        - who: Charles Babbage, a patron
        - say: the weather
        - 1 link to this note
    "#]],
    );
    check(
        &at("[[pl$0ain]]"),
        &expect![[r#"
        `[[plain]]`
        **plain**

        First *line*.
        ```
        code
        ```

        - 1 link to this note
    "#]],
    );
    check(
        &at("[[S$0ub]]"),
        &expect![[r#"
        `[[Sub]]`
        **Sub**

        - part of Analytical Engines
        - 1 link to this note
    "#]],
    );
}

#[test]
fn only_facts_that_are_there_are_told() {
    check(
        "//- people/bob.md\n---\nname: B$0ob\n---\n",
        &expect![[r#"
            `Bob`
            **Bob**
        "#]],
    );
    check(
        "//- people/bob.md\n---\nname: Bob\nbirthday: 1950-11-30\ndied: 2020\n---\n//- n.md\n[[Bo$0b]]",
        &expect![[r#"
            `[[Bob]]`
            **Bob**

            - 1 link to this note
        "#]],
    );
}

#[test]
fn a_heading_or_block_shows_where_it_begins() {
    check(
        &at("[[Ada Lovelace#No$0tes]]"),
        &expect![[r#"
        `[[Ada Lovelace#Notes]]`
        **Ada Lovelace**

        ## Notes

        On *engines*.

        - [ ] send the paper due:2026-12-01
        - [ ] ask [[Charles Babbage]] about it due:2026-11-24
        - [x] kept due:2026-01-01

        - 2026-11-20 call: the engine
    "#]],
    );
    check(
        "//- a.md\n# A\none\ntwo ^b\n//- n.md\n[[a^$0b]]",
        &expect![[r#"
            `[[a^b]]`
            **A**

            two ^b
        "#]],
    );
}

#[test]
fn keys_tell_their_meaning_form_and_vcard() {
    check(
        "//- people/a.md\n---\nbday$0: x\n---\n",
        &expect![[r#"
        `bday`
        **birthday** · date, or a part of one: `2026-11-23`, `2026-11`, `--11-23`

        Birthday; `--12-10` where the year is unknown.

        Also read: `bday`, `born`

        vCard, iCalendar: `BDAY`
    "#]],
    );
    check(
        "//- people/a.md\n---\nmet: {h$0ow: x}\n---\n",
        &expect![[r#"
            `how`
            **how** · `strategy`, `serendipity`

            Whether you set out to meet (`strategy`) or chance did it (`serendipity`).

            vCard, iCalendar: `X-TIES-MET`
        "#]],
    );
    check(
        "//- events/a.md\n---\nsta$0tus: x\n---\n",
        &expect![[r#"
            `status`
            **status** · `planned`, `done`, `cancelled`

            Whether it is still to come.

            vCard, iCalendar: `STATUS`
        "#]],
    );
    check(
        "//- people/a.md\n---\nunknown$0: x\n---\n",
        &expect![[r#"
            nothing
        "#]],
    );
}

#[test]
fn values_tell_what_follows_from_them() {
    check(
        &VAULT.replace("circle: close", "circle: clo$0se"),
        &expect![[r#"
            `close`
            **close** · 1 of 15 people · every 1 month

            Ada Lovelace
        "#]],
    );
    check(
        &VAULT.replace("cadence: 30d", "cadence: 3$00d"),
        &expect![[r#"
            `30d`
            every 30 days · last contact 2026-11-20 (3 days ago) · due 2026-12-20 (in 27 days)
        "#]],
    );
    check(
        &VAULT.replace("birthday: 1990", "birthday: 19$090"),
        &expect![[r#"
            `1990-12-10`
            Monday 10 December 1990, 35 years ago

            next on Thursday 10 December 2026, in 17 days, turns 36
        "#]],
    );
    check(
        &VAULT.replace("date: 2024", "date: 20$024"),
        &expect![[r#"
            `2024-05-03`
            Friday 3 May 2024, 2 years ago
        "#]],
    );
    check(
        &VAULT.replace("by: 2027", "by: 20$027"),
        &expect![[r#"
        `2027-03-01`
        Monday 1 March 2027, in 3 months
    "#]],
    );
    check(
        "//- people/a.md\n---\nbirthday: --11-3$00\n---\n",
        &expect![[r#"
            `--11-30`
            next on Monday 30 November 2026, in 7 days
        "#]],
    );
    check(
        "//- people/a.md\n---\ncircle: unkn$0own\n---\n",
        &expect![[r#"
            nothing
        "#]],
    );
}

#[test]
fn tags_are_counted() {
    check(
        &VAULT.replace("[mathematics", "[mathe$0matics"),
        &expect![[r#"
            `mathematics`
            \#mathematics · 1 note

            Ada Lovelace
        "#]],
    );
    check(
        &at("#math$0ematics #a_b"),
        &expect![[r#"
        `mathematics`
        \#mathematics · 2 notes

        n, Ada Lovelace
    "#]],
    );
    check(
        &at("#a_$0b"),
        &expect![[r#"
        `a_b`
        \#a\_b · 1 note

        n
    "#]],
    );
}

#[test]
fn entries_say_whether_they_are_logged() {
    let entry = VAULT.replace("2026-11-20 call", "2026-11-20 ca$0ll");
    check(
        &entry,
        &expect![[r#"
        `2026-11-20 call`
        call on Friday 20 November 2026, 3 days ago

        with Ada Lovelace
    "#]],
    );
    let mut vault = TestVault::new(&entry);
    vault.timeline = Some(Timeline::default());
    check_in(
        &vault,
        &expect![[r#"
        `2026-11-20 call`
        call on Friday 20 November 2026, 3 days ago

        not in the journal yet, with Ada Lovelace
    "#]],
    );
    let record = Record {
        id: "01jd9p4m6x3r".into(),
        revision: 1,
        retracted: false,
        kind: "call".into(),
        on: When::Day(date(2026, 11, 20)),
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
    vault.timeline = Some(Timeline::new(
        vec![interaction],
        Vec::new(),
        journal::timeline::NoteHistory::default(),
    ));
    check_in(
        &vault,
        &expect![[r#"
        `2026-11-20 call`
        call on Friday 20 November 2026, 3 days ago

        logged in the journal, with Ada Lovelace
    "#]],
    );
    check(
        "- 2026-11-20 wal$0k",
        &expect![[r#"
        nothing
    "#]],
    );
}

#[test]
fn promises_say_how_far_off_they_are() {
    check(
        &VAULT.replace("paper due:2026", "paper due:20$026"),
        &expect![[r#"
            `2026-12-01`
            promised for Tuesday 1 December 2026, in 8 days
        "#]],
    );
    check(
        &VAULT.replace("kept due:2026", "kept due:20$026"),
        &expect![[r#"
            `2026-01-01`
            promised for Thursday 1 January 2026, 10 months ago, kept
        "#]],
    );
}

#[test]
fn an_ambiguous_link_names_the_notes_and_a_broken_one_is_silent() {
    check(
        "//- a/x_y.md\n//- b/x_y.md\n//- n.md\n[[x$0_y]]",
        &expect![[r#"
            `[[x_y]]`
            several notes are called this:

            - x\_y (a/x\_y.md)
            - x\_y (b/x\_y.md)
        "#]],
    );
    check(
        "[[no$0body]]",
        &expect![[r#"
        nothing
    "#]],
    );
    check(
        "[x](https://e$0.org)",
        &expect![[r#"
        nothing
    "#]],
    );
    check(
        "pla$0in",
        &expect![[r#"
        nothing
    "#]],
    );
}

#[test]
fn what_a_note_says_is_not_taken_for_markup() {
    check(
        "//- people/a.md\n---\nname: \"*A* [x](y) <b>\"\ntitle: \"`x`\\n# y\"\n---\n//- n.md\n[[people/$0a]]",
        &expect![[r#"
            `[[people/a]]`
            **\*A\* \[x\](y) \<b\>** · \`x\` \# y

            - 1 link to this note
        "#]],
    );
}
