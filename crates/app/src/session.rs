//! Anonymous sessions: a key in the caller's cookie, kept here only as its hash.

use crate::auth::ReadAt;
use crate::gather::{Job, each};
use crate::{App, Failure, seconds};
use domain::time::Timestamp;
use quick_cache::sync::Cache;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// A live session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Its id.
    pub id: i64,
    /// The key to hand to the caller as a cookie, when it is new or was prolonged.
    pub key: Option<String>,
}

/// Sessions that are remembered at most.
const SESSIONS: usize = 8_192;

/// Sessions that live, by key.
pub(crate) struct Sessions(Cache<Box<str>, Known>);

#[derive(Clone, Copy)]
struct Known {
    id: i64,
    ends: Timestamp,
    read: ReadAt,
}

impl Default for Sessions {
    fn default() -> Self {
        Self(Cache::new(SESSIONS))
    }
}

/// Signs of a session key.
pub(crate) const KEY_LENGTH: usize = 32;

impl App {
    /// The session with this key, if it lives, and whether this process knew of everything that was committed when it
    /// looked.
    pub async fn session(&self, key: &str) -> Result<Option<(i64, bool)>, Failure> {
        Ok(self.find_session(key).await?.map(|(id, _, has_read_all)| (id, has_read_all)))
    }

    /// The session with this key and when it ends, if it lives.
    pub(crate) async fn session_until(&self, key: &str) -> Result<Option<(i64, Timestamp)>, Failure> {
        Ok(self.find_session(key).await?.map(|(id, ends, _)| (id, ends)))
    }

    /// The session with this key, when it ends, and whether all was known when it was looked for. What is remembered
    /// counts only while it has not ended on any instance; what was changed behind the shop's back holds within a second.
    async fn find_session(&self, key: &str) -> Result<Option<(i64, Timestamp, bool)>, Failure> {
        if key.len() != KEY_LENGTH {
            return Ok(None);
        }
        let mut has_read_all = false;
        if self.sessions.0.contains_key(key) {
            has_read_all = self.has_read_all().await?;
            if let Some((id, ends)) = self.remembered_session(key).filter(|_| has_read_all) {
                return Ok(Some((id, ends, true)));
            }
        }
        let read = ReadAt::now(self.freshness());
        let Some((id, ends)) = self.gatherers.sessions.ask(self, Find(hash(key))).await?? else { return Ok(None) };
        if let Some(read) = read {
            self.sessions.0.insert(key.into(), Known { id, ends, read });
        }
        Ok((ends > self.now()).then_some((id, ends, has_read_all)))
    }

    /// What is remembered of a session, if it lives and has not ended, as far as is known. One that is over by what is
    /// remembered may have been prolonged since.
    fn remembered_session(&self, key: &str) -> Option<(i64, Timestamp)> {
        let Known { id, ends, read } = self.sessions.0.get(key)?;
        (ends > self.now() && read.holds(self.freshness(), id)).then_some((id, ends))
    }

    /// As [`App::session_until`], for what locks or makes the session's cart: what is remembered is taken at its word. A
    /// session that has ended on another instance has no cart, and gets none.
    async fn session_at_word(&self, key: &str) -> Result<Option<(i64, Timestamp)>, Failure> {
        match self.remembered_session(key) {
            None => self.session_until(key).await,
            known => Ok(known),
        }
    }

    /// The session with this key, for who orders what is in its cart.
    pub async fn buying_session(&self, key: &str) -> Result<Option<i64>, Failure> {
        Ok(self.session_at_word(key).await?.map(|(id, _)| id))
    }

    /// The session with this key, for who puts something into its cart. One that has used up half its time is prolonged.
    pub(crate) async fn shopping_session(&self, key: Option<&str>) -> Result<Option<Session>, Failure> {
        let Some(key) = key else { return Ok(None) };
        let Some((id, ends)) = self.session_at_word(key).await? else { return Ok(None) };
        let now = self.now();
        let until = now.plus_seconds(seconds(self.settings.session_lifetime));
        let half_used = ends.0 - now.0 < (until.0 - now.0) / 2;
        if half_used {
            self.prolong(id, until).await?;
            self.sessions.0.remove(key);
        }
        Ok(Some(Session { id, key: half_used.then(|| key.to_owned()) }))
    }

    /// A new session.
    pub(crate) async fn new_session(&self) -> Result<Session, Failure> {
        let now = self.now();
        let until = now.plus_seconds(seconds(self.settings.session_lifetime));
        let key = self.new_key();
        let id = store::retry(|| async {
            let tx = self.db.begin().await?;
            let id = store::session::start(&tx, &hash(&key), now, until).await?;
            tx.commit().await?;
            Ok::<_, Failure>(id)
        });
        Ok(Session { id: id.await?, key: Some(key) })
    }

    async fn prolong(&self, id: i64, until: Timestamp) -> Result<(), Failure> {
        store::retry(|| async {
            let tx = self.db.begin().await?;
            store::session::prolong(&tx, id, until).await?;
            Ok(tx.commit().await?)
        })
        .await
    }

    /// 32 signs of lower-case letters and digits, as Django's session keys: 160 random bits.
    pub(crate) fn new_key(&self) -> String {
        const SIGNS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
        let random: [u8; KEY_LENGTH] = self.random();
        random.iter().map(|byte| char::from(SIGNS[usize::from(byte & 31)])).collect()
    }
}

/// A session that is looked up by the hash of its key.
#[derive(Debug)]
pub(crate) struct Find(String);

impl Job for Find {
    const NAME: &'static str = "sessions";
    type Answer = Result<Option<(i64, Timestamp)>, Failure>;

    async fn do_all(app: &App, jobs: Vec<Self>) -> Result<Vec<Self::Answer>, Vec<Self>> {
        let hashes: Vec<_> = jobs.iter().map(|Find(hash)| hash.as_str()).collect();
        Ok(each(store::session::find_all(&app.db, &hashes).await, jobs.iter(), |found, Find(hash)| {
            found.get(hash).copied()
        }))
    }
}

/// What the database knows a key by: whoever reads the database can't pose as the session.
pub(crate) fn hash(key: &str) -> String {
    Sha256::digest(key.as_bytes()).iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
