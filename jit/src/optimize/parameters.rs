//! Block parameters: removes those that are always the same value, and unboxes those that are always a small
//! int, a float or a bool.
//!
//! A loop's parameter that the loop itself only ever makes an int (or float) and that it checks to be one is
//! also unboxed if nothing is known about what enters the loop: the check moves in front of the loop.

use super::infer_types;
use crate::hir::analysis::incoming;
use crate::hir::{
    BlockId, Cfg, Function, Kinds, LoopForest, Opcode, Representation, Terminator, Type, Value,
};
use rustc_hash::FxHashMap;

/// Removes parameters that are always the same value.
pub fn run(function: &mut Function) {
    let cfg = Cfg::new(function);
    loop {
        let mut changed = false;
        for &block in &cfg.order[1..] {
            let mut index = 0;
            while index < function.block(block).parameters.len() {
                match only_value(function, &cfg, block, index) {
                    Some(value) => {
                        let parameter = function.block_mut(block).parameters.remove(index);
                        function.alias(parameter, value);
                        remove_arguments(function, &cfg, block, index);
                        changed = true;
                    }
                    None => index += 1,
                }
            }
        }
        if !changed {
            break;
        }
    }
    function.apply_aliases();
}

fn only_value(function: &Function, cfg: &Cfg, block: BlockId, index: usize) -> Option<Value> {
    let parameter = function.block(block).parameters[index];
    let mut only = None;
    for (_, argument) in incoming(function, cfg, block, index) {
        let argument = function.resolve(argument);
        if argument == parameter || Some(argument) == only {
            continue;
        }
        match only {
            // Two constants can be the same without being the same instruction, but neither then dominates.
            Some(_) => return None,
            None => only = Some(argument),
        }
    }
    only
}

fn remove_arguments(function: &mut Function, cfg: &Cfg, block: BlockId, index: usize) {
    let mut sources = cfg.predecessors[block.index()].clone();
    sources.sort_unstable();
    sources.dedup();
    for source in sources {
        for edge in function.block_mut(source).terminator.edges_mut() {
            if edge.block == block {
                edge.arguments.remove(index);
            }
        }
    }
}

/// Unboxes parameters. Needs the types.
pub fn unbox(function: &mut Function) {
    let cfg = Cfg::new(function);
    speculate(function, &cfg);
    infer_types::run(function);
    let uses = unboxing_uses(function);
    for &block in &cfg.order[1..] {
        for index in 0..function.block(block).parameters.len() {
            let parameter = function.block(block).parameters[index];
            let instruction = function.get(parameter);
            if instruction.representation != Representation::Tagged {
                continue;
            }
            let ty = instruction.ty;
            let target = if ty.kinds == Kinds::INT {
                Representation::Int
            } else if ty.kinds == Kinds::FLOAT {
                Representation::Float
            } else if ty.kinds == Kinds::BOOL {
                Representation::Bool
            } else {
                continue;
            };
            let boxed_on_entry = incoming(function, &cfg, block, index).iter().any(|(_, argument)| {
                matches!(function.opcode(*argument), Opcode::BoxInt | Opcode::BoxFloat | Opcode::BoxBool)
            });
            if boxed_on_entry || uses[parameter.index()] {
                unbox_one(function, &cfg, block, index, target);
            }
        }
    }
    function.apply_aliases();
}

/// Which values are an operand of an unboxing instruction?
fn unboxing_uses(function: &Function) -> Vec<bool> {
    let mut used = vec![false; function.instructions.len()];
    for block in &function.blocks {
        for value in &block.instructions {
            let instruction = function.get(*value);
            let unboxes = matches!(
                instruction.opcode,
                Opcode::CheckInt
                    | Opcode::UnboxInt
                    | Opcode::CheckFloat
                    | Opcode::UnboxFloat
                    | Opcode::CheckNumber
                    | Opcode::UnboxBool
            );
            if unboxes {
                used[function.strip(instruction.operands[0]).index()] = true;
            }
        }
    }
    used
}

