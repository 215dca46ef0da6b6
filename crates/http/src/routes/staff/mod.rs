//! What the staff does besides the catalogue and orders.

mod customers;
mod dashboard;
mod members;
mod session;

use crate::guard::Resources;

pub(super) fn resources(resources: Resources) -> Resources {
    let resources = session::resources(resources);
    let resources = members::resources(resources);
    let resources = customers::resources(resources);
    dashboard::resources(resources)
}
