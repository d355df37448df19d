//! Manual pages: the doc headers of the rules' own files.

use crate::{Severity, rules::Group};

/// Returns the manual page of a rule: a title, where it belongs, then the doc header at the top of its `source`.
///
/// The header's first line is the summary. Sections begin with a bold word; where none is called `Settings`, the usual one
/// is added.
pub(crate) fn page(code: &str, group: Group, severity: Severity, source: &str) -> String {
    let header: Vec<&str> = source
        .lines()
        .map_while(|line| line.strip_prefix("//!"))
        .map(|line| line.strip_prefix(' ').unwrap_or(line))
        .collect();
    let text = header.join("\n");
    let mut page = format!(
        "# {code}\n\n{} · {} unless the settings say otherwise\n\n{}\n",
        group.word(),
        word(severity),
        text.trim()
    );
    if !text.contains("**Settings**") {
        page.push_str(&format!(
            "\n**Settings** `{code} = \"off\"` under `[diagnostics]` in `ties.toml` turns it off, another severity changes it; \
             `<!-- ties: ignore {code} -->` in a note silences it there.\n"
        ));
    }
    page
}

/// Returns the word for a severity, as `ties.toml` has it.
pub(crate) fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
        Severity::Hint => "hint",
    }
}
