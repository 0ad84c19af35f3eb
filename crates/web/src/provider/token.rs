//! Which tokens are to be believed: signature by a key of the provider's (RFC 7515, 7517), issuer and audience, then what ID
//! tokens (OpenID Connect Core 1.0, 3.1.3.7) and logout tokens (Back-Channel Logout 1.0, 2.6) must say.

use std::sync::Once;

use chrono::{DateTime, Utc};
use jsonwebtoken::crypto::{CryptoProvider, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::jwk::{Jwk, JwkSet, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, DecodingKeyKind, Validation, decode, decode_header};
use ring::signature::{self as algorithms, RsaPublicKeyComponents, UnparsedPublicKey};
use serde_json::Value;
use signature::Verifier;

use super::ProviderError;

/// Seconds by which clocks may differ.
const LEEWAY: i64 = 60;
/// Seconds after which a logout token is too old to mean anything.
const LOGOUT_AGE: i64 = 600;
const LOGOUT_EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// Asymmetric signatures only: with the others whoever can check a token can make one.
const BELIEVED: [Algorithm; 8] = [
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
    Algorithm::ES256,
    Algorithm::ES384,
];

fn key_of<'a>(keys: &'a JwkSet, token: &str) -> Option<(&'a Jwk, Algorithm)> {
    let header = decode_header(token).ok()?;
    let signs =
        |key: &&Jwk| key.common.public_key_use.as_ref().is_none_or(|of| *of == PublicKeyUse::Signature);
    let mut signing = keys.keys.iter().filter(signs);
    let key = match &header.kid {
        Some(kid) => signing.find(|key| key.common.key_id.as_ref() == Some(kid))?,
        // Without a name there must be no choice.
        None => signing.next().filter(|_| signing.next().is_none())?,
    };
    Some((key, header.alg))
}

/// Whether the key that a token names is among these.
pub(super) fn knows(keys: &JwkSet, token: &str) -> bool {
    key_of(keys, token).is_some()
}

/// The claims of a token that one of these keys has signed, from this issuer and for this client.
pub(super) fn proved(token: &str, keys: &JwkSet, issuer: &str, client: &str) -> Result<Value, ProviderError> {
    install();
    let (key, algorithm) =
        key_of(keys, token).ok_or(ProviderError::Token("no key of the provider's fits"))?;
    if !BELIEVED.contains(&algorithm) {
        return Err(ProviderError::Token("its kind of signature is not believed"));
    }
    let mut validation = Validation::new(algorithm);
    validation.set_issuer(&[issuer]);
    validation.set_audience(&[client]);
    validation.set_required_spec_claims(&["iss", "aud"]);
    // Times are checked by our own clock, below.
    validation.validate_exp = false;
    let key = DecodingKey::from_jwk(key).map_err(|_| ProviderError::Token("the key cannot be used"))?;
    let decoded = decode::<Value>(token, &key, &validation);
    Ok(decoded.map_err(|_| ProviderError::Token("signature, issuer or audience do not hold"))?.claims)
}

/// What an ID token must say beside that.
pub(super) fn check_id_token(
    claims: &Value,
    client: &str,
    nonce: &str,
    now: DateTime<Utc>,
) -> Result<(), ProviderError> {
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    let several = claims.get("aud").and_then(Value::as_array).is_some_and(|all| all.len() > 1);
    let wrong = if text("nonce") != Some(nonce) {
        "it is not of this sign-in"
    } else if text("sub").is_none_or(str::is_empty) {
        "it names nobody"
    } else if (several || claims.get("azp").is_some()) && text("azp") != Some(client) {
        "it was made for another client"
    } else {
        return check_times(claims, now, true);
    };
    Err(ProviderError::Token(wrong))
}

/// Whether a token says in its head that it is a logout token, so that no other kind can be taken for one.
pub(super) fn is_of_logout(token: &str) -> bool {
    let kind = decode_header(token).ok().and_then(|header| header.typ);
    kind.is_some_and(|kind| kind.eq_ignore_ascii_case("logout+jwt"))
}

