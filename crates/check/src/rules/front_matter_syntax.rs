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
//! `` [ { & * ! | > % @ ` ``, which a fix does where nothing else is amiss. Lines with the marks of a template (`{{date}}`,
//! `<% tp.date.now() %>`) are left alone until they are filled in.
//!
//! Plain notes of a folder without a `ties.toml` are left alone.

use note::{Data, Problem, ProblemKind, Span, TextEdit, edit::quote};

use crate::{
    Applicability,
    finding::{Context, Finding},
};

/// Finds what of the front matter could not be read.
pub(crate) fn check(context: &Context<'_>) -> Vec<Finding> {
    if !context.is_for_ties() {
        return Vec::new();
    }
    let problems = context.note.problems.iter();
    problems
        .filter(|problem| problem.kind == ProblemKind::FrontMatterSyntax)
        .filter(|problem| !is_template(context, problem))
        .map(|problem| {
            let finding = Finding::new(problem.span, problem.message.clone());
            match quoted(context, problem) {
                Some(edit) => {
                    let title = "put quotes around the value";
                    finding.edit(context, title, edit, Applicability::NeedsConsent)
                }
                None => finding,
            }
        })
        .collect()
}

/// Returns whether a line of the problem holds the marks of a template.
fn is_template(context: &Context<'_>, problem: &Problem) -> bool {
    let lines = &context.note.note.lines;
    let start = lines.line_start(lines.line_of(problem.span.start));
    let end = lines.line_start(lines.line_of(problem.span.end) + 1);
    context.text().is_some_and(|text| {
        let written = Span::new(start, end).of(&text);
        written.contains("{{") || written.contains("<%")
    })
}

/// Returns the edit that quotes a plain value of one line.
fn quoted(context: &Context<'_>, problem: &Problem) -> Option<TextEdit> {
    let fields = &context.note.note.front_matter.as_deref()?.fields;
    let field = fields
        .iter()
        .find(|field| field.value.span == problem.span && !problem.span.is_empty())?;
    let Data::Raw(written) = &field.value.data else {
        return None;
    };
    // These begin something that was meant to be more than text.
    let is_more = written.starts_with(['[', '{', '"', '\'', '&', '*', '|', '>', '!', '#']);
    let is_plain = !is_more && !written.contains(['\n', '\r', '\t']);
    is_plain.then(|| TextEdit::replace(problem.span, quote(written, false)))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::{check_all, fixed};

    #[test]
    fn a_value_with_a_colon_is_quoted() {
        fixed(
            "front-matter-syntax",
            "//- people/ada.md\n---\ntitle: A: B # not C\nname: [Ada\nrole: `x`\n---\n",
            expect![[r#"
                //- people/ada.md
                ---
                title: "A: B" # not C
                name: [Ada
                role: "`x`"
                ---
            "#]],
        );
    }

    #[test]
    fn templates_are_left_alone() {
        check_all(
            "
//- people/template.md
---
name: {{title}}: x
birthday: {{date}}
circle: {{circle}}
org: {{org}}
met: <% tp.date.now(): x %>
---
",
            expect![[""]],
        );
    }
}
