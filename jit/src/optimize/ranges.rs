//! Interval analysis of ints: removes overflow checks, bounds checks and comparisons whose outcome is known.
//!
//! An interval is computed for every int by a forward fixpoint that widens at block parameters. Where a value is
//! used, the branches that dominate the use narrow the interval further, and a dominating `i < n` answers a
//! bounds check of `i` against `n` even where `n` is unknown.

use crate::hir::analysis::incoming;
use crate::hir::types::{INT_MAX, INT_MIN};
use crate::hir::{BlockId, Cfg, Condition, Function, Kinds, Opcode, Representation, Terminator, Type, Value};

/// The longest list or string that is thought possible.
const LENGTH_MAX: i64 = 1 << 47;
const FULL: Interval = Interval { low: INT_MIN, high: INT_MAX };

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Interval {
    low: i64,
    high: i64,
}

impl Interval {
    const EMPTY: Interval = Interval { low: 1, high: 0 };

    fn is_empty(self) -> bool {
        self.low > self.high
    }

    fn join(self, other: Interval) -> Interval {
        match (self.is_empty(), other.is_empty()) {
            (true, _) => other,
            (_, true) => self,
            _ => Interval { low: self.low.min(other.low), high: self.high.max(other.high) },
        }
    }

    /// The interval of exact results, if it fits a small int.
    fn checked(low: i128, high: i128) -> Option<Interval> {
        (low >= i128::from(INT_MIN) && high <= i128::from(INT_MAX))
            .then_some(Interval { low: low as i64, high: high as i64 })
    }

    fn clamped(low: i128, high: i128) -> Interval {
        let clamp = |bound: i128| bound.clamp(i128::from(INT_MIN), i128::from(INT_MAX)) as i64;
        Interval { low: clamp(low), high: clamp(high) }
    }
}

/// Computes intervals and uses them.
pub fn run(function: &mut Function) {
    let cfg = Cfg::new(function);
    let mut ranges = Ranges::new(function, &cfg);
    ranges.solve(function);
    for &block in &cfg.order {
        let instructions = function.block(block).instructions.clone();
        for value in instructions {
            rewrite(function, &ranges, block, value);
        }
    }
    for (index, &interval) in ranges.known.iter().enumerate() {
        if function.instructions[index].representation == Representation::Int && !interval.is_empty() {
            function.instructions[index].ty = Type::int(interval.low, interval.high);
        }
    }
    function.apply_aliases();
}

struct Ranges<'a> {
    cfg: &'a Cfg,
    known: Vec<Interval>,
    changes: Vec<u8>,
    /// For each block, the comparison that holds whenever it is entered.
    facts: Vec<Option<(Condition, Value, Value)>>,
}

impl<'a> Ranges<'a> {
    fn new(function: &Function, cfg: &'a Cfg) -> Self {
        let mut facts = vec![None; function.blocks.len()];
        for &block in &cfg.order {
            if let [predecessor] = cfg.predecessors[block.index()][..] {
                facts[block.index()] = fact(function, predecessor, block);
            }
        }
        let count = function.instructions.len();
        Ranges { cfg, known: vec![Interval::EMPTY; count], changes: vec![0; count], facts }
    }

    fn solve(&mut self, function: &Function) {
        // Two descending rounds after the fixpoint take back what widening lost.
        for descending in [false, true, true] {
            loop {
                let mut changed = false;
                for &block in &self.cfg.order {
                    for index in 0..function.block(block).parameters.len() {
                        changed |= self.parameter(function, block, index, descending);
                    }
                    for &value in &function.block(block).instructions {
                        if function.get(value).representation == Representation::Int {
                            let new = self.evaluate(function, block, value);
                            changed |= self.known[value.index()] != new;
                            self.known[value.index()] = new;
                        }
                    }
                }
                if !changed || descending {
                    break;
                }
            }
        }
    }

    fn parameter(&mut self, function: &Function, block: BlockId, index: usize, descending: bool) -> bool {
        let parameter = function.block(block).parameters[index];
        if function.get(parameter).representation != Representation::Int {
            return false;
        }
        let arguments = incoming(function, self.cfg, block, index);
        let mut new = arguments.iter().fold(Interval::EMPTY, |sum, (source, argument)| {
            sum.join(self.at_edge(function, *source, block, *argument))
        });
        let old = self.known[parameter.index()];
        if !descending {
            new = new.join(old);
            if new != old && !old.is_empty() {
                let changes = &mut self.changes[parameter.index()];
                *changes = changes.saturating_add(1);
                if *changes > 2 {
                    if new.low < old.low {
                        new.low = if new.low >= 0 { 0 } else { INT_MIN };
                    }
                    if new.high > old.high {
                        new.high = INT_MAX;
                    }
                }
            }
        }
        self.known[parameter.index()] = new;
        new != old
    }

