//! `ties plan`: for each goal whom to reach and how, where to go, what to say, and what its note does not say yet.

use std::fmt::Write as _;

use clap::Args;
use network::{
    World, history,
    plan::{self, Place, Plan, Target},
    ties::Way,
};
use note::NoteKind;
use serde_json::{Value, json};
use vault::NoteId;

use crate::{
    contacts,
    error::CommandError,
    output::{Answer, BOLD, CYAN, DIM, days_off, one_line},
    session::{Globals, Session},
};

/// Work out goals: whom to reach and through whom, where to go, what to say
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Only this goal, be it open or not
    goal: Option<String>,
    /// Only goals of this sort: `job`, `mentor`, `customer`, `partner`, `investor`, `friend`, `other`
    #[arg(long = "for", value_name = "SORT", conflicts_with = "goal")]
    sort: Option<String>,
}

/// Returns goals worked out.
pub(crate) fn run(arguments: &Arguments, globals: &Globals) -> Result<Answer, CommandError> {
    let session = Session::open(globals)?;
    let world = session.world();
    let goals = match &arguments.goal {
        Some(name) => vec![contacts::find(
            session.vault(),
            &session.place,
            name,
            &[NoteKind::Goal],
        )?],
        None => plan::open_goals(world),
    };
    let is_wanted = |goal: &NoteId| {
        arguments.sort.as_deref().is_none_or(|sort| {
            let written = world.vault.note(*goal).text_of("for");
            written.is_some_and(|written| written.value.trim().eq_ignore_ascii_case(sort.trim()))
        })
    };
    let plans: Vec<Plan> = goals
        .into_iter()
        .filter(is_wanted)
        .map(|goal| plan::plan(world, goal))
        .collect();
    let pages: Vec<String> = plans.iter().map(|plan| page(world, plan)).collect();
    let mut remarks = String::new();
    if plans.is_empty() {
        remarks.push_str(match &arguments.sort {
            Some(_) => "no open goal is for that\n",
            None => "no goal yet: `ties new goal 'A first customer'` writes down whom or what you are after\n",
        });
    }
    Ok(Answer {
        text: pages.join("\n"),
        remarks,
        json: json!({"goals": plans.iter().map(|plan| to_json(world, plan)).collect::<Vec<_>>()}),
        warnings: session.warnings.clone(),
        ..Answer::default()
    })
}

fn name(world: World<'_>, note: NoteId) -> String {
    one_line(&world.vault.note(note).name)
}

fn texts(world: World<'_>, note: NoteId, key: &str) -> Vec<String> {
    let items = world.vault.note(note).items_of(key).iter();
    items
        .filter_map(|item| Some(one_line(item.item_text()?.value.trim())))
        .collect()
}

fn page(world: World<'_>, plan: &Plan) -> String {
    let data = world.vault.note(plan.goal);
    let mut about: Vec<String> = texts(world, plan.goal, "for");
    if let (Some(by), Some(days)) = (plan.by, plan::days_left(world, plan)) {
        about.push(format!("by {by}, {}", days_off(days)));
    }
    let mut text = format!("{BOLD}{}{BOLD:#}", one_line(&data.name));
    if !about.is_empty() {
        let _ = write!(text, "  {DIM}{}{DIM:#}", about.join(", "));
    }
    text.push('\n');
    for key in ["needs", "offers"] {
        let items = texts(world, plan.goal, key);
        if !items.is_empty() {
            let _ = writeln!(text, "  {key}: {}", items.join(", "));
        }
    }
    for (index, target) in plan.who.iter().enumerate() {
        if index == 0 {
            text.push_str("  who\n");
        }
        match target {
            Target::Contact(contact, way) => {
                let _ = writeln!(text, "    {}", name(world, *contact));
                put_way(&mut text, world, plan.goal, way.as_ref());
            }
            Target::Words(words) => {
                let _ = writeln!(text, "    {}", one_line(words));
            }
        }
    }
    for (index, (helper, way)) in plan.helpers.iter().enumerate() {
        if index == 0 {
            text.push_str("  who else offers what it needs\n");
        }
        let (giver, offer) = (name(world, helper.giver), one_line(&helper.offer));
        let _ = writeln!(
            text,
            "    {giver}: `{offer}` for `{}`",
            one_line(&helper.need)
        );
        put_way(&mut text, world, plan.goal, way.as_ref());
    }
    for (index, place) in plan.places.iter().enumerate() {
        if index == 0 {
            text.push_str("  where\n");
        }
        match place {
            Place::Event { event, day, people } => {
                let people: Vec<String> = people.iter().map(|one| name(world, *one)).collect();
                let there = match people.is_empty() {
                    true => String::new(),
                    false => format!(": {}", people.join(", ")),
                };
                let _ = writeln!(text, "    {day} {}{there}", name(world, *event));
            }
            Place::Words(words) => {
                let _ = writeln!(text, "    {}", one_line(words));
            }
        }
    }
    for say in texts(world, plan.goal, "say") {
        let _ = writeln!(text, "  say\n    {say}");
    }
    if !plan.missing.is_empty() {
        let keys: Vec<String> = plan
            .missing
            .iter()
            .map(|missing| format!("`{}:`", missing.key()))
            .collect();
        let path = one_line(&data.path);
        let _ = writeln!(
            text,
            "  {CYAN}to write in `{path}`{CYAN:#}: {}",
            keys.join(", ")
        );
    }
    text
}

