//! Reading a vault from disk: the only place of this crate that does.
//!
//! Loading succeeds in part: the notes that could be read, and for each that could not, its path and the cause.

use std::{
    fs,
    io::{self, Read, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

use ignore::{
    WalkBuilder, WalkState,
    gitignore::Gitignore,
    overrides::{Override, OverrideBuilder},
};
use rayon::prelude::*;
use tempfile::NamedTempFile;

use crate::{
    Config, SourceChange, TextSource, Vault,
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

/// Makes `change` on disk below `root`: every edit, creation and move, or none where one of them cannot be.
///
/// Each file is replaced atomically (a temporary file beside it, synced, then renamed), keeping its mode and following
/// symlinks; what was done is undone where a later step fails.
///
/// # Errors
/// Where a file is missing or changed under an edit's range, a target exists, or the disk says no; nothing has changed then.
pub fn apply(root: &Path, change: &SourceChange) -> Result<(), ApplyError> {
    let io_error = |path: &str| {
        let path = path.to_owned();
        move |source: io::Error| ApplyError::Io { path, source }
    };
    // What will be written is made ready beside its place before anything is put there.
    let mut ready: Vec<(&str, PathBuf, NamedTempFile, Option<Vec<u8>>)> = Vec::new();
    for (path, edits) in &change.edits {
        let place = root.join(&**path);
        // A link stays a link; what it points at is replaced.
        let place = place.canonicalize().map_err(io_error(path))?;
        let old = fs::read_to_string(&place).map_err(io_error(path))?;
        let new =
            note::edit::apply(&old, edits).ok_or_else(|| ApplyError::Changed(path.to_string()))?;
        let file = write_beside(&place, new.as_bytes()).map_err(io_error(path))?;
        let mode = fs::metadata(&place).map_err(io_error(path))?.permissions();
        file.as_file()
            .set_permissions(mode)
            .map_err(io_error(path))?;
        ready.push((path, place, file, Some(old.into_bytes())));
    }
    let mut made_folders = Vec::new();
    let prepared = (|| {
        for (path, text) in &change.creates {
            let place = root.join(&**path);
            if place.symlink_metadata().is_ok() {
                return Err(ApplyError::Exists(path.to_string()));
            }
            make_folder(&place, &mut made_folders).map_err(io_error(path))?;
            let file = write_beside(&place, text.as_bytes()).map_err(io_error(path))?;
            set_default_mode(file.as_file()).map_err(io_error(path))?;
            ready.push((path, place, file, None));
        }
        for (from, to) in &change.moves {
            root.join(&**from)
                .symlink_metadata()
                .map_err(io_error(from))?;
            if !is_free(root, from, to) {
                return Err(ApplyError::Exists(to.to_string()));
            }
            make_folder(&root.join(&**to), &mut made_folders).map_err(io_error(to))?;
        }
        Ok(())
    })();
    if let Err(error) = prepared {
        // The temporary files go first; a folder that holds one stays.
        drop(ready);
        remove_folders(&made_folders);
        return Err(error);
    }
    let mut undo: Vec<Undo> = Vec::new();
    let done = (|| {
        for (path, place, file, old) in ready {
            match old {
                Some(old) => {
                    file.persist(&place)
                        .map_err(|error| io_error(path)(error.error))?;
                    undo.push(Undo::Restore(place, old));
                }
                None => {
                    file.persist_noclobber(&place)
                        .map_err(|error| match error.error.kind() {
                            io::ErrorKind::AlreadyExists => ApplyError::Exists(path.to_owned()),
                            _ => io_error(path)(error.error),
                        })?;
                    undo.push(Undo::Remove(place));
                }
            }
        }
        for (from, to) in &change.moves {
            let (old, new) = (root.join(&**from), root.join(&**to));
            fs::rename(&old, &new).map_err(io_error(to))?;
            undo.push(Undo::MoveBack { old, new });
        }
        Ok(())
    })();
    if done.is_err() {
        for step in undo.into_iter().rev() {
            step.run();
        }
        remove_folders(&made_folders);
    }
    done
}

/// How a step is undone; what cannot be is left as it is, since the first error is the one to tell.
enum Undo {
    Restore(PathBuf, Vec<u8>),
    Remove(PathBuf),
    MoveBack { old: PathBuf, new: PathBuf },
}

impl Undo {
    fn run(self) {
        let _ = match self {
            Self::Restore(place, old) => fs::metadata(&place).and_then(|metadata| {
                let file = write_beside(&place, &old)?;
                file.as_file().set_permissions(metadata.permissions())?;
                file.persist(&place).map(drop).map_err(|error| error.error)
            }),
            Self::Remove(place) => fs::remove_file(place),
            Self::MoveBack { old, new } => fs::rename(new, old),
        };
    }
}

/// Returns whether nothing but `from` itself is at `to`: a change of case only is a move to oneself on some systems.
fn is_free(root: &Path, from: &str, to: &str) -> bool {
    let (old, new) = (root.join(from), root.join(to));
    if new.symlink_metadata().is_err() {
        return true;
    }
    let same = || Some(old.canonicalize().ok()? == new.canonicalize().ok()?);
    from != to && note::fold::fold(from) == note::fold::fold(to) && same() == Some(true)
}

fn write_beside(place: &Path, bytes: &[u8]) -> io::Result<NamedTempFile> {
    let folder = place.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new()
        .prefix(".ties-")
        .tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// Gives a new file the mode that other programs would have given it; temporary files are the owner's alone.
#[cfg(unix)]
fn set_default_mode(file: &fs::File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn set_default_mode(_: &fs::File) -> io::Result<()> {
    Ok(())
}

/// Makes the folder of `place` and those above it; `made` gets those that were not there, outermost first.
fn make_folder(place: &Path, made: &mut Vec<PathBuf>) -> io::Result<()> {
    let Some(folder) = place.parent() else {
        return Ok(());
    };
    let missing: Vec<PathBuf> = folder
        .ancestors()
        .take_while(|folder| !folder.exists())
        .map(Path::to_owned)
        .collect();
    for folder in missing.into_iter().rev() {
        fs::create_dir(&folder)?;
        made.push(folder);
    }
    Ok(())
}

fn remove_folders(made: &[PathBuf]) {
    for folder in made.iter().rev() {
        // One that is not empty any more stays.
        let _ = fs::remove_dir(folder);
    }
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

#[cfg(test)]
mod tests;
