//! The quick reader, for front matter in which every line is one that people write and no reader could take otherwise.
//!
//! Bare keys at the margin, with a bare or quoted scalar, a list or a map on the same line, or a block list of such items
//! below. It makes no mistakes because it makes no guesses: at the first byte that could mean anything else (an escape, a
//! tab, a nested block, a line that goes on, a character that is no plain one) it gives up, and the general reader begins
//! anew. A property test holds both to the same tree. Most notes never need the general one, which costs several times as much.

use smol_str::SmolStr;

use super::{Data, Field, Scalar, ScalarStyle, Value};
use crate::work::count;
use crate::{Span, Spanned};

/// How deep lists and maps may nest here.
const MAX_DEPTH: u8 = 3;

/// Reads the fields in `content` of `text`; `None` where it takes more than this reader knows.
pub(super) fn parse(text: &str, content: Span) -> Option<Vec<Field>> {
    count(content.len() as usize);
    let source = content.of(text);
    if !is_ordinary(source) {
        return None;
    }
    let mut reader = Reader {
        source,
        bytes: source.as_bytes(),
        at: 0,
        base: content.start,
    };
    let mut fields = Vec::new();
    loop {
        reader.skip_empty_lines();
        match reader.peek() {
            None => return Some(fields),
            Some(byte) if is_key_start(byte) => fields.push(reader.field()?),
            Some(_) => return None,
        }
    }
}

/// Returns whether every character is printable, and no white space but blanks and `\n` or `\r\n`.
fn is_ordinary(source: &str) -> bool {
    let bytes = source.as_bytes();
    let is_plain_control = |at: usize| match bytes[at] {
        b'\n' => true,
        b'\r' => bytes.get(at + 1) == Some(&b'\n'),
        _ => false,
    };
    let controls_are_line_ends = (0..bytes.len())
        .filter(|at| bytes[*at] < b' ' || bytes[*at] == 0x7f)
        .all(is_plain_control);
    controls_are_line_ends
        && (source.is_ascii()
            || source.chars().filter(|c| !c.is_ascii()).all(|c| {
                !c.is_control() && !c.is_whitespace() && c != '\u{feff}' && !is_noncharacter(c)
            }))
}

fn is_noncharacter(c: char) -> bool {
    u32::from(c) & 0xfffe == 0xfffe
}

fn is_key_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_'
}

fn is_key_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

/// Returns whether a bare scalar that begins with `byte` is one in any place.
fn is_plain_start(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || !byte.is_ascii() || matches!(byte, b'_' | b'+' | b'(' | b'/')
}

