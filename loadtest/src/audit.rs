//! After the run: does the ledger say what the viewers were told, and does everything add up?

use crate::compare::{self, Book, number_of};
use crate::fold::{Broken, Fold};
use crate::heard::Heard;
use crate::host::Host;
use crate::http::{Http, Target};
use crate::line::{Line, lines};
use crate::platform::Platform;
use crate::schedule::Door;
use anyhow::Context as _;
use proto::live::{self, OfferSummary, StateSummary};
use std::collections::BTreeMap;

/// One promise, and whether it held.
#[derive(Clone, Debug, serde::Serialize)]
pub(crate) struct Check {
    /// The promise, in a sentence.
    pub(crate) promise: String,
    /// Whether it held.
    pub(crate) held: bool,
    /// What was counted, or what broke it.
    pub(crate) detail: String,
}

impl Check {
    pub(crate) fn new(promise: &str, found: Result<String, String>) -> Self {
        let held = found.is_ok();
        Self { promise: promise.into(), held, detail: found.unwrap_or_else(|why| why) }
    }
}

/// What the audit needs besides the run.
pub(crate) struct Auditor<'a> {
    pub(crate) target: &'a Target,
    pub(crate) source_token: &'a str,
    pub(crate) host: &'a mut Host,
    /// How many answered keys are sent again.
    pub(crate) sample: usize,
}

impl Auditor<'_> {
    /// Sends a sample of the answered keys again, with other words, and some that have no answer
    /// yet.
    pub(crate) async fn again(&mut self, heard: &mut Heard) -> Check {
        let promise = "a key sent again gets its first answer";
        let (answered, open): (Vec<u32>, Vec<u32>) =
            heard.script.numbers().partition(|&number| heard.answer(number).is_some());
        let nth = (answered.len() / self.sample.max(1)).max(1);
        let sample = answered.into_iter().step_by(nth);
        let open_count = open.len();
        let numbers: Vec<u32> = sample.chain(open.into_iter().take(self.sample)).collect();
        let asked = numbers.len();
        let found = match heard.changed.take() {
            Some(why) => Err(why),
            None => self.compared(heard, numbers).await,
        };
        let repeated = heard.repeated;
        Check::new(
            promise,
            found.map(|late| {
                format!(
                    "{repeated} heard twice; {asked} sent again, {late} of {open_count} without an \
                     answer got one"
                )
            }),
        )
    }

    /// How many got their first answer now; an error if one got another answer than its first.
    async fn compared(&mut self, heard: &mut Heard, numbers: Vec<u32>) -> Result<usize, String> {
        let mut late = 0;
        for number in numbers {
            let told = match heard.script.send(number).door {
                Door::Socket(_) => self.at_socket(heard, number).await,
                Door::Platform => {
                    let mut platform =
                        Platform::new(self.target, &self.host.session, self.source_token);
                    let posted = platform.post(&heard.script, &[number], Some(OTHER_WORDS)).await;
                    posted.map(|mut outcomes| outcomes.remove(0))
                }
            };
            let told = told.map_err(|error| format!("{}: {error:#}", heard.script.key(number)))?;
            if heard.hear(number, told)? {
                late += 1;
            }
        }
        Ok(late)
    }

    async fn at_socket(&mut self, heard: &mut Heard, number: u32) -> anyhow::Result<live::Outcome> {
        let key = heard.script.key(number);
        let seat = heard.seat(number).context("nobody sat there")?;
        let mut http = Http::new(self.target);
        let mut viewer = seat.sit(&mut http, self.target, &self.host.session).await?;
        viewer.ask(&key, OTHER_WORDS).await
    }

    /// Reads the ledger and compares everything with it.
    ///
    /// # Errors
    /// If the server cannot be asked; a broken promise is no error but a check that did not hold.
    pub(crate) async fn books(&mut self, heard: &Heard) -> anyhow::Result<(Vec<u8>, Vec<Check>)> {
        let ledger = self.host.ledger().await?;
        let lines = lines(&ledger)?;
        let mut checks = vec![acknowledged(heard, &lines)];
        let fold = match Fold::of(&lines) {
            Ok(fold) => fold,
            Err(Broken(why)) => {
                checks.push(Check::new(SUMS, Err(why)));
                return Ok((ledger, checks));
            }
        };
        let session = number_of(&self.host.session).context("the session's id has no number")?;
        let claims = fold.numbers.get(&session).copied().unwrap_or_default();
        checks.push(Check::new(
            SUMS,
            Ok(format!("{} events, {claims} claims, {} orders", lines.len(), fold.orders.len())),
        ));
        checks.push(left(&self.host.view().await?, &fold, session));
        let summary = self.host.summary().await;
        let balance = match &summary {
            Ok(summary) => balanced(summary, &fold, session),
            Err(error) => Err(format!("{error:#}")),
        };
        checks.push(Check::new("the session's sums balance, and are the ledger's", balance));
        for (promise, stored) in [
            ("the screen's orders are the ledger's", None),
            ("the read model's orders are the ledger's", Some(fold.seq)),
        ] {
            let found = match self.host.orders(stored).await {
                Ok(shown) => compare::orders(&shown, &fold.orders, session),
                Err(error) => Err(format!("{error:#}")),
            };
            checks.push(Check::new(promise, found.map(|count| format!("{count} orders"))));
        }
        Ok((ledger, checks))
    }
}

