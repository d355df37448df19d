//! Pages to read, as Markdown: a contact's conversations, whom to call next, what to know before one meets, plans.
//!
//! Everything comes from notes and journal; what is told of a note links it. How a link to a note is written is the
//! caller's to say, since only it knows where the page will lie.

mod strategy;

use std::fmt::Write as _;

pub use strategy::{match_page, plan_page};

use network::{DueStatus, common_ground, exchange, follow_up, history, ties};
use note::{NoteKind, Value};
use vault::{NoteData, NoteId};

use crate::{
    World,
    glance::{glance, open_promises},
    inlay_hints::{familiarity, first_day, way_to},
    words::{self, distance, escape, without_brackets},
};

/// A page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// What it is about, plain text.
    pub title: String,
    /// The page, beginning with its title as a heading.
    pub markdown: String,
}

/// How a link to the note with this path from the vault's root is written: its destination.
pub type Destination<'a> = &'a dyn Fn(&str) -> String;

/// How many conversations a brief tells of.
const RECENT: usize = 5;
/// How many ties a brief names.
const TIES: usize = 8;

/// Returns every conversation with a contact, newest first: what the journal holds, and entries of notes that it does not.
pub fn timeline_page(world: World<'_>, contact: NoteId, to: Destination<'_>) -> Option<Page> {
    let data = world.vault.get(contact)?;
    let mut page = Writer::new(world, to, format!("Conversations with {}", data.name));
    let talks = talks(world, contact);
    if talks.is_empty() {
        page.line("None yet.");
    }
    let mut year = None;
    for talk in &talks {
        if year != Some(talk.day.year()) {
            year = Some(talk.day.year());
            page.heading(&talk.day.year().to_string());
        }
        page.talk(talk, true);
    }
    Some(page.finish())
}

/// Returns whom to get in touch with: those who are due or soon will be, the most overdue first.
pub fn due_page(world: World<'_>, to: Destination<'_>) -> Page {
    let mut page = Writer::new(world, to, "Worth a call".to_owned());
    let all = follow_up::all(world);
    for (status, heading) in [
        (DueStatus::Overdue, "Overdue"),
        (DueStatus::Today, "Today"),
        (DueStatus::Soon, "Soon"),
    ] {
        let those: Vec<_> = all.iter().filter(|one| one.status == status).collect();
        if those.is_empty() {
            continue;
        }
        page.heading(heading);
        for follow_up in those {
            let person = page.note(follow_up.contact);
            let due = distance(world.today, follow_up.due);
            page.line(&format!(
                "- {person}: due {due} · {}",
                escape(&follow_up.reason)
            ));
        }
    }
    if page.is_empty() {
        page.line("Nobody is due.");
    }
    page.finish()
}

/// Returns what to know before one meets a contact or goes to an event; `None` for other notes.
pub fn brief_page(world: World<'_>, note: NoteId, to: Destination<'_>) -> Option<Page> {
    let data = world.vault.get(note)?;
    let mut page = Writer::new(world, to, data.name.to_string());
    page.line(&format!("From {}.", page.note(note)));
    match data.kind {
        NoteKind::Contact => contact_brief(&mut page, note, data),
        NoteKind::Event => event_brief(&mut page, note, data),
        _ => return None,
    }
    Some(page.finish())
}

fn contact_brief(page: &mut Writer<'_>, contact: NoteId, data: &NoteData) {
    let world = page.world;
    if let Some(glance) = glance(world, contact) {
        // The first paragraph is the name, which the title says.
        page.line(&glance);
    }
    let shared: Vec<String> = match world.vault.me() {
        Some(me) => common_ground(world, me, contact),
        None => Vec::new(),
    }
    .iter()
    .map(|common| format!("- {}", escape(&common.text)))
    .collect();
    page.section("In common", &shared);
    page.talks("Last conversations", contact);
    let promises: Vec<String> = open_promises(world, contact)
        .iter()
        .map(|promise| {
            let due = promise.due.value.map_or_else(String::new, |due| {
                format!(", by {due} ({})", distance(world.today, due))
            });
            format!("- {}{due}", escape(&promise.text))
        })
        .collect();
    page.section("Promised", &promises);
    page.section("What would help", &items(data, "needs"));
    let exchange = exchange::with_contact(world, contact);
    let gives = exchange.iter().flat_map(|one| &one.gives).map(|one| {
        let (offer, need) = (escape(&one.offer), escape(&one.need));
        format!("- they need {need}: you offer {offer}")
    });
    page.section("What you can do", &gives.collect::<Vec<_>>());
    let gets = exchange.iter().flat_map(|one| &one.gets).map(|one| {
        let (offer, need) = (escape(&one.offer), escape(&one.need));
        format!("- you need {need}: they offer {offer}")
    });
    page.section("What they can do for you", &gets.collect::<Vec<_>>());
    if let Some(me) = world.vault.me() {
        page.section("What you offer", &items(world.vault.note(me), "offers"));
    }
    let introductions = exchange::introductions_of(world, contact);
    let introductions: Vec<String> = introductions
        .iter()
        .take(TIES)
        .filter_map(|one| {
            let best = one.matches.first()?;
            let other = one.people.iter().find(|person| **person != contact)?;
            let (giver, taker) = (page.note(best.giver), page.note(best.taker));
            let (offer, need) = (escape(&best.offer), escape(&best.need));
            let other = page.note(*other);
            Some(format!(
                "- {other}: {giver} offers {offer}, {taker} needs {need}"
            ))
        })
        .collect();
    page.section("Whom you could introduce", &introductions);
    let known: Vec<String> = ties::of_contact(world, contact)
        .iter()
        .take(TIES)
        .map(|tie| {
            format!(
                "- {}: {}",
                page.note(tie.contact),
                page.evidence(&tie.evidence)
            )
        })
        .collect();
    page.section("Knows", &known);
}

