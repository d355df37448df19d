//! Counts the work that parsing does, so that tests can hold it to be linear without a clock.
//!
//! Outside tests nothing is counted.

#[cfg(test)]
thread_local! {
    static DONE: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
}

/// Notes that `n` bytes, events or steps were looked at.
#[inline]
pub(crate) fn count(n: usize) {
    #[cfg(test)]
    DONE.with(|done| done.set(done.get() + n as u64));
    #[cfg(not(test))]
    let _ = n;
}

/// Returns how much was counted while `action` ran on this thread.
#[cfg(test)]
pub(crate) fn measure(action: impl FnOnce()) -> u64 {
    let before = DONE.with(std::cell::Cell::get);
    action();
    DONE.with(std::cell::Cell::get) - before
}
