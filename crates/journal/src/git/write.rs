//! Writing: records become commits on top of `HEAD`, whatever state index and work tree are in.
//!
//! A commit takes the tree of `HEAD`, never the index, so that what is staged stays staged. The branch moves by
//! compare-and-swap: when someone else moved it meanwhile, the commits are made again on top of theirs.

use std::collections::BTreeSet;
use std::hash::{BuildHasher, Hasher};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use git2::{
    AttrCheckFlags, ErrorCode, FileMode, Oid, RepositoryState, Signature, Time, Tree,
    build::TreeUpdateBuilder,
};
use jiff::Zoned;
use note::{ContactId, value::When};
use thiserror::Error;

use super::{
    Head, Library, Repository, kept,
    pack::{self, Link, PACK_FROM},
    program::ProgramError,
    sign::Unsigned,
};
use crate::Record;
use crate::record::{SKIP_CI, encode, encode_moves};

/// How long a lock that nobody lets go of is waited for.
pub(super) const PATIENCE: Duration = Duration::from_secs(2);
/// How long other writers may keep coming first.
pub(super) const CONTENTION: Duration = Duration::from_secs(30);

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The ids of the new commits, hexadecimal, one for each record, oldest first.
    pub commits: Vec<Box<str>>,
    /// What the user should know about it.
    pub warnings: Vec<Warning>,
}

/// What the user should know about a commit that was made.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Warning {
    /// No branch holds the commit.
    #[error("HEAD is detached, so no branch holds this commit: `git switch -c NAME` keeps it")]
    DetachedHead,
    /// The safety ref could not be written.
    #[error(
        "`refs/ties/kept` could not be brought along, so that git alone keeps this commit: {0}"
    )]
    NotKept(Box<str>),
    /// The commit holds the notes, but the index could not be brought along.
    #[error(
        "the notes are committed, but the index was locked: `git reset -q -- PATH` for each brings it along"
    )]
    IndexBehind,
}

/// Why nothing was written. In every case branch, index and work tree are as they were.
#[derive(Debug, Error)]
pub enum WriteError {
    /// A rebase, `git am` or bisect is going on.
    #[error("{operation} is in progress here, and an interaction logged now could be lost with it")]
    Busy {
        /// `a rebase`, `git am`, `a bisect`, `a merge`.
        operation: &'static str,
        /// The commands that end it.
        ways_out: &'static str,
    },
    /// `commit.gpgSign` is set, and there is no signature: no key, no agent, a wrong passphrase, no program.
    #[error("git could not sign the commit: {source}")]
    Signing {
        /// What git says.
        source: ProgramError,
    },
    /// No name or no e-mail address.
    #[error("git does not know who you are: `{missing}` is not set")]
    NoIdentity {
        /// `user.name` or `user.email`.
        missing: &'static str,
    },
    /// A lock file was there all the time.
    #[error("`{}` is locked", path.display())]
    Locked {
        /// The lock file.
        path: PathBuf,
    },
    /// Other writers came first, again and again.
    #[error("`{branch}` was moved by others all the time")]
    Contended {
        /// The branch.
        branch: String,
    },
    /// The index has another version of a note than `HEAD` and the work tree.
    #[error("`{path}` is partly staged")]
    PartlyStaged {
        /// The note, from the vault's root.
        path: Box<str>,
    },
    /// A note that is not a plain file in the vault.
    #[error("`{path}` is not a file of this vault")]
    NotAFile {
        /// As it was given.
        path: Box<str>,
    },
    /// A note that git passes through a filter (git-crypt, LFS), which libgit2 does not run.
    #[error("`{path}` goes through the git filter `{filter}`, which ties does not run")]
    Filtered {
        /// The note, from the vault's root.
        path: Box<str>,
        /// The filter's name.
        filter: Box<str>,
    },
    /// The file cannot be read.
    #[error("cannot read `{path}`: {source}")]
    File {
        /// The note, from the vault's root.
        path: Box<str>,
        /// Why.
        source: std::io::Error,
    },
    /// Anything else that git says: a full or read-only disk, a damaged repository.
    #[error("git could not {action}: {}", source.message())]
    Git {
        /// What was tried.
        action: &'static str,
        /// What git says.
        source: git2::Error,
    },
    /// What the git program says, where it writes.
    #[error("git could not {action}: {source}")]
    Program {
        /// What was tried.
        action: &'static str,
        /// What it says.
        source: ProgramError,
    },
}

