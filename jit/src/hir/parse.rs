//! Reads the textual form of functions. Only tests use it, so it is strict and its errors name the line.

use super::function::{BlockId, Edge, FrameId, FrameInfo, FrameState, Function, StateId, Terminator, Value};
use super::instruction::{Condition, Immediate, Opcode, Representation};
use super::types::{Kinds, Type};
use std::collections::HashMap;

/// Parses one function.
pub fn parse(text: &str) -> Result<Function, String> {
    let mut parser =
        Parser { function: Function::new(""), blocks: HashMap::new(), states: HashMap::new(), current: None };
    parser.collect_states(text);
    parser.reserve_values(text);
    for (index, line) in text.lines().enumerate() {
        let line = line.split(';').next().unwrap_or("").trim();
        if !line.is_empty() && line != "}" {
            parser.line(line).map_err(|message| format!("line {}: {message}: {line}", index + 1))?;
        }
    }
    Ok(parser.function)
}

struct Parser {
    function: Function,
    blocks: HashMap<String, BlockId>,
    states: HashMap<String, StateId>,
    current: Option<BlockId>,
}

type Result_<T> = Result<T, String>;

impl Parser {
    /// States may name values and states that come later, so they get their numbers first.
    fn collect_states(&mut self, text: &str) {
        for line in text.lines() {
            if let Some(rest) = line.trim().strip_prefix("state ") {
                let name = rest.split_whitespace().next().unwrap_or("").to_string();
                let state = self.function.add_state(FrameState {
                    frame: FrameId(0),
                    pc: 0,
                    locals: Vec::new(),
                    stack: Vec::new(),
                    owner: None,
                    parent: None,
                });
                self.states.insert(name, state);
            }
        }
    }

    /// Values keep their numbers, so that a pass's output can be compared with its input.
    fn reserve_values(&mut self, text: &str) {
        let words = text.split(|c: char| !c.is_ascii_alphanumeric());
        let numbers = words.filter_map(|word| word.strip_prefix('v')?.parse::<u32>().ok());
        for _ in 0..numbers.max().map_or(0, |most| most + 1) {
            self.function.make(Opcode::Parameter, &[], [0; 2]);
        }
    }

    fn value(&mut self, name: &str) -> Result_<Value> {
        let number = name.strip_prefix('v').and_then(|digits| digits.parse().ok());
        number.map(Value).ok_or_else(|| format!("not a value: {name}"))
    }

    fn block(&mut self, name: &str) -> BlockId {
        if let Some(block) = self.blocks.get(name) {
            return *block;
        }
        let block = if self.blocks.is_empty() { Function::ENTRY } else { self.function.add_block() };
        self.blocks.insert(name.to_string(), block);
        block
    }

    fn state(&self, name: &str) -> Result_<StateId> {
        self.states.get(name).copied().ok_or_else(|| format!("unknown state {name}"))
    }

    fn line(&mut self, line: &str) -> Result_<()> {
        if let Some(rest) = line.strip_prefix("function ") {
            self.function.name = rest.trim_end_matches('{').trim().to_string();
            return Ok(());
        }
        if let Some(rest) = line.strip_prefix("frame ") {
            let words: Vec<&str> = rest.split_whitespace().collect();
            let number = |index: usize| -> Result_<u32> {
                words.get(index).and_then(|word| word.parse().ok()).ok_or("bad frame".to_string())
            };
            self.function.frames.push(FrameInfo {
                code: number(2)?,
                locals: number(4)?,
                stack: number(6)?,
                arguments: 0,
                record: Default::default(),
            });
            return Ok(());
        }
        if let Some(rest) = line.strip_prefix("state ") {
            return self.state_line(rest);
        }
        if line.starts_with("block") && line.ends_with(':') {
            return self.block_line(line.trim_end_matches(':'));
        }
        let block = self.current.ok_or("instruction outside a block")?;
        let (line, state) = match line.find('!') {
            Some(at) => {
                let (name, _) = line[at + 1..].split_once(' ').unwrap_or((&line[at + 1..], ""));
                let state = self.state(name)?;
                let rest = &line[at + 1 + name.len()..];
                (format!("{}{rest}", &line[..at]), Some(state))
            }
            None => (line.to_string(), None),
        };
        let (line, ty) = match line.split_once(" : ") {
            Some((line, ty)) => (line.to_string(), Some(parse_type(ty.trim())?)),
            None => (line, None),
        };
        let line = line.trim();
        if self.terminator(block, line, state)? {
            return Ok(());
        }
        let (result, rest) = match line.split_once(" = ") {
            Some((name, rest)) => (Some(name.trim()), rest),
            None => (None, line),
        };
        self.instruction(block, result, rest.trim(), state, ty)
    }

