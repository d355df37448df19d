//! Many commits at once, as one pack: `git fast-import` makes thousands in the time in which `git commit-tree` makes ten.

use std::fmt::Write as _;

use super::Plumbing;
use super::write::{git, nothing};
use crate::git::program;
use crate::git::sign::Unsigned;
use crate::git::write::WriteError;

/// A branch that is gone before anyone sees it: `git fast-import` puts commits on a branch.
const BRANCH: &str = "refs/ties/import";

impl Plumbing {
    /// Writes a chain of commits, the first on top of its parent and each other on top of the one before it, all with the tree of
    /// that parent; returns their ids in order.
    pub(super) fn import(&self, chain: &[Unsigned<'_>]) -> Result<Vec<Box<str>>, WriteError> {
        const ACTION: &str = "write the commits";
        let mut command = self.command();
        command.args(["fast-import", "--quiet", "--date-format=raw"]);
        let child = program::spawn(command.stderr(std::process::Stdio::piped()));
        let child = child.map_err(git(ACTION))?;
        let report = self
            .git_dir
            .join(format!("fast_import_crash_{}", child.id()));
        let said = program::communicate(child, stream(chain).into_bytes(), None);
        if said.is_err() {
            // Git leaves one where it fails; the error says as much.
            let _ = std::fs::remove_file(report);
        }
        let said = said.map_err(git(ACTION))?;
        let said = String::from_utf8_lossy(&said);
        let commits: Vec<_> = said
            .lines()
            .filter_map(|line| super::word(line.as_bytes()))
            .collect();
        match commits.len() == chain.len() {
            true => Ok(commits),
            false => Err(nothing(ACTION)),
        }
    }
}

/// Returns what `git fast-import` reads; it answers with the id of each commit.
fn stream(chain: &[Unsigned<'_>]) -> String {
    let mut stream = String::new();
    for (number, commit) in chain.iter().enumerate() {
        let mark = number + 1;
        let _ = write!(stream, "commit {BRANCH}\nmark :{mark}\n");
        for (role, signature) in [("author", commit.author), ("committer", commit.committer)] {
            let name = String::from_utf8_lossy(signature.name_bytes());
            let email = String::from_utf8_lossy(signature.email_bytes());
            let when = signature.when();
            let minutes = when.offset_minutes().abs();
            let _ = writeln!(
                stream,
                "{role} {name} <{email}> {} {}{:02}{:02}",
                when.seconds(),
                when.sign(),
                minutes / 60,
                minutes % 60
            );
        }
        let _ = write!(
            stream,
            "data {}\n{}\n",
            commit.message.len(),
            commit.message
        );
        if let (0, Some(parent)) = (number, commit.parent) {
            let _ = writeln!(stream, "from {parent}");
        }
        let _ = writeln!(stream, "\nget-mark :{mark}");
    }
    let none = "0".repeat(chain.first().map_or(40, |commit| commit.tree.len()));
    let _ = write!(stream, "reset {BRANCH}\nfrom {none}\n\n");
    stream
}
