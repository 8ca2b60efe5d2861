//! Whether a round's stock adds up: what is gone is what was sold, and nothing was sold twice.

use std::fmt;

/// What one side's stock, its list of orders and its answers say after a round.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Books {
    /// Whose they are.
    pub(crate) whose: String,
    /// There before.
    pub(crate) stock: u64,
    /// There afterwards; below zero it was oversold.
    pub(crate) left: i64,
    /// Orders that are recorded; none where only the answers tell.
    pub(crate) recorded: Option<u64>,
    /// Orders that somebody was told of; none where a tool did not count them.
    pub(crate) acknowledged: Option<u64>,
}

impl Books {
    /// # Errors
    /// If the figures do not add up, with all of them.
    pub(crate) fn check(&self) -> anyhow::Result<()> {
        let left = u64::try_from(self.left).ok();
        let gone = left.and_then(|left| self.stock.checked_sub(left));
        let agrees = |told: Option<u64>| told.is_none_or(|told| gone == Some(told));
        let is_told = self.recorded.is_some() || self.acknowledged.is_some();
        let adds_up = is_told && agrees(self.recorded) && agrees(self.acknowledged);
        anyhow::ensure!(gone.is_some() && adds_up, "the books do not add up: {self}");
        Ok(())
    }
}

impl fmt::Display for Books {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { whose, stock, left, recorded, acknowledged } = self;
        write!(f, "{whose}: {stock} in stock, {left} left")?;
        if let Some(recorded) = recorded {
            write!(f, ", {recorded} orders recorded")?;
        }
        if let Some(acknowledged) = acknowledged {
            write!(f, ", {acknowledged} acknowledged")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_gone_must_be_what_was_sold() {
        let check = |left, recorded, acknowledged, adds_up: bool| {
            let whose = "peer".to_owned();
            let books = Books { whose, stock: 100, left, recorded, acknowledged };
            assert_eq!(books.check().is_ok(), adds_up, "{books}");
        };
        check(40, Some(60), Some(60), true);
        check(40, Some(60), None, true);
        check(40, None, Some(60), true);
        check(0, Some(100), Some(100), true);
        check(40, Some(61), Some(60), false);
        check(40, Some(60), Some(59), false);
        check(-1, Some(101), Some(101), false);
        check(101, Some(0), Some(0), false);
        check(40, None, None, false);
    }
}
