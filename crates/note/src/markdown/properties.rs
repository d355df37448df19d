//! Wiki links and tags in the values of the front matter.
//!
//! They are read from the source text of each scalar, not from what it decodes to, so that their ranges are exact.
//! Keys and comments hold none.

use std::borrow::Cow;
use std::ops::Range;

use super::{Found, Place, Tag, links};
use crate::work::count;
use crate::{Data, Field, FrontMatter, ScalarStyle, Spanned, Value};

/// Reads the links and tags of `front_matter`, which is that of `text`, in no particular order.
pub(crate) fn read(text: &str, front_matter: &FrontMatter, found: &mut Found) {
    let content = front_matter.content.of(text);
    count(content.len());
    let has_links = content.contains("[[");
    // A place holds a u16; no one writes 65,536 keys by hand.
    for (index, field) in (0..=u16::MAX).zip(&front_matter.fields) {
        let place = Place::FrontMatter(index);
        if has_links {
            read_links(text, &field.value, place, found);
        }
        if matches!(&*field.key.value, "tags" | "tag") {
            read_tags(text, field, place, &mut found.tags);
        }
    }
}

/// Walks over a value on an explicit stack: how deep values nest is the writer's choice.
fn read_links(text: &str, value: &Value, place: Place, found: &mut Found) {
    let mut pending = vec![value];
    while let Some(value) = pending.pop() {
        count(1);
        match &value.data {
            Data::Null => {}
            Data::Scalar(scalar) => {
                let style = scalar.style;
                let decode = |source: &str| unescape(source, style).into_owned().into();
                find_wiki_links(text, value.span.into(), place, found, decode);
            }
            Data::Raw(_) => read_raw(text, value.span.into(), place, found),
            Data::List(items) => match unquoted_link(text, value) {
                Some(range) => found
                    .links
                    .extend(links::wiki(text, range, place, |s| Cow::Borrowed(s))),
                None => pending.extend(items.iter()),
            },
            Data::Map(fields) => pending.extend(fields.iter().map(|field| &field.value)),
        }
    }
}

/// Returns the range of `[[X]]` where YAML has made a list in a list of it.
fn unquoted_link(text: &str, value: &Value) -> Option<Range<usize>> {
    let Data::List(items) = &value.data else {
        return None;
    };
    let [inner] = &**items else { return None };
    let is_link = matches!(inner.data, Data::List(_))
        && inner.span.start == value.span.start + 1
        && inner.span.end + 1 == value.span.end
        && !inner.span.of(text).contains(['\n', '\r'])
        // `[[[A]], [[B]]]` is a list of two links.
        && !inner.span.of(text)[1..].starts_with('[');
    count(inner.span.len() as usize);
    (is_link && value.span.of(text).starts_with("[[")).then(|| value.span.into())
}

/// Reads a value that YAML could not: everything but its comments.
fn read_raw(text: &str, range: Range<usize>, place: Place, found: &mut Found) {
    let mut start = range.start;
    for line in text[range].split_inclusive(['\n', '\r']) {
        let end = line
            .match_indices('#')
            .find(|&(at, _)| at == 0 || line[..at].ends_with([' ', '\t']))
            .map_or(line.len(), |(at, _)| at);
        find_wiki_links(text, start..start + end, place, found, |source| {
            source.to_owned().into()
        });
        start += line.len();
    }
}

/// Finds the innermost `[[…]]` of each line of `range`.
fn find_wiki_links(
    text: &str,
    range: Range<usize>,
    place: Place,
    found: &mut Found,
    decode: impl Fn(&str) -> Cow<'static, str>,
) {
    count(range.len());
    let bytes = text.as_bytes();
    let mut open = None;
    let mut at = range.start;
    while at < range.end {
        let next = bytes.get(at + 1).filter(|_| at + 1 < range.end);
        match (bytes[at], next) {
            (b'[', Some(b'[')) => {
                let is_embed = at > range.start && bytes[at - 1] == b'!';
                open = Some(at - usize::from(is_embed));
                // `[[[A]]` opens at the last two brackets.
                at += 1;
            }
            (b']', Some(b']')) => {
                if let Some(start) = open.take() {
                    let link = links::wiki(text, start..at + 2, place, |s| decode(s));
                    found.links.extend(link);
                }
                at += 2;
            }
            (b'\n' | b'\r', _) => {
                open = None;
                at += 1;
            }
            _ => at += 1,
        }
    }
}

