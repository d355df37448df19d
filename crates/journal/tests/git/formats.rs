//! Repositories that libgit2 cannot open: what holds for all repositories holds for them.
//!
//! The tests of the other files run once more in processes of their own, each with repositories of another format.

use std::path::Path;
use std::process::Command;

use journal::git::Repository;
use journal::{NoteHistory, Timeline};

use crate::support::{Sandbox, call, isolate, now};

/// Runs all other tests of this program with `git init FORMAT`.
#[track_caller]
fn check_all(format: &str) {
    if std::env::var_os("TIES_TEST_FORMAT").is_some() {
        return;
    }
    let sandbox = Sandbox::empty();
    let folder = sandbox.home();
    if !sandbox
        .try_git(&folder, &format!("init -q {format} probe"))
        .status
        .success()
    {
        #[expect(clippy::print_stdout, reason = "a test that tries nothing says so")]
        {
            println!("not tried: this git knows no `git init {format}`");
        }
        return;
    }
    let probe = Repository::discover(&folder.join("probe")).unwrap();
    assert!(probe.needs_program().is_some());
    let mut command = Command::new(std::env::current_exe().unwrap());
    isolate(&mut command, &sandbox.home());
    let output = command
        .env("TIES_TEST_FORMAT", format)
        .args(["--skip", "formats::", "--skip", "cache::"])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{format}: {said}");
    assert!(said.contains("write::eight_writers_at_once_lose_nothing ... ok"));
}

#[test]
fn all_holds_with_sha256_ids() {
    check_all("--object-format=sha256");
}

#[test]
fn all_holds_with_a_reftable() {
    check_all("--ref-format=reftable");
}

/// Logs, reads, follows a rename and reads what is new, in the repository of `folder`.
#[track_caller]
fn check_use(sandbox: &Sandbox, folder: &Path, repository: &Repository) {
    let before = repository.read().unwrap();
    let record = [call("1", "2026-11-20", &["people/ada.md"])];
    let written = repository.append(&record, &now()).unwrap();
    assert_eq!(repository.head().as_deref(), Some(&*written.commits[0]));
    let new = repository.read_since(&before.mark).unwrap().unwrap();
    assert_eq!(new.records.len(), 1);
    assert_eq!(new.mark.head(), repository.head());
    sandbox.git_in(folder, "mv people/ada.md people/ada-king.md");
    let journal = repository.read().unwrap();
    let history = repository.note_history().unwrap();
    assert_eq!(&*history.moved["people/ada.md"], "people/ada-king.md");
    let timeline = Timeline::new(journal.records, journal.moves, history);
    assert_eq!(timeline.of_contact("people/ada-king.md", None).len(), 1);
    let committed = repository.committed(&written.commits[0]).unwrap();
    assert_eq!(committed.by, "Grace Hopper");
    assert_eq!(committed.at.to_string(), "2026-11-23T10:00+01:00");
    assert_eq!(repository.committed("HEAD"), None);
    let name = repository.setting("user.name");
    assert_eq!(name.as_deref(), Some("Grace Hopper"));
    assert_eq!(repository.setting("no.such"), None);
    repository.check_writable().unwrap();
    sandbox.git_in(folder, "fsck --strict --no-dangling");
}

#[test]
fn worktrees_with_relative_paths_are_read_and_written() {
    let sandbox = Sandbox::new();
    sandbox.git("worktree add -q ../second -b second");
    let second = sandbox.folder().join("second");
    // What `git worktree add --relative-paths` writes, since git 2.48.
    let link = "gitdir: ../vault/.git/worktrees/second\n";
    std::fs::write(second.join(".git"), link).unwrap();
    let back = sandbox.vault().join(".git/worktrees/second/gitdir");
    std::fs::write(back, "../../../../second/.git\n").unwrap();
    let settings = [
        "core.repositoryFormatVersion 1",
        "extensions.relativeWorktrees true",
    ];
    for setting in settings {
        sandbox.git(&format!("config {setting}"));
    }
    let repository = Repository::discover(&second).unwrap();
    if !sandbox.try_git(&second, "status").status.success() {
        // An older git refuses what it does not know; libgit2 needs no help.
        assert_eq!(repository.needs_program(), None);
        sandbox.git_in(
            sandbox.folder(),
            "config -f vault/.git/config --unset extensions.relativeWorktrees",
        );
    }
    check_use(&sandbox, &second, &repository);
    assert_eq!(sandbox.git("rev-list --count main").trim(), "1");
    assert_eq!(sandbox.git("rev-list --count second").trim(), "2");
}

