//! `oxcart backup`: a copy of the shop while it runs.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use indicatif::{HumanBytes, ProgressBar, ProgressStyle};
use store::{Db, sqlite_file};

use super::ask::tell;
use super::{Context, database};
use crate::config::Database;

/// Copies the shop into one file while it runs: nightly, before updates.
///
/// The copy is one moment of the database. Product images and the secret key are files beside it;
/// copy them too. A PostgreSQL database is copied with PostgreSQL's own pg_dump; this command prints how.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  oxcart backup shop-monday.backup
  oxcart backup --quiet /backups/shop-$(date +%F).backup      every night")]
pub struct Args {
    /// The file to write; it must not exist.
    pub file: PathBuf,
}

/// Writes the copy.
///
/// # Errors
/// The file exists or can't be written, there is no database, the copy is not whole, or the database is on a
/// PostgreSQL server, which has its own tool.
pub async fn run(args: &Args, context: &Context) -> anyhow::Result<ExitCode> {
    let file = &args.file;
    if let Database::Postgres(_) = context.config.database {
        let tool = "pg_dump --format=custom --file={file} {url}";
        bail!(
            "a PostgreSQL database is copied with PostgreSQL's own tool (the password goes in PGPASSWORD):\n  {}",
            database::postgres_tool(tool, &context.config, file)
        );
    }
    if file.try_exists().unwrap_or(true) {
        bail!("{} exists already: name a new file", file.display());
    }
    let Some(db) = database::existing(&context.config)? else {
        bail!("there is no database at {}", context.config.database);
    };
    copy(&db, file, progress_bar(context.quiet)).await?;
    if !context.quiet {
        let size = file.metadata().map_or(0, |file| file.len());
        tell(format_args!("Wrote {} ({}); every page of it was checked.", file.display(), HumanBytes(size)));
    }
    Ok(ExitCode::SUCCESS)
}

/// Copies under another name beside the file, so that a backup is there whole or not at all.
async fn copy(db: &Db, file: &Path, bar: ProgressBar) -> anyhow::Result<()> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let cannot = || format!("cannot write {}", file.display());
    // Temporary files are readable for their owner alone, as a file with everyone's password hashes should be.
    let part = tempfile::Builder::new().prefix(".oxcart-backup-").tempfile_in(folder).with_context(cannot)?;
    let shown = bar.clone();
    let progress = move |done, all| {
        shown.set_length(all);
        shown.set_position(done);
    };
    db.backup(part.path().to_owned(), progress).await.with_context(cannot)?;
    bar.finish_and_clear();
    sqlite_file::verify(part.path()).context("the copy is not whole; the database itself may be damaged")?;
    part.as_file().sync_all().with_context(cannot)?;
    part.persist_noclobber(file).map_err(|failed| failed.error).with_context(cannot)?;
    // A file system that can't do this has no such thing to lose.
    let _ = std::fs::File::open(folder).and_then(|folder| folder.sync_all());
    Ok(())
}

/// On a terminal only; elsewhere it stays silent by itself.
fn progress_bar(quiet: bool) -> ProgressBar {
    let bar = if quiet { ProgressBar::hidden() } else { ProgressBar::new(0) };
    let style = ProgressStyle::with_template("copying {wide_bar} {percent:>3} % ({pos} of {len} pages)");
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
