//! One console's socket: hello, then the latest look whenever it is new.

use super::control::Controller;
use super::room::{Seat, Showing};
use super::shown::{Sent, Shown};
use crate::auth;
use crate::body;
use crate::doors::Shared;
use crate::live::close::{Close, End};
use crate::live::frames::{self, BadFrame, Form};
use crate::live::link::{Came, Link};
use crate::live::signs::Signs;
use crate::live::texts;
use crate::metrics::{At, SocketCount};
use crate::wire::incoming;
use accounts::{Act, By, Principal, Role};
use domain::limits::WORD_BYTES_MAX;
use domain::{Position, SessionId, ShopId};
use hub::{HubError, Missed};
use proto::json::TypeOnly;
use proto::live::{self, console_client_frame::Frame, console_server_frame};
use std::sync::Arc;
use tokio::time::{Interval, MissedTickBehavior, interval};

/// With what a device was let in.
#[derive(Clone, Debug)]
pub(in crate::live) struct Pass {
    /// Who, as what.
    pub(in crate::live) principal: Principal,
    /// What a person's device carries: asked again before each look and each act, for they may
    /// be let go or become something else.
    pub(in crate::live) carried: Option<String>,
}

impl Pass {
    /// What whoever came in is now; the end of their socket if they may stay no longer.
    fn now(&self, shared: &Shared) -> Result<Role, End> {
        let By::Person(id) = self.principal.by else {
            return Ok(self.principal.role);
        };
        let (accounts, now) = (&shared.doors.accounts, shared.doors.clock.wall());
        let here = self.carried.as_deref().and_then(|carried| accounts.signed_in(carried, now));
        let at = here.and_then(|_| accounts.principal_at(id, self.principal.shop, now));
        let role = at.map(|at| at.role).filter(|role| role.may(Act::SeeOrders));
        role.ok_or(End::Close(Close::refused("unauthorized")))
    }
}

/// Runs a console's socket from its first frame to its close. `who` signed in with the handshake.
pub(in crate::live) async fn run(
    shared: Shared,
    mut link: Link,
    to: (ShopId, SessionId),
    who: Option<Pass>,
) {
    let timing = shared.doors.options.timing;
    let arrived = texts::in_time(&shared, arrive(&shared, &mut link, to, who)).await;
    let (pass, seat, resume) = match arrived {
        Ok(arrived) => arrived,
        Err(end) => {
            let mut count = SocketCount::unwelcome(At::Host);
            return link.finish(end, &mut count, timing.close).await;
        }
    };
    let mut count = SocketCount::welcomed(At::Host, resume.is_some());
    let mut pace = interval(shared.consoles.every());
    pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (sent, shown, signs) = (Sent::default(), Position::default(), Signs::new(&timing));
    let new = true;
    let mut console = Console { shared, to, pass, seat, sent, resume, shown, pace, new, signs };
    let end = console.go_on(&mut link, &mut count).await;
    link.finish(end, &mut count, timing.close).await;
}

/// Waits for hello and lets the device in.
async fn arrive(
    shared: &Shared,
    link: &mut Link,
    to: (ShopId, SessionId),
    who: Option<Pass>,
) -> Result<(Pass, Seat, Option<Position>), End> {
    let hello = match texts::first(link, read).await? {
        Frame::Hello(hello) => hello,
        Frame::Ping(_) | Frame::Control(_) => {
            let bad = BadFrame::new("hello_first", "The first frame is hello.", None);
            return Err(texts::refuse(link, &bad));
        }
    };
    let token = hello.token.as_deref().map(str::trim);
    let program = |token| {
        let own = shared.doors.accounts.authenticate(token)?;
        let principal = auth::program_at(shared, own, to.0).ok()?;
        Some(Pass { principal, carried: None })
    };
    let Some(who) = token.map_or(who, program) else {
        let detail = "Hello carries the shop's host token, or the handshake a sign-in.";
        return Err(texts::refuse(link, &BadFrame::new("unauthorized", detail, None)));
    };
    if !who.principal.role.may(Act::SeeOrders) {
        let detail = "A console shows buyers' names: ask the shop's owner for another role.";
        return Err(texts::refuse(link, &BadFrame::new("forbidden", detail, None)));
    }
    let device = hello.device.filter(|name| !name.trim().is_empty() && is_short(name));
    let resume = hello.resume.as_ref().map(incoming::position);
    let seat = shared.consoles.enter(shared.hub(), &shared.doors.stop, to, device);
    let busy = Close::of_hub(&HubError::Busy { retry_after_ms: 0 });
    seat.map(|seat| (who, seat, resume)).ok_or(End::Close(busy))
}

fn is_short(name: &str) -> bool {
    name.len() <= WORD_BYTES_MAX && !name.contains(char::is_control)
}

