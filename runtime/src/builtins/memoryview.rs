//! What Python code sees of `memoryview`: a view of the memory that another object shares.
//!
//! **Invariant.** While `released` is false the view's memory is there: the owner is visited by the collector and can't move what is lent out.

use crate::builtins::bytes_methods as methods;
use crate::builtins::memory_items::{is_byte_format, native_letter, pack, size_of_format, unpack};
use crate::builtins::support::{class, is_index};
use crate::builtins::text_support::class_name;
use crate::native_layout;
use crate::object::bytes::Bytes;
use crate::object::list::List;
use crate::object::native_object::{self, NativeHead};
use crate::object::slice::{Slice, SliceIndices};
use crate::object::special::Special;
use crate::object::tuple::Tuple;
use crate::operations::buffer::{BufferView, Dimension, get_buffer_optional, give_back, has_buffer, lend};
use crate::operations::{self, class_of};
use crate::prelude::*;

/// A memoryview.
#[repr(C)]
pub struct MemoryView {
    pub head: NativeHead,
    /// The object that was asked for its memory.
    object: Value,
    /// The memory, lent to this view.
    loan: Loan,
    hash: i64,
}

native_layout!(MemoryView, "memoryview", |this, tracer| {
    tracer.value(this.object.0);
    tracer.value(this.loan.view.owner.0);
});

/// Gives the memory back when it is released or dropped, whichever comes first.
struct Loan {
    view: BufferView,
    released: bool,
}

impl Drop for Loan {
    fn drop(&mut self) {
        self.end();
    }
}

impl Loan {
    fn end(&mut self) {
        if !self.released {
            self.released = true;
            give_back(self.view.loan);
        }
    }
}

impl MemoryView {
    /// A memoryview that takes over a view of an object's memory.
    pub fn new(object: Value, view: BufferView) -> Gc<MemoryView> {
        let loan = Loan { view, released: false };
        native_object::new(
            types().memoryview,
            MemoryView { head: NativeHead::empty(), object, loan, hash: -1 },
        )
    }

    /// For `__buffer__` of native classes: a view of memory that belongs to `owner`. `loan` is the owner's field for its loan number
    /// (see [`lend`]); before it moves its memory, it asks [`crate::operations::buffer::is_lent`].
    pub fn over(
        owner: Value,
        pointer: *mut u8,
        items: usize,
        format: &str,
        item_size: usize,
        read_only: bool,
        loan: &mut usize,
    ) -> Gc<MemoryView> {
        lend(loan);
        let view = BufferView {
            owner,
            pointer,
            length: items * item_size,
            read_only,
            format: format.into(),
            item_size,
            dimensions: vec![Dimension { length: items, stride: item_size as isize }],
            loan: *loan,
        };
        MemoryView::new(owner, view)
    }
}

impl Gc<MemoryView> {
    /// The memory; ValueError after `release`.
    fn view(self, thread: &mut Thread) -> Result<&'static BufferView> {
        if self.loan.released {
            return Err(thread.value_error("operation forbidden on released memoryview object"));
        }
        // SAFETY: the view is a field of this object, which the caller holds; only `release` changes it, by a flag.
        Ok(unsafe { &*(&raw const (*self.as_pointer()).loan.view) })
    }

    /// The memory, lent once more.
    pub fn shared(self, thread: &mut Thread) -> Result<BufferView> {
        Ok(self.view(thread)?.share())
    }

    /// `memoryview.release`
    fn release(mut self, thread: &mut Thread) -> Result<()> {
        if self.loan.released {
            return Ok(());
        }
        let object = self.object;
        let python = class_of(object).definition.is_none();
        self.loan.end();
        if python && class_of(object).special(Special::ReleaseBuffer).is_some_and(|method| !method.is_none())
        {
            thread.call_special(object, Special::ReleaseBuffer, &[self.value()])?;
        }
        Ok(())
    }
}

