//! The table on standard output.

use super::figures::{BreakEven, Figures};
use super::measure::Subject;
use std::fmt::Write;

const HEADINGS: [&str; 10] =
    ["command", "start-up", "script", "first", "steady", "±", "speed", "warm-up", "break-even", "peak MiB"];

/// Makes the table. Times are in milliseconds; `speed` is the base's steady state divided by the command's.
pub fn table(subjects: &[Subject], figures: &[Option<Figures>], base: usize) -> String {
    let mut rows: Vec<Vec<String>> = vec![HEADINGS.iter().map(|heading| heading.to_string()).collect()];
    for (index, (subject, figures_of)) in subjects.iter().zip(figures).enumerate() {
        rows.push(match figures_of {
            Some(own) => row(&subject.label, own, figures[base].as_ref().filter(|_| index != base)),
            None => vec![subject.label.clone(), "failed".to_string()],
        });
    }
    let widths: Vec<usize> = (0..HEADINGS.len())
        .map(|column| {
            rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
        })
        .collect();
    let mut text = String::new();
    for row in &rows {
        let mut line = String::new();
        for (column, cell) in row.iter().enumerate() {
            match column {
                0 => write!(line, "{cell:<width$}", width = widths[0]),
                _ => write!(line, "  {cell:>width$}", width = widths[column]),
            }
            .expect("a string can be written to");
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text.push_str(
        "times in ms; speed: the first command's (or --base's) steady state divided by this one's; ",
    );
    text.push_str("warm-up and break-even in iterations\n");
    text
}

fn row(label: &str, own: &Figures, base: Option<&Figures>) -> Vec<String> {
    vec![
        label.to_string(),
        milliseconds(own.start_up),
        milliseconds(own.run),
        milliseconds(own.first),
        milliseconds(own.steady),
        format!("{:.0}%", own.spread * 100.0),
        base.map_or("1.00".to_string(), |base| format!("{:.2}", base.steady / own.steady)),
        own.warm_up.to_string(),
        base.map_or(String::new(), |base| break_even(own.break_even(base))),
        format!("{:.1}", own.peak),
    ]
}

fn break_even(point: BreakEven) -> String {
    match point {
        BreakEven::At(iterations, time) => format!("{iterations} ({} ms)", milliseconds(time)),
        BreakEven::About(iterations) => format!("~{iterations}"),
        BreakEven::Never => "never".to_string(),
    }
}

/// A time with about three digits that matter.
pub fn milliseconds(time: f64) -> String {
    let digits = match time {
        time if time >= 100.0 => 0,
        time if time >= 10.0 => 1,
        time if time >= 1.0 => 2,
        _ => 3,
    };
    format!("{time:.digits$}")
}
