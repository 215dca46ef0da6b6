//! The OpenAPI document, put together from the routes.

use crate::routes;
use crate::state::Edge;
use axum::Router;
use axum::body::Bytes;
use utoipa::OpenApi as _;
use utoipa::openapi::OpenApi;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};

/// The document's head; paths and schemas come from the routes.
#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Oxcart",
        description = "A whole store backend: accounts, catalogue, carts and orders.\n\nMoney is a decimal text, instants are ISO 8601 in UTC. Errors are `{\"detail\": …}`, `{\"error\": …}` or `{\"field\": [\"…\"]}`; a body may come as JSON or as a form.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    tags(
        (name = "Accounts", description = "Register, profile, password"),
        (name = "Tokens", description = "Log in, refresh, log out"),
        (name = "Catalogue", description = "Products and categories; the staff writes"),
        (name = "Cart", description = "Of the account, or of the anonymous session in the `sessionid` cookie"),
        (name = "Orders", description = "Place, read, move on, cancel"),
        (name = "Staff", description = "The browser sessions of the staff, who belongs to it, customers, and how business goes"),
        (name = "Live", description = "The event log. Besides polling it is read by WebSocket at `/ws/` and as server-sent events at `/events/stream`; docs/LIVE.md in the repository describes all three."),
        (name = "Mails", description = "What the shop writes to its customers, for the staff"),
        (name = "Operations", description = "For operators"),
        (name = "Documentation", description = "This"),
    ),
)]
struct Head;

/// Every route, and the document that describes them.
pub(crate) fn routes() -> (Router<Edge>, OpenApi) {
    let mut head = Head::openapi();
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT");
    let bearer = bearer.description(Some("The access token of POST /api/token/"));
    let session = ApiKeyValue::with_description("sessionid", "An anonymous session, from POST /cart/add/");
    let schemes = head.components.get_or_insert_with(Default::default);
    schemes.add_security_scheme("bearer", SecurityScheme::Http(bearer.build()));
    schemes.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(session)));
    let staff = ApiKeyValue::with_description("staffsession", "A browser of the staff, from POST /staff/session/");
    schemes.add_security_scheme("staff", SecurityScheme::ApiKey(ApiKey::Cookie(staff)));
    let csrf = ApiKeyValue::with_description("X-CSRFToken", "What POST /staff/session/ answered; goes with the cookie");
    schemes.add_security_scheme("csrf", SecurityScheme::ApiKey(ApiKey::Header(csrf)));
    routes::all(head)
}

/// The document as JSON, for whoever asks the shop for it.
pub(crate) fn compact() -> Bytes {
    let (_, document) = routes();
    document.to_json().unwrap_or_default().into()
}

/// The document as readable JSON, with a newline at its end. Same for every shop.
#[must_use]
pub fn document() -> String {
    let (_, document) = routes();
    let mut text = document.to_pretty_json().unwrap_or_default();
    text.push('\n');
    text
}
