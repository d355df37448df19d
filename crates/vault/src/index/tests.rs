//! The index under edits, and what links reach.

use std::{collections::BTreeSet, fmt::Write as _};

use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::*;

fn vault(text: &str) -> Vault {
    let mut vault = Vault::new(Config::default());
    for (path, text) in fixture::parse(text).files {
        vault.set(&path, &text);
    }
    vault
}

fn paths(vault: &Vault, ids: impl IntoIterator<Item = NoteId>) -> Vec<&str> {
    ids.into_iter().map(|id| &*vault.note(id).path).collect()
}

/// Shows what each link of `path` reaches.
fn check(text: &str, path: &str, expected: &Expect) {
    let vault = vault(text);
    let id = vault.id(path).expect("the note is there");
    let mut shown = String::new();
    for (index, link) in vault.note(id).note.links.iter().enumerate() {
        let reached = match vault.resolution(id, index) {
            Resolution::Note(to) => vault.note(to).path.to_string(),
            Resolution::Ambiguous(ids) => paths(&vault, ids).join(" or "),
            Resolution::Unresolved => "nothing".to_owned(),
            Resolution::External => "outside".to_owned(),
        };
        let _ = writeln!(shown, "{} -> {reached}", link.target.value);
    }
    expected.assert_eq(&shown);
}

