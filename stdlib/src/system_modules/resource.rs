//! `resource`: limits and use of the system's resources.

use super::add_numbers;
use crate::posix::stat::SequenceClass;
use crate::system::{last_error, os_error};
use taipan_runtime::object::int::IntRef;
use taipan_runtime::object::str::intern;
use taipan_runtime::object::tuple::Tuple;
use taipan_runtime::operations::iterate;
use taipan_runtime::prelude::*;

/// The module `resource`.
pub struct Resource;

static STRUCT_RUSAGE: SequenceClass = SequenceClass::new(
    "resource",
    "struct_rusage",
    "struct_rusage: Result from getrusage.\n\nThis object may be accessed either as a tuple of\n    (utime,stime,maxrss,ixrss,idrss,isrss,minflt,majflt,\n    nswap,inblock,oublock,msgsnd,msgrcv,nsignals,nvcsw,nivcsw)\nor via the attributes ru_utime, ru_stime, ru_maxrss, and so on.",
    &[
        "ru_utime",
        "ru_stime",
        "ru_maxrss",
        "ru_ixrss",
        "ru_idrss",
        "ru_isrss",
        "ru_minflt",
        "ru_majflt",
        "ru_nswap",
        "ru_inblock",
        "ru_oublock",
        "ru_msgsnd",
        "ru_msgrcv",
        "ru_nsignals",
        "ru_nvcsw",
        "ru_nivcsw",
    ],
    &[],
);

/// Most resources that have a limit.
const LIMIT_COUNT: i32 = 16;

/// A `struct_rusage`.
pub fn usage_value(thread: &mut Thread, usage: &libc::rusage) -> Result {
    let seconds = |time: libc::timeval| Value::from_float(time.tv_sec as f64 + time.tv_usec as f64 * 1e-6);
    let mut values = vec![];
    let numbers = [
        usage.ru_maxrss,
        usage.ru_ixrss,
        usage.ru_idrss,
        usage.ru_isrss,
        usage.ru_minflt,
        usage.ru_majflt,
        usage.ru_nswap,
        usage.ru_inblock,
        usage.ru_oublock,
        usage.ru_msgsnd,
        usage.ru_msgrcv,
        usage.ru_nsignals,
        usage.ru_nvcsw,
        usage.ru_nivcsw,
    ];
    let times = Tuple::new(&[seconds(usage.ru_utime), seconds(usage.ru_stime)]);
    values.extend_from_slice(times.items());
    values.extend(numbers.iter().map(|&number| Value::from_int(number)));
    STRUCT_RUSAGE.make(thread, &values)
}

fn check(thread: &mut Thread, resource: i32) -> Result<()> {
    if (0..LIMIT_COUNT).contains(&resource) {
        return Ok(());
    }
    Err(thread.value_error("invalid resource specified"))
}

fn limit(thread: &mut Thread, value: Value) -> Result<libc::rlim_t> {
    match taipan_runtime::operations::index(thread, value)?.as_int_or_bool() {
        Some(IntRef::Small(-1)) => Ok(libc::RLIM_INFINITY),
        Some(IntRef::Small(number)) if number >= 0 => Ok(number as libc::rlim_t),
        Some(IntRef::Big { negative: false, limbs: [limb] }) => Ok(*limb),
        Some(IntRef::Big { negative: false, .. }) => {
            Err(thread.overflow_error("Python int too large to convert to C rlim_t"))
        }
        _ => Err(thread.value_error("Cannot convert negative int")),
    }
}

fn limits(thread: &mut Thread, value: Value) -> Result<libc::rlimit> {
    let pair = iterate::collect(thread, value)?;
    let &[soft, hard] = &pair[..] else {
        return Err(thread.value_error("expected a tuple of 2 integers"));
    };
    Ok(libc::rlimit { rlim_cur: limit(thread, soft)?, rlim_max: limit(thread, hard)? })
}

fn limits_value(limits: &libc::rlimit) -> Gc<Tuple> {
    let value = |limit: libc::rlim_t| match limit {
        libc::RLIM_INFINITY => Value::from_int(-1),
        limit => Value::from_unsigned(limit),
    };
    Tuple::new(&[value(limits.rlim_cur), value(limits.rlim_max)])
}

fn set_error(thread: &mut Thread) -> Raised {
    match last_error() {
        libc::EINVAL => thread.value_error("current limit exceeds maximum limit"),
        libc::EPERM => thread.value_error("not allowed to raise maximum limit"),
        number => os_error(thread, number),
    }
}

