//! The module `_signal`: signals and their Python handlers.
//!
//! The C-level handler only notes the signal and asks the main thread to come to a safepoint, where the Python handler runs.

use std::sync::atomic::{AtomicBool, AtomicI32, AtomicU64, Ordering};
use taipan_runtime::interpreter::frames::frame_object;
use taipan_runtime::interpreter::safepoint;
use taipan_runtime::object::list::List;
use taipan_runtime::object::set::Set;
use taipan_runtime::object::special::Special;
use taipan_runtime::object::str::intern;
use taipan_runtime::operations::{class_of, iterate};
use taipan_runtime::prelude::*;
use taipan_runtime::roots::Root;

/// This module provides mechanisms to use signal handlers in Python.
pub struct Signal;

const MOST_SIGNALS: usize = 65;

static ARRIVED: [AtomicBool; MOST_SIGNALS] = [const { AtomicBool::new(false) }; MOST_SIGNALS];
static WAKEUP: AtomicI32 = AtomicI32::new(-1);
/// List of handlers by signal number.
static HANDLERS: Root = Root::new();

const SIG_DFL: i64 = 0;
const SIG_IGN: i64 = 1;

/// The main thread's identity: signals that reach another one are passed on to it, so that they interrupt what it waits for.
static MAIN: AtomicU64 = AtomicU64::new(0);

/// Makes the calling thread the one that signals interrupt: at start-up, and in the child of a fork.
pub fn become_main() {
    // SAFETY: no memory is involved.
    MAIN.store(unsafe { libc::pthread_self() } as u64, Ordering::Release);
}

extern "C" fn note(signal: i32) {
    let main = MAIN.load(Ordering::Acquire);
    // SAFETY: both are allowed in signal handlers, and the main thread lives as long as the process.
    unsafe {
        if libc::pthread_self() as u64 != main && libc::pthread_kill(main as libc::pthread_t, signal) == 0 {
            return;
        }
    }
    if let Some(flag) = ARRIVED.get(signal as usize) {
        flag.store(true, Ordering::Release);
        safepoint::request_of_main(safepoint::BREAK_SIGNAL);
        let wakeup = WAKEUP.load(Ordering::Acquire);
        if wakeup >= 0 {
            let byte = signal as u8;
            // SAFETY: writes one byte of this stack; allowed in signal handlers.
            unsafe { libc::write(wakeup, (&raw const byte).cast(), 1) };
        }
    }
}

fn handlers() -> Gc<List> {
    HANDLERS.get_or_set(|| List::new(&[Value::NONE; MOST_SIGNALS]).value()).cast()
}

/// Behaves as if a signal with a Python handler had arrived.
pub fn simulate(thread: &mut Thread, signal: i64) -> Result<()> {
    if !(1..MOST_SIGNALS as i64).contains(&signal) {
        return Err(thread.value_error("signal number out of range"));
    }
    let handler = handlers().items()[signal as usize];
    if !handler.is_none() && !handler.is_small_int() {
        ARRIVED[signal as usize].store(true, Ordering::Release);
        safepoint::request_of_main(safepoint::BREAK_SIGNAL);
    }
    Ok(())
}

/// Runs the Python handlers of the signals that arrived. Only the main thread does.
pub fn run_handlers(thread: &mut Thread) -> Result<()> {
    if !taipan_runtime::start::is_main_thread(thread) {
        return Ok(());
    }
    for (signal, flag) in ARRIVED.iter().enumerate() {
        if !flag.swap(false, Ordering::AcqRel) {
            continue;
        }
        let handler = handlers().items()[signal];
        if handler.is_none() || handler.is_small_int() {
            continue;
        }
        let record = thread.frame_at_depth(0);
        let frame = if record.is_null() { Value::NONE } else { frame_object(record).value() };
        thread.call(handler, &[Value::from_int(signal as i64), frame])?;
    }
    Ok(())
}

fn install(signal: i32, action: libc::sighandler_t) -> bool {
    // SAFETY: a zeroed sigaction with a handler set is valid.
    unsafe {
        let mut new: libc::sigaction = std::mem::zeroed();
        new.sa_sigaction = action;
        libc::sigemptyset(&mut new.sa_mask);
        libc::sigaction(signal, &new, std::ptr::null_mut()) == 0
    }
}