fn event_brief(page: &mut Writer<'_>, event: NoteId, data: &NoteData) {
    let world = page.world;
    if let Some(glance) = glance(world, event) {
        page.line(&glance);
    }
    let day =
        first_day(data).unwrap_or_else(|| world.today.saturating_add(jiff::Span::new().days(1)));
    let guests = history::people(world, event, "people");
    let (familiar, new): (Vec<NoteId>, Vec<NoteId>) = guests
        .into_iter()
        .partition(|guest| ties::was_known(world, *guest, day));
    if let Some(told) = share_of_new(world, data, new.len(), familiar.len()) {
        page.line(&told);
    }
    let new: Vec<String> = new
        .into_iter()
        .map(|guest| {
            let (_, why) = way_to(world, guest);
            let (_, told) = familiarity(world, data, guest);
            let told = [told, why].join("\n\n").replace("\n\n", "\n  ");
            format!("- {}\n  {told}", page.note(guest))
        })
        .collect();
    page.section("New to you", &new);
    let familiar: Vec<String> = familiar
        .into_iter()
        .map(|guest| {
            let (_, told) = familiarity(world, data, guest);
            format!("- {}\n  {}", page.note(guest), told.replace("\n\n", "\n  "))
        })
        .collect();
    page.section("Familiar", &familiar);
}

/// Returns how to share out the time of an event to come between those who are new to you and the others, and how it was
/// afterwards; `None` where there is nothing to share, or it is no event for networking.
///
/// Two parts of three for the new: left to themselves people give half to those they know (Ingram and Morris 2007).
fn share_of_new(
    world: World<'_>,
    event: &NoteData,
    n_new: usize,
    n_known: usize,
) -> Option<String> {
    let purpose = event.text_of("purpose")?;
    let is_for_networking = purpose.value.trim().eq_ignore_ascii_case("network");
    if !is_for_networking || n_new + n_known == 0 {
        return None;
    }
    let all = n_new + n_known;
    let is_over = first_day(event).is_some_and(|day| day < world.today);
    Some(match (is_over, n_new, n_known) {
        (true, ..) => format!("New to you: {n_new} of {all}."),
        (false, 0, _) => "You know everyone listed: whom else could you meet there?".to_owned(),
        (false, _, 0) => format!("All {all} are new to you."),
        (false, ..) => format!(
            "{n_new} of {all} are new to you: two thirds of your time for them, a third for those you know."
        ),
    })
}

/// Returns the items of a list key as lines of a list.
fn items(data: &NoteData, key: &str) -> Vec<String> {
    let items = data.items_of(key).iter().filter_map(Value::item_text);
    items
        .map(|text| escape(&without_brackets(text.value)))
        .filter(|text| !text.is_empty())
        .map(|text| format!("- {text}"))
        .collect()
}

/// A conversation, from the journal or from a note.
struct Talk<'a> {
    day: jiff::civil::Date,
    kind: &'a str,
    summary: &'a str,
    body: &'a str,
    gave: &'a [Box<str>],
    received: &'a [Box<str>],
    /// The note that alone holds it; `None` where the journal does.
    note: Option<NoteId>,
}

