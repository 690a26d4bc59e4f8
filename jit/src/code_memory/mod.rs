//! Memory for machine code: never writable and executable at once, capped, and freed with the unit that it belongs to.
//!
//! **Invariant.** The bytes of a [`CodeBlock`] don't change once it exists; whoever calls into it keeps it alive.

pub mod pages;
mod unwind;

use cranelift_codegen::isa::{TargetIsa, unwind::UnwindInfo};
use memmap2::{Mmap, MmapMut};
use std::sync::atomic::{AtomicUsize, Ordering};

/// The most bytes of machine code that a process keeps, unless it is told otherwise.
pub const DEFAULT_CAP: usize = 64 << 20;

static USED: AtomicUsize = AtomicUsize::new(0);
static CAP: AtomicUsize = AtomicUsize::new(DEFAULT_CAP);

/// Executable memory with one unit's code.
pub struct CodeBlock {
    map: Mmap,
    length: usize,
    _unwind: Option<unwind::Registration>,
}

/// Sets the most bytes of machine code that the process may keep.
pub fn set_cap(bytes: usize) {
    CAP.store(bytes, Ordering::Relaxed);
}

/// How many bytes are used.
pub fn used() -> usize {
    USED.load(Ordering::Relaxed)
}

impl CodeBlock {
    /// Copies code into executable memory. Fails when the cap is reached or the system refuses.
    pub fn new(code: &[u8], unwind: Option<UnwindInfo>, isa: &dyn TargetIsa) -> std::io::Result<CodeBlock> {
        let page = 4096;
        let bytes = code.len().max(1).next_multiple_of(page);
        if USED.fetch_add(bytes, Ordering::Relaxed) + bytes > CAP.load(Ordering::Relaxed) {
            USED.fetch_sub(bytes, Ordering::Relaxed);
            return Err(std::io::Error::other("the memory for machine code is used up"));
        }
        let map = MmapMut::map_anon(bytes).and_then(|mut map| {
            map[..code.len()].copy_from_slice(code);
            map.make_exec()
        });
        match map {
            Ok(map) => {
                #[cfg(target_arch = "aarch64")]
                synchronize_caches(&map);
                pages::add(map.as_ptr() as usize, bytes);
                let registration = unwind::Registration::new(map.as_ptr() as u64, unwind, isa);
                Ok(CodeBlock { map, length: code.len(), _unwind: registration })
            }
            Err(error) => {
                USED.fetch_sub(bytes, Ordering::Relaxed);
                Err(error)
            }
        }
    }

    /// The first instruction.
    pub fn entry(&self) -> *const u8 {
        self.map.as_ptr()
    }

    /// The machine code.
    pub fn bytes(&self) -> &[u8] {
        &self.map[..self.length]
    }
}

/// Makes what was written visible to instruction fetches, of all cores.
#[cfg(target_arch = "aarch64")]
fn synchronize_caches(map: &Mmap) {
    use wasmtime_internal_jit_icache_coherence::{clear_cache, pipeline_flush_mt};
    // The system has synchronised pages that became executable already; where it can't be asked to do so again, that has to do.
    // SAFETY: mapped memory.
    let _ = unsafe { clear_cache(map.as_ptr().cast(), map.len()) };
    let _ = pipeline_flush_mt();
}

impl Drop for CodeBlock {
    fn drop(&mut self) {
        USED.fetch_sub(self.map.len(), Ordering::Relaxed);
    }
}
