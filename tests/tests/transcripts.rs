//! The transcripts in the docs are what the program prints.
//!
//! Every ```` ```console ```` block of the pages below is run, in order, in a sandbox of its own page, with `ties` on
//! `PATH` and 2026-11-23 as the day. `UPDATE_EXPECT=1` writes what was printed into the page. Commit ids and ids of
//! interactions differ from run to run and count as equal: those that the page has stay, so that only what is new changes
//! it. A line `…` stands for lines left out.

use std::{collections::BTreeMap, fmt::Write as _, fs, path::Path, process::Stdio};

use ties_tests::Sandbox;

/// The pages, from the top of the repository.
const PAGES: [&str; 4] = [
    "README.md",
    "docs/commands.md",
    "docs/history.md",
    "docs/strategy.md",
];

#[test]
fn pages_show_what_the_program_prints() {
    for page in PAGES {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(page);
        let text = fs::read_to_string(&file).expect("the page is there");
        let printed = rerun(&text);
        let (old, new) = (plain(&text), plain(&printed));
        if old == new {
            continue;
        }
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            fs::write(&file, printed).expect("the page can be written");
            continue;
        }
        let differs = |(_, pair): &(usize, (&str, &str))| pair.0 != pair.1;
        let found = old.lines().zip(new.lines()).enumerate().find(differs);
        panic!(
            "{page} is not what the program prints (UPDATE_EXPECT=1 writes it anew); line, page, program: {found:#?}"
        );
    }
}

/// Returns the page with the output of every block as it is now.
fn rerun(page: &str) -> String {
    let sandbox = Sandbox::new("");
    let mut folder = sandbox.root();
    let mut out = String::new();
    let mut ids = BTreeMap::new();
    let mut lines = page.lines().peekable();
    while let Some(line) = lines.next() {
        out.push_str(line);
        out.push('\n');
        if line != "```console" {
            continue;
        }
        while let Some(line) = lines.next() {
            out.push_str(line);
            out.push('\n');
            if line == "```" {
                break;
            }
            let Some(command) = line.strip_prefix("$ ") else {
                panic!("a transcript begins with `$ `: {line}");
            };
            let mut old = Vec::new();
            while let Some(line) = lines.next_if(|line| *line != "```" && !line.starts_with("$ ")) {
                old.push(line);
            }
            if let Some(target) = command.strip_prefix("cd ") {
                folder = folder.join(target);
                continue;
            }
            let printed = run(&sandbox, &folder, command);
            let new = cut(&old, &printed);
            learn_ids(&old, &new, &mut ids);
            for line in new {
                let _ = writeln!(out, "{}", with_words(line, |word| ids.get(word).cloned()));
            }
        }
    }
    out
}

/// Runs a line in the shell as a reader would; returns what it prints on both streams.
fn run(sandbox: &Sandbox, folder: &Path, line: &str) -> String {
    let ties = ties_tests::sandbox::program();
    let path = std::env::var("PATH").expect("there is a PATH");
    let output = sandbox
        .command("sh")
        .args(["-c", &format!("exec 2>&1; {line}")])
        .current_dir(folder)
        .env(
            "PATH",
            format!(
                "{}:{path}",
                ties.parent().expect("it lies in a folder").display()
            ),
        )
        .env("GIT_PAGER", "cat")
        .env_remove("GIT_AUTHOR_DATE")
        .env_remove("GIT_COMMITTER_DATE")
        .stdin(Stdio::null())
        .output()
        .expect("there is a shell");
    String::from_utf8(output.stdout).expect("it prints text")
}

/// Returns the lines printed; where the page leaves lines out, so does this: as many lines as there before the `…`, and
/// as many after it.
fn cut<'a>(old: &[&'a str], printed: &'a str) -> Vec<&'a str> {
    let new: Vec<&str> = printed.trim_end().lines().collect();
    let Some(gap) = old.iter().position(|line| *line == "…") else {
        return new;
    };
    let after = old.len() - gap - 1;
    if new.len() <= gap + after {
        return new;
    }
    let mut lines = new[..gap].to_vec();
    lines.push("…");
    lines.extend(&new[new.len() - after..]);
    lines
}

/// Learns from lines that are equal but for their ids which id of the page each id of this run stands for.
fn learn_ids(old: &[&str], new: &[&str], ids: &mut BTreeMap<String, String>) {
    let mut rest = old.iter();
    for new in new {
        let mut ahead = rest.clone();
        let wanted = plain(new);
        let Some(old) = ahead.find(|old| plain(old) == wanted) else {
            continue;
        };
        rest = ahead;
        for (new, old) in ids_in(new).into_iter().zip(ids_in(old)) {
            ids.entry(new).or_insert(old);
        }
    }
}

fn ids_in(line: &str) -> Vec<String> {
    let mut ids = Vec::new();
    with_words(line, |word| {
        if is_id(word) {
            ids.push(word.to_owned());
        }
        None
    });
    ids
}

/// Returns a page with what differs from run to run made equal: commit ids and interaction ids.
fn plain(page: &str) -> String {
    with_words(page, |word| is_id(word).then(|| "#".to_owned()))
}

/// Returns a text with some of its words replaced.
fn with_words(text: &str, mut replacement: impl FnMut(&str) -> Option<String>) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let end = rest
            .find(|c: char| !c.is_ascii_alphanumeric())
            .unwrap_or(rest.len());
        if end == 0 {
            out.push(c);
            rest = &rest[c.len_utf8()..];
            continue;
        }
        let word = &rest[..end];
        out.push_str(replacement(word).as_deref().unwrap_or(word));
        rest = &rest[end..];
    }
    out
}

#[test]
fn ids_of_the_page_stay_where_only_they_differ() {
    let mut ids = BTreeMap::new();
    learn_ids(
        &[
            "logged 2026-11-22",
            "01m844z8z6a2  commit 05457e1f65",
            "gone",
        ],
        &[
            "logged 2026-11-22",
            "new",
            "01m8449seafm  commit fbee02c3c8",
        ],
        &mut ids,
    );
    let kept = |line: &str| with_words(line, |word| ids.get(word).cloned());
    assert_eq!(
        kept("amended 01m8449seafm, was fbee02c3c8"),
        "amended 01m844z8z6a2, was 05457e1f65"
    );
    assert_eq!(kept("another 01m8449seafx"), "another 01m8449seafx");
}

fn is_id(word: &str) -> bool {
    let is_commit = matches!(word.len(), 7..=40)
        && word
            .bytes()
            .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    let is_interaction = word.len() == 12
        && word.starts_with("01")
        && word
            .bytes()
            .all(|b| b.is_ascii_digit() || b.is_ascii_lowercase());
    is_commit || is_interaction
}
