//! A session of Chốt's for one measurement: an offer that nobody can sell out, and its viewers'
//! tickets.

use super::endpoint::Endpoint;
use crate::host::{Host, Tokens};
use crate::http::{Call, Http, Target};
use crate::peers::books::Books;
use anyhow::Context as _;
use serde_json::json;
use std::net::{SocketAddr, SocketAddrV4};
use tokio::task::JoinSet;

/// Connections over which tickets are fetched; all are closed before a socket is opened.
const TICKET_CONNECTIONS: usize = 8;

/// Thousandths of a kilo that a claim takes.
const CLAIM_MILLI: u64 = 100;

/// Kilos. A claim takes 100 g, so that no round sells all of it; and there is room for the changes
/// of a run below the most that an offer may have.
const STOCK: u64 = 900_000;

/// A live session and who may change it.
pub(crate) struct Session {
    target: Target,
    host: Host,
    changes: u64,
}

impl Session {
    /// Opens a session with one offer, D1, and goes live. Who claims again gets more.
    ///
    /// # Errors
    /// What the server answered instead.
    pub(crate) async fn open(target: &Target, tokens: &Tokens) -> anyhow::Result<Self> {
        let session = json!({
            "title": "Một món nóng",
            "offers": [{
                "code": "D1", "name": "cà chua", "price": 45_000,
                "unit": "kg", "step": 0.1, "stock": STOCK,
            }],
            "rules": { "repeat_comment": "add", "repeat_code": "add" },
        });
        let host = Host::open(target, &tokens.host, &session, None).await?;
        Ok(Self { target: target.clone(), host, changes: 0 })
    }

    /// Ends it: its sockets are told, and what follows is not about it.
    ///
    /// # Errors
    /// What the server answered instead.
    pub(crate) async fn end(mut self) -> anyhow::Result<()> {
        self.host.set_state("ended").await
    }

    /// Adds one piece: what is left is then another figure than before.
    ///
    /// # Errors
    /// What the server answered instead.
    pub(crate) async fn restock(&mut self) -> anyhow::Result<()> {
        self.changes += 1;
        let key = format!("restock-{}-{}", self.host.session, self.changes);
        self.host.change_offer("D1", &json!({ "restock": 1 }), &key).await
    }

    /// What is left of the stock, in claims, beside those that the session counts and the `held`
    /// ones that were answered. For a session without changes.
    ///
    /// # Errors
    /// What the server answered instead.
    pub(crate) async fn books(&mut self, held: u64) -> anyhow::Result<Books> {
        let view = self.host.view().await?;
        let offer = view.offers.first().context("the session has no offer")?;
        Ok(Books {
            whose: "Chốt, claims by frame".to_owned(),
            stock: STOCK * 1_000 / CLAIM_MILLI,
            left: i64::try_from(offer.left_milli / CLAIM_MILLI)?,
            recorded: Some(u64::from(self.host.summary().await?.claims)),
            acknowledged: Some(held),
        })
    }

    /// What will be left after the next change, if nobody buys: how its frame is recognised.
    pub(crate) fn next_left(&self) -> String {
        format!(r#""left":{},"#, STOCK + self.changes + 1)
    }

    /// Where its viewers come in.
    ///
    /// # Errors
    /// If the server is not at an IPv4 address.
    pub(crate) fn endpoint(&self) -> anyhow::Result<Endpoint> {
        let path = format!("/v1/sessions/{}/live", self.host.session);
        Ok(Endpoint::new(ipv4(self.target.address)?, &path, Some("v1.json.chot")))
    }

    /// As many tickets, each of a new buyer.
    ///
    /// # Errors
    /// What the server answered instead.
    pub(crate) async fn tickets(&self, count: u32) -> anyhow::Result<Vec<String>> {
        #[derive(serde::Deserialize)]
        struct Ticket {
            ticket: String,
        }
        let mut counters = JoinSet::new();
        for counter in 0..TICKET_CONNECTIONS {
            let mut http = Http::new(&self.target);
            let path = format!("/v1/sessions/{}/tickets", self.host.session);
            counters.spawn(async move {
                let mut tickets = Vec::new();
                for viewer in (0..count).skip(counter).step_by(TICKET_CONNECTIONS) {
                    let body = json!({ "name": format!("Khách {viewer}") });
                    let reply = http.call(Call::post(&path, body.to_string())).await?;
                    tickets.push(reply.json::<Ticket>()?.ticket);
                }
                anyhow::Ok(tickets)
            });
        }
        let mut tickets = Vec::with_capacity(count as usize);
        while let Some(ended) = counters.join_next().await {
            tickets.extend(ended??);
        }
        Ok(tickets)
    }
}

/// The address, if it is one of the old kind: source addresses are chosen among those.
///
/// # Errors
/// If it is of the new kind.
pub(crate) fn ipv4(address: SocketAddr) -> anyhow::Result<SocketAddrV4> {
    match address {
        SocketAddr::V4(address) => Ok(address),
        SocketAddr::V6(address) => None.with_context(|| format!("{address} is not IPv4")),
    }
}
