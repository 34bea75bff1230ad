//! GUIDs as Azure writes them, and the IDs that are nothing but a GUID.

use std::fmt;
use std::str::FromStr;

/// A GUID. Displayed in the D form, lower-case: `72f988bf-86f1-41af-91ab-2d7cd011db47`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Guid(u128);

/// Text that is not what was asked for; the check functions of this module's parent say why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAnId;

impl fmt::Display for NotAnId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the text does not have the form of this ID")
    }
}

impl std::error::Error for NotAnId {}

impl Guid {
    /// Where the D form has its hyphens.
    const HYPHENS: [usize; 4] = [8, 13, 18, 23];

    /// Reads the D form, in any case; nothing else.
    pub fn parse(text: &str) -> Option<Guid> {
        let bytes = text.as_bytes();
        if bytes.len() != 36 {
            return None;
        }
        let mut value: u128 = 0;
        for (place, &byte) in bytes.iter().enumerate() {
            if Guid::HYPHENS.contains(&place) {
                if byte != b'-' {
                    return None;
                }
            } else {
                value = (value << 4) | u128::from(hex(byte)?);
            }
        }
        Some(Guid(value))
    }

    /// Reads also the other forms in use: braces, parentheses, `urn:uuid:` and 32 digits without hyphens
    /// (RFC 9562; .NET's `Guid` formats).
    pub fn parse_any_form(text: &str) -> Option<Guid> {
        let text = strip_prefix_ignore_case(text, "urn:uuid:").unwrap_or(text);
        let text = unwrapped(text, '{', '}').or_else(|| unwrapped(text, '(', ')')).unwrap_or(text);
        if text.len() != 32 {
            return Guid::parse(text);
        }
        let mut value: u128 = 0;
        for &byte in text.as_bytes() {
            value = (value << 4) | u128::from(hex(byte)?);
        }
        Some(Guid(value))
    }

    /// Whether all digits are zero, as in the placeholders of documentation.
    pub fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// From 16 bytes in the order of the text.
    pub(crate) fn from_bytes(bytes: [u8; 16]) -> Guid {
        Guid(u128::from_be_bytes(bytes))
    }

    /// 16 bytes in the order of the text.
    pub(crate) fn to_bytes(self) -> [u8; 16] {
        self.0.to_be_bytes()
    }

    /// Appends the D form.
    pub(crate) fn push_to(self, out: &mut String) {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        for (place, byte) in self.to_bytes().into_iter().enumerate() {
            if matches!(place, 4 | 6 | 8 | 10) {
                out.push('-');
            }
            out.push(char::from(DIGITS[usize::from(byte >> 4)]));
            out.push(char::from(DIGITS[usize::from(byte & 15)]));
        }
    }
}

impl fmt::Display for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::with_capacity(36);
        self.push_to(&mut text);
        f.write_str(&text)
    }
}

fn hex(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

fn unwrapped(text: &str, open: char, close: char) -> Option<&str> {
    text.strip_prefix(open)?.strip_suffix(close)
}

/// Like `str::strip_prefix`, blind to the case of ASCII letters.
pub(crate) fn strip_prefix_ignore_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (head, rest) = text.split_at_checked(prefix.len())?;
    // Most letters do not even differ in case, and that is sooner found out.
    let same = |(one, other): (u8, u8)| one == other || one.eq_ignore_ascii_case(&other);
    if head.bytes().zip(prefix.bytes()).all(same) { Some(rest) } else { None }
}

/// Like `str::strip_suffix`, blind to the case of ASCII letters.
pub(crate) fn strip_suffix_ignore_case<'a>(text: &'a str, suffix: &str) -> Option<&'a str> {
    let (rest, tail) = text.split_at_checked(text.len().checked_sub(suffix.len())?)?;
    strip_prefix_ignore_case(tail, suffix).and(Some(rest))
}

macro_rules! guid_id {
    ($($(#[$meta:meta])* $name:ident;)*) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Guid);

        impl $name {
            /// Reads the D form, in any case; nothing else.
            pub fn parse(text: &str) -> Option<Self> {
                Guid::parse(text).map($name)
            }

            /// The GUID itself.
            pub fn guid(self) -> Guid {
                self.0
            }
        }

        impl From<Guid> for $name {
            fn from(guid: Guid) -> Self {
                $name(guid)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                $name::parse(text).ok_or(NotAnId)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

guid_id! {
    /// A Microsoft Entra tenant (directory).
    TenantId;
    /// An Azure subscription.
    SubscriptionId;
    /// An application of Microsoft Entra; here Confluent's, one for each registered key.
    ApplicationId;
}
