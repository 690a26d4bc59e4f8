//! Values to marshalled data.

use std::collections::HashMap;

use super::DEEPEST;
use super::types_of_data as t;
use taipan_runtime::heap::ScratchValues;
use taipan_runtime::object::bytes::Bytes;
use taipan_runtime::object::code::Code;
use taipan_runtime::object::dict::Dict;
use taipan_runtime::object::float::Complex;
use taipan_runtime::object::int::IntRef;
use taipan_runtime::object::list::List;
use taipan_runtime::object::set::Set;
use taipan_runtime::object::slice::Slice;
use taipan_runtime::object::tuple::Tuple;
use taipan_runtime::operations::buffer::get_buffer_optional;
use taipan_runtime::operations::class_of;
use taipan_runtime::prelude::*;
use taipan_runtime::text::float_repr;

/// The value as marshalled data of a version.
pub fn to_bytes(thread: &mut Thread, value: Value, version: i64, allow_code: bool) -> Result<Vec<u8>> {
    let mut writer = Writer {
        out: Vec::new(),
        version,
        allow_code,
        depth: 0,
        references: HashMap::new(),
        kept: ScratchValues::new(),
    };
    writer.value(thread, value)?;
    Ok(writer.out)
}

struct Writer {
    out: Vec<u8>,
    version: i64,
    allow_code: bool,
    depth: usize,
    /// The numbers of the objects written so far, by address. Objects don't move; `kept` keeps them alive.
    references: HashMap<u64, u32>,
    kept: ScratchValues,
}

impl Writer {
    fn long(&mut self, number: i32) {
        self.out.extend(number.to_le_bytes());
    }

    fn size(&mut self, thread: &mut Thread, size: usize) -> Result<()> {
        match i32::try_from(size) {
            Ok(size) => {
                self.long(size);
                Ok(())
            }
            Err(_) => Err(unmarshallable(thread)),
        }
    }

    fn sized(&mut self, thread: &mut Thread, bytes: &[u8]) -> Result<()> {
        self.size(thread, bytes.len())?;
        self.out.extend_from_slice(bytes);
        Ok(())
    }

