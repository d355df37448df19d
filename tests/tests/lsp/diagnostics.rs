//! Diagnostics, pushed and pulled.

use serde_json::{Value, json};
use ties_tests::{Client, Sandbox};

const VAULT: &str = r"
//- ties.toml
//- people/ada.md
---
name: Ada Lovelace
---
//- tea.md
[[Ada Lovelace]] and [[$0Nobody]].
";

#[test]
fn a_client_that_cannot_refresh_gets_pushes() {
    let sandbox = Sandbox::new(VAULT);
    let offers = json!({"textDocument": {"diagnostic": {}}});
    let mut client = Client::start_with(&sandbox, &offers);
    assert_eq!(
        client.server["capabilities"]["diagnosticProvider"],
        Value::Null
    );
    client.open(&sandbox, "tea.md");
    let first = client.published("tea.md", &["unresolved-link"]);
    assert_eq!(first["version"], 1);
    let diagnostic = &first["diagnostics"][0];
    assert_eq!(client.text_at("tea.md", &diagnostic["range"]), "[[Nobody]]");
    assert_eq!(diagnostic["severity"], 2);
    assert_eq!(diagnostic["source"], "ties");
    // Mended, and told so.
    client.edit("tea.md", "[[Nobody]]", "nobody");
    assert_eq!(client.published("tea.md", &[])["version"], 2);
    // Broken again, and cleared by closing.
    client.edit("tea.md", "nobody", "[[Nobody]]");
    client.published("tea.md", &["unresolved-link"]);
    client.close("tea.md");
    client.published("tea.md", &[]);
    client.finish();
}

#[test]
fn an_edit_that_breaks_another_open_document_is_pushed_there() {
    let sandbox = Sandbox::new(VAULT);
    let mut client = Client::start_with(&sandbox, &json!({}));
    client.open(&sandbox, "tea.md");
    client.open(&sandbox, "people/ada.md");
    client.published("tea.md", &["unresolved-link"]);
    client.published("people/ada.md", &[]);
    client.edit("people/ada.md", "Ada Lovelace", "Countess");
    client.published("tea.md", &["unresolved-link", "unresolved-link"]);
    client.edit("people/ada.md", "Countess", "Ada Lovelace");
    client.published("tea.md", &["unresolved-link"]);
    client.finish();
}

#[test]
fn a_pulled_report_is_named_and_repeated_by_name() {
    let sandbox = Sandbox::new(VAULT);
    let mut client = Client::start(&sandbox);
    client.open(&sandbox, "tea.md");
    let uri = client.uri("tea.md");
    let params = json!({"textDocument": {"uri": uri}});
    let full = client.request("textDocument/diagnostic", params.clone());
    assert_eq!(full["kind"], "full");
    let id = full["resultId"].clone();
    let mut again = params.clone();
    again["previousResultId"] = id.clone();
    let same = client.request("textDocument/diagnostic", again.clone());
    assert_eq!(same, json!({"kind": "unchanged", "resultId": id}));
    client.edit("tea.md", "[[Nobody]]", "[[No one]]");
    let changed = client.request("textDocument/diagnostic", again);
    assert_eq!(changed["kind"], "full");
    assert_ne!(changed["resultId"], id);
    client.finish();
}

/// Returns what the client knows after a workspace report: its previous result ids.
fn known(report: &Value) -> Value {
    let items = report["items"].as_array().expect("items");
    items
        .iter()
        .map(|item| json!({"uri": item["uri"], "value": item["resultId"]}))
        .collect()
}

