//! What a customer proves who they are with: passwords and tokens, in the formats of the Django original.
//!
//! Everything here is a pure function: randomness (salts, token ids) and time come in as parameters, nothing is read or
//! stored. To take a new password in: [`password::policy::validate`], then [`password::hash::make`]. To check one:
//! [`password::hash::verify`], or [`password::hash::burn`] when there is no such customer. Tokens: [`token::encode`]
//! and [`token::decode`].

pub mod password;
pub mod token;

use hmac::Mac as _;
use subtle::ConstantTimeEq as _;

/// A text that is the same for the same `text` under the same secret, and says nothing about it to others: 64
/// lower-case hex digits (HMAC-SHA-256).
#[must_use]
pub fn fingerprint(text: &str, secret: &[u8]) -> String {
    // No token begins like this, so a fingerprint never signs one.
    hex(&token::mac(&format!("fingerprint\n{text}"), secret).finalize().into_bytes())
}

/// Whether two texts are the same, found out in a time that does not tell how much of them is.
#[must_use]
pub fn is_same(one: &str, other: &str) -> bool {
    one.as_bytes().ct_eq(other.as_bytes()).into()
}

/// Writes 16 random bytes as the 32 lower-case hex digits that token ids (`jti`) and token families (`fam`) use.
pub fn random_hex(bytes: [u8; 16]) -> String {
    hex(&bytes)
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 0x0f])
        .map(|nibble| char::from(DIGITS[usize::from(nibble)]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{fingerprint, random_hex};

    #[test]
    fn a_fingerprint_tells_texts_and_secrets_apart() {
        let one = fingerprint("a", b"secret");
        assert_eq!((one.len(), &one), (64, &fingerprint("a", b"secret")));
        assert_ne!(one, fingerprint("b", b"secret"));
        assert_ne!(one, fingerprint("a", b"other"));
    }

    #[test]
    fn sixteen_bytes_become_thirty_two_hex_digits_in_order() {
        let bytes = [0x00, 0x0f, 0xf0, 0xff, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0xab, 0xcd];
        assert_eq!(random_hex(bytes), "000ff0ff0102030405060708090aabcd");
    }
}
