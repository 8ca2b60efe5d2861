//! The program as it is started: what it answers, what it shows, and when it ends.

use futures_util::{SinkExt as _, StreamExt as _};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, client_async};

struct Bare {
    child: Child,
    listen: String,
    control: Option<TcpStream>,
}

impl Bare {
    fn start(answer_bytes: usize) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_bare"))
            .args(["--answer", &answer_bytes.to_string()])
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut line = String::new();
        let out = child.stdout.take().expect("its output");
        BufReader::new(out).read_line(&mut line).expect("a line");
        let (listen, control) = line.trim().split_once(' ').expect("two addresses");
        let control = TcpStream::connect(control).expect("the control port");
        Self { child, listen: listen.to_owned(), control: Some(control) }
    }

    async fn socket(&self) -> WebSocketStream<tokio::net::TcpStream> {
        let stream = tokio::net::TcpStream::connect(&self.listen).await.expect("connects");
        let (socket, _) = client_async("ws://127.0.0.1/", stream).await.expect("a handshake");
        socket
    }

    fn show(&mut self, line: &str) {
        let control = self.control.as_mut().expect("open");
        control.write_all(format!("{line}\n").as_bytes()).expect("written");
        let mut answer = [0; 6];
        control.read_exact(&mut answer).expect("answered");
        assert_eq!(&answer, b"shown\n");
    }
}

impl Drop for Bare {
    fn drop(&mut self) {
        if let Ok(None) = self.child.try_wait() {
            self.child.kill().and_then(|()| self.child.wait()).expect("it ends");
        }
    }
}

async fn heard(socket: &mut WebSocketStream<tokio::net::TcpStream>) -> String {
    match socket.next().await {
        Some(Ok(Message::Text(text))) => text.to_string(),
        other => panic!("{other:?} is no text"),
    }
}

#[tokio::test]
async fn every_text_is_answered_with_as_many_bytes_as_were_asked_for() {
    let bare = Bare::start(300);
    let mut socket = bare.socket().await;
    for n in 0..40 {
        socket.feed(Message::text(format!("claim {n}"))).await.expect("fed");
    }
    socket.flush().await.expect("written together");
    for _ in 0..40 {
        let answer = heard(&mut socket).await;
        assert!(answer.starts_with(r#"{"type":"outcome","key":""#), "{answer}");
        assert_eq!(answer.len(), 300);
    }
    socket.send(Message::text("one more")).await.expect("written");
    assert_eq!(heard(&mut socket).await.len(), 300);
}

#[tokio::test]
async fn a_line_on_the_control_port_is_shown_to_everybody_once() {
    let mut bare = Bare::start(64);
    let mut sockets = Vec::new();
    for _ in 0..3 {
        let mut socket = bare.socket().await;
        // An answer says that the socket's task is there and follows.
        socket.send(Message::text("here")).await.expect("written");
        heard(&mut socket).await;
        sockets.push(socket);
    }
    bare.show(r#"{"type":"stock"}"#);
    for socket in &mut sockets {
        assert_eq!(heard(socket).await, r#"{"type":"stock"}"#);
        socket.send(Message::text("and now")).await.expect("written");
        assert_eq!(heard(socket).await.len(), 64, "nothing comes twice");
    }
}

#[tokio::test]
async fn it_ends_when_nobody_holds_its_control_connection() {
    let mut bare = Bare::start(64);
    bare.control = None;
    assert!(bare.child.wait().expect("it ends").success());
}

#[tokio::test]
async fn what_is_no_handshake_is_refused() {
    let bare = Bare::start(64);
    let mut stream = TcpStream::connect(&bare.listen).expect("connects");
    stream.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").expect("written");
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).expect("answered");
    assert_eq!(&answer, b"HTTP/1.1 400");
}
