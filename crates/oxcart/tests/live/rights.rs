//! Who hears of what: nobody, a session, customers and the staff, by socket, stream and polling. An order that is
//! somebody else's and one that does not exist can't be told apart.

use crate::support::{World, add, id, place};
use crate::ways::{marker, poll, seq, stream_status, subscribing, up_to};
use serde_json::{Value, json};
use testkit::{Client, Person};

/// Far beyond every id of a test.
const NO_ORDER: i64 = 999_999;

/// Everybody there is, and what they have.
struct Crowd {
    world: World,
    nobody: Client,
    session: Client,
    customer: Person,
    other: Person,
    mug: i64,
    /// The order of `session`.
    anonymous: i64,
    /// The order of `customer`.
    own: i64,
}

impl Crowd {
    async fn gather() -> Self {
        let world = World::open().await;
        let mug = world.product("Mug", "1.00", 50).await;
        let (nobody, session) = (world.shop.client(), world.shop.client());
        let (customer, other) = (world.shop.customer().await, world.shop.customer().await);
        add(&session, mug, 1).await.expect(201);
        let anonymous = id(&place(&session).await);
        add(&customer, mug, 1).await.expect(201);
        let own = id(&place(&customer).await);
        Self { world, nobody, session, customer, other, mug, anonymous, own }
    }

