//! `textDocument/semanticTokens`: full, range, and what changed since the last answer.

use std::{collections::BTreeMap, path::PathBuf};

use ide::{Token, TokenKind};
use note::{NoteKind, Span};
use parking_lot::Mutex;
use tower_lsp::ls_types::{
    Range, SemanticToken, SemanticTokenModifier, SemanticTokenType, SemanticTokens,
    SemanticTokensDelta, SemanticTokensEdit, SemanticTokensFullDeltaResult, SemanticTokensLegend,
};

use crate::{from_proto, server::Ask, state::Located, to_proto, uri};

/// The types of tokens, by their numbers. Those of the protocol where one fits, since themes colour them.
const TYPES: [SemanticTokenType; 11] = [
    SemanticTokenType::CLASS,
    SemanticTokenType::NAMESPACE,
    SemanticTokenType::EVENT,
    SemanticTokenType::INTERFACE,
    SemanticTokenType::VARIABLE,
    SemanticTokenType::new("label"),
    SemanticTokenType::DECORATOR,
    SemanticTokenType::PROPERTY,
    SemanticTokenType::ENUM_MEMBER,
    SemanticTokenType::NUMBER,
    SemanticTokenType::OPERATOR,
];

/// What may be said of a token besides, by bits.
const MODIFIERS: [SemanticTokenModifier; 2] = [
    SemanticTokenModifier::new("unresolved"),
    SemanticTokenModifier::new("done"),
];
const UNRESOLVED: u32 = 1;
const DONE: u32 = 2;

pub(crate) fn legend() -> SemanticTokensLegend {
    SemanticTokensLegend {
        token_types: TYPES.to_vec(),
        token_modifiers: MODIFIERS.to_vec(),
    }
}

/// The last full answer for each open document, so that the next can say what changed.
#[derive(Default)]
pub(crate) struct Sent(Mutex<Answers>);

#[derive(Default)]
struct Answers {
    /// The number of the last answer.
    last: u64,
    by_file: BTreeMap<PathBuf, (u64, Vec<SemanticToken>)>,
}

impl Sent {
    /// Remembers an answer; returns its id and the one before it.
    fn remember(
        &self,
        ask: &Ask<'_>,
        file: PathBuf,
        tokens: &[SemanticToken],
    ) -> (String, Option<(String, Vec<SemanticToken>)>) {
        let mut answers = self.0.lock();
        answers.last += 1;
        let id = answers.last;
        // Nobody asks about a closed document again.
        answers
            .by_file
            .retain(|file, _| ask.state.documents.contains_key(file));
        let before = answers.by_file.insert(file, (id, tokens.to_vec()));
        (
            id.to_string(),
            before.map(|(id, tokens)| (id.to_string(), tokens)),
        )
    }
}

pub(crate) fn full(ask: &Ask<'_>, sent: &Sent, uri: &str) -> Option<SemanticTokens> {
    let tokens = all(ask, uri)?;
    let (id, _) = sent.remember(ask, uri::to_path(uri)?, &tokens);
    Some(SemanticTokens {
        result_id: Some(id),
        data: tokens,
    })
}

/// Returns what changed since the answer called `previous`; all where that is not the last.
pub(crate) fn delta(
    ask: &Ask<'_>,
    sent: &Sent,
    uri: &str,
    previous: &str,
) -> Option<SemanticTokensFullDeltaResult> {
    let tokens = all(ask, uri)?;
    let (id, before) = sent.remember(ask, uri::to_path(uri)?, &tokens);
    Some(match before {
        Some((before, old)) if before == previous => {
            SemanticTokensFullDeltaResult::TokensDelta(SemanticTokensDelta {
                result_id: Some(id),
                edits: change(&old, &tokens).into_iter().collect(),
            })
        }
        _ => SemanticTokensFullDeltaResult::Tokens(SemanticTokens {
            result_id: Some(id),
            data: tokens,
        }),
    })
}

pub(crate) fn range(ask: &Ask<'_>, uri: &str, range: Range) -> Option<SemanticTokens> {
    let (at, world) = ask.note(uri)?;
    let lines = &at.lines;
    let span = from_proto::span(&lines.index, &lines.text, range, ask.client.encoding);
    let tokens = ide::semantic_tokens(world, at.note, span);
    Some(SemanticTokens {
        result_id: None,
        data: encode(ask, &at, tokens),
    })
}

