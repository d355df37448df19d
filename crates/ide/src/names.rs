//! Finding notes by what was typed, and the shortest way to write a link to one.

use network::history;
use note::{NoteKind, fold};
use rustc_hash::FxHashSet;
use vault::{
    NoteData, NoteId, Resolution,
    index::{NameEntry, NameSource},
    path,
};

use crate::{World, matching::Query};

/// How many names are looked at closely for one answer, and how many people of the circles beside them.
const LOOKED_AT: usize = 250;
/// Of how many the last contact is asked, which costs more than the rest.
const RECENCY_ASKED: usize = 100;

/// A note that may be what was typed.
#[derive(Clone, Debug)]
pub(crate) struct Candidate<'a> {
    /// The note.
    pub(crate) id: NoteId,
    /// What is known of it.
    pub(crate) data: &'a NoteData,
    /// The name or alias that matched.
    pub(crate) name: &'a str,
    /// Whether `name` is an alias.
    pub(crate) is_alias: bool,
    score: u32,
}

/// What was found, best first.
#[derive(Debug, Default)]
pub(crate) struct Candidates<'a> {
    /// The notes, some of them more than once: by name and by alias.
    pub(crate) found: Vec<Candidate<'a>>,
    /// Whether there may be more.
    pub(crate) is_incomplete: bool,
}

/// Returns names that may match `query`, those of one note perhaps several times: all that do where they are few, else
/// about `limit` of them.
pub(crate) fn search<'a>(world: World<'a>, query: &Query, limit: usize) -> Vec<&'a NameEntry> {
    let typed = query.text();
    let mut entries = world.vault.search_names(typed, limit);
    // Words typed in another order than the name has them: the longest of them finds the name too.
    let longest = typed.split_whitespace().max_by_key(|word| word.len());
    if let Some(word) = longest
        && word != typed
    {
        let seen: FxHashSet<*const NameEntry> = entries
            .iter()
            .map(|&entry| std::ptr::from_ref(entry))
            .collect();
        let others = world.vault.search_names(word, limit).into_iter();
        entries.extend(others.filter(|&entry| !seen.contains(&std::ptr::from_ref(entry))));
    }
    entries
}

/// Returns the notes other than `from` that `typed` may mean, by match, then closeness, then the last contact, then name.
///
/// With `kind`, only notes of that kind (you count as a contact), unless none of them matches.
pub(crate) fn candidates<'a>(
    world: World<'a>,
    from: NoteId,
    typed: &str,
    kind: Option<NoteKind>,
) -> Candidates<'a> {
    let mut query = Query::new(typed);
    let mut all = if query.is_empty() {
        untyped(world, kind)
    } else {
        matching(world, &mut query)
    };
    all.found.retain(|candidate| candidate.id != from);
    if let Some(kind) = kind {
        let is_wanted = |candidate: &Candidate<'_>| {
            candidate.data.kind == kind
                || (kind == NoteKind::Contact && candidate.data.kind == NoteKind::Me)
        };
        if all.found.iter().any(is_wanted) {
            all.found.retain(is_wanted);
        }
    }
    rank(world, &mut all.found);
    all
}

fn matching<'a>(world: World<'a>, query: &mut Query) -> Candidates<'a> {
    let entries = search(world, query, LOOKED_AT);
    let is_incomplete = entries.len() >= LOOKED_AT;
    let mut found: Vec<Candidate<'a>> = Vec::new();
    let mut by_stem: Vec<Candidate<'a>> = Vec::new();
    for entry in entries {
        let (Some(id), Some(score)) = (entry.note, query.score_folded(&entry.search)) else {
            continue;
        };
        let Some(data) = world.vault.get(id) else {
            continue;
        };
        let candidate = |name: &'a str| Candidate {
            id,
            data,
            name,
            is_alias: entry.source == NameSource::Alias,
            score,
        };
        match entry.source {
            NameSource::Name | NameSource::Alias => found.push(candidate(&entry.text)),
            NameSource::Stem => by_stem.push(candidate(&data.name)),
        }
    }
    if is_incomplete {
        // Of many that match, those one is close to must not be among the missed.
        let seen: FxHashSet<NoteId> = found.iter().map(|candidate| candidate.id).collect();
        for id in of_circles(world).filter(|id| !seen.contains(id)) {
            let data = world.vault.note(id);
            let score = query.score(&data.name);
            found.extend(score.map(|score| Candidate {
                id,
                data,
                name: &data.name,
                is_alias: false,
                score,
            }));
        }
    }
    let named: FxHashSet<NoteId> = found.iter().map(|candidate| candidate.id).collect();
    by_stem.retain(|candidate| !named.contains(&candidate.id));
    found.extend(by_stem);
    Candidates {
        found,
        is_incomplete,
    }
}

