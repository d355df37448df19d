//! Several machines: whatever git copies, squashes, rebases and merges, in whatever order, all come to one journal.
//!
//! Random histories are made by the git program on three branches, each in a worktree of its own, and joined in several
//! orders in clones. What each clone then reads is compared with what was written, which the test keeps by itself.
//! `TIES_CASES=500 cargo test -p journal --test git converge` tries as many histories as it says.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use jiff::{ToSpan as _, civil::Date};
use journal::git::Repository;
use journal::record::{content_id, encode};
use journal::timeline::Notes;
use journal::{NoteHistory, Record, Timeline};
use note::{ContactId, value::When};
use proptest::prelude::*;

use crate::support::{self, Sandbox, call, now};

const BRANCHES: [&str; 3] = ["desk", "phone", "laptop"];

/// The notes: each is changed on one of the branches only, at most once, so that no merge has a conflict.
const NOTES: usize = 5;

/// What is said of an interaction; some of it looks like what git or the journal writes.
const BODIES: [&str; 9] = [
    "",
    "One line.",
    "(cherry picked from commit 0123456)",
    "Two paragraphs.\n\n    and an indented one\n\nthen text",
    "Interaction: forged\nInteraction-Id: id-0",
    "---\n\n    Contact-Moved: people/0-a.md => people/1-a.md",
    "    begins indented\n    in two lines",
    "Signed-off-by: Nobody <nobody@example.org>",
    "\\Interaction: escaped\n\n* a list\n* of two",
];

/// Something that somebody does on a branch.
#[derive(Clone, Debug)]
enum Step {
    /// Logs an interaction with one or two notes, on a day of a month.
    Log(usize, usize, i8, usize),
    /// Commits one with git alone; those without an id are the same wherever they say the same.
    ByHand(usize, i8, bool),
    /// Amends an interaction of this branch.
    Amend(usize, Change),
    /// Changes a note that is this branch's to change.
    Rename(usize),
    /// Takes away such a note and says which other means the same person.
    Relink(usize),
    /// Commits a file.
    Plain,
    /// Merges a branch: into this one, or this one into it (the parents the other way), or not without a merge commit.
    Merge(usize, u8),
    /// Copies a commit of a branch, with or without a line that says so.
    CherryPick(usize, usize, bool),
    Rebase(usize),
    SquashMerge(usize),
    /// Makes one commit of the newest two.
    SquashTwo,
    /// Takes back the newest commit, as git understands it.
    Revert,
    /// Makes the newest commit anew, by the same or another author.
    CommitAgain(bool),
    /// Opens the journal, which leaves a cache.
    Look,
    Gc,
}

/// What is corrected of an interaction.
#[derive(Clone, Debug)]
enum Change {
    Text(usize),
    Gift(u8),
    Contact(usize),
    Day(i8),
    Retract,
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        4 => (0..BODIES.len()).prop_map(Change::Text),
        2 => (0..3_u8).prop_map(Change::Gift),
        1 => (0..NOTES).prop_map(Change::Contact),
        1 => (1..28_i8).prop_map(Change::Day),
        2 => Just(Change::Retract),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let branch = || 0..BRANCHES.len();
    let note = || 0..NOTES;
    prop_oneof![
        8 => (note(), note(), 1..28_i8, 0..BODIES.len())
            .prop_map(|(one, two, day, body)| Step::Log(one, two, day, body)),
        2 => (note(), 1..3_i8, any::<bool>()).prop_map(|(note, day, id)| Step::ByHand(note, day, id)),
        10 => (0..5_usize, change()).prop_map(|(which, change)| Step::Amend(which, change)),
        1 => note().prop_map(Step::Rename),
        1 => note().prop_map(Step::Relink),
        1 => Just(Step::Plain),
        4 => (branch(), 0..3_u8).prop_map(|(from, how)| Step::Merge(from, how)),
        4 => (branch(), 0..6_usize, any::<bool>()).prop_map(|(from, which, says)| Step::CherryPick(from, which, says)),
        2 => branch().prop_map(Step::Rebase),
        3 => branch().prop_map(Step::SquashMerge),
        2 => Just(Step::SquashTwo),
        1 => Just(Step::Revert),
        1 => any::<bool>().prop_map(Step::CommitAgain),
        2 => Just(Step::Look),
        1 => Just(Step::Gc),
    ]
}

