//! The smallest text edits that do a job. Nothing is ever re-emitted: comments, order, quoting and line ends
//! stay byte for byte.
//!
//! Each function looks at one text and the [`Note`] parsed from it and answers one edit to that text. Who wants several
//! edits that touch the same lines makes one, parses again, and asks for the next.

mod items;

use std::fmt::Write as _;
use std::ops::Range;

use crate::key::KEYS;
use crate::markdown::is_external;
use crate::value::PartialDate;
use crate::{
    Data, Field, FrontMatter, KeyType, Link, Note, Place, ScalarStyle, Span, Value, front_matter,
};

pub use items::{add_part, end_of_lines, remove_item, remove_part, to_flow};

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
/// A key that is there under another spelling (`email` for `emails`) keeps it. Of a key that stands twice the first one
/// is meant, as it is the one that counts. `value` is plain text and is quoted as needed; [`set_key_raw`] takes YAML as it is.
pub fn set_key(text: &str, note: &Note, name: &str, value: &str) -> TextEdit {
    set_key_raw(text, note, name, &quote(value, is_flow(text, note)))
}

/// Like [`set_key`], with `yaml` written as it is: it must be one line of valid flow YAML.
pub fn set_key_raw(text: &str, note: &Note, name: &str, yaml: &str) -> TextEdit {
    let line_break = line_ending(text);
    let key = quote(name, is_flow(text, note));
    let Some(front_matter) = &note.front_matter else {
        let start = if text.starts_with('\u{feff}') { 3 } else { 0 };
        let block = format!("---{line_break}{key}: {yaml}{line_break}---{line_break}");
        return TextEdit::insert(start, block);
    };
    if let Some(field) = field_named(front_matter, name) {
        return set_value(text, field, yaml);
    }
    let content = front_matter.content;
    if is_flow(text, note) {
        return match front_matter.fields.last() {
            Some(last) => TextEdit::insert(last.span().end, format!(", {key}: {yaml}")),
            None => {
                let brace = content.of(text).find('{').unwrap_or(0) as u32;
                TextEdit::insert(content.start + brace + 1, format!("{key}: {yaml}"))
            }
        };
    }
    if front_matter.closed {
        TextEdit::insert(content.end, format!("{key}: {yaml}{line_break}"))
    } else {
        TextEdit::insert(content.end, format!("{line_break}{key}: {yaml}"))
    }
}

/// Returns the edit that adds `value` to the list under the top-level key `name`: to a flow or block list in its own
/// style, a scalar becoming a flow list of two, an absent key a new line `name: [value]`.
///
/// `None` where the item is there already, or where what stands there cannot be read.
pub fn add_to_list(text: &str, note: &Note, name: &str, value: &str) -> Option<TextEdit> {
    let field = note
        .front_matter
        .as_deref()
        .and_then(|front_matter| field_named(front_matter, name));
    if let Some(field) = field {
        let is_there = |item: &Value| item.item_text().is_some_and(|text| text.value == value);
        let is_link = is_unquoted_link(text, &field.value) && field.value.span.of(text) == value;
        if is_link || field.value.items().iter().any(is_there) || has_tag(field, name, value) {
            return None;
        }
    }
    let item = Item {
        flow: quote(value, true),
        block: quote(value, false),
    };
    add_item(text, note, name, &item)
}

/// Like [`add_to_list`], with `yaml` written as it is: it must be one line of valid flow YAML. It is added whether it is there
/// or not.
pub fn add_to_list_raw(text: &str, note: &Note, name: &str, yaml: &str) -> Option<TextEdit> {
    let item = Item {
        flow: yaml.to_owned(),
        block: yaml.to_owned(),
    };
    add_item(text, note, name, &item)
}

/// A new item of a list, as it is written in a flow list and in a block list.
struct Item {
    flow: String,
    block: String,
}

