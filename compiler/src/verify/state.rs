//! What is known before an instruction: which slots of the stack and which fast locals hold a value, and which a cell.
//!
//! Most code has so few of them that a word of bits does ([`Small`]); the rest takes vectors ([`Large`]).

/// What is known of a slot: a set of facts. Where paths meet, only what both know is known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Slot(u8);

impl Slot {
    /// It may be empty.
    pub const EMPTY: Slot = Slot(0);
    /// It holds a value.
    pub const VALUE: Slot = Slot(1);
    /// It holds a value, which is a cell.
    pub const CELL: Slot = Slot(3);

    fn new(filled: bool, cell: bool) -> Slot {
        Slot(u8::from(filled) | u8::from(cell) << 1)
    }

    pub fn is_filled(self) -> bool {
        self.0 & 1 != 0
    }

    pub fn is_cell(self) -> bool {
        self.0 & 2 != 0
    }
}

/// What is known.
pub(super) trait State: Clone {
    /// An empty stack, and these locals.
    fn new(locals: impl Iterator<Item = Slot>) -> Self;

    /// The stack's depth.
    fn depth(&self) -> usize;

    fn push(&mut self, slot: Slot);

    /// Pushes values.
    fn push_values(&mut self, count: usize);

    /// Pops a slot. `None` if there is none.
    fn pop(&mut self) -> Option<Slot>;

    /// Pops slots. Returns whether all hold values; `None` if there are fewer.
    fn pop_values(&mut self, count: usize) -> Option<bool>;

    /// The slot that is `depth` from the top, counted from 1.
    fn peek(&self, depth: usize) -> Option<Slot>;

    /// Exchanges the top and the slot that is `depth` from the top, which exist.
    fn swap(&mut self, depth: usize);

    fn local(&self, index: usize) -> Slot;

    fn set_local(&mut self, index: usize, slot: Slot);

    /// The state with the stack unwound to a depth, which it has.
    fn unwound(&self, depth: usize) -> Self;

    /// Forgets what `other` doesn't know, whose stack is as deep. Returns whether that was anything.
    fn join(&mut self, other: &Self) -> bool;
}

/// A state of at most [`Small::MOST`] locals, and a stack of at most as many slots (more may be pushed, but not used).
#[derive(Clone, Copy)]
pub(super) struct Small {
    depth: u32,
    filled: u64,
    cells: u64,
    local_filled: u64,
    local_cells: u64,
}

/// The lowest `count` bits.
fn low(count: usize) -> u64 {
    if count >= 64 { u64::MAX } else { (1 << count) - 1 }
}

/// The bit with this number.
fn bit(number: usize) -> u64 {
    1u64.checked_shl(number as u32).unwrap_or(0)
}

fn set(bits: &mut u64, bit: u64, to: bool) {
    *bits = if to { *bits | bit } else { *bits & !bit };
}

impl Small {
    pub const MOST: usize = 64;
}

impl State for Small {
    fn new(locals: impl Iterator<Item = Slot>) -> Small {
        let mut state = Small { depth: 0, filled: 0, cells: 0, local_filled: 0, local_cells: 0 };
        locals.enumerate().for_each(|(index, slot)| state.set_local(index, slot));
        state
    }

    fn depth(&self) -> usize {
        self.depth as usize
    }

    fn push(&mut self, slot: Slot) {
        let bit = bit(self.depth());
        set(&mut self.filled, bit, slot.is_filled());
        set(&mut self.cells, bit, slot.is_cell());
        self.depth += 1;
    }

    fn push_values(&mut self, count: usize) {
        let pushed = low(self.depth() + count) & !low(self.depth());
        self.filled |= pushed;
        self.cells &= !pushed;
        self.depth += count as u32;
    }

    fn pop(&mut self) -> Option<Slot> {
        let slot = self.peek(1)?;
        self.depth -= 1;
        Some(slot)
    }

    fn pop_values(&mut self, count: usize) -> Option<bool> {
        let left = self.depth().checked_sub(count)?;
        let popped = low(self.depth()) & !low(left);
        self.depth = left as u32;
        Some(self.filled & popped == popped)
    }

    fn peek(&self, depth: usize) -> Option<Slot> {
        let bit = bit(self.depth().checked_sub(depth)?);
        Some(Slot::new(self.filled & bit != 0, self.cells & bit != 0))
    }

    fn swap(&mut self, depth: usize) {
        let (top, other) = (bit(self.depth() - 1), bit(self.depth() - depth));
        for bits in [&mut self.filled, &mut self.cells] {
            let (was_top, was_other) = (*bits & top != 0, *bits & other != 0);
            set(bits, top, was_other);
            set(bits, other, was_top);
        }
    }

    fn local(&self, index: usize) -> Slot {
        Slot::new(self.local_filled & bit(index) != 0, self.local_cells & bit(index) != 0)
    }

    fn set_local(&mut self, index: usize, slot: Slot) {
        set(&mut self.local_filled, bit(index), slot.is_filled());
        set(&mut self.local_cells, bit(index), slot.is_cell());
    }

    fn unwound(&self, depth: usize) -> Small {
        Small { depth: depth as u32, ..*self }
    }

    fn join(&mut self, other: &Small) -> bool {
        let stack = low(self.depth());
        let before = (self.filled & stack, self.cells & stack, self.local_filled, self.local_cells);
        self.filled &= other.filled & stack;
        self.cells &= other.cells & stack;
        self.local_filled &= other.local_filled;
        self.local_cells &= other.local_cells;
        before != (self.filled, self.cells, self.local_filled, self.local_cells)
    }
}

/// A state of any size.
#[derive(Clone)]
pub(super) struct Large {
    stack: Vec<Slot>,
    locals: Vec<Slot>,
}

impl State for Large {
    fn new(locals: impl Iterator<Item = Slot>) -> Large {
        Large { stack: Vec::new(), locals: locals.collect() }
    }

    fn depth(&self) -> usize {
        self.stack.len()
    }

    fn push(&mut self, slot: Slot) {
        self.stack.push(slot);
    }

    fn push_values(&mut self, count: usize) {
        self.stack.resize(self.stack.len() + count, Slot::VALUE);
    }

    fn pop(&mut self) -> Option<Slot> {
        self.stack.pop()
    }

    fn pop_values(&mut self, count: usize) -> Option<bool> {
        let left = self.stack.len().checked_sub(count)?;
        Some(self.stack.drain(left..).all(Slot::is_filled))
    }

    fn peek(&self, depth: usize) -> Option<Slot> {
        self.stack.get(self.stack.len().checked_sub(depth)?).copied()
    }

    fn swap(&mut self, depth: usize) {
        let length = self.stack.len();
        self.stack.swap(length - 1, length - depth);
    }

    fn local(&self, index: usize) -> Slot {
        self.locals[index]
    }

    fn set_local(&mut self, index: usize, slot: Slot) {
        self.locals[index] = slot;
    }

    fn unwound(&self, depth: usize) -> Large {
        Large { stack: self.stack[..depth].to_vec(), locals: self.locals.clone() }
    }

    fn join(&mut self, other: &Large) -> bool {
        let mut changed = false;
        let slots = self.stack.iter_mut().chain(&mut self.locals);
        for (slot, other) in slots.zip(other.stack.iter().chain(&other.locals)) {
            let joined = Slot(slot.0 & other.0);
            changed |= joined != *slot;
            *slot = joined;
        }
        changed
    }
}
