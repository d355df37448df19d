//! Workspace folders, vaults above them, files outside every vault, and documents that are no files.

use std::fs;

use serde_json::{Value, json};
use ties_tests::{
    Client, Sandbox,
    client::{file_uri, pulling},
};

fn names(client: &mut Client, query: &str) -> Vec<String> {
    let found = client.request("workspace/symbol", json!({"query": query}));
    let mut names: Vec<String> = found
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|symbol| symbol["name"].as_str().map(str::to_owned))
        .collect();
    names.sort();
    names
}

const TWO: &str = r"
//- a/ties.toml
//- a/people/ada.md
---
name: Ada Lovelace
---
//- a/n.md
[[$0Ada Lovelace]] [[Charles Babbage]]
//- b/ties.toml
//- b/people/charles.md
---
name: Charles Babbage
---
//- b/n.md
[[Charles Babbage]]
";

#[test]
fn two_folders_are_two_vaults() {
    let sandbox = Sandbox::new(TWO);
    let mut client = Client::spawn(&sandbox);
    let (a, b) = (client.uri("a"), client.uri("b"));
    client.initialize(json!({
        "capabilities": pulling(),
        "workspaceFolders": [{"uri": a, "name": "a"}, {"uri": b, "name": "b"}],
    }));
    assert_eq!(names(&mut client, "a"), ["Ada Lovelace", "Charles Babbage"]);
    client.open(&sandbox, "a/n.md");
    client.open(&sandbox, "b/n.md");
    assert_eq!(
        client.pulled("a/n.md"),
        ["unresolved-link"],
        "no links across vaults"
    );
    assert_eq!(client.pulled("b/n.md"), [""; 0]);
    client.finish();
}

#[test]
fn folders_come_and_go() {
    let sandbox = Sandbox::new(
        r"
//- a/people/ada.md
---
name: Ada Lovelace
---
//- b/people/charles.md
---
name: Charles Babbage
---
//- b/n.md
---
kind: goal
---
[[Charles Babbage]]
",
    );
    let mut client = Client::spawn(&sandbox);
    let folder = |client: &Client, name: &str| json!({"uri": client.uri(name), "name": name});
    let (a, b) = (folder(&client, "a"), folder(&client, "b"));
    client.initialize(json!({"capabilities": pulling(), "workspaceFolders": [a]}));
    client.open(&sandbox, "b/n.md");
    let is_broken = |client: &mut Client| {
        let codes = client.pulled("b/n.md");
        codes.contains(&"unresolved-link".to_owned())
    };
    assert!(is_broken(&mut client), "served alone");
    client.notify(
        "workspace/didChangeWorkspaceFolders",
        json!({"event": {"added": [b], "removed": []}}),
    );
    client.serve("workspace/diagnostic/refresh", &Value::Null);
    assert!(!is_broken(&mut client));
    assert_eq!(names(&mut client, "charles"), ["Charles Babbage"]);
    client.notify(
        "workspace/didChangeWorkspaceFolders",
        json!({"event": {"added": [], "removed": [b]}}),
    );
    client.serve("workspace/diagnostic/refresh", &Value::Null);
    assert_eq!(names(&mut client, "charles"), [""; 0]);
    assert!(is_broken(&mut client));
    client.finish();
}

#[test]
fn a_vault_that_begins_above_the_folder_is_the_vault() {
    let sandbox = Sandbox::new(
        r"
//- ties.toml
//- people/ada.md
---
name: Ada Lovelace
---
//- notes/n.md
[[$0Ada Lovelace]]
",
    );
    let mut client = Client::spawn(&sandbox);
    let folder = client.uri("notes");
    client.initialize(json!({
        "capabilities": pulling(),
        "workspaceFolders": [{"uri": folder, "name": "notes"}],
    }));
    client.open(&sandbox, "notes/n.md");
    let found = client.request("textDocument/definition", client.at_cursor());
    assert_eq!(found[0]["uri"], client.uri("people/ada.md"));
    client.finish();
}

#[test]
fn a_client_that_knows_only_a_root_is_served() {
    let sandbox = Sandbox::new(TWO);
    let mut client = Client::spawn(&sandbox);
    let root = client.uri("a");
    client.initialize(json!({"capabilities": pulling(), "rootUri": root}));
    assert_eq!(names(&mut client, "ada"), ["Ada Lovelace"]);
    client.finish();
}

