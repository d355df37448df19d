//! The codec: what is read, what is written, and that nothing typed as text becomes a record.

use std::fmt::Write as _;

use expect_test::{Expect, expect};
use jiff::civil::date;
use proptest::prelude::*;

use super::*;

fn author_date() -> When {
    When::parse("2026-11-23T09:30:15+01:00").unwrap()
}

fn decode_str(message: &str) -> Vec<Record> {
    decode(CommitText {
        message,
        author_date: author_date(),
    })
}

/// Shows what a message says: a line per record, then what it holds besides the usual.
#[expect(
    clippy::needless_pass_by_value,
    reason = "a snapshot is written where it is used"
)]
fn check(message: &str, expect: Expect) {
    let mut shown = String::new();
    for record in decode_str(message) {
        let Record {
            id,
            revision,
            retracted,
            kind,
            on,
            summary,
            body,
            contacts,
            initiated_by,
            gave,
            received,
            event,
            goal,
            other,
        } = record;
        writeln!(shown, "{id} {kind} {on} {summary:?}").unwrap();
        if revision != 1 || retracted {
            writeln!(shown, "  revision {revision}, retracted {retracted}").unwrap();
        }
        if !body.is_empty() {
            writeln!(shown, "  body {body:?}").unwrap();
        }
        for contact in contacts {
            writeln!(shown, "  with {:?} {:?}", contact.path, contact.uid).unwrap();
        }
        if let Some(initiated_by) = initiated_by {
            writeln!(shown, "  by {}", initiated_by.as_str()).unwrap();
        }
        for (key, values) in [("gave", gave), ("received", received)] {
            for value in values {
                writeln!(shown, "  {key} {value:?}").unwrap();
            }
        }
        for (key, value) in [("event", event), ("goal", goal)] {
            if let Some(value) = value {
                writeln!(shown, "  {key} {value:?}").unwrap();
            }
        }
        for (key, value) in other {
            writeln!(shown, "  other {key:?} {value:?}").unwrap();
        }
    }
    expect.assert_eq(&shown);
}

fn record() -> Record {
    Record {
        id: "01jd9p4m6x3r".into(),
        revision: 1,
        retracted: false,
        kind: "call".into(),
        on: When::parse("2026-11-20T15:00+01:00").unwrap(),
        summary: "call: Ada Lovelace, the engine's notes".into(),
        body: "Anything longer, in Markdown. [[Charles Babbage]] should see it.".into(),
        contacts: vec![
            contact("people/ada-lovelace.md", None),
            contact("people/charles-babbage.md", Some("urn:uuid:1")),
        ],
        initiated_by: Some(InitiatedBy::Me),
        gave: vec!["proof reading".into()],
        received: vec!["a date for the demonstration".into()],
        event: Some("events/royal-society-soiree.md".into()),
        goal: Some("goals/a-demonstration.md".into()),
        other: vec![],
    }
}

fn contact(path: &str, uid: Option<&str>) -> ContactId {
    ContactId {
        path: path.into(),
        uid: uid.map(Into::into),
    }
}

// ---- Writing ------------------------------------------------------------------------------------------------------

