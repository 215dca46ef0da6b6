//! What the password of a login is checked against when nobody has its address.
//!
//! A shop that came from Django keeps hashes of several kinds, and a check against `pbkdf2_sha256` takes ten times as
//! long as one against the current kind. If every unknown address took the time of one kind, the others would tell
//! which addresses have an account. So unknown addresses take the kinds that known ones have, in the same proportion,
//! each address always the same one: the time says how a password is kept, if it is kept, and not whether.
//!
//! Old kinds come first on the scale from which addresses draw, because their share only shrinks, login by login: an
//! unknown address then moves from an old kind to the current one and not back, as somebody's who has logged in.

use super::hash;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::collections::BTreeMap;

/// The kinds of hashes in a shop: one example of each, and how many there are up to it.
#[derive(Clone, Debug, Default)]
pub struct Kinds(Vec<(String, u64)>);

impl Kinds {
    /// The kinds among stored hashes, or among a sample of them.
    pub fn of(hashes: impl IntoIterator<Item = String>) -> Self {
        let current = hash::cost("");
        let mut kinds = BTreeMap::<(bool, String), (String, u64)>::new();
        for encoded in hashes {
            let cost = hash::cost(&encoded);
            let (_, count) = kinds.entry((cost == current, cost)).or_insert((encoded, 0));
            *count += 1;
        }
        let mut total = 0;
        let summed = kinds.into_values().map(|(example, count)| {
            total += count;
            (example, total)
        });
        Self(summed.collect())
    }

    /// The stored hash to check against for an address that nobody has; whatever the check finds, nobody gets in by it.
    /// `None` when no account is known: check with [`hash::burn`]. `secret` is the shop's, so that outside nobody can
    /// tell who draws which kind.
    #[must_use]
    pub fn stand_in(&self, secret: &[u8], address: &str) -> Option<&str> {
        let (_, total) = self.0.last()?;
        let mac = Hmac::<Sha256>::new_from_slice(secret).expect("HMAC takes a key of any length");
        let digest = mac.chain_update("password stand-in:").chain_update(address).finalize().into_bytes();
        let drawn = digest.iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        // As a share of the whole, so that the place on the scale stays when there are more or fewer accounts.
        let place = (u128::from(drawn) * u128::from(*total)) >> 64;
        let kind = self.0.iter().find(|(_, up_to)| place < u128::from(*up_to));
        kind.map(|(example, _)| example.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARGON: &str = "argon2$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0$aGFzaA";
    const OLD: &str = "pbkdf2_sha256$600000$salt$aGFzaA==";
    const SECRET: &[u8] = b"of the shop";

    fn shop(argon: usize, old: usize) -> Kinds {
        Kinds::of(std::iter::repeat_n(ARGON, argon).chain(std::iter::repeat_n(OLD, old)).map(ToOwned::to_owned))
    }

    fn draws_old(kinds: &Kinds, number: usize) -> bool {
        kinds.stand_in(SECRET, &format!("nobody-{number}@example.com")) == Some(OLD)
    }

    #[test]
    fn unknown_addresses_draw_the_kinds_of_the_shop_in_the_shop_s_proportion() {
        let kinds = shop(700, 300);
        let old = (0..10_000).filter(|number| draws_old(&kinds, *number)).count();
        assert!((2_800..3_200).contains(&old), "{old} of 10,000 draw what 30 % of the accounts have");
        assert_eq!(shop(5, 0).stand_in(SECRET, "nobody@example.com"), Some(ARGON));
        assert_eq!(shop(0, 5).stand_in(SECRET, "nobody@example.com"), Some(OLD));
        assert_eq!(Kinds::default().stand_in(SECRET, "nobody@example.com"), None);
    }

    #[test]
    fn an_unknown_address_only_ever_moves_from_an_old_kind_to_the_current_one() {
        let stages = [shop(0, 400), shop(100, 300), shop(1_000, 290), shop(5_000, 10), shop(5_010, 0)];
        for number in 0..500 {
            let drawn: Vec<_> = stages.iter().map(|kinds| draws_old(kinds, number)).collect();
            assert!(drawn.is_sorted_by(|before, after| before >= after), "number {number} draws {drawn:?}");
        }
    }

    #[test]
    fn who_draws_what_is_known_to_the_shop_alone() {
        let kinds = shop(500, 500);
        let same = (0..1_000).filter(|number| {
            let address = format!("nobody-{number}@example.com");
            kinds.stand_in(SECRET, &address) == kinds.stand_in(b"another", &address)
        });
        let same = same.count();
        assert!((400..600).contains(&same), "{same} of 1,000 draw the same under another secret");
    }
}
