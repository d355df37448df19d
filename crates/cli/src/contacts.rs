//! Which note the user means: by path, uid, name, alias, e-mail address or the beginning of a word, one clear answer or none.
//!
//! Ways of naming are tried in order, and the first that finds anything decides: several notes found that way are
//! ambiguous, and never guessed among: a user at a terminal is asked, everyone else gets the candidates.

use note::{NoteKind, Value, fold};
use vault::{NoteData, NoteId, Vault};

use crate::{
    error::CommandError,
    output::{argument, one_line},
    question,
    session::Place,
};

/// How many candidates an error names.
const SHOWN: usize = 6;

/// Returns the note of one of `kinds` that `text` means.
///
/// # Errors
/// Where no note or several are meant; the hints name those that are near.
pub(crate) fn find(
    vault: &Vault,
    place: &Place,
    text: &str,
    kinds: &[NoteKind],
) -> Result<NoteId, CommandError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(
            CommandError::new(format!("no {} is named", word_for(kinds)))
                .hint("give a path, a name, an alias or an e-mail address"),
        );
    }
    let path = place.note_path(text);
    if let Some(id) = path.and_then(|path| vault.id(&path)) {
        return if kinds.contains(&vault.note(id).kind) {
            Ok(id)
        } else {
            Err(wrong_kind(vault.note(id), kinds))
        };
    }
    let text = without_brackets(text);
    let mut pool: Vec<NoteId> = kinds.iter().flat_map(|kind| vault.of_kind(*kind)).collect();
    pool.sort_by_key(|id| &vault.note(*id).path);
    match named(vault, text, &pool, &WAYS)[..] {
        [] => Err(unknown(vault, text, kinds, &pool)),
        [one] => Ok(one),
        ref several => one_of(vault, text, several),
    }
}

/// Returns the note of `kind` that `text` means, though `vault` holds only those that share its words; `None` where that
/// takes all notes to say.
pub(crate) fn find_among(vault: &Vault, text: &str, kind: NoteKind) -> Option<NoteId> {
    let pool: Vec<NoteId> = vault.of_kind(kind).collect();
    match named(vault, without_brackets(text), &pool, &WAYS[..BY_WORDS])[..] {
        [one] => Some(one),
        _ => None,
    }
}

/// Returns what a wiki link pasted from a note leads to, any other text as it is.
pub(crate) fn without_brackets(text: &str) -> &str {
    let text = text.trim();
    text.strip_prefix("[[")
        .and_then(|text| text.strip_suffix("]]"))
        .unwrap_or(text)
}

/// Returns those of `pool` that are named in the first of `ways` in which any is.
fn named(vault: &Vault, text: &str, pool: &[NoteId], ways: &[Way]) -> Vec<NoteId> {
    let wanted = Wanted::new(text);
    if wanted.search.is_empty() {
        return Vec::new();
    }
    for is_named in ways {
        let found = pool
            .iter()
            .copied()
            .filter(|id| is_named(vault.note(*id), &wanted));
        let found: Vec<NoteId> = found.collect();
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

/// What the user typed, in the forms it is compared in.
struct Wanted<'a> {
    exact: &'a str,
    folded: String,
    search: String,
}

impl<'a> Wanted<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            exact: text,
            folded: fold::fold(text),
            search: fold::fold_for_search(text).trim().to_owned(),
        }
    }
}

