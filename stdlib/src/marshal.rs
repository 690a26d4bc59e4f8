//! The module `marshal`, over the compiler's reader and writer.

use std::sync::Arc;
use taipan_compiler::constant::Constant;
use taipan_compiler::{marshal, verify};
use taipan_runtime::object::bytes::Bytes;
use taipan_runtime::object::code::{self, Code, simple_constant};
use taipan_runtime::object::set::Set;
use taipan_runtime::object::slice::Slice;
use taipan_runtime::object::tuple::Tuple;
use taipan_runtime::operations::class_of;
use taipan_runtime::prelude::*;

/// This module contains functions that can read and write Python values in
/// a binary format.
pub struct Marshal;

#[native_module(name = "marshal")]
impl Marshal {
    /// Return the bytes object that would be written to a file by dump(value, file).
    #[function("(value, version=5, /, *, allow_code=True)")]
    fn dumps(
        thread: &mut Thread,
        value: Value,
        version: Option<i64>,
        allow_code: Option<bool>,
    ) -> Result<Gc<Bytes>> {
        let _ = version;
        let constant = to_constant(thread, value, allow_code.unwrap_or(true), 0)?;
        Ok(Bytes::new(&marshal::dumps(&constant)))
    }

    /// Convert the bytes-like object to a value.
    #[function("(bytes, /, *, allow_code=True)")]
    fn loads(thread: &mut Thread, bytes: Value, allow_code: Option<bool>) -> Result {
        let buffer = byte_content(thread, bytes)?;
        from_bytes(thread, &buffer, allow_code.unwrap_or(true))
    }

    /// Write the value on the open file.
    #[function("(value, file, version=5, /, *, allow_code=True)")]
    fn dump(
        thread: &mut Thread,
        value: Value,
        file: Value,
        version: Option<i64>,
        allow_code: Option<bool>,
    ) -> Result {
        let _ = version;
        let constant = to_constant(thread, value, allow_code.unwrap_or(true), 0)?;
        let bytes = Bytes::new(&marshal::dumps(&constant)).value();
        thread.call_method(file, "write", &[bytes])
    }

    /// Read one value from the open file and return it.
    #[function("(file, /, *, allow_code=True)")]
    fn load(thread: &mut Thread, file: Value, allow_code: Option<bool>) -> Result {
        let bytes = thread.call_method(file, "read", &[])?;
        let buffer = byte_content(thread, bytes)?;
        from_bytes(thread, &buffer, allow_code.unwrap_or(true))
    }

    #[constant]
    fn version() -> i64 {
        5
    }
}

fn byte_content(thread: &mut Thread, value: Value) -> Result<Vec<u8>> {
    if let Some(bytes) = value.downcast::<Bytes>() {
        return Ok(bytes.as_slice().to_vec());
    }
    if class_of(value).special(taipan_runtime::object::special::Special::Buffer).is_none() {
        let got = taipan_runtime::operations::attribute::class_name(value);
        return Err(thread.type_error(format!("a bytes-like object is required, not '{got}'")));
    }
    let copy = thread.call(types().bytes.value(), &[value])?;
    Ok(copy.cast::<Bytes>().as_slice().to_vec())
}

fn from_bytes(thread: &mut Thread, bytes: &[u8], allow_code: bool) -> Result {
    match marshal::loads(bytes) {
        Ok(constant) => {
            check_code(thread, &constant, allow_code)?;
            Ok(code::constant(&constant, Value::NULL))
        }
        Err(error) => Err(match error {
            marshal::ReadError::Truncated => thread.eof_error("marshal data too short"),
            other => thread.value_error(format!("bad marshal data ({other})")),
        }),
    }
}

/// Code from outside is verified before it can run.
fn check_code(thread: &mut Thread, constant: &Constant, allow_code: bool) -> Result<()> {
    match constant {
        Constant::Code(_) if !allow_code => {
            Err(thread.value_error("unmarshalling code objects is disallowed"))
        }
        Constant::Code(code) => match verify::verify(code) {
            Ok(()) => Ok(()),
            Err(error) => Err(thread.value_error(format!("bad marshal data (code object: {error})"))),
        },
        Constant::Tuple(items) | Constant::FrozenSet(items) => {
            items.iter().try_for_each(|item| check_code(thread, item, allow_code))
        }
        _ => Ok(()),
    }
}

const DEEPEST: usize = 2000;

fn to_constant(thread: &mut Thread, value: Value, allow_code: bool, depth: usize) -> Result<Constant> {
    if depth > DEEPEST {
        return Err(thread.value_error("object too deeply nested to marshal"));
    }
    if let Some(constant) = simple_constant(value) {
        return Ok(constant);
    }
    let class = class_of(value);
    let all = |thread: &mut Thread, items: &[Value]| -> Result<Arc<[Constant]>> {
        items.iter().map(|&item| to_constant(thread, item, allow_code, depth + 1)).collect()
    };
    if class == types().tuple {
        return Ok(Constant::Tuple(all(thread, value.cast::<Tuple>().items())?));
    }
    if class == types().frozenset {
        let mut items = Vec::new();
        let mut position = 0;
        while let Some(key) = value.cast::<Set>().next_key(&mut position) {
            items.push(key);
        }
        return Ok(Constant::FrozenSet(all(thread, &items)?));
    }
    if let Some(slice) = value.downcast::<Slice>() {
        let mut part = |value| to_constant(thread, value, allow_code, depth + 1);
        return Ok(Constant::Slice(Arc::new([part(slice.start)?, part(slice.stop)?, part(slice.step)?])));
    }
    if let Some(code) = value.downcast::<Code>() {
        return match allow_code {
            true => Ok(Constant::Code(code.shared_definition())),
            false => Err(thread.value_error("marshalling code objects is disallowed")),
        };
    }
    if class == types().list || class == types().dict || class == types().set {
        let name = class.name_text();
        return Err(thread.not_implemented_error(format!("marshalling a {name} is not implemented yet")));
    }
    Err(thread.value_error("unmarshallable object"))
}