impl WriteError {
    /// Returns the next step, a sentence without a full stop; `None` where the message says all there is.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Busy { ways_out, .. } => Some(format!("finish with {ways_out}, then try again")),
            Self::Signing { source: ProgramError::Missing } => Some(
                "install git: signatures are made by it".to_owned(),
            ),
            Self::Signing { .. } => Some(
                "`git config --show-origin --get-regexp 'gpg|sign'` shows what is asked for; \
                 `git config commit.gpgsign false` leaves commits in this repository unsigned"
                    .to_owned(),
            ),
            Self::NoIdentity { .. } => Some(
                "git config --global user.name 'Your Name', and git config --global user.email you@example.org".to_owned(),
            ),
            Self::Locked { .. } => Some(
                "wait for the git command that holds it; where none runs any more, remove that file".to_owned(),
            ),
            Self::Contended { .. } => Some("try again".to_owned()),
            Self::PartlyStaged { path } => Some(format!(
                "`git add '{path}'` to commit all of it, or log without the notes"
            )),
            Self::Filtered { .. } => Some("commit the note with git, and log without the notes".to_owned()),
            Self::Git { source, .. }
                if matches!(
                    source.class(),
                    git2::ErrorClass::Os | git2::ErrorClass::Filesystem
                ) =>
            {
                Some("is the disk full or read-only?".to_owned())
            }
            Self::Program { source, .. } if source.is_about_the_disk() => {
                Some("is the disk full or read-only?".to_owned())
            }
            Self::Git { .. } | Self::Program { .. } => Some("`git fsck` may say more".to_owned()),
            Self::NotAFile { .. } | Self::File { .. } => None,
        }
    }
}

/// A commit about to be made.
pub(super) struct Draft {
    pub(super) message: String,
    pub(super) author_time: Time,
    reflog: String,
}

/// A file that goes along, and its content as a blob.
struct Along {
    /// From the repository's top.
    path: String,
    blob: Oid,
    mode: FileMode,
    /// Whether the index entry is to follow: not where it has this blob already.
    set_index: bool,
}

impl Repository {
    /// Writes each record as a commit on top of `HEAD`, in order; all of them or none.
    ///
    /// `now` is the committer date, and its time zone that of a bare day's noon. Index and work tree are not touched,
    /// and their state does not matter, unless a rebase, `git am` or bisect is going on.
    ///
    /// # Errors
    /// See [`WriteError`]; nothing is changed then.
    pub fn append(&self, records: &[Record], now: &Zoned) -> Result<Written, WriteError> {
        self.append_with_notes(records, &[], now)
    }

    /// Like [`Repository::append`], and the first commit also takes the named notes as they are in the work tree.
    ///
    /// This is `git commit --only`: of the index only the entries of these notes change, and what else is staged stays so.
    /// `notes` are paths from the vault's root; untracked ones are added.
    ///
    /// # Errors
    /// As for `append`; and where a note is partly staged, is no file of the vault or goes through a filter, and during a merge.
    pub fn append_with_notes(
        &self,
        records: &[Record],
        notes: &[&str],
        now: &Zoned,
    ) -> Result<Written, WriteError> {
        let mut drafts = drafts(records, now);
        // What changes a note is for hosts to look at.
        if notes.is_empty() {
            for draft in &mut drafts {
                self.mark(&mut draft.message);
            }
        }
        self.commit(&drafts, notes, now)
    }

    /// Commits a `Contact-Moved: OLD => NEW` for each pair, all in one commit whose subject begins with `word`.
    ///
    /// # Errors
    /// As for [`Repository::append`].
    pub fn append_moves(
        &self,
        word: &str,
        moves: &[(ContactId, ContactId)],
        now: &Zoned,
    ) -> Result<Written, WriteError> {
        if moves.is_empty() {
            return self.commit(&[], &[], now);
        }
        let mut message = encode_moves(word, moves, now);
        self.mark(&mut message);
        let draft = Draft {
            reflog: reflog(&message),
            author_time: git_time(now),
            message,
        };
        self.commit(&[draft], &[], now)
    }

    /// Adds the trailer for hosts to a message that ends with trailers, where they are told.
    fn mark(&self, message: &mut String) {
        let (key, value) = SKIP_CI;
        // Who writes the text may have said so.
        if self.skip_ci && !message.contains(value) {
            message.push_str(&format!("{key}: {value}\n"));
        }
    }

