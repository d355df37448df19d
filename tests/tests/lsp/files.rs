//! Changes on disk: told by the client, or found by the server's own watching.

use std::{
    fs,
    time::{Duration, SystemTime},
};

use serde_json::{Value, json};
use ties_tests::{
    Client, Sandbox,
    client::{pulling, with},
};

const VAULT: &str = r"
//- ties.toml
//- people/ada.md
---
name: Ada Lovelace
---
//- tea.md
[[Ada Lovelace]] and [[$0Charles Babbage]].
";

const CHARLES: &str = "---\nname: Charles Babbage\n---\n";

/// A client that watches files for the server.
fn watching() -> Value {
    with(
        pulling(),
        &json!({"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": true}}}),
    )
}

fn tell(client: &mut Client, paths: &[&str]) {
    let changes: Value = paths
        .iter()
        .map(|path| json!({"uri": client.uri(path), "type": 2}))
        .collect();
    client.notify(
        "workspace/didChangeWatchedFiles",
        json!({"changes": changes}),
    );
}

#[test]
fn a_client_that_watches_is_asked_to() {
    let sandbox = Sandbox::new(VAULT);
    let mut client = Client::start_with(&sandbox, &watching());
    let asked = client.serve("client/registerCapability", &Value::Null);
    let registration = &asked["registrations"][0];
    assert_eq!(registration["method"], "workspace/didChangeWatchedFiles");
    let watchers = registration["registerOptions"]["watchers"].to_string();
    assert!(watchers.contains("**/*.{md,markdown}") && watchers.contains("**/ties.toml"));
    client.open(&sandbox, "tea.md");
    assert_eq!(client.pulled("tea.md"), ["unresolved-link"]);
    sandbox.write("people/charles.md", CHARLES);
    tell(&mut client, &["people/charles.md"]);
    client.serve("workspace/diagnostic/refresh", &Value::Null);
    assert_eq!(client.pulled("tea.md"), [""; 0]);
    client.finish();
}

#[test]
fn events_are_hints_and_the_disk_is_the_truth() {
    let sandbox = Sandbox::new(VAULT);
    let mut client = Client::start_with(&sandbox, &watching());
    client.serve("client/registerCapability", &Value::Null);
    client.open(&sandbox, "tea.md");
    // Nothing changed, whatever the events say: nobody is told to refresh, or `finish` would find it.
    tell(
        &mut client,
        &[
            "people/ada.md",
            "people/nobody.md",
            "elsewhere.txt",
            "../../x.md",
        ],
    );
    client.notify(
        "workspace/didChangeWatchedFiles",
        json!({"changes": [{"uri": "untitled:x", "type": 1}, {"uri": client.uri("people/ada.md"), "type": 3}]}),
    );
    assert_eq!(client.pulled("tea.md"), ["unresolved-link"]);
    // An open document is what the editor says, not what the disk says.
    sandbox.write("tea.md", "[[A]] [[B]] [[C]]\n");
    tell(&mut client, &["tea.md"]);
    assert_eq!(client.pulled("tea.md"), ["unresolved-link"]);
    client.finish();
}

#[test]
fn a_folder_that_moved_is_followed() {
    let sandbox = Sandbox::new(VAULT);
    let mut client = Client::start_with(&sandbox, &watching());
    client.serve("client/registerCapability", &Value::Null);
    client.open_text("n.md", "[[people/ada]] [[crew/ada]]\n");
    assert_eq!(client.pulled("n.md"), ["unresolved-link"]);
    fs::rename(sandbox.root().join("people"), sandbox.root().join("crew")).expect("writable");
    tell(&mut client, &["people", "crew"]);
    client.serve("workspace/diagnostic/refresh", &Value::Null);
    let found = client.request("workspace/symbol", json!({"query": "ada lovelace"}));
    assert_eq!(found[0]["location"]["uri"], client.uri("crew/ada.md"));
    client.finish();
}

#[test]
fn settings_that_change_are_applied_without_a_restart() {
    let sandbox = Sandbox::new(VAULT);
    let mut client = Client::start_with(&sandbox, &watching());
    client.serve("client/registerCapability", &Value::Null);
    client.open(&sandbox, "tea.md");
    assert_eq!(client.pulled("tea.md"), ["unresolved-link"]);
    sandbox.write("ties.toml", "[diagnostics]\nunresolved-link = \"off\"\n");
    tell(&mut client, &["ties.toml"]);
    client.serve("workspace/diagnostic/refresh", &Value::Null);
    assert_eq!(client.pulled("tea.md"), [""; 0]);
    client.finish();
}

#[test]
fn what_is_excluded_later_is_gone() {
    let sandbox = Sandbox::new(VAULT);
    let mut client = Client::start_with(&sandbox, &watching());
    client.serve("client/registerCapability", &Value::Null);
    let mut n_found = || {
        client
            .request("workspace/symbol", json!({"query": "ada"}))
            .as_array()
            .map(Vec::len)
    };
    assert_eq!(n_found(), Some(1));
    sandbox.write(".gitignore", "people/\n");
    tell(&mut client, &[".gitignore"]);
    client.serve("workspace/diagnostic/refresh", &Value::Null);
    let found = client.request("workspace/symbol", json!({"query": "ada"}));
    assert_eq!(found, json!([]));
    client.finish();
}

