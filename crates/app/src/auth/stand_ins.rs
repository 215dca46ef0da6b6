//! The kinds of password hashes in this shop, looked up now and then, for logins of nobody.

use crate::{App, Failure};
use credentials::password::stand_in::Kinds;
use domain::time::Timestamp;
use std::sync::{Arc, PoisonError, RwLock};

/// How long a sample is used, in seconds: a Django fixture that is loaded changes it.
const KEPT: i64 = 600;
/// Accounts in the sample: enough to tell shares to a percent or two.
const SAMPLE: i64 = 2_048;

/// The newest sample.
#[derive(Default)]
pub(crate) struct StandIns(RwLock<Option<(Timestamp, Arc<Kinds>)>>);

impl App {
    /// The kinds of hashes in this shop. Who finds the sample too old looks anew, before anything is known of the
    /// address: the time this takes tells nothing.
    pub(super) async fn password_kinds(&self) -> Result<Arc<Kinds>, Failure> {
        let now = self.now();
        let kept = self.stand_ins.0.read().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((_, kinds)) = kept.filter(|(at, _)| now < at.plus_seconds(KEPT)) {
            return Ok(kinds);
        }
        let kinds = Arc::new(Kinds::of(store::user::sample_of_passwords(&self.db, SAMPLE).await?));
        *self.stand_ins.0.write().unwrap_or_else(PoisonError::into_inner) = Some((now, Arc::clone(&kinds)));
        Ok(kinds)
    }
}
