//! The contract's HTTP calls, as a host's and a connector's program would make them.

use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;
use ureq::Agent;

/// A caller of one server.
#[derive(Clone)]
pub(crate) struct Api {
    agent: Agent,
    base: String,
}

impl Api {
    /// Calls the server at `public`, over loopback if it listens everywhere.
    pub(crate) fn new(public: SocketAddr) -> Self {
        let ip =
            if public.ip().is_unspecified() { Ipv4Addr::LOCALHOST.into() } else { public.ip() };
        let config = Agent::config_builder()
            .timeout_global(Some(Duration::from_secs(30)))
            .http_status_as_error(false);
        let base = format!("http://{}", SocketAddr::new(ip, public.port()));
        Self { agent: config.build().new_agent(), base }
    }

    /// Where sockets are opened: `ws://…`.
    pub(crate) fn socket_base(&self) -> String {
        self.base.replacen("http", "ws", 1)
    }

    /// Posts a body; answers the answer's body, or what the server said was wrong.
    pub(crate) fn post(&self, path: &str, token: Option<&str>, body: &Value) -> Result<Value> {
        self.call(self.agent.post(format!("{}{path}", self.base)), token, None, body)
    }

    /// Patches under an idempotency key.
    pub(crate) fn patch(&self, path: &str, token: &str, key: &str, body: &Value) -> Result<Value> {
        self.call(self.agent.patch(format!("{}{path}", self.base)), Some(token), Some(key), body)
    }

    fn call(
        &self,
        mut request: ureq::RequestBuilder<ureq::typestate::WithBody>,
        token: Option<&str>,
        key: Option<&str>,
        body: &Value,
    ) -> Result<Value> {
        if let Some(token) = token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        if let Some(key) = key {
            request = request.header("Idempotency-Key", key);
        }
        let mut answer = request.send_json(body).context("the server does not answer")?;
        let status = answer.status();
        let body: Value = answer.body_mut().read_json().context("the answer is no JSON")?;
        if !status.is_success() {
            let (code, detail) = (body["code"].as_str(), body["detail"].as_str());
            bail!("{status} {}: {}", code.unwrap_or("?"), detail.unwrap_or("?"));
        }
        Ok(body)
    }
}
