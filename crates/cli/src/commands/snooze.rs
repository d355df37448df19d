//! `ties snooze`: no follow-up with a contact before a day, written into its note.

use clap::Args;
use note::NoteKind;
use serde_json::json;
use vault::load;

use super::due;
use crate::{
    contacts,
    error::CommandError,
    output::{Answer, BOLD, one_line},
    session::{Globals, Session},
};

/// Put a follow-up off until a day
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Whose
    contact: String,
    /// Until when: `friday`, `2w`, `in 3 weeks`, `next month`, `2027-01-15`
    #[arg(required = true, value_name = "UNTIL")]
    until: Vec<String>,
}

/// Writes `snooze:` into the contact's note.
pub(crate) fn run(arguments: &Arguments, globals: &Globals) -> Result<Answer, CommandError> {
    let session = Session::open(globals)?;
    let today = session.place.today();
    let until = arguments.until.join(" ");
    let day = due::to_day(&until, today)?;
    if day <= today {
        return Err(CommandError::new(format!(
            "`{}` is not after today ({day})",
            one_line(&until)
        ))
        .hint("a follow-up is put off until a later day"));
    }
    let id = contacts::find(
        session.vault(),
        &session.place,
        &arguments.contact,
        &[NoteKind::Contact],
    )?;
    let data = session.vault().note(id);
    let change = ide::snooze_until(session.world(), id, day)
        .ok_or_else(|| CommandError::new(format!("`{}` cannot be read", data.path)))?;
    load::apply(&session.place.root, &change)?;
    Ok(Answer {
        text: format!(
            "{BOLD}{}{BOLD:#}: no follow-up before {day}  ({})\n",
            one_line(&data.name),
            one_line(&data.path),
        ),
        json: json!({"path": &*data.path, "name": data.name, "snooze": day.to_string()}),
        warnings: session.warnings.clone(),
        ..Answer::default()
    })
}
