//! `log --import`, `log --from-notes`: many interactions at once, all of them or none.

use expect_test::expect;

use crate::{PEOPLE, common::Sandbox};

const CSV: &str = "\u{feff}Date;Kind;With;Message;By;Gave;Event\r\n\
2024-03-01;call;ada@example.org;the engine;me;;\r\n\
2019-05-02;meeting;\"Countess;urn:uuid:2a5c\";\"two\r\nlines\";them;time;soiree\r\n\
;;;;;;\r\n\
2020-01-31T15:00+01:00;email;people/charles-babbage.md;;;;\r\n";

#[test]
fn a_table_becomes_commits_oldest_first() {
    let sandbox = Sandbox::with_git(PEOPLE);
    sandbox.write("staged.md", "staged\n");
    sandbox.git(&["add", "staged.md"]);
    let status = sandbox.git(&["status", "--porcelain=v2"]);
    std::fs::write(sandbox.root().join("../old.csv"), CSV).unwrap();
    let said = sandbox.ties(&["log", "--import", "../old.csv"]);
    assert_eq!(said.stderr, "");
    expect![[r#"
        2019-05-02  a2jndhf2fp3g  meeting: Ada Lovelace and Charles Babbage, two
        2020-01-31  qhf6yeehp3cx  email: Charles Babbage
        2024-03-01  6kptxe3ky1k6  call: Ada Lovelace, the engine
        logged 3 interactions
    "#]]
    .assert_eq(&said.stdout);
    expect![[r#"
        2024-03-01 12:00:00 +0000
        call: Ada Lovelace, the engine

        Interaction: call
        Interaction-Id: 6kptxe3ky1k6
        Interaction-Date: 2024-03-01
        Contact: people/ada-lovelace.md
        Initiated-By: me

        2020-01-31 15:00:00 +0100
        email: Charles Babbage

        Interaction: email
        Interaction-Id: qhf6yeehp3cx
        Interaction-Date: 2020-01-31T15:00+01:00
        Contact: people/charles-babbage.md <urn:uuid:2a5c>

        2019-05-02 12:00:00 +0000
        meeting: Ada Lovelace and Charles Babbage, two

        lines

        Interaction: meeting
        Interaction-Id: a2jndhf2fp3g
        Interaction-Date: 2019-05-02
        Contact: people/ada-lovelace.md
        Contact: people/charles-babbage.md <urn:uuid:2a5c>
        Initiated-By: them
        Gave: time
        Event: events/soiree.md

    "#]]
    .assert_eq(&sandbox.git(&["log", "-3", "--format=%ai%n%B"]));
    assert_eq!(sandbox.git(&["status", "--porcelain=v2"]), status);
    assert_eq!(sandbox.git(&["fsck", "--strict"]), "");

    // Once more adds nothing, as the ids come from the content.
    let head = sandbox.git(&["rev-parse", "HEAD"]);
    let said = sandbox.ties(&["log", "--import", "../old.csv"]);
    assert_eq!(
        said.stdout,
        "nothing to log\n3 interactions already in the journal\n"
    );
    assert_eq!(sandbox.git(&["rev-parse", "HEAD"]), head);
}

#[test]
fn every_name_that_is_not_clear_is_reported_and_nothing_written() {
    let sandbox = Sandbox::with_git(&format!(
        "{PEOPLE}//- people/ada-okafor.md\n---\naliases: [Countess]\n---\n# Ada Okafor\n"
    ));
    sandbox.write(
        "old.csv",
        "date,kind,contacts,by,event\n\
         2024-03-01,call,Ada,,\n\
         2024-03-02,cal,\"Charles Babbage; Charles Babage\",,\n\
         \n\
         2024-03-03,call,Countess,,Soirée\n\
         2027-01-01,call,\"Charles\nBabbage\",you,\n\
         yesterday,call,Charles Babage,me,\n\
         2024-02-30,,Charles Babage,me,soiree\n",
    );
    expect![[r#"
        error: `old.csv` has 11 problems, so nothing was written
          line 2, column 17: no contact goes by `Ada`
          line 3, column 12: `cal` is no kind of interaction; did you mean `call`?
          line 3, column 34: no contact goes by `Charles Babage`; did you mean `people/charles-babbage.md` (Charles Babbage)? (and 2 more like it)
          line 5, column 17: `Countess` may be any of 2 contacts: `people/ada-lovelace.md` (Ada Lovelace), `people/ada-okafor.md` (Ada Okafor); write the path
          line 6, column 1: `2027-01-01` is yet to come
          line 7, column 10: `you` did not reach out: `me` or `them` did
          line 8, column 1: `yesterday` is no day; write it as 2026-11-20, 2026-11-20T15:00 or 2026-11-20T15:00+01:00
          line 9, column 1: `2024-02-30` is no day; write it as 2026-11-20, 2026-11-20T15:00 or 2026-11-20T15:00+01:00
          line 9, column 1: there is no kind
        hint: `ties new contact NAME` makes a note, an alias in a note makes it known by another name
    "#]].assert_eq(&sandbox.fails(&["log", "--import", "old.csv"]));
}

#[test]
fn what_the_timeline_exports_comes_back_as_it_was() {
    let sandbox = Sandbox::with_git(PEOPLE);
    for arguments in [
        &[
            "log",
            "call",
            "ada",
            "-m",
            "one\n\n  indented\n\n# heading",
            "--on",
            "2024-03-01T15:00+05:30",
            "--gave",
            "a;b",
        ][..],
        &[
            "log", "meeting", "charles", "ada", "--by", "them", "--event", "soiree",
        ],
        &["log", "email", "ada", "-m", "taken back"],
    ] {
        assert_eq!(sandbox.ties(arguments).code, 0);
    }
    let newest = sandbox.json(&["timeline", "ada", "-n1"]);
    let id = newest["interactions"][0]["id"].as_str().unwrap();
    assert_eq!(sandbox.ties(&["amend", id, "--kind", "letter"]).code, 0);
    let exported = sandbox.json(&["timeline"]);
    let said = sandbox.ties(&["--format", "json", "timeline"]);
    std::fs::write(sandbox.root().join("../all.json"), &said.stdout).unwrap();

    // In the vault it comes from there is nothing to add.
    let said = sandbox.ties(&["log", "--import", "../all.json"]);
    assert_eq!(
        said.stdout,
        "nothing to log\n3 interactions already in the journal\n"
    );

    // In a copy without the history everything returns, ids and revisions too.
    let lines: Vec<String> = exported["interactions"]
        .as_array()
        .unwrap()
        .iter()
        .map(ToString::to_string)
        .collect();
    for text in [lines.join("\n"), exported.to_string()] {
        let copy = Sandbox::with_git(PEOPLE);
        copy.write("all.jsonl", &text);
        let said = copy.ties(&["log", "--import", "all.jsonl"]);
        assert_eq!((said.code, &*said.stderr), (0, ""));
        let mut back = copy.json(&["timeline"]);
        let mut before = exported.clone();
        for timeline in [&mut back, &mut before] {
            for interaction in timeline["interactions"].as_array_mut().unwrap() {
                interaction["commit"] = serde_json::Value::Null;
            }
        }
        let by_id = |timeline: &serde_json::Value| {
            let mut all: Vec<String> = timeline["interactions"]
                .as_array()
                .unwrap()
                .iter()
                .map(ToString::to_string)
                .collect();
            all.sort();
            all
        };
        assert_eq!(by_id(&back), by_id(&before));
    }
}

#[test]
fn equal_rows_are_as_many_interactions() {
    let sandbox = Sandbox::with_git(PEOPLE);
    let row = "2024-03-01,call,Ada Lovelace\n";
    sandbox.write("old.csv", &format!("date,kind,who\n{row}{row}"));
    assert_eq!(sandbox.json(&["log", "--import", "old.csv"])["logged"], 2);
    sandbox.write("old.csv", &format!("date,kind,who\n{row}{row}{row}"));
    let said = sandbox.json(&["log", "--import", "old.csv"]);
    assert_eq!((&said["logged"], &said["known"]), (&1.into(), &2.into()));
    assert_eq!(
        sandbox.json(&["timeline"])["interactions"]
            .as_array()
            .unwrap()
            .len(),
        3
    );
}

#[test]
fn a_dry_run_writes_nothing_and_lists_all() {
    let sandbox = Sandbox::with_git(PEOPLE);
    sandbox.write("old.csv", "date,kind,who\n2024-03-01,call,Ada Lovelace\n");
    let before = sandbox.on_disk();
    let said = sandbox.ties(&["log", "--import", "old.csv", "--dry-run"]);
    expect![[r#"
        2024-03-01  72ferm7wwy40  call: Ada Lovelace
        would log 1 interaction
    "#]]
    .assert_eq(&said.stdout);
    assert!(sandbox.on_disk() == before);
}

#[test]
fn a_path_from_a_journal_that_is_no_note_any_more_is_kept_and_told() {
    let sandbox = Sandbox::with_git(PEOPLE);
    sandbox.write(
        "old.jsonl",
        r#"{"id":"01jd9p4m6x3r","on":"2024-03-01","kind":"call","summary":"call: Gone","contacts":["people/gone.md"]}"#,
    );
    let said = sandbox.ties(&["log", "--import", "old.jsonl"]);
    expect![[r#"
        warning: `people/gone.md` is no note here (1 interaction): `ties relink 'people/gone.md' CONTACT` says whose they are
    "#]]
    .assert_eq(&said.stderr);
    assert_eq!(said.code, 0);
    // The same without an id is someone's slip.
    sandbox.write(
        "old.jsonl",
        r#"{"on":"2024-03-01","kind":"call","contacts":["people/gone.md"]}"#,
    );
    expect![[r#"
        error: `old.jsonl` has 1 problem, so nothing was written
          line 1, column 47: no contact goes by `people/gone.md`
        hint: `ties new contact NAME` makes a note, an alias in a note makes it known by another name
    "#]].assert_eq(&sandbox.fails(&["log", "--import", "old.jsonl"]));
}

#[test]
fn what_cannot_be_read_is_refused() {
    let sandbox = Sandbox::with_git(PEOPLE);
    sandbox.write("empty.csv", "");
    std::fs::write(
        sandbox.root().join("latin.csv"),
        b"date,kind,who\n2024-03-01,call,Zo\xeb\n",
    )
    .unwrap();
    sandbox.write("broken.jsonl", "{\"kind\":\n");
    let shown: String = ["empty.csv", "latin.csv", "broken.jsonl", "none.csv"]
        .iter()
        .map(|file| sandbox.fails(&["log", "--import", file]))
        .collect();
    expect![[r#"
        error: `empty.csv` has 1 problem, so nothing was written
          line 1, column 1: there is no line that names the columns: `date,kind,contacts,message`
        hint: `ties log --help` and the manual have the columns
        error: `latin.csv`: line 2 is not UTF-8
        hint: save it as UTF-8 in the program that made it, or `iconv -t utf-8` it
        error: `broken.jsonl` has 1 problem, so nothing was written
          line 2, column 1: this is no JSON: EOF while parsing a value
        hint: `ties log --help` and the manual have the columns
        error: `none.csv`: no such file or directory
        hint: `--import` names a file, or `-` for standard input
    "#]]
    .assert_eq(&shown);
}

#[test]
fn standard_input_is_taken() {
    use std::io::Write as _;
    let sandbox = Sandbox::with_git(PEOPLE);
    let mut command = sandbox.command(&["log", "--import", "-"]);
    let mut child = command
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin
        .write_all(b"when\ttype\twho\n2024-03-01\tcall\tada@example.org\n")
        .unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert!(
        String::from_utf8(output.stdout)
            .unwrap()
            .ends_with("logged 1 interaction\n")
    );
}

const ENTRIES: &str = r#"
//- people/ada.md
---
name: Ada
circle: close
---
- 2026-11-12 call: the engine
- 2026-11-02 call: logged
- 2026-12-24 call: to come
//- people/ben.md
---
name: Ben
---
## 2026-11-17 meeting
//- events/tea.md
---
name: Tea
date: 2026-11-17
people: [Ada, Ben]
---
- 2026-11-17 meeting: the *kettle*
"#;

#[test]
fn entries_of_the_notes_are_logged_after_being_shown() {
    let sandbox = Sandbox::with_git(ENTRIES);
    sandbox.ties(&["log", "call", "ada", "--on", "2026-11-02"]);
    let refused = sandbox.fails(&["log", "--from-notes"]);
    expect![[r#"
        error: 2 interactions would be logged, and nobody is there to ask
        hint: `--dry-run` shows them, `--yes` logs them
    "#]]
    .assert_eq(&refused);
    let shown = sandbox.ties(&["log", "--from-notes", "--dry-run"]);
    expect![[r#"
        2026-11-12  qvwgrf2j061k  call: Ada, the engine
        2026-11-17  6dfsz753kj6m  meeting: Ada and Ben, the kettle
        would log 2 interactions
    "#]]
    .assert_eq(&crate::common::without_ids(&shown.stdout));
    let check = sandbox.ties(&["check"]);
    assert!(
        check.stdout.contains("unlogged-interaction"),
        "{}",
        check.stdout
    );

    let logged = sandbox.json(&["log", "--from-notes", "--yes"]);
    assert_eq!(logged["logged"], 2);
    expect![[r#"
        meeting: Ada and Ben, the kettle

        Interaction: meeting
        Interaction-Id: 6dfsz753kj6m
        Interaction-Date: 2026-11-17
        Contact: people/ada.md
        Contact: people/ben.md
        Event: events/tea.md

        call: Ada, the engine

        Interaction: call
        Interaction-Id: qvwgrf2j061k
        Interaction-Date: 2026-11-12
        Contact: people/ada.md

    "#]]
    .assert_eq(&crate::common::without_ids(&sandbox.git(&[
        "log",
        "-2",
        "--format=%B",
    ])));
    let check = sandbox.ties(&["check"]);
    assert!(
        !check.stdout.contains("unlogged-interaction"),
        "{}",
        check.stdout
    );
    let again = sandbox.ties(&["log", "--from-notes", "--yes"]);
    assert_eq!(again.stdout, "nothing to log\n");
    assert_eq!(sandbox.git(&["fsck", "--strict"]), "");
}
