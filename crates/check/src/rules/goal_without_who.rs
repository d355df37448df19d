//! An open goal does not say whom you are after.
//!
//! `who` takes links to contacts, also to people you have yet to meet (`status: wish`), and words where you know no name
//! yet:
//!
//! ```yaml
//! who: ["[[Vera Lind]]", a head of procurement]
//! ```

use super::goal_without_needs::without;
use crate::finding::{Context, Finding};

/// Finds a goal that does not say whom you are after.
pub(crate) fn check(context: &Context<'_>) -> Vec<Finding> {
    without(context, "who", "whom you are after", "people or words")
}
