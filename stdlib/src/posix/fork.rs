//! Making processes: `fork` and the functions that run around it, `posix_spawn`, and the waiting that tells more than `waitpid`.

use super::files::on_descriptor;
use super::path::{PATH, PathArgument};
use super::process::{argument_array, environment_array};
use super::stat::WAITID_RESULT;
use crate::system::os_error;
use crate::system_modules::resource::usage_value;
use taipan_runtime::builtins::function::is_callable;
use taipan_runtime::object::list::List;
use taipan_runtime::object::tuple::Tuple;
use taipan_runtime::operations::convert::index_i64;
use taipan_runtime::operations::{is_true, iterate};
use taipan_runtime::prelude::*;
use taipan_runtime::roots::Root;
use taipan_runtime::{import, lock, start, sys};

/// Lists of the functions that `register_at_fork` was given.
static BEFORE: Root = Root::new();
static AFTER_IN_PARENT: Root = Root::new();
static AFTER_IN_CHILD: Root = Root::new();

fn list(root: &'static Root) -> Gc<List> {
    root.get_or_set(|| List::new(&[]).value()).cast()
}

/// Calls registered functions; an exception goes to `sys.unraisablehook`.
fn run_functions(thread: &mut Thread, functions: Gc<List>, backwards: bool) {
    let functions = Tuple::new(functions.items());
    let count = functions.items().len();
    for index in 0..count {
        let function = functions.items()[if backwards { count - 1 - index } else { index }];
        if let Err(raised) = thread.call(function, &[]) {
            sys::hooks::unraisable(thread, raised, None, function);
        }
    }
}

/// What comes before a fork.
pub fn before_fork(thread: &mut Thread) {
    run_functions(thread, list(&BEFORE), true);
    import::lock::acquire(thread);
}

/// What comes after it in the parent.
pub fn after_fork_in_parent(thread: &mut Thread) {
    import::lock::release(thread);
    run_functions(thread, list(&AFTER_IN_PARENT), false);
}

/// What comes after it in the child: the calling thread is the only one and the main one.
pub fn after_fork_in_child(thread: &mut Thread) {
    start::after_fork_in_child(thread, crate::threads::handle::ended_by_fork);
    crate::signal::become_main();
    import::lock::release(thread);
    run_functions(thread, list(&AFTER_IN_CHILD), false);
}

/// Forks the process together with the interpreter's state.
fn fork(thread: &mut Thread) -> Result<i32> {
    before_fork(thread);
    // SAFETY: no lock of the interpreter is held by another thread while `forking` holds its state.
    let (process, number) = lock::forking(|| unsafe { (libc::fork(), crate::system::last_error()) });
    if process == 0 {
        after_fork_in_child(thread);
        return Ok(0);
    }
    let threads = start::threads().len();
    after_fork_in_parent(thread);
    if process < 0 {
        return Err(os_error(thread, number));
    }
    if threads > 1 {
        let message = format!(
            "This process (pid={}) is multi-threaded, use of fork() may lead to deadlocks in the child.",
            std::process::id()
        );
        taipan_runtime::builtins::warnings::deprecation(thread, &message)?;
    }
    Ok(process)
}

fn register(thread: &mut Thread, name: &str, root: &'static Root, function: Option<Value>) -> Result<bool> {
    let Some(function) = function else { return Ok(false) };
    if !is_callable(function) {
        let got = taipan_runtime::native::type_name(function);
        return Err(thread.type_error(format!("'{name}' must be callable, not {got}")));
    }
    list(root).push(function);
    Ok(true)
}

/// Attributes and actions of `posix_spawn`, released when dropped.
struct SpawnPlan {
    actions: libc::posix_spawn_file_actions_t,
    attributes: libc::posix_spawnattr_t,
    /// Names that the actions refer to.
    names: Vec<std::ffi::CString>,
}

impl SpawnPlan {
    fn new() -> Box<SpawnPlan> {
        // SAFETY: both are initialised in place before use, and destroyed by drop.
        unsafe {
            let mut plan: Box<SpawnPlan> = Box::new(SpawnPlan {
                actions: std::mem::zeroed(),
                attributes: std::mem::zeroed(),
                names: Vec::new(),
            });
            libc::posix_spawn_file_actions_init(&mut plan.actions);
            libc::posix_spawnattr_init(&mut plan.attributes);
            plan
        }
    }

