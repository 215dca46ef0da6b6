//! A small HTTP client for tests: a cookie jar of its own, an optional bearer token, redirects shown
//! instead of followed, and answers whose assertions say which request got what.

use reqwest::cookie::{CookieStore, Jar};
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, COOKIE, HeaderMap, HeaderName, HeaderValue, SET_COOKIE};
use reqwest::{Method, Url};
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;

/// One caller of a shop. A clone shares the cookies and the connections.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    cookies: Arc<Jar>,
    headers: HeaderMap,
    base: String,
}

/// What a request carries. Made from `()`, a JSON value, or pairs of form fields.
#[derive(Clone, Debug)]
pub enum Body {
    /// Nothing.
    Empty,
    /// `application/json`.
    Json(Value),
    /// `application/x-www-form-urlencoded`.
    Form(Vec<(String, String)>),
    /// Any bytes under any content type; an empty type sends no header.
    Raw(String, Vec<u8>),
}

impl Body {
    /// Bytes as they are under `content_type`.
    pub fn raw(content_type: &str, bytes: impl Into<Vec<u8>>) -> Self {
        Self::Raw(content_type.to_owned(), bytes.into())
    }
}

impl From<()> for Body {
    fn from((): ()) -> Self {
        Self::Empty
    }
}

impl From<Value> for Body {
    fn from(value: Value) -> Self {
        Self::Json(value)
    }
}

impl From<Option<Value>> for Body {
    fn from(value: Option<Value>) -> Self {
        value.map_or(Self::Empty, Self::Json)
    }
}

impl<const N: usize> From<[(&str, &str); N]> for Body {
    fn from(fields: [(&str, &str); N]) -> Self {
        Self::Form(fields.map(|(name, value)| (name.to_owned(), value.to_owned())).into())
    }
}

impl Client {
    /// A caller without cookies and token; `base` is like `http://127.0.0.1:8000`.
    pub fn new(base: &str) -> Self {
        let cookies = Arc::new(Jar::default());
        let http = reqwest::Client::builder()
            .cookie_provider(cookies.clone())
            .redirect(reqwest::redirect::Policy::none())
            .timeout(Duration::from_secs(30))
            .no_proxy()
            .build()
            .expect("a client without TLS reads no files and cannot fail");
        let base = base.trim_end_matches('/').to_owned();
        Self { http, cookies, headers: HeaderMap::new(), base }
    }

    /// The same caller, with the same cookies and token, at another address: another instance.
    pub fn at(&self, base: &str) -> Self {
        Self { base: base.trim_end_matches('/').to_owned(), ..self.clone() }
    }

    /// The same caller with `Authorization: Bearer <token>`.
    pub fn with_token(&self, token: &str) -> Self {
        self.with_header(AUTHORIZATION.as_str(), &format!("Bearer {token}"))
    }

    /// The same caller with one more header on every request.
    ///
    /// # Panics
    /// On a name or value HTTP does not allow.
    pub fn with_header(&self, name: &str, value: &str) -> Self {
        let name: HeaderName = name.parse().unwrap_or_else(|_| panic!("{name:?} is no header name"));
        let value: HeaderValue = value.parse().unwrap_or_else(|_| panic!("{value:?} is no header value"));
        let mut changed = self.clone();
        changed.headers.insert(name, value);
        changed
    }

    /// Where it sends to, without a slash at the end.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The value of a cookie it holds for its address.
    pub fn cookie(&self, name: &str) -> Option<String> {
        let header = self.cookies.cookies(&self.url("/"))?;
        let pairs = header.to_str().ok()?.split("; ").filter_map(|pair| pair.split_once('='));
        pairs.into_iter().find(|(n, _)| *n == name).map(|(_, value)| value.to_owned())
    }

    /// Puts a cookie into its jar.
    pub fn set_cookie(&self, name: &str, value: &str) {
        self.cookies.add_cookie_str(&format!("{name}={value}; Path=/"), &self.url("/"));
    }

