//! The cache: whatever git did since, and whatever became of the file, opening tells what reading everything does.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use journal::Timeline;
use journal::git::{OpenJournal, Repository};
use note::ContactId;
use proptest::prelude::*;

use crate::support::{Sandbox, call, now};

/// The notes that the tests move about.
const PATHS: [&str; 6] = [
    "people/ada.md",
    "people/bob.md",
    "people/cleo.md",
    "friends/ada.md",
    "friends/bob.md",
    "work/dan.md",
];

/// Returns everything that a timeline tells, as text.
fn told(timeline: &Timeline) -> String {
    let mut text = String::new();
    for interaction in timeline.interactions() {
        writeln!(text, "{interaction:?}").unwrap();
    }
    for interaction in timeline.retracted() {
        writeln!(text, "retracted {interaction:?}").unwrap();
    }
    for path in PATHS {
        let contact = ContactId {
            path: path.into(),
            uid: None,
        };
        let with: Vec<&str> = (timeline.of_contact(path, Some("uid-1")).into_iter())
            .map(|interaction| &*interaction.record.id)
            .collect();
        let first_commit = timeline.first_commit(path);
        let present = timeline.present_path(&contact);
        writeln!(
            text,
            "{path} is at {present} since {first_commit:?}: {with:?}"
        )
        .unwrap();
    }
    text
}

/// Returns what reading everything from git tells.
fn fresh(repository: &Repository) -> String {
    let journal = repository.read().unwrap();
    let history = repository.note_history().unwrap();
    told(&Timeline::new(journal.records, journal.moves, history))
}

/// Opens the journal, which must tell what git has; returns it.
#[track_caller]
fn open(folder: &Path) -> OpenJournal {
    let repository = Repository::discover(folder).unwrap();
    let open = repository.open_journal().unwrap();
    let (was, is) = (told(&open.timeline), fresh(&repository));
    assert!(was == is, "from the cache:\n{was}\nfrom git:\n{is}");
    assert_eq!(open.mark.head(), repository.head());
    open
}

/// Opens the journal where an object is gone that only a full reading needs, so that the cache must have been taken.
#[track_caller]
fn open_without(sandbox: &Sandbox, folder: &Path, commit: &str) -> OpenJournal {
    let (start, rest) = commit.split_at(2);
    let object = sandbox.vault().join(".git/objects").join(start).join(rest);
    let aside = sandbox.folder().join("aside");
    fs::rename(&object, &aside).unwrap();
    let repository = Repository::discover(folder).unwrap();
    assert!(repository.read().is_err(), "a full reading does without");
    let open = repository.open_journal();
    fs::rename(&aside, &object).unwrap();
    open.unwrap()
}

fn ids(timeline: &Timeline) -> String {
    let ids = timeline.interactions().iter().map(|i| &*i.record.id);
    ids.collect::<Vec<_>>().join(" ")
}

fn log(sandbox: &Sandbox, id: &str) {
    let record = call(id, "2026-11-20", &["people/ada.md"]);
    sandbox.open().append(&[record], &now()).unwrap();
}

/// A repository with a cache; returns its first commit as well.
fn cached() -> (Sandbox, String) {
    let sandbox = Sandbox::new();
    for id in ["one", "two", "three"] {
        log(&sandbox, id);
    }
    let moved = "moved\n\nContact-Moved: people/old.md => people/ada.md";
    sandbox.commit_by_hand(moved, "2026-01-02T12:00:00+00:00");
    open(&sandbox.vault());
    assert!(sandbox.open().cache_file().is_file());
    let first = sandbox.git("rev-list --max-parents=0 HEAD");
    (sandbox, first.trim().to_owned())
}

/// Returns the names of the files beside the cache, the cache's among them.
fn beside(file: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(file.parent().unwrap()).unwrap();
    let mut names: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    names.sort();
    names
}

#[test]
fn what_is_old_is_not_read_again() {
    let (sandbox, first) = cached();
    let again = open_without(&sandbox, &sandbox.vault(), &first);
    assert_eq!(ids(&again.timeline), "two three one");
    // With as few new commits the cache is good enough as it is.
    log(&sandbox, "four");
    let before = fs::read(sandbox.open().cache_file()).unwrap();
    let again = open_without(&sandbox, &sandbox.vault(), &first);
    assert_eq!(ids(&again.timeline), "two three one four");
    assert_eq!(fs::read(sandbox.open().cache_file()).unwrap(), before);
    for index in 0..20 {
        log(&sandbox, &format!("more-{index:02}"));
    }
    let again = open_without(&sandbox, &sandbox.vault(), &first);
    assert_eq!(again.timeline.interactions().len(), 24);
    assert_ne!(fs::read(sandbox.open().cache_file()).unwrap(), before);
    let again = open_without(&sandbox, &sandbox.vault(), &first);
    assert_eq!(again.timeline.interactions().len(), 24);
    open(&sandbox.vault());
}

