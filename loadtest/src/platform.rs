//! A platform's connector: posts whatever is due, waits for the answer, posts what has gathered
//! since.

use crate::http::{Call, Http, Target};
use crate::run::Run;
use crate::script::{Script, comment_id};
use proto::live;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;

/// Most comments in one post; the contract allows twice as many.
const POST_MAX: usize = 500;

/// How long a server that cannot be reached is tried.
const PATIENCE: Duration = Duration::from_secs(60);

/// How long between two tries.
const AGAIN: Duration = Duration::from_millis(250);

/// No answer came at all.
#[derive(Debug)]
struct Unreachable(String);

impl std::fmt::Display for Unreachable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unreachable {}

/// One connector: one platform, one connection.
pub(crate) struct Platform {
    http: Http,
    path: String,
    token: String,
}

impl Platform {
    pub(crate) fn new(target: &Target, session: &str, token: &str) -> Self {
        let path = format!("/v1/sessions/{session}/comments");
        Self { http: Http::new(target), path, token: token.to_owned() }
    }

    /// Posts what comes out of `jobs` (numbers of sends), until there is no more.
    pub(crate) async fn watch(mut self, run: Arc<Run>, mut jobs: mpsc::Receiver<u32>) {
        let mut due = Vec::with_capacity(POST_MAX);
        while jobs.recv_many(&mut due, POST_MAX).await > 0 {
            match self.delivered(&run, &due).await {
                Ok(outcomes) => {
                    for (&number, outcome) in due.iter().zip(outcomes) {
                        if outcome.result == "error" {
                            run.tally.refused(outcome.reason.as_deref().unwrap_or("error"), 1);
                        } else {
                            run.answered(number, &outcome);
                        }
                    }
                }
                Err(error) => run.tally.refused(&format!("post: {error}"), due.len() as u64),
            }
            due.clear();
        }
    }

    /// Posts until the server has answered, whatever it says: while it cannot be reached, the same
    /// comments again.
    async fn delivered(
        &mut self,
        run: &Run,
        numbers: &[u32],
    ) -> anyhow::Result<Vec<live::Outcome>> {
        let patience = Instant::now() + PATIENCE;
        loop {
            let posted = self.post(&run.script, numbers, None).await;
            match posted {
                Err(error) if error.is::<Unreachable>() && Instant::now() < patience => {
                    numbers.iter().for_each(|_| run.tally.resent());
                    tokio::time::sleep(AGAIN).await;
                }
                answered => return answered,
            }
        }
    }

    /// Posts these sends, with other words if `text` is given, and returns their outcomes in order.
    ///
    /// # Errors
    /// With the problem's code if the post is not taken.
    pub(crate) async fn post(
        &mut self,
        script: &Script,
        numbers: &[u32],
        text: Option<&str>,
    ) -> anyhow::Result<Vec<live::Outcome>> {
        let comment = |&number: &u32| {
            let send = script.send(number);
            serde_json::json!({
                "platform": send.platform,
                "comment_id": comment_id(number),
                "buyer_id": format!("b{}", send.buyer),
                "buyer_name": script.name(number),
                "text": text.unwrap_or(&*send.text),
            })
        };
        let comments: Vec<_> = numbers.iter().map(comment).collect();
        let body = serde_json::json!({ "comments": comments }).to_string();
        let call = Call::post(&self.path, body).token(&self.token);
        let reply =
            self.http.call(call).await.map_err(|error| Unreachable(format!("{error:#}")))?;
        anyhow::ensure!(reply.status == 200, "{}", reply.code());
        let answer: live::Outcomes = reply.json()?;
        anyhow::ensure!(
            answer.outcomes.len() == numbers.len(),
            "{} outcomes for {} comments",
            answer.outcomes.len(),
            numbers.len()
        );
        Ok(answer.outcomes)
    }
}
