//! Where pictures lie, a folder or a bucket, and how they are served from there.

use crate::pictures::{form, png};
use crate::support::{World, builder};
use serde_json::json;
use testkit::Builder;
use testkit::servers::{Bucket, bucket};

/// A shop whose pictures lie somewhere.
struct Gallery {
    world: World,
    bucket: Option<Bucket>,
}

impl Gallery {
    async fn in_folder() -> Self {
        Self { world: World::of(restless(builder())).await, bucket: None }
    }

    async fn in_bucket() -> Self {
        let bucket = Bucket::launch().expect("an S3 server");
        Self { world: World::of(with_bucket(restless(builder()), &bucket, bucket::SECRET)).await, bucket: Some(bucket) }
    }

    /// Fails if a bucket was to be used and the folder was.
    fn nothing_in_folder(&self) {
        let folder = self.world.shop.folder().join("media/uploads");
        assert!(self.bucket.is_none() || !folder.exists(), "the folder was used");
    }
}

/// What is kept for a short time is looked after every second, and with it what is not shown.
fn restless(builder: Builder) -> Builder {
    builder.env("OXCART_EVENT_RETENTION", "4s")
}

fn with_bucket(builder: Builder, server: &Bucket, secret: &str) -> Builder {
    let builder = builder.env("OXCART_MEDIA_BUCKET", &server.address()).env("OXCART_MEDIA_BUCKET_KEY", bucket::KEY);
    builder.env("OXCART_MEDIA_BUCKET_SECRET", secret)
}

/// The same promise for both places.
macro_rules! wherever_they_lie {
    ($name:ident) => {
        mod $name {
            use super::Gallery;

            #[tokio::test]
            async fn in_a_folder() {
                super::shared::$name(&Gallery::in_folder().await).await;
            }

            #[tokio::test]
            async fn in_a_bucket() {
                let gallery = Gallery::in_bucket().await;
                super::shared::$name(&gallery).await;
                gallery.nothing_in_folder();
            }
        }
    };
}

wherever_they_lie!(an_upload_is_kept_in_every_width_for_ever_and_shown_with_its_product);
wherever_they_lie!(the_same_picture_has_the_same_address_whoever_shows_it);
wherever_they_lie!(a_picture_is_there_as_webp_too);
wherever_they_lie!(what_nothing_shows_for_a_day_is_deleted_and_nothing_else);
wherever_they_lie!(a_part_is_sent_and_nothing_that_is_known_already);

/// Promises that hold wherever the pictures lie.
mod shared {
    use super::Gallery;
    use crate::pictures::{form, png};
    use crate::support::{ask, each};
    use serde_json::json;
    use std::time::{Duration, Instant};

    pub(super) async fn an_upload_is_kept_in_every_width_for_ever_and_shown_with_its_product(gallery: &Gallery) {
        let world = &gallery.world;
        let mug = world.product("Mug", "5.00", 10).await;
        let path = format!("/products/{mug}/images/");
        let image = world.staff.post(&path, form(&png(700, 70), " A blue mug ")).await.expect(201).json();
        assert_eq!((&image["alt"], &image["position"]), (&json!("A blue mug"), &json!(0)));
        let widths = image["widths"].as_object().expect("widths");
        assert_eq!(widths.keys().collect::<Vec<_>>(), ["320", "640", "700"]);
        assert_eq!(image["url"], widths["700"]);
        let nobody = world.shop.client();
        for url in widths.values() {
            let file = nobody.get(url.as_str().expect("an address")).await.expect(200);
            assert_eq!(file.header("content-type"), Some("image/jpeg"));
            assert_eq!(file.header("cache-control"), Some("public, max-age=31536000, immutable"));
            assert!(file.body.starts_with(&[0xff, 0xd8, 0xff]));
        }
        let missing = image["url"].as_str().expect("one").replace("700", "701");
        let missing = nobody.get(&missing).await.expect(404);
        assert!(!missing.header("cache-control").unwrap_or_default().contains("immutable"));
        let product = nobody.get(&format!("/products/{mug}/")).await.expect(200).json();
        assert_eq!(product["images"], json!([image]));
        assert_eq!((&product["image"], &product["image_widths"]), (&image["url"], &image["widths"]));
        let listed = nobody.get("/products/").await.expect(200).json();
        assert_eq!(each(&listed, "image_widths"), [&image["widths"]]);
    }

    pub(super) async fn the_same_picture_has_the_same_address_whoever_shows_it(gallery: &Gallery) {
        let world = &gallery.world;
        let (mug, pan) = (world.product("Mug", "5.00", 10).await, world.product("Pan", "5.00", 10).await);
        let mut urls = vec![];
        for product in [mug, pan] {
            let path = format!("/products/{product}/images/");
            urls.push(world.staff.post(&path, form(&png(50, 50), "")).await.expect(201).json()["url"].clone());
        }
        let path = format!("/products/{mug}/images/");
        let other = world.staff.post(&path, form(&png(50, 51), "")).await.expect(201).json();
        assert_eq!(urls[0], urls[1]);
        assert_ne!(other["url"], urls[0]);
        world.staff.delete(&format!("/products/{mug}/images/0/")).await.expect(204);
        world.shop.client().get(urls[1].as_str().expect("an address")).await.expect(200);
    }

