//! One round: a new shop, a crowd of idle sockets, orders one after the other, and one event for thousands.

use super::Options;
use super::figures::Figure;
use crate::stage::{Crowd, PLAIN, Seat, Servers, memory, new_session, percentile, with_cookie};
use anyhow::{Result, bail, ensure};
use futures_util::{StreamExt, TryStreamExt, stream};
use serde_json::json;
use std::path::Path;
use std::time::{Duration, Instant};
use testkit::{Client, Person, Shop};
use tokio_tungstenite::tungstenite::http::header::{AUTHORIZATION, COOKIE};

/// Accounts with a few sockets each, as of somebody with several tabs and devices.
const ACCOUNTS: usize = 20;
const SOCKETS_OF_AN_ACCOUNT: usize = 5;
/// Products whose pages are looked at.
const PAGES: usize = 50;
/// How many ask for something at once while the shop is filled.
const AT_ONCE: usize = 16;
/// How long nothing happens before memory is read: what was needed to connect is given back.
const IDLE: Duration = Duration::from_secs(3);

/// Measures once.
pub(super) async fn run(options: &Options, program: &Path, servers: &Servers) -> Result<Vec<Figure>> {
    let shop = servers
        .builder(program)?
        .env("OXCART_ACCESS_TOKEN_LIFETIME", "1h")
        .env("OXCART_REGISTER_RATE", "1000000/s")
        .env("OXCART_MAX_SOCKETS", &(options.sockets + 100).to_string())
        .env("OXCART_MAX_CONNECTIONS", &(options.sockets + 1000).to_string())
        .env("OXCART_MAX_CONNECTIONS_PER_ADDRESS", "0");
    let shop = shop.start().await;
    let staff = shop.staff().await;
    let sockets = usize::try_from(options.sockets)?;
    let mug = product(&staff, "Mug").await;
    let buyers = sessions(&shop, mug, sockets / 5).await?;
    let seats = seats(&shop, &staff, &buyers, sockets).await?;
    let joining = seats.iter().filter(|seat| seat.joins).count();
    tokio::time::sleep(IDLE).await;
    let before = memory(&shop)?;

    eprintln!("opening {sockets} sockets");
    let began = Instant::now();
    let mut crowd = Crowd::gather(&shop, seats).await?;
    let connected = began.elapsed();
    tokio::time::sleep(IDLE).await;
    let after = memory(&shop)?;
    let grown = after.saturating_sub(before) * 1024;

    let mut figures = vec![
        Figure::time("connected", "all sockets open and subscribed after", connected),
        Figure::bytes("memory_before", "memory of the server without sockets", before * 1024),
        Figure::bytes("memory_idle", "memory with all sockets idle", after * 1024),
        Figure::bytes("memory_per_socket", "memory for each idle socket", grown / options.sockets),
    ];
    figures.extend(orders(&shop, &mut crowd, &buyers, mug, options.orders).await?);
    figures.extend(one_to_all(&shop, &staff, &mut crowd, mug, joining).await?);
    Ok(figures)
}

async fn product(staff: &Person, name: &str) -> u64 {
    let product = json!({"name": name, "price": "10.00", "stock": 1_000_000});
    staff.post("/products/", product).await.expect(201).json()["id"].as_u64().unwrap_or_default()
}

/// The cookies of anonymous sessions, each with something in its cart.
async fn sessions(shop: &Shop, product: u64, count: usize) -> Result<Vec<String>> {
    eprintln!("filling {count} carts");
    // A cookie of its own keeps what others were given out.
    let nobody = with_cookie(shop, "none=1");
    let made = (0..count).map(|_| new_session(&nobody, product));
    stream::iter(made).buffer_unordered(AT_ONCE).try_collect().await
}

