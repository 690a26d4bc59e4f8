//! What is known about memory at a program point: which loads would yield which value.

use crate::hir::{Function, Opcode, Region, Type, Value};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

/// A memory location or a fact about an object, as an instruction that would read it.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Location {
    /// The opcode of the load (of the guard, for facts about an object's shape).
    pub opcode: Opcode,
    /// Its operands, guards stripped.
    pub operands: SmallVec<[Value; 3]>,
    /// Its immediates.
    pub immediates: [i64; 2],
}

/// Known contents of memory.
#[derive(Clone, Default)]
pub struct Memory {
    known: FxHashMap<Location, Value>,
}

/// What a piece of code may write.
#[derive(Clone)]
pub struct Writes {
    /// The regions.
    pub regions: Region,
    /// For the slot region: the offsets, unless something else (a call) writes it.
    pub slots: Vec<i64>,
    /// Is every slot possibly written?
    pub all_slots: bool,
}

impl Default for Writes {
    fn default() -> Self {
        Writes { regions: Region::NONE, slots: Vec::new(), all_slots: false }
    }
}

impl Writes {
    /// Adds what an instruction writes.
    pub fn add(&mut self, function: &Function, value: Value) {
        let instruction = function.get(value);
        let writes = instruction.opcode.definition().writes;
        self.regions = self.regions | writes;
        if instruction.opcode == Opcode::StoreSlot {
            self.slots.push(instruction.immediates[0]);
        } else if writes.meets(Region::SLOT) {
            self.all_slots = true;
        }
    }

    /// Could it change what a load of this location yields?
    pub fn kill(&self, location: &Location) -> bool {
        let reads = location.opcode.definition().reads;
        if !reads.meets(self.regions) {
            return false;
        }
        if location.opcode == Opcode::LoadSlot && !self.all_slots {
            return self.slots.contains(&location.immediates[0]);
        }
        true
    }
}

/// The location that an instruction reads, if what it reads can be known.
pub fn location(function: &Function, value: Value) -> Option<Location> {
    let instruction = function.get(value);
    let definition = instruction.opcode.definition();
    let reads_only = definition.reads != Region::NONE && definition.writes == Region::NONE;
    if !reads_only || instruction.opcode == Opcode::CallPure {
        return None;
    }
    Some(Location {
        opcode: instruction.opcode,
        operands: instruction.operands.iter().map(|operand| function.strip(*operand)).collect(),
        immediates: instruction.immediates,
    })
}

impl Memory {
    /// The value that a load would yield.
    pub fn get(&self, location: &Location) -> Option<Value> {
        self.known.get(location).copied()
    }

    /// Notes that a load yields this value.
    pub fn set(&mut self, location: Location, value: Value) {
        self.known.insert(location, value);
    }

    /// Forgets what these writes may have changed.
    pub fn forget(&mut self, writes: &Writes) {
        if writes.regions != Region::NONE {
            self.known.retain(|location, _| !writes.kill(location));
        }
    }

    /// Keeps what is known on both of two paths.
    pub fn intersect(&mut self, other: &Memory) {
        self.known.retain(|location, value| other.known.get(location) == Some(value));
    }

    /// Notes an instruction's effect: forgets what it may change, learns what it stored or made.
    pub fn step(&mut self, function: &Function, value: Value) {
        let instruction = function.get(value);
        if instruction.opcode.definition().writes != Region::NONE {
            let mut writes = Writes::default();
            writes.add(function, value);
            let keep = self.facts_kept(function, value);
            self.forget(&writes);
            self.known.extend(keep);
        }
        let stripped = |index: usize| function.strip(instruction.operands[index]);
        let learned = match instruction.opcode {
            Opcode::StoreSlot => Some((Opcode::LoadSlot, smallvec::smallvec![stripped(0)], 1)),
            Opcode::StoreCell => Some((Opcode::LoadCell, smallvec::smallvec![stripped(0)], 1)),
            Opcode::StoreIteratorWord => {
                Some((Opcode::LoadIteratorWord, smallvec::smallvec![stripped(0)], 1))
            }
            Opcode::StoreItem => Some((Opcode::LoadItem, smallvec::smallvec![stripped(1), stripped(2)], 3)),
            _ => None,
        };
        if let Some((opcode, operands, stored)) = learned {
            let location = Location { opcode, operands, immediates: [instruction.immediates[0], 0] };
            self.set(location, function.resolve(instruction.operands[stored]));
        }
        if matches!(instruction.opcode, Opcode::StoreShape | Opcode::NarrowShape) {
            let location = Location {
                opcode: Opcode::GuardShape,
                operands: smallvec::smallvec![stripped(0)],
                immediates: instruction.immediates,
            };
            let known = match instruction.opcode {
                Opcode::NarrowShape => value,
                _ => function.resolve(instruction.operands[0]),
            };
            self.set(location, known);
        }
        if instruction.opcode == Opcode::NewInstance {
            let Type { shape, kinds, .. } = instruction.ty;
            let immediates = [i64::from(shape), i64::from(kinds.0)];
            self.set(
                Location { opcode: Opcode::GuardShape, operands: smallvec::smallvec![value], immediates },
                value,
            );
            self.learn_slots(function, value);
        }
    }

    fn learn_slots(&mut self, function: &Function, value: Value) {
        let instruction = function.get(value);
        for (index, operand) in instruction.operands.iter().enumerate() {
            let offset = crate::layout::instance_first_slot(instruction.immediates[1]) + 8 * index as i64;
            let location = Location {
                opcode: Opcode::LoadSlot,
                operands: smallvec::smallvec![value],
                immediates: [offset, 0],
            };
            self.set(location, function.resolve(*operand));
        }
    }

    /// What a store provably leaves as it is, though it is of the same region: slots and items of another
    /// object or at another constant index.
    fn facts_kept(&self, function: &Function, value: Value) -> Vec<(Location, Value)> {
        let instruction = function.get(value);
        let pairs = self.known.iter();
        let keep = |location: &Location| match (instruction.opcode, location.opcode) {
            (Opcode::StoreSlot, Opcode::LoadSlot) => {
                distinct(function, location.operands[0], function.strip(instruction.operands[0]))
            }
            (Opcode::StoreShape, Opcode::GuardShape) => {
                distinct(function, location.operands[0], function.strip(instruction.operands[0]))
            }
            (Opcode::StoreItem, Opcode::LoadItem) => {
                let same_base = location.operands[0] == function.strip(instruction.operands[1]);
                let indices = (
                    function.int_constant(location.operands[1]),
                    function.int_constant(instruction.operands[2]),
                );
                same_base && matches!(indices, (Some(one), Some(other)) if one != other)
            }
            _ => false,
        };
        pairs
            .filter(|(location, _)| keep(location))
            .map(|(location, value)| (location.clone(), *value))
            .collect()
    }
}

/// Can the two values not be the same object?
fn distinct(function: &Function, one: Value, other: Value) -> bool {
    let fresh = |value: Value| function.opcode(value) == Opcode::NewInstance;
    let early = |value: Value| matches!(function.opcode(value), Opcode::LoadLocal | Opcode::Constant);
    one != other && (fresh(one) && (fresh(other) || early(other)) || fresh(other) && early(one))
}
