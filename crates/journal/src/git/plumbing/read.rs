//! Reading: the commits of a history, from one process that names them and one that prints them.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{ChildStdout, Stdio};

use rustc_hash::FxHashMap;

use super::Plumbing;
use crate::git::committed::Committed;
use crate::git::program::{self, ProgramError};
use crate::git::read::{self, Journal, ReadError, date_of, decode_message, to_when};

/// An object longer than this is no commit that anyone wrote; it is read past.
const LONGEST: u64 = 1 << 30;

/// How far a reading got, in hexadecimal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::git) struct Mark {
    pub(in crate::git) head: Option<Box<str>>,
    /// Where a shallow clone is cut, sorted.
    cuts: Vec<Box<str>>,
}

/// What a full walk came by.
pub(super) struct Walked {
    head: Option<Box<str>>,
    /// The commits with at most one parent that changed the tree, parents before children.
    pub(super) changes: Vec<Change>,
}

/// A commit that changed the tree.
#[derive(Clone)]
pub(super) struct Change {
    pub(super) commit: Box<str>,
    /// Seconds since 1970 and offset in seconds; `None` where history is cut below this commit.
    pub(super) author_date: Option<(i64, i32)>,
}

/// A commit that a walk came by.
struct Seen {
    tree: Box<[u8]>,
    /// One more than the greatest of the parents'; 1 for a first commit.
    generation: u32,
}

/// A commit object, taken apart.
pub(super) struct Commit<'a> {
    pub(super) tree: &'a [u8],
    pub(super) parents: Vec<&'a [u8]>,
    pub(super) author_date: Option<(i64, i32)>,
    committer: &'a [u8],
    pub(super) message: &'a [u8],
}

impl<'a> Commit<'a> {
    fn parse(object: &'a [u8]) -> Self {
        let end = object.windows(2).position(|two| two == b"\n\n");
        let end = end.unwrap_or(object.len());
        let (header, message) = (&object[..end], object.get(end + 2..).unwrap_or_default());
        let mut commit = Self {
            tree: b"",
            parents: Vec::new(),
            author_date: None,
            committer: b"",
            message,
        };
        for line in header.split(|&byte| byte == b'\n') {
            if let Some(tree) = line.strip_prefix(b"tree ") {
                commit.tree = tree;
            } else if let Some(parent) = line.strip_prefix(b"parent ") {
                commit.parents.push(parent);
            } else if let Some(author) = line.strip_prefix(b"author ") {
                commit.author_date = date_of(author);
            } else if let Some(committer) = line.strip_prefix(b"committer ") {
                commit.committer = committer;
                break;
            }
        }
        commit
    }
}

impl Plumbing {
    /// See [`Repository::read`](crate::git::Repository::read).
    pub(in crate::git) fn read(&self) -> Result<Journal, ReadError> {
        let mark = self.mark();
        let mut journal = Journal {
            history_is_cut: !mark.cuts.is_empty(),
            ..Journal::default()
        };
        let walked = self.walk(&mark, |commit, object| {
            decode_message(
                commit,
                object.message,
                object.author_date.unwrap_or_default(),
                &mut journal,
            );
        })?;
        *self.walked.borrow_mut() = Some(walked);
        journal.mark = mark.into();
        Ok(journal)
    }

    /// See [`Repository::read_since`](crate::git::Repository::read_since).
    pub(in crate::git) fn read_since(
        &self,
        mark: &read::Mark,
    ) -> Result<Option<Journal>, ReadError> {
        let (new, Some(mark)) = (self.mark(), &mark.program) else {
            return Ok(None);
        };
        if new.cuts != mark.cuts {
            return Ok(None);
        }
        let mut journal = Journal {
            history_is_cut: !new.cuts.is_empty(),
            ..Journal::default()
        };
        if new.head != mark.head {
            let (Some(head), Some(known)) = (&new.head, &mark.head) else {
                return Ok(None);
            };
            // It fails where the known one is no ancestor, and where it is gone.
            if self
                .ask(["merge-base", "--is-ancestor", known, head])
                .is_err()
            {
                return Ok(None);
            }
            let hidden = format!("^{known}");
            self.commits(&[head, &hidden], |commit, object| {
                let date = object.author_date.unwrap_or_default();
                decode_message(commit, object.message, date, &mut journal);
            })?;
        }
        journal.mark = new.into();
        Ok(Some(journal))
    }

    /// Returns the changes of the present history, from the newest full walk or from a new one.
    pub(super) fn changes(&self) -> Result<Vec<Change>, ReadError> {
        let mark = self.mark();
        let is_known = |walked: &Walked| walked.head == mark.head;
        if !self.walked.borrow().as_ref().is_some_and(is_known) {
            let walked = self.walk(&mark, |_, _| {})?;
            *self.walked.borrow_mut() = Some(walked);
        }
        let walked = self.walked.borrow();
        Ok(walked
            .as_ref()
            .map_or(Vec::new(), |walked| walked.changes.clone()))
    }

