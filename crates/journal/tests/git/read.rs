//! Reading: every commit once, only what is new the next time, and nothing that git can do to history loses a record.

use journal::git::{Journal, Repository};
use journal::{NoteHistory, Timeline};

use crate::support::{Sandbox, call, moved, now};

/// Returns the ids of all interactions that stand, newest first.
fn ids(journal: Journal) -> String {
    let timeline = Timeline::new(journal.records, journal.moves, NoteHistory::default());
    let ids = timeline.interactions().iter().map(|i| &*i.record.id);
    ids.collect::<Vec<_>>().join(" ")
}

fn log(repository: &Repository, id: &str) {
    repository
        .append(&[call(id, "2026-11-20", &["people/ada.md"])], &now())
        .unwrap();
}

#[test]
fn commits_by_hand_and_by_ties_are_read_alike() {
    let sandbox = Sandbox::new();
    log(&sandbox.open(), "ties");
    sandbox.git("commit -q --allow-empty -m meal --trailer Interaction:meal --trailer Contact:people/ada.md");
    sandbox.commit_by_hand("interaction: in prose only", "2026-01-01T12:00:00+00:00");
    sandbox.commit_by_hand(
        "late\n\nInteraction: call\nInteraction-Id: hand",
        "2026-11-22T23:30:00-0800",
    );
    let journal = sandbox.open().read().unwrap();
    assert!(!journal.history_is_cut);
    assert_eq!(journal.mark.head(), sandbox.open().head());
    let timeline = Timeline::new(journal.records, journal.moves, NoteHistory::default());
    let shown: Vec<String> = timeline
        .interactions()
        .iter()
        .map(|i| format!("{} {}", i.record.kind, i.record.on))
        .collect();
    // Without a date the author's day counts, in the author's offset.
    assert_eq!(
        shown,
        ["call 2026-11-22", "call 2026-11-20", "meal 2026-01-01"]
    );
    let commits: Vec<&str> = timeline.interactions().iter().map(|i| &*i.commit).collect();
    let all = sandbox.git("log --format=%H");
    assert!(
        commits
            .iter()
            .all(|commit| all.lines().any(|line| line == *commit))
    );
}

#[test]
fn a_record_on_two_branches_counts_once_after_the_merge() {
    let sandbox = Sandbox::new();
    log(&sandbox.open(), "base");
    sandbox.git("checkout -q -b phone");
    log(&sandbox.open(), "phone");
    sandbox.git("checkout -q main");
    log(&sandbox.open(), "desk");
    sandbox.git("cherry-pick --allow-empty phone");
    sandbox.git("merge -q phone -m merge");
    let journal = sandbox.open().read().unwrap();
    assert_eq!(journal.records.len(), 4);
    assert_eq!(ids(journal), "phone desk base");
}

#[test]
fn squashes_and_rebases_by_git_keep_every_record() {
    let sandbox = Sandbox::new();
    sandbox.git("checkout -q -b side");
    for id in ["one", "two"] {
        log(&sandbox.open(), id);
    }
    sandbox.git("checkout -q main");
    sandbox.write("people/new.md", "new\n");
    sandbox.commit_all("meanwhile");
    sandbox.git("checkout -q side");
    sandbox.git("rebase -q main");
    assert_eq!(ids(sandbox.open().read().unwrap()), "two one");
    sandbox.git("checkout -q main");
    sandbox.git("merge -q --squash side");
    sandbox.git("commit -q --allow-empty --no-edit");
    assert_eq!(sandbox.git("rev-list --count HEAD").trim(), "3");
    assert_eq!(ids(sandbox.open().read().unwrap()), "two one");
}

#[test]
fn only_what_is_new_is_read_the_next_time() {
    let sandbox = Sandbox::new();
    let repository = sandbox.open();
    log(&repository, "one");
    let first = repository.read().unwrap();
    let nothing = repository.read_since(&first.mark).unwrap().unwrap();
    assert_eq!((nothing.records.len(), &nothing.mark), (0, &first.mark));
    // Another process writes.
    log(&sandbox.open(), "two");
    sandbox.git("checkout -q -b side HEAD~1");
    log(&sandbox.open(), "three");
    sandbox.git("checkout -q main");
    sandbox.git("merge -q side -m merge");
    repository
        .append_moves("relink", &[moved("a.md", "b.md")], &now())
        .unwrap();
    let new = repository.read_since(&first.mark).unwrap().unwrap();
    assert_eq!(new.moves.len(), 1);
    let mut grown = Timeline::new(first.records, first.moves, NoteHistory::default());
    grown.extend(new.records, new.moves);
    let all = repository.read().unwrap();
    assert_eq!(all.mark, new.mark);
    let all = Timeline::new(all.records, all.moves, NoteHistory::default());
    assert_eq!(grown.interactions(), all.interactions());
    assert_eq!(grown.interactions().len(), 3);
}

