//! Addresses as mail servers take them.

use lettre::Address;

/// What is said of an address that only servers with an extension take.
pub(super) const NO_SMTPUTF8: &str = "What stands before the @ of this address holds letters beyond ASCII, and the mail \
                                      server does not take such addresses (it does not offer SMTPUTF8).";

/// An address with its domain in ASCII: `bücher.example` is known to servers as `xn--bcher-kva.example`. What stands before
/// the `@` has no such form.
///
/// # Errors
/// When it is no address.
pub(super) fn for_the_wire(text: &str) -> Result<Address, String> {
    let address: Address = text.parse().map_err(|error: lettre::address::AddressError| error.to_string())?;
    if address.domain().is_ascii() {
        return Ok(address);
    }
    let domain = idna::domain_to_ascii(address.domain()).map_err(|_| "its domain is none".to_owned())?;
    Address::new(address.user(), domain).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::for_the_wire;

    #[test]
    fn a_domain_in_any_script_gets_its_ascii_form_and_the_rest_stays() {
        for (text, wire) in [
            ("ann@example.com", "ann@example.com"),
            ("Ann@Bücher.example", "Ann@xn--bcher-kva.example"),
            ("ann@例え.テスト", "ann@xn--r8jz45g.xn--zckzah"),
            ("änn@example.com", "änn@example.com"),
        ] {
            assert_eq!(for_the_wire(text).map(|address| address.to_string()), Ok(wire.to_owned()));
        }
        for text in ["", "ann", "ann@", "@example.com", "ann@exa mple.com"] {
            assert!(for_the_wire(text).is_err(), "{text}");
        }
    }
}