/// `memoryview(object)`
pub fn new_view(thread: &mut Thread, object: Value) -> Result<Gc<MemoryView>> {
    if let Some(other) = object.downcast::<MemoryView>() {
        let view = other.shared(thread)?;
        return Ok(MemoryView::new(other.object, view));
    }
    match get_buffer_optional(thread, object, false)? {
        Some(view) => Ok(MemoryView::new(object, view)),
        None => {
            let got = class_name(object);
            Err(thread.type_error(format!("memoryview: a bytes-like object is required, not '{got}'")))
        }
    }
}

/// What `__buffer__(flags)` of bytes and bytearray gives.
pub fn view_for_flags(thread: &mut Thread, object: Value, flags: i64) -> Result {
    let view = new_view(thread, object)?;
    if flags & operations::buffer::WRITABLE != 0 && view.loan.view.read_only {
        view.release(thread)?;
        return Err(thread.buffer_error("Object is not writable."));
    }
    Ok(view.value())
}

/// What `__release_buffer__(view)` does.
pub fn release_view(thread: &mut Thread, view: Value) -> Result<()> {
    match view.downcast::<MemoryView>() {
        Some(view) => view.release(thread),
        None => Err(thread.type_error("expected a memoryview object")),
    }
}

/// A copy of a bytes-like object's content, `None` if it isn't one.
pub fn copy_of_buffer(thread: &mut Thread, value: Value) -> Result<Option<Vec<u8>>> {
    let Some(view) = get_buffer_optional(thread, value, false)? else { return Ok(None) };
    let content = view.to_vec();
    view.release();
    Ok(Some(content))
}

/// The format's letter; NotImplementedError for those of `struct` that are not single native items.
fn letter(thread: &mut Thread, view: &BufferView) -> Result<u8> {
    match native_letter(&view.format) {
        Some(letter) => Ok(letter),
        None => {
            let format = &view.format;
            Err(thread.not_implemented_error(format!("memoryview: format {format} not supported")))
        }
    }
}

/// Address of an item by its indices.
fn item_address(thread: &mut Thread, view: &BufferView, indices: &[Value]) -> Result<*mut u8> {
    let mut at = view.pointer;
    for (place, (&index, dimension)) in indices.iter().zip(&view.dimensions).enumerate() {
        let index = operations::convert::index_i64(thread, index)?;
        match operations::container::wrap_index(index, dimension.length) {
            Some(index) => at = at.wrapping_offset(index as isize * dimension.stride),
            None => return Err(thread.index_error(format!("index out of bounds on dimension {}", place + 1))),
        }
    }
    Ok(at)
}

/// The view of part of the first dimension.
fn sliced(view: &BufferView, indices: SliceIndices) -> BufferView {
    let mut part = view.share();
    let first = part.dimensions[0];
    let SliceIndices { start, step, length, .. } = indices;
    if length > 0 {
        part.pointer = part.pointer.wrapping_offset(start as isize * first.stride);
    }
    part.dimensions[0] = Dimension { length, stride: first.stride.wrapping_mul(step as isize) };
    part.length =
        part.dimensions.iter().map(|dimension| dimension.length).product::<usize>() * part.item_size;
    part
}

/// What a key means.
enum Key {
    /// An item's address.
    Item(*mut u8),
    Part(SliceIndices),
    /// The whole of a view without dimensions.
    Whole,
}

