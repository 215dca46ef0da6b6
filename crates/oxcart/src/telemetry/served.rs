//! The line that each request leaves. It is written as `tracing-subscriber` writes it, byte by byte, but without going
//! through its machinery for text of any kind, which took more of a busy shop's processor time than looking up what was
//! asked for. Every other line is left to it.

use domain::time::Timestamp;
use http_edge::SERVED;
use std::cell::RefCell;
use std::fmt::{self, Debug};
use std::time::{SystemTime, UNIX_EPOCH};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

/// How lines are written: for machines as JSON, for people as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Json,
    Text,
}

/// Writes lines of [`SERVED`] itself, and has the `others` written.
pub(super) struct Served<F> {
    pub(super) form: Form,
    pub(super) others: F,
}

impl<S, N, F> FormatEvent<S, N> for Served<F>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
    F: FormatEvent<S, N>,
{
    fn format_event(&self, about: &FmtContext<'_, S, N>, mut writer: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        // Colours, and what surrounds it, are the others' business.
        let is_plain = event.metadata().target() == SERVED && !writer.has_ansi_escapes();
        if !is_plain || about.lookup_current().is_some() {
            return self.others.format_event(about, writer, event);
        }
        let level = event.metadata().level().as_str();
        match self.form {
            Form::Json => {
                writer.write_str("{\"timestamp\":\"")?;
                write_now(&mut writer)?;
                writer.write_str("\",\"level\":\"")?;
                writer.write_str(level)?;
                writer.write_str("\"")?;
            }
            Form::Text => {
                write_now(&mut writer)?;
                write!(writer, " {level:>5} {SERVED}:")?;
            }
        }
        let mut fields = Fields { writer: writer.by_ref(), form: self.form, outcome: Ok(()) };
        event.record(&mut fields);
        fields.outcome?;
        match self.form {
            Form::Json => {
                writer.write_str(",\"target\":\"")?;
                writer.write_str(SERVED)?;
                writer.write_str("\"}\n")
            }
            Form::Text => writer.write_str("\n"),
        }
    }
}

/// `2026-11-28T12:15:30.457072Z`
#[expect(clippy::disallowed_methods, reason = "when a line was written is not what the shop takes the time to be")]
fn write_now(writer: &mut Writer<'_>) -> fmt::Result {
    thread_local! {
        /// A second since 1970, and how it is written.
        static SECOND: RefCell<(u64, String)> = const { RefCell::new((u64::MAX, String::new())) };
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    SECOND.with_borrow_mut(|(second, text)| {
        if *second != now.as_secs() {
            let micros = i64::try_from(now.as_secs()).unwrap_or_default().saturating_mul(1_000_000);
            *text = Timestamp(micros).iso();
            text.truncate("2026-11-28T12:15:30".len());
            *second = now.as_secs();
        }
        writer.write_str(text)
    })?;
    write!(writer, ".{:06}Z", now.subsec_micros())
}

/// Writes the fields of an event; those that are neither numbers nor texts as their debug text.
struct Fields<'w> {
    writer: Writer<'w>,
    form: Form,
    outcome: fmt::Result,
}

impl Fields<'_> {
    fn write(&mut self, field: &Field, value: impl FnOnce(&mut Writer<'_>) -> fmt::Result) {
        let (writer, name) = (&mut self.writer, field.name());
        let key = |writer: &mut Writer<'_>| match self.form {
            Form::Json => {
                writer.write_str(",\"")?;
                writer.write_str(name)?;
                writer.write_str("\":")
            }
            Form::Text if name == "message" => writer.write_str(" "),
            Form::Text => {
                writer.write_str(" ")?;
                writer.write_str(name)?;
                writer.write_str("=")
            }
        };
        self.outcome = self.outcome.and_then(|()| key(writer)).and_then(|()| value(writer));
    }
}

