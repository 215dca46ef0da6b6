//! Stored hashes against strings that Django 5.2 (with argon2-cffi and bcrypt) wrote.

use oxcart_credentials::password::hash::{Verdict, cost, make, verify};

const PASSWORD: &str = "lètmein-9 Basket";
const CURRENT: &str =
    "argon2$argon2id$v=19$m=19456,t=2,p=1$WGszdlE4bVQycEx3N1J6WTVjTmQxQg$jfLkdITxfmFLkFfwWY3NkuG6jmino7z9r07FY9/4Ngk";
const OLD: &[&str] = &[
    "pbkdf2_sha256$1000000$Xk3vQ8mT2pLw7RzY5cNd1B$BVjRtwYD/WhdpDzXCTIda6vM3ewSSEuaLGOIoUprd4w=",
    "pbkdf2_sha256$1000$seasalt2024$d5NAV50VA9s/GBOgBzckYdXkNbtrWD18W+eRutcqwM4=",
    "pbkdf2_sha1$2000$Xk3vQ8mT2pLw7RzY5cNd1B$FIOakz2xFBlGoGCuq3/8AYhW4Wk=",
    "scrypt$16384$Xk3vQ8mT2pLw7RzY5cNd1B$8$5$0e4dQKg1VrjjQT/VfsDo+5Tht/PCz4XdTYTLKBsW+Acd946QwsOX6UssDaAg9mMzrA7xTeQ02gNexR/lsXKqoQ==",
    "scrypt$1024$Xk3vQ8mT2pLw7RzY5cNd1B$8$1$oyhGW2Dv0vvoLihH5hzBf106cKpa0ASz81uYjly2qxhpViCEyn8qtWVLGkhmI2xRn4fSvzqoWL3rzbqvvbWBPw==",
    "bcrypt_sha256$$2b$06$DSHWdg7hp.fXqo3f0FMvYu37rF7EF1p0ifMgw2wD0UTTUUx88k.d2",
    "bcrypt$$2b$06$DSHWdg7hp.fXqo3f0FMvYuk1i9yVxCe5bIytN4lluwazb.RUoQRYq",
    "bcrypt$$2a$06$EZuI0fNTVLvO8IGF/kEEY.QZq07/KTbJZxxnrcslJXTAog3SfN9v2",
    "argon2$argon2id$v=19$m=102400,t=2,p=8$WGszdlE4bVQycEx3N1J6WTVjTmQxQg$j11iNepq1ZLNnVV4MzOx3rj2mXr+0Wy9NDT9DTCVSek",
    "argon2$argon2i$v=19$m=1024,t=3,p=2$WGszdlE4bVQycEx3N1J6WTVjTmQxQg$GC579kgqvux7T8+TfFo5+A",
    "argon2$argon2d$v=19$m=512,t=1,p=1$WGszdlE4bVQycEx3N1J6WTVjTmQxQg$S6YulqCyYuRSarIm6QLskDYypOWOiMqBt396jEP5bXU",
];

#[test]
fn hashes_of_every_django_hasher_open_and_ask_to_be_renewed() {
    for encoded in OLD {
        assert_eq!(verify(PASSWORD, encoded), Verdict::CorrectButOld, "{encoded}");
        assert_eq!(verify("letmein-9 Basket", encoded), Verdict::Wrong, "a wrong password on {encoded}");
    }
}

#[test]
fn a_hash_with_the_current_parameters_is_kept_even_if_django_made_it() {
    assert_eq!(verify(PASSWORD, CURRENT), Verdict::Correct);
    assert_eq!(verify("", CURRENT), Verdict::Wrong);
}

#[test]
fn the_cost_of_a_hash_tells_its_parameters_and_nothing_of_the_password() {
    let costs: Vec<_> = OLD.iter().map(|encoded| cost(encoded)).collect();
    let expected = [
        "pbkdf2_sha256$1000000",
        "pbkdf2_sha256$1000",
        "pbkdf2_sha1$2000",
        "scrypt$16384$8$5",
        "scrypt$1024$8$1",
        "bcrypt_sha256$2b$06",
        "bcrypt$2b$06",
        "bcrypt$2a$06",
        "argon2$argon2id$v=19$m=102400,t=2,p=8",
        "argon2$argon2i$v=19$m=1024,t=3,p=2",
        "argon2$argon2d$v=19$m=512,t=1,p=1",
    ];
    assert_eq!(costs, expected);
    for current in [CURRENT, &make(PASSWORD, [7; 16]), "!unusable", "", "md5$x$y"] {
        assert_eq!(cost(current), "argon2$argon2id$v=19$m=19456,t=2,p=1", "of {current}");
    }
}

