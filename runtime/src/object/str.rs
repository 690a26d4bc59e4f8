//! Strings: 1, 2 or 4 bytes a character, the narrowest that fits, so that indexing is O(1).
//!
//! **Invariants.** A string never changes. `width` is the least that holds its widest character; `ascii` tells that all are below 128. Lone
//! surrogates are ordinary characters. Interned strings are unique by content: names are compared by pointer first.

use std::hash::BuildHasher;

use hashbrown::HashTable;

use crate::heap::{Header, heap};
use crate::layout;
use crate::object::kind::ObjectKind;
use crate::object::pointer::Gc;
use crate::object::type_object::TypeObject;
use crate::text::Characters;
use crate::value::Value;

/// A str.
#[repr(C)]
pub struct Str {
    pub header: Header,
    /// Hash of the characters, 0 while not computed.
    pub hash: i64,
    /// Number of characters.
    pub length: usize,
    /// Bytes a character: 1, 2 or 4.
    pub width: u8,
    pub ascii: bool,
    pub interned: bool,
    padding: [u8; 5],
    // the characters follow
}

layout!(Str, ObjectKind::Str, "str");

/// Offset of the first character.
pub const CHARACTERS_OFFSET: usize = size_of::<Str>();

impl Str {
    /// Allocates a string of uninitialised (zero) characters, of an exact str class or a subclass.
    pub fn allocate(class: Gc<TypeObject>, length: usize, width: u8, ascii: bool) -> Option<Gc<Str>> {
        let tail = if class.attributes_offset != 0 { 8 } else { 0 };
        let size = CHARACTERS_OFFSET + (length * width as usize).next_multiple_of(8) + tail;
        let header = heap().alloc_fallible(ObjectKind::Str as u8, class.root_shape, size)?;
        let mut string: Gc<Str> = Gc::from_header(header);
        string.length = length;
        string.width = width;
        string.ascii = ascii;
        Some(string)
    }

    /// A string with the characters of Rust text.
    pub fn new(text: &str) -> Gc<Str> {
        if text.is_ascii() {
            return Str::from_one_byte(text.as_bytes(), true);
        }
        let widest = text.chars().map(|c| c as u32).max().unwrap_or(0);
        Str::from_code_points(text.chars().map(|c| c as u32), text.chars().count(), widest)
    }

    /// A string with the characters of the compiler's text.
    pub fn from_text(text: &taipan_compiler::Text) -> Gc<Str> {
        match text.as_str() {
            Some(text) => Str::new(text),
            None => {
                let widest = text.code_points().max().unwrap_or(0);
                Str::from_code_points(text.code_points(), text.code_point_count(), widest)
            }
        }
    }

    /// A string of characters below 256.
    pub fn from_one_byte(bytes: &[u8], ascii: bool) -> Gc<Str> {
        let string = Str::allocate_exact(bytes.len(), 1, ascii);
        // SAFETY: the allocation has room for them.
        unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), string.data(), bytes.len()) };
        string
    }

    /// A string of `length` characters, none above `widest`.
    pub fn from_code_points(characters: impl Iterator<Item = u32>, length: usize, widest: u32) -> Gc<Str> {
        let width = if widest < 0x100 {
            1
        } else if widest < 0x1_0000 {
            2
        } else {
            4
        };
        let string = Str::allocate_exact(length, width, widest < 0x80);
        // SAFETY: at most `length` characters of `width` bytes are written into memory allocated for them.
        unsafe {
            let data = string.data();
            for (i, c) in characters.take(length).enumerate() {
                match width {
                    1 => *data.add(i) = c as u8,
                    2 => *data.cast::<u16>().add(i) = c as u16,
                    _ => *data.cast::<u32>().add(i) = c,
                }
            }
        }
        string
    }

    /// A string with the narrowest width that holds the characters.
    pub fn from_characters(characters: Characters<'_>) -> Gc<Str> {
        match characters {
            Characters::One(bytes) => Str::from_one_byte(bytes, bytes.is_ascii()),
            Characters::Two(units) => {
                let widest = units.iter().copied().max().unwrap_or(0) as u32;
                Str::from_code_points(units.iter().map(|&c| c as u32), units.len(), widest)
            }
            Characters::Four(units) => {
                let widest = units.iter().copied().max().unwrap_or(0);
                Str::from_code_points(units.iter().copied(), units.len(), widest)
            }
        }
    }

    fn allocate_exact(length: usize, width: u8, ascii: bool) -> Gc<Str> {
        Str::allocate(crate::types().str, length, width, ascii)
            .unwrap_or_else(|| crate::heap::out_of_memory(length))
    }
}