fn add_item(text: &str, note: &Note, name: &str, item: &Item) -> Option<TextEdit> {
    let field = note
        .front_matter
        .as_deref()
        .and_then(|front_matter| field_named(front_matter, name));
    let alone = format!("[{}]", item.flow);
    let Some(field) = field else {
        return Some(set_key_raw(text, note, name, &alone));
    };
    let source = field.value.span.of(text);
    let with = |items: &[String]| {
        let yaml = format!("[{}, {}]", items.join(", "), item.flow);
        set_value(text, field, &yaml)
    };
    match &field.value.data {
        Data::Null => Some(set_value(text, field, &alone)),
        // The brackets of a link that lacks its quotes are a list to YAML, and one item to who wrote them.
        Data::List(_) if is_unquoted_link(text, &field.value) => Some(with(&[quote(source, true)])),
        Data::List(items) if source.starts_with('[') => {
            Some(add_to_flow_list(text, note, &field.value, items, item))
        }
        Data::List(items) => Some(add_to_block_list(text, note, &field.value, items, item)),
        Data::Scalar(scalar) if is_tags(name) => {
            let quoted: Vec<String> = tags_in(&scalar.text).map(|tag| quote(tag, true)).collect();
            Some(match quoted.is_empty() {
                true => set_value(text, field, &alone),
                false => with(&quoted),
            })
        }
        Data::Scalar(scalar) => {
            let keeps_quotes = matches!(
                scalar.style,
                ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted
            ) && !source.contains(['\n', '\r']);
            Some(with(&[if keeps_quotes {
                source.to_owned()
            } else {
                // The line break that ends a block scalar is no part of a name.
                quote(scalar.text.trim_end(), true)
            }]))
        }
        Data::Map(_) if source.starts_with('{') && !source.contains(['\n', '\r']) => {
            Some(with(&[source.to_owned()]))
        }
        Data::Map(_) if source.starts_with('{') => None,
        Data::Map(_) => Some(add_to_block_map(text, note, &field.value, item)),
        Data::Raw(alias) if alias.starts_with('*') => Some(with(&[alias.to_string()])),
        Data::Raw(_) => None,
    }
}

