//! Notes that move: by commits, by the work tree, by hand and back again.

use expect_test::{Expect, expect};
use journal::git::Repository;
use journal::{NoteHistory, Timeline};

use crate::support::{Sandbox, call, now};

const ADA: &str = "# Ada\n\nLikes engines.\nReads much.\nWrites letters.\n";

/// Shows where paths went and when notes came to be, sorted.
#[expect(
    clippy::needless_pass_by_value,
    reason = "a snapshot is written where it is used"
)]
fn check(history: &NoteHistory, expect: Expect) {
    let moved = history
        .moved
        .iter()
        .map(|(old, new)| format!("{old} -> {new}\n"));
    let first = history
        .first_commit
        .iter()
        .map(|(path, day)| format!("{path} {day}\n"));
    let (mut moved, mut first): (Vec<_>, Vec<_>) = (moved.collect(), first.collect());
    moved.sort();
    first.sort();
    expect.assert_eq(&(moved.concat() + &first.concat()));
}

fn commit(sandbox: &Sandbox, day: &str) {
    sandbox.git("add -A");
    sandbox.commit_by_hand("change", &format!("{day}T12:00:00+00:00"));
}

#[test]
fn a_contact_keeps_its_history_through_renames_and_edits() {
    let sandbox = Sandbox::unborn();
    sandbox.write("people/ada.md", ADA);
    sandbox.write("people/other.md", "Someone else.\n");
    sandbox.write("notes.txt", ADA);
    commit(&sandbox, "2024-01-01");
    let repository = sandbox.open();
    repository
        .append(&[call("1", "2026-11-20", &["people/ada.md"])], &now())
        .unwrap();
    sandbox.write("people/ada.md", &format!("{ADA}More.\n"));
    commit(&sandbox, "2024-02-01");
    sandbox.git("mv people/ada.md people/ada-king.md");
    sandbox.write("people/new.md", "Someone new.\n");
    commit(&sandbox, "2024-03-01");
    sandbox.git("mv people/ada-king.md countess.md");
    sandbox.write("countess.md", &format!("{ADA}More and more.\n"));
    commit(&sandbox, "2024-04-01");
    let journal = repository.read().unwrap();
    let history = repository.note_history().unwrap();
    check(
        &history,
        expect![[r"
        people/ada-king.md -> countess.md
        people/ada.md -> countess.md
        countess.md 2024-01-01
        people/new.md 2024-03-01
        people/other.md 2024-01-01
    "]],
    );
    // The same without a reading before it.
    assert_eq!(sandbox.open().note_history().unwrap(), history);
    let timeline = Timeline::new(journal.records, journal.moves, history);
    assert_eq!(timeline.of_contact("countess.md", None).len(), 1);
}

#[test]
fn a_path_with_a_note_again_leads_nowhere() {
    let sandbox = Sandbox::unborn();
    sandbox.write("ada.md", ADA);
    commit(&sandbox, "2024-01-01");
    sandbox.git("mv ada.md countess.md");
    commit(&sandbox, "2024-02-01");
    sandbox.write("ada.md", "A namesake, of whom we know other things.\n");
    commit(&sandbox, "2024-03-01");
    check(
        &sandbox.open().note_history().unwrap(),
        expect![[r"
        ada.md 2024-03-01
        countess.md 2024-01-01
    "]],
    );
    // There and back is no circle.
    sandbox.git("rm -q ada.md");
    commit(&sandbox, "2024-04-01");
    sandbox.git("mv countess.md ada.md");
    commit(&sandbox, "2024-05-01");
    check(
        &sandbox.open().note_history().unwrap(),
        expect![[r"
        countess.md -> ada.md
        ada.md 2024-01-01
    "]],
    );
}

#[test]
fn a_rename_that_is_not_committed_yet_is_followed() {
    let sandbox = Sandbox::unborn();
    sandbox.write("people/ada.md", ADA);
    sandbox.write(
        "people/charles.md",
        "# Charles\n\nBuilds engines.\nComplains about music.\n",
    );
    sandbox.write(".gitignore", "ignored\n");
    commit(&sandbox, "2024-01-01");
    let rename = |old: &str, new: &str| {
        let new = sandbox.vault().join(new);
        std::fs::create_dir_all(new.parent().unwrap()).unwrap();
        std::fs::rename(sandbox.vault().join(old), new).unwrap();
    };
    check(
        &sandbox.open().note_history().unwrap(),
        expect![[r"
        people/ada.md 2024-01-01
        people/charles.md 2024-01-01
    "]],
    );
    // Staged, and by an editor that also changed it.
    sandbox.git("mv people/ada.md people/ada-king.md");
    rename("people/charles.md", "people/babbage.md");
    sandbox.write(
        "people/babbage.md",
        "# Charles\r\n\r\nBuilds engines.\r\nComplains about noise.\r\n",
    );
    sandbox.write(
        "ignored/charles.md",
        "# Charles\n\nBuilds engines.\nComplains about music.\n",
    );
    sandbox.write(".hidden/ada.md", ADA);
    check(
        &sandbox.open().note_history().unwrap(),
        expect![[r"
        people/ada.md -> people/ada-king.md
        people/charles.md -> people/babbage.md
        people/ada-king.md 2024-01-01
        people/babbage.md 2024-01-01
    "]],
    );
}

#[cfg(unix)]
#[test]
fn a_folder_that_may_be_entered_but_not_listed_has_lost_no_note() {
    use std::os::unix::fs::PermissionsExt as _;

    let sandbox = Sandbox::unborn();
    sandbox.write("people/ada.md", ADA);
    sandbox.write("people/old/charles.md", "# Charles\n");
    commit(&sandbox, "2024-01-01");
    // Were the committed one gone, this would be where it went.
    sandbox.write("copy.md", ADA);
    let folder = sandbox.vault().join("people");
    for mode in [0o311, 0o755] {
        std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(mode)).unwrap();
        check(
            &sandbox.open().note_history().unwrap(),
            expect![[r"
                people/ada.md 2024-01-01
                people/old/charles.md 2024-01-01
            "]],
        );
    }
    std::fs::remove_file(folder.join("ada.md")).unwrap();
    check(
        &sandbox.open().note_history().unwrap(),
        expect![[r"
            people/ada.md -> copy.md
            copy.md 2024-01-01
            people/old/charles.md 2024-01-01
        "]],
    );
}

#[test]
fn paths_start_at_the_vault_also_in_a_larger_repository() {
    let sandbox = Sandbox::unborn();
    sandbox.write("network/people/ada.md", ADA);
    sandbox.write("elsewhere/ada.md", "Elsewhere.\nAnd more.\n");
    commit(&sandbox, "2024-01-01");
    sandbox.git("mv network/people/ada.md network/people/countess.md");
    sandbox.git("mv elsewhere/ada.md elsewhere/countess.md");
    commit(&sandbox, "2024-02-01");
    sandbox.git("mv network/people/countess.md network/ada.md");
    let repository = Repository::discover(&sandbox.vault().join("network")).unwrap();
    check(
        &repository.note_history().unwrap(),
        expect![[r"
        people/ada.md -> ada.md
        people/countess.md -> ada.md
        ada.md 2024-01-01
    "]],
    );
    repository
        .append_with_notes(&[call("1", "2026-11-20", &["ada.md"])], &["ada.md"], &now())
        .unwrap();
    assert_eq!(
        sandbox.git("show --format= --name-only HEAD"),
        "network/ada.md\n"
    );
}

#[test]
fn a_moved_folder_takes_its_notes_along_and_copies_keep_their_names() {
    let sandbox = Sandbox::unborn();
    for name in ["a", "b", "c"] {
        sandbox.write(&format!("people/{name}.md"), "the same template\n");
    }
    sandbox.write("people/empty.md", "");
    commit(&sandbox, "2024-01-01");
    sandbox.git("mv people contacts");
    commit(&sandbox, "2024-02-01");
    check(
        &sandbox.open().note_history().unwrap(),
        expect![[r"
        people/a.md -> contacts/a.md
        people/b.md -> contacts/b.md
        people/c.md -> contacts/c.md
        contacts/a.md 2024-01-01
        contacts/b.md 2024-01-01
        contacts/c.md 2024-01-01
        contacts/empty.md 2024-02-01
        people/empty.md 2024-01-01
    "]],
    );
}

#[test]
fn branches_that_were_merged_tell_their_own_part() {
    let sandbox = Sandbox::unborn();
    sandbox.write("ada.md", ADA);
    commit(&sandbox, "2024-01-01");
    sandbox.git("checkout -q -b side");
    sandbox.git("mv ada.md countess.md");
    commit(&sandbox, "2024-02-01");
    sandbox.git("checkout -q main");
    sandbox.write("charles.md", "Charles.\n");
    commit(&sandbox, "2024-03-01");
    sandbox.git("merge -q side -m merge");
    check(
        &sandbox.open().note_history().unwrap(),
        expect![[r"
        ada.md -> countess.md
        charles.md 2024-03-01
        countess.md 2024-01-01
    "]],
    );
}
