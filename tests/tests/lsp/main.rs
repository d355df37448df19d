//! The language server through its pipes, by a client that fails on unread messages.

mod actions;
mod commands;
mod diagnostics;
mod differential;
mod documented;
mod features;
mod files;
mod folders;
mod lifecycle;
mod moves;
mod order;
mod outside;
mod reading;
mod settings;
