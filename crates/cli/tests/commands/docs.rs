//! The transcripts of `docs/commands.md` are what the program says in the demo.

use std::{fs, path::Path};

use crate::common::{Sandbox, without_ids};

/// Runs every `$ ` line of the `console` blocks, in order, and returns the page with what is said now.
fn replayed(page: &str, sandbox: &Sandbox) -> String {
    let mut replayed = String::new();
    let mut is_inside = false;
    let mut folder = "";
    for line in page.lines() {
        let keeps = match line {
            "```console" => {
                is_inside = true;
                true
            }
            "```" => {
                is_inside = false;
                true
            }
            line => !is_inside || line.starts_with("$ "),
        };
        if !keeps {
            continue;
        }
        replayed.push_str(line);
        replayed.push('\n');
        if let (true, Some(command)) = (is_inside, line.strip_prefix("$ ")) {
            match command.strip_prefix("cd ") {
                Some(to) => folder = to,
                None => replayed.push_str(&sandbox.shell(folder, command)),
            }
        }
    }
    replayed
}

#[test]
fn transcripts_are_what_the_program_says() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/commands.md");
    let page = fs::read_to_string(&file).unwrap();
    let replayed = replayed(&page, &Sandbox::plain(""));
    if without_ids(&page) == without_ids(&replayed) {
        return;
    }
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&file, replayed).unwrap();
        return;
    }
    similar(&page, &replayed);
}

/// Fails with the first line that differs.
fn similar(page: &str, replayed: &str) {
    let (page, replayed) = (without_ids(page), without_ids(replayed));
    for (number, (old, new)) in page.lines().zip(replayed.lines()).enumerate() {
        assert_eq!(
            old,
            new,
            "line {} of docs/commands.md; `UPDATE_EXPECT=1` writes it anew",
            number + 1
        );
    }
    panic!(
        "docs/commands.md is longer or shorter than what is said; `UPDATE_EXPECT=1` writes it anew"
    );
}
