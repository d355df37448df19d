//! A value that its key does not take.
//!
//! Dates, cadences, e-mail addresses, circles and choices are looked at, in notes that are of a kind; and `due:` of a promise.
//! An empty value is no value yet. A value with the marks of a template (`{{date}}`) is left alone. What stands under a key that
//! ties does not know is never judged.
//!
//! - A day is `2026-11-23`. Where part of a date will do, `2026-11`, `1990` and `--12-10` (the year unknown) are dates too, and
//!   words such as `around 1990` are kept as words.
//! - An event's `date` is a day, an instant with its offset (`2026-11-20T15:00+01:00`), or `{from, to}` of these.
//! - A cadence is `30d`, `2w`, `3 months`, `1 year`, `monthly`, or `never`.
//! - A circle is `inner`, `close`, `active`, `wide`, or one that `ties.toml` defines.
//! - A link in the front matter stands in quotes; without them `[[X]]` is a list in a list to YAML. It is followed all the same.
//!
//! Values that `ties.toml` does not take are told here as well.
//!
//! **Example**
//!
//! ```markdown
//! ---
//! org: [[Analytical Engines]]
//! circle: closse
//! birthday: 1815-13-10
//! ---
//! ```
//!
//! **To mend it** Write the form that the message names. Quotes around a link, and a word that is near, are set by the fix.

use network::World;
use note::{
    Data, Field, Key, KeyType, LinkForm, NoteKind, Place, Span, TextEdit, Value,
    edit::quote,
    fold::{fold, nearest},
    value::{Cadence, PartialDate, When, is_email, parse_day},
};
use vault::{Severity, config::ConfigProblem};

use crate::{
    Applicability,
    context::{NoteContext, Sink},
};

pub(super) fn check(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    if !ctx.is_for_ties() {
        return;
    }
    for (key, field) in ctx.known_fields() {
        check_value(ctx, key, field, &field.value, sink);
    }
    for promise in &ctx.note().promises {
        if promise.due.value.is_none() {
            let message = match ctx.text().map(|text| promise.due.span.of(text)) {
                Some(written) if !is_template(written) => format!("`{written}` is no day"),
                Some(_) => continue,
                None => "this is no day".to_owned(),
            };
            sink.report(promise.due.span, message)
                .help("write a day, as in `due:2026-12-01`");
        }
    }
}

fn is_template(written: &str) -> bool {
    written.contains("{{") || written.contains("<%")
}

/// Looks at a value as `key` wants it.
fn check_value(
    ctx: &NoteContext<'_>,
    key: &Key,
    field: &Field,
    value: &Value,
    sink: &mut Sink<'_>,
) {
    if matches!(key.value, KeyType::Any) || report_unquoted(ctx, value, sink) {
        return;
    }
    // Null is not written yet; what could not be read was told where it could not.
    if matches!(value.data, Data::Null | Data::Raw(_)) {
        return;
    }
    match key.value {
        KeyType::Map(parts) => {
            if let Data::Map(fields) = &value.data {
                check_parts(ctx, parts, fields, sink);
            } else if parts[0].name == "date" && value.as_text().is_some() {
                check_value(ctx, &parts[0], field, value, sink);
            } else {
                let message = format!("`{}` takes keys of its own", key.name);
                sink.report(value.span, message).help(map_help(key, parts));
            }
        }
        KeyType::Maps(parts) => {
            for item in value.items() {
                match &item.data {
                    Data::Map(fields) => check_parts(ctx, parts, fields, sink),
                    _ if report_unquoted(ctx, item, sink) => {}
                    Data::Scalar(_) => check_item(ctx, &parts[0], item, sink),
                    _ => {}
                }
            }
        }
        KeyType::FreeMap => {
            if !matches!(value.data, Data::Map(_)) {
                let message = format!("`{}` takes keys of its own", key.name);
                sink.report(value.span, message)
                    .help(format!("write `{}: {{industry: computing}}`", key.name));
            }
        }
        KeyType::When if matches!(value.data, Data::Map(_)) => check_range(ctx, value, sink),
        _ if key.is_list() => {
            for item in value.items() {
                if !report_unquoted(ctx, item, sink) {
                    check_item(ctx, key, item, sink);
                }
            }
        }
        _ => match &value.data {
            Data::Scalar(_) => check_item(ctx, key, value, sink),
            // A list of one is what another program may make of one value.
            Data::List(items) if items.len() == 1 => {
                check_value(ctx, key, field, &items[0], sink);
            }
            _ => {
                let message = format!("`{}` takes one value", key.name);
                sink.report(value.span, message)
                    .help(format!("write one text after `{}:`", field.key.value));
            }
        },
    }
}

