//! The bytes of a cache: what was written is read, and nothing that has a right checksum does harm.

use note::ContactId;
use note::value::When;
use proptest::prelude::*;

use super::*;
use crate::{ContactMove, Interaction, Record};

fn oid(number: u8) -> Oid {
    Oid::from_bytes(&[number; 20]).unwrap()
}

fn contact(path: &str, uid: Option<&str>) -> ContactId {
    ContactId {
        path: path.into(),
        uid: uid.map(Into::into),
    }
}

fn interaction(number: u8) -> Interaction {
    let with = |number: u8| ContactId {
        path: format!("people/p{}.md", number % 3).into(),
        uid: number
            .is_multiple_of(2)
            .then(|| format!("uid-{number}").into()),
    };
    Interaction {
        record: Record {
            id: format!("id-{number}").into(),
            revision: 1,
            retracted: number.is_multiple_of(5),
            kind: "call".into(),
            on: When::parse("2026-11-20").unwrap(),
            summary: "call: Zoë".into(),
            body: "said\nmuch".into(),
            contacts: vec![with(number), with(number + 1)],
            initiated_by: None,
            gave: vec!["a book".into()],
            received: vec![],
            event: None,
            goal: None,
            other: vec![("Mood".into(), "good".into())],
        },
        commit: oid(number).to_string().into(),
    }
}

/// Returns a cache of everything that there can be in one.
fn whole() -> Vec<u8> {
    let mark = Mark {
        head: Some(oid(9)),
        cuts: vec![oid(1), oid(2)],
        program: None,
    };
    let committed = CommittedNotes {
        history: NoteHistory {
            first_commit: [("people/p0.md".into(), to_date(day_number(date())))]
                .into_iter()
                .collect(),
            moved: [("old.md".into(), "people/p0.md".into())]
                .into_iter()
                .collect(),
        },
        newest: Some(Age {
            generation: 7,
            seconds: -5,
            commit: oid(8),
        }),
        missing: vec![oid(3)],
    };
    let moves = vec![ContactMove {
        at: -1,
        old: contact("gone.md", Some("uid-gone")),
        new: contact("people/p1.md", None),
    }];
    let timeline = Timeline::new(
        (1..12).map(interaction).collect(),
        moves,
        NoteHistory::default(),
    );
    let commits = (1..10).rev().map(|number| (oid(number), u32::from(number)));
    image("vault/", &mark, &committed, commits.collect(), &timeline).unwrap()
}

fn date() -> jiff::civil::Date {
    jiff::civil::date(2026, 11, 20)
}

/// Puts the right length and checksum over whatever follows the header.
fn seal(mut bytes: Vec<u8>) -> Vec<u8> {
    let length = (bytes.len() - HEADER) as u64;
    let sum = crc32fast::hash(&bytes[HEADER..]);
    bytes[16..24].copy_from_slice(&length.to_le_bytes());
    bytes[24..28].copy_from_slice(&sum.to_le_bytes());
    bytes
}

/// Asks for everything that a cache has.
fn use_up(cached: Cached) {
    for commit in (0..12).map(oid) {
        cached.commits.generation(commit);
    }
    assert!(cached.commits.iter().count() <= cached.commits.len());
    let Some(mut timeline) = cached.timeline() else {
        return;
    };
    timeline.set_history(cached.committed.history);
    let ask = |timeline: &Timeline| {
        for path in ["people/p0.md", "people/p1.md", "", "old.md"] {
            timeline.of_contact(path, Some("uid-2"));
            timeline.last_contact(path, None);
        }
        let paths = timeline.contacts().into_values().map(|found| found.len());
        let named: usize = paths.sum();
        format!(
            "{named} {:?} {:?}",
            timeline.interactions(),
            timeline.retracted()
        )
    };
    ask(&timeline);
    timeline.extend(vec![interaction(3), interaction(40)], vec![]);
    ask(&timeline);
    let mut again = Vec::new();
    timeline.put_image(&mut again);
}

#[test]
fn what_was_written_is_read() {
    let bytes = whole();
    assert_eq!(seal(bytes.clone()), bytes);
    let cached = parse(bytes, "vault/", true).unwrap();
    assert_eq!(cached.mark.head, Some(oid(9)));
    assert_eq!(cached.mark.cuts, [oid(1), oid(2)]);
    assert!(cached.is_borrowed);
    assert_eq!(cached.commits.len(), 9);
    for number in 1..10 {
        let generation = cached.commits.generation(oid(number));
        assert_eq!(generation, Some(u32::from(number)));
    }
    assert_eq!(cached.commits.generation(oid(10)), None);
    assert_eq!(cached.commits.generation(oid(0)), None);
    let CommittedNotes {
        history,
        newest,
        missing,
    } = &cached.committed;
    assert_eq!(history.first_commit["people/p0.md"], date());
    assert_eq!(&*history.moved["old.md"], "people/p0.md");
    assert_eq!(newest.unwrap().seconds, -5);
    assert_eq!(missing, &[oid(3)]);
    let timeline = cached.timeline().unwrap();
    assert_eq!(timeline.interactions().len(), 9);
    assert_eq!(timeline.retracted().len(), 2);
    let gone = contact("gone.md", None);
    assert_eq!(timeline.present_path(&gone), "people/p1.md");
    use_up(cached);
}

#[test]
fn another_version_of_the_file_or_the_program_is_not_believed() {
    let mut newer = whole();
    newer[12..16].copy_from_slice(&(VERSION + 1).to_le_bytes());
    assert!(parse(seal(newer), "vault/", false).is_none());
    let mut other_program = whole();
    assert_eq!(&other_program[HEADER + 1..][..MADE_BY.len()], MADE_BY);
    other_program[HEADER + 1] ^= 1;
    assert!(parse(seal(other_program), "vault/", false).is_none());
    assert!(parse(whole(), "", false).is_none());
    assert!(parse(whole(), "vault/", false).is_some());
}

#[test]
fn a_cache_that_ends_too_early_is_none_or_is_used_without_harm() {
    let whole = whole();
    for end in HEADER..whole.len() {
        if let Some(cached) = parse(seal(whole[..end].to_vec()), "vault/", false) {
            use_up(cached);
        }
    }
}

proptest! {
    #[test]
    fn wrong_bytes_under_a_right_checksum_do_no_harm(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut bytes = whole();
        for (at, byte) in changes {
            let at = HEADER + at.index(bytes.len() - HEADER);
            bytes[at] = byte;
        }
        if let Some(cached) = parse(seal(bytes), "vault/", false) {
            use_up(cached);
        }
    }
}
