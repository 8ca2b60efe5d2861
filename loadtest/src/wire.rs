//! The two ways a socket speaks: JSON in text frames, protobuf in binary ones.

use prost::Message as _;
use proto::live::{ClientFrame, ServerFrame, client_frame, server_frame};
use tokio_tungstenite::tungstenite::Message;

/// A websocket subprotocol.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Wire {
    Json,
    Proto,
}

impl Wire {
    /// Every fourth socket speaks protobuf.
    pub(crate) const fn of(socket: u32) -> Self {
        if socket % 4 == 3 { Self::Proto } else { Self::Json }
    }

    /// Its name in the handshake.
    pub(crate) const fn subprotocol(self) -> &'static str {
        match self {
            Self::Json => "v1.json.chot",
            Self::Proto => "v1.proto.chot",
        }
    }

    /// A frame to the server.
    pub(crate) fn encode(self, frame: client_frame::Frame) -> anyhow::Result<Message> {
        let frame = ClientFrame { frame: Some(frame) };
        Ok(match self {
            Self::Json => Message::text(serde_json::to_string(&frame)?),
            Self::Proto => Message::binary(frame.encode_to_vec()),
        })
    }

    /// A frame from the server; `None` for stock, of which there is much and nothing is wanted.
    ///
    /// # Errors
    /// If it is not the contract's.
    pub(crate) fn decode(self, message: &Message) -> anyhow::Result<Option<server_frame::Frame>> {
        let frame = match (self, message) {
            (Self::Json, Message::Text(text)) if text.starts_with(r#"{"type":"stock""#) => {
                return Ok(None);
            }
            (Self::Json, Message::Text(text)) => serde_json::from_str::<ServerFrame>(text)?,
            (Self::Proto, Message::Binary(bytes)) if bytes.first() == Some(&STOCK_TAG) => {
                return Ok(None);
            }
            (Self::Proto, Message::Binary(bytes)) => ServerFrame::decode(bytes.clone())?,
            (wire, other) => anyhow::bail!("{wire:?} does not speak {other:?}"),
        };
        Ok(frame.frame.filter(|frame| !matches!(frame, server_frame::Frame::Stock(_))))
    }
}

/// Field 3, length-delimited: what a protobuf stock frame begins with.
const STOCK_TAG: u8 = 3 << 3 | 2;

#[cfg(test)]
mod tests {
    use super::*;
    use proto::live::{Error, Stock};

    #[test]
    fn both_ways_read_an_error_and_pass_over_stock() {
        let error = server_frame::Frame::Error(Error { code: "busy".into(), ..Default::default() });
        let stock = server_frame::Frame::Stock(Stock::default());
        for wire in [Wire::Json, Wire::Proto] {
            let told = |frame: &server_frame::Frame| {
                let frame = ServerFrame { frame: Some(frame.clone()) };
                let message = match wire {
                    Wire::Json => Message::text(serde_json::to_string(&frame).expect("writes")),
                    Wire::Proto => Message::binary(frame.encode_to_vec()),
                };
                wire.decode(&message).expect("the contract's")
            };
            assert_eq!(told(&error), Some(error.clone()));
            assert_eq!(told(&stock), None);
        }
    }
}
