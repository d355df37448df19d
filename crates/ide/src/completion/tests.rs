//! Completion, by what is shown and what the line becomes.

use std::fmt::Write as _;

use expect_test::{Expect, expect};
use note::edit;

use super::*;
use crate::matching;
use crate::test_vault::TestVault;

/// The people of the tests.
const PEOPLE: &str = "
//- people/ada.md
---
name: Ada Lovelace
aliases: [Countess]
circle: close
title: Mathematician
org: \"[[Analytical Engines]]\"
tags: [mathematics]
offers: [proof reading]
location: London
---
# Ada Lovelace
## Early life
text ^birth
## Work: #1 [a]
//- people/zoe-mueller.md
---
name: Zoë Müller
circle: inner
tags: [music, mathematics]
location: Köln
---
- 2026-11-20 call
//- people/adam-1.md
---
name: Adam
---
//- people/adam-2.md
---
name: Adam
circle: active
---
//- orgs/engines.md
---
name: Analytical Engines
---
//- orgs/Straße & Söhne.md
//- events/soiree.md
---
name: Royal Society soirée
date: 2026-12-01
---
//- goals/demo.md
---
name: A demonstration
---
";

/// Shows the answer at `$0` in a further note: each item, and the line it makes.
fn check_at(path: &str, text: &str, expected: &Expect) {
    let vault = TestVault::new(&format!("{PEOPLE}//- {path}\n{text}"));
    let cursor = vault.cursor();
    let before = vault.text(cursor.note);
    let answer = completion(vault.world(), cursor);
    let mut shown = String::new();
    for item in &answer.items {
        let after = edit::apply(&before, std::slice::from_ref(&item.edit)).expect("it fits");
        let typed = &before[item.edit.span.start as usize..cursor.offset as usize];
        assert!(
            matching::is_subsequence(typed, &item.filter_text),
            "a client would hide `{}` behind `{typed}`: {}",
            item.label,
            item.filter_text
        );
        let start = before[..item.edit.span.start as usize]
            .rfind('\n')
            .map_or(0, |at| at + 1);
        let end = item.edit.span.start as usize + item.edit.text.len();
        let end = after[end..].find('\n').map_or(after.len(), |at| end + at);
        let detail = item
            .detail
            .as_deref()
            .map_or(String::new(), |detail| format!(" ({detail})"));
        let line = after[start..end].replace('\n', "⏎");
        let _ = writeln!(shown, "{}{detail} {line}", item.label);
    }
    if answer.is_incomplete {
        shown.push_str("and more\n");
    }
    assert!(answer.items.is_sorted_by_key(|item| item.sort_text.clone()));
    expected.assert_eq(&shown);
}

fn check(text: &str, expected: &Expect) {
    check_at("note.md", text, expected);
}

/// As [`check`], in the front matter of a contact.
fn check_contact(text: &str, expected: &Expect) {
    check_at("people/me2.md", text, expected);
}

/// Shows the labels only.
fn labels(path: &str, text: &str) -> String {
    let vault = TestVault::new(&format!("{PEOPLE}//- {path}\n{text}"));
    let answer = completion(vault.world(), vault.cursor());
    let labels: Vec<String> = answer.items.into_iter().map(|item| item.label).collect();
    labels.join(", ")
}

