//! `oxcart dumpdata`: the shop as Django fixtures.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use app::transfer::fixture::Model;
use exchange::fixture::{WriteOptions, Writer, is_gzip_name};

use super::Context;
use crate::output::Output;
use crate::wiring;

/// Writes the shop as a Django fixture, to move it elsewhere.
///
/// `oxcart loaddata` and `manage.py loaddata` read it: for moving between SQLite and PostgreSQL, or
/// back to Django. Writes to standard output unless `--output` is given. For a plain safety copy use
/// `oxcart backup`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  oxcart dumpdata --output shop.json --indent 2
  oxcart dumpdata --database shop.db | oxcart loaddata --database postgres://shop@db/shop -")]
pub struct Args {
    /// The models to write, as `app.model` or an app's name; without any, all.
    #[arg(value_name = "MODEL")]
    pub models: Vec<String>,
    /// The file to write, compressed if it ends in `.gz`.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Breaks lines and indents by so many spaces.
    #[arg(long, value_name = "SPACES")]
    pub indent: Option<u8>,
}

/// Writes the fixture.
///
/// # Errors
/// When a model is unknown, the file can't be written, or the database fails; an earlier file stays as it was then.
pub async fn run(args: &Args, context: &Context) -> anyhow::Result<ExitCode> {
    let models = chosen(&args.models)?;
    let app = wiring::open(&context.config, true).await?;
    // It holds password hashes and addresses.
    let target = Output::open(args.output.as_deref(), true)?;
    let options = WriteOptions {
        minor_digits: context.config.currency.digits.into(),
        indent: args.indent.map(usize::from),
        gzip: args.output.as_deref().is_some_and(is_gzip_name),
    };
    let mut writer = Writer::new(target, &options);
    app.dump_fixture(&mut writer, &models).await?;
    let (target, count) = writer.finish().context("cannot write the fixture")?;
    target.finish()?;
    if let (Some(path), false) = (&args.output, context.quiet) {
        println!("wrote {count} object(s) to {}", path.display());
    }
    Ok(ExitCode::SUCCESS)
}

fn chosen(names: &[String]) -> anyhow::Result<Vec<Model>> {
    if names.is_empty() {
        return Ok(Model::ALL.to_vec());
    }
    let mut models = vec![];
    for name in names {
        let meant = Model::named(name);
        if meant.is_empty() {
            bail!("there is no model {name:?}; there are {}", Model::ALL.map(Model::name).join(", "));
        }
        models.extend(meant);
    }
    Ok(models)
}
