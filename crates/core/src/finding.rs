//! The catalogue of findings: everything that the rules can tell a person, as data.
//!
//! A finding is a stable code, the field it belongs to and named arguments. Severity, source and whether it tells
//! of a repair stand in one table; the sentences stand in `language`, one file a language. A finding never carries
//! more than a short excerpt of what was typed, and never a secret.

use crate::id::KeyVersion;
use crate::language::en;
use crate::record::{Node, Record};

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Told, nothing to do: a harmless repair.
    Info,
    /// Goes on, yet a person should look.
    Warning,
    /// Does not go on like this.
    Error,
}

impl Severity {
    /// `info`, `warning`, `error`.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// The answer of the user that a finding belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    /// Resource ID of the key vault.
    KeyVaultId,
    /// Key identifier without version.
    KeyId,
    /// Tenant of the vault.
    TenantId,
    /// Name of the cluster.
    DisplayName,
    /// Azure region.
    Region,
    /// Single zone or multi zone.
    Availability,
    /// Confluent units for Kafka.
    Cku,
    /// Network of the cluster.
    Network,
    /// Confluent Cloud environment.
    Environment,
    /// A registered key.
    Key,
    /// Automatic or self-managed encryption.
    Mode,
    /// Type of the cluster.
    ClusterType,
}

impl Field {
    /// The name of the field in requests and answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Field::KeyVaultId => "key_vault_id",
            Field::KeyId => "key_id",
            Field::TenantId => "tenant_id",
            Field::DisplayName => "display_name",
            Field::Region => "region",
            Field::Availability => "availability",
            Field::Cku => "cku",
            Field::Network => "network",
            Field::Environment => "environment",
            Field::Key => "key",
            Field::Mode => "mode",
            Field::ClusterType => "cluster_type",
        }
    }

    /// All of them.
    pub const ALL: [Field; 12] = [
        Field::KeyVaultId,
        Field::KeyId,
        Field::TenantId,
        Field::DisplayName,
        Field::Region,
        Field::Availability,
        Field::Cku,
        Field::Network,
        Field::Environment,
        Field::Key,
        Field::Mode,
        Field::ClusterType,
    ];

    /// Reads the name of a field; `None` for one that this version does not know.
    pub fn parse(name: &str) -> Option<Field> {
        Field::ALL.into_iter().find(|field| field.as_str() == name)
    }

    /// What the form calls the field.
    pub fn label(self) -> &'static str {
        en::label(self)
    }
}

impl Record for Field {
    fn take<N: Node>(node: Option<&N>, broken: &mut bool) -> Self {
        let field = node.and_then(N::text).and_then(|name| Self::parse(&name));
        *broken |= field.is_none();
        field.unwrap_or(Self::Key)
    }
    fn give<N: Node>(&self) -> Option<N> {
        Some(N::from_text(self.as_str()))
    }
}

/// What the sentences of a finding mention.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Args {
    /// A version that was cut off. Most identifiers are pasted with one, so this needs no memory of its own.
    Version(KeyVersion),
    /// Anything else.
    Named(Vec<Arg>),
}

/// One named argument of a sentence.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Arg {
    /// Stands in braces in the sentence.
    name: &'static str,
    /// What it is replaced by: one line, short.
    value: String,
}

/// Something to tell a person: what happened and how to fix it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Finding {
    /// Which one of the catalogue.
    pub code: Code,
    /// The field it belongs to; `None` when it belongs to none or to several.
    pub field: Option<Field>,
    args: Args,
}

impl Finding {
    /// A finding without a field.
    pub fn new(code: Code) -> Self {
        Finding { code, field: None, args: Args::Named(Vec::new()) }
    }

    /// A finding about one field.
    #[inline(never)] // It is called in many places, and each would hold all of it.
    pub fn about(field: Field, code: Code) -> Self {
        Finding { code, field: Some(field), args: Args::Named(Vec::new()) }
    }

    /// Tells that the version of a key was cut off its identifier.
    pub(crate) fn of_version(version: KeyVersion) -> Self {
        Finding { code: Code::KeyIdVersionRemoved, field: Some(Field::KeyId), args: Args::Version(version) }
    }

    /// The version that it tells was cut off.
    pub(crate) fn version(&self) -> Option<&str> {
        match &self.args {
            Args::Version(version) => Some(version.as_str()),
            Args::Named(_) => None,
        }
    }