#[test]
fn a_repack_and_gc_leave_the_cache_good() {
    let (sandbox, _) = cached();
    let before = fs::read(sandbox.open().cache_file()).unwrap();
    sandbox.git("gc -q --prune=now");
    log(&sandbox, "four");
    sandbox.git("repack -q -a -d");
    open(&sandbox.vault());
    assert_eq!(fs::read(sandbox.open().cache_file()).unwrap(), before);
    sandbox.fsck();
}

#[test]
fn history_that_was_taken_back_is_read_anew() {
    let (sandbox, first) = cached();
    sandbox.git("reset -q --hard HEAD~2");
    assert_eq!(ids(&open(&sandbox.vault()).timeline), "two one");
    // That is what the cache holds now.
    let again = open_without(&sandbox, &sandbox.vault(), &first);
    assert_eq!(ids(&again.timeline), "two one");
    sandbox.git("reflog expire --expire=now --all");
    sandbox.git("gc -q --prune=now");
    assert_eq!(ids(&open(&sandbox.vault()).timeline), "two one");
}

#[test]
fn another_branch_a_rebase_and_a_history_of_its_own_are_read_anew() {
    let (sandbox, _) = cached();
    sandbox.git("checkout -q -b side HEAD~3");
    log(&sandbox, "side");
    assert_eq!(ids(&open(&sandbox.vault()).timeline), "side one");
    sandbox.git("rebase -q main");
    assert_eq!(ids(&open(&sandbox.vault()).timeline), "two three side one");
    sandbox.git("checkout -q --orphan alone");
    assert_eq!(ids(&open(&sandbox.vault()).timeline), "");
    log(&sandbox, "alone");
    assert_eq!(ids(&open(&sandbox.vault()).timeline), "alone");
    sandbox.git("checkout -q -f main");
    assert_eq!(ids(&open(&sandbox.vault()).timeline), "two three one");
}

#[test]
fn a_merge_brings_what_was_on_the_other_branch() {
    let (sandbox, first) = cached();
    sandbox.git("checkout -q -b phone HEAD~1");
    log(&sandbox, "phone");
    sandbox.git("checkout -q main");
    log(&sandbox, "desk");
    sandbox.git("merge -q phone -m merge");
    let again = open_without(&sandbox, &sandbox.vault(), &first);
    assert_eq!(ids(&again.timeline), "two three phone one desk");
    open(&sandbox.vault());
}

#[test]
fn a_note_that_moved_elsewhere_before_the_merge_is_followed() {
    let sandbox = Sandbox::new();
    sandbox.git("checkout -q -b phone");
    sandbox.git("mv people/ada.md people/bob.md");
    sandbox.commit_all("moved on the phone");
    sandbox.git("checkout -q main");
    sandbox.write("work/dan.md", "# Dan\n\nDigs.\n");
    sandbox.commit_all("another");
    sandbox.git("mv work/dan.md people/cleo.md");
    sandbox.commit_all("moved on the desk");
    open(&sandbox.vault());
    // What comes with the merge is older than what the cache has seen.
    sandbox.git("merge -q phone -m merge");
    open(&sandbox.vault());
}

#[test]
fn every_damage_is_found_and_mended() {
    let (sandbox, _) = cached();
    let file = sandbox.open().cache_file();
    let whole = fs::read(&file).unwrap();
    let repository = sandbox.open();
    let right = fresh(&repository);
    let check = |damaged: &[u8], what: &str| {
        fs::write(&file, damaged).unwrap();
        let open = repository.open_journal().unwrap();
        assert!(told(&open.timeline) == right, "{what}");
        assert!(fs::read(&file).unwrap() == whole, "{what} is not mended");
    };
    for at in (0..whole.len()).step_by(3) {
        check(&whole[..at], &format!("cut at {at}"));
        let mut flipped = whole.clone();
        flipped[at] ^= 1 << (at % 8);
        check(&flipped, &format!("flipped at {at}"));
    }
    check(&[&whole[..], b"\0"].concat(), "a longer one");
    check(&[&whole[..], &whole[..]].concat(), "one and one more");
    check(&vec![0; whole.len()], "zeros");
    check(b"[core]\n\tbare = false\n", "another file");
}

