//! Log lines on their way out of a busy shop: each of thousands of requests a second has one, so waking a thread for
//! each would cost more than the line. They wait for a moment instead and are written together.

use std::io::{self, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use tracing_subscriber::fmt::MakeWriter;

/// How long a line waits for others. A process that is killed loses those of its last moment.
const MOMENT: Duration = Duration::from_millis(10);
/// Bytes that may wait to be written; whoever logs more waits with them.
const MOST: usize = 1024 * 1024;
/// How long the program's end waits for the last of them to be written: whoever reads them may have stopped reading.
const LAST: Duration = Duration::from_secs(1);
/// Bytes of room that are kept between two moments.
const ROOM: usize = 64 * 1024;

/// Where lines are put. Cheap to clone.
#[derive(Clone)]
pub(super) struct Lines(Arc<Shared>);

#[derive(Default)]
struct Shared {
    waiting: Mutex<Waiting>,
    /// The first one waits, or there will be no more.
    come: Condvar,
    /// There is room again, or everything is written.
    taken: Condvar,
}

#[derive(Default)]
struct Waiting {
    bytes: Vec<u8>,
    has_ended: bool,
    all_written: bool,
}

/// Lets what still waits be written when it is dropped.
pub(super) struct Writing(Lines);

impl Lines {
    /// Lines that go to `output`, on a thread of their own.
    pub(super) fn to(output: impl Write + Send + 'static) -> io::Result<(Self, Writing)> {
        let lines = Self(Arc::default());
        let own = lines.clone();
        thread::Builder::new().name("log".to_owned()).spawn(move || own.work_off(output))?;
        Ok((lines.clone(), Writing(lines)))
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put(&self, line: &[u8]) {
        let full = |waiting: &mut Waiting| waiting.bytes.len() >= MOST && !waiting.has_ended;
        let room = self.0.taken.wait_while(self.waiting(), full);
        let mut waiting = room.unwrap_or_else(PoisonError::into_inner);
        if waiting.has_ended {
            return;
        }
        let is_first = waiting.bytes.is_empty();
        waiting.bytes.extend_from_slice(line);
        drop(waiting);
        if is_first {
            self.0.come.notify_one();
        }
    }

    /// Everything that waits, as soon as there is something; `None` when there will be no more.
    fn take(&self, room: Vec<u8>) -> Option<Vec<u8>> {
        let none = |waiting: &mut Waiting| waiting.bytes.is_empty() && !waiting.has_ended;
        let come = self.0.come.wait_while(self.waiting(), none);
        if !come.unwrap_or_else(PoisonError::into_inner).has_ended {
            thread::sleep(MOMENT);
        }
        let taken = std::mem::replace(&mut self.waiting().bytes, room);
        self.0.taken.notify_all();
        (!taken.is_empty()).then_some(taken)
    }

    fn work_off(&self, mut output: impl Write) {
        let mut room = Vec::with_capacity(ROOM);
        while let Some(mut bytes) = self.take(room) {
            write(&mut output, &bytes);
            bytes.clear();
            bytes.shrink_to(ROOM);
            room = bytes;
        }
        self.waiting().all_written = true;
        self.0.taken.notify_all();
    }
}

/// Writes all of it, or as much as can be: there is nowhere to tell that telling failed.
fn write(output: &mut impl Write, mut bytes: &[u8]) {
    while !bytes.is_empty() {
        match output.write(bytes) {
            Ok(0) => return,
            Ok(written) => bytes = &bytes[written..],
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            // Whoever started the shop may have given it such an output, and reads slowly.
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => thread::sleep(MOMENT),
            Err(_) => return,
        }
    }
    let _ = output.flush();
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = &'a Self;

    fn make_writer(&'a self) -> &'a Self {
        self
    }
}

impl Write for &Lines {
    /// A line comes in one piece.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.put(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        let Self(lines) = self;
        let mut waiting = lines.waiting();
        waiting.has_ended = true;
        lines.0.come.notify_one();
        lines.0.taken.notify_all();
        drop(lines.0.taken.wait_timeout_while(waiting, LAST, |waiting| !waiting.all_written));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;
    use std::time::Instant;

    /// What was written, and how often.
    #[derive(Clone, Default)]
    struct Page(Arc<Mutex<(Vec<u8>, usize)>>);

    impl Write for Page {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let mut page = self.0.lock().unwrap();
            page.0.extend_from_slice(bytes);
            page.1 += 1;
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// Is written to when its owner says so.
    struct Shut(mpsc::Receiver<()>);

    impl Write for Shut {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            // Open for ever once the owner is gone.
            let _ = self.0.recv();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn every_line_is_written_whole_before_the_end_and_many_at_a_time() {
        let page = Page::default();
        let (lines, writing) = Lines::to(page.clone()).unwrap();
        thread::scope(|scope| {
            for caller in 0..4 {
                let lines = &lines;
                scope.spawn(move || {
                    for line in 0..2_000 {
                        let mut writer = lines.make_writer();
                        writer.write_all(format!("{caller} {line}\n").as_bytes()).unwrap();
                    }
                });
            }
        });
        drop(writing);
        let page = page.0.lock().unwrap();
        let text = std::str::from_utf8(&page.0).unwrap();
        for caller in 0..4 {
            let own = text.lines().filter_map(|line| line.strip_prefix(&format!("{caller} ")));
            assert!(own.eq((0..2_000).map(|line| line.to_string())), "those of caller {caller}, in order");
        }
        assert!(page.1 < 2_000, "written {} times", page.1);
    }

    #[test]
    fn a_line_that_is_alone_does_not_wait_for_others() {
        let page = Page::default();
        let (lines, _writing) = Lines::to(page.clone()).unwrap();
        lines.put(b"alone\n");
        let is_there = || page.0.lock().unwrap().0 == b"alone\n";
        assert!((0..500).any(|_| {
            thread::sleep(MOMENT);
            is_there()
        }));
    }

    #[test]
    fn whoever_logs_more_than_may_wait_waits_with_it() {
        let (open, shut) = mpsc::channel();
        let (lines, writing) = Lines::to(Shut(shut)).unwrap();
        let (told, done) = mpsc::channel();
        let caller = thread::spawn(move || {
            for _ in 0..4 {
                lines.put(&vec![b'.'; MOST]);
                told.send(()).unwrap();
            }
        });
        // One is being written, one waits.
        for _ in 0..2 {
            done.recv().unwrap();
        }
        assert!(done.recv_timeout(MOMENT * 20).is_err());
        drop(open);
        caller.join().unwrap();
        drop(writing);
    }

    #[test]
    fn an_output_that_nobody_reads_does_not_keep_the_program() {
        let (_open, shut) = mpsc::channel();
        let (lines, writing) = Lines::to(Shut(shut)).unwrap();
        lines.put(b"unread\n");
        let began = Instant::now();
        drop(writing);
        assert!(began.elapsed() < LAST * 5, "{:?}", began.elapsed());
    }
}
