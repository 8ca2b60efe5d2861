//! Lines over time. The paths are stretched to whatever width there is; the words beside them are
//! not.

use super::axis::Axis;
use super::form::Mark;
use super::{markup, number};
use std::fmt::Write as _;

/// The height of a plot in pixels, and of a row of marks above it.
const HEIGHT: u32 = 132;
const MARK_ROW: u32 = 17;

/// Marks nearer than this, in percent of the width, would lie on each other on a phone.
const MARK_WIDTH: f64 = 7.0;

/// Points of one line that a page has use for.
const POINTS_MAX: usize = 1_500;

/// One plot.
pub(crate) struct Plot<'a> {
    pub(crate) title: &'a str,
    pub(crate) time: Axis,
    /// Written beside the zero of the time.
    pub(crate) time_unit: &'a str,
    pub(crate) axis: Axis,
    pub(crate) lines: Vec<Line<'a>>,
    pub(crate) marks: &'a [Mark],
    /// Whether the marks' numbers stand above this plot, or only their lines in it.
    pub(crate) numbered: bool,
}

/// One line: its name is its colour and its dashes too.
pub(crate) struct Line<'a> {
    pub(crate) name: &'a str,
    pub(crate) class: &'a str,
    /// Seconds and figures; where there is no figure the line is interrupted.
    pub(crate) points: Vec<(f64, Option<f64>)>,
}

impl Plot<'_> {
    /// The figure with its heading; nothing if no line has a point.
    pub(crate) fn drawn(&self) -> String {
        let is_empty = |line: &Line<'_>| line.points.iter().all(|(_, figure)| figure.is_none());
        if self.lines.iter().all(is_empty) {
            return String::new();
        }
        let names = self.lines.iter().filter(|line| !line.name.is_empty()).map(|line| {
            let name = markup::text(line.name);
            format!("<span class=\"key {}\">{name}</span>", line.class)
        });
        let names: String = names.collect();
        let title = markup::text(self.title);
        let rows = if self.numbered { rows(&self.time, self.marks) } else { Vec::new() };
        let above = rows.iter().copied().max().map_or(0, |row| (row + 1) * MARK_ROW);
        let mut html = format!(
            "<figure class=\"plot\"><figcaption>{title} {names}</figcaption>\n\
             <svg width=\"100%\" height=\"{HEIGHT}\" style=\"margin-top:{}px\" role=\"img\" \
             aria-label=\"{title} over time\">\n",
            above + 6
        );
        self.grid(&mut html);
        html.push_str(
            "<svg width=\"100%\" height=\"100%\" viewBox=\"0 0 1000 1000\" \
             preserveAspectRatio=\"none\">\n",
        );
        for line in &self.lines {
            let path = self.path(line);
            say(&mut html, format_args!("<path class=\"{}\" d=\"{path}\" />", line.class));
        }
        html.push_str("</svg>\n");
        self.marks(&mut html, &rows);
        html.push_str("</svg></figure>\n");
        html
    }

    fn grid(&self, html: &mut String) {
        for (class, figures) in [("fine", self.axis.fine()), ("grid", self.axis.ticks())] {
            for down in figures.iter().map(|figure| 100.0 - self.axis.percent(*figure)) {
                say(
                    html,
                    format_args!(
                        "<line class=\"{class}\" x1=\"0\" x2=\"100%\" y1=\"{down:.2}%\" \
                         y2=\"{down:.2}%\" />"
                    ),
                );
            }
        }
        for figure in self.axis.ticks() {
            let (down, words) = (100.0 - self.axis.percent(figure), number::short(figure));
            say(
                html,
                format_args!(
                    "<text class=\"tick\" x=\"-6\" y=\"{down:.2}%\" dy=\"4\" text-anchor=\"end\">\
                     {words}</text>"
                ),
            );
        }
        for (nth, figure) in self.time.ticks().into_iter().enumerate() {
            let (at, words) = (self.time.percent(figure), number::figure(figure));
            // The last one may stand at the very edge.
            let anchor = if at > 96.0 { "end" } else { "middle" };
            let unit = if nth == 0 { self.time_unit } else { "" };
            say(
                html,
                format_args!(
                    "<line class=\"grid\" x1=\"{at:.2}%\" x2=\"{at:.2}%\" y1=\"100%\" \
                     y2=\"{}\" /><text class=\"tick\" x=\"{at:.2}%\" y=\"{}\" \
                     text-anchor=\"{anchor}\">{words}{unit}</text>",
                    HEIGHT + 4,
                    HEIGHT + 16
                ),
            );
        }
    }

    fn marks(&self, html: &mut String, rows: &[u32]) {
        for (nth, mark) in self.marks.iter().enumerate() {
            let at = self.time.percent(mark.t);
            let up = rows.get(nth).map_or(0, |row| row * MARK_ROW);
            say(
                html,
                format_args!(
                    "<line class=\"mark\" x1=\"{at:.2}%\" x2=\"{at:.2}%\" y1=\"-{up}\" \
                     y2=\"100%\" />"
                ),
            );
            if self.numbered {
                say(
                    html,
                    format_args!(
                        "<text class=\"marked\" x=\"{at:.2}%\" y=\"-{}\" \
                         text-anchor=\"middle\">{}</text>",
                        up + 5,
                        nth + 1
                    ),
                );
            }
        }
    }

    /// The line's path in thousandths of the plot.
    fn path(&self, line: &Line<'_>) -> String {
        let mut path = String::new();
        let mut pen_is_down = false;
        for (t, figure) in thinned(&line.points) {
            let Some(figure) = figure.filter(|figure| figure.is_finite()) else {
                pen_is_down = false;
                continue;
            };
            let across = self.time.percent(t) * 10.0;
            let down = 1_000.0 - self.axis.percent(figure) * 10.0;
            if !pen_is_down {
                // A point without a neighbour is still seen: a line of no length has round ends.
                write!(path, "M{across:.1} {down:.1}").expect("a text takes it");
            }
            write!(path, "L{across:.1} {down:.1}").expect("a text takes it");
            pen_is_down = true;
        }
        path
    }
}

