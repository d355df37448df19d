//! What a commit in the making changes in notes, asked of the git program.
//!
//! Inside a hook the git program is at hand, and only it knows the index of `git commit --only` and of repositories that
//! libgit2 cannot open. The answers are the blobs before and after, never the files in the work tree.

use std::{
    io::{Read, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use vault::{Config, load};

use crate::error::CommandError;

/// A note that the commit adds or changes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct StagedNote {
    /// From the vault's root.
    pub(super) path: String,
    /// Its text in `HEAD`, at the path it had there; empty where it is new.
    pub(super) old: String,
    /// Its text in the commit.
    pub(super) new: String,
}

/// Where git is in its work.
#[derive(Debug)]
pub(super) struct Work {
    /// The folder of `HEAD`.
    pub(super) git_dir: PathBuf,
    top: PathBuf,
}

impl Work {
    /// Asks git where the repository around the current folder is.
    pub(super) fn find() -> Result<Self, CommandError> {
        let said = git(&["rev-parse", "--absolute-git-dir", "--show-toplevel"])?;
        let said = text(said)?;
        match said.lines().collect::<Vec<_>>()[..] {
            [git_dir, top] => Ok(Self {
                git_dir: PathBuf::from(git_dir),
                top: PathBuf::from(top),
            }),
            _ => Err(CommandError::new(
                "git does not say where the repository is",
            )),
        }
    }

    /// Returns whether commits of someone else, or of another time, are being made anew: what they tell is not told now.
    pub(super) fn is_replaying(&self) -> bool {
        let files = [
            "rebase-merge",
            "rebase-apply",
            "sequencer",
            "MERGE_HEAD",
            "CHERRY_PICK_HEAD",
            "REVERT_HEAD",
        ];
        files.iter().any(|file| self.git_dir.join(file).exists())
    }

    /// Returns the notes that the commit adds or changes in the vault at `root`, sorted by path.
    pub(super) fn notes(
        &self,
        root: &Path,
        config: &Config,
    ) -> Result<Vec<StagedNote>, CommandError> {
        let canonical = |path: &Path| {
            path.canonicalize()
                .map_err(|error| CommandError::file(path, &error))
        };
        let (root, top) = (canonical(root)?, canonical(&self.top)?);
        let inside = root.strip_prefix(&top).map_err(|_| {
            CommandError::new(format!("`{}` is not in this repository", root.display()))
        })?;
        let raw = git(&[
            "diff",
            "--cached",
            "--raw",
            "-z",
            "--no-abbrev",
            "--no-ext-diff",
            "--find-renames",
            "--diff-filter=AMR",
        ])?;
        let mut changed = Vec::new();
        let mut fields = raw.split(|byte| *byte == 0);
        while let Some(head) = fields.next() {
            let head = String::from_utf8_lossy(head);
            let [_, mode, old, new, status] =
                head.trim_start_matches(':').split(' ').collect::<Vec<_>>()[..]
            else {
                break;
            };
            let mut path = fields.next();
            if status.starts_with(['R', 'C']) {
                path = fields.next();
            }
            let path = path.and_then(|path| std::str::from_utf8(path).ok());
            let below = path.and_then(|path| Path::new(path).strip_prefix(inside).ok()?.to_str());
            let is_file = mode.starts_with("100");
            if let Some(below) =
                below.filter(|below| is_file && load::is_note(&root, below, config))
            {
                changed.push((below.to_owned(), old.to_owned(), new.to_owned()));
            }
        }
        changed.sort();
        let wanted: Vec<&str> = changed
            .iter()
            .flat_map(|(_, old, new)| [old.as_str(), new])
            .collect();
        let mut texts = blobs(&wanted, config.max_note_size)?.into_iter();
        let mut notes = Vec::new();
        for (path, _, _) in changed {
            let (old, new) = (texts.next().flatten(), texts.next().flatten());
            if let Some(new) = new {
                let old = old.unwrap_or_default();
                notes.push(StagedNote { path, old, new });
            }
        }
        Ok(notes)
    }
}

/// Returns the texts of blobs, in order; `None` where there is none, where it is larger than `limit` and where it is no UTF-8.
fn blobs(ids: &[&str], limit: u64) -> Result<Vec<Option<String>>, CommandError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut child = Command::new("git")
        .args(["cat-file", "--batch"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| no_git(&error))?;
    let mut input = child.stdin.take().expect("it is piped");
    let asked = ids.join("\n") + "\n";
    // Another thread asks, as git answers before it has read all.
    let asking = std::thread::spawn(move || input.write_all(asked.as_bytes()));
    let mut said = Vec::new();
    child
        .stdout
        .take()
        .expect("it is piped")
        .read_to_end(&mut said)?;
    child.wait()?;
    let _ = asking.join();
    let mut rest = &said[..];
    let mut texts = Vec::with_capacity(ids.len());
    while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
        let head = String::from_utf8_lossy(&rest[..end]).into_owned();
        rest = &rest[end + 1..];
        let size: Option<usize> = match head.split(' ').collect::<Vec<_>>()[..] {
            [_, "blob", size] => size.parse().ok(),
            _ => None,
        };
        let Some(size) = size.filter(|size| *size <= rest.len()) else {
            // The zeros that stand for no blob are `missing`.
            texts.push(None);
            continue;
        };
        let content = &rest[..size];
        let is_small = size as u64 <= limit;
        texts.push(
            std::str::from_utf8(content)
                .ok()
                .filter(|_| is_small)
                .map(str::to_owned),
        );
        rest = rest.get(size + 1..).unwrap_or_default();
    }
    texts.resize(ids.len(), None);
    Ok(texts)
}

/// Runs git in the current folder and returns what it prints.
pub(super) fn git(arguments: &[&str]) -> Result<Vec<u8>, CommandError> {
    let output = Command::new("git")
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| no_git(&error))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let said = said.lines().next().unwrap_or("it failed").to_owned();
        return Err(CommandError::new(format!("git {}: {said}", arguments[0])));
    }
    Ok(output.stdout)
}

/// Returns what git printed as text.
pub(super) fn text(said: Vec<u8>) -> Result<String, CommandError> {
    String::from_utf8(said).map_err(|_| CommandError::new("git names a path that is not UTF-8"))
}

fn no_git(error: &std::io::Error) -> CommandError {
    CommandError::new(format!("the git program does not run: {error}"))
        .hint("hooks are git's, so it must be on PATH")
}
