//! A note at a glance: the few facts one wants before reading on, as Markdown.
//!
//! Only facts that are there are told. Whatever a note says is escaped, so that it cannot pass for markup of ours.

use std::fmt::Write as _;

use jiff::civil::Date;
use network::{common_ground, follow_up, history};
use note::{NoteKind, Place, Promise, Value, value::PartialDate};
use vault::{NoteData, NoteId};

use crate::{
    World,
    navigation::links_to,
    words::{self, distance, escape, without_brackets},
};

/// A birthday this many days away or fewer is worth naming as near.
const NEAR_BIRTHDAY: i32 = 30;
/// How many items of a list are told.
const ITEMS: usize = 8;

/// Returns the note at a glance; `None` where there is no such note.
pub fn glance(world: World<'_>, id: NoteId) -> Option<String> {
    let data = world.vault.get(id)?;
    let mut glance = Glance {
        world,
        id,
        data,
        heading: format!("**{}**", escape(&data.name)),
        status: Vec::new(),
        facts: Vec::new(),
        excerpt: None,
    };
    match data.kind {
        NoteKind::Contact => glance.contact(),
        NoteKind::Me => glance.me(),
        NoteKind::Organization => glance.organization(),
        NoteKind::Event => glance.event(),
        NoteKind::Goal => glance.goal(),
        NoteKind::Plain => glance.plain(),
    }
    glance.common();
    Some(glance.finish())
}

struct Glance<'a> {
    world: World<'a>,
    id: NoteId,
    data: &'a NoteData,
    heading: String,
    status: Vec<String>,
    facts: Vec<String>,
    excerpt: Option<String>,
}

