//! Edits in the order they are sent, requests that see exactly the edits before them, and cancellation.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use ties_tests::{Client, Sandbox};

/// Returns the names of a document's outline, nested ones too.
fn names(symbols: &Value) -> Vec<String> {
    let mut names = Vec::new();
    for symbol in symbols.as_array().map_or(&[][..], Vec::as_slice) {
        names.extend(symbol["name"].as_str().map(str::to_owned));
        names.extend(self::names(&symbol["children"]));
    }
    names
}

#[test]
fn each_request_sees_exactly_the_edits_before_it() {
    let sandbox = Sandbox::new("//- n.md\n# Step 0\n");
    let mut client = Client::start(&sandbox);
    client.open(&sandbox, "n.md");
    let uri = client.uri("n.md");
    let mut asked = BTreeMap::new();
    for step in 0..200 {
        if step > 0 {
            client.edit(
                "n.md",
                &format!("Step {}\n", step - 1),
                &format!("Step {step}\n"),
            );
        }
        let params = json!({"textDocument": {"uri": uri}});
        asked.insert(client.ask("textDocument/documentSymbol", params), step);
    }
    for (id, step) in asked {
        let symbols = client.answer(id).expect("an outline");
        assert!(
            names(&symbols).contains(&format!("Step {step}")),
            "request {step} saw {symbols}"
        );
    }
    client.finish();
}

#[test]
fn requests_and_edits_sent_while_the_vault_is_read_keep_their_order() {
    let people = (0..2000).map(|number| {
        format!(
            "//- people/p{number}.md\n---\nname: Person {number}\n---\n[[Person {}]]\n",
            number + 1
        )
    });
    let vault = std::iter::once("//- n.md\n# On disk\n".to_owned())
        .chain(people)
        .collect::<String>();
    let sandbox = Sandbox::new(&vault);
    let mut client = Client::start(&sandbox);
    let uri = client.uri("n.md");
    let params = json!({"textDocument": {"uri": uri}});
    let before = client.ask("textDocument/documentSymbol", params.clone());
    client.open_text("n.md", "# In the editor\n");
    let opened = client.ask("textDocument/documentSymbol", params.clone());
    client.edit("n.md", "In the editor", "Typed");
    let typed = client.ask("textDocument/documentSymbol", params);
    for (id, name) in [
        (typed, "Typed"),
        (opened, "In the editor"),
        (before, "On disk"),
    ] {
        let symbols = client.answer(id).expect("an outline");
        assert!(
            names(&symbols).contains(&name.to_owned()),
            "{name}: {symbols}"
        );
    }
    client.finish();
}

#[test]
fn several_changes_of_one_notification_are_applied_in_order() {
    let sandbox = Sandbox::new("//- n.md\n# abc\n");
    let mut client = Client::start(&sandbox);
    client.open(&sandbox, "n.md");
    let uri = client.uri("n.md");
    let at = |line: u32, start: u32, end: u32| {
        json!({
            "start": {"line": line, "character": start},
            "end": {"line": line, "character": end},
        })
    };
    client.notify(
        "textDocument/didChange",
        json!({
            "textDocument": {"uri": uri, "version": 2},
            "contentChanges": [
                {"range": at(0, 2, 3), "text": "😀"},
                {"range": at(0, 6, 7), "text": "x\n## y"},
                {"range": at(1, 3, 4), "text": "z"},
            ],
        }),
    );
    let symbols = client.request(
        "textDocument/documentSymbol",
        json!({"textDocument": {"uri": uri}}),
    );
    let names = names(&symbols);
    assert!(
        names.contains(&"😀x".to_owned()) && names.contains(&"zc".to_owned()),
        "{symbols}"
    );
    client.finish();
}

#[test]
fn positions_past_the_end_are_clamped() {
    let sandbox = Sandbox::new("//- a.md\n# A\n//- n.md\n[[a]]");
    let mut client = Client::start(&sandbox);
    client.open(&sandbox, "n.md");
    let uri = client.uri("n.md");
    for position in [
        json!({"line": 0, "character": 99}),
        json!({"line": 99, "character": 0}),
        json!({"line": 0, "character": 2_147_483_647}),
        json!({"line": 4_294_967_295_u32, "character": 4_294_967_295_u32}),
    ] {
        let at = json!({"textDocument": {"uri": uri}, "position": position});
        client.request("textDocument/hover", at.clone());
        client.request("textDocument/definition", at.clone());
        client.request("textDocument/completion", at);
    }
    client.notify(
        "textDocument/didChange",
        json!({
            "textDocument": {"uri": uri, "version": 2},
            "contentChanges": [{
                "range": {"start": {"line": 9, "character": 9}, "end": {"line": 99, "character": 0}},
                "text": "\n# End",
            }],
        }),
    );
    let symbols = client.request(
        "textDocument/documentSymbol",
        json!({"textDocument": {"uri": uri}}),
    );
    assert!(names(&symbols).contains(&"End".to_owned()), "{symbols}");
    client.finish();
}

