//! Where in half-typed YAML a cursor is: inside which keys, in a key or a value, in which quotes.
//!
//! A parser needs brackets and quotes closed; here they are open more often than not. So the text is read from the last key
//! at the start of a line up to the cursor and no further, with the rules of block and flow YAML that notes use. What
//! stands behind the cursor is the caller's to look at.

use std::ops::Range;

/// Where a cursor is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum YamlPlace {
    /// In a comment.
    Comment,
    /// In text that has no form: a block scalar, or behind a value that is complete.
    Text,
    /// In a key or a value.
    At(YamlCursor),
}

/// A cursor in a key or a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct YamlCursor {
    /// The keys around it, outermost first; of a value its own key is the last.
    pub(super) keys: Vec<String>,
    /// What is being written.
    pub(super) part: YamlPart,
    /// Where that begins, after an opening quote.
    pub(super) start: usize,
    /// The quote that is open.
    pub(super) quote: Option<char>,
    /// Whether it stands inside `[…]` or `{…}`.
    pub(super) is_flow: bool,
    /// Whether it is an item of a list.
    pub(super) is_item: bool,
}

/// What is being written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum YamlPart {
    /// A key of the map that the last of the keys holds, or of the front matter.
    Key,
    /// The value of the last of the keys, or an item of it.
    Value,
    /// The beginning of a line or item below the last of the keys: a key or a value, as that one takes.
    Either,
}

/// Returns where `offset` is in the YAML that begins at `content`.
pub(super) fn locate(text: &str, content: usize, offset: usize) -> YamlPlace {
    let mut reader = Reader {
        text: &text[..offset],
        at: key_line(text, content, offset),
        block: Vec::new(),
        flow: Vec::new(),
        is_item: false,
    };
    reader.read()
}

/// Finds the line of the top-level key that `offset` belongs to; its own line where there is none above.
fn key_line(text: &str, content: usize, offset: usize) -> usize {
    let mut end = offset;
    loop {
        let start = text[content..end]
            .rfind(['\n', '\r'])
            .map_or(content, |at| content + at + 1);
        let line = &text[start..end];
        let is_item = line == "-" || line.starts_with("- ");
        let is_key = line.starts_with(|c: char| !c.is_whitespace() && !"#]},".contains(c));
        // An empty line at the cursor begins a key of its own, unless it is indented.
        let is_empty_here = end == offset && line.is_empty();
        if (is_key && !is_item) || is_empty_here || start == content {
            return start;
        }
        end = start - 1;
    }
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    /// Keys of block maps with their columns, outermost first.
    block: Vec<(usize, String)>,
    flow: Vec<Flow>,
    is_item: bool,
}

enum Flow {
    List,
    /// A map; the key once its colon was read.
    Map(Option<String>),
}

/// What ended the reading of a value.
enum Value {
    /// It ended before the cursor.
    Done,
    /// The cursor is in it.
    Cursor(YamlPlace),
}

