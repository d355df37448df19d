//! Loading, editing, the journal and one `ties log`, each beside its peer.

use std::{
    env, fs,
    path::Path,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};

use crate::generate::{self, Random};

/// The argument that makes this program load one vault and print what it cost.
pub(crate) const LOAD_ONCE: &str = "load-once";

/// The argument that makes this program open one journal and print what it cost.
pub(crate) const OPEN_ONCE: &str = "open-once";

const ROUNDS: usize = 7;

/// Returns the median and the 95th percentile.
pub(crate) fn spread(mut times: Vec<Duration>) -> (Duration, Duration) {
    times.sort_unstable();
    let last = times.len() - 1;
    (times[last / 2], times[(last * 95).div_ceil(100)])
}

pub(crate) fn milliseconds(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1e3)
}

pub(crate) fn ratio(ours: Duration, theirs: Duration) -> String {
    format!("{:.2}x", ours.as_secs_f64() / theirs.as_secs_f64())
}

fn timed(command: &mut Command) -> anyhow::Result<Duration> {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let start = Instant::now();
    command
        .status()
        .with_context(|| format!("cannot run {command:?}"))?;
    Ok(start.elapsed())
}

/// Cold load beside `rg -c zzzz`, both as processes over files that are in the system's cache.
pub(crate) fn load(vault: &Path, size: u64) -> anyhow::Result<()> {
    let program = env::current_exe()?;
    let mut rg = Vec::new();
    let mut load = Vec::new();
    let mut inside = Vec::new();
    let mut resident = 0;
    for _ in 0..ROUNDS {
        rg.push(
            timed(Command::new("rg").args(["-c", "zzzz"]).arg(vault))
                .context("`load` compares with ripgrep")?,
        );
        let start = Instant::now();
        let output = Command::new(&program).arg(LOAD_ONCE).arg(vault).output()?;
        load.push(start.elapsed());
        let answer = String::from_utf8(output.stdout)?;
        let mut answer = answer.split_whitespace();
        let mut number = || -> anyhow::Result<u64> {
            Ok(answer
                .next()
                .context("load-once printed nothing")?
                .parse()?)
        };
        ensure!(number()? == size, "the load must find every note");
        inside.push(Duration::from_micros(number()?));
        resident = number()?;
    }
    let (rg, load, inside) = (spread(rg).0, spread(load).0, spread(inside).0);
    println!(
        "cold load      {:>11} ({} of `rg -c zzzz`, {}); the load alone {}; resident {} MiB",
        milliseconds(load),
        ratio(load, rg),
        milliseconds(rg),
        milliseconds(inside),
        resident / 1024
    );
    Ok(())
}

/// Prints the number of notes, the microseconds of the load and the resident KiB after it.
pub(crate) fn load_once(vault: &Path) -> anyhow::Result<()> {
    let start = Instant::now();
    // As the server loads, without what git's folder keeps from another time.
    let options = vault::load::LoadOptions {
        packed: true,
        cache: None,
    };
    let loaded = vault::load::load_with(vault, options)?;
    let took = start.elapsed();
    println!(
        "{} {} {}",
        loaded.vault.len(),
        took.as_micros(),
        resident_kib("self")?
    );
    // Freeing a hundred thousand notes one by one is no part of a load.
    std::process::exit(0);
}

/// Returns the resident memory of a process in KiB; 0 where the system does not say.
pub(crate) fn resident_kib(process: &str) -> anyhow::Result<u64> {
    let Ok(status) = fs::read_to_string(format!("/proc/{process}/status")) else {
        return Ok(0);
    };
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .unwrap_or("0 kB");
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}

