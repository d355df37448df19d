//! The safety ref, as [`crate::git::kept`] asks for it.

use super::Plumbing;
use crate::git::kept::{AtRef, Id, Keeper, NOBODY, REF, SUBJECT};
use crate::git::program::{self, ProgramError};
use crate::git::read::{Journal, ReadError, decode_message};
use crate::timeline::Interaction;

impl Keeper for Plumbing {
    fn present_head(&self) -> Option<Id> {
        self.head()
    }

    fn at_ref(&self) -> Result<Option<AtRef>, ReadError> {
        // It ends with 1 where there is no such ref.
        let id = match self.ask(["show-ref", "--verify", "--hash", REF]) {
            Ok(said) => super::word(&said),
            Err(ProgramError::Failed { .. }) => None,
            Err(error) => return Err(error.into()),
        };
        let Some(id) = id else { return Ok(None) };
        let object = self.ask(["cat-file", "commit", &id]).ok();
        let commit = object.map(|object| {
            let object = String::from_utf8_lossy(&object);
            let (header, message) = object.split_once("\n\n").unwrap_or((&object, ""));
            let parents = header
                .lines()
                .filter_map(|line| line.strip_prefix("parent "));
            (message.to_owned(), parents.map(Into::into).collect())
        });
        Ok(Some(AtRef { id, commit }))
    }

    fn commit_for_ref(&self, parents: &[Id], message: &str) -> Result<Id, ReadError> {
        let tree = self.ask(["hash-object", "-w", "-t", "tree", "--stdin"])?;
        let tree = String::from_utf8_lossy(&tree);
        let mut command = self.command();
        command.args([
            "-c",
            "i18n.commitEncoding=UTF-8",
            "commit-tree",
            tree.trim(),
        ]);
        for parent in parents {
            command.args(["-p", parent]);
        }
        let (name, email) = NOBODY;
        for role in ["AUTHOR", "COMMITTER"] {
            command
                .env(format!("GIT_{role}_NAME"), name)
                .env(format!("GIT_{role}_EMAIL"), email)
                .env(format!("GIT_{role}_DATE"), "@0 +0000");
        }
        let said = program::run(&mut command, message.into(), None)?;
        super::word(&said).ok_or_else(|| {
            ReadError::Program(ProgramError::Failed {
                said: "`git commit-tree` names no commit".to_owned(),
                code: Some(0),
            })
        })
    }

    fn move_ref(&self, from: Option<&str>, to: &str) -> Result<bool, ReadError> {
        // Zeros: where the ref must not be there yet.
        let zeros = "0".repeat(to.len());
        let old = from.unwrap_or(&zeros);
        match self.ask(["update-ref", "-m", SUBJECT, REF, to, old]) {
            Ok(_) => Ok(true),
            Err(error) => {
                let now = self.at_ref()?.map(|at| at.id);
                if now.as_deref() == from {
                    Err(error.into())
                } else {
                    Ok(false)
                }
            }
        }
    }

    fn only_in(&self, tips: &[Id], head: Option<&str>) -> Result<Vec<Interaction>, ReadError> {
        let mut journal = Journal::default();
        if tips.is_empty() {
            return Ok(Vec::new());
        }
        let hidden = head.map(|head| format!("^{head}"));
        let tips = tips.iter().map(|tip| &**tip);
        let arguments: Vec<&str> = tips.chain(hidden.as_deref()).collect();
        self.commits(&arguments, |commit, object| {
            let date = object.author_date.unwrap_or_default();
            decode_message(commit, object.message, date, &mut journal);
        })?;
        Ok(journal.records)
    }

    fn tips(&self) -> Result<Vec<Id>, ReadError> {
        let refs = self.ask([
            "for-each-ref",
            "--format=%(if:equals=commit)%(objecttype)%(then)%(objectname)%(else)%(if:equals=commit)%(*objecttype)%(then)%(*objectname)%(end)%(end)",
            "refs/heads",
            "refs/remotes",
            "refs/tags",
        ])?;
        let worktrees = self.ask(["worktree", "list", "--porcelain"])?;
        let (refs, worktrees) = (
            String::from_utf8_lossy(&refs),
            String::from_utf8_lossy(&worktrees),
        );
        let heads = worktrees
            .lines()
            .filter_map(|line| line.strip_prefix("HEAD "));
        let is_commit = |id: &&str| !id.bytes().all(|digit| digit == b'0');
        let mut tips: Vec<Id> = refs
            .lines()
            .chain(heads)
            .filter(|line| !line.is_empty())
            .filter(is_commit)
            .map(Into::into)
            .collect();
        tips.sort_unstable();
        tips.dedup();
        Ok(tips)
    }
}
