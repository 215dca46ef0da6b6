//! The pen every motif is drawn with, so that all of them share one hand: flat fills, round ends, light from
//! the left. A solid thing is opened with its outline, gets its details, and is closed with a hard-edged
//! shade over its right side.

use std::fmt::Write;

use super::Pattern;
use super::palette::{GLOW, LEAF, Shades, TIMBER};

/// Collects SVG elements on a field of 800 by 800 whose floor lies at y = 640.
pub(super) struct Pen {
    svg: String,
    /// Prefix that keeps clip ids apart when several drawings share one page.
    id: String,
    clips: usize,
    pub(super) pattern: Pattern,
}

impl Pen {
    pub(super) fn new(id: &str, pattern: Pattern) -> Self {
        Self { svg: String::with_capacity(4096), id: id.to_owned(), clips: 0, pattern }
    }

    pub(super) fn finish(self) -> String {
        self.svg
    }

    fn push(&mut self, element: std::fmt::Arguments<'_>) {
        self.svg.write_fmt(element).expect("writing to a String cannot fail");
    }

    /// The shadow on the floor under something `half` as wide to either side of `x`.
    pub(super) fn shadow(&mut self, x: i32, half: i32) {
        self.push(format_args!(r##"<ellipse cx="{x}" cy="642" rx="{half}" ry="24" fill="#3b2b20" opacity=".16"/>"##));
    }

    pub(super) fn fill(&mut self, colour: &str, outline: &str) {
        self.push(format_args!(r#"<path fill="{colour}" d="{outline}"/>"#));
    }

    /// A box `[x, y, width, height]` with corners of radius `r`.
    pub(super) fn rect(&mut self, colour: &str, [x, y, w, h]: [i32; 4], r: i32) {
        self.push(format_args!(r#"<rect x="{x}" y="{y}" width="{w}" height="{h}" rx="{r}" fill="{colour}"/>"#));
    }

    /// An ellipse `[centre x, centre y, radius x, radius y]`.
    pub(super) fn oval(&mut self, colour: &str, [x, y, rx, ry]: [i32; 4]) {
        self.push(format_args!(r#"<ellipse cx="{x}" cy="{y}" rx="{rx}" ry="{ry}" fill="{colour}"/>"#));
    }

    /// A round-ended line.
    pub(super) fn line(&mut self, colour: &str, width: i32, path: &str) {
        self.push(format_args!(
            r#"<path fill="none" stroke="{colour}" stroke-width="{width}" stroke-linecap="round" stroke-linejoin="round" d="{path}"/>"#
        ));
    }

    /// A square-ended dashed line; `dash` is SVG's list of lengths.
    pub(super) fn dashes(&mut self, colour: &str, width: i32, dash: &str, path: &str) {
        self.push(format_args!(
            r#"<path fill="none" stroke="{colour}" stroke-width="{width}" stroke-dasharray="{dash}" d="{path}"/>"#
        ));
    }

    /// Turns everything up to [`Pen::end`] around a point.
    pub(super) fn turn(&mut self, degrees: i32, x: i32, y: i32) {
        self.push(format_args!(r#"<g transform="rotate({degrees} {x} {y})">"#));
    }

    pub(super) fn end(&mut self) {
        self.svg.push_str("</g>");
    }

    /// Lays down a solid thing; what follows stays inside its outline until [`Pen::close`].
    pub(super) fn open(&mut self, colour: &str, outline: &str) {
        self.clips += 1;
        let (id, clip) = (self.id.clone(), self.clips);
        self.push(format_args!(
            r##"<clipPath id="{id}-{clip}"><path d="{outline}"/></clipPath><g clip-path="url(#{id}-{clip})">"##
        ));
        self.rect(colour, [0, 0, 800, 800], 0);
    }

    /// Shades the open thing to the right of `x` and closes it.
    pub(super) fn close(&mut self, x: i32) {
        let width = 800 - x;
        self.push(format_args!(r##"<rect x="{x}" width="{width}" height="800" fill="#2a1a10" opacity=".13"/></g>"##));
    }

    /// See-through white, for gleams.
    pub(super) fn gleam(&mut self, width: i32, path: &str) {
        self.push(format_args!(
            r##"<path fill="none" stroke="#fff" stroke-opacity=".4" stroke-width="{width}" stroke-linecap="round" d="{path}"/>"##
        ));
    }

    /// Decorates the open thing with the product's pattern, figures around `(x, y)`.
    pub(super) fn ornament(&mut self, ink: Shades, x: i32, y: i32) {
        match self.pattern {
            Pattern::Plain => {}
            Pattern::Band => {
                self.rect(ink.base, [0, y - 26, 800, 52], 0);
                self.rect(ink.base, [0, y + 40, 800, 12], 0);
            }
            Pattern::Stripes => {
                self.dashes(ink.base, 800, "22 34", "M400 160V680");
            }
            Pattern::Check => {
                self.svg.push_str(r#"<g opacity=".55">"#);
                self.dashes(ink.base, 800, "34 66", "M400 146V680");
                self.dashes(ink.base, 800, "34 66", "M120 400H700");
                self.end();
            }
            Pattern::Dots => self.push(format_args!(
                r#"<path fill="none" stroke="{}" stroke-width="11" stroke-linecap="round" stroke-dasharray="0 57" d="M190 300H640M212 342H640M180 384H640M226 426H640M196 468H640M214 510H640M184 552H640M230 594H640"/>"#,
                ink.base
            )),
            Pattern::Leaf => self.sprig(ink, x, y),
            Pattern::Flower => self.flower(ink, x, y),
            Pattern::Apple => self.apple(ink, x, y),
            Pattern::Berry => self.berry(ink, x, y),
            Pattern::Tomato => self.tomato(ink, x, y),
        }
    }

    /// A stem with five leaves, 150 high.
    fn sprig(&mut self, ink: Shades, x: i32, y: i32) {
        self.line(ink.dark, 7, &format!("M{x} {}V{}", y + 75, y - 40));
        self.oval(ink.base, [x, y - 55, 15, 30]);
        for (degrees, up) in [(-52, 5), (52, 5), (-52, 50), (52, 50)] {
            self.turn(degrees, x, y + up);
            self.oval(ink.base, [x, y + up - 34, 15, 32]);
            self.end();
        }
    }

    /// An open flower, 110 wide.
    fn flower(&mut self, ink: Shades, x: i32, y: i32) {
        for step in 0..6 {
            self.turn(step * 60, x, y);
            self.oval(ink.base, [x, y - 36, 18, 28]);
            self.end();
        }
        self.oval(GLOW.light, [x, y, 20, 20]);
    }

    /// An apple with its leaf, 120 wide.
    fn apple(&mut self, ink: Shades, x: i32, y: i32) {
        self.line(TIMBER.dark, 9, &format!("M{x} {}Q{x} {} {} {}", y - 26, y - 50, x + 12, y - 66));
        self.oval(LEAF.base, [x + 36, y - 54, 26, 13]);
        self.oval(ink.base, [x - 22, y + 14, 40, 48]);
        self.oval(ink.base, [x + 22, y + 14, 40, 48]);
        self.oval(ink.light, [x - 34, y - 4, 11, 16]);
    }

    /// A raspberry, 110 wide: rows of drupelets under a green crown.
    fn berry(&mut self, ink: Shades, x: i32, y: i32) {
        for (count, down) in [(3, -16), (4, 8), (3, 32), (2, 54)] {
            for place in 0..count {
                let across = x + 26 * place - 13 * (count - 1);
                self.oval(ink.dark, [across, y + down, 18, 18]);
                self.oval(ink.base, [across - 2, y + down - 2, 15, 15]);
            }
        }
        self.crown(x, y - 32, 24);
    }

    /// A tomato with its crown, 140 wide.
    fn tomato(&mut self, ink: Shades, x: i32, y: i32) {
        self.oval(ink.dark, [x + 3, y + 14, 72, 60]);
        self.oval(ink.base, [x - 2, y + 10, 70, 58]);
        self.oval(ink.light, [x - 38, y + 4, 12, 18]);
        self.crown(x, y - 42, 36);
    }

    /// Five green sepals and a stalk.
    fn crown(&mut self, x: i32, y: i32, reach: i32) {
        for degrees in [-100, -50, 0, 50, 100] {
            self.turn(degrees, x, y);
            self.oval(LEAF.base, [x, y + reach / 2, 8, reach / 2 + 4]);
            self.end();
        }
        self.line(LEAF.dark, 8, &format!("M{x} {y}V{}", y - 22));
    }
}
