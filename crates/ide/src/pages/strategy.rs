//! Pages about goals, and about what people could do for each other.

use network::{
    exchange::{self, Match},
    history,
    plan::{self, Place, Plan, Target},
    ties::Way,
};
use note::Value;
use vault::NoteId;

use super::{Destination, Page, Writer};
use crate::{
    World,
    words::{distance, escape},
};

/// How many of each are listed.
const LISTED: usize = 20;

/// Returns a goal worked out, or all that are open where none is given: whom to reach and how, who else offers what it
/// needs, where to go, what to say, and what its note does not say yet.
pub fn plan_page(world: World<'_>, goal: Option<NoteId>, to: Destination<'_>) -> Page {
    let title = match goal.and_then(|goal| world.vault.get(goal)) {
        Some(data) => format!("Plan for {}", data.name),
        None => "Plans".to_owned(),
    };
    let mut page = Writer::new(world, to, title);
    let goals = match goal {
        Some(goal) => vec![goal],
        None => plan::open_goals(world),
    };
    for goal in goals {
        put_plan(&mut page, &plan::plan(world, goal));
    }
    if page.is_empty() {
        page.line("No goal is open. A note in `goals/` says whom or what you are after.");
    }
    page.finish()
}

fn put_plan(page: &mut Writer<'_>, plan: &Plan) {
    let world = page.world;
    let data = world.vault.note(plan.goal);
    let heading = page.note(plan.goal);
    page.heading(&heading);
    if let Some(by) = plan.by {
        page.line(&format!("By {by} ({}).", distance(world.today, by)));
    }
    let mut lines: Vec<String> = Vec::new();
    for target in &plan.who {
        lines.push(match target {
            Target::Contact(contact, way) => {
                let way = told(page, plan.goal, way.as_ref());
                format!("- {}: {way}", page.note(*contact))
            }
            Target::Words(words) => format!("- {}", escape(words)),
        });
    }
    put(page, "Whom to reach", &lines);
    let helpers = plan.helpers.iter().map(|(helper, way)| {
        let (giver, offer) = (page.note(helper.giver), escape(&helper.offer));
        let way = told(page, plan.goal, way.as_ref());
        format!("- {giver} offers {offer}: {way}")
    });
    let lines: Vec<String> = helpers.collect();
    put(page, "Who else offers what it needs", &lines);
    let places = plan.places.iter().map(|place| match place {
        Place::Event { event, day, people } => {
            let people: Vec<String> = people.iter().map(|one| page.note(*one)).collect();
            let there = match people.is_empty() {
                true => String::new(),
                false => format!(": {}", people.join(", ")),
            };
            let when = distance(world.today, *day);
            format!("- {}, {day} ({when}){there}", page.note(*event))
        }
        Place::Words(words) => format!("- {}", escape(words)),
    });
    let lines: Vec<String> = places.collect();
    put(page, "Where to go", &lines);
    let say = data.items_of("say").iter().filter_map(Value::item_text);
    let lines: Vec<String> = say
        .map(|text| format!("- {}", escape(text.value.trim())))
        .collect();
    put(page, "What to say", &lines);
    let missing = plan.missing.iter();
    let lines: Vec<String> = missing
        .map(|missing| format!("- `{}:`", missing.key()))
        .collect();
    put(page, "Still to write in the note", &lines);
}

/// Writes a list below its words, where there is anything in it.
fn put(page: &mut Writer<'_>, words: &str, lines: &[String]) {
    if lines.is_empty() {
        return;
    }
    page.line(&format!("{words}:"));
    for line in lines {
        page.line(line);
    }
    page.markdown.push('\n');
}

/// Returns how to reach somebody.
fn told(page: &Writer<'_>, goal: NoteId, way: Option<&Way>) -> String {
    let world = page.world;
    let Some(way) = way else {
        return "no way there yet".to_owned();
    };
    let first = way.people[0];
    let last = history::last_contact(world, first);
    let last = last.map_or_else(String::new, |(day, _)| {
        format!(" (last contact {})", distance(world.today, day))
    });
    match plan::question(world, goal, way) {
        None => format!("you know each other{last}"),
        Some(question) => format!("ask {}{last}: “{}”", page.note(first), escape(&question)),
    }
}

