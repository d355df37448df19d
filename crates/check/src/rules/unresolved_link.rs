//! A link reaches no note.
//!
//! ```markdown
//! Met through [[Charles Babage]].
//! ```
//!
//! Mend the spelling, or create the note. A fix takes the name that is near; where none is, it creates the note in the folder
//! that the place of the link suggests. A file that is no
//! note (`[[photo.jpg]]`) and a web address are never judged, nor are plain notes of a folder without a `ties.toml`.

use note::{Key, KeyType, Link, LinkForm, NoteKind, Place, edit, fold};
use vault::{NoteData, Resolution, SourceChange, Vault, path};

use crate::{
    Applicability, Fix,
    finding::{Context, Finding},
};

/// For so many links of a note a near name is looked for.
const MOST_SEARCHES: usize = 20;

/// Finds links that reach nothing.
pub(crate) fn check(context: &Context<'_>) -> Vec<Finding> {
    let is_own = |link: &Link| link.form != LinkForm::BareName;
    unresolved(context, is_own)
        .map(|(nth, link)| {
            let message = if link.form.is_wiki() {
                format!("no note is called `{}`", link.target.value)
            } else {
                format!("there is no note at `{}`", link.target.value)
            };
            describe(context, nth, link, Finding::new(link.span, message))
        })
        .collect()
}

/// Returns the links that reach nothing and are judged at their own place, each with how many came before it.
pub(crate) fn unresolved<'a>(
    context: &Context<'a>,
    is_wanted: impl Fn(&Link) -> bool + 'a,
) -> impl Iterator<Item = (usize, &'a Link)> + 'a {
    let (vault, id) = (context.world.vault, context.id);
    let links: &[Link] = if context.is_for_ties() {
        &context.note.note.links
    } else {
        &[]
    };
    let links = links.iter().enumerate().filter(move |(index, link)| {
        is_wanted(link)
            // The definition is told, not each use.
            && link.form != LinkForm::Reference
            && vault.resolution(id, *index) == Resolution::Unresolved
    });
    links.map(|(_, link)| link).enumerate()
}

/// Adds the nearest name and the fix that takes it, else the fix that creates the note.
pub(crate) fn describe(
    context: &Context<'_>,
    nth: usize,
    link: &Link,
    finding: Finding,
) -> Finding {
    let target = &*link.target.value;
    let near = (nth < MOST_SEARCHES)
        .then(|| near_name(context.world.vault, target))
        .flatten();
    let mut finding = match near {
        Some(near) => finding.help(format!("did you mean `{near}`?")),
        None => finding.help("mend the name, or create the note"),
    };
    if let Some(near) = near
        && link.form.is_wiki()
        && let Some(text) = context.text()
    {
        let title = format!("change it to `{near}`");
        let edit = edit::retarget(&text, link, near);
        return finding.edit(context, title, edit, Applicability::NeedsConsent);
    }
    finding.fix = creation(context.world.vault, context.note, link, None);
    finding
}

/// Returns the name in the vault that is one slip away from `target`.
pub(crate) fn near_name<'a>(vault: &'a Vault, target: &str) -> Option<&'a str> {
    let name = path::stem(target);
    let folded = fold::fold(name);
    let words: Vec<&str> = name.split_whitespace().collect();
    // One slip spares the first word or the last; of a single word it may spare the beginning.
    let mut queries: Vec<String> = match words[..] {
        [] => return None,
        [only] => vec![only.chars().take(3).collect()],
        [first, .., last] => vec![first.to_owned(), last.to_owned()],
    };
    queries.dedup();
    for query in &queries {
        let found = vault.search_names(query, 200);
        let folds: Vec<String> = found.iter().map(|entry| fold::fold(&entry.text)).collect();
        if let Some(near) = fold::nearest(&folded, folds.iter().map(String::as_str)) {
            let at = folds.iter().position(|fold| fold == near)?;
            return Some(&found[at].text);
        }
    }
    None
}

