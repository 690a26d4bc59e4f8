//! Marshalled data to values.

use std::sync::Arc;

use super::DEEPEST;
use super::types_of_data as t;
use taipan_compiler::code::{CodeFlags, CodeObject};
use taipan_compiler::{Text, verify};
use taipan_runtime::heap::ScratchValues;
use taipan_runtime::object::bytes::{ByteArray, Bytes};
use taipan_runtime::object::code::{Code, to_constant};
use taipan_runtime::object::dict::Dict;
use taipan_runtime::object::float::Complex;
use taipan_runtime::object::list::List;
use taipan_runtime::object::set::Set;
use taipan_runtime::object::slice::Slice;
use taipan_runtime::object::str::intern_string;
use taipan_runtime::object::tuple::Tuple;
use taipan_runtime::operations::convert::index_i64;
use taipan_runtime::prelude::*;
use taipan_runtime::text::float_parse;

/// Where data comes from.
pub enum Source<'a> {
    Bytes(&'a [u8]),
    /// An object with `readinto`.
    File(Value),
}

/// Reads one value.
pub struct Reader<'a> {
    source: Source<'a>,
    allow_code: bool,
    depth: usize,
    /// What can be referred to; NULL for what isn't complete.
    references: ScratchValues,
}

impl<'a> Reader<'a> {
    pub fn new(source: Source<'a>, allow_code: bool) -> Reader<'a> {
        Reader { source, allow_code, depth: 0, references: ScratchValues::new() }
    }

    /// Reads the value.
    pub fn read(&mut self, thread: &mut Thread) -> Result {
        let value = self.value(thread)?;
        self.required(thread, value, "object")
    }

    fn required(&mut self, thread: &mut Thread, value: Value, what: &str) -> Result {
        match value.is_null() {
            true => Err(thread.type_error(format!("NULL object in marshal data for {what}"))),
            false => Ok(value),
        }
    }

    /// The next bytes.
    fn bytes(&mut self, thread: &mut Thread, count: usize) -> Result<Vec<u8>> {
        match &mut self.source {
            Source::Bytes(rest) => match rest.split_at_checked(count) {
                Some((taken, after)) => {
                    *rest = after;
                    Ok(taken.to_vec())
                }
                None => Err(thread.eof_error("marshal data too short")),
            },
            Source::File(file) => {
                let file = *file;
                let buffer = ByteArray::new(&vec![0; count]);
                let read = thread.call_method(file, "readinto", &[buffer.value()])?;
                let read = if read.is_none() { 0 } else { index_i64(thread, read)? };
                if read > count as i64 {
                    return Err(thread.value_error(format!(
                        "read() returned too much data: {count} bytes requested, {read} returned"
                    )));
                }
                match read == count as i64 {
                    true => Ok(buffer.as_slice().to_vec()),
                    false => Err(thread.eof_error("EOF read where not expected")),
                }
            }
        }
    }

    fn array<const N: usize>(&mut self, thread: &mut Thread) -> Result<[u8; N]> {
        let bytes = self.bytes(thread, N)?;
        let mut array = [0; N];
        array.copy_from_slice(&bytes);
        Ok(array)
    }

    fn byte(&mut self, thread: &mut Thread) -> Result<u8> {
        self.array::<1>(thread).map(|[byte]| byte)
    }

    fn long(&mut self, thread: &mut Thread) -> Result<i32> {
        self.array(thread).map(i32::from_le_bytes)
    }

    fn size(&mut self, thread: &mut Thread, what: &str) -> Result<usize> {
        let size = self.long(thread)?;
        let remaining = match &self.source {
            Source::Bytes(rest) => rest.len(),
            Source::File(_) => usize::MAX,
        };
        match usize::try_from(size) {
            // Each item takes a byte at least.
            Ok(size) if size <= remaining => Ok(size),
            Ok(_) => Err(thread.eof_error("marshal data too short")),
            Err(_) => Err(thread.value_error(format!("bad marshal data ({what} size out of range)"))),
        }
    }

    /// Notes a value that others may refer to.
    fn note(&mut self, flag: bool, value: Value) -> Value {
        if flag {
            self.references.push(value);
        }
        value
    }

    /// Keeps a number for a value that isn't complete yet.
    fn reserve(&mut self, flag: bool) -> Option<usize> {
        flag.then(|| {
            self.references.push(Value::NULL);
            self.references.len() - 1
        })
    }

    fn complete(&mut self, number: Option<usize>, value: Value) -> Value {
        if let Some(number) = number {
            self.references[number] = value;
        }
        value
    }

    /// The next value, NULL for the mark at the end of a dict.
    fn value(&mut self, thread: &mut Thread) -> Result {
        let kind = match self.byte(thread) {
            Ok(kind) => kind,
            Err(raised) => {
                let is_end = taipan_runtime::operations::class_of(raised.0) == types().eof_error;
                return Err(match is_end {
                    true => thread.eof_error("EOF read where object expected"),
                    false => raised,
                });
            }
        };
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(thread.value_error("recursion limit exceeded"));
        }
        thread.check_native_stack()?;
        let flag = kind & t::FLAG_REFERENCE != 0;
        let value = self.value_of_kind(thread, kind & !t::FLAG_REFERENCE, flag);
        self.depth -= 1;
        value
    }

