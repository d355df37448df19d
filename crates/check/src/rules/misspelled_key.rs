//! A key that is one slip away from one that ties knows.
//!
//! A slip is a letter changed, added, dropped or swapped after the first one; another case; or `-`, a space or nothing for
//! `_`. All other unknown keys are yours and are left alone, and so is a key that notes of another kind have. Where the known
//! key is there as well, nothing is said. The keys of maps (`met`, `follow_up`, `addresses`…) are looked at too, and those of
//! `ties.toml`.
//!
//! The code of a diagnostic is looked at alike, in `[diagnostics]` and in `<!-- ties: ignore CODE -->`: one that no rule has
//! would silence nothing.
//!
//! `on:` in an event is read as `date:`, but other YAML readers take it for `true:`; it is told so that they agree.
//!
//! **Example**
//!
//! ```markdown
//! ---
//! birtday: 1815-12-10
//! ---
//! ```
//!
//! **To mend it** Take the fix, which renames the key. Where the key is meant as it stands,
//! `<!-- ties: ignore misspelled-key -->` says so.

use network::World;
use note::{Data, Field, Key, KeyType, NoteKind, Spanned, TextEdit};
use vault::{Severity, config::ConfigProblem};

use crate::{
    Applicability,
    context::{NoteContext, Sink},
};

pub(super) fn check(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    for ignore in &ctx.note().ignores {
        if let Some(near) = report_code(&ignore.code, sink) {
            let edit = TextEdit::replace(ignore.code.span, near);
            let title = format!("Change it to `{near}`");
            let fix = ctx.fix(title, edit, Applicability::NeedsConsent);
            sink.last().fix(fix);
        }
    }
    if !ctx.is_for_ties() {
        return;
    }
    let kind = ctx.data.kind;
    let fields: Vec<&Field> = ctx.fields().map(|(_, field)| field).collect();
    for field in &fields {
        let name = &*field.key.value;
        if let Some(key) = Key::find(kind, name) {
            if kind == NoteKind::Event && name == "on" {
                report_on(ctx, field, &fields, sink);
            }
            check_value(ctx, key, field, sink);
        } else if NoteKind::ALL
            .iter()
            .all(|kind| Key::find(*kind, name).is_none())
        {
            check_key(ctx, field, &fields, Key::of_kind(kind), sink);
        }
    }
}

/// Speaks of `on:`, a truth value in YAML 1.1.
fn report_on(ctx: &NoteContext<'_>, field: &Field, fields: &[&Field], sink: &mut Sink<'_>) {
    let found = sink.report(field.key.span, "`on` is `true` to many YAML readers");
    found.help("`date` is read alike by all");
    if fields.iter().all(|field| &*field.key.value != "date") {
        let edit = TextEdit::replace(field.key.span, "date");
        found.fix(ctx.fix("Rename the key to `date`", edit, Applicability::Safe));
    }
}

/// Looks at the keys of the maps that `key` takes.
fn check_value(ctx: &NoteContext<'_>, key: &Key, field: &Field, sink: &mut Sink<'_>) {
    const ITEM: [&str; 3] = ["value", "label", "preferred"];
    let is_map = matches!(key.value, KeyType::Map(_) | KeyType::Maps(_));
    let takes_items = matches!(key.value, KeyType::Emails | KeyType::Phones | KeyType::Urls);
    if !is_map && !takes_items && key.value != KeyType::When {
        return;
    }
    for item in field.value.items() {
        let Data::Map(parts) = &item.data else {
            continue;
        };
        let fields: Vec<&Field> = parts.iter().collect();
        for part in parts {
            let name = &*part.key.value;
            if is_map {
                let keys = key.map_keys();
                if !keys.iter().any(|key| key.is_spelled(name)) && !ITEM.contains(&name) {
                    check_key(ctx, part, &fields, keys.iter(), sink);
                }
            } else if takes_items {
                check_word(ctx, part, &fields, &ITEM, sink);
            } else {
                check_word(ctx, part, &fields, &["from", "to"], sink);
            }
        }
    }
}

