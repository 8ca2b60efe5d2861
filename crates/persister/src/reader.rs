//! What `stored=true` and audits read: a few connections of their own, each answer at one position.

use crate::error::{Fault, ReadModelDown};
use crate::fold::Place;
use crate::link::{Link, Row, Value};
use crate::stored::{self, Counts, SessionTerms, StoredClaim, StoredOrders};
use crate::{sql, target::Target};
use domain::limits::{STORED_PAGE_MAX, STORED_READ_MS_MAX, STORED_READERS_MAX};
use domain::{OrderId, OrderView, Position, Seq, SessionId, ShopId};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// A handle to the read model for reading; clones share its connections.
#[derive(Clone, Debug)]
pub struct Reader {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    target: Target,
    places: Semaphore,
    idle: Mutex<Vec<Link>>,
}

impl Reader {
    /// Connects when first asked.
    pub fn new(target: Target) -> Self {
        let readers = usize::try_from(STORED_READERS_MAX).expect("few");
        let shared =
            Shared { target, places: Semaphore::new(readers), idle: Mutex::new(Vec::new()) };
        Self { shared: Arc::new(shared) }
    }

    /// The shop's watermark; the default position if nothing of it is written.
    ///
    /// # Errors
    /// [`ReadModelDown`].
    pub async fn as_of(&self, shop: ShopId) -> Result<Position, ReadModelDown> {
        self.ask(async |link| as_of(link, shop).await).await
    }

    /// A session's orders by number, those after `after`, at most `limit` and [`STORED_PAGE_MAX`].
    ///
    /// # Errors
    /// [`ReadModelDown`].
    pub async fn orders(
        &self,
        shop: ShopId,
        session: SessionId,
        after: Option<OrderId>,
        limit: usize,
    ) -> Result<StoredOrders, ReadModelDown> {
        let after = after.map_or(0, |after| after.0);
        let limit = limit.clamp(1, STORED_PAGE_MAX);
        self.ask(async |link| orders(link, shop, session, after, limit).await).await
    }

    /// A session's keyed acts in the order of the ledger, those after event and entry `after`, at
    /// most `limit` and [`STORED_PAGE_MAX`].
    ///
    /// # Errors
    /// [`ReadModelDown`].
    pub async fn claims(
        &self,
        shop: ShopId,
        session: SessionId,
        after: Option<(Seq, u32)>,
        limit: usize,
    ) -> Result<Vec<StoredClaim>, ReadModelDown> {
        let (seq, entry) = after.map_or((0, 0), |(seq, entry)| (seq.0, entry));
        let limit = limit.clamp(1, STORED_PAGE_MAX) as u64;
        self.ask(async |link| {
            let Some(terms) = session_terms(link, shop, session).await? else {
                return Ok(Vec::new());
            };
            let mut values = vec![Value::from(shop.get()), session.0.into(), seq.into()];
            values.extend([entry.into(), terms.opened.0.into(), limit.into()]);
            let rows = link.fetch(sql::CLAIMS_PAGE, values).await?;
            rows.iter().map(stored::claim).collect()
        })
        .await
    }

    /// What a session came to, counted by the database.
    ///
    /// # Errors
    /// [`ReadModelDown`].
    pub async fn counts(&self, shop: ShopId, session: SessionId) -> Result<Counts, ReadModelDown> {
        self.ask(async |link| counts(link, shop, session).await).await
    }

    /// Asks in one snapshot, on a connection that was idle or a new one. An idle one may have died
    /// meanwhile: then the next is tried.
    async fn ask<T, F>(&self, question: F) -> Result<T, ReadModelDown>
    where
        F: AsyncFn(&mut Link) -> Result<T, Fault>,
    {
        let limit = Duration::from_millis(STORED_READ_MS_MAX);
        let answer = timeout(limit, async {
            let place = self.shared.places.acquire().await;
            let _place = place.expect("the places are never closed");
            while let Some(mut link) = self.shared.take_idle() {
                if let Ok(answer) = in_snapshot(&mut link, &question).await {
                    self.shared.keep(link);
                    return Ok(answer);
                }
            }
            let mut link = Link::open(&self.shared.target, true).await?;
            let answer = in_snapshot(&mut link, &question).await?;
            self.shared.keep(link);
            Ok(answer)
        });
        match answer.await {
            Ok(answer) => answer.map_err(|fault: Fault| ReadModelDown(fault.to_string())),
            Err(_) => Err(ReadModelDown(format!("no answer in {STORED_READ_MS_MAX} ms"))),
        }
    }
}

