//! Durable claims through `POST …/comments` of 1,000, beside the same claims asked of the hub in
//! the same run, and where the rest of the time goes, by thread. `cargo bench -p server --bench
//! post`
#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

use accounts::Accounts;
use domain::{Clock, ShopId};
use gateway::{
    BackedUp, Backup, BackupDone, Doors, NotBackedUp, Options, RateLimits, ReadModelDown,
    StoredOrders, StoredResult,
};
use hub::{Author, Comment, Hub, SystemClock};
use journal::Journal;
use serde_json::json;
use std::collections::BTreeMap;
use std::future::Future;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Instant;

/// As in the program itself.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Comments in one post.
const POST: usize = 1_000;
/// Posts that are under way at once.
const IN_FLIGHT: usize = 4;
/// Posts of one round, by each sender.
const POSTS: usize = 60;
const ROUNDS: usize = 5;
const BUYERS: usize = 20_000;

fn main() {
    println!("durable claims/s on one hot offer, posts of {POST}, {IN_FLIGHT} in flight");
    println!(
        "{:>6} {:>14} {:>14} {:>7}   CPU of the POST round, µs per claim by thread",
        "round", "POST/s", "in process/s", "ratio"
    );
    let mut ratios = Vec::new();
    for round in 1..=ROUNDS {
        let (posted, shares) = World::new().post();
        let (asked, _) = World::new().ask();
        let ratio = posted / asked;
        println!("{round:>6} {posted:>14.0} {asked:>14.0} {ratio:>7.2}   {shares}");
        ratios.push(ratio);
    }
    ratios.sort_by(f64::total_cmp);
    println!("median ratio {:.2}", ratios[ROUNDS / 2]);
}

/// A server in this process, with one live session.
struct World {
    _folder: tempfile::TempDir,
    runtime: tokio::runtime::Runtime,
    hub: Hub,
    shop: ShopId,
    session: String,
    source: String,
    address: SocketAddr,
    _stopper: gateway::Stopper,
}

struct Nothing;

impl StoredOrders for Nothing {
    fn orders(
        &self,
        _: ShopId,
        _: domain::SessionId,
        _: Option<domain::OrderId>,
        _: usize,
    ) -> Pin<Box<dyn Future<Output = StoredResult> + Send + '_>> {
        Box::pin(async { Err(ReadModelDown) })
    }
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::start());
        let (journal, recovered) = Journal::open(folder.path(), clock.wall()).expect("a journal");
        let accounts = Accounts::open(folder.path()).expect("accounts");
        let lost = Box::new(|why: &str| panic!("{why}"));
        let options = hub::Options::new(folder.path().join("aside.log"), lost);
        let hub = Hub::start(journal, recovered, clock.clone(), options).expect("a hub");
        let new = accounts.add_shop("đo").expect("a shop");
        hub.add_shop(new.shop);
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
        let runtime = runtime.expect("a runtime");
        let (stopper, stop) = gateway::Stop::new();
        let rates = RateLimits {
            per_address: None,
            per_source: None,
            per_name: None,
            per_guesser: None,
            per_socket: None,
        };
        let options = Options { rates, ..Options::default() };
        let (timing, edge) = (options.timing, options.edge());
        let listening = gateway::Listening { connections_max: 1_000, timing, edge };
        let doors = Doors {
            hub: hub.clone(),
            accounts,
            stored: Arc::new(Nothing),
            clock,
            stop: stop.clone(),
            practise: Arc::new(|_, _| ()),
            backup: Arc::new(NoBackups),
            addresses: Arc::new(Vec::new),
            notes: Arc::new(Vec::new),
            options,
        };
        let listener = runtime.block_on(async {
            gateway::listen("127.0.0.1:0".parse().expect("an address")).expect("a port")
        });
        let address = listener.local_addr().expect("bound");
        runtime.spawn(gateway::serve(listener, gateway::public_router(doors), listening, stop));
        let mut world = Self {
            _folder: folder,
            runtime,
            hub,
            shop: new.shop,
            session: String::new(),
            source: new.source_token,
            address,
            _stopper: stopper,
        };
        world.open(&new.host_token);
        world
    }

    fn open(&mut self, host: &str) {
        let body = json!({"title": "đo",
            "rules": {"repeat_comment": "add", "repeat_code": "add"},
            "offers": [{"code": "D1", "name": "bí đỏ", "price": 45_000, "unit": "trái", "step": 1,
                "stock": 1_000_000}]});
        let opened = exchange(
            &mut self.connect(),
            &request("/v1/sessions", host, body.to_string().as_bytes()),
        );
        let opened: serde_json::Value = serde_json::from_slice(&opened).expect("JSON");
        self.session = opened["session"].as_str().expect("an id").to_owned();
        let state = format!("/v1/sessions/{}/state", self.session);
        exchange(&mut self.connect(), &request(&state, host, br#"{"state":"live"}"#));
        for from in (0..BUYERS).step_by(POST) {
            let hello = self.request_of(from, "hello", "chào shop");
            exchange(&mut self.connect(), &hello);
        }
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).expect("a connection");
        stream.set_nodelay(true).expect("set");
        stream
    }

    fn request_of(&self, from: usize, kind: &str, text: &str) -> Vec<u8> {
        let comments: Vec<_> = (from..from + POST)
            .map(|n| {
                json!({"platform": "tiktok", "comment_id": format!("{kind}-{n}"),
                    "buyer_id": format!("buyer-{}", n * 7_919 % BUYERS),
                    "buyer_name": "Chị Lan Anh", "text": text})
            })
            .collect();
        let path = format!("/v1/sessions/{}/comments", self.session);
        request(&path, &self.source, json!({"comments": comments}).to_string().as_bytes())
    }

    /// Claims per second through the door, and what each kind of thread worked for one.
    fn post(self) -> (f64, String) {
        let bodies: Vec<Vec<Vec<u8>>> = (0..IN_FLIGHT)
            .map(|sender| {
                let first = sender * POSTS * POST;
                (0..POSTS).map(|n| self.request_of(first + n * POST, "claim", "D1 x1")).collect()
            })
            .collect();
        let before = cpu_by_thread();
        let began = Instant::now();
        std::thread::scope(|scope| {
            for bodies in &bodies {
                let mut stream = self.connect();
                let send = move || bodies.iter().for_each(|body| drop(exchange(&mut stream, body)));
                std::thread::Builder::new()
                    .name("client".into())
                    .spawn_scoped(scope, send)
                    .expect("a thread");
            }
        });
        let took = began.elapsed().as_secs_f64();
        let claims = (IN_FLIGHT * POSTS * POST) as f64;
        let shares = shares(&before, &cpu_by_thread(), claims);
        self.hub.stop();
        (claims / took, shares)
    }

    /// Claims per second asked of the hub itself, in the same posts.
    fn ask(self) -> (f64, ()) {
        let (_, session) = domain::SessionId::parse_public(&self.session).expect("an id");
        let posts: Vec<Vec<Vec<Comment>>> = (0..IN_FLIGHT)
            .map(|sender| {
                let first = sender * POSTS * POST;
                (0..POSTS).map(|n| comments(first + n * POST)).collect()
            })
            .collect();
        let began = Instant::now();
        let senders: Vec<_> = posts
            .into_iter()
            .map(|posts| {
                let (hub, shop) = (self.hub.clone(), self.shop);
                self.runtime.spawn(async move {
                    for post in posts {
                        let answers = hub.comments(shop, session, post).await.expect("taken");
                        assert!(answers.iter().all(Result::is_ok));
                    }
                })
            })
            .collect();
        for sender in senders {
            self.runtime.block_on(sender).expect("a sender");
        }
        let took = began.elapsed().as_secs_f64();
        self.hub.stop();
        ((IN_FLIGHT * POSTS * POST) as f64 / took, ())
    }
}

