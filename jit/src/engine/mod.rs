//! The engine: what the runtime knows as the JIT. Decides what is compiled and when, installs units, invalidates them, and learns from
//! their exits.
//!
//! A hot function or loop is built into HIR at once, on the program's thread, and compiled in the background (in eager mode: at once, too).
//! A unit is entered from the interpreter where its bytecode begins: a function's at RESUME, a loop's at its header. Guards that fail
//! repeatedly invalidate the unit; the next version knows more feedback, and sites that fail again stay general. A code object gets a bounded number
//! of versions.

mod exits;
mod generators;
mod helpers;
mod history;
mod queue;
pub mod report;
mod runtime_layout;
mod unit;

pub use history::Observe;
pub use unit::Unit;

use crate::build::exceptions::handler_of;
use crate::build::{self, Lessons, Target, build};
use crate::compile::Compiler;
use crate::exit_reason::ExitReason;
use crate::layout::Layout;
use history::History;
use queue::{Job, Queue};
use rustc_hash::{FxHashMap, FxHashSet};
use taipan_compiler::opcode::Opcode;
use taipan_runtime::assumptions::{self, Assumption, UnitId};
use taipan_runtime::heap::heap;
use taipan_runtime::jit_interface::{self, CompiledEntry, Jit};
use taipan_runtime::object::code::Code;
use taipan_runtime::object::dict::Dict;
use taipan_runtime::object::function::Function;
use taipan_runtime::object::kind::ObjectKind;
use taipan_runtime::object::pointer::Gc;
use taipan_runtime::thread::Thread;
use taipan_runtime::value::Value;

/// When code is compiled.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// When it is hot, in the background.
    On,
    /// At the first chance, at once.
    Eager,
    /// As eager; what can be chosen at random is.
    Stress,
}

/// Times a guard fails before its unit is replaced.
const FAILURES: u32 = 4;
/// Times a generator's unit is entered where it isn't compiled for before it is replaced.
const MISSES: u32 = 64;
/// Versions of a unit before its code stays interpreted.
const VERSIONS: u32 = 12;
/// Calls and back edges behind which code is hot.
const THRESHOLD: u32 = 1000;

/// Changes of a namespace's entry behind which it isn't taken for granted any more.
const CHANGES: u32 = 2;

/// A namespace, a name in it, and the value that is assumed (NULL if none).
type AssumedEntry = (Gc<Dict>, Value, Value);

/// The state of one place where units begin.
#[derive(Default)]
struct Place {
    /// Units made so far.
    versions: u32,
    /// The unit that is valid or being compiled.
    unit: Option<UnitId>,
    /// It can't be compiled, and why.
    refused: Option<String>,
}

/// The engine.
pub struct Engine {
    mode: Mode,
    layout: Layout,
    compiler: Option<Compiler>,
    queue: Option<Queue>,
    lessons: Lessons,
    units: FxHashMap<UnitId, &'static mut Unit>,
    places: FxHashMap<(u32, u32), Place>,
    /// What each unit takes for granted about namespaces, to learn what is volatile.
    entries: FxHashMap<UnitId, Vec<AssumedEntry>>,
    /// Entries of invalidated units, with the value that was assumed.
    suspects: Vec<AssumedEntry>,
    /// How often an entry was found changed.
    changes: FxHashMap<(u64, u64), u32>,
    /// Sites that failed once.
    failed: FxHashSet<(u32, u32)>,
    next_unit: UnitId,
    log: bool,
    /// What `profile` or `dis` want to know; `None` if nobody asks.
    history: Option<History>,
}

/// Installs the engine. The built-in classes must exist. The error says what this machine lacks.
pub fn install(mode: Mode, observe: Observe) -> Result<(), String> {
    let stress_counter = if mode == Mode::Stress { &raw mut STRESS_COUNTER as u64 } else { 0 };
    let layout = runtime_layout::layout(stress_counter);
    let (compiler, queue) = match mode {
        Mode::On => (None, Some(Queue::start(layout.clone()).map_err(|error| error.to_string())?)),
        Mode::Eager | Mode::Stress => (Some(Compiler::new(true)?), None),
    };
    let engine = Engine {
        mode,
        layout,
        compiler,
        queue,
        lessons: Lessons { catches_all: mode != Mode::On, ..Lessons::default() },
        units: FxHashMap::default(),
        places: FxHashMap::default(),
        entries: FxHashMap::default(),
        suspects: Vec::new(),
        changes: FxHashMap::default(),
        failed: FxHashSet::default(),
        next_unit: 1,
        log: std::env::var_os("TAIPAN_JIT_LOG").is_some(),
        history: History::new(observe),
    };
    // SAFETY: start-up; only the holder of the interpreter lock touches the engine.
    unsafe { ENGINE = Box::into_raw(Box::new(engine)) };
    heap().register_root_visitor(visit_constants);
    jit_interface::install(Box::new(Handle), if mode == Mode::On { THRESHOLD } else { 2 });
    Ok(())
}

