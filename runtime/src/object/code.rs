//! Code objects at run time: the compiler's code object with its constants as values and its instructions in
//! memory that the interpreter rewrites (quickened opcodes, inline caches).
//!
//! **Invariants.** `instructions` holds the base code at first; an opcode is only ever replaced by a specialisation of the same base, and only the
//! holder of the interpreter lock writes. Values in inline caches aren't traced: each is guarded by a shape's stamp or a
//! version that changes before the value can die.

use crate::fast_hash::FastMap;
use crate::heap::{Header, Tracer, heap};
use crate::interpreter::feedback::CodeFeedback;
use crate::layout;
use crate::object::bytes::Bytes;
use crate::object::float::Complex;
use crate::object::int::IntRef;
use crate::object::kind::ObjectKind;
use crate::object::pointer::Gc;
use crate::object::set::Set;
use crate::object::slice::Slice;
use crate::object::str::{Str, intern_new, intern_string};
use crate::object::tuple::Tuple;
use crate::operations::class_of;
use crate::types;
use crate::value::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use taipan_compiler::Text;
use taipan_compiler::code::{CodeFlags, CodeObject};
use taipan_compiler::constant::{BigInt, Constant};

/// A code object.
#[repr(C)]
pub struct Code {
    pub header: Header,
    /// First code unit. `length` units, owned.
    pub instructions: *mut u16,
    /// Number of code units.
    pub length: usize,
    pub constants: Gc<Tuple>,
    pub names: Gc<Tuple>,
    /// Number of locals, cells and free variables.
    pub locals_count: u32,
    /// Values that a frame needs: locals and operand stack.
    pub frame_size: u32,
    pub argument_count: u32,
    pub positional_only_count: u32,
    pub keyword_only_count: u32,
    pub flags: u32,
    /// Calls and back edges counted by the interpreter.
    pub hotness: u32,
    /// Unique, never reused.
    pub version: u32,
    /// Compiled code to enter by a call, or null.
    pub compiled_entry: *const u8,
    /// What was learned beyond the inline caches, or null.
    feedback: *mut CodeFeedback,
    /// The JIT's own record of this code object, or null.
    pub jit: *mut u8,
    pub name: Gc<Str>,
    pub qualified_name: Gc<Str>,
    pub filename: Value,
    /// Names of locals, cells and free variables, interned.
    pub local_names: Gc<Tuple>,
    /// Everything else; an `Arc` given up as a raw pointer.
    definition: *const CodeObject,
}

layout!(Code, ObjectKind::Code, "code");

/// Visits a code object's values.
///
/// # Safety
/// `object` is live.
pub unsafe fn trace(object: *mut Header, tracer: &mut Tracer) {
    let code: Gc<Code> = Gc::from_header(object);
    for value in [
        code.constants.value(),
        code.names.value(),
        code.name.value(),
        code.qualified_name.value(),
        code.filename,
        code.local_names.value(),
    ] {
        tracer.value(value.0);
    }
}

static mut NEXT_VERSION: u32 = 1;

static COLUMNS_DROPPED: AtomicBool = AtomicBool::new(false);

/// From now on code objects know lines only, no columns (`-X no_debug_ranges`).
pub fn drop_columns() {
    COLUMNS_DROPPED.store(true, Ordering::Relaxed);
}

/// Makes the runtime's objects of one module's code objects. These share texts, so that each is looked up once.
struct Maker {
    filename: Value,
    /// Interned strings (which are roots) by the address of the text, which the definitions keep alive.
    interned: FastMap<*const u8, Gc<Str>>,
}

impl Maker {
    fn interned(&mut self, text: &Text) -> Gc<Str> {
        let key = text.as_bytes().as_ptr();
        *self.interned.entry(key).or_insert_with(|| match text.as_str() {
            Some(text) => intern_new(text),
            None => intern_string(Str::from_text(text)),
        })
    }

    fn names(&mut self, texts: &[Text]) -> Gc<Tuple> {
        Tuple::from_fn(texts.len(), |i| self.interned(&texts[i]).value())
    }

    fn constants(&mut self, constants: &[Constant]) -> Gc<Tuple> {
        Tuple::from_fn(constants.len(), |i| self.constant(&constants[i]))
    }

