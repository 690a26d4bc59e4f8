//! That each loop can be interrupted: a way back, by a jump or an exception, passes an instruction that looks for signals
//! and the like.

use super::structure::{Layout, NONE};
use super::{Broken, require};
use crate::opcode::Opcode;

/// How far the search has come with an instruction.
#[derive(Clone, Copy, PartialEq)]
enum Progress {
    Unseen,
    /// It is on the path that is being followed.
    Open,
    Done,
}

/// Looks for a loop that can't be interrupted.
pub(super) fn check(layout: &Layout) -> Result<(), Broken> {
    if !layout.goes_back_silently {
        return Ok(());
    }
    let mut progress = vec![Progress::Unseen; layout.instructions.len()];
    // The instructions of the path, and which of their successors come next.
    let mut path: Vec<(u32, u8)> = Vec::new();
    for start in 0..layout.instructions.len() as u32 {
        if progress[start as usize] == Progress::Unseen {
            progress[start as usize] = Progress::Open;
            path.push((start, 0));
        }
        while let Some((index, which)) = path.last_mut() {
            let (index, successor) = (*index as usize, successor(layout, *index, *which));
            let Some(successor) = successor else {
                progress[index] = Progress::Done;
                path.pop();
                continue;
            };
            *which += 1;
            if successor == NONE {
                continue;
            }
            let offset = layout.instructions[index].offset as usize;
            let state = &mut progress[successor as usize];
            require(*state != Progress::Open, offset, "a loop looks for interrupts")?;
            if *state == Progress::Unseen {
                *state = Progress::Open;
                path.push((successor, 0));
            }
        }
    }
    Ok(())
}

/// Where an instruction leads to: the first, second or third way, [`NONE`] if it hasn't that one; `None` after the last.
fn successor(layout: &Layout, index: u32, which: u8) -> Option<u32> {
    let instruction = &layout.instructions[index as usize];
    if matches!(instruction.opcode, Opcode::Resume | Opcode::JumpBackward) {
        return None;
    }
    match which {
        0 if instruction.opcode.is_terminator() => Some(NONE),
        0 => Some(index + 1),
        1 if instruction.opcode == Opcode::EndAsyncFor => Some(NONE),
        1 => Some(instruction.target),
        2 if instruction.handler == NONE || instruction.opcode.never_raises() => Some(NONE),
        2 => Some(layout.handlers[instruction.handler as usize].target),
        _ => None,
    }
}
