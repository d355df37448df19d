//! Generates vaults and journals: the same bytes for the same size, on every machine.
//!
//! A note has about 1.6 KB and three to eight links, most of them within its own group of some forty notes, as in a
//! real network; three in a hundred links lead nowhere, nearly half of the names have letters outside ASCII.

use std::{
    fmt::Write as _,
    fs,
    io::{self, BufWriter, Write},
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context, ensure};

const GIVEN: [&str; 40] = [
    "Ada", "Anna", "Ben", "Carla", "Dario", "Elif", "Femi", "Grace", "Hugo", "Ines", "Jonas",
    "Kofi", "Lena", "Mara", "Nils", "Oda", "Paul", "Rosa", "Sven", "Tara", "Uma", "Vera", "Wim",
    "Yara", "Zeno", "Amara", "Bruno", "Clara", "Dina", "Emil", "Fiona", "Goran", "Hana", "Ivan",
    "Jana", "Lars", "Zoë", "Łukasz", "Þóra", "José",
];
const FAMILY_START: [&str; 32] = [
    "Acker", "Berg", "Cald", "Dorn", "Eber", "Falk", "Gran", "Hall", "Iver", "Jans", "Kron",
    "Lund", "Mohr", "Nord", "Olden", "Pryce", "Quist", "Rosen", "Stein", "Thorn", "Ulrik",
    "Vester", "Wald", "York", "Zander", "Brand", "Holm", "Lind", "Stern", "Winter", "Müll",
    "Øster",
];
const FAMILY_END: [&str; 16] = [
    "mann", "ström", "dale", "ford", "son", "vik", "feld", "ley", "stad", "holt", "er", "sen",
    "gard", "wood", "ton", "by",
];
const WORDS: [&str; 48] = [
    "the",
    "project",
    "review",
    "harbour",
    "budget",
    "asked",
    "about",
    "a",
    "new",
    "supplier",
    "and",
    "we",
    "agreed",
    "to",
    "meet",
    "again",
    "after",
    "spring",
    "because",
    "their",
    "team",
    "moves",
    "into",
    "another",
    "building",
    "with",
    "more",
    "room",
    "for",
    "tests",
    "draft",
    "report",
    "needs",
    "someone",
    "who",
    "reads",
    "contracts",
    "slowly",
    "kitchen",
    "talk",
    "went",
    "well",
    "numbers",
    "look",
    "better",
    "than",
    "last",
    "year",
];
const CIRCLES: [&str; 6] = ["close", "active", "active", "wide", "wide", "wide"];
const TAGS: [&str; 12] = [
    "energy", "law", "research", "press", "design", "finance", "health", "food", "music", "ports",
    "school", "code",
];
/// Notes that link to each other more than to the rest.
const GROUP: u64 = 40;

/// SplitMix64 (Steele, Lea and Flood 2014): small, fast, the same everywhere.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Returns a number below `bound`.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    fn pick<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len() as u64) as usize]
    }
}

/// Returns the name of note `index`; no two are equal below 20,480 notes, later ones get a number.
pub(crate) fn name(index: u64) -> String {
    let given = GIVEN[(index % 40) as usize];
    let family = index / 40;
    let start = FAMILY_START[(family % 32) as usize];
    let end = FAMILY_END[(family / 32 % 16) as usize];
    match index / (40 * 32 * 16) {
        0 => format!("{given} {start}{end}"),
        round => format!("{given} {start}{end} {}", round + 1),
    }
}

/// Returns the path of note `index` from the vault's root: eight in ten are people.
pub(crate) fn path(index: u64) -> String {
    match index % 10 {
        8 => format!("notes/n{:03}/note-{index}.md", index / 1000),
        9 => format!("events/event-{index}.md"),
        _ => format!("people/p{:03}/person-{index}.md", index / 1000),
    }
}

/// The contact that a thousand notes link, in a vault of at least as many.
pub(crate) const HUB: u64 = 7;

