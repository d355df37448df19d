//! `ties.toml`: the settings of a vault, their defaults, and what is wrong with a file of them.

use std::collections::BTreeMap;

use note::{Span, value::Cadence};

/// How much a finding matters.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Wrong: something cannot be read or means nothing.
    Error,
    /// Worth mending.
    Warning,
    /// Worth knowing.
    Info,
    /// Worth a look some time.
    Hint,
}

/// A circle: how close, how many, how often.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Circle {
    /// Its name.
    pub name: Box<str>,
    /// How many people it holds; `None` for no bound.
    pub capacity: Option<u32>,
    /// How often one is in touch.
    pub cadence: Cadence,
    /// Where `ties.toml` defines it; `None` for the defaults.
    pub span: Option<Span>,
}

/// The settings of a vault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The circles, closest first. `[circles.NAME] capacity, cadence`; naming a default circle changes it.
    pub circles: Vec<Circle>,
    /// The kinds of interaction, lower-case: the ten of the design, then `[journal] kinds`.
    pub kinds: Vec<Box<str>>,
    /// `[diagnostics] CODE = "off" | "error" | "warning" | "info" | "hint"` (or `false`); `None` is off.
    pub severities: BTreeMap<Box<str>, Option<Severity>>,
    /// `[follow_ups] soon`, days; 7.
    pub soon: u16,
    /// `[vault] exclude`, gitignore patterns.
    pub exclude: Vec<String>,
    /// `[vault] max_note_size`, bytes; 8 MiB.
    pub max_note_size: u64,
    /// Names or links of contacts that `ties.toml` mentions (`[me] note = "me.md"` is not one); each is checked.
    pub contacts: Vec<note::Spanned<Box<str>>>,
}

/// Something wrong in `ties.toml`; the rest of it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigProblem {
    /// Where.
    pub span: Span,
    /// Whether the file cannot be read at all there (an error) or a key is not known (a warning).
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// The next step: the nearest known key, the form expected.
    pub help: Option<String>,
}

impl Default for Config {
    fn default() -> Self {
        todo!()
    }
}

impl Config {
    /// Returns the circle called `name`, ignoring case.
    pub fn circle(&self, name: &str) -> Option<&Circle> {
        self.circles
            .iter()
            .find(|circle| circle.name.eq_ignore_ascii_case(name))
    }

    /// Returns whether `word` is a kind of interaction, ignoring case.
    pub fn is_kind(&self, word: &str) -> bool {
        self.kinds
            .iter()
            .any(|kind| kind.eq_ignore_ascii_case(word))
    }
}

/// Reads the text of a `ties.toml`: always settings, and what is wrong with the file.
pub fn parse(text: &str) -> (Config, Vec<ConfigProblem>) {
    let _ = text;
    todo!()
}
