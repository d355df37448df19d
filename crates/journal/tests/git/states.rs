//! The states a repository can be in: what is in the middle of something, and what is set up in another way.

use std::path::Path;

use expect_test::{Expect, expect};
use journal::git::{Repository, WriteError};

use crate::support::{Sandbox, call, now, run_test};

/// Logs one interaction, which must leave index, files and status as they are, and must then be there.
#[track_caller]
fn check_logs(sandbox: &Sandbox) {
    let before = sandbox.state();
    let head = sandbox.try_git(&sandbox.vault(), "rev-parse --verify HEAD");
    let id = String::from_utf8(head.stdout).unwrap();
    let damage = damage(sandbox);
    let repository = sandbox.open();
    let record = [call(&id, "2026-11-20", &["people/ada.md"])];
    let written = repository.append(&record, &now()).unwrap();
    assert_eq!(sandbox.state(), before);
    assert_eq!(sandbox.git("rev-parse HEAD").trim(), &*written.commits[0]);
    let records = repository.read().unwrap().records;
    assert!(records.iter().any(|one| one.commit == written.commits[0]));
    let new = self::damage(sandbox);
    assert!(new.lines().all(|line| damage.contains(line)), "{new}");
}

/// Returns what `git fsck` finds: nothing, but for trees that git itself does not write for a sparse index.
fn damage(sandbox: &Sandbox) -> String {
    let output = sandbox.try_git(&sandbox.vault(), "fsck --strict --no-dangling");
    String::from_utf8(output.stdout).unwrap()
}

/// Logs with and without notes, which both must fail and change nothing.
#[track_caller]
fn check_refused(sandbox: &Sandbox, expect: &Expect) {
    let head = sandbox.git("rev-parse HEAD");
    let before = sandbox.state();
    let repository = sandbox.open();
    let record = [call("refused", "2026-11-20", &["people/ada.md"])];
    let error = repository.append(&record, &now()).unwrap_err();
    expect.assert_eq(&format!("{error}\n{}", error.hint().unwrap_or_default()));
    let with_notes = repository.append_with_notes(&record, &["people/ada.md"], &now());
    assert_eq!(with_notes.unwrap_err().to_string(), error.to_string());
    assert!(repository.check_writable().is_err());
    assert_eq!(sandbox.state(), before);
    assert_eq!(sandbox.git("rev-parse HEAD"), head);
}

fn n_records(sandbox: &Sandbox) -> usize {
    sandbox.open().read().unwrap().records.len()
}

/// Makes two branches, `main` and `side`, that changed the same line; `main` is checked out.
fn forked() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.git("checkout -q -b side");
    sandbox.write("people/ada.md", "theirs\n");
    sandbox.commit_all("theirs");
    sandbox.git("checkout -q main");
    sandbox.write("people/ada.md", "ours\n");
    sandbox.commit_all("ours");
    sandbox
}

/// Runs a git command that stops in the middle.
#[track_caller]
fn stop(sandbox: &Sandbox, arguments: &str) {
    let output = sandbox.try_git(&sandbox.vault(), arguments);
    assert!(!output.status.success(), "git {arguments} did not stop");
}

fn resolve(sandbox: &Sandbox) {
    sandbox.write("people/ada.md", "both\n");
    sandbox.git("add people/ada.md");
}

// ---- In the middle of something -----------------------------------------------------------------------------------

#[test]
fn a_merge_is_concluded_or_left_as_before() {
    let sandbox = forked();
    stop(&sandbox, "merge side");
    check_logs(&sandbox);
    resolve(&sandbox);
    check_logs(&sandbox);
    sandbox.git("commit -q --no-edit");
    let parents = sandbox.git("log -1 --format=%P");
    assert_eq!(parents.split_whitespace().count(), 2);
    assert_eq!(n_records(&sandbox), 2);

    let sandbox = forked();
    stop(&sandbox, "merge side");
    check_logs(&sandbox);
    sandbox.git("merge --abort");
    assert_eq!(sandbox.git("status --porcelain"), "");
    assert_eq!(n_records(&sandbox), 1);
}

