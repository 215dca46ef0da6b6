//! Errors that come from the guard and the body readers, put into the document of every route they can come from.

use super::{Needed, Permission};
use crate::dto::errors::{Detail, TokenProblem};
use crate::idempotency;
use domain::staff::{Duty, Role};
use utoipa::PartialSchema;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{Operation, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::schema::{AnyOfBuilder, ObjectBuilder, Type};
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{ContentBuilder, RefOr, Response, ResponseBuilder};

pub(super) fn describe_errors(item: &mut PathItem, permission: Permission) {
    let operations = [
        (&mut item.get, false),
        (&mut item.post, true),
        (&mut item.put, true),
        (&mut item.patch, true),
        (&mut item.delete, true),
    ];
    for (operation, writes) in operations {
        let Some(operation) = operation else { continue };
        let needed = permission.needs(!writes);
        let open = needed == Needed::Nothing;
        describe(operation, needed);
        if open && writes {
            add(operation, "403", response::<Detail>("A page of another site sent it with the visitor's cookie."));
        }
    }
}

fn describe(operation: &mut Operation, needed: Needed) {
    add(operation, "401", response::<TokenProblem>("The token is no good, or none came where one is needed."));
    if let Needed::Duty(duty) = needed {
        add(operation, "403", response::<Detail>(&format!("Only {} may do this.", roles(duty))));
    }
    if operation.request_body.is_some() {
        add(operation, "400", response::<Detail>("The body can't be read."));
        add(operation, "413", response::<Detail>("The body is too long."));
        add(operation, "415", response::<Detail>("The body is of a kind that is not read here."));
    }
    add(operation, "503", response::<Detail>("The database does not answer, or too much is under way."));
    let bearer = SecurityRequirement::new::<_, [&str; 0], &str>("bearer", []);
    operation.security = Some(match needed == Needed::Nothing {
        // Nobody needs a token here, but one that comes is looked at.
        true => {
            vec![bearer, SecurityRequirement::new::<_, [&str; 0], &str>("session", []), SecurityRequirement::default()]
        }
        false if matches!(needed, Needed::Duty(_)) => {
            let browser = SecurityRequirement::new::<_, [&str; 0], &str>("staff", []);
            vec![bearer, browser.add::<_, [&str; 0], &str>("csrf", [])]
        }
        false => vec![bearer],
    });
}

/// Who has a duty, in words.
fn roles(duty: Duty) -> String {
    let roles = Role::ALL.into_iter().filter(|role| role.may(duty)).map(Role::as_str);
    format!("the staff ({})", roles.collect::<Vec<_>>().join(", "))
}

/// What a request that may be repeated under a key can be answered besides.
pub(super) fn describe_key(path: &str, item: &mut PathItem) {
    let Some(operation) = item.post.as_mut().filter(|_| idempotency::ROUTES.contains(&path)) else { return };
    let text = ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(idempotency::LENGTH));
    let key = ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .schema(Some(text.pattern(Some("^[!-~]+$"))))
        .description(Some("Chosen by the client, such as a UUID: repeated under it, the request has its effect once"))
        .build();
    operation.parameters.get_or_insert_default().push(key.into());
    also(operation, "400", "The `Idempotency-Key` is none.");
    also(operation, "409", "A request with this `Idempotency-Key` is under way; see `Retry-After`.");
    also(operation, "422", "The `Idempotency-Key` belongs to another request.");
    let replayed = HeaderBuilder::new().description(Some("`true`: this was done before, and answered so")).build();
    for (status, answer) in &mut operation.responses.responses {
        if let (true, RefOr::T(answer)) = (status.starts_with('2'), answer) {
            answer.headers.insert("Idempotent-Replayed".into(), replayed.clone().into());
        }
    }
}

/// Adds `{"detail": …}` to what may be answered with a status.
fn also(operation: &mut Operation, status: &str, description: &str) {
    let Some(RefOr::T(there)) = operation.responses.responses.get_mut(status) else {
        return add(operation, status, response::<Detail>(description));
    };
    there.description = format!("{} {description}", there.description).trim().to_owned();
    if let Some(RefOr::T(content)) = there.content.get_mut("application/json")
        && let Some(before) = content.schema.take()
    {
        content.schema = Some(AnyOfBuilder::new().item(before).item(Detail::schema()).into());
    }
}

fn add(operation: &mut Operation, status: &str, response: Response) {
    operation.responses.responses.entry(status.to_owned()).or_insert_with(|| RefOr::T(response));
}

fn response<T: PartialSchema>(description: &str) -> Response {
    let content = ContentBuilder::new().schema(Some(T::schema())).build();
    ResponseBuilder::new().description(description).content("application/json", content).build()
}