const SUMS: &str = "never oversold, every key once, numbers from 1 without gaps";
const OTHER_WORDS: &str = "chốt N1 x9";

fn acknowledged(heard: &Heard, lines: &[Line]) -> Check {
    let mut book = Book::new(lines);
    let mut count = 0;
    let mut wrong: BTreeMap<String, u64> = BTreeMap::new();
    for outcome in heard.answers() {
        count += 1;
        if let Err(why) = book.check(outcome) {
            *wrong.entry(why).or_default() += 1;
        }
    }
    let found = match wrong.first_key_value() {
        None if count == 0 => Err("nothing was acknowledged at all".into()),
        None => Ok(format!("{count} outcomes")),
        Some((why, _)) => {
            Err(format!("{} of {count} differ, one: {why}", wrong.values().sum::<u64>()))
        }
    };
    Check::new("what was acknowledged is in the ledger, once and unchanged", found)
}

/// The public figures of what is left.
fn left(view: &live::Session, fold: &Fold, session: u32) -> Check {
    let wrong = view.offers.iter().find_map(|offer| {
        let item = fold.offers.get(&(session, offer.code.clone()));
        let free = item.map(|&item| fold.free(item));
        let (code, left) = (&offer.code, offer.left_milli);
        (free != Some(left)).then(|| format!("{code}: shown {left}, by the ledger {free:?}"))
    });
    let wrong = wrong.or_else(|| missing(view.offers.len(), fold, session));
    let found = wrong.map_or_else(|| Ok(format!("{} offers", view.offers.len())), Err);
    Check::new("what is shown as left is what the ledger leaves", found)
}

/// Whether offers of the ledger are not among so many of the session's that are told.
fn missing(told: usize, fold: &Fold, session: u32) -> Option<String> {
    let written = fold.offers.keys().filter(|(of, _)| *of == session).count();
    (told != written).then(|| format!("{told} offers, by the ledger {written}"))
}

