//! [`Set`]: set and frozenset, an open hash table.
//!
//! The table grows and probes as CPython's does (runs of ten neighbours, then `5 i + 1 + perturb`), because the order
//! of iteration follows from it and programs show that order.
//!
//! **Invariants.** A null table stands for eight unused slots, so that a zeroed set is a valid empty one. An unused slot has key NULL and hash 0,
//! a deleted one key [`DELETED`] and hash -1, which is no object's hash. `fill` counts the slots that aren't unused. As with dicts, comparing
//! keys may run Python code that changes the set: the lookup then starts again.

use crate::heap::{Header, Tracer, heap, out_of_memory};
use crate::layout;
use crate::object::buffer;
use crate::object::bytes::Bytes;
use crate::object::dict::{Dict, Entry, equal_quickly, exact_str, unhashable};
use crate::object::float::Complex;
use crate::object::kind::{Layout, ObjectKind};
use crate::object::pointer::Gc;
use crate::object::shape::class_of_header;
use crate::object::str::Str;
use crate::object::tuple::Tuple;
use crate::object::type_object::TypeObject;
use crate::operations;
use crate::thread::{Result, Thread};
use crate::value::Value;
use std::mem::offset_of;
use std::ptr::null_mut;

/// A set or frozenset.
#[repr(C)]
pub struct Set {
    pub header: Header,
    /// The slots, null while none was ever used.
    pub table: *mut SetTable,
    /// Number of keys.
    pub length: usize,
    /// Number of slots that hold or held a key.
    pub fill: usize,
    /// A frozenset's hash plus one, 0 while not computed.
    pub hash_plus_one: i64,
    /// Where `pop` goes on searching.
    pub finger: usize,
}

layout!(Set, ObjectKind::Set, "set");

/// The slots of a set.
#[repr(C)]
pub struct SetTable {
    pub header: Header,
    /// Number of slots less one.
    pub mask: usize,
    slots: [Slot; 0],
}

layout!(SetTable, ObjectKind::SetTable, "set table");

/// A key and its hash.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Slot {
    pub key: Value,
    pub hash: i64,
}

/// Key of a deleted slot.
const DELETED: Value = Value(52);
const MINIMUM_SIZE: usize = 8;
/// Neighbours looked at before the next jump.
const LINEAR_PROBES: usize = 9;
const PERTURB_SHIFT: u32 = 5;
const TABLE_SLOTS_OFFSET: usize = offset_of!(SetTable, slots);

/// Visits a set's table and, in instances of subclasses, attributes.
///
/// # Safety
/// `object` is a live set.
pub unsafe fn trace(object: *mut Header, tracer: &mut Tracer) {
    let set: Gc<Set> = Gc::from_header(object);
    tracer.value(set.table as u64);
    // SAFETY: `object` is live.
    unsafe { crate::object::trace::attributes_only(object, tracer) };
}

/// Visits a table's keys.
///
/// # Safety
/// `object` is a live table.
pub unsafe fn trace_table(object: *mut Header, tracer: &mut Tracer) {
    let table: Gc<SetTable> = Gc::from_header(object);
    for slot in table.slots() {
        tracer.value(slot.key.0);
    }
}

/// What a search for a key ended at.
enum Found {
    Key(usize),
    /// No key; the last deleted slot on the way, which a new key takes.
    Deleted(usize),
    /// No key, and no deleted slot on the way to an unused one.
    Unused(usize),
}

impl Slot {
    const EMPTY_DELETED: Slot = Slot { key: DELETED, hash: -1 };

    #[inline(always)]
    fn is_used(self) -> bool {
        !self.key.is_null() && self.key != DELETED
    }
}

/// Hash of a key.
#[inline]
pub fn hash_key(thread: &mut Thread, key: Value) -> Result<i64> {
    match exact_str(key) {
        Some(string) => Ok(string.hash()),
        None => match operations::hash(thread, key) {
            Ok(hash) => Ok(hash),
            Err(raised) => Err(unhashable(thread, key, raised, "a set element")),
        },
    }
}

