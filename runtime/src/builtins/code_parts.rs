//! Code objects put together from their parts: `types.CodeType(...)` and `code.replace()`.
//!
//! The parts come from outside, so the finished object is proved safe by the compiler's verifier before it is used.

use std::sync::Arc;

use crate::native::{FromArgument, type_name};
use crate::object::bytes::Bytes;
use crate::object::code::{Code, to_constant};
use crate::object::tuple::Tuple;
use crate::prelude::*;
use taipan_compiler::code::{CodeFlags, CodeObject, local_kind};
use taipan_compiler::constant::Constant;
use taipan_compiler::text::Text;
use taipan_compiler::verify;

/// The attributes that the constructor takes, in its order.
pub const PARTS: [&str; 18] = [
    "co_argcount",
    "co_posonlyargcount",
    "co_kwonlyargcount",
    "co_nlocals",
    "co_stacksize",
    "co_flags",
    "co_code",
    "co_consts",
    "co_names",
    "co_varnames",
    "co_filename",
    "co_name",
    "co_qualname",
    "co_firstlineno",
    "co_linetable",
    "co_exceptiontable",
    "co_freevars",
    "co_cellvars",
];

/// How many of the parts the constructor requires.
const REQUIRED: usize = 16;

/// Which function the parts were given to: that decides the messages.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Given {
    /// `code(...)`
    Constructor,
    /// `code.replace(...)`
    Replacement,
}

/// A code object in parts: what it is made of, with locals by their Python names.
struct CodeParts {
    object: CodeObject,
    local_count: i32,
    varnames: Vec<Text>,
    cellvars: Vec<Text>,
    freevars: Vec<Text>,
}

impl CodeParts {
    fn empty() -> CodeParts {
        CodeParts {
            object: CodeObject {
                argcount: 0,
                posonlyargcount: 0,
                kwonlyargcount: 0,
                stacksize: 0,
                flags: CodeFlags::default(),
                code: Vec::new(),
                consts: Vec::new(),
                names: Vec::new(),
                localsplus_names: Vec::new(),
                localsplus_kinds: Vec::new(),
                filename: Text::empty(),
                name: Text::empty(),
                qualname: Text::empty(),
                firstlineno: 0,
                linetable: Vec::new(),
                exceptiontable: Vec::new(),
            },
            local_count: 0,
            varnames: Vec::new(),
            cellvars: Vec::new(),
            freevars: Vec::new(),
        }
    }

    fn of(object: &CodeObject) -> CodeParts {
        let (varnames, cellvars, freevars) = (object.varnames(), object.cellvars(), object.freevars());
        let local_count = varnames.len() as i32;
        CodeParts { object: object.clone(), local_count, varnames, cellvars, freevars }
    }

    /// Sets the part with this index.
    fn set(&mut self, thread: &mut Thread, index: usize, value: Value, given: Given) -> Result<()> {
        let part = Part { index, given };
        match PARTS[index] {
            "co_argcount" => self.object.argcount = part.count(thread, value)?,
            "co_posonlyargcount" => self.object.posonlyargcount = part.count(thread, value)?,
            "co_kwonlyargcount" => self.object.kwonlyargcount = part.count(thread, value)?,
            "co_nlocals" => self.local_count = part.count(thread, value)? as i32,
            "co_stacksize" => self.object.stacksize = part.count(thread, value)?,
            "co_flags" => self.object.flags = CodeFlags(part.count(thread, value)?),
            "co_code" => self.object.code = part.bytes(thread, value)?,
            "co_consts" => self.object.consts = part.constants(thread, value)?,
            "co_names" => self.object.names = part.names(thread, value)?,
            "co_varnames" => self.varnames = part.names(thread, value)?,
            "co_filename" => self.object.filename = part.text(thread, value)?,
            "co_name" => self.object.name = part.text(thread, value)?,
            "co_qualname" => self.object.qualname = part.text(thread, value)?,
            "co_firstlineno" => self.object.firstlineno = part.line(thread, value)?,
            "co_linetable" => self.object.linetable = part.bytes(thread, value)?,
            "co_exceptiontable" => self.object.exceptiontable = part.bytes(thread, value)?,
            "co_freevars" => self.freevars = part.names(thread, value)?,
            _ => self.cellvars = part.names(thread, value)?,
        }
        Ok(())
    }

