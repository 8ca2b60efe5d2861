//! After the run: does the ledger say what the viewers were told, and does everything add up?

use crate::compare::{self, Book, number_of};
use crate::fold::{Broken, Fold};
use crate::host::Host;
use crate::http::{Http, Target};
use crate::line::{Line, lines};
use crate::platform::Platform;
use crate::run::Run;
use crate::schedule::Door;
use crate::viewer::Seat;
use proto::live;
use std::collections::BTreeMap;

/// One promise, and whether it held.
#[derive(Clone, Debug, serde::Serialize)]
pub(crate) struct Check {
    /// The promise, in a sentence.
    pub(crate) promise: &'static str,
    /// What was counted, or what broke it.
    pub(crate) found: String,
    /// Whether it held.
    pub(crate) held: bool,
}

impl Check {
    pub(crate) fn new(promise: &'static str, found: Result<String, String>) -> Self {
        let held = found.is_ok();
        Self { promise, found: found.unwrap_or_else(|why| why), held }
    }
}

/// What the audit needs besides the run.
pub(crate) struct Auditor<'a> {
    pub(crate) target: &'a Target,
    pub(crate) source_token: &'a str,
    pub(crate) host: &'a mut Host,
    pub(crate) seats: &'a mut [Seat],
    /// How many answered keys are sent again.
    pub(crate) sample: usize,
}

impl Auditor<'_> {
    /// Sends a sample of the answered keys again, with other words, and every key that has no
    /// answer yet.
    pub(crate) async fn again(&mut self, run: &Run) -> Check {
        let promise = "a key sent again gets its first answer";
        let (answered, open): (Vec<u32>, Vec<u32>) = {
            let answers = run.answers();
            (0..answers.len() as u32).partition(|&number| answers[number as usize].is_some())
        };
        // What was never sent, or refused before it was decided, is new: it need not be asked
        // again.
        let nth = (answered.len() / self.sample.max(1)).max(1);
        let sample = answered.into_iter().step_by(nth);
        let open_count = open.len();
        let numbers: Vec<u32> = sample.chain(open.into_iter().take(self.sample)).collect();
        let asked = numbers.len();
        let found = self.compared(run, numbers).await;
        Check::new(
            promise,
            found.map(|late| {
                format!("{asked} sent again, {late} of {open_count} without an answer got one")
            }),
        )
    }

    /// How many got their first answer now; an error if one got another answer than its first.
    async fn compared(&mut self, run: &Run, numbers: Vec<u32>) -> Result<usize, String> {
        let mut late = 0;
        for number in numbers {
            let send = &run.sends[number as usize];
            let told = match send.door {
                Door::Socket(socket) => self.at_socket(run, number, socket as usize).await,
                Door::Platform => {
                    let mut platform =
                        Platform::new(self.target, &self.host.session, self.source_token);
                    let posted = platform.post(run, &[number], Some(OTHER_WORDS)).await;
                    posted.map(|mut outcomes| outcomes.remove(0))
                }
            };
            let told = told.map_err(|error| format!("{}: {error:#}", run.key(number)))?;
            let mut answers = run.answers();
            match &mut answers[number as usize] {
                Some(first) if *first != told => {
                    return Err(format!("first {first:?}, then {told:?}"));
                }
                Some(_) => {}
                none => {
                    *none = Some(told);
                    late += 1;
                }
            }
        }
        Ok(late)
    }

    async fn at_socket(
        &mut self,
        run: &Run,
        number: u32,
        socket: usize,
    ) -> anyhow::Result<live::Outcome> {
        let mut http = Http::new(self.target);
        let seat = &mut self.seats[socket];
        let mut viewer = seat.sit(&mut http, self.target, &self.host.session).await?;
        viewer.ask(&run.key(number), OTHER_WORDS).await
    }

    /// Reads the ledger and compares everything with it.
    ///
    /// # Errors
    /// If the server cannot be asked; a broken promise is no error but a check that did not hold.
    pub(crate) async fn books(&mut self, run: &Run) -> anyhow::Result<(Vec<u8>, Vec<Check>)> {
        let ledger = self.host.ledger().await?;
        let lines = lines(&ledger)?;
        let mut checks = vec![acknowledged(run, &lines)];
        let fold = match Fold::of(&lines) {
            Ok(fold) => fold,
            Err(Broken(why)) => {
                checks.push(Check::new(SUMS, Err(why)));
                return Ok((ledger, checks));
            }
        };
        let session = number_of(&self.host.session).unwrap_or_default();
        let claims = fold.numbers.get(&session).copied().unwrap_or_default();
        checks.push(Check::new(
            SUMS,
            Ok(format!("{} events, {claims} claims, {} orders", lines.len(), fold.orders.len())),
        ));
        checks.push(left(&self.host.view().await?, &fold, session));
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

fn acknowledged(run: &Run, lines: &[Line]) -> Check {
    let mut book = Book::new(lines);
    let answers = run.answers();
    let mut count = 0;
    let mut wrong: BTreeMap<String, u64> = BTreeMap::new();
    for outcome in answers.iter().flatten() {
        count += 1;
        if let Err(why) = book.check(outcome) {
            *wrong.entry(why).or_default() += 1;
        }
    }
    let found = match wrong.first_key_value() {
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
    let found = wrong.map_or_else(|| Ok(format!("{} offers", view.offers.len())), Err);
    Check::new("what is shown as left is what the ledger leaves", found)
}
