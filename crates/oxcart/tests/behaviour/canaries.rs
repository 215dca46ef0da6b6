//! What must never be written down: a canary in every field of every request of the API's document, on a server that
//! logs all it can. Everything that comes in a body, a query, a cookie or an authorization header counts as secret to the
//! log, whatever it is; passwords, tokens, tickets and session keys also to the answers that refuse them. Paths and the
//! `X-Request-ID` are written down: nothing secret belongs there.

use crate::support::{World, add, ask, browser_of, builder, place};
use serde_json::{Map, Value, json};
use std::time::{Duration, Instant};
use testkit::{Body, Client, Shop};

/// Fields whose values no answer repeats.
const SECRET: [&str; 6] = ["password", "old_password", "new_password", "refresh", "token", "ticket"];
/// In every canary, and nowhere else.
const MARK: &str = "Canary";

/// Sends requests and remembers what must not show.
struct Cage {
    document: Value,
    number: usize,
    /// Beyond the canaries: what the shop gave out.
    given: Vec<String>,
}

impl Cage {
    fn canary(&mut self, field: &str) -> String {
        self.number += 1;
        // Good as a password, too.
        format!("{MARK}-{}-{field}-Zx", self.number)
    }

    /// A value for a field of the document. `fitting` ones get past the first look at them.
    fn value(&mut self, field: &str, schema: &Value, fitting: bool) -> Value {
        let canary = self.canary(field);
        let kind = schema["type"].as_str().or_else(|| schema["type"][0].as_str()).unwrap_or("string");
        match (fitting, kind, field) {
            (true, "integer", _) => json!(1),
            (true, "boolean", _) => json!(true),
            (true, "array", "tags") => json!([canary]),
            (true, "array", _) => json!([]),
            (true, "object", _) => json!({}),
            (true, _, "email") => json!(format!("{canary}@example.com")),
            (true, _, "price") => json!("1.00"),
            (false, "array", _) => json!([canary, {"name": canary}]),
            (false, "object", _) => json!({"name": canary}),
            _ => json!(canary),
        }
    }

    /// The body that the document describes for an operation, with a canary in each field; `None` when it takes none.
    fn body(&mut self, operation: &Value, fitting: bool) -> Option<Map<String, Value>> {
        let reference = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].as_str()?;
        let pointer = reference.trim_start_matches('#');
        let fields = self.document.pointer(pointer)?["properties"].as_object()?.clone();
        Some(fields.iter().map(|(field, schema)| (field.clone(), self.value(field, schema, fitting))).collect())
    }

    /// A query with a canary in each parameter of the document, and in those that sockets and strangers use.
    fn query(&mut self, operation: &Value) -> String {
        let described = operation["parameters"].as_array().cloned().unwrap_or_default();
        let names = described.iter().filter(|parameter| parameter["in"] == "query");
        let names =
            names.filter_map(|parameter| parameter["name"].as_str()).chain(["token", "ticket", "password", "x"]);
        let pairs: Vec<_> = names.map(|name| format!("{name}={}", self.canary(name))).collect();
        pairs.join("&")
    }

    /// Every kind of body an operation can be sent.
    fn bodies(&mut self, operation: &Value) -> Vec<Body> {
        let Some(fitting) = self.body(operation, true) else { return vec![Body::Empty] };
        let wrong = self.body(operation, false).unwrap_or_default();
        let broken = json!(wrong).to_string();
        let form = wrong.iter().map(|(name, value)| (name.clone(), value.to_string())).collect();
        let mut parts = String::new();
        for (name, value) in &wrong {
            parts += &format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        }
        vec![
            Body::Json(json!(fitting)),
            Body::Json(json!(wrong)),
            Body::Json(json!([wrong])),
            Body::raw("application/json", broken[..broken.len() - 1].to_owned()),
            Body::raw("application/json", broken.replace('{', "")),
            Body::Form(form),
            Body::raw("multipart/form-data; boundary=b", format!("{parts}--b--\r\n")),
            Body::raw("multipart/form-data; boundary=b", parts),
            Body::raw("text/plain", broken),
        ]
    }

    /// Fails when an answer repeats what is secret.
    #[track_caller]
    fn check(&self, answer: &testkit::Answer) {
        let mut headers = answer.headers.clone();
        // The way to the address with the slash keeps what was asked.
        headers.remove("location");
        let text = format!("{} {headers:?}", answer.text());
        for secret in SECRET.iter().chain(&["cookie", "authorization"]) {
            assert!(!text.contains(&format!("-{secret}-Zx")), "an answer repeats a {secret}: {answer}");
        }
        assert!(answer.status < 500, "{answer}");
    }
}

/// Sends everything to every operation, as this caller.
async fn sing(cage: &mut Cage, caller: &Client, known: i64) {
    let paths = cage.document["paths"].as_object().expect("paths").clone();
    for (path, item) in &paths {
        for (method, operation) in item.as_object().expect("operations") {
            let path = path
                .split('/')
                .map(|segment| if segment.starts_with('{') { known.to_string() } else { segment.to_owned() });
            let path = path.collect::<Vec<_>>().join("/");
            for body in cage.bodies(operation) {
                let path = format!("{path}?{}", cage.query(operation));
                cage.check(&ask(caller, &method.to_uppercase(), &path, body).await);
            }
        }
    }
    for path in ["/ws/", "/ws/orders/", "/nowhere/", "/products", "/media/x.png", "/api/docs/x.js"] {
        let path = format!("{path}?{}", cage.query(&Value::Null));
        cage.check(&caller.get(&path).await);
    }
    // Opens for some and does not end.
    drop(caller.try_stream(&format!("/events/stream?{}", cage.query(&Value::Null))).await);
}

