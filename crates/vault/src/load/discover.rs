//! Which files of a folder are notes: by their names, and by what leaves them out.

use std::{
    io,
    path::{Path, PathBuf},
};

use ignore::{
    DirEntry, WalkBuilder, WalkState,
    gitignore::{Gitignore, GitignoreBuilder},
};

use super::{Unreadable, UnreadableCause};
use crate::Config;

/// Returns the paths of the notes below `root` in no order, as [`super::load`] would read them.
///
/// Left out are hidden files and folders, and what `.gitignore`, `.ignore` or `[vault] exclude` name; where the vault is
/// a folder of a git repository, the `.gitignore` files above it count too. Symbolic links are not followed: what one
/// inside the vault points at there is found anyway.
pub fn discover(root: &Path, config: &Config) -> Vec<String> {
    find(root, config).notes
}

/// Returns the folders below `root` that [`discover`] searches, the root's own path (empty) among them, in no order.
pub fn folders(root: &Path, config: &Config) -> Vec<String> {
    find(root, config).folders
}

/// Returns whether `path` (from the root) would be found by [`discover`], judged as the ignore rules stand now.
///
/// A file that is not there yet is judged by its path alone.
pub fn is_note(root: &Path, path: &str, config: &Config) -> bool {
    let parts: Vec<&str> = path.split('/').collect();
    let is_name = parts.last().is_some_and(|name| is_note_name(name));
    if !is_name || parts.iter().any(|part| part.is_empty() || is_hidden(part)) {
        return false;
    }
    let excluded = excluded(root, config);
    let mut place = root.to_owned();
    for (index, part) in parts.iter().enumerate() {
        place.push(part);
        let is_folder = index + 1 < parts.len();
        if place.is_symlink() || excluded.matched(&place, is_folder).is_ignore() {
            return false;
        }
    }
    let mut rules = walk(root, config).build_matchers();
    let ignored = rules.first_mut().map(|rules| rules.matched(path, false));
    !ignored.is_some_and(|ignored| ignored.is_ignore()) && !place.is_dir()
}

/// What a walk comes upon.
enum Found {
    Note(String),
    Folder(String),
    Unreadable(Unreadable),
}

/// What is in a vault's folder, each list in no order.
#[derive(Debug, Default)]
pub(super) struct Discovered {
    /// The paths of the notes.
    pub(super) notes: Vec<String>,
    /// The paths of the folders that were searched, the vault's own (empty) among them; those that are no text left out.
    pub(super) folders: Vec<String>,
    /// What could not be looked at.
    pub(super) unreadable: Vec<Unreadable>,
}

/// Searches the folder of a vault.
pub(super) fn find(root: &Path, config: &Config) -> Discovered {
    let (sender, receiver) = std::sync::mpsc::channel();
    walk(root, config).build_parallel().run(|| {
        let sender = sender.clone();
        Box::new(move |entry| {
            let found = match entry {
                Ok(entry) => of_entry(root, &entry),
                Err(error) => of_error(root, error),
            };
            if let Some(found) = found {
                // The receiver lives until the walk has ended.
                let _ = sender.send(found);
            }
            WalkState::Continue
        })
    });
    drop(sender);
    let mut discovered = Discovered::default();
    for found in receiver {
        match found {
            Found::Note(path) => discovered.notes.push(path),
            Found::Folder(path) => discovered.folders.push(path),
            Found::Unreadable(file) => discovered.unreadable.push(file),
        }
    }
    discovered
}

fn of_entry(root: &Path, entry: &DirEntry) -> Option<Found> {
    let kind = entry.file_type()?;
    if kind.is_dir() || entry.depth() == 0 {
        let below = entry.path().strip_prefix(root).ok()?;
        return to_path(below).map(Found::Folder);
    }
    // A name that is no text still shows by its end whether it means a note.
    if !kind.is_file() || !is_note_name(&entry.file_name().to_string_lossy()) {
        return None;
    }
    let below = entry.path().strip_prefix(root).ok()?;
    Some(match to_path(below) {
        Some(path) => Found::Note(path),
        None => Found::Unreadable(Unreadable {
            path: to_lossy_path(below),
            cause: UnreadableCause::Name,
        }),
    })
}

fn of_error(root: &Path, error: ignore::Error) -> Option<Found> {
    let place = place_of(&error)?;
    let below = place.strip_prefix(root).ok()?;
    let path = to_lossy_path(below);
    let error = error.into_io_error()?;
    // What went away during the walk is not missed.
    (error.kind() != io::ErrorKind::NotFound).then_some(Found::Unreadable(Unreadable {
        path,
        cause: error.into(),
    }))
}

/// Returns the place that an error of a walk speaks of.
fn place_of(error: &ignore::Error) -> Option<PathBuf> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path.clone()),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
            place_of(err)
        }
        _ => None,
    }
}

/// Returns the walk over the notes of a vault.
fn walk(root: &Path, config: &Config) -> WalkBuilder {
    let excluded = excluded(root, config);
    // In a repository its own rules count, up to its top; elsewhere those of the vault, and not a home folder's.
    let is_in_repository = is_in_repository(root);
    let mut walk = WalkBuilder::new(root);
    walk.hidden(true)
        .follow_links(false)
        .require_git(is_in_repository)
        .parents(is_in_repository)
        .git_global(false)
        .git_exclude(true)
        .ignore(true)
        .threads(2)
        .filter_entry(move |entry| {
            let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
            // An ignore file can bring hidden files back; they are still no notes.
            entry.depth() == 0
                || (!is_hidden(&entry.file_name().to_string_lossy())
                    && !excluded.matched(entry.path(), is_folder).is_ignore())
        });
    walk
}

/// Returns `[vault] exclude` as rules; reading the settings has told of patterns that cannot be read.
fn excluded(root: &Path, config: &Config) -> Gitignore {
    let mut rules = GitignoreBuilder::new(root);
    for pattern in &config.exclude {
        let _ = rules.add_line(None, pattern);
    }
    rules.build().unwrap_or_else(|_| Gitignore::empty())
}

fn is_in_repository(root: &Path) -> bool {
    let root = root.canonicalize();
    root.is_ok_and(|root| root.ancestors().any(|folder| folder.join(".git").exists()))
}

fn is_hidden(name: &str) -> bool {
    name.starts_with('.')
}

fn is_note_name(name: &str) -> bool {
    crate::path::without_extension(name) != name
}

/// Returns a path with `/`, `None` where it is no text.
fn to_path(below: &Path) -> Option<String> {
    let parts: Option<Vec<&str>> = below.iter().map(|part| part.to_str()).collect();
    Some(parts?.join("/"))
}

fn to_lossy_path(below: &Path) -> String {
    let parts: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
    parts.join("/")
}
