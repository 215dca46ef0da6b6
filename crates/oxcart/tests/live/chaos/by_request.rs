//! A client of `chaos` that reads by server-sent events or by polling: all its topics as one feed, resumed from the last
//! `seq` it knows.

use super::follower::{Follower, Left};
use rand::RngExt;
use serde_json::Value;
use std::time::Duration;
use testkit::Client;
use testkit::live::{Part, Refused};

impl Follower {
    /// One stream, from its beginning until it is cut. Resumes by the header or by the query.
    pub(super) async fn by_stream(&mut self, caller: &Client) -> Result<Left, String> {
        let mut path = format!("/events/stream?topics={}", self.feeds[0].topics.join(","));
        let mut caller = caller.clone();
        match self.feeds[0].resumes_from() {
            Some(after) if self.random.random_bool(0.5) => path += &format!("&after={after}"),
            // The header counts first.
            Some(after) => {
                path += "&after=0";
                caller = caller.with_header("Last-Event-ID", &after.to_string());
            }
            None => {}
        }
        let mut stream = match caller.try_stream(&path).await {
            Ok(stream) => stream,
            Err(refused) => return self.refused(refused).await,
        };
        self.connected += 1;
        let (cut_at, mut began) = (self.cut_at(), false);
        loop {
            if self.has_the_last() {
                return Ok(Left::Done);
            }
            if self.is_cut(cut_at) {
                return Ok(Left::Cut);
            }
            self.is_late()?;
            let message = match stream.try_next(Duration::from_millis(100)).await {
                None => continue,
                Some(Part::Message(message)) => message,
                Some(_) => return Ok(Left::Cut),
            };
            let json = || serde_json::from_str::<Value>(&message.data).map_err(|error| format!("{message:?}: {error}"));
            let id = message.id.as_deref().and_then(|id| id.parse().ok());
            let feed = &mut self.feeds[0];
            match (message.event.as_str(), began) {
                ("ready", false) => {
                    feed.begins(json()?["seq"].as_i64().ok_or_else(|| format!("{message:?}"))?)?;
                    began = true;
                }
                // A quiet stream keeps its place.
                ("", true) if id >= feed.resumes_from() => feed.is_through(id.unwrap_or(0)),
                ("message", true) if id == json()?["seq"].as_i64() => feed.take(&json()?)?,
                _ => return Err(format!("not expected: {message:?}")),
            }
        }
    }

    /// A few pages from one instance.
    pub(super) async fn by_polling(&mut self, caller: &Client) -> Result<Left, String> {
        self.connected += 1;
        for _ in 0..self.random.random_range(1..6) {
            let topics = self.feeds[0].topics.join(",");
            let mut path = format!("/events/?topics={topics}&limit={}", self.random.random_range(1..60));
            if let Some(after) = self.feeds[0].resumes_from() {
                path += &format!("&after={after}");
            }
            let answer = match caller.try_send("GET".parse().expect("a method"), &path, ()).await {
                Ok(answer) if answer.status == 200 => answer,
                Ok(answer) => return self.refused(Refused::Answer(Box::new(answer))).await,
                Err(error) => return self.refused(Refused::Away(error.to_string())).await,
            };
            let page = answer.json();
            let more = self.page(&page).map_err(|why| format!("{path}: {why}"))?;
            if self.has_the_last() {
                return Ok(Left::Done);
            }
            if !more {
                let pause = self.random.random_range(50..400);
                tokio::time::sleep(Duration::from_millis(pause)).await;
            }
        }
        Ok(Left::Cut)
    }

    /// What a page says; whether there is more.
    fn page(&mut self, page: &Value) -> Result<bool, String> {
        let (Some(after), Some(results)) = (page["after"].as_i64(), page["results"].as_array()) else {
            return Err(format!("no page: {page}"));
        };
        if page["reset"] != false {
            return Err(format!("nothing is swept away here, but {page}"));
        }
        let feed = &mut self.feeds[0];
        if feed.resumes_from().is_none() {
            feed.begins(after)?;
        }
        for event in results {
            feed.take(event)?;
        }
        if feed.resumes_from().is_some_and(|last| last > after) {
            return Err(format!("it says to go on before its last event: {page}"));
        }
        feed.is_through(after);
        Ok(page["more"] == true)
    }
}
