//! Lines and columns of one text, for the edges that speak them: LSP clients and terminals.
//!
//! Lines end at `\n`, `\r\n` or a lone `\r`, as LSP 3.17 says (`TextDocument`), and nowhere else.

use serde::{Deserialize, Serialize};

/// How a column is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// In bytes.
    Utf8,
    /// In UTF-16 code units, the LSP default.
    Utf16,
    /// In Unicode scalar values.
    Utf32,
}

/// A position: line and column, both from zero, the column counted in some [`Encoding`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineColumn {
    /// The line, from zero.
    pub line: u32,
    /// The column, from zero.
    pub column: u32,
}

/// Where the lines of a text begin. Small (four bytes a line), so that a vault can keep one for each note.
///
/// The text itself is not kept: columns of a text with non-ASCII characters need it passed in.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(into = "Lengths", from = "Lengths")]
pub struct LineIndex {
    /// Offsets of the first byte of each line but the first.
    starts: Box<[u32]>,
    /// The length of the text in bytes.
    len: u32,
    /// Whether every character is one byte, so that columns are the same in every encoding.
    ascii: bool,
}

/// The form in which a [`LineIndex`] is kept: small numbers take few bytes.
#[derive(Serialize, Deserialize)]
struct Lengths {
    /// The length of each line but the last, line break included.
    lines: Vec<u32>,
    len: u32,
    ascii: bool,
}

impl From<LineIndex> for Lengths {
    fn from(index: LineIndex) -> Self {
        let mut last = 0;
        let lines = index.starts.iter().map(|start| {
            let length = start - last;
            last = *start;
            length
        });
        Self {
            lines: lines.collect(),
            len: index.len,
            ascii: index.ascii,
        }
    }
}

impl From<Lengths> for LineIndex {
    fn from(lengths: Lengths) -> Self {
        let mut start: u32 = 0;
        let starts = lengths.lines.into_iter().map(|length| {
            start = start.saturating_add(length);
            start
        });
        Self {
            starts: starts.collect(),
            len: lengths.len,
            ascii: lengths.ascii,
        }
    }
}

