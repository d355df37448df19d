//! The places in one note that mean the same thing as what is under the cursor.

use note::{Anchor, Link, Span, fold};
use vault::NoteId;

use crate::{
    FilePosition, World,
    cursor::{Subject, is_name_heading, subject_at},
    navigation::{name_focus, on_anchor},
};

/// What a place does with the thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum HighlightKind {
    /// It says what the thing is called: a name, a heading, an alias, a block id.
    Write,
    /// It uses it: a link, a tag.
    Read,
}

/// A place in the note.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Highlight {
    /// Where.
    pub span: Span,
    /// What it does.
    pub kind: HighlightKind,
}

/// Returns the places in this note that mean what is under the cursor, sorted; costs what the note holds, however many
/// other notes link there.
///
/// Source: LSP 3.17 `textDocument/documentHighlight`.
pub fn highlights(world: World<'_>, position: FilePosition) -> Vec<Highlight> {
    let mut found = find(world, position).unwrap_or_default();
    found.sort_by_key(|found| (found.span, found.kind));
    found.dedup_by_key(|found| found.span);
    found
}

fn find(world: World<'_>, position: FilePosition) -> Option<Vec<Highlight>> {
    let id = position.note;
    let data = world.vault.get(id)?;
    let note = &data.note;
    let found = match subject_at(world, position)? {
        Subject::Link(index) => {
            let link = &note.links[index];
            let Some(target) = world.vault.resolution(id, index).note() else {
                return Some(alike(world, id, link));
            };
            match &link.anchor {
                Some(anchor) if on_anchor(link, anchor, position.offset) => {
                    of_anchor(world, id, target, anchor)?
                }
                _ => of_note(world, id, target),
            }
        }
        Subject::Heading(index) if is_name_heading(data, index) => of_note(world, id, id),
        Subject::Heading(index) => of_heading(world, id, id, index),
        Subject::Block(index) => of_block(world, id, id, index),
        Subject::Alias(_) | Subject::Name(_) => of_note(world, id, id),
        Subject::Tag(index) => {
            let name = fold::fold(&note.tags[index].name.value);
            note.tags
                .iter()
                .filter(|tag| fold::fold(&tag.name.value) == name)
                .map(|tag| read(tag.name.span))
                .collect()
        }
        Subject::Key(_) | Subject::Value(_) | Subject::FrontMatter => return None,
    };
    Some(found)
}

fn read(span: Span) -> Highlight {
    Highlight {
        span,
        kind: HighlightKind::Read,
    }
}

fn write(span: Span) -> Highlight {
    Highlight {
        span,
        kind: HighlightKind::Write,
    }
}

