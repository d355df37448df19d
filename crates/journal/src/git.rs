//! The only module that knows git: finding the repository, reading the journal, writing a record as a commit.
//!
//! Everything goes through libgit2, in this process, but for what it cannot do and the git program does: signing commits
//! (`sign`), repositories that it cannot open (`plumbing`), and talking to remotes ([`Repository::sync`]). But for the last,
//! nothing here runs a hook, touches the user's work tree, or reads the index, except [`Repository::append_with_notes`] and
//! [`Repository::commit_files`], which set the entries of the files they were given.

mod cache;
mod committed;
mod history;
mod kept;
mod open;
mod pack;
mod plumbing;
mod program;
mod read;
mod sign;
mod sync;
mod write;

use std::cell::RefCell;
use std::ffi::OsStr;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Component, Path, PathBuf};

use git2::{ErrorCode, Oid, RepositoryOpenFlags};
use jiff::Zoned;
use thiserror::Error;

use crate::timeline::Interaction;
use crate::{NoteHistory, Timeline};
use plumbing::Plumbing;
use write::Draft;

pub use committed::Committed;
pub use open::OpenJournal;
pub use program::ProgramError;
pub use read::{Journal, Mark, ReadError};
pub use sync::{Conflict, Join, Sides, SyncError, SyncOptions, Synced};
pub use write::{Warning, WriteError, Written};

/// The git repository in which a vault lies, seen from the vault's root.
///
/// It may be moved to another thread, and is not shared between threads: open one for each.
pub struct Repository {
    backend: Backend,
    /// See [`Repository::set_skip_ci`].
    skip_ci: bool,
}

/// Who reads and writes.
enum Backend {
    /// libgit2, in this process.
    Library(Library),
    /// The git program, for what libgit2 cannot open.
    Program(Plumbing),
}

/// Asks the same of whichever backend a repository has.
macro_rules! ask {
    ($repository:expr, $name:ident($($argument:expr),*)) => {
        match &$repository.backend {
            Backend::Library(git) => git.$name($($argument),*),
            Backend::Program(git) => git.$name($($argument),*),
        }
    };
}

impl Repository {
    /// Opens the repository that holds the folder `root`, looking upward as git does.
    ///
    /// Works in a subfolder, a linked worktree and a submodule, on an unborn branch, in a shallow and in a partial clone,
    /// with SHA-1 and SHA-256 ids, with refs in files and in a reftable.
    ///
    /// # Errors
    /// See [`OpenError`]; each says what to do next.
    pub fn discover(root: &Path) -> Result<Self, OpenError> {
        let root = canonical(root)?;
        let git = git2::Repository::open_ext(
            &root,
            RepositoryOpenFlags::empty(),
            std::iter::empty::<&OsStr>(),
        );
        let backend = match git {
            Ok(git) => Backend::Library(Library::at(git, root)?),
            Err(why) if is_unsupported(&why) => Backend::Program(Plumbing::discover(root, &why)?),
            Err(error) => return Err(OpenError::new(&root, error)),
        };
        Ok(Self::with(backend))
    }

    /// Makes `root` a git repository, on the branch that `init.defaultBranch` names.
    ///
    /// An existing repository at `root` is opened and left as it is.
    ///
    /// # Errors
    /// Where the folder cannot be written.
    pub fn init(root: &Path) -> Result<Self, OpenError> {
        let root = canonical(root)?;
        match git2::Repository::init(&root) {
            Ok(git) => Ok(Self::with(Backend::Library(Library::at(git, root)?))),
            Err(error) if is_unsupported(&error) => Self::discover(&root),
            Err(error) => Err(OpenError::new(&root, error)),
        }
    }

    fn with(backend: Backend) -> Self {
        Self {
            backend,
            skip_ci: false,
        }
    }

    /// Returns the commit that `HEAD` is at, hexadecimal (40 or 64 digits); `None` on an unborn branch.
    ///
    /// Costs reading one or two small files, or one process: enough to ask whether the journal changed.
    pub fn head(&self) -> Option<Box<str>> {
        ask!(self, head())
    }

    /// Returns what a setting of git says here, such as `core.pager`; `None` where it is not set or cannot be read.
    pub fn setting(&self, key: &str) -> Option<String> {
        ask!(self, setting(key))
    }

