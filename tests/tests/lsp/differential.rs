//! Thousands of edits at random, through the pipes, and then the question whether it shows: a server that lived through them
//! has to answer as one that has just read the files as they are at the end.
//!
//! The texts are kept by a model of its own, in characters, slow and simple. `TIES_DIFFERENTIAL_STEPS` says how many steps
//! there are in each encoding, `TIES_DIFFERENTIAL_SEED` where they begin.

use std::{collections::BTreeMap, fs};

use note::{Encoding, LineIndex};
use serde_json::{Value, json};
use ties_tests::{
    Client, Sandbox,
    client::{file_uri, pulling, with},
};

/// How many steps there are in each encoding where nothing else is asked for.
const STEPS: usize = 1200;

/// After how many steps the answers are compared.
const CHECK_EVERY: usize = 300;

/// Numbers that look like chance, the same for the same seed (SplitMix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Returns a number below `end`.
    fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }
}

const PATHS: [&str; 10] = [
    "a.md",
    "b.md",
    "people/ada.md",
    "people/Ada.md",
    "people/zoë 😀.md",
    "events/tea.md",
    "goals/win.markdown",
    "x/y/z.md",
    "x/ada.md",
    "me.md",
];

/// What is typed and pasted: halves of what means something, and characters of every width.
const PIECES: [&str; 40] = [
    "a",
    " ",
    "\n",
    "\r\n",
    "\r",
    "\n\n",
    "---\n",
    "---\r\nname: Ada\r\n---\r\n",
    "---\nname: Zoë 😀\naliases: [Z, Countess]\n---\n",
    "name: b\n",
    "kind: contact\n",
    "knows: [\"[[ada]]\", Z]\n",
    "tags: [x/y, rust]\n",
    "people: [Ada, z]\n",
    "circle: close\n",
    "# Ada\n",
    "## H 測定 😀\n",
    "# a\r",
    "[[",
    "]]",
    "[[ada]]",
    "[[Ada#H|é]]",
    "[[people/ada]]",
    "![[z]]",
    "[x](people/ada.md)",
    "[x](<people/zoë 😀.md#h>)",
    "[r]\n\n[r]: ../b.md\n",
    "#tag",
    "^block\n",
    "- [ ] promise due:2026-12-01\n",
    "- 2026-11-20 call: with [[Ada]]\n",
    "`",
    "```\n",
    "<!--",
    "-->",
    "%%",
    "é",
    "e\u{301}",
    "測",
    "👩‍👩‍👧\u{2028}\u{feff}",
];

/// A text as a list of characters.
#[derive(Clone, Default)]
struct Model(Vec<char>);

impl Model {
    fn new(text: &str) -> Self {
        Self(text.chars().collect())
    }

    fn text(&self) -> String {
        self.0.iter().collect()
    }

    /// Returns the index of the character at a position: walks there from the start, and no farther than the line's end.
    fn find(&self, (line, column): (u32, u32), encoding: Encoding) -> usize {
        let (mut at_line, mut index) = (0, 0);
        while at_line < line {
            match (self.0.get(index), self.0.get(index + 1)) {
                (None, _) => return index,
                (Some('\r'), Some('\n')) => {
                    index += 2;
                    at_line += 1;
                }
                (Some('\r' | '\n'), _) => {
                    index += 1;
                    at_line += 1;
                }
                _ => index += 1,
            }
        }
        let mut at_column = 0;
        while let Some(&character) = self.0.get(index) {
            let width = match encoding {
                Encoding::Utf8 => character.len_utf8(),
                Encoding::Utf16 => character.len_utf16(),
                Encoding::Utf32 => 1,
            } as u32;
            if matches!(character, '\r' | '\n') || at_column + width > column {
                break;
            }
            at_column += width;
            index += 1;
        }
        index
    }
}

/// A client with what it believes: the texts of its documents and the files on disk.
struct World<'a> {
    sandbox: &'a Sandbox,
    client: Client,
    encoding: Encoding,
    random: Random,
    open: BTreeMap<&'static str, (i32, Model)>,
    /// What was done, for whoever has to find out what went wrong.
    done: Vec<String>,
}

