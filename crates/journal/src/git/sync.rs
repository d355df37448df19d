//! Bringing a branch and a remote together with the git program: fetch, merge or rebase, push.
//!
//! It is what `git pull` and `git push` do, in the user's own configuration, with three differences: nothing is ever forced;
//! a push that others beat to it is tried again on top of theirs; and a rebase keeps commits without changes, as interactions
//! are. Hooks, credentials, merge drivers and signatures are git's business here.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use git2::RepositoryState;
use thiserror::Error;

use super::{
    Backend, Repository,
    program::{self, ProgramError},
    write::{WriteError, check_state},
};

/// How often a push that others beat to it is tried before giving up.
const TRIES: usize = 5;

/// What to do about a lock.
const LOCKED: &str =
    "wait for the git command that holds it; where none runs any more, remove that file";

/// What to bring together, and how.
#[derive(Clone, Copy, Debug, Default)]
pub struct SyncOptions<'a> {
    /// The name of the remote; `None` for the branch's own, or the only one.
    pub remote: Option<&'a str>,
    /// How diverged histories are joined; `None` as git is configured (`branch.NAME.rebase`, `pull.rebase`), else by a merge.
    pub join: Option<Join>,
}

/// How two histories that both went on become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Join {
    /// By a merge commit: no commit is written anew.
    Merge,
    /// By writing one's own commits anew on top of the others'.
    Rebase,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Synced {
    /// The remote's name.
    pub remote: String,
    /// The branch, without `refs/heads/`.
    pub branch: String,
    /// The branch at the remote, as `origin/main`.
    pub upstream: String,
    /// How many commits came.
    pub received: usize,
    /// How many commits went, with the merge commit where there is one.
    pub sent: usize,
    /// How the histories were joined, where both had gone on.
    pub join: Option<Join>,
    /// How many files have changes that are not committed, and so were not sent.
    pub uncommitted: usize,
    /// Files that both sides changed differently: the merge or rebase is still going on, and nothing was sent.
    pub conflicts: Vec<Conflict>,
}

/// A file that both sides changed differently.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The file, from the top of the work tree.
    pub path: String,
    /// What the sides did.
    pub sides: Sides,
}

/// What two sides did to a file. In a rebase, ours is what the remote has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sides {
    /// Both changed it: it has conflict markers.
    Changed,
    /// Both added it: it has conflict markers.
    Added,
    /// Ours deleted it, theirs changed it.
    OursDeleted,
    /// Theirs deleted it, ours changed it.
    TheirsDeleted,
    /// It was renamed by one side or both.
    Renamed,
}

/// Why the two were not brought together.
#[derive(Debug, Error)]
pub enum SyncError {
    /// Git is in the middle of something.
    #[error("{operation} is in progress here")]
    Busy {
        /// `a merge`, `a rebase`, `a bisect`.
        operation: &'static str,
        /// The commands that end it.
        ways_out: &'static str,
    },
    /// Somebody holds the index, or left its lock behind.
    #[error("`{}` is locked", path.display())]
    Locked {
        /// The lock file.
        path: PathBuf,
    },
    /// No branch is checked out.
    #[error("HEAD is detached, so there is no branch to bring together with another")]
    Detached,
    /// There is no remote, or none of that name.
    #[error("{}", no_remote(.asked.as_deref(), .known))]
    NoRemote {
        /// The name that was asked for.
        asked: Option<String>,
        /// The remotes there are.
        known: Vec<String>,
    },
    /// Neither side has a commit.
    #[error("`{branch}` has no commit yet, here or at `{remote}`")]
    Nothing {
        /// The branch.
        branch: String,
        /// The remote.
        remote: String,
        /// A branch that the remote has.
        other: Option<String>,
    },
    /// Histories that have no commit in common.
    #[error("`{upstream}` and `{branch}` have no commit in common")]
    Unrelated {
        /// The branch.
        branch: String,
        /// The branch at the remote.
        upstream: String,
        /// Whether that may be because history is cut here.
        is_shallow: bool,
    },
    /// Both went on, and git is told to go forward only.
    #[error("`{branch}` and `{upstream}` both went on, and `pull.ff` is `only`")]
    Diverged {
        /// The branch.
        branch: String,
        /// The branch at the remote.
        upstream: String,
    },
    /// A step that git refused.
    #[error("git could not {action}: {source}")]
    Git {
        /// What was tried.
        action: String,
        /// What to do about it.
        hint: Option<&'static str>,
        /// What git says.
        source: ProgramError,
    },
    /// Others pushed first, again and again.
    #[error("`{upstream}` was moved by others all the time")]
    Contended {
        /// The branch at the remote.
        upstream: String,
    },
}

