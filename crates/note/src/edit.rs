//! The smallest text edits that do a job. Nothing is ever re-emitted: comments, order, quoting and line ends
//! stay byte for byte.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::ops::Range;

use crate::key::KEYS;
use crate::markdown::is_external;
use crate::value::PartialDate;
use crate::{Data, Field, FrontMatter, Link, Note, Place, ScalarStyle, Span, Value, front_matter};

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
    let mut in_order: Vec<_> = edits.iter().collect();
    in_order.sort_by_key(|edit| edit.span);
    let added: usize = edits.iter().map(|edit| edit.text.len()).sum();
    let mut out = String::with_capacity(text.len() + added);
    let mut done = 0;
    for edit in in_order {
        let range = Range::<usize>::from(edit.span);
        // `get` refuses what overlaps, lies outside or cuts a character.
        out.push_str(text.get(done..range.start)?);
        text.get(range.clone())?;
        out.push_str(&edit.text);
        done = range.end;
    }
    out.push_str(&text[done..]);
    Some(out)
}

/// Returns the line ending that `text` uses first, `"\n"` where it has none.
pub fn line_ending(text: &str) -> &'static str {
    match text.find(['\n', '\r']) {
        Some(at) if text[at..].starts_with("\r\n") => "\r\n",
        Some(at) if text[at..].starts_with('\r') => "\r",
        _ => "\n",
    }
}

/// Returns `value` as a YAML scalar that YAML 1.1 and 1.2 readers both take for that text, quoted only if it must be.
///
/// `flow` is whether it will stand inside `[…]` or `{…}`. Line breaks are escaped in double quotes. A date stays bare,
/// though YAML 1.1 has a type for it: it is what people write.
pub fn quote(value: &str, flow: bool) -> String {
    if is_plain(value, flow) {
        return value.to_owned();
    }
    if value.contains(['"', '\\']) && !value.contains(must_escape) {
        return format!("'{}'", value.replace('\'', "''"));
    }
    format!("\"{}\"", escape_double(value))
}

/// Returns the edit that gives the top-level key `name` the scalar `value`, replacing the value that is there, else
/// adding a line at the end of the front matter, else a front matter at the start of the note.
///
/// `value` is plain text and is quoted as needed; `raw_value` variants take YAML as it is.
pub fn set_key(text: &str, note: &Note, name: &str, value: &str) -> TextEdit {
    let flow = note
        .front_matter
        .as_ref()
        .is_some_and(|front_matter| is_flow(text, front_matter));
    set_key_raw(text, note, name, &quote(value, flow))
}

/// Like [`set_key`], with `yaml` written as it is: it must be one line of valid flow YAML.
pub fn set_key_raw(text: &str, note: &Note, name: &str, yaml: &str) -> TextEdit {
    let line_break = line_ending(text);
    let Some(front_matter) = &note.front_matter else {
        let start = if text.starts_with('\u{feff}') { 3 } else { 0 };
        let block = format!("---{line_break}{name}: {yaml}{line_break}---{line_break}");
        return TextEdit::insert(start, block);
    };
    if let Some(field) = field_named(front_matter, name) {
        return set_value(text, note, field, yaml);
    }
    let content = front_matter.content;
    if is_flow(text, front_matter) {
        return match front_matter.fields.last() {
            Some(last) => TextEdit::insert(last.span().end, format!(", {name}: {yaml}")),
            None => {
                let brace = content.of(text).find('{').unwrap_or(0) as u32;
                TextEdit::insert(content.start + brace + 1, format!("{name}: {yaml}"))
            }
        };
    }
    let written = content.of(text);
    if written.is_empty() || written.ends_with(['\n', '\r']) || front_matter.closed {
        TextEdit::insert(content.end, format!("{name}: {yaml}{line_break}"))
    } else {
        TextEdit::insert(content.end, format!("{line_break}{name}: {yaml}"))
    }
}

