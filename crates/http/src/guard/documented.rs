//! Errors that come from the guard and the body readers, put into the document of every route they can come from.

use super::Permission;
use crate::dto::errors::{Detail, TokenProblem};
use utoipa::PartialSchema;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{ContentBuilder, RefOr, Response, ResponseBuilder};

pub(super) fn describe_errors(item: &mut PathItem, permission: Permission) {
    let reads = matches!(permission, Permission::StaffWrites);
    let operations = [
        (&mut item.get, false),
        (&mut item.post, true),
        (&mut item.put, true),
        (&mut item.patch, true),
        (&mut item.delete, true),
    ];
    for (operation, writes) in operations {
        let Some(operation) = operation else { continue };
        let open = permission == Permission::Anyone || (reads && !writes);
        let staff_only = permission == Permission::Staff || (reads && writes);
        describe(operation, open, staff_only);
        if open && writes {
            add(operation, "403", response::<Detail>("A page of another site sent it with the visitor's cookie."));
        }
    }
}

fn describe(operation: &mut Operation, open: bool, staff_only: bool) {
    add(operation, "401", response::<TokenProblem>("The token is no good, or none came where one is needed."));
    if staff_only {
        add(operation, "403", response::<Detail>("Only the staff may do this."));
    }
    if operation.request_body.is_some() {
        add(operation, "400", response::<Detail>("The body can't be read."));
        add(operation, "413", response::<Detail>("The body is too long."));
        add(operation, "415", response::<Detail>("The body is of a kind that is not read here."));
    }
    add(operation, "503", response::<Detail>("The database does not answer, or too much is under way."));
    let bearer = SecurityRequirement::new::<_, [&str; 0], &str>("bearer", []);
    operation.security = Some(match open {
        // Nobody needs a token here, but one that comes is looked at.
        true => {
            vec![bearer, SecurityRequirement::new::<_, [&str; 0], &str>("session", []), SecurityRequirement::default()]
        }
        false => vec![bearer],
    });
}

fn add(operation: &mut Operation, status: &str, response: Response) {
    operation.responses.responses.entry(status.to_owned()).or_insert_with(|| RefOr::T(response));
}

fn response<T: PartialSchema>(description: &str) -> Response {
    let content = ContentBuilder::new().schema(Some(T::schema())).build();
    ResponseBuilder::new().description(description).content("application/json", content).build()
}
