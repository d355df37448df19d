//! What happens outside of the editor and what comes from it that nobody expects: checkouts, sync tools, folders that go and
//! come back, notes that are too large, too deep or too clever. The server answers, and goes on answering.

use std::{fs, thread, time::Duration};

use serde_json::{Value, json};
use ties_tests::{
    Client, Sandbox,
    client::{pulling, with},
};

/// A client that watches files for the server, so that only what it tells is heard.
fn watching(sandbox: &Sandbox) -> Client {
    let watches = json!({"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": true}}});
    let mut client = Client::start_with(sandbox, &with(pulling(), &watches));
    client.serve("client/registerCapability", &Value::Null);
    client
}

fn names(client: &mut Client, query: &str) -> Vec<String> {
    let found = client.request("workspace/symbol", json!({"query": query}));
    let found = found.as_array().expect("a list").iter();
    let mut names: Vec<String> = found
        .filter_map(|symbol| symbol["name"].as_str().map(str::to_owned))
        .collect();
    names.sort();
    names
}

/// Asks until the answer is the expected one: the server hears of changes on disk when the system tells.
fn until(client: &mut Client, query: &str, expected: &[&str]) {
    for _ in 0..600 {
        if names(client, query) == expected {
            return;
        }
        thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(names(client, query), expected, "{query}");
}

#[test]
fn iw018_two_thousand_files_told_at_once_are_one_change() {
    const COUNT: usize = 2000;
    let sandbox = Sandbox::new("//- n.md\n[[Person 7]]\n");
    for number in 0..COUNT {
        sandbox.write(
            &format!("people/p{number}.md"),
            &format!("# Person {number}\n"),
        );
    }
    let mut client = watching(&sandbox);
    client.open(&sandbox, "n.md");
    assert!(names(&mut client, "Person 7").contains(&"Person 7".to_owned()));
    // What a checkout does: some change, some go, some come.
    let mut changes = Vec::new();
    for number in 0..COUNT {
        let path = format!("people/p{number}.md");
        match number % 4 {
            0 => fs::remove_file(sandbox.root().join(&path)).expect("it is there"),
            _ => sandbox.write(&path, &format!("# Human {number}\n")),
        }
        let new = format!("crew/c{number}.md");
        sandbox.write(&new, &format!("# Sailor {number}\n"));
        changes.push(json!({"uri": client.uri(&path), "type": 2}));
        changes.push(json!({"uri": client.uri(&new), "type": 1}));
    }
    client.notify(
        "workspace/didChangeWatchedFiles",
        json!({"changes": changes}),
    );
    // A request sent right after sees all of it.
    assert_eq!(names(&mut client, "Person"), [""; 0]);
    assert!(names(&mut client, "Sailor 1999").contains(&"Sailor 1999".to_owned()));
    client.serve("workspace/diagnostic/refresh", &Value::Null);
    // One refresh: `finish` would find another.
    client.finish();
}

#[test]
fn a_checkout_of_two_thousand_notes_is_followed_while_requests_are_answered() {
    const COUNT: usize = 2000;
    let sandbox = Sandbox::new("//- n.md\n# N\n");
    for number in 0..COUNT {
        sandbox.write(
            &format!("people/p{number}.md"),
            &format!("# Old {number}\n"),
        );
    }
    sandbox.git(&["init", "--quiet"]);
    sandbox.git(&["add", "--all"]);
    sandbox.git(&["commit", "--quiet", "--message", "old"]);
    sandbox.git(&["checkout", "--quiet", "-b", "new"]);
    for number in 0..COUNT {
        sandbox.write(
            &format!("people/p{number}.md"),
            &format!("# New {number}\n"),
        );
    }
    sandbox.git(&["commit", "--quiet", "--all", "--message", "new"]);
    // The server watches by itself, and pushes.
    let mut client = Client::start_with(&sandbox, &json!({}));
    assert!(names(&mut client, "New 1999").contains(&"New 1999".to_owned()));
    client.open(&sandbox, "n.md");
    client.published("n.md", &[]);
    sandbox.git(&["checkout", "--quiet", "main"]);
    // Whatever is known of it by now, there is an answer.
    let hover = json!({"textDocument": {"uri": client.uri("n.md")}, "position": {"line": 0, "character": 2}});
    client.request("textDocument/hover", hover);
    until(&mut client, "New", &[]);
    assert!(names(&mut client, "Old 1999").contains(&"Old 1999".to_owned()));
    client.finish();
}

#[test]
fn files_written_beside_and_moved_into_place_are_read() {
    let sandbox = Sandbox::new("//- people/ada.md\n# Ada\n");
    let mut client = Client::start_with(&sandbox, &json!({}));
    assert_eq!(names(&mut client, ""), ["Ada"]);
    let people = sandbox.root().join("people");
    for (temporary, name) in [
        (".ada.md.swp.tmp", "Countess"),
        (".syncthing.ada.md.tmp", "Lady"),
        ("ada.md.part", "Augusta"),
        ("ada.md~", "Byron"),
    ] {
        fs::write(people.join(temporary), format!("# {name}\n")).expect("writable");
        fs::rename(people.join(temporary), people.join("ada.md")).expect("writable");
        until(&mut client, "", &[name]);
    }
    // Conflict copies are notes of their own.
    sandbox.write("people/ada.sync-conflict-20261123.md", "# Byron 2\n");
    until(&mut client, "", &["Byron", "Byron 2"]);
    client.finish();
}

#[test]
fn a_folder_renamed_by_another_program_is_followed_and_what_is_in_it_heard_of() {
    let sandbox = Sandbox::new("//- people/ada.md\n# Ada\n//- people/deep/bob.md\n# Bob\n");
    let mut client = Client::start_with(&sandbox, &json!({}));
    assert_eq!(names(&mut client, ""), ["Ada", "Bob"]);
    let root = sandbox.root();
    fs::rename(root.join("people"), root.join("crew")).expect("writable");
    let at = |client: &mut Client| {
        let found = client.request("workspace/symbol", json!({"query": "Bob"}));
        found[0]["location"]["uri"]
            .as_str()
            .unwrap_or("")
            .to_owned()
    };
    let moved = client.uri("crew/deep/bob.md");
    for _ in 0..600 {
        if at(&mut client) == moved {
            break;
        }
        thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(at(&mut client), moved);
    sandbox.write("crew/deep/bob.md", "# Robert\n");
    until(&mut client, "", &["Ada", "Robert"]);
    client.finish();
}

#[test]
fn a_vault_that_is_deleted_and_made_again_is_served_again() {
    let sandbox = Sandbox::new("//- people/ada.md\n# Ada\n//- n.md\n# N\n");
    let mut client = Client::start_with(&sandbox, &json!({}));
    client.open(&sandbox, "n.md");
    client.published("n.md", &[]);
    assert_eq!(names(&mut client, ""), ["Ada", "N"]);
    fs::remove_dir_all(sandbox.root()).expect("it is there");
    // What is open is still what the editor says.
    until(&mut client, "", &["N"]);
    sandbox.write("people/bob.md", "# Bob\n");
    until(&mut client, "", &["Bob", "N"]);
    // And it is watched again.
    sandbox.write("people/bob.md", "# Robert\n");
    until(&mut client, "", &["N", "Robert"]);
    client.finish();
}

#[test]
fn mo144_two_notes_that_differ_in_case_are_two_notes() {
    let sandbox = Sandbox::new("//- Jane.md\n//- jane.md\n//- n.md\n[[Jane]] [[jane]] [[JANE]]\n");
    let mut client = watching(&sandbox);
    client.open(&sandbox, "n.md");
    let leads = |client: &mut Client, needle: &str| {
        let at = client.at("n.md", needle);
        let found = client.request("textDocument/definition", at);
        let found = found.as_array().expect("places").iter();
        let uris =
            found.filter_map(|place| place["uri"].as_str()?.rsplit('/').next().map(str::to_owned));
        uris.collect::<Vec<_>>()
    };
    assert_eq!(leads(&mut client, "Jane]]"), ["Jane.md"]);
    assert_eq!(leads(&mut client, "jane]]"), ["jane.md"]);
    assert_eq!(leads(&mut client, "JANE]]"), ["Jane.md", "jane.md"]);
    fs::remove_file(sandbox.root().join("jane.md")).expect("it is there");
    let changes = json!([{"uri": client.uri("jane.md"), "type": 3}]);
    client.notify(
        "workspace/didChangeWatchedFiles",
        json!({"changes": changes}),
    );
    assert_eq!(leads(&mut client, "jane]]"), ["Jane.md"]);
    client.serve("workspace/diagnostic/refresh", &Value::Null);
    client.finish();
}

/// Asks all that an editor asks of a document, and returns how many were answered with something.
fn ask_everything(client: &mut Client, path: &str) -> usize {
    let document = json!({"textDocument": {"uri": client.uri(path)}});
    let position = json!({"line": 1, "character": 3});
    let range = json!({"start": {"line": 0, "character": 0}, "end": position});
    let at = with(document.clone(), &json!({"position": position}));
    let ranged = with(
        document.clone(),
        &json!({"range": range, "context": {"diagnostics": []}}),
    );
    let asked = [
        ("textDocument/documentSymbol", document.clone()),
        ("textDocument/diagnostic", document.clone()),
        ("textDocument/documentLink", document.clone()),
        ("textDocument/foldingRange", document.clone()),
        ("textDocument/semanticTokens/full", document.clone()),
        ("textDocument/codeLens", document.clone()),
        ("textDocument/inlayHint", ranged.clone()),
        ("textDocument/codeAction", ranged),
        ("textDocument/hover", at.clone()),
        ("textDocument/completion", at.clone()),
        ("textDocument/definition", at.clone()),
        ("textDocument/documentHighlight", at.clone()),
        (
            "textDocument/references",
            with(at, &json!({"context": {"includeDeclaration": true}})),
        ),
        (
            "textDocument/selectionRange",
            with(document, &json!({"positions": [position]})),
        ),
    ];
    let ids: Vec<i64> = asked
        .into_iter()
        .map(|(method, params)| client.ask(method, params))
        .collect();
    let answers = ids
        .into_iter()
        .map(|id| client.answer(id).expect("an answer"));
    answers.filter(|answer| !answer.is_null()).count()
}

#[test]
fn notes_made_to_hurt_are_answered_about() {
    let deep = |open: &str, n: usize| open.repeat(n);
    let mut bomb = "---\na0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let items = vec![format!("*a{}", level - 1); 9].join(", ");
        bomb.push_str(&format!("a{level}: &a{level} [{items}]\n"));
    }
    bomb.push_str("---\n[[Ada]]\n");
    let sandbox = Sandbox::new("//- people/ada.md\n# Ada\n");
    let mut client = watching(&sandbox);
    for (name, text) in [
        ("bomb.md", bomb),
        ("brackets.md", deep("[", 10_000)),
        (
            "wiki.md",
            format!("\n{}{}", deep("[[a|", 10_000), deep("]]", 10_000)),
        ),
        ("angles.md", deep("<", 10_000)),
        ("quotes.md", deep("> ", 10_000)),
        (
            "lists.md",
            (0..1500)
                .map(|n| {
                    " ".repeat(n * 2)
                        + "- x
"
                })
                .collect(),
        ),
        (
            "yaml.md",
            format!("---\nx: {}\n---\n# Y\n", deep("[", 10_000)),
        ),
        ("dashes.md", format!("---\n{}x\n---\n", deep("- ", 10_000))),
        (
            "unclosed.md",
            format!("---\nname: \"{}\n", deep("a: {", 5_000)),
        ),
        ("stars.md", deep("*a_ ", 10_000)),
        ("ticks.md", (1..400).map(|n| "`".repeat(n) + " ").collect()),
        ("line.md", format!("# H\n{}", deep("word [[Ada]] ", 20_000))),
        ("nul.md", "# a\0b\n[[\0]] \u{202e}\n".to_owned()),
    ] {
        client.open_text(name, &text);
        assert!(ask_everything(&mut client, name) >= 3, "{name}");
        client.close(name);
    }
    assert_eq!(names(&mut client, "ada"), ["Ada"]);
    // Each that was closed is not on disk, so that the client was told to ask again; how often is a matter of time.
    assert_eq!(client.request("shutdown", Value::Null), Value::Null);
}

#[test]
fn a_note_of_ten_megabytes_is_edited_and_answered_about() {
    let sandbox = Sandbox::new("//- people/ada.md\n# Ada\n");
    let words = "Some words about her and others, und so weiter.\n".repeat(20);
    let line = format!("{words}And [[Ada]] #again.\n\n");
    let text = format!(
        "# Start\n{}# End\n",
        line.repeat(10 * 1024 * 1024 / line.len())
    );
    sandbox.write("big.md", &text);
    let mut client = watching(&sandbox);
    // On disk it is more than notes may have; open it is what the editor says.
    assert_eq!(client.pulled("big.md"), ["unreadable-note"]);
    client.open_text("big.md", &text);
    assert!(ask_everything(&mut client, "big.md") >= 5);
    client.edit("big.md", "# End", "# Finish 😀");
    let uri = client.uri("big.md");
    let symbols = client.request(
        "textDocument/documentSymbol",
        json!({"textDocument": {"uri": uri}}),
    );
    assert!(
        symbols.to_string().contains("Finish 😀"),
        "the end is indexed too"
    );
    client.close("big.md");
    client.serve("workspace/diagnostic/refresh", &Value::Null);
    assert_eq!(client.pulled("big.md"), ["unreadable-note"]);
    client.finish();
}

#[cfg(unix)]
#[test]
fn mm317_links_in_circles_and_out_of_the_vault_are_not_followed() {
    use std::os::unix::fs::symlink;

    let sandbox = Sandbox::new(
        "//- people/ada.md\n# Ada\n//- node_modules/x.md\n# X\n//- .gitignore\nnode_modules/\n",
    );
    let root = sandbox.root();
    symlink("../people", root.join("people/again")).expect("writable");
    symlink(&root, root.join("people/up")).expect("writable");
    symlink("/", root.join("node_modules/z")).expect("writable");
    symlink("/", root.join("all")).expect("writable");
    symlink("nowhere", root.join("people/gone.md")).expect("writable");
    symlink("ada.md", root.join("people/twin.md")).expect("writable");
    // The server watches by itself, and does not watch the whole disk.
    let mut client = Client::start_with(&sandbox, &json!({}));
    assert_eq!(names(&mut client, ""), ["Ada"]);
    sandbox.write("people/ada.md", "# Countess\n");
    until(&mut client, "", &["Countess"]);
    client.finish();
}

#[test]
fn mm144_a_folder_that_is_removed_takes_its_diagnostics_along() {
    let sandbox = Sandbox::new(
        "//- a/ties.toml\n//- a/n.md\n[[Nobody]]\n//- b/ties.toml\n[oops]\n//- b/n.md\n[[Nobody]]\n",
    );
    let folder = |client: &Client, name: &str| json!({"uri": client.uri(name), "name": name});
    let remove = |client: &mut Client| {
        let removed = json!([folder(client, "b")]);
        client.notify(
            "workspace/didChangeWorkspaceFolders",
            json!({"event": {"added": [], "removed": removed}}),
        );
    };
    let start = |capabilities: &Value| {
        let mut client = Client::spawn(&sandbox);
        let folders = json!([folder(&client, "a"), folder(&client, "b")]);
        client.initialize(json!({"capabilities": capabilities, "workspaceFolders": folders}));
        client
    };
    // Pushed.
    let mut client = start(&json!({}));
    let first = client.notification("textDocument/publishDiagnostics");
    assert_eq!(first["uri"], client.uri("b/ties.toml"));
    remove(&mut client);
    let cleared = client.notification("textDocument/publishDiagnostics");
    assert_eq!(cleared["uri"], client.uri("b/ties.toml"));
    assert_eq!(cleared["diagnostics"], json!([]));
    client.finish();
    // Pulled.
    let mut client = start(&pulling());
    let ask = |client: &mut Client, previous: Value| {
        client.request(
            "workspace/diagnostic",
            json!({"previousResultIds": previous}),
        )
    };
    let first = ask(&mut client, json!([]));
    let items = first["items"].as_array().expect("items");
    assert_eq!(items.len(), 3);
    let known: Value = items
        .iter()
        .map(|item| json!({"uri": item["uri"], "value": item["resultId"]}))
        .collect();
    remove(&mut client);
    let second = ask(&mut client, known);
    let b = client.uri("b");
    for item in second["items"].as_array().expect("items") {
        let is_removed = item["uri"].as_str().is_some_and(|uri| uri.starts_with(&b));
        assert_eq!(
            item["kind"],
            if is_removed { "full" } else { "unchanged" },
            "{item}"
        );
        assert!(!is_removed || item["items"] == json!([]), "{item}");
    }
    client.serve("workspace/diagnostic/refresh", &Value::Null);
    client.finish();
}

#[test]
fn folders_that_come_and_are_no_longer_ignored_are_heard_of() {
    let sandbox = Sandbox::new("//- n.md\n# N\n//- .gitignore\nold/\n//- old/deep/ada.md\n# Ada\n");
    let mut client = Client::start_with(&sandbox, &json!({}));
    assert_eq!(names(&mut client, ""), ["N"]);
    // A whole tree at once, and then in it.
    sandbox.write("a/b/c/bob.md", "# Bob\n");
    until(&mut client, "", &["Bob", "N"]);
    sandbox.write("a/b/c/bob.md", "# Robert\n");
    until(&mut client, "", &["N", "Robert"]);
    // What is ignored is not looked at, until it is not ignored.
    sandbox.write(".gitignore", "");
    until(&mut client, "", &["Ada", "N", "Robert"]);
    sandbox.write("old/deep/ada.md", "# Countess\n");
    until(&mut client, "", &["Countess", "N", "Robert"]);
    // A tree that goes, and one of the same name that comes.
    fs::remove_dir_all(sandbox.root().join("a")).expect("it is there");
    until(&mut client, "", &["Countess", "N"]);
    sandbox.write("a/b/c/bob.md", "# Bob\n");
    until(&mut client, "", &["Bob", "Countess", "N"]);
    sandbox.write("a/b/c/bob.md", "# Robert\n");
    until(&mut client, "", &["Countess", "N", "Robert"]);
    client.finish();
}

#[test]
fn a_second_start_answers_as_a_first_one_whatever_became_of_what_it_keeps() {
    let sandbox = Sandbox::with_git(
        "//- ties.toml\n[vault]\n//- n.md\n[[Ada]] [[Nobody]]\n//- ada.md\n# Ada\n//- bob.md\n# Bob\n//- large.md\n[[Ada]]\n",
    );
    // What changed less than two seconds ago is not kept: it could change again with the same time.
    thread::sleep(Duration::from_millis(2_200));
    let start = || {
        let mut client = Client::start_with(&sandbox, &pulling());
        let found = names(&mut client, "");
        client.open(&sandbox, "n.md");
        let found = (found, client.pulled("n.md"));
        client.finish();
        found
    };
    let kept = || {
        let folder = fs::read_dir(sandbox.root().join(".git/ties")).expect("it was made");
        let mut files = folder.map(|entry| entry.expect("an entry").path());
        let is_notes = |path: &std::path::PathBuf| path.to_string_lossy().contains("/notes-");
        files.find(is_notes).expect("the notes are kept")
    };
    let expected = |names: [&str; 4]| {
        let names = names.map(str::to_owned).to_vec();
        (names, vec!["unresolved-link".to_owned()])
    };
    let first = expected(["Ada", "Bob", "large", "n"]);
    assert_eq!(start(), first);
    let file = kept();
    let whole = fs::read(&file).expect("it can be read");
    assert_eq!(start(), first, "as it was kept");
    for damaged in [b"".as_slice(), b"ties", &whole[..whole.len() - 1]] {
        fs::write(&file, damaged).expect("writable");
        assert_eq!(start(), first, "damaged");
        assert_eq!(fs::read(&file).expect("it was made anew"), whole);
    }
    sandbox.write("bob.md", "# Bub\n");
    fs::remove_file(sandbox.root().join("large.md")).expect("it is there");
    sandbox.write("new.md", "# New\n");
    assert_eq!(start(), expected(["Ada", "Bub", "New", "n"]), "changed");
}