    /// A value's interval on the edge from one block to another.
    fn at_edge(&self, function: &Function, source: BlockId, target: BlockId, value: Value) -> Interval {
        let mut interval = self.at(function, source, value);
        if let Some(fact) = fact(function, source, target) {
            self.narrow(&mut interval, value, fact);
        }
        interval
    }

    /// A value's interval inside a block.
    fn at(&self, function: &Function, block: BlockId, value: Value) -> Interval {
        let value = function.resolve(value);
        let mut interval = self.known[value.index()];
        for above in self.cfg.dominators_of(block).take(64) {
            if let Some(fact) = self.facts[above.index()] {
                self.narrow(&mut interval, value, fact);
            }
        }
        interval
    }

    fn narrow(
        &self,
        interval: &mut Interval,
        value: Value,
        (condition, left, right): (Condition, Value, Value),
    ) {
        let (condition, other) = if left == value {
            (condition, right)
        } else if right == value {
            (condition.swap(), left)
        } else {
            return;
        };
        let bound = self.known[other.index()];
        if bound.is_empty() || interval.is_empty() {
            return;
        }
        let narrowed = match condition {
            Condition::Less => Interval { high: interval.high.min(bound.high - 1), ..*interval },
            Condition::LessEqual => Interval { high: interval.high.min(bound.high), ..*interval },
            Condition::Greater => Interval { low: interval.low.max(bound.low + 1), ..*interval },
            Condition::GreaterEqual => Interval { low: interval.low.max(bound.low), ..*interval },
            Condition::Equal => {
                Interval { low: interval.low.max(bound.low), high: interval.high.min(bound.high) }
            }
            Condition::NotEqual => *interval,
        };
        // An empty intersection is dead code; keep the interval so that nothing is concluded from it.
        if !narrowed.is_empty() {
            *interval = narrowed;
        }
    }

    /// Is `left < right` established by a branch that dominates the block?
    fn less(&self, function: &Function, block: BlockId, left: Value, right: Value) -> bool {
        let (left, right) = (function.resolve(left), function.resolve(right));
        self.cfg.dominators_of(block).take(64).any(|above| match self.facts[above.index()] {
            Some((Condition::Less, a, b)) => a == left && b == right,
            Some((Condition::Greater, a, b)) => a == right && b == left,
            _ => false,
        })
    }

    fn evaluate(&self, function: &Function, block: BlockId, value: Value) -> Interval {
        let instruction = function.get(value);
        let operand = |index: usize| self.at(function, block, instruction.operands[index]);
        match instruction.opcode {
            Opcode::IntConstant => {
                Interval { low: instruction.immediates[0], high: instruction.immediates[0] }
            }
            Opcode::BoolToInt => Interval { low: 0, high: 1 },
            Opcode::LoadLength | Opcode::LoadImmutableLength => Interval { low: 0, high: LENGTH_MAX },
            Opcode::CheckInt | Opcode::UnboxInt => {
                let ty = function.get(instruction.operands[0]).ty;
                match ty.kinds == Kinds::INT {
                    true => Interval { low: ty.low, high: ty.high },
                    false => FULL,
                }
            }
            Opcode::FloatTruncate | Opcode::LoadIteratorWord => FULL,
            _ if instruction.operands.len() == 2 => {
                let (a, b) = (operand(0), operand(1));
                if a.is_empty() || b.is_empty() {
                    return Interval::EMPTY;
                }
                binary(instruction.opcode, a, b)
            }
            Opcode::IntNeg => {
                let a = operand(0);
                if a.is_empty() { a } else { Interval::clamped(-i128::from(a.high), -i128::from(a.low)) }
            }
            Opcode::IntInvert => {
                let a = operand(0);
                if a.is_empty() { a } else { Interval { low: !a.high, high: !a.low } }
            }
            _ => FULL,
        }
    }
}