fn read_key(thread: &mut Thread, view: &BufferView, key: Value) -> Result<Key> {
    let dimensions = view.dimensions.len();
    if dimensions == 0 {
        return match key.downcast::<Tuple>() {
            Some(tuple) if tuple.length == 0 => Ok(Key::Item(view.pointer)),
            _ if key == Value::ELLIPSIS => Ok(Key::Whole),
            _ => Err(thread.type_error("invalid indexing of 0-dim memory")),
        };
    }
    if is_index(key) {
        if dimensions > 1 {
            return Err(thread.not_implemented_error("multi-dimensional sub-views are not implemented"));
        }
        return item_address(thread, view, &[key]).map(Key::Item);
    }
    if let Some(slice) = key.downcast::<Slice>() {
        return slice.indices(thread, view.dimensions[0].length).map(Key::Part);
    }
    if let Some(tuple) = key.downcast::<Tuple>() {
        let items = tuple.items();
        if items.iter().all(|&item| is_index(item)) {
            if items.len() < dimensions {
                return Err(thread.not_implemented_error("sub-views are not implemented"));
            }
            if items.len() > dimensions {
                let given = items.len();
                let message = format!("cannot index {dimensions}-dimension view with {given}-element tuple");
                return Err(thread.type_error(message));
            }
            return item_address(thread, view, items).map(Key::Item);
        }
        if items.iter().all(|item| item.downcast::<Slice>().is_some()) {
            return Err(thread.not_implemented_error("multi-dimensional slicing is not implemented"));
        }
    }
    Err(thread.type_error("memoryview: invalid slice key"))
}

/// Nested lists of the items.
fn to_list(letter: u8, dimensions: &[Dimension], at: *mut u8) -> Value {
    match dimensions.split_first() {
        // SAFETY: the view vouches for the items of its dimensions.
        None => unsafe { unpack(letter, at) },
        Some((first, rest)) => {
            let list = List::empty();
            for i in 0..first.length {
                list.push(to_list(letter, rest, at.wrapping_offset(i as isize * first.stride)));
            }
            list.value()
        }
    }
}

/// The content in Fortran's order.
fn fortran_content(view: &BufferView) -> Vec<u8> {
    let mut turned = view.clone();
    turned.dimensions.reverse();
    let mut content = Vec::with_capacity(view.length);
    turned.for_each_item(&mut |at| {
        // SAFETY: the view vouches for the items of its dimensions.
        content.extend_from_slice(unsafe { std::slice::from_raw_parts(at, view.item_size) });
    });
    content
}

