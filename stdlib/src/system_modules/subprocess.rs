//! `_posixsubprocess`: the one function that `subprocess` starts programs with.
//!
//! Everything that needs memory or Python objects is made before the fork. Between fork and exec the child only makes system calls (and runs
//! `preexec_fn`, if there is one); an error travels through a pipe to the parent in a form that `subprocess` parses.

use crate::posix::fork::{after_fork_in_child, after_fork_in_parent, before_fork};
use crate::posix::users::identity;
use crate::system::{c_path, last_error, os_error};
use std::ffi::CString;
use taipan_runtime::lock;
use taipan_runtime::object::bytes::Bytes;
use taipan_runtime::object::tuple::Tuple;
use taipan_runtime::operations::convert::index_i64;
use taipan_runtime::operations::iterate;
use taipan_runtime::prelude::*;

/// The module `_posixsubprocess`.
pub struct PosixSubprocess;

/// C strings and the array of pointers that `exec` takes.
struct Strings {
    _strings: Vec<CString>,
    pointers: Vec<*const libc::c_char>,
}

impl Strings {
    fn of(strings: Vec<CString>) -> Strings {
        let mut pointers: Vec<_> = strings.iter().map(|string| string.as_ptr()).collect();
        pointers.push(std::ptr::null());
        Strings { _strings: strings, pointers }
    }

    fn from_sequence(thread: &mut Thread, sequence: Value) -> Result<Strings> {
        let mut strings = Vec::new();
        for &item in iterate::collect(thread, sequence)?.iter() {
            strings.push(c_path(thread, item)?);
        }
        Ok(Strings::of(strings))
    }

    fn from_bytes(thread: &mut Thread, sequence: Value) -> Result<Strings> {
        let mut strings = Vec::new();
        for &item in iterate::collect(thread, sequence)?.iter() {
            let Some(bytes) = item.downcast::<Bytes>() else {
                let got = taipan_runtime::native::type_name(item);
                return Err(thread.type_error(format!("expected bytes, {got} found")));
            };
            strings
                .push(CString::new(bytes.as_slice()).map_err(|_| thread.value_error("embedded null byte"))?);
        }
        Ok(Strings::of(strings))
    }
}

/// Descriptors of the three pipes and of the error pipe, each read end before the write end; -1 is none.
struct Pipes {
    input: [i32; 2],
    output: [i32; 2],
    error: [i32; 2],
    report: [i32; 2],
}

/// All that the child needs.
struct Plan {
    programs: Strings,
    arguments: Strings,
    environment: Option<Strings>,
    folder: Option<CString>,
    pipes: Pipes,
    close_others: bool,
    /// Sorted.
    kept: Vec<i32>,
    restore_signals: bool,
    new_session: bool,
    process_group: i32,
    group: Option<u32>,
    extra_groups: Option<Vec<libc::gid_t>>,
    user: Option<u32>,
    mask: i32,
    before_exec: Option<Value>,
}

/// A step of the child that failed.
struct Failure {
    /// 0 if it was no system call.
    number: i32,
    stage: &'static str,
}

/// The stages that the parent tells apart.
const BEFORE_EXEC: &str = "noexec";
const FOLDER: &str = "noexec:chdir";
const EXEC: &str = "";

fn step(result: i32, stage: &'static str) -> std::result::Result<i32, Failure> {
    if result < 0 { Err(Failure { number: last_error(), stage }) } else { Ok(result) }
}

fn make_inheritable(descriptor: i32) -> std::result::Result<(), Failure> {
    // SAFETY: a call on numbers.
    step(unsafe { libc::fcntl(descriptor, libc::F_SETFD, 0) }, BEFORE_EXEC).map(|_| ())
}

/// Makes `from` the descriptor `to`, inheritable.
fn redirect(from: i32, to: i32) -> std::result::Result<(), Failure> {
    if from == to {
        make_inheritable(from)
    } else if from >= 0 {
        // SAFETY: a call on numbers.
        step(unsafe { libc::dup2(from, to) }, BEFORE_EXEC).map(|_| ())
    } else {
        Ok(())
    }
}

impl Plan {
    /// The child's life from the fork to the exec; only comes back when something failed.
    fn execute(&self, thread: &mut Thread) -> Failure {
        match self.prepare(thread) {
            Err(failure) => failure,
            Ok(()) => self.run_program(),
        }
    }

