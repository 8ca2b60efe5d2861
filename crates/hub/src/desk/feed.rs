//! The feed: what people said and what came of it, the newest, and how many they are.

use super::board::Board;
use crate::key::{comment_key, viewer_key};
use domain::command::Origin;
use domain::event::{Claimed, ClaimedLine};
use domain::limits::CONSOLE_FEED_MAX;
use domain::outcome::OutcomeLine;
use domain::{
    BuyerRef, Event, KeyDigest, OrderId, OutcomeKind, Quantity, Reason, ReviewId, Seq, SessionId,
    Stamp, Timestamp,
};
use journal::Spoken;
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

/// What somebody said or tapped, and what came of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FeedItem {
    /// Its fact, and which of those that stand in one fact it is.
    pub id: (Seq, u32),
    /// When.
    pub at: Timestamp,
    /// Whose, where that is still known.
    pub buyer: Option<BuyerRef>,
    /// What they called themselves.
    pub name: Option<String>,
    /// What they said; none for a tap, or once it was erased.
    pub text: Option<String>,
    /// Where.
    pub platform: String,
    /// What came of it.
    pub kind: OutcomeKind,
    /// Why.
    pub reason: Option<Reason>,
    /// The claim's number.
    pub number: Option<u32>,
    /// Line by line.
    pub lines: Vec<OutcomeLine>,
    /// The order it went into.
    pub order: Option<OrderId>,
    /// The card it became.
    pub review: Option<ReviewId>,
}

/// What was said at some events, by the keys of the answers.
pub(super) struct Words(HashMap<KeyDigest, Spoken>);

impl Words {
    pub(super) fn of(session: SessionId, spoken: Vec<Spoken>) -> Self {
        let mut words = HashMap::with_capacity(spoken.len() * 2);
        for spoken in spoken {
            let (key, buyer) = (&spoken.words.key, spoken.buyer);
            // A platform's key counts for the session, a page's for its buyer too.
            words.insert(viewer_key(session, buyer, key).digest, spoken.clone());
            words.insert(comment_key(session, key).digest, spoken);
        }
        Self(words)
    }
}

/// The newest of each importance, and the counts of the last minute.
#[derive(Default)]
pub(super) struct Feed {
    /// Orders and cards, questions, chatter.
    kept: [VecDeque<Arc<FeedItem>>; 3],
    comments: u64,
    /// Comments per second, the last 60 that had any.
    seconds: VecDeque<(u64, u32)>,
    pub(super) board: Board,
}

const SECONDS_KEPT: usize = 60;

impl Feed {
    /// Takes in an event.
    pub(super) fn take(&mut self, of: SessionId, stamp: &Stamp, event: &Event, words: &Words) {
        let item = |kind, key: &KeyDigest| Item::new(stamp, words, kind, key);
        match event {
            Event::ClaimHeld(claimed) if claimed.session == of => {
                let waits = claimed.lines.iter().any(|line| line.waitlisted > Quantity::ZERO);
                let kind = if waits { OutcomeKind::Partial } else { OutcomeKind::Held };
                self.add(claimed.origin, item(kind, &claimed.key).claimed(claimed));
            }
            Event::ClaimWaitlisted(claimed) if claimed.session == of => {
                let item = item(OutcomeKind::Waitlisted, &claimed.key).claimed(claimed);
                self.add(claimed.origin, item);
            }
            Event::ClaimRefused { session, key, buyer, origin, number, reason, .. }
                if *session == of =>
            {
                let mut item = item(OutcomeKind::Refused, key).by(*buyer);
                (item.0.number, item.0.reason) = (Some(*number), Some(*reason));
                self.add(*origin, item);
            }
            Event::ClaimReviewed { session, key, buyer, review, reason, .. } if *session == of => {
                let mut item = item(OutcomeKind::Review, key).by(*buyer);
                (item.0.review, item.0.reason) = (Some(*review), Some(*reason));
                self.add(Origin::Comment, item);
            }
            Event::ClaimReleased { session, key, buyer, origin, order, lines, .. }
                if *session == of =>
            {
                let mut item = item(OutcomeKind::Cancelled, key).by(*buyer);
                item.0.order = Some(*order);
                item.0.lines = lines
                    .iter()
                    .map(|line| OutcomeLine {
                        code: line.code,
                        variant: line.variant.clone(),
                        held: line.held,
                        waitlisted: line.waitlisted,
                        position_in_line: None,
                    })
                    .collect();
                self.add(*origin, item);
            }
            Event::CommentsNoted { session, notes } if *session == of => {
                for (note, at) in notes.iter().zip(0..) {
                    let mut item = item(OutcomeKind::Noted, &note.key);
                    item.0.id.1 = at;
                    item.0.reason = Some(note.reason);
                    self.add(Origin::Comment, item);
                }
            }
            _ => {}
        }
    }

