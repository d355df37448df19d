//! What git does to commits that carry records and change no file, row by row: each test first says what git does, then what
//! the journal makes of it. A git that does otherwise one day is told here.

use std::process::Output;

use expect_test::expect;
use journal::git::Repository;
use journal::{NoteHistory, Timeline};

use crate::support::{Sandbox, call, now};

/// Returns the ids of all interactions that stand, newest first, and those that are lost.
fn standing_and_lost(sandbox: &Sandbox) -> (String, String) {
    let repository = sandbox.open();
    let journal = repository.read().unwrap();
    let mut timeline = Timeline::new(journal.records, journal.moves, NoteHistory::default());
    timeline.set_lost(repository.keep(&journal.mark, &timeline).unwrap());
    let ids = |all: &mut dyn Iterator<Item = &journal::Interaction>| {
        let ids: Vec<&str> = all.map(|one| &*one.record.id).collect();
        ids.join(" ")
    };
    (
        ids(&mut timeline.interactions().iter()),
        ids(&mut timeline.lost().iter()),
    )
}

#[track_caller]
fn check(sandbox: &Sandbox, standing: &str, lost: &str) {
    let expected = (standing.to_owned(), lost.to_owned());
    assert_eq!(standing_and_lost(sandbox), expected);
    sandbox.fsck();
}

fn log(sandbox: &Sandbox, id: &str) {
    log_on(sandbox, id, "2026-11-20");
}

fn log_on(sandbox: &Sandbox, id: &str, on: &str) {
    let record = call(id, on, &["people/ada.md"]);
    sandbox.open().append(&[record], &now()).unwrap();
}

/// Runs a git command that does not do it.
#[track_caller]
fn refused(sandbox: &Sandbox, arguments: &str) -> String {
    let Output {
        status,
        stdout,
        stderr,
    } = sandbox.try_git(&sandbox.vault(), arguments);
    assert!(!status.success(), "git {arguments} went well");
    String::from_utf8([stdout, stderr].concat()).unwrap()
}

/// Makes the branch `side` with interactions on it, beside a change on `main`, which is checked out.
fn forked(ids: &[&str]) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.git("checkout -q -b side");
    for id in ids {
        log(&sandbox, id);
    }
    sandbox.git("checkout -q main");
    sandbox.write("people/new.md", "new\n");
    sandbox.commit_all("meanwhile");
    sandbox
}

#[test]
fn a_rebase_keeps_empty_commits_and_their_dates_with_the_zone() {
    let sandbox = forked(&["one"]);
    sandbox.git("checkout -q side");
    log_on(&sandbox, "two", "2026-11-20T15:00:30-03:30");
    let dates = sandbox.git("log -2 --format=%aI");
    sandbox.git("rebase -q main");
    assert_eq!(sandbox.git("log -2 --format=%aI"), dates);
    assert_eq!(sandbox.git("rev-list --count HEAD").trim(), "4");
    check(&sandbox, "two one", "");

    // What `git pull --rebase` does, from another clone.
    sandbox.git_in(sandbox.folder(), "clone -q -b main vault clone");
    let clone = sandbox.folder().join("clone");
    sandbox.configure(&clone);
    let there = Repository::discover(&clone).unwrap();
    let record = call("there", "2026-11-19", &[]);
    there.append(&[record], &now()).unwrap();
    sandbox.git_in(&clone, "pull -q --rebase origin side");
    let records = there.read().unwrap().records;
    assert_eq!(records.len(), 3);
}

#[test]
fn a_rebase_by_patches_stops_and_loses_nothing() {
    let sandbox = forked(&["one", "two"]);
    sandbox.git("checkout -q side");
    let said = refused(&sandbox, "rebase --apply main");
    assert!(said.contains("Patch is empty"), "{said}");
    // What it advises to do drops the interaction.
    refused(&sandbox, "rebase --skip");
    sandbox.git("rebase --skip");
    check(&sandbox, "", "one two");
    sandbox.git("reset -q --hard ORIG_HEAD");
    check(&sandbox, "two one", "");
}

