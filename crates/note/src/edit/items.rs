//! Edits of what stands inside a value: items of lists and parts of maps, taken out, put in, and written as flow YAML.

use super::{TextEdit, column_of, is_safe_inside, line_end, line_ending, quote, remove_field};
use crate::{Data, Field, Note, ScalarStyle, Span, Value};

/// Returns the edit that takes the item at index `item` out of the list under the top-level field at index `field`, and
/// the whole field with its last item.
///
/// `None` where there is no such item.
pub fn remove_item(text: &str, note: &Note, field: usize, item: usize) -> Option<TextEdit> {
    let list = &note.front_matter.as_deref()?.fields.get(field)?.value;
    let items = list.items();
    items.get(item)?;
    if items.len() == 1 {
        return remove_field(text, note, field);
    }
    let spans: Vec<Span> = items.iter().map(|item| item.span).collect();
    Some(remove_one(text, note, list, &spans, item))
}

/// Returns the edit that takes the part at index `part` out of the map under the top-level field at index `field`, and
/// the whole field with its last part.
///
/// `None` where there is no such part.
pub fn remove_part(text: &str, note: &Note, field: usize, part: usize) -> Option<TextEdit> {
    let map = &note.front_matter.as_deref()?.fields.get(field)?.value;
    let Data::Map(parts) = &map.data else {
        return None;
    };
    parts.get(part)?;
    if parts.len() == 1 {
        return remove_field(text, note, field);
    }
    let spans: Vec<Span> = parts.iter().map(Field::span).collect();
    Some(remove_one(text, note, map, &spans, part))
}

/// Removes one of several: with its comma in a flow collection, with its lines in a block.
fn remove_one(text: &str, note: &Note, whole: &Value, spans: &[Span], index: usize) -> TextEdit {
    let span = spans[index];
    if whole.span.of(text).starts_with(['[', '{']) {
        let span = match (spans.get(index + 1), index.checked_sub(1)) {
            (Some(next), _) => Span::new(span.start, next.start),
            (None, Some(previous)) => Span::new(spans[previous].end, span.end),
            (None, None) => span,
        };
        return TextEdit::replace(span, "");
    }
    let before = match index.checked_sub(1) {
        Some(previous) => spans[previous].end,
        None => whole.span.start,
    };
    // The dash of an item that begins on a later line stands before it.
    let between = Span::new(before, span.start).of(text);
    let dash = match matches!(whole.data, Data::List(_)) {
        true => between
            .rfind('-')
            .map_or(span.start, |dash| before + dash as u32),
        false => span.start,
    };
    let start = note.lines.line_start(note.lines.line_of(dash));
    TextEdit::replace(Span::new(start, end_of_lines(text, note, span.end)), "")
}

/// Returns the edit that adds `key: yaml` to a map of the front matter, `yaml` being one line of valid flow YAML; `None`
/// where `map` is none.
pub fn add_part(text: &str, note: &Note, map: &Value, key: &str, yaml: &str) -> Option<TextEdit> {
    let Data::Map(parts) = &map.data else {
        return None;
    };
    let is_flow = map.span.of(text).starts_with('{');
    let part = format!("{}: {yaml}", quote(key, is_flow));
    let Some(last) = parts.last().map(Field::span) else {
        return is_flow.then(|| TextEdit::insert(map.span.start + 1, part));
    };
    if is_flow {
        return Some(TextEdit::insert(last.end, format!(", {part}")));
    }
    let indent = column_of(note, parts[0].key.span.start);
    let line_break = line_ending(text);
    let is_after_break = last.end > 0 && text[..last.end as usize].ends_with(['\n', '\r']);
    Some(match is_after_break {
        // After a block scalar.
        true => TextEdit::insert(last.end, format!("{:indent$}{part}{line_break}", "")),
        false => TextEdit::insert(
            line_end(text, last.end),
            format!("{line_break}{:indent$}{part}", ""),
        ),
    })
}

/// Returns where the lines that end at `end` are over: after the line break.
pub fn end_of_lines(text: &str, note: &Note, end: u32) -> u32 {
    match text[..end as usize].ends_with(['\n', '\r']) {
        true => end,
        false => note.lines.line_start(note.lines.line_of(end) + 1),
    }
}

