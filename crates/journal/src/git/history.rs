//! What history tells of the notes' own files: where each went, and when it came to be.
//!
//! Only commits that changed the tree are looked at, and of their trees only the folders that differ, so that interactions
//! cost nothing here. Section 8 of `docs/journal-format.md` says what counts as a rename.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use git2::{ErrorCode, IndexEntryExtendedFlag, ObjectType, Odb, Oid};
use jiff::civil::Date;
use rustc_hash::{FxHashMap, FxHashSet, FxHasher};
use std::hash::{Hash, Hasher};

use super::Library;
use super::plumbing::Plumbing;
use super::read::{Age, ReadError, TreeChange, read_object, to_when};
use crate::NoteHistory;

/// Folders deeper than this are not looked into; no vault is, and a made-up tree could be endless.
const MAX_DEPTH: usize = 128;
/// A note longer than this is compared by its identity only.
pub(super) const MAX_COMPARED: usize = 1 << 20;
/// More pairs than this are compared only where the file name stayed.
const MAX_PAIRS: usize = 40_000;

/// A note's file: its path from the vault's root, and its blob.
pub(super) type File<Id = Oid> = (Box<str>, Id);

/// What the committed history tells, before the work tree is looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct CommittedNotes {
    /// Renames lead one step each.
    pub(super) history: NoteHistory,
    /// The newest change that told something.
    pub(super) newest: Option<Age>,
    /// The blobs and trees that were to be compared and are not in this partial clone; sorted.
    pub(super) missing: Vec<Oid>,
}

impl Library {
    /// Returns the renames of notes, committed and not, and the day of each note's first commit.
    ///
    /// Costs a walk over the history, unless `read` was just called, and reading the trees that changed.
    ///
    /// # Errors
    /// Where an object is missing or damaged.
    pub(super) fn note_history(&self) -> Result<NoteHistory, ReadError> {
        let mut walked = self.take_walked()?;
        let mut committed = CommittedNotes::default();
        self.follow(&mut walked.changes, &mut committed)?;
        self.with_work_tree(committed.history)
    }

    /// Adds the renames that are not committed, and follows all to where the notes are now.
    pub(super) fn with_work_tree(
        &self,
        mut history: NoteHistory,
    ) -> Result<NoteHistory, ReadError> {
        self.add_uncommitted(&self.git.odb()?, &mut history)?;
        settle(&mut history, &self.root);
        Ok(history)
    }

    /// Follows the notes through changes of the history, the oldest first.
    ///
    /// Returns whether that could be told: not where something happened before what `committed` knows already.
    pub(super) fn follow(
        &self,
        changes: &mut [TreeChange],
        committed: &mut CommittedNotes,
    ) -> Result<bool, ReadError> {
        let odb = &self.git.odb()?;
        changes.sort_unstable_by_key(|change| change.age);
        let mut roots = FxHashMap::default();
        for change in changes {
            let compared = match self.compare(odb, change, &mut roots) {
                // A partial clone may lack trees, and nothing is fetched: they tell of no rename.
                Err(ReadError::Commit { commit, source })
                    if source.code() == ErrorCode::NotFound && self.is_partial() =>
                {
                    committed.missing.extend(Oid::from_str(&commit));
                    continue;
                }
                compared => compared?,
            };
            if compared.removed.is_empty() && compared.added.is_empty() {
                continue;
            }
            if committed.newest >= Some(change.age) {
                return Ok(false);
            }
            committed.newest = Some(change.age);
            let (history, missing) = (&mut committed.history, &mut committed.missing);
            let day = change
                .author_date
                .map(|(seconds, offset)| to_when(seconds, offset).day());
            let pairs = renames(
                &compared.removed,
                &compared.added,
                &empty_blob(),
                |&(_, blob)| {
                    if !odb.exists(blob) {
                        missing.push(blob);
                    }
                    read_note(odb, blob)
                },
            );
            record_change(history, compared, &pairs, day);
        }
        committed.missing.sort_unstable();
        committed.missing.dedup();
        Ok(true)
    }

    /// Returns the notes that a change adds and removes; `roots` are the trees of the vault's folder that are known.
    fn compare(
        &self,
        odb: &Odb<'_>,
        change: &TreeChange,
        roots: &mut FxHashMap<Oid, Option<Oid>>,
    ) -> Result<Compared, ReadError> {
        let mut root_of = |tree: Option<Oid>| -> Result<Option<Oid>, ReadError> {
            let Some(tree) = tree else { return Ok(None) };
            if let Some(&root) = roots.get(&tree) {
                return Ok(root);
            }
            let root = self.vault_tree(odb, tree)?;
            roots.insert(tree, root);
            Ok(root)
        };
        let (old, new) = (root_of(change.old)?, root_of(Some(change.new))?);
        let mut compared = Compared::default();
        compare(odb, old, new, &mut String::new(), 0, &mut compared)?;
        Ok(compared)
    }

