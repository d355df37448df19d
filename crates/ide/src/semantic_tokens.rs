//! Colours that an editor cannot know: to whom a link leads, what is a tag, a date, a key, a kind of interaction.

use note::{Anchor, Data, Field, Key, KeyType, Link, LinkForm, NoteKind, Place, Span, Value};
use vault::{NoteData, NoteId, Resolution};

use crate::World;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// A link to a note of this kind.
    Link(NoteKind),
    /// A link that reaches no note, or several.
    BrokenLink,
    /// The part of a link after `#` or `^`, and the id of a block.
    Anchor,
    /// A tag.
    Tag,
    /// A key of the vocabulary.
    Key,
    /// A word that the vocabulary or the settings know: a circle, a cadence, a choice, a kind of interaction.
    Word,
    /// A date.
    Date,
    /// The mark of a promise.
    Mark,
}

/// A range within one line and what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// Where; not empty.
    pub span: Span,
    /// What.
    pub kind: TokenKind,
    /// Whether it is over: a promise that was kept.
    pub is_done: bool,
}

/// Returns the tokens of a note that touch `range`, sorted; none overlaps another and none holds a line break.
///
/// Source: LSP 3.17 `textDocument/semanticTokens`.
pub fn semantic_tokens(world: World<'_>, note: NoteId, range: Span) -> Vec<Token> {
    let Some(data) = world.vault.get(note) else {
        return Vec::new();
    };
    let mut found = Tokens {
        world,
        data,
        range,
        found: Vec::new(),
    };
    found.front_matter();
    for (index, link) in data.note.links.iter().enumerate() {
        if found.is_wanted(link.span) {
            found.link(link, &world.vault.resolution(note, index));
        }
    }
    found.body();
    found.finish()
}

struct Tokens<'a> {
    world: World<'a>,
    data: &'a NoteData,
    range: Span,
    found: Vec<Token>,
}

