//! The power goes out: the program is killed at random points while it writes, again and again, and nothing is lost.
//!
//! A short form runs with the other tests; `TIES_KILLS=500 cargo test -p ties-tests --test kill` strikes as often as it says.
//! When a process dies is up to the machine, and what holds afterwards may not depend on it.

#![cfg(unix)]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    hash::{BuildHasher, Hasher},
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

use serde_json::Value;
use ties_tests::{Sandbox, sandbox::program};

const PEOPLE: &str = "
//- ties.toml
//- people/ada.md
---
name: Ada Lovelace
circle: close
---
//- people/charles.md
# Charles Babbage
//- people/grace.md
# Grace Hopper
";

/// Strikes in the short form.
const FEW: usize = 40;

fn strikes() -> usize {
    let asked = std::env::var("TIES_KILLS").ok();
    asked.map_or(FEW, |number| {
        number.parse().expect("TIES_KILLS is a number")
    })
}

/// Returns a number below `bound`, another in each run.
fn random(bound: usize) -> usize {
    let random = std::hash::RandomState::new().build_hasher().finish();
    (random % bound as u64) as usize
}

/// Returns every file whose name ends in `.lock` below git's folder.
fn locks(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("git's folder can be listed") {
            let path = entry.expect("it can be listed").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "lock") {
                found.push(path);
            }
        }
    }
    found
}

/// Starts the program, kills it after `delay` unless it ended before, and returns what came of it.
fn run_for(sandbox: &Sandbox, arguments: &[&str], delay: Duration) -> Output {
    let child = start(sandbox, arguments);
    kill_after(child, delay)
}

fn start(sandbox: &Sandbox, arguments: &[&str]) -> Child {
    let mut command = sandbox.command(program());
    command
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command.spawn().expect("the program can be started")
}

fn kill_after(mut child: Child, delay: Duration) -> Output {
    std::thread::sleep(delay);
    child.kill().expect("a child can be killed");
    child.wait_with_output().expect("its pipes can be read")
}

/// Returns the answer of a run that said all was well; `None` for one that was killed first.
fn acknowledged(output: &Output) -> Option<Value> {
    if !output.status.success() {
        return None;
    }
    Some(serde_json::from_slice(&output.stdout).expect("an answer is a whole document"))
}

/// Returns the time that an undisturbed run takes.
fn usual(mut run: impl FnMut()) -> Duration {
    let start = Instant::now();
    for _ in 0..3 {
        run();
    }
    start.elapsed() / 3
}

/// Removes the locks that a killed process left, after the program has named each as the cause and said what to do.
fn explain_locks(sandbox: &Sandbox) {
    for lock in locks(&sandbox.root().join(".git")) {
        let name = lock.file_name().expect("it has a name").to_string_lossy();
        // The next one waits for it, and then says what is in the way.
        let output = ties(sandbox, &["log", "call", "grace", "-m", "after a lock"]);
        if output.status.success() {
            continue;
        }
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains(&*name), "{name} is not named: {said}");
        assert!(said.contains("hint: "), "no next step: {said}");
        fs::remove_file(lock).expect("the lock can be removed");
    }
}

