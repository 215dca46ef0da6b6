//! The hashes Django writes with its other hashers. Each function takes what follows the algorithm's name and first `$`,
//! and answers `None` for text it cannot read or that is beyond the bounds.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha1::Sha1;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::{MAX_BCRYPT_COST, MAX_PBKDF2_ITERATIONS, MAX_SCRYPT_FACTOR, MAX_SCRYPT_MEMORY_BYTES, MAX_SCRYPT_WORK};

/// `<iterations>$<salt>$<hash>`
pub(super) fn pbkdf2_sha256(password: &str, rest: &str) -> Option<bool> {
    pbkdf2::<32>(rest, |salt, iterations| {
        pbkdf2::pbkdf2_hmac_array::<Sha256, 32>(password.as_bytes(), salt, iterations)
    })
}

/// `<iterations>$<salt>$<hash>`
pub(super) fn pbkdf2_sha1(password: &str, rest: &str) -> Option<bool> {
    pbkdf2::<20>(rest, |salt, iterations| pbkdf2::pbkdf2_hmac_array::<Sha1, 20>(password.as_bytes(), salt, iterations))
}

fn pbkdf2<const N: usize>(rest: &str, derive: impl FnOnce(&[u8], u32) -> [u8; N]) -> Option<bool> {
    let [iterations, salt, hash] = fields(rest)?;
    let iterations: u32 = iterations.parse().ok()?;
    if !(1..=MAX_PBKDF2_ITERATIONS).contains(&iterations) {
        return None;
    }
    let stored = decode::<N>(hash)?;
    Some(same(&stored, &derive(salt.as_bytes(), iterations)))
}

/// `<N>$<salt>$<r>$<p>$<hash>`
pub(super) fn scrypt(password: &str, rest: &str) -> Option<bool> {
    let [n, salt, r, p, hash] = fields(rest)?;
    let (n, r, p): (u64, u32, u32) = (n.parse().ok()?, r.parse().ok()?, p.parse().ok()?);
    let in_bounds = n.is_power_of_two()
        && (2..=MAX_SCRYPT_WORK).contains(&n)
        && (1..=MAX_SCRYPT_FACTOR).contains(&r)
        && (1..=MAX_SCRYPT_FACTOR).contains(&p)
        && 128 * n * u64::from(r) <= MAX_SCRYPT_MEMORY_BYTES
        && n * u64::from(r) * u64::from(p) <= MAX_SCRYPT_WORK;
    if !in_bounds {
        return None;
    }
    let log_n = u8::try_from(n.trailing_zeros()).ok()?;
    let params = scrypt::Params::new(log_n, r, p).ok()?;
    let stored = decode::<64>(hash)?;
    let mut derived = [0; 64];
    scrypt::scrypt(password.as_bytes(), salt.as_bytes(), &params, &mut derived).ok()?;
    Some(same(&stored, &derived))
}

/// `$2b$<cost>$<salt and hash>` of the password's SHA-256 in hex, which lifts bcrypt's limit of 72 bytes.
pub(super) fn bcrypt_sha256(password: &str, rest: &str) -> Option<bool> {
    let digest: String = Sha256::digest(password.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    bcrypt(&digest, rest)
}

/// `$2b$<cost>$<salt and hash>`; as everywhere with bcrypt, bytes after the 72nd do not count.
pub(super) fn bcrypt(password: &str, rest: &str) -> Option<bool> {
    let parts: bcrypt::HashParts = rest.parse().ok()?;
    if parts.get_cost() > MAX_BCRYPT_COST {
        return None;
    }
    bcrypt::verify(password, rest).ok()
}

/// Exactly `N` fields between `$` signs.
fn fields<const N: usize>(rest: &str) -> Option<[&str; N]> {
    rest.split('$').collect::<Vec<_>>().try_into().ok()
}

/// Exactly `N` bytes in base64.
fn decode<const N: usize>(text: &str) -> Option<[u8; N]> {
    STANDARD.decode(text).ok()?.try_into().ok()
}

fn same(a: &[u8], b: &[u8]) -> bool {
    a.ct_eq(b).into()
}
