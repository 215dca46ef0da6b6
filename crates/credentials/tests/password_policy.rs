//! The password policy against the answers of Django 5.2's own validators, taken from Django itself.

use oxcart_credentials::password::policy::{Attributes, validate};

const SHORT: &str = "This password is too short. It must contain at least 8 characters.";
const COMMON: &str = "This password is too common.";
const NUMERIC: &str = "This password is entirely numeric.";
const LIKE_FIRST: &str = "The password is too similar to the first name.";
const LIKE_LAST: &str = "The password is too similar to the last name.";
const LIKE_EMAIL: &str = "The password is too similar to the email.";

/// Password, `[email, first name, last name]`, Django's messages.
type Case = (&'static str, [&'static str; 3], &'static [&'static str]);

const DJANGO: &[Case] = &[
    ("correct horse", ["ada@example.com", "Ada", "Lovelace"], &[]),
    ("lovelace", ["ada@example.com", "Ada", "Lovelace"], &[LIKE_LAST]),
    ("ecalevol7", ["ada@example.com", "Ada", "Lovelace"], &[LIKE_LAST]),
    ("lovelace12345", ["ada@example.com", "Ada", "Lovelace"], &[LIKE_LAST]),
    ("lovelace1234567", ["ada@example.com", "Ada", "Lovelace"], &[]),
    ("abcdefg123", ["", "abcdefgxyz", ""], &[LIKE_FIRST, COMMON]),
    ("abcdef1234", ["", "abcdefgxyz", ""], &[]),
    ("ADA@EXAMPLE.COM", ["ada@example.com", "", ""], &[LIKE_EMAIL]),
    ("example!", ["ada@example.com", "Ada", ""], &[LIKE_EMAIL]),
    ("Ada", ["ada@example.com", "Ada", "Lovelace"], &[LIKE_FIRST, SHORT, COMMON]),
    ("password", ["", "", ""], &[COMMON]),
    ("  PassWord  ", ["", "", ""], &[COMMON]),
    ("abc123", ["", "", ""], &[SHORT, COMMON]),
    ("12345678", ["", "", ""], &[COMMON, NUMERIC]),
    ("1234", ["", "", ""], &[SHORT, COMMON, NUMERIC]),
    ("73920184655", ["", "", ""], &[NUMERIC]),
    ("٣٤٥٦٧٨٩٠١٢", ["", "", ""], &[NUMERIC]),
    ("²²²²²²²²²", ["", "", ""], &[NUMERIC]),
    ("жёлтый-кот", ["kot@example.com", "Жёлтый", "Кот"], &[LIKE_FIRST]),
    ("пароль77", ["", "", ""], &[]),
    ("jean_luc1", ["x@example.com", "Jean_Luc Marie", ""], &[LIKE_FIRST]),
    ("marie-jeanne", ["x@example.com", "Jeanne  Marie", ""], &[LIKE_FIRST]),
    ("short", ["short@example.com", "", ""], &[LIKE_EMAIL, SHORT]),
    ("", ["ada@example.com", "Ada", ""], &[SHORT]),
    ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", ["a@a.a", "a", "a"], &[]),
    ("1q2w3e4r", ["1q2w3e4r@example.com", "", ""], &[LIKE_EMAIL, COMMON]),
    ("trustno1 ", ["", "", ""], &[COMMON]),
];

#[test]
fn every_password_is_judged_as_django_judges_it() {
    for (password, [email, first_name, last_name], expected) in DJANGO {
        let reasons = validate(password, &Attributes { email, first_name, last_name }).err().unwrap_or_default();
        assert_eq!(reasons, *expected, "password {password:?} of {email:?} {first_name:?} {last_name:?}");
    }
}

#[test]
fn no_word_of_the_common_list_is_accepted() {
    let list = include_str!("../assets/common-passwords.txt");
    assert_eq!(list.lines().count(), 19_640, "Django 5.2's list has 19,640 words");
    for word in list.lines() {
        let reasons = validate(word, &Attributes::default()).expect_err(word);
        assert!(reasons.iter().any(|reason| reason == COMMON), "{word:?} was refused only for {reasons:?}");
    }
}
