//! Signed commits, with keys made here: what `git verify-commit` says of them, and what a failure leaves behind.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use expect_test::expect;
use journal::git::WriteError;

use crate::support::{Sandbox, call, isolate, moved, now, run_test};

/// Returns whether a program is there; says so where it is not, for then a test tries nothing.
#[expect(clippy::print_stdout, reason = "a test that tries nothing says so")]
fn is_there(program: &str) -> bool {
    let mut command = Command::new(program);
    // Those who know no such option say so; `ssh-agent` would stay without one.
    let command = command.arg("--version");
    let started = command.stdin(Stdio::null()).stdout(Stdio::null());
    let is_there = started.stderr(Stdio::null()).status().is_ok();
    if !is_there {
        println!("not tried: `{program}` is not installed");
    }
    is_there
}

/// Makes an SSH key without a passphrase, or with one, and returns the path of its private half.
fn ssh_key(sandbox: &Sandbox, passphrase: &str) -> PathBuf {
    let path = sandbox.home().join("key");
    let mut command = Command::new("ssh-keygen");
    isolate(&mut command, &sandbox.home());
    command.args([
        "-q",
        "-t",
        "ed25519",
        "-C",
        "grace@example.org",
        "-N",
        passphrase,
        "-f",
    ]);
    assert!(command.arg(&path).status().unwrap().success());
    path
}

/// Asks git to sign with an SSH key, and to believe in its public half.
fn sign_with_ssh(sandbox: &Sandbox, key: &Path) {
    let public = std::fs::read_to_string(key.with_extension("pub")).unwrap();
    let allowed = sandbox.home().join("allowed_signers");
    std::fs::write(&allowed, format!("grace@example.org {public}")).unwrap();
    sandbox.git("config commit.gpgsign true");
    sandbox.git("config gpg.format ssh");
    sandbox.git(&format!("config user.signingkey {}", key.display()));
    sandbox.git(&format!(
        "config gpg.ssh.allowedSignersFile {}",
        allowed.display()
    ));
}

/// Shows what git says of all signatures: `G` is a good one, `N` none.
fn signatures(sandbox: &Sandbox) -> String {
    sandbox.git("log --format=%G?").split_whitespace().collect()
}

/// Logs an interaction that must fail for a reason that the signer or git names; nothing may have changed.
#[track_caller]
fn check_refused(sandbox: &Sandbox, reason: &str) {
    let before = (sandbox.state(), sandbox.git("rev-parse HEAD"));
    let objects = sandbox.git("count-objects -v");
    let record = call("1", "2026-11-20", &["people/ada.md"]);
    let mut repository = sandbox.open();
    repository.set_unattended();
    let error = repository.append(&[record], &now()).unwrap_err();
    assert!(matches!(error, WriteError::Signing { .. }), "{error}");
    let text = error.to_string();
    assert!(
        text.starts_with("git could not sign the commit: "),
        "{text}"
    );
    assert!(text.contains(reason) && !text.contains('\n'), "{text}");
    expect!["`git config --show-origin --get-regexp 'gpg|sign'` shows what is asked for; `git config commit.gpgsign false` leaves commits in this repository unsigned"]
        .assert_eq(&error.hint().unwrap_or_default());
    assert_eq!((sandbox.state(), sandbox.git("rev-parse HEAD")), before);
    assert_eq!(sandbox.git("count-objects -v"), objects);
    assert!(repository.try_signing(&now()).is_err());
}

