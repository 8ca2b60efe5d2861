//! Who may buy, and who is whom: blocks and links, both ways.

use super::CodecError;
use super::parts::{
    buyer, digest, key, key_message, key_message_or_none, key_or_none, required, rule,
};
use domain::snapshot::{BuyerAtRest, LinkAtRest};
use domain::{Event, LinkCode, SessionId, Timestamp};
use proto::store::{self, event::Event as Kind};

type Read<T> = Result<T, CodecError>;

pub(super) fn message(event: &Event) -> Kind {
    match event {
        Event::BuyerBlocked { session, key, buyer, blocked } => {
            Kind::BuyerBlocked(store::BuyerBlocked {
                session: session.0,
                key: key_message_or_none(key),
                buyer: buyer.0.to_vec(),
                blocked: *blocked,
            })
        }
        Event::LinkOffered { session, key, buyer, link, until } => {
            Kind::LinkOffered(store::LinkOffered {
                session: session.0,
                key: Some(key_message(key)),
                buyer: buyer.0.to_vec(),
                link: link.get().into(),
                until_ms: until.0,
            })
        }
        Event::BuyersLinked { session, key, rule, account, to, link } => {
            Kind::BuyersLinked(store::BuyersLinked {
                session: session.0,
                key: key.0.to_vec(),
                rule: rule.0.into(),
                account: account.0.to_vec(),
                to: to.0.to_vec(),
                link: link.get().into(),
            })
        }
        Event::BuyerErased { buyer, accounts } => Kind::BuyerErased(store::BuyerErased {
            buyer: buyer.0.to_vec(),
            accounts: accounts.iter().map(|account| account.0.to_vec()).collect(),
        }),
        other => unreachable!("{} is about no person", other.name()),
    }
}

pub(super) fn blocked(m: &store::BuyerBlocked) -> Read<Event> {
    Ok(Event::BuyerBlocked {
        session: SessionId(m.session),
        key: key_or_none(m.key.as_ref())?,
        buyer: buyer(&m.buyer)?,
        blocked: m.blocked,
    })
}

pub(super) fn offered(m: &store::LinkOffered) -> Read<Event> {
    Ok(Event::LinkOffered {
        session: SessionId(m.session),
        key: key(required("key", m.key.as_ref())?)?,
        buyer: buyer(&m.buyer)?,
        link: link_code(m.link)?,
        until: Timestamp(m.until_ms),
    })
}

pub(super) fn linked(m: &store::BuyersLinked) -> Read<Event> {
    Ok(Event::BuyersLinked {
        session: SessionId(m.session),
        key: digest(&m.key)?,
        rule: rule(m.rule)?,
        account: buyer(&m.account)?,
        to: buyer(&m.to)?,
        link: link_code(m.link)?,
    })
}

pub(super) fn erased(m: &store::BuyerErased) -> Read<Event> {
    let accounts = m.accounts.iter().map(|account| buyer(account));
    Ok(Event::BuyerErased { buyer: buyer(&m.buyer)?, accounts: accounts.collect::<Read<_>>()? })
}

pub(super) fn link_code(number: u32) -> Read<LinkCode> {
    let code = u16::try_from(number).ok().and_then(LinkCode::new);
    code.ok_or_else(|| CodecError::field("link", number))
}

pub(super) fn link_message(link: &LinkAtRest) -> store::LinkAtRest {
    store::LinkAtRest {
        link: link.link.get().into(),
        buyer: link.buyer.0.to_vec(),
        until_ms: link.until.0,
    }
}

pub(super) fn link_at_rest(link: &store::LinkAtRest) -> Read<LinkAtRest> {
    Ok(LinkAtRest {
        link: link_code(link.link)?,
        buyer: buyer(&link.buyer)?,
        until: Timestamp(link.until_ms),
    })
}

pub(super) fn buyer_message(of: &BuyerAtRest) -> store::BuyerAtRest {
    store::BuyerAtRest {
        buyer: of.buyer.0.to_vec(),
        blocked: of.blocked,
        owner: of.owner.map_or_else(Vec::new, |owner| owner.0.to_vec()),
        expiries: of.expiries,
        expired_at_ms: of.expired_at.0,
    }
}

pub(super) fn buyer_at_rest(of: &store::BuyerAtRest) -> Read<BuyerAtRest> {
    let owner = (!of.owner.is_empty()).then(|| buyer(&of.owner));
    Ok(BuyerAtRest {
        buyer: buyer(&of.buyer)?,
        blocked: of.blocked,
        owner: owner.transpose()?,
        expiries: of.expiries,
        expired_at: Timestamp(of.expired_at_ms),
    })
}