    fn item(&mut self, thread: &mut Thread, what: &str) -> Result {
        let value = self.value(thread)?;
        self.required(thread, value, what)
    }

    fn value_of_kind(&mut self, thread: &mut Thread, kind: u8, flag: bool) -> Result {
        Ok(match kind {
            t::NULL => Value::NULL,
            t::NONE => Value::NONE,
            t::FALSE => Value::FALSE,
            t::TRUE => Value::TRUE,
            t::ELLIPSIS => Value::ELLIPSIS,
            t::STOP_ITERATION => types().stop_iteration.value(),
            t::INT => {
                let number = self.long(thread)?;
                self.note(flag, Value::from_int(i64::from(number)))
            }
            t::INT64 => {
                let number = i64::from_le_bytes(self.array(thread)?);
                self.note(flag, Value::from_int(number))
            }
            t::LONG => {
                let number = self.big(thread)?;
                self.note(flag, number)
            }
            t::FLOAT | t::BINARY_FLOAT => {
                let number = self.float(thread, kind == t::BINARY_FLOAT)?;
                self.note(flag, Value::from_float(number))
            }
            t::COMPLEX | t::BINARY_COMPLEX => {
                let real = self.float(thread, kind == t::BINARY_COMPLEX)?;
                let imaginary = self.float(thread, kind == t::BINARY_COMPLEX)?;
                self.note(flag, Complex::new(real, imaginary))
            }
            t::BYTES => {
                let size = self.size(thread, "bytes object")?;
                let bytes = self.bytes(thread, size)?;
                self.note(flag, Bytes::new(&bytes).value())
            }
            t::ASCII | t::ASCII_INTERNED | t::UNICODE | t::INTERNED => {
                let size = self.size(thread, "string")?;
                self.str(thread, size, matches!(kind, t::ASCII_INTERNED | t::INTERNED), flag)?
            }
            t::SHORT_ASCII | t::SHORT_ASCII_INTERNED => {
                let size = usize::from(self.byte(thread)?);
                self.str(thread, size, kind == t::SHORT_ASCII_INTERNED, flag)?
            }
            t::TUPLE => {
                let size = self.size(thread, "tuple")?;
                self.tuple(thread, size, flag)?
            }
            t::SMALL_TUPLE => {
                let size = usize::from(self.byte(thread)?);
                self.tuple(thread, size, flag)?
            }
            t::LIST => {
                let size = self.size(thread, "list")?;
                let list = List::empty();
                self.note(flag, list.value());
                for _ in 0..size {
                    let item = self.item(thread, "list")?;
                    list.push(item);
                }
                list.value()
            }
            t::DICT => self.dict(thread, flag)?,
            t::SET => {
                let size = self.size(thread, "set")?;
                let set = Set::new();
                self.note(flag, set.value());
                self.set_items(thread, set, size)?
            }
            t::FROZENSET => {
                let size = self.size(thread, "set")?;
                let number = self.reserve(flag);
                let set = self.set_items(thread, Set::new_frozen(), size)?;
                self.complete(number, set)
            }
            t::SLICE => {
                let number = self.reserve(flag);
                let start = self.item(thread, "slice")?;
                let stop = self.item(thread, "slice")?;
                let step = self.item(thread, "slice")?;
                self.complete(number, Slice::new(start, stop, step).value())
            }
            t::CODE => {
                if !self.allow_code {
                    return Err(thread.value_error("unmarshalling code objects is disallowed"));
                }
                let number = self.reserve(flag);
                let code = self.code(thread)?;
                self.complete(number, code)
            }
            t::REFERENCE => {
                let number = self.long(thread)?;
                let found = usize::try_from(number).ok().and_then(|number| self.references.get(number));
                match found.copied().and_then(Value::non_null) {
                    Some(value) => value,
                    None => return Err(thread.value_error("bad marshal data (invalid reference)")),
                }
            }
            _ => return Err(thread.value_error("bad marshal data (unknown type code)")),
        })
    }

    fn float(&mut self, thread: &mut Thread, binary: bool) -> Result<f64> {
        if binary {
            return Ok(f64::from_le_bytes(self.array(thread)?));
        }
        let size = usize::from(self.byte(thread)?);
        let text = self.bytes(thread, size)?;
        match float_parse::parse_bytes(&text) {
            Some(number) => Ok(number),
            None => Err(thread.value_error("could not convert string to float")),
        }
    }