#[test]
fn an_ssh_key_signs() {
    if !is_there("ssh-keygen") {
        return;
    }
    let sandbox = Sandbox::new();
    let key = ssh_key(&sandbox, "");
    sandbox.write("staged.md", "staged\n");
    sandbox.git("add staged.md");
    let before = sandbox.state();
    // A signed commit is the unsigned one and a signature.
    let record = call("1", "2026-11-20", &["people/ada.md"]);
    sandbox
        .open()
        .append(std::slice::from_ref(&record), &now())
        .unwrap();
    let unsigned = sandbox.git("cat-file commit HEAD");
    sandbox.git("update-ref HEAD HEAD~");
    sign_with_ssh(&sandbox, &key);
    let written = sandbox.open().append(&[record], &now()).unwrap();
    let signed = sandbox.git("cat-file commit HEAD");
    let start = signed.find("gpgsig").unwrap();
    let end = signed.find("\n\n").unwrap();
    assert_eq!(
        format!("{}{}", &signed[..start], &signed[end + 1..]),
        unsigned
    );
    assert_eq!(signatures(&sandbox), "GN");
    assert_eq!(*written.commits[0], *sandbox.git("rev-parse HEAD").trim());
    expect!["HEAD@{0}: ties: log call Ada Lovelace, the engine's notes\n"]
        .assert_eq(&sandbox.git("log -1 -g --format=%gd:%x20%gs"));
    assert_eq!(sandbox.state(), before);
    // Several at once, a move of a contact, and a first commit.
    let records = ["2", "3"].map(|id| call(id, "1950-01-01", &[]));
    sandbox.open().append(&records, &now()).unwrap();
    let moves = [moved("people/ada.md", "people/b.md")];
    sandbox
        .open()
        .append_moves("relink", &moves, &now())
        .unwrap();
    let notes = &["people/ada.md"];
    sandbox.write("people/ada.md", "# Ada\n");
    let more = [call("4", "2026-11-21T08:00-03:30", &[])];
    sandbox
        .open()
        .append_with_notes(&more, notes, &now())
        .unwrap();
    assert_eq!(signatures(&sandbox), "GGGGGN");
    assert_eq!(
        sandbox.git("log -1 --format=%aI").trim(),
        "2026-11-21T08:00:00-03:30"
    );
    sandbox.git("checkout -q --orphan other");
    let first = [call("5", "2026-11-20", &[])];
    sandbox.open().append(&first, &now()).unwrap();
    assert_eq!(signatures(&sandbox), "G");
    sandbox.open().try_signing(&now()).unwrap();
    sandbox.fsck();
    let records = sandbox.open().read().unwrap().records;
    assert_eq!(records.len(), 1);
}

#[test]
fn a_backfill_is_signed_one_by_one() {
    if !is_there("ssh-keygen") {
        return;
    }
    let sandbox = Sandbox::new();
    let key = ssh_key(&sandbox, "");
    sign_with_ssh(&sandbox, &key);
    let records: Vec<_> = (0..120)
        .map(|id| call(&id.to_string(), "2026-11-20", &[]))
        .collect();
    sandbox.open().append(&records, &now()).unwrap();
    assert_eq!(signatures(&sandbox), format!("{}N", "G".repeat(120)));
    assert_eq!(sandbox.git("reflog --format=%gs").lines().count(), 2);
}

#[test]
fn writers_that_sign_at_the_same_time_lose_nothing() {
    if !is_there("ssh-keygen") {
        return;
    }
    let sandbox = Sandbox::new();
    let key = ssh_key(&sandbox, "");
    sign_with_ssh(&sandbox, &key);
    std::thread::scope(|scope| {
        for writer in 0..3 {
            let sandbox = &sandbox;
            scope.spawn(move || {
                for number in 0..5 {
                    let id = format!("{writer}-{number}");
                    let record = call(&id, "2026-11-20", &[]);
                    sandbox.open().append(&[record], &now()).unwrap();
                }
            });
        }
    });
    assert_eq!(signatures(&sandbox), format!("{}N", "G".repeat(15)));
    sandbox.fsck();
}

#[test]
fn a_key_in_an_agent_signs() {
    if !is_there("ssh-keygen") || !is_there("ssh-agent") {
        return;
    }
    let sandbox = Sandbox::new();
    let key = ssh_key(&sandbox, "a secret");
    sign_with_ssh(&sandbox, &key);
    // The public half names the key; the agent alone has what signs.
    sandbox.git(&format!("config user.signingkey {}.pub", key.display()));
    let socket = sandbox.home().join("agent");
    let mut agent = Command::new("ssh-agent");
    isolate(&mut agent, &sandbox.home());
    let agent = agent.arg("-D").arg("-a").arg(&socket);
    let mut agent = agent.stdout(Stdio::null()).spawn().unwrap();
    while !socket.exists() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let unlocked = sandbox.home().join("unlocked");
    std::fs::copy(&key, &unlocked).unwrap();
    let mut change = Command::new("ssh-keygen");
    change.args(["-q", "-p", "-P", "a secret", "-N", "", "-f"]);
    assert!(
        change
            .arg(&unlocked)
            .stdout(Stdio::null())
            .status()
            .unwrap()
            .success()
    );
    std::fs::remove_file(&key).unwrap();
    let mut add = Command::new("ssh-add");
    add.arg("-q").arg(&unlocked).env("SSH_AUTH_SOCK", &socket);
    assert!(add.status().unwrap().success());
    std::fs::remove_file(&unlocked).unwrap();
    let vault = sandbox.vault();
    let variables = [
        ("TIES_TEST_VAULT", vault.to_str().unwrap()),
        ("TIES_TEST_COUNT", "2"),
        ("SSH_AUTH_SOCK", socket.to_str().unwrap()),
    ];
    let mut command = run_test("write::in_another_process", &sandbox.home(), &variables);
    let output = String::from_utf8(command.output().unwrap().stdout).unwrap();
    agent.kill().unwrap();
    agent.wait().unwrap();
    assert!(!output.contains("error:"), "{output}");
    assert_eq!(signatures(&sandbox), "GGN");
    // Without the agent nothing signs.
    let mut command = run_test("write::in_another_process", &sandbox.home(), &variables);
    let output = String::from_utf8(command.output().unwrap().stdout).unwrap();
    assert!(
        output.contains("error: git could not sign the commit: "),
        "{output}"
    );
    assert_eq!(signatures(&sandbox), "GGN");
}

