//! `POST`, `PATCH` and `DELETE /products/<id>/images/…`

use super::{Placed, UPLOADS, keep};
use crate::auth::FieldErrors;
use crate::catalogue::{Detail, ProductError, ProductInput};
use crate::failure::carries_failure;
use crate::{App, Failure};
use bytes::Bytes;
use domain::audit::Actor;
use domain::catalogue::Image;
use pictures::{Prepared, Refused};
use thiserror::Error;

/// The most pictures of a product.
const MOST: usize = 50;

/// A picture as it is sent.
#[derive(Clone, Debug)]
pub struct Upload {
    /// The file.
    pub bytes: Bytes,
    /// What it shows.
    pub alt: String,
}

/// Why the pictures of a product stay as they are.
#[derive(Debug, Error)]
pub enum PictureError {
    /// There is no such product, or no such picture of it.
    #[error("not found")]
    NotFound,
    /// Something won't do.
    #[error("the picture is not valid")]
    Invalid(FieldErrors),
    /// The files can't be written.
    #[error("The picture can't be stored: {0}")]
    Storage(String),
    /// Something else failed.
    #[error(transparent)]
    Failure(Failure),
}
carries_failure!(PictureError);

impl From<ProductError> for PictureError {
    fn from(error: ProductError) -> Self {
        match error {
            // The second comes only of changes that may touch nothing but the stock; pictures ask for whole ones.
            ProductError::NotFound | ProductError::StockOnly => Self::NotFound,
            ProductError::Invalid(errors) => Self::Invalid(errors),
            ProductError::Failure(failure) => Self::Failure(failure),
        }
    }
}

fn invalid(field: &str, message: String) -> FieldErrors {
    vec![(field.to_owned(), vec![message])]
}

impl App {
    /// Adds a picture to a product, behind those it has.
    pub async fn add_picture(&self, id: i64, upload: Upload, by: &Actor) -> Result<Placed, PictureError> {
        // Nothing is unpacked for a product that is not there.
        self.product(id, true).await?.ok_or(PictureError::NotFound)?;
        let prepared = self.prepare_picture(upload.bytes).await?;
        let url = self.keep_picture(prepared).await?;
        let image = Image { url, alt: upload.alt };
        let changed = self
            .change_product(id, by, false, |current| {
                let mut input = ProductInput::of(current);
                if input.images.len() >= MOST {
                    return Err(invalid("file", format!("A product has at most {MOST} pictures. Delete one first.")));
                }
                input.images.push(image.clone());
                Ok(input)
            })
            .await?;
        Ok(Placed { position: changed.images.len().saturating_sub(1), image })
    }

    /// Takes a picture away from a product. Its files stay for a day at least: others may show them, and caches do.
    pub async fn delete_picture(&self, id: i64, position: usize, by: &Actor) -> Result<(), PictureError> {
        let current = self.product(id, true).await?.ok_or(PictureError::NotFound)?;
        if position >= current.images.len() {
            return Err(PictureError::NotFound);
        }
        let meant = current.images[position].clone();
        self.change_product(id, by, false, |current| {
            let mut input = ProductInput::of(current);
            // Somebody may have moved it since.
            let found = input.images.get(position).is_some_and(|image| *image == meant);
            let place = if found { Some(position) } else { input.images.iter().position(|image| *image == meant) };
            if let Some(place) = place {
                input.images.remove(place);
            }
            Ok(input)
        })
        .await?;
        Ok(())
    }

    /// Puts the pictures of a product into another order: `order` names each of their positions once.
    pub async fn order_pictures(&self, id: i64, order: &[i64], by: &Actor) -> Result<Detail, PictureError> {
        let changed = self
            .change_product(id, by, false, |current| {
                let mut input = ProductInput::of(current);
                let mut named: Vec<_> = order.to_vec();
                named.sort_unstable();
                if !named.iter().copied().eq((0_i64..).take(input.images.len())) {
                    let count = input.images.len();
                    let message = format!("Name each position from 0 to {} once.", count.saturating_sub(1));
                    return Err(invalid("order", message));
                }
                let place = |position: &i64| usize::try_from(*position).ok().and_then(|at| current.images.get(at));
                input.images = order.iter().filter_map(place).cloned().collect();
                Ok(input)
            })
            .await?;
        Ok(changed)
    }

    async fn prepare_picture(&self, bytes: Bytes) -> Result<Prepared, PictureError> {
        let turns = &self.darkroom.turns;
        let turn = store::turn(turns, &self.darkroom.patience).await.map_err(|_| Failure::Busy(5))?;
        // The work keeps its turn: it goes on when its caller has left.
        let work = move || (pictures::prepare(&bytes), turn);
        let began = std::time::Instant::now();
        let (prepared, _turn) = tokio::task::spawn_blocking(work).await.map_err(|_| Failure::Busy(5))?;
        self.darkroom.patience.took(began.elapsed());
        prepared.map_err(|refused: Refused| PictureError::Invalid(invalid("file", refused.to_string())))
    }

    /// Writes the files and returns the address of the widest.
    async fn keep_picture(&self, prepared: Prepared) -> Result<String, PictureError> {
        let media = &self.settings.media;
        let hash = keep::hash(&prepared);
        self.adopt_upload(&hash).await?;
        let name = format!("{UPLOADS}/{hash}");
        let widest = prepared.files.last().map(|(width, _)| *width).unwrap_or_default();
        let address = format!("{}{name}/{widest}.{}", media.url, prepared.extension);
        let kept = match &media.bucket {
            Some(bucket) => keep::send(bucket.as_ref(), &name, &prepared).await,
            None => {
                let folder = media.folder.clone();
                let written = tokio::task::spawn_blocking(move || keep::write(&folder, &name, &prepared)).await;
                written.map_err(|_| Failure::Busy(5))?.map_err(|error| error.to_string())
            }
        };
        kept.map(|()| address).map_err(PictureError::Storage)
    }
}
