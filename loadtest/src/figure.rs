//! A figure with an aim, and what makes one of several rounds: which way is good, and the median.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt;

/// Which way is good.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Better {
    /// An aim is a floor.
    #[default]
    More,
    /// An aim is a ceiling.
    Less,
}

impl Better {
    /// Whether a value is on the good side of an aim, or at it.
    pub(crate) fn is_reached(self, value: f64, aim: f64) -> bool {
        match self {
            Self::More => value >= aim,
            Self::Less => value <= aim,
        }
    }

    /// What stands before an aim.
    pub(crate) const fn sign(self) -> &'static str {
        match self {
            Self::More => "≥",
            Self::Less => "≤",
        }
    }
}

/// The middle one, or the mean of the middle two; none of nothing.
pub(crate) fn median(figures: &[f64]) -> Option<f64> {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    let upper = sorted.get(sorted.len() / 2).copied()?;
    let lower = sorted[(sorted.len() - 1) / 2];
    Some(f64::midpoint(lower, upper))
}

/// A single figure, as it is written to its file.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Figure {
    pub(crate) kind: &'static str,
    pub(crate) name: &'static str,
    pub(crate) title: String,
    pub(crate) unit: &'static str,
    /// None where nothing was measured.
    pub(crate) value: Option<f64>,
    pub(crate) aim: Option<f64>,
    pub(crate) better: Better,
    /// Why it does not count.
    pub(crate) void: Option<String>,
    pub(crate) detail: Value,
    pub(crate) command: String,
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, title, unit, value, aim, better, void, detail, .. } = self;
        let value = value.map_or_else(|| "none".to_owned(), |value| format!("{value:.2}"));
        write!(f, "\n{name}: {title}\n  {value} {unit}")?;
        match (void, aim) {
            (Some(why), _) => write!(f, ", VOID: {why}")?,
            (None, None) => write!(f, ", no aim")?,
            (None, Some(aim)) => write!(f, ", aim {} {aim}", better.sign())?,
        }
        write!(f, "\n  {detail}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_aim_is_a_floor_or_a_ceiling() {
        let check = |better: Better, value, aim, expected| {
            assert_eq!(better.is_reached(value, aim), expected, "{better:?} {value} {aim}");
        };
        check(Better::More, 6.0, 6.0, true);
        check(Better::More, 5.99, 6.0, false);
        check(Better::Less, 1.1, 1.1, true);
        check(Better::Less, 1.2, 1.1, false);
        check(Better::Less, f64::NAN, 1.1, false);
        check(Better::More, f64::NAN, 1.1, false);
    }

    #[test]
    fn the_median_of_an_even_number_is_the_mean_of_the_middle_two() {
        let check = |figures: &[f64], expected| assert_eq!(median(figures), expected);
        check(&[3.0, 1.0, 2.0], Some(2.0));
        check(&[1.0, 9.0, 4.0, 2.0], Some(3.0));
        check(&[], None);
    }
}