/// Returns the text of note `index` of a vault of `size`.
pub(crate) fn text(index: u64, size: u64) -> String {
    let mut random = Random::new(index.wrapping_mul(0x5851_F42D_4C95_7F2D) ^ 0xD1B5);
    let mut text = String::with_capacity(2048);
    let link = |random: &mut Random| -> String {
        if random.below(100) < 3 {
            return format!("[[Nobody {}]]", random.below(1_000_000));
        }
        let other = if random.below(10) < 8 {
            (index / GROUP * GROUP + random.below(GROUP)).min(size - 1)
        } else {
            random.below(size)
        };
        match random.below(10) {
            0 => format!("[{}](/{})", name(other), path(other)),
            1 => format!("[[{}|a friend]]", name(other)),
            _ => format!("[[{}]]", name(other)),
        }
    };
    let title = name(index);
    match index % 10 {
        9 => {
            let _ = write!(
                text,
                "---\nname: {title}\ndate: 20{:02}-{:02}-{:02}\npurpose: network\npeople: [\"{}\", \"{}\"]\n---\n",
                15 + random.below(10),
                1 + random.below(12),
                1 + random.below(28),
                format_args!("[[{}]]", name(random.below(size))),
                format_args!("[[{}]]", name(random.below(size))),
            );
        }
        8 => {}
        _ => {
            let _ = write!(
                text,
                "---\nname: {title}\nemails: [person{index}@example.org]\nphones: [\"+31 10 555 {:04}\"]\n\
                 org: Company {}\ntitle: {} lead\nlocation: City {}\nbirthday: 19{:02}-{:02}-{:02}\n\
                 tags: [{}, {}]\ncircle: {}\nmet: {{date: 20{:02}-05-03, how: serendipity}}\n\
                 knows: [\"{}\"]\noffers: [{} {}, introductions]\nneeds: [a {} {}]\n---\n",
                random.below(10_000),
                random.below(size / 20 + 1),
                random.pick(&WORDS),
                random.below(500),
                50 + random.below(50),
                1 + random.below(12),
                1 + random.below(28),
                random.pick(&TAGS),
                random.pick(&TAGS),
                random.pick(&CIRCLES),
                10 + random.below(14),
                link(&mut random),
                random.pick(&WORDS),
                random.pick(&WORDS),
                random.pick(&WORDS),
                random.pick(&WORDS),
            );
        }
    }
    let _ = write!(text, "# {title}\n\n");
    let links = 3 + random.below(6);
    let mut written = 0;
    while text.len() < 1950 || written < links {
        if text.len() > 700 && text.len() < 790 {
            text.push_str("## Notes\n\n");
        }
        for _ in 0..6 + random.below(8) {
            text.push_str(random.pick(&WORDS));
            text.push(' ');
        }
        if written < links {
            text.push_str(&link(&mut random));
            written += 1;
        }
        text.push_str(".\n");
        if random.below(4) == 0 {
            text.push('\n');
        }
    }
    if size >= 1_000 && index.is_multiple_of(size / 1_000) {
        let _ = writeln!(text, "Known through [[{}]].", name(HUB));
    }
    text
}

/// Writes a vault of `size` notes into `folder`, unless it is there already.
pub(crate) fn vault(folder: &Path, size: u64) -> anyhow::Result<()> {
    write(folder, size, path, text)
}

/// Returns the path of note `index` of a vault that other servers understand, too.
pub(crate) fn flat_path(index: u64) -> String {
    format!("note-{index}.md")
}

/// Returns the text of note `index` in such a vault: a heading, and Markdown links.
pub(crate) fn flat_text(index: u64, size: u64) -> String {
    let mut random = Random::new(index ^ 0x00F1_A700);
    let title = name(index);
    let mut text = format!("# {title}\n\n");
    let mut links = 3 + random.below(6);
    while text.len() < 1_950 {
        for _ in 0..6 + random.below(8) {
            text.push_str(random.pick(&WORDS));
            text.push(' ');
        }
        if links > 0 {
            let other = random.below(size);
            let _ = write!(text, "[{}]({})", name(other), flat_path(other));
            links -= 1;
        }
        text.push_str(".\n");
    }
    if size >= 1_000 && index.is_multiple_of(size / 1_000) {
        let (hub, path) = (name(HUB), flat_path(HUB));
        let _ = writeln!(text, "\nKnown through [{hub}]({path}).");
    }
    text
}

/// Writes a vault of `size` notes for several servers into `folder`, unless it is there already.
pub(crate) fn flat_vault(folder: &Path, size: u64) -> anyhow::Result<()> {
    fs::create_dir_all(folder.join(".iwe"))?;
    fs::write(folder.join(".iwe/config.toml"), "")?;
    write(folder, size, flat_path, flat_text)
}

