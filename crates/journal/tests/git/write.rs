//! Logging: what a commit holds, and everything it must leave alone.

use std::collections::BTreeSet;
use std::process::Stdio;
use std::sync::atomic::{AtomicUsize, Ordering};

use expect_test::{Expect, expect};
use journal::git::{Repository, Warning, WriteError};
use journal::record::{InitiatedBy, Record};
use note::value::When;

use crate::support::{Sandbox, call, moved, now, run_test};

fn full() -> Record {
    Record {
        body: "Anything longer.\n\n---\n\n# Heading\n\nSigned-off-by: nobody\n\nFoo: bar".into(),
        initiated_by: Some(InitiatedBy::Me),
        gave: vec!["proof\nreading: two lines".into()],
        received: vec!["a date".into(), "thanks".into()],
        event: Some("events/soirée.md".into()),
        goal: Some("goals/a demo.md".into()),
        other: vec![("Mood".into(), "good".into())],
        ..call(
            "01jd9p4m6x3r",
            "2026-11-20T15:00+01:00",
            &["people/ada lovelace.md", "people/zoë.md"],
        )
    }
}

/// Shows an error and its next step.
fn check_error<T: std::fmt::Debug>(result: Result<T, WriteError>, expect: &Expect) {
    let error = result.unwrap_err();
    let hint = error.hint().unwrap_or_default();
    expect.assert_eq(&format!("{error}\n{hint}"));
}

#[test]
fn nothing_staged_modified_or_untracked_is_touched() {
    let sandbox = Sandbox::new();
    for name in [
        "both.md",
        "staged.md",
        "modified.md",
        "gone.md",
        "removed.md",
    ] {
        sandbox.write(name, "one\n");
    }
    sandbox.commit_all("notes");
    sandbox.write("staged.md", "two\n");
    sandbox.write("both.md", "two\n");
    sandbox.write("added.md", "new\n");
    sandbox.git("add staged.md both.md added.md");
    sandbox.git("rm -q removed.md");
    sandbox.write("both.md", "three\n");
    sandbox.write("modified.md", "two\n");
    sandbox.write("untracked.md", "new\n");
    std::fs::remove_file(sandbox.vault().join("gone.md")).unwrap();
    let before = sandbox.state();
    let tree = sandbox.git("rev-parse HEAD^{tree}");
    let head = sandbox.git("rev-parse HEAD");

    let written = sandbox.open().append(&[full()], &now()).unwrap();

    assert_eq!(sandbox.state(), before);
    assert_eq!(sandbox.git("rev-parse HEAD^"), head);
    assert_eq!(sandbox.git("rev-parse HEAD").trim(), &*written.commits[0]);
    assert_eq!(sandbox.git("rev-parse HEAD^{tree}"), tree);
    assert_eq!(sandbox.git("symbolic-ref HEAD").trim(), "refs/heads/main");
    assert_eq!(written.warnings, []);
    sandbox.fsck();
}