/// Guards until the next one fails in stress mode, and the state of the generator of such numbers.
static mut STRESS_COUNTER: u64 = 100;
static mut STRESS_SEED: u64 = 0x9e37_79b9_7f4a_7c15;

/// Sets the seed of stress mode.
pub fn set_stress_seed(seed: u64) {
    // SAFETY: start-up.
    unsafe { STRESS_SEED = seed | 1 };
}

/// Draws when the next guard fails.
fn draw_stress_counter() {
    // SAFETY: guarded by the interpreter lock. An xorshift generator.
    unsafe {
        STRESS_SEED ^= STRESS_SEED << 13;
        STRESS_SEED ^= STRESS_SEED >> 7;
        STRESS_SEED ^= STRESS_SEED << 17;
        STRESS_COUNTER = 1 + STRESS_SEED % 2000;
    }
}

static mut ENGINE: *mut Engine = std::ptr::null_mut();

/// The engine; guarded by the interpreter lock.
fn engine() -> Option<&'static mut Engine> {
    // SAFETY: set by `install`; only the holder of the interpreter lock comes here.
    unsafe { ENGINE.as_mut() }
}

fn visit_constants(tracer: &mut taipan_runtime::heap::Tracer) {
    let Some(engine) = engine() else { return };
    for unit in engine.units.values() {
        for constant in &unit.constants {
            tracer.value(constant.0);
        }
    }
    for (dict, name, value) in engine.entries.values().flatten().chain(&engine.suspects) {
        tracer.value(dict.value().0);
        tracer.value(name.0);
        tracer.value(value.0);
    }
}

/// Counts an exit and lets the policy learn from it.
fn exit_taken(unit: &mut Unit, number: u32) {
    unit.taken[number as usize] += 1;
    let times = unit.taken[number as usize];
    let exit = &unit.exits.exits[number as usize];
    let reason = exit.reason;
    if reason == ExitReason::Forced {
        draw_stress_counter();
        return;
    }
    if let Some(engine) = engine() {
        if let Some(history) = &mut engine.history {
            history.exit(unit.id, number);
        }
        if engine.log && times <= 8 {
            let place = unit.exits.innermost(exit).map_or(String::new(), |(frame, record)| {
                let code = exits::code_of(record);
                let line = code.definition().line_of(frame.pc as usize * 2).unwrap_or(-1);
                format!("{}:{line} @{}", code.qualified_name.to_string_lossy(), frame.pc)
            });
            eprintln!("[jit] exit from {} at {place}: {}", unit.name, reason.text());
        }
        let learns = !matches!(
            reason,
            ExitReason::Exception
                | ExitReason::Safepoint
                | ExitReason::Stack
                | ExitReason::Unsupported
                | ExitReason::Invalidated
                | ExitReason::FrameSeen
        );
        if reason == ExitReason::Exception && times == FAILURES && unit.invalid == 0 {
            let frames = unit.exits.frames(exit).iter();
            let frames: Vec<_> = frames
                .map(|frame| (exits::code_of(&unit.exits.records[frame.record as usize]), frame.pc))
                .collect();
            if engine.learn_to_catch(&frames) {
                engine.retire(unit.id, "an exception that is often caught");
            }
        }
        if learns && times == FAILURES && unit.invalid == 0 {
            if let Some((frame, record)) = unit.exits.innermost(exit) {
                engine.learn(exits::code_of(record), frame.pc, reason);
            }
            engine.retire(unit.id, reason.text());
        }
    }
}

/// A generator's unit was entered where it isn't compiled for: code behind a yield that had never been executed, or a handler. Another
/// version may know better.
unsafe extern "C" fn missed_resume(unit: *mut Unit) -> u64 {
    // SAFETY: machine code passes its unit.
    let unit = unsafe { &mut *unit };
    unit.missed = unit.missed.saturating_add(1);
    if unit.missed == MISSES
        && unit.invalid == 0
        && let Some(engine) = engine()
    {
        engine.retire(unit.id, "a generator often resumed where it isn't compiled for");
    }
    0
}

/// What the runtime holds.
struct Handle;

