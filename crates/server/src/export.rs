//! Exports: the ledger as NDJSON, the orders as CSV that no spreadsheet can mistake for formulas.

use crate::cli::{Export, Format};
use crate::control;
use crate::core::Core;
use crate::office::Order;
use crate::settings::data_of;
use anyhow::{Context, Result};
use domain::{OrderView, SessionId, ShopId};
use hub::{LedgerRecord, LedgerRecords};
use std::fs::File;
use std::io::{BufWriter, Write};

/// Orders asked for at a time.
const ORDERS_PER_PAGE: usize = 500;

/// Writes the export beside its final place and moves it there when it is whole.
pub(crate) fn run(export: &Export) -> Result<()> {
    let session = export.session.clone();
    let order = match export.format {
        Format::Ndjson => Order::ExportNdjson { session },
        Format::Csv => Order::ExportCsv { session },
    };
    let data = data_of(export.data.clone())?;
    let part = export.out.with_added_extension("part");
    let file = File::create(&part)
        .with_context(|| format!("{} cannot be written", export.out.display()))?;
    let mut out = BufWriter::new(file);
    let told = control::order(&data, &order, &mut out);
    let done = told.and_then(|told| {
        out.into_inner().map_err(|error| error.into_error())?.sync_all()?;
        std::fs::rename(&part, &export.out)?;
        Ok(told)
    });
    if done.is_err() && part.exists() {
        std::fs::remove_file(&part)?;
    }
    let told = done?;
    crate::say::say(&format!("{}: {told}", export.out.display()));
    Ok(())
}

/// Writes a ledger's lines; answers how many.
pub(crate) fn ledger(records: LedgerRecords, out: &mut dyn Write) -> Result<u64> {
    let mut lines = 0;
    for record in records {
        let line = match record? {
            LedgerRecord::Checkpoint { stamp, bytes } => ledger::checkpoint_line(&stamp, &bytes)?,
            LedgerRecord::Frame { stamp, prev, bytes } => ledger::line(&stamp, prev, &bytes)?,
        };
        out.write_all(line.as_bytes())?;
        lines += 1;
    }
    Ok(lines)
}

/// Writes a session's orders, one row per line of an order; answers how many.
pub(crate) fn orders(
    core: &Core,
    shop: ShopId,
    session: SessionId,
    out: &mut dyn Write,
) -> Result<u64> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record(COLUMNS)?;
    let (mut after, mut rows) = (None, 0);
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    loop {
        let page = core.hub.orders(shop, session, after, ORDERS_PER_PAGE);
        let (orders, _) = runtime.block_on(page)?;
        let Some(last) = orders.last() else { break };
        after = Some(last.order);
        for order in &orders {
            rows += write_order(&mut csv, core, shop, order)?;
        }
    }
    csv.flush()?;
    Ok(rows)
}

const COLUMNS: [&str; 13] = [
    "order",
    "buyer",
    "buyer_name",
    "state",
    "code",
    "variant",
    "held",
    "waitlisted",
    "price",
    "delivery_fee",
    "order_total",
    "currency",
    "hold_until",
];

fn write_order<W: Write>(
    csv: &mut csv::Writer<W>,
    core: &Core,
    shop: ShopId,
    order: &OrderView,
) -> Result<u64> {
    let name = core.hub.buyer_name(shop, order.buyer).unwrap_or_default();
    for line in &order.lines {
        let line = &line.line;
        let variant: Vec<_> = line.variant.0.iter().map(|v| v.as_deref().unwrap_or("")).collect();
        csv.write_record([
            order.order.public(shop),
            order.buyer.to_string(),
            safe_cell(&name),
            order.state.as_str().into(),
            safe_cell(line.code.as_str()),
            safe_cell(&variant.join(" / ")),
            line.held.to_string(),
            line.waitlisted.to_string(),
            line.price.amount.to_string(),
            order.delivery_fee.map(|fee| fee.amount.to_string()).unwrap_or_default(),
            order.total.amount.to_string(),
            order.total.currency.to_string(),
            order.hold_until.map(|at| at.to_string()).unwrap_or_default(),
        ])?;
    }
    Ok(order.lines.len() as u64)
}

/// Text that a spreadsheet shows as text: what could begin a formula (also full-width) gets an
/// apostrophe in front.
fn safe_cell(text: &str) -> String {
    let formula = ['=', '+', '-', '@', '\t', '\r', '\0', '＝', '＋', '－', '＠'];
    match text.trim_start_matches(' ').starts_with(formula) {
        true => format!("'{text}"),
        false => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_begins_a_formula() {
        for text in ["=1+1", " =1", "+84", "-1", "@a", "\tx", "＝1"] {
            assert!(safe_cell(text).starts_with('\''), "{text:?}");
        }
        assert_eq!(safe_cell("Chị Lan"), "Chị Lan");
    }
}
