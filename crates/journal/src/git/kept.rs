//! `refs/ties/kept`: a local ref that holds every interaction that was logged, whatever becomes of the branches.
//!
//! A reset, a rebase that drops empty commits, a fixup or a deleted branch takes interactions out of every history, and
//! `git gc` removes them for good some weeks later. The ref keeps their commits from that, and is where they are found
//! missing. It points at the newest commit of the history itself as long as nothing is missing; else at a commit of its
//! own, whose parents are that one and others that hold what is missing. It is never pushed, and nothing in it counts.

use std::collections::BTreeSet;
use std::time::Duration;

use git2::{ErrorCode, Oid, Signature, Time};
use rustc_hash::FxHashMap;

use super::{Journal, Library, ReadError};
use crate::timeline::Interaction;
use crate::{Record, Timeline};

/// The ref.
pub(super) const REF: &str = "refs/ties/kept";
/// The subject of a commit of the ref's own.
pub(super) const SUBJECT: &str = "ties: kept";
/// Before the id of an interaction that need not be found missing any more.
const LET_GO: &str = "Let-Go: ";
/// Who wrote a commit of the ref's own, at the beginning of 1970: the same commit for the same content.
pub(super) const NOBODY: (&str, &str) = ("ties", "ties@localhost");
/// How often the ref is tried again where another process moved it meanwhile.
const TRIES: u32 = 8;

/// A commit's id, hexadecimal.
pub(super) type Id = Box<str>;

/// Where the ref is.
pub(super) struct AtRef {
    /// The object it points at.
    pub(super) id: Id,
    /// The message and the parents of that commit; `None` where it is no commit.
    pub(super) commit: Option<(String, Vec<Id>)>,
}

/// What the ref asks of a repository.
pub(super) trait Keeper {
    /// Returns the commit that `HEAD` is at.
    fn present_head(&self) -> Option<Id>;

    /// Returns where the ref is; `None` where there is none.
    fn at_ref(&self) -> Result<Option<AtRef>, ReadError>;

    /// Writes a commit by [`NOBODY`] of the empty tree: what was in the notes is not what is kept.
    fn commit_for_ref(&self, parents: &[Id], message: &str) -> Result<Id, ReadError>;

    /// Moves the ref from where it was (`None`: nowhere); `false` where another process moved it meanwhile.
    fn move_ref(&self, from: Option<&str>, to: &str) -> Result<bool, ReadError>;

    /// Returns the records in the histories of `tips` that are not in that of `head`, with repeats.
    fn only_in(&self, tips: &[Id], head: Option<&str>) -> Result<Vec<Interaction>, ReadError>;

    /// Returns the commits of all branches, remote branches and tags, and those that the worktrees are at.
    fn tips(&self) -> Result<Vec<Id>, ReadError>;
}

/// What the ref holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Kept {
    /// Commits whose histories hold everything.
    tips: Vec<Id>,
    /// The ids of interactions that were let go while others of their tip were not.
    let_go: BTreeSet<Box<str>>,
}