    /// What the sentences mention, by name: each one line, short.
    pub fn args(&self) -> Vec<(&'static str, &str)> {
        match &self.args {
            Args::Version(version) => vec![("version", version.as_str())],
            Args::Named(args) => args.iter().map(|arg| (arg.name, arg.value.as_str())).collect(),
        }
    }

    /// What the sentences mention under a name.
    fn arg(&self, name: &str) -> Option<&str> {
        match &self.args {
            Args::Version(version) if name == "version" => Some(version.as_str()),
            Args::Version(_) => None,
            Args::Named(args) => args.iter().find(|arg| arg.name == name).map(|arg| arg.value.as_str()),
        }
    }

    /// Adds an argument; long or unprintable text is shortened and made visible.
    #[must_use]
    pub fn with(self, name: &'static str, value: &str) -> Self {
        self.with_short(name, excerpt(value))
    }

    fn with_short(mut self, name: &'static str, value: String) -> Self {
        if let Args::Named(args) = &mut self.args {
            args.push(Arg { name, value });
        }
        self
    }

    /// Adds an argument that lists the first few of several texts.
    #[must_use]
    pub(crate) fn with_list(self, name: &'static str, items: &[String]) -> Self {
        const LISTED: usize = 4;
        let mut value = String::new();
        for (count, item) in items.iter().enumerate() {
            if count > 0 {
                value.push_str(", ");
            }
            if count == LISTED {
                value.push('…');
                break;
            }
            value.push('`');
            value.push_str(&excerpt(item));
            value.push('`');
        }
        self.with_short(name, value)
    }

    /// The stable code, for example `key-id.version-removed`.
    pub fn code(&self) -> &'static str {
        self.code.as_str()
    }

    /// How much it matters.
    pub fn severity(&self) -> Severity {
        SEVERITIES[self.code as usize]
    }

    /// The field it belongs to.
    pub fn field(&self) -> Option<Field> {
        self.field
    }

    /// What happened, in a sentence or two.
    pub fn message(&self) -> String {
        self.fill(en::sentences(self.code).message, "")
    }

    /// How to fix it, in a sentence or two.
    pub fn fix(&self) -> String {
        self.fill(en::sentences(self.code).fix, "")
    }

    /// Message and fix of what the answers themselves show; `None` for what others found.
    pub fn of_answers(&self) -> Option<(String, String)> {
        let sentences = en::of_answers(self.code)?;
        Some((self.fill(sentences.message, ""), self.fill(sentences.fix, "")))
    }

    /// Puts the arguments in their places, and `missing` where there is none.
    fn fill(&self, template: &str, missing: &'static str) -> String {
        let value_of = |name: &str| Some(self.arg(name).unwrap_or(missing));
        fill(template, self.field, &value_of)
    }
}

/// A sentence with its arguments in place of their names in braces.
pub(crate) fn fill<'v>(
    template: &str,
    field: Option<Field>,
    value_of: &dyn Fn(&str) -> Option<&'v str>,
) -> String {
    let mut out = String::with_capacity(template.len() + 48);
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        let (before, from) = rest.split_at(open);
        out.push_str(before);
        let Some(close) = from.find('}') else {
            rest = from;
            break;
        };
        let name = from.get(1..close).unwrap_or("");
        if name == "field" {
            out.push_str(field.map_or("value", Field::label));
        } else if let Some(value) = value_of(name) {
            out.push_str(value);
        }
        rest = from.get(close + 1..).unwrap_or("");
    }
    out.push_str(rest);
    out
}

/// The most characters of a typed text that a finding repeats.
const EXCERPT: usize = 80;

/// A typed text fit for a sentence: one line, at most [`EXCERPT`] characters, nothing unprintable.
fn excerpt(text: &str) -> String {
    // Names and versions are like this, and most findings mention one. Looking at every byte is faster than stopping
    // early: the compiler makes it several bytes at a time.
    let plain = text.bytes().fold(true, |plain, byte| plain & matches!(byte, b' '..=b'~'));
    if plain && text.len() <= EXCERPT {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len().min(EXCERPT * 4));
    for (count, letter) in text.chars().enumerate() {
        if count == EXCERPT {
            out.push('…');
            break;
        }
        let hidden = letter.is_control() || crate::text::is_invisible(letter);
        out.push(if hidden { '\u{FFFD}' } else { letter });
    }
    out
}