/// Sets up Ctrl-C, and ignores SIGPIPE and SIGXFSZ as CPython does. Called at start-up.
pub fn initialize(thread: &mut Thread) -> Result<()> {
    become_main();
    safepoint::set_signal_runner(run_handlers);
    install(libc::SIGPIPE, libc::SIG_IGN);
    install(libc::SIGXFSZ, libc::SIG_IGN);
    let module = taipan_runtime::import::import_module(thread, "_signal")?;
    let handler = taipan_runtime::operations::get_attribute(thread, module, intern("default_int_handler"))?;
    // SAFETY: asks for the current action.
    let ignored = unsafe {
        let mut old: libc::sigaction = std::mem::zeroed();
        libc::sigaction(libc::SIGINT, std::ptr::null(), &mut old);
        old.sa_sigaction == libc::SIG_IGN
    };
    if !ignored {
        handlers().set(libc::SIGINT as usize, handler);
        install(libc::SIGINT, note as *const () as libc::sighandler_t);
    }
    Ok(())
}

/// Ctrl-C ended the program: the process shall die of the signal once everything else is done, as its parent may want to know.
static ENDED_BY_INTERRUPT: AtomicBool = AtomicBool::new(false);

/// Has [`die_if_interrupted`] end the process.
pub fn end_by_interrupt() {
    ENDED_BY_INTERRUPT.store(true, Ordering::Release);
}

/// Ends the process by SIGINT if Ctrl-C ended the program. Called at the very end.
pub fn die_if_interrupted() {
    if ENDED_BY_INTERRUPT.load(Ordering::Acquire) {
        install(libc::SIGINT, libc::SIG_DFL);
        // SAFETY: a signal to this process.
        unsafe { libc::kill(libc::getpid(), libc::SIGINT) };
    }
}

fn check_number(thread: &mut Thread, signal: i64) -> Result<i32> {
    if (1..MOST_SIGNALS as i64).contains(&signal) {
        Ok(signal as i32)
    } else {
        Err(thread.value_error("signal number out of range"))
    }
}

pub fn signal_set(thread: &mut Thread, signals: Value) -> Result<libc::sigset_t> {
    // SAFETY: initialised by sigemptyset.
    let mut set = unsafe {
        let mut set: libc::sigset_t = std::mem::zeroed();
        libc::sigemptyset(&mut set);
        set
    };
    for &signal in iterate::collect(thread, signals)?.iter() {
        let number = taipan_runtime::operations::convert::index_i64(thread, signal)?;
        if !(1..MOST_SIGNALS as i64).contains(&number) {
            return Err(thread.value_error(format!("signal number {number} out of range [1; 64]")));
        }
        // SAFETY: a valid set and number.
        unsafe { libc::sigaddset(&mut set, number as i32) };
    }
    Ok(set)
}

fn set_value(thread: &mut Thread, set: &libc::sigset_t) -> Result {
    let result = Set::new();
    for signal in 1..MOST_SIGNALS as i32 {
        // SAFETY: a valid set and number.
        if unsafe { libc::sigismember(set, signal) } == 1 {
            result.add(thread, Value::from_int(signal as i64))?;
        }
    }
    Ok(result.value())
}

fn last_error(thread: &mut Thread) -> Raised {
    let number = std::io::Error::last_os_error().raw_os_error().unwrap_or(0);
    crate::os_error(thread, number)
}

#[native_module(name = "_signal")]
impl Signal {
    /// The default handler for SIGINT installed by Python: it raises KeyboardInterrupt.
    #[function("(signalnum, frame, /)")]
    fn default_int_handler(thread: &mut Thread, _signalnum: Value, _frame: Value) -> Result {
        Err(taipan_runtime::object::exception::Exception::with_arguments(
            thread,
            types().keyboard_interrupt,
            &[],
        ))
    }

