//! `ties sync` between two clones and a bare repository on disk.

use std::fs;

use expect_test::expect;

use crate::common::{Said, Sandbox};

const ADA: &str = "\
---
name: Ada Lovelace
tags: [mathematics]
---
# Ada

Likes engines.
";

/// A laptop, a phone, and the remote between them.
struct Machines {
    sandbox: Sandbox,
}

const LAPTOP: &str = ".";
const PHONE: &str = "../phone";
const REMOTE: &str = "../remote.git";

impl Machines {
    /// Both have Ada's note, and everything is in step.
    fn new() -> Self {
        let sandbox = Sandbox::with_git("//- ties.toml\n//- me.md\n");
        sandbox.write("people/ada.md", ADA);
        sandbox.write("people/grace.md", "# Grace Hopper\n");
        sandbox.git(&["add", "."]);
        sandbox.git(&["commit", "--quiet", "--message=notes"]);
        sandbox.git(&["init", "--quiet", "--bare", "--initial-branch=main", REMOTE]);
        sandbox.git(&["remote", "add", "origin", REMOTE]);
        let machines = Self { sandbox };
        machines.sync(LAPTOP);
        machines.sandbox.git(&["clone", "--quiet", REMOTE, PHONE]);
        machines.know_user(PHONE);
        machines
    }

    fn git(&self, at: &str, arguments: &[&str]) -> String {
        self.sandbox.git(&[&["-C", at], arguments].concat())
    }

    fn know_user(&self, at: &str) {
        self.git(at, &["config", "user.name", "Robin"]);
        self.git(at, &["config", "user.email", "robin@example.org"]);
    }

    fn ties(&self, at: &str, arguments: &[&str]) -> Said {
        self.sandbox.ties(&[&["--vault", at], arguments].concat())
    }

    /// Runs a command that must be done.
    fn done(&self, at: &str, arguments: &[&str]) -> String {
        let said = self.ties(at, arguments);
        assert_eq!(said.code, 0, "{}{}", said.stdout, said.stderr);
        said.stdout
    }

    fn sync(&self, at: &str) -> String {
        self.done(at, &["sync"])
    }

    /// Runs a sync that must fail without a change here; returns what it said.
    fn refused(&self, at: &str, arguments: &[&str]) -> String {
        let before = (
            self.git(at, &["status", "--porcelain=v2"]),
            self.git(at, &["for-each-ref", "refs/heads"]),
        );
        let said = self.ties(at, &[&["sync"], arguments].concat());
        assert_eq!(said.code, 2, "{}{}", said.stdout, said.stderr);
        let after = (
            self.git(at, &["status", "--porcelain=v2"]),
            self.git(at, &["for-each-ref", "refs/heads"]),
        );
        assert_eq!(before, after);
        said.stderr
    }

    fn write(&self, at: &str, path: &str, text: &str) {
        self.sandbox.write(&format!("{at}/{path}"), text);
    }

    fn commit(&self, at: &str, path: &str, text: &str) {
        self.write(at, path, text);
        self.git(at, &["add", "--all"]);
        self.git(at, &["commit", "--quiet", "--message", path]);
    }

    /// Asserts that both machines and the remote have the same, and that git finds nothing wrong; returns the timeline.
    fn assert_in_step(&self) -> String {
        let head = self.git(LAPTOP, &["rev-parse", "HEAD"]);
        assert_eq!(self.git(PHONE, &["rev-parse", "HEAD"]), head);
        assert_eq!(self.git(REMOTE, &["rev-parse", "main"]), head);
        for at in [LAPTOP, PHONE, REMOTE] {
            self.git(at, &["fsck", "--strict"]);
        }
        let timeline = self.done(LAPTOP, &["-q", "timeline"]);
        assert_eq!(self.done(PHONE, &["-q", "timeline"]), timeline);
        let lost = self.done(LAPTOP, &["lost"]) + &self.done(PHONE, &["lost"]);
        assert_eq!(lost, "nothing is lost\n".repeat(2));
        timeline
    }
}