/// A row of the catalogue.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The code.
    pub code: Code,
    /// Its stable name.
    pub name: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// Whether it tells of a change that was made to what was typed.
    pub repair: bool,
}

impl Code {
    /// The stable name, for example `key-id.secret`.
    pub fn as_str(self) -> &'static str {
        self.entry().name
    }

    /// Reads a stable name; `None` for one that this version does not know.
    pub fn parse(name: &str) -> Option<Code> {
        CATALOGUE.iter().find(|entry| entry.name == name).map(|entry| entry.code)
    }

    /// Where the rule comes from.
    pub fn source(self) -> &'static str {
        SOURCES[self as usize]
    }

    /// What it tells and how to fix that, with `…` where a finding mentions something of its own.
    pub fn described(self) -> (String, String) {
        let (any, sentences) = (Finding::new(self), en::sentences(self));
        (any.fill(sentences.message, "…"), any.fill(sentences.fix, "…"))
    }

    /// The row of the catalogue.
    pub fn entry(self) -> &'static Entry {
        &CATALOGUE[self as usize]
    }
}

macro_rules! catalogue {
    ($($variant:ident $name:literal $severity:ident $repair:ident $source:literal;)*) => {
        /// Every finding there is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Code {
            $(
                #[doc = concat!("`", $name, "`. Source: ", $source, ".")]
                $variant,
            )*
        }

        /// The catalogue, in the order of [`Code`].
        pub const CATALOGUE: &[Entry] = &[
            $(Entry {
                code: Code::$variant,
                name: $name,
                severity: Severity::$severity,
                repair: catalogue!(@$repair),
            },)*
        ];

        /// How much each matters, in the order of [`Code`]; apart, because the page does not tell the names.
        const SEVERITIES: &[Severity] = &[$(Severity::$severity,)*];

        /// The sources, in the order of [`Code`]; apart, because the page does not tell them.
        const SOURCES: &[&str] = &[$($source,)*];
    };
    (@repaired) => { true };
    (@told) => { false };
}