/// Number of slots of the least table with more than `minimum`.
fn table_size(minimum: usize) -> usize {
    let mut size = MINIMUM_SIZE;
    while size <= minimum {
        size <<= 1;
    }
    size
}

/// Hash of a constant of a code object.
fn hash_constant(value: Value) -> i64 {
    use crate::operations::hash;
    if let Some(int) = value.as_int_or_bool() {
        return hash::hash_int(int);
    }
    if value.as_float().is_some() {
        return hash::hash_float_value(value);
    }
    match value.kind() {
        Some(ObjectKind::Str) => value.cast::<Str>().hash(),
        Some(ObjectKind::Bytes) => hash::hash_bytes(value.cast::<Bytes>().as_slice()),
        Some(ObjectKind::Complex) => {
            hash::hash_complex(value.cast::<Complex>().real, value.cast::<Complex>().imaginary)
        }
        Some(ObjectKind::Tuple) => {
            hash::combine_tuple(value.cast::<Tuple>().items().iter().map(|item| Ok(hash_constant(*item))))
                .unwrap_or(0)
        }
        Some(ObjectKind::Set) => value.cast::<Set>().frozen_hash(),
        _ if value.is_none() => hash::HASH_NONE,
        _ => hash::hash_identity(value),
    }
}

impl SetTable {
    fn allocate(size: usize) -> Option<Gc<SetTable>> {
        let bytes = size.checked_mul(size_of::<Slot>())?.checked_add(TABLE_SLOTS_OFFSET)?;
        let mut table: Gc<SetTable> =
            Gc::from_header(heap().alloc_fallible(ObjectKind::SetTable as u8, 0, bytes)?);
        table.mask = size - 1;
        Some(table)
    }
}

impl Gc<SetTable> {
    #[inline(always)]
    fn slots_pointer(self) -> *mut Slot {
        // SAFETY: the slots follow the fixed part.
        unsafe { (self.as_pointer() as *mut u8).add(TABLE_SLOTS_OFFSET) as *mut Slot }
    }

    #[inline(always)]
    fn slots<'a>(self) -> &'a [Slot] {
        // SAFETY: `mask + 1` slots follow the fixed part.
        unsafe { std::slice::from_raw_parts(self.slots_pointer(), self.mask + 1) }
    }

    #[inline(always)]
    fn slot(self, index: usize) -> Slot {
        debug_assert!(index <= self.mask);
        // SAFETY: indices are masked.
        unsafe { *self.slots_pointer().add(index) }
    }

    #[inline(always)]
    fn put(self, index: usize, slot: Slot) {
        debug_assert!(index <= self.mask);
        // SAFETY: as in `slot`.
        unsafe { *self.slots_pointer().add(index) = slot }
    }

    /// Puts a key that isn't there into a table without deleted slots.
    fn insert_clean(self, slot: Slot) {
        let mut probe = Probe::new(slot.hash, self.mask);
        while !self.slot(probe.slot).key.is_null() {
            probe.advance();
        }
        self.put(probe.slot, slot);
    }
}

/// The sequence of slots for a hash.
struct Probe {
    slot: usize,
    /// First slot of the run of neighbours.
    run: usize,
    /// Neighbours of the run still to come.
    neighbours: usize,
    perturb: u64,
    mask: usize,
}

impl Probe {
    #[inline(always)]
    fn new(hash: i64, mask: usize) -> Probe {
        let run = hash as usize & mask;
        Probe { slot: run, run, neighbours: Probe::neighbours(run, mask), perturb: hash as u64, mask }
    }

    #[inline(always)]
    fn neighbours(run: usize, mask: usize) -> usize {
        if run + LINEAR_PROBES <= mask { LINEAR_PROBES } else { 0 }
    }

    #[inline(always)]
    fn advance(&mut self) {
        if self.neighbours > 0 {
            self.neighbours -= 1;
            self.slot += 1;
            return;
        }
        self.perturb >>= PERTURB_SHIFT;
        self.run = self.run.wrapping_mul(5).wrapping_add(1).wrapping_add(self.perturb as usize) & self.mask;
        self.slot = self.run;
        self.neighbours = Probe::neighbours(self.run, self.mask);
    }
}