fn check_key<'k>(
    ctx: &NoteContext<'_>,
    field: &Field,
    fields: &[&Field],
    known: impl Iterator<Item = &'k Key>,
    sink: &mut Sink<'_>,
) {
    let is_there = |key: &Key| fields.iter().any(|field| key.is_spelled(&field.key.value));
    let words: Vec<&str> = known
        .filter(|key| !is_there(key))
        .flat_map(|key| std::iter::once(key.name).chain(key.spellings.iter().copied()))
        .collect();
    report_slip(ctx, field, &words, sink);
}

fn check_word(
    ctx: &NoteContext<'_>,
    field: &Field,
    fields: &[&Field],
    known: &[&str],
    sink: &mut Sink<'_>,
) {
    if known.contains(&&*field.key.value) {
        return;
    }
    let is_there = |word: &str| fields.iter().any(|field| &*field.key.value == word);
    let words: Vec<&str> = known
        .iter()
        .copied()
        .filter(|word| !is_there(word))
        .collect();
    report_slip(ctx, field, &words, sink);
}

fn report_slip(ctx: &NoteContext<'_>, field: &Field, words: &[&str], sink: &mut Sink<'_>) {
    let name = &*field.key.value;
    let slips = words.iter().filter(|word| is_slip(name, word));
    // Of `email` and `emails` the one that needs less.
    let Some(known) = slips.min_by_key(|word| strsim::osa_distance(&name.to_lowercase(), word))
    else {
        return;
    };
    let edit = TextEdit::replace(field.key.span, *known);
    sink.report(
        field.key.span,
        format!("`{name}` is no key that ties knows"),
    )
    .help(format!("did you mean `{known}`?"))
    .fix(ctx.fix(
        format!("Rename the key to `{known}`"),
        edit,
        Applicability::NeedsConsent,
    ));
}

/// Returns whether `name` is `known` with one slip.
fn is_slip(name: &str, known: &str) -> bool {
    let plain = |name: &str| name.to_lowercase().replace(['-', ' ', '_'], "");
    let (plain_name, plain_known) = (plain(name), plain(known));
    if plain_name == plain_known {
        return name != known;
    }
    // Short words are near too many others, and few slips are made in the first letter.
    known.len() >= 4
        && plain_name.chars().next() == plain_known.chars().next()
        && plain_name.len().abs_diff(plain_known.len()) <= 2
        && strsim::osa_distance(&plain_name, &plain_known) == 1
}

/// Speaks of a code that no rule has; returns the nearest that there is.
fn report_code(code: &Spanned<Box<str>>, sink: &mut Sink<'_>) -> Option<&'static str> {
    if super::find(&code.value).is_some() {
        return None;
    }
    let near = super::nearest_code(&code.value);
    let help = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => "the codes are those that `ties check` shows".to_owned(),
    };
    sink.report(
        code.span,
        format!("no diagnostic is called `{}`", code.value),
    )
    .help(help);
    near
}

