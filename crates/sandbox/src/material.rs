//! Real key material: made when somebody first needs it, then kept.
//!
//! A world of a dozen vaults starts without one RSA key (each takes up to a second to make); the first `GET key` or `wrapkey` makes it.
//! Wrapping is RSAES-OAEP with SHA-1 or SHA-256 (RFC 8017, names of RFC 7518 section 4.1). `RSA1_5` is refused as not supported.

use std::sync::OnceLock;

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rand::{SystemRandom, fill};
use aws_lc_rs::rsa::{
    KeyPair as RsaKeyPair, KeySize, OAEP_SHA1_MGF1SHA1, OAEP_SHA256_MGF1SHA256, OaepAlgorithm,
    OaepPrivateDecryptingKey, OaepPublicEncryptingKey, PrivateDecryptingKey,
};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PKCS1_2048_8192_SHA256,
    RSA_PKCS1_SHA256, UnparsedPublicKey,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// What kind of key to make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// RSA with this many bits: 2048, 3072 or 4096; of any other size there is a modulus to look at, and nothing that wraps.
    Rsa(u32),
    /// Elliptic curve P-256.
    Ec,
}

/// A key's material, made on first use.
pub(crate) struct Material {
    kind: Kind,
    made: OnceLock<Option<Made>>,
}

/// The public half, as a JSON Web Key spells it (base64url).
pub(crate) enum Public {
    Rsa { n: String, e: String },
    Ec { x: String, y: String },
}

enum Made {
    Rsa(Box<RsaKeyPair>),
    /// A modulus alone.
    Modulus(Vec<u8>),
    Ec([u8; 65]),
}

impl Material {
    pub(crate) fn new(kind: Kind) -> Self {
        Self { kind, made: OnceLock::new() }
    }

    pub(crate) fn kind(&self) -> Kind {
        self.kind
    }

    /// Makes the key unless that is done. Slow for RSA: call it where blocking is allowed.
    pub(crate) fn prepare(&self) {
        self.made.get_or_init(|| make(self.kind));
    }

    fn made(&self) -> Option<&Made> {
        self.made.get_or_init(|| make(self.kind)).as_ref()
    }

    pub(crate) fn public(&self) -> Option<Public> {
        Some(match self.made()? {
            Made::Rsa(pair) => Public::Rsa {
                n: URL_SAFE_NO_PAD.encode(pair.public_key().modulus().big_endian_without_leading_zero()),
                e: URL_SAFE_NO_PAD.encode(pair.public_key().exponent().big_endian_without_leading_zero()),
            },
            Made::Modulus(n) => Public::Rsa { n: URL_SAFE_NO_PAD.encode(n), e: "AQAB".into() },
            Made::Ec(point) => {
                let (x, y) = point.get(1..33).zip(point.get(33..65))?;
                Public::Ec { x: URL_SAFE_NO_PAD.encode(x), y: URL_SAFE_NO_PAD.encode(y) }
            }
        })
    }

    /// An RS256 signature; `None` when this is not an RSA key.
    pub(crate) fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        let Made::Rsa(pair) = self.made()? else { return None };
        let mut signature = vec![0; pair.public_modulus_len()];
        pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature).ok()?;
        Some(signature)
    }

    /// Whether an RS256 signature is this key's.
    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        let Some(Made::Rsa(pair)) = self.made() else { return false };
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, pair.public_key().as_ref())
            .verify(message, signature)
            .is_ok()
    }

    /// Whether the key is made already.
    pub(crate) fn is_prepared(&self) -> bool {
        self.made.get().is_some()
    }

    /// Wraps a value; `None` when the key or the algorithm does not fit, or the value is too long.
    pub(crate) fn wrap(&self, algorithm: &str, value: &[u8]) -> Option<Vec<u8>> {
        let key = OaepPublicEncryptingKey::new(self.decrypting()?.public_key()).ok()?;
        let mut out = vec![0; key.ciphertext_size()];
        key.encrypt(oaep(algorithm)?, value, &mut out, None).ok().map(|bytes| bytes.to_vec())
    }

    /// Unwraps a value that [`Material::wrap`] made.
    pub(crate) fn unwrap(&self, algorithm: &str, value: &[u8]) -> Option<Vec<u8>> {
        let key = OaepPrivateDecryptingKey::new(self.decrypting()?).ok()?;
        let mut out = vec![0; key.min_output_size()];
        key.decrypt(oaep(algorithm)?, value, &mut out, None).ok().map(|bytes| bytes.to_vec())
    }

    fn decrypting(&self) -> Option<PrivateDecryptingKey> {
        let Made::Rsa(pair) = self.made()? else { return None };
        PrivateDecryptingKey::from_pkcs8(pair.as_der().ok()?.as_ref()).ok()
    }
}