#[test]
fn what_prunes_empty_commits_is_told() {
    let sandbox = forked(&["one", "two"]);
    sandbox.git("checkout -q side");
    let mut filter = sandbox.command(&sandbox.vault());
    filter.env("FILTER_BRANCH_SQUELCH_WARNING", "1").args([
        "filter-branch",
        "-f",
        "--prune-empty",
        "HEAD",
    ]);
    assert!(filter.output().unwrap().status.success());
    sandbox.git("update-ref -d refs/original/refs/heads/side");
    check(&sandbox, "", "one two");
}

#[test]
fn an_editor_that_strips_comments_takes_headings_but_no_record() {
    let sandbox = Sandbox::new();
    let mut record = call("one", "2026-11-20", &["people/ada.md"]);
    record.body = "# What we said\n\n#engines and more".into();
    sandbox.open().append(&[record], &now()).unwrap();
    let amend = |message: &str| {
        let mut command = sandbox.command(&sandbox.vault());
        command.env("GIT_EDITOR", "true").args([
            "commit",
            "-q",
            "--amend",
            "--allow-empty",
            message,
        ]);
        assert!(command.status().unwrap().success());
    };
    amend("--edit");
    let body = sandbox.git("log -1 --format=%b");
    assert!(body.starts_with("Interaction: call\n"), "{body}");
    let records = sandbox.open().read().unwrap().records;
    assert_eq!(
        (&*records[0].record.id, &*records[0].record.body),
        ("one", "")
    );
    // The text is not gone: both are copies of one block, and of their texts the greater counts where both are there.
    sandbox.git("merge -q -m merge HEAD@{1}");
    let journal = sandbox.open().read().unwrap();
    let timeline = Timeline::new(journal.records, journal.moves, NoteHistory::default());
    let bodies = timeline.interactions().iter().map(|one| &*one.record.body);
    let bodies: Vec<&str> = bodies.collect();
    assert_eq!(bodies, ["# What we said\n\n#engines and more"]);
    // Nor does an amended commit keep a date that is only git's.
    sandbox.git("commit -q --amend --allow-empty --no-edit --reset-author");
    check(&sandbox, "one", "");
}

#[test]
fn of_an_interactive_squash_git_reads_the_last_block_and_the_journal_all() {
    let sandbox = Sandbox::new();
    for id in ["zero", "one", "two", "three"] {
        log(&sandbox, id);
    }
    let mut rebase = sandbox.command(&sandbox.vault());
    rebase
        .env("GIT_SEQUENCE_EDITOR", "sed -i 2,3s/^pick/squash/")
        .env("GIT_EDITOR", "true")
        .args(["rebase", "-q", "-i", "HEAD~3"]);
    assert!(rebase.status().unwrap().success());
    let ids = "log -1 --format=%(trailers:key=Interaction-Id,valueonly)";
    assert_eq!(sandbox.git(ids).trim(), "three");
    check(&sandbox, "zero two three one", "");
}

#[test]
fn a_squash_merge_of_interactions_has_nothing_to_commit_unless_it_is_forced() {
    let sandbox = forked(&["one", "two"]);
    sandbox.git("merge -q --squash side");
    refused(&sandbox, "commit -q --no-edit");
    sandbox.git("commit -q --no-edit --allow-empty");
    assert!(
        sandbox
            .git("log -1 --format=%B")
            .contains("\n    Interaction-Id: one\n")
    );
    assert_eq!(sandbox.git("log -1 --format=%(trailers)").trim(), "");
    check(&sandbox, "two one", "");
}

#[test]
fn a_copied_interaction_counts_once_also_where_the_copy_says_so() {
    let sandbox = forked(&["one"]);
    refused(&sandbox, "cherry-pick side");
    sandbox.git("cherry-pick --abort");
    sandbox.git("cherry-pick --allow-empty -x side");
    assert!(
        sandbox
            .git("log -1 --format=%B")
            .contains("people/ada.md\n(cherry picked from")
    );
    let ids = "log -1 --format=%(trailers:key=Interaction-Id,valueonly)";
    assert_eq!(sandbox.git(ids).trim(), "one");
    check(&sandbox, "one", "");
    sandbox.git("merge -q -m merge side");
    check(&sandbox, "one", "");
}

