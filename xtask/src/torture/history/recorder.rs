//! Notes calls as they happen, from many tasks at once.

use super::{Asked, Call, History, Outcome};
use anyhow::{Context, Result};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// Shared by cloning.
#[derive(Clone)]
pub(in super::super) struct Recorder {
    began: Instant,
    calls: Arc<Mutex<Vec<Call>>>,
}

/// A call that is under way.
pub(in super::super) struct Started {
    process: usize,
    instance: usize,
    invoked: u64,
    asked: Asked,
    key: Option<String>,
}

impl Recorder {
    pub(in super::super) fn new() -> Self {
        Self { began: Instant::now(), calls: Arc::default() }
    }

    /// Right before a request is sent.
    pub(in super::super) fn invoke(
        &self,
        process: usize,
        instance: usize,
        asked: Asked,
        key: Option<String>,
    ) -> Started {
        Started { process, instance, invoked: self.now(), asked, key }
    }

    /// Right after it was answered, or given up.
    pub(in super::super) fn end(&self, started: Started, outcome: Outcome) {
        let Started { process, instance, invoked, asked, key } = started;
        let call = Call { process, instance, invoked, returned: self.now(), asked, key, outcome };
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).push(call);
    }

    /// How many have ended.
    pub(in super::super) fn count(&self) -> usize {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// All that have ended.
    pub(in super::super) fn take(&self) -> Vec<Call> {
        std::mem::take(&mut *self.calls.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn now(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_micros()).unwrap_or(u64::MAX)
    }
}

impl History {
    /// Keeps it: a call a line, the books on the last one.
    ///
    /// # Errors
    /// When the file can't be written.
    pub(in super::super) fn write(&self, path: &Path) -> Result<()> {
        let write = || -> Result<()> {
            std::fs::create_dir_all(path.parent().context("a file lies in a folder")?)?;
            let mut file = BufWriter::new(std::fs::File::create(path)?);
            for call in &self.calls {
                writeln!(file, "{}", serde_json::to_string(call)?)?;
            }
            writeln!(file, "{}", serde_json::to_string(&self.books)?)?;
            Ok(file.flush()?)
        };
        write().with_context(|| format!("writing {}", path.display()))
    }
}
