//! A connection that dies when the server has committed and nobody was told: twice must be once.

use crate::postgres::Postgres;
use crate::stage::{self, Place, Stage, check_equal};
use crate::world::World;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// The simple query by which a write ends, as it travels.
const COMMIT: &[u8] = b"COMMIT\0";
/// What only a connection that writes says.
const MOVES: &[u8] = b"UPDATE watermarks";

/// Carries bytes to the server and back. The first writes to be committed are, and their answers
/// never arrive: the connection is cut instead.
struct Line {
    server: u16,
    to_cut: AtomicU32,
}

impl Line {
    async fn carry(&self, mut client: TcpStream) -> std::io::Result<()> {
        let mut server = TcpStream::connect(("127.0.0.1", self.server)).await?;
        let (mut asked, mut told) = (vec![0; 64 * 1024], vec![0; 64 * 1024]);
        let mut writes = false;
        loop {
            tokio::select! {
                read = client.read(&mut asked) => {
                    let bytes = &asked[..read?];
                    if bytes.is_empty() {
                        return Ok(());
                    }
                    server.write_all(bytes).await?;
                    writes |= holds(bytes, MOVES);
                    let cuts = self.to_cut.load(Ordering::Relaxed) > 0;
                    if cuts && writes && holds(bytes, COMMIT) {
                        // The server answers when it has committed; we keep that to ourselves.
                        let kept = server.read(&mut told).await?;
                        assert!(kept > 0, "the server has answered");
                        self.to_cut.fetch_sub(1, Ordering::Relaxed);
                        return Ok(());
                    }
                }
                read = server.read(&mut told) => {
                    let bytes = &told[..read?];
                    if bytes.is_empty() {
                        return Ok(());
                    }
                    client.write_all(bytes).await?;
                }
            }
        }
    }
}

fn holds(bytes: &[u8], words: &[u8]) -> bool {
    bytes.windows(words.len()).any(|some| some == words)
}

#[test]
fn a_commit_whose_answer_was_lost_is_not_written_again() {
    const LOST: u32 = 4;
    stage::run(async {
        let server = Postgres::shared();
        let direct = server.database();
        let place = Place::Postgres(server.clone(), direct.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("bound").port();
        let line = Arc::new(Line { server: server.port(), to_cut: AtomicU32::new(LOST) });
        let carried = line.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let line = carried.clone();
                tokio::spawn(async move { line.carry(client).await });
            }
        });
        let through = direct.replace(&format!(":{}/", server.port()), &format!(":{port}/"));
        assert_ne!(through, direct, "the persister goes over the line");
        let stage = Stage::new();
        let persister = stage.persister(&Place::Postgres(server, through));
        let mut world = World::open(107);
        for turn in 0..LOST {
            world.go_on(100);
            stage.journal.append(&world);
            if turn == 0 {
                let is_cut = |_: &_| line.to_cut.load(Ordering::Relaxed) < LOST;
                let cut = stage::until(&persister, is_cut).await;
                let written = place.reader().as_of(world.shop).await.expect("it answers");
                let behind = world.head().position.seq.0 - written.seq.0;
                assert!(behind < cut.lag_events, "committed, and the persister does not know");
            }
            stage::caught_up(&persister, &world).await;
            // The rows may be there while the persister has yet to learn it.
            stage::until(&persister, |status| {
                assert!(status.held_up.is_empty(), "no shop is to blame");
                status.is_caught_up()
            })
            .await;
        }
        assert_eq!(line.to_cut.load(Ordering::Relaxed), 0, "each write was cut off first");
        persister.stop(Duration::from_secs(10)).await;
        check_equal(&place, &world).await;
    });
}