    /// See [`Repository::committed`](crate::git::Repository::committed).
    pub(in crate::git) fn committed(&self, commit: &str) -> Option<Committed> {
        let commit = super::word(commit.as_bytes())?;
        let object = self.ask(["cat-file", "commit", &commit]).ok()?;
        let committer = Commit::parse(&object).committer;
        let (seconds, offset) = date_of(committer)?;
        let name = String::from_utf8_lossy(committer);
        let name = name.rsplit_once('<').map_or("", |(name, _)| name);
        Some(Committed {
            by: name.trim().to_owned(),
            at: to_when(seconds, offset),
        })
    }

    fn mark(&self) -> Mark {
        let cuts = std::fs::read_to_string(self.common_dir.join("shallow"));
        let cuts = cuts.unwrap_or_default();
        let mut cuts: Vec<Box<str>> = cuts.lines().map(|line| line.trim().into()).collect();
        cuts.sort_unstable();
        Mark {
            head: self.head(),
            cuts,
        }
    }

    /// Visits every commit up to `mark` once, and returns those that changed the tree.
    fn walk(
        &self,
        mark: &Mark,
        mut visit: impl FnMut(&str, &Commit<'_>),
    ) -> Result<Walked, ReadError> {
        let mut walked = Walked {
            head: mark.head.clone(),
            changes: Vec::new(),
        };
        let Some(head) = &walked.head else {
            return Ok(walked);
        };
        let mut seen: FxHashMap<Box<[u8]>, Seen> = FxHashMap::default();
        let mut changes = Vec::new();
        self.commits(&["--topo-order", "--reverse", head], |id, commit| {
            visit(id, commit);
            let is_cut = mark.cuts.binary_search_by(|cut| (**cut).cmp(id)).is_ok();
            let parents = if is_cut { &[] } else { &commit.parents[..] };
            let before = parents.iter().filter_map(|&parent| seen.get(parent));
            let generation = 1 + before.map(|seen| seen.generation).max().unwrap_or(0);
            let old = parents.first().and_then(|&parent| seen.get(parent));
            if parents.len() < 2 && old.is_none_or(|old| *old.tree != *commit.tree) {
                let date = commit.author_date.filter(|_| !is_cut);
                let seconds = commit.author_date.unwrap_or_default().0;
                let change = Change {
                    commit: id.into(),
                    author_date: date,
                };
                changes.push((generation, seconds, change));
            }
            let tree = commit.tree.into();
            seen.insert(id.as_bytes().into(), Seen { tree, generation });
        })?;
        // The same order whatever else a history holds.
        changes
            .sort_by(|one, two| (one.0, one.1, &one.2.commit).cmp(&(two.0, two.1, &two.2.commit)));
        walked.changes = changes.into_iter().map(|(_, _, change)| change).collect();
        Ok(walked)
    }

    /// Visits the commits that `git rev-list` names for these arguments.
    pub(super) fn commits(
        &self,
        arguments: &[&str],
        mut visit: impl FnMut(&str, &Commit<'_>),
    ) -> Result<(), ReadError> {
        let mut list = self.command();
        list.arg("rev-list").args(arguments).stderr(Stdio::piped());
        let mut list = program::spawn(&mut list)?;
        let ids = list.stdout.take().expect("it is piped");
        let mut print = self.command();
        print.args(["cat-file", "--batch", "--buffer"]);
        print
            .stdin(ids)
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut print = print.spawn().map_err(ProgramError::Io)?;
        let mut objects =
            BufReader::with_capacity(1 << 16, print.stdout.take().expect("it is piped"));
        let mut object = Vec::new();
        let mut read = Ok(());
        loop {
            match next_object(&mut objects, &mut object) {
                Ok(None) => break,
                Ok(Some(id)) => visit(&id, &Commit::parse(&object)),
                Err(error) => {
                    read = Err(error);
                    break;
                }
            }
        }
        // Where reading ended early, both end at the closed pipe.
        drop(objects);
        let printed = print.wait().map_err(ProgramError::Io)?;
        program::finish(list)?;
        read?;
        if printed.success() {
            return Ok(());
        }
        Err(ReadError::Program(ProgramError::Failed {
            said: format!("`git cat-file` ended with {printed}"),
            code: printed.code(),
        }))
    }
}

/// Reads one object of `git cat-file --batch` into `object`, and returns its id; `None` at the end.
fn next_object(
    from: &mut BufReader<ChildStdout>,
    object: &mut Vec<u8>,
) -> Result<Option<Box<str>>, ReadError> {
    let mut line = String::new();
    from.read_line(&mut line).map_err(ProgramError::Io)?;
    if line.is_empty() {
        return Ok(None);
    }
    let mut words = line.split_ascii_whitespace();
    let (id, kind, size) = (words.next(), words.next(), words.next());
    let size = size.and_then(|size| size.parse::<u64>().ok());
    let (Some(id), Some("commit"), Some(size)) = (id, kind, size) else {
        return Err(ReadError::Program(ProgramError::Failed {
            said: line.trim().to_owned(),
            code: None,
        }));
    };
    object.clear();
    let mut content = from.take(size + 1);
    content
        .by_ref()
        .take(LONGEST)
        .read_to_end(object)
        .map_err(ProgramError::Io)?;
    std::io::copy(&mut content, &mut std::io::sink()).map_err(ProgramError::Io)?;
    object.truncate(object.len().saturating_sub(1));
    Ok(Some(id.into()))
}
