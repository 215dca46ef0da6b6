//! The pages as people use them: a real browser is driven through stories, on SQLite and on PostgreSQL with Redis.
//!
//! To add a story: an `async fn(&Scene)` in `stories`, which panics when something is not as it should be, and a line
//! in [`stories::ALL`]. To have a page looked at (contrast, labels, weight, width, screenshots): a line in
//! [`stories::looks`].

mod axe;
mod scene;
mod stories;

use crate::counts::Counts;
use crate::install;
use crate::report::Report;
use crate::stage::{OXCART, Servers, development, setup};
use crate::tool;
use anyhow::Result;
use scene::Scene;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;
use stories::Story;
use testkit::Setup;

/// Which stories, on what.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct Options {
    /// Only on this set-up: sqlite, postgres or postgres-redis.
    #[arg(long, value_parser = setup)]
    setup: Option<Setup>,
    /// Only stories whose name contains this.
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,
}

/// Plays the stories and adds a row for each set-up. What fails is in the report, with a screenshot, not an error.
///
/// # Errors
/// When the program does not build, or the browser or a server is not to be had.
pub(crate) fn run(report: &mut Report, options: &Options) -> Result<()> {
    install::browser()?;
    let axe = Arc::new(std::fs::read_to_string(axe::file()?)?);
    let [program] = development([OXCART])?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let setups = options.setup.map_or_else(|| vec![Setup::Sqlite, Setup::PostgresRedis], |setup| vec![setup]);
    for (number, setup) in setups.into_iter().enumerate() {
        let wanted = |story: &&Story| {
            let is_named = options.filter.as_deref().is_none_or(|part| story.name.contains(part));
            is_named && (number == 0 || !story.once)
        };
        let stories: Vec<_> = stories::ALL.iter().filter(wanted).collect();
        runtime.block_on(on_setup(report, setup, &program, &axe, &stories))?;
    }
    Ok(())
}

async fn on_setup(
    report: &mut Report,
    setup: Setup,
    program: &Path,
    axe: &Arc<String>,
    stories: &[&Story],
) -> Result<()> {
    if setup.has_postgres() {
        install::servers()?;
    }
    let began = Instant::now();
    let servers = Servers::launch(setup)?;
    let shop = servers.builder(program)?.demo().env("OXCART_LOGIN_ADDRESS_RATE", "1000/s").start().await;
    let shop = Arc::new(shop);
    let folder = tool::target().join("e2e").join(setup.name());
    std::fs::create_dir_all(&folder)?;
    let mut counts = Counts::default();
    for story in stories {
        let began = Instant::now();
        let scene = Arc::new(Scene::open(Arc::clone(&shop), Arc::clone(axe), folder.clone()).await?);
        // A task of its own: what panics in it is one story's failure.
        let told = tokio::spawn((story.play)(Arc::clone(&scene))).await;
        let word = if told.is_ok() { "well" } else { "FAILED" };
        println!("{} ({setup}): {word}, {:.1} s", story.name, began.elapsed().as_secs_f64());
        if told.is_ok() {
            counts.passed += 1;
        } else {
            counts.failed += 1;
            scene.keep(&format!("FAILED-{}", story.name.replace(' ', "-"))).await;
        }
        if let Ok(scene) = Arc::try_unwrap(scene) {
            scene.close().await;
        }
    }
    report.add("pages in a browser", setup.name(), counts, began.elapsed(), &format!("see {}", folder.display()));
    Ok(())
}
