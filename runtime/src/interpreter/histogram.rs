//! Counts the instructions that leave the fast bodies, by opcode: built with the feature `slow-histogram`, shown at exit.

use crate::thread::Thread;
use taipan_compiler::opcode::Opcode;

static mut COUNTS: [u64; 256] = [0; 256];
static mut INSTALLED: bool = false;

/// Counts an instruction.
pub fn count(opcode: u8, _: &Thread) {
    // SAFETY: guarded by the interpreter lock.
    unsafe {
        COUNTS[opcode as usize] += 1;
        if !INSTALLED {
            INSTALLED = true;
            libc::atexit(show);
        }
    }
}

extern "C" fn show() {
    if std::env::var_os("TAIPAN_SLOW_HISTOGRAM").is_none() {
        return;
    }
    // SAFETY: the process ends.
    let counts = unsafe { *(&raw const COUNTS) };
    let mut rows: Vec<(u64, usize)> = counts.into_iter().zip(0..).filter(|row| row.0 > 0).collect();
    rows.sort_by(|a, b| b.cmp(a));
    for (count, number) in rows.into_iter().take(24) {
        let name = Opcode::from_u8(number as u8).map_or("?", |opcode| opcode.name());
        eprintln!("{count:12} {name}");
    }
}
