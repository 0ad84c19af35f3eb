//! Signing in at an identity provider that does right and wrong as it is told. The journey `provider.test.mjs` does the same in a
//! browser with a certified one.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use axum::{Form, Json, Router};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chrono::Duration;
use model::Role;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use store::settings::{ClaimNames, ProviderSettings, RoleName};
use store::{audit, users};

use crate::system::{Answer, Browser, OWN, TestSystem, number_of};

fn b64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

struct Key {
    pair: EcdsaKeyPair,
}

impl Key {
    fn new() -> Self {
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &random);
        Self { pair: pair.unwrap() }
    }

    fn jwk(&self, kid: &str) -> Value {
        let point = self.pair.public_key().as_ref();
        json!({ "kty": "EC", "crv": "P-256", "kid": kid, "use": "sig", "alg": "ES256",
            "x": b64(&point[1..33]), "y": b64(&point[33..65]) })
    }

    fn token(&self, header: &Value, claims: &Value) -> String {
        let message = format!("{}.{}", b64(header.to_string()), b64(claims.to_string()));
        let signed = self.pair.sign(&SystemRandom::new(), message.as_bytes()).unwrap();
        format!("{message}.{}", b64(signed))
    }
}

/// What the provider holds: its keys, the challenge of the sign-in that goes on, and the token it will give.
struct Held {
    issuer: String,
    keys: Vec<Value>,
    challenge: String,
    token: String,
    user_info: Value,
}

type Shared = Arc<Mutex<Held>>;

struct Provider {
    held: Shared,
    key: Key,
    issuer: String,
}

impl Provider {
    async fn start() -> Self {
        let key = Key::new();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let held = Arc::new(Mutex::new(Held {
            issuer: issuer.clone(),
            keys: vec![key.jwk("one")],
            challenge: String::new(),
            token: String::new(),
            user_info: Value::Null,
        }));
        let routes = Router::new()
            .route("/.well-known/openid-configuration", get(document))
            .route(
                "/jwks",
                get(async |State(held): State<Shared>| Json(json!({ "keys": held.lock().unwrap().keys }))),
            )
            .route(
                "/me",
                get(async |State(held): State<Shared>| Json(held.lock().unwrap().user_info.clone())),
            )
            .route("/token", post(tokens))
            .with_state(Arc::clone(&held));
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Self { held, key, issuer }
    }

    fn settings(&self) -> ProviderSettings {
        let role = |value: &str, role| RoleName { value: value.into(), role };
        ProviderSettings {
            name: "Test provider".into(),
            issuer: self.issuer.clone(),
            client_id: "wsic".into(),
            client_secret: "s3cret/+".into(),
            base: "http://127.0.0.1:8080".into(),
            scopes: vec!["openid".into(), "profile".into()],
            user_info: false,
            certificates: None,
            claims: ClaimNames::default(),
            require: BTreeMap::new(),
            roles: vec![role("doctor", Role::Gp), role("citizen", Role::Person)],
        }
    }

    async fn system(&self) -> TestSystem {
        let settings = self.settings();
        TestSystem::with(move |config| config.sign_in.provider = Some(settings)).await
    }

    /// Begins a sign-in; gives the parameters that the browser takes to the provider.
    async fn begin(&self, browser: &mut Browser<'_>) -> BTreeMap<String, String> {
        let answer = browser.get("/sign-in/provider?next=/worklist").await;
        let (address, query) = answer.header("location").split_once('?').unwrap();
        assert_eq!(address, format!("{}/authorize", self.issuer));
        let sent: BTreeMap<String, String> = query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(n, v)| (n.into(), v.into()))
            .collect();
        self.held.lock().unwrap().challenge.clone_from(&sent["code_challenge"]);
        sent
    }

    fn claims(&self, system: &TestSystem, nonce: &str) -> Value {
        let now = system.now().timestamp();
        json!({ "iss": self.issuer, "aud": "wsic", "sub": "u1", "sid": "s1", "nonce": nonce, "iat": now,
            "exp": now + 300, "name": "Gina Okafor", "roles": ["doctor"], "organisation": "E84002" })
    }

    /// Comes back with the code for this token.
    async fn back(&self, browser: &mut Browser<'_>, state: &str, token: String) -> Answer {
        self.held.lock().unwrap().token = token;
        browser.get(&format!("/sign-in/provider/return?code=abc&state={state}")).await
    }

    /// A whole sign-in, with claims changed like this.
    async fn sign_in(
        &self,
        system: &TestSystem,
        browser: &mut Browser<'_>,
        change: impl Fn(&mut Value),
    ) -> Answer {
        let sent = self.begin(browser).await;
        let mut claims = self.claims(system, &sent["nonce"]);
        change(&mut claims);
        let token = self.key.token(&json!({ "alg": "ES256", "kid": "one" }), &claims);
        self.back(browser, &sent["state"], token).await
    }
}