impl World<'_> {
    fn step(&mut self) {
        match self.random.below(100) {
            0..70 => self.edit(),
            70..78 => self.open(),
            78..83 => self.close(),
            83..92 => self.write_on_disk(),
            92..95 => self.remove_on_disk(),
            95..97 => self.change_settings(),
            _ => self.ask(),
        }
    }

    fn edit(&mut self) {
        if self.open.is_empty() {
            return self.open();
        }
        let index = self.random.below(self.open.len());
        let path = *self.open.keys().nth(index).expect("it is below");
        let n_changes = 1 + self.random.below(3);
        let changes: Vec<Value> = (0..n_changes).map(|_| self.change(path)).collect();
        let (version, _) = self.open.get_mut(path).expect("it is open");
        *version += 1;
        let version = *version;
        self.client.notify(
            "textDocument/didChange",
            json!({
                "textDocument": {"uri": self.client.uri(path), "version": version},
                "contentChanges": changes,
            }),
        );
    }

    /// Makes one change in the model and returns it.
    fn change(&mut self, path: &'static str) -> Value {
        let encoding = self.encoding;
        let n_pieces = self.random.below(4);
        let text: String = (0..n_pieces).map(|_| self.random.pick(&PIECES)).collect();
        let (_, model) = &self.open[path];
        let n_lines = 2 + model.0.iter().filter(|c| matches!(c, '\r' | '\n')).count();
        if self.random.below(60) == 0 || model.0.len() > 4000 {
            self.done.push(format!("{path} = {text:?}"));
            self.open.get_mut(path).expect("it is open").1 = Model::new(&text);
            return json!({"text": text});
        }
        // Mostly somewhere in the text, sometimes past it, in no order, in the middle of characters.
        let mut number = |end: usize| match self.random.below(40) {
            0 => u32::MAX,
            1 => 1000,
            _ => self.random.below(end) as u32,
        };
        let start = (number(n_lines), number(16));
        let end = match number(4) {
            0 => (number(n_lines), number(16)),
            1 => start,
            _ => (start.0, number(24)),
        };
        self.done
            .push(format!("{path} {start:?}..{end:?} {text:?}"));
        let (_, model) = self.open.get_mut(path).expect("it is open");
        let (from, to) = (model.find(start, encoding), model.find(end, encoding));
        model.0.splice(from..to.max(from), text.chars());
        json!({
            "range": {
                "start": {"line": start.0, "character": start.1},
                "end": {"line": end.0, "character": end.1},
            },
            "text": text,
        })
    }

    fn on_disk(&self, path: &str) -> Option<String> {
        fs::read_to_string(self.sandbox.root().join(path)).ok()
    }

    /// Opens a document: with the text on disk, with another one, or a second time.
    fn open(&mut self) {
        let path = self.random.pick(&PATHS);
        let on_disk = self.on_disk(path).unwrap_or_default();
        let text = match self.random.below(4) {
            0 => format!("{on_disk}{}", self.random.pick(&PIECES)),
            _ => on_disk,
        };
        self.done.push(format!("open {path} {text:?}"));
        self.client.notify(
            "textDocument/didOpen",
            json!({"textDocument": {
                "uri": self.client.uri(path),
                "languageId": "markdown",
                "version": 1,
                "text": text,
            }}),
        );
        self.open.insert(path, (1, Model::new(&text)));
    }

    /// Closes a document, saved or not, open or not.
    fn close(&mut self) {
        let path = self.random.pick(&PATHS);
        if self.random.below(2) == 0
            && let Some((_, model)) = self.open.get(path)
        {
            self.sandbox.write(path, &model.text());
            self.done.push(format!("save {path}"));
        }
        self.done.push(format!("close {path}"));
        let uri = self.client.uri(path);
        self.client.notify(
            "textDocument/didClose",
            json!({"textDocument": {"uri": uri}}),
        );
        self.open.remove(path);
    }

    fn tell(&mut self, paths: &[&str]) {
        let changes: Value = paths
            .iter()
            .map(|path| json!({"uri": self.client.uri(path), "type": 2}))
            .collect();
        self.client.notify(
            "workspace/didChangeWatchedFiles",
            json!({"changes": changes}),
        );
    }

    /// Writes some files as another program would, and tells of them, sometimes of more than there are.
    fn write_on_disk(&mut self) {
        let n_files = 1 + self.random.below(3);
        let mut told = Vec::new();
        for _ in 0..n_files {
            let path = self.random.pick(&PATHS);
            let n_pieces = self.random.below(6);
            let text: String = (0..n_pieces).map(|_| self.random.pick(&PIECES)).collect();
            self.done.push(format!("write {path} {text:?}"));
            self.sandbox.write(path, &text);
            told.push(path);
        }
        if self.random.below(3) == 0 {
            told.push(self.random.pick(&["nowhere.md", "people", "a.txt", "x/y"]));
        }
        self.tell(&told);
    }

    fn remove_on_disk(&mut self) {
        let path = self.random.pick(&PATHS);
        if self.on_disk(path).is_none() {
            return;
        }
        fs::remove_file(self.sandbox.root().join(path)).expect("it is there");
        self.done.push(format!("remove {path}"));
        if self.random.below(2) == 0 {
            self.tell(&[path]);
        } else {
            let files = json!({"files": [{"uri": self.client.uri(path)}]});
            self.client.notify("workspace/didDeleteFiles", files);
        }
    }

    fn change_settings(&mut self) {
        let text = self.random.pick(&[
            "",
            "[diagnostics]\nunresolved-link = \"off\"\n",
            "[vault]\nexclude = [\"x/\"]\nme = \"ada\"\n",
            "[circles.close]\ncadence = \"1 day\"\n[oops\n",
        ]);
        self.done.push(format!("settings {text:?}"));
        self.sandbox.write("ties.toml", text);
        self.tell(&["ties.toml"]);
    }

    /// Asks something at a place that may not be there. What the answer is does not matter; that there is one does.
    fn ask(&mut self) {
        let path = self.random.pick(&PATHS);
        let method = self.random.pick(&[
            "textDocument/hover",
            "textDocument/completion",
            "textDocument/definition",
            "textDocument/documentHighlight",
            "textDocument/prepareRename",
        ]);
        let position = json!({"line": self.random.below(12) as u32, "character": self.random.below(30) as u32});
        let uri = self.client.uri(path);
        let id = self.client.ask(
            method,
            json!({"textDocument": {"uri": uri}, "position": position}),
        );
        self.client.answer(id).ok();
    }

    /// Returns the files as the client believes them to be.
    fn files(&self) -> BTreeMap<String, String> {
        let on_disk = PATHS.iter().chain(&["ties.toml"]);
        let mut files: BTreeMap<String, String> = on_disk
            .filter_map(|path| Some(((*path).to_owned(), self.on_disk(path)?)))
            .collect();
        for (path, (_, model)) in &self.open {
            files.insert((*path).to_owned(), model.text());
        }
        files
    }

    /// Asserts that this server answers as one that has only read the files.
    fn check(&mut self, capabilities: &Value) {
        let files = self.files();
        let fresh = Sandbox::new("//- none.md\n");
        fs::remove_file(fresh.root().join("none.md")).expect("it was just written");
        for (path, text) in &files {
            fresh.write(path, text);
        }
        let mut client = Client::start_with(&fresh, capabilities);
        // What the settings may leave out is served as long as it is open.
        let left_out = self.open.keys().filter(|path| path.starts_with("x/"));
        for path in left_out {
            client.open(&fresh, path);
        }
        let old = answers(&mut self.client, &files, self.encoding, self.sandbox);
        let new = answers(&mut client, &files, self.encoding, &fresh);
        for ((asked, old), (_, new)) in old.iter().zip(&new) {
            assert_eq!(
                old,
                new,
                "{asked} of {files:#?}, after {:#?}",
                &self.done[self.done.len().saturating_sub(20)..]
            );
        }
    }
}