#[test]
fn an_openpgp_key_signs() {
    if !is_there("gpg") {
        return;
    }
    let sandbox = Sandbox::new();
    // Short: the agent's socket lies in it, and a socket's path has at most 108 bytes.
    let home = tempfile::Builder::new().prefix("g").tempdir().unwrap();
    let gpg = |arguments: &[&str]| {
        let mut command = Command::new("gpg");
        isolate(&mut command, &sandbox.home());
        command
            .env("GNUPGHOME", home.path())
            .args(["--batch", "--quiet"]);
        command.args(["--passphrase", "", "--pinentry-mode", "loopback"]);
        let output = command.args(arguments).output().unwrap();
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{error}");
        String::from_utf8(output.stdout).unwrap()
    };
    gpg(&[
        "--quick-gen-key",
        "Grace Hopper <grace@example.org>",
        "ed25519",
        "sign",
        "never",
    ]);
    let vault = sandbox.vault();
    let variables = [
        ("TIES_TEST_VAULT", vault.to_str().unwrap()),
        ("TIES_TEST_COUNT", "2"),
        ("GNUPGHOME", home.path().to_str().unwrap()),
    ];
    let log = || {
        let mut command = run_test("write::in_another_process", &sandbox.home(), &variables);
        String::from_utf8(command.output().unwrap().stdout).unwrap()
    };
    sandbox.git("config commit.gpgsign true");
    // Without `user.signingKey` git asks for the key of the committer.
    let output = log();
    assert!(!output.contains("error:"), "{output}");
    let verify = |commit: &str| {
        let mut command = sandbox.command(&vault);
        command.env("GNUPGHOME", home.path());
        let output = command.args(["verify-commit", "--raw", commit]).output();
        String::from_utf8(output.unwrap().stderr).unwrap()
    };
    for commit in ["HEAD", "HEAD~"] {
        assert!(verify(commit).contains("] GOODSIG "), "{}", verify(commit));
    }
    sandbox.git("config user.signingkey DEADBEEFDEADBEEF");
    let head = sandbox.git("rev-parse HEAD");
    let output = log();
    assert!(output.contains("No secret key"), "{output}");
    assert!(!output.contains("[GNUPG:]"), "{output}");
    assert_eq!(sandbox.git("rev-parse HEAD"), head);
    let stop = ["--kill", "gpg-agent"];
    let mut command = Command::new("gpgconf");
    command
        .env("GNUPGHOME", home.path())
        .args(stop)
        .status()
        .unwrap();
}

#[test]
fn a_signature_that_is_asked_for_is_never_left_out() {
    if !is_there("ssh-keygen") {
        return;
    }
    let sandbox = Sandbox::new();
    let key = ssh_key(&sandbox, "a secret");
    sign_with_ssh(&sandbox, &key);
    // A passphrase that nobody can be asked for.
    check_refused(&sandbox, "passphrase");
    sandbox.git("config user.signingkey /nowhere/key");
    check_refused(&sandbox, "/nowhere/key");
    sandbox.git("config gpg.ssh.program /nowhere/signer");
    check_refused(&sandbox, "/nowhere/signer");
    sandbox.git("config gpg.format unheard-of");
    check_refused(&sandbox, "unheard-of");
}

#[cfg(unix)]
#[test]
fn the_program_that_is_set_signs() {
    use std::os::unix::fs::PermissionsExt as _;
    let sandbox = Sandbox::new();
    let program = sandbox.home().join("signer");
    let script = "#!/bin/sh\n# git calls: -Y sign -n git -f KEY FILE\nfor file; do :; done\necho SIGNED > \"$file.sig\"\n";
    std::fs::write(&program, script).unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    sandbox.git("config commit.gpgsign true");
    sandbox.git("config gpg.format ssh");
    sandbox.git("config user.signingkey /any/key");
    sandbox.git(&format!("config gpg.ssh.program {}", program.display()));
    let record = call("1", "2026-11-20", &[]);
    sandbox.open().append(&[record], &now()).unwrap();
    let commit = sandbox.git("cat-file commit HEAD");
    let lines: Vec<&str> = commit.lines().collect();
    let is_signed = ["gpgsig SIGNED", "gpgsig-sha256 SIGNED"].map(|line| lines.contains(&line));
    assert!(is_signed.contains(&true), "{commit}");
}
