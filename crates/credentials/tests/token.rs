//! Tokens against strings that PyJWT 2 (which SimpleJWT uses) wrote, and against tampering.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use oxcart_credentials::token::{Claims, MAX_TOKEN_BYTES, TokenError, TokenType, decode, encode};
use proptest::prelude::*;

const SECRET: &[u8] = b"oxcart-test-secret-of-32-bytes-ok";
const NOW: i64 = 1_700_000_000;

/// Claims as SimpleJWT writes them today.
const ACCESS: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJ0b2tlbl90eXBlIjoiYWNjZXNzIiwiZXhwIjoxNzAwMDAwMzAwLCJpYXQiOjE3MDAwMDAwMDAsImp0aSI6IjAxMjM0NTY3ODlhYmNkZWYwMTIzNDU2Nzg5YWJjZGVmIiwidXNlcl9pZCI6IjQyIn0.TXZNx0mEvsw-Xyhfclejyc107_Ef4vONriUL9Ye6T0w";
/// `user_id` is the number 7, as older releases wrote it, with our two claims.
const REFRESH: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJ0b2tlbl90eXBlIjoicmVmcmVzaCIsImV4cCI6MTcwMDA4NjQwMCwiaWF0IjoxNzAwMDAwMDAwLCJqdGkiOiJmZWRjYmE5ODc2NTQzMjEwZmVkY2JhOTg3NjU0MzIxMCIsInVzZXJfaWQiOjcsImZhbSI6IjAwMTEyMjMzNDQ1NTY2Nzc4ODk5YWFiYmNjZGRlZWZmIiwidmVyIjozfQ.fUz0B7c3uYYJlCbQ9xQH71xQNQ9YmHs-hcgkZ2-NNrU";

fn access() -> Claims {
    Claims {
        token_type: TokenType::Access,
        exp: NOW + 300,
        iat: NOW,
        jti: "0123456789abcdef0123456789abcdef".to_owned(),
        user_id: "42".to_owned(),
        fam: None,
        ver: None,
    }
}

/// A token with any header and payload, truly signed with `SECRET`.
fn signed(header: &str, payload: &str) -> String {
    let text = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload));
    let mac = Hmac::<sha2::Sha256>::new_from_slice(SECRET)
        .expect("HMAC takes a key of any length")
        .chain_update(&text)
        .finalize()
        .into_bytes();
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(mac))
}

fn refusal(token: &str, expected: TokenType) -> Option<TokenError> {
    decode(token, SECRET, NOW, expected).err()
}

#[test]
fn a_token_is_byte_for_byte_what_simplejwt_writes() {
    assert_eq!(encode(&access(), SECRET), ACCESS);
}

#[test]
fn tokens_of_simplejwt_old_and_new_are_read() {
    assert_eq!(decode(ACCESS, SECRET, NOW, TokenType::Access), Ok(access()));
    let refresh = decode(REFRESH, SECRET, NOW, TokenType::Refresh).unwrap();
    assert_eq!(refresh.user_id, "7", "a numeric user_id is read as text");
    assert_eq!(refresh.fam.as_deref(), Some("00112233445566778899aabbccddeeff"));
    assert_eq!(refresh.ver, Some(3));
}

#[test]
fn a_token_expires_in_the_second_of_its_exp() {
    assert!(decode(ACCESS, SECRET, NOW + 299, TokenType::Access).is_ok());
    assert_eq!(decode(ACCESS, SECRET, NOW + 300, TokenType::Access), Err(TokenError::Expired));
    assert_eq!(decode(ACCESS, b"another secret", NOW + 300, TokenType::Access), Err(TokenError::Invalid));
}

#[test]
fn a_refresh_token_is_no_access_token_nor_the_reverse() {
    assert_eq!(refusal(REFRESH, TokenType::Access), Some(TokenError::WrongType));
    assert_eq!(refusal(ACCESS, TokenType::Refresh), Some(TokenError::WrongType));
}

