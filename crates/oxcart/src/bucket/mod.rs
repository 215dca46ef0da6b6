//! The way to an S3-compatible bucket. Addresses are signed here (signature version 4, in the query), so nothing but
//! plain requests goes over the wire, and the secret never does.

mod refusal;
mod wire;

use crate::config::{BucketAddress, Config};
use anyhow::{Context as _, bail};
use app::media::{Bucket, Later};
use bytes::Bytes;
use http_edge::{PictureSource, Sent};
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::{Method, StatusCode};
use rusty_s3::actions::ListObjectsV2;
use rusty_s3::{Credentials, S3Action, UrlStyle};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use wire::Wire;

/// How long a signed address is good for: as far as two clocks may be apart, besides the request itself.
const GOOD_FOR: Duration = Duration::from_secs(300);
/// Names asked for at a time.
const NAMES: usize = 1_000;
/// What uploads are kept with, for whoever reads the bucket without the shop.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// What a browser may ask for besides the file.
const ASKED: [HeaderName; 4] = [header::RANGE, header::IF_RANGE, header::IF_NONE_MATCH, header::IF_MODIFIED_SINCE];
/// What a browser is told besides the file.
const TOLD: [HeaderName; 6] = [
    header::CONTENT_TYPE,
    header::CONTENT_LENGTH,
    header::CONTENT_RANGE,
    header::ACCEPT_RANGES,
    header::ETAG,
    header::LAST_MODIFIED,
];

/// A bucket, and who may use it.
pub(crate) struct S3 {
    bucket: rusty_s3::Bucket,
    credentials: Credentials,
    /// What all names begin with there.
    folder: String,
    wire: Wire,
}

impl fmt::Debug for S3 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.bucket.base_url(), self.folder)
    }
}

impl S3 {
    /// The configured bucket, if there is one. Nothing is asked yet.
    ///
    /// # Errors
    /// When its address can't be used, or this machine knows no certificate authority.
    pub(crate) fn of(config: &Config) -> anyhow::Result<Option<Arc<Self>>> {
        let (Some(address), Some(key), Some(secret)) =
            (&config.media_bucket, &config.media_bucket_key, &config.media_bucket_secret)
        else {
            return Ok(None);
        };
        Self::open(address, key, &secret.0).context("media_bucket can't be used").map(|opened| Some(Arc::new(opened)))
    }

    fn open(address: &BucketAddress, key: &str, secret: &str) -> anyhow::Result<Self> {
        let Ok(endpoint) = address.endpoint.parse() else { bail!("its endpoint is no address") };
        let style = if address.in_host { UrlStyle::VirtualHost } else { UrlStyle::Path };
        let bucket = rusty_s3::Bucket::new(endpoint, style, address.name.clone(), address.region.clone())?;
        Ok(Self {
            bucket,
            credentials: Credentials::new(key, secret),
            folder: address.folder.clone(),
            wire: Wire::open(&address.endpoint)?,
        })
    }

    /// Asks whether the bucket is there and lets us in.
    ///
    /// # Errors
    /// When it does not; in words that say what to do.
    pub(crate) async fn look(&self) -> Result<(), String> {
        self.list("", 1).await.map(drop)
    }

    async fn list(&self, start: &str, most: usize) -> Result<Vec<String>, String> {
        let mut action = self.bucket.list_objects_v2(Some(&self.credentials));
        action.with_prefix(format!("{}{start}", self.folder));
        action.with_max_keys(most);
        let (_, body) =
            self.wire.whole(Method::GET, || action.sign(GOOD_FOR), &HeaderMap::new(), &Bytes::new()).await?;
        let text = String::from_utf8_lossy(&body);
        let listed = ListObjectsV2::parse_response(&text);
        let listed = listed.map_err(|error| format!("{self:?} answers with something that is no list: {error}"))?;
        let own = |key: String| key.strip_prefix(&self.folder).map(str::to_owned);
        Ok(listed.contents.into_iter().filter_map(|content| own(content.key)).collect())
    }
}

impl Bucket for S3 {
    fn keep<'a>(&'a self, name: &'a str, bytes: Bytes) -> Later<'a, ()> {
        Box::pin(async move {
            let key = format!("{}{name}", self.folder);
            let action = self.bucket.put_object(Some(&self.credentials), &key);
            let kind = HeaderValue::from_static(match name.rsplit_once('.') {
                Some((_, "png")) => "image/png",
                Some((_, "webp")) => "image/webp",
                _ => "image/jpeg",
            });
            let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, FOR_EVER)]);
            self.wire.whole(Method::PUT, || action.sign(GOOD_FOR), &headers, &bytes).await.map(drop)
        })
    }

    fn forget<'a>(&'a self, name: &'a str) -> Later<'a, ()> {
        Box::pin(async move {
            let key = format!("{}{name}", self.folder);
            let action = self.bucket.delete_object(Some(&self.credentials), &key);
            let (headers, body) = (HeaderMap::new(), Bytes::new());
            self.wire.whole(Method::DELETE, || action.sign(GOOD_FOR), &headers, &body).await.map(drop)
        })
    }

    fn names<'a>(&'a self, start: &'a str) -> Later<'a, Vec<String>> {
        Box::pin(self.list(start, NAMES))
    }
}

impl PictureSource for S3 {
    fn ask<'a>(&'a self, method: &'a Method, name: &'a str, headers: &'a HeaderMap) -> Sent<'a> {
        Box::pin(async move {
            let key = format!("{}{name}", self.folder);
            let address = match *method {
                Method::HEAD => self.bucket.head_object(Some(&self.credentials), &key).sign(GOOD_FOR),
                _ => self.bucket.get_object(Some(&self.credentials), &key).sign(GOOD_FOR),
            };
            let asked = chosen(headers, &ASKED);
            let mut response = self.wire.send(method.clone(), &address, &asked, Bytes::new()).await?;
            match response.status() {
                StatusCode::OK
                | StatusCode::PARTIAL_CONTENT
                | StatusCode::NOT_MODIFIED
                | StatusCode::NOT_FOUND
                | StatusCode::RANGE_NOT_SATISFIABLE => {
                    *response.headers_mut() = chosen(response.headers(), &TOLD);
                    Ok(response)
                }
                _ => Err(self.wire.refusal(response).await),
            }
        })
    }
}

/// Those of the headers.
fn chosen(headers: &HeaderMap, names: &[HeaderName]) -> HeaderMap {
    let there = |name: &HeaderName| Some((name.clone(), headers.get(name)?.clone()));
    names.iter().filter_map(there).collect()
}
