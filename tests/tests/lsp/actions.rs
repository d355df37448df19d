//! Actions as a menu offers them, and pages and notes that commands make.

use std::path::Path;

use serde_json::{Value, json};
use ties_tests::{
    Client, Sandbox,
    client::{pulling, with},
};

const VAULT: &str = r"
//- ties.toml
//- people/ada.md
---
circle: close
name: Ada Lovelace
org: [[Works]]
---
# Ada $0Lovelace

- 2026-10-01 call: the engine
//- organizations/works.md
---
name: Works
---
//- tea.md
😀 with [[Ada Lovelace|her]] today
";

const ADA: &str = "people/ada.md";

/// A client that does everything a server may ask for.
fn able() -> Value {
    let more = json!({
        "textDocument": {"codeAction": {
            "dataSupport": true,
            "resolveSupport": {"properties": ["edit"]},
        }},
        "workspace": {"applyEdit": true},
        "window": {"showDocument": {"support": true}},
    });
    with(pulling(), &more)
}

fn actions(client: &mut Client, at: &Value, only: &[&str]) -> Vec<Value> {
    let mut context = json!({"diagnostics": []});
    if !only.is_empty() {
        context["only"] = json!(only);
    }
    let params = json!({
        "textDocument": at["textDocument"],
        "range": {"start": at["position"], "end": at["position"]},
        "context": context,
    });
    let answer = client.request("textDocument/codeAction", params);
    answer.as_array().expect("a list").clone()
}

fn titles(actions: &[Value]) -> Vec<&str> {
    let titles = actions.iter().map(|action| action["title"].as_str());
    titles.map(|title| title.expect("a title")).collect()
}

fn run(client: &mut Client, command: &str, argument: &Value) -> i64 {
    let params = json!({"command": command, "arguments": [argument]});
    client.ask("workspace/executeCommand", params)
}

#[test]
fn kinds_are_honest_and_asked_for_with_all_below_them() {
    let sandbox = Sandbox::with_git(VAULT);
    let mut client = Client::start_with(&sandbox, &pulling());
    client.open(&sandbox, ADA);
    let at = client.at_cursor();
    let offered = client.server["capabilities"]["codeActionProvider"]["codeActionKinds"].clone();
    let offered: Vec<&str> = offered
        .as_array()
        .expect("kinds")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    for action in actions(&mut client, &at, &[]) {
        let kind = action["kind"].as_str().expect("a kind");
        assert!(offered.contains(&kind), "{kind}");
    }
    let sources = actions(&mut client, &at, &["source"]);
    assert_eq!(
        titles(&sources),
        [
            "Fix everything that is safe to fix",
            "Sort the front matter"
        ]
    );
    let sort = actions(&mut client, &at, &["source.organizeFrontMatter"]);
    assert_eq!(titles(&sort), ["Sort the front matter"]);
    let edit = &sort[0]["edit"]["documentChanges"][0];
    assert_eq!(edit["textDocument"]["uri"], client.uri(ADA));
    let log = actions(&mut client, &at, &["ties"]);
    assert_eq!(titles(&log)[0], "Log a call with Ada Lovelace");
    client.finish();
}

#[test]
fn an_edit_is_worked_out_when_its_action_is_chosen_and_never_for_another_text() {
    let sandbox = Sandbox::new(VAULT);
    let mut client = Client::start_with(&sandbox, &able());
    client.open(&sandbox, "tea.md");
    let at = client.at("tea.md", "her]]");
    let found = actions(&mut client, &at, &["refactor.rewrite"]);
    let write = found
        .iter()
        .find(|action| action["title"] == "Write as a Markdown link")
        .expect("it is offered");
    assert!(write.get("edit").is_none());
    let chosen = client.request("codeAction/resolve", write.clone());
    let edit = &chosen["edit"]["documentChanges"][0]["edits"][0];
    assert_eq!(
        client.text_at("tea.md", &edit["range"]),
        "[[Ada Lovelace|her]]"
    );
    assert_eq!(edit["newText"], "[her](people/ada.md)");

    client.edit("tea.md", "today", "yesterday");
    let error = client.refused("codeAction/resolve", write.clone());
    assert_eq!(error["code"], -32801);
    client.finish();
}

