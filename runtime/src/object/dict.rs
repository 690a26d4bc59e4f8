//! [`Dict`]: compact and ordered. Entries lie in the order of insertion; a hash table of small numbers leads to them.
//!
//! One [`DictTable`] holds both: first `capacity` entries, then `2^log2_size` index words of 1, 2 or 4 bytes. An index word is 0 for
//! "never used", 1 for "deleted", else the number of an entry plus 2. Zeroed memory is thus an empty table, and a zeroed dict a valid empty one.
//! Collisions go on as in CPython (`5 i + 1 + perturb`).
//!
//! **Invariants.** Entries from `entries_count` on are zero; a deleted entry has key and value NULL. `keys_version` is 0, or a number that no other
//! dict has had, and then names this set of keys at these positions: whatever adds, removes or moves a key sets it back to 0. Lookups by
//! string in dicts whose keys are all strings never run Python code. Others may, through `__eq__`, and such code may change the
//! dict: the lookup then starts again, as CPython's does. Nothing in this file holds a reference into a table across such a call.

use crate::heap::{Header, Tracer, out_of_memory};
use crate::layout;
use crate::object::buffer;
use crate::object::kind::ObjectKind;
use crate::object::pointer::Gc;
use crate::object::str::Str;
use crate::operations;
use crate::thread::{Raised, Result, Thread};
use crate::value::Value;
use std::mem::offset_of;
use std::ptr::null_mut;

/// A dict.
#[repr(C)]
pub struct Dict {
    pub header: Header,
    /// Entries and indices, null if there never was an entry.
    pub table: *mut DictTable,
    /// Number of keys.
    pub length: usize,
    /// Number of entries, deleted ones included.
    pub entries_count: u32,
    /// Names the set and positions of the keys, 0 if nobody asked since they changed; see [`Gc::stamp_keys`].
    pub keys_version: u32,
    pub flags: u32,
    unused: u32,
}

layout!(Dict, ObjectKind::Dict, "dict");

/// `Dict::flags`: there may be a key that isn't an exact str.
pub const DICT_OTHER_KEYS: u32 = 1;
/// `Dict::flags`: compiled code assumes something about the content; each change is announced.
pub const DICT_WATCHED: u32 = 2;

/// Where in a [`DictTable`] the value of an entry is.
pub const fn entry_value_offset(index: usize) -> usize {
    std::mem::offset_of!(DictTable, entries) + index * size_of::<Entry>() + std::mem::offset_of!(Entry, value)
}

/// The value of an entry that an inline cache remembers.
///
/// # Safety
/// `dict` is live and has had an entry of that index since its keys were stamped.
#[inline(always)]
pub unsafe fn entry_value(dict: *const Dict, index: usize) -> Value {
    // SAFETY: the caller's promise.
    unsafe { (*((&raw const (*(*dict).table).entries) as *const Entry).add(index)).value }
}

/// Entries and indices of a dict.
#[repr(C)]
pub struct DictTable {
    pub header: Header,
    /// Number of entries that there is room for.
    pub capacity: u32,
    /// Logarithm of the number of index words.
    pub log2_size: u8,
    /// Logarithm of the bytes of an index word.
    pub log2_width: u8,
    unused: u16,
    entries: [Entry; 0],
}

layout!(DictTable, ObjectKind::DictTable, "dict table");

/// A key and its value.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Entry {
    pub hash: i64,
    pub key: Value,
    pub value: Value,
}

/// Offset of a table's first entry.
pub const TABLE_ENTRIES_OFFSET: usize = offset_of!(DictTable, entries);

/// Index word of a deleted entry.
const DELETED: u32 = 1;
/// Added to an entry's number in an index word.
const FIRST_ENTRY: u32 = 2;
const MINIMUM_LOG2_SIZE: u8 = 3;
/// Twice this is the greatest table.
const MAXIMUM_LOG2_SIZE: u8 = 32;
const PERTURB_SHIFT: u32 = 5;