    /// Sets a setting of git for this repository.
    ///
    /// # Errors
    /// What git says, where the configuration cannot be written.
    pub fn set_setting(&self, key: &str, value: &str) -> Result<(), ProgramError> {
        let folder = self.top_level();
        program::run(
            &mut program::git(folder, ["config", "--local", key, value]),
            Vec::new(),
            None,
        )?;
        Ok(())
    }

    /// Returns the folder of `HEAD` and its reflog: that of the linked worktree, where it is one.
    pub fn git_dir(&self) -> &Path {
        ask!(self, git_dir())
    }

    /// Returns the folder of refs and objects, shared by all worktrees.
    pub fn common_dir(&self) -> &Path {
        ask!(self, common_dir())
    }

    /// Returns the vault's root, canonical.
    pub fn root(&self) -> &Path {
        ask!(self, root())
    }

    /// Returns the file in git's folder for a copy of what the notes of this vault and worktree go by.
    ///
    /// It may not be there, and is safe to delete.
    pub fn names_file(&self) -> PathBuf {
        let mut hasher = DefaultHasher::new();
        ask!(self, prefix()).hash(&mut hasher);
        let name = format!("names-{:016x}", hasher.finish());
        self.git_dir().join("ties").join(name)
    }

    /// Returns the file in git's folder for a copy of the notes of this vault and worktree as they were read.
    ///
    /// It may not be there, and is safe to delete.
    pub fn notes_file(&self) -> PathBuf {
        let names = self.names_file();
        let name = names.file_name().map(|name| name.to_string_lossy());
        names.with_file_name(name.unwrap_or_default().replacen("names", "notes", 1))
    }

    /// Returns the file in which the journal of this vault and worktree is kept to be opened fast; it may not be there.
    ///
    /// It is safe to delete.
    pub fn cache_file(&self) -> PathBuf {
        cache::cache_in(self.git_dir(), ask!(self, prefix()))
    }

    /// Returns the top of the work tree.
    pub fn top_level(&self) -> &Path {
        ask!(self, top_level())
    }

    /// Returns why the git program reads and writes here and not libgit2, in libgit2's words; `None` where libgit2 does.
    pub fn needs_program(&self) -> Option<&str> {
        match &self.backend {
            Backend::Library(_) => None,
            Backend::Program(git) => Some(git.why()),
        }
    }

    /// Says that nobody sits at this program's terminal: a signer that would ask there fails instead, and one that shows
    /// a window of its own has a minute.
    pub fn set_unattended(&mut self) {
        match &mut self.backend {
            Backend::Library(git) => git.is_unattended = true,
            Backend::Program(git) => git.set_unattended(),
        }
    }

    /// Says whether commits that only log carry `CI: [skip ci]`, by which hosts know that there is nothing to build.
    pub fn set_skip_ci(&mut self, yes: bool) {
        self.skip_ci = yes;
    }

    /// Opens the journal in the history of `HEAD`; it is empty on an unborn branch.
    ///
    /// Costs what is new since it was opened last, where the cache of then is there and history was only added to; else
    /// reading all of it, after which there is a cache where one can be written. The git program reads all of it every time.
    ///
    /// # Errors
    /// Where an object is missing or damaged.
    pub fn open_journal(&self) -> Result<OpenJournal, ReadError> {
        let mut open = ask!(self, open_journal())?;
        // What cannot be told lost is not; the journal is opened all the same.
        if let Ok(lost) = self.keep(&open.mark, &open.timeline) {
            open.timeline.set_lost(lost);
        }
        Ok(open)
    }

    /// Brings the ref `refs/ties/kept` up to `mark`, to which `timeline` was read, and returns what is lost, by id:
    /// interactions that were logged here once and that neither this history nor a branch, tag or remote branch has any more.
    ///
    /// Costs a look at one ref as long as nothing is missing; else what the histories differ in.
    ///
    /// # Errors
    /// Where a commit cannot be read. A ref that cannot be written is left as it is.
    pub fn keep(&self, mark: &Mark, timeline: &Timeline) -> Result<Vec<Interaction>, ReadError> {
        self.let_go(mark, timeline, &[])
    }

    /// Says of interactions that are lost, by id, that they may be; returns what is still lost.
    ///
    /// # Errors
    /// As for [`Repository::keep`], and where the ref cannot be written.
    pub fn let_go(
        &self,
        mark: &Mark,
        timeline: &Timeline,
        ids: &[&str],
    ) -> Result<Vec<Interaction>, ReadError> {
        let head = mark.head();
        match &self.backend {
            Backend::Library(git) => kept::settle(git, head.as_deref(), timeline, ids),
            Backend::Program(git) => kept::settle(git, head.as_deref(), timeline, ids),
        }
    }