#[test]
fn a_killed_process_loses_nothing_and_leaves_nothing_half_done() {
    let sandbox = Sandbox::with_git(PEOPLE);
    // Work of the user's own that nobody may touch: staged, modified, untracked.
    sandbox.write("people/ada.md", "---\nname: Ada Lovelace\n---\nstaged\n");
    sandbox.git(&["add", "people/ada.md"]);
    sandbox.write("people/ada.md", "---\nname: Ada Lovelace\n---\nmodified\n");
    sandbox.write("new.md", "untracked\n");
    let status = sandbox.git(&["status", "--porcelain=v2"]);

    let mut number = 0;
    // What was acknowledged: the id with its highest revision, and the words of each.
    let mut promised: BTreeMap<String, String> = BTreeMap::new();
    let mut words: BTreeSet<String> = BTreeSet::new();
    let pause = usual(|| {
        sandbox.ties(&["log", "call", "grace", "-m", "undisturbed"]);
    });
    words.insert("undisturbed".to_owned());
    words.insert("after a lock".to_owned());
    for strike in 0..strikes() {
        number += 1;
        let delay = pause.mul_f64(1.2) * random(1000) as u32 / 1000;
        let message = format!("word {number}");
        words.insert(message.clone());
        let some_id = (!promised.is_empty())
            .then(|| promised.keys().nth(random(promised.len())).cloned())
            .flatten();
        let output = match some_id {
            Some(id) if random(3) == 0 => {
                let output = run_for(
                    &sandbox,
                    &["--format", "json", "amend", &id, "-m", &message],
                    delay,
                );
                if acknowledged(&output).is_some() {
                    promised.insert(id, message);
                } else {
                    // It may have been written or not: either text is what was asked for.
                    promised.remove(&id);
                }
                output
            }
            _ => {
                // Two at once, one of which is left alone.
                let other = start(
                    &sandbox,
                    &[
                        "--format", "json", "log", "email", "charles", "-m", &message,
                    ],
                );
                let output = run_for(
                    &sandbox,
                    &["--format", "json", "log", "call", "ada", "-m", &message],
                    delay,
                );
                let other = other.wait_with_output().expect("its pipes can be read");
                for answer in [&output, &other].into_iter().filter_map(acknowledged) {
                    let id = answer["id"].as_str().expect("an id").to_owned();
                    promised.insert(id, message.clone());
                }
                if !other.status.success() {
                    let said = String::from_utf8_lossy(&other.stderr).into_owned();
                    assert!(said.contains(".lock"), "{said}");
                }
                output
            }
        };
        if let Some(code) = output.status.code() {
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(code == 0 || said.contains(".lock"), "{said}");
        }
        explain_locks(&sandbox);
        assert_eq!(sandbox.git(&["status", "--porcelain=v2"]), status);
        if strike % 20 == 0 {
            sandbox.git(&["fsck", "--strict", "--no-dangling"]);
        }
    }

    sandbox.git(&["fsck", "--strict", "--no-dangling"]);
    let timeline: Value =
        serde_json::from_str(&sandbox.ties(&["--format", "json", "timeline"])).expect("a document");
    let mut found: BTreeMap<&str, &str> = BTreeMap::new();
    for interaction in timeline["interactions"].as_array().expect("a list") {
        let text = |key: &str| interaction[key].as_str().expect("a text");
        found.insert(text("id"), text("summary"));
        // Nothing that is there is less than what was asked for.
        let words_of = text("summary")
            .rsplit_once(", ")
            .map_or("", |(_, words)| words);
        assert!(words.contains(words_of), "{interaction}");
        assert_eq!(interaction["contacts"].as_array().map(Vec::len), Some(1));
    }
    for (id, message) in &promised {
        let summary = found
            .get(&**id)
            .unwrap_or_else(|| panic!("{id} is lost: {message}"));
        assert!(
            summary.ends_with(message.as_str()),
            "{id}: {summary} is not {message}"
        );
    }
    assert!(!promised.is_empty(), "nothing was ever acknowledged");
    // Each is a commit on the branch, one after the other.
    let commits = sandbox.git(&[
        "log",
        "--first-parent",
        "--format=%(trailers:key=Interaction-Id,valueonly,separator=)",
    ]);
    let commits: BTreeSet<&str> = commits.lines().collect();
    for id in promised.keys() {
        assert!(commits.contains(&**id), "{id} is on no branch");
    }
}

#[test]
fn a_killed_backfill_is_whole_or_absent() {
    const ENTRIES: usize = 60;
    let sandbox = Sandbox::with_git(PEOPLE);
    let file = sandbox.top().join("old.csv");
    let write = |batch: &str| {
        let mut text = "date,kind,contacts,message\n".to_owned();
        for entry in 0..ENTRIES {
            let day = entry % 28 + 1;
            text += &format!("2025-03-{day:02},call,Ada Lovelace,{batch} {entry}\n");
        }
        fs::write(&file, text).expect("the sandbox is writable");
    };
    let name = file.display().to_string();
    let import = ["--format", "json", "log", "--import", &name];
    write("undisturbed");
    let pause = usual(|| {
        sandbox.ties(&import);
    });
    let mut promised = vec!["undisturbed".to_owned()];
    for strike in 0..strikes() / 2 {
        let batch = format!("batch {strike}:");
        write(&batch);
        let delay = pause.mul_f64(1.2) * random(1000) as u32 / 1000;
        let output = run_for(&sandbox, &import, delay);
        if acknowledged(&output).is_some() {
            promised.push(batch);
        }
        explain_locks(&sandbox);
    }
    sandbox.git(&["fsck", "--strict", "--no-dangling"]);
    let timeline: Value =
        serde_json::from_str(&sandbox.ties(&["--format", "json", "timeline"])).expect("a document");
    let mut found: BTreeMap<String, usize> = BTreeMap::new();
    for interaction in timeline["interactions"].as_array().expect("a list") {
        let summary = interaction["summary"].as_str().expect("a text");
        let words = summary.rsplit_once(", ").map_or("", |(_, words)| words);
        let batch = words.rsplit_once(' ').map_or("", |(batch, _)| batch);
        *found.entry(batch.to_owned()).or_default() += 1;
    }
    for (batch, number) in &found {
        let is_batch = batch.starts_with("batch") || batch == "undisturbed";
        assert!(!is_batch || *number == ENTRIES, "{batch} {number}");
    }
    for batch in &promised {
        assert!(found.contains_key(batch), "{batch} is lost");
    }
}

