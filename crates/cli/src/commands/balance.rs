//! `ties balance`: who reaches out, what was given and received, and what you could give next.

use std::fmt::Write as _;

use clap::Args;
use network::{
    World,
    balance::{self, Balance, Tally},
    exchange::{self, Exchange},
};
use note::{NoteKind, human_date::parse_period};
use serde_json::{Value, json};
use vault::NoteId;

use crate::{
    contacts,
    error::CommandError,
    output::{Answer, BOLD, DIM, YELLOW, count, one_line},
    session::{Globals, Session},
};

/// Show give and take: who reaches out, what was given and received, what you could give next
///
/// Counts the interactions of the last year. `ties log --by me --gave 'proof reading'` says who began and what was exchanged.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Only with this contact
    contact: Option<String>,
    /// From when on: `2026-03`, `last year`, `3 months ago`; a year back by default
    #[arg(long, value_name = "WHEN")]
    since: Option<String>,
    /// How many contacts to show; 0 for all
    #[arg(long, value_name = "N", default_value_t = 10)]
    limit: usize,
}

/// Returns the give and take.
pub(crate) fn run(arguments: &Arguments, globals: &Globals) -> Result<Answer, CommandError> {
    let session = Session::open(globals)?;
    let world = session.world();
    let since = match &arguments.since {
        None => balance::a_year_back(world.today),
        Some(text) => {
            let period = parse_period(text, &session.place.now).ok_or_else(|| {
                CommandError::new(format!("`{}` is no day, month or year", one_line(text)))
                    .hint("write it as 2026-11-20, 2026-11, 2026, 'last year' or '3 months ago'")
            })?;
            period.first
        }
    };
    let balances = match &arguments.contact {
        None => balance::all(world, since),
        Some(name) => {
            let contact =
                contacts::find(session.vault(), &session.place, name, &[NoteKind::Contact])?;
            balance::of_contact(world, contact, since)
                .into_iter()
                .collect()
        }
    };
    let with_you = exchange::with_you(world);
    let mut text = String::new();
    let overall = arguments
        .contact
        .is_none()
        .then(|| balance::overall(world, since));
    if let Some(overall) = overall.filter(|overall| overall.interactions > 0) {
        let _ = writeln!(text, "{BOLD}Since {since}{BOLD:#}: {}", told(&overall));
    }
    let limit = match arguments.limit {
        0 => usize::MAX,
        limit => limit,
    };
    // Of those with whom nothing is known but that you spoke there is nothing to say.
    let is_telling = |one: &&Balance| {
        arguments.contact.is_some() || one.tally.gave + one.tally.received > 0 || one.is_quiet()
    };
    let shown: Vec<&Balance> = balances.iter().filter(is_telling).collect();
    if !text.is_empty() && !shown.is_empty() {
        text.push('\n');
    }
    for one in shown.iter().take(limit) {
        put(
            &mut text,
            world,
            one,
            next_gift(world, &with_you, one.contact),
        );
    }
    let mut remarks = String::new();
    if balances.is_empty() {
        let _ = writeln!(remarks, "no interaction since {since}");
    } else if shown.is_empty() {
        remarks.push_str(
            "nothing is known of give and take: `ties log call ada --by me --gave 'proof reading'`\n",
        );
    }
    if shown.len() > limit {
        let _ = writeln!(remarks, "{} more: `--limit 0`", shown.len() - limit);
    }
    Ok(Answer {
        text,
        remarks,
        json: json!({
            "since": since.to_string(),
            "overall": overall.map(|tally| tally_json(&tally)),
            "contacts": balances
                .iter()
                .map(|one| to_json(world, one, next_gift(world, &with_you, one.contact)))
                .collect::<Vec<_>>(),
        }),
        warnings: session.warnings.clone(),
        ..Answer::default()
    })
}

/// What you could do for somebody next: a need, and what you offer for it if anything.
struct Gift {
    need: String,
    offer: Option<String>,
}

fn next_gift(world: World<'_>, with_you: &[Exchange], contact: NoteId) -> Option<Gift> {
    let met = with_you.iter().find(|one| one.contact == contact);
    if let Some(met) = met.and_then(|one| one.gives.first()) {
        return Some(Gift {
            need: met.need.clone(),
            offer: Some(met.offer.clone()),
        });
    }
    let need = world.vault.note(contact).items_of("needs").first()?;
    Some(Gift {
        need: need.item_text()?.value.trim().to_owned(),
        offer: None,
    })
}

/// Returns a tally in words.
fn told(tally: &Tally) -> String {
    let mut words = vec![count(tally.interactions as usize, "interaction")];
    let known = tally.begun_by_me + tally.begun_by_them;
    if known > 0 {
        words.push(format!("you began {} of {known}", tally.begun_by_me));
    }
    if tally.gave + tally.received > 0 {
        words.push(format!("{} given, {} received", tally.gave, tally.received));
    }
    words.join(", ")
}

fn put(text: &mut String, world: World<'_>, one: &Balance, gift: Option<Gift>) {
    let name = one_line(&world.vault.note(one.contact).name);
    let style = if one.tally.is_one_sided() {
        YELLOW
    } else {
        BOLD
    };
    let _ = writeln!(text, "{style}{name}{style:#}  {}", told(&one.tally));
    if one.tally.is_one_sided() {
        let _ = writeln!(
            text,
            "  {}",
            match one.tally.gave > one.tally.received {
                true => "you gave far more than you received: asking for something is a gift, too",
                false =>
                    "you received far more than you gave: a thank-you, or something in return?",
            }
        );
    }
    if one.is_quiet() {
        let _ = writeln!(
            text,
            "  you began the last {}: leave the next one to them, or ask what would help",
            one.in_a_row
        );
    }
    if let Some(gift) = gift.filter(|_| one.tally.gave <= one.tally.received) {
        let offer = gift.offer.map_or_else(String::new, |offer| {
            format!(", and you offer `{}`", one_line(&offer))
        });
        let _ = writeln!(
            text,
            "  {DIM}needs `{}`{offer}{DIM:#}",
            one_line(&gift.need)
        );
    }
}

fn tally_json(tally: &Tally) -> Value {
    json!({
        "interactions": tally.interactions,
        "begun_by_me": tally.begun_by_me,
        "begun_by_them": tally.begun_by_them,
        "gave": tally.gave,
        "received": tally.received,
        "balance": tally.balance(),
        "reciprocity": tally.reciprocity(),
    })
}

fn to_json(world: World<'_>, one: &Balance, gift: Option<Gift>) -> Value {
    let data = world.vault.note(one.contact);
    let mut json = tally_json(&one.tally);
    json["path"] = json!(&*data.path);
    json["name"] = json!(data.name);
    json["one_sided"] = json!(one.tally.is_one_sided());
    json["begun_in_a_row"] = json!(one.in_a_row);
    json["next"] = json!(gift.map(|gift| json!({"need": gift.need, "offer": gift.offer})));
    json
}
