//! `due`, `snooze`.

use expect_test::{Expect, expect};

use crate::{PEOPLE, common::Sandbox};

fn check(sandbox: &Sandbox, command: &[&str], expected: &Expect) {
    let said = sandbox.ties(command);
    assert_eq!(said.code, 0, "{}", said.stderr);
    expected.assert_eq(&format!("{}{}", said.stdout, said.stderr));
}

/// One contact for each state a follow-up can be in.
const STATES: &str = r#"
//- ties.toml
//- people/ada.md
---
name: Ada
circle: close
birthday: 1990-11-28
---
- 2026-09-01 call: the engine
//- people/bob.md
---
name: Bob
cadence: 2w
birthday: --12-30
---
- 2026-11-09 meal
//- people/cyd.md
---
name: Cyd
cadence: 1 month
---
- 2026-10-27 email
//- people/dee.md
---
name: Dee
circle: wide
---
- 2026-11-01 call
//- people/eve.md
---
name: Eve
---
- 2020-01-01 call
"#;

#[test]
fn those_that_are_due_come_first_with_the_reason() {
    let sandbox = Sandbox::plain(STATES);
    check(
        &sandbox,
        &["due"],
        &expect![[r#"
        53 days ago  Ada  every month, last call 83 days ago
        today        Bob  every 2 weeks, last meal 14 days ago
        in 4 days    Cyd  every month, last email 27 days ago
        1 follow-up later: `ties due --all`
    "#]],
    );
    check(
        &sandbox,
        &["-q", "due", "--all"],
        &expect![[r#"
        53 days ago  Ada  every month, last call 83 days ago
        today        Bob  every 2 weeks, last meal 14 days ago
        in 4 days    Cyd  every month, last email 27 days ago
        in 343 days  Dee  every year, last call 22 days ago
    "#]],
    );
    check(
        &sandbox,
        &["-q", "due", "--within", "2 weeks", "--birthdays"],
        &expect![[r#"
            53 days ago  Ada  every month, last call 83 days ago
            today        Bob  every 2 weeks, last meal 14 days ago
            in 4 days    Cyd  every month, last email 27 days ago

            Birthdays
            in 5 days  Ada  birthday on 2026-11-28, turns 36
        "#]],
    );
}

#[test]
fn due_as_json_has_the_documented_shape() {
    let sandbox = Sandbox::plain(STATES);
    let due = sandbox.json(&["due", "--birthdays"]);
    expect![[r#"
        {
          "cadence": "1 month",
          "circle": "close",
          "days": -53,
          "due": "2026-10-01",
          "last": "2026-09-01",
          "name": "Ada",
          "path": "people/ada.md",
          "reason": "every month, last call 83 days ago",
          "status": "overdue"
        }
        [
          {
            "age": 36,
            "days": 5,
            "name": "Ada",
            "on": "2026-11-28",
            "path": "people/ada.md"
          }
        ]
    "#]]
    .assert_eq(&format!(
        "{:#}\n{:#}\n",
        due["follow_ups"][0], due["birthdays"]
    ));
    let statuses: Vec<_> = sandbox.json(&["due", "--all"])["follow_ups"]
        .as_array()
        .unwrap()
        .iter()
        .map(|follow_up| format!("{} {}", follow_up["name"], follow_up["status"]))
        .collect();
    assert_eq!(
        statuses,
        [
            r#""Ada" "overdue""#,
            r#""Bob" "today""#,
            r#""Cyd" "soon""#,
            r#""Dee" "ok""#
        ]
    );
}

#[test]
fn the_day_can_be_another() {
    let sandbox = Sandbox::plain(STATES);
    check(
        &sandbox,
        &["-q", "--today", "2026-09-25", "due"],
        &expect![[r#"
            in 6 days  Ada  every month, last call 24 days ago
        "#]],
    );
}

#[test]
fn snoozing_writes_one_line_and_leaves_the_rest() {
    let sandbox = Sandbox::with_git(PEOPLE);
    check(
        &sandbox,
        &["snooze", "countess", "in", "2", "weeks"],
        &expect![[r#"
            Ada Lovelace: no follow-up before 2026-12-07  (people/ada-lovelace.md)
        "#]],
    );
    check(
        &sandbox,
        &["snooze", "ada", "2027-01-15"],
        &expect![[r#"
            Ada Lovelace: no follow-up before 2027-01-15  (people/ada-lovelace.md)
        "#]],
    );
    let diff = sandbox.git(&["diff", "-U1", "--no-color"]);
    expect![[r#"
        --- a/people/ada-lovelace.md
        +++ b/people/ada-lovelace.md
        @@ -8,2 +8,3 @@ circle: close
         tags: [mathematics]
        +snooze: 2027-01-15
         ---
    "#]]
    .assert_eq(&diff[diff.find("---").unwrap()..]);
    let due = sandbox.json(&["due", "--all"]);
    let ada = due["follow_ups"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["name"] == "Ada Lovelace");
    assert_eq!(ada.unwrap()["due"], "2027-01-15");
}
