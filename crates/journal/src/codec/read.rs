//! A message back to the event it was made from.

use super::CodecError;
use super::parts::{
    buyer, cell, claimed_line, code, currency, digest, digest_or_none, each, key_or_none, money,
    network, quantity, required, returned, rule, time, want,
};
use super::rules::rules;
use super::terms::terms;
use super::words::Word;
use super::{cancels, cards, people};
use domain::command::Note;
use domain::event::Claimed;
use domain::{Event, ItemId, Millis, OrderId, ReviewId, SessionId, Timestamp};
use proto::store::{self, event::Event as Kind};

type Read = Result<Event, CodecError>;

/// The event that the message says.
pub(super) fn event(message: &store::Event) -> Read {
    match message.event.as_ref().ok_or(CodecError::UnknownKind)? {
        Kind::SessionOpened(m) => session_opened(m),
        Kind::SessionStateChanged(m) => Ok(Event::SessionStateChanged {
            session: SessionId(m.session),
            key: key_or_none(m.key.as_ref())?,
            state: Word::read(&m.state)?,
        }),
        Kind::OfferAdded(m) => offer_added(m),
        Kind::OfferChanged(m) => offer_changed(m),
        Kind::StockChanged(m) => stock_changed(m),
        Kind::ClaimHeld(m) => claimed(m).map(Event::ClaimHeld),
        Kind::ClaimWaitlisted(m) => claimed(m).map(Event::ClaimWaitlisted),
        Kind::ClaimRefused(m) => claim_refused(m),
        Kind::ClaimReviewed(m) => cards::reviewed(m),
        Kind::CommentsNoted(m) => comments_noted(m),
        Kind::ClaimReleased(m) => claim_released(m),
        Kind::RequestRefused(m) => Ok(Event::RequestRefused {
            session: SessionId(m.session),
            key: digest(&m.key)?,
            buyer: buyer(&m.buyer)?,
            reason: Word::read(&m.reason)?,
        }),
        Kind::HoldExpired(m) => Ok(Event::HoldExpired {
            session: SessionId(m.session),
            order: OrderId(m.order),
            lines: each(&m.lines, returned)?,
        }),
        Kind::HoldExtended(m) => Ok(Event::HoldExtended {
            session: SessionId(m.session),
            key: key_or_none(m.key.as_ref())?,
            order: OrderId(m.order),
            by_buyer: m.by_buyer,
            hold_until: Timestamp(m.hold_until_ms),
        }),
        Kind::WaitlistPromoted(m) => waitlist_promoted(m),
        Kind::OrderConfirmed(m) => Ok(Event::OrderConfirmed {
            session: SessionId(m.session),
            key: key_or_none(m.key.as_ref())?,
            order: OrderId(m.order),
        }),
        Kind::OrderPaid(m) => Ok(Event::OrderPaid {
            session: SessionId(m.session),
            key: key_or_none(m.key.as_ref())?,
            order: OrderId(m.order),
        }),
        Kind::OrderCancelled(m) => Ok(Event::OrderCancelled {
            session: SessionId(m.session),
            key: key_or_none(m.key.as_ref())?,
            order: OrderId(m.order),
            lines: each(&m.lines, returned)?,
        }),
        Kind::ReviewResolved(m) => cards::resolved(m),
        Kind::CancelBegun(m) => cancels::begun(m),
        Kind::CancelUndone(m) => cancels::undone(m),
        Kind::CancelClosed(m) => cancels::closed(m),
        Kind::RulesChanged(m) => Ok(Event::RulesChanged {
            session: SessionId(m.session),
            key: key_or_none(m.key.as_ref())?,
            rules: Box::new(rules(required("rules", m.rules.as_ref())?)?),
        }),
        Kind::BuyerBlocked(m) => people::blocked(m),
        Kind::LinkOffered(m) => people::offered(m),
        Kind::BuyersLinked(m) => people::linked(m),
        Kind::BuyerErased(m) => people::erased(m),
        Kind::Resumed(m) => Ok(Event::Resumed { down: Millis(m.down_ms) }),
        Kind::SessionArchived(m) => Ok(Event::SessionArchived { session: SessionId(m.session) }),
    }
}

