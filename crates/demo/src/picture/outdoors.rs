//! Drawings of camp and trail gear.

use super::palette::{METAL, PAPER, Shades, TIMBER};
use super::pen::Pen;

pub(super) fn tent(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(400, 310);
    p.line(TIMBER.dark, 14, "M340 250V170");
    p.line(PAPER.dark, 6, "M340 200L120 640M560 250L700 630");
    p.fill(m.dark, "M340 210L566 236L690 640H520Z");
    p.fill(m.base, "M340 210L150 640H540Z");
    p.fill("#4a3a2c", "M340 300L250 640H440Z");
    p.fill(m.light, "M340 290L262 640H220Q290 480 340 290Z");
    p.fill(m.light, "M340 290L430 640H480Q400 480 340 290Z");
    p.line(a.base, 14, "M150 640L340 210L566 236");
    p.fill(a.base, "M340 170L400 146V196Z");
}

pub(super) fn axe(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(400, 160);
    p.turn(20, 400, 640);
    p.open(a.base, "M376 150H420Q436 400 418 520Q414 590 440 640Q400 660 378 644Q364 560 372 480Q386 330 376 150Z");
    p.rect("#8f372d", [0, 590, 800, 70], 0);
    p.close(404);
    p.open(m.base, "M440 176V296H360Q310 300 250 356Q210 250 250 136Q310 176 360 176Z");
    p.fill(METAL.light, "M250 120Q200 250 250 370L280 340Q250 250 280 150Z");
    p.close(386);
    p.end();
}

pub(super) fn rope(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(400, 200);
    p.line(m.dark, 34, "M560 440Q640 560 600 630");
    for (rx, ry, ink) in [(216, 196, m.dark), (180, 160, m.base), (140, 122, m.dark), (104, 88, m.base)] {
        let ring = format!("M{} 420A{rx} {ry} 0 1 1 {} 420A{rx} {ry} 0 1 1 {} 420Z", 400 - rx, 400 + rx, 400 - rx);
        p.line(ink, 38, &ring);
        p.dashes(m.light, 30, "5 19", &ring);
    }
    p.open(a.base, "M352 200H448V400H352Z");
    p.dashes(a.dark, 110, "5 20", "M400 210V400");
    p.close(416);
    p.line(a.base, 20, "M590 612H620");
}

pub(super) fn flask(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(400, 140);
    p.line(a.dark, 26, "M500 390H560Q580 390 580 410V530Q580 550 560 550H500");
    p.open(m.base, "M306 310Q310 280 340 280H460Q490 280 494 310L510 360V610Q510 640 480 640H320Q290 640 290 610V360Z");
    p.rect(a.base, [0, 350, 800, 16], 0);
    p.rect(a.base, [0, 590, 800, 60], 0);
    p.close(436);
    p.gleam(18, "M326 560V400");
    p.open(a.base, "M316 170Q316 140 346 140H454Q484 140 484 170V284H316Z");
    p.rect(a.dark, [0, 250, 800, 10], 0);
    p.rect(a.light, [0, 162, 800, 12], 0);
    p.close(428);
}

pub(super) fn stool(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(400, 230);
    p.line(a.dark, 32, "M570 360L230 630");
    p.line(a.base, 32, "M230 360L570 630");
    p.line(a.dark, 22, "M270 590H530");
    p.oval(METAL.light, [400, 494, 14, 14]);
    p.open(m.base, "M180 310H620L590 380Q400 460 210 380Z");
    p.rect(m.light, [440, 0, 34, 800], 0);
    p.rect(m.light, [326, 0, 34, 800], 0);
    p.close(520);
    p.line(a.base, 28, "M176 312H624");
    p.line(a.light, 8, "M180 306H620");
}

pub(super) fn compass(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(400, 150);
    p.line(m.dark, 18, "M364 150A36 36 0 1 1 436 150A36 36 0 1 1 364 150Z");
    p.rect(m.base, [374, 170, 52, 50], 10);
    p.oval(m.dark, [406, 426, 218, 218]);
    p.oval(m.base, [398, 420, 216, 216]);
    p.oval(m.light, [400, 422, 180, 180]);
    p.oval(PAPER.light, [400, 422, 168, 168]);
    for point in 0..8 {
        p.turn(point * 45, 400, 422);
        p.rect(m.dark, [396, 268, 8, if point % 2 == 0 { 34 } else { 18 }], 3);
        p.end();
    }
    p.turn(32, 400, 422);
    p.fill(a.base, "M400 290L430 422H370Z");
    p.fill(a.dark, "M400 290L430 422H400Z");
    p.fill("#788892", "M400 554L430 422H370Z");
    p.fill("#556670", "M400 554L430 422H400Z");
    p.oval(m.base, [400, 422, 18, 18]);
    p.end();
    p.gleam(14, "M262 370Q284 306 340 280");
}
