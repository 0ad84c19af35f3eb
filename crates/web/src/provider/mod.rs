//! Signing in at an identity provider: OpenID Connect Core 1.0 with the authorisation code flow and PKCE (RFC 7636), discovery,
//! logout begun here (RP-Initiated Logout 1.0) and there (Back-Channel Logout 1.0).
//!
//! It says who somebody is and what the provider calls their role; `mapping` makes an account of ours of that by the settings.

mod http;
mod mapping;
mod token;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Duration, Utc};
use jsonwebtoken::jwk::JwkSet;
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use store::provider_sign_ins::Waiting;
use store::settings::ProviderSettings;
use tokio::sync::Mutex;

use crate::errors::encoded;

pub(crate) use mapping::{Unknown, known};

/// Why the provider could not be asked, or its answer not be believed. Names no claim's value.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProviderError {
    #[error("the identity provider cannot be reached at {0}: {1}")]
    Unreachable(String, String),
    #[error("the identity provider answered {0} with status {1}")]
    Status(String, u16),
    #[error("the identity provider's answer from {0} cannot be read")]
    Unreadable(String),
    #[error("the identity provider's address {0} must begin with https://")]
    Plain(String),
    #[error("the discovery document names another issuer than wsic.toml")]
    Issuer,
    #[error("the certificates named in wsic.toml cannot be read: {0}")]
    Certificates(String),
    #[error("the token is not to be believed: {0}")]
    Token(&'static str),
}

/// The provider, as the settings name it and as it describes itself.
pub(crate) struct Provider {
    settings: ProviderSettings,
    client: http::Client,
    described: Mutex<Option<Described>>,
}

/// What the discovery document says (OpenID Connect Discovery 1.0), as far as we use it.
#[derive(Clone, Debug, Deserialize)]
struct Document {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    userinfo_endpoint: Option<String>,
    end_session_endpoint: Option<String>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
}

#[derive(Clone)]
struct Described {
    document: Document,
    keys: JwkSet,
    at: DateTime<Utc>,
}

/// A sign-in to send a browser off with.
pub(crate) struct Begun {
    /// At the provider.
    pub(crate) address: String,
    pub(crate) state: String,
    pub(crate) waiting: Waiting,
}

/// What the provider has answered, and what it calls its session.
pub(crate) struct Answered {
    pub(crate) claims: Value,
    pub(crate) session: String,
    pub(crate) token: String,
}

/// What the provider has ended.
pub(crate) struct Ended {
    pub(crate) user: Option<String>,
    pub(crate) session: Option<String>,
}

impl Provider {
    pub(crate) fn new(settings: ProviderSettings) -> Self {
        let client = http::Client::new(settings.certificates.clone());
        Self { settings, client, described: Mutex::new(None) }
    }

    pub(crate) fn settings(&self) -> &ProviderSettings {
        &self.settings
    }

    /// Scheme, host and port of the issuer, where forms may lead to.
    pub(crate) fn origin(&self) -> String {
        origin(&self.settings.issuer)
    }

