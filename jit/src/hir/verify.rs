//! Checks a function's invariants: after each pass in tests, and once before lowering in debug builds.

use super::analysis::{Cfg, block_of_values};
use super::function::{BlockId, Function, StateId, Terminator, Value};
use super::instruction::{Flags, Opcode, Representation};

/// Checks that the function is well-formed; the error says what is not.
pub fn verify(function: &Function) -> Result<(), String> {
    let cfg = Cfg::new(function);
    let mut place = vec![(BlockId(u32::MAX), 0); function.instructions.len()];
    for &id in &cfg.order {
        let block = function.block(id);
        for (index, value) in block.parameters.iter().enumerate() {
            define(&mut place, *value, id, index)?;
        }
        for (index, value) in block.instructions.iter().enumerate() {
            define(&mut place, *value, id, block.parameters.len() + index)?;
        }
    }
    let verifier = Verifier { function, cfg, place };
    for &block in &verifier.cfg.order {
        verifier.block(block).map_err(|message| format!("{block}: {message}\n{function}"))?;
    }
    debug_assert_eq!(block_of_values(function).len(), function.instructions.len());
    Ok(())
}

fn define(place: &mut [(BlockId, usize)], value: Value, block: BlockId, index: usize) -> Result<(), String> {
    if place[value.index()].0 != BlockId(u32::MAX) {
        return Err(format!("{value} is defined twice"));
    }
    place[value.index()] = (block, index);
    Ok(())
}

struct Verifier<'a> {
    function: &'a Function,
    cfg: Cfg,
    place: Vec<(BlockId, usize)>,
}

impl Verifier<'_> {
    fn block(&self, id: BlockId) -> Result<(), String> {
        let block = self.function.block(id);
        for (index, &value) in block.instructions.iter().enumerate() {
            self.instruction(id, block.parameters.len() + index, value)
                .map_err(|message| format!("{value} ({}): {message}", self.function.opcode(value)))?;
        }
        let end = usize::MAX;
        match &block.terminator {
            Terminator::Missing => return Err("no terminator".to_string()),
            Terminator::Branch { condition, .. } => {
                self.used(*condition, id, end, Some(Representation::Bool))?;
            }
            Terminator::Return(value) => self.used(*value, id, end, Some(Representation::Tagged))?,
            Terminator::Exit(state, _) => self.state(*state, id, end)?,
            Terminator::Jump(_) => {}
        }
        if let Some(state) = block.entry_state {
            self.state(state, id, end)?;
        }
        for edge in block.terminator.edges() {
            let parameters = &self.function.block(edge.block).parameters;
            if parameters.len() != edge.arguments.len() {
                return Err(format!("{} arguments to {}", edge.arguments.len(), edge.block));
            }
            for (argument, parameter) in edge.arguments.iter().zip(parameters) {
                self.used(*argument, id, end, Some(self.function.get(*parameter).representation))?;
            }
        }
        Ok(())
    }

    fn instruction(&self, block: BlockId, index: usize, value: Value) -> Result<(), String> {
        let instruction = self.function.get(value);
        let definition = instruction.opcode.definition();
        if instruction.opcode == Opcode::Parameter {
            return Err("a parameter among the instructions".to_string());
        }
        let fixed = definition.operands.len() - usize::from(definition.variadic);
        let given = instruction.operands.len();
        if given < fixed || (given > fixed && !definition.variadic) {
            return Err(format!("{given} operands"));
        }
        for (at, operand) in instruction.operands.iter().enumerate() {
            let expected = definition.operands[at.min(definition.operands.len() - 1)];
            self.used(*operand, block, index, Some(expected))?;
        }
        match instruction.state {
            Some(state) => self.state(state, block, index),
            None if instruction.opcode.has(Flags::EXITS) => Err("no frame state".to_string()),
            None => Ok(()),
        }
    }

    fn state(&self, id: StateId, block: BlockId, index: usize) -> Result<(), String> {
        let state = self.function.state(id);
        let mut result = Ok(());
        state.for_each_use(|value| {
            if result.is_ok() {
                result = self.used(value, block, index, None);
            }
        });
        result.map_err(|message| format!("state {id}: {message}"))?;
        match state.parent {
            Some(parent) => self.state(parent, block, index),
            None => Ok(()),
        }
    }

    fn used(
        &self,
        value: Value,
        block: BlockId,
        index: usize,
        expected: Option<Representation>,
    ) -> Result<(), String> {
        let (home, at) = self.place[value.index()];
        if home == BlockId(u32::MAX) {
            return Err(format!("{value} is not defined"));
        }
        let fine = if home == block { at < index } else { self.cfg.dominates(home, block) };
        if !fine {
            return Err(format!("{value} does not dominate its use"));
        }
        let actual = self.function.get(value).representation;
        match expected {
            Some(expected) if expected != actual => Err(format!("{value} is {actual:?}, not {expected:?}")),
            _ => Ok(()),
        }
    }
}
