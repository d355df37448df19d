//! The table of rules. A rule is a module here: its doc header is its manual page, its function finds, its tests show.

use std::sync::LazyLock;

use network::World;
use vault::{Severity, config::ConfigProblem, load::Unreadable};

use crate::{
    context::{NoteContext, Sink},
    page::page,
};

mod ambiguous_link;
mod duplicate_email;
mod duplicate_key;
mod duplicate_name;
mod front_matter_syntax;
mod invalid_value;
mod misspelled_key;
mod no_way_to_reach;
mod unreadable_note;
mod unresolved_contact;
mod unresolved_heading;
mod unresolved_link;

/// A group of rules, as the manual lists them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Group {
    /// Mistakes in what is written.
    Writing,
    /// Contacts to tend.
    Tending,
}

impl Group {
    /// Returns `Writing` or `Tending`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Writing => "Writing",
            Self::Tending => "Tending",
        }
    }
}

/// A rule: its code and manual page.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// The code, kebab-case.
    pub code: &'static str,
    /// The group.
    pub group: Group,
    /// The severity where the settings say nothing.
    pub severity: Severity,
    /// The manual page, Markdown: a title and the module's doc header.
    pub page: &'static str,
    /// What it looks at.
    pub(crate) checks: Checks,
}

/// Finds in one note.
type NoteCheck = fn(&NoteContext<'_>, &mut Sink<'_>);
/// Finds in `ties.toml`, given what was wrong when it was read.
type ConfigCheck = fn(World<'_>, &[ConfigProblem], &mut Sink<'_>);
/// Finds in the journal as a whole.
type JournalCheck = fn(World<'_>, &mut Sink<'_>);
/// Speaks of a file that could not be read.
type FileCheck = fn(&Unreadable, &mut Sink<'_>);

/// The functions of a rule, one for each sort of thing it looks at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Checks {
    pub(crate) note: Option<NoteCheck>,
    pub(crate) config: Option<ConfigCheck>,
    pub(crate) journal: Option<JournalCheck>,
    pub(crate) file: Option<FileCheck>,
}

const NO_CHECKS: Checks = Checks {
    note: None,
    config: None,
    journal: None,
    file: None,
};

const fn in_notes(check: NoteCheck) -> Checks {
    Checks {
        note: Some(check),
        ..NO_CHECKS
    }
}

const fn in_notes_and_config(note: NoteCheck, config: ConfigCheck) -> Checks {
    Checks {
        note: Some(note),
        config: Some(config),
        ..NO_CHECKS
    }
}

/// Makes the table: group, severity, code, module with its functions.
macro_rules! table {
    ($($group:ident $severity:ident $code:literal $module:ident $checks:expr;)*) => {
        vec![$(
            Rule {
                code: $code,
                group: Group::$group,
                severity: Severity::$severity,
                // Pages live as long as the program.
                page: page(
                    $code,
                    Group::$group,
                    Severity::$severity,
                    include_str!(concat!("rules/", stringify!($module), ".rs")),
                )
                .leak(),
                checks: $checks,
            },
        )*]
    };
}

static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    table! {
        Writing Error "front-matter-syntax" front_matter_syntax in_notes(front_matter_syntax::check);
        Writing Error "invalid-value" invalid_value in_notes_and_config(invalid_value::check, invalid_value::check_config);
        Writing Warning "misspelled-key" misspelled_key in_notes_and_config(misspelled_key::check, misspelled_key::check_config);
        Writing Error "duplicate-key" duplicate_key in_notes(duplicate_key::check);
        Writing Warning "duplicate-name" duplicate_name in_notes(duplicate_name::check);
        Writing Warning "duplicate-email" duplicate_email in_notes(duplicate_email::check);
        Writing Warning "unresolved-link" unresolved_link in_notes(unresolved_link::check);
        Writing Warning "ambiguous-link" ambiguous_link in_notes(ambiguous_link::check);
        Writing Warning "unresolved-heading" unresolved_heading in_notes(unresolved_heading::check);
        Writing Warning "unresolved-contact" unresolved_contact in_notes_and_config(unresolved_contact::check, unresolved_contact::check_config);
        Writing Hint "no-way-to-reach" no_way_to_reach in_notes(no_way_to_reach::check);
        Writing Error "unreadable-note" unreadable_note Checks { file: Some(unreadable_note::check), ..NO_CHECKS };
    }
});

/// Returns every rule, Writing first, in the order of the manual.
pub fn all() -> &'static [Rule] {
    &RULES
}

/// Returns the rule with this code.
pub fn find(code: &str) -> Option<&'static Rule> {
    all().iter().find(|rule| rule.code == code)
}

/// Returns the code nearest to one that no rule has.
pub(crate) fn nearest_code(code: &str) -> Option<&'static str> {
    let written = code.to_lowercase().replace(['_', ' '], "-");
    note::fold::nearest(&written, all().iter().map(|rule| rule.code))
}
