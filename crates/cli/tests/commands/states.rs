//! Repositories that are set up in another way than most: what the commands say of them.

use std::process::Command;

use expect_test::expect;

use crate::PEOPLE;
use crate::common::Sandbox;

#[test]
fn a_signature_that_fails_is_told_and_nothing_is_logged() {
    let sandbox = Sandbox::with_git(PEOPLE);
    sandbox.git(&["config", "commit.gpgsign", "true"]);
    sandbox.git(&["config", "gpg.format", "ssh"]);
    sandbox.git(&["config", "gpg.ssh.program", "/nowhere/signer"]);
    sandbox.git(&["config", "user.signingkey", "/nowhere/key"]);
    let head = sandbox.git(&["rev-parse", "HEAD"]);
    let said = sandbox.ties(&["log", "call", "ada", "-m", "the engine"]);
    assert_eq!((said.code, said.stdout.as_str()), (2, ""));
    let error = "error: git could not sign the commit: ";
    assert!(said.stderr.starts_with(error), "{}", said.stderr);
    assert!(said.stderr.contains("/nowhere/signer"), "{}", said.stderr);
    assert!(said.stderr.contains("\nhint: "), "{}", said.stderr);
    assert_eq!(sandbox.git(&["rev-parse", "HEAD"]), head);
    sandbox.write(
        "old.csv",
        "date,kind,contacts\n2024-03-01,call,Ada Lovelace\n",
    );
    let said = sandbox.ties(&["log", "--import", "old.csv", "--dry-run"]);
    expect![[r#"
        warning: `commit.gpgSign` is set: each commit is signed by itself, a hundred take a second or more
    "#]]
    .assert_eq(&said.stderr);
}

/// Shows what `ties doctor` says of the repository itself.
fn doctor(sandbox: &Sandbox) -> String {
    let said = sandbox.ties(&["doctor"]).stdout;
    let begin = said.find("ok  logging").unwrap_or_default();
    said[begin..].to_owned()
}

#[test]
fn the_doctor_says_how_the_repository_is_set_up() {
    let sandbox = Sandbox::with_git(PEOPLE);
    sandbox.git(&["config", "rebase.backend", "apply"]);
    sandbox.ties(&["hooks", "install"]);
    expect![[r#"
        ok  logging   works
        ok  storage   SHA-1 ids, refs in files: libgit2 reads and writes
        ok  signing   not asked for
        !!  rebase    `rebase.backend` is `apply`, which cannot carry commits without changes, and so no interaction
                      hint: `git config rebase.backend merge` sets what git itself prefers
        ok  hooks     ordinary commits log what they write down
        ok  merging   as git does; `ties init --merge-driver` has notes merged key by key
    "#]]
    .assert_eq(&doctor(&sandbox));
    sandbox.git(&["config", "rebase.backend", "merge"]);
    sandbox.write(".git/hooks/commit-msg", "#!/bin/sh\n");
    sandbox.git(&["config", "commit.gpgsign", "perhaps"]);
    let said = doctor(&sandbox);
    assert!(
        said.contains("!!  signing   git could not read `commit.gpgsign`: "),
        "{said}"
    );
    assert!(
        said.contains("!!  hooks     not all as ties wrote them\n"),
        "{said}"
    );
    sandbox.git(&["config", "commit.gpgsign", "true"]);
    sandbox.git(&["config", "gpg.program", "/nowhere/gpg"]);
    let before = sandbox.on_disk();
    let said = doctor(&sandbox);
    assert!(
        said.contains("!!  signing   git could not sign the commit: "),
        "{said}"
    );
    assert!(said.contains("/nowhere/gpg"), "{said}");
    assert!(sandbox.on_disk() == before);
}

#[test]
fn the_doctor_says_who_reads_and_writes() {
    for (format, expect) in [
        (
            "--object-format=sha256",
            "ok  storage   SHA-256 ids, refs in files: the git program reads and writes, for libgit2 cannot\n",
        ),
        (
            "--ref-format=reftable",
            "ok  storage   SHA-1 ids, refs in a reftable: the git program reads and writes, for libgit2 cannot\n",
        ),
    ] {
        let sandbox = Sandbox::plain(PEOPLE);
        if sandbox
            .run(Command::new("git").args(["init", "--quiet", format]))
            .code
            == 0
        {
            let said = sandbox.ties(&["doctor"]).stdout;
            assert!(said.contains(expect), "{said}");
        }
    }
}

/// The tests that have much to do with git; what the others look at does not depend on it.
const ABOUT_THE_JOURNAL: [&str; 6] = [
    "journal::",
    "backfill::",
    "identity::",
    "hooks::",
    "follow_ups::",
    "refusals::",
];

/// Runs those of the other tests again, with `git init` making repositories of another format.
#[track_caller]
fn check_all(flag: &str, variable: &str, format: &str) {
    if std::env::var_os("GIT_DEFAULT_HASH").is_some()
        || std::env::var_os("GIT_DEFAULT_REF_FORMAT").is_some()
    {
        return;
    }
    let mut init = Command::new("git");
    let init = init.args(["init", "--quiet", &format!("{flag}={format}")]);
    if Sandbox::plain("").run(init).code != 0 {
        #[expect(clippy::print_stdout, reason = "a test that tries nothing says so")]
        {
            println!("not tried: this git knows no `git init {flag}={format}`");
        }
        return;
    }
    let mut all = Command::new(std::env::current_exe().unwrap());
    let output = all.env(variable, format).args(ABOUT_THE_JOURNAL).output();
    let output = output.unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{format}: {said}");
}

#[test]
fn every_command_answers_alike_with_sha256_ids() {
    check_all("--object-format", "GIT_DEFAULT_HASH", "sha256");
}

#[test]
fn every_command_answers_alike_with_a_reftable() {
    check_all("--ref-format", "GIT_DEFAULT_REF_FORMAT", "reftable");
}