/// Reads a console's frame.
fn read(text: &str) -> Result<Frame, BadFrame> {
    let error = match serde_json::from_str::<live::ConsoleClientFrame>(text) {
        Ok(live::ConsoleClientFrame { frame: Some(frame) }) => return Ok(frame),
        Ok(live::ConsoleClientFrame { frame: None }) => "it says nothing".to_owned(),
        Err(error) => body::unsaid(&error),
    };
    let Ok(TypeOnly { kind }) = serde_json::from_str(text) else {
        let detail = "A frame is a JSON object with a `type`.";
        return Err(BadFrame::new("bad_frame", detail, None));
    };
    if !matches!(&*kind, "hello" | "ping" | "control") {
        let detail = "`type` is one of hello, ping, control.";
        return Err(BadFrame::new("unknown_type", detail, None));
    }
    Err(BadFrame::new("bad_frame", format!("This frame cannot be read: {error}."), None))
}

struct Console {
    shared: Shared,
    to: (ShopId, SessionId),
    pass: Pass,
    seat: Seat,
    sent: Sent,
    /// Where it was before, until it is told what it missed.
    resume: Option<Position>,
    /// Up to where it has been shown everything.
    shown: Position,
    /// When more may be shown.
    pace: Interval,
    /// True if there is something to show.
    new: bool,
    signs: Signs,
}

impl Console {
    async fn go_on(&mut self, link: &mut Link, count: &mut SocketCount) -> End {
        let mut stop = self.shared.doors.stop.clone();
        loop {
            let went = tokio::select! {
                biased;
                () = stop.stopped() => Err(End::Close(Close::RESTARTING)),
                came = link.read() => self.take(link, came, count).await,
                _ = self.pace.tick(), if self.new => self.show(link, count).await,
                changed = self.seat.shows.changed(), if !self.new => match changed {
                    Ok(()) => { self.new = true; Ok(()) }
                    Err(_) => Err(End::Close(Close::RESTARTING)),
                },
                changed = self.seat.controls.changed(), if !self.new => match changed {
                    Ok(()) => { self.new = true; Ok(()) }
                    Err(_) => Err(End::Close(Close::RESTARTING)),
                },
                () = self.signs.due() => self.signs.ask(link).await,
            };
            if let Err(end) = went {
                return end;
            }
        }
    }

    /// Shows the latest look, as far as it is new here.
    async fn show(&mut self, link: &mut Link, count: &mut SocketCount) -> Result<(), End> {
        self.new = false;
        self.pass.now(&self.shared)?;
        let showing = self.seat.shows.borrow_and_update().clone();
        let controller = self.seat.controls.borrow_and_update().clone();
        let shown = match showing {
            Showing::NotYet => return Ok(()),
            Showing::Over(close) => return Err(End::Close(close)),
            Showing::Look(shown) => shown,
        };
        let missed = self.missed(&shown).await?;
        self.write(link, &shown, controller.as_ref(), missed);
        self.pace.reset();
        self.shown = shown.position;
        link.write_out(count).await
    }

    fn write(
        &mut self,
        link: &mut Link,
        shown: &Shown,
        controller: Option<&Controller>,
        missed: Option<Missed>,
    ) {
        let frame = self.sent.frame(shown, (self.seat.device, controller), missed);
        frames::framed(&mut link.out, Form::Json, |payload| payload.extend_from_slice(&frame));
    }

    /// What was missed since the position of hello; only once.
    async fn missed(&mut self, shown: &Arc<Shown>) -> Result<Option<Missed>, End> {
        let Some(from) = self.resume.take() else {
            return Ok(None);
        };
        let (hub, to, until) = (self.shared.hub().clone(), self.to, shown.position);
        let count = move || hub.missed(to.0, to.1, from, until);
        let missed = tokio::task::spawn_blocking(count).await;
        let missed = missed.unwrap_or(Err(HubError::Internal));
        missed.map(Some).map_err(|error| End::Close(Close::of_hub(&error)))
    }

    async fn take(
        &mut self,
        link: &mut Link,
        came: Came,
        count: &mut SocketCount,
    ) -> Result<(), End> {
        self.signs.heard();
        let Some(frame) = texts::taken(came, read)? else {
            return Ok(());
        };
        count.received();
        let bad = match frame {
            Ok(Frame::Ping(ping)) => {
                self.pong(link, ping.echo);
                return link.write_out(count).await;
            }
            Ok(Frame::Control(control)) if self.pass.now(&self.shared)?.may(Act::Sell) => {
                self.seat.control(control.take);
                return Ok(());
            }
            Ok(Frame::Control(_)) => {
                BadFrame::new("forbidden", "Control is for those who sell.", None)
            }
            Ok(Frame::Hello(_)) => BadFrame::new("bad_frame", "Hello is said once.", None),
            Err(bad) => bad,
        };
        self.signs.misread(texts::refuse(link, &bad))?;
        link.write_out(count).await
    }

    fn pong(&self, link: &mut Link, echo: Option<u64>) {
        let pong = live::ConsolePong {
            now_ms: self.shared.doors.clock.wall().0,
            position: Some(crate::wire::outgoing::position_of(self.shown)),
            echo,
        };
        let pong = console_server_frame::Frame::Pong(pong);
        texts::say(link, &live::ConsoleServerFrame { frame: Some(pong) });
    }
}
