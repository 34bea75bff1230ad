//! The credential that signs in, as the library has it, for each way to sign in.

use std::sync::Arc;

use azure_core::credentials::{Secret, TokenCredential};
use azure_core::http::ClientOptions;
use azure_identity::{
    AzureCliCredential, AzureCliCredentialOptions, ClientAssertionCredential,
    ClientAssertionCredentialOptions, ClientSecretCredential, ClientSecretCredentialOptions,
    ManagedIdentityCredential, ManagedIdentityCredentialOptions, UserAssignedId, WorkloadIdentityCredential,
    WorkloadIdentityCredentialOptions,
};
use secrecy::ExposeSecret as _;

use super::AzureIdentity;
use super::certificate::Certificate;
use crate::outbound::SetUpError;

/// A new credential; `None` for nobody. Nothing is sent yet.
///
/// # Errors
/// When what it should sign in with cannot be used.
pub(super) fn of(
    kind: &AzureIdentity,
    options: &ClientOptions,
) -> Result<Option<Arc<dyn TokenCredential>>, SetUpError> {
    let wrong = |error: azure_core::Error| SetUpError::Identity(error.to_string());
    let client_options = options.clone();
    let credential: Arc<dyn TokenCredential> = match kind {
        AzureIdentity::None => return Ok(None),
        AzureIdentity::ClientSecret { tenant_id, client_id, client_secret } => {
            let secret = Secret::new(client_secret.expose_secret().to_owned());
            let options = ClientSecretCredentialOptions { client_options };
            ClientSecretCredential::new(tenant_id, client_id.clone(), secret, Some(options)).map_err(wrong)?
        }
        AzureIdentity::Certificate { tenant_id, client_id, pem } => {
            let certificate = Certificate::read(pem, tenant_id, client_id).map_err(SetUpError::Identity)?;
            let options = ClientAssertionCredentialOptions { client_options };
            let (tenant, client) = (tenant_id.clone(), client_id.clone());
            ClientAssertionCredential::new(tenant, client, certificate, Some(options)).map_err(wrong)?
        }
        AzureIdentity::Workload { tenant_id, client_id, token_file } => {
            WorkloadIdentityCredential::new(Some(WorkloadIdentityCredentialOptions {
                credential_options: ClientAssertionCredentialOptions { client_options },
                client_id: client_id.clone(),
                tenant_id: tenant_id.clone(),
                token_file_path: token_file.clone(),
            }))
            .map_err(wrong)?
        }
        AzureIdentity::Managed { client_id } => {
            ManagedIdentityCredential::new(Some(ManagedIdentityCredentialOptions {
                user_assigned_id: client_id.clone().map(UserAssignedId::ClientId),
                client_options,
            }))
            .map_err(wrong)?
        }
        AzureIdentity::Cli { tenant_id } => {
            let options = AzureCliCredentialOptions { tenant_id: tenant_id.clone(), ..Default::default() };
            AzureCliCredential::new(Some(options)).map_err(wrong)?
        }
    };
    Ok(Some(credential))
}
