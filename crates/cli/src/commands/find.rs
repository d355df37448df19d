//! `ties find`: contacts by words and by fields.

use clap::Args;
use jiff::civil::Date;
use network::{World, follow_up, history};
use note::{Data, Key, NoteKind, Value, fold, value::Cadence};
use serde_json::json;
use vault::{NoteData, NoteId};

use crate::{
    contacts,
    error::CommandError,
    output::{Answer, BOLD, count, one_line, table, width},
    session::{Globals, Session},
};

/// Find contacts by words and fields
///
/// Words are looked for in names, addresses and what the note says of the person; a field is `key:value`, where the
/// value may stand anywhere in what the key holds: `circle:close`, `tag:rust`, `org:lagoon`, `location:lagos`,
/// `needs:supplier`. `kind:event` finds other notes, `last:>90d`, `last:<2w` and `last:never` go by the last contact,
/// `due:<1w` by the follow-up. All of them must hold.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Words and fields
    #[arg(required = true, value_name = "QUERY")]
    query: Vec<String>,
    /// At most so many
    #[arg(short = 'n', long, value_name = "N")]
    number: Option<usize>,
}

/// One condition of a query.
enum Term {
    /// A word, searched for.
    Word(String),
    /// A key and a part of its value, folded.
    Field(String, String),
    /// The kind of note.
    Kind(NoteKind),
    /// The last contact was at least (`true`) or at most this long ago.
    Last(bool, Cadence),
    /// Whether there was contact at all.
    Ever(bool),
    /// The follow-up is due within that time, or later (`true`).
    Due(bool, Cadence),
}

/// Returns the contacts found, the best first.
pub(crate) fn run(arguments: &Arguments, globals: &Globals) -> Result<Answer, CommandError> {
    let session = Session::open(globals)?;
    let world = session.world();
    let query = arguments.query.join(" ");
    let terms = split(&query)
        .iter()
        .map(|term| to_term(term))
        .collect::<Result<Vec<_>, _>>()?;
    let kind = terms.iter().find_map(|term| match term {
        Term::Kind(kind) => Some(*kind),
        _ => None,
    });
    let mut found: Vec<(f64, &NoteData)> = world
        .vault
        .of_kind(kind.unwrap_or(NoteKind::Contact))
        .filter_map(|id| Some((score(world, id, &terms)?, world.vault.note(id))))
        .collect();
    found.sort_by(|(a, x), (b, y)| {
        b.total_cmp(a)
            .then_with(|| (&x.name, &x.path).cmp(&(&y.name, &y.path)))
    });
    let n_found = found.len();
    found.truncate(arguments.number.unwrap_or(usize::MAX));

    let rows: Vec<_> = found
        .iter()
        .map(|(_, note)| {
            (
                BOLD,
                vec![one_line(&note.name), role(note), one_line(&note.path)],
            )
        })
        .collect();
    let mut remarks = String::new();
    if found.is_empty() {
        "nobody found\n".clone_into(&mut remarks);
        for key in unused_keys(world, &terms) {
            remarks.push_str(&unused(key));
        }
    } else if found.len() < n_found {
        remarks = format!("{} of {}\n", found.len(), count(n_found, "note"));
    }
    let contacts: Vec<_> = found
        .iter()
        .map(|(score, note)| json!({"path": &*note.path, "name": note.name, "score": (score * 1000.0).round() / 1000.0}))
        .collect();
    Ok(Answer {
        text: table(&rows, width()),
        remarks,
        json: json!({"contacts": contacts}),
        warnings: session.warnings.clone(),
        ..Answer::default()
    })
}

/// Returns what someone does, and where: `Chief engineer, Lagoon Works`.
pub(super) fn role(note: &NoteData) -> String {
    let text = |key| note.text_of(key).map(|text| one_line(text.value));
    let parts = [
        text("title").or_else(|| text("role")),
        text("org").map(|org| unlinked(&org)),
    ];
    parts
        .into_iter()
        .flatten()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(", ")
}

/// Returns a value without the brackets of a wiki link: the label, else the target.
pub(super) fn unlinked(text: &str) -> String {
    let text = text.trim();
    match text
        .strip_prefix("[[")
        .and_then(|text| text.strip_suffix("]]"))
    {
        Some(link) => link.rsplit('|').next().unwrap_or(link).to_owned(),
        None => text.to_owned(),
    }
}

