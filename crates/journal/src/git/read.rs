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

use super::{Library, ProgramError, plumbing};
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
    /// How far this reading got, for [`Repository::read_since`](super::Repository::read_since).
    pub mark: Mark,
}

/// How far a reading got: a commit, and where history was cut then.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mark {
    pub(super) head: Option<Oid>,
    /// Sorted.
    pub(super) cuts: Vec<Oid>,
    /// The same where the git program reads, whose ids may be longer; the other two are empty then.
    pub(super) program: Option<plumbing::Mark>,
}

impl From<plumbing::Mark> for Mark {
    fn from(mark: plumbing::Mark) -> Self {
        Self {
            program: Some(mark),
            ..Self::default()
        }
    }
}

impl Mark {
    /// Returns the commit that `HEAD` was at, hexadecimal; `None` on an unborn branch.
    pub fn head(&self) -> Option<Box<str>> {
        if let Some(mark) = &self.program {
            return mark.head.clone();
        }
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
    /// What the git program says, where it reads.
    #[error("cannot read the journal: {0}")]
    Program(#[from] ProgramError),
}

impl ReadError {
    /// Returns the next step, a sentence without a full stop.
    pub fn hint(&self) -> &'static str {
        "`git fsck` says what is damaged; `git fetch` may bring it back"
    }
}

/// What a walk came by besides messages.
#[derive(Default)]
pub(super) struct Walked {
    /// The commit it began at.
    pub(super) head: Option<Oid>,
    /// The commits that changed the tree, in no order.
    pub(super) changes: Vec<TreeChange>,
    /// Every commit with its generation, in no order.
    pub(super) commits: Vec<(Oid, u32)>,
    /// Whether it came by the commit that it was told is known.
    pub(super) met_known: bool,
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
    pub(super) age: Age,
}

/// What orders tree changes: parents before children, and the same whatever else a history holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Age {
    /// One more than the greatest of the parents'; 1 for a first commit.
    pub(super) generation: u32,
    /// The author date, seconds since 1970.
    pub(super) seconds: i64,
    pub(super) commit: Oid,
}

/// The commits that a walk need not go into.
pub(super) trait Known {
    /// Returns the generation of a commit that is known.
    fn generation(&self, commit: Oid) -> Option<u32>;

    /// Returns the one that all the others are ancestors of.
    fn head(&self) -> Option<Oid>;
}

/// No commit is known.
impl Known for () {
    fn generation(&self, _: Oid) -> Option<u32> {
        None
    }

    fn head(&self) -> Option<Oid> {
        None
    }
}

impl Library {
    /// Reads all records in the history of `HEAD`; none on an unborn branch.
    ///
    /// # Errors
    /// Where an object is missing or damaged.
    pub(super) fn read(&self) -> Result<Journal, ReadError> {
        let mark = self.mark();
        let (journal, walked) = self.read_to(mark, &())?;
        *self.walked.borrow_mut() = Some(walked);
        Ok(journal)
    }

    /// Reads all records up to `mark` but for those in commits that are known.
    pub(super) fn read_to(
        &self,
        mark: Mark,
        known: &impl Known,
    ) -> Result<(Journal, Walked), ReadError> {
        let mut journal = Journal {
            history_is_cut: !mark.cuts.is_empty(),
            ..Journal::default()
        };
        // Git's objects are inflated here and messages decoded there: two halves of about the same size.
        let walked = std::thread::scope(|scope| {
            let mut decoder = None;
            let mut batch = Batch::default();
            let mut here = Some(&mut journal);
            let walked = self.walk(&mark, known, |commit, author_date, message| {
                batch.push(commit, author_date, message);
                if !batch.is_full() {
                    return;
                }
                if let Some(journal) = here.take() {
                    let (sender, receiver) = mpsc::sync_channel::<Batch>(4);
                    let decode = || receiver.into_iter().for_each(|batch| batch.decode(journal));
                    decoder = Some((sender, scope.spawn(decode)));
                }
                if let Some((sender, _)) = &decoder {
                    // Only a decoder that panicked does not receive; joining it says so.
                    let _ = sender.send(std::mem::take(&mut batch));
                }
            });
            // What is little needs no thread.
            if let Some(journal) = here {
                batch.decode(journal);
            }
            if let Some((sender, thread)) = decoder {
                let _ = sender.send(batch);
                drop(sender);
                if let Err(panic) = thread.join() {
                    std::panic::resume_unwind(panic);
                }
            }
            walked
        })?;
        journal.mark = mark;
        Ok((journal, walked))
    }

