//! The journal of a folder as the server reads it: whole at first, then only what is new.
//!
//! Git is asked for through `journal` alone. What is read here is given to the owner of the state; nothing is kept.

use std::path::{Path, PathBuf};

use journal::{
    Timeline,
    git::{Journal, Mark, OpenError, Repository},
};

use crate::uri;

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
    .map(|folder| uri::clean(&folder))
    .filter(|folder| folder.is_dir())
    .collect();
    folders.sort();
    folders.dedup();
    folders
}

/// Opens the repository of the vault at `root`; `None` outside git.
///
/// # Errors
/// As [`read`].
pub(crate) fn open(root: &Path) -> Result<Option<Repository>, String> {
    match Repository::discover(root) {
        Ok(repository) => Ok(Some(repository)),
        Err(OpenError::NotFound { .. }) => Ok(None),
        Err(error) => Err(with_hint(&error, error.hint().as_deref())),
    }
}

fn read_whole(repository: &Repository) -> Result<Reading, String> {
    match repository.open_journal() {
        Ok(journal) => Ok(Reading {
            timeline: journal.timeline,
            mark: journal.mark,
        }),
        Err(error) => Err(with_hint(&error, Some(error.hint()))),
    }
}

/// Returns a message and, in a sentence after it, the next step.
pub(crate) fn with_hint(message: &dyn std::fmt::Display, hint: Option<&str>) -> String {
    match hint {
        Some(hint) => format!("{message}; {hint}"),
        None => message.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    fn git(root: &Path, arguments: &[&str]) {
        let status = Command::new("git")
            .current_dir(root)
            .args(["-c", "user.name=Ada", "-c", "user.email=ada@example.org"])
            .args([
                "-c",
                "commit.gpgsign=false",
                "-c",
                "core.hooksPath=/dev/null",
            ])
            .args(arguments)
            .env("GIT_CONFIG_GLOBAL", root.join("no-such-file"))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .status()
            .expect("git can be started");
        assert!(status.success(), "git {arguments:?}");
    }

    fn log(root: &Path, id: &str) {
        let message =
            format!("call: Ada\n\nInteraction: call\nInteraction-Id: {id}\nContact: a.md\n");
        git(
            root,
            &["commit", "--quiet", "--allow-empty", "--message", &message],
        );
    }

    fn repository() -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        git(folder.path(), &["init", "--quiet"]);
        folder
    }

    #[test]
    fn a_folder_without_git_has_no_journal_until_it_has() {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let root = folder.path();
        assert!(read(root).expect("no error").is_none());
        assert!(matches!(read_since(root, None), Ok(News::Nothing)));
        git(root, &["init", "--quiet"]);
        let Ok(News::Whole(Some(reading))) = read_since(root, None) else {
            panic!("a new repository is read");
        };
        assert!(reading.timeline.interactions().is_empty());
        std::fs::remove_dir_all(root.join(".git")).expect("it is there");
        let gone = read_since(root, Some(&reading.mark));
        assert!(matches!(gone, Ok(News::Whole(None))));
    }

    #[test]
    fn only_what_is_new_is_read_until_history_is_another() {
        let folder = repository();
        let root = folder.path();
        log(root, "first");
        let reading = read(root).expect("no error").expect("a journal");
        assert_eq!(reading.timeline.interactions().len(), 1);
        assert!(matches!(
            read_since(root, Some(&reading.mark)),
            Ok(News::Nothing)
        ));
        log(root, "second");
        let Ok(News::More(journal)) = read_since(root, Some(&reading.mark)) else {
            panic!("one commit is new");
        };
        let new: Vec<&str> = journal
            .records
            .iter()
            .map(|found| &*found.record.id)
            .collect();
        assert_eq!(new, ["second"]);
        git(root, &["reset", "--quiet", "--soft", "HEAD~1"]);
        let Ok(News::Whole(Some(reading))) = read_since(root, Some(&journal.mark)) else {
            panic!("the history is shorter than it was");
        };
        assert_eq!(reading.timeline.interactions().len(), 1);
    }

    #[test]
    fn a_worktree_is_watched_where_its_head_and_where_its_branches_are() {
        let folder = repository();
        let root = folder.path().canonicalize().expect("it is there");
        log(&root, "first");
        git(&root, &["worktree", "add", "--quiet", "linked"]);
        let below = |folder: PathBuf| uri::relative(&root, &folder).expect("below the root");
        let watched: Vec<String> = watched_folders(&root.join("linked"))
            .into_iter()
            .map(below)
            .collect();
        assert_eq!(
            watched,
            [".git", ".git/refs/heads", ".git/worktrees/linked"]
        );
    }
}
