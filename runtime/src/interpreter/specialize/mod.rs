//! Specialisation: general code looks at the operands before it runs, and may replace the opcode by a specialised one and fill its
//! inline cache.
//!
//! The first cache word of each specialisable instruction counts. A base opcode is specialised at its second execution, or tried again ever more
//! seldom. A specialised one that misses notes what it saw ([`super::feedback`]); after [`MISSES`] misses it is specialised anew, where a site that
//! has changed before gets the form for several cases, if there is one. After [`RESPECIALISATIONS`] changes a site stays general for a long while.
//! Misses that change nothing (no room for a new object, an old object's barrier) cost no change.

mod attributes;
mod calls;

use crate::interpreter::feedback;
use crate::interpreter::state::write_cache_u32;
use crate::object::iterator::{ListIterator, RangeIterator, TupleIterator};
use crate::object::kind::ObjectKind;
use crate::object::pointer::Gc;
use crate::object::special::Special;
use crate::object::str::Str;
use crate::object::type_object::TypeObject;
use crate::operations::class_of;
use crate::thread::Thread;
use crate::types;
use crate::value::Value;
use taipan_compiler::opcode::{BASES, Opcode};

/// Misses before a specialised instruction is specialised anew.
const MISSES: u16 = 8;
/// Times a site is specialised before it stays general.
const RESPECIALISATIONS: u16 = 6;
/// Changes after which a site that has a form for several cases gets it.
const SEVERAL: u16 = 2;

