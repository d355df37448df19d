//! Repositories in a temporary folder, and the git program without the user's configuration.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use jiff::Zoned;
use journal::git::Repository;
use journal::record::Record;
use note::ContactId;
use note::value::When;

/// Everything that logging must not change.
#[derive(Debug, PartialEq)]
pub(crate) struct State {
    pub(crate) status: String,
    pub(crate) index: Vec<u8>,
    pub(crate) files: Vec<(PathBuf, Vec<u8>)>,
}

/// A folder with a repository in `vault/` and a home in `home/`, deleted at the end.
pub(crate) struct Sandbox {
    folder: tempfile::TempDir,
}

impl Sandbox {
    /// Makes a repository on the unborn branch `main`.
    pub(crate) fn unborn() -> Self {
        let sandbox = Self::empty();
        let format = std::env::var("TIES_TEST_FORMAT").unwrap_or_default();
        sandbox.git(&format!("init -q -b main {format} ."));
        sandbox.configure(&sandbox.vault());
        sandbox
    }

    /// Makes a repository with one commit that holds `people/ada.md`.
    pub(crate) fn new() -> Self {
        let sandbox = Self::unborn();
        sandbox.write("people/ada.md", "# Ada\n\nLikes engines.\nReads much.\n");
        sandbox.commit_all("start");
        sandbox
    }

    /// Makes the folders without a repository.
    pub(crate) fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for name in ["vault", "home"] {
            std::fs::create_dir(folder.path().join(name)).unwrap();
        }
        Self { folder }
    }

    /// Sets what the tests of this process must not take from the user's own configuration.
    pub(crate) fn configure(&self, repository: &Path) {
        for (key, value) in [
            ("user.name", "Grace Hopper"),
            ("user.email", "grace@example.org"),
            ("commit.gpgsign", "false"),
            ("core.autocrlf", "false"),
            ("core.excludesFile", "/dev/null"),
            ("core.attributesFile", "/dev/null"),
        ] {
            let output = self
                .command(repository)
                .args(["config", key, value])
                .output();
            assert!(output.unwrap().status.success());
        }
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    pub(crate) fn vault(&self) -> PathBuf {
        self.folder.path().join("vault")
    }

    pub(crate) fn open(&self) -> Repository {
        Repository::discover(&self.vault()).unwrap()
    }

    /// Returns a git command that sees nothing of the user's environment but the search path.
    pub(crate) fn command(&self, folder: &Path) -> Command {
        let mut command = Command::new("git");
        isolate(&mut command, &self.home());
        command
            .env("GIT_AUTHOR_NAME", "Grace Hopper")
            .env("GIT_AUTHOR_EMAIL", "grace@example.org")
            .env("GIT_COMMITTER_NAME", "Grace Hopper")
            .env("GIT_COMMITTER_EMAIL", "grace@example.org")
            .env("GIT_AUTHOR_DATE", "2026-01-01T12:00:00+00:00")
            .env("GIT_COMMITTER_DATE", "2026-01-01T12:00:00+00:00")
            .current_dir(folder);
        command
    }

    /// Runs git in the vault with arguments split at spaces, and returns what it prints.
    #[track_caller]
    pub(crate) fn git(&self, arguments: &str) -> String {
        self.git_in(&self.vault(), arguments)
    }

    #[track_caller]
    pub(crate) fn git_in(&self, folder: &Path, arguments: &str) -> String {
        let output = self.try_git(folder, arguments);
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "git {arguments}: {error}");
        String::from_utf8(output.stdout).unwrap()
    }

    pub(crate) fn try_git(&self, folder: &Path, arguments: &str) -> Output {
        let mut command = self.command(folder);
        command.args(arguments.split_whitespace()).output().unwrap()
    }

    /// Commits a message without changing anything, as a person would by hand.
    #[track_caller]
    pub(crate) fn commit_by_hand(&self, message: &str, author_date: &str) {
        let mut command = self.command(&self.vault());
        command.env("GIT_AUTHOR_DATE", author_date).args([
            "commit",
            "-q",
            "--allow-empty",
            "-m",
            message,
        ]);
        assert!(command.output().unwrap().status.success());
    }

    #[track_caller]
    pub(crate) fn commit_all(&self, message: &str) {
        self.git("add -A");
        self.commit_by_hand(message, "2026-01-01T12:00:00+00:00");
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.vault().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// Returns the file that whoever moves the branch `main` locks it with.
    pub(crate) fn branch_lock(&self) -> PathBuf {
        let reftable = self.vault().join(".git/reftable");
        match reftable.exists() {
            true => reftable.join("tables.list.lock"),
            false => self.vault().join(".git/refs/heads/main.lock"),
        }
    }

    /// Returns what `git status` says, the index and all files.
    pub(crate) fn state(&self) -> State {
        let index = std::fs::read(self.vault().join(".git/index")).unwrap_or_default();
        let mut files = Vec::new();
        let mut folders = vec![self.vault()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.ends_with(".git") {
                } else if path.is_dir() {
                    folders.push(path);
                } else {
                    let content = std::fs::read(&path).unwrap();
                    files.push((path, content));
                }
            }
        }
        files.sort();
        // Without optional locks, for `git status` refreshes the index.
        let status = self.git("--no-optional-locks status --porcelain=v2 --untracked-files=all");
        State {
            status,
            index,
            files,
        }
    }

    /// Fails where the repository is damaged.
    #[track_caller]
    pub(crate) fn fsck(&self) {
        let output = self.try_git(&self.vault(), "fsck --strict --no-dangling");
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{error}");
    }
}

/// Takes the user's git configuration and environment from a command.
pub(crate) fn isolate(command: &mut Command, home: &Path) {
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("GIT_") {
            command.env_remove(name);
        }
    }
    command
        .env("HOME", home)
        .env("XDG_CONFIG_HOME", home.join(".config"))
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", home.join(".gitconfig"))
        .env_remove("EMAIL")
        .env("LC_ALL", "C")
        .env("TZ", "UTC");
}

/// Runs one test of this program in a process of its own, with a home of its own, and returns what it printed.
///
/// For what libgit2 takes from the environment: the test named asks for `variable` and does nothing without it.
pub(crate) fn run_test(name: &str, home: &Path, variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    isolate(&mut command, home);
    command
        .args([name, "--exact", "--nocapture"])
        .envs(variables.iter().copied());
    command
}

/// 2026-11-23, a Monday, 10:00 in Berlin.
pub(crate) fn now() -> Zoned {
    "2026-11-23T10:00[Europe/Berlin]".parse().unwrap()
}

/// A move of the note at `old` to `new`.
pub(crate) fn moved(old: &str, new: &str) -> (ContactId, ContactId) {
    let contact = |path: &str| ContactId {
        path: path.into(),
        uid: None,
    };
    (contact(old), contact(new))
}

/// A call with the contacts, on a day or at an instant.
pub(crate) fn call(id: &str, on: &str, contacts: &[&str]) -> Record {
    let contacts = contacts.iter().map(|path| ContactId {
        path: (*path).into(),
        uid: None,
    });
    Record {
        id: id.into(),
        revision: 1,
        retracted: false,
        kind: "call".into(),
        on: When::parse(on).unwrap(),
        summary: "call: Ada Lovelace, the engine's notes".into(),
        body: "".into(),
        contacts: contacts.collect(),
        initiated_by: None,
        gave: vec![],
        received: vec![],
        event: None,
        goal: None,
        other: vec![],
    }
}