    /// Returns whether objects may be left out here, to be fetched when they are needed.
    fn is_partial(&self) -> bool {
        let Ok(config) = self.git.config() else {
            return false;
        };
        let promisors = config.entries(Some("remote\\..*\\.promisor"));
        promisors.is_ok_and(|mut entries| entries.next().is_some_and(|entry| entry.is_ok()))
    }

    /// Adds the renames of the work tree: notes of `HEAD` that are gone, and new ones that are like them.
    fn add_uncommitted(&self, odb: &Odb<'_>, history: &mut NoteHistory) -> Result<(), ReadError> {
        let Ok(head) = self.git.refname_to_id("HEAD") else {
            return Ok(());
        };
        let tree = self.git.find_commit(head)?.tree_id();
        let root = self.vault_tree(odb, tree)?;
        let mut committed = Compared::default();
        compare(odb, None, root, &mut String::new(), 0, &mut committed)?;
        let mut present_files = PresentFiles::new(&self.root);
        let (present, gone): (Vec<File>, Vec<File>) = committed
            .added
            .into_iter()
            .partition(|(path, _)| present_files.has(path));
        let gone = self.without_skipped(gone);
        if gone.is_empty() {
            return Ok(());
        }
        let known: FxHashSet<&str> = present.iter().map(|(path, _)| &**path).collect();
        let mut new = Vec::new();
        self.untracked("", 0, &known, &mut new);
        new.sort_unstable_by(|one, two| one.0.cmp(&two.0));
        let pairs = renames(&gone, &new, &empty_blob(), |(path, blob)| {
            read_note(odb, *blob).or_else(|| std::fs::read(self.root.join(&**path)).ok())
        });
        for (old, new_path) in pairs.iter().map(|&(old, at)| (&gone[old].0, &new[at].0)) {
            record_move(history, old, new_path);
        }
        Ok(())
    }

    /// Leaves out the files that a sparse checkout does not want in the work tree.
    fn without_skipped(&self, mut files: Vec<File>) -> Vec<File> {
        let config = self.git.config();
        let is_sparse =
            config.is_ok_and(|config| config.get_bool("core.sparseCheckout").unwrap_or(false));
        if files.is_empty() || !is_sparse {
            return files;
        }
        match self.git.index() {
            Ok(index) => files.retain(|(path, _)| {
                let path = format!("{}{path}", self.prefix);
                let entry = index.get_path(Path::new(&path), 0);
                let skips = IndexEntryExtendedFlag::SKIP_WORKTREE.bits();
                entry.is_none_or(|entry| entry.flags_extended & skips == 0)
            }),
            // A sparse index, which libgit2 does not read. Without a program nothing can be told.
            Err(why) => {
                let program = Plumbing::for_index(self, &why);
                let skipped = program.ok().and_then(|program| program.skipped().ok());
                files.retain(|(path, _)| {
                    skipped
                        .as_ref()
                        .is_some_and(|skipped| !skipped.contains(path))
                });
            }
        }
        files
    }

    /// Collects the notes in a folder of the work tree that are neither committed nor ignored.
    fn untracked(
        &self,
        folder: &str,
        depth: usize,
        known: &FxHashSet<&str>,
        found: &mut Vec<File>,
    ) {
        let Ok(entries) = std::fs::read_dir(self.root.join(folder)) else {
            return;
        };
        for entry in entries.flatten() {
            let (Ok(name), Ok(kind)) = (entry.file_name().into_string(), entry.file_type()) else {
                continue;
            };
            let path = if folder.is_empty() {
                name.clone()
            } else {
                format!("{folder}/{name}")
            };
            let is_wanted = if kind.is_dir() {
                !name.starts_with('.') && depth < MAX_DEPTH && !entry.path().join(".git").exists()
            } else {
                kind.is_file() && is_note(name.as_bytes()) && !known.contains(&*path)
            };
            let in_repository = format!("{}{path}", self.prefix);
            if !is_wanted || self.git.is_path_ignored(in_repository).unwrap_or(false) {
                continue;
            }
            if kind.is_dir() {
                self.untracked(&path, depth + 1, known, found);
            } else if let Ok(blob) = Oid::hash_file(ObjectType::Blob, entry.path()) {
                found.push((path.into(), blob));
            }
        }
    }

