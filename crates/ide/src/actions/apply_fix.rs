//! The fixes that diagnostics bring along.

use check::Applicability;

use super::{Action, ActionKind, Selection};

/// Returns a fix's title as menus have theirs: beginning with a capital.
pub(super) fn menu_title(title: &str) -> String {
    let mut chars = title.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}

pub(super) fn actions(at: &Selection<'_>) -> Vec<Action> {
    let fixes = at.findings.iter().filter_map(|finding| {
        let fix = finding.fix.as_ref()?;
        Some(Action {
            title: menu_title(&fix.title),
            kind: ActionKind::QuickFix,
            change: Some(fix.change.clone()),
            command: None,
            mends: Some((finding.code, finding.span)),
            preferred: fix.applicability == Applicability::Safe,
        })
    });
    fixes.collect()
}