/// The last number given by [`Gc::stamp_keys`].
static mut LAST_KEYS_VERSION: u32 = 0;

/// Visits a dict's table and, in instances of subclasses, attributes.
///
/// # Safety
/// `object` is a live dict.
pub unsafe fn trace(object: *mut Header, tracer: &mut Tracer) {
    let dict: Gc<Dict> = Gc::from_header(object);
    tracer.value(dict.table as u64);
    // SAFETY: `object` is live.
    unsafe { crate::object::trace::attributes_only(object, tracer) };
}

/// Visits a table's keys and values.
///
/// # Safety
/// `object` is a live table.
pub unsafe fn trace_table(object: *mut Header, tracer: &mut Tracer) {
    let table: Gc<DictTable> = Gc::from_header(object);
    for entry in table.entries() {
        tracer.value(entry.key.0);
        tracer.value(entry.value.0);
    }
}

/// Number of entries that `2^log2_size` index words serve.
fn usable(log2_size: u8) -> usize {
    ((1usize << log2_size) << 1) / 3
}

/// Least table for `entries` entries.
fn log2_size_for(entries: usize) -> u8 {
    let mut log2_size = MINIMUM_LOG2_SIZE;
    while usable(log2_size) < entries {
        log2_size += 1;
    }
    log2_size
}

impl DictTable {
    /// An empty table. `None` if there isn't enough memory, or it would be too large for 32-bit indices.
    fn allocate(log2_size: u8) -> Option<Gc<DictTable>> {
        if log2_size > MAXIMUM_LOG2_SIZE {
            return None;
        }
        let log2_width = match log2_size {
            0..=8 => 0,
            9..=16 => 1,
            _ => 2,
        };
        let capacity = usable(log2_size);
        let bytes =
            TABLE_ENTRIES_OFFSET + capacity * size_of::<Entry>() + (1usize << (log2_size + log2_width));
        let header = crate::heap::heap().alloc_fallible(ObjectKind::DictTable as u8, 0, bytes)?;
        let mut table: Gc<DictTable> = Gc::from_header(header);
        table.capacity = capacity as u32;
        table.log2_size = log2_size;
        table.log2_width = log2_width;
        Some(table)
    }
}

impl Gc<DictTable> {
    #[inline(always)]
    fn entries_pointer(self) -> *mut Entry {
        // SAFETY: the entries follow the fixed part.
        unsafe { (self.as_pointer() as *mut u8).add(TABLE_ENTRIES_OFFSET) as *mut Entry }
    }

    /// All entries, used or not.
    #[inline(always)]
    fn entries<'a>(self) -> &'a [Entry] {
        // SAFETY: `capacity` entries follow the fixed part.
        unsafe { std::slice::from_raw_parts(self.entries_pointer(), self.capacity as usize) }
    }

    #[inline(always)]
    fn entry(self, index: usize) -> Entry {
        debug_assert!(index < self.capacity as usize);
        // SAFETY: indices come from the table itself.
        unsafe { *self.entries_pointer().add(index) }
    }

    #[inline(always)]
    fn entry_mut<'a>(self, index: usize) -> &'a mut Entry {
        debug_assert!(index < self.capacity as usize);
        // SAFETY: as in `entry`.
        unsafe { &mut *self.entries_pointer().add(index) }
    }

    #[inline(always)]
    fn mask(self) -> usize {
        (1 << self.log2_size) - 1
    }

    #[inline(always)]
    fn indices(self) -> *mut u8 {
        // SAFETY: the index words follow the entries.
        unsafe { self.entries_pointer().add(self.capacity as usize) as *mut u8 }
    }

    #[inline(always)]
    fn index(self, slot: usize) -> u32 {
        debug_assert!(slot <= self.mask());
        // SAFETY: the slot is at most the mask.
        unsafe {
            match self.log2_width {
                0 => *self.indices().add(slot) as u32,
                1 => *(self.indices() as *const u16).add(slot) as u32,
                _ => *(self.indices() as *const u32).add(slot),
            }
        }
    }

