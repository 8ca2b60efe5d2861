//! Cancels that can be undone, both ways.

use super::CodecError;
use super::parts::{each, key_message_or_none, key_or_none, returned, returned_messages, rule};
use super::words::Word;
use domain::{Event, OrderId, SessionId, Timestamp};
use proto::store::{self, event::Event as Kind};

type Read = Result<Event, CodecError>;

pub(super) fn message(event: &Event) -> Kind {
    match event {
        Event::CancelBegun { session, key, origin, rule, order, lines, closes_at } => {
            Kind::CancelBegun(store::CancelBegun {
                session: session.0,
                key: key_message_or_none(key),
                origin: origin.word().into(),
                rule: rule.0.into(),
                order: order.0,
                lines: returned_messages(lines),
                closes_at_ms: closes_at.0,
            })
        }
        Event::CancelUndone { session, key, origin, order } => {
            Kind::CancelUndone(store::CancelUndone {
                session: session.0,
                key: key_message_or_none(key),
                origin: origin.word().into(),
                order: order.0,
            })
        }
        Event::CancelClosed { session, order, lines } => Kind::CancelClosed(store::CancelClosed {
            session: session.0,
            order: order.0,
            lines: returned_messages(lines),
        }),
        other => unreachable!("{} is no cancel that can be undone", other.name()),
    }
}

pub(super) fn begun(m: &store::CancelBegun) -> Read {
    Ok(Event::CancelBegun {
        session: SessionId(m.session),
        key: key_or_none(m.key.as_ref())?,
        origin: Word::read(&m.origin)?,
        rule: rule(m.rule)?,
        order: OrderId(m.order),
        lines: each(&m.lines, returned)?,
        closes_at: Timestamp(m.closes_at_ms),
    })
}

pub(super) fn undone(m: &store::CancelUndone) -> Read {
    Ok(Event::CancelUndone {
        session: SessionId(m.session),
        key: key_or_none(m.key.as_ref())?,
        origin: Word::read(&m.origin)?,
        order: OrderId(m.order),
    })
}

pub(super) fn closed(m: &store::CancelClosed) -> Read {
    Ok(Event::CancelClosed {
        session: SessionId(m.session),
        order: OrderId(m.order),
        lines: each(&m.lines, returned)?,
    })
}
