//! A shop at rest as its message.

use super::cards::{answered_message, card_message, lesson_message};
use super::parts::{
    claimed_line_message, currency_message, key_message, network_message, variant_message,
};
use super::people::{buyer_message, link_message};
use super::rules::{past_message, rules_message};
use super::terms::terms_message;
use super::words::Word;
use domain::event::ClaimedLine;
use domain::offer::Cell;
use domain::order::{OrderLine, OrderView};
use domain::outcome::{Answer, AnswerBody, Outcome, OutcomeLine};
use domain::snapshot::{
    CancelAtRest, CellAtRest, ItemAtRest, KeyAtRest, OfferAtRest, OrderAtRest, SessionAtRest,
    Waiting,
};
use domain::{Currency, ItemId, Money, OfferState, Quantity, Snapshot, Stamp};
use proto::store::{self, key_at_rest};

pub(super) fn checkpoint(snapshot: &Snapshot) -> store::Checkpoint {
    store::Checkpoint {
        stamp: Some(stamp(&snapshot.stamp)),
        last_order: snapshot.last_order,
        last_review: snapshot.last_review,
        last_session: snapshot.last_session,
        last_item: snapshot.last_item,
        items: snapshot.items.iter().map(item).collect(),
        sessions: snapshot.sessions.iter().map(session).collect(),
        orders: snapshot.orders.iter().map(order).collect(),
        keys: snapshot.keys.iter().map(key).collect(),
        buyers: snapshot.buyers.iter().map(buyer_message).collect(),
    }
}

fn stamp(stamp: &Stamp) -> store::Stamp {
    store::Stamp {
        epoch: stamp.position.epoch.0,
        seq: stamp.position.seq.0,
        at_ms: stamp.at.0,
        hash: stamp.hash.0.to_vec(),
    }
}

fn milli(quantities: &[Quantity]) -> Vec<u64> {
    quantities.iter().map(|quantity| quantity.milli()).collect()
}

fn item(item: &ItemAtRest) -> store::ItemAtRest {
    store::ItemAtRest {
        item: item.item.0,
        changes: item.changes,
        cells: item.cells.iter().map(cell).collect(),
        terms: Some(terms_message(&item.terms)),
    }
}

fn cell(cell: &CellAtRest) -> store::CellAtRest {
    let waiting = |waiting: &Waiting| store::Waiting {
        since_seq: waiting.since.0,
        order: waiting.order.0,
        line: waiting.line.into(),
        quantity_milli: waiting.quantity.milli(),
    };
    store::CellAtRest {
        stock_milli: cell.stock.milli(),
        held_milli: cell.held.milli(),
        sold_milli: cell.sold.milli(),
        queue: cell.queue.iter().map(waiting).collect(),
    }
}

fn session(session: &SessionAtRest) -> store::SessionAtRest {
    store::SessionAtRest {
        session: session.session.0,
        title: session.title.to_string(),
        state: session.state.word().into(),
        since_ms: session.since.0,
        rules: Some(rules_message(&session.rules)),
        currency: session.currency.as_str().into(),
        last_number: session.last_number,
        offers: session.offers.iter().map(offer).collect(),
        pinned: session.pinned.map(u32::from),
        reviews: session.reviews.iter().map(card_message).collect(),
        opened_epoch: session.opened.epoch.0,
        opened_seq: session.opened.seq.0,
        answered: session.answered.iter().map(answered_message).collect(),
        lessons: session.lessons.iter().map(lesson_message).collect(),
        links: session.links.iter().map(link_message).collect(),
        past: session.past.iter().map(past_message).collect(),
    }
}

fn offer(offer: &OfferAtRest) -> store::OfferAtRest {
    store::OfferAtRest {
        terms: Some(terms_message(&offer.terms)),
        item: offer.item.0,
        open: offer.open,
        changes: offer.changes,
    }
}

fn order(order: &OrderAtRest) -> store::OrderAtRest {
    let cancel = order.cancel.as_ref();
    store::OrderAtRest {
        order: order.order.0,
        session: order.session.0,
        buyer: order.buyer.0.to_vec(),
        state: order.state.word().into(),
        lines: order.lines.iter().map(line).collect(),
        hold_until_ms: order.hold_until.map(|until| until.0),
        extensions: order.extensions,
        changed_epoch: order.position.epoch.0,
        changed_seq: order.position.seq.0,
        since_ms: order.since.0,
        delivery_fee: order.delivery_fee.map(|fee| fee.amount),
        latest_milli: milli(&order.latest),
        currency: fee_currency(order.delivery_fee),
        network: network_message(order.network),
        cancel_closes_at_ms: cancel.map(|cancel| cancel.closes_at.0),
        cancel_lines: cancel.map_or_else(Vec::new, cancel_lines),
        cancel_by_host: cancel.is_some_and(|cancel| cancel.by_host),
        claims: order.claims.iter().map(|seq| seq.0).collect(),
    }
}