struct Reader<'a> {
    source: &'a str,
    bytes: &'a [u8],
    at: usize,
    /// Where `source` begins in the text.
    base: u32,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.base + start as u32, self.base + end as u32)
    }

    fn skip_spaces(&mut self) {
        while self.peek() == Some(b' ') {
            self.at += 1;
        }
    }

    fn skip_line(&mut self) {
        let rest = &self.bytes[self.at..];
        let len = rest.iter().position(|byte| *byte == b'\n');
        self.at += len.map_or(rest.len(), |len| len + 1);
    }

    /// Skips lines that are empty, and comments at the margin. Indented comments are left to the general reader.
    fn skip_empty_lines(&mut self) {
        while let Some(b'\n' | b'\r' | b'#') = self.peek() {
            self.skip_line();
        }
    }

    /// Skips what may follow a value: blanks, a comment, the line's end.
    fn end_line(&mut self) -> Option<()> {
        let value_end = self.at;
        self.skip_spaces();
        match self.peek() {
            None | Some(b'\n' | b'\r') => {}
            Some(b'#') if self.at > value_end => {}
            Some(_) => return None,
        }
        self.skip_line();
        Some(())
    }

    fn key(&mut self) -> Option<Spanned<SmolStr>> {
        let start = self.at;
        if !is_key_start(self.peek()?) {
            return None;
        }
        while self.peek().is_some_and(is_key_byte) {
            self.at += 1;
        }
        // YAML allows no key over 1024 characters.
        if self.at - start > 100 || self.peek()? != b':' {
            return None;
        }
        let key = Spanned::new(
            self.source[start..self.at].into(),
            self.span(start, self.at),
        );
        self.at += 1;
        Some(key)
    }

    fn field(&mut self) -> Option<Field> {
        let key = self.key()?;
        let colon_end = self.at;
        self.skip_spaces();
        let has_space = self.at > colon_end;
        match self.peek() {
            None | Some(b'\n' | b'\r') => {}
            Some(b'#') if has_space => {}
            Some(_) if has_space => {
                let value = self.scalar_or_flow()?;
                self.end_line()?;
                return Some(Field { key, value });
            }
            Some(_) => return None,
        }
        self.skip_line();
        self.skip_empty_lines();
        let value = match self.peek() {
            Some(b'-' | b' ') => self.block_list()?,
            _ => {
                let place = colon_end + usize::from(has_space);
                Value {
                    span: self.span(place, place),
                    data: Data::Null,
                }
            }
        };
        Some(Field { key, value })
    }

    fn block_list(&mut self) -> Option<Value> {
        let line = self.at;
        self.skip_spaces();
        let (indent, start) = (self.at - line, self.at);
        self.at = line;
        let mut items: Vec<Value> = Vec::new();
        loop {
            let line = self.at;
            self.skip_spaces();
            if self.at - line != indent || self.peek() != Some(b'-') {
                self.at = line;
                // At the margin the list is over; any other indentation is not for this reader.
                return match self.peek() {
                    Some(b' ' | b'-') => None,
                    _ => {
                        let end = items.last()?.span.end;
                        let span = Span::new(self.base + start as u32, end);
                        let data = Data::List(items.into());
                        Some(Value { span, data })
                    }
                };
            }
            self.at += 1;
            if self.peek()? != b' ' {
                return None;
            }
            self.skip_spaces();
            items.push(self.scalar_or_flow()?);
            self.end_line()?;
            self.skip_empty_lines();
        }
    }

    fn scalar_or_flow(&mut self) -> Option<Value> {
        match self.peek()? {
            b'"' | b'\'' => self.quoted(),
            b'[' => self.flow_list(0),
            b'{' => self.flow_map(0),
            byte if is_plain_start(byte) => self.plain_line(),
            // `--12-10`
            b'-' if matches!(self.bytes.get(self.at + 1), Some(b'-' | b'0'..=b'9')) => {
                self.plain_line()
            }
            _ => None,
        }
    }

    /// Reads a bare scalar that reaches to the end of its line or to a comment.
    fn plain_line(&mut self) -> Option<Value> {
        let start = self.at;
        let mut end = start;
        while let Some(byte) = self.peek() {
            match byte {
                b'\n' | b'\r' => break,
                b'#' if end < self.at => break,
                b':' if self.bytes.get(self.at + 1).is_none_or(|b| *b <= b' ') => return None,
                _ => {}
            }
            self.at += 1;
            if byte != b' ' {
                end = self.at;
            }
        }
        // What follows is blanks and perhaps a comment, which the caller expects there.
        self.at = end;
        Some(self.plain(start, end))
    }

    fn plain(&self, start: usize, end: usize) -> Value {
        let text = &self.source[start..end];
        let data = if matches!(text, "null" | "Null" | "NULL") {
            Data::Null
        } else {
            Data::Scalar(Scalar {
                text: text.into(),
                style: ScalarStyle::Plain,
            })
        };
        Value {
            span: self.span(start, end),
            data,
        }
    }

    /// Reads a quoted scalar on one line without escapes.
    fn quoted(&mut self) -> Option<Value> {
        let start = self.at;
        let quote = self.peek()?;
        self.at += 1;
        loop {
            match self.peek()? {
                byte if byte == quote => break,
                b'\n' | b'\r' => return None,
                b'\\' if quote == b'"' => return None,
                _ => self.at += 1,
            }
        }
        let text = self.source[start + 1..self.at].into();
        self.at += 1;
        // `''` within single quotes.
        if self.peek() == Some(quote) {
            return None;
        }
        let style = if quote == b'"' {
            ScalarStyle::DoubleQuoted
        } else {
            ScalarStyle::SingleQuoted
        };
        Some(Value {
            span: self.span(start, self.at),
            data: Data::Scalar(Scalar { text, style }),
        })
    }

    fn flow_value(&mut self, depth: u8) -> Option<Value> {
        match self.peek()? {
            b'"' | b'\'' => self.quoted(),
            b'[' if depth < MAX_DEPTH => self.flow_list(depth + 1),
            b'{' if depth < MAX_DEPTH => self.flow_map(depth + 1),
            byte if is_plain_start(byte) => self.plain_in_flow(),
            _ => None,
        }
    }

    fn plain_in_flow(&mut self) -> Option<Value> {
        let start = self.at;
        let mut end = start;
        loop {
            let byte = self.peek()?;
            match byte {
                b',' | b']' | b'}' => break,
                b'\n' | b'\r' | b'#' | b'[' | b'{' | b'"' | b'\'' | b'?' => return None,
                // `https://` and `10:30`, but not `a: b`.
                b':' if !matches!(self.bytes.get(self.at + 1), Some(b) if *b == b'/' || b.is_ascii_alphanumeric()) =>
                {
                    return None;
                }
                _ => {}
            }
            self.at += 1;
            if byte != b' ' {
                end = self.at;
            }
        }
        Some(self.plain(start, end))
    }

    /// Skips the comma after an item; `Some(true)` where the list or map ends instead.
    fn end_item(&mut self, close: u8) -> Option<bool> {
        self.skip_spaces();
        let byte = self.peek()?;
        self.at += 1;
        match byte {
            b',' => {
                self.skip_spaces();
                Some(false)
            }
            byte if byte == close => Some(true),
            _ => None,
        }
    }

    fn flow_list(&mut self, depth: u8) -> Option<Value> {
        let start = self.at;
        self.at += 1;
        self.skip_spaces();
        let mut items = Vec::new();
        if self.peek()? == b']' {
            self.at += 1;
        } else {
            loop {
                items.push(self.flow_value(depth)?);
                if self.end_item(b']')? {
                    break;
                }
            }
        }
        Some(Value {
            span: self.span(start, self.at),
            data: Data::List(items.into()),
        })
    }

    fn flow_map(&mut self, depth: u8) -> Option<Value> {
        let start = self.at;
        self.at += 1;
        self.skip_spaces();
        let mut fields: Vec<Field> = Vec::new();
        if self.peek()? == b'}' {
            self.at += 1;
        } else {
            loop {
                let key = self.key()?;
                // A key that stands twice is a problem to report.
                if self.peek()? != b' ' || fields.iter().any(|field| field.key.value == key.value) {
                    return None;
                }
                self.skip_spaces();
                let value = self.flow_value(depth)?;
                fields.push(Field { key, value });
                if self.end_item(b'}')? {
                    break;
                }
            }
        }
        Some(Value {
            span: self.span(start, self.at),
            data: Data::Map(fields.into()),
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::front_matter::yaml;

    /// Returns whether the quick reader takes `content`, which it must then read as the general one does.
    fn is_simple(content: &str) -> bool {
        let whole = Span::from(0..content.len());
        let Some(fields) = parse(content, whole) else {
            return false;
        };
        let general = yaml::read(content, whole, &mut Vec::new());
        assert_eq!(Some(&fields), general.ok().as_ref(), "{content:?}");
        true
    }

    #[test]
    fn notes_as_people_write_them_are_simple() {
        for content in [
            "",
            "\n\n",
            "name: Ada Lovelace\n",
            "name: Ada",
            "name:\nalias: \nrole:   \ntags: # none\n",
            "name: Zoë 陳美玲 😀\r\nrole: COO / CTO (interim)\r\n",
            "aliases: [Countess, \"Ada, the first\"]\nemails: [ada@example.org, {value: a@b.example, label: home}]\n",
            "phones: [\"+44 20 7946 0958\"]\norg: \"[[Analytical Engines]]\"\n",
            "title: Mathematician       # the job; `role` is the function\n",
            "birthday: 1815-12-10\ndied: --12-10\ntime: 12:30\nurl: https://e.org/a#b\n",
            "urls: [https://e.org/a, e.org]\norg: [[X]]\nempty: []\nnone: {}\nnothing: null\n",
            "follow_up: {date: 2026-12-01, about: the draft of Note G}\n",
            "knows: [\"[[Charles Babbage]]\", {to: \"[[William King]]\", as: spouse, since: [a, b]}]\n",
            "tags:\n  - one\n",
            "tags:\n- one # 1\n\n# between\n- 'two words'\n- {a: b}\nname: x\n",
            "tags:\n\n    -   one\n    -   two\n# end\nname: x\n",
            "a: b\na: c\n",
        ] {
            assert!(is_simple(content), "{content:?}");
        }
    }

    #[test]
    fn whatever_could_be_read_otherwise_is_left_alone() {
        for content in [
            "a: b: c\n",
            "a: b:\n",
            "a: \"b\\n\"\n",
            "a: 'it''s'\n",
            "a: \"b\" c\n",
            "a: \"b\"#c\n",
            "a: [b\n",
            "a: [b,\n  c]\n",
            "a: [b, ]\n",
            "a: [b c: d]\n",
            "a: {b}\n",
            "a: {b:c}\n",
            "a: {b: c, b: d}\n",
            "a: {b: }\n",
            "a: [[[[[x]]]]]\n",
            "a: &b c\n",
            "a: *b\n",
            "a: !c d\n",
            "a: |\n  b\n",
            "a: @b\n",
            "a: ~\n",
            "a: b\n  c\n",
            "a: b\n\n  c\n",
            "a:\n  b: c\n",
            "a:\n  - b\n    c\n",
            "a:\n  - b: c\n",
            "a:\n  - b\n - c\n",
            "a:\n  - b\n   - c\n",
            "a:\n  -\n",
            "a: b\n- c\n",
            "a:\tb\n",
            "a: b\rc: d\n",
            "a: b\u{a0}\n",
            "a: b\u{feff}\n",
            "a: b\u{2028}c\n",
            "a: b\0\n",
            " a: b\n",
            "a : b\n",
            "\"a\": b\n",
            "a\n",
            "a:b\n",
            "{a: b}\n",
            "- a\n",
            "...\na: b\n",
            "? a\n",
            "é: b\n",
        ] {
            assert!(!is_simple(content), "{content:?}");
        }
    }

    /// Lines that are simple or nearly so.
    fn lines() -> impl Strategy<Value = String> {
        let scalar = prop_oneof![
            6 => "[a-zé]{1,4}( [a-z0-9]{1,3})?",
            1 => "[A-Za-z0-9é測+(/_.:#&*!?,'\" -]{0,10}",
            1 => "\"[a-z#:,\\[\\] '\\\\]{0,6}\"",
            1 => "'[a-z#:,{} \"]{0,6}'",
            1 => Just("null".to_owned()),
            1 => Just("2026-12-01".to_owned()),
            1 => Just("https://e.org/a_(b)?c#d".to_owned()),
        ];
        let flow = scalar.clone().prop_recursive(2, 12, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4)
                    .prop_map(|items| format!("[{}]", items.join(", "))),
                prop::collection::vec(("[ab]{1,2}", inner.clone()), 0..3).prop_map(|fields| {
                    let fields: Vec<_> = fields
                        .iter()
                        .map(|(key, value)| format!("{key}: {value}"))
                        .collect();
                    format!("{{{}}}", fields.join(", "))
                }),
                (inner, " {0,2}").prop_map(|(value, blanks)| format!("[{blanks}{value}{blanks}]")),
            ]
        });
        let comment = prop_oneof![3 => Just(String::new()), 1 => " {0,2}#[ a:'\"]{0,3}"];
        let item = ("- {0,2}", flow.clone(), comment.clone())
            .prop_map(|(dash, value, comment)| format!("{dash}{value}{comment}"));
        prop_oneof![
            6 => ("[a-z_-]{1,3}", " {0,2}", flow.clone(), comment.clone())
                .prop_map(|(key, blanks, value, comment)| format!("{key}:{blanks}{value}{comment}")),
            3 => ("[a-z]: ?", prop::collection::vec(item, 1..4), "\n {0,2}")
                .prop_map(|(key, items, indent)| format!("{key}{indent}{}", items.join(&indent))),
            1 => ("[ab]{1}", comment.clone()).prop_map(|(key, comment)| format!("{key}:{comment}")),
            1 => ("( {2})?", "- {0,3}", flow, comment)
                .prop_map(|(indent, dash, value, comment)| format!("{indent}{dash}{value}{comment}")),
            1 => "( {0,3}#.{0,3}| {0,2}|\t|---|\\.\\.\\.| {1,3}[a-z]{1,3}:? ?)",
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn quick_reader_reads_as_the_general_one_does(
            lines in prop::collection::vec(lines(), 0..5),
            line_end in prop::sample::select(vec!["\n", "\r\n", "\n\n"]),
            is_closed in any::<bool>(),
        ) {
            let mut content = lines.join(line_end);
            if is_closed {
                content.push_str(line_end);
            }
            is_simple(&content);
        }

        #[test]
        fn any_text_is_read_as_the_general_reader_does(
            content in prop_oneof![
                ".{0,20}",
                "a:[ \\[\\]{}:,#|>'\"@a\n-]{0,12}",
                "(a: |- |  - |\\[|\\]|\\{|\\}|, |: |'|\"|b|é|\n|#| ){0,14}",
            ],
        ) {
            is_simple(&content);
        }
    }
}
