//! A private server: the real binary on a temporary folder and free ports, stopped by its number.
#![allow(dead_code, unreachable_pub, reason = "each test file uses its own part of it")]

pub mod back;
pub mod desk;
pub mod evidence;
pub mod lying;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tempfile::TempDir;

/// How long anything may take before a test gives up on it.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A data folder and, while it runs, its server.
pub struct House {
    folder: TempDir,
    server: Option<Server>,
    pub environment: Vec<(String, String)>,
    /// The largest file that the next server may write, in blocks of the shell's `ulimit -f`: a
    /// full disk.
    pub file_blocks_max: Option<u32>,
    /// Everything that its servers printed.
    printed: Arc<Mutex<String>>,
    /// Files that the next server may have open, sockets included: a small machine.
    pub files_max: Option<u32>,
    /// System calls of the next server that fail: what `strace` is told.
    pub faults: Vec<String>,
}

struct Server {
    child: Child,
    public: String,
    ops: String,
    lines: Mutex<Receiver<String>>,
}

/// A shop with its tokens.
#[derive(Clone)]
pub struct Shop {
    pub shop: String,
    pub host: String,
    pub source: String,
}

/// What a call was answered.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub body: Value,
    pub replayed: bool,
}

impl Answer {
    /// The body of an answer that must be good.
    pub fn good(self) -> Value {
        assert!((200..300).contains(&self.status), "{} {}", self.status, self.body);
        self.body
    }

    /// Status and stable code of an answer that must not be.
    pub fn problem(&self) -> (u16, &str) {
        assert!(self.body["detail"].is_string(), "a problem says what would be right: {self:?}");
        (self.status, self.body["code"].as_str().unwrap_or("no code"))
    }
}

impl House {
    /// An empty folder; nothing runs.
    pub fn empty() -> Self {
        let folder = TempDir::with_prefix("chot-test-").expect("a folder");
        Self {
            folder,
            server: None,
            environment: Vec::new(),
            file_blocks_max: None,
            printed: Arc::default(),
            files_max: None,
            faults: Vec::new(),
        }
    }

