//! A change to several files that is made whole or not at all.

use std::collections::BTreeMap;

use note::TextEdit;

/// Edits, new files, moves and removals. Edits name files by their paths *before* any move.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct SourceChange {
    /// Edits of each file, sorted, not overlapping.
    pub edits: BTreeMap<Box<str>, Vec<TextEdit>>,
    /// Files to create with their text. A file that exists is an error, never overwritten.
    pub creates: Vec<(Box<str>, String)>,
    /// Files to move, from and to. A target that exists is an error.
    pub moves: Vec<(Box<str>, Box<str>)>,
    /// Files to remove, each with the text it must still have. None of them is edited or moved.
    pub removes: Vec<(Box<str>, String)>,
}

impl SourceChange {
    /// Returns a change of one file.
    pub fn edit(path: &str, edits: Vec<TextEdit>) -> Self {
        Self {
            edits: BTreeMap::from([(path.into(), edits)]),
            ..Self::default()
        }
    }

    /// Returns whether nothing would change.
    pub fn is_empty(&self) -> bool {
        self.edits.is_empty()
            && self.creates.is_empty()
            && self.moves.is_empty()
            && self.removes.is_empty()
    }
}
