//! Disks that are full or may not be written to: a clear error, nothing lost, and reading goes on.
//!
//! A small file system in memory is mounted for it, in a name space of the test's own that goes with it. Where the system lets
//! nobody do that, the test says so and ends: the tests of single commands then still have files where folders are needed.
#![cfg(target_os = "linux")]

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use ties_tests::{Sandbox, sandbox::program};

const PEOPLE: &str = "
//- ties.toml
//- people/ada.md
---
name: Ada Lovelace
circle: close
---
";

/// Set in the process that may mount.
const INSIDE: &str = "TIES_TEST_MAY_MOUNT";

/// Runs `then` in a process that may mount file systems nobody else sees: this test again, by its name.
fn with_mounts(name: &str, then: impl FnOnce()) {
    if std::env::var_os(INSIDE).is_some() {
        return then();
    }
    let may_mount = |arguments: &[&str]| {
        let mut command = Command::new("unshare");
        command
            .args(arguments)
            .args(["mount", "-t", "tmpfs", "none", "/mnt"]);
        command.output().is_ok_and(|output| output.status.success())
    };
    let ways: [&[&str]; 2] = [&["--mount"], &["--map-root-user", "--mount"]];
    let Some(way) = ways.into_iter().find(|way| may_mount(way)) else {
        #[expect(clippy::print_stderr, reason = "whoever runs it should know")]
        {
            eprintln!("skipped: nobody may mount a file system here");
        }
        return;
    };
    // The process itself cannot remove what it has mounted something on.
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let output = Command::new("unshare")
        .env("TMPDIR", folder.path())
        .args(way)
        .arg(std::env::current_exe().expect("a test knows its own path"))
        .args(["--exact", name, "--nocapture"])
        .env(INSIDE, "yes")
        .output()
        .expect("it was just tried");
    assert!(
        output.status.success(),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

fn mount(options: &str, at: &Path) {
    let status = Command::new("mount")
        .args(["-t", "tmpfs", "-o", options, "none"])
        .arg(at)
        .status();
    assert!(status.is_ok_and(|status| status.success()), "{options}");
}

/// A vault with a journal of one interaction on a small disk of its own.
fn on_a_small_disk() -> Sandbox {
    let sandbox = Sandbox::new("");
    mount("size=2m,mode=755", &sandbox.root());
    for (path, text) in fixture::parse(PEOPLE).files {
        sandbox.write(&path, &text);
    }
    sandbox.git(&["init", "--quiet"]);
    sandbox.git(&["add", "--all"]);
    sandbox.git(&["commit", "--quiet", "--message", "notes"]);
    sandbox.ties(&["log", "call", "ada", "-m", "before"]);
    sandbox
}

fn ties(sandbox: &Sandbox, arguments: &[&str]) -> Output {
    let mut command = sandbox.command(program());
    command.args(arguments).output().expect("it can be started")
}

/// Returns every file of the vault, git's too, except what may be left over and does no harm: caches, objects that nothing
/// names, and lines of the reflog, which libgit2 writes before it moves the branch.
fn files(folder: &Path, found: &mut Vec<(PathBuf, Vec<u8>)>) {
    for entry in fs::read_dir(folder).expect("the folder can be listed") {
        let path = entry.expect("it can be listed").path();
        if path.is_dir() {
            let left_over = [".git/objects", ".git/logs", ".git/ties"];
            if !left_over.iter().any(|folder| path.ends_with(folder)) {
                files(&path, found);
            }
        } else if !path.ends_with("filler") {
            let content = fs::read(&path).expect("it can be read");
            found.push((path, content));
        }
    }
    found.sort();
}

/// Fails where a file came, went or changed, and names it.
fn assert_same(before: &[(PathBuf, Vec<u8>)], after: &[(PathBuf, Vec<u8>)], said: &str) {
    let changed = |one: &[(PathBuf, Vec<u8>)], other: &[(PathBuf, Vec<u8>)]| {
        let changed = one.iter().filter(|file| !other.contains(file));
        changed
            .map(|(path, content)| {
                format!("{}: {}", path.display(), String::from_utf8_lossy(content))
            })
            .collect::<Vec<_>>()
    };
    let (gone, new) = (changed(before, after), changed(after, before));
    assert!(
        gone.is_empty() && new.is_empty(),
        "{said}\n- {gone:?}\n+ {new:?}"
    );
}

fn all_files(sandbox: &Sandbox) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    files(&sandbox.root(), &mut found);
    found
}

#[test]
fn a_full_disk_is_named_and_nothing_is_half_written() {
    with_mounts("a_full_disk_is_named_and_nothing_is_half_written", || {
        let sandbox = on_a_small_disk();
        let filler = sandbox.root().join("filler");
        let mut refused = 0;
        // With each page that is left the next step of the writing is the one that fails.
        for pages_left in 0..24 {
            let mut file = fs::File::create(&filler).expect("there is room for a file");
            let mut pages = 0;
            while file.write_all(&[0; 4096]).is_ok() {
                pages += 1;
            }
            file.set_len(4096 * (pages - pages_left))
                .expect("a file can be made shorter");
            drop(file);
            let before = all_files(&sandbox);
            let output = ties(&sandbox, &["log", "email", "ada", "-m", "a full disk"]);
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            let was_written = output.status.success();
            if !was_written {
                refused += 1;
                assert_eq!(output.status.code(), Some(2), "{said}");
                assert!(said.contains("No space left on device"), "{said}");
                assert!(said.contains("hint: "), "{said}");
                assert_same(&before, &all_files(&sandbox), &said);
            }
            // Reading needs no room.
            for command in [&["due"][..], &["timeline"], &["check"], &["find", "ada"]] {
                let output = ties(&sandbox, command);
                let said = String::from_utf8_lossy(&output.stderr);
                assert!(output.status.code() < Some(2), "{command:?}: {said}");
            }
            fs::remove_file(&filler).expect("it is there");
            if was_written {
                sandbox.git(&["update-ref", "HEAD", "HEAD~1"]);
            }
            sandbox.git(&["fsck", "--strict", "--no-dangling"]);
        }
        assert!(refused > 0, "the disk was never full");
        // Once there is room again, all is as before.
        sandbox.ties(&["log", "meal", "ada", "-m", "after"]);
        let timeline = sandbox.ties(&["timeline", "ada"]);
        assert!(
            timeline.contains("before") && timeline.contains("after"),
            "{timeline}"
        );
    });
}

#[test]
fn a_disk_that_may_not_be_written_to_can_be_read() {
    with_mounts("a_disk_that_may_not_be_written_to_can_be_read", || {
        let sandbox = on_a_small_disk();
        let status = Command::new("mount")
            .args(["-o", "remount,ro"])
            .arg(sandbox.root())
            .status();
        assert!(status.is_ok_and(|status| status.success()));
        let before = all_files(&sandbox);
        for command in [
            &["log", "email", "ada"][..],
            &["new", "contact", "Grace"],
            &["snooze", "ada", "next week"],
            &["rename", "ada", "Ada King"],
        ] {
            let output = ties(&sandbox, command);
            let said = String::from_utf8_lossy(&output.stderr).to_lowercase();
            assert_eq!(output.status.code(), Some(2), "{command:?}: {said}");
            assert!(
                said.contains("read-only file system"),
                "{command:?}: {said}"
            );
            assert!(said.contains("hint: "), "{command:?}: {said}");
        }
        for command in [
            &["due"][..],
            &["timeline"],
            &["check"],
            &["find", "ada"],
            &["show", "ada"],
            &["doctor"],
        ] {
            let output = ties(&sandbox, command);
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.code() < Some(2), "{command:?}: {said}");
        }
        assert!(all_files(&sandbox) == before);
    });
}