fn cancel_lines(cancel: &CancelAtRest) -> Vec<store::CancelLineAtRest> {
    let line = |&(line, quantity): &(u16, Quantity)| store::CancelLineAtRest {
        line: line.into(),
        quantity_milli: quantity.milli(),
    };
    cancel.lines.iter().map(line).collect()
}

fn fee_currency(fee: Option<Money>) -> Option<String> {
    fee.and_then(|fee| currency_message(fee.currency))
}

fn line(line: &OrderLine) -> store::OrderLineAtRest {
    store::OrderLineAtRest {
        code: line.code.as_str().into(),
        item: line.item.0,
        cell: line.cell.0.into(),
        variant: variant_message(&line.variant),
        held_milli: line.held.milli(),
        waitlisted_milli: line.waitlisted.milli(),
        price: line.price.amount,
        currency: currency_message(line.price.currency),
    }
}

fn key(kept: &KeyAtRest) -> store::KeyAtRest {
    let Answer { position, receipt, body } = &*kept.answer;
    store::KeyAtRest {
        key: Some(key_message(&kept.key)),
        session: kept.session.0,
        epoch: position.epoch.0,
        seq: position.seq.0,
        receipt: receipt.0.to_vec(),
        answer: Some(answer(body)),
    }
}

fn answer(body: &AnswerBody) -> key_at_rest::Answer {
    match body {
        AnswerBody::Outcome(outcome) => key_at_rest::Answer::Outcome(outcome_message(outcome)),
        AnswerBody::Session(session, state) => key_at_rest::Answer::Opened(store::SessionAnswer {
            session: session.0,
            state: state.word().into(),
        }),
        AnswerBody::Offer(offer) => key_at_rest::Answer::Offer(offer_answer(offer)),
        AnswerBody::Order(order) => key_at_rest::Answer::Order(order_answer(order)),
        AnswerBody::Resolved(reviews) => key_at_rest::Answer::Resolved(store::ResolvedAnswer {
            reviews: reviews.iter().map(|review| review.0).collect(),
        }),
        &AnswerBody::Blocked(buyer, blocked) => {
            key_at_rest::Answer::Blocked(store::BlockedAnswer { buyer: buyer.0.to_vec(), blocked })
        }
        &AnswerBody::Link(link, until) => key_at_rest::Answer::Link(store::LinkAtRest {
            link: link.get().into(),
            buyer: Vec::new(),
            until_ms: until.0,
        }),
    }
}

fn outcome_message(outcome: &Outcome) -> store::OutcomeAtRest {
    store::OutcomeAtRest {
        kind: outcome.kind.word().into(),
        reason: outcome.reason.map_or("", Word::word).into(),
        number: outcome.number,
        lines: outcome.lines.iter().map(outcome_line).collect(),
        order: outcome.order.map(|order| order.0),
        review: outcome.review.map(|review| review.0),
        hold_until_ms: outcome.hold_until.map(|until| until.0),
    }
}

fn outcome_line(line: &OutcomeLine) -> store::ClaimedLine {
    claimed_line_message(&ClaimedLine {
        code: line.code,
        item: ItemId(0),
        cell: Cell(0),
        variant: line.variant.clone(),
        held: line.held,
        waitlisted: line.waitlisted,
        position_in_line: line.position_in_line,
        price: Money::zero(Currency::VND),
    })
}

fn offer_answer(offer: &OfferState) -> store::OfferAnswer {
    store::OfferAnswer {
        offer: Some(store::OfferAtRest {
            terms: Some(terms_message(&offer.terms)),
            item: offer.item.0,
            open: offer.open,
            changes: 0,
        }),
        version: offer.version,
        left_milli: offer.left.milli(),
        left_by_cell_milli: milli(&offer.left_by_cell),
        pinned: offer.pinned,
    }
}

fn order_answer(view: &OrderView) -> store::OrderAnswer {
    let positions = view.lines.iter().map(|line| line.position_in_line.unwrap_or(0));
    store::OrderAnswer {
        order: Some(store::OrderAtRest {
            order: view.order.0,
            session: view.session.0,
            buyer: view.buyer.0.to_vec(),
            state: view.state.word().into(),
            lines: view.lines.iter().map(|of| line(&of.line)).collect(),
            hold_until_ms: view.hold_until.map(|until| until.0),
            cancel_closes_at_ms: view.undo_until.map(|until| until.0),
            changed_epoch: view.position.epoch.0,
            changed_seq: view.position.seq.0,
            delivery_fee: view.delivery_fee.map(|fee| fee.amount),
            currency: fee_currency(view.delivery_fee),
            ..store::OrderAtRest::default()
        }),
        positions_in_line: positions.collect(),
        total: view.total.amount,
        currency: view.total.currency.as_str().into(),
    }
}