// ---- What was written ---------------------------------------------------------------------------------------------

/// All that was ever written, on whichever branch.
#[derive(Default)]
struct Model {
    /// Every version of each interaction.
    versions: BTreeMap<Box<str>, Vec<Record>>,
    renamed: BTreeSet<usize>,
    /// Notes that are gone, and which one means the same.
    relinked: BTreeMap<usize, usize>,
}

impl Model {
    fn add(&mut self, record: &Record) {
        let record = record.normalized();
        let versions = self.versions.entry(record.id.clone()).or_default();
        if !versions.contains(&record) {
            versions.push(record);
        }
    }

    /// Returns the version of each interaction that counts, as section 7 of the format says.
    fn winners(&self, sandbox: &Sandbox) -> BTreeMap<Box<str>, Record> {
        let winner = |versions: &Vec<Record>| {
            let highest = versions
                .iter()
                .map(|one| (one.revision, one.retracted))
                .max();
            let rivals: Vec<&Record> = (versions.iter())
                .filter(|one| Some((one.revision, one.retracted)) == highest)
                .collect();
            if let [one] = rivals.as_slice() {
                return (*one).clone();
            }
            let by_content = |one: &&&Record| {
                (
                    block_hash(sandbox, one),
                    one.summary.clone(),
                    one.body.clone(),
                )
            };
            (*rivals.iter().max_by_key(by_content).unwrap()).clone()
        };
        let all = self.versions.iter();
        all.map(|(id, versions)| (id.clone(), winner(versions)))
            .collect()
    }

    /// Returns the note that stands for `note` now.
    fn meant(&self, mut note: usize) -> usize {
        while let Some(next) = self.relinked.get(&note) {
            note = *next;
        }
        note
    }

    /// Returns the notes that are there in the end.
    fn notes(&self) -> Present {
        let present = (0..NOTES).filter(|note| !self.relinked.contains_key(note));
        let named = present.map(|note| (note, contact(note, self.renamed.contains(&note))));
        Present(named.collect())
    }
}

/// The notes that are there, by number.
struct Present(BTreeMap<usize, ContactId>);

impl Notes for Present {
    fn has_path(&self, path: &str) -> bool {
        self.0.values().any(|note| *note.path == *path)
    }

    fn has_uid(&self, uid: &str) -> bool {
        self.0.values().any(|note| note.uid.as_deref() == Some(uid))
    }
}

/// Returns how records name a note, under its first or its second name. Some have a uid.
fn contact(note: usize, is_renamed: bool) -> ContactId {
    let path = match is_renamed {
        false => format!("people/{note}-a.md"),
        true => format!("friends/{note}-b.md"),
    };
    ContactId {
        path: path.into(),
        uid: (note % 2 == 1).then(|| format!("uid-{note}").into()),
    }
}

/// Returns the number of the note that a record names.
fn number(contact: &ContactId) -> usize {
    let name = contact.path.split('/').nth(1).unwrap();
    name[..1].parse().unwrap()
}

/// Returns what git gives the block of a record as a hash.
fn block_hash(sandbox: &Sandbox, record: &Record) -> String {
    let message = encode(record);
    let block = message.rsplit("\n\n").next().unwrap();
    let file = sandbox.folder().join("block");
    std::fs::write(&file, block).unwrap();
    // Outside of the repository, whose ids may be SHA-256.
    sandbox.git_in(
        &sandbox.home(),
        &format!("hash-object --no-filters {}", file.display()),
    )
}

