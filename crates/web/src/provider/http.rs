//! Asking the provider: JSON over HTTPS, without redirects, a short time and a small answer.

use std::sync::OnceLock;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};

use super::ProviderError;
use crate::errors::encoded;

const LONGEST: Duration = Duration::from_secs(10);
const LARGEST: u64 = 1 << 20;

/// Asks in threads that may wait.
pub(super) struct Client {
    certificates: Option<String>,
    agent: OnceLock<ureq::Agent>,
}

impl Client {
    /// `certificates` is a file of certificates to trust in place of the public ones.
    pub(super) fn new(certificates: Option<String>) -> Self {
        Self { certificates, agent: OnceLock::new() }
    }

    pub(super) async fn get(&self, address: &str, bearer: Option<&str>) -> Result<Value, ProviderError> {
        let mut request = self.agent()?.get(secure(address)?).header("Accept", "application/json");
        if let Some(token) = bearer {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        ask(address, move || request.call()).await
    }

    /// Posts a form, with the client's name and secret as HTTP login when they are given (RFC 6749, 2.3.1).
    pub(super) async fn post(
        &self,
        address: &str,
        login: Option<(&str, &str)>,
        fields: &[(&str, &str)],
    ) -> Result<Value, ProviderError> {
        let mut request = self.agent()?.post(secure(address)?).header("Accept", "application/json");
        if let Some((name, secret)) = login {
            let login = STANDARD.encode(format!("{}:{}", encoded(name), encoded(secret)));
            request = request.header("Authorization", format!("Basic {login}"));
        }
        let fields: Vec<(String, String)> =
            fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        ask(address, move || request.send_form(fields)).await
    }

    fn agent(&self) -> Result<&ureq::Agent, ProviderError> {
        if let Some(agent) = self.agent.get() {
            return Ok(agent);
        }
        let mut tls = TlsConfig::builder();
        if let Some(file) = &self.certificates {
            tls = tls.root_certs(trusted(file)?);
        }
        let config = ureq::Agent::config_builder()
            .tls_config(tls.build())
            .timeout_global(Some(LONGEST))
            .max_redirects(0)
            .http_status_as_error(false)
            .build();
        Ok(self.agent.get_or_init(|| config.new_agent()))
    }
}

fn trusted(file: &str) -> Result<RootCerts, ProviderError> {
    let problem = |e: String| ProviderError::Certificates(e);
    let text = std::fs::read(file).map_err(|e| problem(e.to_string()))?;
    let mut certificates = Vec::new();
    for item in parse_pem(&text) {
        if let PemItem::Certificate(certificate) = item.map_err(|e| problem(e.to_string()))? {
            certificates.push(certificate);
        }
    }
    if certificates.is_empty() {
        return Err(problem("there is none in the file".to_owned()));
    }
    Ok(RootCerts::new_with_certs(&certificates))
}

/// Plain HTTP only to this machine, for trials.
fn secure(address: &str) -> Result<&str, ProviderError> {
    let here = ["http://127.0.0.1:", "http://localhost:", "http://[::1]:"];
    let good = address.starts_with("https://") || here.iter().any(|start| address.starts_with(start));
    if good { Ok(address) } else { Err(ProviderError::Plain(address.to_owned())) }
}

type Answer = Result<ureq::http::Response<ureq::Body>, ureq::Error>;

async fn ask(address: &str, call: impl FnOnce() -> Answer + Send + 'static) -> Result<Value, ProviderError> {
    let to = address.to_owned();
    let work = move || {
        let unreachable = |e: ureq::Error| ProviderError::Unreachable(to.clone(), e.to_string());
        let mut response = call().map_err(unreachable)?;
        if response.status() != 200 {
            return Err(ProviderError::Status(to, response.status().as_u16()));
        }
        let body = response.body_mut().with_config().limit(LARGEST).read_to_vec();
        serde_json::from_slice(&body.map_err(unreachable)?).map_err(|_| ProviderError::Unreadable(to))
    };
    let stopped = |_| ProviderError::Unreachable(address.to_owned(), "stopped".to_owned());
    tokio::task::spawn_blocking(work).await.map_err(stopped)?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_goes_to_this_machine_alone() {
        for good in ["https://a.example/x", "http://127.0.0.1:9/x", "http://localhost:9"] {
            assert!(secure(good).is_ok(), "{good}");
        }
        for bad in
            ["http://a.example", "http://127.0.0.1.a.example:9/", "http://localhost.a.example", "file:///x"]
        {
            assert!(secure(bad).is_err(), "{bad}");
        }
    }
}