impl Tokens<'_> {
    fn is_wanted(&self, span: Span) -> bool {
        span.start < self.range.end && self.range.start < span.end
    }

    fn add(&mut self, span: Span, kind: TokenKind) {
        if self.is_wanted(span) {
            self.found.push(Token {
                span,
                kind,
                is_done: false,
            });
        }
    }

    fn front_matter(&mut self) {
        let data = self.data;
        let Some(front_matter) = data.note.front_matter.as_deref() else {
            return;
        };
        for field in &front_matter.fields {
            if let Some(key) = Key::find(data.kind, &field.key.value) {
                self.field(field, key);
            }
        }
    }

    fn field(&mut self, field: &Field, key: &Key) {
        if self.is_wanted(field.span()) {
            self.add(field.key.span, TokenKind::Key);
            self.value(&field.value, key);
        }
    }

    fn value(&mut self, value: &Value, key: &Key) {
        match &value.data {
            Data::List(items) => {
                for item in items {
                    self.value(item, key);
                }
            }
            Data::Map(fields) => {
                for field in fields {
                    let key = key
                        .map_keys()
                        .iter()
                        .find(|key| key.is_spelled(&field.key.value));
                    if let Some(key) = key {
                        self.field(field, key);
                    }
                }
            }
            Data::Scalar(scalar) => {
                if let Some(kind) = self.scalar(&scalar.text, key) {
                    self.add(value.span, kind);
                }
            }
            Data::Null | Data::Raw(_) => {}
        }
    }

    /// Returns what a value is, where it is what its key wants.
    fn scalar(&self, text: &str, key: &Key) -> Option<TokenKind> {
        let text = text.trim();
        let is_date = || {
            note::value::PartialDate::parse(text).is_some()
                || note::value::When::parse(text).is_some()
        };
        match key.value {
            KeyType::Day | KeyType::PartialDate | KeyType::When => {
                is_date().then_some(TokenKind::Date)
            }
            KeyType::Cadence => note::value::Cadence::parse(text).map(|_| TokenKind::Word),
            KeyType::Circle => {
                let circle = self.world.vault.config().circle(text);
                circle.map(|_| TokenKind::Word)
            }
            KeyType::Choice(choices) => {
                let is_one = choices
                    .iter()
                    .any(|choice| choice.eq_ignore_ascii_case(text));
                is_one.then_some(TokenKind::Word)
            }
            _ => None,
        }
    }

    fn link(&mut self, link: &Link, resolution: &Resolution) {
        let kind = match resolution {
            Resolution::Note(target) => TokenKind::Link(self.world.vault.note(*target).kind),
            Resolution::Ambiguous(_) => TokenKind::BrokenLink,
            // A name without brackets may be just a word, and a path may be a file that is no note.
            Resolution::Unresolved if matches!(link.form, LinkForm::Wiki | LinkForm::WikiEmbed) => {
                TokenKind::BrokenLink
            }
            Resolution::Unresolved | Resolution::External => return,
        };
        // The target of a reference stands elsewhere, in its definition.
        if link.span.contains(link.target.span) {
            self.add(link.target.span, kind);
            match &link.anchor {
                Some(Anchor::Heading(text) | Anchor::Block(text)) => {
                    self.add(text.span, TokenKind::Anchor);
                }
                None => {}
            }
        }
        if let Some(label) = link.label {
            self.add(label, kind);
        }
    }

    fn body(&mut self) {
        let note = &self.data.note;
        for tag in &note.tags {
            let mark = u32::from(tag.place == Place::Body);
            let span = Span::new(tag.name.span.start - mark, tag.name.span.end);
            self.add(span, TokenKind::Tag);
        }
        for block in &note.blocks {
            let span = Span::new(block.id.span.start - 1, block.id.span.end);
            self.add(span, TokenKind::Anchor);
        }
        for entry in &note.entries {
            if self.world.vault.config().is_kind(&entry.kind.value) {
                self.add(entry.date.span, TokenKind::Date);
                self.add(entry.kind.span, TokenKind::Word);
            }
        }
        for promise in &note.promises {
            let from = self.found.len();
            self.add(promise.mark, TokenKind::Mark);
            if promise.due.value.is_some() {
                self.add(promise.due.span, TokenKind::Date);
            }
            for token in &mut self.found[from..] {
                token.is_done = promise.done;
            }
        }
    }

    /// Returns the tokens in order, cut at line breaks; of two at one place the one that begins first.
    fn finish(mut self) -> Vec<Token> {
        self.found
            .sort_by_key(|token| (token.span.start, token.span.len()));
        let lines = &self.data.note.lines;
        let mut end = 0;
        let mut cut = Vec::with_capacity(self.found.len());
        for token in self.found {
            if token.span.is_empty() || token.span.start < end {
                continue;
            }
            end = token.span.end;
            let (first, last) = (lines.line_of(token.span.start), lines.line_of(end - 1));
            for line in first..=last {
                let from = token.span.start.max(lines.line_start(line));
                let to = token.span.end.min(line_end(self.world, self.data, line));
                if from < to {
                    let span = Span::new(from, to);
                    cut.push(Token { span, ..token });
                }
            }
        }
        cut
    }
}

