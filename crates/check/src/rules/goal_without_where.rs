//! An open goal does not say where to go for it.
//!
//! `where` takes links to events, and words:
//!
//! ```yaml
//! where: ["[[Ocean Energy Forum]]", the harbour office]
//! ```

use super::goal_without_needs::without;
use crate::finding::{Context, Finding};

/// Finds a goal that does not say where to go for it.
pub(crate) fn check(context: &Context<'_>) -> Vec<Finding> {
    without(context, "where", "where to go for it", "events or words")
}