    fn state_line(&mut self, rest: &str) -> Result_<()> {
        let (name, rest) = rest.split_once(" = ").ok_or("bad state")?;
        let id = self.state(name.trim())?;
        let (head, rest) = rest.split_once('[').ok_or("bad state")?;
        let (slots, tail) = rest.split_once(']').ok_or("bad state")?;
        let mut words = head.split_whitespace();
        let frame = words.next().and_then(|w| w.strip_prefix('f')?.parse().ok()).ok_or("bad frame")?;
        let pc = words.next().and_then(|w| w.strip_prefix('@')?.parse().ok()).ok_or("bad pc")?;
        let (locals, stack) = slots.split_once('|').ok_or("bad slots")?;
        let locals = self.slots(locals)?;
        let stack = self.slots(stack)?;
        let words: Vec<&str> = tail.split_whitespace().collect();
        let mut owner = None;
        let mut parent = None;
        for pair in words.chunks(2) {
            match pair {
                ["of", name] => owner = Some(self.value(name)?),
                ["in", name] => parent = Some(self.state(name)?),
                _ => return Err("bad state".to_string()),
            }
        }
        self.function.states[id.index()] =
            FrameState { frame: FrameId(frame), pc, locals, stack, owner, parent };
        Ok(())
    }

    fn slots(&mut self, text: &str) -> Result_<Vec<Option<Value>>> {
        text.split_whitespace()
            .map(|word| if word == "_" { Ok(None) } else { self.value(word).map(Some) })
            .collect()
    }

    fn block_line(&mut self, line: &str) -> Result_<()> {
        let (line, cold) = match line.strip_suffix(" cold") {
            Some(line) => (line, true),
            None => (line, false),
        };
        let (name, parameters) = match line.split_once('(') {
            Some((name, rest)) => (name, rest.trim_end_matches(')')),
            None => (line, ""),
        };
        let block = self.block(name.trim());
        self.function.block_mut(block).cold = cold;
        self.current = Some(block);
        for parameter in parameters.split(',').filter(|p| !p.trim().is_empty()) {
            let (name, rest) = parameter.split_once(':').ok_or("parameter without representation")?;
            let (representation, ty) = rest.trim().split_once(' ').unwrap_or((rest.trim(), ""));
            let value = self.value(name.trim())?;
            let representation = match representation {
                "tagged" => Representation::Tagged,
                "int" => Representation::Int,
                "float" => Representation::Float,
                "bool" => Representation::Bool,
                "pointer" => Representation::Pointer,
                other => return Err(format!("unknown representation {other}")),
            };
            let instruction = self.function.get_mut(value);
            instruction.representation = representation;
            instruction.ty = match ty {
                "" => Type::of(super::function::kinds_of(representation)),
                ty => parse_type(ty)?,
            };
            self.function.block_mut(block).parameters.push(value);
        }
        Ok(())
    }

    fn edge(&mut self, text: &str) -> Result_<Edge> {
        let text = text.trim();
        let (name, arguments) = match text.split_once('(') {
            Some((name, rest)) => (name, rest.trim_end_matches(')')),
            None => (text, ""),
        };
        let block = self.block(name.trim());
        let arguments = arguments
            .split(',')
            .filter(|a| !a.trim().is_empty())
            .map(|argument| self.value(argument.trim()))
            .collect::<Result_<_>>()?;
        Ok(Edge { block, arguments })
    }

