//! `ties merge-driver` and its set-up, in merges that git makes.

use expect_test::{Expect, expect};

use crate::common::Sandbox;

const ADA: &str = "\
---
name: Ada Lovelace
emails: [ada@example.org]   # the old one
tags: [mathematics]
location: London
---
# Ada

Likes engines.
";

/// A vault whose clones know the driver, with `ADA` on `main` and on `phone`.
fn vault() -> Sandbox {
    let sandbox = Sandbox::with_git("//- ties.toml\n//- me.md\n");
    let said = sandbox.ties(&["init", "--merge-driver"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    sandbox.write("people/ada.md", ADA);
    commit(&sandbox, "ada");
    sandbox.git(&["branch", "--quiet", "phone"]);
    sandbox
}

fn commit(sandbox: &Sandbox, message: &str) {
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "--allow-empty", "--message", message]);
}

/// Commits `ours` on `main` and `theirs` on `phone`.
fn diverge(sandbox: &Sandbox, ours: &str, theirs: &str) {
    sandbox.git(&["checkout", "--quiet", "phone"]);
    sandbox.write("people/ada.md", theirs);
    commit(sandbox, "theirs");
    sandbox.git(&["checkout", "--quiet", "main"]);
    sandbox.write("people/ada.md", ours);
    commit(sandbox, "ours");
}

/// Merges `phone` in the three ways that git has and compares the note.
#[track_caller]
fn check_merge(ours: &str, theirs: &str, expected: &Expect) {
    for way in [
        &["merge", "--quiet", "phone"] as &[&str],
        &["rebase", "--quiet", "phone"],
        &["cherry-pick", "phone"],
    ] {
        let sandbox = vault();
        diverge(&sandbox, ours, theirs);
        sandbox.git(way);
        assert_eq!(sandbox.git(&["status", "--porcelain"]), "", "{way:?}");
        let merged = sandbox.read("people/ada.md");
        if way[0] == "rebase" {
            // Ours and theirs are the other way round there; only the order of what is added differs.
            let sorted = |text: &str| {
                let mut words: Vec<String> = text
                    .split(|c: char| c.is_whitespace() || "[],".contains(c))
                    .map(str::to_owned)
                    .collect();
                words.sort();
                words.retain(|word| !word.is_empty());
                words
            };
            assert_eq!(sorted(&merged), sorted(expected.data()), "{way:?}");
        } else {
            expected.assert_eq(&merged);
        }
    }
}

