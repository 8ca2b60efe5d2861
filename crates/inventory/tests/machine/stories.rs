//! Stories a host could review: `tests/stories/*.story`, each one idea, read aloud and carried out.

mod deeds;

use crate::lane::Lane;
use crate::made::{buyer, key};
use crate::speech::{self, Names};
use crate::story;
use deeds::Circumstances;
use domain::command::{Command, Request};
use domain::id::{BuyerRef, ItemId, Network, SessionId};
use domain::money::Currency;
use domain::offer::OfferTerms;
use domain::rules::Rules;
use domain::session::SessionState;
use domain::time::Timestamp;
use inventory::Decision;
use std::collections::BTreeMap;
use std::path::Path;

/// A story being told.
struct Teller {
    lane: Lane,
    names: Names,
    items: BTreeMap<String, (OfferTerms, Option<ItemId>)>,
    rules: Rules,
    now: Timestamp,
    /// The last request of everybody, for those who send it again.
    last: BTreeMap<String, Request>,
    keys: u64,
}

impl Teller {
    fn new() -> Self {
        Self {
            lane: Lane::new(),
            names: Names::new(),
            items: BTreeMap::new(),
            rules: Rules::default(),
            now: Timestamp(0),
            last: BTreeMap::new(),
            keys: 0,
        }
    }

    fn given(&mut self, text: &str) {
        if let Some(text) = text.strip_prefix("item ") {
            let (name, made) = story::item(text);
            self.items.insert(name, (made, None));
        } else if let Some(text) = text.strip_prefix("rule: ") {
            story::rule(text, &mut self.rules);
        } else {
            let (state, offers) = text.split_once(" session with ").expect("a session");
            self.open(state == "a live", offers);
        }
    }

    fn open(&mut self, live: bool, offers: &str) {
        let made: Vec<_> = offers.split("; ").map(|o| story::offer(o, &self.items)).collect();
        let session = SessionId(self.lane.state.sessions().count() as u32 + 1);
        self.ask(
            "host",
            Command::OpenSession {
                title: "phiên".into(),
                rules: Box::new(self.rules.clone()),
                currency: Currency::VND,
                offers: made.clone(),
            },
        );
        let view = self.lane.state.session_view(session).expect("opened above");
        for (terms, offer) in made.iter().zip(&view.offers) {
            let known = self.items.get_mut(&*terms.name).expect("offered by name");
            known.1 = Some(offer.item);
        }
        if live {
            let state = SessionState::Live;
            self.ask("host", Command::SetSessionState { session, state });
        }
    }

    fn buyer(&mut self, name: &str) -> BuyerRef {
        let known = self.names.iter().find(|(_, known)| *known == name);
        if let Some((buyer, _)) = known {
            return *buyer;
        }
        let new = buyer(self.names.len() as u8 + 1);
        self.names.insert(new, name.into());
        new
    }

    fn ask(&mut self, who: &str, command: Command) -> String {
        self.keys += 1;
        let key = Some(key(self.keys));
        let request = Request { key, command };
        self.last.insert(who.into(), request.clone());
        self.send(&request)
    }

    fn send(&mut self, request: &Request) -> String {
        let key = request.key.expect("keyed");
        let decision = self.lane.ask(request, self.now);
        let answer = || {
            let answer = self.lane.state.answer(&key.digest);
            speech::answer(&answer.expect("it was decided").body)
        };
        match &decision {
            Decision::Known => format!("the first answer again: {}", answer()),
            Decision::Events(_) => answer(),
            Decision::Rejected(why) => speech::rejection(why),
        }
    }

    /// Carries a line out; everything that came of it, in order.
    fn happen(&mut self, text: &str) -> String {
        // A writer that comes back moves the deadlines before it looks at them.
        let returns = text.starts_with("the shop was down");
        let mut all = if returns { Vec::new() } else { self.settle() };
        let (text, again) = match text.strip_suffix(" with the same key") {
            Some(text) => (text, true),
            None => (text, false),
        };
        let (text, session) = in_session(text);
        let (text, said_at) = match text.split_once(", said at ") {
            Some((text, at)) => (text, Some(story::moment(at))),
            None => (text, None),
        };
        let (text, network) = match text.split_once(" from network ") {
            Some((text, number)) => (text, Some(Network([number.parse().expect("a number"); 8]))),
            None => (text, None),
        };
        let circumstances = Circumstances { session, said_at, network };
        let who = text.split(' ').next().expect("somebody").to_string();
        all.extend(if again {
            let request = self.last[&who].clone();
            Some(self.send(&request))
        } else {
            self.carry_out(story::deed(text), &who, circumstances)
        });
        all.extend(self.settle());
        self.lane.prove();
        all.join("; ")
    }

