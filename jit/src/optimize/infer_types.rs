//! Type inference: an optimistic forward fixpoint of [`Type`]s over the graph.
//!
//! Block parameters start as "nothing" and grow with what reaches them; the result is written into every
//! instruction's `ty`. Intervals of ints are not tracked here (see `ranges`), but for constants.

use crate::hir::function::kinds_of;
use crate::hir::{Cfg, Function, Kinds, Opcode, Representation, Type, Value};

/// Infers the types of all values.
pub fn run(function: &mut Function) {
    let cfg = Cfg::new(function);
    for &block in &cfg.order[1..] {
        for parameter in function.block(block).parameters.clone() {
            if function.get(parameter).representation == Representation::Tagged {
                function.get_mut(parameter).ty = Type::NOTHING;
            }
        }
    }
    let mut changed = true;
    while changed {
        changed = false;
        for &block in &cfg.order {
            for value in function.block(block).instructions.clone() {
                let ty = result_type(function, value);
                if ty != function.get(value).ty {
                    function.get_mut(value).ty = ty;
                    changed = true;
                }
            }
            for edge in function.block(block).terminator.clone().edges() {
                for (index, argument) in edge.arguments.iter().enumerate() {
                    let parameter = function.block(edge.block).parameters[index];
                    let old = function.get(parameter).ty;
                    if function.get(parameter).representation != Representation::Tagged {
                        continue;
                    }
                    let mut new = old.join(function.get(*argument).ty);
                    if old.kinds != Kinds::NOTHING && (new.low, new.high) != (old.low, old.high) {
                        new = Type { low: Type::ANY.low, high: Type::ANY.high, ..new };
                    }
                    if new != old {
                        function.get_mut(parameter).ty = new;
                        changed = true;
                    }
                }
            }
        }
    }
}

fn result_type(function: &Function, value: Value) -> Type {
    let instruction = function.get(value);
    let operand = instruction.operands.first().map_or(Type::NOTHING, |v| function.get(*v).ty);
    let [first, second] = instruction.immediates;
    let narrow = |kinds: Kinds| {
        // An operand without a type yet (optimistic): say nothing either.
        Type { kinds: operand.kinds & kinds, ..operand }
    };
    match instruction.opcode {
        Opcode::Constant => {
            let ty = crate::layout::type_of_word(first as u64);
            Type { kinds: ty.kinds & instruction.ty.kinds, shape: instruction.ty.shape, ..ty }
        }
        Opcode::IntConstant => Type::int(first, first),
        Opcode::GuardShape | Opcode::NarrowShape => {
            Type { shape: first as u32, ..narrow(Kinds(second as u32)) }
        }
        Opcode::GuardLayout => narrow(Kinds(second as u32)),
        Opcode::GuardConstant => {
            let ty = crate::layout::type_of_word(first as u64);
            Type { constant: first as u64, low: ty.low, high: ty.high, ..narrow(ty.kinds) }
        }
        Opcode::GuardBool => narrow(Kinds::BOOL),
        Opcode::GuardPresent => narrow(Kinds(Kinds::ANY.0 & !Kinds::ABSENT.0)),
        Opcode::BoxInt => {
            Type { kinds: Kinds::INT, shape: 0, constant: 0, low: operand.low, high: operand.high }
        }
        Opcode::BoxFloat => Type::of(Kinds::FLOAT),
        Opcode::BoxBool => Type::of(Kinds::BOOL),
        Opcode::NewInstance => Type::shaped(Kinds::OBJECT, first as u32),
        Opcode::NewTuple => Type::of(Kinds::TUPLE),
        Opcode::NewList => Type::of(Kinds::LIST),
        Opcode::NewBoundMethod => Type::of(Kinds::BOUND_METHOD),
        Opcode::NewCell => Type::of(Kinds::CELL),
        Opcode::NewRangeIterator | Opcode::NewSequenceIterator => Type::of(Kinds::ITERATOR),
        Opcode::NewEnumerate => Type::of(Kinds::OBJECT),
        Opcode::UnboxInt if operand.kinds.meets(Kinds::INT) => Type::int(operand.low, operand.high),
        _ => match instruction.representation {
            // What the builder knew about loads and calls, and what `ranges` found, stays.
            Representation::Tagged | Representation::Int => instruction.ty,
            other => Type::of(kinds_of(other)),
        },
    }
}

#[cfg(test)]
mod tests {
    use crate::optimize::run_text;

    #[test]
    fn loop_parameters_get_the_join_of_what_reaches_them() {
        let output = run_text(
            "function t {
            frame f0 code 0 locals 1 stack 1
            state s0 = f0 @0 [v1|]
            block0:
              v0 = const #0x1
              jump block1(v0)
            block1(v1: tagged):
              v2 = check_int v1 !s0
              v3 = int #1
              v4 = int_add v2, v3 !s0
              v5 = box_int v4
              v6 = int #100
              v7 = int_compare.lt v4, v6
              branch v7, block1(v5), block2(v1)
            block2(v8: tagged):
              return v8
            }",
            super::run,
        );
        assert!(output.contains("block1(v1: tagged Int)"), "{output}");
        assert!(output.contains("block2(v8: tagged Int)"), "{output}");
    }
}
