//! Drawings of jars, bottles, tins and loaves.

use super::palette::{PAPER, Shades, TIMBER};
use super::pen::Pen;

/// A paper label with the product's ornament and two lines of writing.
fn label(p: &mut Pen, ink: Shades, [x, y, w, h]: [i32; 4]) {
    p.rect(PAPER.base, [x, y, w, h], 10);
    let (centre, foot) = (x + w / 2, y + h);
    p.ornament(ink, centre, y + h / 2 - 20);
    p.rect(PAPER.dark, [centre - 50, foot - 22, 100, 10], 5);
}

pub(super) fn jar(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(400, 180);
    p.open("#eef3f0", "M270 300H530Q586 330 586 390V590Q586 640 536 640H264Q214 640 214 590V390Q214 330 270 300Z");
    p.rect(m.base, [232, 350, 336, 276], 44);
    p.rect(m.light, [232, 350, 336, 24], 12);
    label(p, m, [214, 404, 372, 180]);
    p.close(480);
    p.gleam(16, "M252 390Q254 356 280 340");
    p.open(a.base, "M256 226Q256 210 272 210H528Q544 210 544 226V306H256Z");
    p.rect(a.light, [0, 232, 800, 16], 0);
    p.rect(a.dark, [0, 286, 800, 20], 0);
    p.close(470);
}

pub(super) fn bottle(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(400, 130);
    p.open(m.base, "M362 180H438V310Q520 350 520 430V600Q520 640 480 640H320Q280 640 280 600V430Q280 350 362 310Z");
    p.rect(m.light, [0, 0, 800, 262], 0);
    label(p, a, [280, 410, 240, 186]);
    p.close(440);
    p.gleam(14, "M310 410Q316 366 350 350");
    p.open(a.base, "M350 130H450V210H350Z");
    p.rect(a.light, [0, 146, 800, 12], 0);
    p.close(410);
}

pub(super) fn tin(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(400, 240);
    p.oval(m.dark, [410, 366, 200, 200]);
    p.oval(m.base, [400, 362, 200, 200]);
    p.oval(m.light, [400, 362, 176, 176]);
    p.open(PAPER.base, "M400 206A156 156 0 1 1 400 518A156 156 0 1 1 400 206Z");
    p.ornament(a, 400, 340);
    p.line(m.base, 7, "M400 220A142 142 0 1 1 400 504A142 142 0 1 1 400 220Z");
    p.close(500);
    p.open(m.base, "M170 500Q400 560 630 500V600Q630 640 580 640H220Q170 640 170 600Z");
    p.rect(m.dark, [0, 580, 800, 14], 0);
    p.close(490);
    p.oval(m.dark, [400, 502, 230, 44]);
    p.oval(a.light, [400, 506, 210, 34]);
}

pub(super) fn bread(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(400, 270);
    p.open(m.base, "M136 560Q130 350 400 340Q670 350 664 560Q660 640 580 640H220Q140 640 136 560Z");
    p.oval(m.light, [350, 440, 180, 90]);
    for x in [0, 110, 220] {
        p.fill(m.dark, &format!("M{} 374Q{} 470 {} 560Q{} 480 {} 374Z", 272 + x, 210 + x, 226 + x, 290 + x, 272 + x));
        p.fill(a.base, &format!("M{} 384Q{} 470 {} 540Q{} 480 {} 384Z", 276 + x, 232 + x, 236 + x, 290 + x, 276 + x));
    }
    p.close(520);
    p.line(TIMBER.base, 28, "M120 654H680");
}

pub(super) fn sack(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(400, 200);
    p.fill(m.dark, "M270 290Q240 230 250 170Q320 200 400 176Q480 200 550 170Q560 230 530 290Z");
    p.open(m.base, "M266 276H534Q600 420 596 590Q594 640 546 640H254Q206 640 204 590Q200 420 266 276Z");
    p.oval(a.base, [400, 462, 108, 108]);
    p.oval(PAPER.base, [400, 462, 92, 92]);
    p.line(a.base, 9, "M400 530V400");
    for (degrees, y) in [(-40, 500), (40, 500), (-40, 462), (40, 462), (0, 430)] {
        p.turn(degrees, 400, y);
        p.oval(a.base, [400, y - 24, 12, 26]);
        p.end();
    }
    p.close(490);
    p.line(TIMBER.dark, 18, "M268 282Q400 306 532 282");
    p.line(TIMBER.dark, 10, "M400 296L360 350M400 296L446 346");
}

pub(super) fn cheese(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(400, 270);
    p.fill(a.base, "M520 300Q660 340 670 470L640 480L500 330Z");
    p.open(m.light, "M140 480L520 300Q640 350 660 480Z");
    p.close(790);
    p.open(m.base, "M140 474H640V640H140Z");
    p.line(m.dark, 7, "M200 540L250 530M320 590L380 578M450 520L500 530M230 610L270 604M540 590L580 582");
    p.close(790);
    p.fill(a.dark, "M636 474Q660 470 670 460V620Q668 640 636 640Z");
    p.line(m.light, 8, "M146 478H636");
}

pub(super) fn tea_tin(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(400, 170);
    p.open(m.base, "M246 270H554V610Q554 640 524 640H276Q246 640 246 610Z");
    p.rect(a.base, [0, 318, 800, 10], 0);
    p.rect(a.base, [0, 596, 800, 10], 0);
    label(p, m, [288, 364, 224, 196]);
    p.close(470);
    p.open(m.dark, "M256 190Q256 170 276 170H524Q544 170 544 190V284H256Z");
    p.rect(a.base, [0, 262, 800, 22], 0);
    p.close(470);
    p.gleam(14, "M268 580V350");
}

pub(super) fn coffee_bag(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(400, 180);
    p.open(m.base, "M250 240H550L566 600Q566 640 530 640H270Q234 640 234 600Z");
    p.rect(m.dark, [0, 560, 800, 90], 0);
    p.oval(PAPER.base, [400, 430, 104, 104]);
    p.turn(30, 400, 430);
    p.oval(a.base, [400, 430, 46, 66]);
    p.line(a.light, 9, "M400 372Q376 410 400 430Q424 450 400 488");
    p.end();
    p.close(480);
    p.open(m.light, "M244 160H556V250H244Z");
    p.dashes(m.dark, 4, "12 9", "M244 232H556");
    p.close(480);
    p.line(a.base, 26, "M236 206H564");
}
