//! `ties.toml`: the settings of a vault, their defaults, and what is wrong with a file of them.

use std::collections::BTreeMap;

use ignore::gitignore::GitignoreBuilder;
use note::{
    Span, Spanned,
    fold::{fold, nearest},
    value::Cadence,
};
use toml::de::{DeTable, DeValue};

/// How much a finding matters.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Wrong: something cannot be read or means nothing.
    Error,
    /// Worth mending.
    Warning,
    /// Worth knowing.
    Info,
    /// Worth a look some time.
    Hint,
}

/// A circle: how close, how many, how often.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Circle {
    /// Its name.
    pub name: Box<str>,
    /// How many people it holds; `None` for no bound.
    pub capacity: Option<u32>,
    /// How often one is in touch.
    pub cadence: Cadence,
    /// Where `ties.toml` defines it; `None` for the defaults.
    pub span: Option<Span>,
}

/// The settings of a vault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The circles, closest first: by cadence, then by name. `[circles.NAME] capacity, cadence`; naming a default circle
    /// changes it.
    pub circles: Vec<Circle>,
    /// The kinds of interaction, lower-case: the ten of the design, then `[journal] kinds`.
    pub kinds: Vec<Box<str>>,
    /// `[journal] skip_ci`: whether hosts are told that a commit that only logs has nothing to build.
    pub skip_ci: bool,
    /// `[diagnostics] CODE = "off" | "error" | "warning" | "info" | "hint"` or `false`; `None` is off.
    pub severities: BTreeMap<Box<str>, Option<Severity>>,
    /// The codes that `[diagnostics]` names, as written; whether there is such a code is for others to say.
    pub codes: Vec<Spanned<Box<str>>>,
    /// `[follow_ups] soon`, days; 7.
    pub soon: u16,
    /// `[vault] exclude`, gitignore patterns.
    pub exclude: Vec<String>,
    /// `[vault] max_note_size`, bytes; 8 MiB.
    pub max_note_size: u64,
    /// `[vault] me`: who you are, by name or link, where no note is of kind `me`.
    pub me: Option<Spanned<Box<str>>>,
    /// Whether there is a `ties.toml`: a folder that has one is meant for ties.
    pub is_written: bool,
}

/// Something wrong in `ties.toml`; the rest of it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigProblem {
    /// Where.
    pub span: Span,
    /// Whether the file cannot be read at all there (an error) or a key is not known (a warning).
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// The next step: the nearest known key, the form expected.
    pub help: Option<String>,
}

/// The keys of each table, for near misses; `circles` and `diagnostics` take any.
pub const KEYS: &[(&str, &[&str])] = &[
    ("vault", &["exclude", "max_note_size", "me"]),
    ("follow_ups", &["soon"]),
    ("circles", &["capacity", "cadence"]),
    ("journal", &["kinds", "skip_ci"]),
    ("diagnostics", &[]),
];

/// The kinds of interaction that need no setting.
pub const KINDS: [&str; 10] = [
    "call",
    "video",
    "meeting",
    "meal",
    "email",
    "message",
    "letter",
    "event",
    "introduction",
    "gift",
];

impl Default for Config {
    fn default() -> Self {
        let circle = |name: &str, capacity: u32, months: u16, days: u16| Circle {
            name: name.into(),
            capacity: Some(capacity),
            cadence: Cadence::Every { months, days },
            span: None,
        };
        Self {
            circles: vec![
                circle("inner", 5, 0, 7),
                circle("close", 15, 1, 0),
                circle("active", 50, 3, 0),
                circle("wide", 150, 12, 0),
            ],
            kinds: KINDS.map(Into::into).to_vec(),
            skip_ci: false,
            severities: BTreeMap::new(),
            codes: Vec::new(),
            soon: 7,
            exclude: Vec::new(),
            max_note_size: 8 * 1024 * 1024,
            me: None,
            is_written: false,
        }
    }
}

impl Config {
    /// Returns the circle called `name`, ignoring case and white space around it.
    pub fn circle(&self, name: &str) -> Option<&Circle> {
        let name = fold(name);
        self.circles
            .iter()
            .find(|circle| fold(&circle.name) == name)
    }