#[test]
fn a_cherry_pick_and_a_revert_are_concluded_or_left_as_before() {
    for (begin, how) in [
        ("cherry-pick side", "cherry-pick"),
        ("cherry-pick main~..side", "cherry-pick"),
        ("revert --no-edit HEAD~", "revert"),
    ] {
        let sandbox = forked();
        if how == "revert" {
            sandbox.write("people/ada.md", "ours, later\n");
            sandbox.commit_all("later");
        }
        stop(&sandbox, begin);
        check_logs(&sandbox);
        let repository = sandbox.open();
        let record = [call("1", "2026-11-20", &[])];
        let error = repository.append_with_notes(&record, &["people/ada.md"], &now());
        let error = error.unwrap_err();
        assert!(matches!(error, WriteError::Busy { .. }), "{error}");
        assert!(
            error
                .hint()
                .unwrap()
                .contains(&format!("git {how} --continue"))
        );
        resolve(&sandbox);
        check_logs(&sandbox);
        sandbox.git(&format!("-c core.editor=true {how} --continue"));
        assert_eq!(sandbox.git("status --porcelain"), "", "{begin}");
        assert_eq!(n_records(&sandbox), 2, "{begin}");

        let sandbox = forked();
        if how == "revert" {
            sandbox.write("people/ada.md", "ours, later\n");
            sandbox.commit_all("later");
        }
        stop(&sandbox, begin);
        check_logs(&sandbox);
        let aborted = sandbox.try_git(&sandbox.vault(), &format!("{how} --abort"));
        // Git does not rewind a sequence below commits that were made meanwhile.
        if !aborted.status.success() {
            sandbox.git(&format!("{how} --quit"));
        }
        assert_eq!(n_records(&sandbox), 1, "{begin}");
    }
}

