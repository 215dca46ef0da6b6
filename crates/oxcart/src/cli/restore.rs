//! `oxcart restore`: a shop from its backup.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use store::sqlite_file::{self, Alone};
use tempfile::NamedTempFile;

use super::ask::tell;
use super::{Context, database};
use crate::config::Database;

/// Puts a shop back from its backup, after a loss or on a new machine.
///
/// Stop the server first: a database in use is left alone. Refuses to write over a database that holds
/// anything, unless `--force` is given; the old one is then kept beside it as `….before-restore`. A
/// PostgreSQL database is put back with PostgreSQL's own pg_restore; this command prints how.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  oxcart restore shop-monday.backup
  oxcart restore --force shop-monday.backup      replace what is there")]
pub struct Args {
    /// The file to read.
    pub file: PathBuf,
    /// Replaces what the database holds.
    #[arg(long)]
    pub force: bool,
}

/// Puts the shop back. What was there is touched only after the file was checked and copied whole.
///
/// # Errors
/// The file is no shop's database or damaged, the database is in use or holds something, a file can't be written, or
/// the database is on a PostgreSQL server, which has its own tool.
pub async fn run(args: &Args, context: &Context) -> anyhow::Result<ExitCode> {
    let file = &args.file;
    let Database::Sqlite(target) = &context.config.database else {
        let tool = "pg_restore --clean --if-exists --no-owner --dbname={url} {file}";
        bail!(
            "a PostgreSQL database is put back with PostgreSQL's own tool (the password goes in PGPASSWORD):\n  {}",
            database::postgres_tool(tool, &context.config, file)
        );
    };
    if let (Ok(from), Ok(to)) = (file.canonicalize(), target.canonicalize())
        && from == to
    {
        bail!("{} is the database itself", file.display());
    }
    sqlite_file::verify(file)?;
    let replaced = if target.try_exists()? { Some(Replaced::take(target, args.force)?) } else { None };
    let copy = copy_beside(file, target)?;
    let kept = put_in_place(copy, target, replaced)?;
    if !context.quiet {
        tell(format_args!("Restored {} from {}.", context.config.database, file.display()));
        if let Some(kept) = kept {
            tell(format_args!("What was there before is kept as {}.", kept.display()));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The database that goes.
struct Replaced {
    /// Keeps everyone else out until the new one is in place.
    _alone: Option<Alone>,
    holds_rows: bool,
}

impl Replaced {
    fn take(target: &Path, force: bool) -> anyhow::Result<Self> {
        let alone = Alone::take(target)?;
        // What can't be read is not thrown away unasked either.
        let holds_rows = alone.as_ref().is_none_or(|alone| alone.holds_rows().unwrap_or(true));
        if holds_rows && !force {
            bail!("{} holds a shop already: --force replaces it, and keeps it under another name", target.display());
        }
        Ok(Self { _alone: alone, holds_rows })
    }
}

/// A whole, durable copy of the backup in the database's folder, with the owner and mode of the file it replaces.
fn copy_beside(file: &Path, target: &Path) -> anyhow::Result<NamedTempFile> {
    let cannot = || format!("cannot write beside {}", target.display());
    let folder = target.parent().context("the database has no folder")?;
    let mut copy = tempfile::Builder::new().prefix(".oxcart-restore-").tempfile_in(folder).with_context(cannot)?;
    let mut source = fs::File::open(file).with_context(|| format!("cannot read {}", file.display()))?;
    std::io::copy(&mut source, &mut copy).with_context(cannot)?;
    if let Ok(old) = target.metadata() {
        copy.as_file().set_permissions(old.permissions()).with_context(cannot)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::{MetadataExt, fchown};
            // Whoever may not give files away restores as the owner.
            let _ = fchown(copy.as_file(), Some(old.uid()), Some(old.gid()));
        }
    }
    copy.as_file().sync_all().with_context(cannot)?;
    sqlite_file::verify(copy.path())?;
    Ok(copy)
}

/// Keeps the old database, if it holds anything, and moves the new one to its place; returns where the old one is.
fn put_in_place(copy: NamedTempFile, target: &Path, replaced: Option<Replaced>) -> anyhow::Result<Option<PathBuf>> {
    let cannot = || format!("cannot replace {}", target.display());
    let kept = match &replaced {
        Some(replaced) if replaced.holds_rows => Some(keep(target).with_context(cannot)?),
        _ => None,
    };
    for ending in ["-wal", "-shm"] {
        // They belong to the old database; beside the new one they would damage it.
        let moved = match &kept {
            Some(kept) => fs::rename(sqlite_file::beside(target, ending), sqlite_file::beside(kept, ending)),
            None => fs::remove_file(sqlite_file::beside(target, ending)),
        };
        match moved {
            Err(problem) if problem.kind() != ErrorKind::NotFound => return Err(problem).with_context(cannot),
            _ => {}
        }
    }
    copy.persist(target).map_err(|failed| failed.error).with_context(cannot)?;
    if let Some(folder) = target.parent() {
        // A file system that can't do this has no such thing to lose.
        let _ = fs::File::open(folder).and_then(|folder| folder.sync_all());
    }
    Ok(kept)
}

/// Gives the database a second name, `shop.db.before-restore` or with a number; an earlier one is never overwritten.
/// By a link, so that there is a database at every moment; where links are unknown, by renaming.
fn keep(target: &Path) -> std::io::Result<PathBuf> {
    let mut number = 1;
    loop {
        let ending = if number == 1 { ".before-restore".to_owned() } else { format!(".before-restore-{number}") };
        let name = sqlite_file::beside(target, &ending);
        match fs::hard_link(target, &name) {
            Ok(()) => return Ok(name),
            Err(problem) if problem.kind() == ErrorKind::AlreadyExists => number += 1,
            Err(_) if !name.exists() => return fs::rename(target, &name).map(|()| name),
            Err(problem) => return Err(problem),
        }
    }
}
