//! What browsers are shown: files of the program and of the operator's folder, beside an API that stays as it is.

use crate::support::builder;
use serde_json::{Value, json};
use std::path::Path;
use testkit::{Answer, Client, Dial};

const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8";

fn browser(client: &Client) -> Client {
    client.with_header("Accept", BROWSER)
}

#[track_caller]
fn is_page(answer: &Answer, holds: &str) {
    assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"), "{answer}");
    assert!(answer.text().contains(holds), "no {holds:?} in {answer}");
    let policy = answer.header("content-security-policy").unwrap_or_default();
    for directive in ["default-src 'self'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"] {
        assert!(policy.contains(directive), "the policy lacks {directive}: {policy}");
    }
    assert!(!policy.contains("unsafe"), "the policy lets in what stands in the page: {policy}");
}

#[track_caller]
fn is_json_404(answer: &Answer) {
    assert_eq!((answer.status, answer.text().as_str()), (404, r#"{"detail":"Not found."}"#), "{answer}");
}

#[tokio::test]
async fn a_file_is_sent_once_and_asked_about_afterwards() {
    let shop = builder().start().await;
    let client = shop.client();
    let whole = client.get("/assets/shared/base.css").await.expect(200);
    assert_eq!(whole.header("content-type"), Some("text/css; charset=utf-8"));
    assert_eq!(whole.header("cache-control"), Some("no-cache"));
    assert_eq!(whole.header("x-content-type-options"), Some("nosniff"));
    let etag = whole.header("etag").expect("files have one").to_owned();
    for known in [etag.clone(), format!("W/{etag}"), format!("\"other\", {etag}")] {
        let again = client.with_header("If-None-Match", &known).get("/assets/shared/base.css").await.expect(304);
        assert!(again.body.is_empty() && again.header("etag") == Some(etag.as_str()), "{known}: {again}");
    }
    client.with_header("If-None-Match", "\"other\"").get("/assets/shared/base.css").await.expect(200);
    let head = client.send("HEAD".parse().expect("a method"), "/assets/shared/base.css", ()).await.expect(200);
    assert!(head.body.is_empty() && head.header("etag") == Some(etag.as_str()));
    assert_eq!(head.header("content-length"), Some(whole.body.len().to_string().as_str()));
    client.post("/assets/shared/base.css", ()).await.expect(405);
}

#[tokio::test]
async fn texts_come_packed_for_who_takes_them_so() {
    let shop = builder().start().await;
    let client = shop.client();
    for path in ["/assets/shared/base.css", "/assets/shared/vendor/preact.js", "/admin/", "/api/docs/", "/api/schema/"]
    {
        let plain = client.get(path).await.expect(200);
        assert_eq!(plain.header("content-encoding"), None, "{path}");
        let packed = client.with_header("Accept-Encoding", "gzip, br").get(path).await.expect(200);
        assert_eq!(packed.header("content-encoding"), Some("gzip"), "{path}");
        assert_eq!(packed.header("content-type"), plain.header("content-type"), "{path}");
        assert!(packed.body.starts_with(&[0x1f, 0x8b]) && packed.body.len() * 3 < plain.body.len() * 2, "{path}");
        for answer in [&plain, &packed] {
            assert!(answer.header("vary").is_some_and(|vary| vary.contains("Accept-Encoding")), "{answer}");
        }
        // Neither is taken for the other by who keeps one of them.
        let Some(tag) = packed.header("etag") else { continue };
        assert_ne!(Some(tag), plain.header("etag"), "{path}");
        let known = client.with_header("If-None-Match", tag);
        known.with_header("Accept-Encoding", "gzip").get(path).await.expect(304);
        known.get(path).await.expect(200);
    }
    // What is about somebody is not: how well it packs would tell of what is in it.
    let own = client.with_header("Accept-Encoding", "gzip").get("/products/").await.expect(200);
    assert_eq!(own.header("content-encoding"), None);
}

#[tokio::test]
async fn pages_know_the_shops_name_and_only_a_demo_tells_its_logins() {
    const SCRIPT: &str = "/assets/shared/this-shop.js";
    let name = "Ann's \"Corner\" </script>";
    let shop = builder().env("OXCART_SHOP_NAME", name).start().await;
    let script = shop.client().get(SCRIPT).await.expect(200);
    assert_eq!(script.header("content-type"), Some("text/javascript; charset=utf-8"));
    let told = |text: &str| {
        let json = text.split_once("export const shop = ").and_then(|(_, rest)| rest.strip_suffix(";\n"));
        serde_json::from_str::<Value>(json.expect("it exports the shop")).expect("it is JSON")
    };
    assert_eq!(told(&script.text()), json!({"name": name, "digits": 2, "demo": null, "mails": "waiting"}));
    let shop = builder().demo().start().await;
    let mut told = told(&shop.client().get(SCRIPT).await.expect(200).text());
    assert_eq!(told["mails"], "kept");
    let demo = told["demo"].take();
    for person in ["customer", "staff"] {
        let (email, password) = (demo[person]["email"].as_str(), demo[person]["password"].as_str());
        let (email, password) = email.zip(password).expect("both are told");
        shop.log_in(&shop.client(), email, password).await;
    }
}

#[tokio::test]
async fn every_address_below_admin_is_the_console() {
    let shop = builder().start().await;
    let client = shop.client();
    let console = client.get("/admin/").await.expect(200);
    is_page(&console, "<title>");
    for path in ["/admin/orders", "/admin/orders/17", "/admin/products?page=2"] {
        assert_eq!(client.get(path).await.expect(200).body, console.body, "{path}");
    }
    assert_eq!(client.get("/admin").await.expect(308).header("location"), Some("/admin/"));
}

#[tokio::test]
async fn without_a_storefront_the_start_page_says_what_this_is() {
    let shop = builder().start().await;
    let page = shop.client().get("/").await.expect(200);
    is_page(&page, "href=\"/admin/\"");
    is_page(&page, "href=\"/api/docs/\"");
    is_json_404(&shop.client().get("/bag").await);
}

#[tokio::test]
async fn the_demo_shows_its_shop_at_the_start_page() {
    let shop = builder().demo().start().await;
    let client = shop.client();
    for page in ["/", "/product?id=1", "/bag", "/checkout", "/account", "/orders?id=1"] {
        is_page(&client.get(page).await.expect(200), "<script type=\"module\"");
    }
    assert_eq!(client.get("/shop.css").await.expect(200).header("content-type"), Some("text/css; charset=utf-8"));
}

#[tokio::test]
async fn an_unknown_address_is_a_page_for_people_and_json_for_programs() {
    let shop = builder().demo().start().await;
    for path in ["/nowhere", "/nowhere/", "/products/1/nothing/", "/assets/nothing.js"] {
        is_json_404(&shop.client().get(path).await);
        is_json_404(&shop.client().with_header("Accept", "application/json").get(path).await);
        let page = browser(&shop.client()).get(path).await.expect(404);
        is_page(&page, "nothing at this address");
        assert_eq!(page.header("vary"), Some("Accept"));
    }
    is_json_404(&browser(&shop.client()).post("/nowhere", ()).await);
    // The API's own addresses come first.
    assert_eq!(shop.client().get("/products").await.expect(301).header("location"), Some("/products/"));
    shop.client().get("/products/").await.expect(200).json();
}

/// A folder beside the shop with a page, a hidden file, links out of it, and a file outside.
fn lay_out(folder: &Path) {
    let write = |name: &str, text: &str| {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().expect("it lies in the folder")).expect("room for a folder");
        std::fs::write(path, text).expect("room for a file");
    };
    write("secret.txt", "not for visitors");
    write("front/index.html", "<h1>Ours</h1>");
    write("front/about.html", "<h1>About us</h1>");
    write("front/help/index.html", "<h1>Help</h1>");
    write("front/404.html", "<h1>Ours is not here</h1>");
    write("front/app.js", "export {};");
    write("front/.env", "KEY=1");
    write("front/with space.txt", "found");
    #[cfg(unix)]
    for (link, target) in [("out.txt", "../secret.txt"), ("up", ".."), ("in.txt", "with space.txt")] {
        std::os::unix::fs::symlink(target, folder.join("front").join(link)).expect("a link");
    }
}

#[tokio::test]
async fn a_folder_of_the_operators_own_is_shown_and_nothing_beside_it() {
    let files = tempfile::tempdir().expect("a folder");
    lay_out(files.path());
    let front = files.path().join("front");
    let shop = builder().arg("--storefront").arg(front.to_str().expect("UTF-8")).start().await;
    let client = shop.client();
    for (path, holds) in [("/", "Ours"), ("/about", "About us"), ("/about.html", "About us"), ("/help/", "Help")] {
        is_page(&client.get(path).await.expect(200), holds);
    }
    let script = client.get("/app.js").await.expect(200);
    assert_eq!(script.header("content-type"), Some("text/javascript; charset=utf-8"));
    let etag = script.header("etag").expect("files have one");
    client.with_header("If-None-Match", etag).get("/app.js").await.expect(304);
    for path in ["/with%20space.txt", "/in.txt"] {
        assert_eq!(client.get(path).await.expect(200).text(), "found");
    }
    for path in [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/%2e%2e%2fsecret.txt",
        "/..%5csecret.txt",
        "/out.txt",
        "/up/secret.txt",
        "/.env",
        "/help/../../secret.txt",
        "/%00",
        "/%ff",
    ] {
        // As it is: an HTTP library would tidy it up.
        let mut wire = Dial::default().connect(shop.address_of(0)).await.expect("the shop listens");
        wire.send(format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n")).await.expect("it is taken");
        assert_eq!(wire.answer().await.expect("an answer").status, 404, "{path}");
    }
    let missing = browser(&client).get("/nothing").await.expect(404);
    is_page(&missing, "Ours is not here");
    assert!(missing.header("etag").is_none());
    is_json_404(&client.get("/nothing").await);
    client.get("/products/").await.expect(200).json();
}

#[tokio::test]
async fn a_storefront_that_is_none_stops_the_start() {
    let shop = builder().prepare();
    for (folder, because) in [("nowhere", "cannot read the storefront"), (".", "has no index.html")] {
        let output = shop.run(&["serve", "--addr", "127.0.0.1:0", "--storefront", folder]);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && said.contains(because), "{folder}: {said}");
    }
}

#[tokio::test]
async fn json_is_readable_for_who_opens_it_in_a_browser_and_the_same_as_ever_for_programs() {
    let shop = builder().demo().start().await;
    let (program, person) = (shop.client(), browser(&shop.client()));
    for path in ["/products/?search=mug", "/products/1/", "/categories/"] {
        // Twice each, in turn: neither gets what is kept for the other.
        for _ in 0..2 {
            let plain = program.get(path).await.expect(200);
            assert_eq!(plain.header("content-type"), Some("application/json"));
            assert!(plain.header("vary").is_some_and(|vary| vary.contains("Accept")), "{plain}");
            let page = person.get(path).await.expect(200);
            assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"), "{page}");
            assert!(page.header("vary").is_some_and(|vary| vary.contains("Accept")) && page.header("etag").is_none());
            let policy = page.header("content-security-policy").unwrap_or_default();
            assert!(policy.contains("default-src 'none'") && !policy.contains("script-src"), "{policy}");
            let html = page.text();
            assert!(html.contains("200 OK") && html.contains("/api/docs/") && html.contains("GET, "), "{html}");
            assert!(!html.contains("<script"));
        }
    }
    let page = person.get("/products/?page=2&search=%3Cscript%3E").await.expect(404).text();
    assert!(page.contains("Invalid page.") && page.contains("404 Not Found"), "{page}");
    let list = person.get("/products/").await.expect(200).text();
    assert!(list.contains(&format!("<a href=\"{}/products/?page=2\">", shop.url())), "{list}");
    let known = program.get("/products/1/").await.header("etag").expect("it has one").to_owned();
    person.with_header("If-None-Match", &known).get("/products/1/").await.expect(200);
    let refused = person.get("/user/profile/").await.expect(401);
    assert!(refused.text().contains("Authentication credentials were not provided."));
    let head = person.send("HEAD".parse().expect("a method"), "/products/1/", ()).await.expect(200);
    assert!(head.body.is_empty());
    assert_eq!(person.post("/cart/add/", ()).await.expect(400).header("content-type"), Some("application/json"));
    assert_eq!(person.get("/api/schema/").await.expect(200).header("content-type"), Some("application/json"));
}

#[tokio::test]
async fn links_in_mails_lead_to_a_page_whatever_the_storefront_is() {
    let files = tempfile::tempdir().expect("a folder");
    lay_out(files.path());
    let front = files.path().join("front");
    std::fs::write(front.join("confirm.html"), "<h1>Our own way to confirm</h1>").expect("it is written");
    let front = front.to_str().expect("UTF-8").to_owned();
    let shops = [builder(), builder().demo(), builder().arg("--storefront").arg(&front)];
    for (number, shop) in shops.into_iter().enumerate() {
        let shop = shop.start().await;
        let reset = browser(&shop.client()).get("/reset.html?token=x").await.expect(200);
        is_page(&reset, "<main id=\"reset\">");
        let confirm = browser(&shop.client()).get("/confirm.html?token=x").await.expect(200);
        is_page(&browser(&shop.client()).get("/order.html").await.expect(200), "<main id=\"order\">");
        is_page(&confirm, if number == 2 { "Our own way" } else { "<main id=\"confirm\">" });
    }
}