fn map_help(key: &Key, parts: &[Key]) -> String {
    let names: Vec<String> = parts
        .iter()
        .take(2)
        .map(|part| format!("{}: …", part.name))
        .collect();
    format!("write `{}: {{{}}}`", key.name, names.join(", "))
}

fn check_parts(ctx: &NoteContext<'_>, parts: &[Key], fields: &[Field], sink: &mut Sink<'_>) {
    for field in fields {
        if let Some(part) = parts.iter().find(|part| part.is_spelled(&field.key.value)) {
            check_value(ctx, part, field, &field.value, sink);
        }
    }
}

/// Speaks of `[[X]]` without quotes; returns whether that is what the value is.
fn report_unquoted(ctx: &NoteContext<'_>, value: &Value, sink: &mut Sink<'_>) -> bool {
    if !matches!(value.data, Data::List(_) | Data::Raw(_)) {
        return false;
    }
    let links = &ctx.note().links;
    let first = links.partition_point(|link| link.span.start < value.span.start);
    let is_link = links[first..]
        .iter()
        .take_while(|link| link.span.start == value.span.start)
        .any(|link| {
            link.span == value.span
                && link.form == LinkForm::Wiki
                && matches!(link.place, Place::FrontMatter(_))
        });
    if !is_link {
        return false;
    }
    let Some(text) = ctx.text() else {
        sink.report(value.span, "a link needs quotes here");
        return true;
    };
    let written = value.span.of(text);
    let edit = TextEdit::replace(value.span, quote(written, true));
    sink.report(
        value.span,
        format!("`{written}` needs quotes: it is a list in a list to YAML"),
    )
    .help("ties follows the link all the same, other programs may not")
    .fix(ctx.fix("Put quotes around the link", edit, Applicability::Safe));
    true
}

/// Looks at one text, or the text of one item.
fn check_item(ctx: &NoteContext<'_>, key: &Key, item: &Value, sink: &mut Sink<'_>) {
    let Some(text) = item.item_text() else { return };
    let (written, span) = (text.value.trim(), text.span);
    if written.is_empty() || is_template(written) {
        return;
    }
    match key.value {
        KeyType::Day if parse_day(written).is_none() => {
            sink.report(span, format!("`{written}` is no day"))
                .help("write year, month and day, as in `2026-11-23`");
        }
        KeyType::PartialDate
            if looks_like_date(written) && PartialDate::parse(written).is_none() =>
        {
            sink.report(span, format!("`{written}` is no date")).help(
                "write `2026-11-23`, `2026-11`, `1990`, or `--11-23` where the year is unknown",
            );
        }
        KeyType::When if When::parse(written).is_none() => report_when(written, span, sink),
        KeyType::Cadence if Cadence::parse(written).is_none() => {
            let is_number = written.bytes().all(|byte| byte.is_ascii_digit());
            let found = sink.report(span, format!("`{written}` does not say how often"));
            if is_number && Cadence::parse(&format!("{written}d")).is_some() {
                let edit = TextEdit::replace(span, format!("{written}d"));
                found.help(format!(
                    "a number needs its unit: `{written}d`, `2w`, `3 months`"
                ));
                found.fix(ctx.fix("Add the unit, days", edit, Applicability::NeedsConsent));
            } else {
                found.help("write `30d`, `2w`, `3 months`, `1 year` or `never`");
            }
        }
        KeyType::Circle if ctx.config().circle(written).is_none() => {
            let circles = ctx.config().circles.iter();
            let names: Vec<&str> = circles.map(|circle| &*circle.name).collect();
            report_choice(ctx, "circle", written, span, &names, sink);
        }
        KeyType::Choice(words) => {
            let is_known = if key.name == "kind" {
                // Other programs have their own types.
                NoteKind::from_word(written).is_some() || is_type(ctx)
            } else {
                words.iter().any(|word| fold(written) == *word)
            };
            if !is_known {
                report_choice(ctx, key.name, written, span, words, sink);
            }
        }
        KeyType::Emails if !is_email(written) => {
            sink.report(span, format!("`{written}` is no e-mail address"))
                .help("write the address alone, as in `ada@example.org`");
        }
        _ => {}
    }
}

