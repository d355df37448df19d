//! `<!-- ties: ignore CODE -->`, which silences diagnostics in its note.

use std::ops::Range;

use super::{Ignore, links};
use crate::Spanned;
use crate::work::count;

/// Reads the codes named by the HTML comments in `range`, which is HTML.
pub(super) fn read(text: &str, range: Range<usize>, ignores: &mut Vec<Ignore>) {
    let mut at = range.start;
    while let Some(open) = text[at..range.end].find("<!--") {
        let start = at + open + 4;
        let end = text[start..range.end]
            .find("-->")
            .map_or(range.end, |close| start + close);
        read_comment(text, start..end, ignores);
        at = end;
    }
    count(range.len());
}

fn read_comment(text: &str, range: Range<usize>, ignores: &mut Vec<Ignore>) {
    let inside = links::trim(text, range);
    let Some(codes) = text[inside.clone()]
        .strip_prefix("ties:")
        .map(str::trim_start)
        .and_then(|rest| rest.strip_prefix("ignore"))
        .filter(|codes| codes.starts_with(|c: char| c.is_whitespace() || c == ':'))
    else {
        return;
    };
    let mut at = inside.end - codes.len();
    for code in codes.split(|c: char| c.is_whitespace() || matches!(c, ',' | ':')) {
        if !code.is_empty() {
            ignores.push(Ignore {
                code: Spanned::new(code.into(), (at..at + code.len()).into()),
            });
        }
        // Each separator is one character; its length is what lies before the next piece.
        at += code.len();
        at += text[at..inside.end]
            .chars()
            .next()
            .map_or(0, char::len_utf8);
    }
}