/// One edit to a consistent index, in the process: parse the note and re-index what it touches.
pub(crate) fn edit(folder: &Path, size: u64) -> anyhow::Result<()> {
    let mut vault = vault::load::load(folder)?.vault;
    let mut random = Random::new(3);
    let mut typed = Vec::new();
    let mut renamed = Vec::new();
    for round in 0..200 {
        let index = random.below(size);
        let path = generate::path(index);
        let text = generate::text(index, size);
        let edited = format!(
            "{text}\nOne more line with [[{}]].\n",
            generate::name(random.below(size))
        );
        let start = Instant::now();
        vault.set(&path, &edited);
        typed.push(start.elapsed());

        let name = generate::name(index);
        let other = text.replace(
            &format!("name: {name}\n"),
            &format!("name: {name} {round}\n"),
        );
        let start = Instant::now();
        vault.set(&path, &other);
        renamed.push(start.elapsed());
        vault.set(&path, &text);
    }
    ensure!(vault.len() as u64 == size, "edits must not lose notes");
    for (what, times) in [("an edit", typed), ("a renamed note", renamed)] {
        let (median, p95) = spread(times);
        println!(
            "{what:<14} {:>11}, p95 {}",
            milliseconds(median),
            milliseconds(p95)
        );
    }
    Ok(())
}

/// Reading a whole journal beside `git log` over the same repository.
pub(crate) fn journal(folder: &Path, count: u64) -> anyhow::Result<()> {
    let mut git = Vec::new();
    let mut read = Vec::new();
    for _ in 0..5 {
        git.push(timed(
            Command::new("git")
                .args(["log", "--format=%H%x00%aI%x00%B"])
                .current_dir(folder),
        )?);
        let start = Instant::now();
        let repository = journal::git::Repository::discover(folder)?;
        let journal = repository.read()?;
        let timeline = journal::Timeline::new(
            journal.records,
            journal.moves,
            journal::timeline::NoteHistory::default(),
        );
        read.push(start.elapsed());
        ensure!(
            timeline.interactions().len() as u64 >= count,
            "every interaction must be read, and those that `log` added before"
        );
    }
    let (git, read) = (spread(git).0, spread(read).0);
    println!(
        "journal read   {:>11} ({} of `git log`, {})",
        milliseconds(read),
        ratio(read, git),
        milliseconds(git)
    );
    Ok(())
}

/// Opening a journal again as a process, beside `git log`: with a cache that has all of it, then with one new interaction.
pub(crate) fn reopen(folder: &Path, count: u64) -> anyhow::Result<()> {
    let program = env::current_exe()?;
    let (mut git, mut resident) = (Vec::new(), 0);
    let mut open = |times: &mut Vec<Duration>, inside: &mut Vec<Duration>| -> anyhow::Result<()> {
        let start = Instant::now();
        let output = Command::new(&program).arg(OPEN_ONCE).arg(folder).output()?;
        times.push(start.elapsed());
        let answer = String::from_utf8(output.stdout)?;
        let numbers: Vec<u64> = answer
            .split_whitespace()
            .map(str::parse)
            .collect::<Result<_, _>>()?;
        let [found, micros, kib] = numbers[..] else {
            anyhow::bail!("{OPEN_ONCE} printed {answer:?}");
        };
        ensure!(found >= count, "every interaction must be there");
        inside.push(Duration::from_micros(micros));
        resident = kib;
        Ok(())
    };
    // The first makes the cache.
    let (mut first, mut first_inside) = (Vec::new(), Vec::new());
    let repository = journal::git::Repository::discover(folder)?;
    // It is there where this was measured before.
    let _ = fs::remove_file(repository.cache_file());
    open(&mut first, &mut first_inside)?;
    let (mut warm, mut inside) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        git.push(timed(
            Command::new("git")
                .args(["log", "--format=%H%x00%aI%x00%B"])
                .current_dir(folder),
        )?);
        open(&mut warm, &mut inside)?;
    }
    let (mut grown, mut grown_inside) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let id = format!("Interaction-Id: reopen-{round}");
        let trailers = ["Interaction: call", "Contact: people/p000/person-0.md", &id];
        let mut commit = Command::new("git");
        commit.args(["commit", "--quiet", "--allow-empty", "--message", "call"]);
        for trailer in trailers {
            commit.args(["--trailer", trailer]);
        }
        timed(commit.current_dir(folder))?;
        open(&mut grown, &mut grown_inside)?;
    }
    let (git, warm, grown) = (spread(git).0, spread(warm).0, spread(grown).0);
    println!(
        "journal cache  {:>11} ({} of `git log`, 1/{:.0}); inside {}, with new ones {} (inside {}); first {}; resident {} MiB",
        milliseconds(warm),
        ratio(warm, git),
        git.as_secs_f64() / warm.as_secs_f64(),
        milliseconds(spread(inside).0),
        milliseconds(grown),
        milliseconds(spread(grown_inside).0),
        milliseconds(first[0]),
        resident / 1024,
    );
    Ok(())
}

