//! `log --edit`: an interaction written in the user's editor.

use std::fs;

use expect_test::expect;

use crate::{
    PEOPLE,
    common::{Said, Sandbox, said, without_ids},
};

/// Makes `../edit.sh`, an editor that runs `script` with the file as `$2`, and returns how to start it.
fn editor(sandbox: &Sandbox, script: &str) -> String {
    fs::write(sandbox.root().join("../edit.sh"), script).unwrap();
    "sh ../edit.sh 'one argument'".to_owned()
}

fn log(sandbox: &Sandbox, script: &str, arguments: &[&str]) -> Said {
    let editor = editor(sandbox, script);
    let mut command = sandbox.command(arguments);
    let command = command.env("GIT_EDITOR", editor);
    said(command)
}

/// Returns what is left over of what was typed.
fn kept(sandbox: &Sandbox) -> Vec<String> {
    let files = fs::read_dir(sandbox.root().join(".git")).unwrap();
    let files = files.map(|file| file.unwrap().path());
    let kept = files.filter(|file| file.to_string_lossy().contains("TIES_LOG_"));
    kept.map(|file| fs::read_to_string(file).unwrap()).collect()
}

#[test]
fn the_facts_are_read_and_the_text_is_logged() {
    let sandbox = Sandbox::with_git(PEOPLE);
    sandbox.ties(&[
        "log",
        "call",
        "ada",
        "-m",
        "the first engine",
        "--on",
        "2026-11-02",
    ]);
    sandbox.write(
        "promises.md",
        "- [ ] send [[Ada Lovelace]] the paper due:2026-12-01\n",
    );
    let said = log(
        &sandbox,
        "[ \"$1\" = 'one argument' ] || exit 9\ncat \"$2\" >&2\nsed -i -e 's/^by:/by: them/' -e 's/^gave:/gave: time\\ngave: a map/' -e 's/^on: .*/on: yesterday/' -e '0,/^$/s//\\n# Engines\\n\\nIt works #mathematics   \\n/' \"$2\"\n",
        &["log", "call", "ada", "--edit", "--event", "soiree"],
    );
    assert_eq!(said.code, 0, "{}", said.stderr);
    expect![[r#"
        kind: call
        on: 2026-11-23
        by:
        gave:
        received:
        event: events/soiree.md



        # ---- >8 ---- this line and what follows is for you to read, and is not logged

        What it was about stands above; its first line goes into the subject. Lines with # stay.
        `by` is me or them; `gave` and `received` may have several lines. Without a text nothing is logged.

        **Ada Lovelace** · Mathematician at Analytical Engines

        close circle, every 1 month · last contact 2026-11-02 (call, 21 days ago) · due 2026-12-02 (in 9 days)

        - promise: send Ada Lovelace the paper, by 2026-12-01 (in 8 days)
        - also called Countess
        - tags: #mathematics
        - 2 links to this note

        Last conversations

        - 2026-11-02  [ID]  call: Ada Lovelace, the first engine
    "#]].assert_eq(&without_ids(&said.stderr));
    expect![[r#"
        call: Ada Lovelace, # Engines

        It works #mathematics

        Interaction: call
        Interaction-Id: [ID]
        Interaction-Date: 2026-11-22
        Contact: people/ada-lovelace.md
        Initiated-By: them
        Gave: time
        Gave: a map
        Event: events/soiree.md

    "#]]
    .assert_eq(&without_ids(&sandbox.git(&["log", "-1", "--format=%B"])));
    assert_eq!(kept(&sandbox), [""; 0]);
}

#[test]
fn nothing_is_logged_without_a_text_and_nothing_typed_is_lost() {
    let sandbox = Sandbox::with_git(PEOPLE);
    let head = sandbox.git(&["rev-parse", "HEAD"]);
    let mut shown = String::new();
    for script in [
        "exit 0\n",
        "exit 1\n",
        "sed -i 's/^kind: call/kind: cal/; 0,/^$/s//\\ntyped/' \"$2\"\n",
        "sed -i 's/^gave:/gvae: time/; 0,/^$/s//\\ntyped/' \"$2\"\n",
        "sed -i 's/^by:/by: you/; 0,/^$/s//\\ntyped/' \"$2\"\n",
        "sed -i 's/^gave:/gave: much/' \"$2\"\n",
        "sed -i '/>8/d; 0,/^$/s//\\ntyped/' \"$2\"\n",
        "sed -i '0,/^$/s//\\ntyped/' \"$2\"; exit 3\n",
    ] {
        let before = kept(&sandbox).len();
        let said = log(&sandbox, script, &["log", "call", "ada", "-e"]);
        assert_eq!((said.code, &*said.stdout), (2, ""), "{script}");
        let is_kept = kept(&sandbox).len() > before;
        assert_eq!(is_kept, script.starts_with("sed"), "{script}");
        assert_eq!(
            said.stderr.contains("what was written is kept in `"),
            is_kept
        );
        shown.push_str(&said.stderr);
    }
    assert_eq!(kept(&sandbox).len(), 6);
    assert!(
        kept(&sandbox)
            .iter()
            .all(|text| text.contains("typed") || text.contains("gave: much"))
    );
    let random = shown.split("TIES_LOG_").skip(1).map(|rest| &rest[..6]);
    let masked = random.fold(shown.clone(), |shown, random| {
        shown.replace(random, "[RANDOM]")
    });
    expect![[r#"
        error: there is no text, so nothing was logged
        hint: `ties log KIND CONTACT` without `--edit` logs without one
        error: the editor `sh` failed (exit status: 1)
        hint: nothing was logged
        error: `cal` is no kind of interaction
        hint: did you mean `call`?
        hint: what was written is kept in `[TMP]/vault/.git/TIES_LOG_[RANDOM].md`
        error: `gvae` is no field
        hint: did you mean `gave`? A blank line begins the text
        hint: what was written is kept in `[TMP]/vault/.git/TIES_LOG_[RANDOM].md`
        error: `by: you` is nobody: `me` or `them` reached out
        hint: what was written is kept in `[TMP]/vault/.git/TIES_LOG_[RANDOM].md`
        error: there is no text, so nothing was logged
        hint: `ties log KIND CONTACT` without `--edit` logs without one
        hint: what was written is kept in `[TMP]/vault/.git/TIES_LOG_[RANDOM].md`
        error: the line `# ---- >8 ----` is gone, so where the text ends cannot be said
        hint: what was written is kept in `[TMP]/vault/.git/TIES_LOG_[RANDOM].md`
        error: the editor `sh` failed (exit status: 3)
        hint: nothing was logged
        hint: what was written is kept in `[TMP]/vault/.git/TIES_LOG_[RANDOM].md`
    "#]]
    .assert_eq(&sandbox.without_folder(&masked));
    assert_eq!(sandbox.git(&["rev-parse", "HEAD"]), head);
}

#[test]
fn a_message_given_before_is_as_good_as_typed() {
    let sandbox = Sandbox::with_git(PEOPLE);
    let said = log(
        &sandbox,
        "exit 0\n",
        &["log", "call", "ada", "charles", "-e", "-m", "two\n\nlines"],
    );
    assert_eq!(said.code, 0, "{}", said.stderr);
    let timeline = sandbox.json(&["timeline"]);
    assert_eq!(
        timeline["interactions"][0]["summary"],
        "call: Ada Lovelace and Charles Babbage, two"
    );
    assert_eq!(timeline["interactions"][0]["body"], "lines");
    assert_eq!(timeline["interactions"][0]["on"], "2026-11-23");
    assert_eq!(kept(&sandbox), [""; 0]);
}

#[test]
fn a_text_in_place_of_everything_is_taken() {
    let sandbox = Sandbox::with_git(PEOPLE);
    let script = "printf 'gave: time\\n\\non: the train' > \"$2\"\n";
    let said = log(&sandbox, script, &["log", "call", "ada", "-e"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let timeline = sandbox.json(&["timeline"]);
    let logged = &timeline["interactions"][0];
    assert_eq!(logged["summary"], "call: Ada Lovelace, on: the train");
    assert_eq!(logged["gave"][0], "time");
    assert_eq!(logged["on"], "2026-11-23");
}

#[test]
fn what_is_wrong_before_is_said_before_anything_is_typed() {
    let sandbox = Sandbox::with_git(PEOPLE);
    for arguments in [
        &["log", "cal", "ada", "-e"][..],
        &["log", "call", "nobody", "-e"],
        &["log", "call", "ada", "-e", "--on", "2027-01-01"],
    ] {
        let said = log(&sandbox, "touch ../opened\n", arguments);
        assert_eq!(said.code, 2);
    }
    assert!(!sandbox.root().join("../opened").exists());
}

#[test]
fn the_editor_is_the_one_that_git_would_open() {
    let sandbox = Sandbox::with_git(PEOPLE);
    sandbox.git(&["config", "core.editor", "sh ../edit.sh core"]);
    fs::write(
        sandbox.root().join("../edit.sh"),
        "sed -i \"0,/^$/s//\\n$1/\" \"$2\"\n",
    )
    .unwrap();
    let by = |variables: &[(&str, &str)]| {
        let mut command = sandbox.command(&["log", "call", "ada", "-e"]);
        let command = command
            .env_remove("EDITOR")
            .env_remove("VISUAL")
            .envs(variables.iter().copied());
        let said = said(command);
        let _ = sandbox.git(&["log", "-1", "--format=%s"]);
        (
            said.code,
            sandbox.git(&["log", "-1", "--format=%s"]),
            said.stderr,
        )
    };
    let (code, subject, stderr) = by(&[("EDITOR", "sh ../edit.sh editor")]);
    assert_eq!(
        (code, &*subject),
        (0, "call: Ada Lovelace, core\n"),
        "{stderr}"
    );
    assert_eq!(
        by(&[("GIT_EDITOR", "sh ../edit.sh git")]).1,
        "call: Ada Lovelace, git\n"
    );
    sandbox.git(&["config", "--unset", "core.editor"]);
    assert_eq!(
        by(&[("EDITOR", "sh ../edit.sh editor")]).1,
        "call: Ada Lovelace, editor\n"
    );
    // No shell reads it: what looks like one is an argument.
    let (code, _, stderr) = by(&[(
        "GIT_EDITOR",
        "sh ../edit.sh $(touch ../shell) ; touch ../shell",
    )]);
    assert_eq!(code, 2, "{stderr}");
    assert!(!sandbox.root().join("../shell").exists());
    for (broken, said) in [
        (
            "no-such-editor --wait",
            "the editor `no-such-editor` does not start",
        ),
        ("sh 'unclosed", "the editor `sh 'unclosed` cannot be read"),
    ] {
        let (code, _, stderr) = by(&[("GIT_EDITOR", broken)]);
        assert_eq!(code, 2);
        assert!(stderr.contains(said), "{stderr}");
    }
}