    /// An address at the provider that begins a sign-in. `random` gives a new secret each time. `again`: the provider is to ask who
    /// it is, even of somebody whom it knows already.
    pub(crate) async fn begin<E: From<ProviderError>>(
        &self,
        next: String,
        again: bool,
        random: impl Fn() -> Result<String, E>,
        now: DateTime<Utc>,
    ) -> Result<Begun, E> {
        let described = self.described(now, Duration::hours(1)).await?;
        let (state, nonce, verifier) = (random()?, random()?, random()?);
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&verifier));
        let (redirect, scope) = (self.redirect(), self.settings.scopes.join(" "));
        let mut fields = vec![
            ("response_type", "code"),
            ("client_id", self.settings.client_id.as_str()),
            ("redirect_uri", redirect.as_str()),
            ("scope", scope.as_str()),
            ("state", state.as_str()),
            ("nonce", nonce.as_str()),
            ("code_challenge", challenge.as_str()),
            ("code_challenge_method", "S256"),
        ];
        fields.extend(again.then_some(("prompt", "login")));
        let address = with_query(&described.document.authorization_endpoint, &fields);
        Ok(Begun { address, state, waiting: Waiting { nonce, verifier, next } })
    }

    /// Changes the code for tokens and gives what they claim, once all of it is proved.
    pub(crate) async fn finish(
        &self,
        code: &str,
        waiting: &Waiting,
        now: DateTime<Utc>,
    ) -> Result<Answered, ProviderError> {
        let described = self.described(now, Duration::hours(1)).await?;
        let redirect = self.redirect();
        let mut fields = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", redirect.as_str()),
            ("code_verifier", waiting.verifier.as_str()),
        ];
        let ProviderSettings { client_id, client_secret, .. } = &self.settings;
        let methods = described.document.token_endpoint_auth_methods_supported.as_ref();
        let basic = methods.is_none_or(|methods| methods.iter().any(|m| m == "client_secret_basic"));
        if !basic {
            fields.extend([("client_id", client_id.as_str()), ("client_secret", client_secret.as_str())]);
        }
        let login = basic.then_some((client_id.as_str(), client_secret.as_str()));
        let answer = self.client.post(&described.document.token_endpoint, login, &fields).await?;
        let text = |name: &str| answer.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let (token, access_token) = (text("id_token"), text("access_token"));
        let mut claims = self.proved(&token, now).await?;
        token::check_id_token(&claims, client_id, &waiting.nonce, now)?;
        if self.settings.user_info {
            self.add_user_info(&described.document, &access_token, &mut claims).await?;
        }
        let session = claims.get("sid").and_then(Value::as_str).unwrap_or_default().to_owned();
        Ok(Answered { claims, session, token })
    }

    /// What a token of back-channel logout ends.
    pub(crate) async fn ended(&self, token: &str, now: DateTime<Utc>) -> Result<Ended, ProviderError> {
        if !token::is_of_logout(token) {
            return Err(ProviderError::Token("it is of another kind"));
        }
        let claims = self.proved(token, now).await?;
        token::check_logout_token(&claims, now)?;
        let text = |name: &str| claims.get(name).and_then(Value::as_str).map(str::to_owned);
        Ok(Ended { user: mapping::user_name(&self.settings, &claims), session: text("sid") })
    }

    /// Where a browser goes to end the provider's session too; `None` when the provider has no such address at its own origin.
    pub(crate) async fn sign_out_address(&self, token: &str, now: DateTime<Utc>) -> Option<String> {
        let described = self.described(now, Duration::hours(24)).await.ok()?;
        let endpoint = described.document.end_session_endpoint?;
        let back = format!("{}/sign-out", self.base());
        let fields = [
            ("id_token_hint", token),
            ("client_id", self.settings.client_id.as_str()),
            ("post_logout_redirect_uri", back.as_str()),
        ];
        (origin(&endpoint) == self.origin()).then(|| with_query(&endpoint, &fields))
    }

    /// The user-info endpoint's claims beside the token's, which win. They must be about the same user.
    async fn add_user_info(
        &self,
        document: &Document,
        access_token: &str,
        claims: &mut Value,
    ) -> Result<(), ProviderError> {
        let endpoint = document.userinfo_endpoint.as_ref();
        let endpoint = endpoint.ok_or(ProviderError::Token("the provider has no user-info endpoint"))?;
        let more = self.client.get(endpoint, Some(access_token)).await?;
        if more.get("sub") != claims.get("sub") {
            return Err(ProviderError::Token("the user info is of somebody else"));
        }
        let (Some(more), Some(claims)) = (more.as_object(), claims.as_object_mut()) else {
            return Err(ProviderError::Unreadable(endpoint.clone()));
        };
        for (name, value) in more {
            claims.entry(name.clone()).or_insert_with(|| value.clone());
        }
        Ok(())
    }

    /// The claims of a token whose signature, issuer and audience hold. A key that is not known may be a new one: it is asked for
    /// again, once a minute at most.
    async fn proved(&self, token: &str, now: DateTime<Utc>) -> Result<Value, ProviderError> {
        let (issuer, client) = (&self.settings.issuer, &self.settings.client_id);
        let described = self.described(now, Duration::hours(1)).await?;
        let keys = if token::knows(&described.keys, token) {
            described.keys
        } else {
            self.described(now, Duration::minutes(1)).await?.keys
        };
        token::proved(token, &keys, issuer, client)
    }

    /// The provider's description, asked for anew when it is older than this.
    async fn described(&self, now: DateTime<Utc>, oldest: Duration) -> Result<Described, ProviderError> {
        let mut held = self.described.lock().await;
        if let Some(described) = held.as_ref().filter(|described| now < described.at + oldest) {
            return Ok(described.clone());
        }
        let issuer = self.settings.issuer.trim_end_matches('/');
        let address = format!("{issuer}/.well-known/openid-configuration");
        let document: Document = read(&address, self.client.get(&address, None).await?)?;
        if document.issuer != self.settings.issuer {
            return Err(ProviderError::Issuer);
        }
        let keys = read(&document.jwks_uri, self.client.get(&document.jwks_uri, None).await?)?;
        let described = Described { document, keys, at: now };
        *held = Some(described.clone());
        Ok(described)
    }

    fn base(&self) -> &str {
        self.settings.base.trim_end_matches('/')
    }

    fn redirect(&self) -> String {
        format!("{}/sign-in/provider/return", self.base())
    }
}

fn read<T: serde::de::DeserializeOwned>(address: &str, value: Value) -> Result<T, ProviderError> {
    serde_json::from_value(value).map_err(|_| ProviderError::Unreadable(address.to_owned()))
}

fn origin(address: &str) -> String {
    address.split('/').take(3).collect::<Vec<_>>().join("/")
}

fn with_query(address: &str, fields: &[(&str, &str)]) -> String {
    let joined: Vec<String> =
        fields.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    let mark = if address.contains('?') { '&' } else { '?' };
    format!("{address}{mark}{}", joined.join("&"))
}
