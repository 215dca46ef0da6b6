//! Uploads that nothing shows are deleted after a day: those that never came to a product, and those that were taken away
//! from all. What is stored is compared with what products, variants and descriptions tell.
//!
//! - An orphan is noted with its date first (`orphaned_uploads`), so the day begins when its last use was gone.
//! - Who deletes marks it, and looks once more whether something shows it. Who uploads the same picture takes the note
//!   away, or has to wait while its files go.

use super::stored::{blocking, in_bucket, in_folder, mentioned};
use super::{PictureError, UPLOADS};
use crate::{App, Failure};
use std::collections::{BTreeSet, HashSet};
use std::io;
use std::path::PathBuf;
use store::upload;

/// How long an upload may be without use, in seconds.
const KEPT: i64 = 24 * 60 * 60;
/// After how long a deletion that did not end is taken over, in seconds.
const GIVEN_UP: i64 = 10 * 60;
/// Products looked at together.
const PRODUCTS: i64 = 1_000;
/// Uploads noted or taken on together.
const BATCH: usize = 500;

/// Uploads that something shows, by the first half of their hashes: a shop with millions has to fit, and two that are
/// taken for each other are only kept for longer.
type Shown = HashSet<u128>;

impl App {
    /// Deletes uploads that nothing has shown for a day; returns how many.
    ///
    /// # Errors
    /// When the database fails, or what keeps the files; what was not done is done next time.
    pub async fn sweep_uploads(&self) -> Result<usize, PictureError> {
        let shown = self.shown_uploads().await?;
        let kept: Vec<_> = self.kept_uploads().await?.into_iter().collect();
        for batch in kept.chunks(BATCH) {
            let (used, unused): (Vec<_>, Vec<_>) = batch.iter().cloned().partition(|hash| shown.contains(&half(hash)));
            self.note_uploads(used, unused).await?;
        }
        let mut deleted = 0;
        loop {
            let doomed = self.doom().await?;
            if doomed.is_empty() {
                return Ok(deleted);
            }
            let shown = self.shown_uploads().await?;
            let (rescued, doomed): (Vec<_>, Vec<_>) = doomed.into_iter().partition(|hash| shown.contains(&half(hash)));
            for hash in &doomed {
                self.delete_upload(hash).await?;
            }
            deleted += doomed.len();
            self.note_uploads([rescued, doomed].concat(), vec![]).await?;
        }
    }

    /// Keeps the sweep away from a picture that somebody uploads.
    pub(super) async fn adopt_upload(&self, hash: &str) -> Result<(), Failure> {
        let free = store::retry(|| async {
            let tx = self.db.begin().await?;
            let free = upload::adopt(&tx, hash).await?;
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
        while let Some((last, texts)) = upload::mentions(&self.db, after, PRODUCTS).await? {
            take(texts);
            after = last;
        }
        Ok(shown)
    }

    /// The hashes of all uploads that are stored.
    async fn kept_uploads(&self) -> Result<BTreeSet<String>, PictureError> {
        let folder = self.uploads_folder();
        let mut kept = blocking(move || in_folder(&folder)).await?;
        if let Some(bucket) = &self.settings.media.bucket {
            in_bucket(bucket.as_ref(), &mut kept).await.map_err(PictureError::Storage)?;
        }
        Ok(kept)
    }

    async fn note_uploads(&self, used: Vec<String>, unused: Vec<String>) -> Result<(), Failure> {
        store::retry(|| async {
            let tx = self.db.begin().await?;
            upload::shown(&tx, &used).await?;
            upload::orphaned(&tx, &unused, self.now()).await?;
            tx.commit().await?;
            Ok(())
        })
        .await
    }

    async fn doom(&self) -> Result<Vec<String>, Failure> {
        store::retry(|| async {
            let (tx, now) = (self.db.begin().await?, self.now());
            let (before, given_up) = (now.plus_seconds(-KEPT), now.plus_seconds(-GIVEN_UP));
            let most = i64::try_from(BATCH).unwrap_or(i64::MAX);
            let doomed = upload::doom(&tx, before, given_up, now, most).await?;
            tx.commit().await?;
            Ok(doomed)
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
        let files = bucket.names(&format!("{UPLOADS}/{hash}/"), "").await.map_err(PictureError::Storage)?;
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
