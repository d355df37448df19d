//! `ties check`: all diagnostics, with the source shown as a compiler does.

use std::fmt::Write as _;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet, renderer::DecorStyle};
use check::{Diagnostic, Severity, rules};
use clap::Args;
use note::{Encoding, LineIndex, NoteKind, Span, fold};
use serde_json::{Value, json};

use crate::{
    error::CommandError,
    output::{Answer, BOLD, clean, count, one_line, width, without_c1},
    session::{Globals, Session},
};

/// Check the notes: mistakes in what is written, and what to tend
///
/// Ends with 1 where there are errors or warnings.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Only these notes and folders
    paths: Vec<String>,
    /// Show hints, which are only counted otherwise
    #[arg(long)]
    hints: bool,
    /// Explain a code, such as unresolved-link
    #[arg(long, value_name = "CODE")]
    explain: Option<String>,
}

/// Returns the diagnostics.
pub(crate) fn run(arguments: &Arguments, globals: &Globals) -> Result<Answer, CommandError> {
    if let Some(code) = &arguments.explain {
        return explain(code);
    }
    let session = Session::open(globals)?;
    let places = places(&session, &arguments.paths)?;
    let is_asked = |path: &str| {
        places.is_empty()
            || places.iter().any(|place| {
                path.strip_prefix(&**place).is_some_and(|rest| {
                    place.is_empty() || rest.is_empty() || rest.starts_with('/')
                })
            })
    };
    let loaded = &session.loaded;
    let mut found =
        check::check_vault(session.world(), &loaded.config_problems, &loaded.unreadable);
    found.retain(|diagnostic| is_asked(&diagnostic.path));

    let number = |severity| {
        found
            .iter()
            .filter(|found| found.severity == severity)
            .count()
    };
    let (errors, warnings) = (number(Severity::Error), number(Severity::Warning));
    let (infos, hints) = (number(Severity::Info), number(Severity::Hint));
    let asked: Vec<NoteKind> = session
        .vault()
        .ids()
        .map(|id| session.vault().note(id))
        .filter(|note| is_asked(&note.path))
        .map(|note| note.kind)
        .collect();
    let contacts = asked
        .iter()
        .filter(|kind| **kind == NoteKind::Contact)
        .count();

    let mut text = String::new();
    let mut list = Vec::with_capacity(found.len());
    let renderer = Renderer::styled()
        .decor_style(DecorStyle::Ascii)
        .term_width(width());
    let mut source = Source::default();
    for diagnostic in &found {
        source.open(&session, &diagnostic.path);
        list.push(to_json(diagnostic, &source));
        if diagnostic.severity != Severity::Hint || arguments.hints {
            text.push_str(&frame(diagnostic, &source, &renderer));
            text.push_str("\n\n");
        }
    }
    let mut remarks = format!(
        "{} checked ({}): ",
        count(asked.len(), "note"),
        count(contacts, "contact")
    );
    let counts = [
        (errors, "error"),
        (warnings, "warning"),
        (infos, "info"),
        (hints, "hint"),
    ];
    let counts: Vec<String> = counts
        .iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, word)| count(*number, word))
        .collect();
    match &counts[..] {
        [] => remarks.push_str("nothing to say\n"),
        _ => {
            let _ = writeln!(remarks, "{}", counts.join(", "));
        }
    }
    if hints > 0 && !arguments.hints {
        remarks.push_str("`ties check --hints` shows the hints\n");
    }
    if let Some(first) = found.first() {
        let _ = writeln!(
            remarks,
            "`ties check --explain {}` explains a code",
            first.code
        );
    }
    Ok(Answer {
        text,
        remarks,
        json: json!({
            "diagnostics": list,
            "summary": {
                "notes": asked.len(), "contacts": contacts,
                "errors": errors, "warnings": warnings, "infos": infos, "hints": hints,
            },
        }),
        warnings: session.warnings.clone(),
        code: u8::from(errors + warnings > 0),
        ..Answer::default()
    })
}

/// Returns the arguments as paths from the vault's root, the root itself being "".
fn places(session: &Session, paths: &[String]) -> Result<Vec<String>, CommandError> {
    let root = &session.place.root;
    let canonical = root
        .canonicalize()
        .map_err(|error| CommandError::file(root, &error))?;
    let mut places = Vec::new();
    for path in paths {
        let found = [&session.place.folder, root]
            .into_iter()
            .find_map(|base| base.join(path).canonicalize().ok());
        let found = found.ok_or_else(|| {
            CommandError::new(format!("`{path}` is no note and no folder"))
                .hint("name it from the current folder or from the vault's root")
        })?;
        let below = found.strip_prefix(&canonical).ok().and_then(|below| {
            let parts: Option<Vec<&str>> = below.iter().map(|part| part.to_str()).collect();
            parts.map(|parts| parts.join("/"))
        });
        places.push(below.ok_or_else(|| {
            CommandError::new(format!(
                "`{path}` is outside of the vault `{}`",
                root.display()
            ))
            .hint("`--vault DIR` names another vault")
        })?);
    }
    Ok(places)
}

