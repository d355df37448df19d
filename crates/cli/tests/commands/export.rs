//! `ties export`, and its JSON Lines imported elsewhere.

use std::fs;

use expect_test::expect;

use crate::common::Sandbox;

const PEOPLE: &str = "
//- ties.toml
//- me.md
//- people/ada.md
---
name: Ada [the first] <Lovelace>
uid: 8f1d
---
//- people/charles (senior).md
# Charles Babbage
//- events/soiree.md
---
kind: event
name: Soirée
---
";

/// A journal with everything that a record can hold.
fn vault() -> Sandbox {
    let sandbox = Sandbox::with_git(PEOPLE);
    for arguments in [
        &[
            "log",
            "call",
            "8f1d",
            "-m",
            "the engine",
            "--on",
            "2026-03-01",
            "--by",
            "them",
            "--gave",
            "a; b",
            "--gave",
            "c",
            "--received",
            "two: three",
        ][..],
        &[
            "log",
            "meal",
            "charles",
            "8f1d",
            "--on",
            "2026-03-02T19:00+01:00",
            "--event",
            "Soirée",
            "-m",
            "said\n\n# a heading\n\n```\nfence\n<script>\n- 2026-01-01 call: nobody",
        ],
        &[
            "log",
            "email",
            "charles",
            "--on",
            "2025-12-31",
            "-m",
            "wrong",
        ],
        &[
            "log",
            "gift",
            "charles",
            "--on",
            "2026-03-03",
            "-m",
            "never",
        ],
    ] {
        let said = sandbox.ties(arguments);
        assert_eq!(said.code, 0, "{}", said.stderr);
    }
    let ids = ids(&sandbox);
    assert_eq!(sandbox.ties(&["retract", &ids[0]]).code, 0);
    assert_eq!(sandbox.ties(&["amend", &ids[3], "-m", "right"]).code, 0);
    // By hand, about a note that is no more, of a kind and with trailers that nobody knows.
    sandbox.git(&[
        "commit",
        "--quiet",
        "--allow-empty",
        "--date=2026-03-04T12:00:00+0000",
        "--message=seen on the train <b>",
        "--trailer=Interaction: train ride",
        "--trailer=Interaction-Id: byhand",
        "--trailer=Contact: people/gone.md <9a>",
        "--trailer=Weather: rain; wind",
        "--trailer=Initiated-By: the train",
    ]);
    sandbox
}