    #[inline(always)]
    fn set_index(self, slot: usize, word: u32) {
        debug_assert!(slot <= self.mask());
        // SAFETY: as in `index`; words fit by the choice of width.
        unsafe {
            match self.log2_width {
                0 => *self.indices().add(slot) = word as u8,
                1 => *(self.indices() as *mut u16).add(slot) = word as u16,
                _ => *(self.indices() as *mut u32).add(slot) = word,
            }
        }
    }

    /// Leads to an entry from the first free slot of its hash.
    fn insert_index(self, hash: i64, entry: usize) {
        let mut probe = Probe::new(hash, self.mask());
        while self.index(probe.slot) > DELETED {
            probe.advance();
        }
        self.set_index(probe.slot, entry as u32 + FIRST_ENTRY);
    }
}

/// The sequence of slots for a hash.
struct Probe {
    slot: usize,
    perturb: u64,
    mask: usize,
}

impl Probe {
    #[inline(always)]
    fn new(hash: i64, mask: usize) -> Probe {
        Probe { slot: hash as usize & mask, perturb: hash as u64, mask }
    }

    #[inline(always)]
    fn advance(&mut self) {
        self.perturb >>= PERTURB_SHIFT;
        self.slot = self.slot.wrapping_mul(5).wrapping_add(self.perturb as usize).wrapping_add(1) & self.mask;
    }
}

/// Where a key was found.
#[derive(Clone, Copy)]
struct Found {
    slot: usize,
    entry: usize,
}

/// The exact str that a value is, if it is one.
#[inline(always)]
pub fn exact_str(value: Value) -> Option<Gc<Str>> {
    // SAFETY: a pointer value has a live header.
    if value.is_pointer() && unsafe { (*value.header()).shape } == crate::types().str.root_shape {
        Some(Gc::from_header(value.header()))
    } else {
        None
    }
}

/// Hash of a key.
#[inline(always)]
pub fn hash_key(thread: &mut Thread, key: Value) -> Result<i64> {
    match exact_str(key) {
        Some(string) => Ok(string.hash()),
        None => match operations::hash(thread, key) {
            Ok(hash) => Ok(hash),
            Err(raised) => Err(unhashable(thread, key, raised, "a dict key")),
        },
    }
}

/// Says in a TypeError from hashing what the hash was wanted for.
#[cold]
pub fn unhashable(thread: &mut Thread, key: Value, raised: Raised, purpose: &str) -> Raised {
    if operations::class_of(raised.0) != crate::types().type_error {
        return raised;
    }
    let class = crate::builtins::support::fully_qualified_name(operations::class_of(key));
    match operations::str_of(thread, raised.0) {
        Ok(reason) => {
            let reason = reason.to_string_lossy();
            thread.type_error(format!("cannot use '{class}' as {purpose} ({reason})"))
        }
        Err(raised) => raised,
    }
}

/// Whether two keys of equal hash are equal, if that can be told without Python code.
#[inline(always)]
pub fn equal_quickly(a: Value, b: Value) -> Option<bool> {
    if a == b {
        return Some(true);
    }
    if Value::both_small_int(a, b) || Value::both_immediate_float(a, b) {
        return Some(false);
    }
    match (exact_str(a), exact_str(b)) {
        (Some(a), Some(b)) => Some(a.equals(b)),
        _ => None,
    }
}

impl Dict {
    /// An empty dict.
    #[inline]
    pub fn new() -> Gc<Dict> {
        buffer::allocate(crate::types().dict.root_shape, size_of::<Dict>())
    }

    /// An empty dict with room for `capacity` keys.
    pub fn with_capacity(capacity: usize) -> Gc<Dict> {
        let mut dict = Dict::new();
        if capacity > 0 {
            let table =
                DictTable::allocate(log2_size_for(capacity)).unwrap_or_else(|| out_of_memory(capacity * 24));
            dict.table = table.as_pointer();
            dict.write_barrier();
        }
        dict
    }
}

