//! What Python code sees of code objects.

use crate::object::bytes::Bytes;
use crate::object::code::Code;
use crate::object::list::List;
use crate::object::str::intern_string;
use crate::object::tuple::Tuple;
use crate::operations;
use crate::prelude::*;
use taipan_compiler::code::CodeObject;
use taipan_compiler::text::Text;

fn names(texts: Vec<Text>) -> Gc<Tuple> {
    Tuple::from_fn(texts.len(), |i| intern_string(Str::from_text(&texts[i])).value())
}

fn optional(number: Option<i32>) -> Value {
    number.map_or(Value::NONE, |number| Value::from_int(number as i64))
}

/// Code with the current state of inline caches left out: as the compiler made it.
fn bytes(content: &[u8]) -> Gc<Bytes> {
    Bytes::new(content)
}

/// Line ranges: consecutive instructions of the same line are one.
fn line_ranges(definition: &CodeObject) -> Vec<(usize, usize, Option<i32>)> {
    let mut ranges: Vec<(usize, usize, Option<i32>)> = Vec::new();
    for span in definition.positions() {
        let line = span.location.line;
        match ranges.last_mut() {
            Some((_, end, last)) if *last == line && *end == span.start => *end = span.end,
            _ => ranges.push((span.start, span.end, line)),
        }
    }
    ranges
}

/// A code object that differs in some attributes.
fn replace(thread: &mut Thread, this: Gc<Code>, changes: KeywordArguments) -> Result<Gc<Code>> {
    let mut definition: CodeObject = this.definition().clone();
    for (name, value) in changes.iter() {
        let name = name.to_string_lossy();
        let text = |thread: &mut Thread| match value.downcast::<Str>().and_then(|text| text.to_text()) {
            Some(text) => Ok(Text::from(text.as_str())),
            None => {
                let got = operations::attribute::class_name(value);
                Err(thread.type_error(format!("replace() argument '{name}' must be str, not {got}")))
            }
        };
        let number =
            |thread: &mut Thread| match value.as_small_int().and_then(|number| i32::try_from(number).ok()) {
                Some(number) => Ok(number),
                None => {
                    let got = operations::attribute::class_name(value);
                    Err(thread.type_error(format!("'{got}' object cannot be interpreted as an integer")))
                }
            };
        match name.as_str() {
            "co_name" => definition.name = text(thread)?,
            "co_qualname" => definition.qualname = text(thread)?,
            "co_filename" => definition.filename = text(thread)?,
            "co_firstlineno" => definition.firstlineno = number(thread)?,
            "co_flags" => {
                // Only flags that don't change what a frame looks like.
                let flags = number(thread)? as u32;
                let harmless = taipan_compiler::code::CodeFlags::ITERABLE_COROUTINE.0 | 0xFFFF_0000;
                if (flags ^ definition.flags.0) & !harmless != 0 {
                    return Err(
                        thread.not_implemented_error("code.replace() can't change how arguments are passed")
                    );
                }
                definition.flags.0 = flags;
            }
            "co_consts" | "co_code" | "co_names" | "co_varnames" | "co_freevars" | "co_cellvars"
            | "co_argcount" | "co_posonlyargcount" | "co_kwonlyargcount" | "co_nlocals" | "co_stacksize"
            | "co_linetable" | "co_exceptiontable" => {
                return Err(thread.not_implemented_error(format!("code.replace() can't replace {name}")));
            }
            _ => {
                return Err(
                    thread.type_error(format!("replace() got an unexpected keyword argument '{name}'"))
                );
            }
        }
    }
    Ok(Code::new(&std::sync::Arc::new(definition)))
}

/// Create a code object.  Not for mere mortals.
#[native_type(name = "code", weak_referencable)]
impl Code {
    #[new("(*args, **kwargs)", hidden)]
    fn new_code(
        thread: &mut Thread,
        _class: Gc<TypeObject>,
        _args: &[Value],
        _kwargs: KeywordArguments,
    ) -> Result {
        Err(thread.not_implemented_error("code objects can't be put together from their parts"))
    }

    #[method]
    fn __repr__(thread: &mut Thread, this: Gc<Code>) -> Result<String> {
        let file = operations::str_of(thread, this.filename)?.to_string_lossy();
        let (name, line) = (this.name.to_string_lossy(), this.definition().firstlineno);
        Ok(format!("<code object {name} at {:#x}, file \"{file}\", line {line}>", this.value().0))
    }

    #[method]
    fn __eq__(this: Gc<Code>, value: Value) -> Value {
        match value.downcast::<Code>() {
            Some(other) => Value::from_bool(this == other || this.definition() == other.definition()),
            None => Value::NOT_IMPLEMENTED,
        }
    }