/// Returns what people could do for each other: what you can do first, then introductions worth making, then who can do
/// something for you.
pub fn match_page(world: World<'_>, to: Destination<'_>) -> Page {
    let mut page = Writer::new(world, to, "Who needs what somebody offers".to_owned());
    let with_you = exchange::with_you(world);
    let line = |page: &Writer<'_>, one: &Match| {
        format!(
            "- {} needs {}: {} offers {}",
            page.note(one.taker),
            escape(&one.need),
            page.note(one.giver),
            escape(&one.offer)
        )
    };
    let gives = with_you.iter().flat_map(|one| &one.gives).take(LISTED);
    let lines: Vec<String> = gives.map(|one| line(&page, one)).collect();
    page.section("What you can do for people", &lines);
    let introductions = exchange::introductions(world);
    let lines: Vec<String> = introductions
        .iter()
        .take(LISTED)
        .flat_map(|one| one.matches.iter().take(1))
        .map(|one| line(&page, one))
        .collect();
    page.section("Introductions worth making", &lines);
    let gets = with_you.iter().flat_map(|one| &one.gets).take(LISTED);
    let lines: Vec<String> = gets.map(|one| line(&page, one)).collect();
    page.section("What people can do for you", &lines);
    if page.is_empty() {
        page.line("Nothing that one offers is what another needs: `offers` and `needs` in your own note and in those of contacts say it.");
    }
    page.finish()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::test_vault::TestVault;

    const VAULT: &str = "\
//- me.md\n---\nkind: me\nname: Me\noffers: [grant applications]\nneeds: [quay access]\n---\n\
//- people/ann.md\n---\nname: Ann *A*\nknows: [\"[[Bob]]\"]\nneeds: [reviewing grant applications]\n---\n\
- 2026-11-20 call: x\n\
//- people/bob.md\n---\nname: Bob\n---\n\
//- people/cy.md\n---\nname: Cy\noffers: [a berth in the harbour]\n---\n\
//- goals/site.md\n---\nname: Site\nby: 2026-12-01\nneeds: [a harbour]\nwho: [\"[[Bob]]\", a mayor]\n---\n\
//- events/fair.md\n---\nname: Fair\ndate: 2026-12-01\npeople: [\"[[Bob]]\"]\n---\n";

    #[test]
    fn a_plan_says_who_how_and_where() {
        let vault = TestVault::new(VAULT);
        let goal = vault.vault.id("goals/site.md");
        let page = plan_page(vault.world(), goal, &str::to_owned);
        expect![[r#"
            # Plan for Site

            ## [Site](goals/site.md)

            By 2026-12-01 (in 8 days).

            Whom to reach:

            - [Bob](people/bob.md): ask [Ann \*A\*](people/ann.md) (last contact 3 days ago): “Would you introduce me to Bob? I am looking for a harbour.”
            - a mayor

            Where to go:

            - [Fair](events/fair.md), 2026-12-01 (in 8 days): [Bob](people/bob.md)

            Still to write in the note:

            - `where:`
            - `say:`
        "#]].assert_eq(&page.markdown);
        let all = plan_page(vault.world(), None, &str::to_owned);
        assert_eq!(all.title, "Plans");
        assert_eq!(
            all.markdown.lines().skip(1).collect::<Vec<_>>(),
            page.markdown.lines().skip(1).collect::<Vec<_>>()
        );
        let empty = TestVault::new("//- a.md\n");
        let page = plan_page(empty.world(), None, &str::to_owned);
        expect![[r#"
            # Plans

            No goal is open. A note in `goals/` says whom or what you are after.
        "#]]
        .assert_eq(&page.markdown);
    }

    #[test]
    fn what_you_can_do_comes_first() {
        let vault = TestVault::new(VAULT);
        let page = match_page(vault.world(), &str::to_owned);
        expect![[r#"
            # Who needs what somebody offers

            ## What you can do for people

            - [Ann \*A\*](people/ann.md) needs reviewing grant applications: [Me](me.md) offers grant applications
        "#]].assert_eq(&page.markdown);
        let empty = TestVault::new("//- a.md\n");
        let page = match_page(empty.world(), &str::to_owned);
        expect![[r#"
            # Who needs what somebody offers

            Nothing that one offers is what another needs: `offers` and `needs` in your own note and in those of contacts say it.
        "#]].assert_eq(&page.markdown);
    }
}