impl Reader<'_> {
    fn read(&mut self) -> YamlPlace {
        loop {
            let start = self.at;
            let line = self.line();
            let is_last = line.end == self.text.len();
            let mut at = start + indent(&self.text[line.clone()]);
            let rest = &self.text[at..line.end];
            if rest.is_empty() && !is_last {
                self.at = line.end + 1;
                continue;
            }
            if rest.starts_with('#') {
                if is_last {
                    return YamlPlace::Comment;
                }
                self.at = line.end + 1;
                continue;
            }
            self.is_item = false;
            while self.text[at..line.end].starts_with('-')
                && self.text[at + 1..line.end]
                    .chars()
                    .next()
                    .is_none_or(|c| c == ' ')
            {
                let column = at - start;
                self.block.retain(|(other, _)| *other <= column);
                self.is_item = true;
                at += 1;
                at += indent(&self.text[at..line.end]);
            }
            let column = at - start;
            match colon(&self.text[at..line.end]) {
                Some(colon) => {
                    let key = self.text[at..at + colon].trim().trim_matches(['"', '\'']);
                    self.block.retain(|(other, _)| *other < column);
                    self.block.push((column, key.to_owned()));
                    self.is_item = false;
                    self.at = at + colon + 1;
                    self.at += indent(&self.text[self.at..line.end]);
                }
                None => {
                    // A line of the value above, an item, or a key that is being typed.
                    if !self.is_item {
                        self.block.retain(|(other, _)| *other < column);
                    }
                    self.at = at;
                    let is_bare = !self.text[at..line.end]
                        .starts_with(['"', '\'', '[', '{', '|', '>', '&', '*', '!']);
                    if is_last && is_bare {
                        return match comment(&self.text[at..line.end]) {
                            true => YamlPlace::Comment,
                            false if self.block.is_empty() => self.cursor(YamlPart::Key, at, None),
                            false => self.cursor(YamlPart::Either, at, None),
                        };
                    }
                }
            }
            match self.value() {
                Value::Cursor(place) => return place,
                Value::Done => {}
            }
        }
    }

    /// Returns the range of the line at the present place, without its break.
    fn line(&self) -> Range<usize> {
        let end = self.text[self.at..]
            .find(['\n', '\r'])
            .map_or(self.text.len(), |at| self.at + at);
        self.at..end
    }

    /// Reads one value of a block map or list, leaving the place at the start of the next line.
    fn value(&mut self) -> Value {
        let line = self.line();
        let rest = &self.text[line.clone()];
        match rest.chars().next() {
            Some(quote @ ('"' | '\'')) => match self.quoted(quote) {
                Some(place) => return Value::Cursor(place),
                None => return self.end_of_line(),
            },
            Some('{') => return self.flow(),
            Some('[') if !is_wiki(rest) => return self.flow(),
            Some('|' | '>') => return self.block_scalar(),
            _ => {}
        }
        if line.end < self.text.len() {
            self.at = line.end + 1;
            return Value::Done;
        }
        Value::Cursor(if comment(rest) {
            YamlPlace::Comment
        } else {
            self.cursor(YamlPart::Value, line.start, None)
        })
    }

    /// Skips to the next line; a cursor before it stands behind a complete value.
    fn end_of_line(&mut self) -> Value {
        let line = self.line();
        if line.end < self.text.len() {
            self.at = line.end + 1;
            return Value::Done;
        }
        Value::Cursor(if self.text[line].contains('#') {
            YamlPlace::Comment
        } else {
            YamlPlace::Text
        })
    }

    /// Skips the lines below `|` or `>`, those indented deeper than their key.
    fn block_scalar(&mut self) -> Value {
        let column = self.block.last().map_or(0, |(column, _)| *column);
        let mut line = self.line();
        loop {
            if line.end == self.text.len() {
                return Value::Cursor(YamlPlace::Text);
            }
            self.at = line.end + 1;
            line = self.line();
            let text = &self.text[line.clone()];
            if !text.trim().is_empty() && indent(text) <= column {
                return Value::Done;
            }
        }
    }

    /// Reads a quoted scalar; returns the cursor if the text ends within.
    fn quoted(&mut self, quote: char) -> Option<YamlPlace> {
        let start = self.at + 1;
        let bytes = self.text.as_bytes();
        let mut at = start;
        while at < bytes.len() {
            match bytes[at] {
                b'\\' if quote == '"' => at += 1,
                b'\'' if quote == '\'' && bytes.get(at + 1) == Some(&b'\'') => at += 1,
                byte if char::from(byte) == quote => {
                    self.at = at + 1;
                    return None;
                }
                _ => {}
            }
            at += 1;
        }
        let part = match self.flow.last() {
            Some(Flow::Map(None)) => YamlPart::Key,
            _ => YamlPart::Value,
        };
        Some(self.cursor(part, start, Some(quote)))
    }

    /// Reads `[…]` or `{…}`, over as many lines as it takes.
    fn flow(&mut self) -> Value {
        // Where the bare word began that is being read; `None` behind a complete value.
        let mut word = Some(self.at);
        while self.at < self.text.len() {
            let rest = &self.text[self.at..];
            let c = rest.chars().next().unwrap_or(' ');
            let begins = word.is_some_and(|word| self.text[word..self.at].trim().is_empty());
            match c {
                '[' if begins && is_wiki(rest) => match rest.find("]]") {
                    Some(end) => {
                        self.at += end + 2;
                        word = None;
                        continue;
                    }
                    None => break,
                },
                '[' | '{' if begins => {
                    self.flow.push(match c {
                        '[' => Flow::List,
                        _ => Flow::Map(None),
                    });
                    word = Some(self.at + 1);
                }
                ']' | '}' => {
                    self.flow.pop();
                    word = None;
                    if self.flow.is_empty() {
                        self.at += 1;
                        return self.end_of_line();
                    }
                }
                ',' => {
                    if let Some(Flow::Map(key)) = self.flow.last_mut() {
                        *key = None;
                    }
                    word = Some(self.at + 1);
                }
                ':' if rest[1..]
                    .chars()
                    .next()
                    .is_none_or(|c| c.is_whitespace() || ",]}".contains(c)) =>
                {
                    let key = word.map_or("", |word| self.text[word..self.at].trim());
                    if let Some(Flow::Map(slot @ None)) = self.flow.last_mut() {
                        *slot = Some(key.trim_matches(['"', '\'']).to_owned());
                        word = Some(self.at + 1);
                    }
                }
                '"' | '\'' if begins => {
                    let start = self.at;
                    match self.quoted(c) {
                        Some(place) => return Value::Cursor(place),
                        // It may yet turn out to be a key.
                        None => {
                            word = self.text[self.at..]
                                .trim_start()
                                .starts_with(':')
                                .then_some(start);
                        }
                    }
                    continue;
                }
                '#' if self.text[..self.at].ends_with([' ', '\t', '\n', '\r']) => {
                    let line = self.line();
                    if line.end == self.text.len() {
                        return Value::Cursor(YamlPlace::Comment);
                    }
                    self.at = line.end;
                    continue;
                }
                _ => {}
            }
            self.at += c.len_utf8();
        }
        let Some(word) = word else {
            return Value::Cursor(YamlPlace::Text);
        };
        let start = self.text.len() - self.text[word..].trim_start().len();
        let part = match self.flow.last() {
            Some(Flow::Map(None)) => YamlPart::Key,
            _ => YamlPart::Value,
        };
        Value::Cursor(self.cursor(part, start, None))
    }

    fn cursor(&self, part: YamlPart, start: usize, quote: Option<char>) -> YamlPlace {
        let block = self.block.iter().map(|(_, key)| key.clone());
        let flow = self.flow.iter().filter_map(|flow| match flow {
            Flow::Map(key) => key.clone(),
            Flow::List => None,
        });
        YamlPlace::At(YamlCursor {
            keys: block.chain(flow).collect(),
            part,
            start,
            quote,
            is_flow: !self.flow.is_empty(),
            is_item: self.is_item || self.flow.iter().any(|flow| matches!(flow, Flow::List)),
        })
    }
}

