//! The read model: one connection that writes, to either database.

use crate::error::Fault;
use crate::link::Link;
use crate::migrate::migrate;
use crate::target::Target;
use crate::{sql, stored, write};
use domain::{Fact, ShopId, Stamp};

/// A connection that may write. After [`Fault::Down`] it must be dropped and made anew.
#[derive(Debug)]
pub struct ReadModel {
    link: Link,
}

impl ReadModel {
    /// Connects and brings the tables up to date.
    ///
    /// # Errors
    /// [`Fault::Down`] if the database does not answer, [`Fault::Newer`] if its tables are from a
    /// newer program.
    pub async fn connect(target: &Target) -> Result<Self, Fault> {
        let mut link = Link::open(target, false).await?;
        migrate(&mut link).await?;
        Ok(Self { link })
    }

    /// How far every shop has come; shops without rows are left out.
    ///
    /// # Errors
    /// [`Fault::Down`].
    pub async fn watermarks(&mut self) -> Result<Vec<(ShopId, Stamp)>, Fault> {
        let rows = self.link.fetch(sql::WATERMARKS, vec![]).await?;
        rows.iter().map(stored::watermark).collect()
    }

    /// How far one shop has come; the default stamp if it has no rows.
    ///
    /// # Errors
    /// [`Fault::Down`].
    pub async fn watermark(&mut self, shop: ShopId) -> Result<Stamp, Fault> {
        let rows = self.link.fetch(sql::WATERMARK, vec![shop.get().into()]).await?;
        let found = rows.first().map(stored::watermark).transpose()?;
        Ok(found.map_or_else(Stamp::default, |(_, stamp)| stamp))
    }

    /// Writes facts that follow on `from` without a gap, at least one; all of them or none. What
    /// moves orders that it does not name (a session's end, a resumption) may only be the last.
    ///
    /// # Errors
    /// [`Fault::Stale`] if the watermark is not `from` (twice is once), [`Fault::Data`] if the
    /// database refuses the rows, [`Fault::Down`] if it failed: then the watermark must be read
    /// again.
    pub async fn apply(&mut self, shop: ShopId, from: Stamp, facts: &[Fact]) -> Result<(), Fault> {
        write::apply(&mut self.link, shop, from, facts).await
    }

    /// Deletes everything of one shop: the way out if its tables tell another history. A persister
    /// writes it anew from the journal at the shop's next event, at its next start, or when the
    /// wait of a held-up shop is over.
    ///
    /// # Errors
    /// [`Fault::Down`] if the database failed; then nothing is deleted.
    pub async fn forget(&mut self, shop: ShopId) -> Result<(), Fault> {
        write::forget(&mut self.link, shop).await
    }
}
