//! The day of a promise has passed, and it is not marked as kept.
//!
//! ```markdown
//! - [ ] send [[Ada Lovelace]] the paper due:2026-11-20
//! ```
//!
//! Keep it and mark it with `[x]`, or give it another day. In plain notes only promises that link a contact count.

use network::follow_up::ago;
use note::{NoteKind, Promise};

use crate::finding::{Context, Finding};

/// Finds open promises whose day has passed.
pub(crate) fn check(context: &Context<'_>) -> Vec<Finding> {
    let today = context.world.today;
    let open = open(context).filter(|(_, due)| *due < today);
    open.map(|(promise, due)| {
        let message = format!("{} was due {}", shown(promise), ago(today, due));
        Finding::new(promise.due.span, message).help("mark it as kept, or give it another day")
    })
    .collect()
}

/// Returns the promises of the note that are neither kept nor nobody's, each with its day.
pub(crate) fn open<'a>(
    context: &Context<'a>,
) -> impl Iterator<Item = (&'a Promise, jiff::civil::Date)> {
    let context = *context;
    let promises = context.note.note.promises.iter();
    promises
        .filter(move |promise| !promise.done && concerns_somebody(&context, promise))
        .filter_map(|promise| Some((promise, promise.due.value?)))
}

/// Returns what messages call a promise.
pub(crate) fn shown(promise: &Promise) -> String {
    if promise.text.is_empty() {
        return "a promise".to_owned();
    }
    let mut shown: String = promise.text.chars().take(60).collect();
    if shown.len() < promise.text.len() {
        shown.push('…');
    }
    format!("the promise `{shown}`")
}

/// Returns whether a promise is one of ties: it stands in a note of a kind that ties knows, or links a contact.
pub(crate) fn concerns_somebody(context: &Context<'_>, promise: &Promise) -> bool {
    let note = context.note;
    if note.kind != NoteKind::Plain {
        return true;
    }
    let vault = context.world.vault;
    let links = &note.note.links;
    let first = links.partition_point(|link| link.span.start < promise.span.start);
    (first..links.len())
        .take_while(|index| links[*index].span.start < promise.span.end)
        .filter_map(|index| vault.resolution(context.id, index).note())
        .any(|id| vault.note(id).kind.is_person())
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::check;

    #[test]
    fn open_promises_of_past_days_are_told() {
        check(
            "promise-overdue",
            "
//- people/ada.md
- [ ] send the paper due:2026-11-22
- [ ] due:2026-11-01
- [x] call back due:2026-11-20
- [ ] today due:2026-11-23
- [ ] garbled due:2026-11-41
//- day.md
- [ ] write to [[ada]] due:2026-11-13
- [ ] buy milk due:2026-11-13
",
            expect![[r#"
                warning[promise-overdue] day.md:1 |2026-11-13| the promise `write to ada` was due 10 days ago
                  help: mark it as kept, or give it another day
                warning[promise-overdue] people/ada.md:1 |2026-11-22| the promise `send the paper` was due yesterday
                  help: mark it as kept, or give it another day
                warning[promise-overdue] people/ada.md:2 |2026-11-01| a promise was due 22 days ago
                  help: mark it as kept, or give it another day
            "#]],
        );
    }
}