impl Gc<Str> {
    /// Address of the first character.
    #[inline(always)]
    pub fn data(self) -> *mut u8 {
        // SAFETY: the characters follow the fields.
        unsafe { (self.as_pointer() as *mut u8).add(CHARACTERS_OFFSET) }
    }

    /// The characters.
    #[inline]
    pub fn characters(self) -> Characters<'static> {
        // SAFETY: `length` characters of `width` bytes follow the fields; the caller's pointer keeps the object alive
        // (the collector scans native stacks and knows interior pointers).
        unsafe {
            match self.width {
                1 => Characters::One(std::slice::from_raw_parts(self.data(), self.length)),
                2 => Characters::Two(std::slice::from_raw_parts(self.data().cast(), self.length)),
                _ => Characters::Four(std::slice::from_raw_parts(self.data().cast(), self.length)),
            }
        }
    }

    /// The text, if all characters are ASCII.
    #[inline]
    pub fn as_ascii(self) -> Option<&'static str> {
        // SAFETY: ASCII is UTF-8; liveness as in `characters`.
        self.ascii.then(|| unsafe {
            std::str::from_utf8_unchecked(std::slice::from_raw_parts(self.data(), self.length))
        })
    }

    /// Character at an index below the length.
    #[inline]
    pub fn at(self, index: usize) -> u32 {
        self.characters().get(index)
    }

    /// The text; `None` if it has lone surrogates.
    pub fn to_text(self) -> Option<String> {
        if let Some(text) = self.as_ascii() {
            return Some(text.to_owned());
        }
        let characters = self.characters();
        (0..self.length).map(|i| char::from_u32(characters.get(i))).collect()
    }

    /// The text with lone surrogates replaced.
    pub fn to_string_lossy(self) -> String {
        let characters = self.characters();
        (0..self.length)
            .map(|i| char::from_u32(characters.get(i)).unwrap_or(char::REPLACEMENT_CHARACTER))
            .collect()
    }

    /// Whether the characters are the same.
    #[inline]
    pub fn equals(self, other: Gc<Str>) -> bool {
        self == other
            || self.length == other.length
                && self.width == other.width
                && !(self.interned && other.interned)
                && self.bytes() == other.bytes()
    }

    /// Whether the characters are those of Rust text.
    pub fn is(self, text: &str) -> bool {
        match self.as_ascii() {
            Some(own) => own == text,
            None => {
                let characters = self.characters();
                text.chars().count() == self.length
                    && text.chars().enumerate().all(|(i, c)| characters.get(i) == c as u32)
            }
        }
    }

    /// Whether the name has the form `__name__`.
    pub fn is_special_name(self) -> bool {
        self.as_ascii().is_some_and(|name| name.len() > 4 && name.starts_with("__") && name.ends_with("__"))
    }

    /// Memory of the characters.
    #[inline]
    pub fn bytes(self) -> &'static [u8] {
        // SAFETY: as in `characters`.
        unsafe { std::slice::from_raw_parts(self.data(), self.length * self.width as usize) }
    }

    /// CPython's hash: SipHash-1-3 of the characters' memory with the process's key.
    #[inline]
    pub fn hash(mut self) -> i64 {
        if self.hash == 0 {
            self.hash = crate::operations::hash::hash_bytes(self.bytes());
        }
        self.hash
    }
}

