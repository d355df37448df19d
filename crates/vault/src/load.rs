//! Reading a vault from disk and changing it there: the only place of this crate that does.
//!
//! Loading succeeds in part: the notes that could be read, and for each that could not, its path and the cause.

mod apply;
mod cache;
mod discover;
pub mod names;

use std::{
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::SystemTime,
};

use rayon::prelude::*;

pub use apply::{ApplyError, apply};
pub use discover::{discover, folders, is_note};

use crate::{
    Config, NoteData, TextSource, Vault,
    config::{self, ConfigProblem},
    index::Prepared,
    load::cache::Stamp,
};

/// The name of the settings file.
const CONFIG: &str = "ties.toml";

/// A vault on disk, read.
#[derive(Debug)]
pub struct Loaded {
    /// The vault.
    pub vault: Vault,
    /// Files that are notes by their name but could not be read, and folders that could not be listed, sorted by path.
    pub unreadable: Vec<Unreadable>,
    /// What is wrong with `ties.toml`, and its text; empty and `None` where there is none.
    pub config_problems: Vec<ConfigProblem>,
    /// The text of `ties.toml`, `None` where there is none.
    pub config_text: Option<String>,
    /// The paths of the folders that were searched for notes, sorted; the vault's own is empty.
    pub folders: Vec<String>,
    /// When loading began.
    pub began: SystemTime,
    /// What tells later whether the file of a note is as it was, by the note's id; `None` where nobody will ask.
    stamps: Vec<Option<Stamp>>,
    /// How many notes were not in the cache as they are, and how many are in it that are not there.
    n_stale: usize,
}

impl Loaded {
    /// Returns what [`Snapshot`] keeps of this.
    pub fn snapshot(&self) -> Snapshot {
        let ids = self.vault.ids();
        Snapshot {
            notes: ids.map(|id| self.vault.note(id).share()).collect(),
            stamps: self.stamps.clone(),
            n_stale: self.n_stale,
            folders: self.folders.clone(),
            began: self.began,
        }
    }
}

/// The notes of a vault as they were loaded, to be written for the next time while the vault goes on changing.
#[derive(Debug)]
pub struct Snapshot {
    notes: Vec<NoteData>,
    stamps: Vec<Option<Stamp>>,
    n_stale: usize,
    folders: Vec<String>,
    began: SystemTime,
}

impl Snapshot {
    /// Writes the cache of [`LoadOptions`] for the vault at `root`, if enough changed since it was written.
    ///
    /// # Errors
    /// What the system says; the file is as it was then.
    pub fn write_cache(&self, file: &Path, root: &Path) -> io::Result<()> {
        if self.n_stale * WORTH_WRITING <= self.notes.len() {
            return Ok(());
        }
        let notes = self.notes.iter().zip(self.stamps.iter().copied());
        cache::write(file, root, notes, self.began)
    }

    /// Writes the file of [`names`] for the vault at `root`, as [`names::remember`] does.
    ///
    /// # Errors
    /// What the system says; the file is as it was then.
    pub fn write_names(&self, file: &Path, root: &Path) -> io::Result<()> {
        let notes: Vec<&NoteData> = self.notes.iter().collect();
        names::write(file, root, self.began, &self.folders, &notes)
    }
}

/// A file or folder that could not be read.
#[derive(Debug)]
pub struct Unreadable {
    /// The path from the vault's root; what is no text in it is replaced.
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
    /// Its path is not UTF-8, so that nothing could link to it.
    #[error("the file's name is not UTF-8")]
    Name,
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
    match read_settings(&root.join(CONFIG)) {
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

/// How large a settings file may be, in bytes.
const MAX_CONFIG: u64 = 8 * 1024 * 1024;

/// Reads a file that ought to be a small one: a pipe would be waited for, and a device may have no end.
fn read_settings(file: &Path) -> io::Result<Vec<u8>> {
    let metadata = fs::metadata(file)?;
    if metadata.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    if !metadata.is_file() {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "it is no regular file",
        ));
    }
    if metadata.len() > MAX_CONFIG {
        let message = format!("{} bytes are too many for settings", metadata.len());
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, message));
    }
    fs::read(file)
}

/// How a vault is loaded.
#[derive(Clone, Copy, Debug, Default)]
pub struct LoadOptions<'a> {
    /// Whether every note is kept as bytes until it is looked at: for a process that stays, and looks at few.
    pub packed: bool,
    /// The file that keeps what was read, to be read no more while it stays as it is. It need not be there;
    /// [`Snapshot::write_cache`] writes it.
    pub cache: Option<&'a Path>,
}

/// Reads the vault at `root`, parsing in parallel.
///
/// # Errors
/// Where the folder itself or its `ties.toml` cannot be read.
pub fn load(root: &Path) -> io::Result<Loaded> {
    load_with(root, LoadOptions::default())
}

/// Like [`load`], in the way that `options` say. What is loaded is the same in each.
///
/// # Errors
/// As [`load`].
pub fn load_with(root: &Path, options: LoadOptions<'_>) -> io::Result<Loaded> {
    load_at(root, options, SystemTime::now())
}