#[test]
fn an_open_link_is_completed_and_closed() {
    check(
        "See [[Ada L$0\n",
        &expect![[r#"
            Ada Lovelace (close, Mathematician, Analytical Engines) See [[Ada Lovelace]]
            Ada L (new contact) (creates the contact) See [[Ada L]]
            and more
        "#]],
    );
    check(
        "See [[Ada L$0]] and\n",
        &expect![[r#"
            Ada Lovelace (close, Mathematician, Analytical Engines) See [[Ada Lovelace]] and
            Ada L (new contact) (creates the contact) See [[Ada L]] and
            and more
        "#]],
    );
    check(
        "See [[Ada L$0] and\n",
        &expect![[r#"
            Ada Lovelace (close, Mathematician, Analytical Engines) See [[Ada Lovelace]] and
            Ada L (new contact) (creates the contact) See [[Ada L]] and
            and more
        "#]],
    );
    check(
        "![[count$0",
        &expect![[r#"
            Countess (Ada Lovelace) ![[Countess]]
        "#]],
    );
}

#[test]
fn a_target_is_replaced_without_its_anchor_and_label() {
    check(
        "[[Ol$0d|label]] [[x]]\n",
        &expect![[r#"
        Ada Lovelace (close, Mathematician, Analytical Engines) [[Ada Lovelace|label]] [[x]]
        Royal Society soirée (2026-12-01) [[Royal Society soirée|label]] [[x]]
        Zoë Müller (inner) [[Zoë Müller|label]] [[x]]
    "#]],
    );
    check(
        "[[Zo$0e#Life|label]]\n",
        &expect![[r#"
        Zoë Müller (inner) [[Zoë Müller#Life|label]]
    "#]],
    );
    check(
        "[[zo$0 [[Adam]]\n",
        &expect![[r#"
            Zoë Müller (inner) [[Zoë Müller]] [[Adam]]
            zo (new contact) (creates the contact) [[zo]] [[Adam]]
            and more
        "#]],
    );
}

#[test]
fn diacritics_and_ligatures_need_not_be_typed() {
    check(
        "[[zoe$0",
        &expect![[r#"
            Zoë Müller (inner) [[Zoë Müller]]
            zoe (new contact) (creates the contact) [[zoe]]
            and more
        "#]],
    );
    check(
        "[[strasse$0",
        &expect![[r#"
            Straße & Söhne (organization) [[Straße & Söhne]]
            strasse (new contact) (creates the contact) [[strasse]]
            and more
        "#]],
    );
    check(
        "[[mueller$0",
        &expect![[r#"
            Zoë Müller (inner) [[Zoë Müller]]
            mueller (new contact) (creates the contact) [[mueller]]
            and more
        "#]],
    );
    check(
        "[[lovelace ada$0",
        &expect![[r#"
            Ada Lovelace (close, Mathematician, Analytical Engines) [[Ada Lovelace]]
            lovelace ada (new contact) (creates the contact) [[lovelace ada]]
            and more
        "#]],
    );
}

#[test]
fn closer_people_come_first_and_namesakes_get_a_target_of_their_own() {
    check(
        "[[ad$0",
        &expect![[r#"
            Ada Lovelace (close, Mathematician, Analytical Engines) [[Ada Lovelace]]
            Adam (active, people/adam-2.md) [[adam-2|Adam]]
            Adam (contact, people/adam-1.md) [[adam-1|Adam]]
            A demonstration (goal) [[A demonstration]]
            ad (new contact) (creates the contact) [[ad]]
            and more
        "#]],
    );
    check(
        "| [[adam$0 |",
        &expect![[r#"
            Adam (active, people/adam-2.md) | [[adam-2\|Adam]] |
            Adam (contact, people/adam-1.md) | [[adam-1\|Adam]] |
        "#]],
    );
    check(
        "[[$0",
        &expect![[r#"
            Zoë Müller (inner) [[Zoë Müller]]
            Ada Lovelace (close, Mathematician, Analytical Engines) [[Ada Lovelace]]
            Adam (active, people/adam-2.md) [[adam-2|Adam]]
            A demonstration (goal) [[A demonstration]]
            Adam (contact, people/adam-1.md) [[adam-1|Adam]]
            Analytical Engines (organization) [[Analytical Engines]]
            Royal Society soirée (2026-12-01) [[Royal Society soirée]]
            Straße & Söhne (organization) [[Straße & Söhne]]
        "#]],
    );
}

#[test]
fn a_path_is_completed_by_its_last_part() {
    check(
        "[[people/a$0]]",
        &expect![[r#"
        people/ada (close, Mathematician, Analytical Engines) [[people/ada]]
        people/adam-2 (active) [[people/adam-2]]
        people/adam-1 (contact) [[people/adam-1]]
    "#]],
    );
}

#[test]
fn headings_and_blocks_follow_their_marks() {
    check(
        "[[Ada Lovelace#$0",
        &expect![[r#"
        Ada Lovelace (#) [[Ada Lovelace#Ada Lovelace]]
        Early life (##) [[Ada Lovelace#Early life]]
        Work: #1 [a] (##) [[Ada Lovelace#Work: #1 a]]
    "#]],
    );
    check(
        "[[Ada Lovelace#ear$0ly|x]]",
        &expect![[r#"
        Early life (##) [[Ada Lovelace#Early life|x]]
    "#]],
    );
    check(
        "[[Ada Lovelace^$0",
        &expect![[r#"
        birth (text) [[Ada Lovelace^birth]]
    "#]],
    );
    check(
        "[[Ada Lovelace#^b$0]]",
        &expect![[r#"
        birth (text) [[Ada Lovelace#^birth]]
    "#]],
    );
    check(
        "# One\n## Two\n[[#$0",
        &expect![[r#"
        One (#) [[#One]]
        Two (##) [[#Two]]
    "#]],
    );
    check("[[Nobody#$0", &expect![[r#""#]]);
}

#[test]
fn mm306_a_heading_with_marks_is_offered_so_that_it_is_found_again() {
    let text = "# #foo #bar\n## a|b [c]\n## same\n## same\n";
    let vault = TestVault::new(&format!("{text}[[#$0"));
    let answer = completion(vault.world(), vault.cursor());
    assert_eq!(answer.items.len(), 4);
    for (index, item) in answer.items.iter().enumerate() {
        let before = vault.text(vault.cursor().note);
        let after = edit::apply(&before, std::slice::from_ref(&item.edit)).expect("it fits");
        let parsed = note::parse(&after).note;
        let Some(note::Anchor::Heading(anchor)) = &parsed.links[0].anchor else {
            panic!("{after}");
        };
        assert_eq!(parsed.find_heading(&anchor.value), Some(index), "{after}");
    }
}

#[test]
fn paths_are_relative_encoded_and_closed() {
    check_at(
        "notes/n.md",
        "[x](../orgs/str$0",
        &expect![[r#"
            ../orgs/Straße & Söhne.md (Straße & Söhne) [x](../orgs/Straße%20%26%20Söhne.md)
        "#]],
    );
    check_at(
        "notes/n.md",
        "[x](/people/ada$0)",
        &expect![[r#"
            /people/ada.md (Ada Lovelace) [x](/people/ada.md)
            /people/adam-2.md (Adam) [x](/people/adam-2.md)
            /people/adam-1.md (Adam) [x](/people/adam-1.md)
        "#]],
    );
    check_at(
        "people/n.md",
        "[x](./zo$0e.md#life)",
        &expect![[r#"
            ./zoe-mueller.md (Zoë Müller) [x](./zoe-mueller.md#life)
        "#]],
    );
    check_at(
        "notes/n.md",
        "[x](<../orgs/str$0>)",
        &expect![[r#"
            ../orgs/Straße & Söhne.md (Straße & Söhne) [x](<../orgs/Straße %26 Söhne.md>)
        "#]],
    );
    check_at(
        "people/n.md",
        "[a]: zoe$0",
        &expect![[r#"
            zoe-mueller.md (Zoë Müller) [a]: zoe-mueller.md
        "#]],
    );
    check_at(
        "people/n.md",
        "[x](ada.md#$0)",
        &expect![[r#"
        Ada Lovelace (#) [x](ada.md#ada-lovelace)
        Early life (##) [x](ada.md#early-life)
        Work: #1 [a] (##) [x](ada.md#work-1-a)
    "#]],
    );
    check_at("people/n.md", "[x](https://e$0)", &expect![[r#""#]]);
}

#[test]
fn a_mention_becomes_a_link() {
    check(
        "ask @zo$0",
        &expect![[r#"
        Zoë Müller (inner) ask [[Zoë Müller]]
    "#]],
    );
    check(
        "ask @countess$0",
        &expect![[r#"
        Countess (Ada Lovelace) ask [[Countess]]
    "#]],
    );
    check(
        "ask @adam$0",
        &expect![[r#"
            Adam (active, people/adam-2.md) ask [[adam-2|Adam]]
            Adam (contact, people/adam-1.md) ask [[adam-1|Adam]]
        "#]],
    );
    check(
        "ask @Zoë Mü$0",
        &expect![[r#"
        Zoë Müller (inner) ask [[Zoë Müller]]
    "#]],
    );
    check("ada@zo$0", &expect![[r#""#]]);
    check("ask @engi$0", &expect![[r#""#]]);
}

#[test]
fn tags_follow_a_hash() {
    check(
        "about #ma$0th\n",
        &expect![[r#"
            mathematics (2 notes) about #mathematics
        "#]],
    );
    check("about#ma$0", &expect![[r#""#]]);
    check("#$0", &expect![[r#""#]]);
    check(
        "x #$0",
        &expect![[r#"
        mathematics (2 notes) x #mathematics
        music (1 note) x #music
    "#]],
    );
}

#[test]
fn entries_and_promises_get_kinds_and_days() {
    check(
        "## 2026-11-23 ca$0",
        &expect![[r#"
        call (interaction) ## 2026-11-23 call
    "#]],
    );
    check(
        "- 2026-11-23 me$0: the engine",
        &expect![[r#"
        meeting (interaction) - 2026-11-23 meeting: the engine
        meal (interaction) - 2026-11-23 meal: the engine
        message (interaction) - 2026-11-23 message: the engine
    "#]],
    );
    check(
        "1. 2026-11-23 $0",
        &expect![[r#"
        call (interaction) 1. 2026-11-23 call
        video (interaction) 1. 2026-11-23 video
        meeting (interaction) 1. 2026-11-23 meeting
        meal (interaction) 1. 2026-11-23 meal
        email (interaction) 1. 2026-11-23 email
        message (interaction) 1. 2026-11-23 message
        letter (interaction) 1. 2026-11-23 letter
        event (interaction) 1. 2026-11-23 event
        introduction (interaction) 1. 2026-11-23 introduction
        gift (interaction) 1. 2026-11-23 gift
    "#]],
    );
    check("2026-11-23 ca$0", &expect![[r#""#]]);
    check(
        "- [ ] send it due:$0",
        &expect![[r#"
        today (2026-11-23) - [ ] send it due:2026-11-23
        tomorrow (2026-11-24) - [ ] send it due:2026-11-24
        in three days (2026-11-26) - [ ] send it due:2026-11-26
        next week (2026-11-30) - [ ] send it due:2026-11-30
        in two weeks (2026-12-07) - [ ] send it due:2026-12-07
        next month (2026-12-23) - [ ] send it due:2026-12-23
        in three months (2027-02-23) - [ ] send it due:2027-02-23
        next year (2027-11-23) - [ ] send it due:2027-11-23
    "#]],
    );
    check(
        "- [ ] send it due:2026-12$0-01",
        &expect![[r#"
        in two weeks (2026-12-07) - [ ] send it due:2026-12-07
        next month (2026-12-23) - [ ] send it due:2026-12-23
    "#]],
    );
    check(
        "- [ ] send it due:next$0",
        &expect![[r#"
        next week (2026-11-30) - [ ] send it due:2026-11-30
        next month (2026-12-23) - [ ] send it due:2026-12-23
        next year (2027-11-23) - [ ] send it due:2027-11-23
    "#]],
    );
    check("overdue:$0", &expect![[r#""#]]);
}

#[test]
fn nothing_is_offered_in_code_comments_math_and_escapes() {
    for text in [
        "`[[Ada$0`",
        "`[[Ada$0",
        "```\n[[Ada$0\n```\n",
        "```\n[[Ada$0",
        "    [[Ada$0",
        "<!-- [[Ada$0 -->",
        "<!-- [[Ada$0",
        "%% [[Ada$0 %%",
        "$$\n[[Ada$0\n$$\n",
        "\\[[Ada$0",
        "[[Ada|Ada$0",
        "[[Ada]] $0",
        "plain$0",
        "```\n@ada$0\n```\n",
        "`x #ma$0`",
        "```\n[x](ada$0)\n```\n",
        "```\n## 2026-11-23 ca$0\n```\n",
    ] {
        let labels = labels("note.md", text);
        let is_open_span = text == "`[[Ada$0";
        assert_eq!(labels.is_empty(), !is_open_span, "{text}: {labels}");
    }
}

#[test]
fn iw290_characters_of_many_bytes_before_the_link_do_no_harm() {
    check(
        "測定 é😀 [[Zoë$0",
        &expect![[r#"
            Zoë Müller (inner) 測定 é😀 [[Zoë Müller]]
            Zoë (new contact) (creates the contact) 測定 é😀 [[Zoë]]
            and more
        "#]],
    );
}

#[test]
fn zk667_a_cursor_past_the_end_is_at_the_end() {
    let vault = TestVault::new(&format!("{PEOPLE}//- n.md\n[[zoe"));
    let note = vault.vault.id("n.md").expect("it is there");
    let answer = completion(vault.world(), FilePosition { note, offset: 99 });
    assert_eq!(answer.items[0].label, "Zoë Müller");
}

#[test]
fn the_answer_is_bounded_and_says_so() {
    let people = (0..150).map(|n| (format!("people/p{n:03}.md"), format!("# Person {n:03}\n")));
    let files = people.chain([("n.md".to_owned(), "[[person".to_owned())]);
    let vault = TestVault::from_files(files);
    let note = vault.vault.id("n.md").expect("it is there");
    let answer = completion(vault.world(), FilePosition { note, offset: 8 });
    assert_eq!((answer.items.len(), answer.is_incomplete), (100, true));
    assert_eq!(answer.items[0].label, "Person 000");
}

#[test]
fn a_close_person_is_not_lost_among_many_that_match() {
    let people = (0..600).map(|n| (format!("people/p{n:03}.md"), format!("# Person {n:03}\n")));
    let close = "---\nname: Personne, Zoe\ncircle: close\n---\n".to_owned();
    let files = people.chain([
        ("people/zoe.md".to_owned(), close),
        ("n.md".to_owned(), "[[person".to_owned()),
    ]);
    let vault = TestVault::from_files(files);
    let note = vault.vault.id("n.md").expect("it is there");
    let answer = completion(vault.world(), FilePosition { note, offset: 8 });
    assert_eq!(answer.items[0].label, "Personne, Zoe");
}

#[test]
fn missing_keys_are_offered_in_the_order_of_the_vocabulary() {
    check_contact(
        "---\nname: X\ncir$0\n---\n",
        &expect![[r#"
        circle (a circle) circle: 
    "#]],
    );
    check_contact(
        "---\nname: X\nna$0me_parts: {}\n---\n",
        &expect![[r#"
        name_parts (map of family, given, middle, prefix, suffix, family2, generation) name_parts: {}
        languages (list of language tags) languages: {}
        anniversary (date, or a part of one: 2026-11-23, 2026-11, --11-23) anniversary: {}
    "#]],
    );
    check_contact(
        "---\nfoll$0",
        &expect![[r#"
        follow_up (map of date, about) follow_up:⏎  
    "#]],
    );
    expect!["kind, uid, name_parts, aliases, pronouns, gender, emails, phones, chats, socials, urls, addresses, org, department, title, role, location, geo, timezone, birthday, anniversary, died, dates, languages, photo, logo, sound, key, status, circle, cadence, snooze, follow_up, met, knows, household, interests, hobbies, offers, needs, background, x"].assert_eq(&labels("people/x.md", "---\nname: X\ntags: []\n$0\n---\n"));
    expect![
        "kind, uid, aliases, tags, date, at, url, purpose, people, host, goals, repeats, status, x"
    ]
    .assert_eq(&labels("events/x.md", "---\nname: X\n$0\n---\n"));
    expect!["kind, uid, name, aliases, tags, x"].assert_eq(&labels("x.md", "---\n$0\n---\n"));
}

#[test]
fn keys_of_maps_are_offered_inside_them() {
    check_contact(
        "---\nmet: {da$0\n---\n",
        &expect![[r#"
        date (date, or a part of one: 2026-11-23, 2026-11, --11-23) met: {date: 
    "#]],
    );
    check_contact(
        "---\nmet: {date: 2024-05-03, $0}\n---\n",
        &expect![[r#"
        at (links to notes of kind event, or words) met: {date: 2024-05-03, at: }
        how (strategy, serendipity) met: {date: 2024-05-03, how: }
        through (links to contacts, or names) met: {date: 2024-05-03, through: }
        because (text) met: {date: 2024-05-03, because: }
    "#]],
    );
    check_contact(
        "---\nmet:\n  date: 2024-05-03\n  $0\n---\n",
        &expect![[r#"
            at (links to notes of kind event, or words)   at: 
            how (strategy, serendipity)   how: 
            through (links to contacts, or names)   through: 
            because (text)   because: 
        "#]],
    );
    check_contact(
        "---\nmet:\n  ho$0w: strategy\n---\n",
        &expect![[r#"
        how (strategy, serendipity)   how: strategy
        through (links to contacts, or names)   through: strategy
    "#]],
    );
    check_contact(
        "---\nfollow_up:\n  a$0\nname: X\n---\n",
        &expect![[r#"
        about (text)   about: 
        date (day, 2026-11-23)   date: 
    "#]],
    );
    check_contact(
        "---\nemails: [{va$0}]\n---\n",
        &expect![[r#"
        value (text) emails: [{value: }]
    "#]],
    );
}

#[test]
fn circles_cadences_choices_and_languages_are_values() {
    check_contact(
        "---\ncircle: $0\n---\n",
        &expect![[r#"
        inner (every 1 week, 1 of 5 people) circle: inner
        close (every 1 month, 1 of 15 people) circle: close
        active (every 3 months, 1 of 50 people) circle: active
        wide (every 1 year, 0 of 150 people) circle: wide
    "#]],
    );
    check_contact(
        "---\ncircle:$0\n---\n",
        &expect![[r#"
        inner (every 1 week, 1 of 5 people) circle: inner
        close (every 1 month, 1 of 15 people) circle: close
        active (every 3 months, 1 of 50 people) circle: active
        wide (every 1 year, 0 of 150 people) circle: wide
    "#]],
    );
    check_contact(
        "---\ncircle: cl$0ose # c\n---\n",
        &expect![[r#"
        close (every 1 month, 2 of 15 people) circle: close # c
    "#]],
    );
    check_contact(
        "---\ncircle: \"cl$0\n---\n",
        &expect![[r#"
        close (every 1 month, 1 of 15 people) circle: "close"
    "#]],
    );
    check_contact(
        "---\ncadence: 3$0\n---\n",
        &expect![[r#"
        3 months cadence: 3 months
    "#]],
    );
    check_contact(
        "---\nstatus: $0\n---\n",
        &expect![[r#"
        wish status: wish
        active status: active
        closed status: closed
    "#]],
    );
    check_contact(
        "---\nmet: {how: s$0}\n---\n",
        &expect![[r#"
        strategy met: {how: strategy}
        serendipity met: {how: serendipity}
    "#]],
    );
    check_contact(
        "---\nlanguages: [en, germ$0]\n---\n",
        &expect![[r#"
        de (German) languages: [en, de]
    "#]],
    );
    check_contact(
        "---\nemails: [{value: x, label: $0}]\n---\n",
        &expect![[r#"
            work emails: [{value: x, label: work}]
            home emails: [{value: x, label: home}]
            mobile emails: [{value: x, label: mobile}]
            school emails: [{value: x, label: school}]
            other emails: [{value: x, label: other}]
        "#]],
    );
}

#[test]
fn days_are_offered_by_their_words() {
    check_contact(
        "---\nsnooze: $0\n---\n",
        &expect![[r#"
        today (2026-11-23) snooze: 2026-11-23
        tomorrow (2026-11-24) snooze: 2026-11-24
        in three days (2026-11-26) snooze: 2026-11-26
        next week (2026-11-30) snooze: 2026-11-30
        in two weeks (2026-12-07) snooze: 2026-12-07
        next month (2026-12-23) snooze: 2026-12-23
        in three months (2027-02-23) snooze: 2027-02-23
        next year (2027-11-23) snooze: 2027-11-23
    "#]],
    );
    check_contact(
        "---\nfollow_up: {date: tom$0}\n---\n",
        &expect![[r#"
        tomorrow (2026-11-24) follow_up: {date: 2026-11-24}
    "#]],
    );
    check_contact(
        "---\nmet:\n  date: 2026-11-2$0\n---\n",
        &expect![[r#"
        today (2026-11-23)   date: 2026-11-23
        yesterday (2026-11-22)   date: 2026-11-22
    "#]],
    );
    check_contact("---\nbirthday: $0\n---\n", &expect![[r#""#]]);
}

#[test]
fn links_are_quoted_where_yaml_wants_it() {
    check_contact(
        "---\norg: $0\n---\n",
        &expect![[r#"
        Analytical Engines (organization) org: "[[Analytical Engines]]"
        Straße & Söhne (organization) org: "[[Straße & Söhne]]"
    "#]],
    );
    check_contact(
        "---\norg: eng$0\n---\n",
        &expect![[r#"
        Analytical Engines (organization) org: "[[Analytical Engines]]"
    "#]],
    );
    check_contact(
        "---\norg: [[eng$0\n---\n",
        &expect![[r#"
            Analytical Engines (organization) org: "[[Analytical Engines]]"
            eng (new organization) (creates the organization) org: "[[eng]]"
            and more
        "#]],
    );
    check_contact(
        "---\norg: [[eng$0]]\n---\n",
        &expect![[r#"
            Analytical Engines (organization) org: "[[Analytical Engines]]"
            eng (new organization) (creates the organization) org: "[[eng]]"
            and more
        "#]],
    );
    check_contact(
        "---\norg: \"[[eng$0\n---\n",
        &expect![[r#"
            Analytical Engines (organization) org: "[[Analytical Engines]]"
            eng (new organization) (creates the organization) org: "[[eng]]"
            and more
        "#]],
    );
    check_contact(
        "---\norg: '[[eng$0]]'\n---\n",
        &expect![[r#"
            Analytical Engines (organization) org: '[[Analytical Engines]]'
            eng (new organization) (creates the organization) org: '[[eng]]'
            and more
        "#]],
    );
    check_contact(
        "---\norg: \"eng$0\"\n---\n",
        &expect![[r#"
        Analytical Engines (organization) org: "[[Analytical Engines]]"
    "#]],
    );
}

#[test]
fn links_are_completed_in_lists_of_both_styles() {
    check_contact(
        "---\nknows: [\"[[Adam]]\", \"[[zo$0\n---\n",
        &expect![[r#"
            Zoë Müller (inner) knows: ["[[Adam]]", "[[Zoë Müller]]"
            zo (new contact) (creates the contact) knows: ["[[Adam]]", "[[zo]]"
            and more
        "#]],
    );
    check_contact(
        "---\nknows: [[[zo$0]\n---\n",
        &expect![[r#"
            Zoë Müller (inner) knows: ["[[Zoë Müller]]"
            zo (new contact) (creates the contact) knows: ["[[zo]]"
            and more
        "#]],
    );
    check_contact(
        "---\nknows: [zo$0]\n---\n",
        &expect![[r#"
        Zoë Müller (inner) knows: ["[[Zoë Müller]]"]
    "#]],
    );
    check_contact(
        "---\nknows:\n- zo$0\n---\n",
        &expect![[r#"
        Zoë Müller (inner) - "[[Zoë Müller]]"
    "#]],
    );
    check_contact(
        "---\nknows:\n  zo$0\n---\n",
        &expect![[r#"
        Zoë Müller (inner)   - "[[Zoë Müller]]"
    "#]],
    );
    check_contact(
        "---\nknows:\n  - to: zo$0\n    as: x\n---\n",
        &expect![[r#"
            Zoë Müller (inner)   - to: "[[Zoë Müller]]"
        "#]],
    );
    check_contact(
        "---\nmet: {through: zo$0\n---\n",
        &expect![[r#"
        Zoë Müller (inner) met: {through: "[[Zoë Müller]]"
    "#]],
    );
    check_contact(
        "---\nmet:\n  at: soi$0\n---\n",
        &expect![[r#"
        Royal Society soirée (2026-12-01)   at: "[[Royal Society soirée]]"
    "#]],
    );
    check_at(
        "events/x.md",
        "---\npeople: [\n  zo$0\n]\ngoals: []\n---\n",
        &expect![[r#"
            Zoë Müller (inner)   "[[Zoë Müller]]"
        "#]],
    );
    check_at(
        "events/x.md",
        "---\ngoals: dem$0\n---\n",
        &expect![[r#"
        A demonstration (goal) goals: "[[A demonstration]]"
    "#]],
    );
}

#[test]
fn tags_and_words_in_use_are_offered() {
    check_contact(
        "---\ntags: [mu$0]\n---\n",
        &expect![[r#"
            music (1 note) tags: [music]
        "#]],
    );
    check_contact(
        "---\ntags:\n  - $0\n---\n",
        &expect![[r#"
        mathematics (2 notes)   - mathematics
        music (1 note)   - music
    "#]],
    );
    check_contact(
        "---\noffers: [$0\n---\n",
        &expect![[r#"
        proof reading (1 note) offers: [proof reading
    "#]],
    );
    check_contact(
        "---\nlocation: $0\n---\n",
        &expect![[r#"
        Köln (1 note) location: Köln
        London (1 note) location: London
    "#]],
    );
    check_contact("---\nname: $0\n---\n", &expect![[r#""#]]);
}

#[test]
fn comments_block_texts_and_finished_values_offer_nothing() {
    for text in [
        "---\n# cir$0\n---\n",
        "---\ncircle: close # cl$0\n---\n",
        "---\ntags: [a] $0\n---\n",
        "---\nmet: {how: strategy} $0\n---\n",
        "---\nname: |\n  cir$0\n---\n",
        "---\nunknown: $0\n---\n",
    ] {
        assert_eq!(labels("people/x.md", text), "", "{text}");
    }
    assert!(labels("people/x.md", "---\nname: |\n  [[zo$0\n---\n").starts_with("Zoë"));
}

#[test]
fn documentation_is_the_note_at_a_glance_or_what_a_key_means() {
    let vault = TestVault::new(PEOPLE);
    let world = vault.world();
    let ada = vault.vault.id("people/ada.md");
    let glance = resolve_completion(world, ada, None).expect("there is a note");
    assert!(glance.starts_with("**Ada Lovelace**"), "{glance}");
    expect![[r#"
        **met** · map of `date`, `at`, `how`, `through`, `because`

        How it began: `date`, `at`, `how` (strategy or serendipity), `through`, `because`.

        vCard, iCalendar: `X-TIES-MET`"#]]
    .assert_eq(&resolve_completion(world, None, Some("met")).unwrap_or_default());
    expect![[r#"
        **how** · `strategy`, `serendipity`

        Whether you set out to meet (`strategy`) or chance did it (`serendipity`).

        vCard, iCalendar: `X-TIES-MET`"#]]
    .assert_eq(&resolve_completion(world, None, Some("met.how")).unwrap_or_default());
    assert_eq!(resolve_completion(world, None, Some("nothing")), None);
}

#[test]
fn every_key_that_is_offered_can_be_explained() {
    for path in [
        "people/x.md",
        "events/x.md",
        "goals/x.md",
        "orgs/x.md",
        "x.md",
    ] {
        for text in [
            "---\n$0\n---\n",
            "---\nmet: {$0}\n---\n",
            "---\nknows: [{$0}]\n---\n",
        ] {
            let vault = TestVault::new(&format!("//- {path}\n{text}"));
            for item in completion(vault.world(), vault.cursor()).items {
                let meaning = resolve_completion(vault.world(), None, item.key);
                assert!(
                    meaning.is_some_and(|it| it.contains(&item.label)),
                    "{item:?}"
                );
            }
        }
    }
}
