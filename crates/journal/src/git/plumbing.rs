//! Repositories that libgit2 cannot open: SHA-256 ids, reftable, relative worktrees, partial clones. The git program reads
//! and writes them, with the commands meant for programs.
//!
//! It answers what [`Library`] would, only slower: every question is a process. Nothing here runs a hook,
//! goes through a shell, or fetches what a partial clone lacks.

mod along;
mod history;
mod import;
mod kept;
mod read;
mod write;

use std::cell::RefCell;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;

use super::program::{self, ProgramError};
use super::write::WriteError;
use super::{Library, OpenError, prefix_of};

pub(super) use read::Mark;

/// A repository that the git program answers for.
pub(super) struct Plumbing {
    /// The vault's root, canonical.
    root: PathBuf,
    /// The vault's folder inside the repository, ending in `/`; empty where the vault is the repository's top.
    prefix: String,
    top: PathBuf,
    git_dir: PathBuf,
    common_dir: PathBuf,
    /// The commits that the newest full walk came by, for [`Plumbing::note_history`].
    walked: RefCell<Option<read::Walked>>,
    is_unattended: bool,
    /// What libgit2 says of this repository.
    why: Box<str>,
}

impl Plumbing {
    /// Opens the repository that holds the folder `root`, which is canonical; `why` is what libgit2 says.
    pub(super) fn discover(root: PathBuf, why: &git2::Error) -> Result<Self, OpenError> {
        let ask = |arguments: &[&str]| {
            let mut command = command(&root, &["rev-parse", "--path-format=absolute"]);
            let said = program::run(command.args(arguments), Vec::new(), None);
            said.map_err(|program| OpenError::of_program(&root, why, program))
        };
        let is_bare = ask(&["--is-bare-repository"])?;
        let git_dir = path_of(ask(&["--git-dir"])?);
        if is_bare.starts_with(b"true") {
            return Err(OpenError::Bare { path: git_dir });
        }
        let common_dir = path_of(ask(&["--git-common-dir"])?);
        let top = path_of(ask(&["--show-toplevel"])?);
        let prefix = prefix_of(&root, &top)?;
        Ok(Self {
            root,
            prefix,
            top,
            git_dir,
            common_dir,
            walked: RefCell::new(None),
            is_unattended: false,
            why: why.message().into(),
        })
    }

    /// Opens what libgit2 has open but for its index.
    pub(super) fn for_index(library: &Library, why: &git2::Error) -> Result<Self, WriteError> {
        let opened = Self::discover(library.root.clone(), why);
        let mut plumbing = opened.map_err(|error| WriteError::Program {
            action: "read the index",
            source: match error {
                OpenError::Unsupported { program, .. } => program,
                other => ProgramError::Io(std::io::Error::other(other.to_string())),
            },
        })?;
        plumbing.is_unattended = library.is_unattended;
        Ok(plumbing)
    }

    pub(super) fn why(&self) -> &str {
        &self.why
    }

    pub(super) fn set_unattended(&mut self) {
        self.is_unattended = true;
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    pub(super) fn prefix(&self) -> &str {
        &self.prefix
    }

    pub(super) fn git_dir(&self) -> &Path {
        &self.git_dir
    }

    pub(super) fn common_dir(&self) -> &Path {
        &self.common_dir
    }

    pub(super) fn top_level(&self) -> &Path {
        &self.top
    }

    /// Returns the commit that `HEAD` is at; `None` on an unborn branch.
    pub(super) fn head(&self) -> Option<Box<str>> {
        self.resolve("HEAD")
    }

    /// Returns the commit that a name stands for; `None` where it stands for none.
    fn resolve(&self, name: &str) -> Option<Box<str>> {
        let name = format!("{name}^{{commit}}");
        let said = self.ask([
            "rev-parse",
            "--verify",
            "--quiet",
            "--end-of-options",
            &name,
        ]);
        word(&said.ok()?)
    }

    pub(super) fn setting(&self, key: &str) -> Option<String> {
        let said = self.ask(["config", "-z", "--get", key]).ok()?;
        let value = said.strip_suffix(b"\0").unwrap_or(&said);
        String::from_utf8(value.to_vec()).ok()
    }

    /// Runs git at the top of the work tree, and returns what it prints.
    fn ask<S: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = S>,
    ) -> Result<Vec<u8>, ProgramError> {
        self.tell(arguments, Vec::new())
    }

    /// Runs git at the top of the work tree with `input`, and returns what it prints.
    fn tell<S: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = S>,
        input: Vec<u8>,
    ) -> Result<Vec<u8>, ProgramError> {
        program::run(self.command().args(arguments), input, None)
    }

    /// Returns a git command without its arguments, to be run at the top of the work tree.
    fn command(&self) -> Command {
        command(&self.top, &[])
    }
}

/// Returns a git command that answers in English, runs no hook and reaches no other machine.
fn command(folder: &Path, arguments: &[&str]) -> Command {
    let patient = [
        "-c",
        "core.hooksPath=/dev/null",
        // Others' locks are waited for as long as `write` does.
        "-c",
        "core.filesRefLockTimeout=2000",
        "-c",
        "core.packedRefsTimeout=2000",
        "-c",
        "reftable.lockTimeout=2000",
        "--literal-pathspecs",
        "--no-pager",
    ];
    let mut command = program::git(folder, patient);
    command
        .args(arguments)
        .env("LC_ALL", "C")
        .env("GIT_ALLOW_PROTOCOL", "none");
    command
}

/// Returns the path that git prints on a line.
fn path_of(line: Vec<u8>) -> PathBuf {
    let line = line.strip_suffix(b"\n").unwrap_or(&line).to_vec();
    #[cfg(unix)]
    return PathBuf::from(<OsString as std::os::unix::ffi::OsStringExt>::from_vec(
        line,
    ));
    #[cfg(not(unix))]
    return PathBuf::from(String::from_utf8_lossy(&line).into_owned());
}

/// Returns the first word that git prints, as an id; `None` where it is none.
fn word(said: &[u8]) -> Option<Box<str>> {
    let word = said.split(u8::is_ascii_whitespace).next()?;
    let is_id = matches!(word.len(), 40 | 64) && word.iter().all(u8::is_ascii_hexdigit);
    is_id.then(|| String::from_utf8_lossy(word).into())
}
