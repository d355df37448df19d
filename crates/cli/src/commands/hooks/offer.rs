//! What the hooks do: a commit that writes interactions down in notes is offered the records that log them.
//!
//! The records are appended to the message, where they can be seen and deleted. Commits that repeat others (merge, squash,
//! rebase, cherry-pick, revert) are left alone: their messages carry what there is to carry.

use std::{collections::BTreeMap, path::Path};

use jiff::civil::Date;
use journal::{
    Interaction, Record,
    record::{self, CommitText, is_untitled, with_records},
};
use network::{World, history, unlogged};
use note::{Entry, NoteKind, value::When};
use vault::{
    NoteId, Vault,
    load::{self, DiskTexts},
};

use super::{
    message::{Comment, end_of_text, without_comments},
    staged::{self, StagedNote, Work},
};
use crate::{
    error::CommandError,
    output::{Answer, count, one_line},
    session::{Globals, Place},
};

/// A commit that tells of more is a move of notes, not an account of the day.
const MOST: usize = 20;
/// What was offered to a message without a text of its own, in the folder of `HEAD`.
const OFFERED: &str = "TIES_OFFERED";

/// Does what `prepare-commit-msg` is for: appends records to the message in `file`.
pub(super) fn prepare(
    file: &Path,
    source: Option<&str>,
    globals: &Globals,
) -> Result<Answer, CommandError> {
    let work = Work::find()?;
    let offered = work.git_dir.join(OFFERED);
    let _ = std::fs::remove_file(&offered);
    if matches!(source, Some("merge" | "squash")) || work.is_replaying() {
        return Ok(Answer::default());
    }
    let place = Place::find(globals)?;
    let staged = work.notes(&place.root, &place.config)?;
    if staged.is_empty() {
        return Ok(Answer::default());
    }
    let text = std::fs::read(file).map_err(|error| CommandError::file(file, &error))?;
    let text = String::from_utf8(text)
        .map_err(|_| CommandError::new("the message of this commit is not UTF-8"))?;
    let has_editor = std::env::var_os("GIT_EDITOR").is_none_or(|editor| editor != ":");
    // Without an editor git takes no line for a comment.
    let (comment, end) = match has_editor {
        true => {
            let comment = comment()?;
            let end = end_of_text(&text, &comment);
            (Some(comment), end)
        }
        false => (None, text.len()),
    };
    let (own, comments) = text.split_at(end);
    let new = records(&place, &staged, own)?;
    if new.is_empty() {
        return Ok(Answer::default());
    }
    let what = count(new.len(), "interaction");
    if new.len() > MOST {
        return Ok(Answer {
            text: format!(
                "ties: this commit writes down {what}, too many for its message: `ties log --from-notes` logs them\n"
            ),
            ..Answer::default()
        });
    }
    // Git takes a message that nobody but `--signoff` wrote for empty, too.
    let is_empty = own
        .lines()
        .all(|line| line.trim().is_empty() || line.starts_with("Signed-off-by: "));
    let with = with_records(own, &new, is_empty && has_editor);
    let hint = match &comment {
        Some(Comment::Mark(mark))
            if comments.starts_with(mark.as_str()) && !comments.contains(" >8 ") =>
        {
            format!(
                "\n{mark} ties: {what} written down in notes; delete a paragraph above to leave one out.\n{mark}\n"
            )
        }
        _ if comments.is_empty() => String::new(),
        _ => "\n".to_owned(),
    };
    let whole = format!("{with}{hint}{comments}");
    std::fs::write(file, &whole).map_err(|error| CommandError::file(file, &error))?;
    // A message that nobody touches is no wish to commit, as without ties.
    if let Some(comment) = comment.filter(|_| is_empty || source == Some("template")) {
        std::fs::write(&offered, without_comments(&whole, &comment))
            .map_err(|error| CommandError::file(&offered, &error))?;
    }
    let mut said = format!("ties: this commit logs {what}\n");
    for record in &new {
        said.push_str(&format!(
            "ties:   {}  {}\n",
            record.on.day(),
            one_line(&shown(record))
        ));
    }
    Ok(Answer {
        remarks: said,
        ..Answer::default()
    })
}