#[test]
fn the_cache_of_another_vault_is_not_taken() {
    let (sandbox, _) = cached();
    let whole = fs::read(sandbox.open().cache_file()).unwrap();
    // Another repository: its history is not part of this one.
    let other = Sandbox::new();
    log(&other, "other");
    let file = other.open().cache_file();
    fs::create_dir(file.parent().unwrap()).unwrap();
    fs::write(&file, &whole).unwrap();
    assert_eq!(ids(&open(&other.vault()).timeline), "other");
    assert!(fs::read(&file).unwrap() != whole);
    // The same history seen from a folder in it: the notes have other paths there.
    let below = sandbox.vault().join("people");
    let file = Repository::discover(&below).unwrap().cache_file();
    assert_ne!(file, sandbox.open().cache_file());
    fs::write(&file, &whole).unwrap();
    let timeline = open(&below).timeline;
    assert!(timeline.first_commit("ada.md").is_some());
    assert!(timeline.first_commit("people/ada.md").is_none());
    // Both are kept.
    assert_eq!(fs::read(sandbox.open().cache_file()).unwrap(), whole);
    assert_eq!(beside(&file).len(), 2);
}

#[test]
fn a_linked_worktree_begins_with_the_cache_of_the_main_one() {
    let (sandbox, first) = cached();
    sandbox.git("worktree add -q ../other -b other HEAD");
    let other = sandbox.folder().join("other");
    let repository = Repository::discover(&other).unwrap();
    assert_ne!(repository.cache_file(), sandbox.open().cache_file());
    open_without(&sandbox, &other, &first);
    assert!(repository.cache_file().is_file(), "it has its own now");
    repository
        .append(&[call("other", "2026-11-20", &[])], &now())
        .unwrap();
    let again = open_without(&sandbox, &other, &first);
    assert_eq!(ids(&again.timeline), "two three other one");
    let main = open_without(&sandbox, &sandbox.vault(), &first);
    assert_eq!(ids(&main.timeline), "two three one");
    sandbox.git("worktree remove ../other");
    assert!(!repository.cache_file().exists());
}

#[test]
fn a_cut_history_says_so_until_it_is_whole() {
    let (sandbox, _) = cached();
    let clone = sandbox.folder().join("clone");
    let url = format!("file://{}", sandbox.vault().display());
    sandbox.git(&format!("clone -q --depth 3 {url} {}", clone.display()));
    for _ in 0..2 {
        let cut = open(&clone);
        assert!(cut.history_is_cut);
        assert_eq!(ids(&cut.timeline), "two three");
    }
    sandbox.git_in(&clone, "fetch -q --depth 4");
    let cut = open(&clone);
    assert!(cut.history_is_cut);
    assert_eq!(ids(&cut.timeline), "two three one");
    sandbox.git_in(&clone, "fetch -q --unshallow");
    for _ in 0..2 {
        let whole = open(&clone);
        assert!(!whole.history_is_cut);
        assert_eq!(ids(&whole.timeline), "two three one");
    }
}

#[test]
fn a_text_that_a_partial_clone_fetches_later_tells_of_a_rename() {
    let sandbox = Sandbox::new();
    sandbox.git("config uploadpack.allowFilter true");
    sandbox.git("mv people/ada.md people/bob.md");
    sandbox.write("people/bob.md", "# Bob\n\nLikes engines.\nReads much.\n");
    sandbox.commit_all("moved");
    sandbox.write("people/bob.md", "# Bob\n");
    sandbox.commit_all("all else is gone");
    let clone = sandbox.folder().join("clone");
    let url = format!("file://{}", sandbox.vault().display());
    let clone_at = clone.display();
    sandbox.git(&format!("clone -q --filter=blob:none {url} {clone_at}"));
    let ada = ContactId {
        path: "people/ada.md".into(),
        uid: None,
    };
    for _ in 0..2 {
        assert_eq!(open(&clone).timeline.present_path(&ada), "people/ada.md");
    }
    for blob in ["HEAD~2:people/ada.md", "HEAD~1:people/bob.md"] {
        sandbox.git_in(&clone, &format!("cat-file -p {blob}"));
    }
    assert_eq!(open(&clone).timeline.present_path(&ada), "people/bob.md");
}

#[test]
fn where_no_cache_can_be_written_the_journal_is_opened_all_the_same() {
    let (sandbox, _) = cached();
    let file = sandbox.open().cache_file();
    let folder = file.parent().unwrap();
    // Something else is in the way of the file.
    fs::remove_file(&file).unwrap();
    fs::create_dir_all(file.join("in the way")).unwrap();
    assert_eq!(ids(&open(&sandbox.vault()).timeline), "two three one");
    assert_eq!(beside(&file), [&*file], "nothing is left beside it");
    // Something else is in the way of the folder.
    fs::remove_dir_all(folder).unwrap();
    fs::write(folder, "mine").unwrap();
    assert_eq!(ids(&open(&sandbox.vault()).timeline), "two three one");
    assert_eq!(fs::read(folder).unwrap(), b"mine");
}