#[test]
fn the_workspace_is_reported_whole_then_only_what_is_new() {
    let sandbox = Sandbox::new(VAULT);
    sandbox.write("broken.md", "---\nname: [\n---\n");
    let mut client = Client::start(&sandbox);
    let ask = |client: &mut Client, previous: &Value| {
        client.request(
            "workspace/diagnostic",
            json!({"previousResultIds": previous}),
        )
    };
    let first = ask(&mut client, &json!([]));
    let uris: Vec<&Value> = first["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(|item| &item["uri"])
        .collect();
    let (broken, tea) = (client.uri("broken.md"), client.uri("tea.md"));
    assert_eq!(
        uris,
        [&json!(broken), &json!(tea)],
        "only files with diagnostics"
    );
    let previous = known(&first);
    let same = ask(&mut client, &previous);
    assert_eq!(same["items"], json!([]), "nothing changed");
    client.open(&sandbox, "tea.md");
    client.edit("tea.md", "[[Nobody]]", "nobody");
    let changed = ask(&mut client, &previous);
    assert_eq!(changed["items"][0]["kind"], "unchanged");
    assert_eq!(changed["items"][1]["items"], json!([]));
    assert_eq!(changed["items"][1]["version"], 2);
    client.finish();
}

#[test]
fn a_file_that_vanished_is_reported_clean() {
    let sandbox = Sandbox::new(VAULT);
    let mut client = Client::start(&sandbox);
    let first = client.request("workspace/diagnostic", json!({"previousResultIds": []}));
    std::fs::remove_file(sandbox.root().join("tea.md")).expect("the file is there");
    let uri = client.uri("tea.md");
    client.notify(
        "workspace/didChangeWatchedFiles",
        json!({"changes": [{"uri": uri, "type": 3}]}),
    );
    client.serve("workspace/diagnostic/refresh", &Value::Null);
    let second = client.request(
        "workspace/diagnostic",
        json!({"previousResultIds": known(&first)}),
    );
    assert_eq!(second["items"][0]["uri"], uri);
    assert_eq!(second["items"][0]["items"], json!([]));
    client.finish();
}

#[test]
fn what_is_wrong_with_the_settings_is_pushed_without_opening_them() {
    let sandbox = Sandbox::new(VAULT);
    sandbox.write("ties.toml", "[folow_ups]\nsoon = 3\n");
    let mut client = Client::start_with(&sandbox, &json!({}));
    let params = client.notification("textDocument/publishDiagnostics");
    assert_eq!(params["uri"], client.uri("ties.toml"));
    assert_eq!(params["diagnostics"][0]["range"]["start"]["line"], 0);
    client.finish();
}

#[test]
fn the_workspace_is_reported_in_parts_before_an_empty_answer() {
    let notes = (0..500).map(|number| format!("//- n{number:03}.md\n[[Nobody {number}]]\n"));
    let notes: String = notes.collect();
    let sandbox = Sandbox::new(&format!("//- ties.toml\n{notes}"));
    let mut client = Client::start(&sandbox);
    let ask = |client: &mut Client, previous: Value| {
        let id = client.ask(
            "workspace/diagnostic",
            json!({"previousResultIds": previous, "partialResultToken": "parts/1"}),
        );
        let answer = client.answer(id).expect("a report");
        assert_eq!(answer["items"], json!([]), "all was told before");
        // What came before the answer is there already; nothing may come after it.
        let mut items = Vec::new();
        let mut n_parts = 0;
        while let Some(part) = client.arrived("$/progress") {
            assert_eq!(part["token"], "parts/1");
            items.extend(part["value"]["items"].as_array().expect("items").clone());
            n_parts += 1;
        }
        (json!({"items": items}), n_parts)
    };
    let (report, n_parts) = ask(&mut client, json!([]));
    assert_eq!(report["items"].as_array().map(Vec::len), Some(500));
    assert!(n_parts > 1, "{n_parts} parts");
    let (again, n_parts) = ask(&mut client, known(&report));
    assert_eq!((again["items"].clone(), n_parts), (json!([]), 0));
    client.finish();
}

#[test]
fn a_renamed_note_is_reported_clean_under_its_old_name() {
    let sandbox = Sandbox::new(VAULT);
    let mut client = Client::start(&sandbox);
    client.open(&sandbox, "tea.md");
    let first = client.request("workspace/diagnostic", json!({"previousResultIds": []}));
    // As VS Code does it: the file moves, then its document, and then it tells.
    let root = sandbox.root();
    std::fs::rename(root.join("tea.md"), root.join("coffee.md")).expect("it can be moved");
    client.close("tea.md");
    client.open(&sandbox, "coffee.md");
    let (old, new) = (client.uri("tea.md"), client.uri("coffee.md"));
    let files = json!([{"oldUri": old, "newUri": new}]);
    client.notify("workspace/didRenameFiles", json!({"files": files}));
    client.serve("workspace/diagnostic/refresh", &Value::Null);
    assert_eq!(client.pulled("tea.md"), [""; 0]);
    assert_eq!(client.pulled("coffee.md"), ["unresolved-link"]);
    let second = client.request(
        "workspace/diagnostic",
        json!({"previousResultIds": known(&first)}),
    );
    let items = second["items"].as_array().expect("items");
    let of = |uri: &str| {
        let item = items
            .iter()
            .find(|item| item["uri"] == uri)
            .expect("a report");
        item["items"].as_array().expect("a full report").len()
    };
    assert_eq!((of(&old), of(&new)), (0, 1));
    client.finish();
}

#[test]
fn open_documents_that_an_edit_concerns_are_reported_with_it() {
    let sandbox = Sandbox::new(VAULT);
    sandbox.write("alone.md", "# Alone\n");
    let related = json!({"textDocument": {"diagnostic": {"relatedDocumentSupport": true}}});
    let capabilities = ties_tests::client::with(ties_tests::client::pulling(), &related);
    let mut client = Client::start_with(&sandbox, &capabilities);
    let pull = |client: &mut Client, path: &str| {
        let uri = client.uri(path);
        client.request(
            "textDocument/diagnostic",
            json!({"textDocument": {"uri": uri}}),
        )
    };
    for path in ["tea.md", "people/ada.md", "alone.md"] {
        client.open(&sandbox, path);
        assert_eq!(
            pull(&mut client, path)["relatedDocuments"],
            Value::Null,
            "{path}"
        );
    }
    client.edit("people/ada.md", "Ada Lovelace", "Countess");
    let report = pull(&mut client, "people/ada.md");
    let related = report["relatedDocuments"].as_object().expect("one is");
    assert_eq!(related.keys().collect::<Vec<_>>(), [&client.uri("tea.md")]);
    let tea = &report["relatedDocuments"][client.uri("tea.md")];
    assert_eq!(tea["kind"], "full");
    assert_eq!(
        ties_tests::client::codes(&tea["items"]),
        ["unresolved-link", "unresolved-link"]
    );
    // It was told now, and is told again only when it changes again.
    assert_eq!(
        pull(&mut client, "people/ada.md")["relatedDocuments"],
        Value::Null
    );
    client.edit("people/ada.md", "Countess", "Ada Lovelace");
    let report = pull(&mut client, "people/ada.md");
    let tea = &report["relatedDocuments"][client.uri("tea.md")];
    assert_eq!(
        ties_tests::client::codes(&tea["items"]),
        ["unresolved-link"]
    );
    client.finish();
}
