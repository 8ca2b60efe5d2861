//! The desk: what a shop's own people see of a running session, folded from durable facts.
//!
//! ```text
//! journal ─▶ read: facts since the last look, and their words ─▶ feed, orders that changed
//! lane ◀── look: those orders, each offer's figures, who waits ──▶ totals, holds ─▶ Look
//! ```
//!
//! Promises: the work of a look depends on what happened since the one before and on what is shown,
//! never on how many orders there are; nothing shown is ahead of what is durable.
//! Never: holds up a lane: what it asks of one is bounded, and what it reads is read beside it.

mod board;
mod evening;
mod feed;
mod look;
mod missed;
mod totals;

pub use evening::{Evening, Shortage};
pub use feed::FeedItem;
pub use look::Look;
pub use missed::Missed;
pub use totals::Numbers;

use self::feed::Feed;
use self::totals::Totals;
use crate::effects::touches;
use crate::error::HubError;
use crate::hub::{Hub, vault_failed};
use crate::reviews::Reviews;
use domain::limits::{
    CONSOLE_EVENTS_PER_LOOK, CONSOLE_FEED_EVENTS, CONSOLE_HOLDS_MAX, ORDERS_PER_PAGE_MAX,
};
use domain::{Event, OrderId, Position, Seq, SessionId, ShopId};
use journal::JournalError;
use std::collections::BTreeSet;

/// One session as its shop's people follow it.
pub struct Desk {
    hub: Hub,
    shop: ShopId,
    session: SessionId,
    /// Everything up to here is in the feed and among what has changed.
    at: Position,
    totals: Totals,
    feed: Feed,
    changed: BTreeSet<OrderId>,
    /// True if any order may have changed.
    anew: bool,
    cards_changed: bool,
    reviews: Reviews,
    work: Work,
}

/// What was done so far, counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Work {
    /// Events that were read.
    pub events: usize,
    /// Orders that lanes were asked for.
    pub orders: usize,
}

impl Hub {
    /// Begins to follow a session. Nothing is read yet.
    ///
    /// # Errors
    /// `unknown_session`, or that the shop is not served.
    pub fn desk(&self, shop: ShopId, session: SessionId) -> Result<Desk, HubError> {
        let view = self.known_session(shop, session)?;
        let head = self.inner.journal.durable().head(shop).ok_or(HubError::UnknownSession)?;
        let seq = Seq(head.position.seq.0.saturating_sub(CONSOLE_FEED_EVENTS));
        Ok(Desk {
            hub: self.clone(),
            shop,
            session,
            at: Position { seq, ..head.position },
            totals: Totals::new(view.currency),
            feed: Feed::default(),
            changed: BTreeSet::new(),
            anew: true,
            cards_changed: true,
            reviews: Reviews { groups: Vec::new(), open: 0, as_of: head.position },
            work: Work::default(),
        })
    }
}

impl Desk {
    /// Takes in what has become durable; true if there is more than one look takes. Blocking.
    ///
    /// # Errors
    /// If the journal cannot be read.
    pub fn read(&mut self) -> Result<bool, HubError> {
        let journal = self.hub.inner.journal.clone();
        let first = self.at.seq.next();
        let frames = journal.read(self.shop, self.at.seq, CONSOLE_EVENTS_PER_LOOK);
        let frames = frames.map_err(unreadable)?;
        let Some(last) = frames.last().map(|frame| frame.stamp.position) else {
            return Ok(false);
        };
        let spoken = journal.spoken(self.shop, first, last.seq).map_err(unreadable)?;
        let words = feed::Words::of(self.session, spoken);
        for frame in &frames {
            let event = journal::codec::decode_event(&frame.bytes);
            let event = event.map_err(|error| {
                tracing::error!(shop = %self.shop, %error, "an event cannot be read");
                HubError::Internal
            })?;
            self.note(&event);
            self.feed.take(self.session, &frame.stamp, &event, &words);
        }
        self.at = last;
        self.work.events += frames.len();
        Ok(frames.len() == CONSOLE_EVENTS_PER_LOOK)
    }

