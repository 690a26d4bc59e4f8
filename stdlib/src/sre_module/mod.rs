//! `_sre`: what `re` builds upon. The engine is in [`crate::sre`]; here are its Python objects.
//!
//! [`pattern`] has `re.Pattern` and its methods, which walk over a subject with a [`subject::Walk`]; each match
//! becomes a [`matching::MatchObject`]. [`substitute`] is `sub` and `subn`, with [`template`] for replacements that refer to
//! groups, and [`scanner`] the iterator-like object behind `finditer`.

mod matching;
mod pattern;
mod scanner;
mod subject;
mod substitute;
mod template;

use crate::sre::{self, opcodes};
use matching::MatchObject;
use pattern::{PatternObject, Source};
use scanner::Scanner;
use taipan_runtime::native::TypeDefinition;
use taipan_runtime::object::dict::Dict;
use taipan_runtime::object::int::IntRef;
use taipan_runtime::object::list::List;
use taipan_runtime::object::tuple::Tuple;
use taipan_runtime::prelude::*;
use taipan_runtime::text::unicode;
use template::Template;

/// The module `_sre`.
pub struct Sre;

/// A code word from the list that `re._compiler` hands over.
fn code_word(thread: &mut Thread, word: Value) -> Result<u32> {
    // Words may be instances of a subclass of int: the compiler's named constants are.
    let number = match word.as_int_or_bool() {
        Some(IntRef::Small(number)) => Some(number),
        _ => None,
    };
    match number {
        Some(word) if word < 0 => Err(thread.overflow_error("can't convert negative value to unsigned int")),
        Some(word) => u32::try_from(word)
            .map_err(|_| thread.overflow_error("regular expression code size limit exceeded")),
        None if word.as_int_or_bool().is_some() => {
            Err(thread.overflow_error("regular expression code size limit exceeded"))
        }
        None => Err(thread.type_error("an integer is required")),
    }
}

#[native_module(name = "_sre")]
impl Sre {
    #[constant(name = "MAGIC")]
    fn magic() -> u32 {
        opcodes::MAGIC
    }

    #[constant(name = "CODESIZE")]
    fn code_size() -> u32 {
        size_of::<u32>() as u32
    }

    #[constant(name = "MAXREPEAT")]
    fn max_repeat() -> u32 {
        opcodes::MAXREPEAT
    }

    #[constant(name = "MAXGROUPS")]
    fn max_groups() -> u32 {
        opcodes::MAXGROUPS
    }

    #[constant]
    fn copyright() -> &'static str {
        " SRE 2.2.2 Copyright (c) 1997-2002 by Secret Labs AB "
    }

    #[types]
    fn types() -> &'static [&'static TypeDefinition] {
        &[PatternObject::DEFINITION, MatchObject::DEFINITION, Scanner::DEFINITION, Template::DEFINITION]
    }

    #[execute]
    fn execute(thread: &mut Thread, module: Gc<Module>) -> Result<()> {
        // The classes are reachable through their instances only.
        for name in ["Pattern", "Match", "SRE_Scanner", "SRE_Template"] {
            let name = taipan_runtime::object::str::intern(name);
            if module.dict.contains(thread, name.value())? {
                module.dict.delete_str(name);
            }
        }
        Ok(())
    }

    #[function("()")]
    fn getcodesize() -> u32 {
        size_of::<u32>() as u32
    }

    #[function("(character, /)")]
    fn ascii_iscased(character: i32) -> bool {
        u8::try_from(character).is_ok_and(|c| c.is_ascii_alphabetic())
    }

    #[function("(character, /)")]
    fn unicode_iscased(character: i32) -> bool {
        u32::try_from(character).is_ok_and(unicode::has_case_variants)
    }

    #[function("(character, /)")]
    fn ascii_tolower(character: i32) -> i64 {
        u32::try_from(character).map_or(i64::from(character), |c| i64::from(sre::lower_ascii(c)))
    }

    #[function("(character, /)")]
    fn unicode_tolower(character: i32) -> i64 {
        u32::try_from(character).map_or(i64::from(character), |c| i64::from(unicode::simple_lower(c)))
    }

    #[function("(pattern, flags, code, groups, groupindex, indexgroup)")]
    fn compile(
        thread: &mut Thread,
        pattern: Value,
        flags: i32,
        code: Gc<List>,
        groups: isize,
        groupindex: Gc<Dict>,
        indexgroup: Gc<Tuple>,
    ) -> Result<Gc<PatternObject>> {
        let words = code.items().to_vec();
        let words: Vec<u32> =
            words.into_iter().map(|word| code_word(thread, word)).collect::<Result<Vec<u32>>>()?;
        let source = if pattern.is_none() {
            Source::Any
        } else {
            let subject = subject::Subject::new(thread, pattern)?;
            if subject.is_bytes { Source::Bytes } else { Source::Text }
        };
        let compiled = u32::try_from(groups)
            .ok()
            .filter(|&groups| groups <= opcodes::MAXGROUPS)
            .and_then(|groups| sre::Pattern::new(&words, groups).ok());
        let Some(compiled) = compiled else {
            return Err(thread.runtime_error("invalid SRE code"));
        };
        let class = PatternObject::class();
        Ok(PatternObject::new(class, pattern, flags, words, compiled, groupindex, indexgroup, source))
    }

    ///
    ///
    ///   template
    ///     A list containing interleaved literal strings (str or bytes) and group
    ///     indices (int), as returned by re._parser.parse_template():
    ///         [literal1, group1, ..., literalN, groupN]
    #[function("(pattern, template, /)")]
    fn template(thread: &mut Thread, pattern: Value, template: Gc<List>) -> Result<Gc<Template>> {
        let _ = pattern;
        Template::from_list(thread, template)
    }
}