#[cfg(unix)]
#[test]
fn a_git_folder_that_is_read_only_is_opened_all_the_same() {
    use std::os::unix::fs::PermissionsExt as _;

    let (sandbox, _) = cached();
    let file = sandbox.open().cache_file();
    fs::remove_dir_all(file.parent().unwrap()).unwrap();
    let git_folder = sandbox.vault().join(".git");
    let before = fs::metadata(&git_folder).unwrap().permissions();
    fs::set_permissions(&git_folder, fs::Permissions::from_mode(0o555)).unwrap();
    let may_write = fs::write(git_folder.join("probe"), "").is_ok();
    let read_only = ids(&open(&sandbox.vault()).timeline);
    fs::set_permissions(&git_folder, before).unwrap();
    assert_eq!(read_only, "two three one");
    // The superuser writes wherever he likes.
    assert_eq!(file.exists(), may_write);
}

#[cfg(unix)]
#[test]
fn whoever_may_read_the_repository_may_read_its_cache_and_nobody_else() {
    use std::os::unix::fs::PermissionsExt as _;

    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o7777;
    for (of_folder, of_head) in [(0o2770, 0o660), (0o700, 0o600), (0o755, 0o644)] {
        let (sandbox, _) = cached();
        let git_folder = sandbox.vault().join(".git");
        let set = |path: PathBuf, mode| {
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        };
        let file = sandbox.open().cache_file();
        fs::remove_dir_all(file.parent().unwrap()).unwrap();
        set(git_folder.clone(), of_folder);
        set(git_folder.join("HEAD"), of_head);
        open(&sandbox.vault());
        assert_eq!(mode(file.parent().unwrap()), mode(&git_folder));
        assert_eq!(mode(&file), of_head);
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_in_place_of_the_cache_is_not_waited_for() {
    let (sandbox, _) = cached();
    let file = sandbox.open().cache_file();
    fs::remove_file(&file).unwrap();
    let made = std::process::Command::new("mkfifo").arg(&file).status();
    assert!(made.unwrap().success());
    assert_eq!(ids(&open(&sandbox.vault()).timeline), "two three one");
    assert!(file.is_file());
}

#[test]
fn what_a_killed_process_left_is_taken_away() {
    let (sandbox, _) = cached();
    let file = sandbox.open().cache_file();
    let mut left = file.clone().into_os_string();
    left.push(".new-Qx81bc");
    fs::write(&left, "half").unwrap();
    let other = file.with_file_name("names-0123");
    fs::write(&other, "of others").unwrap();
    fs::remove_file(&file).unwrap();
    open(&sandbox.vault());
    assert_eq!(beside(&file), [file.clone(), other]);
}

#[test]
fn several_at_once_write_without_harm() {
    let (sandbox, first) = cached();
    let file = sandbox.open().cache_file();
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let (sandbox, file) = (&sandbox, &file);
            scope.spawn(move || {
                let repository = sandbox.open();
                for round in 0..12 {
                    if thread == 0 {
                        log(sandbox, &format!("new-{round:02}"));
                    }
                    if round % 3 == thread % 3 {
                        let _ = fs::remove_file(file);
                    }
                    let open = repository.open_journal().unwrap();
                    assert!(open.timeline.interactions().len() >= 3);
                    assert!(matches!(
                        open.timeline.find("three"),
                        journal::timeline::Found::One(_)
                    ));
                }
            });
        }
    });
    open(&sandbox.vault());
    open_without(&sandbox, &sandbox.vault(), &first);
    assert_eq!(beside(&file), [&*file]);
}

// ---- Any history --------------------------------------------------------------------------------------------------

/// What happens to a repository.
#[derive(Clone, Debug)]
enum Step {
    /// An interaction is logged, amended or taken back: the id, the revision and the contact.
    Log(u8, u32, bool, usize),
    /// Contacts are told to have moved, by hand.
    Relink(usize, usize),
    /// A note is written, over another text of it if there was one.
    Write(usize, u8),
    /// A note is moved, over another if there is one there.
    Move(usize, usize),
    Remove(usize),
    /// A branch is made where there is none, and switched to.
    Switch(u8),
    Merge(u8),
    /// The branch goes back by so many commits.
    Reset(u8),
    /// The commits of a branch are copied onto this one.
    CherryPick(u8),
    Repack,
    /// Many commits come at once, so that the cache is written anew.
    Many,
}