/// Loads as if it were `began`.
fn load_at(root: &Path, options: LoadOptions<'_>, began: SystemTime) -> io::Result<Loaded> {
    fs::read_dir(root)?;
    let (config, config_problems, config_text) = read_config(root)?;
    let discovered = discover::find(root, &config);
    let (mut paths, mut folders) = (discovered.notes, discovered.folders);
    let mut unreadable = discovered.unreadable;
    folders.sort_unstable();
    // The order of a walk is the disk's; ids and so everything else should not depend on it.
    paths.par_sort_unstable();
    let read = read_all(root, &config, paths, options);
    let mut notes = Vec::with_capacity(read.notes.len());
    let mut stamps = Vec::with_capacity(read.notes.len());
    for note in read.notes {
        match note {
            Ok(read) => {
                stamps.push(read.stamp);
                notes.push(read.note);
            }
            Err(file) => unreadable.push(file),
        }
    }
    unreadable.sort_by(|a, b| a.path.cmp(&b.path));
    let mut vault = Vault::new(config);
    vault.fill(notes);
    Ok(Loaded {
        vault,
        unreadable,
        config_problems,
        config_text,
        folders,
        began,
        stamps,
        n_stale: read.n_stale,
    })
}

/// The cache is written anew where more than one note in so many is not in it: a few are read again sooner than all are
/// written.
const WORTH_WRITING: usize = 50;

/// What [`read_all`] found.
struct ReadNotes {
    /// In the order of the paths that were asked for.
    notes: Vec<Result<LoadedNote, Unreadable>>,
    /// How many notes are not in the cache as they are, and how many are in it that are not there.
    n_stale: usize,
}

/// Reads the notes at `paths`, from the cache where they are in it as they are.
fn read_all(
    root: &Path,
    config: &Config,
    paths: Vec<String>,
    options: LoadOptions<'_>,
) -> ReadNotes {
    let image = options.cache.and_then(cache::Image::read);
    let kept = image.as_ref().and_then(|image| image.notes(root));
    let kept = kept.unwrap_or_default();
    let n_taken = AtomicUsize::new(0);
    let read_one = |buffer: &mut Vec<u8>, path: String| -> Result<LoadedNote, Unreadable> {
        let file = root.join(&path);
        // Taken before the text is read: a change meanwhile makes it an old one.
        let stamp = options.cache.and_then(|_| {
            let metadata = fs::metadata(&file).ok()?;
            Stamp::of(&metadata).filter(|_| metadata.len() <= config.max_note_size)
        });
        if let Some(stamp) = stamp
            && let Some(note) = kept.get(&*path).and_then(|kept| kept.take(&path, stamp))
        {
            n_taken.fetch_add(1, Ordering::Relaxed);
            let note = note.pack();
            return Ok(LoadedNote {
                note,
                stamp: Some(stamp),
            });
        }
        let note = match read_file(&file, config, buffer) {
            Ok(text) => Prepared::new(&path, note::parse(text)),
            Err(cause) => return Err(Unreadable { path, cause }),
        };
        let note = if options.packed { note.pack() } else { note };
        Ok(LoadedNote { note, stamp })
    };
    let n_paths = paths.len();
    let notes = paths
        .into_par_iter()
        .with_min_len(64)
        .map_init(|| vec![0; FIRST_READ], read_one)
        .collect();
    let n_taken = n_taken.into_inner();
    ReadNotes {
        notes,
        n_stale: (n_paths - n_taken) + (kept.len() - n_taken),
    }
}

/// A note that was loaded.
struct LoadedNote {
    note: Prepared,
    /// What tells later whether its file is as it was; `None` where nobody will ask.
    stamp: Option<Stamp>,
}

/// Reads one note's text with the checks of [`load`].
///
/// # Errors
/// As in [`UnreadableCause`].
pub fn read_note(root: &Path, path: &str, config: &Config) -> Result<String, UnreadableCause> {
    let file = root.join(path);
    if !fs::metadata(&file)?.is_file() {
        // Opening a pipe would wait for somebody to write to it.
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no regular file").into());
    }
    let mut buffer = vec![0; FIRST_READ];
    read_file(&file, config, &mut buffer).map(str::to_owned)
}

/// How much is read of a file at first, in bytes: all of nearly every note.
const FIRST_READ: usize = 64 * 1024;

/// Reads a file that is known to be a regular one into `buffer`, which grows where it is too short.
///
/// Asking for the size first would cost a call for each of many small files.
fn read_file<'a>(
    file: &Path,
    config: &Config,
    buffer: &'a mut Vec<u8>,
) -> Result<&'a str, UnreadableCause> {
    let mut file = fs::File::open(file)?;
    let limit = config.max_note_size;
    let too_large = |size: u64| UnreadableCause::TooLarge { size, limit };
    let mut len = 0;
    loop {
        match file.read(&mut buffer[len..]) {
            Ok(0) => break,
            Ok(n) => len += n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
        if len == buffer.len() {
            let size = file.metadata()?.len();
            if size > limit {
                return Err(too_large(size));
            }
            // It may grow while it is read.
            buffer.resize(len * 2, 0);
        }
        if len as u64 > limit {
            return Err(too_large(len as u64));
        }
    }
    std::str::from_utf8(&buffer[..len])
        .map_err(|error| UnreadableCause::NotUtf8(error.valid_up_to()))
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
