//! Writing: records become commits on top of `HEAD`, as [`crate::git::write`] does with libgit2.
//!
//! Commits are made first and belong to no branch; then `git update-ref` moves the branch from where it was seen, or not at
//! all. Index and work tree are not looked at, unless notes go along.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Instant;

use git2::{RepositoryState, Signature, Time};
use jiff::Zoned;

use super::Plumbing;
use crate::git::kept;
use crate::git::pack::PACK_FROM;
use crate::git::program::{self, ProgramError};
use crate::git::sign::{UNATTENDED, Unsigned, commit_tree, try_signing};
use crate::git::write::{
    CONTENTION, Draft, Warning, WriteError, Written, check_state, git_time, identity, reflog_of,
};

/// The file that locks a reftable, in the folder of its refs.
const TABLES_LOCK: &str = "reftable/tables.list.lock";

/// Where `HEAD` is.
#[derive(PartialEq, Eq)]
pub(super) struct Head {
    /// The branch by its full name; `None` where `HEAD` is on a commit itself.
    branch: Option<String>,
    /// `None` where the branch has no commit yet.
    pub(super) at: Option<Box<str>>,
    /// The tree there.
    pub(super) tree: Option<Box<str>>,
}

impl Plumbing {
    /// See [`Repository::check_writable`](crate::git::Repository::check_writable).
    pub(in crate::git) fn check_writable(&self) -> Result<(), WriteError> {
        check_state(self.state(false), &self.git_dir, false)?;
        let settings = self.settings()?;
        signature("AUTHOR", Time::new(0, 0), &settings)?;
        signature("COMMITTER", Time::new(0, 0), &settings)?;
        Ok(())
    }

    pub(in crate::git) fn signs(&self) -> Result<bool, WriteError> {
        match self.ask(["config", "--type=bool", "--get", "commit.gpgSign"]) {
            Ok(said) => Ok(said.starts_with(b"true")),
            Err(ProgramError::Failed { code: Some(1), .. }) => Ok(false),
            Err(error) => Err(git("read `commit.gpgsign`")(error)),
        }
    }

    pub(in crate::git) fn try_signing(&self, now: &Zoned) -> Result<(), WriteError> {
        let settings = self.settings()?;
        let author = signature("AUTHOR", git_time(now), &settings)?;
        let committer = signature("COMMITTER", git_time(now), &settings)?;
        let empty = ["hash-object", "-t", "tree", "--stdin"];
        let tree = self.ask(empty).map_err(git("name a tree"))?;
        let tree = String::from_utf8_lossy(&tree);
        try_signing(
            &self.top,
            &author,
            &committer,
            tree.trim(),
            self.is_unattended,
        )
    }

    pub(in crate::git) fn commit(
        &self,
        drafts: &[Draft],
        notes: &[&str],
        now: &Zoned,
    ) -> Result<Written, WriteError> {
        check_state(
            self.state(!notes.is_empty()),
            &self.git_dir,
            !notes.is_empty(),
        )?;
        let settings = self.settings()?;
        let committer = signature("COMMITTER", git_time(now), &settings)?;
        let author = signature("AUTHOR", git_time(now), &settings)?;
        let authors: Vec<Signature<'_>> = drafts
            .iter()
            .map(|draft| Signature::new(author.name()?, author.email()?, &draft.author_time))
            .collect::<Result<_, _>>()
            .map_err(crate::git::write::git("name the author"))?;
        let mut written = Written {
            commits: Vec::new(),
            warnings: Vec::new(),
        };
        let Some(last) = drafts.last() else {
            return Ok(written);
        };
        let reflog = reflog_of(drafts, last);
        let signs = self.signs()?;
        let start = Instant::now();
        loop {
            let head = self.current()?;
            let along = self.prepare(&head, notes)?;
            let tree = self.tree(&head, &along)?;
            written.commits.clear();
            let links = drafts.iter().zip(&authors).map(|(draft, author)| Unsigned {
                author,
                committer: &committer,
                message: &draft.message,
                tree: &tree,
                parent: head.at.as_deref(),
            });
            let links: Vec<Unsigned<'_>> = links.collect();
            if links.len() >= PACK_FROM && along.is_empty() && !signs {
                written.commits = self.import(&links)?;
            } else {
                for mut link in links {
                    link.parent = written.commits.last().map(|last| &**last).or(link.parent);
                    let commit = self.write_commit(&link, signs)?;
                    written.commits.push(commit);
                }
            }
            let tip = written.commits.last().expect("there is a draft");
            match self.advance(&head, tip, &reflog) {
                Ok(()) => {
                    if head.branch.is_none() {
                        written.warnings.push(Warning::DetachedHead);
                    }
                    if self.set_index(&along).is_err() {
                        written.warnings.push(Warning::IndexBehind);
                    }
                    if let Err(error) = kept::keep_tip(self, head.at.as_deref(), tip) {
                        let cause = error.to_string().into();
                        written.warnings.push(Warning::NotKept(cause));
                    }
                    return Ok(written);
                }
                Err(error) => {
                    // Where the branch moved, the next try starts from there.
                    if self.current()? == head || start.elapsed() > CONTENTION {
                        return Err(self.refused(&head, error));
                    }
                }
            }
        }
    }