    /// Reads only what came to the history since `mark`; costs what is new.
    ///
    /// `None` means that the earlier history is no longer all part of this one (a rebase, a reset, another branch), or that
    /// a shallow clone was cut elsewhere: read anew.
    ///
    /// # Errors
    /// Where an object is missing or damaged.
    pub(super) fn read_since(&self, mark: &Mark) -> Result<Option<Journal>, ReadError> {
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
            self.read_walk(walk, &mut journal)?;
        }
        journal.mark = new;
        Ok(Some(journal))
    }

    /// Adds what the commits of a walk say.
    pub(super) fn read_walk(
        &self,
        walk: git2::Revwalk<'_>,
        journal: &mut Journal,
    ) -> Result<(), ReadError> {
        let odb = self.git.odb()?;
        let mut batch = Batch::default();
        for commit in walk {
            let commit = commit?;
            let object = read_object(&odb, commit, ObjectType::Commit)?;
            if let Some(raw) = RawCommit::parse(object.data()) {
                let author_date = raw.author_date().unwrap_or_default();
                batch.push(commit, author_date, raw.message);
            }
            if batch.is_full() {
                batch.decode(journal);
                batch = Batch::default();
            }
        }
        batch.decode(journal);
        Ok(())
    }

    /// Returns what the newest full walk came by, or a new one where that is of another history.
    pub(super) fn take_walked(&self) -> Result<Walked, ReadError> {
        let mark = self.mark();
        match self.walked.take() {
            Some(walked) if walked.head == mark.head => Ok(walked),
            _ => self.walk(&mark, &(), |_, _, _| {}),
        }
    }

    pub(super) fn mark(&self) -> Mark {
        let head = self.git.refname_to_id("HEAD").ok();
        let cuts = std::fs::read_to_string(self.git.commondir().join("shallow"));
        let cuts = cuts.unwrap_or_default();
        let mut cuts: Vec<Oid> = cuts
            .lines()
            .filter_map(|line| Oid::from_str(line.trim()).ok())
            .collect();
        cuts.sort_unstable();
        Mark {
            head,
            cuts,
            program: None,
        }
    }

    /// Visits every commit of the history up to `mark` once that is not known: its id, author date and message.
    fn walk(
        &self,
        mark: &Mark,
        known: &impl Known,
        mut visit: impl FnMut(Oid, (i64, i32), &[u8]),
    ) -> Result<Walked, ReadError> {
        // A hash check of each object would cost as much as inflating it; git does without one here as well. A walk
        // reads each object once, so that libgit2's cache of them would only take memory.
        static FAST: Once = Once::new();
        FAST.call_once(|| {
            git2::opts::strict_hash_verification(false);
            git2::opts::enable_caching(false);
        });

        let mut walked = Walked {
            head: mark.head,
            ..Walked::default()
        };
        let Some(head) = mark.head else {
            return Ok(walked);
        };
        let cuts: FxHashSet<Oid> = mark.cuts.iter().copied().collect();
        let odb = self.git.odb()?;
        // The tree and the generation of each commit; the latter is 0 until it is left.
        let mut seen: FxHashMap<Oid, (Oid, u32)> = FxHashMap::default();
        let mut parents_of_merges: Vec<Oid> = Vec::new();
        let mut steps = vec![Step::Enter(head)];
        while let Some(step) = steps.pop() {
            let commit = match step {
                Step::Enter(commit) if !seen.contains_key(&commit) => commit,
                Step::Enter(_) => continue,
                Step::Leave {
                    commit,
                    parents,
                    author_date,
                } => {
                    let first = match parents {
                        Parents::One(parent) => Some(parent),
                        Parents::None | Parents::Several(_) => None,
                    };
                    let several = match parents {
                        Parents::Several(count) => {
                            parents_of_merges.split_off(parents_of_merges.len() - count)
                        }
                        Parents::None | Parents::One(_) => Vec::new(),
                    };
                    let parents = first.iter().chain(&several);
                    let before = parents.filter_map(|parent| seen.get(parent));
                    let generation =
                        1 + before.map(|&(_, generation)| generation).max().unwrap_or(0);
                    let old = first.and_then(|parent| Some(seen.get(&parent)?.0));
                    let Some(found) = seen.get_mut(&commit) else {
                        continue;
                    };
                    found.1 = generation;
                    walked.commits.push((commit, generation));
                    if several.is_empty() && old != Some(found.0) {
                        let is_cut = cuts.contains(&commit);
                        walked.changes.push(TreeChange {
                            old,
                            new: found.0,
                            author_date: author_date.filter(|_| !is_cut),
                            age: Age {
                                generation,
                                seconds: author_date.unwrap_or_default().0,
                                commit,
                            },
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
            if let Some(generation) = known.generation(commit) {
                walked.met_known |= known.head() == Some(commit);
                seen.insert(commit, (raw.tree, generation));
                continue;
            }
            seen.insert(commit, (raw.tree, 0));
            let author_date = raw.author_date();
            visit(commit, author_date.unwrap_or_default(), raw.message);
            let is_cut = cuts.contains(&commit);
            let mut parents = raw.parents().take(if is_cut { 0 } else { usize::MAX });
            let (first, second) = (parents.next(), parents.next());
            let after = match (first, second) {
                (None, _) => Parents::None,
                (Some(parent), None) => Parents::One(parent),
                (Some(_), Some(_)) => {
                    let before = parents_of_merges.len();
                    parents_of_merges
                        .extend(first.into_iter().chain(second).chain(parents.clone()));
                    Parents::Several(parents_of_merges.len() - before)
                }
            };
            steps.push(Step::Leave {
                commit,
                parents: after,
                author_date,
            });
            let all = first.into_iter().chain(second).chain(parents);
            steps.extend(
                all.filter(|parent| !seen.contains_key(parent))
                    .map(Step::Enter),
            );
        }
        Ok(walked)
    }
}

/// What a walk has left to do, newest on top. A commit is left after all its ancestors were.
enum Step {
    Enter(Oid),
    Leave {
        commit: Oid,
        parents: Parents,
        author_date: Option<(i64, i32)>,
    },
}

/// The parents of a commit on its way to be left.
#[derive(Clone, Copy)]
enum Parents {
    None,
    One(Oid),
    /// So many, kept apart: steps are left in the reverse of the order in which they are entered.
    Several(usize),
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
    fn push(&mut self, commit: Oid, author_date: (i64, i32), message: &[u8]) {
        self.text.extend_from_slice(message);
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

pub(super) fn decode_message(
    commit: impl std::fmt::Display,
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
    let moves = decode_moves(&message, seconds.saturating_mul(1000));
    journal.moves.extend(moves);
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

    fn parents(&self) -> impl Iterator<Item = Oid> + Clone + use<'a> {
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
        date_of(lines.find_map(|line| line.strip_prefix(b"author "))?)
    }
}

/// Returns the date of `Name <email> SECONDS OFFSET`: seconds since 1970 and the offset from UTC in seconds.
pub(super) fn date_of(signature: &[u8]) -> Option<(i64, i32)> {
    let date = signature.rsplitn(2, |&b| b == b'>').next()?;
    let mut parts = std::str::from_utf8(date).ok()?.split_ascii_whitespace();
    let seconds = parts.next()?.parse().ok()?;
    let offset = parts.next().and_then(|text| text.parse::<i32>().ok());
    let offset = offset.unwrap_or(0);
    Some((
        seconds,
        (offset / 100 * 60 + offset % 100).saturating_mul(60),
    ))
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