    fn settle(&mut self) -> Vec<String> {
        let mut said = Vec::new();
        while let Some(event) = self.lane.state.tick(self.now) {
            said.push(speech::event(&event, &self.lane.state, &self.names));
            self.lane.record(event, self.now);
        }
        said
    }

    /// What is to be seen of an offer or of a buyer's orders.
    fn seen(&mut self, of: &str) -> String {
        let (of, session) = in_session(of);
        let summary = self.lane.state.summary(session).expect("a session");
        let offer = summary.offers.iter().find(|offer| offer.code.as_str() == of);
        if let Some(offer) = offer {
            return speech::stock(offer.free, offer.held, offer.sold, offer.waiting);
        }
        if of == "cards" {
            let cards = self.lane.state.cards(session).iter();
            let whose: Vec<&str> = cards.map(|card| &*self.names[&card.buyer]).collect();
            return if whose.is_empty() { "none".into() } else { whose.join(", ") };
        }
        if of == "the session" {
            return speech::summary(&summary);
        }
        let buyer = self.buyer(of);
        let orders = self.lane.state.orders(session, None, usize::MAX);
        let mine = orders.iter().filter(|order| order.buyer == buyer);
        mine.map(speech::order).collect::<Vec<_>>().join(" / ")
    }

    fn balances(&self) {
        for session in self.lane.state.sessions() {
            let summary = self.lane.state.summary(session).expect("a session");
            assert!(summary.is_balanced(), "{summary:?}");
            let orders = self.lane.state.orders(session, None, usize::MAX);
            let told: i64 = orders.iter().map(|order| order.total.amount).sum();
            assert_eq!(summary.total.amount, told, "it comes to what buyers were told");
        }
        self.lane.replay();
        self.lane.prove_outside();
    }
}

fn in_session(text: &str) -> (&str, SessionId) {
    match text.rsplit_once(" in session ") {
        Some((text, number)) => (text, SessionId(number.parse().expect("a number"))),
        None => (text, SessionId(1)),
    }
}

/// Tells one story; the lines that came out otherwise.
fn tell(text: &str) -> Vec<String> {
    let mut teller = Teller::new();
    let mut wrong = Vec::new();
    let lines = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    for line in lines.filter(|line| !line.is_empty() && !line.starts_with("story: ")) {
        let (expected, got) = if let Some(text) = line.strip_prefix("given ") {
            teller.given(text);
            continue;
        } else if line == "and the session balances" {
            teller.balances();
            continue;
        } else if let Some(text) = line.strip_prefix("then ") {
            let (of, expected) = text.split_once(": ").expect("what is seen");
            (expected, teller.seen(of))
        } else {
            let (now, text) = story::time(&line).unwrap_or_else(|| panic!("no line: {line}"));
            teller.now = now;
            let (text, expected) = text.split_once(" → ").unwrap_or((text, ""));
            (expected, teller.happen(text))
        };
        if expected != got {
            wrong.push(format!("{line}\n     but: {got}"));
        }
    }
    wrong
}

#[test]
fn every_story_comes_out_as_it_is_told() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stories");
    let mut told = 0;
    let mut wrong = Vec::new();
    let entries = std::fs::read_dir(folder).expect("the stories");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("a story").path()).collect();
    paths.sort();
    for path in paths {
        let text = std::fs::read_to_string(&path).expect("a story");
        assert!(text.starts_with("story: "), "{} has a title", path.display());
        assert!(text.trim_end().ends_with("and the session balances"), "{}", path.display());
        let name = path.file_name().expect("a file").to_string_lossy().into_owned();
        wrong.extend(tell(&text).into_iter().map(|line| format!("{name}: {line}")));
        told += 1;
    }
    assert!(told >= 50, "{told} stories");
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