/// Whether two views have equal shapes and items.
fn equal_views(thread: &mut Thread, a: &BufferView, b: &BufferView) -> Result<bool> {
    let lengths = |view: &BufferView| view.dimensions.iter().map(|d| d.length).collect::<Vec<_>>();
    if lengths(a) != lengths(b) {
        return Ok(false);
    }
    let (x, y) = (native_letter(&a.format), native_letter(&b.format));
    let (Some(x), Some(y)) = (x, y) else {
        return Ok(a.format == b.format && a.to_vec() == b.to_vec());
    };
    // Integers of one format are equal when their bytes are.
    if x == y && !matches!(x, b'f' | b'd' | b'e' | b'?') {
        return Ok(a.to_vec() == b.to_vec());
    }
    let addresses = |view: &BufferView| {
        let mut all = Vec::new();
        view.for_each_item(&mut |at| all.push(at));
        all
    };
    for (p, q) in addresses(a).into_iter().zip(addresses(b)) {
        // SAFETY: the views vouch for their items.
        let (p, q) = unsafe { (unpack(x, p), unpack(y, q)) };
        let same = operations::rich_compare(thread, operations::Comparison::Equal, p, q)?;
        if !operations::is_true(thread, same)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn equality(thread: &mut Thread, this: Gc<MemoryView>, other: Value) -> Result<Option<bool>> {
    if this.value() == other {
        return Ok(Some(true));
    }
    if this.loan.released || other.downcast::<MemoryView>().is_some_and(|other| other.loan.released) {
        return Ok(Some(false));
    }
    let view = this.view(thread)?;
    if !has_buffer(other) {
        return Ok(None);
    }
    let Some(other) = get_buffer_optional(thread, other, false)? else { return Ok(None) };
    let equal = equal_views(thread, view, &other);
    other.release();
    equal.map(Some)
}

/// A shape argument of `cast`.
fn read_shape(thread: &mut Thread, shape: Value) -> Result<Vec<usize>> {
    let items = match (shape.downcast::<List>(), shape.downcast::<Tuple>()) {
        (Some(list), _) => list.items(),
        (_, Some(tuple)) => tuple.items(),
        _ => return Err(thread.type_error("shape must be a list or a tuple")),
    };
    if items.len() > 64 {
        return Err(thread.value_error("memoryview: number of dimensions must not exceed 64"));
    }
    let mut lengths = Vec::new();
    for item in items {
        let Some(length) = item.as_int() else {
            return Err(thread.type_error("memoryview.cast(): elements of shape must be integers"));
        };
        match length {
            crate::object::int::IntRef::Small(length) if length > 0 => lengths.push(length as usize),
            _ => {
                return Err(thread.value_error("memoryview.cast(): elements of shape must be integers > 0"));
            }
        }
    }
    Ok(lengths)
}

/// `memoryview.cast(format, shape)`
fn cast(thread: &mut Thread, view: &BufferView, format: &str, shape: Option<Value>) -> Result<BufferView> {
    if !view.is_c_contiguous() {
        return Err(thread.type_error("memoryview: casts are restricted to C-contiguous views"));
    }
    let dimensions = view.dimensions.len();
    if (shape.is_some() || dimensions != 1) && view.dimensions.iter().any(|dimension| dimension.length == 0) {
        return Err(thread.type_error("memoryview: cannot cast view with zeros in shape or strides"));
    }
    let lengths = match shape {
        Some(shape) => Some(read_shape(thread, shape)?),
        None => None,
    };
    if lengths.as_ref().is_some_and(|lengths| lengths.len() > 1) && dimensions != 1
        || lengths.is_some() && dimensions != 1 && lengths.as_ref().is_some_and(|lengths| lengths.len() != 1)
    {
        return Err(thread.type_error("memoryview: cast must be 1D -> ND or ND -> 1D"));
    }
    let Some(item_size) = size_of_format(format) else {
        return Err(thread.value_error(
            "memoryview: destination format must be a native single character format prefixed with an optional '@'",
        ));
    };
    if native_letter(&view.format).is_none() {
        return Err(thread.value_error(
            "memoryview: source format must be a native single character format prefixed with an optional '@'",
        ));
    }
    if !is_byte_format(&view.format) && !is_byte_format(format) {
        return Err(thread.type_error("memoryview: cannot cast between two non-byte formats"));
    }
    if !view.length.is_multiple_of(item_size) {
        return Err(thread.type_error("memoryview: length is not a multiple of itemsize"));
    }
    let lengths = lengths.unwrap_or_else(|| vec![view.length / item_size]);
    let total = lengths.iter().try_fold(item_size, |product, &length| product.checked_mul(length));
    if total != Some(view.length) {
        return Err(thread.type_error("memoryview: product(shape) * itemsize != buffer size"));
    }
    let mut cast = view.share();
    cast.format = format.into();
    cast.item_size = item_size;
    let mut stride = item_size as isize;
    cast.dimensions = lengths.iter().map(|&length| Dimension { length, stride: 0 }).collect();
    for dimension in cast.dimensions.iter_mut().rev() {
        dimension.stride = stride;
        stride *= dimension.length as isize;
    }
    Ok(cast)
}

/// `view[slice] = value`
fn assign_part(thread: &mut Thread, view: &BufferView, indices: SliceIndices, value: Value) -> Result<()> {
    let source = operations::buffer::get_buffer(thread, value, false)?;
    let target = sliced(view, indices);
    let lengths = |view: &BufferView| view.dimensions.iter().map(|d| d.length).collect::<Vec<_>>();
    let plain = |format: &str| format.strip_prefix('@').unwrap_or(format).to_string();
    let fits = plain(&source.format) == plain(&target.format) && lengths(&source) == lengths(&target);
    if fits {
        // A copy, for the two may overlap.
        let content = source.to_vec();
        let mut place = 0;
        target.for_each_item(&mut |at| {
            // SAFETY: the view vouches for its items; the content has as many bytes.
            unsafe { std::ptr::copy_nonoverlapping(content.as_ptr().add(place), at, target.item_size) };
            place += target.item_size;
        });
    }
    source.release();
    target.release();
    if fits {
        return Ok(());
    }
    Err(thread.value_error("memoryview assignment: lvalue and rvalue have different structures"))
}

fn tuple_of(numbers: impl Iterator<Item = i64>) -> Gc<Tuple> {
    let numbers: Vec<Value> = numbers.map(Value::from_int).collect();
    Tuple::new(&numbers)
}

/// A view of the memory that another object shares.
#[native_type(name = "memoryview", sequence, weak_referencable, text_signature = "(object)")]
impl MemoryView {
    #[new("($type, object)")]
    fn new_memoryview(thread: &mut Thread, _class: Gc<TypeObject>, object: Value) -> Result<Gc<MemoryView>> {
        new_view(thread, object)
    }

    #[method]
    fn __repr__(this: Gc<MemoryView>) -> String {
        let address = this.value().0;
        if this.loan.released {
            format!("<released memory at {address:#x}>")
        } else {
            format!("<memory at {address:#x}>")
        }
    }

    #[method]
    fn __hash__(thread: &mut Thread, mut this: Gc<MemoryView>) -> Result<i64> {
        if this.hash == -1 {
            let view = this.view(thread)?;
            if !view.read_only {
                return Err(thread.value_error("cannot hash writable memoryview object"));
            }
            if !is_byte_format(&view.format) {
                return Err(
                    thread.value_error("memoryview: hashing is restricted to formats 'B', 'b' or 'c'")
                );
            }
            operations::hash(thread, this.object)?;
            this.hash = operations::hash::hash_bytes(&view.to_vec());
        }
        Ok(this.hash)
    }

    #[method]
    fn __eq__(thread: &mut Thread, this: Gc<MemoryView>, other: Value) -> Result {
        Ok(equality(thread, this, other)?.map_or(Value::NOT_IMPLEMENTED, Value::from_bool))
    }

    #[method]
    fn __ne__(thread: &mut Thread, this: Gc<MemoryView>, other: Value) -> Result {
        Ok(equality(thread, this, other)?.map_or(Value::NOT_IMPLEMENTED, |equal| Value::from_bool(!equal)))
    }

    #[method]
    fn __lt__(_this: Gc<MemoryView>, _other: Value) -> Value {
        Value::NOT_IMPLEMENTED
    }

    #[method]
    fn __le__(_this: Gc<MemoryView>, _other: Value) -> Value {
        Value::NOT_IMPLEMENTED
    }

    #[method]
    fn __gt__(_this: Gc<MemoryView>, _other: Value) -> Value {
        Value::NOT_IMPLEMENTED
    }

    #[method]
    fn __ge__(_this: Gc<MemoryView>, _other: Value) -> Value {
        Value::NOT_IMPLEMENTED
    }

    #[method]
    fn __len__(thread: &mut Thread, this: Gc<MemoryView>) -> Result<usize> {
        match this.view(thread)?.dimensions.first() {
            Some(first) => Ok(first.length),
            None => Err(thread.type_error("0-dim memory has no length")),
        }
    }

    #[method]
    fn __iter__(thread: &mut Thread, this: Gc<MemoryView>) -> Result<Gc<MemoryIterator>> {
        let view = this.view(thread)?;
        match view.dimensions.len() {
            0 => return Err(thread.type_error("invalid indexing of 0-dim memory")),
            1 => {}
            _ => return Err(thread.not_implemented_error("multi-dimensional sub-views are not implemented")),
        }
        letter(thread, view)?;
        let content = MemoryIterator {
            head: NativeHead::empty(),
            view: this.value(),
            index: 0,
            length: view.dimensions[0].length,
        };
        Ok(native_object::new(class::<MemoryIterator>(), content))
    }

    #[method]
    fn __getitem__(thread: &mut Thread, this: Gc<MemoryView>, key: Value) -> Result {
        let view = this.view(thread)?;
        match read_key(thread, view, key)? {
            Key::Item(at) => {
                let letter = letter(thread, view)?;
                // `__index__` may have released the view.
                this.view(thread)?;
                // SAFETY: the address was found within the view's dimensions.
                Ok(unsafe { unpack(letter, at) })
            }
            Key::Part(indices) => {
                this.view(thread)?;
                Ok(MemoryView::new(this.object, sliced(view, indices)).value())
            }
            Key::Whole => Ok(this.value()),
        }
    }

    #[method]
    fn __setitem__(thread: &mut Thread, this: Gc<MemoryView>, key: Value, value: Value) -> Result<()> {
        let view = this.view(thread)?;
        if view.read_only {
            return Err(thread.type_error("cannot modify read-only memory"));
        }
        match read_key(thread, view, key)? {
            Key::Item(at) => {
                let letter = letter(thread, view)?;
                let item = pack(thread, letter, value, &view.format)?;
                // Converting the value may have released the view.
                this.view(thread)?;
                // SAFETY: the address was found within the view's dimensions, and the item has the format's size.
                unsafe { std::ptr::copy_nonoverlapping(item.as_ptr(), at, item.len()) };
                Ok(())
            }
            Key::Part(indices) if view.dimensions.len() == 1 => {
                this.view(thread)?;
                assign_part(thread, view, indices, value)
            }
            Key::Part(_) => Err(thread
                .not_implemented_error("memoryview slice assignments are currently restricted to ndim = 1")),
            Key::Whole => {
                let letter = letter(thread, view)?;
                let item = pack(thread, letter, value, &view.format)?;
                this.view(thread)?;
                // SAFETY: as above.
                unsafe { std::ptr::copy_nonoverlapping(item.as_ptr(), view.pointer, item.len()) };
                Ok(())
            }
        }
    }

    #[method]
    fn __delitem__(thread: &mut Thread, _this: Gc<MemoryView>, _key: Value) -> Result<()> {
        Err(thread.type_error("cannot delete memory"))
    }

    #[method]
    fn __buffer__(thread: &mut Thread, this: Gc<MemoryView>, flags: i64) -> Result {
        this.view(thread)?;
        view_for_flags(thread, this.value(), flags)
    }

    #[method]
    fn __release_buffer__(thread: &mut Thread, _this: Gc<MemoryView>, buffer: Value) -> Result<()> {
        release_view(thread, buffer)
    }

    #[method("($self, /)")]
    fn __enter__(thread: &mut Thread, this: Gc<MemoryView>) -> Result<Gc<MemoryView>> {
        this.view(thread)?;
        Ok(this)
    }

    #[method("($self, /, *exc_info)", text = "($self, /, *exc_info)")]
    fn __exit__(thread: &mut Thread, this: Gc<MemoryView>, _exc_info: &[Value]) -> Result<()> {
        this.release(thread)
    }

    /// Makes a generic alias.
    #[class_method("($type, object, /)")]
    fn __class_getitem__(thread: &mut Thread, class: Gc<TypeObject>, object: Value) -> Result {
        crate::builtins::generic_alias::new(thread, class.value(), object)
    }

    /// Gives the memory back; the view can't be used any more.
    #[method("($self, /)")]
    fn release(thread: &mut Thread, this: Gc<MemoryView>) -> Result<()> {
        Gc::<MemoryView>::release(this, thread)
    }

    /// The content as bytes, in the order of C or Fortran.
    #[method("($self, /, order='C')")]
    fn tobytes(
        thread: &mut Thread,
        this: Gc<MemoryView>,
        order: Option<Option<Gc<Str>>>,
    ) -> Result<Gc<Bytes>> {
        let view = this.view(thread)?;
        let order = order.flatten();
        let fortran = match order.map(|order| order.to_string_lossy()).as_deref() {
            None | Some("C") => false,
            Some("F") => true,
            Some("A") => view.is_fortran_contiguous() && !view.is_c_contiguous(),
            Some(_) => return Err(thread.value_error("order must be 'C', 'F' or 'A'")),
        };
        Ok(Bytes::new(&if fortran { fortran_content(view) } else { view.to_vec() }))
    }

    /// The items as a list, nested for several dimensions.
    #[method("($self, /)")]
    fn tolist(thread: &mut Thread, this: Gc<MemoryView>) -> Result {
        let view = this.view(thread)?;
        let letter = letter(thread, view)?;
        Ok(to_list(letter, &view.dimensions, view.pointer))
    }

    /// The content in hexadecimal, a separator between groups.
    #[method("($self, sep=<unrepresentable>, bytes_per_sep=1)")]
    fn hex(thread: &mut Thread, this: Gc<MemoryView>, sep: Value, bytes_per_sep: i32) -> Result<Gc<Str>> {
        let content = this.view(thread)?.to_vec();
        methods::hex(thread, &content, sep, bytes_per_sep)
    }

    /// A view of the same memory with another format or shape.
    #[method("($self, /, format, shape=<unrepresentable>)")]
    fn cast(
        thread: &mut Thread,
        this: Gc<MemoryView>,
        format: Gc<Str>,
        shape: Option<Value>,
    ) -> Result<Gc<MemoryView>> {
        let view = this.view(thread)?;
        let cast = cast(thread, view, &format.to_string_lossy(), shape)?;
        Ok(MemoryView::new(this.object, cast))
    }

    /// A view of the same memory that can't be written.
    #[method("($self, /)")]
    fn toreadonly(thread: &mut Thread, this: Gc<MemoryView>) -> Result<Gc<MemoryView>> {
        let mut view = this.shared(thread)?;
        view.read_only = true;
        Ok(MemoryView::new(this.object, view))
    }

    /// How often a value occurs.
    #[method("($self, value, /)")]
    fn count(thread: &mut Thread, this: Gc<MemoryView>, value: Value) -> Result<usize> {
        let mut count = 0;
        let iterator = operations::get_iterator(thread, this.value())?;
        while let Some(item) = operations::next(thread, iterator)? {
            count += usize::from(operations::equal(thread, item, value)?);
        }
        Ok(count)
    }

    /// The first index of a value; ValueError if it isn't there.
    #[method(
        "($self, value, start=0, stop=9223372036854775807, /)",
        text = "($self, value, start=0, stop=sys.maxsize, /)"
    )]
    fn index(
        thread: &mut Thread,
        this: Gc<MemoryView>,
        value: Value,
        start: Value,
        stop: Value,
    ) -> Result<usize> {
        let view = this.view(thread)?;
        match view.dimensions.len() {
            0 => return Err(thread.type_error("invalid lookup on 0-dim memory")),
            1 => {}
            _ => return Err(thread.not_implemented_error("multi-dimensional lookup is not implemented")),
        }
        let letter = letter(thread, view)?;
        let first = view.dimensions[0];
        let start = crate::builtins::support::search_bound(thread, start, first.length, 0)?;
        let stop = crate::builtins::support::search_bound(thread, stop, first.length, first.length)?;
        for place in start..stop {
            let view = this.view(thread)?;
            // SAFETY: the place is within the view's only dimension.
            let item = unsafe { unpack(letter, view.pointer.wrapping_offset(place as isize * first.stride)) };
            if operations::equal(thread, item, value)? {
                return Ok(place);
            }
        }
        Err(thread.value_error("memoryview.index(x): x not found"))
    }

    /// A memoryview with the given buffer flags, for tests.
    #[class_method("($type, /, object, flags)")]
    fn _from_flags(thread: &mut Thread, _class: Gc<TypeObject>, object: Value, flags: i32) -> Result {
        view_for_flags(thread, object, i64::from(flags))
    }

    /// The object that shares its memory.
    #[getter]
    fn obj(thread: &mut Thread, this: Gc<MemoryView>) -> Result {
        this.view(thread)?;
        Ok(this.object)
    }

    /// Bytes of all items.
    #[getter]
    fn nbytes(thread: &mut Thread, this: Gc<MemoryView>) -> Result<usize> {
        Ok(this.view(thread)?.length)
    }

    /// Whether the memory can't be written.
    #[getter]
    fn readonly(thread: &mut Thread, this: Gc<MemoryView>) -> Result<bool> {
        Ok(this.view(thread)?.read_only)
    }

    /// Format of an item, as in the module struct.
    #[getter]
    fn format(thread: &mut Thread, this: Gc<MemoryView>) -> Result<String> {
        Ok(this.view(thread)?.format.clone())
    }

    /// Bytes of an item.
    #[getter]
    fn itemsize(thread: &mut Thread, this: Gc<MemoryView>) -> Result<usize> {
        Ok(this.view(thread)?.item_size)
    }

    /// Number of dimensions.
    #[getter]
    fn ndim(thread: &mut Thread, this: Gc<MemoryView>) -> Result<usize> {
        Ok(this.view(thread)?.dimensions.len())
    }

    /// Number of items by dimension.
    #[getter]
    fn shape(thread: &mut Thread, this: Gc<MemoryView>) -> Result<Gc<Tuple>> {
        Ok(tuple_of(this.view(thread)?.dimensions.iter().map(|dimension| dimension.length as i64)))
    }

    /// Bytes from one item to the next by dimension.
    #[getter]
    fn strides(thread: &mut Thread, this: Gc<MemoryView>) -> Result<Gc<Tuple>> {
        Ok(tuple_of(this.view(thread)?.dimensions.iter().map(|dimension| dimension.stride as i64)))
    }

    /// Empty: views through pointers don't occur.
    #[getter]
    fn suboffsets(thread: &mut Thread, this: Gc<MemoryView>) -> Result<Gc<Tuple>> {
        this.view(thread)?;
        Ok(Tuple::empty())
    }

    /// Whether the items lie one after the other in C's order.
    #[getter]
    fn c_contiguous(thread: &mut Thread, this: Gc<MemoryView>) -> Result<bool> {
        Ok(this.view(thread)?.is_c_contiguous())
    }

    /// Whether the items lie one after the other in Fortran's order.
    #[getter]
    fn f_contiguous(thread: &mut Thread, this: Gc<MemoryView>) -> Result<bool> {
        Ok(this.view(thread)?.is_fortran_contiguous())
    }

    /// Whether the items lie one after the other.
    #[getter]
    fn contiguous(thread: &mut Thread, this: Gc<MemoryView>) -> Result<bool> {
        let view = this.view(thread)?;
        Ok(view.is_c_contiguous() || view.is_fortran_contiguous())
    }
}

