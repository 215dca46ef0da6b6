//! A program at a terminal of its own, and someone who types: for what asks questions.

use crate::waiting::poll;
use anyhow::{Context, Result};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, tcgetattr};
use std::ffi::OsStr;
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::OpenOptionsExt;
use std::process::{Child, Command};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How long a prompt or the end may take on a loaded machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running program whose standard streams are a terminal. Dropping it kills the program.
///
/// # Panics
/// Its methods panic when what they wait for does not come, with all the terminal showed.
pub struct Terminal {
    child: Child,
    master: File,
    shown: Arc<Mutex<Vec<u8>>>,
    /// How much of `shown` was waited for already.
    seen: usize,
}

impl Terminal {
    /// Starts the program.
    pub fn run(command: Command) -> Self {
        Self::try_run(command).unwrap_or_else(|error| panic!("no program at a terminal: {error:#}"))
    }

    fn try_run(mut command: Command) -> Result<Self> {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).context("opening a terminal")?;
        grantpt(&master)?;
        unlockpt(&master)?;
        let name = ptsname(&master, Vec::new())?;
        let no_control = i32::try_from(OpenptFlags::NOCTTY.bits()).context("a flag of open")?;
        let slave = OpenOptions::new()
            .read(true)
            .write(true)
            .custom_flags(no_control)
            .open(OsStr::from_bytes(name.as_bytes()))
            .context("opening the terminal's other end")?;
        command.stdin(slave.try_clone()?).stdout(slave.try_clone()?).stderr(slave);
        let child = command.spawn().with_context(|| format!("starting {:?}", command.get_program()))?;
        // The command holds the program's end of the terminal open; its end shows only once that is closed.
        drop(command);
        let master = File::from(master);
        let shown = Arc::new(Mutex::new(Vec::new()));
        let (mut reading, sink) = (master.try_clone()?, Arc::clone(&shown));
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            // Ends with an error (Linux) or nothing (elsewhere) when the program has ended.
            while let Ok(length @ 1..) = reading.read(&mut buffer) {
                sink.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(&buffer[..length]);
            }
        });
        Ok(Self { child, master, shown, seen: 0 })
    }

    /// All it has shown so far, what was typed included where it was echoed.
    pub fn shown(&self) -> String {
        String::from_utf8_lossy(&self.shown.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }

    /// Waits until it shows `text`, after what was waited for before.
    #[track_caller]
    pub fn wait_for(&mut self, text: &str) {
        let seen = self.seen;
        let found = poll(PATIENCE, || {
            let shown = self.shown();
            Some(seen + shown.get(seen..)?.find(text)? + text.len())
        });
        match found {
            Some(end) => self.seen = end,
            None => panic!("the terminal never showed {text:?}; it showed:\n{}", self.shown()),
        }
    }

    /// Waits for the prompt, then types a line.
    #[track_caller]
    pub fn answer(&mut self, prompt: &str, line: &str) {
        self.wait_for(prompt);
        self.type_line(line);
    }

    /// Waits for the prompt and until typing no longer shows, then types a line.
    #[track_caller]
    pub fn answer_unseen(&mut self, prompt: &str, line: &str) {
        self.wait_for(prompt);
        let hidden = poll(PATIENCE, || {
            let modes = tcgetattr(&self.master).ok()?.local_modes;
            (!modes.contains(LocalModes::ECHO)).then_some(())
        });
        assert!(hidden.is_some(), "what is typed at {prompt:?} shows; the terminal showed:\n{}", self.shown());
        self.type_line(line);
    }

    fn type_line(&mut self, line: &str) {
        let typed = self.master.write_all(format!("{line}\n").as_bytes());
        typed.unwrap_or_else(|error| panic!("typing {line:?}: {error}; the terminal showed:\n{}", self.shown()));
    }

    /// Waits for the program's end; returns its exit code and all it showed.
    #[track_caller]
    pub fn end(mut self) -> (Option<i32>, String) {
        let status = poll(PATIENCE, || self.child.try_wait().ok().flatten());
        let Some(status) = status else { panic!("it does not end; the terminal showed:\n{}", self.shown()) };
        // The last words may still be on their way through the terminal.
        let mut before = self.shown();
        loop {
            std::thread::sleep(Duration::from_millis(50));
            let now = self.shown();
            if now == before {
                return (status.code(), now);
            }
            before = now;
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
