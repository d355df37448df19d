//! The notes of a vault as they were read last, in one file, so that loading it again reads only what changed.
//!
//! The file is a copy and never the truth: a note is taken from it only where its file has the size, the times and the
//! number that it had when it was read, and those were settled by then: what is changed within the tick of a file system's
//! clock could look the same. The whole file is believed only where its checksum, the version of the program and the
//! vault's folder agree. It is safe to delete, replaced as a whole, and nobody needs it to be written.

use std::{
    fs::{self, Metadata},
    io::{self, BufWriter, Seek, Write},
    path::Path,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use note::{NoteKind, Span, packed};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

use crate::{NoteData, index::Prepared, packed_note::PackedNote};

/// The first bytes; others are another format's.
const MAGIC: &[u8; 8] = b"ties\0vc1";
/// The magic, the checksum of what follows, and its length.
const HEADER: usize = 8 + 4 + 8;
/// How long after a change a file system may still give another one the same time: the two seconds of FAT.
const TICK: Duration = Duration::from_secs(2);

/// What tells whether a file is as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Stamp {
    size: u64,
    /// When its content changed last, in nanoseconds since 1970; 0 before, and the largest there is after 2554.
    modified: u64,
    /// When anything of it changed last, and its number, where the system has them: a copy may bring an old time along.
    changed: u64,
    number: u64,
}

impl Stamp {
    /// Returns the stamp of a file; `None` where the system tells no times.
    pub(super) fn of(metadata: &Metadata) -> Option<Self> {
        let modified = nanoseconds(metadata.modified().ok()?);
        #[cfg(unix)]
        let (changed, number) = {
            use std::os::unix::fs::MetadataExt;
            let since = Duration::new(
                u64::try_from(metadata.ctime()).unwrap_or(0),
                u32::try_from(metadata.ctime_nsec()).unwrap_or(0),
            );
            (nanoseconds(UNIX_EPOCH + since), metadata.ino())
        };
        #[cfg(not(unix))]
        let (changed, number) = (0, 0);
        Some(Self {
            size: metadata.len(),
            modified,
            changed,
            number,
        })
    }

    /// Returns whether a change after `began` would have another time.
    fn is_settled(&self, began: SystemTime) -> bool {
        let last = UNIX_EPOCH + Duration::from_nanos(self.modified.max(self.changed));
        last + TICK < began
    }
}

fn nanoseconds(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}

/// A note of the file, but for its bytes, which follow.
#[derive(Serialize, Deserialize)]
struct Entry<'a> {
    path: &'a str,
    stamp: Stamp,
    kind: u8,
    name: &'a str,
    name_span: Option<Span>,
    /// The lengths of what follows: the problems, and the note.
    problems: u32,
    note: u32,
}

/// The first thing after the header.
#[derive(Serialize, Deserialize)]
struct Head<'a> {
    program: &'a str,
    root: &'a str,
    notes: u64,
}

/// The bytes of a cache, whose checksum is right.
pub(super) struct Image(Vec<u8>);

impl Image {
    /// Reads a file; `None` where it is not there, or is not what was written.
    pub(super) fn read(file: &Path) -> Option<Self> {
        if !fs::metadata(file).ok()?.is_file() {
            return None;
        }
        let bytes = fs::read(file).ok()?;
        let (header, rest) = bytes.split_at_checked(HEADER)?;
        let sum = u32::from_le_bytes(header[8..12].try_into().ok()?);
        let length = u64::from_le_bytes(header[12..].try_into().ok()?);
        let is_whole = header.starts_with(MAGIC)
            && length == rest.len() as u64
            && crc32fast::hash(rest) == sum;
        is_whole.then_some(Self(bytes))
    }

    /// Returns the notes by their paths; `None` where another version or for another folder wrote them.
    pub(super) fn notes(&self, root: &Path) -> Option<FxHashMap<&str, Kept<'_>>> {
        let (head, mut rest) = postcard::take_from_bytes::<Head<'_>>(&self.0[HEADER..]).ok()?;
        if head.program != program() || Some(head.root) != root.to_str() {
            return None;
        }
        let mut notes = FxHashMap::default();
        for _ in 0..head.notes {
            let (entry, after) = postcard::take_from_bytes::<Entry<'_>>(rest).ok()?;
            let (problems, after) = after.split_at_checked(entry.problems as usize)?;
            let (note, after) = after.split_at_checked(entry.note as usize)?;
            rest = after;
            let kept = Kept {
                stamp: entry.stamp,
                kind: *NoteKind::ALL.get(usize::from(entry.kind))?,
                name: entry.name,
                name_span: entry.name_span,
                problems,
                note,
            };
            notes.insert(entry.path, kept);
        }
        Some(notes)
    }
}

