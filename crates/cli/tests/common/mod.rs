//! A vault of one's own for each test, and the program run on it: no settings of the machine, the clock or the user
//! reach it.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use tempfile::TempDir;

/// The day it is in every test.
pub(crate) const TODAY: &str = "2026-11-23";

/// A temporary folder with a home and a vault in it.
pub(crate) struct Sandbox {
    folder: TempDir,
}

/// What a run said.
pub(crate) struct Said {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) code: i32,
}

impl Sandbox {
    /// Makes a vault of `//- path` files, without git.
    pub(crate) fn plain(files: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("home")).unwrap();
        fs::create_dir_all(folder.path().join("vault")).unwrap();
        let sandbox = Self { folder };
        for (path, text) in fixture::parse(files).files {
            sandbox.write(&path, &text);
        }
        sandbox
    }

    /// Makes a vault in a git repository that knows its user.
    pub(crate) fn with_git(files: &str) -> Self {
        let sandbox = Self::plain(files);
        sandbox.git(&["init", "--quiet", "--initial-branch=main"]);
        sandbox.git(&["config", "user.name", "Robin"]);
        sandbox.git(&["config", "user.email", "robin@example.org"]);
        sandbox.git(&["add", "."]);
        sandbox.git(&["commit", "--quiet", "--allow-empty", "--message=begin"]);
        sandbox
    }

    /// Makes the demo.
    pub(crate) fn demo() -> Self {
        let sandbox = Self::plain("");
        let said = sandbox.ties(&["-q", "demo", "."]);
        assert_eq!(said.code, 0, "{}", said.stderr);
        sandbox
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.folder.path().join("vault")
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let file = self.root().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.root().join(path)).unwrap()
    }

    fn with_environment(&self, command: &mut Command) {
        let home = self.folder.path().join("home");
        command
            .current_dir(self.root())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", &home)
            .env("XDG_CONFIG_HOME", home.join(".config"))
            .env("GIT_CONFIG_GLOBAL", home.join("gitconfig"))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CEILING_DIRECTORIES", self.folder.path())
            .env("TIES_TODAY", TODAY)
            .env("TZ", "UTC")
            .env("NO_COLOR", "1")
            .stdin(Stdio::null());
        // Another format of repositories, for all tests at once.
        for name in ["GIT_DEFAULT_HASH", "GIT_DEFAULT_REF_FORMAT"] {
            if let Some(format) = std::env::var_os(name) {
                command.env(name, format);
            }
        }
    }

    /// Returns the program, ready to run in the vault.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ties"));
        command.args(arguments);
        self.with_environment(&mut command);
        command
    }

    /// Runs the program in the vault.
    pub(crate) fn ties(&self, arguments: &[&str]) -> Said {
        said(&mut self.command(arguments))
    }

    /// Runs the program, which must answer with a JSON document.
    pub(crate) fn json(&self, arguments: &[&str]) -> serde_json::Value {
        let said = self.ties(&[&["--format", "json"], arguments].concat());
        serde_json::from_str(&said.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}{}", said.stdout, said.stderr))
    }

    /// Runs another program in the vault, with nothing of the machine's settings.
    pub(crate) fn run(&self, command: &mut Command) -> Said {
        self.with_environment(command);
        said(command)
    }

    /// Runs git in the vault and returns what it says.
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        let mut command = Command::new("git");
        command.args(arguments);
        self.with_environment(&mut command);
        let said = said(&mut command);
        assert_eq!(said.code, 0, "git {arguments:?}: {}", said.stderr);
        said.stdout
    }

    /// Returns every file of the vault with its content, git's folder too, except what only reading leaves.
    pub(crate) fn on_disk(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut files = BTreeMap::new();
        list(&self.root(), &mut files);
        files
    }

    /// Runs the program, which must fail with 2 and change nothing on disk; returns the message.
    pub(crate) fn fails(&self, arguments: &[&str]) -> String {
        let before = self.on_disk();
        let said = self.ties(arguments);
        assert_eq!(said.code, 2, "{}{}", said.stdout, said.stderr);
        assert_eq!(said.stdout, "");
        assert!(
            said.stderr.contains("hint: "),
            "no next step: {}",
            said.stderr
        );
        assert!(self.on_disk() == before, "something was changed on disk");
        self.without_folder(&said.stderr)
    }

    /// Returns `text` with the name of the temporary folder taken out.
    pub(crate) fn without_folder(&self, text: &str) -> String {
        let given = self.folder.path().display().to_string();
        let real = self
            .folder
            .path()
            .canonicalize()
            .unwrap()
            .display()
            .to_string();
        text.replace(&real, "[TMP]").replace(&given, "[TMP]")
    }
}

fn list(folder: &Path, files: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.ends_with(".git/ties") {
            // Copies that are safe to delete; reading leaves them.
        } else if path.is_dir() {
            list(&path, files);
        } else {
            let content = fs::read(&path).unwrap();
            files.insert(path, content);
        }
    }
}

/// Runs a program as it stands.
pub(crate) fn said(command: &mut Command) -> Said {
    let output = command.output().unwrap();
    Said {
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
        code: output.status.code().unwrap_or(-1),
    }
}

/// Returns `text` with ids and commits replaced, which no two runs share.
pub(crate) fn without_ids(text: &str) -> String {
    let mask = |word: &str| {
        let is_id = word.len() == 12
            && word.starts_with('0')
            && word
                .chars()
                .all(|c| c.is_ascii_digit() || c.is_ascii_lowercase());
        let is_commit = matches!(word.len(), 10 | 40 | 64)
            && word
                .chars()
                .all(|c| c.is_ascii_hexdigit() && !c.is_ascii_uppercase());
        match (is_id, is_commit) {
            (true, _) => "[ID]".to_owned(),
            (_, true) => "[COMMIT]".to_owned(),
            _ => word.to_owned(),
        }
    };
    let mut masked = String::new();
    let mut word = String::new();
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            word.push(c);
            continue;
        }
        masked.push_str(&mask(&word));
        word.clear();
        masked.push(c);
    }
    masked + &mask(&word)
}
