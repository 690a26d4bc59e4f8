//! The profile: samples with their machine code's addresses turned into places of the program, and what was counted beside them.

use super::samples::{RawFrame, RawSample, Samples, Tier};
use std::collections::{BTreeMap, HashMap, HashSet};
use taipan_compiler::opcode::Opcode;
use taipan_jit::engine::report::{self, Totals, UnitReport};
use taipan_runtime::object::code::Code;
use taipan_runtime::object::pointer::Gc;
use taipan_runtime::value::Value;

/// A function (or module or class body) that was seen running.
pub struct Function {
    pub name: String,
    pub file: String,
    pub line: i32,
    code: Gc<Code>,
    pub loops: Vec<Loop>,
}

/// A loop of a function.
pub struct Loop {
    /// Code units from its header to its back edge.
    header: u32,
    end: u32,
    /// Its lines.
    pub first_line: i32,
    pub last_line: i32,
}

/// A frame of a resolved stack.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Frame {
    /// Index of the function.
    pub function: u32,
    /// The line, 0 if not known.
    pub line: i32,
    /// The code unit.
    pub unit: u32,
}

/// A sample.
pub struct Sample {
    /// Nanoseconds since the start.
    pub time: u64,
    /// Index of the stack.
    pub stack: u32,
    pub tier: Tier,
}

/// Samples by tier.
#[derive(Clone, Copy, Default, Debug, PartialEq, Eq)]
pub struct Counts(pub [u32; Tier::ALL.len()]);

impl Counts {
    pub fn add(&mut self, tier: Tier) {
        self.0[tier as usize] += 1;
    }

    pub fn total(&self) -> u32 {
        self.0.iter().sum()
    }

    pub fn of(&self, tier: Tier) -> u32 {
        self.0[tier as usize]
    }
}

/// The profile.
pub struct Profile {
    pub script: String,
    pub mode: String,
    /// Nanoseconds from start to end.
    pub elapsed: u64,
    /// Nanoseconds between samples, as asked for.
    pub period: u64,
    pub dropped: usize,
    pub functions: Vec<Function>,
    /// Stacks, outermost frame first.
    pub stacks: Vec<Vec<Frame>>,
    pub samples: Vec<Sample>,
    pub units: Vec<UnitReport>,
    pub totals: Option<Totals>,
    /// Iterations of machine code from the start to nanoseconds since the start.
    pub iterations: Vec<(u64, u64)>,
}

/// Turns addresses into places while it collects stacks and functions.
struct Resolver<'a> {
    samples: &'a Samples,
    /// Units with machine code, by address.
    units: Vec<&'a UnitReport>,
    functions: Vec<Function>,
    numbers: HashMap<u64, u32>,
    stacks: Vec<Vec<Frame>>,
    stack_numbers: HashMap<Vec<Frame>, u32>,
    known: HashMap<(u32, u64), u32>,
}

impl Profile {
    /// Makes the profile. The caller holds the interpreter lock; `start` is in nanoseconds of the samples' clock.
    pub fn new(
        script: String,
        mode: String,
        start: u64,
        end: u64,
        period: u64,
        samples: &Samples,
    ) -> Profile {
        let units = report::units();
        let mut by_address: Vec<&UnitReport> = units.iter().filter(|unit| unit.address != 0).collect();
        by_address.sort_by_key(|unit| unit.address);
        let mut resolver = Resolver {
            samples,
            units: by_address,
            functions: Vec::new(),
            numbers: HashMap::new(),
            stacks: Vec::new(),
            stack_numbers: HashMap::new(),
            known: HashMap::new(),
        };
        let resolved = samples.all.iter().map(|(sample, node)| Sample {
            time: sample.time.saturating_sub(start),
            stack: resolver.stack(sample, *node),
            tier: sample.tier,
        });
        let resolved = resolved.collect();
        let Resolver { functions, stacks, .. } = resolver;
        Profile {
            script,
            mode,
            elapsed: end - start,
            period,
            dropped: samples.dropped,
            functions,
            stacks,
            samples: resolved,
            units,
            totals: report::totals(),
            iterations: samples
                .iterations
                .iter()
                .map(|(time, count)| (time.saturating_sub(start), *count))
                .collect(),
        }
    }