/// Returns the conversations with a contact until today, newest first.
fn talks(world: World<'_>, contact: NoteId) -> Vec<Talk<'_>> {
    let mut talks: Vec<Talk<'_>> = history::interactions(world, contact)
        .into_iter()
        .map(|interaction| {
            let record = &interaction.record;
            Talk {
                day: record.on.day(),
                kind: &record.kind,
                summary: &record.summary,
                body: &record.body,
                gave: &record.gave,
                received: &record.received,
                note: None,
            }
        })
        .collect();
    for written in history::entries_of(world, contact) {
        let entry = &world.vault.note(written.note).note.entries[written.entry];
        let (day, kind) = (entry.date.value, &*entry.kind.value);
        let is_logged =
            |talk: &Talk<'_>| talk.note.is_none() && (talk.day, talk.kind) == (day, kind);
        if !talks.iter().any(is_logged) {
            talks.push(Talk {
                day,
                kind,
                summary: &entry.summary,
                body: "",
                gave: &[],
                received: &[],
                note: Some(written.note),
            });
        }
    }
    talks.retain(|talk| talk.day <= world.today);
    talks.sort_by_key(|talk| std::cmp::Reverse(talk.day));
    talks
}

/// A page as it is written.
struct Writer<'a> {
    world: World<'a>,
    to: Destination<'a>,
    title: String,
    markdown: String,
}

impl<'a> Writer<'a> {
    fn new(world: World<'a>, to: Destination<'a>, title: String) -> Self {
        Self {
            world,
            to,
            title,
            markdown: String::new(),
        }
    }

    fn is_empty(&self) -> bool {
        self.markdown.is_empty()
    }

    fn line(&mut self, line: &str) {
        self.markdown.push_str(line);
        self.markdown.push('\n');
        if !line.starts_with("- ") {
            self.markdown.push('\n');
        }
    }

    fn heading(&mut self, heading: &str) {
        if self.markdown.ends_with('\n') && !self.markdown.ends_with("\n\n") {
            self.markdown.push('\n');
        }
        let _ = write!(self.markdown, "## {heading}\n\n");
    }

    /// Writes a section, where there is anything in it.
    fn section(&mut self, heading: &str, lines: &[String]) {
        if lines.is_empty() {
            return;
        }
        self.heading(heading);
        for line in lines {
            self.line(line);
        }
    }

    fn talks(&mut self, heading: &str, contact: NoteId) {
        let talks = talks(self.world, contact);
        if talks.is_empty() {
            return;
        }
        self.heading(heading);
        for talk in talks.iter().take(RECENT) {
            self.talk(talk, false);
        }
    }

    fn talk(&mut self, talk: &Talk<'_>, whole: bool) {
        let mut line = format!(
            "- {} ({}), {}",
            talk.day,
            distance(self.world.today, talk.day),
            escape(talk.kind)
        );
        let summary = escape(talk.summary);
        // The subject of a commit says the kind again.
        let summary = summary
            .strip_prefix(&format!("{}: ", escape(talk.kind)))
            .unwrap_or(&summary);
        if !summary.is_empty() {
            let _ = write!(line, ": {summary}");
        }
        for (word, things) in [("gave", talk.gave), ("received", talk.received)] {
            let things: Vec<String> = things.iter().map(|thing| escape(thing)).collect();
            if !things.is_empty() {
                let _ = write!(line, " · {word} {}", things.join(", "));
            }
        }
        if let Some(note) = talk.note
            && self.world.timeline.is_some()
        {
            let _ = write!(line, " · in {}, not in the journal", self.note(note));
        }
        if whole {
            for paragraph in talk.body.split("\n\n").map(escape) {
                if !paragraph.is_empty() {
                    let _ = write!(line, "\n  {paragraph}");
                }
            }
        }
        self.line(&line);
    }

    /// Returns a link to a note.
    fn note(&self, note: NoteId) -> String {
        let data = self.world.vault.note(note);
        format!("[{}]({})", escape(&data.name), (self.to)(&data.path))
    }

    /// Returns why two people are taken to know each other.
    fn evidence(&self, evidence: &[ties::Evidence]) -> String {
        let told = evidence.iter().map(|why| match why {
            ties::Evidence::Knows => "a note says so".to_owned(),
            ties::Evidence::MetThrough => "you met one through the other".to_owned(),
            ties::Evidence::Together => "you spoke with both at once".to_owned(),
            ties::Evidence::Event(event) => format!("both at {}", self.note(*event)),
            ties::Evidence::Link => "their notes are linked".to_owned(),
        });
        told.collect::<Vec<_>>().join(", ")
    }

