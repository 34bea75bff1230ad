//! Who may do what: role assignments, the service principal, the caller's permissions, locks. And Confluent's quotas.

use super::read::Reader;
use super::said::Said;
use super::{Heard, unreadable};
use crate::facts::{
    Answer, Assignment, Denial, Facts, Lock, Permission, Principal, Question, Quota, WhyUnknown,
};
use crate::id::{ApplicationId, Guid};
use crate::record::Node;

pub(super) fn assignments<N: Node>(facts: &mut Facts, heard: Heard<Answer<N>>) {
    let question = Question::Assignments;
    let list = list(question, heard.answer, "value", read_assignment);
    facts.note("role assignments", |facts| &mut facts.assignments, heard.source, list);
}

/// The items of a list, each read; `Err` if one cannot be.
fn list<N: Node, T>(
    question: Question,
    answer: Result<Answer<N>, WhyUnknown>,
    name: &str,
    read: fn(&N) -> Option<T>,
) -> Result<Vec<T>, WhyUnknown> {
    let answer = answer?;
    if answer.status != 200 {
        return Err(Said::of_answer(answer.status, answer.body.as_ref()).why(question));
    }
    let items = answer.body.as_ref().and_then(|body| body.get(name)?.items());
    items.and_then(|items| items.iter().map(read).collect()).ok_or_else(|| unreadable(question))
}

/// A role assignment as ARM writes it, under `properties`, or as `az` does, flat (authorization 2022-04-01).
pub(super) fn read_assignment<N: Node>(item: &N) -> Option<Assignment> {
    let properties = item.get("properties").filter(|properties| !properties.is_null());
    let mut of = Reader::new(properties.as_ref().unwrap_or(item));
    let definition = of.text(&["roleDefinitionId"])?;
    let assignment = Assignment {
        scope: of.text(&["scope"])?,
        // Two spellings of what stands before are in use.
        role: Guid::parse(definition.trim_end_matches('/').rsplit('/').next()?)?,
        principal: of.guid(&["principalId"])?,
        principal_type: of.text(&["principalType"]).unwrap_or_default(),
        condition: of.text(&["condition"]).filter(|condition| !condition.trim().is_empty()),
    };
    of.whole(assignment)
}

pub(super) fn principal<N: Node>(facts: &mut Facts, heard: Heard<Answer<N>>) {
    let question = Question::Principal;
    let application = facts.entered.application;
    let principal = heard.answer.and_then(|answer| match answer.status {
        200 => match &answer.body {
            Some(body) => read_principals(body, application),
            None => Err(unreadable(question)),
        },
        404 => Ok(None),
        status => Err(Said::of_answer(status, answer.body.as_ref()).why(question)),
    });
    facts.note("the service principal", |facts| &mut facts.principal, heard.source, principal);
}

/// A service principal: the object itself, Graph's `{"value": […]}`, or the bare list of `az`. `None` if the list is empty.
///
/// # Errors
/// What is no service principal, or another application’s, is not an answer.
pub(super) fn read_principals<N: Node>(
    body: &N,
    application: Option<ApplicationId>,
) -> Result<Option<Principal>, WhyUnknown> {
    let list = body.items().or_else(|| body.get("value")?.items());
    let one = match &list {
        None => body,
        Some(list) => match list.first() {
            Some(first) => first,
            None => return Ok(None),
        },
    };
    read_principal(one, application).map(Some).ok_or_else(|| unreadable(Question::Principal))
}

fn read_principal<N: Node>(item: &N, application: Option<ApplicationId>) -> Option<Principal> {
    let mut of = Reader::new(item);
    let of_application = of.guid(&["appId"]).map(ApplicationId::from);
    if of_application.is_some() && application.is_some() && of_application != application {
        return None;
    }
    let groups = of.items(&["transitiveMemberOf", "memberOf"]);
    let groups = groups
        .map(|groups| groups.iter().filter_map(|group| Guid::parse(&group.get("id")?.text()?)).collect());
    let principal = Principal { object: of.guid(&["id"])?, enabled: of.flag(&["accountEnabled"]), groups };
    of.whole(principal)
}

