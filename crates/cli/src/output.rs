//! Answers on their way out: text or JSON, with colour where it is wanted, without control characters that notes or
//! commits may hold, and tables that fit the terminal.

use std::fmt::Write as _;

use std::{
    io::{self, IsTerminal, Write},
    process::ExitCode,
};

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use serde_json::Value;
use unicode_width::UnicodeWidthChar;

use crate::{
    error::CommandError,
    pager,
    session::{Color, Format, Globals},
};

/// For headings and names.
pub(crate) const BOLD: Style = Style::new().bold();
/// For what is less important.
pub(crate) const DIM: Style = Style::new().dimmed();
/// For errors, and what has passed its day.
pub(crate) const RED: Style = AnsiColor::Red.on_default().bold();
/// For warnings, and what is due.
pub(crate) const YELLOW: Style = AnsiColor::Yellow.on_default().bold();
/// For next steps.
pub(crate) const CYAN: Style = AnsiColor::Cyan.on_default().bold();

/// What a command answers.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    /// What was asked for, as lines.
    pub(crate) text: String,
    /// Remarks and next steps, left out with `--quiet`.
    pub(crate) remarks: String,
    /// The same as a JSON document.
    pub(crate) json: Value,
    /// What the user should know, for standard error.
    pub(crate) warnings: Vec<String>,
    /// The exit code.
    pub(crate) code: u8,
    /// The pager for the text, where it may be long and a terminal reads it.
    pub(crate) pager: Option<String>,
}

/// Writes an answer to standard output, and its warnings to standard error.
pub(crate) fn print(answer: &Answer, globals: &Globals) -> Result<(), CommandError> {
    for warning in &answer.warnings {
        say(globals, "warning", YELLOW, warning);
    }
    let mut out = AutoStream::new(io::stdout().lock(), choice(globals, &io::stdout()));
    match globals.format {
        _ if globals.format != Format::Text && answer.json.is_null() => {}
        Format::Json => {
            let json = serde_json::to_string_pretty(&answer.json).map_err(io::Error::from)?;
            writeln!(out, "{}", escaped(&json))?;
        }
        Format::Jsonl => {
            for line in items(&answer.json) {
                writeln!(out, "{}", escaped(&line.to_string()))?;
            }
        }
        Format::Text => {
            let remarks = match globals.quiet {
                true => "",
                false => &answer.remarks,
            };
            let text = format!("{}{remarks}", answer.text);
            if !is_paged(answer, &text, globals)? {
                out.write_all(text.as_bytes())?;
            }
        }
    }
    out.flush()?;
    Ok(())
}

/// Returns the items of an answer that is a list with perhaps some words about it, else the answer itself.
fn items(json: &Value) -> Vec<&Value> {
    let fields = json
        .as_object()
        .into_iter()
        .flat_map(|object| object.values());
    let mut lists = fields.filter_map(Value::as_array);
    match (lists.next(), lists.next()) {
        (Some(only), None) => only.iter().collect(),
        _ => vec![json],
    }
}

/// Shows the text with the pager of the answer; returns whether that was done.
fn is_paged(answer: &Answer, text: &str, globals: &Globals) -> io::Result<bool> {
    let Some(pager) = &answer.pager else {
        return Ok(false);
    };
    // The pager writes to the same terminal, so that its colours are those of this stream.
    let mut shown = AutoStream::new(Vec::new(), choice(globals, &io::stdout()));
    shown.write_all(text.as_bytes())?;
    pager::show(pager, &shown.into_inner())
}

/// Standard output for one JSON object a line, each written as soon as it is known.
pub(crate) struct Lines {
    out: io::BufWriter<io::StdoutLock<'static>>,
}

impl Lines {
    /// Opens standard output.
    pub(crate) fn open() -> Self {
        Self {
            out: io::BufWriter::new(io::stdout().lock()),
        }
    }

    /// Writes one object as a line.
    pub(crate) fn write(&mut self, json: &Value) -> Result<(), CommandError> {
        writeln!(self.out, "{}", escaped(&json.to_string()))?;
        Ok(())
    }

    /// Writes what is still held back.
    pub(crate) fn finish(mut self) -> Result<(), CommandError> {
        self.out.flush()?;
        Ok(())
    }
}

/// Writes why a command failed to standard error, and returns the exit code.
pub(crate) fn fail(error: &CommandError, globals: &Globals) -> ExitCode {
    if !error.is_closed_pipe {
        say(globals, "error", RED, &error.message);
        for hint in &error.hints {
            say(globals, "hint", CYAN, hint);
        }
    }
    ExitCode::from(error.exit_code())
}

/// Writes `label: text` to standard error; that nobody may be there to read it is no matter.
fn say(globals: &Globals, label: &str, style: Style, text: &str) {
    let mut out = AutoStream::new(io::stderr().lock(), choice(globals, &io::stderr()));
    let _ = writeln!(out, "{style}{label}{style:#}: {}", clean(text));
}

fn choice(
    globals: &Globals,
    stream: &(impl IsTerminal + anstream::stream::RawStream),
) -> ColorChoice {
    match globals.color {
        Color::Always => ColorChoice::Always,
        Color::Never => ColorChoice::Never,
        Color::Auto => AutoStream::choice(stream),
    }
}

/// Returns the width of the terminal in columns, 80 where it is not known.
pub(crate) fn width() -> usize {
    let columns = std::env::var("COLUMNS").ok();
    let columns = columns.and_then(|columns| columns.trim().parse().ok());
    let of_terminal = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    columns
        .or_else(of_terminal)
        .filter(|columns| (40..=500).contains(columns))
        .unwrap_or(80)
}

