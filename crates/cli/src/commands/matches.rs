//! `ties match`: who needs what you or someone you know offers.

use std::fmt::Write as _;

use clap::Args;
use network::{
    World,
    exchange::{self, Exchange, Introduction, Match},
};
use note::NoteKind;
use serde_json::{Value, json};
use vault::NoteId;

use crate::{
    contacts,
    error::CommandError,
    output::{Answer, BOLD, DIM, one_line},
    session::{Globals, Session},
};

/// Show who needs what you or someone you know offers, and whom to introduce to each other
///
/// What you can do for people comes first. `offers` and `needs` of your own note and of contacts' notes are compared by
/// their words.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Only what concerns this contact
    contact: Option<String>,
    /// How many of each to show; 0 for all
    #[arg(long, value_name = "N", default_value_t = 5)]
    limit: usize,
}

/// Returns what people could do for each other.
pub(crate) fn run(arguments: &Arguments, globals: &Globals) -> Result<Answer, CommandError> {
    let session = Session::open(globals)?;
    let world = session.world();
    let only = arguments
        .contact
        .as_deref()
        .map(|name| contacts::find(session.vault(), &session.place, name, &[NoteKind::Contact]))
        .transpose()?;
    let is_about = |contact: NoteId| only.is_none_or(|only| only == contact);
    let with_you: Vec<Exchange> = exchange::with_you(world)
        .into_iter()
        .filter(|one| is_about(one.contact))
        .collect();
    let introductions: Vec<Introduction> = exchange::introductions(world)
        .into_iter()
        .filter(|one| one.people.iter().any(|contact| is_about(*contact)))
        .collect();
    let gives: Vec<&Match> = with_you.iter().flat_map(|one| &one.gives).collect();
    let gets: Vec<&Match> = with_you.iter().flat_map(|one| &one.gets).collect();
    let mut page = Page {
        world,
        limit: match arguments.limit {
            0 => usize::MAX,
            limit => limit,
        },
        text: String::new(),
        n_hidden: 0,
    };
    page.section("What you can do for people", &gives, |page, one| {
        page.line(
            one.taker,
            &one.need,
            &format!("you offer `{}`", one_line(&one.offer)),
        );
    });
    page.section("Introductions worth making", &introductions, |page, one| {
        page.introduction(one);
    });
    page.section("What people can do for you", &gets, |page, one| {
        let need = format!("you need `{}`", one_line(&one.need));
        let name = page.name(one.giver);
        let _ = writeln!(
            page.text,
            "  {BOLD}{name}{BOLD:#} offers `{}`",
            one_line(&one.offer)
        );
        let _ = writeln!(page.text, "    {DIM}{need}{DIM:#}");
    });
    let remarks = remarks(world, &page, only.is_some());
    Ok(Answer {
        text: page.text,
        remarks,
        json: json!({
            "gives": gives.iter().map(|one| to_json(world, one)).collect::<Vec<_>>(),
            "introductions": introductions
                .iter()
                .map(|one| json!({
                    "people": one.people.map(|contact| person(world, contact)),
                    "score": one.score,
                    "matches": one.matches.iter().map(|one| to_json(world, one)).collect::<Vec<_>>(),
                }))
                .collect::<Vec<_>>(),
            "gets": gets.iter().map(|one| to_json(world, one)).collect::<Vec<_>>(),
        }),
        warnings: session.warnings.clone(),
        ..Answer::default()
    })
}

struct Page<'a> {
    world: World<'a>,
    limit: usize,
    text: String,
    n_hidden: usize,
}

impl Page<'_> {
    fn section<T>(&mut self, title: &str, items: &[T], mut put: impl FnMut(&mut Self, &T)) {
        if items.is_empty() {
            return;
        }
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        let _ = writeln!(self.text, "{title}");
        for item in items.iter().take(self.limit) {
            put(self, item);
        }
        self.n_hidden += items.len().saturating_sub(self.limit);
    }

    fn name(&self, note: NoteId) -> String {
        one_line(&self.world.vault.note(note).name)
    }

    fn line(&mut self, taker: NoteId, need: &str, why: &str) {
        let name = self.name(taker);
        let _ = writeln!(
            self.text,
            "  {BOLD}{name}{BOLD:#} needs `{}`",
            one_line(need)
        );
        let _ = writeln!(self.text, "    {DIM}{why}{DIM:#}");
    }

    fn introduction(&mut self, one: &Introduction) {
        let [first, second] = one.people.map(|contact| self.name(contact));
        let _ = writeln!(
            self.text,
            "  {BOLD}{first}{BOLD:#} and {BOLD}{second}{BOLD:#}"
        );
        for one in &one.matches {
            let (giver, taker) = (self.name(one.giver), self.name(one.taker));
            let (offer, need) = (one_line(&one.offer), one_line(&one.need));
            let _ = writeln!(
                self.text,
                "    {DIM}{giver} offers `{offer}`, {taker} needs `{need}`{DIM:#}"
            );
        }
    }
}

/// Returns what to do next, or what to write in which note where there is nothing to say.
fn remarks(world: World<'_>, page: &Page<'_>, is_of_one: bool) -> String {
    let mut remarks = String::new();
    if page.text.is_empty() {
        remarks.push_str("nothing that one offers is what another needs\n");
    }
    match world.vault.me() {
        None => remarks.push_str(
            "`me.md` with `offers:` and `needs:` says what you have to give and what you look for\n",
        ),
        Some(me) if !is_of_one && world.vault.note(me).items_of("offers").is_empty() => {
            let path = one_line(&world.vault.note(me).path);
            let _ = writeln!(remarks, "`offers:` in `{path}` says what you have to give");
        }
        Some(_) => {}
    }
    if page.n_hidden > 0 {
        let _ = writeln!(remarks, "{} more: `--limit 0`", page.n_hidden);
    }
    remarks
}

fn person(world: World<'_>, note: NoteId) -> Value {
    let data = world.vault.note(note);
    json!({"path": &*data.path, "name": data.name})
}

fn to_json(world: World<'_>, one: &Match) -> Value {
    json!({
        "giver": person(world, one.giver),
        "offer": one.offer,
        "taker": person(world, one.taker),
        "need": one.need,
        "score": one.fit.score,
        "words": one.fit.words,
    })
}
