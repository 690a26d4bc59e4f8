//! Samples what runs: a thread sends SIGPROF at a fixed rate, and the handler notes the frames of the Python thread that holds the interpreter lock.
//!
//! The handler writes into a ring of words; the sampling thread and, before each collection marks, the collector drain it into [`Samples`].
//!
//! **Invariants.** The handler allocates nothing and takes no lock. It reads frame records only when the thread that it runs on holds the lock, and so
//! can't change them meanwhile. Code objects in the ring were running when they were noted; they are drained, and from then
//! on kept alive by [`visit_codes`], before any collection could free them.

use super::samples::{RawFrame, RawSample, Samples, Tier};
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};
use taipan_jit::code_memory::pages;
use taipan_runtime::heap::{Tracer, heap};
use taipan_runtime::interpreter::dispatch;
use taipan_runtime::object::code::Code;
use taipan_runtime::object::frame::Frame;
use taipan_runtime::object::pointer::Gc;
use taipan_runtime::thread::Thread;
use taipan_runtime::{lock, start};

/// Words of the ring.
const RING: usize = 1 << 20;
/// The most frames noted a sample; the outermost are left out.
const DEPTH: usize = 200;
/// Words of a sample besides its frames.
const HEAD: usize = 3;
/// Words of the native stack that are searched for a return address.
const SEARCHED: usize = 2048;
/// Bytes of the interpreter's loop that a return address into it lies in.
const LOOP_BYTES: usize = 512;
/// How often the ring is drained, and iterations are counted.
const DRAIN: Duration = Duration::from_millis(10);

static RUNNING: AtomicBool = AtomicBool::new(false);
/// The ring, once there is one.
static WORDS: AtomicPtr<AtomicU64> = AtomicPtr::new(std::ptr::null_mut());
/// Words ever written and ever read.
static WRITTEN: AtomicUsize = AtomicUsize::new(0);
static READ: AtomicUsize = AtomicUsize::new(0);
static DROPPED: AtomicUsize = AtomicUsize::new(0);
/// Ends of the native stack that may be searched.
static STACK: [AtomicUsize; 2] = [const { AtomicUsize::new(0) }; 2];
/// The process that is sampled: not its children.
static PROCESS: AtomicU32 = AtomicU32::new(0);
static SAMPLES: Mutex<Option<Samples>> = Mutex::new(None);

fn samples() -> MutexGuard<'static, Option<Samples>> {
    SAMPLES.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// A sampler at work.
pub struct Sampler {
    thread: Option<std::thread::JoinHandle<()>>,
}

/// Leaves SIGPROF to the threads that exist, so that those started from here on don't get it; or takes that back.
pub fn shield_new_threads(shield: bool) {
    // SAFETY: a mask of this stack, initialised before it is used.
    unsafe {
        let mut mask: libc::sigset_t = std::mem::zeroed();
        libc::sigemptyset(&mut mask);
        libc::sigaddset(&mut mask, libc::SIGPROF);
        let how = if shield { libc::SIG_BLOCK } else { libc::SIG_UNBLOCK };
        libc::pthread_sigmask(how, &mask, std::ptr::null_mut());
    }
}

impl Sampler {
    /// Begins to sample. `stack` are the ends of the calling thread's native stack.
    pub fn start(period: Duration, stack: [usize; 2]) -> std::io::Result<Sampler> {
        let words: Box<[AtomicU64]> = (0..RING).map(|_| AtomicU64::new(0)).collect();
        WORDS.store(Box::leak(words).as_mut_ptr(), Ordering::Release);
        STACK.iter().zip(stack).for_each(|(end, address)| end.store(address, Ordering::Relaxed));
        PROCESS.store(std::process::id(), Ordering::Relaxed);
        *samples() = Some(Samples::default());
        heap().register_root_visitor(visit_codes);
        install_handler()?;
        RUNNING.store(true, Ordering::Release);
        shield_new_threads(true);
        let thread =
            std::thread::Builder::new().name("taipan-profile".to_string()).spawn(move || tick(period));
        shield_new_threads(false);
        Ok(Sampler { thread: Some(thread?) })
    }

