//! The notes that go along with a record: their content as blobs, the tree that has them, and then the index.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use super::Plumbing;
use super::write::{Head, git, nothing};
use crate::git::inside;
use crate::git::program::{self, ProgramError, Scratch};
use crate::git::write::{PATIENCE, WriteError, check_file, wait_for_index};

/// A file that goes along, and its content as a blob.
pub(super) struct Along {
    /// From the repository's top.
    path: String,
    blob: Box<str>,
    mode: &'static str,
    /// Whether the index entry is to follow: not where it has this blob already.
    set_index: bool,
}

impl Along {
    /// Returns a line for `git update-index --index-info -z`.
    fn line(&self) -> String {
        format!("{} {} 0\t{}\0", self.mode, self.blob, self.path)
    }
}

impl Plumbing {
    /// Reads the files that go along, as blobs; refuses those whose index entry would lose something.
    pub(super) fn prepare(&self, head: &Head, notes: &[&str]) -> Result<Vec<Along>, WriteError> {
        let mut along = Vec::new();
        if notes.is_empty() {
            return Ok(along);
        }
        for &note in &notes.iter().copied().collect::<BTreeSet<_>>() {
            let path = inside(&self.prefix, note);
            let path = path.ok_or_else(|| WriteError::NotAFile { path: note.into() })?;
            check_file(&self.root, note)?;
            // `PATH`, `filter` and its value.
            let said = self.ask(["check-attr", "-z", "filter", "--", &path]);
            let said = said.map_err(git("read its attributes"))?;
            let filter = said.split(|&byte| byte == 0).nth(2).unwrap_or_default();
            if !matches!(filter, b"" | b"unspecified" | b"unset" | b"set") {
                return Err(WriteError::Filtered {
                    path: note.into(),
                    filter: String::from_utf8_lossy(filter).into(),
                });
            }
            let blob = self.ask(["hash-object", "-w", "--", &path]);
            let blob = blob.map_err(git("write the note's content"))?;
            let blob = super::word(&blob).ok_or_else(|| nothing("write the note's content"))?;
            let committed = match &head.at {
                Some(at) => self.ask(["ls-tree", "-z", "--full-tree", at, "--", &path]),
                None => Ok(Vec::new()),
            };
            // `MODE blob ID`, a tab, and the path; in the index `MODE ID STAGE`.
            let committed = committed.map_err(git("read HEAD"))?;
            let committed = String::from_utf8_lossy(&committed);
            let staged = self.ask(["ls-files", "-z", "--stage", "--", &path]);
            let staged = staged.map_err(git("read the index"))?;
            let staged = String::from_utf8_lossy(&staged);
            let staged = staged.split(' ').nth(1);
            let as_committed = staged == committed.split([' ', '\t']).nth(2);
            if !as_committed && staged != Some(&*blob) {
                return Err(WriteError::PartlyStaged { path: note.into() });
            }
            along.push(Along {
                mode: match committed.starts_with("100755") {
                    true => "100755",
                    false => "100644",
                },
                set_index: staged != Some(&*blob),
                path,
                blob,
            });
        }
        wait_for_index(&self.git_dir)?;
        Ok(along)
    }

    /// Returns the tree of the commit: that of `HEAD`, with the files that go along.
    pub(super) fn tree(&self, head: &Head, along: &[Along]) -> Result<Box<str>, WriteError> {
        let tree = match &head.tree {
            Some(tree) => tree.clone(),
            None => {
                let said = self.tell(["mktree"], Vec::new());
                let said = said.map_err(git("write the tree"))?;
                super::word(&said).ok_or_else(|| nothing("write the tree"))?
            }
        };
        if along.is_empty() {
            return Ok(tree);
        }
        // In an index of its own, which nobody else sees.
        let index = OwnIndex::new()?;
        index.tell(self, &["read-tree", &tree], String::new())?;
        let lines = along.iter().map(Along::line).collect();
        index.tell(self, &["update-index", "-z", "--index-info"], lines)?;
        let said = index.tell(self, &["write-tree", "--missing-ok"], String::new())?;
        super::word(&said).ok_or_else(|| nothing("write the tree"))
    }

    /// Brings the user's index along.
    pub(super) fn set_index(&self, along: &[Along]) -> Result<(), ProgramError> {
        let wanted = along.iter().filter(|file| file.set_index);
        let lines: String = wanted.map(Along::line).collect();
        if lines.is_empty() {
            return Ok(());
        }
        let start = Instant::now();
        while let Err(error) = self.tell(
            ["update-index", "-z", "--index-info"],
            lines.clone().into_bytes(),
        ) {
            if start.elapsed() > PATIENCE {
                return Err(error);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        // So that the next look at the files need not read these. It fails where any file is not as its entry says.
        let _ = self.ask(["update-index", "-q", "--refresh"]);
        Ok(())
    }
}

/// An index that is deleted at the end.
struct OwnIndex(Scratch);

impl OwnIndex {
    fn new() -> Result<Self, WriteError> {
        let scratch = Scratch::new().map_err(|error| git("write the tree")(error.into()))?;
        Ok(Self(scratch))
    }

    fn tell(
        &self,
        plumbing: &Plumbing,
        arguments: &[&str],
        input: String,
    ) -> Result<Vec<u8>, WriteError> {
        let mut command = plumbing.command();
        let file = self.0.path().join("index");
        command.args(arguments).env("GIT_INDEX_FILE", file);
        program::run(&mut command, input.into_bytes(), None).map_err(git("write the tree"))
    }
}
