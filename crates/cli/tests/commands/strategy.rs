//! `brief`, `plan`, `match`, `balance`: what they say of vaults that have little to say.

use expect_test::{Expect, expect};

use crate::common::Sandbox;

fn check(sandbox: &Sandbox, command: &[&str], expected: &Expect) {
    let said = sandbox.ties(command);
    assert_eq!(said.code, 0, "{}", said.stderr);
    expected.assert_eq(&format!("{}{}", said.stdout, said.stderr));
}

#[test]
fn a_vault_without_goals_or_offers_says_what_to_write() {
    let empty = Sandbox::plain("//- ties.toml\n");
    check(
        &empty,
        &["plan"],
        &expect![[r#"
        no goal yet: `ties new goal 'A first customer'` writes down whom or what you are after
    "#]],
    );
    check(
        &empty,
        &["plan", "--for", "job"],
        &expect![[r#"
        no open goal is for that
    "#]],
    );
    check(
        &empty,
        &["match"],
        &expect![[r#"
        nothing that one offers is what another needs
        `me.md` with `offers:` and `needs:` says what you have to give and what you look for
    "#]],
    );
    assert_eq!(empty.json(&["plan"]), serde_json::json!({"goals": []}));
    let nothing = serde_json::json!({"gives": [], "introductions": [], "gets": []});
    assert_eq!(empty.json(&["match"]), nothing);
    let silent = Sandbox::plain("//- ties.toml\n//- me.md\nI.\n//- people/a.md\nOne contact.\n");
    check(
        &silent,
        &["match"],
        &expect![[r#"
        nothing that one offers is what another needs
        `offers:` in `me.md` says what you have to give
    "#]],
    );
    assert_eq!(silent.json(&["match"]), nothing);
}

#[test]
fn goals_are_found_by_name_and_by_sort() {
    let sandbox = Sandbox::plain(
        "//- ties.toml\n//- goals/a.md\n---\nname: A job\nfor: job\nwho: [somebody in shipping]\n---\n\
         //- goals/b.md\n---\nname: A boat\nfor: other\nneeds: [\"a boat \\e[31m\"]\nstatus: done\n---\n\
         //- goals/c.md\n---\nname: A loop\nwho: [\"[[A loop]]\", \"[[nobody]]\", \"\"]\nneeds: {x: [}\n---\n",
    );
    check(
        &sandbox,
        &["plan", "--for", "Job"],
        &expect![[r#"
        A job  job
          who
            somebody in shipping
          to write in `goals/a.md`: `needs:`, `where:`, `say:`
    "#]],
    );
    check(
        &sandbox,
        &["plan", "a boat"],
        &expect![[r#"
        A boat  other
          needs: a boat [31m
          to write in `goals/b.md`: `who:`, `where:`, `say:`
    "#]],
    );
    check(
        &sandbox,
        &["plan", "loop"],
        &expect![[r#"
        A loop
          who
            A loop
            nobody
          to write in `goals/c.md`: `where:`, `say:`
    "#]],
    );
    assert!(
        sandbox
            .fails(&["plan", "nothing like it"])
            .contains("nothing like it")
    );
}

#[test]
fn one_contact_is_matched_by_itself() {
    let sandbox = Sandbox::plain(
        "//- ties.toml\n//- me.md\n---\nkind: me\noffers: [grant applications]\nneeds: [quay access]\n---\n\
         //- people/ann.md\n---\nname: Ann\nneeds: [reviewing grant applications]\n---\n\
         //- people/bob.md\n---\nname: Bob\noffers: [a berth in the harbour, quay access]\n---\n",
    );
    check(
        &sandbox,
        &["match"],
        &expect![[r#"
        What you can do for people
          Ann needs `reviewing grant applications`
            you offer `grant applications`

        What people can do for you
          Bob offers `quay access`
            you need `quay access`
    "#]],
    );
    check(
        &sandbox,
        &["match", "bob"],
        &expect![[r#"
        What people can do for you
          Bob offers `quay access`
            you need `quay access`
    "#]],
    );
    check(
        &sandbox,
        &["match", "--limit", "0", "-q"],
        &expect![[r#"
        What you can do for people
          Ann needs `reviewing grant applications`
            you offer `grant applications`

        What people can do for you
          Bob offers `quay access`
            you need `quay access`
    "#]],
    );
}

#[test]
fn give_and_take_is_added_up() {
    let sandbox = Sandbox::with_git(
        "//- ties.toml\n//- people/ann.md\n---\nneeds: [a desk]\n---\n//- people/bob.md\n",
    );
    check(
        &sandbox,
        &["balance"],
        &expect![[r#"
        no interaction since 2025-11-23
    "#]],
    );
    sandbox.ties(&["log", "call", "ann", "--on", "2026-11-01"]);
    check(
        &sandbox,
        &["balance"],
        &expect![[r#"
            Since 2025-11-23: 1 interaction
            nothing is known of give and take: `ties log call ada --by me --gave 'proof reading'`
        "#]],
    );
    for day in ["2026-11-02", "2026-11-03"] {
        let log = [
            "log",
            "call",
            "ann",
            "--on",
            day,
            "--by",
            "me",
            "--received",
            "x",
            "--received",
            "y",
        ];
        assert_eq!(sandbox.ties(&log).code, 0);
    }
    check(
        &sandbox,
        &["balance"],
        &expect![[r#"
        Since 2025-11-23: 3 interactions, you began 2 of 2, 0 given, 4 received

        ann  3 interactions, you began 2 of 2, 0 given, 4 received
          you received far more than you gave: a thank-you, or something in return?
          needs `a desk`
    "#]],
    );
    check(
        &sandbox,
        &["balance", "bob"],
        &expect![[r#"
        no interaction since 2025-11-23
    "#]],
    );
    check(
        &sandbox,
        &["balance", "--since", "2026-11-03"],
        &expect![[r#"
            Since 2026-11-03: 1 interaction, you began 1 of 1, 0 given, 2 received

            ann  1 interaction, you began 1 of 1, 0 given, 2 received
              needs `a desk`
        "#]],
    );
    assert!(
        sandbox
            .fails(&["balance", "--since", "soonish"])
            .contains("soonish")
    );
    let json = sandbox.json(&["balance"]);
    assert_eq!(json["contacts"][0]["balance"], -1.0);
    assert_eq!(json["contacts"][0]["next"]["need"], "a desk");
    assert_eq!(json["overall"]["reciprocity"], 0.0);
}

#[test]
fn a_brief_is_of_a_contact_or_an_event() {
    let sandbox = Sandbox::plain(
        "//- ties.toml\n//- people/ann (x).md\n---\nname: Ann\nemails: [\"a\\e[2J@x\"]\n---\n//- orgs/works.md\n---\nname: Works\n---\n\
         //- events/fair.md\n---\nname: Fair\ndate: 2026-11-01\npurpose: network\npeople: [\"[[Ann]]\"]\n---\n",
    );
    check(
        &sandbox,
        &["brief", "ann"],
        &expect![[r#"
        # Ann

        From [Ann](people/ann%20%28x%29.md).

        **Ann**

        - 1 link to this note
    "#]],
    );
    check(
        &sandbox,
        &["brief", "fair"],
        &expect![[r#"
            # Fair

            From [Fair](events/fair.md).

            **Fair**

            2026-11-01 (22 days ago) · network

            - people: Ann

            New to you: 1 of 1.

            ## New to you

            - [Ann](people/ann%20%28x%29.md)
              You and Ann had not spoken before.
              Nobody you have spoken with is known to know Ann.
        "#]],
    );
    assert_eq!(sandbox.json(&["brief", "fair"])["path"], "events/fair.md");
    let refused = sandbox.fails(&["brief", "works"]).to_lowercase();
    assert!(refused.contains("works"), "{refused}");
}