/// Returns the edit that removes the top-level field at index `field` of the front matter, with its line.
///
/// `None` where there is no such field.
pub fn remove_field(text: &str, note: &Note, field: usize) -> Option<TextEdit> {
    let fields = &note.front_matter.as_deref()?.fields;
    let span = fields.get(field)?.span();
    if is_flow(text, note) {
        let span = match (fields.get(field + 1), field.checked_sub(1)) {
            (Some(next), _) => Span::new(span.start, next.key.span.start),
            (None, Some(previous)) => Span::new(fields[previous].span().end, span.end),
            (None, None) => span,
        };
        return Some(TextEdit::replace(span, ""));
    }
    let lines = &note.lines;
    let start = lines.line_start(lines.line_of(span.start));
    let end = lines.line_start(lines.line_of(span.end) + 1);
    Some(TextEdit::replace(Span::new(start, end), ""))
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

/// Returns the edit that puts `yaml` where the value of `field` is, or would be.
fn set_value(text: &str, field: &Field, yaml: &str) -> TextEdit {
    let key_end = field.key.span.end as usize;
    let value = Range::from(field.value.span);
    let between = text.get(key_end..value.start).unwrap_or("");
    let Some(colon) = between.find(':') else {
        return add_value(text, field, yaml);
    };
    let after_colon = key_end + colon + 1;
    let gap = &text[after_colon..value.start];
    if value.is_empty() {
        let before = if gap.is_empty() { " " } else { "" };
        // An anchor or a tag of nothing goes.
        let rest = &text[value.start..];
        let blank = rest.len() - rest.trim_start_matches(' ').len();
        let end = value.start
            + match properties_len(&rest[blank..]) {
                0 => 0,
                len => blank + len,
            };
        let after = match text[end..].chars().next() {
            None | Some(' ' | '\t' | '\n' | '\r' | ',' | '}') => "",
            Some(_) => " ",
        };
        return TextEdit::replace((value.start..end).into(), format!("{before}{yaml}{after}"));
    }
    if !gap.contains(['\n', '\r']) {
        return TextEdit::replace(field.value.span, yaml);
    }
    // The value begins on a later line: the new one goes on the key's line, before the comments between.
    let blank = gap.len() - gap.trim_start_matches(' ').len();
    let kept = match properties_len(&gap[blank..]) {
        0 => 0,
        len => blank + len,
    };
    let (properties, comments) = gap.split_at(kept);
    let comments = comments.trim_end();
    TextEdit::replace(
        (after_colon..value.end).into(),
        format!("{properties} {yaml}{comments}"),
    )
}

/// Returns the edit for a key that has no colon yet: `? key` on a line of its own, or `key` in `{key, …}`.
fn add_value(text: &str, field: &Field, yaml: &str) -> TextEdit {
    let key = Range::from(field.key.span);
    let line_start = text[..key.start]
        .rfind(['\n', '\r'])
        .map_or(0, |line_end| line_end + 1);
    let before = &text[line_start..key.start];
    if before.trim() == "?" {
        let start = line_start + before.len() - before.trim_start().len();
        let line = format!("{}: {yaml}", &text[key.clone()]);
        return TextEdit::replace((start..key.end).into(), line);
    }
    TextEdit::insert(key.end as u32, format!(": {yaml}"))
}

/// Returns the length of the anchors and tags that `source` begins with, without what follows them.
fn properties_len(source: &str) -> usize {
    let mut len = 0;
    loop {
        let rest = source[len..].trim_start_matches(' ');
        if !rest.starts_with(['&', '!']) {
            return len;
        }
        let word = rest.find([' ', '\t', '\n', '\r']).unwrap_or(rest.len());
        len = source.len() - rest.len() + word;
    }
}

/// Returns whether the whole front matter is one `{…}`.
fn is_flow(text: &str, note: &Note) -> bool {
    let Some(front_matter) = note.front_matter.as_deref() else {
        return false;
    };
    let content = front_matter.content.of(text);
    let first = content
        .split(['\n', '\r'])
        .map(str::trim)
        .find(|line| !line.is_empty() && !line.starts_with('#'));
    let is_flow =
        first.is_some_and(|line| line.starts_with('{')) && content.trim_end().ends_with('}');
    let Some(open) = content.find('{').filter(|_| is_flow) else {
        return false;
    };
    match front_matter.fields.first() {
        // What could not be read as a whole has its fields elsewhere, or none.
        Some(field) => {
            content[open + 1..].trim_start().len() as u32 + field.key.span.start
                == front_matter.content.start + content.len() as u32
        }
        None => content[open..].trim_end() == "{}",
    }
}

fn is_tags(name: &str) -> bool {
    KEYS.iter()
        .any(|key| key.value == KeyType::Tags && key.is_spelled(name))
}

/// Returns the tags in one text, `a, b`.
fn tags_in(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', '\n', '\r'])
        .map(|tag| tag.trim().trim_start_matches('#'))
        .filter(|tag| !tag.is_empty())
}

/// Returns whether a key of tags that has them in one text has this one.
fn has_tag(field: &Field, name: &str, value: &str) -> bool {
    match &field.value.data {
        Data::Scalar(scalar) if is_tags(name) => tags_in(&scalar.text).any(|tag| tag == value),
        _ => false,
    }
}

/// Returns whether `value` is `[[X]]` without quotes, a list in a list.
fn is_unquoted_link(text: &str, value: &Value) -> bool {
    let source = value.span.of(text);
    matches!(value.items(), [inner] if matches!(inner.data, Data::List(_)))
        && source.starts_with("[[")
        && !source.starts_with("[[[")
        && source.ends_with("]]")
        && !source.contains(['\n', '\r'])
}

fn add_to_flow_list(
    text: &str,
    note: &Note,
    list: &Value,
    items: &[Value],
    item: &Item,
) -> TextEdit {
    let item = &item.flow;
    let Some(last) = items.last().map(|item| item.span) else {
        return TextEdit::insert(list.span.start + 1, item.as_str());
    };
    let lines = &note.lines;
    let line_start = lines.line_start(lines.line_of(last.start));
    let before = Span::new(line_start, last.start).of(text);
    let after = Span::new(last.end, list.span.end - 1).of(text);
    // The comma before the bracket, which may stand on a later line.
    let comma = after
        .find(|c: char| !c.is_whitespace())
        .filter(|at| after[*at..].starts_with(','));
    let rest_of_line = after.split(['\n', '\r']).next().unwrap_or("");
    let is_on_own_line = before.trim().is_empty() && rest_of_line.len() < after.len();
    if !is_on_own_line {
        return match comma {
            Some(comma) => TextEdit::insert(last.end + comma as u32 + 1, format!(" {item}")),
            None => TextEdit::insert(last.end, format!(", {item}")),
        };
    }
    let line_end = line_ending(text);
    match comma.filter(|comma| *comma < rest_of_line.len()) {
        Some(_) => TextEdit::insert(
            last.end + rest_of_line.len() as u32,
            format!("{line_end}{before}{item},"),
        ),
        // A comma on a later line already parts what comes next.
        None if comma.is_some() => TextEdit::insert(last.end, format!(",{line_end}{before}{item}")),
        None => TextEdit::replace(
            Span::new(last.end, last.end + rest_of_line.len() as u32),
            format!(",{rest_of_line}{line_end}{before}{item}"),
        ),
    }
}

fn add_to_block_list(
    text: &str,
    note: &Note,
    list: &Value,
    items: &[Value],
    item: &Item,
) -> TextEdit {
    let indent = column_of(note, list.span.start);
    let dash = items
        .first()
        .map(|item| Span::new(list.span.start, item.span.start).of(text))
        .filter(|dash| dash.starts_with('-') && dash[1..].bytes().all(|b| b == b' '))
        .filter(|dash| dash.len() > 1)
        .unwrap_or("- ");
    TextEdit::insert(
        line_end(text, list.span.end),
        format!("{}{:indent$}{dash}{}", line_ending(text), "", item.block),
    )
}

/// Makes a list of a block map, which was its only item, and adds to it.
fn add_to_block_map(text: &str, note: &Note, map: &Value, item: &Item) -> TextEdit {
    let indent = column_of(note, map.span.start);
    let mut list = "- ".to_owned();
    for (index, line) in map.span.of(text).split_inclusive('\n').enumerate() {
        if index > 0 && !line.trim().is_empty() {
            list.push_str("  ");
        }
        list.push_str(line);
    }
    let end = line_end(text, map.span.end);
    list.push_str(Span::new(map.span.end, end).of(text));
    list.push_str(line_ending(text));
    list.push_str(&" ".repeat(indent));
    list.push_str("- ");
    list.push_str(&item.block);
    TextEdit::replace(Span::new(map.span.start, end), list)
}

fn column_of(note: &Note, offset: u32) -> usize {
    (offset - note.lines.line_start(note.lines.line_of(offset))) as usize
}

/// Returns where the line that holds `offset` ends, before its line break.
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
        && !is_moment(value)
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

/// Returns whether `word` begins as a timestamp of YAML 1.1 and is more, or less neat, than a calendar day.
fn is_moment(word: &str) -> bool {
    let n_digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let mut parts = word.splitn(3, '-');
    let (Some(year), Some(month), Some(rest)) = (parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    let day = n_digits(rest);
    let is_date = (year.len(), n_digits(year)) == (4, 4)
        && matches!((month.len(), n_digits(month)), (1, 1) | (2, 2))
        && matches!(day, 1 | 2);
    let time = rest[day..].trim_start_matches(['T', 't', ' ', '\t']);
    let has_time = time.len() < rest.len() - day && n_digits(time) > 0;
    is_date && (has_time || (rest.len() == day && word.len() < "2026-11-23".len()))
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
            // `&copy;` is a character to Markdown.
            '&' => !path.contains(';'),
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
