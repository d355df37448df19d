//! What every note goes by, in one file, so that the note somebody names is found without reading all others.
//!
//! The file is a copy that may be old, and is taken for no more than that: it says which notes *may* be meant, and whoever
//! asks reads those. It is not believed at all once a folder of the vault, an ignore file or the settings changed. What it
//! cannot see is another note whose text was changed in place since the last loading; a language server that is told of
//! one takes the file away.

use std::{
    collections::BTreeSet,
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use memchr::{memchr, memmem, memrchr};
use note::{Value, fold};
use rayon::prelude::*;

use super::{CONFIG, Loaded};
use crate::NoteData;

/// The first line; another one is another version's.
const MAGIC: &str = "ties names 1";
/// Between what a note goes by and its path.
const BEFORE_PATH: char = '\u{1f}';
/// Looking at more notes than these takes longer than it may.
const MOST_CANDIDATES: usize = 64;
/// How long after a change a file system may still give another one the same time: the two seconds of FAT.
const TICK: Duration = Duration::from_secs(2);

/// The names of a vault as the last loading left them, and no folder changed since.
#[derive(Debug)]
pub struct Names {
    text: String,
    /// Where the notes begin.
    start: usize,
}

impl Names {
    /// Reads the names of the vault at `root` from `file`; `None` where it is not there, damaged, or older than a change
    /// of the vault's folders.
    ///
    /// Takes a look at each folder, not at each note.
    pub fn open(file: &Path, root: &Path) -> Option<Self> {
        let names = Self::read(file)?;
        let mut lines = names.text[..names.start].lines().skip(2);
        if lines.next()? != root.to_str()? {
            return None;
        }
        let is_fresh = |line: &str| {
            let (stamp, path) = line.split_once(' ')?;
            (Stamp::of(&root.join(path)).line() == stamp).then_some(())
        };
        for line in lines.filter(|line| !line.is_empty()) {
            is_fresh(line)?;
        }
        Some(names)
    }

    fn read(file: &Path) -> Option<Self> {
        if !fs::metadata(file).ok()?.is_file() {
            return None;
        }
        let text = String::from_utf8(fs::read(file).ok()?).ok()?;
        let rest = text.strip_prefix(MAGIC)?.strip_prefix('\n')?;
        let (length, rest) = rest.split_once('\n')?;
        // What was cut off holds fewer names than there are.
        if length.parse() != Ok(rest.len()) {
            return None;
        }
        let start = text.len() - rest.len() + rest.find("\n\n")? + 2;
        Some(Self { text, start })
    }

    /// Returns the paths of all notes that may go by `name`: whose uid, name, aliases, stem and e-mail addresses hold each
    /// of its words, ignoring case and diacritics. `None` where they are many, or where it has no words.
    pub fn candidates(&self, name: &str) -> Option<Vec<&str>> {
        let wanted = fold::fold_for_search(name);
        let words: Vec<&str> = words(&wanted).collect();
        let longest = *words.iter().max_by_key(|word| word.len())?;
        let notes = &self.text[self.start..];
        let mut found = Vec::new();
        let mut from = 0;
        while let Some(at) = memmem::find(&notes.as_bytes()[from..], longest.as_bytes()) {
            let at = from + at;
            let start = memrchr(b'\n', &notes.as_bytes()[..at]).map_or(0, |end| end + 1);
            let end = memchr(b'\n', &notes.as_bytes()[at..]).map_or(notes.len(), |end| at + end);
            let (names, path) = notes[start..end].split_once(BEFORE_PATH)?;
            if words.iter().all(|word| names.contains(word)) {
                found.push(path);
                if found.len() > MOST_CANDIDATES {
                    return None;
                }
            }
            from = end;
        }
        Some(found)
    }
}

/// Writes what the notes of a vault that was just loaded go by into `file`, where that says something else.
///
/// # Errors
/// What the system says; the file is as it was then.
pub fn remember(file: &Path, root: &Path, loaded: &Loaded) -> io::Result<()> {
    let ids = loaded.vault.ids_by_path().into_iter();
    let notes: Vec<&NoteData> = ids.map(|id| loaded.vault.note(id)).collect();
    write(file, root, loaded.began, &loaded.folders, &notes)
}

/// Does what [`remember`] does for notes sorted by path.
pub(super) fn write(
    file: &Path,
    root: &Path,
    began: SystemTime,
    folders: &[String],
    notes: &[&NoteData],
) -> io::Result<()> {
    let Some(text) = image(root, began, folders, notes) else {
        return forget(file);
    };
    if fs::metadata(file).is_ok_and(|metadata| metadata.len() == text.len() as u64)
        && fs::read(file).is_ok_and(|old| old == text.as_bytes())
    {
        return Ok(());
    }
    let folder = file.parent().unwrap_or(Path::new("."));
    if !folder.is_dir() {
        fs::create_dir(folder)?;
    }
    let mut new = tempfile::NamedTempFile::new_in(folder)?;
    new.write_all(text.as_bytes())?;
    new.persist(file)?;
    Ok(())
}

/// Takes `file` away where it does not say what `notes` go by, as after changes that no folder shows.
///
/// # Errors
/// What the system says, except that there is no such file.
pub fn verify(file: &Path, notes: &[&NoteData]) -> io::Result<()> {
    if notes.is_empty() {
        return Ok(());
    }
    let knows = |names: &Names, note: &NoteData| {
        let mut line = String::from("\n");
        put_note(&mut line, note);
        memmem::find(&names.text.as_bytes()[names.start - 1..], line.as_bytes()).is_some()
    };
    match Names::read(file) {
        // Where many were changed the names are found anew sooner than looked through.
        Some(names)
            if notes.len() <= MOST_CANDIDATES && notes.iter().all(|note| knows(&names, note)) =>
        {
            Ok(())
        }
        _ => forget(file),
    }
}

fn forget(file: &Path) -> io::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Returns the text of the file; `None` where a path has a line break, or where something changed so shortly before the
/// loading that the next change may get the same time.
fn image(
    root: &Path,
    began: SystemTime,
    folders: &[String],
    notes: &[&NoteData],
) -> Option<String> {
    let mut head = format!("{}\n", root.to_str().filter(|root| is_a_line(root))?);
    let settled = began.checked_sub(TICK)?;
    for path in watched(root, folders) {
        let stamp = Stamp::of(&root.join(&path));
        if stamp.time.is_some_and(|time| time >= settled) || !is_a_line(&path) {
            return None;
        }
        head.push_str(&stamp.line());
        head.push(' ');
        head.push_str(&path);
        head.push('\n');
    }
    if notes.iter().any(|note| !is_a_line(&note.path)) {
        return None;
    }
    let notes: Vec<String> = notes
        .par_chunks(1024)
        .map(|notes| {
            let mut text = String::new();
            for note in notes {
                put_note(&mut text, &note.peek());
            }
            text
        })
        .collect();
    let length = head.len() + 1 + notes.iter().map(String::len).sum::<usize>();
    let mut text = format!("{MAGIC}\n{length}\n{head}\n");
    text.extend(notes);
    Some(text)
}

/// Returns the folders and files on which it depends which notes there are, as paths from the root.
fn watched(root: &Path, folders: &[String]) -> BTreeSet<String> {
    const RULES: [&str; 2] = [".gitignore", ".ignore"];
    let mut watched = BTreeSet::from([String::new(), CONFIG.to_owned()]);
    for folder in folders {
        for rules in RULES {
            // One that comes to be changes its folder.
            let file = match &**folder {
                "" => rules.to_owned(),
                _ => format!("{folder}/{rules}"),
            };
            if root.join(&file).exists() {
                watched.insert(file);
            }
        }
        watched.insert(folder.clone());
    }
    // Rules above the vault count in a repository.
    let mut up = String::new();
    for _ in root.ancestors() {
        watched.extend(RULES.map(|rules| format!("{up}{rules}")));
        watched.insert(format!("{up}.git/info/exclude"));
        up.push_str("../");
    }
    watched
}

/// When a file or folder was changed last, and how long it is: `None` where it is not there.
struct Stamp {
    time: Option<SystemTime>,
    length: u64,
}

impl Stamp {
    fn of(path: &PathBuf) -> Self {
        let metadata = fs::metadata(path).ok();
        // The length of a folder says nothing.
        let length = metadata.as_ref().filter(|metadata| metadata.is_file());
        Self {
            time: metadata
                .as_ref()
                .and_then(|metadata| metadata.modified().ok()),
            length: length.map_or(0, fs::Metadata::len),
        }
    }

    fn line(&self) -> String {
        let since = self
            .time
            .and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        match since {
            Some(since) => format!("{}:{}", since.as_nanos(), self.length),
            None => "-".to_owned(),
        }
    }
}

fn is_a_line(path: &str) -> bool {
    !path.contains(['\n', BEFORE_PATH])
}

/// Adds the line of a note: what it goes by, as words for searching, and its path.
fn put_note(text: &mut String, note: &NoteData) {
    let emails = note.items_of("emails").iter().filter_map(Value::item_text);
    let names = [&*note.name, note.stem()]
        .into_iter()
        .chain(note.uid())
        .chain(note.aliases().map(|alias| alias.value))
        .chain(emails.map(|email| email.value));
    for name in names {
        for word in words(&fold::fold_for_search(name)) {
            text.push_str(word);
            text.push(' ');
        }
    }
    text.push(BEFORE_PATH);
    text.push_str(&note.path);
    text.push('\n');
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::load;

    /// A vault in a folder, and the file of its names beside it.
    struct Place {
        folder: tempfile::TempDir,
    }

    impl Place {
        fn new(files: &[(&str, &str)]) -> Self {
            let folder = tempfile::tempdir().expect("a temporary folder");
            let place = Self { folder };
            fs::create_dir_all(place.root().join(".git")).expect("folders can be made");
            for (path, text) in files {
                place.write(path, text);
            }
            place.remember();
            place
        }

        fn root(&self) -> PathBuf {
            let root = self.folder.path().canonicalize().expect("it is there");
            root.join("repository/notes")
        }

        fn file(&self) -> PathBuf {
            self.folder.path().join("ties/names")
        }

        fn write(&self, path: &str, text: &str) {
            let file = self.root().join(path);
            fs::create_dir_all(file.parent().expect("a folder")).expect("folders can be made");
            fs::write(file, text).expect("files can be written");
        }

        /// Remembers the names as if everything had been written long ago.
        fn remember(&self) {
            let mut loaded = load(&self.root()).expect("it loads");
            loaded.began += Duration::from_hours(1);
            remember(&self.file(), &self.root(), &loaded).expect("it is written");
        }

        fn candidates(&self, name: &str) -> Option<Vec<String>> {
            let names = Names::open(&self.file(), &self.root())?;
            let found = names.candidates(name)?;
            Some(found.into_iter().map(str::to_owned).collect())
        }
    }

    const ADA: (&str, &str) = (
        "people/ada-lovelace.md",
        "---\nname: Ada Lovelace\naliases: [Countess]\nemails: [{value: ada@example.org}]\nuid: 7f3a\n---\n",
    );
    const ZOE: (&str, &str) = ("people/zoe.md", "# Zoë Müller\n");

    #[test]
    fn a_note_is_found_by_words_of_all_it_goes_by() {
        let place = Place::new(&[ADA, ZOE]);
        for name in [
            "lovelace ada",
            "countess",
            "Ada@Example.org",
            "7F3A",
            "ada-lovelace",
        ] {
            assert_eq!(
                place.candidates(name),
                Some(vec![ADA.0.to_owned()]),
                "{name}"
            );
        }
        assert_eq!(place.candidates("zoe MULLER"), Some(vec![ZOE.0.to_owned()]));
        assert_eq!(place.candidates("nobody"), Some(Vec::new()));
        assert_eq!(place.candidates("..."), None);
    }

    #[test]
    fn many_candidates_are_none() {
        let files: Vec<(String, String)> = (0..=MOST_CANDIDATES)
            .map(|n| (format!("people/{n}.md"), format!("# Anna {n}\n")))
            .collect();
        let files: Vec<(&str, &str)> = files
            .iter()
            .map(|(path, text)| (&**path, &**text))
            .collect();
        let place = Place::new(&files);
        assert_eq!(place.candidates("anna"), None);
        assert_eq!(
            place.candidates("anna 64"),
            Some(vec!["people/64.md".to_owned()])
        );
    }

    #[test]
    fn whatever_changes_which_notes_there_are_makes_them_old() {
        type Change = fn(&Place);
        let changes: [Change; 8] = [
            |place| place.write("people/new.md", "# New\n"),
            |place| place.write("new/deep/er.md", "# New\n"),
            |place| place.write("empty/first.md", "# First\n"),
            |place| fs::remove_file(place.root().join(ZOE.0)).expect("it is there"),
            |place| place.write(".gitignore", "zoe.md\nanother.md\n"),
            |place| place.write("people/.ignore", "zoe.md\n"),
            |place| place.write("../.gitignore", "zoe.md\n"),
            |place| place.write("ties.toml", "[vault]\nexclude = [\"people/zoe.md\"]\n"),
        ];
        for (number, change) in changes.into_iter().enumerate() {
            let place = Place::new(&[ADA, ZOE, (".gitignore", "x"), ("empty/not.txt", "")]);
            fs::remove_file(place.root().join("empty/not.txt")).expect("it is there");
            place.remember();
            assert!(place.candidates("ada").is_some());
            // File systems tell times apart by some milliseconds only; what comes to be in them is what `TICK` is for.
            std::thread::sleep(Duration::from_millis(20));
            change(&place);
            assert_eq!(place.candidates("ada"), None, "change {number}");
        }
    }

    #[test]
    fn what_changed_just_before_the_loading_is_not_remembered() {
        let place = Place::new(&[ADA]);
        let loaded = load(&place.root()).expect("it loads");
        remember(&place.file(), &place.root(), &loaded).expect("there is nothing to write");
        assert!(!place.file().exists(), "and what was remembered is gone");
    }

    #[test]
    fn a_damaged_file_or_one_of_another_vault_is_not_believed() {
        let place = Place::new(&[ADA, ZOE]);
        let whole = fs::read(place.file()).expect("it is there");
        for length in 0..whole.len() {
            fs::write(place.file(), &whole[..length]).expect("it can be written");
            assert_eq!(place.candidates("ada"), None, "cut to {length} bytes");
        }
        fs::write(place.file(), &whole).expect("it can be written");
        let other = Place::new(&[]);
        assert!(Names::open(&place.file(), &other.root()).is_none());
        fs::remove_file(place.file()).expect("it is there");
        fs::create_dir(place.file()).expect("it is away");
        assert_eq!(place.candidates("ada"), None);
    }

    #[test]
    fn a_note_changed_in_place_takes_the_file_away() {
        let place = Place::new(&[ADA, ZOE]);
        let check = |text: &str| {
            let mut vault = load(&place.root()).expect("it loads").vault;
            let id = vault.set(ZOE.0, text);
            verify(&place.file(), &[vault.note(id)]).expect("it can be removed");
            place.file().exists()
        };
        assert!(check("# Zoë Müller\n\nmore text\n"));
        assert!(!check("# Ada\n"));
        assert!(!check(ZOE.1), "nothing is there to be taken away");
    }
}