    /// Samples by tier.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        self.samples.iter().for_each(|sample| counts.add(sample.tier));
        counts
    }

    /// By function: samples in it, and samples in it or what it calls.
    pub fn by_function(&self) -> Vec<(Counts, Counts)> {
        let mut counts = vec![(Counts::default(), Counts::default()); self.functions.len()];
        for sample in &self.samples {
            let stack = &self.stacks[sample.stack as usize];
            if let Some(leaf) = stack.last() {
                counts[leaf.function as usize].0.add(sample.tier);
            }
            let all: HashSet<u32> = stack.iter().map(|frame| frame.function).collect();
            all.into_iter().for_each(|function| counts[function as usize].1.add(sample.tier));
        }
        counts
    }

    /// By function and index of its loop: samples in it or what it calls.
    pub fn by_loop(&self) -> BTreeMap<(u32, usize), Counts> {
        let mut counts = BTreeMap::<_, Counts>::new();
        for sample in &self.samples {
            let mut seen = HashSet::new();
            for frame in &self.stacks[sample.stack as usize] {
                for (index, each) in self.functions[frame.function as usize].loops.iter().enumerate() {
                    if (each.header..=each.end).contains(&frame.unit) && seen.insert((frame.function, index))
                    {
                        counts.entry((frame.function, index)).or_default().add(sample.tier);
                    }
                }
            }
        }
        counts
    }

    /// By file and line: samples in it, and samples in it or what it calls.
    pub fn by_line(&self) -> BTreeMap<(&str, i32), (Counts, Counts)> {
        let mut counts = BTreeMap::<_, (Counts, Counts)>::new();
        for sample in &self.samples {
            let stack = &self.stacks[sample.stack as usize];
            let mut seen = HashSet::new();
            for (depth, frame) in stack.iter().enumerate() {
                let key = (self.functions[frame.function as usize].file.as_str(), frame.line);
                let entry = counts.entry(key).or_default();
                if depth + 1 == stack.len() {
                    entry.0.add(sample.tier);
                }
                if seen.insert(key) {
                    entry.1.add(sample.tier);
                }
            }
        }
        counts
    }

    /// Instructions at which machine code calls the runtime, with the samples that found it there, the most first.
    pub fn runtime_sites(&self) -> Vec<(report::Site, u32)> {
        let mut counts = HashMap::<(u32, u32), u32>::new();
        for sample in self.samples.iter().filter(|sample| sample.tier == Tier::Runtime) {
            if let Some(leaf) = self.stacks[sample.stack as usize].last() {
                *counts.entry((leaf.function, leaf.unit)).or_default() += 1;
            }
        }
        let mut by_site = BTreeMap::<report::Site, u32>::new();
        for ((function, unit), samples) in counts {
            let code = self.functions[function as usize].code;
            *by_site.entry(report::site((code.value().0, unit))).or_default() += samples;
        }
        let mut sites: Vec<(report::Site, u32)> = by_site.into_iter().collect();
        sites.sort_by_key(|(_, samples)| std::cmp::Reverse(*samples));
        sites
    }

    /// Iterations of machine code up to nanoseconds since the start.
    pub fn iterations_at(&self, time: u64) -> u64 {
        let after = self.iterations.partition_point(|(at, _)| *at <= time);
        after.checked_sub(1).map_or(0, |index| self.iterations[index].1)
    }

    /// All iterations of machine code.
    pub fn all_iterations(&self) -> u64 {
        self.units.iter().map(|unit| unit.iterations).sum()
    }
}