/// Returns where a line ends, before its line break.
fn line_end(world: World<'_>, data: &NoteData, line: u32) -> u32 {
    let lines = &data.note.lines;
    let (start, next) = (lines.line_start(line), lines.line_start(line + 1));
    if line + 1 >= lines.line_count() {
        return next;
    }
    let text = world.texts.text(&data.path);
    let source = text
        .as_deref()
        .map_or("", |text| Span::new(start, next).of(text));
    start + source.trim_end_matches(['\n', '\r']).len() as u32
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use proptest::prelude::*;

    use super::*;
    use crate::test_vault::TestVault;

    const EVERYTHING: Span = Span {
        start: 0,
        end: u32::MAX,
    };

    fn show(vault: &TestVault, note: NoteId, range: Span) -> String {
        let text = vault.text(note);
        let shown: Vec<String> = semantic_tokens(vault.world(), note, range)
            .into_iter()
            .map(|token| {
                let done = if token.is_done { " done" } else { "" };
                let source = token.span.of(&text);
                format!("{:?}{done} {} {source}", token.kind, token.span)
            })
            .collect();
        shown.join("\n")
    }

    #[expect(
        clippy::needless_pass_by_value,
        reason = "`expect!` is written in place"
    )]
    fn check(fixture: &str, expected: Expect) {
        let vault = TestVault::new(fixture);
        expected.assert_eq(&show(&vault, vault.cursor().note, EVERYTHING));
    }

    #[test]
    fn keys_and_what_they_say() {
        check(
            "//- a.md\n---\nkind: contact$0\nname: Ada\ncircle: inner\ncadence: 2w\nbirthday: --12-10\nmet: {date: 2017-09-14, how: serendipity, at: x}\nfollow_up: {date: soon}\ntags: [chess]\nunknown: 1\n---\n",
            expect![[r#"
                Key 4..8 kind
                Word 10..17 contact
                Key 18..22 name
                Key 28..34 circle
                Word 36..41 inner
                Key 42..49 cadence
                Word 51..53 2w
                Key 54..62 birthday
                Date 64..71 --12-10
                Key 72..75 met
                Key 78..82 date
                Date 84..94 2017-09-14
                Key 96..99 how
                Word 101..112 serendipity
                Key 114..116 at
                Key 121..130 follow_up
                Key 133..137 date
                Key 145..149 tags
                Tag 152..157 chess"#]],
        );
    }

    #[test]
    fn links_tell_whom_they_reach() {
        check(
            "//- people/ada.md\n---\nname: Ada\n---\n## Log\n//- a.md\n$0[[Ada]] [[Ada#Log|her]] [a\nb](people/ada.md) [x](people/ada.md#log) [[Nobody]] [p](p.png) <https://e.org>\n\n[r][] and\n\n[r]: people/ada.md\n",
            expect![[r#"
                Link(Contact) 2..5 Ada
                Link(Contact) 10..13 Ada
                Anchor 14..17 Log
                Link(Contact) 18..21 her
                Link(Contact) 25..26 a
                Link(Contact) 27..28 b
                Link(Contact) 30..43 people/ada.md
                Link(Contact) 46..47 x
                Link(Contact) 49..62 people/ada.md
                Anchor 63..66 log
                BrokenLink 70..76 Nobody
                Link(Contact) 108..109 r
                Link(Contact) 119..120 r
                Link(Contact) 123..136 people/ada.md"#]],
        );
    }

    #[test]
    fn entries_promises_tags_and_blocks() {
        check(
            "//- people/a.md\n- 2026-11-20 call: talked #chess ^b1\n- 2026-11-20 nonsense: x\n- [ ] send due:2026-12-01\n- [x] sent due:2026-11-01\n- [ ] plain$0\n",
            expect![[r#"
                Date 2..12 2026-11-20
                Word 13..17 call
                Tag 26..32 #chess
                Anchor 33..36 ^b1
                Mark 64..67 [ ]
                Date 77..87 2026-12-01
                Mark done 90..93 [x]
                Date done 103..113 2026-11-01"#]],
        );
    }

    #[test]
    fn a_range_gives_only_what_is_in_it() {
        let vault = TestVault::new("//- a.md\n#one\n#two\n#th$0ree\n");
        let note = vault.cursor().note;
        assert_eq!(show(&vault, note, Span::new(5, 9)), "Tag 5..9 #two");
    }

    proptest! {
        #[test]
        fn tokens_are_apart_and_within_a_line(text in r"(---\n|tags: |due:2026-12-01|- \[ \] |2026-11-23 call|\[\[b\|?|\]\]|[-*>#\[\]()| \n\r1.é😀^_]|\{x: y\}){0,40}") {
            let vault = TestVault::from_files([("people/a.md".to_owned(), text.clone())]);
            let note = vault.vault.id("people/a.md").expect("it is a note");
            let mut end = 0;
            for token in semantic_tokens(vault.world(), note, EVERYTHING) {
                prop_assert!(token.span.start >= end);
                end = token.span.end;
                let source = text.get(std::ops::Range::from(token.span));
                prop_assert!(source.is_some_and(|source| !source.is_empty() && !source.contains(['\n', '\r'])));
            }
        }
    }
}