    fn connect_pipes(&self) -> std::result::Result<(), Failure> {
        let Pipes { input, output, error, report } = self.pipes;
        for &descriptor in self.kept.iter().filter(|&&descriptor| descriptor != report[1]) {
            make_inheritable(descriptor)?;
        }
        for descriptor in [input[1], output[0], error[0], report[0]] {
            if descriptor >= 0 {
                // SAFETY: a call on a number.
                step(unsafe { libc::close(descriptor) }, BEFORE_EXEC)?;
            }
        }
        // The ends that sit where another must go move away first.
        // SAFETY: calls on numbers.
        unsafe {
            let mut output = output[1];
            if output == 0 {
                output = step(libc::fcntl(output, libc::F_DUPFD_CLOEXEC, 3), BEFORE_EXEC)?;
            }
            let mut error = error[1];
            while error == 0 || error == 1 {
                error = step(libc::fcntl(error, libc::F_DUPFD_CLOEXEC, 3), BEFORE_EXEC)?;
            }
            redirect(input[0], 0)?;
            redirect(output, 1)?;
            redirect(error, 2)
        }
    }

    fn prepare(&self, thread: &mut Thread) -> std::result::Result<(), Failure> {
        self.connect_pipes()?;
        // SAFETY: calls on numbers and on strings that outlive them.
        unsafe {
            if let Some(folder) = &self.folder {
                step(libc::chdir(folder.as_ptr()), FOLDER)?;
            }
            if self.mask >= 0 {
                libc::umask(self.mask as libc::mode_t);
            }
            if self.restore_signals {
                libc::signal(libc::SIGPIPE, libc::SIG_DFL);
                libc::signal(libc::SIGXFSZ, libc::SIG_DFL);
            }
            if self.new_session {
                step(libc::setsid(), BEFORE_EXEC)?;
            }
            if self.process_group >= 0 {
                step(libc::setpgid(0, self.process_group), BEFORE_EXEC)?;
            }
            if let Some(groups) = &self.extra_groups {
                step(libc::setgroups(groups.len(), groups.as_ptr()), BEFORE_EXEC)?;
            }
            if let Some(group) = self.group {
                step(libc::setregid(group, group), BEFORE_EXEC)?;
            }
            if let Some(user) = self.user {
                step(libc::setreuid(user, user), BEFORE_EXEC)?;
            }
        }
        if let Some(function) = self.before_exec {
            after_fork_in_child(thread);
            if thread.call(function, &[]).is_err() {
                return Err(Failure { number: 0, stage: "Exception occurred in preexec_fn." });
            }
        }
        if self.close_others {
            self.close_descriptors();
        }
        Ok(())
    }

    /// Closes all descriptors from 3 on but those that are kept.
    fn close_descriptors(&self) {
        let mut from = 3;
        for &kept in &self.kept {
            if kept >= from {
                close_range(from, kept - 1);
                from = kept + 1;
            }
        }
        close_range(from, i32::MAX);
    }

    fn run_program(&self) -> Failure {
        let mut number = 0;
        let arguments = self.arguments.pointers.as_ptr();
        for &program in self.programs.pointers.iter().filter(|program| !program.is_null()) {
            // SAFETY: arrays of C strings that end with NULL.
            unsafe {
                match &self.environment {
                    Some(environment) => libc::execve(program, arguments, environment.pointers.as_ptr()),
                    None => libc::execv(program, arguments),
                };
            }
            let this = last_error();
            if this != libc::ENOENT && this != libc::ENOTDIR && number == 0 {
                number = this;
            }
        }
        Failure { number: if number != 0 { number } else { last_error() }, stage: EXEC }
    }
}

/// Closes the descriptors `first..=last`, whatever of them is open.
fn close_range(first: i32, last: i32) {
    if first > last {
        return;
    }
    // SAFETY: calls on numbers.
    unsafe {
        if libc::syscall(libc::SYS_close_range, first, last, 0) == 0 {
            return;
        }
        let most = libc::sysconf(libc::_SC_OPEN_MAX).clamp(256, 1 << 16) as i32;
        for descriptor in first..=last.min(most) {
            libc::close(descriptor);
        }
    }
}

/// Tells the parent, without allocating.
fn report(descriptor: i32, failure: &Failure) {
    let write = |bytes: &[u8]| {
        // SAFETY: bytes with their length. What can't be written can't be told.
        unsafe { libc::write(descriptor, bytes.as_ptr().cast(), bytes.len()) };
    };
    if failure.number == 0 {
        write(b"SubprocessError:0:");
    } else {
        write(b"OSError:");
        let mut digits = [0u8; 8];
        let mut start = digits.len();
        let mut rest = failure.number as u32;
        while rest != 0 {
            start -= 1;
            digits[start] = b"0123456789ABCDEF"[(rest & 15) as usize];
            rest >>= 4;
        }
        write(&digits[start..]);
        write(b":");
    }
    write(failure.stage.as_bytes());
}

fn number(thread: &mut Thread, value: Value) -> Result<i32> {
    let number = index_i64(thread, value)?;
    i32::try_from(number).map_err(|_| thread.overflow_error("Python int too large to convert to C int"))
}