    fn add_action(&mut self, thread: &mut Thread, action: Value) -> Result<()> {
        let Some(parts) =
            action.downcast::<Tuple>().map(|tuple| tuple.items()).filter(|parts| !parts.is_empty())
        else {
            return Err(thread.type_error("Each file_actions element must be a non-empty tuple"));
        };
        let number = |thread: &mut Thread, value: Value| -> Result<i32> {
            let number = index_i64(thread, value)?;
            i32::try_from(number)
                .map_err(|_| thread.overflow_error("Python int too large to convert to C int"))
        };
        // SAFETY: initialised actions; the name lives as long as they do.
        let status = unsafe {
            match (index_i64(thread, parts[0])?, parts) {
                (0, &[_, descriptor, path, flags, mode]) => {
                    let path = crate::system::c_path(thread, path)?;
                    let (descriptor, flags) = (number(thread, descriptor)?, number(thread, flags)?);
                    let mode = number(thread, mode)? as libc::mode_t;
                    let pointer = path.as_ptr();
                    self.names.push(path);
                    libc::posix_spawn_file_actions_addopen(
                        &mut self.actions,
                        descriptor,
                        pointer,
                        flags,
                        mode,
                    )
                }
                (1, &[_, descriptor]) => {
                    libc::posix_spawn_file_actions_addclose(&mut self.actions, number(thread, descriptor)?)
                }
                (2, &[_, from, to]) => {
                    let (from, to) = (number(thread, from)?, number(thread, to)?);
                    libc::posix_spawn_file_actions_adddup2(&mut self.actions, from, to)
                }
                (3, &[_, from]) => {
                    let from = number(thread, from)?;
                    posix_spawn_file_actions_addclosefrom_np(&mut self.actions, from)
                }
                (0..=3, _) => return Err(thread.type_error("A file_actions tuple has the wrong length")),
                _ => return Err(thread.type_error("Unknown file_actions identifier")),
            }
        };
        if status == 0 { Ok(()) } else { Err(os_error(thread, status)) }
    }
}

unsafe extern "C" {
    fn posix_spawn_file_actions_addclosefrom_np(
        actions: *mut libc::posix_spawn_file_actions_t,
        from: libc::c_int,
    ) -> libc::c_int;
}

impl Drop for SpawnPlan {
    fn drop(&mut self) {
        // SAFETY: initialised by `new`.
        unsafe {
            libc::posix_spawn_file_actions_destroy(&mut self.actions);
            libc::posix_spawnattr_destroy(&mut self.attributes);
        }
    }
}

/// The keyword arguments of `posix_spawn`.
struct SpawnOptions {
    file_actions: Option<Value>,
    setpgroup: Option<Value>,
    resetids: bool,
    setsid: bool,
    setsigmask: Option<Value>,
    setsigdef: Option<Value>,
    scheduler: Option<Value>,
}

fn plan_of(thread: &mut Thread, function: &str, options: &SpawnOptions) -> Result<Box<SpawnPlan>> {
    let mut plan = SpawnPlan::new();
    let given = |value: Option<Value>| value.filter(|value| !value.is_none());
    if let Some(actions) = given(options.file_actions) {
        for &action in iterate::collect(thread, actions)?.iter() {
            plan.add_action(thread, action)?;
        }
    }
    let mut flags = 0;
    // SAFETY: initialised attributes, and sets and parameters of this frame.
    unsafe {
        if let Some(group) = given(options.setpgroup) {
            let group = index_i64(thread, group)? as libc::pid_t;
            libc::posix_spawnattr_setpgroup(&mut plan.attributes, group);
            flags |= libc::POSIX_SPAWN_SETPGROUP;
        }
        if options.resetids {
            flags |= libc::POSIX_SPAWN_RESETIDS;
        }
        if options.setsid {
            flags |= libc::POSIX_SPAWN_SETSID as libc::c_int;
        }
        if let Some(mask) = given(options.setsigmask) {
            let set = crate::signal::signal_set(thread, mask)?;
            libc::posix_spawnattr_setsigmask(&mut plan.attributes, &set);
            flags |= libc::POSIX_SPAWN_SETSIGMASK;
        }
        if let Some(defaults) = given(options.setsigdef) {
            let set = crate::signal::signal_set(thread, defaults)?;
            libc::posix_spawnattr_setsigdefault(&mut plan.attributes, &set);
            flags |= libc::POSIX_SPAWN_SETSIGDEF;
        }
        if let Some(scheduler) = given(options.scheduler) {
            let Some(&[policy, parameter]) = scheduler.downcast::<Tuple>().map(|pair| pair.items()) else {
                return Err(thread.type_error(format!("{function}: scheduler must be a tuple of two items")));
            };
            if !policy.is_none() {
                let policy = index_i64(thread, policy)? as i32;
                libc::posix_spawnattr_setschedpolicy(&mut plan.attributes, policy);
                flags |= libc::POSIX_SPAWN_SETSCHEDULER;
            }
            let parameter = super::users::scheduling_parameter(thread, parameter)?;
            libc::posix_spawnattr_setschedparam(&mut plan.attributes, &parameter);
            flags |= libc::POSIX_SPAWN_SETSCHEDPARAM;
        }
        libc::posix_spawnattr_setflags(&mut plan.attributes, flags as libc::c_short);
    }
    Ok(plan)
}

