//! What a rule is given: the note with what several rules ask about it, and where findings go.

use std::{
    cell::OnceCell,
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use jiff::civil::Date;
use network::{FollowUp, World, follow_up, history};
use note::{Field, Key, Note, NoteKind, Span, TextEdit};
use rustc_hash::FxHashMap;
use vault::{Circle, Config, NoteData, NoteId, Severity};

use crate::{Applicability, Diagnostic, Fix, rules::Rule};

/// One note, and what more than one rule wants to know of it, found out once.
pub(crate) struct NoteContext<'a> {
    pub(crate) world: World<'a>,
    pub(crate) id: NoteId,
    pub(crate) data: &'a NoteData,
    ranks: Option<&'a CircleRanks>,
    text: OnceCell<Option<Arc<str>>>,
    follow_up: OnceCell<Option<FollowUp>>,
    last: OnceCell<Option<(Date, &'a str)>>,
}

impl<'a> NoteContext<'a> {
    pub(crate) fn new(
        world: World<'a>,
        id: NoteId,
        data: &'a NoteData,
        ranks: Option<&'a CircleRanks>,
    ) -> Self {
        Self {
            world,
            id,
            data,
            ranks,
            text: OnceCell::new(),
            follow_up: OnceCell::new(),
            last: OnceCell::new(),
        }
    }

    pub(crate) fn config(&self) -> &'a Config {
        self.world.vault.config()
    }

    pub(crate) fn note(&self) -> &'a Note {
        &self.data.note
    }

    /// Returns the text of the note; `None` where it cannot be had as it was when the note was read.
    ///
    /// Costs a look at the disk where the note is not open: for what has been found already.
    pub(crate) fn text(&self) -> Option<&str> {
        let text = self.text.get_or_init(|| {
            let text = self.world.texts.text(&self.data.path)?;
            (text.len() == self.note().lines.text_len() as usize).then_some(text)
        });
        text.as_deref()
    }

    /// Returns whether the note is meant for ties: it is of a kind, or lies in a vault that has a `ties.toml`.
    ///
    /// All others are somebody's notes that never heard of ties, and what is usual there is no finding.
    pub(crate) fn is_for_ties(&self) -> bool {
        self.data.kind != NoteKind::Plain || self.config().is_written
    }

    /// Returns the top-level fields of the front matter with their indexes.
    pub(crate) fn fields(&self) -> impl Iterator<Item = (usize, &'a Field)> {
        let front_matter = self.data.note.front_matter.as_deref();
        front_matter
            .into_iter()
            .flat_map(|front_matter| front_matter.fields.iter().enumerate())
    }

    /// Returns the top-level fields that are keys of this note's kind; of several that mean one key each.
    pub(crate) fn known_fields(&self) -> impl Iterator<Item = (&'static Key, &'a Field)> {
        let kind = self.data.kind;
        self.fields()
            .filter_map(move |(_, field)| Some((Key::find(kind, &field.key.value)?, field)))
    }

    /// Returns the place to speak of the note as a whole: where its name is written, else its start.
    pub(crate) fn name_span(&self) -> Span {
        name_span(self.data)
    }

    pub(crate) fn follow_up(&self) -> Option<&FollowUp> {
        self.follow_up
            .get_or_init(|| follow_up::of_contact(self.world, self.id))
            .as_ref()
    }

    pub(crate) fn last_contact(&self) -> Option<(Date, &'a str)> {
        *self
            .last
            .get_or_init(|| history::last_contact(self.world, self.id))
    }

    /// Returns whether there is a journal to compare with: a repository with at least one interaction.
    pub(crate) fn has_journal(&self) -> bool {
        let timeline = self.world.timeline;
        timeline.is_some_and(|timeline| !timeline.interactions().is_empty())
    }

    /// Returns the circle that the contact is beyond, with the number of people in it, if its circle holds too many.
    pub(crate) fn beyond_circle(&self) -> Option<(&'a Circle, usize)> {
        let circle = circle_of(self.world, self.data)?;
        let capacity = circle.capacity? as usize;
        let beyond = match self.ranks {
            Some(ranks) => ranks.beyond(circle, self.world).get(&self.id).copied(),
            None => beyond(self.world, circle, capacity, self.id),
        };
        Some((circle, beyond?))
    }

    /// Returns a fix that edits this note.
    pub(crate) fn fix(
        &self,
        title: impl Into<String>,
        edit: TextEdit,
        applicability: Applicability,
    ) -> Fix {
        Fix::edit(&self.data.path, title, edit, applicability)
    }
}

/// Returns the place to speak of a note as a whole.
pub(crate) fn name_span(data: &NoteData) -> Span {
    data.name_span.unwrap_or_default()
}

