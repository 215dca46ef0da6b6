//! Files in and out: what the commands `import`, `loaddata`, `export` and `dumpdata` do, with a browser.

use crate::body::{collect, spooled};
use crate::dto::errors::{Detail, FieldProblems};
use crate::error::{Answer, Problem};
use crate::guard::{By, Caller, Permission, Resources};
use crate::outer::Pace;
use crate::page::Query;
use crate::state::Edge;
use app::transfer::{ImportReport, Pipe};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use domain::staff::Duty;
use futures_util::stream;
use serde_json::{Value, json};
use std::io;
use std::task::Poll;
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use utoipa_axum::routes;

pub(super) fn resources(resources: Resources) -> Resources {
    resources
        .resource(Permission::Staff(Duty::Catalogue), routes!(import))
        .resource(Permission::Staff(Duty::Read), routes!(products))
        .resource(Permission::Staff(Duty::Owner), routes!(shop))
}

/// Import a file: products, or (only an owner) a fixture with the whole shop.
///
/// The file is the body, or the field `file` of a form. The answer comes while it is worked off: lines of JSON, each
/// `{"done": …, "total": …}`, the last with `"finished": true` and what came of it. Of a product file bad rows are left
/// out and told of with their line, the rest is taken; a fixture with anything bad in it is not taken at all.
#[utoipa::path(
    post, path = "/staff/imports/", tag = "Staff",
    params(
        ("format" = Option<String>, Query, description = "`product-csv` unless told, or `fixture`", example = "product-csv"),
        ("dry_run" = Option<bool>, Query, description = "Only say what would come of it"),
    ),
    request_body(content = String, content_type = "text/csv", description = "The file"),
    responses(
        (status = 200, content_type = "application/x-ndjson", body = String),
        (status = 400, body = FieldProblems),
        (status = 429, body = Detail, description = "As many files as may be are being imported; see `Retry-After`."),
    )
)]
async fn import(State(edge): State<Edge>, caller: Caller, By(by): By, query: Query, request: Request) -> Answer {
    let is_fixture = match query.get("format").unwrap_or("product-csv") {
        "product-csv" => false,
        "fixture" => true,
        other => {
            let message = format!("\"{other}\" is not a valid choice. Use product-csv or fixture.");
            return Err(Problem::field("format", message));
        }
    };
    // A fixture makes accounts, those of owners too.
    if is_fixture && !caller.may(Duty::Owner) {
        return Err(Problem::forbidden());
    }
    let dry_run = match query.get("dry_run").map(crate::body::flag_named) {
        Some(None) => return Err(Problem::field("dry_run", "Must be a valid boolean.")),
        told => told.flatten().unwrap_or_default(),
    };
    let Some(turn) = edge.app.begin_import() else {
        // Who still sends would not hear a refusal.
        if let Some(pace) = request.extensions().get::<Pace>() {
            pace.by_rate();
        }
        collect(request.into_body(), 0).await?;
        return Err(Problem::TooMany(10, "Other files are being imported. Try again in 10 seconds.".into()));
    };
    let Some(file) = spooled(request, &edge).await? else {
        return Err(Problem::field(
            "file",
            "No file was submitted. Send it as the body, or as the field \"file\" of a form.",
        ));
    };
    let (lines, told) = mpsc::unbounded_channel();
    let importing = move || async move {
        let tell = |done, total| drop(lines.send(line(&json!({"done": done, "total": total}))));
        let report = match is_fixture {
            false => edge.app.import_products(file, by, dry_run, tell).await,
            true => edge.app.import_fixture(file, &by, dry_run, &edge.settings.media_url).await,
        };
        drop(turn);
        // Whoever left does not need it.
        let _ = lines.send(line(&report.map_or_else(|failure| broken_off(&failure), |report| finished(&report))));
    };
    // In a thread of its own: reading a file is work, and what is begun is done also when the browser is closed.
    let runtime = Handle::current();
    tokio::task::spawn_blocking(move || runtime.block_on(importing()));
    let body = Body::from_stream(stream::unfold(told, async |mut told| Some((told.recv().await?, told))));
    let headers = [(header::CONTENT_TYPE, "application/x-ndjson"), (header::CACHE_CONTROL, "no-store")];
    Ok((headers, body).into_response())
}

fn broken_off(failure: &app::Failure) -> Value {
    tracing::error!(%failure, "an import broke off");
    let error = "The import broke off. What was done before stays; import the file again to go on.";
    json!({"finished": false, "error": error})
}

fn finished(report: &ImportReport) -> Value {
    if report.stopped {
        return json!({
            "finished": false, "saved": report.saved, "created": report.created, "updated": report.updated,
            "unchanged": report.unchanged, "error": "The shop was stopped before the file was done. What was done \
            before stays; import the file again to go on.",
        });
    }
    let problem = |problem: &app::transfer::ImportProblem| json!({"line": problem.line, "column": problem.column, "message": problem.message});
    json!({
        "finished": true, "saved": report.saved, "created": report.created, "updated": report.updated,
        "unchanged": report.unchanged, "problems": report.problems.iter().map(problem).collect::<Vec<_>>(),
    })
}

fn line(value: &Value) -> io::Result<Bytes> {
    Ok(Bytes::from(format!("{value}\n")))
}

/// All products as a file, drafts too, in the form that imports read.
#[utoipa::path(
    get, path = "/staff/exports/products.csv", tag = "Staff",
    responses((status = 200, content_type = "text/csv", body = String))
)]
async fn products(State(edge): State<Edge>) -> Response {
    let pipe = Pipe::default();
    let out = pipe.clone();
    let work = async move { edge.app.write_products(out).await.map_err(io::Error::other) };
    streamed(work, pipe, "text/csv; charset=utf-8", "attachment; filename=\"products.csv\"")
}

/// The whole shop as a Django fixture: with accounts and their password hashes.
#[utoipa::path(
    get, path = "/staff/exports/shop.json", tag = "Staff",
    responses((status = 200, content_type = "application/json", body = Vec<serde_json::Value>))
)]
async fn shop(State(edge): State<Edge>) -> Response {
    let pipe = Pipe::default();
    let out = pipe.clone();
    let work = async move { edge.app.write_shop(out).await.map_err(io::Error::other) };
    streamed(work, pipe, "application/json", "attachment; filename=\"shop.json\"")
}

/// An answer that is sent while it is written. Work goes on only as fast as somebody reads, and ends with them.
fn streamed(
    work: impl Future<Output = io::Result<()>> + Send + 'static,
    pipe: Pipe,
    kind: &'static str,
    disposition: &'static str,
) -> Response {
    let mut work = Box::pin(work);
    let mut ended = None;
    let pieces = stream::poll_fn(move |context| {
        if ended.is_none()
            && let Poll::Ready(outcome) = work.as_mut().poll(context)
        {
            ended = Some(outcome);
        }
        let piece = pipe.take();
        match &mut ended {
            _ if !piece.is_empty() => Poll::Ready(Some(Ok(Bytes::from(piece)))),
            None => Poll::Pending,
            Some(outcome) => Poll::Ready(std::mem::replace(outcome, Ok(())).err().map(Err)),
        }
    });
    let mut response = Body::from_stream(pieces).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    headers.insert(header::CONTENT_DISPOSITION, header::HeaderValue::from_static(disposition));
    response
}
