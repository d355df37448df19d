//! The smallest text edits that do a job. Nothing is ever re-emitted: comments, order, quoting and line ends
//! stay byte for byte.

use std::fmt::Write as _;

use crate::{
    Data, Field, FrontMatter, Key, Link, LinkForm, Note, Place, Scalar, ScalarStyle, Span, Value,
    key::KEYS,
};

/// Replaces a range with a text; an empty range inserts.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TextEdit {
    /// What to replace.
    pub span: Span,
    /// The new text.
    pub text: String,
}

impl TextEdit {
    /// Returns an edit that puts `text` in place of `span`.
    pub fn replace(span: Span, text: impl Into<String>) -> Self {
        Self {
            span,
            text: text.into(),
        }
    }

    /// Returns an edit that inserts `text` at `offset`.
    pub fn insert(offset: u32, text: impl Into<String>) -> Self {
        Self {
            span: Span::at(offset),
            text: text.into(),
        }
    }
}

/// Returns `text` with `edits` made; `None` where two overlap or one lies outside.
///
/// The edits may come in any order; insertions at the same place keep theirs.
pub fn apply(text: &str, edits: &[TextEdit]) -> Option<String> {
    let mut edits: Vec<&TextEdit> = edits.iter().collect();
    edits.sort_by_key(|edit| edit.span);
    let mut new =
        String::with_capacity(text.len() + edits.iter().map(|edit| edit.text.len()).sum::<usize>());
    let mut at = 0;
    for edit in edits {
        new.push_str(text.get(at..edit.span.start as usize)?);
        // The range itself must lie in the text, on character boundaries.
        text.get(edit.span.start as usize..edit.span.end as usize)?;
        new.push_str(&edit.text);
        at = edit.span.end as usize;
    }
    new.push_str(text.get(at..)?);
    Some(new)
}

/// Returns the line ending that `text` uses first, `"\n"` where it has none.
pub fn line_ending(text: &str) -> &'static str {
    let Some(at) = text.find(['\n', '\r']) else {
        return "\n";
    };
    match &text.as_bytes()[at..] {
        [b'\r', b'\n', ..] => "\r\n",
        [b'\r', ..] => "\r",
        _ => "\n",
    }
}

/// Returns `value` as a YAML scalar that YAML 1.1 and 1.2 readers both take for that text, quoted only if it must be.
///
/// `flow` is whether it will stand inside `[…]` or `{…}`. Line breaks are escaped in double quotes. Days stay bare: a
/// reader that takes `2026-12-01` for a date takes it for the right one.
pub fn quote(value: &str, flow: bool) -> String {
    if is_plain(value, flow) {
        return value.to_owned();
    }
    let mut quoted = String::with_capacity(value.len() + 2);
    quoted.push('"');
    for c in value.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            // What YAML calls a line break or does not let stand: chapter 5.1 and 5.4.
            '\u{85}' | '\u{a0}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}'
            | '\u{ffff}' => {
                let _ = write!(quoted, "\\u{:04x}", c as u32);
            }
            _ if c.is_control() => {
                let _ = write!(quoted, "\\u{:04x}", c as u32);
            }
            _ => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// Returns whether every YAML reader takes `value`, written bare, for this very text (or this very day).
fn is_plain(value: &str, flow: bool) -> bool {
    if crate::value::parse_day(value).is_some() {
        return true;
    }
    let Some(first) = value.chars().next() else {
        return false;
    };
    // Numbers, times, booleans, nulls and markers of every dialect begin like this, or are one of these words.
    let looks_like_a_word = first.is_alphabetic() && !is_word_of_yaml(value);
    let looks_like_a_phrase =
        first.is_ascii_digit() && value.contains(' ') && value.contains(char::is_alphabetic);
    (looks_like_a_word || looks_like_a_phrase)
        && !value.ends_with([' ', ':'])
        && !value.contains(": ")
        && !value.contains(" #")
        && !value.contains(|c: char| {
            c.is_control()
                || matches!(
                    c,
                    '\u{a0}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'
                )
        })
        && !(flow && value.contains([',', '[', ']', '{', '}', ':']))
}

/// Returns whether some version of YAML takes the word for something else than text.
fn is_word_of_yaml(value: &str) -> bool {
    let word = value.to_ascii_lowercase();
    matches!(word.as_str(), "y" | "n" | "yes" | "no" | "on" | "off" | "true" | "false" | "null" | "nan" | "inf")
        // Hexadecimal and exponents need a digit first; `e1` and `infinity` are texts to all but careless readers.
        || word.strip_prefix(['e', 'i']).is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit()) && !rest.is_empty())
}