fn session_opened(m: &store::SessionOpened) -> Read {
    Ok(Event::SessionOpened {
        session: SessionId(m.session),
        key: key_or_none(m.key.as_ref())?,
        title: m.title.as_str().into(),
        rules: Box::new(rules(required("rules", m.rules.as_ref())?)?),
        currency: currency(&m.currency)?,
    })
}

fn offer_added(m: &store::OfferAdded) -> Read {
    Ok(Event::OfferAdded {
        session: SessionId(m.session),
        key: key_or_none(m.key.as_ref())?,
        item: ItemId(m.item),
        new_item: m.new_item,
        terms: terms(required("terms", m.terms.as_ref())?)?.into(),
    })
}

fn offer_changed(m: &store::OfferChanged) -> Read {
    Ok(Event::OfferChanged {
        session: SessionId(m.session),
        key: key_or_none(m.key.as_ref())?,
        code: code(&m.code)?,
        price: money(m.price, m.currency.as_deref())?,
        open: m.open,
        pinned: m.pinned,
        limit_per_buyer: m.limit_per_buyer_milli.map(quantity).transpose()?,
    })
}

fn stock_changed(m: &store::StockChanged) -> Read {
    Ok(Event::StockChanged {
        session: SessionId(m.session),
        key: key_or_none(m.key.as_ref())?,
        code: code(&m.code)?,
        item: ItemId(m.item),
        cell: cell(m.cell)?,
        stock: quantity(m.stock_milli)?,
    })
}

fn claimed(m: &store::Claimed) -> Result<Claimed, CodecError> {
    Ok(Claimed {
        session: SessionId(m.session),
        key: digest(&m.key)?,
        body: digest_or_none(&m.body)?,
        buyer: buyer(&m.buyer)?,
        origin: Word::read(&m.origin)?,
        rule: rule(m.rule)?,
        number: m.number,
        order: OrderId(m.order),
        lines: each(&m.lines, claimed_line)?,
        hold_until: time(m.hold_until_ms),
        returned: each(&m.returned, returned)?,
        review: m.review.map(ReviewId),
        network: network(&m.network)?,
    })
}

fn claim_refused(m: &store::ClaimRefused) -> Read {
    Ok(Event::ClaimRefused {
        session: SessionId(m.session),
        key: digest(&m.key)?,
        body: digest_or_none(&m.body)?,
        buyer: buyer(&m.buyer)?,
        origin: Word::read(&m.origin)?,
        rule: rule(m.rule)?,
        number: m.number,
        reason: Word::read(&m.reason)?,
        wants: each(&m.lines, want)?,
        review: m.review.map(ReviewId),
    })
}

fn comments_noted(m: &store::CommentsNoted) -> Read {
    let note = |note: &store::Note| {
        Ok(Note {
            key: digest(&note.key)?,
            reason: Word::read(&note.reason)?,
            rule: rule(note.rule)?,
        })
    };
    Ok(Event::CommentsNoted { session: SessionId(m.session), notes: each(&m.notes, note)? })
}

fn claim_released(m: &store::ClaimReleased) -> Read {
    Ok(Event::ClaimReleased {
        session: SessionId(m.session),
        key: digest(&m.key)?,
        buyer: buyer(&m.buyer)?,
        origin: Word::read(&m.origin)?,
        rule: rule(m.rule)?,
        order: OrderId(m.order),
        lines: each(&m.lines, returned)?,
    })
}

fn waitlist_promoted(m: &store::WaitlistPromoted) -> Read {
    Ok(Event::WaitlistPromoted {
        session: SessionId(m.session),
        order: OrderId(m.order),
        into: OrderId(m.into),
        buyer: buyer(&m.buyer)?,
        line: claimed_line(required("line", m.line.as_ref())?)?,
        hold_until: time(m.hold_until_ms),
    })
}