async fn document(State(held): State<Shared>) -> Json<Value> {
    let issuer = held.lock().unwrap().issuer.clone();
    let at = |path: &str| format!("{issuer}{path}");
    Json(
        json!({ "issuer": issuer, "authorization_endpoint": at("/authorize"), "token_endpoint": at("/token"),
        "jwks_uri": at("/jwks"), "userinfo_endpoint": at("/me"), "end_session_endpoint": at("/end") }),
    )
}

async fn tokens(
    State(held): State<Shared>,
    headers: HeaderMap,
    Form(form): Form<BTreeMap<String, String>>,
) -> Result<Json<Value>, StatusCode> {
    let held = held.lock().unwrap();
    let login = format!("Basic {}", STANDARD.encode("wsic:s3cret/%2B"));
    let challenge = b64(Sha256::digest(&form["code_verifier"]));
    let right = headers["authorization"] == login.as_str()
        && form["grant_type"] == "authorization_code"
        && form["redirect_uri"] == "http://127.0.0.1:8080/sign-in/provider/return"
        && challenge == held.challenge;
    if !right {
        return Err(StatusCode::BAD_REQUEST);
    }
    Ok(Json(json!({ "id_token": held.token, "access_token": "a", "token_type": "Bearer" })))
}

async fn sentences(system: &TestSystem) -> Vec<String> {
    let access = policy::Access {
        user: policy::UserId("governance".into()),
        display_name: String::new(),
        role: Role::GovernanceLead,
        organisation: "QRV".into(),
        purpose: model::Purpose::Governance,
        reason: None,
        correlation: "t".into(),
        session: String::new(),
        at: system.now(),
        person: None,
    };
    let (action, what) = (policy::Action::SearchAudit, policy::Resource::Audit);
    let permit = system.store.request(&access, action, what).await.unwrap();
    let page = store::Page { offset: 0, limit: 100 };
    let (_, rows) = audit::search(&system.store, &permit, &audit::Filter::default(), page).await.unwrap();
    rows.into_iter().map(|row| row.sentence).collect()
}

#[tokio::test]
async fn whoever_the_provider_knows_signs_in_and_out_again() {
    let provider = Provider::start().await;
    let system = provider.system().await;
    let mut browser = system.browser();
    let page = browser.get("/sign-in?next=/worklist").await;
    assert!(page.body.contains("Sign in with Test provider"));
    assert!(page.body.contains("href=\"/sign-in/provider?next=/worklist\""));
    let policy = page.header("content-security-policy");
    assert!(policy.ends_with(&format!("form-action 'self' {}", provider.issuer)), "{policy}");
    let sent = provider.begin(&mut browser).await;
    assert_eq!((sent["response_type"].as_str(), sent["code_challenge_method"].as_str()), ("code", "S256"));
    assert_eq!(sent["scope"], "openid%20profile");
    let answer = provider.sign_in(&system, &mut browser, |_| {}).await;
    assert_eq!(answer.header("location"), "/worklist", "{}", answer.body);
    assert_eq!(browser.get("/worklist").await.status, StatusCode::OK);
    let account = browser.get("/account").await;
    assert!(account.body.contains("Gina Okafor") && account.body.contains("You sign in with Test provider"));
    assert_eq!(browser.get("/account/password").await.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.get("/account/second-factor").await.status, StatusCode::NOT_FOUND);
    let user = users::get(&system.store, &policy::UserId("provider:u1".into())).await.unwrap().unwrap();
    assert_eq!((user.role, user.organisation.as_str()), (Role::Gp, "E84002"));
    let answer = browser.post("/sign-out", &[]).await;
    let end = answer.header("location");
    assert!(end.starts_with(&format!("{}/end?id_token_hint=", provider.issuer)), "{end}");
    assert!(end.ends_with("&post_logout_redirect_uri=http%3A//127.0.0.1%3A8080/sign-out"), "{end}");
    assert_eq!(browser.get("/worklist").await.status, StatusCode::SEE_OTHER);
    let said = sentences(&system).await;
    assert!(
        said.contains(&"Signed in at the identity provider.".to_owned())
            && said.contains(&"Signed out.".to_owned())
    );
}

