//! A temporary folder with a vault, a home and a git configuration of its own.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The day it is in every sandbox.
pub const TODAY: &str = "2026-11-23";

/// A temporary folder; gone when dropped.
#[derive(Debug)]
pub struct Sandbox {
    folder: tempfile::TempDir,
    cursor: Option<(String, usize)>,
}

impl Sandbox {
    /// Writes the files of a fixture (see the crate `fixture`) into a new vault, `vault` in the sandbox.
    ///
    /// # Panics
    /// Where the disk says no.
    pub fn new(files: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let fixture = fixture::parse(files);
        let cursor = fixture
            .cursor
            .map(|(file, range)| (fixture.files[file].0.clone(), range.start));
        let sandbox = Self { folder, cursor };
        fs::create_dir_all(sandbox.home()).expect("the sandbox is writable");
        fs::create_dir_all(sandbox.root()).expect("the sandbox is writable");
        fs::write(
            sandbox.home().join(".gitconfig"),
            "[user]\n\tname = Ada\n\temail = ada@example.org\n[init]\n\tdefaultBranch = main\n\
             [commit]\n\tgpgsign = false\n",
        )
        .expect("the sandbox is writable");
        for (path, text) in &fixture.files {
            sandbox.write(path, text);
        }
        sandbox
    }

    /// Like [`Sandbox::new`], with the vault at the top of a git repository in which everything is committed.
    pub fn with_git(files: &str) -> Self {
        let sandbox = Self::new(files);
        sandbox.git(&["init", "--quiet"]);
        sandbox.git(&["add", "--all"]);
        sandbox.git(&["commit", "--quiet", "--allow-empty", "--message", "notes"]);
        sandbox
    }

    /// Returns the vault's root. Symbolic links in it are resolved, as editors resolve them.
    pub fn root(&self) -> PathBuf {
        self.top().join("vault")
    }

    /// Returns the sandbox itself, which is no vault.
    ///
    /// # Panics
    /// Where the folder is gone.
    pub fn top(&self) -> PathBuf {
        self.folder
            .path()
            .canonicalize()
            .expect("the sandbox is there")
    }

    /// Returns the home folder.
    pub fn home(&self) -> PathBuf {
        self.top().join("home")
    }

    /// Returns the file that the fixture marks and the offset of the mark.
    pub fn cursor(&self) -> Option<(&str, usize)> {
        let (path, offset) = self.cursor.as_ref()?;
        Some((path, *offset))
    }

    /// Writes a file of the vault, folders too.
    ///
    /// # Panics
    /// Where the disk says no.
    pub fn write(&self, path: &str, text: &str) {
        let path = self.root().join(path);
        let folder = path.parent().expect("a file is in a folder");
        fs::create_dir_all(folder).expect("the sandbox is writable");
        fs::write(path, text).expect("the sandbox is writable");
    }

    /// Returns the text of a file of the vault.
    ///
    /// # Panics
    /// Where it cannot be read.
    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.root().join(path)).expect("the file is there")
    }

    /// Returns a command that knows this sandbox only, in the vault's root.
    pub fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new(program.as_ref());
        command.current_dir(self.root()).env_clear();
        for kept in ["PATH", "SystemRoot", "TMPDIR", "LANG"] {
            if let Some(value) = env::var_os(kept) {
                command.env(kept, value);
            }
        }
        command
            .env("HOME", self.home())
            .env("XDG_CONFIG_HOME", self.home().join(".config"))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CEILING_DIRECTORIES", self.top())
            .env("GIT_AUTHOR_DATE", "2026-11-01T12:00:00+00:00")
            .env("GIT_COMMITTER_DATE", "2026-11-01T12:00:00+00:00")
            .env("TZ", "UTC")
            .env("TIES_TODAY", TODAY);
        command
    }

    /// Runs git in the vault and returns what it printed.
    ///
    /// # Panics
    /// Where it fails.
    pub fn git(&self, arguments: &[&str]) -> String {
        self.run(Path::new("git"), arguments, 0)
    }

    /// Runs the program under test in the vault and returns what it printed. Findings are no failure.
    ///
    /// # Panics
    /// Where it fails.
    pub fn ties(&self, arguments: &[&str]) -> String {
        self.run(&program(), arguments, 1)
    }

    fn run(&self, program: &Path, arguments: &[&str], highest_code: i32) -> String {
        let output = self
            .command(program)
            .args(arguments)
            .output()
            .expect("the program can be started");
        assert!(
            output
                .status
                .code()
                .is_some_and(|code| code <= highest_code),
            "{} {arguments:?}: {}",
            program.display(),
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}

/// Returns the program under test: what `TIES_BIN` names, else `ties` beside the test's own folder.
///
/// # Panics
/// Where it has not been built.
pub fn program() -> PathBuf {
    let path = env::var_os("TIES_BIN").map_or_else(
        || {
            let test = env::current_exe().expect("a test knows its own path");
            let folder = test.ancestors().nth(2).expect("tests lie in deps/");
            folder.join(format!("ties{}", env::consts::EXE_SUFFIX))
        },
        PathBuf::from,
    );
    assert!(
        path.is_file(),
        "`{}` is not there; build it with `cargo build --package ties`, or name it in TIES_BIN",
        path.display()
    );
    path
}
