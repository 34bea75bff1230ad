//! What the settings say of the real clouds: how they are reached, and who is asking.

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use byok_proxy::{AzureIdentity, Credentials, Outbound, SecretString};

use crate::settings::Settings;

/// How the real clouds are reached.
pub(crate) fn outbound(settings: &Settings) -> Result<Outbound> {
    let extra_ca_pem = match settings.get("extra_ca_file") {
        Some(file) => Some(
            std::fs::read_to_string(file)
                .with_context(|| format!("the root certificate `{file}` cannot be read"))?,
        ),
        None => None,
    };
    Ok(Outbound::Live { extra_ca_pem })
}

/// What is shown to Confluent; `None` where nothing is set.
pub(crate) fn confluent(settings: &Settings) -> Result<Option<Credentials>> {
    let exchange = (settings.get("confluent_identity_pool"), settings.get("confluent_token_file"));
    match (settings.get("confluent_api_key"), exchange) {
        (Some(_), (Some(_), _) | (_, Some(_))) => bail!(
            "both an API key and an identity pool of Confluent are set: keep `confluent_api_key` and its secret, or `confluent_identity_pool` and `confluent_token_file`"
        ),
        (Some(id), (None, None)) => {
            let Some(secret) = settings.secret("confluent_api_secret")? else {
                bail!(
                    "the secret of the API key is missing: set `BYOK_CONFLUENT_API_SECRET_FILE` to a file that holds it"
                );
            };
            Ok(Some(Credentials::ApiKey { id: id.to_owned(), secret: SecretString::from(secret) }))
        }
        (None, (Some(pool), Some(file))) => Ok(Some(Credentials::Exchange {
            token_file: PathBuf::from(file),
            identity_pool: pool.to_owned(),
        })),
        (None, (None, None)) => Ok(None),
        (None, _) => bail!(
            "`confluent_identity_pool` and `confluent_token_file` belong together: set both, or an API key instead"
        ),
    }
}

/// As whom Azure is asked.
pub(crate) fn azure(settings: &Settings) -> Result<AzureIdentity> {
    let kind = settings.get("azure_identity").unwrap_or("none");
    let needed = |name: &str| {
        let value = settings.get(name).map(str::to_owned);
        value.with_context(|| format!("the identity `{kind}` needs the setting `{name}`"))
    };
    let given = |name: &str| settings.get(name).map(str::to_owned);
    Ok(match kind {
        "none" => AzureIdentity::None,
        "client-secret" => AzureIdentity::ClientSecret {
            tenant_id: needed("azure_tenant_id")?,
            client_id: needed("azure_client_id")?,
            client_secret: SecretString::from(settings.secret("azure_client_secret")?.context(
                "the client secret is missing: set `BYOK_AZURE_CLIENT_SECRET_FILE` to a file that holds it",
            )?),
        },
        "certificate" => {
            let file = needed("azure_certificate_file")?;
            let pem = std::fs::read_to_string(&file)
                .with_context(|| format!("the certificate `{file}` cannot be read"))?;
            AzureIdentity::Certificate {
                tenant_id: needed("azure_tenant_id")?,
                client_id: needed("azure_client_id")?,
                pem: SecretString::from(pem),
            }
        }
        "workload" => AzureIdentity::Workload {
            tenant_id: given("azure_tenant_id"),
            client_id: given("azure_client_id"),
            token_file: given("azure_token_file").map(PathBuf::from),
        },
        "managed" => AzureIdentity::Managed { client_id: given("azure_client_id") },
        "cli" => AzureIdentity::Cli { tenant_id: given("azure_tenant_id") },
        other => bail!(
            "the setting `azure_identity` cannot be `{other}`: it is `none`, `client-secret`, `certificate`, `workload`, `managed` or `cli`"
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::{azure, confluent};
    use crate::settings::Settings;
    use byok_proxy::Credentials;

    fn settings(pairs: &[(&str, &str)]) -> Settings {
        let environment =
            |name: &str| pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        Settings::load(&[], environment, None).expect("settings")
    }

    #[test]
    fn what_an_identity_lacks_is_named() {
        for (pairs, words) in [
            (&[("BYOK_AZURE_IDENTITY", "client-secret")][..], "azure_tenant_id"),
            (&[("BYOK_AZURE_IDENTITY", "certificate")], "azure_certificate_file"),
            (&[("BYOK_AZURE_IDENTITY", "robot")], "`managed` or `cli`"),
            (
                &[
                    ("BYOK_AZURE_IDENTITY", "client-secret"),
                    ("BYOK_AZURE_TENANT_ID", "t"),
                    ("BYOK_AZURE_CLIENT_ID", "c"),
                ],
                "BYOK_AZURE_CLIENT_SECRET_FILE",
            ),
        ] {
            let error = azure(&settings(pairs)).expect_err("refused").to_string();
            assert!(error.contains(words), "{error}");
        }
        assert_eq!(azure(&settings(&[])).expect("an identity").as_str(), "none");
        let cli = settings(&[("BYOK_AZURE_IDENTITY", "cli")]);
        assert_eq!(azure(&cli).expect("an identity").as_str(), "cli");
    }

    #[test]
    fn an_api_key_or_an_identity_pool_and_never_half_of_either() {
        let pool = [("BYOK_CONFLUENT_IDENTITY_POOL", "pool-1"), ("BYOK_CONFLUENT_TOKEN_FILE", "/run/token")];
        assert!(matches!(confluent(&settings(&pool)), Ok(Some(Credentials::Exchange { .. }))));
        assert!(confluent(&settings(&pool[..1])).is_err());
        let key = [("BYOK_CONFLUENT_API_KEY", "K"), ("BYOK_CONFLUENT_API_SECRET", "s")];
        assert!(matches!(confluent(&settings(&key)), Ok(Some(Credentials::ApiKey { .. }))));
        assert!(confluent(&settings(&key[..1])).is_err());
        assert!(confluent(&settings(&[key[0], key[1], pool[0], pool[1]])).is_err());
        assert!(matches!(confluent(&settings(&[])), Ok(None)));
    }
}