/// The base opcodes that [`observe`] has something to do for.
const IS_OBSERVED: [bool; 256] = {
    use Opcode::*;
    let all = [
        BinaryOp,
        CompareOp,
        ToBool,
        LoadGlobal,
        LoadAttr,
        StoreAttr,
        StoreSubscr,
        ForIter,
        UnpackSequence,
        Call,
        ContainsOp,
        LoadSuperAttr,
        Send,
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

/// Whether [`observe`] has something to do for an opcode.
pub const fn is_observed(opcode: u8) -> bool {
    IS_OBSERVED[BASES[opcode as usize] as usize]
}

/// Looks at the instruction at `pc` before its general body runs.
pub fn observe(thread: &mut Thread, pc: *mut u16, opcode: u8, oparg: usize) {
    let base = BASES[opcode as usize];
    if !is_observed(opcode) {
        return;
    }
    let (Some(code), Some(base)) = (Opcode::from_u8(opcode), Opcode::from_u8(base)) else { return };
    match base {
        Opcode::BinaryOp => {
            let (left, right) = (thread.peek(2), thread.peek(1));
            feedback::note_operands(thread.code(), pc, left, right);
            if matches!(feedback::tag_bit(left), feedback::tag::OTHER | feedback::tag::LIST) {
                feedback::note_shape(thread.code(), pc, left);
            }
            site(thread, pc, code, base, |_, changes| binary_op(pc, left, right, oparg, changes));
        }
        Opcode::CompareOp => {
            let (left, right) = (thread.peek(2), thread.peek(1));
            feedback::note_operands(thread.code(), pc, left, right);
            if feedback::tag_bit(left) == feedback::tag::OTHER {
                feedback::note_shape(thread.code(), pc, left);
            }
            site(thread, pc, code, base, |_, changes| compare_op(left, right, oparg, changes));
        }
        Opcode::ToBool => {
            let value = thread.peek(1);
            feedback::note_operands(thread.code(), pc, value, value);
            site(thread, pc, code, base, |_, _| to_bool(pc, value));
        }
        Opcode::LoadGlobal => site(thread, pc, code, base, |thread, _| load_global(thread, pc, oparg >> 1)),
        Opcode::LoadAttr => {
            let owner = thread.peek(1);
            feedback::note_shape(thread.code(), pc, owner);
            if code == Opcode::LoadAttrShapes && attributes::enter_load(thread, owner, oparg) {
                return;
            }
            site(thread, pc, code, base, |thread, changes| {
                attributes::load_attr(thread, pc, owner, oparg, changes)
            });
        }
        Opcode::StoreAttr => {
            let owner = thread.peek(1);
            feedback::note_shape(thread.code(), pc, owner);
            if code == Opcode::StoreAttrShapes && attributes::enter_store(thread, owner, oparg) {
                return;
            }
            site(thread, pc, code, base, |thread, changes| {
                attributes::store_attr(thread, pc, owner, oparg, changes)
            });
        }
        Opcode::StoreSubscr => {
            let (container, key) = (thread.peek(2), thread.peek(1));
            feedback::note_operands(thread.code(), pc, container, key);
            if matches!(feedback::tag_bit(container), feedback::tag::OTHER | feedback::tag::LIST) {
                feedback::note_shape(thread.code(), pc, container);
            }
            site(thread, pc, code, base, |_, _| store_subscr(container, key));
        }
        Opcode::ForIter => {
            let iterator = thread.peek(1);
            feedback::note_shape(thread.code(), pc, iterator);
            site(thread, pc, code, base, |_, _| for_iter(iterator));
        }
        Opcode::UnpackSequence => {
            let sequence = thread.peek(1);
            feedback::note_shape(thread.code(), pc, sequence);
            site(thread, pc, code, base, |_, _| unpack_sequence(sequence, oparg));
        }
        Opcode::Call => {
            let (callable, receiver) = (thread.peek(oparg + 2), thread.peek(oparg + 1));
            feedback::note_shape(thread.code(), pc, callable);
            site(thread, pc, code, base, |_, changes| calls::call(pc, callable, receiver, oparg, changes));
        }
        Opcode::ContainsOp => {
            let container = thread.peek(1);
            feedback::note_shape(thread.code(), pc, container);
            site(thread, pc, code, base, |_, _| contains_op(container));
        }
        Opcode::LoadSuperAttr => {
            feedback::note_shape(thread.code(), pc, thread.peek(1));
            if code == Opcode::LoadSuperAttr && oparg & 1 != 0 {
                set_opcode(pc, Opcode::LoadSuperAttrMethod);
            }
        }
        Opcode::Send => {
            let receiver = thread.peek(2);
            site(thread, pc, code, base, |_, _| {
                let resumable =
                    is_exact(receiver, types().generator) || is_exact(receiver, types().coroutine);
                resumable.then_some(Opcode::SendGen)
            });
        }
        // Where there is compiled code, the general body enters it.
        Opcode::Resume if code == Opcode::Resume && thread.code().compiled_entry.is_null() => {
            set_opcode(pc, Opcode::ResumeCheck)
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

/// Counts, and specialises when it is time. `choose` is told how often the site changed before.
fn site(
    thread: &mut Thread,
    pc: *mut u16,
    opcode: Opcode,
    base: Opcode,
    choose: impl FnOnce(&mut Thread, u16) -> Option<Opcode>,
) {
    // SAFETY: the instruction has a cache, whose first word is the counter.
    let counter = unsafe { &mut *pc.add(1) };
    *counter = counter.saturating_add(1);
    if opcode != base {
        if *counter < MISSES {
            return;
        }
    } else if *counter == u16::MAX {
        // A long time: the program may be in another phase.
        *counter = 1;
        feedback::site(thread.code(), pc).respecialised = 0;
        return;
    } else if *counter < 2 || !counter.is_power_of_two() {
        return;
    }
    let changes = feedback::known_site(thread.code(), pc).map_or(0, |site| site.respecialised);
    if changes >= RESPECIALISATIONS {
        set_opcode(pc, base);
        return;
    }
    // SAFETY: the cache words of this instruction.
    let cache = || unsafe { std::slice::from_raw_parts(pc.add(2), base.cache_words().saturating_sub(1)) };
    let before: [u16; 8] = std::array::from_fn(|i| cache().get(i).copied().unwrap_or(0));
    let chosen = choose(thread, changes);
    let same_cache = (0..8).all(|i| cache().get(i).copied().unwrap_or(0) == before[i]);
    match chosen {
        Some(special) => {
            *counter = 0;
            // The first form of a site costs no entry in the feedback, which most sites never need.
            if opcode != base && (special != opcode || !same_cache) {
                feedback::site(thread.code(), pc).respecialised += 1;
            }
            set_opcode(pc, special);
        }
        None if opcode != base => {
            *counter = 0;
            feedback::site(thread.code(), pc).respecialised += 1;
            set_opcode(pc, base);
        }
        None => {}
    }
}

fn is_exact(value: Value, class: Gc<TypeObject>) -> bool {
    value.is_pointer() && class_of(value) == class
}

fn is_number(value: Value) -> bool {
    value.is_small_int() || is_float(value) || is_exact(value, types().int)
}

fn is_float(value: Value) -> bool {
    value.is_immediate_float() || is_exact(value, types().float)
}

fn binary_op(pc: *mut u16, left: Value, right: Value, which: usize, changes: u16) -> Option<Opcode> {
    let small = |value: Value| value.is_small_int() || is_float(value);
    if changes >= SEVERAL
        && small(left)
        && small(right)
        && matches!(which, 0 | 13 | 10 | 23 | 5 | 18 | 11 | 24)
    {
        return Some(Opcode::BinaryOpExtend);
    }
    if Value::both_small_int(left, right) {
        return match which {
            0 | 13 => Some(Opcode::BinaryOpAddInt),
            10 | 23 => Some(Opcode::BinaryOpSubtractInt),
            5 | 18 => Some(Opcode::BinaryOpMultiplyInt),
            // Bitwise operators, shifts, divisions, remainder, squares of small ints.
            1 | 2 | 3 | 6 | 7 | 9 | 11 | 12 | 14 | 15 | 16 | 19 | 20 | 22 | 24 | 25 => {
                Some(Opcode::BinaryOpExtend)
            }
            8 | 21 => Some(Opcode::BinaryOpNumbers),
            _ => None,
        };
    }
    if is_float(left) && is_float(right) {
        return match which {
            0 | 13 => Some(Opcode::BinaryOpAddFloat),
            10 | 23 => Some(Opcode::BinaryOpSubtractFloat),
            5 | 18 => Some(Opcode::BinaryOpMultiplyFloat),
            11 | 24 => Some(Opcode::BinaryOpExtend),
            2 | 6 | 8 | 15 | 19 | 21 => Some(Opcode::BinaryOpNumbers),
            _ => None,
        };
    }
    if (is_float(left) && right.is_small_int() || left.is_small_int() && is_float(right))
        && matches!(which, 0 | 13 | 10 | 23 | 5 | 18 | 11 | 24)
    {
        return Some(Opcode::BinaryOpExtend);
    }
    if is_number(left) && is_number(right) && which < 26 && which != 4 && which != 17 {
        return Some(Opcode::BinaryOpNumbers);
    }
    if which == 26 && right.is_small_int() {
        if is_exact(left, types().list) {
            return Some(Opcode::BinaryOpSubscrListInt);
        }
        if is_exact(left, types().tuple) {
            return Some(Opcode::BinaryOpSubscrTupleInt);
        }
        if is_exact(left, types().str) {
            return Some(Opcode::BinaryOpSubscrStrInt);
        }
    }
    if which == 26 {
        if is_exact(left, types().dict) {
            return Some(Opcode::BinaryOpSubscrDict);
        }
        return match class_of(left).special(Special::GetItem)?.kind()? {
            ObjectKind::NativeMethod => Some(Opcode::BinaryOpSubscrNative),
            ObjectKind::Function if class_of(left).definition.is_none() => {
                // SAFETY: BINARY_OP has five cache words.
                unsafe { write_cache_u32(pc, 2, class_of(left).version) };
                Some(Opcode::BinaryOpSubscrGetitem)
            }
            _ => None,
        };
    }
    if matches!(which, 0 | 13) && is_exact(left, types().str) && is_exact(right, types().str) {
        return Some(Opcode::BinaryOpAddUnicode);
    }
    let python = |value: Value| value.is_pointer() && class_of(value).definition.is_none();
    (python(left) || python(right) && is_number(left)).then_some(Opcode::BinaryOpMethod)
}

fn contains_op(container: Value) -> Option<Opcode> {
    let class = class_of(container);
    if class == types().dict {
        Some(Opcode::ContainsOpDict)
    } else if class == types().set || class == types().frozenset {
        Some(Opcode::ContainsOpSet)
    } else if class == types().list || class == types().tuple {
        Some(Opcode::ContainsOpSequence)
    } else {
        None
    }
}

fn compare_op(left: Value, right: Value, operand: usize, changes: u16) -> Option<Opcode> {
    let small = |value: Value| value.is_small_int() || is_float(value);
    if changes >= SEVERAL && small(left) && small(right) {
        return Some(Opcode::CompareOpMixed);
    }
    if Value::both_small_int(left, right) {
        return Some(Opcode::CompareOpInt);
    }
    if is_float(left) && is_float(right) {
        return Some(Opcode::CompareOpFloat);
    }
    if (is_float(left) || left.is_small_int()) && (is_float(right) || right.is_small_int()) {
        return Some(Opcode::CompareOpMixed);
    }
    if is_exact(left, types().str) && is_exact(right, types().str) && (2..=3).contains(&(operand >> 5)) {
        return Some(Opcode::CompareOpStr);
    }
    let special = crate::operations::Comparison::ALL[operand >> 5].special();
    let method = class_of(left).special(special)?;
    match method.kind()? {
        ObjectKind::Function if class_of(left).definition.is_none() => Some(Opcode::CompareOpMethod),
        ObjectKind::NativeMethod if class_of(left).definition.is_some() => Some(Opcode::CompareOpNative),
        _ => None,
    }
}

fn to_bool(pc: *mut u16, value: Value) -> Option<Opcode> {
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
    } else if [types().tuple, types().dict, types().set, types().frozenset].contains(&class_of(value)) {
        Some(Opcode::ToBoolSized)
    } else if value.is_pointer() && is_always_true(value) {
        // SAFETY: TO_BOOL has three cache words.
        unsafe { write_cache_u32(pc, 2, class_of(value).version) };
        Some(Opcode::ToBoolAlwaysTrue)
    } else {
        None
    }
}

/// Whether an object's class says nothing about truth.
fn is_always_true(value: Value) -> bool {
    let class = class_of(value);
    class.special(Special::Bool).is_none()
        && class.special(Special::Len).is_none()
        && !is_float(value)
        && !value.is_kind(ObjectKind::Int)
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

fn store_subscr(container: Value, key: Value) -> Option<Opcode> {
    if key.is_small_int() && is_exact(container, types().list) {
        return Some(Opcode::StoreSubscrListInt);
    }
    if is_exact(container, types().dict) {
        return Some(Opcode::StoreSubscrDict);
    }
    let method = class_of(container).special(Special::SetItem)?;
    match method.kind()? {
        ObjectKind::NativeMethod => Some(Opcode::StoreSubscrNative),
        ObjectKind::Function if class_of(container).definition.is_none() => Some(Opcode::StoreSubscrMethod),
        _ => None,
    }
}

fn for_iter(iterator: Value) -> Option<Opcode> {
    if iterator.downcast::<RangeIterator>().is_some() {
        Some(Opcode::ForIterRange)
    } else if iterator.downcast::<ListIterator>().is_some() {
        Some(Opcode::ForIterList)
    } else if iterator.downcast::<TupleIterator>().is_some() {
        Some(Opcode::ForIterTuple)
    } else if is_exact(iterator, types().generator) {
        Some(Opcode::ForIterGen)
    } else {
        let class = class_of(iterator);
        let native =
            class.special(Special::Next).is_some_and(|method| method.is_kind(ObjectKind::NativeMethod));
        (native && class.definition.is_some()).then_some(Opcode::ForIterNative)
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
