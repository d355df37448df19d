//! Each feature once through the pipes; what it answers in detail is tested in `ide`.

use serde_json::{Value, json};
use ties_tests::{
    Client, Sandbox,
    client::{pulling, with},
};

const VAULT: &str = r"
//- ties.toml
//- people/Zoë Müller.md
---
name: Zoë Müller
aliases: [Zo]
title: Engineer
---
# 😀 Zoë Müller
Met [[Ada Lovelace]].
//- people/ada.md
---
name: Ada Lovelace
---
//- tea.md
😀 測定 [[Zoë$0 Müller]] and é [z](people/Zo%C3%AB%20M%C3%BCller.md).
";

const ENCODINGS: [&str; 3] = ["utf-8", "utf-16", "utf-32"];

/// Runs `test` once for each way of counting columns, with `tea.md` open.
fn in_each_encoding(test: impl Fn(&mut Client)) {
    for encoding in ENCODINGS {
        let sandbox = Sandbox::new(VAULT);
        let offer = json!({"general": {"positionEncodings": [encoding, "utf-16"]}});
        let mut client = Client::start_with(&sandbox, &with(pulling(), &offer));
        assert_eq!(client.server["capabilities"]["positionEncoding"], encoding);
        client.open(&sandbox, "tea.md");
        client.open(&sandbox, "people/Zoë Müller.md");
        test(&mut client);
        client.finish();
    }
}

#[test]
fn hover_shows_the_contact_over_the_whole_link() {
    in_each_encoding(|client| {
        let hover = client.request("textDocument/hover", client.at_cursor());
        assert_eq!(client.text_at("tea.md", &hover["range"]), "[[Zoë Müller]]");
        assert_eq!(hover["contents"]["kind"], "markdown");
        let text = hover["contents"]["value"].as_str().expect("Markdown");
        assert!(
            text.contains("Zoë Müller") && text.contains("Engineer"),
            "{text}"
        );
    });
}

#[test]
fn definition_leads_to_the_note() {
    in_each_encoding(|client| {
        let found = client.request("textDocument/definition", client.at_cursor());
        assert_eq!(found[0]["uri"], client.uri("people/Zoë Müller.md"));
        let focus = client.text_at("people/Zoë Müller.md", &found[0]["range"]);
        assert_eq!(focus, "Zoë Müller");
    });
}

#[test]
fn definition_says_what_it_is_of_where_the_client_shows_it() {
    let sandbox = Sandbox::new(VAULT);
    let links = json!({"textDocument": {"definition": {"linkSupport": true}}});
    let mut client = Client::start_with(&sandbox, &with(pulling(), &links));
    client.open(&sandbox, "tea.md");
    let found = client.request("textDocument/definition", client.at_cursor());
    let origin = client.text_at("tea.md", &found[0]["originSelectionRange"]);
    assert_eq!(origin, "[[Zoë Müller]]");
    assert_eq!(found[0]["targetUri"], client.uri("people/Zoë Müller.md"));
    client.finish();
}

#[test]
fn references_are_every_link_in_its_place() {
    in_each_encoding(|client| {
        let mut params = client.at_cursor();
        params["context"] = json!({"includeDeclaration": false});
        let found = client.request("textDocument/references", params);
        let texts: Vec<String> = found
            .as_array()
            .expect("a list")
            .iter()
            .map(|place| {
                assert_eq!(place["uri"], client.uri("tea.md"));
                client.text_at("tea.md", &place["range"])
            })
            .collect();
        assert_eq!(
            texts,
            ["[[Zoë Müller]]", "[z](people/Zo%C3%AB%20M%C3%BCller.md)"]
        );
    });
}

#[test]
fn completion_replaces_what_was_typed_and_resolve_documents_it() {
    in_each_encoding(|client| {
        client.edit("tea.md", "[[Zoë Müller]]", "[[mull");
        let mut at = client.at("tea.md", "mull");
        let (_, cursor) = (at.clone(), client.at("tea.md", " and é"));
        at["position"] = cursor["position"].clone();
        let list = client.request("textDocument/completion", at);
        let items = list["items"].as_array().expect("items");
        let item = items
            .iter()
            .find(|item| item["label"] == "Zoë Müller")
            .unwrap_or_else(|| panic!("{list}"));
        let replaced = client.text_at("tea.md", &item["textEdit"]["range"]);
        assert!(replaced.ends_with("mull"), "{replaced}");
        let filter = item["filterText"].as_str().expect("a filter");
        assert!(filter.contains("mull"), "{filter}");
        let resolved = client.request("completionItem/resolve", item.clone());
        let text = resolved["documentation"]["value"]
            .as_str()
            .expect("Markdown");
        assert!(text.contains("Engineer"), "{text}");
    });
}

