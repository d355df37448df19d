//! Changing several files whole or not at all.
//!
//! Everything that can be known beforehand is checked and every new text written beside its place before the first file
//! is replaced. What fails after that undoes what was done.

use std::{
    collections::BTreeSet,
    fs,
    io::{self, Write},
    path::{Component, Path, PathBuf},
};

use note::TextEdit;
use tempfile::{NamedTempFile, TempPath};

use crate::SourceChange;

/// Makes `change` on disk below `root`: every edit, creation, move and removal, or none where one of them cannot be.
///
/// Each file is replaced atomically (a temporary file beside it, synced, then renamed), keeping its mode and following
/// symlinks inside the vault. Nothing is ever overwritten that the change does not edit. Moves are made in their order,
/// so that one may take the place that another has left.
///
/// # Errors
/// Where a path leads out of the vault, a file is missing or changed under an edit's range, a target exists, or the disk
/// says no; nothing has changed then, unless the error is [`ApplyError::Torn`].
pub fn apply(root: &Path, change: &SourceChange) -> Result<(), ApplyError> {
    let root = root.canonicalize().map_err(io_error("."))?;
    let mut made_folders = Vec::new();
    let steps = match prepare(&root, change, &mut made_folders) {
        Ok(steps) => steps,
        Err(error) => {
            remove_folders(&made_folders);
            return Err(error);
        }
    };
    let mut folders = BTreeSet::new();
    let mut done = Vec::new();
    let mut failed = None;
    for step in steps {
        if failed.is_some() {
            // Dropping what was made ready takes it away again.
            continue;
        }
        for place in step.places() {
            folders.extend(place.parent().map(Path::to_owned));
        }
        match step.run() {
            Ok(undo) => done.push(undo),
            Err(error) => failed = Some(error),
        }
    }
    let Some(error) = failed else {
        // A rename is safe from a power cut only once its folder is written; what cannot be synced is still renamed.
        for folder in folders {
            let _ = fs::File::open(folder).and_then(|folder| folder.sync_all());
        }
        return Ok(());
    };
    let left: Vec<String> = done.into_iter().rev().filter_map(Undo::run).collect();
    remove_folders(&made_folders);
    Err(match left.is_empty() {
        true => error,
        false => ApplyError::Torn {
            source: Box::new(error),
            paths: left.join("`, `"),
        },
    })
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
    /// An edit lies outside the file's text, or a file to remove has another one: it must have changed.
    #[error("`{0}` has changed meanwhile")]
    Changed(String),
    /// A path is no path of a file inside the vault.
    #[error("`{0}` leads out of the vault")]
    Outside(String),
    /// A step failed and some of those before it could not be undone.
    #[error("{source}; `{paths}` could not be put back")]
    Torn {
        /// Why the change failed.
        source: Box<ApplyError>,
        /// The files that are not as they were, from the vault's root.
        paths: String,
    },
}

impl ApplyError {
    /// Returns the next step.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Io { .. } | Self::Outside(_) => "nothing was changed",
            Self::Exists(_) => "nothing was changed; choose another name, or move that file away",
            Self::Changed(_) => "nothing was changed; try again with the file as it is now",
            Self::Torn { .. } => "compare these files with `git diff`",
        }
    }
}

fn io_error(path: &str) -> impl Fn(io::Error) -> ApplyError {
    move |source| ApplyError::Io {
        path: path.to_owned(),
        source,
    }
}

/// One thing to do that was checked and made ready.
enum Step<'a> {
    Replace {
        path: &'a str,
        place: PathBuf,
        new: NamedTempFile,
        old: String,
    },
    Create {
        path: &'a str,
        place: PathBuf,
        new: NamedTempFile,
    },
    Move {
        from: &'a str,
        to: &'a str,
        old: PathBuf,
        new: PathBuf,
    },
    Remove {
        path: &'a str,
        place: PathBuf,
        /// The same text beside it, should the file have to come back.
        copy: NamedTempFile,
    },
}

