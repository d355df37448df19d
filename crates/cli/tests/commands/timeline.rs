//! `ties timeline`: what can be asked of the journal, and the forms of the answer.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use expect_test::{Expect, expect};
use serde_json::Value;

use crate::{
    PEOPLE,
    common::{Sandbox, without_ids},
};

/// Returns a vault with a handful of interactions.
fn vault() -> Sandbox {
    let sandbox = Sandbox::with_git(PEOPLE);
    for (kind, who, on, more) in [
        ("call", &["ada"][..], "2025-12-31", &["--by", "them"][..]),
        (
            "meal",
            &["ada", "charles"],
            "2026-10-01",
            &["-m", "the Žižkov café\n\nA *long* evening.", "--by", "me"],
        ),
        (
            "email",
            &["charles"],
            "2026-10-31",
            &["--gave", "a map of the café"],
        ),
        (
            "event",
            &["ada"],
            "2026-11-20T23:30-05:00",
            &["--event", "soiree", "--received", "an introduction"],
        ),
    ] {
        let arguments = [&["log", kind], who, &["--on", on], more].concat();
        assert_eq!(sandbox.ties(&arguments).code, 0, "{arguments:?}");
    }
    sandbox
}

/// Runs `ties timeline` with each line of arguments and compares what it says.
fn check(sandbox: &Sandbox, lines: &[&str], expected: &Expect) {
    let mut shown = String::new();
    for line in lines {
        let arguments: Vec<&str> = line.split(' ').filter(|word| !word.is_empty()).collect();
        let arguments: Vec<String> = arguments
            .iter()
            .map(|word| word.replace('_', " "))
            .collect();
        let mut all = vec!["timeline"];
        all.extend(arguments.iter().map(String::as_str));
        let said = sandbox.ties(&all);
        assert_eq!(said.code, 0, "{line}: {}", said.stderr);
        shown.push_str(&format!("> {line}\n{}{}", said.stdout, said.stderr));
    }
    expected.assert_eq(&without_ids(&shown));
}

