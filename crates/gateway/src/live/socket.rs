//! One viewer's socket: one task, one loop.

use super::close::{Close, End};
use super::frames::{self, BadFrame};
use super::hello::{self, Arrived};
use super::in_flight::InFlight;
use super::link::{Came, Link};
use super::pace::Place;
use super::speech::{self, Ready, Unsent};
use super::stock::Following;
use crate::doors::Shared;
use crate::metrics::{self, At, SocketCount, Source, Tally};
use crate::pages::order;
use crate::rates::Single;
use crate::stop::Stop;
use crate::wire::outgoing;
use domain::limits::{BAD_FRAMES_MAX, PINGS_SILENT_MAX};
use domain::outcome::AnswerBody;
use domain::{Millis, Position, SessionId, ShopId};
use futures_util::FutureExt;
use hub::{BuyerFrame, Connection, Frames, HubError, Welcome};
use proto::live::{self, client_frame, server_frame};
use std::future::pending;
use std::net::IpAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use tokio::time::{Interval, MissedTickBehavior, Sleep, interval, sleep};

/// Messages that are taken together, at most; then whatever else there is has its turn.
const TAKE_TOGETHER: usize = 32;

/// Bytes of frames that are written together.
const WRITE_TOGETHER_BYTES: usize = 16 * 1024;

/// Runs a socket from its first frame to its close.
pub(super) async fn run(
    shared: Shared,
    mut link: Link,
    to: (ShopId, SessionId),
    from: Option<IpAddr>,
) {
    let mut stop = shared.doors.stop.clone();
    let arrived = tokio::select! {
        () = stop.stopped() => Err(End::Close(Close::RESTARTING)),
        // Boxed: what arriving needs is given back before the long part begins.
        arrived = Box::pin(hello::arrive(&shared, &mut link, to, from)) => arrived,
    };
    let close_wait = shared.doors.options.timing.close;
    match arrived {
        Ok(arrived) => {
            let mut count = SocketCount::welcomed(At::Viewer, arrived.resumed);
            let end = welcomed(shared, &mut link, stop, arrived, to, &mut count).await;
            link.finish(end, &mut count, close_wait).await;
        }
        Err(end) => {
            let mut count = SocketCount::unwelcome(At::Viewer);
            link.finish(end, &mut count, close_wait).await;
        }
    }
}

/// Says welcome and goes on until the end.
async fn welcomed(
    shared: Shared,
    link: &mut Link,
    stop: Stop,
    arrived: Arrived,
    (shop, session): (ShopId, SessionId),
    count: &mut SocketCount,
) -> End {
    let Arrived { connection, welcome, outbox, buyer, .. } = arrived;
    let following = shared.stocks.follow(shared.hub(), &stop, shop, session);
    let Some(mut stock) = following else {
        return End::Close(Close::of_hub(&HubError::UnknownSession));
    };
    // The look that was there when we came may be later than the welcome, and the last one.
    if stock.frames.borrow().position > welcome.position {
        stock.frames.mark_changed();
    }
    let timing = shared.doors.options.timing;
    let mut ticks = interval(timing.ping);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks.reset();
    let mut socket = Socket {
        rate: Single::new(shared.doors.options.rates.per_socket),
        place: shared.pace.place(),
        shared,
        shop,
        connection,
        outbox,
        stock,
        last: welcome.position,
        in_flight: InFlight::default(),
        silent: 0,
        bad_frames: 0,
        pause: None,
        ticks,
    };
    if let Err(end) = socket.welcome(link, welcome, buyer, count).await {
        return end;
    }
    socket.go_on(link, stop, count).await
}

struct Socket {
    shared: Shared,
    place: Place,
    shop: ShopId,
    connection: Connection,
    outbox: Frames,
    stock: Following,
    /// The latest position that was shown.
    last: Position,
    in_flight: InFlight,
    /// Pings without a sign of life.
    silent: u32,
    bad_frames: u32,
    rate: Single,
    pause: Option<Pin<Box<Sleep>>>,
    ticks: Interval,
}