/// Who sits where: sessions that follow their cart and orders, accounts that do the same on several sockets, and, for
/// the most part, visitors without any identity who look at a product's page. Half of all join the catalogue later.
async fn seats(shop: &Shop, staff: &Person, buyers: &[String], sockets: usize) -> Result<Vec<Seat>> {
    let own = vec!["cart".to_owned(), "orders".to_owned()];
    let mut seats = vec![];
    for cookie in buyers {
        seats.push(Seat { path: PLAIN, header: Some((COOKIE, cookie.parse()?)), topics: own.clone(), joins: false });
    }
    for _ in 0..ACCOUNTS.min(sockets / 50) {
        let token = format!("Bearer {}", shop.customer().await.access).parse()?;
        let seat = Seat { path: PLAIN, header: Some((AUTHORIZATION, token)), topics: own.clone(), joins: false };
        seats.extend(vec![seat; SOCKETS_OF_AN_ACCOUNT]);
    }
    let mut pages = vec![];
    for number in 0..PAGES {
        pages.push(format!("product:{}", product(staff, &format!("Page {number}")).await));
    }
    for (number, page) in pages.iter().cycle().take(sockets - seats.len()).enumerate() {
        seats.push(Seat { path: PLAIN, header: None, topics: vec![page.clone()], joins: number < sockets / 2 });
    }
    Ok(seats)
}

/// Orders one after the other, each by somebody with a socket: until the answer, and until the frame.
async fn orders(shop: &Shop, crowd: &mut Crowd, buyers: &[String], mug: u64, count: u64) -> Result<[Figure; 4]> {
    eprintln!("placing {count} orders");
    let (mut answers, mut frames) = (vec![], vec![]);
    let everybody: Vec<Client> = buyers.iter().take(20).map(|cookie| with_cookie(shop, cookie)).collect();
    for buyer in everybody.iter().cycle().take(usize::try_from(count)?) {
        let added = buyer.post("/cart/add/", json!({"product_id": mug})).await;
        ensure!(added.status < 300, "{added}");
        let began = Instant::now();
        buyer.post("/order/place_order/", ()).await.expect(201);
        answers.push(began.elapsed());
        let told = crowd.next_with("order.placed").await?;
        frames.push(told.at.saturating_duration_since(began));
    }
    Ok([
        Figure::time("order_answer_p50", "order sent until answered, p50", percentile(&mut answers, 50)),
        Figure::time("order_answer_p99", "order sent until answered, p99", percentile(&mut answers, 99)),
        Figure::time("order_frame_p50", "order sent until its frame is there, p50", percentile(&mut frames, 50)),
        Figure::time("order_frame_p99", "order sent until its frame is there, p99", percentile(&mut frames, 99)),
    ])
}

/// One change that thousands are told of.
async fn one_to_all(
    shop: &Shop,
    staff: &Person,
    crowd: &mut Crowd,
    mug: u64,
    subscribers: usize,
) -> Result<[Figure; 4]> {
    eprintln!("telling {subscribers} of one change");
    crowd.join_the_catalogue(subscribers).await?;
    let made = frames_made(&shop.client()).await?;
    let began = Instant::now();
    staff.patch(&format!("/products/{mug}/"), json!({"stock": 7})).await.expect(200);
    let (mut first, mut last) = (None, began);
    for _ in 0..subscribers {
        let told = crowd.next_with("product.stock_changed").await?;
        first.get_or_insert(told.at);
        last = last.max(told.at);
    }
    let made = frames_made(&shop.client()).await? - made;
    let since = |at: Instant| at.saturating_duration_since(began);
    Ok([
        Figure::times("subscribers", "subscribers of the catalogue", subscribers.try_into()?),
        Figure::time("fan_out_first", "change sent until the first has it", since(first.unwrap_or(last))),
        Figure::time("fan_out_last", "change sent until the last has it", since(last)),
        Figure::times("frames_made", "frames made of the change for all of them", made),
    ])
}

/// How many frames were made of events so far, however often each was sent.
async fn frames_made(client: &Client) -> Result<u64> {
    const NAME: &str = "oxcart_event_frames_total";
    let page = client.get("/metrics").await.expect(200).text();
    let mut sum = 0;
    for line in page.lines().filter(|line| line.starts_with(NAME)) {
        match line.rsplit(' ').next().and_then(|number| number.parse::<u64>().ok()) {
            Some(number) => sum += number,
            None => bail!("no count in {line:?}"),
        }
    }
    Ok(sum)
}
