//! Reading: one walk over the history, and what is new since an earlier one.
//!
//! The walk parses raw commits itself: libgit2's own walker parses each commit twice and sorts. Order does not matter to a
//! journal, only that each commit is seen once.

use std::sync::{Once, mpsc};

use git2::{ErrorCode, ObjectType, Odb, Oid};
use jiff::tz::Offset;
use note::value::When;
use rustc_hash::{FxHashMap, FxHashSet};
use thiserror::Error;

use super::Repository;
use crate::record::{CommitText, decode, decode_moves, may_speak};
use crate::timeline::{ContactMove, Interaction};

/// What a reading found.
#[derive(Clone, Debug, Default)]
pub struct Journal {
    /// Every record, in no order that means anything, with repeats where history has them.
    pub records: Vec<Interaction>,
    /// Every `Contact-Moved`.
    pub moves: Vec<ContactMove>,
    /// Whether the clone is shallow, so that older interactions are missing.
    pub history_is_cut: bool,
    /// How far this reading got, for [`Repository::read_since`].
    pub mark: Mark,
}

/// How far a reading got: a commit, and where history was cut then.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mark {
    head: Option<Oid>,
    cuts: Vec<Oid>,
}

impl Mark {
    /// Returns the commit that `HEAD` was at, hexadecimal; `None` on an unborn branch.
    pub fn head(&self) -> Option<Box<str>> {
        self.head.map(|head| head.to_string().into())
    }
}

/// Why the journal cannot be read.
#[derive(Debug, Error)]
pub enum ReadError {
    /// A commit of the history is missing or damaged.
    #[error("cannot read commit `{commit}` of the journal: {}", source.message())]
    Commit {
        /// The commit's id.
        commit: Box<str>,
        /// What git says.
        source: git2::Error,
    },
    /// Anything else that git says.
    #[error("cannot read the journal: {}", .0.message())]
    Git(#[from] git2::Error),
}

impl ReadError {
    /// Returns the next step, a sentence without a full stop.
    pub fn hint(&self) -> &'static str {
        "`git fsck` says what is damaged; `git fetch` may bring it back"
    }
}

/// The commits of a full walk that changed the tree.
pub(super) struct TreeChanges {
    pub(super) head: Option<Oid>,
    /// Parents before children.
    pub(super) list: Vec<TreeChange>,
}

/// A commit with at most one parent, whose tree is another than its parent's.
#[derive(Clone, Copy)]
pub(super) struct TreeChange {
    /// `None` for a first commit.
    pub(super) old: Option<Oid>,
    pub(super) new: Oid,
    /// Seconds since 1970 and offset in seconds; `None` where history is cut below this commit, so that it does not tell
    /// when its notes came to be.
    pub(super) author_date: Option<(i64, i32)>,
}

impl Repository {
    /// Reads all records in the history of `HEAD`; none on an unborn branch.
    ///
    /// # Errors
    /// Where an object is missing or damaged.
    pub fn read(&self) -> Result<Journal, ReadError> {
        let mark = self.mark();
        let mut journal = Journal {
            history_is_cut: !mark.cuts.is_empty(),
            ..Journal::default()
        };
        // Git's objects are inflated here and messages decoded there: two halves of about the same size.
        let list = std::thread::scope(|scope| {
            let (sender, receiver) = mpsc::sync_channel::<Batch>(4);
            let decoder = scope.spawn(|| {
                for batch in receiver {
                    batch.decode(&mut journal);
                }
            });
            let mut batch = Batch::default();
            let list = match mark.head {
                Some(head) => self.walk(head, &mark.cuts, |commit, raw| {
                    batch.push(commit, raw);
                    if batch.is_full() {
                        // Only a decoder that panicked does not receive; joining it says so.
                        let _ = sender.send(std::mem::take(&mut batch));
                    }
                }),
                None => Ok(Vec::new()),
            };
            let _ = sender.send(batch);
            drop(sender);
            if let Err(panic) = decoder.join() {
                std::panic::resume_unwind(panic);
            }
            list
        })?;
        *self.changes.borrow_mut() = Some(TreeChanges {
            head: mark.head,
            list,
        });
        journal.mark = mark;
        Ok(journal)
    }

