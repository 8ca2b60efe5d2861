//! Backups for whoever runs the installation: when the last good one was, and one now.

use crate::backup::{BackedUp, NotBackedUp};
use crate::call;
use crate::doors::Shared;
use crate::gate::Visitor;
use crate::problem::Problem;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use proto::live;

/// `GET /v1/backup`
pub(crate) async fn last(State(shared): State<Shared>, _: Visitor) -> Response {
    let last = shared.doors.backup.last().map(told);
    call::message(StatusCode::OK, &live::LastBackup { last })
}

/// `POST /v1/backup`: answers when it is safe in its folder.
pub(crate) async fn start(State(shared): State<Shared>, _: Visitor) -> Result<Response, Problem> {
    let done = shared.doors.backup.start().await;
    let made = done.map_err(|why| {
        let detail = match &why {
            NotBackedUp::NoPlace => "Start the server with --backup-to DIR, or run chot backup \
                                     --to DIR beside it."
                .to_owned(),
            NotBackedUp::Failed(_) => "The operator's page and the log say why.".to_owned(),
        };
        tracing::warn!(%why, "a backup was asked for and not made");
        Problem::new(why.code(), detail)
    })?;
    Ok(call::message(StatusCode::OK, &told(made)))
}

fn told(made: BackedUp) -> live::BackedUp {
    live::BackedUp { at_ms: made.at.0, to: made.to, bytes: made.bytes }
}
