//! Pictures of products: taken by what is in them, put in order, taken away.

use crate::support::{World, builder, each};
use serde_json::{Value, json};
use testkit::Body;

/// A PNG of a colour for each row, written by hand.
pub(crate) fn png(width: u32, height: u32) -> Vec<u8> {
    let row = |y: u32| {
        let colour = [u8::try_from(y % 251).expect("below 256"), 80, 160];
        std::iter::once(0).chain(std::iter::repeat_n(colour, width as usize).flatten())
    };
    let raw: Vec<u8> = (0..height).flat_map(row).collect();
    let mut packed = vec![0x78, 0x01];
    let blocks = raw.chunks(65_535).count();
    for (number, block) in raw.chunks(65_535).enumerate() {
        let length = u16::try_from(block.len()).expect("a block");
        packed.push(u8::from(number + 1 == blocks));
        packed.extend([length.to_le_bytes(), (!length).to_le_bytes()].concat());
        packed.extend(block);
    }
    let (a, b) = raw.iter().fold((1_u32, 0_u32), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65_521;
        (a, (b + a) % 65_521)
    });
    packed.extend((b << 16 | a).to_be_bytes());
    let head = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, data) in [(b"IHDR", head), (b"IDAT", packed), (b"IEND", vec![])] {
        let named = [&kind[..], &data].concat();
        file.extend(u32::try_from(data.len()).expect("short").to_be_bytes());
        file.extend(&named);
        file.extend(crc(&named).to_be_bytes());
    }
    file
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 })
    })
}

/// A form with a file, and what it shows.
pub(crate) fn form(file: &[u8], alt: &str) -> Body {
    let mut body = format!("--b\r\nContent-Disposition: form-data; name=\"alt\"\r\n\r\n{alt}\r\n").into_bytes();
    body.extend(b"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x.exe\"\r\n\r\n");
    body.extend(file);
    body.extend(b"\r\n--b--\r\n");
    Body::raw("multipart/form-data; boundary=b", body)
}

#[tokio::test]
async fn pictures_change_places_and_go() {
    let world = World::open().await;
    let mug = world.product("Mug", "5.00", 10).await;
    let path = format!("/products/{mug}/images/");
    for (number, alt) in ["one", "two", "three"].into_iter().enumerate() {
        let height = 10 + u32::try_from(number).expect("few");
        let image = world.staff.post(&path, form(&png(40, height), alt)).await.expect(201).json();
        assert_eq!(image["position"], number);
    }
    let alts = async || {
        let product = world.shop.client().get(&format!("/products/{mug}/")).await.expect(200).json();
        let positions: Vec<Value> = each(&product["images"], "position").into_iter().cloned().collect();
        assert_eq!(positions, (0..positions.len()).map(|at| json!(at)).collect::<Vec<_>>());
        each(&product["images"], "alt").into_iter().cloned().collect::<Vec<_>>()
    };
    let ordered = world.staff.patch(&path, json!({"order": [2, 0, 1]})).await.expect(200).json();
    assert_eq!(each(&ordered, "alt"), ["three", "one", "two"]);
    assert_eq!(alts().await, ["three", "one", "two"]);
    for wrong in [json!([0, 1]), json!([0, 1, 1]), json!([0, 1, 3]), json!([-1, 0, 1]), json!("0"), json!(["x"])] {
        world.staff.patch(&path, json!({"order": wrong})).await.expect(400);
    }
    world.staff.delete(&format!("{path}1/")).await.expect(204);
    assert_eq!(alts().await, ["three", "two"]);
    world.staff.delete(&format!("{path}2/")).await.expect(404);
    let audit = world.staff.get(&format!("/audit/?object=product:{mug}")).await.expect(200).json();
    assert_eq!(audit["count"], 6, "made, three uploads, an order and a deletion: {audit}");
}

#[tokio::test]
async fn what_is_no_picture_is_refused_in_words_and_changes_nothing() {
    let world = World::of(builder().env("OXCART_MAX_PICTURE_BYTES", "20000")).await;
    let mug = world.product("Mug", "5.00", 10).await;
    let path = format!("/products/{mug}/images/");
    let why = async |body: Body| {
        let refused = world.staff.post(&path, body).await.expect(400).json();
        refused["file"][0].as_str().unwrap_or_else(|| panic!("no reason in {refused}")).to_owned()
    };
    assert!(why(form(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "")).await.contains("SVG"));
    assert!(why(form(b"#!/bin/sh", "")).await.contains("no picture"));
    assert!(why(form(&png(30, 30)[..60], "")).await.contains("broken"));
    assert!(why(form(b"", "")).await.contains("No file"));
    world.staff.post(&path, form(&png(30, 30), &"x".repeat(251))).await.expect(400);
    world.staff.post(&path, form(&png(300, 30), "")).await.expect(413);
    world.staff.post(&path, json!({"file": "x"})).await.expect(415);
    world.staff.post(&path, Body::raw("multipart/form-data", "x")).await.expect(400);
    world.staff.post("/products/999999/images/", form(&png(9, 9), "")).await.expect(404);
    world.shop.customer().await.post(&path, form(&png(9, 9), "")).await.expect(403);
    let product = world.shop.client().get(&format!("/products/{mug}/")).await.expect(200).json();
    assert_eq!((&product["images"], product.get("image_widths")), (&json!([]), None));
    assert!(!world.shop.folder().join("media/uploads").exists(), "something was kept");
}