#[test]
fn only_hs256_is_believed_even_under_a_true_signature() {
    let payload = r#"{"token_type":"access","exp":1700000300,"iat":1700000000,"jti":"a","user_id":"1"}"#;
    assert_eq!(refusal(&signed(r#"{"alg":"HS256"}"#, payload), TokenType::Access), None, "the payload itself is good");
    for header in [
        r#"{"alg":"none"}"#,
        r#"{"alg":"None","typ":"JWT"}"#,
        r#"{"alg":"RS256","typ":"JWT"}"#,
        r#"{"alg":"HS512","typ":"JWT"}"#,
        r#"{"alg":"hs256","typ":"JWT"}"#,
        r#"{"alg":["HS256"]}"#,
        r#"{"typ":"JWT"}"#,
        r#"{"alg":"HS256","crit":["exp"]}"#,
        r#"{"alg":"HS256","alg":"HS256"}"#,
        "",
        "null",
    ] {
        assert_eq!(refusal(&signed(header, payload), TokenType::Access), Some(TokenError::Invalid), "header {header}");
    }
    let unsigned = format!("{}.{}.", URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#), URL_SAFE_NO_PAD.encode(payload));
    assert_eq!(refusal(&unsigned, TokenType::Access), Some(TokenError::Invalid));
}

#[test]
fn a_payload_without_its_claims_is_invalid_even_under_a_true_signature() {
    let header = r#"{"alg":"HS256","typ":"JWT"}"#;
    for payload in [
        r#"{"exp":1700000300,"iat":1700000000,"jti":"a","user_id":"1"}"#,
        r#"{"token_type":"access","iat":1700000000,"jti":"a","user_id":"1"}"#,
        r#"{"token_type":"access","exp":1700000300,"iat":1700000000,"user_id":"1"}"#,
        r#"{"token_type":"access","exp":1700000300,"iat":1700000000,"jti":"a"}"#,
        r#"{"token_type":"access","exp":1700000300,"iat":1700000000,"jti":"a","user_id":null}"#,
        r#"{"token_type":"access","exp":"1700000300","iat":1700000000,"jti":"a","user_id":"1"}"#,
        r#"{"token_type":"access","exp":1700000300,"exp":1900000000,"iat":1,"jti":"a","user_id":"1"}"#,
        r#"{"token_type":"access","exp":1700000300,"iat":1,"jti":"a","user_id":"1","nbf":1700000001}"#,
        r#"{"token_type":"access","exp":1700000300,"iat":1,"jti":"a","user_id":"1","ver":"3"}"#,
        "{}",
        "[]",
        "not json",
    ] {
        assert_eq!(refusal(&signed(header, payload), TokenType::Access), Some(TokenError::Invalid), "{payload}");
    }
    let sliding = r#"{"token_type":"sliding","exp":1700000300,"iat":1,"jti":"a","user_id":"1"}"#;
    assert_eq!(refusal(&signed(header, sliding), TokenType::Access), Some(TokenError::WrongType));
}

#[test]
fn a_token_beyond_four_kibibytes_is_refused_though_truly_signed() {
    let of_user = |length| encode(&Claims { user_id: "x".repeat(length), ..access() }, SECRET);
    assert_eq!(refusal(&of_user(2_800), TokenType::Access), None);
    assert!(of_user(3_000).len() > MAX_TOKEN_BYTES);
    assert_eq!(refusal(&of_user(3_000), TokenType::Access), Some(TokenError::Invalid));
}

#[test]
fn the_refusals_read_as_in_simplejwt() {
    let texts = [TokenError::Invalid, TokenError::Expired, TokenError::WrongType].map(|error| error.to_string());
    assert_eq!(texts, ["Token is invalid", "Token is expired", "Token has wrong type"]);
}

#[test]
fn no_single_byte_of_a_token_can_be_changed_dropped_or_doubled() {
    for (at, original) in ACCESS.bytes().enumerate() {
        for byte in (0x20..0x7f_u8).filter(|byte| *byte != original) {
            let mut forged = ACCESS.as_bytes().to_vec();
            forged[at] = byte;
            let forged = String::from_utf8(forged).unwrap();
            assert_eq!(refusal(&forged, TokenType::Access), Some(TokenError::Invalid), "byte {at} as {byte:#x}");
        }
        let (before, after) = ACCESS.split_at(at);
        for forged in [format!("{before}{}", &after[1..]), format!("{before}{}{after}", &after[..1])] {
            assert_eq!(refusal(&forged, TokenType::Access), Some(TokenError::Invalid), "byte {at} dropped or doubled");
        }
    }
}

fn any_claims() -> impl Strategy<Value = Claims> {
    let kind = prop_oneof![Just(TokenType::Access), Just(TokenType::Refresh)];
    let fam = proptest::option::of("[0-9a-f]{32}");
    (kind, NOW + 1..i64::MAX, any::<i64>(), "[0-9a-f]{32}", "\\PC{0,40}", fam, any::<Option<i64>>()).prop_map(
        |(token_type, exp, iat, jti, user_id, fam, ver)| Claims { token_type, exp, iat, jti, user_id, fam, ver },
    )
}

proptest! {
    #[test]
    fn what_is_encoded_is_decoded(claims in any_claims(), secret in any::<[u8; 40]>()) {
        let token = encode(&claims, &secret);
        prop_assert_eq!(decode(&token, &secret, NOW, claims.token_type), Ok(claims));
    }

    #[test]
    fn any_token_with_one_byte_changed_is_refused(
        claims in any_claims(),
        at in any::<prop::sample::Index>(),
        byte in 0x21..0x7f_u8,
    ) {
        let mut token = encode(&claims, SECRET).into_bytes();
        let at = at.index(token.len());
        prop_assume!(token[at] != byte);
        token[at] = byte;
        let token = String::from_utf8(token).unwrap();
        prop_assert_eq!(decode(&token, SECRET, NOW, claims.token_type), Err(TokenError::Invalid));
    }

    #[test]
    fn a_token_of_another_secret_is_refused(claims in any_claims(), secret in any::<[u8; 40]>()) {
        let token = encode(&claims, &secret);
        prop_assert_eq!(decode(&token, SECRET, NOW, claims.token_type), Err(TokenError::Invalid));
    }

    #[test]
    fn no_text_makes_the_reader_panic(token in "\\PC{0,200}", parts in "[A-Za-z0-9_-]{0,60}\\.[A-Za-z0-9_-]{0,60}\\.[A-Za-z0-9_-]{43}") {
        prop_assert!(decode(&token, SECRET, NOW, TokenType::Access).is_err());
        prop_assert!(decode(&parts, SECRET, NOW, TokenType::Access).is_err());
    }
}