/// The comparison that holds on the edge from one block to another.
fn fact(function: &Function, source: BlockId, target: BlockId) -> Option<(Condition, Value, Value)> {
    let Terminator::Branch { condition, yes, no } = &function.block(source).terminator else { return None };
    if yes.block == no.block {
        return None;
    }
    let comparison = function.get(function.resolve(*condition));
    if comparison.opcode != Opcode::IntCompare {
        return None;
    }
    let holds = Condition::from_number(comparison.immediates[0])?;
    let holds = if yes.block == target { holds } else { holds.negate() };
    Some((holds, function.resolve(comparison.operands[0]), function.resolve(comparison.operands[1])))
}

fn exact(opcode: Opcode, a: Interval, b: Interval) -> Option<(i128, i128)> {
    let (al, ah, bl, bh) = (i128::from(a.low), i128::from(a.high), i128::from(b.low), i128::from(b.high));
    match opcode {
        Opcode::IntAdd | Opcode::IntAddFast => Some((al + bl, ah + bh)),
        Opcode::IntSub | Opcode::IntSubFast => Some((al - bh, ah - bl)),
        Opcode::IntMul | Opcode::IntMulFast => {
            let products = [al * bl, al * bh, ah * bl, ah * bh];
            Some((*products.iter().min()?, *products.iter().max()?))
        }
        Opcode::IntShl | Opcode::IntShlFast if bl >= 0 && bh <= 62 => {
            Some(((al << bl).min(al << bh), (ah << bl).max(ah << bh)))
        }
        _ => None,
    }
}

fn binary(opcode: Opcode, a: Interval, b: Interval) -> Interval {
    if let Some((low, high)) = exact(opcode, a, b) {
        return Interval::clamped(low, high);
    }
    match opcode {
        Opcode::IntFloorDiv | Opcode::IntDivFast if b.low > 0 => Interval {
            low: if a.low >= 0 { 0 } else { a.low },
            high: if a.high >= 0 { a.high / b.low } else { -1 },
        },
        Opcode::IntMod | Opcode::IntModFast if b.low > 0 => {
            let high = if a.low >= 0 { (b.high - 1).min(a.high) } else { b.high - 1 };
            Interval { low: 0, high }
        }
        Opcode::IntShr | Opcode::IntShrFast if b.low >= 0 => {
            let (least, most) = (b.low.min(63), b.high.min(63));
            Interval { low: (a.low >> least).min(a.low >> most), high: (a.high >> least).max(a.high >> most) }
        }
        Opcode::IntAnd if a.low >= 0 && b.low >= 0 => Interval { low: 0, high: a.high.min(b.high) },
        Opcode::IntAnd if a.low >= 0 => Interval { low: 0, high: a.high },
        Opcode::IntAnd if b.low >= 0 => Interval { low: 0, high: b.high },
        Opcode::IntOr | Opcode::IntXor if a.low >= 0 && b.low >= 0 => {
            let bits = 64 - (a.high | b.high).leading_zeros();
            Interval { low: 0, high: ((1i128 << bits) - 1) as i64 }
        }
        Opcode::IntMin => Interval { low: a.low.min(b.low), high: a.high.min(b.high) },
        Opcode::IntMax => Interval { low: a.low.max(b.low), high: a.high.max(b.high) },
        Opcode::CheckIndex | Opcode::CheckBounds => {
            let high = if opcode == Opcode::CheckBounds { a.high.min(b.high - 1) } else { b.high - 1 };
            Interval { low: if a.low > 0 { a.low } else { 0 }, high: high.max(0) }
        }
        _ => FULL,
    }
}