#[native_module(name = "resource")]
impl Resource {
    #[function("(who, /)")]
    fn getrusage(thread: &mut Thread, who: i32) -> Result {
        // SAFETY: plain memory that the call fills.
        let (usage, result) = unsafe {
            let mut usage: libc::rusage = std::mem::zeroed();
            let result = libc::getrusage(who, &mut usage);
            (usage, result)
        };
        if result == 0 {
            return usage_value(thread, &usage);
        }
        match last_error() {
            libc::EINVAL => Err(thread.value_error("invalid who parameter")),
            number => Err(os_error(thread, number)),
        }
    }

    #[function("(resource, /)")]
    fn getrlimit(thread: &mut Thread, resource: i32) -> Result<Gc<Tuple>> {
        check(thread, resource)?;
        let mut limits = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
        // SAFETY: the place outlives the call.
        if unsafe { libc::getrlimit(resource as _, &mut limits) } != 0 {
            let number = last_error();
            return Err(os_error(thread, number));
        }
        Ok(limits_value(&limits))
    }

    #[function("(resource, limits, /)")]
    fn setrlimit(thread: &mut Thread, resource: i32, limits_: Value) -> Result<()> {
        check(thread, resource)?;
        let new = limits(thread, limits_)?;
        // SAFETY: the limits outlive the call.
        if unsafe { libc::setrlimit(resource as _, &new) } != 0 {
            return Err(set_error(thread));
        }
        Ok(())
    }

    #[function("(pid, resource, limits=None, /)")]
    fn prlimit(thread: &mut Thread, pid: i32, resource: i32, limits_: Option<Value>) -> Result<Gc<Tuple>> {
        check(thread, resource)?;
        let new = match limits_.filter(|limits| !limits.is_none()) {
            Some(value) => Some(limits(thread, value)?),
            None => None,
        };
        let mut old = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
        let place = new.as_ref().map_or(std::ptr::null(), |new| new as *const libc::rlimit);
        // SAFETY: both places outlive the call.
        if unsafe { libc::prlimit(pid, resource as _, place, &mut old) } != 0 {
            return Err(set_error(thread));
        }
        Ok(limits_value(&old))
    }

    #[function("()")]
    fn getpagesize() -> i64 {
        // SAFETY: a call on a number.
        unsafe { libc::sysconf(libc::_SC_PAGESIZE) }
    }

    #[execute]
    fn execute(thread: &mut Thread, module: Gc<Module>) -> Result<()> {
        let class = STRUCT_RUSAGE.class(thread)?;
        module.dict.set_str(thread, intern("struct_rusage"), class.value())?;
        module.dict.set_str(thread, intern("error"), types().os_error.value())?;
        let numbers = [
            ("RLIMIT_AS", i64::from(libc::RLIMIT_AS)),
            ("RLIMIT_CORE", libc::RLIMIT_CORE.into()),
            ("RLIMIT_CPU", libc::RLIMIT_CPU.into()),
            ("RLIMIT_DATA", libc::RLIMIT_DATA.into()),
            ("RLIMIT_FSIZE", libc::RLIMIT_FSIZE.into()),
            ("RLIMIT_MEMLOCK", libc::RLIMIT_MEMLOCK.into()),
            ("RLIMIT_MSGQUEUE", libc::RLIMIT_MSGQUEUE.into()),
            ("RLIMIT_NICE", libc::RLIMIT_NICE.into()),
            ("RLIMIT_NOFILE", libc::RLIMIT_NOFILE.into()),
            ("RLIMIT_NPROC", libc::RLIMIT_NPROC.into()),
            ("RLIMIT_OFILE", libc::RLIMIT_NOFILE.into()),
            ("RLIMIT_RSS", libc::RLIMIT_RSS.into()),
            ("RLIMIT_RTPRIO", libc::RLIMIT_RTPRIO.into()),
            ("RLIMIT_RTTIME", libc::RLIMIT_RTTIME.into()),
            ("RLIMIT_SIGPENDING", libc::RLIMIT_SIGPENDING.into()),
            ("RLIMIT_STACK", libc::RLIMIT_STACK.into()),
            ("RLIM_INFINITY", -1),
            ("RUSAGE_CHILDREN", -1),
            ("RUSAGE_SELF", 0),
            ("RUSAGE_THREAD", 1),
        ];
        add_numbers(thread, module, &numbers)
    }
}