/// Does what `commit-msg` is for: a message that holds nothing but what was offered is emptied, so that git gives up the
/// commit as it does where nobody writes a message.
pub(super) fn finish(file: &Path) -> Result<Answer, CommandError> {
    let work = Work::find()?;
    let offered = work.git_dir.join(OFFERED);
    let Ok(before) = std::fs::read_to_string(&offered) else {
        return Ok(Answer::default());
    };
    let _ = std::fs::remove_file(&offered);
    let text = std::fs::read(file).map_err(|error| CommandError::file(file, &error))?;
    let text = String::from_utf8_lossy(&text);
    let comment = comment()?;
    let own = &text[..end_of_text(&text, &comment)];
    if without_comments(&text, &comment) != before && !is_untitled(own) {
        return Ok(Answer::default());
    }
    std::fs::write(file, "").map_err(|error| CommandError::file(file, &error))?;
    Ok(Answer {
        text: "ties: the message has no text of its own\n".to_owned(),
        ..Answer::default()
    })
}

/// Returns how comment lines begin here.
fn comment() -> Result<Comment, CommandError> {
    // Nothing set is no error to ask for.
    let said = staged::git(&["config", "--get-regexp", r"^core\.comment(char|string)$"])
        .unwrap_or_default();
    let said = staged::text(said)?;
    let value = said.lines().last().and_then(|line| line.split_once(' '));
    Ok(match value.map(|(_, value)| value) {
        Some("auto") => Comment::Auto,
        Some(mark) if !mark.is_empty() => Comment::Mark(mark.to_owned()),
        _ => Comment::Mark("#".to_owned()),
    })
}

/// Returns the records of what the staged notes tell and neither the journal nor the message does.
fn records(
    place: &Place,
    staged: &[StagedNote],
    message: &str,
) -> Result<Vec<Record>, CommandError> {
    let old: Vec<Box<[Entry]>> = staged
        .iter()
        .map(|note| note::parse(&note.old).note.entries)
        .collect();
    let mut vault = Vault::new(place.config.clone());
    let set = |vault: &mut Vault| -> Vec<NoteId> {
        staged
            .iter()
            .map(|note| vault.set(&note.path, &note.new))
            .collect()
    };
    let mut ids = set(&mut vault);
    let changes: Vec<Changes> = ids
        .iter()
        .zip(&old)
        .map(|(id, old)| Changes::new(old, &vault.note(*id).note.entries))
        .collect();
    if changes.iter().all(|changes| changes.added.is_empty()) {
        return Ok(Vec::new());
    }
    let is_event = |(id, changes): (&NoteId, &Changes)| {
        vault.note(*id).kind == NoteKind::Event && !changes.added.is_empty()
    };
    if ids.iter().zip(&changes).any(is_event) {
        // Who was there is said by names, which only the whole vault knows.
        let loaded = load::load(&place.root);
        vault = loaded
            .map_err(|error| CommandError::file(&place.root, &error))?
            .vault;
        ids = set(&mut vault);
    }
    let repository = place.repository()?;
    let mut timeline = repository.open_journal()?.timeline;
    // What the message tells already, as that of a commit which is amended, is as good as logged.
    let said = record::decode(CommitText {
        message,
        author_date: When::Day(place.today()),
    });
    let said = said.into_iter().map(|record| Interaction {
        record,
        commit: Box::default(),
    });
    timeline.extend(said.collect(), Vec::new());
    let texts = DiskTexts {
        root: place.root.clone(),
    };
    let world = World {
        vault: &vault,
        timeline: Some(&timeline),
        today: place.today(),
        texts: &texts,
    };
    let mut records = Vec::new();
    let mut added: BTreeMap<NoteId, Vec<usize>> = BTreeMap::new();
    for ((id, old), mut changes) in ids.iter().zip(&old).zip(changes) {
        records.extend(corrected(world, *id, old, &mut changes));
        added.insert(*id, changes.added);
    }
    let new = unlogged::records(world, ids.iter().copied(), |written| {
        added
            .get(&written.note)
            .is_some_and(|added| added.contains(&written.entry))
    });
    let is_only = new.len() == 1 && records.is_empty();
    records.extend(new.into_iter().map(|mut record| {
        // Where the entry says nothing more than its block, the message's own words say enough.
        let (bare, _) = record::summarize(&record.kind, &names(world, &record), "");
        if is_only && *record.summary == *bare && !message.trim().is_empty() {
            record.summary = Box::default();
        }
        record
    }));
    Ok(records)
}

fn names<'a>(world: World<'a>, record: &Record) -> Vec<&'a str> {
    let contacts = record.contacts.iter();
    contacts
        .filter_map(|contact| history::find_contact(world, contact))
        .map(|id| &*world.vault.note(id).name)
        .collect()
}

