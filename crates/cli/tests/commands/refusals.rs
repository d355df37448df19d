//! Bad input: exit code 2, a message with the next step, and nothing changed on disk.

use std::{io::Write, process::Stdio};

use expect_test::{Expect, expect};

use crate::{PEOPLE, common::Sandbox};

/// Checks what each of the commands says when it is refused.
fn check(sandbox: &Sandbox, commands: &[&[&str]], expected: &Expect) {
    let shown: Vec<String> = commands
        .iter()
        .map(|command| sandbox.fails(command))
        .collect();
    expected.assert_eq(&shown.join("\n"));
}

#[test]
fn nobody_is_guessed() {
    let sandbox = Sandbox::with_git(PEOPLE);
    sandbox.write("people/ada-byron.md", "# Ada Byron\n");
    check(
        &sandbox,
        &[
            &["log", "call", "ada"],
            &["log", "call", "Ada Lovelock"],
            &["log", "call", "x"],
            &["log", "call", ""],
            &["log", "call", "events/soiree.md"],
            &["timeline", "nobody"],
            &["snooze", "ada", "friday"],
            &["log", "call", "charles", "--event", "ball"],
        ],
        &expect![[r#"
            error: `ada` may be any of 2 contacts
            hint: name one by its path
            hint: `people/ada-byron.md` (Ada Byron)
            hint: `people/ada-lovelace.md` (Ada Lovelace)

            error: no contact goes by `Ada Lovelock`
            hint: did you mean `people/ada-lovelace.md` (Ada Lovelace)?
            hint: did you mean `people/ada-byron.md` (Ada Byron)?
            hint: `ties new contact 'Ada Lovelock'` makes the note

            error: no contact goes by `x`
            hint: `ties new contact 'x'` makes the note

            error: no contact is named
            hint: give a path, a name, an alias or an e-mail address

            error: `events/soiree.md` is not a contact's note
            hint: `kind: contact` in its front matter makes it one

            error: no contact goes by `nobody`
            hint: `ties new contact 'nobody'` makes the note

            error: `ada` may be any of 2 contacts
            hint: name one by its path
            hint: `people/ada-byron.md` (Ada Byron)
            hint: `people/ada-lovelace.md` (Ada Lovelace)

            error: no event goes by `ball`
            hint: `ties new event 'ball'` makes the note
        "#]],
    );
}

#[test]
fn an_answer_from_a_pipe_is_not_taken() {
    let sandbox = Sandbox::with_git(PEOPLE);
    sandbox.write("people/ada-byron.md", "# Ada Byron\n");
    let mut child = sandbox
        .command(&["log", "call", "ada"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The program may be gone before it is written to, which is what is wanted.
    let _ = child.stdin.take().unwrap().write_all(b"1\n");
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.starts_with("error: `ada` may be any of"), "{said}");
    assert_eq!(sandbox.git(&["rev-list", "--count", "HEAD"]), "1\n");
}

#[test]
fn no_day_is_invented() {
    let sandbox = Sandbox::with_git(PEOPLE);
    check(
        &sandbox,
        &[
            &["log", "call", "countess", "--on", "2026-02-30"],
            &["log", "call", "countess", "--on", "tomorrow"],
            &["log", "call", "countess", "--on", "2027-01-01"],
            &["timeline", "--since", "whenever"],
            &["snooze", "countess", "2026-11-31"],
            &["snooze", "countess", "today"],
            &["due", "--within", "soonish"],
            &["new", "contact", "Mary", "--set", "birthday=2026-13-01"],
            &["find", "last:>never"],
        ],
        &expect![[r#"
            error: `2026-02-30` is no day
            hint: write it as 2026-11-20, 2026-11-20T15:00, yesterday, last friday or '3 days ago'

            error: `tomorrow` is yet to come (2026-11-24)
            hint: log it once it has been; a plan is a `follow_up:` or a promise with `due:`

            error: `2027-01-01` is yet to come (2027-01-01)
            hint: log it once it has been; a plan is a `follow_up:` or a promise with `due:`

            error: `whenever` is no day, month or year
            hint: write it as 2026-11-20, 2026-11, 2026, yesterday, 'last month' or '3 weeks ago'

            error: `2026-11-31` is no day to come
            hint: write it as 2026-12-01, tomorrow, friday, 2w, 'in 3 weeks' or 'next month'

            error: `today` is not after today (2026-11-23)
            hint: a follow-up is put off until a later day

            error: `soonish` is no day to come
            hint: write it as 2026-12-01, tomorrow, friday, 2w, 'in 3 weeks' or 'next month'

            error: `2026-13-01` is not a date
            hint: write `1815-12-10`, `1815-12`, `1815` or `--12-10`, or put it in words

            error: `last:>never` names no length of time
            hint: write `last:>90d`, `last:<2w` or `last:>3m`
        "#]],
    );
}

#[test]
fn near_misses_are_named() {
    let sandbox = Sandbox::with_git(PEOPLE);
    check(
        &sandbox,
        &[
            &["log", "cal", "countess"],
            &["log", "séance", "countess"],
            &["check", "--explain", "unresolved-lnk"],
            &["new", "contact", "Mary", "--set", "cirle=close"],
            &["new", "contact", "Mary", "--set", "circle"],
            &["new", "contact", "charles babbage"],
            &["new", "contact", "a]]b"],
            &["amend", "0000"],
            &["check", "nowhere.md"],
            &["check", "/"],
            &["find", "kind:planet"],
            &["find", "circle: close"],
            &["rename", "charles", "Charles Babbage"],
        ],
        &expect![[r#"
            error: `cal` is no kind of interaction
            hint: did you mean `call`?

            error: `séance` is no kind of interaction
            hint: the kinds are call, video, meeting, meal, email, message, letter, event, introduction, gift
            hint: `[journal] kinds` in `ties.toml` adds others

            error: there is no code `unresolved-lnk`
            hint: did you mean `unresolved-link`?

            error: `cirle` is no key that ties knows
            hint: did you mean `circle`?

            error: `circle` sets nothing
            hint: write `--set key=value`, as in `--set circle=close`

            error: `people/charles-babbage.md` is called `Charles Babbage` already
            hint: something that tells them apart makes both clear: `charles babbage (Lyon)`

            error: `a]]b` cannot be linked to
            hint: a name is not empty and holds none of [ ] | # ^

            error: no interaction has the id `0000`
            hint: `ties timeline` shows the ids; four characters of the beginning are enough

            error: `nowhere.md` is no note and no folder
            hint: name it from the current folder or from the vault's root

            error: `/` is outside of the vault `[TMP]/vault`
            hint: `--vault DIR` names another vault

            error: `planet` is no kind of note
            hint: the kinds are contact, organization, event, goal, me and note

            error: `circle:` names no value
            hint: write key and value without a blank between, as in `circle:close`

            error: `people/charles-babbage.md` is called so already
            hint: give another name; the case of letters counts
        "#]],
    );
}

#[test]
fn without_git_only_the_journal_is_missing() {
    let sandbox = Sandbox::plain(PEOPLE);
    sandbox.write("ties.toml", "");
    check(
        &sandbox,
        &[&["log", "call", "ada"], &["timeline"], &["retract", "0123"]],
        &expect![[r#"
            error: `[TMP]/vault` is not in a git repository
            hint: `ties init` or `git init` in that folder starts a journal

            error: `[TMP]/vault` is not in a git repository
            hint: `ties init` or `git init` in that folder starts a journal

            error: `[TMP]/vault` is not in a git repository
            hint: `ties init` or `git init` in that folder starts a journal
        "#]],
    );
    for command in [
        &["due"][..],
        &["check"],
        &["find", "ada"],
        &["show", "ada"],
        &["snooze", "ada", "2w"],
    ] {
        let said = sandbox.ties(command);
        assert_ne!(said.code, 2, "{command:?}: {}", said.stderr);
        assert_eq!(said.stderr, "");
    }
}

#[test]
fn outside_of_a_vault_the_ways_in_are_named() {
    let sandbox = Sandbox::plain("");
    check(
        &sandbox,
        &[&["due"], &["--vault", "missing", "due"]],
        &expect![[r#"
            error: `[TMP]/vault` is in no vault
            hint: `ties init` starts one here, `ties demo` makes one to try, `--vault DIR` names another folder

            error: `[TMP]/vault/missing`: no such file or directory
            hint: `--vault` names the folder of your notes
        "#]],
    );
}

#[test]
fn without_an_identity_nothing_is_logged() {
    let sandbox = Sandbox::with_git(PEOPLE);
    sandbox.git(&["config", "--unset", "user.email"]);
    check(
        &sandbox,
        &[&["log", "call", "ada"]],
        &expect![[r#"
        error: git does not know who you are: `user.email` is not set
        hint: git config --global user.name 'Your Name', and git config --global user.email you@example.org
    "#]],
    );
}

#[test]
fn a_lock_is_named() {
    let sandbox = Sandbox::with_git(PEOPLE);
    // What whoever moves a branch locks it with, in files and in a reftable.
    let lock = match sandbox.root().join(".git/reftable").exists() {
        true => ".git/reftable/tables.list.lock",
        false => ".git/refs/heads/main.lock",
    };
    sandbox.write(lock, "");
    let before = sandbox.on_disk();
    let said = sandbox.ties(&["log", "call", "ada"]);
    assert_eq!(said.code, 2);
    expect![[r#"
        error: `[TMP]/vault/[LOCK]` is locked
        hint: wait for the git command that holds it; where none runs any more, remove that file
    "#]]
    .assert_eq(&sandbox.without_folder(&said.stderr).replace(lock, "[LOCK]"));
    // The commit object may be there, and is nobody's.
    let kept = |files: std::collections::BTreeMap<std::path::PathBuf, Vec<u8>>| -> Vec<_> {
        files
            .into_iter()
            .filter(|(path, _)| !path.to_string_lossy().contains("/.git/objects/"))
            .collect()
    };
    assert!(kept(before) == kept(sandbox.on_disk()));
}

#[test]
fn a_disk_that_takes_nothing_is_named() {
    let sandbox = Sandbox::with_git(PEOPLE);
    // A file where a folder is needed: as good as read-only, for the administrator too.
    sandbox.write("goals", "");
    check(
        &sandbox,
        &[&["new", "goal", "A demonstration"]],
        &expect![[r#"
            error: `goals/a-demonstration.md`: not a directory
            hint: a file stands where a folder is needed: move it away
            hint: nothing was changed
        "#]],
    );
}

#[test]
fn no_interaction_is_half_written() {
    let sandbox = Sandbox::with_git(PEOPLE);
    // Files where git wants the folders of new objects; a few are there already, where one may still be written.
    for first in 0..256 {
        let folder = sandbox.root().join(format!(".git/objects/{first:02x}"));
        if !folder.exists() {
            std::fs::write(folder, "").unwrap();
        }
    }
    let refused = (0..20).find_map(|_| {
        let before = (
            sandbox.git(&["rev-parse", "HEAD"]),
            sandbox.git(&["status", "--porcelain"]),
        );
        let said = sandbox.ties(&["log", "call", "ada"]);
        let after = (
            sandbox.git(&["rev-parse", "HEAD"]),
            sandbox.git(&["status", "--porcelain"]),
        );
        (said.code != 0).then(|| {
            assert_eq!(said.code, 2);
            assert!(before == after);
            said
        })
    });
    let refused = refused.expect("few of 256 folders are there");
    assert_eq!(refused.stdout, "");
    assert!(
        refused
            .stderr
            .contains("hint: is the disk full or read-only?"),
        "{}",
        refused.stderr
    );
}

#[test]
fn a_day_that_git_cannot_hold_is_not_taken_for_today() {
    let sandbox = Sandbox::with_git(PEOPLE);
    for day in ["1969-12-31", "2100-01-01", "9999-12-31", "0001-01-01"] {
        let before = sandbox.on_disk();
        let said = sandbox.ties(&["--today", day, "log", "call", "ada"]);
        assert_eq!(said.code, 2, "{day}");
        assert!(
            said.stderr.contains("one of 1970 to 2099"),
            "{}",
            said.stderr
        );
        assert!(sandbox.on_disk() == before, "{day}");
    }
    for day in ["1970-01-01", "2099-12-31"] {
        assert_eq!(
            sandbox.ties(&["--today", day, "log", "call", "ada"]).code,
            0,
            "{day}"
        );
        let author = sandbox.git(&["log", "-1", "--format=%ad %cd", "--date=short"]);
        assert_eq!(author, format!("{day} {day}\n"));
    }
}

#[test]
fn a_retraction_is_made_once() {
    let sandbox = Sandbox::with_git(PEOPLE);
    let logged = sandbox.json(&["log", "call", "ada"]);
    let id = logged["id"].as_str().unwrap();
    assert_eq!(sandbox.ties(&["retract", id]).code, 0);
    let refused = sandbox.fails(&["retract", id]);
    expect![[r#"
        error: `[ID]` is retracted already
        hint: `ties amend [ID]` restores it
    "#]]
    .assert_eq(&crate::common::without_ids(&refused));
}

#[test]
fn a_rebase_is_finished_first() {
    let sandbox = Sandbox::with_git(PEOPLE);
    for file in ["interactive", "head-name", "onto", "orig-head"] {
        sandbox.write(&format!(".git/rebase-merge/{file}"), "x\n");
    }
    check(
        &sandbox,
        &[&["log", "call", "ada"]],
        &expect![[r#"
        error: a rebase is in progress here, and an interaction logged now could be lost with it
        hint: finish with `git rebase --continue` or `git rebase --abort`, then try again
    "#]],
    );
}

#[test]
fn a_filled_folder_gets_no_demo() {
    let sandbox = Sandbox::with_git(PEOPLE);
    check(
        &sandbox,
        &[&["demo", "."], &["demo", "people"]],
        &expect![[r#"
            error: `.` is not empty
            hint: `ties demo DIR` makes the demo in another folder

            error: `people` is not empty
            hint: `ties demo DIR` makes the demo in another folder
        "#]],
    );
}
