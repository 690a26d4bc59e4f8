//! One child process: how long it took, how much memory, what it told.

use std::ffi::OsString;
use std::io::{BufRead, BufReader, Read};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Command, ExitStatus, Stdio};
use std::time::Instant;

/// Bytes of standard error that are kept.
const KEPT: usize = 4096;

/// What a process used.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Usage {
    pub wall_ms: f64,
    pub cpu_ms: f64,
    pub peak_kib: u64,
}

/// Runs a command to its end, without input and with its output thrown away.
pub fn run(words: &[OsString]) -> Result<Usage, String> {
    run_telling(words, None, |_| {})
}

/// As [`run`]; the child writes lines into a pipe, which is its file descriptor [`TOLD`].
pub fn run_and_listen(words: &[OsString], listen: impl FnMut(&str)) -> Result<Usage, String> {
    let (reader, writer) = pipe().map_err(|error| format!("no pipe can be made: {error}"))?;
    run_telling(words, Some((reader, writer)), listen)
}

/// The file descriptor that a child tells its times to.
pub const TOLD: i32 = 3;

fn pipe() -> std::io::Result<(OwnedFd, OwnedFd)> {
    let mut ends = [0; 2];
    // SAFETY: two descriptors are written into the array, which are ours alone.
    unsafe {
        if libc::pipe2(ends.as_mut_ptr(), libc::O_CLOEXEC) != 0 {
            return Err(std::io::Error::last_os_error());
        }
        Ok((OwnedFd::from_raw_fd(ends[0]), OwnedFd::from_raw_fd(ends[1])))
    }
}

fn run_telling(
    words: &[OsString],
    told: Option<(OwnedFd, OwnedFd)>,
    mut listen: impl FnMut(&str),
) -> Result<Usage, String> {
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    // One mode is what the command line says, and no hash seed makes one round another program than the next.
    command.env_remove("TAIPAN_JIT");
    if std::env::var_os("PYTHONHASHSEED").is_none() {
        command.env("PYTHONHASHSEED", "0");
    }
    let writer = told.as_ref().map(|(_, writer)| writer.as_raw_fd());
    // SAFETY: only system calls that are safe between fork and exec.
    unsafe {
        command.pre_exec(move || {
            // A child must not outlive an interrupted bench.
            #[cfg(target_os = "linux")]
            libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL);
            match writer {
                // `dup2` onto itself would leave it to be closed.
                Some(TOLD) => check(libc::fcntl(TOLD, libc::F_SETFD, 0)),
                Some(writer) => check(libc::dup2(writer, TOLD)),
                None => Ok(()),
            }
        });
    }
    let begun = Instant::now();
    let mut child = command.spawn().map_err(|error| {
        format!("{} can't be started: {}", words[0].display(), crate::atomic_file::describe(&error))
    })?;
    let errors = child.stderr.take().map(|stream| std::thread::spawn(move || last_of(stream)));
    if let Some((reader, writer)) = told {
        drop(writer);
        let mut lines = BufReader::new(std::fs::File::from(reader)).lines();
        while let Some(Ok(line)) = lines.next() {
            listen(&line);
        }
    }
    let (status, mut usage) = wait(child.id() as i32)?;
    usage.wall_ms = begun.elapsed().as_secs_f64() * 1e3;
    let errors = errors.and_then(|thread| thread.join().ok()).unwrap_or_default();
    if status.success() {
        return Ok(usage);
    }
    let how = match (status.code(), status.signal()) {
        (Some(code), _) => format!("exit status {code}"),
        (None, signal) => format!("signal {}", signal.unwrap_or(0)),
    };
    let last = errors.trim_end().lines().next_back().unwrap_or("").trim();
    Err(if last.is_empty() { how } else { format!("{how}: {last}") })
}

fn check(result: i32) -> std::io::Result<()> {
    if result < 0 { Err(std::io::Error::last_os_error()) } else { Ok(()) }
}

/// Waits for a child; also tells what it used.
fn wait(process: i32) -> Result<(ExitStatus, Usage), String> {
    let mut status = 0;
    // SAFETY: the child is ours and hasn't been waited for.
    let usage = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        while libc::wait4(process, &mut status, 0, &mut usage) < 0 {
            let error = std::io::Error::last_os_error();
            if error.kind() != std::io::ErrorKind::Interrupted {
                return Err(format!("a child can't be waited for: {error}"));
            }
        }
        usage
    };
    let milliseconds = |time: libc::timeval| time.tv_sec as f64 * 1e3 + time.tv_usec as f64 / 1e3;
    let cpu_ms = milliseconds(usage.ru_utime) + milliseconds(usage.ru_stime);
    // Kilobytes on Linux, bytes on macOS.
    let unit = if cfg!(target_os = "macos") { 1024 } else { 1 };
    let peak_kib = usage.ru_maxrss as u64 / unit;
    Ok((ExitStatus::from_raw(status), Usage { wall_ms: 0.0, cpu_ms, peak_kib }))
}

/// The end of a stream.
fn last_of(mut stream: impl Read) -> String {
    let (mut kept, mut buffer) = (Vec::new(), [0; KEPT]);
    while let Ok(count @ 1..) = stream.read(&mut buffer) {
        kept.extend_from_slice(&buffer[..count]);
        let excess = kept.len().saturating_sub(KEPT);
        kept.drain(..excess);
    }
    String::from_utf8_lossy(&kept).into_owned()
}
