//! From `initialize` to `exit`, and what a server has to survive between.

use serde_json::{Value, json};
use ties_tests::{Client, Sandbox, client::pulling};

const VAULT: &str = r"
//- people/ada.md
---
name: Ada Lovelace
---
//- tea.md
Tea with [[Ada Lovelace]].
";

fn hover(client: &Client) -> Value {
    client.at("tea.md", "Ada")
}

#[test]
fn initialize_names_the_server_and_what_it_does() {
    let sandbox = Sandbox::new(VAULT);
    let client = Client::start(&sandbox);
    assert_eq!(client.server["serverInfo"]["name"], "ties");
    let capabilities = &client.server["capabilities"];
    assert_eq!(capabilities["positionEncoding"], "utf-8");
    assert_eq!(capabilities["textDocumentSync"]["change"], 2);
    assert_eq!(capabilities["renameProvider"]["prepareProvider"], true);
    assert_eq!(
        capabilities["executeCommandProvider"]["commands"],
        json!([
            "ties.log",
            "ties.snooze",
            "ties.new",
            "ties.timeline",
            "ties.brief",
            "ties.due",
            "ties.plan",
            "ties.match"
        ])
    );
    client.finish();
}

#[test]
fn exit_without_shutdown_is_code_1() {
    let sandbox = Sandbox::new(VAULT);
    let mut client = Client::start(&sandbox);
    client.notify("exit", Value::Null);
    assert_eq!(client.wait_for_end().code(), Some(1));
}

#[test]
fn exit_before_anything_is_code_1() {
    let sandbox = Sandbox::new(VAULT);
    let mut client = Client::spawn(&sandbox);
    client.notify("exit", Value::Null);
    assert_eq!(client.wait_for_end().code(), Some(1));
}

#[test]
fn a_client_that_vanishes_ends_the_server() {
    let sandbox = Sandbox::new(VAULT);
    let mut client = Client::start(&sandbox);
    client.open(&sandbox, "tea.md");
    client.hang_up();
    assert_eq!(client.wait_for_end().code(), Some(1));
}

#[test]
fn a_client_that_vanishes_in_the_middle_of_a_message_ends_the_server() {
    let sandbox = Sandbox::new(VAULT);
    let mut client = Client::start(&sandbox);
    client.send_bytes(b"Content-Length: 1000\r\n\r\n{\"jsonrpc\"");
    client.hang_up();
    assert_eq!(client.wait_for_end().code(), Some(1));
}

#[test]
fn requests_before_initialize_and_after_shutdown_are_refused() {
    let sandbox = Sandbox::new(VAULT);
    let mut client = Client::spawn(&sandbox);
    let early = client.refused("workspace/symbol", json!({"query": ""}));
    assert_eq!(early["code"], -32002);
    client.refused("$/whatever", json!({}));
    let params = json!({"capabilities": pulling(), "rootUri": client.uri("")});
    client.initialize(params);
    let again = client.refused("initialize", json!({"capabilities": {}}));
    assert_eq!(again["code"], -32600);
    assert_eq!(client.request("shutdown", Value::Null), Value::Null);
    let late = client.refused("workspace/symbol", json!({"query": ""}));
    assert_eq!(late["code"], -32600);
    client.notify("exit", Value::Null);
    assert_eq!(client.wait_for_end().code(), Some(0));
}

#[test]
fn notifications_before_initialize_change_nothing() {
    let sandbox = Sandbox::new(VAULT);
    let mut client = Client::spawn(&sandbox);
    client.open_text("tea.md", "# Early\n");
    let params = json!({"capabilities": pulling(), "rootUri": client.uri("")});
    client.initialize(params);
    let uri = client.uri("tea.md");
    let symbols = client.request(
        "textDocument/documentSymbol",
        json!({"textDocument": {"uri": uri}}),
    );
    assert!(!symbols.to_string().contains("Early"), "{symbols}");
    client.finish();
}

#[test]
fn unknown_methods_are_told_apart() {
    let sandbox = Sandbox::new(VAULT);
    let mut client = Client::start(&sandbox);
    let error = client.refused("workspace/teleport", json!({}));
    assert_eq!(error["code"], -32601);
    // Not offered by this server, but known to the protocol.
    let uri = client.uri("tea.md");
    let known = client.refused(
        "textDocument/documentColor",
        json!({"textDocument": {"uri": uri}}),
    );
    assert_eq!(known["code"], -32601);
    // Notifications have no answer, known or not.
    client.notify("workspace/teleported", json!({}));
    client.notify("$/setTrace", json!({"value": "verbose"}));
    client.notify(
        "workspace/didChangeConfiguration",
        json!({"settings": {"ties": {"x": 1}}}),
    );
    client.notify("window/workDoneProgress/cancel", json!({"token": 1}));
    client.finish();
}

#[test]
fn wrong_parameters_are_an_error_of_that_request_only() {
    let sandbox = Sandbox::new(VAULT);
    let mut client = Client::start(&sandbox);
    client.open(&sandbox, "tea.md");
    for params in [
        json!({}),
        json!(7),
        json!({"textDocument": {"uri": "no uri at all: é"}}),
    ] {
        let error = client.refused("textDocument/hover", params);
        assert_eq!(error["code"], -32602);
    }
    client.notify("textDocument/didChange", json!({"textDocument": 7}));
    client.notify(
        "textDocument/didOpen",
        json!({"textDocument": {"uri": "::", "version": 1}}),
    );
    let at = hover(&client);
    assert!(!client.request("textDocument/hover", at).is_null());
    client.finish();
}

