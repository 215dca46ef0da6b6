//! Categories.

use domain::catalogue::{Category, CategoryRef};
use serde::Serialize;
use utoipa::ToSchema;

/// A category.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Category)]
pub(crate) struct CategoryBody {
    #[schema(example = 3)]
    pub id: i64,
    #[schema(example = "Kitchen")]
    pub name: String,
    #[schema(example = "kitchen")]
    pub slug: String,
    pub description: String,
    /// The id of the category above it.
    pub parent: Option<i64>,
    #[schema(format = DateTime)]
    pub created_at: String,
    #[schema(format = DateTime)]
    pub updated_at: String,
}

impl From<&Category> for CategoryBody {
    fn from(category: &Category) -> Self {
        Self {
            id: category.id,
            name: category.name.clone(),
            slug: category.slug.clone(),
            description: category.description.clone(),
            parent: category.parent_id,
            created_at: category.created_at.iso(),
            updated_at: category.updated_at.iso(),
        }
    }
}

/// A category as a product shows it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CategoryOfProduct)]
pub(crate) struct CategoryRefBody {
    #[schema(example = 3)]
    pub id: i64,
    #[schema(example = "Kitchen")]
    pub name: String,
    #[schema(example = "kitchen")]
    pub slug: String,
}

impl From<&CategoryRef> for CategoryRefBody {
    fn from(category: &CategoryRef) -> Self {
        Self { id: category.id, name: category.name.clone(), slug: category.slug.clone() }
    }
}

/// A category as it is to be.
#[derive(ToSchema)]
#[schema(as = CategoryChange)]
#[expect(dead_code, reason = "describes the body in the document; it is read field by field")]
pub(crate) struct CategoryChangeBody {
    /// Required but in a PATCH.
    #[schema(example = "Kitchen", max_length = 150, nullable = false)]
    name: Option<String>,
    /// Made from the name when left away.
    #[schema(example = "kitchen", max_length = 150, nullable = false)]
    slug: Option<String>,
    #[schema(nullable = false)]
    description: Option<String>,
    /// The id of the category above it.
    parent: Option<i64>,
}