#[test]
fn what_git_takes_for_the_same_patch_are_two_interactions() {
    let sandbox = forked(&["one"]);
    log(&sandbox, "two");
    let only_there = "rev-list --count --right-only --no-merges";
    assert_eq!(
        sandbox.git(&format!("{only_there} main...side")).trim(),
        "1"
    );
    let by_patch = sandbox.git(&format!("{only_there} --cherry-pick main...side"));
    assert_eq!(by_patch.trim(), "0");
    assert!(sandbox.git("cherry main side").starts_with("- "));
    // The same commits all the same come along with a rebase and a merge.
    sandbox.git("checkout -q -b rebased side");
    sandbox.git("rebase -q main");
    check(&sandbox, "two one", "");
    sandbox.git("checkout -q main");
    sandbox.git("merge -q -m merge side");
    check(&sandbox, "two one", "");
}

#[test]
fn a_patch_by_mail_is_taken_where_it_may_be_empty_and_a_bundle_always() {
    let sandbox = forked(&["one"]);
    sandbox.git("format-patch -q -o ../patches --always --no-signature main..side");
    let patches = sandbox.folder().join("patches");
    let patch = std::fs::read_dir(&patches)
        .unwrap()
        .next()
        .unwrap()
        .unwrap();
    let patch = patch.path().display().to_string();
    let said = refused(&sandbox, &format!("am {patch}"));
    assert!(said.contains("Patch is empty"), "{said}");
    sandbox.git("am --abort");
    check(&sandbox, "", "");
    sandbox.git(&format!("am -q --empty=keep {patch}"));
    check(&sandbox, "one", "");

    sandbox.git("bundle create -q ../side.bundle side");
    sandbox.git_in(sandbox.folder(), "clone -q -b side side.bundle clone");
    let clone = Repository::discover(&sandbox.folder().join("clone")).unwrap();
    assert_eq!(clone.read().unwrap().records.len(), 1);
}

#[test]
fn a_revert_takes_no_interaction_back() {
    let sandbox = forked(&["one"]);
    sandbox.git("checkout -q side");
    refused(&sandbox, "revert --no-edit HEAD");
    sandbox.git("commit -q --allow-empty --no-edit");
    assert!(
        sandbox
            .git("log -1 --format=%s")
            .starts_with("Revert \"call: Ada")
    );
    check(&sandbox, "one", "");
}

#[test]
fn an_interaction_on_a_detached_head_is_told_once_that_is_left() {
    let sandbox = Sandbox::new();
    log(&sandbox, "one");
    sandbox.git("checkout -q --detach");
    log(&sandbox, "two");
    let left = sandbox.git("rev-parse HEAD");
    check(&sandbox, "two one", "");
    sandbox.git("checkout -q main");
    check(&sandbox, "one", "two");
    sandbox.git("reflog expire --expire=now --all");
    sandbox.git("gc -q --prune=now");
    check(&sandbox, "one", "two");
    sandbox.git(&format!("merge -q --ff-only {}", left.trim()));
    check(&sandbox, "two one", "");
}

#[test]
fn the_history_of_a_file_shows_what_was_committed_with_it() {
    let sandbox = Sandbox::new();
    log(&sandbox, "empty");
    sandbox.write("people/ada.md", "# Ada\n\n2026-11-20 called\n");
    let record = call("with-note", "2026-11-20", &["people/ada.md"]);
    let notes = ["people/ada.md"];
    sandbox
        .open()
        .append_with_notes(&[record], &notes, &now())
        .unwrap();
    let ids = "--format=%(trailers:key=Interaction-Id,valueonly,separator=)";
    let shown = sandbox.git(&format!("log {ids} -- people/ada.md"));
    assert_eq!(shown.split_whitespace().collect::<Vec<_>>(), ["with-note"]);
    let whole = sandbox.git(&format!(
        "log {ids} --full-history --sparse -- people/ada.md"
    ));
    assert_eq!(
        whole.split_whitespace().collect::<Vec<_>>(),
        ["with-note", "empty"]
    );
    check(&sandbox, "with-note empty", "");
}

