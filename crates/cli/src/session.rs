//! What every command starts from: the flags, the vault's place, its notes and journal, and the day it is.
//!
//! Here, and nowhere else in this crate, the clock and the current folder are asked.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use jiff::{Zoned, civil::Date};
use journal::{
    Timeline,
    git::{Mark, OpenError, Repository},
};
use network::World;
use vault::{
    Config, Vault,
    load::{
        self, DiskTexts, Loaded,
        names::{self, Names},
    },
};

use crate::error::CommandError;

/// The flags that every command takes.
#[derive(Debug, Args)]
pub(crate) struct Globals {
    /// The folder of the notes; by default the nearest one upward with a `ties.toml`, else the git repository
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        env = "TIES_VAULT",
        hide_env_values = true,
        help_heading = "Global options"
    )]
    pub(crate) vault: Option<PathBuf>,
    /// How to answer
    #[arg(
        long,
        global = true,
        value_enum,
        default_value_t,
        hide_possible_values = true,
        value_name = "text|json|jsonl",
        help_heading = "Global options"
    )]
    pub(crate) format: Format,
    /// The day to take for today, as 2026-11-23
    #[arg(long, global = true, value_name = "DATE", value_parser = parse_today, env = "TIES_TODAY", hide_env_values = true, help_heading = "Global options")]
    pub(crate) today: Option<Date>,
    /// When to use colour
    #[arg(
        long,
        global = true,
        value_enum,
        default_value_t,
        hide_possible_values = true,
        value_name = "auto|always|never",
        help_heading = "Global options"
    )]
    pub(crate) color: Color,
    /// Leave out remarks and next steps
    #[arg(short, long, global = true, help_heading = "Global options")]
    pub(crate) quiet: bool,
}

/// How to answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    #[default]
    Text,
    /// One JSON document.
    Json,
    /// One JSON object a line: each item of the list that was asked for.
    Jsonl,
}

/// When to use colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Also into a file or pipe.
    Always,
    /// Not at all.
    Never,
}

/// Reads a day on which git can date a commit: outside of 1970 to 2099 it stores another year without a word.
fn parse_today(text: &str) -> Result<Date, &'static str> {
    note::value::parse_day(text)
        .filter(|day| (1970..=2099).contains(&day.year()))
        .ok_or("a day is written 2026-11-23, and is one of 1970 to 2099")
}

impl Globals {
    /// Returns the present moment, or noon of the day that `--today` names.
    pub(crate) fn now(&self) -> Result<Zoned, CommandError> {
        let now = Zoned::now();
        match self.today {
            Some(today) => today
                .at(12, 0, 0, 0)
                .to_zoned(now.time_zone().clone())
                .map_err(|error| CommandError::new(format!("`{today}`: {error}"))),
            None => Ok(now),
        }
    }
}

/// Returns the current folder.
pub(crate) fn current_folder() -> Result<PathBuf, CommandError> {
    std::env::current_dir().map_err(|error| CommandError::file(Path::new("."), &error))
}

/// Where the vault is, its settings, and the time: what is known before any note is read.
#[derive(Debug)]
pub(crate) struct Place {
    /// The vault's root.
    pub(crate) root: PathBuf,
    /// The current folder.
    pub(crate) folder: PathBuf,
    /// The settings.
    pub(crate) config: Config,
    /// The present moment.
    pub(crate) now: Zoned,
}

impl Place {
    /// Finds the vault.
    pub(crate) fn find(globals: &Globals) -> Result<Self, CommandError> {
        let now = globals.now()?;
        let folder = current_folder()?;
        let root = match &globals.vault {
            Some(root) => {
                let root = folder.join(root);
                let listed = std::fs::read_dir(&root);
                listed.map_err(|error| {
                    CommandError::file(&root, &error).hint("`--vault` names the folder of your notes")
                })?;
                root
            }
            None => load::find_root(&folder).ok_or_else(|| {
                CommandError::new(format!("`{}` is in no vault", folder.display()))
                    .hint("`ties init` starts one here, `ties demo` makes one to try, `--vault DIR` names another folder")
            })?,
        };
        let settings = load::read_config(&root);
        let (config, _, _) =
            settings.map_err(|error| CommandError::file(&root.join("ties.toml"), &error))?;
        Ok(Self {
            root,
            folder,
            config,
            now,
        })
    }

    /// Returns the day it is.
    pub(crate) fn today(&self) -> Date {
        self.now.date()
    }

    /// Opens the repository the vault lies in.
    pub(crate) fn repository(&self) -> Result<Repository, CommandError> {
        Ok(self.discover()?)
    }

