//! Reading a vault from disk and changing it there: the only place of this crate that does.
//!
//! Loading succeeds in part: the notes that could be read, and for each that could not, its path and the cause.

mod apply;

use std::{
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
    sync::Arc,
};

use ignore::{
    WalkBuilder, WalkState,
    gitignore::Gitignore,
    overrides::{Override, OverrideBuilder},
};
use rayon::prelude::*;

pub use apply::{ApplyError, apply};

use crate::{
    Config, TextSource, Vault,
    config::{self, ConfigProblem},
    index::Prepared,
};

/// The name of the settings file.
const CONFIG: &str = "ties.toml";

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
    let start = std::path::absolute(start).ok()?;
    let with = |name: &str| start.ancestors().find(|folder| folder.join(name).exists());
    with(CONFIG).or_else(|| with(".git")).map(Path::to_owned)
}

/// Reads the settings of the vault at `root`; defaults where there is no `ties.toml`.
///
/// # Errors
/// Where the file is there and cannot be read.
pub fn read_config(root: &Path) -> io::Result<(Config, Vec<ConfigProblem>, Option<String>)> {
    match fs::read(root.join(CONFIG)) {
        Ok(bytes) => {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let (config, problems) = config::parse(&text);
            Ok((config, problems, Some(text)))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Ok((Config::default(), Vec::new(), None))
        }
        Err(error) => Err(error),
    }
}

/// Reads the vault at `root`, parsing in parallel.
///
/// # Errors
/// Where the folder itself or its `ties.toml` cannot be read.
pub fn load(root: &Path) -> io::Result<Loaded> {
    fs::read_dir(root)?;
    let (config, config_problems, config_text) = read_config(root)?;
    let mut paths = discover(root, &config);
    // The order of a walk is the disk's; ids and so everything else should not depend on it.
    paths.par_sort_unstable();
    let read: Vec<Result<Prepared, Unreadable>> = paths
        .into_par_iter()
        .with_min_len(64)
        .map(|path| match read_note(root, &path, &config) {
            Ok(text) => Ok(Prepared::new(&path, note::parse(&text))),
            Err(cause) => Err(Unreadable { path, cause }),
        })
        .collect();
    let mut notes = Vec::with_capacity(read.len());
    let mut unreadable = Vec::new();
    for note in read {
        match note {
            Ok(note) => notes.push(note),
            Err(file) => unreadable.push(file),
        }
    }
    let mut vault = Vault::new(config);
    vault.fill(notes);
    Ok(Loaded {
        vault,
        unreadable,
        config_problems,
        config_text,
    })
}

/// Returns the paths of the notes below `root` in no order, as [`load`] would read them.
///
/// Folders that cannot be listed are left out; symbolic links are followed to no folder, and to a file only inside the
/// vault, where the file is found anyway.
pub fn discover(root: &Path, config: &Config) -> Vec<String> {
    let walk = walk(root, config).build_parallel();
    let (sender, paths) = std::sync::mpsc::channel();
    walk.run(|| {
        let sender = sender.clone();
        Box::new(move |entry| {
            if let Ok(entry) = entry
                && entry.file_type().is_some_and(|kind| kind.is_file())
                && let Some(path) = to_note_path(root, entry.path())
            {
                // The receiver lives until the walk has ended.
                let _ = sender.send(path);
            }
            WalkState::Continue
        })
    });
    drop(sender);
    paths.into_iter().collect()
}

/// Returns the walk that [`discover`] makes: hidden files left out, ignore files honoured with or without git.
fn walk(root: &Path, config: &Config) -> WalkBuilder {
    let mut walk = WalkBuilder::new(root);
    walk.hidden(true)
        .follow_links(false)
        .require_git(false)
        .git_global(false)
        .git_exclude(true)
        .parents(false)
        .ignore(true)
        .overrides(excluded(root, config))
        .threads(2);
    walk
}

/// Returns `[vault] exclude` as overrides; patterns that cannot be read exclude nothing.
fn excluded(root: &Path, config: &Config) -> Override {
    let mut overrides = OverrideBuilder::new(root);
    for pattern in &config.exclude {
        // In overrides `!` excludes, and what is only excluded leaves the rest in.
        let _ = overrides.add(&format!("!{pattern}"));
    }
    overrides.build().unwrap_or_else(|_| Override::empty())
}

/// Returns the path of a note from the root, `None` where the name is none of a note's or no text.
fn to_note_path(root: &Path, file: &Path) -> Option<String> {
    let below = file.strip_prefix(root).ok()?;
    let name = below.file_name()?.to_str()?;
    if crate::path::without_extension(name) == name {
        return None;
    }
    let parts: Option<Vec<&str>> = below.iter().map(|part| part.to_str()).collect();
    Some(parts?.join("/"))
}

/// Reads one note's text with the checks of [`load`].
///
/// # Errors
/// As in [`UnreadableCause`].
pub fn read_note(root: &Path, path: &str, config: &Config) -> Result<String, UnreadableCause> {
    let mut file = fs::File::open(root.join(path))?;
    let size = file.metadata()?.len();
    let limit = config.max_note_size;
    if size > limit {
        return Err(UnreadableCause::TooLarge { size, limit });
    }
    let mut bytes = Vec::with_capacity(size as usize + 1);
    file.read_to_end(&mut bytes)?;
    String::from_utf8(bytes)
        .map_err(|error| UnreadableCause::NotUtf8(error.utf8_error().valid_up_to()))
}

/// Returns whether `path` (from the root) would be found by [`discover`], judged as the ignore rules stand now.
pub fn is_note(root: &Path, path: &str, config: &Config) -> bool {
    let is_name = crate::path::without_extension(path) != path;
    if !is_name
        || path
            .split('/')
            .any(|part| part.is_empty() || part.starts_with('.'))
    {
        return false;
    }
    if excluded(root, config)
        .matched(root.join(path), false)
        .is_ignore()
    {
        return false;
    }
    // The deepest folder's word counts; a folder that is ignored takes all below it with it.
    let mut below = String::new();
    for part in path.split('/') {
        let folder = root.join(&below);
        if !below.is_empty() {
            below.push('/');
        }
        below.push_str(part);
        let file = root.join(&below);
        let is_folder = below.len() < path.len();
        if is_folder
            && (file.is_symlink() || excluded(root, config).matched(&file, true).is_ignore())
        {
            return false;
        }
        if is_ignored(root, &folder, &file, is_folder) {
            return false;
        }
    }
    true
}

/// Returns whether the ignore files from `folder` up to `root` ignore `file`, the nearest that speaks deciding.
fn is_ignored(root: &Path, folder: &Path, file: &Path, is_folder: bool) -> bool {
    for folder in folder
        .ancestors()
        .take_while(|folder| folder.starts_with(root))
    {
        for name in [".ignore", ".gitignore"] {
            let source = folder.join(name);
            if !source.is_file() {
                continue;
            }
            let (rules, _) = Gitignore::new(&source);
            let verdict = rules.matched(file, is_folder);
            if !verdict.is_none() {
                return verdict.is_ignore();
            }
        }
    }
    false
}

/// Texts as they are on disk below a root.
#[derive(Clone, Debug)]
pub struct DiskTexts {
    /// The vault's root.
    pub root: PathBuf,
}

impl TextSource for DiskTexts {
    fn text(&self, path: &str) -> Option<Arc<str>> {
        fs::read_to_string(self.root.join(path))
            .ok()
            .map(Into::into)
    }
}

#[cfg(test)]
mod tests;