/// Returns the symbol called `name`, however deep.
fn find<'a>(symbols: &'a Value, name: &str) -> Option<&'a Value> {
    symbols.as_array()?.iter().find_map(|symbol| {
        (symbol["name"] == name)
            .then_some(symbol)
            .or_else(|| find(&symbol["children"], name))
    })
}

#[test]
fn document_symbols_nest_in_their_ranges() {
    in_each_encoding(|client| {
        let uri = client.uri("people/Zoë Müller.md");
        let symbols = client.request(
            "textDocument/documentSymbol",
            json!({"textDocument": {"uri": uri}}),
        );
        let heading = find(&symbols, "😀 Zoë Müller").unwrap_or_else(|| panic!("{symbols}"));
        let focus = client.text_at("people/Zoë Müller.md", &heading["selectionRange"]);
        assert!(focus.contains("😀 Zoë Müller"), "{focus}");
    });
}

#[test]
fn workspace_symbols_find_a_name_without_its_diacritics() {
    in_each_encoding(|client| {
        let found = client.request("workspace/symbol", json!({"query": "zoe"}));
        assert_eq!(found[0]["name"], "Zoë Müller");
        assert_eq!(
            found[0]["location"]["uri"],
            client.uri("people/Zoë Müller.md")
        );
        let range = &found[0]["location"]["range"];
        assert_eq!(client.text_at("people/Zoë Müller.md", range), "Zoë Müller");
    });
}

/// Returns the operations of a workspace edit: `edit PATH`, `rename OLD NEW`.
fn operations(client: &Client, edit: &Value) -> Vec<String> {
    let root = client.uri("");
    let path = |uri: &Value| {
        let uri = uri.as_str().expect("a URI");
        uri.strip_prefix(&root).expect("below the vault").to_owned()
    };
    let operations = edit["documentChanges"].as_array().expect("operations");
    operations
        .iter()
        .map(|operation| match operation["kind"].as_str() {
            None => format!("edit {}", path(&operation["textDocument"]["uri"])),
            Some(kind) => format!(
                "{kind} {} {}",
                path(&operation["oldUri"]),
                path(&operation["newUri"])
            ),
        })
        .collect()
}

#[test]
fn rename_edits_every_link_and_moves_the_file() {
    in_each_encoding(|client| {
        let prepared = client.request("textDocument/prepareRename", client.at_cursor());
        assert_eq!(client.text_at("tea.md", &prepared["range"]), "Zoë Müller");
        assert_eq!(prepared["placeholder"], "Zoë Müller");
        let mut params = client.at_cursor();
        params["newName"] = json!("Zoë Schmidt");
        let edit = client.request("textDocument/rename", params);
        assert_eq!(
            operations(client, &edit),
            [
                "edit /people/Zo%C3%AB%20M%C3%BCller.md",
                "edit /tea.md",
                "rename /people/Zo%C3%AB%20M%C3%BCller.md /people/Zo%C3%AB%20Schmidt.md",
            ]
        );
        let document = &edit["documentChanges"][1];
        assert_eq!(document["textDocument"]["version"], 1);
        let edits = document["edits"].as_array().expect("edits");
        let replaced: Vec<String> = edits
            .iter()
            .map(|edit| client.text_at("tea.md", &edit["range"]))
            .collect();
        assert_eq!(replaced, ["Zoë Müller", "people/Zo%C3%AB%20M%C3%BCller.md"]);
    });
}