    /// Reads only what came to the history since `mark`; costs what is new.
    ///
    /// `None` means that the earlier history is no longer all part of this one (a rebase, a reset, another branch), or that
    /// a shallow clone was cut elsewhere: read anew.
    ///
    /// # Errors
    /// Where an object is missing or damaged.
    pub fn read_since(&self, mark: &Mark) -> Result<Option<Journal>, ReadError> {
        let new = self.mark();
        if new.cuts != mark.cuts {
            return Ok(None);
        }
        let mut journal = Journal {
            history_is_cut: !new.cuts.is_empty(),
            ..Journal::default()
        };
        if new.head != mark.head {
            let (Some(head), Some(known)) = (new.head, mark.head) else {
                return Ok(None);
            };
            let odb = self.git.odb()?;
            if !odb.exists(known) || !self.git.graph_descendant_of(head, known)? {
                return Ok(None);
            }
            let mut walk = self.git.revwalk()?;
            walk.push(head)?;
            walk.hide(known)?;
            let mut batch = Batch::default();
            for commit in walk {
                let commit = commit?;
                let object = read_object(&odb, commit, ObjectType::Commit)?;
                if let Some(raw) = RawCommit::parse(object.data()) {
                    batch.push(commit, &raw);
                }
            }
            batch.decode(&mut journal);
        }
        journal.mark = new;
        Ok(Some(journal))
    }

    /// Returns the tree changes of the present history, from the newest full walk or from a new one.
    pub(super) fn with_tree_changes<T>(
        &self,
        then: impl FnOnce(&[TreeChange]) -> Result<T, ReadError>,
    ) -> Result<T, ReadError> {
        let mark = self.mark();
        let is_known = self
            .changes
            .borrow()
            .as_ref()
            .is_some_and(|changes| changes.head == mark.head);
        if !is_known {
            let list = match mark.head {
                Some(head) => self.walk(head, &mark.cuts, |_, _| {})?,
                None => Vec::new(),
            };
            *self.changes.borrow_mut() = Some(TreeChanges {
                head: mark.head,
                list,
            });
        }
        let changes = self.changes.borrow();
        then(changes.as_ref().map_or(&[], |changes| &changes.list))
    }

    fn mark(&self) -> Mark {
        let head = self.git.refname_to_id("HEAD").ok();
        let cuts = std::fs::read_to_string(self.git.commondir().join("shallow"));
        let cuts = cuts.unwrap_or_default();
        let mut cuts: Vec<Oid> = cuts
            .lines()
            .filter_map(|line| Oid::from_str(line.trim()).ok())
            .collect();
        cuts.sort_unstable();
        Mark { head, cuts }
    }

    /// Visits every commit reachable from `head` once, and returns those that changed the tree, parents before children.
    fn walk(
        &self,
        head: Oid,
        cuts: &[Oid],
        mut visit: impl FnMut(Oid, &RawCommit<'_>),
    ) -> Result<Vec<TreeChange>, ReadError> {
        // A hash check of each object would cost as much as inflating it; git does without one here as well. A walk
        // reads each object once, so that libgit2's cache of them would only take memory.
        static FAST: Once = Once::new();
        FAST.call_once(|| {
            git2::opts::strict_hash_verification(false);
            git2::opts::enable_caching(false);
        });

        let cuts: FxHashSet<Oid> = cuts.iter().copied().collect();
        let odb = self.git.odb()?;
        let mut trees: FxHashMap<Oid, Oid> = FxHashMap::default();
        let mut changes = Vec::new();
        let mut steps = vec![Step::Enter(head)];
        while let Some(step) = steps.pop() {
            let commit = match step {
                Step::Enter(commit) if !trees.contains_key(&commit) => commit,
                Step::Enter(_) => continue,
                Step::Leave {
                    tree,
                    parent,
                    author_date,
                } => {
                    let old = parent.and_then(|parent| trees.get(&parent).copied());
                    if old != Some(tree) {
                        changes.push(TreeChange {
                            old,
                            new: tree,
                            author_date,
                        });
                    }
                    continue;
                }
            };
            let object = read_object(&odb, commit, ObjectType::Commit)?;
            let raw = RawCommit::parse(object.data()).ok_or_else(|| ReadError::Commit {
                commit: commit.to_string().into(),
                source: git2::Error::from_str("its header is damaged"),
            })?;
            trees.insert(commit, raw.tree);
            visit(commit, &raw);
            let is_cut = cuts.contains(&commit);
            let mut parents = raw.parents().take(if is_cut { 0 } else { usize::MAX });
            let (first, second) = (parents.next(), parents.next());
            if second.is_none() {
                steps.push(Step::Leave {
                    tree: raw.tree,
                    parent: first,
                    author_date: raw.author_date().filter(|_| !is_cut),
                });
            }
            let all = first.into_iter().chain(second).chain(parents);
            steps.extend(
                all.filter(|parent| !trees.contains_key(parent))
                    .map(Step::Enter),
            );
        }
        Ok(changes)
    }
}

/// What a walk has left to do, newest on top. Leaving comes after all ancestors were left or are being visited.
enum Step {
    Enter(Oid),
    Leave {
        tree: Oid,
        parent: Option<Oid>,
        author_date: Option<(i64, i32)>,
    },
}

/// Reads an object; what is no object of this kind is damaged.
pub(super) fn read_object<'a>(
    odb: &'a Odb<'a>,
    id: Oid,
    kind: ObjectType,
) -> Result<git2::OdbObject<'a>, ReadError> {
    let object = odb.read(id).map_err(|source| ReadError::Commit {
        commit: id.to_string().into(),
        source,
    })?;
    if object.kind() == kind {
        Ok(object)
    } else {
        Err(ReadError::Git(git2::Error::new(
            ErrorCode::Invalid,
            git2::ErrorClass::Object,
            format!("object {id} is no {kind}"),
        )))
    }
}

