//! The line above a note's name: how you stand with a contact, who is at an event, how many notes link here.

use network::{follow_up, history, ties};
use note::{NoteKind, Span};
use vault::{NoteData, NoteId};

use crate::{
    World,
    cursor::is_name_heading,
    glance::{open_promises, people_of},
    inlay_hints::first_day,
    navigation::name_focus,
    words::{self, distance},
};

/// What a lens tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LensKind {
    /// How things stand with what the note is about.
    Standing,
    /// How many links lead to the note.
    Links,
}

/// A place for a lens; what it says is worked out when it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lens {
    /// The name that it stands above.
    pub span: Span,
    /// What it tells.
    pub kind: LensKind,
}

/// Returns the lenses of a note.
///
/// Source: LSP 3.17 `textDocument/codeLens`.
pub fn lenses(world: World<'_>, note: NoteId) -> Vec<Lens> {
    let Some(data) = world.vault.get(note) else {
        return Vec::new();
    };
    let heading = (0..data.note.headings.len()).find(|&index| is_name_heading(data, index));
    let span = match heading {
        Some(index) => data.note.headings[index].text.span,
        None => name_focus(world, data, data.name_span),
    };
    let has_standing = !matches!(data.kind, NoteKind::Me | NoteKind::Plain);
    [LensKind::Standing, LensKind::Links]
        .into_iter()
        .filter(|kind| match kind {
            LensKind::Standing => has_standing,
            LensKind::Links => world.vault.backlink_count(note) > 0,
        })
        .map(|kind| Lens { span, kind })
        .collect()
}

/// Returns what a lens says, in plain text.
///
/// Source: LSP 3.17 `codeLens/resolve`.
pub fn lens_title(world: World<'_>, note: NoteId, kind: LensKind) -> Option<String> {
    let data = world.vault.get(note)?;
    if kind == LensKind::Links {
        return Some(words::count(world.vault.backlink_count(note), "link"));
    }
    let parts = match data.kind {
        NoteKind::Contact => contact(world, note, data),
        NoteKind::Organization => vec![people(people_of(world, note).len())],
        NoteKind::Event => event(world, note, data),
        NoteKind::Goal => goal(world, note, data),
        NoteKind::Me | NoteKind::Plain => return None,
    };
    Some(parts.join(" · "))
}

fn people(count: usize) -> String {
    match count {
        1 => "1 person".to_owned(),
        count => format!("{count} people"),
    }
}

fn contact(world: World<'_>, note: NoteId, data: &NoteData) -> Vec<String> {
    let today = world.today;
    let conversations = history::conversations(world, note);
    let mut parts = vec![match conversations.first() {
        Some((day, _)) => format!("last contact {}", distance(today, *day)),
        None => "no conversation yet".to_owned(),
    }];
    let status = data.text_of("status");
    match follow_up::of_contact(world, note) {
        Some(follow_up) => parts.push(format!("due {}", distance(today, follow_up.due))),
        None => parts.extend(
            status
                .map(|status| status.value.trim().to_owned())
                .filter(|status| matches!(status.as_str(), "wish" | "closed" | "dormant")),
        ),
    }
    if !conversations.is_empty() {
        parts.push(words::count(conversations.len(), "interaction"));
    }
    let promises = open_promises(world, note).len();
    if promises > 0 {
        parts.push(words::count(promises, "open promise"));
    }
    parts
}

fn event(world: World<'_>, note: NoteId, data: &NoteData) -> Vec<String> {
    let day = first_day(data);
    let mut parts: Vec<String> = day
        .map(|day| distance(world.today, day))
        .into_iter()
        .collect();
    let guests = history::people(world, note, "people");
    let tomorrow = || world.today.saturating_add(jiff::Span::new().days(1));
    let day = day.unwrap_or_else(tomorrow);
    let new = guests
        .iter()
        .filter(|guest| !ties::was_known(world, **guest, day))
        .count();
    parts.push(match new {
        0 => people(guests.len()),
        new => format!("{}, {new} new", people(guests.len())),
    });
    parts
}

fn goal(world: World<'_>, note: NoteId, data: &NoteData) -> Vec<String> {
    let mut parts = Vec::new();
    if let Some(day) = data
        .text_of("by")
        .and_then(|by| note::value::parse_day(by.value.trim()))
    {
        parts.push(format!("by {day}, {}", distance(world.today, day)));
    }
    let wanted = history::people(world, note, "who");
    let reached = wanted
        .iter()
        .filter(|person| history::last_contact(world, **person).is_some())
        .count();
    if !wanted.is_empty() {
        parts.push(format!("{reached} of {} reached", people(wanted.len())));
    }
    if parts.is_empty() {
        parts.push("nobody named yet".to_owned());
    }
    parts
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::test_vault::TestVault;

    #[expect(
        clippy::needless_pass_by_value,
        reason = "`expect!` is written in place"
    )]
    fn check(fixture: &str, expected: Expect) {
        let vault = TestVault::new(fixture);
        let note = vault.cursor().note;
        let text = vault.text(note);
        let shown: Vec<String> = lenses(vault.world(), note)
            .into_iter()
            .map(|lens| {
                let title = lens_title(vault.world(), note, lens.kind).expect("it says something");
                format!("{} {:?}: {title}", lens.span, lens.span.of(&text))
            })
            .collect();
        expected.assert_eq(&shown.join("\n"));
    }

    #[test]
    fn a_contact_tells_how_you_stand() {
        check(
            "//- b.md\nto [[Ada]] and\n\n- [ ] pay [[Ada]] due:2027-01-01\n//- people/ada.md\n---\nname: Ada\ncadence: 30d\n---\n# Ada\n$0\n- 2026-10-31 call: x\n- 2026-09-30 email: x\n",
            expect![[r#"
                33..36 "Ada": last contact 23 days ago · due in 7 days · 2 interactions · 1 open promise
                33..36 "Ada": 2 links"#]],
        );
        check(
            "//- people/ada.md\n---\nname: Ada\nstatus: wish\n---\n$0",
            expect![[r#"10..13 "Ada": no conversation yet · wish"#]],
        );
    }

    #[test]
    fn organizations_events_and_goals_tell_of_their_people() {
        let people = "//- people/ada.md\n---\nname: Ada\norg: Works\n---\n- 2026-10-31 call: x\n//- people/bob.md\n---\nname: Bob\norg: Works\n---\n";
        check(
            &format!(
                "{people}//- organizations/works.md\n---\nkind: organization\nname: Works\n---\n$0"
            ),
            expect![[r#"
                29..34 "Works": 2 people
                29..34 "Works": 2 links"#]],
        );
        check(
            &format!(
                "{people}//- events/fair.md\n---\nkind: event\ndate: 2026-12-01\npeople: [Ada, Bob]\n---\n$0"
            ),
            expect![[r#"56..56 "": in 8 days · 2 people, 1 new"#]],
        );
        check(
            &format!(
                "{people}//- goals/g.md\n---\nkind: goal\nby: 2026-12-31\nwho: [Ada, Bob]\n---\n$0"
            ),
            expect![[r#"50..50 "": by 2026-12-31, in 38 days · 1 of 2 people reached"#]],
        );
    }

    #[test]
    fn a_plain_note_tells_its_links_if_it_has_any() {
        check("//- a.md\n# A\n$0", expect![[""]]);
        check(
            "//- b.md\n[[A]]\n//- a.md\n# A\n$0",
            expect![[r#"2..3 "A": 1 link"#]],
        );
    }
}