    pub(super) async fn a_picture_is_there_as_webp_too(gallery: &Gallery) {
        let world = &gallery.world;
        let mug = world.product("Mug", "5.00", 10).await;
        let path = format!("/products/{mug}/images/");
        let image = world.staff.post(&path, form(&png(700, 200), "")).await.expect(201).json();
        let (jpegs, webps) = (&image["widths"], image["webp"].as_object().expect("widths"));
        assert_eq!(webps.keys().collect::<Vec<_>>(), ["320", "640", "700"]);
        let nobody = world.shop.client();
        for (width, url) in webps {
            let url = url.as_str().expect("an address");
            let (webp, jpeg) =
                (nobody.get(url).await.expect(200), nobody.get(jpegs[width].as_str().expect("one")).await);
            assert_eq!((webp.header("content-type"), &webp.body[8..12]), (Some("image/webp"), &b"WEBP"[..]), "{url}");
            assert_eq!(webp.header("cache-control"), Some("public, max-age=31536000, immutable"));
            assert!(webp.body.len() < jpeg.body.len(), "{} against {} bytes", webp.body.len(), jpeg.body.len());
        }
        let listed = nobody.get("/products/").await.expect(200).json();
        assert_eq!(each(&listed, "image_webp"), [&image["webp"]]);
        // What was uploaded before there were any is served as it is.
        let hash = "0".repeat(64);
        let folder = world.shop.folder().join("media/uploads").join(&hash);
        if gallery.bucket.is_none() {
            std::fs::create_dir_all(&folder).expect("a folder");
            std::fs::write(folder.join("320.jpg"), b"\xff\xd8\xff").expect("a file");
            let old = nobody.get(&format!("/media/uploads/{hash}/320.webp")).await.expect(200);
            assert_eq!(old.header("content-type"), Some("image/jpeg"));
        }
        nobody.get(&format!("/media/uploads/{hash}/321.webp")).await.expect(404);
    }

    pub(super) async fn what_nothing_shows_for_a_day_is_deleted_and_nothing_else(gallery: &Gallery) {
        let world = &gallery.world;
        let mug = world.product("Mug", "5.00", 10).await;
        let path = format!("/products/{mug}/images/");
        // Another shop's, in the same folder.
        let others = format!("media/uploads/{}/320.jpg", "f".repeat(64));
        let file = world.shop.folder().join(others);
        if gallery.bucket.is_none() {
            std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
            std::fs::write(&file, b"\xff\xd8\xff").expect("a file");
        }
        let mut urls = vec![];
        for height in 41..44 {
            let image = world.staff.post(&path, form(&png(40, height), "")).await.expect(201).json();
            urls.push(image["url"].as_str().expect("an address").to_owned());
        }
        let [shown, described, unused] = urls.try_into().expect("three");
        for position in [2, 1] {
            world.staff.delete(&format!("{path}{position}/")).await.expect(204);
        }
        let text = json!({"description": format!("<p>Look: <img src=\"{described}\"></p>")});
        world.staff.patch(&format!("/products/{mug}/"), text).await.expect(200);
        let orphans = "SELECT hash FROM uploads WHERE orphaned_at IS NOT NULL";
        let orphans = || world.shop.look(orphans).into_iter().flatten().collect::<Vec<_>>();
        let hash = unused.rsplit('/').nth(1).expect("a hash").to_owned();
        eventually("it is noted", || orphans() == [hash.clone()]).await;
        let nobody = world.shop.client();
        nobody.get(&unused).await.expect(200);
        // A day later.
        world.shop.plant("UPDATE uploads SET orphaned_at = orphaned_at - 86401000000");
        eventually("it is deleted", || orphans().is_empty()).await;
        nobody.get(&unused).await.expect(404);
        for url in [&shown, &described] {
            nobody.get(url).await.expect(200);
        }
        assert_eq!(file.exists(), gallery.bucket.is_none(), "what somebody else put there stays");
        let again = world.staff.post(&path, form(&png(40, 43), "")).await.expect(201).json();
        assert_eq!(again["url"], unused);
        nobody.get(&unused).await.expect(200);
    }