/// Returns `value` as one line of flow YAML that means the same; `None` where it holds an alias (`*name`) or could not be
/// read. Comments, anchors and tags are not among it.
///
/// Scalars stay as they were written where they can.
pub fn to_flow(text: &str, value: &Value) -> Option<String> {
    Some(match &value.data {
        Data::Null => "null".to_owned(),
        Data::Scalar(scalar) => {
            let source = value.span.of(text);
            let stays = match scalar.style {
                ScalarStyle::Plain => is_safe_inside(source, true),
                ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => {
                    !source.contains(['\n', '\r'])
                }
                ScalarStyle::Block => false,
            };
            match stays {
                true => source.to_owned(),
                false => quote(&scalar.text, true),
            }
        }
        Data::List(items) => {
            let items: Option<Vec<String>> = items.iter().map(|item| to_flow(text, item)).collect();
            format!("[{}]", items?.join(", "))
        }
        Data::Map(fields) => {
            let parts: Option<Vec<String>> = fields
                .iter()
                .map(|field| {
                    let value = to_flow(text, &field.value)?;
                    Some(format!("{}: {value}", quote(&field.key.value, true)))
                })
                .collect();
            format!("{{{}}}", parts?.join(", "))
        }
        Data::Raw(_) => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{FrontMatter, edit::apply, parse};

    /// What stands for `k`, between two other keys.
    const VALUES: [&str; 14] = [
        " [a]",
        " [a, b , c]",
        " [a, b,]",
        " [ \"a, b\", {value: c, label: 'd-e'} , [f, g]]",
        "\n  - a",
        "\n- a # of a\n- b\n- c",
        "\n  - value: a\n    label: b-c\n  # of d-e\n  - value: d",
        "\n  - |\n    a\n    - b\n  - >-\n    c\n  - d",
        "\n  - - a\n    - b\n  - [c, d]\n  - {e: f}",
        " {a: b}",
        " {a: b, c: [d, e], 'f': g,}",
        "\n  a: b # of a\n  c:\n    - d\n    - e\n  f: |\n    g\n    h",
        "\n    a: b\n    c: {d: e}",
        " [\n  a, # of a\n  b\n]",
    ];

    fn note_of(value: &str, crlf: bool) -> String {
        let text = format!("---\nname: Ada # x\nk:{value}\nz: 1\n---\nBody.\n");
        match crlf {
            true => text.replace('\n', "\r\n"),
            false => text,
        }
    }

    fn front_matter(text: &str) -> FrontMatter {
        let parsed = parse(text);
        assert_eq!(parsed.problems, [], "{text}");
        *parsed.note.front_matter.expect("front matter")
    }

    /// Returns the values of `k`: items or parts, the latter with their keys.
    fn values(text: &str) -> Vec<(String, Value)> {
        let front_matter = front_matter(text);
        let names: Vec<&str> = front_matter.fields.iter().map(|f| &*f.key.value).collect();
        assert!(
            names.starts_with(&["name"]) && names.ends_with(&["z"]),
            "{text}"
        );
        match front_matter.field("k").map(|field| &field.value) {
            None => Vec::new(),
            Some(Value {
                data: Data::Map(parts),
                ..
            }) => parts
                .iter()
                .map(|part| (part.key.value.to_string(), part.value.clone()))
                .collect(),
            Some(value) => value
                .items()
                .iter()
                .map(|item| (String::new(), item.clone()))
                .collect(),
        }
    }

    fn says(one: &[(String, Value)], two: &[(String, Value)]) -> bool {
        one.len() == two.len()
            && one
                .iter()
                .zip(two)
                .all(|(a, b)| a.0 == b.0 && a.1.data.says(&b.1.data))
    }

    proptest! {
        #[test]
        fn the_others_stay_when_one_is_taken_out(value in prop::sample::select(&VALUES[..]), index in 0usize..3, crlf in any::<bool>()) {
            let text = note_of(value, crlf);
            let note = parse(&text).note;
            let mut expected = values(&text);
            let is_map = !expected.is_empty() && !expected[0].0.is_empty();
            let edit = match is_map {
                true => remove_part(&text, &note, 1, index),
                false => remove_item(&text, &note, 1, index),
            };
            prop_assert_eq!(edit.is_some(), index < expected.len());
            let Some(edit) = edit else { return Ok(()) };
            expected.remove(index);
            let after = apply(&text, &[edit]).expect("it fits");
            prop_assert!(says(&values(&after), &expected), "{}{}", text, after);
            prop_assert!(after.ends_with("Body.\n") || after.ends_with("Body.\r\n"));
        }

        #[test]
        fn a_part_is_added_after_the_others(value in prop::sample::select(&VALUES[..]), crlf in any::<bool>()) {
            let text = note_of(value, crlf);
            let note = parse(&text).note;
            let mut expected = values(&text);
            let map = &note.front_matter.as_ref().expect("front matter").fields[1].value;
            let edit = add_part(&text, &note, map, "new key", "[x, {to: z}]");
            let is_map = matches!(map.data, Data::Map(_));
            prop_assert_eq!(edit.is_some(), is_map);
            let Some(edit) = edit else { return Ok(()) };
            let after = apply(&text, &[edit]).expect("it fits");
            let now = values(&after);
            let added = now.last().expect("a part was added");
            prop_assert_eq!(&added.0, "new key");
            prop_assert_eq!(to_flow(&after, &added.1), Some("[x, {to: z}]".to_owned()));
            expected.push(added.clone());
            prop_assert!(says(&now, &expected), "{}{}", text, after);
        }

        #[test]
        fn a_value_in_one_line_says_the_same(value in prop::sample::select(&VALUES[..])) {
            let text = note_of(value, false);
            let front_matter = front_matter(&text);
            let old = &front_matter.fields[1].value;
            let flow = to_flow(&text, old).expect("there is no alias");
            prop_assert!(!flow.contains('\n'), "{}", flow);
            let again = note_of(&format!(" {flow}"), false);
            let new = &self::front_matter(&again).fields[1].value;
            prop_assert!(new.data.says(&old.data), "{}", again);
            // What is on one line already stays as it is.
            prop_assert_eq!(to_flow(&again, new), Some(flow));
        }
    }

    #[test]
    fn an_alias_means_nothing_elsewhere() {
        let text = "---\nk: [&a x, *a]\n---\n";
        let value = &front_matter(text).fields[0].value;
        assert_eq!(to_flow(text, value), None);
    }
}
