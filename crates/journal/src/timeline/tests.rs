//! Convergence, order and the paths that moved.

use expect_test::{Expect, expect};
use note::value::When;
use proptest::prelude::*;

use super::*;

/// An interaction with `contacts` (`path` or `path <uid>`, after commas).
fn interaction(id: &str, revision: u32, on: &str, contacts: &str) -> Interaction {
    let contacts = contacts.split(", ").filter(|contact| !contact.is_empty());
    let contacts = contacts.map(to_contact);
    Interaction {
        record: Record {
            id: id.into(),
            revision,
            retracted: false,
            kind: "call".into(),
            on: When::parse(on).unwrap(),
            summary: "call".into(),
            body: "".into(),
            contacts: contacts.collect(),
            initiated_by: None,
            gave: vec![],
            received: vec![],
            event: None,
            goal: None,
            other: vec![],
        },
        commit: format!("c-{id}-{revision}").into(),
    }
}

fn contact(path: &str, uid: Option<&str>) -> ContactId {
    ContactId {
        path: path.into(),
        uid: uid.map(Into::into),
    }
}

/// Reads `path` or `path <uid>`.
fn to_contact(text: &str) -> ContactId {
    match text.split_once(" <") {
        Some((path, uid)) => contact(path, Some(uid.trim_end_matches('>'))),
        None => contact(text, None),
    }
}

/// The notes of a vault, each as `path` or `path <uid>`.
struct Present(Vec<ContactId>);

impl Present {
    fn new(notes: &[&str]) -> Self {
        Self(notes.iter().map(|note| to_contact(note)).collect())
    }
}

impl Notes for Present {
    fn has_path(&self, path: &str) -> bool {
        self.0.iter().any(|note| *note.path == *path)
    }

    fn has_uid(&self, uid: &str) -> bool {
        self.0.iter().any(|note| note.uid.as_deref() == Some(uid))
    }
}

fn moves(moves: &[(&str, &str)]) -> Vec<ContactMove> {
    let moves = moves
        .iter()
        .enumerate()
        .map(|(at, (old, new))| ContactMove {
            at: i64::try_from(at).unwrap(),
            old: to_contact(old),
            new: to_contact(new),
        });
    moves.collect()
}

fn renamed(renames: &[(&str, &str)]) -> NoteHistory {
    NoteHistory {
        moved: renames
            .iter()
            .map(|(old, new)| ((*old).into(), (*new).into()))
            .collect(),
        ..NoteHistory::default()
    }
}

fn ids(interactions: &[&Interaction]) -> String {
    let ids: Vec<&str> = interactions.iter().map(|i| &*i.record.id).collect();
    ids.join(" ")
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "a snapshot is written where it is used"
)]
fn check(timeline: &Timeline, path: &str, uid: Option<&str>, expect: Expect) {
    let found = timeline.of_contact(path, uid);
    expect.assert_eq(&ids(&found));
    assert_eq!(
        timeline.last_contact(path, uid),
        found.first().map(|newest| newest.record.on.day())
    );
}

#[test]
fn newest_come_first_and_a_day_is_the_day_in_its_own_offset() {
    let timeline = Timeline::new(
        vec![
            interaction("noon", 1, "2026-11-20", ""),
            interaction("old", 1, "2019-01-01", ""),
            interaction("early", 1, "2026-11-20T08:00+00:00", ""),
            // Earlier as an instant than `early`, but of the next day where it took place.
            interaction("auckland", 1, "2026-11-21T00:30+13:00", ""),
            interaction("late", 1, "2026-11-20T23:30-10:00", ""),
            interaction("noon2", 1, "2026-11-20", ""),
        ],
        vec![],
        NoteHistory::default(),
    );
    let all: Vec<&Interaction> = timeline.interactions().iter().collect();
    expect!["auckland late noon2 noon early old"].assert_eq(&ids(&all));
}

#[test]
fn the_highest_revision_counts_wherever_it_stands() {
    let timeline = Timeline::new(
        vec![
            interaction("a", 2, "2026-11-20", "new.md"),
            interaction("a", 1, "2026-11-22", "old.md"),
        ],
        vec![],
        NoteHistory::default(),
    );
    check(&timeline, "new.md", None, expect!["a"]);
    check(&timeline, "old.md", None, expect![""]);
}