impl Set {
    /// An empty set.
    pub fn new() -> Gc<Set> {
        Set::of_class(crate::types().set)
    }

    /// An empty frozenset, to be filled before anything else can see it.
    pub fn new_frozen() -> Gc<Set> {
        Set::of_class(crate::types().frozenset)
    }

    /// The frozenset of a code object's constants, which are hashed without Python code.
    pub fn frozen_of_constants(items: &[Value]) -> Gc<Set> {
        let set = Set::new_frozen();
        for &key in items {
            // The compiler put in no constant twice.
            set.add_new(Slot { key, hash: hash_constant(key) });
        }
        set
    }

    /// An empty set of class `set` or `frozenset`, not of a subclass.
    pub fn of_class(class: Gc<TypeObject>) -> Gc<Set> {
        buffer::allocate(class.root_shape, size_of::<Set>())
    }
}

impl Gc<Set> {
    #[inline(always)]
    fn table(self) -> Option<Gc<SetTable>> {
        if self.table.is_null() { None } else { Some(Gc::from_header(self.table as *mut Header)) }
    }

    #[inline(always)]
    fn mask(self) -> usize {
        self.table().map_or(MINIMUM_SIZE - 1, |table| table.mask)
    }

    /// The first key at or behind `position`, which moves behind it.
    #[inline]
    pub fn next_key(self, position: &mut usize) -> Option<Value> {
        self.next_slot(position).map(|slot| slot.key)
    }

    /// As [`Gc::next_key`], with the hash.
    #[inline]
    pub fn next_slot(self, position: &mut usize) -> Option<Slot> {
        let table = self.table()?;
        while *position <= table.mask {
            let slot = table.slot(*position);
            *position += 1;
            if slot.is_used() {
                return Some(slot);
            }
        }
        None
    }

    /// Bytes that the set takes: CPython's figure, which counts eight slots in the object itself.
    pub fn size_in_memory(self) -> usize {
        let slots = self.mask() + 1;
        200 + if slots > MINIMUM_SIZE { slots * size_of::<Slot>() } else { 0 }
    }

    // ------------------------------------------------------------------ lookup