impl Jit for Handle {
    fn hot_call(&mut self, _: &mut Thread, function: Gc<Function>) {
        let Some(engine) = engine() else { return };
        engine.install_finished();
        let code = function.code;
        let Some(start) = first_resume(code) else { return };
        let target = Target {
            code,
            function: function.value(),
            globals: function.globals,
            builtins: function.builtins,
            start,
            stack: Vec::new(),
            locals: None,
        };
        engine.request(&target);
    }

    fn hot_loop(&mut self, thread: &mut Thread, code: Gc<Code>, header: usize) -> Option<CompiledEntry> {
        let engine = engine()?;
        engine.install_finished();
        let key = (code.version, header as u32);
        if let Some(entry) = engine.entry(key) {
            return Some(entry);
        }
        if build::yields_in_loop(code, header as u32) {
            // Each resumption begins at its RESUME, where the function's own unit is entered.
            // SAFETY: the running frame's record.
            let (function, globals, builtins) = unsafe {
                let frame = &*thread.frame;
                (frame.function, frame.globals, frame.builtins)
            };
            let start = first_resume(code)?;
            let (stack, locals) = (Vec::new(), None);
            engine.request(&Target { code, function, globals, builtins, start, stack, locals });
            return None;
        }
        // SAFETY: the running frame's record is exact, and its code has that many locals.
        let target = unsafe {
            let frame = &*thread.frame;
            let locals = std::slice::from_raw_parts(frame.fp, code.locals_count as usize);
            let bottom = frame.fp.add(code.locals_count as usize);
            let depth = frame.sp.offset_from(bottom) as usize;
            Target {
                code,
                function: frame.function,
                globals: frame.globals,
                builtins: frame.builtins,
                start: header as u32,
                stack: std::slice::from_raw_parts(bottom, depth).to_vec(),
                locals: Some(locals.to_vec()),
            }
        };
        engine.request(&target);
        engine.entry(key)
    }

    fn invalidate(&mut self, unit: UnitId) {
        let Some(engine) = engine() else { return };
        // Which of the entries it was is seen when they are looked at next: the change may still be under way.
        let entries = engine.entries.remove(&unit).unwrap_or_default();
        engine.suspects.extend(entries);
        engine.retire(unit, ExitReason::Invalidated.text());
    }

    fn leave_all(&mut self) {
        let Some(engine) = engine() else { return };
        let valid: Vec<UnitId> =
            engine.units.values().filter(|unit| unit.invalid == 0).map(|unit| unit.id).collect();
        for id in valid {
            let key = engine.units.get(&id).map(|unit| (unit.version, unit.start));
            engine.entries.remove(&id);
            engine.retire(id, "a trace or profile function was set");
            // It wasn't the code's fault.
            if let Some(place) = key.and_then(|key| engine.places.get_mut(&key)) {
                place.versions = place.versions.saturating_sub(1);
            }
        }
    }

    fn code_died(&mut self, code: Gc<Code>) {
        let Some(engine) = engine() else { return };
        engine.places.retain(|(version, _), _| *version != code.version);
    }
}

/// Where a function's frame starts to run.
fn first_resume(code: Gc<Code>) -> Option<u32> {
    (0..code.length as u32).find(|unit| {
        // SAFETY: within the code's instructions; prefixes of RESUME don't exist.
        let number = unsafe { *code.instructions.add(*unit as usize) } as u8;
        Opcode::from_u8(number).is_some_and(|opcode| opcode.base() == Opcode::Resume)
    })
}

impl Engine {
    fn entry(&self, key: (u32, u32)) -> Option<CompiledEntry> {
        let unit = self.places.get(&key)?.unit?;
        let entry = self.units.get(&unit)?.entry()?;
        // SAFETY: machine code with that signature.
        Some(unsafe { std::mem::transmute::<*const u8, CompiledEntry>(entry) })
    }

