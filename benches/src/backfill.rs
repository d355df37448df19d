//! Years of interactions imported at once, beside as many commits by the git program.

use std::{
    env, fs,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};

use crate::{
    generate,
    measure::{milliseconds, ratio, spread},
};

/// How many interactions a file has.
const ROWS: u32 = 5_000;
/// How many commits git makes; the rest would take as long each.
const BY_GIT: u32 = 250;
const ROUNDS: usize = 3;

/// Imports a file into a vault of `size` notes, which must be there and in no repository yet.
pub(crate) fn measure(folder: &Path, size: u64) -> anyhow::Result<()> {
    let ties = env::var_os("TIES_BIN")
        .context("TIES_BIN names the program; `cargo xtask bench` sets it")?;
    let git = |arguments: &[&str]| -> anyhow::Result<String> {
        let output = Command::new("git")
            .args(arguments)
            .current_dir(folder)
            .output()?;
        ensure!(output.status.success(), "git {arguments:?} failed");
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    };
    if folder.join(".git").exists() {
        fs::remove_dir_all(folder.join(".git"))?;
    }
    git(&["init", "-q"])?;
    git(&["config", "user.name", "Bench"])?;
    git(&["config", "user.email", "bench@example.org"])?;
    // A commit that starts `git gc` would be measured with it.
    git(&["config", "gc.auto", "0"])?;
    git(&["add", "."])?;
    git(&["commit", "-q", "-m", "notes"])?;
    let start = git(&["rev-parse", "HEAD"])?;

    let mut table = String::from("date,kind,contacts,message\n");
    for row in 0..ROWS {
        let contact = generate::path(u64::from(row % 700) / 8 * 10);
        let (month, day) = (row / 28 % 12 + 1, row % 28 + 1);
        table.push_str(&format!(
            "{}-{month:02}-{day:02},call,{contact},what was said in call {row}\n",
            2000 + row / 336
        ));
    }
    let file = folder.join(".git").join("rows.csv");
    fs::write(&file, table)?;

    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let begin = Instant::now();
        let output = Command::new(&ties)
            .args(["log", "--import"])
            .arg(&file)
            .current_dir(folder)
            .output()?;
        ours.push(begin.elapsed());
        ensure!(
            output.status.success(),
            "ties log --import: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        let made: u32 = git(&["rev-list", "--count", &format!("{start}..HEAD")])?.parse()?;
        ensure!(made == ROWS, "every row must be there: {made} of {ROWS}");
        git(&["update-ref", "HEAD", &start])?;

        let begin = Instant::now();
        for row in 0..BY_GIT {
            git(&[
                "commit",
                "-q",
                "--allow-empty",
                "-m",
                &format!("call {row}\n\nInteraction: call"),
            ])?;
        }
        theirs.push(begin.elapsed() * ROWS / BY_GIT);
        git(&["update-ref", "HEAD", &start])?;
    }
    let (ours, theirs) = (spread(ours).0, spread(theirs).0);
    println!(
        "log --import   {:>11} ({ROWS} rows, {size} notes; 1/{:.0} of `git commit --allow-empty` each, {}, {})",
        milliseconds(ours),
        theirs.as_secs_f64() / ours.max(Duration::from_micros(1)).as_secs_f64(),
        milliseconds(theirs),
        ratio(ours, theirs),
    );
    Ok(())
}
