//! Exits: the interpreter's frames are rebuilt, the exit is counted, and the policy learns from it.
//!
//! **Invariant.** Machine code calls [`deoptimize`] with the thread that runs it, whose current record is the unit's own, and the
//! values of that exit in its native frame, which the collector scans.

use super::helpers;
use super::unit::Unit;
use crate::deoptimize::{ExitFrame, Rebuild, SunkObject};
use crate::hir::Opcode;
use crate::hir::function::RecordWords;
use crate::layout::{DEOPTED, instance_first_slot};
use taipan_runtime::heap::{ScratchValues, heap};
use taipan_runtime::interpreter::slow::cache_words;
use taipan_runtime::object::cell::Cell;
use taipan_runtime::object::code::Code;
use taipan_runtime::object::dict::Dict;
use taipan_runtime::object::frame::{FRAME_INIT, Frame};
use taipan_runtime::object::function::BoundMethod;
use taipan_runtime::object::kind::ObjectKind;
use taipan_runtime::object::list::List;
use taipan_runtime::object::pointer::Gc;
use taipan_runtime::object::tuple::Tuple;
use taipan_runtime::thread::Thread;
use taipan_runtime::value::Value;

/// Rebuilds the frames of an exit. Gives the marker that they are to be run.
pub unsafe extern "C" fn deoptimize(
    thread: *mut Thread,
    fp: *mut Value,
    unit: *mut Unit,
    number: u32,
    values: *const u64,
) -> u64 {
    // SAFETY: the module's invariant.
    unsafe {
        let table = &(*unit).exits;
        let exit = &table.exits[number as usize];
        let mut words = Words { made: ScratchValues::new(), slots: Vec::new(), owners: Vec::new() };
        table.rebuild(exit, values, &mut words);
        // All words before any is stored: the collector doesn't look at what is this far up, and making one may run it.
        for (index, word) in &words.slots {
            *fp.add(*index as usize) = Value(*word);
        }
        let record = (*thread).frame;
        let frames = table.frames(exit);
        for (depth, frame) in frames.iter().enumerate() {
            let target = record.add(depth);
            let first = fp.add(frame.base as usize);
            let words_of_record = &table.records[frame.record as usize];
            if depth > 0 {
                push(target, words_of_record, frame, first, exit.published);
            }
            (*target).pc = (words_of_record.instructions as *mut u16).add(frame.pc as usize);
            (*target).sp = first.add((frame.locals + frame.stack) as usize);
            if depth + 1 < frames.len() {
                let call = *(*target).pc as u8;
                (*target).return_offset = 1 + cache_words(call) as u16;
            }
        }
        for (depth, word) in &words.owners {
            (*record.add(*depth)).owner = Value(*word);
        }
        (*thread).frame = record.add(frames.len() - 1);
        super::exit_taken(&mut *unit, number);
        DEOPTED
    }
}

/// The words of an exit's frames while they are made.
struct Words {
    /// What was made, so that the collector sees it.
    made: ScratchValues,
    slots: Vec<(u32, u64)>,
    owners: Vec<(usize, u64)>,
}

impl Rebuild for Words {
    fn float(&mut self, number: f64) -> u64 {
        let float = Value::from_float(number);
        self.made.push(float);
        float.0
    }

    fn object(&mut self, object: &SunkObject, operands: &[u64]) -> u64 {
        let object = Value(make(object, operands));
        self.made.push(object);
        object.0
    }

    fn slot(&mut self, index: u32, word: u64) {
        self.slots.push((index, word));
    }

    fn owner(&mut self, depth: usize, word: u64) {
        self.owners.push((depth, word));
    }
}

/// Makes an object that compiled code has not made.
fn make(object: &SunkObject, operands: &[u64]) -> u64 {
    let [first, second] = object.immediates;
    let values = || operands.iter().map(|word| Value(*word)).collect::<Vec<Value>>();
    match object.opcode {
        Opcode::NewInstance => {
            let bytes = (second & 0xffff_ffff) as usize;
            let header = heap().alloc(ObjectKind::Instance as u8, first as u32, bytes);
            // SAFETY: a fresh object with room for its slots; nothing ran since.
            unsafe {
                let slots = (header as *mut u8).add(instance_first_slot(second) as usize) as *mut u64;
                slots.copy_from_nonoverlapping(operands.as_ptr(), operands.len());
            }
            header as u64
        }
        Opcode::NewTuple => Tuple::new(&values()).value().0,
        Opcode::NewList => List::new(&values()).value().0,
        Opcode::NewBoundMethod => BoundMethod::new(Value(operands[0]), Value(operands[1])).value().0,
        Opcode::NewCell => Cell::new(Value(operands[0])).value().0,
        Opcode::NewRangeIterator => {
            helpers::new_range_iterator(operands[0] as i64, operands[1] as i64, operands[2] as i64)
        }
        Opcode::NewSequenceIterator => {
            helpers::new_sequence_iterator(Value(operands[0]), operands[1] as usize, first as u64)
        }
        Opcode::NewEnumerate => {
            helpers::new_enumerate(Value(operands[0]), operands[1] as usize, first as u64, second)
        }
        other => unreachable!("{other} isn't one of the table's instructions that sink"),
    }
}

unsafe fn push(
    target: *mut Frame,
    words: &RecordWords,
    frame: &ExitFrame,
    first: *mut Value,
    published: bool,
) {
    // SAFETY: the module's invariant; the array of records has room for inlined frames beyond its limit.
    unsafe {
        let object = if published { (*target).object } else { Value::NULL };
        target.write(Frame {
            pc: std::ptr::null_mut(),
            fp: first,
            sp: first,
            code: Value(words.code).cast::<Code>(),
            constants: words.constants as *const Value,
            function: Value(words.function),
            globals: Value(words.globals).cast::<Dict>(),
            builtins: Value(words.builtins).cast::<Dict>(),
            locals: Value::NULL,
            owner: Value::NULL,
            object,
            saved_handled: Value::NULL,
            flags: words.flags | if frame.is_init { FRAME_INIT } else { 0 },
            return_offset: 0,
            unused: 0,
            site: 0,
        });
    }
}

/// The code object of a frame.
pub fn code_of(record: &RecordWords) -> Gc<Code> {
    Value(record.code).cast()
}
