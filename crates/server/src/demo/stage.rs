//! The stage: a shop, its goods, a session that is live.

use super::api::Api;
use crate::core::Core;
use accounts::{CameFrom, Opens};
use anyhow::{Context, Result};
use crowd::{OfferTerms, Stock, da_lat};
use domain::{Quantity, SessionId, ShopId};
use serde_json::{Value, json};
use std::net::SocketAddr;

/// The practice host.
const NAME: &str = "Chủ vườn (thử)";

/// A practice live that has begun.
pub(crate) struct Stage {
    /// How the server is called.
    pub(crate) api: Api,
    /// Whose live it is.
    pub(crate) shop: ShopId,
    /// The session, in the shop.
    pub(crate) id: SessionId,
    /// The same, as in its address.
    pub(crate) session: String,
    /// The overlay's page with its key, as seen from outside.
    pub(crate) overlay: String,
    /// The path that shows the host's console to whoever has it.
    pub(crate) console: String,
    /// What the host's program carries.
    pub(crate) host_token: String,
    /// What the connector carries.
    pub(crate) source_token: String,
    /// What is on sale.
    pub(crate) goods: Vec<OfferTerms>,
}

impl Stage {
    /// Adds the shop, opens the session and goes live, through the same doors as everybody.
    /// Blocking.
    pub(crate) fn set(core: &Core, public: SocketAddr) -> Result<Self> {
        let new = core.accounts.add_shop("Hợp tác xã rau Đà Lạt (thử)")?;
        core.hub.add_shop(new.shop);
        let api = Api::new(public);
        let goods = da_lat();
        let body = json!({
            "title": "Phiên thử: rau củ Đà Lạt tối nay",
            "offers": goods.iter().map(offer).collect::<Vec<_>>(),
            "rules": {"hold": {"seconds": 600}, "delivery": {"fee": 25_000, "free_from": 300_000}},
        });
        let opened = api.post("/v1/sessions", Some(&new.host_token), &body)?;
        let session = opened["session"].as_str().context("a session has an id")?.to_owned();
        let (_, id) = SessionId::parse_public(&session).context("the id is the shop's")?;
        let console = show(core, new.shop, &session)?;
        let overlays = format!("/v1/sessions/{session}/overlays");
        let made = api.post(&overlays, Some(&new.host_token), &json!({}))?;
        let overlay = made["address"].as_str().context("an overlay has an address")?.to_owned();
        let stage = Self {
            overlay,
            api,
            console,
            shop: new.shop,
            id,
            session,
            host_token: new.host_token,
            source_token: new.source_token,
            goods,
        };
        stage.host("state", &json!({"state": "live"}))?;
        stage.pin(0)?;
        Ok(stage)
    }

    /// A host's call that needs no key.
    pub(crate) fn host(&self, what: &str, body: &Value) -> Result<Value> {
        let path = format!("/v1/sessions/{}/{what}", self.session);
        self.api.post(&path, Some(&self.host_token), body)
    }

    /// Pins one of the goods.
    pub(crate) fn pin(&self, turn: usize) -> Result<()> {
        let code = self.goods[turn % self.goods.len()].code;
        let path = format!("/v1/sessions/{}/offers/{code}", self.session);
        let key = format!("pin-{turn}");
        self.api.patch(&path, &self.host_token, &key, &json!({"pinned": true}))?;
        Ok(())
    }

    /// Brings more of one of the goods.
    pub(crate) fn restock(&self, turn: usize) -> Result<()> {
        let code = self.goods[turn % self.goods.len()].code;
        let path = format!("/v1/sessions/{}/offers/{code}", self.session);
        let key = format!("restock-{turn}");
        self.api.patch(&path, &self.host_token, &key, &json!({"restock": 20}))?;
        Ok(())
    }
}

/// Makes the practice host, whose password nobody knows, and a link to their console.
fn show(core: &Core, shop: ShopId, session: &str) -> Result<String> {
    let now = core.clock.wall();
    let (link, password) =
        (core.accounts.offer(Opens::SetUp(Some(shop)), now), core.accounts.draw_word());
    let host = (NAME, password.as_str());
    let (_, sign_in) = core.accounts.set_up(&link, "", host, (CameFrom::default(), now))?;
    let link = core.accounts.offer(Opens::Show(sign_in.person.id), now);
    Ok(format!("/sign-in?link={link}&next=/host/{session}"))
}

/// An offer as the contract writes it.
fn offer(terms: &OfferTerms) -> Value {
    let Stock::Pool(stock) = terms.stock else { unreachable!("the co-operative has pools only") };
    let packs = terms.packs.iter().map(|pack| (pack.name.to_string(), number(pack.quantity)));
    json!({
        "code": terms.code.as_str(),
        "name": &*terms.name,
        "price": terms.price.amount,
        "unit": &*terms.unit,
        "step": number(terms.step),
        "stock": number(stock),
        "packs": packs.collect::<serde_json::Map<_, _>>(),
        "aliases": terms.aliases.iter().map(|alias| &**alias).collect::<Vec<_>>(),
    })
}

/// A quantity as a JSON number, by its decimal text.
fn number(quantity: Quantity) -> Value {
    serde_json::from_str(&quantity.to_string()).expect("a decimal is a JSON number")
}
