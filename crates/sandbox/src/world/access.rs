//! Who may do what: principals, groups, role assignments, and from when they count.

use time::OffsetDateTime;
use uuid::Uuid;

use super::login::OURS;
use super::{Assignment, Being, DenyAssignment, Principal, World, later};
use crate::ids;
use crate::roles::{self, Role};

impl World {
    /// The service principal of an application in a tenant.
    pub(crate) fn principal(&self, tenant: &str, app_id: &str) -> Option<&Principal> {
        self.principals.iter().find(|principal| {
            principal.being == Being::ServicePrincipal
                && principal.tenant.eq_ignore_ascii_case(tenant)
                && principal.app_id.eq_ignore_ascii_case(app_id)
        })
    }

    /// Any object of a tenant's directory.
    pub(crate) fn principal_by_object(&self, tenant: &str, object_id: &str) -> Option<&Principal> {
        self.principals.iter().find(|principal| {
            principal.tenant.eq_ignore_ascii_case(tenant)
                && principal.object_id.eq_ignore_ascii_case(object_id)
        })
    }

    /// Whether what is assigned at `scope` holds for `target`: it lies there or below, or in a subscription of a management group.
    pub(crate) fn covers(&self, scope: &str, target: &str) -> bool {
        if ids::covers(scope, target) {
            return true;
        }
        let Some(group) = ids::management_group(scope) else { return false };
        ids::subscription_of(target)
            .and_then(|id| self.subscription(id))
            .and_then(|subscription| subscription.management_group.as_deref())
            .is_some_and(|own| own.eq_ignore_ascii_case(group))
    }

    /// Whether an assignment is a principal's: its own, or one of a group that it is a member of, directly or through others.
    pub(crate) fn assigned_to(&self, assignment: &Assignment, principal_id: &str) -> bool {
        let for_it = |id: &str| assignment.principal_id.eq_ignore_ascii_case(id);
        for_it(principal_id) || self.groups_of(principal_id).iter().any(|group| for_it(&group.object_id))
    }

    /// The groups that an object is in, directly or through others.
    pub(crate) fn groups_of(&self, object_id: &str) -> Vec<&Principal> {
        let mut found: Vec<&Principal> = Vec::new();
        let mut members = vec![object_id];
        while let Some(member) = members.pop() {
            let around = self.principals.iter().filter(|group| {
                group.being == Being::Group
                    && group.members.iter().any(|one| one.eq_ignore_ascii_case(member))
            });
            for group in around {
                if !found.iter().any(|known| known.object_id == group.object_id) {
                    found.push(group);
                    members.push(&group.object_id);
                }
            }
        }
        found
    }

    /// The deny assignment that keeps a principal from an action at `scope`: it counts before every role.
    pub(crate) fn denied_by(
        &self,
        principal_id: &str,
        scope: &str,
        action: &str,
        on_data: bool,
    ) -> Option<&DenyAssignment> {
        self.deny_assignments.iter().find(|denial| {
            let patterns = if on_data { &denial.data_actions } else { &denial.actions };
            self.covers(&denial.scope, scope)
                && patterns.iter().any(|pattern| roles::matches(pattern, action))
                && !denial.excluded.iter().any(|one| one.eq_ignore_ascii_case(principal_id))
        })
    }

    /// The roles of a principal that count at `scope` now, each with the moment it began to count. An assignment with a condition
    /// does not count: no condition is ever met here.
    pub(crate) fn effective_roles(
        &self,
        principal_id: &str,
        scope: &str,
        now: OffsetDateTime,
    ) -> Vec<(&'static Role, OffsetDateTime)> {
        self.assignments
            .iter()
            .filter(|assignment| {
                assignment.effective <= now
                    && assignment.condition.is_none()
                    && self.covers(&assignment.scope, scope)
                    && self.assigned_to(assignment, principal_id)
            })
            .filter_map(|assignment| Some((roles::role(&assignment.role)?, assignment.effective)))
            .collect()
    }

    /// Makes the application's principal in a tenant, or finds it; its object id.
    pub(crate) fn ensure_principal(&mut self, tenant: &str, app_id: &str, now: OffsetDateTime) -> String {
        if let Some(principal) = self.principal(tenant, app_id) {
            return principal.object_id.clone();
        }
        let name = self
            .applications
            .iter()
            .find(|application| application.app_id.eq_ignore_ascii_case(app_id))
            .map_or_else(|| app_id.to_owned(), |application| application.name.clone());
        // Those who are signed in stay who they are when the world begins anew: their tokens name their object ids.
        let object_id = if name.starts_with(OURS) {
            ids::derived(&format!("principal {app_id} in {tenant}"))
        } else {
            Uuid::new_v4().to_string()
        };
        self.principals.push(Principal {
            app_id: app_id.to_ascii_lowercase(),
            ..Principal::new(Being::ServicePrincipal, &object_id, tenant, &name, now)
        });
        object_id
    }

    /// Assigns a role unless it is assigned; counts from `effective`.
    pub(crate) fn ensure_assignment(
        &mut self,
        scope: &str,
        role: &str,
        principal_id: &str,
        now: OffsetDateTime,
        effective: OffsetDateTime,
    ) {
        let there = self.assignments.iter().any(|assignment| {
            assignment.scope.eq_ignore_ascii_case(scope)
                && assignment.role == role
                && assignment.principal_id == principal_id
        });
        if !there {
            self.assignments.push(Assignment::new(scope, role, principal_id, now, effective));
        }
    }

    /// The moment at which a role assigned now begins to count.
    pub(crate) fn propagated(&self, now: OffsetDateTime) -> OffsetDateTime {
        later(now, self.timing.role_propagation)
    }

    /// Soft-deleting a vault takes the role assignments at and below it away (Key Vault, "Soft-delete overview").
    pub(crate) fn drop_assignments(&mut self, scope: &str) {
        self.assignments.retain(|assignment| !ids::covers(scope, &assignment.scope));
    }
}

impl Principal {
    /// An enabled object that everybody sees.
    pub(crate) fn new(being: Being, object_id: &str, tenant: &str, name: &str, now: OffsetDateTime) -> Self {
        Self {
            being,
            object_id: object_id.into(),
            tenant: tenant.to_ascii_lowercase(),
            app_id: String::new(),
            name: name.into(),
            enabled: true,
            members: Vec::new(),
            created: now,
            visible: now,
        }
    }
}

impl Assignment {
    /// An assignment to a service principal, without a condition.
    pub(crate) fn new(
        scope: &str,
        role: &str,
        principal_id: &str,
        now: OffsetDateTime,
        effective: OffsetDateTime,
    ) -> Self {
        Self {
            name: Uuid::new_v4().to_string(),
            scope: scope.into(),
            role: role.into(),
            principal_id: principal_id.into(),
            principal_type: "ServicePrincipal".into(),
            description: None,
            condition: None,
            short_role_id: false,
            created: now,
            created_by: String::new(),
            effective,
        }
    }
}
