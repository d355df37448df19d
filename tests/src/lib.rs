//! What whole-program tests stand on: a sandbox with a vault in it, and a strict language client.
//!
//! Tests bring their own home, git configuration, author and day; nothing of the machine they run on reaches them. They
//! talk to the real program over its pipes, and every wait ends.

pub mod client;
pub mod sandbox;

pub use client::Client;
pub use sandbox::Sandbox;