/// How a step is undone.
enum Undo<'a> {
    Restore {
        path: &'a str,
        place: PathBuf,
        old: String,
    },
    Remove {
        path: &'a str,
        place: PathBuf,
    },
    MoveBack {
        path: &'a str,
        old: PathBuf,
        new: PathBuf,
    },
    PutBack {
        path: &'a str,
        place: PathBuf,
        copy: NamedTempFile,
    },
}

/// Checks all of `change` and writes the new texts beside their places.
fn prepare<'a>(
    root: &Path,
    change: &'a SourceChange,
    made_folders: &mut Vec<PathBuf>,
) -> Result<Vec<Step<'a>>, ApplyError> {
    let mut steps = Vec::new();
    for (path, edits) in &change.edits {
        steps.push(prepare_edit(root, path, edits)?);
    }
    // What will be where once the steps so far are made.
    let mut there: BTreeSet<&str> = BTreeSet::new();
    let mut gone: BTreeSet<&str> = BTreeSet::new();
    for (path, text) in &change.creates {
        let place = place_of(root, path)?;
        if there.contains(&**path) || place.symlink_metadata().is_ok() {
            return Err(ApplyError::Exists(path.to_string()));
        }
        there.insert(path);
        make_folder(&place, made_folders).map_err(io_error(path))?;
        let new =
            write_beside(&place, text.as_bytes(), mode_of_new_files()).map_err(io_error(path))?;
        steps.push(Step::Create { path, place, new });
    }
    for (from, to) in &change.moves {
        let (old, new) = (place_of(root, from)?, place_of(root, to)?);
        if from == to {
            continue;
        }
        if !there.contains(&**from) {
            if gone.contains(&**from) {
                return Err(io_error(from)(io::ErrorKind::NotFound.into()));
            }
            old.symlink_metadata().map_err(io_error(from))?;
        }
        let is_taken = there.contains(&**to)
            || (!gone.contains(&**to) && new.symlink_metadata().is_ok() && !is_same(&old, &new));
        if is_taken {
            return Err(ApplyError::Exists(to.to_string()));
        }
        there.remove(&**from);
        gone.insert(from);
        there.insert(to);
        gone.remove(&**to);
        make_folder(&new, made_folders).map_err(io_error(to))?;
        steps.push(Step::Move { from, to, old, new });
    }
    for (path, text) in &change.removes {
        let place = place_of(root, path)?;
        if fs::read_to_string(&place).map_err(io_error(path))? != *text {
            return Err(ApplyError::Changed(path.to_string()));
        }
        let mode = fs::metadata(&place).map_err(io_error(path))?.permissions();
        let copy = write_beside(&place, text.as_bytes(), None).map_err(io_error(path))?;
        copy.as_file()
            .set_permissions(mode)
            .map_err(io_error(path))?;
        steps.push(Step::Remove { path, place, copy });
    }
    Ok(steps)
}

fn prepare_edit<'a>(
    root: &Path,
    path: &'a str,
    edits: &[TextEdit],
) -> Result<Step<'a>, ApplyError> {
    // A link stays a link; what it points at is replaced.
    let place = place_of(root, path)?
        .canonicalize()
        .map_err(io_error(path))?;
    if !place.starts_with(root) {
        return Err(ApplyError::Outside(path.to_owned()));
    }
    let old = fs::read_to_string(&place).map_err(io_error(path))?;
    let text =
        note::edit::apply(&old, edits).ok_or_else(|| ApplyError::Changed(path.to_owned()))?;
    let mode = fs::metadata(&place).map_err(io_error(path))?.permissions();
    let new = write_beside(&place, text.as_bytes(), None).map_err(io_error(path))?;
    new.as_file()
        .set_permissions(mode)
        .map_err(io_error(path))?;
    Ok(Step::Replace {
        path,
        place,
        new,
        old,
    })
}

/// Returns where `path` is on disk, which is inside the vault: neither its words nor a linked folder lead out.
fn place_of(root: &Path, path: &str) -> Result<PathBuf, ApplyError> {
    let outside = || ApplyError::Outside(path.to_owned());
    let below = Path::new(path);
    let is_below = !path.is_empty()
        && !path.ends_with('/')
        && below
            .components()
            .all(|part| matches!(part, Component::Normal(_)));
    if !is_below {
        return Err(outside());
    }
    let place = root.join(below);
    // The folder, or as much of it as there is.
    let folder = place.ancestors().skip(1).find(|folder| folder.exists());
    let folder = folder.unwrap_or(root).canonicalize();
    match folder.map_err(io_error(path))?.starts_with(root) {
        true => Ok(place),
        false => Err(outside()),
    }
}