#[test]
fn keys_and_items_of_both_sides_are_kept() {
    check_merge(
        &ADA.replace("ada@example.org]", "ada@example.org, ada@home.example]")
            .replace("London", "Paris"),
        &ADA.replace("[ada@example.org]", "[ada@example.org, ada@work.example]")
            .replace("tags: [mathematics]", "tags: [mathematics, engines]")
            .replace("engines.\n", "engines.\n\nReads much.\n"),
        &expect![[r#"
            ---
            name: Ada Lovelace
            emails: [ada@example.org, ada@home.example, ada@work.example]   # the old one
            tags: [mathematics, engines]
            location: Paris
            ---
            # Ada

            Likes engines.

            Reads much.
        "#]],
    );
}

/// Returns a merged note with the name of the earlier commit replaced, which is its hash.
fn without_base(text: &str) -> String {
    let line = |line: &str| match line.strip_prefix("||||||||| ") {
        Some(_) => "||||||||| BASE\n".to_owned(),
        None => format!("{line}\n"),
    };
    text.lines().map(line).collect()
}

#[test]
fn what_both_changed_is_a_conflict_of_that_key_alone() {
    let sandbox = vault();
    diverge(
        &sandbox,
        &ADA.replace("London", "Paris"),
        &ADA.replace("London", "Turin")
            .replace("[mathematics]", "[mathematics, engines]"),
    );
    let merge = || sandbox.run(std::process::Command::new("git").args(["merge", "phone"]));
    assert_eq!(merge().code, 1);
    assert_eq!(
        sandbox.git(&["status", "--porcelain"]),
        "UU people/ada.md\n"
    );
    expect![[r#"
        ---
        name: Ada Lovelace
        emails: [ada@example.org]   # the old one
        tags: [mathematics, engines]
        <<<<<<< HEAD
        location: Paris
        =======
        location: Turin
        >>>>>>> phone
        ---
        # Ada

        Likes engines.
    "#]]
    .assert_eq(&sandbox.read("people/ada.md"));
    sandbox.git(&["merge", "--abort"]);
    sandbox.git(&["config", "merge.conflictStyle", "diff3"]);
    sandbox.write(".gitattributes", "*.md merge=ties conflict-marker-size=9\n");
    commit(&sandbox, "markers");
    assert_eq!(merge().code, 1);
    expect![[r#"
        ---
        name: Ada Lovelace
        emails: [ada@example.org]   # the old one
        tags: [mathematics, engines]
        <<<<<<<<< HEAD
        location: Paris
        ||||||||| BASE
        location: London
        =========
        location: Turin
        >>>>>>>>> phone
        ---
        # Ada

        Likes engines.
    "#]]
    .assert_eq(&without_base(&sandbox.read("people/ada.md")));
}

#[test]
fn what_is_no_text_is_merged_as_git_does() {
    let sandbox = vault();
    let bytes = |line: &str| [b"\xff\n1\n2\n3\n4\n5\n", line.as_bytes()].concat();
    let put = |content: &[u8]| std::fs::write(sandbox.root().join("latin.md"), content).unwrap();
    put(&bytes("6\n"));
    commit(&sandbox, "latin");
    sandbox.git(&["branch", "--quiet", "--force", "phone"]);
    sandbox.git(&["checkout", "--quiet", "phone"]);
    put(&bytes("7\n"));
    commit(&sandbox, "theirs");
    sandbox.git(&["checkout", "--quiet", "main"]);
    put(b"\xff\n0\n1\n2\n3\n4\n5\n6\n");
    commit(&sandbox, "ours");
    sandbox.git(&["merge", "--quiet", "phone"]);
    let merged = std::fs::read(sandbox.root().join("latin.md")).unwrap();
    assert_eq!(merged, b"\xff\n0\n1\n2\n3\n4\n5\n7\n");
}

#[test]
fn it_is_set_up_once_and_the_rest_stays() {
    let sandbox = Sandbox::with_git("//- ties.toml\n//- me.md\n//- .gitattributes\n*.png binary\n");
    let doctor = || {
        let said = sandbox.ties(&["doctor"]).stdout;
        let line = said
            .lines()
            .position(|line| line.contains("merging"))
            .unwrap();
        said.lines()
            .skip(line)
            .take(2)
            .collect::<Vec<_>>()
            .join("\n")
    };
    assert!(
        doctor().starts_with("ok  merging   as git does"),
        "{}",
        doctor()
    );
    let said = sandbox.ties(&["init", "--merge-driver"]);
    expect![[r#"
        .: made .gitattributes, git's configuration
        notes are merged key by key now: commit `.gitattributes`, and run `ties init --merge-driver` in every other clone
        `ties new contact NAME` writes the first note, `ties doctor` says what else is missing
    "#]].assert_eq(&said.stdout);
    assert_eq!(
        sandbox.read(".gitattributes"),
        "*.png binary\n*.md merge=ties\n*.markdown merge=ties\n"
    );
    assert_eq!(
        sandbox.git(&["check-attr", "merge", "people/x.md"]),
        "people/x.md: merge: ties\n"
    );
    assert!(doctor().starts_with("ok  merging   notes are merged key by key"));
    let before = sandbox.on_disk();
    let said = sandbox.ties(&["init", "--merge-driver"]);
    assert!(
        said.stdout.contains("is a vault already"),
        "{}",
        said.stdout
    );
    assert!(sandbox.on_disk() == before);
    // A clone has the attributes, and not yet the configuration.
    sandbox.git(&["config", "--remove-section", "merge.ties"]);
    assert!(doctor().starts_with("!!  merging"), "{}", doctor());
    assert!(doctor().contains("`ties init --merge-driver`"));
}

#[test]
fn where_ties_has_gone_git_merges() {
    let sandbox = vault();
    let driver = sandbox.git(&["config", "merge.ties.driver"]);
    let program = env!("CARGO_BIN_EXE_ties");
    assert!(driver.contains(program), "{driver}");
    let gone = driver.trim().replace(program, "/nowhere/ties");
    sandbox.git(&["config", "merge.ties.driver", &gone]);
    diverge(
        &sandbox,
        &ADA.replace("Ada Lovelace", "Ada King"),
        &ADA.replace("engines.", "poetry."),
    );
    sandbox.git(&["merge", "--quiet", "phone"]);
    let merged = sandbox.read("people/ada.md");
    assert!(
        merged.contains("Ada King") && merged.contains("poetry."),
        "{merged}"
    );
}
