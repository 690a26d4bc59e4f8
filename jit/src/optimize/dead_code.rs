//! Removes what has no effect: unused instructions and block parameters, unreachable blocks; merges a block into
//! its only predecessor and skips blocks that only jump on.

use crate::hir::{Cfg, Flags, Function, Opcode, StateId, Terminator, Value};

/// Removes dead code.
pub fn run(function: &mut Function) {
    fold_constant_branches(function);
    remove_unreachable(function);
    remove_unused(function);
    merge_blocks(function);
}

fn fold_constant_branches(function: &mut Function) {
    for block in function.block_ids() {
        if let Terminator::Branch { condition, yes, no } = &function.block(block).terminator {
            let known = function.bool_constant(*condition);
            let target = match known {
                Some(truth) => Some(if truth { yes.clone() } else { no.clone() }),
                None if yes == no => Some(yes.clone()),
                None => None,
            };
            if let Some(target) = target {
                function.block_mut(block).terminator = Terminator::Jump(target);
            }
        }
    }
}

pub fn remove_unreachable(function: &mut Function) {
    let reachable = crate::hir::analysis::reachable(function);
    for block in function.block_ids() {
        if !reachable[block.index()] {
            let block = function.block_mut(block);
            block.instructions.clear();
            block.parameters.clear();
            block.terminator = Terminator::Missing;
            block.entry_state = None;
        }
    }
}

/// Marks what is needed, from the instructions with effects backwards, and drops the rest.
fn remove_unused(function: &mut Function) {
    let cfg = Cfg::new(function);
    let mut marker = Marker {
        needed: vec![false; function.instructions.len()],
        states: vec![false; function.states.len()],
        work: Vec::new(),
    };
    for &block in &cfg.order {
        for &value in &function.block(block).instructions {
            if !function.opcode(value).is_removable() {
                marker.value(value);
            }
        }
        match &function.block(block).terminator {
            Terminator::Branch { condition, .. } => marker.value(*condition),
            Terminator::Return(value) => marker.value(*value),
            Terminator::Exit(state, _) => marker.state(function, Some(*state)),
            _ => {}
        }
        marker.state(function, function.block(block).entry_state);
    }
    let place = parameter_places(function);
    while let Some(value) = marker.work.pop() {
        let instruction = function.get(value).clone();
        instruction.operands.iter().for_each(|operand| marker.value(*operand));
        marker.state(function, instruction.state);
        if let Some((block, index)) = place[value.index()] {
            for (_, argument) in crate::hir::analysis::incoming(function, &cfg, block, index) {
                marker.value(argument);
            }
        }
    }
    sweep(function, &marker.needed);
}

type Place = Option<(crate::hir::BlockId, usize)>;

fn parameter_places(function: &Function) -> Vec<Place> {
    let mut places = vec![None; function.instructions.len()];
    for block in function.block_ids() {
        for (index, parameter) in function.block(block).parameters.iter().enumerate() {
            places[parameter.index()] = Some((block, index));
        }
    }
    places
}

struct Marker {
    needed: Vec<bool>,
    states: Vec<bool>,
    work: Vec<Value>,
}

impl Marker {
    fn value(&mut self, value: Value) {
        if !std::mem::replace(&mut self.needed[value.index()], true) {
            self.work.push(value);
        }
    }

    fn state(&mut self, function: &Function, mut state: Option<StateId>) {
        while let Some(id) = state {
            if std::mem::replace(&mut self.states[id.index()], true) {
                return;
            }
            function.state(id).for_each_use(|value| self.value(value));
            state = function.state(id).parent;
        }
    }
}

fn sweep(function: &mut Function, needed: &[bool]) {
    for id in function.block_ids() {
        let keep: Vec<bool> = function.block(id).parameters.iter().map(|p| needed[p.index()]).collect();
        function.block_mut(id).instructions.retain(|value| needed[value.index()]);
        if keep.iter().all(|keep| *keep) {
            continue;
        }
        let mut index = 0;
        function.block_mut(id).parameters.retain(|_| {
            index += 1;
            keep[index - 1]
        });
        for source in function.block_ids() {
            for edge in function.block_mut(source).terminator.edges_mut() {
                if edge.block == id && edge.arguments.len() == keep.len() {
                    let mut index = 0;
                    edge.arguments.retain(|_| {
                        index += 1;
                        keep[index - 1]
                    });
                }
            }
        }
    }
}

fn merge_blocks(function: &mut Function) {
    let cfg = Cfg::new(function);
    for &block in &cfg.order {
        while let Terminator::Jump(edge) = &function.block(block).terminator {
            let target = edge.block;
            if target == block || target == Function::ENTRY || cfg.predecessors[target.index()].len() != 1 {
                break;
            }
            let arguments = edge.arguments.clone();
            let absorbed = std::mem::take(function.block_mut(target));
            for (parameter, argument) in absorbed.parameters.iter().zip(arguments) {
                function.alias(*parameter, argument);
            }
            let block = function.block_mut(block);
            block.instructions.extend(absorbed.instructions);
            block.terminator = absorbed.terminator;
            block.entry_state = absorbed.entry_state;
            block.cold &= absorbed.cold;
        }
    }
    function.apply_aliases();
}

/// Is the instruction only needed by frame states, so that lowering moves it into the exits?
pub fn is_sunk(function: &Function, uses: &crate::hir::function::Uses, value: Value) -> bool {
    let opcode: Opcode = function.opcode(value);
    opcode.has(Flags::SINKS) && uses.code[value.index()] == 0
}

#[cfg(test)]
mod tests {
    use crate::optimize::run_text;

    #[test]
    fn an_unused_loop_variable_goes() {
        let output = run_text(
            "function t {
            frame f0 code 0 locals 0 stack 0
            state s0 = f0 @0 [|]
            block0:
              v0 = int #0
              jump block1(v0, v0)
            block1(v1: int, v2: int):
              v3 = int #1
              v4 = int_add_fast v1, v3
              v5 = int_xor v2, v3
              v6 = int #9
              v7 = int_compare.lt v4, v6
              branch v7, block1(v4, v5), block2
            block2:
              jump block3
            block3:
              v8 = box_int v4
              return v8
            }",
            super::run,
        );
        assert!(output.contains("block1(v1: int)") && !output.contains("int_xor"), "{output}");
        assert!(!output.contains("block3"), "{output}");
    }
}