/// Returns `text` without control characters, which would let a note command the terminal; line breaks and tabs stay.
///
/// Left out are C0 and C1 controls and the marks that turn the direction of writing.
pub(crate) fn clean(text: &str) -> String {
    let is_kept = |c: &char| matches!(c, '\n' | '\t') || !is_command(*c);
    text.chars().filter(is_kept).collect()
}

/// Returns `text` with each C1 control replaced by a middle dot, which takes as many bytes, so that spans of the text
/// stay what they are. Frames around sources show all other controls as pictures, and let these through.
pub(crate) fn without_c1(text: &str) -> String {
    text.replace(|c| matches!(c, '\u{80}'..='\u{9f}'), "·")
}

/// Returns a JSON document with what `serde_json` leaves as it is and a terminal may act on written as a `\u` escape. Outside
/// of strings a document holds no such characters but line breaks.
pub(crate) fn escaped(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for c in json.chars() {
        if c != '\n' && is_command(c) {
            let _ = write!(escaped, "\\u{:04x}", u32::from(c));
        } else {
            escaped.push(c);
        }
    }
    escaped
}

/// Returns whether a terminal may act on `c`: C0 and C1 controls, and the marks that turn the direction of writing.
fn is_command(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Returns `text` on one line and clean: what a cell of a table holds.
pub(crate) fn one_line(text: &str) -> String {
    clean(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Returns `text`, cut to `columns` with an ellipsis where it is wider.
pub(crate) fn cut(text: &str, columns: usize) -> String {
    if columns_of(text) <= columns {
        return text.to_owned();
    }
    let mut cut = String::new();
    let mut used = 1;
    for c in text.chars() {
        used += c.width().unwrap_or(0);
        if used > columns {
            break;
        }
        cut.push(c);
    }
    format!("{}…", cut.trim_end())
}

/// Returns how many columns `text` takes.
pub(crate) fn columns_of(text: &str) -> usize {
    unicode_width::UnicodeWidthStr::width(text)
}

/// Returns `text` filled with blanks to `columns`.
pub(crate) fn pad(text: &str, columns: usize) -> String {
    format!(
        "{text}{}",
        " ".repeat(columns.saturating_sub(columns_of(text)))
    )
}

/// Returns `rows` as lines of aligned cells, two blanks between them, the last column cut where the line would be wider
/// than `width`. The style of each row holds for its first cell.
pub(crate) fn table(rows: &[(Style, Vec<String>)], width: usize) -> String {
    let n_columns = rows.iter().map(|(_, cells)| cells.len()).max().unwrap_or(0);
    // No column but the last may take more than a third of the line.
    let widest = |column: usize| {
        let cells = rows.iter().filter_map(|(_, cells)| cells.get(column));
        cells
            .map(|cell| columns_of(cell))
            .max()
            .unwrap_or(0)
            .min(width / 3)
    };
    let widths: Vec<usize> = (0..n_columns.saturating_sub(1)).map(widest).collect();
    let mut text = String::new();
    for (style, cells) in rows {
        let mut used = 0;
        let mut line = String::new();
        for (column, cell) in cells.iter().enumerate() {
            let (open, close) = match column {
                0 => (style.render().to_string(), style.render_reset().to_string()),
                _ => Default::default(),
            };
            let room = widths.get(column).copied();
            let cell = cut(cell, room.unwrap_or(width.saturating_sub(used).max(10)));
            let cell = room.map_or_else(|| cell.clone(), |room| pad(&cell, room));
            used += columns_of(&cell) + 2;
            let _ = write!(line, "{open}{cell}{close}  ");
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// Returns `text` as one argument of a command shown in a hint, quoted for the shell.
pub(crate) fn argument(text: &str) -> String {
    format!("'{}'", one_line(text).replace('\'', r"'\''"))
}

/// Returns `1 note`, `2 notes`.
pub(crate) fn count(number: usize, word: &str) -> String {
    match number {
        1 => format!("1 {word}"),
        _ => format!("{number} {word}s"),
    }
}

/// Returns how far off a day is: `today`, `tomorrow`, `in 3 days`, `yesterday`, `5 days ago`.
pub(crate) fn days_off(days: i32) -> String {
    match days {
        0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        -1 => "yesterday".to_owned(),
        ..0 => format!("{} days ago", -days),
        _ => format!("in {days} days"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_cannot_command_the_terminal() {
        assert_eq!(
            clean("a\u{1b}[31mb\u{9b}2J\r\u{202e}c\td\n"),
            "a[31mb2Jc\td\n"
        );
    }

    #[test]
    fn taking_out_c1_keeps_the_length() {
        let text = "a\u{9b}2J\u{80}陳\u{a0}";
        assert_eq!(without_c1(text), "a·2J·陳\u{a0}");
        assert_eq!(without_c1(text).len(), text.len());
    }

    #[test]
    fn wide_characters_are_cut_by_columns() {
        assert_eq!(cut("陳美玲と話す", 7), "陳美玲…");
        assert_eq!(cut("short", 5), "short");
    }

    #[test]
    fn a_table_stays_within_its_width() {
        let long = "x".repeat(200);
        let rows = vec![(BOLD, vec![long.clone(), long.clone(), long])];
        let plain = anstream::adapter::strip_str(&table(&rows, 60)).to_string();
        assert!(plain.lines().all(|line| columns_of(line) <= 60), "{plain}");
    }
}
