//! Log lines, to standard error: standard output belongs to what a command prints.

use std::io::{BufWriter, IsTerminal};

use anyhow::{Context, anyhow};
use tracing_appender::non_blocking::{NonBlocking, NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::writer::BoxMakeWriter;

use crate::config::{Config, LogFormat};

/// Lines that may wait to be written; whoever logs more waits with them.
const WAITING: usize = 64 * 1024;

/// Writes what still waits when it is dropped: keep it until the program ends.
#[must_use]
pub struct Logging(#[expect(dead_code, reason = "what counts is its end")] Option<WorkerGuard>);

/// Starts logging as the configuration says. Called once, before the command runs.
///
/// For people, lines are written at once. Else a thread of its own writes as many at a time as wait: a busy shop logs
/// each of thousands of requests a second.
///
/// # Errors
/// The level cannot be read, or logging was started before.
pub fn start(config: &Config) -> anyhow::Result<Logging> {
    // The migration library tells each of its steps; the shop says once what was applied. The socket library shows
    // whole frames at `trace`, and with them access tokens, and the driver of PostgreSQL the values of its statements at
    // `debug`: whatever is asked for, they go no further than the level before.
    let quiet = format!(
        "refinery_core=warn,{},tungstenite=debug,tokio_tungstenite=debug,tokio_postgres=info",
        config.log_level
    );
    let filter = EnvFilter::try_new(quiet).context("log_level")?;
    let terminal = std::io::stderr().is_terminal();
    let (writer, guard) = match terminal {
        true => (BoxMakeWriter::new(std::io::stderr), None),
        false => {
            let (writer, guard) = many_at_a_time();
            (BoxMakeWriter::new(writer), Some(guard))
        }
    };
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(writer);
    let started = if as_json(config.log_format, terminal) {
        lines.json().flatten_event(true).with_current_span(true).with_span_list(false).try_init()
    } else {
        lines.compact().with_ansi(terminal).try_init()
    };
    started.map_err(|error| anyhow!("cannot start logging: {error}"))?;
    Ok(Logging(guard))
}

fn many_at_a_time() -> (NonBlocking, WorkerGuard) {
    let buffered = BufWriter::with_capacity(WAITING, std::io::stderr());
    NonBlockingBuilder::default().lossy(false).buffered_lines_limit(WAITING).thread_name("log").finish(buffered)
}

fn as_json(format: LogFormat, terminal: bool) -> bool {
    match format {
        LogFormat::Json => true,
        LogFormat::Pretty => false,
        LogFormat::Auto => !terminal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logs_are_for_people_on_a_terminal_and_for_machines_elsewhere() {
        assert!(!as_json(LogFormat::Auto, true));
        assert!(as_json(LogFormat::Auto, false));
        assert!(as_json(LogFormat::Json, true));
        assert!(!as_json(LogFormat::Pretty, false));
    }
}
