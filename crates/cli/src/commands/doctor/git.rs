//! What `ties doctor` says of the repository: who reads and writes it, signatures, hooks, settings that lose interactions.

use std::io::{self, IsTerminal as _};

use jiff::Zoned;
use journal::git::Repository;

use super::{Finding, fine, missing};
use crate::{
    commands::hooks::{self, Installed},
    error::CommandError,
    session::Globals,
};

/// Looks at how the repository is set up.
pub(super) fn findings(
    repository: &mut Repository,
    now: &Zoned,
    globals: &Globals,
) -> Vec<Finding> {
    let mut all = vec![storage(repository), signing(repository, now)];
    all.extend(rebase(repository));
    all.push(of_hooks(hooks::installed(globals)));
    all
}

/// Says how git stores things here, and who reads and writes them.
fn storage(repository: &Repository) -> Finding {
    let ids = repository.setting("extensions.objectFormat");
    let refs = repository.setting("extensions.refStorage");
    let ids = match ids.as_deref() {
        Some("sha256") => "SHA-256 ids",
        _ => "SHA-1 ids",
    };
    let refs = match refs.as_deref() {
        Some("reftable") => "refs in a reftable",
        _ => "refs in files",
    };
    let who = match repository.needs_program() {
        None => "libgit2 reads and writes",
        Some(_) => "the git program reads and writes, for libgit2 cannot",
    };
    fine("storage", format!("{ids}, {refs}: {who}"))
}

/// Signs a commit for trial where commits are signed.
fn signing(repository: &mut Repository, now: &Zoned) -> Finding {
    if !io::stdin().is_terminal() {
        repository.set_unattended();
    }
    let signs = repository.signs().and_then(|signs| {
        if signs {
            repository.try_signing(now)?;
        }
        Ok(signs)
    });
    match signs {
        Ok(false) => fine("signing", "not asked for"),
        Ok(true) => {
            let format = repository.setting("gpg.format");
            let format = format.unwrap_or_else(|| "openpgp".to_owned());
            fine("signing", format!("works, with {format}"))
        }
        Err(error) => missing("signing", error.to_string(), error.hint()),
    }
}

/// Says where a rebase would stop at interactions, or drop them.
fn rebase(repository: &Repository) -> Option<Finding> {
    let backend = repository.setting("rebase.backend")?;
    backend.eq_ignore_ascii_case("apply").then(|| {
        missing(
            "rebase",
            "`rebase.backend` is `apply`, which cannot carry commits without changes, and so no interaction",
            Some("`git config rebase.backend merge` sets what git itself prefers".to_owned()),
        )
    })
}

fn of_hooks(installed: Result<Installed, CommandError>) -> Finding {
    match installed {
        Ok(Installed::All) => fine("hooks", "ordinary commits log what they write down"),
        Ok(Installed::None) => fine(
            "hooks",
            "not installed; `ties hooks install` lets ordinary commits log",
        ),
        Ok(Installed::Partly) => missing(
            "hooks",
            "not all as ties wrote them",
            Some(
                "`ties hooks status` shows them, `ties hooks install` writes them anew".to_owned(),
            ),
        ),
        Err(error) => missing("hooks", error.message, error.hints.into_iter().next()),
    }
}
