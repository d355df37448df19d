//! The safety ref: what git takes out of history is told, comes back, or is let go.

use journal::git::Repository;
use journal::{NoteHistory, Timeline};

use crate::support::{Sandbox, call, now};

/// What a reading finds: the ids that stand, newest first, and those that are lost.
fn look(repository: &Repository) -> (String, String) {
    let journal = repository.read().unwrap();
    let mut timeline = Timeline::new(journal.records, journal.moves, NoteHistory::default());
    timeline.set_lost(repository.keep(&journal.mark, &timeline).unwrap());
    let ids = |interactions: &mut dyn Iterator<Item = &journal::Interaction>| {
        let ids: Vec<&str> = interactions.map(|found| &*found.record.id).collect();
        ids.join(" ")
    };
    let standing = ids(&mut timeline.interactions().iter());
    (standing, ids(&mut timeline.lost().iter()))
}

#[track_caller]
fn check(sandbox: &Sandbox, standing: &str, lost: &str) {
    assert_eq!(
        look(&sandbox.open()),
        (standing.to_owned(), lost.to_owned())
    );
    // Looking again finds the same, now that the ref was brought up to date.
    assert_eq!(
        look(&sandbox.open()),
        (standing.to_owned(), lost.to_owned())
    );
    sandbox.fsck();
}

fn log(sandbox: &Sandbox, id: &str) {
    let record = call(id, "2026-11-20", &["people/ada.md"]);
    let written = sandbox.open().append(&[record], &now()).unwrap();
    assert_eq!(written.warnings, []);
}

/// Returns the commits that the ref holds beside `HEAD`: 0 where it is at `HEAD`.
fn others(sandbox: &Sandbox) -> usize {
    let kept = sandbox.git("rev-parse refs/ties/kept");
    if kept == sandbox.git("rev-parse HEAD") {
        return 0;
    }
    let parents = sandbox.git("rev-list --parents -n1 refs/ties/kept");
    parents.split_whitespace().count() - 2
}

fn let_go(sandbox: &Sandbox, ids: &[&str]) {
    let repository = sandbox.open();
    let journal = repository.read().unwrap();
    let timeline = Timeline::new(journal.records, journal.moves, NoteHistory::default());
    repository.let_go(&journal.mark, &timeline, ids).unwrap();
}

fn restore(sandbox: &Sandbox) {
    let repository = sandbox.open();
    let journal = repository.read().unwrap();
    let timeline = Timeline::new(journal.records, journal.moves, NoteHistory::default());
    let lost = repository.keep(&journal.mark, &timeline).unwrap();
    let records: Vec<_> = lost.into_iter().map(|lost| lost.record).collect();
    repository.append(&records, &now()).unwrap();
}

/// Makes git forget what no ref holds.
fn collect_garbage(sandbox: &Sandbox) {
    sandbox.git("reflog expire --expire=now --all");
    sandbox.git("gc -q --prune=now");
}

#[test]
fn the_ref_is_at_head_as_long_as_nothing_is_missing() {
    let sandbox = Sandbox::new();
    check(&sandbox, "", "");
    let refs = sandbox.git("for-each-ref refs/ties");
    assert_eq!(refs, "", "without interactions there is nothing to keep");
    log(&sandbox, "one");
    log(&sandbox, "two");
    assert_eq!(others(&sandbox), 0);
    sandbox.commit_by_hand(
        "call\n\nInteraction: call\nInteraction-Id: hand",
        "2026-11-22T12:00:00Z",
    );
    check(&sandbox, "hand two one", "");
    assert_eq!(others(&sandbox), 0);
}

#[test]
fn what_a_reset_took_comes_back_after_a_gc() {
    let sandbox = Sandbox::new();
    for id in ["one", "two", "three"] {
        log(&sandbox, id);
    }
    sandbox.git("reset -q --hard HEAD~2");
    check(&sandbox, "one", "three two");
    collect_garbage(&sandbox);
    check(&sandbox, "one", "three two");
    restore(&sandbox);
    check(&sandbox, "two three one", "");
    assert_eq!(others(&sandbox), 0, "nothing old is held any more");
}

#[test]
fn what_was_let_go_is_told_no_more_and_goes() {
    let sandbox = Sandbox::new();
    for id in ["one", "two", "three"] {
        log(&sandbox, id);
    }
    let gone = sandbox.git("rev-parse HEAD");
    sandbox.git("reset -q --hard HEAD~2");
    check(&sandbox, "one", "three two");
    let_go(&sandbox, &["two"]);
    check(&sandbox, "one", "three");
    log(&sandbox, "four");
    check(&sandbox, "one four", "three");
    let_go(&sandbox, &["three"]);
    check(&sandbox, "one four", "");
    assert_eq!(others(&sandbox), 0);
    collect_garbage(&sandbox);
    let found = sandbox.try_git(&sandbox.vault(), &format!("cat-file -e {}", gone.trim()));
    assert!(!found.status.success());
}

#[test]
fn amended_fixed_up_and_dropped_commits_are_missed() {
    let sandbox = Sandbox::new();
    for id in ["one", "two", "three"] {
        log(&sandbox, id);
    }
    sandbox.git("-c sequence.editor=: rebase -q -i --force-rebase --no-keep-empty HEAD~2");
    check(&sandbox, "one", "three two");
    sandbox.write("people/ada.md", "changed\n");
    sandbox.commit_all("change");
    log(&sandbox, "four");
    // A fixup drops the later message.
    let mut rebase = sandbox.command(&sandbox.vault());
    rebase
        .env("GIT_SEQUENCE_EDITOR", "sed -i 2s/^pick/fixup/")
        .args(["rebase", "-q", "-i", "HEAD~2"]);
    assert!(rebase.status().unwrap().success());
    check(&sandbox, "one", "four three two");
    sandbox.git("reset -q --hard HEAD~1");
    sandbox.git("commit -q --amend --allow-empty -m other");
    check(&sandbox, "", "four one three two");
}

