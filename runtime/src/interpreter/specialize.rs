//! Specialisation: general code looks at the operands before it runs, and may replace the opcode by a specialised one and fill its
//! inline cache.
//!
//! The first cache word of each specialisable instruction counts: a base opcode is specialised at its second execution; a specialised one
//! that misses notes what it saw ([`super::feedback`]) and, after [`MISSES`] misses in a row of tries, goes back to the base opcode to be specialised anew; a site that did that
//! [`RESPECIALISATIONS`] times stays general.

use crate::interpreter::feedback;
use crate::interpreter::state::{write_cache_u32, write_cache_u64};
use crate::object::function::{BoundMethod, CALL_SIMPLE, Function};
use crate::object::instance;
use crate::object::iterator::{ListIterator, RangeIterator, TupleIterator};
use crate::object::kind::ObjectKind;
use crate::object::module::Module;
use crate::object::native_function::{Access, GetSet};
use crate::object::pointer::Gc;
use crate::object::shape::{SHAPE_DICTIONARY, shape, shape_table};
use crate::object::special::Special;
use crate::object::str::Str;
use crate::object::type_object::{ATTRIBUTES_AT_END, TypeObject};
use crate::operations::attribute::{DescriptorRole, descriptor_role};
use crate::operations::class_of;
use crate::thread::Thread;
use crate::types;
use crate::value::Value;
use taipan_compiler::opcode::{BASES, Opcode};

/// Misses before a specialised instruction is specialised anew.
const MISSES: u16 = 8;
/// Times a site is specialised before it stays general.
const RESPECIALISATIONS: u16 = 6;

/// The base opcodes that [`observe`] has something to do for.
static IS_OBSERVED: [bool; 256] = {
    use Opcode::*;
    let all = [
        BinaryOp,
        CompareOp,
        ToBool,
        LoadGlobal,
        LoadAttr,
        StoreAttr,
        StoreSubscr,
        GetIter,
        ForIter,
        UnpackSequence,
        Call,
        ContainsOp,
        Resume,
        JumpBackward,
    ];
    let mut observed = [false; 256];
    let mut index = 0;
    while index < all.len() {
        observed[all[index] as usize] = true;
        index += 1;
    }
    observed
};

