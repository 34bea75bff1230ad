//! Whether a set of permissions allows an action.

use crate::facts::Permission;

/// Whether an action is allowed: by one set that holds it and does not take it out again (Azure RBAC, role definitions).
pub(super) fn allows(permissions: &[Permission], action: &str) -> bool {
    let holds = |patterns: &[String]| patterns.iter().any(|pattern| covers(pattern, action));
    permissions.iter().any(|set| holds(&set.actions) && !holds(&set.not_actions))
}

/// The same for an action on data.
pub(super) fn allows_data(permissions: &[Permission], action: &str) -> bool {
    let holds = |patterns: &[String]| patterns.iter().any(|pattern| covers(pattern, action));
    permissions.iter().any(|set| holds(&set.data_actions) && !holds(&set.not_data_actions))
}

/// Whether a pattern, in which `*` stands for any text, covers an action; blind to case.
fn covers(pattern: &str, action: &str) -> bool {
    let (pattern, action) = (pattern.to_ascii_lowercase(), action.to_ascii_lowercase());
    let mut pieces = pattern.split('*');
    let Some(mut rest) = pieces.next().and_then(|first| action.strip_prefix(first)) else { return false };
    let mut pieces = pieces.peekable();
    if pieces.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(piece) = pieces.next() {
        if pieces.peek().is_none() {
            return rest.ends_with(piece);
        }
        let Some(at) = rest.find(piece) else { return false };
        rest = rest.get(at + piece.len()..).unwrap_or("");
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_cover_actions() {
        let action = "Microsoft.Authorization/roleAssignments/write";
        for (pattern, expected) in [
            ("*", true),
            ("microsoft.authorization/roleassignments/write", true),
            ("Microsoft.Authorization/*", true),
            ("Microsoft.Authorization/*/write", true),
            ("*/write", true),
            ("*/roleAssignments/*", true),
            ("Microsoft.*/roleAssignments/*te", true),
            ("*/read", false),
            ("Microsoft.Authorization/*/read", false),
            ("Microsoft.KeyVault/*", false),
            ("*/vaults/*", false),
            ("Microsoft.Authorization", false),
            ("Microsoft.Authorization/roleAssignments/write/more", false),
            ("", false),
        ] {
            assert_eq!(covers(pattern, action), expected, "{pattern}");
        }
    }
}
