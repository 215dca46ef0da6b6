//! Drawings of lights, soft things and what stands by the basin.

use super::Pattern;
use super::palette::{GLOW, LEAF, METAL, PAPER, Shades};
use super::pen::Pen;

fn flame(p: &mut Pen, x: i32, y: i32) {
    p.fill(GLOW.dark, &format!("M{x} {}Q{} {} {x} {y}Q{} {} {x} {}Z", y - 92, x + 60, y - 6, x - 60, y - 6, y - 92));
    p.fill(GLOW.light, &format!("M{x} {}Q{} {} {x} {y}Q{} {} {x} {}Z", y - 50, x + 28, y - 2, x - 28, y - 2, y - 50));
}

pub(super) fn lantern(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(400, 170);
    p.line(METAL.dark, 12, "M262 420C190 90 610 90 538 420");
    p.oval(GLOW.light, [400, 416, 112, 122]);
    p.oval("#fffbe8", [392, 412, 84, 100]);
    p.line(m.dark, 18, "M268 570V300M532 570V300");
    p.line(METAL.dark, 6, "M292 416H508");
    flame(p, 400, 500);
    p.open(m.base, "M330 300L346 236H454L470 300Z");
    p.close(422);
    p.open(a.base, "M362 238V200H438V238Z");
    p.close(414);
    p.rect(m.light, [316, 286, 168, 24], 12);
    p.open(m.base, "M250 560Q250 520 300 516H500Q550 520 550 560L566 620Q566 640 546 640H254Q234 640 234 620Z");
    p.rect(m.dark, [0, 600, 800, 12], 0);
    p.close(470);
    p.oval(a.base, [300, 560, 16, 16]);
}

pub(super) fn candle(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(400, 220);
    for (x, top, half) in [(290, 400, 62), (514, 460, 58), (402, 270, 74)] {
        p.line("#5b4632", 8, &format!("M{x} {top}V{}", top - 34));
        flame(p, x, top - 20);
        p.open(m.base, &format!("M{} {top}H{}V620H{}Z", x - half, x + half, x - half));
        p.rect(m.dark, [x - half + 20, top, 14, 96], 7);
        p.rect(m.dark, [x + 10, top, 12, 60], 6);
        p.close(x + half / 3);
        p.oval(m.light, [x, top, half, 14]);
    }
    p.open(a.base, "M190 606H610Q600 640 560 640H240Q200 640 190 606Z");
    p.rect(a.light, [0, 606, 800, 10], 0);
    p.close(490);
}

pub(super) fn blanket(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(400, 250);
    if p.pattern == Pattern::Check {
        p.dashes(a.base, 40, "8 10", "M230 640H600");
    }
    for (top, height) in [(520, 116), (406, 120), (296, 116)] {
        let (middle, foot) = (top + height / 2, top + height);
        p.open(m.base, &format!("M210 {top}H560Q616 {top} 616 {middle}Q616 {foot} 560 {foot}H210Q176 {foot} 176 {middle}Q176 {top} 210 {top}Z"));
        if p.pattern == Pattern::Band {
            p.rect(a.base, [0, top + 34, 800, 14], 0);
            p.rect(a.base, [0, top + 58, 800, 30], 0);
        } else {
            p.ornament(a, 400, 400);
        }
        p.rect(m.dark, [0, top + height - 10, 800, 10], 0);
        p.close(500);
    }
    p.line(m.dark, 6, "M570 354Q540 354 200 352M570 464Q540 466 200 464M570 578Q540 578 200 578");
}

pub(super) fn lamp(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(360, 170);
    p.fill("#fff6d0", "M410 350L590 270L700 560Q560 640 400 600Z");
    p.line(a.dark, 22, "M330 610L240 400L430 240");
    p.line(a.light, 6, "M324 606L236 402");
    p.oval(a.base, [240, 400, 26, 26]);
    p.oval(GLOW.base, [500, 316, 46, 44]);
    p.open(m.base, "M394 356Q372 250 440 212Q520 176 604 262Z");
    p.close(500);
    p.line(m.light, 12, "M394 356L604 262");
    p.rect(m.dark, [404, 206, 46, 46], 16);
    p.open(a.base, "M210 640Q210 590 270 590H390Q450 590 450 640Z");
    p.close(360);
}