/// See [`Repository::let_go`](super::Repository::let_go); `head` is the commit that `timeline` was read to.
pub(super) fn settle(
    git: &impl Keeper,
    head: Option<&str>,
    timeline: &Timeline,
    let_go: &[&str],
) -> Result<Vec<Interaction>, ReadError> {
    let (at, kept) = read(git)?;
    let is_empty = timeline.interactions().is_empty() && timeline.retracted().is_empty();
    let is_head = |tip: &Id| Some(&**tip) == head;
    let is_settled =
        !kept.tips.is_empty() && kept.tips.iter().all(is_head) && kept.let_go.is_empty();
    if at.is_none() && is_empty || is_settled {
        return Ok(Vec::new());
    }
    let mut held = Vec::new();
    for tip in kept.tips.iter().filter(|tip| !is_head(tip)) {
        held.push((tip, git.only_in(std::slice::from_ref(tip), head)?));
    }
    let all = held.iter().flat_map(|(_, records)| records.iter().cloned());
    let news = timeline.news(all.collect()).into_iter();
    let (gone, missing): (Vec<_>, Vec<_>) = news.partition(|found| {
        let id = &*found.record.id;
        let_go.contains(&id) || kept.let_go.contains(id)
    });
    // Of the tips those that hold what is missing, and each of it once.
    let mut settled = Kept::default();
    let mut open: Vec<&Record> = missing.iter().map(|found| &found.record).collect();
    for (tip, records) in &held {
        let mut by_id: FxHashMap<&str, Vec<&Record>> = FxHashMap::default();
        for found in records {
            let same_id = by_id.entry(&found.record.id).or_default();
            same_id.push(&found.record);
        }
        let holds = |record: &Record| {
            let same_id = by_id.get(&*record.id);
            same_id.is_some_and(|same_id| same_id.contains(&record))
        };
        let before = open.len();
        open.retain(|wanted| !holds(wanted));
        if open.len() < before {
            settled.tips.push((*tip).clone());
            let here = gone.iter().filter(|gone| holds(&gone.record));
            settled
                .let_go
                .extend(here.map(|gone| gone.record.id.clone()));
        }
    }
    settled.tips.extend(head.map(Into::into));
    // Another process that logs meanwhile knows better where the history is.
    if settled != kept && git.present_head().as_deref() == head {
        let written = write(git, at.as_deref(), &settled);
        // Reading goes on without; what was let go must stay so.
        if !let_go.is_empty() {
            written?;
        }
    }
    if missing.is_empty() {
        return Ok(missing);
    }
    let mut elsewhere = Timeline::default();
    elsewhere.extend(git.only_in(&git.tips()?, head)?, Vec::new());
    let lost = elsewhere.not_here(missing).into_iter();
    Ok(timeline.news(lost.map(|(lost, _)| lost).collect()))
}

/// Makes the ref hold `tip` too, a commit that was made on top of `before`.
///
/// Costs the same however long the history is: whether `tip` makes other commits superfluous is seen by [`settle`].
pub(super) fn keep_tip(
    git: &impl Keeper,
    before: Option<&str>,
    tip: &str,
) -> Result<(), ReadError> {
    for number in 0..TRIES {
        let (at, mut kept) = read(git)?;
        if kept.tips.iter().any(|known| **known == *tip) {
            return Ok(());
        }
        kept.tips.retain(|known| Some(&**known) != before);
        kept.tips.push(tip.into());
        if write(git, at.as_deref(), &kept)? {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(1 << number));
    }
    Err(git2::Error::new(
        ErrorCode::Modified,
        git2::ErrorClass::Reference,
        "others moved it all the time",
    )
    .into())
}

/// Returns where the ref is, and what it holds; nothing where there is none, or where someone made it no commit.
fn read(git: &impl Keeper) -> Result<(Option<Id>, Kept), ReadError> {
    let Some(at) = git.at_ref()? else {
        return Ok((None, Kept::default()));
    };
    let kept = match at.commit {
        None => Kept::default(),
        Some((message, parents)) if message.lines().next() == Some(SUBJECT) => Kept {
            tips: parents,
            let_go: message
                .lines()
                .filter_map(|line| line.strip_prefix(LET_GO))
                .map(Into::into)
                .collect(),
        },
        Some(_) => Kept {
            tips: vec![at.id.clone()],
            let_go: BTreeSet::new(),
        },
    };
    Ok((Some(at.id), kept))
}

/// Makes the ref hold `kept`; `false` where it is no longer `at`.
fn write(git: &impl Keeper, at: Option<&str>, kept: &Kept) -> Result<bool, ReadError> {
    let target = match &kept.tips[..] {
        [] => return Ok(true),
        [tip] if kept.let_go.is_empty() => tip.clone(),
        tips => {
            let mut message = format!("{SUBJECT}\n");
            for (index, id) in kept.let_go.iter().enumerate() {
                if index == 0 {
                    message.push('\n');
                }
                message.push_str(LET_GO);
                message.push_str(id);
                message.push('\n');
            }
            git.commit_for_ref(tips, &message)?
        }
    };
    git.move_ref(at, &target)
}

