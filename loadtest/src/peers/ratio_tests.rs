//! The ratio's own rules, on figures that can be checked by hand.

use super::*;
use anyhow::Context as _;

fn terms(better: Better, aim: Option<f64>) -> Terms {
    let side = |label: &str, batch| Side { label: label.to_owned(), batch };
    Terms {
        name: "apples-pears",
        title: "Apples beside pears.".to_owned(),
        unit: "pieces/s",
        ours: side("apples", 1_000),
        peer: side("pears", 1),
        better,
        aim,
        next: None,
        command: "loadtest peers orders --only apples-pears".to_owned(),
    }
}

fn round(reached: f64, own_tool: Option<f64>) -> PeerRound {
    let tool = |value| OwnTool { label: "pear-benchmark".to_owned(), value };
    PeerRound { reached, own_tool: own_tool.map(tool) }
}

/// Whose turn it was, and the figures of both.
struct Turns {
    said: String,
    figures: Vec<f64>,
}

impl Pair for Turns {
    async fn ours(&mut self) -> anyhow::Result<f64> {
        self.said.push('o');
        self.figures.pop().context("a round too many")
    }

    async fn peer(&mut self) -> anyhow::Result<PeerRound> {
        self.said.push('p');
        Ok(round(10.0, None))
    }
}

#[tokio::test]
async fn both_take_turns_and_whoever_was_second_begins_the_next_round() {
    let mut pair = Turns { said: String::new(), figures: vec![90.0, 30.0, 60.0] };
    let terms = terms(Better::More, Some(6.0));
    let compared = alternate(&terms, 3, &mut pair).await.expect("three rounds");
    assert_eq!(pair.said, "oppoop");
    assert_eq!(compared.ratios, Spread { median: 6.0, min: 3.0, max: 9.0 });
    assert_eq!(compared.is_reached(), Some(true));
    assert!(alternate(&terms, 1, &mut pair).await.is_err(), "a round that fails fails the run");
    assert!(alternate(&terms, 0, &mut pair).await.is_err());
}

#[test]
fn the_ratio_is_the_median_of_the_quotients_within_rounds() {
    let check = |ours: &[f64], peers: &[f64], expected: (f64, f64, f64)| {
        let peers: Vec<_> = peers.iter().map(|&peer| round(peer, None)).collect();
        let compared = Compared::new(&terms(Better::More, None), ours.to_vec(), &peers);
        let Spread { median, min, max } = compared.ratios;
        assert_eq!((median, min, max), expected);
    };
    // The quotient of the medians would be 2: the machine slowed down between the rounds.
    check(&[100.0, 40.0, 10.0], &[10.0, 20.0, 40.0], (2.0, 0.25, 10.0));
    check(&[80.0, 20.0, 30.0], &[10.0, 20.0, 10.0], (3.0, 1.0, 8.0));
    check(&[10.0, 30.0], &[10.0, 10.0], (2.0, 1.0, 3.0));
}

#[test]
fn an_aim_is_a_floor_or_a_ceiling() {
    let check = |better, aim, ours, expected| {
        let compared = Compared::new(&terms(better, aim), vec![ours], &[round(10.0, None)]);
        assert_eq!(compared.is_reached(), expected, "{better:?} {aim:?} {ours}");
    };
    check(Better::More, Some(6.0), 60.0, Some(true));
    check(Better::More, Some(6.0), 59.0, Some(false));
    check(Better::Less, Some(1.1), 11.0, Some(true));
    check(Better::Less, Some(1.1), 12.0, Some(false));
    check(Better::More, None, 60.0, None);
}

#[test]
fn a_peer_that_our_driver_holds_up_makes_the_ratio_void() {
    let check = |rounds: &[(f64, Option<f64>)], is_void: bool| {
        let peers: Vec<_> = rounds.iter().map(|&(reached, tool)| round(reached, tool)).collect();
        let ours = vec![100.0; peers.len()];
        let compared = Compared::new(&terms(Better::More, Some(1.0)), ours, &peers);
        assert_eq!(compared.void.is_some(), is_void, "{rounds:?}");
        assert_eq!(compared.is_reached().is_none(), is_void, "{rounds:?}");
        assert_eq!(compared.to_string().contains("VOID"), is_void, "{compared}");
    };
    check(&[(80.0, Some(100.0))], false);
    check(&[(79.0, Some(100.0))], true);
    check(&[(79.0, None)], false);
    // One bad round of three is noise, two are the driver.
    check(&[(90.0, Some(100.0)), (10.0, Some(100.0)), (95.0, Some(100.0))], false);
    check(&[(90.0, Some(100.0)), (10.0, Some(100.0)), (20.0, Some(100.0))], true);
    check(&[(0.0, None)], true);
    check(&[(f64::NAN, None)], true);
    check(&[(80.0, Some(f64::NAN))], true);
    check(&[(80.0, Some(0.0))], true);
}

#[test]
fn the_file_has_the_form_that_the_report_reads() {
    let peers = [round(10.0, Some(12.5)), round(20.0, Some(25.0))];
    let compared = Compared::new(&terms(Better::More, Some(2.0)), vec![40.0, 40.0], &peers);
    let folder = tempfile::tempdir().expect("a folder");
    compared.write(&folder.path().join("run")).expect("written");
    let text = std::fs::read(folder.path().join("run/apples-pears.json")).expect("a file");
    let read: serde_json::Value = serde_json::from_slice(&text).expect("JSON");
    let expected = serde_json::json!({
        "kind": "ratio", "name": "apples-pears", "title": "Apples beside pears.",
        "unit": "pieces/s",
        "ours": {"label": "apples", "batch": 1000, "rounds": [40.0, 40.0]},
        "peer": {"label": "pears", "batch": 1, "rounds": [10.0, 20.0],
            "own_tool": {"label": "pear-benchmark", "value": 18.75, "share": 0.8}},
        "ratios": {"median": 3.0, "min": 2.0, "max": 4.0},
        "aim": 2.0, "next": null, "better": "more", "void": null,
        "command": "loadtest peers orders --only apples-pears",
    });
    assert_eq!(read, expected);
}

#[test]
fn the_table_states_both_batch_sizes_in_every_row() {
    let compared =
        Compared::new(&terms(Better::More, Some(9.0)), vec![50.0], &[round(10.0, Some(10.0))]);
    let text = table(&[compared]);
    let row = text.lines().find(|line| line.starts_with("apples-pears")).expect("a row");
    let words: Vec<&str> = row.split_whitespace().collect();
    let expected =
        ["apples-pears", "50", "1000", "10", "1", "1.00", "5.00", "[5.00–5.00]", "missed"];
    assert_eq!(words[..expected.len()], expected);
}