// ---- Steps --------------------------------------------------------------------------------------------------------

/// A history that is being made.
struct World {
    sandbox: Sandbox,
    model: Model,
    /// The number of steps taken.
    taken: i64,
}

impl World {
    fn new() -> Self {
        let sandbox = Sandbox::unborn();
        for note in 0..NOTES {
            let ContactId { path, uid } = contact(note, false);
            let uid = uid.map_or(String::new(), |uid| format!("---\nuid: {uid}\n---\n"));
            let lines = (0..5).map(|line| format!("{note} says {}.\n", line * 10 + note));
            sandbox.write(&path, &(uid + &lines.collect::<String>()));
        }
        sandbox.commit_all("start");
        let mut model = Model::default();
        for id in ["base-0", "base-1", "base-2"] {
            let mut record = call(id, "2026-11-20", &[]);
            record.contacts = vec![contact(NOTES - 1, false)];
            model.add(&record);
            sandbox.open().append(&[record], &now()).unwrap();
        }
        for branch in BRANCHES {
            sandbox.git(&format!("worktree add -q ../{branch} -b {branch}"));
        }
        Self {
            sandbox,
            model,
            taken: 0,
        }
    }

    fn folder(&self, branch: usize) -> PathBuf {
        self.sandbox.folder().join(BRANCHES[branch])
    }

    fn command(&self, branch: usize) -> Command {
        let mut command = self.sandbox.command(&self.folder(branch));
        // The clocks of several machines go forth and back.
        let date = format!("2026-02-{:02}T12:00:00+00:00", 1 + self.taken * 7 % 27);
        command
            .env("GIT_AUTHOR_DATE", &date)
            .env("GIT_COMMITTER_DATE", date);
        command
    }