#[test]
fn history_that_was_rewritten_is_read_anew() {
    let sandbox = Sandbox::new();
    let repository = sandbox.open();
    let unborn = Sandbox::unborn().open().read().unwrap();
    assert_eq!(
        repository.read_since(&unborn.mark).unwrap().map(|_| ()),
        None
    );
    log(&repository, "one");
    let mark = repository.read().unwrap().mark;
    sandbox.git("reset -q --hard HEAD~1");
    assert!(repository.read_since(&mark).unwrap().is_none());
    log(&repository, "two");
    assert!(repository.read_since(&mark).unwrap().is_none());
    sandbox.git("reflog expire --expire=now --all");
    sandbox.git("gc -q --prune=now");
    assert!(sandbox.open().read_since(&mark).unwrap().is_none());
    assert_eq!(ids(repository.read().unwrap()), "two");
}

#[test]
fn a_shallow_clone_says_that_history_is_cut() {
    let sandbox = Sandbox::new();
    for id in ["one", "two", "three"] {
        log(&sandbox.open(), id);
    }
    let url = format!("file://{}", sandbox.vault().display());
    let folder = sandbox.folder();
    sandbox.git_in(folder, &format!("clone -q --depth 2 {url} clone"));
    let clone = folder.join("clone");
    sandbox.configure(&clone);
    let repository = Repository::discover(&clone).unwrap();
    let cut = repository.read().unwrap();
    assert!(cut.history_is_cut);
    log(&repository, "four");
    assert_eq!(ids(repository.read().unwrap()), "two three four");
    // The first commit of what is left tells nothing about when its notes came to be.
    assert_eq!(repository.note_history().unwrap(), NoteHistory::default());
    sandbox.git_in(&clone, "fetch -q --unshallow");
    assert!(repository.read_since(&cut.mark).unwrap().is_none());
    let whole = repository.read().unwrap();
    assert!(!whole.history_is_cut);
    assert_eq!(ids(whole), "two three one four");
}

#[test]
fn damage_is_an_error_that_names_the_commit() {
    let sandbox = Sandbox::new();
    log(&sandbox.open(), "one");
    let commit = sandbox.git("rev-parse HEAD~1");
    let commit = commit.trim();
    let object = format!(".git/objects/{}/{}", &commit[..2], &commit[2..]);
    std::fs::remove_file(sandbox.vault().join(object)).unwrap();
    let error = sandbox.open().read().unwrap_err();
    assert!(error.to_string().contains(commit), "{error}");
}

#[test]
fn messages_of_any_bytes_and_authors_of_any_kind_are_read() {
    let sandbox = Sandbox::new();
    let tree = sandbox.git("rev-parse HEAD^{tree}");
    let head = sandbox.git("rev-parse HEAD");
    let mut raw = format!(
        "tree {}\nparent {}\nauthor A > <B> -1 +9999\ncommitter A <B> 99999999999999999999 nonsense\nencoding latin-1\n\ncaf",
        tree.trim(),
        head.trim()
    )
    .into_bytes();
    raw.extend(b"\xe9\n\nInteraction: call\nInteraction-Id: raw\nGave: \xff\n");
    let file = sandbox.folder().join("raw");
    std::fs::write(&file, raw).unwrap();
    let id = sandbox.git(&format!(
        "hash-object -t commit -w --literally {}",
        file.display()
    ));
    sandbox.git(&format!("update-ref HEAD {}", id.trim()));
    let journal = sandbox.open().read().unwrap();
    assert_eq!(&*journal.records[0].record.summary, "caf\u{fffd}");
    assert_eq!(journal.records[0].record.on.day().year(), 1969);
}
