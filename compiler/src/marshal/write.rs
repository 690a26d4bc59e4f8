//! Writing. Objects that occur more than once are written once and referred to afterwards.

use std::collections::HashMap;
use std::sync::Arc;

use super::{FLAG_REF, tag};
use crate::code::CodeObject;
use crate::constant::Constant;
use crate::text::Text;

/// The marshalled form of a constant.
pub fn dumps(constant: &Constant) -> Vec<u8> {
    let mut writer = Writer { bytes: Vec::new(), seen: HashMap::new(), next_reference: 0 };
    writer.count(&Part::of(constant));
    writer.object(&Part::of(constant));
    writer.bytes
}

/// Something that is written as an object of its own.
#[derive(Clone, Copy)]
enum Part<'a> {
    Constant(&'a Constant),
    Bytes(&'a [u8]),
    Name(&'a Text),
    Constants(&'a [Constant]),
    Names(&'a [Text]),
}

/// What makes two objects one: their value, or for code objects their identity.
#[derive(PartialEq, Eq, Hash, Clone)]
enum Key {
    Code(usize),
    Text(Text),
    Bytes(Vec<u8>),
    Names(Vec<Text>),
    Other(Constant),
}

/// What is known of an object.
#[derive(Default)]
struct Seen {
    count: u32,
    reference: Option<u32>,
}

impl<'a> Part<'a> {
    fn of(constant: &'a Constant) -> Part<'a> {
        match constant {
            Constant::Bytes(bytes) => Part::Bytes(bytes),
            other => Part::Constant(other),
        }
    }

    /// `None` for what is never referred to.
    fn key(&self) -> Option<Key> {
        match self {
            Part::Constant(Constant::None | Constant::Ellipsis | Constant::Bool(_)) => None,
            Part::Constant(Constant::Code(code)) => Some(Key::Code(Arc::as_ptr(code) as usize)),
            Part::Constant(Constant::Str(text)) => Some(Key::Text(text.clone())),
            Part::Name(text) => Some(Key::Text((*text).clone())),
            // A tuple that holds code is found nowhere else.
            Part::Constant(constant) => (!holds_code(constant)).then(|| Key::Other((*constant).clone())),
            Part::Bytes(bytes) => Some(Key::Bytes(bytes.to_vec())),
            Part::Constants(items) => {
                (!items.iter().any(holds_code)).then(|| Key::Other(Constant::tuple(items.iter().cloned())))
            }
            Part::Names(names) => Some(Key::Names(names.to_vec())),
        }
    }

    fn parts(&self) -> Vec<Part<'a>> {
        match self {
            Part::Constant(Constant::Tuple(items) | Constant::FrozenSet(items)) => {
                items.iter().map(Part::of).collect()
            }
            Part::Constant(Constant::Slice(items)) => items.iter().map(Part::of).collect(),
            Part::Constant(Constant::Code(code)) => code_parts(code).into_iter().collect(),
            Part::Constants(items) => items.iter().map(Part::of).collect(),
            Part::Names(names) => names.iter().map(Part::Name).collect(),
            _ => Vec::new(),
        }
    }
}

fn holds_code(constant: &Constant) -> bool {
    match constant {
        Constant::Code(_) => true,
        Constant::Tuple(items) => items.iter().any(holds_code),
        _ => false,
    }
}

/// The objects of a code object, in order; the line of its first line stands before the last two.
fn code_parts(code: &CodeObject) -> [Part<'_>; 10] {
    [
        Part::Bytes(&code.code),
        Part::Constants(&code.consts),
        Part::Names(&code.names),
        Part::Names(&code.localsplus_names),
        Part::Bytes(&code.localsplus_kinds),
        Part::Name(&code.filename),
        Part::Name(&code.name),
        Part::Name(&code.qualname),
        Part::Bytes(&code.linetable),
        Part::Bytes(&code.exceptiontable),
    ]
}

/// Whether CPython interns a string constant: those that look like a name.
fn is_name(text: &Text) -> bool {
    text.as_bytes().iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}

struct Writer {
    bytes: Vec<u8>,
    seen: HashMap<Key, Seen>,
    next_reference: u32,
}

impl Writer {
    /// Counts how often each object will be met.
    fn count(&mut self, part: &Part) {
        if let Some(key) = part.key() {
            let seen = self.seen.entry(key).or_default();
            seen.count += 1;
            if seen.count > 1 {
                return;
            }
        }
        for inner in part.parts() {
            self.count(&inner);
        }
    }

    fn object(&mut self, part: &Part) {
        let mut flag = 0;
        if let Some(seen) = part.key().and_then(|key| self.seen.get_mut(&key)) {
            if let Some(reference) = seen.reference {
                self.bytes.push(tag::REFERENCE);
                return self.long(reference as i32);
            }
            if seen.count > 1 {
                seen.reference = Some(self.next_reference);
                self.next_reference += 1;
                flag = FLAG_REF;
            }
        }
        match part {
            Part::Constant(constant) => self.constant(constant, flag),
            Part::Bytes(bytes) => self.sized(tag::BYTES | flag, bytes),
            Part::Name(text) => self.text(text, true, flag),
            Part::Constants(items) => self.tuple(items.iter().map(Part::of), flag),
            Part::Names(names) => self.tuple(names.iter().map(Part::Name), flag),
        }
    }

    fn constant(&mut self, constant: &Constant, flag: u8) {
        match constant {
            Constant::None => self.bytes.push(tag::NONE),
            Constant::Ellipsis => self.bytes.push(tag::ELLIPSIS),
            Constant::Bool(true) => self.bytes.push(tag::TRUE),
            Constant::Bool(false) => self.bytes.push(tag::FALSE),
            Constant::Int(value) => match i32::try_from(*value) {
                Ok(small) => {
                    self.bytes.push(tag::INT | flag);
                    self.long(small);
                }
                Err(_) => {
                    let magnitude = value.unsigned_abs();
                    self.big(*value < 0, &[magnitude as u32, (magnitude >> 32) as u32], flag);
                }
            },
            Constant::BigInt(value) => self.big(value.negative, &value.magnitude, flag),
            Constant::Float(value) => {
                self.bytes.push(tag::FLOAT | flag);
                self.bytes.extend(value.to_le_bytes());
            }
            Constant::Complex(real, imaginary) => {
                self.bytes.push(tag::COMPLEX | flag);
                self.bytes.extend(real.to_le_bytes());
                self.bytes.extend(imaginary.to_le_bytes());
            }
            Constant::Str(text) => self.text(text, is_name(text), flag),
            Constant::Bytes(bytes) => self.sized(tag::BYTES | flag, bytes),
            Constant::Tuple(items) => self.tuple(items.iter().map(Part::of), flag),
            Constant::FrozenSet(items) => {
                self.bytes.push(tag::FROZEN_SET | flag);
                self.long(items.len() as i32);
                // The order of a set isn't its own, so it is made one that depends on nothing else.
                let mut items: Vec<&Constant> = items.iter().collect();
                items.sort_by_cached_key(|item| dumps(item));
                for item in items {
                    self.object(&Part::of(item));
                }
            }
            Constant::Slice(parts) => {
                self.bytes.push(tag::SLICE | flag);
                for part in parts.iter() {
                    self.object(&Part::of(part));
                }
            }
            Constant::Code(code) => self.code(code, flag),
        }
    }

    fn code(&mut self, code: &CodeObject, flag: u8) {
        self.bytes.push(tag::CODE | flag);
        for number in [code.argcount, code.posonlyargcount, code.kwonlyargcount, code.stacksize, code.flags.0]
        {
            self.long(number as i32);
        }
        for (index, part) in code_parts(code).iter().enumerate() {
            if index == 8 {
                self.long(code.firstlineno);
            }
            self.object(part);
        }
    }

    fn tuple<'a>(&mut self, items: impl ExactSizeIterator<Item = Part<'a>>, flag: u8) {
        match u8::try_from(items.len()) {
            Ok(count) => self.bytes.extend([tag::SMALL_TUPLE | flag, count]),
            Err(_) => {
                self.bytes.push(tag::TUPLE | flag);
                self.long(items.len() as i32);
            }
        }
        for item in items {
            self.object(&item);
        }
    }

    fn text(&mut self, text: &Text, interned: bool, flag: u8) {
        let bytes = text.as_bytes();
        if !text.is_ascii() {
            let kind = if interned { tag::INTERNED } else { tag::UNICODE };
            return self.sized(kind | flag, bytes);
        }
        match u8::try_from(bytes.len()) {
            Ok(length) => {
                let kind = if interned { tag::SHORT_ASCII_INTERNED } else { tag::SHORT_ASCII };
                self.bytes.extend([kind | flag, length]);
                self.bytes.extend(bytes);
            }
            Err(_) => {
                let kind = if interned { tag::ASCII_INTERNED } else { tag::ASCII };
                self.sized(kind | flag, bytes);
            }
        }
    }

    /// Fifteen bits a digit; the sign is that of the number of digits.
    fn big(&mut self, negative: bool, magnitude: &[u32], flag: u8) {
        let bit_count = 32 * magnitude.len();
        let digit = |index: usize| {
            let bit = 15 * index;
            let low = u64::from(magnitude[bit / 32]);
            let high = u64::from(magnitude.get(bit / 32 + 1).copied().unwrap_or(0));
            ((high << 32 | low) >> (bit % 32)) as u16 & 0x7FFF
        };
        let mut digits: Vec<u16> = (0..bit_count.div_ceil(15)).map(digit).collect();
        while digits.last() == Some(&0) {
            digits.pop();
        }
        self.bytes.push(tag::LONG | flag);
        let count = digits.len() as i32;
        self.long(if negative { -count } else { count });
        for digit in digits {
            self.bytes.extend(digit.to_le_bytes());
        }
    }

    fn sized(&mut self, kind: u8, bytes: &[u8]) {
        self.bytes.push(kind);
        self.long(bytes.len() as i32);
        self.bytes.extend(bytes);
    }

    fn long(&mut self, value: i32) {
        self.bytes.extend(value.to_le_bytes());
    }
}