    /// Returns the tree of the vault's folder in a tree of the repository; `None` where it is not there.
    fn vault_tree(&self, odb: &Odb<'_>, mut tree: Oid) -> Result<Option<Oid>, ReadError> {
        for part in self.prefix.split_terminator('/') {
            let object = read_object(odb, tree, ObjectType::Tree)?;
            let found = Entries(object.data()).find(|entry| entry.name == part.as_bytes());
            match found {
                Some(entry) if entry.is_tree => tree = entry.id,
                _ => return Ok(None),
            }
        }
        Ok(Some(tree))
    }
}

/// Follows each path to where its note is now: a path with a note leads nowhere, every other to the end of its chain.
pub(super) fn settle(history: &mut NoteHistory, root: &Path) {
    let starts: Vec<Box<str>> = history.moved.keys().cloned().collect();
    let mut moved = FxHashMap::default();
    for old in starts {
        if root.join(&*old).symlink_metadata().is_ok() {
            continue;
        }
        let mut seen = FxHashSet::from_iter([&*old]);
        let mut new = &*old;
        while let Some(next) = history.moved.get(new) {
            if !seen.insert(next) {
                break;
            }
            new = next;
        }
        if *new != *old {
            let new = new.into();
            moved.insert(old, new);
        }
    }
    history.moved = moved;
}

/// Takes down what one commit of a day did: `pairs` are its renames, as [`renames`] found them.
pub(super) fn record_change<Id>(
    history: &mut NoteHistory,
    compared: Compared<Id>,
    pairs: &[(usize, usize)],
    day: Option<Date>,
) {
    for &(old, new) in pairs {
        let (old, new) = (&compared.removed[old].0, &compared.added[new].0);
        record_move(history, old, new);
    }
    for (path, _) in compared.added {
        // A note is here again, whatever its path once led to.
        history.moved.remove(&path);
        if let Some(day) = day {
            history.first_commit.entry(path).or_insert(day);
        }
    }
}

/// Which files are in the work tree. Each folder is listed once: to ask for each file costs several times as much.
struct PresentFiles<'a> {
    root: &'a Path,
    folders: FxHashMap<Box<str>, FxHashSet<OsString>>,
}

impl<'a> PresentFiles<'a> {
    fn new(root: &'a Path) -> Self {
        Self {
            root,
            folders: FxHashMap::default(),
        }
    }

    fn has(&mut self, path: &str) -> bool {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let is_listed = if let Some(names) = self.folders.get(folder) {
            names.contains(OsStr::new(name))
        } else {
            let entries = std::fs::read_dir(self.root.join(folder));
            let entries = entries.into_iter().flatten().flatten();
            let names: FxHashSet<OsString> = entries.map(|entry| entry.file_name()).collect();
            let is_listed = names.contains(OsStr::new(name));
            self.folders.insert(folder.into(), names);
            is_listed
        };
        // Some systems know a file by other letters than they list, and a folder may be open that cannot be listed.
        is_listed || self.root.join(path).symlink_metadata().is_ok()
    }
}

/// Takes down that the note at `old` is at `new` from now on.
pub(super) fn record_move(history: &mut NoteHistory, old: &str, new: &str) {
    if let Some(day) = history.first_commit.remove(old) {
        // The note that came here has the longer history of the two, if there were two.
        history.first_commit.insert(new.into(), day);
    }
    history.moved.remove(new);
    history.moved.insert(old.into(), new.into());
}

// ---- Trees --------------------------------------------------------------------------------------------------------

/// The notes that one tree has and the other has not, each sorted by path as git sorts.
pub(super) struct Compared<Id = Oid> {
    pub(super) removed: Vec<File<Id>>,
    pub(super) added: Vec<File<Id>>,
}

impl<Id> Default for Compared<Id> {
    fn default() -> Self {
        Self {
            removed: Vec::new(),
            added: Vec::new(),
        }
    }
}

/// One entry of a tree object.
struct Entry<'a> {
    name: &'a [u8],
    is_tree: bool,
    /// A regular file, executable or not.
    is_file: bool,
    id: Oid,
}

/// The entries of a tree object's bytes, in git's order; ends where the object is damaged.
struct Entries<'a>(&'a [u8]);

impl<'a> Iterator for Entries<'a> {
    type Item = Entry<'a>;

