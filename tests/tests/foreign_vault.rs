//! A folder of notes that never heard of ties: it loads whole, and nothing is said about it.

use std::fmt::Write as _;

use serde_json::Value;
use ties_tests::{Sandbox, sandbox::program};

const N_NOTES: usize = 3_000;

/// Returns the text of a note as people keep them in other programs.
fn text(index: usize) -> String {
    let other = (index * 7 + 3) % N_NOTES;
    let mut text = match index % 6 {
        0 => format!("---\ntitle: \"Note {index}\"\ncreated: 2023-04-{:02}T08:00\ntags: [daily, log]\ncssclass: wide\n---\n", 1 + index % 28),
        1 => "---\ntype: meeting-note\nstatus: in progress\ndate: next week\nproject:: [[Somewhere]]\npublish: true\n---\n".to_owned(),
        2 => "---\naliases:\n  - same alias\nrating: 4/5\nauthor: [[Someone]]\n---\n".to_owned(),
        3 => "<% tp.file.title %>\n---\nnot: front matter\n---\n".to_owned(),
        4 => "---\ntitle: {{title}}\ndue: {{date}}\nkey: [unclosed\n---\n".to_owned(),
        _ => String::new(),
    };
    let _ = write!(
        text,
        "# Heading {index}\n\nA link to [[note-{other}]], one to [[No such note {index}]] and [one](missing%20{index}.md#x), \
         ![[picture.png]], #tag/{}, $x^2$ and `[[code]]`.\n\n- [ ] a task 📅 2020-01-01\n- [x] done\n- 2020-01-01 wrote something\n\n\
         ## 2020-02-02\n\n| a | b |\n| - | - |\n| [[note-{other}\\|x]] | y |\n\n%% a [[comment]] %%\n",
        index % 9
    );
    text
}

#[test]
fn thousands_of_foreign_notes_load_without_noise() {
    let sandbox = Sandbox::with_git("");
    for index in 0..N_NOTES {
        // Folders whose names mean something to ties are left to those who mean it.
        sandbox.write(
            &format!("Area {}/note-{index}.md", index % 12),
            &text(index),
        );
    }
    let run = |arguments: &[&str]| -> (Option<i32>, Value) {
        let output = sandbox
            .command(program())
            .args(arguments)
            .output()
            .expect("the program starts");
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(errors, "", "{arguments:?}");
        (
            output.status.code(),
            serde_json::from_slice(&output.stdout).expect("one JSON document"),
        )
    };
    let (code, checked) = run(&["--format", "json", "check"]);
    assert_eq!(checked["summary"]["notes"], N_NOTES);
    assert_eq!(checked["diagnostics"], serde_json::json!([]));
    assert_eq!(code, Some(0));
    let (code, due) = run(&["--format", "json", "due"]);
    assert_eq!(
        (code, &due["follow_ups"]),
        (Some(0), &serde_json::json!([]))
    );
}