type Way = fn(&NoteData, &Wanted<'_>) -> bool;

/// The ways of naming a note, the surest first.
const WAYS: [Way; 10] = [
    |note, wanted| note.uid() == Some(wanted.exact),
    |note, wanted| *note.name == *wanted.exact,
    |note, wanted| note.aliases().any(|alias| alias.value == wanted.exact),
    |note, wanted| note.stem() == wanted.exact,
    |note, wanted| emails(note).any(|email| email.eq_ignore_ascii_case(wanted.exact)),
    |note, wanted| fold::fold(&note.name) == wanted.folded,
    |note, wanted| names(note).any(|name| fold::fold(name) == wanted.folded),
    |note, wanted| names(note).any(|name| fold::fold_for_search(name).trim() == wanted.search),
    |note, wanted| names(note).any(|name| has_words(name, &wanted.search, |word, own| word == own)),
    |note, wanted| {
        names(note).any(|name| has_words(name, &wanted.search, |word, own| own.starts_with(word)))
            || names(note).any(|name| is_a_slip(name, &wanted.search))
    },
];

/// How many of the ways name a note by whole words of what it goes by: the last one forgives a slip.
const BY_WORDS: usize = WAYS.len() - 1;

/// Returns the names a note goes by.
pub(crate) fn names(note: &NoteData) -> impl Iterator<Item = &str> {
    std::iter::once(&*note.name)
        .chain(note.aliases().map(|alias| alias.value))
        .chain(std::iter::once(note.stem()))
}

/// Returns the e-mail addresses of a note, as written.
pub(crate) fn emails(note: &NoteData) -> impl Iterator<Item = &str> {
    let emails = note.items_of("emails").iter().filter_map(Value::item_text);
    emails.map(|email| email.value.trim())
}

/// Returns whether each word of `search` goes with a word of `name`.
fn has_words(name: &str, search: &str, goes: fn(&str, &str) -> bool) -> bool {
    let name = fold::fold_for_search(name);
    let own: Vec<&str> = words(&name).collect();
    words(search).all(|word| own.iter().any(|own| goes(word, own)))
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
}

/// Returns whether `search` is `name` but for one slip of the finger.
fn is_a_slip(name: &str, search: &str) -> bool {
    let name = fold::fold_for_search(name);
    search.chars().count() >= 5 && strsim::damerau_levenshtein(name.trim(), search) == 1
}

/// Returns how near a note comes to what was typed, 0 to 1.
fn nearness(note: &NoteData, search: &str) -> f64 {
    let nearness = |name: &str| {
        let name = fold::fold_for_search(name);
        let words = words(&name).map(|word| strsim::jaro_winkler(word, search));
        words.fold(strsim::jaro_winkler(&name, search), f64::max)
    };
    names(note).map(nearness).fold(0.0, f64::max)
}

fn described(note: &NoteData) -> String {
    one_line(&format!("`{}` ({})", note.path, note.name))
}

/// Returns the one of several notes that the user picks, if asked and if they are few.
fn one_of(vault: &Vault, text: &str, found: &[NoteId]) -> Result<NoteId, CommandError> {
    let picked = if found.len() <= SHOWN {
        let choices: Vec<String> = found.iter().map(|id| described(vault.note(*id))).collect();
        question::choose(&format!("which `{text}` do you mean?"), &choices)
    } else {
        None
    };
    match picked {
        Some(place) => Ok(found[place]),
        None => Err(ambiguous(vault, text, found)),
    }
}

fn ambiguous(vault: &Vault, text: &str, found: &[NoteId]) -> CommandError {
    let what = word_for(&[vault.note(found[0]).kind]);
    let mut error = CommandError::new(format!("`{text}` may be any of {} {what}s", found.len()))
        .hint("name one by its path");
    for id in found.iter().take(SHOWN) {
        error = error.hint(described(vault.note(*id)));
    }
    if found.len() > SHOWN {
        error = error.hint(format!(
            "and {} more: `ties find {}`",
            found.len() - SHOWN,
            argument(text)
        ));
    }
    error
}

fn unknown(vault: &Vault, text: &str, kinds: &[NoteKind], pool: &[NoteId]) -> CommandError {
    let what = word_for(kinds);
    let search = fold::fold_for_search(text);
    let mut near: Vec<(f64, &NoteData)> = pool
        .iter()
        .map(|id| (nearness(vault.note(*id), &search), vault.note(*id)))
        .filter(|(nearness, _)| *nearness > 0.8)
        .collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.path.cmp(&b.1.path)));
    let mut error = CommandError::new(format!("no {what} goes by `{text}`"));
    for (_, note) in near.iter().take(3) {
        error = error.hint(format!("did you mean {}?", described(note)));
    }
    match kinds {
        [
            NoteKind::Contact | NoteKind::Organization | NoteKind::Event | NoteKind::Goal,
            ..,
        ] => error.hint(format!(
            "`ties new {} {}` makes the note",
            new_word(kinds[0]),
            argument(text)
        )),
        _ => error,
    }
}

