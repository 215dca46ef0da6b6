//! A client of `chaos` that reads by WebSocket: several topics on one connection, each resumed on its own, with pings
//! between that tell how far everything is through.

use super::follower::{Follower, Left};
use crate::log::Who;
use rand::RngExt;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use testkit::Client;
use testkit::live::{Frame, Socket};

/// A socket takes 100 frames in 10 seconds.
const BETWEEN_PINGS: Duration = Duration::from_millis(300);

/// What becomes of a socket whose client does nothing wrong: the instance stops, or the client reads too slowly.
const FINE: [u16; 4] = [1001, 1006, 1012, 1013];

impl Follower {
    /// One connection, from its beginning until it is cut.
    pub(super) async fn by_socket(&mut self, caller: &Client) -> Result<Left, String> {
        let mut socket = match self.opened(caller).await? {
            Ok(socket) => socket,
            Err(left) => return Ok(left),
        };
        self.connected += 1;
        self.doing = format!("connected to {} without a pong", caller.base());
        let cut_at = self.cut_at();
        let mut subscribed = vec![false; self.feeds.len()];
        for feed in &self.feeds {
            let mut frame = json!({"type": "subscribe", "id": feed.topics[0], "topic": feed.topics[0]});
            if let Some(after) = feed.resumes_from() {
                frame["after"] = after.into();
            }
            if socket.try_send(frame).await.is_err() {
                return Ok(Left::Cut);
            }
        }
        let mut next_ping = Instant::now() + Duration::from_millis(self.random.random_range(20..600));
        loop {
            if self.is_cut(cut_at) {
                self.leave(socket).await;
                return Ok(Left::Cut);
            }
            self.is_late()?;
            if Instant::now() >= next_ping {
                next_ping = Instant::now() + BETWEEN_PINGS;
                if socket.try_send(json!({"type": "ping"})).await.is_err() {
                    return Ok(Left::Cut);
                }
            }
            match socket.try_next(Duration::from_millis(100)).await {
                None => {}
                Some(Frame::Lost) => return Ok(Left::Cut),
                Some(Frame::Closed(code, _)) if FINE.contains(&code) => return Ok(Left::Cut),
                Some(Frame::Closed(code, reason)) => return Err(format!("closed with {code} {reason:?}")),
                // The database did not answer in time, as it may in a storm: the client tries again.
                Some(Frame::Json(frame)) if frame["code"] == "unavailable" => return Ok(Left::Cut),
                Some(Frame::Json(frame)) => {
                    let through = self.take(&frame, &mut subscribed)?;
                    if frame["type"] == "pong" {
                        self.doing = format!("connected to {}, the last pong was {frame}", caller.base());
                    }
                    if self.field.end().is_some_and(|end| through >= Some(end.head)) {
                        return Ok(Left::Done);
                    }
                }
            }
        }
    }

    /// A socket; or what to do when there is none. Accounts come with a ticket now and then, made at one instance and
    /// shown at another.
    async fn opened(&mut self, caller: &Client) -> Result<Result<Socket, Left>, String> {
        let has_account = matches!(self.who, Who::Customer(_) | Who::Staff(_));
        let opened = match has_account && self.random.random_bool(0.3) {
            false => caller.try_socket("/ws/").await,
            true => match self.ticket().await? {
                Some(ticket) => Client::new(caller.base()).try_socket(&format!("/ws/?ticket={ticket}")).await,
                None => return Ok(Err(Left::Cut)),
            },
        };
        match opened {
            Ok(socket) => Ok(Ok(socket)),
            Err(refused) => self.refused(refused).await.map(Err),
        }
    }

    /// A ticket of any instance; nothing while that is away.
    async fn ticket(&mut self) -> Result<Option<String>, String> {
        let caller = self.caller.at(self.field.address(&mut self.random));
        match caller.try_send("POST".parse().expect("a method"), "/ws/ticket/", ()).await {
            Ok(answer) if answer.status == 201 => Ok(answer.json()["ticket"].as_str().map(str::to_owned)),
            Ok(answer) if answer.status != 503 => Err(format!("no ticket: {answer}")),
            _ => Ok(None),
        }
    }

    /// What a frame says. Returns how far all topics are through, when it says so.
    fn take(&mut self, frame: &Value, subscribed: &mut [bool]) -> Result<Option<i64>, String> {
        let topic = &frame["topic"];
        let place = self.feeds.iter().position(|feed| *topic == *feed.topics[0]);
        match (frame["type"].as_str().unwrap_or_default(), place) {
            ("subscribed", Some(place)) => {
                let seq = frame["seq"].as_i64().ok_or_else(|| format!("no seq in {frame}"))?;
                subscribed[place] = true;
                self.feeds[place].begins(seq)?;
            }
            ("event", Some(place)) if subscribed[place] => self.feeds[place].take(frame)?,
            ("pong", None) => {
                let through = frame["seq"].as_i64();
                if !subscribed.iter().all(|subscribed| *subscribed) {
                    return Ok(None);
                }
                self.feeds.iter_mut().for_each(|feed| feed.is_through(through.unwrap_or(0)));
                return Ok(through);
            }
            _ => return Err(format!("not expected: {frame}")),
        }
        Ok(None)
    }

    /// The end of a connection as the network makes it, or as a browser does.
    async fn leave(&mut self, socket: Socket) {
        match self.random.random_bool(0.7) {
            true => socket.cut(),
            false => socket.close().await,
        }
    }
}
