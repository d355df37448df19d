//! The insides of a link: target, anchor and label with the exact range of each.
//!
//! Where links begin and end is found by [`super::body`] and [`super::properties`].

use std::borrow::Cow;
use std::ops::Range;

use super::{Anchor, Link, LinkForm, Place};
use crate::work::count;
use crate::{Span, Spanned};

/// Returns whether a Markdown target names something outside any vault: a scheme of two letters or more, or `//`.
///
/// One letter and a colon is a drive, not a scheme.
pub(crate) fn is_external(target: &str) -> bool {
    let scheme_len = target
        .bytes()
        .position(|byte| !(byte.is_ascii_alphanumeric() || b"+-.".contains(&byte)))
        .unwrap_or(target.len());
    target.starts_with("//")
        || (scheme_len > 1
            && target.as_bytes()[0].is_ascii_alphabetic()
            && target.as_bytes().get(scheme_len) == Some(&b':'))
}

/// Reads the wiki link that fills `range`: `[[…]]` or `![[…]]`, on one line.
///
/// `decode` turns source text into what it stands for: the identity in the body, the unescaping of a quoted scalar in
/// front matter. `None` where it names nothing at all (`[[ ]]`, `[[|x]]`, `[[#]]`).
pub(super) fn wiki(
    text: &str,
    range: Range<usize>,
    place: Place,
    decode: impl Fn(&str) -> Cow<'_, str>,
) -> Option<Link> {
    let source = text.get(range.clone())?;
    let (form, open) = if source.starts_with("![[") {
        (LinkForm::WikiEmbed, 3)
    } else if source.starts_with("[[") {
        (LinkForm::Wiki, 2)
    } else {
        return None;
    };
    if source.len() < open + 2 || !source.ends_with("]]") {
        return None;
    }
    let inside = range.start + open..range.end - 2;
    let pipe = text[inside.clone()]
        .find('|')
        .map(|offset| inside.start + offset);
    let head_end = match pipe {
        // In a table cell the bar is written `\|`.
        Some(pipe) if pipe > inside.start && text.as_bytes()[pipe - 1] == b'\\' => pipe - 1,
        Some(pipe) => pipe,
        None => inside.end,
    };
    count(head_end - inside.start);
    let label = pipe.map(|pipe| Span::from(trim(text, pipe + 1..inside.end)));

    let head = &text[inside.start..head_end];
    let (name_end, anchor) = match head.find('#') {
        Some(hash) => {
            let hash = inside.start + hash;
            (hash, anchor(text, hash + 1..head_end, &decode))
        }
        None => match head.rfind('^') {
            Some(caret) if is_block_id(head[caret + 1..].trim_end()) => {
                let caret = inside.start + caret;
                let id = trim(text, caret + 1..head_end);
                let id = Spanned::new(decode(&text[id.clone()]).into(), id.into());
                (caret, Some(Anchor::Block(id)))
            }
            _ => (head_end, None),
        },
    };
    let name = trim(text, inside.start..name_end);
    if name.is_empty() && anchor.is_none() {
        return None;
    }
    Some(Link {
        span: range.into(),
        form,
        place,
        target: Spanned::new(decode(&text[name.clone()]).into(), name.into()),
        anchor,
        label,
    })
}

/// Reads what follows the `#` of a wiki link: a heading, or `^block`.
fn anchor(
    text: &str,
    range: Range<usize>,
    decode: &impl Fn(&str) -> Cow<'_, str>,
) -> Option<Anchor> {
    let heading = trim(text, range);
    if text[heading.clone()].starts_with('^') {
        let id = trim(text, heading.start + 1..heading.end);
        return (!id.is_empty())
            .then(|| Anchor::Block(Spanned::new(decode(&text[id.clone()]).into(), id.into())));
    }
    (!heading.is_empty()).then(|| {
        let value = decode(&text[heading.clone()]).into();
        Anchor::Heading(Spanned::new(value, heading.into()))
    })
}

/// Returns whether `id` can be a block id: letters, digits, `-` and `_`.
pub(super) fn is_block_id(id: &str) -> bool {
    !id.is_empty() && id.chars().all(is_block_id_char)
}

/// Returns whether a block id may hold `c`.
pub(super) fn is_block_id_char(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '-' | '_')
}