fn wrong_kind(note: &NoteData, kinds: &[NoteKind]) -> CommandError {
    let what = word_for(kinds);
    CommandError::new(format!("`{}` is not a {what}'s note", note.path))
        .hint(format!("`kind: {what}` in its front matter makes it one"))
}

fn word_for(kinds: &[NoteKind]) -> &'static str {
    kinds.first().map_or("note", |kind| kind.word())
}

fn new_word(kind: NoteKind) -> &'static str {
    match kind {
        NoteKind::Organization => "org",
        kind => kind.word(),
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, time::Duration};

    use proptest::prelude::*;
    use vault::load::{self, names};

    use super::*;

    /// A name of one to three words, of letters that fold in several ways.
    fn name() -> impl Strategy<Value = String> {
        let word = prop::sample::select(vec![
            "Ada", "ada", "Zoë", "zoe", "Anna", "Straße", "strasse", "O'Neil", "Lee", "le", "李",
        ]);
        let separator = prop::sample::select(vec![" ", "-", ", ", "  "]);
        prop::collection::vec((word, separator), 1..4).prop_map(|words| {
            let joined: String = words
                .iter()
                .flat_map(|(word, separator)| [*word, *separator])
                .collect();
            joined.trim_end_matches([' ', ',', '-']).to_owned()
        })
    }

    fn note() -> impl Strategy<Value = String> {
        let aliases = prop::collection::vec(name(), 0..2);
        let email = prop::option::of("(ada|zoe|Lee)@(ada|lee)\\.example");
        let kind = prop::sample::select(vec!["contact", "event"]);
        (name(), aliases, email, kind).prop_map(|(name, aliases, email, kind)| {
            let email = email.map_or(String::new(), |email| format!("emails: [\"{email}\"]\n"));
            format!("---\nkind: {kind}\nname: \"{name}\"\naliases: {aliases:?}\n{email}---\n")
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn who_is_meant_among_candidates_is_meant_among_all(
            notes in prop::collection::vec(note(), 0..12),
            wanted in prop_oneof![name(), "(ada|zoe|lee)@(ada|lee)\\.example", "[0-9]"],
        ) {
            let folder = tempfile::tempdir().expect("a temporary folder");
            for (number, text) in notes.iter().enumerate() {
                fs::write(folder.path().join(format!("{number}.md")), text).expect("it can be written");
            }
            let mut loaded = load::load(folder.path()).expect("it loads");
            // As if the folder had been written long ago.
            loaded.began += Duration::from_hours(1);
            let file = folder.path().join("ties/names");
            names::remember(&file, folder.path(), &loaded).expect("it can be written");
            // The folder of the file is a new one.
            loaded.began += Duration::from_hours(1);
            names::remember(&file, folder.path(), &loaded).expect("it can be written");
            let names = names::Names::open(&file, folder.path()).expect("it is fresh");

            let all = &loaded.vault;
            let pool: Vec<NoteId> = all.of_kind(NoteKind::Contact).collect();
            let by_words = named(all, &wanted, &pool, &WAYS[..BY_WORDS]);
            let expected = match by_words[..] {
                [one] => Some(all.note(one).path.to_string()),
                _ => None,
            };

            let candidates = names.candidates(&wanted).expect("they are few");
            let mut few = Vault::new(all.config().clone());
            for path in candidates {
                few.set(path, &fs::read_to_string(folder.path().join(path)).expect("it is there"));
            }
            let found = find_among(&few, &wanted, NoteKind::Contact);
            prop_assert_eq!(found.map(|id| few.note(id).path.to_string()), expected);
        }
    }
}
