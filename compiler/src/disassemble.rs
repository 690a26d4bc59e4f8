//! The text that CPython's `dis` prints for a code object.

mod repr;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use crate::code::{CodeObject, Decoded, HandlerRange};
use crate::constant::Constant;
use crate::opcode::{
    BinaryOperator, CommonConstant, Comparison, Conversion, FunctionAttribute, Intrinsic1, Intrinsic2,
    Opcode, OperandKind, SpecialMethod,
};
use crate::text::Text;

pub use repr::constant as constant_repr;

/// What stands in the column of lines for an instruction without one.
const NO_LINE: &str = "  --";
const NAME_WIDTH: usize = 20;
const OPERAND_WIDTH: usize = 5;

/// Disassembles a code object and those among its constants.
pub fn disassemble(code: &CodeObject) -> String {
    let mut output = String::new();
    recursive(code, &mut output);
    output
}

fn recursive(code: &CodeObject, output: &mut String) {
    disassemble_one(code, output);
    for constant in &code.consts {
        if let Constant::Code(nested) = constant {
            let _ = write!(output, "\nDisassembly of {}:\n", constant_repr(constant));
            recursive(nested, output);
        }
    }
}

/// Appends the disassembly of a code object, without those among its constants.
pub fn disassemble_one(code: &CodeObject, output: &mut String) {
    Printer::new(code).print(output);
}

struct Printer<'a> {
    code: &'a CodeObject,
    /// The offsets at which another line starts.
    line_starts: BTreeMap<usize, Option<i32>>,
    line_width: usize,
    handlers: Vec<HandlerRange>,
    /// The numbers of the offsets that are referred to.
    labels: BTreeMap<usize, usize>,
}