    /// Set the action for the given signal.
    #[function("(signalnum, handler, /)")]
    fn signal(thread: &mut Thread, signalnum: i64, handler: Value) -> Result {
        if !taipan_runtime::start::is_main_thread(thread) {
            return Err(thread.value_error("signal only works in main thread of the main interpreter"));
        }
        let action = match handler.as_small_int() {
            Some(SIG_DFL) => libc::SIG_DFL,
            Some(SIG_IGN) => libc::SIG_IGN,
            _ if class_of(handler).special(Special::Call).is_some() => {
                note as *const () as libc::sighandler_t
            }
            _ => {
                return Err(thread.type_error(
                    "signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object",
                ));
            }
        };
        let number = check_number(thread, signalnum)?;
        if !install(number, action) {
            return Err(last_error(thread));
        }
        let old = handlers().items()[number as usize];
        handlers().set(number as usize, handler);
        Ok(if old.is_none() { Value::from_int(SIG_DFL) } else { old })
    }

    /// Return the current action for the given signal.
    #[function("(signalnum, /)")]
    fn getsignal(thread: &mut Thread, signalnum: i64) -> Result {
        let number = check_number(thread, signalnum)?;
        let handler = handlers().items()[number as usize];
        Ok(if handler.is_none() { Value::from_int(SIG_DFL) } else { handler })
    }

    /// Send a signal to the executing process.
    #[function("(signalnum, /)")]
    fn raise_signal(thread: &mut Thread, signalnum: i32) -> Result<()> {
        // SAFETY: no memory is involved.
        if unsafe { libc::raise(signalnum) } != 0 {
            return Err(last_error(thread));
        }
        run_handlers(thread)
    }

    /// Arrange for SIGALRM to arrive after the given number of seconds.
    #[function("(seconds, /)")]
    fn alarm(seconds: u32) -> i64 {
        // SAFETY: no memory is involved.
        unsafe { libc::alarm(seconds) as i64 }
    }

    /// Wait until a signal arrives.
    #[function("()")]
    fn pause(thread: &mut Thread) -> Result<()> {
        taipan_runtime::lock::without_lock(thread, || {
            // SAFETY: no memory is involved.
            unsafe { libc::pause() };
        });
        run_handlers(thread)
    }

    /// Sets an interval timer.
    #[function("(which, seconds, interval=0.0, /)")]
    fn setitimer(thread: &mut Thread, which: i32, seconds: f64, interval: Option<f64>) -> Result {
        let time = |seconds: f64| libc::timeval {
            tv_sec: seconds.trunc() as i64,
            tv_usec: (seconds.fract() * 1e6) as i64,
        };
        let new = libc::itimerval { it_interval: time(interval.unwrap_or(0.0)), it_value: time(seconds) };
        let mut old = libc::itimerval { it_interval: time(0.0), it_value: time(0.0) };
        unsafe extern "C" {
            fn setitimer(which: i32, new: *const libc::itimerval, old: *mut libc::itimerval) -> i32;
        }
        // SAFETY: valid places for both.
        if unsafe { setitimer(which, &new, &mut old) } != 0 {
            return Err(last_error(thread));
        }
        let seconds = |time: libc::timeval| Value::from_float(time.tv_sec as f64 + time.tv_usec as f64 / 1e6);
        let values = [seconds(old.it_value), seconds(old.it_interval)];
        Ok(taipan_runtime::object::tuple::Tuple::new(&values).value())
    }

    /// Sets the fd to be written to (with the signal number) when a signal comes in.
    #[function("(fd, /, *, warn_on_full_buffer=True)")]
    fn set_wakeup_fd(fd: i32, _warn_on_full_buffer: Option<bool>) -> i64 {
        WAKEUP.swap(fd, Ordering::AcqRel) as i64
    }

    /// Change system call restart behaviour.
    #[function("(signalnum, flag, /)")]
    fn siginterrupt(thread: &mut Thread, signalnum: i64, _flag: bool) -> Result<()> {
        check_number(thread, signalnum).map(|_| ())
    }

