//! Names become addresses here. A cloud’s name that leads into a private network, to this machine or to the metadata
//! service of a virtual machine is not connected to: whatever answers there is not what the whole world would see, and
//! must not be reached through this server.
//!
//! Other names pass: the only ones are those of the company’s forward proxy, which is usually inside.

use std::error::Error;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::address;

/// Why a name led nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unresolved {
    /// The name system says that there is no such name.
    #[error("there is no such host name")]
    NoSuchName,
    /// It leads to an address that is not public.
    #[error("the host name leads to an address inside a private network")]
    NotPublic,
    /// The name system did not answer.
    #[error("the host name could not be looked up")]
    NoAnswer,
}

impl Unresolved {
    /// The one among the causes of a failed request, if any.
    pub(crate) fn among(error: &reqwest::Error) -> Option<Self> {
        let mut cause: Option<&(dyn Error + 'static)> = error.source();
        while let Some(error) = cause {
            if let Some(found) = error.downcast_ref::<Self>() {
                return Some(*found);
            }
            cause = error.source();
        }
        None
    }
}

/// The system’s own lookup, with the rule above.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        let host = name.as_str().to_owned();
        Box::pin(async move {
            let found = look_up(&host).await?;
            let chosen = if address::is_ours(&host) { public(&found)? } else { found };
            Ok(Box::new(chosen.into_iter()) as Addrs)
        })
    }
}

/// Whether the name system answers for names of Azure at all. Inside some companies it knows no outside name, and then
/// says of every one that it does not exist.
pub(crate) async fn knows_azure() -> bool {
    look_up(address::SURE_NAME).await.is_ok()
}

async fn look_up(host: &str) -> Result<Vec<SocketAddr>, Unresolved> {
    match tokio::net::lookup_host((host, 0)).await {
        Ok(found) => Ok(found.collect()),
        Err(error) => Err(why(&error.to_string())),
    }
}

/// The C library’s own words are all that is left of its error code: `EAI_NONAME` of glibc, musl and macOS.
fn why(words: &str) -> Unresolved {
    let no_such_name =
        ["Name or service not known", "Name does not resolve", "nodename nor servname provided"];
    if no_such_name.iter().any(|known| words.contains(known)) {
        Unresolved::NoSuchName
    } else {
        Unresolved::NoAnswer
    }
}

/// All of them, if all are public. One that is not makes the name unusable, so that no second lookup changes anything.
fn public(found: &[SocketAddr]) -> Result<Vec<SocketAddr>, Unresolved> {
    if found.is_empty() {
        return Err(Unresolved::NoAnswer);
    }
    if found.iter().all(|address| is_public(address.ip())) {
        Ok(found.to_vec())
    } else {
        Err(Unresolved::NotPublic)
    }
}

/// Whether an address is reachable for the whole world (IANA special-purpose registries), and is not Azure’s own host
/// for a virtual machine, 168.63.129.16 (Azure, “What is IP address 168.63.129.16?”).
pub(crate) fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => match embedded_v4(ip) {
            Some(ip) => is_public_v4(ip),
            None => is_public_v6(ip),
        },
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let special = ip.is_unspecified()
        || ip.is_loopback()
        || ip.is_private()
        || ip.is_link_local()
        || ip.is_broadcast()
        || ip.is_documentation()
        || ip.is_multicast()
        || a == 0
        || a >= 240
        // Shared address space of carriers, RFC 6598.
        || (a == 100 && (64..128).contains(&b))
        // IETF protocol assignments, 6to4 relays, benchmarks.
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (b == 18 || b == 19));
    !special && ip != Ipv4Addr::new(168, 63, 129, 16)
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    let [first, second, ..] = ip.segments();
    // Global unicast is 2000::/3; of it, protocol assignments 2001::/23 and documentation are none.
    (0x2000..0x4000).contains(&first)
        && !(first == 0x2001 && second < 0x200)
        && !(first == 0x2001 && second == 0xdb8)
        && !(first == 0x3fff && second < 0x1000)
}

/// The IPv4 address inside an IPv6 one: mapped, compatible, NAT64 (`64:ff9b::/96`), 6to4 (`2002::/16`).
fn embedded_v4(ip: Ipv6Addr) -> Option<Ipv4Addr> {
    let low = |high: u16, low: u16| {
        let [[a, b], [c, d]] = [high.to_be_bytes(), low.to_be_bytes()];
        Ipv4Addr::new(a, b, c, d)
    };
    match ip.segments() {
        [0, 0, 0, 0, 0, 0xffff | 0, g, h] | [0x64, 0xff9b, 0, 0, 0, 0, g, h] => Some(low(g, h)),
        [0x2002, b, c, ..] => Some(low(b, c)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Unresolved, is_public, public, why};

    fn is_public_text(text: &str) -> bool {
        is_public(text.parse().expect("an address"))
    }

    #[test]
    fn nothing_private_local_or_special_is_public() {
        for address in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.4",
            "100.64.0.1",
            "127.0.0.1",
            "127.8.8.8",
            "169.254.169.254",
            "168.63.129.16",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.192",
            "192.168.1.1",
            "192.88.99.1",
            "198.18.0.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:10.0.0.1",
            "::ffff:169.254.169.254",
            "::7f00:1",
            "64:ff9b::a9fe:a9fe",
            "2002:a9fe:a9fe::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "ff02::1",
            "2001:db8::1",
            "2001::1",
            "100::1",
        ] {
            assert!(!is_public_text(address), "{address}");
        }
        for address in
            ["20.50.1.1", "172.32.0.1", "8.8.8.8", "2603:1030::1", "64:ff9b::808:808", "::ffff:8.8.8.8"]
        {
            assert!(is_public_text(address), "{address}");
        }
    }

    #[test]
    fn one_private_address_among_public_ones_is_enough() {
        let both = ["20.50.1.1:443".parse().expect("one"), "10.0.0.1:443".parse().expect("one")];
        assert_eq!(public(&both), Err(Unresolved::NotPublic));
        assert_eq!(public(&both[..1]).map(|found| found.len()), Ok(1));
        assert_eq!(public(&[]), Err(Unresolved::NoAnswer));
    }

    #[test]
    fn only_a_clear_no_is_a_no() {
        let lookup = "failed to lookup address information: ";
        assert_eq!(why(&format!("{lookup}Name or service not known")), Unresolved::NoSuchName);
        assert_eq!(why(&format!("{lookup}Temporary failure in name resolution")), Unresolved::NoAnswer);
        assert_eq!(why("Connection refused"), Unresolved::NoAnswer);
    }
}
