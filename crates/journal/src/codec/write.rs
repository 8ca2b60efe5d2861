//! An event as its message, for the frames that are not written straight.

use super::parts::{
    claimed_line_message, currency_message, key_message_or_none, network_message,
    returned_messages, want_messages,
};
use super::rules::rules_message;
use super::terms::terms_message;
use super::words::Word;
use super::{cancels, cards, people};
use domain::Event;
use domain::command::Key;
use domain::event::{Claimed, ReturnedLine};
use proto::store::{self, event::Event as Kind};

/// The event as the schema has it.
pub fn message(event: &Event) -> store::Event {
    store::Event { event: Some(kind(event)) }
}

fn kind(event: &Event) -> Kind {
    match event {
        Event::SessionOpened { .. }
        | Event::SessionStateChanged { .. }
        | Event::OfferAdded { .. }
        | Event::OfferChanged { .. }
        | Event::StockChanged { .. }
        | Event::RulesChanged { .. } => set_up(event),
        Event::ClaimHeld(_)
        | Event::ClaimWaitlisted(_)
        | Event::ClaimRefused { .. }
        | Event::CommentsNoted { .. }
        | Event::ClaimReleased { .. }
        | Event::RequestRefused { .. } => by_buyers(event),
        Event::HoldExpired { .. }
        | Event::HoldExtended { .. }
        | Event::WaitlistPromoted { .. }
        | Event::OrderConfirmed { .. }
        | Event::OrderPaid { .. }
        | Event::OrderCancelled { .. }
        | Event::Resumed { .. }
        | Event::SessionArchived { .. } => of_orders(event),
        Event::ClaimReviewed { .. } | Event::ReviewResolved { .. } => cards::message(event),
        Event::CancelBegun { .. } | Event::CancelUndone { .. } | Event::CancelClosed { .. } => {
            cancels::message(event)
        }
        Event::BuyerBlocked { .. }
        | Event::LinkOffered { .. }
        | Event::BuyersLinked { .. }
        | Event::BuyerErased { .. } => people::message(event),
    }
}

/// What a host prepares and changes.
fn set_up(event: &Event) -> Kind {
    match event {
        Event::SessionOpened { session, key, title, rules, currency } => {
            Kind::SessionOpened(store::SessionOpened {
                session: session.0,
                key: key_message_or_none(key),
                title: title.to_string(),
                rules: Some(rules_message(rules)),
                currency: currency.as_str().into(),
            })
        }
        Event::SessionStateChanged { session, key, state } => {
            Kind::SessionStateChanged(store::SessionStateChanged {
                session: session.0,
                key: key_message_or_none(key),
                state: state.word().into(),
            })
        }
        Event::OfferAdded { session, key, item, new_item, terms } => {
            Kind::OfferAdded(store::OfferAdded {
                session: session.0,
                key: key_message_or_none(key),
                item: item.0,
                new_item: *new_item,
                terms: Some(terms_message(terms)),
            })
        }
        Event::OfferChanged { session, key, code, price, open, pinned, limit_per_buyer } => {
            Kind::OfferChanged(store::OfferChanged {
                session: session.0,
                key: key_message_or_none(key),
                code: code.as_str().into(),
                price: price.amount,
                open: *open,
                pinned: *pinned,
                limit_per_buyer_milli: limit_per_buyer.map(|limit| limit.milli()),
                currency: currency_message(price.currency),
            })
        }
        Event::StockChanged { session, key, code, item, cell, stock } => {
            Kind::StockChanged(store::StockChanged {
                session: session.0,
                key: key_message_or_none(key),
                code: code.as_str().into(),
                item: item.0,
                cell: cell.0.into(),
                stock_milli: stock.milli(),
            })
        }
        Event::RulesChanged { session, key, rules } => Kind::RulesChanged(store::RulesChanged {
            session: session.0,
            key: key_message_or_none(key),
            rules: Some(rules_message(rules)),
        }),
        other => unreachable!("{} is not set up by a host", other.name()),
    }
}