fn no_remote(asked: Option<&str>, known: &[String]) -> String {
    match (asked, known) {
        (Some(asked), _) => format!("there is no remote called `{asked}`"),
        (None, []) => "this repository has no remote".to_owned(),
        (None, _) => "this branch follows none of the remotes".to_owned(),
    }
}

impl SyncError {
    /// Returns the next step, a sentence without a full stop; `None` where the message says all there is.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Busy { ways_out, .. } => Some(format!("finish with {ways_out}, then try again")),
            Self::Detached => Some("`git switch BRANCH` goes back to one, `git switch -c BRANCH` makes one".to_owned()),
            Self::NoRemote { known, .. } if known.is_empty() => {
                Some("`git remote add origin URL` names one: a host, or a folder made with `git init --bare`".to_owned())
            }
            Self::NoRemote { known, .. } => {
                let known: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
                Some(format!("name one of {}", known.join(", ")))
            }
            Self::Nothing { other: Some(other), .. } => {
                Some(format!("the remote has `{other}`: `git switch {other}`"))
            }
            Self::Nothing { .. } => Some("`ties log` or `git commit` makes a commit".to_owned()),
            Self::Unrelated { upstream, is_shallow: false, .. } => Some(format!(
                "where they belong together all the same, once: `git merge --allow-unrelated-histories {upstream}`"
            )),
            Self::Unrelated { .. } => Some("history is cut here: `git fetch --unshallow` gets the rest".to_owned()),
            Self::Diverged { .. } => Some("`ties sync --merge` or `ties sync --rebase` joins them".to_owned()),
            Self::Git { source: ProgramError::Missing, .. } => Some("install git".to_owned()),
            Self::Locked { .. } => Some(LOCKED.to_owned()),
            Self::Git { source, .. } if source.to_string().contains(".lock'") => Some(LOCKED.to_owned()),
            Self::Git { hint, .. } => hint.map(str::to_owned),
            Self::Contended { .. } => Some("try again".to_owned()),
        }
    }
}

impl Repository {
    /// Fetches from a remote, joins its branch with the one that is checked out, and pushes what is new here.
    ///
    /// A history that only one side went on with is taken as it is. Where a merge or rebase meets a conflict it is left for
    /// the user to finish, as git does, and nothing is pushed; see [`Synced::conflicts`].
    ///
    /// # Errors
    /// See [`SyncError`]. What was fetched and joined before a push that fails stays.
    pub fn sync(&self, options: &SyncOptions<'_>) -> Result<Synced, SyncError> {
        self.check_idle()?;
        let mut sync = self.places(options)?;
        let mut join = None;
        for _ in 0..TRIES {
            self.fetch(&sync)?;
            let received = self.count(self.head().as_deref(), self.upstream(&sync).as_deref());
            sync.received += received;
            if received > 0 {
                let own = self.count(self.upstream(&sync).as_deref(), self.head().as_deref());
                let how = (own > 0).then(|| self.how(&sync, options)).transpose()?;
                join = how.or(join);
                let conflicts = self.join(&sync, how)?;
                if !conflicts.is_empty() {
                    return Ok(self.done(sync, 0, join, conflicts));
                }
            }
            if self.head().is_none() {
                return Err(self.nothing(&sync));
            }
            let own = self.count(self.pushed(&sync).as_deref(), self.head().as_deref());
            if own == 0 && self.pushed(&sync).is_some() {
                return Ok(self.done(sync, 0, join, Vec::new()));
            }
            match self.push(&sync) {
                Ok(()) => return Ok(self.done(sync, own, join, Vec::new())),
                Err(error) if !self.is_behind(&sync)? => return Err(error),
                // Others were faster.
                Err(_) => {}
            }
        }
        let upstream = sync.upstream_name();
        Err(SyncError::Contended { upstream })
    }

