//! The buffer protocol: the memory that bytes, bytearray, memoryview and other classes share.
//!
//! [`get_buffer`] asks an object for its memory, which then must be given back with [`BufferView::release`]: while it is lent out, a bytearray
//! can't change its size. Native classes of other modules export a buffer by a method `__buffer__` that makes a memoryview with
//! [`MemoryView::over`]; Python classes may define `__buffer__` themselves. For a short look at the content, without running
//! Python code meanwhile, there is [`BytesLike`].
//!
//! **Invariant.** Who lends memory out, and may want to move it, has a *loan number*, made at the first loan; [`LOANS`] counts the loans of each
//! number. So a memoryview that the collector drops can end its loan without touching its owner, which may be gone already.

use crate::builtins::memoryview::MemoryView;
use crate::object::bytes::{ByteArray, Bytes};
use crate::object::special::Special;
use crate::operations::class_of;
use crate::thread::{Result, Thread};
use crate::types;
use crate::value::Value;
use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Number of loans by loan number; numbers without loans are not there.
static LOANS: Mutex<Option<HashMap<usize, usize>>> = Mutex::new(None);
static LAST_LOAN: AtomicUsize = AtomicUsize::new(0);

fn with_loans<T>(run: impl FnOnce(&mut HashMap<usize, usize>) -> T) -> T {
    let mut loans = LOANS.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    run(loans.get_or_insert_default())
}

/// Counts one loan more; gives the number 0 a new value.
pub fn lend(number: &mut usize) {
    if *number == 0 {
        *number = LAST_LOAN.fetch_add(1, Ordering::Relaxed) + 1;
    }
    with_loans(|loans| *loans.entry(*number).or_default() += 1);
}

/// Counts one loan less.
pub fn give_back(number: usize) {
    if number == 0 {
        return;
    }
    with_loans(|loans| {
        if let Some(count) = loans.get_mut(&number) {
            *count -= 1;
            if *count == 0 {
                loans.remove(&number);
            }
        }
    });
}

fn has_loans(number: usize) -> bool {
    with_loans(|loans| loans.contains_key(&number))
}

/// Whether memory is lent out. Memoryviews that nobody can reach any more don't count: they are collected first.
pub fn is_lent(number: usize) -> bool {
    if number == 0 || !has_loans(number) {
        return false;
    }
    crate::start::current_thread().forget_free_values();
    // A memoryview that only a leftover on the native stack points to is no user of the memory.
    crate::heap::heap().collect_ignoring(crate::heap::Collection::Full, |object| {
        Value::from_header(object).downcast::<MemoryView>().is_some()
    });
    has_loans(number)
}

/// Flag of `__buffer__`: the memory must be writable.
pub const WRITABLE: i64 = 1;
/// Flags of `__buffer__` with which everything about the memory is wanted.
pub const FULL_READ_ONLY: i64 = 0x11c;

/// One dimension of an array.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dimension {
    pub length: usize,
    /// Bytes from one item to the next, negative where the order is reversed.
    pub stride: isize,
}

/// Memory that an object shares.
#[derive(Clone, Debug)]
pub struct BufferView {
    /// The object that holds the memory. Whoever keeps a view must keep this alive.
    pub owner: Value,
    /// The first item.
    pub pointer: *mut u8,
    /// Bytes of all items.
    pub length: usize,
    pub read_only: bool,
    /// Format of an item, as in the module `struct`.
    pub format: String,
    pub item_size: usize,
    pub dimensions: Vec<Dimension>,
    /// The loan number of the memory, 0 if nobody counts.
    pub loan: usize,
}

impl BufferView {
    /// A run of bytes.
    pub fn of_bytes(owner: Value, pointer: *mut u8, length: usize, read_only: bool) -> BufferView {
        let dimensions = vec![Dimension { length, stride: 1 }];
        BufferView {
            owner,
            pointer,
            length,
            read_only,
            format: "B".into(),
            item_size: 1,
            dimensions,
            loan: 0,
        }
    }

    /// Whether the items lie one after the other in C's order.
    pub fn is_c_contiguous(&self) -> bool {
        let mut stride = self.item_size as isize;
        self.length == 0
            || self.dimensions.iter().rev().all(|dimension| {
                let fits = dimension.length <= 1 || dimension.stride == stride;
                stride *= dimension.length as isize;
                fits
            })
    }

    /// Whether the items lie one after the other in Fortran's order.
    pub fn is_fortran_contiguous(&self) -> bool {
        let mut stride = self.item_size as isize;
        self.length == 0
            || self.dimensions.iter().all(|dimension| {
                let fits = dimension.length <= 1 || dimension.stride == stride;
                stride *= dimension.length as isize;
                fits
            })
    }

    /// Calls `visit` with the address of each item, in C's order.
    pub fn for_each_item(&self, visit: &mut dyn FnMut(*mut u8)) {
        fn walk(dimensions: &[Dimension], at: *mut u8, visit: &mut dyn FnMut(*mut u8)) {
            match dimensions.split_first() {
                None => visit(at),
                Some((first, rest)) => {
                    for i in 0..first.length {
                        walk(rest, at.wrapping_offset(i as isize * first.stride), visit);
                    }
                }
            }
        }
        walk(&self.dimensions, self.pointer, visit);
    }

    /// The content in C's order.
    pub fn to_vec(&self) -> Vec<u8> {
        if self.is_c_contiguous() {
            return self.as_slice().to_vec();
        }
        let mut content = Vec::with_capacity(self.length);
        self.for_each_item(&mut |at| {
            // SAFETY: the owner vouches for the items of its dimensions.
            content.extend_from_slice(unsafe { std::slice::from_raw_parts(at, self.item_size) });
        });
        content
    }

