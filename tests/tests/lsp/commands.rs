//! Logging from the editor: real commits, and what follows from them.

use serde_json::{Value, json};
use ties_tests::{Client, Sandbox};

const VAULT: &str = r"
//- ties.toml
//- people/ada.md
---
name: Ada Lovelace
circle: close
---

$0- 2026-11-20 call: the engine's notes
//- people/zoe.md
---
name: Zoë Müller
cadence: 1 week
met: {date: 2026-01-01}
---
";

/// Returns the actions at the fixture's cursor that run `ties.log`.
fn log_actions(client: &mut Client) -> Vec<Value> {
    let at = client.at_cursor();
    let actions = client.request(
        "textDocument/codeAction",
        json!({
            "textDocument": at["textDocument"],
            "range": {"start": at["position"], "end": at["position"]},
            "context": {"diagnostics": []},
        }),
    );
    let actions = actions.as_array().expect("actions").iter();
    actions
        .filter(|action| action["command"]["command"] == "ties.log")
        .cloned()
        .collect()
}

fn run(client: &mut Client, argument: &Value) -> Result<Value, Value> {
    let id = client.ask(
        "workspace/executeCommand",
        json!({"command": "ties.log", "arguments": [argument]}),
    );
    client.answer(id)
}

#[test]
fn logging_an_entry_makes_a_commit_and_settles_the_hint() {
    let sandbox = Sandbox::with_git(VAULT);
    let mut client = Client::start(&sandbox);
    client.open(&sandbox, "people/ada.md");
    assert!(
        client
            .pulled("people/ada.md")
            .contains(&"unlogged-interaction".to_owned())
    );
    let actions = log_actions(&mut client);
    let [action] = &actions[..] else {
        panic!("{actions:#?}")
    };
    let answer = client.request(
        "workspace/executeCommand",
        json!({"command": "ties.log", "arguments": action["command"]["arguments"]}),
    );
    assert_eq!(answer["commit"], sandbox.git(&["rev-parse", "HEAD"]).trim());
    let told = client.notification("window/showMessage");
    assert_eq!(
        told["message"],
        "logged `call: Ada Lovelace, the engine's notes` on 2026-11-20"
    );
    let message = sandbox.git(&["log", "-1", "--format=%B"]);
    for line in [
        "call: Ada Lovelace, the engine's notes",
        "Interaction: call",
        "Interaction-Date: 2026-11-20",
        "Contact: people/ada.md",
    ] {
        assert!(message.contains(line), "{line:?} is missing in:\n{message}");
    }
    let id = answer["id"].as_str().expect("an id");
    assert!(
        message.contains(&format!("Interaction-Id: {id}")),
        "{message}"
    );
    client.serve("workspace/diagnostic/refresh", &Value::Null);
    assert!(
        !client
            .pulled("people/ada.md")
            .contains(&"unlogged-interaction".to_owned())
    );
    assert_eq!(log_actions(&mut client), [] as [Value; 0]);
    client.finish();
}

#[test]
fn a_name_is_as_good_as_a_path_and_today_as_no_day() {
    let sandbox = Sandbox::with_git(VAULT);
    let mut client = Client::start(&sandbox);
    run(
        &mut client,
        &json!({"kind": "Coffee?", "contacts": ["zoe"]}),
    )
    .expect_err("no kind");
    let answer = run(
        &mut client,
        &json!({"kind": "call", "contacts": ["Zoë Müller", "people/ada.md"], "message": "hello"}),
    )
    .expect("a commit");
    assert!(answer["id"].is_string());
    client.notification("window/showMessage");
    let message = sandbox.git(&["log", "-1", "--format=%B"]);
    assert!(
        message.contains("Contact: people/zoe.md\nContact: people/ada.md"),
        "{message}"
    );
    assert!(
        message.contains("Interaction-Date: 2026-11-23"),
        "{message}"
    );
    client.serve("workspace/diagnostic/refresh", &Value::Null);
    client.finish();
}

#[test]
fn what_cannot_be_logged_is_refused_with_the_next_step_and_changes_nothing() {
    let sandbox = Sandbox::with_git(VAULT);
    let mut client = Client::start(&sandbox);
    let before = sandbox.git(&["rev-parse", "HEAD"]);
    for (argument, word) in [
        (json!({"kind": "call", "contacts": ["Nobody"]}), "Nobody"),
        (json!({"kind": "call", "contacts": []}), "contact"),
        (
            json!({"kind": "sing", "contacts": ["Ada Lovelace"]}),
            "sing",
        ),
        (
            json!({"kind": "call", "contacts": ["Ada Lovelace"], "on": "2026-13-40"}),
            "2026-13-40",
        ),
        (
            json!({"kind": "call", "contacts": ["Ada Lovelace"], "on": "2026-11-24"}),
            "2026-11-24",
        ),
        (json!({"contacts": ["Ada Lovelace"]}), "kind"),
        (json!(7), "object"),
    ] {
        let error = run(&mut client, &argument).expect_err("a refusal");
        let text = error["message"].as_str().expect("a message");
        assert!(text.contains(word), "{argument}: {text}");
    }
    let unknown = client.refused("workspace/executeCommand", json!({"command": "ties.fly"}));
    assert!(
        unknown["message"]
            .as_str()
            .is_some_and(|text| text.contains("ties.fly"))
    );
    assert_eq!(sandbox.git(&["rev-parse", "HEAD"]), before);
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
    client.finish();
}

#[test]
fn without_git_logging_says_how_to_begin() {
    let sandbox = Sandbox::new(VAULT);
    let mut client = Client::start(&sandbox);
    let error = run(
        &mut client,
        &json!({"kind": "call", "contacts": ["Ada Lovelace"]}),
    )
    .expect_err("a refusal");
    assert!(
        error["message"]
            .as_str()
            .is_some_and(|text| text.contains("git init")),
        "{error}"
    );
    client.finish();
}

#[test]
fn a_commit_from_outside_is_heard_and_follow_ups_change() {
    let sandbox = Sandbox::with_git(VAULT);
    let mut client = Client::start_with(&sandbox, &json!({}));
    client.open(&sandbox, "people/zoe.md");
    client.published(
        "people/zoe.md",
        &["follow-up-overdue", "never-contacted", "no-way-to-reach"],
    );
    let trailers = [
        "Interaction: call",
        "Interaction-Date: 2026-11-23",
        "Contact: people/zoe.md",
    ];
    let mut arguments = vec![
        "commit",
        "--quiet",
        "--allow-empty",
        "--message",
        "call: Zoë",
    ];
    for trailer in trailers {
        arguments.extend(["--trailer", trailer]);
    }
    sandbox.git(&arguments);
    client.published("people/zoe.md", &["follow-up-soon", "no-way-to-reach"]);
    client.finish();
}

#[test]
fn a_repository_made_later_is_found() {
    let sandbox = Sandbox::new(VAULT);
    let mut client = Client::start_with(&sandbox, &json!({}));
    client.open(&sandbox, "people/zoe.md");
    client.published("people/zoe.md", &["follow-up-overdue", "no-way-to-reach"]);
    sandbox.git(&["init", "--quiet"]);
    sandbox.git(&[
        "commit",
        "--quiet",
        "--allow-empty",
        "--message",
        "call: Zoë",
        "--trailer",
        "Interaction: call",
        "--trailer",
        "Interaction-Date: 2026-11-23",
        "--trailer",
        "Contact: people/zoe.md",
    ]);
    client.published("people/zoe.md", &["follow-up-soon", "no-way-to-reach"]);
    client.finish();
}