/// Reads the items of `tags`: a list, or one text in which commas part them. A `#` before a name is dropped.
fn read_tags(text: &str, field: &Field, place: Place, tags: &mut Vec<Tag>) {
    let mut push = |range: Range<usize>, style| {
        let range = links::trim(text, range);
        let source = text[range.clone()].trim_start_matches('#');
        let range = links::trim(text, range.end - source.len()..range.end);
        if !range.is_empty() {
            let name = unescape(&text[range.clone()], style).into();
            tags.push(Tag {
                name: Spanned::new(name, range.into()),
                place,
            });
        }
    };
    match &field.value.data {
        Data::Scalar(scalar) => {
            let range = inside(text, &field.value, scalar.style);
            count(range.len());
            let mut start = range.start;
            for part in text[range].split([',', '\n', '\r']) {
                push(start..start + part.len(), scalar.style);
                start += part.len() + 1;
            }
        }
        Data::List(items) => {
            for item in items {
                let item = item.get("value").unwrap_or(item);
                if let Data::Scalar(scalar) = &item.data {
                    let range = inside(text, item, scalar.style);
                    count(range.len());
                    push(range, scalar.style);
                }
            }
        }
        _ => {}
    }
}

/// Returns the range of a scalar without its quotes or its block header.
fn inside(text: &str, value: &Value, style: ScalarStyle) -> Range<usize> {
    let range = Range::from(value.span);
    let source = &text[range.clone()];
    match style {
        ScalarStyle::Plain => range,
        ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => {
            let quote = if style == ScalarStyle::SingleQuoted {
                '\''
            } else {
                '"'
            };
            let start = range.start + usize::from(source.starts_with(quote));
            let end = range.end - usize::from(source.len() > 1 && source.ends_with(quote));
            start..end.max(start)
        }
        ScalarStyle::Block => {
            let header = if source.starts_with(['|', '>']) {
                source.find(['\n', '\r']).unwrap_or(source.len())
            } else {
                0
            };
            range.start + header..range.end
        }
    }
}

/// Returns what a piece of a scalar's source stands for (YAML 1.2, sections 5.7, 7.3.1 and 7.3.2).
fn unescape(source: &str, style: ScalarStyle) -> Cow<'_, str> {
    match style {
        ScalarStyle::SingleQuoted if source.contains("''") => source.replace("''", "'").into(),
        ScalarStyle::DoubleQuoted if source.contains('\\') => {
            let mut text = String::with_capacity(source.len());
            let mut rest = source;
            while let Some(at) = rest.find('\\') {
                text.push_str(&rest[..at]);
                rest = &rest[at + 1..];
                let Some(escape) = rest.chars().next() else {
                    break;
                };
                rest = &rest[escape.len_utf8()..];
                let digits = match escape {
                    'x' => 2,
                    'u' => 4,
                    'U' => 8,
                    _ => 0,
                };
                let code = rest.get(..digits).filter(|_| digits > 0);
                if let Some(code) = code {
                    rest = &rest[digits..];
                    let code = u32::from_str_radix(code, 16).ok().and_then(char::from_u32);
                    text.push(code.unwrap_or(char::REPLACEMENT_CHARACTER));
                    continue;
                }
                text.push(match escape {
                    '0' => '\0',
                    'a' => '\u{7}',
                    'b' => '\u{8}',
                    't' => '\t',
                    'n' => '\n',
                    'v' => '\u{b}',
                    'f' => '\u{c}',
                    'r' => '\r',
                    'e' => '\u{1b}',
                    'N' => '\u{85}',
                    '_' => '\u{a0}',
                    'L' => '\u{2028}',
                    'P' => '\u{2029}',
                    other => other,
                });
            }
            text.push_str(rest);
            text.into()
        }
        _ => source.into(),
    }
}