/// Whether a wrap algorithm is one that this world performs.
pub(crate) fn can_wrap_with(algorithm: &str) -> bool {
    oaep(algorithm).is_some()
}

fn oaep(algorithm: &str) -> Option<&'static OaepAlgorithm> {
    match algorithm {
        "RSA-OAEP" => Some(&OAEP_SHA1_MGF1SHA1),
        "RSA-OAEP-256" => Some(&OAEP_SHA256_MGF1SHA256),
        _ => None,
    }
}

fn make(kind: Kind) -> Option<Made> {
    match kind {
        Kind::Rsa(bits) => {
            let size = match bits {
                2048 => KeySize::Rsa2048,
                3072 => KeySize::Rsa3072,
                4096 => KeySize::Rsa4096,
                _ => return modulus(bits),
            };
            RsaKeyPair::generate(size).ok().map(|pair| Made::Rsa(Box::new(pair)))
        }
        Kind::Ec => {
            let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).ok()?;
            <[u8; 65]>::try_from(pair.public_key().as_ref()).ok().map(Made::Ec)
        }
    }
}

/// Random bytes that look like a modulus of this size: the highest and the lowest bit are set.
fn modulus(bits: u32) -> Option<Made> {
    let mut bytes = vec![0; usize::try_from(bits / 8).ok()?];
    fill(&mut bytes).ok()?;
    *bytes.first_mut()? |= 0x80;
    *bytes.last_mut()? |= 1;
    Some(Made::Modulus(bytes))
}

#[cfg(test)]
mod tests {
    use super::{Kind, Material};

    #[test]
    fn what_is_wrapped_is_unwrapped_again() {
        let key = Material::new(Kind::Rsa(2048));
        let wrapped = key.wrap("RSA-OAEP-256", b"a data key").unwrap();
        assert_ne!(wrapped, b"a data key");
        assert_eq!(key.unwrap("RSA-OAEP-256", &wrapped).unwrap(), b"a data key");
        assert_eq!(key.unwrap("RSA-OAEP", &wrapped), None);
    }

    #[test]
    fn a_signature_of_another_key_does_not_verify() {
        let key = Material::new(Kind::Rsa(2048));
        let signature = key.sign(b"a message").unwrap();
        assert!(key.verifies(b"a message", &signature));
        assert!(!key.verifies(b"another message", &signature));
        assert!(!Material::new(Kind::Rsa(2048)).verifies(b"a message", &signature));
    }

    #[test]
    fn a_key_of_1024_bits_can_be_looked_at_and_does_not_wrap() {
        let key = Material::new(Kind::Rsa(1024));
        let Some(super::Public::Rsa { n, .. }) = key.public() else { panic!("no public half") };
        assert_eq!(n.len(), 171, "128 bytes in base64url");
        assert_eq!(key.wrap("RSA-OAEP-256", b"a data key"), None);
    }

    #[test]
    fn an_elliptic_curve_key_does_not_wrap() {
        assert_eq!(Material::new(Kind::Ec).wrap("RSA-OAEP-256", b"a data key"), None);
    }
}
