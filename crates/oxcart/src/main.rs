//! The `oxcart` program; everything is in the library of the same name.

use std::process::ExitCode;

/// A tenth of what a request costs is asking for memory; this one is the quickest to give it (docs/PERFORMANCE.md).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    oxcart::main()
}