    fn next(&mut self) -> Option<Entry<'a>> {
        let space = self.0.iter().position(|&b| b == b' ')?;
        let end = space + self.0[space..].iter().position(|&b| b == 0)?;
        let (mode, name) = (&self.0[..space], &self.0[space + 1..end]);
        let id = Oid::from_bytes(self.0.get(end + 1..end + 21)?).ok()?;
        self.0 = &self.0[end + 21..];
        Some(Entry {
            name,
            is_tree: matches!(mode, b"40000" | b"040000"),
            is_file: mode.starts_with(b"100"),
            id,
        })
    }
}

impl Entry<'_> {
    /// Orders entries as git does in a tree: a folder's name counts as if it ended in `/`.
    fn order(&self, other: &Self) -> std::cmp::Ordering {
        let common = self.name.len().min(other.name.len());
        let after = |entry: &Self| match entry.name.get(common) {
            Some(&byte) => byte,
            None if entry.is_tree => b'/',
            None => 0,
        };
        self.name[..common]
            .cmp(&other.name[..common])
            .then_with(|| after(self).cmp(&after(other)))
    }
}

/// Collects the notes by which two trees differ; notes that only changed are not among them.
fn compare(
    odb: &Odb<'_>,
    old: Option<Oid>,
    new: Option<Oid>,
    path: &mut String,
    depth: usize,
    out: &mut Compared,
) -> Result<(), ReadError> {
    if old == new || depth > MAX_DEPTH {
        return Ok(());
    }
    let object = |id: Option<Oid>| {
        id.map(|id| read_object(odb, id, ObjectType::Tree))
            .transpose()
    };
    let (old, new) = (object(old)?, object(new)?);
    let mut old = Entries(old.as_ref().map_or(&[], |object| object.data())).peekable();
    let mut new = Entries(new.as_ref().map_or(&[], |object| object.data())).peekable();
    loop {
        let order = match (old.peek(), new.peek()) {
            (None, None) => return Ok(()),
            (Some(_), None) => std::cmp::Ordering::Less,
            (None, Some(_)) => std::cmp::Ordering::Greater,
            (Some(old), Some(new)) => old.order(new),
        };
        let one = if order.is_le() { old.next() } else { None };
        let two = if order.is_ge() { new.next() } else { None };
        let id = |entry: &Option<Entry<'_>>| entry.as_ref().map(|entry| entry.id);
        if id(&one) == id(&two) {
            continue;
        }
        let Some(name) = one.as_ref().or(two.as_ref()).map(|entry| entry.name) else {
            continue;
        };
        // A name that is no UTF-8 can be no contact's path.
        let Ok(name) = std::str::from_utf8(name) else {
            continue;
        };
        let length = path.len();
        path.push_str(name);
        let tree = |entry: &Option<Entry<'_>>| entry.as_ref().filter(|e| e.is_tree).map(|e| e.id);
        let (old_tree, new_tree) = (tree(&one), tree(&two));
        if (old_tree.is_some() || new_tree.is_some()) && !name.starts_with('.') {
            path.push('/');
            compare(odb, old_tree, new_tree, path, depth + 1, out)?;
            path.pop();
        }
        let note = |entry: &Option<Entry<'_>>| {
            let entry = entry.as_ref()?;
            (entry.is_file && is_note(entry.name)).then_some(entry.id)
        };
        match (note(&one), note(&two)) {
            (Some(removed), None) => out.removed.push((path.as_str().into(), removed)),
            (None, Some(added)) => out.added.push((path.as_str().into(), added)),
            _ => {}
        }
        path.truncate(length);
    }
}

/// Returns whether a file name is that of a note.
pub(super) fn is_note(name: &[u8]) -> bool {
    let extension = Path::new(std::str::from_utf8(name).unwrap_or_default()).extension();
    extension.is_some_and(|extension| {
        extension.eq_ignore_ascii_case("md") || extension.eq_ignore_ascii_case("markdown")
    }) && !name.starts_with(b".")
}

// ---- Renames ------------------------------------------------------------------------------------------------------