impl Shared {
    fn take_idle(&self) -> Option<Link> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    fn keep(&self, link: Link) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(link);
    }
}

async fn in_snapshot<T, F>(link: &mut Link, question: &F) -> Result<T, Fault>
where
    F: AsyncFn(&mut Link) -> Result<T, Fault>,
{
    link.script(sql::BEGIN_READ).await?;
    let answer = question(link).await?;
    link.script(sql::COMMIT).await?;
    Ok(answer)
}

async fn as_of(link: &mut Link, shop: ShopId) -> Result<Position, Fault> {
    let rows = link.fetch(sql::WATERMARK, vec![shop.get().into()]).await?;
    let found = rows.first().map(stored::watermark).transpose()?;
    Ok(found.map_or_else(Position::default, |(_, stamp)| stamp.position))
}

async fn session_terms(
    link: &mut Link,
    shop: ShopId,
    session: SessionId,
) -> Result<Option<SessionTerms>, Fault> {
    let values = vec![shop.get().into(), session.0.into()];
    let rows = link.fetch(sql::SESSION_TERMS, values).await?;
    rows.first().map(stored::session_terms).transpose()
}

async fn orders(
    link: &mut Link,
    shop: ShopId,
    session: SessionId,
    after: u32,
    limit: usize,
) -> Result<StoredOrders, Fault> {
    let as_of = as_of(link, shop).await?;
    let terms = session_terms(link, shop, session).await?;
    let delivery = terms.and_then(|terms| terms.delivery);
    let page = |last: u64| vec![shop.get().into(), session.0.into(), after.into(), last.into()];
    let rows = link.fetch(sql::ORDERS_PAGE, page(limit as u64)).await?;
    let found: Vec<_> = rows.iter().map(stored::order).collect::<Result<_, _>>()?;
    let mut found: BTreeMap<Place, _> = found.into_iter().collect();
    let last = found.last_key_value().map(|(place, _)| place.1);
    let next = last.filter(|_| found.len() == limit);
    if let Some(last) = last {
        let lines = link.fetch(sql::ORDER_LINES_PAGE, page(last.0.into())).await?;
        for row in &lines {
            if let Some(order) = found.get_mut(&stored::place(row)?) {
                let (line, cancelling) = stored::line(row, order.currency)?;
                order.push(line, cancelling);
            }
        }
    }
    let view = |(place, order)| -> OrderView { stored::view(place, order, delivery) };
    Ok(StoredOrders { orders: found.into_iter().map(view).collect(), next, as_of })
}

async fn counts(link: &mut Link, shop: ShopId, session: SessionId) -> Result<Counts, Fault> {
    let opened = session_terms(link, shop, session).await?;
    let opened = opened.map_or(0, |terms| terms.opened.0);
    let id = || -> Vec<Value> { vec![shop.get().into(), session.0.into()] };
    let since = id().into_iter().chain([opened.into()]).collect();
    let results = link.fetch(sql::COUNT_RESULTS, since).await?;
    let by_state = link.fetch(sql::COUNT_ORDERS, id()).await?;
    let oversold = link.fetch(sql::COUNT_OVERSOLD, vec![shop.get().into()]).await?;
    Ok(Counts {
        results: results.iter().map(counted).collect::<Result<_, _>>()?,
        orders: by_state.iter().map(counted).collect::<Result<_, _>>()?,
        oversold: oversold.first().map_or(Ok(0), |row| row.number(0))?,
        as_of: as_of(link, shop).await?,
    })
}

fn counted(row: &Row) -> Result<(String, u64), Fault> {
    Ok((row.text(0, |word| Some(word.to_owned()))?, row.number(1)?))
}