/// A note as it was read.
pub(super) struct Kept<'a> {
    stamp: Stamp,
    kind: NoteKind,
    name: &'a str,
    name_span: Option<Span>,
    problems: &'a [u8],
    note: &'a [u8],
}

impl Kept<'_> {
    /// Returns the note, if its file is as it was.
    pub(super) fn take(&self, path: &str, stamp: Stamp) -> Option<Prepared> {
        if self.stamp != stamp {
            return None;
        }
        let problems = match self.problems {
            [] => Vec::new(),
            bytes => packed::unpack_problems(bytes)?,
        };
        let data = NoteData {
            path: path.into(),
            kind: self.kind,
            name: self.name.into(),
            name_span: self.name_span,
            note: PackedNote::of_bytes(self.note.into())?,
            problems: problems.into(),
        };
        // What is read of it for the index is not kept.
        Some(Prepared::of(data))
    }
}

/// Writes notes that were just loaded, those whose stamps are settled.
///
/// # Errors
/// What the system says; the file is as it was then.
pub(super) fn write<'a>(
    file: &Path,
    root: &Path,
    notes: impl Iterator<Item = (&'a NoteData, Option<Stamp>)>,
    began: SystemTime,
) -> io::Result<()> {
    let Some(root) = root.to_str() else {
        return Ok(());
    };
    let settled: Vec<(&NoteData, Stamp)> = notes
        .filter_map(|(data, stamp)| Some((data, stamp.filter(|stamp| stamp.is_settled(began))?)))
        .collect();
    let folder = file.parent().unwrap_or(Path::new("."));
    if !folder.is_dir() {
        fs::create_dir(folder)?;
    }
    let mut out = Summed {
        file: BufWriter::new(NamedTempFile::new_in(folder)?),
        sum: crc32fast::Hasher::new(),
        length: 0,
    };
    out.file.write_all(&[0; HEADER])?;
    let program = program();
    let head = Head {
        program: &program,
        root,
        notes: settled.len() as u64,
    };
    postcard::to_io(&head, &mut out).map_err(io::Error::other)?;
    for (data, stamp) in settled {
        let note = data.note.to_bytes();
        let problems = match &data.problems[..] {
            [] => Vec::new(),
            problems => packed::pack_problems(problems),
        };
        let kind = NoteKind::ALL.iter().position(|kind| *kind == data.kind);
        let entry = Entry {
            path: &data.path,
            stamp,
            kind: kind.unwrap_or_default() as u8,
            name: &data.name,
            name_span: data.name_span,
            problems: problems.len() as u32,
            note: note.len() as u32,
        };
        postcard::to_io(&entry, &mut out).map_err(io::Error::other)?;
        out.write_all(&problems)?;
        out.write_all(&note)?;
    }
    let (sum, length) = (out.sum.finalize(), out.length);
    let mut new = out
        .file
        .into_inner()
        .map_err(io::IntoInnerError::into_error)?;
    new.rewind()?;
    new.write_all(MAGIC)?;
    new.write_all(&sum.to_le_bytes())?;
    new.write_all(&length.to_le_bytes())?;
    new.persist(file)?;
    Ok(())
}

/// A file whose checksum is taken as it is written.
struct Summed {
    file: BufWriter<NamedTempFile>,
    sum: crc32fast::Hasher,
    length: u64,
}

impl Write for Summed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n = self.file.write(bytes)?;
        self.sum.update(&bytes[..n]);
        self.length += n as u64;
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// What wrote the file: its version, and the size and time of the program itself, since the parser of a build in development
/// may be another one under the same version.
fn program() -> String {
    let own = std::env::current_exe().and_then(fs::metadata);
    let stamp = own.ok().as_ref().and_then(Stamp::of);
    let stamp = stamp.map(|stamp| (stamp.size, stamp.modified));
    format!("{} {stamp:?}", env!("CARGO_PKG_VERSION"))
}

#[cfg(test)]
mod tests;
