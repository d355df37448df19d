//! Whose history it is: a contact keeps its interactions through everything that happens to its note.

use expect_test::expect;

use crate::common::{Sandbox, without_ids};

const ADA: &str = "\
---
name: Ada Lovelace
circle: close
---
# Ada Lovelace

Likes engines.
Reads much.
Writes letters.
";

/// A vault with one contact, two calls and a call with someone else.
fn vault() -> Sandbox {
    let sandbox = Sandbox::with_git("//- people/charles.md\n# Charles Babbage\n//- ties.toml\n");
    sandbox.write("people/ada.md", ADA);
    commit(&sandbox);
    for arguments in [
        ["log", "call", "ada", "--on", "2026-11-01"],
        ["log", "email", "ada", "--on", "2026-11-10"],
        ["log", "call", "charles", "--on", "2026-11-15"],
    ] {
        let said = sandbox.ties(&arguments);
        assert_eq!(said.code, 0, "{}", said.stderr);
    }
    sandbox
}

fn commit(sandbox: &Sandbox) {
    sandbox.git(&["add", "--all"]);
    sandbox.git(&["commit", "--quiet", "--message=notes"]);
}

fn rename(sandbox: &Sandbox, old: &str, new: &str) {
    let new = sandbox.root().join(new);
    std::fs::create_dir_all(new.parent().unwrap()).unwrap();
    std::fs::rename(sandbox.root().join(old), new).unwrap();
}

/// Returns each interaction that `contact` has, and what `check` says of the journal.
fn history(sandbox: &Sandbox, contact: &str) -> String {
    let timeline = sandbox.json(&["timeline", contact]);
    let mut shown = String::new();
    for interaction in timeline["interactions"].as_array().unwrap() {
        let contacts = interaction["contacts"].as_array().unwrap();
        let contacts: Vec<&str> = contacts.iter().filter_map(|it| it.as_str()).collect();
        shown += &format!(
            "{} {} {}\n",
            interaction["on"].as_str().unwrap(),
            interaction["kind"].as_str().unwrap(),
            contacts.join(" ")
        );
    }
    shown + &unresolved(sandbox)
}

/// Returns what `check` says of contacts that the journal alone knows.
fn unresolved(sandbox: &Sandbox) -> String {
    let check = sandbox.json(&["check"]);
    let mut shown = String::new();
    for found in check["diagnostics"].as_array().unwrap() {
        if found["code"] == "unresolved-journal-contact" {
            shown += &format!(
                "{}\n{}\n",
                found["message"].as_str().unwrap(),
                found["help"].as_str().unwrap()
            );
        }
    }
    without_ids(&shown)
}