/// At most [`POINTS_MAX`] of the points, each the worst of those that it stands for.
fn thinned(points: &[(f64, Option<f64>)]) -> Vec<(f64, Option<f64>)> {
    let each = points.len().div_ceil(POINTS_MAX).max(1);
    let worst = |chunk: &[(f64, Option<f64>)]| {
        let figures = chunk.iter().filter_map(|(_, figure)| *figure);
        (chunk[0].0, figures.reduce(f64::max))
    };
    points.chunks(each).map(worst).collect()
}

/// On which row above the plot each mark's number stands, so that no two lie on each other.
fn rows(time: &Axis, marks: &[Mark]) -> Vec<u32> {
    let mut ends: Vec<f64> = Vec::new();
    let place = |mark: &Mark| {
        let at = time.percent(mark.t);
        let free = ends.iter().position(|end| (at - end).abs() >= MARK_WIDTH);
        let row = free.unwrap_or(ends.len());
        if row == ends.len() {
            ends.push(at);
        } else {
            ends[row] = at;
        }
        row as u32
    };
    marks.iter().map(place).collect()
}

/// What the numbers above a plot mean.
pub(crate) fn legend(marks: &[Mark]) -> String {
    if marks.is_empty() {
        return String::new();
    }
    let items = marks.iter().map(|mark| {
        let (t, what) = (number::figure(mark.t), markup::text(&mark.what));
        format!("<li><span>{t} s</span> {what}</li>")
    });
    format!("<ol class=\"marks\">{}</ol>\n", items.collect::<String>())
}

fn say(html: &mut String, words: std::fmt::Arguments<'_>) {
    writeln!(html, "{words}").expect("a text takes what is written to it");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plot<'a>(points: Vec<(f64, Option<f64>)>, marks: &'a [Mark]) -> Plot<'a> {
        Plot {
            title: "acks",
            time: Axis::until(10.0, 5),
            time_unit: " s",
            axis: Axis::linear(10.0, 2),
            lines: vec![Line { name: "acked", class: "acked", points }],
            marks,
            numbered: true,
        }
    }

    #[test]
    fn a_line_is_interrupted_where_nothing_was_measured() {
        let points = vec![(0.0, Some(0.0)), (1.0, Some(10.0)), (2.0, None), (10.0, Some(5.0))];
        let drawn = plot(points, &[]).drawn();
        let path = "M0.0 1000.0L0.0 1000.0L100.0 0.0M1000.0 500.0L1000.0 500.0";
        assert!(drawn.contains(path), "{drawn}");
        assert_eq!(plot(vec![(0.0, None)], &[]).drawn(), "");
    }

    #[test]
    fn marks_that_are_near_each_other_stand_on_rows_of_their_own() {
        let mark = |t| Mark { t, what: "x".to_owned() };
        let marks: Vec<_> = [1.0, 1.2, 1.4, 5.0, 5.1].map(mark).into();
        assert_eq!(rows(&Axis::until(10.0, 5), &marks), [0, 1, 2, 0, 1]);
    }

    #[test]
    fn many_points_become_few_and_keep_the_worst() {
        let mut points: Vec<_> = (0..9_000).map(|t| (f64::from(t), Some(1.0))).collect();
        points[4_321].1 = Some(70.0);
        let few = thinned(&points);
        assert_eq!(few.len(), POINTS_MAX);
        assert!(few.iter().any(|(_, figure)| *figure == Some(70.0)));
    }
}
