//! Where a request comes from, as far as limits care.

use axum::http::HeaderMap;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

/// The caller's address: the connection's, or, behind trusted proxies, the last one in `X-Forwarded-For` that is no
/// such proxy. Read from the right, where proxies write; what stands to the left of the first address that is not
/// trusted, or of something that is no address, was written by the client and is never believed.
pub(super) fn of_client(peer: IpAddr, headers: &HeaderMap, trusts: impl Fn(IpAddr) -> bool) -> IpAddr {
    let mut nearest = peer.to_canonical();
    let lines = headers.get_all("x-forwarded-for").iter().rev();
    let lines = lines.map(|line| String::from_utf8_lossy(line.as_bytes()));
    for line in lines {
        for hop in line.rsplit(',') {
            if !trusts(nearest) {
                return nearest;
            }
            let Some(address) = parse(hop.trim()) else { return nearest };
            nearest = address;
        }
    }
    nearest
}

/// `203.0.113.9`, `2001:db8::1`, and with a port, as some proxies write it: `203.0.113.9:4711`, `[2001:db8::1]:4711`.
fn parse(hop: &str) -> Option<IpAddr> {
    let bare = hop.strip_prefix('[').and_then(|hop| hop.strip_suffix(']')).unwrap_or(hop);
    let address = bare.parse().ok().or_else(|| hop.parse::<SocketAddr>().ok().map(|address| address.ip()));
    address.map(|address| address.to_canonical())
}

/// What is counted as one caller: an IPv4 address, or the /64 network of an IPv6 address, all of which one customer has.
pub(super) fn counted(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("{}/64", Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    /// Proxies at 10.…; the connection comes from `peer`.
    fn of(peer: &str, lines: &[&[u8]]) -> String {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append("x-forwarded-for", HeaderValue::from_bytes(line).expect("a header can hold it"));
        }
        let trusts = |address: IpAddr| matches!(address, IpAddr::V4(v4) if v4.octets()[0] == 10);
        of_client(peer.parse().expect("an address"), &headers, trusts).to_string()
    }

    #[test]
    fn only_what_trusted_proxies_wrote_is_believed() {
        let cases: [(&str, &[&[u8]], &str); 14] = [
            ("198.51.100.7", &[], "198.51.100.7"),
            ("198.51.100.7", &[b"1.1.1.1"], "198.51.100.7"),
            ("10.0.0.1", &[], "10.0.0.1"),
            ("10.0.0.1", &[b"203.0.113.9"], "203.0.113.9"),
            ("10.0.0.1", &[b"1.1.1.1, 203.0.113.9"], "203.0.113.9"),
            ("10.0.0.1", &[b"1.1.1.1,203.0.113.9,10.0.0.2 , 10.0.0.3"], "203.0.113.9"),
            ("10.0.0.1", &[b"1.1.1.1", b"203.0.113.9, 10.0.0.2"], "203.0.113.9"),
            ("10.0.0.1", &[b"1.1.1.1, nonsense, 10.0.0.2"], "10.0.0.2"),
            ("10.0.0.1", &[b"1.1.1.1, \xff\xfe"], "10.0.0.1"),
            ("10.0.0.1", &[b"1.1.1.1", b"\xff, 203.0.113.9"], "203.0.113.9"),
            ("10.0.0.1", &[b"1.1.1.1", b"\xff"], "10.0.0.1"),
            ("10.0.0.1", &[b"1.1.1.1, 10.0.0.9, nonsense, 203.0.113.9"], "203.0.113.9"),
            ("10.0.0.1", &[b"10.0.0.3, 10.0.0.2"], "10.0.0.3"),
            ("::ffff:10.0.0.1", &[b"::ffff:203.0.113.9"], "203.0.113.9"),
        ];
        for (peer, lines, expected) in cases {
            let shown: Vec<_> = lines.iter().map(|line| String::from_utf8_lossy(line)).collect();
            assert_eq!(of(peer, lines), expected, "from {peer} with {shown:?}");
        }
    }

    #[test]
    fn addresses_are_read_in_every_form_proxies_write_them() {
        for (hop, expected) in [
            ("203.0.113.9:4711", "203.0.113.9"),
            ("[2001:db8::1]:4711", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("2001:DB8::1", "2001:db8::1"),
            ("unknown", "10.0.0.1"),
            ("203.0.113.9 4711", "10.0.0.1"),
            ("203.0.113.999", "10.0.0.1"),
            ("", "10.0.0.1"),
        ] {
            assert_eq!(of("10.0.0.1", &[hop.as_bytes()]), expected, "{hop}");
        }
    }

    #[test]
    fn a_network_of_ipv6_counts_as_one_caller_and_an_ipv4_address_as_another() {
        let of = |address: &str| counted(address.parse().expect("an address"));
        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff:ffff:ffff:ffff"));
        assert_eq!(of("2001:db8:1:2::1"), "2001:db8:1:2::/64");
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_ne!(of("203.0.113.9"), of("203.0.113.8"));
    }
}
