//! The editor's settings: what of what ties knows is shown. What a vault is, and what matters in it, is said in its
//! `ties.toml`, for everybody who opens it; here one can only have less shown.
//!
//! They come with `initialize`, with `workspace/didChangeConfiguration`, or by asking the client for them where it lets
//! itself be asked (`workspace/configuration`). Keys that are not known belong to the editor's own side, or to a later
//! version; a value of the wrong form changes nothing and is told of.

use std::{collections::BTreeSet, sync::Arc};

use serde_json::{Map, Value, json};
use tower_lsp::ls_types::{ConfigurationItem, Registration};
use tracing::{debug, error};

use crate::{
    owner::Job,
    server::{PATIENCE, Shared},
};

/// The name under which clients keep the settings.
const SECTION: &str = "ties";

/// What is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Settings {
    /// Whether lenses stand above names: `lenses`.
    pub(crate) lenses: bool,
    /// Whether hints stand in lines: `inlayHints`.
    pub(crate) inlay_hints: bool,
    /// Whether diagnostics are shown at all: `diagnostics.enabled`.
    pub(crate) diagnostics: bool,
    /// The codes of diagnostics that are not shown: `diagnostics.hidden`.
    pub(crate) hidden: BTreeSet<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            lenses: true,
            inlay_hints: true,
            diagnostics: true,
            hidden: BTreeSet::new(),
        }
    }
}

impl Settings {
    /// Returns whether diagnostics of this code are shown.
    pub(crate) fn shows(&self, code: &str) -> bool {
        self.diagnostics && !self.hidden.contains(code)
    }

    /// Reads what a client says, with `ties` around it or without; and what cannot be read of it.
    pub(crate) fn read(value: &Value) -> (Self, Vec<String>) {
        let mut settings = Self::default();
        let mut problems = Vec::new();
        let value = value.get(SECTION).unwrap_or(value);
        let none = Map::new();
        let table = match value {
            Value::Object(table) => table,
            Value::Null => &none,
            other => {
                problems.push(format!("`{SECTION}` is a table of settings, not `{other}`"));
                &none
            }
        };
        let mut read_switch =
            |table: &Map<String, Value>, key: &str, name: &str, to: &mut bool| match table.get(key)
            {
                None | Some(Value::Null) => {}
                Some(Value::Bool(value)) => *to = *value,
                Some(other) => {
                    problems.push(format!("`{name}` is `true` or `false`, not `{other}`"));
                }
            };
        read_switch(table, "lenses", "ties.lenses", &mut settings.lenses);
        read_switch(
            table,
            "inlayHints",
            "ties.inlayHints",
            &mut settings.inlay_hints,
        );
        match table.get("diagnostics") {
            Some(Value::Object(table)) => {
                let enabled = &mut settings.diagnostics;
                read_switch(table, "enabled", "ties.diagnostics.enabled", enabled);
                settings.hidden = read_codes(table.get("hidden"), &mut problems);
            }
            // As one would say it of the whole.
            Some(_) => read_switch(
                table,
                "diagnostics",
                "ties.diagnostics",
                &mut settings.diagnostics,
            ),
            None => {}
        }
        (settings, problems)
    }
}

fn read_codes(value: Option<&Value>, problems: &mut Vec<String>) -> BTreeSet<String> {
    let name = "ties.diagnostics.hidden";
    let codes = match value {
        None | Some(Value::Null) => return BTreeSet::new(),
        Some(Value::Array(codes)) => codes,
        Some(other) => {
            problems.push(format!("`{name}` is a list of codes, not `{other}`"));
            return BTreeSet::new();
        }
    };
    let mut hidden = BTreeSet::new();
    for code in codes {
        let Some(code) = code.as_str() else {
            problems.push(format!("`{name}` holds `{code}`, which is no code"));
            continue;
        };
        let known = || check::rules::all().iter().map(|rule| rule.code);
        if known().any(|known| known == code) {
            hidden.insert(code.to_owned());
            continue;
        }
        problems.push(match note::fold::nearest(code, known()) {
            Some(near) => {
                format!("`{name}` holds `{code}`, which is no code; did you mean `{near}`?")
            }
            None => format!("`{name}` holds `{code}`, which is no code"),
        });
    }
    hidden
}

/// Asks the client for the settings, and has them taken up.
///
/// Source: LSP 3.17 `workspace/configuration`.
pub(crate) async fn pull(shared: Arc<Shared>) {
    let item = ConfigurationItem {
        scope_uri: None,
        section: Some(SECTION.to_owned()),
    };
    let asked = shared.connection.configuration(vec![item]);
    match tokio::time::timeout(PATIENCE, asked).await {
        Ok(Ok(answers)) => {
            let settings = answers.into_iter().next().unwrap_or(Value::Null);
            shared.put(Job::Settings(settings));
        }
        Ok(Err(error)) => debug!("the client does not tell its settings: {error}"),
        Err(_) => debug!("the client did not answer what its settings are"),
    }
}

/// Asks the client to tell when the settings change.
///
/// Source: LSP 3.17 `workspace/didChangeConfiguration`.
pub(crate) async fn register(shared: Arc<Shared>) {
    let registration = Registration {
        id: "ties-settings".to_owned(),
        method: "workspace/didChangeConfiguration".to_owned(),
        register_options: Some(json!({"section": SECTION})),
    };
    let asked = shared.connection.register_capability(vec![registration]);
    if let Ok(Err(error)) = tokio::time::timeout(PATIENCE, asked).await {
        error!("the client does not tell of settings that change: {error}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &Value) -> Settings {
        let (settings, problems) = Settings::read(value);
        assert_eq!(problems, [""; 0], "{value}");
        settings
    }

    #[test]
    fn nothing_said_is_everything_shown() {
        for nothing in [
            json!(null),
            json!({}),
            json!({"ties": null}),
            json!({"ties": {"server": {"path": "/bin/ties"}, "lenses": null, "diagnostics": {}}}),
        ] {
            assert_eq!(read(&nothing), Settings::default(), "{nothing}");
        }
    }

    #[test]
    fn settings_are_read_with_and_without_their_section() {
        let inner = json!({
            "lenses": false,
            "inlayHints": false,
            "diagnostics": {"enabled": true, "hidden": ["follow-up-soon"]},
        });
        for value in [inner.clone(), json!({"ties": inner})] {
            let settings = read(&value);
            assert!(!settings.lenses && !settings.inlay_hints);
            assert!(settings.shows("unresolved-link") && !settings.shows("follow-up-soon"));
        }
        assert!(!read(&json!({"diagnostics": false})).shows("unresolved-link"));
        assert!(!read(&json!({"diagnostics": {"enabled": false}})).shows("unresolved-link"));
    }

    #[test]
    fn what_cannot_be_read_is_told_and_the_rest_holds() {
        let (settings, problems) = Settings::read(&json!({
            "lenses": "no",
            "inlayHints": false,
            "diagnostics": {"hidden": ["unresolved-lnk", 7, "duplicate-name"]},
        }));
        assert!(settings.lenses && !settings.inlay_hints && !settings.shows("duplicate-name"));
        assert_eq!(
            problems,
            [
                "`ties.lenses` is `true` or `false`, not `\"no\"`",
                "`ties.diagnostics.hidden` holds `unresolved-lnk`, which is no code; did you mean `unresolved-link`?",
                "`ties.diagnostics.hidden` holds `7`, which is no code",
            ]
        );
        assert_eq!(Settings::read(&json!([])).1.len(), 1);
    }
}
