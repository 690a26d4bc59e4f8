//! Scalar replacement: instances that never leave the compiled code aren't made.
//!
//! An instance qualifies if nothing but slot accesses, shape guards, identity tests and frame states use it. Its slots become SSA
//! values: a walk over the blocks that its allocation dominates carries their current values (and the shape) along, and adds block
//! parameters where paths disagree. An exit that mentions the instance gets one made of the values of that moment, by an
//! allocation that only its frame state uses and that lowering therefore moves into the exit.

use crate::hir::function::Uses;
use crate::hir::{BlockId, Cfg, Flags, Function, Opcode, Representation, StateId, Terminator, Type, Value};
use crate::layout::instance_first_slot;
use rustc_hash::FxHashMap;

/// Replaces what qualifies.
pub fn run(function: &mut Function) {
    for _ in 0..64 {
        let cfg = Cfg::new(function);
        let uses = function.count_uses();
        let Some(instance) = find(function, &cfg, &uses) else { break };
        Replacement::new(function, &cfg, instance).run();
        super::dead_code::run(function);
    }
}

/// An instance that qualifies and is used by more than exits.
fn find(function: &Function, cfg: &Cfg, uses: &Uses) -> Option<Value> {
    let mut candidates: Vec<Value> = cfg
        .order
        .iter()
        .flat_map(|block| &function.block(*block).instructions)
        .copied()
        .filter(|value| function.opcode(*value) == Opcode::NewInstance && uses.code[value.index()] > 0)
        .collect();
    if candidates.is_empty() {
        return None;
    }
    let mut escapes = vec![false; function.instructions.len()];
    for &block in &cfg.order {
        for &value in &function.block(block).instructions {
            mark_escapes(function, uses, value, &mut escapes);
        }
        function.block(block).terminator.for_each_use(|used| escapes[function.strip(used).index()] = true);
    }
    candidates.retain(|candidate| !escapes[candidate.index()] && shapes_agree(function, cfg, *candidate));
    candidates.first().copied()
}

/// Marks the operands that an instruction lets out.
fn mark_escapes(function: &Function, uses: &Uses, user: Value, escapes: &mut [bool]) {
    let instruction = function.get(user);
    let sunk = instruction.opcode.has(Flags::SINKS) && uses.code[user.index()] == 0;
    for (index, operand) in instruction.operands.iter().enumerate() {
        let base = function.strip(*operand);
        let fine = match instruction.opcode {
            Opcode::GuardShape
            | Opcode::StoreShape
            | Opcode::Is
            | Opcode::IsConstant
            | Opcode::GuardPresent => true,
            Opcode::LoadSlot => slot_index(function, base, instruction.immediates[0]).is_some(),
            Opcode::StoreSlot => {
                index == 0 && slot_index(function, base, instruction.immediates[0]).is_some()
            }
            _ => sunk,
        };
        if !fine {
            escapes[base.index()] = true;
        }
    }
}

/// The number of the slot at an offset of an instance.
fn slot_index(function: &Function, instance: Value, offset: i64) -> Option<usize> {
    let instruction = function.get(instance);
    if instruction.opcode != Opcode::NewInstance {
        return None;
    }
    let distance = offset.checked_sub(instance_first_slot(instruction.immediates[1]))?;
    let index = usize::try_from(distance / 8).ok()?;
    (index < instruction.operands.len()).then_some(index)
}

/// Does every guard of the instance's shape find the shape that it has there?
fn shapes_agree(function: &Function, cfg: &Cfg, instance: Value) -> bool {
    let Some(home) = home_of(function, cfg, instance) else { return false };
    let mut out: FxHashMap<BlockId, i64> = FxHashMap::default();
    let mut inside = false;
    for &block in &cfg.order {
        if !cfg.dominates(home, block) {
            continue;
        }
        let mut shape = function.get(instance).immediates[0];
        if block == home {
            inside = false;
        } else {
            let mut known = cfg.predecessors[block.index()].iter().filter_map(|source| out.get(source));
            let Some(first) = known.next() else { return false };
            if known.any(|other| other != first) {
                return false;
            }
            shape = *first;
        }
        for &value in &function.block(block).instructions {
            inside |= value == instance;
            let instruction = function.get(value);
            let concerns = instruction.operands.first().is_some_and(|base| function.strip(*base) == instance);
            match instruction.opcode {
                Opcode::StoreShape if concerns => shape = instruction.immediates[0],
                Opcode::GuardShape if concerns && instruction.immediates[0] != shape => return false,
                _ => {}
            }
        }
        out.insert(block, shape);
    }
    debug_assert!(inside || !out.is_empty());
    // A back edge must bring the shape that the header was entered with.
    cfg.order.iter().filter(|block| **block != home && cfg.dominates(home, **block)).all(|block| {
        let shapes: Vec<_> =
            cfg.predecessors[block.index()].iter().filter_map(|source| out.get(source)).collect();
        shapes.windows(2).all(|pair| pair[0] == pair[1])
    })
}