    /// Commits files of the vault as they are in the work tree, with an author date: how a filled vault is made.
    ///
    /// # Errors
    /// As for [`Repository::append_with_notes`].
    pub fn commit_files(
        &self,
        paths: &[&str],
        message: &str,
        on: When,
        now: &Zoned,
    ) -> Result<Written, WriteError> {
        let draft = Draft {
            message: message.to_owned(),
            author_time: author_time(on, now),
            reflog: format!("ties: {}", message.lines().next().unwrap_or_default()),
        };
        self.commit(&[draft], paths, now)
    }
}

impl Library {
    /// See [`Repository::check_writable`].
    pub(super) fn check_writable(&self) -> Result<(), WriteError> {
        check_state(self.git.state(), self.git.path(), false)?;
        self.signature("AUTHOR", Time::new(0, 0))?;
        self.signature("COMMITTER", Time::new(0, 0))?;
        self.check_signer()
    }

    pub(super) fn commit(
        &self,
        drafts: &[Draft],
        notes: &[&str],
        now: &Zoned,
    ) -> Result<Written, WriteError> {
        check_state(self.git.state(), self.git.path(), !notes.is_empty())?;
        let committer = self.signature("COMMITTER", git_time(now))?;
        let author = self.signature("AUTHOR", git_time(now))?;
        let authors: Vec<Signature<'_>> = drafts
            .iter()
            .map(|draft| Signature::new(author.name()?, author.email()?, &draft.author_time))
            .collect::<Result<_, _>>()
            .map_err(git("name the author"))?;
        let mut written = Written {
            commits: Vec::new(),
            warnings: Vec::new(),
        };
        let Some(last) = drafts.last() else {
            return Ok(written);
        };
        let reflog = reflog_of(drafts, last);
        let signs = self.signs()?;
        let mut retry = Retry::new();
        loop {
            let head = self.current().map_err(git("read HEAD"))?;
            let base = self.tree_of(&head)?;
            let along = self.prepare(&base, notes)?;
            if !along.is_empty() {
                wait_for_index(self.git.path())?;
            }
            let tree = self.tree_with(base, &along)?;
            let mut parent = head.at();
            written.commits.clear();
            let many = drafts.len() >= PACK_FROM && along.is_empty() && !signs;
            if many {
                let links = drafts.iter().zip(&authors).map(|(draft, author)| Link {
                    author,
                    message: &draft.message,
                });
                let links: Vec<Link<'_>> = links.collect();
                let commits = pack::write(&self.git, &links, &committer, tree.id(), parent)
                    .map_err(git("write the commits"))?;
                parent = commits.last().copied();
                written.commits = commits
                    .iter()
                    .map(|commit| commit.to_string().into())
                    .collect();
            }
            for (draft, author) in drafts.iter().zip(&authors).filter(|_| !many) {
                if signs {
                    let commit = self.write_signed(&Unsigned {
                        author,
                        committer: &committer,
                        message: &draft.message,
                        tree: &tree.id().to_string(),
                        parent: parent.map(|parent| parent.to_string()).as_deref(),
                    })?;
                    written.commits.push(commit.to_string().into());
                    parent = Some(commit);
                    continue;
                }
                let parents = match parent {
                    Some(parent) => vec![self.git.find_commit(parent).map_err(git("read HEAD"))?],
                    None => vec![],
                };
                let parents: Vec<_> = parents.iter().collect();
                let commit = self
                    .write_commit(author, &committer, &draft.message, &tree, &parents)
                    .map_err(git("write the commit"))?;
                written.commits.push(commit.to_string().into());
                parent = Some(commit);
            }
            let tip = parent.expect("there is a draft");
            match self.advance(&head, tip, &reflog) {
                Ok(()) => {
                    if matches!(head, Head::Detached { .. }) {
                        written.warnings.push(Warning::DetachedHead);
                    }
                    if self.set_index(&along).is_err() {
                        written.warnings.push(Warning::IndexBehind);
                    }
                    let before = head.at().map(|at| at.to_string());
                    let kept = kept::keep_tip(self, before.as_deref(), &tip.to_string());
                    if let Err(error) = kept {
                        let cause = error.to_string().into();
                        written.warnings.push(Warning::NotKept(cause));
                    }
                    return Ok(written);
                }
                Err(error) => retry.again(self, &head, error)?,
            }
        }
    }