fn write(
    folder: &Path,
    size: u64,
    path: fn(u64) -> String,
    text: fn(u64, u64) -> String,
) -> anyhow::Result<()> {
    if folder.join("ties.toml").exists() {
        return Ok(());
    }
    fs::create_dir_all(folder)?;
    let mut last_parent = None;
    for index in 0..size {
        let file = folder.join(path(index));
        let parent = file.parent().map(Path::to_owned);
        if parent != last_parent {
            fs::create_dir_all(parent.as_deref().expect("every note lies in a folder"))?;
            last_parent = parent;
        }
        fs::write(file, text(index, size))?;
    }
    // Last, as the sign that the vault is whole.
    fs::write(folder.join("ties.toml"), "# A generated vault.\n")?;
    Ok(())
}

/// Makes `folder` a repository without a commit, unless it is one already.
pub(crate) fn repository(folder: &Path) -> anyhow::Result<()> {
    if folder.join(".git").exists() {
        return Ok(());
    }
    let status = Command::new("git")
        .args(["init", "--quiet", "--initial-branch=main"])
        .current_dir(folder)
        .status()?;
    ensure!(status.success(), "git init failed");
    Ok(())
}

/// Makes `folder` a repository with its notes in the first commit and `interactions` records after it, one commit each,
/// by `git fast-import`, unless it is one already.
pub(crate) fn journal(folder: &Path, notes: u64, interactions: u64) -> anyhow::Result<()> {
    let stamp = folder.join(".git").join("generated");
    if stamp.exists() {
        return Ok(());
    }
    let git = |arguments: &[&str]| -> anyhow::Result<()> {
        let status = Command::new("git")
            .args(arguments)
            .current_dir(folder)
            .stdout(Stdio::null())
            .status()?;
        ensure!(status.success(), "git {arguments:?} failed");
        Ok(())
    };
    repository(folder)?;
    git(&["config", "user.name", "Bench"])?;
    git(&["config", "user.email", "bench@ties.example"])?;
    git(&["config", "gc.auto", "0"])?;
    let mut child = Command::new("git")
        .args(["fast-import", "--quiet"])
        .current_dir(folder)
        .stdin(Stdio::piped())
        .spawn()
        .context("cannot run git fast-import")?;
    write_history(
        BufWriter::new(child.stdin.take().expect("stdin is piped")),
        notes,
        interactions,
    )?;
    ensure!(child.wait()?.success(), "git fast-import failed");
    // The notes are on disk already; only the index has to learn of them.
    git(&["reset", "--quiet"])?;
    fs::write(stamp, "")?;
    Ok(())
}

fn write_history(mut stream: impl Write, notes: u64, interactions: u64) -> io::Result<()> {
    let start = 1_300_000_000_u64;
    writeln!(stream, "commit refs/heads/main\nmark :1")?;
    writeln!(
        stream,
        "committer Bench <bench@ties.example> {start} +0100\ndata 9\nadd notes"
    )?;
    for index in 0..notes {
        let text = text(index, notes);
        writeln!(
            stream,
            "M 100644 inline {}\ndata {}\n{text}",
            path(index),
            text.len()
        )?;
    }
    let mut random = Random::new(7);
    for index in 0..interactions {
        let person = loop {
            let person = random.below(notes);
            if person % 10 < 8 {
                break person;
            }
        };
        let at = start + 60 + index * 4200;
        let day = jiff::Timestamp::from_second(at.cast_signed())
            .expect("in range")
            .to_zoned(jiff::tz::TimeZone::UTC)
            .date();
        let kind = random.pick(&["call", "email", "meeting", "video", "message"]);
        let message = format!(
            "{kind}: {}, {} {}\n\n{} {} {} {}.\n\nInteraction: {kind}\nInteraction-Id: {index:012}\n\
             Interaction-Date: {day}\nContact: {}\nInitiated-By: me\nGave: {}\n",
            name(person),
            random.pick(&WORDS),
            random.pick(&WORDS),
            random.pick(&WORDS),
            random.pick(&WORDS),
            random.pick(&WORDS),
            random.pick(&WORDS),
            path(person),
            random.pick(&WORDS),
        );
        writeln!(
            stream,
            "commit refs/heads/main\nmark :{}\ncommitter Bench <bench@ties.example> {at} +0100\ndata {}\n{message}",
            index + 2,
            message.len()
        )?;
        if index == 0 {
            writeln!(stream, "from :1")?;
        }
    }
    stream.flush()
}

#[cfg(test)]
mod tests {
    use std::{
        collections::{BTreeMap, BTreeSet},
        fs,
        path::Path,
        process::Command,
    };

    use journal::git::Repository;

