//! What history tells of the notes' own files, as [`crate::git::history`] does for libgit2.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, ChildStdin, ChildStdout};

use super::Plumbing;
use crate::git::OpenJournal;
use crate::git::history::{
    Compared, File, MAX_COMPARED, is_note, record_change, record_move, renames, settle,
};
use crate::git::program::{self, ProgramError};
use crate::git::read::{ReadError, to_when};
use crate::{NoteHistory, Timeline};

/// An id in hexadecimal.
type Id = Box<str>;

impl Plumbing {
    /// See [`Repository::note_history`](crate::git::Repository::note_history).
    pub(in crate::git) fn note_history(&self) -> Result<NoteHistory, ReadError> {
        let mut history = NoteHistory::default();
        let changes = self.changes()?;
        let blobs = Blobs::start(self)?;
        let compared = self.compare(changes.iter().map(|change| &*change.commit))?;
        let mut compared = compared.into_iter().peekable();
        for change in changes {
            let Some((_, compared)) = compared.next_if(|(commit, _)| *commit == change.commit)
            else {
                continue;
            };
            let date = change.author_date;
            let day = date.map(|(seconds, offset)| to_when(seconds, offset).day());
            let read = |(_, blob): &File<Id>| blobs.read(blob);
            let pairs = renames(&compared.removed, &compared.added, &self.empty_blob(), read);
            record_change(&mut history, compared, &pairs, day);
        }
        self.add_uncommitted(&blobs, &mut history)?;
        settle(&mut history, &self.root);
        Ok(history)
    }

    /// See [`Repository::open_journal`](crate::git::Repository::open_journal).
    pub(in crate::git) fn open_journal(&self) -> Result<OpenJournal, ReadError> {
        let journal = self.read()?;
        let history = self.note_history()?;
        Ok(OpenJournal {
            timeline: Timeline::new(journal.records, journal.moves, history),
            history_is_cut: journal.history_is_cut,
            mark: journal.mark,
        })
    }

    /// Returns which notes each commit adds to its parent's and removes from them; commits that do neither are left out.
    fn compare<'a>(
        &self,
        commits: impl Iterator<Item = &'a str>,
    ) -> Result<Vec<(Id, Compared<Id>)>, ReadError> {
        let input = commits.fold(String::new(), |input, commit| input + commit + "\n");
        let mut arguments = vec![
            "diff-tree",
            "--stdin",
            "-r",
            "--root",
            "--raw",
            "-z",
            "--no-renames",
            "--no-abbrev",
        ];
        if !self.prefix.is_empty() {
            arguments.extend(["--", &self.prefix]);
        }
        let said = match self.tell(arguments, input.into_bytes()) {
            // A partial clone may lack trees, and nothing is fetched: they tell of no rename.
            Err(_) if self.is_partial() => return Ok(Vec::new()),
            said => said?,
        };
        let mut all: Vec<(Id, Compared<Id>)> = Vec::new();
        let mut tokens = said.split(|&byte| byte == 0);
        while let Some(token) = tokens.next() {
            let Some(entry) = token.strip_prefix(b":") else {
                if let Some(commit) = super::word(token) {
                    all.push((commit, Compared::default()));
                }
                continue;
            };
            // `OLD-MODE NEW-MODE OLD-BLOB NEW-BLOB STATUS`, and then the path.
            let (Some(path), Some((_, compared))) = (tokens.next(), all.last_mut()) else {
                break;
            };
            let Some(path) = self.note_path(path) else {
                continue;
            };
            let entry = String::from_utf8_lossy(entry);
            let mut words = entry.split(' ');
            let mut next = || words.next().unwrap_or_default();
            let (old_mode, new_mode, old, new) = (next(), next(), next(), next());
            match (is_file(old_mode), is_file(new_mode)) {
                (true, false) => compared.removed.push((path, old.into())),
                (false, true) => compared.added.push((path, new.into())),
                _ => {}
            }
        }
        all.retain(|(_, compared)| !compared.removed.is_empty() || !compared.added.is_empty());
        Ok(all)
    }

    /// Adds the renames of the work tree: notes of `HEAD` that are gone, and new ones that are like them.
    fn add_uncommitted(&self, blobs: &Blobs, history: &mut NoteHistory) -> Result<(), ReadError> {
        if self.head().is_none() {
            return Ok(());
        }
        let mut arguments = vec!["ls-tree", "-r", "-z", "--full-tree", "HEAD"];
        if !self.prefix.is_empty() {
            arguments.extend(["--", &self.prefix]);
        }
        let said = self.ask(arguments)?;
        let mut known = BTreeSet::new();
        let mut gone: Vec<File<Id>> = Vec::new();
        for entry in said.split(|&byte| byte == 0) {
            // `MODE blob ID`, a tab, and the path.
            let Some(tab) = entry.iter().position(|&byte| byte == b'\t') else {
                continue;
            };
            let Some(path) = self.note_path(&entry[tab + 1..]) else {
                continue;
            };
            let entry = String::from_utf8_lossy(&entry[..tab]);
            let mut words = entry.split(' ');
            let (mode, blob) = (words.next().unwrap_or_default(), words.nth(1));
            if !is_file(mode) {
                continue;
            }
            if self.root.join(&*path).symlink_metadata().is_err() {
                gone.push((path.clone(), blob.unwrap_or_default().into()));
            }
            known.insert(path);
        }
        if gone.is_empty() {
            return Ok(());
        }
        let skipped = self.skipped()?;
        gone.retain(|(path, _)| !skipped.contains(path));
        let new = self.uncommitted(&known)?;
        let read = |(path, blob): &File<Id>| {
            let on_disk = || std::fs::read(self.root.join(&**path)).ok();
            blobs.read(blob).or_else(on_disk)
        };
        for (old, at) in renames(&gone, &new, &self.empty_blob(), read) {
            record_move(history, &gone[old].0, &new[at].0);
        }
        Ok(())
    }

    /// Returns the notes that a sparse checkout does not want in the work tree.
    pub(in crate::git) fn skipped(&self) -> Result<BTreeSet<Box<str>>, ReadError> {
        let mut arguments = vec!["ls-files", "-t", "-z"];
        if !self.prefix.is_empty() {
            arguments.extend(["--", &self.prefix]);
        }
        let said = self.ask(arguments)?;
        let entries = said.split(|&byte| byte == 0);
        let skipped = entries.filter_map(|entry| self.note_path(entry.strip_prefix(b"S ")?));
        Ok(skipped.collect())
    }

    /// Returns the notes in the work tree that are neither in `known` nor ignored, sorted by path.
    fn uncommitted(&self, known: &BTreeSet<Box<str>>) -> Result<Vec<File<Id>>, ReadError> {
        let mut arguments = vec![
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ];
        if !self.prefix.is_empty() {
            arguments.extend(["--", &self.prefix]);
        }
        let said = self.ask(arguments)?;
        let paths = said
            .split(|&byte| byte == 0)
            .filter_map(|path| self.note_path(path));
        let mut paths: Vec<Box<str>> = paths
            .filter(|path| !known.contains(path) && !path.contains('\n'))
            .filter(|path| {
                let metadata = self.root.join(&**path).symlink_metadata();
                metadata.is_ok_and(|metadata| metadata.is_file())
            })
            .collect();
        paths.sort_unstable();
        paths.dedup();
        let input = paths.iter().fold(String::new(), |input, path| {
            input + &self.prefix + path + "\n"
        });
        let hash = ["hash-object", "--no-filters", "--stdin-paths"];
        let said = self.tell(hash, input.into_bytes())?;
        let said = String::from_utf8_lossy(&said);
        Ok(paths.into_iter().zip(said.lines().map(Id::from)).collect())
    }

    /// Returns whether objects may be left out here, to be fetched when they are needed.
    fn is_partial(&self) -> bool {
        let promisors = ["config", "--get-regexp", r"^remote\..*\.promisor$"];
        self.ask(promisors).is_ok() || self.setting("extensions.partialClone").is_some()
    }

    /// Returns the path from the vault's root of a note's path in the repository; `None` for what can be no note.
    fn note_path(&self, path: &[u8]) -> Option<Box<str>> {
        let path = std::str::from_utf8(path)
            .ok()?
            .strip_prefix(&*self.prefix)?;
        let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
        let is_seen =
            is_note(name.as_bytes()) && !folders.split('/').any(|part| part.starts_with('.'));
        is_seen.then(|| path.into())
    }

    /// Returns the id of the blob without content.
    fn empty_blob(&self) -> Id {
        match self.head().map_or(40, |head| head.len()) {
            64 => "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813".into(),
            _ => "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391".into(),
        }
    }
}

