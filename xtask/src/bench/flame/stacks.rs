//! Equal stacks are counted together, and each begins with the name of its process.

use anyhow::{Context, Result, ensure};
use inferno::collapse::Collapse;
use inferno::collapse::perf::{Folder, Options};
use std::collections::{BTreeMap, HashMap};

/// What stands below these is the same in all stacks, and tells nothing.
const BEGINNINGS: [&str; 2] = ["tokio::runtime::scheduler::multi_thread::worker::run", "PostgresMain"];

/// What processes are called; a sample knows only the name of its thread.
pub(super) struct Names(HashMap<u32, String>);

impl Names {
    /// Those of processes that run.
    pub(super) fn of(pids: &[u32]) -> Self {
        let name =
            |pid: &u32| Some((*pid, std::fs::read_to_string(format!("/proc/{pid}/comm")).ok()?.trim().to_owned()));
        Self(pids.iter().filter_map(name).collect())
    }

    /// A folded stack whose first frame, "thread-pid", has become the name of the process.
    fn rooted(&self, stack: &str) -> Option<String> {
        let (frames, count) = stack.rsplit_once(' ')?;
        let (root, frames) = frames.split_once(';')?;
        let (thread, pid) = root.rsplit_once('-')?;
        // A process that began later is called like its only thread.
        let name = pid.parse().ok().and_then(|pid| self.0.get(&pid)).map_or(thread, String::as_str);
        let mut frames: Vec<&str> = frames.split(';').collect();
        let begins = frames.iter().rposition(|frame| BEGINNINGS.contains(frame)).unwrap_or_default();
        frames.drain(..begins);
        // Functions without a name are called like the program; several in a row tell no more than one.
        frames.dedup_by(|one, other| one == other && one.starts_with('['));
        Some(format!("{name};{} {count}", frames.join(";")))
    }
}

/// Lines of "process;function;…;function count" from what `perf script` told.
///
/// # Errors
/// When it can't be read, or holds no stack.
pub(super) fn fold(told: &[u8], names: &Names) -> Result<Vec<String>> {
    let mut options = Options::default();
    options.include_pid = true;
    let mut folded = vec![];
    Folder::from(options).collapse(told, &mut folded).context("folding the stacks")?;
    let folded = String::from_utf8(folded).context("the stacks are not UTF-8")?;
    let stacks: Vec<String> = folded.lines().filter_map(|line| names.rooted(line)).collect();
    ensure!(!stacks.is_empty(), "perf saw nothing at work");
    Ok(stacks)
}

/// How much of all samples each process has, in percent: "oxcart 40%, postgres 60%".
pub(super) fn shares(stacks: &[String]) -> String {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for stack in stacks {
        let (process, count) = (stack.split(';').next(), stack.rsplit(' ').next());
        if let (Some(process), Some(Ok(count))) = (process, count.map(str::parse::<u64>)) {
            *counts.entry(process).or_default() += count;
        }
    }
    let all = counts.values().sum::<u64>().max(1);
    let shares = counts.iter().map(|(process, count)| format!("{process} {}%", (count * 100 + all / 2) / all));
    shares.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stack_begins_with_its_process_whatever_its_thread_is_called() {
        let told = "tokio-rt-worker 7/8 1.5: cpu-clock:\n\t  1 place+0x1 (/oxcart)\n\t  2 run (/oxcart)\n\n\
                    tokio-rt-worker 7/9 1.6: cpu-clock:\n\t  1 place+0x9 (/oxcart)\n\t  2 run (/oxcart)\n\n\
                    postgres 11/11 1.7: cpu-clock:\n\t  3 exec (/pg)\n\t  4 [unknown] (/pg)\n\t  5 [unknown] (/pg)\n\
                    \t  6 PostgresMain (/pg)\n\t  7 main (/pg)\n\n";
        let names = Names(HashMap::from([(7, "oxcart".to_owned())]));
        let mut stacks = fold(told.as_bytes(), &names).unwrap();
        stacks.sort();
        assert_eq!(stacks, ["oxcart;run;place 2", "postgres;PostgresMain;[pg];exec 1"]);
        assert_eq!(shares(&stacks), "oxcart 67%, postgres 33%");
    }
}