    /// Compiles a target, unless that was tried in vain or is under way.
    fn request(&mut self, target: &Target) {
        self.examine_suspects();
        let key = (target.code.version, target.start);
        let place = self.places.entry(key).or_default();
        if place.unit.is_some() || place.refused.is_some() || place.versions >= VERSIONS {
            return;
        }
        place.versions += 1;
        let begun = std::time::Instant::now();
        let built = match build(target, &self.lessons) {
            Ok(built) => built,
            Err(refusal) => {
                self.log(|| format!("{}: {refusal}", target.code.qualified_name.to_string_lossy()));
                if let Some(history) = &mut self.history {
                    history.refused(target.code, target.start, &refusal);
                }
                place_of(&mut self.places, key).refused = Some(refusal);
                return;
            }
        };
        if self.log {
            for site in &built.generic {
                let line = site.code.definition().line_of(site.pc as usize * 2).unwrap_or(-1);
                let name = site.code.qualified_name.to_string_lossy();
                eprintln!("[jit] generic at {name}:{line} @{}: {site}", site.pc);
            }
        }
        let id = self.next_unit;
        self.next_unit += 1;
        let unit: &'static mut Unit = Box::leak(Box::new(Unit {
            id,
            invalid: 0,
            version: key.0,
            start: key.1,
            name: target.code.qualified_name.to_string_lossy(),
            exits: Default::default(),
            taken: Vec::new(),
            missed: 0,
            machine: None,
            constants: built.constants,
            generic: built.generic,
            iterations: 0,
        }));
        let job = Job {
            id,
            function: built.function,
            unit: &raw const *unit as u64,
            invalid_flag: &raw const unit.invalid as u64,
            frame_values: target.code.frame_size,
            iterations: match &self.history {
                Some(history) if history.counts() => &raw const unit.iterations as u64,
                _ => 0,
            },
            located: self.history.is_some(),
            listed: self.history.as_ref().is_some_and(History::lists),
        };
        if let Some(history) = &mut self.history {
            history.requested(unit, target.code, &job.function, begun);
        }
        self.units.insert(id, unit);
        self.assume(id, &built.assumptions);
        place_of(&mut self.places, key).unit = Some(id);
        match (&mut self.compiler, &self.queue) {
            (Some(compiler), _) => {
                let result = queue::compile(compiler, &self.layout, job);
                self.finish(id, result);
            }
            (None, Some(queue)) => {
                queue.submit(job);
            }
            (None, None) => {}
        }
    }

    fn assume(&mut self, id: UnitId, all: &[Assumption]) {
        let mut entries = Vec::new();
        for assumption in all {
            if let Assumption::Entry { dict, name } = assumption {
                let dict = Value(*dict).cast::<Dict>();
                dict.watch();
                let name = Value(*name);
                let value = dict.get_str(name.cast()).unwrap_or(Value::NULL);
                entries.push((dict, name, value));
            }
            assumptions::list(*assumption, id);
        }
        self.entries.insert(id, entries);
    }

    /// Installs what the background thread has finished. What is hot asks again and again, so that nobody needs to be told.
    fn install_finished(&mut self) {
        let finished = self.queue.as_ref().map(Queue::take).unwrap_or_default();
        for (id, result) in finished {
            self.finish(id, result);
        }
    }

    /// Installs a unit's machine code.
    fn finish(&mut self, id: UnitId, result: Result<queue::Finished, String>) {
        let Some(unit) = self.units.get_mut(&id) else { return };
        let result = match (&mut self.history, result) {
            (Some(history), result) => history.finished(id, result),
            (None, result) => result.map(|finished| finished.code),
        };
        if unit.invalid != 0 {
            return;
        }
        let key = (unit.version, unit.start);
        match result {
            Ok(code) => {
                if self.log {
                    eprintln!(
                        "[jit] {} @{}: {} bytes, {} exits; {:?}",
                        unit.name,
                        unit.start,
                        code.block.bytes().len(),
                        code.exits.exits.len(),
                        code.cost
                    );
                }
                if std::env::var_os("TAIPAN_PERF_MAP").is_some() {
                    crate::perf_map::add(
                        code.block.entry(),
                        code.block.bytes().len(),
                        &format!("py::{}", unit.name),
                    );
                }
                unit.taken = vec![0; code.exits.exits.len()];
                unit.exits = code.exits;
                unit.machine = Some(code.block);
                let entry = unit.entry();
                let first = Value(unit_code(unit)).cast::<Code>();
                if let Some(entry) = entry
                    && first_resume(first) == Some(key.1)
                {
                    set_entry(first, key.1, entry);
                }
            }
            Err(message) => {
                self.log(|| message.clone());
                let place = place_of(&mut self.places, key);
                place.refused = Some(message);
                place.unit = None;
                assumptions::unlist(id);
            }
        }
    }

    /// Takes a unit out of service. Frames that run in it notice at their next check.
    fn retire(&mut self, id: UnitId, why: &'static str) {
        assumptions::unlist(id);
        if let Some(history) = &mut self.history {
            history.retired(id, why);
        }
        let Some(unit) = self.units.get_mut(&id) else { return };
        unit.invalid = 1;
        let key = (unit.version, unit.start);
        if unit.machine.is_some() {
            let mut code = Value(unit_code(unit)).cast::<Code>();
            if unit.machine.as_ref().is_some_and(|block| block.entry() == code.compiled_entry) {
                code.compiled_entry = std::ptr::null();
            }
            // Hot already: don't count from nothing again.
            code.hotness = 0;
        }
        if let Some(place) = self.places.get_mut(&key)
            && place.unit == Some(id)
        {
            place.unit = None;
        }
    }

    /// Remembers that a guess was wrong.
    fn learn(&mut self, code: Gc<Code>, first: u32, reason: ExitReason) {
        let pc = behind_prefixes(code, first);
        let site = (code.version, pc);
        if reason == ExitReason::NeverExecuted && self.failed.insert(site) {
            return;
        }
        // SAFETY: as above.
        let number = unsafe { *code.instructions.add(pc as usize) } as u8;
        let opcode = Opcode::from_u8(number).map_or(Opcode::Nop, Opcode::base);
        let guesses = matches!(
            opcode,
            Opcode::BinaryOp
                | Opcode::CompareOp
                | Opcode::ToBool
                | Opcode::LoadAttr
                | Opcode::LoadGlobal
                | Opcode::StoreAttr
                | Opcode::StoreSubscr
                | Opcode::Call
                | Opcode::GetIter
                | Opcode::UnpackSequence
                | Opcode::PopTop
                | Opcode::PopIter
        );
        // A guard that was moved leaves at the loop it was moved out of, where there is nothing to be general about.
        if !guesses || !self.failed.insert(site) {
            if guesses {
                self.lessons.general.insert(site);
            } else {
                self.lessons.no_hoisting.insert(code.version);
            }
        }
        self.log(|| {
            format!("learned about {} @{pc}: {}", code.qualified_name.to_string_lossy(), reason.text())
        });
    }

    /// An exit's frames (outermost first, with where they are) that an exception often goes through: where it is caught should be compiled
    /// with the rest. Tells whether another version would do that.
    fn learn_to_catch(&mut self, frames: &[(Gc<Code>, u32)]) -> bool {
        for (depth, (code, first)) in frames.iter().enumerate().rev() {
            let Some(handler) = handler_of(*code, behind_prefixes(*code, *first)) else { continue };
            return match depth {
                0 => self.lessons.catches.insert((code.version, handler.target as u32 / 2)),
                _ => self.lessons.no_inlining.insert(code.version),
            };
        }
        false
    }

    /// Finds out which entries were changed while they were taken for granted.
    fn examine_suspects(&mut self) {
        for (dict, name, assumed) in std::mem::take(&mut self.suspects) {
            if dict.get_str(name.cast()).unwrap_or(Value::NULL) != assumed {
                let key = (dict.value().0, name.0);
                let changes = self.changes.entry(key).or_insert(0);
                *changes += 1;
                if *changes >= CHANGES {
                    self.lessons.volatile.insert(key);
                }
            }
        }
    }

    fn log(&self, message: impl FnOnce() -> String) {
        if self.log {
            eprintln!("[jit] {}", message());
        }
    }

    /// When code is compiled.
    pub fn mode(&self) -> Mode {
        self.mode
    }
}

