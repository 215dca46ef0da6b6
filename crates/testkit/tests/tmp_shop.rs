use oxcart_testkit::servers::{Durability, Postgres, Redis, database};
use oxcart_testkit::{Setup, Shop};
#[tokio::test]
async fn shop_lives() {
    let pg = Postgres::launch(Durability::Off).unwrap();
    let redis = Redis::launch().unwrap();
    let url = pg.url("postgres");
    let count = "SELECT count(*)::text FROM pg_database WHERE datname LIKE 'shop%'";
    for setup in Setup::ALL {
        let mut b = Shop::builder("/tmp/fake-oxcart").on(setup).instances(2).env("A", "b").demo();
        if setup.has_postgres() { b = b.postgres(&url); }
        if setup.has_redis() { b = b.redis(&redis.url()); }
        let shop = b.start().await;
        assert_eq!(shop.instances(), if setup.has_postgres() { 2 } else { 1 });
        println!("{}", shop.client().get("/env/").await.expect(200).text());
        let staff = shop.staff().await;
        assert!(staff.email.starts_with("staff-1"));
        let customer = shop.customer().await;
        customer.post("/cart/add/", serde_json::json!({"product_id": 1})).await.expect(201);
        println!("stop: {:?}", shop.stop(0));
        assert!(customer.try_send(reqwest::Method::GET, "/readyz", ()).await.is_err());
        shop.start(0).await;
        customer.get("/readyz").await.expect(200);
        shop.kill(0);
        shop.restart(0).await;
        shop.pause(0); shop.resume(0);
        customer.get("/readyz").await.expect(200);
        assert!(!shop.run(&["bogus"]).status.success());
        if setup.has_postgres() {
            shop.client_of(1).get("/readyz").await.expect(200);
            assert_eq!(database::query(&url, count).unwrap()[0].as_deref(), Some("1"));
        }
        assert!(shop.log().contains("/readyz"));
        drop(shop);
        assert_eq!(database::query(&url, count).unwrap()[0].as_deref(), Some("0"));
    }
}
#[tokio::test]
async fn bad_start() {
    Shop::builder("/bin/ls").start().await;
}