impl Visit for Fields<'_> {
    fn record_u64(&mut self, field: &Field, value: u64) {
        self.write(field, |writer| write!(writer, "{value}"));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.write(field, |writer| write!(writer, "{value}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        let form = self.form;
        self.write(field, |writer| match form {
            _ if is_plain(value) => {
                writer.write_str("\"")?;
                writer.write_str(value)?;
                writer.write_str("\"")
            }
            Form::Json => write_json(writer, value),
            Form::Text => write!(writer, "{value:?}"),
        });
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        match self.form {
            Form::Json => self.write(field, |writer| write_json(writer, &format!("{value:?}"))),
            Form::Text => self.write(field, |writer| write!(writer, "{value:?}")),
        }
    }
}

/// Whether a text stands between quotes as it is.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~') && byte != b'"' && byte != b'\\')
}

fn write_json(writer: &mut Writer<'_>, text: &str) -> fmt::Result {
    writer.write_str(&serde_json::to_string(text).map_err(|_| fmt::Error)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io;
    use std::sync::{Arc, Mutex};
    use tracing_subscriber::fmt::MakeWriter;

    #[derive(Clone, Default)]
    struct Page(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Page {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl MakeWriter<'_> for Page {
        type Writer = Self;

        fn make_writer(&self) -> Self {
            self.clone()
        }
    }

    impl Page {
        /// What stands on it, with the digits of the instant taken out.
        fn text(&self) -> String {
            let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
            let mut lines = String::new();
            for line in text.lines() {
                let from = line.find("20").expect("a year of this century");
                let (before, instant, rest) = (&line[..from], &line[from..from + 27], line[from + 27..].to_owned());
                assert!(Timestamp::parse(instant).is_some(), "{line}");
                lines.extend([before, &instant.replace(|sign: char| sign.is_ascii_digit(), "9"), &rest, "\n"]);
            }
            lines
        }
    }

    /// What the library writes, and what is written here.
    fn both(form: Form, log: impl Fn()) -> (String, String) {
        let (theirs, ours) = (Page::default(), Page::default());
        match form {
            Form::Json => {
                let lines = |page: &Page| {
                    let lines = tracing_subscriber::fmt().with_writer(page.clone()).json();
                    lines.flatten_event(true).with_current_span(true).with_span_list(false)
                };
                tracing::subscriber::with_default(lines(&theirs).finish(), &log);
                let own = lines(&ours).map_event_format(|others| Served { form, others });
                tracing::subscriber::with_default(own.finish(), &log);
            }
            Form::Text => {
                let lines =
                    |page: &Page| tracing_subscriber::fmt().with_writer(page.clone()).compact().with_ansi(false);
                tracing::subscriber::with_default(lines(&theirs).finish(), &log);
                let own = lines(&ours).map_event_format(|others| Served { form, others });
                tracing::subscriber::with_default(own.finish(), &log);
            }
        }
        (theirs.text(), ours.text())
    }

    fn log(path: &str, status: u16, ms: u64, user_id: Option<i64>) {
        let (request_id, method) = ("00000b3a-00000001", "GET");
        tracing::info!(target: SERVED, request_id, method, path, status, ms, user_id, "served");
    }

    proptest! {
        #[test]
        fn a_line_is_what_the_library_would_have_written(
            path in "(/[a-z0-9-]{0,9}){1,4}/|.{0,20}", status: u16, ms: u64, user_id: Option<i64>,
        ) {
            for form in [Form::Json, Form::Text] {
                let (theirs, ours) = both(form, || log(&path, status, ms, user_id));
                prop_assert_eq!(theirs.lines().count(), 1);
                prop_assert_eq!(theirs, ours);
            }
        }
    }

    #[test]
    fn other_lines_and_those_within_something_are_the_librarys() {
        for form in [Form::Json, Form::Text] {
            let (theirs, ours) = both(form, || {
                tracing::warn!(cause = "it \"broke\"", "a request failed");
                tracing::info_span!("request", request_id = "1").in_scope(|| log("/", 200, 1, None));
            });
            assert_eq!(theirs, ours);
            assert_eq!(theirs.lines().count(), 2);
        }
    }
}
