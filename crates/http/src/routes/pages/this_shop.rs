//! What pages have to know of the shop before they show anything, as a module that they import: no page begins with a name
//! that is not the shop's.

use super::file;
use crate::state::Edge;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

const KIND: &str = "text/javascript; charset=utf-8";

pub(super) async fn script(State(edge): State<Edge>) -> Response {
    let shop = json!({
        "name": edge.settings.shop_name,
        "digits": edge.app.settings.currency.digits,
        "demo": edge.settings.demo,
        "mails": edge.settings.mails.as_str(),
    });
    let text = format!(
        "// What is set for this shop: its name, how many decimals prices have, who may be tried in a demo (null in any\n\
         // other shop), and whether mails are sent, kept for the staff or waiting for a mail server.\n\
         export const shop = {shop};\n"
    );
    let mut response = text.into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(KIND));
    file::dress(&mut response, KIND);
    response
}
