//! The table of rules.

use vault::Severity;

/// A group of rules, as the manual lists them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Group {
    /// Mistakes in what is written.
    Writing,
    /// Contacts to tend.
    Tending,
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
    /// The manual page, Markdown: the module's doc header.
    pub page: &'static str,
}

/// Returns every rule, Writing first, in the order of the manual.
pub fn all() -> &'static [Rule] {
    &[]
}