/// Returns everything that is worth asking, with the answers; the vault's place is taken out of them.
fn answers(
    client: &mut Client,
    files: &BTreeMap<String, String>,
    encoding: Encoding,
    sandbox: &Sandbox,
) -> Vec<(String, Value)> {
    let mut asked: Vec<(&str, Value)> = Vec::new();
    for (path, text) in files {
        let document = json!({"textDocument": {"uri": client.uri(path)}});
        for method in [
            "textDocument/documentSymbol",
            "textDocument/diagnostic",
            "textDocument/documentLink",
            "textDocument/foldingRange",
        ] {
            asked.push((method, document.clone()));
        }
        let lines = LineIndex::new(text);
        let places = text.match_indices("[[").map(|(at, _)| at + 2);
        let places = places.chain(text.match_indices("name: ").map(|(at, _)| at + 6));
        let places = places.chain(text.match_indices("# ").map(|(at, _)| at + 2));
        for place in places.take(12) {
            let at = lines.position(text, place as u32, encoding);
            let position = json!({"line": at.line, "character": at.column});
            let at = with(document.clone(), &json!({"position": position}));
            asked.push(("textDocument/definition", at.clone()));
            let at = with(at, &json!({"context": {"includeDeclaration": true}}));
            asked.push(("textDocument/references", at));
        }
    }
    for query in ["", "ada", "zoe", "count", "h", "測"] {
        asked.push(("workspace/symbol", json!({"query": query})));
    }
    let ids: Vec<(String, i64)> = asked
        .into_iter()
        .map(|(method, params)| {
            let id = client.ask(method, params.clone());
            (format!("{method} {params}"), id)
        })
        .collect();
    let root = file_uri(&sandbox.root().to_string_lossy());
    ids.into_iter()
        .map(|(asked, id)| {
            let answer = client.answer(id).unwrap_or_else(|error| error);
            let mut answer: Value = serde_json::from_str(&answer.to_string().replace(&root, ""))
                .expect("it was JSON before");
            if let Some(report) = answer.as_object_mut() {
                // The same diagnostics at another place are called otherwise.
                report.remove("resultId");
            }
            (asked, answer)
        })
        .collect()
}

