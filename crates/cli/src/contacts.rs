//! Which note the user means.