#[test]
fn a_conversation_is_logged_without_the_note_that_is_open() {
    let sandbox = Sandbox::with_git(VAULT);
    let mut client = Client::start_with(&sandbox, &pulling());
    client.open(&sandbox, ADA);
    sandbox.write(ADA, &(sandbox.read(ADA) + "more\n"));
    let at = client.at_cursor();
    let log = actions(&mut client, &at, &["ties"]);
    let argument = &log[0]["command"]["arguments"][0];
    let id = run(&mut client, "ties.log", argument);
    assert!(client.answer(id).expect("a commit")["commit"].is_string());
    let told = client.notification("window/showMessage");
    assert_eq!(told["message"], "logged `call: Ada Lovelace` on 2026-11-23");
    client.serve("workspace/diagnostic/refresh", &Value::Null);
    assert_eq!(
        sandbox.git(&["show", "--format=", "--name-only", "HEAD"]),
        ""
    );
    assert_eq!(
        sandbox.git(&["status", "--porcelain"]),
        " M people/ada.md\n"
    );
    client.finish();
}

#[test]
fn a_follow_up_is_put_off_in_the_editor_or_on_disk() {
    let sandbox = Sandbox::new(VAULT);
    let mut client = Client::start_with(&sandbox, &able());
    client.open(&sandbox, ADA);
    let argument = json!({"uri": client.uri(ADA), "days": 7});
    let id = run(&mut client, "ties.snooze", &argument);
    let asked = client.serve("workspace/applyEdit", &json!({"applied": true}));
    let edit = &asked["edit"]["documentChanges"][0]["edits"][0];
    assert_eq!(edit["newText"], "snooze: 2026-11-30\n");
    let answer = client.answer(id).expect("an answer");
    assert_eq!(answer["snooze"], "2026-11-30");

    let id = run(&mut client, "ties.snooze", &argument);
    let refusal = json!({"applied": false, "failureReason": "read-only"});
    client.serve("workspace/applyEdit", &refusal);
    let error = client.answer(id).expect_err("a refusal");
    assert!(
        error["message"]
            .as_str()
            .is_some_and(|text| text.contains("read-only"))
    );
    client.finish();

    let mut client = Client::start_with(&sandbox, &pulling());
    let by_name = json!({"contact": "Ada Lovelace", "until": "2026-12-24"});
    let id = run(&mut client, "ties.snooze", &by_name);
    client.answer(id).expect("an answer");
    assert!(sandbox.read(ADA).contains("snooze: 2026-12-24\n"));
    client.serve("workspace/diagnostic/refresh", &Value::Null);
    client.open(&sandbox, ADA);
    let id = run(&mut client, "ties.snooze", &by_name);
    let error = client.answer(id).expect_err("the note is open");
    assert!(
        error["message"]
            .as_str()
            .is_some_and(|text| text.contains("close it"))
    );
    for (argument, word) in [
        (json!({"contact": "Ada Lovelace"}), "days"),
        (json!({"contact": "Ada Lovelace", "days": 0}), "later day"),
        (
            json!({"contact": "Ada Lovelace", "until": "long ago"}),
            "later day",
        ),
        (json!({"contact": "Nobody", "days": 1}), "Nobody"),
        (json!({"days": 1}), "name a contact"),
        (
            json!({"uri": client.uri("tea.md"), "days": 1}),
            "no contact",
        ),
    ] {
        let id = run(&mut client, "ties.snooze", &argument);
        let error = client.answer(id).expect_err("a refusal");
        let text = error["message"].as_str().expect("a message");
        assert!(text.contains(word), "{argument}: {text}");
    }
    client.finish();
}