/// Pairs removed files with added ones that are the same note: indexes into both, each used at most once.
///
/// `empty` is the blob without content: that two files have it says nothing.
pub(super) fn renames<Id: Clone + Eq + Hash>(
    removed: &[File<Id>],
    added: &[File<Id>],
    empty: &Id,
    mut read: impl FnMut(&File<Id>) -> Option<Vec<u8>>,
) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    if removed.is_empty() || added.is_empty() {
        return pairs;
    }
    let mut by_blob: FxHashMap<&Id, Vec<usize>> = FxHashMap::default();
    for (index, (_, blob)) in added.iter().enumerate().rev() {
        if blob != empty {
            by_blob.entry(blob).or_default().push(index);
        }
    }
    let mut is_taken = vec![false; added.len()];
    let mut left = Vec::new();
    for (old, (path, blob)) in removed.iter().enumerate() {
        let same = by_blob.get_mut(blob).filter(|same| !same.is_empty());
        let Some(same) = same else {
            left.push(old);
            continue;
        };
        // Of several copies the one that kept its file name, else the first.
        // Only so many are asked: thousands of copies of one template must not take thousands of steps each.
        let kept_name = |new: &usize| file_name(&added[*new].0) == file_name(path);
        let back = same.iter().rev().take(64).position(kept_name);
        let new = same.remove(same.len() - 1 - back.unwrap_or(0));
        is_taken[new] = true;
        pairs.push((old, new));
    }
    let free: Vec<usize> = (0..added.len()).filter(|&new| !is_taken[new]).collect();
    let mut lines = |files: &[File<Id>], indexes: &[usize]| -> Vec<Lines> {
        let lines = indexes.iter().map(|&index| Lines::of(read(&files[index])));
        lines.collect()
    };
    if left.is_empty() || free.is_empty() {
        return pairs;
    }
    let (old_lines, new_lines) = (lines(removed, &left), lines(added, &free));
    let compare_all = left.len().saturating_mul(free.len()) <= MAX_PAIRS;
    let mut new_by_name: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
    for (at, &new) in free.iter().enumerate() {
        new_by_name
            .entry(file_name(&added[new].0))
            .or_default()
            .push(at);
    }
    let every: Vec<usize> = (0..free.len()).collect();
    let mut candidates = Vec::new();
    for (old_at, &old) in left.iter().enumerate() {
        let name = file_name(&removed[old].0);
        let likely: &[usize] = if compare_all {
            &every
        } else {
            new_by_name.get(name).map_or(&[], Vec::as_slice)
        };
        for &new_at in likely {
            let likeness = old_lines[old_at].likeness(&new_lines[new_at]);
            if likeness >= 50 {
                let new = free[new_at];
                let renamed = file_name(&added[new].0) != name;
                candidates.push((std::cmp::Reverse(likeness), renamed, old, new));
            }
        }
    }
    candidates.sort_unstable();
    let mut is_placed = vec![false; removed.len()];
    for (_, _, old, new) in candidates {
        if !is_placed[old] && !is_taken[new] {
            (is_placed[old], is_taken[new]) = (true, true);
            pairs.push((old, new));
        }
    }
    pairs
}

/// The lines of a text, as hashes with their lengths, sorted.
struct Lines {
    lines: Vec<(u64, u32)>,
    size: usize,
}

impl Lines {
    /// Takes a text apart; one that is missing or too long is like nothing.
    fn of(text: Option<Vec<u8>>) -> Self {
        let text = text.filter(|text| text.len() <= MAX_COMPARED);
        let mut size = 0;
        let mut lines = Vec::new();
        for line in text.unwrap_or_default().split_inclusive(|&b| b == b'\n') {
            let line = line.strip_suffix(b"\n").unwrap_or(line);
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            let mut hasher = FxHasher::default();
            hasher.write(line);
            size += line.len() + 1;
            lines.push((hasher.finish(), line.len() as u32 + 1));
        }
        lines.sort_unstable();
        Self { lines, size }
    }

    /// Returns how much of the larger text is in both, in percent.
    fn likeness(&self, other: &Self) -> usize {
        let larger = self.size.max(other.size);
        if larger == 0 || self.size.min(other.size) * 2 < larger {
            return 0;
        }
        let (mut one, mut two) = (self.lines.as_slice(), other.lines.as_slice());
        let mut common = 0;
        while let (Some(a), Some(b)) = (one.first(), two.first()) {
            match a.cmp(b) {
                std::cmp::Ordering::Less => one = &one[1..],
                std::cmp::Ordering::Greater => two = &two[1..],
                std::cmp::Ordering::Equal => {
                    common += a.1 as usize;
                    (one, two) = (&one[1..], &two[1..]);
                }
            }
        }
        common * 100 / larger
    }
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn empty_blob() -> Oid {
    Oid::hash_object(ObjectType::Blob, b"").expect("hashing bytes does not fail")
}

fn read_note(odb: &Odb<'_>, blob: Oid) -> Option<Vec<u8>> {
    let (size, _) = odb.read_header(blob).ok()?;
    if size > MAX_COMPARED {
        return None;
    }
    Some(odb.read(blob).ok()?.data().to_vec())
}