    /// Notes what an event may have changed beside the feed.
    fn note(&mut self, event: &Event) {
        let own = touches(event).into_iter().filter(|(session, _)| *session == self.session);
        self.changed.extend(own.map(|(_, order)| order));
        match event {
            Event::SessionStateChanged { .. }
            | Event::RulesChanged { .. }
            | Event::BuyersLinked { .. }
            | Event::Resumed { .. } => self.anew = true,
            Event::ClaimReviewed { .. } | Event::ReviewResolved { .. } => {
                self.cards_changed = true;
            }
            Event::BuyerErased { buyer, accounts } => {
                let gone: Vec<_> = accounts.iter().chain([buyer]).copied().collect();
                self.feed.erase(&gone);
                (self.anew, self.cards_changed) = (true, true);
            }
            Event::SessionOpened { .. }
            | Event::OfferAdded { .. }
            | Event::OfferChanged { .. }
            | Event::StockChanged { .. }
            | Event::ClaimHeld(_)
            | Event::ClaimWaitlisted(_)
            | Event::ClaimRefused { .. }
            | Event::CommentsNoted { .. }
            | Event::ClaimReleased { .. }
            | Event::CancelBegun { .. }
            | Event::CancelUndone { .. }
            | Event::CancelClosed { .. }
            | Event::RequestRefused { .. }
            | Event::HoldExpired { .. }
            | Event::HoldExtended { .. }
            | Event::WaitlistPromoted { .. }
            | Event::OrderConfirmed { .. }
            | Event::OrderPaid { .. }
            | Event::OrderCancelled { .. }
            | Event::BuyerBlocked { .. }
            | Event::LinkOffered { .. }
            | Event::SessionArchived { .. } => {}
        }
    }

    /// Looks at the lane for what has changed; none once the session is archived. The words of
    /// open cards are still to be added: [`Desk::add_words`].
    ///
    /// # Errors
    /// See [`HubError`].
    pub async fn look(&mut self) -> Result<Option<Look>, HubError> {
        if self.anew {
            self.count_anew().await?;
            self.cards_changed = true;
        }
        let mut orders = std::mem::take(&mut self.changed);
        orders.extend(self.totals.next_holds(CONSOLE_HOLDS_MAX).map(|order| order.order));
        self.work.orders += orders.len();
        let (session, cards) = (self.session, self.cards_changed);
        let ask = move |state: &inventory::State| look::seen(state, session, &orders, cards);
        let Some(seen) = self.hub.read(self.shop, ask).await? else {
            return Ok(None);
        };
        self.cards_changed = false;
        seen.orders.into_iter().for_each(|order| self.totals.put(order));
        if let Some(mut reviews) = seen.reviews {
            reviews.keep_words(&self.reviews);
            self.reviews = reviews;
        }
        let now = self.hub.inner.clock.wall();
        let mut numbers = self.totals.numbers();
        (numbers.comments, numbers.comments_per_minute) = self.feed.counts(now);
        let (board, board_more) = self.feed.board.shown(now);
        let holds = self.totals.next_holds(CONSOLE_HOLDS_MAX).cloned().collect();
        Ok(Some(Look {
            position: self.at,
            now,
            figures: self.totals.with_waiting(seen.figures),
            view: seen.view,
            numbers,
            feed: self.feed.shown(),
            board,
            board_more,
            reviews: self.reviews.clone(),
            holds_open: self.totals.open_holds(),
            holds,
            places: seen.places,
        }))
    }

    /// Adds what was said to the cards of a look. Blocking.
    ///
    /// # Errors
    /// If the journal cannot be read.
    pub fn add_words(&mut self, look: &mut Look) -> Result<(), HubError> {
        self.hub.add_words(self.shop, &mut self.reviews)?;
        look.reviews = self.reviews.clone();
        Ok(())
    }

    /// Counts every order, a page at a time, so that no lane is held up by it.
    async fn count_anew(&mut self) -> Result<(), HubError> {
        self.totals.clear();
        let mut after = None;
        loop {
            let page = self.hub.orders(self.shop, self.session, after, ORDERS_PER_PAGE_MAX);
            let (orders, _) = page.await?;
            let Some(last) = orders.last() else { break };
            after = Some(last.order);
            self.work.orders += orders.len();
            orders.into_iter().for_each(|order| self.totals.put(order));
        }
        self.anew = false;
        Ok(())
    }

    /// What was done so far.
    pub fn work(&self) -> Work {
        self.work
    }
}

fn unreadable(error: JournalError) -> HubError {
    vault_failed(error)
}