    fn write_commit(&self, commit: &Unsigned<'_>, sign: bool) -> Result<Box<str>, WriteError> {
        let mut command = commit_tree(&self.top, commit, sign, self.is_unattended);
        let limit = self.is_unattended.then_some(UNATTENDED);
        if !sign {
            // Signers speak to people, in their language; git to this program, in English.
            command.env("LC_ALL", "C");
        }
        let said = program::run(&mut command, commit.message.into(), limit);
        let said = said.map_err(|source| match sign {
            true => WriteError::Signing { source },
            false => git("write the commit")(source),
        })?;
        super::word(&said).ok_or_else(|| nothing("write the commit"))
    }

    /// Moves the branch from where `head` saw it; fails where it is no longer there.
    fn advance(&self, head: &Head, tip: &str, reflog: &str) -> Result<(), ProgramError> {
        // Nothing where the branch must not be there yet.
        let zeros = "0".repeat(tip.len());
        let old = head.at.as_deref().unwrap_or(&zeros);
        let mut arguments = vec!["update-ref", "-m", reflog];
        let name = match &head.branch {
            Some(branch) => branch,
            None => {
                arguments.push("--no-deref");
                "HEAD"
            }
        };
        arguments.extend([name, tip, old]);
        self.ask(arguments)?;
        Ok(())
    }

    /// Returns why the branch was not moved.
    fn refused(&self, head: &Head, error: ProgramError) -> WriteError {
        let ProgramError::Failed { said, .. } = &error else {
            return git("move the branch")(error);
        };
        let branch = head.branch.as_deref().unwrap_or("HEAD");
        if said.contains("but expected") || said.contains("already exists") {
            return WriteError::Contended {
                branch: branch.to_owned(),
            };
        }
        // `Unable to create 'PATH.lock': File exists`. Of a reftable's lock git does not say the path.
        let named = said.split('\'').map(PathBuf::from);
        let tables = [&self.common_dir, &self.git_dir].map(|folder| folder.join(TABLES_LOCK));
        let lock = named.chain(tables).find(|path| {
            path.extension()
                .is_some_and(|extension| extension == "lock")
                && path.exists()
        });
        match lock {
            Some(path) => WriteError::Locked { path },
            None => git("move the branch")(error),
        }
    }

    fn current(&self) -> Result<Head, WriteError> {
        let branch = match self.ask(["symbolic-ref", "--quiet", "HEAD"]) {
            Ok(said) => Some(String::from_utf8_lossy(&said).trim_end().to_owned()),
            Err(ProgramError::Failed { code: Some(1), .. }) => None,
            Err(error) => return Err(git("read HEAD")(error)),
        };
        // It fails on an unborn branch. One question for both: the longer this takes, the more often others come first.
        let said = self.ask(["rev-parse", "HEAD^{commit}", "HEAD^{tree}"]);
        let said = String::from_utf8(said.unwrap_or_default()).unwrap_or_default();
        let mut lines = said.lines().map(|line| super::word(line.as_bytes()));
        let (at, tree) = (lines.next().flatten(), lines.next().flatten());
        if branch.is_none() && at.is_none() {
            return Err(nothing("read HEAD"));
        }
        Ok(Head { branch, at, tree })
    }

    /// Returns what git is in the middle of; a cherry-pick and a revert only where that is asked for.
    pub(in crate::git) fn state(&self, also_picks: bool) -> RepositoryState {
        let has = |name: &str| self.git_dir.join(name).exists();
        // With a reftable these are refs like others.
        let has_ref = |name: &str| also_picks && (has(name) || self.resolve(name).is_some());
        if has("rebase-merge") {
            RepositoryState::RebaseMerge
        } else if has("rebase-apply/rebasing") {
            RepositoryState::Rebase
        } else if has("rebase-apply") {
            RepositoryState::ApplyMailboxOrRebase
        } else if has("BISECT_LOG") {
            RepositoryState::Bisect
        } else if has("MERGE_HEAD") {
            RepositoryState::Merge
        } else if has_ref("CHERRY_PICK_HEAD") {
            RepositoryState::CherryPick
        } else if has_ref("REVERT_HEAD") {
            RepositoryState::Revert
        } else {
            RepositoryState::Clean
        }
    }

    /// Returns all of git's settings here, keys in lower case; of one that is given more than once the last.
    fn settings(&self) -> Result<BTreeMap<String, String>, WriteError> {
        let said = self.ask(["config", "-z", "--list"]);
        let said = said.map_err(git("read its configuration"))?;
        let said = String::from_utf8_lossy(&said);
        let pairs = said.split('\0').filter_map(|pair| pair.split_once('\n'));
        Ok(pairs
            .map(|(key, value)| (key.to_lowercase(), value.to_owned()))
            .collect())
    }
}

fn signature(
    role: &str,
    time: Time,
    settings: &BTreeMap<String, String>,
) -> Result<Signature<'static>, WriteError> {
    identity(role, time, |key| settings.get(key).cloned())
}

pub(super) fn git(action: &'static str) -> impl Fn(ProgramError) -> WriteError {
    move |source| WriteError::Program { action, source }
}

/// The program ended well and said nothing that can be understood.
pub(super) fn nothing(action: &'static str) -> WriteError {
    git(action)(ProgramError::Failed {
        said: "it did not say what came of it".to_owned(),
        code: Some(0),
    })
}
