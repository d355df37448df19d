//! What holds for all rules, and a vault that never heard of ties.

use crate::{check_config, check_vault, rules, testing::Fixture};

/// An Obsidian vault: plain notes with keys of its plugins, templates, notes yet to be written, namesakes.
const OBSIDIAN: &str = r#"
//- Templates/Meeting.md
---
created: {{date}}
modified: <% tp.date.now("YYYY-MM-DD") %>
type: meeting-note
attendees: {{title}}
tags: [meeting]
---
# {{title}}
[[{{title}}]]
//- Daily/2026-11-20.md
---
date: 2026-11-20
cssclass: wide
publish: false
aliases: []
tags: daily, log
---
- [ ] water the plants 📅 2026-11-24
- [ ] call the bank due:2020-01-01
- [ ] something due:soon
- 2026-11-20 call: someone
[[Yet to be written]] [[Also not#Heading]] [[Untitled]] ![[image.png]] [x](missing.md)
%% a comment [[Nope]] %%
due:: 2026-11-20
//- Notes/Untitled.md
---
title: Untitled
status: in progress
rating: 5
on: false
name:
author: [[Someone]]
related: [[A]]
---
[[#No such heading]]
//- Notes/Old/Untitled.md
---
email: me@example.org
birthday: 13/13/2020
circle: x
kind: book
---
# Untitled
//- Notes/Reading.md
# Reading
```dataview
TABLE due FROM "Notes" WHERE [[X]]
```
//- index.md
A vault. [[Reading]] [[Untitled]]
"#;

#[test]
fn a_vault_that_never_heard_of_ties_gets_no_diagnostics() {
    for journal in ["", "//- journal\n2026-11-01 call people/x.md\n"] {
        let fixture = Fixture::new(&format!("{OBSIDIAN}{}", journal.replace("people/x.md", "")));
        let found = check_vault(fixture.world(), &[], &[]);
        assert!(found.is_empty(), "{found:#?}");
    }
}

#[test]
fn a_broken_front_matter_is_told_anywhere() {
    let fixture = Fixture::new("//- Notes/a.md\n---\ntitle: A: B\n---\n");
    let found = check_vault(fixture.world(), &[], &[]);
    let codes: Vec<_> = found.iter().map(|found| found.code).collect();
    assert_eq!(codes, ["front-matter-syntax"]);
}

#[test]
fn settings_change_severities() {
    let fixture = Fixture::new(
        "
//- people/a.md
---
circle: close
---
[[Nobody]]
//- ties.toml
[diagnostics]
unresolved-link = \"hint\"
no-way-to-reach = \"error\"
",
    );
    let found = check_vault(fixture.world(), &fixture.config_problems, &[]);
    let shown: Vec<_> = found.iter().map(|d| (d.code, d.severity)).collect();
    assert!(shown.contains(&("unresolved-link", crate::Severity::Hint)));
    assert!(shown.contains(&("no-way-to-reach", crate::Severity::Error)));
}

#[test]
fn without_settings_there_is_nothing_to_say_of_them() {
    let fixture = Fixture::new("//- a.md\n");
    assert_eq!(check_config(fixture.world(), &[]), []);
}

#[test]
fn every_rule_has_a_page_of_its_own() {
    for rule in rules::all() {
        assert!(
            rule.page.starts_with(&format!("# {}\n", rule.code)),
            "{}",
            rule.code
        );
        for part in ["**Example**", "**To mend it**", "**Settings**"] {
            assert!(rule.page.contains(part), "{} has no {part}", rule.code);
        }
        let same = rules::all().iter().filter(|other| other.code == rule.code);
        assert_eq!(same.count(), 1, "{}", rule.code);
        assert_eq!(
            rules::find(rule.code).map(|found| found.page),
            Some(rule.page)
        );
    }
}

#[test]
fn messages_blame_nobody() {
    let sources = rules::all().iter().map(|rule| rule.page);
    for page in sources {
        for word in [
            "you failed",
            "forgot",
            "neglect",
            "should have",
            "bad contact",
            "fault",
        ] {
            assert!(!page.contains(word), "{word} in {page}");
        }
    }
}
