//! A stock change reaches every viewer: ours beside nginx with nchan and beside the bare server,
//! who show one frame of as many bytes to as many.

use super::bare::Bare;
use super::generator::now_ns;
use super::generators::{Generators, Seen};
use super::nchan::Nchan;
use super::ours::Ours;
use super::session::Session;
use super::viewers::ANSWER_BYTES;
use super::{Options, Row};
use crate::figure::Better;
use crate::peers::ratio::{Pair, PeerRound, Side, Spread, Terms, alternate};
use std::time::Duration;
use tokio::task::block_in_place;

/// Changes of one round; their median is the round's figure.
const CHANGES: usize = 3;
/// Between two changes: ours are not held back by the half second between two looks.
const PAUSE: Duration = Duration::from_millis(1_000);

/// From when to when is counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Span {
    /// From the host's call to the last viewer's frame.
    Call,
    /// From the first viewer's frame to the last one's.
    First,
}

/// Beside whom.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Who {
    Nchan,
    Bare,
}

/// The rows: the name, beside whom, what is counted, and the aim.
pub(super) const ROWS: [(&str, Who, Span, Option<f64>); 3] = [
    ("viewers-stock", Who::Nchan, Span::Call, Some(1.1)),
    ("viewers-stock-spread", Who::Nchan, Span::First, None),
    ("viewers-stock-bare", Who::Bare, Span::Call, None),
];

/// Everybody is there, at all three servers; only one of them shows something at a time.
struct Stock {
    session: Session,
    _ours: Ours,
    at_ours: Generators,
    nchan: Nchan,
    at_nchan: Generators,
    bare: Bare,
    at_bare: Generators,
    /// Our latest frame's text and the words by which it was recognised.
    shown: (String, String),
    /// How many others than ours were shown.
    others: u64,
    who: Who,
    span: Span,
}

/// Measures the rows that are wanted.
///
/// # Errors
/// If one could not be measured.
pub(crate) async fn run(options: &Options) -> anyhow::Result<()> {
    let wanted: Vec<_> = ROWS.into_iter().filter(|row| options.wants(row.0)).collect();
    if wanted.is_empty() {
        return Ok(());
    }
    let mut stock = Stock::gather(options).await?;
    for (name, who, span, aim) in wanted {
        (stock.who, stock.span) = (who, span);
        let terms = terms(options, name, who, span, aim, stock.shown.0.len());
        let compared = alternate(&terms, options.rounds(), &mut stock).await?;
        Row::Ratio(compared).done(options)?;
    }
    Ok(())
}

fn terms(
    options: &Options,
    name: &'static str,
    who: Who,
    span: Span,
    aim: Option<f64>,
    bytes: usize,
) -> Terms {
    let viewers = options.viewers;
    let counted = match span {
        Span::Call => "from the call (a host's restock, made durable; a publish) to the last frame",
        Span::First => "from the first viewer's frame to the last one's",
    };
    let peer = match who {
        Who::Nchan => "nginx with nchan, one publish",
        Who::Bare => "bare server, one frame",
    };
    Terms {
        name,
        title: format!(
            "One change of stock reaches {viewers} viewers, each with one frame of {bytes} bytes: \
             {counted}"
        ),
        unit: "ms",
        ours: Side { label: format!("restock, {viewers} viewers"), batch: 1 },
        peer: Side { label: format!("{peer}, {viewers} viewers"), batch: 1 },
        better: Better::Less,
        aim,
        next: None,
        command: options.command(name),
    }
}

impl Stock {
    async fn gather(options: &Options) -> anyhow::Result<Self> {
        let viewers = options.viewers;
        let (ours, nchan) = (Ours::start(&options.chot).await?, Nchan::start().await?);
        let bare = Bare::start(&options.bare()?, ANSWER_BYTES)?;
        let session = ours.session().await?;
        let tickets = session.tickets(viewers).await?;
        let mut at_ours = Generators::start(&session.endpoint()?, viewers, 0)?;
        block_in_place(|| at_ours.connect(&tickets))?;
        let mut at_nchan = Generators::start(&nchan.endpoint(), viewers, 0)?;
        block_in_place(|| at_nchan.connect(&[]))?;
        let mut at_bare = Generators::start(&bare.endpoint(), viewers, 0)?;
        block_in_place(|| at_bare.connect(&[]))?;
        let (who, span, shown) = (Who::Nchan, Span::Call, (String::new(), String::new()));
        let (_ours, others) = (ours, 0);
        let mut all = Self {
            session,
            _ours,
            at_ours,
            nchan,
            at_nchan,
            bare,
            at_bare,
            shown,
            others,
            who,
            span,
        };
        // The first change says how a frame of ours looks, so that the others show the like.
        all.restock().await?;
        Ok(all)
    }

    /// One change at ours: when it was called for, and when it was seen.
    async fn restock(&mut self) -> anyhow::Result<(u64, Seen)> {
        tokio::time::sleep(PAUSE).await;
        let words = self.session.next_left();
        block_in_place(|| self.at_ours.watch(&words))?;
        let called = now_ns();
        self.session.restock().await?;
        let seen = block_in_place(|| self.at_ours.seen())?;
        self.shown = (seen.text.clone(), words);
        Ok((called, seen))
    }

    /// The same at another's: a frame like our latest one, with a figure of its own.
    async fn show(&mut self) -> anyhow::Result<(u64, Seen)> {
        tokio::time::sleep(PAUSE).await;
        self.others += 1;
        let (text, words) = &self.shown;
        // As many digits as ours has.
        let other = format!(r#""left":{},"#, 100_000 + self.others);
        let text = text.replace(words.as_str(), &other);
        let crowd = match self.who {
            Who::Nchan => &mut self.at_nchan,
            Who::Bare => &mut self.at_bare,
        };
        block_in_place(|| crowd.watch(&other))?;
        let called = now_ns();
        match self.who {
            Who::Nchan => self.nchan.publish(&text).await?,
            Who::Bare => self.bare.show(&text)?,
        }
        Ok((called, block_in_place(|| crowd.seen())?))
    }

    fn ms(&self, called: u64, seen: &Seen) -> f64 {
        let from = match self.span {
            Span::Call => called,
            Span::First => seen.first_ns,
        };
        seen.last_ns.saturating_sub(from) as f64 / 1e6
    }
}

impl Pair for Stock {
    async fn ours(&mut self) -> anyhow::Result<f64> {
        let mut took = Vec::new();
        for _ in 0..CHANGES {
            let (called, seen) = self.restock().await?;
            took.push(self.ms(called, &seen));
        }
        Ok(Spread::of(&took).median)
    }

    async fn peer(&mut self) -> anyhow::Result<PeerRound> {
        let mut took = Vec::new();
        for _ in 0..CHANGES {
            let (called, seen) = self.show().await?;
            took.push(self.ms(called, &seen));
        }
        Ok(PeerRound { reached: Spread::of(&took).median, own_tool: None })
    }
}
