//! Which passwords the shop accepts: the four validators a new Django project starts with, in its order and with its
//! texts. All of them run, so a customer sees every reason at once.
//!
//! Two sets of characters are wider than Python's by the few that Rust's standard library does not tell apart: "word"
//! characters include combining vowel signs, and "numeric" includes fractions and Roman numerals.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// The fewest characters (Unicode scalar values, not bytes) a password has.
pub const MINIMUM_LENGTH: usize = 8;

/// Django's list of common passwords, one lower-case word a line.
static COMMON: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| include_str!("../../assets/common-passwords.txt").lines().collect());

/// What is known of the customer, which the password must not resemble. An unknown attribute is an empty string.
#[derive(Debug, Clone, Copy, Default)]
pub struct Attributes<'a> {
    pub email: &'a str,
    pub first_name: &'a str,
    pub last_name: &'a str,
}

/// Accepts a new password, or tells every reason against it as sentences to show the customer, in Django's order.
///
/// # Errors
/// The sentences, at least one.
pub fn validate(password: &str, attributes: &Attributes<'_>) -> Result<(), Vec<String>> {
    let mut reasons = Vec::new();
    if let Some(attribute) = similar_attribute(password, attributes) {
        reasons.push(format!("The password is too similar to the {attribute}."));
    }
    if password.chars().count() < MINIMUM_LENGTH {
        reasons.push(format!("This password is too short. It must contain at least {MINIMUM_LENGTH} characters."));
    }
    if COMMON.contains(password.to_lowercase().trim()) {
        reasons.push("This password is too common.".to_owned());
    }
    if !password.is_empty() && password.chars().all(char::is_numeric) {
        reasons.push("This password is entirely numeric.".to_owned());
    }
    if reasons.is_empty() { Ok(()) } else { Err(reasons) }
}

/// The first attribute, in Django's order, that the password resembles as a whole or in one of its words.
fn similar_attribute(password: &str, attributes: &Attributes<'_>) -> Option<&'static str> {
    let password = password.to_lowercase();
    let named =
        [("first name", attributes.first_name), ("last name", attributes.last_name), ("email", attributes.email)];
    named.into_iter().find_map(|(name, value)| {
        let value = value.to_lowercase();
        let words = value.split(|c: char| !(c.is_alphanumeric() || c == '_'));
        words.chain([value.as_str()]).any(|part| !part.is_empty() && is_similar(&password, part)).then_some(name)
    })
}

/// `difflib.SequenceMatcher(a, b).quick_ratio() >= 0.7`: twice the characters the two have in common, whatever their
/// order, over the characters of both. Counted in whole numbers, since 7/10 has no exact float.
fn is_similar(a: &str, b: &str) -> bool {
    let mut unmatched: HashMap<char, usize> = HashMap::new();
    for c in b.chars() {
        *unmatched.entry(c).or_default() += 1;
    }
    let mut common = 0;
    for c in a.chars() {
        if let Some(left @ 1..) = unmatched.get_mut(&c) {
            *left -= 1;
            common += 1;
        }
    }
    let both = a.chars().count() + b.chars().count();
    10 * 2 * common >= 7 * both
}