impl Keeper for Library {
    fn present_head(&self) -> Option<Id> {
        self.head()
    }

    fn at_ref(&self) -> Result<Option<AtRef>, ReadError> {
        let at = match self.git.refname_to_id(REF) {
            Ok(at) => at,
            Err(error) if error.code() == ErrorCode::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let commit = self.git.find_commit(at).ok().map(|commit| {
            let message = String::from_utf8_lossy(commit.message_bytes()).into_owned();
            let parents = commit.parent_ids().map(|id| id.to_string().into());
            (message, parents.collect())
        });
        Ok(Some(AtRef {
            id: at.to_string().into(),
            commit,
        }))
    }

    fn commit_for_ref(&self, parents: &[Id], message: &str) -> Result<Id, ReadError> {
        let parents: Vec<git2::Commit<'_>> = parents
            .iter()
            .map(|id| self.git.find_commit(Oid::from_str(id)?))
            .collect::<Result<_, _>>()?;
        let parents: Vec<&git2::Commit<'_>> = parents.iter().collect();
        let (name, email) = NOBODY;
        let nobody = Signature::new(name, email, &Time::new(0, 0))?;
        let tree = self.git.treebuilder(None)?.write()?;
        let tree = self.git.find_tree(tree)?;
        let commit = self.write_commit(&nobody, &nobody, message, &tree, &parents)?;
        Ok(commit.to_string().into())
    }

    fn move_ref(&self, from: Option<&str>, to: &str) -> Result<bool, ReadError> {
        let to = Oid::from_str(to)?;
        let moved = match from {
            Some(from) => {
                let from = Oid::from_str(from)?;
                self.git.reference_matching(REF, to, true, from, SUBJECT)
            }
            None => self.git.reference(REF, to, false, SUBJECT),
        };
        match moved {
            Ok(_) => Ok(true),
            Err(error) if matches!(error.code(), ErrorCode::Modified | ErrorCode::Exists) => {
                Ok(false)
            }
            Err(error) => Err(error.into()),
        }
    }

    fn only_in(&self, tips: &[Id], head: Option<&str>) -> Result<Vec<Interaction>, ReadError> {
        let mut walk = self.git.revwalk()?;
        for tip in tips {
            walk.push(Oid::from_str(tip)?)?;
        }
        if let Some(head) = head {
            walk.hide(Oid::from_str(head)?)?;
        }
        let mut journal = Journal::default();
        self.read_walk(walk, &mut journal)?;
        Ok(journal.records)
    }

    fn tips(&self) -> Result<Vec<Id>, ReadError> {
        let mut tips = BTreeSet::new();
        for reference in self.git.references()? {
            let reference = reference?;
            let is_branch = reference.name().is_ok_and(|name| {
                ["refs/heads/", "refs/remotes/", "refs/tags/"]
                    .iter()
                    .any(|folder| name.starts_with(folder))
            });
            // A tag of a tree, a branch that leads nowhere: no history.
            if is_branch && let Ok(commit) = reference.peel_to_commit() {
                tips.insert(commit.id());
            }
        }
        // A worktree's branch is among them; its HEAD may be detached.
        let main = git2::Repository::open(self.git.commondir()).ok();
        let linked = self.git.worktrees()?;
        let linked = linked.iter().flatten().flatten().filter_map(|name| {
            let worktree = self.git.find_worktree(name).ok()?;
            git2::Repository::open_from_worktree(&worktree).ok()
        });
        for worktree in main.into_iter().chain(linked) {
            if let Ok(commit) = worktree.head().and_then(|head| head.peel_to_commit()) {
                tips.insert(commit.id());
            }
        }
        Ok(tips.iter().map(|tip| tip.to_string().into()).collect())
    }
}
