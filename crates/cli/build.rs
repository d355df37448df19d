//! Embeds the example vault and its history, from which `ties demo` makes a filled vault anywhere.

use std::{
    env,
    fmt::Write as _,
    fs, io,
    path::{Path, PathBuf},
};

fn main() -> io::Result<()> {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    let examples = examples.canonicalize()?;
    println!("cargo::rerun-if-changed={}", examples.display());
    let vault = examples.join("vault");
    let mut files = Vec::new();
    list(&vault, &mut files)?;
    files.sort();
    let mut code = String::from("&[\n");
    for file in &files {
        let below = file.strip_prefix(&vault).map_err(io::Error::other)?;
        let path = below.to_string_lossy().replace('\\', "/");
        let _ = writeln!(
            code,
            "    ({path:?}, include_str!({:?})),",
            file.display().to_string()
        );
    }
    code.push(']');
    let target = env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("cargo names OUT_DIR"))?;
    let target = PathBuf::from(target);
    fs::write(target.join("demo_vault.rs"), code)?;
    fs::copy(examples.join("history.jsonl"), target.join("history.jsonl"))?;
    Ok(())
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            list(&entry.path(), files)?;
        } else {
            files.push(entry.path());
        }
    }
    Ok(())
}