#[test]
fn a_document_opened_twice_has_the_text_of_the_second_time() {
    let sandbox = Sandbox::new("//- n.md\n# Disk\n");
    let mut client = Client::start(&sandbox);
    client.open_text("n.md", "# One\n");
    client.open_text("n.md", "# Two\n");
    let uri = client.uri("n.md");
    let params = json!({"textDocument": {"uri": uri}});
    let symbols = client.request("textDocument/documentSymbol", params.clone());
    assert!(names(&symbols).contains(&"Two".to_owned()), "{symbols}");
    client.close("n.md");
    let symbols = client.request("textDocument/documentSymbol", params);
    assert!(
        names(&symbols).contains(&"Disk".to_owned()),
        "closing returns to the disk: {symbols}"
    );
    client.finish();
}

#[test]
fn changes_of_a_document_that_is_not_open_are_ignored() {
    let sandbox = Sandbox::new("//- n.md\n# Disk\n");
    let mut client = Client::start(&sandbox);
    let uri = client.uri("n.md");
    client.notify(
        "textDocument/didChange",
        json!({"textDocument": {"uri": uri, "version": 2}, "contentChanges": [{"text": "# X\n"}]}),
    );
    client.notify(
        "textDocument/didClose",
        json!({"textDocument": {"uri": uri}}),
    );
    let symbols = client.request(
        "textDocument/documentSymbol",
        json!({"textDocument": {"uri": uri}}),
    );
    assert!(names(&symbols).contains(&"Disk".to_owned()), "{symbols}");
    client.finish();
}

#[test]
fn cancelled_requests_are_answered_as_such_or_in_full() {
    let sandbox = Sandbox::new("//- n.md\n# A\n");
    let mut client = Client::start(&sandbox);
    client.open(&sandbox, "n.md");
    let mut ids = Vec::new();
    for _ in 0..100 {
        let id = client.ask("workspace/diagnostic", json!({"previousResultIds": []}));
        client.notify("$/cancelRequest", json!({"id": id}));
        ids.push(id);
    }
    client.notify("$/cancelRequest", json!({"id": 31_337}));
    for id in ids {
        if let Err(error) = client.answer(id) {
            assert_eq!(error["code"], -32800);
        }
    }
    // Nothing is held by what was cancelled.
    client.edit("n.md", "# A", "# B");
    let uri = client.uri("n.md");
    let symbols = client.request(
        "textDocument/documentSymbol",
        json!({"textDocument": {"uri": uri}}),
    );
    assert!(names(&symbols).contains(&"B".to_owned()), "{symbols}");
    client.finish();
}

#[test]
fn iw050_a_long_session_on_a_note_full_of_tables_keeps_memory_flat() {
    let row = "| [[a]] | `code` | *x* | 2026-11-23 | #tag |\n";
    let table = format!(
        "| a | b | c | d | e |\n| - | - | - | - | - |\n{}\n",
        row.repeat(40)
    );
    let sandbox = Sandbox::new("//- a.md\n# A\n");
    let mut client = Client::start(&sandbox);
    client.open_text("n.md", &format!("# Step 0\n\n{}", table.repeat(5)));
    let uri = client.uri("n.md");
    let mut step = 0;
    let mut edit = |client: &mut Client, n_edits: usize| {
        for _ in 0..n_edits {
            client.edit(
                "n.md",
                &format!("Step {step}\n"),
                &format!("Step {}\n", step + 1),
            );
            step += 1;
        }
        // Answered when all of them are made.
        client.request(
            "textDocument/documentSymbol",
            json!({"textDocument": {"uri": uri}}),
        );
    };
    edit(&mut client, 300);
    let before = client.resident_memory();
    edit(&mut client, 1500);
    let after = client.resident_memory();
    if let Some((before, after)) = before.zip(after) {
        // Each text kept would be 40 kB, each index more.
        assert!(
            after < before + 24 * 1024 * 1024,
            "{before} -> {after} bytes"
        );
    }
    client.finish();
}
