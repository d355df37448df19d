//! What holds for every command: width, colour, pipes, JSON.

use std::process::Stdio;

use unicode_width::UnicodeWidthStr;

use crate::common::Sandbox;

const READING: [&[&str]; 6] = [
    &["timeline"],
    &["due", "--all", "--birthdays"],
    &["find", "a"],
    &["show", "ada"],
    &["check", "--hints"],
    &["doctor"],
];

#[test]
fn lists_fit_eighty_columns() {
    let sandbox = Sandbox::demo();
    for command in &READING[..4] {
        for line in sandbox.ties(command).stdout.lines() {
            assert!(line.width() <= 80, "{command:?}: {line}");
        }
    }
}

#[test]
fn a_known_width_is_used() {
    let sandbox = Sandbox::demo();
    let output = sandbox
        .command(&["timeline"])
        .env("COLUMNS", "50")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.lines().all(|line| line.width() <= 50));
}

#[test]
fn every_answer_can_be_json() {
    let sandbox = Sandbox::demo();
    for command in READING {
        assert!(sandbox.json(command).is_object(), "{command:?}");
    }
}

#[test]
fn colour_comes_when_it_is_asked_for() {
    let sandbox = Sandbox::demo();
    for command in READING {
        assert!(
            !sandbox.ties(command).stdout.contains('\u{1b}'),
            "{command:?}"
        );
        let coloured = sandbox.ties(&[command, &["--color", "always"]].concat());
        assert!(coloured.stdout.contains('\u{1b}'), "{command:?}");
    }
}

#[test]
fn notes_and_commits_cannot_command_the_terminal() {
    let sandbox =
        Sandbox::with_git("//- people/ada.md\n---\nname: \"Ada\\e[31m\\a\"\ncadence: 1w\n---\n");
    assert_eq!(
        sandbox
            .ties(&[
                "log",
                "call",
                "ada",
                "-m",
                "a\u{1b}]0;owned\u{7}b\n\nc\u{9b}2J"
            ])
            .code,
        0
    );
    for command in [
        &["timeline", "--bodies"][..],
        &["due", "--all"],
        &["find", "ada"],
        &["show", "ada"],
        &["log", "call", "x"],
    ] {
        let said = sandbox.ties(command);
        let text = said.stdout + &said.stderr;
        assert!(
            !text.contains(|c: char| c.is_control() && c != '\n'),
            "{command:?}: {text:?}"
        );
    }
}

/// Characters that a terminal may act on: controls, and marks that turn the direction of writing.
fn commands(c: char) -> bool {
    (c.is_control() && c != '\n') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[test]
fn file_names_and_sources_cannot_command_the_terminal() {
    let sandbox = Sandbox::with_git("//- ties.toml\n");
    sandbox.write(
        "people/x\u{1b}[31m\u{9b}2J\u{202e}.md",
        "---\ncirlce: \"a\\e[31m\"\n---\n# X\n[[nob\u{1b}[31mo\u{7f}dy\u{9b}2J\u{202e}]]\n",
    );
    for command in [&["check", "--hints"][..], &["find", "x"], &["show", "x"]] {
        // With colour, so that nothing is taken out on the way but what is taken out here.
        for form in [&["--color", "always"][..], &["--format", "json"]] {
            let said = sandbox.ties(&[command, form].concat());
            let own = said
                .stdout
                .replace("\u{1b}[", "\u{1b}")
                .replace('\u{1b}', "");
            assert!(
                !own.contains(commands),
                "{command:?} {form:?}: {:?}",
                said.stdout
            );
            assert!(!said.stdout.contains("\u{1b}[31mo"), "{:?}", said.stdout);
            assert!(!said.stdout.contains("x\u{1b}[31m"), "{:?}", said.stdout);
        }
    }
}

#[test]
fn json_keeps_what_it_escapes() {
    let sandbox = Sandbox::with_git("//- ties.toml\n");
    let name = "Ada\u{9b}2J\u{202e}\u{7f}";
    sandbox.write("people/ada.md", &format!("# {name}\n"));
    let found = sandbox.json(&["find", "ada"]);
    assert_eq!(found["contacts"][0]["name"], name);
}

#[test]
fn a_closed_pipe_is_no_error() {
    let sandbox = Sandbox::demo();
    let mut child = sandbox
        .command(&["timeline", "--format", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn unknown_flags_and_commands_end_with_two() {
    let sandbox = Sandbox::plain("");
    for command in [
        &["frobnicate"][..],
        &["due", "--fortnight"],
        &["--today", "tomorrow", "due"],
        &["log", "call"],
    ] {
        assert_eq!(sandbox.ties(command).code, 2, "{command:?}");
    }
}

/// Returns the names of the commands, as the help lists them.
fn command_names(sandbox: &Sandbox) -> Vec<String> {
    let help = sandbox.ties(&["help"]).stdout;
    let commands = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let commands: Vec<_> = commands
        .map_while(|line| line.strip_prefix("  ")?.split(' ').next())
        .filter(|command| !command.is_empty() && *command != "help")
        .map(str::to_owned)
        .collect();
    assert!(commands.contains(&"log".to_owned()), "{help}");
    commands
}

#[test]
fn every_command_has_help_and_a_place_in_the_manual() {
    let sandbox = Sandbox::plain("");
    let manual = include_str!("../../../../docs/commands.md");
    for command in command_names(&sandbox) {
        let said = sandbox.ties(&[&command, "--help"]);
        assert_eq!(said.code, 0);
        assert!(said.stdout.contains("Usage: ties"), "{command}");
        assert!(manual.contains(&format!("ties {command}")), "{command}");
    }
}

#[test]
fn shells_are_told_every_command() {
    let sandbox = Sandbox::plain("");
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let said = sandbox.ties(&["completions", shell]);
        assert_eq!(said.code, 0, "{shell}: {}", said.stderr);
        for command in command_names(&sandbox) {
            assert!(said.stdout.contains(&command), "{shell}: {command}");
        }
    }
    // The script is one that bash takes.
    let script = sandbox.ties(&["completions", "bash"]).stdout;
    sandbox.write("ties.bash", &script);
    let offered = std::process::Command::new("bash")
        .args([
            "--norc",
            "-c",
            ". ./ties.bash; COMP_WORDS=(ties time); COMP_CWORD=1; _ties ties time ties; echo ${COMPREPLY[*]}",
        ])
        .current_dir(sandbox.root())
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&offered.stdout).trim(), "timeline");
}

#[test]
fn every_command_has_a_manual_page() {
    let sandbox = Sandbox::plain("");
    let first = sandbox.ties(&["man"]).stdout;
    assert!(first.contains(".TH ties 1"), "{first}");
    let said = sandbox.ties(&["man", "man1"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!(sandbox.read("man1/ties.1"), first);
    for command in command_names(&sandbox) {
        let page = sandbox.read(&format!("man1/ties-{command}.1"));
        assert!(page.contains(".SH SYNOPSIS"), "{command}");
    }
    sandbox.write("file", "");
    assert!(sandbox.fails(&["man", "file"]).contains("`file`"));
}
