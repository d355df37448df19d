//! Loading from disk and changing it, in temporary folders.

use std::collections::BTreeMap;

use note::{Span, TextEdit};
use proptest::prelude::*;

use super::*;
use crate::SourceChange;

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (path, text) in files {
        let file = folder.path().join(path);
        fs::create_dir_all(file.parent().expect("a folder")).expect("folders can be made");
        fs::write(file, text).expect("files can be written");
    }
    folder
}

/// Every file below a folder with what it holds.
fn snapshot(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("it can be listed") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                files.insert(path.clone(), Vec::new());
                folders.push(path);
            } else {
                files.insert(path.clone(), fs::read(&path).expect("it can be read"));
            }
        }
    }
    files
}

fn loaded_paths(root: &Path) -> Vec<String> {
    let loaded = load(root).expect("it loads");
    let vault = &loaded.vault;
    vault
        .ids_by_path()
        .into_iter()
        .map(|id| vault.note(id).path.to_string())
        .collect()
}

#[test]
fn ignored_and_hidden_files_are_no_notes() {
    let folder = folder(&[
        ("a.md", ""),
        ("b/C.MARKDOWN", ""),
        ("b/text.txt", ""),
        (".obsidian/x.md", ""),
        (".gitignore", "drafts/\n*.tmp.md\n"),
        ("drafts/d.md", ""),
        ("e.tmp.md", ""),
        ("sub/.ignore", "f.md\n"),
        ("sub/f.md", ""),
        ("sub/g.md", ""),
        ("archive/h.md", ""),
        (
            "ties.toml",
            "[vault]\nexclude = [\"archive/\", \"z*.md\"]\n",
        ),
        ("sub/zed.md", ""),
    ]);
    let found = ["a.md", "b/C.MARKDOWN", "sub/g.md"];
    assert_eq!(loaded_paths(folder.path()), found);
    let (config, ..) = read_config(folder.path()).expect("settings");
    for path in snapshot(folder.path()).into_keys() {
        let path = path
            .strip_prefix(folder.path())
            .expect("below")
            .to_str()
            .expect("text")
            .to_owned();
        assert_eq!(
            is_note(folder.path(), &path, &config),
            found.contains(&&*path),
            "{path}"
        );
    }
}

/// Checks that each file and folder is a note by itself just where the walk finds it; returns what it finds.
fn found(root: &Path, config: &Config) -> Vec<String> {
    let mut found = discover(root, config);
    found.sort();
    for path in snapshot(root).into_keys() {
        let below = path.strip_prefix(root).expect("below");
        let path = below.to_str().expect("text");
        assert_eq!(
            is_note(root, path, config),
            found.iter().any(|found| found == path),
            "{path} of {found:?}"
        );
    }
    found
}

#[test]
fn hidden_files_stay_hidden_whatever_the_rules_bring_back() {
    let folder = folder(&[
        (".gitignore", "!.obsidian/\n!.hidden.md\n"),
        (".obsidian/x.md", ""),
        (".hidden.md", ""),
        ("a.md", ""),
        ("d.md/b.md", ""),
    ]);
    assert_eq!(
        found(folder.path(), &Config::default()),
        ["a.md", "d.md/b.md"]
    );
}

#[test]
fn exclude_takes_patterns_back_as_ignore_files_do() {
    let folder = folder(&[
        ("archive/a.md", ""),
        ("archive/keep.md", ""),
        ("deep/archive/b.md", ""),
        ("c.md", ""),
        (".gitignore", "never.md\n"),
        ("never.md", ""),
    ]);
    let config = Config {
        exclude: ["/archive/*", "!keep.md", "!never.md"]
            .map(str::to_owned)
            .to_vec(),
        ..Config::default()
    };
    assert_eq!(
        found(folder.path(), &config),
        ["archive/keep.md", "c.md", "deep/archive/b.md"]
    );
}

#[test]
fn a_vault_inside_a_repository_honours_the_rules_above_it() {
    let files = [
        (".gitignore", "*.md\n"),
        ("repo/.gitignore", "/notes/private/\n*.draft.md\n"),
        ("repo/.git/info/exclude", "mine.md\n"),
        ("repo/notes/a.md", ""),
        ("repo/notes/b.draft.md", ""),
        ("repo/notes/mine.md", ""),
        ("repo/notes/private/c.md", ""),
        ("repo/notes/sub/.git/HEAD", ""),
        ("repo/notes/sub/d.draft.md", ""),
        ("plain/e.md", ""),
    ];
    let folder = folder(&files);
    // Another repository inside has rules of its own alone, as git has it.
    let notes = folder.path().join("repo/notes");
    assert_eq!(
        found(&notes, &Config::default()),
        ["a.md", "sub/d.draft.md"]
    );
    // Outside any repository nothing above counts.
    let plain = folder.path().join("plain");
    assert_eq!(found(&plain, &Config::default()), ["e.md"]);
}

