//! A native function's parameters, as tables made at compile time, and the view of its `**kwargs`.

use crate::heap::ScratchValues;
use crate::object::dict::Dict;
use crate::object::pointer::Gc;
use crate::object::str::Str;
use crate::object::tuple::Tuple;
use crate::operations::call::call;
use crate::thread::{Result, Thread};
use crate::value::Value;

/// How arguments reach a parameter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ParameterKind {
    PositionalOnly,
    PositionalOrKeyword,
    VarPositional,
    KeywordOnly,
    VarKeyword,
}

/// One parameter of a native function.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    pub name: &'static str,
    pub kind: ParameterKind,
    pub has_default: bool,
}

/// A native function's parameters, its receiver not among them.
#[derive(Clone, Copy, Debug)]
pub struct Signature {
    /// `__text_signature__`
    pub text: Option<&'static str>,
    pub parameters: &'static [Parameter],
    pub positional_only: usize,
    /// Positional parameters, `*args` not counted.
    pub positional: usize,
    pub keyword_only: usize,
    /// Positional parameters without default.
    pub required_positional: usize,
    pub required_keyword_only: usize,
    pub var_positional: bool,
    pub var_keyword: bool,
}

/// The family of CPython's argument errors that a function's messages come from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CallStyle {
    /// `f() takes no arguments (1 given)`
    NoArguments,
    /// `f() takes exactly one argument (0 given)`
    One,
    /// `f expected at least 1 argument, got 0`
    Positional,
    /// `f() missing required argument 'x' (pos 1)`
    Keywords,
    /// `expected 1 argument, got 0`
    Slot,
    /// `__setitem__ expected 2 arguments, got 0`
    NamedSlot,
}

impl Signature {
    /// Parameters that keywords can name, with their places among the bound values.
    pub fn named(&self) -> impl Iterator<Item = (usize, &'static Parameter)> {
        let fixed = self
            .parameters
            .iter()
            .filter(|p| !matches!(p.kind, ParameterKind::VarPositional | ParameterKind::VarKeyword));
        fixed.enumerate().skip(self.positional_only)
    }

    /// Number of parameters with a place among the bound values.
    pub fn fixed(&self) -> usize {
        self.positional + self.keyword_only
    }

    /// Whether a keyword names a parameter.
    pub fn names(&self, keyword: Gc<Str>) -> bool {
        self.named().any(|(_, parameter)| keyword.is(parameter.name))
    }
}

/// The `**kwargs` of a call: names and values of the keywords that name no parameter, straight from the caller's arguments.
#[derive(Clone, Copy)]
pub struct KeywordArguments<'a> {
    signature: &'static Signature,
    names: &'a [Value],
    values: *const Value,
}

impl<'a> KeywordArguments<'a> {
    /// # Safety
    /// `values` points to as many values as the tuple `names` (or NULL) has items; both outlive `'a`.
    pub unsafe fn new(
        signature: &'static Signature,
        values: *const Value,
        names: Value,
    ) -> KeywordArguments<'a> {
        let names = match names.downcast::<Tuple>() {
            // SAFETY: a tuple's items don't move and the caller keeps the tuple alive.
            Some(tuple) => unsafe { std::slice::from_raw_parts(tuple.items().as_ptr(), tuple.items().len()) },
            None => &[],
        };
        KeywordArguments { signature, names, values }
    }

    /// The keywords in the order of the call. Names are str objects.
    pub fn iter(&self) -> impl Iterator<Item = (Gc<Str>, Value)> + use<'a> {
        let KeywordArguments { signature, names, values } = *self;
        names.iter().enumerate().filter_map(move |(index, name)| {
            let name = name.cast::<Str>();
            // SAFETY: `new`'s contract.
            if signature.names(name) { None } else { Some((name, unsafe { *values.add(index) })) }
        })
    }

    pub fn len(&self) -> usize {
        self.iter().count()
    }

    pub fn is_empty(&self) -> bool {
        self.names.is_empty() || self.len() == 0
    }

    /// The value of a keyword.
    pub fn get(&self, wanted: &str) -> Option<Value> {
        self.iter().find(|(name, _)| name.is(wanted)).map(|(_, value)| value)
    }

    /// Calls something with positional arguments and these keywords.
    pub fn call(&self, thread: &mut Thread, callable: Value, positional: &[Value]) -> Result {
        if self.is_empty() {
            return thread.call(callable, positional);
        }
        let mut arguments = ScratchValues::with_capacity(positional.len() + self.names.len());
        arguments.extend_from_slice(positional);
        let mut names = ScratchValues::with_capacity(self.names.len());
        for (name, value) in self.iter() {
            names.push(name.value());
            arguments.push(value);
        }
        call(thread, callable, &arguments, Tuple::new(&names).value())
    }

    /// A new dict of the keywords.
    pub fn to_dict(&self) -> Gc<Dict> {
        let dict = Dict::new();
        for (name, value) in self.iter() {
            dict.set_str_infallible(name, value);
        }
        dict
    }
}