/// Returns the edit that adds `value` to the list under the top-level key `name`: to a flow or block list in its own
/// style, a scalar becoming a flow list of two, an absent key a new line `name: [value]`.
///
/// `None` where the item is there already, and where the value is a block map or cannot be read.
pub fn add_to_list(text: &str, note: &Note, name: &str, value: &str) -> Option<TextEdit> {
    let item = quote(value, true);
    let field = note
        .front_matter
        .as_ref()
        .and_then(|front_matter| field_named(front_matter, name));
    let Some(field) = field else {
        return Some(set_key_raw(text, note, name, &format!("[{item}]")));
    };
    let list = &field.value;
    let has_it = |written: &str| written == value;
    match &list.data {
        Data::Null => Some(set_value(text, note, field, &format!("[{item}]"))),
        Data::Scalar(scalar) => {
            // `tags: a, b` is two tags.
            let is_tags = matches!(name, "tags" | "tag") && scalar.text.contains(',');
            let mut items: Vec<Cow<'_, str>> = Vec::new();
            if is_tags {
                for tag in scalar.text.split(',').map(str::trim) {
                    if has_it(tag) {
                        return None;
                    }
                    items.push(quote(tag, true).into());
                }
            } else if has_it(&scalar.text) {
                return None;
            } else if scalar.style == ScalarStyle::Plain || scalar.style == ScalarStyle::Block {
                items.push(quote(&scalar.text, true).into());
            } else {
                items.push(list.span.of(text).into());
            }
            items.push(item.into());
            Some(set_value(
                text,
                note,
                field,
                &format!("[{}]", items.join(", ")),
            ))
        }
        Data::List(items) => {
            let mut texts = items.iter().filter_map(Value::item_text);
            if texts.any(|text| has_it(text.value)) {
                return None;
            }
            let is_flow = list.span.of(text).starts_with('[');
            match items.last() {
                Some(last) if is_flow => Some(TextEdit::insert(last.span.end, format!(", {item}"))),
                None => Some(TextEdit::insert(list.span.start + 1, item)),
                Some(last) => {
                    let first_line = line_start(text, items[0].span.start);
                    let line = &text[first_line as usize..];
                    let indent = &line[..line.len() - line.trim_start_matches([' ', '\t']).len()];
                    let item = quote(value, false);
                    let added = format!("{}{indent}- {item}", line_ending(text));
                    Some(TextEdit::insert(line_end(text, last.span.end), added))
                }
            }
        }
        Data::Map(_) if list.span.of(text).starts_with('{') => {
            let both = format!("[{}, {item}]", list.span.of(text));
            Some(set_value(text, note, field, &both))
        }
        Data::Map(_) | Data::Raw(_) => None,
    }
}

/// Returns the edit that removes the top-level field at index `field` of the front matter, with its line.
///
/// `None` where there is no such field, or where it shares its line with others.
pub fn remove_field(text: &str, note: &Note, field: usize) -> Option<TextEdit> {
    let front_matter = note.front_matter.as_ref()?;
    let field = front_matter.fields.get(field)?;
    if is_flow(text, front_matter) {
        return None;
    }
    let start = line_start(text, field.key.span.start);
    let end = line_end(text, field.span().end);
    let rest = &text[end as usize..];
    let line_break = if rest.starts_with("\r\n") {
        2
    } else {
        rest.len().min(1) as u32
    };
    Some(TextEdit::replace(Span::new(start, end + line_break), ""))
}

/// Returns the edit that makes `link` point at `new_target`, touching only the target inside it.
///
/// `new_target` is a plain name or path. A Markdown target stays percent-encoded or in `<>` as it was (and is encoded
/// where it must be), `|` in a table cell stays escaped, a name inside quotes in front matter stays valid there. The
/// anchor and the label stay.
///
/// Where a bare YAML value could not hold the new name, the edit quotes that value whole.
pub fn retarget(text: &str, link: &Link, new_target: &str) -> TextEdit {
    let target = link.target.span;
    if let Place::FrontMatter(index) = link.place {
        return retarget_in_front_matter(text, link, index, new_target);
    }
    if link.form.is_wiki() {
        return TextEdit::replace(target, new_target);
    }
    let is_angled = text[..target.start as usize].ends_with('<');
    TextEdit::replace(target, encode(new_target, target.of(text), is_angled))
}

/// Returns the field called `name`, else the one that another spelling of the same key writes.
fn field_named<'a>(front_matter: &'a FrontMatter, name: &str) -> Option<&'a Field> {
    front_matter.field(name).or_else(|| {
        let keys = KEYS.iter().filter(|key| key.name == name);
        keys.flat_map(|key| key.spellings)
            .find_map(|spelling| front_matter.field(spelling))
    })
}