/// Returns the fix that creates the note that `link` of `note` wants, of the kind that its place asks for unless `kind`
/// is given; `None` where no place inside the vault fits.
pub(crate) fn creation(
    vault: &Vault,
    note: &NoteData,
    link: &Link,
    kind: Option<NoteKind>,
) -> Option<Fix> {
    let target = &*link.target.value;
    let kind = kind.unwrap_or_else(|| wanted_kind(note, link));
    let is_path = !link.form.is_wiki() || target.contains('/');
    let new_path = if is_path {
        let from = if link.form.is_wiki() && !target.starts_with('.') {
            ""
        } else {
            &note.path
        };
        let joined = path::join(from, path::without_extension(target))?;
        let has_name = !path::stem(&joined).is_empty() && !joined.contains(char::is_control);
        has_name.then(|| format!("{joined}.md"))?
    } else {
        let slug = fold::slug(target);
        let folder = folder_for(vault, note, kind);
        let place = |name: &str| match folder.as_str() {
            "" => format!("{name}.md"),
            folder => format!("{folder}/{name}.md"),
        };
        // A second file of that name would make links ambiguous that reach the first by it.
        let numbered = (2..100).map(|n| format!("{slug}-{n}"));
        std::iter::once(slug.clone())
            .chain(numbered)
            .find(|stem| vault.called(stem).is_empty())
            .map(|stem| place(&stem))?
    };
    if vault.id(&new_path).is_some() {
        return None;
    }
    let name = if is_path { path::stem(target) } else { target };
    let heading = format!("# {name}\n");
    let text = if (kind == NoteKind::Plain || is_path) && is_heading_of(&heading, name) {
        heading
    } else {
        format!("---\nname: {}\n---\n", edit::quote(name, false))
    };
    Some(Fix {
        title: format!("create `{new_path}`"),
        change: SourceChange {
            creates: vec![(new_path.into(), text)],
            ..SourceChange::default()
        },
        applicability: Applicability::NeedsConsent,
    })
}

/// Returns whether Markdown reads `text` as a heading that says `name`, with nothing in it taken for markup.
fn is_heading_of(text: &str, name: &str) -> bool {
    let headings = note::parse(text).note.headings;
    matches!(&headings[..], [heading] if *heading.text.value == *name)
}

/// Returns the kind of note that the place of `link` asks for: what its key takes, else a contact beside people, events
/// and goals.
fn wanted_kind(note: &NoteData, link: &Link) -> NoteKind {
    if let Place::FrontMatter(index) = link.place
        && let Some(front_matter) = &note.note.front_matter
        && let Some(field) = front_matter.fields.get(usize::from(index))
        && let Some(key) = Key::find(note.kind, &field.key.value)
    {
        match key.value {
            KeyType::OrganizationLink => return NoteKind::Organization,
            KeyType::Links(kind) => return kind,
            _ => {}
        }
        let at = match field.value.get("at") {
            Some(at) if key.name == "met" => at.span.contains(link.span),
            _ => false,
        };
        return if at { NoteKind::Event } else { NoteKind::Contact };
    }
    match note.kind {
        NoteKind::Plain => NoteKind::Plain,
        _ => NoteKind::Contact,
    }
}