impl Gc<Dict> {
    #[inline(always)]
    fn table(self) -> Option<Gc<DictTable>> {
        if self.table.is_null() { None } else { Some(Gc::from_header(self.table as *mut Header)) }
    }

    /// The table, which is known to be there.
    #[inline(always)]
    fn known_table(self) -> Gc<DictTable> {
        Gc::from_header(self.table as *mut Header)
    }

    /// Whether this is a dict, not an instance of a subclass.
    #[inline(always)]
    pub fn is_exact(self) -> bool {
        // SAFETY: a live object.
        unsafe { (*self.header()).shape == crate::types().dict.root_shape }
    }

    #[inline(always)]
    pub fn is_empty(self) -> bool {
        self.length == 0
    }

    /// A number for the keys and their positions, to be compared with `keys_version` later; 0 when all numbers are used up.
    pub fn stamp_keys(mut self) -> u32 {
        if self.keys_version == 0 {
            // SAFETY: guarded by the interpreter lock.
            unsafe {
                LAST_KEYS_VERSION = LAST_KEYS_VERSION.saturating_add(1);
                self.keys_version = if LAST_KEYS_VERSION == u32::MAX { 0 } else { LAST_KEYS_VERSION };
            }
        }
        self.keys_version
    }

    /// From now on [`crate::assumptions::dict_changed`] hears of each change.
    pub fn watch(mut self) {
        self.flags |= DICT_WATCHED;
    }

    #[inline(always)]
    fn announce(self, key: Option<Value>) {
        if self.flags & DICT_WATCHED != 0 {
            crate::assumptions::dict_changed(self, key);
        }
    }

    /// The entry at an index below `entries_count`. Its key is NULL if it was deleted.
    #[inline(always)]
    pub fn entry(self, index: usize) -> Entry {
        debug_assert!(index < self.entries_count as usize);
        self.known_table().entry(index)
    }

    /// The first entry at or behind `position`, which moves behind it.
    #[inline]
    pub fn next_entry(self, position: &mut usize) -> Option<(Value, Value)> {
        self.next_full_entry(position).map(|entry| (entry.key, entry.value))
    }

    /// As [`Gc::next_entry`], with the hash.
    #[inline]
    pub fn next_full_entry(self, position: &mut usize) -> Option<Entry> {
        while *position < self.entries_count as usize {
            let entry = self.entry(*position);
            *position += 1;
            if !entry.key.is_null() {
                return Some(entry);
            }
        }
        None
    }

    /// The last entry before `position`, which moves to it.
    pub fn previous_entry(self, position: &mut usize) -> Option<(Value, Value)> {
        *position = (*position).min(self.entries_count as usize);
        while *position > 0 {
            *position -= 1;
            let entry = self.entry(*position);
            if !entry.key.is_null() {
                return Some((entry.key, entry.value));
            }
        }
        None
    }

    /// Bytes of the table.
    pub fn table_bytes(self) -> usize {
        self.table().map_or(0, |table| {
            let indices = 1usize << (table.log2_size + table.log2_width);
            TABLE_ENTRIES_OFFSET + table.capacity as usize * size_of::<Entry>() + indices
        })
    }

    // ------------------------------------------------------------------ lookup

    /// Looks an exact or other str up among the str keys.
    #[inline]
    fn find_str(self, key: Gc<Str>) -> Option<Found> {
        let table = self.table()?;
        let hash = key.hash();
        let mut probe = Probe::new(hash, table.mask());
        loop {
            let word = table.index(probe.slot);
            if word >= FIRST_ENTRY {
                let index = (word - FIRST_ENTRY) as usize;
                let entry = table.entry(index);
                if entry.key == key.value()
                    || entry.hash == hash
                        && entry.key.is_kind(ObjectKind::Str)
                        && entry.key.cast::<Str>().equals(key)
                {
                    return Some(Found { slot: probe.slot, entry: index });
                }
            } else if word == 0 {
                return None;
            }
            probe.advance();
        }
    }