    fn code(&mut self, definition: &Arc<CodeObject>) -> Gc<Code> {
        let constants = self.constants(&definition.consts);
        let names = self.names(&definition.names);
        let local_names = self.names(&definition.localsplus_names);
        let name = self.interned(&definition.name);
        let qualified_name = self.interned(&definition.qualname);
        let units: Box<[u16]> =
            definition.code.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
        let length = units.len();
        let header = heap().alloc(ObjectKind::Code as u8, crate::types().code.root_shape, size_of::<Code>());
        let mut code: Gc<Code> = Gc::from_header(header);
        // SAFETY: guarded by the interpreter lock.
        let version = unsafe {
            NEXT_VERSION += 1;
            NEXT_VERSION
        };
        *code = Code {
            // SAFETY: the header was just written by the heap.
            header: unsafe { std::ptr::read(header) },
            instructions: Box::into_raw(units) as *mut u16,
            length,
            constants,
            names,
            locals_count: definition.localsplus_names.len() as u32,
            frame_size: definition.localsplus_names.len() as u32 + definition.stacksize,
            argument_count: definition.argcount,
            positional_only_count: definition.posonlyargcount,
            keyword_only_count: definition.kwonlyargcount,
            flags: definition.flags.0,
            hotness: 0,
            version,
            compiled_entry: std::ptr::null(),
            feedback: std::ptr::null_mut(),
            jit: std::ptr::null_mut(),
            name,
            qualified_name,
            filename: self.filename,
            local_names,
            definition: Arc::into_raw(definition.clone()),
        };
        heap().register_drop(header);
        code
    }

    fn constant(&mut self, constant: &Constant) -> Value {
        use Constant as C;
        match constant {
            C::None => Value::NONE,
            C::Ellipsis => Value::ELLIPSIS,
            C::Bool(b) => Value::from_bool(*b),
            C::Int(i) => Value::from_int(*i),
            C::BigInt(big) => Value::from_limbs(big.negative, &limbs_of(&big.magnitude)),
            C::Float(d) => Value::from_float(*d),
            C::Complex(real, imaginary) => Complex::new(*real, *imaginary),
            // As CPython: constants that look like names are interned.
            C::Str(text) => {
                let name_like = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
                if text.as_bytes().iter().all(name_like) {
                    self.interned(text).value()
                } else {
                    Str::from_text(text).value()
                }
            }
            C::Bytes(bytes) => Bytes::new(bytes).value(),
            C::Tuple(items) => self.constants(items).value(),
            C::FrozenSet(items) => Set::frozen_of_constants(self.constants(items).items()).value(),
            C::Slice(parts) => {
                let parts = self.constants(&parts[..]);
                let parts = parts.items();
                Slice::new(parts[0], parts[1], parts[2]).value()
            }
            C::Code(code) => self.code(code).value(),
        }
    }
}

impl Code {
    /// Makes the runtime's object of a compiled code object, with those nested in its constants.
    pub fn new(definition: &Arc<CodeObject>) -> Gc<Code> {
        let mut maker = Maker { filename: Value::NONE, interned: FastMap::default() };
        maker.filename = maker.interned(&definition.filename).value();
        match COLUMNS_DROPPED.load(Ordering::Relaxed) {
            false => maker.code(definition),
            true => maker.code(&Arc::new(definition.without_columns())),
        }
    }
}

impl Gc<Code> {
    /// The compiler's code object.
    pub fn definition(self) -> &'static CodeObject {
        // SAFETY: owned by this object until it is dropped; the caller's pointer keeps it alive.
        unsafe { &*self.definition }
    }

    /// A further owner of the compiler's code object.
    pub fn shared_definition(self) -> Arc<CodeObject> {
        // SAFETY: the pointer came from `Arc::into_raw`.
        unsafe {
            Arc::increment_strong_count(self.definition);
            Arc::from_raw(self.definition)
        }
    }

    /// What the interpreter learned of the code's sites, if anything.
    pub fn feedback(self) -> Option<&'static CodeFeedback> {
        // SAFETY: owned by this object; only the holder of the interpreter lock touches it.
        unsafe { self.feedback.as_ref() }
    }

    /// [`Gc::feedback`], made if there is none.
    pub fn feedback_mut(&mut self) -> &'static mut CodeFeedback {
        if self.feedback.is_null() {
            self.feedback = Box::into_raw(Box::default());
        }
        // SAFETY: as above.
        unsafe { &mut *self.feedback }
    }

    pub fn has_flag(self, flag: CodeFlags) -> bool {
        self.flags & flag.0 != 0
    }

    /// Number of parameters that get a local each, `*args` and `**kwargs` included.
    pub fn parameter_count(self) -> usize {
        (self.argument_count + self.keyword_only_count) as usize
            + self.has_flag(CodeFlags::VARARGS) as usize
            + self.has_flag(CodeFlags::VARKEYWORDS) as usize
    }

    /// Index of the code unit at `pc`.
    #[inline]
    pub fn unit_index(self, pc: *const u16) -> usize {
        // SAFETY: `pc` points into the instructions.
        unsafe { pc.offset_from(self.instructions) as usize }
    }

    /// Source line of the instruction at `pc`.
    pub fn line_at(self, pc: *const u16) -> Option<i32> {
        self.definition().line_of(self.unit_index(pc) * 2)
    }
}

