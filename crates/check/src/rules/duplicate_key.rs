//! A key stands twice in one map. Only the first one counts, so what the later one says is lost.
//!
//! ```yaml
//! ---
//! name: Ada Lovelace
//! email: ada@example.org
//! emails: [ada@home.example]
//! ---
//! ```
//!
//! Two spellings of one key, as here, are a warning: bring both values into one list. Where the same key says the same
//! twice, a fix removes the later one.

use note::{Field, Key, ProblemKind, edit};

use crate::{
    Applicability, Severity,
    finding::{Context, Finding},
};

/// Finds keys that say again what an earlier one says.
pub(crate) fn check(context: &Context<'_>) -> Vec<Finding> {
    let note = context.note;
    let Some(front_matter) = note.note.front_matter.as_deref() else {
        return Vec::new();
    };
    if !context.is_for_ties() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for problem in &note.problems {
        if problem.kind != ProblemKind::DuplicateKey {
            continue;
        }
        let mut finding = Finding::new(problem.span, problem.message.clone())
            .help("only the first one counts; bring both values together");
        let fields = &front_matter.fields;
        if let Some(later) = fields.iter().position(|f| f.key.span == problem.span)
            && let Some(first) = front_matter.field(&fields[later].key.value)
            && let Some(text) = context.text()
            && first.value.span.of(&text) == fields[later].value.span.of(&text)
            && let Some(edit) = edit::remove_field(&text, &note.note, later)
        {
            let title = format!("remove the second `{}`", first.key.value);
            finding = finding.edit(context, title, edit, Applicability::Safe);
        }
        found.push(finding);
    }
    // Other programs have a `type` and an `id` of their own.
    let is_theirs = |key: &Key| matches!(key.name, "kind" | "uid");
    for key in Key::of_kind(note.kind).filter(|key| !is_theirs(key)) {
        let Some(counts) = front_matter.field_for(key) else {
            continue;
        };
        let is_other = |field: &&Field| {
            key.is_spelled(&field.key.value) && field.key.value != counts.key.value
        };
        for field in front_matter.fields.iter().filter(is_other) {
            let message = format!(
                "`{}` is another spelling of `{}`, which is there as well",
                field.key.value, counts.key.value
            );
            let help = format!("only `{}` counts; bring both values together", counts.key.value);
            let mut finding = Finding::new(field.key.span, message).help(help);
            finding.severity = Some(Severity::Warning);
            found.push(finding);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::{check, fixed};

    #[test]
    fn the_later_of_two_equal_keys_can_go() {
        let vault = "
//- people/ada.md
---
name: Ada
title: Countess
name: Ada
---
";
        check("duplicate-key", vault, expect![[r#"
            error[duplicate-key] people/ada.md:4 |name| `name` stands here a second time
              help: only the first one counts; bring both values together
              fix: remove the second `name` (Safe)
        "#]]);
        fixed("duplicate-key", vault, expect![[r#"
            //- people/ada.md
            ---
            name: Ada
            title: Countess
            ---
        "#]]);
    }

    #[test]
    fn keys_that_differ_are_for_people_to_join() {
        check(
            "duplicate-key",
            "
//- people/ada.md
---
name: Ada
email: ada@example.org
emails: [ada@home.example]
met: {at: here, at: there}
---
",
            expect![[r#"
                warning[duplicate-key] people/ada.md:3 |email| `email` is another spelling of `emails`, which is there as well
                  help: only `emails` counts; bring both values together
                error[duplicate-key] people/ada.md:5 |at| `at` stands here a second time
                  help: only the first one counts; bring both values together
            "#]],
        );
    }

    #[test]
    fn plain_notes_may_use_both_spellings_of_a_key_that_they_do_not_have() {
        check(
            "duplicate-key",
            "
//- note.md
---
email: ada@example.org
emails: [ada@home.example]
---
//- ties.toml
",
            expect![[""]],
        );
    }
}