#[test]
fn frames_that_are_no_messages_are_answered_and_the_server_goes_on() {
    let sandbox = Sandbox::new(VAULT);
    let mut client = Client::start(&sandbox);
    client.open(&sandbox, "tea.md");
    client.send_bytes(b"Content-Length: 3\r\n\r\n{{{");
    assert_eq!(client.anonymous_error()["code"], -32700);
    client.send_bytes(b"Content-Length: 2\r\n\r\n[]");
    assert_eq!(client.anonymous_error()["code"], -32600);
    client.send_bytes(b"a stray line\n\nContent-Length: 2\r\nContent-Type: x\r\n\r\n\xff\xff");
    assert_eq!(client.anonymous_error()["code"], -32700);
    let at = hover(&client);
    assert!(!client.request("textDocument/hover", at).is_null());
    client.finish();
}

#[test]
fn a_wrong_length_costs_its_message_and_the_server_goes_on() {
    let sandbox = Sandbox::new(VAULT);
    let mut client = Client::start(&sandbox);
    client.open(&sandbox, "tea.md");
    let body =
        json!({"jsonrpc": "2.0", "method": "$/setTrace", "params": {"value": "off"}}).to_string();
    for length in [0, 5, body.len() - 1] {
        client.send_bytes(format!("Content-Length: {length}\r\n\r\n{body}").as_bytes());
        assert_eq!(client.anonymous_error()["code"], -32700, "{length}");
        let at = hover(&client);
        assert!(
            !client.request("textDocument/hover", at).is_null(),
            "{length}"
        );
    }
    // What is too long takes the beginning of the next one along.
    let too_long = body.len() + 4;
    client.send_bytes(format!("Content-Length: {too_long}\r\n\r\n{body}").as_bytes());
    client.notify("$/setTrace", json!({"value": "off"}));
    assert_eq!(client.anonymous_error()["code"], -32700);
    let at = hover(&client);
    assert!(!client.request("textDocument/hover", at).is_null());
    client.finish();
}

#[test]
fn methods_with_a_dollar_may_be_ignored_but_requests_are_answered() {
    let sandbox = Sandbox::new(VAULT);
    let mut client = Client::start(&sandbox);
    client.notify("$/whatever", json!([1, {"x": null}]));
    assert_eq!(client.refused("$/whatever", json!({}))["code"], -32601);
    client.notify("$/cancelRequest", json!({"id": {"not": "an id"}}));
    client.notify("$/cancelRequest", Value::Null);
    client.finish();
}

#[test]
fn an_answer_to_a_question_that_was_not_asked_is_ignored() {
    let sandbox = Sandbox::new(VAULT);
    let mut client = Client::start(&sandbox);
    client.send(&json!({"jsonrpc": "2.0", "id": 999, "result": null}));
    client.send(&json!({"jsonrpc": "2.0", "id": null, "error": {"code": 1, "message": "x"}}));
    client.finish();
}

#[test]
fn a_client_offering_nothing_gets_plain_answers() {
    let sandbox = Sandbox::new(VAULT);
    let mut client = Client::start_with(&sandbox, &json!({}));
    assert_eq!(client.server["capabilities"]["positionEncoding"], "utf-16");
    assert_eq!(
        client.server["capabilities"]["diagnosticProvider"],
        Value::Null
    );
    assert_eq!(client.server["capabilities"]["renameProvider"], true);
    client.open(&sandbox, "tea.md");
    client.published("tea.md", &[]);
    let hover = client.request("textDocument/hover", hover(&client));
    assert_eq!(hover["contents"]["kind"], "plaintext");
    let definition = client.request("textDocument/definition", client.at("tea.md", "Ada"));
    assert_eq!(definition[0]["uri"], client.uri("people/ada.md"));
    let uri = client.uri("tea.md");
    let symbols = client.request(
        "textDocument/documentSymbol",
        json!({"textDocument": {"uri": uri}}),
    );
    assert!(
        symbols
            .as_array()
            .expect("a list")
            .iter()
            .all(|symbol| symbol["location"]["uri"] == uri)
    );
    client.finish();
}

#[test]
fn a_folder_that_is_no_uri_does_not_stop_the_others() {
    let sandbox = Sandbox::new(VAULT);
    let mut client = Client::spawn(&sandbox);
    let root = client.uri("");
    client.initialize(json!({
        "capabilities": pulling(),
        "rootUri": "not a uri",
        "workspaceFolders": [
            {"uri": "what is this", "name": "x"},
            {"uri": "vscode-remote://host/v", "name": "y"},
            {"uri": root, "name": "vault"},
        ],
    }));
    let found = client.request("workspace/symbol", json!({"query": "ada"}));
    assert_eq!(found[0]["name"], "Ada Lovelace");
    client.finish();
}

#[test]
fn loading_is_shown_where_the_client_shows_progress() {
    let sandbox = Sandbox::new(VAULT);
    let capabilities =
        ties_tests::client::with(pulling(), &json!({"window": {"workDoneProgress": true}}));
    let mut client = Client::start_with(&sandbox, &capabilities);
    client.serve("window/workDoneProgress/create", &Value::Null);
    let begin = client.notification("$/progress");
    assert_eq!(begin["value"]["kind"], "begin");
    let end = client.notification("$/progress");
    assert_eq!(end["value"], json!({"kind": "end", "message": "2 notes"}));
    client.finish();
}