/// Splits at blanks outside of double quotes, which are taken out.
fn split(query: &str) -> Vec<String> {
    let mut terms = vec![String::new()];
    let mut quoted = false;
    for c in query.chars() {
        match c {
            '"' => quoted = !quoted,
            c if c.is_whitespace() && !quoted => terms.push(String::new()),
            c => terms
                .last_mut()
                .expect("there is one from the start")
                .push(c),
        }
    }
    terms.retain(|term| !term.is_empty());
    terms
}

fn to_term(term: &str) -> Result<Term, CommandError> {
    let Some((key, value)) = term.split_once(':').filter(|(key, _)| !key.is_empty()) else {
        return Ok(Term::Word(fold::fold_for_search(term)));
    };
    if value.is_empty() {
        return Err(
            CommandError::new(format!("`{}` names no value", one_line(term)))
                .hint("write key and value without a blank between, as in `circle:close`"),
        );
    }
    let time = |value: &str| -> Result<(bool, Cadence), CommandError> {
        let is_more = value.starts_with('>');
        let amount = value.trim_start_matches(['>', '<', '=']);
        match Cadence::parse(amount) {
            Some(cadence @ Cadence::Every { .. }) => Ok((is_more, cadence)),
            _ => Err(
                CommandError::new(format!("`{term}` names no length of time"))
                    .hint(format!("write `{key}:>90d`, `{key}:<2w` or `{key}:>3m`")),
            ),
        }
    };
    Ok(match key.to_lowercase().as_str() {
        "last" if value == "never" => Term::Ever(false),
        "last" if value == "ever" => Term::Ever(true),
        "last" => time(value).map(|(is_more, time)| Term::Last(is_more, time))?,
        "due" => time(value).map(|(is_more, time)| Term::Due(is_more, time))?,
        "kind" => Term::Kind(NoteKind::from_word(value).ok_or_else(|| {
            CommandError::new(format!("`{value}` is no kind of note"))
                .hint("the kinds are contact, organization, event, goal, me and note")
        })?),
        key => Term::Field(key.to_owned(), fold::fold_for_search(value)),
    })
}

/// Returns the keys asked for that no note has and ties does not know: most likely slips.
fn unused_keys<'a>(world: World<'_>, terms: &'a [Term]) -> Vec<&'a str> {
    let keys = terms.iter().filter_map(|term| match term {
        Term::Field(key, _) => Some(&**key),
        _ => None,
    });
    let is_known = |key: &str| {
        matches!(key, "path" | "tag")
            || NoteKind::ALL
                .iter()
                .any(|kind| Key::find(*kind, key).is_some())
    };
    let is_used = |key: &str| {
        world
            .vault
            .ids()
            .any(|id| held(world.vault.note(id), key).is_some())
    };
    keys.filter(|key| !is_known(key) && !is_used(key)).collect()
}

fn unused(key: &str) -> String {
    let special = ["kind", "last", "due", "path", "tag"];
    let names = Key::of_kind(NoteKind::Contact).map(|key| key.name);
    let key_shown = one_line(key);
    match fold::nearest(key, special.into_iter().chain(names)) {
        Some(near) => format!("no note has the key `{key_shown}`; did you mean `{near}`?\n"),
        None => format!("no note has the key `{key_shown}`\n"),
    }
}

/// Returns how well a note meets all terms, 0 to 1; `None` where it misses one.
fn score(world: World<'_>, id: NoteId, terms: &[Term]) -> Option<f64> {
    let note = world.vault.note(id);
    let (mut sum, mut n_words) = (0.0, 0.0);
    for term in terms {
        let holds = match term {
            Term::Word(word) => {
                sum += word_score(note, word)?;
                n_words += 1.0;
                true
            }
            Term::Field(key, value) => has_field(note, key, value),
            Term::Kind(_) => true,
            Term::Ever(ever) => history::last_contact(world, id).is_some() == *ever,
            Term::Last(is_more, time) => {
                let back = Cadence::after(*time, history::last_contact(world, id)?.0)?;
                if *is_more {
                    back < world.today
                } else {
                    back >= world.today
                }
            }
            Term::Due(is_more, time) => {
                let until: Date = time.after(world.today)?;
                let due = follow_up::of_contact(world, id)?.due;
                if *is_more { due > until } else { due <= until }
            }
        };
        if !holds {
            return None;
        }
    }
    Some(if n_words > 0.0 { sum / n_words } else { 1.0 })
}

