//! Leaving compiled code: what each exit means in terms of interpreter frames.
//!
//! Lowering numbers a unit's exits. An exit's machine code stores the machine values that its frame state needs, as they are, in a
//! part of the native frame, and calls the deoptimiser with the unit, the number and the address of those values. The rest is a description:
//! the [`Site`] that belongs to the exit's frame state has a [`Source`] for each slot of each frame, which says which
//! constant or which machine value its word is made of. Boxes, and objects that escape analysis took apart, are made by the
//! deoptimiser, so that they cost compiled code nothing but a row of the table.

use crate::exit_reason::ExitReason;
use crate::hir::Opcode;
use crate::hir::function::RecordWords;
use rustc_hash::FxHashMap;
use std::ops::Range;

/// One frame to rebuild.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExitFrame {
    /// Its number in [`ExitTable::records`].
    pub record: u32,
    /// Where its first local is, in values from the unit's frame pointer.
    pub base: u32,
    /// How many locals it has.
    pub locals: u32,
    /// How many values are on its operand stack.
    pub stack: u32,
    /// The bytecode offset, in code units.
    pub pc: u32,
    /// Is it an `__init__` called by its class, with the new instance as the source before its locals'?
    pub is_init: bool,
}

/// A place where compiled code can be left.
#[derive(Clone, Debug)]
pub struct Exit {
    /// Why.
    pub reason: ExitReason,
    /// The records of inlined frames are those of the call just before, frame objects and all.
    pub published: bool,
    /// Its frame state, as a number in [`ExitTable::sites`].
    pub site: u32,
}

/// A frame state: the frames, outermost first, and where the words of their slots come from.
#[derive(Clone, Debug, Default)]
pub struct Site {
    frames: Range<u32>,
    sources: Range<u32>,
}

/// Where a word comes from. Packed into 32 bits: a long function has many slots in many exits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Source {
    /// The interpreter has it where it belongs.
    Kept,
    /// The word with this number in [`ExitTable::words`].
    Constant(u32),
    /// The machine value with this number as it is: a tagged word, or an int that an object wants unboxed.
    Word(u32),
    /// The machine value with this number, an int to be boxed.
    Int(u32),
    /// The machine value with this number, a float to be boxed.
    Float(u32),
    /// The machine value with this number, a boolean.
    Bool(u32),
    /// The object with this number in [`ExitTable::objects`].
    Object(u32),
}

/// A packed [`Source`]: the kind in the upper 4 bits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct PackedSource(u32);

/// Most entries of any of the lists that sources refer to.
const MOST_ENTRIES: u32 = 1 << 28;

impl PackedSource {
    fn new(source: Source) -> PackedSource {
        let (kind, index) = match source {
            Source::Kept => (0, 0),
            Source::Constant(index) => (1, index),
            Source::Word(index) => (2, index),
            Source::Int(index) => (3, index),
            Source::Float(index) => (4, index),
            Source::Bool(index) => (5, index),
            Source::Object(index) => (6, index),
        };
        assert!(index < MOST_ENTRIES, "functions of this size are refused before");
        PackedSource(kind << 28 | index)
    }

    fn unpack(self) -> Source {
        let index = self.0 & (MOST_ENTRIES - 1);
        match self.0 >> 28 {
            0 => Source::Kept,
            1 => Source::Constant(index),
            2 => Source::Word(index),
            3 => Source::Int(index),
            4 => Source::Float(index),
            5 => Source::Bool(index),
            _ => Source::Object(index),
        }
    }
}

/// An object that compiled code doesn't make, because only exits need it.
#[derive(Clone, Debug)]
pub struct SunkObject {
    /// The instruction that would make it.
    pub opcode: Opcode,
    /// Its immediates.
    pub immediates: [i64; 2],
    operands: Range<u32>,
}

/// What a unit's exits mean.
#[derive(Clone, Debug, Default)]
pub struct ExitTable {
    /// The exits, by number.
    pub exits: Vec<Exit>,
    /// What frames' records hold.
    pub records: Vec<RecordWords>,
    sites: Vec<Site>,
    frames: Vec<ExitFrame>,
    sources: Vec<PackedSource>,
    words: Vec<u64>,
    numbers: FxHashMap<u64, u32>,
    objects: Vec<SunkObject>,
}

/// What makes the words of an exit's frames.
pub trait Rebuild {
    /// The word of a float.
    fn float(&mut self, number: f64) -> u64;
    /// Makes an object. Operands that are ints in HIR are given as such.
    fn object(&mut self, object: &SunkObject, operands: &[u64]) -> u64;
    /// The word of the slot at this distance from the unit's frame pointer.
    fn slot(&mut self, index: u32, word: u64);
    /// The new instance of an `__init__`, for the frame at this depth.
    fn owner(&mut self, depth: usize, word: u64);
}

