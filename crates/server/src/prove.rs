//! `chot verify` and `chot read`: answers from files alone.

use crate::cli::{Read, Verify};
use crate::control;
use crate::office::Order;
use crate::settings::data_of;
use anyhow::{Context, Result, bail};
use domain::Hash;
use std::fs::File;
use std::io::BufReader;
use std::process::ExitCode;

/// Replays an exported ledger; succeeds only if every promise holds.
pub(crate) fn verify(verify: &Verify) -> Result<ExitCode> {
    let receipt = match &verify.receipt {
        None => None,
        Some(text) => Some(Hash::parse(text.trim()).with_context(|| {
            format!("{text:?} is no receipt: it has 64 characters of 0-9 and a-f")
        })?),
    };
    let file = File::open(&verify.ledger)
        .with_context(|| format!("{} cannot be read", verify.ledger.display()))?;
    match ledger::verify(BufReader::new(file), receipt, |_| {}) {
        Ok(proof) => {
            crate::say::say(&proof.to_string());
            Ok(ExitCode::SUCCESS)
        }
        Err(violation) => {
            crate::say::say(&violation.to_string());
            Ok(ExitCode::FAILURE)
        }
    }
}

/// Shows how comments are understood.
pub(crate) fn read(read: &Read) -> Result<ExitCode> {
    if let Some(path) = &read.phrasebook {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("{} cannot be read", path.display()))?;
        return phrasebook(&text);
    }
    let (Some(session), Some(text)) = (&read.session, &read.text) else {
        bail!("say either --phrasebook FILE, or --session ID and the comment");
    };
    let order = Order::Read { session: session.clone(), text: text.clone() };
    let told = control::order(&data_of(read.data.clone())?, &order, &mut std::io::sink())?;
    for language in ["vi", "en"] {
        crate::say::say(told[language].as_str().unwrap_or_default());
    }
    Ok(ExitCode::SUCCESS)
}

fn phrasebook(text: &str) -> Result<ExitCode> {
    let book = intent::parse_phrasebook(text).map_err(|wrong| {
        anyhow::anyhow!("line {} of the phrasebook: {}", wrong.line, wrong.problem)
    })?;
    let report = book.report();
    crate::say::say(report.text.trim_end());
    let all = report.disagreed.is_empty();
    Ok(if all { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