fn number(name: &str, default: u64) -> u64 {
    let asked = std::env::var(name).ok();
    asked
        .and_then(|asked| asked.parse().ok())
        .unwrap_or(default)
}

fn run(encoding: &str) {
    let steps = number("TIES_DIFFERENTIAL_STEPS", STEPS as u64) as usize;
    let seed = number("TIES_DIFFERENTIAL_SEED", 1);
    // It watches files itself, so that what is told is all that is heard.
    let capabilities = with(
        pulling(),
        &json!({
            "general": {"positionEncodings": [encoding]},
            "workspace": {"didChangeWatchedFiles": {"dynamicRegistration": true}},
        }),
    );
    let sandbox = Sandbox::new(
        "//- ties.toml\n//- a.md\n[[ada]] 😀 [[b]]\n//- people/ada.md\n---\nname: Ada\n---\n//- b.md\n# B\n",
    );
    let client = Client::start_with(&sandbox, &capabilities);
    assert_eq!(client.server["capabilities"]["positionEncoding"], encoding);
    let encoding = match encoding {
        "utf-8" => Encoding::Utf8,
        "utf-32" => Encoding::Utf32,
        _ => Encoding::Utf16,
    };
    let mut world = World {
        sandbox: &sandbox,
        client,
        encoding,
        random: Random(seed),
        open: BTreeMap::new(),
        done: Vec::new(),
    };
    for step in 1..=steps {
        world.step();
        if step % CHECK_EVERY == 0 || step == steps {
            world.check(&capabilities);
        }
    }
}

#[test]
fn random_edits_leave_what_a_fresh_server_reads_in_utf_8() {
    run("utf-8");
}

#[test]
fn random_edits_leave_what_a_fresh_server_reads_in_utf_16() {
    run("utf-16");
}

#[test]
fn random_edits_leave_what_a_fresh_server_reads_in_utf_32() {
    run("utf-32");
}
