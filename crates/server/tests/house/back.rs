//! A viewer who comes back over a socket.

use super::{House, PATIENCE, call};
use serde_json::{Value, json};
use std::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Message, client};

/// Comes back over a socket from that position: the code it is closed with, or none if welcomed.
pub fn resume(house: &House, session: &str, position: &Value) -> Option<(u16, String)> {
    let path = format!("/v1/sessions/{session}/tickets");
    let body = json!({"name": "Lan"});
    let ticket = call(house.public(), "POST", &path, None, None, Some(&body)).good();
    let address = house.public().strip_prefix("http://").expect("plain HTTP");
    let stream = TcpStream::connect(address).expect("it listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    let url = format!("ws://{address}/v1/sessions/{session}/live");
    let mut request = url.into_client_request().expect("a request");
    let form = "v1.json.chot".parse().expect("a word");
    request.headers_mut().insert("Sec-WebSocket-Protocol", form);
    let (mut socket, _) = client(request, stream).expect("a websocket");
    let hello = json!({"type": "hello", "ticket": ticket["ticket"], "resume": position});
    socket.send(Message::text(hello.to_string())).expect("it takes a hello");
    loop {
        match socket.read().expect("an answer") {
            Message::Text(text) => {
                let said: Value = serde_json::from_str(&text).expect("JSON");
                if said["type"] == "welcome" {
                    return None;
                }
                // Why comes first, then the close.
                assert_eq!(said["code"], "history_lost", "{said}");
            }
            Message::Close(frame) => {
                let frame = frame.expect("a reason");
                return Some((frame.code.into(), frame.reason.to_string()));
            }
            _ => {}
        }
    }
}
