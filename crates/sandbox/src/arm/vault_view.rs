//! A vault as Azure Resource Manager shows it, with the service's own ways: what is off is absent rather than false, and spellings differ.

use serde_json::{Value, json};
use time::Duration;

use crate::ids;
use crate::world::{AccessPolicy, Vault, stamp};

/// The vault as a resource.
pub(super) fn entity(vault: &Vault) -> Value {
    let slash = if vault.odd_spelling { "" } else { "/" };
    let mut properties = json!({
        "sku": {"family": "A", "name": vault.sku},
        "tenantId": vault.tenant,
        "accessPolicies": vault.access_policies.iter().map(|policy| access_policy(vault, policy)).collect::<Vec<_>>(),
        "enabledForDeployment": false, "enabledForDiskEncryption": false, "enabledForTemplateDeployment": false,
        "enableSoftDelete": true,
        "softDeleteRetentionInDays": vault.retention_days,
        "vaultUri": format!("https://{}.vault.azure.net{slash}", vault.name),
        "provisioningState": vault.provisioning,
        "publicNetworkAccess": vault.public_access,
    });
    if let Some(rbac) = vault.rbac {
        properties["enableRbacAuthorization"] = rbac.into();
    }
    // Purge protection is `true` or absent, never `false`; a vault whose firewall was never touched has no rules at all.
    if vault.purge_protection {
        properties["enablePurgeProtection"] = true.into();
    }
    if let Some(acls) = &vault.acls {
        properties["networkAcls"] = json!({
            "bypass": if acls.trusted_bypass { "AzureServices" } else { "None" },
            "defaultAction": if acls.deny { "Deny" } else { "Allow" },
            "ipRules": acls.ip_rules.iter().map(|rule| json!({"value": rule})).collect::<Vec<_>>(),
            "virtualNetworkRules": [],
        });
    }
    if vault.private_endpoint {
        properties["privateEndpointConnections"] = json!([private_endpoint(vault)]);
    }
    // Ids come back in other cases than they were written in; only the names keep theirs.
    let id = if vault.odd_spelling {
        vault
            .id()
            .replace("resourceGroups", "resourcegroups")
            .replace("Microsoft.KeyVault", "microsoft.keyvault")
    } else {
        vault.id()
    };
    json!({
        "id": id, "name": vault.name, "type": "Microsoft.KeyVault/vaults", "location": vault.region, "tags": {},
        "systemData": {"createdBy": "sandbox", "createdByType": "Application", "createdAt": stamp(vault.created),
            "lastModifiedBy": "sandbox", "lastModifiedByType": "Application", "lastModifiedAt": stamp(vault.created)},
        "properties": properties,
    })
}

fn access_policy(vault: &Vault, policy: &AccessPolicy) -> Value {
    json!({
        "tenantId": vault.tenant, "objectId": policy.object_id,
        "permissions": {"keys": policy.keys, "secrets": [], "certificates": []},
    })
}

fn private_endpoint(vault: &Vault) -> Value {
    let name = ids::derived(&format!("private endpoint {}", vault.name));
    json!({
        "id": format!("{}/privateEndpointConnections/{name}", vault.id()),
        "properties": {
            "provisioningState": "Succeeded",
            "privateEndpoint": {"id": format!(
                "/subscriptions/{}/resourceGroups/{}/providers/Microsoft.Network/privateEndpoints/pe-{}",
                vault.subscription, vault.group, vault.name
            )},
            "privateLinkServiceConnectionState": {"status": "Approved", "description": "", "actionsRequired": "None"},
        },
    })
}

/// A soft-deleted vault.
pub(super) fn deleted_entity(vault: &Vault) -> Value {
    let deleted = vault.deleted.unwrap_or(vault.created);
    let mut properties = json!({
        "vaultId": vault.id(), "location": vault.region, "tags": {}, "deletionDate": stamp(deleted),
        "scheduledPurgeDate": stamp(deleted.saturating_add(Duration::days(vault.retention_days))),
    });
    if vault.purge_protection {
        properties["purgeProtectionEnabled"] = true.into();
    }
    json!({
        "id": format!(
            "/subscriptions/{}/providers/Microsoft.KeyVault/locations/{}/deletedVaults/{}",
            vault.subscription, vault.region, vault.name
        ),
        "name": vault.name, "type": "Microsoft.KeyVault/deletedVaults", "properties": properties,
    })
}
