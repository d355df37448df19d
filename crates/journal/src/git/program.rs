//! Running the git program, for what libgit2 cannot do.
//!
//! Arguments are passed as they are, never through a shell. Standard output and error come back as bytes; what they mean is
//! the caller's business.

use std::ffi::OsStr;
use std::hash::{BuildHasher, Hasher};
use std::io::{self, Read, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use thiserror::Error;

/// Why the git program gave no answer.
#[derive(Debug, Error)]
pub enum ProgramError {
    /// There is no `git` on the search path.
    #[error("the git program is not found")]
    Missing,
    /// It ended with a failure.
    #[error("{said}")]
    Failed {
        /// What it said, on one line; never empty.
        said: String,
        /// Its exit code; `None` where a signal ended it.
        code: Option<i32>,
    },
    /// It took too long, and was stopped.
    #[error("git gave no answer within {} seconds", .0.as_secs())]
    TimedOut(Duration),
    /// It could not be started or talked to.
    #[error("cannot run the git program: {0}")]
    Io(#[from] io::Error),
}

impl ProgramError {
    /// Returns whether git could not write where it had to. It says so in English where its answers are read.
    pub(crate) fn is_about_the_disk(&self) -> bool {
        let words = [
            "No space left",
            "Read-only file system",
            "Permission denied",
            "Not a directory",
            "unable to create",
            "unable to write",
        ];
        matches!(self, Self::Failed { said, .. } if words.iter().any(|word| said.contains(word)))
    }
}

/// What a caller's environment may hold that names another repository: as `git rev-parse --local-env-vars` lists, without
/// configuration. They are set where ties runs inside of a hook.
const OF_A_REPOSITORY: [&str; 12] = [
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_DIR",
    "GIT_GRAFT_FILE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
];

/// Returns a git command that is about to run in `folder`, and finds the repository from there.
pub(crate) fn git<S: AsRef<OsStr>>(
    folder: &Path,
    arguments: impl IntoIterator<Item = S>,
) -> Command {
    let mut command = as_the_user(folder, arguments);
    command
        // Objects are read as they are, and nothing is fetched behind the user's back.
        .env("GIT_NO_REPLACE_OBJECTS", "1")
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_OPTIONAL_LOCKS", "0");
    command
}

/// Like [`git`], and does all that git does where the user types it: hooks, filters, fetching what a partial clone lacks.
pub(crate) fn as_the_user<S: AsRef<OsStr>>(
    folder: &Path,
    arguments: impl IntoIterator<Item = S>,
) -> Command {
    let mut command = Command::new("git");
    for name in OF_A_REPOSITORY {
        command.env_remove(name);
    }
    // No editor opens where nobody asked for one.
    command
        .current_dir(folder)
        .args(arguments)
        .env("GIT_EDITOR", ":");
    command
}

/// Runs a command with `input` as its standard input, and returns its standard output.
///
/// With a `limit` it is stopped where it takes longer.
///
/// # Errors
/// Where it cannot be run, or ends with anything but 0.
pub(crate) fn run(
    command: &mut Command,
    input: Vec<u8>,
    limit: Option<Duration>,
) -> Result<Vec<u8>, ProgramError> {
    communicate(spawn(command.stderr(Stdio::piped()))?, input, limit)
}

/// Like [`run`], of a command that was started with its standard error piped.
pub(crate) fn communicate(
    mut child: Child,
    input: Vec<u8>,
    limit: Option<Duration>,
) -> Result<Vec<u8>, ProgramError> {
    if let Some(mut pipe) = child.stdin.take() {
        // In a thread of its own: the program may write much before it has read all. That it reads less is no failure.
        thread::spawn(move || drop(pipe.write_all(&input)));
    }
    let output = collect(child.stdout.take());
    let error = collect(child.stderr.take());
    let wait = |receiver: mpsc::Receiver<Vec<u8>>| match limit {
        None => Ok(receiver.recv().unwrap_or_default()),
        Some(limit) => match receiver.recv_timeout(limit) {
            Err(mpsc::RecvTimeoutError::Timeout) => Err(ProgramError::TimedOut(limit)),
            received => Ok(received.unwrap_or_default()),
        },
    };
    let both = wait(output).and_then(|output| Ok((output, wait(error)?)));
    if both.is_err() {
        // It may have ended meanwhile.
        let _ = child.kill();
    }
    let status = child.wait()?;
    let (output, error) = both?;
    succeeded(status, &error).map(|()| output)
}

/// A folder for what a program needs for a moment, deleted at the end.
///
/// It is where the system clears away what a process that was killed leaves.
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    pub(crate) fn new() -> io::Result<Self> {
        let random = std::hash::RandomState::new().build_hasher().finish();
        let folder = std::env::temp_dir().join(format!("ties-{random:016x}"));
        std::fs::create_dir(&folder)?;
        Ok(Self(folder))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Waits for a child whose standard output was read; its standard error is a pipe, and short.
pub(crate) fn finish(child: Child) -> Result<(), ProgramError> {
    let output = child.wait_with_output()?;
    succeeded(output.status, &output.stderr)
}

fn succeeded(status: ExitStatus, error: &[u8]) -> Result<(), ProgramError> {
    if status.success() {
        return Ok(());
    }
    Err(ProgramError::Failed {
        said: said(error).unwrap_or_else(|| format!("git ended with {status}")),
        code: status.code(),
    })
}

/// Starts a command with its standard input and output piped.
pub(crate) fn spawn(command: &mut Command) -> Result<Child, ProgramError> {
    let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    child.map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => ProgramError::Missing,
        _ => ProgramError::Io(error),
    })
}

/// Reads a pipe to its end in a thread of its own.
fn collect(pipe: Option<impl Read + Send + 'static>) -> mpsc::Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            // What was read before an error is all there is to say.
            let _ = pipe.read_to_end(&mut bytes);
        }
        let _ = sender.send(bytes);
    });
    receiver
}

