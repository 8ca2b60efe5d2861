//! What commands do with a data folder, whether they own it or ask its server.

use crate::core::Core;
use crate::export;
use anyhow::{Context, Result, bail};
use domain::{SessionId, ShopId};
use gateway::SheetForm;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::io::Write;

/// An order over the control socket.
#[derive(Serialize, Deserialize, Debug)]
#[serde(tag = "order", rename_all = "snake_case")]
pub(crate) enum Order {
    /// Adds a shop.
    ShopAdd {
        /// Its name.
        name: String,
    },
    /// Makes a link by which a shop gets an owner.
    ShopInvite {
        /// Its id.
        shop: String,
    },
    /// Writes a session's ledger.
    ExportNdjson {
        /// Its public id.
        session: String,
    },
    /// Writes a session's orders as text with commas.
    ExportCsv {
        /// Its public id.
        session: String,
    },
    /// Writes a session's orders as a workbook.
    ExportXlsx {
        /// Its public id.
        session: String,
    },
    /// Makes a backup and sends it.
    Backup {
        /// Where it will be kept, to be remembered.
        to: String,
    },
    /// Says whether anybody can sign in yet.
    People {},
    /// Explains how a comment is read now.
    Read {
        /// The session's public id.
        session: String,
        /// The comment.
        text: String,
    },
}

/// Does it; what is more than an answer goes to `out`.
pub(crate) fn carry_out(core: &Core, order: &Order, out: &mut dyn Write) -> Result<Value> {
    match order {
        Order::ShopAdd { name } => {
            let new = core.accounts.add_shop(name).context("the shop was not added")?;
            core.hub.add_shop(new.shop);
            tracing::info!(shop = %new.shop, "a shop was added");
            Ok(json!({
                "shop": new.shop.to_string(),
                "host_token": new.host_token,
                "source_token": new.source_token,
            }))
        }
        Order::ShopInvite { shop } => {
            let known = ShopId::parse(shop).filter(|shop| core.accounts.shop_name(*shop).is_some());
            let shop = known.with_context(|| {
                format!("{shop:?} is no shop of this folder: it looks like 7k3m9qa2x4")
            })?;
            let link = core.set_up_link(Some(shop)).context(
                "a link works only at a running server: start it with `chot serve`, then ask again",
            )?;
            Ok(json!({ "link": link }))
        }
        Order::ExportNdjson { session } => {
            let (shop, session) = parse_session(session)?;
            let records = core.hub.ledger(shop, session)?;
            let lines = export::ledger(records, out)?;
            Ok(json!({ "lines": lines }))
        }
        Order::ExportCsv { session } => {
            let (shop, session) = parse_session(session)?;
            let rows = export::orders(core, shop, session, SheetForm::Csv, out)?;
            Ok(json!({ "rows": rows }))
        }
        Order::ExportXlsx { session } => {
            let (shop, session) = parse_session(session)?;
            let rows = export::orders(core, shop, session, SheetForm::Xlsx, out)?;
            Ok(json!({ "rows": rows }))
        }
        Order::Backup { .. } => bail!("a backup is sent while it is made, not answered"),
        Order::People {} => Ok(json!({ "people": core.accounts.has_people() })),
        Order::Read { session, text } => {
            let (shop, session) = parse_session(session)?;
            let view = core.hub.session(shop, session).context("there is no such session")?;
            let codebook = intent::Codebook::new(0, &view);
            let reading = intent::read(text, &codebook, intent::Circumstances::default());
            let (vi, en) = intent::explain(&reading, &codebook);
            let reason = reading.reason().map(domain::Reason::as_str);
            Ok(json!({ "vi": vi, "en": en, "rule": reading.rule.0, "reason": reason }))
        }
    }
}

/// Reads a session's public id.
pub(crate) fn parse_session(text: &str) -> Result<(ShopId, SessionId)> {
    match SessionId::parse_public(text) {
        Some(session) => Ok(session),
        None => bail!("{text:?} is no session: it looks like 7k3m9qa2x4-s1, as in its address"),
    }
}
