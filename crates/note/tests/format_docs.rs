//! The tables of keys in `docs/note-format.md` are those of the code.
//!
//! `UPDATE_EXPECT=1 cargo test -p note --test format_docs` writes them anew.

use std::fmt::Write;
use std::path::Path;

use note::key::KEYS;
use note::{Data, Key, KeyType, NoteKind, parse};

const BEGIN: &str = "<!-- keys -->\n";
const END: &str = "<!-- /keys -->\n";

#[test]
fn tables_of_keys_are_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/note-format.md");
    let page = std::fs::read_to_string(&path).expect("the page is part of the repository");
    let (before, rest) = page.split_once(BEGIN).expect("the page marks the tables");
    let (_, after) = rest.split_once(END).expect("the page marks their end");
    let expected = format!("{before}{BEGIN}\n{}\n{END}{after}", tables());
    if page == expected {
        return;
    }
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, expected).expect("the page can be written");
        return;
    }
    panic!(
        "docs/note-format.md differs from the table of keys; \
         `UPDATE_EXPECT=1 cargo test -p note --test format_docs` writes it anew"
    );
}

#[test]
fn example_note_of_the_page_reads_without_problems() {
    let page = include_str!("../../../docs/note-format.md");
    let (_, rest) = page
        .split_once("```markdown\n")
        .expect("the page shows a note");
    let (example, _) = rest.split_once("```\n").expect("the example ends");
    let parsed = parse(example);
    assert_eq!(parsed.problems, []);
    let note = parsed.note;
    let front_matter = note.front_matter.expect("the example has one");
    for field in &front_matter.fields {
        let key = Key::find(NoteKind::Contact, &field.key.value);
        assert!(key.is_some(), "`{}` is a key", field.key.value);
        assert!(!matches!(field.value.data, Data::Raw(_)), "{field:?}");
    }
    assert_eq!(note.headings.len(), 2);
    assert_eq!(note.promises.len(), 1);
    assert_eq!(note.entries.len(), 2);
    assert_eq!(note.blocks.len(), 1);
    assert_eq!(note.tags.len(), 2);
}

/// Returns the table of keys, and one for each key that takes a map.
fn tables() -> String {
    let mut out = String::from(
        "| key | also read | notes | value | meaning | vCard, iCalendar |\n| --- | --- | --- | --- | --- | --- |\n",
    );
    for key in KEYS {
        let spellings: Vec<_> = key
            .spellings
            .iter()
            .map(|name| format!("`{name}`"))
            .collect();
        write_row(
            &mut out,
            &[
                &format!("`{}`", key.name),
                &spellings.join(", "),
                &kinds(key),
                &form(key.value),
                key.meaning,
                key.vcard,
            ],
        );
    }
    for (index, key) in KEYS.iter().enumerate() {
        let parts = key.map_keys();
        // Keys that take the same map share a table, which stands where the first of them does.
        if parts.is_empty() || KEYS[..index].iter().any(|other| other.map_keys() == parts) {
            continue;
        }
        let names: Vec<_> = KEYS
            .iter()
            .filter(|other| other.map_keys() == parts)
            .map(|other| format!("`{}`", other.name))
            .collect();
        write!(
            out,
            "\nIn {}:\n\n| key | value | meaning | vCard, iCalendar |\n| --- | --- | --- | --- |\n",
            names.join(", ")
        )
        .expect("a string takes all");
        for part in parts {
            let name = format!("`{}`", part.name);
            let form = match part.value {
                // The ends of a period are no periods themselves.
                KeyType::When => "day or instant".to_owned(),
                value => form(value),
            };
            write_row(&mut out, &[&name, &form, part.meaning, part.vcard]);
        }
    }
    out
}

fn write_row(out: &mut String, cells: &[&str]) {
    for cell in cells {
        write!(out, "| {} ", cell.replace('|', "\\|")).expect("a string takes all");
    }
    out.push_str("|\n");
}

fn kinds(key: &Key) -> String {
    if key.kinds.len() == NoteKind::ALL.len() {
        return "all".to_owned();
    }
    let words: Vec<_> = key.kinds.iter().map(|kind| kind.word()).collect();
    words.join(", ")
}

fn form(value: KeyType) -> String {
    let form = match value {
        KeyType::Text => "text",
        KeyType::Texts => "list of text",
        KeyType::Day => "day",
        KeyType::PartialDate => "date, or a part of one",
        KeyType::When => "day, instant or `{from, to}`",
        KeyType::Cadence => "how often",
        KeyType::Circle => "circle",
        KeyType::Choice(words) => {
            let words: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
            return words.join(", ");
        }
        KeyType::Emails => "list of e-mail addresses",
        KeyType::Phones => "list of telephone numbers",
        KeyType::Urls => "list of web addresses",
        KeyType::OrganizationLink => "link to an organization, or its name",
        KeyType::ContactLinks => "list of links to contacts, or names",
        KeyType::Links(kind) => {
            return format!("list of links to notes of kind {}, or words", kind.word());
        }
        KeyType::ContactLinksOrWords => "list of links to contacts, or words",
        KeyType::Tags => "list of tags",
        KeyType::Languages => "list of language tags",
        KeyType::Map(_) => "map, see below",
        KeyType::Maps(_) => "list of maps, see below",
        KeyType::FreeMap => "map of any keys to text",
        KeyType::Any => "anything",
    };
    form.to_owned()
}
