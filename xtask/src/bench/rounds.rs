//! All cases on all set-ups, round after round.

use super::Programs;
use super::cases::Case;
use super::figures::{Figures, Sample};
use super::limits::Limits;
use super::options::Options;
use super::program::{self, Property};
use super::report::{Results, Row};
use super::world::World;
use crate::stage::Servers;
use anyhow::{Context, Result, ensure};
use testkit::Setup;

/// The figures of all cases that are asked for, and of the program.
pub(super) async fn measure(options: &Options, programs: &Programs) -> Result<Results> {
    let mut results = Results { instances: options.instances(), rows: vec![], properties: vec![] };
    for setup in options.setups() {
        let (rows, properties) = on_setup(options, programs, setup).await?;
        results.rows.extend(rows);
        results.properties.extend(properties);
    }
    if options.is_whole() {
        results.properties.push(program::size(&programs.oxcart)?);
    }
    Ok(results)
}

/// All rounds on one set-up. A round has every case, so that what drifts on the machine drifts for all of them.
async fn on_setup(options: &Options, programs: &Programs, setup: Setup) -> Result<(Vec<Row>, Vec<Property>)> {
    let mut cases = options.round(setup);
    let made =
        World::make(Servers::launch(setup)?, options.subject(&programs.oxcart), &cases, options.is_whole()).await;
    let (world, properties) = made.with_context(|| format!("the shop on {setup}"))?;
    let limits = Limits::make(&programs.bare, world.sizes().await?, &cases).await.context("the limits")?;
    cases.retain(|case| limits.has(*case));
    let mut samples = vec![vec![]; cases.len()];
    for round in 1..=options.rounds() {
        for (case, samples) in cases.iter().zip(&mut samples) {
            let sample = match case.is_limit() {
                true => limits.measure(*case, options.pace()).await,
                false => world.measure(*case, options.pace()).await,
            };
            let sample = sample.with_context(|| format!("{} on {setup}", case.name()))?;
            told(options, setup, round, *case, &sample)?;
            samples.push(sample);
        }
    }
    let rows = Case::all().filter_map(|case| {
        let place = cases.iter().position(|measured| *measured == case)?;
        Some(Row { on: setup, case, figures: Figures::median(&samples[place]) })
    });
    Ok((rows.collect(), properties))
}

/// Shows how far it is, and what was answered with an error.
fn told(options: &Options, setup: Setup, round: u64, case: Case, sample: &Sample) -> Result<()> {
    let figures = Figures::of(sample);
    eprintln!("{setup}, round {round} of {}: {}, {} a second", options.rounds(), case.name(), figures.per_second());
    if let Some(complaint) = &sample.complaint {
        eprintln!("  {} errors, the first: {complaint}", sample.errors);
        ensure!(!options.quick(), "{} on {setup} was answered with an error", case.name());
    }
    ensure!(sample.answered > 0 || !options.quick(), "nothing of {} on {setup} was answered", case.name());
    if sample.latencies.is_empty() {
        // A busy machine took longer than a short round; an error would have been told.
        eprintln!("  nothing was answered well while it was measured");
    }
    Ok(())
}
