//! What a file to import says, before anything is looked up: rows of cells that know where they stand.
//!
//! The columns are listed here once for CSV and JSON Lines; how a file is cut into cells is in `csv` and `json`.

use note::fold;

/// What a cell is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    On,
    Kind,
    Contacts,
    Summary,
    Message,
    Body,
    InitiatedBy,
    Gave,
    Received,
    Event,
    Goal,
    Id,
    Revision,
    Retracted,
    /// `Key: value`, of keys that mean nothing to ties.
    Trailers,
    /// What an export says that an import has no use for: the commit it stood in.
    Unused,
}

/// Every name a column goes by. The first of each column is the one that is documented.
const NAMES: [(&str, Column); 31] = [
    ("date", Column::On),
    ("on", Column::On),
    ("when", Column::On),
    ("day", Column::On),
    ("kind", Column::Kind),
    ("type", Column::Kind),
    ("contacts", Column::Contacts),
    ("contact", Column::Contacts),
    ("with", Column::Contacts),
    ("who", Column::Contacts),
    ("people", Column::Contacts),
    ("name", Column::Contacts),
    ("summary", Column::Summary),
    ("subject", Column::Summary),
    ("message", Column::Message),
    ("text", Column::Message),
    ("about", Column::Message),
    ("body", Column::Body),
    ("notes", Column::Body),
    ("initiated_by", Column::InitiatedBy),
    ("by", Column::InitiatedBy),
    ("gave", Column::Gave),
    ("received", Column::Received),
    ("event", Column::Event),
    ("goal", Column::Goal),
    ("id", Column::Id),
    ("revision", Column::Revision),
    ("commit", Column::Unused),
    ("author", Column::Unused),
    ("retracted", Column::Retracted),
    ("trailers", Column::Trailers),
];

impl Column {
    /// Returns the column that a heading names, ignoring case and taking blanks and dashes for `_`.
    pub(super) fn named(heading: &str) -> Option<Self> {
        let heading = heading.trim().to_lowercase().replace([' ', '-'], "_");
        let found = NAMES.iter().find(|(name, _)| *name == heading);
        found.map(|&(_, column)| column)
    }

    /// Returns the name of a column that `heading` is one slip away from.
    pub(super) fn near(heading: &str) -> Option<&'static str> {
        let heading = heading.trim().to_lowercase();
        fold::nearest(&heading, NAMES.iter().map(|(name, _)| *name))
    }

    /// Returns whether a cell of this column may hold several values.
    pub(super) fn is_list(self) -> bool {
        matches!(
            self,
            Self::Contacts | Self::Gave | Self::Received | Self::Trailers
        )
    }
}

/// One value and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cell {
    /// Trimmed, but for a body; never empty.
    pub(super) text: String,
    /// Its byte offset in the file.
    pub(super) at: usize,
}

impl Cell {
    /// Returns the cell for `text`, which begins at `at`; `None` where it says nothing. A body keeps its blanks.
    pub(super) fn new(column: Column, text: &str, at: usize) -> Option<Self> {
        let trimmed = text.trim();
        if column == Column::Body && !trimmed.is_empty() {
            return Some(Self {
                text: text.to_owned(),
                at,
            });
        }
        let lead = text.len() - text.trim_start().len();
        (!trimmed.is_empty()).then(|| Self {
            text: trimmed.to_owned(),
            at: at + lead,
        })
    }
}

/// One interaction as a file has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// The byte offset of its beginning.
    pub(super) at: usize,
    /// Its cells in the order of the file; a list column may have several.
    pub(super) cells: Vec<(Column, Cell)>,
}

impl Row {
    /// Returns the cells of a column.
    pub(super) fn all(&self, column: Column) -> impl Iterator<Item = &Cell> {
        let cells = self.cells.iter().filter(move |(of, _)| *of == column);
        cells.map(|(_, cell)| cell)
    }

    /// Returns the only cell of a column.
    pub(super) fn one(&self, column: Column) -> Option<&Cell> {
        self.all(column).next()
    }
}

/// Something that keeps the file from being imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Problem {
    /// The byte offset of what it is about.
    pub(super) at: usize,
    /// What is wrong, and where there is one, the next step in the same line.
    pub(super) message: String,
}

impl Problem {
    /// Returns the problem at a byte offset.
    pub(super) fn new(at: usize, message: impl Into<String>) -> Self {
        Self {
            at,
            message: message.into(),
        }
    }
}

/// What was read of a file: rows, or what is wrong with it. Both where only some rows are.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    pub(super) rows: Vec<Row>,
    pub(super) problems: Vec<Problem>,
    /// What the user should know, and that keeps nothing from being imported.
    pub(super) remarks: Vec<String>,
}
