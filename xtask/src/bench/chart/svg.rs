//! The chart as SVG: one file without anything outside, readable on light and dark.

use super::{Bar, Group};
use std::fmt::Write as _;

const WIDTH: u64 = 860;
/// Where bars begin, and how long the longest of a group is.
const LEFT: u64 = 150;
const LONGEST: u64 = 440;
const BAR: u64 = 14;
const LINE: u64 = 22;
/// Of a group: its title above its bars, and the space below them.
const TITLE: u64 = 30;
const GAP: u64 = 18;
/// Above and below all groups.
const TOP: u64 = 64;
const BOTTOM: u64 = 12;

const STYLE: &str = "\
text { font: 13px system-ui, -apple-system, 'Segoe UI', sans-serif; fill: #24292f; }
.head { font-size: 18px; font-weight: 600; }
.title { font-weight: 600; }
.dim { fill: #656d76; }
.track { fill: #eaeef2; }
.bar { fill: #54708c; }
.mark { stroke: #cf7b2a; stroke-width: 3; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; }
  .dim { fill: #9198a1; }
  .track { fill: #262c36; }
  .bar { fill: #7d9cbd; }
  .mark { stroke: #e39a4d; }
}
";

/// The whole chart. Each group has a scale of its own: reads are a hundred times as many as orders.
pub(super) fn chart(under: &str, groups: &[Group]) -> String {
    let height = TOP + groups.iter().map(height_of).sum::<u64>() + BOTTOM;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" \
         height=\"{height}\" role=\"img\" aria-label=\"Requests in a second, beside their limits\">\n\
         <style>\n{STYLE}</style>\n"
    );
    svg += &text("head", 20, 28, "Requests in a second, beside what the machine does at best");
    svg += &text("dim", 20, 48, under);
    let mut top = TOP;
    for group in groups {
        svg += &drawn(group, top);
        top += height_of(group);
    }
    svg + "</svg>\n"
}

fn height_of(group: &Group) -> u64 {
    TITLE + LINE * group.bars.len() as u64 + GAP
}

/// A case, what its marks mean at the end of the line, and its bars below.
fn drawn(group: &Group, top: u64) -> String {
    let most = group.bars.iter().map(|bar| bar.rate.max(bar.limit)).max().unwrap_or(0).max(1);
    let mut svg = text("title", 20, top + 16, &group.what);
    // Writing to a string can't fail.
    let (x, above, below) = (LEFT + LONGEST / 2 + 60, top + 4, top + 18);
    let _ = writeln!(svg, "<line class=\"mark\" x1=\"{x}\" y1=\"{above}\" x2=\"{x}\" y2=\"{below}\"/>");
    svg += &text("dim", x + 8, top + 16, &group.limit);
    for (number, bar) in (0..).zip(&group.bars) {
        svg += &line(bar, top + TITLE + LINE * number, most);
    }
    svg
}

/// A set-up, its bar on a track, the mark of its limit, and both in numbers.
fn line(bar: &Bar, top: u64, most: u64) -> String {
    let long = |rate: u64| rate.saturating_mul(LONGEST) / most;
    let rect = |class, width| {
        format!("<rect class=\"{class}\" x=\"{LEFT}\" y=\"{top}\" width=\"{width}\" height=\"{BAR}\" rx=\"3\"/>\n")
    };
    let mut svg = text("dim", 20, top + 11, &bar.on);
    svg += &rect("track", LONGEST);
    svg += &rect("bar", long(bar.rate));
    let (x, above, below) = (LEFT + long(bar.limit), top - 2, top + BAR + 2);
    let _ = writeln!(svg, "<line class=\"mark\" x1=\"{x}\" y1=\"{above}\" x2=\"{x}\" y2=\"{below}\"/>");
    let numbers = format!("{}/s  –  {}% of {}/s", grouped(bar.rate), bar.percent, grouped(bar.limit));
    svg + &text("", LEFT + LONGEST + 14, top + 11, &numbers)
}

fn text(class: &str, x: u64, y: u64, text: &str) -> String {
    format!("<text class=\"{class}\" x=\"{x}\" y=\"{y}\">{}</text>\n", escaped(text))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// 1234567 as "1,234,567".
pub(super) fn grouped(number: u64) -> String {
    match number / 1_000 {
        0 => number.to_string(),
        thousands => format!("{},{:03}", grouped(thousands), number % 1_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_names_can_not_break_the_drawing() {
        assert_eq!([7, 1_000, 1_234_567].map(grouped), ["7", "1,000", "1,234,567"]);
        assert_eq!(escaped("a < b & c"), "a &lt; b &amp; c");
    }

    #[test]
    fn the_longest_of_a_group_is_as_long_as_there_is_room() {
        let bar = Bar { on: "sqlite".to_owned(), rate: 500, limit: 1_000, percent: "50".to_owned() };
        let drawn = line(&bar, 100, 1_000);
        assert!(drawn.contains(&format!("class=\"bar\" x=\"{LEFT}\" y=\"100\" width=\"{}\"", LONGEST / 2)), "{drawn}");
        assert!(drawn.contains(&format!("x1=\"{}\"", LEFT + LONGEST)), "{drawn}");
    }
}
