//! JSON Lines into rows: one object each, with the keys that `ties timeline --format json` writes.
//!
//! Objects may also stand in a list, or in a document `{"interactions": [...]}`, over several lines: what ties writes is
//! read as it is.

use serde_json::{Map, Value};

use super::row::{Cell, Column, Problem, Row, Sheet};

/// How far off a string of a row is looked for.
const NEAR: usize = 8192;

/// Reads a text; offsets are those of `text`. A value that is no JSON ends the reading.
pub(super) fn read(text: &str) -> Sheet {
    let mut sheet = Sheet::default();
    let start = text.len() - text.trim_start_matches('\u{feff}').len();
    let mut values = serde_json::Deserializer::from_str(&text[start..]).into_iter::<Value>();
    loop {
        let from = start + values.byte_offset();
        let at = from + text[from..].len() - text[from..].trim_start().len();
        let value = match values.next() {
            None => break,
            Some(Ok(value)) => value,
            Some(Err(error)) => {
                let at = offset_of(&text[start..], error.line(), error.column());
                let said = error.to_string();
                let said = said.split(" at line ").next().unwrap_or_default();
                sheet
                    .problems
                    .push(Problem::new(start + at, format!("this is no JSON: {said}")));
                break;
            }
        };
        let mut source = Source {
            text,
            at,
            end: start + values.byte_offset(),
        };
        interactions(value, &mut source, &mut sheet);
    }
    sheet
}

/// The part of the text that a value was read from.
struct Source<'a> {
    text: &'a str,
    /// Up to where the cells were found.
    at: usize,
    end: usize,
}

impl Source<'_> {
    /// Returns where a string next stands as JSON writes it; where it was read so far, if it is written with escapes.
    fn find(&mut self, string: &str) -> usize {
        let quoted = serde_json::to_string(string).unwrap_or_default();
        // Near is enough: what is not found must not cost a pass over the rest of the file, for each row.
        let mut end = self.end.min(self.at + quoted.len() + NEAR);
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        if let Some(found) = self.text[self.at..end].find(&quoted) {
            self.at += found;
        }
        self.at
    }
}

fn interactions(value: Value, source: &mut Source<'_>, sheet: &mut Sheet) {
    match value {
        Value::Array(values) => {
            for value in values {
                interactions(value, source, sheet);
            }
        }
        Value::Object(mut object) => match object.remove("interactions") {
            Some(Value::Array(values)) => {
                for value in values {
                    interactions(value, source, sheet);
                }
            }
            Some(other) => {
                object.insert("interactions".to_owned(), other);
                row(&object, source, sheet);
            }
            None => row(&object, source, sheet),
        },
        other => sheet.problems.push(Problem::new(
            source.at,
            format!("`{other}` is no interaction: an object is wanted"),
        )),
    }
}

fn row(object: &Map<String, Value>, source: &mut Source<'_>, sheet: &mut Sheet) {
    let at = source.at;
    let mut row = Row {
        at,
        cells: Vec::new(),
    };
    let mut last = at;
    for (key, value) in object {
        // Keys come in the order of the alphabet, so each is looked for from the row's beginning.
        source.at = at;
        let key_at = source.find(key);
        source.at = key_at;
        match Column::named(key) {
            None => match Column::near(key) {
                Some(near) => sheet.problems.push(Problem::new(
                    key_at,
                    format!("`{key}` is no key; did you mean `{near}`?"),
                )),
                None => {
                    let remark = format!("the key `{key}` is not imported");
                    if !sheet.remarks.contains(&remark) {
                        sheet.remarks.push(remark);
                    }
                }
            },
            Some(Column::Unused) => {}
            Some(column) => match texts(column, value) {
                Some(texts) => {
                    for text in texts {
                        let at = source.find(&text) + 1;
                        row.cells
                            .extend(Cell::new(column, &text, at).map(|cell| (column, cell)));
                        last = last.max(source.at);
                        source.at += 1;
                    }
                }
                None => sheet.problems.push(Problem::new(
                    key_at,
                    format!("`{key}` cannot be `{value}`: text is wanted"),
                )),
            },
        }
    }
    // The next object of a list stands behind what this one had.
    source.at = last;
    let rest = &source.text.as_bytes()[last..source.end];
    if let Some(end) = rest.iter().take(NEAR).position(|byte| *byte == b'}') {
        source.at = last + end;
    }
    sheet.rows.push(row);
}

/// Returns the texts of a value: one, or those of a list; `None` where it holds something else.
fn texts(column: Column, value: &Value) -> Option<Vec<String>> {
    match value {
        Value::Null => Some(Vec::new()),
        Value::String(text) => Some(vec![text.clone()]),
        Value::Bool(yes) if column == Column::Retracted => {
            Some(yes.then(|| "yes".to_owned()).into_iter().collect())
        }
        Value::Number(number) => Some(vec![number.to_string()]),
        Value::Array(values) if column.is_list() => values
            .iter()
            .map(|value| value.as_str().map(str::to_owned))
            .collect(),
        _ => None,
    }
}

/// Returns the byte offset of a line and column, both from 1.
fn offset_of(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text
        .split_inclusive('\n')
        .take(line.saturating_sub(1))
        .map(str::len)
        .sum();
    let mut at = (start + column.saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contacts(text: &str) -> Vec<(String, usize)> {
        let sheet = read(text);
        assert_eq!(sheet.problems, [], "{text}");
        let cells = sheet.rows.iter().flat_map(|row| row.all(Column::Contacts));
        cells.map(|cell| (cell.text.clone(), cell.at)).collect()
    }

    #[test]
    fn lines_lists_and_documents_are_read() {
        let one = r#"{"kind":"call","contacts":["Ada","Bob"]}"#;
        let ada_and_bob = [("Ada".to_owned(), 28), ("Bob".to_owned(), 34)];
        assert_eq!(contacts(one), ada_and_bob);
        assert_eq!(contacts(&format!("\n{one}\n{one}\n")).len(), 4);
        assert_eq!(contacts(&format!("[{one},{one}]")).len(), 4);
        let document = format!("{{\"interactions\": [{one},\n{one}]}}");
        let found = contacts(&document);
        assert!(
            found
                .iter()
                .all(|(name, at)| document[*at..].starts_with(name)),
            "{found:?}"
        );
        assert!(found.is_sorted_by_key(|(_, at)| *at), "{found:?}");
    }

    #[test]
    fn what_is_no_json_is_told_with_its_place() {
        let sheet = read("{\"kind\":\"call\"}\n{\"kind\": é}\n");
        assert_eq!(sheet.rows.len(), 1);
        assert_eq!(
            sheet.problems,
            [Problem::new(25, "this is no JSON: expected value")]
        );
    }

    #[test]
    fn values_of_another_kind_are_problems() {
        let sheet = read("{\"kind\":{},\"contacts\":[1],\"gvae\":\"x\",\"mood\":1}\n7\n");
        let messages: Vec<&str> = sheet
            .problems
            .iter()
            .map(|problem| &*problem.message)
            .collect();
        assert_eq!(
            messages,
            [
                "`contacts` cannot be `[1]`: text is wanted",
                "`gvae` is no key; did you mean `gave`?",
                "`kind` cannot be `{}`: text is wanted",
                "`7` is no interaction: an object is wanted",
            ]
        );
        assert_eq!(sheet.remarks, ["the key `mood` is not imported"]);
    }
}