impl Socket {
    async fn welcome(
        &mut self,
        link: &mut Link,
        welcome: Welcome,
        buyer: String,
        count: &mut SocketCount,
    ) -> Result<(), End> {
        let shop = self.shop;
        let Welcome { view, orders, position, complete, missed } = welcome;
        let session = outgoing::session_of(&view);
        let frame = live::Welcome {
            buyer,
            session: session.session,
            state: session.state,
            offers: session.offers,
            orders: orders.iter().map(|order| order::own(&self.shared, shop, order)).collect(),
            position: Some(outgoing::position_of(position)),
            complete,
        };
        frames::write(&mut link.out, link.form, server_frame::Frame::Welcome(frame));
        for frame in missed {
            self.add(link, &frame);
            self.write_if_full(link, count).await?;
        }
        link.write_out(count).await
    }

    async fn go_on(&mut self, link: &mut Link, stop: Stop, count: &mut SocketCount) -> End {
        // Asked for once: a new question in every turn would queue anew each time.
        let mut asked = stop.clone();
        let mut stopped = pin!(asked.stopped());
        loop {
            // What is seldom is not asked for while there is something to do: a look is enough.
            if stop.is_stopping() {
                return End::Close(Close::RESTARTING);
            }
            if self.stock.frames.has_changed().unwrap_or(false)
                && let Err(end) = self.show_stock(link, count).await
            {
                return end;
            }
            let reads = !self.in_flight.is_full() && self.pause.is_none();
            let went = tokio::select! {
                biased;
                frames = self.outbox.take() => match frames {
                    Some(frames) => self.tell(link, &frames, count).await,
                    None => Err(self.let_go(&stop)),
                },
                came = link.read(), if reads => self.take_all(link, came, count).await,
                changed = self.stock.frames.changed() => match changed {
                    Ok(()) => self.show_stock(link, count).await,
                    Err(_) => Err(self.let_go(&stop)),
                },
                () = &mut stopped => Err(End::Close(Close::RESTARTING)),
                () = paused(&mut self.pause) => { self.pause = None; Ok(()) }
                _ = self.ticks.tick() => self.ping(link, reads).await,
            };
            if let Err(end) = went {
                return end;
            }
        }
    }

    /// The hub has let go: because it stops, or because frames were not taken.
    fn let_go(&self, stop: &Stop) -> End {
        End::Close(if stop.is_stopping() { Close::RESTARTING } else { Close::TOO_SLOW })
    }

    /// Writes frames, together.
    async fn tell(
        &mut self,
        link: &mut Link,
        frames: &[Arc<BuyerFrame>],
        count: &mut SocketCount,
    ) -> Result<(), End> {
        for frame in frames {
            self.add(link, frame);
            self.write_if_full(link, count).await?;
        }
        link.write_out(count).await
    }

    async fn write_if_full(&self, link: &mut Link, count: &mut SocketCount) -> Result<(), End> {
        match link.out.len() >= WRITE_TOGETHER_BYTES {
            true => link.write_out(count).await,
            false => Ok(()),
        }
    }

    fn add(&mut self, link: &mut Link, frame: &BuyerFrame) {
        match frame {
            BuyerFrame::Outcome { key, answer } => {
                self.last = self.last.max(answer.position);
                frames::write_outcome(&mut link.out, link.form, self.shop, key, answer);
                if let Some(came) = self.in_flight.take(key) {
                    let now = self.shared.doors.clock.monotonic();
                    let took = Millis(now.0.saturating_sub(came.0));
                    if let AnswerBody::Outcome(outcome) = &answer.body {
                        self.shared.answered.count(outcome, took);
                    }
                }
            }
            BuyerFrame::Order(order) => {
                self.last = self.last.max(order.position);
                let order = order::own(&self.shared, self.shop, order);
                frames::write_order(&mut link.out, link.form, order);
            }
            BuyerFrame::Failed { key, error } => {
                self.in_flight.take(key);
                self.fail(link, key, error);
            }
        }
    }

    fn fail(&self, link: &mut Link, key: &str, error: &HubError) {
        let mut tally = Tally::default();
        tally.error(error.code());
        tally.count(Source::Tap);
        let (out, form, detail) = (&mut link.out, link.form, format!("{error}."));
        match error.retry_after_ms() {
            Some(ms) => frames::write_later(out, form, error.code(), &detail, key, ms),
            None => frames::write_error(out, form, error.code(), &detail, key),
        }
    }

    /// Shows the stock as it is, after everything of this buyer's that came before, and never an
    /// older one.
    async fn show_stock(&mut self, link: &mut Link, count: &mut SocketCount) -> Result<(), End> {
        let stock = self.stock.frames.borrow_and_update().clone();
        // Let go: what was refused came before this stock and is still to be resumed from.
        let Some(before) = self.outbox.take_now() else {
            return Ok(());
        };
        self.tell(link, &before, count).await?;
        if stock.position < self.last {
            return Ok(());
        }
        self.last = stock.position;
        link.write_shared(stock.bytes(link.form), count).await
    }