    /// Writes a commit that no branch is at yet.
    ///
    /// In two steps, because `git_commit_create` of libgit2 1.9 answers that all is well where the object could not be
    /// written: on a full or read-only disk.
    pub(super) fn write_commit(
        &self,
        author: &Signature<'_>,
        committer: &Signature<'_>,
        message: &str,
        tree: &Tree<'_>,
        parents: &[&git2::Commit<'_>],
    ) -> Result<Oid, git2::Error> {
        let commit = self
            .git
            .commit_create_buffer(author, committer, message, tree, parents)?;
        self.git.odb()?.write(git2::ObjectType::Commit, &commit)
    }

    /// Moves the branch from where `head` saw it; fails where it is no longer there.
    fn advance(&self, head: &Head, tip: Oid, reflog: &str) -> Result<(), git2::Error> {
        match head {
            Head::Branch { name, at: Some(at) } => {
                self.git.reference_matching(name, tip, true, *at, reflog)?
            }
            Head::Branch { name, at: None } => self.git.reference(name, tip, false, reflog)?,
            Head::Detached { at } => self
                .git
                .reference_matching("HEAD", tip, true, *at, reflog)?,
        };
        Ok(())
    }

    /// Returns the identity as git finds it: environment, `author.*` or `committer.*`, `user.*`, `EMAIL`.
    pub(super) fn signature(
        &self,
        role: &str,
        time: Time,
    ) -> Result<Signature<'static>, WriteError> {
        let config = self.git.config().map_err(git("read its configuration"))?;
        identity(role, time, |key| config.get_string(key).ok())
    }

    fn tree_of(&self, head: &Head) -> Result<Tree<'_>, WriteError> {
        let tree = match head.at() {
            Some(at) => self.git.find_commit(at).and_then(|commit| commit.tree()),
            None => self
                .git
                .treebuilder(None)
                .and_then(|builder| builder.write())
                .and_then(|empty| self.git.find_tree(empty)),
        };
        tree.map_err(git("read HEAD"))
    }

    fn tree_with<'a>(&'a self, base: Tree<'a>, along: &[Along]) -> Result<Tree<'a>, WriteError> {
        if along.is_empty() {
            return Ok(base);
        }
        let mut update = TreeUpdateBuilder::new();
        for file in along {
            update.upsert(file.path.as_str(), file.blob, file.mode);
        }
        update
            .create_updated(&self.git, &base)
            .and_then(|tree| self.git.find_tree(tree))
            .map_err(git("write the tree"))
    }

    /// Reads the files that go along, as blobs; refuses those whose index entry would lose something.
    fn prepare(&self, base: &Tree<'_>, notes: &[&str]) -> Result<Vec<Along>, WriteError> {
        let mut along = Vec::new();
        if notes.is_empty() {
            return Ok(along);
        }
        let mut index = self.git.index().map_err(git("read the index"))?;
        index.read(false).map_err(git("read the index"))?;
        for &note in &notes.iter().copied().collect::<BTreeSet<_>>() {
            let path = self.inside(note);
            let path = path.ok_or_else(|| WriteError::NotAFile { path: note.into() })?;
            let file = check_file(&self.root, note)?;
            let relative = Path::new(&path);
            let filter = self
                .git
                .get_attr(relative, "filter", AttrCheckFlags::FILE_THEN_INDEX)
                .map_err(git("read its attributes"))?;
            if let Some(filter) = filter.filter(|filter| !filter.is_empty()) {
                return Err(WriteError::Filtered {
                    path: note.into(),
                    filter: filter.into(),
                });
            }
            let blob = self
                .git
                .blob_path(&file)
                .map_err(git("write the note's content"))?;
            let committed = base.get_path(relative).ok();
            let staged = index.get_path(relative, 0).map(|entry| entry.id);
            let as_committed = staged == committed.as_ref().map(git2::TreeEntry::id);
            if !as_committed && staged != Some(blob) {
                return Err(WriteError::PartlyStaged { path: note.into() });
            }
            along.push(Along {
                mode: match committed.map(|entry| entry.filemode()) {
                    Some(0o100_755) => FileMode::BlobExecutable,
                    _ => FileMode::Blob,
                },
                path,
                blob,
                set_index: staged != Some(blob),
            });
        }
        Ok(along)
    }

    fn set_index(&self, along: &[Along]) -> Result<(), git2::Error> {
        if !along.iter().any(|file| file.set_index) {
            return Ok(());
        }
        let start = Instant::now();
        loop {
            let mut index = self.git.index()?;
            index.read(true)?;
            for file in along.iter().filter(|file| file.set_index) {
                let path = Path::new(&file.path);
                index.add_path(path)?;
                // The file may have changed again since: the index is to say what was committed.
                if let Some(mut entry) = index.get_path(path, 0)
                    && entry.id != file.blob
                {
                    entry.id = file.blob;
                    entry.file_size = 0;
                    index.add(&entry)?;
                }
            }
            match index.write() {
                Err(error) if error.code() == ErrorCode::Locked && start.elapsed() < PATIENCE => {
                    std::thread::sleep(Duration::from_millis(20));
                }
                result => return result,
            }
        }
    }
}

