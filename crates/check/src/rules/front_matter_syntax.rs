//! Front matter that cannot be read as YAML.
//!
//! A key whose value cannot be read is named, and the rest of the front matter still counts. Lines with the marks of a
//! template (`{{date}}`, `<% tp.date.now() %>`) are left alone: they are read once the template is filled in.
//!
//! **Example**
//!
//! ```markdown
//! ---
//! name: Ada: a life
//! ---
//! ```
//!
//! The second colon begins a value within a value.
//!
//! **To mend it** Put quotes around the value, close the bracket or quote that is open, or indent with spaces instead of
//! tabs. Where quotes are all it takes, the fix sets them.

use note::{Data, Problem, ProblemKind, edit::quote};

use crate::{
    Applicability, Fix, TextEdit,
    context::{NoteContext, Sink},
};

pub(super) fn check(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    for problem in &ctx.data.problems {
        if problem.kind != ProblemKind::FrontMatterSyntax || is_template(ctx, problem) {
            continue;
        }
        let found = sink.report(problem.span, problem.message.clone());
        match quote_value(ctx, problem) {
            Some(fix) => {
                found.help("quotes around the value make it text").fix(fix);
            }
            None => {
                found.help("the other keys are read all the same");
            }
        }
    }
}

/// Returns whether a line of the problem holds the marks of a template.
fn is_template(ctx: &NoteContext<'_>, problem: &Problem) -> bool {
    let Some(text) = ctx.text() else {
        return false;
    };
    let lines = &ctx.note().lines;
    let start = lines.line_start(lines.line_of(problem.span.start));
    let end = lines.line_start(lines.line_of(problem.span.end) + 1);
    let lines = note::Span::new(start, end).of(text);
    lines.contains("{{") || lines.contains("<%")
}

/// Returns the fix that quotes a plain value of one line.
fn quote_value(ctx: &NoteContext<'_>, problem: &Problem) -> Option<Fix> {
    let (_, field) = ctx
        .fields()
        .find(|(_, field)| field.value.span == problem.span && !problem.span.is_empty())?;
    let Data::Raw(raw) = &field.value.data else {
        return None;
    };
    let begins_otherwise = raw.starts_with(['[', '{', '"', '\'', '&', '*', '|', '>', '!', '#']);
    if begins_otherwise || raw.contains(['\n', '\r', '\t']) {
        return None;
    }
    let edit = TextEdit::replace(field.value.span, quote(raw, false));
    Some(ctx.fix("Quote the value", edit, Applicability::NeedsConsent))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::{check, check_silent, check_switches};

    #[test]
    fn a_value_with_a_colon_wants_quotes() {
        check(
            "front-matter-syntax",
            "
//- notes/a.md
---
title: A: B
tags: [x]
---
//- notes/b.md
---
name: [Ada
tags: [x]
---
",
            &expect![[r#"
                notes/a.md 11..15 `A: B` error: a value with a colon needs quotes: `A: B`
                  help: quotes around the value make it text
                  fix (NeedsConsent): Quote the value
                    - title: A: B
                    + title: "A: B"
                notes/b.md 10..14 `[Ada` error: the `[` of `name` is not closed
                  help: the other keys are read all the same
            "#]],
        );
    }

    #[test]
    fn templates_and_prose_between_rulers_are_left_alone() {
        check_silent(
            "front-matter-syntax",
            "
//- a.md
---
date: {{date}}
created: <% tp.date.now(): x %>
title: {{title}}: x
---
//- b.md
---

A ruler at the top, and prose.

---
//- c.md
---
name: fine
---
",
        );
    }

    #[test]
    fn it_can_be_silenced() {
        check_switches("front-matter-syntax", "//- a.md\n---\ntitle: A: B\n---\n");
    }
}