catalogue! {
    InputSecret "input.secret" Error told "token formats of Microsoft Entra, Azure Storage and Confluent Cloud";
    InputUnrecognised "input.unrecognised" Error told "the three ID grammars";
    TextNotUtf8 "text.not-utf8" Error told "Unicode";
    TextTooLong "text.too-long" Error told "our own bound; no ID is anywhere near";

    TextEmpty "text.empty" Error told "the form";
    TextSpaces "text.spaces" Info repaired "GOV.UK Design System, text input";
    TextQuotes "text.quotes" Info repaired "GOV.UK Design System, text input";
    TextPunctuation "text.punctuation" Info repaired "GOV.UK Design System, text input";
    TextInvisible "text.invisible" Info repaired "Unicode, default ignorable code points";
    TextFullWidth "text.full-width" Info repaired "Unicode, half-width and full-width forms";
    TextDashes "text.dashes" Info repaired "Unicode, dash punctuation";
    TextJson "text.json" Info repaired "Azure portal, JSON View; Azure CLI, JSON output";
    TextPercent "text.percent" Info repaired "RFC 3986, percent-encoding; Azure portal, blade addresses";
    TextSpaceInside "text.space-inside" Error told "the three ID grammars";
    TextLookAlike "text.look-alike" Error told "Unicode Technical Standard 39, confusables";
    TextMixedLetters "text.mixed-letters" Warning told "Unicode Technical Standard 39, mixed scripts";

    VaultIdSlashAdded "key-vault-id.slash-added" Info repaired "Azure Resource Manager, resource IDs";
    VaultIdSlashes "key-vault-id.slashes" Info repaired "Azure Resource Manager, resource IDs";
    VaultIdTrailingSlash "key-vault-id.trailing-slash" Info repaired "Azure Resource Manager, resource IDs";
    VaultIdQuery "key-vault-id.query" Info repaired "Azure Resource Manager, request addresses";
    VaultIdPortalAddress "key-vault-id.portal-address" Info repaired "Azure portal, resource addresses";
    VaultIdChildRemoved "key-vault-id.child-removed" Info repaired "Azure Key Vault, ARM keys resource";
    VaultIdRestRemoved "key-vault-id.rest-removed" Warning repaired "Azure Resource Manager, resource IDs";
    VaultIdManagedHsm "key-vault-id.managed-hsm" Error told "Confluent Cloud, byok/v1 AzureKey.key_vault_id";
    VaultIdOtherResource "key-vault-id.other-resource" Error told "Azure Resource Manager, resource IDs";
    VaultIdSubscriptionOnly "key-vault-id.subscription-only" Error told "Azure Resource Manager, resource IDs";
    VaultIdResourceGroupOnly "key-vault-id.resource-group-only" Error told "Azure Resource Manager, resource IDs";
    VaultIdIncomplete "key-vault-id.incomplete" Error told "Azure Resource Manager, resource IDs";
    VaultIdSubscription "key-vault-id.subscription" Error told "Azure REST common types v5, SubscriptionIdParameter";
    VaultIdZeroSubscription "key-vault-id.zero-subscription" Error told "Azure documentation, placeholders";
    VaultIdResourceGroup "key-vault-id.resource-group" Error told "Azure Resource Manager RPC, resource groups";
    VaultIdVaultName "key-vault-id.vault-name" Error told "Azure Key Vault, ARM vaults PUT";
    VaultIdPlaceholder "key-vault-id.placeholder" Error told "Azure documentation, placeholders";
    VaultIdIsKeyId "key-vault-id.is-key-id" Error told "Azure Key Vault, object identifiers";
    VaultIdIsVaultUri "key-vault-id.is-vault-uri" Error told "Azure Key Vault, vaultUri";
    VaultIdIsGuid "key-vault-id.is-guid" Error told "Azure Resource Manager, resource IDs";
    VaultIdIsName "key-vault-id.is-name" Error told "Azure Resource Manager, resource IDs";
    VaultIdShape "key-vault-id.shape" Error told "Azure Resource Manager, resource IDs";

    KeyIdVersionRemoved "key-id.version-removed" Info repaired "Confluent Cloud, byok/v1 AzureKey.key_id";
    KeyIdNotAVersion "key-id.not-a-version" Warning repaired "Azure Key Vault, object identifiers";
    KeyIdPortRemoved "key-id.port-removed" Info repaired "Azure Key Vault, ARM keyUri";
    KeyIdTrailingSlash "key-id.trailing-slash" Info repaired "Azure SDKs, GET key without version";
    KeyIdSlashes "key-id.slashes" Info repaired "Azure SDK for Rust, wrapkey";
    KeyIdQuery "key-id.query" Info repaired "Azure Key Vault REST, GET key";
    KeyIdSchemeAdded "key-id.scheme-added" Info repaired "Azure Key Vault, object identifiers";
    KeyIdFromArm "key-id.from-arm" Info repaired "Azure Key Vault, ARM keys resource";
    KeyIdPrivateLinkHost "key-id.private-link-host" Warning repaired "Azure Key Vault, private link diagnostics";
    KeyIdHttp "key-id.http" Error told "Azure Key Vault, object identifiers";
    KeyIdOtherPort "key-id.other-port" Error told "Azure Key Vault, object identifiers";
    KeyIdSecret "key-id.secret" Error told "Azure Key Vault, object identifiers";
    KeyIdCertificate "key-id.certificate" Error told "Azure Key Vault, object identifiers";
    KeyIdDeletedKey "key-id.deleted-key" Error told "Azure Key Vault REST, GET deleted key";
    KeyIdCollection "key-id.collection" Error told "Azure Key Vault, object identifiers";
    KeyIdNameMissing "key-id.name-missing" Error told "Azure Key Vault, object identifiers";
    KeyIdKeyName "key-id.key-name" Error told "Azure Key Vault REST, create key";
    KeyIdVaultName "key-id.vault-name" Error told "Azure Key Vault, ARM vaults PUT";
    KeyIdExtraSegments "key-id.extra-segments" Error told "Azure Key Vault, object identifiers";
    KeyIdManagedHsm "key-id.managed-hsm" Error told "Confluent Cloud, BYOK on Azure";
    KeyIdOtherCloud "key-id.other-cloud" Error told "Azure CLI, clouds; Confluent Cloud, BYOK on Azure";
    KeyIdUnknownHost "key-id.unknown-host" Error told "Azure CLI, clouds";
    KeyIdPortalAddress "key-id.portal-address" Error told "Azure portal, resource addresses";
    KeyIdPlaceholder "key-id.placeholder" Error told "Azure documentation, placeholders";
    KeyIdIsVaultId "key-id.is-vault-id" Error told "Azure Resource Manager, resource IDs";
    KeyIdIsGuid "key-id.is-guid" Error told "Azure Key Vault, object identifiers";
    KeyIdShape "key-id.shape" Error told "Azure Key Vault, object identifiers";

    TenantIdForm "tenant-id.form" Info repaired "RFC 9562, textual forms";
    TenantIdPlaceholder "tenant-id.placeholder" Error told "Azure documentation, placeholders";
    TenantIdDomain "tenant-id.domain" Error told "Microsoft Entra, tenant domains";
    TenantIdWord "tenant-id.word" Error told "Microsoft Entra, authority endpoints";
    TenantIdIsVaultId "tenant-id.is-vault-id" Error told "Azure Resource Manager, resource IDs";
    TenantIdIsKeyId "tenant-id.is-key-id" Error told "Azure Key Vault, object identifiers";
    TenantIdShape "tenant-id.shape" Error told "Azure REST, VaultProperties.tenantId";

    IdsVaultDiffers "ids.vault-differs" Error told "Azure Key Vault, object identifiers";
    IdsTenantIsSubscription "ids.tenant-is-subscription" Warning told "Microsoft Entra, tenants and subscriptions";
    IdsOtherCloud "ids.other-cloud" Error told "Azure CLI, clouds; Confluent Cloud, BYOK on Azure";
    IdsSwapped "ids.swapped" Error told "the three ID grammars";
    IdsMisplaced "ids.misplaced" Error told "the three ID grammars";
    IdsSameTwice "ids.same-twice" Error told "the three ID grammars";
    IdsAlsoHolds "ids.also-holds" Info told "the three ID grammars";
    IdsTenantIsApplication "ids.tenant-is-application" Error told "Microsoft Entra, applications and directories";
    IdsTenantIsObject "ids.tenant-is-object" Error told "Microsoft Entra, objects and directories";

    RecogniseSeveralVaults "recognise.several-vaults" Warning told "what was pasted";
    RecogniseSeveralKeys "recognise.several-keys" Warning told "what was pasted";
    RecogniseSeveralTenants "recognise.several-tenants" Warning told "what was pasted";
    RecogniseGuids "recognise.guids" Warning told "what was pasted";
    RecogniseTenantGuessed "recognise.tenant-guessed" Warning told "what was pasted";
    RecogniseKeyMade "recognise.key-made" Warning told "Azure Key Vault, object identifiers";
    RecogniseMissing "recognise.missing" Info told "what was pasted";

    PlanEnvironmentMissing "plan.environment-missing" Error told "Confluent Cloud, cmk/v2 clusters";
    PlanNameEmpty "plan.name-empty" Error told "Confluent Cloud, cmk/v2 clusters";
    PlanNameTooLong "plan.name-too-long" Error told "our own bound; Confluent documents none";
    PlanNameControl "plan.name-control" Error told "our own bound; Confluent documents none";
    PlanRegionMissing "plan.region-missing" Error told "Confluent Cloud, cmk/v2 clusters";
    PlanRegionShape "plan.region-shape" Error told "Azure, programmatic region names";
    PlanRegionUnknown "plan.region-unknown" Warning told "Confluent Cloud, regions named in its documents";
    PlanRegionZones "plan.region-zones" Error told "Azure, regions with availability zones";
    PlanCkuShape "plan.cku-shape" Error told "Confluent Cloud, cmk/v2 Dedicated.cku";
    PlanCkuTooFew "plan.cku-too-few" Error told "Confluent Cloud, cmk/v2 Dedicated.cku";
    PlanCkuMultiZone "plan.cku-multi-zone" Error told "Confluent Cloud, cmk/v2 Dedicated.cku";
    PlanCkuTooMany "plan.cku-too-many" Error told "the limit set where this wizard runs; Confluent Cloud, cluster types";
    PlanAvailabilityMissing "plan.availability-missing" Error told "Confluent Cloud, cmk/v2 clusters";
    PlanNetworkingMissing "plan.networking-missing" Error told "Confluent Cloud, cmk/v2 clusters";
    PlanNetworkMissing "plan.network-missing" Error told "Confluent Cloud, cmk/v2 clusters";
    PlanTypeMissing "plan.type-missing" Error told "Confluent Cloud, cmk/v2 clusters";
    PlanTypeBasic "plan.type-basic" Error told "Confluent Cloud, BYOK overview";
    PlanTypeStandard "plan.type-standard" Error told "Confluent Cloud, BYOK overview";
    PlanModeMissing "plan.mode-missing" Error told "Confluent Cloud, self-managed keys";
    PlanModeAutomatic "plan.mode-automatic" Error told "Confluent Cloud, self-managed keys";
    PlanKeySourceMissing "plan.key-source-missing" Error told "Confluent Cloud, self-managed keys";
    PlanKeyMissing "plan.key-missing" Error told "Confluent Cloud, self-managed keys";
    PlanTypeEnterprise "plan.type-enterprise" Error told "Confluent Cloud, BYOK on Azure";

    KeyUnknown "key.unknown" Warning told "what could be looked up";
    KeyInUse "key.in-use" Error told "Confluent Cloud, byok/v1 Key.state and BYOK overview";
    KeyStateUnknown "key.state-unknown" Warning told "Confluent Cloud, byok/v1 Key.state";
    KeyRefused "key.refused" Error told "Confluent Cloud, byok/v1 KeyValidation";
    KeyWaiting "key.waiting" Info told "Azure RBAC, troubleshooting: up to 10 minutes";
    KeyLate "key.late" Warning told "Azure RBAC, troubleshooting: up to 10 minutes";
    KeyPhaseUnknown "key.phase-unknown" Warning told "Confluent Cloud, byok/v1 KeyValidation";
    KeyRegionDiffers "key.region-differs" Error told "Confluent Cloud, BYOK on Azure";
    KeyRegionUnknown "key.region-unknown" Warning told "Confluent Cloud, byok/v1 KeyValidation.region";
    KeyTenantDiffers "key.tenant-differs" Error told "Azure Key Vault, authentication challenge";

    NetworkUnknown "network.unknown" Warning told "what could be looked up";
    NetworkNotReady "network.not-ready" Error told "Confluent Cloud, networking/v1 Network.status.phase";
    NetworkFailed "network.failed" Error told "Confluent Cloud, networking/v1 Network.status.phase";
    NetworkPhaseUnknown "network.phase-unknown" Warning told "Confluent Cloud, networking/v1 Network.status.phase";
    NetworkRegionDiffers "network.region-differs" Error told "Confluent Cloud, networking on Azure";
    NetworkKind "network.kind-other" Error told "Confluent Cloud, networking/v1 ConnectionType";
    NetworkKindUnknown "network.kind-unknown" Warning told "Confluent Cloud, networking/v1 ConnectionType";

    ConfluentAccessDenied "confluent.access-denied" Error told "Confluent Cloud, byok/v1 KeyValidation.message; Azure Key Vault, RBAC guide";
    ConfluentOtherWords "confluent.other-words" Error told "Confluent Cloud, byok/v1 KeyValidation.message";
    ConfluentCheckVault "confluent.check-vault" Error told "Confluent Cloud, BYOK on Azure";
    ConfluentCheckKey "confluent.check-key" Error told "Confluent Cloud, BYOK on Azure";
    ConfluentCheckTenant "confluent.check-tenant" Error told "Confluent Cloud, BYOK on Azure";
    ConfluentKeyMissing "confluent.key-missing" Error told "Azure Key Vault REST, errors";
    ConfluentKeyDisabled "confluent.key-disabled" Error told "Azure Key Vault REST, errors";
    ConfluentKeyType "confluent.key-type" Error told "Confluent Cloud, BYOK on Azure";
    ConfluentVaultMissing "confluent.vault-missing" Error told "Azure Key Vault REST, errors";
    ConfluentFirewall "confluent.firewall" Error told "Azure Key Vault, network security";
    ConfluentPurgeProtection "confluent.purge-protection" Error told "Confluent Cloud, BYOK on Azure";
    ConfluentRbac "confluent.rbac" Error told "Azure Key Vault, RBAC guide";
    ConfluentTenant "confluent.tenant" Error told "Azure Key Vault REST, errors";

    // What is found of vault, key and grants: errors, then warnings, then the rest. The page's first program holds the
    // severities of all of them, and runs weigh next to nothing.
    TenantMissing "tenant.missing" Error told "Microsoft Entra, OpenID configuration: AADSTS90002";
    SubscriptionMissing "subscription.missing" Error told "Azure Resource Manager, errors: SubscriptionNotFound";
    SubscriptionTenantDiffers "subscription.tenant-differs" Error told "Azure Resource Manager, authentication challenge";
    SubscriptionVaultMoved "subscription.vault-moved" Error told "Azure Key Vault, moving a vault to another subscription";
    VaultMissing "vault.missing" Error told "Azure Resource Manager, errors: ResourceNotFound; Azure Key Vault, DNS";
    VaultElsewhere "vault.elsewhere" Error told "Azure Resource Manager, errors: ResourceNotFound; Azure Key Vault, vault names";
    VaultDeleted "vault.deleted" Error told "Azure Key Vault, soft-delete overview";
    VaultPolicies "vault.access-policies" Error told "Azure Key Vault, RBAC guide and access-control default";
    VaultPoliciesNone "vault.access-policies-unused" Error told "Azure Key Vault, RBAC guide and access-control default";
    VaultPurgeProtection "vault.purge-protection-off" Error told "Confluent Cloud, BYOK on Azure; Azure Key Vault, soft-delete overview";
    VaultSoftDelete "vault.soft-delete-off" Error told "Azure Key Vault, soft-delete overview";
    VaultSku "vault.sku-standard" Error told "Azure Key Vault, about keys: HSM-protected keys need the Premium tier";
    VaultFirewall "vault.firewall-closed" Error told "Confluent Cloud, BYOK on Azure: trusted Microsoft services; Azure Key Vault, network security";
    VaultPublicAccess "vault.public-access-off" Error told "Azure Key Vault, network security";
    VaultPerimeter "vault.perimeter" Error told "Azure Key Vault, network security: SecuredByPerimeter";
    KeyMissing "key.missing-in-vault" Error told "Azure Key Vault REST, errors: KeyNotFound";
    KeyDeleted "key.deleted" Error told "Azure Key Vault, soft-delete overview";
    KeyTypeOther "key.type-other" Error told "Confluent Cloud, BYOK on Azure";
    KeySize "key.size-other" Error told "Azure Key Vault, about keys";
    KeyOperations "key.operations-missing" Error told "Azure Key Vault REST, errors: KeyOperationForbidden";
    KeyDisabled "key.disabled" Error told "Azure Key Vault REST, errors: KeyDisabled";
    KeyExpired "key.expired" Error told "Azure Key Vault, key attributes";
    KeyNotYetValid "key.not-yet-valid" Error told "Azure Key Vault, key attributes";
    AccessPrincipalMissing "access.principal-missing" Error told "Confluent CLI, byok create";
    AccessPrincipalDisabled "access.principal-disabled" Error told "Microsoft Graph, servicePrincipal.accountEnabled";
    AccessRoleMissing "access.role-missing" Error told "Confluent CLI, byok create; Azure RBAC";
    AccessWrongPrincipal "access.wrong-principal" Error told "Azure RBAC, principals";
    AccessRefused "access.refused" Error told "Azure RBAC, deny assignments";
    QuotaUsedUp "quota.used-up" Error told "Confluent Cloud, service quotas";
    QuotaTooSmall "quota.too-small" Error told "Confluent Cloud, service quotas";
    KeyRegisteredOtherwise "key.registered-otherwise" Error told "Confluent Cloud, byok/v1 Key.key: immutable";
    AzureNotAsked "azure.not-asked" Warning told "what could be looked up";
    AzureNoCredentials "azure.no-credentials" Warning told "what could be looked up";
    AzureDenied "azure.denied" Warning told "what could be looked up";
    AzureFailed "azure.failed" Warning told "what could be looked up";
    AzureUnclear "azure.unclear" Warning told "Azure Key Vault REST and management API";
    VaultNotReady "vault.not-ready" Warning told "Azure Key Vault, VaultProperties.provisioningState";
    VaultFirewallSeen "vault.firewall-seen" Warning told "Azure Key Vault, network security";
    VaultRetention "vault.retention-short" Warning told "Azure Key Vault, soft-delete overview";
    VaultLocked "vault.locked" Warning told "Azure Resource Manager, management locks";
    KeyExpiresSoon "key.expires-soon" Warning told "Azure Key Vault, key attributes";
    KeyManaged "key.managed-by-vault" Warning told "Azure Key Vault REST, KeyBundle.managed";
    KeyExportable "key.may-leave" Warning told "Azure Key Vault REST, KeyAttributes.exportable";
    KeyRotationMissing "key.rotation-missing" Warning told "Confluent Cloud, BYOK on Azure: automatic rotation";
    KeyRotationLate "key.rotation-late" Warning told "Azure Key Vault, configuring key rotation";
    KeyVersionsDisabled "key.versions-disabled" Warning told "Azure Key Vault, configuring key rotation";
    AccessConditional "access.conditional" Warning told "Azure RBAC, conditions";
    AccessPerhapsGroup "access.perhaps-group" Warning told "Azure RBAC, groups";
    AccessPerhaps "access.perhaps" Warning told "Azure RBAC, principals";
    AccessInstead "access.other-role" Warning told "Azure RBAC, built-in roles";
    AccessNotSeen "access.not-seen" Warning told "Confluent Cloud, byok/v1 KeyValidation; Azure RBAC";
    AccessPerhapsRefused "access.perhaps-refused" Warning told "Azure RBAC, deny assignments";
    AccessMayNotAssign "access.may-not-assign" Warning told "Azure RBAC, troubleshooting: roleAssignments/write";
    AccessBroader "access.too-broad" Warning told "Azure Key Vault, RBAC guide: least privilege";
    QuotaUnread "quota.unread" Warning told "Confluent Cloud, service-quota/v1";
    DoctorOtherVault "doctor.other-vault" Warning told "Azure CLI, keyvault show";
    DoctorOtherKey "doctor.other-key" Warning told "Azure CLI, keyvault key show";
    DoctorOtherCloud "doctor.other-cloud" Warning told "Azure CLI, cloud";
    DoctorOtherTenant "doctor.other-tenant" Warning told "Azure CLI, account show";
    SourcesDiffer "sources.differ" Warning told "what was read";
    KeyDeniedYet "key.denied-yet" Info told "Azure RBAC, troubleshooting: up to 10 minutes";
    KeyProtectionLevel "key.protection-level" Info told "Azure Key Vault, about keys: hsmPlatform";
    AccessPrincipalAwaited "access.principal-awaited" Info told "Confluent CLI, byok create";
    AccessRoleAwaited "access.role-awaited" Info told "Azure RBAC, troubleshooting: up to 10 minutes";
    DoctorOtherSubscription "doctor.other-subscription" Info told "Azure CLI, account show";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalogue_stands_in_the_order_of_the_codes() {
        for (place, entry) in CATALOGUE.iter().enumerate() {
            assert_eq!(entry.code as usize, place, "{}", entry.name);
        }
    }

    #[test]
    fn every_code_has_a_name_of_its_own() {
        let mut names: Vec<&str> = CATALOGUE.iter().map(|entry| entry.name).collect();
        names.sort_unstable();
        let count = names.len();
        names.dedup();
        assert_eq!(names.len(), count);
    }

    #[test]
    fn sentences_say_what_happened_and_what_to_do_in_plain_words() {
        for entry in CATALOGUE {
            let sentences = en::sentences(entry.code);
            for text in [sentences.message, sentences.fix] {
                assert!(!text.is_empty(), "{}", entry.name);
                let last = text.chars().last().unwrap_or(' ');
                assert!(".`}".contains(last), "{}: {text}", entry.name);
                for word in ["invalid", "please", "sorry", "forbidden", "oops"] {
                    assert!(!text.to_lowercase().contains(word), "{}: {text}", entry.name);
                }
            }
        }
    }

    #[test]
    fn sentences_stand_apart_by_who_finds_them() {
        for entry in CATALOGUE {
            let by_others = [
                "access.",
                "azure.",
                "confluent.",
                "doctor.",
                "key.",
                "network.",
                "quota.",
                "recognise.",
                "sources.",
                "subscription.",
                "tenant.",
                "vault.",
            ]
            .iter()
            .any(|group| entry.name.starts_with(group));
            let finding = Finding::new(entry.code);
            let told = (finding.message(), finding.fix());
            assert_eq!(finding.of_answers(), (!by_others).then_some(told), "{}", entry.name);
        }
    }

    #[test]
    fn arguments_are_short_and_on_one_line() {
        let finding = Finding::about(Field::KeyId, Code::KeyIdUnknownHost).with("host", &"a\nb".repeat(100));
        let host = finding.arg("host").unwrap_or_default();
        assert!(!host.contains('\n'));
        assert_eq!(host.chars().count(), EXCERPT + 1);
    }

    #[test]
    fn braces_in_what_was_typed_are_not_filled_again() {
        let finding = Finding::about(Field::KeyId, Code::KeyIdPlaceholder).with("text", "{field}");
        assert!(finding.message().contains("{field}"), "{}", finding.message());
    }
}
