//! The profile as text.

use super::advice::advice;
use super::model::{Counts, Profile};
use super::samples::Tier;
use super::verdict::{ExitSite, Steady, exit_sites, steady};
use std::fmt::Write;
use taipan_jit::engine::report::Site;

/// Makes the text; lists are as long as `top`.
pub fn table(profile: &Profile, top: usize) -> String {
    let mut text = String::new();
    let steady = steady(profile);
    summary(&mut text, profile);
    functions(&mut text, profile, top);
    loops(&mut text, profile, top);
    runtime_sites(&mut text, profile, top);
    units(&mut text, profile, top);
    exits(&mut text, &exit_sites(profile, steady.from), &steady, top);
    text.push_str(&verdict(&steady));
    text
}

/// A part of the samples in percent.
fn percent(part: u32, all: u32) -> String {
    format!("{:.1}%", 100.0 * f64::from(part) / f64::from(all.max(1)))
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    out.write_fmt(text).expect("a string can be written to");
    out.push('\n');
}

fn summary(out: &mut String, profile: &Profile) {
    let counts = profile.counts();
    let all = counts.total();
    line(
        out,
        format_args!(
            "profile of {} with jit={}: {:.3} s, {all} samples, one every {:.1} ms{}",
            profile.script,
            profile.mode,
            profile.elapsed as f64 / 1e9,
            profile.period as f64 / 1e6,
            if profile.dropped > 0 { format!(", {} lost", profile.dropped) } else { String::new() }
        ),
    );
    let parts = Tier::ALL.map(|tier| format!("{} {}", tier.name(), percent(counts.of(tier), all)));
    line(out, format_args!("{}   (runtime: called by compiled code)", parts.join(", ")));
}

/// The columns of tiers.
fn tiers(counts: &Counts, all: u32) -> String {
    let cells = Tier::ALL[..4].iter().map(|tier| format!("{:>11}", percent(counts.of(*tier), all)));
    cells.collect()
}

const TIERS: &str = "interpreted   compiled    runtime  collector";

fn functions(out: &mut String, profile: &Profile, top: usize) {
    let all = profile.counts().total();
    let mut rows: Vec<(usize, (Counts, Counts))> = profile.by_function().into_iter().enumerate().collect();
    rows.sort_by_key(|(_, (own, total))| std::cmp::Reverse((own.total(), total.total())));
    line(out, format_args!("\nfunctions\n   total     own {TIERS}  function"));
    for (index, (own, total)) in rows.into_iter().filter(|(_, (own, _))| own.total() > 0).take(top) {
        let function = &profile.functions[index];
        let (total, of_own) = (percent(total.total(), all), percent(own.total(), all));
        line(
            out,
            format_args!(
                "{total:>8}{of_own:>8}{}  {} ({}:{})",
                tiers(&own, all),
                function.name,
                short(&function.file),
                function.line
            ),
        );
    }
}

fn loops(out: &mut String, profile: &Profile, top: usize) {
    let all = profile.counts().total();
    let mut rows: Vec<((u32, usize), Counts)> = profile.by_loop().into_iter().collect();
    rows.sort_by_key(|(_, counts)| std::cmp::Reverse(counts.total()));
    if rows.is_empty() {
        return;
    }
    line(out, format_args!("\nloops, with what they call\n   total {TIERS}  lines"));
    for ((function, index), counts) in rows.into_iter().take(top) {
        let function = &profile.functions[function as usize];
        let each = &function.loops[index];
        line(
            out,
            format_args!(
                "{:>8}{}  {}:{}-{} in {}",
                percent(counts.total(), all),
                tiers(&counts, all),
                short(&function.file),
                each.first_line,
                each.last_line,
                function.name
            ),
        );
    }
}

/// A site as text.
pub fn place(site: &Site) -> String {
    let file = short(&site.file);
    match site.line {
        Some(line) => format!("{file}:{line} {} in {}", site.opcode, site.function),
        None => format!("{file} {} in {}", site.opcode, site.function),
    }
}

/// The longest path that is shown whole.
const PATH: usize = 40;

/// The end of a long path, which tells files apart well enough in a list.
fn short(file: &str) -> String {
    let parts: Vec<&str> = file.rsplitn(3, '/').collect();
    match parts[..] {
        [name, folder, _] if file.len() > PATH => format!(".../{folder}/{name}"),
        _ => file.to_string(),
    }
}

