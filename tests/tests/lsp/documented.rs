//! `docs/language-server.md` says what is answered: all that it lists is, and nothing else of the protocol.

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::{Value, json};
use ties_tests::{Client, Sandbox};

/// Every request of LSP 3.17 from a client, and of 3.18 as far as clients send them already.
const REQUESTS: [&str; 61] = [
    "callHierarchy/incomingCalls",
    "callHierarchy/outgoingCalls",
    "codeAction/resolve",
    "codeLens/resolve",
    "completionItem/resolve",
    "documentLink/resolve",
    "initialize",
    "inlayHint/resolve",
    "shutdown",
    "textDocument/codeAction",
    "textDocument/codeLens",
    "textDocument/colorPresentation",
    "textDocument/completion",
    "textDocument/declaration",
    "textDocument/definition",
    "textDocument/diagnostic",
    "textDocument/documentColor",
    "textDocument/documentHighlight",
    "textDocument/documentLink",
    "textDocument/documentSymbol",
    "textDocument/foldingRange",
    "textDocument/formatting",
    "textDocument/hover",
    "textDocument/implementation",
    "textDocument/inlayHint",
    "textDocument/inlineCompletion",
    "textDocument/inlineValue",
    "textDocument/linkedEditingRange",
    "textDocument/moniker",
    "textDocument/onTypeFormatting",
    "textDocument/prepareCallHierarchy",
    "textDocument/prepareRename",
    "textDocument/prepareTypeHierarchy",
    "textDocument/rangeFormatting",
    "textDocument/rangesFormatting",
    "textDocument/references",
    "textDocument/rename",
    "textDocument/selectionRange",
    "textDocument/semanticTokens/full",
    "textDocument/semanticTokens/full/delta",
    "textDocument/semanticTokens/range",
    "textDocument/signatureHelp",
    "textDocument/typeDefinition",
    "textDocument/willSaveWaitUntil",
    "typeHierarchy/subtypes",
    "typeHierarchy/supertypes",
    "workspace/diagnostic",
    "workspace/executeCommand",
    "workspace/symbol",
    "workspace/textDocumentContent",
    "workspace/willCreateFiles",
    "workspace/willDeleteFiles",
    "workspace/willRenameFiles",
    "workspaceSymbol/resolve",
    "$/whatever",
    "$/ties/malformedFrame",
    "$/ties/mark",
    "window/showDocument",
    "telemetry/event",
    "",
    "x",
];

/// Returns the methods in the first column of the table below a heading.
fn documented(heading: &str) -> BTreeSet<String> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/language-server.md");
    let page = fs::read_to_string(page).expect("the page is there");
    let (_, rest) = page
        .split_once(&format!("\n## {heading}\n"))
        .expect("the heading is there");
    let table = rest.lines().skip_while(|line| !line.starts_with("| `"));
    let rows = table.take_while(|line| line.starts_with('|'));
    rows.flat_map(|row| {
        let cell = row.split('|').nth(1).unwrap_or("");
        let names = cell.split('`').skip(1).step_by(2);
        names.map(str::to_owned).collect::<Vec<_>>()
    })
    .collect()
}

/// Returns parameters that every request finds its own in.
fn parameters(uri: &str) -> Value {
    let position = json!({"line": 0, "character": 0});
    let range = json!({"start": position, "end": position});
    let item = json!({"name": "N", "kind": 5, "uri": uri, "range": range, "selectionRange": range});
    let color = json!({"red": 0, "green": 0, "blue": 0, "alpha": 0});
    json!({
        "textDocument": {"uri": uri},
        "position": position,
        "positions": [position],
        "range": range,
        "ranges": [range],
        "context": {
            "diagnostics": [],
            "includeDeclaration": false,
            "triggerKind": 1,
            "isRetrigger": false,
            "frameId": 1,
            "stoppedLocation": range,
        },
        "options": {"tabSize": 4, "insertSpaces": true},
        "item": item,
        "label": "x",
        "title": "x",
        "name": "x",
        "kind": 1,
        "location": {"uri": uri, "range": range},
        "color": color,
        "ch": "x",
        "reason": 1,
        "files": [],
        "query": "",
        "command": "ties.nothing",
        "newName": "x",
        "previousResultId": "x",
        "previousResultIds": [],
    })
}

#[test]
fn every_request_is_answered_or_refused_as_the_page_says() {
    let listed = documented("Requests");
    let sandbox = Sandbox::new("//- n.md\n# N\n");
    let mut client = Client::start(&sandbox);
    let mut answered = BTreeSet::from(["initialize".to_owned(), "shutdown".to_owned()]);
    for method in REQUESTS {
        if answered.contains(method) {
            continue;
        }
        let params = parameters(&client.uri("n.md"));
        let id = client.ask(method, params);
        match client.answer(id) {
            Err(error) if error["code"] == -32601 => {}
            Err(error) if error["code"] == -32700 => assert_eq!(method, "$/ties/malformedFrame"),
            Ok(_) | Err(_) => {
                answered.insert(method.to_owned());
            }
        }
    }
    assert_eq!(answered, listed);
    client.finish();
}

#[test]
fn notifications_with_nothing_in_them_do_no_harm() {
    let sandbox = Sandbox::new("//- n.md\n# N\n");
    let mut client = Client::start(&sandbox);
    let listed = documented("Notifications");
    assert!(listed.len() > 10, "{listed:?}");
    for method in listed
        .iter()
        .filter(|method| *method != "exit" && *method != "initialized")
    {
        for params in [
            json!({}),
            json!([]),
            json!(null),
            json!({"textDocument": 7}),
            json!("x"),
        ] {
            client.notify(method, params);
        }
    }
    let found = client.request("workspace/symbol", json!({"query": "n"}));
    assert_eq!(found[0]["name"], Value::from("N"));
    client.finish();
}
