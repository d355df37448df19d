//! Tests of the rule: each form of value, wrong and right.

use expect_test::expect;

use crate::testing::{check, fixed};

#[test]
fn each_form_is_told_with_what_to_write() {
    check(
        "invalid-value",
        "
//- people/ada.md
---
name: Ada
emails: [ada at example.org, {value: ada, label: home}, ada@example.org]
birthday: 10.12.1815
died: 2026-13-45
circle: clse
cadence: sometimes
snooze: next week
status: open
follow_up: {date: 2026-12, about: the draft}
met: {date: 2024/05/03, how: luck}
background: computing
knows: {to: '[[Ada]]', since: 20-20}
name_parts: Ada
---
- [ ] call due:tomorrow
- [x] write due:yesterday
//- events/e.md
---
date: {from: 2026-12-02, to: 2026-12-01}
purpose: [network]
---
//- people/bob.md
---
met: 03.05.2024
follow_up: in May
---
//- goals/g.md
---
kind: gaol
by: soon
---
",
        expect![[r#"
            error[invalid-value] events/e.md:2 |2026-12-01| `2026-12-01` lies before `2026-12-02`
              help: let `to` come after `from`
            error[invalid-value] events/e.md:3 |[network]| `[network]` is not a value of `purpose`
              help: write `network`, `social` or `family`
            error[invalid-value] goals/g.md:2 |gaol| `gaol` is not a kind of note
              help: did you mean `goal`?
            error[invalid-value] goals/g.md:3 |soon| `soon` is not a day
              help: write the day as `2026-11-23`
            error[invalid-value] people/ada.md:3 |ada at example.org| `ada at example.org` is not an e-mail address
              help: write it as `name@example.org`
            error[invalid-value] people/ada.md:3 |ada| `ada` is not an e-mail address
              help: write it as `name@example.org`
            error[invalid-value] people/ada.md:4 |10.12.1815| `10.12.1815` is not a date
              help: write `1815-12-10`, `1815-12`, `1815` or `--12-10`, or put it in words
            error[invalid-value] people/ada.md:5 |2026-13-45| `2026-13-45` is not a date
              help: write `1815-12-10`, `1815-12`, `1815` or `--12-10`, or put it in words
            error[invalid-value] people/ada.md:6 |clse| `clse` is not a circle
              help: did you mean `close`?
            error[invalid-value] people/ada.md:7 |sometimes| `sometimes` is not a cadence
              help: write `30d`, `2w`, `3 months`, `1 year` or `never`
            error[invalid-value] people/ada.md:8 |next week| `next week` is not a day
              help: write the day as `2026-11-23`
            error[invalid-value] people/ada.md:9 |open| `open` is not a value of `status`
              help: write `wish`, `active` or `closed`
            error[invalid-value] people/ada.md:10 |2026-12| `2026-12` is not a day
              help: write the day as `2026-11-23`
            error[invalid-value] people/ada.md:11 |2024/05/03| `2024/05/03` is not a date
              help: write `1815-12-10`, `1815-12`, `1815` or `--12-10`, or put it in words
            error[invalid-value] people/ada.md:11 |luck| `luck` is not a value of `how`
              help: write `strategy` or `serendipity`
            error[invalid-value] people/ada.md:12 |computing| `computing` is not a map
              help: write `{industry: computing}`
            error[invalid-value] people/ada.md:13 |20-20| `20-20` is not a date
              help: write `1815-12-10`, `1815-12`, `1815` or `--12-10`, or put it in words
            error[invalid-value] people/ada.md:14 |Ada| `Ada` is not a map
              help: write `{family: …}`, or with `given`, `middle`, `prefix`, `suffix`, `family2` or `generation`
            error[invalid-value] people/ada.md:16 |tomorrow| `tomorrow` is not a day
              help: write the day as `2026-11-23`
            error[invalid-value] people/bob.md:2 |03.05.2024| `03.05.2024` is not a date
              help: write `1815-12-10`, `1815-12`, `1815` or `--12-10`, or put it in words
            error[invalid-value] people/bob.md:3 |in May| `in May` is not a day
              help: write the day as `2026-11-23`
        "#]],
    );
}

#[test]
fn what_can_be_read_is_right() {
    check(
        "invalid-value",
        "
//- people/ada.md
---
email: ada@example.org
birthday: --12-10
anniversary: in spring
died:
circle: Close
cadence: 3 months
snooze: 2026-12-01
status: Wish
follow_up: 2026-12-01
met: {date: 2024-05, how: serendipity}
dates: [{date: 1815, label: first}]
background: {industry: computing}
type: person
---
- [ ] call due:2026-12-01
//- people/{{name}}.md
---
birthday: '{{date}}'
circle: <% tp.circle %>
---
//- events/e.md
---
date: 2026-12-01T15:00+01:00
at: [a, b]
---
//- events/f.md
---
date: {from: 2026-12-01, to: 2026-12-02}
---
//- people/bob.md
---
met: 2024-05-03
follow_up:
---
//- meeting.md
---
type: meeting-note
date: whenever
---
- [ ] call due:tomorrow
//- ties.toml
",
        expect![[""]],
    );
}

const UNQUOTED: &str = "
//- people/ada.md
---
org: [[Analytical Engines]]
knows: [[[Bob]], [[Cy|C.]]]
met: {through: [[Bob]]}
household:
  - [[Dee]]
languages: [[en], [fr]]
x: [[1]]
---
//- people/bob.md
# Bob
";

#[test]
fn links_without_quotes_are_told() {
    check("invalid-value", UNQUOTED, expect![[r#"
        error[invalid-value] people/ada.md:2 |[[Analytical Engines]]| `[[Analytical Engines]]` needs quotes to be a link
          help: write `"[[Analytical Engines]]"`
          fix: put quotes around `[[Analytical Engines]]` (Safe)
        error[invalid-value] people/ada.md:3 |[[Bob]]| `[[Bob]]` needs quotes to be a link
          help: write `"[[Bob]]"`
          fix: put quotes around `[[Bob]]` (Safe)
        error[invalid-value] people/ada.md:3 |[[Cy|C.]]| `[[Cy|C.]]` needs quotes to be a link
          help: write `"[[Cy|C.]]"`
          fix: put quotes around `[[Cy|C.]]` (Safe)
        error[invalid-value] people/ada.md:4 |[[Bob]]| `[[Bob]]` needs quotes to be a link
          help: write `"[[Bob]]"`
          fix: put quotes around `[[Bob]]` (Safe)
        error[invalid-value] people/ada.md:6 |[[Dee]]| `[[Dee]]` needs quotes to be a link
          help: write `"[[Dee]]"`
          fix: put quotes around `[[Dee]]` (Safe)
    "#]]);
}

#[test]
fn the_fix_adds_the_quotes() {
    fixed("invalid-value", UNQUOTED, expect![[r#"
        //- people/ada.md
        ---
        org: "[[Analytical Engines]]"
        knows: ["[[Bob]]", "[[Cy|C.]]"]
        met: {through: "[[Bob]]"}
        household:
          - "[[Dee]]"
        languages: [[en], [fr]]
        x: [[1]]
        ---
    "#]]);
}

#[test]
fn circles_of_the_settings_are_known_and_their_values_judged() {
    check(
        "invalid-value",
        "
//- people/ada.md
---
circle: mentors
---
//- people/bob.md
---
circle: far
---
//- ties.toml
[circles.mentors]
cadence = \"2 weeks\"
capacity = \"many\"
",
        expect![[r#"
            error[invalid-value] people/bob.md:2 |far| `far` is not a circle
              help: write `inner`, `mentors`, `close`, `active` or `wide`, or define it in `ties.toml`
            error[invalid-value] ties.toml:3 |"many"| `capacity` is a whole number from 0 to 4294967295
              help: write `capacity = 15`
        "#]],
    );
}
