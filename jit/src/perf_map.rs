//! Names compiled code for `perf`: one line a unit in `/tmp/perf-PID.map`.

use std::io::Write;

/// Adds a unit. Does nothing where the file can't be written: profiling is no reason to fail.
pub fn add(address: *const u8, bytes: usize, name: &str) {
    let path = format!("/tmp/perf-{}.map", std::process::id());
    if let Ok(mut file) = std::fs::OpenOptions::new().create(true).append(true).open(path) {
        // A file that is full or gone costs the profile a name, not the program its run.
        let _ = writeln!(file, "{:x} {bytes:x} {}", address as usize, name.replace(['\n', '\r'], " "));
    }
}