fn unbox_one(function: &mut Function, cfg: &Cfg, block: BlockId, index: usize, target: Representation) {
    let (unbox, boxing) = match target {
        Representation::Int => (Opcode::UnboxInt, Opcode::BoxInt),
        Representation::Float => (Opcode::UnboxFloat, Opcode::BoxFloat),
        _ => (Opcode::UnboxBool, Opcode::BoxBool),
    };
    let old = function.block(block).parameters[index];
    let new = function.add_parameter(block, target);
    function.get_mut(new).ty = function.get(old).ty;
    function.block_mut(block).parameters.pop();
    function.block_mut(block).parameters[index] = new;
    let boxed = function.make(boxing, &[new], [0; 2]);
    function.get_mut(boxed).ty = function.get(old).ty;
    function.block_mut(block).instructions.insert(0, boxed);
    function.alias(old, boxed);
    let mut sources = cfg.predecessors[block.index()].clone();
    sources.sort_unstable();
    sources.dedup();
    for source in sources {
        let arguments: Vec<Value> = function
            .block(source)
            .terminator
            .edges()
            .iter()
            .filter(|edge| edge.block == block)
            .map(|edge| function.resolve(edge.arguments[index]))
            .collect();
        let unboxed: Vec<Value> = arguments
            .into_iter()
            .map(|argument| {
                let source_of = function.get(function.strip(argument)).clone();
                if source_of.opcode == boxing {
                    return function.resolve(source_of.operands[0]);
                }
                let value = function.append(source, unbox, &[argument], [0; 2], None);
                function.get_mut(value).ty = function.get(argument).ty;
                value
            })
            .collect();
        let edges = function.block_mut(source).terminator.edges_mut();
        for (edge, argument) in edges.into_iter().filter(|edge| edge.block == block).zip(unboxed) {
            edge.arguments[index] = argument;
        }
    }
}

/// Moves the checks of loop parameters in front of the loop where that makes their type known.
fn speculate(function: &mut Function, cfg: &Cfg) {
    let loops = LoopForest::new(function, cfg);
    let checked = checks_by_value(function, cfg, &loops);
    let mut candidates: FxHashMap<Value, (BlockId, BlockId, usize, Kinds)> = FxHashMap::default();
    for found in &loops.loops {
        let Some(preheader) = found.preheader else { continue };
        if function.block(preheader).entry_state.is_none() {
            continue;
        }
        for (index, parameter) in function.block(found.header).parameters.iter().enumerate() {
            let instruction = function.get(*parameter);
            if instruction.representation == Representation::Tagged
                && let Some(kinds) = checked.get(parameter)
                && !instruction.ty.is(*kinds)
            {
                candidates.insert(*parameter, (found.header, preheader, index, *kinds));
            }
        }
    }
    while !candidates.is_empty() {
        let types = with_assumptions(function, cfg, &candidates);
        let before = candidates.len();
        candidates.retain(|parameter, (.., kinds)| {
            let ty = types[parameter.index()];
            ty.kinds != Kinds::NOTHING && ty.is(*kinds)
        });
        if candidates.len() == before {
            break;
        }
    }
    for (_, preheader, index, kinds) in candidates.into_values() {
        let Terminator::Jump(edge) = &function.block(preheader).terminator else { continue };
        let argument = edge.arguments[index];
        if function.get(argument).ty.is(kinds) {
            continue;
        }
        let state = function.block(preheader).entry_state;
        let (check, boxing) = match kinds {
            Kinds::INT => (Opcode::CheckInt, Opcode::BoxInt),
            _ => (Opcode::CheckFloat, Opcode::BoxFloat),
        };
        let unboxed = function.append(preheader, check, &[argument], [0; 2], state);
        let boxed = function.append(preheader, boxing, &[unboxed], [0; 2], None);
        if let Terminator::Jump(edge) = &mut function.block_mut(preheader).terminator {
            edge.arguments[index] = boxed;
        }
    }
}