    /// Runs git, which must do what it is told.
    #[track_caller]
    fn git(&self, branch: usize, arguments: &str) -> String {
        let mut command = self.command(branch);
        let output = command.args(arguments.split_whitespace()).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "git {arguments}: {said}");
        String::from_utf8(output.stdout).unwrap()
    }

    fn commit(&self, branch: usize, message: &str) {
        let mut command = self.command(branch);
        command.args(["commit", "-q", "--allow-empty", "-m", message]);
        assert!(command.status().unwrap().success());
    }

    fn append(&mut self, branch: usize, record: Record) {
        let now = &now() + self.taken.minutes();
        let repository = Repository::discover(&self.folder(branch)).unwrap();
        repository
            .append(std::slice::from_ref(&record), &now)
            .unwrap();
        self.model.add(&record);
    }

    /// Returns how a note is named on a branch; another one where it is not there.
    fn named(&self, branch: usize, note: usize) -> ContactId {
        let names = (0..=note)
            .rev()
            .flat_map(|note| [contact(note, false), contact(note, true)]);
        let mut there = names.filter(|name| self.folder(branch).join(&*name.path).is_file());
        there.next().unwrap()
    }

    /// Returns whether a note is as it was, and this branch's to change.
    fn may_change(&self, branch: usize, note: usize) -> bool {
        note % BRANCHES.len() == branch
            && !self.model.renamed.contains(&note)
            && !self.model.relinked.contains_key(&note)
    }

    /// Returns whether every record in the commits has an id of its own: one without is none any more once others follow it.
    fn has_ids(&self, branch: usize, range: &str) -> bool {
        !self
            .git(branch, &format!("log --format=%B {range}"))
            .contains("Interaction: meal")
    }

    /// Takes a step; one that is not possible changes nothing.
    fn take(&mut self, branch: usize, step: &Step) {
        self.taken += 1;
        match *step {
            Step::Log(one, two, day, body) => {
                let id = format!("id-{:02}", self.taken);
                let mut record = call(&id, &format!("2026-11-{day:02}"), &[]);
                record.summary = format!("call: {}", self.taken).into();
                record.body = BODIES[body].into();
                record.contacts = vec![self.named(branch, one), self.named(branch, two)];
                self.append(branch, record);
            }
            Step::ByHand(note, day, has_id) => {
                let on = format!("2026-12-{day:02}T10:00+01:00");
                let mut record = call("", &on, &[]);
                record.kind = if has_id { "email" } else { "meal" }.into();
                record.summary = format!("with {note}").into();
                record.contacts = vec![self.named(branch, note)];
                if has_id {
                    record.id = format!("hand-{}", self.taken).into();
                }
                let message = encode(&record);
                if !has_id {
                    record.id = content_id(&record, 0);
                }
                let without_id = |line: &&str| has_id || !line.starts_with("Interaction-Id");
                let lines: Vec<&str> = message.lines().filter(without_id).collect();
                self.commit(branch, &lines.join("\n"));
                self.model.add(&record);
            }
            Step::Amend(which, ref change) => self.amend(branch, which, change),
            Step::Rename(note) => {
                if self.may_change(branch, note) {
                    let (old, new) = (contact(note, false).path, contact(note, true).path);
                    std::fs::create_dir_all(self.folder(branch).join("friends")).unwrap();
                    self.git(branch, &format!("mv {old} {new}"));
                    self.commit(branch, "rename");
                    self.model.renamed.insert(note);
                }
            }
            Step::Relink(note) => {
                // Only to one before it, so that no two lead to each other.
                if note > 0 && self.may_change(branch, note) {
                    let (old, new) = (contact(note, false), self.named(branch, note - 1));
                    self.git(branch, &format!("rm -q {}", old.path));
                    self.commit(branch, "gone");
                    let repository = Repository::discover(&self.folder(branch)).unwrap();
                    self.model.relinked.insert(note, number(&new));
                    repository
                        .append_moves("relink", &[(old, new)], &now())
                        .unwrap();
                }
            }
            Step::Plain => {
                let file = format!("{}.txt", self.taken);
                std::fs::write(self.folder(branch).join(&file), &file).unwrap();
                self.git(branch, "add -A");
                self.commit(branch, "plain");
            }
            Step::Look => {
                let repository = Repository::discover(&self.folder(branch)).unwrap();
                repository.open_journal().unwrap();
            }
            Step::Gc => {
                self.git(branch, "reflog expire --expire=now --all");
                self.git(branch, "gc -q --prune=now");
            }
            _ => self.rearrange(branch, step),
        }
    }

    fn amend(&mut self, branch: usize, which: usize, change: &Change) {
        let repository = Repository::discover(&self.folder(branch)).unwrap();
        let journal = repository.read().unwrap();
        let timeline = Timeline::new(journal.records, journal.moves, NoteHistory::default());
        let mut known: Vec<Record> = (timeline.interactions().iter())
            .chain(timeline.retracted().iter())
            .map(|interaction| interaction.record.clone())
            .collect();
        known.sort_by(|one, two| one.id.cmp(&two.id));
        // First come those that all branches began with, so that they correct the same ones at the same time.
        let which = which % known.len();
        let mut record = known.swap_remove(which);
        record.revision += 1;
        record.retracted = false;
        match *change {
            Change::Text(body) => record.body = BODIES[body].into(),
            Change::Gift(gift) => record.gave = vec![format!("gift {gift}").into()],
            Change::Contact(note) => record.contacts = vec![self.named(branch, note)],
            Change::Day(day) => {
                record.on = When::parse(&format!("2026-11-{day:02}")).unwrap();
            }
            Change::Retract => record.retracted = true,
        }
        self.append(branch, record);
    }

    /// Does what git does to commits.
    fn rearrange(&self, branch: usize, step: &Step) {
        let this = BRANCHES[branch];
        match *step {
            Step::Merge(from, how) => {
                let from = BRANCHES[from];
                match how {
                    0 => drop(self.git(branch, &format!("merge -q -m merge {from}"))),
                    1 => drop(self.git(branch, &format!("merge -q --no-ff -m merge {from}"))),
                    _ => {
                        self.git(branch, &format!("checkout -q --detach {from}"));
                        self.git(branch, &format!("merge -q -m merge {this}"));
                        self.git(branch, &format!("checkout -q -B {this}"));
                    }
                }
            }
            Step::CherryPick(from, which, says) => {
                let commits = self.git(branch, &format!("rev-list --no-merges {}", BRANCHES[from]));
                let commits: Vec<&str> = commits.lines().collect();
                // But for the first one, which has all notes.
                if which + 1 < commits.len() {
                    let (commit, says) = (commits[which], if says { "-x" } else { "" });
                    self.git(
                        branch,
                        &format!("cherry-pick --keep-redundant-commits {says} {commit}"),
                    );
                }
            }
            Step::Rebase(onto) => drop(self.git(branch, &format!("rebase -q {}", BRANCHES[onto]))),
            Step::SquashMerge(from) => {
                let from = BRANCHES[from];
                let range = format!("HEAD..{from}");
                let is_new = self
                    .git(branch, &format!("rev-list --count {range}"))
                    .trim()
                    != "0";
                if is_new && self.has_ids(branch, &range) {
                    self.git(branch, &format!("merge -q --squash {from}"));
                    self.git(branch, "commit -q --allow-empty --no-edit");
                }
            }
            Step::SquashTwo => {
                // Of text between two records nobody can say of which it is, so both must be nothing but records.
                let said = self.git(branch, "log -2 --format=%P%x01%B%x02");
                let are_two = said.matches("Interaction-Id: ").count() >= 2
                    && said.split_terminator("\x02\n").all(|commit| {
                        let (parents, message) = commit.split_once('\x01').unwrap();
                        parents.split(' ').count() == 1 && message.contains("Interaction-Id: ")
                    });
                if are_two && self.has_ids(branch, "-2") {
                    let mut command = self.command(branch);
                    command
                        .env("GIT_SEQUENCE_EDITOR", "sed -i 2s/^pick/squash/")
                        .env("GIT_EDITOR", "true")
                        .args(["rebase", "-q", "-i", "HEAD~2"]);
                    let output = command.output().unwrap();
                    let said = String::from_utf8_lossy(&output.stderr).into_owned();
                    assert!(output.status.success(), "{said}");
                }
            }
            Step::Revert => {
                let parents = self.git(branch, "log -1 --format=%P");
                let trees = self.git(branch, "log -2 --format=%T");
                let trees: BTreeSet<&str> = trees.lines().collect();
                if trees.len() == 1 && parents.split_whitespace().count() == 1 {
                    let mut command = self.command(branch);
                    let output = command.args(["revert", "--no-edit", "HEAD"]).output();
                    assert!(!output.unwrap().status.success());
                    self.git(branch, "commit -q --allow-empty --no-edit");
                }
            }
            Step::CommitAgain(by_another) => {
                let another = if by_another && self.has_ids(branch, "-1") {
                    "--reset-author"
                } else {
                    ""
                };
                // All branches begin with the same commit.
                if self.git(branch, "log -1 --format=%s") != "start\n" {
                    let again = "commit -q --amend --allow-empty --no-edit";
                    self.git(branch, &format!("{again} {another}"));
                }
            }
            _ => {}
        }
    }
}