#[test]
fn a_date_that_git_cannot_hold_is_read_from_the_trailer() {
    let sandbox = Sandbox::new();
    let message =
        "letter\n\nInteraction: letter\nInteraction-Id: old\nInteraction-Date: 1815-12-10";
    let mut commit = sandbox.command(&sandbox.vault());
    commit.env_remove("GIT_AUTHOR_DATE");
    commit.args([
        "commit",
        "-q",
        "--allow-empty",
        "--date=1815-12-10",
        "-m",
        message,
    ]);
    assert!(commit.status().unwrap().success());
    // Another year, and not a word about it.
    assert_ne!(
        sandbox.git("log -1 --format=%ad --date=format:%Y").trim(),
        "1815"
    );
    sandbox.fsck();
    log_on(&sandbox, "late", "2200-01-01");
    let records = sandbox.open().read().unwrap().records;
    let mut days: Vec<String> = records
        .iter()
        .map(|one| one.record.on.to_string())
        .collect();
    days.sort();
    assert_eq!(days, ["1815-12-10", "2200-01-01"]);
}

#[test]
fn what_is_staged_would_go_along_with_git_and_does_not_here() {
    let sandbox = Sandbox::new();
    sandbox.write("people/ada.md", "staged\n");
    sandbox.git("add -A");
    log(&sandbox, "ties");
    assert_eq!(sandbox.git("show --format= --name-only HEAD"), "");
    assert_eq!(sandbox.git("status --porcelain"), "M  people/ada.md\n");
    let message = "call\n\nInteraction: call\nInteraction-Id: hand";
    sandbox.commit_by_hand(message, "2026-11-21T12:00:00Z");
    assert_eq!(
        sandbox.git("show --format= --name-only HEAD"),
        "people/ada.md\n"
    );
    check(&sandbox, "hand ties", "");
}

#[test]
fn where_git_reads_no_trailers_the_journal_reads_the_record() {
    let sandbox = Sandbox::new();
    let read = |message: &str| {
        sandbox.commit_by_hand(message, "2026-11-21T12:00:00Z");
        let seen = sandbox.git("log -1 --format=%(trailers:key=Interaction-Id,valueonly)");
        let records = sandbox.open().read().unwrap().records;
        let head = sandbox.open().head();
        let own = records
            .iter()
            .filter(|one| Some(&one.commit) == head.as_ref());
        let ids: Vec<&str> = own.map(|one| &*one.record.id).collect();
        format!("git {:?}, ties {ids:?}", seen.trim())
    };
    let block = "Interaction: call\nInteraction-Id: 1";
    expect![[r#"git "1", ties ["1"]"#]].assert_eq(&read(&format!("call\n\n{block}")));
    // Another paragraph after it.
    expect![[r#"git "", ties ["1"]"#]]
        .assert_eq(&read(&format!("call\n\n{block}\n\nThat was all.")));
    // A divider in the text.
    expect![[r#"git "1", ties ["1"]"#]].assert_eq(&read(&format!("call\n\n---\nnotes\n\n{block}")));
    // Prose among the trailers makes it no block for either.
    let prose =
        format!("call\n\nsaid on the phone,\nand then at length\nand again\nonce more\n{block}");
    expect![[r#"git "", ties []"#]].assert_eq(&read(&prose));
    // Git knows a repeated key as several, wherever they stand; of an id the first counts.
    let repeated = format!("call\n\n{block}\nGave: x\nInteraction-Id: 2");
    expect![[r#"git "1\n2", ties ["1"]"#]].assert_eq(&read(&repeated));
}

#[test]
fn a_line_break_in_a_value_makes_no_second_trailer() {
    let sandbox = Sandbox::new();
    let mut record = call(
        "one",
        "2026-11-20",
        &["people/ada.md\nContact: people/forged.md"],
    );
    record.gave = vec!["a book\r\nRetracted: yes\u{2028}Contact: people/forged.md".into()];
    sandbox.open().append(&[record], &now()).unwrap();
    let keys = sandbox.git("log -1 --format=%(trailers:keyonly)");
    assert_eq!(keys.lines().filter(|key| *key == "Contact").count(), 1);
    assert!(!keys.contains("Retracted"));
    check(&sandbox, "one", "");
}
