//! Global value numbering with redundant guard and load elimination.
//!
//! One walk in reverse postorder. An instruction whose value is already computed by a dominating one (the same
//! opcode on the same operands, for loads also with nothing in between that writes what it reads) is replaced
//! by it. At a merge, memory is known to hold what all predecessors agree on; at a loop header, what the code
//! before the loop knew and no block of the loop changes. Each instruction is simplified before it is looked up.

use super::memory::{Memory, Writes, location};
use super::simplify::{Outcome, set_opcode, simplify};
use crate::hir::{BlockId, Cfg, Flags, Function, LoopForest, Opcode, Terminator, Value};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

/// Numbers the values of a function and removes redundant ones.
pub fn run(function: &mut Function) {
    let cfg = Cfg::new(function);
    let loops = LoopForest::new(function, &cfg);
    let mut loop_writes: FxHashMap<BlockId, Writes> = FxHashMap::default();
    for found in &loops.loops {
        let mut writes = Writes::default();
        for block in &found.blocks {
            for value in &function.block(*block).instructions {
                writes.add(function, *value);
            }
        }
        loop_writes.insert(found.header, writes);
    }
    let mut pass = Pass {
        cfg: &cfg,
        expressions: FxHashMap::default(),
        memory_out: vec![None; function.blocks.len()],
        home: vec![BlockId(0); function.instructions.len()],
    };
    for &block in &cfg.order {
        let memory = pass.memory_in(block, loop_writes.get(&block));
        pass.block(function, block, memory);
    }
    function.apply_aliases();
}

#[derive(PartialEq, Eq, Hash)]
struct Expression {
    opcode: Opcode,
    operands: SmallVec<[Value; 3]>,
    immediates: [i64; 2],
}

struct Pass<'a> {
    cfg: &'a Cfg,
    expressions: FxHashMap<Expression, SmallVec<[Value; 2]>>,
    memory_out: Vec<Option<Memory>>,
    home: Vec<BlockId>,
}