fn home_of(function: &Function, cfg: &Cfg, instance: Value) -> Option<BlockId> {
    cfg.order.iter().copied().find(|block| function.block(*block).instructions.contains(&instance))
}

struct Replacement<'a> {
    function: &'a mut Function,
    cfg: &'a Cfg,
    instance: Value,
    home: BlockId,
    /// Slots and shape at the end of blocks.
    out: FxHashMap<BlockId, (Vec<Value>, i64)>,
    /// Blocks that got a parameter for each slot.
    merged: Vec<BlockId>,
}

impl<'a> Replacement<'a> {
    fn new(function: &'a mut Function, cfg: &'a Cfg, instance: Value) -> Self {
        let home = home_of(function, cfg, instance).unwrap_or(Function::ENTRY);
        Replacement { function, cfg, instance, home, out: FxHashMap::default(), merged: Vec::new() }
    }

    fn run(mut self) {
        for &block in &self.cfg.order {
            if self.cfg.dominates(self.home, block) {
                self.block(block);
            }
        }
        for block in std::mem::take(&mut self.merged) {
            let mut sources = self.cfg.predecessors[block.index()].clone();
            sources.sort_unstable();
            sources.dedup();
            for source in sources {
                let slots = self.out[&source].0.clone();
                for edge in self.function.block_mut(source).terminator.edges_mut() {
                    if edge.block == block {
                        edge.arguments.extend(slots.iter().copied());
                    }
                }
            }
        }
        self.function.apply_aliases();
    }

    /// The slots and shape at the beginning of a block.
    fn at_start(&mut self, block: BlockId) -> (Vec<Value>, i64) {
        let instruction = self.function.get(self.instance).clone();
        if block == self.home {
            return (instruction.operands.to_vec(), instruction.immediates[0]);
        }
        let known: Vec<Option<(Vec<Value>, i64)>> =
            self.cfg.predecessors[block.index()].iter().map(|source| self.out.get(source).cloned()).collect();
        let shape = known.iter().flatten().next().map_or(instruction.immediates[0], |(_, shape)| *shape);
        if let Some(Some((first, _))) = known.first()
            && known.iter().all(|other| other.as_ref().is_some_and(|(slots, _)| slots == first))
        {
            return (first.clone(), shape);
        }
        self.merged.push(block);
        let slots = (0..instruction.operands.len())
            .map(|_| self.function.add_parameter(block, Representation::Tagged))
            .collect();
        (slots, shape)
    }

    fn block(&mut self, block: BlockId) {
        let (mut slots, mut shape) = self.at_start(block);
        let mut made = None;
        let mut states: FxHashMap<StateId, StateId> = FxHashMap::default();
        let mut before_home = block == self.home;
        for value in std::mem::take(&mut self.function.block_mut(block).instructions) {
            if value == self.instance {
                before_home = false;
                continue;
            }
            if before_home {
                self.function.block_mut(block).instructions.push(value);
                continue;
            }
            let instruction = self.function.get(value).clone();
            let concerns =
                instruction.operands.first().is_some_and(|base| self.function.strip(*base) == self.instance);
            let index = slot_index(self.function, self.instance, instruction.immediates[0]);
            match (instruction.opcode, concerns, index) {
                (Opcode::LoadSlot, true, Some(index)) => {
                    let slot = self.function.resolve(slots[index]);
                    self.function.alias(value, slot);
                    continue;
                }
                (Opcode::StoreSlot, true, Some(index)) => {
                    slots[index] = self.function.resolve(instruction.operands[1]);
                    (made, states) = (None, FxHashMap::default());
                    continue;
                }
                (Opcode::StoreShape, true, _) => {
                    shape = instruction.immediates[0];
                    (made, states) = (None, FxHashMap::default());
                    continue;
                }
                (Opcode::GuardShape | Opcode::GuardPresent, true, _) => {
                    self.function.alias(value, self.instance);
                    continue;
                }
                (Opcode::Is | Opcode::IsConstant, ..) if self.mentions(&instruction.operands) => {
                    self.identity(value, instruction.opcode);
                }
                _ => {}
            }
            if self.mentions(&self.function.get(value).operands.clone()) {
                // An allocation that only exits use.
                let object = self.materialize(block, &mut made, &slots, shape);
                let operands = self.function.get(value).operands.clone();
                self.function.get_mut(value).operands = operands
                    .iter()
                    .map(
                        |operand| {
                            if self.function.strip(*operand) == self.instance { object } else { *operand }
                        },
                    )
                    .collect();
            }
            if let Some(state) = instruction.state {
                let state = self.replace_state(block, state, &mut made, &mut states, &slots, shape);
                self.function.get_mut(value).state = Some(state);
            }
            self.function.block_mut(block).instructions.push(value);
        }
        if let Terminator::Exit(state, reason) = self.function.block(block).terminator {
            let state = self.replace_state(block, state, &mut made, &mut states, &slots, shape);
            self.function.block_mut(block).terminator = Terminator::Exit(state, reason);
        }
        if let Some(state) = self.function.block(block).entry_state {
            let state = self.replace_state(block, state, &mut made, &mut states, &slots, shape);
            self.function.block_mut(block).entry_state = Some(state);
        }
        self.out.insert(block, (slots, shape));
    }