fn step() -> impl Strategy<Value = Step> {
    let path = 0..PATHS.len();
    prop_oneof![
        4 => (0..4_u8, 1..4_u32, prop::bool::weighted(0.2), path.clone())
            .prop_map(|(id, revision, retracted, path)| Step::Log(id, revision, retracted, path)),
        1 => (path.clone(), path.clone()).prop_map(|(old, new)| Step::Relink(old, new)),
        3 => (path.clone(), 0..4_u8).prop_map(|(path, text)| Step::Write(path, text)),
        3 => (path.clone(), path.clone()).prop_map(|(old, new)| Step::Move(old, new)),
        1 => path.prop_map(Step::Remove),
        3 => (0..2_u8).prop_map(Step::Switch),
        3 => (0..2_u8).prop_map(Step::Merge),
        2 => (1..3_u8).prop_map(Step::Reset),
        1 => (0..2_u8).prop_map(Step::CherryPick),
        1 => Just(Step::Repack),
        1 => Just(Step::Many),
    ]
}

/// Takes a step; one that the repository does not allow changes nothing. `day` is that of the commits.
fn take(sandbox: &Sandbox, step: &Step, day: u8) {
    let commit = |message: &str| {
        sandbox.git("add -A");
        // Days go forth and back, as clocks of several machines do.
        let date = format!("2026-02-{:02}T12:00:00+00:00", 1 + day * 7 % 27);
        sandbox.commit_by_hand(message, &date);
    };
    let in_vault = |path: usize| sandbox.vault().join(PATHS[path]);
    let try_git = |arguments: &str| {
        let output = sandbox.try_git(&sandbox.vault(), arguments);
        output.status.success()
    };
    match *step {
        Step::Log(id, revision, retracted, path) => {
            let mut record = call(&format!("id-{id}"), "2026-11-20", &[PATHS[path]]);
            record.revision = revision;
            record.retracted = retracted;
            record.summary = format!("call: {day}").into();
            record.contacts[0].uid = (path % 2 == 0).then(|| "uid-1".into());
            sandbox.open().append(&[record], &now()).unwrap();
        }
        Step::Relink(old, new) => {
            let (old, new) = (PATHS[old], PATHS[new]);
            commit(&format!("relink\n\nContact-Moved: {old} => {new}"));
        }
        Step::Write(path, text) => {
            let lines = (0..6).map(|line| format!("{} {line}\n", text + line / 4));
            sandbox.write(PATHS[path], &lines.collect::<String>());
            commit("write");
        }
        Step::Move(old, new) => {
            if old != new && in_vault(old).is_file() {
                fs::create_dir_all(in_vault(new).parent().unwrap()).unwrap();
                fs::rename(in_vault(old), in_vault(new)).unwrap();
                commit("move");
            }
        }
        Step::Remove(path) => {
            if fs::remove_file(in_vault(path)).is_ok() {
                commit("remove");
            }
        }
        Step::Switch(branch) => {
            if !try_git(&format!("checkout -q branch-{branch}")) {
                sandbox.git(&format!("checkout -q -b branch-{branch}"));
            }
        }
        Step::Merge(branch) => {
            if !try_git(&format!("merge -q -m merge branch-{branch}")) {
                try_git("merge --abort");
            }
        }
        Step::Reset(count) => {
            try_git(&format!("reset -q --hard HEAD~{count}"));
        }
        Step::CherryPick(branch) => {
            let range = format!("HEAD..branch-{branch}");
            if !try_git(&format!("cherry-pick --keep-redundant-commits {range}")) {
                try_git("cherry-pick --abort");
            }
        }
        Step::Repack => {
            sandbox.git("repack -q -a -d");
        }
        Step::Many => {
            let records = (0..20).map(|index| {
                let path = PATHS[index % PATHS.len()];
                call(&format!("many-{day}-{index}"), "2026-11-19", &[path])
            });
            let records: Vec<_> = records.collect();
            sandbox.open().append(&records, &now()).unwrap();
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_git_does_the_cache_tells_what_history_does(
        steps in prop::collection::vec((step(), prop::bool::ANY), 8..32),
    ) {
        let sandbox = Sandbox::new();
        for ((step, is_looked_at), day) in steps.iter().zip(0..) {
            take(&sandbox, step, day);
            if *is_looked_at {
                open(&sandbox.vault());
            }
        }
        open(&sandbox.vault());
    }
}
