//! What one client read under a topic, or by one stream under several: where it began, where it stands, and everything
//! it was told. In the end that is held against the log.

use crate::log::{Row, Who};
use serde_json::Value;

/// One event as it came: its number, its name, what it is about.
type Told = (i64, String, i64);

/// Read over many connections, as if it were one.
pub(super) struct Feed {
    pub(super) topics: Vec<String>,
    /// The `seq` of the first time: all after it has to come. Before that nothing was promised.
    start: Option<i64>,
    /// The last `seq` that is known to be through: what the next connection resumes from.
    cursor: i64,
    told: Vec<Told>,
}

impl Feed {
    pub(super) fn of(topics: Vec<String>) -> Self {
        Self { topics, start: None, cursor: 0, told: vec![] }
    }

    /// What to resume from; nothing before the first time.
    pub(super) fn resumes_from(&self) -> Option<i64> {
        self.start.map(|_| self.cursor)
    }

    /// A connection says where it reads on from: where it was asked to, or for the first time from now on.
    pub(super) fn begins(&mut self, seq: i64) -> Result<(), String> {
        match self.start {
            None => (self.start, self.cursor) = (Some(seq), seq),
            Some(_) if seq != self.cursor => return Err(format!("asked for what is after {} got {seq}", self.cursor)),
            Some(_) => {}
        }
        Ok(())
    }

    /// Everything up to `seq` was told.
    pub(super) fn is_through(&mut self, seq: i64) {
        self.cursor = self.cursor.max(seq);
    }

    /// An event came.
    pub(super) fn take(&mut self, event: &Value) -> Result<(), String> {
        let data = &event["data"];
        let about = data["id"].as_i64().or_else(|| data["cart_id"].as_i64());
        let (Some(seq), Some(name), Some(about)) = (event["seq"].as_i64(), event["event"].as_str(), about) else {
            return Err(format!("no event: {event}"));
        };
        if !self.topics.iter().any(|topic| event["topic"] == **topic) {
            return Err(format!("nobody asked for this topic: {event}"));
        }
        if self.start.is_none() {
            return Err(format!("told before it began: {event}"));
        }
        if seq <= self.cursor {
            return Err(format!("told again, or too late: after {} came {event}", self.cursor));
        }
        self.cursor = seq;
        self.told.push((seq, name.to_owned(), about));
        Ok(())
    }

    /// The last event that came.
    pub(super) fn last(&self) -> Option<i64> {
        self.told.last().map(|(seq, ..)| *seq)
    }

    /// How many events came.
    pub(super) fn count(&self) -> usize {
        self.told.len()
    }

    /// Holds it against the log: nothing missing, nothing twice, nothing that is not for `who`.
    pub(super) fn check(&self, log: &[Row], who: Who) -> Result<(), String> {
        let topics = &self.topics;
        let start = self.start.ok_or_else(|| format!("{topics:?} was never subscribed"))?;
        let ours = |row: &&Row| row.seq > start && topics.iter().any(|topic| row.is_for(who, topic));
        let wanted: Vec<Told> = log.iter().filter(ours).map(|row| (row.seq, row.kind.clone(), row.subject)).collect();
        if self.told == wanted {
            return Ok(());
        }
        let gaps: Vec<_> = wanted.iter().filter(|event| !self.told.contains(event)).take(5).collect();
        let leaks: Vec<_> = self.told.iter().filter(|event| !wanted.contains(event)).take(5).collect();
        Err(format!(
            "{topics:?} from {start}: {} events came of {}; missing {gaps:?}, not for it {leaks:?}",
            self.told.len(),
            wanted.len()
        ))
    }
}
