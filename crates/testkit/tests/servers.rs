//! The throw-away servers do what the failure tests need of them.

use oxcart_testkit::servers::{Durability, Postgres, Redis, database};
use std::time::{Duration, Instant};

#[test]
fn postgres_keeps_its_port_and_what_it_confirmed_over_stop_kill_and_pause() {
    let pg = Postgres::launch(Durability::Full).unwrap();
    let url = pg.create_database("shop").unwrap();
    assert_eq!(database::query(&url, "SHOW fsync").unwrap(), [Some("on".to_owned())]);
    assert_eq!(database::query(&url, "SHOW max_connections").unwrap(), [Some("300".to_owned())]);
    database::execute(&url, "CREATE TABLE t (n bigint); INSERT INTO t VALUES (1)").unwrap();

    pg.stop().unwrap();
    assert!(database::query(&url, "SELECT 1").is_err(), "a stopped server answered");
    pg.start().unwrap();
    database::execute(&url, "INSERT INTO t VALUES (2)").unwrap();

    pg.kill();
    assert!(database::query(&url, "SELECT 1").is_err(), "a killed server answered");
    pg.start().unwrap();
    let rows = database::query(&url, "SELECT n::text FROM t ORDER BY n").unwrap();
    assert_eq!(rows, [Some("1".to_owned()), Some("2".to_owned())], "a confirmed row is lost");

    pg.pause().unwrap();
    std::thread::scope(|scope| {
        let asked = Instant::now();
        let answer = scope.spawn(|| database::query(&url, "SELECT 'awake'"));
        std::thread::sleep(Duration::from_millis(700));
        pg.resume();
        assert_eq!(answer.join().unwrap().unwrap(), [Some("awake".to_owned())]);
        assert!(asked.elapsed() >= Duration::from_millis(600), "a paused server answered");
    });
    pg.restart().unwrap();
    pg.drop_database("shop").unwrap();
    assert!(database::query(&url, "SELECT 1").is_err(), "a dropped database answered");
}

#[test]
fn a_fast_postgres_confirms_without_waiting_for_the_disk_and_takes_settings() {
    let pg = Postgres::launch_with(Durability::Off, &[("max_connections", "20")]).unwrap();
    let show = |name: &str| database::query(&pg.url("postgres"), &format!("SHOW {name}")).unwrap();
    assert_eq!(show("fsync"), [Some("off".to_owned())]);
    assert_eq!(show("max_connections"), [Some("20".to_owned())]);
    assert_eq!(show("server_version")[0].as_deref().map(|v| v.starts_with(pg.version())), Some(true));
}

#[test]
fn databases_can_be_made_at_the_same_time() {
    let pg = Postgres::launch(Durability::Off).unwrap();
    std::thread::scope(|scope| {
        let made: Vec<_> = (0..8)
            .map(|n| {
                scope.spawn({
                    let pg = &pg;
                    move || pg.create_database(&format!("shop_{n}"))
                })
            })
            .collect();
        for thread in made {
            thread.join().unwrap().unwrap();
        }
    });
    let count = "SELECT count(*)::text FROM pg_database WHERE datname LIKE 'shop%'";
    assert_eq!(database::query(&pg.url("postgres"), count).unwrap(), [Some("8".to_owned())]);
}

#[test]
fn redis_forgets_on_flush_and_restart_and_stands_still_when_paused() {
    let redis = Redis::launch().unwrap();
    let port = redis.port();
    redis.command("SET a 1").unwrap();
    assert_eq!(redis.command("DBSIZE").unwrap(), "1");
    redis.flush().unwrap();
    assert_eq!(redis.command("DBSIZE").unwrap(), "0", "a key survived the flush");

    redis.command("SET a 1").unwrap();
    redis.stop().unwrap();
    assert!(redis.command("PING").is_err(), "a stopped Redis answered");
    redis.start().unwrap();
    assert_eq!(redis.command("DBSIZE").unwrap(), "0", "a key survived the stop");
    assert_eq!(redis.port(), port);

    redis.pause().unwrap();
    assert!(redis.command("PING").is_err(), "a paused Redis answered");
    redis.resume();
    assert_eq!(redis.command("PING").unwrap(), "PONG");
    redis.kill();
    assert!(redis.command("PING").is_err(), "a killed Redis answered");
}
