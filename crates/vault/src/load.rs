//! Reading a vault from disk: the only place of this crate that does.
//!
//! Loading succeeds in part: the notes that could be read, and for each that could not, its path and the cause.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::{Config, TextSource, Vault, config::ConfigProblem};

/// A vault on disk, read.
#[derive(Debug)]
pub struct Loaded {
    /// The vault.
    pub vault: Vault,
    /// Files that are notes by their name but could not be read.
    pub unreadable: Vec<Unreadable>,
    /// What is wrong with `ties.toml`, and its text; empty and `None` where there is none.
    pub config_problems: Vec<ConfigProblem>,
    /// The text of `ties.toml`, `None` where there is none.
    pub config_text: Option<String>,
}

/// A file that could not be read.
#[derive(Debug)]
pub struct Unreadable {
    /// The path from the vault's root.
    pub path: String,
    /// The cause.
    pub cause: UnreadableCause,
}

/// Why a note could not be read.
#[derive(Debug, thiserror::Error)]
pub enum UnreadableCause {
    /// The system said no.
    #[error("cannot be read: {0}")]
    Io(#[from] io::Error),
    /// It is not UTF-8; the offset is that of the first bad byte.
    #[error("not UTF-8: byte {0} begins no character")]
    NotUtf8(usize),
    /// It is larger than the settings allow, in bytes.
    #[error("{size} bytes, more than the {limit} that `max_note_size` allows")]
    TooLarge {
        /// Its size.
        size: u64,
        /// The limit.
        limit: u64,
    },
}

/// Finds the root of the vault that holds `start`: the nearest folder upward with a `ties.toml`, else the top of the
/// git repository, else `None`.
pub fn find_root(start: &Path) -> Option<PathBuf> {
    let _ = start;
    todo!()
}

/// Reads the settings of the vault at `root`; defaults where there is no `ties.toml`.
///
/// # Errors
/// Where the file is there and cannot be read.
pub fn read_config(root: &Path) -> io::Result<(Config, Vec<ConfigProblem>, Option<String>)> {
    let _ = root;
    todo!()
}

/// Reads the vault at `root`, parsing in parallel.
///
/// # Errors
/// Where the folder itself or its `ties.toml` cannot be read.
pub fn load(root: &Path) -> io::Result<Loaded> {
    let _ = root;
    todo!()
}

/// Returns the paths of the notes below `root` in no order, as [`load`] would read them.
pub fn discover(root: &Path, config: &Config) -> Vec<String> {
    let _ = (root, config);
    todo!()
}

/// Reads one note's text with the checks of [`load`].
///
/// # Errors
/// As in [`UnreadableCause`].
pub fn read_note(root: &Path, path: &str, config: &Config) -> Result<String, UnreadableCause> {
    let _ = (root, path, config);
    todo!()
}

/// Returns whether `path` (from the root) would be found by [`discover`], judged as the ignore rules stand now.
pub fn is_note(root: &Path, path: &str, config: &Config) -> bool {
    let _ = (root, path, config);
    todo!()
}

/// Texts as they are on disk below a root.
#[derive(Clone, Debug)]
pub struct DiskTexts {
    /// The vault's root.
    pub root: PathBuf,
}

impl TextSource for DiskTexts {
    fn text(&self, path: &str) -> Option<Arc<str>> {
        std::fs::read_to_string(self.root.join(path))
            .ok()
            .map(Into::into)
    }
}

/// Makes `change` on disk below `root`: every edit, creation and move, or none where one of them cannot be.
///
/// Each file is replaced atomically (a temporary file beside it, synced, then renamed), keeping its mode and following
/// symlinks; what was done is undone where a later step fails.
///
/// # Errors
/// Where a file is missing or changed under an edit's range, a target exists, or the disk says no; nothing has changed then.
pub fn apply(root: &Path, change: &crate::SourceChange) -> Result<(), ApplyError> {
    let _ = (root, change);
    todo!()
}

/// Why a change was not made.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// A file to edit or move cannot be read or written.
    #[error("`{path}`: {source}")]
    Io {
        /// The path from the vault's root.
        path: String,
        /// The cause.
        source: io::Error,
    },
    /// A file to create or to move to is there already.
    #[error("`{0}` exists already")]
    Exists(String),
    /// An edit lies outside the file's text, which must have changed.
    #[error("`{0}` has changed meanwhile")]
    Changed(String),
}
