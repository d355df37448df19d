//! The journal against real repositories, made and looked at with the git program.
//!
//! Every test brings its own home, configuration, author and dates (see [`support`]).

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot set itself up has failed"
)]

mod cache;
mod converge;
mod facts;
mod formats;
mod kept;
mod pack;
mod read;
mod renames;
mod sign;
mod states;
mod support;
mod write;