/// Messages of commits on their way to be decoded, in one buffer.
#[derive(Default)]
struct Batch {
    text: Vec<u8>,
    /// Each commit with its author date and where its message ends in `text`.
    commits: Vec<(Oid, (i64, i32), usize)>,
}

impl Batch {
    fn push(&mut self, commit: Oid, raw: &RawCommit<'_>) {
        self.text.extend_from_slice(raw.message);
        let author_date = raw.author_date().unwrap_or_default();
        self.commits.push((commit, author_date, self.text.len()));
    }

    fn is_full(&self) -> bool {
        self.text.len() >= 1 << 18
    }

    /// Adds what the messages say.
    fn decode(&self, journal: &mut Journal) {
        let mut start = 0;
        for &(commit, author_date, end) in &self.commits {
            decode_message(commit, &self.text[start..end], author_date, journal);
            start = end;
        }
    }
}

fn decode_message(
    commit: Oid,
    message: &[u8],
    (seconds, offset): (i64, i32),
    journal: &mut Journal,
) {
    if !may_speak(message) {
        return;
    }
    let message = String::from_utf8_lossy(message);
    let records = decode(CommitText {
        message: &message,
        author_date: to_when(seconds, offset),
    });
    if !records.is_empty() {
        let commit: Box<str> = commit.to_string().into();
        let records = records.into_iter().map(|record| Interaction {
            record,
            commit: commit.clone(),
        });
        journal.records.extend(records);
    }
    let moves = decode_moves(&message).into_iter();
    journal.moves.extend(moves.map(|(old, new)| ContactMove {
        at: seconds,
        old,
        new,
    }));
}

/// Returns git's time as an instant; one that no calendar holds is the beginning of 1970.
pub(super) fn to_when(seconds: i64, offset: i32) -> When {
    let offset = Offset::from_seconds(offset).unwrap_or(Offset::UTC);
    let instant = jiff::Timestamp::from_second(seconds).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    When::Instant {
        at: offset.to_datetime(instant),
        offset,
    }
}

/// A commit object, taken apart.
struct RawCommit<'a> {
    tree: Oid,
    /// The header lines after `tree`.
    header: &'a [u8],
    message: &'a [u8],
}

impl<'a> RawCommit<'a> {
    /// Takes a commit object apart; `None` where it does not begin with a tree.
    fn parse(object: &'a [u8]) -> Option<Self> {
        let rest = object.strip_prefix(b"tree ")?;
        let tree = parse_oid(rest)?;
        let rest = rest.get(41..)?;
        let end = rest
            .windows(2)
            .position(|two| two == b"\n\n")
            .unwrap_or(rest.len());
        Some(Self {
            tree,
            header: &rest[..end],
            message: rest.get(end + 2..).unwrap_or_default(),
        })
    }

    fn parents(&self) -> impl Iterator<Item = Oid> + use<'a> {
        let header = self.header;
        // `parent ` and 40 digits and a line end, as often as there are parents.
        (0..).map_while(move |index| {
            let line = header.get(index * 48..)?;
            parse_oid(line.strip_prefix(b"parent ")?)
        })
    }

    /// Returns seconds since 1970 and the offset from UTC in seconds.
    fn author_date(&self) -> Option<(i64, i32)> {
        let mut lines = self.header.split(|&b| b == b'\n');
        let author = lines.find_map(|line| line.strip_prefix(b"author "))?;
        let date = author.rsplitn(2, |&b| b == b'>').next()?;
        let mut parts = std::str::from_utf8(date).ok()?.split_ascii_whitespace();
        let seconds = parts.next()?.parse().ok()?;
        let offset = parts.next().and_then(|text| text.parse::<i32>().ok());
        let offset = offset.unwrap_or(0);
        Some((
            seconds,
            (offset / 100 * 60 + offset % 100).saturating_mul(60),
        ))
    }
}

/// Reads the 40 hexadecimal digits that `text` begins with.
fn parse_oid(text: &[u8]) -> Option<Oid> {
    let digits = text.get(..40)?;
    let mut bytes = [0; 20];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        let high = char::from(pair[0]).to_digit(16)?;
        let low = char::from(pair[1]).to_digit(16)?;
        *byte = (high << 4 | low) as u8;
    }
    Oid::from_bytes(&bytes).ok()
}