    /// Looks any key up.
    #[inline]
    fn find(self, thread: &mut Thread, key: Value, hash: i64) -> Result<Option<Found>> {
        if self.flags & DICT_OTHER_KEYS == 0
            && let Some(string) = exact_str(key)
        {
            return Ok(self.find_str(string));
        }
        self.find_any(thread, key, hash)
    }

    fn find_any(self, thread: &mut Thread, key: Value, hash: i64) -> Result<Option<Found>> {
        'restart: loop {
            let Some(table) = self.table() else { return Ok(None) };
            let mut probe = Probe::new(hash, table.mask());
            loop {
                let word = table.index(probe.slot);
                if word == 0 {
                    return Ok(None);
                }
                if word >= FIRST_ENTRY {
                    let index = (word - FIRST_ENTRY) as usize;
                    let entry = table.entry(index);
                    let equal = match entry.key == key || entry.hash == hash {
                        false => false,
                        true => match equal_quickly(entry.key, key) {
                            Some(equal) => equal,
                            None => {
                                let equal = operations::equal(thread, entry.key, key)?;
                                if self.table != table.as_pointer() || table.entry(index).key != entry.key {
                                    continue 'restart;
                                }
                                equal
                            }
                        },
                    };
                    if equal {
                        return Ok(Some(Found { slot: probe.slot, entry: index }));
                    }
                }
                probe.advance();
            }
        }
    }

    /// The value of a str key. Never runs Python code: among keys that aren't exact strings, only strings by content are compared.
    #[inline]
    pub fn get_str(self, key: Gc<Str>) -> Option<Value> {
        self.find_str(key).map(|found| self.entry(found.entry).value)
    }

    /// Number of the entry of a str key.
    #[inline]
    pub fn entry_index_of_str(self, key: Gc<Str>) -> Option<usize> {
        self.find_str(key).map(|found| found.entry)
    }

    /// The value of a key.
    #[inline]
    pub fn get(self, thread: &mut Thread, key: Value) -> Result<Option<Value>> {
        let hash = hash_key(thread, key)?;
        self.get_with_hash(thread, key, hash)
    }

    /// The value of a key whose hash is known.
    #[inline]
    pub fn get_with_hash(self, thread: &mut Thread, key: Value, hash: i64) -> Result<Option<Value>> {
        Ok(self.find(thread, key, hash)?.map(|found| self.entry(found.entry).value))
    }

    /// Whether there is such a key.
    pub fn contains(self, thread: &mut Thread, key: Value) -> Result<bool> {
        let hash = hash_key(thread, key)?;
        Ok(self.find(thread, key, hash)?.is_some())
    }

    // ------------------------------------------------------------------ change

    /// Sets the value of a str key.
    pub fn set_str(self, thread: &mut Thread, key: Gc<Str>, value: Value) -> Result<()> {
        match self.find_str(key) {
            Some(found) => self.replace_value(found.entry, value),
            None => self.insert(thread, key.value(), key.hash(), value)?,
        }
        Ok(())
    }

    /// As [`Gc::set_str`] for dicts that can't be huge: running out of memory ends the process.
    pub fn set_str_infallible(self, key: Gc<Str>, value: Value) {
        match self.find_str(key) {
            Some(found) => self.replace_value(found.entry, value),
            None if self.make_room() => self.append(key.value(), key.hash(), value),
            None => out_of_memory(self.length * size_of::<Entry>()),
        }
    }

    /// Sets the value of a key.
    #[inline]
    pub fn set(self, thread: &mut Thread, key: Value, value: Value) -> Result<()> {
        let hash = hash_key(thread, key)?;
        self.set_with_hash(thread, key, hash, value)
    }

    /// Sets the value of a key whose hash is known.
    #[inline]
    pub fn set_with_hash(self, thread: &mut Thread, key: Value, hash: i64, value: Value) -> Result<()> {
        match self.find(thread, key, hash)? {
            Some(found) => self.replace_value(found.entry, value),
            None => self.insert(thread, key, hash, value)?,
        }
        Ok(())
    }

    /// Replaces the value of an entry that isn't deleted.
    #[inline(always)]
    pub fn replace_value(self, entry: usize, value: Value) {
        let table = self.known_table();
        let entry = table.entry_mut(entry);
        entry.value = value;
        table.write_barrier();
        self.announce(Some(entry.key));
    }

    /// Adds a key that isn't there.
    fn insert(self, thread: &mut Thread, key: Value, hash: i64, value: Value) -> Result<()> {
        if !self.make_room() {
            return Err(thread.memory_error(""));
        }
        self.append(key, hash, value);
        Ok(())
    }

    /// Sees to it that there is room for an entry; false if there isn't enough memory.
    #[inline(always)]
    fn make_room(self) -> bool {
        self.table().is_some_and(|table| self.entries_count < table.capacity) || self.resize(self.length * 3)
    }

    #[inline]
    fn append(mut self, key: Value, hash: i64, value: Value) {
        let table = self.known_table();
        let index = self.entries_count as usize;
        *table.entry_mut(index) = Entry { hash, key, value };
        table.insert_index(hash, index);
        table.write_barrier();
        self.entries_count += 1;
        self.length += 1;
        self.keys_version = 0;
        if exact_str(key).is_none() {
            self.flags |= DICT_OTHER_KEYS;
        }
        self.announce(Some(key));
    }

    /// Moves the entries, without the deleted ones, to a new table with room for `entries`.
    #[cold]
    #[inline(never)]
    fn resize(mut self, entries: usize) -> bool {
        let Some(new) = DictTable::allocate(log2_size_for(entries.max(self.length + 1))) else {
            return false;
        };
        let mut count = 0;
        let mut position = 0;
        while let Some(entry) = self.next_full_entry(&mut position) {
            *new.entry_mut(count) = entry;
            new.insert_index(entry.hash, count);
            count += 1;
        }
        new.write_barrier();
        self.table = new.as_pointer();
        self.entries_count = count as u32;
        self.keys_version = 0;
        self.write_barrier();
        true
    }

    /// Makes room for `more` keys.
    pub fn reserve(self, thread: &mut Thread, more: usize) -> Result<()> {
        let needed = self.entries_count as usize + more;
        let enough = self.table().is_some_and(|table| needed <= table.capacity as usize);
        if enough || more == 0 || self.resize(self.length + more) {
            Ok(())
        } else {
            Err(thread.memory_error(""))
        }
    }

    fn delete(mut self, found: Found) -> Value {
        let table = self.known_table();
        table.set_index(found.slot, DELETED);
        let entry = std::mem::replace(
            table.entry_mut(found.entry),
            Entry { hash: 0, key: Value::NULL, value: Value::NULL },
        );
        self.length -= 1;
        self.keys_version = 0;
        self.announce(Some(entry.key));
        entry.value
    }

    /// Deletes a str key; tells whether it was there.
    pub fn delete_str(self, key: Gc<Str>) -> bool {
        self.find_str(key).map(|found| self.delete(found)).is_some()
    }

    /// Deletes a key and gives its value.
    pub fn remove(self, thread: &mut Thread, key: Value) -> Result<Option<Value>> {
        let hash = hash_key(thread, key)?;
        self.remove_with_hash(thread, key, hash)
    }

    /// Deletes a key whose hash is known, and gives its value.
    pub fn remove_with_hash(self, thread: &mut Thread, key: Value, hash: i64) -> Result<Option<Value>> {
        Ok(self.find(thread, key, hash)?.map(|found| self.delete(found)))
    }

    /// The key's value; if there is none, `default` becomes it.
    pub fn set_default(self, thread: &mut Thread, key: Value, default: Value) -> Result<Value> {
        let hash = hash_key(thread, key)?;
        match self.find(thread, key, hash)? {
            Some(found) => Ok(self.entry(found.entry).value),
            None => self.insert(thread, key, hash, default).map(|()| default),
        }
    }

    /// Deletes the newest entry.
    pub fn pop_last(mut self) -> Option<(Value, Value)> {
        let mut position = self.entries_count as usize;
        let (key, value) = self.previous_entry(&mut position)?;
        let table = self.known_table();
        let mut probe = Probe::new(table.entry(position).hash, table.mask());
        while table.index(probe.slot) != position as u32 + FIRST_ENTRY {
            probe.advance();
        }
        self.delete(Found { slot: probe.slot, entry: position });
        self.entries_count = position as u32;
        Some((key, value))
    }

    /// Deletes everything.
    pub fn clear(mut self) {
        if self.table.is_null() {
            return;
        }
        self.table = null_mut();
        self.length = 0;
        self.entries_count = 0;
        self.keys_version = 0;
        self.flags &= !DICT_OTHER_KEYS;
        self.announce(None);
    }

    // ------------------------------------------------------------------ whole dicts

    /// A new exact dict with the same entries.
    pub fn copy(self, thread: &mut Thread) -> Result<Gc<Dict>> {
        let result = Dict::new();
        result.fill_from(thread, self)?;
        Ok(result)
    }

    /// Makes an empty dict a copy of another.
    fn fill_from(mut self, thread: &mut Thread, other: Gc<Dict>) -> Result<()> {
        let Some(table) = other.table() else { return Ok(()) };
        if other.length == 0 {
            return Ok(());
        }
        if other.length * 3 < other.entries_count as usize * 2 {
            // Many deleted entries: rather than copying them, insert the others.
            self.reserve(thread, other.length)?;
            let mut position = 0;
            while let Some(entry) = other.next_full_entry(&mut position) {
                self.append(entry.key, entry.hash, entry.value);
            }
            return Ok(());
        }
        let Some(new) = DictTable::allocate(table.log2_size) else { return Err(thread.memory_error("")) };
        let bytes =
            (table.capacity as usize * size_of::<Entry>()) + (1 << (table.log2_size + table.log2_width));
        // SAFETY: both tables have the same sizes.
        unsafe {
            std::ptr::copy_nonoverlapping(
                table.entries_pointer() as *const u8,
                new.entries_pointer() as *mut u8,
                bytes,
            )
        };
        new.write_barrier();
        self.table = new.as_pointer();
        self.length = other.length;
        self.entries_count = other.entries_count;
        self.keys_version = 0;
        self.flags |= other.flags & DICT_OTHER_KEYS;
        self.write_barrier();
        self.announce(None);
        Ok(())
    }

    /// Takes over another dict's entries. Keys that are there already keep their value if not `replace`.
    pub fn merge(self, thread: &mut Thread, other: Gc<Dict>, replace: bool) -> Result<()> {
        if self == other || other.length == 0 {
            return Ok(());
        }
        if self.length == 0 && self.entries_count == 0 {
            return self.fill_from(thread, other);
        }
        if self.length + other.length > self.table().map_or(0, |table| table.capacity as usize) {
            self.reserve(thread, other.length)?;
        }
        let mut position = 0;
        while let Some(Entry { hash, key, value }) = other.next_full_entry(&mut position) {
            let (table, count) = (other.table, other.entries_count);
            match self.find(thread, key, hash)? {
                Some(found) if replace => self.replace_value(found.entry, value),
                Some(_) => {}
                None => self.insert(thread, key, hash, value)?,
            }
            if other.table != table || other.entries_count != count {
                return Err(thread.runtime_error("dict mutated during update"));
            }
        }
        Ok(())
    }

    /// Whether both have the same keys with equal values.
    pub fn equals(self, thread: &mut Thread, other: Gc<Dict>) -> Result<bool> {
        if self.length != other.length {
            return Ok(false);
        }
        let mut position = 0;
        while let Some(Entry { hash, key, value }) = self.next_full_entry(&mut position) {
            let Some(others) = other.get_with_hash(thread, key, hash)? else { return Ok(false) };
            if others != value && !operations::equal(thread, others, value)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
