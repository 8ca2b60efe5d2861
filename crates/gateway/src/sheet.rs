//! Orders as a sheet, one line of an order a row, in which no cell can be mistaken for a formula
//! and no name turns the row around.

use crate::called;
use domain::shown::shown_text;
use domain::{OrderView, Quantity, ShopId};
use rust_xlsxwriter::{Workbook, XlsxError};
use std::io::{self, Write};

/// The open formats of a sheet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SheetForm {
    /// Text with commas.
    Csv,
    /// A workbook.
    Xlsx,
}

/// A sheet in the making.
pub struct OrderSheet {
    form: SheetForm,
    rows: Vec<[Cell; COLUMNS.len()]>,
}

/// What stands in a cell.
enum Cell {
    /// A text that somebody wrote.
    Said(String),
    /// A text of ours.
    Text(String),
    /// Thousandths of a number.
    Milli(u64),
    /// A whole number.
    Whole(i64),
    Empty,
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

impl OrderSheet {
    /// An empty sheet.
    pub fn new(form: SheetForm) -> Self {
        Self { form, rows: Vec::new() }
    }

    /// Adds an order. Phone numbers in the buyer's name are masked: a file goes further than its
    /// shop.
    pub fn add(&mut self, shop: ShopId, order: &OrderView, name: &str) {
        for line in &order.lines {
            let line = &line.line;
            let said = line.variant.0.iter().map(|value| value.as_deref().unwrap_or(""));
            let variant = shown_text(&said.collect::<Vec<_>>().join(" / ")).into_owned();
            let milli = |quantity: Quantity| Cell::Milli(quantity.milli());
            self.rows.push([
                Cell::Text(order.order.public(shop)),
                Cell::Text(order.buyer.to_string()),
                Cell::Said(called::seen(name).unwrap_or_default()),
                Cell::Text(order.state.as_str().to_owned()),
                Cell::Said(line.code.as_str().to_owned()),
                Cell::Said(variant),
                milli(line.held),
                milli(line.waitlisted),
                Cell::Whole(line.price.amount),
                order.delivery_fee.map_or(Cell::Empty, |fee| Cell::Whole(fee.amount)),
                Cell::Whole(order.total.amount),
                Cell::Text(order.total.currency.to_string()),
                order.hold_until.map_or(Cell::Empty, |at| Cell::Text(at.to_string())),
            ]);
        }
    }

    /// How many rows there are, besides the heading.
    pub fn rows(&self) -> u64 {
        self.rows.len() as u64
    }

    /// Writes the sheet.
    ///
    /// # Errors
    /// If it cannot be written, or has more rows than a workbook.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        match self.form {
            SheetForm::Csv => self.write_csv(out),
            SheetForm::Xlsx => out.write_all(&self.workbook().map_err(io::Error::other)?),
        }
    }

    fn write_csv(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut csv = csv::Writer::from_writer(out);
        csv.write_record(COLUMNS)?;
        for row in &self.rows {
            csv.write_record(row.iter().map(Cell::plain))?;
        }
        csv.flush()
    }

    fn workbook(&self) -> Result<Vec<u8>, XlsxError> {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        for (column, name) in (0..).zip(COLUMNS) {
            sheet.write_string(0, column, name)?;
        }
        for (at, row) in (1..).zip(&self.rows) {
            for (column, cell) in (0..).zip(row) {
                match cell {
                    // A cell of type text is one whatever it begins with.
                    Cell::Said(text) | Cell::Text(text) => sheet.write_string(at, column, text)?,
                    Cell::Milli(milli) => {
                        sheet.write_number(at, column, *milli as f64 / 1_000.0)?
                    }
                    Cell::Whole(amount) => sheet.write_number(at, column, *amount as f64)?,
                    Cell::Empty => continue,
                };
            }
        }
        book.save_to_buffer()
    }
}

impl Cell {
    fn plain(&self) -> String {
        match self {
            Self::Said(text) => safe(text),
            Self::Text(text) => text.clone(),
            Self::Milli(milli) => {
                Quantity::from_milli(*milli).map(|q| q.to_string()).unwrap_or_default()
            }
            Self::Whole(amount) => amount.to_string(),
            Self::Empty => String::new(),
        }
    }
}

/// Text that a spreadsheet shows as text: what could begin a formula (also full-width) gets an
/// apostrophe in front, behind a semicolon too, where half the world's spreadsheets begin a cell.
fn safe(text: &str) -> String {
    let formula = ['=', '+', '-', '@', '\t', '\r', '\0', '＝', '＋', '－', '＠'];
    let mut safe = String::with_capacity(text.len() + 1);
    for (at, piece) in text.split(';').enumerate() {
        if at > 0 {
            safe.push(';');
        }
        let seen = piece.trim_start_matches(|c: char| c.is_whitespace() || c == '"');
        if seen.starts_with(formula) || piece.starts_with(['\t', '\r']) {
            safe.push('\'');
        }
        safe.push_str(piece);
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_begins_a_formula() {
        for text in ["=1+1", " =1", "+84", "-1", "@a", "\tx", "＝1", "\u{a0}=1", "\"=1"] {
            assert!(safe(text).starts_with('\''), "{text:?}");
        }
        assert_eq!(safe("Chị Lan"), "Chị Lan");
        assert_eq!(safe("Lan;=cmd|'/c calc'!A1; 2"), "Lan;'=cmd|'/c calc'!A1; 2");
    }
}