/// Returns whether `rest` begins with the brackets of a wiki link rather than with a list in a list.
fn is_wiki(rest: &str) -> bool {
    rest.starts_with("[[") && !rest.starts_with("[[[") && !rest.starts_with("[[\"")
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '\t']).len()
}

/// Finds the colon that ends a key at the start of `line`.
fn colon(line: &str) -> Option<usize> {
    if line.starts_with(['[', '{', '|', '>', '&', '*', '!', '#']) {
        return None;
    }
    let from = match line.chars().next() {
        Some(quote @ ('"' | '\'')) => line[1..].find(quote)? + 2,
        _ => 0,
    };
    let found = line[from..]
        .match_indices(':')
        .map(|(at, _)| from + at)
        .find(|at| {
            line[at + 1..]
                .chars()
                .next()
                .is_none_or(|c| c == ' ' || c == '\t')
        })?;
    // Nothing but the colon may follow a quoted key, and no key holds a comment.
    let is_key = from == 0 || line[from..found].trim().is_empty();
    (is_key && !comment(&line[..found])).then_some(found)
}

/// Returns whether a bare line ends in a comment.
fn comment(line: &str) -> bool {
    line.starts_with('#') || line.contains(" #") || line.contains("\t#")
}

#[cfg(test)]
mod tests;
