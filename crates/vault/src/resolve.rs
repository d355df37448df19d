//! What a link reaches.
//!
//! All exact spellings first (path, name, alias, stem, in that order), then the same ranks folded. Two equally good
//! targets are ambiguous. A Markdown link that begins with `/` starts at the vault's root, any other at its own folder;
//! what escapes the vault matches nothing.

use crate::NoteId;

/// What a link reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// This note; its anchor is not looked at.
    Note(NoteId),
    /// One of these equally good notes, sorted by path.
    Ambiguous(Vec<NoteId>),
    /// Nothing.
    Unresolved,
    /// Something outside the vault's notes, never judged: a URL, or a file that is no note (`![](photo.jpg)`).
    External,
}

impl Resolution {
    /// Returns the note, if there is exactly one.
    pub fn note(&self) -> Option<NoteId> {
        match self {
            Self::Note(id) => Some(*id),
            _ => None,
        }
    }
}