impl Glance<'_> {
    fn contact(&mut self) {
        self.work();
        self.standing();
        self.promises();
        self.birthday();
        self.place();
        self.met();
        self.texts("offers", "offers");
        self.texts("needs", "needs");
        self.in_common();
    }

    fn me(&mut self) {
        self.work();
        self.status.push("you".to_owned());
        self.place();
        self.texts("offers", "offers");
        self.texts("needs", "needs");
    }

    fn organization(&mut self) {
        if let Some(industry) = self.text("industry") {
            let _ = write!(self.heading, " · {industry}");
        }
        self.place();
        self.labelled("parent", "part of");
        let people = people_of(self.world, self.id);
        if !people.is_empty() {
            self.facts
                .push(format!("people there: {}", words::list(&people, ITEMS)));
        }
    }

    fn event(&mut self) {
        if let Some(value) = self.data.value_of("date") {
            let part = |name: &str| value.get(name).and_then(Value::as_text);
            let (from, to) = match part("from") {
                Some(from) => (Some(from), part("to")),
                None => (value.item_text(), None),
            };
            if let Some(from) = from {
                let mut when = escape(from.value);
                if let Some(to) = to {
                    let _ = write!(when, " to {}", escape(to.value));
                }
                if let Some(day) = from.value.get(..10).and_then(note::value::parse_day) {
                    let _ = write!(when, " ({})", distance(self.world.today, day));
                }
                self.status.push(when);
            }
        }
        self.status.extend(self.text("at"));
        self.status.extend(self.text("purpose"));
        self.status.extend(self.text("status"));
        self.texts("host", "host");
        self.texts("people", "people");
        self.texts("goals", "for");
    }

    fn goal(&mut self) {
        self.status.extend(self.text("for"));
        if let Some(by) = self.data.text_of("by") {
            let mut text = format!("by {}", escape(by.value));
            if let Some(day) = note::value::parse_day(by.value) {
                let _ = write!(text, " ({})", distance(self.world.today, day));
            }
            self.status.push(text);
        }
        self.status.extend(self.text("status"));
        self.texts("who", "who");
        self.texts("where", "where");
        self.texts("needs", "needs");
        self.texts("say", "say");
    }

    fn plain(&mut self) {
        let Some(text) = self.world.texts.text(&self.data.path) else {
            return;
        };
        let body = note::Span::new(self.data.note.body, text.len() as u32);
        // The name was told already.
        let first = self.data.note.headings.first().filter(|heading| {
            *heading.text.value == *self.data.name
                && text
                    .get(body.start as usize..heading.span.start as usize)
                    .is_some_and(|before| before.trim().is_empty())
        });
        let from = first.map_or(body.start, |heading| heading.span.end);
        let excerpt = words::excerpt(&text, note::Span::new(from, body.end), 8);
        self.excerpt = Some(excerpt).filter(|excerpt| !excerpt.is_empty());
    }

    /// Adds what every kind of note may have.
    fn common(&mut self) {
        let names: Vec<String> = self
            .data
            .aliases()
            .map(|alias| escape(alias.value))
            .collect();
        if !names.is_empty() {
            self.facts
                .push(format!("also called {}", words::list(&names, ITEMS)));
        }
        let tags: Vec<String> = self
            .data
            .note
            .tags
            .iter()
            .filter(|tag| tag.place != Place::Body)
            .map(|tag| format!("#{}", escape(&tag.name.value)))
            .collect();
        if !tags.is_empty() {
            self.facts
                .push(format!("tags: {}", words::list(&tags, ITEMS)));
        }
        let links = self.world.vault.backlink_count(self.id);
        if links > 0 {
            self.facts
                .push(format!("{} to this note", words::count(links, "link")));
        }
    }

    /// Adds job and organization to the heading.
    fn work(&mut self) {
        let job = self.text("title").or_else(|| self.text("role"));
        let org = self.text("org");
        let work = match (job, org) {
            (Some(job), Some(org)) => format!("{job} at {org}"),
            (Some(job), None) => job,
            (None, Some(org)) => org,
            (None, None) => return,
        };
        let _ = write!(self.heading, " · {work}");
    }

    /// Adds circle, cadence, last contact and the day the next one is due.
    fn standing(&mut self) {
        let today = self.world.today;
        let follow_up = follow_up::of_contact(self.world, self.id);
        let circle = self.text("circle").map(|circle| format!("{circle} circle"));
        let cadence = match &follow_up {
            Some(follow_up) => follow_up.cadence.map(|cadence| format!("every {cadence}")),
            None => None,
        };
        let both = [circle, cadence].into_iter().flatten().collect::<Vec<_>>();
        if !both.is_empty() {
            self.status.push(both.join(", "));
        }
        if let Some(status) = self.text("status").filter(|status| status != "active") {
            self.status.push(status);
        }
        if let Some((day, kind)) = history::last_contact(self.world, self.id) {
            let ago = distance(today, day);
            self.status
                .push(format!("last contact {day} ({}, {ago})", escape(kind)));
        }
        if let Some(follow_up) = follow_up {
            self.status.push(format!(
                "due {} ({})",
                follow_up.due,
                distance(today, follow_up.due)
            ));
        }
    }

    fn promises(&mut self) {
        for promise in open_promises(self.world, self.id) {
            let mut text = format!("promise: {}", escape(&promise.text));
            if let Some(due) = promise.due.value {
                let _ = write!(text, ", by {due} ({})", distance(self.world.today, due));
            }
            self.facts.push(text);
        }
    }

    fn birthday(&mut self) {
        let Some(text) = self.data.text_of("birthday") else {
            return;
        };
        if self.data.text_of("died").is_some() {
            return;
        }
        let birthday = PartialDate::parse(text.value);
        let next = birthday.and_then(|birthday| birthday.next_after(self.world.today));
        if let (Some(birthday), Some(next)) = (birthday, next) {
            let days = words::days_between(self.world.today, next);
            let mut told = format!("birthday: {}", escape(text.value));
            if days <= NEAR_BIRTHDAY {
                let _ = write!(told, ", {}", distance(self.world.today, next));
                if let Some(age) = words::age_on(birthday, next) {
                    let _ = write!(told, ", turns {age}");
                }
            } else if let Some(age) = words::age_on(birthday, next) {
                let _ = write!(told, ", {} now", age - 1);
            }
            self.facts.push(told);
        }
    }

    fn place(&mut self) {
        match (self.text("location"), self.text("timezone")) {
            (Some(location), Some(zone)) => self.facts.push(format!("in {location} ({zone})")),
            (Some(location), None) => self.facts.push(format!("in {location}")),
            (None, Some(zone)) => self.facts.push(format!("time zone {zone}")),
            (None, None) => {}
        }
    }

    fn met(&mut self) {
        let Some(met) = self.data.value_of("met") else {
            return;
        };
        let part = |name: &str, word: &str| {
            let values: Vec<String> = met
                .get(name)?
                .items()
                .iter()
                .filter_map(Value::item_text)
                .map(|text| escape(&without_brackets(text.value)))
                .collect();
            (!values.is_empty()).then(|| format!("{word}{}", values.join(", ")))
        };
        let told: Vec<String> = [
            part("date", ""),
            part("at", "at "),
            part("through", "through "),
            part("how", "by "),
            part("because", "because of "),
        ]
        .into_iter()
        .flatten()
        .collect();
        if !told.is_empty() {
            self.facts.push(format!("met {}", told.join(" ")));
        }
    }

    /// Adds what you share.
    fn in_common(&mut self) {
        let Some(me) = self.world.vault.me() else {
            return;
        };
        let shared: Vec<String> = common_ground(self.world, me, self.id)
            .iter()
            .map(|common| escape(&common.text))
            .collect();
        if !shared.is_empty() {
            self.facts
                .push(format!("in common: {}", words::list(&shared, ITEMS)));
        }
    }

    /// Returns the text of a key, links shown by their names, escaped; `None` where it says nothing.
    fn text(&self, key: &str) -> Option<String> {
        let text = escape(&without_brackets(self.data.text_of(key)?.value));
        (!text.is_empty()).then_some(text)
    }

    fn labelled(&mut self, key: &str, label: &str) {
        if let Some(text) = self.text(key) {
            self.facts.push(format!("{label} {text}"));
        }
    }

    /// Adds the items of a list key.
    fn texts(&mut self, key: &str, label: &str) {
        let items: Vec<String> = self
            .data
            .items_of(key)
            .iter()
            .filter_map(Value::item_text)
            .map(|text| escape(&without_brackets(text.value)))
            .filter(|text| !text.is_empty())
            .collect();
        if !items.is_empty() {
            self.facts
                .push(format!("{label}: {}", words::list(&items, ITEMS)));
        }
    }

    fn finish(self) -> String {
        let mut parts = vec![self.heading];
        if !self.status.is_empty() {
            parts.push(self.status.join(" · "));
        }
        parts.extend(self.excerpt);
        if !self.facts.is_empty() {
            parts.push(format!("- {}", self.facts.join("\n- ")));
        }
        parts.join("\n\n")
    }
}

