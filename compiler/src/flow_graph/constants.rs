//! Constants: loads of them that something cheaper can replace, and expressions of them that can be computed now.

use std::borrow::Cow;

use rustc_hash::{FxBuildHasher, FxHashMap};

use super::blocks::{Block, Graph};
use super::fold;
use crate::constant::Constant;
use crate::instruction_sequence::Location;
use crate::opcode::{BinaryOperator, Intrinsic1, Opcode};

/// Longer displays of constants aren't folded.
const MAX_DISPLAY: u32 = 30;
/// Shorter displays of constants are built item by item.
const MIN_DISPLAY: u32 = 3;

fn loads_constant(opcode: Opcode) -> bool {
    matches!(opcode, Opcode::LoadConst | Opcode::LoadSmallInt)
}

/// What a load of a constant pushes.
fn loaded(opcode: Opcode, operand: u32, consts: &Pool) -> Cow<'_, Constant> {
    match opcode {
        Opcode::LoadConst => Cow::Borrowed(&consts.constants[operand as usize]),
        _ => Cow::Owned(Constant::Int(operand.into())),
    }
}

/// The constants of a code object, each found by its value.
pub(crate) struct Pool {
    constants: Vec<Constant>,
    /// Made when a constant is looked for first: most code folds nothing.
    indices: Option<FxHashMap<Constant, u32>>,
}

impl Pool {
    pub(crate) fn new(constants: Vec<Constant>) -> Pool {
        Pool { constants, indices: None }
    }

    /// What is left of the constants, in order.
    pub(crate) fn into_constants(self) -> Vec<Constant> {
        self.constants
    }

    /// The index of a constant, added if it isn't there. Each NaN that is computed is one of its own.
    fn index_of(&mut self, constant: Constant) -> u32 {
        let constants = &mut self.constants;
        let indices = self.indices.get_or_insert_with(|| {
            let mut indices = FxHashMap::with_capacity_and_hasher(constants.len(), FxBuildHasher);
            for (constant, index) in constants.iter().zip(0..) {
                indices.entry(constant.clone()).or_insert(index);
            }
            indices
        });
        if let Some(index) = indices.get(&constant)
            && !holds_nan(&constant)
        {
            return *index;
        }
        let index = constants.len() as u32;
        indices.insert(constant.clone(), index);
        constants.push(constant);
        index
    }
}

fn holds_nan(constant: &Constant) -> bool {
    match constant {
        Constant::Float(value) => value.is_nan(),
        Constant::Complex(real, imaginary) => real.is_nan() || imaginary.is_nan(),
        Constant::Tuple(items) | Constant::FrozenSet(items) => items.iter().any(holds_nan),
        _ => false,
    }
}

/// The operand of `LOAD_SMALL_INT` for a constant that it can load.
fn small_int(constant: &Constant) -> Option<u32> {
    match constant {
        Constant::Int(value) => u8::try_from(*value).ok().map(u32::from),
        _ => None,
    }
}

/// The constant in place of a list or set of these items.
fn display(build: Opcode, items: Vec<Constant>) -> Constant {
    match build {
        Opcode::BuildSet => Constant::FrozenSet(fold::distinct(items).into()),
        _ => Constant::tuple(items),
    }
}