/// Returns the folder for a new note of `kind`: that of the note itself where it is of that kind, else the usual one.
fn folder_for(vault: &Vault, note: &NoteData, kind: NoteKind) -> String {
    let usual = match kind {
        NoteKind::Contact => "people",
        NoteKind::Organization => "orgs",
        NoteKind::Event => "events",
        NoteKind::Goal => "goals",
        NoteKind::Plain | NoteKind::Me => return path::folder(&note.path).to_owned(),
    };
    let here = path::folder(&note.path);
    let spellings: &[&str] = match kind {
        NoteKind::Contact => &["people", "contacts", "persons"],
        NoteKind::Organization => &["orgs", "organizations", "organisations", "companies"],
        NoteKind::Event => &["events"],
        _ => &["goals"],
    };
    let says_kind = |folder: &str| {
        folder
            .split('/')
            .any(|part| spellings.contains(&part.to_lowercase().as_str()))
    };
    if note.kind == kind && says_kind(here) {
        return here.to_owned();
    }
    let first = vault.of_kind(kind).next().map(|id| vault.note(id));
    match first.map(|first| path::folder(&first.path)) {
        Some(folder) if says_kind(folder) => folder.to_owned(),
        _ => usual.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::{check, fixed};

    #[test]
    fn a_link_to_nothing_is_told_with_the_nearest_name() {
        check(
            "unresolved-link",
            "
//- people/ada.md
---
name: Ada Lovelace
org: '[[Analytical Engines]]'
---
Through [[Charles Babage]], see [a](../notes/b.md), ![[photo.jpg]], [[Ada Lovelace]], <https://example.org>.
//- people/charles.md
# Charles Babbage
",
            expect![[r#"
                warning[unresolved-link] people/ada.md:3 |[[Analytical Engines]]| no note is called `Analytical Engines`
                  help: mend the name, or create the note
                  fix: create `orgs/analytical-engines.md` (NeedsConsent)
                warning[unresolved-link] people/ada.md:5 |[[Charles Babage]]| no note is called `Charles Babage`
                  help: did you mean `Charles Babbage`?
                  fix: change it to `Charles Babbage` (NeedsConsent)
                warning[unresolved-link] people/ada.md:5 |[a](../notes/b.md)| there is no note at `../notes/b.md`
                  help: mend the name, or create the note
                  fix: create `notes/b.md` (NeedsConsent)
            "#]],
        );
    }

    #[test]
    fn the_fix_takes_the_name_that_is_near() {
        fixed(
            "unresolved-link",
            "
//- people/ada.md
---
name: Ada Lovelace
knows: ['[[Charles Babage|him]]']
---
[[Charles Babage#Life|him]] [[Ada Lovelac]]
//- people/charles.md
# Charles Babbage
",
            expect![[r#"
                //- people/ada.md
                ---
                name: Ada Lovelace
                knows: ['[[Charles Babbage|him]]']
                ---
                [[Charles Babbage#Life|him]] [[Ada Lovelace]]
            "#]],
        );
    }

    #[test]
    fn the_fix_creates_the_note_where_its_kind_lives() {
        fixed(
            "unresolved-link",
            "
//- contacts/ada.md
---
org: '[[Zoë: Sons & Co.]]'
met: {at: '[[Soirée]]', through: '[[Bob B]]'}
---
//- orgs/zoe-sons-co.md
//- notes/day.md
[[Tomorrow]]
//- ties.toml
",
            expect![[r#"
                //- orgs/zoe-sons-co-2.md
                ---
                name: "Zoë: Sons & Co."
                ---
                //- events/soiree.md
                ---
                name: Soirée
                ---
                //- contacts/bob-b.md
                ---
                name: Bob B
                ---
                //- notes/tomorrow.md
                # Tomorrow
            "#]],
        );
    }

    #[test]
    fn a_new_note_takes_no_name_from_another_and_keeps_its_own() {
        fixed(
            "unresolved-link",
            "
//- notes/ada.md
[[Ada!]] [[the *new* `plan`]]
//- ties.toml
",
            expect![[r#"
                //- notes/the-new-plan.md
                ---
                name: the *new* `plan`
                ---
                //- notes/ada.md
                [[ada]] [[the *new* `plan`]]
            "#]],
        );
    }

    #[test]
    fn a_path_is_created_as_written_inside_the_vault_only() {
        fixed(
            "unresolved-link",
            "
//- people/ada.md
[b](./friends/bob%20b.md#x) [[orgs/acme]]
[[../../outside]] [b](../../b.md)
",
            expect![[r#"
                //- people/friends/bob b.md
                # bob b
                //- orgs/acme.md
                # acme
            "#]],
        );
    }

    #[test]
    fn a_reference_is_told_once_at_its_definition() {
        check(
            "unresolved-link",
            "
//- people/ada.md
[Bob][b] and [b].

[b]: bob.md
",
            expect![[r#"
                warning[unresolved-link] people/ada.md:3 |[b]: bob.md| there is no note at `bob.md`
                  help: mend the name, or create the note
                  fix: create `people/bob.md` (NeedsConsent)
            "#]],
        );
    }

    #[test]
    fn another_programs_notes_are_left_alone() {
        check("unresolved-link", "//- note.md\n[[Nobody]]\n", expect![[""]]);
        check(
            "unresolved-link",
            "//- note.md\n[[Nobody]]\n//- ties.toml\n",
            expect![[r#"
                warning[unresolved-link] note.md:1 |[[Nobody]]| no note is called `Nobody`
                  help: mend the name, or create the note
                  fix: create `nobody.md` (NeedsConsent)
            "#]],
        );
    }
}
