//! An open goal does not say what you would open with.
//!
//! One sentence is enough; it is there when somebody asks what you do.
//!
//! ```yaml
//! say: "We measured 4.0 kW; may I show you the error bars?"
//! ```

use super::goal_without_needs::without;
use crate::finding::{Context, Finding};

/// Finds a goal that does not say what to open with.
pub(crate) fn check(context: &Context<'_>) -> Vec<Finding> {
    without(context, "say", "what to open with", "one sentence")
}