    fn mentions(&self, operands: &[Value]) -> bool {
        operands.iter().any(|operand| self.function.strip(*operand) == self.instance)
    }

    /// The instance is only the same object as itself.
    fn identity(&mut self, value: Value, opcode: Opcode) {
        let operands = self.function.get(value).operands.clone();
        let same = opcode == Opcode::Is
            && operands.iter().all(|operand| self.function.strip(*operand) == self.instance);
        super::simplify::set_opcode(self.function, value, Opcode::BoolConstant, &[], [i64::from(same), 0]);
    }

    /// An object with the current slots, for exits.
    fn materialize(
        &mut self,
        block: BlockId,
        made: &mut Option<Value>,
        slots: &[Value],
        shape: i64,
    ) -> Value {
        if let Some(object) = made {
            return *object;
        }
        let immediates = [shape, self.function.get(self.instance).immediates[1]];
        let ty = Type { shape: shape as u32, ..self.function.get(self.instance).ty };
        let object = self.function.append(block, Opcode::NewInstance, slots, immediates, None);
        self.function.get_mut(object).ty = ty;
        *made = Some(object);
        object
    }

    fn replace_state(
        &mut self,
        block: BlockId,
        state: StateId,
        made: &mut Option<Value>,
        states: &mut FxHashMap<StateId, StateId>,
        slots: &[Value],
        shape: i64,
    ) -> StateId {
        if let Some(known) = states.get(&state) {
            return *known;
        }
        let old = self.function.state(state).clone();
        let parent = old.parent.map(|parent| self.replace_state(block, parent, made, states, slots, shape));
        let mut mentioned = false;
        old.for_each_use(|value| mentioned |= self.function.strip(value) == self.instance);
        let new = if mentioned {
            let object = self.materialize(block, made, slots, shape);
            let mut new = old;
            for value in new.locals.iter_mut().chain(&mut new.stack).chain([&mut new.owner]).flatten() {
                if self.function.strip(*value) == self.instance {
                    *value = object;
                }
            }
            new.parent = parent;
            self.function.add_state(new)
        } else if parent != old.parent {
            self.function.add_state(crate::hir::FrameState { parent, ..old })
        } else {
            state
        };
        states.insert(state, new);
        new
    }
}

#[cfg(test)]
mod tests {
    use crate::optimize::run_text;

    const POINT: &str = "function t {
        frame f0 code 0 locals 2 stack 1
        state s0 = f0 @0 [v0 v3|]
        block0:
          v0 = load_local #0
          v1 = const #0x0
          v2 = const #0x3
          v3 = new_instance #7 #34359738392 v1, v1
          v4 = guard_shape #7 #65536 v3 !s0
          store_slot #16 v4, v2
          store_shape #8 #65536 v4
          v5 = guard_bool v0 !s0
          v6 = unbox_bool v5
          branch v6, block1, block2
        block1:
          store_slot #16 v3, v0
          jump block2
        block2:
          v7 = guard_shape #8 #65536 v3 !s0
          v8 = load_slot #16 v7
          v9 = check_int v8 !s0
          v10 = box_int v9
          return v10
        }";

    #[test]
    fn slots_become_values_and_exits_make_the_object() {
        let output = run_text(POINT, super::run);
        assert!(!output.contains("store_slot") && !output.contains("guard_shape"), "{output}");
        assert!(output.contains("new_instance #8"), "an exit mentions it: {output}");
        assert!(output.contains("block2(v"), "the paths disagree about the slot: {output}");
    }

    #[test]
    fn an_object_that_is_returned_stays() {
        let text = POINT.replace("return v10", "return v7");
        let output = run_text(&text, super::run);
        assert!(output.contains("store_slot"), "{output}");
    }
}