fn spawn(
    thread: &mut Thread,
    function: &str,
    [path, argv, env]: [Value; 3],
    options: &SpawnOptions,
    search: bool,
) -> Result<i32> {
    let path = PathArgument::of(thread, path, function, "path", PATH)?;
    let arguments = argument_array(thread, function, argv)?;
    let environment = if env.is_none() { None } else { Some(environment_array(thread, env)?) };
    let plan = plan_of(thread, function, options)?;
    unsafe extern "C" {
        static environ: *const *const libc::c_char;
    }
    let mut process = 0;
    // SAFETY: all strings, the plan and the place outlive the call.
    let status = unsafe {
        let environment = environment.as_ref().map_or(environ, |array| array.pointer());
        let call = if search { libc::posix_spawnp } else { libc::posix_spawn };
        call(
            &mut process,
            path.pointer(),
            &plan.actions,
            &plan.attributes,
            arguments.pointer() as *const *mut libc::c_char,
            environment as *const *mut libc::c_char,
        )
    };
    if status == 0 { Ok(process) } else { Err(path.error(thread, status)) }
}

/// The functions that make processes and wait for them.
pub struct Forks;

fn truth(thread: &mut Thread, value: Option<Value>) -> Result<bool> {
    value.map_or(Ok(false), |value| is_true(thread, value))
}

#[native_module(name = "posix")]
impl Forks {
    /// Fork a child process.
    ///
    /// Return 0 to child process and PID of child to parent process.
    #[function("()")]
    fn fork(thread: &mut Thread) -> Result<i32> {
        fork(thread)
    }

    /// Fork a new process with a new pseudo-terminal as controlling tty.
    ///
    /// Returns a tuple of (pid, master_fd).
    /// Like fork(), return pid of 0 to the child process,
    /// and pid of child to the parent process.
    /// To both, return fd of newly opened pseudo-terminal.
    #[function("()")]
    fn forkpty(thread: &mut Thread) -> Result<Gc<Tuple>> {
        let mut master = -1;
        before_fork(thread);
        let place = &raw mut master;
        let null = std::ptr::null_mut();
        // SAFETY: as in `fork`; the place outlives the call.
        let (process, number) = lock::forking(|| unsafe {
            (libc::forkpty(place, null, null.cast(), null.cast()), crate::system::last_error())
        });
        if process == 0 {
            after_fork_in_child(thread);
        } else {
            after_fork_in_parent(thread);
        }
        if process < 0 {
            return Err(os_error(thread, number));
        }
        Ok(Tuple::new(&[Value::from_int(process.into()), Value::from_int(master.into())]))
    }

    /// Register callables to be called when forking a new process.
    ///
    ///   before
    ///     A callable to be called in the parent before the fork() syscall.
    ///   after_in_child
    ///     A callable to be called in the child after fork().
    ///   after_in_parent
    ///     A callable to be called in the parent after fork().
    ///
    /// 'before' callbacks are called in reverse order.
    /// 'after_in_child' and 'after_in_parent' callbacks are called in order.
    #[function("(*, before=None, after_in_child=None, after_in_parent=None)")]
    fn register_at_fork(
        thread: &mut Thread,
        before: Option<Value>,
        after_in_child: Option<Value>,
        after_in_parent: Option<Value>,
    ) -> Result<()> {
        let before = register(thread, "before", &BEFORE, before)?;
        let child = register(thread, "after_in_child", &AFTER_IN_CHILD, after_in_child)?;
        let parent = register(thread, "after_in_parent", &AFTER_IN_PARENT, after_in_parent)?;
        if before || child || parent {
            return Ok(());
        }
        Err(thread.type_error("At least one argument is required."))
    }