/// Returns what a record is, where its message says it.
fn shown(record: &Record) -> String {
    if !record.summary.is_empty() {
        return record.summary.to_string();
    }
    let contacts: Vec<&str> = record
        .contacts
        .iter()
        .map(|contact| &*contact.path)
        .collect();
    format!("{}: {}", record.kind, contacts.join(", "))
}

/// The entries of a note that a commit adds and takes away, by their places in the new and the old text.
///
/// An entry is known by day and kind: another wording makes no other entry, and neither does another place.
#[derive(Debug, PartialEq, Eq)]
struct Changes {
    added: Vec<usize>,
    removed: Vec<usize>,
}

impl Changes {
    fn new(old: &[Entry], new: &[Entry]) -> Self {
        Self {
            added: beyond(new, old),
            removed: beyond(old, new),
        }
    }
}

/// Returns the places of the entries that `some` has more of than `others`, the last of equal ones.
fn beyond(some: &[Entry], others: &[Entry]) -> Vec<usize> {
    let mut there: BTreeMap<(Date, &str), usize> = BTreeMap::new();
    for entry in others {
        *there
            .entry((entry.date.value, &entry.kind.value))
            .or_default() += 1;
    }
    let mut beyond = Vec::new();
    for (index, entry) in some.iter().enumerate() {
        match there.get_mut(&(entry.date.value, &*entry.kind.value)) {
            Some(left) if *left > 0 => *left -= 1,
            _ => beyond.push(index),
        }
    }
    beyond
}

/// Returns corrections of interactions whose entries the commit changes, and takes these entries from those added.
///
/// An entry was changed where another with its words, or the only other one with its day or kind, stands in its stead.
fn corrected(world: World<'_>, id: NoteId, old: &[Entry], changes: &mut Changes) -> Vec<Record> {
    let entries = &world.vault.note(id).note.entries;
    let is_single = changes.added.len() == 1 && changes.removed.len() == 1;
    let mut records = Vec::new();
    for removed in std::mem::take(&mut changes.removed) {
        let was = &old[removed];
        let now = changes.added.iter().position(|added| {
            let is = &entries[*added];
            let same_words = !was.summary.is_empty() && was.summary == is.summary;
            let alike = was.date.value == is.date.value || was.kind.value == is.kind.value;
            same_words || (is_single && alike)
        });
        let Some(now) = now else { continue };
        let is = &entries[changes.added[now]];
        let written = history::entries_in(world, id);
        let Some(written) = written
            .iter()
            .find(|written| written.entry == changes.added[now])
        else {
            continue;
        };
        let mut logged: Vec<&Interaction> = written
            .contacts
            .iter()
            .flat_map(|contact| history::interactions(world, *contact))
            .filter(|logged| {
                logged.record.on.day() == was.date.value && logged.record.kind == was.kind.value
            })
            .collect();
        logged.sort_by(|a, b| a.record.id.cmp(&b.record.id));
        logged.dedup_by(|a, b| a.record.id == b.record.id);
        let [logged] = logged[..] else { continue };
        let mut record = logged.record.clone();
        record.revision += 1;
        if record.on.day() != is.date.value {
            record.on = When::Day(is.date.value);
        }
        if let Some(rest) = record
            .summary
            .strip_prefix(&*was.kind.value)
            .map(str::to_owned)
        {
            record.summary = format!("{}{rest}", is.kind.value).into();
        }
        record.kind.clone_from(&is.kind.value);
        records.push(record);
        changes.added.remove(now);
    }
    records
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changes(old: &str, new: &str) -> (Vec<usize>, Vec<usize>) {
        let entries = |text: &str| note::parse(text).note.entries;
        let changes = Changes::new(&entries(old), &entries(new));
        (changes.added, changes.removed)
    }

    #[test]
    fn an_entry_is_known_by_day_and_kind() {
        let old = "- 2026-11-20 call: the engine\n- 2026-11-20 call\n";
        assert_eq!(changes("", old), (vec![0, 1], vec![]));
        assert_eq!(
            changes(old, "## 2026-11-20 call: the Engine\n\n- 2026-11-20 call\n"),
            (vec![], vec![])
        );
        let more = "- 2026-11-21 meal\n- 2026-11-20 call\n- 2026-11-20 call\n- 2026-11-20 call\n";
        assert_eq!(changes(old, more), (vec![0, 3], vec![]));
        assert_eq!(
            changes(old, "- 2026-11-20 call\n- 2026-11-19 call\n"),
            (vec![1], vec![1])
        );
    }
}
