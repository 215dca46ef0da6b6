//! The shapes of errors, for the document.

use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// `{"detail": …}`
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Detail {
    /// What went wrong.
    #[schema(example = "Not found.")]
    pub detail: String,
}

/// Why nobody was let in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TokenProblem {
    /// What went wrong.
    #[schema(example = "Given token not valid for any token type")]
    pub detail: String,
    /// The same for programs, when there is a token to complain of.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "token_not_valid", nullable = false)]
    pub code: Option<String>,
}

/// `{"error": …}`
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ShopError {
    /// What went wrong.
    #[schema(example = "Cart is empty")]
    pub error: String,
}

/// What is asked for is not there; `detail` when the address itself leads nowhere.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "describes two shapes of one answer in the document")]
pub(crate) enum Missing {
    Thing(ShopError),
    Address(Detail),
}

/// More is wanted than there is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Insufficient {
    /// `Insufficient stock`
    #[schema(example = "Insufficient stock")]
    pub error: String,
    /// How many of it could be had.
    #[schema(example = 3)]
    pub available: i64,
}

/// `{"field": ["message", …]}`; `non_field_errors` for what concerns no single field.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"email": ["user with this email already exists."]}))]
pub(crate) struct FieldProblems(pub BTreeMap<String, serde_json::Value>);