type Change = Box<dyn Fn(&mut Value)>;

#[tokio::test]
async fn a_token_that_does_not_hold_signs_nobody_in() {
    let provider = Provider::start().await;
    let system = provider.system().await;
    let now = system.now().timestamp();
    let set = |name: &'static str, value: Value| move |claims: &mut Value| claims[name] = value.clone();
    let changes: Vec<(&str, Change)> = vec![
        ("another nonce", Box::new(set("nonce", json!("another")))),
        ("another issuer", Box::new(set("iss", json!("https://elsewhere.example")))),
        ("another client", Box::new(set("aud", json!("another")))),
        ("several clients without a party", Box::new(set("aud", json!(["wsic", "another"])))),
        ("another party", Box::new(set("azp", json!("another")))),
        ("expired", Box::new(set("exp", json!(now - 61)))),
        ("without an end", Box::new(set("exp", Value::Null))),
        ("an end that is text", Box::new(set("exp", json!("9999999999")))),
        ("of tomorrow", Box::new(set("iat", json!(now + 86_400)))),
        ("of nobody", Box::new(set("sub", json!("")))),
    ];
    for (what, change) in changes {
        let mut browser = system.browser();
        let answer = provider.sign_in(&system, &mut browser, change).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{what}");
        assert_eq!(answer.h1(), "The sign-in was not finished", "{what}");
        assert!(browser.cookie("wsic_session").is_none(), "{what}");
    }
    let stranger = Key::new();
    let public = provider.key.pair.public_key().as_ref().to_vec();
    let forged = |header: Value, claims: &Value| {
        let message = format!("{}.{}", b64(header.to_string()), b64(claims.to_string()));
        let tag =
            ring::hmac::sign(&ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &public), message.as_bytes());
        [stranger.token(&header, claims), format!("{message}."), format!("{message}.{}", b64(tag))]
    };
    for alg in ["ES256", "none", "HS256", "RS256", "ES384"] {
        for n in 0..3 {
            let mut browser = system.browser();
            let sent = provider.begin(&mut browser).await;
            let claims = provider.claims(&system, &sent["nonce"]);
            let token = forged(json!({ "alg": alg, "kid": "one" }), &claims)[n].clone();
            let answer = provider.back(&mut browser, &sent["state"], token).await;
            assert_eq!(answer.h1(), "The sign-in was not finished", "{alg} {n}");
            assert!(browser.cookie("wsic_session").is_none(), "{alg} {n}");
        }
    }
    let said = sentences(&system).await;
    let refused =
        said.iter().filter(|s| *s == "What the identity provider sent was not to be believed.").count();
    assert_eq!(refused, 25, "each is in the audit");
}