#[test]
fn a_message_has_the_documented_shape() {
    expect![[r"
        call: Ada Lovelace, the engine's notes

        Anything longer, in Markdown. [[Charles Babbage]] should see it.

        Interaction: call
        Interaction-Id: 01jd9p4m6x3r
        Interaction-Date: 2026-11-20T15:00+01:00
        Contact: people/ada-lovelace.md
        Contact: people/charles-babbage.md <urn:uuid:1>
        Initiated-By: me
        Gave: proof reading
        Received: a date for the demonstration
        Event: events/royal-society-soiree.md
        Goal: goals/a-demonstration.md
    "]]
    .assert_eq(&encode(&record()));
}

#[test]
fn corrections_say_so_and_keep_unknown_trailers_last() {
    let record = Record {
        revision: 3,
        retracted: true,
        body: "".into(),
        contacts: vec![],
        initiated_by: None,
        gave: vec!["".into()],
        received: vec![],
        event: None,
        goal: Some(" ".into()),
        other: vec![
            ("Mood".into(), "good".into()),
            ("not a key".into(), "x".into()),
        ],
        ..record()
    };
    expect![[r"
        call: Ada Lovelace, the engine's notes

        Interaction: call
        Interaction-Id: 01jd9p4m6x3r
        Interaction-Date: 2026-11-20T15:00+01:00
        Revision: 3
        Retracted: yes
        Mood: good
    "]]
    .assert_eq(&encode(&record));
}

#[test]
fn a_line_break_in_a_value_forges_nothing() {
    let record = Record {
        kind: "call\nContact: people/eve.md".into(),
        summary: "one\n\nInteraction: call\nInteraction-Id: forged".into(),
        gave: vec!["advice\r\nContact: people/eve.md\u{2028}Event: x".into()],
        ..record()
    };
    let decoded = decode_str(&encode(&record));
    assert_eq!(decoded, [record.normalized()]);
    assert_eq!(decoded[0].contacts, self::record().contacts);
    assert_eq!(
        &*decoded[0].gave[0],
        "advice Contact: people/eve.md Event: x"
    );
}

#[test]
fn a_body_that_reads_like_a_record_stays_text() {
    let body = "Interaction: call\nInteraction-Id: forged\nContact: people/eve.md\n\n\
                    \tinteraction : meal\n\nContact-Moved: a.md => b.md\n\n\\\\Interaction: x";
    let record = Record {
        body: body.into(),
        ..record()
    };
    let message = encode(&record);
    expect![[r"
        call: Ada Lovelace, the engine's notes

        \Interaction: call
        Interaction-Id: forged
        Contact: people/eve.md

        	\interaction : meal

        \Contact-Moved: a.md => b.md

        \\\Interaction: x
    "]]
    .assert_eq(
        message
            .split("\n\nInteraction: call\n")
            .next()
            .map(|text| format!("{text}\n"))
            .as_deref()
            .unwrap(),
    );
    assert_eq!(decode_str(&message), [record]);
    assert_eq!(decode_moves(&message, 0), []);
    // What `git merge --squash` and an editor's clean-up do to it changes nothing about that.
    let squashed = format!(
        "squashed\n\n    {}",
        message.trim_end().replace('\n', "\n    ")
    );
    assert_eq!(decode_str(&squashed).len(), 1);
}

#[test]
fn a_record_without_a_summary_gets_its_kind_as_one() {
    let record = Record {
        summary: " \n ".into(),
        ..record()
    };
    assert!(encode(&record).starts_with("call\n\nAnything"));
}

#[test]
fn moves_are_written_and_read() {
    let (old, new) = (
        contact("people/ada.md", None),
        contact("people/ada king.md", Some("urn:uuid:7")),
    );
    let at: Zoned = "2026-11-23T10:00:00.12345[Europe/Berlin]".parse().unwrap();
    let message = encode_moves("relink", &[(old.clone(), new.clone())], &at);
    expect![[r"
        relink: people/ada.md => people/ada king.md

        Contact-Moved: people/ada.md => people/ada king.md <urn:uuid:7>
        Moved-At: 2026-11-23T10:00:00.123+01:00
    "]]
    .assert_eq(&message);
    let at = at.timestamp().as_millisecond();
    let moved = ContactMove { at, old, new };
    assert_eq!(decode_moves(&message, 1), [moved]);
    assert_eq!(decode_str(&message), []);
    let none = "x\n\ncontact-moved: a =>\nContact-Moved: => b\nContact-Moved: c=>d";
    assert_eq!(decode_moves(none, 1), []);
}

#[test]
fn a_move_keeps_its_time_wherever_its_block_stands() {
    let message = "squashed\n\n    Moved-At: soon\n    Moved-At: 1815-12-10T10:00Z\n    Contact-Moved: a => b\n\n\
                   Contact-Moved: b => c\n\nMoved-At: 2026-01-01T10:00Z\n";
    let moves = decode_moves(message, 7);
    let times: Vec<i64> = moves.iter().map(|moved| moved.at).collect();
    assert_eq!(times, [-4_861_692_000_000, 7]);
}

// ---- Reading ------------------------------------------------------------------------------------------------------

#[test]
fn an_ordinary_commit_holds_nothing() {
    check("", expect![[""]]);
    check("fix the engine\n", expect![[""]]);
    check("fix\n\nSigned-off-by: A <a@example.org>\n", expect![[""]]);
    check("fix\n\nInteraction:\nInteraction-Id: 1\n", expect![[""]]);
    check(
        "fix\n\nWe have an\nInteraction: of a kind\nInteraction-Id: 1\n",
        expect![[""]],
    );
    // The title is not trailers, as in git.
    check("Interaction: call\nInteraction-Id: 1\n", expect![[""]]);
}

#[test]
fn every_trailer_is_read_in_any_case() {
    check(
        "\
call: Ada Lovelace

Interaction: Call
INTERACTION-ID : abc
interaction-date: 2026-11-20
revision: 2
Contact: people/ada lovelace.md
Contact: people/charles.md <urn:uuid:1>
Contact: people/ada lovelace.md
contact:../../etc/passwd
initiated-by: Them
Gave: proof reading,
  of Note G
Gave: 1984
Received:
Event: events/soiree.md
Goal: goals/demo.md
Mood: good
Signed-off-by: A <a@example.org>
(cherry picked from commit 0123456)
",
        expect![[r#"
            abc call 2026-11-20 "call: Ada Lovelace"
              revision 2, retracted false
              with "people/ada lovelace.md" None
              with "people/charles.md" Some("urn:uuid:1")
              with "../../etc/passwd" None
              by them
              gave "proof reading, of Note G"
              gave "1984"
              event "events/soiree.md"
              goal "goals/demo.md"
              other "Mood" "good"
              other "Signed-off-by" "A <a@example.org>"
        "#]],
    );
}

#[test]
fn what_a_copy_of_a_squash_says_of_itself_is_nobodys_text() {
    // An interactive squash of a copy (`-x`) of a squash of a branch, and of one more; then that was copied too.
    let message = "\
Squashed commit of the following:

commit 0123

    call: one

    Interaction: call
    Interaction-Id: 1

(cherry picked from commit 4567)

call: two

Interaction: call
Interaction-Id: 2
(cherry picked from commit 89ab)

Said later by hand.

(cherry picked from commit cdef)
(cherry picked from commit 0123)
";
    let records = decode_str(message);
    let texts = records.iter().map(|one| (&*one.summary, &*one.body));
    let texts: Vec<_> = texts.collect();
    assert_eq!(
        texts,
        [("call: one", ""), ("call: two", "Said later by hand.")]
    );
    let id = "0123456789".repeat(4);
    let message = format!(
        "Squashed commit of the following:\n\ncommit {id}\nAuthor: A <a@example.org>\n\n    call: one\n\n    \
         Interaction: call\n    Interaction-Id: 1\n\ncommit {id}\nAuthor: A <a@example.org>\n\n    no record\n\n    \
         here\n\ncall: two\n\n    indented\n\nInteraction: call\nInteraction-Id: 2\n"
    );
    let records = decode_str(&message);
    let texts = records.iter().map(|one| (&*one.summary, &*one.body));
    let texts: Vec<_> = texts.collect();
    assert_eq!(texts, [("call: one", ""), ("call: two", "    indented")]);
    // Of the text before a record nothing is left out.
    let quoted = Record {
        body: "(cherry picked from commit 0123)".into(),
        ..record()
    };
    assert_eq!(decode_str(&encode(&quoted)), [quoted]);
}

#[test]
fn what_cannot_be_read_is_kept_and_the_first_valid_value_counts() {
    let message = "\
x

Interaction: call
Interaction: meal
Interaction-Id: 1
Interaction-Date: yesterday
Interaction-Date: 2026-11-20
Interaction-Date: 2026-11-21
Revision: 0
Revision: many
Retracted: maybe
Initiated-By: someone
Event: a.md
Event: b.md
";
    check(
        message,
        expect![[r#"
            1 call 2026-11-20 "x"
              event "a.md"
              other "Interaction" "meal"
              other "Interaction-Date" "yesterday"
              other "Interaction-Date" "2026-11-21"
              other "Revision" "0"
              other "Revision" "many"
              other "Retracted" "maybe"
              other "Initiated-By" "someone"
              other "Event" "b.md"
        "#]],
    );
    let decoded = decode_str(message);
    assert_eq!(decode_str(&encode(&decoded[0])), decoded);
}

#[test]
fn any_paragraph_with_an_id_is_a_record_but_without_one_only_the_last() {
    check(
        "x\n\nInteraction: call\nInteraction-Id: 1\n\nand then\n\nInteraction: meal\n\nlast words",
        expect![[r#"
            1 call 2026-11-23 "x"
              body "and then\n\nInteraction: meal\n\nlast words"
        "#]],
    );
}

#[test]
fn a_squash_of_a_rebase_keeps_each_record_with_its_own_words() {
    check(
        "\
call: Ada

Long talk.

Interaction: call
Interaction-Id: 1

* meal: Charles

Interaction: meal
Interaction-Id: 2

Interaction: email
Interaction-Id: 3
",
        expect![[r#"
            1 call 2026-11-23 "call: Ada"
              body "Long talk."
            2 meal 2026-11-23 "meal: Charles"
            3 email 2026-11-23 "call: Ada"
        "#]],
    );
}

#[test]
fn a_squash_of_a_merge_is_indented_and_still_speaks() {
    check(
        "\
Squashed commit of the following:

commit 0123456789012345678901234567890123456789
Author: A <a@example.org>
Date:   Fri Nov 20 15:00:00 2026 +0100

    call: Ada

    Two
    lines.

        code

    Interaction: call
    Interaction-Id: 1
    Contact: people/ada.md
    Gave: a
      b

commit 1123456789012345678901234567890123456789
Author: A <a@example.org>
Date:   Fri Nov 20 15:00:00 2026 +0100

    meal: Charles

    Interaction: meal
    Interaction-Id: 2
",
        expect![[r#"
            1 call 2026-11-23 "call: Ada"
              body "Two\nlines.\n\n    code"
              with "people/ada.md" None
              gave "a b"
            2 meal 2026-11-23 "meal: Charles"
        "#]],
    );
}

#[test]
fn dividers_comments_and_foreign_line_ends_are_text() {
    check(
        "call: Ada\r\n\r\n# Notes\r\n\r\n---\r\n\r\nmore\r\n\r\nInteraction: call\r\nInteraction-Id: 1\r\n",
        expect![[r##"
            1 call 2026-11-23 "call: Ada"
              body "# Notes\n\n---\n\nmore"
        "##]],
    );
    check(
        "call:\rAda\r\rInteraction: call\rInteraction-Id: 1",
        expect![[r#"
            1 call 2026-11-23 "call: Ada"
        "#]],
    );
}

#[test]
fn control_characters_in_what_is_read_are_kept_for_the_printer_to_show() {
    let records = decode_str("x\n\nInteraction: call\nInteraction-Id: 1\nGave: \x1b[31mred\n");
    assert_eq!(&*records[0].gave[0], "\x1b[31mred");
}

#[test]
fn long_messages_cost_no_more_than_their_length() {
    // Each of these once made some reader quadratic; the test is that it ends.
    let n = 60_000;
    for part in [
        "word\n\n",
        "    word\n\n",
        "Interaction: call\nInteraction-Id: 1\n\n",
        "    Interaction: call\n    Interaction-Id: 1\n\n",
        "\\\\\\\\Interaction: call\n",
    ] {
        decode_str(&format!("x\n\n{}", part.repeat(n)));
    }
    let mut message = "x\n\nInteraction: call\n".to_owned();
    for index in 0..n {
        write!(message, "Contact: {index}.md\n more\n").unwrap();
    }
    assert_eq!(decode_str(&message)[0].contacts.len(), n);
}

#[test]
fn the_cheap_question_agrees_with_the_reader() {
    assert!(!may_speak(
        b"fix the interaction: of things\n\nno interaction: here"
    ));
    assert!(!may_speak(b"Interaction-Id: 1"));
    assert!(may_speak(b"x\n\n\t INTERACTION \t: call"));
    assert!(may_speak(b"x\rcontact-moved: a => b"));
    assert!(may_speak(encode(&record()).as_bytes()));
    let at: Zoned = "2026-11-23T10:00[UTC]".parse().unwrap();
    assert!(may_speak(
        encode_moves("merge", &[(contact("a", None), contact("b", None))], &at).as_bytes()
    ));
}

// ---- Identity -----------------------------------------------------------------------------------------------------

#[test]
fn a_record_without_an_id_is_known_by_its_content() {
    let message = "call: Ada\n\nInteraction: call\nContact: b.md\nContact: a.md <u>\n";
    let [record] = decode_str(message).try_into().unwrap();
    // printf 'ties-interaction 1\n2026-11-23T09:30:15+01:00\ncall\na.md <u>\nb.md\n\ncall: Ada\n' | git hash-object --stdin
    assert_eq!(&*record.id, "v9hezm9cpx52");
    // Neither order, nor what stands around it, nor how it is typed makes another of it.
    let moved = "Squashed\n\n    call: Ada\n\n    interaction:  Call\n    Contact: a.md <u>\n    Contact: b.md\n    Contact: b.md\n    Mood: x";
    assert_eq!(decode_str(moved)[0].id, record.id);
    assert_ne!(
        decode_str(&message.replace("a.md", "c.md"))[0].id,
        record.id
    );
    let dated =
        decode_str(&message.replace("Contact: b", "Interaction-Date: 2026-11-23\nContact: b"));
    assert_ne!(dated[0].id, record.id);
    assert_eq!(dated[0].on, When::Day(date(2026, 11, 23)));
}

#[test]
fn new_ids_are_ordered_by_time_and_never_repeat() {
    let now = Timestamp::from_millisecond(1_732_233_600_000).unwrap();
    let mut ids: Vec<_> = (0..20_000).map(|_| new_id(now)).collect();
    assert!(
        ids.iter()
            .all(|id| id.len() == 12 && id.starts_with("01jd8"))
    );
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 20_000);
    let later = Timestamp::from_millisecond(1_732_233_600_000 + (1 << 20)).unwrap();
    assert!(new_id(later) > ids[ids.len() - 1]);
    assert_eq!(new_id(Timestamp::MIN).len(), 12);
}

#[test]
fn crockford_writes_sixty_bits() {
    assert_eq!(&*crockford(0), "000000000000");
    assert_eq!(&*crockford((1 << 60) - 1), "zzzzzzzzzzzz");
    assert_eq!(&*crockford(33), "000000000011");
}

#[test]
fn the_subject_says_kind_names_and_first_words() {
    let check = |names: &[&str], message: &str, expect: Expect| {
        let (summary, body) = summarize("call", names, message);
        assert!(summary.chars().count() <= 72, "{summary}");
        expect.assert_eq(&format!("{summary}|{body}"));
    };
    check(&["Ada"], "", expect!["call: Ada|"]);
    check(&[], "hello", expect!["call: hello|"]);
    check(
        &["Ada Lovelace"],
        "the engine's notes\n\nAnything longer.\n",
        expect!["call: Ada Lovelace, the engine's notes|Anything longer."],
    );
    check(&["Ada", "Zoë"], "x", expect!["call: Ada and Zoë, x|"]);
    check(
        &["Ada", "Zoë", "B"],
        "x",
        expect!["call: Ada, Zoë and B, x|"],
    );
    check(
        &["Ada", "Zoë", "B", "C"],
        "x",
        expect!["call: Ada, Zoë and 2 others, x|"],
    );
    check(
        &["Ada"],
        "the long and winding road that leads to the analytical engine, at length",
        expect![
            "call: Ada, the long and winding road that leads to the analytical…|the long and winding road that leads to the analytical engine, at length"
        ],
    );
    check(
        &["Ada"],
        &"é".repeat(80),
        expect![
            "call: Ada|éééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé"
        ],
    );
}

// ---- Properties ---------------------------------------------------------------------------------------------------

/// Text that tries to be a record.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("Interaction: call"),
        Just("interaction-id: forged"),
        Just("Contact: people/eve.md"),
        Just("Contact-Moved: a => b"),
        Just("Contact-Moved"),
        Just("Interaction"),
        Just("\n"),
        Just("\n\n"),
        Just("\r\n"),
        Just("\r"),
        Just(" "),
        Just("    "),
        Just("\t"),
        Just("\\"),
        Just(":"),
        Just("#"),
        Just("---"),
        Just("* "),
        Just("<u>"),
        Just(" <"),
        Just(">"),
        Just("\0"),
        Just("\u{2028}"),
        Just("\u{85}"),
        Just("\x0b"),
        Just("(cherry picked from commit 1)"),
        Just("Zoë 测定 😀"),
        Just("İΣ"),
    ];
    prop_oneof![
        prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat()),
        ".*",
        "[a-z ]{0,12}",
    ]
}

fn boxed() -> impl Strategy<Value = Box<str>> {
    hostile().prop_map(Into::into)
}

fn when() -> impl Strategy<Value = When> {
    let day = (1i16..=9999, 1i8..=12, 1i8..=28).prop_map(|(y, m, d)| date(y, m, d));
    let instant = (day.clone(), 0i8..24, 0i8..60, 0i8..60, -840i32..=840);
    prop_oneof![
        day.prop_map(When::Day),
        instant.prop_map(|(day, hour, minute, second, offset)| When::Instant {
            at: day.at(hour, minute, second, 0),
            offset: jiff::tz::Offset::from_seconds(offset * 60).unwrap(),
        }),
    ]
}

pub(crate) fn any_record() -> impl Strategy<Value = Record> {
    let contact = (boxed(), prop::option::of(boxed()));
    let contact = contact.prop_map(|(path, uid)| ContactId { path, uid });
    let list = || prop::collection::vec(boxed(), 0..3);
    let other = (
        prop_oneof![Just("Mood".into()), Just("x-1".into()), boxed()],
        boxed(),
    );
    let other = other.prop_filter("is an unknown key", |(key, _): &(Box<str>, Box<str>)| {
        known_key(key).is_none()
    });
    (
        (boxed(), any::<u32>(), any::<bool>(), boxed(), when()),
        (boxed(), boxed(), prop::collection::vec(contact, 0..4)),
        prop::option::of(prop_oneof![Just(InitiatedBy::Me), Just(InitiatedBy::Them)]),
        (list(), list()),
        (prop::option::of(boxed()), prop::option::of(boxed())),
        prop::collection::vec(other, 0..3),
    )
        .prop_map(
            |(
                (id, revision, retracted, kind, on),
                (summary, body, contacts),
                initiated_by,
                (gave, received),
                (event, goal),
                other,
            )| Record {
                id,
                revision,
                retracted,
                kind,
                on,
                summary,
                body,
                contacts,
                initiated_by,
                gave,
                received,
                event,
                goal,
                other,
            },
        )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read_back_and_nothing_else(record in any_record()) {
        let message = encode(&record);
        prop_assert!(!message.contains(['\r', '\0']));
        let decoded = decode_str(&message);
        prop_assert_eq!(&decoded, &[record.normalized()]);
        prop_assert_eq!(decoded[0].normalized(), decoded[0].clone());
        prop_assert_eq!(decode_moves(&message, 0), []);
        prop_assert!(may_speak(message.as_bytes()));
    }

    #[test]
    fn a_squash_keeps_every_id(records in prop::collection::vec(any_record(), 1..4)) {
        let messages: Vec<String> = records.iter().map(encode).collect();
        let ids: Vec<_> = records.iter().map(|record| record.normalized().id).collect();
        let ids_of = |message: &str| -> Vec<_> {
            decode_str(message).into_iter().map(|record| record.id).collect()
        };
        prop_assert_eq!(&ids_of(&messages.join("\n")), &ids);
        let indented: Vec<String> = messages
            .iter()
            .map(|message| format!("    {}\n", message.replace('\n', "\n    ")))
            .collect();
        prop_assert_eq!(&ids_of(&format!("Squashed\n\n{}", indented.join("commit 1\n\n"))), &ids);
    }

    #[test]
    fn no_message_panics_and_the_cheap_question_misses_none(message in hostile()) {
        let spoke = !decode_str(&message).is_empty() || !decode_moves(&message, 0).is_empty();
        prop_assert!(!spoke || may_speak(message.as_bytes()));
    }
}