    fn people(&self) -> [(&'static str, &Client); 5] {
        [
            ("nobody", &self.nobody),
            ("session", &self.session),
            ("customer", &self.customer.client),
            ("other", &self.other.client),
            ("staff", &self.world.staff.client),
        ]
    }

    /// What each topic is answered with, for the people in their order.
    fn table(&self) -> Vec<(String, [&'static str; 5])> {
        const OK: &str = "subscribed";
        const WHO: &str = "not_authenticated";
        const NONE: &str = "not_found";
        vec![
            ("products".to_owned(), [OK; 5]),
            (format!("product:{}", self.mug), [OK; 5]),
            ("cart".to_owned(), [WHO, OK, OK, OK, OK]),
            ("orders".to_owned(), [WHO, OK, OK, OK, OK]),
            (format!("order:{}", self.own), [WHO, NONE, OK, NONE, OK]),
            (format!("order:{}", self.anonymous), [WHO, OK, NONE, NONE, OK]),
            (format!("order:{NO_ORDER}"), [WHO, NONE, NONE, NONE, NONE]),
        ]
    }
}

#[tokio::test]
async fn each_topic_is_open_to_those_it_is_for_in_all_three_ways() {
    let crowd = Crowd::gather().await;
    for (topic, outcomes) in crowd.table() {
        for ((who, caller), expected) in crowd.people().into_iter().zip(outcomes) {
            let mut socket = caller.socket("/ws/").await;
            let answer = subscribing(&mut socket, &topic).await;
            let outcome = answer["code"].as_str().or(answer["type"].as_str());
            assert_eq!(outcome, Some(expected), "{who} follows {topic} by socket: {answer}");
            let status = match expected {
                "subscribed" => 200,
                "not_found" => 404,
                _ => 401,
            };
            let (streamed, body) = stream_status(caller, &format!("topics={topic}")).await;
            assert_eq!(streamed, status, "{who} follows {topic} by stream: {body}");
            let polled = poll(caller, &topic).await;
            assert_eq!(polled.status, status, "{who} follows {topic} by polling: {polled}");
            if status == 404 {
                assert!(body.contains("Order not found"), "{who} is told {body} of {topic}");
                assert!(polled.text().contains("Order not found"), "{who}: {polled}");
            }
        }
    }
}

#[tokio::test]
async fn one_topic_that_may_not_be_followed_refuses_the_whole_request() {
    let crowd = Crowd::gather().await;
    let foreign = format!("topics=products,order:{}", crowd.own);
    for (caller, query, status) in [
        (&crowd.nobody, "topics=products,cart", 401),
        (&crowd.other.client, foreign.as_str(), 404),
        (&crowd.other.client, "topics=products,foo", 400),
    ] {
        assert_eq!(stream_status(caller, query).await.0, status, "a stream of {query}");
        caller.get(&format!("/events/?{query}&after=0")).await.expect(status);
    }
}

#[tokio::test]
async fn an_order_of_somebody_else_and_one_that_is_not_there_can_not_be_told_apart() {
    let crowd = Crowd::gather().await;
    for caller in [&crowd.session, &crowd.other.client] {
        let mut answers = vec![];
        for order in [crowd.own, NO_ORDER] {
            let topic = format!("order:{order}");
            let mut socket = caller.socket("/ws/").await;
            let mut error = subscribing(&mut socket, &topic).await;
            assert_eq!((&error["topic"], &error["id"]), (&json!(topic), &json!(topic)));
            (error["topic"], error["id"]) = (json!(""), json!(""));
            let polled = poll(caller, &topic).await;
            let mut headers: Vec<_> = polled.headers.keys().map(|name| name.as_str().to_owned()).collect();
            headers.sort();
            let stream = stream_status(caller, &format!("topics={topic}")).await;
            answers.push((error, polled.status, polled.text(), headers, stream));
        }
        assert_eq!(answers[0], answers[1], "first the foreign order, then the one that is not there");
    }
}

/// What happens while everybody listens: each thing concerns one of them.
async fn something_for_everybody(crowd: &Crowd) {
    let Crowd { world, session, customer, other, mug, .. } = crowd;
    for caller in [session, &customer.client, &other.client, &world.staff.client] {
        add(caller, *mug, 1).await.expect(201);
        place(caller).await;
    }
    world.move_on(crowd.own, "shipped").await;
    session.post(&format!("/order/{}/cancel/", crowd.anonymous), ()).await.expect(200);
    add(&other.client, *mug, 3).await.expect(201);
}

/// The names that are told and how often, private ones only.
fn private(events: &[Value]) -> Vec<(String, usize)> {
    let names = ["cart.changed", "order.placed", "order.status_changed", "order.cancelled"];
    let count = |name: &str| events.iter().filter(|event| event["event"] == name).count();
    names.iter().map(|name| ((*name).to_owned(), count(name))).collect()
}

/// How many events of each private name one hears of [`something_for_everybody`]: carts, orders placed, moved on,
/// cancelled.
const EXPECTED: [(&str, [usize; 4]); 5] = [
    ("nobody", [0, 0, 0, 0]),
    ("session", [2, 1, 1, 1]),
    ("customer", [2, 1, 1, 0]),
    ("other", [3, 1, 0, 0]),
    ("staff", [2, 4, 2, 1]),
];

#[tokio::test]
async fn everybody_hears_of_their_own_carts_and_orders_and_the_staff_of_all_orders() {
    let crowd = Crowd::gather().await;
    let start = marker(&crowd.world).await;
    let mut sockets = vec![];
    for (who, caller) in crowd.people() {
        let mut socket = caller.socket("/ws/").await;
        for topic in ["products", "cart", "orders"] {
            if who != "nobody" || topic == "products" {
                socket.subscribe_after(topic, start).await;
            }
        }
        sockets.push(socket);
    }
    something_for_everybody(&crowd).await;
    let end = marker(&crowd.world).await;
    for (((who, caller), mut socket), (_, counts)) in crowd.people().into_iter().zip(sockets).zip(EXPECTED) {
        let mut heard = up_to(&mut socket, end).await;
        let told = private(&heard);
        assert_eq!(told.iter().map(|(_, count)| *count).collect::<Vec<_>>(), counts, "{who} by socket: {told:?}");
        heard.sort_by_key(seq);
        let page = caller.get(&format!("/events/?after={start}")).await.expect(200).json();
        let all = page["results"].as_array().expect("a list");
        let bare = |event: &Value| (seq(event), event["event"].clone(), event["data"].clone());
        assert_eq!(
            all.iter().map(bare).collect::<Vec<_>>(),
            heard.iter().map(bare).collect::<Vec<_>>(),
            "{who}: polling without topics is everything one may follow"
        );
        let mut stream = caller.stream(&format!("/events/stream?after={start}")).await;
        stream.expect_event("ready").await;
        for event in all {
            assert_eq!(bare(&stream.event().await), bare(event), "{who}: so is a stream without topics");
        }
    }
}

#[tokio::test]
async fn a_session_nobody_knows_is_nobody() {
    let crowd = Crowd::gather().await;
    for key in ["", "x", "abcdefghijklmnopqrstuvwxyz234567", "' OR 1=1 --"] {
        let browser = crowd.world.shop.client();
        browser.set_cookie("sessionid", key);
        let mut socket = browser.socket("/ws/").await;
        assert_eq!(subscribing(&mut socket, "cart").await["code"], "not_authenticated", "with the cookie {key:?}");
        poll(&browser, "cart").await.expect(401);
        poll(&browser, "products").await.expect(200);
    }
}

#[tokio::test]
async fn an_order_that_a_login_took_over_is_the_account_s_to_follow() {
    let crowd = Crowd::gather().await;
    let Crowd { world, session, other, anonymous, .. } = &crowd;
    let topic = format!("order:{anonymous}");
    poll(&other.client, &topic).await.expect(404);
    world.shop.log_in(session, &other.email, &other.password).await;
    marker(world).await;
    let mut socket = other.socket("/ws/").await;
    socket.subscribe(&topic).await;
    world.move_on(*anonymous, "shipped").await;
    assert_eq!(socket.event().await["data"]["status"], "shipped");
}
