//! A stand-in for the runtime with which tests execute machine code made from HIR text.

use crate::compile::Compiler;
use crate::deoptimize::{Rebuild, SunkObject};
use crate::exit_reason::ExitReason;
use crate::hir::parse::parse;
use crate::hir::verify::verify;
use crate::layout::{DEOPTED, Helper, Layout, ObjectLayout, float_word};
use crate::lower::UnitContext;

/// What the toy thread looks like to compiled code.
#[repr(C)]
pub struct ToyThread {
    breaker: u32,
    padding: u32,
    frame: u64,
    frame_limit: u64,
    stack_limit: u64,
    native_limit: u64,
    records: [u64; 64],
    stack: [u64; 64],
    last_exit: u32,
    exit_values: [u64; 64],
}

/// A boxed float, or any object with one field.
#[repr(C, align(8))]
pub struct ToyObject {
    pub shape: u32,
    pub size: u16,
    pub collector: u8,
    pub layout: u8,
    pub fields: [u64; 4],
}

pub const FLOAT_SHAPE: u32 = 3;
static ZERO: ToyObject = ToyObject { shape: FLOAT_SHAPE, size: 2, collector: 0, layout: 3, fields: [0; 4] };

/// How a run ended.
#[derive(Debug, PartialEq)]
pub enum Outcome {
    Returned(u64),
    /// With the interpreter's stack as the exit leaves it, followed by the frames' owners.
    Left(ExitReason, Vec<u64>),
}

extern "C" fn deoptimize(thread: *mut ToyThread, _: *mut u64, _: u64, exit: u32, values: *const u64) -> u64 {
    // SAFETY: called by the code under test with the thread it was given. Its native frame is followed by that of `run`, so that
    // there are as many words to read.
    unsafe {
        (*thread).last_exit = exit;
        (&raw mut (*thread).exit_values).copy_from_nonoverlapping(values as *const [u64; 64], 1);
    }
    DEOPTED
}

/// Writes the words of an exit to the toy's stack.
struct ToyStack<'a> {
    stack: &'a mut [u64; 64],
    /// The new instances of `__init__` frames.
    owners: Vec<u64>,
}

impl Rebuild for ToyStack<'_> {
    fn float(&mut self, number: f64) -> u64 {
        float(number)
    }

    fn object(&mut self, object: &SunkObject, _: &[u64]) -> u64 {
        panic!("the toy has no objects like {}", object.opcode)
    }

    fn slot(&mut self, index: u32, word: u64) {
        self.stack[index as usize] = word;
    }

    fn owner(&mut self, _: usize, word: u64) {
        self.owners.push(word);
    }
}

extern "C" fn box_float(number: f64) -> u64 {
    if number == 0.0 && number.is_sign_positive() {
        return &raw const ZERO as u64;
    }
    let object = ToyObject {
        shape: FLOAT_SHAPE,
        size: 2,
        collector: 0,
        layout: 3,
        fields: [number.to_bits(), 0, 0, 0],
    };
    Box::leak(Box::new(object)) as *const ToyObject as u64
}

extern "C" fn power(base: f64, exponent: f64) -> f64 {
    base.powf(exponent)
}

