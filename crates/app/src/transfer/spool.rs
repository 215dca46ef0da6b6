//! A file that comes piece by piece and is read afterwards, more than once, without being in memory.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, Write};
use tokio::task::spawn_blocking;

/// What is gathered before it is written, in bytes.
const PIECE: usize = 256 * 1024;

/// A file that is still coming. It has no name, so it goes with whoever has it.
#[derive(Debug, Default)]
pub struct Spool {
    waiting: Vec<u8>,
    file: Option<File>,
}

/// A file that has come.
#[derive(Debug)]
pub struct Spooled(File, u64);

impl Spool {
    /// Adds some of it.
    ///
    /// # Errors
    /// When there is no room for it.
    pub async fn add(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.waiting.extend_from_slice(bytes);
        if self.waiting.len() < PIECE {
            return Ok(());
        }
        let file = self.written().await?;
        self.file = Some(file);
        Ok(())
    }

    /// All of it has come.
    ///
    /// # Errors
    /// When there is no room for it.
    pub async fn end(mut self) -> io::Result<Spooled> {
        let file = self.written().await?;
        let length = file.metadata()?.len();
        Ok(Spooled(file, length))
    }

    /// Writes what waits.
    async fn written(&mut self) -> io::Result<File> {
        let (waiting, file) = (std::mem::take(&mut self.waiting), self.file.take());
        let writing = move || {
            let mut file = file.map_or_else(tempfile::tempfile, Ok)?;
            file.write_all(&waiting)?;
            Ok(file)
        };
        spawn_blocking(writing).await.map_err(io::Error::other)?
    }
}

impl Spooled {
    /// Whether nothing came.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.1 == 0
    }

    /// Reads the file from its start.
    ///
    /// # Errors
    /// When it can't be read.
    pub(super) fn reader(&self) -> io::Result<impl Read + '_> {
        (&self.0).rewind()?;
        Ok(BufReader::new(&self.0))
    }
}
