//! The table of sessions, and what is sold out.

use super::chronicle::Look;
use accounts::Accounts;
use domain::limits::OPS_SESSIONS_MAX;
use domain::{Code, Millis, SessionId, SessionState, SessionView, ShopId};
use hub::{Hub, Pulse};
use proto::live::OpsSession;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

/// Over how many looks the rate of claims is taken.
const LOOKS: usize = 11;

/// How long all lanes together may take to answer; then the rest is left out of this second.
const PULSES: Duration = Duration::from_millis(500);

type Id = (ShopId, SessionId);

/// All sessions as they were last seen.
#[derive(Default)]
pub(super) struct Sessions {
    views: Vec<(Arc<SessionView>, Arc<str>)>,
    claims: BTreeMap<Id, VecDeque<(Millis, u32)>>,
    reviews: BTreeMap<Id, usize>,
    sold_out: BTreeSet<(Id, Code)>,
    /// What was seen to sell out last.
    pub(super) last: Option<(Code, u64)>,
    looked: bool,
}

impl Sessions {
    /// Looks at every session that is not archived.
    pub(super) fn look(&mut self, hub: &Hub, accounts: &Accounts, now_ms: u64) {
        self.views.clear();
        for (shop, name) in accounts.shops() {
            let views = hub.sessions(shop).into_iter();
            let there = views.filter(|view| view.state != SessionState::Archived);
            self.views.extend(there.map(|view| (view, name.clone())));
        }
        let live = self.views.iter().filter(|(view, _)| view.state == SessionState::Live);
        let gone = live.flat_map(|(view, _)| codes_gone(view).map(|code| (id(view), code)));
        let gone: BTreeSet<_> = gone.collect();
        if self.looked
            && let Some((_, code)) = gone.difference(&self.sold_out).next()
        {
            self.last = Some((*code, now_ms));
        }
        (self.sold_out, self.looked) = (gone, true);
    }

    /// Asks the lanes of shops that are live how busy they are.
    pub(super) async fn feel(&mut self, hub: &Hub, now: Millis) {
        let live =
            |view: &SessionView| matches!(view.state, SessionState::Live | SessionState::Paused);
        let live = self.views.iter().filter(|(view, _)| live(view));
        let shops: BTreeSet<ShopId> = live.map(|(view, _)| view.shop).collect();
        self.claims.retain(|(shop, _), _| shops.contains(shop));
        self.reviews.retain(|(shop, _), _| shops.contains(shop));
        let feel = async {
            for shop in shops {
                if let Ok(pulses) = hub.pulses(shop).await {
                    pulses.into_iter().for_each(|pulse| self.felt(shop, pulse, now));
                }
            }
        };
        if tokio::time::timeout(PULSES, feel).await.is_err() {
            tracing::debug!("a shop's lane did not say in time how busy it is");
        }
    }

    fn felt(&mut self, shop: ShopId, pulse: Pulse, now: Millis) {
        let looks = self.claims.entry((shop, pulse.session)).or_default();
        looks.push_back((now, pulse.claims));
        if looks.len() > LOOKS {
            looks.pop_front();
        }
        self.reviews.insert((shop, pulse.session), pulse.reviews);
    }

    /// Nobody looks: what would be told later would be of another time.
    pub(super) fn forget(&mut self) {
        self.claims.clear();
        self.reviews.clear();
    }

    /// Open offers of live sessions of which nothing is left.
    pub(super) fn sold_out(&self) -> usize {
        self.sold_out.len()
    }

    /// Adds where every session stands to what the chronicle compares.
    pub(super) fn note(&self, look: &mut Look) {
        look.sessions = self.views.iter().map(|(view, _)| (id(view), view.state)).collect();
    }

    /// The table, live sessions first and the newest of them first, and how many are left out.
    pub(super) fn table(&self, hub: &Hub, accounts: &Accounts) -> (Vec<OpsSession>, u32) {
        let mut sorted: Vec<_> = self.views.iter().collect();
        let rank = |view: &SessionView| match view.state {
            SessionState::Live => 0,
            SessionState::Paused => 1,
            SessionState::Draft => 2,
            SessionState::Ended | SessionState::Archived => 3,
        };
        sorted.sort_by_key(|(view, _)| (rank(view), std::cmp::Reverse(view.session), view.shop));
        let left_out = sorted.len().saturating_sub(OPS_SESSIONS_MAX);
        let shown = sorted.into_iter().take(OPS_SESSIONS_MAX);
        let row = |(view, name): &(Arc<SessionView>, Arc<str>)| self.row(hub, accounts, view, name);
        let rows = shown.map(row).collect();
        (rows, u32::try_from(left_out).unwrap_or(u32::MAX))
    }

    fn row(
        &self,
        hub: &Hub,
        accounts: &Accounts,
        view: &SessionView,
        shop_name: &str,
    ) -> OpsSession {
        let count = |many: usize| u32::try_from(many).unwrap_or(u32::MAX);
        OpsSession {
            session: view.session.public(view.shop),
            title: view.title.to_string(),
            shop_name: shop_name.to_owned(),
            state: view.state.as_str().to_owned(),
            viewers: count(hub.viewers(view.shop, view.session)),
            claims_per_second: self.claims.get(&id(view)).and_then(rate),
            offers: count(view.offers.len()),
            sold_out: count(codes_gone(view).count()),
            reviews: self.reviews.get(&id(view)).map(|many| count(*many)),
            practice: accounts.is_practice(view.shop).then_some(true),
        }
    }
}

fn id(view: &SessionView) -> Id {
    (view.shop, view.session)
}

fn codes_gone(view: &SessionView) -> impl Iterator<Item = Code> + '_ {
    let gone = view.offers.iter().filter(|offer| offer.open && offer.left.is_zero());
    gone.map(|offer| offer.terms.code)
}

fn rate(looks: &VecDeque<(Millis, u32)>) -> Option<f64> {
    let ((from, before), (to, after)) = (looks.front()?, looks.back()?);
    let seconds = to.0.saturating_sub(from.0) as f64 / 1_000.0;
    (seconds > 0.0).then(|| f64::from(after.saturating_sub(*before)) / seconds)
}
