//! The journal of a folder as the server reads it: whole at first, then only what is new.
//!
//! Git is asked for through `journal` alone. What is read here is given to the owner of the state; nothing is kept.

use std::path::{Path, PathBuf};

use journal::{
    Timeline,
    git::{Journal, Mark, OpenError, Repository},
};

/// The journal as it was read, and how far.
pub(crate) struct Reading {
    pub(crate) timeline: Timeline,
    pub(crate) mark: Mark,
}

/// What a later look at the repository found.
pub(crate) enum News {
    /// HEAD is where it was.
    Nothing,
    /// These records came to the history.
    More(Journal),
    /// The history is another: all of it, or `None` where there is no repository any more.
    Whole(Option<Box<Reading>>),
}

/// Reads the journal of the vault at `root`; `None` outside git.
///
/// # Errors
/// A message that names the next step, where there is a repository that cannot be read.
pub(crate) fn read(root: &Path) -> Result<Option<Reading>, String> {
    match open(root)? {
        Some(repository) => read_whole(&repository).map(Some),
        None => Ok(None),
    }
}

/// Reads what is new since `mark`, which is `None` where there was no repository.
///
/// # Errors
/// As [`read`].
pub(crate) fn read_since(root: &Path, mark: Option<&Mark>) -> Result<News, String> {
    let (repository, mark) = match (open(root)?, mark) {
        (None, None) => return Ok(News::Nothing),
        (None, Some(_)) => return Ok(News::Whole(None)),
        (Some(repository), None) => {
            return read_whole(&repository).map(|reading| News::Whole(Some(Box::new(reading))));
        }
        (Some(repository), Some(mark)) => (repository, mark),
    };
    if repository.head() == mark.head() {
        return Ok(News::Nothing);
    }
    match repository.read_since(mark) {
        Ok(Some(journal)) => Ok(News::More(journal)),
        Ok(None) => read_whole(&repository).map(|reading| News::Whole(Some(Box::new(reading)))),
        Err(error) => Err(with_hint(&error, Some(error.hint()))),
    }
}

/// Returns the folders that git writes to when HEAD moves, those that are there; none outside git.
pub(crate) fn watched_folders(root: &Path) -> Vec<PathBuf> {
    let Ok(Some(repository)) = open(root) else {
        return Vec::new();
    };
    let (own, common) = (repository.git_dir(), repository.common_dir());
    let mut folders: Vec<PathBuf> = [
        own.to_owned(),
        common.to_owned(),
        common.join("refs/heads"),
        common.join("reftable"),
    ]
    .into_iter()
    .map(|folder| crate::uri::clean(&folder))
    .filter(|folder| folder.is_dir())
    .collect();
    folders.sort();
    folders.dedup();
    folders
}

fn open(root: &Path) -> Result<Option<Repository>, String> {
    match Repository::discover(root) {
        Ok(repository) => Ok(Some(repository)),
        Err(OpenError::NotFound { .. }) => Ok(None),
        Err(error) => Err(with_hint(&error, error.hint().as_deref())),
    }
}

fn read_whole(repository: &Repository) -> Result<Reading, String> {
    let read = || {
        let journal = repository.read()?;
        let history = repository.note_history()?;
        Ok::<_, journal::git::ReadError>(Reading {
            timeline: Timeline::new(journal.records, journal.moves, history),
            mark: journal.mark,
        })
    };
    read().map_err(|error| with_hint(&error, Some(error.hint())))
}

/// Returns a message and, in a sentence after it, the next step.
pub(crate) fn with_hint(message: &dyn std::fmt::Display, hint: Option<&str>) -> String {
    match hint {
        Some(hint) => format!("{message}; {hint}"),
        None => message.to_string(),
    }
}
