//! Machine code as text: an instruction a line, under the places of the program that it belongs to.

use std::fmt::Write;
use taipan_jit::engine::report::{self, UnitReport};

/// The width of the column of bytes.
const BYTES: usize = 30;

/// Lists a unit's machine code.
pub fn listing(unit: &UnitReport) -> String {
    let mut out = String::new();
    let mut locations = unit.locations.iter().peekable();
    let mut shown = None;
    disassemble(unit.bytes, unit.address as u64, |offset, length, text| {
        while locations.next_if(|location| location.end <= offset as u32).is_some() {}
        let here = locations.peek().filter(|location| location.start <= offset as u32);
        let here = here.map(|location| location.place);
        if here != shown {
            shown = here;
            if let Some(place) = here {
                let _ = writeln!(out, "  ; {}", describe(&unit.places[place as usize]));
            }
        }
        let mut bytes = String::new();
        for byte in &unit.bytes[offset..offset + length] {
            let _ = write!(bytes, "{byte:02x}");
        }
        let _ = writeln!(out, "  {offset:6x}  {bytes:<BYTES$}  {text}");
    });
    out
}

/// A place, the innermost function first.
fn describe(place: &[(u64, u32)]) -> String {
    let mut text = String::new();
    for (depth, frame) in place.iter().rev().enumerate() {
        let site = report::site(*frame);
        let line = site.line.map_or_else(|| "?".to_string(), |line| line.to_string());
        let _ = match depth {
            0 => write!(text, "line {line} {} in {}", site.opcode, site.function),
            _ => write!(text, ", inlined at line {line} of {}", site.function),
        };
    }
    text
}

#[cfg(target_arch = "x86_64")]
fn disassemble(bytes: &[u8], address: u64, mut show: impl FnMut(usize, usize, &str)) {
    use iced_x86::{Decoder, DecoderOptions, Formatter, Instruction, IntelFormatter};
    let mut decoder = Decoder::with_ip(64, bytes, address, DecoderOptions::NONE);
    let mut formatter = IntelFormatter::new();
    let options = formatter.options_mut();
    options.set_branch_leading_zeros(false);
    options.set_space_after_operand_separator(true);
    options.set_hex_prefix("0x");
    options.set_hex_suffix("");
    options.set_uppercase_hex(false);
    let mut instruction = Instruction::default();
    let mut text = String::new();
    while decoder.can_decode() {
        let offset = decoder.position();
        decoder.decode_out(&mut instruction);
        text.clear();
        formatter.format(&instruction, &mut text);
        let target = instruction.near_branch_target();
        if target != 0 && (address..address + bytes.len() as u64).contains(&target) {
            // Targets within the unit by their offset, as the first column has them.
            let mnemonic = text.split(' ').next().unwrap_or_default().to_string();
            text = format!("{mnemonic} {:x}", target - address);
        }
        show(offset, instruction.len(), &text);
    }
}

#[cfg(target_arch = "aarch64")]
fn disassemble(bytes: &[u8], _: u64, mut show: impl FnMut(usize, usize, &str)) {
    use yaxpeax_arch::{Decoder, U8Reader};
    let decoder = yaxpeax_arm::armv8::a64::InstDecoder::default();
    for (index, word) in bytes.chunks_exact(4).enumerate() {
        let text = match decoder.decode(&mut U8Reader::new(word)) {
            Ok(instruction) => instruction.to_string(),
            Err(_) => "(data)".to_string(),
        };
        show(4 * index, 4, &text);
    }
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
fn disassemble(bytes: &[u8], _: u64, mut show: impl FnMut(usize, usize, &str)) {
    for (index, row) in bytes.chunks(16).enumerate() {
        show(16 * index, row.len(), "");
    }
}