/// Finds the destination that begins at or after `from` and ends before `end`: without `<>`, title and white space
/// (CommonMark 0.31, section 6.3). `from` is just after the `(` of an inline link or the `:` of a definition.
///
/// `decoded` is what the CommonMark parser made of it, which is the source itself unless something was escaped.
pub(super) fn destination(text: &str, from: usize, end: usize, decoded: &str) -> Range<usize> {
    let bytes = text.as_bytes();
    let mut start = from;
    let mut after_line_break = false;
    while start < end {
        match bytes[start] {
            b'\n' | b'\r' => after_line_break = true,
            b' ' | b'\t' => {}
            // The mark of a block quote, at the beginning of the next line.
            b'>' if after_line_break => {}
            _ => break,
        }
        start += 1;
    }
    count(start - from);
    let angled = bytes.get(start) == Some(&b'<') && start < end;
    start += usize::from(angled);
    if text[start..end].starts_with(decoded) {
        count(decoded.len());
        return start..start + decoded.len();
    }
    let mut at = start;
    let mut depth = 0;
    while at < end {
        match bytes[at] {
            b'\\' if at + 1 < end && bytes[at + 1].is_ascii_punctuation() => at += 1,
            b'>' if angled => break,
            b'\n' | b'\r' => break,
            b' ' | b'\t' if !angled => break,
            b'(' if !angled => depth += 1,
            b')' if !angled && depth == 0 => break,
            b')' if !angled => depth -= 1,
            _ => {}
        }
        at += 1;
    }
    count(at - start);
    start..at
}

/// Splits a Markdown destination into target and anchor. `raw` is its range, `decoded` the same without backslash
/// escapes and entities; what is percent-encoded is decoded here.
///
/// An external target stays whole and as it is: its `#` is no heading of a note, and `%2F` is not `/` there.
pub(super) fn markdown_target(
    text: &str,
    raw: Range<usize>,
    decoded: &str,
) -> (Spanned<Box<str>>, Option<Anchor>) {
    if is_external(decoded) {
        return (Spanned::new(decoded.into(), raw.into()), None);
    }
    let (Some((path, fragment)), Some((path_end, fragment_start))) =
        (decoded.split_once('#'), find_hash(text, raw.clone()))
    else {
        let value = percent_decode(decoded).into();
        return (Spanned::new(value, raw.into()), None);
    };
    let target = Spanned::new(percent_decode(path).into(), Span::from(raw.start..path_end));
    let fragment = percent_decode(fragment);
    if fragment.is_empty() {
        return (target, None);
    }
    let anchor = match fragment.strip_prefix('^') {
        Some("") => return (target, None),
        Some(id) => {
            let source = &text[fragment_start..raw.end];
            let mark = if source.starts_with('%') { 3 } else { 1 };
            let start = (fragment_start + mark).min(raw.end);
            Anchor::Block(Spanned::new(id.into(), Span::from(start..raw.end)))
        }
        None => Anchor::Heading(Spanned::new(
            fragment.into(),
            Span::from(fragment_start..raw.end),
        )),
    };
    (target, Some(anchor))
}

/// Finds the first `#` of a destination: where it begins (with its backslash) and where it ends. The `#` of `&#35;`
/// is none.
fn find_hash(text: &str, raw: Range<usize>) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let mut at = raw.start;
    while at < raw.end {
        match bytes[at] {
            b'#' => return Some((at, at + 1)),
            b'\\' if bytes.get(at + 1) == Some(&b'#') => return Some((at, at + 2)),
            b'\\' | b'&' => at += 2,
            _ => at += 1,
        }
    }
    None
}

/// Returns `text` with `%XX` decoded (RFC 3986, section 2.1), as it is where that gives no UTF-8.
fn percent_decode(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let digit = |byte: Option<&u8>| byte.and_then(|&byte| char::from(byte).to_digit(16));
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        match (
            bytes[at],
            digit(bytes.get(at + 1)),
            digit(bytes.get(at + 2)),
        ) {
            (b'%', Some(high), Some(low)) => {
                decoded.push((high * 16 + low) as u8);
                at += 3;
            }
            (byte, ..) => {
                decoded.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8(decoded).map_or(Cow::Borrowed(text), Cow::Owned)
}

/// Returns `range` without white space at either end; what is all white space becomes empty, at its start.
pub(super) fn trim(text: &str, range: Range<usize>) -> Range<usize> {
    let source = &text[range.clone()];
    let rest = source.trim_start();
    if rest.is_empty() {
        return range.start..range.start;
    }
    let start = range.end - rest.len();
    start..start + rest.trim_end().len()
}