#[test]
fn of_copies_of_one_block_the_greater_text_counts() {
    let with = |summary: &str, body: &str, commit: &str| {
        let mut one = interaction("a", 1, "2026-11-01", "");
        (one.record.summary, one.record.body) = (summary.into(), body.into());
        one.commit = commit.into();
        one
    };
    let winner = |records: &[Interaction]| {
        let timeline = Timeline::new(records.to_vec(), vec![], NoteHistory::default());
        assert_eq!(timeline.interactions().len(), 1);
        timeline.interactions().iter().next().cloned().unwrap()
    };
    let (short, long) = (with("call", "", "1"), with("call", "said more", "2"));
    let other = with("video", "", "3");
    assert_eq!(winner(&[short.clone(), long.clone()]), long);
    assert_eq!(winner(&[long.clone(), short.clone()]), long);
    assert_eq!(winner(&[long.clone(), other.clone(), short]), other);
    let copy = with("call", "said more", "1");
    assert_eq!(winner(&[long, copy.clone()]), copy);
}

#[test]
fn a_retraction_wins_over_its_equal_and_a_later_revision_restores() {
    let mut retraction = interaction("a", 2, "2026-11-20", "ada.md");
    retraction.record.retracted = true;
    let mut records = vec![interaction("a", 2, "2026-11-20", "ada.md"), retraction];
    let timeline = Timeline::new(records.clone(), vec![], NoteHistory::default());
    assert!(timeline.interactions().is_empty());
    assert_eq!(timeline.find("a"), Found::None);
    assert_eq!(timeline.retracted().len(), 1);
    assert!(matches!(timeline.find_retracted("a"), Found::One(_)));
    records.push(interaction("a", 3, "2026-11-20", "ada.md"));
    let timeline = Timeline::new(records, vec![], NoteHistory::default());
    check(&timeline, "ada.md", None, expect!["a"]);
}

#[test]
fn a_contact_is_found_by_path_by_uid_and_by_where_the_path_went() {
    let timeline = Timeline::new(
        vec![
            interaction("plain", 1, "2026-11-01", "ada.md"),
            interaction("uid", 1, "2026-11-02", "ada.md <u1>"),
            interaction("moved", 1, "2026-11-03", "lovelace.md"),
            interaction("elsewhere", 1, "2026-11-04", "gone.md <u1>"),
            interaction("namesake", 1, "2026-11-05", "ada.md <u2>"),
            interaction("twice", 1, "2026-11-06", "ada.md, ada.md <u1>, lovelace.md"),
            interaction("other", 1, "2026-11-07", "charles.md"),
        ],
        moves(&[("lovelace.md", "countess.md")]),
        renamed(&[("countess.md", "ada.md")]),
    );
    check(
        &timeline,
        "ada.md",
        Some("u1"),
        expect!["twice elsewhere moved uid plain"],
    );
    check(
        &timeline,
        "ada.md",
        None,
        expect!["twice namesake moved uid plain"],
    );
    check(&timeline, "somewhere.md", Some("u2"), expect!["namesake"]);
    check(&timeline, "nobody.md", None, expect![""]);
    let named = contact("lovelace.md", None);
    assert_eq!(timeline.present_path(&named), "ada.md");
    assert_eq!(
        timeline
            .contacts()
            .keys()
            .map(|c| &*c.path)
            .collect::<Vec<_>>(),
        [
            "ada.md",
            "ada.md",
            "ada.md",
            "charles.md",
            "gone.md",
            "lovelace.md"
        ]
    );
}