/// Returns the edit that gives the top-level key `name` the scalar `value`, replacing the value that is there, else
/// adding a line at the end of the front matter, else a front matter at the start of the note.
///
/// `value` is plain text and is quoted as needed; [`set_key_raw`] takes YAML as it is.
pub fn set_key(text: &str, note: &Note, name: &str, value: &str) -> TextEdit {
    set_key_raw(text, note, name, &quote(value, false))
}

/// Like [`set_key`], with `yaml` written as it is: it must be one line of valid flow YAML.
pub fn set_key_raw(text: &str, note: &Note, name: &str, yaml: &str) -> TextEdit {
    let field = note
        .front_matter
        .as_deref()
        .and_then(|front_matter| field_named(front_matter, name));
    let Some(field) = field else {
        return add_line(text, note, &format!("{}: {yaml}", quote(name, false)));
    };
    let value = &field.value;
    if value.span.is_empty() {
        // `key:` and `key: ` both become `key: value`.
        let space = if text[..value.span.start as usize].ends_with(':') {
            " "
        } else {
            ""
        };
        let comment = text[value.span.start as usize..].starts_with('#');
        let after = if comment { " " } else { "" };
        return TextEdit::insert(value.span.start, format!("{space}{yaml}{after}"));
    }
    // A block list or map begins on a line of its own: what lies between it and the colon goes too.
    let after_key = Span::new(field.key.span.end, value.span.start).of(text);
    if !after_key.contains(['\n', '\r']) {
        return TextEdit::replace(value.span, yaml);
    }
    let colon = after_key.find(':').map_or(0, |colon| colon as u32 + 1);
    let first_line = after_key[colon as usize..].lines().next().unwrap_or("");
    if first_line.trim().is_empty() {
        return TextEdit::replace(
            Span::new(field.key.span.end + colon, value.span.end),
            format!(" {yaml}"),
        );
    }
    // A comment behind the colon, or an anchor: it stays, with the value on the next line.
    let indent = after_key.rsplit(['\n', '\r']).next().unwrap_or("");
    let indent = if indent.trim().is_empty() && !indent.is_empty() {
        ""
    } else {
        "  "
    };
    TextEdit::replace(value.span, format!("{indent}{yaml}"))
}

/// Returns the field that `name` or another spelling of the same key writes.
fn field_named<'a>(front_matter: &'a FrontMatter, name: &str) -> Option<&'a Field> {
    front_matter.field(name).or_else(|| {
        let keys = KEYS.iter().filter(|key| key.name == name);
        keys.flat_map(|key: &Key| key.spellings)
            .find_map(|spelling| front_matter.field(spelling))
    })
}

/// Returns the edit that adds a line to the front matter, making one where there is none.
fn add_line(text: &str, note: &Note, line: &str) -> TextEdit {
    let line_end = line_ending(text);
    let Some(front_matter) = note.front_matter.as_deref() else {
        let start = if text.starts_with('\u{feff}') { 3 } else { 0 };
        return TextEdit::insert(start, format!("---{line_end}{line}{line_end}---{line_end}"));
    };
    let content = front_matter.content;
    let has_break = content.is_empty() || content.of(text).ends_with(['\n', '\r']);
    // Before the closing line; an unclosed block ends with its last line.
    match (front_matter.closed, has_break) {
        (true, _) => TextEdit::insert(content.end, format!("{line}{line_end}")),
        (false, true) => TextEdit::insert(content.end, line),
        (false, false) => TextEdit::insert(content.end, format!("{line_end}{line}")),
    }
}

