//! The plot of the warm-up, as SVG: how long iterations take as time goes on, and how many are done. Where two lines of the lower
//! part cross is break-even.

use super::figures::Figures;
use super::measure::Subject;
use super::table::milliseconds;
use std::fmt::Write;

const WIDTH: f64 = 860.0;
const LEFT: f64 = 76.0;
const RIGHT: f64 = 24.0;
const TOP: f64 = 64.0;
const PANEL: f64 = 220.0;
const GAP: f64 = 56.0;
const HEIGHT: f64 = TOP + 2.0 * PANEL + GAP + 48.0;
/// Told apart by people who see few colours too.
const COLOURS: [&str; 8] =
    ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#7a5c00", "#56b4e9", "#e69f00", "#555555"];

/// A logarithmic axis from value to position.
struct Axis {
    low: f64,
    high: f64,
    from: f64,
    to: f64,
}

impl Axis {
    fn new(values: impl Iterator<Item = f64>, from: f64, to: f64) -> Axis {
        let (mut low, mut high) = (f64::INFINITY, 0.0f64);
        for value in values.filter(|value| *value > 0.0) {
            (low, high) = (low.min(value), high.max(value));
        }
        // Room on both sides, also for a single value.
        Axis { low: low / 1.15, high: high * 1.15, from, to }
    }

    fn place(&self, value: f64) -> f64 {
        let part = (value.max(self.low) / self.low).ln() / (self.high / self.low).ln();
        self.from + part * (self.to - self.from)
    }

    /// 1, 2 and 5 times powers of ten; only the powers if those are many.
    fn ticks(&self) -> Vec<f64> {
        let powers = self.low.log10().floor() as i32..=self.high.log10().ceil() as i32;
        let factors: &[f64] = if powers.clone().count() > 4 { &[1.0] } else { &[1.0, 2.0, 5.0] };
        let all = powers.flat_map(|power| factors.iter().map(move |factor| factor * 10f64.powi(power)));
        all.filter(|tick| (self.low..=self.high).contains(tick)).collect()
    }
}

/// A command's line: at the end of each iteration, the time since the start in ms, and how long it took.
struct Line<'a> {
    label: &'a str,
    colour: &'a str,
    points: Vec<(f64, f64)>,
}

/// Draws the plot.
pub fn svg(title: &str, subjects: &[Subject], figures: &[Option<Figures>]) -> String {
    let lines: Vec<Line<'_>> = subjects
        .iter()
        .zip(figures)
        .enumerate()
        .filter_map(|(index, (subject, figures))| {
            let figures = figures.as_ref()?;
            let mut time = figures.start_up;
            let points = figures.curve.iter().map(|taken| {
                time += taken;
                (time, *taken)
            });
            Some(Line {
                label: &subject.label,
                colour: COLOURS[index % COLOURS.len()],
                points: points.collect(),
            })
        })
        .collect();
    let mut svg = String::new();
    let _ = write!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"white\"/>\n\
         <text x=\"{LEFT}\" y=\"24\" font-size=\"16\">{}</text>\n",
        escape(title)
    );
    legend(&mut svg, &lines);
    if !lines.is_empty() {
        let x = Axis::new(
            lines.iter().flat_map(|line| line.points.iter().map(|point| point.0)),
            LEFT,
            WIDTH - RIGHT,
        );
        let taken = lines.iter().flat_map(|line| line.points.iter().map(|point| point.1));
        panel(&mut svg, "ms an iteration", &x, &Axis::new(taken, TOP + PANEL, TOP), &lines, |_, taken| taken);
        let top = TOP + PANEL + GAP;
        let counts = lines.iter().flat_map(|line| [1.0, line.points.len() as f64]);
        panel(&mut svg, "iterations done", &x, &Axis::new(counts, top + PANEL, top), &lines, |index, _| {
            index as f64 + 1.0
        });
        let _ = writeln!(
            svg,
            "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">ms since the process was started</text>",
            (LEFT + WIDTH - RIGHT) / 2.0,
            HEIGHT - 8.0
        );
    }
    svg.push_str("</svg>\n");
    svg
}

fn legend(svg: &mut String, lines: &[Line<'_>]) {
    let mut x = LEFT;
    for Line { label, colour, .. } in lines {
        let _ = writeln!(
            svg,
            "<line x1=\"{x}\" y1=\"42\" x2=\"{}\" y2=\"42\" stroke=\"{colour}\" stroke-width=\"3\"/>\
             <text x=\"{}\" y=\"46\">{}</text>",
            x + 22.0,
            x + 28.0,
            escape(label)
        );
        x += 28.0 + 7.5 * label.chars().count() as f64 + 24.0;
    }
}

fn panel(
    svg: &mut String,
    name: &str,
    x: &Axis,
    y: &Axis,
    lines: &[Line<'_>],
    value: impl Fn(usize, f64) -> f64,
) {
    let (bottom, top) = (y.from, y.to);
    for tick in x.ticks() {
        let place = x.place(tick);
        let _ = writeln!(
            svg,
            "<line x1=\"{place:.1}\" y1=\"{top}\" x2=\"{place:.1}\" y2=\"{bottom}\" stroke=\"#e4e4e4\"/>\
             <text x=\"{place:.1}\" y=\"{}\" text-anchor=\"middle\" fill=\"#444\">{}</text>",
            bottom + 16.0,
            short(tick)
        );
    }
    for tick in y.ticks() {
        let place = y.place(tick);
        let _ = writeln!(
            svg,
            "<line x1=\"{}\" y1=\"{place:.1}\" x2=\"{}\" y2=\"{place:.1}\" stroke=\"#e4e4e4\"/>\
             <text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\" fill=\"#444\">{}</text>",
            x.from,
            x.to,
            x.from - 6.0,
            place + 4.0,
            short(tick)
        );
    }
    let middle = (top + bottom) / 2.0;
    let _ = writeln!(
        svg,
        "<text x=\"18\" y=\"{middle}\" text-anchor=\"middle\" transform=\"rotate(-90 18 {middle})\">{name}</text>"
    );
    for line in lines {
        let mut path = String::new();
        for (index, (time, taken)) in line.points.iter().enumerate() {
            let command = if index == 0 { 'M' } else { 'L' };
            let _ = write!(path, "{command}{:.1} {:.1}", x.place(*time), y.place(value(index, *taken)));
        }
        let _ = writeln!(
            svg,
            "<path d=\"{path}\" fill=\"none\" stroke=\"{}\" stroke-width=\"1.8\"/>",
            line.colour
        );
        // What is under the pointer says what it is; a few dots also show single iterations.
        for (index, (time, taken)) in line.points.iter().enumerate().take(200) {
            let _ = writeln!(
                svg,
                "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"2.4\" fill=\"{}\"><title>{}, iteration {}: {} ms</title></circle>",
                x.place(*time),
                y.place(value(index, *taken)),
                line.colour,
                escape(line.label),
                index + 1,
                milliseconds(*taken)
            );
        }
    }
}

/// A tick's number without needless zeros.
fn short(number: f64) -> String {
    if number >= 1.0 {
        format!("{number:.0}")
    } else {
        format!("{number:.3}").trim_end_matches('0').to_string()
    }
}

/// Text for XML.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
