//! Where the time goes: server, PostgreSQL and Redis are sampled together while a case is asked, and all their stacks are
//! drawn as one flame graph.

mod perf;
mod stacks;
mod svg;

pub(super) use perf::check;

use super::cases::Case;
use super::figures::Sample;
use super::load::Pace;
use super::world::{Subject, World};
use crate::stage::Servers;
use anyhow::{Context, Result, bail, ensure};
use perf::Sampling;
use std::path::Path;
use testkit::Setup;

/// Asks a case for a while and draws what the processor did meanwhile.
///
/// # Errors
/// When the shop does not start or answers with an error, when perf fails, or the file can't be written.
pub(super) async fn draw(subject: Subject<'_>, setup: Setup, case: Case, pace: Pace, file: &Path) -> Result<()> {
    let (world, _) = World::make(Servers::launch(setup)?, subject, &[case], false)
        .await
        .with_context(|| format!("the shop on {setup}"))?;
    // PostgreSQL has a process for each connection: from here on they are there.
    went_well(case, &world.measure(case, Pace { measured: pace.warm_up, ..pace }).await?)?;
    eprintln!("{setup}: sampling {} for {:?}", case.name(), pace.measured);
    let pids = world.pids()?;
    let names = stacks::Names::of(&pids);
    let sampling = Sampling::begin(&pids, pace.measured)?;
    let asked = world.measure(case, pace).await;
    let recorded = sampling.end()?;
    went_well(case, &asked?)?;
    let stacks = stacks::fold(&recorded.stacks()?, &names)?;
    svg::draw(file, case, &subject.stage(setup), &stacks).with_context(|| format!("drawing {}", file.display()))
}

/// Errors are quick, and nobody wants to know where their time goes.
pub(super) fn went_well(case: Case, sample: &Sample) -> Result<()> {
    if let Some(complaint) = &sample.complaint {
        bail!("{} was answered with an error: {complaint}", case.name());
    }
    ensure!(sample.answered > 0, "{} was never answered", case.name());
    Ok(())
}