#[test]
fn what_git_copies_and_squashes_is_not_missed() {
    let sandbox = Sandbox::new();
    log(&sandbox, "zero");
    sandbox.git("checkout -q -b side");
    for id in ["one", "two"] {
        log(&sandbox, id);
    }
    sandbox.git("checkout -q main");
    sandbox.write("people/new.md", "new\n");
    sandbox.commit_all("meanwhile");
    sandbox.git("merge -q --squash side");
    let message = sandbox.vault().join(".git/SQUASH_MSG");
    let message = message.to_str().unwrap();
    sandbox.git(&format!("commit -q --allow-empty -F {message}"));
    sandbox.git("branch -q -D side");
    check(&sandbox, "zero two one", "");
    assert_eq!(others(&sandbox), 0, "the copies do");
}

#[test]
fn interactions_of_another_branch_are_not_lost_until_it_is() {
    let sandbox = Sandbox::new();
    log(&sandbox, "base");
    sandbox.git("checkout -q -b side");
    log(&sandbox, "side");
    sandbox.git("checkout -q main");
    check(&sandbox, "base", "");
    log(&sandbox, "main");
    check(&sandbox, "main base", "");
    sandbox.git("branch -q -D side");
    check(&sandbox, "main base", "side");
    collect_garbage(&sandbox);
    restore(&sandbox);
    check(&sandbox, "side main base", "");
}

#[test]
fn a_correction_that_is_gone_is_missed_though_its_interaction_stands() {
    let sandbox = Sandbox::new();
    log(&sandbox, "one");
    let mut second = call("one", "2026-11-20", &["people/ada.md"]);
    second.revision = 2;
    second.retracted = true;
    sandbox.open().append(&[second], &now()).unwrap();
    check(&sandbox, "", "");
    sandbox.git("reset -q --hard HEAD~1");
    check(&sandbox, "one", "one");
    sandbox.git("reset -q --hard HEAD~1");
    // Neither is there: that it was taken back needs no telling.
    check(&sandbox, "", "");
}

#[test]
fn a_clone_and_a_detached_worktree_miss_nothing() {
    let sandbox = Sandbox::new();
    log(&sandbox, "one");
    sandbox.git("worktree add -q --detach ../other");
    let other = sandbox.folder().join("other");
    let repository = Repository::discover(&other).unwrap();
    let record = call("two", "2026-11-20", &["people/ada.md"]);
    repository.append(&[record], &now()).unwrap();
    check(&sandbox, "one", "");
    assert_eq!(look(&repository), ("two one".to_owned(), String::new()));
    sandbox.git("worktree remove --force ../other");
    check(&sandbox, "one", "two");

    sandbox.git_in(sandbox.folder(), "clone -q vault clone");
    let clone = Repository::discover(&sandbox.folder().join("clone")).unwrap();
    assert_eq!(look(&clone), ("one".to_owned(), String::new()));
}

#[test]
fn pulled_and_rebased_history_leaves_nothing_old_behind() {
    let sandbox = Sandbox::new();
    log(&sandbox, "one");
    sandbox.git_in(sandbox.folder(), "clone -q vault clone");
    let there = Repository::discover(&sandbox.folder().join("clone")).unwrap();
    let record = call("there", "2026-11-21", &["people/ada.md"]);
    sandbox.configure(&sandbox.folder().join("clone"));
    there.append(&[record], &now()).unwrap();
    log(&sandbox, "here");
    sandbox.git("fetch -q ../clone main");
    sandbox.git("rebase -q FETCH_HEAD");
    check(&sandbox, "there one here", "");
    assert_eq!(others(&sandbox), 0);
}

#[test]
fn a_ref_that_cannot_be_written_is_said_and_the_interaction_logged() {
    let sandbox = Sandbox::new();
    if sandbox.vault().join(".git/reftable").exists() {
        // One lock is for all refs there, and keeps the branch from being written too.
        return;
    }
    log(&sandbox, "one");
    let lock = sandbox.vault().join(".git/refs/ties/kept.lock");
    std::fs::write(&lock, "").unwrap();
    let record = call("two", "2026-11-20", &["people/ada.md"]);
    let written = sandbox.open().append(&[record], &now()).unwrap();
    assert!(
        written.warnings[0]
            .to_string()
            .starts_with("`refs/ties/kept` could not")
    );
    std::fs::remove_file(lock).unwrap();
    check(&sandbox, "two one", "");
    assert_eq!(others(&sandbox), 0);
}

#[test]
fn what_the_ref_holds_at_first_does_not_matter() {
    for target in ["HEAD^{tree}", "HEAD~1"] {
        let sandbox = Sandbox::new();
        log(&sandbox, "one");
        sandbox.git(&format!("update-ref refs/ties/kept {target}"));
        let journal = sandbox.open().read().unwrap();
        assert_eq!(journal.records.len(), 1, "{target}");
        log(&sandbox, "two");
        check(&sandbox, "two one", "");
    }
}