pub fn layout() -> Layout {
    let mut helpers = [0; Helper::COUNT];
    helpers[Helper::Deoptimize as usize] = deoptimize as *const () as usize;
    helpers[Helper::BoxFloat as usize] = box_float as *const () as usize;
    helpers[Helper::Power as usize] = power as *const () as usize;
    Layout {
        thread_breaker: 0,
        thread_frame: 8,
        thread_frame_limit: 16,
        thread_stack_limit: 24,
        thread_native_limit: 32,
        frame_bytes: 104,
        frame_fp: 0,
        frame_sp: 8,
        frame_code: 16,
        frame_function: 24,
        frame_locals: 32,
        frame_owner: 40,
        frame_object: 48,
        frame_flags: 56,
        frame_pc: 64,
        frame_constants: 72,
        frame_globals: 80,
        frame_builtins: 88,
        frame_handled: 96,
        code_entry: 0,
        frame_handles_flag: 32,
        generator: Default::default(),
        frame_init_flag: 8,
        header_shape: 0,
        header_collector: 6,
        header_layout: 7,
        barrier_mask: 1,
        float_shape: FLOAT_SHAPE,
        float_value: 8,
        float_zero: &raw const ZERO as u64,
        stress_counter: 0,
        region_cursor: 0,
        region_limit: 0,
        instance_layout: 1,
        tuple: ObjectLayout::default(),
        tuple_length: 8,
        tuple_items: 16,
        method: ObjectLayout::default(),
        method_function: 8,
        cell: ObjectLayout::default(),
        cell_contents: 8,
        helpers,
    }
}

/// The word of a float, boxed if need be.
pub fn float(number: f64) -> u64 {
    float_word(number).unwrap_or_else(|| box_float(number))
}

/// The word of an int.
pub fn int(number: i64) -> u64 {
    (number << 1 | 1) as u64
}