    /// Ends sampling and gives what was noted.
    pub fn stop(mut self) -> Samples {
        RUNNING.store(false, Ordering::Release);
        if let Some(thread) = self.thread.take() {
            // A sampling thread that panicked leaves the samples that it had drained.
            let _ = thread.join();
        }
        ignore_signal();
        drain();
        let mut samples = samples().take().unwrap_or_default();
        samples.dropped = DROPPED.load(Ordering::Relaxed);
        samples
    }
}

fn install_handler() -> std::io::Result<()> {
    // SAFETY: a zeroed sigaction with a handler set is valid; the handler keeps the module's invariant.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = on_signal as *const () as usize;
        action.sa_flags = libc::SA_SIGINFO | libc::SA_RESTART;
        match libc::sigaction(libc::SIGPROF, &action, std::ptr::null_mut()) {
            0 => Ok(()),
            _ => Err(std::io::Error::last_os_error()),
        }
    }
}

/// A signal may still be on its way.
fn ignore_signal() {
    // SAFETY: as in `install_handler`.
    unsafe { libc::signal(libc::SIGPROF, libc::SIG_IGN) };
}

/// The sampling thread.
fn tick(period: Duration) {
    let begun = Instant::now();
    let (mut next, mut drained) = (begun + period, begun);
    while RUNNING.load(Ordering::Acquire) {
        std::thread::sleep(next.saturating_duration_since(Instant::now()));
        // On a busy machine samples are missed, not caught up on.
        next = (next + period).max(Instant::now());
        if lock::is_held() {
            // SAFETY: the signal has a handler.
            unsafe { libc::kill(libc::getpid(), libc::SIGPROF) };
        } else if let Some(samples) = samples().as_mut() {
            samples.wait(now());
        }
        if drained.elapsed() >= DRAIN {
            drained = Instant::now();
            drain();
            if let Some(samples) = samples().as_mut() {
                samples.count_iterations(now(), taipan_jit::engine::report::sample_iterations());
            }
        }
    }
}

/// Nanoseconds of the monotonic clock, which [`Instant`] counts too.
pub fn now() -> u64 {
    // SAFETY: a timespec of this stack; safe in a signal handler.
    unsafe {
        let mut time: libc::timespec = std::mem::zeroed();
        libc::clock_gettime(libc::CLOCK_MONOTONIC, &mut time);
        time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64
    }
}

/// Where the interrupted code was: its instruction, its stack pointer, and its first argument or what became of it.
struct Registers {
    instruction: usize,
    stack: usize,
    first: usize,
}

/// # Safety
/// `context` is what the system handed to the handler.
unsafe fn registers(context: *mut libc::c_void) -> Registers {
    // SAFETY: the caller's promise.
    unsafe {
        let machine = &(*(context as *const libc::ucontext_t)).uc_mcontext;
        #[cfg(target_arch = "x86_64")]
        return Registers {
            instruction: machine.gregs[libc::REG_RIP as usize] as usize,
            stack: machine.gregs[libc::REG_RSP as usize] as usize,
            first: machine.gregs[libc::REG_RDI as usize] as usize,
        };
        #[cfg(target_arch = "aarch64")]
        return Registers {
            instruction: machine.pc as usize,
            stack: machine.sp as usize,
            first: machine.regs[0] as usize,
        };
    }
}

extern "C" fn on_signal(_: i32, _: *mut libc::siginfo_t, context: *mut libc::c_void) {
    if !RUNNING.load(Ordering::Acquire) {
        return;
    }
    // SAFETY: the module's invariant: what is read belongs to this thread. `errno` isn't touched by anything called here.
    unsafe {
        let thread: *const Thread = start::current_thread();
        if (*thread).identifier == libc::pthread_self() as u64 {
            note(&*thread, &registers(context));
        }
    }
}