#[test]
fn a_new_note_is_made_in_the_editor_or_on_disk_and_shown() {
    let sandbox = Sandbox::new(VAULT);
    let mut client = Client::start_with(&sandbox, &able());
    let argument =
        json!({"name": "Zoë Müller", "set": {"circle": "inner", "emails": ["z@m.example"]}});
    let id = run(&mut client, "ties.new", &argument);
    let asked = client.serve("workspace/applyEdit", &json!({"applied": true}));
    let changes = &asked["edit"]["documentChanges"];
    assert_eq!(changes[0]["kind"], "create");
    assert_eq!(changes[0]["uri"], client.uri("people/zoe-mueller.md"));
    assert_eq!(
        changes[1]["edits"][0]["newText"],
        "---\nname: Zoë Müller\ncircle: inner\nemails: [z@m.example]\n---\n# Zoë Müller\n"
    );
    let shown = client.serve("window/showDocument", &json!({"success": true}));
    assert_eq!(shown["uri"], client.uri("people/zoe-mueller.md"));
    assert_eq!(
        client.answer(id).expect("an answer")["path"],
        "people/zoe-mueller.md"
    );
    client.finish();

    let mut client = Client::start_with(&sandbox, &pulling());
    let id = run(
        &mut client,
        "ties.new",
        &json!({"kind": "organization", "name": "Acme"}),
    );
    client.answer(id).expect("an answer");
    assert_eq!(
        sandbox.read("organizations/acme.md"),
        "---\nname: Acme\n---\n# Acme\n"
    );
    client.serve("workspace/diagnostic/refresh", &Value::Null);
    for (argument, word) in [
        (json!({"name": "Acme"}), "is called `Acme` already"),
        (json!({"name": "a|b"}), "cannot be linked to"),
        (json!({"name": "X", "kind": "me"}), "a `contact`"),
        (
            json!({"name": "X", "set": {"circle": "nowhere"}}),
            "nowhere",
        ),
        (json!({}), "name"),
    ] {
        let id = run(&mut client, "ties.new", &argument);
        let error = client.answer(id).expect_err("a refusal");
        let text = error["message"].as_str().expect("a message");
        assert!(text.contains(word), "{argument}: {text}");
    }
    client.finish();
}

#[test]
fn pages_are_answered_and_shown_as_files_that_go_with_the_server() {
    let sandbox = Sandbox::new(VAULT);
    let mut client = Client::start_with(&sandbox, &able());
    let argument = json!({"contact": "Ada Lovelace", "show": true});
    let id = run(&mut client, "ties.timeline", &argument);
    let shown = client.serve("window/showDocument", &json!({"success": true}));
    let answer = client.answer(id).expect("a page");
    assert_eq!(answer["uri"], shown["uri"]);
    let path = shown["uri"]
        .as_str()
        .and_then(|uri| uri.strip_prefix("file://"));
    let path = Path::new(path.expect("a file"));
    assert_eq!(
        path.file_name().expect("a name"),
        "conversations-with-ada-lovelace.md"
    );
    let text = std::fs::read_to_string(path).expect("it is there");
    assert_eq!(answer["markdown"], text);
    assert!(
        text.contains("- 2026-10-01 (53 days ago), call: the engine"),
        "{text}"
    );
    assert!(
        std::fs::metadata(path)
            .expect("it is there")
            .permissions()
            .readonly()
    );
    // Again, over the one that is there.
    let id = run(&mut client, "ties.timeline", &argument);
    client.serve("window/showDocument", &json!({"success": false}));
    client.answer(id).expect("a page");

    let uri = client.uri(ADA);
    let id = run(&mut client, "ties.brief", &json!({"uri": uri}));
    let brief = client.answer(id).expect("a page");
    assert_eq!(brief["title"], "Ada Lovelace");
    let markdown = brief["markdown"].as_str().expect("a text");
    assert!(
        markdown.contains(&format!("[Ada Lovelace]({uri})")),
        "{markdown}"
    );
    let id = client.ask("workspace/executeCommand", json!({"command": "ties.due"}));
    let due = client.answer(id).expect("a page");
    assert!(
        due["markdown"]
            .as_str()
            .is_some_and(|text| text.contains("## Overdue"))
    );
    for (command, argument, word) in [
        ("ties.timeline", json!({"contact": "Nobody"}), "Nobody"),
        ("ties.brief", json!({"contact": "Works"}), "no contact"),
        (
            "ties.brief",
            json!({"uri": client.uri("tea.md")}),
            "a contact or an event",
        ),
        ("ties.brief", json!({"event": "never"}), "never"),
        ("ties.timeline", Value::Null, "object"),
    ] {
        let id = run(&mut client, command, &argument);
        let error = client.answer(id).expect_err("a refusal");
        let text = error["message"].as_str().expect("a message");
        assert!(text.contains(word), "{argument}: {text}");
    }
    client.finish();
    assert!(!path.exists());
}

