//! What uploads become, and what is not taken.

use image::{DynamicImage, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use oxcart_pictures::{Refused, prepare, widths};
use std::io::Cursor;

/// Red on the left, blue on the right.
fn flag(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, _| if x < width / 2 { Rgb([220, 20, 20]) } else { Rgb([20, 20, 220]) })
}

fn written(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(vec![]);
    picture.into().write_to(&mut bytes, format).expect("writes");
    bytes.into_inner()
}

/// The same JPEG with an EXIF segment: turn by 90° clockwise, and a canary in a text.
fn with_exif(jpeg: &[u8]) -> Vec<u8> {
    let mut exif =
        b"Exif\0\0MM\0*\0\0\0\x08\0\x02\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\x01\x0e\0\x02\0\0\0\x0a\0\0\0\x26\0\0\0\0"
            .to_vec();
    exif.extend(b"CANARY-GPS");
    let length = u16::try_from(exif.len() + 2).expect("short").to_be_bytes();
    [&jpeg[..2], &[0xff, 0xe1], &length, &exif, &jpeg[2..]].concat()
}

#[test]
fn a_photo_becomes_jpegs_in_every_width_below_its_own() {
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP, ImageFormat::Gif] {
        let prepared = prepare(&written(flag(900, 300), format)).expect("is taken");
        assert_eq!(prepared.extension, "jpg", "{format:?}");
        let sizes: Vec<_> = prepared.files.iter().map(|(width, _)| *width).collect();
        assert_eq!(sizes, [320, 640, 900], "{format:?}");
        for (width, bytes) in &prepared.files {
            let picture = image::load_from_memory_with_format(bytes, ImageFormat::Jpeg).expect("a JPEG").into_rgb8();
            assert_eq!((picture.width(), picture.height()), (*width, width / 3));
            let (left, right) = (picture.get_pixel(10, 10).0, picture.get_pixel(width - 10, 10).0);
            assert!(left[0] > 180 && left[2] < 80 && right[2] > 180 && right[0] < 80, "{left:?} {right:?}");
        }
    }
    assert_eq!(widths(4000), [320, 640, 1280, 4000]);
    assert_eq!(widths(200), [200]);
}

#[test]
fn a_large_photo_is_made_smaller_and_a_small_one_never_larger() {
    let sizes = |width| {
        let prepared = prepare(&written(flag(width, 200), ImageFormat::Jpeg)).expect("is taken");
        prepared.files.into_iter().map(|(width, _)| width).collect::<Vec<_>>()
    };
    assert_eq!(sizes(2000), [320, 640, 1280]);
    assert_eq!(sizes(320), [320]);
    assert_eq!(sizes(50), [50]);
}

#[test]
fn what_one_can_see_through_stays_so() {
    let glass = RgbaImage::from_fn(400, 100, |x, _| Rgba([10, 200, 10, if x < 200 { 0 } else { 255 }]));
    for format in [ImageFormat::Png, ImageFormat::WebP] {
        let prepared = prepare(&written(glass.clone(), format)).expect("is taken");
        assert_eq!(prepared.extension, "png");
        let small =
            image::load_from_memory_with_format(&prepared.files[0].1, ImageFormat::Png).expect("a PNG").into_rgba8();
        assert_eq!((small.get_pixel(10, 10).0[3], small.get_pixel(310, 10).0[3]), (0, 255));
    }
    let opaque = RgbaImage::from_pixel(400, 100, Rgba([10, 200, 10, 255]));
    assert_eq!(prepare(&written(opaque, ImageFormat::Png)).expect("is taken").extension, "jpg");
}

#[test]
fn a_camera_s_note_turns_the_picture_and_goes_with_everything_else_it_noted() {
    let noted = with_exif(&written(flag(600, 300), ImageFormat::Jpeg));
    let prepared = prepare(&noted).expect("is taken");
    let (width, bytes) = prepared.files.last().expect("a file");
    let turned = image::load_from_memory(bytes).expect("a JPEG").into_rgb8();
    assert_eq!((*width, turned.width(), turned.height()), (300, 300, 600), "turned by a quarter");
    assert!(turned.get_pixel(150, 10).0[0] > 180, "what was left is at the top");
    for (_, bytes) in &prepared.files {
        for mark in [&b"Exif"[..], b"CANARY"] {
            assert!(!bytes.windows(mark.len()).any(|part| part == mark), "metadata came along");
        }
    }
}

