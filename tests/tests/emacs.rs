//! The language server in a real Emacs with eglot, on the demo vault. The script is `tests/emacs/server.el`; what it leaves
//! on disk is looked at here.

use std::{env, path::Path};

use ties_tests::{Sandbox, sandbox::program};

#[test]
fn eglot_completes_navigates_renames_and_logs() {
    let Some(emacs) = env::var_os("TIES_EMACS") else {
        assert!(
            env::var_os("CI").is_none(),
            "TIES_EMACS names no Emacs with eglot; `cargo xtask test` looks for one"
        );
        println!("skipped: TIES_EMACS names no Emacs with eglot");
        return;
    };
    let sandbox = Sandbox::new("");
    sandbox.ties(&["demo", "."]);
    sandbox.write(
        "notes/tea.md",
        "😀 tea with [[Zoë Müller]].\n😀[[Nobody]]\n",
    );
    let commits = sandbox.git(&["rev-list", "--count", "HEAD"]);

    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("emacs/server.el");
    let folder = program()
        .parent()
        .expect("a program is in a folder")
        .to_owned();
    let path = env::var_os("PATH").unwrap_or_default();
    let path = env::join_paths([folder].into_iter().chain(env::split_paths(&path)));
    let output = sandbox
        .command(emacs)
        .env("PATH", path.expect("folders of PATH have no separators"))
        .env("LC_ALL", "C.UTF-8")
        .args(["--batch", "-l"])
        .arg(script)
        .arg(sandbox.root())
        .output()
        .expect("Emacs can be started");
    let told = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
    assert!(told.contains("all passed"), "{told}");

    let commits: u32 = commits.trim().parse().expect("a number");
    let now = sandbox.git(&["rev-list", "--count", "HEAD"]);
    assert_eq!(now.trim(), (commits + 1).to_string());
    let message = sandbox.git(&["log", "-1", "--format=%B"]);
    assert!(message.starts_with("call: Ada Okafor"), "{message}");

    // A client that moves no files gets the name and the links.
    let renamed = sandbox.read("people/zoe-mueller.md");
    assert!(renamed.contains("name: Zoë Schmidt"), "{renamed}");
    assert!(
        sandbox
            .read("notes/sand-tests.md")
            .contains("[[Zoë Schmidt")
    );
    let checked = sandbox.ties(&["check", "--format", "json"]);
    assert!(!checked.contains("Müller"), "{checked}");
}
