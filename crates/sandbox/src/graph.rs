//! Microsoft Graph at `graph.microsoft.com`, version 1.0: service principals and applications, as far as a grant needs them.
//!
//! Source: Microsoft Graph REST reference, "servicePrincipal: list, get, create, delete", "application: list",
//! "servicePrincipal: list transitiveMemberOf", "directoryObject: getByIds".

use serde_json::{Value, json};
use uuid::Uuid;

use crate::call::{Call, Outcome, Reply};
use crate::ids;
use crate::material::Material;
use crate::token::Caller;
use crate::world::{Being, Principal, World, later, stamp};

const ROOT: &str = "https://graph.microsoft.com/v1.0";

/// Answers one call.
pub(crate) fn answer(world: &mut World, signing: &Material, call: &Call) -> Reply {
    let reply = route(world, signing, call).unwrap_or_else(|reply| reply);
    let id = Uuid::new_v4().to_string();
    reply.with("request-id", id.clone()).with("client-request-id", id).with("odata-version", "4.0")
}

fn route(world: &mut World, signing: &Material, call: &Call) -> Outcome {
    let caller = authenticate(signing, call)?;
    let tenant = caller.tenant.as_str();
    match (call.method.as_str(), call.parts().as_slice()) {
        ("GET", ["v1.0", "servicePrincipals"]) => list_principals(world, tenant, call),
        ("POST", ["v1.0", "servicePrincipals"]) => create_principal(world, tenant, call),
        ("GET", ["v1.0", "servicePrincipals", id]) => {
            find(world, call, tenant, id).map(|found| Reply::json(200, &entity(found)))
        }
        ("GET", ["v1.0", "servicePrincipals", id, "transitiveMemberOf"]) => {
            find(world, call, tenant, id).map(|found| member_of(world, found))
        }
        ("DELETE", ["v1.0", "servicePrincipals", id]) => delete_principal(world, call, tenant, id),
        ("GET", ["v1.0", alternate]) if alternate.starts_with("servicePrincipals(") => {
            by_app_id(world, call, tenant, alternate).map(|found| Reply::json(200, &entity(found)))
        }
        ("GET", ["v1.0", "applications"]) => list_applications(call),
        ("GET", ["v1.0", "applications", id]) => Err(missing(id)),
        ("POST", ["v1.0", "directoryObjects", "getByIds"]) => by_ids(world, tenant, call),
        (_, ["v1.0", "servicePrincipals" | "applications", ..]) => Err(error(
            405,
            "Request_BadRequest",
            "Specified HTTP method is not allowed for the request target.",
        )),
        ("GET" | "POST" | "PATCH" | "PUT" | "DELETE", ["v1.0", segment, ..]) => {
            Err(error(400, "BadRequest", &format!("Resource not found for the segment '{segment}'.")))
        }
        _ => Err(error(400, "BadRequest", "Invalid version.")),
    }
}

fn authenticate(signing: &Material, call: &Call) -> Result<Caller, Reply> {
    let refuse = |message: &str| {
        error(401, "InvalidAuthenticationToken", message).with(
            "www-authenticate",
            "Bearer realm=\"\", authorization_uri=\"https://login.microsoftonline.com/common/oauth2/authorize\", client_id=\"00000003-0000-0000-c000-000000000000\"",
        )
    };
    let token = call.bearer().ok_or_else(|| refuse("Access token is empty."))?;
    let caller = Caller::of(token, signing, call.now).map_err(|_| {
        refuse("Lifetime validation failed, the token is expired or its signature is invalid.")
    })?;
    if caller.audience.trim_end_matches('/') != "https://graph.microsoft.com" {
        return Err(refuse("Access token validation failure. Invalid audience."));
    }
    Ok(caller)
}

fn list_principals(world: &World, tenant: &str, call: &Call) -> Outcome {
    let filter = call.query("$filter").map(Filter::parse).transpose()?;
    let found: Vec<Value> = world
        .principals
        .iter()
        .filter(|principal| principal.being == Being::ServicePrincipal && principal.visible <= call.now)
        .filter(|principal| principal.tenant == tenant)
        .filter(|principal| filter.as_ref().is_none_or(|filter| filter.keeps(principal)))
        .map(entity)
        .collect();
    Ok(list("servicePrincipals", &found))
}

