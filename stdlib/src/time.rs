//! The module `time`.

use std::time::Duration;
use taipan_runtime::builtins::struct_sequence::{self, Description};
use taipan_runtime::interpreter::safepoint;
use taipan_runtime::native::Text;
use taipan_runtime::object::int::IntRef;
use taipan_runtime::object::tuple::Tuple;
use taipan_runtime::operations;
use taipan_runtime::prelude::*;
use taipan_runtime::roots::Root;

/// This module provides various functions to manipulate time values.
pub struct Time;

static STRUCT_TIME: Root = Root::new();

static DESCRIPTION: Description = Description {
    module: "time",
    name: "struct_time",
    doc: "The time value as returned by gmtime(), localtime(), and strptime(), and\naccepted by asctime(), mktime() and strftime().",
    visible: &[
        "tm_year", "tm_mon", "tm_mday", "tm_hour", "tm_min", "tm_sec", "tm_wday", "tm_yday", "tm_isdst",
    ],
    hidden: &["tm_zone", "tm_gmtoff"],
};

const NANOSECONDS: i64 = 1_000_000_000;

fn clock_nanoseconds(clock: libc::clockid_t) -> i64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: a valid place for the answer.
    unsafe { libc::clock_gettime(clock, &mut time) };
    time.tv_sec * NANOSECONDS + time.tv_nsec
}

fn seconds(nanoseconds: i64) -> f64 {
    nanoseconds as f64 * 1e-9
}

fn errno_error(thread: &mut Thread) -> Raised {
    let error = std::io::Error::last_os_error();
    let number = error.raw_os_error().unwrap_or(0);
    crate::os_error(thread, number)
}

fn struct_time_class(thread: &mut Thread) -> Result<Gc<TypeObject>> {
    match STRUCT_TIME.get() {
        Some(class) => Ok(class.cast()),
        None => {
            let class = struct_sequence::define(thread, &DESCRIPTION)?;
            STRUCT_TIME.set(class.value());
            Ok(class)
        }
    }
}

/// Seconds since the epoch of an argument, now if it is absent.
fn epoch_seconds(thread: &mut Thread, seconds: Option<Value>) -> Result<i64> {
    let Some(value) = seconds.filter(|value| !value.is_none()) else {
        return Ok(clock_nanoseconds(libc::CLOCK_REALTIME).div_euclid(NANOSECONDS));
    };
    if let Some(d) = value.as_float() {
        if d.is_nan() {
            return Err(thread.value_error("Invalid value NaN (not a number)"));
        }
        if d.abs() >= 9.2e18 {
            return Err(thread.overflow_error("timestamp out of range for platform time_t"));
        }
        return Ok(d.floor() as i64);
    }
    let index = operations::index(thread, value)?;
    match index.as_int() {
        Some(IntRef::Small(i)) => Ok(i),
        _ => Err(thread.overflow_error("timestamp out of range for platform time_t")),
    }
}

fn make_struct_time(thread: &mut Thread, tm: &libc::tm) -> Result {
    let class = struct_time_class(thread)?;
    let zone = if tm.tm_zone.is_null() {
        Value::NONE
    } else {
        // SAFETY: the C library's zone name is a string that lives on.
        let zone = unsafe { std::ffi::CStr::from_ptr(tm.tm_zone) };
        Str::new(&zone.to_string_lossy()).value()
    };
    let number = |n: i32| Value::from_int(n as i64);
    let values = [
        Value::from_int(tm.tm_year as i64 + 1900),
        number(tm.tm_mon + 1),
        number(tm.tm_mday),
        number(tm.tm_hour),
        number(tm.tm_min),
        number(tm.tm_sec),
        number((tm.tm_wday + 6) % 7),
        number(tm.tm_yday + 1),
        number(tm.tm_isdst),
        zone,
        Value::from_int(tm.tm_gmtoff),
    ];
    struct_sequence::make(thread, class, &values)
}

fn empty_tm() -> libc::tm {
    // SAFETY: a C struct of numbers and a pointer.
    unsafe { std::mem::zeroed() }
}