    /// GET. Like all of these: `path` starts with a slash, or is a whole URL (as in `next`).
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, Body::Empty).await
    }

    /// POST; `json!({…})`, `[("field", "value")]` for a form, [`Body::raw`], or `()` for nothing.
    pub async fn post(&self, path: &str, body: impl Into<Body>) -> Answer {
        self.send(Method::POST, path, body).await
    }

    /// PATCH.
    pub async fn patch(&self, path: &str, body: impl Into<Body>) -> Answer {
        self.send(Method::PATCH, path, body).await
    }

    /// PUT.
    pub async fn put(&self, path: &str, body: impl Into<Body>) -> Answer {
        self.send(Method::PUT, path, body).await
    }

    /// DELETE.
    pub async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, Body::Empty).await
    }

    /// Any method.
    ///
    /// # Panics
    /// When no answer comes: the shop is away, or took longer than 30 seconds.
    pub async fn send(&self, method: Method, path: &str, body: impl Into<Body>) -> Answer {
        self.try_send(method.clone(), path, body)
            .await
            .unwrap_or_else(|error| panic!("{method} {path}: no answer from {}: {error:?}", self.base))
    }

    /// Any method, for a test in which the shop may be away.
    ///
    /// # Errors
    /// When no answer comes. Whether the shop has done what was asked is then unknown.
    pub async fn try_send(&self, method: Method, path: &str, body: impl Into<Body>) -> Result<Answer, reqwest::Error> {
        let response = self.request(method.clone(), path, body.into()).send().await?;
        Answer::of(format!("{method} {path}"), response).await
    }

    /// GET an endless answer (server-sent events), to be read with `Response::chunk`.
    ///
    /// # Errors
    /// When no answer begins.
    pub(crate) async fn open(&self, path: &str) -> Result<reqwest::Response, reqwest::Error> {
        let hour = Duration::from_secs(3600);
        self.request(Method::GET, path, Body::Empty).header(ACCEPT, "text/event-stream").timeout(hour).send().await
    }

    /// The headers of a request to `url`, with the cookies: for what does not go through the HTTP client.
    pub(crate) fn headers_to(&self, url: &Url) -> HeaderMap {
        let mut headers = self.headers.clone();
        if let (false, Some(cookies)) = (headers.contains_key(COOKIE), self.cookies.cookies(url)) {
            headers.insert(COOKIE, cookies);
        }
        headers
    }

    /// Keeps the cookies an answer from `url` sets.
    pub(crate) fn keep_cookies(&self, url: &Url, answer: &HeaderMap) {
        self.cookies.set_cookies(&mut answer.get_all(SET_COOKIE).iter(), url);
    }

    fn request(&self, method: Method, path: &str, body: Body) -> reqwest::RequestBuilder {
        let request = self.http.request(method, self.url(path)).headers(self.headers.clone());
        match body {
            Body::Empty => request,
            Body::Json(value) => request.json(&value),
            Body::Form(fields) => request.form(&fields),
            Body::Raw(kind, bytes) if kind.is_empty() => request.body(bytes),
            Body::Raw(kind, bytes) => request.header(CONTENT_TYPE, kind).body(bytes),
        }
    }

    /// Where a request to `path` goes.
    pub(crate) fn url(&self, path: &str) -> Url {
        let whole = match path.contains("://") {
            true => path.to_owned(),
            false => format!("{}{path}", self.base),
        };
        whole.parse().unwrap_or_else(|error| panic!("{whole:?} is no URL: {error}"))
    }
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Method and path.
    pub(crate) request: String,
    /// The status code.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body's bytes.
    pub body: Vec<u8>,
}

impl Answer {
    /// The whole of a response.
    pub(crate) async fn of(request: String, response: reqwest::Response) -> Result<Self, reqwest::Error> {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Ok(Self { request, status, headers, body: response.bytes().await?.to_vec() })
    }

    /// Itself, when the status is `status`.
    ///
    /// # Panics
    /// With request, status and body when it is another one.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert!(self.status == status, "expected {status} but {self}");
        self
    }

    /// The body as JSON.
    ///
    /// # Panics
    /// With request, status and body when it is none.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("expected JSON ({error}) but {self}"))
    }

    /// The body as text; what is not UTF-8 in it is replaced.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The first header of that name, if it is there and readable.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = self.text();
        let shown: String = text.chars().take(2000).collect();
        write!(f, "{} got {}: {shown}", self.request, self.status)?;
        if shown.len() < text.len() {
            write!(f, " … ({} bytes)", self.body.len())?;
        }
        Ok(())
    }
}