/// Returns the names of the people whose `org` leads to the organization, sorted, escaped.
pub(crate) fn people_of(world: World<'_>, organization: NoteId) -> Vec<String> {
    let works_there = |note: NoteId, place: Place| {
        let data = world.vault.note(note);
        let Place::FrontMatter(index) = place else {
            return false;
        };
        let field = data
            .note
            .front_matter
            .as_deref()
            .and_then(|front_matter| front_matter.fields.get(usize::from(index)));
        data.kind.is_person()
            && field.is_some_and(|field| {
                note::Key::find(data.kind, &field.key.value).is_some_and(|key| key.name == "org")
            })
    };
    let mut people: Vec<String> = links_to(world, organization)
        .filter(|(note, link)| works_there(*note, link.place))
        .map(|(note, _)| escape(&world.vault.note(note).name))
        .collect();
    people.sort();
    people.dedup();
    people
}

/// Returns the open promises that concern `contact`, the most urgent first: those that link to it, wherever they stand,
/// and those in its own note that link to nobody.
pub(crate) fn open_promises(world: World<'_>, contact: NoteId) -> Vec<&Promise> {
    let data = world.vault.note(contact);
    let links_someone = |promise: &Promise| {
        data.note.links.iter().enumerate().any(|(index, link)| {
            promise.span.contains(link.span)
                && world
                    .vault
                    .resolution(contact, index)
                    .note()
                    .is_some_and(|note| world.vault.note(note).kind.is_person())
        })
    };
    let mut found: Vec<(Option<Date>, &str, &Promise)> = data
        .note
        .promises
        .iter()
        .filter(|promise| !promise.done && !links_someone(promise))
        .map(|promise| (promise.due.value, &*data.path, promise))
        .collect();
    for (note, link) in links_to(world, contact) {
        let from = world.vault.note(note);
        let promises = from.note.promises.iter();
        found.extend(
            promises
                .filter(|promise| !promise.done && promise.span.contains(link.span))
                .map(|promise| (promise.due.value, &*from.path, promise)),
        );
    }
    found.sort_by_key(|(due, path, promise)| (due.is_none(), *due, *path, promise.span));
    found.dedup_by(|a, b| std::ptr::eq(a.2, b.2));
    found.into_iter().map(|(.., promise)| promise).collect()
}