/// Waits until nobody else writes the index.
pub(super) fn wait_for_index(git_dir: &Path) -> Result<(), WriteError> {
    let lock = git_dir.join("index.lock");
    let start = Instant::now();
    while lock.exists() {
        if start.elapsed() > PATIENCE {
            return Err(WriteError::Locked { path: lock });
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}

/// Returns the file of a note that is to go along, which is a plain file inside the vault.
pub(super) fn check_file(root: &Path, note: &str) -> Result<PathBuf, WriteError> {
    let file = root.join(note);
    let metadata = file.symlink_metadata().map_err(|source| WriteError::File {
        path: note.into(),
        source,
    })?;
    let folder = file.parent().and_then(|folder| folder.canonicalize().ok());
    if !metadata.is_file() || !folder.is_some_and(|folder| folder.starts_with(root)) {
        return Err(WriteError::NotAFile { path: note.into() });
    }
    Ok(file)
}

/// When to stop trying.
struct Retry {
    start: Instant,
    /// When the branch was last seen to move, and where it was.
    progress: Instant,
    seen: Option<Head>,
    pause: u64,
}

impl Retry {
    fn new() -> Self {
        let now = Instant::now();
        Self {
            start: now,
            progress: now,
            seen: None,
            pause: 1,
        }
    }

    /// Waits a little before the next try; an error where waiting makes no sense any more.
    fn again(
        &mut self,
        repository: &Library,
        head: &Head,
        error: git2::Error,
    ) -> Result<(), WriteError> {
        // `Exists`: another made the first commit of an unborn branch.
        if !matches!(
            error.code(),
            ErrorCode::Modified | ErrorCode::Locked | ErrorCode::Exists
        ) {
            return Err(git("move the branch")(error));
        }
        if self.seen.as_ref() != Some(head) {
            self.seen = Some(head.clone());
            self.progress = Instant::now();
        }
        let name = match head {
            Head::Branch { name, .. } => name,
            Head::Detached { .. } => "HEAD",
        };
        if self.progress.elapsed() > PATIENCE {
            let folder = match head {
                Head::Branch { .. } => repository.git.commondir(),
                Head::Detached { .. } => repository.git.path(),
            };
            let path = folder.join(format!("{name}.lock"));
            return Err(if path.exists() {
                WriteError::Locked { path }
            } else {
                git("move the branch")(error)
            });
        }
        if self.start.elapsed() > CONTENTION {
            return Err(WriteError::Contended {
                branch: name.to_owned(),
            });
        }
        // Writers that wait equally long meet again: each pause has a random part.
        let random = std::hash::RandomState::new().build_hasher().finish();
        let pause = Duration::from_micros(self.pause * 500 + random % (self.pause * 1_000));
        std::thread::sleep(pause);
        self.pause = (self.pause * 2).min(32);
        Ok(())
    }
}

/// Refuses what an interaction could be lost in, and notes where the index is needed for something else.
pub(super) fn check_state(
    state: RepositoryState,
    git_dir: &Path,
    with_notes: bool,
) -> Result<(), WriteError> {
    let busy = |operation, ways_out| {
        Err(WriteError::Busy {
            operation,
            ways_out,
        })
    };
    // One that was killed before it began cannot be continued or aborted.
    let rebase = git_dir.join("rebase-merge");
    let has_begun = |file: &&str| {
        let file = std::fs::metadata(rebase.join(file));
        file.is_ok_and(|file| file.len() > 0)
    };
    if rebase.exists() && !["head-name", "onto", "orig-head"].iter().all(has_begun) {
        return busy("a rebase", "`git rebase --quit`, as it has not begun");
    }
    match state {
        RepositoryState::Rebase
        | RepositoryState::RebaseInteractive
        | RepositoryState::RebaseMerge => {
            return busy(
                "a rebase",
                "`git rebase --continue` or `git rebase --abort`",
            );
        }
        RepositoryState::ApplyMailbox | RepositoryState::ApplyMailboxOrRebase => {
            return busy(
                "`git am` or a rebase",
                "`git am --continue` or `--abort`, or `git rebase --continue` or `--abort`",
            );
        }
        RepositoryState::Bisect => return busy("a bisect", "`git bisect reset`"),
        RepositoryState::Merge if with_notes => {
            return busy("a merge", "`git merge --continue` or `git merge --abort`");
        }
        RepositoryState::CherryPick | RepositoryState::CherryPickSequence if with_notes => {
            return busy(
                "a cherry-pick",
                "`git cherry-pick --continue` or `git cherry-pick --abort`",
            );
        }
        RepositoryState::Revert | RepositoryState::RevertSequence if with_notes => {
            return busy(
                "a revert",
                "`git revert --continue` or `git revert --abort`",
            );
        }
        // The commits are of HEAD's tree: ending or leaving a merge, cherry-pick or revert keeps them.
        RepositoryState::Clean
        | RepositoryState::Merge
        | RepositoryState::CherryPick
        | RepositoryState::CherryPickSequence
        | RepositoryState::Revert
        | RepositoryState::RevertSequence => {}
    }
    Ok(())
}

/// Returns an identity as git finds it: environment, `author.*` or `committer.*`, `user.*`, `EMAIL`.
pub(super) fn identity(
    role: &str,
    time: Time,
    setting: impl Fn(&str) -> Option<String>,
) -> Result<Signature<'static>, WriteError> {
    let env = |name: &str| {
        std::env::var(name)
            .ok()
            .filter(|value| !value.trim().is_empty())
    };
    let get = |what: &str| {
        let configured = |section: &str| {
            let value = setting(&format!("{section}.{what}"));
            value.filter(|value| !value.trim().is_empty())
        };
        env(&format!("GIT_{role}_{}", what.to_ascii_uppercase()))
            .or_else(|| configured(&role.to_ascii_lowercase()))
            .or_else(|| configured("user"))
    };
    let name = get("name").ok_or(WriteError::NoIdentity {
        missing: "user.name",
    })?;
    let email = get("email")
        .or_else(|| env("EMAIL"))
        .ok_or(WriteError::NoIdentity {
            missing: "user.email",
        })?;
    // A name of nothing but punctuation is refused by git as well.
    Signature::new(&name, &email, &time).map_err(|_| WriteError::NoIdentity {
        missing: "user.name",
    })
}

fn drafts(records: &[Record], now: &Zoned) -> Vec<Draft> {
    let draft = |record: &Record| {
        let message = encode(record);
        let verb = match (record.retracted, record.revision) {
            (true, _) => "retract",
            (false, ..=1) => "log",
            (false, _) => "amend",
        };
        let summary = message.lines().next().unwrap_or_default();
        let what = match summary.split_once(": ") {
            Some((kind, rest)) if *kind == *record.kind => format!("{kind} {rest}"),
            _ => summary.to_owned(),
        };
        Draft {
            reflog: format!("ties: {verb} {what}"),
            author_time: author_time(record.on, now),
            message,
        }
    };
    records.iter().map(draft).collect()
}

/// Returns what the reflog says of several commits, of which `last` is the last.
pub(super) fn reflog_of(drafts: &[Draft], last: &Draft) -> String {
    match drafts {
        [one] => one.reflog.clone(),
        _ => format!(
            "ties: log {} interactions, the last: {}",
            drafts.len(),
            last.reflog
                .strip_prefix("ties: log ")
                .unwrap_or(&last.reflog)
        ),
    }
}

fn reflog(message: &str) -> String {
    let subject = message.lines().next().unwrap_or_default();
    format!("ties: {}", subject.replacen(": ", " ", 1))
}

/// Returns the author date for an interaction: its instant, or noon of its day; `now` where git could not hold that.
fn author_time(on: When, now: &Zoned) -> Time {
    let time = match on {
        When::Day(day) => day
            .at(12, 0, 0, 0)
            .to_zoned(now.time_zone().clone())
            .ok()
            .map(|noon| git_time(&noon)),
        When::Instant { at, offset } => offset
            .to_timestamp(at)
            .ok()
            .map(|instant| Time::new(instant.as_second(), offset.seconds() / 60)),
    };
    // From 1970 to 2099: outside, git stores a wrong year without a word.
    time.filter(|time| (0..4_102_444_800).contains(&time.seconds()))
        .unwrap_or_else(|| git_time(now))
}

pub(super) fn git_time(time: &Zoned) -> Time {
    Time::new(time.timestamp().as_second(), time.offset().seconds() / 60)
}

pub(super) fn git(action: &'static str) -> impl Fn(git2::Error) -> WriteError {
    move |source| WriteError::Git { action, source }
}