pub(super) fn check_config(world: World<'_>, problems: &[ConfigProblem], sink: &mut Sink<'_>) {
    for problem in problems {
        if problem.severity == Severity::Warning {
            let found = sink.report(problem.span, problem.message.clone());
            found.help.clone_from(&problem.help);
        }
    }
    for code in &world.vault.config().codes {
        report_code(code, sink);
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::{check, check_silent, check_switches};

    use super::*;

    #[test]
    fn slips_are_told_and_mended() {
        check(
            "misspelled-key",
            r#"
//- people/ada.md
---
birtday: 1815-12-10
Email: a@example.org
follow-up: {date: 2026-12-01}
met: {dat: 2024-05-03}
phones: [{vlaue: 1, label: home}]
---
//- events/tea.md
---
on: 2026-11-23
porpose: social
---
//- ties.toml
[follow_ups]
son = 5

[diagnostics]
no-way-to-rech = "off"
"#,
            &expect![[r#"
                events/tea.md 4..6 `on` warning: `on` is `true` to many YAML readers
                  help: `date` is read alike by all
                  fix (Safe): Rename the key to `date`
                    - on: 2026-11-23
                    + date: 2026-11-23
                events/tea.md 19..26 `porpose` warning: `porpose` is no key that ties knows
                  help: did you mean `purpose`?
                  fix (NeedsConsent): Rename the key to `purpose`
                    - porpose: social
                    + purpose: social
                people/ada.md 4..11 `birtday` warning: `birtday` is no key that ties knows
                  help: did you mean `birthday`?
                  fix (NeedsConsent): Rename the key to `birthday`
                    - birtday: 1815-12-10
                    + birthday: 1815-12-10
                people/ada.md 24..29 `Email` warning: `Email` is no key that ties knows
                  help: did you mean `email`?
                  fix (NeedsConsent): Rename the key to `email`
                    - Email: a@example.org
                    + email: a@example.org
                people/ada.md 45..54 `follow-up` warning: `follow-up` is no key that ties knows
                  help: did you mean `follow_up`?
                  fix (NeedsConsent): Rename the key to `follow_up`
                    - follow-up: {date: 2026-12-01}
                    + follow_up: {date: 2026-12-01}
                people/ada.md 81..84 `dat` warning: `dat` is no key that ties knows
                  help: did you mean `date`?
                  fix (NeedsConsent): Rename the key to `date`
                    - met: {dat: 2024-05-03}
                    + met: {date: 2024-05-03}
                people/ada.md 108..113 `vlaue` warning: `vlaue` is no key that ties knows
                  help: did you mean `value`?
                  fix (NeedsConsent): Rename the key to `value`
                    - phones: [{vlaue: 1, label: home}]
                    + phones: [{value: 1, label: home}]
                ties.toml 13..16 `son` warning: `son` is no key of `[follow_ups]`
                  help: did you mean `soon`?
                ties.toml 36..50 `no-way-to-rech` warning: no diagnostic is called `no-way-to-rech`
                  help: did you mean `no-way-to-reach`?
            "#]],
        );
    }

    #[test]
    fn codes_that_silence_nothing_are_told() {
        check(
            "misspelled-key",
            "//- notes/a.md\n<!-- ties: ignore unresolved_link duplicate-name nothing -->\n",
            &expect![[r#"
                notes/a.md 18..33 `unresolved_link` warning: no diagnostic is called `unresolved_link`
                  help: did you mean `unresolved-link`?
                  fix (NeedsConsent): Change it to `unresolved-link`
                    - <!-- ties: ignore unresolved_link duplicate-name nothing -->
                    + <!-- ties: ignore unresolved-link duplicate-name nothing -->
                notes/a.md 49..56 `nothing` warning: no diagnostic is called `nothing`
                  help: the codes are those that `ties check` shows
            "#]],
        );
    }

    #[test]
    fn other_keys_are_yours() {
        check_silent(
            "misspelled-key",
            "
//- people/ada.md
---
cssclass: x
game: chess
named: y
name: Ada
note: z
purpose: network
by: me
titles: [a]
title: b
x: y
---
//- notes/a.md
---
alises: [x]
---
",
        );
    }

    #[test]
    fn a_slip_is_in_one_letter_after_the_first() {
        for (name, known, expected) in [
            ("birtday", "birthday", true),
            ("brithday", "birthday", true),
            ("BIRTHDAY", "birthday", true),
            ("follow up", "follow_up", true),
            ("followup", "follow_up", true),
            ("game", "name", false),
            ("by", "by", false),
            ("my", "by", false),
            ("birthdate", "birthday", false),
        ] {
            assert_eq!(is_slip(name, known), expected, "{name}");
        }
    }

    #[test]
    fn it_can_be_silenced() {
        check_switches("misspelled-key", "//- people/a.md\n---\nbirtday: x\n---\n");
    }
}