    fn done(
        &self,
        sync: Places,
        sent: usize,
        join: Option<Join>,
        conflicts: Vec<Conflict>,
    ) -> Synced {
        let status = ["status", "--porcelain", "-z", "--no-renames"];
        let said = program::run(&mut self.git(status), Vec::new(), None).unwrap_or_default();
        let files = said
            .split(|byte| *byte == 0)
            .filter(|file| !file.is_empty());
        Synced {
            upstream: format!("{}/{}", sync.push_remote, sync.push_name()),
            remote: sync.remote,
            branch: sync.branch,
            received: sync.received,
            sent,
            join,
            uncommitted: files.count(),
            conflicts,
        }
    }

    /// Refuses what git would half do and not always explain: another git is at work, or was killed.
    fn check_locks(&self) -> Result<(), SyncError> {
        let mut locks = Vec::new();
        let mut folders = vec![self.common_dir().join("refs/heads")];
        let list = |folder: &Path| fs::read_dir(folder).into_iter().flatten().flatten();
        let is_lock = |path: &PathBuf| path.extension().is_some_and(|end| end == "lock");
        while let Some(folder) = folders.pop() {
            for entry in list(&folder) {
                match entry.file_type() {
                    Ok(kind) if kind.is_dir() => folders.push(entry.path()),
                    _ => locks.push(entry.path()),
                }
            }
        }
        locks.extend(list(self.git_dir()).map(|entry| entry.path()));
        locks.retain(is_lock);
        locks.sort();
        match locks.into_iter().next() {
            Some(path) => Err(SyncError::Locked { path }),
            None => Ok(()),
        }
    }

    fn check_idle(&self) -> Result<(), SyncError> {
        self.check_locks()?;
        let busy = |operation, ways_out| SyncError::Busy {
            operation,
            ways_out,
        };
        match check_state(self.state(), self.git_dir(), true) {
            Err(WriteError::Busy {
                operation,
                ways_out,
            }) => Err(busy(operation, ways_out)),
            _ => Ok(()),
        }
    }

    fn state(&self) -> RepositoryState {
        match &self.backend {
            Backend::Library(git) => git.git.state(),
            Backend::Program(git) => git.state(true),
        }
    }

    /// Returns which branch meets which.
    fn places(&self, options: &SyncOptions<'_>) -> Result<Places, SyncError> {
        let branch = self.ask(["symbolic-ref", "--quiet", "--short", "HEAD"]);
        let branch = branch.ok_or(SyncError::Detached)?;
        let known: Vec<String> = self
            .ask(["remote"])
            .map_or_else(Vec::new, |said| said.lines().map(str::to_owned).collect());
        let is_known = |name: &String| known.contains(name);
        let own = self.setting(&format!("branch.{branch}.remote"));
        let own = own.filter(is_known);
        let remote = match options.remote {
            Some(asked) => Some(asked.to_owned()).filter(is_known),
            None => own.clone().or_else(|| match &known[..] {
                [only] => Some(only.clone()),
                _ => Some("origin".to_owned()).filter(is_known),
            }),
        };
        let Some(remote) = remote else {
            return Err(SyncError::NoRemote {
                asked: options.remote.map(str::to_owned),
                known,
            });
        };
        let followed = self.setting(&format!("branch.{branch}.merge"));
        let followed = followed.filter(|_| own.as_ref() == Some(&remote));
        let follows = followed.is_some();
        let name = followed.and_then(|name| Some(name.strip_prefix("refs/heads/")?.to_owned()));
        // Some push elsewhere than they fetch from.
        let push_remote = match options.remote {
            Some(_) => None,
            None => self
                .setting(&format!("branch.{branch}.pushRemote"))
                .or_else(|| self.setting("remote.pushDefault"))
                .filter(is_known),
        };
        Ok(Places {
            name: name.unwrap_or_else(|| branch.clone()),
            push_remote: push_remote.unwrap_or_else(|| remote.clone()),
            follows,
            branch,
            remote,
            received: 0,
        })
    }

    fn fetch(&self, sync: &Places) -> Result<(), SyncError> {
        let mut command = self.git(["fetch", "--quiet"]);
        command.arg("--").arg(&sync.remote);
        if self.upstream(sync).is_none() {
            // Of a clone that follows a single branch, this may be another.
            let all = program::run(&mut command, Vec::new(), None);
            let (name, remote) = (&sync.name, &sync.remote);
            let refspec = format!("+refs/heads/{name}:refs/remotes/{remote}/{name}");
            let mut one = self.git(["fetch", "--quiet", "--", remote, &refspec]);
            // There may be no such branch; what is wrong otherwise was said before.
            return match all {
                Ok(_) => {
                    let _ = program::run(&mut one, Vec::new(), None);
                    Ok(())
                }
                Err(source) => Err(sync.not_fetched(source)),
            };
        }
        program::run(&mut command, Vec::new(), None)
            .map(|_| ())
            .map_err(|source| sync.not_fetched(source))
    }