    /// Looks until it is so.
    async fn eventually(what: &str, is_so: impl Fn() -> bool) {
        let began = Instant::now();
        while !is_so() {
            assert!(began.elapsed() < Duration::from_secs(40), "never: {what}");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    pub(super) async fn a_part_is_sent_and_nothing_that_is_known_already(gallery: &Gallery) {
        let world = &gallery.world;
        let mug = world.product("Mug", "5.00", 10).await;
        let image =
            world.staff.post(&format!("/products/{mug}/images/"), form(&png(60, 60), "")).await.expect(201).json();
        let url = image["url"].as_str().expect("an address");
        let nobody = world.shop.client();
        let whole = nobody.get(url).await.expect(200);
        let part = nobody.with_header("Range", "bytes=2-5").get(url).await.expect(206);
        assert_eq!(part.body, whole.body[2..6]);
        let tag = whole.header("etag").expect("an ETag").to_owned();
        let known = nobody.with_header("If-None-Match", &tag).get(url).await.expect(304);
        assert!(known.body.is_empty() && known.header("cache-control").is_some_and(|kept| kept.contains("immutable")));
        let head = ask(&nobody, "HEAD", url, ()).await.expect(200);
        assert_eq!(head.header("content-length"), Some(whole.body.len().to_string().as_str()));
        for strange in ["../oxcart.db", "uploads/%2e%2e/%2e%2e/oxcart.db", "uploads//x.jpg", "%00", "uploads/"] {
            nobody.get(&format!("/media/{strange}")).await.expect(404);
        }
    }
}

#[tokio::test]
async fn what_lies_in_the_folder_is_still_served_beside_a_bucket() {
    let server = Bucket::launch().expect("an S3 server");
    let world = World::of(with_bucket(builder(), &server, bucket::SECRET)).await;
    let folder = world.shop.folder().join("media/uploads");
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join("old.png"), png(9, 9)).expect("a file");
    let nobody = world.shop.client();
    let old = nobody.get("/media/uploads/old.png").await.expect(200);
    assert_eq!((old.header("content-type"), old.body.len()), (Some("image/png"), png(9, 9).len()));
    nobody.get("/media/uploads/new.png").await.expect(404);
}

#[tokio::test]
async fn only_what_lies_under_a_hash_is_kept_for_ever_by_browsers() {
    let world = World::open().await;
    let folder = world.shop.folder().join("media/uploads/2024");
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join("mug.png"), png(9, 9)).expect("a file");
    let nobody = world.shop.client();
    let old = nobody.get("/media/uploads/2024/mug.png").await.expect(200);
    assert_eq!(old.header("cache-control"), Some("public, max-age=300"));
    let tag = old.header("etag").expect("an ETag").to_owned();
    let again = nobody.with_header("If-None-Match", &tag).get("/media/uploads/2024/mug.png").await.expect(304);
    assert_eq!(again.header("cache-control"), Some("public, max-age=300"));
}

#[tokio::test]
async fn a_wrong_secret_is_told_with_what_to_do_and_the_shop_sells_on() {
    let server = Bucket::launch().expect("an S3 server");
    let world = World::of(with_bucket(builder(), &server, "another-secret")).await;
    let mug = world.product("Mug", "5.00", 10).await;
    let path = format!("/products/{mug}/images/");
    let refused = world.staff.post(&path, form(&png(30, 30), "")).await.expect(503).json();
    let detail = refused["detail"].as_str().expect("a detail");
    assert!(detail.contains("SignatureDoesNotMatch") && detail.contains("media_bucket_secret"), "{detail}");
    assert!(!detail.contains("another-secret"), "the secret shows: {detail}");
    world.shop.client().get("/media/uploads/x.jpg").await.expect(503);
    let product = world.shop.client().get(&format!("/products/{mug}/")).await.expect(200).json();
    assert_eq!(product["images"], json!([]));
    let told = "pictures can't be kept or shown";
    assert!(world.shop.log().contains(told), "the start says nothing of it:\n{}", world.shop.log());
    for args in [&["doctor"][..], &["check", "--deploy", "--fail-level", "error"]] {
        let output = world.shop.run(args);
        let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
        assert!(!output.status.success() && said.contains("media_bucket_secret"), "oxcart {args:?} says:\n{said}");
        assert!(!said.contains("another-secret"), "the secret shows:\n{said}");
    }
}

#[tokio::test]
async fn a_bucket_that_is_away_costs_pictures_and_nothing_else() {
    let gallery = Gallery::in_bucket().await;
    let (world, server) = (&gallery.world, gallery.bucket.as_ref().expect("a bucket"));
    assert!(world.shop.run_well(&["doctor"]).contains("ok    media bucket"));
    let mug = world.product("Mug", "5.00", 10).await;
    let path = format!("/products/{mug}/images/");
    let image = world.staff.post(&path, form(&png(30, 30), "")).await.expect(201).json();
    server.kill();
    let url = image["url"].as_str().expect("an address");
    let away = world.shop.client().get(url).await.expect(503);
    assert!(!away.header("cache-control").unwrap_or_default().contains("immutable"), "{away}");
    world.staff.post(&path, form(&png(31, 30), "")).await.expect(503);
    world.shop.client().get(&format!("/products/{mug}/")).await.expect(200);
    server.start().expect("it comes back, empty");
    world.shop.client().get(url).await.expect(404);
    world.staff.post(&path, form(&png(31, 30), "")).await.expect(201);
}
