//! What becomes of an uploaded picture: it is recognised by what is in it, turned the right way up, made in a few widths
//! and written anew, so that nothing comes along that is no picture: no metadata, no position, no script. Pure functions:
//! bytes in, bytes out. They take their time, so call them on a thread that may block.

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::imageops;
use image::{DynamicImage, ImageBuffer, ImageDecoder, ImageEncoder as _, ImageFormat, ImageReader, Limits, Pixel};
use std::io::Cursor;
use thiserror::Error;

/// The widths that pages ask for, in pixels. A picture is never enlarged: its own width stands for those beyond it.
pub const WIDTHS: [u32; 3] = [320, 640, 1280];

/// The most pixels a picture may have. Looked at before it is unpacked: a small file may hold a huge picture.
pub const PIXELS: u64 = 40_000_000;

/// The longest side, in pixels.
pub const SIDE: u32 = 16_384;

/// The most memory unpacking may take besides the picture itself, in bytes.
const MEMORY: u64 = 256 * 1024 * 1024;

/// Of 100; where photographs look like themselves.
const QUALITY: u8 = 82;
/// Of 100, on the scale of WebP: as near to the original as a JPEG of [`QUALITY`] (`examples/sizes.rs` measures it).
const WEBP_QUALITY: f32 = 82.0;
/// Of 100: how hard it is tried to make a WebP without loss small.
const WEBP_EFFORT: f32 = 75.0;

/// A picture in its widths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prepared {
    /// `jpg`, or `png` of what one can see through.
    pub extension: &'static str,
    /// Width in pixels, and the file; ascending.
    pub files: Vec<(u32, Vec<u8>)>,
    /// The same as WebP, in those widths in which that is smaller.
    pub webp: Vec<(u32, Vec<u8>)>,
}

impl Prepared {
    /// All files, each with its name.
    pub fn named(&self) -> impl Iterator<Item = (String, &[u8])> {
        let files = self.files.iter().map(|(width, bytes)| (format!("{width}.{}", self.extension), bytes.as_slice()));
        files.chain(self.webp.iter().map(|(width, bytes)| (format!("{width}.webp"), bytes.as_slice())))
    }
}

/// Why a file is not taken, in words for whoever sent it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Refused {
    /// A drawing: it may hold scripts, and has no size of its own.
    #[error("SVG drawings are not taken. Upload the picture as JPEG, PNG, WebP or GIF.")]
    Svg,
    /// None of the formats.
    #[error("This is no picture the shop can read. Upload a JPEG, PNG, WebP or GIF.")]
    Unknown,
    /// Too large to be unpacked.
    #[error("This picture is too large: {0} × {1} pixels. At most 40 million pixels, and 16384 on a side, are taken.")]
    TooLarge(u32, u32),
    /// It begins like a picture and is none.
    #[error("This picture is broken: {0}")]
    Broken(String),
}

/// The widths a picture is kept in whose widest is `widest` pixels wide.
#[must_use]
pub fn widths(widest: u32) -> Vec<u32> {
    WIDTHS.into_iter().filter(|width| *width < widest).chain([widest]).collect()
}

/// Makes the files of an upload.
///
/// # Errors
/// See [`Refused`].
pub fn prepare(bytes: &[u8]) -> Result<Prepared, Refused> {
    let picture = read(bytes)?;
    let widest = picture.width().min(WIDTHS[WIDTHS.len() - 1]);
    if picture.color().has_alpha() {
        let picture = picture.into_rgba8();
        if picture.pixels().any(|pixel| pixel.0[3] < u8::MAX) {
            return each(&picture, widest, "png", |canvas| Ok((png(canvas)?, clear_webp(canvas))));
        }
        let opaque = DynamicImage::ImageRgba8(picture).into_rgb8();
        return each(&opaque, widest, "jpg", photo);
    }
    each(&picture.into_rgb8(), widest, "jpg", photo)
}

