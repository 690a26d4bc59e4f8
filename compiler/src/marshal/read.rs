//! Reading.

use std::fmt;
use std::sync::Arc;

use super::{FLAG_REF, tag};
use crate::code::{CodeFlags, CodeObject};
use crate::constant::Constant;
use crate::text::Text;

/// Objects may be nested this deep.
const MAX_DEPTH: u32 = 2000;
/// How many objects there may be if each reference is counted as a copy. Without a limit a few bytes could stand for
/// a tuple of tuples of tuples that nobody ever gets through.
const MAX_WEIGHT: u64 = 1 << 26;
/// How many bytes may be copied because of references.
const MAX_COPIED: usize = 1 << 28;

/// Why bytes aren't a marshalled constant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ReadError {
    /// They end too early.
    Truncated,
    /// They aren't well-formed; the text says what is wrong.
    Malformed(&'static str),
    /// They are nested too deep, or expand to too much.
    TooLarge,
    /// They hold an object that can't be a constant.
    NotConstant,
}

impl fmt::Display for ReadError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            ReadError::Truncated => "marshal data too short",
            ReadError::Malformed(reason) => return write!(formatter, "bad marshal data ({reason})"),
            ReadError::TooLarge => "recursion limit exceeded",
            ReadError::NotConstant => "bad marshal data (unknown type code)",
        })
    }
}

impl std::error::Error for ReadError {}

/// Reads a marshalled constant; bytes after it are ignored.
///
/// # Errors
///
/// The bytes aren't one, or expand to more than is reasonable.
pub fn loads(bytes: &[u8]) -> Result<Constant, ReadError> {
    let mut reader = Reader { rest: bytes, references: Vec::new(), depth: 0, copied: 0 };
    Ok(reader.object()?.value)
}

/// Whether an object of this kind is made of others.
fn has_parts(kind: u8) -> bool {
    matches!(kind, tag::SMALL_TUPLE | tag::TUPLE | tag::FROZEN_SET | tag::SLICE | tag::CODE)
}

/// An object that was read, and how many objects it consists of.
#[derive(Clone)]
struct Read {
    value: Constant,
    weight: u64,
}

