//! Guessing passwords: every failure costs the same work and is answered the same, and whoever guesses on waits longer
//! and longer, while nobody can shut anybody else out.

use crate::support::{all_among, builder, count, together};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use testkit::{Answer, Client, Setup, Shop};

const PASSWORD: &str = "a Quiet-Ox pulls 7 carts";
/// Of [`PASSWORD`], as Django kept it years ago.
const OLD: &str = "pbkdf2_sha256$1000$abcdefgh$6GkKMabkOLk2cGoR+I3a72Z9ySiAD5u7E6rQjg+cNDM=";
const CURRENT_COST: &str = "argon2$argon2id$v=19$m=19456,t=2,p=1";

async fn log_in(client: &Client, email: &str, password: &str) -> Answer {
    client.post("/api/token/", json!({"email": email, "password": password})).await
}

/// The status, the headers but for the request's id and the date, and the body.
fn seen(answer: &Answer) -> (u16, Vec<(String, String)>, Value) {
    let headers = answer.headers.iter().map(|(name, value)| (name.to_string(), format!("{value:?}")));
    let headers = headers.filter(|(name, _)| name != "x-request-id" && name != "date");
    (answer.status, headers.collect(), answer.json())
}

/// A login that fails, by the reason why.
const CLASSES: [(&str, &str, &str); 4] = [
    ("unknown address", "nobody@example.com", PASSWORD),
    ("wrong password", "ann@example.com", "two Loud-Oxen pull 9 carts"),
    ("inactive", "gone@example.com", PASSWORD),
    ("inactive and a wrong password", "gone@example.com", "two Loud-Oxen pull 9 carts"),
];

/// Ann may log in, somebody who is gone may not.
async fn two_accounts(builder: testkit::Builder) -> Shop {
    let shop = builder.start().await;
    shop.register("ann@example.com").await;
    shop.register("gone@example.com").await;
    shop.plant("UPDATE users SET is_active = FALSE WHERE email = 'gone@example.com'");
    shop
}