fn broken_down(thread: &mut Thread, value: i64, local: bool) -> Result<libc::tm> {
    let mut tm = empty_tm();
    // SAFETY: valid places for the argument and the answer.
    let found = unsafe {
        match local {
            true => libc::localtime_r(&value, &mut tm),
            false => libc::gmtime_r(&value, &mut tm),
        }
    };
    if found.is_null() { Err(errno_error(thread)) } else { Ok(tm) }
}

/// The C struct of a time tuple.
fn tm_of(thread: &mut Thread, function: &str, value: Value) -> Result<libc::tm> {
    let Some(tuple) = value.downcast::<Tuple>() else {
        return Err(thread.type_error("Tuple or struct_time argument required"));
    };
    if tuple.length != 9 {
        return Err(thread.type_error(format!("{function}(): illegal time tuple argument")));
    }
    let mut fields = [0i64; 9];
    for (field, &item) in fields.iter_mut().zip(tuple.items()) {
        *field = operations::convert::index_i64(thread, item)?;
    }
    let [year, month, day, hour, minute, second, weekday, yearday, dst] = fields;
    let Ok(year) = i32::try_from(year - 1900) else { return Err(thread.overflow_error("year out of range")) };
    let mut tm = empty_tm();
    tm.tm_year = year;
    tm.tm_mon = month as i32 - 1;
    tm.tm_mday = day as i32;
    tm.tm_hour = hour as i32;
    tm.tm_min = minute as i32;
    tm.tm_sec = second as i32;
    tm.tm_wday = (weekday as i32 + 1).rem_euclid(7);
    tm.tm_yday = yearday as i32 - 1;
    tm.tm_isdst = dst as i32;
    Ok(tm)
}

/// Checks the ranges that `strftime` and `asctime` insist on; zeros mean the first.
fn check_ranges(thread: &mut Thread, tm: &mut libc::tm) -> Result<()> {
    if tm.tm_mon == -1 {
        tm.tm_mon = 0;
    }
    if tm.tm_mday == 0 {
        tm.tm_mday = 1;
    }
    if tm.tm_yday == -1 {
        tm.tm_yday = 0;
    }
    let checks = [
        ((0..=11).contains(&tm.tm_mon), "month out of range"),
        ((1..=31).contains(&tm.tm_mday), "day of month out of range"),
        ((0..=23).contains(&tm.tm_hour), "hour out of range"),
        ((0..=59).contains(&tm.tm_min), "minute out of range"),
        ((0..=61).contains(&tm.tm_sec), "seconds out of range"),
        ((0..=365).contains(&tm.tm_yday), "day of year out of range"),
    ];
    match checks.iter().find(|(fits, _)| !fits) {
        Some((_, complaint)) => Err(thread.value_error(complaint)),
        None => Ok(()),
    }
}

fn argument_tm(thread: &mut Thread, function: &str, value: Option<Value>) -> Result<libc::tm> {
    match value.filter(|value| !value.is_none()) {
        Some(value) => tm_of(thread, function, value),
        None => {
            let now = epoch_seconds(thread, None)?;
            broken_down(thread, now, true)
        }
    }
}

fn ascii_time(tm: &libc::tm) -> String {
    const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    format!(
        "{} {} {:2} {:02}:{:02}:{:02} {}",
        DAYS[tm.tm_wday.rem_euclid(7) as usize],
        MONTHS[tm.tm_mon.clamp(0, 11) as usize],
        tm.tm_mday,
        tm.tm_hour,
        tm.tm_min,
        tm.tm_sec,
        tm.tm_year as i64 + 1900
    )
}

#[native_module(name = "time")]
impl Time {
    /// Return the current time in seconds since the Epoch.
    #[function("()")]
    fn time() -> f64 {
        seconds(clock_nanoseconds(libc::CLOCK_REALTIME))
    }

    /// Return the current time in nanoseconds since the Epoch.
    #[function("()")]
    fn time_ns() -> i64 {
        clock_nanoseconds(libc::CLOCK_REALTIME)
    }