#[test]
fn a_uid_that_no_note_has_any_more_leaves_the_path_to_decide() {
    let timeline = Timeline::new(
        vec![
            interaction("old-uid", 1, "2026-11-01", "ada.md <u1>"),
            interaction("merged", 1, "2026-11-02", "twin.md <u2>"),
            interaction("namesake", 1, "2026-11-03", "ada.md <u3>"),
        ],
        moves(&[("twin.md", "ada.md")]),
        NoteHistory::default(),
    );
    let notes = Present::new(&["ada.md <u4>", "other.md <u3>"]);
    let found = timeline.of_contact_among("ada.md", Some("u4"), &notes);
    expect!["merged old-uid"].assert_eq(&ids(&found));
    let newest = timeline.newest_among("ada.md", Some("u4"), &notes);
    assert_eq!(newest, found.first().copied());
    check(&timeline, "ada.md", Some("u4"), expect![""]);
}

#[test]
fn moves_follow_their_dates_and_never_run_in_a_circle() {
    let present = |relinks: &[(&str, &str)], renames: &[(&str, &str)], path: &str| {
        let timeline = Timeline::new(vec![], moves(relinks), renamed(renames));
        timeline.present_path(&contact(path, None)).to_owned()
    };
    assert_eq!(present(&[("a", "b"), ("b", "c")], &[], "a"), "c");
    assert_eq!(present(&[("a", "b"), ("a", "c")], &[], "a"), "c");
    // On one machine two notes were made one, on another meanwhile a third and one of them.
    assert_eq!(present(&[("b", "a"), ("c", "b")], &[], "c"), "a");
    // Taken back: what leads to `a` ends there.
    assert_eq!(present(&[("a", "b"), ("b", "a")], &[], "a"), "a");
    assert_eq!(present(&[("a", "b"), ("b", "a")], &[], "b"), "a");
    assert_eq!(
        present(&[("a", "b"), ("b", "c"), ("c", "a")], &[], "b"),
        "a"
    );
    assert_eq!(present(&[("a", "a")], &[], "a"), "a");
    // Rename and relink against each other: an end is reached, the same each time.
    assert_eq!(present(&[("b", "a")], &[("a", "b")], "a"), "b");
    assert_eq!(
        present(
            &[("b", "c"), ("c", "b")],
            &[("a", "b"), ("b", "d"), ("d", "b")],
            "a"
        ),
        "d"
    );
}

#[test]
fn a_note_that_is_there_again_has_its_history_again() {
    let timeline = Timeline::new(
        vec![
            interaction("path", 1, "2026-11-01", "twin.md"),
            interaction("uid", 1, "2026-11-02", "twin.md <u2>"),
            interaction("own", 1, "2026-11-03", "ada.md"),
            interaction("older", 1, "2026-11-04", "old.md"),
        ],
        moves(&[("twin.md <u2>", "ada.md <u1>")]),
        renamed(&[("old.md", "twin.md")]),
    );
    let of = |notes: &[&str], path: &str, uid: Option<&str>| {
        ids(&timeline.of_contact_among(path, uid, &Present::new(notes)))
    };
    let merged: &[&str] = &["ada.md <u1>"];
    assert_eq!(of(merged, "ada.md", Some("u1")), "older own uid path");
    // As after `git checkout` of what a merge has removed.
    let undone: &[&str] = &["ada.md <u1>", "twin.md <u2>"];
    assert_eq!(of(undone, "ada.md", Some("u1")), "own");
    assert_eq!(of(undone, "twin.md", Some("u2")), "older uid path");
}

#[test]
fn a_uid_leads_on_where_its_old_path_is_another_note() {
    let timeline = Timeline::new(
        vec![
            interaction("before", 1, "2026-11-01", "ada.md <u2>"),
            interaction("namesake", 1, "2026-11-02", "ada.md"),
            interaction("after", 1, "2026-11-03", "twin.md <u2>"),
        ],
        moves(&[
            ("twin.md <u2>", "countess.md <u1>"),
            ("x.md <u1>", "y.md <u9>"),
            ("y.md <u9>", "countess.md <u1>"),
        ]),
        renamed(&[("countess.md", "lovelace.md")]),
    );
    let notes = Present::new(&["ada.md", "elsewhere.md <u1>"]);
    let of = |path, uid| ids(&timeline.of_contact_among(path, uid, &notes));
    assert_eq!(of("ada.md", None), "namesake");
    assert_eq!(of("elsewhere.md", Some("u1")), "after before");
    // Without the uid the path is followed.
    let notes = Present::new(&["ada.md", "lovelace.md"]);
    let of = |path, uid| ids(&timeline.of_contact_among(path, uid, &notes));
    assert_eq!(of("lovelace.md", None), "after before");
    let gone = Present::new(&["ada.md"]);
    // Rather nobody's than the namesake's.
    assert_eq!(timeline.reach(&contact("ada.md", Some("u2")), &gone), None);
    let lost = timeline.unresolved(&gone);
    let lost = lost
        .iter()
        .map(|(contact, with)| (&*contact.path, ids(with)));
    assert_eq!(
        lost.collect::<Vec<_>>(),
        [
            ("ada.md", "before".to_owned()),
            ("twin.md", "after".to_owned())
        ]
    );
}

