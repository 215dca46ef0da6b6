//! Traces: a request is one of them from the edge to its statements, also where callers share a batch. The test itself
//! is the collector.

use crate::support::{World, add, builder, together};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message as _;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use testkit::{Builder, Setup};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// Takes what is sent to it.
#[derive(Clone)]
struct Collector {
    address: String,
    spans: Arc<Mutex<Vec<Span>>>,
}

impl Collector {
    async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("bound"));
        let collector = Self { address, spans: Arc::default() };
        let spans = Arc::clone(&collector.spans);
        tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                tokio::spawn(take(connection, Arc::clone(&spans)));
            }
        });
        collector
    }

    fn shop(&self) -> Builder {
        builder().env("OXCART_OTLP_ENDPOINT", &self.address).env("OTEL_BSP_SCHEDULE_DELAY", "100")
    }

    /// All spans, once `enough` of them are there.
    async fn wait(&self, enough: impl Fn(&[Span]) -> bool) -> Vec<Span> {
        let deadline = Instant::now() + Duration::from_secs(15);
        loop {
            let spans = self.spans.lock().expect("nobody panicked with it").clone();
            if enough(&spans) {
                return spans;
            }
            let names: Vec<_> = spans.iter().map(|span| &span.name).collect();
            assert!(Instant::now() < deadline, "what was sent is not enough: {names:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// Requests of one connection, in the little HTTP that a collector needs.
async fn take(connection: TcpStream, spans: Arc<Mutex<Vec<Span>>>) {
    let mut connection = BufReader::new(connection);
    loop {
        let (mut length, mut line) = (0, String::new());
        loop {
            line.clear();
            if connection.read_line(&mut line).await.unwrap_or_default() == 0 {
                return;
            }
            if let Some(told) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = told.trim().parse().expect("a length");
            }
            if line == "\r\n" {
                break;
            }
        }
        let mut body = vec![0; length];
        connection.read_exact(&mut body).await.expect("the whole body");
        let sent = ExportTraceServiceRequest::decode(&*body).expect("OTLP as protobuf");
        let sent = sent.resource_spans.into_iter().flat_map(|resource| resource.scope_spans);
        spans.lock().expect("nobody panicked with it").extend(sent.flat_map(|scope| scope.spans));
        let answer = b"HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\ncontent-length: 0\r\n\r\n";
        connection.write_all(answer).await.expect("it takes the answer");
    }
}

fn hex(id: &[u8]) -> String {
    id.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn attribute(span: &Span, key: &str) -> Option<String> {
    let value = span.attributes.iter().find(|attribute| attribute.key == key)?.value.clone()?.value?;
    match value {
        Value::StringValue(text) => Some(text),
        Value::IntValue(number) => Some(number.to_string()),
        other => Some(format!("{other:?}")),
    }
}

const ORDER: &str = "POST /order/place_order/";

#[tokio::test]
async fn an_order_is_one_trace_from_the_request_to_its_statements() {
    let collector = Collector::open().await;
    let world = World::of(collector.shop()).await;
    let mug = world.product("Mug", "1.00", 5).await;
    let ann = world.shop.customer().await;
    add(&ann, mug, 2).await.expect(201);
    let (trace, parent) = ("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7");
    let asking = ann.with_header("traceparent", &format!("00-{trace}-{parent}-01"));
    let answer = asking.post("/order/place_order/", ()).await.expect(201);

    let all = collector.wait(|spans| spans.iter().any(|span| hex(&span.trace_id) == trace && span.name == ORDER)).await;
    let ours: Vec<_> = all.iter().filter(|span| hex(&span.trace_id) == trace).collect();
    let child = |of: &[u8], name: &str| -> &Span {
        let names: Vec<_> = ours.iter().map(|span| (&span.name, hex(&span.parent_span_id))).collect();
        let found = ours.iter().find(|span| span.name == name && span.parent_span_id == of);
        found.unwrap_or_else(|| panic!("no {name} below {}: {names:?}", hex(of)))
    };
    let request = ours.iter().find(|span| span.name == ORDER).expect("just seen");
    assert_eq!(hex(&request.parent_span_id), parent, "the client's span is not its parent");
    for (key, value) in [
        ("http.request.method", "POST"),
        ("http.route", "/order/place_order/"),
        ("http.response.status_code", "201"),
        ("oxcart.request_id", answer.header("x-request-id").expect("every answer has one")),
    ] {
        assert_eq!(attribute(request, key).as_deref(), Some(value), "{key} of {:?}", request.attributes);
    }
    let use_case = child(&request.span_id, "place_order");
    let gathered = child(&use_case.span_id, "gathered");
    let batch = child(&gathered.span_id, "batch");
    assert_eq!((attribute(batch, "kind"), attribute(batch, "jobs")), (Some("orders".into()), Some("1".into())));
    let transaction = child(&batch.span_id, "transaction");
    let system = if world.shop.setup() == Setup::Sqlite { "sqlite" } else { "postgresql" };
    assert_eq!(attribute(transaction, "db.system.name").as_deref(), Some(system));
    let statements: Vec<_> = ours
        .iter()
        .filter(|span| span.name == "sql" && span.parent_span_id == transaction.span_id)
        .filter_map(|span| attribute(span, "db.query.text"))
        .collect();
    for told in ["INSERT INTO orders", "COMMIT"] {
        assert!(statements.iter().any(|text| text.contains(told)), "no {told} in {statements:#?}");
    }
    let wrongs: Vec<_> = all.iter().filter(|span| format!("{span:?}").contains(&ann.access)).collect();
    assert!(wrongs.is_empty(), "a token is in a trace: {wrongs:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_is_part_of_one_trace_and_linked_to_those_of_the_others_it_served() {
    let collector = Collector::open().await;
    let world = World::of(collector.shop()).await;
    let mug = world.product("Mug", "1.00", 500).await;
    let callers: Vec<_> = (0..30).map(|_| world.shop.client()).collect();
    for caller in &callers {
        add(caller, mug, 1).await.expect(201);
    }
    together(callers.len(), |number| {
        let caller = callers[number].clone();
        async move { caller.post("/order/place_order/", ()).await.expect(201) }
    })
    .await;
    let placed = |spans: &[Span]| spans.iter().filter(|span| span.name == ORDER).count() == 30;
    let all = collector.wait(placed).await;
    let orders = |span: &&Span| span.name == "batch" && attribute(span, "kind").as_deref() == Some("orders");
    let shared: Vec<_> = all.iter().filter(orders).filter(|span| !span.links.is_empty()).collect();
    assert!(!shared.is_empty(), "30 orders at once shared no batch");
    for batch in shared {
        assert_eq!(attribute(batch, "jobs"), Some((batch.links.len() + 1).to_string()));
        for link in &batch.links {
            let caller = all.iter().find(|span| span.span_id == link.span_id).expect("a link leads somewhere");
            assert_eq!((caller.name.as_str(), &caller.trace_id), ("gathered", &link.trace_id));
            assert_ne!(link.trace_id, batch.trace_id, "a caller is in its own trace");
        }
    }
}

#[tokio::test]
async fn a_share_of_the_requests_is_traced_and_a_client_that_asks_is_always() {
    let collector = Collector::open().await;
    let world = World::of(collector.shop().env("OXCART_OTLP_SAMPLE_PERCENT", "0")).await;
    let caller = world.shop.client();
    caller.get("/order/").await.expect(200);
    let traced = caller.with_header("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    traced.get("/order/").await.expect(200);
    let untraced = caller.with_header("traceparent", "00-aaf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00");
    untraced.get("/order/").await.expect(200);
    caller.with_header("traceparent", "nonsense").get("/order/").await.expect(200);
    let all = collector.wait(|spans| spans.iter().any(|span| span.name == "GET /order/")).await;
    let requests = all.iter().filter(|span| span.name.starts_with("GET ")).count();
    assert_eq!(requests, 1, "more was traced than the client asked for: {all:#?}");
}

#[tokio::test]
async fn a_collector_that_is_gone_keeps_nobody_waiting() {
    let nobody = format!("http://127.0.0.1:{}", testkit::free_port());
    let world =
        World::of(builder().env("OTEL_EXPORTER_OTLP_ENDPOINT", &nobody).env("OTEL_BSP_SCHEDULE_DELAY", "50")).await;
    let mug = world.product("Mug", "1.00", 5).await;
    for _ in 0..20 {
        let began = Instant::now();
        world.staff.get(&format!("/products/{mug}/")).await.expect(200);
        assert!(began.elapsed() < Duration::from_secs(1), "a request waited for the collector");
    }
    let began = Instant::now();
    assert_eq!(world.shop.stop(0), Some(0));
    assert!(began.elapsed() < Duration::from_secs(10), "stopping took {:?}", began.elapsed());
}

#[test]
fn an_address_that_cannot_be_used_is_refused_with_what_to_do() {
    let shop = builder().prepare();
    let output = shop.command(&["migrate"]).env("OXCART_OTLP_ENDPOINT", "https://traces.example").output();
    let output = output.expect("the program starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains("http://127.0.0.1:4318"), "it says {said}");
}