/// Optimises (or not), compiles and runs HIR text with these locals.
pub fn run(text: &str, optimize: bool, locals: &[u64]) -> Outcome {
    let mut function = parse(text).expect("valid text");
    verify(&function).expect("a valid function");
    if optimize {
        crate::optimize::run(&mut function, true).expect("the passes keep functions valid");
        verify(&function).expect("valid after optimising");
    }
    let layout = layout();
    let flag = 0u8;
    let context = UnitContext {
        layout: &layout,
        unit: 0,
        invalid_flag: &raw const flag as u64,
        frame_values: 8,
        iterations: 0,
        located: false,
    };
    let mut compiler = Compiler::new(true).expect("this machine is supported");
    let code = compiler.compile(&function, &context).expect("compiles");
    let mut thread = Box::new(ToyThread {
        breaker: 0,
        padding: 0,
        frame: 0,
        frame_limit: 0,
        stack_limit: u64::MAX,
        native_limit: 0,
        records: [0; 64],
        stack: [0; 64],
        last_exit: 0,
        exit_values: [0; 64],
    });
    thread.frame = &raw const thread.records as u64;
    thread.frame_limit = thread.frame + 400;
    thread.stack[..locals.len()].copy_from_slice(locals);
    // SAFETY: compiled with this signature; the code lives until the end of the function.
    let entry: extern "C" fn(*mut ToyThread, *mut u64) -> u64 =
        unsafe { std::mem::transmute(code.block.entry()) };
    let pointer: *mut ToyThread = &mut *thread;
    // SAFETY: within the thread.
    let stack = unsafe { &raw mut (*pointer).stack } as *mut u64;
    match entry(pointer, stack) {
        DEOPTED => {
            let exit = &code.exits.exits[thread.last_exit as usize];
            let frames = code.exits.frames(exit);
            let values: u32 =
                frames.iter().map(|frame| frame.base + frame.locals + frame.stack).max().unwrap();
            let exit_values = thread.exit_values;
            let mut rebuilt = ToyStack { stack: &mut thread.stack, owners: Vec::new() };
            // SAFETY: what the exit stored.
            unsafe { code.exits.rebuild(exit, exit_values.as_ptr(), &mut rebuilt) };
            let owners = rebuilt.owners;
            Outcome::Left(exit.reason, [&thread.stack[..values as usize], &owners].concat())
        }
        word => Outcome::Returned(word),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::word_float;

    fn both(text: &str, locals: &[u64], expected: Outcome) {
        for optimize in [false, true] {
            assert_eq!(run(text, optimize, locals), expected, "optimised: {optimize}");
        }
    }

    const SUM: &str = "function sum {
        frame f0 code 0 locals 2 stack 2
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
    fn a_loop_sums() {
        both(SUM, &[int(100)], Outcome::Returned(int(5050)));
    }

    #[test]
    fn a_wrong_type_leaves_with_the_frame_as_it_was() {
        let text = float(2.5);
        let Outcome::Left(ExitReason::NotInt, values) = run(SUM, true, &[text]) else { panic!() };
        assert_eq!(values, vec![text, int(0)]);
    }

    #[test]
    fn overflow_leaves_before_the_addition() {
        let text = SUM.replace("const #0x1", &format!("const #{:#x}", int((1 << 62) - 2)));
        let Outcome::Left(ExitReason::Overflow, values) = run(&text, true, &[int(2)]) else { panic!() };
        assert_eq!(values, vec![int(2), int((1 << 62) - 2)]);
    }

    fn binary(name: &str, left: i64, right: i64) -> Outcome {
        run(
            &format!(
                "function t {{
                frame f0 code 0 locals 2 stack 2
                state s0 = f0 @0 [v0 v1|]
                block0:
                  v0 = load_local #0
                  v1 = load_local #1
                  v2 = check_int v0 !s0
                  v3 = check_int v1 !s0
                  v4 = {name} v2, v3 !s0
                  v5 = box_int v4
                  return v5
                }}"
            ),
            true,
            &[int(left), int(right)],
        )
    }

    #[test]
    fn division_rounds_down() {
        for (left, right) in [(7, 2), (-7, 2), (7, -2), (-7, -2), (6, 3), (-6, 3), (0, 5), (-1, 1000)] {
            let floor = (left as f64 / right as f64).floor() as i64;
            assert_eq!(
                binary("int_floordiv", left, right),
                Outcome::Returned(int(floor)),
                "{left} // {right}"
            );
            assert_eq!(
                binary("int_mod", left, right),
                Outcome::Returned(int(left - floor * right)),
                "{left} % {right}"
            );
        }
        assert!(matches!(binary("int_mod", 1, 0), Outcome::Left(ExitReason::DivisionByZero, _)));
        assert!(matches!(binary("int_floordiv", -(1 << 62), -1), Outcome::Left(..)));
    }

    #[test]
    fn division_by_constants() {
        for divisor in [1i64, 2, 3, 5, 7, 8, 10, 12, 100, 641, 1 << 40, (1 << 61) + 1, (1 << 62) - 1] {
            for number in [
                0i64,
                1,
                -1,
                2,
                6,
                7,
                -7,
                -8,
                99,
                100,
                12345678901,
                -(1 << 62),
                (1 << 62) - 1,
                -99,
                divisor,
                -divisor,
            ] {
                let text = format!(
                    "function t {{
                    frame f0 code 0 locals 1 stack 2
                    state s0 = f0 @0 [v0|]
                    block0:
                      v0 = load_local #0
                      v2 = check_int v0 !s0
                      v3 = int #{divisor}
                      v4 = int_floordiv v2, v3 !s0
                      v5 = int_mod v2, v3 !s0
                      v6 = int_mul v4, v3 !s0
                      v7 = int_add v6, v5 !s0
                      v8 = int_xor v7, v4
                      v9 = box_int v8
                      return v9
                    }}"
                );
                let quotient = number.div_euclid(divisor);
                let outcome = run(&text, true, &[int(number)]);
                let fits =
                    quotient.checked_mul(divisor).is_some_and(|p| (-(1i64 << 62)..1 << 62).contains(&p));
                if fits {
                    assert_eq!(outcome, Outcome::Returned(int(number ^ quotient)), "{number} // {divisor}");
                } else {
                    assert!(matches!(outcome, Outcome::Left(ExitReason::Overflow, _)));
                }
            }
        }
    }

    #[test]
    fn products_are_checked() {
        assert_eq!(binary("int_mul", 1 << 31, 1 << 30), Outcome::Returned(int(1 << 61)));
        assert_eq!(binary("int_mul", -(1 << 31), 1 << 31), Outcome::Returned(int(-(1 << 62))));
        assert!(matches!(binary("int_mul", 1 << 31, 1 << 31), Outcome::Left(ExitReason::Overflow, _)));
        assert!(matches!(binary("int_shl", 1, 62), Outcome::Left(ExitReason::Overflow, _)));
        assert_eq!(binary("int_shl", -1, 62), Outcome::Returned(int(-(1 << 62))));
        assert_eq!(binary("int_shr", -5, 100), Outcome::Returned(int(-1)));
    }

    #[test]
    fn floats_survive_boxing() {
        let text = "function t {
            frame f0 code 0 locals 2 stack 1
            state s0 = f0 @0 [v0 v1|]
            block0:
              v0 = load_local #0
              v1 = load_local #1
              v2 = check_float v0 !s0
              v3 = check_float v1 !s0
              v4 = float_add v2, v3
              v5 = box_float v4
              return v5
            }";
        for (left, right) in [(1.5, 2.25), (0.0, 3.0), (1e300, 1e300), (-0.0, -0.0), (1.0, -1.0)] {
            let Outcome::Returned(word) = run(text, true, &[float(left), float(right)]) else { panic!() };
            let found = match word & 3 {
                2 => word_float(word),
                // SAFETY: made by `box_float`.
                _ => f64::from_bits(unsafe { (*(word as *const ToyObject)).fields[0] }),
            };
            assert_eq!(found.to_bits(), f64::to_bits(left + right), "{left} + {right}");
        }
        assert!(matches!(run(text, true, &[float(1.0), int(3)]), Outcome::Left(ExitReason::NotFloat, _)));
    }

    #[test]
    fn slots_are_loaded_and_stored_behind_a_shape_guard() {
        let object = ToyObject { shape: 77, size: 5, collector: 0, layout: 1, fields: [0, int(5), 0, 0] };
        let text = "function t {
            frame f0 code 0 locals 1 stack 1
            state s0 = f0 @0 [v0|]
            block0:
              v0 = load_local #0
              v1 = guard_shape #77 #65536 v0 !s0
              v2 = load_slot #16 v1
              v3 = check_int v2 !s0
              v4 = int #1
              v5 = int_add v3, v4 !s0
              v6 = box_int v5
              store_slot #16 v1, v6
              v7 = load_slot #16 v1
              return v7
            }";
        let word = &raw const object as u64;
        assert_eq!(run(text, true, &[word]), Outcome::Returned(int(6)));
        assert_eq!(run(text, false, &[word]), Outcome::Returned(int(7)));
        for wrong in [int(3), float(1.0), crate::layout::NONE, 0, &raw const ZERO as u64] {
            assert!(matches!(run(text, true, &[wrong]), Outcome::Left(ExitReason::WrongShape, _)));
        }
    }

    #[test]
    fn inlined_frames_and_boxes_are_rebuilt_by_the_exit() {
        let text = "function t {
            frame f0 code 0 locals 1 stack 2
            frame f1 code 1 locals 2 stack 1
            state s0 = f0 @4 [v0|v6]
            state s1 = f1 @2 [v8 v0|v6] of v0 in s0
            block0:
              v0 = load_local #0
              v2 = check_int v0 !s0
              v4 = int #1
              v5 = int_add_fast v2, v4
              v6 = box_int v5
              v7 = int_to_float v5
              v8 = box_float v7
              v9 = int_compare.lt v2, v4
              guard_true v9 !s1
              return v0
            }"
        .replace("v2 = check_int v0 !s0", "v2 = unbox_int v0");
        // The slots of both frames with an unused one between them, and the owner.
        let expected = vec![int(9), int(10), 0, float(10.0), int(9), int(10), int(9)];
        both(&text, &[int(9)], Outcome::Left(ExitReason::Condition, expected));
    }
}