/// # Safety
/// `thread` is the calling thread, and holds the interpreter lock.
unsafe fn note(thread: &Thread, registers: &Registers) {
    let (tier, address) = unsafe { classify(registers) };
    let words = WORDS.load(Ordering::Acquire);
    let written = WRITTEN.load(Ordering::Relaxed);
    // SAFETY: records from the base to the current one are live.
    unsafe {
        let depth = (thread.frame.offset_from(thread.frames).max(0) as usize).min(DEPTH);
        if written + HEAD + 2 * depth - READ.load(Ordering::Acquire) > RING {
            DROPPED.fetch_add(1, Ordering::Relaxed);
            return;
        }
        let mut at = written;
        let mut put = |word: u64| {
            (*words.add(at % RING)).store(word, Ordering::Relaxed);
            at += 1;
        };
        put(now());
        put(tier as u64 | (depth as u64) << 8);
        put(address as u64);
        for up in 0..depth {
            let record: *const Frame = thread.frame.sub(up);
            let code = (*record).code;
            let pc = match tier {
                Tier::Interpreted if up == 0 && in_code(code, registers.first) => registers.first,
                _ => (*record).pc as usize,
            };
            put(code.value().0);
            put(if in_code(code, pc) { (pc - code.instructions as usize) as u64 / 2 } else { 0 });
        }
        WRITTEN.store(at, Ordering::Release);
    }
}

fn in_code(code: Gc<Code>, pc: usize) -> bool {
    let first = code.instructions as usize;
    (first..first + 2 * code.length).contains(&pc)
}

/// What was running, and where in machine code it was or to where it returns. The return address nearest to the top of the stack tells machine code's
/// helpers from the interpreter's.
unsafe fn classify(registers: &Registers) -> (Tier, usize) {
    let collects = heap().is_collecting();
    let tier_of = |tier| if collects { Tier::Collector } else { tier };
    if pages::contains(registers.instruction) {
        return (Tier::Compiled, registers.instruction);
    }
    let [low, high] = [0, 1].map(|end| STACK[end].load(Ordering::Relaxed));
    let interpreter = dispatch::run as *const () as usize;
    let first = registers.stack.next_multiple_of(8);
    if !(low..high).contains(&first) {
        return (tier_of(Tier::Interpreted), 0);
    }
    let last = (first + 8 * SEARCHED).min(high);
    for address in (first..last).step_by(8) {
        // SAFETY: a word of this thread's stack.
        let word = unsafe { (address as *const usize).read_volatile() };
        if pages::contains(word) {
            // Behind the call: the byte before belongs to it.
            return (tier_of(Tier::Runtime), word - 1);
        }
        if (interpreter..interpreter + LOOP_BYTES).contains(&word) {
            break;
        }
    }
    (tier_of(Tier::Interpreted), 0)
}

/// Moves what the handler noted into the samples.
fn drain() {
    let mut guard = samples();
    let Some(samples) = guard.as_mut() else { return };
    let words = WORDS.load(Ordering::Acquire);
    let end = WRITTEN.load(Ordering::Acquire);
    let mut at = READ.load(Ordering::Relaxed);
    // SAFETY: words behind `at` and before `end` are written and not yet given back.
    let word = |at: usize| unsafe { (*words.add(at % RING)).load(Ordering::Relaxed) };
    while at < end {
        let head = word(at + 1);
        let depth = (head >> 8) as usize;
        let frames = (0..depth).rev().map(|up| {
            let at = at + HEAD + 2 * up;
            RawFrame { code: word(at), unit: word(at + 1) as u32 }
        });
        let sample = RawSample { time: word(at), tier: Tier::from_number(head as u8), address: word(at + 2) };
        samples.add(sample, frames);
        at += HEAD + 2 * depth;
    }
    READ.store(end, Ordering::Release);
}

/// Keeps the code objects of all samples alive.
fn visit_codes(tracer: &mut Tracer) {
    if PROCESS.load(Ordering::Relaxed) != std::process::id() {
        // The child of a fork: the lock may have been held at that moment, and nobody will ask.
        return;
    }
    drain();
    if let Some(samples) = samples().as_ref() {
        samples.codes().for_each(|code| tracer.value(code));
    }
}