/// Writes how to reach somebody.
fn put_way(text: &mut String, world: World<'_>, goal: NoteId, way: Option<&Way>) {
    let Some(way) = way else {
        let _ = writeln!(text, "      {DIM}no way there yet{DIM:#}");
        return;
    };
    let first = way.people[0];
    let last = history::last_contact(world, first).map(|(day, _)| {
        format!(
            ", last contact {}",
            network::follow_up::ago(world.today, day)
        )
    });
    let last = last.unwrap_or_default();
    match plan::question(world, goal, way) {
        None => {
            let last = last.trim_start_matches(", ");
            let _ = writeln!(text, "      {DIM}you know each other; {last}{DIM:#}");
        }
        Some(question) => {
            let (first, question) = (name(world, first), one_line(&question));
            let _ = writeln!(text, "      {DIM}ask {first}{last}: “{question}”{DIM:#}");
        }
    }
}

fn to_json(world: World<'_>, plan: &Plan) -> Value {
    let data = world.vault.note(plan.goal);
    let person = |note: NoteId| {
        let data = world.vault.note(note);
        json!({"path": &*data.path, "name": data.name})
    };
    let way = |way: &Option<Way>| {
        way.as_ref().map(|way| {
            json!({
                "people": way.people.iter().map(|one| person(*one)).collect::<Vec<_>>(),
                "warmth": way.warmth,
                "ask": plan::question(world, plan.goal, way),
            })
        })
    };
    let who = plan.who.iter().map(|target| match target {
        Target::Contact(contact, found) => json!({"contact": person(*contact), "way": way(found)}),
        Target::Words(words) => json!({"words": words}),
    });
    let helpers = plan.helpers.iter().map(|(helper, found)| {
        json!({
            "contact": person(helper.giver),
            "offer": helper.offer,
            "need": helper.need,
            "score": helper.fit.score,
            "words": helper.fit.words,
            "way": way(found),
        })
    });
    let places = plan.places.iter().map(|place| match place {
        Place::Event { event, day, people } => json!({
            "event": person(*event),
            "day": day.to_string(),
            "people": people.iter().map(|one| person(*one)).collect::<Vec<_>>(),
        }),
        Place::Words(words) => json!({"words": words}),
    });
    let texts = |key: &str| -> Vec<String> {
        let items = data.items_of(key).iter();
        items
            .filter_map(|item| Some(item.item_text()?.value.trim().to_owned()))
            .collect()
    };
    json!({
        "path": &*data.path,
        "name": data.name,
        "for": data.text_of("for").map(|text| text.value.trim()),
        "by": plan.by.map(|day| day.to_string()),
        "days": plan::days_left(world, plan),
        "needs": texts("needs"),
        "offers": texts("offers"),
        "who": who.collect::<Vec<_>>(),
        "helpers": helpers.collect::<Vec<_>>(),
        "where": places.collect::<Vec<_>>(),
        "say": texts("say"),
        "missing": plan.missing.iter().map(|missing| missing.key()).collect::<Vec<_>>(),
    })
}
