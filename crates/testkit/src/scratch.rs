//! Where the files of throw-away servers and shops go.

use rustix::fs::statvfs;
use std::path::Path;

/// Linux keeps the files of this folder in memory.
const MEMORY: &str = "/dev/shm";
/// What must be free there: some shops at a time, with PostgreSQL's log.
const ENOUGH_BYTES: u64 = 4 << 30;

/// A folder in memory, for files that no test needs after a crash of the machine: a fifth of the time of the tests on
/// PostgreSQL was a disk's file system making and removing files. `None` when there is no such folder, too little room in
/// it (containers often have 64 MB), or the developer's `TMPDIR` says where to.
pub fn in_memory() -> Option<&'static Path> {
    let folder = Path::new(MEMORY);
    let there = statvfs(folder).ok()?;
    let is_roomy = there.f_bavail.saturating_mul(there.f_frsize) >= ENOUGH_BYTES;
    (std::env::var_os("TMPDIR").is_none() && is_roomy).then_some(folder)
}
