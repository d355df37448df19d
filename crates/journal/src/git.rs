//! The only module that knows git: finding the repository, reading the journal, writing a record as a commit.
//!
//! Everything goes through libgit2, in this process, but for signed commits, which the git program makes. Nothing here runs
//! a hook, touches the user's work tree, or reads the index, except [`Repository::append_with_notes`] and
//! [`Repository::commit_files`], which set the entries of the files they were given. What libgit2 cannot open (SHA-256,
//! reftable) is refused with a clear message.

mod cache;
mod committed;
mod history;
mod open;
mod pack;
mod program;
mod read;
mod sign;
mod write;

use std::cell::RefCell;
use std::ffi::OsStr;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Component, Path, PathBuf};

use git2::{ErrorCode, Oid, RepositoryOpenFlags};
use thiserror::Error;

pub use committed::Committed;
pub use open::OpenJournal;
pub use program::ProgramError;
pub use read::{Journal, Mark, ReadError};
pub use write::{Warning, WriteError, Written};

/// The git repository in which a vault lies, seen from the vault's root.
///
/// It may be moved to another thread, and is not shared between threads: open one for each.
pub struct Repository {
    git: git2::Repository,
    /// The vault's root, canonical.
    root: PathBuf,
    /// The vault's folder inside the repository, ending in `/`; empty where the vault is the repository's top.
    prefix: String,
    /// What the newest full walk came by, for [`Repository::note_history`].
    walked: RefCell<Option<read::Walked>>,
    /// Whether nobody can be asked anything, see [`Repository::set_unattended`].
    is_unattended: bool,
}

impl Repository {
    /// Opens the repository that holds the folder `root`, looking upward as git does.
    ///
    /// Works in a subfolder, a linked worktree and a submodule, on an unborn branch and in a shallow clone.
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
        Self::at(git.map_err(|error| OpenError::new(&root, error))?, root)
    }

    /// Makes `root` a git repository, on the branch that `init.defaultBranch` names.
    ///
    /// An existing repository at `root` is opened and left as it is.
    ///
    /// # Errors
    /// Where the folder cannot be written.
    pub fn init(root: &Path) -> Result<Self, OpenError> {
        let root = canonical(root)?;
        let git = git2::Repository::init(&root).map_err(|error| OpenError::new(&root, error))?;
        Self::at(git, root)
    }

    fn at(git: git2::Repository, root: PathBuf) -> Result<Self, OpenError> {
        let Some(top) = git.workdir() else {
            return Err(OpenError::Bare {
                path: git.path().to_owned(),
            });
        };
        let top = canonical(top)?;
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
        Ok(Self {
            git,
            root,
            prefix,
            walked: RefCell::new(None),
            is_unattended: false,
        })
    }

    /// Returns the commit that `HEAD` is at, hexadecimal; `None` on an unborn branch.
    ///
    /// Costs reading one or two small files: enough to ask whether the journal changed.
    pub fn head(&self) -> Option<Box<str>> {
        let head = self.git.refname_to_id("HEAD").ok()?;
        Some(head.to_string().into())
    }

    /// Returns what a setting of git says here, such as `core.pager`; `None` where it is not set or cannot be read.
    pub fn setting(&self, key: &str) -> Option<String> {
        let config = self.git.config().ok()?;
        config.get_string(key).ok()
    }

    /// Returns the folder of `HEAD` and its reflog: that of the linked worktree, where it is one.
    pub fn git_dir(&self) -> &Path {
        self.git.path()
    }

    /// Returns the folder of refs and objects, shared by all worktrees.
    pub fn common_dir(&self) -> &Path {
        self.git.commondir()
    }

    /// Returns the vault's root, canonical.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Returns the file in git's folder for a copy of what the notes of this vault and worktree go by.
    ///
    /// It may not be there, and is safe to delete.
    pub fn names_file(&self) -> PathBuf {
        let mut hasher = DefaultHasher::new();
        self.prefix.hash(&mut hasher);
        let name = format!("names-{:016x}", hasher.finish());
        self.git_dir().join("ties").join(name)
    }

    /// Returns the top of the work tree.
    pub fn top_level(&self) -> &Path {
        self.git.workdir().expect("bare repositories are refused")
    }

    /// Returns the path in the repository of a path in the vault; `None` where it would leave the vault.
    fn inside(&self, path: &str) -> Option<String> {
        let stays = !path.is_empty()
            && path
                .split('/')
                .all(|part| !matches!(part, "" | "." | ".." | ".git"))
            && !path.contains(['\\', '\0']);
        stays.then(|| format!("{}{path}", self.prefix))
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

impl std::fmt::Debug for Repository {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Repository")
            .field("root", &self.root)
            .field("prefix", &self.prefix)
            .finish_non_exhaustive()
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

fn canonical(path: &Path) -> Result<PathBuf, OpenError> {
    path.canonicalize().map_err(|source| OpenError::Folder {
        path: path.to_owned(),
        source,
    })
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
    /// An object format, ref storage or extension that libgit2 does not know.
    #[error("the git repository of `{}` uses a format that ties cannot read yet: {}", root.display(), source.message())]
    Unsupported {
        /// The vault's root.
        root: PathBuf,
        /// What it is.
        source: git2::Error,
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
        let unsupported = [
            "unsupported extension",
            "unknown object format",
            "repositoryformatversion",
            "repository version",
        ];
        match source.code() {
            ErrorCode::NotFound => Self::NotFound { root },
            ErrorCode::Owner => {
                // What is to be trusted is the top of the repository, which only the message names.
                let top = source.message().split('\'').nth(1).map(PathBuf::from);
                Self::Owner {
                    root: top.unwrap_or(root),
                }
            }
            _ if unsupported
                .iter()
                .any(|what| source.message().contains(what)) =>
            {
                Self::Unsupported { root, source }
            }
            _ => Self::Git { root, source },
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
            Self::Unsupported { .. } => Some(
                "notes, checks and follow-ups from entries work without the journal".to_owned(),
            ),
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