    /// Returns whether `word` is a kind of interaction, ignoring case.
    pub fn is_kind(&self, word: &str) -> bool {
        let word = fold(word);
        self.kinds.iter().any(|kind| **kind == *word)
    }
}

/// Reads the text of a `ties.toml`: always settings, and what is wrong with the file.
pub fn parse(text: &str) -> (Config, Vec<ConfigProblem>) {
    let mut reader = Reader {
        config: Config {
            is_written: true,
            ..Config::default()
        },
        problems: Vec::new(),
    };
    match DeTable::parse(text) {
        Ok(table) => reader.read(table.get_ref()),
        Err(error) => {
            let span = error.span().map_or(Span::at(0), Span::from);
            reader.error(
                span,
                error.message().to_owned(),
                "the rest of the file is not read",
            );
        }
    }
    let Reader {
        mut config,
        mut problems,
    } = reader;
    config.circles.sort_by(|a, b| {
        closeness(a.cadence)
            .cmp(&closeness(b.cadence))
            .then_with(|| a.name.cmp(&b.name))
    });
    problems.sort_by_key(|problem| problem.span);
    (config, problems)
}

/// Orders cadences by how often they come; never comes last.
fn closeness(cadence: Cadence) -> u32 {
    match cadence {
        Cadence::Every { months, days } => u32::from(months) * 30 + u32::from(days),
        Cadence::Never => u32::MAX,
    }
}

type Item<'a> = toml::Spanned<DeValue<'a>>;

struct Reader {
    config: Config,
    problems: Vec<ConfigProblem>,
}

impl Reader {
    fn error(&mut self, span: Span, message: String, help: &str) {
        self.problems.push(ConfigProblem {
            span,
            severity: Severity::Error,
            message,
            help: Some(help.to_owned()),
        });
    }

