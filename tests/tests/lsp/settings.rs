//! The editor's settings: sent, asked for, changed; and what the client is told to ask for again.

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
birthday: 1815-12-10
circle: close
---
[[Nobody]]
";

/// What a client shows of a note: the codes of its diagnostics, and the numbers of lenses and hints.
fn shown(client: &mut Client) -> (Vec<String>, usize, usize) {
    let uri = client.uri("people/ada.md");
    let codes = client.pulled("people/ada.md");
    let document = json!({"textDocument": {"uri": uri}});
    let lenses = client.request("textDocument/codeLens", document.clone());
    let whole = json!({"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}});
    let hints = client.request(
        "textDocument/inlayHint",
        with(document, &json!({"range": whole})),
    );
    let count = |list: &Value| list.as_array().map_or(0, Vec::len);
    (codes, count(&lenses), count(&hints))
}

fn change(client: &mut Client, settings: &Value) {
    client.notify(
        "workspace/didChangeConfiguration",
        json!({"settings": settings}),
    );
}

#[test]
fn iw31_settings_sent_by_the_client_apply_at_once_and_back() {
    let sandbox = Sandbox::new(VAULT);
    let mut client = Client::start(&sandbox);
    client.open(&sandbox, "people/ada.md");
    let (codes, lenses, hints) = shown(&mut client);
    assert!(codes.contains(&"unresolved-link".to_owned()) && lenses > 0 && hints > 0);
    change(
        &mut client,
        &json!({"ties": {
            "lenses": false,
            "inlayHints": false,
            "diagnostics": {"hidden": ["unresolved-link"]},
        }}),
    );
    client.serve("workspace/diagnostic/refresh", &Value::Null);
    let (fewer, lenses, hints) = shown(&mut client);
    assert!(!fewer.contains(&"unresolved-link".to_owned()) && fewer.len() + 1 == codes.len());
    assert_eq!((lenses, hints), (0, 0));
    change(
        &mut client,
        &json!({"ties": {"diagnostics": {"enabled": false}}}),
    );
    client.serve("workspace/diagnostic/refresh", &Value::Null);
    assert_eq!(shown(&mut client).0, [""; 0]);
    // The same again is no news; nothing is what it was at first.
    change(&mut client, &json!({"ties": {"diagnostics": false}}));
    change(&mut client, &json!({}));
    client.serve("workspace/diagnostic/refresh", &Value::Null);
    assert_eq!(shown(&mut client).0, codes);
    client.finish();
}

#[test]
fn mm89_hiding_a_diagnostic_clears_what_was_published() {
    let sandbox = Sandbox::new(VAULT);
    let mut client = Client::start_with(&sandbox, &json!({}));
    client.open_text("tea.md", "[[Nobody]]\n");
    client.published("tea.md", &["unresolved-link"]);
    change(
        &mut client,
        &json!({"ties": {"diagnostics": {"hidden": ["unresolved-link"]}}}),
    );
    client.published("tea.md", &[]);
    client.finish();
}

#[test]
fn settings_come_with_initialize_too() {
    let sandbox = Sandbox::new(VAULT);
    let mut client = Client::spawn(&sandbox);
    let root = client.uri("");
    client.initialize(json!({
        "capabilities": pulling(),
        "workspaceFolders": [{"uri": root, "name": "vault"}],
        "initializationOptions": {"lenses": false},
    }));
    client.open(&sandbox, "people/ada.md");
    let (codes, lenses, hints) = shown(&mut client);
    assert!(!codes.is_empty() && lenses == 0 && hints > 0);
    client.finish();
}

#[test]
fn a_client_that_tells_its_settings_is_asked_for_them() {
    let sandbox = Sandbox::new(VAULT);
    let asks = json!({"workspace": {
        "configuration": true,
        "didChangeConfiguration": {"dynamicRegistration": true},
    }});
    let mut client = Client::start_with(&sandbox, &with(pulling(), &asks));
    let asked = client.serve("client/registerCapability", &Value::Null);
    let registration = &asked["registrations"][0];
    assert_eq!(registration["method"], "workspace/didChangeConfiguration");
    assert_eq!(registration["registerOptions"], json!({"section": "ties"}));
    client.open(&sandbox, "people/ada.md");
    let asked = client.serve("workspace/configuration", &json!([null]));
    assert_eq!(asked["items"], json!([{"section": "ties"}]));
    assert!(shown(&mut client).1 > 0);
    // It says only that something changed, as VS Code does.
    change(&mut client, &Value::Null);
    client.serve("workspace/configuration", &json!([{"lenses": false}]));
    client.serve("workspace/diagnostic/refresh", &Value::Null);
    assert_eq!(shown(&mut client).1, 0);
    // An answer that is none changes nothing, and the server lives on.
    change(&mut client, &Value::Null);
    client.serve("workspace/configuration", &json!([]));
    client.serve("workspace/diagnostic/refresh", &Value::Null);
    assert!(shown(&mut client).1 > 0, "nothing said is everything shown");
    client.finish();
}

#[test]
fn a_setting_that_cannot_be_read_is_told_and_the_rest_holds() {
    let sandbox = Sandbox::new(VAULT);
    let mut client = Client::start(&sandbox);
    client.open(&sandbox, "people/ada.md");
    change(
        &mut client,
        &json!({"ties": {"lenses": "no", "inlayHints": false}}),
    );
    let told = client.notification("window/logMessage");
    assert_eq!(
        told["message"],
        "`ties.lenses` is `true` or `false`, not `\"no\"`"
    );
    client.serve("workspace/diagnostic/refresh", &Value::Null);
    let (_, lenses, hints) = shown(&mut client);
    assert!(lenses > 0 && hints == 0);
    client.finish();
}

/// The capabilities of a client that can be told to ask for everything again.
fn refreshing() -> Value {
    with(
        pulling(),
        &json!({"workspace": {
            "codeLens": {"refreshSupport": true},
            "inlayHint": {"refreshSupport": true},
            "semanticTokens": {"refreshSupport": true},
        }}),
    )
}

const REFRESHES: [&str; 4] = [
    "workspace/diagnostic/refresh",
    "workspace/codeLens/refresh",
    "workspace/inlayHint/refresh",
    "workspace/semanticTokens/refresh",
];

#[test]
fn everything_shown_is_asked_for_again_after_changes_from_outside() {
    let sandbox = Sandbox::with_git(VAULT);
    let mut client = Client::start_with(&sandbox, &refreshing());
    client.open(&sandbox, "people/ada.md");
    let lens = |client: &mut Client| {
        let uri = client.uri("people/ada.md");
        let lenses = client.request(
            "textDocument/codeLens",
            json!({"textDocument": {"uri": uri}}),
        );
        let lens = client.request("codeLens/resolve", lenses[0].clone());
        lens["command"]["title"].as_str().unwrap_or("").to_owned()
    };
    let before = lens(&mut client);
    // HEAD moves.
    sandbox.ties(&["log", "call", "Ada", "-m", "the engine"]);
    for method in REFRESHES {
        client.serve(method, &Value::Null);
    }
    let after = lens(&mut client);
    assert!(
        before != after && after.contains("1 interaction"),
        "{before} -> {after}"
    );
    // A file changes.
    sandbox.write("people/nobody.md", "---\nname: Nobody\n---\n");
    for method in REFRESHES {
        client.serve(method, &Value::Null);
    }
    // One's own edits are no news.
    client.edit("people/ada.md", "Nobody", "Somebody");
    client.pulled("people/ada.md");
    client.finish();
}