    /// Returns how to join, as asked for or configured.
    fn how(&self, sync: &Places, options: &SyncOptions<'_>) -> Result<Join, SyncError> {
        if let Some(join) = options.join {
            return Ok(join);
        }
        let (branch, upstream) = (sync.branch.clone(), sync.upstream_name());
        match self.rebase_setting(&branch).as_deref() {
            None if self.setting("pull.ff").as_deref() == Some("only") => {
                Err(SyncError::Diverged { branch, upstream })
            }
            Some("false" | "no" | "off" | "0") | None => Ok(Join::Merge),
            Some(_) => Ok(Join::Rebase),
        }
    }

    fn rebase_setting(&self, branch: &str) -> Option<String> {
        let own = self.setting(&format!("branch.{branch}.rebase"));
        let setting = own.or_else(|| self.setting("pull.rebase"))?;
        Some(setting.to_lowercase())
    }

    /// Brings the branch to what the remote has, by `how` where both went on; returns what is in conflict.
    fn join(&self, sync: &Places, how: Option<Join>) -> Result<Vec<Conflict>, SyncError> {
        let upstream = sync.tracking();
        let mut command = match how {
            None => self.git(["merge", "--quiet", "--ff-only"]),
            Some(Join::Merge) => self.git(["merge", "--quiet", "--no-edit", "--no-ff"]),
            Some(Join::Rebase) => {
                let mut command = self.git(["rebase", "--quiet", "--merge"]);
                // Interactions are commits without changes, and so may be what remains of a commit that logs, even where the
                // remote has the same change already.
                command.args(["--keep-empty", "--empty=keep"]);
                command.args(["--reapply-cherry-picks", "--no-autosquash"]);
                if self.rebase_setting(&sync.branch).as_deref() == Some("merges") {
                    command.arg("--rebase-merges");
                }
                command
            }
        };
        // The name that git's message for a merge commit begins with, instead of the whole ref.
        let source = upstream.strip_prefix("refs/remotes/").unwrap_or(&upstream);
        let Err(error) = program::run(command.arg(source), Vec::new(), None) else {
            return Ok(Vec::new());
        };
        if self.state() != RepositoryState::Clean {
            let conflicts = self.conflicts();
            if !conflicts.is_empty() {
                return Ok(conflicts);
            }
        }
        self.check_locks()?;
        let base = self.ask(["merge-base", "HEAD", &upstream]);
        if base.is_none() && self.head().is_some() {
            return Err(SyncError::Unrelated {
                branch: sync.branch.clone(),
                upstream: sync.upstream_name(),
                is_shallow: self.common_dir().join("shallow").exists(),
            });
        }
        let (verb, hint) = match how {
            Some(Join::Rebase) => (
                "rebase on",
                "commit what is not committed, or `ties sync --merge`, which leaves it where it is",
            ),
            _ => (
                "merge",
                "where files that are not committed are in the way, commit them first",
            ),
        };
        Err(SyncError::Git {
            action: format!("{verb} `{}`", sync.upstream_name()),
            hint: Some(hint),
            source: error,
        })
    }

    /// Returns the files that a merge or rebase stopped at.
    fn conflicts(&self) -> Vec<Conflict> {
        let status = [
            "status",
            "--porcelain=v2",
            "-z",
            "--untracked-files=no",
            "--ignore-submodules",
        ];
        let said = program::run(&mut self.git(status), Vec::new(), None).unwrap_or_default();
        let said = String::from_utf8_lossy(&said);
        let unmerged = said
            .split('\0')
            .filter_map(|entry| entry.strip_prefix("u "));
        unmerged
            .filter_map(|entry| {
                let mut words = entry.splitn(10, ' ');
                let sides = match words.next()? {
                    "UU" => Sides::Changed,
                    "AA" => Sides::Added,
                    "DU" => Sides::OursDeleted,
                    "UD" => Sides::TheirsDeleted,
                    _ => Sides::Renamed,
                };
                let path = words.nth(8)?.to_owned();
                Some(Conflict { path, sides })
            })
            .collect()
    }

