//! The profile as one page that needs nothing else: a flame graph, the tables, and the source with time and notes by line.

use super::model::Profile;
use super::samples::Tier;
use super::verdict::{exit_sites, steady};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};

const TEMPLATE: &str = include_str!("page.html");
/// Files whose source is shown.
const FILES: usize = 12;

/// Makes the page.
pub fn page(profile: &Profile, text: &str) -> String {
    let data = json!({
        "script": profile.script,
        "tiers": Tier::ALL.map(Tier::name),
        "flame": flame(profile),
        "files": files(profile),
        "report": text,
    });
    // Nothing in the data may end the script element.
    let data = data.to_string().replace('<', "\\u003c");
    TEMPLATE.replacen("/*DATA*/null", &data, 1).replacen("TITLE", &escape(&profile.script), 1)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// A node of the flame graph: samples by tier, and the nodes above it by function.
#[derive(Default)]
struct Node {
    counts: [u32; Tier::ALL.len()],
    above: BTreeMap<u32, Node>,
}

fn flame(profile: &Profile) -> Value {
    let mut counts = HashMap::<(u32, Tier), u32>::new();
    for sample in &profile.samples {
        *counts.entry((sample.stack, sample.tier)).or_default() += 1;
    }
    let mut root = Node::default();
    for ((stack, tier), samples) in counts {
        let mut node = &mut root;
        node.counts[tier as usize] += samples;
        for frame in &profile.stacks[stack as usize] {
            node = node.above.entry(frame.function).or_default();
            node.counts[tier as usize] += samples;
        }
    }
    node(profile, "all", "", &root)
}

fn node(profile: &Profile, name: &str, place: &str, at: &Node) -> Value {
    let above = at.above.iter().map(|(function, above)| {
        let function = &profile.functions[*function as usize];
        node(profile, &function.name, &format!("{}:{}", function.file, function.line), above)
    });
    json!({ "n": name, "p": place, "c": at.counts, "a": above.collect::<Vec<_>>() })
}

/// The files where most time was spent, by line: text, samples in it by tier, samples in it and what it calls, notes.
fn files(profile: &Profile) -> Value {
    let lines = profile.by_line();
    let mut notes = BTreeMap::<(String, i32), Vec<String>>::new();
    for exit in exit_sites(profile, steady(profile).from) {
        let key = (exit.site.file.clone(), exit.site.line.unwrap_or(0));
        let late = if exit.late > 0 { format!(", {} in the last third", exit.late) } else { String::new() };
        let note = format!("{} exits at {}: {}{late}", exit.times, exit.site.opcode, exit.reason);
        notes.entry(key).or_default().push(note);
    }
    let in_service = profile.units.iter().filter(|unit| unit.finished.is_some() && unit.retired.is_none());
    for (site, seen) in in_service.flat_map(|unit| &unit.general) {
        let note = format!("generic {} {seen}: {}", site.opcode, super::advice::advice(site.opcode));
        let all = notes.entry((site.file.clone(), site.line.unwrap_or(0))).or_default();
        if !all.contains(&note) {
            all.push(note);
        }
    }
    let mut by_file = BTreeMap::<&str, u32>::new();
    for ((file, _), (own, _)) in &lines {
        *by_file.entry(file).or_default() += own.total();
    }
    let mut order: Vec<(&str, u32)> = by_file.into_iter().filter(|(_, samples)| *samples > 0).collect();
    order.sort_by_key(|(_, samples)| std::cmp::Reverse(*samples));
    let shown = order.into_iter().take(FILES).filter_map(|(file, samples)| {
        let source = std::fs::read(file).ok()?;
        let source = String::from_utf8_lossy(&source).into_owned();
        let rows = source.lines().enumerate().map(|(index, text)| {
            let number = index as i32 + 1;
            let (own, total) = lines.get(&(file, number)).copied().unwrap_or_default();
            let notes = notes.get(&(file.to_string(), number)).cloned().unwrap_or_default();
            json!([text, own.0, total.total(), notes])
        });
        Some(json!({ "file": file, "samples": samples, "lines": rows.collect::<Vec<_>>() }))
    });
    shown.collect()
}