impl Block<'_> {
    /// Makes the instruction at `index` load a constant.
    fn make_load(&mut self, index: usize, constant: Constant, consts: &mut Pool) {
        match small_int(&constant) {
            Some(value) => self.instrs[index].set(Opcode::LoadSmallInt, value),
            None => self.instrs[index].set(Opcode::LoadConst, consts.index_of(constant)),
        }
    }

    /// The last `count` instructions before `end`, NOPs left out, if all load constants.
    fn constant_loads(&self, end: usize, count: u32) -> Option<Vec<usize>> {
        let mut found = Vec::new();
        for index in (0..end).rev() {
            if found.len() == count as usize {
                break;
            }
            match self.instrs[index].opcode {
                Opcode::Nop => {}
                opcode if loads_constant(opcode) => found.push(index),
                _ => return None,
            }
        }
        found.reverse();
        (found.len() == count as usize).then_some(found)
    }

    fn values(&self, loads: &[usize], consts: &Pool) -> Vec<Constant> {
        let load = |index: &usize| {
            loaded(self.instrs[*index].opcode, self.instrs[*index].operand, consts).into_owned()
        };
        loads.iter().map(load).collect()
    }

    fn nop_out(&mut self, indices: &[usize]) {
        for index in indices {
            self.instrs[*index].set_nop();
            self.instrs[*index].location = Location::NONE;
        }
    }

    /// `BUILD_TUPLE` of constants is a constant.
    pub(super) fn fold_tuple(&mut self, index: usize, consts: &mut Pool) {
        let size = self.instrs[index].operand;
        if size > MAX_DISPLAY {
            return;
        }
        let Some(loads) = self.constant_loads(index, size) else { return };
        let items = self.values(&loads, consts);
        self.nop_out(&loads);
        self.make_load(index, Constant::tuple(items), consts);
    }

    /// A list of constants, built item by item and made a tuple, is a constant; so is a list or set that is only read,
    /// where `index` is that of its last item's append.
    pub(super) fn fold_built(&mut self, index: usize, consts: &mut Pool) {
        let (build, append) = match self.instrs[index].opcode {
            Opcode::SetAdd => (Opcode::BuildSet, Opcode::SetAdd),
            _ => (Opcode::BuildList, Opcode::ListAppend),
        };
        let is_last_append = self.instrs[index].opcode == append;
        let mut found = Vec::new();
        let mut expect_append = !is_last_append;
        for place in (0..index).rev() {
            let instr = self.instrs[place];
            match instr.opcode {
                Opcode::Nop => continue,
                opcode if opcode == build && instr.operand == 0 => {
                    if !expect_append {
                        return;
                    }
                    found.reverse();
                    let items = self.values(&found, consts);
                    let end = index + usize::from(is_last_append);
                    let used: Vec<usize> =
                        (place..end).filter(|place| self.instrs[*place].opcode != Opcode::Nop).collect();
                    self.nop_out(&used);
                    return self.make_load(index, display(build, items), consts);
                }
                opcode if expect_append && opcode == append && instr.operand == 1 => {}
                opcode if !expect_append && loads_constant(opcode) => found.push(place),
                _ => return,
            }
            expect_append = !expect_append;
        }
    }

    /// A list or set display that is only iterated over or searched becomes a tuple or frozenset; a longer one of
    /// constants is made from one constant.
    pub(super) fn fold_list_or_set(&mut self, index: usize, next: Option<Opcode>, consts: &mut Pool) {
        let instr = self.instrs[index];
        let only_read = matches!(next, Some(Opcode::GetIter | Opcode::ContainsOp));
        if instr.operand > MAX_DISPLAY || instr.operand < MIN_DISPLAY && !only_read {
            return;
        }
        let Some(loads) = self.constant_loads(index, instr.operand) else {
            if only_read && instr.opcode == Opcode::BuildList {
                self.instrs[index].opcode = Opcode::BuildTuple;
            }
            return;
        };
        let items = self.values(&loads, consts);
        let constant = consts.index_of(display(instr.opcode, items));
        self.nop_out(&loads);
        if only_read {
            self.instrs[index].set(Opcode::LoadConst, constant);
            return;
        }
        let update = if instr.opcode == Opcode::BuildList { Opcode::ListExtend } else { Opcode::SetUpdate };
        self.instrs[index - 2].location = instr.location;
        self.instrs[index - 2].set(instr.opcode, 0);
        self.instrs[index - 1].set(Opcode::LoadConst, constant);
        self.instrs[index].set(update, 1);
    }

    /// A binary operation on constants is a constant, if it works and isn't too large.
    pub(super) fn fold_binary(&mut self, index: usize, consts: &mut Pool) {
        let Some(loads) = self.constant_loads(index, 2) else { return };
        let values = self.values(&loads, consts);
        let Some(operator) = BinaryOperator::from_u32(self.instrs[index].operand) else { return };
        let Some(result) = fold::binary(&values[0], operator, &values[1]) else { return };
        self.nop_out(&loads);
        self.make_load(index, result, consts);
    }

    /// A unary operation on a constant is a constant, if it works.
    pub(super) fn fold_unary(&mut self, index: usize, consts: &mut Pool) {
        let Some(loads) = self.constant_loads(index, 1) else { return };
        let values = self.values(&loads, consts);
        let result = match self.instrs[index].opcode {
            Opcode::UnaryNegative => fold::negative(&values[0]),
            Opcode::UnaryInvert => fold::invert(&values[0]),
            Opcode::UnaryNot => Some(Constant::Bool(!fold::is_true(&values[0]))),
            _ => fold::positive(&values[0]),
        };
        let Some(result) = result else { return };
        self.nop_out(&loads);
        self.make_load(index, result, consts);
    }

    /// `LOAD_SMALL_INT`, and tests of constants whose outcome is known.
    fn optimize_constant_loads(&mut self, consts: &mut Pool) {
        let (mut opcode, mut operand) = (Opcode::Cache, 0);
        for index in 0..self.instrs.len() {
            let instr = self.instrs[index];
            if instr.opcode == Opcode::LoadConst
                && let Some(value) = small_int(&consts.constants[instr.operand as usize])
            {
                self.instrs[index].set(Opcode::LoadSmallInt, value);
            }
            let copies = opcode == Opcode::LoadConst && instr.opcode == Opcode::Copy && instr.operand == 1;
            if !copies {
                (opcode, operand) = (self.instrs[index].opcode, self.instrs[index].operand);
            }
            if loads_constant(opcode) {
                self.optimize_use(index, opcode, operand, consts);
            }
        }
    }

    /// Looks at what is done with a constant loaded at `index`.
    fn optimize_use(&mut self, index: usize, opcode: Opcode, operand: u32, consts: &mut Pool) {
        let Some(next) = self.opcode_at(index + 1) else { return };
        let constant = loaded(opcode, operand, consts);
        match next {
            Opcode::PopJumpIfFalse | Opcode::PopJumpIfTrue | Opcode::JumpIfFalse | Opcode::JumpIfTrue => {
                if matches!(next, Opcode::PopJumpIfFalse | Opcode::PopJumpIfTrue) {
                    self.instrs[index].set_nop();
                }
                let jumps_if = matches!(next, Opcode::PopJumpIfTrue | Opcode::JumpIfTrue);
                if fold::is_true(&constant) == jumps_if {
                    self.instrs[index + 1].opcode = Opcode::Jump;
                } else {
                    self.instrs[index + 1].set_nop();
                }
            }
            Opcode::IsOp if *constant == Constant::None => self.fold_none_test(index),
            Opcode::ToBool => {
                let value = fold::is_true(&constant);
                let value = consts.index_of(Constant::Bool(value));
                self.instrs[index].set_nop();
                self.instrs[index + 1].set(Opcode::LoadConst, value);
            }
            _ => {}
        }
    }

    /// `LOAD_CONST None, IS_OP, POP_JUMP_IF_TRUE` becomes `POP_JUMP_IF_NONE`, and so on.
    fn fold_none_test(&mut self, index: usize) {
        let mut jump = index + 2;
        if self.opcode_at(jump) == Some(Opcode::ToBool) {
            self.instrs[jump].set_nop();
            jump += 1;
        }
        let inverted = self.instrs[index + 1].operand != 0;
        let not_none = match self.opcode_at(jump) {
            Some(Opcode::PopJumpIfTrue) => inverted,
            Some(Opcode::PopJumpIfFalse) => !inverted,
            _ => return,
        };
        self.instrs[index].set_nop();
        self.instrs[index + 1].set_nop();
        self.instrs[jump].opcode = if not_none { Opcode::PopJumpIfNotNone } else { Opcode::PopJumpIfNone };
    }
}