/// Returns whether the note says its kind by `type:`, which means other things elsewhere.
fn is_type(ctx: &NoteContext<'_>) -> bool {
    ctx.fields().all(|(_, field)| &*field.key.value != "kind")
}

fn report_choice(
    ctx: &NoteContext<'_>,
    what: &str,
    written: &str,
    span: Span,
    words: &[&str],
    sink: &mut Sink<'_>,
) {
    let near = nearest(&fold(written), words.iter().copied());
    let found = sink.report(span, format!("`{written}` is no value of `{what}`"));
    if let Some(near) = near {
        let edit = TextEdit::replace(span, quote(near, true));
        found.help(format!("did you mean `{near}`?"));
        found.fix(ctx.fix(
            format!("Change it to `{near}`"),
            edit,
            Applicability::NeedsConsent,
        ));
    } else {
        let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
        found.help(format!("one of {}", words.join(", ")));
    }
}

fn report_when(written: &str, span: Span, sink: &mut Sink<'_>) {
    let found = sink.report(span, format!("`{written}` is no day or instant"));
    let has_time = written.get(..10).and_then(parse_day).is_some()
        && When::parse(&format!("{written}Z")).is_some();
    found.help(if has_time {
        format!(
            "add the offset from UTC, as in `{}+01:00`",
            written.replace(' ', "T")
        )
    } else {
        "write `2026-11-23`, `2026-11-23T18:00+01:00`, or `{from: 2026-11-23, to: 2026-11-25}`"
            .to_owned()
    });
}

/// Looks at `{from, to}`.
fn check_range(ctx: &NoteContext<'_>, value: &Value, sink: &mut Sink<'_>) {
    let mut read = |name: &str| {
        let text = value.get(name)?.as_text()?;
        let written = text.value.trim();
        if written.is_empty() || is_template(written) {
            return None;
        }
        let when = When::parse(written);
        if when.is_none() {
            report_when(written, text.span, sink);
        }
        Some((when?, text.span))
    };
    let (from, to) = (read("from"), read("to"));
    if let (Some((from, _)), Some((to, span))) = (from, to)
        && (to.day() < from.day() || to.sort_key() < from.sort_key() && has_times(from, to))
    {
        sink.report(span, format!("`{to}` lies before `{from}`"))
            .help("`from` is the first day, `to` the last");
    }
    if from.is_none() && value.get("from").is_none() && ctx.data.kind == NoteKind::Event {
        sink.report(value.span, "`date` has no `from`")
            .help("write `{from: 2026-11-23, to: 2026-11-25}`");
    }
}

fn has_times(from: When, to: When) -> bool {
    matches!((from, to), (When::Instant { .. }, When::Instant { .. }))
}

/// Returns whether a text is meant for a date: digits and what stands between them.
fn looks_like_date(written: &str) -> bool {
    let has_digit = written.bytes().any(|byte| byte.is_ascii_digit());
    let is_instant = written.get(..10).and_then(parse_day).is_some();
    has_digit
        && (is_instant
            || written
                .chars()
                .all(|c| c.is_ascii_digit() || matches!(c, '-' | '/' | '.' | ' ' | ',' | ':')))
}

