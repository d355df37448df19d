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
