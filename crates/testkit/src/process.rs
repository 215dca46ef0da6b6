//! A child process that never outlives its test: stopped on drop, and by a small watchdog shell when
//! the test process itself is killed. The watchdog reads from a pipe whose other end only the test
//! holds; the pipe closes when the test is gone, however it went.

use crate::waiting::poll;
use anyhow::{Context, Result};
use rustix::process::{Pid, Signal, kill_process};
use std::fs::OpenOptions;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

/// How long a process may take to end by itself before it is killed.
const PATIENCE: Duration = Duration::from_secs(20);

const WATCHDOG: &str = r#"
read -r _
signal=$1 litter=$2; shift 2
for pid; do kill -s "$signal" "$pid"; kill -s CONT "$pid"; done
sleep 1
for pid; do kill -s KILL "$pid"; done
rm -rf -- "$litter"
"#;

/// A running server: what it prints goes to `log`.
pub(crate) struct Process {
    child: Child,
    watchdog: Watchdog,
    farewell: Farewell,
    log: PathBuf,
}

/// How a server is asked to end.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Farewell {
    /// SIGTERM: finish what is under way.
    Terminate,
    /// SIGINT: PostgreSQL's fast shutdown, which does not wait for clients to leave.
    Interrupt,
}

impl Process {
    /// Starts `command` in a process group of its own (Ctrl-C reaches the test alone, which then
    /// cleans up), output appended to `log`. `litter` is the directory to remove should the test die.
    pub(crate) fn spawn(command: &mut Command, log: &Path, farewell: Farewell, litter: &Path) -> Result<Self> {
        let output = OpenOptions::new().create(true).append(true).open(log);
        let output = output.with_context(|| format!("opening {}", log.display()))?;
        let child = command
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output)
            .process_group(0)
            .spawn()
            .with_context(|| format!("starting {:?}", command.get_program()))?;
        let watchdog = Watchdog::over(&[child.id()], farewell, litter)?;
        Ok(Self { child, watchdog, farewell, log: log.to_owned() })
    }

    /// Its id; the system may give it to another once it has ended.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// How it ended, or `None` while it runs.
    pub(crate) fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// The end of what it printed, for a failure message.
    pub(crate) fn last_words(&self) -> String {
        tail(&self.log)
    }

    /// Asks it to end.
    pub(crate) fn terminate(&mut self) {
        self.signal(match self.farewell {
            Farewell::Terminate => Signal::TERM,
            Farewell::Interrupt => Signal::INT,
        });
    }

    /// Asks it to end, waits, and kills it when it has not after 20 seconds.
    pub(crate) fn stop(mut self) -> Result<ExitStatus> {
        // A stopped process hears nothing until it is continued.
        self.resume();
        self.terminate();
        poll(PATIENCE, || self.ended())
            .with_context(|| format!("did not stop within {PATIENCE:?}; its last words:\n{}", self.last_words()))
    }

    /// SIGKILL to it and to all its descendants at once, as a power cut would: no farewell.
    pub(crate) fn kill(&mut self) {
        // Halted first: a child that is born after they are counted would live on, and hold what the next start needs.
        if let Some(itself) = self.family().first() {
            let _ = kill_process(*itself, Signal::STOP);
        }
        for pid in self.family() {
            let _ = kill_process(pid, Signal::KILL);
        }
        let _ = self.child.wait();
    }

    /// SIGSTOP to it and its descendants: connections stay open, nothing answers.
    pub(crate) fn pause(&mut self, litter: &Path) -> Result<()> {
        // The parent first, so that it has no more children after they are counted.
        kill_process(self.pid(), Signal::STOP).context("SIGSTOP")?;
        let family = self.family();
        for pid in &family {
            // A child may have come to its end meanwhile.
            let _ = kill_process(*pid, Signal::STOP);
        }
        let pids: Vec<u32> = family.iter().map(|pid| pid.as_raw_nonzero().get().unsigned_abs()).collect();
        self.watchdog = Watchdog::over(&pids, self.farewell, litter)?;
        Ok(())
    }

    /// SIGCONT to it and its descendants.
    pub(crate) fn resume(&mut self) {
        for pid in self.family() {
            let _ = kill_process(pid, Signal::CONT);
        }
    }

    fn signal(&self, signal: Signal) {
        // It may have ended by itself a moment ago; whoever cares looks at `ended`.
        let _ = kill_process(self.pid(), signal);
    }

    fn pid(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    /// Itself first, then its descendants; nothing once it was waited for and its id may be reused.
    fn family(&mut self) -> Vec<Pid> {
        if self.ended().is_some() {
            return Vec::new();
        }
        let parents = parents_of_all();
        let mut family = vec![self.pid()];
        let mut next = 0;
        while let Some(parent) = family.get(next).copied() {
            family.extend(parents.iter().filter(|(_, of)| *of == parent).map(|(pid, _)| *pid));
            next += 1;
        }
        family
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

struct Watchdog(Child);

impl Watchdog {
    fn over(pids: &[u32], farewell: Farewell, litter: &Path) -> Result<Self> {
        let signal = match farewell {
            Farewell::Terminate => "TERM",
            Farewell::Interrupt => "INT",
        };
        Command::new("sh")
            .args(["-c", WATCHDOG, "watchdog", signal])
            .arg(litter)
            .args(pids.iter().map(u32::to_string))
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .map(Self)
            .context("starting sh")
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// `(process, its parent)` of everything that runs: from `/proc`, or from `ps` where there is none.
fn parents_of_all() -> Vec<(Pid, Pid)> {
    let pair =
        |pid: &str, parent: &str| Some((Pid::from_raw(pid.parse().ok()?)?, Pid::from_raw(parent.parse().ok()?)?));
    if let Ok(entries) = std::fs::read_dir("/proc") {
        let stat = |path: PathBuf| {
            let text = std::fs::read_to_string(path.join("stat")).ok()?;
            // "pid (name) state parent …", and the name may hold spaces and brackets.
            let parent = text.rsplit_once(") ")?.1.split(' ').nth(1)?;
            pair(path.file_name()?.to_str()?, parent)
        };
        return entries.flatten().filter_map(|entry| stat(entry.path())).collect();
    }
    let output = Command::new("ps").args(["-A", "-o", "pid=,ppid="]).output();
    let text = output.map(|o| String::from_utf8_lossy(&o.stdout).into_owned()).unwrap_or_default();
    let line = |line: &str| {
        let mut words = line.split_whitespace();
        pair(words.next()?, words.next()?)
    };
    text.lines().filter_map(line).collect()
}

/// The last 60 lines of a log file.
pub(crate) fn tail(log: &Path) -> String {
    let text = std::fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(60)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sleeper(dir: &Path) -> Process {
        let mut command = Command::new("sh");
        command.args(["-c", "sleep 300 & echo $!; wait"]);
        Process::spawn(&mut command, &dir.join("log"), Farewell::Terminate, dir).expect("sh starts")
    }

    fn runs(pid: &str) -> bool {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        !stat.is_empty() && !stat.contains(") Z ")
    }

    #[test]
    fn killing_a_process_kills_its_descendants_too() {
        let dir = tempfile::tempdir().unwrap();
        let mut process = sleeper(dir.path());
        let grandchild = poll(PATIENCE, || Some(process.last_words()).filter(|t| !t.is_empty()));
        let grandchild = grandchild.expect("sh prints the id of its child");
        assert!(runs(&grandchild), "the grandchild {grandchild} does not run");
        process.kill();
        assert!(
            poll(PATIENCE, || (!runs(&grandchild)).then_some(())).is_some(),
            "the grandchild {grandchild} survived"
        );
    }

    #[test]
    fn the_watchdog_stops_the_process_and_clears_up_when_the_test_dies() {
        let dir = tempfile::tempdir().unwrap();
        let litter = dir.path().join("litter");
        std::fs::create_dir(&litter).unwrap();
        let mut process = sleeper(dir.path());
        let mut watchdog = Watchdog::over(&[process.child.id()], Farewell::Terminate, &litter).unwrap();
        // What the kernel does to our end of the pipe when this process is killed.
        drop(watchdog.0.stdin.take());
        assert!(poll(PATIENCE, || process.ended()).is_some(), "the watchdog did not end the process");
        assert!(poll(PATIENCE, || (!litter.exists()).then_some(())).is_some(), "the watchdog left the directory");
    }
}