/// Whether `CALL_INTRINSIC_1` with this operand can be folded with a constant.
pub(super) fn is_positive(operand: u32) -> bool {
    operand == Intrinsic1::UnaryPositive as u32
}

impl Graph<'_> {
    /// Optimises the loads of constants in all blocks.
    pub(super) fn optimize_constant_loads(&mut self, consts: &mut Pool) {
        for id in self.order() {
            self[id].optimize_constant_loads(consts);
        }
    }

    /// Drops the constants that no instruction loads, but for the first, which may be a docstring. The pool doesn't
    /// find constants by value afterwards.
    pub(super) fn remove_unused_constants(&mut self, consts: &mut Pool) {
        let mut used = vec![false; consts.constants.len()];
        if let Some(first) = used.first_mut() {
            *first = true;
        }
        for id in self.order() {
            for instr in self[id].instrs.iter().filter(|instr| instr.opcode == Opcode::LoadConst) {
                used[instr.operand as usize] = true;
            }
        }
        if used.iter().all(|used| *used) {
            return;
        }
        let mut kept = 0;
        let moved = used.iter().map(|used| {
            kept += u32::from(*used);
            kept.wrapping_sub(1)
        });
        let moved: Vec<u32> = moved.collect();
        for id in self.order() {
            for instr in self[id].instrs.iter_mut().filter(|instr| instr.opcode == Opcode::LoadConst) {
                instr.operand = moved[instr.operand as usize];
            }
        }
        consts.indices = None;
        let mut keep = used.into_iter();
        consts.constants.retain(|_| keep.next().unwrap_or(false));
    }
}
