//! The program from outside: what each command says and does, and what it refuses.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

#[path = "../common/mod.rs"]
mod common;

mod backfill;
mod check;
mod edit;
mod export;
mod follow_ups;
mod hooks;
mod identity;
mod journal;
mod merge;
mod merge_driver;
mod notes;
mod output;
mod refusals;
mod states;
mod strategy;
mod sync;
mod timeline;

/// Two people, an organization, an event.
const PEOPLE: &str = r#"
//- people/ada-lovelace.md
---
name: Ada Lovelace
aliases: [Countess]
emails: [ada@example.org]
org: "[[Analytical Engines]]"
title: Mathematician
circle: close
tags: [mathematics]
---
# Ada Lovelace

Met [[Charles Babbage]] in London.
//- people/charles-babbage.md
---
name: Charles Babbage
uid: urn:uuid:2a5c
cadence: 3 months
---
# Charles Babbage
//- organizations/analytical-engines.md
# Analytical Engines
//- events/soiree.md
---
name: Royal Society soirée
date: 2026-11-20
people: ["[[Ada Lovelace]]"]
---
"#;