#[test]
fn git_itself_reads_the_same_trailers() {
    let sandbox = Sandbox::new();
    sandbox.open().append(&[full()], &now()).unwrap();
    let expected = expect![[r"
        Interaction: call
        Interaction-Id: 01jd9p4m6x3r
        Interaction-Date: 2026-11-20T15:00+01:00
        Contact: people/ada lovelace.md
        Contact: people/zoë.md
        Initiated-By: me
        Gave: proof reading: two lines
        Received: a date
        Received: thanks
        Event: events/soirée.md
        Goal: goals/a demo.md
        Mood: good
    "]];
    let seen = sandbox.git("log -1 --format=%(trailers)");
    expected.assert_eq(&format!("{}\n", seen.trim_end()));
    let mut parse = sandbox
        .command(&sandbox.vault())
        .args(["interpret-trailers", "--parse", "--no-divider"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let message = sandbox.git("log -1 --format=%B");
    std::io::Write::write_all(&mut parse.stdin.take().unwrap(), message.as_bytes()).unwrap();
    let parsed = parse.wait_with_output().unwrap().stdout;
    expected.assert_eq(&String::from_utf8(parsed).unwrap());
    assert_eq!(
        sandbox.open().read().unwrap().records[0].record,
        full().normalized()
    );
}

#[test]
fn dates_and_reflog_are_as_documented() {
    let sandbox = Sandbox::new();
    let repository = sandbox.open();
    let log = |on: &str| {
        repository.append(&[call("1", on, &[])], &now()).unwrap();
        sandbox
            .git("log -1 --format=%aI%n%cI")
            .trim()
            .replace('\n', " ")
    };
    // Noon of a bare day is that of the day's own offset: summer, winter.
    assert_eq!(
        log("2026-07-01"),
        "2026-07-01T12:00:00+02:00 2026-11-23T10:00:00+01:00"
    );
    assert_eq!(
        log("2026-11-20"),
        "2026-11-20T12:00:00+01:00 2026-11-23T10:00:00+01:00"
    );
    assert_eq!(
        log("2026-11-20T15:00:30-03:30"),
        "2026-11-20T15:00:30-03:30 2026-11-23T10:00:00+01:00"
    );
    assert_eq!(
        log("1970-01-02"),
        "1970-01-02T12:00:00+01:00 2026-11-23T10:00:00+01:00"
    );
    assert_eq!(
        log("2099-12-31"),
        "2099-12-31T12:00:00+01:00 2026-11-23T10:00:00+01:00"
    );
    // What git cannot hold is the time of writing there, and the truth in the trailer.
    assert_eq!(
        log("1815-12-10"),
        "2026-11-23T10:00:00+01:00 2026-11-23T10:00:00+01:00"
    );
    assert_eq!(
        log("2200-01-01"),
        "2026-11-23T10:00:00+01:00 2026-11-23T10:00:00+01:00"
    );
    assert!(
        sandbox
            .git("log -1 --format=%B")
            .contains("Interaction-Date: 2200-01-01")
    );
    sandbox.fsck();

    let retracted = Record {
        revision: 2,
        retracted: true,
        ..call("1", "2026-11-20", &[])
    };
    let amended = Record {
        revision: 2,
        ..call("1", "2026-11-20", &[])
    };
    repository.append(&[amended], &now()).unwrap();
    repository.append(&[retracted], &now()).unwrap();
    repository
        .append_moves("relink", &[moved("a.md", "b.md")], &now())
        .unwrap();
    for reflog in ["reflog -4 --format=%gs main", "reflog -4 --format=%gs HEAD"] {
        expect![[r"
            ties: relink a.md => b.md
            ties: retract call Ada Lovelace, the engine's notes
            ties: amend call Ada Lovelace, the engine's notes
            ties: log call Ada Lovelace, the engine's notes
        "]]
        .assert_eq(&sandbox.git(reflog));
    }
    assert_eq!(
        sandbox.git("log -1 --format=%an%ae%cn%ce"),
        "Grace Hoppergrace@example.orgGrace Hoppergrace@example.org\n"
    );
}

#[test]
fn several_records_are_several_commits_moved_to_at_once() {
    let sandbox = Sandbox::new();
    let repository = sandbox.open();
    let records: Vec<_> = (0..3)
        .map(|n| call(&n.to_string(), &format!("2026-11-0{}", n + 1), &[]))
        .collect();
    let written = repository.append(&records, &now()).unwrap();
    assert_eq!(written.commits.len(), 3);
    assert_eq!(sandbox.git("rev-list --count HEAD").trim(), "4");
    assert_eq!(
        sandbox.git("reflog -1 --format=%gs").trim(),
        "ties: log 3 interactions, the last: call Ada Lovelace, the engine's notes"
    );
    assert_eq!(
        repository.append(&[], &now()).unwrap().commits,
        Vec::<Box<str>>::new()
    );
    assert_eq!(sandbox.git("rev-list --count HEAD").trim(), "4");
}

#[test]
fn the_first_commit_of_a_branch_has_the_empty_tree() {
    let sandbox = Sandbox::unborn();
    sandbox.write("staged.md", "one\n");
    sandbox.git("add staged.md");
    let before = sandbox.state();
    let repository = sandbox.open();
    assert_eq!(repository.head(), None);
    assert_eq!(repository.read().unwrap().records, []);
    repository.append(&[full()], &now()).unwrap();
    assert_eq!(sandbox.state(), before);
    assert_eq!(sandbox.git("ls-tree -r HEAD"), "");
    assert_eq!(sandbox.git("rev-list --count main").trim(), "1");
    assert_eq!(repository.read().unwrap().records.len(), 1);
    sandbox.fsck();
}

#[test]
fn packed_refs_a_subfolder_and_a_linked_worktree_are_ordinary() {
    let sandbox = Sandbox::new();
    sandbox.git("pack-refs --all");
    sandbox.git("worktree add -q ../second -b second");
    std::fs::create_dir(sandbox.vault().join("deep")).unwrap();
    let deep = Repository::discover(&sandbox.vault().join("deep")).unwrap();
    deep.append(&[call("1", "2026-11-20", &["ada.md"])], &now())
        .unwrap();
    let second = sandbox.folder().join("second");
    let other = Repository::discover(&second).unwrap();
    other
        .append(&[call("2", "2026-11-20", &[])], &now())
        .unwrap();
    assert_eq!(sandbox.git("rev-list --count main").trim(), "2");
    assert_eq!(sandbox.git("rev-list --count second").trim(), "2");
    assert_eq!(other.read().unwrap().records.len(), 1);
    assert_ne!(other.git_dir(), other.common_dir());
    assert_eq!(sandbox.git_in(&second, "status --porcelain"), "");
    sandbox.fsck();
}

#[test]
fn a_detached_head_is_written_to_with_a_warning() {
    let sandbox = Sandbox::new();
    sandbox.git("checkout -q --detach");
    let written = sandbox.open().append(&[full()], &now()).unwrap();
    assert_eq!(written.warnings, [Warning::DetachedHead]);
    assert_eq!(sandbox.git("rev-parse HEAD").trim(), &*written.commits[0]);
    assert_eq!(sandbox.git("rev-list --count main").trim(), "1");
    assert_eq!(
        sandbox.git("reflog -1 --format=%gs HEAD").trim(),
        "ties: log call Ada Lovelace, the engine's notes"
    );
}

#[test]
fn a_merge_with_conflicts_goes_on_as_if_nothing_had_happened() {
    let sandbox = Sandbox::new();
    sandbox.git("checkout -q -b side");
    sandbox.write("people/ada.md", "theirs\n");
    sandbox.commit_all("theirs");
    sandbox.git("checkout -q main");
    sandbox.write("people/ada.md", "ours\n");
    sandbox.commit_all("ours");
    assert!(
        !sandbox
            .try_git(&sandbox.vault(), "merge side")
            .status
            .success()
    );
    let before = sandbox.state();
    sandbox.open().append(&[full()], &now()).unwrap();
    assert_eq!(sandbox.state(), before);
    check_error(
        sandbox
            .open()
            .append_with_notes(&[full()], &["people/ada.md"], &now()),
        &expect![[r"
            a merge is in progress here, and an interaction logged now could be lost with it
            finish with `git merge --continue` or `git merge --abort`, then try again"]],
    );
    sandbox.git("checkout -q --ours people/ada.md");
    sandbox.git("add people/ada.md");
    sandbox.git("commit -q --no-edit");
    assert_eq!(sandbox.open().read().unwrap().records.len(), 1);
    sandbox.fsck();
}

#[test]
fn a_rebase_and_a_bisect_are_refused_with_the_way_out() {
    let sandbox = Sandbox::new();
    sandbox.git("checkout -q -b side");
    sandbox.write("people/ada.md", "theirs\n");
    sandbox.commit_all("theirs");
    sandbox.git("checkout -q main");
    sandbox.write("people/ada.md", "ours\n");
    sandbox.commit_all("ours");
    assert!(
        !sandbox
            .try_git(&sandbox.vault(), "rebase side")
            .status
            .success()
    );
    check_error(
        sandbox.open().append(&[full()], &now()),
        &expect![[r"
            a rebase is in progress here, and an interaction logged now could be lost with it
            finish with `git rebase --continue` or `git rebase --abort`, then try again"]],
    );
    sandbox.git("rebase --abort");
    sandbox.git("bisect start");
    check_error(
        sandbox.open().append(&[full()], &now()),
        &expect![[r"
            a bisect is in progress here, and an interaction logged now could be lost with it
            finish with `git bisect reset`, then try again"]],
    );
    sandbox.git("bisect reset");
    sandbox.open().append(&[full()], &now()).unwrap();
}

#[test]
fn a_lock_that_stays_is_named() {
    let sandbox = Sandbox::new();
    let lock = sandbox.branch_lock();
    std::fs::write(&lock, "").unwrap();
    let before = sandbox.state();
    let error = sandbox.open().append(&[full()], &now()).unwrap_err();
    let WriteError::Locked { path } = &error else {
        panic!("{error}");
    };
    assert_eq!(path.canonicalize().unwrap(), lock.canonicalize().unwrap());
    assert_eq!(sandbox.state(), before);
    assert_eq!(sandbox.git("rev-list --count HEAD").trim(), "1");
    // The index is nobody's business here.
    std::fs::remove_file(lock).unwrap();
    std::fs::write(sandbox.vault().join(".git/index.lock"), "").unwrap();
    sandbox.open().append(&[full()], &now()).unwrap();
}

#[test]
fn a_lock_that_goes_away_is_waited_for() {
    let sandbox = Sandbox::new();
    let lock = sandbox.branch_lock();
    std::fs::write(&lock, "").unwrap();
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| sandbox.open().append(&[full()], &now()));
        std::thread::sleep(std::time::Duration::from_millis(100));
        std::fs::remove_file(&lock).unwrap();
        writer.join().unwrap().unwrap();
    });
    assert_eq!(sandbox.git("rev-list --count HEAD").trim(), "2");
}

#[test]
fn a_disk_that_cannot_be_written_changes_nothing() {
    let sandbox = Sandbox::new();
    // Files where git wants folders: as good as read-only, for the administrator too.
    for first in 0..256 {
        let folder = sandbox.vault().join(format!(".git/objects/{first:02x}"));
        if !folder.exists() {
            std::fs::write(folder, "").unwrap();
        }
    }
    let repository = sandbox.open();
    let mut written = sandbox.git("rev-parse HEAD").trim().to_owned();
    let error = (0..20).find_map(|n| {
        match repository.append(&[call(&n.to_string(), "2026-11-20", &[])], &now()) {
            Ok(one) => {
                written = one.commits[0].to_string();
                None
            }
            Err(error) => Some(error),
        }
    });
    let error = error.expect("few of 256 folders are there");
    assert!(
        matches!(
            error,
            WriteError::Git {
                action: "write the commit",
                ..
            } | WriteError::Program {
                action: "write the commit",
                ..
            }
        ),
        "{error}"
    );
    assert_eq!(
        error.hint().as_deref(),
        Some("is the disk full or read-only?")
    );
    assert_eq!(sandbox.git("rev-parse HEAD").trim(), written);
}

#[test]
fn eight_writers_at_once_lose_nothing() {
    let sandbox = Sandbox::new();
    let done = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for writer in 0..8 {
            let (sandbox, done) = (&sandbox, &done);
            scope.spawn(move || {
                let repository = sandbox.open();
                for n in 0..25 {
                    let record = call(&format!("{writer}-{n}"), "2026-11-20", &[]);
                    repository.append(&[record], &now()).unwrap();
                    done.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    assert_eq!(done.into_inner(), 200);
    let ids: BTreeSet<_> = sandbox
        .open()
        .read()
        .unwrap()
        .records
        .into_iter()
        .map(|i| i.record.id)
        .collect();
    assert_eq!(ids.len(), 200);
    assert_eq!(
        sandbox.git("rev-list --count --first-parent HEAD").trim(),
        "201"
    );
    sandbox.fsck();
}

/// Logs `TIES_TEST_COUNT` interactions in the vault `TIES_TEST_VAULT`; run by other tests in a process of its own.
#[test]
fn in_another_process() {
    let Some(vault) = std::env::var_os("TIES_TEST_VAULT") else {
        return;
    };
    let count: u32 = std::env::var("TIES_TEST_COUNT").unwrap().parse().unwrap();
    let repository = Repository::discover(vault.as_ref());
    let repository = match repository {
        Ok(repository) => repository,
        Err(error) => {
            println!("open: {error}\n{}", error.hint().unwrap_or_default());
            return;
        }
    };
    for _ in 0..count {
        let id = journal::record::new_id(now().timestamp());
        if let Err(error) = repository.append(&[call(&id, "2026-11-20", &[])], &now()) {
            println!("error: {error}\n{}", error.hint().unwrap_or_default());
        }
    }
}

#[test]
fn processes_that_log_in_the_same_millisecond_make_different_ids() {
    let sandbox = Sandbox::new();
    let vault = sandbox.vault();
    let processes: Vec<_> = (0..4)
        .map(|_| {
            let variables = [
                ("TIES_TEST_VAULT", vault.to_str().unwrap()),
                ("TIES_TEST_COUNT", "10"),
            ];
            let mut command = run_test("write::in_another_process", &sandbox.home(), &variables);
            command.stdout(Stdio::piped()).spawn().unwrap()
        })
        .collect();
    for process in processes {
        let output = process.wait_with_output().unwrap();
        assert!(output.status.success());
        assert!(!String::from_utf8_lossy(&output.stdout).contains("error:"));
    }
    let records = sandbox.open().read().unwrap().records;
    let ids: BTreeSet<_> = records.into_iter().map(|i| i.record.id).collect();
    assert_eq!(ids.len(), 40);
    sandbox.fsck();
}

#[test]
fn who_writes_comes_from_the_environment_then_the_configuration() {
    let sandbox = Sandbox::new();
    for key in ["user.name", "user.email"] {
        sandbox.git(&format!("config --unset {key}"));
    }
    let vault = sandbox.vault();
    let log = |variables: &[(&str, &str)]| {
        let mut all = vec![
            ("TIES_TEST_VAULT", vault.to_str().unwrap()),
            ("TIES_TEST_COUNT", "1"),
        ];
        all.extend(variables);
        let mut command = run_test("write::in_another_process", &sandbox.home(), &all);
        let output = String::from_utf8(command.output().unwrap().stdout).unwrap();
        match output.split_once("error: ") {
            Some((_, error)) => error.lines().take(2).collect::<Vec<_>>().join("\n"),
            None => sandbox
                .git("log -1 --format=%an,%ae,%cn,%ce")
                .trim()
                .to_owned(),
        }
    };
    expect![[r"
        git does not know who you are: `user.name` is not set
        git config --global user.name 'Your Name', and git config --global user.email you@example.org"]]
    .assert_eq(&log(&[]));
    sandbox.git("config user.name Grace");
    assert!(log(&[]).starts_with("git does not know who you are: `user.email` is not set"));
    assert_eq!(
        log(&[("EMAIL", "g@example.org")]),
        "Grace,g@example.org,Grace,g@example.org"
    );
    std::fs::write(
        sandbox.home().join(".gitconfig"),
        "[user]\nemail = home@example.org\n",
    )
    .unwrap();
    assert_eq!(log(&[]), "Grace,home@example.org,Grace,home@example.org");
    sandbox.git("config author.name Ghost");
    assert_eq!(log(&[]), "Ghost,home@example.org,Grace,home@example.org");
    assert_eq!(
        log(&[
            ("GIT_AUTHOR_NAME", "Env"),
            ("GIT_COMMITTER_EMAIL", "env@example.org")
        ]),
        "Env,home@example.org,Grace,env@example.org"
    );
    std::fs::write(
        sandbox.home().join(".gitconfig"),
        "[commit]\ngpgsign = true\n",
    )
    .unwrap();
    sandbox.git("config --unset commit.gpgsign");
    assert!(log(&[("EMAIL", "g@example.org")]).starts_with("git could not sign the commit: "));
}

#[test]
fn folders_without_a_usable_repository_say_what_to_do() {
    let check = |sandbox: &Sandbox, expect: Expect| {
        let error = Repository::discover(&sandbox.vault()).unwrap_err();
        let text = format!("{error}\n{}", error.hint().unwrap_or_default());
        let vault = sandbox.vault().canonicalize().unwrap();
        expect.assert_eq(&text.replace(vault.to_str().unwrap(), "VAULT"));
    };
    let sandbox = Sandbox::empty();
    check(
        &sandbox,
        expect![[r"
        `VAULT` is not in a git repository
        `ties init` or `git init` in that folder starts a journal"]],
    );
    sandbox.git("init -q --bare .");
    check(
        &sandbox,
        expect![[r"
        `VAULT/` is a bare repository, which has no folder for notes
        clone it, and keep the notes in the clone"]],
    );
    let error = Repository::discover(&sandbox.vault().join("nowhere")).unwrap_err();
    assert!(error.to_string().starts_with("cannot open `"), "{error}");
}

#[test]
fn a_folder_becomes_a_repository() {
    let sandbox = Sandbox::empty();
    Repository::init(&sandbox.vault()).unwrap();
    sandbox.configure(&sandbox.vault());
    let repository = Repository::init(&sandbox.vault()).unwrap();
    sandbox.write("people/ada.md", "ada\n");
    sandbox.write("ties.toml", "");
    let on = When::parse("2023-05-01").unwrap();
    repository
        .commit_files(&["people/ada.md", "ties.toml"], "a new vault", on, &now())
        .unwrap();
    assert_eq!(
        sandbox.git("log -1 --format=%as,%s").trim(),
        "2023-05-01,a new vault"
    );
    assert_eq!(sandbox.git("status --porcelain"), "");
    sandbox.fsck();
}

// ---- Notes that go along ------------------------------------------------------------------------------------------

#[test]
fn notes_go_along_and_nothing_else_does() {
    let sandbox = Sandbox::new();
    sandbox.write("people/charles.md", "charles\n");
    sandbox.write("other.md", "other\n");
    sandbox.commit_all("more");
    sandbox.write("people/ada.md", "changed\n");
    sandbox.write("people/charles.md", "changed and staged\n");
    sandbox.write("other.md", "staged\n");
    sandbox.git("add people/charles.md other.md");
    sandbox.write("people/new.md", "untracked\n");
    sandbox.write("people/else.md", "untracked\n");
    let files = sandbox.state().files;
    sandbox
        .open()
        .append_with_notes(
            &[full(), call("2", "2026-11-21", &[])],
            &[
                "people/ada.md",
                "people/charles.md",
                "people/new.md",
                "people/ada.md",
            ],
            &now(),
        )
        .unwrap();
    expect![[r"
        M  other.md
        ?? people/else.md
    "]]
    .assert_eq(&sandbox.git("status --porcelain"));
    expect![[r"
        people/ada.md
        people/charles.md
        people/new.md
    "]]
    .assert_eq(&sandbox.git("diff --name-only HEAD~2 HEAD~1"));
    assert_eq!(sandbox.git("diff --name-only HEAD~1 HEAD"), "");
    assert_eq!(sandbox.state().files, files);
    assert_eq!(sandbox.git("show HEAD:people/new.md"), "untracked\n");
    sandbox.fsck();
}

#[test]
fn notes_that_git_would_treat_otherwise_are_refused() {
    let sandbox = Sandbox::new();
    sandbox.write("people/ada.md", "staged\n");
    sandbox.git("add people/ada.md");
    sandbox.write("people/ada.md", "and changed again\n");
    sandbox.write("secret.md", "secret\n");
    sandbox.write(".gitattributes", "secret.md filter=crypt\n");
    std::fs::write(sandbox.folder().join("outside.md"), "x").unwrap();
    let before = sandbox.state();
    let log = |note: &str| sandbox.open().append_with_notes(&[full()], &[note], &now());
    check_error(
        log("people/ada.md"),
        &expect![[r"
            `people/ada.md` is partly staged
            `git add 'people/ada.md'` to commit all of it, or log without the notes"]],
    );
    check_error(
        log("secret.md"),
        &expect![[r"
            `secret.md` goes through the git filter `crypt`, which ties does not run
            commit the note with git, and log without the notes"]],
    );
    for path in [
        "../outside.md",
        "people",
        "/etc/passwd",
        "people/../../outside.md",
        ".git/config",
        "",
    ] {
        let error = log(path).unwrap_err();
        assert!(
            matches!(error, WriteError::NotAFile { .. }),
            "{path}: {error}"
        );
    }
    assert!(matches!(log("none.md"), Err(WriteError::File { .. })));
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(sandbox.folder(), sandbox.vault().join("way-out")).unwrap();
        assert!(matches!(
            log("way-out/outside.md"),
            Err(WriteError::NotAFile { .. })
        ));
        std::fs::remove_file(sandbox.vault().join("way-out")).unwrap();
    }
    assert_eq!(sandbox.state(), before);
    assert_eq!(sandbox.git("rev-list --count HEAD").trim(), "1");
    std::fs::write(sandbox.vault().join(".git/index.lock"), "").unwrap();
    assert!(matches!(log("secret.md"), Err(WriteError::Filtered { .. })));
    sandbox.write("free.md", "x");
    let error = log("free.md").unwrap_err();
    assert!(
        error.to_string().ends_with("index.lock` is locked"),
        "{error}"
    );
}
