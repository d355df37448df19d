//! Part of the front matter is not YAML, and what stands there is not read. The rest of the note is.
//!
//! ```yaml
//! ---
//! name: Ada Lovelace
//! org: [Analytical Engines
//! ---
//! ```
//!
//! Close the bracket or the quote, or put quotes around a value that holds `: ` or begins with one of
//! `` [ { & * ! | > % @ ` ``.
//!
//! Plain notes of a folder without a `ties.toml` are left alone.

use note::ProblemKind;

use crate::finding::{Context, Finding};

/// Finds what of the front matter could not be read.
pub(crate) fn check(context: &Context<'_>) -> Vec<Finding> {
    if !context.is_for_ties() {
        return Vec::new();
    }
    let problems = context.note.problems.iter();
    problems
        .filter(|problem| problem.kind == ProblemKind::FrontMatterSyntax)
        .map(|problem| Finding::new(problem.span, problem.message.clone()))
        .collect()
}