    /// Monotonic clock, cannot go backward.
    #[function("()")]
    fn monotonic() -> f64 {
        seconds(clock_nanoseconds(libc::CLOCK_MONOTONIC))
    }

    /// Monotonic clock, cannot go backward, as nanoseconds.
    #[function("()")]
    fn monotonic_ns() -> i64 {
        clock_nanoseconds(libc::CLOCK_MONOTONIC)
    }

    /// Performance counter for benchmarking.
    #[function("()")]
    fn perf_counter() -> f64 {
        seconds(clock_nanoseconds(libc::CLOCK_MONOTONIC))
    }

    /// Performance counter for benchmarking as nanoseconds.
    #[function("()")]
    fn perf_counter_ns() -> i64 {
        clock_nanoseconds(libc::CLOCK_MONOTONIC)
    }

    /// Process time for profiling: sum of the kernel and user-space CPU time.
    #[function("()")]
    fn process_time() -> f64 {
        seconds(clock_nanoseconds(libc::CLOCK_PROCESS_CPUTIME_ID))
    }

    /// Process time for profiling as nanoseconds.
    #[function("()")]
    fn process_time_ns() -> i64 {
        clock_nanoseconds(libc::CLOCK_PROCESS_CPUTIME_ID)
    }

    /// Thread time for profiling: sum of the kernel and user-space CPU time.
    #[function("()")]
    fn thread_time() -> f64 {
        seconds(clock_nanoseconds(libc::CLOCK_THREAD_CPUTIME_ID))
    }

    /// Thread time for profiling as nanoseconds.
    #[function("()")]
    fn thread_time_ns() -> i64 {
        clock_nanoseconds(libc::CLOCK_THREAD_CPUTIME_ID)
    }

    /// Return the time of the specified clock clk_id as a float.
    #[function("(clk_id, /)")]
    fn clock_gettime(clk_id: i32) -> f64 {
        seconds(clock_nanoseconds(clk_id))
    }

    /// Return the time of the specified clock clk_id as nanoseconds (int).
    #[function("(clk_id, /)")]
    fn clock_gettime_ns(clk_id: i32) -> i64 {
        clock_nanoseconds(clk_id)
    }

    /// Return the resolution (precision) of the specified clock clk_id.
    #[function("(clk_id, /)")]
    fn clock_getres(clk_id: i32) -> f64 {
        let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
        // SAFETY: a valid place for the answer.
        unsafe { libc::clock_getres(clk_id, &mut time) };
        seconds(time.tv_sec * NANOSECONDS + time.tv_nsec)
    }

    /// Delay execution for a given number of seconds.
    #[function("(seconds, /)")]
    fn sleep(thread: &mut Thread, seconds: Value) -> Result<()> {
        let amount = operations::convert::to_float(thread, seconds)?;
        if amount.is_nan() {
            return Err(thread.value_error("Invalid value NaN (not a number)"));
        }
        if amount < 0.0 {
            return Err(thread.value_error("sleep length must be non-negative"));
        }
        let Ok(amount) = Duration::try_from_secs_f64(amount) else {
            return Err(thread.overflow_error("timestamp too large to convert to C PyTime_t"));
        };
        let end = clock_nanoseconds(libc::CLOCK_MONOTONIC) as i128 + amount.as_nanos() as i128;
        loop {
            let left = end - clock_nanoseconds(libc::CLOCK_MONOTONIC) as i128;
            if left <= 0 {
                return Ok(());
            }
            // A signal ends the wait early, so that its handler can run.
            taipan_runtime::lock::without_lock(thread, || {
                let wait = libc::timespec {
                    tv_sec: (left / NANOSECONDS as i128).min(i64::MAX as i128) as i64,
                    tv_nsec: (left % NANOSECONDS as i128) as i64,
                };
                // SAFETY: a valid argument; the rest isn't asked for.
                unsafe { libc::nanosleep(&wait, std::ptr::null_mut()) };
            });
            if safepoint::is_due(thread) {
                safepoint::handle(thread)?;
            }
        }
    }

