//! The frame of a generator: where it is resumed, and how it is saved when it yields.
//!
//! Whoever resumes a generator copies its frame to the interpreter's stack; compiled code that yields stores what it has straight into the
//! generator. Its record stays for whoever entered the compiled code to take off.

use super::Lowering;
use crate::hir::{Opcode, Value};
use crate::layout::Helper;
use cranelift_codegen::ir::types::{I8, I32, I64};
use cranelift_codegen::ir::{self, InstBuilder};

impl Lowering<'_> {
    pub(super) fn generators(&mut self, value: Value) -> Option<ir::Value> {
        let instruction = self.function.get(value).clone();
        let layout = self.context.layout;
        match instruction.opcode {
            Opcode::SaveLocal => {
                let generator = self.value(instruction.operands[0]);
                let word = self.value(instruction.operands[1]);
                let offset = layout.generator.saved + 8 * instruction.immediates[0] as i32;
                self.store(word, generator, offset);
                return None;
            }
            Opcode::Suspend => {
                let generator = self.value(instruction.operands[0]);
                self.suspend(generator, instruction.immediates);
                return None;
            }
            _ => {}
        }
        let record = self.record.expect("a unit that uses its record has one");
        match instruction.opcode {
            Opcode::ResumePoint => {
                let pc = self.load(I64, record, layout.frame_pc);
                let first = self.constant(instruction.immediates[0]);
                let bytes = self.builder.ins().isub(pc, first);
                Some(self.shift_right(bytes, 1))
            }
            Opcode::Owner => Some(self.load(I64, record, layout.frame_owner)),
            _ => {
                let pc = self.load(I64, record, layout.frame_pc);
                let two = self.constant(2);
                let pc = self.builder.ins().iadd(pc, two);
                self.store(pc, record, layout.frame_pc);
                let unit = self.constant(self.context.unit as i64);
                self.call_internal(Helper::MissedResume, &[unit]);
                None
            }
        }
    }

    fn suspend(&mut self, generator: ir::Value, [address, rest]: [i64; 2]) {
        let layout = self.context.layout;
        let record = self.record.expect("a unit that uses its record has one");
        let at = self.constant(address);
        self.store(at, record, layout.frame_pc);
        let behind = self.constant(address + 2);
        self.store(behind, generator, layout.generator.pc);
        let depth = self.builder.ins().iconst(I32, rest & 0xffff_ffff);
        self.store(depth, generator, layout.generator.stack_depth);
        let delegating = self.builder.ins().iconst(I8, rest >> 32);
        self.store(delegating, generator, layout.generator.delegating);
        let state = self.builder.ins().iconst(I8, i64::from(layout.generator.suspended));
        self.store(state, generator, layout.generator.state);
        let none = self.constant(crate::layout::NONE as i64);
        self.store(none, generator, layout.generator.handled);
        // A handled exception of its own is kept, and the resumer's becomes the handled one again.
        let flags = self.load(I64, record, layout.frame_flags);
        let handles = self.and(flags, layout.frame_handles_flag);
        let (slow, done) = (self.cold_block(), self.fresh_block());
        self.builder.ins().brif(handles, slow, &[], done, &[]);
        self.builder.switch_to_block(slow);
        self.call_internal(Helper::LeaveHandled, &[self.thread]);
        self.builder.ins().jump(done, &[]);
        self.builder.switch_to_block(done);
        self.note_written(generator);
    }
}
