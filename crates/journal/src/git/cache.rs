//! The journal's cache: what a reading found, kept in the repository's git folder so that the next one need not repeat it.
//!
//! It holds what any clone could read from git again: deleting it costs one full reading and nothing else. It is believed
//! only where its checksum, its version and that of the program, the vault's folder and the cuts of a shallow clone agree.
//! Whether it can be written at all is nobody's trouble. A file is written beside it and put in its place, so that a
//! reader sees the old one or the new one, whoever else writes.
//!
//! A linked worktree has its own `HEAD` and so its own cache; until that is there, the main one's helps.

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use git2::Oid;
use rustc_hash::FxHashMap;

use super::Library;
use super::history::CommittedNotes;
use super::read::{Age, Known, Mark};
use crate::packed::{Reader, day_number, put_bytes, put_number, to_date};
use crate::{NoteHistory, Timeline, timeline::hash_of};

/// What the file begins with.
const MAGIC: &[u8; 12] = b"ties-journal";
/// Counts up whenever the layout of the cache or of a packed record changes: others are read anew, not understood.
const VERSION: u32 = 3;
/// What made the cache: another version may read more out of the same commits.
const MADE_BY: &[u8] = env!("CARGO_PKG_VERSION").as_bytes();
/// The magic, the version, the length of what follows and its checksum.
const HEADER: usize = 12 + 4 + 8 + 4;
/// The folder in the git folder.
const FOLDER: &str = "ties";
/// No cache is longer.
const LONGEST: u64 = 1 << 30;

/// A cache that was read, all of it or as far as it needs to be.
pub(super) struct Cached {
    buffer: Arc<Vec<u8>>,
    pub(super) mark: Mark,
    pub(super) committed: CommittedNotes,
    pub(super) commits: Commits,
    /// Where the timeline begins.
    timeline_at: usize,
    /// Whether it is another worktree's.
    pub(super) is_borrowed: bool,
}

impl Cached {
    /// Returns the timeline, without the history of the notes; `None` where there is none.
    pub(super) fn timeline(&self) -> Option<Timeline> {
        Timeline::from_image(Arc::clone(&self.buffer), self.timeline_at)
    }
}

/// The commits that a cache covers, each with its generation.
pub(super) struct Commits {
    buffer: Arc<Vec<u8>>,
    head: Option<Oid>,
    count: usize,
    /// The bytes of an id: 20 or 32.
    width: usize,
    /// Where the ids are, sorted.
    ids_at: usize,
    /// Where the generations are, in the order of the ids.
    generations_at: usize,
}

impl Commits {
    pub(super) fn len(&self) -> usize {
        self.count
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (Oid, u32)> {
        (0..self.count).filter_map(|index| {
            let id = Oid::from_bytes(self.id(index)).ok()?;
            Some((id, self.generation_at(index)))
        })
    }

    fn id(&self, index: usize) -> &[u8] {
        let start = self.ids_at + index * self.width;
        &self.buffer[start..start + self.width]
    }

    fn generation_at(&self, index: usize) -> u32 {
        Reader::new(&self.buffer[self.generations_at + index * 4..]).fixed()
    }
}

impl Known for Commits {
    fn generation(&self, commit: Oid) -> Option<u32> {
        let (mut start, mut end) = (0, self.count);
        while start < end {
            let middle = start.midpoint(end);
            match self.id(middle).cmp(commit.as_bytes()) {
                std::cmp::Ordering::Less => start = middle + 1,
                std::cmp::Ordering::Greater => end = middle,
                std::cmp::Ordering::Equal => return Some(self.generation_at(middle)),
            }
        }
        None
    }

    fn head(&self) -> Option<Oid> {
        self.head
    }
}

impl Library {
    fn cache_file(&self) -> PathBuf {
        self.cache_in(self.git_dir())
    }

    fn cache_in(&self, git_folder: &Path) -> PathBuf {
        cache_in(git_folder, &self.prefix)
    }

    /// Returns the caches that may help, the nearest first.
    pub(super) fn caches(&self) -> impl Iterator<Item = Cached> {
        let own = self.cache_file();
        let main = self.cache_in(self.common_dir());
        let main = (main != own).then_some((main, true));
        let files = std::iter::once((own, false)).chain(main);
        files.filter_map(|(file, is_borrowed)| self.read_cache(&file, is_borrowed))
    }

