//! From an event to what its receipt proves; of a comment that a person looked at, also the claim
//! that came of it.

use crate::proof::{CardClaim, ProvenLine, ReceiptProof};
use domain::Stamp;
use proto::store;
use proto::store::event::Event;

/// What the holder of this event's hash can prove.
pub(crate) fn receipt_of(stamp: &Stamp, event: &Event) -> ReceiptProof {
    let (kind, session) = kind_of(event);
    let (number, lines) = match event {
        Event::ClaimHeld(claimed) | Event::ClaimWaitlisted(claimed) => {
            (Some(claimed.number), claimed.lines.iter().map(claimed_line).collect())
        }
        Event::ClaimRefused(refused) => (Some(refused.number), wanted(&refused.lines)),
        Event::ClaimReviewed(reviewed) => (None, wanted(&reviewed.lines)),
        Event::ClaimReleased(released) => (None, returned(&released.lines)),
        Event::CancelBegun(begun) => (None, returned(&begun.lines)),
        Event::CancelClosed(closed) => (None, returned(&closed.lines)),
        Event::HoldExpired(expired) => (None, returned(&expired.lines)),
        Event::WaitlistPromoted(promoted) => {
            (None, promoted.line.iter().map(claimed_line).collect())
        }
        Event::OrderConfirmed(acted) | Event::OrderPaid(acted) | Event::OrderCancelled(acted) => {
            (None, returned(&acted.lines))
        }
        Event::SessionOpened(_)
        | Event::SessionStateChanged(_)
        | Event::OfferAdded(_)
        | Event::OfferChanged(_)
        | Event::StockChanged(_)
        | Event::CommentsNoted(_)
        | Event::RequestRefused(_)
        | Event::HoldExtended(_)
        | Event::ReviewResolved(_)
        | Event::CancelUndone(_)
        | Event::RulesChanged(_)
        | Event::BuyerBlocked(_)
        | Event::LinkOffered(_)
        | Event::BuyersLinked(_)
        | Event::BuyerErased(_)
        | Event::Resumed(_)
        | Event::SessionArchived(_) => (None, Vec::new()),
    };
    let card = match event {
        Event::ClaimReviewed(reviewed) => Some(reviewed.review),
        other => served(other).map(|(review, _, _)| review),
    };
    let (receipt, position, at) = (stamp.hash, stamp.position, stamp.at);
    ReceiptProof { receipt, position, at, kind, session, number, lines, card, claim: None }
}

/// Follows a card's receipt to the claim that a person made of it.
pub(crate) fn follow(receipt: &mut ReceiptProof, stamp: &Stamp, event: &Event) {
    let own = receipt.card.filter(|_| receipt.number.is_none());
    if let Some((review, number, lines)) = served(event)
        && own == Some(review)
    {
        let (position, at, hash) = (stamp.position, stamp.at, stamp.hash);
        receipt.claim = Some(CardClaim { number, position, at, hash, lines });
    }
}

/// The card that a claim came from, its number, and what it brought.
fn served(event: &Event) -> Option<(u32, u32, Vec<ProvenLine>)> {
    if let Event::ClaimHeld(claimed) | Event::ClaimWaitlisted(claimed) = event {
        let lines = claimed.lines.iter().map(claimed_line).collect();
        return Some((claimed.review?, claimed.number, lines));
    }
    if let Event::ClaimRefused(refused) = event {
        return Some((refused.review?, refused.number, wanted(&refused.lines)));
    }
    None
}

/// The name as in `event.type`, and the session that it belongs to.
fn kind_of(event: &Event) -> (&'static str, Option<u32>) {
    match event {
        Event::SessionOpened(e) => ("session_opened", Some(e.session)),
        Event::SessionStateChanged(e) => ("session_state_changed", Some(e.session)),
        Event::OfferAdded(e) => ("offer_added", Some(e.session)),
        Event::OfferChanged(e) => ("offer_changed", Some(e.session)),
        Event::StockChanged(e) => ("stock_changed", Some(e.session)),
        Event::ClaimHeld(e) => ("claim_held", Some(e.session)),
        Event::ClaimWaitlisted(e) => ("claim_waitlisted", Some(e.session)),
        Event::ClaimRefused(e) => ("claim_refused", Some(e.session)),
        Event::ClaimReviewed(e) => ("claim_reviewed", Some(e.session)),
        Event::CommentsNoted(e) => ("comments_noted", Some(e.session)),
        Event::ReviewResolved(e) => ("review_resolved", Some(e.session)),
        Event::ClaimReleased(e) => ("claim_released", Some(e.session)),
        Event::CancelBegun(e) => ("cancel_begun", Some(e.session)),
        Event::CancelUndone(e) => ("cancel_undone", Some(e.session)),
        Event::CancelClosed(e) => ("cancel_closed", Some(e.session)),
        Event::RequestRefused(e) => ("request_refused", Some(e.session)),
        Event::HoldExpired(e) => ("hold_expired", Some(e.session)),
        Event::HoldExtended(e) => ("hold_extended", Some(e.session)),
        Event::WaitlistPromoted(e) => ("waitlist_promoted", Some(e.session)),
        Event::OrderConfirmed(e) => ("order_confirmed", Some(e.session)),
        Event::OrderPaid(e) => ("order_paid", Some(e.session)),
        Event::OrderCancelled(e) => ("order_cancelled", Some(e.session)),
        Event::RulesChanged(e) => ("rules_changed", Some(e.session)),
        Event::BuyerBlocked(e) => ("buyer_blocked", Some(e.session)),
        Event::LinkOffered(e) => ("link_offered", Some(e.session)),
        Event::BuyersLinked(e) => ("buyers_linked", Some(e.session)),
        Event::BuyerErased(_) => ("buyer_erased", None),
        Event::Resumed(_) => ("resumed", None),
        Event::SessionArchived(e) => ("session_archived", Some(e.session)),
    }
}

fn claimed_line(line: &store::ClaimedLine) -> ProvenLine {
    ProvenLine {
        code: line.code.clone(),
        held_milli: line.held_milli,
        waitlisted_milli: line.waitlisted_milli,
        position_in_line: line.position_in_line,
    }
}

/// What was asked for, none of which was got.
fn wanted(wants: &[store::Want]) -> Vec<ProvenLine> {
    let nothing = |want: &store::Want| ProvenLine {
        code: want.code.clone(),
        held_milli: 0,
        waitlisted_milli: 0,
        position_in_line: None,
    };
    wants.iter().map(nothing).collect()
}

fn returned(lines: &[store::ReturnedLine]) -> Vec<ProvenLine> {
    let back = |line: &store::ReturnedLine| ProvenLine {
        code: line.code.clone(),
        held_milli: line.held_milli,
        waitlisted_milli: line.waitlisted_milli,
        position_in_line: None,
    };
    lines.iter().map(back).collect()
}
