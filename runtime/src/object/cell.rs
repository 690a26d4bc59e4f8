//! Cells: variables shared between a function and the functions nested in it.

use crate::heap::{Header, Tracer, heap};
use crate::layout;
use crate::object::kind::ObjectKind;
use crate::object::pointer::Gc;
use crate::value::Value;

/// A cell; `contents` is NULL when it is empty.
#[repr(C)]
pub struct Cell {
    pub header: Header,
    pub contents: Value,
}

layout!(Cell, ObjectKind::Cell, "cell");

impl Cell {
    pub fn new(contents: Value) -> Gc<Cell> {
        let header = heap().alloc(ObjectKind::Cell as u8, crate::types().cell.root_shape, size_of::<Cell>());
        let mut cell: Gc<Cell> = Gc::from_header(header);
        cell.contents = contents;
        cell
    }
}

impl Gc<Cell> {
    pub fn set(mut self, contents: Value) {
        self.contents = contents;
        self.write_barrier();
    }
}

/// Visits a cell's contents.
///
/// # Safety
/// `object` is live.
pub unsafe fn trace(object: *mut Header, tracer: &mut Tracer) {
    let cell: Gc<Cell> = Gc::from_header(object);
    tracer.value(cell.contents.0);
}