    #[method]
    fn __hash__(this: Gc<Code>) -> i64 {
        let definition = this.definition();
        let counts = definition.argcount as i64
            ^ (definition.kwonlyargcount as i64) << 8
            ^ (definition.flags.0 as i64) << 16;
        operations::hash::hash_bytes(&definition.code) ^ this.name.hash() ^ counts
    }

    /// Return a copy of the code object with new values for the specified fields.
    #[method("($self, /, **changes)", hidden)]
    fn replace(thread: &mut Thread, this: Gc<Code>, changes: KeywordArguments) -> Result<Gc<Code>> {
        replace(thread, this, changes)
    }

    #[method("($self, /, **changes)", hidden)]
    fn __replace__(thread: &mut Thread, this: Gc<Code>, changes: KeywordArguments) -> Result<Gc<Code>> {
        replace(thread, this, changes)
    }

    #[method("($self, /)")]
    fn co_lines(thread: &mut Thread, this: Gc<Code>) -> Result {
        let list = List::empty();
        for (start, end, line) in line_ranges(this.definition()) {
            let (start, end) = (Value::from_int(start as i64), Value::from_int(end as i64));
            list.push(Tuple::new(&[start, end, optional(line)]).value());
        }
        operations::get_iterator(thread, list.value())
    }

    #[method("($self, /)")]
    fn co_positions(thread: &mut Thread, this: Gc<Code>) -> Result {
        let list = List::empty();
        for span in this.definition().positions() {
            let location = span.location;
            let parts =
                [location.line, location.end_line, location.column, location.end_column].map(optional);
            let tuple = Tuple::new(&parts).value();
            for _ in (span.start..span.end).step_by(2) {
                list.push(tuple);
            }
        }
        operations::get_iterator(thread, list.value())
    }

    #[method("($self, /)")]
    fn co_branches(thread: &mut Thread, this: Gc<Code>) -> Result {
        let _ = this;
        Err(thread.not_implemented_error("code.co_branches() is not there"))
    }

    /// Return the local variable name for the given index.
    #[method("($self, oparg)")]
    fn _varname_from_oparg(thread: &mut Thread, this: Gc<Code>, oparg: i32) -> Result {
        let name = usize::try_from(oparg).ok().and_then(|index| this.local_names.get(index));
        name.ok_or_else(|| thread.index_error("tuple index out of range"))
    }

    #[getter(member)]
    fn co_argcount(this: Gc<Code>) -> u32 {
        this.argument_count
    }

    #[getter(member)]
    fn co_posonlyargcount(this: Gc<Code>) -> u32 {
        this.positional_only_count
    }

    #[getter(member)]
    fn co_kwonlyargcount(this: Gc<Code>) -> u32 {
        this.keyword_only_count
    }

    #[getter(member)]
    fn co_stacksize(this: Gc<Code>) -> u32 {
        this.definition().stacksize
    }

    #[getter(member)]
    fn co_flags(this: Gc<Code>) -> u32 {
        this.flags
    }

    #[getter(member)]
    fn co_names(this: Gc<Code>) -> Gc<Tuple> {
        this.names
    }

    #[getter(member)]
    fn co_filename(this: Gc<Code>) -> Value {
        this.filename
    }

    #[getter(member)]
    fn co_name(this: Gc<Code>) -> Gc<Str> {
        this.name
    }

    #[getter(member)]
    fn co_qualname(this: Gc<Code>) -> Gc<Str> {
        this.qualified_name
    }

    #[getter(member)]
    fn co_firstlineno(this: Gc<Code>) -> i32 {
        this.definition().firstlineno
    }

    #[getter(member)]
    fn co_consts(this: Gc<Code>) -> Gc<Tuple> {
        this.constants
    }

    #[getter(member)]
    fn co_linetable(this: Gc<Code>) -> Gc<Bytes> {
        bytes(&this.definition().linetable)
    }

    #[getter(member)]
    fn co_exceptiontable(this: Gc<Code>) -> Gc<Bytes> {
        bytes(&this.definition().exceptiontable)
    }

    #[getter]
    fn co_nlocals(this: Gc<Code>) -> usize {
        this.definition().varnames().len()
    }

    #[getter]
    fn co_varnames(this: Gc<Code>) -> Gc<Tuple> {
        names(this.definition().varnames())
    }

    #[getter]
    fn co_cellvars(this: Gc<Code>) -> Gc<Tuple> {
        names(this.definition().cellvars())
    }

    #[getter]
    fn co_freevars(this: Gc<Code>) -> Gc<Tuple> {
        names(this.definition().freevars())
    }

    #[getter]
    fn co_code(this: Gc<Code>) -> Gc<Bytes> {
        bytes(&this.definition().code)
    }

    #[getter]
    fn _co_code_adaptive(this: Gc<Code>) -> Gc<Bytes> {
        bytes(&this.definition().code)
    }
}
