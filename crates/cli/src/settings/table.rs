//! The settings themselves, in the order in which they are printed.

/// One setting.
#[derive(Debug)]
pub(crate) struct Setting {
    /// Name in the file.
    pub(crate) name: &'static str,
    /// Name in the environment.
    pub(crate) env: &'static str,
    /// Value where nobody says otherwise.
    pub(super) default: Option<&'static str>,
    /// Whether its value is never shown and never taken from the settings file.
    pub(super) secret: bool,
    /// What it does.
    pub(super) about: &'static str,
}

const fn setting(
    name: &'static str,
    env: &'static str,
    default: Option<&'static str>,
    about: &'static str,
) -> Setting {
    Setting { name, env, default, secret: false, about }
}

/// All settings.
pub(super) const SETTINGS: &[Setting] = &[
    setting(
        "sandbox",
        "BYOK_SANDBOX",
        Some("false"),
        "work with the simulated clouds instead of the real ones",
    ),
    setting(
        "listen",
        "BYOK_LISTEN",
        Some("127.0.0.1:8080"),
        "address of the page; loopback only; port 0 takes any",
    ),
    setting("sandbox_listen", "BYOK_SANDBOX_LISTEN", Some("127.0.0.1:0"), "address of the simulated clouds"),
    setting("sandbox_world", "BYOK_SANDBOX_WORLD", None, "JSON file with the simulated vaults"),
    setting(
        "sandbox_ca_out",
        "BYOK_SANDBOX_CA_OUT",
        None,
        "where the simulated clouds' certificate is written",
    ),
    setting(
        "sandbox_at",
        "BYOK_SANDBOX_AT",
        None,
        "address of simulated clouds that run already (`byok sandbox`), instead of ones of this server's own",
    ),
    setting(
        "sandbox_ca",
        "BYOK_SANDBOX_CA",
        None,
        "their certificate, as `byok sandbox --ca-out FILE` wrote it; for `sandbox_at`",
    ),
    setting(
        "sandbox_record",
        "BYOK_SANDBOX_RECORD",
        None,
        "file that keeps every exchange with the simulated clouds, a line of JSON each",
    ),
    setting("ledger", "BYOK_LEDGER", None, "file with what was registered and created here"),
    Setting {
        name: "database_url",
        env: "BYOK_DATABASE_URL",
        default: None,
        secret: true,
        about: "instead of a file, a PostgreSQL database that several servers share: `postgres://user:password@host/name`; environment only",
    },
    setting(
        "database_url_file",
        "BYOK_DATABASE_URL_FILE",
        None,
        "a file that holds nothing but that address",
    ),
    setting(
        "create",
        "BYOK_CREATE",
        Some("true"),
        "whether clusters may be created here: `true` or `false`; on live clouds they are billed",
    ),
    setting("max_cku", "BYOK_MAX_CKU", Some("4"), "the most CKUs that one cluster may have"),
    setting(
        "price_per_cku_hour",
        "BYOK_PRICE_PER_CKU_HOUR",
        None,
        "what one CKU costs an hour, for example `2.48 USD`; shown before a cluster is created",
    ),
    setting(
        "settle_seconds",
        "BYOK_SETTLE_SECONDS",
        Some("900"),
        "how long a creation with an unknown outcome is looked for before a person is asked",
    ),
    setting(
        "preflights_per_minute",
        "BYOK_PREFLIGHTS_PER_MINUTE",
        Some("30"),
        "preflights that one caller may ask for, on and on; a third of them at once",
    ),
    setting(
        "vaults_per_ten_minutes",
        "BYOK_VAULTS_PER_TEN_MINUTES",
        Some("20"),
        "different vaults that one caller may look at within ten minutes",
    ),
    setting(
        "extra_ca_file",
        "BYOK_EXTRA_CA_FILE",
        None,
        "a further root certificate in PEM, for a company's proxy",
    ),
    setting("confluent_api_key", "BYOK_CONFLUENT_API_KEY", None, "id of a Confluent Cloud API key"),
    Setting {
        name: "confluent_api_secret",
        env: "BYOK_CONFLUENT_API_SECRET",
        default: None,
        secret: true,
        about: "its secret; environment only",
    },
    setting(
        "confluent_api_secret_file",
        "BYOK_CONFLUENT_API_SECRET_FILE",
        None,
        "a file that holds nothing but the secret",
    ),
    setting(
        "confluent_identity_pool",
        "BYOK_CONFLUENT_IDENTITY_POOL",
        None,
        "instead of an API key: identity pool of Confluent that takes the tokens of `confluent_token_file`",
    ),
    setting(
        "confluent_token_file",
        "BYOK_CONFLUENT_TOKEN_FILE",
        None,
        "a file that holds nothing but the identity provider's token, renewed by whoever writes it",
    ),
    setting(
        "azure_identity",
        "BYOK_AZURE_IDENTITY",
        Some("none"),
        "as whom this server reads from Azure: `none`, `client-secret`, `certificate`, `workload`, `managed` or `cli`",
    ),
    setting(
        "azure_tenant_id",
        "BYOK_AZURE_TENANT_ID",
        None,
        "tenant to sign in to; for `client-secret`, `certificate`, and if need be `workload` and `cli`",
    ),
    setting(
        "azure_client_id",
        "BYOK_AZURE_CLIENT_ID",
        None,
        "application to sign in as, or client ID of a user-assigned managed identity",
    ),
    Setting {
        name: "azure_client_secret",
        env: "BYOK_AZURE_CLIENT_SECRET",
        default: None,
        secret: true,
        about: "its secret, for `client-secret`; environment only",
    },
    setting(
        "azure_client_secret_file",
        "BYOK_AZURE_CLIENT_SECRET_FILE",
        None,
        "a file that holds nothing but that secret",
    ),
    setting(
        "azure_certificate_file",
        "BYOK_AZURE_CERTIFICATE_FILE",
        None,
        "certificate and its RSA private key in PEM, for `certificate`",
    ),
    setting(
        "azure_token_file",
        "BYOK_AZURE_TOKEN_FILE",
        None,
        "the workload's own token, for `workload`; else `AZURE_FEDERATED_TOKEN_FILE` names it",
    ),
    setting(
        "sandbox_identity",
        "BYOK_SANDBOX_IDENTITY",
        Some("true"),
        "with the simulated clouds: whether the server reads from their Azure as the service principal that is there",
    ),
    setting("log", "BYOK_LOG", Some("info"), "what is logged: `warn`, `info`, `byok_proxy=debug`, …"),
];

/// What belongs to the real clouds and has no meaning in the sandbox.
pub(super) const LIVE: &[&str] = &[
    "confluent_api_key",
    "confluent_api_secret",
    "confluent_api_secret_file",
    "confluent_identity_pool",
    "confluent_token_file",
    "azure_identity",
    "azure_tenant_id",
    "azure_client_id",
    "azure_client_secret",
    "azure_client_secret_file",
    "azure_certificate_file",
    "azure_token_file",
];
