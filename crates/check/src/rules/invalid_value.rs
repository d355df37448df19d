//! A value is not of the form that its key takes, and so is not read.
//!
//! ```yaml
//! ---
//! name: Ada Lovelace
//! org: [[Analytical Engines]]   # without quotes this is a list in a list; a fix adds them
//! emails: [ada at example.org]
//! birthday: 10.12.1815          # 1815-12-10, 1815-12, 1815 or --12-10; words are fine too
//! circle: closest               # inner, close, active, wide, or what ties.toml defines
//! cadence: sometimes            # 30d, 2w, 3 months, 1 year, never
//! snooze: next week             # a day: 2026-12-01
//! ---
//! ```
//!
//! The day of a promise (`due:2026-12-01`) is judged as well, and the values of `ties.toml`. Empty values, templates and
//! keys that ties does not know are not.

use note::{Data, Field, Key, KeyType, NoteKind, Span, TextEdit, Value, fold};
use note::value::{Cadence, PartialDate, When, is_email, parse_day};

use crate::{
    Applicability,
    finding::{Context, Finding},
    rules::promise_overdue::concerns_somebody,
};

/// Finds values that cannot be read.
pub(crate) fn check(context: &Context<'_>) -> Vec<Finding> {
    if !context.is_for_ties() {
        return Vec::new();
    }
    let note = context.note;
    let mut judge = Judge {
        context,
        found: Vec::new(),
    };
    if let Some(front_matter) = &note.note.front_matter {
        for field in &front_matter.fields {
            if let Some(key) = Key::find(note.kind, &field.key.value) {
                judge.field(key, field);
            }
        }
    }
    for promise in &note.note.promises {
        if promise.due.value.is_none() && !promise.done && concerns_somebody(context, promise) {
            judge.say(promise.due.span, "day", DAY);
        }
    }
    judge.found
}

const DAY: &str = "write the day as `2026-11-23`";
const PARTIAL: &str = "write `1815-12-10`, `1815-12`, `1815` or `--12-10`, or put it in words";
const WHEN: &str = "write `2026-11-23`, `2026-11-23T15:00+01:00` or `{from: …, to: …}`";

struct Judge<'a, 'w> {
    context: &'a Context<'w>,
    found: Vec<Finding>,
}

impl Judge<'_, '_> {
    /// Says that the text at `span` is no `form`, unless it is a template's.
    fn say(&mut self, span: Span, form: &str, help: &str) {
        let Some(text) = self.context.text() else {
            return;
        };
        let written = span.of(&text);
        if is_template(written) {
            return;
        }
        let shown: String = written.chars().take(60).collect();
        let article = if form.starts_with(['a', 'e', 'i', 'o']) { "an" } else { "a" };
        let message = format!("`{}` is not {article} {form}", shown.trim().trim_matches(['"', '\'']));
        self.found.push(Finding::new(span, message).help(help));
    }

    fn field(&mut self, key: &Key, field: &Field) {
        if key.name == "kind" {
            self.kind(&field.value);
            return;
        }
        if key.value != KeyType::Any && self.unquoted_links(&field.value) {
            return;
        }
        self.value(key, &field.value);
    }

    fn value(&mut self, key: &Key, value: &Value) {
        match key.value {
            KeyType::Day => self.one(value, "day", DAY, |text| parse_day(text).is_some()),
            KeyType::PartialDate => self.one(value, "date", PARTIAL, is_partial_date),
            KeyType::When => self.when(value),
            KeyType::Cadence => {
                let help = "write `30d`, `2w`, `3 months`, `1 year` or `never`";
                self.one(value, "cadence", help, |text| Cadence::parse(text).is_some());
            }
            KeyType::Circle => self.circle(value),
            KeyType::Choice(words) => {
                let help = format!("write {}", one_of(words));
                let form = format!("value of `{}`", key.name);
                self.one(value, &form, &help, |text| {
                    words.contains(&fold::fold(text).as_str())
                });
            }
            KeyType::Emails => {
                for item in value.items() {
                    if let Some(email) = item.item_text()
                        && !email.value.trim().is_empty()
                        && !is_email(email.value.trim())
                    {
                        self.say(email.span, "e-mail address", "write it as `name@example.org`");
                    }
                }
            }
            KeyType::Map(parts) => match &value.data {
                Data::Map(fields) => self.parts(fields, parts),
                Data::Null | Data::Raw(_) => {}
                Data::Scalar(_) | Data::List(_) => {
                    let date = parts.iter().find(|part| part.name == "date");
                    match (date, &value.data) {
                        // A lone day is read as the day of the follow-up, or of the meeting.
                        (Some(date), Data::Scalar(_)) => self.value(date, value),
                        _ => {
                            let names: Vec<&str> = parts.iter().map(|part| part.name).collect();
                            let help = format!("write `{{{}: …}}`, or with {}", names[0], one_of(&names[1..]));
                            self.say(value.span, "map", &help);
                        }
                    }
                }
            },
            KeyType::Maps(parts) => {
                for item in value.items() {
                    if let Data::Map(fields) = &item.data {
                        self.parts(fields, parts);
                    }
                }
            }
            KeyType::FreeMap => {
                if matches!(value.data, Data::Scalar(_) | Data::List(_)) {
                    self.say(value.span, "map", "write `{industry: computing}`");
                }
            }
            _ => {}
        }
    }