impl<'a> Printer<'a> {
    fn new(code: &'a CodeObject) -> Printer<'a> {
        let line_starts = line_starts(code);
        let line_width = line_width(&line_starts);
        let handlers: Vec<HandlerRange> = code.handlers().collect();
        let mut targets: BTreeSet<usize> = code.instructions().filter_map(|each| target(&each)).collect();
        targets.extend(handlers.iter().flat_map(|range| [range.start, range.end, range.handler.target]));
        let labels = targets.into_iter().zip(1..).collect();
        Printer { code, line_starts, line_width, handlers, labels }
    }

    fn print(&self, output: &mut String) {
        for each in self.code.instructions() {
            // Each EXTENDED_ARG has a line of its own, with what the operand is so far.
            let extensions = (each.offset - each.start) / 2;
            for index in 0..extensions {
                let operand = each.operand >> (8 * (extensions - index));
                self.print_instruction(each.start + 2 * index, "EXTENDED_ARG", Some(operand), "", output);
            }
            let opcode = each.opcode();
            let name = opcode.map_or_else(|| format!("<{}>", each.number), |opcode| opcode.name().to_owned());
            let operand = opcode.is_some_and(Opcode::has_operand).then_some(each.operand);
            let description = opcode.map_or_else(String::new, |opcode| self.describe(opcode, &each));
            self.print_instruction(each.offset, &name, operand, &description, output);
        }
        if !self.handlers.is_empty() {
            output.push_str("ExceptionTable:\n");
        }
        for range in &self.handlers {
            let label = |offset| self.labels.get(&offset).copied().unwrap_or(0);
            let (start, end, target) = (label(range.start), label(range.end), label(range.handler.target));
            let lasti = if range.handler.lasti { " lasti" } else { "" };
            let _ = writeln!(output, "  L{start} to L{end} -> L{target} [{}]{lasti}", range.handler.depth);
        }
    }

    fn print_instruction(
        &self,
        offset: usize,
        name: &str,
        operand: Option<u32>,
        description: &str,
        output: &mut String,
    ) {
        let line = self.line_starts.get(&offset);
        let mut fields = Vec::new();
        if self.line_width > 0 {
            if line.is_some() && offset > 0 {
                output.push('\n');
            }
            let text = match line {
                Some(Some(line)) => line.to_string(),
                Some(None) => NO_LINE.to_owned(),
                None => String::new(),
            };
            fields.push(format!("{text:>0$}", self.line_width));
        }
        let label = self.labels.get(&offset).map_or_else(String::new, |label| format!("L{label}:"));
        let label_width = 4 + self.labels.len().to_string().len();
        fields.push(format!("{label:>label_width$}"));
        fields.push("   ".to_owned());
        fields.push(format!("{name:<NAME_WIDTH$}"));
        if let Some(operand) = operand {
            let excess = name.len().saturating_sub(NAME_WIDTH);
            fields.push(format!("{operand:>0$}", OPERAND_WIDTH.saturating_sub(excess)));
            if !description.is_empty() {
                fields.push(format!("({description})"));
            }
        }
        output.push_str(fields.join(" ").trim_end());
        output.push('\n');
    }

    /// What the operand stands for.
    fn describe(&self, opcode: Opcode, each: &Decoded) -> String {
        let operand = each.operand;
        let known = |text: Option<&str>| text.unwrap_or("<unknown>").to_owned();
        match opcode.operand_kind() {
            OperandKind::Const => {
                self.code.consts.get(operand as usize).map_or_else(String::new, constant_repr)
            }
            OperandKind::Name => self.name(operand),
            OperandKind::Global => with_null(self.name(operand >> 1), operand, " + NULL"),
            OperandKind::Attribute => with_null(self.name(operand >> 1), operand, " + NULL|self"),
            OperandKind::SuperAttribute => with_null(self.name(operand >> 2), operand, " + NULL|self"),
            OperandKind::Local | OperandKind::Free => self.local(operand),
            OperandKind::LocalPair => format!("{}, {}", self.local(operand >> 4), self.local(operand & 15)),
            OperandKind::JumpForward | OperandKind::JumpBackward => {
                let preposition = if opcode == Opcode::EndAsyncFor { "from" } else { "to" };
                let label = target(each).and_then(|target| self.labels.get(&target)).copied().unwrap_or(0);
                format!("{preposition} L{label}")
            }
            OperandKind::Compare => {
                let symbol = known(Comparison::of_operand(operand).map(Comparison::text));
                if operand & Comparison::TO_BOOL != 0 { format!("bool({symbol})") } else { symbol }
            }
            OperandKind::BinaryOperator => known(BinaryOperator::from_u32(operand).map(BinaryOperator::text)),
            OperandKind::Invert => {
                let word = if opcode == Opcode::IsOp { ["is", "is not"] } else { ["in", "not in"] };
                word[usize::from(operand != 0)].to_owned()
            }
            OperandKind::Intrinsic1 => known(Intrinsic1::from_u32(operand).map(Intrinsic1::text)),
            OperandKind::Intrinsic2 => known(Intrinsic2::from_u32(operand).map(Intrinsic2::text)),
            OperandKind::CommonConstant => match CommonConstant::from_u32(operand) {
                Some(function @ (CommonConstant::All | CommonConstant::Any)) => {
                    format!("<built-in function {}>", function.text())
                }
                constant => known(constant.map(CommonConstant::text)),
            },
            OperandKind::SpecialMethod => known(SpecialMethod::from_u32(operand).map(SpecialMethod::text)),
            OperandKind::Conversion => known(Conversion::from_u32(operand).map(Conversion::text)),
            OperandKind::FunctionAttribute => {
                let set = FunctionAttribute::ALL.iter().filter(|attribute| operand & **attribute as u32 != 0);
                set.map(|attribute| attribute.text()).collect::<Vec<_>>().join(", ")
            }
            _ => String::new(),
        }
    }

    fn name(&self, index: u32) -> String {
        self.code.names.get(index as usize).map_or_else(String::new, Text::to_string)
    }

    fn local(&self, index: u32) -> String {
        self.code.localsplus_names.get(index as usize).map_or_else(String::new, Text::to_string)
    }
}

fn with_null(name: String, operand: u32, suffix: &str) -> String {
    if operand & 1 != 0 && !name.is_empty() { name + suffix } else { name }
}

/// The offset that an instruction jumps to.
fn target(each: &Decoded) -> Option<usize> {
    usize::try_from(each.jump_target()?).ok()
}

fn line_starts(code: &CodeObject) -> BTreeMap<usize, Option<i32>> {
    let mut starts = BTreeMap::new();
    let mut last = None;
    for span in code.positions() {
        if last != Some(span.location.line) {
            starts.insert(span.start, span.location.line);
            last = Some(span.location.line);
        }
    }
    starts
}

fn line_width(starts: &BTreeMap<usize, Option<i32>>) -> usize {
    let Some(largest) = starts.values().flatten().filter(|line| **line != 0).max() else { return 0 };
    let width = largest.to_string().len().max(3);
    if starts.values().any(Option::is_none) { width.max(NO_LINE.len()) } else { width }
}
