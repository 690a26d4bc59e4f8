//! The module `_symtable`: the compiler's symbol tables.

use taipan_compiler::{Mode, Options, SymbolBlock, symbol_table};
use taipan_runtime::builtins::compile::{filename_text, issue_warnings, raise_compile_error, source_bytes};
use taipan_runtime::native_layout;
use taipan_runtime::object::dict::Dict;
use taipan_runtime::object::list::List;
use taipan_runtime::object::native_object::{self, NativeHead};
use taipan_runtime::object::str::intern;
use taipan_runtime::prelude::*;

/// The symbol tables.
pub struct SymTable;

/// A namespace of a program.
#[repr(C)]
pub struct Entry {
    head: NativeHead,
    name: Value,
    symbols: Gc<Dict>,
    parameters: Gc<List>,
    children: Gc<List>,
    kind: i64,
    line: i64,
    nested: bool,
}

native_layout!(Entry, "symtable entry", |this, tracer| {
    tracer.value(this.name.0);
    tracer.value(this.symbols.value().0);
    tracer.value(this.parameters.value().0);
    tracer.value(this.children.value().0);
});

fn entry(thread: &mut Thread, block: &SymbolBlock) -> Result<Gc<Entry>> {
    thread.check_native_stack()?;
    let children = List::empty();
    for child in &block.children {
        let child = entry(thread, child)?;
        children.push(child.value());
    }
    let symbols = Dict::new();
    for (name, flags) in &block.symbols {
        symbols.set_str(thread, intern(name), Value::from_int(i64::from(*flags)))?;
    }
    let parameters = List::empty();
    for name in &block.parameters {
        parameters.push(intern(name).value());
    }
    let content = Entry {
        head: NativeHead::empty(),
        name: intern(&block.name).value(),
        symbols,
        parameters,
        children,
        kind: block.kind,
        line: block.line,
        nested: block.nested,
    };
    Ok(native_object::new(Entry::class(), content))
}

#[native_type(name = "symtable entry", module = "builtins", no_new)]
impl Entry {
    #[method]
    fn __repr__(this: Gc<Entry>) -> String {
        let name = this.name.downcast::<Str>().map_or_else(String::new, |name| name.to_string_lossy());
        format!("<symtable entry {name}({}), line {}>", this.value().0, this.line)
    }

    #[getter(member)]
    fn id(this: Gc<Entry>) -> Value {
        Value::from_unsigned(this.value().0)
    }

    #[getter(member)]
    fn name(this: Gc<Entry>) -> Value {
        this.name
    }

    #[getter(member)]
    fn symbols(this: Gc<Entry>) -> Gc<Dict> {
        this.symbols
    }

    #[getter(member)]
    fn varnames(this: Gc<Entry>) -> Gc<List> {
        this.parameters
    }

    #[getter(member)]
    fn children(this: Gc<Entry>) -> Gc<List> {
        this.children
    }

    #[getter(member)]
    fn nested(this: Gc<Entry>) -> i64 {
        i64::from(this.nested)
    }

    #[getter(member)]
    fn r#type(this: Gc<Entry>) -> i64 {
        this.kind
    }

    #[getter(member)]
    fn lineno(this: Gc<Entry>) -> i64 {
        this.line
    }
}

/// The numbers that `symtable` takes the flags apart with.
const NUMBERS: [(&str, i64); 26] = [
    ("USE", 1 << 4),
    ("DEF_GLOBAL", 1),
    ("DEF_NONLOCAL", 1 << 3),
    ("DEF_LOCAL", 1 << 1),
    ("DEF_PARAM", 1 << 2),
    ("DEF_TYPE_PARAM", 1 << 10),
    ("DEF_FREE_CLASS", 1 << 6),
    ("DEF_IMPORT", 1 << 7),
    ("DEF_BOUND", 1 << 1 | 1 << 2 | 1 << 7 | 1 << 10),
    ("DEF_ANNOT", 1 << 8),
    ("DEF_COMP_ITER", 1 << 9),
    ("DEF_COMP_CELL", 1 << 11),
    ("TYPE_FUNCTION", 0),
    ("TYPE_CLASS", 1),
    ("TYPE_MODULE", 2),
    ("TYPE_ANNOTATION", 3),
    ("TYPE_TYPE_ALIAS", 4),
    ("TYPE_TYPE_PARAMETERS", 5),
    ("TYPE_TYPE_VARIABLE", 6),
    ("LOCAL", 1),
    ("GLOBAL_EXPLICIT", 2),
    ("GLOBAL_IMPLICIT", 3),
    ("FREE", 4),
    ("CELL", 5),
    ("SCOPE_OFF", 12),
    ("SCOPE_MASK", 15),
];

#[native_module(name = "_symtable")]
impl SymTable {
    /// Return symbol and scope dictionaries used internally by compiler.
    #[function("(source, filename, startstr, /)")]
    fn symtable(thread: &mut Thread, source: Value, filename: Value, startstr: Gc<Str>) -> Result<Gc<Entry>> {
        let bytes = source_bytes(thread, source, "symtable")?;
        let filename = filename_text(thread, filename)?;
        let mode = match startstr.as_ascii() {
            Some("exec") => Mode::Exec,
            Some("eval") => Mode::Eval,
            Some("single") => Mode::Single,
            _ => {
                let message = "symtable() arg 3 must be 'exec' or 'eval' or 'single'";
                return Err(thread.value_error(message));
            }
        };
        let mut options = Options::new(mode, filename);
        options.ignore_cookie = source.downcast::<Str>().is_some();
        match symbol_table(&bytes, &options) {
            Ok((block, warnings)) => {
                issue_warnings(thread, &warnings, &options)?;
                entry(thread, &block)
            }
            Err(error) => Err(raise_compile_error(thread, &error)),
        }
    }

    #[execute]
    fn execute(thread: &mut Thread, module: Gc<Module>) -> Result<()> {
        taipan_runtime::builtins::class::class_of_definition(thread, Entry::DEFINITION)?;
        NUMBERS.iter().try_for_each(|(name, number)| {
            module.dict.set_str(thread, intern(name), Value::from_int(*number))
        })
    }
}
