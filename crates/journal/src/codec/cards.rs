//! Cards: comments that a person must look at and what the person answers, both ways.

use super::CodecError;
use super::parts::{
    buyer, code, code_message_or_none, code_or_none, digest, each, key_message_or_none,
    key_or_none, network, network_message, required, rule, want, want_messages,
};
use super::words::Word;
use domain::command::CardAnswer;
use domain::snapshot::{AnsweredCard, CardReading, Lesson, ReviewAtRest};
use domain::{Event, ReviewId, SessionId, StaffRef, Timestamp};
use proto::store::{self, event::Event as Kind};

type Read<T> = Result<T, CodecError>;

pub(super) fn message(event: &Event) -> Kind {
    match event {
        Event::ClaimReviewed {
            session,
            key,
            buyer,
            review,
            reason,
            rule,
            suggestion,
            about,
            network,
        } => Kind::ClaimReviewed(store::ClaimReviewed {
            session: session.0,
            key: key.0.to_vec(),
            buyer: buyer.0.to_vec(),
            review: review.0,
            reason: reason.word().into(),
            rule: rule.0.into(),
            lines: want_messages(suggestion),
            about: code_message_or_none(*about),
            network: network_message(*network),
        }),
        Event::ReviewResolved { session, key, author, reviews, answer, lasts } => {
            Kind::ReviewResolved(store::ReviewResolved {
                session: session.0,
                key: key_message_or_none(key),
                author: author.0.to_vec(),
                reviews: reviews.iter().map(|review| review.0).collect(),
                answer: Some(answer_message(answer)),
                lasts: *lasts,
            })
        }
        other => unreachable!("{} is about no card", other.name()),
    }
}

pub(super) fn reviewed(m: &store::ClaimReviewed) -> Read<Event> {
    Ok(Event::ClaimReviewed {
        session: SessionId(m.session),
        key: digest(&m.key)?,
        buyer: buyer(&m.buyer)?,
        review: ReviewId(m.review),
        reason: Word::read(&m.reason)?,
        rule: rule(m.rule)?,
        suggestion: each(&m.lines, want)?,
        about: code_or_none(&m.about)?,
        network: network(&m.network)?,
    })
}

pub(super) fn resolved(m: &store::ReviewResolved) -> Read<Event> {
    let author = m.author.as_slice().try_into();
    Ok(Event::ReviewResolved {
        session: SessionId(m.session),
        key: key_or_none(m.key.as_ref())?,
        author: author
            .map(StaffRef)
            .map_err(|_| CodecError::field("author", "of another length"))?,
        reviews: m.reviews.iter().copied().map(ReviewId).collect(),
        answer: answer(required("answer", m.answer.as_ref())?)?,
        lasts: m.lasts,
    })
}

fn answer_message(answer: &CardAnswer) -> store::CardAnswer {
    match answer {
        CardAnswer::Ignore => store::CardAnswer::default(),
        CardAnswer::Lines { wants, instead_of } => store::CardAnswer {
            lines: want_messages(wants),
            instead_of: instead_of.iter().map(|code| code.as_str().into()).collect(),
        },
    }
}

fn answer(answer: &store::CardAnswer) -> Read<CardAnswer> {
    match (answer.lines.as_slice(), answer.instead_of.as_slice()) {
        ([], []) => Ok(CardAnswer::Ignore),
        (lines, instead_of) => Ok(CardAnswer::Lines {
            wants: each(lines, want)?,
            instead_of: each(instead_of, |text| code(text))?,
        }),
    }
}

pub(super) fn card_message(card: &ReviewAtRest) -> store::ReviewAtRest {
    let CardReading { reason, rule, suggestion, about } = &card.reading;
    store::ReviewAtRest {
        review: card.review.0,
        buyer: card.buyer.0.to_vec(),
        key: card.key.0.to_vec(),
        at_ms: card.at.0,
        reason: reason.word().into(),
        lines: want_messages(suggestion),
        rule: rule.0.into(),
        about: code_message_or_none(*about),
        network: network_message(card.network),
    }
}

pub(super) fn card(card: &store::ReviewAtRest) -> Read<ReviewAtRest> {
    Ok(ReviewAtRest {
        review: ReviewId(card.review),
        buyer: buyer(&card.buyer)?,
        key: digest(&card.key)?,
        at: Timestamp(card.at_ms),
        reading: CardReading {
            reason: Word::read(&card.reason)?,
            rule: rule(card.rule)?,
            suggestion: each(&card.lines, want)?,
            about: code_or_none(&card.about)?,
        },
        network: network(&card.network)?,
    })
}

pub(super) fn answered_message(of: &AnsweredCard) -> store::AnsweredCard {
    let AnsweredCard { card, wants, instead_of } = of;
    let answer = CardAnswer::Lines { wants: wants.clone(), instead_of: instead_of.clone() };
    store::AnsweredCard { card: Some(card_message(card)), answer: Some(answer_message(&answer)) }
}

pub(super) fn answered(of: &store::AnsweredCard) -> Read<AnsweredCard> {
    let card = card(required("card", of.card.as_ref())?)?;
    match answer(required("answer", of.answer.as_ref())?)? {
        CardAnswer::Lines { wants, instead_of } => Ok(AnsweredCard { card, wants, instead_of }),
        CardAnswer::Ignore => Err(CodecError::field("answer", "without lines")),
    }
}

pub(super) fn lesson_message(lesson: &Lesson) -> store::Lesson {
    let CardReading { reason, rule, suggestion, about } = &lesson.reading;
    store::Lesson {
        reason: reason.word().into(),
        rule: rule.0.into(),
        suggestion: want_messages(suggestion),
        about: code_message_or_none(*about),
        answer: Some(answer_message(&lesson.answer)),
    }
}

pub(super) fn lesson(lesson: &store::Lesson) -> Read<Lesson> {
    Ok(Lesson {
        reading: CardReading {
            reason: Word::read(&lesson.reason)?,
            rule: rule(lesson.rule)?,
            suggestion: each(&lesson.suggestion, want)?,
            about: code_or_none(&lesson.about)?,
        },
        answer: answer(required("answer", lesson.answer.as_ref())?)?,
    })
}