/// Returns the edit that adds `value` to the list under the top-level key `name`: to a flow or block list in its own
/// style, a scalar becoming a flow list of two, an absent key a new line `name: [value]`.
///
/// `None` where the item is there already.
pub fn add_to_list(text: &str, note: &Note, name: &str, value: &str) -> Option<TextEdit> {
    let field = note
        .front_matter
        .as_deref()
        .and_then(|front_matter| field_named(front_matter, name));
    let item = quote(value, true);
    let Some(field) = field else {
        return Some(set_key_raw(text, note, name, &format!("[{item}]")));
    };
    let old = &field.value;
    if old
        .items()
        .iter()
        .any(|item| item.item_text().is_some_and(|text| text.value == value))
    {
        return None;
    }
    Some(match &old.data {
        Data::List(items) if old.span.of(text).starts_with('[') => {
            let close = old.span.end - 1;
            match items.last() {
                None => TextEdit::replace(Span::new(old.span.start + 1, close), item),
                Some(last) => {
                    let trailing = Span::new(last.span.end, close).of(text);
                    match trailing.find(',') {
                        // `[a, b, ]` keeps its last comma.
                        Some(comma) => {
                            TextEdit::insert(last.span.end + comma as u32 + 1, format!(" {item},"))
                        }
                        None => TextEdit::insert(last.span.end, format!(", {item}")),
                    }
                }
            }
        }
        Data::List(_) => {
            let line_start = text[..old.span.start as usize]
                .rfind(['\n', '\r'])
                .map_or(0, |at| at + 1);
            let first = &text[line_start..];
            let indent = &first[..first.len() - first.trim_start_matches([' ', '\t']).len()];
            let after_dash = first[indent.len()..].strip_prefix('-').unwrap_or("");
            let blanks = after_dash.len() - after_dash.trim_start_matches(' ').len();
            let item = quote(value, false);
            let blanks = " ".repeat(blanks.clamp(1, 8));
            // Behind the last item's line, whatever comment stands there.
            let end = old.span.end as usize;
            let end = text[end..]
                .find(['\n', '\r'])
                .map_or(text.len(), |at| end + at);
            TextEdit::insert(
                end as u32,
                format!("{}{indent}-{blanks}{item}", line_ending(text)),
            )
        }
        Data::Null => set_key_raw(text, note, name, &format!("[{item}]")),
        Data::Scalar(Scalar {
            style: ScalarStyle::Block | ScalarStyle::Plain,
            text: old_text,
        }) => TextEdit::replace(
            old.span,
            format!("[{}, {item}]", quote(old_text.trim_end(), true)),
        ),
        Data::Scalar(_) | Data::Map(_) | Data::Raw(_) => {
            TextEdit::replace(old.span, format!("[{}, {item}]", old.span.of(text)))
        }
    })
}

/// Returns the edit that removes the top-level field at index `field` of the front matter, with its lines.
pub fn remove_field(text: &str, note: &Note, field: usize) -> Option<TextEdit> {
    let front_matter = note.front_matter.as_deref()?;
    let span = front_matter.fields.get(field)?.span();
    let start = text[..span.start as usize]
        .rfind(['\n', '\r'])
        .map_or(0, |at| at + 1);
    let rest = &text[span.end as usize..];
    let end = match rest.find(['\n', '\r']) {
        Some(at) if rest[at..].starts_with("\r\n") => at + 2,
        Some(at) => at + 1,
        None => rest.len(),
    };
    Some(TextEdit::replace(
        Span::new(start as u32, span.end + end as u32),
        "",
    ))
}