/// Unpacks a picture, the right way up.
fn read(bytes: &[u8]) -> Result<DynamicImage, Refused> {
    let formats = [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP, ImageFormat::Gif];
    let format = image::guess_format(bytes).ok().filter(|format| formats.contains(format));
    let Some(format) = format else { return Err(if is_svg(bytes) { Refused::Svg } else { Refused::Unknown }) };
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(MEMORY);
    reader.limits(limits);
    let broken = |error: image::ImageError| Refused::Broken(error.to_string());
    let mut decoder = reader.into_decoder().map_err(broken)?;
    let (width, height) = decoder.dimensions();
    if width > SIDE || height > SIDE || u64::from(width) * u64::from(height) > PIXELS {
        return Err(Refused::TooLarge(width, height));
    }
    // Deep colours take more than pixels tell.
    if decoder.total_bytes() > MEMORY {
        return Err(Refused::TooLarge(width, height));
    }
    // A camera's note on how it was held; a broken one counts as none.
    let orientation = decoder.orientation().unwrap_or(image::metadata::Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(broken)?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

fn is_svg(bytes: &[u8]) -> bool {
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(1024)]).to_lowercase();
    start.contains("<svg") || start.trim_start_matches('\u{feff}').trim_start().starts_with("<?xml")
}

type Canvas<P> = ImageBuffer<P, Vec<u8>>;

/// A file, and the same as WebP, if it can be made.
type Written = Result<(Vec<u8>, Option<Vec<u8>>), image::ImageError>;

/// The picture in each of its widths.
fn each<P>(
    picture: &Canvas<P>,
    widest: u32,
    extension: &'static str,
    write: fn(&Canvas<P>) -> Written,
) -> Result<Prepared, Refused>
where
    P: Pixel<Subpixel = u8> + 'static,
{
    let mut prepared = Prepared { extension, files: vec![], webp: vec![] };
    for width in widths(widest) {
        let written = match width == picture.width() {
            true => write(picture),
            false => {
                let height = u64::from(picture.height()) * u64::from(width) / u64::from(picture.width());
                let height = u32::try_from(height).unwrap_or(u32::MAX).max(1);
                write(&imageops::resize(picture, width, height, imageops::FilterType::CatmullRom))
            }
        };
        let (file, webp) = written.map_err(|error| Refused::Broken(error.to_string()))?;
        prepared.webp.extend(webp.filter(|webp| webp.len() < file.len()).map(|webp| (width, webp)));
        prepared.files.push((width, file));
    }
    Ok(prepared)
}

fn photo(picture: &Canvas<image::Rgb<u8>>) -> Written {
    let encoder = webp::Encoder::from_rgb(picture.as_raw(), picture.width(), picture.height());
    // Higher ones than 16,383 pixels can't be.
    let webp = encoder.encode_simple(false, WEBP_QUALITY).ok().map(|file| file.to_vec());
    Ok((jpeg(picture)?, webp))
}

/// Without loss, as a PNG is: what one can see through has hard edges more often than not.
fn clear_webp(picture: &Canvas<image::Rgba<u8>>) -> Option<Vec<u8>> {
    let encoder = webp::Encoder::from_rgba(picture.as_raw(), picture.width(), picture.height());
    encoder.encode_simple(true, WEBP_EFFORT).ok().map(|file| file.to_vec())
}

fn jpeg(picture: &Canvas<image::Rgb<u8>>) -> Result<Vec<u8>, image::ImageError> {
    let mut bytes = vec![];
    JpegEncoder::new_with_quality(&mut bytes, QUALITY).encode(
        picture.as_raw(),
        picture.width(),
        picture.height(),
        image::ExtendedColorType::Rgb8,
    )?;
    Ok(bytes)
}

fn png(picture: &Canvas<image::Rgba<u8>>) -> Result<Vec<u8>, image::ImageError> {
    let mut bytes = vec![];
    PngEncoder::new_with_quality(&mut bytes, CompressionType::Default, FilterType::Adaptive).write_image(
        picture.as_raw(),
        picture.width(),
        picture.height(),
        image::ExtendedColorType::Rgba8,
    )?;
    Ok(bytes)
}
