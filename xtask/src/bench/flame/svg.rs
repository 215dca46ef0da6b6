//! The picture.

use super::stacks::shares;
use crate::bench::cases::Case;
use anyhow::Result;
use inferno::flamegraph::color::{BackgroundColor, BasicPalette, Color, Palette};
use inferno::flamegraph::{Options, from_lines};
use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

const WHITE: Color = Color { r: 255, g: 255, b: 255 };

/// Draws folded stacks.
///
/// # Errors
/// When the file can't be written.
pub(super) fn draw(file: &Path, case: Case, stage: &str, stacks: &[String]) -> Result<()> {
    let mut options = Options::default();
    options.title = format!("Where processor time goes: {} ({stage})", case.what());
    options.subtitle = Some(format!("{}; the wider, the more time", shares(stacks)));
    options.count_name = "samples".to_owned();
    options.colors = Palette::Basic(BasicPalette::Hot);
    options.bgcolors = Some(BackgroundColor::Flat(WHITE));
    // A function has the same colour in each picture.
    options.hash = true;
    // Wide enough to be read where it stands still, as an image in a text; names are cut to fit.
    options.image_width = Some(1_600);
    // Percent: what can't be seen only makes the file larger.
    options.min_width = 0.2;
    from_lines(&mut options, stacks.iter().map(String::as_str), BufWriter::new(File::create(file)?))?;
    Ok(())
}