const FILES: [&str; 10] = [
    "a.md",
    "b.MD",
    "c.txt",
    ".h.md",
    "d/a.md",
    "d/e/b.md",
    "d/e/a.markdown",
    ".x/a.md",
    "f.md/a.md",
    "d/.y/b.md",
];
const RULES: [&str; 14] = [
    "a.md", "/a.md", "*.md", "!a.md", "!b.MD", "d/", "!d/", "/d/*", "!/d/e", "e", "**/b.*",
    "!.h.md", "!.x/", "d/e/a*",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn one_file_is_judged_as_the_walk_judges_all(
        git in prop::collection::vec(0..RULES.len(), 0..4),
        ignore in prop::collection::vec(0..RULES.len(), 0..3),
        deep in prop::collection::vec(0..RULES.len(), 0..3),
        deeper in prop::collection::vec(0..RULES.len(), 0..2),
        exclude in prop::collection::vec(0..RULES.len(), 0..3),
        is_repository in any::<bool>(),
    ) {
        let folder = folder(&FILES.map(|path| (path, "")));
        if is_repository {
            fs::create_dir(folder.path().join(".git")).expect("made");
        }
        let lines = |rules: &[usize]| rules.iter().map(|rule| RULES[*rule]).collect::<Vec<_>>().join("
");
        for (path, rules) in [(".gitignore", git), (".ignore", ignore), ("d/.gitignore", deep), ("d/e/.ignore", deeper)] {
            fs::write(folder.path().join(path), lines(&rules)).expect("written");
        }
        let config = Config {
            exclude: exclude.iter().map(|rule| RULES[*rule].to_owned()).collect(),
            ..Config::default()
        };
        found(folder.path(), &config);
    }
}

#[cfg(unix)]
#[test]
fn links_of_the_file_system_end() {
    let outside = folder(&[("secret.md", "")]);
    let folder = folder(&[
        ("a.md", ""),
        ("ignored/x.md", ""),
        (".gitignore", "ignored/\n"),
    ]);
    let link = |to: &Path, at: &str| {
        std::os::unix::fs::symlink(to, folder.path().join(at)).expect("a link");
    };
    link(folder.path(), "cycle");
    link(Path::new("/"), "ignored/everything");
    link(&outside.path().join("secret.md"), "out.md");
    link(&folder.path().join("a.md"), "same.md");
    assert_eq!(loaded_paths(folder.path()), ["a.md"]);
    let config = Config::default();
    for path in ["cycle/a.md", "out.md", "same.md", "ignored/everything/a.md"] {
        assert!(!is_note(folder.path(), path, &config), "{path}");
    }
    // The vault itself may be reached through one.
    let linked = outside.path().join("vault");
    std::os::unix::fs::symlink(folder.path(), &linked).expect("a link");
    assert_eq!(loaded_paths(&linked), ["a.md"]);
    assert!(is_note(&linked, "a.md", &config));
}

#[cfg(unix)]
#[test]
fn names_that_are_no_text_and_folders_that_cannot_be_listed_are_named() {
    use std::os::unix::{ffi::OsStrExt, fs::PermissionsExt};
    let folder = folder(&[("a.md", ""), ("closed/b.md", "")]);
    let name = std::ffi::OsStr::from_bytes(b"caf\xe9.md");
    if fs::write(folder.path().join(name), "").is_err() {
        // Some systems have no such names.
        return;
    }
    let closed = folder.path().join("closed");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).expect("a mode");
    let loaded = load(folder.path()).expect("it loads");
    // The system's user may list everything.
    let is_closed = fs::read_dir(&closed).is_err();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).expect("a mode");
    let shown: Vec<_> = loaded
        .unreadable
        .iter()
        .map(|file| format!("{} {}", file.path, file.cause))
        .collect();
    assert!(
        shown.contains(&"caf\u{fffd}.md the file's name is not UTF-8".to_owned()),
        "{shown:?}"
    );
    let named = shown
        .iter()
        .any(|file| file.starts_with("closed cannot be read: "));
    assert_eq!(named, is_closed, "{shown:?}");
    assert_eq!(loaded.vault.len(), 2 - usize::from(is_closed));
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_not_opened() {
    let folder = folder(&[("d.md/a.md", "")]);
    let socket = folder.path().join("s.md");
    let _listener = std::os::unix::net::UnixListener::bind(&socket).expect("a socket");
    let config = Config::default();
    for path in ["d.md", "s.md"] {
        let error = read_note(folder.path(), path, &config).expect_err(path);
        assert_eq!(
            error.to_string(),
            "cannot be read: it is no regular file",
            "{path}"
        );
    }
    assert_eq!(loaded_paths(folder.path()), ["d.md/a.md"]);
}

