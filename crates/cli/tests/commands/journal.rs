//! `log`, `timeline`, `amend`, `retract`.

use std::{
    fs,
    time::{Duration, SystemTime},
};

use expect_test::{Expect, expect};

use crate::{
    PEOPLE,
    common::{Sandbox, without_ids},
};

/// Runs commands one after another and compares what they say.
fn check(sandbox: &Sandbox, commands: &[&[&str]], expected: &Expect) {
    let mut shown = String::new();
    for command in commands {
        let said = sandbox.ties(command);
        assert_eq!(said.code, 0, "{command:?}: {}", said.stderr);
        shown.push_str(&said.stdout);
        shown.push_str(&said.stderr);
    }
    expected.assert_eq(&without_ids(&shown));
}

fn newest_id(sandbox: &Sandbox) -> String {
    let timeline = sandbox.json(&["timeline", "-n1"]);
    timeline["interactions"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[test]
fn an_interaction_becomes_one_commit() {
    let sandbox = Sandbox::with_git(PEOPLE);
    let ada = sandbox.read("people/ada-lovelace.md");
    sandbox.write("people/ada-lovelace.md", &format!("{ada}\nchanged\n"));
    sandbox.write("staged.md", "staged\n");
    sandbox.git(&["add", "staged.md"]);
    let status = sandbox.git(&["status", "--porcelain"]);
    check(
        &sandbox,
        &[&[
            "log",
            "meeting",
            "countess",
            "charles",
            "-m",
            "the engine\n\nIt *works*.",
            "--on",
            "last friday",
            "--by",
            "them",
            "--gave",
            "proof reading",
            "--received",
            "a date",
            "--event",
            "soiree",
        ]],
        &expect![[r#"
            logged 2026-11-20  meeting: Ada Lovelace and Charles Babbage, the engine
                   [ID]  commit [COMMIT]
            next follow-up with Ada Lovelace: 2026-12-20 (in 27 days)
            next follow-up with Charles Babbage: 2027-02-20 (in 89 days)
        "#]],
    );
    expect![[r#"
        Robin 2026-11-20 12:00:00 +0000
        meeting: Ada Lovelace and Charles Babbage, the engine

        It *works*.

        Interaction: meeting
        Interaction-Id: [ID]
        Interaction-Date: 2026-11-20
        Contact: people/ada-lovelace.md
        Contact: people/charles-babbage.md <urn:uuid:2a5c>
        Initiated-By: them
        Gave: proof reading
        Received: a date
        Event: events/soiree.md

    "#]]
    .assert_eq(&without_ids(&sandbox.git(&[
        "log",
        "-1",
        "--format=%an %ad%n%B",
        "--date=iso",
    ])));
    assert_eq!(sandbox.git(&["status", "--porcelain"]), status);
    assert_eq!(sandbox.git(&["diff", "HEAD~1", "HEAD"]), "");
}

#[test]
fn a_contact_is_found_by_any_clear_name() {
    let sandbox = Sandbox::with_git(PEOPLE);
    for name in [
        "people/ada-lovelace.md",
        "people/ada-lovelace",
        "ada-lovelace",
        "Ada Lovelace",
        "ADA LOVELACE",
        "Countess",
        "ada@example.org",
        "ada",
        "love",
        "lovelace ada",
        "Ada Lovelce",
        "[[Ada Lovelace]]",
    ] {
        let logged = sandbox.json(&["log", "call", name]);
        assert_eq!(
            logged["contacts"],
            serde_json::json!(["people/ada-lovelace.md"]),
            "{name}"
        );
    }
    let logged = sandbox.json(&["log", "call", "urn:uuid:2a5c"]);
    assert_eq!(
        logged["contacts"],
        serde_json::json!(["people/charles-babbage.md"])
    );
}

#[test]
fn a_path_from_the_current_folder_is_a_contact() {
    let sandbox = Sandbox::with_git(PEOPLE);
    let output = sandbox
        .command(&["--format", "json", "log", "call", "charles-babbage.md"])
        .current_dir(sandbox.root().join("people"))
        .output()
        .unwrap();
    let logged: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        logged["contacts"],
        serde_json::json!(["people/charles-babbage.md"])
    );
}

#[test]
fn the_next_follow_up_is_the_same_whether_or_not_all_notes_were_read() {
    let sandbox = Sandbox::with_git(PEOPLE);
    check(
        &sandbox,
        &[
            &["log", "call", "people/ada-lovelace.md"],
            &["log", "call", "countess"],
            &["log", "call", "ada", "--on", "a month ago"],
        ],
        &expect![[r#"
            logged 2026-11-23  call: Ada Lovelace
                   [ID]  commit [COMMIT]
            next follow-up with Ada Lovelace: 2026-12-23 (in 30 days)
            logged 2026-11-23  call: Ada Lovelace
                   [ID]  commit [COMMIT]
            next follow-up with Ada Lovelace: 2026-12-23 (in 30 days)
            logged 2026-10-23  call: Ada Lovelace
                   [ID]  commit [COMMIT]
            next follow-up with Ada Lovelace: 2026-12-23 (in 30 days)
        "#]],
    );
}

#[test]
fn the_timeline_is_newest_first_and_can_be_narrowed() {
    let sandbox = Sandbox::with_git(PEOPLE);
    for (kind, who, on) in [
        ("call", "ada", "2026-10-01"),
        ("email", "charles", "2026-10-05"),
        ("call", "ada", "2026-11-20T15:00+01:00"),
    ] {
        assert_eq!(
            sandbox
                .ties(&["log", kind, who, "--on", on, "-m", "words\n\nmore words"])
                .code,
            0
        );
    }
    check(
        &sandbox,
        &[
            &["timeline"],
            &["timeline", "ada", "--bodies"],
            &["timeline", "--since", "2026-10-05", "--until", "2026-10-05"],
            &["timeline", "--kind", "email"],
            &["timeline", "-n", "1"],
            &["timeline", "--since", "today"],
        ],
        &expect![[r#"
            2026-11-20  [ID]  call: Ada Lovelace, words
            2026-10-05  [ID]  email: Charles Babbage, words
            2026-10-01  [ID]  call: Ada Lovelace, words
            2026-11-20  [ID]  call: Ada Lovelace, words
                more words
            2026-10-01  [ID]  call: Ada Lovelace, words
                more words
            2026-10-05  [ID]  email: Charles Babbage, words
            2026-10-05  [ID]  email: Charles Babbage, words
            2026-11-20  [ID]  call: Ada Lovelace, words
            1 of 3 interactions
            no interactions
            3 interactions without these limits
        "#]],
    );
    let timeline = sandbox.json(&["timeline", "-n1"]);
    expect![[r#"
        {
          "interactions": [
            {
              "body": "more words",
              "commit": "[COMMIT]",
              "contacts": [
                "people/ada-lovelace.md"
              ],
              "event": null,
              "gave": [],
              "goal": null,
              "id": "[ID]",
              "initiated_by": null,
              "kind": "call",
              "on": "2026-11-20T15:00+01:00",
              "received": [],
              "retracted": false,
              "revision": 1,
              "summary": "call: Ada Lovelace, words",
              "trailers": []
            }
          ]
        }
    "#]]
    .assert_eq(&without_ids(&format!("{timeline:#}\n")));
}

#[test]
fn corrections_append_and_keep_what_they_do_not_name() {
    let sandbox = Sandbox::with_git(PEOPLE);
    assert_eq!(
        sandbox
            .ties(&["log", "call", "ada", "-m", "the engine", "--gave", "time"])
            .code,
        0
    );
    let id = newest_id(&sandbox);
    check(
        &sandbox,
        &[
            &[
                "amend",
                &id,
                "--kind",
                "video",
                "--contact",
                "ada",
                "--contact",
                "charles",
            ],
            &["timeline"],
            &["retract", &id[..6]],
            &["timeline"],
            &["amend", &id],
            &["timeline"],
        ],
        &expect![[r#"
            amended 2026-11-23  video: Ada Lovelace and Charles Babbage, the engine
                    [ID]  commit [COMMIT]
            2026-11-23  [ID]  video: Ada Lovelace and Charles Babbage, the engine
            retracted 2026-11-23  video: Ada Lovelace and Charles Babbage, the engine
                      [ID]  commit [COMMIT]
            `ties amend [ID]` restores it
            no interactions
            `ties log KIND CONTACT` logs one
            amended 2026-11-23  video: Ada Lovelace and Charles Babbage, the engine
                    [ID]  commit [COMMIT]
            2026-11-23  [ID]  video: Ada Lovelace and Charles Babbage, the engine
        "#]],
    );
    let timeline = sandbox.json(&["timeline"]);
    assert_eq!(
        timeline["interactions"][0]["gave"],
        serde_json::json!(["time"])
    );
    assert_eq!(timeline["interactions"][0]["revision"], 4);
    assert_eq!(sandbox.git(&["rev-list", "--count", "HEAD"]), "5\n");
}

#[test]
fn notes_go_along_where_that_is_asked_for() {
    let sandbox = Sandbox::with_git(PEOPLE);
    sandbox.write("people/ada-lovelace.md", "# Ada Lovelace\n");
    sandbox.write("people/charles-babbage.md", "# Charles Babbage\n");
    assert_eq!(
        sandbox.ties(&["log", "call", "ada", "--with-notes"]).code,
        0
    );
    assert_eq!(
        sandbox.git(&["diff", "--name-only", "HEAD~1", "HEAD"]),
        "people/ada-lovelace.md\n"
    );
    assert_eq!(
        sandbox.git(&["status", "--porcelain"]),
        " M people/charles-babbage.md\n"
    );
}

#[test]
fn a_note_written_anew_gets_its_history_back() {
    let sandbox = Sandbox::with_git(PEOPLE);
    assert_eq!(
        sandbox
            .ties(&["log", "call", "ada", "-m", "the engine"])
            .code,
        0
    );
    fs::remove_file(sandbox.root().join("people/ada-lovelace.md")).unwrap();
    sandbox.write(
        "people/countess.md",
        "# Augusta King\nQuite another text than the note had.\n",
    );
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "--message=anew"]);
    check(
        &sandbox,
        &[
            &["timeline", "augusta"],
            &["relink", "people/ada-lovelace.md", "augusta"],
            &["timeline", "augusta"],
        ],
        &expect![[r#"
            no interactions
            1 interaction without these limits
            people/ada-lovelace.md is people/countess.md now, in 1 interaction  [COMMIT]
            2026-11-23  [ID]  call: Ada Lovelace, the engine
        "#]],
    );
    let refused = sandbox.fails(&["relink", "people/ada-lovelace.md", "augusta"]);
    expect![[r#"
        error: the journal misses no note `people/ada-lovelace.md`
        hint: every contact of every interaction has its note
    "#]]
    .assert_eq(&refused);
}

#[test]
fn a_name_is_looked_up_without_reading_all_notes_until_a_folder_changes() {
    let sandbox = Sandbox::with_git(PEOPLE);
    let long_ago = SystemTime::now() - Duration::from_hours(1);
    for path in [
        "",
        "people",
        "events",
        "organizations",
        "ties.toml",
        ".git/info/exclude",
    ] {
        if let Ok(file) = fs::File::open(sandbox.root().join(path)) {
            file.set_modified(long_ago).unwrap();
        }
    }
    let remembered = || {
        let files = fs::read_dir(sandbox.root().join(".git/ties"));
        let names = files
            .into_iter()
            .flatten()
            .map(|file| file.unwrap().file_name());
        names
            .filter(|name| name.to_string_lossy().starts_with("names-"))
            .count()
    };
    assert_eq!(remembered(), 0);
    assert_eq!(sandbox.ties(&["due"]).code, 0);
    assert_eq!(remembered(), 1);
    // What is not read cannot matter: of the others only their folders are looked at.
    let charles = sandbox.root().join("people/charles-babbage.md");
    let text = fs::read_to_string(&charles).unwrap();
    fs::write(&charles, "---\nname: Ada Lovelace\n---\n").unwrap();
    let said = sandbox.ties(&["log", "call", "ada lovelace", "--event", "soiree"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    fs::write(&charles, text).unwrap();

    sandbox.write("people/second.md", "# Ada Lovelace\n");
    let message = sandbox.fails(&["log", "call", "ada lovelace"]);
    assert!(message.contains("may be any of 2 contacts"), "{message}");
}

#[test]
fn what_a_reset_took_is_told_restored_or_let_go() {
    let sandbox = Sandbox::with_git(PEOPLE);
    for day in ["2026-11-01", "2026-11-02", "2026-11-03"] {
        let said = sandbox.ties(&["log", "call", "ada lovelace", "-m", "hello", "--on", day]);
        assert_eq!(said.code, 0, "{}", said.stderr);
    }
    assert_eq!(sandbox.ties(&["lost"]).stdout, "nothing is lost\n");
    sandbox.git(&["reset", "--quiet", "--hard", "HEAD~2"]);
    let check_said = without_ids(&sandbox.ties(&["check"]).stdout);
    assert!(
        check_said.contains("lost-interaction")
            && check_said
                .contains("2 interactions that were logged here are in no branch any more"),
        "{check_said}"
    );
    let lost = sandbox.json(&["lost"]);
    let ids: Vec<&str> = lost["interactions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|lost| lost["id"].as_str().unwrap())
        .collect();
    check(
        &sandbox,
        &[
            &["lost"],
            &["let-go", ids[0]],
            &["restore", "--all"],
            &["lost"],
            &["timeline"],
        ],
        &expect![[r#"
            2026-11-03  [ID]  call: Ada Lovelace, hello
            2026-11-02  [ID]  call: Ada Lovelace, hello
            2 interactions: `ties restore ID` logs one again, `ties let-go ID` lets it go, `--all` takes all
            let go 1 interaction
            2026-11-03  [ID]  call: Ada Lovelace, hello
            restored 1 interaction
            2026-11-02  [ID]  call: Ada Lovelace, hello
            nothing is lost
            2026-11-02  [ID]  call: Ada Lovelace, hello
            2026-11-01  [ID]  call: Ada Lovelace, hello
        "#]],
    );
    sandbox.fails(&["restore", "--all"]);
    sandbox.fails(&["let-go", "nosuchid"]);
}

#[test]
fn hosts_are_told_of_commits_that_only_log_where_that_is_set() {
    let sandbox =
        Sandbox::with_git("//- ties.toml\n[journal]\nskip_ci = true\n//- people/ada.md\n# Ada\n");
    let newest = || sandbox.git(&["log", "-1", "--format=%(trailers:only)"]);
    let id = sandbox.json(&["log", "call", "ada", "-m", "engines"])["id"].clone();
    let id = id.as_str().unwrap();
    assert!(
        newest().contains("Contact: people/ada.md\nCI: [skip ci]\n"),
        "{}",
        newest()
    );
    for arguments in [&["amend", id, "-m", "looms"][..], &["retract", id]] {
        assert_eq!(sandbox.ties(arguments).code, 0);
        assert_eq!(newest().matches("[skip ci]").count(), 1, "{}", newest());
    }
    // What changes a note is for the host to look at.
    sandbox.write("people/ada.md", "# Ada\n\nmore\n");
    assert_eq!(
        sandbox.ties(&["log", "call", "ada", "--with-notes"]).code,
        0
    );
    assert!(!newest().contains("[skip ci]"), "{}", newest());
}