/// Returns what the program said on its standard error as one line; `None` where it said nothing.
///
/// Lines for machines (`[GNUPG:]`) and the advice for people at a prompt (`hint:`) are left out, as is the question mark that
/// git makes of a carriage return.
fn said(error: &[u8]) -> Option<String> {
    let error = String::from_utf8_lossy(error);
    let lines = error.lines().filter_map(|line| {
        let line = line.trim().trim_end_matches('?');
        let plain = ["fatal:", "error:"]
            .iter()
            .find_map(|mark| line.strip_prefix(mark))
            .map_or(line, str::trim);
        let is_wanted = !plain.is_empty() && !plain.starts_with("[GNUPG:]");
        (is_wanted && !plain.starts_with("hint:")).then_some(plain)
    });
    let text = lines.collect::<Vec<_>>().join("; ");
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_says_why_on_one_line() {
        let error = b"error: gpg failed to sign the data:\n[GNUPG:] INV_SGNR 9\ngpg: no key\n\nfatal: failed?\nerror: \nhint: x\n";
        assert_eq!(
            said(error).as_deref(),
            Some("gpg failed to sign the data:; gpg: no key; failed")
        );
        assert_eq!(said(b"\n[GNUPG:] x\n"), None);
    }

    #[test]
    fn much_goes_in_and_out_at_once() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let input = vec![b'x'; 1 << 20];
        let output = run(&mut git(folder.path(), ["stripspace"]), input, None).expect("an answer");
        assert_eq!(output.len(), (1 << 20) + 1);
    }

    #[test]
    fn a_program_that_fails_or_hangs_or_is_not_there_is_an_error() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let failed = run(
            &mut git(folder.path(), ["stripspace", "--nonsense"]),
            Vec::new(),
            None,
        );
        assert!(matches!(
            failed,
            Err(ProgramError::Failed {
                code: Some(129),
                ..
            })
        ));
        let mut missing = Command::new("a-program-that-nobody-has");
        assert!(matches!(
            run(&mut missing, Vec::new(), None),
            Err(ProgramError::Missing)
        ));
        let mut slow = Command::new("sleep");
        let limit = Duration::from_millis(20);
        let slow = run(slow.arg("60"), Vec::new(), Some(limit));
        assert!(matches!(slow, Err(ProgramError::TimedOut(_))));
    }
}