/// Returns the summaries of what `ties timeline` or `ties sync` printed.
fn summaries(printed: &str) -> Vec<&str> {
    let lines = printed.lines().filter(|line| line.starts_with("2026-"));
    lines.map(|line| line[26..].trim()).collect()
}

#[test]
fn what_two_machines_did_offline_comes_together_in_both_directions() {
    for rebase in ["false", "true", "merges", "interactive"] {
        let machines = Machines::new();
        for at in [LAPTOP, PHONE] {
            machines.git(at, &["config", "pull.rebase", rebase]);
        }
        machines.done(LAPTOP, &["log", "call", "ada", "-m", "from the laptop"]);
        machines.commit(
            LAPTOP,
            "people/ada.md",
            &(ADA.to_owned() + "\nAnd poems.\n"),
        );
        machines.done(PHONE, &["log", "meal", "ada", "-m", "from the phone"]);
        machines.done(PHONE, &["log", "email", "grace", "-m", "also"]);
        machines.commit(PHONE, "people/joan.md", "# Joan Clarke\n");

        let said = machines.sync(LAPTOP);
        assert!(said.contains("0 commits received, 2 sent"), "{said}");
        let said = machines.sync(PHONE);
        let how = match rebase {
            "false" => "2 commits received, merged, 4 sent",
            _ => "2 commits received, rebased, 3 sent",
        };
        assert!(said.contains(how), "{rebase}: {said}");
        assert_eq!(summaries(&said), ["call: Ada Lovelace, from the laptop"]);
        let said = machines.sync(LAPTOP);
        assert_eq!(summaries(&said).len(), 2, "{said}");
        let said = machines.sync(LAPTOP);
        assert!(
            said.contains("main and origin/main are the same already"),
            "{said}"
        );

        let timeline = machines.assert_in_step();
        assert_eq!(summaries(&timeline).len(), 3);
        for path in ["people/ada.md", "people/joan.md"] {
            let laptop = machines.sandbox.read(path);
            assert_eq!(laptop, machines.sandbox.read(&format!("{PHONE}/{path}")));
        }
        let merges = machines.git(LAPTOP, &["log", "--merges", "--format=%s"]);
        let expected = match rebase {
            "false" => "Merge remote-tracking branch 'origin/main'\n",
            _ => "",
        };
        assert_eq!(merges, expected);
    }
}

#[test]
fn a_flag_goes_before_what_is_configured() {
    let machines = Machines::new();
    machines.git(PHONE, &["config", "pull.rebase", "true"]);
    machines.git(PHONE, &["config", "merge.ff", "only"]);
    for flag in ["--merge", "--rebase"] {
        machines.done(LAPTOP, &["log", "call", "ada"]);
        machines.done(PHONE, &["log", "meal", "ada"]);
        machines.sync(LAPTOP);
        let said = machines.done(PHONE, &["sync", flag]);
        assert!(said.contains(&flag[2..]), "{said}");
        machines.sync(LAPTOP);
        machines.assert_in_step();
    }
}

#[test]
fn corrections_made_on_both_machines_end_the_same() {
    for first in [LAPTOP, PHONE] {
        let machines = Machines::new();
        machines.done(LAPTOP, &["log", "call", "ada", "-m", "engines"]);
        machines.done(LAPTOP, &["log", "call", "grace", "-m", "compilers"]);
        machines.sync(LAPTOP);
        machines.sync(PHONE);
        let json = machines.sandbox.json(&["timeline"]);
        let ids: Vec<&str> = (0..2)
            .filter_map(|n| json["interactions"][n]["id"].as_str())
            .collect();
        machines.done(LAPTOP, &["amend", ids[0], "-m", "looms"]);
        machines.done(PHONE, &["amend", ids[0], "-m", "cards"]);
        machines.done(PHONE, &["retract", ids[1]]);
        machines.done(LAPTOP, &["amend", ids[1], "-m", "never mind"]);
        let second = if first == LAPTOP { PHONE } else { LAPTOP };
        machines.sync(first);
        machines.sync(second);
        machines.sync(first);
        let timeline = machines.assert_in_step();
        assert_eq!(summaries(&timeline).len(), 1, "{timeline}");
    }
}