/// The text that frames are cut from: that of the file of the newest diagnostic.
#[derive(Default)]
struct Source {
    path: String,
    text: String,
    lines: Option<LineIndex>,
}

impl Source {
    fn open(&mut self, session: &Session, path: &str) {
        if self.lines.is_some() && self.path == path {
            return;
        }
        path.clone_into(&mut self.path);
        let text = match (path, &session.loaded.config_text) {
            ("", _) => None,
            ("ties.toml", Some(text)) => Some(text.clone()),
            _ => session
                .world()
                .texts
                .text(path)
                .map(|text| text.to_string()),
        };
        self.text = text.unwrap_or_default();
        self.lines = Some(LineIndex::new(&self.text));
    }

    /// Returns line and column of a byte, both from 1, the column in characters.
    fn position(&self, offset: u32) -> (u32, u32) {
        let Some(lines) = &self.lines else {
            return (1, 1);
        };
        let position = lines.position(&self.text, offset, Encoding::Utf32);
        (position.line + 1, position.column + 1)
    }

    /// Returns the lines that `span` touches and one on each side, the number of the first, and `span` within them.
    fn around(&self, span: Span) -> (&str, usize, std::ops::Range<usize>) {
        let Some(lines) = &self.lines else {
            return ("", 1, 0..0);
        };
        let first = lines.line_of(span.start).saturating_sub(1);
        let last = lines
            .line_of(span.end.max(span.start))
            .min(lines.line_of(span.start) + 5)
            + 1;
        let (start, end) = (lines.line_start(first), lines.line_start(last + 1));
        let cut = &self.text[start as usize..end as usize];
        let inside = |offset: u32| (offset.clamp(start, end) - start) as usize;
        (
            cut,
            first as usize + 1,
            inside(span.start)..inside(span.end),
        )
    }
}

/// Returns a diagnostic with its source.
fn frame(diagnostic: &Diagnostic, source: &Source, renderer: &Renderer) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
        Severity::Hint => Level::NOTE.with_name("hint"),
    };
    let (lines, first, span) = source.around(diagnostic.span);
    let (lines, path) = (without_c1(lines), one_line(&diagnostic.path));
    let title = level
        .primary_title(clean(&diagnostic.message))
        .id(diagnostic.code);
    let mut group: Group<'_> = if diagnostic.path.is_empty() {
        Group::with_title(title)
    } else if source.text.is_empty() {
        title.element(annotate_snippets::Origin::path(&*path))
    } else {
        title.element(
            Snippet::source(&*lines)
                .path(&*path)
                .line_start(first)
                .annotation(AnnotationKind::Primary.span(span)),
        )
    };
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(clean(help)));
    }
    for (path, _, said) in &diagnostic.related {
        group = group.element(Level::NOTE.message(clean(&format!("{said}: {path}"))));
    }
    renderer.render(&[group])
}

fn to_json(diagnostic: &Diagnostic, source: &Source) -> Value {
    let position = |offset| {
        let (line, column) = source.position(offset);
        json!({"line": line, "column": column})
    };
    let Span { start, end } = diagnostic.span;
    json!({
        "path": &*diagnostic.path,
        "range": {"start": position(start), "end": position(end)},
        "span": [start, end],
        "code": diagnostic.code,
        "severity": word(diagnostic.severity),
        "message": diagnostic.message,
        "help": diagnostic.help,
    })
}

fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
        Severity::Hint => "hint",
    }
}

/// Returns the manual page of a code.
fn explain(code: &str) -> Result<Answer, CommandError> {
    let codes = || rules::all().iter().map(|rule| rule.code);
    match rules::all()
        .iter()
        .find(|rule| rule.code.eq_ignore_ascii_case(code))
    {
        Some(rule) => Ok(Answer {
            text: format!(
                "{BOLD}{}{BOLD:#} ({})\n\n{}\n",
                rule.code,
                word(rule.severity),
                rule.page().trim()
            ),
            json: json!({"code": rule.code, "page": rule.page().trim()}),
            ..Answer::default()
        }),
        None => {
            let error = CommandError::new(format!("there is no code `{code}`"));
            Err(match fold::nearest(code, codes()) {
                Some(near) => error.hint(format!("did you mean `{near}`?")),
                None => error.hint(format!(
                    "the codes are {}",
                    codes().collect::<Vec<_>>().join(", ")
                )),
            })
        }
    }
}