#[test]
fn what_cannot_be_read_is_named_and_the_rest_loads() {
    let folder = folder(&[
        ("a.md", "[[b]]"),
        ("b.md", "x"),
        ("ties.toml", "[vault]\nmax_note_size = 100\n"),
    ]);
    fs::write(folder.path().join("latin.md"), b"caf\xe9").expect("written");
    fs::write(folder.path().join("big.md"), "x".repeat(101)).expect("written");
    let loaded = load(folder.path()).expect("it loads");
    assert_eq!(loaded.vault.len(), 2);
    let causes: Vec<_> = loaded
        .unreadable
        .iter()
        .map(|file| format!("{} {}", file.path, file.cause))
        .collect();
    assert_eq!(
        causes,
        [
            "big.md 101 bytes, more than the 100 that `max_note_size` allows",
            "latin.md not UTF-8: byte 3 begins no character",
        ]
    );
    assert!(load(&folder.path().join("nowhere")).is_err());
}

#[test]
fn the_root_is_found_upward() {
    let folder = folder(&[
        ("repo/.git/HEAD", ""),
        ("repo/vault/ties.toml", ""),
        ("repo/vault/people/a.md", ""),
        ("repo/other/b.md", ""),
    ]);
    let root = folder.path();
    assert_eq!(
        find_root(&root.join("repo/vault/people")),
        Some(root.join("repo/vault"))
    );
    assert_eq!(find_root(&root.join("repo/other")), Some(root.join("repo")));
}

fn change(
    edits: &[(&str, TextEdit)],
    creates: &[(&str, &str)],
    moves: &[(&str, &str)],
) -> SourceChange {
    let mut change = SourceChange::default();
    for (path, edit) in edits {
        change
            .edits
            .entry((*path).into())
            .or_default()
            .push(edit.clone());
    }
    change.creates = creates
        .iter()
        .map(|(path, text)| ((*path).into(), (*text).to_owned()))
        .collect();
    change.moves = moves
        .iter()
        .map(|(from, to)| ((*from).into(), (*to).into()))
        .collect();
    change
}

#[test]
fn a_change_is_made_whole() {
    let folder = folder(&[("a.md", "one two"), ("b.md", "[[a]]")]);
    let edit = TextEdit::replace(Span::new(4, 7), "2");
    let change = change(
        &[("a.md", edit)],
        &[("new/c.md", "c")],
        &[("a.md", "moved/A.md")],
    );
    apply(folder.path(), &change).expect("it can be made");
    let read = |path: &str| fs::read_to_string(folder.path().join(path)).expect(path);
    assert_eq!(
        (read("moved/A.md").as_str(), read("new/c.md").as_str()),
        ("one 2", "c")
    );
    assert!(!folder.path().join("a.md").exists());
}

#[cfg(unix)]
#[test]
fn modes_and_links_stay() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder(&[("real.md", "x")]);
    let real = folder.path().join("real.md");
    fs::set_permissions(&real, fs::Permissions::from_mode(0o600)).expect("a mode");
    std::os::unix::fs::symlink(&real, folder.path().join("link.md")).expect("a link");
    let edit = TextEdit::insert(1, "y");
    apply(folder.path(), &change(&[("link.md", edit)], &[], &[])).expect("it can be made");
    assert!(folder.path().join("link.md").is_symlink());
    assert_eq!(fs::read_to_string(&real).expect("text"), "xy");
    assert_eq!(
        fs::metadata(&real).expect("metadata").permissions().mode() & 0o777,
        0o600
    );
}

