//! Tests across rules: silence, severities, order, hard inputs, the tone and the manual.

use std::fmt::Write;

use expect_test::{expect, expect_file};
use note::Span;
use vault::load::{Unreadable, UnreadableCause};

use crate::{
    Severity, check_config, check_note, check_vault,
    rules::{self, Group},
    testing::{Fixture, check, check_all},
    unreadable,
};

#[test]
fn an_empty_vault_has_no_diagnostics() {
    check_all("//- ties.toml\n", expect![[""]]);
}

/// What people have in folders of other programs.
const OBSIDIAN: &str = r#"
//- Daily/2026-11-20.md
---
created: 2026-11-20T08:00
date: 2026-11-20
cssclass: [wide, dark]
cssclasses: wide
publish: false
nmae: x
aliases: [Friday]
---
# 2026-11-20
[[2026-11-19]] [[Projects/Nothing#Heading]] [x](missing.md) ![[Pasted image.png]] [[#Nowhere]] [[^none]]
- [ ] buy milk due:tomorrow
- [ ] buy bread due:2026-11-01
- 2026-11-20 call with the bank
%% [[comment]] %%
//- Meetings/standup.md
---
type: meeting-note
title: Standup
attendees: [[Ada]]
date: whenever
rating:: 5
tag: [a, b
---
due:: 2026-11-01
```dataview
TABLE date FROM [[Nothing]]
```
//- Templates/person.md
---
title: {{title}}
date: {{date}}
<% tp.file.cursor() %>
tags: [{{tag}}]
name: a
name: b
---
[[{{link}}]]
//- Notes/Broken.md
---
title: A: B: C
 bad: [
"unclosed
---
//- Notes/a.md
# Same
//- Notes/b.md
# Same
[[Same]] [[{{x}}]]
//- Goals.md
# Goals
- [ ] [[Nobody]] due:2020-01-01
//- journal
"#;

#[test]
fn another_programs_vault_has_no_diagnostics() {
    check_all(OBSIDIAN, expect![[""]]);
}

#[test]
fn people_without_a_rhythm_are_not_nagged() {
    check_all(
        "
//- People/Ada.md
---
tags: [person]
created: 2020-01-01
---
Met at the [[Café]].
//- Café.md
//- journal
",
        expect![[""]],
    );
}

#[test]
fn broken_front_matter_is_told_where_it_breaks_and_the_rest_is_read() {
    check_all(
        "
//- people/ada.md
---
name: Ada
org: [Engines
cadence: sometimes
---
",
        expect![[r#"
            error[front-matter-syntax] people/ada.md:3 |[Engines| the `[` of `org` is not closed
            error[invalid-value] people/ada.md:4 |sometimes| `sometimes` is not a cadence
              help: write `30d`, `2w`, `3 months`, `1 year` or `never`
        "#]],
    );
}

#[test]
fn plain_notes_of_a_vault_with_settings_are_judged() {
    check(
        "front-matter-syntax",
        "//- note.md\n---\ntitle: \"A\nother: 1\n---\n//- ties.toml\n",
        expect![[r#"
            error[front-matter-syntax] note.md:2 |"A| the `"` of `title` is not closed
        "#]],
    );
}

#[test]
fn a_note_and_the_settings_silence_rules() {
    let note = "//- people/ada.md\n---\ncircle: close\n---\n[[Nobody]]\n";
    check_all(
        &format!("{note}<!-- ties: ignore no-way-to-reach unresolved-link follow-up-soon -->\n"),
        expect![[""]],
    );
    check_all(
        &format!(
            "{note}//- ties.toml\n[diagnostics]\nno-way-to-reach = false\nunresolved-link = \"error\"\nfollow-up-soon = \"off\"\n"
        ),
        expect![[r#"
            error[unresolved-link] people/ada.md:4 |[[Nobody]]| no note is called `Nobody`
              help: mend the name, or create the note
              fix: create `people/nobody.md` (NeedsConsent)
        "#]],
    );
}

#[test]
fn settings_silence_what_is_said_of_them_and_of_files() {
    let fixture = Fixture::new(
        "//- ties.toml\nnonsense = 1\n[diagnostics]\nunreadable-note = \"off\"\nmisspelled-key = \"off\"\nnope = \"off\"\n",
    );
    let file = || Unreadable {
        path: "a.md".to_owned(),
        cause: UnreadableCause::NotUtf8(3),
    };
    assert_eq!(check_config(fixture.world(), &fixture.problems), []);
    assert_eq!(
        check_vault(fixture.world(), &fixture.problems, &[file()]),
        []
    );
    assert_eq!(unreadable(fixture.world(), &file()), None);
}

#[test]
fn unreadable_files_are_told_by_path_with_what_to_do() {
    let fixture = Fixture::new("//- ties.toml\n[diagnostics]\nunreadable-note = \"warning\"\n");
    let file = |path: &str, cause| Unreadable {
        path: path.to_owned(),
        cause,
    };
    let files = [
        file("b.md", UnreadableCause::NotUtf8(3)),
        file("a.md", UnreadableCause::TooLarge { size: 9, limit: 8 }),
    ];
    let found = check_vault(fixture.world(), &[], &files);
    let told: Vec<_> = found.iter().map(|it| (&*it.path, &*it.message)).collect();
    assert_eq!(
        told,
        [
            (
                "a.md",
                "9 bytes, more than the 8 that `max_note_size` allows"
            ),
            ("b.md", "not UTF-8: byte 3 begins no character"),
        ]
    );
    let one = unreadable(fixture.world(), &files[0]).expect("it is told");
    assert_eq!(one.severity, Severity::Warning);
    assert_eq!(one.span, Span::at(0));
    assert!(one.help.is_some());
}

#[test]
fn a_removed_note_has_none() {
    let mut fixture = Fixture::new("//- people/a.md\n[[Nobody]]\n");
    let id = fixture.vault.id("people/a.md").expect("it is there");
    assert_eq!(check_note(fixture.world(), id).len(), 1);
    fixture.vault.remove("people/a.md");
    assert_eq!(check_note(fixture.world(), id), []);
}

/// A vault in which nearly every rule speaks.
const BUSY: &str = "
//- people/ada.md
---
name: Ada
birtday: 1815-12-10
birthday: 1815-11-25
emails: [ada@example.org, nonsense]
circle: inner
circle: inner
knows: [Nobody, '[[Twin]]']
tags: [a
met: {date: 2020-01-01}
---
- 2026-10-01 call
- [ ] send it due:2026-11-01
- [ ] send that due:2026-11-24
[[Nothing]] [[#Nowhere]] [[Twin]]
//- people/bob.md
---
name: Bob
email: ada@example.org
circle: inner
---
//- people/cy.md
---
met: {date: 2026-11-01}
---
//- people/dee.md
---
follow_up: 2026-11-24
cadence: 1 year
---
//- people/t1.md
# Twin
//- people/t2.md
# Twin
//- goals/boat.md
---
for: other
by: 2026-11-01
---
//- events/fair.md
---
date: 2026-12-01
purpose: network
people: [\"[[Ada]]\"]
---
//- ties.toml
[circles.inner]
capacity = 1
cadence = \"1 week\"
//- journal
2020-01-01 call people/gone.md
2026-09-30 email people/ada.md gave:a gave:b gave:c gave:d
";

#[test]
fn every_rule_but_that_of_files_speaks_in_a_busy_vault() {
    let mut fixture = Fixture::new(BUSY);
    let timeline = fixture.timeline.as_mut().expect("there is a journal");
    let mut lost = timeline.interactions().iter().cloned().collect::<Vec<_>>();
    for lost in &mut lost {
        lost.record.id = format!("lost-{}", lost.record.id).into();
    }
    timeline.set_lost(lost);
    let found = fixture.diagnostics();
    let silent: Vec<_> = rules::all()
        .iter()
        .map(|rule| rule.code)
        .filter(|code| found.iter().all(|diagnostic| diagnostic.code != *code))
        .collect();
    assert_eq!(silent, ["unreadable-note"]);
}

#[test]
fn diagnostics_are_sorted_and_lie_in_the_text() {
    for vault in [BUSY, OBSIDIAN] {
        let fixture = Fixture::new(vault);
        for id in fixture.vault.ids() {
            let found = check_note(fixture.world(), id);
            let path = &fixture.vault.note(id).path;
            let mut of_vault = fixture.diagnostics();
            of_vault.retain(|diagnostic| diagnostic.path == *path);
            assert_eq!(found, of_vault, "one note alone and among all");
            assert!(found.is_sorted_by_key(|it| (it.span, it.code)));
            let end = fixture.vault.note(id).note.lines.text_len();
            assert!(found.iter().all(|it| it.span.end <= end));
        }
    }
}

#[test]
fn messages_begin_small_have_no_full_stop_and_do_not_blame() {
    let blame = [
        "you failed",
        "forgot",
        "neglect",
        "should have",
        "must have",
        "bad ",
        "wrong",
    ];
    for diagnostic in Fixture::new(BUSY).diagnostics() {
        let help = diagnostic.help.as_deref();
        let title = diagnostic.fix.as_ref().map(|fix| fix.title.as_str());
        for said in [Some(diagnostic.message.as_str()), help, title]
            .into_iter()
            .flatten()
        {
            assert!(!said.starts_with(char::is_uppercase), "{said}");
            assert!(!said.ends_with('.'), "{said}");
            assert!(!blame.iter().any(|word| said.contains(word)), "{said}");
            assert!(!said.contains(char::is_control), "{said:?}");
        }
    }
}

#[test]
fn no_text_cut_short_panics() {
    let (notes, journal) = BUSY.split_once("//- journal").expect("it has a journal");
    for (end, _) in notes.char_indices() {
        let cut = format!("//- journal{journal}//- cut.md\n{}", &notes[..end]);
        Fixture::new(&cut).diagnostics();
    }
}

#[test]
fn every_rule_has_a_page_and_a_code_of_its_own() {
    let codes: std::collections::BTreeSet<_> = rules::all().iter().map(|rule| rule.code).collect();
    assert_eq!(codes.len(), rules::all().len());
    for rule in rules::all() {
        let page = rule.page();
        assert!(page.lines().count() >= 5, "{}", rule.code);
        assert!(page.contains(&format!("{} = \"off\"", rule.code)), "{page}");
        assert!(!page.contains("//"), "{page}");
    }
}

#[test]
fn the_manual_lists_every_rule() {
    expect_file!["../../../docs/diagnostics.md"].assert_eq(&manual());
}

/// Returns the text of `docs/diagnostics.md`.
fn manual() -> String {
    let mut out = String::from(
        "<!-- Written from the headers in crates/check/src/rules; `UPDATE_EXPECT=1 cargo test -p check` rewrites it. -->\n\
         # Diagnostics\n\n\
         What `ties check` and the editor say about a vault. Each diagnostic has a code that stays, a severity that\n\
         `ties.toml` can change, and a fix where one exists. They are of two groups: *Writing* is about mistakes in what is\n\
         written, *Tending* about people worth a thought.\n\n\
         A folder without a `ties.toml` may belong to another program. Its plain notes are never judged, and Tending speaks\n\
         only of contacts with a circle, a cadence, a follow-up or an interaction, and of their birthdays and promises.\n\n\
         ## Switching them off\n\n\
         In `ties.toml`, for the whole vault; a severity is `error`, `warning`, `info`, `hint` or `off`:\n\n\
         ```toml\n\
         [diagnostics]\n\
         unresolved-link = \"hint\"\n\
         no-way-to-reach = \"off\"\n\
         ```\n\n\
         In a note, for that note, by one or several codes:\n\n\
         ```markdown\n\
         <!-- ties: ignore unresolved-link no-way-to-reach -->\n\
         ```\n\n\
         ## Codes\n\n\
         | code | severity | |\n\
         | --- | --- | --- |\n",
    );
    for rule in rules::all() {
        let first = first_sentence(rule.header());
        let _ = writeln!(
            out,
            "| [`{0}`](#{0}) | {1} | {first} |",
            rule.code,
            word(rule.severity)
        );
    }
    for group in [Group::Writing, Group::Tending, Group::Strategy] {
        let _ = writeln!(out, "\n## {}", group.title());
        for rule in rules::all().iter().filter(|rule| rule.group == group) {
            let _ = write!(
                out,
                "\n### {}\n\nSeverity: {}.\n\n{}",
                rule.code,
                word(rule.severity),
                rule.header()
            );
        }
    }
    out
}

fn first_sentence(page: String) -> String {
    let paragraph = page
        .split("\n\n")
        .next()
        .unwrap_or_default()
        .replace('\n', " ");
    let end = paragraph
        .find(". ")
        .or(paragraph.find(": "))
        .unwrap_or(paragraph.len());
    paragraph[..end].trim_end_matches(['.', ':']).to_owned()
}

fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
        Severity::Hint => "hint",
    }
}
