//! One message of a viewer who has no socket: a form on a page without a script.

use crate::ask::BuyerFrame;
use crate::connection::Connection;
use crate::error::HubError;
use crate::hub::Hub;
use crate::intake::Viewer;
use domain::Answer;
use domain::limits::OUTBOX_FRAMES_MAX;
use std::sync::Arc;
use tokio::sync::mpsc;

impl Hub {
    /// Says one thing as this viewer and waits for what comes of it. The same key again gives the
    /// first answer.
    ///
    /// # Errors
    /// See [`HubError`].
    pub async fn say_once(
        &self,
        viewer: Viewer,
        key: &str,
        say: impl FnOnce(&Connection) -> Result<(), HubError>,
    ) -> Result<Arc<Answer>, HubError> {
        let (outbox, mut frames) = mpsc::channel(OUTBOX_FRAMES_MAX);
        let (connection, _welcome) = self.attach(viewer, None, outbox).await?;
        say(&connection)?;
        while let Some(frame) = frames.recv().await {
            match &*frame {
                BuyerFrame::Outcome { key: of, answer } if **of == *key => {
                    return Ok(answer.clone());
                }
                BuyerFrame::Failed { key: of, error } if **of == *key => return Err(error.clone()),
                BuyerFrame::Outcome { .. } | BuyerFrame::Failed { .. } | BuyerFrame::Order(_) => {}
            }
        }
        Err(HubError::Stopping)
    }
}