    /// The content of a view that is C-contiguous. Must not be kept while Python code runs.
    pub fn as_slice(&self) -> &[u8] {
        if self.length == 0 {
            return &[];
        }
        // SAFETY: the owner, held by the caller, keeps `length` bytes there.
        unsafe { std::slice::from_raw_parts(self.pointer, self.length) }
    }

    /// The content of a writable view that is C-contiguous. Must not be kept while Python code runs.
    #[allow(clippy::mut_from_ref, reason = "the memory belongs to the owner, not to the view")]
    pub fn as_mut_slice(&self) -> &mut [u8] {
        debug_assert!(!self.read_only);
        if self.length == 0 {
            return &mut [];
        }
        // SAFETY: as in `as_slice`; the interpreter lock keeps others away.
        unsafe { std::slice::from_raw_parts_mut(self.pointer, self.length) }
    }

    /// Gives the memory back.
    pub fn release(&self) {
        give_back(self.loan);
    }

    /// The same memory, lent once more.
    pub fn share(&self) -> BufferView {
        let mut shared = self.clone();
        if shared.loan != 0 {
            lend(&mut shared.loan);
        }
        shared
    }
}

/// The memory of an object that is writable if asked for; `None` if the object shares none.
/// The view must be [released](BufferView::release).
pub fn get_buffer_optional(thread: &mut Thread, value: Value, writable: bool) -> Result<Option<BufferView>> {
    if let Some(bytes) = value.downcast::<Bytes>() {
        if writable {
            return Err(thread.buffer_error("Object is not writable."));
        }
        return Ok(Some(BufferView::of_bytes(value, bytes.data(), bytes.length, true)));
    }
    if let Some(mut array) = value.downcast::<ByteArray>() {
        lend(&mut array.exports);
        let loan = array.exports;
        let slice = array.as_mut_slice();
        let (pointer, length) = (slice.as_mut_ptr(), slice.len());
        return Ok(Some(BufferView { loan, ..BufferView::of_bytes(value, pointer, length, false) }));
    }
    if let Some(view) = value.downcast::<MemoryView>() {
        let shared = view.shared(thread)?;
        if writable && shared.read_only {
            shared.release();
            return Err(thread.buffer_error("memoryview: underlying buffer is not writable"));
        }
        return Ok(Some(shared));
    }
    let Some(method) = class_of(value).special(Special::Buffer).filter(|method| !method.is_none()) else {
        return Ok(None);
    };
    let flags = FULL_READ_ONLY | if writable { WRITABLE } else { 0 };
    let answer =
        crate::operations::call::call_special(thread, method, value, &[Value::from_small_int(flags)])?;
    let Some(view) = answer.downcast::<MemoryView>() else {
        return Err(thread.type_error("__buffer__ returned non-memoryview object"));
    };
    let shared = view.shared(thread)?;
    if writable && shared.read_only {
        shared.release();
        return Err(thread.buffer_error("Object is not writable."));
    }
    Ok(Some(shared))
}

/// As [`get_buffer_optional`]; TypeError if the object shares no memory.
pub fn get_buffer(thread: &mut Thread, value: Value, writable: bool) -> Result<BufferView> {
    match get_buffer_optional(thread, value, writable)? {
        Some(view) => Ok(view),
        None => Err(not_bytes_like(thread, value)),
    }
}

/// `a bytes-like object is required, not 'str'`
#[cold]
pub fn not_bytes_like(thread: &mut Thread, value: Value) -> crate::thread::Raised {
    let got = super::attribute::class_name(value);
    thread.type_error(format!("a bytes-like object is required, not '{got}'"))
}

/// The content of a bytes-like object, for a short look.
///
/// The object is held, so its content stays alive; a bytearray may be changed by Python code, so the slice must not be kept across such.
pub struct BytesLike(Source);

enum Source {
    Bytes(crate::object::pointer::Gc<Bytes>),
    ByteArray(crate::object::pointer::Gc<ByteArray>),
    Copy(Vec<u8>),
}

impl BytesLike {
    /// The content of a value, `None` if it isn't bytes-like.
    pub fn of(thread: &mut Thread, value: Value) -> Result<Option<BytesLike>> {
        if let Some(bytes) = value.downcast::<Bytes>() {
            return Ok(Some(BytesLike(Source::Bytes(bytes))));
        }
        if let Some(array) = value.downcast::<ByteArray>() {
            return Ok(Some(BytesLike(Source::ByteArray(array))));
        }
        let Some(view) = get_buffer_optional(thread, value, false)? else { return Ok(None) };
        let content = view.to_vec();
        view.release();
        Ok(Some(BytesLike(Source::Copy(content))))
    }

    /// The content of a value that must be bytes-like.
    pub fn required(thread: &mut Thread, value: Value) -> Result<BytesLike> {
        match BytesLike::of(thread, value)? {
            Some(content) => Ok(content),
            None => Err(not_bytes_like(thread, value)),
        }
    }
}

impl std::ops::Deref for BytesLike {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        match &self.0 {
            Source::Bytes(bytes) => bytes.as_slice(),
            Source::ByteArray(array) => array.as_slice(),
            Source::Copy(content) => content,
        }
    }
}

impl crate::native::FromArgument for BytesLike {
    fn from_argument(
        thread: &mut Thread,
        value: Value,
        _: &crate::native::ArgumentContext,
    ) -> Result<BytesLike> {
        BytesLike::required(thread, value)
    }
}

/// Whether a class shares memory.
pub fn has_buffer(value: Value) -> bool {
    value.downcast::<Bytes>().is_some()
        || value.downcast::<ByteArray>().is_some()
        || value.downcast::<MemoryView>().is_some()
        || class_of(value) != types().str
            && class_of(value).special(Special::Buffer).is_some_and(|m| !m.is_none())
}
