//! Repositories that are set up in another way than most: what the commands say of them.

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