fn all(ask: &Ask<'_>, uri: &str) -> Option<Vec<SemanticToken>> {
    let (at, world) = ask.note(uri)?;
    let span = Span::new(0, at.lines.index.text_len());
    let tokens = ide::semantic_tokens(world, at.note, span);
    Some(encode(ask, &at, tokens))
}

/// Returns the one edit that makes `new` of `old`; `None` where they are the same.
fn change(old: &[SemanticToken], new: &[SemanticToken]) -> Option<SemanticTokensEdit> {
    let same = |(a, b): &(&SemanticToken, &SemanticToken)| a == b;
    let start = old.iter().zip(new).take_while(same).count();
    let (old, new) = (&old[start..], &new[start..]);
    let end = old
        .iter()
        .rev()
        .zip(new.iter().rev())
        .take_while(same)
        .count();
    let (removed, added) = (old.len() - end, &new[..new.len() - end]);
    // The protocol counts the five numbers of each token.
    (removed > 0 || !added.is_empty()).then(|| SemanticTokensEdit {
        start: start as u32 * 5,
        delete_count: removed as u32 * 5,
        data: (!added.is_empty()).then(|| added.to_vec()),
    })
}

/// Returns tokens as the protocol packs them: each by its distance from the one before.
fn encode(ask: &Ask<'_>, at: &Located<'_>, tokens: Vec<Token>) -> Vec<SemanticToken> {
    let (mut line, mut column) = (0, 0);
    let encoded = tokens.into_iter().map(|token| {
        let range = to_proto::range(&at.lines, token.span, ask.client.encoding);
        if range.start.line != line {
            column = 0;
        }
        let (token_type, token_modifiers_bitset) = number(&token);
        let encoded = SemanticToken {
            delta_line: range.start.line - line,
            delta_start: range.start.character - column,
            length: range.end.character - range.start.character,
            token_type,
            token_modifiers_bitset,
        };
        (line, column) = (range.start.line, range.start.character);
        encoded
    });
    encoded.collect()
}

/// Returns the number of a token's type and the bits of its modifiers.
fn number(token: &Token) -> (u32, u32) {
    let number = match token.kind {
        TokenKind::Link(NoteKind::Contact | NoteKind::Me) => 0,
        TokenKind::Link(NoteKind::Organization) => 1,
        TokenKind::Link(NoteKind::Event) => 2,
        TokenKind::Link(NoteKind::Goal) => 3,
        TokenKind::Link(NoteKind::Plain) | TokenKind::BrokenLink => 4,
        TokenKind::Anchor => 5,
        TokenKind::Tag => 6,
        TokenKind::Key => 7,
        TokenKind::Word => 8,
        TokenKind::Date => 9,
        TokenKind::Mark => 10,
    };
    let unresolved = if token.kind == TokenKind::BrokenLink {
        UNRESOLVED
    } else {
        0
    };
    (number, unresolved | if token.is_done { DONE } else { 0 })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn token(delta_line: u32) -> SemanticToken {
        SemanticToken {
            delta_line,
            delta_start: 0,
            length: 1,
            token_type: 0,
            token_modifiers_bitset: 0,
        }
    }

    #[test]
    fn nothing_changed_is_no_edit() {
        let tokens = [token(1), token(2)];
        assert_eq!(change(&tokens, &tokens), None);
    }

    proptest! {
        #[test]
        fn the_edit_makes_the_new_of_the_old(
            old in proptest::collection::vec(0..3u32, 0..12),
            new in proptest::collection::vec(0..3u32, 0..12),
        ) {
            let old: Vec<_> = old.into_iter().map(token).collect();
            let new: Vec<_> = new.into_iter().map(token).collect();
            let mut made = old.clone();
            if let Some(edit) = change(&old, &new) {
                let start = edit.start as usize / 5;
                let end = start + edit.delete_count as usize / 5;
                made.splice(start..end, edit.data.unwrap_or_default());
            }
            prop_assert_eq!(made, new);
        }
    }
}
