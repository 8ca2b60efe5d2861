//! Axes: where a figure stands between both ends, and which figures are written beside them.

/// Steps between written figures that people count in.
const STEPS: [f64; 4] = [1.0, 2.0, 5.0, 10.0];

/// An axis from `low` to `high`.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Axis {
    low: f64,
    high: f64,
    scale: Scale,
}

#[derive(Clone, Copy, PartialEq, Debug)]
enum Scale {
    /// Every `step` is written.
    Linear { step: f64 },
    /// Every decade is written.
    Logarithmic,
}

impl Axis {
    /// From zero to a round figure at or beyond `high`, with about `parts` steps.
    pub(crate) fn linear(high: f64, parts: u32) -> Self {
        let high = if high.is_finite() && high > 0.0 { high } else { 1.0 };
        let rough = high / f64::from(parts.max(1));
        let decade = 10_f64.powf(rough.log10().floor());
        let step = STEPS.iter().map(|step| step * decade).find(|step| *step >= rough * 0.999);
        let step = step.unwrap_or(rough);
        Self { low: 0.0, high: (high / step * 0.9999).ceil() * step, scale: Scale::Linear { step } }
    }

    /// From zero to exactly `high`: for time, which does not go on after the end.
    pub(crate) fn until(high: f64, parts: u32) -> Self {
        let rounded = Self::linear(high, parts);
        Self { high: if high > 0.0 { high } else { rounded.high }, ..rounded }
    }

    /// Whole decades around the figures; those that a logarithm has no place for are left out.
    pub(crate) fn logarithmic(figures: impl Iterator<Item = f64>) -> Self {
        let figures = figures.filter(|figure| figure.is_finite() && *figure > 0.0);
        let ends = figures.fold(None, |ends: Option<(f64, f64)>, figure| {
            let (low, high) = ends.unwrap_or((figure, figure));
            Some((low.min(figure), high.max(figure)))
        });
        let (low, high) = ends.unwrap_or((1.0, 10.0));
        let low = decade(low.log10().floor());
        let high = decade((high.log10() - 1e-9).ceil()).max(low * 10.0);
        Self { low, high, scale: Scale::Logarithmic }
    }

    /// How far along the figure stands, in percent; beyond an end it stands at the end.
    pub(crate) fn percent(&self, figure: f64) -> f64 {
        let share = match self.scale {
            Scale::Linear { .. } => (figure - self.low) / (self.high - self.low),
            Scale::Logarithmic => (figure / self.low).log10() / (self.high / self.low).log10(),
        };
        if share.is_nan() { 0.0 } else { share.clamp(0.0, 1.0) * 100.0 }
    }

    /// The figures that are written.
    pub(crate) fn ticks(&self) -> Vec<f64> {
        match self.scale {
            Scale::Linear { step } => {
                let count = (self.high / step + 1e-6).floor() as u32;
                (0..=count).map(|nth| f64::from(nth) * step).collect()
            }
            Scale::Logarithmic => self.decades().collect(),
        }
    }

    /// Lines without a figure: two to nine in each decade.
    pub(crate) fn fine(&self) -> Vec<f64> {
        match self.scale {
            Scale::Linear { .. } => Vec::new(),
            Scale::Logarithmic => {
                let within = self.decades().flat_map(|at| (2..10).map(move |n| at * f64::from(n)));
                within.filter(|figure| *figure < self.high).collect()
            }
        }
    }

    fn decades(&self) -> impl Iterator<Item = f64> {
        let (low, high) = (self.low.log10().round() as i32, self.high.log10().round() as i32);
        (low..=high).map(|power| decade(f64::from(power)))
    }
}

/// Ten to a whole power, without the dirt that a logarithm leaves.
fn decade(power: f64) -> f64 {
    let text = format!("1e{}", power as i32);
    text.parse().unwrap_or_else(|_| 10_f64.powf(power))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_linear_axis_ends_at_a_round_figure() {
        let check =
            |high, ticks: &[f64]| assert_eq!(Axis::linear(high, 4).ticks(), ticks, "{high}");
        check(4_870.0, &[0.0, 2_000.0, 4_000.0, 6_000.0]);
        check(500.0, &[0.0, 200.0, 400.0, 600.0]);
        check(1.0, &[0.0, 0.5, 1.0]);
        check(0.0, &[0.0, 0.5, 1.0]);
        check(f64::NAN, &[0.0, 0.5, 1.0]);
    }

    #[test]
    fn time_ends_where_the_evening_ends() {
        let axis = Axis::until(59.0, 6);
        assert_eq!(axis.ticks(), [0.0, 10.0, 20.0, 30.0, 40.0, 50.0]);
        assert_eq!(axis.percent(59.0), 100.0);
    }

    #[test]
    fn a_logarithmic_axis_has_whole_decades() {
        let check = |figures: &[f64], ticks: &[f64]| {
            assert_eq!(Axis::logarithmic(figures.iter().copied()).ticks(), ticks, "{figures:?}");
        };
        check(&[0.62, 7.38, 120.0], &[0.1, 1.0, 10.0, 100.0, 1_000.0]);
        check(&[1.0], &[1.0, 10.0]);
        check(&[10.0, 1.0], &[1.0, 10.0]);
        check(&[0.0, -3.0, f64::NAN], &[1.0, 10.0]);
        let axis = Axis::logarithmic([1.0, 100.0].into_iter());
        assert_eq!(axis.percent(10.0).round(), 50.0);
        assert_eq!(axis.percent(0.0), 0.0);
        assert_eq!(axis.percent(1e9), 100.0);
        assert_eq!(axis.fine().len(), 16);
    }
}
