//! Drawings of what digs, waters and grows.

use super::Pattern;
use super::palette::{LEAF, METAL, PAPER, Shades, TIMBER};
use super::pen::Pen;

fn shaft(p: &mut Pen, wood: Shades) {
    p.line(wood.dark, 26, "M400 130V470");
    p.line(wood.base, 16, "M396 130V470");
    p.line(wood.dark, 30, "M346 122H454L408 206H392Z");
}

pub(super) fn spade(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(400, 150);
    p.turn(10, 400, 640);
    shaft(p, a);
    p.open(m.base, "M300 424H376L388 360H412L424 424H500V540Q496 616 400 656Q304 616 300 540Z");
    p.rect(m.light, [0, 424, 800, 16], 0);
    p.close(404);
    p.end();
}

pub(super) fn fork(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(400, 150);
    p.turn(-10, 400, 640);
    shaft(p, a);
    p.line(m.base, 22, "M310 640V480Q312 440 350 440H450Q488 440 490 480V640M370 644V446M430 644V446");
    p.line(m.dark, 8, "M496 640V480M436 644V456M376 644V456M316 640V480");
    p.open(m.base, "M372 450L388 360H412L428 450Z");
    p.close(404);
    p.end();
}

pub(super) fn watering_can(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(370, 220);
    p.line(m.dark, 24, "M250 370C240 200 450 200 460 370");
    p.line(m.dark, 24, "M220 400C110 400 120 590 220 580");
    p.line(m.dark, 40, "M470 580L630 340");
    p.line(m.base, 20, "M462 574L620 336");
    p.open(a.base, "M584 306L700 382L676 406L570 336Z");
    p.close(650);
    p.open(m.base, "M206 350H494V600Q494 640 454 640H246Q206 640 206 600Z");
    p.rect(m.dark, [0, 430, 800, 8], 0);
    p.rect(m.dark, [0, 590, 800, 8], 0);
    p.close(414);
    p.oval(m.light, [350, 352, 144, 30]);
    p.fill(m.dark, "M350 330A130 22 0 0 0 350 374Z");
    p.gleam(20, "M250 560V470");
}

fn clay_pot(p: &mut Pen, m: Shades, [x, top, half]: [i32; 3]) {
    let (left, right, rim) = (x - half, x + half, half / 3);
    let (foot_left, foot_right) = (left + half / 3, right - half / 3);
    p.open(m.base, &format!("M{} {top}H{}L{foot_right} 640H{foot_left}Z", left + 12, right - 12));
    p.rect(m.dark, [0, top + rim, 800, 12], 0);
    p.close(x + half / 3);
    p.open(m.light, &format!("M{left} {top}H{right}V{}H{left}Z", top + rim));
    p.close(x + half / 3);
}

pub(super) fn pots(p: &mut Pen, m: Shades, _: Shades) {
    p.shadow(400, 260);
    clay_pot(p, m, [340, 330, 150]);
    clay_pot(p, m, [520, 430, 110]);
    clay_pot(p, m, [236, 500, 76]);
}

pub(super) fn plant(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(400, 150);
    for (degrees, tip) in [(-42, 260), (42, 260), (-22, 190), (22, 190), (0, 150)] {
        p.turn(degrees, 400, 470);
        p.line(m.dark, 9, &format!("M400 470V{tip}"));
        let shoot = format!("M400 456V{tip}");
        p.dashes(m.base, 64, "9 13", &shoot);
        p.dashes(m.light, 30, "9 13", &shoot);
        p.end();
    }
    clay_pot(p, a, [400, 440, 124]);
}

pub(super) fn trowel(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(400, 140);
    p.turn(18, 400, 640);
    p.line(METAL.dark, 22, "M400 330V420");
    p.open(a.base, "M366 176Q366 136 400 136Q434 136 434 176L426 336H374Z");
    p.rect(a.light, [0, 184, 800, 14], 0);
    p.close(406);
    p.open(m.base, "M322 424Q400 380 478 424L470 520Q452 610 400 656Q348 610 330 520Z");
    p.line(m.dark, 6, "M356 480H386M356 520H386M362 560H386");
    p.close(402);
    p.end();
}

