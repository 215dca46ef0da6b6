//! Drawings of clothes.

use super::palette::{METAL, PAPER, Shades};
use super::pen::Pen;

/// Sleeves and body of anything that is pulled or buttoned over the shoulders.
fn sleeves(p: &mut Pen, m: Shades, cuff: &str) {
    p.open(m.dark, "M270 200Q200 220 180 300L120 540L214 570L290 380Z");
    p.fill(cuff, "M100 600L126 512L224 540L200 620Z");
    p.close(790);
    p.open(m.dark, "M530 200Q600 220 620 300L680 540L586 570L510 380Z");
    p.fill(cuff, "M700 600L674 512L576 540L600 620Z");
    p.close(530);
}

const BODY: &str = "M320 176Q400 216 480 176L556 214Q570 300 556 400V640H244V400Q230 300 244 214Z";

pub(super) fn shirt(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(400, 190);
    sleeves(p, m, m.base);
    p.open(m.base, BODY);
    p.rect(m.light, [382, 180, 36, 480], 0);
    p.dashes(a.base, 14, "14 56", "M400 290V640");
    p.rect(m.dark, [446, 330, 80, 92], 8);
    p.rect(m.light, [446, 330, 80, 18], 6);
    p.close(478);
    p.fill(m.dark, "M340 172H460L400 250Z");
    p.fill(m.light, "M330 160L400 250L340 290L300 190ZM470 160L400 250L460 290L500 190Z");
}

pub(super) fn jumper(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(400, 190);
    sleeves(p, m, m.base);
    p.open(m.base, BODY);
    p.ornament(a, 400, 330);
    p.rect(m.dark, [0, 586, 800, 70], 0);
    p.dashes(m.light, 54, "5 13", "M246 613H560");
    p.close(478);
    p.line(m.dark, 30, "M324 184Q400 260 476 184");
    p.line(m.light, 8, "M330 192Q400 254 470 192");
}

pub(super) fn jacket(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(400, 190);
    sleeves(p, m, m.base);
    p.open(m.base, BODY);
    p.rect(m.dark, [397, 180, 6, 480], 0);
    for pocket in [[270, 470, 106, 120], [424, 470, 106, 120], [434, 316, 84, 90]] {
        p.rect(m.dark, pocket, 8);
        let [x, y, w, h] = pocket;
        p.rect(m.light, [x + 4, y + 4, w - 8, h - 10], 6);
        p.rect(m.base, [x + 4, y + 22, w - 8, h - 28], 6);
    }
    p.close(478);
    p.dashes(a.base, 20, "20 62", "M378 310V620");
    p.fill(PAPER.base, "M350 172H450L400 240Z");
    p.fill(m.light, "M326 160L400 262L330 320L290 196ZM474 160L400 262L470 320L510 196Z");
}

pub(super) fn apron(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(400, 190);
    p.line(a.base, 20, "M330 270C300 100 500 100 470 270");
    p.line(a.base, 16, "M230 440L150 500M570 440L650 500");
    p.open(m.base, "M312 240H488Q492 370 580 416V610Q580 640 550 640H250Q220 640 220 610V416Q308 370 312 240Z");
    p.rect(m.light, [300, 240, 200, 18], 0);
    p.rect(m.dark, [288, 470, 224, 116], 12);
    p.rect(m.light, [296, 470, 208, 108], 10);
    p.rect(m.dark, [397, 470, 6, 108], 0);
    p.close(480);
    p.oval(METAL.light, [334, 270, 11, 11]);
    p.oval(METAL.light, [466, 270, 11, 11]);
}

pub(super) fn socks(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(420, 210);
    for (shift, body) in [(70, m.dark), (-30, m.base)] {
        let x = 270 + shift;
        let outline = format!(
            "M{x} 176H{}V450L{} 520Q{} 560 {} 610Q{} 640 {} 640H{}Q{} 620 {x} 510Z",
            x + 130,
            x + 250,
            x + 310,
            x + 290,
            x + 270,
            x + 230,
            x + 120,
            x + 10
        );
        p.open(body, &outline);
        p.rect(a.base, [0, 176, 800, 20], 0);
        p.rect(a.base, [0, 216, 800, 12], 0);
        p.dashes(m.light, 220, "5 16", &format!("M{} 340H{}", x + 10, x + 130));
        p.oval(a.base, [x + 10, 590, 84, 90]);
        p.oval(a.base, [x + 290, 600, 76, 90]);
        p.close(x + 96);
    }
}

pub(super) fn cap(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(420, 240);
    p.open(m.base, "M180 540Q170 290 390 290Q590 290 596 540Z");
    p.line(m.dark, 6, "M390 290Q300 400 310 540M390 290Q480 400 480 540");
    p.rect(a.base, [0, 500, 800, 44], 0);
    p.close(470);
    p.oval(m.dark, [390, 288, 26, 14]);
    p.open(m.dark, "M340 540Q560 500 680 560Q740 600 720 636Q560 570 340 580Q180 590 180 540Z");
    p.dashes(m.light, 5, "15 10", "M380 566Q580 540 690 606");
    p.close(560);
    p.gleam(18, "M226 470Q236 380 300 340");
}

pub(super) fn beanie(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(400, 220);
    p.oval(a.dark, [406, 226, 66, 66]);
    p.oval(a.base, [398, 220, 64, 64]);
    p.open(m.base, "M210 540Q190 250 400 250Q610 250 590 540Z");
    p.line(m.dark, 6, "M300 540Q300 350 380 250M360 540Q364 350 394 250M440 540Q436 350 406 250M500 540Q500 350 420 250M244 540Q240 380 350 260M556 540Q560 380 450 260");
    p.close(480);
    p.open(m.light, "M184 530Q184 500 214 500H586Q616 500 616 530V610Q616 640 586 640H214Q184 640 184 610Z");
    p.dashes(m.base, 200, "12 16", "M190 570H620");
    p.close(500);
}

pub(super) fn scarf(p: &mut Pen, m: Shades, a: Shades) {
    p.shadow(400, 150);
    p.dashes(a.dark, 26, "8 9", "M300 610H400");
    p.open(m.dark, "M296 330H404V600H296Z");
    p.ornament(a, 350, 400);
    p.close(790);
    p.dashes(a.base, 30, "8 9", "M404 642H524");
    p.open(m.base, "M400 330H520L526 630H404Z");
    p.ornament(a, 460, 400);
    p.close(484);
    p.line(m.dark, 92, "M270 270Q300 170 400 170Q500 170 530 270");
    p.line(m.base, 96, "M262 290Q400 410 538 290");
    p.line(a.base, 14, "M300 290Q400 356 500 290");
    p.line(m.light, 10, "M266 262Q400 356 534 262");
}