    /// Convert seconds since the Epoch to a time tuple expressing UTC (a.k.a. GMT).
    #[function("(seconds=None, /)")]
    fn gmtime(thread: &mut Thread, seconds: Option<Value>) -> Result {
        let seconds = epoch_seconds(thread, seconds)?;
        let tm = broken_down(thread, seconds, false)?;
        make_struct_time(thread, &tm)
    }

    /// Convert seconds since the Epoch to a time tuple expressing local time.
    #[function("(seconds=None, /)")]
    fn localtime(thread: &mut Thread, seconds: Option<Value>) -> Result {
        let seconds = epoch_seconds(thread, seconds)?;
        let tm = broken_down(thread, seconds, true)?;
        make_struct_time(thread, &tm)
    }

    /// Convert a time tuple in local time to seconds since the Epoch.
    #[function("(time_tuple, /)")]
    fn mktime(thread: &mut Thread, time_tuple: Value) -> Result<f64> {
        let mut tm = tm_of(thread, "mktime", time_tuple)?;
        tm.tm_wday = -1;
        // SAFETY: a valid struct.
        let time = unsafe { libc::mktime(&mut tm) };
        if time == -1 && tm.tm_wday == -1 {
            return Err(thread.overflow_error("mktime argument out of range"));
        }
        Ok(time as f64)
    }

    /// Convert a time tuple to a string, e.g. 'Sat Jun 06 16:26:11 1998'.
    #[function("(time_tuple=None, /)")]
    fn asctime(thread: &mut Thread, time_tuple: Option<Value>) -> Result<String> {
        let mut tm = argument_tm(thread, "asctime", time_tuple)?;
        check_ranges(thread, &mut tm)?;
        Ok(ascii_time(&tm))
    }

    /// Convert a time in seconds since the Epoch to a string in local time.
    #[function("(seconds=None, /)")]
    fn ctime(thread: &mut Thread, seconds: Option<Value>) -> Result<String> {
        let seconds = epoch_seconds(thread, seconds)?;
        Ok(ascii_time(&broken_down(thread, seconds, true)?))
    }

    /// Convert a time tuple to a string according to a format specification.
    #[function("(format, time_tuple=None, /)")]
    fn strftime(thread: &mut Thread, format: Text, time_tuple: Option<Value>) -> Result<String> {
        let mut tm = argument_tm(thread, "strftime", time_tuple)?;
        check_ranges(thread, &mut tm)?;
        let mut result = String::new();
        // The C function ends at NUL: pieces between NULs are formatted apart.
        for (i, piece) in format.split('\0').enumerate() {
            if i > 0 {
                result.push('\0');
            }
            if !piece.is_empty() {
                result.push_str(&format_piece(piece, &tm));
            }
        }
        Ok(result)
    }

    /// Parse a string to a time tuple according to a format specification.
    #[function("(*args)")]
    fn strptime(thread: &mut Thread, args: &[Value]) -> Result {
        let parse = taipan_runtime::import::import_attribute(thread, "_strptime", "_strptime_time")?;
        thread.call(parse, args)
    }

    /// Initialize, or reinitialize, the local timezone to the value stored in TZ.
    #[function("()")]
    fn tzset(thread: &mut Thread) -> Result<()> {
        set_zone(thread, None)
    }

    /// Information on the specified clock.
    #[function("(name, /)")]
    fn get_clock_info(thread: &mut Thread, name: Text) -> Result {
        let (implementation, monotonic, adjustable) = match &*name {
            "time" => ("clock_gettime(CLOCK_REALTIME)", false, true),
            "monotonic" | "perf_counter" => ("clock_gettime(CLOCK_MONOTONIC)", true, false),
            "process_time" => ("clock_gettime(CLOCK_PROCESS_CPUTIME_ID)", true, false),
            "thread_time" => ("clock_gettime(CLOCK_THREAD_CPUTIME_ID)", true, false),
            _ => return Err(thread.value_error("unknown clock")),
        };
        let attributes = taipan_runtime::object::dict::Dict::new();
        for (name, value) in [
            ("implementation", Str::new(implementation).value()),
            ("monotonic", Value::from_bool(monotonic)),
            ("adjustable", Value::from_bool(adjustable)),
            ("resolution", Value::from_float(1e-9)),
        ] {
            attributes.set_str(thread, taipan_runtime::object::str::intern(name), value)?;
        }
        taipan_runtime::builtins::simple_namespace::make(thread, attributes)
    }

