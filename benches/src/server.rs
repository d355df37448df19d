//! The language server as an editor sees it: spawned, asked over stdio, its answers checked.

use std::{
    env, fs,
    io::{BufRead, BufReader, Read, Write},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, bail, ensure};
use serde_json::{Value, json};

use crate::{
    generate::{self, Random},
    measure::{milliseconds, resident_kib, spread},
};

const ROUNDS: u64 = 100;

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
        let mut client = Client::start(folder)?;
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
            resident_kib(&client.child.id().to_string())? / 1024
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
        "diagnostic",
        milliseconds(median),
        milliseconds(p95)
    );
    println!(
        "resident       {:>7} MiB",
        resident_kib(&client.child.id().to_string())? / 1024
    );
    client.stop()
}

/// A client that offers little and reads everything.
struct Client {
    child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
    root: String,
    next_id: u64,
    started: Instant,
}

impl Client {
    fn start(folder: &Path) -> anyhow::Result<Self> {
        let ties = env::var_os("TIES_BIN")
            .context("TIES_BIN names the program; `cargo xtask bench` sets it")?;
        let folder = folder.canonicalize()?;
        let started = Instant::now();
        let mut child = Command::new(ties)
            .arg("lsp")
            .current_dir(&folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let stdin = child.stdin.take().expect("stdin is piped");
        let stdout = BufReader::new(child.stdout.take().expect("stdout is piped"));
        let root = format!("file://{}", folder.display());
        let mut client = Self {
            child,
            stdin,
            stdout,
            root,
            next_id: 0,
            started,
        };
        let root = client.root.clone();
        client.request(
            "initialize",
            &json!({"processId": null, "rootUri": root, "capabilities": {},
                    "workspaceFolders": [{"uri": root, "name": "bench"}]}),
        )?;
        client.notify("initialized", &json!({}))?;
        Ok(client)
    }

    fn uri(&self, path: &str) -> String {
        format!("{}/{path}", self.root)
    }

    fn send(&mut self, message: &Value) -> anyhow::Result<()> {
        let text = message.to_string();
        write!(self.stdin, "Content-Length: {}\r\n\r\n{text}", text.len())?;
        Ok(self.stdin.flush()?)
    }

    fn notify(&mut self, method: &str, parameters: &Value) -> anyhow::Result<()> {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": parameters}))
    }

    fn request(&mut self, method: &str, parameters: &Value) -> anyhow::Result<Value> {
        self.next_id += 1;
        let id = self.next_id;
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": parameters}))?;
        loop {
            let mut message = self.receive()?;
            if message["id"] == id && message.get("method").is_none() {
                ensure!(
                    message.get("error").is_none(),
                    "{method}: {}",
                    message["error"]
                );
                return Ok(message["result"].take());
            }
        }
    }

    /// Returns the next message, requests of the server answered with null.
    fn receive(&mut self) -> anyhow::Result<Value> {
        let mut length = 0;
        loop {
            let mut line = String::new();
            ensure!(self.stdout.read_line(&mut line)? > 0, "the server has gone");
            let line = line.trim();
            if line.is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("Content-Length: ") {
                length = value.parse()?;
            }
        }
        let mut body = vec![0; length];
        self.stdout.read_exact(&mut body)?;
        let message: Value = serde_json::from_slice(&body)?;
        if message.get("method").is_some() && message.get("id").is_some() {
            self.send(&json!({"jsonrpc": "2.0", "id": message["id"], "result": null}))?;
        }
        Ok(message)
    }

    fn wait_for_diagnostic(&mut self, words: &str) -> anyhow::Result<()> {
        let deadline = Instant::now() + Duration::from_mins(1);
        while Instant::now() < deadline {
            let message = self.receive()?;
            if message["method"] == "textDocument/publishDiagnostics"
                && message.to_string().contains(words)
            {
                return Ok(());
            }
        }
        bail!("no diagnostic spoke of `{words}`")
    }

    fn stop(mut self) -> anyhow::Result<()> {
        self.request("shutdown", &Value::Null)?;
        self.notify("exit", &Value::Null)?;
        let status = self.child.wait()?;
        ensure!(status.success(), "the server ended with {status}");
        Ok(())
    }
}
