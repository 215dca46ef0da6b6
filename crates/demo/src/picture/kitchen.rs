//! Drawings of what stands on the stove and hangs beside it.

use super::palette::{Shades, TIMBER};
use super::pen::Pen;

pub(super) fn kettle(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(400, 230);
    p.line(a.base, 30, "M280 380C270 180 530 180 520 380");
    p.fill(m.dark, "M540 470L650 360L694 392L600 590Z");
    p.open(m.base, "M206 596Q206 360 400 360Q594 360 594 596Q594 640 550 640H250Q206 640 206 596Z");
    p.rect(m.light, [0, 560, 800, 16], 0);
    p.close(480);
    p.gleam(22, "M256 540Q258 460 310 424");
    p.fill(m.dark, "M306 374Q330 322 400 322Q470 322 494 374Z");
    p.oval(a.base, [400, 314, 30, 24]);
}

pub(super) fn pan(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(370, 200);
    p.turn(45, 350, 420);
    p.open(a.base, "M322 60Q350 30 378 60L370 260H330ZM338 84A12 18 0 1 0 362 84A12 18 0 1 0 338 84Z");
    p.close(352);
    p.end();
    p.oval(m.dark, [350, 430, 222, 212]);
    p.oval(m.light, [350, 424, 222, 208]);
    p.oval(m.base, [350, 424, 202, 188]);
    p.oval(m.dark, [354, 434, 178, 164]);
    p.gleam(16, "M204 450Q206 340 300 290");
}

pub(super) fn pot(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(400, 230);
    p.line(m.dark, 30, "M210 432H150V484H210M590 432H650V484H590");
    p.open(m.base, "M196 370H604V566Q604 640 530 640H270Q196 640 196 566Z");
    p.rect(m.dark, [0, 370, 800, 22], 0);
    p.close(490);
    p.gleam(22, "M244 560V440");
    p.open(m.light, "M176 376Q184 276 400 270Q616 276 624 376Z");
    p.rect(m.base, [0, 350, 800, 40], 0);
    p.close(490);
    p.open(a.base, "M358 274L368 226H432L442 274Z");
    p.close(412);
}

pub(super) fn spoons(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(400, 160);
    for (degrees, wood, hollow) in [(-24, m.dark, m.base), (24, m.dark, m.base), (0, m.base, m.light)] {
        p.turn(degrees, 400, 640);
        p.line(wood, 30, "M400 622V330");
        p.oval(wood, [400, 236, 66, 96]);
        p.oval(hollow, [396, 232, 46, 74]);
        p.end();
    }
    p.open(a.base, "M346 520H454V572H346Z");
    p.rect(a.light, [0, 540, 800, 10], 0);
    p.close(420);
}

pub(super) fn towel(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(400, 150);
    p.line(TIMBER.dark, 26, "M170 206H630");
    p.line(TIMBER.light, 8, "M176 200H624");
    p.fill(m.dark, "M290 196H560V560H290Z");
    p.open(m.base, "M250 206Q250 188 268 188H520Q540 188 540 206V616H250Z");
    p.ornament(a, 395, 400);
    p.rect(m.base, [0, 250, 800, 190], 0);
    p.close(440);
}

pub(super) fn bowl(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(400, 170);
    p.rect(m.dark, [310, 600, 180, 40], 12);
    p.open(m.base, "M160 376H640Q630 620 450 622H350Q170 620 160 376Z");
    p.ornament(a, 400, 460);
    p.close(490);
    p.oval(m.light, [400, 376, 240, 58]);
    p.oval(m.dark, [400, 384, 212, 42]);
    p.gleam(20, "M214 450Q230 520 270 560");
}

pub(super) fn rolling_pin(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(400, 230);
    p.turn(-32, 400, 410);
    p.line(a.dark, 26, "M160 410H640");
    p.rect(a.base, [88, 384, 96, 52], 26);
    p.rect(a.base, [616, 384, 96, 52], 26);
    p.rect(m.base, [196, 338, 408, 144], 34);
    p.fill(m.dark, "M196 424H604V448Q604 482 570 482H230Q196 482 196 448Z");
    p.gleam(14, "M240 370H470");
    p.end();
}

pub(super) fn mortar(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(400, 170);
    p.line(a.dark, 56, "M420 400L560 190");
    p.line(a.base, 40, "M412 400L552 190");
    p.open(m.base, "M196 390H604Q604 540 500 576L520 640H280L300 576Q196 540 196 390Z");
    p.ornament(a, 400, 480);
    p.rect(m.dark, [0, 390, 800, 14], 0);
    p.close(480);
    p.rect(m.light, [180, 360, 440, 42], 21);
    p.gleam(20, "M246 450Q256 510 300 540");
}