/// Puts `yaml` in place of a field's value.
fn set_value(text: &str, note: &Note, field: &Field, yaml: &str) -> TextEdit {
    let span = field.value.span;
    let after_key = field.key.span.end as usize;
    let colon = text[after_key..]
        .find(':')
        .map_or(after_key, |colon| after_key + colon + 1);
    if span.is_empty() && field.value.data == Data::Null {
        let space = if text[..span.start as usize].ends_with([' ', '\t']) {
            ""
        } else {
            " "
        };
        let before_comment = text[span.end as usize..].starts_with('#');
        return TextEdit::insert(
            span.start,
            format!("{space}{yaml}{}", if before_comment { " " } else { "" }),
        );
    }
    if note.lines.line_of(span.start) == note.lines.line_of(field.key.span.end) {
        return TextEdit::replace(span, yaml);
    }
    // A block below its key: the value moves up, before a comment on the key's line.
    let end = line_end(text, colon as u32);
    let comment = text[colon..end as usize].trim_end();
    TextEdit::replace(
        Span::new(colon as u32, span.end),
        format!(" {yaml}{comment}"),
    )
}

/// Returns whether the whole front matter is one `{…}`.
fn is_flow(text: &str, front_matter: &FrontMatter) -> bool {
    front_matter.content.of(text).trim_start().starts_with('{')
}

fn line_start(text: &str, offset: u32) -> u32 {
    text[..offset as usize]
        .rfind(['\n', '\r'])
        .map_or(0, |at| at as u32 + 1)
}

fn line_end(text: &str, offset: u32) -> u32 {
    let rest = &text[offset as usize..];
    offset + rest.find(['\n', '\r']).unwrap_or(rest.len()) as u32
}

/// Retargets a link in the value of the field at `index`.
fn retarget_in_front_matter(text: &str, link: &Link, index: u16, new_target: &str) -> TextEdit {
    let target = link.target.span;
    let parsed = front_matter::parse(text);
    let scalar = parsed.as_ref().and_then(|(front_matter, _)| {
        let field = front_matter.fields.get(usize::from(index))?;
        scalar_around(&field.value, link.span)
    });
    if !link.form.is_wiki() || link.span == target {
        // A bare name is the value itself.
        return TextEdit::replace(target, quote(new_target, true));
    }
    let Some((span, style)) = scalar else {
        // `[[X]]` without quotes, a list in a list; or a value that cannot be read.
        if new_target.starts_with(char::is_alphanumeric) && is_safe_inside(new_target, true) {
            return TextEdit::replace(target, new_target);
        }
        let quoted = quote(&replaced(text, link.span, target, new_target), true);
        return TextEdit::replace(link.span, quoted);
    };
    match style {
        ScalarStyle::SingleQuoted => TextEdit::replace(target, new_target.replace('\'', "''")),
        ScalarStyle::DoubleQuoted => TextEdit::replace(target, escape_double(new_target)),
        ScalarStyle::Block => TextEdit::replace(target, new_target),
        ScalarStyle::Plain => {
            let all = replaced(text, span, target, new_target);
            // A bare scalar with brackets stands in no flow list.
            if is_safe_inside(&all, false) {
                TextEdit::replace(target, new_target)
            } else {
                TextEdit::replace(span, quote(&all, false))
            }
        }
    }
}

/// Returns the source of `whole` with `part` replaced.
fn replaced(text: &str, whole: Span, part: Span, new: &str) -> String {
    let before = Span::new(whole.start, part.start).of(text);
    let after = Span::new(part.end, whole.end).of(text);
    format!("{before}{new}{after}")
}

/// Finds the scalar in `value` that holds `span`.
fn scalar_around(value: &Value, span: Span) -> Option<(Span, ScalarStyle)> {
    let mut pending = vec![value];
    while let Some(value) = pending.pop() {
        if !value.span.contains(span) {
            continue;
        }
        match &value.data {
            Data::Scalar(scalar) if span != value.span || scalar.style != ScalarStyle::Plain => {
                return Some((value.span, scalar.style));
            }
            Data::List(items) => pending.extend(items.iter()),
            Data::Map(fields) => pending.extend(fields.iter().map(|field| &field.value)),
            _ => {}
        }
    }
    None
}