#[test]
fn an_id_is_found_by_a_unique_start_of_four_characters() {
    let timeline = Timeline::new(
        vec![
            interaction("01jd9p4m6x3r", 1, "2026-11-01", ""),
            interaction("01jd9p4m6x3s", 1, "2026-11-02", ""),
            interaction("01jd9pzzzzzz", 1, "2026-11-03", ""),
            interaction("01jd", 1, "2026-11-04", ""),
        ],
        vec![],
        NoteHistory::default(),
    );
    let find = |id| match timeline.find(id) {
        Found::One(one) => one.record.id.to_string(),
        Found::Ambiguous(several) => format!("{} begin so", several.len()),
        Found::None => "none".to_owned(),
    };
    assert_eq!(find("01jd9p4m6x3r"), "01jd9p4m6x3r");
    assert_eq!(find("01JD9PZ"), "01jd9pzzzzzz");
    assert_eq!(find("01jd9p"), "3 begin so");
    assert_eq!(find("01jd"), "01jd");
    assert_eq!(find("01j"), "none");
    assert_eq!(find("é"), "none");
    assert_eq!(find(""), "none");
    assert_eq!(find("01jd9p4m6x3r0"), "none");
}

#[test]
fn history_can_come_later() {
    let mut timeline = Timeline::new(
        vec![interaction("a", 1, "2026-11-01", "old.md")],
        vec![],
        NoteHistory::default(),
    );
    check(&timeline, "new.md", None, expect![""]);
    let mut history = renamed(&[("old.md", "new.md")]);
    let first = jiff::civil::date(2020, 1, 1);
    history.first_commit.insert("new.md".into(), first);
    timeline.set_history(history);
    check(&timeline, "new.md", None, expect!["a"]);
    assert_eq!(timeline.first_commit("new.md"), Some(first));
    assert_eq!(timeline.first_commit("old.md"), None);
}

fn any_interaction() -> impl Strategy<Value = Interaction> {
    (
        prop::sample::select(vec!["a", "b", "c"]),
        1u32..3,
        prop::sample::select(vec!["2026-11-20", "2026-11-21", "2026-11-20T10:00+01:00"]),
        prop::sample::select(vec!["x.md", "y.md <u>", "x.md, y.md"]),
        any::<bool>(),
        prop::sample::select(vec!["one", "two"]),
        prop::sample::select(vec!["1", "2"]),
    )
        .prop_map(|(id, revision, on, contacts, retracted, summary, commit)| {
            let mut interaction = interaction(id, revision, on, contacts);
            interaction.record.retracted = retracted;
            interaction.record.summary = summary.into();
            interaction.commit = commit.into();
            interaction
        })
}

fn any_path() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["x.md", "y.md", "z.md"])
}

fn any_name() -> impl Strategy<Value = &'static str> {
    let names = vec![
        "x.md", "y.md", "z.md", "x.md <u>", "y.md <u>", "z.md <v>", "x.md <w>",
    ];
    prop::sample::select(names)
}