    fn unknown(
        &mut self,
        key: &toml::Spanned<std::borrow::Cow<'_, str>>,
        table: &str,
        known: &[&str],
    ) {
        let place = if table.is_empty() {
            String::new()
        } else {
            format!(" of `[{table}]`")
        };
        let near = nearest(key.get_ref(), known.iter().copied());
        self.problems.push(ConfigProblem {
            span: key.span().into(),
            severity: Severity::Warning,
            message: format!("`{}` is no key{place}", key.get_ref()),
            help: Some(match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("known keys are {}", quoted(known)),
            }),
        });
    }

    fn read(&mut self, table: &DeTable<'_>) {
        for (name, value) in table {
            let tables: Vec<&str> = KEYS.iter().map(|(name, _)| *name).collect();
            let Some((table_name, keys)) = KEYS.iter().find(|(table, _)| *table == name.get_ref())
            else {
                self.unknown(name, "", &tables);
                continue;
            };
            let DeValue::Table(inner) = value.get_ref() else {
                let message = format!("`{table_name}` is a table");
                self.error(
                    value.span().into(),
                    message,
                    &format!("write `[{table_name}]` on a line of its own"),
                );
                continue;
            };
            for (key, value) in inner {
                match *table_name {
                    "circles" => self.circle(key, value, keys),
                    "diagnostics" => self.severity(key, value),
                    _ if !keys.contains(&&**key.get_ref()) => self.unknown(key, table_name, keys),
                    _ => self.key(key.get_ref(), value),
                }
            }
        }
    }

    fn key(&mut self, key: &str, value: &Item<'_>) {
        match key {
            "exclude" => {
                for pattern in self.texts(key, value) {
                    let rule = GitignoreBuilder::new("")
                        .add_line(None, &pattern.value)
                        .err();
                    match rule {
                        None => self.config.exclude.push(pattern.value),
                        Some(_) => self.error(
                            pattern.span,
                            format!("`{}` is no pattern", pattern.value),
                            "patterns are those of `.gitignore`, as in `exclude = [\"archive/\", \"*.draft.md\"]`",
                        ),
                    }
                }
            }
            "max_note_size" => {
                if let Some(size) = self.number((key, 8_388_608), value, (1, i64::from(u32::MAX))) {
                    self.config.max_note_size = size.unsigned_abs();
                }
            }
            "me" => {
                if let Some(me) = self.text(key, value) {
                    let span = value.span();
                    let inside =
                        Span::new(span.start as u32 + 1, (span.end as u32).saturating_sub(1));
                    let name = me.trim_start_matches("[[").trim_end_matches("]]");
                    self.config.me = Some(Spanned::new(name.into(), inside));
                }
            }
            "soon" => {
                if let Some(days) = self.number((key, 7), value, (0, 366)) {
                    self.config.soon = days as u16;
                }
            }
            "kinds" => {
                for kind in self.texts(key, value) {
                    let folded = fold(&kind.value);
                    let is_word = !folded.is_empty()
                        && folded
                            .chars()
                            .all(|c| c.is_alphanumeric() || c == '-' || c == '_');
                    if !is_word {
                        let message = format!("`{}` is no kind of interaction", kind.value);
                        self.error(
                            kind.span,
                            message,
                            "a kind is one word, as in `kinds = [\"workshop\"]`",
                        );
                    } else if !self.config.is_kind(&folded) {
                        self.config.kinds.push(folded.into());
                    }
                }
            }
            "skip_ci" => match value.get_ref() {
                DeValue::Boolean(yes) => self.config.skip_ci = *yes,
                _ => self.error(
                    value.span().into(),
                    format!("`{key}` is true or false"),
                    &format!("write `{key} = true`"),
                ),
            },
            _ => {}
        }
    }

    fn circle(
        &mut self,
        name: &toml::Spanned<std::borrow::Cow<'_, str>>,
        value: &Item<'_>,
        keys: &[&str],
    ) {
        let DeValue::Table(table) = value.get_ref() else {
            let message = format!("the circle `{}` is a table", name.get_ref());
            self.error(
                value.span().into(),
                message,
                "write `[circles.NAME]` with `capacity` and `cadence` below it",
            );
            return;
        };
        let mut circle = match self.config.circle(name.get_ref()) {
            Some(known) => known.clone(),
            None => Circle {
                name: name.get_ref().trim().into(),
                capacity: None,
                cadence: Cadence::Never,
                span: None,
            },
        };
        circle.span = Some(name.span().into());
        for (key, value) in table {
            match &**key.get_ref() {
                "capacity" => {
                    if let Some(capacity) =
                        self.number(("capacity", 15), value, (0, i64::from(u32::MAX)))
                    {
                        circle.capacity = Some(capacity as u32);
                    }
                }
                "cadence" => {
                    let Some(text) = self.text("cadence", value) else {
                        continue;
                    };
                    match Cadence::parse(&text) {
                        Some(cadence) => circle.cadence = cadence,
                        None => {
                            let message = format!("`{text}` is no cadence");
                            self.error(
                                value.span().into(),
                                message,
                                "write `2 weeks`, `30d`, `3 months`, `1 year` or `never`",
                            );
                        }
                    }
                }
                _ => self.unknown(key, "circles.NAME", keys),
            }
        }
        let folded = fold(&circle.name);
        self.config
            .circles
            .retain(|known| fold(&known.name) != folded);
        self.config.circles.push(circle);
    }

    fn severity(&mut self, code: &toml::Spanned<std::borrow::Cow<'_, str>>, value: &Item<'_>) {
        let severity = match value.get_ref() {
            DeValue::Boolean(false) => Some(None),
            // On, with the severity it has by itself.
            DeValue::Boolean(true) => None,
            DeValue::String(word) => match &**word {
                "off" => Some(None),
                "error" => Some(Some(Severity::Error)),
                "warning" => Some(Some(Severity::Warning)),
                "info" => Some(Some(Severity::Info)),
                "hint" => Some(Some(Severity::Hint)),
                _ => {
                    let message = format!("`{word}` is no severity");
                    self.error(value.span().into(), message, SEVERITIES);
                    return;
                }
            },
            _ => {
                self.error(
                    value.span().into(),
                    "a severity is a word".to_owned(),
                    SEVERITIES,
                );
                return;
            }
        };
        self.config.codes.push(Spanned::new(
            code.get_ref().as_ref().into(),
            code.span().into(),
        ));
        if let Some(severity) = severity {
            self.config
                .severities
                .insert(code.get_ref().as_ref().into(), severity);
        }
    }

    fn text(&mut self, key: &str, value: &Item<'_>) -> Option<String> {
        if let DeValue::String(text) = value.get_ref() {
            return Some(text.to_string());
        }
        self.error(
            value.span().into(),
            format!("`{key}` is a text"),
            "put quotes around it",
        );
        None
    }

    fn texts(&mut self, key: &str, value: &Item<'_>) -> Vec<Spanned<String>> {
        let DeValue::Array(items) = value.get_ref() else {
            let message = format!("`{key}` is a list of texts");
            self.error(
                value.span().into(),
                message,
                &format!("write `{key} = [\"…\"]`"),
            );
            return Vec::new();
        };
        items
            .iter()
            .filter_map(|item| Some(Spanned::new(self.text(key, item)?, item.span().into())))
            .collect()
    }

    fn number(
        &mut self,
        (key, example): (&str, u32),
        value: &Item<'_>,
        (least, most): (i64, i64),
    ) -> Option<i64> {
        let number = match value.get_ref() {
            DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix()).ok(),
            _ => None,
        };
        let number = number.filter(|number| (least..=most).contains(number));
        if number.is_none() {
            let message = format!("`{key}` is a whole number from {least} to {most}");
            self.error(
                value.span().into(),
                message,
                &format!("write `{key} = {example}`"),
            );
        }
        number
    }
}

