//! Growing a selection: from a word to its link, its line of text, its item, its section, the note.

use note::{Data, Field, Span, Value, elements};
use vault::NoteData;

use crate::{FilePosition, World, words};

/// Returns the ranges around a cursor, each wholly inside the next and smaller; the last is the whole note.
///
/// Source: LSP 3.17 `textDocument/selectionRange`.
pub fn selections(world: World<'_>, positions: &[FilePosition]) -> Vec<Vec<Span>> {
    let Some(data) = positions
        .first()
        .and_then(|first| world.vault.get(first.note))
    else {
        return Vec::new();
    };
    let Some(text) = world.texts.text(&data.path) else {
        return Vec::new();
    };
    // Once for all cursors: the walk is as long as the note.
    let elements: Vec<Span> = elements(&text, data.note.body)
        .into_iter()
        .map(|element| element.span)
        .collect();
    positions
        .iter()
        .map(|position| around(data, &text, &elements, position.offset))
        .collect()
}

fn around(data: &NoteData, text: &str, elements: &[Span], offset: u32) -> Vec<Span> {
    let note = &data.note;
    let all = Span::new(0, text.len() as u32);
    let mut spans = vec![word_at(text, offset)];
    for link in &note.links {
        spans.push(link.span);
        spans.push(link.target.span);
        spans.extend(link.label);
    }
    spans.extend(
        note.promises
            .iter()
            .flat_map(|promise| [promise.span, promise.due.span]),
    );
    spans.extend(note.tags.iter().map(|tag| tag.name.span));
    spans.extend(note.headings.iter().map(|heading| heading.text.span));
    match note.front_matter.as_deref() {
        Some(front_matter) if offset < note.body => {
            spans.push(front_matter.content);
            spans.push(front_matter.span);
            push_fields(&front_matter.fields, text, &mut spans);
        }
        _ => {
            spans.extend_from_slice(elements);
            spans.extend((0..note.headings.len()).map(|index| trimmed(text, note.section(index))));
            spans.push(trimmed(text, Span::new(note.body, all.end)));
        }
    }
    spans.retain(|span| span.touches(offset) && !span.is_empty() && span.end <= all.end);
    // What is longer comes later; of what would cross, the shorter stays.
    spans.sort_by_key(|span| (span.len(), span.start));
    let mut grown: Vec<Span> = Vec::new();
    for span in spans.into_iter().chain([all]) {
        match grown.last() {
            Some(&last) if last == span || !span.contains(last) => {}
            _ => grown.push(span),
        }
    }
    grown
}

fn push_fields(fields: &[Field], text: &str, spans: &mut Vec<Span>) {
    for field in fields {
        spans.push(field.span());
        spans.push(field.key.span);
        push_value(&field.value, text, spans);
    }
}

fn push_value(value: &Value, text: &str, spans: &mut Vec<Span>) {
    spans.push(value.span);
    match &value.data {
        Data::Scalar(_) => spans.push(words::inside_quotes(text, value.span)),
        Data::List(items) => {
            for item in items {
                push_value(item, text, spans);
            }
        }
        Data::Map(fields) => push_fields(fields, text, spans),
        _ => {}
    }
}

fn trimmed(text: &str, span: Span) -> Span {
    let length = span.of(text).trim_end().len() as u32;
    Span::new(span.start, span.start + length)
}

/// Returns the word at `offset`: letters, digits, and what stands between them in names and addresses of one word.
fn word_at(text: &str, offset: u32) -> Span {
    let offset = offset as usize;
    let (Some(before), Some(after)) = (text.get(..offset), text.get(offset..)) else {
        return Span::at(offset as u32);
    };
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '\'' | '’' | '-');
    let start = before.trim_end_matches(is_word).len();
    let end = offset + (after.len() - after.trim_start_matches(is_word).len());
    Span::from(start..end)
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use proptest::prelude::*;

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
        let shown: Vec<String> = selections(vault.world(), &[cursor])[0]
            .iter()
            .map(|span| format!("{:?}", span.of(&text)))
            .collect();
        expected.assert_eq(&shown.join("\n"));
    }

    #[test]
    fn from_a_word_to_the_note() {
        check(
            "//- a.md\n# Ada\n\n## Log\n\n- one\n- with [[Charles Bab$0bage|him]] today\n  - more\n\n## Next\n",
            expect![[r###"
                "Babbage"
                "Charles Babbage"
                "[[Charles Babbage|him]]"
                "- with [[Charles Babbage|him]] today\n  - more"
                "- one\n- with [[Charles Babbage|him]] today\n  - more"
                "## Log\n\n- one\n- with [[Charles Babbage|him]] today\n  - more"
                "# Ada\n\n## Log\n\n- one\n- with [[Charles Babbage|him]] today\n  - more\n\n## Next"
                "# Ada\n\n## Log\n\n- one\n- with [[Charles Babbage|him]] today\n  - more\n\n## Next\n""###]],
        );
    }

    #[test]
    fn from_a_value_to_the_front_matter() {
        check(
            "//- a.md\n---\nname: Ada\nmet: {at: \"the$0 club\", how: x}\n---\n\ntext\n",
            expect![[r#"
                "the"
                "the club"
                "\"the club\""
                "at: \"the club\""
                "{at: \"the club\", how: x}"
                "met: {at: \"the club\", how: x}"
                "name: Ada\nmet: {at: \"the club\", how: x}\n"
                "---\nname: Ada\nmet: {at: \"the club\", how: x}\n---"
                "---\nname: Ada\nmet: {at: \"the club\", how: x}\n---\n\ntext\n""#]],
        );
    }

    #[test]
    fn a_cursor_in_a_name_of_other_letters_stays_whole() {
        check(
            "//- a.md\nmet 測$0定 O’Brien\n",
            expect![[r#"
                "測定"
                "met 測定 O’Brien"
                "met 測定 O’Brien\n""#]],
        );
    }

    #[test]
    fn an_empty_note_has_itself() {
        check("//- a.md\n$0", expect![[r#""""#]]);
    }

    proptest! {
        #[test]
        fn each_lies_inside_the_next(text in r"(---\n|a: |\[\[b\]\]|[-*>#\[\]`| \n\r1.é😀_<]|\{x: y\}){0,40}", at in 0..200usize) {
            let vault = TestVault::from_files([("a.md".to_owned(), text.clone())]);
            let note = vault.vault.id("a.md").expect("it is a note");
            let mut offset = at.min(text.len());
            while !text.is_char_boundary(offset) {
                offset -= 1;
            }
            let position = FilePosition { note, offset: offset as u32 };
            let grown = &selections(vault.world(), &[position])[0];
            prop_assert_eq!(grown.last(), Some(&Span::new(0, text.len() as u32)));
            for pair in grown.windows(2) {
                prop_assert!(pair[1].contains(pair[0]) && pair[0] != pair[1]);
            }
            for span in grown {
                prop_assert!(span.touches(offset as u32));
                prop_assert!(text.get(std::ops::Range::from(*span)).is_some());
            }
        }
    }
}
