//! A key that stands twice in one map; only the first one counts.
//!
//! Two spellings of one key (`email` and `emails`) are two of it as well. The later one is not read, so what is written
//! there would be lost without a word.
//!
//! **Example**
//!
//! ```markdown
//! ---
//! phone: "+44 20 7946 0958"
//! tags: [mathematics]
//! phone: "+44 20 7946 0000"
//! ---
//! ```
//!
//! **To mend it** Join the two by hand, as a list where the key takes one. Where both have the same value, the fix removes
//! the later one.

use note::{Data, Field, ProblemKind, Value, edit::remove_field};

use crate::{
    Applicability, Fix,
    context::{NoteContext, Sink},
};

pub(super) fn check(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    for problem in &ctx.data.problems {
        if problem.kind != ProblemKind::DuplicateKey {
            continue;
        }
        let found = sink.report(problem.span, problem.message.clone());
        found.help("only the first one is read");
        let fields: Vec<&Field> = ctx.fields().map(|(_, field)| field).collect();
        let later = fields
            .iter()
            .position(|field| field.key.span == problem.span);
        // Within a map of the front matter there is no telling without its fields.
        if let Some(later) = later
            && let Some(first) = fields
                .iter()
                .find(|field| field.key.value == fields[later].key.value)
        {
            found.related.push((
                ctx.data.path.clone(),
                first.span(),
                "the one that is read".to_owned(),
            ));
            found.fix(remove(ctx, first, fields[later], later));
        }
    }
    check_spellings(ctx, sink);
}

/// Finds other spellings of a key that is there already.
fn check_spellings(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    if !ctx.is_for_ties() {
        return;
    }
    let Some(front_matter) = &ctx.note().front_matter else {
        return;
    };
    for (index, field) in ctx.fields() {
        let Some(key) = note::Key::find(ctx.data.kind, &field.key.value) else {
            continue;
        };
        let Some(read) = front_matter.field_for(key) else {
            continue;
        };
        // The same spelling twice was told above.
        if read.key.value == field.key.value {
            continue;
        }
        let message = format!(
            "`{}` is another spelling of `{}`, which is there too",
            field.key.value, read.key.value
        );
        let found = sink.report(field.key.span, message);
        found.help(format!("only `{}` is read", read.key.value));
        found.related.push((
            ctx.data.path.clone(),
            read.span(),
            "the one that is read".to_owned(),
        ));
        found.fix(remove(ctx, read, field, index));
    }
}

/// Returns the fix that removes the later of two equal fields.
fn remove(ctx: &NoteContext<'_>, first: &Field, later: &Field, index: usize) -> Option<Fix> {
    if !is_same(&first.value, &later.value) {
        return None;
    }
    let edit = remove_field(ctx.text()?, ctx.note(), index)?;
    let title = format!("Remove the second `{}`", later.key.value);
    Some(ctx.fix(title, edit, Applicability::Safe))
}

/// Returns whether two values say the same, wherever they stand and however they are quoted.
fn is_same(a: &Value, b: &Value) -> bool {
    match (&a.data, &b.data) {
        (Data::Null, Data::Null) => true,
        (Data::Scalar(a), Data::Scalar(b)) => a.text == b.text,
        (Data::List(a), Data::List(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_same(a, b))
        }
        (Data::Map(a), Data::Map(b)) => {
            a.len() == b.len()
                && a.iter()
                    .zip(b)
                    .all(|(a, b)| a.key.value == b.key.value && is_same(&a.value, &b.value))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::{check, check_silent, check_switches};

    #[test]
    fn equal_values_are_removed_and_others_left_to_the_writer() {
        check(
            "duplicate-key",
            r#"
//- people/ada.md
---
location: London
tags: [a, b]
location: "London"
tags: [a]
---
//- notes/plain.md
---
x: {a: 1, a: 2}
---
"#,
            &expect![[r#"
                notes/plain.md 14..15 `a` error: `a` stands here a second time
                  help: only the first one is read
                people/ada.md 34..42 `location` error: `location` stands here a second time
                  help: only the first one is read
                  see people/ada.md 4..20: the one that is read
                  fix (Safe): Remove the second `location`
                    - location: "London"
                people/ada.md 53..57 `tags` error: `tags` stands here a second time
                  help: only the first one is read
                  see people/ada.md 21..33: the one that is read
            "#]],
        );
    }

    #[test]
    fn two_spellings_are_two_of_one_key() {
        check(
            "duplicate-key",
            "
//- people/ada.md
---
email: a@example.org
emails: [b@example.org]
---
",
            &expect![[r#"
                people/ada.md 4..9 `email` error: `email` is another spelling of `emails`, which is there too
                  help: only `emails` is read
                  see people/ada.md 25..48: the one that is read
            "#]],
        );
    }

    #[test]
    fn other_programs_keys_are_theirs() {
        check_silent("duplicate-key", "//- a.md\n---\ntag: x\ntags: [y]\n---\n");
        check_silent(
            "duplicate-key",
            "//- people/a.md\n---\ntags: [y]\nmet: {date: 2024}\n---\n",
        );
    }

    #[test]
    fn it_can_be_silenced() {
        check_switches("duplicate-key", "//- a.md\n---\nx: 1\nx: 2\n---\n");
    }
}
