//! A certificate signs in: a short-lived statement about the application, signed with the certificate’s key (Microsoft
//! identity platform, “certificate credentials”; RFC 7523). Signed by ring; there is no OpenSSL in this server.

use azure_core::error::{Error, ErrorKind};
use azure_core::http::ClientMethodOptions;
use azure_identity::ClientAssertion;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{RSA_PSS_SHA256, RsaKeyPair};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::ledger::now;

/// How long a statement is good for, in seconds; Entra takes up to ten minutes.
const LIFETIME: u64 = 300;

/// A certificate with its key, and the application that it stands for.
pub(super) struct Certificate {
    key: RsaKeyPair,
    /// SHA-256 of the certificate, as the header names it.
    thumbprint: String,
    tenant_id: String,
    client_id: String,
}

impl std::fmt::Debug for Certificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Certificate").field("thumbprint", &self.thumbprint).finish_non_exhaustive()
    }
}

impl Certificate {
    /// Reads certificate and key. An error is in words that repeat nothing of the file.
    pub(super) fn read(pem: &SecretString, tenant_id: &str, client_id: &str) -> Result<Self, String> {
        let pem = pem.expose_secret().as_bytes();
        let certificate = CertificateDer::from_pem_slice(pem)
            .map_err(|_| "the file holds no certificate in PEM form".to_owned())?;
        let key = PrivateKeyDer::from_pem_slice(pem)
            .map_err(|_| "the file holds no private key in PEM form, or one with a passphrase".to_owned())?;
        let key = match &key {
            PrivateKeyDer::Pkcs8(key) => RsaKeyPair::from_pkcs8(key.secret_pkcs8_der()),
            PrivateKeyDer::Pkcs1(key) => RsaKeyPair::from_der(key.secret_pkcs1_der()),
            _ => return Err("the private key is not RSA, which Microsoft Entra asks for".to_owned()),
        };
        let key = key.map_err(|_| {
            "the private key is not RSA of 2048 to 4096 bits, which Microsoft Entra asks for".to_owned()
        })?;
        Ok(Self {
            key,
            thumbprint: URL_SAFE_NO_PAD.encode(Sha256::digest(&certificate)),
            tenant_id: tenant_id.to_owned(),
            client_id: client_id.to_owned(),
        })
    }

    fn statement(&self, now: u64, id: &str) -> Result<String, ring::error::Unspecified> {
        let header = json!({ "alg": "PS256", "typ": "JWT", "x5t#S256": self.thumbprint });
        let claims = json!({
            "aud": format!("https://login.microsoftonline.com/{}/oauth2/v2.0/token", self.tenant_id),
            "iss": self.client_id, "sub": self.client_id, "jti": id,
            "iat": now, "nbf": now, "exp": now + LIFETIME,
        });
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(&header), part(&claims));
        let mut signature = vec![0; self.key.public().modulus_len()];
        self.key.sign(&RSA_PSS_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature)?;
        Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

#[async_trait::async_trait]
impl ClientAssertion for Certificate {
    async fn secret(&self, _: Option<ClientMethodOptions<'_>>) -> azure_core::Result<String> {
        let failed = |words: &'static str| Error::with_message(ErrorKind::Credential, words);
        let id = crate::random::token().map_err(|_| failed("the system gave no random numbers"))?;
        self.statement(now(), &id).map_err(|_| failed("the certificate’s key could not sign"))
    }
}