fn any_move() -> impl Strategy<Value = ContactMove> {
    (0i64..4, any_name(), any_name()).prop_map(|(at, old, new)| ContactMove {
        at,
        old: to_contact(old),
        new: to_contact(new),
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_order_and_any_repetition_gives_the_same_timeline(
        (records, again, shuffled) in prop::collection::vec(any_interaction(), 0..12).prop_flat_map(|records| {
            let twice: Vec<_> = records.iter().chain(&records).cloned().collect();
            (Just(records), Just(twice.clone()), Just(twice).prop_shuffle())
        }),
        (told, told_again) in prop::collection::vec(any_move(), 0..6).prop_flat_map(|moves| {
            let twice: Vec<_> = moves.iter().chain(&moves).cloned().collect();
            (Just(moves), Just(twice).prop_shuffle())
        }),
        split in 0usize..24,
    ) {
        let once = Timeline::new(records, told, NoteHistory::default());
        let twice = Timeline::new(again, told_again.clone(), NoteHistory::default());
        let notes = Present::new(&["y.md <v>"]);
        let (first, rest) = shuffled.split_at(split.min(shuffled.len()));
        let mut grown = Timeline::new(first.to_vec(), told_again, NoteHistory::default());
        grown.extend(rest.to_vec(), vec![]);
        for other in [twice, grown] {
            prop_assert_eq!(once.interactions(), other.interactions());
            prop_assert_eq!(once.retracted(), other.retracted());
            prop_assert_eq!(once.contacts(), other.contacts());
            prop_assert_eq!(once.unresolved(&notes), other.unresolved(&notes));
            for path in ["x.md", "y.md", "z.md"] {
                let contact = contact(path, None);
                prop_assert_eq!(once.present_path(&contact), other.present_path(&contact));
                for uid in [None, Some("u"), Some("v")] {
                    prop_assert_eq!(once.of_contact(path, uid), other.of_contact(path, uid));
                }
            }
        }
    }

    #[test]
    fn a_note_has_what_means_it(
        records in prop::collection::vec((any_name(), any_name()), 0..6),
        told in prop::collection::vec(any_move(), 0..6),
        renames in prop::collection::vec((any_path(), any_path()), 0..3),
        notes in prop::collection::btree_map(any_path(), prop::option::of(prop::sample::select(vec!["u", "v"])), 0..4),
    ) {
        let records = records.iter().enumerate().map(|(id, (one, two))| {
            let with = if one == two { (*one).to_owned() } else { format!("{one}, {two}") };
            interaction(&id.to_string(), 1, "2026-11-20", &with)
        });
        let timeline = Timeline::new(records.collect(), told, renamed(&renames));
        // A uid is one note's: the vault takes the first.
        let mut seen = vec![];
        let notes = notes.into_iter().map(|(path, uid)| {
            let uid = uid.filter(|uid| !seen.contains(uid));
            seen.extend(uid);
            contact(path, uid)
        });
        let notes = Present(notes.collect());
        let mut lost = timeline.contacts();
        lost.retain(|contact, _| timeline.reach(contact, &notes).is_none());
        let lost: BTreeMap<ContactId, Vec<&Interaction>> =
            lost.into_iter().map(|(contact, with)| (contact.clone(), with)).collect();
        prop_assert_eq!(lost, timeline.unresolved(&notes));
        for note in &notes.0 {
            let means_it = |contact: &ContactId| match timeline.reach(contact, &notes) {
                Some(Reached::Path(path)) => *path == *note.path,
                Some(Reached::Uid(uid)) => Some(uid) == note.uid.as_deref(),
                None => false,
            };
            let expected: Vec<&Interaction> = timeline
                .interactions()
                .iter()
                .filter(|interaction| interaction.record.contacts.iter().any(means_it))
                .collect();
            let found = timeline.of_contact_among(&note.path, note.uid.as_deref(), &notes);
            prop_assert_eq!(ids(&found), ids(&expected));
        }
    }

    #[test]
    fn last_contact_is_the_first_of_all(records in prop::collection::vec(any_interaction(), 0..12)) {
        let timeline = Timeline::new(records, moves(&[("x.md", "z.md")]), NoteHistory::default());
        for path in ["x.md", "y.md", "z.md"] {
            for uid in [None, Some("u"), Some("v")] {
                let newest = timeline.of_contact(path, uid).first().map(|i| i.record.on.day());
                prop_assert_eq!(timeline.last_contact(path, uid), newest);
            }
        }
    }
}