#[test]
fn a_file_outside_any_vault_is_served_alone() {
    let sandbox = Sandbox::new(TWO);
    let outside = sandbox.top().join("outside.md");
    let text = "---\nkind: organization\n---\n# Outside\n[[#Outside]] [[Ada Lovelace]]\n";
    fs::write(&outside, text).expect("the sandbox is writable");
    fs::write(sandbox.top().join("other.md"), "# Other\n").expect("the sandbox is writable");
    for root in [Some("a"), None] {
        let mut client = Client::spawn(&sandbox);
        let root = root.map(|root| client.uri(root));
        client.initialize(json!({"capabilities": pulling(), "rootUri": root}));
        let uri = file_uri(&outside.to_string_lossy());
        client.notify(
            "textDocument/didOpen",
            json!({"textDocument": {"uri": uri, "languageId": "markdown", "version": 1, "text": text}}),
        );
        let definition = client.request(
            "textDocument/definition",
            json!({"textDocument": {"uri": uri}, "position": {"line": 4, "character": 4}}),
        );
        assert_eq!(definition[0]["uri"], uri);
        let report = client.request(
            "textDocument/diagnostic",
            json!({"textDocument": {"uri": uri}}),
        );
        assert_eq!(report["items"][0]["code"], "unresolved-link");
        assert_eq!(
            names(&mut client, "other"),
            [""; 0],
            "its neighbours are not read"
        );
        client.notify(
            "textDocument/didClose",
            json!({"textDocument": {"uri": uri}}),
        );
        assert_eq!(names(&mut client, "outside"), [""; 0]);
        client.finish();
    }
}

#[test]
fn a_home_folder_is_not_searched() {
    let sandbox = Sandbox::new("//- n.md\n# N\n");
    fs::write(sandbox.home().join("diary.md"), "# Diary\n").expect("the sandbox is writable");
    let mut client = Client::spawn(&sandbox);
    let home = file_uri(&sandbox.home().to_string_lossy());
    client.initialize(json!({
        "capabilities": pulling(),
        "workspaceFolders": [{"uri": home, "name": "home"}],
    }));
    let said = client.notification("window/logMessage");
    assert!(
        said["message"]
            .as_str()
            .is_some_and(|text| text.contains("not searched"))
    );
    assert_eq!(names(&mut client, ""), [""; 0]);
    // A file in it is served, alone.
    let uri = format!("{home}/diary.md");
    client.notify(
        "textDocument/didOpen",
        json!({"textDocument": {"uri": uri, "languageId": "markdown", "version": 1, "text": "# Open\n"}}),
    );
    assert_eq!(names(&mut client, ""), ["diary"].map(|_| "Open".to_owned()));
    client.finish();
}

#[test]
fn documents_that_are_no_files_or_no_notes_are_left_alone() {
    let sandbox = Sandbox::new("//- n.md\n# N\n");
    let mut client = Client::start(&sandbox);
    for (uri, language) in [
        ("untitled:Untitled-1", "markdown"),
        ("fugitive:///v/.git//0/n.md", "markdown"),
        ("git:/v/n.md?x", "markdown"),
        ("file://elsewhere/v/n.md", "markdown"),
        ("file:///main.rs", "rust"),
    ] {
        client.notify(
            "textDocument/didOpen",
            json!({"textDocument": {"uri": uri, "languageId": language, "version": 1, "text": "# X\n[[Y]]\n"}}),
        );
        client.notify(
            "textDocument/didChange",
            json!({"textDocument": {"uri": uri, "version": 2}, "contentChanges": [{"text": "# Z\n"}]}),
        );
        let at = json!({"textDocument": {"uri": uri}, "position": {"line": 0, "character": 1}});
        assert!(client.request("textDocument/hover", at.clone()).is_null());
        assert!(client.request("textDocument/completion", at).is_null());
        let report = client.request(
            "textDocument/diagnostic",
            json!({"textDocument": {"uri": uri}}),
        );
        assert_eq!(report["items"], json!([]));
        client.notify(
            "textDocument/didClose",
            json!({"textDocument": {"uri": uri}}),
        );
    }
    assert_eq!(names(&mut client, ""), ["N"]);
    client.finish();
}

#[test]
fn differently_escaped_uris_are_one_document_answered_as_its_client_wrote_it() {
    let sandbox = Sandbox::new("//- zoë.md\n# Zoë\n[[#Zoë]]\n");
    let mut client = Client::start(&sandbox);
    // As some clients write it: nothing escaped in lower case.
    let uri = client.uri("zoë.md").replace("%C3%AB", "%c3%ab");
    client.notify(
        "textDocument/didOpen",
        json!({"textDocument": {"uri": uri, "languageId": "markdown", "version": 1, "text": "# Zoë\n[[#Zoë]]\n"}}),
    );
    let definition = client.request(
        "textDocument/definition",
        json!({"textDocument": {"uri": client.uri("zoë.md")}, "position": {"line": 1, "character": 4}}),
    );
    assert_eq!(definition[0]["uri"], uri);
    client.finish();
}