/// Takes what one rule finds in one file.
pub(crate) struct Sink<'a> {
    path: &'a Arc<str>,
    code: &'static str,
    default: Severity,
    /// What the settings say.
    set: Option<Severity>,
    pub(crate) found: Vec<Diagnostic>,
}

impl<'a> Sink<'a> {
    /// Returns the place for the findings of `rule`; `None` where the settings turn it off.
    pub(crate) fn new(config: &Config, rule: &Rule, path: &'a Arc<str>) -> Option<Self> {
        let set = match config.severities.get(rule.code) {
            Some(set) => Some((*set)?),
            None => None,
        };
        Some(Self {
            path,
            code: rule.code,
            default: rule.severity,
            set,
            found: Vec::new(),
        })
    }

    /// Adds a finding, to be completed by the caller.
    pub(crate) fn report(&mut self, span: Span, message: impl Into<String>) -> &mut Diagnostic {
        self.report_as(self.default, span, message)
    }

    /// Adds a finding that matters otherwise than the rule's usual ones; the settings still decide.
    pub(crate) fn report_as(
        &mut self,
        severity: Severity,
        span: Span,
        message: impl Into<String>,
    ) -> &mut Diagnostic {
        self.found.push(Diagnostic {
            path: Arc::clone(self.path),
            span,
            code: self.code,
            severity: self.set.unwrap_or(severity),
            message: message.into(),
            help: None,
            fix: None,
            related: Vec::new(),
        });
        self.last()
    }

    /// Returns the finding that was added last.
    pub(crate) fn last(&mut self) -> &mut Diagnostic {
        self.found.last_mut().expect("something was just reported")
    }
}

impl Diagnostic {
    pub(crate) fn help(&mut self, help: impl Into<String>) -> &mut Self {
        self.help = Some(help.into());
        self
    }

    pub(crate) fn fix(&mut self, fix: impl Into<Option<Fix>>) -> &mut Self {
        self.fix = fix.into();
        self
    }

    /// Adds the names of `notes` as places that matter, at most five.
    pub(crate) fn related(
        &mut self,
        world: World<'_>,
        notes: &[NoteId],
        word: impl Fn(&NoteData) -> String,
    ) -> &mut Self {
        for note in notes.iter().take(5) {
            let data = world.vault.note(*note);
            self.related
                .push((Arc::clone(&data.path), name_span(data), word(data)));
        }
        self
    }
}

/// Who is beyond the capacity of which circle; for a check of the whole vault, where each circle is put in order once.
pub(crate) struct CircleRanks {
    /// By the circle's name: those beyond, and the number of people in the circle.
    circles: BTreeMap<Box<str>, OnceLock<FxHashMap<NoteId, usize>>>,
}

impl CircleRanks {
    pub(crate) fn new(world: World<'_>) -> Self {
        let circles = world.vault.config().circles.iter();
        Self {
            circles: circles
                .map(|circle| (circle.name.clone(), OnceLock::new()))
                .collect(),
        }
    }

    fn beyond(&self, circle: &Circle, world: World<'_>) -> &FxHashMap<NoteId, usize> {
        self.circles[&circle.name].get_or_init(|| {
            let mut members = members(world, circle);
            let n_members = members.len();
            let capacity = circle
                .capacity
                .map_or(usize::MAX, |capacity| capacity as usize);
            if n_members <= capacity {
                return FxHashMap::default();
            }
            members.sort_by_cached_key(|member| rank(world, *member));
            members
                .into_iter()
                .skip(capacity)
                .map(|member| (member, n_members))
                .collect()
        })
    }
}

/// Returns the number of people in the circle where `contact` is beyond its capacity.
///
/// Looks at members until as many are found before the contact as the circle holds.
fn beyond(world: World<'_>, circle: &Circle, capacity: usize, contact: NoteId) -> Option<usize> {
    let members = members(world, circle);
    if members.len() <= capacity {
        return None;
    }
    let own = rank(world, contact);
    let before = members
        .iter()
        .filter(|member| **member != contact && rank(world, **member) < own);
    (before.take(capacity).count() == capacity).then_some(members.len())
}

fn members(world: World<'_>, circle: &Circle) -> Vec<NoteId> {
    let members = world.vault.in_circle(&circle.name);
    members
        .filter(|member| follow_up::is_tended(world.vault.note(*member)))
        .collect()
}

/// Orders the members of a circle: those seen last first, then by path.
fn rank(world: World<'_>, contact: NoteId) -> (std::cmp::Reverse<Option<Date>>, Arc<str>) {
    let last = history::last_contact(world, contact).map(|(day, _)| day);
    let path = Arc::clone(&world.vault.note(contact).path);
    (std::cmp::Reverse(last), path)
}

fn circle_of<'a>(world: World<'a>, data: &NoteData) -> Option<&'a Circle> {
    if !follow_up::is_tended(data) {
        return None;
    }
    world.vault.config().circle(data.text_of("circle")?.value)
}
