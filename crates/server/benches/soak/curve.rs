//! A line through points, the middle of some figures, and both as a person sees them at once.

/// A straight line by least squares.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Line {
    /// How much more for one more.
    pub(crate) slope: f64,
    /// The share of all differences that the line explains: 1 is a straight line.
    pub(crate) r_squared: f64,
}

impl Line {
    /// Through points of x and y; none if they are fewer than two, or all at one x.
    pub(crate) fn through(points: &[(f64, f64)]) -> Option<Self> {
        let count = points.len() as f64;
        let mean_x = points.iter().map(|(x, _)| x).sum::<f64>() / count;
        let mean_y = points.iter().map(|(_, y)| y).sum::<f64>() / count;
        let sum = |of: fn(f64, f64) -> f64| {
            points.iter().map(|(x, y)| of(x - mean_x, y - mean_y)).sum::<f64>()
        };
        let (xx, xy, yy) = (sum(|x, _| x * x), sum(|x, y| x * y), sum(|_, y| y * y));
        if points.len() < 2 || xx == 0.0 {
            return None;
        }
        let r_squared = if yy == 0.0 { 1.0 } else { xy * xy / (xx * yy) };
        Some(Self { slope: xy / xx, r_squared })
    }
}

/// The middle one.
pub(crate) fn median(figures: impl IntoIterator<Item = f64>) -> f64 {
    let mut figures: Vec<f64> = figures.into_iter().collect();
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(0.0)
}

/// Bytes in MiB.
pub(crate) fn mib(bytes: f64) -> f64 {
    bytes / f64::from(1 << 20)
}

/// A curve of at most that width, from nothing to the highest figure.
pub(crate) fn sparkline(figures: &[f64], width: usize) -> String {
    const STEPS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let most = figures.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
    let each = figures.len().div_ceil(width).max(1);
    let step = |some: &[f64]| STEPS[(median(some.iter().copied()) / most * 7.0).round() as usize];
    figures.chunks(each).map(step).collect()
}
