//! Samples as they were noted: stacks of code objects and code units, shared in a tree.

use std::collections::HashMap;

/// What ran when a sample was taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
#[repr(u8)]
pub enum Tier {
    /// The interpreter and what it calls.
    Interpreted,
    /// Machine code.
    Compiled,
    /// The runtime, called by machine code.
    Runtime,
    /// The collector.
    Collector,
    /// Nothing: whoever has the interpreter's lock waits, or nobody has it.
    Waiting,
}

impl Tier {
    pub const ALL: [Tier; 5] =
        [Tier::Interpreted, Tier::Compiled, Tier::Runtime, Tier::Collector, Tier::Waiting];

    pub fn from_number(number: u8) -> Tier {
        Tier::ALL.get(usize::from(number)).copied().unwrap_or(Tier::Interpreted)
    }

    /// What reports call it.
    pub fn name(self) -> &'static str {
        match self {
            Tier::Interpreted => "interpreted",
            Tier::Compiled => "compiled",
            Tier::Runtime => "runtime",
            Tier::Collector => "collector",
            Tier::Waiting => "waiting",
        }
    }
}

/// A frame of a stack.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct RawFrame {
    /// The code object.
    pub code: u64,
    /// The code unit.
    pub unit: u32,
}

/// A sample without its stack.
#[derive(Clone, Copy, Debug)]
pub struct RawSample {
    /// When, in nanoseconds of the monotonic clock.
    pub time: u64,
    /// What ran.
    pub tier: Tier,
    /// Where in machine code, or 0.
    pub address: u64,
}

/// A node of the tree: a frame, and the node of its caller, plus one.
type Node = (u32, RawFrame);

/// The most points of the curve of iterations; when there are more, every second goes.
const POINTS: usize = 4096;

/// Everything noted.
#[derive(Default)]
pub struct Samples {
    /// Samples with the node of their innermost frame, plus one; 0 without frames.
    pub all: Vec<(RawSample, u32)>,
    nodes: Vec<Node>,
    numbers: HashMap<Node, u32>,
    codes: HashMap<u64, ()>,
    /// Iterations in machine code, by time.
    pub iterations: Vec<(u64, u64)>,
    skip: u32,
    skipped: u32,
    /// Samples for which there was no room.
    pub dropped: usize,
}

impl Samples {
    /// Adds a sample with its frames, outermost first.
    pub fn add(&mut self, sample: RawSample, frames: impl Iterator<Item = RawFrame>) {
        let mut node = 0;
        for frame in frames {
            let key = (node, frame);
            let nodes = &mut self.nodes;
            node = *self.numbers.entry(key).or_insert_with(|| {
                nodes.push(key);
                nodes.len() as u32
            });
            self.codes.insert(frame.code, ());
        }
        self.all.push((sample, node));
    }

    /// Adds a sample of nothing running.
    pub fn wait(&mut self, time: u64) {
        self.all.push((RawSample { time, tier: Tier::Waiting, address: 0 }, 0));
    }

    /// Adds a point to the curve of iterations.
    pub fn count_iterations(&mut self, time: u64, iterations: u64) {
        self.skipped += 1;
        if self.skipped <= self.skip {
            return;
        }
        self.skipped = 0;
        self.iterations.push((time, iterations));
        if self.iterations.len() >= POINTS {
            let mut count = 0;
            self.iterations.retain(|_| {
                count += 1;
                count % 2 == 0
            });
            self.skip = 2 * self.skip + 1;
        }
    }

    /// The code objects that were seen.
    pub fn codes(&self) -> impl Iterator<Item = u64> + '_ {
        self.codes.keys().copied()
    }

    /// The frames of a node, innermost first.
    pub fn frames(&self, mut node: u32) -> Vec<RawFrame> {
        let mut frames = Vec::new();
        while node != 0 {
            let (caller, frame) = self.nodes[node as usize - 1];
            frames.push(frame);
            node = caller;
        }
        frames
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stacks_are_shared_and_come_back() {
        let mut samples = Samples::default();
        let frames = [RawFrame { code: 8, unit: 1 }, RawFrame { code: 16, unit: 2 }];
        let sample = RawSample { time: 1, tier: Tier::Compiled, address: 0 };
        samples.add(sample, frames.into_iter());
        samples.add(sample, frames.into_iter());
        assert_eq!(samples.all[0].1, samples.all[1].1);
        assert_eq!(samples.frames(samples.all[0].1), [frames[1], frames[0]]);
        assert_eq!(samples.codes().count(), 2);
    }

    #[test]
    fn iterations_are_thinned() {
        let mut samples = Samples::default();
        for time in 0..20_000 {
            samples.count_iterations(time, 2 * time);
        }
        assert!(samples.iterations.len() < POINTS);
        assert!(samples.iterations.iter().all(|(time, count)| *count == 2 * time));
    }
}