const SEVERITIES: &str = "write \"off\", \"error\", \"warning\", \"info\", \"hint\", true or false";

fn quoted(words: &[&str]) -> String {
    words
        .iter()
        .map(|word| format!("`{word}`"))
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;
    use expect_test::{Expect, expect};

    fn check(text: &str, expected: &Expect) {
        let (_, problems) = parse(text);
        let mut shown = String::new();
        for problem in &problems {
            let help = problem.help.as_deref().unwrap_or("");
            let at = problem.span.of(text);
            let _ = writeln!(
                shown,
                "{:?} {at:?}: {}; {help}",
                problem.severity, problem.message
            );
        }
        expected.assert_eq(&shown);
    }

    #[test]
    fn every_setting_is_read() {
        let (config, problems) = parse(
            "[vault]\nexclude = [\"archive/\"]\nmax_note_size = 1000\nme = \"[[Robin]]\"\n[follow_ups]\nsoon = 3\n\
             [circles.close]\ncapacity = 12\n[circles.family]\ncadence = \"3 days\"\n[journal]\nkinds = [\"Workshop\", \"call\"]\nskip_ci = true\n\
             [diagnostics]\nunresolved-link = \"off\"\nfollow-up-soon = \"info\"\npromise-soon = false\nbirthday-soon = true\n",
        );
        assert_eq!(problems, []);
        assert_eq!(config.exclude, ["archive/"]);
        assert_eq!((config.max_note_size, config.soon), (1000, 3));
        assert_eq!(config.me.as_ref().map(|me| &*me.value), Some("Robin"));
        let circles: Vec<_> = config
            .circles
            .iter()
            .map(|c| (&*c.name, c.capacity, c.cadence.to_string()))
            .collect();
        assert_eq!(
            circles,
            [
                ("family", None, "3 days".to_owned()),
                ("inner", Some(5), "1 week".to_owned()),
                ("close", Some(12), "1 month".to_owned()),
                ("active", Some(50), "3 months".to_owned()),
                ("wide", Some(150), "1 year".to_owned()),
            ]
        );
        assert!(config.is_kind("WORKSHOP") && config.is_kind("call") && !config.is_kind("chat"));
        assert_eq!(config.kinds.len(), 11);
        assert!(config.skip_ci);
        assert_eq!(config.severities.get("unresolved-link"), Some(&None));
        assert_eq!(
            config.severities.get("follow-up-soon"),
            Some(&Some(Severity::Info))
        );
        assert_eq!(config.severities.get("promise-soon"), Some(&None));
        assert_eq!(config.severities.get("birthday-soon"), None);
        assert_eq!(config.codes.len(), 4);
    }

    #[test]
    fn what_is_wrong_is_named_and_the_rest_holds() {
        check(
            "[vaul]\n[follow_ups]\nson = 3\nsoon = \"3\"\n[circles.close]\ncadence = \"often\"\n[circles]\ninner = 3\n\
             [journal]\nkinds = [\"two words\", 4]\nskip_ci = 1\n[vault]\nexclude = [\"[z-a]\", \"ok\"]\n[diagnostics]\nx = \"loud\"\ny = 3\n",
            &expect![[r#"
                Warning "vaul": `vaul` is no key; did you mean `vault`?
                Warning "son": `son` is no key of `[follow_ups]`; did you mean `soon`?
                Error "\"3\"": `soon` is a whole number from 0 to 366; write `soon = 7`
                Error "\"often\"": `often` is no cadence; write `2 weeks`, `30d`, `3 months`, `1 year` or `never`
                Error "3": the circle `inner` is a table; write `[circles.NAME]` with `capacity` and `cadence` below it
                Error "\"two words\"": `two words` is no kind of interaction; a kind is one word, as in `kinds = ["workshop"]`
                Error "4": `kinds` is a text; put quotes around it
                Error "1": `skip_ci` is true or false; write `skip_ci = true`
                Error "\"[z-a]\"": `[z-a]` is no pattern; patterns are those of `.gitignore`, as in `exclude = ["archive/", "*.draft.md"]`
                Error "\"loud\"": `loud` is no severity; write "off", "error", "warning", "info", "hint", true or false
                Error "3": a severity is a word; write "off", "error", "warning", "info", "hint", true or false
            "#]],
        );
    }

    #[test]
    fn a_file_that_is_no_toml_gives_the_defaults() {
        let (config, problems) = parse("soon = \n");
        assert_eq!(
            config,
            Config {
                is_written: true,
                ..Config::default()
            }
        );
        assert_eq!(problems.len(), 1);
    }

    #[test]
    fn numbers_are_asked_for_by_an_example() {
        check(
            "[vault]\nmax_note_size = 0\n[circles.close]\ncapacity = -1\n[circles.x]\ncapacity = 1.5\n",
            &expect![[r#"
                Error "0": `max_note_size` is a whole number from 1 to 4294967295; write `max_note_size = 8388608`
                Error "-1": `capacity` is a whole number from 0 to 4294967295; write `capacity = 15`
                Error "1.5": `capacity` is a whole number from 0 to 4294967295; write `capacity = 15`
            "#]],
        );
    }

    #[test]
    fn a_byte_order_mark_and_crlf_are_fine() {
        let (config, problems) = parse("\u{feff}[follow_ups]\r\nsoon = 3\r\n");
        assert_eq!((config.soon, problems), (3, Vec::new()));
        let (_, problems) = parse("\u{feff}[follow_ups]\r\nson = 3\r\n");
        assert_eq!(problems.len(), 1);
        assert_eq!(
            problems[0].span.of("\u{feff}[follow_ups]\r\nson = 3\r\n"),
            "son"
        );
    }

    #[test]
    fn the_settings_page_shows_what_can_be_read() {
        let page = include_str!("../../../docs/settings.md");
        let (_, example) = page.split_once("```toml\n").expect("an example");
        let (example, _) = example.split_once("```").expect("its end");
        let (config, problems) = parse(example);
        assert_eq!(problems, []);
        assert_ne!(config.circles, Config::default().circles);
        // Every key of the example is in the table and the other way round.
        for (table, keys) in KEYS {
            assert!(example.contains(&format!("[{table}")), "{table}");
            for key in *keys {
                assert!(example.contains(&format!("{key} = ")), "{key}");
            }
        }
        for circle in Config::default().circles {
            let capacity = circle.capacity.expect("the defaults have one");
            let shown = [
                format!("`{}` ({capacity} people, {})", circle.name, circle.cadence),
                format!("`{}` ({capacity}, {})", circle.name, circle.cadence),
            ];
            let page = page.replace('\n', " ");
            assert!(shown.iter().any(|shown| page.contains(shown)), "{shown:?}");
        }
        assert!(page.contains(&format!("| {} |", Config::default().max_note_size)));
        assert!(page.contains(&format!("| {} |", Config::default().soon)));
    }

    #[test]
    fn the_settings_page_names_every_key() {
        let page = include_str!("../../../docs/settings.md");
        for (table, keys) in KEYS {
            assert!(page.contains(&format!("[{table}")), "{table}");
            for key in *keys {
                assert!(page.contains(&format!("`{key}`")), "{key}");
            }
        }
        for kind in KINDS {
            assert!(page.contains(&format!("`{kind}`")), "{kind}");
        }
    }
}
