//! Long answers on a terminal, shown through the pager that git would use.
//!
//! Which one is asked in git's order (git-var(1), `GIT_PAGER`): `GIT_PAGER`, `core.pager`, `PAGER`, `less`. Nothing is
//! paged into a file or a pipe, and a pager that cannot be started is no error: the answer is then printed as it is.

use std::{
    env,
    io::{self, IsTerminal, Write},
    process::{Child, Command, Stdio},
};

use journal::git::Repository;

/// Returns the command of the pager; `None` where standard output is no terminal or the user wants none.
pub(crate) fn command(repository: Option<&Repository>) -> Option<String> {
    if !io::stdout().is_terminal() {
        return None;
    }
    choose(
        env::var("GIT_PAGER").ok(),
        || repository.and_then(|repository| repository.setting("core.pager")),
        || env::var("PAGER").ok(),
    )
}

/// Returns the first that is set; nothing and `cat` mean no pager, as they do to git.
fn choose(
    of_git: Option<String>,
    setting: impl FnOnce() -> Option<String>,
    of_all: impl FnOnce() -> Option<String>,
) -> Option<String> {
    let command = of_git.or_else(setting).or_else(of_all);
    let command = command.unwrap_or_else(|| "less".to_owned());
    let command = command.trim();
    (!command.is_empty() && command != "cat").then(|| command.to_owned())
}

/// Shows `text` with the pager `command` and waits until the reader leaves it; returns whether the pager could be started.
///
/// # Errors
/// Where the pager cannot be waited for. That it leaves before the end of the text is no error.
pub(crate) fn show(command: &str, text: &[u8]) -> io::Result<bool> {
    let Ok(mut child) = start(command) else {
        return Ok(false);
    };
    if let Some(mut input) = child.stdin.take() {
        // Most readers leave before the end.
        let _ = input.write_all(text);
    }
    // What a shell answers where there is no such program, or where it may not be run.
    Ok(!matches!(child.wait()?.code(), Some(126 | 127)))
}

fn start(command: &str) -> io::Result<Child> {
    // As git does: a shell is there for settings like `LESS=R less`, and plain programs need none.
    let needs_shell = command.contains(|c: char| "|&;<>()$`\\\"' \t\n*?[#~=%".contains(c));
    let mut pager = if needs_shell && cfg!(unix) {
        let mut shell = Command::new("sh");
        shell.args(["-c", command]);
        shell
    } else {
        let mut words = command.split_whitespace();
        let mut plain = Command::new(words.next().unwrap_or_default());
        plain.args(words);
        plain
    };
    // Leave where it fits one screen, let colours through, keep the text on the screen; and leave on ctrl-C, which ends
    // this program too.
    for (name, value) in [("LESS", "FRXK"), ("LV", "-c")] {
        if env::var_os(name).is_none() {
            pager.env(name, value);
        }
    }
    pager.stdin(Stdio::piped()).spawn()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_is_that_of_git() {
        let some = |text: &str| Some(text.to_owned());
        let nothing = || None;
        assert_eq!(choose(some("a"), || some("b"), || some("c")), some("a"));
        assert_eq!(choose(None, || some("b"), || some("c")), some("b"));
        assert_eq!(choose(None, nothing, || some(" c -x ")), some("c -x"));
        assert_eq!(choose(None, nothing, nothing), some("less"));
    }

    #[test]
    fn nothing_and_cat_are_no_pager() {
        for none in ["", " ", "cat"] {
            assert_eq!(choose(Some(none.to_owned()), || None, || None), None);
        }
    }

    #[test]
    fn a_pager_that_is_missing_is_told_and_no_error() {
        for missing in ["no-such-pager-anywhere", "no-such-pager-anywhere -F"] {
            assert!(!show(missing, b"text\n").unwrap(), "{missing}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_pager_may_leave_before_the_end() {
        assert!(show("true", &vec![b'x'; 1 << 20]).unwrap());
        assert!(show("head -c 1 > /dev/null", &vec![b'x'; 1 << 20]).unwrap());
    }
}
