//! Many commits at once: one pack, one move of the branch, and nothing that git would have to tidy up.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};

use journal::git::{Repository, WriteError};
use journal::record::{Record, content_id};

use crate::support::{Sandbox, call, now};

fn many(prefix: &str, number: usize) -> Vec<Record> {
    let record = |n: usize| Record {
        summary: format!("call: Ada, number {n}").into(),
        ..call(&format!("{prefix}-{n}"), "2024-03-01", &["people/ada.md"])
    };
    (0..number).map(record).collect()
}

fn ids(repository: &Repository) -> Vec<Box<str>> {
    let records = repository.read().unwrap().records;
    records.into_iter().map(|record| record.record.id).collect()
}

/// Returns a number that `git count-objects -v` says.
fn objects(sandbox: &Sandbox, what: &str) -> usize {
    let said = sandbox.git("count-objects -v");
    let line = said.lines().find_map(|line| line.strip_prefix(what));
    line.unwrap().trim_start_matches(": ").parse().unwrap()
}

#[test]
fn thousands_of_records_are_one_pack_and_one_move() {
    let sandbox = Sandbox::new();
    sandbox.write("staged.md", "staged\n");
    sandbox.git("add staged.md");
    let before = sandbox.state();
    let (loose, packs) = (objects(&sandbox, "count"), objects(&sandbox, "packs"));
    let tree = sandbox.git("rev-parse HEAD^{tree}");
    let repository = sandbox.open();
    let records = many("a", 1_500);
    let written = repository.append(&records, &now()).unwrap();
    assert_eq!(objects(&sandbox, "count"), loose);
    assert_eq!(objects(&sandbox, "packs"), packs + 1);
    assert_eq!(objects(&sandbox, "garbage"), 0);
    assert_eq!(objects(&sandbox, "in-pack"), 1_500, "no tree goes along");
    assert_eq!(sandbox.state(), before);
    assert_eq!(sandbox.git("rev-parse HEAD^{tree}"), tree);
    let in_order = sandbox.git("rev-list --reverse HEAD");
    let in_order: Vec<&str> = in_order.lines().skip(1).collect();
    let commits: Vec<&str> = written.commits.iter().map(|commit| &**commit).collect();
    assert_eq!(in_order, commits);
    assert_eq!(sandbox.git("reflog show main").lines().count(), 2);
    let known: BTreeSet<_> = ids(&repository).into_iter().collect();
    assert_eq!(known.len(), 1_500);
    assert_eq!(ids(&sandbox.open()).len(), 1_500);
    assert_eq!(
        sandbox
            .git("log -1 --format=%s%n%an,%ai,%cn,%(trailers:key=Contact,valueonly)")
            .trim(),
        "call: Ada, number 1499\nGrace Hopper,2024-03-01 12:00:00 +0100,Grace Hopper,people/ada.md"
    );
    sandbox.fsck();
    sandbox.git("gc -q --prune=now");
    assert_eq!(ids(&sandbox.open()).len(), 1_500);
}

#[test]
fn an_unborn_branch_a_linked_worktree_and_a_detached_head_take_a_pack() {
    let sandbox = Sandbox::unborn();
    let records = many("a", 120);
    sandbox.open().append(&records, &now()).unwrap();
    assert_eq!(sandbox.git("rev-list --count main").trim(), "120");
    sandbox.git("worktree add -q ../second -b second");
    let second = Repository::discover(&sandbox.folder().join("second")).unwrap();
    second.append(&many("b", 120), &now()).unwrap();
    assert_eq!(sandbox.git("rev-list --count second").trim(), "240");
    sandbox.git("checkout -q --detach");
    sandbox.open().append(&many("c", 120), &now()).unwrap();
    assert_eq!(sandbox.git("rev-list --count HEAD").trim(), "240");
    assert_eq!(sandbox.git("rev-list --count main").trim(), "120");
    sandbox.fsck();
}

#[test]
fn a_pack_that_cannot_be_written_moves_nothing() {
    let sandbox = Sandbox::new();
    let head = sandbox.git("rev-parse HEAD");
    // A file where git wants the folder of packs: as good as read-only, for the administrator too.
    let packs = sandbox.vault().join(".git/objects/pack");
    std::fs::remove_dir(&packs).unwrap();
    std::fs::write(&packs, "").unwrap();
    let error = sandbox.open().append(&many("a", 120), &now()).unwrap_err();
    let is_told = matches!(error, WriteError::Git { .. } | WriteError::Program { .. });
    assert!(is_told, "{error}");
    assert!(error.hint().is_some());
    assert_eq!(sandbox.git("rev-parse HEAD"), head);
}

#[test]
fn packs_and_single_commits_at_once_lose_nothing() {
    let sandbox = Sandbox::new();
    let done = AtomicBool::new(false);
    let single = std::thread::scope(|scope| {
        let packs: Vec<_> = (0..2)
            .map(|writer| {
                let sandbox = &sandbox;
                scope.spawn(move || {
                    let records = many(&format!("pack{writer}"), 150);
                    sandbox.open().append(&records, &now()).unwrap();
                })
            })
            .collect();
        let single = scope.spawn(|| {
            let repository = sandbox.open();
            let mut written = 0;
            while written < 10 || !done.load(Ordering::Relaxed) {
                let mut record = many("one", 1);
                record[0].id = format!("one-{written}").into();
                repository.append(&record, &now()).unwrap();
                written += 1;
                std::thread::sleep(std::time::Duration::from_millis(5));
            }
            written
        });
        for pack in packs {
            pack.join().unwrap();
        }
        done.store(true, Ordering::Relaxed);
        single.join().unwrap()
    });
    let known: BTreeSet<_> = ids(&sandbox.open()).into_iter().collect();
    assert_eq!(known.len(), 300 + single);
    assert_eq!(
        sandbox.git("rev-list --count HEAD").trim(),
        (301 + single).to_string()
    );
    sandbox.fsck();
}

#[test]
fn an_id_from_the_content_is_that_of_a_commit_by_hand() {
    let sandbox = Sandbox::new();
    sandbox.commit_by_hand(
        "call: Ada, number 0\n\nInteraction: call\nInteraction-Date: 2024-03-01\nContact: people/ada.md",
        "2026-01-01T12:00:00+00:00",
    );
    let record = many("a", 1).remove(0);
    let by_hand = ids(&sandbox.open());
    assert_eq!(by_hand, [content_id(&record, 0)]);
    let nth: BTreeSet<_> = (0..50).map(|nth| content_id(&record, nth)).collect();
    assert_eq!(nth.len(), 50);
}