    /// An int in digits of 15 bits.
    fn big(&mut self, thread: &mut Thread) -> Result {
        let count = self.long(thread)?;
        if count == i32::MIN {
            return Err(thread.value_error("bad marshal data (long size out of range)"));
        }
        let size = count.unsigned_abs() as usize;
        if let Source::Bytes(rest) = &self.source
            && rest.len() < 2 * size
        {
            return Err(thread.eof_error("marshal data too short"));
        }
        let mut limbs: Vec<u64> = Vec::new();
        let (mut pending, mut bits, mut last) = (0u128, 0, 0);
        for _ in 0..size {
            last = u16::from_le_bytes(self.array(thread)?);
            if last > 0x7FFF {
                return Err(thread.value_error("bad marshal data (digit out of range in long)"));
            }
            pending |= u128::from(last) << bits;
            bits += 15;
            if bits >= u64::BITS {
                limbs.push(pending as u64);
                pending >>= u64::BITS;
                bits -= u64::BITS;
            }
        }
        if size > 0 && last == 0 {
            return Err(thread.value_error("bad marshal data (unnormalized long data)"));
        }
        limbs.push(pending as u64);
        while limbs.last() == Some(&0) {
            limbs.pop();
        }
        Ok(Value::from_limbs(count < 0, &limbs))
    }

    fn str(&mut self, thread: &mut Thread, size: usize, interned: bool, flag: bool) -> Result {
        let bytes = self.bytes(thread, size)?;
        let string = match Text::from_wtf8(&bytes) {
            Some(text) => Str::from_text(&text),
            None => {
                let bytes = Bytes::new(&bytes).value();
                let arguments = [Str::new("utf-8").value(), Str::new("surrogatepass").value()];
                let decoded = thread.call_method(bytes, "decode", &arguments)?;
                decoded.cast()
            }
        };
        let string = if interned { intern_string(string) } else { string };
        Ok(self.note(flag, string.value()))
    }

    fn tuple(&mut self, thread: &mut Thread, size: usize, flag: bool) -> Result {
        if size == 0 {
            return Ok(self.note(flag, Tuple::empty().value()));
        }
        let tuple = Tuple::from_fn(size, |_| Value::NONE);
        self.note(flag, tuple.value());
        for index in 0..size {
            let item = self.item(thread, "tuple")?;
            tuple.items_mut()[index] = item;
            tuple.write_barrier();
        }
        Ok(tuple.value())
    }

    fn dict(&mut self, thread: &mut Thread, flag: bool) -> Result {
        let dict = Dict::new();
        self.note(flag, dict.value());
        loop {
            let key = self.value(thread)?;
            if key.is_null() {
                return Ok(dict.value());
            }
            let value = self.value(thread)?;
            if value.is_null() {
                return Ok(dict.value());
            }
            dict.set(thread, key, value)?;
        }
    }

    fn set_items(&mut self, thread: &mut Thread, set: Gc<Set>, size: usize) -> Result {
        for _ in 0..size {
            let item = self.item(thread, "set")?;
            set.add(thread, item)?;
        }
        Ok(set.value())
    }

    fn code(&mut self, thread: &mut Thread) -> Result {
        let mut counts = [0; 5];
        for count in &mut counts {
            *count = self.long(thread)? as u32;
        }
        let [argcount, posonlyargcount, kwonlyargcount, stacksize, flags] = counts;
        let code = self.byte_string(thread)?;
        let constants = self.item(thread, "code")?;
        let Some(consts) = constants.downcast::<Tuple>().and_then(|consts| {
            consts.items().iter().map(|&constant| to_constant(constant)).collect::<Option<Vec<_>>>()
        }) else {
            return Err(thread.value_error("bad marshal data (constants of a code object)"));
        };
        let names = self.texts(thread)?;
        let localsplus_names = self.texts(thread)?;
        let localsplus_kinds = self.byte_string(thread)?;
        let filename = self.text(thread)?;
        let name = self.text(thread)?;
        let qualname = self.text(thread)?;
        let firstlineno = self.long(thread)?;
        let linetable = self.byte_string(thread)?;
        let exceptiontable = self.byte_string(thread)?;
        let definition = CodeObject {
            argcount,
            posonlyargcount,
            kwonlyargcount,
            stacksize,
            flags: CodeFlags(flags),
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
        // Code from outside is verified before it can run.
        match verify::verify(&definition) {
            Ok(()) => Ok(Code::new(&Arc::new(definition)).value()),
            Err(error) => Err(thread.value_error(format!("bad marshal data (code object: {error})"))),
        }
    }

    fn byte_string(&mut self, thread: &mut Thread) -> Result<Vec<u8>> {
        match self.item(thread, "code")?.downcast::<Bytes>() {
            Some(bytes) => Ok(bytes.as_slice().to_vec()),
            None => Err(thread.value_error("bad marshal data (bytes of a code object)")),
        }
    }

    fn text(&mut self, thread: &mut Thread) -> Result<Text> {
        let value = self.item(thread, "code")?;
        text_of(thread, value)
    }

    fn texts(&mut self, thread: &mut Thread) -> Result<Vec<Text>> {
        let Some(tuple) = self.item(thread, "code")?.downcast::<Tuple>() else {
            return Err(thread.value_error("bad marshal data (names of a code object)"));
        };
        tuple.items().iter().map(|&item| text_of(thread, item)).collect()
    }
}

fn text_of(thread: &mut Thread, value: Value) -> Result<Text> {
    let string = value.downcast::<Str>();
    let text = string.and_then(|string| Text::from_code_points((0..string.length).map(|i| string.at(i))));
    text.ok_or_else(|| thread.value_error("bad marshal data (names of a code object)"))
}
