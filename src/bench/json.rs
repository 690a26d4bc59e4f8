//! All figures as JSON.

use super::child::Usage;
use super::figures::{BreakEven, Figures};
use super::measure::Subject;
use super::options::Options;
use serde_json::{Value, json};

/// Everything measured and derived, in milliseconds and KiB.
pub fn document(options: &Options, subjects: &[Subject], figures: &[Option<Figures>], base: usize) -> String {
    let commands: Vec<Value> = subjects
        .iter()
        .zip(figures)
        .map(|(subject, own)| {
            json!({
                "label": subject.label,
                "command": subject.words.iter().map(|word| word.to_string_lossy()).collect::<Vec<_>>(),
                "version": subject.version,
                "failure": subject.failure,
                "start_ups": subject.start_ups.iter().map(usage).collect::<Vec<_>>(),
                "runs": subject.runs.iter().map(usage).collect::<Vec<_>>(),
                "iterations": subject.series.iter().map(|series| json!({
                    "wall_ms": series.iter().map(|(wall, _)| *wall).collect::<Vec<_>>(),
                    "cpu_ms": series.iter().map(|(_, cpu)| *cpu).collect::<Vec<_>>(),
                })).collect::<Vec<_>>(),
                "figures": own.as_ref().map(|own| derived(own, figures[base].as_ref())),
            })
        })
        .collect();
    let document = json!({
        "taipan": env!("CARGO_PKG_VERSION"),
        "script": options.script.to_string_lossy(),
        "arguments": options.arguments.iter().map(|word| word.to_string_lossy()).collect::<Vec<_>>(),
        "call": options.call,
        "rounds": options.rounds,
        "base": subjects[base].label,
        "commands": commands,
    });
    format!("{document:#}\n")
}

fn usage(usage: &Usage) -> Value {
    json!({ "wall_ms": usage.wall_ms, "cpu_ms": usage.cpu_ms, "peak_kib": usage.peak_kib })
}

fn derived(own: &Figures, base: Option<&Figures>) -> Value {
    let break_even = base.map(|base| match own.break_even(base) {
        BreakEven::At(iterations, time) => json!({ "iterations": iterations, "ms": time }),
        BreakEven::About(iterations) => json!({ "iterations": iterations, "estimated": true }),
        BreakEven::Never => json!({ "never": true }),
    });
    json!({
        "start_up_ms": own.start_up,
        "script_ms": own.run,
        "first_ms": own.first,
        "steady_ms": own.steady,
        "spread": own.spread,
        "speed": base.map(|base| base.steady / own.steady),
        "warm_up_iterations": own.warm_up,
        "warm_up_ms": own.warm_up_time,
        "break_even": break_even,
        "peak_mib": own.peak,
        "curve_ms": own.curve,
    })
}