    /// Says nothing more of who these were and what they said.
    pub(super) fn erase(&mut self, gone: &[BuyerRef]) {
        for item in self.kept.iter_mut().flatten() {
            if item.buyer.is_some_and(|buyer| gone.contains(&buyer)) {
                let item = Arc::make_mut(item);
                (item.name, item.text) = (None, None);
                item.platform.clear();
            }
        }
    }

    fn add(&mut self, origin: Origin, Item(item): Item) {
        if origin != Origin::Host {
            self.comments += 1;
            let second = item.at.0 / 1_000;
            match self.seconds.back_mut().filter(|(last, _)| *last == second) {
                Some((_, count)) => *count += 1,
                None => self.seconds.push_back((second, 1)),
            }
            if self.seconds.len() > SECONDS_KEPT {
                self.seconds.pop_front();
            }
        }
        let importance = match (item.kind, item.reason) {
            (OutcomeKind::Noted, Some(Reason::Question)) => 1,
            (OutcomeKind::Noted, _) => 2,
            _ => 0,
        };
        let item = Arc::new(item);
        self.board.add(&item);
        let kept = &mut self.kept[importance];
        kept.push_back(item);
        if kept.len() > CONSOLE_FEED_MAX {
            kept.pop_front();
        }
    }

    /// The newest, newest first: while there are too many, the less important ones give way.
    pub(super) fn shown(&self) -> Vec<Arc<FeedItem>> {
        let by_importance = self.kept.iter().flat_map(|kept| kept.iter().rev());
        let mut shown: Vec<_> = by_importance.take(CONSOLE_FEED_MAX).cloned().collect();
        shown.sort_by_key(|item| std::cmp::Reverse(item.id));
        shown
    }

    /// What was said in all, and in the last minute.
    pub(super) fn counts(&self, now: Timestamp) -> (u64, u32) {
        let since = (now.0 / 1_000).saturating_sub(60);
        let seconds = self.seconds.iter().filter(|(second, _)| *second > since);
        (self.comments, seconds.map(|(_, count)| count).sum())
    }
}

/// An item in the making.
struct Item(FeedItem);

impl Item {
    fn new(stamp: &Stamp, words: &Words, kind: OutcomeKind, key: &KeyDigest) -> Self {
        let spoken = words.0.get(key);
        let said = spoken.map(|spoken| &spoken.words);
        Self(FeedItem {
            id: (stamp.position.seq, 0),
            at: stamp.at,
            buyer: spoken.map(|spoken| spoken.buyer),
            name: said.map(|said| said.name.clone()),
            text: said.map(|said| said.text.clone()).filter(|text| !text.is_empty()),
            platform: said.map_or("", |said| &said.platform).to_owned(),
            kind,
            reason: None,
            number: None,
            lines: Vec::new(),
            order: None,
            review: None,
        })
    }

    fn by(mut self, buyer: BuyerRef) -> Self {
        self.0.buyer = Some(buyer);
        self
    }

    fn claimed(mut self, claimed: &Claimed) -> Self {
        let line = |line: &ClaimedLine| OutcomeLine {
            code: line.code,
            variant: line.variant.clone(),
            held: line.held,
            waitlisted: line.waitlisted,
            position_in_line: line.position_in_line,
        };
        self.0.lines = claimed.lines.iter().map(line).collect();
        self.0.number = Some(claimed.number);
        self.0.order = Some(claimed.order);
        self.0.review = claimed.review;
        self.by(claimed.buyer)
    }
}