fn comments(from: usize) -> Vec<Comment> {
    let comment = |n: usize| Comment {
        key: format!("tiktok:claim-{n}"),
        platform: "tiktok".into(),
        buyer_id: format!("buyer-{}", n * 7_919 % BUYERS),
        buyer_name: "Chị Lan Anh".into(),
        text: "D1 x1".into(),
        sent_at: None,
        edited: false,
        author: Author::Viewer,
    };
    (from..from + POST).map(comment).collect()
}

fn request(path: &str, token: &str, body: &[u8]) -> Vec<u8> {
    let mut request = format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    )
    .into_bytes();
    request.extend_from_slice(body);
    request
}

/// Sends one request and reads its answer's body.
fn exchange(stream: &mut TcpStream, request: &[u8]) -> Vec<u8> {
    stream.write_all(request).expect("sent");
    let mut answer = Vec::with_capacity(512 * 1024);
    let mut part = vec![0; 64 * 1024];
    loop {
        let read = stream.read(&mut part).expect("an answer");
        assert!(read > 0, "the server closed: {}", String::from_utf8_lossy(&answer));
        answer.extend_from_slice(&part[..read]);
        let Some(end) = answer.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&answer[..end]).to_lowercase();
        assert!(head.starts_with("http/1.1 2"), "{head}");
        let length = head.split("content-length: ").nth(1).expect("a length");
        let length: usize = length.lines().next().expect("a line").trim().parse().expect("bytes");
        if answer.len() >= end + 4 + length {
            return answer.split_off(end + 4);
        }
    }
}

/// Ticks of processor time by thread name.
fn cpu_by_thread() -> BTreeMap<String, u64> {
    let mut ticks = BTreeMap::new();
    for task in std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten() {
        let Ok(stat) = std::fs::read_to_string(task.path().join("stat")) else { continue };
        let Some((name, rest)) = stat.split_once('(').and_then(|(_, s)| s.rsplit_once(')')) else {
            continue;
        };
        let fields: Vec<i64> = rest.split(' ').filter_map(|field| field.parse().ok()).collect();
        // After the state: utime and stime are fields 14 and 15 of proc(5); the first parsed number
        // is field 4.
        *ticks.entry(name.to_owned()).or_default() += (fields[10] + fields[11]) as u64;
    }
    ticks
}

fn shares(before: &BTreeMap<String, u64>, after: &BTreeMap<String, u64>, claims: f64) -> String {
    let spent = after.iter().filter_map(|(name, ticks)| {
        let more = ticks - before.get(name).unwrap_or(&0);
        // A tick is 10 ms on Linux.
        (more > 0).then(|| format!("{name} {:.2}", more as f64 * 10_000.0 / claims))
    });
    spent.collect::<Vec<_>>().join(" · ")
}

/// An installation whose backups go nowhere.
struct NoBackups;

impl Backup for NoBackups {
    fn last(&self) -> Option<BackedUp> {
        None
    }

    fn start(&self) -> Pin<Box<dyn Future<Output = BackupDone> + Send + '_>> {
        Box::pin(async { Err(NotBackedUp::NoPlace) })
    }
}