/// The server's own sums: they balance, and order by order and offer by offer they are the fold's.
fn balanced(summary: &live::Summary, fold: &Fold, session: u32) -> Result<String, String> {
    if !summary.balanced {
        return Err("the server itself says that they do not".into());
    }
    let claims = fold.numbers.get(&session).copied().unwrap_or_default();
    if summary.claims != claims {
        return Err(format!("{} claims, by the ledger {claims}", summary.claims));
    }
    let orders = fold.orders.values().filter(|order| order.session == session);
    let mut states: BTreeMap<&str, u32> = BTreeMap::new();
    orders.for_each(|order| *states.entry(order.state).or_default() += 1);
    for StateSummary { state, orders, .. } in &summary.orders {
        let folded = states.remove(state.as_str()).unwrap_or_default();
        if *orders != folded {
            return Err(format!("{orders} orders {state}, by the ledger {folded}"));
        }
    }
    if let Some((state, orders)) = states.first_key_value() {
        return Err(format!("{orders} orders {state} are not told"));
    }
    for OfferSummary { code, stock_milli, free_milli, held_milli, sold_milli, .. } in
        &summary.offers
    {
        let item = fold.offers.get(&(session, code.clone()));
        let folded = item.map(|&item| (fold.stock(item), fold.free(item)));
        let adds_up = *stock_milli == free_milli + held_milli + sold_milli;
        if folded != Some((*stock_milli, *free_milli)) || !adds_up {
            return Err(format!(
                "{code}: {stock_milli} in stock, {free_milli} free, {held_milli} held and \
                 {sold_milli} sold; stock and free by the ledger: {folded:?}"
            ));
        }
    }
    match missing(summary.offers.len(), fold, session) {
        None => Ok(format!("{claims} claims, {} offers", summary.offers.len())),
        Some(why) => Err(why),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold::Cell;
    use crate::schedule::People;

    /// One offer of ten pieces, of which four are taken.
    fn fold() -> Fold {
        let mut fold = Fold::default();
        fold.offers.insert((1, "D1".into()), 7);
        fold.cells.insert((7, 0), Cell { stock: 10_000, taken: 4_000 });
        fold.numbers.insert(1, 4);
        fold
    }

    #[test]
    fn what_is_shown_as_left_is_checked_offer_by_offer_and_none_may_be_missing() {
        let offer = |code: &str, left_milli| live::Offer {
            code: code.into(),
            left_milli,
            ..Default::default()
        };
        let check = |offers: &[live::Offer], held| {
            let view = live::Session { offers: offers.to_vec(), ..Default::default() };
            assert_eq!(left(&view, &fold(), 1).held, held, "{offers:?}");
        };
        check(&[offer("D1", 6_000)], true);
        check(&[offer("D1", 5_000)], false);
        check(&[offer("D1", 6_000), offer("D2", 0)], false);
        check(&[], false);
    }

    #[test]
    fn the_sums_are_checked_state_by_state_and_offer_by_offer() {
        let offer = OfferSummary {
            code: "D1".into(),
            stock_milli: 10_000,
            free_milli: 6_000,
            held_milli: 4_000,
            ..Default::default()
        };
        let summary =
            live::Summary { claims: 4, balanced: true, offers: vec![offer], ..Default::default() };
        let check = |spoil: &dyn Fn(&mut live::Summary), held| {
            let mut summary = summary.clone();
            spoil(&mut summary);
            assert_eq!(balanced(&summary, &fold(), 1).is_ok(), held, "{summary:?}");
        };
        check(&|_| {}, true);
        check(&|summary| summary.balanced = false, false);
        check(&|summary| summary.claims = 5, false);
        check(&|summary| summary.offers[0].sold_milli = 1, false);
        check(
            &|summary| {
                summary.offers[0].stock_milli += 1;
                summary.offers[0].held_milli += 1;
            },
            false,
        );
        check(&|summary| summary.offers.clear(), false);
        let state = StateSummary { state: "held".into(), orders: 1, ..Default::default() };
        check(&|summary| summary.orders.push(state.clone()), false);
    }

    #[test]
    fn an_evening_in_which_nothing_was_acknowledged_proves_nothing() {
        let heard = Heard::new(People { seed: 1, viewers: 1, sockets: 1 });
        assert!(!acknowledged(&heard, &[]).held);
    }
}