    /// Execute the program specified by path in a new process.
    #[function(
        "(path, argv, env, /, *, file_actions=(), setpgroup=None, resetids=False, setsid=False, setsigmask=(), setsigdef=(), scheduler=None)"
    )]
    fn posix_spawn(
        thread: &mut Thread,
        path: Value,
        argv: Value,
        env: Value,
        file_actions: Option<Value>,
        setpgroup: Option<Value>,
        resetids: Option<Value>,
        setsid: Option<Value>,
        setsigmask: Option<Value>,
        setsigdef: Option<Value>,
        scheduler: Option<Value>,
    ) -> Result<i32> {
        let (resetids, setsid) = (truth(thread, resetids)?, truth(thread, setsid)?);
        let options =
            SpawnOptions { file_actions, setpgroup, resetids, setsid, setsigmask, setsigdef, scheduler };
        spawn(thread, "posix_spawn", [path, argv, env], &options, false)
    }

    /// Execute the program specified by path in a new process.
    #[function(
        "(path, argv, env, /, *, file_actions=(), setpgroup=None, resetids=False, setsid=False, setsigmask=(), setsigdef=(), scheduler=None)"
    )]
    fn posix_spawnp(
        thread: &mut Thread,
        path: Value,
        argv: Value,
        env: Value,
        file_actions: Option<Value>,
        setpgroup: Option<Value>,
        resetids: Option<Value>,
        setsid: Option<Value>,
        setsigmask: Option<Value>,
        setsigdef: Option<Value>,
        scheduler: Option<Value>,
    ) -> Result<i32> {
        let (resetids, setsid) = (truth(thread, resetids)?, truth(thread, setsid)?);
        let options =
            SpawnOptions { file_actions, setpgroup, resetids, setsid, setsigmask, setsigdef, scheduler };
        spawn(thread, "posix_spawnp", [path, argv, env], &options, true)
    }

    /// Wait for completion of a child process.
    ///
    /// Returns a tuple of information about the child process:
    ///   (pid, status, rusage)
    #[function("(options)")]
    fn wait3(thread: &mut Thread, options: i32) -> Result<Gc<Tuple>> {
        wait_with_usage(thread, -1, options)
    }

    /// Wait for completion of a specific child process.
    ///
    /// Returns a tuple of information about the child process:
    ///   (pid, status, rusage)
    #[function("(pid, options)")]
    fn wait4(thread: &mut Thread, pid: i32, options: i32) -> Result<Gc<Tuple>> {
        wait_with_usage(thread, pid, options)
    }

    /// Returns the result of waiting for a process or processes.
    ///
    ///   idtype
    ///     Must be one of be P_PID, P_PGID or P_ALL.
    ///   id
    ///     The id to wait on.
    ///   options
    ///     Constructed from the ORing of one or more of WEXITED, WSTOPPED
    ///     or WCONTINUED and additionally may be ORed with WNOHANG or WNOWAIT.
    ///
    /// Returns either waitid_result or None if WNOHANG is specified and there are
    /// no children in a waitable state.
    #[function("(idtype, id, options, /)")]
    fn waitid(thread: &mut Thread, idtype: u32, id: u32, options: i32) -> Result {
        // SAFETY: plain memory that the call fills and that outlives it.
        let mut information: libc::siginfo_t = unsafe { std::mem::zeroed() };
        let place = &raw mut information;
        // SAFETY: as above.
        on_descriptor(thread, || unsafe { libc::waitid(idtype, id, place, options) })?;
        // SAFETY: filled for a child, or zero.
        let (process, user, status) =
            unsafe { (information.si_pid(), information.si_uid(), information.si_status()) };
        if process == 0 {
            return Ok(Value::NONE);
        }
        let values = [
            process.into(),
            user.into(),
            i64::from(information.si_signo),
            status.into(),
            i64::from(information.si_code),
        ];
        WAITID_RESULT.make(thread, &values.map(Value::from_int))
    }
}

fn wait_with_usage(thread: &mut Thread, process: i32, options: i32) -> Result<Gc<Tuple>> {
    let mut status = 0;
    // SAFETY: plain memory that the call fills and that outlives it.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    let (status_place, usage_place) = (&raw mut status, &raw mut usage);
    // SAFETY: as above.
    let process =
        on_descriptor(thread, || unsafe { libc::wait4(process, status_place, options, usage_place) })?;
    let usage = usage_value(thread, &usage)?;
    Ok(Tuple::new(&[Value::from_int(process.into()), Value::from_int(status.into()), usage]))
}