pub(super) fn clock(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(400, 140);
    p.oval(m.dark, [406, 402, 240, 240]);
    p.oval(m.base, [398, 396, 238, 238]);
    p.oval(m.light, [400, 398, 204, 204]);
    p.oval(PAPER.base, [400, 400, 196, 196]);
    p.oval(PAPER.light, [396, 396, 186, 186]);
    for hour in 0..12 {
        p.turn(hour * 30, 400, 400);
        let (width, height) = if hour % 3 == 0 { (16, 44) } else { (8, 26) };
        p.rect(m.dark, [400 - width / 2, 226, width, height], 3);
        p.end();
    }
    p.line(m.dark, 18, "M400 400L310 330");
    p.line(m.dark, 12, "M400 400L520 300");
    p.line(a.base, 6, "M400 440V250");
    p.oval(a.base, [400, 400, 18, 18]);
}

pub(super) fn vase(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(400, 150);
    for (degrees, tip) in [(-22, 120), (20, 130), (-2, 90)] {
        p.turn(degrees, 400, 360);
        p.line(LEAF.dark, 8, &format!("M400 360V{tip}"));
        for (tilt, y) in [(-50, 250), (50, 220), (-50, 190), (50, 160), (0, 140)] {
            p.turn(tilt, 400, y);
            p.oval(LEAF.base, [400, y - 28, 13, 30]);
            p.end();
        }
        p.end();
    }
    p.open(m.base, "M346 300H454Q440 370 510 430Q570 500 528 590Q500 640 460 640H340Q300 640 272 590Q230 500 290 430Q360 370 346 300Z");
    p.ornament(a, 400, 580);
    p.close(450);
    p.oval(m.light, [400, 300, 58, 14]);
    p.gleam(20, "M288 540Q282 490 326 450");
}

pub(super) fn cushion(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(400, 230);
    p.turn(-3, 400, 640);
    p.open(m.base, "M170 250Q400 290 630 250Q600 440 630 634Q400 610 170 634Q200 440 170 250Z");
    p.line(m.light, 8, "M196 274Q400 310 604 274Q580 440 604 610Q400 590 196 610Q222 440 196 274Z");
    p.turn(-40, 400, 440);
    p.ornament(a, 330, 450);
    p.ornament(a, 470, 430);
    p.end();
    p.close(520);
    p.end();
}

pub(super) fn soap(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(400, 230);
    p.open(m.dark, "M190 540Q190 500 230 500H590Q630 500 630 540V600Q630 640 590 640H230Q190 640 190 600Z");
    p.close(500);
    p.turn(-5, 400, 440);
    p.open(m.base, "M200 390Q200 330 260 330H540Q600 330 600 390V436Q600 496 540 496H260Q200 496 200 436Z");
    p.rect(a.base, [310, 0, 180, 800], 0);
    p.rect(a.dark, [310, 0, 8, 800], 0);
    p.rect(m.dark, [344, 392, 112, 12], 6);
    p.rect(m.base, [364, 418, 72, 10], 5);
    p.close(500);
    p.gleam(16, "M236 400Q240 364 276 362");
    p.end();
    for bubble in [[240, 270, 34, 34], [306, 218, 22, 22], [560, 254, 26, 26], [190, 204, 16, 16]] {
        p.oval("#ffffff", bubble);
        let [x, y, r, _] = bubble;
        p.oval("#d8e6ee", [x + 2, y + 2, r - 5, r - 5]);
        p.oval("#ffffff", [x - r / 3, y - r / 3, r / 4, r / 4]);
    }
}

pub(super) fn brush(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(400, 180);
    p.turn(-30, 400, 400);
    p.fill(a.base, "M140 430H330L350 560Q236 590 120 560Z");
    p.dashes(a.dark, 130, "4 14", "M130 505H350");
    p.line(m.dark, 50, "M340 400H690");
    p.line(m.base, 38, "M336 394H690");
    p.open(m.base, "M120 420Q120 356 190 356H290Q350 356 360 420Q364 446 340 446H140Q120 446 120 420Z");
    p.rect(m.dark, [0, 424, 800, 30], 0);
    p.close(790);
    p.oval(METAL.light, [676, 394, 9, 9]);
    p.gleam(12, "M170 384H280");
    p.end();
}
