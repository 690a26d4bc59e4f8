//! What Python code sees of code objects.

use crate::builtins::code_parts;
use crate::object::bytes::Bytes;
use crate::object::code::Code;
use crate::object::list::List;
use crate::object::str::intern_string;
use crate::object::tuple::Tuple;
use crate::operations;
use crate::prelude::*;
use taipan_compiler::Opcode;
use taipan_compiler::code::CodeObject;
use taipan_compiler::constant::Constant;
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

/// Whether two code objects do the same at the same places of their files.
fn is_same(a: &CodeObject, b: &CodeObject) -> bool {
    let counts = |code: &CodeObject| (code.argcount, code.posonlyargcount, code.kwonlyargcount, code.flags);
    a.name == b.name
        && counts(a) == counts(b)
        && a.firstlineno == b.firstlineno
        && a.code == b.code
        && a.names == b.names
        && a.localsplus_names == b.localsplus_names
        && a.linetable == b.linetable
        && a.exceptiontable == b.exceptiontable
        && a.consts.len() == b.consts.len()
        && a.consts.iter().zip(&b.consts).all(|pair| match pair {
            (Constant::Code(a), Constant::Code(b)) => is_same(a, b),
            (a, b) => a == b,
        })
}

/// The line table of old: pairs of increments of offset and line.
fn line_increments(definition: &CodeObject) -> Vec<u8> {
    let mut table = Vec::new();
    let (mut offset, mut line) = (0, definition.firstlineno);
    for (start, _, now) in line_ranges(definition) {
        let Some(now) = now.filter(|now| *now != line) else { continue };
        let (mut bytes, mut lines) = (start - offset, now - line);
        while bytes > 255 {
            table.extend([255, 0]);
            bytes -= 255;
        }
        while !(-128..=127).contains(&lines) {
            let step = if lines > 0 { 127 } else { -128 };
            table.extend([bytes as u8, step as i8 as u8]);
            (bytes, lines) = (0, lines - step);
        }
        table.extend([bytes as u8, lines as i8 as u8]);
        (offset, line) = (start, now);
    }
    table
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

/// For each conditional jump: its offset, and where it goes on if it isn't and if it is taken.
fn branches(definition: &CodeObject) -> Vec<[usize; 3]> {
    let mut branches = Vec::new();
    for each in definition.instructions() {
        let Some(opcode) = each.opcode() else { continue };
        let next = each.end();
        let distance = 2 * each.operand as usize;
        match opcode {
            Opcode::ForIter => branches.push([each.offset, next, next + distance + 4]),
            Opcode::PopJumpIfFalse
            | Opcode::PopJumpIfTrue
            | Opcode::PopJumpIfNone
            | Opcode::PopJumpIfNotNone => branches.push([each.offset, next + 2, next + distance]),
            Opcode::EndAsyncFor => {
                let source = next.saturating_sub(distance);
                branches.push([source, source + 4, next]);
            }
            _ => {}
        }
    }
    branches
}

/// Create a code object.  Not for the faint of heart.
#[native_type(name = "code", weak_referencable)]
impl Code {
    #[new("(*args, **kwargs)", hidden)]
    fn new_code(
        thread: &mut Thread,
        _class: Gc<TypeObject>,
        args: &[Value],
        kwargs: KeywordArguments,
    ) -> Result<Gc<Code>> {
        if !kwargs.is_empty() {
            return Err(thread.type_error("code() takes no keyword arguments"));
        }
        code_parts::from_parts(thread, args)
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
            Some(other) => Value::from_bool(this == other || is_same(this.definition(), other.definition())),
            None => Value::NOT_IMPLEMENTED,
        }
    }

    #[method]
    fn __hash__(this: Gc<Code>) -> i64 {
        let definition = this.definition();
        let counts = definition.argcount as i64
            ^ (definition.kwonlyargcount as i64) << 8
            ^ (definition.flags.0 as i64) << 16
            ^ (definition.firstlineno as i64) << 32;
        operations::hash::hash_bytes(&definition.code) ^ this.name.hash() ^ counts
    }

    /// Return a copy of the code object with new values for the specified fields.
    #[method("(*args, **changes)", text = "($self, /, **changes)")]
    fn replace(
        thread: &mut Thread,
        this: Gc<Code>,
        args: &[Value],
        changes: KeywordArguments,
    ) -> Result<Gc<Code>> {
        if !args.is_empty() {
            return Err(thread.type_error("replace() takes no positional arguments"));
        }
        code_parts::replace(thread, this, changes)
    }

    /// The same as replace().
    #[method("($self, /, **changes)")]
    fn __replace__(thread: &mut Thread, this: Gc<Code>, changes: KeywordArguments) -> Result<Gc<Code>> {
        code_parts::replace(thread, this, changes)
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
        let list = List::empty();
        for offsets in branches(this.definition()) {
            list.push(Tuple::new(&offsets.map(|offset| Value::from_int(offset as i64))).value());
        }
        operations::get_iterator(thread, list.value())
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
    fn co_lnotab(thread: &mut Thread, this: Gc<Code>) -> Result<Gc<Bytes>> {
        let message = "co_lnotab is deprecated, use co_lines instead.";
        crate::builtins::warnings::deprecation(thread, message)?;
        Ok(bytes(&line_increments(this.definition())))
    }

    #[getter]
    fn _co_code_adaptive(this: Gc<Code>) -> Gc<Bytes> {
        bytes(&this.definition().code)
    }
}
