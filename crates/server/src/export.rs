//! Exports: the ledger as NDJSON, the orders as a sheet.

use crate::cli::{Export, Format};
use crate::control;
use crate::core::Core;
use crate::office::Order;
use crate::settings::data_of;
use anyhow::{Context, Result};
use domain::{SessionId, ShopId};
use gateway::{OrderSheet, SheetForm};
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
        Format::Xlsx => Order::ExportXlsx { session },
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
    form: SheetForm,
    out: &mut dyn Write,
) -> Result<u64> {
    let mut sheet = OrderSheet::new(form);
    let mut after = None;
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    loop {
        let page = core.hub.orders(shop, session, after, ORDERS_PER_PAGE);
        let (orders, _) = runtime.block_on(page)?;
        let Some(last) = orders.last() else { break };
        after = Some(last.order);
        for order in &orders {
            let name = core.hub.buyer_name(shop, order.buyer).unwrap_or_default();
            sheet.add(shop, order, &name);
        }
    }
    sheet.write(out)?;
    Ok(sheet.rows())
}