#[test]
fn a_change_that_cannot_be_made_leaves_everything_as_it_was() {
    let folder = folder(&[("a.md", "one"), ("b.md", "two"), ("file", "")]);
    let before = snapshot(folder.path());
    let edit = || ("a.md", TextEdit::insert(0, "x"));
    let cases = [
        (
            change(&[edit(), ("b.md", TextEdit::insert(99, "y"))], &[], &[]),
            "`b.md` has changed meanwhile",
        ),
        (
            change(&[edit()], &[("b.md", "")], &[]),
            "`b.md` exists already",
        ),
        (
            change(&[edit()], &[("new/c.md", "")], &[("a.md", "b.md")]),
            "`b.md` exists already",
        ),
        (
            change(&[edit()], &[("n/c.md", ""), ("file/d.md", "")], &[]),
            "`file/d.md`: ",
        ),
        (
            change(&[edit()], &[], &[("a.md", "n/a.md"), ("gone.md", "d.md")]),
            "`gone.md`: ",
        ),
        // Each move could be made alone; together they want a file and a folder at one place.
        (
            change(
                &[edit()],
                &[("n/c.md", "")],
                &[("a.md", "c.md"), ("b.md", "c.md/d.md")],
            ),
            "`c.md` exists already",
        ),
    ];
    for (change, message) in cases {
        let error = apply(folder.path(), &change).expect_err(message);
        assert!(error.to_string().starts_with(message), "{error}");
        assert_eq!(snapshot(folder.path()), before, "{message}");
    }
}

#[test]
fn a_file_is_removed_only_as_it_was_read() {
    let folder = folder(&[("a.md", "one"), ("b.md", "two"), ("c.md", "three")]);
    let removes = |removes: &[(&str, &str)]| SourceChange {
        removes: removes
            .iter()
            .map(|(path, text)| ((*path).into(), (*text).to_owned()))
            .collect(),
        ..change(&[("a.md", TextEdit::insert(0, "x"))], &[], &[])
    };
    let before = snapshot(folder.path());
    for (paths, message) in [
        (
            &[("b.md", "two"), ("c.md", "3")][..],
            "`c.md` has changed meanwhile",
        ),
        (&[("b.md", "two"), ("gone.md", "")], "`gone.md`: "),
        (
            &[("b.md", "two"), ("../c.md", "")],
            "`../c.md` leads out of the vault",
        ),
        // The second time it is gone: what was done is undone.
        (&[("b.md", "two"), ("b.md", "two")], "`b.md`: "),
    ] {
        let error = apply(folder.path(), &removes(paths)).expect_err(message);
        assert!(error.to_string().starts_with(message), "{error}");
        assert_eq!(snapshot(folder.path()), before, "{message}");
    }
    let all = removes(&[("b.md", "two"), ("c.md", "three")]);
    apply(folder.path(), &all).expect("it can be made");
    let left: Vec<PathBuf> = snapshot(folder.path()).into_keys().collect();
    assert_eq!(left, [folder.path().join("a.md")]);
}

#[test]
fn no_file_is_ever_overwritten() {
    let folder = folder(&[("a.md", "one"), ("b.md", "two")]);
    let before = snapshot(folder.path());
    let cases = [
        // Neither is there before; the second would take the place of the first.
        change(&[], &[], &[("a.md", "c.md"), ("b.md", "c.md")]),
        change(&[], &[("c.md", "new")], &[("a.md", "c.md")]),
        change(&[], &[("c.md", "new"), ("c.md", "newer")], &[]),
        change(&[], &[], &[("a.md", "b.md")]),
    ];
    for change in cases {
        let error = apply(folder.path(), &change).expect_err("it would overwrite");
        assert!(matches!(error, ApplyError::Exists(_)), "{error}");
        assert_eq!(snapshot(folder.path()), before);
    }
}

#[test]
fn moves_are_made_in_their_order() {
    let folder = folder(&[("a.md", "one"), ("b.md", "two")]);
    let swapped = [("a.md", "x.md"), ("b.md", "a.md"), ("x.md", "b.md")];
    apply(folder.path(), &change(&[], &[], &swapped)).expect("it can be made");
    let read = |path: &str| fs::read_to_string(folder.path().join(path)).expect(path);
    assert_eq!((&*read("a.md"), &*read("b.md")), ("two", "one"));
    assert_eq!(snapshot(folder.path()).len(), 2);
    // What was moved away is there no more.
    let twice = [("a.md", "c.md"), ("a.md", "d.md")];
    let before = snapshot(folder.path());
    apply(folder.path(), &change(&[], &[], &twice)).expect_err("it is gone");
    assert_eq!(snapshot(folder.path()), before);
}