/// Clones without the objects that `filter` leaves out, and uses that; returns whether a program was needed.
fn check_partial_clone(filter: &str, setting: Option<&str>) -> bool {
    let sandbox = Sandbox::new();
    sandbox.git("config uploadpack.allowFilter true");
    sandbox.write("people/old.md", "# Old\n\nOne.\nTwo.\nThree.\n");
    sandbox.commit_all("old");
    sandbox.git("mv people/old.md people/new.md");
    sandbox.write("people/new.md", "# Old\n\nOne.\nTwo.\nFour.\n");
    sandbox.commit_all("new");
    let url = format!("file://{}", sandbox.vault().display());
    let clone = format!("clone -q --filter={filter} {url} clone");
    sandbox.git_in(sandbox.folder(), &clone);
    let clone = sandbox.folder().join("clone");
    sandbox.configure(&clone);
    if let Some(setting) = setting {
        sandbox.git_in(&clone, &format!("config {setting}"));
    }
    let missing = || {
        let said = sandbox.git_in(&clone, "rev-list --objects --all --missing=print");
        said.lines().filter(|line| line.starts_with('?')).count()
    };
    let missing_before = missing();
    assert!(missing_before > 0);
    let repository = Repository::discover(&clone).unwrap();
    // What is not here tells of no rename, and is not asked for.
    let history = repository.note_history().unwrap();
    assert!(history.moved.is_empty());
    check_use(&sandbox, &clone, &repository);
    assert_eq!(missing(), missing_before);
    repository.needs_program().is_some()
}

#[test]
fn partial_clones_are_read_and_written_without_fetching() {
    assert!(!check_partial_clone("blob:none", None));
    assert!(!check_partial_clone("tree:0", None));
    // What git wrote into partial clones before 2.26, and libgit2 refuses.
    let setting = Some("extensions.partialClone origin");
    assert!(check_partial_clone("blob:none", setting));
    assert!(check_partial_clone("tree:0", setting));
}

#[test]
fn many_notes_and_merges_are_followed_as_libgit2_follows_them() {
    let sandbox = Sandbox::new();
    for number in 0..30 {
        let text = format!(
            "# Note {number}\n\nLine {number}.\nAnother of {}.\n",
            number % 7
        );
        sandbox.write(&format!("deep/people/note-{number}.md"), &text);
    }
    sandbox.write("deep/people/.hidden/ada.md", "hidden\n");
    sandbox.write("deep/empty.md", "");
    sandbox.commit_all("notes");
    sandbox.git("checkout -q -b side");
    sandbox.git("mv deep/people/note-3.md deep/moved.md");
    sandbox.git("mv deep/empty.md deep/void.md");
    sandbox.commit_all("side");
    sandbox.git("checkout -q main");
    sandbox.git("mv deep/people/note-4.md deep/people/four.md");
    sandbox.write(
        "deep/people/four.md",
        "# Note 4\n\nLine 4.\nAnother of 5.\n",
    );
    sandbox.git("rm -q deep/people/note-5.md");
    sandbox.commit_all("main");
    sandbox.git("merge -q side -m merge");
    std::fs::rename(
        sandbox.vault().join("deep/people/note-6.md"),
        sandbox.vault().join("deep/six.md"),
    )
    .unwrap();
    let deep = sandbox.vault().join("deep");
    let by_library = Repository::discover(&deep).unwrap();
    assert!(by_library.needs_program().is_none());
    let by_library = by_library.note_history().unwrap();
    assert_eq!(by_library.moved.len(), 3);
    // The same repository, marked as one that libgit2 does not open.
    sandbox.git("config core.repositoryFormatVersion 1");
    sandbox.git("config extensions.partialClone origin");
    let by_program = Repository::discover(&deep).unwrap();
    assert!(by_program.needs_program().is_some());
    let by_program = by_program.note_history().unwrap();
    assert_eq!(by_program, by_library);
    assert_ne!(by_program, NoteHistory::default());
}
