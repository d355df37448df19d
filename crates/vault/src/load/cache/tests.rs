//! Loading with the cache gives what loading without it gives, whatever happens to the files and to the cache.

use std::{fmt::Write as _, fs::File};

use proptest::prelude::*;

use super::*;
use crate::{
    index::tests::{dump, text},
    load::{LoadOptions, Loaded, load, load_at},
};

/// A vault and its cache in a temporary folder.
struct Desk {
    folder: tempfile::TempDir,
    /// The time of the next change, in seconds: a real clock may give two changes the same.
    clock: u64,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::create_dir(folder.path().join("vault")).expect("writable");
        Self { folder, clock: 0 }
    }

    fn root(&self) -> std::path::PathBuf {
        self.folder.path().join("vault")
    }

    fn cache(&self) -> std::path::PathBuf {
        self.folder.path().join("cache")
    }

    fn write(&mut self, path: &str, text: &str) {
        let file = self.root().join(path);
        fs::write(&file, text).expect("writable");
        self.touch(path);
    }

    fn touch(&mut self, path: &str) {
        self.clock += 1;
        let time = UNIX_EPOCH + Duration::from_secs(1_700_000_000 + self.clock);
        let file = File::options().write(true).open(self.root().join(path));
        file.and_then(|file| file.set_modified(time))
            .expect("the file is there");
    }

    /// Loads an hour after the last change, so that every file is settled.
    fn load(&self) -> Loaded {
        self.load_at(SystemTime::now() + Duration::from_hours(1))
    }

    fn load_at(&self, began: SystemTime) -> Loaded {
        let options = LoadOptions {
            packed: true,
            cache: Some(&self.cache()),
        };
        let loaded = load_at(&self.root(), options, began).expect("it loads");
        let _ = loaded.snapshot().write_cache(&self.cache(), &self.root());
        loaded
    }

    /// Returns the paths of the notes that the cache gives as they are.
    fn taken(&self) -> Vec<String> {
        let Some(image) = Image::read(&self.cache()) else {
            return Vec::new();
        };
        let root = self.root();
        let kept = image.notes(&root).unwrap_or_default().into_iter();
        let mut taken: Vec<String> = kept
            .filter_map(|(path, kept)| {
                let metadata = fs::metadata(root.join(path)).ok()?;
                kept.take(path, Stamp::of(&metadata)?)?;
                Some(path.to_owned())
            })
            .collect();
        taken.sort();
        taken
    }
}

/// Everything that is read of the notes, and what the index answers.
fn shown(loaded: &Loaded) -> String {
    let vault = &loaded.vault;
    let mut out = dump(vault);
    for id in vault.ids_by_path() {
        let data = vault.note(id);
        let _ = writeln!(
            out,
            "{:?} {:?} {:?}",
            data.note, data.problems, data.name_span
        );
    }
    let _ = write!(
        out,
        "{:?} {:?} {:?}",
        loaded.unreadable, loaded.config_text, loaded.folders
    );
    out
}

fn assert_fresh(desk: &Desk, loaded: &Loaded) {
    let fresh = load(&desk.root()).expect("it loads");
    assert_eq!(shown(loaded), shown(&fresh));
}

fn small() -> Desk {
    let mut desk = Desk::new();
    desk.write("ada.md", "---\nname: Ada\nbirthday: soon\n---\n[[Bob]]\n");
    desk.write("bob.md", "# Bob\n");
    desk
}

#[test]
fn what_is_as_it_was_is_not_read_again() {
    let mut desk = small();
    desk.load();
    assert_eq!(desk.taken(), ["ada.md", "bob.md"]);
    let cache = fs::read(desk.cache()).expect("it was written");
    let loaded = desk.load();
    assert_fresh(&desk, &loaded);
    assert_eq!(
        fs::read(desk.cache()).expect("it is there"),
        cache,
        "nothing was new"
    );
    desk.write("bob.md", "# Bub\n");
    assert_eq!(desk.taken(), ["ada.md"], "as long as it was, and another");
    let loaded = desk.load();
    assert_fresh(&desk, &loaded);
    assert_eq!(desk.taken(), ["ada.md", "bob.md"]);
}

#[test]
fn what_the_cache_has_is_believed() {
    let desk = small();
    desk.load();
    forge(&desk, |bytes| {
        let name = bytes.windows(3).rposition(|window| window == b"Bob");
        bytes[name.expect("it is the heading") + 1] = b'u';
    });
    let loaded = desk.load();
    let bob = loaded.vault.id("bob.md").expect("it is there");
    assert_eq!(&*loaded.vault.note(bob).note.headings[0].text.value, "Bub");
}

#[test]
fn what_could_have_changed_within_the_tick_is_read_again() {
    let desk = small();
    desk.load_at(SystemTime::now());
    assert_eq!(desk.taken(), [""; 0], "they were written just now");
    assert!(desk.cache().exists());
    desk.load();
    assert_eq!(desk.taken(), ["ada.md", "bob.md"]);
}

#[cfg(unix)]
#[test]
fn a_copy_with_an_old_time_is_another_file() {
    let desk = small();
    desk.load();
    let bob = desk.root().join("bob.md");
    let time = fs::metadata(&bob).and_then(|metadata| metadata.modified());
    let copy = desk.root().join("copy");
    fs::write(&copy, "# Bub\n").expect("writable");
    let file = File::options().write(true).open(&copy);
    file.and_then(|file| file.set_modified(time.expect("it has a time")))
        .expect("writable");
    fs::rename(copy, bob).expect("it can be moved");
    assert_eq!(desk.taken(), ["ada.md"]);
    assert_fresh(&desk, &desk.load());
}

