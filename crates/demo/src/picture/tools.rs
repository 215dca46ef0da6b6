//! Drawings of workshop tools.

use super::palette::{METAL, Shades, TIMBER};
use super::pen::Pen;

pub(super) fn hammer(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(400, 150);
    p.turn(18, 400, 640);
    p.open(a.base, "M378 240H422L432 620Q430 648 400 648Q370 648 368 620Z");
    p.rect(a.dark, [0, 500, 800, 10], 0);
    p.rect(a.dark, [0, 526, 800, 10], 0);
    p.close(404);
    p.fill(m.dark, "M390 170Q270 170 206 268Q300 226 390 262Z");
    p.fill(m.base, "M390 164Q280 160 214 244Q300 206 390 240Z");
    p.rect(m.base, [366, 156, 70, 116], 12);
    p.rect(m.base, [430, 176, 64, 76], 0);
    p.rect(m.light, [486, 156, 66, 116], 14);
    p.rect(m.dark, [524, 156, 28, 116], 14);
    p.gleam(10, "M300 196Q350 176 416 180");
    p.end();
}

pub(super) fn saw(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(400, 230);
    p.turn(-24, 400, 400);
    p.dashes(m.dark, 26, "12 8", "M96 470L520 504");
    p.fill(m.base, "M540 300L100 408Q88 412 88 430V470L540 506Z");
    p.fill(m.light, "M540 300L100 408L92 416L540 330Z");
    p.open(a.base, "M510 280H600Q640 260 690 280Q676 400 700 520Q640 540 590 516H510Q560 400 510 280ZM592 346Q640 326 640 346V456Q640 472 592 458Q612 400 592 346Z");
    p.close(620);
    p.oval(METAL.light, [556, 336, 10, 10]);
    p.oval(METAL.light, [560, 466, 10, 10]);
    p.end();
}

pub(super) fn screwdrivers(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(400, 210);
    for (x, length, ink) in [(270, 330, m), (400, 250, a), (530, 370, m)] {
        p.rect(METAL.base, [x - 12, length - 60, 24, 180], 0);
        p.rect(METAL.dark, [x + 2, length - 60, 10, 180], 0);
        p.fill(METAL.dark, &format!("M{} {}H{}L{} {}H{}Z", x - 12, length - 60, x + 12, x + 18, length - 110, x - 18));
        let top = length + 80;
        p.open(
            ink.base,
            &format!(
                "M{} {top}H{}Q{} {} {} 560V600Q{} 640 {x} 640Q{} 640 {} 600V560Q{} {} {} {top}Z",
                x - 26,
                x + 26,
                x + 30,
                top + 40,
                x + 48,
                x + 48,
                x - 48,
                x - 48,
                x - 30,
                top + 40,
                x - 26
            ),
        );
        p.line(ink.light, 8, &format!("M{} 600V{}", x - 22, top + 60));
        p.close(x + 14);
    }
}

pub(super) fn tape(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(420, 240);
    p.rect(a.base, [400, 586, 270, 42], 0);
    p.dashes(a.dark, 20, "4 18", "M500 596H660");
    p.rect(METAL.dark, [660, 572, 18, 68], 4);
    p.open(m.base, "M170 380Q170 240 310 240H400Q540 240 540 380V610Q540 640 510 640H200Q170 640 170 610Z");
    p.rect(m.dark, [0, 600, 800, 60], 0);
    p.close(450);
    p.oval(m.dark, [355, 430, 124, 124]);
    p.oval(a.base, [355, 430, 104, 104]);
    p.oval(a.light, [348, 424, 70, 70]);
    p.oval(m.base, [352, 426, 24, 24]);
}

pub(super) fn plane(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(400, 270);
    p.fill(METAL.base, "M392 566L300 330L344 316L450 566Z");
    p.line(METAL.dark, 10, "M350 330L446 560");
    p.open(a.base, "M490 570Q520 470 476 396Q500 340 570 356Q620 376 588 450Q580 520 610 570Z");
    p.close(546);
    p.open(a.base, "M184 570Q206 500 184 450Q190 410 230 410Q270 410 276 450Q254 500 276 570Z");
    p.close(238);
    p.open(m.base, "M130 546H670V610Q670 640 640 640H160Q130 640 130 610Z");
    p.rect(m.light, [0, 546, 800, 16], 0);
    p.close(520);
    p.fill(m.base, "M310 550Q330 500 380 500H440Q470 510 480 550Z");
}

pub(super) fn toolbox(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(400, 260);
    p.line(a.dark, 28, "M290 330V250Q290 220 320 220H480Q510 220 510 250V330");
    p.line(a.light, 8, "M284 320V250Q286 214 320 214H480");
    p.open(m.light, "M150 400L210 310H590L650 400V420H150Z");
    p.close(520);
    p.open(m.base, "M150 414H650V600Q650 640 610 640H190Q150 640 150 600Z");
    p.rect(m.dark, [0, 414, 800, 18], 0);
    p.rect(m.dark, [0, 520, 800, 8], 0);
    p.close(520);
    for x in [226, 526] {
        p.rect(a.base, [x, 386, 48, 86], 8);
        p.rect(a.dark, [x + 12, 436, 24, 18], 4);
    }
}

pub(super) fn glove(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(400, 150);
    p.line(m.dark, 66, "M490 500L580 400");
    p.line(m.base, 62, "M306 440V286M368 430V222M430 430V226M490 440V280");
    p.open(m.base, "M274 400H522V520Q520 560 496 570H300Q274 550 274 500Z");
    p.close(790);
    p.line(m.dark, 6, "M337 420V320M399 420V290M461 420V310");
    p.open(m.light, "M310 450H470V540H310Z");
    p.close(790);
    p.open(a.base, "M270 556H526L536 640H260Z");
    p.dashes(a.light, 5, "14 10", "M268 576H530");
    p.close(440);
    p.line(TIMBER.light, 6, "M330 470H450");
}