#[test]
fn a_new_hash_verifies_and_has_the_form_django_reads() {
    let encoded = make(PASSWORD, *b"0123456789abcdef");
    assert!(encoded.starts_with("argon2$argon2id$v=19$m=19456,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$"), "{encoded}");
    assert!(encoded.len() <= 128, "Django's password column holds 128 characters, this has {}", encoded.len());
    assert_eq!(verify(PASSWORD, &encoded), Verdict::Correct);
    assert_eq!(verify("lètmein-9 basket", &encoded), Verdict::Wrong);
    assert_ne!(encoded, make(PASSWORD, *b"0123456789abcdeg"), "another salt must give another hash");
}

#[test]
fn an_account_without_a_usable_password_opens_to_nothing() {
    for password in ["", "!", "!2u0VYqoRI5MxR19aPqMpNZZ1kCZjxdVPb5zE0z8J"] {
        assert_eq!(verify(password, "!2u0VYqoRI5MxR19aPqMpNZZ1kCZjxdVPb5zE0z8J"), Verdict::Unusable);
    }
}

#[test]
fn damaged_and_foreign_hashes_are_unknown_and_never_panic() {
    let damaged = [
        "",
        "$",
        "$$$$$$",
        "plain",
        "md5$salt$0123",
        "argon2",
        "argon2$",
        "argon2$argon2id",
        "argon2id$v=19$m=8,t=1,p=1$$",
        "argon2$argon2id$v=19$m=19456,t=2,p=1$WGszdlE4bVQycEx3N1J6WTVjTmQxQg",
        "argon2$argon2id$v=19$m=7,t=1,p=1$WGszdlE4bVQycEx3N1J6WTVjTmQxQg$jfLkdITxfmFLkFfwWY3NkuG6jmino7z9r07FY9/4Ngk",
        "pbkdf2_sha256$1000$salt",
        "pbkdf2_sha256$x$salt$aGFzaA==",
        "pbkdf2_sha256$1000$salt$aGFzaA==",
        "pbkdf2_sha256$0$seasalt2024$d5NAV50VA9s/GBOgBzckYdXkNbtrWD18W+eRutcqwM4=",
        "scrypt$1000$s$8$1$aGFzaA==",
        "scrypt$1024$s$8$1$",
        "bcrypt$$2b$06$short",
        "bcrypt$$2b$06$ü",
        "bcrypt_sha256$",
    ];
    for encoded in damaged {
        assert_eq!(verify(PASSWORD, encoded), Verdict::Unknown, "{encoded:?}");
    }
}

#[test]
fn a_hash_that_asks_for_too_much_is_refused_before_the_work_is_done() {
    let salt_and_hash = "WGszdlE4bVQycEx3N1J6WTVjTmQxQg$jfLkdITxfmFLkFfwWY3NkuG6jmino7z9r07FY9/4Ngk";
    let long_hash = "A".repeat(86) + "==";
    let greedy = [
        format!("argon2$argon2id$v=19$m=262145,t=1,p=1${salt_and_hash}"),
        format!("argon2$argon2id$v=19$m=4194304000,t=1,p=1${salt_and_hash}"),
        format!("argon2$argon2id$v=19$m=19456,t=4000000000,p=1${salt_and_hash}"),
        format!("argon2$argon2id$v=19$m=262144,t=5,p=1${salt_and_hash}"),
        format!("argon2$argon2id$v=19$m=19456,t=1,p=256${salt_and_hash}"),
        "pbkdf2_sha256$4000001$seasalt2024$d5NAV50VA9s/GBOgBzckYdXkNbtrWD18W+eRutcqwM4=".to_owned(),
        "pbkdf2_sha1$4294967295$s$FIOakz2xFBlGoGCuq3/8AYhW4Wk=".to_owned(),
        format!("scrypt$262144$s$8$1${long_hash}"),
        format!("scrypt$9223372036854775808$s$64$64${long_hash}"),
        format!("scrypt$16384$s$8$64${long_hash}"),
        format!("scrypt$2$s$4294967295$4294967295${long_hash}"),
        "bcrypt$$2b$15$DSHWdg7hp.fXqo3f0FMvYuk1i9yVxCe5bIytN4lluwazb.RUoQRYq".to_owned(),
        "bcrypt_sha256$$2b$31$DSHWdg7hp.fXqo3f0FMvYu37rF7EF1p0ifMgw2wD0UTTUUx88k.d2".to_owned(),
        format!("pbkdf2_sha256$1000${}$d5NAV50VA9s/GBOgBzckYdXkNbtrWD18W+eRutcqwM4=", "s".repeat(512)),
    ];
    for encoded in greedy {
        assert_eq!(verify(PASSWORD, &encoded), Verdict::Unknown, "{encoded}");
    }
}
