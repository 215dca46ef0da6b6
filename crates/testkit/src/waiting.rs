//! Waiting for things: asynchronous work from plain functions and from `Drop`, and conditions that
//! become true after a while.

use std::time::{Duration, Instant};

/// Runs `work` to its end and returns what it yields, from anywhere: also inside another runtime,
/// where `block_on` would panic. It runs on a thread and a runtime of its own.
pub fn run_to_end<F>(work: F) -> F::Output
where
    F: Future + Send,
    F::Output: Send,
{
    let alone = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime needs only a thread and an epoll handle")
            .block_on(work)
    };
    std::thread::scope(|scope| match scope.spawn(alone).join() {
        Ok(output) => output,
        Err(panic) => std::panic::resume_unwind(panic),
    })
}

/// Asks `settled` every 20 ms until it yields something or `patience` is over.
pub(crate) fn poll<T>(patience: Duration, mut settled: impl FnMut() -> Option<T>) -> Option<T> {
    let deadline = Instant::now() + patience;
    loop {
        if let Some(value) = settled() {
            return Some(value);
        }
        if Instant::now() >= deadline {
            return None;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}
