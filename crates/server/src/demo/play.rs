//! The play: the crowd's comments at their moments, the host's acts between them.

use super::stage::Stage;
use super::tally::Tally;
use super::viewers::Viewers;
use crowd::{Crowd, Plan, Shape, Utterance};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// Who watches, and how fast they type.
const VIEWERS: u32 = 80;
const COMMENTS_PER_MINUTE: u32 = 300;

/// Every so many viewers one watches on the shop's own page, through a socket.
const OWN_PAGE_EACH: u32 = 4;

/// How long a connector gathers before it posts.
const GATHER: Duration = Duration::from_millis(200);

/// How often the host holds up the next thing, and brings more of something.
const PIN_EVERY: Duration = Duration::from_secs(12);
const RESTOCK_EVERY: Duration = Duration::from_secs(45);

/// Plays until it is dropped.
pub(crate) async fn play(stage: Arc<Stage>, tally: Arc<Tally>, seed: u64) {
    let plan = Plan {
        viewers: VIEWERS,
        goods: stage.goods.clone(),
        comments_per_minute: COMMENTS_PER_MINUTE,
        shape: Shape::Calm,
    };
    let host = tokio::spawn(host(stage.clone(), tally.clone()));
    let began = Instant::now();
    let mut viewers = Viewers::new(stage.clone(), tally.clone());
    let mut gathered: Vec<Utterance> = Vec::new();
    let mut post_at = began + GATHER;
    let mut number = 0;
    for utterance in Crowd::new(seed, &plan) {
        let at = began + Duration::from_micros(utterance.at_us);
        while post_at <= at {
            sleep_until(post_at).await;
            post(&stage, &tally, &mut gathered, &mut number).await;
            post_at += GATHER;
        }
        if utterance.buyer % OWN_PAGE_EACH == 0 {
            sleep_until(at).await;
            viewers.say(utterance);
        } else {
            gathered.push(utterance);
        }
    }
    host.abort();
}

/// One post of a connector; the answer comes when all of it is durable.
async fn post(
    stage: &Arc<Stage>,
    tally: &Arc<Tally>,
    gathered: &mut Vec<Utterance>,
    number: &mut u64,
) {
    if gathered.is_empty() {
        return;
    }
    let comments: Vec<_> = gathered
        .drain(..)
        .map(|said| {
            *number += 1;
            json!({
                "platform": said.platform.as_str(),
                "comment_id": format!("demo-{number}"),
                "buyer_id": format!("viewer-{}", said.buyer),
                "buyer_name": said.buyer_name,
                "text": said.text,
            })
        })
        .collect();
    let (stage, tally) = (stage.clone(), tally.clone());
    let posted = tokio::task::spawn_blocking(move || {
        let sent = Instant::now();
        let path = format!("/v1/sessions/{}/comments", stage.session);
        let body = json!({ "comments": comments });
        match stage.api.post(&path, Some(&stage.source_token), &body) {
            Ok(answer) => {
                let outcomes = answer["outcomes"].as_array().map_or(&[][..], Vec::as_slice);
                tally.add(outcomes, sent.elapsed());
            }
            Err(error) => tally.fail(&error),
        }
    });
    if posted.await.is_err() {
        tracing::warn!("a post of the practice crowd was cut off");
    }
}

/// The host holds up one thing after the other, and brings more when something runs low.
async fn host(stage: Arc<Stage>, tally: Arc<Tally>) {
    let began = Instant::now();
    let (mut pins, mut restocks) = (1, 1);
    loop {
        let pin_at = began + PIN_EVERY * pins;
        let restock_at = began + RESTOCK_EVERY * restocks;
        sleep_until(pin_at.min(restock_at)).await;
        let (stage, tally) = (stage.clone(), tally.clone());
        let is_pin = pin_at <= restock_at;
        let turn = if is_pin { pins } else { restocks } as usize;
        let act = move || {
            let done = if is_pin { stage.pin(turn) } else { stage.restock(turn) };
            done.unwrap_or_else(|error| tally.fail(&error));
        };
        if tokio::task::spawn_blocking(act).await.is_err() {
            return;
        }
        if is_pin { pins += 1 } else { restocks += 1 }
    }
}
