//! A language client that offers little, reads everything, and waits for each answer.

use std::{
    io::{BufRead, BufReader, Read, Write},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{bail, ensure};
use serde_json::{Value, json};

use crate::measure::resident_kib;

/// A client that offers little and reads everything.
pub(crate) struct Client {
    child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
    root: String,
    next_id: u64,
    /// When the server was spawned.
    pub(crate) started: Instant,
}

impl Client {
    /// Starts a server in a folder and initializes it with these capabilities.
    pub(crate) fn start(
        server: &mut Command,
        folder: &Path,
        capabilities: &Value,
    ) -> anyhow::Result<Self> {
        let folder = folder.canonicalize()?;
        let started = Instant::now();
        let mut child = server
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
            &json!({"processId": null, "rootUri": root, "capabilities": capabilities,
                    "workspaceFolders": [{"uri": root, "name": "bench"}]}),
        )?;
        client.notify("initialized", &json!({}))?;
        Ok(client)
    }

    /// Returns the URI of a file of the folder.
    pub(crate) fn uri(&self, path: &str) -> String {
        format!("{}/{path}", self.root)
    }

    fn send(&mut self, message: &Value) -> anyhow::Result<()> {
        let text = message.to_string();
        write!(self.stdin, "Content-Length: {}\r\n\r\n{text}", text.len())?;
        Ok(self.stdin.flush()?)
    }

    /// Says something that is not answered.
    pub(crate) fn notify(&mut self, method: &str, parameters: &Value) -> anyhow::Result<()> {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": parameters}))
    }

    /// Returns the answer to a request; an error where the server answers one.
    pub(crate) fn request(&mut self, method: &str, parameters: &Value) -> anyhow::Result<Value> {
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

    /// Reads until a diagnostic that is published has these words.
    pub(crate) fn wait_for_diagnostic(&mut self, words: &str) -> anyhow::Result<()> {
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

    /// Returns the resident memory of the server in MiB.
    pub(crate) fn resident(&self) -> anyhow::Result<u64> {
        Ok(resident_kib(&self.child.id().to_string())? / 1024)
    }

    /// Ends the server as the protocol asks for.
    pub(crate) fn stop(mut self) -> anyhow::Result<()> {
        self.request("shutdown", &Value::Null)?;
        self.notify("exit", &Value::Null)?;
        let status = self.child.wait()?;
        ensure!(status.success(), "the server ended with {status}");
        Ok(())
    }
}

/// A server that does not end as it should ends here.
impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
