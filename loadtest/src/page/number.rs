//! Figures as people read them.

/// Three significant digits below a thousand, thousands apart above: `0.93`, `6.2`, `412`,
/// `310,000`.
pub(crate) fn figure(value: f64) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    let size = value.abs();
    if size >= 999.5 {
        return grouped(value);
    }
    let decimals = match size {
        size if size >= 99.95 => 0,
        size if size >= 9.995 => 1,
        size if (1e-9..0.9995).contains(&size) => {
            (2 - size.log10().floor() as i32).clamp(2, 9) as usize
        }
        _ => 2,
    };
    let text = format!("{value:.decimals$}");
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

/// The same where it may be unknown.
pub(crate) fn maybe(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), figure)
}

/// A ratio: `7.38×`.
pub(crate) fn times(value: f64) -> String {
    format!("{}×", ratio(value))
}

/// A ratio without its sign, as precise as those around it: `0.40`, `7.38`, `41.3`, `331`.
pub(crate) fn ratio(value: f64) -> String {
    match value.abs() {
        size if size < 9.995 => format!("{value:.2}"),
        size if size < 99.95 => format!("{value:.1}"),
        _ => figure(value),
    }
}

/// Beside an axis, where room is small: `0.1`, `500`, `2k`, `1.5M`.
pub(crate) fn short(value: f64) -> String {
    match value.abs() {
        size if size >= 1e9 => format!("{}G", figure(value / 1e9)),
        size if size >= 1e6 => format!("{}M", figure(value / 1e6)),
        size if size >= 1e3 => format!("{}k", figure(value / 1e3)),
        _ => figure(value),
    }
}

fn grouped(value: f64) -> String {
    let digits = format!("{:.0}", value.abs());
    let mut text = if value < 0.0 { "-".to_owned() } else { String::new() };
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_written_as_people_read_them() {
        let check = |value, expected| assert_eq!(figure(value), expected);
        check(0.0, "0");
        check(0.001_234, "0.00123");
        check(0.93, "0.93");
        check(6.2, "6.2");
        check(7.384, "7.38");
        check(9.999, "10");
        check(41.26, "41.3");
        check(99.99, "100");
        check(412.4, "412");
        check(999.9, "1,000");
        check(310_000.4, "310,000");
        check(1_234_567.0, "1,234,567");
        check(-1_234.0, "-1,234");
        check(f64::NAN, "–");
    }

    #[test]
    fn ratios_keep_their_zeros() {
        let check = |value, expected| assert_eq!(ratio(value), expected);
        check(0.4, "0.40");
        check(8.4, "8.40");
        check(9.999, "10.0");
        check(41.26, "41.3");
        check(331.2, "331");
    }

    #[test]
    fn beside_an_axis_figures_are_short() {
        let check = |value, expected| assert_eq!(short(value), expected);
        check(0.1, "0.1");
        check(500.0, "500");
        check(2_000.0, "2k");
        check(1_500_000.0, "1.5M");
    }
}
