"""Drives Microsoft's own client libraries through whatever HTTPS_PROXY and REQUESTS_CA_BUNDLE say; prints what they understood."""

import json
import sys

from azure.core.credentials import AccessToken
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.keyvault.keys import KeyClient
from azure.mgmt.authorization import AuthorizationManagementClient
from azure.mgmt.keyvault import KeyVaultManagementClient

import requests

given = json.load(sys.stdin)


class Credential:
    """Client credentials at the real token endpoint; there is no azure-identity in the Azure CLI's environment."""

    def get_token(self, *scopes, **_):
        form = {
            "grant_type": "client_credentials",
            "client_id": given["client_id"],
            "client_secret": given["client_secret"],
            "scope": scopes[0],
        }
        url = f"https://login.microsoftonline.com/{given['tenant_id']}/oauth2/v2.0/token"
        answer = requests.post(url, data=form, timeout=30)
        answer.raise_for_status()
        body = answer.json()
        return AccessToken(body["access_token"], int(__import__("time").time()) + body["expires_in"])


credential = Credential()
management = KeyVaultManagementClient(credential, given["subscription_id"])
authorization = AuthorizationManagementClient(credential, given["subscription_id"])


def refusal(call):
    """The status and inner code of a refusal, as the library reports it."""
    try:
        call()
    except HttpResponseError as error:
        inner = getattr(error.error, "innererror", None) or {}
        return [error.status_code, inner.get("code") or error.error.code]
    return None


def missing(call):
    try:
        call()
    except ResourceNotFoundError as error:
        return error.error.code
    return None


out = {}
for name in given["vaults"]:
    scope = f"/subscriptions/{given['subscription_id']}/resourceGroups/rg-kafka/providers/Microsoft.KeyVault/vaults/{name}"
    vault = management.vaults.get("rg-kafka", name)
    keys = KeyClient(f"https://{name}.vault.azure.net", credential)
    key = keys.get_key("kafka-cluster")
    versions = list(keys.list_properties_of_key_versions("kafka-cluster"))
    policy = keys.get_key_rotation_policy("kafka-cluster")
    resource = management.keys.get("rg-kafka", name, "kafka-cluster")
    assignments = list(authorization.role_assignments.list_for_scope(scope, filter="atScope()"))
    out[name] = {
        "rbac": vault.properties.enable_rbac_authorization,
        "purge_protection": vault.properties.enable_purge_protection,
        "bypass": vault.properties.network_acls.bypass if vault.properties.network_acls else None,
        "kty": str(getattr(key.key_type, "value", key.key_type)),
        "operations": [str(getattr(one, "value", one)) for one in key.key_operations],
        "bits": len(key.key.n) * 8 if key.key.n else None,
        "recovery": key.properties.recovery_level,
        "managed": key.properties.managed,
        "enabled": [one.enabled for one in versions],
        "actions": [str(getattr(one.action, "value", one.action)).lower() for one in policy.lifetime_actions],
        "resource_uri": resource.key_uri,
        "resource_bits": resource.key_size,
        "roles": sorted({one.role_definition_id.rsplit("/", 1)[-1] for one in assignments}),
    }

out["deleted_vault"] = management.vaults.get_deleted("kv-deleted", "westeurope").properties.vault_id
out["deleted_key"] = KeyClient("https://kv-key-deleted.vault.azure.net", credential).get_deleted_key("kafka-cluster").recovery_id
out["missing_vault"] = missing(lambda: management.vaults.get("rg-kafka", "kv-nowhere"))
out["firewall"] = refusal(lambda: KeyClient("https://kv-firewall.vault.azure.net", credential).get_key("kafka-cluster"))
out["policies"] = refusal(lambda: KeyClient("https://kv-rbac-absent.vault.azure.net", credential).get_key("kafka-cluster"))
json.dump(out, sys.stdout)