fn create_principal(world: &mut World, tenant: &str, call: &Call) -> Outcome {
    let body = call
        .json()
        .ok_or_else(|| error(400, "BadRequest", "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format."))?;
    let app_id = body.get("appId").and_then(Value::as_str).unwrap_or_default();
    if !ids::is_guid(app_id) {
        return Err(error(400, "Request_BadRequest", "Property 'appId' is missing or is not a valid GUID."));
    }
    if world.principal(tenant, app_id).is_some() {
        return Err(error(
            409,
            "Request_MultipleObjectsWithSameKeyValue",
            &format!(
                "The service principal cannot be created, updated, or restored because the service principal name {app_id} is already in use."
            ),
        ));
    }
    if !world.applications.iter().any(|application| application.app_id.eq_ignore_ascii_case(app_id)) {
        return Err(error(
            400,
            "Request_BadRequest",
            &format!(
                "The appId '{app_id}' of the service principal does not reference a valid application object."
            ),
        ));
    }
    let object_id = world.ensure_principal(tenant, app_id, call.now);
    // The one that makes it gets it back; everybody else sees it once it is replicated.
    let visible = later(call.now, world.timing.graph_replication);
    let made = world.principals.iter_mut().filter(|principal| principal.object_id == object_id);
    made.for_each(|principal| principal.visible = visible);
    let created = world.principal(tenant, app_id).ok_or_else(|| Reply::empty(500))?;
    let location = format!("{ROOT}/servicePrincipals/{}", created.object_id);
    Ok(Reply::json(201, &entity(created)).with("location", location))
}

fn delete_principal(world: &mut World, call: &Call, tenant: &str, id: &str) -> Outcome {
    let object_id = find(world, call, tenant, id)?.object_id.clone();
    // Role assignments stay behind and point at nobody, as in Azure ("Identity not found").
    world.principals.retain(|principal| principal.object_id != object_id);
    Ok(Reply::empty(204))
}

/// The service principal with this object id, once it is replicated.
fn find<'world>(
    world: &'world World,
    call: &Call,
    tenant: &str,
    id: &str,
) -> Result<&'world Principal, Reply> {
    world
        .principal_by_object(tenant, id)
        .filter(|found| found.being == Being::ServicePrincipal && found.visible <= call.now)
        .ok_or_else(|| missing(id))
}

/// `servicePrincipals(appId='…')`.
fn by_app_id<'world>(
    world: &'world World,
    call: &Call,
    tenant: &str,
    segment: &str,
) -> Result<&'world Principal, Reply> {
    let app_id = segment
        .strip_prefix("servicePrincipals(appId='")
        .and_then(|rest| rest.strip_suffix("')"))
        .ok_or_else(|| error(400, "BadRequest", "Invalid alternate key."))?;
    world.principal(tenant, app_id).filter(|found| found.visible <= call.now).ok_or_else(|| missing(app_id))
}

/// Confluent's applications live in Confluent's tenant, and the login's application registration is not shown either: no tenant here
/// holds application objects, and a filter finds none.
fn list_applications(call: &Call) -> Outcome {
    if let Some(filter) = call.query("$filter") {
        Filter::parse(filter)?;
    }
    Ok(list("applications", &[]))
}

fn by_ids(world: &World, tenant: &str, call: &Call) -> Outcome {
    let body = call.json().ok_or_else(|| error(400, "BadRequest", "Unable to read JSON request payload."))?;
    let wanted = body
        .get("ids")
        .and_then(Value::as_array)
        .ok_or_else(|| error(400, "Request_BadRequest", "The property 'ids' is required."))?;
    let found: Vec<Value> = wanted
        .iter()
        .filter_map(Value::as_str)
        .filter_map(|id| world.principal_by_object(tenant, id))
        .filter(|principal| principal.visible <= call.now)
        .map(|principal| match principal.being {
            Being::ServicePrincipal => {
                let mut object = entity(principal);
                object["@odata.type"] = "#microsoft.graph.servicePrincipal".into();
                object
            }
            Being::Group => group(principal),
            Being::Application => json!({
                "@odata.type": "#microsoft.graph.application", "id": principal.object_id,
                "displayName": principal.name,
            }),
        })
        .collect();
    Ok(list("directoryObjects", &found))
}

/// The groups of a service principal, directly or through others ("servicePrincipal: list transitiveMemberOf").
fn member_of(world: &World, principal: &Principal) -> Reply {
    let found: Vec<Value> = world.groups_of(&principal.object_id).into_iter().map(group).collect();
    list("directoryObjects", &found)
}