/// Looks at the instruction at `pc` before its general body runs.
pub fn observe(thread: &mut Thread, pc: *mut u16, opcode: u8, oparg: usize) {
    let base = BASES[opcode as usize];
    if !IS_OBSERVED[base as usize] {
        return;
    }
    let (Some(code), Some(base)) = (Opcode::from_u8(opcode), Opcode::from_u8(base)) else { return };
    match base {
        Opcode::BinaryOp => {
            let (left, right) = (thread.peek(2), thread.peek(1));
            feedback::note_operands(thread.code(), pc, left, right);
            if feedback::tag_bit(left) == feedback::tag::OTHER {
                feedback::note_shape(thread.code(), pc, left);
            }
            site(thread, pc, code, base, |_| binary_op(left, right, oparg));
        }
        Opcode::CompareOp => {
            let (left, right) = (thread.peek(2), thread.peek(1));
            feedback::note_operands(thread.code(), pc, left, right);
            if feedback::tag_bit(left) == feedback::tag::OTHER {
                feedback::note_shape(thread.code(), pc, left);
            }
            site(thread, pc, code, base, |_| compare_op(left, right, oparg));
        }
        Opcode::ToBool => {
            let value = thread.peek(1);
            feedback::note_operands(thread.code(), pc, value, value);
            site(thread, pc, code, base, |_| to_bool(value));
        }
        Opcode::LoadGlobal => site(thread, pc, code, base, |thread| load_global(thread, pc, oparg >> 1)),
        Opcode::LoadAttr => {
            let owner = thread.peek(1);
            feedback::note_shape(thread.code(), pc, owner);
            site(thread, pc, code, base, |thread| load_attr(thread, pc, owner, oparg));
        }
        Opcode::StoreAttr => {
            let owner = thread.peek(1);
            feedback::note_shape(thread.code(), pc, owner);
            site(thread, pc, code, base, |thread| store_attr(thread, pc, owner, oparg));
        }
        Opcode::StoreSubscr => {
            let (container, key) = (thread.peek(2), thread.peek(1));
            feedback::note_operands(thread.code(), pc, container, key);
            if feedback::tag_bit(container) == feedback::tag::OTHER {
                feedback::note_shape(thread.code(), pc, container);
            }
            site(thread, pc, code, base, |_| store_subscr(container, key));
        }
        Opcode::ForIter => {
            let iterator = thread.peek(1);
            feedback::note_shape(thread.code(), pc, iterator);
            site(thread, pc, code, base, |_| for_iter(iterator));
        }
        Opcode::UnpackSequence => {
            let sequence = thread.peek(1);
            feedback::note_shape(thread.code(), pc, sequence);
            site(thread, pc, code, base, |_| unpack_sequence(sequence, oparg));
        }
        Opcode::Call => {
            let (callable, receiver) = (thread.peek(oparg + 2), thread.peek(oparg + 1));
            feedback::note_shape(thread.code(), pc, callable);
            site(thread, pc, code, base, |_| call(pc, callable, receiver, oparg));
        }
        Opcode::ContainsOp => {
            let container = thread.peek(1);
            feedback::note_shape(thread.code(), pc, container);
        }
        // Where there is compiled code, the general body enters it.
        Opcode::Resume if code == Opcode::Resume && thread.code().compiled_entry.is_null() => {
            set_opcode(pc, Opcode::ResumeCheck)
        }
        Opcode::GetIter => {
            let iterable = thread.peek(1);
            feedback::note_shape(thread.code(), pc, iterable);
        }
        Opcode::JumpBackward if code == Opcode::JumpBackward => set_opcode(
            pc,
            if crate::jit_interface::jit().is_some() {
                Opcode::JumpBackwardJit
            } else {
                Opcode::JumpBackwardNoJit
            },
        ),
        _ => {}
    }
}

fn set_opcode(pc: *mut u16, opcode: Opcode) {
    // SAFETY: `pc` is an instruction of code that only the holder of the interpreter lock writes.
    unsafe { *pc = *pc & 0xff00 | opcode as u16 }
}

/// Counts, and specialises when it is time.
fn site(
    thread: &mut Thread,
    pc: *mut u16,
    opcode: Opcode,
    base: Opcode,
    choose: impl FnOnce(&mut Thread) -> Option<Opcode>,
) {
    // SAFETY: the instruction has a cache, whose first word is the counter.
    let counter = unsafe { &mut *pc.add(1) };
    *counter = counter.saturating_add(1);
    if opcode != base {
        if *counter >= MISSES {
            *counter = 0;
            set_opcode(pc, base);
        }
        return;
    }
    // A site that can't be specialised is tried again ever more seldom.
    if *counter < 2 || !counter.is_power_of_two() {
        return;
    }
    let feedback = feedback::site(thread.code(), pc);
    if feedback.respecialised >= RESPECIALISATIONS {
        return;
    }
    if let Some(special) = choose(thread) {
        *counter = 0;
        feedback.respecialised += 1;
        set_opcode(pc, special);
    }
}

fn is_exact(value: Value, class: Gc<TypeObject>) -> bool {
    value.is_pointer() && class_of(value) == class
}

fn is_float(value: Value) -> bool {
    value.is_immediate_float() || is_exact(value, types().float)
}