#[test]
fn a_note_that_grew_beyond_the_settings_is_not_taken() {
    let mut desk = small();
    desk.write("large.md", &"x".repeat(2_000));
    assert_eq!(desk.load().vault.len(), 3);
    desk.write("ties.toml", "[vault]\nmax_note_size = 1024\n");
    let loaded = desk.load();
    let unreadable = loaded.unreadable.iter().map(|file| &*file.path);
    assert_eq!(unreadable.collect::<Vec<_>>(), ["large.md"]);
    assert_fresh(&desk, &loaded);
}

#[test]
fn a_damaged_cache_is_not_believed() {
    let desk = small();
    desk.load();
    let whole = fs::read(desk.cache()).expect("it was written");
    for at in 0..whole.len() {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x10;
        fs::write(desk.cache(), &damaged).expect("writable");
        assert_eq!(desk.taken(), [""; 0], "byte {at}");
        fs::write(desk.cache(), &whole[..at]).expect("writable");
        assert_eq!(desk.taken(), [""; 0], "cut at {at}");
    }
    assert_fresh(&desk, &desk.load());
    assert_eq!(desk.taken(), ["ada.md", "bob.md"], "it was written anew");
}

/// Writes a cache whose checksum is right and whose content is what `change` makes of it.
fn forge(desk: &Desk, change: impl Fn(&mut Vec<u8>)) {
    let mut bytes = fs::read(desk.cache()).expect("it was written");
    change(&mut bytes);
    let (sum, length) = (crc32fast::hash(&bytes[HEADER..]), bytes.len() - HEADER);
    bytes[8..12].copy_from_slice(&sum.to_le_bytes());
    bytes[12..HEADER].copy_from_slice(&(length as u64).to_le_bytes());
    fs::write(desk.cache(), bytes).expect("writable");
}

#[test]
fn another_version_and_another_folder_are_not_believed() {
    let desk = small();
    desk.load();
    // The program's own name is the first text of the head, behind its length.
    forge(&desk, |bytes| bytes[HEADER + 1] ^= 1);
    assert_eq!(desk.taken(), [""; 0]);
    desk.load();
    assert_eq!(desk.taken(), ["ada.md", "bob.md"]);
    let (here, there) = (desk.root(), desk.folder.path().join("moved"));
    fs::rename(&here, &there).expect("it can be moved");
    let image = Image::read(&desk.cache()).expect("it is whole");
    assert!(image.notes(&there).is_none());
    assert!(image.notes(&here).is_some());
}

#[test]
fn bytes_that_hold_no_notes_cannot_hurt() {
    let desk = small();
    desk.load();
    let whole = fs::read(desk.cache()).expect("it was written");
    for at in HEADER..whole.len() {
        fs::write(desk.cache(), &whole).expect("writable");
        // The checksum is right, so only the form can tell: an error or another note, and never a panic.
        forge(&desk, |bytes| bytes[at] = 0xff);
        desk.taken();
        fs::write(desk.cache(), &whole).expect("writable");
        forge(&desk, |bytes| bytes.truncate(at));
        desk.taken();
    }
}

#[test]
fn where_no_cache_can_be_written_all_is_read() {
    let desk = small();
    fs::create_dir(desk.cache()).expect("writable");
    assert!(
        desk.load()
            .snapshot()
            .write_cache(&desk.cache(), &desk.root())
            .is_err()
    );
    assert_fresh(&desk, &desk.load());
    fs::remove_dir(desk.cache()).expect("it is there");
    fs::write(desk.cache(), "").expect("writable");
    let inside = desk.cache().join("below/a/file");
    let options = LoadOptions {
        packed: false,
        cache: Some(&inside),
    };
    let loaded = load_at(&desk.root(), options, SystemTime::now()).expect("it loads");
    let written = loaded.snapshot().write_cache(&inside, &desk.root());
    written.expect_err("there is no such folder");
    assert_fresh(&desk, &loaded);
}

#[derive(Clone, Debug)]
enum Step {
    Write(usize, String),
    Remove(usize),
    Move(usize, usize),
    Touch(usize),
    Load,
    Damage(usize),
}

const PATHS: [&str; 5] = ["a.md", "b.md", "n.md", "ab.md", "me.md"];

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..PATHS.len(), text()).prop_map(|(path, text)| Step::Write(path, text)),
        1 => (0..PATHS.len()).prop_map(Step::Remove),
        2 => (0..PATHS.len(), 0..PATHS.len()).prop_map(|(from, to)| Step::Move(from, to)),
        1 => (0..PATHS.len()).prop_map(Step::Touch),
        4 => Just(Step::Load),
        1 => (0..5_000_usize).prop_map(Step::Damage),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn whatever_changes_a_load_is_a_fresh_one(steps in prop::collection::vec(step(), 1..20)) {
        let mut desk = Desk::new();
        for step in steps {
            match step {
                Step::Write(path, text) => desk.write(PATHS[path], &text),
                Step::Remove(path) => drop(fs::remove_file(desk.root().join(PATHS[path]))),
                Step::Move(from, to) => {
                    drop(fs::rename(desk.root().join(PATHS[from]), desk.root().join(PATHS[to])));
                }
                Step::Touch(path) => {
                    if desk.root().join(PATHS[path]).exists() {
                        desk.touch(PATHS[path]);
                    }
                }
                Step::Load => assert_fresh(&desk, &desk.load()),
                Step::Damage(at) => {
                    if let Ok(mut bytes) = fs::read(desk.cache()) {
                        let at = at % bytes.len();
                        bytes[at] = !bytes[at];
                        fs::write(desk.cache(), bytes).expect("writable");
                    }
                }
            }
        }
        assert_fresh(&desk, &desk.load());
    }
}