#[test]
fn rename_without_file_operations_edits_text_only() {
    for (edit_support, has_changes) in
        [(json!({}), true), (json!({"documentChanges": true}), false)]
    {
        let sandbox = Sandbox::new(VAULT);
        let mut capabilities = pulling();
        capabilities["workspace"]["workspaceEdit"] = edit_support;
        let mut client = Client::start_with(&sandbox, &capabilities);
        client.open(&sandbox, "tea.md");
        let mut params = client.at_cursor();
        params["newName"] = json!("Zoë Schmidt");
        let edit = client.request("textDocument/rename", params);
        if has_changes {
            let changes = edit["changes"].as_object().expect("changes");
            assert_eq!(edit["documentChanges"], Value::Null);
            assert_eq!(changes.len(), 2, "{edit}");
        } else {
            assert!(
                operations(&client, &edit)
                    .iter()
                    .all(|one| one.starts_with("edit "))
            );
        }
        assert!(
            !edit.to_string().contains("Schmidt.md"),
            "the file stays: {edit}"
        );
        client.finish();
    }
}

#[test]
fn rename_moves_files_for_a_client_that_only_lists_file_operations() {
    let sandbox = Sandbox::new(VAULT);
    let mut capabilities = pulling();
    // As Neovim 0.11 says it.
    capabilities["workspace"]["workspaceEdit"] =
        json!({"resourceOperations": ["rename", "create", "delete"]});
    let mut client = Client::start_with(&sandbox, &capabilities);
    client.open(&sandbox, "tea.md");
    let mut params = client.at_cursor();
    params["newName"] = json!("Zoë Schmidt");
    let edit = client.request("textDocument/rename", params);
    assert!(
        operations(&client, &edit)
            .iter()
            .any(|one| one.starts_with("rename ")),
        "{edit}"
    );
    client.finish();
}

#[test]
fn rename_to_a_taken_name_is_refused_with_a_reason() {
    let sandbox = Sandbox::new(VAULT);
    let mut client = Client::start(&sandbox);
    client.open(&sandbox, "tea.md");
    let mut params = client.at_cursor();
    params["newName"] = json!("Ada Lovelace");
    let error = client.refused("textDocument/rename", params);
    assert_eq!(error["code"], -32803);
    assert!(
        error["message"]
            .as_str()
            .is_some_and(|text| text.contains("Ada Lovelace"))
    );
    let nowhere = client.at("tea.md", "測定");
    assert!(
        client
            .request("textDocument/prepareRename", nowhere)
            .is_null()
    );
    client.finish();
}

#[test]
fn an_action_creates_the_note_that_a_link_misses() {
    in_each_encoding(|client| {
        client.edit("tea.md", "[[Zoë Müller]]", "[[Ægir Ø]]");
        let uri = client.uri("tea.md");
        let report = client.request(
            "textDocument/diagnostic",
            json!({"textDocument": {"uri": uri}}),
        );
        let diagnostic = &report["items"][0];
        assert_eq!(diagnostic["code"], "unresolved-link", "{report}");
        assert_eq!(client.text_at("tea.md", &diagnostic["range"]), "[[Ægir Ø]]");
        let actions = client.request(
            "textDocument/codeAction",
            json!({
                "textDocument": {"uri": uri},
                "range": diagnostic["range"],
                "context": {"diagnostics": [diagnostic], "only": ["quickfix"]},
            }),
        );
        let actions = actions.as_array().expect("actions");
        let create = actions.iter().find_map(|action| {
            let changes = action["edit"]["documentChanges"].as_array()?;
            changes
                .iter()
                .any(|one| one["kind"] == "create")
                .then_some((action, changes))
        });
        let (action, changes) = create.unwrap_or_else(|| panic!("{actions:#?}"));
        assert_eq!(action["kind"], "quickfix");
        assert_eq!(action["diagnostics"][0]["code"], "unresolved-link");
        let text = changes[1]["edits"][0]["newText"].as_str().expect("a text");
        assert!(text.contains("Ægir Ø"), "{text}");
    });
}

#[test]
fn a_client_that_cannot_create_files_is_not_offered_to() {
    let sandbox = Sandbox::new("//- n.md\n[[$0Nobody]]\n");
    let mut capabilities = pulling();
    capabilities["workspace"]["workspaceEdit"] = json!({"documentChanges": true});
    let mut client = Client::start_with(&sandbox, &capabilities);
    client.open(&sandbox, "n.md");
    let at = client.at_cursor();
    let actions = client.request(
        "textDocument/codeAction",
        json!({
            "textDocument": at["textDocument"],
            "range": {"start": at["position"], "end": at["position"]},
            "context": {"diagnostics": []},
        }),
    );
    assert!(!actions.to_string().contains("create"), "{actions}");
    client.finish();
}
