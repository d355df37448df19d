//! Files and folders that move in the editor's tree.

use serde_json::{Value, json};
use ties_tests::{
    Client, Sandbox,
    client::{pulling, with},
};

const VAULT: &str = "
//- ties.toml
//- people/ada.md
---
name: Ada
---
[bob](bob.md) [tea](../tea.md)
//- people/bob.md
---
name: Bob
---
//- tea.md
[😀](people/ada.md) [[people/bob|b]] [$0[Ada]]
";

/// Returns the edits of an answer, each as its file's name and new text.
fn shown(edit: &Value) -> Vec<String> {
    let changes = edit["documentChanges"].as_array().expect("changes").iter();
    let mut shown: Vec<String> = changes
        .flat_map(|change| {
            let uri = change["textDocument"]["uri"]
                .as_str()
                .expect("an edit of a text");
            let name = uri.rsplit('/').next().expect("a name").to_owned();
            let edits = change["edits"].as_array().expect("edits").iter();
            edits.map(move |edit| format!("{name} {}", edit["newText"].as_str().expect("a text")))
        })
        .collect();
    shown.sort();
    shown
}

fn moving(client: &Client, pairs: &[(&str, &str)]) -> Value {
    let files: Value = pairs
        .iter()
        .map(|(old, new)| json!({"oldUri": client.uri(old), "newUri": client.uri(new)}))
        .collect();
    json!({"files": files})
}

#[test]
fn links_are_kept_right_for_files_and_folders_in_one_answer() {
    let sandbox = Sandbox::new(VAULT);
    let mut client = Client::start_with(&sandbox, &pulling());
    let offered = &client.server["capabilities"]["workspace"]["fileOperations"];
    assert!(offered["willRename"]["filters"][0]["pattern"]["glob"].is_string());
    client.open(&sandbox, "tea.md");
    let params = moving(
        &client,
        &[
            ("people/ada.md", "archive/ada.md"),
            ("tea.md", "notes/tea.md"),
        ],
    );
    let edit = client.request("workspace/willRenameFiles", params);
    assert_eq!(
        shown(&edit),
        [
            "ada.md ../notes/tea.md",
            "ada.md ../people/bob.md",
            "tea.md ../archive/ada.md"
        ]
    );
    let open = &edit["documentChanges"].as_array().expect("changes").iter();
    let open = open
        .clone()
        .find(|change| change["textDocument"]["uri"] == client.uri("tea.md"));
    let open = open.expect("an edit of the open document");
    assert_eq!(open["textDocument"]["version"], 1);
    assert_eq!(
        client.text_at("tea.md", &open["edits"][0]["range"]),
        "people/ada.md"
    );

    let params = moving(&client, &[("people", "contacts")]);
    let edit = client.request("workspace/willRenameFiles", params);
    assert_eq!(
        shown(&edit),
        ["tea.md contacts/ada.md", "tea.md contacts/bob"]
    );
    client.finish();
}

#[test]
fn a_client_without_document_changes_gets_plain_edits() {
    let sandbox = Sandbox::new(VAULT);
    let mut client = Client::start_with(&sandbox, &json!({}));
    let params = moving(&client, &[("people/ada.md", "ada.md")]);
    let edit = client.request("workspace/willRenameFiles", params);
    let changes = edit["changes"].as_object().expect("changes");
    assert_eq!(changes.len(), 2);
    assert!(edit.get("documentChanges").is_none());
    client.finish();
}

#[test]
fn what_leaves_the_vault_or_means_nothing_changes_no_link() {
    let sandbox = Sandbox::new(VAULT);
    let mut client = Client::start_with(&sandbox, &pulling());
    let uri = client.uri("people/ada.md");
    for files in [
        json!([]),
        json!([{"oldUri": uri, "newUri": "file:///elsewhere/ada.md"}]),
        json!([{"oldUri": "file:///elsewhere/ada.md", "newUri": uri}]),
        json!([{"oldUri": "untitled:a", "newUri": uri}]),
        json!([{"oldUri": "", "newUri": "\u{0}"}]),
    ] {
        let answer = client.request("workspace/willRenameFiles", json!({"files": files}));
        assert!(answer.is_null(), "{files}");
    }
    client.finish();
}

#[test]
fn a_rename_of_the_servers_own_is_not_answered_twice() {
    let sandbox = Sandbox::new(VAULT);
    let mut client = Client::start_with(&sandbox, &pulling());
    client.open(&sandbox, "tea.md");
    let mut params = client.at_cursor();
    params["newName"] = json!("Ada King");
    let edit = client.request("textDocument/rename", params);
    let changes = edit["documentChanges"].as_array().expect("changes");
    let rename = changes
        .iter()
        .find(|change| change["kind"] == "rename")
        .expect("a move");
    let files = json!({"files": [{"oldUri": rename["oldUri"], "newUri": rename["newUri"]}]});
    assert!(
        client
            .request("workspace/willRenameFiles", files.clone())
            .is_null()
    );
    // The same by hand, later, is another matter.
    assert!(
        client
            .request("workspace/willRenameFiles", files)
            .is_object()
    );
    client.finish();
}

