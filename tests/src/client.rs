//! A language client that speaks over the pipes of the real program, and is strict.
//!
//! It keeps every message until a test reads it; [`Client::finish`] fails where one is left, where the server says
//! something after its answer to `exit`, or ends with another code than 0. Every wait has an end.

use std::{
    collections::{BTreeMap, VecDeque},
    io::{BufRead, BufReader, Write},
    process::{Child, ChildStdin, ExitStatus, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    thread,
    time::{Duration, Instant},
};

use note::{Encoding, LineColumn, LineIndex};
use serde_json::{Value, json};

use crate::{Sandbox, sandbox};

/// How long anything is waited for. Far more than it takes: the machine may be busy.
const PATIENCE: Duration = Duration::from_mins(1);

/// A client, connected.
#[derive(Debug)]
pub struct Client {
    child: Child,
    stdin: Option<ChildStdin>,
    incoming: Receiver<Value>,
    unread: VecDeque<Value>,
    last_id: i64,
    root: String,
    texts: BTreeMap<String, (i32, String)>,
    encoding: Encoding,
    cursor: Option<(String, usize)>,
    /// What the server answered to `initialize`.
    pub server: Value,
}

/// The capabilities of a client that pulls diagnostics, so that nothing comes unasked.
pub fn pulling() -> Value {
    json!({
        "general": {"positionEncodings": ["utf-8", "utf-16"]},
        "textDocument": {
            "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}},
            "completion": {"completionItem": {"documentationFormat": ["markdown"]}},
            "diagnostic": {},
            "documentSymbol": {"hierarchicalDocumentSymbolSupport": true},
            "hover": {"contentFormat": ["markdown"]},
            "rename": {"prepareSupport": true},
        },
        "workspace": {
            "diagnostics": {"refreshSupport": true},
            "workspaceEdit": {
                "documentChanges": true,
                "resourceOperations": ["create", "rename", "delete"],
            },
        },
    })
}

/// Returns `base` with `more` laid over it, object by object.
pub fn with(mut base: Value, more: &Value) -> Value {
    fn lay(base: &mut Value, more: &Value) {
        match (base, more) {
            (Value::Object(base), Value::Object(more)) => {
                for (key, value) in more {
                    lay(base.entry(key.clone()).or_insert(Value::Null), value);
                }
            }
            (base, more) => *base = more.clone(),
        }
    }
    lay(&mut base, more);
    base
}

impl Client {
    /// Starts a server for the sandbox without saying anything to it.
    ///
    /// # Panics
    /// Where the program cannot be started.
    pub fn spawn(sandbox: &Sandbox) -> Self {
        let mut child = sandbox
            .command(sandbox::program())
            .arg("lsp")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("the program can be started");
        let stdin = child.stdin.take();
        let stdout = child.stdout.take().expect("it is piped");
        let (sender, incoming) = channel();
        thread::spawn(move || {
            let mut stdout = BufReader::new(stdout);
            while let Some(message) = read_message(&mut stdout) {
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        Self {
            child,
            stdin,
            incoming,
            unread: VecDeque::new(),
            last_id: 0,
            root: file_uri(&sandbox.root().to_string_lossy()),
            texts: BTreeMap::new(),
            encoding: Encoding::Utf16,
            cursor: sandbox
                .cursor()
                .map(|(path, offset)| (path.to_owned(), offset)),
            server: Value::Null,
        }
    }

    /// Starts a server for the sandbox's vault and a client that pulls diagnostics.
    pub fn start(sandbox: &Sandbox) -> Self {
        Self::start_with(sandbox, &pulling())
    }

    /// Starts a server for the sandbox's vault and a client that can do this.
    pub fn start_with(sandbox: &Sandbox, capabilities: &Value) -> Self {
        let mut client = Self::spawn(sandbox);
        let root = client.root.clone();
        client.initialize(json!({
            "capabilities": capabilities,
            "workspaceFolders": [{"uri": root, "name": "vault"}],
        }));
        client
    }

    /// Says `initialize` and `initialized`.
    ///
    /// # Panics
    /// Where the server refuses.
    pub fn initialize(&mut self, mut params: Value) {
        if params.get("processId").is_none() {
            params["processId"] = Value::Null;
        }
        if params.get("rootUri").is_none() {
            params["rootUri"] = Value::Null;
        }
        self.server = self.request("initialize", params);
        self.encoding = match self.server["capabilities"]["positionEncoding"].as_str() {
            Some("utf-8") => Encoding::Utf8,
            Some("utf-32") => Encoding::Utf32,
            _ => Encoding::Utf16,
        };
        self.notify("initialized", json!({}));
    }

    /// Returns the URI of a file of the vault.
    pub fn uri(&self, path: &str) -> String {
        match path {
            "" => self.root.clone(),
            path => format!("{}/{}", self.root, escape(path)),
        }
    }

    // Messages.

    /// Sends bytes as they are.
    ///
    /// # Panics
    /// Where the server has gone.
    pub fn send_bytes(&mut self, bytes: &[u8]) {
        let stdin = self.stdin.as_mut().expect("standard input is open");
        stdin.write_all(bytes).expect("the server listens");
        stdin.flush().expect("the server listens");
    }

    /// Sends a message.
    pub fn send(&mut self, message: &Value) {
        let body = message.to_string();
        self.send_bytes(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes());
    }

    /// Sends a notification.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "`json!` at the call reads best"
    )]
    pub fn notify(&mut self, method: &str, params: Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    /// Sends a request and returns its id.
    pub fn ask(&mut self, method: &str, params: Value) -> i64 {
        self.last_id += 1;
        let id = self.last_id;
        let mut message = json!({"jsonrpc": "2.0", "id": id, "method": method});
        if !params.is_null() {
            message["params"] = params;
        }
        self.send(&message);
        id
    }

    /// Waits for the answer to the request called `id`: its result, or its error.
    ///
    /// # Errors
    /// The server's.
    pub fn answer(&mut self, id: i64) -> Result<Value, Value> {
        let mut message = self.wait(&format!("the answer to {id}"), |message| {
            message["id"] == id && message.get("method").is_none()
        });
        match message.get("error") {
            Some(error) => Err(error.clone()),
            None => Ok(message["result"].take()),
        }
    }

    /// Asks and returns the result.
    ///
    /// # Panics
    /// Where the answer is an error.
    pub fn request(&mut self, method: &str, params: Value) -> Value {
        let id = self.ask(method, params);
        match self.answer(id) {
            Ok(result) => result,
            Err(error) => panic!("`{method}` was refused: {error}"),
        }
    }

    /// Asks and returns the error.
    ///
    /// # Panics
    /// Where the answer is a result.
    pub fn refused(&mut self, method: &str, params: Value) -> Value {
        let id = self.ask(method, params);
        match self.answer(id) {
            Ok(result) => panic!("`{method}` was answered: {result}"),
            Err(error) => error,
        }
    }

    /// Waits for the server's next notification of `method` and returns its parameters.
    pub fn notification(&mut self, method: &str) -> Value {
        self.wait(method, |message| {
            message["method"] == method && message.get("id").is_none()
        })["params"]
            .take()
    }

    /// Returns the parameters of a notification of `method` that came before something that was waited for, the first one.
    pub fn arrived(&mut self, method: &str) -> Option<Value> {
        let is_it = |message: &Value| message["method"] == method && message.get("id").is_none();
        let index = self.unread.iter().position(is_it)?;
        let mut message = self.unread.remove(index)?;
        Some(message["params"].take())
    }

    /// Waits for the server's next request of `method`, answers it, and returns its parameters.
    pub fn serve(&mut self, method: &str, result: &Value) -> Value {
        let mut message = self.wait(method, |message| {
            message["method"] == method && message.get("id").is_some()
        });
        self.send(&json!({"jsonrpc": "2.0", "id": message["id"], "result": result}));
        message["params"].take()
    }

    /// Waits for a message with a null id, as a frame that is none is answered with, and returns its error.
    pub fn anonymous_error(&mut self) -> Value {
        self.wait("an error without an id", |message| {
            message.get("id") == Some(&Value::Null)
        })["error"]
            .take()
    }

    fn wait(&mut self, what: &str, is_it: impl Fn(&Value) -> bool) -> Value {
        if let Some(index) = self.unread.iter().position(&is_it) {
            return self.unread.remove(index).expect("it was just found");
        }
        let end = Instant::now() + PATIENCE;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            match self.incoming.recv_timeout(left) {
                Ok(message) if is_it(&message) => return message,
                Ok(message) => self.unread.push_back(message),
                Err(RecvTimeoutError::Timeout) => {
                    panic!("{what} did not come; unread: {:#?}", self.unread)
                }
                Err(RecvTimeoutError::Disconnected) => {
                    panic!("the server went before {what}; unread: {:#?}", self.unread)
                }
            }
        }
    }

    // Documents.

    /// Opens a file with the text it has on disk.
    pub fn open(&mut self, sandbox: &Sandbox, path: &str) {
        self.open_text(path, &sandbox.read(path));
    }

    /// Opens a document with this text.
    pub fn open_text(&mut self, path: &str, text: &str) {
        let uri = self.uri(path);
        self.texts.insert(path.to_owned(), (1, text.to_owned()));
        self.notify(
            "textDocument/didOpen",
            json!({"textDocument": {"uri": uri, "languageId": "markdown", "version": 1, "text": text}}),
        );
    }

    /// Replaces `old`, which the document holds once, by `new`, as an incremental change.
    ///
    /// # Panics
    /// Where the document is not open or does not hold `old`.
    pub fn edit(&mut self, path: &str, old: &str, new: &str) {
        let (version, text) = self.texts.get(path).expect("the document is open").clone();
        let start = text.find(old).expect("the document holds the text");
        let range = json!({
            "start": self.position(path, start),
            "end": self.position(path, start + old.len()),
        });
        let text = text.replacen(old, new, 1);
        self.texts.insert(path.to_owned(), (version + 1, text));
        self.notify(
            "textDocument/didChange",
            json!({
                "textDocument": {"uri": self.uri(path), "version": version + 1},
                "contentChanges": [{"range": range, "text": new}],
            }),
        );
    }

    /// Closes a document.
    pub fn close(&mut self, path: &str) {
        self.texts.remove(path);
        let uri = self.uri(path);
        self.notify(
            "textDocument/didClose",
            json!({"textDocument": {"uri": uri}}),
        );
    }

    /// Returns the position of a byte offset in an open document, as the agreed encoding counts.
    ///
    /// # Panics
    /// Where the document is not open.
    pub fn position(&self, path: &str, offset: usize) -> Value {
        let (_, text) = self.texts.get(path).expect("the document is open");
        let position = LineIndex::new(text).position(text, offset as u32, self.encoding);
        json!({"line": position.line, "character": position.column})
    }

    /// Returns the document and position of the first `needle` in an open document, as requests take it.
    ///
    /// # Panics
    /// Where it is not there.
    pub fn at(&self, path: &str, needle: &str) -> Value {
        let (_, text) = self.texts.get(path).expect("the document is open");
        let offset = text.find(needle).expect("the document holds the text");
        json!({
            "textDocument": {"uri": self.uri(path)},
            "position": self.position(path, offset),
        })
    }

    /// Returns the document and position that the fixture marks, as requests take it.
    ///
    /// # Panics
    /// Where nothing is marked.
    pub fn at_cursor(&self) -> Value {
        let (path, offset) = self.cursor.as_ref().expect("the fixture marks a cursor");
        json!({
            "textDocument": {"uri": self.uri(path)},
            "position": self.position(path, *offset),
        })
    }

    /// Returns the part of an open document that a range of the server names.
    ///
    /// # Panics
    /// Where the range is none.
    pub fn text_at(&self, path: &str, range: &Value) -> String {
        let (_, text) = self.texts.get(path).expect("the document is open");
        let lines = LineIndex::new(text);
        let offset = |position: &Value| {
            let number = |key: &str| position[key].as_u64().expect("a position") as u32;
            let position = LineColumn {
                line: number("line"),
                column: number("character"),
            };
            lines.offset(text, position, self.encoding) as usize
        };
        text[offset(&range["start"])..offset(&range["end"])].to_owned()
    }

    /// Pulls the diagnostics of a document and returns their codes.
    ///
    /// # Panics
    /// Where the answer is no full report.
    pub fn pulled(&mut self, path: &str) -> Vec<String> {
        let uri = self.uri(path);
        let report = self.request(
            "textDocument/diagnostic",
            json!({"textDocument": {"uri": uri}}),
        );
        assert_eq!(report["kind"], "full");
        codes(&report["items"])
    }

    /// Waits until the diagnostics published for a document have exactly these codes.
    pub fn published(&mut self, path: &str, expected: &[&str]) -> Value {
        let uri = self.uri(path);
        loop {
            let params = self.wait(&format!("{expected:?} for {path}"), |message| {
                message["method"] == "textDocument/publishDiagnostics"
                    && message["params"]["uri"] == uri
            })["params"]
                .take();
            if codes(&params["diagnostics"]) == expected {
                return params;
            }
        }
    }

    // The end.

    /// Closes the pipe to the server, as a client that vanishes does.
    pub fn hang_up(&mut self) {
        self.stdin = None;
    }

    /// Returns how much memory the server has in use, in bytes; `None` where the system does not tell.
    pub fn resident_memory(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))?;
        let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
        Some(kilobytes * 1024)
    }

    /// Waits for the server to end.
    ///
    /// # Panics
    /// Where it does not.
    pub fn wait_for_end(&mut self) -> ExitStatus {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().expect("the server can be waited for") {
                return status;
            }
            assert!(Instant::now() < end, "the server does not end");
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Ends the conversation as the protocol says.
    ///
    /// # Panics
    /// Where a message was not read, or the server does not end with 0.
    pub fn finish(mut self) {
        assert_eq!(self.request("shutdown", Value::Null), Value::Null);
        self.notify("exit", Value::Null);
        // Standard input stays open: the server has to end by itself.
        let status = self.wait_for_end();
        let rest: Vec<Value> = self.unread.drain(..).chain(self.incoming.iter()).collect();
        assert!(rest.is_empty(), "messages that nobody read: {rest:#?}");
        assert!(status.success(), "the server ended with {status}");
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        // A test that failed leaves no server behind.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Returns the codes of diagnostics, in order.
pub fn codes(diagnostics: &Value) -> Vec<String> {
    let items = diagnostics.as_array().map_or(&[][..], Vec::as_slice);
    items
        .iter()
        .map(|item| item["code"].as_str().unwrap_or("").to_owned())
        .collect()
}

/// Returns the `file:` URI of an absolute path, escaped as VS Code does.
pub fn file_uri(path: &str) -> String {
    format!("file://{}", escape(path))
}

fn escape(path: &str) -> String {
    use std::fmt::Write;

    let mut escaped = String::new();
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                escaped.push(byte as char);
            }
            _ => write!(escaped, "%{byte:02X}").expect("a string takes all"),
        }
    }
    escaped
}

/// Reads one message; `None` at the end.
fn read_message(input: &mut impl BufRead) -> Option<Value> {
    let mut length = None;
    loop {
        let mut line = String::new();
        if input.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end() {
            "" => break,
            header => {
                let value = header.strip_prefix("Content-Length: ");
                let value = value.unwrap_or_else(|| panic!("the server wrote {header:?}"));
                length = Some(value.parse().expect("a length"));
            }
        }
    }
    let mut body = vec![0; length.expect("a frame has a length")];
    input.read_exact(&mut body).ok()?;
    Some(serde_json::from_slice(&body).expect("the server writes JSON"))
}
