//! What the staff does besides the catalogue and orders.

mod customers;
mod dashboard;
mod files;
mod members;
mod session;
mod settings;

use crate::guard::Resources;

pub(super) fn resources(resources: Resources) -> Resources {
    let resources = session::resources(resources);
    let resources = members::resources(resources);
    let resources = customers::resources(resources);
    let resources = files::resources(resources);
    let resources = settings::resources(resources);
    dashboard::resources(resources)
}