#[test]
fn a_rebase_of_any_kind_is_refused() {
    for begin in [
        "rebase side",
        "rebase --apply side",
        "rebase -i --exec false HEAD~",
    ] {
        let sandbox = forked();
        stop(&sandbox, &format!("-c sequence.editor=true {begin}"));
        check_refused(
            &sandbox,
            &expect![[r"
                a rebase is in progress here, and an interaction logged now could be lost with it
                finish with `git rebase --continue` or `git rebase --abort`, then try again"]],
        );
        sandbox.git("rebase --abort");
        check_logs(&sandbox);
    }
}

#[test]
fn patches_that_are_applied_are_refused() {
    let sandbox = forked();
    sandbox.git("format-patch -q -o ../patches -1 side");
    stop(&sandbox, "am ../patches/0001-theirs.patch");
    check_refused(
        &sandbox,
        &expect![[r#"
        `git am` or a rebase is in progress here, and an interaction logged now could be lost with it
        finish with `git am --continue` or `--abort`, or `git rebase --continue` or `--abort`, then try again"#]],
    );
    sandbox.git("am --abort");
    check_logs(&sandbox);
}

#[test]
fn a_bisect_is_refused_on_a_branch_and_beside_it() {
    let sandbox = forked();
    for number in 0..4 {
        sandbox.commit_by_hand(&format!("commit {number}"), "2026-01-01T12:00:00+00:00");
    }
    sandbox.git("bisect start");
    check_refused(
        &sandbox,
        &expect![[r#"
        a bisect is in progress here, and an interaction logged now could be lost with it
        finish with `git bisect reset`, then try again"#]],
    );
    sandbox.git("bisect bad HEAD");
    sandbox.git("bisect good HEAD~4");
    check_refused(
        &sandbox,
        &expect![[r#"
        a bisect is in progress here, and an interaction logged now could be lost with it
        finish with `git bisect reset`, then try again"#]],
    );
    sandbox.git("bisect reset");
    check_logs(&sandbox);
}

#[test]
fn a_rebase_in_one_worktree_is_none_in_another() {
    let sandbox = forked();
    sandbox.git("worktree add -q ../second -b second");
    stop(&sandbox, "rebase side");
    let second = Repository::discover(&sandbox.folder().join("second")).unwrap();
    let record = [call("1", "2026-11-20", &[])];
    second.append(&record, &now()).unwrap();
    assert!(sandbox.open().append(&record, &now()).is_err());
    assert_eq!(sandbox.git("rev-list --count second").trim(), "3");
}

// ---- Set up in another way ----------------------------------------------------------------------------------------

#[test]
fn an_unborn_branch_beside_others_is_written_to() {
    let sandbox = Sandbox::new();
    sandbox.git("checkout -q --orphan other");
    let before = sandbox.state();
    let record = [call("1", "2026-11-20", &[])];
    sandbox.open().append(&record, &now()).unwrap();
    assert_eq!(sandbox.state(), before);
    assert_eq!(sandbox.git("rev-list --count other").trim(), "1");
    assert_eq!(sandbox.git("rev-list --count main").trim(), "1");
    sandbox.fsck();
}

#[test]
fn a_submodule_has_a_journal_of_its_own() {
    let sandbox = Sandbox::new();
    sandbox.git_in(sandbox.folder(), "clone -q vault network");
    let network = sandbox.folder().join("network");
    sandbox.configure(&network);
    sandbox.git("-c protocol.file.allow=always submodule --quiet add ../network network");
    sandbox.commit_all("a submodule");
    let vault = sandbox.vault().join("network");
    sandbox.configure(&vault);
    let outer = sandbox.git("rev-parse HEAD");
    let repository = Repository::discover(&vault).unwrap();
    let record = [call("1", "2026-11-20", &["people/ada.md"])];
    repository.append(&record, &now()).unwrap();
    assert_eq!(repository.read().unwrap().records.len(), 1);
    assert_eq!(sandbox.git_in(&vault, "status --porcelain"), "");
    assert_eq!(sandbox.git_in(&vault, "rev-list --count HEAD").trim(), "2");
    assert_eq!(sandbox.git("rev-parse HEAD"), outer);
    assert_eq!(n_records(&sandbox), 0);
    // A submodule in which nothing is on a branch is as any detached HEAD.
    sandbox.git("submodule --quiet deinit -f network");
    sandbox.git("-c protocol.file.allow=always submodule --quiet update --init");
    let repository = Repository::discover(&vault).unwrap();
    let written = repository.append(&record, &now()).unwrap();
    assert_eq!(written.warnings.len(), 1);
    sandbox.git_in(&vault, "fsck --strict");
}

#[test]
fn hooks_are_not_run_wherever_they_are() {
    let sandbox = Sandbox::new();
    let hooks = sandbox.folder().join("hooks");
    let ran = sandbox.folder().join("ran");
    std::fs::create_dir(&hooks).unwrap();
    for name in [
        "commit-msg",
        "post-commit",
        "post-rewrite",
        "pre-commit",
        "prepare-commit-msg",
        "reference-transaction",
    ] {
        let hook = hooks.join(name);
        std::fs::write(
            &hook,
            format!("#!/bin/sh\n: > '{}'\nexit 1\n", ran.display()),
        )
        .unwrap();
        make_executable(&hook);
    }
    sandbox.git(&format!("config core.hooksPath {}", hooks.display()));
    check_logs(&sandbox);
    let many: Vec<_> = (0..120)
        .map(|id| call(&id.to_string(), "2026-11-20", &[]))
        .collect();
    sandbox.open().append(&many, &now()).unwrap();
    sandbox.write("people/ada.md", "# Ada\n");
    let record = [call("1", "2026-11-20", &[])];
    let notes = &["people/ada.md"];
    sandbox
        .open()
        .append_with_notes(&record, notes, &now())
        .unwrap();
    assert!(!ran.exists());
}

#[cfg(unix)]
fn make_executable(file: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o755)).unwrap();
}

#[cfg(not(unix))]
fn make_executable(_: &Path) {}

#[test]
fn an_index_of_any_form_is_left_as_it_is_and_brought_along() {
    for form in [
        "update-index --split-index",
        "update-index --index-version 4",
        "update-index --untracked-cache",
        "sparse-checkout set --cone --sparse-index people",
    ] {
        let sandbox = Sandbox::new();
        sandbox.write("far/away.md", "# Away\n");
        sandbox.write("people/bob.md", "# Bob\n");
        sandbox.commit_all("more");
        sandbox.git(form);
        sandbox.write("people/bob.md", "# Bob\n\nstaged\n");
        sandbox.git("add people/bob.md");
        check_logs(&sandbox);
        // `git commit --only`, whoever has to write the index.
        sandbox.write("people/ada.md", "# Ada\n\nAlong.\n");
        sandbox.write("people/new.md", "# New\n");
        let record = [call("1", "2026-11-20", &["people/ada.md"])];
        let notes = &["people/ada.md", "people/new.md"];
        let written = sandbox.open().append_with_notes(&record, notes, &now());
        assert_eq!(written.unwrap().warnings, [], "{form}");
        let status = sandbox.git("status --porcelain");
        assert_eq!(status, "M  people/bob.md\n", "{form}");
        let changed = sandbox.git("show --format= --name-status HEAD");
        assert_eq!(changed, "M\tpeople/ada.md\nA\tpeople/new.md\n", "{form}");
        let files = sandbox.git("ls-tree -r --name-only HEAD");
        assert!(files.contains("far/away.md"), "{form}");
        sandbox.git("commit -q -m staged");
        assert_eq!(damage(&sandbox), "", "{form}");
    }
}

#[test]
fn what_a_sparse_checkout_leaves_out_has_not_moved() {
    for cone in [
        "--cone --sparse-index",
        "--cone --no-sparse-index",
        "--no-cone",
    ] {
        let sandbox = Sandbox::new();
        let text = "# Away\n\nA note\nlike another\nfrom one template.\n";
        sandbox.write("far/away.md", text);
        sandbox.commit_all("more");
        sandbox.git(&format!("sparse-checkout set {cone} people"));
        assert!(!sandbox.vault().join("far/away.md").exists());
        sandbox.write("people/new.md", text);
        let history = sandbox.open().note_history().unwrap();
        assert!(history.moved.is_empty(), "{cone}: {:?}", history.moved);
        // What is in the checkout and goes away has.
        std::fs::rename(
            sandbox.vault().join("people/ada.md"),
            sandbox.vault().join("people/countess.md"),
        )
        .unwrap();
        let history = sandbox.open().note_history().unwrap();
        assert_eq!(history.moved.len(), 1, "{cone}");
        assert_eq!(&*history.moved["people/ada.md"], "people/countess.md");
        check_logs(&sandbox);
    }
}

#[test]
fn a_git_folder_elsewhere_is_found_and_a_work_tree_elsewhere_is_said() {
    let sandbox = Sandbox::new();
    sandbox.git("init -q --separate-git-dir ../elsewhere");
    let repository = sandbox.open();
    let record = [call("1", "2026-11-20", &[])];
    repository.append(&record, &now()).unwrap();
    assert!(repository.git_dir().ends_with("elsewhere"));
    assert_eq!(sandbox.git("rev-list --count HEAD").trim(), "2");
    let other = sandbox.folder().join("other");
    std::fs::create_dir(&other).unwrap();
    sandbox.git(&format!("config core.worktree {}", other.display()));
    let error = Repository::discover(&sandbox.vault()).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("is outside of its git work tree"),
        "{error}"
    );
}

#[test]
fn objects_and_refs_are_found_wherever_git_put_them() {
    let sandbox = Sandbox::new();
    check_logs(&sandbox);
    sandbox.git("repack -q -a -d --write-bitmap-index");
    check_logs(&sandbox);
    sandbox.git("repack -q -d");
    sandbox.git("multi-pack-index write");
    sandbox.git("commit-graph write --reachable");
    sandbox.git("pack-refs --all --prune");
    check_logs(&sandbox);
    sandbox.git("gc -q --prune=now");
    check_logs(&sandbox);
    assert_eq!(n_records(&sandbox), 4);
    // Objects of another repository.
    sandbox.git_in(sandbox.folder(), "clone -q --shared vault borrower");
    let borrower = sandbox.folder().join("borrower");
    sandbox.configure(&borrower);
    let repository = Repository::discover(&borrower).unwrap();
    let record = [call("1", "2026-11-20", &[])];
    repository.append(&record, &now()).unwrap();
    assert_eq!(repository.read().unwrap().records.len(), 5);
    sandbox.git_in(&borrower, "fsck --strict --no-dangling");
}

#[test]
fn the_environment_of_a_hook_names_no_other_repository() {
    let sandbox = Sandbox::new();
    let other = Sandbox::new();
    let before = other.git("rev-parse HEAD");
    sandbox.git("config commit.gpgsign true");
    sandbox.git("config gpg.program true");
    let (vault, work_tree) = (sandbox.vault(), other.vault());
    let git_dir = work_tree.join(".git");
    let (index, objects) = (git_dir.join("index"), git_dir.join("objects"));
    let variables = [
        ("TIES_TEST_VAULT", &vault),
        ("GIT_DIR", &git_dir),
        ("GIT_INDEX_FILE", &index),
        ("GIT_OBJECT_DIRECTORY", &objects),
        ("GIT_WORK_TREE", &work_tree),
    ]
    .map(|(name, path)| (name, path.to_str().unwrap()));
    let log = |signs: bool| {
        sandbox.git(&format!("config commit.gpgsign {signs}"));
        let mut all = variables.to_vec();
        all.push(("TIES_TEST_COUNT", "1"));
        let mut command = run_test("write::in_another_process", &sandbox.home(), &all);
        String::from_utf8(command.output().unwrap().stdout).unwrap()
    };
    assert!(!log(false).contains("error: "));
    assert_eq!(n_records(&sandbox), 1);
    // The signer is asked in the right repository, too.
    assert!(log(true).contains("git could not sign the commit"));
    assert_eq!(n_records(&sandbox), 1);
    assert_eq!(other.git("rev-parse HEAD"), before);
    assert_eq!(other.open().read().unwrap().records, []);
}

#[cfg(unix)]
#[test]
fn a_repository_of_another_user_is_not_trusted_until_it_is_named() {
    let sandbox = Sandbox::new();
    // Only the administrator can give files away.
    if std::os::unix::fs::chown(sandbox.vault(), Some(12_345), None).is_err() {
        return;
    }
    std::os::unix::fs::chown(sandbox.vault().join(".git"), Some(12_345), None).unwrap();
    let vault = sandbox.vault();
    let log = || {
        let variables = [
            ("TIES_TEST_VAULT", vault.to_str().unwrap()),
            ("TIES_TEST_COUNT", "1"),
        ];
        let mut command = run_test("write::in_another_process", &sandbox.home(), &variables);
        String::from_utf8(command.output().unwrap().stdout).unwrap()
    };
    let said = log();
    let told = said.split_once("open: ").map_or("", |(_, told)| told);
    let told: Vec<&str> = told.lines().take(2).collect();
    expect![[r"
        the git repository `VAULT` belongs to another user, so git does not trust it
        where you trust it: git config --global --add safe.directory 'VAULT'"]]
    .assert_eq(&told.join("\n").replace(vault.to_str().unwrap(), "VAULT"));
    let config = format!("[safe]\n\tdirectory = {}\n", vault.display());
    std::fs::write(sandbox.home().join(".gitconfig"), config).unwrap();
    let said = log();
    assert!(
        !said.contains("open: ") && !said.contains("error: "),
        "{said}"
    );
    assert_eq!(sandbox.git("rev-list --count HEAD").trim(), "2");
}

#[test]
fn locks_of_others_are_named_and_nothing_is_written() {
    let sandbox = Sandbox::new();
    sandbox.write("people/ada.md", "# Ada\n");
    let record = [call("1", "2026-11-20", &[])];
    let locked = |lock: &Path, notes: &[&str]| {
        std::fs::write(lock, "").unwrap();
        let head = sandbox.git("rev-parse HEAD");
        let result = sandbox.open().append_with_notes(&record, notes, &now());
        assert_eq!(sandbox.git("rev-parse HEAD"), head);
        std::fs::remove_file(lock).unwrap();
        match result.unwrap_err() {
            WriteError::Locked { path } => {
                assert_eq!(path.file_name(), lock.file_name());
            }
            error => panic!("{error}"),
        }
    };
    let git_dir = sandbox.vault().join(".git");
    locked(&git_dir.join("index.lock"), &["people/ada.md"]);
    locked(&sandbox.branch_lock(), &["people/ada.md"]);
    sandbox.git("checkout -q --detach");
    if !git_dir.join("reftable").exists() {
        locked(&git_dir.join("HEAD.lock"), &[]);
    }
    assert_eq!(sandbox.git("status --porcelain"), " M people/ada.md\n");
    check_logs(&sandbox);
}

#[test]
fn a_rebase_that_was_killed_before_it_began_has_a_way_out() {
    let sandbox = forked();
    let folder = sandbox.vault().join(".git/rebase-merge");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("head-name"), "refs/heads/main\n").unwrap();
    let error = sandbox
        .open()
        .append(&[call("1", "2026-11-20", &[])], &now());
    let hint = error.unwrap_err().hint().unwrap();
    assert!(hint.contains("`git rebase --quit`"), "{hint}");
    sandbox.git("rebase --quit");
    check_logs(&sandbox);
}