// ---- What is read -------------------------------------------------------------------------------------------------

/// Returns all that a timeline tells of interactions and notes, as text.
fn told(timeline: &Timeline, notes: &Present) -> String {
    let mut text = String::new();
    for interaction in timeline.interactions() {
        writeln!(text, "{interaction:?}").unwrap();
    }
    for interaction in timeline.retracted() {
        writeln!(text, "retracted {interaction:?}").unwrap();
    }
    for ContactId { path, uid } in notes.0.values() {
        let newest = timeline.newest_among(path, uid.as_deref(), notes);
        let newest = newest.map(|interaction| &*interaction.record.id);
        let with = timeline.of_contact_among(path, uid.as_deref(), notes);
        let with: Vec<&str> = with.iter().map(|one| &*one.record.id).collect();
        let since = timeline.first_commit(path);
        writeln!(text, "{path} since {since:?}, newest {newest:?}: {with:?}").unwrap();
    }
    for (contact, with) in timeline.unresolved(notes) {
        writeln!(text, "unresolved {contact:?}: {}", with.len()).unwrap();
    }
    text
}

/// Reads everything anew.
fn read(folder: &Path) -> Timeline {
    let repository = Repository::discover(folder).unwrap();
    let journal = repository.read().unwrap();
    let history = repository.note_history().unwrap();
    Timeline::new(journal.records, journal.moves, history)
}