#[test]
fn nothing_is_changed_outside_the_vault() {
    let outer = folder(&[("vault/a.md", "one"), ("secret.md", "two")]);
    let before = snapshot(outer.path());
    let root = outer.path().join("vault");
    let edit = || TextEdit::insert(0, "x");
    let absolute = outer.path().join("secret.md");
    let absolute = absolute.to_str().expect("text");
    let cases = [
        change(&[("../secret.md", edit())], &[], &[]),
        change(&[(absolute, edit())], &[], &[]),
        change(&[], &[("../new.md", "")], &[]),
        change(&[], &[("n/../../new.md", "")], &[]),
        change(&[], &[("", "")], &[]),
        change(&[], &[("new/", "")], &[]),
        change(&[("a.md", edit())], &[], &[("a.md", "../a.md")]),
        change(&[], &[], &[("../secret.md", "b.md")]),
    ];
    for change in cases {
        let error = apply(&root, &change).expect_err("it leads out");
        assert!(matches!(error, ApplyError::Outside(_)), "{error}");
        assert_eq!(snapshot(outer.path()), before);
    }
}

#[cfg(unix)]
#[test]
fn links_of_the_file_system_do_not_lead_changes_out() {
    let outside = folder(&[("secret.md", "two")]);
    let folder = folder(&[("a.md", "one")]);
    let link = |to: &Path, at: &str| {
        std::os::unix::fs::symlink(to, folder.path().join(at)).expect("a link");
    };
    link(outside.path(), "out");
    link(&outside.path().join("secret.md"), "linked.md");
    let before = (
        snapshot(outside.path()),
        fs::read(folder.path().join("a.md")).ok(),
    );
    let edit = || TextEdit::insert(0, "x");
    let cases = [
        change(&[("linked.md", edit())], &[], &[]),
        change(&[("out/secret.md", edit())], &[], &[]),
        change(&[], &[("out/new.md", "")], &[]),
        change(&[], &[("out/deep/new.md", "")], &[]),
        change(&[], &[], &[("a.md", "out/a.md")]),
        change(&[], &[], &[("out/secret.md", "b.md")]),
    ];
    for change in cases {
        let error = apply(folder.path(), &change).expect_err("it leads out");
        assert!(matches!(error, ApplyError::Outside(_)), "{error}");
        let after = (
            snapshot(outside.path()),
            fs::read(folder.path().join("a.md")).ok(),
        );
        assert_eq!(after, before);
    }
}

#[cfg(unix)]
#[test]
fn new_files_have_the_mode_that_other_programs_give() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder(&[("by-another.md", "")]);
    apply(folder.path(), &change(&[], &[("n/by-ties.md", "")], &[])).expect("it can be made");
    let mode = |path: &str| {
        let metadata = fs::metadata(folder.path().join(path)).expect("metadata");
        metadata.permissions().mode()
    };
    assert_eq!(mode("n/by-ties.md"), mode("by-another.md"));
}

#[test]
fn what_could_not_be_put_back_is_named() {
    let error = ApplyError::Torn {
        source: Box::new(ApplyError::Exists("b.md".to_owned())),
        paths: "a.md".to_owned(),
    };
    assert_eq!(
        error.to_string(),
        "`b.md` exists already; `a.md` could not be put back"
    );
    assert!(!error.hint().contains("nothing was changed"));
}

#[test]
fn a_change_of_case_only_is_a_move() {
    let folder = folder(&[("ada.md", "x")]);
    apply(folder.path(), &change(&[], &[], &[("ada.md", "Ada.md")])).expect("it can be made");
    assert_eq!(loaded_paths(folder.path()), ["Ada.md"]);
}

#[cfg(unix)]
#[test]
fn settings_that_are_no_regular_file_are_an_error_at_once() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let config = folder.path().join("ties.toml");
    let error = || {
        read_config(folder.path())
            .map(|_| ())
            .expect_err("it is no file")
            .to_string()
    };
    let made = std::process::Command::new("mkfifo").arg(&config).status();
    assert!(made.is_ok_and(|status| status.success()));
    assert_eq!(error(), "it is no regular file", "a pipe is not waited for");
    fs::remove_file(&config).expect("it is there");
    std::os::unix::fs::symlink("/dev/zero", &config).expect("writable");
    assert_eq!(error(), "it is no regular file", "a device has no end");
    fs::remove_file(&config).expect("it is there");
    let large = fs::File::create(&config).expect("writable");
    large.set_len(MAX_CONFIG + 1).expect("writable");
    assert_eq!(error(), "8388609 bytes are too many for settings");
}
