//! CSV into rows: a heading line names the columns, in any order.
//!
//! The separator (`,`, `;` or a tab) is the one that the heading line has most of. Line breaks in quotes, CRLF and a byte
//! order mark are fine. A line with more cells than the heading is a problem, not cut: an unquoted separator moved what follows.

use super::row::{Cell, Column, Problem, Row, Sheet};

/// Reads a text; offsets are those of `text`.
pub(super) fn read(text: &str) -> Sheet {
    let mut sheet = Sheet::default();
    let start = text.len() - text.trim_start_matches('\u{feff}').len();
    let separator = separator_of(&text[start..]);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .from_reader(&text.as_bytes()[start..]);
    let mut columns: Option<Vec<Option<Column>>> = None;
    let mut record = csv::StringRecord::new();
    loop {
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => {
                let at = error.position().map_or(0, |place| place.byte() as usize);
                sheet
                    .problems
                    .push(Problem::new(start + at, error.to_string()));
                break;
            }
        }
        let at = start + record.position().map_or(0, |place| place.byte() as usize);
        let places = places(text, at, separator);
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let place = |index: usize| places.get(index).copied().unwrap_or(at);
        let Some(columns) = &columns else {
            columns = Some(headings(&record, place, &mut sheet));
            if !sheet.problems.is_empty() {
                break;
            }
            continue;
        };
        let mut row = Row {
            at: place(0),
            cells: Vec::new(),
        };
        for (index, cell) in record.iter().enumerate() {
            match columns.get(index) {
                Some(Some(column)) => row.cells.extend(
                    cells(*column, cell, place(index))
                        .into_iter()
                        .map(|cell| (*column, cell)),
                ),
                Some(None) => {}
                None if cell.trim().is_empty() => {}
                None => {
                    let message = format!(
                        "this line has {} cells and the first line {}: a cell with a `{}` in it needs quotes",
                        record.len(),
                        columns.len(),
                        shown(separator)
                    );
                    sheet.problems.push(Problem::new(place(index), message));
                    break;
                }
            }
        }
        sheet.rows.push(row);
    }
    if columns.is_none() && sheet.problems.is_empty() {
        let message = "there is no line that names the columns: `date,kind,contacts,message`";
        sheet.problems.push(Problem::new(0, message));
    }
    sheet
}

fn headings(
    record: &csv::StringRecord,
    place: impl Fn(usize) -> usize,
    sheet: &mut Sheet,
) -> Vec<Option<Column>> {
    let columns: Vec<Option<Column>> = record.iter().map(Column::named).collect();
    for (index, heading) in record.iter().enumerate() {
        let heading = heading.trim();
        match columns[index] {
            None if heading.is_empty() => {}
            None => match Column::near(heading) {
                Some(near) => sheet.problems.push(Problem::new(
                    place(index),
                    format!("`{heading}` is no column; did you mean `{near}`?"),
                )),
                None => sheet
                    .remarks
                    .push(format!("the column `{heading}` is not imported")),
            },
            Some(Column::Unused) => {}
            Some(column) if columns[..index].contains(&Some(column)) => {
                sheet.problems.push(Problem::new(
                    place(index),
                    format!("`{heading}` says again what another column says"),
                ));
            }
            Some(_) => {}
        }
    }
    for (needed, name) in [
        (Column::On, "date"),
        (Column::Kind, "kind"),
        (Column::Contacts, "contacts"),
    ] {
        if !columns.contains(&Some(needed)) {
            let message = format!("the first line names no column `{name}`");
            sheet.problems.push(Problem::new(place(0), message));
        }
    }
    columns
}

/// Returns the values in a cell: of a list, those between `;` or in a JSON list.
fn cells(column: Column, text: &str, at: usize) -> Vec<Cell> {
    if !column.is_list() {
        return Cell::new(column, text, at).into_iter().collect();
    }
    if text.trim_start().starts_with('[')
        && let Ok(list) = serde_json::from_str::<Vec<String>>(text)
    {
        return list
            .iter()
            .filter_map(|text| Cell::new(column, text, at))
            .collect();
    }
    let mut from = at;
    let parts = text.split(';').map(|part| {
        let cell = Cell::new(column, part, from);
        from += part.len() + 1;
        cell
    });
    parts.flatten().collect()
}