/// Opens the journal with the cache that is there.
fn open(folder: &Path) -> Timeline {
    let repository = Repository::discover(folder).unwrap();
    repository.open_journal().unwrap().timeline
}

/// Fails where a timeline is not what was written.
#[track_caller]
fn check_model(world: &World, timeline: &Timeline) {
    let winners = world.model.winners(&world.sandbox);
    let (retracted, standing): (Vec<&Record>, Vec<&Record>) =
        winners.values().partition(|record| record.retracted);
    let by_id = |interactions: journal::timeline::Interactions<'_>| {
        let mut all: Vec<Record> = interactions.iter().map(|one| one.record.clone()).collect();
        all.sort_by(|one, two| one.id.cmp(&two.id));
        all
    };
    assert_eq!(
        by_id(timeline.interactions()).iter().collect::<Vec<_>>(),
        standing
    );
    assert_eq!(
        by_id(timeline.retracted()).iter().collect::<Vec<_>>(),
        retracted
    );
    let notes = world.model.notes();
    assert_eq!(timeline.unresolved(&notes), BTreeMap::new());
    for (&note, ContactId { path, uid }) in &notes.0 {
        let names_it = |record: &&&Record| {
            let mut named = record
                .contacts
                .iter()
                .map(|contact| world.model.meant(number(contact)));
            named.any(|meant| meant == note)
        };
        let with: Vec<&Record> = standing.iter().filter(names_it).copied().collect();
        let ids: BTreeSet<&str> = with.iter().map(|record| &*record.id).collect();
        let found = timeline.of_contact_among(path, uid.as_deref(), &notes);
        assert_eq!(found.len(), ids.len(), "{path}");
        assert_eq!(
            found
                .iter()
                .map(|one| &*one.record.id)
                .collect::<BTreeSet<_>>(),
            ids
        );
        let last: Option<Date> = with.iter().map(|record| record.on.day()).max();
        let newest = timeline.newest_among(path, uid.as_deref(), &notes);
        assert_eq!(newest.map(|one| one.record.on.day()), last, "{path}");
    }
}