struct Reader<'a> {
    rest: &'a [u8],
    /// The objects that references name; `None` while one is being read.
    references: Vec<Option<Read>>,
    depth: u32,
    copied: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], ReadError> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(ReadError::Truncated)?;
        self.rest = rest;
        Ok(taken)
    }

    fn byte(&mut self) -> Result<u8, ReadError> {
        Ok(self.take(1)?[0])
    }

    fn long(&mut self) -> Result<i32, ReadError> {
        let bytes = self.take(4)?;
        Ok(i32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    }

    fn size(&mut self) -> Result<usize, ReadError> {
        usize::try_from(self.long()?).map_err(|_| ReadError::Malformed("size out of range"))
    }

    fn float(&mut self) -> Result<f64, ReadError> {
        let bytes: [u8; 8] = self.take(8)?.try_into().map_err(|_| ReadError::Truncated)?;
        Ok(f64::from_le_bytes(bytes))
    }

    fn float_text(&mut self) -> Result<f64, ReadError> {
        let length = self.byte()?;
        let text = std::str::from_utf8(self.take(length.into())?).ok();
        text.and_then(|text| text.parse().ok()).ok_or(ReadError::Malformed("invalid float"))
    }

    fn object(&mut self) -> Result<Read, ReadError> {
        if self.depth == MAX_DEPTH {
            return Err(ReadError::TooLarge);
        }
        // What has no parts needs no stack.
        if self.rest.first().is_some_and(|first| !has_parts(first & !FLAG_REF)) {
            return self.object_here();
        }
        self.depth += 1;
        let read = stacker::maybe_grow(64 << 10, 1 << 20, || self.object_here());
        self.depth -= 1;
        read
    }

    fn object_here(&mut self) -> Result<Read, ReadError> {
        let first = self.byte()?;
        let kind = first & !FLAG_REF;
        if kind == tag::REFERENCE {
            let index = self.size()?;
            let read = self.references.get(index).and_then(Option::as_ref);
            return read.cloned().ok_or(ReadError::Malformed("invalid reference"));
        }
        // An object's number is that of its start, not of its end.
        let reference = (first & FLAG_REF != 0).then(|| {
            self.references.push(None);
            self.references.len() - 1
        });
        let read = self.contents(kind)?;
        if read.weight > MAX_WEIGHT {
            return Err(ReadError::TooLarge);
        }
        if let Some(reference) = reference {
            self.references[reference] = Some(read.clone());
        }
        Ok(read)
    }

    fn contents(&mut self, kind: u8) -> Result<Read, ReadError> {
        let value = match kind {
            tag::NULL => return Err(ReadError::Malformed("NULL object in marshal data for object")),
            tag::NONE => Constant::None,
            tag::TRUE => Constant::Bool(true),
            tag::FALSE => Constant::Bool(false),
            tag::ELLIPSIS => Constant::Ellipsis,
            tag::INT => Constant::Int(self.long()?.into()),
            tag::LONG => self.big()?,
            tag::FLOAT => Constant::Float(self.float()?),
            tag::FLOAT_TEXT => Constant::Float(self.float_text()?),
            tag::COMPLEX => Constant::Complex(self.float()?, self.float()?),
            tag::COMPLEX_TEXT => Constant::Complex(self.float_text()?, self.float_text()?),
            tag::BYTES => {
                let size = self.size()?;
                Constant::Bytes(self.take(size)?.into())
            }
            tag::SHORT_ASCII | tag::SHORT_ASCII_INTERNED => {
                let size = self.byte()?;
                self.ascii(size.into())?
            }
            tag::ASCII | tag::ASCII_INTERNED => {
                let size = self.size()?;
                self.ascii(size)?
            }
            tag::UNICODE | tag::INTERNED => {
                let size = self.size()?;
                let text = Text::from_wtf8(self.take(size)?);
                Constant::Str(text.ok_or(ReadError::Malformed("invalid string"))?)
            }
            tag::SMALL_TUPLE => {
                let count = self.byte()?;
                return self.items(count.into(), |items| Constant::Tuple(items.into()));
            }
            tag::TUPLE => {
                let count = self.size()?;
                return self.items(count, |items| Constant::Tuple(items.into()));
            }
            tag::FROZEN_SET => {
                let count = self.size()?;
                return self.items(count, |items| Constant::FrozenSet(items.into()));
            }
            tag::SLICE => {
                let parts = [self.object()?, self.object()?, self.object()?];
                let weight = parts.iter().fold(1u64, |sum, part| sum.saturating_add(part.weight));
                return Ok(Read { value: Constant::Slice(Arc::new(parts.map(|part| part.value))), weight });
            }
            tag::CODE => return self.code(),
            _ => return Err(ReadError::NotConstant),
        };
        Ok(Read { value, weight: 1 })
    }

    fn ascii(&mut self, size: usize) -> Result<Constant, ReadError> {
        let bytes = self.take(size)?;
        if bytes.is_ascii() {
            let text = std::str::from_utf8(bytes).unwrap_or_default();
            return Ok(Constant::Str(Text::from(text)));
        }
        // The oracle reads these bytes as Latin-1.
        let text = Text::from_code_points(bytes.iter().map(|byte| u32::from(*byte)));
        text.map(Constant::Str).ok_or(ReadError::Malformed("invalid string"))
    }

    fn big(&mut self) -> Result<Constant, ReadError> {
        let signed = self.long()?;
        let count = signed.unsigned_abs() as usize;
        let bytes = self.take(count.checked_mul(2).ok_or(ReadError::Truncated)?)?;
        let mut magnitude = Vec::with_capacity(count / 2 + 1);
        let (mut bits, mut held) = (0u64, 0);
        for pair in bytes.chunks_exact(2) {
            let digit = u16::from_le_bytes([pair[0], pair[1]]);
            if digit > 0x7FFF {
                return Err(ReadError::Malformed("digit out of range in long"));
            }
            bits |= u64::from(digit) << held;
            held += 15;
            if held >= 32 {
                magnitude.push(bits as u32);
                bits >>= 32;
                held -= 32;
            }
        }
        magnitude.push(bits as u32);
        if bytes.len() >= 2 && bytes.ends_with(&[0, 0]) {
            return Err(ReadError::Malformed("unnormalized long data"));
        }
        Ok(Constant::int_from_digits(signed < 0, magnitude))
    }

    fn items(&mut self, count: usize, make: fn(Vec<Constant>) -> Constant) -> Result<Read, ReadError> {
        // Each item takes a byte at least.
        if count > self.rest.len() {
            return Err(ReadError::Truncated);
        }
        let mut items = Vec::with_capacity(count);
        let mut weight = 1u64;
        for _ in 0..count {
            let item = self.object()?;
            weight = weight.saturating_add(item.weight);
            items.push(item.value);
        }
        Ok(Read { value: make(items), weight })
    }

    fn code(&mut self) -> Result<Read, ReadError> {
        let mut weight = 1;
        let argcount = self.count()?;
        let posonlyargcount = self.count()?;
        let kwonlyargcount = self.count()?;
        let stacksize = self.count()?;
        let flags = CodeFlags(self.long()? as u32);
        let code = self.bytes_of(&mut weight)?;
        let consts = self.constants_of(&mut weight)?;
        let names = self.names_of(&mut weight)?;
        let localsplus_names = self.names_of(&mut weight)?;
        let localsplus_kinds = self.bytes_of(&mut weight)?;
        let filename = self.text_of(&mut weight)?;
        let name = self.text_of(&mut weight)?;
        let qualname = self.text_of(&mut weight)?;
        let firstlineno = self.long()?;
        let linetable = self.bytes_of(&mut weight)?;
        let exceptiontable = self.bytes_of(&mut weight)?;
        let code = CodeObject {
            argcount,
            posonlyargcount,
            kwonlyargcount,
            stacksize,
            flags,
            code,
            consts,
            names,
            localsplus_names,
            localsplus_kinds,
            filename,
            name,
            qualname,
            firstlineno,
            linetable,
            exceptiontable,
        };
        Ok(Read { value: Constant::Code(Arc::new(code)), weight })
    }

    fn count(&mut self) -> Result<u32, ReadError> {
        u32::try_from(self.long()?).map_err(|_| ReadError::Malformed("negative count in code object"))
    }

    fn part(&mut self, weight: &mut u64) -> Result<Constant, ReadError> {
        let read = self.object()?;
        *weight = weight.saturating_add(read.weight);
        Ok(read.value)
    }

    fn copy(&mut self, size: usize) -> Result<(), ReadError> {
        self.copied = self.copied.saturating_add(size);
        if self.copied > MAX_COPIED { Err(ReadError::TooLarge) } else { Ok(()) }
    }

    fn bytes_of(&mut self, weight: &mut u64) -> Result<Vec<u8>, ReadError> {
        // Bytes that nothing refers to are taken as they are.
        if self.rest.first() == Some(&tag::BYTES) {
            self.rest = &self.rest[1..];
            let size = self.size()?;
            *weight += 1;
            return Ok(self.take(size)?.to_vec());
        }
        match self.part(weight)? {
            Constant::Bytes(bytes) => {
                self.copy(bytes.len())?;
                Ok(bytes.to_vec())
            }
            _ => Err(ReadError::Malformed("bytes expected in code object")),
        }
    }

    fn tuple_of(&mut self, weight: &mut u64) -> Result<Arc<[Constant]>, ReadError> {
        match self.part(weight)? {
            Constant::Tuple(items) => {
                self.copy(items.len() * size_of::<Constant>())?;
                Ok(items)
            }
            _ => Err(ReadError::Malformed("tuple expected in code object")),
        }
    }

    fn text_of(&mut self, weight: &mut u64) -> Result<Text, ReadError> {
        match self.part(weight)? {
            Constant::Str(text) => Ok(text),
            _ => Err(ReadError::Malformed("string expected in code object")),
        }
    }

    /// The number of items, if a tuple comes next that nothing refers to.
    fn unshared_tuple(&mut self) -> Result<Option<usize>, ReadError> {
        let count = match *self.rest {
            [tag::SMALL_TUPLE, count, ..] => {
                self.rest = &self.rest[2..];
                usize::from(count)
            }
            [tag::TUPLE, ..] => {
                self.rest = &self.rest[1..];
                self.size()?
            }
            _ => return Ok(None),
        };
        if count > self.rest.len() { Err(ReadError::Truncated) } else { Ok(Some(count)) }
    }

    fn constants_of(&mut self, weight: &mut u64) -> Result<Vec<Constant>, ReadError> {
        let Some(count) = self.unshared_tuple()? else { return Ok(self.tuple_of(weight)?.to_vec()) };
        let mut constants = Vec::with_capacity(count);
        for _ in 0..count {
            constants.push(self.part(weight)?);
        }
        Ok(constants)
    }

    fn names_of(&mut self, weight: &mut u64) -> Result<Vec<Text>, ReadError> {
        if let Some(count) = self.unshared_tuple()? {
            let mut names = Vec::with_capacity(count);
            for _ in 0..count {
                match self.part(weight)? {
                    Constant::Str(text) => names.push(text),
                    _ => return Err(ReadError::Malformed("name expected in code object")),
                }
            }
            return Ok(names);
        }
        let items = self.tuple_of(weight)?;
        let text = |item: &Constant| match item {
            Constant::Str(text) => Ok(text.clone()),
            _ => Err(ReadError::Malformed("name expected in code object")),
        };
        items.iter().map(text).collect()
    }
}