impl ExitTable {
    /// A table without exits, for frames with these records.
    pub fn new(records: impl Iterator<Item = RecordWords>) -> ExitTable {
        ExitTable { records: records.collect(), ..ExitTable::default() }
    }

    /// The frames of an exit, outermost first.
    pub fn frames(&self, exit: &Exit) -> &[ExitFrame] {
        let range = &self.sites[exit.site as usize].frames;
        &self.frames[range.start as usize..range.end as usize]
    }

    /// The frame whose instruction an exit is before, and its record's words.
    pub fn innermost(&self, exit: &Exit) -> Option<(&ExitFrame, &RecordWords)> {
        let frame = self.frames(exit).last()?;
        Some((frame, &self.records[frame.record as usize]))
    }

    /// Adds an exit; its number.
    pub fn add_exit(&mut self, exit: Exit) -> u32 {
        self.exits.push(exit);
        self.exits.len() as u32 - 1
    }

    /// Adds a site with these frames; its number. Its sources follow.
    pub fn add_site(&mut self, frames: impl IntoIterator<Item = ExitFrame>) -> u32 {
        let first = self.frames.len() as u32;
        self.frames.extend(frames);
        self.sites.push(Site { frames: first..self.frames.len() as u32, sources: 0..0 });
        self.sites.len() as u32 - 1
    }

    /// Sets the sources of a site: for each frame its owner if it is inlined, its locals, its operand stack.
    pub fn set_sources(&mut self, site: u32, sources: &[Source]) {
        self.sites[site as usize].sources = self.add_sources(sources);
    }

    fn add_sources(&mut self, sources: &[Source]) -> Range<u32> {
        let first = self.sources.len() as u32;
        self.sources.extend(sources.iter().copied().map(PackedSource::new));
        first..self.sources.len() as u32
    }

    /// The source of a constant word.
    pub fn constant(&mut self, word: u64) -> Source {
        let words = &mut self.words;
        Source::Constant(*self.numbers.entry(word).or_insert_with(|| {
            words.push(word);
            words.len() as u32 - 1
        }))
    }

    /// Adds an object.
    pub fn add_object(&mut self, opcode: Opcode, immediates: [i64; 2], operands: &[Source]) -> Source {
        let operands = self.add_sources(operands);
        self.objects.push(SunkObject { opcode, immediates, operands });
        Source::Object(self.objects.len() as u32 - 1)
    }

    /// Makes the words of an exit's frames from the machine values that its code has stored.
    ///
    /// # Safety
    /// `values` are those of this exit.
    pub unsafe fn rebuild(&self, exit: &Exit, values: *const u64, runtime: &mut impl Rebuild) {
        let mut making = Making { table: self, values, runtime, made: FxHashMap::default() };
        let sources = &self.sites[exit.site as usize].sources;
        let mut sources = self.sources[sources.start as usize..sources.end as usize].iter();
        for (depth, frame) in self.frames(exit).iter().enumerate() {
            if depth > 0
                && let Some(source) = sources.next()
                && frame.is_init
            {
                let word = making.word(source.unpack());
                making.runtime.owner(depth, word);
            }
            for (index, source) in sources.by_ref().take((frame.locals + frame.stack) as usize).enumerate() {
                if source.unpack() != Source::Kept {
                    let word = making.word(source.unpack());
                    making.runtime.slot(frame.base + index as u32, word);
                }
            }
        }
    }
}

/// The state of one rebuilding.
struct Making<'a, R> {
    table: &'a ExitTable,
    values: *const u64,
    runtime: &'a mut R,
    /// Objects made so far: one that several slots mention is one object.
    made: FxHashMap<u32, u64>,
}

impl<R: Rebuild> Making<'_, R> {
    fn value(&self, index: u32) -> u64 {
        // SAFETY: the caller of `rebuild` says so.
        unsafe { *self.values.add(index as usize) }
    }

    /// A tagged word.
    fn word(&mut self, source: Source) -> u64 {
        match source {
            Source::Kept => 0,
            Source::Constant(index) => self.table.words[index as usize],
            Source::Word(index) => self.value(index),
            Source::Int(index) => self.value(index) << 1 | 1,
            Source::Float(index) => self.runtime.float(f64::from_bits(self.value(index))),
            Source::Bool(index) => crate::layout::bool_word(self.value(index) as u8 != 0),
            Source::Object(index) => self.object(index),
        }
    }

    fn object(&mut self, index: u32) -> u64 {
        if let Some(word) = self.made.get(&index) {
            return *word;
        }
        let object = &self.table.objects[index as usize];
        let sources = &self.table.sources[object.operands.start as usize..object.operands.end as usize];
        let operands: Vec<u64> = sources.iter().map(|source| self.word(source.unpack())).collect();
        let word = self.runtime.object(object, &operands);
        self.made.insert(index, word);
        word
    }
}