    /// Where the key is or would go; `None` if there is no table.
    #[inline]
    fn find(self, thread: &mut Thread, key: Value, hash: i64) -> Result<Option<Found>> {
        'restart: loop {
            let Some(table) = self.table() else { return Ok(None) };
            let mut probe = Probe::new(hash, table.mask);
            let mut deleted = None;
            loop {
                let slot = table.slot(probe.slot);
                if slot.key.is_null() {
                    return Ok(Some(deleted.unwrap_or(Found::Unused(probe.slot))));
                }
                if slot.key == DELETED {
                    deleted = Some(Found::Deleted(probe.slot));
                }
                if slot.hash == hash {
                    let equal = match equal_quickly(slot.key, key) {
                        Some(equal) => equal,
                        None => {
                            let equal = operations::equal(thread, slot.key, key)?;
                            if self.table != table.as_pointer() || table.slot(probe.slot).key != slot.key {
                                continue 'restart;
                            }
                            equal
                        }
                    };
                    if equal {
                        return Ok(Some(Found::Key(probe.slot)));
                    }
                }
                probe.advance();
            }
        }
    }

    /// Whether the key is there.
    #[inline]
    pub fn contains(self, thread: &mut Thread, key: Value) -> Result<bool> {
        let hash = hash_key(thread, key)?;
        self.contains_with_hash(thread, key, hash)
    }

    /// Whether a key whose hash is known is there.
    #[inline]
    pub fn contains_with_hash(self, thread: &mut Thread, key: Value, hash: i64) -> Result<bool> {
        Ok(matches!(self.find(thread, key, hash)?, Some(Found::Key(_))))
    }

    // ------------------------------------------------------------------ change

    /// Adds a key; tells whether it is new.
    #[inline]
    pub fn add(self, thread: &mut Thread, key: Value) -> Result<bool> {
        let hash = hash_key(thread, key)?;
        self.add_with_hash(thread, key, hash)
    }

    /// Adds a key whose hash is known; tells whether it is new.
    pub fn add_with_hash(mut self, thread: &mut Thread, key: Value, hash: i64) -> Result<bool> {
        let index = match self.find(thread, key, hash)? {
            Some(Found::Key(_)) => return Ok(false),
            Some(Found::Deleted(index)) => {
                if let Some(table) = self.table() {
                    table.put(index, Slot { key, hash });
                    table.write_barrier();
                }
                self.length += 1;
                return Ok(true);
            }
            Some(Found::Unused(index)) => index,
            None => {
                self.resize(thread, 0)?;
                hash as usize & self.mask()
            }
        };
        let Some(table) = self.table() else { return Ok(false) };
        table.put(index, Slot { key, hash });
        table.write_barrier();
        self.fill += 1;
        self.length += 1;
        if self.fill * 5 >= table.mask * 3 {
            self.resize(thread, self.grown_size())?;
        }
        Ok(true)
    }

    /// Adds a key that isn't there to a set that never lost one, growing it as [`Gc::add_with_hash`] does.
    fn add_new(mut self, slot: Slot) {
        if self.table.is_null() {
            self.grow_small(MINIMUM_SIZE);
        }
        if let Some(table) = self.table() {
            table.insert_clean(slot);
            table.write_barrier();
        }
        self.length += 1;
        self.fill += 1;
        if self.fill * 5 >= self.mask() * 3 {
            self.grow_small(table_size(self.grown_size()));
        }
    }

    /// Moves the keys to a new table of `size` slots, which can't be huge.
    fn grow_small(self, size: usize) {
        let table = SetTable::allocate(size).unwrap_or_else(|| out_of_memory(size * size_of::<Slot>()));
        self.move_to(table);
    }

    /// Number of keys that a new table is made for.
    fn grown_size(self) -> usize {
        if self.length > 50_000 { self.length * 2 } else { self.length * 4 }
    }

    /// Moves the keys to a new table, the least with more than `minimum` slots.
    #[cold]
    #[inline(never)]
    fn resize(self, thread: &mut Thread, minimum: usize) -> Result<()> {
        match SetTable::allocate(table_size(minimum)) {
            Some(new) => self.move_to(new),
            None => return Err(thread.memory_error("")),
        }
        Ok(())
    }

    /// Moves the keys to an empty table.
    fn move_to(mut self, new: Gc<SetTable>) {
        let mut position = 0;
        while let Some(slot) = self.next_slot(&mut position) {
            new.insert_clean(slot);
        }
        new.write_barrier();
        self.table = new.as_pointer();
        self.fill = self.length;
        self.write_barrier();
    }

    /// Removes a key; tells whether it was there.
    pub fn discard(self, thread: &mut Thread, key: Value) -> Result<bool> {
        let hash = hash_key(thread, key)?;
        self.discard_with_hash(thread, key, hash)
    }

    /// Removes a key whose hash is known; tells whether it was there.
    pub fn discard_with_hash(mut self, thread: &mut Thread, key: Value, hash: i64) -> Result<bool> {
        let Some(Found::Key(index)) = self.find(thread, key, hash)? else { return Ok(false) };
        if let Some(table) = self.table() {
            table.put(index, Slot::EMPTY_DELETED);
        }
        self.length -= 1;
        Ok(true)
    }

    /// Removes some key.
    pub fn pop(mut self) -> Option<Value> {
        let table = self.table()?;
        if self.length == 0 {
            return None;
        }
        let mut index = self.finger & table.mask;
        while !table.slot(index).is_used() {
            index = (index + 1) & table.mask;
        }
        let key = table.slot(index).key;
        table.put(index, Slot::EMPTY_DELETED);
        self.length -= 1;
        self.finger = index + 1;
        Some(key)
    }

    /// Removes everything.
    pub fn clear(mut self) {
        self.table = null_mut();
        self.length = 0;
        self.fill = 0;
    }

    /// Makes a table without deleted slots if more than a quarter are.
    fn purge(self, thread: &mut Thread) -> Result<()> {
        if self.fill - self.length <= self.mask() / 4 {
            Ok(())
        } else {
            self.resize(thread, self.grown_size())
        }
    }

    /// Exchanges the keys of two sets.
    pub fn swap_keys(mut self, mut other: Gc<Set>) {
        std::mem::swap(&mut self.table, &mut other.table);
        std::mem::swap(&mut self.length, &mut other.length);
        std::mem::swap(&mut self.fill, &mut other.fill);
        self.hash_plus_one = 0;
        other.hash_plus_one = 0;
        self.write_barrier();
        other.write_barrier();
    }

    // ------------------------------------------------------------------ whole sets

    /// Adds all keys of a set.
    pub fn merge(mut self, thread: &mut Thread, other: Gc<Set>) -> Result<()> {
        if self == other || other.length == 0 {
            return Ok(());
        }
        if (self.fill + other.length) * 5 >= self.mask() * 3 {
            self.resize(thread, (self.length + other.length) * 2)?;
        }
        if self.fill > 0 {
            let mut position = 0;
            while let Some(slot) = other.next_slot(&mut position) {
                self.add_with_hash(thread, slot.key, slot.hash)?;
            }
            return Ok(());
        }
        if self.table.is_null() {
            self.resize(thread, 0)?;
        }
        let (Some(new), Some(old)) = (self.table(), other.table()) else { return Ok(()) };
        if new.mask == old.mask && other.fill == other.length {
            // SAFETY: both tables have `mask + 1` slots.
            unsafe { std::ptr::copy_nonoverlapping(old.slots_pointer(), new.slots_pointer(), old.mask + 1) };
        } else {
            old.slots().iter().filter(|slot| slot.is_used()).for_each(|slot| new.insert_clean(*slot));
        }
        new.write_barrier();
        self.fill = other.length;
        self.length = other.length;
        Ok(())
    }

    /// Adds all keys of a dict.
    pub fn merge_dict(self, thread: &mut Thread, other: Gc<Dict>) -> Result<()> {
        if (self.fill + other.length) * 5 >= self.mask() * 3 {
            self.resize(thread, (self.length + other.length) * 2)?;
        }
        let mut position = 0;
        while let Some(Entry { key, hash, .. }) = other.next_full_entry(&mut position) {
            self.add_with_hash(thread, key, hash)?;
        }
        Ok(())
    }

    /// Adds to an empty `result` the keys that are in both.
    pub fn intersect_into(self, thread: &mut Thread, other: Gc<Set>, result: Gc<Set>) -> Result<()> {
        let (large, small) = if other.length > self.length { (other, self) } else { (self, other) };
        let mut position = 0;
        while let Some(Slot { key, hash }) = small.next_slot(&mut position) {
            if large.contains_with_hash(thread, key, hash)? {
                result.add_with_hash(thread, key, hash)?;
            }
        }
        Ok(())
    }

    /// Adds to an empty `result` the keys that `other` hasn't.
    pub fn difference_into(self, thread: &mut Thread, other: Gc<Set>, result: Gc<Set>) -> Result<()> {
        let mut position = 0;
        while let Some(Slot { key, hash }) = self.next_slot(&mut position) {
            if !other.contains_with_hash(thread, key, hash)? {
                result.add_with_hash(thread, key, hash)?;
            }
        }
        Ok(())
    }

    /// Removes the keys of another set.
    pub fn subtract(self, thread: &mut Thread, mut other: Gc<Set>) -> Result<()> {
        if self == other {
            self.clear();
            return Ok(());
        }
        if other.length >> 3 > self.length {
            // Most of the other's keys can't be here: walk the few that are.
            let common = Set::new();
            self.intersect_into(thread, other, common)?;
            other = common;
        }
        let mut position = 0;
        while let Some(Slot { key, hash }) = other.next_slot(&mut position) {
            self.discard_with_hash(thread, key, hash)?;
        }
        self.purge(thread)
    }

    /// [`Gc::purge`] for callers that discarded keys one by one.
    pub fn purge_after_difference(self, thread: &mut Thread) -> Result<()> {
        self.purge(thread)
    }

    /// Removes the keys that both have and adds those that only `other` has. `other` is another set.
    pub fn symmetric_difference_update(self, thread: &mut Thread, other: Gc<Set>) -> Result<()> {
        let mut position = 0;
        while let Some(Slot { key, hash }) = other.next_slot(&mut position) {
            if !self.discard_with_hash(thread, key, hash)? {
                self.add_with_hash(thread, key, hash)?;
            }
        }
        Ok(())
    }

    /// Whether all keys are in `other`.
    pub fn is_subset(self, thread: &mut Thread, other: Gc<Set>) -> Result<bool> {
        if self.length > other.length {
            return Ok(false);
        }
        let mut position = 0;
        while let Some(Slot { key, hash }) = self.next_slot(&mut position) {
            if !other.contains_with_hash(thread, key, hash)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether no key is in `other`.
    pub fn is_disjoint(self, thread: &mut Thread, other: Gc<Set>) -> Result<bool> {
        let (large, small) = if other.length > self.length { (other, self) } else { (self, other) };
        let mut position = 0;
        while let Some(Slot { key, hash }) = small.next_slot(&mut position) {
            if large.contains_with_hash(thread, key, hash)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether both have the same keys.
    pub fn equals(self, thread: &mut Thread, other: Gc<Set>) -> Result<bool> {
        if self.length != other.length
            || self.hash_plus_one != 0
                && other.hash_plus_one != 0
                && self.hash_plus_one != other.hash_plus_one
        {
            return Ok(false);
        }
        self.is_subset(thread, other)
    }

    /// A frozenset's hash: the same whatever the order, computed as CPython does.
    pub fn frozen_hash(mut self) -> i64 {
        if self.hash_plus_one == 0 {
            let hash = self.compute_hash();
            self.hash_plus_one = hash.wrapping_add(1);
        }
        self.hash_plus_one.wrapping_sub(1)
    }

    fn compute_hash(self) -> i64 {
        let shuffle = |h: u64| ((h ^ 89_869_747) ^ (h << 16)).wrapping_mul(3_644_798_167);
        let mut hash = 0u64;
        let mut position = 0;
        while let Some(slot) = self.next_slot(&mut position) {
            hash ^= shuffle(slot.hash as u64);
        }
        hash ^= (self.length as u64 + 1).wrapping_mul(1_927_868_237);
        hash ^= (hash >> 11) ^ (hash >> 25);
        hash = hash.wrapping_mul(69_069).wrapping_add(907_133_923);
        if hash == u64::MAX { 590_923_713 } else { hash as i64 }
    }
}

/// The layout of `set` and its subclasses: a [`Set`] that isn't a frozenset.
#[repr(C)]
pub struct MutableSet {
    pub set: Set,
}

/// The layout of `frozenset` and its subclasses.
#[repr(C)]
pub struct FrozenSet {
    pub set: Set,
}

macro_rules! set_layout {
    ($type:ty, $class:ident, $name:literal) => {
        // SAFETY: `$type` is a set; the class tells which of the two kinds of set an object is.
        unsafe impl Layout for $type {
            const KIND: ObjectKind = ObjectKind::Set;
            const NAME: &'static str = $name;

            #[inline(always)]
            fn matches(header: *mut Header) -> bool {
                // SAFETY: the header of a live object.
                let is_set = unsafe { (*header).kind == ObjectKind::Set as u8 };
                is_set && {
                    let class = class_of_header(header);
                    class == crate::types().$class || class.is_subclass_of(crate::types().$class)
                }
            }
        }

        impl Gc<$type> {
            /// The set, whichever kind it is.
            #[inline(always)]
            pub fn set(self) -> Gc<Set> {
                Gc::from_header(self.header())
            }
        }
    };
}

set_layout!(MutableSet, set, "set");
set_layout!(FrozenSet, frozenset, "frozenset");
