//! The operating system's side: reserving address space, giving pages back, finding a thread's stack.
//!
//! Invariant: a reservation is one private anonymous mapping that lives until the heap does. Its pages
//! read as zero until first written and again after `discard`; that is what lets allocation hand out
//! fresh memory without clearing it.

use std::ptr::null_mut;

/// Maps `bytes` of zeroed, lazily committed memory; `None` if the system or a limit refuses.
pub fn reserve(bytes: usize) -> Option<usize> {
    // SAFETY: an anonymous mapping at an address of the kernel's choice touches nothing that exists.
    let address = unsafe {
        libc::mmap(
            null_mut(),
            bytes,
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE,
            -1,
            0,
        )
    };
    if address == libc::MAP_FAILED { None } else { Some(address as usize) }
}

/// Undoes [`reserve`].
///
/// # Safety
/// Nothing may use the range afterwards.
pub unsafe fn unreserve(address: usize, bytes: usize) {
    unsafe { libc::munmap(address as *mut libc::c_void, bytes) };
}

/// Gives the pages wholly inside the range back; they read as zero afterwards. False if refused (then
/// their content is unspecified).
///
/// # Safety
/// The range belongs to a reservation and holds no object.
pub(super) unsafe fn discard(address: usize, bytes: usize) -> bool {
    unsafe { libc::madvise(address as *mut libc::c_void, bytes, libc::MADV_DONTNEED) == 0 }
}

/// Gives back the pages wholly inside a range of the executable's constants, which are read from its file again when they are wanted.
pub fn forget_read_only(low: usize, high: usize) {
    // SAFETY: asks for the size.
    let page = unsafe { libc::sysconf(libc::_SC_PAGESIZE) }.max(4096) as usize;
    let (start, end) = (low.next_multiple_of(page), high & !(page - 1));
    if start < end {
        // SAFETY: the pages hold constants only, which never change; advice changes no content.
        unsafe { libc::madvise(start as *mut libc::c_void, end - start, libc::MADV_DONTNEED) };
    }
}

/// Gives back the executable's code and constants that start-up has touched: most of them are not wanted again, and the others are read
/// from the file's pages in memory. A debugger's breakpoints would be lost with them, so nothing happens under one.
pub fn forget_startup_pages() {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    if status.lines().any(|line| line.trim_end() == "TracerPid:\t0") {
        // SAFETY: the callback only reads what it is shown.
        unsafe { libc::dl_iterate_phdr(Some(forget_segments), null_mut()) };
    }
}

/// Forgets the segments of the first object shown, the executable, that are never written.
unsafe extern "C" fn forget_segments(
    object: *mut libc::dl_phdr_info,
    _: libc::size_t,
    _: *mut libc::c_void,
) -> libc::c_int {
    // SAFETY: the loader shows valid tables.
    unsafe {
        let object = &*object;
        for header in std::slice::from_raw_parts(object.dlpi_phdr, object.dlpi_phnum as usize) {
            if header.p_type == libc::PT_LOAD && header.p_flags & libc::PF_W == 0 {
                let start = (object.dlpi_addr + header.p_vaddr) as usize;
                forget_read_only(start, start + header.p_filesz as usize);
            }
        }
    }
    1
}

/// Asks for small pages: the side tables are touched sparsely.
///
/// # Safety
/// The range belongs to a reservation.
pub(super) unsafe fn prefer_small_pages(address: usize, bytes: usize) {
    unsafe { libc::madvise(address as *mut libc::c_void, bytes, libc::MADV_NOHUGEPAGE) };
}

/// The address range `(low, high)` of the calling thread's stack.
pub fn current_stack() -> (usize, usize) {
    // SAFETY: the attribute object is initialised by the first call and destroyed after its last use.
    unsafe {
        let mut attributes: libc::pthread_attr_t = std::mem::zeroed();
        let mut low: *mut libc::c_void = null_mut();
        let mut size = 0;
        if libc::pthread_getattr_np(libc::pthread_self(), &mut attributes) != 0
            || libc::pthread_attr_getstack(&attributes, &mut low, &mut size) != 0
        {
            fatal("the bounds of a thread's stack cannot be found");
        }
        libc::pthread_attr_destroy(&mut attributes);
        (low as usize, low as usize + size)
    }
}

/// Ends the process: the heap cannot go on. Never reached by running out of memory alone while the
/// emergency reserve lasts.
#[cold]
pub(super) fn fatal(reason: &str) -> ! {
    let text = format!("Fatal Taipan error: {reason}\n");
    // SAFETY: writes the text. (Not `eprintln!`, which a test run captures and an abort loses.)
    unsafe { libc::write(2, text.as_ptr().cast(), text.len()) };
    std::process::abort()
}
