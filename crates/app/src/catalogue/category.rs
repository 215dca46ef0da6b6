//! `/categories/`

use crate::auth::FieldErrors;
use crate::failure::carries_failure;
use crate::once::{self, Once};
use crate::{App, Failure, audit};
use domain::audit::{Actor, Change};
use domain::catalogue::Category;
use domain::event::Event;
use domain::time::Timestamp;
use exchange::slug::slugify;
use store::Tx;
use store::category::CategoryDraft;
use thiserror::Error;

/// A category as it is to be.
#[derive(Clone, Debug)]
pub struct CategoryInput {
    /// Name.
    pub name: String,
    /// Address part; made from the name when `None`.
    pub slug: Option<String>,
    /// A sentence about it.
    pub description: String,
    /// The category above it.
    pub parent_id: Option<i64>,
}

/// Why the category stays as it is.
#[derive(Debug, Error)]
pub enum CategoryError {
    /// There is none.
    #[error("No Category matches the given query.")]
    NotFound,
    /// Something in it won't do.
    #[error("the category is not valid")]
    Invalid(FieldErrors),
    /// Something else failed.
    #[error(transparent)]
    Failure(Failure),
}
carries_failure!(CategoryError);

fn invalid(field: &str, message: impl Into<String>) -> CategoryError {
    CategoryError::Invalid(vec![(field.to_owned(), vec![message.into()])])
}

fn slug_taken(error: store::Error) -> CategoryError {
    match error.is_unique("categories_slug") {
        true => invalid("slug", "category with this slug already exists."),
        false => error.into(),
    }
}

impl App {
    /// A page of categories by name, and how many there are.
    pub async fn categories(&self, limit: i64, offset: i64) -> Result<(Vec<Category>, i64), Failure> {
        Ok(store::category::page(&self.db, limit, offset).await?)
    }

    /// One category.
    pub async fn category(&self, id: i64) -> Result<Option<Category>, Failure> {
        Ok(store::category::by_id(&self.db, id).await?)
    }

    /// Adds a category.
    #[tracing::instrument(level = "trace", target = "oxcart::trace", skip_all)]
    pub async fn create_category(
        &self,
        input: CategoryInput,
        by: &Actor,
        once: Once<Category>,
    ) -> Result<Category, CategoryError> {
        store::retry(|| async {
            let tx = self.db.begin().await?;
            let draft = checked(&tx, None, input.clone()).await?;
            let now = self.now();
            let id = insert(&tx, &draft, by, now).await.map_err(slug_taken)?;
            store::event::append(&tx, &[Event::catalogue_changed()], now).await?;
            let saved = store::category::by_id(&tx, id).await?.ok_or(CategoryError::NotFound)?;
            once::keep(&once, &tx, &saved, now).await?;
            tx.commit().await?;
            Ok(saved)
        })
        .await
    }

    /// Changes a category: `change` makes what it is to be from what it is.
    #[tracing::instrument(level = "trace", target = "oxcart::trace", skip_all)]
    pub async fn change_category(
        &self,
        id: i64,
        by: &Actor,
        change: impl Fn(&Category) -> CategoryInput + Send + Sync,
    ) -> Result<Category, CategoryError> {
        store::retry(|| async {
            let tx = self.db.begin().await?;
            let current = store::category::lock(&tx, id).await?.ok_or(CategoryError::NotFound)?;
            let draft = checked(&tx, Some(id), change(&current)).await?;
            let now = self.now();
            store::category::update(&tx, id, &draft, now).await.map_err(slug_taken)?;
            store::event::append(&tx, &[Event::catalogue_changed()], now).await?;
            let (before, after) = (audit::category_as_it_is(&current), audit::category(&draft));
            let change = Change::of("category.update", format!("category:{id}"), Some(&before), Some(&after));
            store::audit::append(&tx, by, change.as_slice(), now).await?;
            let saved = store::category::by_id(&tx, id).await?.ok_or(CategoryError::NotFound)?;
            tx.commit().await?;
            Ok(saved)
        })
        .await
    }

    /// Removes a category; its products stay, without one.
    #[tracing::instrument(level = "trace", target = "oxcart::trace", skip_all)]
    pub async fn delete_category(&self, id: i64, by: &Actor) -> Result<(), CategoryError> {
        store::retry(|| async {
            let tx = self.db.begin().await?;
            let current = store::category::lock(&tx, id).await?.ok_or(CategoryError::NotFound)?;
            if !store::category::delete(&tx, id).await? {
                return Err(CategoryError::NotFound);
            }
            let now = self.now();
            store::event::append(&tx, &[Event::catalogue_changed()], now).await?;
            let before = audit::category_as_it_is(&current);
            let change = Change::of("category.delete", format!("category:{id}"), Some(&before), None);
            store::audit::append(&tx, by, change.as_slice(), now).await?;
            Ok(tx.commit().await?)
        })
        .await
    }
}

/// Adds a category and writes down who did; `categories_slug` when the slug is taken.
pub(crate) async fn insert(tx: &Tx, draft: &CategoryDraft, by: &Actor, now: Timestamp) -> store::Result<i64> {
    let id = store::category::insert(tx, draft, now).await?;
    let change = Change::of("category.create", format!("category:{id}"), None, Some(&audit::category(draft)));
    store::audit::append(tx, by, change.as_slice(), now).await?;
    Ok(id)
}

/// The input with its slug settled and its parent checked: it must exist and not lie below the category itself.
async fn checked(tx: &Tx, own_id: Option<i64>, input: CategoryInput) -> Result<CategoryDraft, CategoryError> {
    if let Some(parent) = input.parent_id {
        if store::category::by_id(tx, parent).await?.is_none() {
            return Err(invalid("parent", format!("Invalid pk \"{parent}\" - object does not exist.")));
        }
        if let Some(own) = own_id
            && store::category::is_within(tx, parent, own).await?
        {
            return Err(invalid("parent", "A category can't be put below itself."));
        }
    }
    let slug = match input.slug {
        Some(slug) => slug,
        None => match slugify(&input.name) {
            slug if slug.is_empty() => return Err(invalid("slug", "This name makes no slug. Give one.")),
            slug => slug,
        },
    };
    Ok(CategoryDraft { name: input.name, slug, description: input.description, parent_id: input.parent_id })
}
