//! The special methods that CPython implements as type slots, and so shows as slot wrappers, with the signature and doc of each.

/// How a slot wrapper words its complaint about a wrong number of arguments.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Wording {
    /// `expected 1 argument, got 0`
    Anonymous,
    /// `__setitem__ expected 2 arguments, got 0`
    Named,
    /// As an ordinary function named like the type: `__init__`, `__call__`.
    Function,
}

/// A special method implemented as a slot.
pub struct Slot {
    pub signature: &'static str,
    pub doc: String,
    pub wording: Wording,
}

const BINARY: [(&str, &str); 13] = [
    ("add", "+"),
    ("sub", "-"),
    ("mul", "*"),
    ("matmul", "@"),
    ("truediv", "/"),
    ("floordiv", "//"),
    ("mod", "%"),
    ("lshift", "<<"),
    ("rshift", ">>"),
    ("and", "&"),
    ("or", "|"),
    ("xor", "^"),
    ("pow", "**"),
];

const COMPARISONS: [(&str, &str); 6] =
    [("lt", "<"), ("le", "<="), ("eq", "=="), ("ne", "!="), ("gt", ">"), ("ge", ">=")];

/// Signature, doc of the rest.
const OTHERS: [(&str, &str, &str); 42] = [
    ("abs", "($self, /)", "abs(self)"),
    ("aiter", "($self, /)", "Return an awaitable, that resolves in asynchronous iterator."),
    ("anext", "($self, /)", "Return a value or raise StopAsyncIteration."),
    ("await", "($self, /)", "Return an iterator to be used in await expression."),
    ("bool", "($self, /)", "True if self else False"),
    (
        "buffer",
        "($self, flags, /)",
        "Return a buffer object that exposes the underlying memory of the object.",
    ),
    ("call", "($self, /, *args, **kwargs)", "Call self as a function."),
    ("contains", "($self, key, /)", "Return bool(key in self)."),
    ("del", "($self, /)", "Called when the instance is about to be destroyed."),
    ("delattr", "($self, name, /)", "Implement delattr(self, name)."),
    ("delete", "($self, instance, /)", "Delete an attribute of instance."),
    ("delitem", "($self, key, /)", "Delete self[key]."),
    ("divmod", "($self, value, /)", "Return divmod(self, value)."),
    ("rdivmod", "($self, value, /)", "Return divmod(value, self)."),
    ("float", "($self, /)", "float(self)"),
    ("get", "($self, instance, owner=None, /)", "Return an attribute of instance, which is of type owner."),
    ("getattribute", "($self, name, /)", "Return getattr(self, name)."),
    ("getattr", "($self, name, /)", "Implement getattr(self, name)."),
    ("getitem", "($self, key, /)", "Return self[key]."),
    ("hash", "($self, /)", "Return hash(self)."),
    (
        "index",
        "($self, /)",
        "Return self converted to an integer, if self is suitable for use as an index into a list.",
    ),
    ("init", "($self, /, *args, **kwargs)", "Initialize self.  See help(type(self)) for accurate signature."),
    ("int", "($self, /)", "int(self)"),
    ("invert", "($self, /)", "~self"),
    ("iter", "($self, /)", "Implement iter(self)."),
    ("len", "($self, /)", "Return len(self)."),
    ("neg", "($self, /)", "-self"),
    ("next", "($self, /)", "Implement next(self)."),
    ("pos", "($self, /)", "+self"),
    ("pow", "($self, value, mod=None, /)", "Return pow(self, value, mod)."),
    ("rpow", "($self, value, mod=None, /)", "Return pow(value, self, mod)."),
    ("ipow", "($self, value, /)", "Return self**=value."),
    (
        "release_buffer",
        "($self, buffer, /)",
        "Release the buffer object that exposes the underlying memory of the object.",
    ),
    ("repr", "($self, /)", "Return repr(self)."),
    ("set", "($self, instance, value, /)", "Set an attribute of instance to value."),
    ("setattr", "($self, name, value, /)", "Implement setattr(self, name, value)."),
    ("setitem", "($self, key, value, /)", "Set self[key] to value."),
    ("str", "($self, /)", "Return str(self)."),
    ("radd", "($self, value, /)", "Return value+self."),
    ("rmul", "($self, value, /)", "Return value*self."),
    ("iadd", "($self, value, /)", "Return self+=value."),
    ("imul", "($self, value, /)", "Return self*=value."),
];

/// The slot of a special method's name, `None` if CPython has none for it.
pub fn slot(name: &str) -> Option<Slot> {
    let name = name.strip_prefix("__")?.strip_suffix("__")?;
    let wording = match name {
        "init" | "call" => Wording::Function,
        "get" | "set" | "setitem" | "setattr" => Wording::Named,
        _ => Wording::Anonymous,
    };
    if let Some((_, signature, doc)) = OTHERS.iter().find(|(other, ..)| *other == name) {
        return Some(Slot { signature, doc: doc.to_string(), wording });
    }
    let doc = if let Some((_, sign)) = COMPARISONS.iter().chain(&BINARY).find(|(plain, _)| *plain == name) {
        format!("Return self{sign}value.")
    } else if let Some((_, sign)) = BINARY.iter().find(|(plain, _)| name.strip_prefix('r') == Some(plain)) {
        format!("Return value{sign}self.")
    } else if let Some((_, sign)) = BINARY.iter().find(|(plain, _)| name.strip_prefix('i') == Some(plain)) {
        format!("Return self{sign}=value.")
    } else {
        return None;
    };
    Some(Slot { signature: "($self, value, /)", doc, wording })
}
