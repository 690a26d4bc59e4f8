//! What the engine remembers of its work for `profile` and `dis`. Without them nothing is remembered.
//!
//! The counters of iterations are written by machine code. A thread of the profiler reads them while the program runs ([`sample_iterations`]); all else
//! belongs to the holder of the interpreter lock.

use super::queue::Finished;
use super::unit::Unit;
use crate::compile::MachineCode;
use crate::hir::Function;
use crate::lower::{Location, Place};
use rustc_hash::FxHashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use taipan_runtime::assumptions::UnitId;
use taipan_runtime::object::code::Code;
use taipan_runtime::object::pointer::Gc;

/// What is to be remembered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Observe {
    /// Nothing.
    Nothing,
    /// Compilations, exits, iterations, and what machine code belongs to.
    Events,
    /// The same but iterations, and the HIR as text.
    Listings,
}

/// Most slices of time that exits are told apart by; when there are more, slices become twice as long.
const SLICES: u32 = 256;
const FIRST_SLICE: Duration = Duration::from_millis(2);

/// One unit's record.
pub struct UnitHistory {
    /// The code object whose function or loop it is; the unit keeps it alive.
    pub code: Gc<Code>,
    /// When it was asked for, since the start.
    pub requested: Duration,
    /// How long building HIR took, which the program waits for.
    pub build_time: Duration,
    /// How long the rest took.
    pub compile_time: Duration,
    /// When it was installed.
    pub finished: Option<Duration>,
    /// When and why it was taken out of service.
    pub retired: Option<(Duration, &'static str)>,
    /// Why there is no code.
    pub failure: Option<String>,
    /// HIR as built and as optimised, if listed.
    pub listings: [String; 2],
    /// What its machine code belongs to.
    pub locations: Vec<Location>,
    /// The places that the locations name.
    pub places: Vec<Place>,
}

/// Code that can't be compiled.
pub struct Refusal {
    /// The function's qualified name.
    pub function: String,
    /// The file.
    pub file: String,
    /// The line where it (or the loop) begins.
    pub line: Option<i32>,
    /// Why not.
    pub reason: String,
}

/// Everything remembered.
pub struct History {
    observe: Observe,
    start: Instant,
    slice: Duration,
    pub(super) units: FxHashMap<UnitId, UnitHistory>,
    /// Exits by slice of time, unit and number.
    pub(super) exits: FxHashMap<(u32, UnitId, u32), u32>,
    pub(super) refusals: Vec<Refusal>,
}

/// The addresses of the units' counters.
static COUNTERS: Mutex<Vec<usize>> = Mutex::new(Vec::new());

/// The sum of all units' iterations so far. For any thread.
pub fn sample_iterations() -> u64 {
    let counters = COUNTERS.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    // SAFETY: units are never freed, and their counters are aligned words.
    counters
        .iter()
        .map(|address| unsafe { AtomicU64::from_ptr(*address as *mut u64) }.load(Ordering::Relaxed))
        .sum()
}

impl History {
    pub(super) fn new(observe: Observe) -> Option<History> {
        (observe != Observe::Nothing).then(|| History {
            observe,
            start: Instant::now(),
            slice: FIRST_SLICE,
            units: FxHashMap::default(),
            exits: FxHashMap::default(),
            refusals: Vec::new(),
        })
    }

    pub(super) fn lists(&self) -> bool {
        self.observe == Observe::Listings
    }

    /// Are iterations counted? Listings are to show the code as it is without.
    pub(super) fn counts(&self) -> bool {
        self.observe == Observe::Events
    }

    /// When everything began.
    pub fn start(&self) -> Instant {
        self.start
    }

    /// How long a slice of time is.
    pub fn slice(&self) -> Duration {
        self.slice
    }

    pub(super) fn requested(&mut self, unit: &Unit, code: Gc<Code>, built: &Function, begun: Instant) {
        COUNTERS
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
            .push(&raw const unit.iterations as usize);
        let record = UnitHistory {
            code,
            requested: begun.duration_since(self.start),
            build_time: begun.elapsed(),
            compile_time: Duration::ZERO,
            finished: None,
            retired: None,
            failure: None,
            listings: [if self.lists() { built.to_string() } else { String::new() }, String::new()],
            locations: Vec::new(),
            places: Vec::new(),
        };
        self.units.insert(unit.id, record);
    }

    pub(super) fn finished(
        &mut self,
        id: UnitId,
        result: Result<Finished, String>,
    ) -> Result<MachineCode, String> {
        let Some(record) = self.units.get_mut(&id) else { return result.map(|finished| finished.code) };
        match result {
            Ok(mut finished) => {
                record.finished = Some(self.start.elapsed());
                record.compile_time = finished.code.cost.optimising + finished.code.cost.compiling;
                record.listings[1] = finished.optimized;
                record.locations = std::mem::take(&mut finished.code.locations);
                record.places = std::mem::take(&mut finished.code.places);
                Ok(finished.code)
            }
            Err(message) => {
                record.failure = Some(message.clone());
                Err(message)
            }
        }
    }

    pub(super) fn refused(&mut self, code: Gc<Code>, start: u32, reason: &str) {
        let definition = code.definition();
        self.refusals.push(Refusal {
            function: code.qualified_name.to_string_lossy(),
            file: definition.filename.to_string_lossy().into_owned(),
            line: definition.line_of(start as usize * 2),
            reason: reason.to_string(),
        });
    }

    pub(super) fn retired(&mut self, id: UnitId, why: &'static str) {
        let now = self.start.elapsed();
        if let Some(record) = self.units.get_mut(&id) {
            record.retired.get_or_insert((now, why));
        }
    }

    pub(super) fn exit(&mut self, id: UnitId, number: u32) {
        let mut slice = (self.start.elapsed().as_nanos() / self.slice.as_nanos()) as u32;
        while slice >= SLICES {
            self.slice *= 2;
            slice /= 2;
            for ((at, id, number), times) in std::mem::take(&mut self.exits) {
                *self.exits.entry((at / 2, id, number)).or_default() += times;
            }
        }
        *self.exits.entry((slice, id, number)).or_default() += 1;
    }
}