/// Returns whether a mode is that of a regular file, executable or not.
fn is_file(mode: &str) -> bool {
    mode.starts_with("100")
}

/// One process that reads blobs as they are asked for.
struct Blobs {
    child: Child,
    pipes: RefCell<Option<(ChildStdin, BufReader<ChildStdout>)>>,
}

impl Blobs {
    fn start(plumbing: &Plumbing) -> Result<Self, ProgramError> {
        let mut child = program::spawn(plumbing.command().args(["cat-file", "--batch"]))?;
        let pipes = child.stdin.take().zip(child.stdout.take());
        let pipes = pipes.map(|(input, output)| (input, BufReader::new(output)));
        Ok(Self {
            child,
            pipes: RefCell::new(pipes),
        })
    }

    /// Returns the content of a blob; `None` where it is missing or too long to be compared.
    fn read(&self, blob: &str) -> Option<Vec<u8>> {
        let mut pipes = self.pipes.borrow_mut();
        let (input, output) = pipes.as_mut()?;
        match ask(input, output, blob) {
            Ok(content) => content,
            Err(_) => {
                // It ended: what it would have said is missing, too.
                *pipes = None;
                None
            }
        }
    }
}

impl Drop for Blobs {
    fn drop(&mut self) {
        // It ends where its input does.
        *self.pipes.borrow_mut() = None;
        let _ = self.child.wait();
    }
}

fn ask(
    input: &mut ChildStdin,
    output: &mut BufReader<ChildStdout>,
    blob: &str,
) -> io::Result<Option<Vec<u8>>> {
    writeln!(input, "{blob}")?;
    let mut line = String::new();
    output.read_line(&mut line)?;
    let size = line
        .rsplit(' ')
        .next()
        .and_then(|size| size.trim().parse::<usize>().ok());
    let Some(size) = size else {
        return Ok(None);
    };
    let mut content = output.take(size as u64 + 1);
    if size > MAX_COMPARED {
        io::copy(&mut content, &mut io::sink())?;
        return Ok(None);
    }
    let mut bytes = Vec::with_capacity(size + 1);
    content.read_to_end(&mut bytes)?;
    bytes.truncate(size);
    Ok(Some(bytes))
}