fn word_score(note: &NoteData, word: &str) -> Option<f64> {
    let in_names = contacts::names(note)
        .map(|name| in_text(name, word))
        .fold(0.0, f64::max);
    let mut best: f64 = in_names;
    for email in contacts::emails(note) {
        best = best.max(0.9 * in_text(email, word));
    }
    for tag in &note.note.tags {
        best = best.max(0.8 * in_text(&tag.name.value, word));
    }
    if let Some(front_matter) = note.note.front_matter.as_deref() {
        for field in &front_matter.fields {
            each_text(&field.value, &mut |text| {
                best = best.max(0.7 * in_text(text, word));
            });
        }
    }
    if best == 0.0 && word.chars().count() >= 4 {
        best = slip_score(note, word);
    }
    (best > 0.0).then_some(best)
}

/// Returns what a word is worth that is one slip of the finger away from a word of the note.
fn slip_score(note: &NoteData, word: &str) -> f64 {
    let slips = |text: &str| {
        let text = fold::fold_for_search(text);
        let mut words = text.split(|c: char| !c.is_alphanumeric());
        words.any(|own| strsim::damerau_levenshtein(own, word) == 1)
    };
    if contacts::names(note).any(slips) {
        return 0.4;
    }
    let mut found = false;
    let fields = note
        .note
        .front_matter
        .iter()
        .flat_map(|front_matter| &front_matter.fields);
    for field in fields {
        each_text(&field.value, &mut |text| found |= slips(text));
    }
    if found { 0.3 } else { 0.0 }
}

/// Returns how well `word` stands in `text`: all of it, a word, the beginning of one, somewhere, not at all.
fn in_text(text: &str, word: &str) -> f64 {
    let text = fold::fold_for_search(text);
    if text.trim() == word {
        return 1.0;
    }
    let mut best: f64 = 0.0;
    for (at, _) in text.match_indices(word) {
        let begins = !text[..at].ends_with(char::is_alphanumeric);
        let ends = !text[at + word.len()..].starts_with(char::is_alphanumeric);
        best = best.max(match (begins, ends) {
            (true, true) => 0.9,
            (true, false) => 0.8,
            _ => 0.5,
        });
    }
    best
}

fn has_field(note: &NoteData, key: &str, value: &str) -> bool {
    let mut found = match key {
        "name" => contacts::names(note).any(|name| in_text(name, value) > 0.0),
        "path" => in_text(&note.path, value) > 0.0,
        "tag" | "tags" => note.note.tags.iter().any(|tag| {
            let tag = fold::fold_for_search(&tag.name.value);
            tag == value
                || tag
                    .strip_prefix(value)
                    .is_some_and(|rest| rest.starts_with('/'))
        }),
        _ => false,
    };
    let wanted = |text: &str| match key {
        // `circle:close` is not to find `closest`.
        "circle" | "status" => fold::fold_for_search(text).trim() == value,
        _ => in_text(text, value) > 0.0,
    };
    if let Some(held) = held(note, key) {
        each_text(held, &mut |text| found |= wanted(text));
    }
    found
}

/// Returns what a note holds under a key, be it one of those below `background`.
fn held<'a>(note: &'a NoteData, key: &str) -> Option<&'a Value> {
    let below_background = || note.value_of("background")?.get(key);
    note.value_of(key).or_else(below_background)
}

/// Calls `visit` with every text in a value, however nested.
fn each_text(value: &Value, visit: &mut impl FnMut(&str)) {
    match &value.data {
        Data::List(items) => items.iter().for_each(|item| each_text(item, visit)),
        Data::Map(fields) => fields
            .iter()
            .for_each(|field| each_text(&field.value, visit)),
        _ => {
            if let Some(text) = value.as_text() {
                visit(text.value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_keep_words_together() {
        assert_eq!(
            split(r#"ada org:"Lagoon Works"  x"#),
            ["ada", "org:Lagoon Works", "x"]
        );
    }

    #[test]
    fn the_beginning_of_a_word_is_better_than_its_middle() {
        assert!(in_text("Ada Okafor", "ada") > in_text("Adaline Okafor", "ada"));
        assert!(in_text("Adaline Okafor", "ada") > in_text("Canada", "ada"));
        assert!(in_text("Ada Okafor", "lovelace") == 0.0);
    }
}
