//! What came of comments and taps, taken into the state.

use crate::keys::plain;
use crate::order;
use crate::state::State;
use alloc::vec::Vec;
use domain::command::{Key, Note};
use domain::event::{Claimed, ClaimedLine, Event, ReturnedLine};
use domain::id::{BuyerRef, KeyDigest, Network, OrderId, SessionId};
use domain::limits::CLAIMS_PER_ORDER_KEPT;
use domain::outcome::{AnswerBody, Outcome, OutcomeKind, OutcomeLine};
use domain::quantity::Quantity;
use domain::reason::Reason;
use domain::snapshot::Waiting;

impl State {
    pub(super) fn claimed(&mut self, claim: &Claimed) {
        self.count_claim(claim.session, claim.number);
        self.begin_order(claim.order, claim.session, claim.buyer, claim.network);
        self.give_back(claim.order, &claim.returned);
        let order = self.orders.get_mut(&claim.order).expect("begun above");
        assert_eq!(order.buyer, claim.buyer, "an order has one buyer");
        order::forget_latest(order, &claim.lines);
        for line in &claim.lines {
            let at = order::merge(order, line);
            let asked = line.held.plus(line.waitlisted).unwrap_or(Quantity::MAX);
            order.latest[at] = order.latest[at].plus(asked).unwrap_or(Quantity::MAX);
            let item = self.items.get_mut(&line.item).expect("claims name items");
            let cell = &mut item.cells[usize::from(line.cell.0)];
            cell.hold(line.held);
            if !line.waitlisted.is_zero() {
                cell.queue.push_back(Waiting {
                    since: self.stamp.position.seq,
                    order: claim.order,
                    line: u16::try_from(at).expect("lines are limited"),
                    quantity: line.waitlisted,
                });
            }
        }
        order.position = self.stamp.position;
        if order.claims.len() < CLAIMS_PER_ORDER_KEPT {
            order.claims.push(self.stamp.position.seq);
        }
        self.set_deadline(claim.order, claim.hold_until);
        for line in &claim.lines {
            self.refresh(line.item, line.cell);
        }
        if let Some(review) = claim.review {
            return self.card_claimed(claim.session, review);
        }
        let key = Key { digest: claim.key, body: claim.body };
        let body = AnswerBody::Outcome(claim_outcome(claim));
        self.remember(key, claim.session, body);
    }

    pub(super) fn claim_refused(&mut self, event: &Event) {
        let Event::ClaimRefused { session, key, body, number, reason, review, .. } = event else {
            unreachable!("called for refused claims");
        };
        self.count_claim(*session, *number);
        if let Some(review) = review {
            return self.card_claimed(*session, *review);
        }
        let key = Key { digest: *key, body: *body };
        let outcome =
            Outcome { number: Some(*number), ..plain(OutcomeKind::Refused, Some(*reason)) };
        self.remember(key, *session, AnswerBody::Outcome(outcome));
    }

    pub(super) fn comments_noted(&mut self, session: SessionId, notes: &[Note]) {
        for note in notes {
            let outcome = plain(OutcomeKind::Noted, Some(note.reason));
            self.remember_outcome(note.key, session, outcome);
        }
    }

    pub(super) fn claim_released(&mut self, event: &Event) {
        let Event::ClaimReleased { session, key, order, lines, .. } = event else {
            unreachable!("called for releases");
        };
        self.give_back(*order, lines);
        self.close_if_empty(*order);
        let outcome = Outcome {
            lines: lines.iter().map(returned_line).collect(),
            order: Some(*order),
            hold_until: self.orders[order].hold_until,
            ..plain(OutcomeKind::Cancelled, None)
        };
        self.remember_outcome(*key, *session, outcome);
    }

    pub(super) fn request_refused(&mut self, session: SessionId, key: KeyDigest, why: Reason) {
        let outcome = plain(OutcomeKind::Refused, Some(why));
        self.remember_outcome(key, session, outcome);
    }

    pub(super) fn waitlist_promoted(&mut self, event: &Event) {
        let Event::WaitlistPromoted { session, order: from, into, buyer, line, hold_until } = event
        else {
            unreachable!("called for promotions");
        };
        assert!(line.waitlisted.is_zero(), "a promotion only holds");
        self.leave_line(*from, line);
        let network = self.orders[from].network;
        self.begin_order(*into, *session, *buyer, network);
        let into_order = self.orders.get_mut(into).expect("begun above");
        assert_eq!(into_order.buyer, *buyer, "an order has one buyer");
        order::merge(into_order, line);
        into_order.position = self.stamp.position;
        self.set_deadline(*into, *hold_until);
        self.refresh(line.item, line.cell);
    }

    /// The first in line has waited enough for `line.held`, which is now promised.
    fn leave_line(&mut self, from: OrderId, line: &ClaimedLine) {
        let order = self.orders.get_mut(&from).expect("who waits has an order");
        let item = self.items.get_mut(&line.item).expect("lines name items");
        let cell = &mut item.cells[usize::from(line.cell.0)];
        let first = cell.queue.front_mut().expect("somebody waits");
        let waited = &mut order.lines[usize::from(first.line)];
        assert_eq!(first.order, from, "first come, first served");
        assert!(order::is_same_line(waited, line), "the line that waited");
        let rest = "no more is promised than was waited for";
        waited.waitlisted = waited.waitlisted.minus(line.held).expect(rest);
        first.quantity = first.quantity.minus(line.held).expect(rest);
        if first.quantity.is_zero() {
            cell.queue.pop_front();
        }
        cell.hold(line.held);
        order.position = self.stamp.position;
    }

    fn count_claim(&mut self, session: SessionId, number: u32) {
        let session = &mut self.session_mut(session).rest;
        assert_eq!(number, session.last_number + 1, "claims are counted");
        session.last_number = number;
    }

    /// Begins the order unless there is one by that number.
    fn begin_order(
        &mut self,
        id: OrderId,
        session: SessionId,
        buyer: BuyerRef,
        network: Option<Network>,
    ) {
        if id.0 <= self.last_order {
            return;
        }
        assert_eq!(id.0, self.last_order + 1, "orders are counted");
        self.last_order = id.0;
        self.agenda.opens(network);
        let order = order::begin(id, session, buyer, network, self.stamp);
        self.orders.insert(id, order);
        let session = self.session_mut(session);
        session.orders.push(id);
        session.buyers.entry(buyer).push(id);
    }
}

fn claim_outcome(claim: &Claimed) -> Outcome {
    let any = |amount: fn(&ClaimedLine) -> Quantity| {
        claim.lines.iter().any(|line| !amount(line).is_zero())
    };
    let kind = match (any(|line| line.held), any(|line| line.waitlisted)) {
        (true, false) => OutcomeKind::Held,
        (true, true) => OutcomeKind::Partial,
        (false, _) => OutcomeKind::Waitlisted,
    };
    let line = |line: &ClaimedLine| OutcomeLine {
        code: line.code,
        variant: line.variant.clone(),
        held: line.held,
        waitlisted: line.waitlisted,
        position_in_line: line.position_in_line,
    };
    Outcome {
        number: Some(claim.number),
        lines: claim.lines.iter().map(line).collect::<Vec<_>>(),
        order: Some(claim.order),
        hold_until: claim.hold_until,
        ..plain(kind, None)
    }
}

pub(super) fn returned_line(line: &ReturnedLine) -> OutcomeLine {
    OutcomeLine {
        code: line.code,
        variant: line.variant.clone(),
        held: line.held,
        waitlisted: line.waitlisted,
        position_in_line: None,
    }
}
