//! The reader: from words to a reading.

use crate::codebook::Codebook;
use crate::facts::{Facts, weigh_aliases, weigh_bare_numbers};
use crate::fold::Folded;
use crate::judge::Case;
use crate::pieces::pieces;
use crate::reading::{Author, Circumstances, Meaning, Reading};
use crate::roles::settle;
use crate::sense::Sense;
use crate::spans::{Span, What, spans};
use alloc::vec::Vec;
use domain::command::RuleNo;
use domain::limits::COMMENT_BYTES_MAX;
use domain::rules::Doubt;
use domain::{LinkCode, Reason};

/// Reads one comment with the codes in force. Pure; linear in the length of the text; a text longer
/// than [`COMMENT_BYTES_MAX`] is not read but left to a person.
pub fn read(text: &str, codebook: &Codebook, circumstances: Circumstances) -> Reading {
    let unread = |meaning, rule| Reading { meaning, phones: Vec::new(), rule: RuleNo(rule) };
    if matches!(circumstances.author, Author::Shop | Author::Moderator) {
        return unread(Meaning::Chatter, 16);
    }
    if text.len() > COMMENT_BYTES_MAX {
        let (reason, suggestion, about) = (Reason::Doubtful, Vec::new(), None);
        return unread(Meaning::Review { reason, suggestion, about }, 10);
    }
    let folded = Folded::new(text);
    let mut found = spans(&folded, codebook);
    if circumstances == Circumstances::default()
        && let Some(code) = link(&folded.plain, codebook, &found.list)
    {
        return unread(Meaning::Link(code), 17);
    }
    if circumstances.author == Author::Staff {
        let named = buyer_spans(&folded, &found.list);
        found.list.drain(..named);
    }
    let mut parts = pieces(&folded, codebook, &found.list);
    settle(&folded, codebook, &mut parts);
    weigh_aliases(&mut parts);
    weigh_bare_numbers(&folded.plain, codebook, &mut parts);
    let case = Case {
        text: &folded,
        book: codebook,
        pieces: &parts,
        facts: Facts::new(&parts),
        is_cut: found.is_cut,
    };
    let (meaning, rule) = case.verdict();
    let (meaning, rule) = match circumstances.edited {
        true => edited(meaning, rule, codebook.settings().edited),
        false => (meaning, rule),
    };
    Reading { meaning, phones: found.phones, rule }
}

/// An edited comment reserves and cancels nothing by itself (rule 16).
fn edited(meaning: Meaning, rule: RuleNo, setting: Doubt) -> (Meaning, RuleNo) {
    let suggestion = match (meaning, setting) {
        (Meaning::Claim(wants), Doubt::Review) => wants,
        (Meaning::Cancel(_), Doubt::Review) => Vec::new(),
        (Meaning::Claim(_) | Meaning::Cancel(_), Doubt::Ignore) => {
            return (Meaning::Chatter, RuleNo(16));
        }
        (meaning, _) => return (meaning, rule),
    };
    let reason = Reason::Edited;
    (Meaning::Review { reason, suggestion, about: None }, RuleNo(16))
}

/// `#4821` with nothing but politeness around it, unless 4821 is a code in force: never an order.
fn link(plain: &str, book: &Codebook, spans: &[Span]) -> Option<LinkCode> {
    let hash = spans.iter().position(|span| matches!(span.what, What::Mark(b'#')))?;
    let digits = spans.get(hash + 1)?;
    let written = &plain[digits.start..digits.end];
    let four = written.len() == 4 && written.bytes().all(|byte| byte.is_ascii_digit());
    let polite = |span: &Span| match span.what {
        What::Word(found) => found.senses.any(&[Sense::Polite, Sense::Person]),
        What::Mark(mark) => matches!(mark, b'.' | b',' | b'!'),
        _ => false,
    };
    let alone = spans[..hash].iter().chain(&spans[hash + 2..]).all(polite);
    let free = four && alone && book.codes.get(written).is_none();
    free.then(|| LinkCode::new(written.parse().ok()?))?
}

/// How many spans at the start name the buyer, where staff typed: `@name`, `C045 |`, or a first
/// word that is no code.
fn buyer_spans(text: &Folded, spans: &[Span]) -> usize {
    let mark = |at: usize| match spans.get(at).map(|span| span.what) {
        Some(What::Mark(mark)) => Some(mark),
        _ => None,
    };
    if let Some(bar) = (0..spans.len().min(4)).find(|&at| mark(at) == Some(b'|')) {
        return bar + 1;
    }
    if mark(0) == Some(b'@') {
        let name = spans.iter().skip(2).take_while(|span| !span.gap);
        return (2 + name.count()).min(spans.len());
    }
    let word = |span: &Span| text.plain[span.start..span.end].bytes().any(|b| !b.is_ascii_digit());
    match spans.first() {
        Some(first) if spans.len() > 1 && word(first) => match first.what {
            What::Word(_) | What::Unknown => 1,
            _ => 0,
        },
        _ => 0,
    }
}
