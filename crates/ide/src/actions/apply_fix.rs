//! The fixes that diagnostics bring along.

use check::Applicability;

use super::{Action, ActionKind, Selection};

pub(super) fn actions(at: &Selection<'_>) -> Vec<Action> {
    let fixes = at.findings.iter().filter_map(|finding| {
        let fix = finding.fix.as_ref()?;
        Some(Action {
            title: fix.title.clone(),
            kind: ActionKind::QuickFix,
            change: Some(fix.change.clone()),
            command: None,
            mends: Some((finding.code, finding.span)),
            preferred: fix.applicability == Applicability::Safe,
        })
    });
    fixes.collect()
}