/// Prints the number of interactions, the microseconds it took to open the journal and the resident KiB after it.
pub(crate) fn open_once(folder: &Path) -> anyhow::Result<()> {
    let start = Instant::now();
    let repository = journal::git::Repository::discover(folder)?;
    let open = repository.open_journal()?;
    let took = start.elapsed();
    println!(
        "{} {} {}",
        open.timeline.interactions().len(),
        took.as_micros(),
        resident_kib("self")?
    );
    std::process::exit(0);
}

/// One `ties log` as a process beside `git commit-tree` and `git update-ref`.
pub(crate) fn log(folder: &Path) -> anyhow::Result<()> {
    let ties = env::var_os("TIES_BIN")
        .context("TIES_BIN names the program; `cargo xtask bench` sets it")?;
    let output = |arguments: &[&str]| -> anyhow::Result<String> {
        let output = Command::new("git")
            .args(arguments)
            .current_dir(folder)
            .output()?;
        ensure!(output.status.success(), "git {arguments:?} failed");
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    };
    // Names are remembered of folders that nothing was written to for two seconds, by whatever loads the vault.
    thread::sleep(Duration::from_secs(3));
    timed(Command::new(&ties).arg("due").current_dir(folder))?;
    let before: u64 = output(&["rev-list", "--count", "HEAD"])?.parse()?;
    let mut git = Vec::new();
    let mut by_path = Vec::new();
    let mut by_name = Vec::new();
    for round in 0..15 {
        let start = Instant::now();
        let commit = output(&[
            "commit-tree",
            "HEAD^{tree}",
            "-p",
            "HEAD",
            "-m",
            "call: someone\n\nInteraction: call",
        ])?;
        output(&["update-ref", "HEAD", &commit])?;
        git.push(start.elapsed());
        let path = generate::path(round * 10);
        by_path.push(timed(
            Command::new(&ties)
                .args(["log", "call", &path, "-m", "a bench"])
                .current_dir(folder),
        )?);
        let name = generate::name(round * 10);
        by_name.push(timed(
            Command::new(&ties)
                .args(["log", "call", &name, "-m", "a bench"])
                .current_dir(folder),
        )?);
    }
    let after: u64 = output(&["rev-list", "--count", "HEAD"])?.parse()?;
    ensure!(
        after == before + 45,
        "every log must be there: {before} commits before, {after} after"
    );
    let git = spread(git).0;
    for (what, times) in [("log by path", by_path), ("log by name", by_name)] {
        let (median, _) = spread(times);
        println!(
            "{what:<14} {:>11} ({} of `commit-tree` + `update-ref`, {})",
            milliseconds(median),
            ratio(median, git),
            milliseconds(git)
        );
    }
    Ok(())
}

/// The commands about strategy, as processes, with five goals beside the notes.
pub(crate) fn strategy(vault: &Path) -> anyhow::Result<()> {
    let ties = env::var_os("TIES_BIN").context("TIES_BIN names the program")?;
    let goals = vault.join("goals");
    fs::create_dir_all(&goals)?;
    for index in 0..5 {
        let name = generate::name(index);
        let text = format!(
            "---\nname: Goal {index}\nneeds: [harbour contracts, tests]\nwho: [\"[[{name}]]\"]\n---\n"
        );
        fs::write(goals.join(format!("goal-{index}.md")), text)?;
    }
    for command in ["plan", "match", "balance"] {
        let mut times = Vec::new();
        for _ in 0..ROUNDS {
            let start = Instant::now();
            let output = Command::new(&ties)
                .args([command, "--today", "2026-11-23"])
                .current_dir(vault)
                .output()?;
            times.push(start.elapsed());
            ensure!(output.status.success(), "`ties {command}` failed");
            ensure!(!output.stdout.is_empty(), "`ties {command}` said nothing");
        }
        let (median, p95) = spread(times);
        println!(
            "ties {command:<10} {:>10}, p95 {}",
            milliseconds(median),
            milliseconds(p95)
        );
    }
    fs::remove_dir_all(goals)?;
    Ok(())
}