/// Syncs the clone at `at`, and does what the program says where it names what a killed one left.
fn sync_again(sandbox: &Sandbox, at: &str, how: &str) {
    for _ in 0..20 {
        let output = ties(sandbox, &["--vault", at, "sync", how]);
        if output.status.success() {
            return;
        }
        let mut said = String::from_utf8_lossy(&output.stderr).into_owned();
        if said.contains(".lock") {
            assert!(said.contains("remove that file"), "{said}");
        } else {
            let ways = [
                "merge --abort",
                "rebase --abort",
                "rebase --quit",
                "cherry-pick --abort",
            ];
            let is_named = |way: &&&str| said.contains(&format!("`git {way}`"));
            let way = ways.iter().find(is_named);
            let way = way.unwrap_or_else(|| panic!("no way out: {said}"));
            let mut git = sandbox.command("git");
            let git = git.args(["-C", at]).args(way.split(' ')).output();
            let output = git.expect("git runs");
            if output.status.success() {
                continue;
            }
            // Git itself names the lock then.
            said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(said.contains(".lock"), "{said}");
        }
        for lock in locks(&sandbox.top()) {
            fs::remove_file(lock).expect("the lock can be removed");
        }
    }
    panic!("{at} cannot be synced any more");
}

fn ties(sandbox: &Sandbox, arguments: &[&str]) -> Output {
    let mut command = sandbox.command(program());
    command.args(arguments).output().expect("it can be started")
}

#[test]
fn a_killed_sync_loses_nothing_and_can_be_done_again() {
    let sandbox = Sandbox::with_git(PEOPLE);
    let remote = sandbox.top().join("remote.git").display().to_string();
    let phone = sandbox.top().join("phone").display().to_string();
    sandbox.git(&["init", "--quiet", "--bare", &remote]);
    sandbox.git(&["remote", "add", "origin", &remote]);
    sandbox.ties(&["sync"]);
    sandbox.git(&["clone", "--quiet", &remote, &phone]);
    let on_phone = |arguments: &[&str]| sandbox.ties(&[&["--vault", &phone], arguments].concat());
    let mut words: Vec<String> = Vec::new();
    let mut both_log = |number: &str| {
        sandbox.ties(&["log", "call", "ada", "-m", &format!("laptop {number}")]);
        on_phone(&["log", "email", "grace", "-m", &format!("phone {number}")]);
        // A lock that is left may first be met here.
        sync_again(&sandbox, &phone, "--merge");
        words.extend([format!("laptop {number}"), format!("phone {number}")]);
    };
    let pause = usual(|| {
        both_log("undisturbed");
        sandbox.ties(&["sync"]);
        on_phone(&["sync"]);
    });
    for strike in 0..strikes() / 2 {
        both_log(&strike.to_string());
        let how = ["--merge", "--rebase"][strike % 2];
        let delay = pause.mul_f64(0.5) * random(1000) as u32 / 1000;
        // What git was doing for it dies too.
        let mut command = sandbox.command(program());
        command.args(["sync", how]).process_group(0);
        command.stdin(Stdio::null()).stdout(Stdio::null());
        let mut child = command.stderr(Stdio::null()).spawn().expect("it starts");
        std::thread::sleep(delay);
        let group = format!("-{}", child.id());
        let killed = Command::new("kill").args(["-9", "--", &group]).output();
        killed.expect("kill can be run");
        child.wait().expect("it can be waited for");

        sync_again(&sandbox, ".", how);
        sync_again(&sandbox, &phone, "--merge");
        sandbox.git(&["fsck", "--strict", "--no-dangling"]);
    }
    sandbox.ties(&["sync"]);
    let timeline = sandbox.ties(&["-q", "timeline"]);
    for word in &words {
        let number = timeline
            .lines()
            .filter(|line| line.ends_with(word.as_str()))
            .count();
        assert!(number > 0, "{word} is lost");
    }
    assert_eq!(on_phone(&["-q", "timeline"]), timeline);
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
    assert_eq!(sandbox.ties(&["lost"]), "nothing is lost\n");
}
