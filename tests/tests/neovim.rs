//! The language server in a real Neovim, on the demo vault. The script is `tests/nvim/server.lua`; what it leaves on disk
//! is looked at here.

use std::{env, path::Path};

use ties_tests::{Sandbox, sandbox::program};

#[test]
fn neovim_completes_navigates_renames_and_logs() {
    let Some(neovim) = env::var_os("TIES_NVIM") else {
        assert!(
            env::var_os("CI").is_none(),
            "TIES_NVIM names no Neovim; `cargo xtask test` installs one"
        );
        println!("skipped: TIES_NVIM names no Neovim; `cargo xtask test` installs one");
        return;
    };
    let sandbox = Sandbox::new("");
    sandbox.ties(&["demo", "."]);
    sandbox.write(
        "notes/tea.md",
        "😀 tea with [[Zoë Müller]].\n😀[[Nobody]]\n",
    );
    let commits = sandbox.git(&["rev-list", "--count", "HEAD"]);
    let conversations = sandbox.ties(&["timeline", "Zoë Müller"]);

    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    let plugin = tests.join("../editors/nvim");
    let folder = program()
        .parent()
        .expect("a program is in a folder")
        .to_owned();
    let path = env::var_os("PATH").unwrap_or_default();
    let path = env::join_paths([folder].into_iter().chain(env::split_paths(&path)));
    let output = sandbox
        .command(neovim)
        .env("PATH", path.expect("folders of PATH have no separators"))
        .args(["--clean", "--headless", "--cmd"])
        .arg(format!("set runtimepath^={}", plugin.display()))
        .arg("-l")
        .arg(tests.join("nvim/server.lua"))
        .arg(sandbox.root())
        .output()
        .expect("Neovim can be started");
    let told = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
    assert!(told.contains("all passed"), "{told}");

    // One commit more: the interaction, with the note it is written down in and no other of those that were renamed.
    let commits: u32 = commits.trim().parse().expect("a number");
    let now = sandbox.git(&["rev-list", "--count", "HEAD"]);
    assert_eq!(now.trim(), (commits + 1).to_string());
    let message = sandbox.git(&["log", "-1", "--format=%B"]);
    assert!(message.starts_with("call: Ada Okafor"), "{message}");
    assert!(
        message.contains("Contact: people/ada-okafor.md"),
        "{message}"
    );
    let files = sandbox.git(&["show", "--format=", "--name-only", "HEAD"]);
    assert_eq!(files, "people/ada-okafor.md\n");

    // The rename reached every link and lost no conversation.
    let renamed = sandbox.read("people/zoe-schmidt.md");
    assert!(renamed.contains("name: Zoë Schmidt"), "{renamed}");
    assert!(
        sandbox
            .read("notes/sand-tests.md")
            .contains("[[Zoë Schmidt")
    );
    let checked = sandbox.ties(&["check", "--format", "json"]);
    assert!(!checked.contains("Müller"), "{checked}");
    let followed = sandbox.ties(&["timeline", "Zoë Schmidt"]);
    assert_eq!(followed.lines().count(), conversations.lines().count());
}
