//! The host of a session: opens it, goes live, and reads what became of it.

use crate::http::{Call, Http, Target};
use proto::live;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// How the shop is reached.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub(crate) struct Tokens {
    /// May do everything of the shop.
    pub(crate) host: String,
    /// May post comments.
    pub(crate) source: String,
}

/// A running session and the connection that looks after it.
pub(crate) struct Host {
    http: Http,
    token: String,
    /// The session's id.
    pub(crate) session: String,
}

impl Host {
    /// Opens a session as the contract's JSON describes it, shows the offer `pinned` and goes live.
    ///
    /// # Errors
    /// What the server answered instead.
    pub(crate) async fn open(
        target: &Target,
        token: &str,
        session: &Value,
        pinned: Option<&str>,
    ) -> anyhow::Result<Self> {
        #[derive(serde::Deserialize)]
        struct Opened {
            session: String,
        }
        let mut http = Http::new(target);
        let call = Call::post("/v1/sessions", session.to_string()).token(token);
        let Opened { session } = http.call(call).await?.json()?;
        let mut host = Self { http, token: token.to_owned(), session };
        if let Some(code) = pinned {
            host.change_offer(code, &json!({ "pinned": true }), "pin").await?;
        }
        host.set_state("live").await?;
        Ok(host)
    }

    /// Changes an offer, under an idempotency key.
    ///
    /// # Errors
    /// What the server answered instead.
    pub(crate) async fn change_offer(
        &mut self,
        code: &str,
        change: &Value,
        key: &str,
    ) -> anyhow::Result<()> {
        let path = format!("/v1/sessions/{}/offers/{code}", self.session);
        let call = Call::patch(&path, change.to_string()).token(&self.token).key(key);
        self.http.call(call).await?.json::<Value>().map(drop)
    }

    /// `live`, `paused` or `ended`.
    ///
    /// # Errors
    /// What the server answered instead.
    pub(crate) async fn set_state(&mut self, state: &str) -> anyhow::Result<()> {
        let path = format!("/v1/sessions/{}/state", self.session);
        let body = json!({ "state": state }).to_string();
        let call = Call::post(&path, body).token(&self.token);
        self.http.call(call).await?.json::<Value>().map(drop)
    }

    /// The public view.
    ///
    /// # Errors
    /// If there is none.
    pub(crate) async fn view(&mut self) -> anyhow::Result<live::Session> {
        let path = format!("/v1/sessions/{}", self.session);
        self.http.call(Call::get(&path)).await?.json()
    }

    /// What the session came to, as the server itself adds it up.
    ///
    /// # Errors
    /// If the server refuses.
    pub(crate) async fn summary(&mut self) -> anyhow::Result<live::Summary> {
        let path = format!("/v1/sessions/{}/summary", self.session);
        self.http.call(Call::get(&path).token(&self.token)).await?.json()
    }

    /// The whole ledger, as it is exported.
    ///
    /// # Errors
    /// If the server refuses.
    pub(crate) async fn ledger(&mut self) -> anyhow::Result<Vec<u8>> {
        let path = format!("/v1/sessions/{}/ledger", self.session);
        let reply = self.http.call(Call::get(&path).token(&self.token)).await?;
        anyhow::ensure!(reply.status == 200, "the ledger: {}", reply.code());
        Ok(reply.body.to_vec())
    }

    /// All orders: from memory, or from the read model once it has come as far as `seq`.
    ///
    /// # Errors
    /// If the server refuses, or the read model is not there after a minute.
    pub(crate) async fn orders(&mut self, stored: Option<u64>) -> anyhow::Result<Vec<live::Order>> {
        let patience = Instant::now() + Duration::from_secs(60);
        loop {
            let (orders, as_of) = self.pages(stored.is_some()).await?;
            let Some(wanted) = stored.filter(|&wanted| as_of < wanted) else {
                return Ok(orders);
            };
            anyhow::ensure!(
                Instant::now() < patience,
                "the read model stands at {as_of}, not at {wanted}, after a minute"
            );
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Every page, and the lowest place in the shop's history that a page stood for.
    async fn pages(&mut self, stored: bool) -> anyhow::Result<(Vec<live::Order>, u64)> {
        let (mut orders, mut as_of, mut cursor) = (Vec::new(), u64::MAX, String::new());
        loop {
            let mut path = format!("/v1/sessions/{}/orders?limit=500", self.session);
            if stored {
                path.push_str("&stored=true");
            }
            if !cursor.is_empty() {
                path = format!("{path}&cursor={cursor}");
            }
            let call = Call::get(&path).token(&self.token);
            let page: live::Orders = self.http.call(call).await?.json()?;
            as_of = as_of.min(page.as_of.map_or(0, |position| position.seq));
            orders.extend(page.orders);
            match page.next_cursor {
                Some(next) => cursor = next,
                None => return Ok((orders, as_of)),
            }
        }
    }
}