/// Returns whether `value` may stand bare and is then read as that text by YAML 1.1 and 1.2.
fn is_plain(value: &str, flow: bool) -> bool {
    let Some(first) = value.chars().next() else {
        return false;
    };
    let is_indicator = "!&*|>'\"%@`#,[]{}".contains(first);
    let is_mark =
        matches!(first, '-' | '?' | ':' | '=' | '<' | '~') && PartialDate::parse(value).is_none();
    !is_indicator
        && !is_mark
        && !value.starts_with("...")
        && value.trim() == value
        && is_safe_inside(value, flow)
        && !is_word_of_yaml(value)
        && !is_number(value)
}

/// Returns whether nothing in `value` ends a bare scalar.
fn is_safe_inside(value: &str, flow: bool) -> bool {
    !(value.contains(": ")
        || value.ends_with(':')
        || value.contains(" #")
        || value.contains(must_escape)
        || (flow && value.contains([',', '[', ']', '{', '}']))
        // Readers disagree about `a:?` within `[…]`; `https://` and `10:30` are safe.
        || (flow && value.split(':').skip(1).any(|rest| !rest.starts_with(is_safe_after_colon))))
}

fn is_safe_after_colon(c: char) -> bool {
    c.is_alphanumeric() || c == '/'
}

/// The words that YAML 1.1 or 1.2 reads as null or a truth value (YAML 1.1, type repository).
fn is_word_of_yaml(value: &str) -> bool {
    let words = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"];
    words.iter().any(|word| word.eq_ignore_ascii_case(value))
}

/// Returns whether YAML 1.1 or 1.2 reads `value` as a number: `012`, `1_000`, `0x1F`, `1e3`, `12:30`, `.5`, `.inf`.
fn is_number(value: &str) -> bool {
    let unsigned = value.strip_prefix(['+', '-']).unwrap_or(value);
    let digits = unsigned.replace('_', "");
    let lower = digits.to_ascii_lowercase();
    if matches!(&*lower, ".inf" | ".nan") {
        return true;
    }
    if let Some(radix) = ["0x", "0o", "0b"]
        .iter()
        .find_map(|prefix| lower.strip_prefix(prefix))
    {
        return !radix.is_empty() && radix.chars().all(|c| c.is_ascii_hexdigit());
    }
    let mantissa = match lower.split_once('e') {
        Some((mantissa, exponent)) => {
            let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
            if exponent.is_empty() || !exponent.chars().all(|c| c.is_ascii_digit()) {
                return false;
            }
            mantissa
        }
        None => &lower,
    };
    mantissa.contains(|c: char| c.is_ascii_digit())
        && mantissa
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '.' | ':'))
}

/// Returns whether a character must be escaped, and therefore stand in double quotes (YAML 1.2, section 5.1).
fn must_escape(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'
        )
}

/// Returns what stands for `value` between double quotes.
fn escape_double(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if must_escape(c) => {
                let _ = write!(out, "\\u{:04x}", c as u32);
            }
            c => out.push(c),
        }
    }
    out
}

/// Returns `path` as the destination of a Markdown link, in the manner of `old`: in `<>` or not, its non-ASCII
/// characters percent-encoded or not.
fn encode(path: &str, old: &str, is_angled: bool) -> String {
    let has_encoded = |high: bool| {
        old.as_bytes().windows(3).any(|bytes| {
            bytes[0] == b'%'
                && bytes[1].is_ascii_hexdigit()
                && bytes[2].is_ascii_hexdigit()
                && (bytes[1] >= b'8') == high
        })
    };
    let encodes_letters = has_encoded(true);
    let encodes_spaces = !is_angled || has_encoded(false);
    // `a: b.md` would name a scheme.
    let has_scheme = is_external(path);
    let mut out = String::with_capacity(path.len());
    for c in path.chars() {
        let is_kept = match c {
            ' ' => !encodes_spaces,
            // What ends a destination or means something in it, in a table or in a URL.
            '#' | '%' | '?' | '<' | '>' | '\\' | '|' | '`' => false,
            '(' | ')' => is_angled,
            ':' => !has_scheme,
            c if c.is_ascii_control() => false,
            c if c.is_ascii() => true,
            c => !encodes_letters && !c.is_whitespace(),
        };
        if is_kept {
            out.push(c);
            continue;
        }
        let mut bytes = [0; 4];
        for byte in c.encode_utf8(&mut bytes).bytes() {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests;
