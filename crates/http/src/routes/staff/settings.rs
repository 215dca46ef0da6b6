//! What the operator has set, to be looked at.

use crate::guard::{Permission, Resources};
use crate::state::Edge;
use axum::Json;
use axum::extract::State;
use domain::staff::Duty;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::routes;

pub(super) fn resources(resources: Resources) -> Resources {
    resources.resource(Permission::Staff(Duty::Owner), routes!(list))
}

/// A setting.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Setting)]
struct SettingBody {
    #[schema(example = "page_size")]
    key: &'static str,
    #[schema(example = "Entries on a page")]
    label: &'static str,
    /// The heading it stands under; those of one group follow each other.
    #[schema(example = "The shop")]
    group: &'static str,
    /// What holds; null when nothing is set, and of secrets.
    #[schema(example = "20")]
    value: Option<String>,
    /// What happens where nobody sets it; null where a default holds then.
    #[schema(example = json!(null))]
    unset: Option<&'static str>,
    /// What a number counts; empty where the value says it.
    #[schema(example = "entries")]
    unit: &'static str,
    is_secret: bool,
    /// Where it was set; `default` when nowhere.
    #[schema(example = "environment variable OXCART_PAGE_SIZE")]
    source: String,
    /// The environment variables that set it; the first that is set wins.
    #[schema(example = json!(["OXCART_PAGE_SIZE"]))]
    env: &'static [&'static str],
    /// The flag of `oxcart serve` that sets it.
    #[schema(example = "--addr")]
    flag: Option<&'static str>,
    /// What it is for.
    help: &'static str,
}

/// What the operator has set. It is changed where it stands: in `oxcart.toml`, the environment or the command line; the
/// shop reads it when it starts.
#[utoipa::path(get, path = "/staff/settings/", tag = "Staff", responses((status = 200, body = Vec<SettingBody>)))]
async fn list(State(edge): State<Edge>) -> Json<Vec<SettingBody>> {
    let shown = edge.settings.shown.iter().map(|setting| SettingBody {
        key: setting.key,
        label: setting.label,
        group: setting.group,
        value: setting.value.clone(),
        unset: setting.unset,
        unit: setting.unit,
        is_secret: setting.is_secret,
        source: setting.source.clone(),
        env: setting.env,
        flag: setting.flag,
        help: setting.help,
    });
    Json(shown.collect())
}