/// What buyers' words and taps come to.
fn by_buyers(event: &Event) -> Kind {
    match event {
        Event::ClaimHeld(claimed) => Kind::ClaimHeld(claimed_message(claimed)),
        Event::ClaimWaitlisted(claimed) => Kind::ClaimWaitlisted(claimed_message(claimed)),
        Event::ClaimRefused {
            session,
            key,
            body,
            buyer,
            origin,
            rule,
            number,
            reason,
            wants,
            review,
        } => Kind::ClaimRefused(store::ClaimRefused {
            session: session.0,
            key: key.0.to_vec(),
            buyer: buyer.0.to_vec(),
            origin: origin.word().into(),
            rule: rule.0.into(),
            number: *number,
            reason: reason.word().into(),
            lines: want_messages(wants),
            body: body.map_or_else(Vec::new, |body| body.0.to_vec()),
            review: review.map(|review| review.0),
        }),
        Event::CommentsNoted { session, notes } => {
            let note = |note: &domain::command::Note| store::Note {
                key: note.key.0.to_vec(),
                reason: note.reason.word().into(),
                rule: note.rule.0.into(),
            };
            let notes = notes.iter().map(note).collect();
            Kind::CommentsNoted(store::CommentsNoted { session: session.0, notes })
        }
        Event::ClaimReleased { session, key, buyer, origin, rule, order, lines } => {
            Kind::ClaimReleased(store::ClaimReleased {
                session: session.0,
                key: key.0.to_vec(),
                buyer: buyer.0.to_vec(),
                origin: origin.word().into(),
                rule: rule.0.into(),
                order: order.0,
                lines: returned_messages(lines),
            })
        }
        Event::RequestRefused { session, key, buyer, reason } => {
            Kind::RequestRefused(store::RequestRefused {
                session: session.0,
                key: key.0.to_vec(),
                buyer: buyer.0.to_vec(),
                reason: reason.word().into(),
            })
        }
        other => unreachable!("{} is not made by a buyer", other.name()),
    }
}

/// What becomes of orders, and of the shop as a whole.
fn of_orders(event: &Event) -> Kind {
    match event {
        Event::HoldExpired { session, order, lines } => Kind::HoldExpired(store::HoldExpired {
            session: session.0,
            order: order.0,
            lines: returned_messages(lines),
        }),
        Event::HoldExtended { session, key, order, by_buyer, hold_until } => {
            Kind::HoldExtended(store::HoldExtended {
                session: session.0,
                key: key_message_or_none(key),
                order: order.0,
                by_buyer: *by_buyer,
                hold_until_ms: hold_until.0,
            })
        }
        Event::WaitlistPromoted { session, order, into, buyer, line, hold_until } => {
            Kind::WaitlistPromoted(store::WaitlistPromoted {
                session: session.0,
                order: order.0,
                into: into.0,
                buyer: buyer.0.to_vec(),
                line: Some(claimed_line_message(line)),
                hold_until_ms: hold_until.map(|until| until.0),
            })
        }
        Event::OrderConfirmed { session, key, order } => {
            Kind::OrderConfirmed(acted(session.0, key, order.0, &[]))
        }
        Event::OrderPaid { session, key, order } => {
            Kind::OrderPaid(acted(session.0, key, order.0, &[]))
        }
        Event::OrderCancelled { session, key, order, lines } => {
            Kind::OrderCancelled(acted(session.0, key, order.0, lines))
        }
        Event::Resumed { down } => Kind::Resumed(store::Resumed { down_ms: down.0 }),
        Event::SessionArchived { session } => {
            Kind::SessionArchived(store::SessionArchived { session: session.0 })
        }
        other => unreachable!("{} is not about an order", other.name()),
    }
}

fn acted(session: u32, key: &Option<Key>, order: u32, lines: &[ReturnedLine]) -> store::OrderActed {
    store::OrderActed {
        session,
        key: key_message_or_none(key),
        order,
        lines: returned_messages(lines),
    }
}

fn claimed_message(claimed: &Claimed) -> store::Claimed {
    store::Claimed {
        session: claimed.session.0,
        key: claimed.key.0.to_vec(),
        buyer: claimed.buyer.0.to_vec(),
        origin: claimed.origin.word().into(),
        rule: claimed.rule.0.into(),
        number: claimed.number,
        order: claimed.order.0,
        lines: claimed.lines.iter().map(claimed_line_message).collect(),
        hold_until_ms: claimed.hold_until.map(|until| until.0),
        body: claimed.body.map_or_else(Vec::new, |body| body.0.to_vec()),
        returned: returned_messages(&claimed.returned),
        review: claimed.review.map(|review| review.0),
        network: network_message(claimed.network),
    }
}