impl<'a> Step<'a> {
    fn places(&self) -> Vec<&Path> {
        match self {
            Self::Replace { place, .. }
            | Self::Create { place, .. }
            | Self::Remove { place, .. } => vec![place],
            Self::Move { old, new, .. } => vec![old, new],
        }
    }

    fn run(self) -> Result<Undo<'a>, ApplyError> {
        match self {
            Self::Replace {
                path,
                place,
                new,
                old,
            } => {
                let made = new.persist(&place);
                made.map_err(|error| io_error(path)(error.error))?;
                Ok(Undo::Restore { path, place, old })
            }
            Self::Create { path, place, new } => {
                let made = new.persist_noclobber(&place);
                made.map_err(|error| taken_or_io(path, error.error))?;
                Ok(Undo::Remove { path, place })
            }
            Self::Move { from, to, old, new } => {
                rename(&old, &new).map_err(|error| taken_or_io(to, error))?;
                Ok(Undo::MoveBack {
                    path: from,
                    old,
                    new,
                })
            }
            Self::Remove { path, place, copy } => {
                fs::remove_file(&place).map_err(io_error(path))?;
                Ok(Undo::PutBack { path, place, copy })
            }
        }
    }
}

impl Undo<'_> {
    /// Returns the path of what could not be put back.
    fn run(self) -> Option<String> {
        let (path, undone) = match self {
            Self::Restore { path, place, old } => (path, restore(&place, &old)),
            Self::Remove { path, place } => (path, fs::remove_file(place)),
            Self::MoveBack { path, old, new } => (path, rename(&new, &old)),
            Self::PutBack { path, place, copy } => {
                let put = copy.persist_noclobber(place);
                (path, put.map(drop).map_err(|error| error.error))
            }
        };
        undone.is_err().then(|| path.to_owned())
    }
}

fn restore(place: &Path, old: &str) -> io::Result<()> {
    let mode = fs::metadata(place)?.permissions();
    let file = write_beside(place, old.as_bytes(), None)?;
    file.as_file().set_permissions(mode)?;
    file.persist(place).map(drop).map_err(|error| error.error)
}

fn taken_or_io(path: &str, error: io::Error) -> ApplyError {
    match error.kind() {
        io::ErrorKind::AlreadyExists => ApplyError::Exists(path.to_owned()),
        _ => io_error(path)(error),
    }
}

/// Moves a file without ever overwriting another, one that came since the checks included.
fn rename(old: &Path, new: &Path) -> io::Result<()> {
    if is_same(old, new) {
        return fs::rename(old, new);
    }
    let mut file = TempPath::try_from_path(old)?;
    // It is no temporary file: where the move fails, it stays.
    file.disable_cleanup(true);
    file.persist_noclobber(new).map_err(|error| error.error)
}

/// Returns whether both are one file, as they are on some systems where the names differ in case alone.
fn is_same(old: &Path, new: &Path) -> bool {
    let folded = |path: &Path| path.to_str().map(note::fold::fold);
    let (Ok(real_old), Ok(real_new)) = (old.canonicalize(), new.canonicalize()) else {
        return false;
    };
    folded(old) == folded(new) && real_old == real_new
}

/// Writes a temporary file in the folder of `place`, for the owner alone where `mode` is `None`.
fn write_beside(
    place: &Path,
    bytes: &[u8],
    mode: Option<fs::Permissions>,
) -> io::Result<NamedTempFile> {
    let folder = place.parent().unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".ties-");
    if let Some(mode) = mode {
        builder.permissions(mode);
    }
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// Returns the mode that other programs ask for, where there are modes; the system takes the user's mask off.
fn mode_of_new_files() -> Option<fs::Permissions> {
    #[cfg(unix)]
    let mode = Some(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    #[cfg(not(unix))]
    let mode = None;
    mode
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
