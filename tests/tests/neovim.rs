//! The language server in a real Neovim. The script is `tests/nvim/server.lua`; what it leaves on disk is looked at here.

use std::{env, path::Path};

use ties_tests::{Sandbox, sandbox::program};

const VAULT: &str = r"
//- ties.toml
//- people/zoe-mueller.md
---
name: Zoë Müller
title: Engineer
---
//- people/ada.md
---
name: Ada Lovelace
emails: [ada@example.org]
---
Knows [Zoë](zoe-mueller.md).

- 2026-11-20 call: the engine's notes
//- tea.md
😀 tea with [[Zoë Müller]].
😀[[Nobody]]
";

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
    let sandbox = Sandbox::with_git(VAULT);
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

    let message = sandbox.git(&["log", "-1", "--format=%B"]);
    assert!(message.starts_with("call: Ada Lovelace"), "{message}");
    assert!(message.contains("Contact: people/ada.md"), "{message}");
    assert!(
        sandbox
            .read("people/ada.md")
            .contains("[Zoë](zoe-schmidt.md)")
    );
    assert!(
        sandbox
            .read("people/zoe-schmidt.md")
            .contains("name: Zoë Schmidt")
    );
}
