//! Every answer that was heard, in a file of its own for each process: number, latency, outcome.

use anyhow::Context as _;
use prost::Message as _;
use proto::live;
use std::fs::File;
use std::io::{BufRead as _, BufReader, BufWriter, Read as _, Write as _};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// An open file.
pub(crate) struct Answers(Mutex<BufWriter<File>>);

/// One answer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Answer {
    pub(crate) number: u32,
    /// From the planned moment, in microseconds.
    pub(crate) latency_us: u64,
    pub(crate) outcome: live::Outcome,
}

impl Answers {
    pub(crate) fn create(path: &Path) -> std::io::Result<Self> {
        Ok(Self(Mutex::new(BufWriter::with_capacity(BUFFER_BYTES, File::create(path)?))))
    }

    fn file(&self) -> MutexGuard<'_, BufWriter<File>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Appends one.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub(crate) fn write(
        &self,
        number: u32,
        latency: Duration,
        outcome: &live::Outcome,
    ) -> std::io::Result<()> {
        let body = outcome.encode_to_vec();
        let latency_us = u64::try_from(latency.as_micros()).unwrap_or(u64::MAX);
        let length = u32::try_from(body.len()).unwrap_or(u32::MAX);
        let mut head = [0; HEAD_BYTES];
        head[..4].copy_from_slice(&number.to_le_bytes());
        head[4..12].copy_from_slice(&latency_us.to_le_bytes());
        head[12..].copy_from_slice(&length.to_le_bytes());
        let mut file = self.file();
        file.write_all(&head)?;
        file.write_all(&body)
    }

    /// # Errors
    /// If the file cannot be written.
    pub(crate) fn flush(&self) -> std::io::Result<()> {
        self.file().flush()
    }
}

/// Reads all that a process wrote.
///
/// # Errors
/// If the file is not whole.
pub(crate) fn read(path: &Path) -> anyhow::Result<Vec<Answer>> {
    let named = || format!("{}", path.display());
    let mut file = BufReader::with_capacity(BUFFER_BYTES, File::open(path).with_context(named)?);
    let mut all = Vec::new();
    let mut head = [0; HEAD_BYTES];
    while !file.fill_buf().with_context(named)?.is_empty() {
        file.read_exact(&mut head).with_context(named)?;
        let [number, low, high, length] = [0, 4, 8, 12]
            .map(|at| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]));
        let mut body = vec![0; length as usize];
        file.read_exact(&mut body).with_context(named)?;
        let outcome = live::Outcome::decode(&*body).with_context(named)?;
        let latency_us = u64::from(high) << 32 | u64::from(low);
        all.push(Answer { number, latency_us, outcome });
    }
    Ok(all)
}

const HEAD_BYTES: usize = 16;
const BUFFER_BYTES: usize = 256 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_heard_is_read_again_in_its_order() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("answers");
        let answers = Answers::create(&path).expect("a file");
        let heard: Vec<Answer> = (0..100)
            .map(|number| Answer {
                number,
                latency_us: u64::from(number) << 33,
                outcome: live::Outcome {
                    key: Some(format!("k{number}")),
                    result: "held".into(),
                    receipt: vec![7; 32],
                    ..Default::default()
                },
            })
            .collect();
        for Answer { number, latency_us, outcome } in &heard {
            answers.write(*number, Duration::from_micros(*latency_us), outcome).expect("written");
        }
        answers.flush().expect("written");
        assert_eq!(read(&path).expect("whole"), heard);
        let bytes = std::fs::read(&path).expect("a file");
        for cut in [bytes.len() - 1, 1, HEAD_BYTES - 1] {
            std::fs::write(&path, &bytes[..cut]).expect("written");
            assert!(read(&path).is_err(), "{cut} bytes are not whole");
        }
    }
}