fn binary_op(left: Value, right: Value, which: usize) -> Option<Opcode> {
    if Value::both_small_int(left, right) {
        return match which {
            0 | 13 => Some(Opcode::BinaryOpAddInt),
            10 | 23 => Some(Opcode::BinaryOpSubtractInt),
            5 | 18 => Some(Opcode::BinaryOpMultiplyInt),
            // Bitwise operators, shifts, floor division, remainder of small ints.
            1 | 2 | 3 | 6 | 7 | 9 | 12 | 14 | 15 | 16 | 19 | 20 | 22 | 25 => Some(Opcode::BinaryOpExtend),
            _ => None,
        };
    }
    if is_float(left) && is_float(right) {
        return match which {
            0 | 13 => Some(Opcode::BinaryOpAddFloat),
            10 | 23 => Some(Opcode::BinaryOpSubtractFloat),
            5 | 18 => Some(Opcode::BinaryOpMultiplyFloat),
            11 | 24 => Some(Opcode::BinaryOpExtend),
            _ => None,
        };
    }
    if (is_float(left) && right.is_small_int() || left.is_small_int() && is_float(right))
        && matches!(which, 0 | 13 | 10 | 23 | 5 | 18 | 11 | 24)
    {
        return Some(Opcode::BinaryOpExtend);
    }
    if which == 26 && right.is_small_int() {
        if is_exact(left, types().list) {
            return Some(Opcode::BinaryOpSubscrListInt);
        }
        if is_exact(left, types().tuple) {
            return Some(Opcode::BinaryOpSubscrTupleInt);
        }
    }
    None
}

fn compare_op(left: Value, right: Value, _: usize) -> Option<Opcode> {
    if Value::both_small_int(left, right) {
        return Some(Opcode::CompareOpInt);
    }
    if is_float(left) && is_float(right) {
        return Some(Opcode::CompareOpFloat);
    }
    None
}

fn to_bool(value: Value) -> Option<Opcode> {
    if value.is_bool() {
        Some(Opcode::ToBoolBool)
    } else if value.is_small_int() {
        Some(Opcode::ToBoolInt)
    } else if value.is_none() {
        Some(Opcode::ToBoolNone)
    } else if is_exact(value, types().list) {
        Some(Opcode::ToBoolList)
    } else if is_exact(value, types().str) {
        Some(Opcode::ToBoolStr)
    } else {
        None
    }
}

/// Caches (keys version, entry index) of the dict that has the name; for builtins the versions of both dicts.
fn load_global(thread: &mut Thread, pc: *mut u16, index: usize) -> Option<Opcode> {
    let name: Gc<Str> = thread.code().names.items()[index].cast();
    // SAFETY: the running frame's record; LOAD_GLOBAL has four cache words: counter, index, two for versions.
    unsafe {
        let (globals, builtins) = ((*thread.frame).globals, (*thread.frame).builtins);
        // A subclass of dict may have a `__getitem__` of its own.
        if !is_exact(globals.value(), types().dict) || !is_exact(builtins.value(), types().dict) {
            return None;
        }
        if let Some(entry) = globals.entry_index_of_str(name) {
            *pc.add(2) = u16::try_from(entry).ok()?;
            write_cache_u32(pc, 3, globals.stamp_keys());
            return Some(Opcode::LoadGlobalModule);
        }
        let entry = builtins.entry_index_of_str(name)?;
        *pc.add(2) = u16::try_from(entry).ok()?;
        // The stamps are 32 bits wide; two of 16 would repeat too soon. Stamps of small programs fit.
        *pc.add(3) = u16::try_from(globals.stamp_keys()).ok()?;
        *pc.add(4) = u16::try_from(builtins.stamp_keys()).ok()?;
        Some(Opcode::LoadGlobalBuiltin)
    }
}

/// The inline slot or overflow slot of an attribute as the cache describes it, if the shape has it.
fn own_slot(owner: Value, name: Gc<Str>) -> Option<u32> {
    // SAFETY: a live object's header.
    let id = unsafe { (*owner.header()).shape };
    let class = class_of(owner);
    if shape(id).flags & SHAPE_DICTIONARY != 0
        || class.attributes_offset == 0
        || class.attributes_offset == ATTRIBUTES_AT_END
    {
        return None;
    }
    let slot = shape_table().slot_of(id, name)?;
    // Only inline slots: their offset from the object fits the cache.
    if slot < class.inline_slots { Some(class.attributes_offset + 8 + 8 * slot) } else { None }
}

