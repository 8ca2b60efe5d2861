//! What is not taken while a lane is pressed: comments that can be no orders.
//!
//! ```text
//! comment ─▶ read ─┬─ claim, cancel, review, link, or nobody knows ─▶ the lane, as ever
//!                  ├─ chatter, while busy ──────┬─▶ `busy`, with when to come again
//!                  └─ question, while crowded ──┘   nothing of it is remembered
//! ```
//!
//! Promises: what could be an order under any codebook is never shed. A word is only shed if it was
//! read with the codebook that is in force and no command is under way that may change how words
//! are read. A shed key is as if it had never been sent, and who sent it is not looked for.

use crate::ask::{Answered, Asked};
use crate::directory::{Directory, SessionCell};
use crate::error::HubError;
use crate::intake::Heard;
use crate::pressure::{Pressure, Turns};
use domain::{Command, SessionId, SessionState, ShopId};
use intent::{Meaning, Reading};
use std::sync::Arc;

/// What kind of comment an entry is shed as; none if it must be asked.
fn kind(level: Pressure, asked: &Asked, cell: Option<&SessionCell>) -> Option<&'static str> {
    let kind = match (asked, level) {
        (Asked::Command(_), _) | (_, Pressure::Calm) => return None,
        (Asked::Comment { reading: Reading { meaning, .. }, .. }, level) => match meaning {
            Meaning::Chatter => "chatter",
            Meaning::Question if level == Pressure::Crowded => "question",
            Meaning::Question
            | Meaning::Claim(_)
            | Meaning::Cancel(_)
            | Meaning::Review { .. }
            | Meaning::Link(_) => return None,
        },
    };
    let Asked::Comment { codebook: Some(version), .. } = asked else {
        return None;
    };
    let cell = cell?;
    // In this order: a command that has ended by now has shown its codebook.
    let is_sure = !cell.is_rewording() && cell.codebook()?.version() == *version;
    // Before a session is live every comment is told so.
    (is_sure && cell.view().state != SessionState::Draft).then_some(kind)
}

/// Refuses what is not to be asked now.
pub(crate) fn check(
    level: Pressure,
    asked: &Asked,
    cell: Option<&SessionCell>,
    turns: &Turns,
) -> Result<(), HubError> {
    let Some(kind) = kind(level, asked, cell) else {
        return Ok(());
    };
    metrics::counter!("chot_shed_total", "kind" => kind).increment(1);
    Err(HubError::Busy { retry_after_ms: turns.again_ms(level) })
}

/// What was shed of a post, and where it stood.
#[derive(Default)]
pub(crate) struct Shed(Vec<(usize, HubError)>);

impl Shed {
    /// Takes what is shed out of a post; nothing while it is calm.
    pub(crate) fn from(
        heard: &mut Vec<Heard<'_>>,
        level: Pressure,
        cell: Option<&SessionCell>,
        turns: &Turns,
    ) -> Self {
        let mut shed = Self::default();
        if level == Pressure::Calm {
            return shed;
        }
        let mut at = 0;
        heard.retain(|heard| {
            let checked = check(level, &heard.asked, cell, turns);
            let is_asked = checked.is_ok();
            shed.0.extend(checked.err().map(|busy| (at, busy)));
            at += 1;
            is_asked
        });
        shed
    }

    /// Puts it back where it stood, among the answers to the others.
    pub(crate) fn among(
        self,
        answers: Vec<Result<Answered, HubError>>,
    ) -> Vec<Result<Answered, HubError>> {
        if self.0.is_empty() {
            return answers;
        }
        let mut whole = Vec::with_capacity(answers.len() + self.0.len());
        let mut answers = answers.into_iter();
        for (at, busy) in self.0 {
            whole.extend(answers.by_ref().take(at - whole.len()));
            whole.push(Err(busy));
        }
        whole.extend(answers);
        whole
    }
}

/// A command that may change how a session's comments are read, from before it is asked until what
/// it changed is shown.
pub(crate) struct Rewording(Arc<SessionCell>);

impl Rewording {
    /// None if the command changes no session's words, or that of one nobody has seen.
    pub(crate) fn begin(directory: &Directory, shop: ShopId, command: &Command) -> Option<Self> {
        let cell = directory.session(shop, reworded(command)?)?;
        cell.begins_rewording();
        Some(Self(cell))
    }
}

impl Drop for Rewording {
    fn drop(&mut self) {
        self.0.ends_rewording();
    }
}

/// The session whose words a command may change. An opening has none yet; what the clock changes is
/// an archive, after which nothing is an order.
fn reworded(command: &Command) -> Option<SessionId> {
    match command {
        Command::SetSessionState { session, .. }
        | Command::AddOffer { session, .. }
        | Command::ChangeOffer { session, .. }
        | Command::ChangeRules { session, .. } => Some(*session),
        Command::OpenSession { .. }
        | Command::Claim(_)
        | Command::Review { .. }
        | Command::ResolveReview { .. }
        | Command::NoteComments { .. }
        | Command::Release { .. }
        | Command::UndoCancel { .. }
        | Command::ExtendOwn { .. }
        | Command::ActOnOrder { .. }
        | Command::BlockBuyer { .. }
        | Command::OfferLink { .. }
        | Command::UseLink { .. }
        | Command::EraseBuyer { .. }
        | Command::Resume { .. } => None,
    }
}
