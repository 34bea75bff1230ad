//! Commands and files to copy, for every shell and tool.

use crate::finding::Severity;
use crate::grant::doctor::{self, Patient};
use crate::grant::new_key::NewKey;
use crate::grant::terraform::{self, Declared};
use crate::grant::{self, Format, Grant, Shell, Snippet, Way};
use crate::id::{self, ApplicationId};
use crate::plan::Plan;

use super::PlanQuestion;

crate::record! {
    /// Asks for what lets Confluent use a key, or takes that away again.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct GrantQuestion {
        /// Resource ID of the vault.
        pub key_vault_id: String,
        /// Key identifier.
        pub key_id: String,
        /// Tenant of the vault.
        pub tenant_id: String,
        /// Confluent's application.
        pub application_id: String,
        /// `bash`, `git-bash`, `powershell`, `cmd`, `terraform`, `bicep`, `arm`.
        pub format: String,
        /// Whether to take the access away.
        pub undo: bool,
        /// The cluster, for `terraform`.
        pub plan: Option<PlanQuestion>,
    }

    /// Asks for commands that tell what there is, and change nothing.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct DoctorQuestion {
        /// Resource ID of the vault.
        pub key_vault_id: String,
        /// Key identifier.
        pub key_id: String,
        /// Confluent's application, once the key is registered.
        pub application_id: Option<String>,
        /// `bash`, `git-bash`, `powershell`, `cmd`.
        pub format: String,
    }

    /// Asks for commands that make a vault and a key.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct NewKeyQuestion {
        /// Resource ID that the vault is to have.
        pub key_vault_id: String,
        /// Identifier that the key is to have.
        pub key_id: String,
        /// Azure region.
        pub region: String,
        /// Whether the key is to be in a hardware security module.
        pub hsm: bool,
        /// `bash`, `git-bash`, `powershell`, `cmd`.
        pub format: String,
    }

    /// Commands or a file, to show and to copy.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct SnippetAnswer {
        /// The lines; empty when the IDs cannot be read or the format is not known.
        pub lines: Vec<Vec<TokenAnswer>>,
        /// What stands between the lines of the copy.
        pub line_break: String,
        /// The address by which an administrator consents instead of creating the service principal by command.
        pub consent: Option<String>,
    }

    /// A piece of a line.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct TokenAnswer {
        /// `comment`, `command`, `flag`, `value`, `text`.
        pub kind: String,
        /// The piece itself.
        pub text: String,
    }
}

impl From<Snippet> for SnippetAnswer {
    fn from(snippet: Snippet) -> Self {
        let token =
            |token: grant::Token| TokenAnswer { kind: token.kind.as_str().to_owned(), text: token.text };
        Self {
            lines: snippet.lines.into_iter().map(|line| line.into_iter().map(token).collect()).collect(),
            line_break: "\n".to_owned(),
            consent: None,
        }
    }
}

fn shown(snippet: Option<Snippet>, line_break: &str) -> SnippetAnswer {
    let answer = SnippetAnswer::from(snippet.unwrap_or(Snippet { lines: Vec::new() }));
    SnippetAnswer { line_break: line_break.to_owned(), ..answer }
}

fn shell(name: &str) -> Option<Shell> {
    Shell::ALL.into_iter().find(|shell| shell.as_str() == name)
}

pub(super) fn grant(question: GrantQuestion) -> SnippetAnswer {
    let way = if question.undo { Way::Take } else { Way::Give };
    let grant = wanted(&question);
    let consent = grant.as_ref().map(|grant| grant::admin_consent_link(grant.tenant, grant.application_id));
    let answer = match Format::ALL.into_iter().find(|format| format.as_str() == question.format) {
        Some(format) => shown(grant.map(|grant| grant::render(&grant, format, way)), format.line_break()),
        None if question.format == "terraform" => shown(declared(&question, way), "\n"),
        None => shown(None, "\n"),
    };
    SnippetAnswer { consent: consent.filter(|_| !question.undo), ..answer }
}

fn wanted(question: &GrantQuestion) -> Option<Grant> {
    Some(Grant {
        vault: id::key_vault_id(&question.key_vault_id).value?,
        tenant: id::tenant_id(&question.tenant_id).value?,
        application_id: ApplicationId::parse(&question.application_id)?,
    })
}

/// Terraform registers the key by itself, so it needs no application.
fn declared(question: &GrantQuestion, way: Way) -> Option<Snippet> {
    let vault = id::key_vault_id(&question.key_vault_id).value?;
    if way == Way::Take {
        return Some(terraform::terraform_undo(&vault));
    }
    let key = id::key_id(&question.key_id).value?;
    let tenant = id::tenant_id(&question.tenant_id).value?;
    let plan = question.plan.clone().map(Plan::from);
    Some(terraform::terraform(&Declared { vault: &vault, key: &key, tenant, cluster: plan.as_ref() }))
}

pub(super) fn doctor(question: DoctorQuestion) -> SnippetAnswer {
    let made = || {
        let vault = id::key_vault_id(&question.key_vault_id).value?;
        let key = id::key_id(&question.key_id).value?;
        let application = question.application_id.as_deref().and_then(ApplicationId::parse);
        let shell = shell(&question.format)?;
        Some(doctor::doctor(&Patient { vault: &vault, key: &key, application }, shell))
    };
    shown(made(), shell(&question.format).map_or("\n", Shell::line_break))
}

pub(super) fn new_key(question: NewKeyQuestion) -> SnippetAnswer {
    let made = || {
        let vault = id::key_vault_id(&question.key_vault_id).value?;
        let key = id::key_id(&question.key_id).value?;
        let together = id::together(Some(&vault), Some(&key), None);
        if together.iter().any(|finding| finding.severity() == Severity::Error) {
            return None;
        }
        Some(NewKey::new(&vault, &key, &question.region, question.hsm)?.render(shell(&question.format)?))
    };
    shown(made(), shell(&question.format).map_or("\n", Shell::line_break))
}
