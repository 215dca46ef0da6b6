//! Samples processes with `perf`.

use crate::{install, tool};
use anyhow::{Context, Result, ensure};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

/// The kernel's own clock: virtual machines and containers have no counters of the processor.
const EVENT: &str = "--event=cpu-clock";
/// How often each processor is looked at while it works for them, per second.
const FREQUENCY: &str = "--freq=499";
/// Programs are shipped without frame pointers, so stacks are copied, as many bytes, and unwound later.
const STACKS: &str = "--call-graph=dwarf,32768";

/// Under way.
pub(super) struct Sampling {
    perf: Child,
    file: PathBuf,
}

/// What was sampled; it takes much room and goes with this value.
pub(super) struct Recorded(PathBuf);

/// Makes sure that perf is there and may be used.
///
/// # Errors
/// When it can't be installed, or the system does not let this user sample; says what to do.
pub(in crate::bench) fn check() -> Result<()> {
    const TRIAL: [&str; 6] = ["record", EVENT, "--output=/dev/null", "--quiet", "--", "true"];
    install::perf()?;
    let output = tool::command("perf", &TRIAL).stdin(Stdio::null()).output().context("starting perf")?;
    succeeded(&output).context(
        "perf may not sample here; be root, or allow it with `sysctl kernel.perf_event_paranoid=1`; a container needs \
         the capability PERFMON besides",
    )
}

impl Sampling {
    /// Begins with these processes and all that they start.
    ///
    /// # Errors
    /// When perf does not start.
    pub(super) fn begin(pids: &[u32], duration: Duration) -> Result<Self> {
        let file = tool::target().join("bench-flame.data");
        let pids: Vec<String> = pids.iter().map(u32::to_string).collect();
        let mut perf = Command::new("perf");
        perf.args(["record", EVENT, FREQUENCY, STACKS, "--quiet"]).arg(format!("--pid={}", pids.join(",")));
        // It goes on for as long as the command that it is given.
        perf.arg("--output").arg(&file).args(["--", "sleep", &duration.as_secs().to_string()]);
        perf.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        Ok(Self { perf: perf.spawn().context("starting perf")?, file })
    }

    /// Waits until its time is over.
    ///
    /// # Errors
    /// When perf failed, with what it said.
    pub(super) fn end(self) -> Result<Recorded> {
        let recorded = Recorded(self.file);
        succeeded(&self.perf.wait_with_output()?)?;
        Ok(recorded)
    }
}

impl Recorded {
    /// All samples with their stacks, as `perf script` tells them.
    ///
    /// # Errors
    /// When perf fails.
    pub(super) fn stacks(&self) -> Result<Vec<u8>> {
        eprintln!("unwinding the stacks");
        // Inlined functions would be looked up by a program that takes seconds for each.
        let mut perf = tool::command("perf", &["script", "--no-inline", "--fields=comm,pid,tid,time,event,ip,sym,dso"]);
        let output = perf.arg("--input").arg(&self.0).stdin(Stdio::null()).output().context("starting perf")?;
        succeeded(&output)?;
        Ok(output.stdout)
    }
}

impl Drop for Recorded {
    fn drop(&mut self) {
        // It is written anew the next time anyway.
        let _ = std::fs::remove_file(&self.0);
    }
}

fn succeeded(output: &Output) -> Result<()> {
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "perf failed ({}):\n{}", output.status, said.trim());
    Ok(())
}
