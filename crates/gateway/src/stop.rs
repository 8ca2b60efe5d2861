//! Stopping: one switch, seen by the accept loop and by every socket.

use tokio::sync::watch;

/// The switch. Dropping it stops too.
#[derive(Debug)]
pub struct Stopper(watch::Sender<bool>);

/// What waits for the switch. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Stop(watch::Receiver<bool>);

impl Stopper {
    /// Throws it.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }
}

impl Stop {
    /// A switch, not yet thrown, and what waits for it.
    pub fn new() -> (Stopper, Self) {
        let (stopper, stop) = watch::channel(false);
        (Stopper(stopper), Self(stop))
    }

    /// True once it is thrown.
    pub fn is_stopping(&self) -> bool {
        *self.0.borrow() || self.0.has_changed().is_err()
    }

    /// Returns when it is thrown; at once if it was.
    pub async fn stopped(&mut self) {
        // An error means that the switch is gone, which stops too.
        if self.0.wait_for(|stopped| *stopped).await.is_err() {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn everybody_sees_the_switch_and_its_loss() {
        let (stopper, mut stop) = Stop::new();
        let late = stop.clone();
        assert!(!stop.is_stopping());
        stopper.stop();
        stop.stopped().await;
        assert!(late.is_stopping());
        let (stopper, mut stop) = Stop::new();
        drop(stopper);
        stop.stopped().await;
        assert!(stop.is_stopping());
    }
}