/// Returns the edit that makes `link` point at `new_target`, touching only the target inside it.
///
/// `new_target` is a plain name or path. A Markdown target stays percent-encoded or in `<>` as it was (and is encoded
/// where it must be), `|` in a table cell stays escaped, a name inside quotes in front matter stays valid there. The
/// anchor and the label stay.
pub fn retarget(text: &str, note: &Note, link: &Link, new_target: &str) -> TextEdit {
    let span = link.target.span;
    let target = match link.form {
        LinkForm::Wiki | LinkForm::WikiEmbed | LinkForm::BareName => new_target.to_owned(),
        LinkForm::Inline | LinkForm::InlineImage | LinkForm::Reference | LinkForm::Definition => {
            if text[..span.start as usize].ends_with('<') {
                escape_angle(new_target)
            } else {
                percent_encode(new_target)
            }
        }
    };
    let Place::FrontMatter(field) = link.place else {
        return TextEdit::replace(span, target);
    };
    match scalar_at(note, field as usize, span) {
        Some((whole, style)) if link.form == LinkForm::BareName && span == whole => {
            // The name is the value: it may need quotes now, or need none any more.
            let flow = !matches!(style, ScalarStyle::Block)
                && is_in_flow(text, note, field as usize, whole);
            match style {
                ScalarStyle::Plain => TextEdit::replace(span, quote(&target, flow)),
                _ => TextEdit::replace(span, double_quoted(&target)),
            }
        }
        Some((_, ScalarStyle::SingleQuoted)) => TextEdit::replace(span, target.replace('\'', "''")),
        Some((_, ScalarStyle::DoubleQuoted)) => {
            let quoted = double_quoted(&target);
            TextEdit::replace(span, &quoted[1..quoted.len() - 1])
        }
        _ => TextEdit::replace(span, target),
    }
}

fn double_quoted(value: &str) -> String {
    // A line break makes it quote; what comes before is the value alone.
    let quoted = quote(&format!("{value}\n"), false);
    format!("{}\"", &quoted[..quoted.len() - "\\n\"".len()])
}

/// Returns the scalar of the field that holds `span`, with its style.
fn scalar_at(note: &Note, field: usize, span: Span) -> Option<(Span, ScalarStyle)> {
    let mut value = &note.front_matter.as_deref()?.fields.get(field)?.value;
    loop {
        value = match &value.data {
            Data::Scalar(scalar) => return Some((value.span, scalar.style)),
            Data::List(items) => items.iter().find(|item| item.span.contains(span))?,
            Data::Map(fields) => {
                &fields
                    .iter()
                    .find(|field| field.value.span.contains(span))?
                    .value
            }
            Data::Null | Data::Raw(_) => return None,
        };
    }
}

/// Returns whether the scalar at `span` stands inside `[…]` or `{…}` of the field.
fn is_in_flow(text: &str, note: &Note, field: usize, span: Span) -> bool {
    let fields = note
        .front_matter
        .as_deref()
        .map(|front_matter| &front_matter.fields);
    let Some(field) = fields.and_then(|fields| fields.get(field)) else {
        return false;
    };
    within(text, &field.value, span)
}

/// Returns whether `span` lies below `value` in a flow list or map.
fn within(text: &str, value: &Value, span: Span) -> bool {
    let is_flow = matches!(value.data, Data::List(_) | Data::Map(_))
        && value.span.of(text).starts_with(['[', '{']);
    let inside = |value: &Value| value.span != span && value.span.contains(span);
    if !inside(value) {
        return false;
    }
    is_flow
        || match &value.data {
            Data::List(items) => items.iter().any(|item| within(text, item, span)),
            Data::Map(fields) => fields.iter().any(|field| within(text, &field.value, span)),
            _ => false,
        }
}

/// Encodes what may not stand in a link's destination (CommonMark 0.31, section 6.3), parentheses and `%` too.
pub fn percent_encode(path: &str) -> String {
    let mut encoded = String::with_capacity(path.len());
    for c in path.chars() {
        let keep = c.is_ascii_alphanumeric()
            || matches!(
                c,
                '/' | '.'
                    | '-'
                    | '_'
                    | '~'
                    | '!'
                    | '$'
                    | '&'
                    | '\''
                    | '+'
                    | ','
                    | ';'
                    | '='
                    | ':'
                    | '@'
            );
        if keep {
            encoded.push(c);
            continue;
        }
        let mut buffer = [0; 4];
        for byte in c.encode_utf8(&mut buffer).bytes() {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

/// Encodes what may not stand between `<` and `>`.
fn escape_angle(path: &str) -> String {
    let mut escaped = String::with_capacity(path.len());
    for c in path.chars() {
        match c {
            '<' | '>' | '%' | '#' | '\\' | '\n' | '\r' => {
                let _ = write!(escaped, "%{:02X}", c as u32);
            }
            _ => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests;
