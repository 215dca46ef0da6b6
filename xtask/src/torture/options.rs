//! What is asked for on the command line, and the rounds it comes to.

use super::parts::{Part, Round};
use super::planted;
use crate::stage::setup;
use testkit::Setup;

/// What is tortured, and how long.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct Options {
    /// A short form of everything, within a minute: what CI runs.
    #[arg(long)]
    pub(super) quick: bool,
    /// Only on this set-up: sqlite, postgres or postgres-redis.
    #[arg(long, value_parser = setup)]
    setup: Option<Setup>,
    /// Only these parts; may be given several times.
    #[arg(long = "part", value_name = "NAME", value_parser = part)]
    parts: Vec<Part>,
    /// How often a server is killed in a part that kills.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=100_000))]
    kills: Option<u64>,
    /// How many rounds of buyers there are.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=10_000))]
    rounds: Option<u64>,
    /// How many carts are ordered by twins.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    keys: Option<u64>,
    /// How long a random history is.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    seconds: Option<u64>,
    /// Builds programs with a fault each and checks that every one is found out: all of them, or the one of this name.
    #[arg(long, value_name = "NAME", num_args = 0..=1, default_missing_value = planted::ALL,
          conflicts_with_all = ["quick", "setup", "parts", "kills", "rounds", "keys", "seconds"])]
    planted: Option<String>,
    /// The seed of all chances: another one every time, unless it is given.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
}

fn part(name: &str) -> Result<Part, String> {
    let found = Part::ALL.into_iter().find(|part| part.name() == name);
    found.ok_or_else(|| format!("use {}", Part::ALL.map(Part::name).join(", ")))
}

/// Instances on each set-up; the first count is for everything, the second for parts that are worth both.
fn instances(setup: Setup, part: Part) -> &'static [usize] {
    match (setup, part) {
        (Setup::PostgresRedis, Part::Buyers) => &[1, 3],
        (Setup::PostgresRedis, _) => &[3],
        _ => &[1],
    }
}

impl Options {
    /// What CI asks for.
    pub(super) fn quickly() -> Self {
        Self { quick: true, ..Self::default() }
    }

    /// The planted fault that is to be found out, or all.
    pub(super) fn planted(&self) -> Option<&str> {
        self.planted.as_deref()
    }

    pub(super) fn seed(&self) -> u64 {
        self.seed.unwrap_or_else(|| u64::from(rand::random::<u32>()))
    }

    /// The set-ups in question.
    pub(super) fn setups(&self) -> Vec<Setup> {
        self.setup.map_or_else(|| Setup::ALL.to_vec(), |setup| vec![setup])
    }

    /// What is done on a set-up, in order.
    pub(super) fn rounds(&self, setup: Setup, seed: u64) -> Vec<Round> {
        let wanted = |part: &Part| part.fits(setup) && (self.parts.is_empty() || self.parts.contains(part));
        let round = |part: Part| {
            let instances = instances(setup, part);
            // One of each is enough to see that it works.
            let instances = if self.quick { &instances[instances.len() - 1..] } else { instances };
            instances.iter().map(move |instances| {
                let (instances, size) = (*instances, self.size(part));
                Round { part, setup, instances, size, seed }
            })
        };
        Part::ALL.into_iter().filter(wanted).flat_map(round).collect()
    }

    fn size(&self, part: Part) -> u64 {
        let (asked, short, full) = match part {
            Part::Buyers => (self.rounds, 1, 20),
            Part::Twins => (self.keys, 10, 1_000),
            Part::Quiet => (self.seconds, 2, 30),
            Part::ServerKilled | Part::PostgresKilled => (self.kills, 5, 200),
            Part::RedisKilled | Part::RedisFlushed => (self.kills, 5, 50),
            Part::Failures => (None, 1, 2),
        };
        asked.unwrap_or(if self.quick { short } else { full })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        options: Options,
    }

    fn rounds(line: &[&str], setup: Setup) -> Vec<(Part, usize, u64)> {
        let options = Line::try_parse_from([&["torture"], line].concat()).expect("it is understood").options;
        options.rounds(setup, 0).into_iter().map(|round| (round.part, round.instances, round.size)).collect()
    }

    #[test]
    fn a_set_up_gets_the_parts_that_it_has_something_for() {
        let parts = |setup| rounds(&[], setup).into_iter().map(|(part, ..)| part).collect::<Vec<_>>();
        assert!(!parts(Setup::Sqlite).contains(&Part::PostgresKilled));
        assert!(parts(Setup::Postgres).contains(&Part::PostgresKilled));
        assert!(!parts(Setup::Postgres).contains(&Part::RedisFlushed));
        assert!(Part::ALL.iter().all(|part| Setup::ALL.into_iter().any(|setup| parts(setup).contains(part))));
    }

    #[test]
    fn buyers_come_to_one_instance_and_to_three() {
        let all = rounds(&["--part", "buyers"], Setup::PostgresRedis);
        assert_eq!(all, [(Part::Buyers, 1, 20), (Part::Buyers, 3, 20)]);
        assert_eq!(rounds(&["--part", "buyers", "--quick"], Setup::PostgresRedis), [(Part::Buyers, 3, 1)]);
    }

    #[test]
    fn what_is_asked_for_counts_more_than_quick() {
        let line = ["--quick", "--kills", "7", "--part", "kill-server"];
        assert_eq!(rounds(&line, Setup::Sqlite), [(Part::ServerKilled, 1, 7)]);
        assert!(Line::try_parse_from(["torture", "--part", "nothing"]).is_err());
    }
}
