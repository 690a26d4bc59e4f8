//! Interned identifiers: a `Name` is a small number, equal exactly if the identifiers are.

use crate::text::Text;

use bumpalo::Bump;
use rustc_hash::FxHashMap;

/// An interned identifier (or dotted module name).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name(pub u32);

macro_rules! known_names {
    ($($constant:ident = $text:literal,)*) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        enum Index { $($constant,)* }

        impl Name {
            $(#[doc = concat!("`", $text, "`")] pub const $constant: Name = Name(Index::$constant as u32);)*
        }

        const KNOWN: &[&str] = &[$($text,)*];
    };
}

known_names! {
    EMPTY = "",
    CLASS = "__class__",
    CLASSDICT = "__classdict__",
    CLASSCELL = "__classcell__",
    CLASSDICTCELL = "__classdictcell__",
    CONDITIONAL_ANNOTATIONS = "__conditional_annotations__",
    ANNOTATE = "__annotate__",
    ANNOTATE_FUNC = "__annotate_func__",
    ANNOTATIONS = "__annotations__",
    TYPE_PARAMS = "__type_params__",
    DOT_TYPE_PARAMS = ".type_params",
    DOT_GENERIC_BASE = ".generic_base",
    DOT_DEFAULTS = ".defaults",
    DOT_KWDEFAULTS = ".kwdefaults",
    DOT_FORMAT = ".format",
    DOT_ZERO = ".0",
    NAME = "__name__",
    MODULE = "__module__",
    QUALNAME = "__qualname__",
    FIRSTLINENO = "__firstlineno__",
    STATIC_ATTRIBUTES = "__static_attributes__",
    DOC = "__doc__",
    DEBUG = "__debug__",
    FUTURE = "__future__",
    SUPER = "super",
    SELF = "self",
    RETURN = "return",
    JOIN = "join",
    ALL = "all",
    ANY = "any",
    TUPLE = "tuple",
    STAR = "*",
    TOP = "top",
    LAMBDA = "<lambda>",
    GENEXPR = "<genexpr>",
    LISTCOMP = "<listcomp>",
    SETCOMP = "<setcomp>",
    DICTCOMP = "<dictcomp>",
    MODULE_NAME = "<module>",
}

/// The table of all names of one compilation.
pub struct Names<'a> {
    arena: &'a Bump,
    index: FxHashMap<&'a str, Name>,
    texts: Vec<&'a str>,
    /// The shared strings handed out to code objects, made on first use.
    shared: Vec<Option<Text>>,
}

impl<'a> Names<'a> {
    pub fn new(arena: &'a Bump) -> Names<'a> {
        let mut names = Names { arena, index: FxHashMap::default(), texts: Vec::new(), shared: Vec::new() };
        for text in KNOWN {
            names.insert(text);
        }
        names
    }

    /// The name with this text.
    pub fn intern(&mut self, text: &str) -> Name {
        match self.index.get(text) {
            Some(&name) => name,
            None => {
                let text = self.arena.alloc_str(text);
                self.insert(text)
            }
        }
    }

    fn insert(&mut self, text: &'a str) -> Name {
        let name = Name(self.texts.len() as u32);
        self.texts.push(text);
        self.shared.push(None);
        self.index.insert(text, name);
        name
    }

    pub fn text(&self, name: Name) -> &'a str {
        self.texts[name.0 as usize]
    }

    /// The text as a shared string: one allocation a name, however many code objects hold it.
    pub fn shared(&mut self, name: Name) -> Text {
        let text = self.texts[name.0 as usize];
        self.shared[name.0 as usize].get_or_insert_with(|| Text::from(text)).clone()
    }

    /// Private name mangling: `__spam` in class `Ham` becomes `_Ham__spam`.
    pub fn mangle(&mut self, class: Option<Name>, name: Name) -> Name {
        let text = self.text(name);
        let Some(class) = class else { return name };
        if !text.starts_with("__") || text.ends_with("__") || text.contains('.') {
            return name;
        }
        let class = self.text(class).trim_start_matches('_');
        if class.is_empty() {
            return name;
        }
        self.intern(&format!("_{class}{text}"))
    }
}
