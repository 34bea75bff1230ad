//! The link with which an administrator makes the service principal without any command.

use crate::id::{ApplicationId, TenantId};

/// The address at which an administrator of the tenant consents to Confluent's application: the alternative to
/// `az ad sp create`, for whoever may not run that. The roles are assigned afterwards as ever.
///
/// Source: Microsoft identity platform, admin consent endpoint.
pub fn admin_consent_link(tenant: TenantId, application: ApplicationId) -> String {
    let mut out = String::with_capacity(128);
    out.push_str("https://login.microsoftonline.com/");
    tenant.guid().push_to(&mut out);
    out.push_str("/adminconsent?client_id=");
    application.guid().push_to(&mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_link_names_tenant_and_application() {
        let tenant = TenantId::parse("D5A04667-b6f4-4b0c-a628-25f5eae93da6").unwrap();
        let application = ApplicationId::parse("0b54b70e-8a5c-4f7e-9d9c-1f6f6c9a2f11").unwrap();
        assert_eq!(
            admin_consent_link(tenant, application),
            "https://login.microsoftonline.com/d5a04667-b6f4-4b0c-a628-25f5eae93da6/adminconsent?client_id=0b54b70e-8a5c-4f7e-9d9c-1f6f6c9a2f11"
        );
    }
}
