//! What callers and connections were told.

use domain::outcome::AnswerBody;
use domain::{OrderView, OutcomeKind, Position, Reason};
use hub::{Answered, HubError};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

pub type Answers = Result<Vec<Result<Answered, HubError>>, HubError>;

/// What one caller was told.
#[derive(Clone)]
pub struct Told {
    pub answers: Arc<Mutex<Option<Answers>>>,
    pub dropped: Arc<AtomicBool>,
}

/// Says when a question is dropped unanswered.
pub struct DropMark(pub Arc<AtomicBool>);

impl Drop for DropMark {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

impl Told {
    pub fn is_silent(&self) -> bool {
        self.answers.lock().unwrap().is_none() && !self.dropped.load(Ordering::SeqCst)
    }

    pub fn is_dropped(&self) -> bool {
        self.answers.lock().unwrap().is_none() && self.dropped.load(Ordering::SeqCst)
    }

    pub fn answers(&self) -> Vec<Answered> {
        let told = self.answers.lock().unwrap().clone().expect("an answer").expect("taken");
        told.into_iter().map(|answer| answer.expect("decided")).collect()
    }

    pub fn errors(&self) -> Vec<HubError> {
        let told = self.answers.lock().unwrap().clone().expect("an answer").expect("taken");
        told.into_iter().filter_map(Result::err).collect()
    }

    pub fn refusal(&self) -> Option<HubError> {
        self.answers.lock().unwrap().clone().expect("an answer").err()
    }

    pub fn kinds(&self) -> Vec<OutcomeKind> {
        self.outcomes().into_iter().map(|outcome| outcome.kind).collect()
    }

    pub fn reasons(&self) -> Vec<Option<Reason>> {
        self.outcomes().into_iter().map(|outcome| outcome.reason).collect()
    }

    fn outcomes(&self) -> Vec<domain::Outcome> {
        let outcome = |answered: Answered| match &answered.answer.body {
            AnswerBody::Outcome(outcome) => outcome.clone(),
            other => panic!("an outcome, not {other:?}"),
        };
        self.answers().into_iter().map(outcome).collect()
    }
}

/// What a connection was told, in order: the welcome, what it had missed, outcomes; and the orders
/// it was shown.
#[derive(Clone, Default)]
pub struct Watching(pub Arc<Mutex<Vec<(String, Position)>>>, pub Arc<Mutex<Vec<OrderView>>>);

impl Watching {
    pub fn told(&self) -> Vec<String> {
        self.0.lock().unwrap().iter().map(|(what, _)| what.clone()).collect()
    }

    /// The orders as they were last shown.
    pub fn orders(&self) -> Vec<OrderView> {
        let shown = self.1.lock().unwrap();
        let by_id: BTreeMap<_, _> = shown.iter().map(|order| (order.order, order)).collect();
        by_id.into_values().cloned().collect()
    }

    pub fn positions(&self) -> Vec<Position> {
        self.0.lock().unwrap().iter().map(|(_, at)| *at).collect()
    }
}