    /// Reads all records in the history of `HEAD`; none on an unborn branch.
    ///
    /// # Errors
    /// Where an object is missing or damaged.
    pub fn read(&self) -> Result<Journal, ReadError> {
        ask!(self, read())
    }

    /// Reads only what came to the history since `mark`; costs what is new.
    ///
    /// `None` means that the earlier history is no longer all part of this one (a rebase, a reset, another branch), or that
    /// a shallow clone was cut elsewhere: read anew.
    ///
    /// # Errors
    /// Where an object is missing or damaged.
    pub fn read_since(&self, mark: &Mark) -> Result<Option<Journal>, ReadError> {
        ask!(self, read_since(mark))
    }

    /// Returns the renames of notes, committed and not, and the day of each note's first commit.
    ///
    /// Costs a walk over the history, unless [`Repository::read`] was just called, and reading the trees that changed.
    ///
    /// # Errors
    /// Where an object is missing or damaged.
    pub fn note_history(&self) -> Result<NoteHistory, ReadError> {
        ask!(self, note_history())
    }

    /// Returns who made a commit, given by its whole id in hexadecimal, and when; `None` where there is no such commit.
    pub fn committed(&self, commit: &str) -> Option<Committed> {
        ask!(self, committed(commit))
    }

    /// Returns whether commits are to be signed: `commit.gpgSign`.
    ///
    /// # Errors
    /// Where the configuration cannot be read, or has another word than yes or no there.
    pub fn signs(&self) -> Result<bool, WriteError> {
        ask!(self, signs())
    }

    /// Signs a commit for trial, into a folder that is deleted at once; nothing of it is left in the repository.
    ///
    /// # Errors
    /// What signing an interaction would say; and where that folder cannot be made.
    pub fn try_signing(&self, now: &Zoned) -> Result<(), WriteError> {
        ask!(self, try_signing(now))
    }

    /// Says whether an interaction could be logged now, without writing anything.
    ///
    /// # Errors
    /// What [`Repository::append`] would answer, as far as that can be known before.
    pub fn check_writable(&self) -> Result<(), WriteError> {
        ask!(self, check_writable())
    }

    fn commit(&self, drafts: &[Draft], notes: &[&str], now: &Zoned) -> Result<Written, WriteError> {
        if let Backend::Library(git) = &self.backend
            && !notes.is_empty()
            && let Err(why) = git.git.index()
        {
            // Notes go along with the index, and libgit2 reads neither a split nor a sparse one.
            let program = Plumbing::for_index(git, &why)?;
            return program.commit(drafts, notes, now);
        }
        ask!(self, commit(drafts, notes, now))
    }
}

impl std::fmt::Debug for Repository {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Repository")
            .field("top_level", &self.top_level())
            .field("needs_program", &self.needs_program())
            .finish_non_exhaustive()
    }
}

/// A repository that libgit2 reads and writes.
struct Library {
    git: git2::Repository,
    /// The vault's root, canonical.
    root: PathBuf,
    /// The vault's folder inside the repository, ending in `/`; empty where the vault is the repository's top.
    prefix: String,
    /// What the newest full walk came by, for `note_history`.
    walked: RefCell<Option<read::Walked>>,
    /// Whether nobody can be asked anything, see [`Repository::set_unattended`].
    is_unattended: bool,
}

impl Library {
    fn at(git: git2::Repository, root: PathBuf) -> Result<Self, OpenError> {
        let Some(top) = git.workdir() else {
            return Err(OpenError::Bare {
                path: git.path().to_owned(),
            });
        };
        let prefix = prefix_of(&root, top)?;
        Ok(Self {
            git,
            root,
            prefix,
            walked: RefCell::new(None),
            is_unattended: false,
        })
    }

    fn head(&self) -> Option<Box<str>> {
        let head = self.git.refname_to_id("HEAD").ok()?;
        Some(head.to_string().into())
    }

    fn setting(&self, key: &str) -> Option<String> {
        let config = self.git.config().ok()?;
        config.get_string(key).ok()
    }

    fn git_dir(&self) -> &Path {
        self.git.path()
    }