fn rewrite(function: &mut Function, ranges: &Ranges<'_>, block: BlockId, value: Value) {
    let instruction = function.get(value);
    let opcode = instruction.opcode;
    let operands = instruction.operands.clone();
    let immediates = instruction.immediates;
    if operands.len() != 2 || function.get(operands[0]).representation != Representation::Int {
        if opcode == Opcode::IntNeg && ranges.at(function, block, operands[0]).low > INT_MIN {
            negate(function, block, value, operands[0]);
        }
        return;
    }
    if function.get(operands[1]).representation != Representation::Int {
        return;
    }
    let a = ranges.at(function, block, operands[0]);
    let b = ranges.at(function, block, operands[1]);
    if a.is_empty() || b.is_empty() {
        return;
    }
    let set = |function: &mut Function, opcode| {
        super::simplify::set_opcode(function, value, opcode, &operands, immediates);
    };
    let fits = exact(opcode, a, b).is_some_and(|(low, high)| Interval::checked(low, high).is_some());
    match opcode {
        Opcode::IntAdd if fits => set(function, Opcode::IntAddFast),
        Opcode::IntSub if fits => set(function, Opcode::IntSubFast),
        Opcode::IntMul if fits => set(function, Opcode::IntMulFast),
        Opcode::IntShl if fits => set(function, Opcode::IntShlFast),
        Opcode::IntShr if b.low >= 0 && b.high <= 63 => set(function, Opcode::IntShrFast),
        Opcode::IntFloorDiv if a.low >= 0 && b.low > 0 => set(function, Opcode::IntDivFast),
        Opcode::IntMod if a.low >= 0 && b.low > 0 => set(function, Opcode::IntModFast),
        Opcode::CheckIndex | Opcode::CheckBounds if a.low >= 0 => {
            if a.high < b.low || ranges.less(function, block, operands[0], operands[1]) {
                function.alias(value, operands[0]);
            } else {
                set(function, Opcode::CheckBounds);
            }
        }
        Opcode::IntCompare => {
            let Some(condition) = Condition::from_number(immediates[0]) else { return };
            if let Some(truth) = decide(condition, a, b) {
                super::simplify::set_opcode(
                    function,
                    value,
                    Opcode::BoolConstant,
                    &[],
                    [i64::from(truth), 0],
                );
            }
        }
        _ => {}
    }
}

fn negate(function: &mut Function, block: BlockId, value: Value, operand: Value) {
    let zero = function.make(Opcode::IntConstant, &[], [0; 2]);
    let at = function.block(block).instructions.iter().position(|v| *v == value).unwrap_or(0);
    function.block_mut(block).instructions.insert(at, zero);
    super::simplify::set_opcode(function, value, Opcode::IntSubFast, &[zero, operand], [0; 2]);
}

/// The outcome of comparing anything in `a` with anything in `b`, if it is always the same.
fn decide(condition: Condition, a: Interval, b: Interval) -> Option<bool> {
    match condition {
        Condition::Less if a.high < b.low => Some(true),
        Condition::Less if a.low >= b.high => Some(false),
        Condition::LessEqual if a.high <= b.low => Some(true),
        Condition::LessEqual if a.low > b.high => Some(false),
        Condition::Greater | Condition::GreaterEqual => decide(condition.swap(), b, a),
        Condition::Equal if a.high < b.low || b.high < a.low => Some(false),
        Condition::NotEqual if a.high < b.low || b.high < a.low => Some(true),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::optimize::run_text;

    #[test]
    fn a_counted_loop_needs_neither_overflow_nor_bounds_checks() {
        let output = run_text(
            "function t {
            frame f0 code 0 locals 1 stack 1
            state s0 = f0 @0 [v0|]
            block0:
              v0 = load_local #0
              v1 = guard_layout #5 #64 v0 !s0
              v2 = load_length #16 v1
              v3 = int #0
              jump block1(v3)
            block1(v4: int):
              v5 = int_compare.lt v4, v2
              branch v5, block2, block3
            block2:
              v6 = check_index v4, v2 !s0
              v7 = load_pointer #24 v1
              v8 = load_item #16 v7, v6
              v9 = int #1
              v10 = int_add v4, v9 !s0
              v11 = int_mul v4, v4 !s0
              v12 = box_int v11
              v13 = new_tuple v8, v12
              jump block1(v10)
            block3:
              return v0
            }",
            super::run,
        );
        assert!(!output.contains("check_"), "{output}");
        assert!(output.contains("int_add_fast v4, v9"), "{output}");
        assert!(output.contains("int_mul v4, v4"), "a product of two lengths can overflow: {output}");
    }

    #[test]
    fn an_accumulator_keeps_its_check() {
        let output = run_text(
            "function t {
            frame f0 code 0 locals 0 stack 0
            state s0 = f0 @0 [|]
            block0:
              v0 = int #0
              v1 = int #7
              v2 = int #1000
              jump block1(v0, v0)
            block1(v3: int, v4: int):
              v5 = int_mod_fast v3, v1
              v6 = int_add v4, v5 !s0
              v7 = int #1
              v8 = int_add v3, v7 !s0
              v9 = int_compare.lt v8, v2
              branch v9, block1(v8, v6), block2
            block2:
              v10 = box_int v6
              return v10
            }",
            super::run,
        );
        assert!(output.contains("v6 = int_add v4, v5") && output.contains("v8 = int_add_fast"), "{output}");
    }
}
