//! The table of rules.

use vault::Severity;

use crate::finding::{Context, Finding};

/// A group of rules, as the manual lists them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Group {
    /// Mistakes in what is written.
    Writing,
    /// Contacts to tend.
    Tending,
    /// Goals and events to plan.
    Strategy,
}

impl Group {
    /// Returns the heading of the group in the manual.
    pub fn title(self) -> &'static str {
        match self {
            Self::Writing => "Writing",
            Self::Tending => "Tending",
            Self::Strategy => "Strategy",
        }
    }
}

/// A rule: its code, group, severity and manual page.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// The code, kebab-case.
    pub code: &'static str,
    /// The group.
    pub group: Group,
    /// The severity where the settings say nothing.
    pub severity: Severity,
    /// The module's source, whose header is the manual page.
    source: &'static str,
    /// Finds what the rule is about in one note.
    pub(crate) check: fn(&Context<'_>) -> Vec<Finding>,
}

impl Rule {
    /// Returns the manual page, Markdown: what it finds, how to mend it, how to switch it off.
    pub fn page(&self) -> String {
        let Self { code, .. } = self;
        let in_note = if self.is_of_vault() {
            String::new()
        } else {
            format!("\nor in one note: `<!-- ties: ignore {code} -->`\n")
        };
        format!(
            "{}\nSwitch it off in `ties.toml`:\n\n```toml\n[diagnostics]\n{code} = \"off\"\n```\n{in_note}",
            self.header()
        )
    }

    /// Returns the header of the rule's module, which `docs/diagnostics.md` is made of.
    pub(crate) fn header(&self) -> String {
        let lines = self.source.lines();
        let header = lines.map_while(|line| line.strip_prefix("//!"));
        header
            .flat_map(|line| [line.strip_prefix(' ').unwrap_or(line), "\n"])
            .collect()
    }

    /// Returns whether the rule speaks of the vault rather than of one note, so that no note can silence it.
    fn is_of_vault(&self) -> bool {
        matches!(
            self.code,
            "unreadable-note" | "unresolved-journal-contact" | "lost-interaction"
        )
    }
}

/// Returns every rule, Writing first, in the order of the manual.
pub fn all() -> &'static [Rule] {
    RULES
}

/// Returns the rule with this code, `None` where there is none.
pub fn find(code: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.code == code)
}

/// Returns the rule with a code that stands in the table.
pub(crate) fn rule(code: &str) -> &'static Rule {
    find(code).expect("the code is one of the table")
}

/// Declares the modules of the rules and the table of them.
macro_rules! rules {
    ($($group:ident { $($code:literal $module:ident $severity:ident)* })*) => {
        $($(
            pub(crate) mod $module;
        )*)*

        static RULES: &[Rule] = &[$($(
            Rule {
                code: $code,
                group: Group::$group,
                severity: Severity::$severity,
                source: include_str!(concat!("rules/", stringify!($module), ".rs")),
                check: $module::check,
            },
        )*)*];
    };
}

rules! {
    Writing {
        "front-matter-syntax" front_matter_syntax Error
        "invalid-value" invalid_value Error
        "misspelled-key" misspelled_key Warning
        "duplicate-key" duplicate_key Error
        "duplicate-name" duplicate_name Warning
        "duplicate-email" duplicate_email Warning
        "unresolved-link" unresolved_link Warning
        "ambiguous-link" ambiguous_link Warning
        "unresolved-heading" unresolved_heading Warning
        "unresolved-contact" unresolved_contact Warning
        "no-way-to-reach" no_way_to_reach Hint
        "unreadable-note" unreadable_note Error
    }
    Tending {
        "follow-up-overdue" follow_up_overdue Warning
        "follow-up-soon" follow_up_soon Hint
        "promise-overdue" promise_overdue Warning
        "promise-soon" promise_soon Hint
        "birthday-soon" birthday_soon Hint
        "unlogged-interaction" unlogged_interaction Hint
        "circle-over-capacity" circle_over_capacity Info
        "never-contacted" never_contacted Hint
        "card-without-conversation" card_without_conversation Hint
        "one-sided" one_sided Info
        "unresolved-journal-contact" unresolved_journal_contact Warning
        "lost-interaction" lost_interaction Warning
    }
    Strategy {
        "goal-without-needs" goal_without_needs Info
        "goal-without-who" goal_without_who Info
        "goal-without-where" goal_without_where Info
        "goal-without-say" goal_without_say Info
        "goal-overdue" goal_overdue Warning
        "event-all-familiar" event_all_familiar Info
    }
}
