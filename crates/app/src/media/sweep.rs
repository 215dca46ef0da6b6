//! Uploads that nothing shows are deleted after a day: those that never came to a product, and those that were taken away
//! from all. What this shop has taken in (`uploads`) is compared with what products, variants and descriptions tell; what
//! else lies in the folder or the bucket is nobody's here, and stays.
//!
//! - An orphan is noted with its date first, so the day begins when its last use was gone.
//! - Who deletes marks it, and looks once more whether something shows it. Who uploads the same picture takes the note
//!   away, or has to wait while its files go.

use super::stored::{blocking, mentioned};
use super::{PictureError, UPLOADS};
use crate::{App, Failure};
use domain::time::Timestamp;
use std::collections::HashSet;
use std::io;
use std::path::PathBuf;
use store::upload::{self, Fate};

/// How long an upload may be without use, in seconds.
const KEPT: i64 = 24 * 60 * 60;
/// After how long a deletion that did not end is taken over, in seconds.
const GIVEN_UP: i64 = 30 * 60;
/// Products looked at together, and uploads noted together.
const TOGETHER: i64 = 1_000;
/// Uploads taken on together: few, so that what shows one is looked at shortly before it goes.
const BATCH: i64 = 50;

/// Uploads that something shows, by the first half of their hashes: a shop with millions has to fit, and two that are
/// taken for each other are only kept for longer.
type Shown = HashSet<u128>;

impl App {
    /// Deletes uploads that nothing has shown for a day; returns how many.
    ///
    /// # Errors
    /// When the database fails, or what keeps the files; what was not deleted is tried again after another day.
    pub async fn sweep_uploads(&self) -> Result<usize, PictureError> {
        self.note_orphans().await?;
        let (mut deleted, mut first_error) = (0, None);
        loop {
            let (doomed_at, doomed) = self.doom().await?;
            if doomed.is_empty() {
                return first_error.map_or(Ok(deleted), Err);
            }
            let shown = self.shown_uploads().await?;
            for hash in doomed {
                let fate = match self.carry_out(&hash, doomed_at, &shown).await {
                    Ok(fate) => fate,
                    Err(error) => {
                        first_error.get_or_insert(error);
                        Fate::Kept(self.now())
                    }
                };
                deleted += usize::from(fate == Fate::Deleted);
                self.end_of(&hash, doomed_at, fate).await?;
            }
        }
    }

    async fn note_orphans(&self) -> Result<(), Failure> {
        let shown = self.shown_uploads().await?;
        let mut after = String::new();
        loop {
            let page = upload::page(&self.db, &after, TOGETHER).await?;
            let Some(last) = page.last() else { return Ok(()) };
            after.clone_from(last);
            let (used, unused): (Vec<_>, Vec<_>) = page.into_iter().partition(|hash| shown.contains(&half(hash)));
            store::retry(|| async {
                let tx = self.db.begin().await?;
                upload::shown(&tx, &used).await?;
                upload::orphaned(&tx, &unused, self.now()).await?;
                tx.commit().await?;
                Ok::<_, Failure>(())
            })
            .await?;
        }
    }

    /// Deletes one that was taken on, unless something shows it, or somebody has taken it over.
    async fn carry_out(&self, hash: &str, doomed_at: Timestamp, shown: &Shown) -> Result<Fate, PictureError> {
        if shown.contains(&half(hash)) {
            return Ok(Fate::Shown);
        }
        // Whatever is said of one that is no longer one's own has no effect.
        if !upload::is_doomed(&self.db, hash, doomed_at).await.map_err(Failure::from)? {
            return Ok(Fate::Shown);
        }
        self.delete_upload(hash).await?;
        Ok(Fate::Deleted)
    }

    async fn end_of(&self, hash: &str, doomed_at: Timestamp, fate: Fate) -> Result<(), Failure> {
        store::retry(|| async {
            let tx = self.db.begin().await?;
            upload::end(&tx, hash, doomed_at, fate).await?;
            tx.commit().await?;
            Ok(())
        })
        .await
    }

    /// Keeps the sweep away from a picture that somebody uploads.
    pub(super) async fn adopt_upload(&self, hash: &str) -> Result<(), Failure> {
        let free = store::retry(|| async {
            let tx = self.db.begin().await?;
            let free = upload::adopt(&tx, hash, self.now()).await?;
            tx.commit().await?;
            Ok::<_, Failure>(free)
        });
        if free.await? { Ok(()) } else { Err(Failure::Busy(5)) }
    }

    async fn shown_uploads(&self) -> Result<Shown, Failure> {
        let mut shown = Shown::new();
        let mut take = |texts: Vec<String>| texts.iter().for_each(|text| shown.extend(mentioned(text).map(half)));
        take(upload::mentions_of_categories(&self.db).await?);
        let mut after = 0;
        while let Some((last, texts)) = upload::mentions(&self.db, after, TOGETHER).await? {
            take(texts);
            after = last;
        }
        Ok(shown)
    }

    /// Takes on what is to be deleted; with the moment that shows that it is one's own.
    async fn doom(&self) -> Result<(Timestamp, Vec<String>), Failure> {
        store::retry(|| async {
            let (tx, now) = (self.db.begin().await?, self.now());
            let (before, given_up) = (now.plus_seconds(-KEPT), now.plus_seconds(-GIVEN_UP));
            let doomed = upload::doom(&tx, before, given_up, now, BATCH).await?;
            tx.commit().await?;
            Ok((now, doomed))
        })
        .await
    }

    async fn delete_upload(&self, hash: &str) -> Result<(), PictureError> {
        let folder = self.uploads_folder().join(hash);
        blocking(move || match std::fs::remove_dir_all(folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        })
        .await?;
        let Some(bucket) = &self.settings.media.bucket else { return Ok(()) };
        let files = bucket.names(&format!("{UPLOADS}/{hash}/")).await.map_err(PictureError::Storage)?;
        for file in files {
            bucket.forget(&file).await.map_err(PictureError::Storage)?;
        }
        Ok(())
    }

    fn uploads_folder(&self) -> PathBuf {
        self.settings.media.folder.join(UPLOADS)
    }
}

fn half(hash: impl AsRef<str>) -> u128 {
    // Whoever asks has made sure that it is a hash.
    u128::from_str_radix(&hash.as_ref()[..32], 16).unwrap_or_default()
}