#[test]
fn it_follows_every_way_of_renaming_a_note() {
    // What is done, and where the note is then.
    type Way = (&'static str, fn(&Sandbox), &'static str);
    let ways: [Way; 9] = [
        (
            "ties rename",
            |sandbox| {
                let said = sandbox.ties(&["rename", "ada", "Ada King"]);
                assert_eq!(said.code, 0, "{}", said.stderr);
            },
            // The file was not called as the note is, so it keeps its name.
            "people/ada.md",
        ),
        (
            "an editor, not committed",
            |sandbox| rename(sandbox, "people/ada.md", "people/countess.md"),
            "people/countess.md",
        ),
        (
            "an editor that edits as well, not committed",
            |sandbox| {
                rename(sandbox, "people/ada.md", "people/countess.md");
                sandbox.write("people/countess.md", &format!("{ADA}Plays whist.\n"));
            },
            "people/countess.md",
        ),
        (
            "git mv, staged",
            |sandbox| {
                sandbox.git(&["mv", "people/ada.md", "people/countess.md"]);
            },
            "people/countess.md",
        ),
        (
            "git mv, committed",
            |sandbox| {
                sandbox.git(&["mv", "people/ada.md", "people/countess.md"]);
                commit(sandbox);
            },
            "people/countess.md",
        ),
        (
            "a rename with edits, committed",
            |sandbox| {
                sandbox.git(&["mv", "people/ada.md", "people/countess.md"]);
                let edited = ADA.replace("Likes engines", "Builds engines") + "Plays whist.\n";
                sandbox.write("people/countess.md", &edited);
                commit(sandbox);
            },
            "people/countess.md",
        ),
        (
            "only the case",
            |sandbox| {
                sandbox.git(&["mv", "people/ada.md", "people/Ada.md"]);
                commit(sandbox);
            },
            "people/Ada.md",
        ),
        (
            "another folder",
            |sandbox| {
                rename(sandbox, "people", "contacts/friends");
                commit(sandbox);
            },
            "contacts/friends/ada.md",
        ),
        (
            "again and again, and there was a note of the new name before",
            |sandbox| {
                sandbox.write(
                    "people/countess.md",
                    "# The Countess of Wessex\n\nSomeone.\n",
                );
                commit(sandbox);
                sandbox.git(&["rm", "--quiet", "people/countess.md"]);
                commit(sandbox);
                for (old, new) in [("ada", "b"), ("b", "c"), ("c", "countess")] {
                    let [old, new] = [old, new].map(|name| format!("people/{name}.md"));
                    sandbox.git(&["mv", &old, &new]);
                    commit(sandbox);
                }
            },
            "people/countess.md",
        ),
    ];
    for (what, rename, path) in ways {
        let sandbox = vault();
        rename(&sandbox);
        let expected = format!("2026-11-10 email {path}\n2026-11-01 call {path}\n");
        assert_eq!(history(&sandbox, path), expected, "{what}");
        // What is logged from then on joins what was.
        let said = sandbox.ties(&["log", "meal", path, "--on", "2026-11-20"]);
        assert_eq!(said.code, 0, "{what}: {}", said.stderr);
        let expected = format!("2026-11-20 meal {path}\n{expected}");
        assert_eq!(history(&sandbox, path), expected, "{what}");
        commit_if_needed(&sandbox);
        assert_eq!(history(&sandbox, path), expected, "{what}, then committed");
        // The same on another machine.
        let clone = Sandbox::plain("");
        let from = sandbox.root().display().to_string();
        clone.git(&["clone", "--quiet", &from, "."]);
        assert_eq!(history(&clone, path), expected, "{what}, in a clone");
    }
}

fn commit_if_needed(sandbox: &Sandbox) {
    if !sandbox.git(&["status", "--porcelain"]).is_empty() {
        commit(sandbox);
    }
}

