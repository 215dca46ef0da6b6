//! Memory that was needed for a moment goes back to the system.

use std::hint::black_box;
use std::time::Duration;

/// The allocator keeps what is free for as long, in case it is asked for again.
const PAUSE: Duration = Duration::from_secs(1);

/// So much is never cut from what is there for smaller things.
const MUCH: usize = 1024 * 1024;

/// Has what is free given back to the system, for as long as the shop runs. The allocator does so by itself, but only
/// when a page is asked for or ended: a shop that nobody asks anything would keep what its start took, or the 19 MB that
/// checking a password takes.
pub(crate) async fn give_back() {
    loop {
        tokio::time::sleep(PAUSE).await;
        // Never written to, so that it stays a number in the allocator's books.
        drop(black_box(Vec::<u8>::with_capacity(MUCH)));
    }
}