/// LOAD_ATTR's cache: counter, shape (2), stamp (2), value or offset (4).
fn load_attr(thread: &mut Thread, pc: *mut u16, owner: Value, oparg: usize) -> Option<Opcode> {
    let name: Gc<Str> = thread.code().names.items()[oparg >> 1].cast();
    let class = class_of(owner);
    if !owner.is_pointer() {
        return None;
    }
    if owner.is_kind(ObjectKind::Module) && class == types().module {
        return load_attr_module(pc, owner.cast(), name);
    }
    if owner.is_kind(ObjectKind::Type) {
        return load_attr_class(pc, owner.cast(), name);
    }
    if class.special(Special::GetAttribute) != Some(types().object_getattribute) {
        return None;
    }
    // SAFETY: the owner's header; LOAD_ATTR has nine cache words.
    unsafe {
        let id = (*owner.header()).shape;
        write_cache_u32(pc, 2, id);
        write_cache_u32(pc, 4, shape(id).stamp);
        let in_class = class.lookup(name);
        let role = in_class.map_or(DescriptorRole::Plain, descriptor_role);
        if let (Some(attribute), DescriptorRole::Data) = (in_class, role) {
            return load_attr_data_descriptor(pc, attribute, class);
        }
        if let Some(offset) = own_slot(owner, name) {
            write_cache_u64(pc, 6, offset as u64);
            return Some(Opcode::LoadAttrInstanceValue);
        }
        if instance::get_own(owner.header(), name).is_some() || shape(id).flags & SHAPE_DICTIONARY != 0 {
            return None;
        }
        let attribute = in_class?;
        let unbound = attribute.is_kind(ObjectKind::Function)
            || attribute.is_kind(ObjectKind::NativeMethod)
                && class_of(attribute) != types().classmethod_descriptor;
        if oparg & 1 != 0 && unbound {
            write_cache_u64(pc, 6, attribute.0);
            return Some(Opcode::LoadAttrMethodWithValues);
        }
        if role == DescriptorRole::Plain {
            write_cache_u64(pc, 6, attribute.0);
            return Some(Opcode::LoadAttrNondescriptorWithValues);
        }
        None
    }
}

/// `__slots__` members are read at once; properties written in Python are entered as calls.
unsafe fn load_attr_data_descriptor(pc: *mut u16, attribute: Value, class: Gc<TypeObject>) -> Option<Opcode> {
    let getset = attribute.downcast::<GetSet>()?;
    match getset.access {
        Access::Member { offset, absent_is_none: false, .. } if class.is_subclass_of(getset.owner) => {
            // SAFETY: LOAD_ATTR has nine cache words.
            unsafe { write_cache_u64(pc, 6, offset as u64) };
            Some(Opcode::LoadAttrSlot)
        }
        _ => None,
    }
}

/// Cache of module attributes: counter, keys version (2), entry index (2).
fn load_attr_module(pc: *mut u16, module: Gc<Module>, name: Gc<Str>) -> Option<Opcode> {
    if types().module.lookup(name).is_some_and(|attribute| descriptor_role(attribute) == DescriptorRole::Data)
    {
        return None;
    }
    let entry = module.dict.entry_index_of_str(name)?;
    // SAFETY: LOAD_ATTR has nine cache words.
    unsafe {
        write_cache_u32(pc, 2, module.dict.stamp_keys());
        write_cache_u32(pc, 4, entry as u32);
        write_cache_u64(pc, 6, module.value().0);
    }
    Some(Opcode::LoadAttrModule)
}

