//! Signed commits: libgit2 cannot sign, so the git program makes the commit object (`git commit-tree -S`).
//!
//! So `gpg.format`, `user.signingKey`, agents and programs work as they do for `git commit`. Moving the branch is `write`'s
//! business: a signature that fails leaves nothing behind.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use git2::{ErrorCode, Oid, Signature};
use jiff::Zoned;

use super::Library;
use super::program::{self, Scratch};
use super::write::{WriteError, git, git_time};

/// The tree without entries, which git knows without having it.
const EMPTY_TREE: &str = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

/// How long a signature may take where nobody can be asked for a passphrase at a terminal.
pub(super) const UNATTENDED: Duration = Duration::from_mins(1);

/// A commit about to be made by the git program.
pub(super) struct Unsigned<'a> {
    pub(super) author: &'a Signature<'a>,
    pub(super) committer: &'a Signature<'a>,
    pub(super) message: &'a str,
    /// Hexadecimal, as is `parent`.
    pub(super) tree: &'a str,
    pub(super) parent: Option<&'a str>,
}

impl Library {
    /// Returns whether commits are to be signed: `commit.gpgSign`.
    pub(super) fn signs(&self) -> Result<bool, WriteError> {
        let config = self.git.config().map_err(git("read its configuration"))?;
        match config.get_bool("commit.gpgsign") {
            Ok(signs) => Ok(signs),
            Err(error) if error.code() == ErrorCode::NotFound => Ok(false),
            Err(error) => Err(git("read `commit.gpgsign`")(error)),
        }
    }

    /// Says whether signed commits could be made, as far as that can be known without signing: that there is a git program.
    pub(super) fn check_signer(&self) -> Result<(), WriteError> {
        if self.signs()? {
            let mut version = program::git(self.top_level(), ["version"]);
            program::run(&mut version, Vec::new(), Some(UNATTENDED))
                .map_err(|source| WriteError::Signing { source })?;
        }
        Ok(())
    }

    /// See [`Repository::try_signing`](super::Repository::try_signing).
    pub(super) fn try_signing(&self, now: &Zoned) -> Result<(), WriteError> {
        let author = self.signature("AUTHOR", git_time(now))?;
        let committer = self.signature("COMMITTER", git_time(now))?;
        try_signing(
            self.top_level(),
            &author,
            &committer,
            EMPTY_TREE,
            self.is_unattended,
        )
    }

    /// Makes a signed commit that no branch is at yet.
    pub(super) fn write_signed(&self, commit: &Unsigned<'_>) -> Result<Oid, WriteError> {
        let signing = |source| WriteError::Signing { source };
        let mut command = commit_tree(self.top_level(), commit, true, self.is_unattended);
        let limit = self.is_unattended.then_some(UNATTENDED);
        let said = program::run(&mut command, commit.message.into(), limit).map_err(signing)?;
        let said = String::from_utf8_lossy(&said);
        let commit = Oid::from_str(said.trim()).map_err(git("write the commit"))?;
        // As with unsigned ones: an answer that all is well is believed once the commit can be read.
        let found = self.git.find_commit(commit);
        found.map_err(git("write the commit"))?;
        Ok(commit)
    }
}

/// Signs a commit that nobody will see, of the tree without entries.
pub(super) fn try_signing(
    folder: &Path,
    author: &Signature<'_>,
    committer: &Signature<'_>,
    tree: &str,
    is_unattended: bool,
) -> Result<(), WriteError> {
    let signing = |source| WriteError::Signing { source };
    let objects = Scratch::new().map_err(|error| signing(error.into()))?;
    let commit = Unsigned {
        author,
        committer,
        message: "a signature, for trial\n",
        tree,
        parent: None,
    };
    let mut command = commit_tree(folder, &commit, true, is_unattended);
    command.env("GIT_OBJECT_DIRECTORY", objects.path());
    let limit = is_unattended.then_some(UNATTENDED);
    program::run(&mut command, commit.message.into(), limit).map_err(signing)?;
    Ok(())
}

/// Returns the command that makes a commit object, reads its message and prints its id.
pub(super) fn commit_tree(
    folder: &Path,
    commit: &Unsigned<'_>,
    sign: bool,
    is_unattended: bool,
) -> Command {
    let mut arguments = vec!["-c", "i18n.commitEncoding=UTF-8", "commit-tree"];
    if sign {
        arguments.push("-S");
    }
    arguments.push(commit.tree);
    if let Some(parent) = commit.parent {
        arguments.extend(["-p", parent]);
    }
    let mut command = program::git(folder, arguments);
    for (role, signature) in [("AUTHOR", commit.author), ("COMMITTER", commit.committer)] {
        let name = String::from_utf8_lossy(signature.name_bytes());
        let email = String::from_utf8_lossy(signature.email_bytes());
        command
            .env(format!("GIT_{role}_NAME"), &*name)
            .env(format!("GIT_{role}_EMAIL"), &*email)
            .env(format!("GIT_{role}_DATE"), date(signature));
    }
    if is_unattended {
        // Editors that run ties own the terminal: a question there would be lost, and would spoil their screen.
        command
            .env_remove("GPG_TTY")
            .env("SSH_ASKPASS_REQUIRE", "force")
            .env("GIT_TERMINAL_PROMPT", "0");
    }
    command
}

/// Returns the time of a signature as git reads it, whatever the number of its digits.
fn date(signature: &Signature<'_>) -> String {
    let when = signature.when();
    let minutes = when.offset_minutes().abs();
    format!(
        "@{} {}{:02}{:02}",
        when.seconds(),
        when.sign(),
        minutes / 60,
        minutes % 60
    )
}
