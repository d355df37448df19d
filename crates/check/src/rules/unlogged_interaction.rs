//! An interaction is written down in a note, but the journal has none of that kind on that day with that contact.
//!
//! ```markdown
//! - 2026-11-20 call: the engine's notes
//! ```
//!
//! It counts for follow-ups as it is. Log it to keep it in the history: the editor's action does so at the place, and
//! `ties log` in a terminal; `ties log --from-notes` logs all of them, after showing them. Where no journal is kept yet, and there is no `ties.toml` either, nothing is said.

use network::history;

use note::NoteKind;

use crate::finding::{Context, Finding, shell_word};

/// How many contacts a message names.
const MOST: usize = 3;

/// Finds entries that are not in the journal.
pub(crate) fn check(context: &Context<'_>) -> Vec<Finding> {
    let world = context.world;
    if context.note.note.entries.is_empty() || !context.has_journal() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (entry, contacts) in history::unlogged_in(world, context.id) {
        let mut names: Vec<String> = contacts
            .iter()
            .map(|id| format!("`{}`", world.vault.note(*id).name))
            .collect();
        names.sort_unstable();
        if names.len() > MOST {
            let rest = names.len() - MOST;
            names.truncate(MOST);
            names.push(format!("{rest} more"));
        }
        let written = entry.get(world);
        let message = format!(
            "this {} with {} is not in the journal yet",
            written.kind.value,
            names.join(", ")
        );
        let mut paths: Vec<String> = contacts
            .iter()
            .map(|id| shell_word(&world.vault.note(*id).path))
            .collect();
        paths.sort_unstable();
        let event = match context.note.kind {
            NoteKind::Event => format!(" --event {}", shell_word(&context.note.path)),
            _ => String::new(),
        };
        let help = format!(
            "log it, and it stays in the history: `ties log {} {} --on {}{event}`",
            written.kind.value,
            paths.join(" "),
            written.date.value
        );
        found.push(Finding::new(written.span, message).help(help));
    }
    found
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::check;

    const NOTES: &str = "
//- people/ada.md
# Ada
- 2026-11-20 call: the engine
- 2026-11-19 call
- 2026-11-18 thought
- 2026-12-24 call
//- people/bob.md
# Bob
//- events/e.md
---
people: [Ada, Bob]
---
## 2026-11-17 meeting
## 2026-11-16 meeting with [[Bob]]
";

    #[test]
    fn entries_that_the_journal_lacks_are_told() {
        check(
            "unlogged-interaction",
            &format!(
                "{NOTES}//- journal\n2026-11-20 call people/ada.md\n2026-11-19 meal people/ada.md\n2026-11-17 meeting people/ada.md\n"
            ),
            expect![[r#"
                hint[unlogged-interaction] events/e.md:4 |2026-11-17 meeting| this meeting with `Bob` is not in the journal yet
                  help: log it, and it stays in the history: `ties log meeting people/bob.md --on 2026-11-17 --event events/e.md`
                hint[unlogged-interaction] events/e.md:5 |2026-11-16 meeting with [[Bob]]| this meeting with `Bob` is not in the journal yet
                  help: log it, and it stays in the history: `ties log meeting people/bob.md --on 2026-11-16 --event events/e.md`
                hint[unlogged-interaction] people/ada.md:3 |2026-11-19 call| this call with `Ada` is not in the journal yet
                  help: log it, and it stays in the history: `ties log call people/ada.md --on 2026-11-19`
            "#]],
        );
    }

    #[test]
    fn without_a_journal_nothing_is_said() {
        check("unlogged-interaction", NOTES, expect![[""]]);
        check("unlogged-interaction", &format!("{NOTES}//- journal\n"), expect![[""]]);
    }
}
