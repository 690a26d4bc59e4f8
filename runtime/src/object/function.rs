//! Functions written in Python, and methods bound to an object.

use crate::heap::{Header, Tracer, heap};
use crate::layout;
use crate::object::code::Code;
use crate::object::dict::Dict;
use crate::object::kind::ObjectKind;
use crate::object::pointer::Gc;
use crate::object::tuple::Tuple;
use crate::value::Value;

/// A function.
#[repr(C)]
pub struct Function {
    pub header: Header,
    pub code: Gc<Code>,
    pub globals: Gc<Dict>,
    pub builtins: Gc<Dict>,
    /// Changes when code, defaults or keyword defaults are replaced; inline caches and compiled code compare it.
    pub version: u32,
    /// How a call with only positional arguments binds them; see [`CallShape`].
    pub call_shape: u32,
    /// Tuple of cells, or NULL.
    pub closure: Value,
    /// Tuple, or NULL.
    pub defaults: Value,
    /// Dict, or NULL.
    pub keyword_defaults: Value,
    pub name: Value,
    pub qualified_name: Value,
    pub doc: Value,
    pub module: Value,
    /// Dict, or NULL.
    pub annotations: Value,
    /// Callable, or NULL.
    pub annotate: Value,
    pub type_parameters: Value,
}

layout!(Function, ObjectKind::Function, "function");

/// `Function::call_shape`: positional arguments go straight into the locals if their number is the parameters'.
pub const CALL_SIMPLE: u32 = 1;

static mut NEXT_FUNCTION_VERSION: u32 = 1;

/// A version that no function has had.
pub fn fresh_version() -> u32 {
    // SAFETY: guarded by the interpreter lock.
    unsafe {
        NEXT_FUNCTION_VERSION = NEXT_FUNCTION_VERSION.wrapping_add(1).max(1);
        NEXT_FUNCTION_VERSION
    }
}

impl Function {
    /// A function of a code object without defaults, closure or annotations.
    pub fn new(code: Gc<Code>, globals: Gc<Dict>, builtins: Gc<Dict>, module: Value) -> Gc<Function> {
        let class = crate::types().function;
        let header = heap().alloc(
            ObjectKind::Function as u8,
            class.root_shape,
            crate::object::instance::allocation_size(class),
        );
        let mut function: Gc<Function> = Gc::from_header(header);
        function.code = code;
        function.globals = globals;
        function.builtins = builtins;
        function.name = code.name.value();
        function.qualified_name = code.qualified_name.value();
        function.module = module;
        function.type_parameters = Value::NULL;
        let constants = code.constants.items();
        function.doc = match code.has_flag(taipan_compiler::code::CodeFlags::HAS_DOCSTRING) {
            true => constants[0],
            false => Value::NONE,
        };
        function.changed();
        function
    }
}

impl Gc<Function> {
    /// Must be called after code, defaults or keyword defaults were replaced.
    pub fn changed(mut self) {
        let code = self.code;
        let simple = code.keyword_only_count == 0 && code.parameter_count() == code.argument_count as usize;
        self.call_shape = if simple { CALL_SIMPLE } else { 0 };
        if self.version != 0 {
            crate::assumptions::function_changed(self);
        }
        self.version = fresh_version();
        self.write_barrier();
    }

    /// The default values of the last positional parameters.
    pub fn default_values(&self) -> &[Value] {
        match self.defaults.is_null() {
            true => &[],
            // SAFETY of lifetime: the tuple lives as long as the function refers to it.
            false => self.defaults.cast::<Tuple>().items(),
        }
    }
}

/// Visits a function's values.
///
/// # Safety
/// `object` is live.
pub unsafe fn trace(object: *mut Header, tracer: &mut Tracer) {
    let f: Gc<Function> = Gc::from_header(object);
    let Function {
        code,
        globals,
        builtins,
        closure,
        defaults,
        keyword_defaults,
        name,
        qualified_name,
        doc,
        module,
        annotations,
        annotate,
        type_parameters,
        ..
    } = *f;
    for value in [
        code.value(),
        globals.value(),
        builtins.value(),
        closure,
        defaults,
        keyword_defaults,
        name,
        qualified_name,
        doc,
        module,
        annotations,
        annotate,
        type_parameters,
    ] {
        tracer.value(value.0);
    }
    // SAFETY: passed on.
    unsafe { crate::object::trace::attributes_only(object, tracer) };
}

/// A function and the object that it is called on.
#[repr(C)]
pub struct BoundMethod {
    pub header: Header,
    pub function: Value,
    pub receiver: Value,
}

layout!(BoundMethod, ObjectKind::BoundMethod, "method");

impl BoundMethod {
    pub fn new(function: Value, receiver: Value) -> Gc<BoundMethod> {
        let class = crate::types().method;
        let header = heap().alloc(ObjectKind::BoundMethod as u8, class.root_shape, size_of::<BoundMethod>());
        let mut method: Gc<BoundMethod> = Gc::from_header(header);
        method.function = function;
        method.receiver = receiver;
        method
    }
}

/// Visits a bound method's values.
///
/// # Safety
/// `object` is live.
pub unsafe fn trace_bound_method(object: *mut Header, tracer: &mut Tracer) {
    let method: Gc<BoundMethod> = Gc::from_header(object);
    tracer.value(method.function.0);
    tracer.value(method.receiver.0);
}
