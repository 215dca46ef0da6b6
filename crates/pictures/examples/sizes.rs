//! How large pictures become as JPEG and as WebP, and how near they stay to what they were:
//! `cargo run --release -p oxcart-pictures --example sizes -- FOLDER`. Put photographs into the folder.

use image::{RgbImage, imageops};
use std::time::Instant;

fn main() {
    let folder = std::env::args().nth(1).unwrap_or_else(|| ".".to_owned());
    println!("| picture | width | JPEG bytes | WebP bytes | WebP / JPEG | JPEG dB | WebP dB |");
    println!("|---|---:|---:|---:|---:|---:|---:|");
    let (mut jpegs, mut webps) = (0, 0);
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let Ok(bytes) = std::fs::read(entry.path()) else { continue };
        let began = Instant::now();
        let Ok(prepared) = oxcart_pictures::prepare(&bytes) else { continue };
        let took = began.elapsed();
        let Ok(original) = image::load_from_memory(&bytes) else { continue };
        let original = original.into_rgb8();
        for (width, jpeg) in &prepared.files {
            let webp = prepared.webp.iter().find(|(found, _)| found == width).map(|(_, webp)| webp);
            let scaled = scaled(&original, *width);
            let near = |file: &[u8]| image::load_from_memory(file).map(|file| decibels(&scaled, &file.into_rgb8()));
            let (length, nearness) = webp.map_or((jpeg.len(), None), |webp| (webp.len(), near(webp).ok()));
            (jpegs, webps) = (jpegs + jpeg.len(), webps + length);
            let name = entry.file_name();
            let share = length * 100 / jpeg.len();
            let (first, second) = (near(jpeg).unwrap_or_default(), nearness.unwrap_or_default());
            println!(
                "| {} | {width} | {} | {length} | {share} % | {first:.1} | {second:.1} |",
                name.display(),
                jpeg.len()
            );
        }
        eprintln!("{} took {took:?}", entry.path().display());
    }
    println!("| all | | {jpegs} | {webps} | {} % | | |", webps * 100 / jpegs.max(1));
}

fn scaled(picture: &RgbImage, width: u32) -> RgbImage {
    if width == picture.width() {
        return picture.clone();
    }
    let height = (picture.height() * width / picture.width()).max(1);
    imageops::resize(picture, width, height, imageops::FilterType::CatmullRom)
}

/// The peak signal-to-noise ratio.
#[expect(clippy::float_arithmetic, reason = "decibels, not money")]
fn decibels(one: &RgbImage, other: &RgbImage) -> f64 {
    if one.dimensions() != other.dimensions() {
        return 0.0;
    }
    let squares = one.as_raw().iter().zip(other.as_raw()).map(|(a, b)| u64::from(a.abs_diff(*b)).pow(2)).sum::<u64>();
    let mean = squares as f64 / one.as_raw().len() as f64;
    10.0 * (255.0 * 255.0 / mean.max(1e-9)).log10()
}
