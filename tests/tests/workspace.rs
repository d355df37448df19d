//! Whether the workspace is as `docs/architecture.md` says: who may use whom, where what is known, and that every page leads
//! somewhere. What the compiler cannot see and a reviewer forgets.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// The crates from the lowest to the highest: each uses only those before it.
const LAYERS: [&str; 8] = [
    "note", "vault", "journal", "network", "check", "ide", "lsp", "cli",
];

/// What only one crate may know, so that replacing it touches that crate alone.
const KEPT_TO: [(&str, &[&str]); 6] = [
    ("git2", &["journal"]),
    ("tower-lsp", &["lsp"]),
    ("tokio", &["lsp"]),
    ("pulldown-cmark", &["note"]),
    ("granit-parser", &["note"]),
    ("clap", &["cli"]),
];

fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().expect("it lies in the workspace").to_owned()
}

/// Returns the names under `[dependencies]` of a crate, those of its tests left out.
fn dependencies(manifest: &Path) -> BTreeSet<String> {
    let text = fs::read_to_string(manifest).expect("each crate has a manifest");
    let mut found = BTreeSet::new();
    let mut inside = false;
    for line in text.lines() {
        if line.starts_with('[') {
            inside = line.contains("dependencies") && !line.contains("dev-dependencies");
        } else if inside && line.starts_with(|c: char| c.is_ascii_lowercase()) {
            let name = line.split(['.', ' ', '=']).next().unwrap_or_default();
            found.insert(name.to_owned());
        }
    }
    found
}

/// Returns the files below `folder` that end in `.extension`, without build output and dot folders.
fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("the folder can be listed") {
            let entry = entry.expect("the entry can be read").path();
            let name = entry.file_name().unwrap_or_default().to_string_lossy();
            if entry.is_dir() {
                if name != "target" && name != "node_modules" && !name.starts_with('.') {
                    folders.push(entry);
                }
            } else if entry.extension().is_some_and(|own| own == extension) {
                found.push(entry);
            }
        }
    }
    found.sort();
    found
}

#[test]
fn crates_use_only_those_below_them() {
    let crates = root().join("crates");
    let names: BTreeSet<String> = fs::read_dir(&crates)
        .expect("there are crates")
        .map(|entry| entry.expect("it can be read").file_name())
        .map(|name| name.to_string_lossy().into_owned())
        .collect();
    let mut known: BTreeSet<String> = LAYERS.iter().map(|&name| name.to_owned()).collect();
    known.insert("fixture".to_owned());
    assert_eq!(names, known, "a crate that no layer is given for");
    for (layer, name) in LAYERS.iter().enumerate() {
        let used = dependencies(&crates.join(name).join("Cargo.toml"));
        for above in &LAYERS[layer..] {
            assert!(!used.contains(*above), "`{name}` uses `{above}`");
        }
        assert!(
            !used.contains("fixture"),
            "`{name}` is built with a crate of tests"
        );
    }
    // Vault and journal know nothing of each other: the network brings them together.
    assert!(!dependencies(&crates.join("journal").join("Cargo.toml")).contains("vault"));
    assert!(dependencies(&crates.join("fixture").join("Cargo.toml")).is_empty());
}

#[test]
fn what_one_crate_knows_no_other_learns() {
    let crates = root().join("crates");
    let mut seen = BTreeSet::new();
    for name in LAYERS {
        let used = dependencies(&crates.join(name).join("Cargo.toml"));
        for (package, owners) in KEPT_TO {
            if used.contains(package) {
                assert!(owners.contains(&name), "`{name}` uses `{package}`");
                seen.insert(package);
            }
        }
    }
    assert_eq!(
        seen.len(),
        KEPT_TO.len(),
        "a package that nobody uses any more"
    );
}

#[test]
fn every_file_says_what_it_is_for() {
    for file in files(&root(), "rs") {
        let text = fs::read_to_string(&file).expect("a source");
        assert!(
            text.starts_with("//! "),
            "{} does not say what it is for",
            file.display()
        );
    }
}

/// Returns the links of a page that lie in this repository, outside of code: path and anchor, each may be empty.
fn links(text: &str) -> Vec<(String, String)> {
    let note = note::parse(text).note;
    let inside = note.links.iter().filter(|link| {
        !link.form.is_wiki() && link.form != note::LinkForm::Definition && !link.is_external()
    });
    inside
        .map(|link| {
            let anchor = match &link.anchor {
                Some(note::Anchor::Heading(anchor) | note::Anchor::Block(anchor)) => &*anchor.value,
                None => "",
            };
            (link.target.value.to_string(), anchor.to_owned())
        })
        .collect()
}

#[test]
fn every_link_of_the_pages_leads_somewhere() {
    let root = root();
    let mut pages = files(&root.join("docs"), "md");
    pages.extend(["README.md", "CHANGELOG.md"].map(|name| root.join(name)));
    let mut checked = 0;
    for page in pages {
        let text = fs::read_to_string(&page).expect("a page");
        for (path, anchor) in links(&text) {
            let target = match &*path {
                "" => page.clone(),
                path => page.parent().expect("it lies in a folder").join(path),
            };
            let place = page.display();
            assert!(target.exists(), "{place}: `{path}` leads nowhere");
            if !anchor.is_empty() {
                let text = fs::read_to_string(&target).expect("a page");
                let slugs = note::anchor::slugs(&note::parse(&text).note.headings);
                assert!(slugs.contains(&anchor), "{place}: no heading `#{anchor}`");
            }
            checked += 1;
        }
    }
    assert!(checked > 20, "only {checked} links were found");
}

#[test]
fn every_page_can_be_reached_from_the_readme() {
    let root = root();
    let mut reached: BTreeMap<PathBuf, bool> = BTreeMap::new();
    let mut open = vec![root.join("README.md")];
    while let Some(page) = open.pop() {
        let Ok(page) = page.canonicalize() else {
            continue;
        };
        if reached.insert(page.clone(), true).is_some() {
            continue;
        }
        let Ok(text) = fs::read_to_string(&page) else {
            continue;
        };
        for (path, _) in links(&text) {
            if Path::new(&path).extension().is_some_and(|own| own == "md") {
                open.push(page.parent().expect("it lies in a folder").join(path));
            }
        }
    }
    for page in files(&root.join("docs"), "md") {
        let page = page.canonicalize().expect("it is there");
        assert!(
            reached.contains_key(&page),
            "nothing leads to {}",
            page.display()
        );
    }
}