/// Returns the links of note `id` that reach `target`, each with its index.
fn links_to(world: World<'_>, id: NoteId, target: NoteId) -> impl Iterator<Item = &Link> + use<'_> {
    let links = world.vault.note(id).note.links.iter().enumerate();
    links
        .filter(move |(index, _)| world.vault.resolution(id, *index).note() == Some(target))
        .map(|(_, link)| link)
}

fn of_note(world: World<'_>, id: NoteId, target: NoteId) -> Vec<Highlight> {
    let mut found: Vec<Highlight> = links_to(world, id, target)
        .filter(|link| !link.target.value.is_empty())
        .map(|link| read(link.span))
        .collect();
    if target == id {
        let data = world.vault.note(id);
        if data.name_span.is_some() {
            found.push(write(name_focus(world, data, data.name_span)));
        }
        let headings = data.note.headings.iter().enumerate();
        found.extend(
            headings
                .filter(|(index, _)| is_name_heading(data, *index))
                .map(|(_, heading)| write(heading.text.span)),
        );
        found.extend(data.aliases().map(|alias| write(alias.span)));
    }
    found
}

/// Returns the links of the note that are written to the same name, which nobody has.
fn alike(world: World<'_>, id: NoteId, link: &Link) -> Vec<Highlight> {
    let name = fold::fold(&link.target.value);
    let links = world.vault.note(id).note.links.iter();
    links
        .filter(|other| fold::fold(&other.target.value) == name)
        .map(|other| read(other.span))
        .collect()
}

fn of_anchor(
    world: World<'_>,
    id: NoteId,
    target: NoteId,
    anchor: &Anchor,
) -> Option<Vec<Highlight>> {
    let note = &world.vault.note(target).note;
    Some(match anchor {
        Anchor::Heading(text) => of_heading(world, id, target, note.find_heading(&text.value)?),
        Anchor::Block(block) => of_block(world, id, target, note.find_block(&block.value)?),
    })
}

fn of_heading(world: World<'_>, id: NoteId, target: NoteId, index: usize) -> Vec<Highlight> {
    let note = &world.vault.note(target).note;
    let anchors = note::anchor::Anchors::new(&note.headings);
    let leads_there = |link: &&Link| match &link.anchor {
        Some(Anchor::Heading(text)) => {
            anchors.find(&text.value).and_then(|mut path| path.pop()) == Some(index)
        }
        _ => false,
    };
    let links = links_to(world, id, target).filter(leads_there);
    let mut found: Vec<Highlight> = links.map(|link| read(link.span)).collect();
    if target == id {
        found.push(write(note.headings[index].text.span));
    }
    found
}

fn of_block(world: World<'_>, id: NoteId, target: NoteId, index: usize) -> Vec<Highlight> {
    let block = &world.vault.note(target).note.blocks[index].id;
    let name = fold::fold(&block.value);
    let leads_there = |link: &&Link| matches!(&link.anchor, Some(Anchor::Block(other)) if fold::fold(&other.value) == name);
    let links = links_to(world, id, target).filter(leads_there);
    let mut found: Vec<Highlight> = links.map(|link| read(link.span)).collect();
    if target == id {
        found.push(write(block.span));
    }
    found
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::test_vault::TestVault;

    #[expect(
        clippy::needless_pass_by_value,
        reason = "`expect!` is written in place"
    )]
    fn check(fixture: &str, expected: Expect) {
        let vault = TestVault::new(fixture);
        let cursor = vault.cursor();
        let text = vault.text(cursor.note);
        let shown: Vec<String> = highlights(vault.world(), cursor)
            .into_iter()
            .map(|found| format!("{:?} {} {}", found.kind, found.span, found.span.of(&text)))
            .collect();
        expected.assert_eq(&shown.join("\n"));
    }

    const ADA: &str =
        "//- people/ada.md\n---\nname: Ada Lovelace\naliases: [Ada]\n---\n# Ada Lovelace\n## Log\n";

    #[test]
    fn links_of_every_form_to_one_note_are_one_thing() {
        check(
            &format!(
                "//- a.md\n[[A$0da]] and [her](people/ada.md#log), [[ada lovelace|she]], [[Bob]]\n{ADA}"
            ),
            expect![[r"
                Read 0..7 [[Ada]]
                Read 12..36 [her](people/ada.md#log)
                Read 38..58 [[ada lovelace|she]]"]],
        );
    }

    #[test]
    fn a_name_is_written_where_the_note_says_it() {
        check(
            "//- ada.md\n---\nname: \"Ada\"\naliases: [Countess]\n---\n# A$0da\n\nback to [[Countess]]\n",
            expect![[r"
                Write 11..14 Ada
                Write 26..34 Countess
                Write 42..45 Ada
                Read 55..67 [[Countess]]"]],
        );
    }

    #[test]
    fn a_heading_and_the_links_to_it_in_this_note() {
        check(
            "//- a.md\n# A\n## L$0og\n[[#Log]] [x](#log) [[a#Log]] [[#A]]\n",
            expect![[r"
                Write 7..10 Log
                Read 11..19 [[#Log]]
                Read 20..29 [x](#log)
                Read 30..39 [[a#Log]]"]],
        );
        check(
            &format!("//- a.md\n[[Ada#L$0og]] [x](people/ada.md#log) [[Ada]]\n{ADA}"),
            expect![[r"
                Read 0..11 [[Ada#Log]]
                Read 12..34 [x](people/ada.md#log)"]],
        );
    }

    #[test]
    fn tags_are_one_whatever_their_case_and_place() {
        check(
            "//- a.md\n---\ntags: [Chess, go]\n---\n#ch$0ess #chess/blitz #Chess\n",
            expect![[r"
                Read 11..16 Chess
                Read 27..32 chess
                Read 47..52 Chess"]],
        );
    }

    #[test]
    fn blocks_and_links_to_nobody() {
        check(
            "//- a.md\nline ^x$01\n\n[[#^x1]] [[#^x2]]\n",
            expect![[r"
                Write 6..8 x1
                Read 10..18 [[#^x1]]"]],
        );
        check(
            "//- a.md\n[[No$0body]] [[nobody]] [[Somebody]]\n",
            expect![[r"
                Read 0..10 [[Nobody]]
                Read 11..21 [[nobody]]"]],
        );
    }

    #[test]
    fn plain_text_and_keys_have_none() {
        check("//- a.md\nso$0me\n", expect![""]);
        check("//- a.md\n---\nna$0me: A\n---\n", expect![""]);
    }
}
