//! Everybody who may call: every role, on a device that just showed who it is and on one that did
//! not, of this shop and of another; programs; nobody.

use super::World;
use super::http::Call;
use accounts::{CameFrom, Duty, Opens, Role};
use domain::{Clock, ShopId};

const PASSWORD: &str = "bí đỏ ngọt lắm";

/// By what somebody calls.
pub(crate) enum With {
    Nothing,
    Token(String),
    Cookie(String),
}

/// Somebody who calls.
pub(crate) struct Somebody {
    pub(crate) name: String,
    pub(crate) with: With,
    /// What they are in the shop of the session; none for a stranger to it.
    pub(crate) here: Option<&'static str>,
    /// What they are in the shop that calls without a session are about.
    pub(crate) own: Option<&'static str>,
    pub(crate) duty: Option<Duty>,
    pub(crate) proved: bool,
}

impl Somebody {
    pub(crate) fn call(&self, world: &World, method: &str, path: &str) -> Call {
        let call = world.call(method, path);
        match &self.with {
            With::Nothing => call,
            With::Token(token) => call.token(token),
            With::Cookie(carried) => call.header("cookie", &format!("chot-sign-in={carried}")),
        }
    }

    pub(crate) fn is_person(&self) -> bool {
        matches!(self.with, With::Cookie(_))
    }
}

/// Everybody who may come: each person once just after their password, once on a device that was
/// handed over.
pub(crate) fn everybody(world: &World) -> Vec<Somebody> {
    let here = world.shop.shop;
    let other = world.accounts.add_shop("Mận").expect("added");
    world.hub.add_shop(other.shop);
    let mut all = vec![Somebody {
        name: "nobody".into(),
        with: With::Nothing,
        here: None,
        own: None,
        duty: None,
        proved: false,
    }];
    for (name, token, here, own) in [
        ("host token", &world.shop.host_token, Some("owner"), "owner"),
        ("source token", &world.shop.source_token, Some("source"), "source"),
        ("foreign host token", &other.host_token, None, "owner"),
        ("foreign source token", &other.source_token, None, "source"),
    ] {
        let (name, with) = (name.into(), With::Token(token.clone()));
        all.push(Somebody { name, with, here, own: Some(own), duty: None, proved: true });
    }
    for role in Role::GIVEN {
        all.extend(person(world, Opens::Join(here, role), (Some(role), Some(role))));
        let foreign = (None, Some(role));
        all.extend(person(world, Opens::Join(other.shop, role), foreign));
    }
    all.extend(assistant(world, here));
    all.extend(person(world, Opens::Serve(Duty::Operator), (None, None)));
    all.extend(person(world, Opens::Serve(Duty::Helper), (None, None)));
    all
}

/// Somebody new, on two devices.
pub(crate) fn person(
    world: &World,
    opens: Opens,
    (here, own): (Option<Role>, Option<Role>),
) -> [Somebody; 2] {
    let now = world.clock.wall();
    let link = world.accounts.offer(opens, now);
    let name = format!("{opens:?} {}", &link[..8]);
    let from = || (CameFrom::default(), now);
    let came = world.accounts.set_up(&link, "", (&name, PASSWORD), from()).expect("came").1;
    let link = world.accounts.offer(Opens::HandOver(came.person.id), now);
    let phone = world.accounts.take_over(&link, from()).expect("works").expect("handed over");
    // Who only helps somewhere opens no console by themselves.
    let own = own.filter(|role| *role != Role::Helper);
    [(came.carried, true), (phone.carried, false)].map(|(carried, proved)| Somebody {
        name: format!("{name}, proved: {proved}"),
        with: With::Cookie(carried),
        here: here.map(Role::as_str),
        own: own.map(Role::as_str),
        duty: Some(came.person.duty),
        proved,
    })
}

/// A helper to whom the owner said yes.
fn assistant(world: &World, shop: ShopId) -> [Somebody; 2] {
    let now = world.clock.wall();
    let mut both = person(world, Opens::Join(shop, Role::Helper), (Some(Role::Helper), None));
    let With::Cookie(carried) = &both[0].with else { panic!("a person") };
    let who = world.accounts.signed_in(carried, now).expect("signed in");
    world.accounts.ask_to_assist(shop, who.person.id, now).expect("asked");
    world.accounts.allow_assist(shop, who.person.id, now).expect("yes");
    for somebody in &mut both {
        somebody.name.push_str(", assisting");
        somebody.here = Some(Role::Assistant.as_str());
        let With::Cookie(carried) = &somebody.with else { panic!("a person") };
        let device = world.accounts.signed_in(carried, now).expect("signed in").sign_in;
        world.accounts.move_device(device, shop).expect("moved");
        somebody.own = somebody.here;
    }
    both
}