/// What the check of each login's password costs, one after the other.
async fn costs(shop: &Shop, logins: &[(String, &str)]) -> Vec<String> {
    let checks = |log: &str| log.lines().filter(|line| line.contains("oxcart::passwords")).count();
    let mut found = vec![];
    for (number, (email, password)) in logins.iter().enumerate() {
        let before = checks(&shop.log());
        log_in(&shop.client(), email, password).await.expect(401);
        // The line of a later request is written after all of this one's.
        let mark = format!("/mark-{}-{number}/", before);
        shop.client().get(&mark).await.expect(404);
        let deadline = Instant::now() + Duration::from_secs(10);
        while !shop.log().contains(&mark) {
            assert!(Instant::now() < deadline, "the log does not tell of {mark}:\n{}", shop.log());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let log = shop.log();
        let lines: Vec<_> = log.lines().filter(|line| line.contains("oxcart::passwords")).skip(before).collect();
        assert_eq!(lines.len(), 1, "{email} is checked once: {lines:?}");
        let cost = lines[0].split("cost=").nth(1).and_then(|rest| rest.split('"').nth(1));
        found.push(cost.unwrap_or_else(|| panic!("no cost in {}", lines[0])).to_owned());
    }
    found
}

#[tokio::test]
async fn logins_that_fail_can_not_be_told_apart_by_their_answers() {
    let shop = two_accounts(builder()).await;
    let mut answers = vec![];
    for (_, email, password) in CLASSES {
        answers.push(seen(&log_in(&shop.client(), email, password).await.expect(401)));
    }
    for (answer, (why, ..)) in answers.iter().zip(CLASSES) {
        assert_eq!(answer, &answers[0], "{why}");
    }
}

#[tokio::test]
async fn logins_that_fail_cost_the_same_work() {
    let shop = two_accounts(builder().env("OXCART_LOG", "info,oxcart::passwords=trace")).await;
    let logins = CLASSES.map(|(_, email, password)| (email.to_owned(), password));
    assert_eq!(costs(&shop, &logins).await, [CURRENT_COST; 4]);
}

#[tokio::test]
async fn an_unknown_address_costs_what_known_ones_do_in_a_shop_that_came_from_django() {
    let rates = builder().env("OXCART_LOG", "info,oxcart::passwords=trace").env("OXCART_LOGIN_ADDRESS_RATE", "10000/m");
    let shop = rates.start().await;
    let users: Vec<_> = (0..3)
        .map(|number| {
            let fields = json!({"email": format!("django-{number}@example.com"), "password": OLD});
            json!({"model": "accounts.user", "pk": 100 + number, "fields": fields})
        })
        .collect();
    let file = shop.folder().join("users.json");
    std::fs::write(&file, json!(users).to_string()).expect("the fixture is written");
    shop.run_well(&["loaddata", &file.display().to_string()]);
    shop.register("ann@example.com").await;
    // Three of four hashes are old. The first four logins say what known ones cost, the others draw.
    let known = (0..3).map(|number| (format!("django-{number}@example.com"), "wrong"));
    let known = known.chain([("ann@example.com".to_owned(), "wrong")]);
    let unknown = (0..40).map(|number| (format!("nobody-{number}@example.com"), "wrong"));
    let logins: Vec<_> = known.chain(unknown).collect();
    let costs = costs(&shop, &logins).await;
    let old = "pbkdf2_sha256$1000";
    assert_eq!(costs[..4], [old, old, old, CURRENT_COST]);
    let drawn = costs[4..].iter().filter(|cost| *cost == old).count();
    assert!((20..40).contains(&drawn), "{drawn} of 40 unknown addresses cost what 3 of 4 known ones do");
    let again = (0..40).map(|number| (format!("nobody-{number}@example.com"), "other")).collect::<Vec<_>>();
    shop.restart(0).await;
    assert_eq!(self::costs(&shop, &again).await, costs[4..], "an address costs another time what it cost");
}

/// Redis makes the limits of three instances one; without it, or on SQLite, one instance has them.
fn shared() -> testkit::Builder {
    builder().instances(if Setup::from_env().has_redis() { 3 } else { 1 })
}

fn client_of(shop: &Shop, number: usize) -> Client {
    shop.client_of(number % shop.instances())
}

/// The `Retry-After` of a refusal.
#[track_caller]
fn wait(answer: &Answer) -> u64 {
    assert_eq!(answer.status, 429, "{answer}");
    answer.header("retry-after").and_then(|text| text.parse().ok()).unwrap_or_else(|| panic!("no wait in {answer}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_failure_beyond_the_limit_waits_twice_as_long_on_every_instance() {
    let shop = shared().env("OXCART_LOGIN_FAILURE_RATE", "2/s").start().await;
    shop.register("ann@example.com").await;
    log_in(&client_of(&shop, 0), "ann@example.com", "wrong").await.expect(401);
    for longest in [1, 2, 4] {
        log_in(&client_of(&shop, 1), "ann@example.com", "wrong").await.expect(401);
        for number in 0..shop.instances() {
            let waits = wait(&log_in(&client_of(&shop, number), "ann@example.com", "wrong").await);
            assert!(waits == longest || waits + 1 == longest, "{waits} s instead of {longest}");
        }
        tokio::time::sleep(Duration::from_millis(longest * 1_000 + 50)).await;
    }
    let ann = shop.log_in(&client_of(&shop, 2), "ann@example.com", PASSWORD).await;
    ann.get("/user/profile/").await.expect(200);
    log_in(&client_of(&shop, 0), "ann@example.com", "wrong").await.expect(401);
    shop.log_in(&client_of(&shop, 1), "ann@example.com", PASSWORD).await;
}

#[tokio::test]
async fn whoever_has_to_wait_does_not_learn_whether_a_guess_was_right_or_the_account_is_there() {
    let shop = two_accounts(builder().env("OXCART_LOGIN_FAILURE_RATE", "2/h")).await;
    let mut answers = vec![];
    for email in ["ann@example.com", "nobody@example.com", "gone@example.com"] {
        for _ in 0..2 {
            log_in(&shop.client(), email, "wrong").await.expect(401);
        }
        for password in ["wrong", PASSWORD] {
            let mut answer = log_in(&shop.client(), email, password).await;
            assert!((3_590..=3_600).contains(&wait(&answer)), "{answer}");
            // How much is left of the hour goes on in the meantime.
            answer.headers.remove("retry-after");
            answer.headers.remove("content-length");
            answer.body = b"{}".to_vec();
            answers.push(seen(&answer));
        }
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "they differ: {answers:#?}");
    shop.register("bob@example.com").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_shuts_a_customer_out_from_another_address() {
    let shop = shared().env("OXCART_LOGIN_FAILURE_RATE", "3/h").env("OXCART_LOGIN_ADDRESS_RATE", "8/h");
    let shop = shop.env("OXCART_TRUSTED_PROXIES", "127.0.0.1").start().await;
    shop.register("ann@example.com").await;
    let from = |number: usize, address: &str| client_of(&shop, number).with_header("X-Forwarded-For", address);
    for attacker in ["203.0.113.1", "203.0.113.2", "2001:db8:bad::1"] {
        for number in 0..12 {
            let answer = log_in(&from(number, attacker), "ann@example.com", "wrong").await;
            assert_eq!(answer.status, if number < 3 { 401 } else { 429 }, "guess {number} of {attacker}: {answer}");
        }
        wait(&log_in(&from(0, attacker), "ann@example.com", PASSWORD).await);
        // Others behind the same address are not that account.
        let other = log_in(&from(1, attacker), "bob@example.com", "wrong").await;
        assert_eq!(other.status, 401, "{other}");
    }
    // A whole network guesses as one.
    wait(&log_in(&from(2, "2001:db8:bad:0:1:2:3:4"), "ann@example.com", PASSWORD).await);
    for home in ["198.51.100.7", "2001:db8:900d::1", "2001:db8:bad:1::1"] {
        shop.log_in(&from(0, home), "ann@example.com", PASSWORD).await;
    }
    for number in 0..8 {
        let account = format!("customer-{number}@example.com");
        log_in(&from(number, "203.0.113.3"), &account, "wrong").await.expect(401);
    }
    wait(&log_in(&from(0, "203.0.113.3"), "ann@example.com", PASSWORD).await);
    shop.log_in(&from(0, "203.0.113.4"), "ann@example.com", PASSWORD).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_guesses_at_once_are_no_more_than_some_one_after_the_other() {
    let shop = builder().env("OXCART_LOGIN_FAILURE_RATE", "5/h").start().await;
    let ann = shop.register("ann@example.com").await;
    let answers = together(60, |_| {
        let client = shop.client();
        async move { log_in(&client, "ann@example.com", "wrong").await }
    })
    .await;
    all_among(&answers, &[401, 429]);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let guessed = count(&answers, 401);
    assert!((5..5 + cores).contains(&guessed), "{guessed} of 60 guesses were looked at, on {cores} cores");
    let guess = json!({"old_password": "wrong", "new_password": "two Loud-Oxen pull 9 carts"});
    let answers = together(60, |_| {
        let (client, guess) = (ann.client.clone(), guess.clone());
        async move { client.post("/user/change_password/", guess).await }
    })
    .await;
    all_among(&answers, &[400, 429]);
    assert!((5..5 + cores).contains(&count(&answers, 400)), "guesses at the old password");
}

#[tokio::test]
async fn what_a_client_says_of_its_address_counts_only_behind_a_trusted_proxy() {
    let open = builder().env("OXCART_REGISTER_RATE", "1/h");
    let tries = [("1.1.1.1", 201), ("2.2.2.2", 429), ("1.1.1.1, 3.3.3.3", 429)];
    register(&open.clone().start().await, &tries).await;
    let behind = open.env("OXCART_TRUSTED_PROXIES", "127.0.0.1,10.0.0.0/8").start().await;
    let tries = [
        ("203.0.113.9", 201),
        ("1.1.1.1, 203.0.113.9", 429),
        ("1.1.1.1, 203.0.113.9, 10.1.2.3", 429),
        ("203.0.113.9:4711", 429),
        ("::ffff:203.0.113.9", 429),
        ("203.0.113.10", 201),
        ("2001:db8:1:2::1", 201),
        ("2001:db8:1:2:ffff::1", 429),
        ("[2001:db8:1:2::9]:443", 429),
        ("2001:db8:1:3::1", 201),
        // No address: the proxy's own counts.
        ("nonsense", 201),
        ("4.4.4.4, nonsense", 429),
        ("5.5.5.5, ", 429),
    ];
    register(&behind, &tries).await;
}

/// Registers one account for each `X-Forwarded-For`; one is allowed for an address.
async fn register(shop: &Shop, tries: &[(&str, u16)]) {
    for (number, (forwarded, status)) in tries.iter().enumerate() {
        let client = shop.client().with_header("X-Forwarded-For", forwarded);
        let body = json!({"email": format!("c{number}@example.com"), "password": PASSWORD});
        let answer = client.post("/user/register/", body).await;
        assert_eq!(answer.status, *status, "with {forwarded:?}: {answer}");
    }
}

/// `cargo nextest run -p oxcart --test behaviour --run-ignored only logins_that_fail_take_the_same_time`; the number of
/// samples is in `OXCART_TEST_LOGIN_SAMPLES`.
#[tokio::test]
#[ignore = "takes some minutes and a quiet machine"]
async fn logins_that_fail_take_the_same_time() {
    let samples = std::env::var("OXCART_TEST_LOGIN_SAMPLES").ok().and_then(|text| text.parse().ok()).unwrap_or(2_000);
    let rates = builder().env("OXCART_LOGIN_FAILURE_RATE", "1000000/s").env("OXCART_LOGIN_ADDRESS_RATE", "1000000/s");
    let shop = two_accounts(rates).await;
    let client = shop.client();
    let mut times = CLASSES.map(|_| Vec::with_capacity(samples));
    for round in 0..samples + 20 {
        // Each class comes in each place as often, so that what the machine does meanwhile hits all alike.
        for place in 0..CLASSES.len() {
            let class = (place + round) % CLASSES.len();
            let (_, email, password) = CLASSES[class];
            let began = Instant::now();
            log_in(&client, email, password).await.expect(401);
            if round >= 20 {
                times[class].push(began.elapsed());
            }
        }
    }
    let medians = times.map(|mut times| {
        times.sort();
        times[times.len() / 2]
    });
    for ((why, ..), median) in CLASSES.iter().zip(medians) {
        println!("{why}: median {median:?} of {samples}");
    }
    let (least, most) = (medians.iter().min().expect("some"), medians.iter().max().expect("some"));
    let apart = most.as_secs_f64() / least.as_secs_f64() - 1.0;
    println!("apart: {:.2} %", apart * 100.0);
    assert!(apart <= 0.02, "the medians are {:.2} % apart", apart * 100.0);
}
