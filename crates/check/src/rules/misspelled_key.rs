//! A key of the front matter is one slip away from a known one, and so means nothing.
//!
//! ```yaml
//! ---
//! name: Ada Lovelace
//! birtday: 1815-12-10
//! ---
//! ```
//!
//! A fix renames it. Keys that are like no known one are yours and are never judged, nor are those of plain notes, nor those
//! that notes of another kind have. In events
//! the key is `date`: `on` is read too, but other programs take it for `true`.
//!
//! Keys of `ties.toml` are told whatever they are like, and so are codes that are those of no diagnostic, in
//! `[diagnostics]` and in `<!-- ties: ignore CODE -->`.

use note::{Data, Field, FrontMatter, Key, NoteKind, Spanned, TextEdit, fold};

use crate::{
    Applicability,
    finding::{Context, Finding},
};

/// Keys shorter than this are one slip away from too much.
const SHORTEST: usize = 4;

/// Finds keys and codes that are a slip away from what is known.
pub(crate) fn check(context: &Context<'_>) -> Vec<Finding> {
    let note = &context.note.note;
    let ignored = note.ignores.iter().map(|ignore| &ignore.code);
    let mut found = of_codes(ignored, "the comment");
    let kind = context.note.kind;
    if let Some(front_matter) = &note.front_matter
        && kind != NoteKind::Plain
    {
        let keys: Vec<&Key> = Key::of_kind(kind).collect();
        of_fields(context, &front_matter.fields, &keys, &mut found);
        if kind == NoteKind::Event {
            found.extend(of_on(context, front_matter));
        }
    }
    found
}

/// Finds what is wrong with `codes`, which are named in `place`.
pub(crate) fn of_codes<'a>(
    codes: impl Iterator<Item = &'a Spanned<Box<str>>>,
    place: &str,
) -> Vec<Finding> {
    codes
        .filter(|code| super::find(&code.value).is_none())
        .map(|code| {
            let known = super::all().iter().map(|rule| rule.code);
            let message = format!("`{}` is the code of no diagnostic", code.value);
            let help = match fold::nearest(&code.value, known) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("take it out of {place}, or name one of the codes of the manual"),
            };
            Finding::new(code.span, message).help(help)
        })
        .collect()
}

fn of_fields(context: &Context<'_>, fields: &[Field], keys: &[&Key], found: &mut Vec<Finding>) {
    for field in fields {
        let written = &*field.key.value;
        let Some(key) = keys.iter().find(|key| key.is_spelled(written)) else {
            // What another kind of note has is no slip: `date` in a contact is not `dates`.
            let is_elsewhere = NoteKind::ALL
                .iter()
                .any(|kind| Key::find(*kind, written).is_some());
            if !is_elsewhere {
                found.extend(of_field(context, fields, field, keys));
            }
            continue;
        };
        let parts: Vec<&Key> = key.map_keys().iter().collect();
        if parts.is_empty() {
            continue;
        }
        for item in field.value.items() {
            if let Data::Map(fields) = &item.data {
                of_fields(context, fields, &parts, found);
            }
        }
    }
}

/// Judges one key that is not known.
fn of_field(
    context: &Context<'_>,
    fields: &[Field],
    field: &Field,
    keys: &[&Key],
) -> Option<Finding> {
    let written = &*field.key.value;
    let near = near_key(written, keys)?;
    let finding = Finding::new(field.key.span, format!("`{written}` is no key that ties knows"))
        .help(format!("did you mean `{near}`?"));
    let meant = keys.iter().find(|key| key.is_spelled(near));
    let is_there = fields
        .iter()
        .any(|other| meant.is_some_and(|key| key.is_spelled(&other.key.value)));
    if is_there {
        return Some(finding);
    }
    let edit = TextEdit::replace(field.key.span, near);
    let title = rename(written, near);
    Some(finding.edit(context, title, edit, Applicability::NeedsConsent))
}

fn rename(from: &str, to: &str) -> String {
    format!("rename the key `{from}` to `{to}`")
}

/// Returns the spelling of a key that is one slip away from `written`, names before other spellings.
fn near_key<'a>(written: &str, keys: &[&'a Key]) -> Option<&'a str> {
    let n_letters = written.chars().count();
    if n_letters < SHORTEST {
        return None;
    }
    let names = keys.iter().map(|key| key.name);
    let spellings = keys.iter().flat_map(|key| key.spellings.iter().copied());
    let known: Vec<&str> = names.chain(spellings).collect();
    let folded = fold::fold(written);
    // A difference in case is no slip of a letter, and always meant.
    if let Some(same) = known.iter().find(|known| ***known == *folded) {
        return Some(same);
    }
    // Few slips are made in the first letter, and `game` is a word of its own.
    let first = folded.chars().next();
    known.into_iter().find(|known| {
        known.len() >= SHORTEST
            && known.chars().next() == first
            && known.chars().count().abs_diff(n_letters) <= 1
            && strsim::osa_distance(written, known) == 1
    })
}

