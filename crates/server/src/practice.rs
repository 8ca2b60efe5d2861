//! Practice lives: a simulated crowd that types into a session of a practice shop, on the real path
//! from the hub on.
//!
//! ```text
//! crowd (seeded) ─▶ every 300 ms what was typed ─▶ hub: read, decided, durable ─▶ console, viewers
//! ```
//! A crowd goes home when its session ends, when another practice of its shop begins, or after
//! [`PRACTICE_MS_MAX`].

use crowd::{Crowd, Plan, Shape, Utterance};
use domain::limits::{
    PRACTICE_COMMENTS_PER_MINUTE, PRACTICE_MS_MAX, PRACTICE_VIEWERS, PRACTICES_MAX,
};
use domain::{SessionId, SessionState, ShopId};
use gateway::Practise;
use hub::{Author, Comment, Hub};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::task::AbortHandle;
use tokio::time::interval;

/// How long typed words are gathered.
const GATHER_MS: u64 = 300;
const GATHER: Duration = Duration::from_millis(GATHER_MS);

/// The crowds that are in, the oldest first.
type Crowds = Mutex<VecDeque<(ShopId, AbortHandle)>>;

/// Lets crowds into practice sessions of this hub.
pub(crate) fn practise(hub: Hub) -> Practise {
    let crowds = Crowds::default();
    Arc::new(move |shop, session| {
        let mut crowds = crowds.lock().unwrap_or_else(PoisonError::into_inner);
        crowds.retain(|(known, crowd)| {
            if *known == shop {
                crowd.abort();
            }
            *known != shop && !crowd.is_finished()
        });
        if crowds.len() >= PRACTICES_MAX
            && let Some((_, oldest)) = crowds.pop_front()
        {
            oldest.abort();
        }
        let crowd = tokio::spawn(play(hub.clone(), shop, session));
        crowds.push_back((shop, crowd.abort_handle()));
    })
}

/// Types until the session ends.
async fn play(hub: Hub, shop: ShopId, session: SessionId) {
    let Some(view) = hub.session(shop, session) else {
        return;
    };
    let plan = Plan {
        viewers: PRACTICE_VIEWERS,
        goods: view.offers.iter().map(|offer| (*offer.terms).clone()).collect(),
        comments_per_minute: PRACTICE_COMMENTS_PER_MINUTE,
        shape: Shape::Calm,
    };
    let mut crowd = Crowd::new(view.position.seq.0, &plan).zip(0..).peekable();
    let mut every = interval(GATHER);
    for turn in 1..=PRACTICE_MS_MAX / GATHER_MS {
        every.tick().await;
        let over = hub.session(shop, session).is_none_or(|view| match view.state {
            SessionState::Ended | SessionState::Archived => true,
            SessionState::Draft | SessionState::Live | SessionState::Paused => false,
        });
        if over {
            return;
        }
        let is_due = |said: &Utterance| said.at_us <= turn * GATHER_MS * 1_000;
        let due = std::iter::from_fn(|| crowd.next_if(|(said, _)| is_due(said)));
        let comments: Vec<_> = due.map(|(said, number)| comment(number, said)).collect();
        if !comments.is_empty()
            && let Err(error) = hub.comments(shop, session, comments).await
        {
            tracing::warn!(%shop, %error, "a practice crowd was not heard");
        }
    }
}

/// What a member of the crowd typed, as a platform would deliver it.
fn comment(number: u64, said: Utterance) -> Comment {
    Comment {
        key: format!("practice:{number}"),
        platform: "practice".to_owned(),
        buyer_id: said.buyer.to_string(),
        buyer_name: said.buyer_name,
        text: said.text,
        sent_at: None,
        edited: false,
        author: Author::Viewer,
    }
}