#[test]
fn a_rebase_keeps_interactions_and_what_becomes_empty() {
    let machines = Machines::new();
    let more = ADA.to_owned() + "\nAnd poems.\n";
    machines.commit(LAPTOP, "people/ada.md", &more);
    machines.sync(LAPTOP);
    // The same change, in a commit that also says that someone was called.
    machines.write(PHONE, "people/ada.md", &more);
    machines.done(PHONE, &["log", "call", "grace", "-m", "with nothing"]);
    machines.git(
        PHONE,
        &[
            "commit",
            "--quiet",
            "--all",
            "--message=poems too",
            "--trailer=Interaction: call",
            "--trailer=Interaction-Date: 2026-11-20",
            "--trailer=Contact: people/ada.md",
        ],
    );
    machines.done(PHONE, &["sync", "--rebase"]);
    machines.sync(LAPTOP);
    let timeline = machines.assert_in_step();
    assert_eq!(
        summaries(&timeline),
        ["call: Grace Hopper, with nothing", "poems too"]
    );
}

#[test]
fn a_conflict_waits_for_the_user_and_nothing_is_sent() {
    for (flag, command) in [("--merge", "merge"), ("--rebase", "rebase")] {
        let machines = Machines::new();
        machines.commit(LAPTOP, "people/ada.md", &ADA.replace("engines", "looms"));
        machines.commit(LAPTOP, "people/grace.md", "# Grace Hopper\n\nCompilers.\n");
        machines.sync(LAPTOP);
        let remote = machines.git(REMOTE, &["rev-parse", "main"]);
        machines.commit(PHONE, "people/ada.md", &ADA.replace("engines", "cards"));
        let here = machines.git(PHONE, &["rev-parse", "HEAD"]);
        let said = machines.ties(PHONE, &["sync", flag]);
        assert_eq!((said.code, &*said.stderr), (1, ""));
        if command == "merge" {
            expect![[r#"
                conflict: main and origin/main changed 1 file differently
                  people/ada.md:7
                between `<<<<<<<` and `>>>>>>>` are both versions: leave the lines that are right, then `git add` the files, `git merge --continue`, and `ties sync` once more
                `git merge --abort` goes back to how it was here; nothing was sent
                `ties init --merge-driver` has git merge notes key by key, with fewer conflicts
            "#]].assert_eq(&said.stdout);
        }
        assert!(said.stdout.contains(&format!("`git {command} --continue`")));
        assert_eq!(machines.git(REMOTE, &["rev-parse", "main"]), remote);
        // Another try does no harm, and names the way out.
        let said = machines.ties(PHONE, &["sync"]);
        assert_eq!(said.code, 2);
        assert!(
            said.stderr.contains(&format!("`git {command} --abort`")),
            "{}",
            said.stderr
        );

        machines.git(PHONE, &[command, "--abort"]);
        assert_eq!(machines.git(PHONE, &["rev-parse", "HEAD"]), here);
        let again = machines.sandbox.json(&["--vault", PHONE, "sync", flag]);
        assert_eq!(again["conflicts"][0]["path"], "people/ada.md");
        assert_eq!(again["conflicts"][0]["lines"], serde_json::json!([7]));
        machines.write(
            PHONE,
            "people/ada.md",
            &ADA.replace("engines", "looms and cards"),
        );
        machines.git(PHONE, &["add", "."]);
        machines.git(PHONE, &["-c", "core.editor=true", command, "--continue"]);
        machines.sync(PHONE);
        machines.sync(LAPTOP);
        machines.assert_in_step();
        assert!(
            machines
                .sandbox
                .read("people/ada.md")
                .contains("looms and cards")
        );
    }
}

#[test]
fn a_note_deleted_here_and_changed_there_is_asked_about() {
    for flag in ["--merge", "--rebase"] {
        let machines = Machines::new();
        machines.commit(LAPTOP, "people/ada.md", &ADA.replace("engines", "looms"));
        machines.sync(LAPTOP);
        machines.git(PHONE, &["rm", "--quiet", "people/ada.md"]);
        machines.git(PHONE, &["commit", "--quiet", "--message=gone"]);
        let said = machines.ties(PHONE, &["-q", "sync", flag]);
        assert_eq!(said.code, 1, "{}", said.stderr);
        let expected = "  people/ada.md: deleted here, changed there: `git add` keeps it, `git rm` deletes it\n";
        assert!(said.stdout.ends_with(expected), "{flag}: {}", said.stdout);
    }
}

#[test]
fn the_merge_driver_joins_what_both_did_to_one_note() {
    for flag in ["--merge", "--rebase"] {
        let machines = Machines::new();
        machines.done(LAPTOP, &["init", "--merge-driver"]);
        machines.git(LAPTOP, &["add", "."]);
        machines.git(LAPTOP, &["commit", "--quiet", "--message=driver"]);
        machines.sync(LAPTOP);
        machines.sync(PHONE);
        machines.done(LAPTOP, &["init", PHONE, "--merge-driver"]);
        machines.commit(
            LAPTOP,
            "people/ada.md",
            &ADA.replace("[math", "[looms, math"),
        );
        machines.sync(LAPTOP);
        machines.commit(
            PHONE,
            "people/ada.md",
            &ADA.replace("tics]", "tics, cards]"),
        );
        machines.done(PHONE, &["sync", flag]);
        machines.sync(LAPTOP);
        machines.assert_in_step();
        let tags = machines.sandbox.read("people/ada.md");
        assert!(tags.contains("tags: [looms, mathematics, cards]"), "{tags}");
    }
}

#[test]
fn others_who_push_in_between_are_no_failure() {
    let machines = Machines::new();
    machines.done(LAPTOP, &["log", "call", "ada", "-m", "slow"]);
    machines.done(PHONE, &["log", "call", "ada", "-m", "fast"]);
    // Between fetch and push of the laptop the phone pushes.
    let hook = machines.sandbox.root().join(".git/hooks/pre-push");
    fs::create_dir_all(hook.parent().unwrap()).unwrap();
    fs::write(
        &hook,
        "#!/bin/sh\nrm \"$0\"\ngit -C ../phone push --quiet\n",
    )
    .unwrap();
    machines
        .sandbox
        .run(std::process::Command::new("chmod").arg("+x").arg(&hook));
    let said = machines.sync(LAPTOP);
    assert!(!hook.exists(), "nobody pushed in between");
    assert!(said.contains("1 commit received, merged, 2 sent"), "{said}");
    machines.sync(PHONE);
    assert_eq!(summaries(&machines.assert_in_step()).len(), 2);
}

#[test]
fn a_new_remote_and_a_new_branch_are_pushed_to_and_followed() {
    let machines = Machines::new();
    machines.git(LAPTOP, &["switch", "--quiet", "--create", "trip"]);
    machines.done(LAPTOP, &["log", "meeting", "ada"]);
    let said = machines.sync(LAPTOP);
    assert!(said.contains("trip is in step with origin/trip"), "{said}");
    assert_eq!(
        machines.git(LAPTOP, &["rev-parse", "--abbrev-ref", "trip@{upstream}"]),
        "origin/trip\n"
    );
    machines.git(LAPTOP, &["init", "--quiet", "--bare", "../other.git"]);
    machines.git(LAPTOP, &["remote", "add", "other", "../other.git"]);
    let said = machines.done(LAPTOP, &["sync", "other"]);
    assert!(said.contains("other/trip"), "{said}");
    // Git's own way of pushing elsewhere than one fetches from.
    machines.git(LAPTOP, &["config", "remote.pushDefault", "other"]);
    machines.done(LAPTOP, &["log", "meeting", "grace"]);
    let said = machines.sync(LAPTOP);
    assert!(
        said.contains("other/trip: 0 commits received, 1 sent"),
        "{said}"
    );
    assert_eq!(
        machines.git("../other.git", &["rev-parse", "trip"]),
        machines.git(LAPTOP, &["rev-parse", "HEAD"])
    );
    // Nothing of ties' own goes along.
    for at in [REMOTE, "../other.git"] {
        let refs = machines.git(at, &["for-each-ref", "--format=%(refname)", "refs/ties"]);
        assert_eq!(refs, "");
    }
}

#[test]
fn an_empty_repository_takes_what_the_remote_has() {
    let machines = Machines::new();
    machines.git(
        LAPTOP,
        &["init", "--quiet", "--initial-branch=main", "../new"],
    );
    machines.git("../new", &["remote", "add", "origin", "../remote.git"]);
    machines.sync("../new");
    assert_eq!(machines.sandbox.read("../new/people/ada.md"), ADA);
    machines.git(
        LAPTOP,
        &["init", "--quiet", "--initial-branch=master", "../old"],
    );
    machines.git("../old", &["remote", "add", "origin", "../remote.git"]);
    expect![[r#"
        error: `master` has no commit yet, here or at `origin`
        hint: the remote has `main`: `git switch main`
    "#]]
    .assert_eq(&machines.ties("../old", &["sync"]).stderr);
}

#[test]
fn what_is_not_committed_stays_as_it_is() {
    let machines = Machines::new();
    machines.done(LAPTOP, &["log", "call", "ada"]);
    machines.sync(LAPTOP);
    machines.done(PHONE, &["log", "call", "grace"]);
    machines.write(PHONE, "people/grace.md", "# Grace Hopper\n\nstaged\n");
    machines.git(PHONE, &["add", "people/grace.md"]);
    machines.write(PHONE, "people/ada.md", "modified\n");
    machines.write(PHONE, "new.md", "untracked\n");
    let before = machines.git(PHONE, &["status", "--porcelain=v2"]);
    // Git merges only where the index is as committed; the message is git's.
    let said = machines.refused(PHONE, &[]);
    assert!(
        said.contains("error: git could not merge `origin/main`: "),
        "{said}"
    );
    assert!(
        said.contains("hint: where files that are not committed"),
        "{said}"
    );
    let said = machines.refused(PHONE, &["--rebase"]);
    assert!(
        said.contains("hint: commit what is not committed"),
        "{said}"
    );
    assert_eq!(machines.git(PHONE, &["status", "--porcelain=v2"]), before);

    machines.git(
        PHONE,
        &["restore", "--staged", "--worktree", "people/grace.md"],
    );
    let before = machines.git(PHONE, &["status", "--porcelain=v2"]);
    let said = machines.sync(PHONE);
    assert!(
        said.ends_with("2 changed files are not committed, and so not sent\n"),
        "{said}"
    );
    assert_eq!(machines.git(PHONE, &["status", "--porcelain=v2"]), before);
    machines.git(PHONE, &["config", "rebase.autoStash", "true"]);
    machines.done(LAPTOP, &["log", "meal", "ada"]);
    machines.sync(LAPTOP);
    machines.done(PHONE, &["log", "meal", "grace"]);
    machines.done(PHONE, &["sync", "--rebase"]);
    assert_eq!(machines.git(PHONE, &["status", "--porcelain=v2"]), before);
}

#[test]
fn every_failure_names_the_next_step() {
    let machines = Machines::new();
    expect![[r#"
        error: there is no remote called `elsewhere`
        hint: name one of `origin`
    "#]]
    .assert_eq(&machines.refused(LAPTOP, &["elsewhere"]));

    machines.git(LAPTOP, &["init", "--quiet", "../alone"]);
    machines.know_user("../alone");
    machines.git(
        "../alone",
        &["commit", "--quiet", "--allow-empty", "--message=x"],
    );
    expect![[r#"
        error: this repository has no remote
        hint: `git remote add origin URL` names one: a host, or a folder made with `git init --bare`
    "#]]
    .assert_eq(&machines.refused("../alone", &[]));

    machines.git("../alone", &["remote", "add", "far", "../nowhere.git"]);
    let said = machines.refused("../alone", &[]);
    assert!(
        said.starts_with("error: git could not fetch from `far`: "),
        "{said}"
    );
    assert!(said.contains("hint: `git remote -v`"), "{said}");

    machines.git("../alone", &["remote", "set-url", "far", "../remote.git"]);
    machines.git("../alone", &["branch", "--move", "main"]);
    expect![[r#"
        error: `far/main` and `main` have no commit in common
        hint: where they belong together all the same, once: `git merge --allow-unrelated-histories far/main`
    "#]]
    .assert_eq(&machines.refused("../alone", &[]));

    machines.done(LAPTOP, &["log", "call", "ada"]);
    machines.sync(LAPTOP);
    machines.done(PHONE, &["log", "call", "grace"]);
    machines.git(PHONE, &["config", "pull.ff", "only"]);
    expect![[r#"
        error: `main` and `origin/main` both went on, and `pull.ff` is `only`
        hint: `ties sync --merge` or `ties sync --rebase` joins them
    "#]]
    .assert_eq(&machines.refused(PHONE, &[]));

    machines.git(PHONE, &["switch", "--quiet", "--detach"]);
    expect![[r#"
        error: HEAD is detached, so there is no branch to bring together with another
        hint: `git switch BRANCH` goes back to one, `git switch -c BRANCH` makes one
    "#]]
    .assert_eq(&machines.refused(PHONE, &[]));
}

#[test]
fn a_remote_that_takes_nothing_says_why_and_nothing_is_lost() {
    let machines = Machines::new();
    let hook = machines
        .sandbox
        .root()
        .join(REMOTE)
        .join("hooks/pre-receive");
    fs::create_dir_all(hook.parent().unwrap()).unwrap();
    fs::write(&hook, "#!/bin/sh\necho the house is closed >&2\nexit 1\n").unwrap();
    machines
        .sandbox
        .run(std::process::Command::new("chmod").arg("+x").arg(&hook));
    machines.done(LAPTOP, &["log", "call", "ada"]);
    let said = machines.refused(LAPTOP, &[]);
    assert!(
        said.starts_with("error: git could not push to `origin`: "),
        "{said}"
    );
    assert!(said.contains("the house is closed"), "{said}");
    fs::remove_file(hook).unwrap();
    let said = machines.sync(LAPTOP);
    assert!(said.contains("0 commits received, 1 sent"), "{said}");
}

#[test]
fn a_history_that_was_written_anew_elsewhere_is_joined_and_never_overwritten() {
    let machines = Machines::new();
    machines.done(LAPTOP, &["log", "call", "ada", "-m", "first"]);
    machines.sync(LAPTOP);
    machines.sync(PHONE);
    machines.git(LAPTOP, &["reset", "--quiet", "--hard", "HEAD~1"]);
    machines.done(LAPTOP, &["log", "meal", "grace", "-m", "instead"]);
    machines.git(LAPTOP, &["push", "--quiet", "--force"]);
    machines.sync(PHONE);
    let timeline = machines.done(PHONE, &["timeline"]);
    assert_eq!(summaries(&timeline).len(), 2, "{timeline}");
    machines.sync(LAPTOP);
    machines.assert_in_step();
}

#[test]
fn a_vault_in_a_subfolder_and_a_linked_worktree_are_synced() {
    let machines = Machines::new();
    machines.commit(LAPTOP, "network/ties.toml", "");
    machines.commit(LAPTOP, "network/people/eve.md", "# Eve\n");
    machines.done("network", &["log", "call", "eve"]);
    machines.done("network", &["sync"]);
    machines.git(
        LAPTOP,
        &["worktree", "add", "--quiet", "-b", "side", "../side"],
    );
    machines.done("../side/network", &["log", "meal", "eve"]);
    let said = machines.done("../side/network", &["sync"]);
    assert!(said.contains("origin/side"), "{said}");
    let remote = machines.git(REMOTE, &["log", "-1", "--format=%s", "side"]);
    assert_eq!(remote, "meal: Eve\n");
}
