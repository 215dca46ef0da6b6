//! Drawings of paper, pens and what goes with them.

use super::palette::{METAL, PAPER, Shades, TIMBER};
use super::pen::Pen;

pub(super) fn notebook(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(400, 190);
    p.turn(-5, 400, 640);
    p.fill(m.dark, "M262 196H574Q590 196 590 212V640H262Z");
    p.rect(PAPER.base, [258, 190, 318, 438], 6);
    p.rect(PAPER.dark, [566, 196, 10, 428], 0);
    p.fill(a.dark, "M420 620H446V690L433 676L420 690Z");
    p.open(m.base, "M240 190Q240 172 258 172H546Q564 172 564 190V620H240Z");
    p.rect(m.dark, [0, 0, 290, 800], 0);
    p.rect(PAPER.base, [340, 250, 170, 100], 8);
    p.rect(PAPER.dark, [366, 284, 118, 8], 4);
    p.rect(PAPER.dark, [366, 310, 80, 8], 4);
    p.ornament(a, 425, 470);
    p.rect(a.base, [522, 0, 16, 800], 0);
    p.close(480);
    p.end();
}

pub(super) fn pencils(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(400, 150);
    for (degrees, ink) in [(-20, m), (20, m), (-7, a), (7, a), (0, m)] {
        p.turn(degrees, 400, 760);
        p.fill(TIMBER.light, "M372 290L400 200L428 290Z");
        p.fill(ink.dark, "M391 230L400 200L409 230Z");
        p.rect(ink.base, [372, 286, 56, 350], 0);
        p.rect(ink.light, [372, 286, 18, 350], 0);
        p.rect(ink.dark, [410, 286, 18, 350], 0);
        p.end();
    }
    p.open(a.base, "M240 500H560V640H240Z");
    p.rect(PAPER.base, [300, 540, 200, 60], 8);
    p.rect(m.base, [326, 564, 148, 12], 6);
    p.close(480);
}

pub(super) fn fountain_pen(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(400, 170);
    p.turn(34, 400, 400);
    p.fill(METAL.base, "M374 540H426L404 690H396Z");
    p.fill(METAL.dark, "M400 540H426L404 690H400Z");
    p.line(a.dark, 5, "M400 686V600");
    p.oval(a.dark, [400, 594, 9, 9]);
    p.open(a.base, "M366 470H434L426 550H374Z");
    p.close(404);
    p.open(m.base, "M358 150Q358 108 400 108Q442 108 442 150V476H358Z");
    p.rect(m.dark, [0, 300, 800, 12], 0);
    p.rect(m.light, [0, 312, 800, 8], 0);
    p.rect(m.dark, [0, 456, 800, 20], 0);
    p.close(412);
    p.gleam(12, "M380 440V340M380 280V160");
    p.line(m.dark, 14, "M440 150V276");
    p.end();
}

pub(super) fn envelope(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(400, 250);
    p.turn(6, 400, 400);
    p.rect(PAPER.light, [206, 190, 380, 300], 8);
    p.line(PAPER.dark, 8, "M250 240H540M250 276H540M250 312H470");
    p.end();
    p.rect(m.base, [160, 330, 480, 310], 14);
    p.fill(m.light, "M160 344L366 490Q400 512 434 490L640 344V626Q640 640 626 640H174Q160 640 160 626Z");
    p.fill(m.dark, "M170 332H630Q644 336 632 348L430 508Q400 530 370 508L168 348Q156 336 170 332Z");
    p.fill(m.base, "M176 330H624Q640 332 628 344L430 496Q400 516 370 496L172 344Q160 332 176 330Z");
    p.oval(a.dark, [403, 506, 46, 46]);
    p.oval(a.base, [398, 500, 44, 44]);
    p.oval(a.light, [398, 500, 24, 24]);
}

pub(super) fn ink_bottle(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(400, 190);
    p.open(
        "#e6eef2",
        "M350 330H450V380H540Q580 380 580 420V600Q580 640 540 640H260Q220 640 220 600V420Q220 380 260 380H350Z",
    );
    p.rect(m.base, [244, 420, 312, 196], 22);
    p.rect(m.light, [244, 420, 312, 18], 9);
    p.close(478);
    p.rect(a.base, [290, 470, 220, 110], 8);
    p.rect(m.base, [324, 500, 152, 14], 7);
    p.rect(m.light, [350, 534, 100, 10], 5);
    p.open(m.dark, "M326 250Q326 236 340 236H460Q474 236 474 250V344H326Z");
    p.dashes(m.base, 100, "10 14", "M330 300H474");
    p.close(430);
}

pub(super) fn scissors(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(400, 170);
    p.turn(14, 400, 400);
    p.fill(m.dark, "M372 470L470 140Q500 250 430 480Z");
    p.fill(m.base, "M428 470L330 140Q300 250 370 480Z");
    p.line(m.light, 8, "M334 190L396 420");
    for (x, ink, arm) in [(482, a.dark, "M390 440L440 510"), (318, a.base, "M410 440L360 510")] {
        p.line(ink, 40, arm);
        p.line(ink, 34, &format!("M{} 570A58 66 0 1 1 {} 570A58 66 0 1 1 {} 570Z", x - 58, x + 58, x - 58));
    }
    p.oval(METAL.light, [400, 420, 18, 18]);
    p.oval(m.dark, [400, 420, 8, 8]);
    p.end();
}