/// Frees what a dead code object owns.
///
/// # Safety
/// `object` is a dead code object, not used afterwards.
pub unsafe fn drop_resources(object: *mut Header) {
    let code: Gc<Code> = Gc::from_header(object);
    // SAFETY: both came from `into_raw` in `Maker::code`.
    unsafe {
        drop(Box::from_raw(std::ptr::slice_from_raw_parts_mut(code.instructions, code.length)));
        drop(Arc::from_raw(code.definition));
        if !code.feedback.is_null() {
            drop(Box::from_raw(code.feedback));
        }
    }
    crate::jit_interface::code_died(code);
}

/// The value of a constant.
pub fn constant(constant: &Constant, filename: Value) -> Value {
    Maker { filename, interned: FastMap::default() }.constant(constant)
}

/// The constant that a value without parts is.
pub fn simple_constant(value: Value) -> Option<Constant> {
    let class = class_of(value);
    Some(match value {
        Value::NONE => Constant::None,
        Value::ELLIPSIS => Constant::Ellipsis,
        Value::TRUE | Value::FALSE => Constant::Bool(value == Value::TRUE),
        _ if class == types().int => match value.as_int()? {
            IntRef::Small(i) => Constant::Int(i),
            IntRef::Big { negative, limbs } => {
                let mut magnitude: Vec<u32> =
                    limbs.iter().flat_map(|&limb| [limb as u32, (limb >> 32) as u32]).collect();
                while magnitude.last() == Some(&0) {
                    magnitude.pop();
                }
                Constant::BigInt(Arc::new(BigInt { negative, magnitude }))
            }
        },
        _ if class == types().float => Constant::Float(value.as_float()?),
        _ if class == types().complex => {
            let complex = value.cast::<Complex>();
            Constant::Complex(complex.real, complex.imaginary)
        }
        _ if class == types().str => {
            let string = value.cast::<Str>();
            Constant::Str(Text::from_code_points((0..string.length).map(|i| string.at(i)))?)
        }
        _ if class == types().bytes => Constant::Bytes(value.cast::<Bytes>().as_slice().into()),
        _ => return None,
    })
}

/// The constant that a value is: of those that `compile()` makes, tuples, frozensets, slices and code included.
pub fn to_constant(value: Value) -> Option<Constant> {
    if let Some(constant) = simple_constant(value) {
        return Some(constant);
    }
    let class = class_of(value);
    let all =
        |items: &[Value]| items.iter().map(|&item| to_constant(item)).collect::<Option<Arc<[Constant]>>>();
    if class == types().tuple {
        return Some(Constant::Tuple(all(value.cast::<Tuple>().items())?));
    }
    if class == types().frozenset {
        let (mut items, mut position) = (Vec::new(), 0);
        while let Some(key) = value.cast::<Set>().next_key(&mut position) {
            items.push(to_constant(key)?);
        }
        return Some(Constant::FrozenSet(items.into()));
    }
    if let Some(slice) = value.downcast::<Slice>() {
        let [start, stop, step] = [slice.start, slice.stop, slice.step].map(to_constant);
        return Some(Constant::Slice(Arc::new([start?, stop?, step?])));
    }
    value.downcast::<Code>().map(|code| Constant::Code(code.shared_definition()))
}

fn limbs_of(digits: &[u32]) -> Vec<u64> {
    digits.chunks(2).map(|pair| pair[0] as u64 | (pair.get(1).copied().unwrap_or(0) as u64) << 32).collect()
}