#[test]
fn changes_are_found_where_the_client_does_not_watch() {
    let sandbox = Sandbox::new(VAULT);
    let mut client = Client::start_with(&sandbox, &json!({}));
    client.open(&sandbox, "tea.md");
    client.published("tea.md", &["unresolved-link"]);
    sandbox.write("people/charles.md", CHARLES);
    client.published("tea.md", &[]);
    // In a folder that is new.
    fs::remove_file(sandbox.root().join("people/charles.md")).expect("the file is there");
    client.published("tea.md", &["unresolved-link"]);
    sandbox.write("crew/charles.md", CHARLES);
    client.published("tea.md", &[]);
    fs::remove_dir_all(sandbox.root().join("crew")).expect("the folder is there");
    client.published("tea.md", &["unresolved-link"]);
    client.finish();
}

#[test]
fn a_client_that_pulls_is_told_of_changes_from_outside() {
    let sandbox = Sandbox::new(VAULT);
    let mut client = Client::start(&sandbox);
    client.open(&sandbox, "tea.md");
    assert_eq!(client.pulled("tea.md"), ["unresolved-link"]);
    sandbox.write("people/charles.md", CHARLES);
    client.serve("workspace/diagnostic/refresh", &Value::Null);
    assert_eq!(client.pulled("tea.md"), [""; 0]);
    client.finish();
}

#[test]
fn an_unreadable_note_is_reported_and_the_rest_works() {
    let sandbox = Sandbox::new(VAULT);
    fs::write(sandbox.root().join("bad.md"), b"\xff\xfe").expect("writable");
    let mut client = Client::start(&sandbox);
    assert_eq!(client.pulled("bad.md"), ["unreadable-note"]);
    let found = client.request("workspace/symbol", json!({"query": "ada"}));
    assert_eq!(found[0]["name"], "Ada Lovelace");
    client.finish();
}

#[test]
fn names_written_in_place_are_not_remembered_as_they_were() {
    let sandbox = Sandbox::new(VAULT);
    sandbox.git(&["init", "--quiet"]);
    let long_ago = SystemTime::now() - Duration::from_hours(1);
    for path in ["", "people", "ties.toml", ".git/info/exclude"] {
        let file = fs::File::open(sandbox.root().join(path)).expect("it is there");
        file.set_modified(long_ago).expect("it is ours");
    }
    let mut client = Client::start_with(&sandbox, &watching());
    client.serve("client/registerCapability", &Value::Null);
    client.open(&sandbox, "people/ada.md");
    assert_eq!(client.pulled("people/ada.md"), [""; 0]);
    let remembered = || {
        let files = fs::read_dir(sandbox.root().join(".git/ties"));
        let names = files
            .into_iter()
            .flatten()
            .flatten()
            .map(|file| file.file_name());
        names
            .filter(|name| name.to_string_lossy().starts_with("names-"))
            .count()
    };
    assert_eq!(remembered(), 1);
    let saved = |client: &mut Client| {
        client.notify(
            "textDocument/didSave",
            json!({"textDocument": {"uri": client.uri("people/ada.md")}}),
        );
        client.pulled("people/ada.md");
    };
    saved(&mut client);
    assert_eq!(remembered(), 1, "she goes by the same names");
    client.edit("people/ada.md", "Lovelace", "King");
    saved(&mut client);
    assert_eq!(remembered(), 0);
    client.finish();
}

#[test]
fn an_open_document_that_is_excluded_later_is_served_alone_and_comes_back() {
    let sandbox = Sandbox::new(VAULT);
    let mut client = Client::start_with(&sandbox, &watching());
    client.serve("client/registerCapability", &Value::Null);
    client.open(&sandbox, "people/ada.md");
    client.open(&sandbox, "tea.md");
    assert_eq!(client.pulled("tea.md"), ["unresolved-link"]);
    sandbox.write("ties.toml", "[vault]\nexclude = [\"people/\"]\n");
    tell(&mut client, &["ties.toml"]);
    client.serve("workspace/diagnostic/refresh", &Value::Null);
    let codes = client.pulled("tea.md");
    assert_eq!(codes, ["unresolved-link", "unresolved-link"]);
    client.edit("people/ada.md", "Ada Lovelace", "Ada King");
    sandbox.write("ties.toml", "");
    tell(&mut client, &["ties.toml"]);
    client.serve("workspace/diagnostic/refresh", &Value::Null);
    // With the text of the editor, not that of the disk.
    assert_eq!(client.pulled("tea.md").len(), 2);
    client.edit("people/ada.md", "Ada King", "Ada Lovelace");
    assert_eq!(client.pulled("tea.md"), ["unresolved-link"]);
    client.finish();
}