/// What a logout token must say.
pub(super) fn check_logout_token(claims: &Value, now: DateTime<Utc>) -> Result<(), ProviderError> {
    let event = claims.get("events").and_then(|events| events.get(LOGOUT_EVENT));
    let old = number(claims, "iat").is_none_or(|at| now.timestamp() > at + LOGOUT_AGE);
    let wrong = if !event.is_some_and(Value::is_object) {
        "it is not of a logout"
    } else if claims.get("nonce").is_some() {
        "it is an ID token"
    } else if claims.get("sub").is_none() && claims.get("sid").is_none() {
        "it names no session"
    } else if old {
        "it is too old"
    } else {
        return check_times(claims, now, false);
    };
    Err(ProviderError::Token(wrong))
}

fn check_times(claims: &Value, now: DateTime<Utc>, must_end: bool) -> Result<(), ProviderError> {
    let now = now.timestamp();
    let ended = match number(claims, "exp") {
        Some(end) => now >= end + LEEWAY,
        None => must_end || claims.get("exp").is_some(),
    };
    let early = |name| match number(claims, name) {
        Some(begin) => now < begin - LEEWAY,
        None => claims.get(name).is_some(),
    };
    if ended {
        Err(ProviderError::Token("it has expired"))
    } else if early("iat") || early("nbf") {
        Err(ProviderError::Token("it is of a time to come"))
    } else {
        Ok(())
    }
}

fn number(claims: &Value, name: &str) -> Option<i64> {
    claims.get(name).and_then(Value::as_i64)
}

/// A key of the provider's with one algorithm, checked by ring.
struct Key {
    key: DecodingKey,
    algorithm: Algorithm,
}

impl JwtVerifier for Key {
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }
}

impl Verifier<Vec<u8>> for Key {
    fn verify(&self, message: &[u8], signed: &Vec<u8>) -> Result<(), signature::Error> {
        let wrong = |_| signature::Error::new();
        let rsa = match self.algorithm {
            Algorithm::RS256 => &algorithms::RSA_PKCS1_2048_8192_SHA256,
            Algorithm::RS384 => &algorithms::RSA_PKCS1_2048_8192_SHA384,
            Algorithm::RS512 => &algorithms::RSA_PKCS1_2048_8192_SHA512,
            Algorithm::PS256 => &algorithms::RSA_PSS_2048_8192_SHA256,
            Algorithm::PS384 => &algorithms::RSA_PSS_2048_8192_SHA384,
            Algorithm::PS512 => &algorithms::RSA_PSS_2048_8192_SHA512,
            Algorithm::ES256 => return self.curve(&algorithms::ECDSA_P256_SHA256_FIXED, message, signed),
            Algorithm::ES384 => return self.curve(&algorithms::ECDSA_P384_SHA384_FIXED, message, signed),
            _ => return Err(signature::Error::new()),
        };
        let DecodingKeyKind::RsaModulusExponent { n, e } = self.key.kind() else {
            return Err(signature::Error::new());
        };
        RsaPublicKeyComponents { n, e }.verify(rsa, message, signed).map_err(wrong)
    }
}

impl Key {
    fn curve(
        &self,
        algorithm: &'static dyn algorithms::VerificationAlgorithm,
        message: &[u8],
        signed: &[u8],
    ) -> Result<(), signature::Error> {
        let key = self.key.try_get_as_bytes().map_err(|_| signature::Error::new())?;
        UnparsedPublicKey::new(algorithm, key).verify(message, signed).map_err(|_| signature::Error::new())
    }
}

/// Lets `jsonwebtoken` check signatures with ring, which TLS uses too. It signs nothing here.
fn install() {
    static RING: CryptoProvider = CryptoProvider {
        signer_factory: |_, _| Err(ErrorKind::UnsupportedAlgorithm.into()),
        verifier_factory: |algorithm, key| Ok(Box::new(Key { key: key.clone(), algorithm: *algorithm })),
        key_utils: KeyUtils::new_unimplemented(),
    };
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // Nobody else installs one: nothing to say if somebody has.
        let _ = RING.install_default();
    });
}