    fn common_dir(&self) -> &Path {
        self.git.commondir()
    }

    fn root(&self) -> &Path {
        &self.root
    }

    fn prefix(&self) -> &str {
        &self.prefix
    }

    fn top_level(&self) -> &Path {
        self.git.workdir().expect("bare repositories are refused")
    }

    /// Returns the path in the repository of a path in the vault; `None` where it would leave the vault.
    fn inside(&self, path: &str) -> Option<String> {
        inside(&self.prefix, path)
    }

    /// Returns what `HEAD` says now.
    fn current(&self) -> Result<Head, git2::Error> {
        let head = self.git.find_reference("HEAD")?;
        let Some(name) = head.symbolic_target()? else {
            let at = head.target().ok_or_else(broken_head)?;
            return Ok(Head::Detached { at });
        };
        let mut name = name.to_owned();
        // A branch may be a symbolic ref itself; git follows as many.
        for _ in 0..5 {
            match self.git.find_reference(&name) {
                Ok(reference) => match reference.symbolic_target()? {
                    Some(next) => next.clone_into(&mut name),
                    None => {
                        return Ok(Head::Branch {
                            name,
                            at: reference.target(),
                        });
                    }
                },
                Err(error) if error.code() == ErrorCode::NotFound => {
                    return Ok(Head::Branch { name, at: None });
                }
                Err(error) => return Err(error),
            }
        }
        Err(broken_head())
    }
}

/// Merges files line by line as git does, any bytes: what `base` became in `theirs` goes into `ours`. Returns how many
/// conflicts there are, at most 127; `labels` name base, ours and theirs in them.
///
/// # Errors
/// Where the git program cannot do so, as with files that are no text.
pub fn merge_files(
    base: &Path,
    ours: &Path,
    theirs: &Path,
    marker_size: usize,
    labels: [&str; 3],
) -> Result<usize, ProgramError> {
    let size = format!("--marker-size={marker_size}");
    let mut command = program::git(Path::new("."), ["merge-file", "--quiet", &size]);
    for label in [labels[1], labels[0], labels[2]] {
        command.args(["-L", label]);
    }
    command.arg("--").args([ours, base, theirs]);
    match program::run(&mut command, Vec::new(), None) {
        Ok(_) => Ok(0),
        Err(ProgramError::Failed {
            code: Some(code @ 1..=127),
            ..
        }) => Ok(code.unsigned_abs() as usize),
        Err(error) => Err(error),
    }
}

/// Where `HEAD` is.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Head {
    /// On a branch, by its full name; `at` is `None` where it has no commit yet.
    Branch { name: String, at: Option<Oid> },
    /// On a commit itself.
    Detached { at: Oid },
}

impl Head {
    fn at(&self) -> Option<Oid> {
        match self {
            Self::Branch { at, .. } => *at,
            Self::Detached { at } => Some(*at),
        }
    }
}

fn broken_head() -> git2::Error {
    git2::Error::from_str("HEAD leads nowhere")
}

/// Returns the vault's folder inside the work tree at `top`, ending in `/`; empty where it is that.
fn prefix_of(root: &Path, top: &Path) -> Result<String, OpenError> {
    let top = canonical(top)?;
    let root = root.to_owned();
    let Ok(inside) = root.strip_prefix(&top) else {
        return Err(OpenError::Outside { root, top });
    };
    let mut prefix = String::new();
    for part in inside.components() {
        let Component::Normal(part) = part else {
            continue;
        };
        let Some(part) = part.to_str() else {
            return Err(OpenError::NotUtf8 { root });
        };
        prefix.push_str(part);
        prefix.push('/');
    }
    Ok(prefix)
}

/// Returns the path in the repository of a path in the vault; `None` where it would leave the vault.
fn inside(prefix: &str, path: &str) -> Option<String> {
    let stays = !path.is_empty()
        && path
            .split('/')
            .all(|part| !matches!(part, "" | "." | ".." | ".git"))
        && !path.contains(['\\', '\0']);
    stays.then(|| format!("{prefix}{path}"))
}

fn canonical(path: &Path) -> Result<PathBuf, OpenError> {
    path.canonicalize().map_err(|source| OpenError::Folder {
        path: path.to_owned(),
        source,
    })
}