/// The kinds that values are checked for on every iteration of the innermost loop around the check.
fn checks_by_value(function: &Function, cfg: &Cfg, loops: &LoopForest) -> FxHashMap<Value, Kinds> {
    let mut checked = FxHashMap::default();
    for &block in &cfg.order {
        let Some(innermost) = loops.innermost.get(&block) else { continue };
        let always = loops.loops[*innermost].latches.iter().all(|latch| cfg.dominates(block, *latch));
        if !always && loops.loops[*innermost].header != block {
            continue;
        }
        for value in &function.block(block).instructions {
            let instruction = function.get(*value);
            let kinds = match instruction.opcode {
                Opcode::CheckInt => Kinds::INT,
                Opcode::CheckFloat => Kinds::FLOAT,
                _ => continue,
            };
            checked.entry(function.strip(instruction.operands[0])).or_insert(kinds);
        }
    }
    checked
}

/// The types if the candidates' values on entry to their loop were of the kinds that they are checked for.
fn with_assumptions(
    function: &Function,
    cfg: &Cfg,
    candidates: &FxHashMap<Value, (BlockId, BlockId, usize, Kinds)>,
) -> Vec<Type> {
    let mut trial = function.clone();
    let mut by_preheader: Vec<_> = candidates.values().collect();
    by_preheader.sort_by_key(|(_, preheader, index, _)| (*preheader, *index));
    for (_, preheader, index, kinds) in by_preheader {
        let Terminator::Jump(edge) = &trial.block(*preheader).terminator else { continue };
        let argument = edge.arguments[*index];
        // A layout guard that nothing will execute: it only narrows the type in the trial.
        let guard = trial.append(*preheader, Opcode::GuardLayout, &[argument], [0, i64::from(kinds.0)], None);
        if let Terminator::Jump(edge) = &mut trial.block_mut(*preheader).terminator {
            edge.arguments[*index] = guard;
        }
    }
    debug_assert!(cfg.is_reachable(Function::ENTRY));
    infer_types::run(&mut trial);
    trial.instructions.iter().map(|instruction| instruction.ty).collect()
}

#[cfg(test)]
mod tests {
    use crate::optimize::run_text;

    const SUM: &str = "function sum {
        frame f0 code 0 locals 2 stack 1
        state s0 = f0 @3 [v0 v1|]
        state s1 = f0 @5 [v3 v4|]
        block0:
          v0 = load_local #0
          v1 = const #0x1
          jump block1(v0, v1) !s0
        block1(v3: tagged, v4: tagged):
          v5 = check_int v3 !s1
          v6 = int #0
          v7 = int_compare.gt v5, v6
          branch v7, block2, block3
        block2:
          v8 = check_int v4 !s1
          v9 = int_add v8, v5 !s1
          v10 = box_int v9
          v11 = int #1
          v12 = int_sub v5, v11 !s1
          v13 = box_int v12
          jump block1(v13, v10)
        block3:
          return v4
        }";

    #[test]
    fn loop_parameters_are_unboxed_with_a_check_in_front_of_the_loop() {
        let output = run_text(SUM, super::unbox);
        assert!(
            output.contains("block1(v14: int, v18: int)") || output.matches(": int").count() >= 2,
            "{output}"
        );
        let before_loop = output.split("block1(").next().unwrap();
        assert!(before_loop.contains("check_int v0"), "{output}");
    }

    #[test]
    fn a_parameter_that_never_changes_goes() {
        let text = SUM.replace("jump block1(v13, v10)", "jump block1(v3, v10)");
        let output = run_text(&text, super::run);
        assert!(output.contains("block1(v4: tagged)") && output.contains("check_int v0"), "{output}");
    }
}