    async fn ping(&mut self, link: &mut Link, reads: bool) -> Result<(), End> {
        // Who is not being read cannot give a sign.
        if reads {
            self.silent += 1;
        }
        if self.silent > PINGS_SILENT_MAX {
            return Err(End::Close(Close::SILENT));
        }
        link.ping().await
    }

    /// Takes what came, and what came together with it.
    async fn take_all(
        &mut self,
        link: &mut Link,
        mut came: Came,
        count: &mut SocketCount,
    ) -> Result<(), End> {
        let mut ready = Ready::default();
        let mut taken = Ok(());
        for nth in 1..=TAKE_TOGETHER {
            taken = self.take(link, came, &mut ready, count);
            let no_room = self.in_flight.has_no_room_for(ready.keys.len() + 1);
            if taken.is_err() || no_room || self.pause.is_some() || nth == TAKE_TOGETHER {
                break;
            }
            match link.read().now_or_never() {
                Some(next) => came = next,
                None => break,
            }
        }
        // Before anything is written: whoever does not read holds up no order.
        self.send(link, ready);
        taken?;
        link.write_out(count).await
    }

    /// Sends on what is ready; if it is not taken, that is every message's answer.
    fn send(&mut self, link: &mut Link, Ready { keys, said }: Ready) {
        if keys.is_empty() {
            return;
        }
        let came = self.shared.doors.clock.monotonic();
        match self.connection.send(said) {
            Ok(()) => keys.iter().for_each(|key| self.in_flight.put(key, came)),
            Err(error) => keys.iter().for_each(|key| self.fail(link, key, &error)),
        }
    }

    /// What is not for the hub is answered in `link.out`.
    fn take(
        &mut self,
        link: &mut Link,
        came: Came,
        ready: &mut Ready,
        count: &mut SocketCount,
    ) -> Result<(), End> {
        self.silent = 0;
        // Signs of life count too: nobody gives hundreds in a second.
        self.pause = self.rate.wait().map(|wait| Box::pin(sleep(wait)));
        let read = match came {
            Came::Sign => return Ok(()),
            Came::End(end) => return Err(end),
            Came::TooLarge => {
                self.refuse(link, BadFrame::new("frame_too_large", "At most 16 KiB.", None));
                return Err(End::Close(Close::refused("frame_too_large")));
            }
            Came::Text(text) => speech::read_text(link.form, &text),
            Came::Binary(bytes) => speech::read_binary(link.form, &bytes),
        };
        count.received();
        let bad = match read {
            Ok(client_frame::Frame::Ping(ping)) => {
                self.pong(link, ping.echo);
                return Ok(());
            }
            Ok(frame) => match speech::ready(frame, self.shop, &self.connection) {
                Ok((key, said)) => {
                    ready.keys.push(key);
                    ready.said.push(said);
                    return Ok(());
                }
                Err(Unsent::Hub(key, error)) => {
                    self.fail(link, &key, &error);
                    return Ok(());
                }
                Err(Unsent::Bad(bad)) => bad,
            },
            Err(bad) => {
                self.bad_frames += 1;
                bad
            }
        };
        self.refuse(link, bad);
        if self.bad_frames > BAD_FRAMES_MAX {
            return Err(End::Close(Close::refused("bad_frame")));
        }
        Ok(())
    }

    fn pong(&self, link: &mut Link, echo: Option<u64>) {
        let pong = live::Pong {
            now_ms: self.shared.doors.clock.wall().0,
            position: Some(outgoing::position_of(self.last)),
            next_ms: Some(self.place.next_ms()),
            echo,
        };
        frames::write(&mut link.out, link.form, server_frame::Frame::Pong(pong));
    }

    fn refuse(&self, link: &mut Link, bad: BadFrame) {
        metrics::bad_input(bad.code);
        let key = bad.key.as_deref().unwrap_or("");
        frames::write_error(&mut link.out, link.form, bad.code, &bad.detail, key);
    }
}

/// Waits out a pause; for ever if there is none.
async fn paused(pause: &mut Option<Pin<Box<Sleep>>>) {
    match pause {
        Some(pause) => pause.as_mut().await,
        None => pending().await,
    }
}