#[tokio::test]
async fn a_sign_in_is_good_once_and_in_the_browser_that_began_it() {
    let provider = Provider::start().await;
    let system = provider.system().await;
    let mut victim = system.browser();
    victim.get("/sign-in").await;
    let mut attacker = system.browser();
    let sent = provider.begin(&mut attacker).await;
    let claims = provider.claims(&system, &sent["nonce"]);
    let header = json!({ "alg": "ES256", "kid": "one" });
    let token = provider.key.token(&header, &claims);
    let answer = provider.back(&mut victim, &sent["state"], token.clone()).await;
    assert_eq!(answer.h1(), "The sign-in was not finished", "begun elsewhere");
    let answer = provider.back(&mut attacker, &sent["state"], token.clone()).await;
    assert_eq!(answer.header("location"), "/worklist");
    let mut again = system.browser();
    provider.begin(&mut again).await;
    for address in ["?code=abc&state=made-up", "?code=abc", "?error=access_denied"] {
        let answer = again.get(&format!("/sign-in/provider/return{address}")).await;
        assert_eq!(answer.h1(), "The sign-in was not finished", "{address}");
    }
    let sent = provider.begin(&mut again).await;
    let answer =
        again.get(&format!("/sign-in/provider/return?error=access_denied&state={}", sent["state"])).await;
    assert_eq!(answer.h1(), "The sign-in was not finished");
    let sent = provider.begin(&mut again).await;
    let mixed = format!(
        "/sign-in/provider/return?code=abc&iss=https%3A%2F%2Felsewhere.example&state={}",
        sent["state"]
    );
    assert_eq!(again.get(&mixed).await.h1(), "The sign-in was not finished", "another provider's answer");
    let sent = provider.begin(&mut again).await;
    provider.held.lock().unwrap().challenge = "another".into();
    let answer = provider.back(&mut again, &sent["state"], token).await;
    assert_eq!(answer.h1(), "The sign-in was not finished", "the provider refused the verifier");
}

#[tokio::test]
async fn a_new_key_of_the_providers_is_asked_for() {
    let provider = Provider::start().await;
    let system = provider.system().await;
    let mut browser = system.browser();
    provider.begin(&mut browser).await;
    let key = Key::new();
    provider.held.lock().unwrap().keys = vec![key.jwk("two")];
    system.wait(Duration::minutes(2));
    let sent = provider.begin(&mut browser).await;
    let claims = provider.claims(&system, &sent["nonce"]);
    let token = key.token(&json!({ "alg": "ES256", "kid": "two" }), &claims);
    let answer = provider.back(&mut browser, &sent["state"], token).await;
    assert_eq!(answer.header("location"), "/worklist");
}

#[tokio::test]
async fn whoever_is_not_known_here_is_told_what_to_do() {
    let provider = Provider::start().await;
    let system = provider.system().await;
    for (claim, value, words) in [
        ("roles", json!(["porter"]), "names no role that this service knows"),
        ("organisation", Value::Null, "does not say for which organisation you work"),
        ("roles", json!("citizen"), "no record here has your NHS number"),
    ] {
        let mut browser = system.browser();
        let answer = provider.sign_in(&system, &mut browser, |claims| claims[claim] = value.clone()).await;
        assert_eq!(
            (answer.status, answer.h1().as_str()),
            (StatusCode::FORBIDDEN, "You cannot sign in here yet")
        );
        assert!(answer.body.contains(words), "{words}");
        assert!(!answer.body.contains("porter") && browser.cookie("wsic_session").is_none());
    }
    let said = sentences(&system).await;
    assert!(said.contains(&"The identity provider named no role that is known here.".to_owned()));
    let mut browser = system.browser();
    let number = number_of(OWN).digits();
    let answer = provider
        .sign_in(&system, &mut browser, |claims| {
            claims["roles"] = json!("citizen");
            claims["nhs_number"] = json!(number);
        })
        .await;
    assert_eq!(answer.header("location"), "/worklist", "{}", answer.body);
    assert_eq!(browser.get("/my-record").await.status, StatusCode::OK, "their own record");
}