    /// Return the system description of the given signal.
    #[function("(signalnum, /)")]
    fn strsignal(thread: &mut Thread, signalnum: i64) -> Result {
        let number = check_number(thread, signalnum)?;
        // SAFETY: the C library's text for a valid number.
        let text = unsafe { libc::strsignal(number) };
        if text.is_null() {
            return Ok(Value::NONE);
        }
        // SAFETY: as above.
        let text = unsafe { std::ffi::CStr::from_ptr(text) }.to_string_lossy();
        Ok(if text.starts_with("Unknown signal") { Value::NONE } else { Str::new(&text).value() })
    }

    /// Return a set of all valid signal numbers on this platform.
    #[function("()")]
    fn valid_signals(thread: &mut Thread) -> Result {
        // SAFETY: initialised by sigfillset.
        let set = unsafe {
            let mut set: libc::sigset_t = std::mem::zeroed();
            libc::sigfillset(&mut set);
            set
        };
        set_value(thread, &set)
    }

    /// Fetch and/or change the signal mask of the calling thread.
    #[function("(how, mask, /)")]
    fn pthread_sigmask(thread: &mut Thread, how: i32, mask: Value) -> Result {
        let new = signal_set(thread, mask)?;
        // SAFETY: valid places for both sets.
        let old = unsafe {
            let mut old: libc::sigset_t = std::mem::zeroed();
            let status = libc::pthread_sigmask(how, &new, &mut old);
            if status != 0 {
                return Err(crate::os_error(thread, status));
            }
            old
        };
        run_handlers(thread)?;
        set_value(thread, &old)
    }

    #[execute]
    fn execute(thread: &mut Thread, module: Gc<Module>) -> Result<()> {
        let constants: &[(&str, i32)] = &[
            ("SIG_DFL", 0),
            ("SIG_IGN", 1),
            ("NSIG", MOST_SIGNALS as i32),
            ("SIG_BLOCK", libc::SIG_BLOCK),
            ("SIG_UNBLOCK", libc::SIG_UNBLOCK),
            ("SIG_SETMASK", libc::SIG_SETMASK),
            ("ITIMER_REAL", 0),
            ("ITIMER_VIRTUAL", 1),
            ("ITIMER_PROF", 2),
            ("SIGHUP", libc::SIGHUP),
            ("SIGINT", libc::SIGINT),
            ("SIGQUIT", libc::SIGQUIT),
            ("SIGILL", libc::SIGILL),
            ("SIGTRAP", libc::SIGTRAP),
            ("SIGABRT", libc::SIGABRT),
            ("SIGIOT", libc::SIGIOT),
            ("SIGBUS", libc::SIGBUS),
            ("SIGFPE", libc::SIGFPE),
            ("SIGKILL", libc::SIGKILL),
            ("SIGUSR1", libc::SIGUSR1),
            ("SIGSEGV", libc::SIGSEGV),
            ("SIGUSR2", libc::SIGUSR2),
            ("SIGPIPE", libc::SIGPIPE),
            ("SIGALRM", libc::SIGALRM),
            ("SIGTERM", libc::SIGTERM),
            ("SIGSTKFLT", libc::SIGSTKFLT),
            ("SIGCHLD", libc::SIGCHLD),
            ("SIGCLD", libc::SIGCHLD),
            ("SIGCONT", libc::SIGCONT),
            ("SIGSTOP", libc::SIGSTOP),
            ("SIGTSTP", libc::SIGTSTP),
            ("SIGTTIN", libc::SIGTTIN),
            ("SIGTTOU", libc::SIGTTOU),
            ("SIGURG", libc::SIGURG),
            ("SIGXCPU", libc::SIGXCPU),
            ("SIGXFSZ", libc::SIGXFSZ),
            ("SIGVTALRM", libc::SIGVTALRM),
            ("SIGPROF", libc::SIGPROF),
            ("SIGWINCH", libc::SIGWINCH),
            ("SIGIO", libc::SIGIO),
            ("SIGPOLL", libc::SIGPOLL),
            ("SIGPWR", libc::SIGPWR),
            ("SIGSYS", libc::SIGSYS),
            ("SIGRTMIN", 34),
            ("SIGRTMAX", 64),
        ];
        for (name, value) in constants {
            module.dict.set_str(thread, intern(name), Value::from_int(*value as i64))?;
        }
        module.dict.set_str(thread, intern("ItimerError"), types().os_error.value())
    }
}
