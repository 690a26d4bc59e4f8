//! The profile as JSON.

use super::model::{Counts, Profile};
use super::samples::Tier;
use super::verdict::{exit_sites, steady};
use serde_json::{Map, Value, json};
use taipan_jit::engine::report::Site;

/// Everything but the single samples; times in milliseconds.
pub fn document(profile: &Profile) -> String {
    let milliseconds = |time: std::time::Duration| time.as_secs_f64() * 1e3;
    let steady = steady(profile);
    let functions = profile.functions.iter().zip(profile.by_function()).map(|(function, (own, total))| {
        json!({
            "function": function.name, "file": function.file, "line": function.line,
            "own": counts(&own), "total": counts(&total),
        })
    });
    let loops = profile.by_loop().into_iter().map(|((function, index), samples)| {
        let function = &profile.functions[function as usize];
        let each = &function.loops[index];
        json!({
            "function": function.name, "file": function.file,
            "first_line": each.first_line, "last_line": each.last_line, "total": counts(&samples),
        })
    });
    let units = profile.units.iter().map(|unit| {
        json!({
            "site": site(&unit.site), "is_loop": unit.is_loop, "requested_ms": milliseconds(unit.requested),
            "build_ms": milliseconds(unit.build_time), "compile_ms": milliseconds(unit.compile_time),
            "installed_ms": unit.finished.map(milliseconds),
            "retired": unit.retired.map(|(at, why)| json!({ "ms": milliseconds(at), "reason": why })),
            "failure": unit.failure, "bytes": unit.bytes.len(), "iterations": unit.iterations,
            "general": unit.general.iter().map(|(place, seen)| json!({ "site": site(place), "seen": seen })).collect::<Vec<_>>(),
        })
    });
    let exits = exit_sites(profile, steady.from).into_iter().map(|exit| {
        json!({ "site": site(&exit.site), "reason": exit.reason, "times": exit.times, "late": exit.late })
    });
    let refusals = profile.totals.iter().flat_map(|totals| totals.refusals).map(|refusal| {
        json!({ "function": refusal.function, "file": refusal.file, "line": refusal.line, "reason": refusal.reason })
    });
    let sites = profile.runtime_sites().into_iter().map(|(place, samples)| {
        json!({ "site": site(&place), "samples": samples, "advice": super::advice::advice(place.opcode) })
    });
    let document = json!({
        "script": profile.script, "jit": profile.mode, "elapsed_ms": profile.elapsed as f64 / 1e6,
        "period_ms": profile.period as f64 / 1e6, "samples": counts(&profile.counts()), "lost": profile.dropped,
        "functions": functions.collect::<Vec<_>>(), "loops": loops.collect::<Vec<_>>(),
        "units": units.collect::<Vec<_>>(), "exits": exits.collect::<Vec<_>>(),
        "not_compiled": refusals.collect::<Vec<_>>(), "generic": sites.collect::<Vec<_>>(),
        "last_third": {
            "from_ms": steady.from as f64 / 1e6, "iterations": steady.iterations, "exits": steady.exits,
            "exits_per_iteration": steady.rate(), "steady": steady.is_steady(),
            "compilations": steady.compilations, "versions": steady.versions,
        },
    });
    format!("{document:#}\n")
}

fn counts(counts: &Counts) -> Value {
    let all: Map<String, Value> =
        Tier::ALL.iter().map(|tier| (tier.name().to_string(), counts.of(*tier).into())).collect();
    Value::Object(all)
}

fn site(site: &Site) -> Value {
    json!({ "file": site.file, "function": site.function, "line": site.line, "instruction": site.opcode })
}