/// Cache of class attributes: counter, class version (2), unused (2), the attribute (4).
fn load_attr_class(pc: *mut u16, class: Gc<TypeObject>, name: Gc<Str>) -> Option<Opcode> {
    let metaclass = class.class();
    if metaclass != types().type_ || metaclass.lookup(name).is_some() {
        return None;
    }
    let attribute = class.lookup(name)?;
    let plain =
        descriptor_role(attribute) == DescriptorRole::Plain || attribute.is_kind(ObjectKind::Function);
    if !plain {
        return None;
    }
    // SAFETY: LOAD_ATTR has nine cache words.
    unsafe {
        write_cache_u32(pc, 2, class.version);
        write_cache_u64(pc, 6, attribute.0);
    }
    Some(Opcode::LoadAttrClass)
}

/// STORE_ATTR's cache: counter, shape (2), offset (1).
fn store_attr(thread: &mut Thread, pc: *mut u16, owner: Value, index: usize) -> Option<Opcode> {
    let name: Gc<Str> = thread.code().names.items()[index].cast();
    let class = class_of(owner);
    if !owner.is_pointer() || class.special(Special::SetAttr) != Some(types().object_setattr) {
        return None;
    }
    // SAFETY: the owner's header; STORE_ATTR has four cache words.
    unsafe {
        write_cache_u32(pc, 2, (*owner.header()).shape);
        match class.lookup(name) {
            Some(attribute) if descriptor_role(attribute) == DescriptorRole::Data => {
                let Access::Member { offset, read_only: false, .. } = attribute.downcast::<GetSet>()?.access
                else {
                    return None;
                };
                *pc.add(4) = u16::try_from(offset).ok()?;
                Some(Opcode::StoreAttrSlot)
            }
            _ => {
                *pc.add(4) = u16::try_from(own_slot(owner, name)?).ok()?;
                Some(Opcode::StoreAttrInstanceValue)
            }
        }
    }
}

fn store_subscr(container: Value, key: Value) -> Option<Opcode> {
    (key.is_small_int() && is_exact(container, types().list)).then_some(Opcode::StoreSubscrListInt)
}

fn for_iter(iterator: Value) -> Option<Opcode> {
    if iterator.downcast::<RangeIterator>().is_some() {
        Some(Opcode::ForIterRange)
    } else if iterator.downcast::<ListIterator>().is_some() {
        Some(Opcode::ForIterList)
    } else if iterator.downcast::<TupleIterator>().is_some() {
        Some(Opcode::ForIterTuple)
    } else {
        None
    }
}

fn unpack_sequence(sequence: Value, count: usize) -> Option<Opcode> {
    if is_exact(sequence, types().tuple) {
        Some(if count == 2 { Opcode::UnpackSequenceTwoTuple } else { Opcode::UnpackSequenceTuple })
    } else if is_exact(sequence, types().list) {
        Some(Opcode::UnpackSequenceList)
    } else {
        None
    }
}

/// CALL's cache: counter, function version (2).
fn call(pc: *mut u16, callable: Value, receiver: Value, count: usize) -> Option<Opcode> {
    let bound = callable.downcast::<BoundMethod>().filter(|_| receiver.is_null());
    let (target, total) = match bound {
        Some(method) => (method.function, count + 1),
        None => (callable, count + !receiver.is_null() as usize),
    };
    if let Some(function) = target.downcast::<Function>() {
        if function.call_shape & CALL_SIMPLE == 0 || function.code.argument_count as usize != total {
            return None;
        }
        // SAFETY: CALL has three cache words.
        unsafe { write_cache_u32(pc, 2, function.version) };
        return Some(if bound.is_some() {
            Opcode::CallBoundMethodExactArgs
        } else {
            Opcode::CallPyExactArgs
        });
    }
    if target == types().type_.value() && total == 1 {
        return Some(Opcode::CallType1);
    }
    None
}