    fn finish(self) -> Page {
        let mut markdown = format!("# {}\n\n{}", escape(&self.title), self.markdown);
        markdown.truncate(markdown.trim_end().len());
        markdown.push('\n');
        Page {
            title: words::one_line(&self.title),
            markdown,
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::test_vault::TestVault;

    const VAULT: &str = "\
//- me.md\n---\nkind: me\nname: Me\ninterests: [chess]\noffers: [sharp eyes]\n---\n\
//- people/ann.md\n---\nname: Ann *A*\nknows: [\"[[Bob]]\"]\ninterests: [chess]\ncadence: 1w\nneeds: [a lawyer]\n---\n\
- 2026-11-20 call: the [[engine]]\n- 2026-10-01 email: x\n- 2025-10-01 meal\n- [ ] send it due:2026-12-01\n\
//- people/bob.md\n---\nname: Bob\ninterests: [go]\n---\n\
//- people/cy.md\n---\nname: Cy\ncadence: 1w\n---\n- 2026-01-01 call: old\n\
//- events/fair.md\n---\ndate: 2026-12-01\nat: Ghent\npeople: [\"[[Ann *A*]]\", \"[[Bob]]\"]\n---\n";

    #[expect(
        clippy::needless_pass_by_value,
        reason = "`expect!` is written in place"
    )]
    fn check(page: impl Fn(World<'_>, &TestVault, Destination<'_>) -> Page, expected: Expect) {
        let vault = TestVault::new(VAULT);
        let to = |path: &str| format!("vault/{path}");
        let page = page(vault.world(), &vault, &to);
        assert!(!page.title.contains('\n'));
        expected.assert_eq(&page.markdown);
    }

    fn id(vault: &TestVault, path: &str) -> NoteId {
        vault.vault.id(path).expect("it is a note")
    }

    #[test]
    fn a_timeline_has_every_conversation_by_year() {
        check(
            |world, vault, to| {
                timeline_page(world, id(vault, "people/ann.md"), to).expect("a page")
            },
            expect![[r#"
                # Conversations with Ann \*A\*

                ## 2026

                - 2026-11-20 (3 days ago), call: the engine
                - 2026-10-01 (53 days ago), email: x

                ## 2025

                - 2025-10-01 (13 months ago), meal
            "#]],
        );
        check(
            |world, vault, to| {
                timeline_page(world, id(vault, "people/bob.md"), to).expect("a page")
            },
            expect![[r#"
                # Conversations with Bob

                None yet.
            "#]],
        );
    }

    #[test]
    fn who_is_due_is_told_with_the_reason() {
        check(
            |world, _, to| due_page(world, to),
            expect![[r#"
            # Worth a call

            ## Overdue

            - [Cy](vault/people/cy.md): due 10 months ago · every week, last call 326 days ago

            ## Soon

            - [Ann \*A\*](vault/people/ann.md): due in 4 days · every week, last call 3 days ago
        "#]],
        );
    }

    #[test]
    fn a_brief_of_a_contact_has_what_one_wants_to_know_before_a_call() {
        check(
            |world, vault, to| brief_page(world, id(vault, "people/ann.md"), to).expect("a page"),
            expect![[r#"
                # Ann \*A\*

                From [Ann \*A\*](vault/people/ann.md).

                **Ann \*A\***

                every 1 week · last contact 2026-11-20 (call, 3 days ago) · due 2026-11-27 (in 4 days)

                - promise: send it, by 2026-12-01 (in 8 days)
                - needs: a lawyer
                - in common: chess
                - 1 link to this note

                ## In common

                - chess

                ## Last conversations

                - 2026-11-20 (3 days ago), call: the engine
                - 2026-10-01 (53 days ago), email: x
                - 2025-10-01 (13 months ago), meal

                ## Promised

                - send it, by 2026-12-01 (in 8 days)

                ## What would help

                - a lawyer

                ## What you offer

                - sharp eyes

                ## Knows

                - [Bob](vault/people/bob.md): a note says so
            "#]],
        );
    }

    #[test]
    fn a_brief_of_an_event_has_those_who_are_new_first() {
        check(
            |world, vault, to| brief_page(world, id(vault, "events/fair.md"), to).expect("a page"),
            expect![[r#"
                # fair

                From [fair](vault/events/fair.md).

                **fair**

                2026-12-01 (in 8 days) · Ghent

                - people: Ann \*A\*, Bob

                ## New to you

                - [Bob](vault/people/bob.md)
                  You and Bob have not spoken before.
                  You last spoke with Ann \*A\* 3 days ago.
                  Ann \*A\* and Bob know each other, as a note says.

                ## Familiar

                - [Ann \*A\*](vault/people/ann.md)
                  You know Ann \*A\*, last contact 3 days ago (call).
                  In common: chess
            "#]],
        );
    }

    #[test]
    fn there_is_no_brief_of_other_notes() {
        let vault = TestVault::new(VAULT);
        let page = brief_page(vault.world(), id(&vault, "me.md"), &str::to_owned);
        assert_eq!(page, None);
    }
}
