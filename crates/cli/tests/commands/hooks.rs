//! `ties hooks`: what git's own commits log, and hooks that come and go without harm.

use std::{fs, path::PathBuf, process::Command};

use expect_test::expect;

use crate::{
    PEOPLE,
    common::{Said, Sandbox},
};

const ADA: &str = "people/ada-lovelace.md";

fn installed() -> Sandbox {
    let sandbox = Sandbox::with_git(PEOPLE);
    let said = sandbox.ties(&["hooks", "install"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    sandbox
}

fn hook(sandbox: &Sandbox) -> PathBuf {
    sandbox.root().join(".git/hooks/prepare-commit-msg")
}

fn append(sandbox: &Sandbox, path: &str, text: &str) {
    let before = sandbox.read(path);
    sandbox.write(path, &format!("{before}{text}"));
}

/// Runs a line in the shell in the vault, as the tests' user.
fn shell(sandbox: &Sandbox, line: &str) -> Said {
    let mut command = Command::new("sh");
    command.args(["-c", line]);
    sandbox.run(&mut command)
}

#[track_caller]
fn commit(sandbox: &Sandbox, line: &str) -> Said {
    let said = shell(sandbox, line);
    assert_eq!(said.code, 0, "{line}: {}", said.stderr);
    said
}

fn message(sandbox: &Sandbox) -> String {
    sandbox.git(&["log", "-1", "--format=%B"])
}

fn n_interactions(sandbox: &Sandbox) -> usize {
    let timeline = sandbox.json(&["timeline"]);
    timeline["interactions"].as_array().unwrap().len()
}

fn is_unlogged(sandbox: &Sandbox) -> bool {
    sandbox
        .ties(&["check"])
        .stdout
        .contains("unlogged-interaction")
}

#[test]
fn an_ordinary_commit_logs_what_it_writes_down() {
    let sandbox = installed();
    append(&sandbox, ADA, "\n- 2026-11-19 call: the engine\n");
    append(
        &sandbox,
        "events/soiree.md",
        "## 2026-11-20 meeting with [[Ada Lovelace]] and [[Charles Babbage]]\n",
    );
    let said = commit(
        &sandbox,
        "git commit -aqm 'Notes of the week' -m 'Much of it.' -s",
    );
    expect![[r#"
        ties: this commit logs 2 interactions
        ties:   2026-11-19  call: Ada Lovelace, the engine
        ties:   2026-11-20  meeting: Ada Lovelace and Charles Babbage, with Ada Lovelace and…
    "#]]
    .assert_eq(&said.stderr);
    expect![[r#"
        Notes of the week

        Much of it.

        call: Ada Lovelace, the engine

        Interaction: call
        Interaction-Id: b7ssydew8apc
        Interaction-Date: 2026-11-19
        Contact: people/ada-lovelace.md

        meeting: Ada Lovelace and Charles Babbage, with Ada Lovelace and…

        with Ada Lovelace and Charles Babbage

        Interaction: meeting
        Interaction-Id: b28peb62yxbx
        Interaction-Date: 2026-11-20
        Contact: people/ada-lovelace.md
        Contact: people/charles-babbage.md <urn:uuid:2a5c>
        Event: events/soiree.md
        Signed-off-by: Robin <robin@example.org>

    "#]]
    .assert_eq(&message(&sandbox));
    // Git sees the last block as trailers, the sign-off with them.
    expect![[r#"
        Interaction: meeting
        Interaction-Id: b28peb62yxbx
        Interaction-Date: 2026-11-20
        Contact: people/ada-lovelace.md
        Contact: people/charles-babbage.md <urn:uuid:2a5c>
        Event: events/soiree.md
        Signed-off-by: Robin <robin@example.org>

    "#]]
    .assert_eq(&sandbox.git(&["log", "-1", "--format=%(trailers:only,unfold)"]));
    assert_eq!(n_interactions(&sandbox), 2);
    assert!(!is_unlogged(&sandbox));
    let due = sandbox.json(&["due", "--all"]);
    assert_eq!(due["follow_ups"][0]["last"], "2026-11-20", "{due}");
    assert_eq!(sandbox.git(&["fsck", "--strict"]), "");

    // Nothing new in the notes, nothing to log; the same entry in other words neither.
    append(&sandbox, ADA, "More.\n");
    let text = sandbox.read(ADA).replace("the engine", "the Engine");
    sandbox.write(ADA, &text);
    commit(&sandbox, "git commit -aqm more");
    assert_eq!(message(&sandbox), "more\n\n");
}

#[test]
fn amending_logs_nothing_twice() {
    let sandbox = installed();
    append(&sandbox, ADA, "- 2026-11-19 call\n");
    commit(&sandbox, "git commit -aqm 'Ada rang'");
    let before = message(&sandbox);
    expect![[r#"
        Ada rang

        Interaction: call
        Interaction-Id: qw6vvf3fqwy1
        Interaction-Date: 2026-11-19
        Contact: people/ada-lovelace.md

    "#]]
    .assert_eq(&before);
    append(&sandbox, ADA, "forgotten\n");
    commit(&sandbox, "git commit -aq --amend --no-edit");
    assert_eq!(message(&sandbox), before);
    append(&sandbox, ADA, "- 2026-11-18 letter\n");
    commit(&sandbox, "git commit -aq --amend --no-edit");
    assert_eq!(n_interactions(&sandbox), 2);
    // A day mended in the same commit mends the record, under its id.
    let text = sandbox
        .read(ADA)
        .replace("2026-11-19 call", "2026-11-17 call");
    sandbox.write(ADA, &text);
    commit(&sandbox, "git commit -aq --amend --no-edit");
    expect![[r#"
        Ada rang

        Interaction: call
        Interaction-Id: qw6vvf3fqwy1
        Interaction-Date: 2026-11-17
        Revision: 2
        Contact: people/ada-lovelace.md

        Interaction: letter
        Interaction-Id: 1c1pct506hcv
        Interaction-Date: 2026-11-18
        Contact: people/ada-lovelace.md

    "#]]
    .assert_eq(&message(&sandbox));
    assert_eq!(n_interactions(&sandbox), 2);
    assert!(!is_unlogged(&sandbox));
    // And so does a later commit.
    let text = sandbox
        .read(ADA)
        .replace("2026-11-17 call", "2026-11-17 video");
    sandbox.write(ADA, &text);
    commit(&sandbox, "git commit -aqm 'It was a video call'");
    expect![[r#"
        It was a video call

        Ada rang

        Interaction: video
        Interaction-Id: qw6vvf3fqwy1
        Interaction-Date: 2026-11-17
        Revision: 3
        Contact: people/ada-lovelace.md

    "#]]
    .assert_eq(&message(&sandbox));
    assert_eq!(n_interactions(&sandbox), 2);
    assert!(!is_unlogged(&sandbox));
}

#[test]
fn only_what_is_committed_is_logged() {
    let sandbox = installed();
    append(&sandbox, ADA, "- 2026-11-19 call\n");
    sandbox.git(&["add", "."]);
    append(&sandbox, ADA, "- 2026-11-18 call\n");
    append(&sandbox, "people/charles-babbage.md", "- 2026-11-19 meal\n");
    // `--only` makes an index of its own, which the hook must read.
    commit(&sandbox, "git commit -qm Charles people/charles-babbage.md");
    expect![[r#"
        Charles

        Interaction: meal
        Interaction-Id: eemywv7fw4jz
        Interaction-Date: 2026-11-19
        Contact: people/charles-babbage.md <urn:uuid:2a5c>

    "#]]
    .assert_eq(&message(&sandbox));
    commit(&sandbox, "git commit -qm Ada");
    expect![[r#"
        Ada

        Interaction: call
        Interaction-Id: qw6vvf3fqwy1
        Interaction-Date: 2026-11-19
        Contact: people/ada-lovelace.md

    "#]]
    .assert_eq(&message(&sandbox));
}

#[test]
fn what_the_journal_or_the_message_has_is_not_logged_again() {
    let sandbox = installed();
    assert_eq!(
        sandbox
            .ties(&["log", "call", "ada", "--on", "2026-11-19"])
            .code,
        0
    );
    append(&sandbox, ADA, "- 2026-11-19 call\n- 2026-11-18 meal\n");
    commit(
        &sandbox,
        "git commit -aqm one --trailer 'Interaction: meal' --trailer 'Interaction-Date: 2026-11-18' --trailer 'Contact: people/ada-lovelace.md'",
    );
    assert!(!message(&sandbox).contains("Interaction-Id"));
    assert_eq!(n_interactions(&sandbox), 2);
    // A day to come, a word that is no kind and a note of nobody's are no interactions.
    append(&sandbox, ADA, "- 2026-12-24 call\n- 2026-11-19 thought\n");
    sandbox.write("diary.md", "- 2026-11-19 call with [[Ada Lovelace]]\n");
    sandbox.git(&["add", "."]);
    commit(&sandbox, "git commit -qm two");
    assert_eq!(message(&sandbox), "two\n\n");
}

#[test]
fn in_the_editor_the_records_are_seen_and_can_be_deleted() {
    let sandbox = installed();
    append(
        &sandbox,
        ADA,
        "- 2026-11-19 call\n- 2026-11-18 meal: soup\n",
    );
    let said = commit(
        &sandbox,
        "GIT_EDITOR='f() { cat \"$1\" >&2; sed -i \"1s/^/typed/; /^call: /,/^Contact/d\" \"$1\"; }; f' git commit -aq",
    );
    expect![[r#"
        ties: this commit logs 2 interactions
        ties:   2026-11-18  meal: Ada Lovelace, soup
        ties:   2026-11-19  call: Ada Lovelace


        Interaction: meal
        Interaction-Id: 8dk83bnc3czh
        Interaction-Date: 2026-11-18
        Contact: people/ada-lovelace.md

        call: Ada Lovelace

        Interaction: call
        Interaction-Id: qw6vvf3fqwy1
        Interaction-Date: 2026-11-19
        Contact: people/ada-lovelace.md

        # ties: 2 interactions written down in notes; delete a paragraph above to leave one out.
        #
        # Please enter the commit message for your changes. Lines starting
        # with '#' will be ignored, and an empty message aborts the commit.
        #
        # On branch main
        # Changes to be committed:
        #	modified:   people/ada-lovelace.md
        #
    "#]]
    .assert_eq(&said.stderr);
    expect![[r#"
        typed

        Interaction: meal
        Interaction-Id: 8dk83bnc3czh
        Interaction-Date: 2026-11-18
        Contact: people/ada-lovelace.md

    "#]]
    .assert_eq(&message(&sandbox));
    assert_eq!(n_interactions(&sandbox), 1);
    assert!(is_unlogged(&sandbox));
}

#[test]
fn an_editor_left_without_a_word_is_no_commit() {
    let sandbox = installed();
    let head = sandbox.git(&["rev-parse", "HEAD"]);
    append(&sandbox, ADA, "- 2026-11-19 call\n");
    for line in [
        "GIT_EDITOR=true git commit -aq",
        "GIT_EDITOR=true git commit -aqs -v",
        "echo 'what:' > ../template; GIT_EDITOR=true git -c commit.template=../template commit -aq",
        "GIT_EDITOR=true git -c core.commentChar=';' commit -aq",
        "GIT_EDITOR=true git -c core.commentChar=auto commit -aq",
        // One record deleted, still no title.
        "GIT_EDITOR=\"sed -i '/Date/d'\" git commit -aq",
    ] {
        let said = shell(&sandbox, line);
        assert_eq!(said.code, 1, "{line}: {}", message(&sandbox));
        assert!(
            said.stderr
                .contains("Aborting commit due to empty commit message"),
            "{line}: {}",
            said.stderr
        );
        assert_eq!(sandbox.git(&["rev-parse", "HEAD"]), head);
    }
    // With a word it is one.
    commit(
        &sandbox,
        "GIT_EDITOR=\"sed -i '1s/^/typed/'\" git commit -aqv",
    );
    assert_eq!(n_interactions(&sandbox), 1);
}

#[test]
fn merges_squashes_and_repeated_commits_are_left_alone() {
    let sandbox = installed();
    sandbox.git(&["switch", "-qc", "side"]);
    append(&sandbox, ADA, "- 2026-11-19 call\n");
    commit(&sandbox, "git commit -aqm side");
    sandbox.git(&["switch", "-q", "main"]);
    sandbox.write("other.md", "other\n");
    sandbox.git(&["add", "."]);
    commit(&sandbox, "git commit -qm other");
    commit(&sandbox, "git merge -q --no-ff --no-edit side");
    assert!(
        !message(&sandbox).contains("Interaction"),
        "{}",
        message(&sandbox)
    );
    assert_eq!(n_interactions(&sandbox), 1);

    sandbox.git(&["reset", "-q", "--hard", "HEAD^"]);
    commit(
        &sandbox,
        "git merge -q --squash side && git commit -q --no-edit",
    );
    assert_eq!(
        message(&sandbox).matches("Interaction-Id").count(),
        1,
        "{}",
        message(&sandbox)
    );
    assert_eq!(n_interactions(&sandbox), 1);

    sandbox.git(&["reset", "-q", "--hard", "HEAD^"]);
    commit(&sandbox, "git cherry-pick side");
    assert_eq!(message(&sandbox).matches("Interaction-Id").count(), 1);
    sandbox.git(&["reset", "-q", "--hard", "HEAD^"]);
    sandbox.git(&["switch", "-q", "side"]);
    commit(&sandbox, "git rebase -q main");
    assert_eq!(message(&sandbox).matches("Interaction-Id").count(), 1);
    assert_eq!(n_interactions(&sandbox), 1);

    // Copied words carry the record they came with; what is new is logged with it.
    append(&sandbox, ADA, "- 2026-11-16 letter\n");
    commit(&sandbox, "git commit -aq -C HEAD");
    assert_eq!(message(&sandbox).matches("Interaction-Id").count(), 2);
    assert_eq!(n_interactions(&sandbox), 2);
}

#[test]
fn a_vault_in_a_subfolder_a_worktree_and_a_submodule_are_served() {
    let sandbox = Sandbox::with_git(
        "//- it's a vault/ties.toml\n//- it's a vault/people/ada.md\n# Ada\n//- code.md\n# Code\n",
    );
    let install = sandbox.ties(&["--vault", "it's a vault", "hooks", "install"]);
    assert_eq!(install.code, 0, "{}", install.stderr);
    append(
        &sandbox,
        "it's a vault/people/ada.md",
        "- 2026-11-19 call\n",
    );
    commit(
        &sandbox,
        "cd \"it's a vault/people\" && git commit -aqm one",
    );
    expect![[r#"
        one

        Interaction: call
        Interaction-Id: ty6dqt7w5z8n
        Interaction-Date: 2026-11-19
        Contact: people/ada.md

    "#]]
    .assert_eq(&message(&sandbox));

    sandbox.git(&["worktree", "add", "-q", "../second", "-b", "second"]);
    let second = "cd ../second && echo '- 2026-11-18 call' >> \"it's a vault/people/ada.md\" && git commit -aqm two";
    commit(&sandbox, second);
    assert!(
        sandbox
            .git(&["log", "-1", "--format=%B", "second"])
            .contains("Interaction-Date: 2026-11-18")
    );

    // A checkout without the vault has nothing to log and nothing to complain about.
    let said = commit(
        &sandbox,
        "git switch -q --orphan empty && git commit -q --allow-empty -m none",
    );
    assert_eq!(said.stderr, "");

    let outer = Sandbox::with_git("//- readme.txt\n");
    let origin = sandbox.root();
    outer.git(&[
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "--quiet",
        "add",
        "-b",
        "main",
        origin.to_str().unwrap(),
        "sub",
    ]);
    commit(
        &outer,
        "cd sub && git config user.name R && git config user.email r@example.org",
    );
    let install = outer.ties(&["--vault", "sub/it's a vault", "hooks", "install"]);
    assert_eq!(install.code, 0, "{}", install.stderr);
    commit(
        &outer,
        "cd sub && echo '- 2026-11-17 call' >> \"it's a vault/people/ada.md\" && git commit -aqm three",
    );
    assert!(
        commit(&outer, "git -C sub log -1 --format=%B")
            .stdout
            .contains("Interaction-Date: 2026-11-17")
    );
}

#[test]
fn a_hook_that_was_there_runs_first_and_comes_back() {
    let sandbox = Sandbox::with_git(PEOPLE);
    fs::create_dir_all(sandbox.root().join(".git/hooks")).unwrap();
    let own = "#!/bin/sh\n# my own\necho \"own $2\" >&2\n[ ! -e ../refuse ] || exit 3\nsed -i '1s/^/JIRA-1 /' \"$1\"\n";
    fs::write(hook(&sandbox), own).unwrap();
    commit(&sandbox, "chmod 755 .git/hooks/prepare-commit-msg");
    let before = sandbox.on_disk();
    let said = sandbox.ties(&["hooks", "install"]);
    expect![[r#"
        prepare-commit-msg  installed, after the hook that was there
        commit-msg          installed
        in .git/hooks
        a commit that adds dated entries to notes now logs them; `ties hooks uninstall` ends that
    "#]]
    .assert_eq(&sandbox.without_folder(&said.stdout));
    let again = sandbox.ties(&["hooks", "install"]);
    assert_eq!(again.stdout, said.stdout);

    append(&sandbox, ADA, "- 2026-11-19 call\n");
    let said = commit(&sandbox, "git commit -aqm one");
    assert!(said.stderr.starts_with("own message\n"), "{}", said.stderr);
    assert!(message(&sandbox).starts_with("JIRA-1 one\n\nInteraction: call\n"));
    fs::write(sandbox.root().join("../refuse"), "").unwrap();
    append(&sandbox, ADA, "- 2026-11-18 call\n");
    assert_ne!(shell(&sandbox, "git commit -aqm two").code, 0);
    sandbox.git(&["checkout", "-q", "--", "."]);

    let said = sandbox.ties(&["hooks", "uninstall"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let hooks = |files: std::collections::BTreeMap<PathBuf, Vec<u8>>| {
        let mut files = files;
        files.retain(|path, _| path.to_string_lossy().contains("/hooks/"));
        files
    };
    assert!(hooks(sandbox.on_disk()) == hooks(before));
    let mode = commit(
        &sandbox,
        "test -x .git/hooks/prepare-commit-msg && echo yes",
    )
    .stdout;
    assert_eq!(mode, "yes\n");
    assert_eq!(
        sandbox.ties(&["hooks", "uninstall"]).code,
        0,
        "once more does no harm"
    );
}

#[test]
fn a_hook_changed_since_is_not_destroyed() {
    let sandbox = installed();
    let script = fs::read_to_string(hook(&sandbox)).unwrap();
    fs::write(
        hook(&sandbox),
        script.replace("exit 0\n#", "echo mine\nexit 0\n#"),
    )
    .unwrap();
    let said = ["install", "uninstall"].map(|command| sandbox.fails(&["hooks", command]));
    assert_eq!(said[0], said[1]);
    expect![[r#"
        error: `[TMP]/vault/.git/hooks/prepare-commit-msg` was changed since ties wrote it
        hint: keep what is yours elsewhere, and remove the file
    "#]]
    .assert_eq(&said[0]);
    let status = sandbox.json(&["hooks", "status"]);
    assert_eq!(status["hooks"][0]["state"], "changed");
    assert_eq!(status["hooks"][1]["state"], "installed");
    // Someone's own hook in its place stays, and both are not guessed about.
    fs::write(hook(&sandbox), "#!/bin/sh\n").unwrap();
    assert_eq!(sandbox.ties(&["hooks", "uninstall"]).code, 0);
    assert_eq!(fs::read_to_string(hook(&sandbox)).unwrap(), "#!/bin/sh\n");
    fs::write(hook(&sandbox).with_extension("before-ties"), "#!/bin/sh\n").unwrap();
    assert!(
        sandbox
            .fails(&["hooks", "install"])
            .contains("keeps another one")
    );
}

#[test]
fn the_configured_folder_is_used_if_it_is_this_repositorys() {
    let sandbox = Sandbox::with_git(PEOPLE);
    sandbox.git(&["config", "core.hooksPath", "tools/my hooks"]);
    assert_eq!(sandbox.ties(&["hooks", "install"]).code, 0);
    assert!(
        sandbox
            .root()
            .join("tools/my hooks/prepare-commit-msg")
            .is_file()
    );
    append(&sandbox, ADA, "- 2026-11-19 call\n");
    commit(&sandbox, "git commit -aqm one");
    assert!(message(&sandbox).contains("Interaction: call"));
    let shared = sandbox.root().join("../shared");
    sandbox.git(&["config", "core.hooksPath", shared.to_str().unwrap()]);
    expect![[r#"
        error: `core.hooksPath` names `[TMP]/vault/../shared`, whose hooks run in other repositories too
        hint: `git config core.hooksPath .git/hooks` gives this one its own, which then run alone
        hint: or let your hook there call `ties hooks run prepare-commit-msg "$@"`
    "#]].assert_eq(&sandbox.fails(&["hooks", "install"]));
    sandbox.git(&["config", "core.hooksPath", ".husky/_"]);
    expect![[r#"
        error: husky makes the hooks in `[TMP]/vault/.husky/_` anew
        hint: add `ties hooks run prepare-commit-msg "$@"` to `.husky/prepare-commit-msg`, and `ties hooks run commit-msg "$@"` to `.husky/commit-msg`
    "#]].assert_eq(&sandbox.fails(&["hooks", "install"]));
}

#[test]
fn a_commit_is_never_blocked_by_ties() {
    let sandbox = installed();
    // The program is gone, and not on PATH either.
    let script = fs::read_to_string(hook(&sandbox)).unwrap();
    let start = script.find("\nties='").unwrap() + 7;
    let end = start + script[start..].find('\'').unwrap();
    let program = script[start..end].to_owned();
    fs::write(hook(&sandbox), script.replace(&program, "/nowhere/ties")).unwrap();
    append(&sandbox, ADA, "- 2026-11-19 call\n");
    let said = commit(&sandbox, "git commit -aqm one");
    assert_eq!(
        said.stderr,
        "ties is not found, so this commit logs nothing; ties hooks uninstall ends this\n"
    );
    // On PATH it is found.
    fs::create_dir(sandbox.root().join("../bin")).unwrap();
    commit(&sandbox, &format!("ln -s {program} ../bin/ties"));
    append(&sandbox, ADA, "- 2026-11-18 call\n");
    commit(&sandbox, "PATH=\"$PWD/../bin:$PATH\" git commit -aqm two");
    assert!(message(&sandbox).contains("Interaction: call"));
    // It fails.
    fs::write(hook(&sandbox), script).unwrap();
    append(&sandbox, ADA, "- 2026-11-17 call\n");
    let said = commit(&sandbox, "TIES_TODAY=nonsense git commit -aqm three");
    assert!(
        said.stderr
            .ends_with("ties: the commit goes on without it\n"),
        "{}",
        said.stderr
    );
    assert_eq!(message(&sandbox), "three\n\n");
    // A message in another encoding is left as it is.
    append(&sandbox, ADA, "- 2026-11-16 call\n");
    commit(
        &sandbox,
        "printf 'Zo\\353\\n' > ../latin; git -c i18n.commitEncoding=ISO-8859-1 commit -aqF ../latin",
    );
    assert!(!message(&sandbox).contains("Interaction"));
}

#[test]
fn a_whole_vault_committed_at_once_is_no_account_of_the_day() {
    let sandbox = installed();
    let entries: Vec<String> = (1..=21)
        .map(|day| format!("- 2026-10-{day:02} call\n"))
        .collect();
    let entries = entries.concat();
    append(&sandbox, ADA, &entries);
    let said = commit(&sandbox, "git commit -aqm import");
    assert_eq!(
        said.stderr,
        "ties: this commit writes down 21 interactions, too many for its message: `ties log --from-notes` logs them\n"
    );
    assert_eq!(message(&sandbox), "import\n\n");
    assert_eq!(
        sandbox.json(&["log", "--from-notes", "--yes"])["logged"],
        21
    );
}

#[test]
fn the_first_commit_and_a_moved_note_are_read_rightly() {
    let sandbox =
        Sandbox::plain("//- people/ada.md\n# Ada\n- 2026-11-19 call\n- 2026-11-18 meal\n");
    sandbox.git(&["init", "-q", "-b", "main"]);
    sandbox.git(&["config", "user.name", "Robin"]);
    sandbox.git(&["config", "user.email", "robin@example.org"]);
    sandbox.ties(&["hooks", "install"]);
    commit(&sandbox, "git add . && git commit -qm first");
    assert_eq!(message(&sandbox).matches("Interaction-Id").count(), 2);
    assert_eq!(n_interactions(&sandbox), 2);
    // A move says nothing new, also where the journal does not hold what the note tells.
    sandbox.git(&["commit", "-q", "--amend", "-m", "first"]);
    let unlogged = sandbox.json(&["log", "--from-notes", "--dry-run"]);
    assert_eq!(unlogged["interactions"].as_array().unwrap().len(), 2);
    sandbox.git(&["mv", "people/ada.md", "people/ada-lovelace.md"]);
    append(&sandbox, ADA, "- 2026-11-17 letter\n");
    commit(&sandbox, "git commit -aqm moved");
    expect![[r#"
        moved

        Interaction: letter
        Interaction-Id: rb3958p5sh5c
        Interaction-Date: 2026-11-17
        Contact: people/ada-lovelace.md

    "#]]
    .assert_eq(&message(&sandbox));
}