/// Returns people of the circles, the closest first, a bounded number of them.
fn of_circles(world: World<'_>) -> impl Iterator<Item = NoteId> {
    let circles = world.vault.config().circles.iter();
    circles
        .flat_map(move |circle| world.vault.in_circle(&circle.name))
        .take(LOOKED_AT)
}

/// Returns whom one may want before a letter is typed: the people of the circles, then others.
fn untyped(world: World<'_>, kind: Option<NoteKind>) -> Candidates<'_> {
    let vault = world.vault;
    let mut ids: Vec<NoteId> = Vec::new();
    if kind.is_none_or(NoteKind::is_person) {
        ids.extend(of_circles(world));
    }
    let kinds = match &kind {
        Some(kind) => std::slice::from_ref(kind),
        None => &NoteKind::ALL[..],
    };
    let mut seen: FxHashSet<NoteId> = ids.iter().copied().collect();
    for &kind in kinds {
        let others = vault.of_kind(kind).filter(|id| seen.insert(*id));
        ids.extend(others.take(LOOKED_AT - ids.len()));
    }
    let candidate = |id: NoteId| {
        let data = vault.note(id);
        Candidate {
            id,
            data,
            name: &data.name,
            is_alias: false,
            score: 0,
        }
    };
    Candidates {
        is_incomplete: ids.len() >= LOOKED_AT,
        found: ids.into_iter().map(candidate).collect(),
    }
}

fn rank(world: World<'_>, found: &mut [Candidate<'_>]) {
    let circles = &world.vault.config().circles;
    let closeness = |data: &NoteData| {
        let circle = data.text_of("circle");
        let position = circle.and_then(|name| {
            circles
                .iter()
                .position(|circle| circle.name.eq_ignore_ascii_case(name.value))
        });
        position.unwrap_or(circles.len())
    };
    let first = |candidate: &Candidate<'_>| {
        (
            std::cmp::Reverse(candidate.score),
            closeness(candidate.data),
            fold::fold(candidate.name),
            candidate.data.path.clone(),
        )
    };
    found.sort_by_cached_key(first);
    let best = found.len().min(RECENCY_ASKED);
    found[..best].sort_by_cached_key(|candidate| {
        let last = match candidate.data.kind {
            NoteKind::Contact => history::last_contact(world, candidate.id).map(|(day, _)| day),
            _ => None,
        };
        let (score, closeness, name, path) = first(candidate);
        (score, closeness, std::cmp::Reverse(last), name, path)
    });
}

/// Returns what to write between the brackets of a wiki link to `id`: `name` itself where it reaches the note and
/// nothing else, else stem or path; and then what it should show.
pub(crate) fn shortest_form(world: World<'_>, id: NoteId, name: &str) -> (String, Option<String>) {
    let data = world.vault.note(id);
    let reaches =
        |text: &str| is_wiki_target(text) && world.vault.resolve_name(text) == Resolution::Note(id);
    if reaches(name) {
        return (name.to_owned(), None);
    }
    let label: String = name
        .chars()
        .filter(|c| !"[]|\n\r".contains(*c))
        .collect::<String>()
        .trim()
        .to_owned();
    let label = (!label.is_empty()).then_some(label);
    if reaches(data.stem()) {
        return (data.stem().to_owned(), label);
    }
    (path::without_extension(&data.path).to_owned(), label)
}

/// Returns whether `text` can stand as the target of a wiki link and is read back as written.
pub(crate) fn is_wiki_target(text: &str) -> bool {
    !text.is_empty()
        && text.trim() == text
        && !text.contains(['[', ']', '|', '#', '^', '\\', '\n', '\r'])
        && !text.contains("%%")
}