static mut INTERNED: *mut InternTable = std::ptr::null_mut();

/// The interned strings, each with the hash of its characters in memory.
struct InternTable {
    strings: HashTable<(u64, Gc<Str>)>,
    hasher: foldhash::fast::RandomState,
}

impl InternTable {
    fn get() -> &'static mut InternTable {
        // SAFETY: guarded by the interpreter lock.
        unsafe {
            if INTERNED.is_null() {
                let strings = HashTable::new();
                INTERNED = Box::into_raw(Box::new(InternTable { strings, hasher: Default::default() }));
            }
            &mut *INTERNED
        }
    }

    fn find(&self, hash: u64, bytes: &[u8], width: u8) -> Option<Gc<Str>> {
        let is_it =
            |entry: &(u64, Gc<Str>)| entry.0 == hash && entry.1.width == width && entry.1.bytes() == bytes;
        self.strings.find(hash, is_it).map(|entry| entry.1)
    }

    fn insert(&mut self, hash: u64, mut string: Gc<Str>) -> Gc<Str> {
        string.interned = true;
        // SAFETY: guarded by the interpreter lock.
        unsafe { (*(&raw mut INTERNED_LATELY)).push(string.value()) };
        self.strings.insert_unique(hash, (hash, string), |entry| entry.0);
        string
    }
}

/// Interned strings by the address of the text they were wanted for: mostly literals of the same place.
const RECENT: usize = 1024;
static mut RECENTLY_INTERNED: [Value; RECENT] = [Value::NULL; RECENT];

/// The unique string with the text. Interned strings are never freed.
pub fn intern(text: &str) -> Gc<Str> {
    let index = (text.as_ptr() as usize ^ text.len() << 4) % RECENT;
    // SAFETY: guarded by the interpreter lock.
    let place = unsafe { &mut *(&raw mut RECENTLY_INTERNED[index]) };
    if let Some(known) = place.non_null() {
        let known: Gc<Str> = known.cast();
        // The address may have had another text before. Equal bytes are an equal text where both are ASCII.
        if known.as_ascii() == Some(text) {
            return known;
        }
    }
    let interned = intern_new(text);
    *place = interned.value();
    interned
}

/// The unique string with the characters of `string`; subclass instances give an exact str.
pub fn intern_string(string: Gc<Str>) -> Gc<Str> {
    if string.interned {
        return string;
    }
    let table = InternTable::get();
    let hash = table.hasher.hash_one(string.bytes());
    if let Some(known) = table.find(hash, string.bytes(), string.width) {
        return known;
    }
    let unique =
        if string.class() == crate::types().str { string } else { Str::from_characters(string.characters()) };
    table.insert(hash, unique)
}

/// The unique string with the text, which makes none if there is one.
pub fn intern_new(text: &str) -> Gc<Str> {
    if !text.is_ascii() {
        return intern_string(Str::new(text));
    }
    let table = InternTable::get();
    let hash = table.hasher.hash_one(text.as_bytes());
    match table.find(hash, text.as_bytes(), 1) {
        Some(known) => known,
        None => table.insert(hash, Str::from_one_byte(text.as_bytes(), true)),
    }
}

/// The strings interned since the last minor collection: of all interned ones only these can be young.
static mut INTERNED_LATELY: Vec<Value> = Vec::new();

/// Visits the interned strings, which are roots; for a minor collection those alone that may be young.
pub fn visit_interned(young_only: bool, visit: &mut dyn FnMut(Value)) {
    // SAFETY: guarded by the interpreter lock.
    let (table, lately) = unsafe { (INTERNED.as_ref(), &mut *(&raw mut INTERNED_LATELY)) };
    if young_only {
        lately.drain(..).for_each(visit);
        return;
    }
    if let Some(table) = table {
        table.strings.iter().for_each(|(_, string)| visit(string.value()));
    }
}
