//! Loop-invariant code motion.
//!
//! What a loop computes anew each time from values made outside it moves to the block in front. Loads move if no
//! block of the loop writes what they read. Guards move if they are executed in every iteration; they then leave
//! with the frame state of the jump into the loop.

use super::memory::{Writes, location};
use crate::hir::analysis::block_of_values;
use crate::hir::{BlockId, Cfg, Flags, Function, Loop, LoopForest, Opcode, StateId, Value};

/// Moves invariant code out of all loops, inner ones first.
pub fn run(function: &mut Function) {
    let cfg = Cfg::new(function);
    let loops = LoopForest::new(function, &cfg);
    for found in &loops.loops {
        if let Some(preheader) = found.preheader {
            hoist(function, &cfg, found, preheader);
        }
    }
}

fn hoist(function: &mut Function, cfg: &Cfg, found: &Loop, preheader: BlockId) {
    let mut writes = Writes::default();
    for block in &found.blocks {
        for value in &function.block(*block).instructions {
            writes.add(function, *value);
        }
    }
    let homes = block_of_values(function);
    let mut inside: Vec<bool> =
        homes.iter().map(|home| home.is_some_and(|block| found.blocks.contains(&block))).collect();
    let state = function.block(preheader).entry_state;
    let mut blocks = found.blocks.clone();
    blocks.sort_by_key(|block| cfg.position[block.index()]);
    for block in blocks {
        let always = found.latches.iter().all(|latch| cfg.dominates(block, *latch));
        let instructions = std::mem::take(&mut function.block_mut(block).instructions);
        let mut kept = Vec::with_capacity(instructions.len());
        for value in instructions {
            if movable(function, value, &inside, &writes, always, state) {
                inside[value.index()] = false;
                if function.opcode(value).has(Flags::EXITS) {
                    function.get_mut(value).state = state;
                }
                function.block_mut(preheader).instructions.push(value);
            } else {
                kept.push(value);
            }
        }
        function.block_mut(block).instructions = kept;
    }
}

fn movable(
    function: &Function,
    value: Value,
    inside: &[bool],
    writes: &Writes,
    always: bool,
    state: Option<StateId>,
) -> bool {
    let instruction = function.get(value);
    if instruction.operands.iter().any(|operand| inside[operand.index()]) {
        return false;
    }
    if instruction.opcode.has(Flags::EXITS) && !(always && state.is_some()) {
        return false;
    }
    if instruction.opcode.has(Flags::SINKS) && !instruction.opcode.has(Flags::ALLOCATES) && !always {
        return false;
    }
    if !safe_to_speculate(function, value) {
        return false;
    }
    match location(function, value) {
        Some(location) => !writes.kill(&location),
        None => instruction.opcode.is_pure(),
    }
}

/// Is the instruction harmless when its operands are defined, even where the branches around it would not have
/// let it be executed? A bounds check that `ranges` has removed, or a divisor that it has proved positive,
/// may hold only behind such a branch.
fn safe_to_speculate(function: &Function, value: Value) -> bool {
    let instruction = function.get(value);
    let checked = |index: usize| {
        matches!(function.opcode(instruction.operands[index]), Opcode::CheckIndex | Opcode::CheckBounds)
    };
    match instruction.opcode {
        Opcode::LoadItem
        | Opcode::LoadElement
        | Opcode::StringItem
        | Opcode::LoadPackedInt
        | Opcode::LoadPackedFloat => checked(1),
        Opcode::IntDivFast | Opcode::IntModFast => function.int_constant(instruction.operands[1]).is_some(),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use crate::optimize::run_text;

    #[test]
    fn guards_and_loads_move_in_front_of_the_loop() {
        let output = run_text(
            "function t {
            frame f0 code 0 locals 1 stack 1
            state s0 = f0 @2 [v0|]
            state s1 = f0 @7 [v0|]
            block0:
              v0 = load_local #0
              v3 = int #0
              jump block1(v3) !s0
            block1(v4: int):
              v1 = guard_shape #7 #65536 v0 !s1
              v2 = load_slot #16 v1
              v6 = load_slot #24 v1
              v7 = int #1
              v8 = int_add v4, v7 !s1
              v9 = box_int v8
              store_slot #24 v1, v9
              v10 = int #100
              v11 = int_compare.lt v8, v10
              branch v11, block1(v8), block2
            block2:
              return v2
            }",
            super::run,
        );
        let (before, inside) =
            output.split_once("block1(").map(|(_, rest)| output.split_at(output.len() - rest.len())).unwrap();
        assert!(
            before.contains("guard_shape #7 #65536 v0 !s0") && before.contains("load_slot #16"),
            "{output}"
        );
        assert!(inside.contains("load_slot #24"), "{output}");
    }
}