/// Returns the ids of all that stands, newest first.
fn ids(sandbox: &Sandbox) -> Vec<String> {
    let json = sandbox.json(&["timeline"]);
    let all = json["interactions"].as_array().unwrap();
    all.iter()
        .map(|one| one["id"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn what_is_exported_comes_back_as_it_was() {
    let from = vault();
    let arguments = ["export", "jsonl", "--retracted"];
    let exported = from.ties(&arguments).stdout;
    assert_eq!(exported.lines().count(), 5);
    let to = Sandbox::with_git(PEOPLE);
    to.write("../old.jsonl", &exported);
    let said = to.ties(&["log", "--import", "../old.jsonl"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let again = to.ties(&arguments).stdout;
    assert_eq!(again, exported);
    // Another time there is nothing new.
    let said = to.ties(&["log", "--import", "../old.jsonl"]);
    assert_eq!(
        said.stdout,
        "nothing to log\n5 interactions already in the journal\n"
    );
    assert_eq!(
        to.ties(&["timeline"]).stdout,
        from.ties(&["timeline"]).stdout
    );
    assert_eq!(
        to.ties(&["timeline", "--retracted"]).stdout,
        from.ties(&["timeline", "--retracted"]).stdout
    );
}

#[test]
fn what_a_journal_holds_comes_in_though_nobody_would_log_it() {
    let from = Sandbox::with_git(PEOPLE);
    for trailers in [
        &[
            "Interaction: call",
            "Interaction-Date: 2031-01-01",
            "Contact: people/ada.md <8f1d>",
        ][..],
        &[
            "Interaction: call",
            "Interaction-Date: 2026-03-01",
            "Gave: time",
        ],
        &[
            "Interaction: seance",
            "Interaction-Date: 1832-05-03T10:00+00:00",
            "Contact: events/soiree.md",
        ],
        &[
            "Interaction: call",
            "Interaction-Date: 2026-03-02",
            "Contact: people/gone.md <u1>",
            "Event: people/ada.md",
            "CI: [skip ci]",
            "X: y",
        ],
    ] {
        let mut arguments = vec!["commit", "--quiet", "--allow-empty", "--message=said"];
        let trailers: Vec<String> = trailers
            .iter()
            .map(|one| format!("--trailer={one}"))
            .collect();
        arguments.extend(trailers.iter().map(String::as_str));
        from.git(&arguments);
    }
    let arguments = ["export", "jsonl"];
    let exported = from.ties(&arguments).stdout;
    assert_eq!(exported.lines().count(), 4);
    assert!(
        exported.contains("X: y") && !exported.contains("skip ci"),
        "{exported}"
    );
    let to = Sandbox::with_git(PEOPLE);
    to.write("../old.jsonl", &exported);
    let said = to.ties(&["log", "--import", "../old.jsonl"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!(to.ties(&arguments).stdout, exported);
    // Without an id each of these is refused.
    let bare: Vec<String> = exported
        .lines()
        .map(|line| {
            let mut json: serde_json::Value = serde_json::from_str(line).unwrap();
            json["id"].take();
            json.to_string()
        })
        .collect();
    for row in bare {
        to.write("../bare.jsonl", &row);
        to.fails(&["log", "--import", "../bare.jsonl"]);
    }
}

#[test]
fn markdown_is_for_reading() {
    let sandbox = vault();
    sandbox.git(&[
        "commit",
        "--quiet",
        "--allow-empty",
        "--message=a \u{1b}[2Jcommand",
        "--trailer=Interaction: call",
        "--trailer=Interaction-Date: 2026-03-05",
        "--trailer=Contact: 8f1d.md",
    ]);
    let exported = sandbox.ties(&["export", "md"]);
    expect![[r#"
        # Interactions

        5 interactions from 2025-12-31 to 2026-03-05.

        ## 2025

        ### 2025-12-31 email: Charles Babbage, right

        - kind: email
        - with: [Charles Babbage](<people/charles (senior).md>)
        - id: [ID]

        ## 2026

        ### 2026-03-01 call: Ada [the first] \<Lovelace>, the engine

        - kind: call
        - with: [Ada \[the first\] \<Lovelace>](people/ada.md)
        - reached out: them
        - gave: a; b
        - gave: c
        - received: two: three
        - id: [ID]

        ### 2026-03-02T19:00+01:00 meal: Charles Babbage and Ada [the first] \<Lovelace>, said

        - kind: meal
        - with: [Charles Babbage](<people/charles (senior).md>), [Ada \[the first\] \<Lovelace>](people/ada.md)
        - event: [Soirée](events/soiree.md)
        - id: [ID]

        > # a heading
        >
        > ```
        > fence
        > <script>
        > - 2026-01-01 call: nobody

        ### 2026-03-04 seen on the train \<b>

        - kind: train ride
        - with: `people/gone.md`
        - Weather: rain; wind
        - Initiated-By: the train
        - id: byhand

        ### 2026-03-05 a [2Jcommand

        - kind: call
        - with: `8f1d.md`
        - id: wn2fmg4be5a6
    "#]].assert_eq(&crate::common::without_ids(&exported.stdout));
}

#[test]
fn conditions_are_those_of_the_timeline() {
    let sandbox = vault();
    let lines = |arguments: &[&str]| {
        let said = sandbox.ties(&[&["export", "jsonl"], arguments].concat());
        assert_eq!(said.code, 0, "{}", said.stderr);
        said.stdout.lines().count()
    };
    assert_eq!(lines(&[]), 4);
    assert_eq!(lines(&["--retracted"]), 5);
    assert_eq!(lines(&["charles"]), 2);
    assert_eq!(lines(&["--kind", "call", "--since", "2026"]), 1);
    assert_eq!(lines(&["--until", "2024"]), 0);
    let refused = sandbox.fails(&["export", "md", "--retracted"]);
    assert!(
        refused.contains("hint: `ties timeline --retracted`"),
        "{refused}"
    );
}

#[test]
fn a_file_is_written_whole_and_none_is_overwritten() {
    let sandbox = vault();
    let said = sandbox.ties(&["export", "md", "--output", "events/all.md"]);
    assert_eq!(said.stdout, "4 interactions in events/all.md\n");
    let text = sandbox.read("events/all.md");
    assert!(text.contains("(<../people/charles (senior).md>)"), "{text}");
    // As a note it takes nothing into the journal and has no link that leads nowhere.
    let said = sandbox.ties(&["check", "events/all.md"]);
    assert_eq!(said.code, 0, "{}", said.stdout);
    let refused = sandbox.fails(&["export", "jsonl", "-o", "events/all.md"]);
    expect![[r#"
        error: `events/all.md` is there already
        hint: `--force` replaces it
    "#]]
    .assert_eq(&refused);
    let said = sandbox.ties(&["-q", "export", "jsonl", "-o", "events/all.md", "--force"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(sandbox.read("events/all.md").starts_with('{'));
    let refused = sandbox.fails(&["export", "md", "-o", "nowhere/all.md"]);
    assert!(
        refused.starts_with("error: `nowhere/all.md`: "),
        "{refused}"
    );
    let left = fs::read_dir(sandbox.root().join("events")).unwrap().count();
    assert_eq!(left, 2);
}

#[test]
fn an_empty_journal_is_exported_too() {
    let sandbox = Sandbox::with_git(PEOPLE);
    assert_eq!(sandbox.ties(&["export", "jsonl"]).stdout, "");
    assert_eq!(
        sandbox.ties(&["export", "md"]).stdout,
        "# Interactions\n\nNo interactions.\n"
    );
}

#[test]
fn rows_that_take_something_back_or_bring_trailers_say_so_clearly() {
    let sandbox = Sandbox::with_git(PEOPLE);
    let row = |rest: &str| {
        sandbox.write(
            "../bad.jsonl",
            &format!(
                "{{\"date\":\"2026-01-01\",\"kind\":\"call\",\"contacts\":[\"8f1d\"],{rest}}}\n"
            ),
        );
        sandbox.fails(&["log", "--import", "../bad.jsonl"])
    };
    let said = row(r#""retracted":true"#);
    assert!(said.contains("nobody knows what this takes back"), "{said}");
    let said = row(r#""id":"x","retracted":"perhaps""#);
    assert!(said.contains("`perhaps` is not `yes` or `no`"), "{said}");
    for bad in ["Weather", "We ather: rain", "Weather:", ": rain"] {
        let said = row(&format!(r#""trailers":["{bad}"]"#));
        assert!(said.contains("is no trailer"), "{said}");
    }
}
