//! What the interpreter learns about a site beyond its inline cache, for the JIT.
//!
//! An inline cache knows one case. Where a specialised instruction misses, general code notes the operands' shapes here, up to four a site;
//! sites with more are *megamorphic*. Back edges count in their own cache word.

use crate::fast_hash::FastMap;
use crate::jit_interface;
use crate::object::code::Code;
use crate::object::pointer::Gc;
use crate::object::shape::ShapeId;
use crate::value::Value;

/// Most shapes remembered a site.
pub const MOST_SHAPES: usize = 4;

/// What was seen at a site.
#[derive(Clone, Default, Debug)]
pub struct SiteFeedback {
    /// Shapes of the site's main operand (the owner of an attribute, the callable, the left operand).
    pub shapes: Vec<ShapeId>,
    /// More than [`MOST_SHAPES`] were seen.
    pub megamorphic: bool,
    /// Pairs of operand tags of arithmetic and comparisons, a bit each: see [`tag_bit`].
    pub left: u16,
    pub right: u16,
    /// How often the site was respecialised.
    pub respecialised: u16,
}

/// Feedback of the sites of a code object, by code unit.
pub type CodeFeedback = FastMap<u32, SiteFeedback>;

/// Bits of [`SiteFeedback::left`] and `right`.
pub mod tag {
    pub const SMALL_INT: u16 = 1;
    pub const FLOAT: u16 = 2;
    pub const BOOL: u16 = 4;
    pub const BIG_INT: u16 = 8;
    pub const STR: u16 = 16;
    pub const LIST: u16 = 32;
    pub const TUPLE: u16 = 64;
    pub const DICT: u16 = 128;
    pub const NONE: u16 = 256;
    pub const OTHER: u16 = 512;
}

/// The bit for a value.
pub fn tag_bit(value: Value) -> u16 {
    use crate::object::kind::ObjectKind;
    if value.is_small_int() {
        return tag::SMALL_INT;
    }
    if value.is_immediate_float() {
        return tag::FLOAT;
    }
    if value.is_bool() {
        return tag::BOOL;
    }
    if value.is_none() {
        return tag::NONE;
    }
    match value.kind() {
        Some(ObjectKind::Float) => tag::FLOAT,
        Some(ObjectKind::Int) => tag::BIG_INT,
        Some(ObjectKind::Str) => tag::STR,
        Some(ObjectKind::List) => tag::LIST,
        Some(ObjectKind::Tuple) => tag::TUPLE,
        Some(ObjectKind::Dict) => tag::DICT,
        _ => tag::OTHER,
    }
}

/// A number that stands for a value's class and layout: its header's shape, or the root shape of its class.
pub fn shape_of(value: Value) -> ShapeId {
    if value.is_pointer() {
        // SAFETY: a live object's header.
        unsafe { (*value.header()).shape }
    } else {
        crate::operations::class_of(value).root_shape
    }
}

/// The feedback of a code object's site at `pc`.
pub fn site(code: Gc<Code>, pc: *const u16) -> &'static mut SiteFeedback {
    let mut code = code;
    let unit = code.unit_index(pc) as u32;
    code.feedback_mut().entry(unit).or_default()
}

/// The feedback of a site, if there is some.
pub fn known_site(code: Gc<Code>, pc: *const u16) -> Option<&'static SiteFeedback> {
    code.feedback()?.get(&(code.unit_index(pc) as u32))
}

/// Notes the shape of a site's main operand. Without a JIT nobody would ask.
pub fn note_shape(code: Gc<Code>, pc: *const u16, value: Value) {
    if jit_interface::jit().is_none() {
        return;
    }
    let site = site(code, pc);
    let shape = shape_of(value);
    if site.megamorphic || site.shapes.contains(&shape) {
        return;
    }
    if site.shapes.len() == MOST_SHAPES {
        site.megamorphic = true;
    } else {
        site.shapes.push(shape);
    }
}

/// Notes the operands' tags of an arithmetic instruction or comparison.
pub fn note_operands(code: Gc<Code>, pc: *const u16, left: Value, right: Value) {
    if jit_interface::jit().is_none() {
        return;
    }
    let site = site(code, pc);
    site.left |= tag_bit(left);
    site.right |= tag_bit(right);
}

/// Counts a back edge in its cache word; true when the JIT should be asked.
///
/// The word counts up from 0; fast bodies leave to general code when it reaches the threshold, and after each question it starts
/// again, so that a loop that couldn't be compiled is asked about again, later.
pub fn count_back_edge(pc: *mut u16) -> bool {
    // SAFETY: `pc` is a JUMP_BACKWARD, which has one cache word.
    unsafe {
        let counter = pc.add(1);
        let count = (*counter).saturating_add(1);
        let threshold = jit_interface::threshold().min(u16::MAX as u32) as u16;
        if count >= threshold && jit_interface::jit().is_some() {
            *counter = 0;
            return true;
        }
        *counter = count.min(u16::MAX - 1);
        false
    }
}
