//! `ties merge`, with history and links, and back again.

use expect_test::expect;

use crate::common::Sandbox;

const TWO: &str = "
//- ties.toml
//- people/ada-king.md
---
name: Ada King
email: ada@king.example
title: Countess
---
# Ada King

Likes horses.
//- people/ada-lovelace.md
---
name: Ada Lovelace
emails: [ada@lovelace.example]
title: Analyst
---
//- people/charles.md
# Charles
[[Ada King]] and [her](ada-king.md)
";

fn vault() -> Sandbox {
    let sandbox = Sandbox::with_git(TWO);
    for arguments in [
        [
            "log",
            "call",
            "Ada King",
            "-m",
            "horses",
            "--on",
            "2026-11-01",
        ],
        [
            "log",
            "meal",
            "Ada Lovelace",
            "-m",
            "engines",
            "--on",
            "2026-11-02",
        ],
    ] {
        assert_eq!(sandbox.ties(&arguments).code, 0);
    }
    sandbox
}

#[test]
fn notes_links_and_history_become_one() {
    let sandbox = vault();
    let before = sandbox.on_disk();
    let trial = sandbox.ties(&["merge", "Ada King", "Ada Lovelace", "--dry-run"]);
    expect![[r#"
        Ada King would be part of Ada Lovelace in people/ada-lovelace.md; people/ada-king.md would be removed
        joined       email, aliases
        in the text  title: Countess
        links        in 1 other note follow
        history      1 interaction goes along
        nothing was changed: without `--dry-run` it is
    "#]].assert_eq(&trial.stdout);
    assert!(sandbox.on_disk() == before);

    let said = sandbox.ties(&["merge", "Ada King", "Ada Lovelace"]);
    expect![[r#"
        Ada King is part of Ada Lovelace in people/ada-lovelace.md; people/ada-king.md is removed
        joined       email, aliases
        in the text  title: Countess
        links        in 1 other note follow
        history      1 interaction goes along
        `git diff` shows the change; committing it is left to you
    "#]]
    .assert_eq(&(said.stdout + &said.stderr));
    expect![[r#"
        ---
        name: Ada Lovelace
        emails: [ada@lovelace.example, ada@king.example]
        title: Analyst
        aliases: [Ada King]
        ---

        # Ada King

        - title: Countess

        Likes horses.
    "#]]
    .assert_eq(&sandbox.read("people/ada-lovelace.md"));
    expect![[r#"
        # Charles
        [[Ada King]] and [her](ada-lovelace.md)
    "#]]
    .assert_eq(&sandbox.read("people/charles.md"));
    assert_eq!(
        sandbox.git(&["diff", "--name-status"]),
        "D	people/ada-king.md
M	people/ada-lovelace.md
M	people/charles.md
"
    );
    let timeline = sandbox.ties(&["timeline", "ada@king.example"]).stdout;
    assert!(
        timeline.contains("horses") && timeline.contains("engines"),
        "{timeline}"
    );
    let check = sandbox.ties(&["check"]);
    assert!(!check.stdout.contains("unresolved"), "{}", check.stdout);

    // Committed, the history still follows; and back, each note has its own again.
    sandbox.git(&["add", "--all"]);
    sandbox.git(&["commit", "--quiet", "--message=one person"]);
    assert_eq!(sandbox.ties(&["timeline", "Ada Lovelace"]).stdout, timeline);
    sandbox.git(&["revert", "--no-edit", "HEAD"]);
    let own = sandbox.ties(&["timeline", "Ada King"]).stdout;
    assert!(own.contains("horses") && !own.contains("engines"), "{own}");
    sandbox.git(&["fsck", "--strict"]);
}

#[test]
fn uids_of_either_note_keep_their_history() {
    for (old, new) in [(true, false), (false, true), (true, true)] {
        let uid = |yes: bool, uid: &str| {
            if yes {
                format!("uid: {uid}\n")
            } else {
                String::new()
            }
        };
        let fixture = TWO
            .replace(
                "name: Ada King\n",
                &format!("name: Ada King\n{}", uid(old, "1")),
            )
            .replace(
                "name: Ada Lovelace\n",
                &format!("name: Ada Lovelace\n{}", uid(new, "2")),
            );
        let sandbox = Sandbox::with_git(&fixture);
        sandbox.ties(&["log", "call", "Ada King", "-m", "horses"]);
        sandbox.ties(&["log", "meal", "Ada Lovelace", "-m", "engines"]);
        let said = sandbox.ties(&["merge", "people/ada-king.md", "people/ada-lovelace.md"]);
        assert_eq!(said.code, 0, "{}", said.stderr);
        let timeline = sandbox.ties(&["timeline", "Ada Lovelace"]).stdout;
        assert!(
            timeline.contains("horses") && timeline.contains("engines"),
            "{old} {new}: {timeline}"
        );
        let text = sandbox.read("people/ada-lovelace.md");
        let has = (text.contains("uid: 1"), text.contains("uid: 2"));
        assert_eq!(has, (old, new), "{text}");
    }
}

#[test]
fn without_git_the_notes_are_merged() {
    let sandbox = Sandbox::plain(TWO);
    let json = sandbox.json(&["merge", "Ada King", "Ada Lovelace"]);
    assert_eq!(json["joined"], serde_json::json!(["email", "aliases"]));
    assert_eq!(json["differing"][0]["key"], "title");
    assert_eq!(json["edited"], serde_json::json!(["people/charles.md"]));
    assert!(!sandbox.root().join("people/ada-king.md").exists());
}

#[test]
fn what_cannot_be_merged_is_refused() {
    let sandbox = vault();
    let refused = sandbox.fails(&["merge", "Ada King", "people/ada-king.md"]);
    expect![[r#"
        error: both names mean `people/ada-king.md`
        hint: name two notes, by their paths where names are not clear
    "#]]
    .assert_eq(&refused);
    let refused = sandbox.fails(&["merge", "Ada", "Charles"]);
    assert!(refused.contains("may be any of 2"), "{refused}");
    let refused = sandbox.fails(&["merge", "Nobody", "Charles"]);
    assert!(refused.contains("no contact goes by `Nobody`"), "{refused}");
}
