//! The control port: each line is shown to every socket as one text frame, then answered `shown`.
//! Whoever started the server keeps the first connection; the server ends with it.

use crate::hall::Hall;
use std::io;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpListener;

/// Takes lines until their connection ends.
///
/// # Errors
/// What the system says.
pub(crate) async fn serve(listener: TcpListener, hall: Hall) -> io::Result<()> {
    let (stream, _) = listener.accept().await?;
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    while let Some(line) = lines.next_line().await? {
        hall.show(line.as_bytes());
        write.write_all(b"shown\n").await?;
    }
    Ok(())
}
