//! Log lines, to standard error: standard output belongs to what a command prints. And traces, where they are wanted.

mod lines;
mod served;
mod traces;

pub use traces::TRACES;

use std::io::IsTerminal;

use anyhow::{Context, anyhow};
use tracing_subscriber::fmt::writer::BoxMakeWriter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _};

use crate::config::{Config, LogFormat};
use served::{Form, Served};

/// Writes what still waits when it is dropped: keep it until the program ends.
#[must_use]
#[expect(dead_code, reason = "what counts is its end")]
pub struct Logging {
    // In this order: what sending traces logs is still written.
    traces: Option<traces::Sending>,
    lines: Option<lines::Writing>,
}

/// Starts logging as the configuration says. Called once, before the command runs.
///
/// For people, lines are written at once. Else a thread of its own writes those of a moment together ([`lines`]).
///
/// # Errors
/// The level or the address for traces cannot be used, or logging was started before.
pub fn start(config: &Config, runtime: &tokio::runtime::Handle) -> anyhow::Result<Logging> {
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
            let (writer, guard) = lines::Lines::to(std::io::stderr()).context("starting to log")?;
            (BoxMakeWriter::new(writer), Some(guard))
        }
    };
    let json = as_json(config.log_format, terminal);
    let Some(traces) = traces::Traces::start(config, runtime)? else {
        let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(writer);
        let started = match json {
            true => {
                let lines = lines.json().flatten_event(true).with_current_span(true).with_span_list(false);
                lines.map_event_format(|others| Served { form: Form::Json, others }).try_init()
            }
            false => {
                let lines = lines.compact().with_ansi(terminal);
                lines.map_event_format(|others| Served { form: Form::Text, others }).try_init()
            }
        };
        started.map_err(|error| anyhow!("cannot start logging: {error}"))?;
        return Ok(Logging { traces: None, lines: guard });
    };
    let (spans, sending) = traces.split();
    let lines = tracing_subscriber::fmt::layer().with_writer(writer);
    let lines = match json {
        true => {
            let lines = lines.json().flatten_event(true).with_current_span(true).with_span_list(false);
            lines.map_event_format(|others| Served { form: Form::Json, others }).with_filter(filter).boxed()
        }
        false => {
            let lines = lines.compact().with_ansi(terminal);
            lines.map_event_format(|others| Served { form: Form::Text, others }).with_filter(filter).boxed()
        }
    };
    let started = tracing_subscriber::registry().with(lines).with(spans).try_init();
    started.map_err(|error| anyhow!("cannot start logging: {error}"))?;
    Ok(Logging { traces: Some(sending), lines: guard })
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