    use super::{journal, name, path, text, vault};

    /// Returns every file below `folder` outside `.git`, with its text.
    fn files(folder: &Path, root: &Path, found: &mut BTreeMap<String, String>) {
        for entry in fs::read_dir(folder).expect("the folder is there") {
            let entry = entry.expect("the folder can be listed").path();
            if entry.is_dir() {
                if !entry.ends_with(".git") {
                    files(&entry, root, found);
                }
            } else {
                let text = fs::read_to_string(&entry).expect("a text");
                let path = entry.strip_prefix(root).expect("it lies below");
                found.insert(path.display().to_string(), text);
            }
        }
    }

    #[test]
    fn the_same_size_gives_the_same_vault() {
        let (one, two) = (tempfile::tempdir(), tempfile::tempdir());
        let (one, two) = (one.expect("a folder"), two.expect("a folder"));
        let [mut first, mut second] = [BTreeMap::new(), BTreeMap::new()];
        for (folder, found) in [(&one, &mut first), (&two, &mut second)] {
            vault(folder.path(), 120).expect("it can be written");
            files(folder.path(), folder.path(), found);
        }
        assert_eq!(first.len(), 121);
        assert_eq!(first, second);
        // Another machine makes the same: the benchmarks of two places can be compared.
        let all: String = first.into_values().collect();
        let hash = all.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        expect_test::expect!["237750 bytes, 209abeb6d75bd2d9"]
            .assert_eq(&format!("{} bytes, {hash:016x}", all.len()));
    }

    #[test]
    fn notes_are_like_those_that_people_write() {
        let size = 2_000;
        let names: BTreeSet<String> = (0..size).map(name).collect();
        assert_eq!(names.len() as u64, size, "no two notes share a name");
        let (mut bytes, mut links, mut broken, mut foreign, mut inside) = (0, 0, 0, 0, 0);
        for index in 0..size {
            let text = text(index, size);
            let note::Parsed { note, problems } = note::parse(&text);
            assert!(problems.is_empty(), "{}: {problems:?}", path(index));
            assert!((3..=12).contains(&note.links.len()), "{}", note.links.len());
            bytes += text.len();
            links += note.links.len();
            let group = |index: u64| index / super::GROUP;
            for link in &note.links {
                let target = &*link.target.value;
                if target.starts_with("Nobody") {
                    broken += 1;
                } else if let Some(other) = (0..size).find(|other| {
                    name(*other) == *target || format!("/{}", path(*other)) == *target
                }) {
                    inside += usize::from(group(other) == group(index));
                } else {
                    panic!("`{target}` leads nowhere");
                }
            }
            foreign += usize::from(!name(index).is_ascii());
        }
        let per_thousand = |part: usize, whole: usize| part * 1000 / whole;
        expect_test::expect!["1998 bytes a note; of 1000 links 23 are broken and 707 stay in the group; of 1000 names 460 are not ASCII"].assert_eq(&format!(
            "{} bytes a note; of 1000 links {} are broken and {} stay in the group; of 1000 names {} are not ASCII",
            bytes / size as usize,
            per_thousand(broken, links),
            per_thousand(inside, links),
            per_thousand(foreign, size as usize),
        ));
    }

    #[test]
    fn a_journal_is_read_whole_and_sound() {
        let folder = tempfile::tempdir().expect("a folder");
        vault(folder.path(), 50).expect("it can be written");
        journal(folder.path(), 50, 300).expect("git can import it");
        let git = |arguments: &[&str]| {
            let output = Command::new("git")
                .args(arguments)
                .current_dir(folder.path())
                .output()
                .expect("git runs");
            assert!(output.status.success(), "{arguments:?}: {output:?}");
            String::from_utf8_lossy(&output.stdout).into_owned()
        };
        git(&["fsck", "--strict", "--no-dangling"]);
        assert_eq!(git(&["rev-list", "--count", "HEAD"]).trim(), "301");
        // What was imported is what lies on the disk.
        assert_eq!(git(&["status", "--porcelain"]), "?? ties.toml\n");
        let repository = Repository::discover(folder.path()).expect("a repository");
        let read = repository.read().expect("it can be read");
        assert_eq!(read.records.len(), 300);
        let notes: BTreeSet<String> = (0..50).map(path).collect();
        for read in &read.records {
            assert!(
                read.record
                    .contacts
                    .iter()
                    .all(|contact| notes.contains(&*contact.path))
            );
        }
    }
}
