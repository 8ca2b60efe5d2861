//! Agreement: what a phrasebook's rows are read as, beside what they should be.

use crate::phrasebook::{Expect, Phrasebook, Row};
use crate::read;
use crate::reading::{Meaning, Reading};
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt::Write;
use domain::command::Want;
use domain::{OfferState, SessionView};

/// What a row is read as, in the form of the file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Answer {
    /// What it is.
    pub expect: Expect,
    /// The lines to reserve or to cancel, joined with `;`.
    pub lines: String,
    /// The phone numbers, joined with `;`.
    pub phones: String,
}

/// A phrasebook read from end to end.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Report {
    /// Per row `id`, `expect`, `lines`, `phone` as read, tab-separated; then `agreed N of M`.
    pub text: String,
    /// The names of the rows that were read otherwise than written.
    pub disagreed: Vec<String>,
}

impl Phrasebook {
    /// Reads one row's comment in its circumstances.
    pub fn read(&self, row: &Row) -> Answer {
        let reading = read(&row.text, &self.codebook(row), row.circumstances);
        let (expect, lines) = judge_row(&reading, row, &self.catalogues[row.catalogue].view);
        let phones: Vec<&str> = reading.phones.iter().map(|phone| phone.as_str()).collect();
        Answer { expect, lines, phones: phones.join(";") }
    }

    /// Reads every row.
    pub fn report(&self) -> Report {
        let mut report = Report { text: String::new(), disagreed: Vec::new() };
        for row in &self.rows {
            let answer = self.read(row);
            let Answer { expect, lines, phones } = &answer;
            writeln!(report.text, "{}\t{}\t{lines}\t{phones}", row.id, expect.as_str())
                .expect("writing to a string cannot fail");
            if !answer.agrees_with(row) {
                report.disagreed.push(row.id.clone());
            }
        }
        let agreed = self.rows.len() - report.disagreed.len();
        writeln!(report.text, "agreed {agreed} of {}", self.rows.len())
            .expect("writing to a string cannot fail");
        report
    }
}

impl Answer {
    /// True if this is what the row expects, or another answer that the row allows and that
    /// reserves nothing.
    pub fn agrees_with(&self, row: &Row) -> bool {
        let same = |left: &str, right: &str| {
            let sorted = |text: &str| {
                let mut parts: Vec<String> =
                    text.split(';').map(|part| part.trim().into()).collect();
                parts.sort();
                parts
            };
            sorted(left) == sorted(right)
        };
        let expected = self.expect == row.expect && same(&self.lines, &row.lines);
        let allowed = row.alternatives.contains(&self.expect)
            && (self.expect == Expect::Cancel || self.lines.is_empty());
        (expected || allowed) && same(&self.phones, &row.phones)
    }
}

/// What becomes of a reading in the row's context, as simply as the phrasebook needs it: the same
/// order again is nothing, the same code with another quantity is for a person unless it adds (rule
/// 9).
pub fn judge_row(reading: &Reading, row: &Row, view: &SessionView) -> (Expect, String) {
    match &reading.meaning {
        Meaning::Claim(_) if row.context.is_repeated => (Expect::Noise, String::new()),
        Meaning::Claim(wants) => {
            let lines: Vec<String> = wants.iter().map(|want| line(want, view)).collect();
            let open = &row.context.open;
            let again =
                |want: &&Want| !want.adds && open.iter().any(|(code, _)| *code == want.code);
            let same = |want: &Want| {
                let written = amount(want, view);
                open.iter().any(|(code, amount)| *code == want.code && *amount == written)
            };
            match wants.iter().find(again) {
                None => (Expect::Order, lines.join(";")),
                Some(_) if wants.iter().all(same) => (Expect::Noise, String::new()),
                Some(_) => (Expect::Review, String::new()),
            }
        }
        Meaning::Cancel(codes) => {
            let codes: Vec<&str> = codes.iter().map(|code| code.as_str()).collect();
            (Expect::Cancel, codes.join(";"))
        }
        Meaning::Review { .. } => (Expect::Review, String::new()),
        Meaning::Question => (Expect::Question, String::new()),
        Meaning::Link(_) | Meaning::Chatter => (Expect::Noise, String::new()),
    }
}

/// `A12[đen/M]*2`, `A1*0.5kg`.
fn line(want: &Want, view: &SessionView) -> String {
    let said: Vec<&str> = want.variant.0.iter().flatten().map(|value| &**value).collect();
    let mut line = want.code.to_string();
    if !said.is_empty() {
        write!(line, "[{}]", said.join("/")).expect("writing to a string cannot fail");
    }
    line.push('*');
    line.push_str(&amount(want, view));
    line
}

fn amount(want: &Want, view: &SessionView) -> String {
    let is_wanted = |offer: &&OfferState| offer.terms.code == want.code;
    let by_weight = view.offers.iter().find(is_wanted).is_some_and(|o| &*o.terms.unit == "kg");
    let mut amount = want.quantity.to_string();
    if by_weight {
        amount.push_str("kg");
    }
    amount
}
