//! Proof that what came out of a backup is whole: every shop's chain from its first event, its
//! stock against its orders, and that it stands where the backup says.

use super::archive::PARTS;
use super::manifest::Manifest;
use accounts::Accounts;
use anyhow::{Context, Result, bail, ensure};
use domain::quantity::QUANTITY_SCALE;
use domain::{ShopId, Stamp};
use hub::Unreadable;
use journal::reader::SqliteRows;
use journal::{Replay, Rows, copy};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;

/// What one shop came to.
pub(crate) struct Balance {
    shop: String,
    name: String,
    epoch: u64,
    events: u64,
    sessions: usize,
    orders: usize,
    held: u64,
    sold: u64,
    free: u64,
}

/// Proves the files in a folder; answers every shop's balance, by its id.
pub(crate) fn prove(manifest: &Manifest, dir: &Path) -> Result<Vec<Balance>> {
    let [journal, accounts] = PARTS;
    let broken = |name: &str| format!("the part {name} of the backup cannot be relied on");
    let file = dir.join(journal);
    copy::inspect(&file).with_context(|| broken(journal))?;
    let names = Accounts::open(dir).with_context(|| broken(accounts))?;
    let rows: Arc<dyn Rows> = Arc::new(SqliteRows::new(&file));
    let heads = rows.heads()?;
    let known = heads.iter().filter(|(shop, _)| manifest.shops.contains_key(&shop.to_string()));
    ensure!(
        heads.len() == manifest.shops.len() && known.count() == heads.len(),
        "the journal has other shops than the manifest: one of them was changed"
    );
    let mut balances = Vec::new();
    for (shop, _) in heads {
        let mut balance = replay(&rows, shop, manifest).with_context(|| broken(journal))?;
        // Whoever moved a leaked accounts.db away has older shops in the journal.
        let name = names.shop_name(shop);
        balance.name = name.map_or_else(|| "(no account)".into(), |name| name.to_string());
        balances.push(balance);
    }
    Ok(balances)
}

fn replay(rows: &Arc<dyn Rows>, shop: ShopId, manifest: &Manifest) -> Result<Balance> {
    let all = |from: Stamp| Replay::new(rows.clone(), shop, from);
    let replayed = hub::recover(shop, None, all);
    let state = replayed.map_err(|Unreadable(why)| anyhow::anyhow!("shop {shop}: {why}"))?.state;
    let stamp = state.stamp();
    if !manifest.shops.get(&shop.to_string()).is_some_and(|position| position.is(&stamp)) {
        bail!("shop {shop} does not stand where the manifest says");
    }
    let checked = state.check_stock();
    let checked = checked.map_err(|broken| anyhow::anyhow!("shop {shop}: {broken}"))?;
    let (mut held, mut sold, mut free) = (0, 0, 0);
    let at_rest = state.snapshot();
    for cell in at_rest.items.iter().flat_map(|item| &item.cells) {
        held += cell.held.milli();
        sold += cell.sold.milli();
        free += cell.stock.milli() - cell.held.milli() - cell.sold.milli();
    }
    Ok(Balance {
        shop: shop.to_string(),
        name: String::new(),
        epoch: stamp.position.epoch.0,
        events: stamp.position.seq.0,
        sessions: at_rest.sessions.len(),
        orders: checked.orders,
        held,
        sold,
        free,
    })
}

impl Balance {
    /// For programs.
    pub(crate) fn json(&self) -> Value {
        json!({
            "shop": self.shop,
            "epoch": self.epoch,
            "seq": self.events,
            "sessions": self.sessions,
            "orders": self.orders,
            "held": units(self.held),
            "sold": units(self.sold),
            "free": units(self.free),
        })
    }

    /// For people.
    pub(crate) fn line(&self) -> String {
        format!(
            "{} {}: {} events up to ({}, {}), {} sessions, {} orders; held {}, sold {}, free {}",
            self.shop,
            self.name,
            self.events,
            self.epoch,
            self.events,
            self.sessions,
            self.orders,
            units(self.held),
            units(self.sold),
            units(self.free),
        )
    }
}

/// Thousandths as units: exact below 2⁵³.
fn units(milli: u64) -> f64 {
    milli as f64 / QUANTITY_SCALE as f64
}
