//! A plain numbered question on the terminal, for where the user's words fit several things.
//!
//! It is asked only where both standard input and standard error are terminals: a script, an editor and a pipe get the
//! refusal with its candidates instead. The question goes to standard error, so that the answer of the command stays
//! alone on standard output.

use std::io::{self, BufRead, IsTerminal, Write};

use crate::output::one_line;

/// How often a number that is not on the list is asked for again.
const TRIES: usize = 3;

/// Returns the place in `choices` of the one that the user picks; `None` where nobody is there to ask, or where the user
/// picks none.
pub(crate) fn choose(question: &str, choices: &[String]) -> Option<usize> {
    if !(io::stdin().is_terminal() && io::stderr().is_terminal()) {
        return None;
    }
    // What cannot be asked is as good as not answered: the caller then refuses and says why.
    ask(
        question,
        choices,
        &mut io::stdin().lock(),
        &mut io::stderr().lock(),
    )
    .ok()
    .flatten()
}

/// Shows `text` and returns whether the user says yes to `question`; `None` where nobody is there to ask.
pub(crate) fn confirm(text: &str, question: &str) -> Option<bool> {
    if !(io::stdin().is_terminal() && io::stderr().is_terminal()) {
        return None;
    }
    let text = anstream::adapter::strip_str(text).to_string();
    ask_yes(
        &text,
        question,
        &mut io::stdin().lock(),
        &mut io::stderr().lock(),
    )
    .ok()
}

/// Anything but a clear yes is a no.
fn ask_yes(
    text: &str,
    question: &str,
    input: &mut impl BufRead,
    output: &mut impl Write,
) -> io::Result<bool> {
    write!(output, "{text}{} [y/N] ", one_line(question))?;
    output.flush()?;
    let mut answer = String::new();
    if input.read_line(&mut answer)? == 0 {
        writeln!(output)?;
    }
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}

fn ask(
    question: &str,
    choices: &[String],
    input: &mut impl BufRead,
    output: &mut impl Write,
) -> io::Result<Option<usize>> {
    writeln!(output, "{}", one_line(question))?;
    for (place, choice) in choices.iter().enumerate() {
        writeln!(output, "  {}  {}", place + 1, one_line(choice))?;
    }
    for _ in 0..TRIES {
        write!(output, "1 to {}, or nothing for none: ", choices.len())?;
        output.flush()?;
        let mut answer = String::new();
        if input.read_line(&mut answer)? == 0 {
            writeln!(output)?;
            return Ok(None);
        }
        let answer = answer.trim();
        if answer.is_empty() {
            return Ok(None);
        }
        let number = answer.parse::<usize>().ok();
        if let Some(number) = number.filter(|number| (1..=choices.len()).contains(number)) {
            return Ok(Some(number - 1));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    fn check(answers: &str, picked: Option<usize>, expected: &Expect) {
        let choices = [
            "Ada\u{1b}[31m (London)".to_owned(),
            "Ada (Paris)".to_owned(),
        ];
        let mut shown = Vec::new();
        let answer = ask(
            "which `ada`?",
            &choices,
            &mut answers.as_bytes(),
            &mut shown,
        )
        .unwrap();
        assert_eq!(answer, picked);
        expected.assert_eq(&String::from_utf8(shown).unwrap());
    }

    #[test]
    fn a_number_picks_a_choice() {
        check(
            "2\n",
            Some(1),
            &expect![[r#"
                which `ada`?
                  1  Ada[31m (London)
                  2  Ada (Paris)
                1 to 2, or nothing for none: "#]],
        );
    }

    #[test]
    fn what_is_no_choice_is_asked_again_and_then_let_go() {
        check(
            "0\nada\n1\n",
            Some(0),
            &expect![[r#"
                which `ada`?
                  1  Ada[31m (London)
                  2  Ada (Paris)
                1 to 2, or nothing for none: 1 to 2, or nothing for none: 1 to 2, or nothing for none: "#]],
        );
        check(
            "3\n-1\n99999999999999999999999\n1\n",
            None,
            &expect![[r#"
                which `ada`?
                  1  Ada[31m (London)
                  2  Ada (Paris)
                1 to 2, or nothing for none: 1 to 2, or nothing for none: 1 to 2, or nothing for none: "#]],
        );
    }

    #[test]
    fn only_a_clear_yes_is_one() {
        let said = |answer: &str| {
            let mut shown = Vec::new();
            let yes = ask_yes("a list\n", "log 2?", &mut answer.as_bytes(), &mut shown).unwrap();
            (yes, String::from_utf8(shown).unwrap())
        };
        assert_eq!(said("Y\n"), (true, "a list\nlog 2? [y/N] ".to_owned()));
        for answer in ["\n", "n\n", "yep\n", ""] {
            assert!(!said(answer).0, "{answer:?}");
        }
    }

    #[test]
    fn nothing_picks_nothing() {
        let question = &expect![[r#"
            which `ada`?
              1  Ada[31m (London)
              2  Ada (Paris)
            1 to 2, or nothing for none: "#]];
        check("\n", None, question);
        let ended = &expect![[r#"
            which `ada`?
              1  Ada[31m (London)
              2  Ada (Paris)
            1 to 2, or nothing for none: 
        "#]];
        check("", None, ended);
    }
}
