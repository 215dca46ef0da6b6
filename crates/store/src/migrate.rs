//! The schema's history. Each step stands twice, `migrations/sqlite` and `migrations/postgres`, under one number; a
//! step that was released is never edited.

use crate::backend::{Conn, Db, Dialect};
use crate::error::{Error, Result};
use refinery::{Report, Runner};
use std::time::Duration;

mod sqlite {
    refinery::embed_migrations!("migrations/sqlite");
}
mod postgres {
    refinery::embed_migrations!("migrations/postgres");
}

/// A step of the schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Migration {
    /// `0001_shop`.
    pub name: String,
    /// Whether this database has it.
    pub applied: bool,
}

/// All steps, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MigrationState {
    /// Every step this program knows.
    pub steps: Vec<Migration>,
    /// Steps in the database that this program does not know: it was migrated by a newer one.
    pub unknown: Vec<String>,
}

impl MigrationState {
    /// The state of a database that has nothing yet.
    #[must_use]
    pub fn of_nothing(dialect: Dialect) -> Self {
        let runner = runner(dialect);
        let step = |step| Migration { name: named(step), applied: false };
        Self { steps: runner.get_migrations().iter().map(step).collect(), unknown: vec![] }
    }

    /// Whether the database has none of the schema yet.
    #[must_use]
    pub fn is_new(&self) -> bool {
        self.unknown.is_empty() && self.steps.iter().all(|step| !step.applied)
    }

    /// Whether nothing is left to apply.
    #[must_use]
    pub fn is_current(&self) -> bool {
        self.steps.iter().all(|step| step.applied)
    }
}

/// Times to try again when another instance is migrating at the same moment.
const ATTEMPTS: u32 = 10;

impl Db {
    fn steps(&self) -> Runner {
        runner(self.dialect())
    }

    /// What the database has of the schema. Changes nothing.
    pub async fn migration_state(&self) -> Result<MigrationState> {
        let known = self.steps();
        let known: Vec<_> =
            known.get_migrations().iter().map(|step| (i64::from(step.version()), named(step))).collect();
        let applied = self.applied().await?;
        let has = |version: i64| applied.iter().any(|(number, _)| *number == version);
        let steps =
            known.iter().map(|(number, name)| Migration { name: name.clone(), applied: has(*number) }).collect();
        let unknown = applied.iter().filter(|(number, _)| known.iter().all(|(other, _)| other != number));
        Ok(MigrationState { steps, unknown: unknown.map(|(_, name)| name.clone()).collect() })
    }

    async fn applied(&self) -> Result<Vec<(i64, String)>> {
        let exists = crate::Sql::each(
            "SELECT count(*) FROM sqlite_master WHERE name = 'refinery_schema_history'",
            "SELECT count(*) FROM information_schema.tables WHERE table_name = 'refinery_schema_history' \
             AND table_schema = current_schema()",
        );
        let tables: i64 = self.first(exists, vec![]).await?.map_or(Ok(0), crate::Row::only)?;
        if tables == 0 {
            return Ok(vec![]);
        }
        let rows = self.query("SELECT version, name FROM refinery_schema_history ORDER BY version", vec![]).await?;
        let read = |row: crate::Row| {
            let mut cells = row.cells();
            let (version, name): (i64, String) = (cells.get()?, cells.get()?);
            Ok((version, format!("{version:04}_{name}")))
        };
        rows.into_iter().map(read).collect()
    }

    /// Applies what is missing; each step is one transaction. Returns the names of the steps applied. Instances that
    /// start together may both try: the loser of a step waits and looks again.
    pub async fn migrate_to_current(&self) -> Result<Vec<String>> {
        if self.migration_state().await?.is_current() {
            return Ok(vec![]);
        }
        let mut attempt = 1;
        loop {
            match self.run_steps().await {
                Ok(report) => return Ok(report.applied_migrations().iter().map(named).collect()),
                Err(_) if attempt < ATTEMPTS => {
                    attempt += 1;
                    tokio::time::sleep(Duration::from_millis(150)).await;
                    if self.migration_state().await.is_ok_and(|state| state.is_current()) {
                        return Ok(vec![]);
                    }
                }
                Err(problem) => return Err(problem),
            }
        }
    }

    async fn run_steps(&self) -> Result<Report> {
        let for_sqlite = self.steps();
        let for_postgres = self.steps();
        let failed = |problem: refinery::Error| Error::Unusable(format!("migrating the database failed: {problem}"));
        self.migrate(
            move |connection| for_sqlite.run(connection).map_err(failed),
            async move |client| for_postgres.run_async(client).await.map_err(failed),
        )
        .await
    }
}

fn runner(dialect: Dialect) -> Runner {
    let runner = match dialect {
        Dialect::Sqlite => sqlite::migrations::runner(),
        Dialect::Postgres => postgres::migrations::runner(),
    };
    // Newer instances may have migrated already; whether old code can still write is said in their steps.
    runner.set_abort_missing(false)
}

fn named(step: &refinery::Migration) -> String {
    format!("{:04}_{}", step.version(), step.name())
}