    /// The finished object.
    fn finish(mut self, thread: &mut Thread) -> Result<Gc<Code>> {
        let object = &self.object;
        let flags = object.flags;
        let variadic =
            u64::from(flags.contains(CodeFlags::VARARGS)) + u64::from(flags.contains(CodeFlags::VARKEYWORDS));
        let parameters = u64::from(object.argcount) + u64::from(object.kwonlyargcount) + variadic;
        if object.argcount < object.posonlyargcount || object.firstlineno < -1 {
            return Err(thread.error(types().system_error, "bad argument to internal function"));
        }
        if !object.code.len().is_multiple_of(2) {
            return Err(thread.value_error("code: co_code is malformed"));
        }
        if parameters > self.varnames.len() as u64 {
            return Err(thread.value_error("code: co_varnames is too small"));
        }
        if self.local_count as usize != self.varnames.len() {
            return Err(thread.value_error("code: co_nlocals != len(co_varnames)"));
        }
        self.lay_out_locals();
        match verify::verify(&self.object) {
            Ok(()) => Ok(Code::new(&Arc::new(self.object))),
            Err(error) => Err(thread.value_error(format!("code: {error}"))),
        }
    }

    /// Makes the table of fast locals. Locals of comprehensions stay what they are as long as the names do.
    fn lay_out_locals(&mut self) {
        let hidden: Vec<Text> = (self.object.localsplus_names.iter().zip(&self.object.localsplus_kinds))
            .filter(|(_, kind)| **kind & local_kind::HIDDEN != 0)
            .map(|(name, _)| name.clone())
            .collect();
        let (mut names, mut kinds) = (Vec::new(), Vec::new());
        for (index, name) in self.varnames.iter().enumerate() {
            let mut kind = local_kind::LOCAL | self.object.parameter_kind(index as u32);
            if hidden.contains(name) {
                kind |= local_kind::HIDDEN;
            }
            if self.cellvars.contains(name) {
                kind |= local_kind::CELL;
            }
            names.push(name.clone());
            kinds.push(kind);
        }
        for name in self.cellvars.iter().filter(|name| !self.varnames.contains(name)) {
            names.push(name.clone());
            kinds.push(local_kind::CELL);
        }
        for name in &self.freevars {
            names.push(name.clone());
            kinds.push(local_kind::FREE);
        }
        self.object.localsplus_names = names;
        self.object.localsplus_kinds = kinds;
    }
}

/// A part on its way in.
#[derive(Clone, Copy)]
struct Part {
    index: usize,
    given: Given,
}

impl Part {
    fn wrong_type<T>(self, thread: &mut Thread, expected: &str, value: Value) -> Result<T> {
        let got = if value.is_none() { "None".to_owned() } else { type_name(value) };
        let place = match self.given {
            Given::Constructor => format!("code() argument {}", self.index + 1),
            Given::Replacement => format!("replace() argument '{}'", PARTS[self.index]),
        };
        Err(thread.type_error(format!("{place} must be {expected}, not {got}")))
    }

    fn int(self, thread: &mut Thread, value: Value) -> Result<i32> {
        let context = crate::native::ArgumentContext { function: "code", argument: "argument" };
        i32::from_argument(thread, value, &context)
    }

    fn count(self, thread: &mut Thread, value: Value) -> Result<u32> {
        let number = self.int(thread, value)?;
        let name = PARTS[self.index];
        u32::try_from(number).map_err(|_| match (self.given, self.index) {
            (Given::Replacement, _) => thread.value_error(format!("{name} must be a positive integer")),
            (Given::Constructor, 0..4) => {
                let name = name.trim_start_matches("co_");
                thread.value_error(format!("code: {name} must not be negative"))
            }
            _ => thread.error(types().system_error, "bad argument to internal function"),
        })
    }