pub(super) fn secateurs(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(400, 150);
    p.turn(12, 400, 420);
    p.fill(m.dark, "M376 400Q420 330 470 300Q520 270 500 196Q570 250 530 330Q490 390 430 410Z");
    p.fill(m.base, "M424 400Q450 260 350 150Q310 250 330 330Q346 380 380 410Z");
    p.line(a.dark, 48, "M380 420Q480 500 470 630");
    p.line(a.base, 48, "M420 420Q320 500 330 630");
    p.line(METAL.light, 8, "M372 500Q400 520 428 500");
    p.oval(m.dark, [400, 406, 36, 36]);
    p.oval(m.light, [400, 406, 20, 20]);
    p.end();
}

pub(super) fn basket(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(400, 220);
    p.line(m.dark, 30, "M210 410C200 150 600 150 590 410");
    p.line(m.light, 8, "M216 380C220 170 580 170 584 380");
    p.open(m.base, "M176 400H624L580 606Q574 640 540 640H260Q226 640 220 606Z");
    for (row, shift) in [(446, 0), (490, 34), (534, 0), (578, 34), (622, 0)] {
        p.dashes(m.dark, 34, "10 58", &format!("M{} {row}H640", 150 + shift));
        p.dashes(m.light, 8, "44 24", &format!("M{} {row}H640", 168 + shift));
    }
    if p.pattern == Pattern::Stripes {
        p.rect(a.base, [0, 512, 800, 44], 0);
    }
    p.close(500);
    p.open(m.dark, "M160 386H640V424H160Z");
    p.dashes(m.light, 40, "8 26", "M160 405H640");
    p.close(510);
}

pub(super) fn twine(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(400, 190);
    p.open(m.base, "M270 330Q250 450 270 570H530Q550 450 530 330Z");
    p.dashes(m.dark, 400, "5 17", "M400 340V570");
    p.close(460);
    p.line(m.base, 10, "M520 520Q610 540 600 600Q590 640 660 634");
    for top in [270, 570] {
        p.open(a.base, &format!("M226 {top}H574V{}H226Z", top + 68));
        p.rect(a.light, [0, top, 800, 14], 0);
        p.close(470);
    }
}

pub(super) fn packet(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(400, 160);
    p.turn(-4, 400, 640);
    p.open(m.base, "M250 180H550V640H250Z");
    p.rect(m.dark, [0, 180, 800, 44], 0);
    p.dashes(m.light, 4, "12 10", "M250 224H550");
    p.oval(PAPER.base, [400, 400, 118, 132]);
    let print = if p.pattern == Pattern::Tomato { m } else { a };
    p.ornament(print, 400, 396);
    p.rect(PAPER.light, [300, 566, 200, 14], 7);
    p.rect(PAPER.dark, [336, 594, 128, 10], 5);
    p.close(478);
    p.end();
}

pub(super) fn tulip(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(400, 190);
    p.line(a.dark, 16, "M400 560V330");
    p.fill(a.base, "M396 560Q270 470 300 320Q390 400 400 540Z");
    p.fill(LEAF.dark, "M404 560Q520 480 506 360Q420 420 402 540Z");
    p.open(
        m.base,
        "M310 180Q350 210 370 240Q380 190 400 160Q420 190 430 240Q450 210 490 180Q510 340 400 350Q290 340 310 180Z",
    );
    p.fill(m.light, "M400 160Q340 250 400 350Q460 250 400 160Z");
    p.close(420);
    for x in [280, 520, 400] {
        p.open(
            TIMBER.base,
            &format!(
                "M{x} 640Q{} 640 {} 580Q{} 530 {x} 488Q{} 530 {} 580Q{} 640 {x} 640Z",
                x - 70,
                x - 72,
                x - 60,
                x + 60,
                x + 72,
                x + 70
            ),
        );
        p.line(TIMBER.dark, 5, &format!("M{} 620Q{} 560 {} 520M{} 624V560", x - 34, x - 44, x - 16, x + 4));
        p.close(x + 20);
    }
}