/// Joins all branches in as many orders, each in a clone or worktree of its own, and compares what is read there.
fn check_all(world: &World) {
    let sandbox = &world.sandbox;
    let notes = world.model.notes();
    let url = format!("file://{}", sandbox.vault().display());
    let mut clones = Vec::new();
    for (name, source, first, merges) in [
        (
            "one",
            "vault",
            "desk",
            &["origin/phone", "origin/laptop"][..],
        ),
        ("two", &*url, "laptop", &["origin/desk", "origin/phone"]),
        ("three", "vault", "phone", &["origin/laptop origin/desk"]),
    ] {
        sandbox.git_in(
            sandbox.folder(),
            &format!("clone -q -b {first} {source} {name}"),
        );
        let clone = sandbox.folder().join(name);
        sandbox.configure(&clone);
        for merge in merges {
            sandbox.git_in(&clone, &format!("merge -q --no-ff -m joined {merge}"));
        }
        clones.push(clone);
    }
    // Whoever opened the journal before has a cache of then.
    world.git(0, "merge -q -m joined phone");
    let half = open(&world.folder(0));
    world.git(0, "merge -q -m joined laptop");
    clones.push(world.folder(0));
    assert!(half.interactions().len() + half.retracted().len() <= world.model.versions.len());

    let first = read(&clones[0]);
    check_model(world, &first);
    let expected = told(&first, &notes);
    let tree = sandbox.git_in(&clones[0], "rev-parse HEAD^{tree}");
    let check = |timeline: Timeline, how: &str| {
        let timeline = told(&timeline, &notes);
        assert!(
            timeline == expected,
            "{how}:\n{timeline}\nexpected:\n{expected}"
        );
    };
    for clone in &clones {
        let name = clone.display();
        assert_eq!(sandbox.git_in(clone, "rev-parse HEAD^{tree}"), tree);
        check(read(clone), &format!("{name} by the library"));
        check(open(clone), &format!("{name} opened"));
        check(open(clone), &format!("{name} opened again"));
        sandbox.git_in(clone, "fsck --strict --no-dangling");
    }
    // The cache of a machine that has seen something else.
    let other = Repository::discover(&world.folder(1)).unwrap();
    other.open_journal().unwrap();
    let (from, to) = (
        other.cache_file(),
        Repository::discover(&clones[1]).unwrap().cache_file(),
    );
    if from.is_file() {
        std::fs::copy(from, to).unwrap();
    }
    check(open(&clones[1]), "opened with another cache");
    // Marked as a repository that libgit2 does not open, the git program reads it.
    sandbox.git_in(&clones[2], "config core.repositoryFormatVersion 1");
    sandbox.git_in(&clones[2], "config extensions.partialClone origin");
    let by_program = Repository::discover(&clones[2]).unwrap();
    assert!(by_program.needs_program().is_some());
    check(read(&clones[2]), "by the program");
}

#[test]
fn a_squash_does_not_say_anew_what_was_taken_back() {
    let sandbox = Sandbox::new();
    let moved = |old, new, step: i64| {
        let now = &now() + (step * 400).milliseconds();
        let repository = sandbox.open();
        let moves = [support::moved(old, new)];
        repository.append_moves("relink", &moves, &now).unwrap();
    };
    sandbox.git("checkout -q -b side");
    moved("ada.md", "twin.md", 0);
    sandbox.git("checkout -q main");
    sandbox.git("merge -q --no-ff -m merge side");
    // Within the same second.
    moved("twin.md", "ada.md", 1);
    sandbox.git("checkout -q -b host side~1");
    sandbox.git("merge -q --squash side");
    sandbox.git("commit -q --allow-empty --no-edit --date=2026-12-01T12:00:00Z");
    sandbox.git("merge -q -m merge main");
    let timeline = read(&sandbox.vault());
    let (at, _) = support::moved("twin.md", "");
    assert_eq!(timeline.present_path(&at), "ada.md");
    sandbox.fsck();
}

/// Returns how many histories are tried.
fn cases() -> u32 {
    if let Ok(asked) = std::env::var("TIES_CASES") {
        return asked.parse().expect("TIES_CASES is a number");
    }
    // The tests of other formats run all of this again.
    if std::env::var_os("TIES_TEST_FORMAT").is_some() {
        3
    } else {
        16
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_git_does_on_several_machines_gives_one_journal(
        // At first nobody knows of the others, and all correct the same.
        apart in prop::collection::vec((0..BRANCHES.len(), 0..2_usize, change()), 4..9),
        steps in prop::collection::vec((0..BRANCHES.len(), step()), 8..32),
    ) {
        let mut world = World::new();
        for (branch, which, change) in apart {
            world.take(branch, &Step::Amend(which, change));
        }
        for (branch, step) in &steps {
            world.take(*branch, step);
        }
        check_all(&world);
    }
}