/// Returns whether libgit2 refuses a repository for what it does not know, and git may.
fn is_unsupported(error: &git2::Error) -> bool {
    [
        "unsupported extension",
        "unknown object format",
        "repositoryformatversion",
        "repository version",
    ]
    .iter()
    .any(|what| error.message().contains(what))
}

/// Why there is no journal.
#[derive(Debug, Error)]
pub enum OpenError {
    /// No repository at the folder or above it.
    #[error("`{}` is not in a git repository", root.display())]
    NotFound {
        /// The vault's root.
        root: PathBuf,
    },
    /// A repository without a work tree.
    #[error("`{}` is a bare repository, which has no folder for notes", path.display())]
    Bare {
        /// The repository.
        path: PathBuf,
    },
    /// Owned by someone else, and not named in `safe.directory`.
    #[error("the git repository `{}` belongs to another user, so git does not trust it", root.display())]
    Owner {
        /// The top of the repository.
        root: PathBuf,
    },
    /// An object format, ref storage or extension that libgit2 does not know, and no git program that reads it.
    #[error("the git repository of `{}` needs the git program ({}): {program}", root.display(), source.message())]
    Unsupported {
        /// The vault's root.
        root: PathBuf,
        /// What libgit2 says.
        source: git2::Error,
        /// What the program says.
        program: ProgramError,
    },
    /// The work tree of the repository is elsewhere (`core.worktree`).
    #[error("`{}` is outside of its git work tree `{}`", root.display(), top.display())]
    Outside {
        /// The vault's root.
        root: PathBuf,
        /// The work tree's top.
        top: PathBuf,
    },
    /// A folder on the way has a name that is no UTF-8.
    #[error("the path of `{}` is not UTF-8", root.display())]
    NotUtf8 {
        /// The vault's root.
        root: PathBuf,
    },
    /// The folder itself cannot be read.
    #[error("cannot open `{}`: {source}", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Anything else that git says.
    #[error("cannot open the git repository of `{}`: {}", root.display(), source.message())]
    Git {
        /// The vault's root.
        root: PathBuf,
        /// What git says.
        source: git2::Error,
    },
}

impl OpenError {
    fn new(root: &Path, source: git2::Error) -> Self {
        let root = root.to_owned();
        match source.code() {
            ErrorCode::NotFound => Self::NotFound { root },
            ErrorCode::Owner => {
                // What is to be trusted is the top of the repository, which only the message names.
                let top = source.message().split('\'').nth(1).map(PathBuf::from);
                Self::Owner {
                    root: top.unwrap_or(root),
                }
            }
            _ => Self::Git { root, source },
        }
    }

    /// `why` is what libgit2 says, after which the git program was asked.
    fn of_program(root: &Path, why: &git2::Error, program: ProgramError) -> Self {
        let root = root.to_owned();
        let said = program.to_string();
        if said.contains("dubious ownership") {
            let top = said.split('\'').nth(1).map(PathBuf::from);
            return Self::Owner {
                root: top.unwrap_or(root),
            };
        }
        Self::Unsupported {
            root,
            source: git2::Error::new(why.code(), why.class(), why.message()),
            program,
        }
    }

    /// Returns the next step, a sentence without a full stop; `None` where the message says all there is.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NotFound { .. } => {
                Some("`ties init` or `git init` in that folder starts a journal".to_owned())
            }
            Self::Bare { .. } => Some("clone it, and keep the notes in the clone".to_owned()),
            Self::Owner { root } => Some(format!(
                "where you trust it: git config --global --add safe.directory '{}'",
                root.display().to_string().trim_end_matches('/')
            )),
            Self::Unsupported {
                program: ProgramError::Missing,
                ..
            } => Some("install git 2.31 or newer".to_owned()),
            Self::Unsupported { .. } => {
                Some("a newer git may read it: `git --version` says which this is".to_owned())
            }
            Self::Outside { .. } => Some("open the vault inside the work tree".to_owned()),
            Self::NotUtf8 { .. } | Self::Folder { .. } => None,
            Self::Git { .. } => Some("`git status` in that folder may say more".to_owned()),
        }
    }
}

/// Returns the SHA-1 that git gives a blob with this content: what `git hash-object --stdin` prints.
pub(crate) fn blob_hash(content: &[u8]) -> [u8; 20] {
    let id = Oid::hash_object(git2::ObjectType::Blob, content)
        .expect("hashing bytes in memory does not fail");
    let mut hash = [0; 20];
    hash.copy_from_slice(id.as_bytes());
    hash
}