impl LineIndex {
    /// Finds the lines of `text`.
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut starts = Vec::with_capacity(bytes.len() / 32);
        for offset in memchr::memchr2_iter(b'\n', b'\r', bytes) {
            let is_break = bytes[offset] == b'\n' || bytes.get(offset + 1) != Some(&b'\n');
            if is_break {
                starts.push(offset as u32 + 1);
            }
        }
        let ascii = text.is_ascii();
        Self {
            starts: starts.into(),
            len: bytes.len() as u32,
            ascii,
        }
    }

    /// Returns whether positions can be had without the text.
    pub fn is_ascii(&self) -> bool {
        self.ascii
    }

    /// Returns the length of the text in bytes.
    pub fn text_len(&self) -> u32 {
        self.len
    }

    /// Returns the number of lines; an empty text has one.
    pub fn line_count(&self) -> u32 {
        self.starts.len() as u32 + 1
    }

    /// Returns the offset at which `line` begins, or the text's length past the last line.
    pub fn line_start(&self, line: u32) -> u32 {
        match line {
            0 => 0,
            _ => self
                .starts
                .get(line as usize - 1)
                .copied()
                .unwrap_or(self.len),
        }
    }

    /// Returns the line, from zero, that holds `offset`; offsets past the end lie on the last line.
    pub fn line_of(&self, offset: u32) -> u32 {
        self.starts.partition_point(|&start| start <= offset) as u32
    }

    /// Returns the position of `offset`, which is moved back to a character boundary and into the text.
    ///
    /// `text` must be the text this index was made from; an ASCII text may be left out as "".
    pub fn position(&self, text: &str, offset: u32, encoding: Encoding) -> LineColumn {
        let offset = offset.min(self.len);
        let line = self.line_of(offset);
        let start = self.line_start(line);
        if self.ascii || encoding == Encoding::Utf8 {
            return LineColumn {
                line,
                column: offset - start,
            };
        }
        let mut end = (offset as usize).min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let before = text.get(start as usize..end).unwrap_or("");
        let column = match encoding {
            Encoding::Utf8 => before.len(),
            Encoding::Utf16 => before.chars().map(char::len_utf16).sum(),
            Encoding::Utf32 => before.chars().count(),
        };
        LineColumn {
            line,
            column: column as u32,
        }
    }

    /// Returns the offset of `position`, clamped to its line's end (before the line break) and to the text.
    ///
    /// A column inside a character (half a surrogate pair, a byte within a UTF-8 sequence) gives the
    /// character's start. `text` must be the text this index was made from.
    pub fn offset(&self, text: &str, position: LineColumn, encoding: Encoding) -> u32 {
        if position.line >= self.line_count() {
            return self.len;
        }
        let start = self.line_start(position.line);
        let end = self.line_start(position.line + 1);
        let line = text.get(start as usize..end as usize).unwrap_or("");
        let line = line.strip_suffix('\n').unwrap_or(line);
        let line = line.strip_suffix('\r').unwrap_or(line);
        let mut column = 0;
        for (offset, character) in line.char_indices() {
            let width = match encoding {
                Encoding::Utf8 => character.len_utf8(),
                Encoding::Utf16 => character.len_utf16(),
                Encoding::Utf32 => 1,
            };
            if column + width > position.column as usize {
                return start + offset as u32;
            }
            column += width;
        }
        start + line.len() as u32
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ENCODINGS: [Encoding; 3] = [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32];

    fn at(line: u32, column: u32) -> LineColumn {
        LineColumn { line, column }
    }

    #[test]
    fn lines_end_where_the_protocol_says() {
        let text = "a\nb\r\nc\rd\u{2028}e\u{b}f\n";
        let lines = LineIndex::new(text);
        let starts: Vec<_> = (0..lines.line_count())
            .map(|line| lines.line_start(line))
            .collect();
        assert_eq!(starts, [0, 2, 5, 7, text.len() as u32]);
        assert_eq!(lines.line_start(99), text.len() as u32);
        // Between `\r` and `\n` one is still on the line that they end.
        assert_eq!(lines.line_of(4), 1);
    }

    #[test]
    fn an_empty_text_has_one_line() {
        let lines = LineIndex::new("");
        assert_eq!((lines.line_count(), lines.text_len()), (1, 0));
        assert_eq!(lines.position("", 7, Encoding::Utf16), at(0, 0));
        assert_eq!(lines.offset("", at(0, 7), Encoding::Utf16), 0);
        assert_eq!(lines.offset("", at(7, 0), Encoding::Utf16), 0);
    }

    #[test]
    fn columns_count_as_the_client_counts() {
        let text = "x\n😀 é[[Ann]]";
        let lines = LineIndex::new(text);
        let link = text.find("[[").expect("it is there") as u32;
        for (encoding, column) in [
            (Encoding::Utf8, 7),
            (Encoding::Utf16, 4),
            (Encoding::Utf32, 3),
        ] {
            assert_eq!(lines.position(text, link, encoding), at(1, column));
            assert_eq!(lines.offset(text, at(1, column), encoding), link);
        }
    }

    #[test]
    fn places_inside_a_character_are_at_its_start() {
        let text = "a😀b";
        let lines = LineIndex::new(text);
        assert_eq!(lines.offset(text, at(0, 2), Encoding::Utf16), 1);
        assert_eq!(lines.offset(text, at(0, 3), Encoding::Utf8), 1);
        assert_eq!(lines.position(text, 3, Encoding::Utf16), at(0, 1));
    }

    #[test]
    fn columns_past_the_end_stay_before_the_line_break() {
        let text = "ab\r\ncd";
        let lines = LineIndex::new(text);
        assert_eq!(lines.offset(text, at(0, 99), Encoding::Utf16), 2);
        assert_eq!(lines.offset(text, at(1, 99), Encoding::Utf16), 6);
        assert_eq!(lines.offset(text, at(9, 0), Encoding::Utf16), 6);
        assert_eq!(lines.position(text, 99, Encoding::Utf16), at(1, 2));
    }

    #[test]
    fn an_ascii_text_need_not_be_at_hand() {
        let lines = LineIndex::new("ab\ncd");
        assert!(lines.is_ascii());
        assert_eq!(lines.position("", 4, Encoding::Utf16), at(1, 1));
    }

    proptest! {
        #[test]
        fn every_place_survives_the_way_there_and_back(text in "([a-c]|é|測|😀|\n|\r){0,20}") {
            let lines = LineIndex::new(&text);
            for (offset, _) in text.char_indices().chain([(text.len(), ' ')]) {
                for encoding in ENCODINGS {
                    let position = lines.position(&text, offset as u32, encoding);
                    // Between `\r` and `\n` there is no place for a cursor.
                    if text[..offset].ends_with('\r') && text[offset..].starts_with('\n') {
                        continue;
                    }
                    prop_assert_eq!(lines.offset(&text, position, encoding), offset as u32);
                }
            }
        }

        #[test]
        fn any_position_gives_a_character_boundary(
            text in "([a-c]|é|😀|\n|\r\n|\r){0,20}",
            line in 0_u32..12,
            column in prop_oneof![0_u32..12, Just(u32::MAX)],
            offset in 0_u32..100,
        ) {
            let lines = LineIndex::new(&text);
            for encoding in ENCODINGS {
                let offset_of = lines.offset(&text, at(line, column), encoding);
                prop_assert!(text.is_char_boundary(offset_of as usize));
                let position = lines.position(&text, offset, encoding);
                prop_assert!(position.line < lines.line_count());
            }
        }
    }
}