    fn parts(&mut self, fields: &[Field], parts: &[Key]) {
        for field in fields {
            if let Some(part) = parts.iter().find(|part| part.is_spelled(&field.key.value)) {
                self.value(part, &field.value);
            }
        }
    }

    /// Judges a value that must be one text.
    fn one(&mut self, value: &Value, form: &str, help: &str, is_right: impl Fn(&str) -> bool) {
        let is_right = match &value.data {
            Data::Null | Data::Raw(_) => true,
            Data::Scalar(scalar) => {
                let text = scalar.text.trim();
                text.is_empty() || is_right(text)
            }
            Data::List(_) | Data::Map(_) => false,
        };
        if !is_right {
            self.say(value.span, form, help);
        }
    }

    fn when(&mut self, value: &Value) {
        let Data::Map(fields) = &value.data else {
            self.one(value, "date", WHEN, |text| When::parse(text).is_some());
            return;
        };
        let mut ends = [None, None];
        for field in fields {
            let end = ["from", "to"].iter().position(|end| **end == *field.key.value);
            let Some(end) = end else { continue };
            self.one(&field.value, "date", WHEN, |text| When::parse(text).is_some());
            let text = field.value.as_text();
            ends[end] = text.and_then(|text| Some((When::parse(text.value.trim())?, text.span)));
        }
        if let [Some((from, _)), Some((to, span))] = ends
            && (to.day() < from.day() || (both_instants(from, to) && to.sort_key() < from.sort_key()))
        {
            let message = format!("`{to}` lies before `{from}`");
            self.found.push(Finding::new(span, message).help("let `to` come after `from`"));
        }
    }

    fn circle(&mut self, value: &Value) {
        let config = self.context.world.vault.config();
        let names: Vec<&str> = config.circles.iter().map(|circle| &*circle.name).collect();
        let near = value
            .as_text()
            .and_then(|text| fold::nearest(text.value.trim(), names.iter().copied()));
        let help = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("write {}, or define it in `ties.toml`", one_of(&names)),
        };
        self.one(value, "circle", &help, |text| config.circle(text).is_some());
    }

    /// Judges `kind` and `type`, which other programs use too: only what is one slip away from a known word is told.
    fn kind(&mut self, value: &Value) {
        let Some(word) = value.as_text() else { return };
        let written = word.value.trim().to_lowercase();
        if NoteKind::from_word(&written).is_some() || written.len() < 4 {
            return;
        }
        let known = NoteKind::ALL.map(NoteKind::word);
        if let Some(near) = fold::nearest(&written, known.into_iter().filter(|word| word.len() > 3)) {
            self.say(word.span, "kind of note", &format!("did you mean `{near}`?"));
        }
    }

    /// Finds `[[X]]` without quotes, which YAML takes for a list in a list; returns whether there was one.
    fn unquoted_links(&mut self, value: &Value) -> bool {
        let items = match &value.data {
            Data::List(items) => items,
            Data::Map(fields) => {
                let parts = fields.iter().map(|field| self.unquoted_links(&field.value));
                return parts.fold(false, |found, here| found | here);
            }
            _ => return false,
        };
        let Some(text) = self.context.text() else {
            return false;
        };
        let written = value.span.of(&text);
        let is_link = items.len() == 1
            && matches!(items[0].data, Data::List(_))
            && written.starts_with("[[")
            && !written.starts_with("[[[")
            && written.ends_with("]]")
            && !written.contains(['\n', '"', '\'']);
        if !is_link {
            return items
                .iter()
                .fold(false, |found, item| found | self.unquoted_links(item));
        }
        let edit = TextEdit::replace(value.span, format!("\"{}\"", written.replace('\\', "\\\\")));
        let finding = Finding::new(value.span, format!("`{written}` needs quotes to be a link"))
            .help(format!("write `\"{written}\"`"))
            .edit(self.context, format!("put quotes around `{written}`"), edit, Applicability::Safe);
        self.found.push(finding);
        true
    }
}

/// Returns whether a template writes this: its value is yet to come.
fn is_template(written: &str) -> bool {
    written.contains("{{") || written.contains("<%")
}

/// Returns whether a date that may be in words can be read: what has letters is taken for words.
fn is_partial_date(text: &str) -> bool {
    PartialDate::parse(text).is_some() || text.contains(char::is_alphabetic)
}

fn both_instants(a: When, b: When) -> bool {
    matches!((a, b), (When::Instant { .. }, When::Instant { .. }))
}

/// Returns `` `a`, `b` or `c` ``.
fn one_of(words: &[&str]) -> String {
    let mut out = String::new();
    for (index, word) in words.iter().enumerate() {
        if index > 0 {
            out.push_str(if index + 1 == words.len() { " or " } else { ", " });
        }
        out.push('`');
        out.push_str(word);
        out.push('`');
    }
    out
}

#[cfg(test)]
mod tests;
