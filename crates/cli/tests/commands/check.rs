//! `check`.

use expect_test::expect;

use crate::common::Sandbox;

const FAULTY: &str = r#"
//- ties.toml
[folow_ups]
soon = 7
//- people/ada.md
---
name: Ada
birtday: 1990-01-01
emails: [a@example.org]
---
Wróć do [[Nobody]].
//- notes/fine.md
Nothing to see.
"#;

#[test]
fn findings_are_shown_in_their_source() {
    let sandbox = Sandbox::plain(FAULTY);
    let said = sandbox.ties(&["check"]);
    assert_eq!((said.code, &*said.stderr), (1, ""));
    expect![[r#"
        warning[misspelled-key]: `birtday` is no key that ties knows
         --> people/ada.md:3:1
          |
        3 | birtday: 1990-01-01
          | ^^^^^^^
          |
          = help: did you mean `birthday`?

        warning[unresolved-link]: no note is called `Nobody`
         --> people/ada.md:6:9
          |
        6 | Wróć do [[Nobody]].
          |         ^^^^^^^^^^
          |
          = help: mend the name, or create the note

        warning[misspelled-key]: `folow_ups` is no key
         --> ties.toml:1:2
          |
        1 | [folow_ups]
          |  ^^^^^^^^^
          |
          = help: did you mean `follow_ups`?

        2 notes checked (1 contact): 3 warnings
        `ties check --explain misspelled-key` explains a code
    "#]]
    .assert_eq(&said.stdout);
}

#[test]
fn check_as_json_counts_lines_and_characters_from_one() {
    let sandbox = Sandbox::plain(FAULTY);
    let check = sandbox.json(&["check", "people"]);
    let found = check["diagnostics"].as_array().unwrap();
    let link = found
        .iter()
        .find(|found| found["code"] == "unresolved-link")
        .unwrap();
    expect![[r#"
        {
          "code": "unresolved-link",
          "help": "mend the name, or create the note",
          "message": "no note is called `Nobody`",
          "path": "people/ada.md",
          "range": {
            "end": {
              "column": 19,
              "line": 6
            },
            "start": {
              "column": 9,
              "line": 6
            }
          },
          "severity": "warning",
          "span": [
            72,
            82
          ]
        }
        {
          "contacts": 1,
          "errors": 0,
          "hints": 0,
          "infos": 0,
          "notes": 1,
          "warnings": 2
        }
    "#]]
    .assert_eq(&format!("{link:#}\n{:#}\n", check["summary"]));
}

#[test]
fn only_the_paths_asked_for_are_judged() {
    let sandbox = Sandbox::plain(FAULTY);
    assert_eq!(sandbox.ties(&["check", "notes"]).code, 0);
    assert_eq!(sandbox.ties(&["check", "notes/fine.md"]).code, 0);
    assert_eq!(sandbox.ties(&["check", "people/ada.md"]).code, 1);
    assert_eq!(sandbox.ties(&["check", "ties.toml"]).code, 1);
}

#[test]
fn every_code_found_can_be_explained() {
    let sandbox = Sandbox::plain(FAULTY);
    for found in sandbox.json(&["check"])["diagnostics"].as_array().unwrap() {
        let code = found["code"].as_str().unwrap();
        let said = sandbox.ties(&["check", "--explain", code]);
        assert_eq!(said.code, 0);
        assert!(said.stdout.contains(code), "{}", said.stdout);
    }
}

#[test]
fn unreadable_files_and_hard_texts_are_no_end() {
    let sandbox =
        Sandbox::plain("//- ties.toml\n//- a.md\n[[x\u{1b}[31m]]\r\n\t[[陳美玲と話す]] ok\n");
    std::fs::write(sandbox.root().join("bad.md"), b"caf\xe9 [[x]]").unwrap();
    let said = sandbox.ties(&["check"]);
    assert_eq!(said.code, 1, "{}", said.stderr);
    assert!(!said.stdout.contains('\u{1b}'));
    expect![[r#"
        warning[unresolved-link]: no note is called `x[31m`
         --> a.md:1:1
          |
        1 | [[x␛[31m]]
          | ^^^^^^^^^^
          |
          = help: mend the name, or create the note

        warning[unresolved-link]: no note is called `陳美玲と話す`
         --> a.md:2:2
          |
        2 |     [[陳美玲と話す]] ok
          |     ^^^^^^^^^^^^^^^^
          |
          = help: mend the name, or create the note

        error[unreadable-note]: not UTF-8: byte 3 begins no character
        --> bad.md
         = help: save it as UTF-8, or name it in `[vault] exclude`

        1 note checked (0 contacts): 1 error, 2 warnings
        `ties check --explain unresolved-link` explains a code
    "#]]
    .assert_eq(&said.stdout);
}

#[test]
fn nothing_wrong_is_said_shortly() {
    let sandbox = Sandbox::plain("//- ties.toml\n//- a.md\n# A\n");
    let said = sandbox.ties(&["check"]);
    assert_eq!(said.code, 0);
    expect![[r#"
        1 note checked (0 contacts): nothing to say
    "#]]
    .assert_eq(&said.stdout);
}