#[test]
fn what_is_no_picture_is_refused_in_words() {
    let jpeg = written(flag(100, 100), ImageFormat::Jpeg);
    assert_eq!(prepare(b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>"), Err(Refused::Svg));
    assert_eq!(prepare(b"<?xml version=\"1.0\"?><svg/>"), Err(Refused::Svg));
    for other in [&b""[..], b"hello", b"<html><script>", b"BM\0\0\0\0", b"%PDF-1.7", b"MZ\x90\0"] {
        assert_eq!(prepare(other), Err(Refused::Unknown), "{other:?}");
    }
    assert!(matches!(prepare(&jpeg[..40]), Err(Refused::Broken(_))));
    let mut png = written(flag(100, 100), ImageFormat::Png);
    png.truncate(60);
    assert!(matches!(prepare(&png), Err(Refused::Broken(_))));
}

#[test]
fn a_small_file_with_a_huge_picture_is_refused_before_it_is_unpacked() {
    // The head of a PNG of 50,000 × 50,000 pixels, and of one within the longest side but with too many.
    for (width, height) in [(50_000_u32, 50_000_u32), (10_000, 10_000)] {
        let mut png = written(flag(1, 1), ImageFormat::Png);
        png[16..20].copy_from_slice(&width.to_be_bytes());
        png[20..24].copy_from_slice(&height.to_be_bytes());
        let crc = crc32(&png[12..29]);
        png[29..33].copy_from_slice(&crc.to_be_bytes());
        assert_eq!(prepare(&png), Err(Refused::TooLarge(width, height)));
    }
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 })
    })
}

#[test]
fn a_webp_is_kept_where_it_is_smaller_and_shows_the_same() {
    let noise = |x: u32, y: u32| u8::try_from((x * 37 + y * 91) % 23).expect("small");
    let photo = RgbImage::from_fn(900, 300, |x, y| {
        Rgb([
            u8::try_from(x * 255 / 900).expect("a byte"),
            u8::try_from(y * 255 / 300).expect("a byte"),
            90 + noise(x, y),
        ])
    });
    let prepared = prepare(&written(photo, ImageFormat::Png)).expect("is taken");
    assert_eq!(prepared.webp.iter().map(|(width, _)| *width).collect::<Vec<_>>(), [320, 640, 900]);
    for ((width, webp), (_, jpeg)) in prepared.webp.iter().zip(&prepared.files) {
        assert!(webp.len() < jpeg.len(), "{width}: {} against {} bytes", webp.len(), jpeg.len());
        let read = |file: &[u8]| image::load_from_memory(file).expect("a picture").into_rgb8();
        let (one, other) = (read(webp), read(jpeg));
        assert_eq!(one.dimensions(), other.dimensions());
        let apart = one.as_raw().iter().zip(other.as_raw()).map(|(a, b)| u64::from(a.abs_diff(*b))).sum::<u64>();
        assert!(apart / (one.as_raw().len() as u64) < 8, "{width}: {apart} apart in all");
    }
    let names: Vec<_> = prepared.named().map(|(name, _)| name).collect();
    assert_eq!(names, ["320.jpg", "640.jpg", "900.jpg", "320.webp", "640.webp", "900.webp"]);
    let glass = RgbaImage::from_fn(100, 100, |x, _| Rgba([10, 200, 10, if x < 50 { 0 } else { 255 }]));
    let prepared = prepare(&written(glass, ImageFormat::Png)).expect("is taken");
    let clear = image::load_from_memory(&prepared.webp[0].1).expect("a WebP").into_rgba8();
    assert_eq!(
        (prepared.extension, clear.get_pixel(10, 10).0[3], clear.get_pixel(60, 10).0),
        ("png", 0, [10, 200, 10, 255])
    );
}
