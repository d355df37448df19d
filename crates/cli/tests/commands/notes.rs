//! `init`, `demo`, `new`, `rename`, `find`, `show`, `doctor`.

use expect_test::{Expect, expect};

use crate::{PEOPLE, common::Sandbox};

fn check(sandbox: &Sandbox, commands: &[&[&str]], expected: &Expect) {
    let mut shown = String::new();
    for command in commands {
        let said = sandbox.ties(command);
        assert_ne!(said.code, 2, "{command:?}: {}", said.stderr);
        shown.push_str(&said.stdout);
        shown.push_str(&said.stderr);
    }
    expected.assert_eq(&sandbox.without_folder(&shown));
}

#[test]
fn a_new_vault_is_whole_and_is_made_once() {
    let sandbox = Sandbox::plain("");
    check(
        &sandbox,
        &[&["init"], &["init"], &["check"], &["due"]],
        &expect![[r#"
            .: made git repository, ties.toml, me.md
            `ties new contact NAME` writes the first note, `ties doctor` says what else is missing
            . is a vault already
            `ties new contact NAME` writes the first note, `ties doctor` says what else is missing
            1 note checked (0 contacts): nothing to say
            nobody is due
            `circle: close` or `cadence: 30d` in a contact's note asks for follow-ups
        "#]],
    );
    let (config, problems) = (sandbox.read("ties.toml"), sandbox.json(&["check"]));
    assert_eq!(problems["diagnostics"], serde_json::json!([]));
    // The defaults are shown as they are.
    let shown = config.replace("\n# ", "\n").replace("# Settings", "#");
    sandbox.write("ties.toml", &shown);
    assert_eq!(
        sandbox.json(&["check"])["diagnostics"],
        serde_json::json!([]),
        "{shown}"
    );
}

#[test]
fn a_folder_of_notes_keeps_everything_it_has() {
    let sandbox = Sandbox::with_git(
        "//- ties.toml\n[follow_ups]\nsoon = 3\n//- Ich.md\n---\nkind: me\n---\n# Ich\n",
    );
    check(
        &sandbox,
        &[&["init"]],
        &expect![[r#"
        . is a vault already
        `ties new contact NAME` writes the first note, `ties doctor` says what else is missing
    "#]],
    );
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
}

#[test]
fn new_notes_pass_the_checks() {
    let sandbox = Sandbox::with_git(PEOPLE);
    check(
        &sandbox,
        &[
            &[
                "new",
                "contact",
                "Zoë Müller: née X",
                "--set",
                "org=[[Analytical Engines]]",
                "--set",
                "emails=z@example.org",
                "--set",
                "emails=zoe@example.org",
                "--set",
                "circle=close",
                "--set",
                "email=third@example.org",
            ],
            &["new", "org", "陳 & Co"],
            &["new", "event", "Ball", "--set", "date=2027-01-01"],
            &["new", "goal", "A demonstration"],
        ],
        &expect![[r#"
            created people/zoe-mueller-nee-x.md
            `ties log KIND 'Zoë Müller: née X'` logs the first conversation
            created organizations/chen-co.md
            created events/ball.md
            created goals/a-demonstration.md
        "#]],
    );
    expect![[r#"
        ---
        name: "Zoë Müller: née X"
        org: "[[Analytical Engines]]"
        emails: [z@example.org, zoe@example.org, third@example.org]
        circle: close
        ---
        # Zoë Müller: née X
    "#]]
    .assert_eq(&sandbox.read("people/zoe-mueller-nee-x.md"));
    assert_eq!(sandbox.json(&["find", "zoe"])["contacts"][0]["score"], 0.9);
}

#[test]
fn renaming_takes_file_links_and_history_along() {
    let sandbox = Sandbox::with_git(PEOPLE);
    assert_eq!(sandbox.ties(&["log", "call", "ada"]).code, 0);
    check(
        &sandbox,
        &[
            &["rename", "Ada Lovelace", "Ada King"],
            &["rename", "charles", "Charles"],
        ],
        &expect![[r#"
            Ada Lovelace is now Ada King in people/ada-king.md, links in 1 other note follow
            `git diff` shows the change
            Charles Babbage is now Charles in people/charles.md, links in 1 other note follow
            `git diff` shows the change
        "#]],
    );
    expect![[r#"
         M events/soiree.md
         D people/ada-lovelace.md
         D people/charles-babbage.md
        ?? people/ada-king.md
        ?? people/charles.md
    "#]]
    .assert_eq(&sandbox.git(&["status", "--porcelain"]));
    assert!(sandbox.read("events/soiree.md").contains("[[Ada King]]"));
    let history = sandbox.json(&["timeline", "Ada King"]);
    assert_eq!(
        history["interactions"][0]["contacts"][0],
        "people/ada-king.md"
    );
}

#[test]
fn words_and_fields_find_contacts() {
    let sandbox = Sandbox::with_git(PEOPLE);
    assert_eq!(
        sandbox
            .ties(&["log", "call", "ada", "--on", "2026-07-01"])
            .code,
        0
    );
    for (query, names) in [
        ("ada", &["Ada Lovelace"][..]),
        ("lovelcae", &["Ada Lovelace"]),
        ("analytical", &["Ada Lovelace"]),
        ("circle:close", &["Ada Lovelace"]),
        ("circle:clos", &[]),
        ("tag:mathematics babbage", &[]),
        ("org:\"Analytical Engines\"", &["Ada Lovelace"]),
        ("last:>90d", &["Ada Lovelace"]),
        ("last:<90d", &[]),
        ("last:never", &["Charles Babbage"]),
        ("due:<1w", &["Ada Lovelace"]),
        ("kind:event royal", &["Royal Society soirée"]),
        ("a", &["Ada Lovelace", "Charles Babbage"]),
    ] {
        let found = sandbox.json(&["find", query]);
        let found: Vec<_> = found["contacts"]
            .as_array()
            .unwrap()
            .iter()
            .map(|found| found["name"].as_str().unwrap())
            .collect();
        assert_eq!(found, names, "{query}");
    }
}

#[test]
fn a_key_that_nobody_has_is_named() {
    let sandbox = Sandbox::with_git(PEOPLE);
    check(
        &sandbox,
        &[
            &["find", "circel:close"],
            &["find", "shoe_size:9"],
            &["find", "circle:wide"],
            &["find", "date:2031"],
        ],
        &expect![[r#"
            nobody found
            no note has the key `circel`; did you mean `circle`?
            nobody found
            no note has the key `shoe_size`
            nobody found
            nobody found
        "#]],
    );
}

#[test]
fn one_contact_at_a_glance() {
    let sandbox = Sandbox::demo();
    check(
        &sandbox,
        &[&["find", "ada", "-n", "2"]],
        &expect![[r#"
        Ada Okafor     Chief engineer, Lagoon Wo…  people/ada-okafor.md
        Aoife O'Brien  Operations director, West…  people/aoife-o-brien.md
        2 of 7 notes
    "#]],
    );
    let said = sandbox.ties(&["show", "ada"]);
    expect![[r#"
        Ada Okafor  Chief engineer, Lagoon Works
        people/ada-okafor.md

        aliases    Ada
        location   Lagos
        time zone  Africa/Lagos
        e-mail     ada@lagoonworks.example, ada.okafor@home.example
        phone      +234 1 555 0147
        birthday   1984-11-28
        languages  en, yo, fr
        circle     inner
        tags       energy, hydraulics
        interests  book: The Soul of a New Machine, chess, lagoon ecology
        offers     turbine design reviews, introductions in West Africa
        needs      a supplier of marine connectors, a speaker on small grids
        last       call on 2026-11-21, 2 days ago
        due        2026-12-12, in 19 days: every 3 weeks, last call 2 days ago

        Promises
        2026-11-26  send the load curves of the second prototype

        31 interactions
        2026-11-12  [ID]  message: Ada Okafor, what broke in the storm
        2026-11-04  [ID]  message: Ada Okafor, the napkin drawing, ten years on
        2026-09-16  [ID]  message: Ada Okafor, her sister's wedding
        2026-07-28  [ID]  introduction: Ada Okafor and Zoë Müller, introduced A…
        2026-07-17  [ID]  call: Ada Okafor, about spare connectors

        Linked from
        Aoife O'Brien, Grace Mwangi, James Park (Bristol), Launch of prototype two,
        Ocean Energy Forum, Olu Adeyemi, Reading list, Tunde Bakare and 1 other note
    "#]]
    .assert_eq(&crate::common::without_ids(&said.stdout));
    let show = sandbox.json(&["show", "ada"]);
    assert_eq!(show["keys"]["circle"], "inner");
    assert_eq!(show["follow_up"]["path"], "people/ada-okafor.md");
    assert_eq!(show["promises"][0]["due"], "2026-11-26");
}

#[test]
fn the_demo_is_a_clean_repository_with_history() {
    let sandbox = Sandbox::demo();
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
    let interactions = sandbox.json(&["timeline"])["interactions"]
        .as_array()
        .unwrap()
        .len();
    assert!(interactions > 400);
    assert_eq!(
        sandbox.git(&["rev-list", "--count", "HEAD"]).trim(),
        (interactions + 1).to_string()
    );
    assert!(!sandbox.git(&["grep", "-c", "name", "HEAD"]).is_empty());
    for path in sandbox.git(&["ls-files", "-z"]).split_terminator('\0') {
        assert!(!sandbox.read(path).contains("{{"), "{path}");
    }
    let errors = sandbox.json(&["check"])["summary"]["errors"].clone();
    assert_eq!(errors, 0);
    assert_eq!(sandbox.ties(&["doctor"]).code, 0);
}

#[test]
fn what_is_missing_is_named() {
    let sandbox = Sandbox::plain("//- ties.toml\n[folow_ups]\n//- people/ada.md\n# Ada\n");
    check(
        &sandbox,
        &[&["doctor"]],
        &expect![[r#"
        ok  vault     [TMP]/vault
        !!  settings  1 problem in ties.toml
                      hint: `ties check ties.toml` shows them
        ok  notes     1 note, 1 contact
        !!  you       no note is about you
                      hint: `ties init` writes `me.md`
        !!  git       `[TMP]/vault` is not in a git repository
                      hint: `ties init` or `git init` in that folder starts a journal
    "#]],
    );
    assert_eq!(sandbox.ties(&["doctor"]).code, 1);
}
