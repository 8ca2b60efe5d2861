//! A platform's connector: posts whatever is due, waits for the answer, posts what has gathered
//! since.

use crate::http::{Call, Http, Target};
use crate::run::{Run, comment_id};
use proto::live;
use std::sync::Arc;
use tokio::sync::mpsc;

/// Most comments in one post; the contract allows twice as many.
const POST_MAX: usize = 500;

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
            match self.post(&run, &due, None).await {
                Ok(outcomes) => {
                    for (&number, outcome) in due.iter().zip(outcomes) {
                        if outcome.result == "error" {
                            run.tally.refused(outcome.reason.as_deref().unwrap_or("error"), 1);
                        } else {
                            run.answered(number, outcome);
                        }
                    }
                }
                Err(error) => run.tally.refused(&format!("post: {error}"), due.len() as u64),
            }
            due.clear();
        }
    }

    /// Posts these sends, with other words if `text` is given, and returns their outcomes in order.
    ///
    /// # Errors
    /// With the problem's code if the post is not taken.
    pub(crate) async fn post(
        &mut self,
        run: &Run,
        numbers: &[u32],
        text: Option<&str>,
    ) -> anyhow::Result<Vec<live::Outcome>> {
        let comment = |&number: &u32| {
            let send = &run.sends[number as usize];
            serde_json::json!({
                "platform": send.platform,
                "comment_id": comment_id(number),
                "buyer_id": format!("b{}", send.buyer),
                "buyer_name": send.name,
                "text": text.unwrap_or(&send.text),
            })
        };
        let comments: Vec<_> = numbers.iter().map(comment).collect();
        let body = serde_json::json!({ "comments": comments }).to_string();
        let reply = self.http.call(Call::post(&self.path, body).token(&self.token)).await?;
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