    fn push(&self, sync: &Places) -> Result<(), SyncError> {
        let mut command = self.git(["push", "--quiet"]);
        if !sync.follows && sync.push_remote == sync.remote {
            command.arg("--set-upstream");
        }
        let refspec = format!("HEAD:refs/heads/{}", sync.push_name());
        command.args(["--", &sync.push_remote, &refspec]);
        match program::run(&mut command, Vec::new(), None) {
            Ok(_) => Ok(()),
            Err(source) => Err(SyncError::Git {
                action: format!("push to `{}`", sync.push_remote),
                hint: Some(
                    "what was fetched is joined already; `git push` may say more, and nothing is lost",
                ),
                source,
            }),
        }
    }

    /// Returns whether the remote has commits that are not here, after asking it again.
    fn is_behind(&self, sync: &Places) -> Result<bool, SyncError> {
        if sync.push_remote != sync.remote {
            return Ok(false);
        }
        self.fetch(sync)?;
        Ok(self.count(self.head().as_deref(), self.upstream(sync).as_deref()) > 0)
    }

    fn nothing(&self, sync: &Places) -> SyncError {
        let heads = ["for-each-ref", "--format=%(refname:lstrip=3)"];
        let mut command = self.git(heads);
        command.arg(format!("refs/remotes/{}", sync.remote));
        let said = program::run(&mut command, Vec::new(), None).unwrap_or_default();
        let said = String::from_utf8_lossy(&said);
        let other = said.lines().find(|name| *name != "HEAD");
        SyncError::Nothing {
            branch: sync.branch.clone(),
            remote: sync.remote.clone(),
            other: other.map(str::to_owned),
        }
    }

    /// Returns the commit that the remote's branch was at when it was last asked.
    fn upstream(&self, sync: &Places) -> Option<String> {
        self.commit_of(&sync.tracking())
    }

    /// Like [`Self::upstream`], of the branch that is pushed to.
    fn pushed(&self, sync: &Places) -> Option<String> {
        let (remote, name) = (&sync.push_remote, sync.push_name());
        self.commit_of(&format!("refs/remotes/{remote}/{name}"))
    }

    fn commit_of(&self, name: &str) -> Option<String> {
        let commit = format!("{name}^{{commit}}");
        self.ask(["rev-parse", "--quiet", "--verify", &commit])
    }

    /// Returns how many commits `to` has that `from` does not have.
    fn count(&self, from: Option<&str>, to: Option<&str>) -> usize {
        let Some(to) = to else { return 0 };
        let mut command = self.git(["rev-list", "--count", to]);
        if let Some(from) = from {
            command.arg(format!("^{from}"));
        }
        let said = program::run(&mut command, Vec::new(), None).unwrap_or_default();
        String::from_utf8_lossy(&said).trim().parse().unwrap_or(0)
    }

    /// Asks git something that has an answer of one line, or none.
    fn ask<const N: usize>(&self, arguments: [&str; N]) -> Option<String> {
        let said = program::run(&mut self.git(arguments), Vec::new(), None).ok()?;
        let said = String::from_utf8_lossy(&said).trim_end().to_owned();
        (!said.is_empty()).then_some(said)
    }

    fn git<const N: usize>(&self, arguments: [&str; N]) -> Command {
        program::as_the_user(self.top_level(), arguments)
    }
}

/// Which branch meets which, and what has come so far.
struct Places {
    branch: String,
    remote: String,
    /// The branch's name at the remote.
    name: String,
    push_remote: String,
    /// Whether the branch is set to follow that of the remote.
    follows: bool,
    received: usize,
}

impl Places {
    /// Returns the ref that remembers where the remote's branch is.
    fn tracking(&self) -> String {
        format!("refs/remotes/{}", self.upstream_name())
    }

    fn upstream_name(&self) -> String {
        format!("{}/{}", self.remote, self.name)
    }

    /// Returns the name of the branch that is pushed to.
    fn push_name(&self) -> &str {
        if self.push_remote == self.remote {
            &self.name
        } else {
            &self.branch
        }
    }

    fn not_fetched(&self, source: ProgramError) -> SyncError {
        let url = "`git remote -v` shows where it is; without it everything goes on here, to be synced later";
        SyncError::Git {
            action: format!("fetch from `{}`", self.remote),
            hint: Some(url),
            source,
        }
    }
}
