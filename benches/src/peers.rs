//! This server and another one, `iwes`, on the same vault with the same requests in turn, each answer checked.

use std::{
    env, fs,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use serde_json::{Value, json};

use crate::{
    client::Client,
    generate::{self, HUB},
    measure::{milliseconds, ratio, spread},
    server,
};

/// How often each server is started.
const STARTS: usize = 5;
/// How often each request is made.
const ROUNDS: u64 = 30;

/// The servers.
#[derive(Clone, Copy)]
enum Server {
    Ties,
    Iwes,
}

/// Measures both servers on a vault of `size` notes that link each other the way both know.
pub(crate) fn measure(folder: &Path, size: u64) -> anyhow::Result<()> {
    let iwes = env::var_os("TIES_IWES")
        .context("TIES_IWES names the program `iwes`; `cargo xtask bench` installs it")?;
    generate::repository(folder)?;
    let mut starts: [Vec<Duration>; 3] = Default::default();
    for _ in 0..STARTS {
        // What is kept for the next start.
        drop(fs::remove_dir_all(folder.join(".git/ties")));
        for times in &mut starts[..2] {
            let (client, time) = ready(&mut server::ties()?, folder, size)?;
            client.stop()?;
            times.push(time);
        }
        starts[2].push(ready(&mut Command::new(&iwes), folder, size)?.1);
    }
    let [new, again, theirs] = starts.map(|times| spread(times).0);
    for (what, ours) in [("ready, new", new), ("ready, again", again)] {
        println!(
            "{what:<28} {:>10}, iwes {:>10}: {} sooner",
            milliseconds(ours),
            milliseconds(theirs),
            ratio(theirs, ours)
        );
    }
    let (mut ours, _) = ready(&mut server::ties()?, folder, size)?;
    let (mut theirs, _) = ready(&mut Command::new(&iwes), folder, size)?;
    let mut times: Vec<(&str, [Vec<Duration>; 2])> = Vec::new();
    for round in 0..ROUNDS {
        // In turn, so that what disturbs the machine disturbs both.
        let servers = [(Server::Ties, &mut ours), (Server::Iwes, &mut theirs)];
        for (which, (server, client)) in servers.into_iter().enumerate() {
            for (index, (what, time)) in ask(server, client, size, round)?.into_iter().enumerate() {
                if times.len() == index {
                    times.push((what, Default::default()));
                }
                times[index].1[which].push(time);
            }
        }
    }
    for (what, [ours, theirs]) in times {
        let (ours, theirs) = (spread(ours).1, spread(theirs).1);
        println!(
            "{what:<28} {:>10}, iwes {:>10}: {} sooner (p95 of {ROUNDS})",
            milliseconds(ours),
            milliseconds(theirs),
            ratio(theirs, ours)
        );
    }
    println!(
        "{:<28} {:>6} MiB, iwes {:>6} MiB",
        "resident",
        ours.resident()?,
        theirs.resident()?
    );
    ours.stop()
}

/// Starts a server and waits for the first answer that knows the whole vault.
fn ready(command: &mut Command, folder: &Path, size: u64) -> anyhow::Result<(Client, Duration)> {
    let mut client = Client::start(command, folder, &json!({}))?;
    let last = generate::name(size - 1);
    let found = client.request("workspace/symbol", &json!({"query": last}))?;
    let time = client.started.elapsed();
    ensure!(
        found.to_string().contains(&generate::flat_path(size - 1)),
        "`{last}` must be found"
    );
    Ok((client, time))
}

/// Edits one note and asks what is asked every day; returns what each took.
fn ask(
    server: Server,
    client: &mut Client,
    size: u64,
    round: u64,
) -> anyhow::Result<Vec<(&'static str, Duration)>> {
    let own = 1 + round;
    let uri = client.uri(&generate::flat_path(own));
    let text = generate::flat_text(own, size);
    let target = (round * 7_919 + 11) % size;
    let (name, path) = (generate::name(target), generate::flat_path(target));
    let typed: String = name.chars().take(name.chars().count() - 1).collect();
    let line = text.lines().count() as u64 + 1;
    client.notify(
        "textDocument/didOpen",
        &json!({"textDocument": {"uri": uri, "languageId": "markdown", "version": 1, "text": text}}),
    )?;
    let mut version = 1;
    let mut change = |client: &mut Client, end: &str| {
        version += 1;
        client.notify(
            "textDocument/didChange",
            &json!({
                "textDocument": {"uri": uri, "version": version},
                "contentChanges": [{"text": format!("{text}\n{end}")}],
            }),
        )
    };
    let at = |character: usize| json!({"textDocument": {"uri": uri}, "position": {"line": line, "character": character}});
    let mut times = Vec::new();
    let mut timed = |what, start: Instant, is_right: bool| {
        times.push((what, start.elapsed()));
        ensure!(is_right, "{what} of `{name}` must be answered");
        Ok(())
    };

    let start = Instant::now();
    change(client, &format!("[[{typed}"))?;
    let answer = client.request(
        "textDocument/completion",
        &at(2 + typed.encode_utf16().count()),
    )?;
    timed("completion", start, answer.to_string().contains(&name))?;

    let start = Instant::now();
    change(client, &format!("[{name}]({path})\n"))?;
    let answer = client.request("textDocument/hover", &at(1))?;
    timed("hover", start, answer.to_string().contains(&name))?;

    let start = Instant::now();
    let answer = client.request("textDocument/definition", &at(1))?;
    timed("definition", start, answer.to_string().contains(&path))?;

    let start = Instant::now();
    let answer = client.request(
        "textDocument/documentSymbol",
        &json!({"textDocument": {"uri": uri}}),
    )?;
    timed("symbols of a note", start, is_list(&answer, 1))?;

    let start = Instant::now();
    let answer = client.request("workspace/symbol", &json!({"query": typed}))?;
    timed(
        "symbols of the vault",
        start,
        answer.to_string().contains(&path),
    )?;

    let hub = json!({
        "textDocument": {"uri": client.uri(&generate::flat_path(HUB))},
        "position": {"line": 0, "character": 4},
        "context": {"includeDeclaration": true},
    });
    let start = Instant::now();
    let answer = client.request("textDocument/references", &hub)?;
    timed("references, 1,000", start, is_list(&answer, 1_000))?;

    // Another name for the file: here what an editor's tree asks for, there what renaming a link to it does.
    let (hub, path) = (generate::name(HUB), generate::flat_path(HUB));
    change(client, &format!("[{hub}]({path})\n"))?;
    let (method, rename) = match server {
        Server::Ties => (
            "workspace/willRenameFiles",
            json!({"files": [{"oldUri": client.uri(&path), "newUri": client.uri("another.md")}]}),
        ),
        Server::Iwes => {
            let mut rename = at(hub.encode_utf16().count() + 5);
            rename["newName"] = json!("another");
            ("textDocument/rename", rename)
        }
    };
    let start = Instant::now();
    let answer = client.request(method, &rename)?;
    let answer = answer.to_string();
    let n_rewritten =
        answer.matches("](another").count() + answer.matches("\"another.md\"").count();
    timed("moved file, 1,000", start, n_rewritten >= 1_000)?;

    client.notify(
        "textDocument/didClose",
        &json!({"textDocument": {"uri": uri}}),
    )?;
    Ok(times)
}

fn is_list(answer: &Value, least: usize) -> bool {
    answer.as_array().is_some_and(|list| list.len() >= least)
}