    fn terminator(&mut self, block: BlockId, line: &str, state: Option<StateId>) -> Result_<bool> {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        let terminator = match word {
            "jump" => Terminator::Jump(self.edge(rest)?),
            "branch" => {
                let (condition, rest) = rest.split_once(',').ok_or("bad branch")?;
                let split = split_edges(rest).ok_or("bad branch")?;
                Terminator::Branch {
                    condition: self.value(condition.trim())?,
                    yes: self.edge(split.0)?,
                    no: self.edge(split.1)?,
                }
            }
            "return" => Terminator::Return(self.value(rest.trim())?),
            "exit" => {
                let reason = rest.trim().trim_start_matches('#').parse().map_err(|_| "bad reason")?;
                self.function.block_mut(block).terminator =
                    Terminator::Exit(state.ok_or("exit without a state")?, reason);
                return Ok(true);
            }
            _ => return Ok(false),
        };
        self.function.block_mut(block).terminator = terminator;
        self.function.block_mut(block).entry_state = state;
        Ok(true)
    }

    fn instruction(
        &mut self,
        block: BlockId,
        result: Option<&str>,
        text: &str,
        state: Option<StateId>,
        ty: Option<Type>,
    ) -> Result_<()> {
        let (head, rest) = text.split_once(' ').unwrap_or((text, ""));
        let (name, suffix) = head.split_once('.').unwrap_or((head, ""));
        let opcode = Opcode::parse(name).ok_or_else(|| format!("unknown instruction {name}"))?;
        let mut words = rest.split([' ', ',']).filter(|word| !word.is_empty());
        let mut immediates = [0; 2];
        for (index, kind) in opcode.definition().immediates.iter().enumerate() {
            immediates[index] = match kind {
                Immediate::Condition => Condition::ALL
                    .iter()
                    .find(|condition| condition.name() == suffix)
                    .map(|condition| *condition as i64)
                    .ok_or("bad condition")?,
                kind => {
                    let word = words.next().and_then(|w| w.strip_prefix('#')).ok_or("missing immediate")?;
                    parse_immediate(*kind, word)?
                }
            };
        }
        let operands = words.map(|word| self.value(word)).collect::<Result_<Vec<_>>>()?;
        let value = match result {
            Some(name) => self.value(name)?,
            None => self.function.make(opcode, &[], [0; 2]),
        };
        let representation = opcode.definition().result;
        let instruction = self.function.get_mut(value);
        instruction.opcode = opcode;
        instruction.operands = operands.into();
        instruction.immediates = immediates;
        instruction.state = state;
        instruction.representation = representation;
        instruction.ty = ty.unwrap_or(Type::of(super::function::kinds_of(representation)));
        self.function.block_mut(block).instructions.push(value);
        Ok(())
    }
}

fn parse_immediate(kind: Immediate, word: &str) -> Result_<i64> {
    let bad = |_| format!("bad immediate {word}");
    if kind == Immediate::FloatBits {
        return word.parse::<f64>().map(|float| float.to_bits() as i64).map_err(|_| bad(()));
    }
    match word.strip_prefix("0x") {
        Some(hexadecimal) => u64::from_str_radix(hexadecimal, 16).map(|n| n as i64).map_err(|_| bad(())),
        None => word.parse().map_err(|_| bad(())),
    }
}

fn parse_type(text: &str) -> Result_<Type> {
    let (text, range) = match text.split_once('[') {
        Some((text, range)) => (text, Some(range.trim_end_matches(']'))),
        None => (text, None),
    };
    let (kinds, shape) = text.split_once('/').unwrap_or((text, "0"));
    let kinds = Kinds::parse(kinds).ok_or_else(|| format!("bad type {text}"))?;
    let mut ty = Type::shaped(kinds, shape.parse().map_err(|_| "bad shape")?);
    if let Some((low, high)) = range.and_then(|range| range.split_once("..")) {
        ty.low = low.parse().map_err(|_| "bad range")?;
        ty.high = high.parse().map_err(|_| "bad range")?;
    }
    Ok(ty)
}

/// Splits `block1(v1, v2), block2(v3)` at the comma between the two.
fn split_edges(text: &str) -> Option<(&str, &str)> {
    let mut depth = 0;
    for (index, character) in text.char_indices() {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => return Some((&text[..index], &text[index + 1..])),
            _ => {}
        }
    }
    None
}