    fn line(self, thread: &mut Thread, value: Value) -> Result<i32> {
        match self.given {
            Given::Constructor => self.int(thread, value),
            Given::Replacement => self.count(thread, value).map(|line| line as i32),
        }
    }

    fn text(self, thread: &mut Thread, value: Value) -> Result<Text> {
        match value.downcast::<Str>() {
            Some(string) => text(thread, string),
            None => self.wrong_type(thread, "str", value),
        }
    }

    fn bytes(self, thread: &mut Thread, value: Value) -> Result<Vec<u8>> {
        match value.downcast::<Bytes>() {
            Some(bytes) => Ok(bytes.as_slice().to_vec()),
            None => self.wrong_type(thread, "bytes", value),
        }
    }

    fn tuple(self, thread: &mut Thread, value: Value) -> Result<Gc<Tuple>> {
        match value.downcast::<Tuple>() {
            Some(tuple) => Ok(tuple),
            None => self.wrong_type(thread, "tuple", value),
        }
    }

    fn names(self, thread: &mut Thread, value: Value) -> Result<Vec<Text>> {
        let tuple = self.tuple(thread, value)?;
        let mut names = Vec::with_capacity(tuple.length);
        for &item in tuple.items() {
            let Some(name) = item.downcast::<Str>() else {
                return Err(match self.given {
                    Given::Constructor => {
                        let got = type_name(item);
                        thread.type_error(format!("name tuples must contain only strings, not '{got}'"))
                    }
                    Given::Replacement => thread.error(types().system_error, "non-string found in code slot"),
                });
            };
            names.push(text(thread, name)?);
        }
        Ok(names)
    }

    fn constants(self, thread: &mut Thread, value: Value) -> Result<Vec<Constant>> {
        let tuple = self.tuple(thread, value)?;
        let mut constants = Vec::with_capacity(tuple.length);
        for &item in tuple.items() {
            let Some(constant) = to_constant(item) else {
                let got = type_name(item);
                let message = format!("code constants of type '{got}' are not implemented");
                return Err(thread.not_implemented_error(message));
            };
            constants.push(constant);
        }
        Ok(constants)
    }
}

fn text(thread: &mut Thread, string: Gc<Str>) -> Result<Text> {
    let text = Text::from_code_points((0..string.length).map(|i| string.at(i)));
    text.ok_or_else(|| thread.value_error("character out of range"))
}

/// `code(argcount, ...)`
pub fn from_parts(thread: &mut Thread, given: &[Value]) -> Result<Gc<Code>> {
    let count = given.len();
    if !(REQUIRED..=PARTS.len()).contains(&count) {
        let (bound, limit) = if count < REQUIRED { ("at least", REQUIRED) } else { ("at most", PARTS.len()) };
        return Err(thread.type_error(format!("code expected {bound} {limit} arguments, got {count}")));
    }
    let mut parts = CodeParts::empty();
    for (index, &value) in given.iter().enumerate() {
        parts.set(thread, index, value, Given::Constructor)?;
    }
    parts.finish(thread)
}

/// `code.replace(**changes)`
pub fn replace(thread: &mut Thread, this: Gc<Code>, changes: KeywordArguments) -> Result<Gc<Code>> {
    let mut parts = CodeParts::of(this.definition());
    if let Some(filename) = this.filename.downcast::<Str>() {
        parts.object.filename = text(thread, filename)?;
    }
    for (name, value) in changes.iter() {
        let Some(index) = PARTS.iter().position(|part| name.is(part)) else {
            let name = name.to_string_lossy();
            let hint = crate::native::closest_name(&name, PARTS.iter().copied())
                .map_or_else(String::new, |closest| format!(". Did you mean '{closest}'?"));
            return Err(
                thread.type_error(format!("replace() got an unexpected keyword argument '{name}'{hint}"))
            );
        };
        parts.set(thread, index, value, Given::Replacement)?;
    }
    parts.finish(thread)
}
