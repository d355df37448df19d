//! What is packed comes back, and bytes that nobody packed do no harm.

use proptest::prelude::*;

use super::*;
use crate::record::tests::any_record;

fn commit() -> impl Strategy<Value = Box<str>> {
    prop_oneof![
        "[0-9a-f]{40}",
        "[0-9a-f]{64}",
        "[0-9a-fA-F]{0,9}",
        "\\PC{0,9}",
    ]
    .prop_map(Into::into)
}

#[test]
fn an_instant_keeps_its_nanoseconds_and_a_far_day_its_year() {
    let mut interaction = Interaction {
        record: Record {
            id: "1".into(),
            revision: u32::MAX,
            retracted: true,
            kind: "call".into(),
            on: When::Instant {
                at: jiff::civil::date(2026, 11, 20).at(23, 59, 59, 999_999_999),
                offset: Offset::from_seconds(-93_599).unwrap(),
            },
            summary: "".into(),
            body: "".into(),
            contacts: vec![],
            initiated_by: None,
            gave: vec![],
            received: vec![],
            event: Some("".into()),
            goal: None,
            other: vec![("".into(), "".into())],
        },
        commit: "".into(),
    };
    for on in [
        interaction.record.on,
        When::Day(Date::MIN),
        When::Day(Date::MAX),
    ] {
        interaction.record.on = on;
        let mut bytes = Vec::new();
        put(&mut bytes, &interaction);
        assert_eq!(read(&bytes), interaction);
    }
}

#[test]
fn numbers_of_every_size_come_back() {
    for number in [0, 1, 127, 128, 16_383, 16_384, u64::MAX - 1, u64::MAX] {
        let mut bytes = Vec::new();
        put_number(&mut bytes, number);
        let mut reader = Reader::new(&bytes);
        assert_eq!(reader.number(), number);
        assert!(!reader.has_failed() && reader.remaining() == 0);
    }
}

#[test]
fn more_than_there_is_is_nothing_and_said() {
    for bytes in [
        &b""[..],
        b"\x05abc",
        b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
    ] {
        let mut reader = Reader::new(bytes);
        assert_eq!(reader.bytes(), b"");
        assert!(reader.has_failed());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_packed_comes_back(record in any_record(), commit in commit(), after in ".*") {
        let interaction = Interaction { record, commit };
        let mut bytes = Vec::new();
        put(&mut bytes, &interaction);
        let length = bytes.len();
        bytes.extend_from_slice(after.as_bytes());
        prop_assert_eq!(one(&bytes).len(), length);
        prop_assert_eq!(&read(&bytes), &interaction);
        prop_assert_eq!(Place::read(&bytes), Place::of(&interaction));
        let contacts = contact_offsets(&bytes).map(|offset| {
            read_contact(&mut Reader::new(&bytes[offset..])).to_owned()
        });
        prop_assert_eq!(contacts.collect::<Vec<_>>(), interaction.record.contacts);
    }

    #[test]
    fn bytes_of_any_kind_are_read_without_harm(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        read(&bytes);
        Place::read(&bytes);
        prop_assert!(contact_offsets(&bytes).all(|offset| offset <= bytes.len()));
    }
}