pub(super) fn check_config(_: World<'_>, problems: &[ConfigProblem], sink: &mut Sink<'_>) {
    for problem in problems {
        if problem.severity == Severity::Error {
            let found = sink.report(problem.span, problem.message.clone());
            found.help.clone_from(&problem.help);
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::{check, check_silent, check_switches};

    #[test]
    fn values_are_told_with_the_form_that_is_wanted() {
        check(
            "invalid-value",
            r#"
//- people/ada.md
---
kind: contac
name: {first: Ada}
emails: [ada at example.org, {value: "Ada <a@example.org>", label: home}, a@example.org]
birthday: 1815-13-10
status: activ
circle: closse
cadence: 30
snooze: tomorrow
follow_up: {date: 2026-12, about: x}
met: {date: 3/5/2024, how: luck}
knows: [{to: Bob, since: 2024-02-30}]
dates: [{date: 2024-05-03T10:00, label: x}]
background: computing
addresses: [1 Main Street]
name_parts: Ada
---
- [ ] send it due:soon
"#,
            &expect![[r#"
                people/ada.md 10..16 `contac` error: `contac` is no value of `kind`
                  help: did you mean `contact`?
                  fix (NeedsConsent): Change it to `contact`
                    - kind: contac
                    + kind: contact
                people/ada.md 23..35 `{first: Ada}` error: `name` takes one value
                  help: write one text after `name:`
                people/ada.md 45..63 `ada at example.org` error: `ada at example.org` is no e-mail address
                  help: write the address alone, as in `ada@example.org`
                people/ada.md 73..94 `\"Ada <a@example.org>\"` error: `Ada <a@example.org>` is no e-mail address
                  help: write the address alone, as in `ada@example.org`
                people/ada.md 135..145 `1815-13-10` error: `1815-13-10` is no date
                  help: write `2026-11-23`, `2026-11`, `1990`, or `--11-23` where the year is unknown
                people/ada.md 154..159 `activ` error: `activ` is no value of `status`
                  help: did you mean `active`?
                  fix (NeedsConsent): Change it to `active`
                    - status: activ
                    + status: active
                people/ada.md 168..174 `closse` error: `closse` is no value of `circle`
                  help: did you mean `close`?
                  fix (NeedsConsent): Change it to `close`
                    - circle: closse
                    + circle: close
                people/ada.md 184..186 `30` error: `30` does not say how often
                  help: a number needs its unit: `30d`, `2w`, `3 months`
                  fix (NeedsConsent): Add the unit, days
                    - cadence: 30
                    + cadence: 30d
                people/ada.md 195..203 `tomorrow` error: `tomorrow` is no day
                  help: write year, month and day, as in `2026-11-23`
                people/ada.md 222..229 `2026-12` error: `2026-12` is no day
                  help: write year, month and day, as in `2026-11-23`
                people/ada.md 253..261 `3/5/2024` error: `3/5/2024` is no date
                  help: write `2026-11-23`, `2026-11`, `1990`, or `--11-23` where the year is unknown
                people/ada.md 268..272 `luck` error: `luck` is no value of `how`
                  help: one of `strategy`, `serendipity`
                people/ada.md 299..309 `2024-02-30` error: `2024-02-30` is no date
                  help: write `2026-11-23`, `2026-11`, `1990`, or `--11-23` where the year is unknown
                people/ada.md 327..343 `2024-05-03T10:00` error: `2024-05-03T10:00` is no date
                  help: write `2026-11-23`, `2026-11`, `1990`, or `--11-23` where the year is unknown
                people/ada.md 368..377 `computing` error: `background` takes keys of its own
                  help: write `background: {industry: computing}`
                people/ada.md 417..420 `Ada` error: `name_parts` takes keys of its own
                  help: write `name_parts: {family: …, given: …}`
                people/ada.md 443..447 `soon` error: `soon` is no day
                  help: write a day, as in `due:2026-12-01`
            "#]],
        );
    }

    #[test]
    fn an_unquoted_link_is_quoted() {
        check(
            "invalid-value",
            "
//- people/ada.md
---
org: [[Analytical Engines]]
knows:
  - [[Bob]]
met: {through: [[Bob]], at: here}
---
",
            &expect![[r#"
                people/ada.md 9..31 `[[Analytical Engines]]` error: `[[Analytical Engines]]` needs quotes: it is a list in a list to YAML
                  help: ties follows the link all the same, other programs may not
                  fix (Safe): Put quotes around the link
                    - org: [[Analytical Engines]]
                    + org: "[[Analytical Engines]]"
                people/ada.md 43..50 `[[Bob]]` error: `[[Bob]]` needs quotes: it is a list in a list to YAML
                  help: ties follows the link all the same, other programs may not
                  fix (Safe): Put quotes around the link
                    -   - [[Bob]]
                    +   - "[[Bob]]"
                people/ada.md 66..73 `[[Bob]]` error: `[[Bob]]` needs quotes: it is a list in a list to YAML
                  help: ties follows the link all the same, other programs may not
                  fix (Safe): Put quotes around the link
                    - met: {through: [[Bob]], at: here}
                    + met: {through: "[[Bob]]", at: here}
            "#]],
        );
    }

    #[test]
    fn an_event_has_a_day_an_instant_or_both_ends() {
        check(
            "invalid-value",
            "
//- events/a.md
---
date: 2026-11-20 15:00
---
//- events/b.md
---
date: {from: 2026-11-25, to: 2026-11-23}
---
//- events/c.md
---
date: next friday
purpose: party
---
//- events/d.md
---
date: {to: 2026-11-23}
---
",
            &expect![[r#"
                events/a.md 10..26 `2026-11-20 15:00` error: `2026-11-20 15:00` is no day or instant
                  help: add the offset from UTC, as in `2026-11-20T15:00+01:00`
                events/b.md 33..43 `2026-11-23` error: `2026-11-23` lies before `2026-11-25`
                  help: `from` is the first day, `to` the last
                events/c.md 10..21 `next friday` error: `next friday` is no day or instant
                  help: write `2026-11-23`, `2026-11-23T18:00+01:00`, or `{from: 2026-11-23, to: 2026-11-25}`
                events/c.md 31..36 `party` error: `party` is no value of `purpose`
                  help: one of `network`, `social`, `family`
                events/d.md 10..26 `{to: 2026-11-23}` error: `date` has no `from`
                  help: write `{from: 2026-11-23, to: 2026-11-25}`
            "#]],
        );
    }

    #[test]
    fn what_is_right_unknown_empty_or_a_template_is_no_finding() {
        check_silent(
            "invalid-value",
            r#"
//- people/ada.md
---
kind: person
name: Ada
birthday: around 1815
died: "1852"
anniversary: --07-08
status: Active
circle: CLOSE
cadence: every 3 months
emails:
phones: [1]
snooze: ""
follow_up: 2026-12-01
met: 2024-05
tags: a, b
org: "[[X]]"
title: [Mathematician]
knows: [Bob, {to: "[[Cy]]"}]
interests: [chess, {value: go, level: high}]
background: {industry: computing}
color: [[1]]
cover: 2026-13-45
x: {a: [[b]]}
---
- [ ] a due:2026-12-01
- [ ] b
//- events/tea.md
---
type: meeting-note
date: {from: 2026-11-23T10:00+01:00, to: 2026-11-23T12:00Z}
---
//- people/template.md
---
birthday: "{{date}}"
circle: "<% x %>"
---
//- notes/plain.md
---
kind: recipe
status: in progress
date: soon
---
- [ ] c due:soon
"#,
        );
    }

    #[test]
    fn settings_are_told_here_too() {
        check(
            "invalid-value",
            "
//- ties.toml
[circles.close]
cadence = \"often\"
",
            &expect![[r#"
                ties.toml 26..33 `\"often\"` error: `often` is no cadence
                  help: write `2 weeks`, `30d`, `3 months`, `1 year` or `never`
            "#]],
        );
    }

    #[test]
    fn it_can_be_silenced() {
        check_switches("invalid-value", "//- people/a.md\n---\ncircle: x\n---\n");
    }
}
