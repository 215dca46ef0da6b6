//! Drawings of bags and small leather goods.

use super::palette::{METAL, PAPER, Shades};
use super::pen::Pen;

pub(super) fn backpack(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(400, 200);
    p.line(a.dark, 20, "M350 200V160Q350 136 374 136H426Q450 136 450 160V200");
    p.rect(m.dark, [186, 440, 90, 180], 30);
    p.rect(m.dark, [524, 440, 90, 180], 30);
    p.open(m.base, "M226 330Q226 180 400 180Q574 180 574 330V590Q574 640 524 640H276Q226 640 226 590Z");
    p.rect(m.dark, [272, 470, 256, 150], 24);
    p.rect(m.light, [280, 470, 240, 142], 20);
    p.rect(m.base, [280, 470, 240, 46], 16);
    p.fill(m.dark, "M226 0H574V410Q400 470 226 410Z");
    p.fill(m.light, "M226 0H574V396Q400 456 226 396Z");
    p.close(490);
    for x in [306, 470] {
        p.rect(a.base, [x, 330, 26, 160], 6);
        p.rect(METAL.light, [x - 7, 430, 40, 30], 6);
        p.rect(a.dark, [x + 5, 438, 16, 14], 2);
    }
}

pub(super) fn tote(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(400, 200);
    p.line(m.dark, 26, "M326 370C326 130 496 130 496 370");
    p.open(m.base, "M210 340H590L574 610Q572 640 540 640H260Q228 640 226 610Z");
    p.rect(m.dark, [0, 340, 800, 26], 0);
    p.ornament(a, 400, 510);
    p.close(490);
    p.line(m.light, 26, "M304 396V370C304 160 474 160 474 370V396");
    p.line(a.base, 6, "M294 392H314M464 392H484");
}

pub(super) fn duffel(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(400, 270);
    p.line(a.dark, 24, "M290 420C290 230 510 230 510 420");
    p.open(m.base, "M130 500Q130 370 250 370H550Q670 370 670 500V560Q670 640 590 640H210Q130 640 130 560Z");
    p.rect(m.dark, [0, 570, 800, 80], 0);
    p.line(PAPER.dark, 8, "M200 398H600");
    p.rect(a.base, [274, 0, 34, 800], 0);
    p.rect(a.base, [492, 0, 34, 800], 0);
    p.rect(m.light, [336, 460, 128, 80], 12);
    p.close(560);
    p.line(a.base, 24, "M291 440C291 260 509 260 509 440");
    p.rect(a.light, [360, 284, 80, 40], 16);
    p.rect(METAL.light, [196, 386, 26, 26], 8);
}

pub(super) fn wallet(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(400, 230);
    p.turn(-4, 400, 640);
    p.rect("#b9cdb0", [216, 286, 340, 160], 8);
    p.rect(PAPER.base, [240, 312, 330, 140], 8);
    p.open(m.base, "M180 370Q180 340 210 340H590Q620 340 620 370V600Q620 636 584 636H216Q180 636 180 600Z");
    p.rect(m.dark, [0, 340, 800, 20], 0);
    p.dashes(m.light, 5, "15 10", "M200 376H600M200 618H600");
    p.close(500);
    p.open(m.light, "M510 440H640V530H510Q480 530 480 485Q480 440 510 440Z");
    p.close(590);
    p.oval(a.base, [534, 485, 20, 20]);
    p.oval(a.light, [530, 481, 9, 9]);
    p.end();
}

pub(super) fn tag(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(400, 150);
    p.turn(8, 400, 400);
    p.line(a.base, 24, "M400 320C330 230 340 130 420 130C500 140 470 240 400 320");
    p.open(m.base, "M270 350L340 270H460L530 350V600Q530 640 490 640H310Q270 640 270 600ZM378 324A22 22 0 1 0 422 324A22 22 0 1 0 378 324Z");
    p.dashes(m.light, 5, "15 10", "M288 620V360L350 288H450L512 360V620Z");
    p.rect(PAPER.base, [314, 400, 172, 180], 10);
    p.rect(PAPER.dark, [336, 440, 128, 10], 5);
    p.rect(PAPER.dark, [336, 480, 128, 10], 5);
    p.rect(PAPER.dark, [336, 520, 80, 10], 5);
    p.close(450);
    p.end();
}

pub(super) fn wash_bag(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(400, 260);
    p.line(a.dark, 16, "M590 330C660 290 720 360 690 440C680 480 640 440 620 380");
    p.open(m.base, "M190 320Q196 296 220 296H580Q604 296 610 320Q640 440 648 590Q648 640 598 640H202Q152 640 152 590Q160 440 190 320Z");
    p.rect(m.dark, [0, 540, 800, 110], 0);
    p.dashes(m.light, 5, "15 10", "M150 528H650");
    p.rect(a.base, [0, 318, 800, 30], 0);
    p.dashes(a.dark, 14, "5 7", "M180 333H620");
    p.rect(a.base, [330, 420, 140, 66], 8);
    p.rect(m.base, [358, 448, 84, 10], 5);
    p.close(510);
    p.rect(METAL.base, [232, 316, 40, 34], 8);
    p.line(METAL.dark, 12, "M252 352V396");
}
