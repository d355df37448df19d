//! Records in the message of an ordinary commit: a person's own words stay what they are, blocks come below them.
//!
//! [`super::encode`] writes a commit that is an interaction and nothing else. Here a commit that changes notes also tells
//! of the interactions written down in them, several where there are several (section 3 of the format reads such messages
//! already, as squashing makes them).

use super::{Block, Key, escape_into, known_key, paragraphs, with_lf, write_block};
use crate::Record;

/// Returns `message`, which holds no comment lines, with `records` below its text.
///
/// Each record is a paragraph of its summary and body, where its summary is not empty, and its block. A block in the message
/// with the id of a record is replaced in its place. Trailers that end the message (`Signed-off-by`) join the last block,
/// so that git still sees them. Where the message is empty the first record's summary becomes its title, unless a
/// title is `typed_later`: then two blank lines wait for it.
pub fn with_records(message: &str, records: &[Record], typed_later: bool) -> String {
    let message = with_lf(message);
    let mut text = message.trim_end().trim_start_matches('\n').to_owned();
    let added: Vec<&Record> = records
        .iter()
        .filter(|record| !replace(&mut text, record))
        .collect();
    let trailers = match added.is_empty() {
        true => String::new(),
        false => take_trailers(&mut text, typed_later),
    };
    let is_untitled = text.is_empty();
    let mut parts = vec![text];
    parts.retain(|text| !text.is_empty());
    for (index, record) in added.iter().enumerate() {
        let normalized = record.normalized();
        // The title that is typed will speak of the first one.
        let is_spoken_of = is_untitled && typed_later && index == 0;
        if !is_spoken_of && (parts.is_empty() || !record.summary.is_empty()) {
            parts.push(escaped(&normalized.summary));
            if !normalized.body.is_empty() {
                parts.push(escaped(&normalized.body));
            }
        }
        parts.push(block(&normalized));
    }
    let start = match is_untitled && typed_later {
        true => "\n\n",
        false => "",
    };
    let trailers = match trailers.is_empty() {
        true => trailers,
        false => format!("\n{trailers}"),
    };
    format!("{start}{}{trailers}\n", parts.join("\n\n"))
}

/// Returns whether `message` begins with a record, and so has no title of its own.
pub fn is_untitled(message: &str) -> bool {
    let message = with_lf(message);
    let all = paragraphs(&message);
    let first = all
        .first()
        .and_then(|first| Block::read(first.text(&message)));
    first.is_some_and(|block| has(&block, Key::Interaction) && has(&block, Key::Id))
}

fn has(block: &Block<'_>, wanted: Key) -> bool {
    let mut keys = block.trailers.iter().map(|(key, _)| known_key(key));
    keys.any(|key| key == Some(wanted))
}

fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    escape_into(text, &mut escaped);
    escaped
}

fn block(record: &Record) -> String {
    let mut block = String::new();
    write_block(record, &mut block);
    block.truncate(block.trim_end().len());
    block
}

/// Writes a record over the block with its id; returns whether there is one.
fn replace(text: &mut String, record: &Record) -> bool {
    let all = paragraphs(text);
    let found = all.iter().skip(1).find(|paragraph| {
        let block = Block::read(paragraph.text(text)).filter(|block| block.indent.is_empty());
        block.is_some_and(|block| {
            block
                .trailers
                .iter()
                .any(|(key, value)| known_key(key) == Some(Key::Id) && **value == *record.id)
        })
    });
    let Some(found) = found else { return false };
    text.replace_range(found.start..found.end, &block(&record.normalized()));
    true
}