#[tokio::test]
async fn a_provider_of_another_name_or_out_of_reach_signs_nobody_in_and_stops_nothing_else() {
    let provider = Provider::start().await;
    for issuer in
        [format!("{}/", provider.issuer), "http://127.0.0.1:9".into(), "http://elsewhere.example".into()]
    {
        let settings = ProviderSettings { issuer, ..provider.settings() };
        let system = TestSystem::with(move |config| config.sign_in.provider = Some(settings)).await;
        let answer = system.browser().get("/sign-in/provider").await;
        assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(answer.h1(), "Sorry, there is a problem");
        let mut browser = system.signed_in("gp").await;
        assert_eq!(browser.get("/worklist").await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn user_info_is_of_the_same_user_or_nothing() {
    let provider = Provider::start().await;
    let settings = ProviderSettings { user_info: true, ..provider.settings() };
    let system = TestSystem::with(move |config| config.sign_in.provider = Some(settings)).await;
    for (sub, signed_in) in [("u2", false), ("u1", true)] {
        provider.held.lock().unwrap().user_info = json!({ "sub": sub, "roles": ["doctor"], "iss": "x" });
        let mut browser = system.browser();
        let answer = provider.sign_in(&system, &mut browser, |claims| claims["roles"] = Value::Null).await;
        // A claim that is there but empty is not filled: the token's own claims win.
        assert_eq!(answer.status == StatusCode::FORBIDDEN, signed_in, "{sub}: {}", answer.h1());
        let mut browser = system.browser();
        let gone = |claims: &mut Value| drop(claims.as_object_mut().unwrap().remove("roles"));
        let answer = provider.sign_in(&system, &mut browser, gone).await;
        assert_eq!(answer.header("location") == "/worklist", signed_in, "{sub}: {}", answer.h1());
    }
}

#[tokio::test]
async fn the_provider_ends_sessions_with_a_signed_token() {
    let provider = Provider::start().await;
    let system = provider.system().await;
    let mut browser = system.browser();
    provider.sign_in(&system, &mut browser, |_| {}).await;
    let now = system.now().timestamp();
    let event = json!({ "http://schemas.openid.net/event/backchannel-logout": {} });
    let right = json!({ "iss": provider.issuer, "aud": "wsic", "sub": "u1", "sid": "s1", "iat": now, "exp": now + 120,
        "jti": "1", "events": event });
    let end = async |key: &Key, change: &dyn Fn(&mut Value)| {
        let mut claims = right.clone();
        change(&mut claims);
        let typ = claims.get("typ").cloned().unwrap_or(json!("logout+jwt"));
        let token = key.token(&json!({ "alg": "ES256", "kid": "one", "typ": typ }), &claims);
        let request = axum::http::Request::builder()
            .method("POST")
            .uri("/sign-in/provider/ended")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(axum::body::Body::from(format!("logout_token={token}")))
            .unwrap();
        system.send(request).await.status
    };
    let remove =
        |name: &'static str| move |claims: &mut Value| drop(claims.as_object_mut().unwrap().remove(name));
    assert_eq!(end(&Key::new(), &|_| {}).await, StatusCode::BAD_REQUEST, "another's key");
    for (what, change) in [
        ("an ID token", &(|claims: &mut Value| claims["nonce"] = json!("n")) as &dyn Fn(&mut Value)),
        ("another kind", &|claims| claims["typ"] = json!("JWT")),
        ("no logout", &remove("events")),
        ("another client", &|claims| claims["aud"] = json!("another")),
        ("old", &|claims| claims["iat"] = json!(now - 3_600)),
        ("of nobody", &|claims| {
            claims.as_object_mut().unwrap().retain(|name, _| name != "sub" && name != "sid");
        }),
    ] {
        assert_eq!(end(&provider.key, change).await, StatusCode::BAD_REQUEST, "{what}");
    }
    assert_eq!(browser.get("/worklist").await.status, StatusCode::OK, "still signed in");
    assert_eq!(end(&provider.key, &|claims| claims["sid"] = json!("other")).await, StatusCode::OK);
    assert_eq!(browser.get("/worklist").await.status, StatusCode::OK, "another session");
    assert_eq!(end(&provider.key, &|_| {}).await, StatusCode::OK);
    assert_eq!(browser.get("/worklist").await.status, StatusCode::SEE_OTHER);
}
