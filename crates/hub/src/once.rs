//! One message of a viewer who has no socket: a form on a page without a script.

use crate::ask::BuyerFrame;
use crate::connection::{Connection, Said};
use crate::error::HubError;
use crate::hub::Hub;
use crate::intake::Viewer;
use domain::Answer;
use std::sync::Arc;

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
        say: impl FnOnce(&Connection) -> Result<Said, HubError>,
    ) -> Result<Arc<Answer>, HubError> {
        let (connection, _welcome, mut frames) = self.attach(viewer, None).await?;
        connection.send(vec![say(&connection)?])?;
        while let Some(some) = frames.take().await {
            let answer = some.iter().find_map(|frame| match &**frame {
                BuyerFrame::Outcome { key: of, answer } => {
                    (**of == *key).then(|| Ok(answer.clone()))
                }
                BuyerFrame::Failed { key: of, error } => (**of == *key).then(|| Err(error.clone())),
                BuyerFrame::Order(_) => None,
            });
            if let Some(answer) = answer {
                return answer;
            }
        }
        Err(HubError::Stopping)
    }
}