/// Where the instruction itself is whose first prefix is at a code unit.
fn behind_prefixes(code: Gc<Code>, first: u32) -> u32 {
    let mut unit = first;
    // SAFETY: within the code's instructions; prefixes come before the instruction itself.
    while unsafe { *code.instructions.add(unit as usize) } as u8 == Opcode::ExtendedArg as u8 {
        unit += 1;
    }
    unit
}

fn place_of(places: &mut FxHashMap<(u32, u32), Place>, key: (u32, u32)) -> &mut Place {
    places.entry(key).or_default()
}

/// The code object of a unit: the first of its exits' outermost frames, or of its constants.
fn unit_code(unit: &Unit) -> u64 {
    unit.constants.iter().find(|word| word.is_kind(ObjectKind::Code)).map_or(0, |word| word.0)
}

/// Lets calls enter compiled code: RESUME's general body does so.
fn set_entry(mut code: Gc<Code>, start: u32, entry: *const u8) {
    code.compiled_entry = entry;
    let mut points = build::resume_points(code);
    points.push(start);
    for point in points {
        // SAFETY: RESUME is there; the holder of the interpreter lock may change it to another form of the same instruction.
        unsafe {
            let unit = code.instructions.add(point as usize);
            *unit = *unit & 0xff00 | Opcode::Resume as u16;
        }
    }
}