impl Pass<'_> {
    fn memory_in(&self, block: BlockId, loop_writes: Option<&Writes>) -> Memory {
        let mut memory: Option<Memory> = None;
        for predecessor in &self.cfg.predecessors[block.index()] {
            match (&mut memory, &self.memory_out[predecessor.index()]) {
                (None, Some(out)) => memory = Some(out.clone()),
                (Some(known), Some(out)) => known.intersect(out),
                // A back edge: the loop's writes are taken off below.
                (_, None) if self.cfg.dominates(block, *predecessor) => {}
                // A loop that is entered at several places, as a generator's may be: nothing is known of what runs in it.
                (_, None) => return Memory::default(),
            }
        }
        let mut memory = memory.unwrap_or_default();
        if let Some(writes) = loop_writes {
            memory.forget(writes);
        }
        memory
    }

    fn block(&mut self, function: &mut Function, block: BlockId, mut memory: Memory) {
        for parameter in &function.block(block).parameters {
            self.home[parameter.index()] = block;
        }
        let old = std::mem::take(&mut function.block_mut(block).instructions);
        let mut kept = Vec::with_capacity(old.len());
        for value in old {
            self.home[value.index()] = block;
            let operands: SmallVec<[Value; 3]> =
                function.get(value).operands.iter().map(|operand| function.resolve(*operand)).collect();
            function.get_mut(value).operands = operands;
            if self.visit(function, value, &mut memory) {
                memory.step(function, value);
                kept.push(value);
            }
        }
        function.block_mut(block).instructions = kept;
        self.fold_branch(function, block);
        self.memory_out[block.index()] = Some(memory);
    }

    /// Simplifies an instruction; false if it is gone.
    fn visit(&mut self, function: &mut Function, value: Value, memory: &mut Memory) -> bool {
        for _ in 0..8 {
            match simplify(function, value) {
                Outcome::Same => break,
                Outcome::Remove => return false,
                Outcome::Alias(other) => {
                    function.alias(value, other);
                    return false;
                }
                Outcome::Rewrite(opcode, operands, immediates) => {
                    set_opcode(function, value, opcode, &operands, immediates);
                }
            }
        }
        if let Some(location) = location(function, value) {
            match memory.get(&location) {
                Some(known) if function.get(known).representation == function.get(value).representation => {
                    self.replace(function, value, known);
                    return false;
                }
                _ => memory.set(location, value),
            }
            return true;
        }
        match function.opcode(value).is_pure() {
            true => self.number(function, value),
            false => true,
        }
    }

    fn replace(&self, function: &mut Function, value: Value, known: Value) {
        if function.opcode(value).definition().result != crate::hir::Representation::Nothing {
            function.alias(value, known);
        }
    }

    fn number(&mut self, function: &mut Function, value: Value) -> bool {
        let instruction = function.get(value);
        let mut operands: SmallVec<[Value; 3]> =
            instruction.operands.iter().map(|operand| function.strip(*operand)).collect();
        if instruction.opcode.has(Flags::COMMUTES) && operands.len() == 2 && operands[0] > operands[1] {
            operands.swap(0, 1);
        }
        let expression =
            Expression { opcode: instruction.opcode, operands, immediates: instruction.immediates };
        let block = self.home[value.index()];
        let candidates = self.expressions.entry(expression).or_default();
        let home = &self.home;
        if let Some(known) = candidates.iter().find(|known| self.cfg.dominates(home[known.index()], block)) {
            let known = *known;
            self.replace(function, value, known);
            return false;
        }
        candidates.push(value);
        true
    }

    fn fold_branch(&self, function: &mut Function, block: BlockId) {
        if let Terminator::Branch { condition, yes, no } = function.block(block).terminator.clone()
            && let Some(truth) = function.bool_constant(function.resolve(condition))
        {
            function.block_mut(block).terminator = Terminator::Jump(if truth { yes } else { no });
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::optimize::run_text;

    #[test]
    fn guards_and_loads_are_shared_across_branches() {
        let output = run_text(
            "function t {
            frame f0 code 0 locals 2 stack 1
            state s0 = f0 @0 [v0 v1|]
            block0:
              v0 = load_local #0
              v1 = load_local #1
              v2 = guard_shape #77 #65536 v0 !s0
              v3 = load_slot #16 v2
              v4 = guard_bool v1 !s0
              v5 = unbox_bool v4
              branch v5, block1, block2
            block1:
              v6 = guard_shape #77 #65536 v0 !s0
              v7 = load_slot #16 v6
              jump block3(v7)
            block2:
              v8 = const #0x3
              store_slot #16 v2, v8
              v9 = load_slot #16 v2
              jump block3(v9)
            block3(v10: tagged):
              v11 = load_slot #16 v2
              v12 = new_tuple v10, v11
              return v12
            }",
            super::run,
        );
        assert_eq!(output.matches("guard_shape").count(), 1, "{output}");
        assert!(output.contains("jump block3(v3)") && output.contains("jump block3(v8)"), "{output}");
        assert!(output.contains("v11 = load_slot #16"), "the paths disagree about the slot: {output}");
    }

    #[test]
    fn a_call_in_a_loop_invalidates_loads_but_not_type_checks() {
        let output = run_text(
            "function t {
            frame f0 code 0 locals 1 stack 1
            state s0 = f0 @0 [v0|]
            block0:
              v0 = load_local #0
              v1 = guard_shape #77 #65536 v0 !s0
              v2 = load_slot #16 v1
              v3 = check_int v2 !s0
              jump block1
            block1:
              v4 = load_slot #16 v1
              v5 = check_int v2 !s0
              v6 = call_helper #1 #0 v4 !s0
              v7 = int #3
              v8 = int_compare.lt v5, v7
              branch v8, block1, block2
            block2:
              return v6
            }",
            super::run,
        );
        assert_eq!(output.matches("load_slot").count(), 2, "{output}");
        assert_eq!(output.matches("check_int").count(), 1, "{output}");
    }

    #[test]
    fn nothing_is_known_where_a_loop_is_entered_in_the_middle() {
        let output = run_text(
            "function t {
            frame f0 code 0 locals 2 stack 1
            state s0 = f0 @0 [v0 v1|]
            block0:
              v0 = load_local #0
              v1 = load_local #1
              v2 = guard_shape #77 #65536 v0 !s0
              v3 = load_slot #16 v2
              v4 = guard_bool v1 !s0
              v5 = unbox_bool v4
              branch v5, block1, block2
            block1:
              v6 = load_slot #16 v2
              v7 = guard_bool v6 !s0
              v8 = unbox_bool v7
              branch v8, block2, block3
            block2:
              store_slot #16 v2, v1
              jump block1
            block3:
              return v6
            }",
            super::run,
        );
        assert_eq!(output.matches("load_slot").count(), 2, "{output}");
    }
}