    /// A folder with a server.
    pub fn open() -> Self {
        let mut house = Self::empty();
        house.start();
        house
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The command `chot`, in the house, with an environment of its own.
    pub fn chot(&self, arguments: &[&str]) -> Command {
        let program = env!("CARGO_BIN_EXE_chot");
        let mut command = match (self.file_blocks_max, self.files_max) {
            (None, None) if self.faults.is_empty() => Command::new(program),
            (None, Some(files)) => {
                let mut shell = Command::new("sh");
                shell.args(["-c", &format!("ulimit -n {files}; exec \"$0\" \"$@\""), program]);
                shell
            }
            (None, None) => {
                // Beside the server and not above it: the process that we start is the server.
                let mut strace = Command::new("strace");
                strace.args(["-D", "-f", "--seccomp-bpf", "-qq", "-o", "/dev/null"]);
                strace.args(&self.faults).arg(program);
                strace
            }
            (Some(blocks), _) => {
                // The signal is ignored, so that a write beyond the limit fails as on a full disk.
                let limited = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
                let mut shell = Command::new("sh");
                shell.args(["-c", &limited, program]);
                shell
            }
        };
        command.args(arguments).current_dir(self.folder.path());
        for name in ["DATABASE_URL", "REDIS_URL", "CHOT_DATA", "CHOT_LISTEN", "CHOT_LAN"] {
            command.env_remove(name);
        }
        command.env("CHOT_DATA", self.data());
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs a command to its end.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.chot(arguments).output().expect("chot runs")
    }

    /// Starts the server and waits until it says where it is.
    pub fn start(&mut self) {
        let ports = ["--listen", "127.0.0.1:0", "--ops-listen", "127.0.0.1:0"];
        let mut command = self.chot(&[&["serve"], ports.as_slice()].concat());
        let log = std::fs::File::options().create(true).append(true).open(self.path("log"));
        command.stdout(Stdio::piped()).stderr(log.expect("a log"));
        let mut child = command.spawn().expect("chot serves");
        let lines = lines_of(&mut child, self.printed.clone());
        let public = said(&lines, "public ", self);
        let ops = said(&lines, "ops ", self);
        let lines = Mutex::new(lines);
        self.server = Some(Server { child, public, ops, lines });
    }

    fn server(&self) -> &Server {
        self.server.as_ref().expect("a server runs")
    }

    /// `http://…` of the public listener.
    pub fn public(&self) -> &str {
        &self.server().public
    }

    pub fn ops(&self) -> &str {
        &self.server().ops
    }

    /// The server's number.
    pub fn pid(&self) -> u32 {
        self.server().child.id()
    }

    pub fn signal(&self, signal: Signal) {
        let number = self.server().child.id().try_into().expect("a process number");
        kill_process(Pid::from_raw(number).expect("a process"), signal).expect("it is ours");
    }

    /// As if the power of this one process had gone.
    pub fn kill(&mut self) {
        self.signal(Signal::KILL);
        self.wait();
    }

    /// The rest of the next line that begins with this word.
    pub fn says(&self, word: &str) -> String {
        said(&self.server().lines.lock().expect("one reader"), word, self)
    }

    /// Asks it to stop and waits; answers whether it ended well.
    pub fn stop(&mut self) -> bool {
        self.signal(Signal::TERM);
        self.wait() == Some(0)
    }

    /// Waits for the server to end by itself; answers its exit code.
    pub fn wait(&mut self) -> Option<i32> {
        let mut server = self.server.take().expect("a server runs");
        server.child.wait().expect("it ends").code()
    }

    /// What all servers of this house printed, line by line.
    pub fn printed(&self) -> String {
        self.printed.lock().expect("one writer").clone()
    }

    pub fn log(&self) -> String {
        std::fs::read_to_string(self.path("log")).unwrap_or_default()
    }

    /// Adds a shop, beside the server if one runs.
    pub fn add_shop(&self, name: &str) -> Shop {
        let added = self.run(&["shop", "add", "--name", name, "--json"]);
        let said = String::from_utf8_lossy(&added.stdout);
        let error = String::from_utf8_lossy(&added.stderr);
        let added: Value = serde_json::from_str(&said).unwrap_or_else(|_| panic!("{said} {error}"));
        let word = |name: &str| added[name].as_str().expect(name).to_owned();
        Shop { shop: word("shop"), host: word("host_token"), source: word("source_token") }
    }

    pub fn call(
        &self,
        method: &str,
        path: &str,
        token: Option<&str>,
        key: Option<&str>,
        body: Option<&Value>,
    ) -> Answer {
        call(self.public(), method, path, token, key, body)
    }

    pub fn get(&self, path: &str, token: Option<&str>) -> Answer {
        self.call("GET", path, token, None, None)
    }

    pub fn post(&self, path: &str, token: &str, key: &str, body: &Value) -> Answer {
        self.call("POST", path, Some(token), Some(key), Some(body))
    }

    /// A live session that sells D1, 120 pieces at 45,000 ₫; its id.
    pub fn live(&self, shop: &Shop) -> String {
        let offer = json!({"code": "D1", "name": "bí đỏ", "price": 45_000, "unit": "trái",
            "step": 1, "stock": 120});
        self.live_with(shop, &json!([offer]), &json!({}))
    }

    pub fn live_with(&self, shop: &Shop, offers: &Value, rules: &Value) -> String {
        let body = json!({"title": "Tối nay", "offers": offers, "rules": rules});
        let opened = self.call("POST", "/v1/sessions", Some(&shop.host), None, Some(&body)).good();
        let session = opened["session"].as_str().expect("an id").to_owned();
        let state = format!("/v1/sessions/{session}/state");
        let live = json!({"state": "live"});
        self.call("POST", &state, Some(&shop.host), None, Some(&live)).good();
        session
    }

    /// Posts comments `(comment_id, buyer, text)`; the outcomes.
    pub fn comments(&self, shop: &Shop, session: &str, said: &[(&str, &str, &str)]) -> Vec<Value> {
        let path = format!("/v1/sessions/{session}/comments");
        let answer = self.call("POST", &path, Some(&shop.source), None, Some(&comments(said)));
        answer.good()["outcomes"].as_array().expect("outcomes").clone()
    }

    /// Exports a session's ledger and verifies it with the command.
    pub fn verify(&self, session: &str) -> String {
        let file = self.path("ledger.ndjson");
        let out = file.to_str().expect("a plain path");
        let export = ["export", "--session", session, "--format", "ndjson", "--out", out];
        let exported = self.run(&export);
        assert!(exported.status.success(), "{}", String::from_utf8_lossy(&exported.stderr));
        let verified = self.run(&["verify", out]);
        let said = String::from_utf8_lossy(&verified.stdout).into_owned();
        assert!(verified.status.success(), "{said}");
        said
    }
}

impl Drop for House {
    fn drop(&mut self) {
        if let Some(server) = &mut self.server {
            server.child.kill().expect("it is ours");
            server.child.wait().expect("it ends");
        }
    }
}

/// The body of a post of comments.
pub fn comments(said: &[(&str, &str, &str)]) -> Value {
    let comment = |(id, buyer, text): &(&str, &str, &str)| {
        json!({"platform": "tiktok", "comment_id": id, "buyer_id": buyer, "buyer_name": buyer,
            "text": text})
    };
    json!({"comments": said.iter().map(comment).collect::<Vec<_>>()})
}

/// One HTTP call that must be answered.
pub fn call(
    base: &str,
    method: &str,
    path: &str,
    token: Option<&str>,
    key: Option<&str>,
    body: Option<&Value>,
) -> Answer {
    try_call(base, method, path, token, key, body).expect("an answer")
}

/// One HTTP call; none if the connection broke before its answer.
pub fn try_call(
    base: &str,
    method: &str,
    path: &str,
    token: Option<&str>,
    key: Option<&str>,
    body: Option<&Value>,
) -> Option<Answer> {
    let config = ureq::Agent::config_builder().http_status_as_error(false);
    let agent = config.timeout_global(Some(PATIENCE)).build().new_agent();
    let mut request = ureq::http::Request::builder().method(method).uri(format!("{base}{path}"));
    if let Some(token) = token {
        request = request.header("Authorization", format!("Bearer {token}"));
    }
    if let Some(key) = key {
        request = request.header("Idempotency-Key", key);
    }
    if body.is_some() {
        request = request.header("Content-Type", "application/json");
    }
    let body = body.map(Value::to_string).unwrap_or_default();
    let answer = agent.run(request.body(body).expect("a request")).ok()?;
    let (status, replayed) = (answer.status().as_u16(), "Idempotency-Replayed");
    let replayed = answer.headers().get(replayed).is_some_and(|value| value == "true");
    let text = answer.into_body().read_to_string().ok()?;
    let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
    Some(Answer { status, body, replayed })
}

fn lines_of(child: &mut Child, printed: Arc<Mutex<String>>) -> Receiver<String> {
    let out = BufReader::new(child.stdout.take().expect("a pipe"));
    let (tell, lines) = sync_channel(1_000);
    std::thread::spawn(move || {
        for line in out.lines().map_while(Result::ok) {
            *printed.lock().expect("one writer") += &format!("{line}\n");
            if tell.send(line).is_err() {
                break;
            }
        }
    });
    lines
}

fn said(lines: &Receiver<String>, word: &str, house: &House) -> String {
    loop {
        match lines.recv_timeout(PATIENCE) {
            Ok(line) => {
                if let Some(rest) = line.strip_prefix(word) {
                    return rest.to_owned();
                }
            }
            Err(_) => panic!("the server did not say {word:?}: {}", house.log()),
        }
    }
}