/// Takes trailers that are no record's off the end of the text; empty where there are none. A title is not taken, but where
/// it is typed later.
fn take_trailers(text: &mut String, typed_later: bool) -> String {
    let all = paragraphs(text);
    let last = all.last().filter(|_| all.len() > 1 || typed_later);
    let Some(start) = last.map(|last| last.start) else {
        return String::new();
    };
    let block = Block::read(&text[start..]);
    if !block.is_some_and(|block| block.indent.is_empty() && !has(&block, Key::Interaction)) {
        return String::new();
    }
    let trailers = text.split_off(start);
    text.truncate(text.trim_end().len());
    trailers
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use note::{ContactId, value::When};
    use proptest::prelude::*;

    use super::*;
    use crate::record::{CommitText, decode};

    fn record(id: &str, summary: &str) -> Record {
        Record {
            id: id.into(),
            revision: 1,
            retracted: false,
            kind: "call".into(),
            on: When::parse("2026-11-20").expect("a day"),
            summary: summary.into(),
            body: Box::default(),
            contacts: vec![ContactId {
                path: "people/ada.md".into(),
                uid: None,
            }],
            initiated_by: None,
            gave: Vec::new(),
            received: Vec::new(),
            event: None,
            goal: None,
            other: Vec::new(),
        }
    }

    fn read(message: &str) -> Vec<Record> {
        let author_date = When::parse("2020-01-01").expect("a day");
        decode(CommitText {
            message,
            author_date,
        })
    }

    fn check(message: &str, records: &[Record], typed_later: bool, expected: &Expect) -> String {
        let with = with_records(message, records, typed_later);
        expected.assert_eq(&with);
        with
    }

    #[test]
    fn the_text_of_a_commit_stays_and_blocks_follow() {
        let with = check(
            "Notes of the week\n\nMuch of it.\n\n",
            &[
                record("aaaa", "call: Ada, the engine"),
                record("bbbb", "call: Ada"),
            ],
            false,
            &expect![[r#"
                Notes of the week

                Much of it.

                call: Ada, the engine

                Interaction: call
                Interaction-Id: aaaa
                Interaction-Date: 2026-11-20
                Contact: people/ada.md

                call: Ada

                Interaction: call
                Interaction-Id: bbbb
                Interaction-Date: 2026-11-20
                Contact: people/ada.md
            "#]],
        );
        let summaries: Vec<_> = read(&with)
            .into_iter()
            .map(|record| record.summary)
            .collect();
        assert_eq!(
            summaries,
            ["Notes of the week".into(), Box::<str>::from("call: Ada")]
        );
    }

    #[test]
    fn a_sign_off_stays_a_trailer_of_git() {
        check(
            "Notes\n\nSigned-off-by: Z <z@example.org>\nReviewed-by: Y\n",
            &[record("aaaa", "")],
            false,
            &expect![[r#"
                Notes

                Interaction: call
                Interaction-Id: aaaa
                Interaction-Date: 2026-11-20
                Contact: people/ada.md
                Signed-off-by: Z <z@example.org>
                Reviewed-by: Y
            "#]],
        );
        check(
            "Signed-off-by: Z\n",
            &[record("aaaa", "call: Ada")],
            true,
            &expect![[r#"


                Interaction: call
                Interaction-Id: aaaa
                Interaction-Date: 2026-11-20
                Contact: people/ada.md
                Signed-off-by: Z
            "#]],
        );
        check(
            "fix: one\n",
            &[record("aaaa", "")],
            false,
            &expect![[r#"
            fix: one

            Interaction: call
            Interaction-Id: aaaa
            Interaction-Date: 2026-11-20
            Contact: people/ada.md
        "#]],
        );
    }

    #[test]
    fn an_empty_message_waits_for_its_title_or_gets_one() {
        let later = check(
            "\n",
            &[
                record("aaaa", "call: Ada"),
                record("bbbb", "call: Ada, two"),
            ],
            true,
            &expect![[r#"


                Interaction: call
                Interaction-Id: aaaa
                Interaction-Date: 2026-11-20
                Contact: people/ada.md

                call: Ada, two

                Interaction: call
                Interaction-Id: bbbb
                Interaction-Date: 2026-11-20
                Contact: people/ada.md
            "#]],
        );
        assert!(is_untitled(&later));
        assert_eq!(read(&format!("typed{later}")).len(), 2);
        let now = check(
            "",
            &[record("aaaa", "call: Ada")],
            false,
            &expect![[r#"
            call: Ada

            Interaction: call
            Interaction-Id: aaaa
            Interaction-Date: 2026-11-20
            Contact: people/ada.md
        "#]],
        );
        assert!(!is_untitled(&now));
        assert!(
            !is_untitled("Interaction: call\n"),
            "a title may say anything"
        );
    }

    #[test]
    fn a_record_that_is_there_is_replaced() {
        let before = with_records(
            "Notes",
            &[record("aaaa", ""), record("bbbb", "call: Ada, two")],
            false,
        );
        let mut changed = record("aaaa", "call: Ada");
        changed.revision = 2;
        check(
            &before,
            &[changed],
            false,
            &expect![[r#"
            Notes

            Interaction: call
            Interaction-Id: aaaa
            Interaction-Date: 2026-11-20
            Revision: 2
            Contact: people/ada.md

            call: Ada, two

            Interaction: call
            Interaction-Id: bbbb
            Interaction-Date: 2026-11-20
            Contact: people/ada.md
        "#]],
        );
    }

    proptest! {
        #[test]
        fn every_record_is_read_back_and_the_text_stays(
            message in "[ -~\n]{0,60}",
            ids in proptest::collection::btree_set("[a-z]{6}", 1..4),
            summary in "[ -~]{0,30}",
            typed_later: bool,
        ) {
            let records: Vec<Record> = ids.iter().map(|id| record(id, &summary)).collect();
            let before = read(&message).len();
            let mut with = with_records(&message, &records, typed_later);
            if with.starts_with('\n') {
                with = format!("typed{with}");
            }
            let read = read(&with);
            prop_assert!(read.len() >= records.len() && read.len() <= records.len() + before, "{with}");
            for record in &records {
                let found = read.iter().find(|found| found.id == record.id).expect("it was added");
                prop_assert_eq!((&found.contacts, found.on, &found.kind), (&record.contacts, record.on, &record.kind));
            }
            let first = message.trim().lines().next().unwrap_or_default().trim();
            prop_assert!(with.contains(first));
        }
    }
}