    fn discover(&self) -> Result<Repository, OpenError> {
        let mut repository = Repository::discover(&self.root)?;
        repository.set_skip_ci(self.config.skip_ci);
        Ok(repository)
    }

    /// Returns `text`, a path typed by the user, as a path from the vault's root where it names a note that is there:
    /// from the root or the current folder, with or without its extension.
    pub(crate) fn note_path(&self, text: &str) -> Option<String> {
        if text.is_empty() {
            return None;
        }
        let root = self.root.canonicalize().ok()?;
        for base in [&self.root, &self.folder] {
            for name in [text.to_owned(), format!("{text}.md")] {
                let file = base.join(&name);
                if vault::path::without_extension(&name) == name || !file.is_file() {
                    continue;
                }
                let file = file.canonicalize().ok()?;
                let below = file.strip_prefix(&root).ok();
                let parts: Option<Vec<&str>> =
                    below.and_then(|below| below.iter().map(|part| part.to_str()).collect());
                if let Some(parts) = parts {
                    return Some(parts.join("/"));
                }
            }
        }
        None
    }

    /// Reads all notes.
    pub(crate) fn load_notes(&self) -> Result<Loaded, CommandError> {
        load::load(&self.root).map_err(|error| CommandError::file(&self.root, &error))
    }

    /// Reads all notes and the journal.
    pub(crate) fn load(self) -> Result<Session, CommandError> {
        let loaded = self.load_notes()?;
        let mut warnings = Vec::new();
        let (repository, no_journal) = match self.discover() {
            Ok(repository) => (Some(repository), None),
            Err(error) => {
                if !matches!(error, OpenError::NotFound { .. }) {
                    warnings.push(error.to_string());
                }
                (None, Some(error.into()))
            }
        };
        if let Some(repository) = &repository {
            remember_names(repository, &loaded);
        }
        let mut session = Session {
            texts: DiskTexts {
                root: self.root.clone(),
            },
            place: self,
            loaded,
            repository,
            mark: None,
            timeline: None,
            no_journal,
            warnings,
        };
        session.read_journal();
        Ok(session)
    }
}

/// Returns the names of all notes, where they were remembered and nothing says that they changed.
pub(crate) fn names(repository: &Repository) -> Option<Names> {
    Names::open(&repository.names_file(), repository.root())
}

/// Keeps the names of all notes for [`names()`]; where that cannot be done, all notes will be read again.
pub(crate) fn remember_names(repository: &Repository, loaded: &Loaded) {
    let _ = names::remember(&repository.names_file(), repository.root(), loaded);
}

/// A vault and its journal, read.
#[derive(Debug)]
pub(crate) struct Session {
    /// Where and when.
    pub(crate) place: Place,
    /// The notes, and what of them could not be read.
    pub(crate) loaded: Loaded,
    /// The repository; `None` where there is none that can be opened.
    pub(crate) repository: Option<Repository>,
    /// What the user should know about the journal.
    pub(crate) warnings: Vec<String>,
    /// How far the journal was read.
    pub(crate) mark: Option<Mark>,
    timeline: Option<Timeline>,
    no_journal: Option<CommandError>,
    texts: DiskTexts,
}

impl Session {
    /// Finds and reads the vault.
    pub(crate) fn open(globals: &Globals) -> Result<Self, CommandError> {
        Place::find(globals)?.load()
    }

    /// Reads the journal again, as after a write.
    pub(crate) fn read_journal(&mut self) {
        let Some(repository) = &self.repository else {
            return;
        };
        match repository.open_journal() {
            Ok(journal) => {
                if journal.history_is_cut {
                    self.warnings.push("this clone is shallow, so older interactions are missing: `git fetch --unshallow` brings them".to_owned());
                }
                self.timeline = Some(journal.timeline);
                self.mark = Some(journal.mark);
            }
            Err(error) => {
                self.warnings.push(error.to_string());
                self.no_journal = Some(error.into());
            }
        }
    }

    /// Returns the notes.
    pub(crate) fn vault(&self) -> &Vault {
        &self.loaded.vault
    }

    /// Returns what questions are asked of.
    pub(crate) fn world(&self) -> World<'_> {
        World {
            vault: &self.loaded.vault,
            timeline: self.timeline.as_ref(),
            today: self.place.today(),
            texts: &self.texts,
        }
    }

    /// Returns the journal, for commands that are nothing without it.
    pub(crate) fn timeline(&mut self) -> Result<&Timeline, CommandError> {
        if let Some(error) = self.no_journal.take() {
            return Err(error);
        }
        self.timeline
            .as_ref()
            .ok_or_else(|| CommandError::new("there is no journal here"))
    }
}