/// Suggests `date` for `on`, the one spelling that other readers of YAML take for something else.
fn of_on(context: &Context<'_>, front_matter: &FrontMatter) -> Option<Finding> {
    let field = front_matter.field("on")?;
    let finding = Finding::new(
        field.key.span,
        "other programs read the key `on` as `true`",
    )
    .help("write `date`, which means the same here");
    if front_matter.field("date").is_some() || front_matter.field("when").is_some() {
        return Some(finding);
    }
    let edit = TextEdit::replace(field.key.span, "date");
    Some(finding.edit(context, rename("on", "date"), edit, Applicability::Safe))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::{check, fixed};

    const SLIPS: &str = "
//- people/ada.md
---
name: Ada
birtday: 1815-12-10
Emails: [ada@example.org]
follow-up: {date: 2026-12-01, abuot: the draft}
follow_up: {daet: 2026-12-01, about: the draft}
knows:
  - {too: '[[Bob]]', sinse: 2020}
offers_: [proof reading]
---
//- events/e.md
---
on: 2026-12-01
---
";

    #[test]
    fn keys_one_slip_away_are_told() {
        check("misspelled-key", SLIPS, expect![[r#"
            warning[misspelled-key] events/e.md:2 |on| other programs read the key `on` as `true`
              help: write `date`, which means the same here
              fix: rename the key `on` to `date` (Safe)
            warning[misspelled-key] people/ada.md:3 |birtday| `birtday` is no key that ties knows
              help: did you mean `birthday`?
              fix: rename the key `birtday` to `birthday` (NeedsConsent)
            warning[misspelled-key] people/ada.md:4 |Emails| `Emails` is no key that ties knows
              help: did you mean `emails`?
              fix: rename the key `Emails` to `emails` (NeedsConsent)
            warning[misspelled-key] people/ada.md:5 |follow-up| `follow-up` is no key that ties knows
              help: did you mean `follow_up`?
            warning[misspelled-key] people/ada.md:6 |daet| `daet` is no key that ties knows
              help: did you mean `date`?
              fix: rename the key `daet` to `date` (NeedsConsent)
            warning[misspelled-key] people/ada.md:8 |sinse| `sinse` is no key that ties knows
              help: did you mean `since`?
              fix: rename the key `sinse` to `since` (NeedsConsent)
            warning[misspelled-key] people/ada.md:9 |offers_| `offers_` is no key that ties knows
              help: did you mean `offers`?
              fix: rename the key `offers_` to `offers` (NeedsConsent)
        "#]]);
    }

    #[test]
    fn the_fix_renames_them() {
        fixed("misspelled-key", SLIPS, expect![[r#"
            //- events/e.md
            ---
            date: 2026-12-01
            ---
            //- people/ada.md
            ---
            name: Ada
            birthday: 1815-12-10
            emails: [ada@example.org]
            follow-up: {date: 2026-12-01, abuot: the draft}
            follow_up: {date: 2026-12-01, about: the draft}
            knows:
              - {too: '[[Bob]]', since: 2020}
            offers: [proof reading]
            ---
        "#]]);
    }

    #[test]
    fn keys_like_no_other_are_the_users_own() {
        check(
            "misspelled-key",
            "
//- people/ada.md
---
name: Ada
created: 2026-01-01
cssclass: wide
dg-publish: true
mood: good
my: thing
game: go
date: 2026-01-01
purpose: x
background: {industri: computing}
x: {nmae: kept}
---
//- note.md
---
nmae: Ada
---
//- ties.toml
",
            expect![[""]],
        );
    }

    #[test]
    fn codes_that_are_none_are_told_where_they_stand() {
        check(
            "misspelled-key",
            "
//- people/ada.md
<!-- ties: ignore unresolved-links, no-way-to-reach -->
//- ties.toml
[diagnostics]
folow-up-soon = \"off\"
no-way-to-reach = \"off\"
[vault]
sooon = 3
",
            expect![[r#"
                warning[misspelled-key] people/ada.md:1 |unresolved-links| `unresolved-links` is the code of no diagnostic
                  help: did you mean `unresolved-link`?
                warning[misspelled-key] ties.toml:2 |folow-up-soon| `folow-up-soon` is the code of no diagnostic
                  help: did you mean `follow-up-soon`?
                warning[misspelled-key] ties.toml:5 |sooon| `sooon` is no key of `[vault]`
                  help: known keys are `exclude`, `max_note_size`, `me`
            "#]],
        );
    }
}