/// Returns where the cells of the record at `at` begin, the quotes left out.
///
/// The library that reads the records says where a record begins, not its cells.
fn places(text: &str, at: usize, separator: u8) -> Vec<usize> {
    let bytes = text.as_bytes();
    // Blank lines before a record are passed over, as the library does.
    let mut index = at;
    while matches!(bytes.get(index), Some(b'\n' | b'\r')) {
        index += 1;
    }
    let mut places = Vec::new();
    loop {
        let quoted = bytes.get(index) == Some(&b'"');
        index += usize::from(quoted);
        places.push(index);
        while quoted && index < bytes.len() {
            match (bytes[index], bytes.get(index + 1)) {
                (b'"', Some(b'"')) => index += 2,
                (b'"', _) => {
                    index += 1;
                    break;
                }
                _ => index += 1,
            }
        }
        while let Some(byte) = bytes.get(index)
            && !matches!(byte, b'\n' | b'\r')
            && *byte != separator
        {
            index += 1;
        }
        if bytes.get(index) != Some(&separator) {
            return places;
        }
        index += 1;
    }
}

/// Returns the separator that the heading line has most of; the comma where it has none.
fn separator_of(text: &str) -> u8 {
    let line = text
        .lines()
        .find(|line| !line.trim().is_empty())
        .unwrap_or_default();
    let number = |separator: u8| line.bytes().filter(|byte| *byte == separator).count();
    // Of equal numbers the last is taken, so that the comma comes last.
    [b'\t', b';', b',']
        .into_iter()
        .max_by_key(|separator| number(*separator))
        .unwrap_or(b',')
}

fn shown(separator: u8) -> &'static str {
    match separator {
        b'\t' => "tab",
        b';' => ";",
        _ => ",",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown_rows(text: &str) -> Vec<Vec<String>> {
        let sheet = read(text);
        assert_eq!(sheet.problems, [], "{text}");
        let shown = |row: &Row| {
            let cells = row.cells.iter().map(|(_, cell)| {
                assert!(text[cell.at..].starts_with(cell.text.split(['\n', '"']).next().unwrap()));
                cell.text.clone()
            });
            cells.collect()
        };
        sheet.rows.iter().map(shown).collect()
    }

    #[test]
    fn byte_order_mark_crlf_and_quoted_line_breaks_are_read() {
        let text = "\u{feff}Date,Kind,Contacts,Message\r\n2026-11-20,call,\"Ada; Bob\",\"one\r\ntwo, \"\"three\"\"\"\r\n\r\n2026-11-21,meal,Ada,\r\n";
        assert_eq!(
            shown_rows(text),
            [
                vec!["2026-11-20", "call", "Ada", "Bob", "one\r\ntwo, \"three\""],
                vec!["2026-11-21", "meal", "Ada"],
            ]
        );
    }

    #[test]
    fn a_semicolon_may_separate_the_columns() {
        let text = "date;kind;contacts\n2026-11-20;call;\"Ada;Bob\"\n2026-11-20;call;Ada\n";
        assert_eq!(
            shown_rows(text),
            [
                vec!["2026-11-20", "call", "Ada", "Bob"],
                vec!["2026-11-20", "call", "Ada"]
            ]
        );
    }

    #[test]
    fn an_unquoted_separator_is_a_problem_and_not_cut() {
        let sheet = read("date,kind,contacts,message\n2026-11-20,call,Ada,one, two\n");
        assert_eq!(
            sheet.problems,
            [Problem::new(
                51,
                "this line has 5 cells and the first line 4: a cell with a `,` in it needs quotes"
            )]
        );
    }

    #[test]
    fn a_misspelled_or_missing_column_is_a_problem_and_a_foreign_one_a_remark() {
        let sheet = read("dtae,kind,contacts,mood\n");
        let messages: Vec<&str> = sheet
            .problems
            .iter()
            .map(|problem| &*problem.message)
            .collect();
        assert_eq!(
            messages,
            [
                "`dtae` is no column; did you mean `date`?",
                "the first line names no column `date`"
            ]
        );
        assert_eq!(sheet.remarks, ["the column `mood` is not imported"]);
    }

    #[test]
    fn an_empty_text_has_no_columns() {
        assert_eq!(read("\n\n").problems.len(), 1);
    }
}
