//! Callers that ask as fast as they are answered, for a while, and what came of it.

use super::client::Connection;
use super::cpu::{Watched, own_time};
use super::figures::Sample;
use anyhow::Result;
use std::cell::{Cell, RefCell};
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};

/// How long a case runs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    /// Before anything counts: caches fill, connections to the database open.
    pub(super) warm_up: Duration,
    pub(super) measured: Duration,
}

/// Writes the request of a turn.
pub(super) type Step = Box<dyn Fn(u64, &mut Vec<u8>)>;

/// Is shown the body of the last answer of each turn that counts, at once.
pub(super) type Listener = Box<dyn Fn(&[u8])>;

/// What a caller does in each turn: requests one after the other, which together count as one.
pub(super) struct Script {
    pub(super) steps: Vec<Step>,
    pub(super) counted: Counted,
    pub(super) listener: Option<Listener>,
}

/// Whose latency is noted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Counted {
    /// That of all requests of a turn together.
    Turn,
    /// That of its last request alone; those before only get ready for it.
    LastRequest,
}

impl From<Vec<Step>> for Script {
    fn from(steps: Vec<Step>) -> Self {
        Self { steps, counted: Counted::Turn, listener: None }
    }
}

impl From<Step> for Script {
    fn from(step: Step) -> Self {
        vec![step].into()
    }
}

/// How a turn went.
enum Turn {
    /// All was answered well; what is counted took so long.
    Well(Duration),
    /// The first answer that was none of success.
    Badly(String),
}

/// What the callers have in common.
#[derive(Default)]
struct Tally {
    measuring: Cell<bool>,
    ended: Cell<bool>,
    answered: Cell<u64>,
    errors: Cell<u64>,
    latencies: RefCell<Vec<Duration>>,
    late: RefCell<Vec<Duration>>,
    complaint: RefCell<Option<String>>,
}

/// Lets every script run on a connection of its own. Neighbours share an address: what scripts ask for goes by their
/// number, and callers dealt out one by one would leave every address with products of its own. A turn counts when it ends
/// while it is measured.
pub(super) async fn drive(
    addresses: &[SocketAddr],
    scripts: Vec<Script>,
    pace: Pace,
    watched: &Watched,
) -> Result<Sample> {
    let (tally, callers) = (Rc::new(Tally::default()), scripts.len());
    let mut running = vec![];
    for (number, script) in scripts.into_iter().enumerate() {
        let connection = Connection::open(addresses[number * addresses.len() / callers]).await?;
        let turns = (number as u64..).step_by(callers);
        running.push(tokio::task::spawn_local(call(connection, script, turns, Rc::clone(&tally))));
    }
    tokio::time::sleep(pace.warm_up).await;
    let (before, own_before) = (watched.time()?, own_time()?);
    let began = Instant::now();
    tally.measuring.set(true);
    tokio::time::sleep(pace.measured).await;
    tally.measuring.set(false);
    let elapsed = began.elapsed();
    let (after, own_after) = (watched.time()?, own_time()?);
    tally.ended.set(true);
    // What is under way comes to its end, so that the next case finds an idle server.
    for caller in running {
        caller.await??;
    }
    Ok(Sample {
        elapsed,
        latencies: tally.latencies.take(),
        late: tally.late.take(),
        answered: tally.answered.get(),
        errors: tally.errors.get(),
        complaint: tally.complaint.take(),
        cpu: after.saturating_sub(before),
        generator: own_after.saturating_sub(own_before),
        wal: None,
    })
}

async fn call(
    mut connection: Connection,
    script: Script,
    turns: impl Iterator<Item = u64>,
    tally: Rc<Tally>,
) -> Result<()> {
    let mut request = Vec::with_capacity(1024);
    for turn in turns {
        if tally.ended.get() {
            break;
        }
        tally.note(take_turn(&mut connection, &script, turn, &mut request, &tally.measuring).await?);
    }
    Ok(())
}

impl Tally {
    fn note(&self, turn: Turn) {
        match turn {
            Turn::Well(took) => {
                self.answered.set(self.answered.get() + 1);
                if self.measuring.get() {
                    self.latencies.borrow_mut().push(took);
                } else if self.ended.get() {
                    self.late.borrow_mut().push(took);
                }
            }
            Turn::Badly(complaint) => {
                // Also one before or after: what went wrong then goes wrong in between.
                self.errors.set(self.errors.get() + 1);
                self.complaint.borrow_mut().get_or_insert(complaint);
            }
        }
    }
}

/// Asks all of a turn; stops at the first answer that is none of success.
async fn take_turn(
    connection: &mut Connection,
    script: &Script,
    turn: u64,
    request: &mut Vec<u8>,
    measuring: &Cell<bool>,
) -> Result<Turn> {
    let mut began = Instant::now();
    for (number, step) in script.steps.iter().enumerate() {
        request.clear();
        step(turn, request);
        if script.counted == Counted::LastRequest {
            began = Instant::now();
        }
        let (status, body) = connection.ask(request).await?;
        if status / 100 != 2 {
            let asked = String::from_utf8_lossy(request);
            let body: String = String::from_utf8_lossy(body).chars().take(300).collect();
            return Ok(Turn::Badly(format!("{} got {status}: {body}", asked.lines().next().unwrap_or_default())));
        }
        match &script.listener {
            Some(listener) if number + 1 == script.steps.len() && measuring.get() => listener(body),
            _ => {}
        }
    }
    Ok(Turn::Well(began.elapsed()))
}
