//! `ties.snooze`: no follow-up with a contact before a day, written into its note.

use std::sync::Arc;

use jiff::ToSpan;
use serde::Deserialize;
use serde_json::{Value, json};
use tower_lsp::jsonrpc::Result;

use super::{Change, SNOOZE, contact_of, folder_of, read};
use crate::{
    owner::View,
    server::{Shared, refused},
};

/// The argument.
#[derive(Deserialize)]
struct Snooze {
    /// A path from the vault's root, or a name.
    contact: Option<String>,
    /// The contact's note, or another of its vault.
    uri: Option<String>,
    /// For how many days.
    days: Option<u16>,
    /// Until when: `2026-12-01`, `friday`, `2w`.
    until: Option<String>,
}

pub(super) async fn snooze(shared: &Arc<Shared>, view: View, argument: Value) -> Result<Value> {
    let asked: Snooze = read(SNOOZE, "contact or uri, days or until", argument)?;
    let today = shared.today();
    let day = match (asked.days, asked.until.as_deref()) {
        (Some(days), None) => today.checked_add(i64::from(days).days()).ok(),
        (None, Some(until)) => note::human_date::parse_future(until, today),
        _ => return Err(refused("say for how many `days`, or `until` when")),
    };
    let Some(day) = day.filter(|day| *day > today) else {
        return Err(refused(
            "a follow-up is put off until a later day; write it as 2026-12-01, friday or 2w",
        ));
    };
    let (change, answer) = {
        let state = &*view;
        let folder = folder_of(state, asked.uri.as_deref())?;
        let contact = contact_of(folder, asked.contact.as_deref(), asked.uri.as_deref())?;
        let data = folder.vault.note(contact);
        let change = ide::snooze_until(folder.world(today), contact, day).ok_or_else(|| {
            refused(format!(
                "`{}` has changed on disk; try once more",
                data.path
            ))
        })?;
        let answer = json!({"path": &*data.path, "name": &*data.name, "snooze": day.to_string()});
        (Change::new(shared, state, folder, change), answer)
    };
    drop(view);
    change.make(shared).await?;
    Ok(answer)
}
