//! Access tokens: JSON Web Tokens that this world signs and later believes.
//!
//! Claims as in Microsoft identity platform "access token claims reference", version 1.0 tokens for an application.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::material::Material;

/// How long a token lives, in seconds.
pub(crate) const LIFETIME: i64 = 3599;

/// The key id in a token's header and in the key document.
pub(crate) const KEY_ID: &str = "byok-sandbox-1";

/// Who is calling, from a token that was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Caller {
    pub(crate) tenant: String,
    pub(crate) object_id: String,
    pub(crate) app_id: String,
    pub(crate) audience: String,
}

/// Why a token is not believed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    Invalid,
    Expired,
}

impl Caller {
    /// A signed token for this caller; `None` if the key cannot sign.
    pub(crate) fn token(&self, key: &Material, now: OffsetDateTime) -> Option<String> {
        self.token_for(LIFETIME, key, now)
    }

    /// A signed token that lives for so many seconds.
    pub(crate) fn token_for(&self, lifetime: i64, key: &Material, now: OffsetDateTime) -> Option<String> {
        let issued = now.unix_timestamp();
        let issuer = self.issuer();
        let claims = json!({
            "aud": self.audience, "iss": issuer, "idp": issuer, "iat": issued, "nbf": issued,
            "exp": issued + lifetime, "appid": self.app_id, "appidacr": "1", "idtyp": "app",
            "oid": self.object_id, "sub": self.object_id, "tid": self.tenant,
            "uti": Uuid::new_v4().simple().to_string(), "ver": "1.0",
        });
        let header = json!({"typ": "JWT", "alg": "RS256", "kid": KEY_ID, "x5t": KEY_ID});
        let signed = format!("{}.{}", encode(&header), encode(&claims));
        let signature = key.sign(signed.as_bytes())?;
        Some(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }

    /// Who a token says it is, if its signature and times hold.
    pub(crate) fn of(token: &str, key: &Material, now: OffsetDateTime) -> Result<Self, Refused> {
        let (signed, signature) = token.rsplit_once('.').ok_or(Refused::Invalid)?;
        let (_, claims) = signed.split_once('.').ok_or(Refused::Invalid)?;
        let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| Refused::Invalid)?;
        if !key.verifies(signed.as_bytes(), &signature) {
            return Err(Refused::Invalid);
        }
        let claims = URL_SAFE_NO_PAD.decode(claims).map_err(|_| Refused::Invalid)?;
        let claims: Value = serde_json::from_slice(&claims).map_err(|_| Refused::Invalid)?;
        let text =
            |name: &str| claims.get(name).and_then(Value::as_str).map(str::to_owned).ok_or(Refused::Invalid);
        if claims.get("exp").and_then(Value::as_i64).is_none_or(|end| end <= now.unix_timestamp()) {
            return Err(Refused::Expired);
        }
        Ok(Self {
            tenant: text("tid")?,
            object_id: text("oid")?,
            app_id: text("appid")?,
            audience: text("aud")?,
        })
    }

    /// The token's issuer.
    pub(crate) fn issuer(&self) -> String {
        format!("https://sts.windows.net/{}/", self.tenant)
    }

    /// How Key Vault names a caller in its errors.
    pub(crate) fn described(&self) -> String {
        format!("appid={};oid={};iss={}", self.app_id, self.object_id, self.issuer())
    }
}

fn encode(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

#[cfg(test)]
mod tests {
    use time::{Duration, OffsetDateTime};

    use super::{Caller, Refused};
    use crate::material::{Kind, Material};

    fn caller() -> Caller {
        Caller {
            tenant: "tenant".into(),
            object_id: "object".into(),
            app_id: "app".into(),
            audience: "https://vault.azure.net".into(),
        }
    }

    #[test]
    fn a_token_is_believed_until_it_expires() {
        let (key, now) = (Material::new(Kind::Rsa(2048)), OffsetDateTime::now_utc());
        let token = caller().token(&key, now).unwrap();
        assert_eq!(Caller::of(&token, &key, now), Ok(caller()));
        assert_eq!(Caller::of(&token, &key, now + Duration::hours(2)), Err(Refused::Expired));
    }

    #[test]
    fn a_token_of_another_key_is_refused() {
        let now = OffsetDateTime::now_utc();
        let token = caller().token(&Material::new(Kind::Rsa(2048)), now).unwrap();
        assert_eq!(Caller::of(&token, &Material::new(Kind::Rsa(2048)), now), Err(Refused::Invalid));
    }
}