#[test]
fn a_note_that_is_deleted_and_written_again_is_the_same_contact() {
    let sandbox = vault();
    sandbox.git(&["rm", "--quiet", "people/ada.md"]);
    commit(&sandbox);
    expect![[r"
        the journal has 2 interactions (the last of 2026-11-10) with `people/ada.md`, which is no note here (commit [COMMIT])
        a note at that path brings them back, or say which note it is now: `ties relink people/ada.md NEW`
    "]]
    .assert_eq(&unresolved(&sandbox));
    sandbox.write("people/ada.md", "# Ada, whom we met again\n");
    assert_eq!(
        history(&sandbox, "people/ada.md"),
        "2026-11-10 email people/ada.md\n2026-11-01 call people/ada.md\n"
    );
    // At another path nothing says that it is she, until someone does.
    rename(&sandbox, "people/ada.md", "people/countess.md");
    assert_ne!(unresolved(&sandbox), "");
    let said = sandbox.ties(&["relink", "people/ada.md", "people/countess.md"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let expected = "2026-11-10 email people/countess.md\n2026-11-01 call people/countess.md\n";
    assert_eq!(history(&sandbox, "people/countess.md"), expected);
    commit(&sandbox);
    assert_eq!(history(&sandbox, "people/countess.md"), expected);
}

#[test]
fn a_uid_outlives_any_rewriting() {
    let sandbox = Sandbox::with_git(
        "//- people/ada.md\n---\nname: Ada Lovelace\nuid: urn:uuid:1815\n---\nOne text.\n//- ties.toml\n",
    );
    assert_eq!(sandbox.ties(&["log", "call", "ada"]).code, 0);
    sandbox.git(&["rm", "--quiet", "people/ada.md"]);
    sandbox.write(
        "friends/countess.md",
        "---\nkind: contact\nuid: urn:uuid:1815\n---\nNothing as it was.\n",
    );
    // The path alone would say that it is someone else.
    sandbox.write(
        "people/ada.md",
        "---\nuid: urn:uuid:1990\n---\nA namesake.\n",
    );
    commit(&sandbox);
    assert_eq!(
        history(&sandbox, "friends/countess.md"),
        "2026-11-23 call friends/countess.md\n"
    );
    assert_eq!(history(&sandbox, "people/ada.md"), "");
}

#[test]
fn a_note_that_is_taken_back_has_its_history_back() {
    let sandbox = vault();
    sandbox.git(&["rm", "--quiet", "people/ada.md"]);
    let said = sandbox.ties(&["relink", "people/ada.md", "people/charles.md"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let joined = history(&sandbox, "people/charles.md");
    expect![[r"
        2026-11-15 call people/charles.md
        2026-11-10 email people/charles.md
        2026-11-01 call people/charles.md
    "]]
    .assert_eq(&joined);
    sandbox.git(&["checkout", "--quiet", "HEAD", "--", "people/ada.md"]);
    assert_eq!(
        history(&sandbox, "people/charles.md"),
        "2026-11-15 call people/charles.md\n"
    );
    assert_eq!(
        history(&sandbox, "people/ada.md"),
        "2026-11-10 email people/ada.md\n2026-11-01 call people/ada.md\n"
    );
}

#[test]
fn two_notes_of_one_person_have_one_history_on_every_machine() {
    let sandbox = vault();
    let clone = Sandbox::plain("");
    let from = sandbox.root().display().to_string();
    clone.git(&["clone", "--quiet", &from, "."]);
    clone.git(&["config", "user.name", "Robin"]);
    clone.git(&["config", "user.email", "robin@example.org"]);
    // The other machine still knows the old note when it logs.
    assert_eq!(clone.ties(&["log", "gift", "people/ada.md"]).code, 0);
    sandbox.git(&["rm", "--quiet", "people/ada.md"]);
    commit(&sandbox);
    let said = sandbox.ties(&["relink", "people/ada.md", "people/charles.md"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    sandbox.git(&[
        "pull",
        "--quiet",
        "--no-rebase",
        &clone.root().display().to_string(),
    ]);
    clone.git(&["pull", "--quiet", "--rebase", &from]);
    let expected = "2026-11-23 gift people/charles.md\n2026-11-15 call people/charles.md\n\
                    2026-11-10 email people/charles.md\n2026-11-01 call people/charles.md\n";
    assert_eq!(history(&sandbox, "charles"), expected);
    assert_eq!(history(&clone, "charles"), expected);
}

#[test]
fn a_commit_by_hand_is_an_interaction_like_any_other() {
    let sandbox = vault();
    let commit = |trailers: &[&str]| {
        let mut arguments = vec!["commit", "--quiet", "--allow-empty", "--message=lunch"];
        let trailers = trailers
            .iter()
            .map(|trailer| format!("--trailer={trailer}"));
        let trailers: Vec<String> = trailers.collect();
        arguments.extend(trailers.iter().map(String::as_str));
        sandbox.git(&arguments);
    };
    commit(&[
        "interaction: Meal",
        "interaction-date: 2026-11-12",
        "contact: people/ada.md",
    ]);
    // A path that is wrong, outside of the vault, or no path at all: kept, told, and harmless.
    commit(&[
        "Interaction: call",
        "Interaction-Date: 2026-11-13",
        "Contact: people/nobody.md",
    ]);
    commit(&[
        "Interaction: call",
        "Interaction-Date: 2026-11-14",
        "Contact: ../../etc/passwd",
    ]);
    sandbox.git(&["mv", "people/ada.md", "people/countess.md"]);
    expect![[r#"
        2026-11-12 meal people/countess.md
        2026-11-10 email people/countess.md
        2026-11-01 call people/countess.md
        the journal has an interaction of 2026-11-13 with `people/nobody.md`, which is no note here (commit [COMMIT])
        a note at that path brings them back, or say which note it is now: `ties relink people/nobody.md NEW`
        the journal has an interaction of 2026-11-14 with `../../etc/passwd`, which is no note here (commit [COMMIT])
        say which note it is now: `ties relink ../../etc/passwd NEW`
    "#]]
    .assert_eq(&history(&sandbox, "people/countess.md"));
    let all = sandbox.json(&["timeline"]);
    assert_eq!(all["interactions"].as_array().unwrap().len(), 6);
    // The command that is named mends it.
    for path in ["people/nobody.md", "../../etc/passwd"] {
        let said = sandbox.ties(&["relink", path, "people/charles.md"]);
        assert_eq!(said.code, 0, "{}", said.stderr);
    }
    assert_eq!(unresolved(&sandbox), "");
    assert!(history(&sandbox, "charles").starts_with(
        "2026-11-15 call people/charles.md\n2026-11-14 call people/charles.md\n2026-11-13"
    ));
}
