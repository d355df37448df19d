//! The language server as an editor sees it: spawned, asked over stdio, its answers checked.

use std::{
    env, fs,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use serde_json::json;

use crate::{
    client::Client,
    generate::{self, Random},
    measure::{milliseconds, spread},
};

const ROUNDS: u64 = 100;

/// Returns the command that starts the server.
pub(crate) fn ties() -> anyhow::Result<Command> {
    let program = env::var_os("TIES_BIN")
        .context("TIES_BIN names the program; `cargo xtask bench` sets it")?;
    let mut command = Command::new(program);
    command.arg("lsp");
    Ok(command)
}

/// Starts the server on a vault of `size` notes that it has not seen, then once more; returns the second one.
///
/// What a user waits for after opening the editor: the first answer that knows the whole vault.
fn start(folder: &Path, size: u64) -> anyhow::Result<Client> {
    generate::repository(folder)?;
    let mut started = None;
    for (what, is_new) in [("ready, new", true), ("ready, again", false)] {
        if is_new {
            // What git's folder keeps for the next time.
            drop(fs::remove_dir_all(folder.join(".git/ties")));
        }
        if let Some(client) = started.take() {
            Client::stop(client)?;
        }
        let mut client = Client::start(&mut ties()?, folder, &json!({}))?;
        let name = generate::name(size - 1);
        let symbol = client.request("workspace/symbol", &json!({"query": name}))?;
        let ready = client.started.elapsed();
        ensure!(
            symbol.as_array().is_some_and(|found| !found.is_empty()),
            "the last note must be found"
        );
        println!(
            "{what:<14} {:>11} after the start, resident {} MiB",
            milliseconds(ready),
            client.resident()?
        );
        started = Some(client);
    }
    Ok(started.expect("it was started twice"))
}

/// Measures the everyday requests of one document, each after an edit, on a vault of `size` notes.
pub(crate) fn measure(folder: &Path, size: u64) -> anyhow::Result<()> {
    let mut client = start(folder, size)?;
    let mut random = Random::new(11);
    let home = generate::path(0);
    let uri = client.uri(&home);
    let text = generate::text(0, size);
    client.notify(
        "textDocument/didOpen",
        &json!({"textDocument": {"uri": uri, "languageId": "markdown", "version": 1, "text": text}}),
    )?;

    let last_line = text.lines().count() as u64;
    let mut version = 1;
    let mut times: Vec<(&str, Vec<Duration>)> = Vec::new();
    let mut add =
        |what: &'static str, time: Duration| match times.iter_mut().find(|(name, _)| *name == what)
        {
            Some((_, list)) => list.push(time),
            None => times.push((what, vec![time])),
        };
    for _ in 0..ROUNDS {
        let target = loop {
            let target = random.below(size);
            if target % 10 < 8 {
                break target;
            }
        };
        let name = generate::name(target);
        let typed: String = name.chars().take(name.chars().count() - 1).collect();
        let end = json!({"line": last_line + 5, "character": 0});
        let mut change = |client: &mut Client, line: &str| {
            version += 1;
            client.notify(
                "textDocument/didChange",
                &json!({
                    "textDocument": {"uri": uri, "version": version},
                    "contentChanges": [{
                        "range": {"start": {"line": last_line, "character": 0}, "end": end},
                        "text": line,
                    }],
                }),
            )
        };
        let at = |column: usize| json!({"textDocument": {"uri": uri}, "position": {"line": last_line, "character": column}});
        let width = typed.encode_utf16().count();

        let start = Instant::now();
        change(&mut client, &format!("[[{typed}"))?;
        let answer = client.request("textDocument/completion", &at(2 + width))?;
        add("completion", start.elapsed());
        let items = answer["items"]
            .as_array()
            .or(answer.as_array())
            .context("completion answers items")?;
        ensure!(
            items.iter().any(|item| item["label"] == name.as_str()),
            "`{typed}` must offer `{name}`"
        );

        let start = Instant::now();
        change(&mut client, &format!("[[{name}]]\n"))?;
        let answer = client.request("textDocument/hover", &at(4))?;
        add("hover", start.elapsed());
        ensure!(
            answer.to_string().contains(&name),
            "hover must speak of `{name}`"
        );

        let start = Instant::now();
        let answer = client.request("textDocument/definition", &at(4))?;
        add("definition", start.elapsed());
        ensure!(
            answer.to_string().contains(&generate::path(target)),
            "the definition of `{name}` is its note"
        );

        let start = Instant::now();
        let mut parameters = at(4);
        parameters["context"] = json!({"includeDeclaration": true});
        let answer = client.request("textDocument/references", &parameters)?;
        add("references", start.elapsed());
        ensure!(
            answer.as_array().is_some_and(|found| !found.is_empty()),
            "`{name}` is linked from here at least"
        );

        let start = Instant::now();
        change(&mut client, &format!("[[{name}]] once more\n"))?;
        let answer = client.request(
            "textDocument/documentSymbol",
            &json!({"textDocument": {"uri": uri}}),
        )?;
        add("symbols", start.elapsed());
        ensure!(
            answer.as_array().is_some_and(|found| !found.is_empty()),
            "the note has an outline"
        );

        let start = Instant::now();
        change(&mut client, &format!("[[{typed} Nobody]]\n"))?;
        let answer = client.request(
            "textDocument/diagnostic",
            &json!({"textDocument": {"uri": uri}}),
        )?;
        add("diagnostics", start.elapsed());
        ensure!(
            answer.to_string().contains("Nobody"),
            "`{typed} Nobody` must be told of"
        );
        change(&mut client, &format!("[[{name}]] once more\n"))?;

        let start = Instant::now();
        let answer = client.request("workspace/symbol", &json!({"query": typed}))?;
        add("find symbol", start.elapsed());
        ensure!(
            answer.to_string().contains(&generate::path(target)),
            "`{typed}` must find `{name}`"
        );

        let start = Instant::now();
        let mut parameters = at(4);
        parameters["newName"] = json!(format!("{name} Renamed"));
        let answer = client.request("textDocument/rename", &parameters)?;
        add("rename", start.elapsed());
        ensure!(
            answer.to_string().contains("Renamed"),
            "the rename of `{name}` must edit something: {answer}"
        );
    }
    let hub = client.uri(&generate::path(generate::HUB));
    for _ in 0..20 {
        let at = json!({"textDocument": {"uri": hub}, "position": {"line": 1, "character": 7}});
        let start = Instant::now();
        let mut parameters = at.clone();
        parameters["context"] = json!({"includeDeclaration": false});
        let answer = client.request("textDocument/references", &parameters)?;
        add("references of one that 1,000 notes link", start.elapsed());
        ensure!(
            answer.as_array().is_some_and(|found| found.len() >= 1_000),
            "a thousand notes link it"
        );
        let start = Instant::now();
        let mut parameters = at;
        parameters["newName"] = json!("Quite Another");
        let answer = client.request("textDocument/rename", &parameters)?;
        add("rename of one that 1,000 notes link", start.elapsed());
        ensure!(
            answer.to_string().matches("Quite Another").count() >= 1_000,
            "a thousand links are rewritten"
        );
    }
    for (what, times) in times {
        let rounds = times.len();
        let (median, p95) = spread(times);
        println!(
            "{what:<14} {:>11}, p95 {} ({rounds} rounds)",
            milliseconds(median),
            milliseconds(p95)
        );
    }

    let mut waits = Vec::new();
    for round in 0..20 {
        let broken = format!("Nobody At All {round}");
        version += 1;
        let start = Instant::now();
        client.notify(
            "textDocument/didChange",
            &json!({
                "textDocument": {"uri": uri, "version": version},
                "contentChanges": [{
                    "range": {"start": {"line": last_line, "character": 0}, "end": {"line": last_line + 5, "character": 0}},
                    "text": format!("[[{broken}]]\n"),
                }],
            }),
        )?;
        client.wait_for_diagnostic(&broken)?;
        waits.push(start.elapsed());
    }
    let (median, p95) = spread(waits);
    println!(
        "{:<14} {:>11}, p95 {} (with the pause before publishing)",
        "published",
        milliseconds(median),
        milliseconds(p95)
    );
    println!("resident       {:>7} MiB", client.resident()?);
    client.stop()
}
