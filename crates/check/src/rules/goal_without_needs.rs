//! An open goal does not say what you are after.
//!
//! With `needs`, `ties plan` finds the contacts who offer it, and the question to send says it:
//!
//! ```yaml
//! needs: [a pilot site with a harbour]
//! ```

use network::plan;
use note::Span;

use crate::finding::{Context, Finding};

/// Finds a goal that does not say what it needs.
pub(crate) fn check(context: &Context<'_>) -> Vec<Finding> {
    without(context, "needs", "what you are after", "what would help")
}

/// Finds an open goal without a key, at its name. A note that only lies in a folder of that name says nothing of goals.
pub(super) fn without(context: &Context<'_>, key: &str, what: &str, form: &str) -> Vec<Finding> {
    const KEYS: [&str; 7] = ["kind", "for", "by", "needs", "who", "where", "say"];
    let note = context.note;
    let is_written = |key: &&str| !note.items_of(key).is_empty() || note.text_of(key).is_some();
    if !plan::is_open(note) || !KEYS.iter().any(is_written) || is_written(&key) {
        return Vec::new();
    }
    let span = note.name_span.unwrap_or(Span::at(0));
    let message = format!("`{}` does not say {what}", note.name);
    vec![Finding::new(span, message).help(format!("`{key}:` takes {form}"))]
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::check;

    const GOALS: &str = "
//- goals/bare.md
# What a folder of goals may hold
//- goals/open.md
---
name: A job
for: job
---
//- goals/all.md
---
needs: [work]
who: [\"[[Ada]]\"]
where: [the fair]
say: Hello.
---
//- goals/empty.md
---
kind: goal
needs: []
who:
---
//- goals/done.md
---
for: job
status: done
---
//- notes/plain.md
---
for: job
---
";

    #[test]
    fn a_goal_is_told_what_it_does_not_say() {
        check("goal-without-needs", GOALS, expect![[r#"
            info[goal-without-needs] goals/empty.md:1 || `empty` does not say what you are after
              help: `needs:` takes what would help
            info[goal-without-needs] goals/open.md:2 |A job| `A job` does not say what you are after
              help: `needs:` takes what would help
        "#]]);
        check("goal-without-who", GOALS, expect![[r#"
            info[goal-without-who] goals/empty.md:1 || `empty` does not say whom you are after
              help: `who:` takes people or words
            info[goal-without-who] goals/open.md:2 |A job| `A job` does not say whom you are after
              help: `who:` takes people or words
        "#]]);
        check("goal-without-where", GOALS, expect![[r#"
            info[goal-without-where] goals/empty.md:1 || `empty` does not say where to go for it
              help: `where:` takes events or words
            info[goal-without-where] goals/open.md:2 |A job| `A job` does not say where to go for it
              help: `where:` takes events or words
        "#]]);
        check("goal-without-say", GOALS, expect![[r#"
            info[goal-without-say] goals/empty.md:1 || `empty` does not say what to open with
              help: `say:` takes one sentence
            info[goal-without-say] goals/open.md:2 |A job| `A job` does not say what to open with
              help: `say:` takes one sentence
        "#]]);
    }
}
