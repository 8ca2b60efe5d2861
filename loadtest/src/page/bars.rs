//! One bar with its aim: drawn in percent across and in pixels down, so that the same drawing fits
//! a phone and a sheet of paper without a letter changing its size.

use super::axis::Axis;
use super::number;
use std::fmt::Write as _;

/// Where the parts of a row stand, in pixels from its top.
const TOP: f64 = 18.0;
const MIDDLE: f64 = 31.0;
const BOTTOM: f64 = 44.0;
const HEIGHT: f64 = 60.0;

/// What one row shows.
pub(crate) struct Bar<'a> {
    pub(crate) axis: Axis,
    /// Where the bar begins: 1 for a ratio, 0 for a figure.
    pub(crate) from: f64,
    /// The median; without it only the axis and the aim are drawn.
    pub(crate) value: Option<f64>,
    /// From the lowest round to the highest.
    pub(crate) whisker: Option<(f64, f64)>,
    /// With the words under it.
    pub(crate) aim: Option<(f64, String)>,
    /// The aim after this one: a mark without words.
    pub(crate) next: Option<f64>,
    /// The word that it came to, which is its colour.
    pub(crate) class: &'a str,
    /// What it shows, said at the bar.
    pub(crate) label: String,
    /// The whole row in one sentence, for those who hear it.
    pub(crate) told: String,
}

impl Bar<'_> {
    /// The drawing; `own_ticks` writes the axis under this very row.
    pub(crate) fn drawn(&self, own_ticks: bool) -> String {
        let mut svg = format!(
            "<svg class=\"bar {}\" width=\"100%\" height=\"{HEIGHT}\" role=\"img\" \
             aria-label=\"{}\">\n",
            super::markup::text(self.class),
            super::markup::text(&self.told)
        );
        self.grid(&mut svg);
        if let Some(value) = self.value {
            self.bar(&mut svg, value);
        }
        self.marks(&mut svg);
        svg.push_str("</svg>\n");
        if own_ticks {
            svg.push_str(&ticks(&self.axis, ""));
        }
        svg
    }

    fn grid(&self, svg: &mut String) {
        for figure in self.axis.ticks() {
            let at = self.axis.percent(figure);
            upright(svg, at, TOP - 4.0, BOTTOM + 4.0, "grid");
        }
        upright(svg, self.axis.percent(self.from), TOP - 4.0, BOTTOM + 4.0, "from");
    }

    fn bar(&self, svg: &mut String, value: f64) {
        let (from, at) = (self.axis.percent(self.from), self.axis.percent(value));
        let (left, width) = (from.min(at), (from - at).abs());
        say(
            svg,
            format_args!(
                "<rect class=\"fill\" x=\"{left:.2}%\" y=\"{}\" width=\"{width:.2}%\" \
                 height=\"12\" />",
                MIDDLE - 6.0
            ),
        );
        if let Some((low, high)) = self.whisker {
            let (low, high) = (self.axis.percent(low), self.axis.percent(high));
            say(
                svg,
                format_args!(
                    "<line class=\"whisker\" x1=\"{low:.2}%\" x2=\"{high:.2}%\" y1=\"{MIDDLE}\" \
                     y2=\"{MIDDLE}\" />"
                ),
            );
            for end in [low, high] {
                upright(svg, end, MIDDLE - 4.0, MIDDLE + 4.0, "whisker");
            }
        }
        say(svg, format_args!("<circle class=\"dot\" cx=\"{at:.2}%\" cy=\"{MIDDLE}\" r=\"4\" />"));
        written(svg, at, TOP - 7.0, "value", &self.label);
    }

    fn marks(&self, svg: &mut String) {
        if let Some(next) = self.next {
            upright(svg, self.axis.percent(next), TOP, BOTTOM, "next");
        }
        if let Some((aim, words)) = &self.aim {
            let at = self.axis.percent(*aim);
            upright(svg, at, TOP, BOTTOM, "aim");
            written(svg, at, HEIGHT - 3.0, "aimed", words);
        }
    }
}

/// The figures of an axis, as a row of its own.
pub(crate) fn ticks(axis: &Axis, unit: &str) -> String {
    let mut svg =
        "<svg class=\"ticks\" width=\"100%\" height=\"18\" aria-hidden=\"true\">\n".to_owned();
    for figure in axis.ticks() {
        let words = format!("{}{unit}", number::figure(figure));
        written(&mut svg, axis.percent(figure), 13.0, "tick", &words);
    }
    svg.push_str("</svg>\n");
    svg
}

/// Words at a place; near an end they lean away from it.
fn written(svg: &mut String, at: f64, down: f64, class: &str, words: &str) {
    let anchor = match at {
        at if at < 18.0 => "start",
        at if at > 82.0 => "end",
        _ => "middle",
    };
    let words = super::markup::text(words);
    say(
        svg,
        format_args!(
            "<text class=\"{class}\" x=\"{at:.2}%\" y=\"{down}\" text-anchor=\"{anchor}\">{words}\
             </text>"
        ),
    );
}

fn upright(svg: &mut String, at: f64, top: f64, bottom: f64, class: &str) {
    say(
        svg,
        format_args!(
            "<line class=\"{class}\" x1=\"{at:.2}%\" x2=\"{at:.2}%\" y1=\"{top}\" \
             y2=\"{bottom}\" />"
        ),
    );
}

fn say(svg: &mut String, words: std::fmt::Arguments<'_>) {
    writeln!(svg, "{words}").expect("a text takes what is written to it");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_begins_at_one_and_its_words_stay_within() {
        let bar = |value: f64| Bar {
            axis: Axis::logarithmic([0.1, 1_000.0].into_iter()),
            from: 1.0,
            value: Some(value),
            whisker: Some((value * 0.9, value * 1.1)),
            aim: Some((6.0, "aim ≥ 6×".to_owned())),
            next: None,
            class: "reached",
            label: number::times(value),
            told: "so much".to_owned(),
        };
        let check = |value, rect: &str, label: &str| {
            let drawn = bar(value).drawn(false);
            assert!(drawn.contains(rect), "{drawn}");
            assert!(drawn.contains(label), "{drawn}");
        };
        check(10.0, "x=\"25.00%\" y=\"25\" width=\"25.00%\"", "text-anchor=\"middle\">10.0×");
        check(0.1, "x=\"0.00%\" y=\"25\" width=\"25.00%\"", "text-anchor=\"start\">0.10×");
        check(900.0, "x=\"25.00%\"", "text-anchor=\"end\">900×");
    }
}