fn group(group: &Principal) -> Value {
    json!({
        "@odata.type": "#microsoft.graph.group", "id": group.object_id,
        "displayName": group.name, "securityEnabled": true,
    })
}

/// The filters that clients of a grant send.
enum Filter {
    AppId(String),
    Id(String),
    DisplayName(String),
    NameStartsWith(String),
    ServicePrincipalName(String),
    /// A property of an application that no application here has.
    Nothing,
    Any(Vec<Filter>),
    All(Vec<Filter>),
}

impl Filter {
    fn parse(text: &str) -> Result<Self, Reply> {
        let text = text.trim();
        if text.contains(" or ") {
            return Ok(Self::Any(text.split(" or ").map(Self::parse).collect::<Result<_, _>>()?));
        }
        if text.contains(" and ") {
            return Ok(Self::All(text.split(" and ").map(Self::parse).collect::<Result<_, _>>()?));
        }
        let text = text.trim_start_matches('(').trim();
        let quoted = |rest: &str| {
            let rest = rest.trim().trim_end_matches(')').trim();
            rest.strip_prefix('\'')
                .and_then(|rest| rest.strip_suffix('\''))
                .map(|value| value.replace("''", "'"))
        };
        let parsed = if let Some(rest) = text.strip_prefix("appId eq ") {
            quoted(rest).map(Self::AppId)
        } else if let Some(rest) = text.strip_prefix("id eq ") {
            quoted(rest).map(Self::Id)
        } else if let Some(rest) = text.strip_prefix("displayName eq ") {
            quoted(rest).map(Self::DisplayName)
        } else if let Some(rest) = text.strip_prefix("startswith(displayName,") {
            quoted(rest).map(Self::NameStartsWith)
        } else if text.starts_with("identifierUris/any(") {
            Some(Self::Nothing)
        } else if let Some((_, rest)) =
            text.strip_prefix("servicePrincipalNames/any(").and_then(|rest| rest.split_once(" eq "))
        {
            quoted(rest).map(Self::ServicePrincipalName)
        } else {
            None
        };
        parsed.ok_or_else(|| {
            error(400, "Request_UnsupportedQuery", "Invalid filter clause: unsupported or malformed.")
        })
    }

    fn keeps(&self, principal: &Principal) -> bool {
        match self {
            Self::AppId(id) | Self::ServicePrincipalName(id) => principal.app_id.eq_ignore_ascii_case(id),
            Self::Id(id) => principal.object_id.eq_ignore_ascii_case(id),
            Self::DisplayName(name) => principal.name.eq_ignore_ascii_case(name),
            Self::NameStartsWith(name) => principal.name.to_lowercase().starts_with(&name.to_lowercase()),
            Self::Nothing => false,
            Self::Any(filters) => filters.iter().any(|filter| filter.keeps(principal)),
            Self::All(filters) => filters.iter().all(|filter| filter.keeps(principal)),
        }
    }
}

fn entity(principal: &Principal) -> Value {
    json!({
        "@odata.context": format!("{ROOT}/$metadata#servicePrincipals/$entity"),
        "id": principal.object_id,
        "deletedDateTime": null,
        "accountEnabled": principal.enabled,
        "alternativeNames": [],
        "appDisplayName": principal.name,
        "appId": principal.app_id,
        "appOwnerOrganizationId": null,
        "appRoleAssignmentRequired": false,
        "createdDateTime": stamp(principal.created),
        "displayName": principal.name,
        "servicePrincipalNames": [principal.app_id],
        "servicePrincipalType": "Application",
        "signInAudience": "AzureADMultipleOrgs",
        "tags": [],
    })
}

fn list(kind: &str, found: &[Value]) -> Reply {
    Reply::json(200, &json!({"@odata.context": format!("{ROOT}/$metadata#{kind}"), "value": found}))
}

fn missing(id: &str) -> Reply {
    error(
        404,
        "Request_ResourceNotFound",
        &format!(
            "Resource '{id}' does not exist or one of its queried reference-property objects are not present."
        ),
    )
}

/// Graph's error envelope.
fn error(status: u16, code: &str, message: &str) -> Reply {
    let id = Uuid::new_v4().to_string();
    Reply::json(
        status,
        &json!({"error": {"code": code, "message": message, "innerError": {"request-id": id, "client-request-id": id}}}),
    )
}
