//! How much processor time programs have used: the process, and all it has started.

use anyhow::{Context, Result};
use std::path::Path;
use std::time::{Duration, Instant};

/// How long is looked whether something works.
const LOOK: Duration = Duration::from_millis(500);
/// How long it may take until nothing does.
const PATIENCE: Duration = Duration::from_secs(120);

/// Processes whose time is added up, with their descendants.
pub(super) struct Watched(Vec<u32>);

/// A process as `/proc/PID/stat` shows it; times in ticks of the clock.
#[derive(Debug, PartialEq, Eq)]
struct Stat {
    parent: u32,
    /// Its own time, in itself and in the kernel.
    own: u64,
    /// The time of children that have ended.
    ended: u64,
}

impl Watched {
    /// These processes.
    pub(super) fn new(roots: &[u32]) -> Self {
        Self(roots.to_vec())
    }

    /// Who they are now, each once.
    ///
    /// # Errors
    /// When `/proc` can't be read.
    pub(super) fn pids(&self) -> Result<Vec<u32>> {
        Ok(self.family(&all()?))
    }

    /// The time they have used since they began.
    ///
    /// # Errors
    /// When `/proc` can't be read.
    pub(super) fn time(&self) -> Result<Duration> {
        let all = all()?;
        let family = self.family(&all);
        let of_family = all.iter().filter(|(pid, _)| family.contains(pid));
        Ok(from_ticks(of_family.map(|(_, stat)| stat.own + stat.ended).sum()))
    }

    /// Waits until they do next to nothing: what is read into memory is read, what is cleaned up is clean. Gives up, and says
    /// so, when they never come to rest.
    ///
    /// # Errors
    /// When `/proc` can't be read.
    pub(super) async fn rested(&self) -> Result<()> {
        let began = Instant::now();
        while began.elapsed() < PATIENCE {
            let before = self.time()?;
            tokio::time::sleep(LOOK).await;
            if self.time()?.saturating_sub(before) < LOOK / 20 {
                return Ok(());
            }
        }
        eprintln!("what is measured is still busy by itself after {PATIENCE:?}");
        Ok(())
    }

    fn family(&self, all: &[(u32, Stat)]) -> Vec<u32> {
        let mut family = self.0.clone();
        let mut next = 0;
        while let Some(parent) = family.get(next).copied() {
            family.extend(all.iter().filter(|(_, stat)| stat.parent == parent).map(|(pid, _)| *pid));
            next += 1;
        }
        family
    }
}

/// The time this process has used itself.
///
/// # Errors
/// When `/proc` can't be read.
pub(super) fn own_time() -> Result<Duration> {
    let stat = read(Path::new("/proc/self/stat")).context("processor time is read from /proc, as Linux has it")?;
    Ok(from_ticks(stat.own))
}

fn from_ticks(ticks: u64) -> Duration {
    Duration::from_micros(ticks * 1_000_000 / rustix::param::clock_ticks_per_second().max(1))
}

/// Everything that runs.
fn all() -> Result<Vec<(u32, Stat)>> {
    let entries = std::fs::read_dir("/proc").context("processor time is read from /proc, as Linux has it")?;
    let process = |path: &Path| Some((path.file_name()?.to_str()?.parse().ok()?, read(&path.join("stat"))?));
    // A process may end while it is looked at.
    Ok(entries.flatten().filter_map(|entry| process(&entry.path())).collect())
}

fn read(path: &Path) -> Option<Stat> {
    parse(&std::fs::read_to_string(path).ok()?)
}

/// "pid (name) state parent …", and the name may hold spaces and brackets.
fn parse(text: &str) -> Option<Stat> {
    let (_, after) = text.rsplit_once(") ")?;
    let fields: Vec<&str> = after.split(' ').collect();
    // The numbers of proc(5), which counts the name as its second.
    let number = |place: usize| fields.get(place - 3)?.trim().parse::<u64>().ok();
    let parent = u32::try_from(number(4)?).ok()?;
    Some(Stat { parent, own: number(14)? + number(15)?, ended: number(16)? + number(17)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_times_of_a_process_are_found_behind_any_name() {
        let line = "17 (a (b) c) S 4 17 17 0 -1 4194560 100 200 0 0 11 22 33 44 20 0 1 0 5 6 7";
        let found = Stat { parent: 4, own: 33, ended: 77 };
        assert_eq!(parse(line), Some(found));
        assert_eq!(parse("17 (short) S 4"), None);
    }

    #[test]
    fn time_that_is_used_shows() {
        let (before, watched) = (own_time().unwrap(), Watched::new(&[std::process::id()]));
        let mut sum = 0_u64;
        while own_time().unwrap() < before + Duration::from_millis(50) {
            sum = std::hint::black_box(sum.wrapping_add(1));
        }
        assert!(watched.time().unwrap() >= before + Duration::from_millis(50), "less than it has used itself");
    }
}