    fn value(&mut self, thread: &mut Thread, value: Value) -> Result<()> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(thread.value_error("object too deeply nested to marshal"));
        }
        thread.check_native_stack()?;
        if !self.simple(value) {
            self.object(thread, value)?;
        }
        self.depth -= 1;
        Ok(())
    }

    /// Writes what nothing refers to.
    fn simple(&mut self, value: Value) -> bool {
        let kind = match value {
            Value::NONE => t::NONE,
            Value::TRUE => t::TRUE,
            Value::FALSE => t::FALSE,
            Value::ELLIPSIS => t::ELLIPSIS,
            _ if value == types().stop_iteration.value() => t::STOP_ITERATION,
            _ => return false,
        };
        self.out.push(kind);
        true
    }

    fn object(&mut self, thread: &mut Thread, value: Value) -> Result<()> {
        let mut flag = 0;
        if self.version >= 3 && value.is_pointer() {
            if let Some(&number) = self.references.get(&value.0) {
                self.out.push(t::REFERENCE);
                self.long(number as i32);
                return Ok(());
            }
            self.references.insert(value.0, self.references.len() as u32);
            self.kept.push(value);
            flag = t::FLAG_REFERENCE;
        }
        let class = class_of(value);
        match () {
            () if class == types().int => self.int(thread, value, flag),
            () if class == types().float => {
                self.float(value.as_float().unwrap_or_default(), flag);
                Ok(())
            }
            () if class == types().complex => {
                self.complex(value.cast(), flag);
                Ok(())
            }
            () if class == types().bytes => {
                self.out.push(t::BYTES | flag);
                self.sized(thread, value.cast::<Bytes>().as_slice())
            }
            () if class == types().str => self.str(thread, value.cast(), flag),
            () if class == types().tuple => self.tuple(thread, value.cast(), flag),
            () if class == types().list => self.list(thread, value.cast(), flag),
            () if class == types().dict => self.dict(thread, value.cast(), flag),
            () if class == types().set || class == types().frozenset => {
                self.set(thread, value.cast(), class == types().frozenset, flag)
            }
            () if value.downcast::<Code>().is_some() => self.code(thread, value.cast(), flag),
            () if value.downcast::<Slice>().is_some() && self.version >= 5 => {
                let slice: Gc<Slice> = value.cast();
                self.out.push(t::SLICE | flag);
                self.value(thread, slice.start)?;
                self.value(thread, slice.stop)?;
                self.value(thread, slice.step)
            }
            () => match get_buffer_optional(thread, value, false)? {
                Some(view) => {
                    let bytes = view.to_vec();
                    view.release();
                    self.out.push(t::BYTES | flag);
                    self.sized(thread, &bytes)
                }
                None => Err(unmarshallable(thread)),
            },
        }
    }

    fn int(&mut self, thread: &mut Thread, value: Value, flag: u8) -> Result<()> {
        /// Bits in a digit.
        const SHIFT: u32 = 15;
        let (negative, limbs) = match value.as_int() {
            Some(IntRef::Small(small)) => {
                if let Ok(small) = i32::try_from(small) {
                    self.out.push(t::INT | flag);
                    self.long(small);
                    return Ok(());
                }
                (small < 0, vec![small.unsigned_abs()])
            }
            Some(IntRef::Big { negative, limbs }) => (negative, limbs.to_vec()),
            None => return Err(unmarshallable(thread)),
        };
        let mut digits: Vec<u16> = Vec::with_capacity(limbs.len() * 5);
        let (mut pending, mut bits) = (0u128, 0);
        for limb in limbs {
            pending |= u128::from(limb) << bits;
            bits += u64::BITS;
            while bits >= SHIFT {
                digits.push((pending & ((1 << SHIFT) - 1)) as u16);
                pending >>= SHIFT;
                bits -= SHIFT;
            }
        }
        digits.push(pending as u16);
        while digits.last() == Some(&0) {
            digits.pop();
        }
        let Ok(count) = i32::try_from(digits.len()) else { return Err(unmarshallable(thread)) };
        self.out.push(t::LONG | flag);
        self.long(if negative { -count } else { count });
        digits.iter().for_each(|digit| self.out.extend(digit.to_le_bytes()));
        Ok(())
    }

    fn float_content(&mut self, number: f64) {
        if self.version > 1 {
            self.out.extend(number.to_le_bytes());
        } else {
            let text = float_repr::repr(number);
            self.out.push(text.len() as u8);
            self.out.extend_from_slice(text.as_bytes());
        }
    }

    fn float(&mut self, number: f64, flag: u8) {
        self.out.push(if self.version > 1 { t::BINARY_FLOAT } else { t::FLOAT } | flag);
        self.float_content(number);
    }

    fn complex(&mut self, number: Gc<Complex>, flag: u8) {
        self.out.push(if self.version > 1 { t::BINARY_COMPLEX } else { t::COMPLEX } | flag);
        self.float_content(number.real);
        self.float_content(number.imaginary);
    }

    fn str(&mut self, thread: &mut Thread, string: Gc<Str>, flag: u8) -> Result<()> {
        let interned = string.interned;
        if let Some(ascii) = string.as_ascii().filter(|_| self.version >= 4) {
            if let Ok(length) = u8::try_from(ascii.len()) {
                self.out.push(if interned { t::SHORT_ASCII_INTERNED } else { t::SHORT_ASCII } | flag);
                self.out.push(length);
                self.out.extend_from_slice(ascii.as_bytes());
                return Ok(());
            }
            self.out.push(if interned { t::ASCII_INTERNED } else { t::ASCII } | flag);
            return self.sized(thread, ascii.as_bytes());
        }
        let kind = if interned && self.version >= 3 { t::INTERNED } else { t::UNICODE };
        self.out.push(kind | flag);
        let text = taipan_compiler::Text::from_code_points((0..string.length).map(|i| string.at(i)));
        let text = text.unwrap_or_default();
        self.sized(thread, text.as_bytes())
    }

    fn tuple(&mut self, thread: &mut Thread, tuple: Gc<Tuple>, flag: u8) -> Result<()> {
        match u8::try_from(tuple.length) {
            Ok(length) if self.version >= 4 => self.out.extend([t::SMALL_TUPLE | flag, length]),
            _ => {
                self.out.push(t::TUPLE | flag);
                self.size(thread, tuple.length)?;
            }
        }
        tuple.items().iter().try_for_each(|&item| self.value(thread, item))
    }

    fn list(&mut self, thread: &mut Thread, list: Gc<List>, flag: u8) -> Result<()> {
        self.out.push(t::LIST | flag);
        let length = list.length;
        self.size(thread, length)?;
        for i in 0..length {
            let Some(item) = list.get(i) else {
                return Err(thread.runtime_error("list changed size during marshalling"));
            };
            self.value(thread, item)?;
        }
        Ok(())
    }

    fn dict(&mut self, thread: &mut Thread, dict: Gc<Dict>, flag: u8) -> Result<()> {
        self.out.push(t::DICT | flag);
        let mut position = 0;
        while let Some((key, value)) = dict.next_entry(&mut position) {
            self.value(thread, key)?;
            self.value(thread, value)?;
        }
        self.out.push(t::NULL);
        Ok(())
    }

    /// The items in the order of their marshalled data, so that equal sets give equal data.
    fn set(&mut self, thread: &mut Thread, set: Gc<Set>, frozen: bool, flag: u8) -> Result<()> {
        self.out.push(if frozen { t::FROZENSET } else { t::SET } | flag);
        let mut items = ScratchValues::new();
        let mut position = 0;
        while let Some(key) = set.next_key(&mut position) {
            items.push(key);
        }
        let length = set.length;
        self.size(thread, length)?;
        let mut order = Vec::with_capacity(items.len());
        for (index, &item) in items.iter().enumerate() {
            order.push((to_bytes(thread, item, self.version, self.allow_code)?, index));
            if set.length != length {
                return Err(thread.runtime_error("set changed size during iteration"));
            }
        }
        order.sort();
        order.iter().try_for_each(|(_, index)| self.value(thread, items[*index]))
    }

    fn code(&mut self, thread: &mut Thread, code: Gc<Code>, flag: u8) -> Result<()> {
        if !self.allow_code {
            return Err(thread.value_error("marshalling code objects is disallowed"));
        }
        self.out.push(t::CODE | flag);
        let definition = code.definition();
        let counts = [
            definition.argcount,
            definition.posonlyargcount,
            definition.kwonlyargcount,
            definition.stacksize,
            definition.flags.0,
        ];
        counts.iter().for_each(|&count| self.long(count as i32));
        self.value(thread, Bytes::new(&definition.code).value())?;
        self.value(thread, code.constants.value())?;
        self.value(thread, code.names.value())?;
        self.value(thread, code.local_names.value())?;
        self.value(thread, Bytes::new(&definition.localsplus_kinds).value())?;
        self.value(thread, code.filename)?;
        self.value(thread, code.name.value())?;
        self.value(thread, code.qualified_name.value())?;
        self.long(definition.firstlineno);
        self.value(thread, Bytes::new(&definition.linetable).value())?;
        self.value(thread, Bytes::new(&definition.exceptiontable).value())
    }
}

fn unmarshallable(thread: &mut Thread) -> Raised {
    thread.value_error("unmarshallable object")
}