pub(super) fn denials<N: Node>(facts: &mut Facts, heard: Heard<Answer<N>>) {
    let list = list(Question::Denials, heard.answer, "value", read_denial);
    facts.note("deny assignments", |facts| &mut facts.denials, heard.source, list);
}

/// A deny assignment as ARM writes it (authorization 2022-04-01, `DenyAssignmentProperties`).
fn read_denial<N: Node>(item: &N) -> Option<Denial> {
    let properties = item.get("properties")?;
    let mut of = Reader::new(&properties);
    let permissions = of.items(&["permissions"])?;
    let is_conditional = |text: Option<String>| text.is_some_and(|text| !text.trim().is_empty());
    let some_conditional = permissions
        .iter()
        .any(|set| is_conditional(set.get("condition").and_then(|condition| condition.text())));
    let whom = |all: Vec<N>| all.iter().map(|one| Guid::parse(&one.get("id")?.text()?)).collect();
    let denial = Denial {
        name: of.text(&["denyAssignmentName"]).unwrap_or_default(),
        scope: of.text(&["scope"])?,
        inherited: of.flag(&["doNotApplyToChildScopes"]) != Some(true),
        principals: whom(of.items(&["principals"])?)?,
        excluded: of.items(&["excludePrincipals"]).map_or(Some(Vec::new()), whom)?,
        permissions: permissions.iter().map(read_permission).collect::<Option<_>>()?,
        conditional: some_conditional || is_conditional(of.text(&["condition"])),
    };
    of.whole(denial)
}

fn read_permission<N: Node>(item: &N) -> Option<Permission> {
    let mut of = Reader::new(item);
    let permission = Permission {
        actions: of.texts(&["actions"]).unwrap_or_default(),
        not_actions: of.texts(&["notActions"]).unwrap_or_default(),
        data_actions: of.texts(&["dataActions"]).unwrap_or_default(),
        not_data_actions: of.texts(&["notDataActions"]).unwrap_or_default(),
    };
    of.whole(permission)
}

pub(super) fn permissions<N: Node>(facts: &mut Facts, heard: Heard<Answer<N>>) {
    let list = list(Question::Permissions, heard.answer, "value", read_permission);
    facts.note("permissions", |facts| &mut facts.permissions, heard.source, list);
}

pub(super) fn locks<N: Node>(facts: &mut Facts, heard: Heard<Answer<N>>) {
    let read = |item: &N| {
        let properties = item.get("properties").filter(|properties| !properties.is_null());
        let level = properties.as_ref().unwrap_or(item).get("level")?.text()?;
        Some(Lock { name: item.get("name").and_then(|name| name.text()).unwrap_or_default(), level })
    };
    let list = list(Question::Locks, heard.answer, "value", read);
    facts.note("locks", |facts| &mut facts.locks, heard.source, list);
}

/// Confluent Cloud, service-quota/v1 `AppliedQuota`.
pub(super) fn quotas<N: Node>(facts: &mut Facts, heard: Heard<Answer<N>>) {
    let read = |item: &N| {
        let scope = ["environment", "network", "kafka_cluster"]
            .iter()
            .find_map(|name| item.get(name)?.get("id")?.text());
        let mut of = Reader::new(item);
        let code = of.text(&["id"])?;
        let quota = Quota {
            name: of.text(&["display_name"]).unwrap_or_else(|| code.clone()),
            code,
            scope: scope.unwrap_or_default(),
            limit: of.number(&["applied_limit", "default_limit"])?,
            used: of.number(&["usage"]),
        };
        of.whole(quota)
    };
    let list = list(Question::Quotas, heard.answer, "data", read);
    facts.note("quotas", |facts| &mut facts.quotas, heard.source, list);
}