/// Iterator over a memoryview of one dimension.
#[repr(C)]
pub struct MemoryIterator {
    pub head: NativeHead,
    /// The view, NULL when finished.
    view: Value,
    index: usize,
    length: usize,
}

native_layout!(
    MemoryIterator,
    "memory_iterator",
    |this, tracer| tracer.value(this.view.0),
    next = MemoryIterator::next
);

#[native_type(name = "memory_iterator", no_new)]
impl MemoryIterator {
    fn next(thread: &mut Thread, mut this: Gc<MemoryIterator>) -> Result<Option<Value>> {
        if this.view.is_null() {
            return Ok(None);
        }
        if this.index >= this.length {
            this.view = Value::NULL;
            return Ok(None);
        }
        let memory: Gc<MemoryView> = this.view.cast();
        let view = memory.view(thread)?;
        let letter = letter(thread, view)?;
        let at = view.pointer.wrapping_offset(this.index as isize * view.dimensions[0].stride);
        this.index += 1;
        // SAFETY: the index is below the length of the only dimension.
        Ok(Some(unsafe { unpack(letter, at) }))
    }

    #[method]
    fn __iter__(this: Gc<MemoryIterator>) -> Gc<MemoryIterator> {
        this
    }

    #[method]
    fn __next__(thread: &mut Thread, this: Gc<MemoryIterator>) -> Result<Option<Value>> {
        MemoryIterator::next(thread, this)
    }
}
