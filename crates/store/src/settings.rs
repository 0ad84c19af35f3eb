//! How people sign in to a deployment: the section `[sign_in]` of `wsic.toml`.

use std::collections::BTreeMap;

use model::Role;
use serde::{Deserialize, Serialize};

/// Sessions, second factors, and where people may sign in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SignInSettings {
    /// A session ends after this many minutes without use.
    pub idle_minutes: u32,
    /// It ends after this many minutes in any case.
    pub longest_minutes: u32,
    /// Roles whose local accounts must have a second factor.
    pub second_factor: Vec<Role>,
    /// Whether accounts with a password of ours may sign in.
    pub local_accounts: bool,
    /// Whether requests come through a proxy of ours, which writes the browser's address as the last one of the header
    /// `X-Forwarded-For`.
    pub behind_proxy: bool,
    /// An identity provider where people may sign in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<ProviderSettings>,
}

impl Default for SignInSettings {
    fn default() -> Self {
        Self {
            idle_minutes: 60,
            longest_minutes: 12 * 60,
            second_factor: Vec::new(),
            local_accounts: true,
            behind_proxy: false,
            provider: None,
        }
    }
}

/// An identity provider that speaks OpenID Connect.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderSettings {
    /// Its name, as the button says it: `NHS CIS2`.
    pub name: String,
    /// Its issuer, exactly as its tokens name it. `/.well-known/openid-configuration` is looked up below it.
    pub issuer: String,
    /// This deployment's client at the provider.
    pub client_id: String,
    /// The client's secret.
    pub client_secret: String,
    /// Where browsers reach these pages, such as `https://wsic.example.org`. The provider must know
    /// `/sign-in/provider/return` below it as redirect address, `/sign-out` as the address after signing out and
    /// `/sign-in/provider/ended` as the back-channel logout address.
    pub base: String,
    /// Scopes asked for; `openid` must be among them.
    #[serde(default = "default_scopes")]
    pub scopes: Vec<String>,
    /// Whether the claims of the user-info endpoint are asked for too.
    #[serde(default)]
    pub user_info: bool,
    /// A file of PEM certificates to trust for the provider's own TLS, in place of the public ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificates: Option<String>,
    /// Where in the claims the things we need stand.
    pub claims: ClaimNames,
    /// Claims that must have one of these values, such as how sure the provider is of who somebody is.
    #[serde(default)]
    pub require: BTreeMap<String, Vec<String>>,
    /// What the provider calls the roles; the first that fits is taken.
    pub roles: Vec<RoleName>,
}

fn default_scopes() -> Vec<String> {
    ["openid", "profile"].map(str::to_owned).into()
}

/// Names of claims, or paths into them that begin with a slash (RFC 6901).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ClaimNames {
    /// Who it is, for good.
    pub user: String,
    /// Their name, as the person reads it in "who looked at my record".
    pub name: String,
    /// Their role, or a list of roles.
    pub role: String,
    /// ODS code of their organisation.
    pub organisation: String,
    /// For the role person: their NHS number.
    pub nhs_number: String,
}

impl Default for ClaimNames {
    fn default() -> Self {
        Self {
            user: "sub".into(),
            name: "name".into(),
            role: "roles".into(),
            organisation: "organisation".into(),
            nhs_number: "nhs_number".into(),
        }
    }
}

/// A value of the role claim, and the role that it is here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleName {
    /// What the claim says.
    pub value: String,
    /// What it is here.
    pub role: Role,
}

// The secret is never printed.
impl std::fmt::Debug for ProviderSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ProviderSettings").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}
