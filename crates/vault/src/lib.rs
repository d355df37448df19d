//! Many notes: kinds, names, an index of everything that links can reach, resolution, backlinks.
//!
//! [`Vault`] is the one owner of the index. Adding, replacing, removing or moving one note costs what that note
//! touches, never the size of the vault, and leaves exactly the index that a fresh load gives. Only [`load`] reads the
//! disk. Nothing here knows git, LSP or the terminal. Paths are relative to the vault's root, with `/`.

mod bare_names;
pub mod change;
pub mod config;
mod few;
pub mod index;
pub mod load;
mod packed_note;
pub mod path;
mod properties;
pub mod resolve;
mod search;

pub use change::SourceChange;
pub use config::{Circle, Config, Severity};
pub use index::{NameEntry, NameSource, NoteData, NoteId, Vault, kind_of_place};
pub use packed_note::PackedNote;
pub use resolve::Resolution;

use std::sync::Arc;

/// Where the text of a note that is not open anywhere comes from; implemented at the edge.
pub trait TextSource: Send + Sync {
    /// Returns the text of the note at `path` as it is now, `None` where it cannot be read.
    fn text(&self, path: &str) -> Option<Arc<str>>;
}