impl Resolver<'_> {
    fn stack(&mut self, sample: &RawSample, node: u32) -> u32 {
        if let Some(known) = self.known.get(&(node, sample.address)) {
            return *known;
        }
        let mut frames = self.samples.frames(node);
        if let Some(place) = self.place(sample.address) {
            insert(&mut frames, &place);
        }
        let stack: Vec<Frame> = frames.iter().rev().map(|frame| self.frame(*frame)).collect();
        let number = match self.stack_numbers.get(&stack) {
            Some(number) => *number,
            None => {
                let number = self.stacks.len() as u32;
                self.stacks.push(stack.clone());
                self.stack_numbers.insert(stack, number);
                number
            }
        };
        self.known.insert((node, sample.address), number);
        number
    }

    /// What machine code at an address belongs to, outermost first.
    fn place(&self, address: u64) -> Option<Vec<RawFrame>> {
        let address = address as usize;
        let index = self.units.partition_point(|unit| unit.address <= address).checked_sub(1)?;
        let unit = self.units[index];
        let offset = u32::try_from(address - unit.address).ok()?;
        let location = unit.locations.partition_point(|location| location.start <= offset).checked_sub(1)?;
        let location = unit.locations.get(location)?;
        if offset as usize >= unit.bytes.len() {
            return None;
        }
        let place = &unit.places[location.place as usize];
        Some(place.iter().map(|(code, unit)| RawFrame { code: *code, unit: *unit }).collect())
    }

    fn frame(&mut self, frame: RawFrame) -> Frame {
        let functions = &mut self.functions;
        let function = *self.numbers.entry(frame.code).or_insert_with(|| {
            functions.push(describe(Value(frame.code).cast::<Code>()));
            functions.len() as u32 - 1
        });
        let definition = self.functions[function as usize].code.definition();
        let line = definition.line_of(frame.unit as usize * 2);
        Frame { function, line: line.unwrap_or(0), unit: frame.unit }
    }
}

/// Puts what machine code belongs to (outermost first) into the frames of records (innermost first). Records of
/// inlined frames exist only while machine code calls something.
fn insert(frames: &mut Vec<RawFrame>, place: &[RawFrame]) {
    let inlined = place.len();
    let same =
        |frames: &[RawFrame]| frames.iter().rev().zip(place).all(|(frame, other)| frame.code == other.code);
    let replaced = match frames.len() {
        count if count >= inlined && same(&frames[..inlined]) => inlined,
        1.. if frames[0].code == place[0].code => 1,
        _ => return,
    };
    frames.splice(..replaced, place.iter().rev().copied());
}

fn describe(code: Gc<Code>) -> Function {
    let definition = code.definition();
    let mut loops = BTreeMap::<u32, u32>::new();
    for instruction in definition.instructions() {
        let Some(opcode) = instruction.opcode() else { continue };
        if matches!(opcode.base(), Opcode::JumpBackward | Opcode::JumpBackwardNoInterrupt)
            && let Some(target) = instruction.jump_target()
        {
            let end = loops.entry(target as u32 / 2).or_default();
            *end = (*end).max(instruction.offset as u32 / 2);
        }
    }
    let line = |unit: u32| definition.line_of(unit as usize * 2);
    let loops = loops.into_iter().map(|(header, end)| {
        let lines = (header..=end).filter_map(line);
        let first_line = line(header).unwrap_or(definition.firstlineno);
        Loop { header, end, first_line, last_line: lines.max().unwrap_or(first_line) }
    });
    Function {
        name: code.qualified_name.to_string_lossy(),
        file: definition.filename.to_string_lossy().into_owned(),
        line: definition.firstlineno,
        code,
        loops: loops.collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(codes: &[(u64, u32)]) -> Vec<RawFrame> {
        codes.iter().map(|(code, unit)| RawFrame { code: *code, unit: *unit }).collect()
    }

    #[test]
    fn inlined_frames_without_records() {
        let mut stack = frames(&[(1, 5), (9, 0)]);
        insert(&mut stack, &frames(&[(1, 7), (2, 3)]));
        assert_eq!(stack, frames(&[(2, 3), (1, 7), (9, 0)]));
    }

    #[test]
    fn inlined_frames_with_records() {
        let mut stack = frames(&[(2, 0), (1, 5), (9, 0)]);
        insert(&mut stack, &frames(&[(1, 7), (2, 3)]));
        assert_eq!(stack, frames(&[(2, 3), (1, 7), (9, 0)]));
    }

    #[test]
    fn other_code_is_left_alone() {
        let mut stack = frames(&[(3, 0)]);
        insert(&mut stack, &frames(&[(1, 7), (2, 3)]));
        assert_eq!(stack, frames(&[(3, 0)]));
    }
}
