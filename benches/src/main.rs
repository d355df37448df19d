//! The benchmarks: what ties costs, as ratios to `rg` and `git` over the same data in the same run.
//!
//! Times on a shared machine mean little by themselves; each figure is a median (or p95 where said) of several rounds
//! taken in turn with those of the peer. Answers are checked: an empty answer is fast. `cargo xtask bench` runs it.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a benchmark talks to the terminal"
)]

mod backfill;
mod client;
mod generate;
mod measure;
mod peers;
mod server;

use std::{env, path::PathBuf, process::ExitCode};

/// As in the program `ties`, so that what is measured here is what it does.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const HELP: &str = "\
Usage: cargo xtask bench [--notes N,…] [--interactions N,…] [PART…]

Parts (all but `peers` unless named): load, edit, server, journal, log,
strategy, backfill, peers
  --notes N,…          sizes of the vaults; 1000,10000,100000
  --interactions N,…   sizes of the journals; 10000,100000

Vaults and journals are generated once into the target folder. `rg` must be on PATH for `load`; `peers`\ninstalls `iwes` from crates.io and compares with it on 10,000 notes.
";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> anyhow::Result<()> {
    let mut notes = vec![1_000, 10_000, 100_000];
    let mut interactions = vec![10_000, 100_000];
    let mut parts = Vec::new();
    let mut arguments = env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--help" | "-h" => {
                print!("{HELP}");
                return Ok(());
            }
            "--notes" => notes = sizes(arguments.next())?,
            "--interactions" => interactions = sizes(arguments.next())?,
            // Run by itself in a fresh process, so that memory and caches are its own.
            measure::LOAD_ONCE => {
                return measure::load_once(&PathBuf::from(arguments.next().unwrap_or_default()));
            }
            measure::OPEN_ONCE => {
                return measure::open_once(&PathBuf::from(arguments.next().unwrap_or_default()));
            }
            "load" | "edit" | "server" | "journal" | "log" | "strategy" | "backfill" | "peers" => {
                parts.push(argument);
            }
            _ => anyhow::bail!("unknown argument `{argument}`\n\n{HELP}"),
        }
    }
    let wanted = |part: &str| parts.is_empty() || parts.iter().any(|other| other == part);
    let home =
        PathBuf::from(env::var_os("TIES_BENCH_DIR").unwrap_or_else(|| "target/bench".into()));

    let of_vaults = ["load", "edit", "server"].into_iter().any(wanted);
    for &size in notes.iter().filter(|_| of_vaults) {
        let vault = home.join(format!("vault-{size}"));
        generate::vault(&vault, size)?;
        println!("\n# {size} notes");
        if wanted("load") {
            measure::load(&vault, size)?;
        }
        if wanted("edit") {
            measure::edit(&vault, size)?;
        }
        if wanted("server") {
            server::measure(&vault, size)?;
        }
    }
    if parts.iter().any(|part| part == "peers") {
        let size = 10_000;
        let vault = home.join(format!("flat-{size}"));
        generate::flat_vault(&vault, size)?;
        println!("\n# beside iwes, {size} notes");
        peers::measure(&vault, size)?;
    }
    if wanted("backfill") {
        let size = 1_000;
        let vault = home.join("backfill");
        generate::vault(&vault, size)?;
        println!("\n# many interactions at once");
        backfill::measure(&vault, size)?;
    }
    if ["journal", "log", "strategy"].into_iter().any(wanted) {
        // The journal lies in a repository with all the notes of the largest vault.
        let size = notes.iter().copied().max().unwrap_or(1_000);
        for &count in &interactions {
            let vault = home.join(format!("journal-{size}-{count}"));
            generate::vault(&vault, size)?;
            generate::journal(&vault, size, count)?;
            println!("\n# {count} interactions, {size} tracked notes");
            if wanted("journal") {
                measure::journal(&vault, count)?;
                measure::reopen(&vault, count)?;
            }
            if wanted("log") {
                measure::log(&vault)?;
            }
            if wanted("strategy") {
                measure::strategy(&vault)?;
            }
        }
    }
    Ok(())
}

fn sizes(list: Option<String>) -> anyhow::Result<Vec<u64>> {
    list.unwrap_or_default()
        .split(',')
        .map(|size| {
            size.parse()
                .map_err(|_| anyhow::anyhow!("`{size}` is no number of notes"))
        })
        .collect()
}
