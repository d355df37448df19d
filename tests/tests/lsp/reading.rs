//! What an editor shows of a note without being asked for a place to go: folds, colours, hints, lenses, links.

use serde_json::{Value, json};
use ties_tests::{
    Client, Sandbox,
    client::{pulling, with},
};

const VAULT: &str = r#"
//- ties.toml
//- me.md
---
kind: me
name: Me
interests: [chess]
---
//- people/ada.md
---
kind: contact
name: Ada 😀 King
emails: [ada@example.org]
cadence: 30d
birthday: 1990-12-10
interests: [Chess]
---
# Ada 😀 King

Met [[Bob]] and [[Bob|him]], not [[Nobody]]. #chess

## Log

- 2026-11-20 call: the engine
  - and tea
//- people/bob.md
---
kind: contact
name: Bob
met: {through: "[[Ada 😀 King]]", date: 2020-01-01}
---
[file](scan.pdf) [gone](gone.pdf) [log](ada.md#log)
//- people/scan.pdf
%PDF
//- events/fair.md
---
kind: event
name: Fair
date: 2026-12-01
people: ["[[Ada 😀 King]]", "[[Bob]]"]
---
"#;

const ADA: &str = "people/ada.md";

/// Runs `test` once for each way of counting columns.
fn in_each_encoding(test: impl Fn(&mut Client)) {
    for encoding in ["utf-8", "utf-16", "utf-32"] {
        let sandbox = Sandbox::new(VAULT);
        let offer = json!({
            "general": {"positionEncodings": [encoding, "utf-16"]},
            "experimental": {"commands": {"commands": ["ties.showReferences"]}},
        });
        let mut client = Client::start_with(&sandbox, &with(pulling(), &offer));
        for path in [ADA, "people/bob.md", "events/fair.md"] {
            client.open(&sandbox, path);
        }
        test(&mut client);
        client.finish();
    }
}

fn document(client: &Client, path: &str) -> Value {
    json!({"textDocument": {"uri": client.uri(path)}})
}

/// Returns the texts of the ranges of `found`.
fn texts(client: &Client, path: &str, found: &Value) -> Vec<String> {
    let found = found.as_array().expect("a list").iter();
    found
        .map(|found| client.text_at(path, &found["range"]))
        .collect()
}

#[test]
fn what_is_under_the_cursor_is_lit_up_in_its_note() {
    in_each_encoding(|client| {
        let at = client.at(ADA, "Bob]] and");
        let found = client.request("textDocument/documentHighlight", at);
        assert_eq!(texts(client, ADA, &found), ["[[Bob]]", "[[Bob|him]]"]);
        let at = client.at(ADA, "King\n\nMet");
        let found = client.request("textDocument/documentHighlight", at);
        assert_eq!(texts(client, ADA, &found), ["Ada 😀 King", "Ada 😀 King"]);
        assert_eq!(found[0]["kind"], 3);
        let at = client.at(ADA, "and tea");
        assert!(
            client
                .request("textDocument/documentHighlight", at)
                .is_null()
        );
    });
}

#[test]
fn links_open_notes_files_and_addresses() {
    in_each_encoding(|client| {
        let links = client.request("textDocument/documentLink", document(client, ADA));
        assert_eq!(
            texts(client, ADA, &links),
            ["ada@example.org", "Bob", "him"]
        );
        assert_eq!(links[0]["target"], "mailto:ada@example.org");
        assert_eq!(links[1]["target"], client.uri("people/bob.md"));
        let links = client.request(
            "textDocument/documentLink",
            document(client, "people/bob.md"),
        );
        assert_eq!(
            texts(client, "people/bob.md", &links),
            ["Ada 😀 King", "file", "log"],
            "a file that is not there opens nothing"
        );
        assert_eq!(links[1]["target"], client.uri("people/scan.pdf"));
        assert_eq!(links[2]["target"], format!("{}#L13", client.uri(ADA)));
    });
}

#[test]
fn front_matter_sections_and_items_fold_within_the_limit() {
    let sandbox = Sandbox::new(VAULT);
    let folds = |capabilities: &Value| {
        let mut client = Client::start_with(&sandbox, capabilities);
        client.open(&sandbox, ADA);
        let folds = client.request("textDocument/foldingRange", document(&client, ADA));
        client.finish();
        let folds = folds.as_array().expect("a list").iter();
        folds
            .map(|fold| {
                (
                    fold["startLine"].clone(),
                    fold["endLine"].clone(),
                    fold["kind"].clone(),
                )
            })
            .collect::<Vec<_>>()
    };
    let all = folds(&json!({}));
    let expected = [
        (json!(0), json!(7), json!("region")),
        (json!(8), json!(15), Value::Null),
        (json!(12), json!(15), Value::Null),
        (json!(14), json!(15), Value::Null),
    ];
    assert_eq!(all, expected);
    let limited = json!({"textDocument": {"foldingRange": {"rangeLimit": 2}}});
    assert_eq!(folds(&limited), expected[..2]);
}

#[test]
fn a_selection_grows_from_the_word_to_the_note() {
    in_each_encoding(|client| {
        let at = client.at(ADA, "him]]");
        let mut params = document(client, ADA);
        params["positions"] = json!([at["position"], {"line": 0, "character": 0}]);
        let found = client.request("textDocument/selectionRange", params);
        assert_eq!(found.as_array().map(Vec::len), Some(2));
        let mut texts = Vec::new();
        let mut range = &found[0];
        while range.is_object() {
            texts.push(client.text_at(ADA, &range["range"]));
            range = &range["parent"];
        }
        assert_eq!(texts[..2], ["him", "[[Bob|him]]"]);
        assert!(
            texts
                .last()
                .is_some_and(|all| all.starts_with("---") && all.ends_with("tea\n"))
        );
    });
}

#[test]
fn name_and_heading_are_edited_as_one() {
    in_each_encoding(|client| {
        let at = client.at(ADA, "King\nemails");
        let linked = client.request("textDocument/linkedEditingRange", at);
        let ranges = linked["ranges"].as_array().expect("ranges").iter();
        let texts: Vec<String> = ranges.map(|range| client.text_at(ADA, range)).collect();
        assert_eq!(texts, ["Ada 😀 King", "Ada 😀 King"]);
        let at = client.at(ADA, "and tea");
        assert!(
            client
                .request("textDocument/linkedEditingRange", at)
                .is_null()
        );
    });
}

#[test]
fn hints_stand_after_dates_and_people() {
    in_each_encoding(|client| {
        let whole =
            json!({"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}});
        let mut ask = |path: &str| {
            let mut params = document(client, path);
            params["range"] = whole.clone();
            let hints = client.request("textDocument/inlayHint", params);
            let hints = hints.as_array().expect("a list").iter();
            hints
                .map(|hint| {
                    let at = &hint["position"];
                    let line = json!({"start": {"line": at["line"], "character": 0}, "end": at});
                    let before = client.text_at(path, &line);
                    format!("{before} «{}»", hint["label"].as_str().expect("a text"))
                })
                .collect::<Vec<_>>()
        };
        assert_eq!(ask(ADA), ["birthday: 1990-12-10 «turns 36 in 17 days»"]);
        assert_eq!(
            ask("events/fair.md"),
            [
                "date: 2026-12-01 «in 8 days»",
                "people: [\"[[Ada 😀 King]]\" «familiar · Chess»",
                "people: [\"[[Ada 😀 King]]\", \"[[Bob]]\" «familiar»",
            ]
        );
    });
}

#[test]
fn lenses_tell_how_you_stand_and_lead_on() {
    in_each_encoding(|client| {
        let lenses = client.request("textDocument/codeLens", document(client, ADA));
        assert_eq!(texts(client, ADA, &lenses), ["Ada 😀 King", "Ada 😀 King"]);
        assert!(lenses[0].get("command").is_none());
        let standing = client.request("codeLens/resolve", lenses[0].clone());
        assert_eq!(
            standing["command"]["title"],
            "last contact 3 days ago · due in 27 days · 1 interaction"
        );
        assert_eq!(standing["command"]["command"], "ties.timeline");
        let links = client.request("codeLens/resolve", lenses[1].clone());
        assert_eq!(links["command"]["title"], "3 links");
        assert_eq!(links["command"]["command"], "ties.showReferences");
        let places = links["command"]["arguments"][2].as_array().expect("places");
        assert_eq!(places.len(), 3);
        assert_eq!(places[0]["uri"], client.uri("events/fair.md"));
    });
}

#[test]
fn a_lens_that_the_client_cannot_follow_is_text() {
    let sandbox = Sandbox::new(VAULT);
    let mut client = Client::start_with(&sandbox, &json!({}));
    client.open(&sandbox, ADA);
    let lenses = client.request("textDocument/codeLens", document(&client, ADA));
    let links = client.request("codeLens/resolve", lenses[1].clone());
    assert_eq!(links["command"], json!({"title": "3 links", "command": ""}));
    client.finish();
}

#[test]
fn who_introduced_whom_is_a_hierarchy() {
    in_each_encoding(|client| {
        let at = client.at(ADA, "Bob]] and");
        let items = client.request("textDocument/prepareCallHierarchy", at);
        let bob = &items[0];
        assert_eq!(
            (&bob["name"], &bob["uri"]),
            (&json!("Bob"), &json!(client.uri("people/bob.md")))
        );
        let calls = client.request("callHierarchy/incomingCalls", json!({"item": bob}));
        let ada = &calls[0]["from"];
        assert_eq!(ada["name"], "Ada 😀 King");
        assert_eq!(client.text_at(ADA, &ada["selectionRange"]), "Ada 😀 King");
        assert_eq!(calls[0]["fromRanges"][0], ada["selectionRange"]);
        let calls = client.request("callHierarchy/outgoingCalls", json!({"item": ada}));
        assert_eq!(calls[0]["to"]["name"], "Bob");
        assert_eq!(calls.as_array().map(Vec::len), Some(1));
    });
}

/// Undoes the packing of tokens: each as its text and the name of its type, with its modifiers.
fn unpack(client: &Client, path: &str, data: &Value) -> Vec<String> {
    let legend = &client.server["capabilities"]["semanticTokensProvider"]["legend"];
    let numbers: Vec<u64> = data
        .as_array()
        .expect("numbers")
        .iter()
        .filter_map(Value::as_u64)
        .collect();
    let (mut line, mut column) = (0, 0);
    let tokens = numbers.chunks(5).map(|token| {
        if token[0] > 0 {
            column = 0;
        }
        line += token[0];
        column += token[1];
        let range = json!({
            "start": {"line": line, "character": column},
            "end": {"line": line, "character": column + token[2]},
        });
        let kind = legend["tokenTypes"][token[3] as usize]
            .as_str()
            .expect("a type");
        let modifiers = (0..2_usize).filter(|bit| token[4] & (1 << bit) != 0);
        let modifiers: Vec<&str> = modifiers
            .map(|bit| legend["tokenModifiers"][bit].as_str().expect("a modifier"))
            .collect();
        let modifiers = modifiers
            .iter()
            .fold(String::new(), |all, one| all + " " + one);
        format!("{kind}{modifiers} {}", client.text_at(path, &range))
    });
    tokens.collect()
}

#[test]
fn tokens_colour_what_only_ties_knows_and_change_by_edits() {
    in_each_encoding(|client| {
        let full = client.request("textDocument/semanticTokens/full", document(client, ADA));
        let all = unpack(client, ADA, &full["data"]);
        let body = all
            .iter()
            .position(|token| token == "class Bob")
            .expect("a link");
        assert_eq!(
            all[body..],
            [
                "class Bob",
                "class Bob",
                "class him",
                "variable unresolved Nobody",
                "decorator #chess",
                "number 2026-11-20",
                "enumMember call",
            ]
        );
        // The same text has the same colours.
        let mut params = document(client, ADA);
        params["previousResultId"] = full["resultId"].clone();
        let delta = client.request("textDocument/semanticTokens/full/delta", params.clone());
        assert_eq!(delta["edits"], json!([]));
        client.edit(ADA, " #chess", "");
        params["previousResultId"] = delta["resultId"].clone();
        let delta = client.request("textDocument/semanticTokens/full/delta", params.clone());
        let edit = &delta["edits"][0];
        let mut numbers = full["data"].as_array().expect("numbers").clone();
        let start = edit["start"].as_u64().expect("a place") as usize;
        let end = start + edit["deleteCount"].as_u64().expect("a number") as usize;
        let added = edit["data"].as_array().cloned().unwrap_or_default();
        numbers.splice(start..end, added);
        let again = client.request("textDocument/semanticTokens/full", document(client, ADA));
        assert_eq!(again["data"], Value::Array(numbers));
        // An answer that is not the last is answered with all.
        let all = client.request("textDocument/semanticTokens/full/delta", params);
        assert_eq!(all["data"], again["data"]);
        let mut params = document(client, ADA);
        let at = client.at(ADA, "2026-11-20")["position"].clone();
        params["range"] = json!({"start": at, "end": {"line": at["line"], "character": 4}});
        let part = client.request("textDocument/semanticTokens/range", params);
        assert_eq!(unpack(client, ADA, &part["data"]), ["number 2026-11-20"]);
    });
}
