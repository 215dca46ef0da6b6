//! Drawings of tableware, knives and boards.

use super::Pattern;
use super::palette::{METAL, Shades};
use super::pen::Pen;

pub(super) fn mug(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(400, 190);
    p.line(m.dark, 46, "M520 350C670 330 670 540 510 530");
    p.open(m.base, "M210 270H550V560Q550 640 470 640H290Q210 640 210 560Z");
    p.ornament(a, 380, 530);
    p.close(450);
    p.oval(m.light, [380, 270, 170, 42]);
    p.oval("#6b4630", [380, 276, 146, 30]);
    p.gleam(22, "M256 560V370");
}

pub(super) fn plate(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(400, 150);
    p.oval(m.dark, [406, 402, 246, 246]);
    p.oval(m.base, [400, 396, 244, 244]);
    p.oval(a.base, [400, 396, 226, 226]);
    p.oval(m.base, [400, 396, 212, 212]);
    p.oval(m.dark, [404, 400, 158, 158]);
    p.oval(m.light, [400, 396, 156, 156]);
    p.ornament(a, 400, 396);
}

pub(super) fn carafe(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(400, 160);
    p.open(a.base, "M356 160H444L436 230H364Z");
    p.close(410);
    p.open(m.light, "M346 200H454V310Q564 400 564 520V600Q564 640 524 640H276Q236 640 236 600V520Q236 400 346 310Z");
    p.rect(m.base, [0, 430, 800, 300], 0);
    p.oval("#d9ecf2", [400, 430, 150, 18]);
    p.close(470);
    p.gleam(20, "M282 580V520Q286 460 330 410");
    p.line("#ffffff", 12, "M350 202H450");
}

pub(super) fn knife(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(400, 210);
    p.turn(-48, 400, 400);
    if p.pattern == Pattern::Stripes {
        p.rect(m.base, [86, 358, 400, 74], 26);
        p.dashes(m.dark, 26, "16 10", "M110 424H476");
        p.rect(m.light, [108, 364, 370, 20], 10);
    } else {
        p.fill(m.dark, "M490 350H110Q160 470 340 478H490Z");
        p.fill(m.base, "M490 350H96Q170 444 340 450H490Z");
        p.fill(m.light, "M490 350H96Q110 366 130 376H490Z");
    }
    p.rect(METAL.dark, [474, 346, 34, 92], 10);
    p.fill(a.base, "M500 350H680Q724 352 724 394Q720 446 680 436Q590 424 500 436Z");
    p.fill(a.dark, "M500 410Q600 398 722 414Q712 444 680 436Q590 424 500 436Z");
    for x in [540, 600, 660] {
        p.oval(METAL.light, [x, 388, 9, 9]);
    }
    p.end();
}

pub(super) fn board(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(400, 190);
    p.open(m.base, "M230 300Q230 260 270 260H350V170Q350 140 380 140H420Q450 140 450 170V260H530Q570 260 570 300V600Q570 640 530 640H270Q230 640 230 600ZM382 184A18 18 0 1 0 418 184A18 18 0 1 0 382 184Z");
    p.rect(m.light, [300, 0, 62, 800], 0);
    p.rect(m.dark, [362, 0, 4, 800], 0);
    p.rect(a.light, [430, 0, 40, 800], 0);
    p.line(m.dark, 5, "M262 330V450M262 500V590M330 300V420M334 480V600M398 330V560M520 310V380M520 430V590");
    p.close(494);
}
