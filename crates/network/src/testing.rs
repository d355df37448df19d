//! A small world for tests: a fixture of notes, interactions as lines, and a day.

use std::sync::Arc;

use jiff::civil::Date;
use journal::{Interaction, Record, Timeline, timeline::NoteHistory};
use note::{ContactId, value::When};
use vault::{Config, NoteId, TextSource, Vault};

use crate::World;

pub(crate) struct Fixture {
    pub(crate) vault: Vault,
    pub(crate) timeline: Timeline,
    pub(crate) today: Date,
}

struct NoTexts;

impl TextSource for NoTexts {
    fn text(&self, _: &str) -> Option<Arc<str>> {
        None
    }
}

pub(crate) fn day(text: &str) -> Date {
    note::value::parse_day(text).expect("a day")
}

impl Fixture {
    /// Takes notes (a file `ties.toml` among them is the settings) and interactions, one a line: `2026-11-01 call
    /// people/a.md people/b.md<uid>`, perhaps with `by:me`,
    /// `gave:x`, `received:x`. It is 2026-11-23.
    pub(crate) fn new(notes: &str, interactions: &str) -> Self {
        let files = fixture::parse(notes).files;
        let config = files.iter().find(|(path, _)| path == "ties.toml");
        let config = config.map_or_else(Config::default, |(_, text)| vault::config::parse(text).0);
        let mut vault = Vault::new(config);
        for (path, text) in files.iter().filter(|(path, _)| path != "ties.toml") {
            vault.set(path, text);
        }
        let lines = interactions.lines().filter(|line| !line.trim().is_empty());
        let records = lines
            .enumerate()
            .map(|(index, line)| to_interaction(index, line))
            .collect();
        let mut history = NoteHistory::default();
        history
            .first_commit
            .insert("people/committed.md".into(), day("2026-09-01"));
        history
            .moved
            .insert("people/old.md".into(), "people/new.md".into());
        Self {
            vault,
            timeline: Timeline::new(records, Vec::new(), history),
            today: day("2026-11-23"),
        }
    }

    pub(crate) fn world(&self) -> World<'_> {
        World {
            vault: &self.vault,
            timeline: Some(&self.timeline),
            today: self.today,
            texts: &NoTexts,
        }
    }

    pub(crate) fn id(&self, path: &str) -> NoteId {
        self.vault.id(path).expect(path)
    }
}

fn to_interaction(index: usize, line: &str) -> Interaction {
    let mut words = line.split_whitespace();
    let on = When::parse(words.next().expect("a day")).expect("a day");
    let kind = words.next().expect("a kind");
    let (mut initiated_by, mut gave, mut received) = (None, Vec::new(), Vec::new());
    let mut contacts = Vec::new();
    for word in words {
        match word.split_once(':') {
            Some(("by", who)) => initiated_by = journal::InitiatedBy::parse(who),
            Some(("gave", thing)) => gave.push(thing.into()),
            Some(("received", thing)) => received.push(thing.into()),
            _ => contacts.push(word),
        }
    }
    let contacts =
        contacts
            .into_iter()
            .map(|word| match word.trim_end_matches('>').split_once('<') {
                Some((path, uid)) => ContactId {
                    path: path.into(),
                    uid: Some(uid.into()),
                },
                None => ContactId {
                    path: word.into(),
                    uid: None,
                },
            });
    Interaction {
        commit: format!("{index:040x}").into(),
        record: Record {
            id: format!("id{index:010}").into(),
            revision: 1,
            retracted: false,
            kind: kind.into(),
            on,
            summary: kind.into(),
            body: "".into(),
            contacts: contacts.collect(),
            initiated_by,
            gave,
            received,
            event: None,
            goal: None,
            other: Vec::new(),
        },
    }
}
