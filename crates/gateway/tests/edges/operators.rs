//! An operators' listener beside the public one, and every kind of socket there is.
#![allow(dead_code)]

use crate::raw::Raw;
use crate::world::World;
use gateway::{Board, Edge, Listening, OpsDoors, Timing, ops_router};
use serde_json::json;
use std::net::SocketAddr;
use std::sync::Arc;

/// Opens one; it serves until its stopper is dropped.
pub(crate) async fn open(world: &World, edge: Edge, timing: Timing) -> SocketAddr {
    let (stopper, stop) = gateway::Stop::new();
    let doors = OpsDoors {
        hub: world.hub.clone(),
        metrics: Arc::new(String::new),
        notes: Arc::new(Vec::new),
        board: Board::new(),
        clock: world.clock.clone(),
        stop: stop.clone(),
        timing,
    };
    let listener = gateway::listen(([127, 0, 0, 1], 0).into()).expect("a port");
    let address = listener.local_addr().expect("an address");
    let listening = Listening { connections_max: 64, timing, edge };
    tokio::spawn(async move {
        let _stopper = stopper;
        gateway::serve(listener, ops_router(doors), listening, stop).await;
    });
    address
}

/// A socket of each kind after its welcome, with its name.
pub(crate) async fn every_socket(world: &World, timing: Timing) -> Vec<(&'static str, Raw)> {
    let session = world.live(10).await;
    let live = format!("/v1/sessions/{session}/live");
    let console = format!("/v1/sessions/{session}/console");
    let ticket = world.ticket(&session, "Lan", None).await;
    let mut viewer = Raw::open(world.address, &live, "v1.json.chot").await;
    viewer.say(&json!({"type": "hello", "ticket": ticket["ticket"]}).to_string()).await;
    viewer.text_with("welcome").await;
    let mut host = Raw::open(world.address, &console, "v1.console.chot").await;
    host.say(&json!({"type": "hello", "token": world.shop.host_token}).to_string()).await;
    host.text_with("offers").await;
    let ops = open(world, Edge::default(), timing).await;
    let mut operator = Raw::open(ops, "/ops/live", "v1.ops.chot").await;
    operator.text_with("history").await;
    operator.text_with("history").await;
    vec![("viewer", viewer), ("host", host), ("operator", operator)]
}
