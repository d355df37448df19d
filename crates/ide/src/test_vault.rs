//! A whole vault from one string, for the tests of every feature.

use std::fmt::Write as _;

use std::{collections::BTreeMap, sync::Arc};

use jiff::civil::{Date, date};
use journal::Timeline;
use network::World;
use note::edit;
use vault::{Config, NoteId, SourceChange, TextSource, Vault};

use crate::FilePosition;

/// The day it is in every test: a Monday.
pub(crate) const TODAY: Date = date(2026, 11, 23);

/// Notes, their texts and a journal.
pub(crate) struct TestVault {
    pub(crate) vault: Vault,
    pub(crate) texts: Texts,
    pub(crate) timeline: Option<Timeline>,
    cursor: Option<(String, std::ops::Range<usize>)>,
}

/// Texts by path.
#[derive(Clone, Debug, Default)]
pub(crate) struct Texts(pub(crate) BTreeMap<String, Arc<str>>);

impl TextSource for Texts {
    fn text(&self, path: &str) -> Option<Arc<str>> {
        self.0.get(path).cloned()
    }
}

impl TestVault {
    /// Reads a fixture.
    pub(crate) fn new(fixture: &str) -> Self {
        let fixture = fixture::parse(fixture);
        let cursor = fixture
            .cursor
            .map(|(file, range)| (fixture.files[file].0.clone(), range));
        Self {
            cursor,
            ..Self::from_files(fixture.files)
        }
    }

    pub(crate) fn from_files(files: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut vault = Vault::new(Config::default());
        let mut texts = Texts::default();
        for (path, text) in files {
            vault.set(&path, &text);
            texts.0.insert(path, text.into());
        }
        Self {
            vault,
            texts,
            timeline: None,
            cursor: None,
        }
    }

    pub(crate) fn world(&self) -> World<'_> {
        World {
            vault: &self.vault,
            timeline: self.timeline.as_ref(),
            today: TODAY,
            texts: &self.texts,
        }
    }

    /// Returns where `$0` was.
    pub(crate) fn cursor(&self) -> FilePosition {
        let (path, range) = self.cursor.as_ref().expect("the fixture marks a cursor");
        FilePosition {
            note: self.vault.id(path).expect("the file is a note"),
            offset: range.start as u32,
        }
    }

    /// Returns what the two `$0` mark, or the empty range at the one.
    pub(crate) fn selection(&self) -> note::Span {
        let (_, range) = self.cursor.as_ref().expect("the fixture marks a selection");
        note::Span::from(range.clone())
    }

    pub(crate) fn text(&self, note: NoteId) -> Arc<str> {
        let path = &*self.vault.note(note).path;
        self.texts.0[path].clone()
    }

    /// Returns the files as `change` leaves them, all of them.
    pub(crate) fn after(&self, change: &SourceChange) -> BTreeMap<String, String> {
        let mut files: BTreeMap<String, String> = self
            .texts
            .0
            .iter()
            .map(|(path, text)| (path.clone(), text.to_string()))
            .collect();
        for (path, edits) in &change.edits {
            assert!(edits.is_sorted(), "edits of {path} are sorted");
            let text = &files[&**path];
            let text = edit::apply(text, edits).expect("the edits fit the text");
            files.insert(path.to_string(), text);
        }
        for (path, text) in &change.creates {
            let old = files.insert(path.to_string(), text.clone());
            assert_eq!(old, None, "{path} is new");
        }
        for (from, to) in &change.moves {
            let text = files.remove(&**from).expect("what is moved is there");
            let old = files.insert(to.to_string(), text);
            assert_eq!(old, None, "nothing is at {to}");
        }
        for (path, text) in &change.removes {
            let old = files.remove(&**path);
            assert_eq!(old.as_ref(), Some(text), "{path} is removed as it was read");
        }
        files
    }

    /// Shows the files that `change` alters, as they are afterwards.
    pub(crate) fn show(&self, change: &SourceChange) -> String {
        let mut shown = String::new();
        for (path, text) in self.after(change) {
            let unchanged = self.texts.0.get(&path).is_some_and(|old| **old == *text);
            if !unchanged {
                let _ = write!(shown, "//- {path}\n{text}");
            }
        }
        shown
    }
}