#[test]
fn mm246_moves_new_files_and_removals_are_known_at_once_without_a_watcher() {
    let sandbox = Sandbox::new(VAULT);
    // It says that it watches, and tells nothing but this.
    let watching = json!({"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": true}}});
    let mut client = Client::start_with(&sandbox, &with(pulling(), &watching));
    client.serve("client/registerCapability", &Value::Null);
    let found = |client: &mut Client, query: &str| {
        let symbols = client.request("workspace/symbol", json!({"query": query}));
        let symbols = symbols.as_array().expect("a list").iter();
        let names = symbols.map(|symbol| {
            symbol["location"]["uri"]
                .as_str()
                .expect("a URI")
                .to_owned()
        });
        names.collect::<Vec<_>>()
    };
    // Once it answers, it has read the vault.
    assert_eq!(found(&mut client, "Bob"), [client.uri("people/bob.md")]);
    let root = sandbox.root();
    std::fs::rename(root.join("people"), root.join("contacts")).expect("it can be moved");
    let params = moving(&client, &[("people", "contacts")]);
    client.notify("workspace/didRenameFiles", params);
    client.serve("workspace/diagnostic/refresh", &Value::Null);
    assert_eq!(found(&mut client, "Bob"), [client.uri("contacts/bob.md")]);

    sandbox.write("contacts/cy.md", "---\nname: Cyrus\n---\n");
    let files = json!({"files": [{"uri": client.uri("contacts/cy.md")}]});
    client.notify("workspace/didCreateFiles", files.clone());
    client.serve("workspace/diagnostic/refresh", &Value::Null);
    assert_eq!(found(&mut client, "Cyrus"), [client.uri("contacts/cy.md")]);
    std::fs::remove_file(root.join("contacts/cy.md")).expect("it is there");
    client.notify("workspace/didDeleteFiles", files);
    client.serve("workspace/diagnostic/refresh", &Value::Null);
    assert_eq!(found(&mut client, "Cyrus"), [""; 0]);
    client.finish();
}

#[test]
fn iw061_a_move_onto_another_note_is_refused_without_an_edit() {
    let sandbox = Sandbox::new(VAULT);
    let mut client = Client::start(&sandbox);
    let params = moving(&client, &[("people/ada.md", "people/bob.md")]);
    let error = client.refused("workspace/willRenameFiles", params);
    assert_eq!(error["code"], -32803);
    let message = error["message"].as_str().expect("a message");
    assert!(
        message.contains("another note is at `people/bob.md`"),
        "{message}"
    );
    // In a ring it is none.
    let pairs = [
        ("people/ada.md", "people/bob.md"),
        ("people/bob.md", "people/ada.md"),
    ];
    let params = moving(&client, &pairs);
    assert!(
        client
            .request("workspace/willRenameFiles", params)
            .is_object()
    );
    client.finish();
}

#[test]
fn paths_follow_a_note_into_an_ignored_folder_and_names_stay() {
    let sandbox = Sandbox::new(VAULT);
    sandbox.write(".gitignore", "old/\n");
    let mut client = Client::start(&sandbox);
    let params = moving(&client, &[("people/ada.md", "old/ada.md")]);
    let edit = client.request("workspace/willRenameFiles", params);
    assert_eq!(
        shown(&edit),
        ["ada.md ../people/bob.md", "tea.md old/ada.md"]
    );
    client.finish();
}

#[test]
fn a_link_that_cannot_say_the_new_path_is_told_of() {
    let sandbox = Sandbox::new("//- ada.md\n//- n.md\n[[ada]]\n");
    let mut client = Client::start(&sandbox);
    let params = moving(&client, &[("ada.md", "a#1.md")]);
    assert!(
        client
            .request("workspace/willRenameFiles", params)
            .is_null()
    );
    let told = client.notification("window/showMessage");
    let message = told["message"].as_str().expect("a message");
    assert!(message.contains("`[[ada]]` in `n.md`"), "{message}");
    client.finish();
}

#[test]
fn the_history_of_a_contact_moves_with_its_file_before_any_commit() {
    let sandbox = Sandbox::with_git(VAULT);
    sandbox.ties(&["log", "call", "Ada", "-m", "the engine"]);
    // It says that it watches, and tells nothing but this.
    let watching = json!({"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": true}}});
    let mut client = Client::start_with(&sandbox, &with(pulling(), &watching));
    client.serve("client/registerCapability", &Value::Null);
    let lens = |client: &mut Client, path: &str| {
        let document = json!({"textDocument": {"uri": client.uri(path)}});
        let lenses = client.request("textDocument/codeLens", document);
        let lens = client.request("codeLens/resolve", lenses[0].clone());
        lens["command"]["title"].as_str().unwrap_or("").to_owned()
    };
    client.open(&sandbox, "people/ada.md");
    let before = lens(&mut client, "people/ada.md");
    assert!(before.contains("1 interaction"), "{before}");
    let root = sandbox.root();
    for (from, to) in [
        ("people/ada.md", "people/countess.md"),
        ("people", "contacts"),
    ] {
        std::fs::rename(root.join(from), root.join(to)).expect("it can be moved");
        let params = moving(&client, &[(from, to)]);
        client.notify("workspace/didRenameFiles", params);
        client.serve("workspace/diagnostic/refresh", &Value::Null);
        if from == "people/ada.md" {
            client.close(from);
            client.open(&sandbox, to);
        } else {
            client.close("people/countess.md");
            client.open(&sandbox, "contacts/countess.md");
        }
        // The journal is read afresh beside what is asked meanwhile.
        client.serve("workspace/diagnostic/refresh", &Value::Null);
    }
    let after = lens(&mut client, "contacts/countess.md");
    assert_eq!(after, before);
    assert_eq!(client.request("shutdown", Value::Null), Value::Null);
}