#[test]
fn links_reach_path_name_alias_and_stem_in_that_order() {
    check(
        "
//- from.md
[[people/ada]] [[Ada Lovelace]] [[Countess]] [[ada]] [[ADA LOVELACE]] [[countess]] [[tea]] [[Nobody]] [[]] [[from]]
//- people/ada.md
---
name: Ada Lovelace
aliases: [Countess]
---
//- people/x.md
---
name: Zoë
aliases: [tea]
---
//- tea.md
A name beats an alias, a path both.
",
        "from.md",
        &expect![[r#"
            people/ada -> people/ada.md
            Ada Lovelace -> people/ada.md
            Countess -> people/ada.md
            ada -> people/ada.md
            ADA LOVELACE -> people/ada.md
            countess -> people/ada.md
            tea -> tea.md
            Nobody -> nothing
            from -> from.md
        "#]],
    );
}

#[test]
fn composed_and_decomposed_names_are_the_same() {
    let vault = vault("\n//- people/x.md\n---\nname: Zoë\n---\n");
    assert_eq!(
        vault.resolve_name("Zoe\u{308}").note(),
        vault.id("people/x.md")
    );
}

#[test]
fn exact_spelling_beats_folded_and_equals_are_ambiguous() {
    check(
        "
//- from.md
[[jane]] [[Jane]] [[JANE]] [[Ann]] [[note]]
//- a/Jane.md
//- b/jane.md
//- c/1.md
---
name: Ann
---
//- c/2.md
---
name: Ann
---
//- d/note.md
//- e/note.md
",
        "from.md",
        &expect![[r#"
            jane -> b/jane.md
            Jane -> a/Jane.md
            JANE -> a/Jane.md or b/jane.md
            Ann -> c/1.md or c/2.md
            note -> d/note.md or e/note.md
        "#]],
    );
}

#[test]
fn exact_stem_beats_a_longer_one() {
    check(
        "
//- from.md
[[2024-08-27]] [[file.name]] [[file.name.md]] [[photo.jpg]] ![[some.thing]] [[v1.2]]
//- 2024-08-27.md
//- 2024-08-27_ajct.md
//- x/file.name.md
",
        "from.md",
        &expect![[r#"
            2024-08-27 -> 2024-08-27.md
            file.name -> x/file.name.md
            file.name.md -> x/file.name.md
            photo.jpg -> outside
            some.thing -> outside
            v1.2 -> nothing
        "#]],
    );
}

#[test]
fn markdown_links_start_at_their_own_folder() {
    check(
        "
//- d/n.md
[a](./s/t.md) [b](../u.md) [c](/u.md) [d](u.md) [e](../../u.md) [f](s/t) [g](../photo.png) [h](https://x.example/u.md)
[i](../U.md) [j](mailto:a@b.example) [k](#here) [[../u]] [[./s/t]] [[../../u]] [l](../a%20b.md)
[m](s/) [n](..) [o](./) [p](gone.md) [q](LICENSE) [r](points.geojson) [s](file.name)
//- d/s/t.md
//- u.md
//- a b.md
//- d/file.name.md
",
        "d/n.md",
        &expect![[r#"
            ./s/t.md -> d/s/t.md
            ../u.md -> u.md
            /u.md -> u.md
            u.md -> nothing
            ../../u.md -> nothing
            s/t -> d/s/t.md
            ../photo.png -> outside
            https://x.example/u.md -> outside
            ../U.md -> u.md
            mailto:a@b.example -> outside
             -> d/n.md
            ../u -> u.md
            ./s/t -> d/s/t.md
            ../../u -> nothing
            ../a b.md -> a b.md
            s/ -> outside
            .. -> outside
            ./ -> outside
            gone.md -> nothing
            LICENSE -> nothing
            points.geojson -> outside
            file.name -> d/file.name.md
        "#]],
    );
}

#[test]
fn an_explicit_path_is_not_ambiguous_with_a_heading() {
    check(
        "
//- from.md
[x](./SPEC.md)
//- SPEC.md
# Something
//- other.md
# Spec
",
        "from.md",
        &expect![[r#"
            ./SPEC.md -> SPEC.md
        "#]],
    );
}

#[test]
fn kinds_come_from_the_note_then_its_folder() {
    let vault = vault(
        "
//- people/a.md
//- Contacts/b/c.md
//- orgs/d.md
//- events/people/e.md
//- people/f.md
---
kind: event
---
//- g.md
---
type: Person
---
//- people/h.md
---
type: meeting-note
---
//- me.md
//- i.md
",
    );
    let kinds: Vec<_> = vault
        .ids_by_path()
        .into_iter()
        .map(|id| format!("{} {}", vault.note(id).path, vault.note(id).kind.word()))
        .collect();
    expect![[r#"
        Contacts/b/c.md contact
        events/people/e.md contact
        g.md contact
        i.md note
        me.md me
        orgs/d.md organization
        people/a.md contact
        people/f.md event
        people/h.md contact"#]]
    .assert_eq(&kinds.join("\n"));
    assert_eq!(vault.me(), vault.id("me.md"));
}

#[test]
fn names_come_from_the_key_the_heading_or_the_stem() {
    let vault = vault(
        "\n//- a.md\n---\nname: One\n---\n# Two\n//- b.md\n## x\n# Two\n//- c.md\ntext\n//- d.md\n---\nname:\n---\n",
    );
    let names: Vec<_> = vault
        .ids_by_path()
        .into_iter()
        .map(|id| &*vault.note(id).name)
        .collect();
    assert_eq!(names, ["One", "Two", "c", "d"]);
}

#[test]
fn lookups_by_mail_uid_circle_and_tag() {
    let vault = vault(
        "
//- people/a.md
---
email: A@x.example
uid: urn:1
circle: Close
tags: [Rust, rust]
---
//- people/b.md
---
emails: [a@X.example, {value: b@x.example, label: home}]
circle: close
---
#rust/async
",
    );
    assert_eq!(
        paths(&vault, vault.by_email("a@x.example")),
        ["people/a.md", "people/b.md"]
    );
    assert_eq!(
        paths(&vault, vault.by_email("B@x.example")),
        ["people/b.md"]
    );
    assert_eq!(paths(&vault, vault.by_uid("urn:1")), ["people/a.md"]);
    assert_eq!(vault.in_circle("CLOSE").count(), 2);
    assert_eq!(
        vault.tags().collect::<Vec<_>>(),
        [("Rust", 1), ("rust/async", 1)]
    );
    assert_eq!(
        vault.tags_with_prefix("RUST/").collect::<Vec<_>>(),
        [("rust/async", 1)]
    );
    assert_eq!(paths(&vault, vault.by_tag("RUST")), ["people/a.md"]);
}

#[test]
fn searching_finds_words_and_letters() {
    let mut text = String::from(
        "\n//- a.md\n---\nname: Zoë Müller\n---\n//- b.md\n---\nname: Hans Straße\n---\n//- c.md\n---\nname: Ada Lovelace\naliases: [Countess]\n---\n",
    );
    for index in 0..50 {
        let _ = write!(text, "//- x{index}.md\n---\nname: Person {index}\n---\n");
    }
    let vault = vault(&text);
    let find = |query: &str| -> Vec<&str> {
        vault
            .search_names(query, 10)
            .into_iter()
            .map(|entry| &*entry.text)
            .collect()
    };
    assert_eq!(find("zoe"), ["Zoë Müller"]);
    assert_eq!(find("MULL"), ["Zoë Müller"]);
    assert_eq!(find("strasse"), ["Hans Straße"]);
    assert_eq!(find("love"), ["Ada Lovelace"]);
    assert_eq!(find("adlo"), ["Ada Lovelace"]);
    assert_eq!(find("count"), ["Countess"]);
    assert_eq!(find("person").len(), 10);
    assert_eq!(find("person 4")[0], "Person 4");
    assert_eq!(find("").len(), 10);
    assert_eq!(find("qq"), [""; 0]);
}

#[test]
fn searching_finds_every_name_in_which_a_word_begins_so() {
    let mut vault = Vault::new(Config::default());
    let name = |index: usize| match index % 3 {
        0 => format!("Meeting notes 2024-{:03}", index * 7 % 400),
        1 => format!("Zoë {index} of the Meeting"),
        _ => format!("Ada {}", index % 20),
    };
    for index in 0..300 {
        vault.set(&format!("{index}.md"), &format!("# {}\n", name(index)));
    }
    for index in (0..300).step_by(4) {
        vault.remove(&format!("{index}.md"));
    }
    for query in [
        "meeting",
        "meeting notes 2024-1",
        "of the m",
        "zoe 1",
        "ada 1",
        "2",
        "(meeting",
    ] {
        let wanted = fold::fold_for_search(query.trim_start_matches('('));
        let is_found = |entry: &NameEntry| {
            let starts = entry.search.match_indices(&*wanted);
            entry.note.is_some()
                && starts
                    .into_iter()
                    .any(|(at, _)| !entry.search[..at].ends_with(|c: char| c.is_alphanumeric()))
        };
        let mut expected: Vec<_> = vault
            .names()
            .iter()
            .filter(|entry| is_found(entry))
            .collect();
        let mut found = vault.search_names(query, 1000);
        // Where few names begin so, others follow.
        found.truncate(expected.len());
        let key = |entry: &&NameEntry| (entry.text.clone(), entry.note);
        expected.sort_by_key(key);
        found.sort_by_key(key);
        assert_eq!(found, expected, "{query}");
        assert!(!expected.is_empty(), "{query}");
    }
    let first: Vec<_> = vault.search_names("meeting notes 2024-1", 3);
    let first: Vec<_> = first.iter().map(|entry| &*entry.text).collect();
    assert!(first.is_sorted(), "{first:?}");
}

#[test]
fn an_edit_looks_up_what_it_touches_and_no_more() {
    let lookups = |n_notes: usize| {
        let mut vault = Vault::new(Config::default());
        for index in 0..n_notes {
            let other = (index + 1) % n_notes;
            vault.set(
                &format!("n{index}.md"),
                &format!("---\nname: Note {index}\n---\n[[Note {other}]] [[Nobody]]\n"),
            );
        }
        let before = vault.n_lookups;
        vault.set(
            "n3.md",
            "---\nname: Note 3\n---\n[[Note 4]] and a word more\n",
        );
        let typed = vault.n_lookups - before;
        vault.set("n3.md", "---\nname: Another\n---\n[[Note 4]]\n");
        (typed, vault.n_lookups - before - typed)
    };
    assert_eq!(lookups(10), (1, 2));
    assert_eq!(lookups(1000), (1, 2));
}

#[test]
fn many_notes_of_one_name_that_link_each_other_cost_their_number() {
    // What is kept and looked up for each would be the square of it, and the cube over all.
    let mut vault = Vault::new(Config::default());
    for index in 0..600 {
        vault.set(
            &format!("d{index}/index.md"),
            "[[index]] [[Index]] [[INDEX]]",
        );
    }
    let last = vault.id("d599/index.md").expect("it is there");
    for link in 0..3 {
        assert!(
            matches!(vault.resolution(last, link), Resolution::Ambiguous(ids) if ids.len() == 600)
        );
    }
}

/// Everything the index answers, by path, so that ids and the order of edits do not show.
pub(crate) fn dump(vault: &Vault) -> String {
    let mut out = String::new();
    for id in vault.ids_by_path() {
        let data = vault.note(id);
        let _ = writeln!(out, "{} {:?} {:?}", data.path, data.kind, data.name);
        for index in 0..data.note.links.len() {
            let reached = match vault.resolution(id, index) {
                Resolution::Note(to) => vault.note(to).path.to_string(),
                Resolution::Ambiguous(ids) => format!("{:?}", paths(vault, ids)),
                other => format!("{other:?}"),
            };
            let _ = writeln!(
                out,
                "  {} -> {reached}",
                data.note.links[index].target.value
            );
        }
        let backlinks: BTreeSet<_> = vault
            .backlinks(id)
            .into_iter()
            .map(|(from, link)| (&vault.note(from).path, link))
            .collect();
        let _ = writeln!(out, "  from {backlinks:?}");
        assert_eq!(backlinks.len(), vault.backlink_count(id));
        for (_, name) in data.names() {
            let _ = writeln!(out, "  {name} = {:?}", paths(vault, vault.by_name(name)));
        }
    }
    let mut names: Vec<_> = vault
        .names()
        .iter()
        .filter_map(|entry| {
            Some((
                &vault.note(entry.note?).path,
                entry.source,
                &entry.text,
                &entry.search,
            ))
        })
        .collect();
    names.sort();
    let kinds: Vec<_> = NoteKind::ALL
        .map(|kind| vault.sorted_by_path(vault.of_kind(kind)))
        .into_iter()
        .collect();
    let kinds: Vec<_> = kinds.into_iter().map(|ids| paths(vault, ids)).collect();
    let circles: Vec<_> = ["close", "wide"]
        .map(|name| paths(vault, vault.sorted_by_path(vault.in_circle(name))))
        .into();
    let tags: Vec<_> = vault
        .tags()
        .map(|(tag, n_notes)| (tag, n_notes, paths(vault, vault.by_tag(tag))))
        .collect();
    let mails: Vec<_> = ["a@x", "b@x"]
        .map(|mail| paths(vault, vault.by_email(mail)))
        .into();
    let uids: Vec<_> = ["1", "2"]
        .map(|uid| vault.by_uid(uid).map(|id| vault.note(id).path.to_string()))
        .into();
    let me = vault.me().map(|id| vault.note(id).path.to_string());
    let found: Vec<_> = ["", "a", "n", "ab", "e", "people/"]
        .map(|query| {
            let found = vault.search_names(query, 100).into_iter();
            found
                .map(|entry| (&entry.text, entry.source))
                .collect::<Vec<_>>()
        })
        .into();
    let _ = write!(
        out,
        "{names:?}\n{kinds:?}\n{circles:?}\n{tags:?}\n{mails:?}\n{uids:?}\n{me:?}\n{found:?}\n"
    );
    let _ = write!(
        out,
        "{} {} {}",
        vault.names.len(),
        vault.mentions.len(),
        vault.search.n_words()
    );
    out
}

/// Small alphabets, so that names collide, fold together and go missing.
const PATHS: [&str; 8] = [
    "a.md",
    "A.md",
    "b.md",
    "people/a.md",
    "people/n.md",
    "events/b.markdown",
    "me.md",
    "people/d/ab.md",
];
const TEXTS: [&str; 16] = [
    "",
    "# Ab\n",
    "[[a]] [[A]] [[n]] [[Ab]] [[people/a]] [x](a.md) [[./a]] [[../a]] #t",
    "---\nname: N\naliases: [a, É]\n---\n[[N]] [[É]] [[b]] #T #t/u",
    "---\nname: n\ncircle: close\nemail: a@x\nuid: 1\n---\n[[E\u{301}]] [y](../a.md) [z](/people/a.md)",
    "---\nname: Ab\nkind: event\ntags: [t, u]\nuid: 2\n---\n[[ab]] [[AB]] [[nobody]] [[#here]]",
    "---\nname: B\ncircle: wide\nemails: [a@x, b@x]\nuid: 1\n---\n[[me]] [[people/n|x]]",
    "---\nkind: me\nname: Me\n---\n[[N]] [[b]]",
    "---\naliases: [N]\n---\n[u](./d/ab.md) [[ab#h]] ![[a]] ![[p.png]]",
    "---\nname: a\nunclosed: [\n---\n[[a]]",
    "[[b.markdown]] [[a.md]] [[people/d/ab.md]] [v](B.md)",
    "---\nname: people/a\n---\n[[people/a]] [[people/n]]",
    "---\nkind: contact\ncircle: CLOSE\nemail: B@X\naliases: [ab]\n---\n#T",
    "---\nname: É\n---\n[[é]]",
    "---\nkind: event\npeople: [N, ab, \"[[b]]\"]\n---\n[[a]]",
    "---\nname: Ab\nknows: [n, {to: B}]\n---\n",
];

/// What notes are called and links say, in every spelling that folding joins or paths tell apart.
const WORDS: [&str; 20] = [
    "a",
    "A",
    "n",
    "N",
    "ab",
    "Ab",
    "É",
    "e\u{301}",
    "b",
    "me",
    "nobody",
    "people/a",
    "/people/A",
    "./a",
    "../a",
    "../../a",
    "d/ab",
    "a.md",
    "b.markdown",
    "p.png",
];

prop_compose! {
    /// A note made of the same few words.
    pub(crate) fn text()(
        name in prop::option::of(0..WORDS.len()),
        heading in prop::option::of(0..WORDS.len()),
        aliases in prop::collection::vec(0..WORDS.len(), 0..3),
        kind in prop::sample::select(vec!["", "kind: contact\n", "kind: event\n", "type: org\n", "kind: me\n"]),
        keys in prop::sample::subsequence(
            vec!["circle: close\n", "email: a@x\n", "emails: [b@x, A@X]\n", "uid: 1\n", "uid: 2\n", "tags: [t, T]\n"],
            0..3,
        ),
        people in prop::collection::vec(0..WORDS.len(), 0..2),
        links in prop::collection::vec((0..4, 0..WORDS.len()), 0..5),
    ) -> String {
        let mut text = String::from("---\n");
        if let Some(name) = name {
            let _ = writeln!(text, "name: \"{}\"", WORDS[name]);
        }
        for (key, words) in [("aliases", aliases), ("people", people)] {
            let words: Vec<_> = words.iter().map(|word| format!("\"{}\"", WORDS[*word])).collect();
            let _ = writeln!(text, "{key}: [{}]", words.join(", "));
        }
        text.push_str(kind);
        text.extend(keys);
        text.push_str("---\n");
        if let Some(heading) = heading {
            let _ = writeln!(text, "# {}\n", WORDS[heading]);
        }
        for (form, word) in links {
            let word = WORDS[word];
            let _ = match form {
                0 => writeln!(text, "[[{word}]]"),
                1 => writeln!(text, "![[{word}#t|x]]"),
                2 => writeln!(text, "[x]({word})"),
                _ => writeln!(text, "[x](<{word}.md#t>) #t"),
            };
        }
        text
    }
}

#[derive(Clone, Debug)]
enum Step {
    Set(usize, String),
    Remove(usize),
    Rename(usize, usize),
    Pack(u32, usize, usize),
}

fn step() -> impl Strategy<Value = Step> {
    let text = prop_oneof![
        (0..TEXTS.len()).prop_map(|text| TEXTS[text].to_owned()),
        text()
    ];
    prop_oneof![
        5 => (0..PATHS.len(), text).prop_map(|(path, text)| Step::Set(path, text)),
        1 => (0..PATHS.len()).prop_map(Step::Remove),
        2 => (0..PATHS.len(), 0..PATHS.len()).prop_map(|(from, to)| Step::Rename(from, to)),
        2 => (0..4_u32, 0..4_usize, 0..PATHS.len()).prop_map(|(from, limit, kept)| Step::Pack(from, limit, kept)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(250))]

    #[test]
    fn any_edits_leave_the_index_that_a_fresh_load_gives(steps in prop::collection::vec(step(), 1..25)) {
        let mut vault = Vault::new(Config::default());
        let mut texts = BTreeMap::new();
        for step in steps {
            match step {
                Step::Set(path, text) => {
                    vault.set(PATHS[path], &text);
                    texts.insert(PATHS[path], text);
                }
                Step::Remove(path) => {
                    prop_assert_eq!(vault.remove(PATHS[path]).is_some(), texts.remove(PATHS[path]).is_some());
                }
                Step::Rename(from, to) => {
                    let id = vault.id(PATHS[from]);
                    prop_assert_eq!(vault.rename(PATHS[from], PATHS[to]), id);
                    if let Some(text) = texts.remove(PATHS[from]) {
                        texts.insert(PATHS[to], text);
                        prop_assert_eq!(vault.id(PATHS[to]), id);
                    }
                }
                Step::Pack(from, limit, kept) => {
                    if let Some(next) = vault.pack(NoteId(from), limit, |path| path == PATHS[kept]) {
                        prop_assert!(next >= NoteId(from));
                    }
                }
            }
            let mut fresh = Vault::new(Config::default());
            fresh.fill(texts.iter().map(|(path, text)| Prepared::new(path, note::parse(text))).collect());
            prop_assert_eq!(dump(&vault), dump(&fresh));
        }
    }
}

#[test]
fn a_name_is_free_where_nobody_is_called_so_in_any_way() {
    let vault = vault(
        "
//- people/ada.md
---
name: Ada Lovelace
aliases: [Countess, ada]
---
//- orgs/ADA.md
",
    );
    let called = |name| paths(&vault, vault.called(name)).join(" ");
    assert_eq!(called("ada"), "orgs/ADA.md people/ada.md");
    assert_eq!(called("COUNTESS"), "people/ada.md");
    assert_eq!(called("People/Ada"), "people/ada.md");
    assert_eq!(called("ada lovelace"), "people/ada.md");
    assert_eq!(called("Grace"), "");
}

#[test]
fn folders_say_what_their_notes_are_about() {
    for (path, kind) in [
        ("people/ada.md", NoteKind::Contact),
        ("Contacts/friends/ada.md", NoteKind::Contact),
        ("orgs/x.md", NoteKind::Organization),
        ("events/x.md", NoteKind::Event),
        ("goals/x.md", NoteKind::Goal),
        ("me.md", NoteKind::Me),
        ("people/me.md", NoteKind::Contact),
        ("x.md", NoteKind::Plain),
    ] {
        assert_eq!(kind_of_place(path), kind, "{path}");
    }
}
