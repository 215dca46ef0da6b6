//! How passwords are kept: Argon2id in Django's notation, so a user table can move here from Django and back.
//!
//! [`verify`] also reads what Django itself has written (PBKDF2, scrypt, bcrypt, Argon2 with other parameters) and says
//! when a row should be hashed anew. The cost parameters of a stored hash are bounded before any work is done, so that
//! a hostile row in an imported table cannot eat the server's memory or processor; the bounds are the constants below.

mod argon;
mod django;

use std::hint::black_box;

/// Longest stored hash that is looked at, in bytes. Django's column holds 128 characters.
pub const MAX_ENCODED_BYTES: usize = 512;
/// Most memory an Argon2 hash may ask for, in KiB (256 MiB; Django asks for 100 MiB).
pub const MAX_ARGON2_MEMORY_KIB: u32 = 256 * 1024;
/// Most memory × passes an Argon2 hash may ask for, in KiB (1 GiB written in all; Django: 200 MiB).
pub const MAX_ARGON2_WORK_KIB: u64 = 1024 * 1024;
/// Most lanes an Argon2 hash may ask for (Django: 8).
pub const MAX_ARGON2_LANES: u32 = 255;
/// Most PBKDF2 iterations (Django 5.2: 1,000,000, and some 20 % more with each release).
pub const MAX_PBKDF2_ITERATIONS: u32 = 4_000_000;
/// Most memory a scrypt hash may ask for, in bytes: 128 × N × r (Django: 16 MiB).
pub const MAX_SCRYPT_MEMORY_BYTES: u64 = 128 * 1024 * 1024;
/// Most work a scrypt hash may ask for: N × r × p (Django: 655,360).
pub const MAX_SCRYPT_WORK: u64 = 1 << 22;
/// Largest scrypt block size `r` and parallelism `p` (Django: 8 and 5).
pub const MAX_SCRYPT_FACTOR: u32 = 64;
/// Largest bcrypt cost, a power of two (Django: 12).
pub const MAX_BCRYPT_COST: u32 = 14;

/// What [`verify`] found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Verdict {
    /// The password is right and kept as it should be.
    Correct,
    /// The password is right; the row should be written anew with [`make`].
    CorrectButOld,
    /// The password is wrong.
    Wrong,
    /// The account has no usable password (Django's `!…`): nobody gets in by one.
    Unusable,
    /// The hash is of no known form, is damaged, or asks for more than the bounds allow: nobody gets in by it.
    Unknown,
}

impl Verdict {
    /// Whether the password was right, however it is kept.
    #[must_use]
    pub fn is_correct(self) -> bool {
        matches!(self, Self::Correct | Self::CorrectButOld)
    }
}

/// Hashes a new password: `argon2$argon2id$v=19$m=19456,t=2,p=1$<salt>$<hash>`, 19 MiB and some tens of ms of one core.
///
/// `salt` must be fresh random bytes for each call.
#[must_use]
pub fn make(password: &str, salt: [u8; 16]) -> String {
    argon::make(password, &salt)
}

/// Checks a password against a stored hash of Django's: `argon2$…`, `pbkdf2_sha256$…`, `pbkdf2_sha1$…`, `scrypt$…`,
/// `bcrypt_sha256$…`, `bcrypt$…` or `!…`. The comparison takes constant time, and a hash that cannot match still costs
/// as much as a current one, so that the answer's time does not tell which accounts have a password.
pub fn verify(password: &str, encoded: &str) -> Verdict {
    if encoded.starts_with('!') {
        burn(password);
        return Verdict::Unusable;
    }
    match matches(password, encoded) {
        Some(true) if argon::is_current(encoded) => Verdict::Correct,
        Some(true) => Verdict::CorrectButOld,
        Some(false) => Verdict::Wrong,
        None => {
            burn(password);
            Verdict::Unknown
        }
    }
}

/// Spends what verifying a current hash spends. For a login under an unknown email, so that the time of the answer does
/// not tell which emails have an account.
pub fn burn(password: &str) {
    let _ = black_box(make(black_box(password), [0; 16]));
}

/// What checking a password against this hash takes, as text: the algorithm and its parameters, without salt and hash.
/// Two hashes of the same cost take the same time.
#[must_use]
pub fn cost(encoded: &str) -> String {
    let fields: Vec<_> = encoded.split('$').collect();
    match fields.as_slice() {
        ["argon2", variant, version, params, ..] => format!("argon2${variant}${version}${params}"),
        [pbkdf2 @ ("pbkdf2_sha256" | "pbkdf2_sha1"), iterations, ..] => format!("{pbkdf2}${iterations}"),
        ["scrypt", n, _, r, p, ..] => format!("scrypt${n}${r}${p}"),
        [bcrypt @ ("bcrypt_sha256" | "bcrypt"), "", version, rounds, ..] => format!("{bcrypt}${version}${rounds}"),
        // Whatever can't be read costs what a current one does.
        _ => argon::CURRENT_COST.to_owned(),
    }
}

/// Whether the password matches; `None` for a hash that is of no known form or beyond the bounds.
fn matches(password: &str, encoded: &str) -> Option<bool> {
    if encoded.len() > MAX_ENCODED_BYTES {
        return None;
    }
    let (algorithm, rest) = encoded.split_once('$')?;
    match algorithm {
        "argon2" => argon::matches(password, rest),
        "pbkdf2_sha256" => django::pbkdf2_sha256(password, rest),
        "pbkdf2_sha1" => django::pbkdf2_sha1(password, rest),
        "scrypt" => django::scrypt(password, rest),
        "bcrypt_sha256" => django::bcrypt_sha256(password, rest),
        "bcrypt" => django::bcrypt(password, rest),
        _ => None,
    }
}
