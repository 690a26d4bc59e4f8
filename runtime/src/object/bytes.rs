//! bytes and bytearray.

use crate::heap::{Header, Tracer, heap};
use crate::layout;
use crate::object::kind::ObjectKind;
use crate::object::pointer::Gc;
use crate::object::type_object::TypeObject;
use crate::roots::Root;

/// A bytes object: immutable.
#[repr(C)]
pub struct Bytes {
    pub header: Header,
    /// Hash of the bytes, 0 while not computed.
    pub hash: i64,
    pub length: usize,
    // the bytes follow
}

layout!(Bytes, ObjectKind::Bytes, "bytes");

/// A bytearray.
#[repr(C)]
pub struct ByteArray {
    pub header: Header,
    /// A `ByteBuffer` object whose bytes begin behind its header, or null.
    pub buffer: *mut Header,
    pub length: usize,
    /// Bytes that fit in the buffer.
    pub capacity: usize,
    /// Number of buffer exports (memoryviews), while which the size can't change.
    pub exports: usize,
}

layout!(ByteArray, ObjectKind::ByteArray, "bytearray");

/// Visits a bytearray's buffer and attributes.
///
/// # Safety
/// `object` is live.
pub unsafe fn trace_bytearray(object: *mut Header, tracer: &mut Tracer) {
    let array: Gc<ByteArray> = Gc::from_header(object);
    tracer.value(array.buffer as u64);
    // SAFETY: passed on.
    unsafe { crate::object::trace::attributes_only(object, tracer) };
}

static EMPTY: Root = Root::new();

impl Bytes {
    /// Allocates zero bytes, of an exact bytes class or a subclass.
    pub fn allocate(class: Gc<TypeObject>, length: usize) -> Option<Gc<Bytes>> {
        let tail = if class.attributes_offset != 0 { 8 } else { 0 };
        let size = size_of::<Bytes>().checked_add(length.checked_next_multiple_of(8)?)?.checked_add(tail)?;
        let mut bytes: Gc<Bytes> =
            Gc::from_header(heap().alloc_fallible(ObjectKind::Bytes as u8, class.root_shape, size)?);
        bytes.length = length;
        Some(bytes)
    }

    /// The bytes object with this content; there is only one without any.
    pub fn new(content: &[u8]) -> Gc<Bytes> {
        if content.is_empty() {
            return EMPTY.get_or_set(|| Bytes::filled(content).value()).cast();
        }
        Bytes::filled(content)
    }

    fn filled(content: &[u8]) -> Gc<Bytes> {
        let bytes = Bytes::allocate(crate::types().bytes, content.len())
            .unwrap_or_else(|| crate::heap::out_of_memory(content.len()));
        // SAFETY: room for the content was allocated.
        unsafe { std::ptr::copy_nonoverlapping(content.as_ptr(), bytes.data(), content.len()) };
        bytes
    }
}

impl Gc<Bytes> {
    #[inline(always)]
    pub fn data(self) -> *mut u8 {
        // SAFETY: the bytes follow the fields.
        unsafe { self.as_pointer().add(1).cast() }
    }

    #[inline]
    pub fn as_slice(self) -> &'static [u8] {
        // SAFETY: `length` bytes follow the fields; the caller's pointer keeps the object alive.
        unsafe { std::slice::from_raw_parts(self.data(), self.length) }
    }
}

impl ByteArray {
    pub fn new(content: &[u8]) -> Gc<ByteArray> {
        let class = crate::types().bytearray;
        let size = crate::object::instance::allocation_size(class);
        let array: Gc<ByteArray> =
            Gc::from_header(heap().alloc(ObjectKind::ByteArray as u8, class.root_shape, size));
        array.replace(content);
        array
    }
}

impl Gc<ByteArray> {
    /// The content. Must not be kept across anything that may resize the array.
    #[inline]
    pub fn as_slice(&self) -> &[u8] {
        if self.buffer.is_null() {
            return &[];
        }
        // SAFETY: `length` bytes lie behind the buffer's header.
        unsafe { std::slice::from_raw_parts(self.buffer.add(1).cast(), self.length) }
    }

    #[inline]
    pub fn as_mut_slice(&mut self) -> &mut [u8] {
        if self.buffer.is_null() {
            return &mut [];
        }
        // SAFETY: as in `as_slice`.
        unsafe { std::slice::from_raw_parts_mut(self.buffer.add(1).cast(), self.length) }
    }

    /// Changes the length; new bytes are zero.
    pub fn resize(mut self, length: usize) {
        if length > self.capacity || self.buffer.is_null() {
            let capacity = length.max(self.capacity + self.capacity / 8 + 16);
            let buffer = heap()
                .alloc_fallible(
                    ObjectKind::ByteBuffer as u8,
                    0,
                    size_of::<Header>() + capacity.next_multiple_of(8),
                )
                .unwrap_or_else(|| crate::heap::out_of_memory(capacity));
            // SAFETY: the new buffer is at least as large as the old content.
            unsafe {
                std::ptr::copy_nonoverlapping(self.as_slice().as_ptr(), buffer.add(1).cast(), self.length)
            };
            self.buffer = buffer;
            self.capacity = capacity;
            self.write_barrier();
        } else if length > self.length {
            let old = self.length;
            self.length = length;
            self.as_mut_slice()[old..].fill(0);
        }
        self.length = length;
    }

    /// Replaces the whole content.
    pub fn replace(mut self, content: &[u8]) {
        let copy = content.to_vec();
        self.resize(copy.len());
        self.as_mut_slice().copy_from_slice(&copy);
    }
}
