//! Argon2: the form new hashes take, and the reading of any other Argon2 hash within the bounds.

use argon2::password_hash::Error;
use argon2::{Algorithm, Argon2, Params, PasswordHash, PasswordHasher, PasswordVerifier, Version};

use super::{MAX_ARGON2_LANES, MAX_ARGON2_MEMORY_KIB, MAX_ARGON2_WORK_KIB};

/// How every current hash begins; [`make`] writes it, and a stored hash that begins otherwise is old.
const CURRENT_PREFIX: &str = "argon2$argon2id$v=19$m=19456,t=2,p=1$";
/// The same as [`super::cost`] tells it.
pub(super) const CURRENT_COST: &str = "argon2$argon2id$v=19$m=19456,t=2,p=1";
/// A 32-byte hash in base64 without padding.
const CURRENT_HASH_CHARS: usize = 43;

pub(super) fn make(password: &str, salt: &[u8; 16]) -> String {
    let params = Params::new(19_456, 2, 1, Some(32)).expect("19,456 KiB, 2 passes, 1 lane and 32 bytes are in range");
    let phc = Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_with_salt(password.as_bytes(), salt)
        .expect("parameters and a salt of 16 bytes are in range, and a failed 19 MiB allocation ends a process anyway");
    format!("argon2{phc}")
}

/// Whether `encoded` has today's parameters, so that it need not be hashed anew.
pub(super) fn is_current(encoded: &str) -> bool {
    let salt_and_hash = encoded.strip_prefix(CURRENT_PREFIX);
    let hash = salt_and_hash.and_then(|rest| rest.split_once('$'));
    hash.is_some_and(|(_, hash)| hash.len() == CURRENT_HASH_CHARS)
}

/// `rest` is the PHC string without its leading `$`: `argon2id$v=19$m=…,t=…,p=…$salt$hash`.
pub(super) fn matches(password: &str, rest: &str) -> Option<bool> {
    let stored = PasswordHash::new(&format!("${rest}")).ok()?;
    if stored.salt.is_none() || stored.hash.is_none() {
        return None; // the verifier would call this a wrong password, and spend no time on it
    }
    let params = Params::try_from(&stored).ok()?;
    let work = u64::from(params.m_cost()) * u64::from(params.t_cost());
    if params.m_cost() > MAX_ARGON2_MEMORY_KIB || work > MAX_ARGON2_WORK_KIB || params.p_cost() > MAX_ARGON2_LANES {
        return None;
    }
    // The verifier takes variant, version and cost from the stored hash and compares in constant time.
    match Argon2::default().verify_password(password.as_bytes(), &stored) {
        Ok(()) => Some(true),
        Err(Error::PasswordInvalid) => Some(false),
        Err(_) => None,
    }
}