    #[execute]
    fn execute(thread: &mut Thread, module: Gc<Module>) -> Result<()> {
        let class = struct_time_class(thread)?;
        module.dict.set_str(thread, taipan_runtime::object::str::intern("struct_time"), class.value())?;
        for (name, value) in [
            ("CLOCK_REALTIME", libc::CLOCK_REALTIME),
            ("CLOCK_MONOTONIC", libc::CLOCK_MONOTONIC),
            ("CLOCK_MONOTONIC_RAW", libc::CLOCK_MONOTONIC_RAW),
            ("CLOCK_BOOTTIME", libc::CLOCK_BOOTTIME),
            ("CLOCK_PROCESS_CPUTIME_ID", libc::CLOCK_PROCESS_CPUTIME_ID),
            ("CLOCK_THREAD_CPUTIME_ID", libc::CLOCK_THREAD_CPUTIME_ID),
            ("CLOCK_TAI", libc::CLOCK_TAI),
            ("_STRUCT_TM_ITEMS", 11),
        ] {
            module.dict.set_str(
                thread,
                taipan_runtime::object::str::intern(name),
                Value::from_int(value as i64),
            )?;
        }
        set_zone(thread, Some(module))
    }
}

fn format_piece(format: &str, tm: &libc::tm) -> String {
    let Ok(c_format) = std::ffi::CString::new(format) else { return String::new() };
    let mut size = 256 + format.len() * 4;
    loop {
        let mut buffer = vec![0u8; size];
        // SAFETY: the buffer has `size` bytes; the struct's ranges were checked.
        let length = unsafe { libc::strftime(buffer.as_mut_ptr().cast(), size, c_format.as_ptr(), tm) };
        // 0 is "too small" or "empty": a format that gives nothing stops at a generous size.
        if length > 0 || size > 256 * format.len().max(16) {
            return String::from_utf8_lossy(&buffer[..length]).into_owned();
        }
        size *= 2;
    }
}

/// Sets `timezone`, `altzone`, `daylight` and `tzname` from the C library.
fn set_zone(thread: &mut Thread, module: Option<Gc<Module>>) -> Result<()> {
    unsafe extern "C" {
        fn tzset();
    }
    // SAFETY: the C library's function takes no argument.
    unsafe { tzset() };
    let module = match module {
        Some(module) => module,
        None => taipan_runtime::import::import_module(thread, "time")?.cast(),
    };
    let now = epoch_seconds(thread, None)?;
    const HALF_YEAR: i64 = 182 * 24 * 3600;
    let first = broken_down(thread, now - now.rem_euclid(365 * 24 * 3600), true)?;
    let second = broken_down(thread, now - now.rem_euclid(365 * 24 * 3600) + HALF_YEAR, true)?;
    let (standard, summer) =
        if first.tm_gmtoff <= second.tm_gmtoff { (first, second) } else { (second, first) };
    let zone = |tm: &libc::tm| match tm.tm_zone.is_null() {
        true => String::new(),
        // SAFETY: the C library's zone name.
        false => unsafe { std::ffi::CStr::from_ptr(tm.tm_zone) }.to_string_lossy().into_owned(),
    };
    let names = Tuple::new(&[Str::new(&zone(&standard)).value(), Str::new(&zone(&summer)).value()]);
    let differs = standard.tm_gmtoff != summer.tm_gmtoff;
    for (name, value) in [
        ("timezone", Value::from_int(-standard.tm_gmtoff)),
        ("altzone", Value::from_int(-summer.tm_gmtoff)),
        ("daylight", Value::from_int(differs as i64)),
        ("tzname", names.value()),
    ] {
        module.dict.set_str(thread, taipan_runtime::object::str::intern(name), value)?;
    }
    Ok(())
}