#[test]
fn days_months_and_years_count_whole() {
    check(
        &vault(),
        &[
            "--since 2026",
            "--until 2025",
            "--since last_month --until last_month",
            "--since 2026-10-31 --until nov",
            "--since yesterday",
        ],
        &expect![[r#"
            > --since 2026
            2026-11-20  [ID]  event: Ada Lovelace
            2026-10-31  [ID]  email: Charles Babbage
            2026-10-01  [ID]  meal: Ada Lovelace and Charles Babbage, the Žižkov ca…
            > --until 2025
            2025-12-31  [ID]  call: Ada Lovelace
            > --since last_month --until last_month
            2026-10-31  [ID]  email: Charles Babbage
            2026-10-01  [ID]  meal: Ada Lovelace and Charles Babbage, the Žižkov ca…
            > --since 2026-10-31 --until nov
            2026-11-20  [ID]  event: Ada Lovelace
            2026-10-31  [ID]  email: Charles Babbage
            > --since yesterday
            no interactions
            4 interactions without these limits
        "#]],
    );
}

#[test]
fn people_kinds_words_and_exchanges_narrow_together() {
    check(
        &vault(),
        &[
            "ada charles --kind meal --kind email",
            "ada charles --together",
            "--text CAFE_zizkov",
            "--text long --text evening --by me",
            "--text café",
            "--event soiree",
            "--gave",
            "--received --by them",
        ],
        &expect![[r#"
            > ada charles --kind meal --kind email
            2026-10-31  [ID]  email: Charles Babbage
            2026-10-01  [ID]  meal: Ada Lovelace and Charles Babbage, the Žižkov ca…
            > ada charles --together
            2026-10-01  [ID]  meal: Ada Lovelace and Charles Babbage, the Žižkov ca…
            > --text CAFE_zizkov
            2026-10-01  [ID]  meal: Ada Lovelace and Charles Babbage, the Žižkov ca…
            > --text long --text evening --by me
            2026-10-01  [ID]  meal: Ada Lovelace and Charles Babbage, the Žižkov ca…
            > --text café
            2026-10-01  [ID]  meal: Ada Lovelace and Charles Babbage, the Žižkov ca…
            > --event soiree
            2026-11-20  [ID]  event: Ada Lovelace
            > --gave
            2026-10-31  [ID]  email: Charles Babbage
            > --received --by them
            no interactions
            4 interactions without these limits
        "#]],
    );
}

#[test]
fn the_newest_are_kept_whichever_way_they_are_shown() {
    check(
        &vault(),
        &[
            "--limit 2",
            "--limit 2 --reverse",
            "-n 1 --bodies --text long",
            "-n 0",
        ],
        &expect![[r#"
            > --limit 2
            2026-11-20  [ID]  event: Ada Lovelace
            2026-10-31  [ID]  email: Charles Babbage
            2 of 4 interactions
            > --limit 2 --reverse
            2026-10-31  [ID]  email: Charles Babbage
            2026-11-20  [ID]  event: Ada Lovelace
            2 of 4 interactions
            > -n 1 --bodies --text long
            2026-10-01  [ID]  meal: Ada Lovelace and Charles Babbage, the Žižkov ca…
                A *long* evening.
            > -n 0
            0 of 4 interactions
        "#]],
    );
}

#[test]
fn a_kind_and_a_contact_that_only_the_journal_knows_are_found() {
    let sandbox = vault();
    sandbox.git(&[
        "commit",
        "--quiet",
        "--allow-empty",
        "--message=sailing",
        "--trailer=Interaction: regatta",
        "--trailer=Interaction-Date: 2026-11-01",
        "--trailer=Contact: people/gone.md",
        "--trailer=Weather: 5 bft",
    ]);
    check(
        &sandbox,
        &["--kind regatta", "people/gone.md"],
        &expect![[r#"
            > --kind regatta
            2026-11-01  8we1ksfwnyg9  sailing
            > people/gone.md
            2026-11-01  8we1ksfwnyg9  sailing
        "#]],
    );
    let found = sandbox.json(&["timeline", "people/gone.md"]);
    assert_eq!(
        found["interactions"][0]["trailers"],
        serde_json::json!(["Weather: 5 bft"])
    );
}

#[test]
fn what_means_nothing_is_refused_with_the_next_step() {
    let sandbox = vault();
    let said: String = [
        &["--since", "soon"][..],
        &["--since", "2026-05", "--until", "2026-04"],
        &["--kind", "cal"],
        &["nobody"],
        &["--id", "zzzz"],
    ]
    .iter()
    .map(|arguments| sandbox.fails(&[&["timeline"], *arguments].concat()))
    .collect();
    expect![[r#"
        error: `soon` is no day, month or year
        hint: write it as 2026-11-20, 2026-11, 2026, yesterday, 'last month' or '3 weeks ago'
        error: no day is both since 2026-05-01 and until 2026-04-30
        hint: both days count; turn them round
        error: `cal` is no kind of interaction
        hint: did you mean `call`?
        error: no contact goes by `nobody`
        hint: `ties new contact 'nobody'` makes the note
        error: no interaction has the id `zzzz`
        hint: `ties timeline` shows the ids; four characters of the beginning are enough
    "#]]
    .assert_eq(&said);
}

#[test]
fn what_was_taken_back_is_listed_apart() {
    let sandbox = vault();
    let id = newest(&sandbox);
    assert_eq!(sandbox.ties(&["retract", &id]).code, 0);
    check(
        &sandbox,
        &[
            "--retracted",
            "--retracted charles",
            "--since nov",
            "--retracted --event soiree",
        ],
        &expect![[r#"
            > --retracted
            2026-11-20  [ID]  event: Ada Lovelace
            > --retracted charles
            no retracted interactions
            1 interaction without these limits
            > --since nov
            no interactions
            3 interactions without these limits
            > --retracted --event soiree
            2026-11-20  [ID]  event: Ada Lovelace
        "#]],
    );
    let shown = sandbox.json(&["timeline", "--retracted"]);
    assert_eq!(shown["interactions"][0]["retracted"], true);
}

fn newest(sandbox: &Sandbox) -> String {
    let newest = sandbox.json(&["timeline", "-n1"]);
    newest["interactions"][0]["id"].as_str().unwrap().to_owned()
}

#[test]
fn the_story_of_an_interaction_has_every_revision_and_copy() {
    let sandbox = vault();
    let id = newest(&sandbox);
    for amendment in [
        &[
            "--on",
            "2026-11-19",
            "-m",
            "the soirée\n\nTwo lines\nof text.",
        ][..],
        &["--gave", "a lift", "--gave", "a coat"],
    ] {
        assert_eq!(sandbox.ties(&[&["amend", &id], amendment].concat()).code, 0);
    }
    assert_eq!(sandbox.ties(&["retract", &id]).code, 0);
    // A copy of a revision is the same revision in another commit.
    sandbox.git(&["cherry-pick", "--allow-empty", "HEAD~1"]);
    let story = sandbox.ties(&["timeline", "--id", &id[..8]]);
    assert_eq!(story.code, 0, "{}", story.stderr);
    let without_times: String = without_ids(&story.stdout)
        .lines()
        .map(|line| match line.find("], ") {
            Some(end) if line.contains("commit") => format!("{}, …\n", &line[..=end]),
            _ => format!("{line}\n"),
        })
        .collect();
    expect![[r#"
        [ID]  4 revisions, taken back

        revision 1
          commit [COMMIT], …
          subject    event: Ada Lovelace
          kind       event
          on         2026-11-20T23:30-05:00
          with       people/ada-lovelace.md
          received   an introduction
          event      events/soiree.md

        revision 2
          commit [COMMIT], …
          subject    event: Ada Lovelace, the soirée
          on         2026-11-19
          text       Two lines
                     of text.

        revision 3
          commit [COMMIT], …
          commit [COMMIT], …
          gave       a lift
                     a coat

        revision 4, retracted, counts
          commit [COMMIT], …
    "#]]
    .assert_eq(&without_times);

    let json = sandbox.json(&["timeline", "--revisions", &id]);
    let commits: Vec<usize> = json["revisions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|revision| revision["commits"].as_array().unwrap().len())
        .collect();
    assert_eq!(commits, [1, 1, 2, 1]);
    assert_eq!(json["revisions"][3]["counts"], true);
    assert_eq!(json["retracted"], true);
    // Each commit is one that git knows, with this id.
    for revision in json["revisions"].as_array().unwrap() {
        let commit = revision["commits"][0]["commit"].as_str().unwrap();
        let format = "--format=%(trailers:key=Interaction-Id,valueonly)%ct";
        let said = sandbox.git(&["log", "-1", format, commit]);
        assert!(said.starts_with(&id), "{said}");
    }
}

#[test]
fn json_lines_are_the_items_of_the_document() {
    let sandbox = vault();
    let document = sandbox.json(&["timeline"]);
    let said = sandbox.ties(&["timeline", "--format", "jsonl"]);
    let lines: Vec<Value> = said
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(Value::from(lines), document["interactions"]);
    // So are those of other answers.
    let found = sandbox
        .ties(&["find", "kind:contact", "--format", "jsonl"])
        .stdout;
    assert_eq!(found.lines().count(), 2, "{found}");
    assert!(found.starts_with("{\"name\":"), "{found}");
}

#[test]
fn a_reader_that_leaves_ends_the_stream_without_an_error() {
    let sandbox = Sandbox::demo();
    let mut child = sandbox
        .command(&["timeline", "--format", "jsonl"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = String::new();
    let mut reader = BufReader::with_capacity(16, child.stdout.take().unwrap());
    reader.read_line(&mut first).unwrap();
    drop(reader);
    assert!(serde_json::from_str::<Value>(&first).is_ok(), "{first}");
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn the_numbers_are_a_chart_that_fits_and_reads_without_colour() {
    let sandbox = vault();
    check(
        &sandbox,
        &["--summary", "--summary charles", "--summary --until 2024"],
        &expect![[r#"
            > --summary
            4 interactions with 2 people, 2025-12-31 to 2026-11-20

            By month
            2025-12  1  ████████████████████
            2026-01  0
            2026-02  0
            2026-03  0
            2026-04  0
            2026-05  0
            2026-06  0
            2026-07  0
            2026-08  0
            2026-09  0
            2026-10  2  ████████████████████████████████████████
            2026-11  1  ████████████████████

            By kind
            call   1  ████████████████████████████████████████
            email  1  ████████████████████████████████████████
            event  1  ████████████████████████████████████████
            meal   1  ████████████████████████████████████████

            Most with
            Ada Lovelace     3  ████████████████████████████████████████
            Charles Babbage  2  ██████████████████████████▋

            reached out      you 1, they 1, not written down 2
            exchanged        something given in 1, received in 1
            longest streak   1 week, 2026-11-16 to 2026-11-22
            present streak   the same, and it goes on
            longest silence  274 days, 2025-12-31 to 2026-10-01
            > --summary charles
            2 interactions with 2 people, 2026-10-01 to 2026-10-31

            By month
            2026-10  2  ████████████████████████████████████████
            2026-11  0

            By kind
            email  1  ████████████████████████████████████████
            meal   1  ████████████████████████████████████████

            Together with
            Ada Lovelace  1  ████████████████████████████████████████

            reached out      you 1, they 0, not written down 1
            exchanged        something given in 1, received in 0
            longest streak   1 week, 2026-10-26 to 2026-11-01
            present streak   none: neither of the last two weeks has anything
            longest silence  30 days, 2026-10-01 to 2026-10-31
            > --summary --until 2024
            no interactions
        "#]],
    );
    let plain = sandbox
        .command(&["timeline", "--summary"])
        .env("TERM", "dumb")
        .env("COLUMNS", "60")
        .output()
        .unwrap();
    let plain = String::from_utf8(plain.stdout).unwrap();
    assert!(
        plain
            .lines()
            .all(|line| line.len() <= 60 && line.is_ascii()),
        "{plain}"
    );
    assert!(plain.contains("call   1  ##"), "{plain}");
}

#[test]
fn the_numbers_of_nothing_are_zeros() {
    let sandbox = Sandbox::with_git(PEOPLE);
    assert_eq!(
        sandbox.ties(&["timeline", "--summary"]).stdout,
        "no interactions\n"
    );
    let numbers = sandbox.json(&["timeline", "--summary"]);
    assert_eq!(numbers["interactions"], 0);
    assert_eq!(numbers["first"], Value::Null);
    assert_eq!(numbers["longest_streak"], Value::Null);
    assert_eq!(numbers["months"], serde_json::json!([]));
}

#[test]
fn the_numbers_agree_with_git() {
    let sandbox = Sandbox::demo();
    let numbers = sandbox.json(&["timeline", "--summary"]);
    let format = "--format=%(trailers:key=Interaction-Date,valueonly,separator=)";
    let days = sandbox.git(&["log", format]);
    let mut months = std::collections::BTreeMap::<String, u64>::new();
    for day in days.lines().filter(|day| !day.is_empty()) {
        *months.entry(day[..7].to_owned()).or_default() += 1;
    }
    let told: std::collections::BTreeMap<String, u64> = numbers["months"]
        .as_array()
        .unwrap()
        .iter()
        .map(|month| {
            let name = month["month"].as_str().unwrap().to_owned();
            (name, month["interactions"].as_u64().unwrap())
        })
        .filter(|(_, total)| *total > 0)
        .collect();
    assert_eq!(told, months);
    let kinds: u64 = numbers["kinds"]
        .as_array()
        .unwrap()
        .iter()
        .map(|kind| kind["interactions"].as_u64().unwrap())
        .sum();
    assert_eq!(Some(kinds), numbers["interactions"].as_u64());
}

#[test]
fn days_to_come_are_told_and_not_counted() {
    let sandbox = vault();
    let said = sandbox
        .ties(&["--today", "2026-10-15", "timeline", "--summary"])
        .stdout;
    assert!(
        said.contains("2 interactions after 2026-10-15, not counted"),
        "{said}"
    );
    assert!(
        said.contains("longest silence  274 days, 2025-12-31 to 2026-10-01"),
        "{said}"
    );
}

/// Runs a command line on a terminal, as `script` makes one; returns what the terminal shows.
#[cfg(target_os = "linux")]
fn on_a_terminal(sandbox: &Sandbox, line: &str, environment: &[(&str, &str)]) -> String {
    let program = env!("CARGO_BIN_EXE_ties");
    let mut command = sandbox.command(&[]);
    let mut script = std::process::Command::new("script");
    script
        .args(["-qec", &format!("{program} {line}"), "/dev/null"])
        .current_dir(command.get_current_dir().unwrap())
        .env_clear()
        .env("TERM", "dumb");
    for (name, value) in command.get_envs() {
        script.env(name, value.unwrap_or_default());
    }
    script.envs(environment.iter().copied());
    let output = script.stdin(Stdio::null()).output().unwrap();
    command.stdin(Stdio::null());
    String::from_utf8(output.stdout)
        .unwrap()
        .replace("\r\n", "\n")
}

#[cfg(target_os = "linux")]
#[test]
fn a_terminal_gets_the_pager_that_git_would_use() {
    let sandbox = vault();
    let upper = "tr a-z A-Z";
    let shown = |line: &str, environment: &[(&str, &str)]| {
        let shown = on_a_terminal(&sandbox, line, environment);
        assert!(
            shown.to_lowercase().contains("charles babbage"),
            "{line}: {shown}"
        );
        shown.contains("CHARLES BABBAGE")
    };
    assert!(shown("timeline", &[("GIT_PAGER", upper)]));
    assert!(shown("timeline", &[("PAGER", upper)]));
    sandbox.git(&["config", "core.pager", upper]);
    assert!(shown("timeline", &[("PAGER", "cat")]));
    assert!(!shown("timeline", &[("GIT_PAGER", "")]));
    assert!(!shown("timeline --no-pager", &[]));
    assert!(!shown("timeline --format json", &[]));
    assert!(!shown("timeline", &[("GIT_PAGER", "no-such-pager")]));
    assert!(!shown("timeline", &[("GIT_PAGER", "no-such-pager -F")]));
    // Neither a pipe nor a file is paged.
    assert!(!sandbox.ties(&["timeline"]).stdout.contains("CHARLES"));
}