    fn read_cache(&self, file: &Path, is_borrowed: bool) -> Option<Cached> {
        // Opening what is no file could wait forever.
        let length = fs::metadata(file).ok().filter(fs::Metadata::is_file)?.len();
        let mut buffer = Vec::with_capacity(usize::try_from(length.min(LONGEST)).ok()?);
        let file = fs::File::open(file).ok()?;
        file.take(LONGEST).read_to_end(&mut buffer).ok()?;
        parse(buffer, &self.prefix, is_borrowed)
    }

    /// Puts a reading into the cache; where that cannot be done, the next one is a full one again.
    pub(super) fn write_cache(
        &self,
        mark: &Mark,
        committed: &CommittedNotes,
        commits: Vec<(Oid, u32)>,
        timeline: &Timeline,
    ) {
        let written = image(&self.prefix, mark, committed, commits, timeline);
        if let Some(bytes) = written {
            // A folder that cannot be written to, a full disk: the journal is opened as slowly as without a cache.
            let _ = self.replace_cache(&bytes);
        }
    }

    fn replace_cache(&self, bytes: &[u8]) -> std::io::Result<()> {
        let file = self.cache_file();
        let (Some(folder), Some(name)) = (file.parent(), file.file_name()) else {
            return Ok(());
        };
        // Whoever may read or write the repository may do so with its cache, and nobody else.
        if !folder.is_dir() {
            fs::create_dir(folder)?;
            let permissions = fs::metadata(self.git_dir())?.permissions();
            fs::set_permissions(folder, permissions)?;
        }
        // What a process left that was killed. One that is still writing goes without a cache, this time.
        let start = format!("{}.new-", name.to_string_lossy());
        for entry in fs::read_dir(folder)?.flatten() {
            if entry.file_name().to_string_lossy().starts_with(&start) {
                let _ = fs::remove_file(entry.path());
            }
        }
        let mut new = tempfile::Builder::new()
            .prefix(&start)
            .tempfile_in(folder)?;
        new.write_all(bytes)?;
        if let Ok(head) = fs::metadata(self.git_dir().join("HEAD")) {
            new.as_file().set_permissions(head.permissions())?;
        }
        if file.is_dir() {
            fs::remove_dir(&file)?;
        }
        new.persist(&file)?;
        Ok(())
    }
}

/// Returns the file for the journal of the vault in the folder `prefix`.
pub(super) fn cache_in(git_folder: &Path, prefix: &str) -> PathBuf {
    let name = format!("journal-{:016x}", hash_of(prefix));
    git_folder.join(FOLDER).join(name)
}

/// Returns the bytes of a cache; `None` where they are too many.
fn image(
    prefix: &str,
    mark: &Mark,
    committed: &CommittedNotes,
    mut commits: Vec<(Oid, u32)>,
    timeline: &Timeline,
) -> Option<Vec<u8>> {
    let mut out = vec![0; HEADER];
    put_bytes(&mut out, MADE_BY);
    put_bytes(&mut out, prefix.as_bytes());
    put_bytes(&mut out, mark.head.as_ref()?.as_bytes());
    put_number(&mut out, mark.cuts.len() as u64);
    for cut in &mark.cuts {
        put_bytes(&mut out, cut.as_bytes());
    }
    put_committed(&mut out, committed);
    commits.sort_unstable();
    put_number(&mut out, commits.len() as u64);
    for (commit, _) in &commits {
        out.extend_from_slice(commit.as_bytes());
    }
    for (_, generation) in &commits {
        out.extend_from_slice(&generation.to_le_bytes());
    }
    timeline.put_image(&mut out)?;
    let length = (out.len() - HEADER) as u64;
    if out.len() as u64 >= LONGEST {
        return None;
    }
    let sum = crc32fast::hash(&out[HEADER..]);
    let mut header = Vec::with_capacity(HEADER);
    header.extend_from_slice(MAGIC);
    header.extend_from_slice(&VERSION.to_le_bytes());
    header.extend_from_slice(&length.to_le_bytes());
    header.extend_from_slice(&sum.to_le_bytes());
    out[..HEADER].copy_from_slice(&header);
    Some(out)
}

/// Reads what [`image`] wrote for this prefix; `None` for anything else.
fn parse(buffer: Vec<u8>, prefix: &str, is_borrowed: bool) -> Option<Cached> {
    let mut reader = Reader::new(&buffer);
    let is_ours = reader.take(MAGIC.len()) == MAGIC && reader.fixed() == VERSION;
    let length = u64::from_le_bytes(reader.array());
    let sum = reader.fixed();
    if !is_ours || reader.has_failed() || reader.remaining() as u64 != length {
        return None;
    }
    if crc32fast::hash(&buffer[HEADER..]) != sum {
        return None;
    }
    if reader.bytes() != MADE_BY || reader.text() != prefix {
        return None;
    }
    let head = read_oid(reader.bytes())?;
    let width = head.as_bytes().len();
    let cuts = (0..reader.count()).map(|_| read_oid(reader.bytes()));
    let cuts = cuts.collect::<Option<Vec<Oid>>>()?;
    let committed = read_committed(&mut reader)?;
    let count = reader.count();
    let ids_at = buffer.len() - reader.remaining();
    reader.take(count.checked_mul(width)?);
    let generations_at = buffer.len() - reader.remaining();
    reader.take(count.checked_mul(4)?);
    if reader.has_failed() {
        return None;
    }
    let timeline_at = buffer.len() - reader.remaining();
    let buffer = Arc::new(buffer);
    let commits = Commits {
        buffer: Arc::clone(&buffer),
        head: Some(head),
        count,
        width,
        ids_at,
        generations_at,
    };
    Some(Cached {
        buffer,
        mark: Mark {
            head: Some(head),
            cuts,
            program: None,
        },
        committed,
        commits,
        timeline_at,
        is_borrowed,
    })
}

fn read_oid(bytes: &[u8]) -> Option<Oid> {
    Oid::from_bytes(bytes).ok()
}

fn put_committed(out: &mut Vec<u8>, committed: &CommittedNotes) {
    match &committed.newest {
        None => put_number(out, 0),
        Some(age) => {
            put_number(out, u64::from(age.generation));
            out.extend_from_slice(&age.seconds.to_le_bytes());
            put_bytes(out, age.commit.as_bytes());
        }
    }
    put_number(out, committed.missing.len() as u64);
    for blob in &committed.missing {
        put_bytes(out, blob.as_bytes());
    }
    let NoteHistory {
        first_commit,
        moved,
    } = &committed.history;
    let mut first_commit: Vec<_> = first_commit.iter().collect();
    first_commit.sort_unstable();
    put_number(out, first_commit.len() as u64);
    for (path, day) in first_commit {
        put_bytes(out, path.as_bytes());
        out.extend_from_slice(&day_number(*day).to_le_bytes());
    }
    let mut moved: Vec<_> = moved.iter().collect();
    moved.sort_unstable();
    put_number(out, moved.len() as u64);
    for (old, new) in moved {
        put_bytes(out, old.as_bytes());
        put_bytes(out, new.as_bytes());
    }
}

fn read_committed(reader: &mut Reader<'_>) -> Option<CommittedNotes> {
    let newest = match u32::try_from(reader.number()).ok()? {
        0 => None,
        generation => Some(Age {
            generation,
            seconds: i64::from_le_bytes(reader.array()),
            commit: read_oid(reader.bytes())?,
        }),
    };
    let missing = (0..reader.count()).map(|_| read_oid(reader.bytes()));
    let missing = missing.collect::<Option<Vec<Oid>>>()?;
    let count = reader.count();
    let mut first_commit = FxHashMap::default();
    first_commit.reserve(count);
    for _ in 0..count {
        let path = reader.text().into();
        first_commit.insert(path, to_date(i32::from_le_bytes(reader.array())));
    }
    let moved = (0..reader.count())
        .map(|_| (reader.text().into(), reader.text().into()))
        .collect();
    Some(CommittedNotes {
        history: NoteHistory {
            first_commit,
            moved,
        },
        newest,
        missing,
    })
}

#[cfg(test)]
mod tests;