/// Everything that proves who somebody is, used once.
async fn prove(cage: &mut Cage, world: &World, mug: i64) {
    let password = cage.canary("password");
    let email = format!("{}@example.com", cage.canary("email"));
    let browser = world.shop.client();
    add(&browser, mug, 1).await.expect(201);
    cage.given.push(browser.cookie("sessionid").expect("a session"));
    let account = json!({"email": email, "password": password, "phone": cage.canary("phone")});
    browser.post("/user/register/", account).await.expect(201);
    let ann = world.shop.log_in(&browser, &email, &password).await;
    place(&ann).await;
    let ticket = ann.post("/ws/ticket/", ()).await.expect(201).json()["ticket"].as_str().expect("one").to_owned();
    let nobody = world.shop.client();
    drop(nobody.socket(&format!("/ws/cart/?ticket={ticket}")).await);
    drop(nobody.socket(&format!("/ws/cart/?token={}", ann.access)).await);
    nobody.get(&format!("/events/?token={}", ann.access)).await.expect(200);
    ann.patch("/user/profile/", json!({"first_name": cage.canary("first_name")})).await.expect(200);
    let pair = nobody.post("/api/token/refresh/", json!({"refresh": ann.refresh})).await.expect(200).json();
    nobody.post("/api/token/refresh/", json!({"refresh": ann.refresh})).await.expect(401);
    let own = [&pair["access"], &pair["refresh"]].map(|token| token.as_str().expect("a token").to_owned());
    // The part that proves it, as the text before may be told in pieces.
    let signed = own.into_iter().chain([ann.access.clone(), ann.refresh.clone()]);
    cage.given.extend(signed.filter_map(|token| token.rsplit('.').next().map(ToOwned::to_owned)));
    let staff = browser_of(world, &world.shop.staff().await).await;
    cage.given.push(staff.cookie("staffsession").expect("a session"));
    let session = staff.get("/staff/session/").await.expect(200).json();
    cage.given.push(session["csrf_token"].as_str().expect("a token").to_owned());
    cage.given.push(ticket);
    let hashes = world.shop.look("SELECT password FROM users").into_iter().flatten();
    cage.given.extend(hashes.filter_map(|hash| hash.rsplit('$').next().map(ToOwned::to_owned)));
}

/// The log, once it tells of all that was done.
async fn log(shop: &Shop) -> String {
    shop.client().get("/the-last-of-all/").await.expect(404);
    let deadline = Instant::now() + Duration::from_secs(20);
    while !shop.log().contains("/the-last-of-all/") {
        assert!(Instant::now() < deadline, "the log never tells of the last request");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    shop.log()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_sent_to_the_shop_is_never_written_down_and_secrets_are_not_repeated() {
    for format in ["pretty", "json"] {
        let talkative = builder().env("OXCART_LOG", "trace").env("OXCART_LOG_FORMAT", format);
        let talkative =
            talkative.env("OXCART_LOGIN_ADDRESS_RATE", "100000/m").env("OXCART_LOGIN_FAILURE_RATE", "100000/m");
        let world = World::of(talkative.env("OXCART_DEBUG", "true")).await;
        let mug = world.product("Mug", "1.00", 100_000).await;
        let document = world.shop.client().get("/api/schema/").await.expect(200).json();
        let mut cage = Cage { document, number: 0, given: vec![] };
        let session = world.shop.client();
        add(&session, mug, 1).await.expect(201);
        let bearer = format!("Bearer {}", cage.canary("authorization"));
        let basic = format!("Basic {}", cage.canary("authorization"));
        let cookie = format!("sessionid={}; staffsession={}", cage.canary("cookie"), cage.canary("cookie"));
        let nobody = world.shop.client();
        let callers = [
            nobody.clone(),
            nobody.with_header("Authorization", &bearer),
            nobody.with_header("Authorization", &basic).with_header("Cookie", &cookie),
            session.clone(),
            world.shop.customer().await.client,
            world.staff.client.clone(),
            browser_of(&world, &world.staff).await,
        ];
        for caller in &callers {
            sing(&mut cage, caller, mug).await;
        }
        // The staff has deleted what there was.
        let pan = world.product("Pan", "1.00", 10).await;
        prove(&mut cage, &world, pan).await;
        assert!(cage.number > 1_000, "only {} canaries flew", cage.number);
        let log = log(&world.shop).await;
        assert!(log.contains("oxcart::sql"), "the log is not talkative, so it proves nothing:\n{log}");
        let told =
            log.lines().find(|line| line.contains(MARK) || cage.given.iter().any(|secret| line.contains(secret)));
        assert_eq!(told, None, "in {format}, the log tells what it must not");
    }
}