fn kept_descriptors(thread: &mut Thread, value: Value) -> Result<Vec<i32>> {
    let mut kept: Vec<i32> = Vec::new();
    let bad = |thread: &mut Thread| thread.value_error("bad value(s) in fds_to_keep");
    let Some(tuple) = value.downcast::<Tuple>() else {
        let got = taipan_runtime::native::type_name(value);
        return Err(thread.type_error(format!("fork_exec() argument 4 must be tuple, not {got}")));
    };
    for &item in tuple.items() {
        match item.as_small_int().and_then(|item| i32::try_from(item).ok()) {
            Some(descriptor) if descriptor >= 0 && kept.last().is_none_or(|&last| last < descriptor) => {
                kept.push(descriptor);
            }
            _ => return Err(bad(thread)),
        }
    }
    Ok(kept)
}

fn plan(thread: &mut Thread, all: &[Value]) -> Result<Plan> {
    let truth = |thread: &mut Thread, index: usize| taipan_runtime::operations::is_true(thread, all[index]);
    let given = |index: usize| Some(all[index]).filter(|value| !value.is_none());
    let kept = kept_descriptors(thread, all[3])?;
    let mut ends = [0; 8];
    for (end, &value) in ends.iter_mut().zip(&all[6..14]) {
        *end = number(thread, value)?;
    }
    let [
        input_read,
        input_write,
        output_read,
        output_write,
        error_read,
        error_write,
        report_read,
        report_write,
    ] = ends;
    let close_others = truth(thread, 2)?;
    if close_others && report_write < 3 {
        return Err(thread.value_error("errpipe_write must be >= 3"));
    }
    let extra_groups = match given(18) {
        None => None,
        Some(groups) => {
            let mut ids = Vec::new();
            for &group in iterate::collect(thread, groups)?.iter() {
                ids.push(identity(thread, group, "gid")?);
            }
            Some(ids)
        }
    };
    Ok(Plan {
        arguments: Strings::from_sequence(thread, all[0])?,
        programs: Strings::from_bytes(thread, all[1])?,
        close_others,
        kept,
        folder: given(4).map(|folder| c_path(thread, folder)).transpose()?,
        environment: given(5).map(|environment| Strings::from_bytes(thread, environment)).transpose()?,
        pipes: Pipes {
            input: [input_read, input_write],
            output: [output_read, output_write],
            error: [error_read, error_write],
            report: [report_read, report_write],
        },
        restore_signals: truth(thread, 14)?,
        new_session: truth(thread, 15)?,
        process_group: number(thread, all[16])?,
        group: given(17).map(|group| identity(thread, group, "gid")).transpose()?,
        extra_groups,
        user: given(19).map(|user| identity(thread, user, "uid")).transpose()?,
        mask: number(thread, all[20])?,
        before_exec: given(21),
    })
}

/// A POSIX helper for the subprocess module.
#[native_module(name = "_posixsubprocess")]
impl PosixSubprocess {
    /// Spawn a fresh new child process.
    ///
    /// Fork a child process, close parent file descriptors as appropriate in
    /// the child and duplicate the few that are needed before calling exec() in
    /// the child process.
    ///
    /// If close_fds is True, close file descriptors 3 and higher, except those
    /// listed in the sorted tuple pass_fds.
    ///
    /// The preexec_fn, if supplied, will be called immediately before closing
    /// file descriptors and exec.
    ///
    /// WARNING: preexec_fn is NOT SAFE if your application uses threads.
    ///          It may trigger infrequent, difficult to debug deadlocks.
    ///
    /// If an error occurs in the child process before the exec, it is
    /// serialized and written to the errpipe_write fd per subprocess.py.
    ///
    /// Returns: the child process's PID.
    ///
    /// Raises: Only on an error in the parent process.
    #[function(
        "(*arguments)",
        text = "($module, args, executable_list, close_fds, pass_fds, cwd,\n          env, p2cread, p2cwrite, c2pread, c2pwrite, errread, errwrite,\n          errpipe_read, errpipe_write, restore_signals, call_setsid,\n          pgid_to_set, gid, extra_groups, uid, child_umask, preexec_fn,\n          /)"
    )]
    fn fork_exec(thread: &mut Thread, arguments: &[Value]) -> Result<i32> {
        if arguments.len() != 22 {
            let count = arguments.len();
            return Err(thread.type_error(format!("fork_exec expected 22 arguments, got {count}")));
        }
        let plan = plan(thread, arguments)?;
        let runs_python = plan.before_exec.is_some();
        if runs_python {
            before_fork(thread);
        }
        // SAFETY: the child makes system calls only, or is made fit for Python code before it runs any.
        let (process, number) = lock::forking(|| unsafe { (libc::fork(), last_error()) });
        if process == 0 {
            let failure = plan.execute(thread);
            report(plan.pipes.report[1], &failure);
            // SAFETY: ends the process.
            unsafe { libc::_exit(255) };
        }
        if runs_python {
            after_fork_in_parent(thread);
        }
        if process < 0 { Err(os_error(thread, number)) } else { Ok(process) }
    }
}