fn runtime_sites(out: &mut String, profile: &Profile, top: usize) {
    let all = profile.counts().total();
    let sites = profile.runtime_sites();
    let general: usize =
        profile.units.iter().filter(|unit| unit.finished.is_some()).map(|unit| unit.general.len()).sum();
    if general == 0 && sites.is_empty() {
        return;
    }
    line(
        out,
        format_args!(
            "\nwhat stays generic: {general} sites of compiled code call general bodies; time by site"
        ),
    );
    for (site, samples) in sites.into_iter().take(top) {
        let mut general = profile.units.iter().rev().flat_map(|unit| &unit.general);
        let (what, advice) = match general.find(|(known, _)| *known == site) {
            Some((_, seen)) if seen.is_empty() => (String::new(), advice(site.opcode)),
            Some((_, seen)) => (format!(": {seen}"), advice(site.opcode)),
            None => (String::new(), "compiled, with the help of a function of the runtime"),
        };
        line(out, format_args!("{:>8}  {}{what}", percent(samples, all), place(&site)));
        if !advice.is_empty() {
            line(out, format_args!("          {advice}"));
        }
    }
}

fn units(out: &mut String, profile: &Profile, top: usize) {
    let units = &profile.units;
    let milliseconds = |time: std::time::Duration| time.as_secs_f64() * 1e3;
    let finished = units.iter().filter(|unit| unit.finished.is_some());
    line(
        out,
        format_args!(
            "\ncompilations: {} units, {} installed, {} taken out of service, {} KiB; {:.1} ms building, {:.1} ms compiling",
            units.len(),
            finished.clone().count(),
            units.iter().filter(|unit| unit.retired.is_some()).count(),
            units.iter().map(|unit| unit.bytes.len()).sum::<usize>().div_ceil(1024),
            units.iter().map(|unit| milliseconds(unit.build_time)).sum::<f64>(),
            units.iter().map(|unit| milliseconds(unit.compile_time)).sum::<f64>(),
        ),
    );
    let mut shown: Vec<_> = units.iter().collect();
    shown.sort_by_key(|unit| (std::cmp::Reverse(unit.iterations), unit.id));
    if !shown.is_empty() {
        line(out, format_args!("version   at ms build ms   rest ms    bytes    iterations  unit"));
    }
    for unit in shown.into_iter().take(top) {
        let earlier = units.iter().filter(|other| {
            (other.code.version, other.start) == (unit.code.version, unit.start) && other.id <= unit.id
        });
        let fate = match (&unit.failure, unit.retired) {
            (Some(failure), _) => format!("; no code: {failure}"),
            (None, Some((at, why))) => format!("; left at {:.0} ms: {why}", milliseconds(at)),
            (None, None) => String::new(),
        };
        line(
            out,
            format_args!(
                "{:>7}{:>8.0}{:>9.2}{:>10.2}{:>9}{:>14}  {}{} ({}:{}){fate}",
                earlier.count(),
                milliseconds(unit.requested),
                milliseconds(unit.build_time),
                milliseconds(unit.compile_time),
                unit.bytes.len(),
                unit.iterations,
                if unit.is_loop { "loop in " } else { "" },
                unit.site.function,
                short(&unit.site.file),
                unit.site.line.unwrap_or(0),
            ),
        );
    }
    let refusals = profile.totals.iter().flat_map(|totals| totals.refusals);
    for (index, refusal) in refusals.take(top).enumerate() {
        if index == 0 {
            line(out, format_args!("\nnot compiled"));
        }
        let at = refusal.line.unwrap_or(0);
        line(out, format_args!("  {} ({}:{at}): {}", refusal.function, short(&refusal.file), refusal.reason));
    }
}

fn exits(out: &mut String, sites: &[ExitSite], steady: &Steady, top: usize) {
    let all: u64 = sites.iter().map(|site| site.times).sum();
    line(out, format_args!("\nexits from compiled code: {all}, {} in the last third", steady.exits));
    for site in sites.iter().take(top) {
        line(
            out,
            format_args!("{:>10}{:>10}  {}: {}", site.times, site.late, place(&site.site), site.reason),
        );
    }
}

/// Whether the steady state is one.
pub fn verdict(steady: &Steady) -> String {
    format!(
        "\nlast third (from {:.0} ms): {} iterations of compiled code, {} exits, {:.3} a thousand iterations: {}\n\
         recompilation: at most {} versions of a function or loop, {} compilations in the last third\n",
        steady.from as f64 / 1e6,
        steady.iterations,
        steady.exits,
        steady.rate() * 1000.0,
        if steady.is_steady() { "steady" } else { "NOT STEADY, see the exits above" },
        steady.versions,
        steady.compilations,
    )
}