#[test]
fn progress_is_told_to_who_asks_for_it() {
    let sandbox = Sandbox::new(VAULT);
    let mut client = Client::start_with(&sandbox, &pulling());
    let params = json!({"command": "ties.due", "arguments": [{}], "workDoneToken": "t"});
    let id = client.ask("workspace/executeCommand", params);
    client.answer(id).expect("a page");
    let begun = client.notification("$/progress");
    assert_eq!(
        (&begun["token"], &begun["value"]["kind"]),
        (&json!("t"), &json!("begin"))
    );
    assert_eq!(client.notification("$/progress")["value"]["kind"], "end");
    client.finish();
}

#[test]
fn a_contact_that_is_not_there_yet_is_made_by_completing_its_link() {
    let sandbox = Sandbox::new(VAULT);
    let mut client = Client::start_with(&sandbox, &pulling());
    client.open_text("tea.md", "with [[Bob Bab");
    let list = client.request("textDocument/completion", client.at("tea.md", "Bab"));
    assert_eq!(list["isIncomplete"], true);
    let mut at = client.at("tea.md", "Bab");
    at["position"]["character"] = json!(14);
    let list = client.request("textDocument/completion", at);
    let items = list["items"].as_array().expect("items");
    let new = items.last().expect("an item");
    assert_eq!(new["label"], "Bob Bab (new contact)");
    assert_eq!(new["textEdit"]["newText"], "Bob Bab]]");
    assert_eq!(new["command"]["command"], "ties.new");
    let argument = new["command"]["arguments"][0].clone();
    let id = run(&mut client, "ties.new", &argument);
    let answer = client.answer(id).expect("an answer");
    assert_eq!(answer["path"], "people/bob-bab.md");
    assert!(sandbox.read("people/bob-bab.md").contains("name: Bob Bab"));
    client.serve("workspace/diagnostic/refresh", &Value::Null);
    client.finish();
}

#[test]
fn plans_and_matches_are_pages_and_the_lens_of_a_goal_opens_its_plan() {
    let sandbox = Sandbox::new(
        "//- ties.toml\n//- me.md\n---\nkind: me\nname: Me\noffers: [grant applications]\n---\n\
         //- people/ann.md\n---\nname: Ann\nneeds: [reviewing grant applications]\n---\n\
         //- goals/site.md\n---\nname: Site\nneeds: [a harbour]\nwho: [\"[[Ann]]\"]\n---\n\
         //- goals/boat.md\n---\nname: Boat\n---\n",
    );
    let mut client = Client::start_with(&sandbox, &pulling());
    client.open(&sandbox, "goals/site.md");
    let uri = client.uri("goals/site.md");
    let lenses = client.request(
        "textDocument/codeLens",
        json!({"textDocument": {"uri": uri}}),
    );
    let lens = client.request("codeLens/resolve", lenses[0].clone());
    assert_eq!(lens["command"]["command"], "ties.plan");
    let mut run = |command: &str, arguments: Value| {
        let asked = json!({"command": command, "arguments": arguments});
        let id = client.ask("workspace/executeCommand", asked);
        client.answer(id)
    };
    let opened = run("ties.plan", lens["command"]["arguments"].clone()).expect("a page");
    let markdown = opened["markdown"].as_str().expect("a text");
    assert!(markdown.contains("no way there yet"), "{markdown}");
    assert!(!markdown.contains("Boat"), "{markdown}");
    let named = run("ties.plan", json!([{"goal": "Site"}])).expect("a page");
    assert_eq!(named["markdown"], opened["markdown"]);
    let all = run("ties.plan", json!([])).expect("a page");
    let markdown = all["markdown"].as_str().expect("a text");
    assert!(markdown.contains("Boat") && markdown.contains("Site"));
    let refused = run("ties.plan", json!([{"goal": "Ann"}])).expect_err("it is no goal");
    assert!(
        refused["message"]
            .as_str()
            .is_some_and(|text| text.contains("no goal"))
    );
    let matches = run("ties.match", json!([])).expect("a page");
    let markdown = matches["markdown"].as_str().expect("a text");
    assert!(
        markdown.contains("reviewing grant applications"),
        "{markdown}"
    );
    client.finish();
}
