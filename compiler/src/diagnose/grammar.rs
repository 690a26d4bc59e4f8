//! The grammar of `grammar.txt` as data.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::tokenizer::TokenKind;

/// What a node is, as far as messages care.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeKind {
    /// Several nodes one after another.
    Sequence,
    Token,
    Attribute,
    Arguments,
    Await,
    Call,
    Clause,
    Clauses,
    Compare,
    Conditional,
    Dict,
    DictComprehension,
    Ellipsis,
    Expression,
    False,
    GeneratorExpression,
    In,
    JoinedString,
    Keyword,
    Lambda,
    List,
    ListComprehension,
    Literal,
    Name,
    Named,
    None,
    Pattern,
    Set,
    SetComprehension,
    Slice,
    Starred,
    Statement,
    Subscript,
    TemplateString,
    True,
    Tuple,
    Unpacking,
    Yield,
}

impl NodeKind {
    fn from_name(name: &str) -> Option<NodeKind> {
        const ALL: [(&str, NodeKind); 36] = [
            ("Attribute", NodeKind::Attribute),
            ("Arguments", NodeKind::Arguments),
            ("Await", NodeKind::Await),
            ("Call", NodeKind::Call),
            ("Clause", NodeKind::Clause),
            ("Clauses", NodeKind::Clauses),
            ("Compare", NodeKind::Compare),
            ("Conditional", NodeKind::Conditional),
            ("Dict", NodeKind::Dict),
            ("DictComprehension", NodeKind::DictComprehension),
            ("Ellipsis", NodeKind::Ellipsis),
            ("Expression", NodeKind::Expression),
            ("False", NodeKind::False),
            ("GeneratorExpression", NodeKind::GeneratorExpression),
            ("In", NodeKind::In),
            ("JoinedString", NodeKind::JoinedString),
            ("Keyword", NodeKind::Keyword),
            ("Lambda", NodeKind::Lambda),
            ("List", NodeKind::List),
            ("ListComprehension", NodeKind::ListComprehension),
            ("Literal", NodeKind::Literal),
            ("Name", NodeKind::Name),
            ("Named", NodeKind::Named),
            ("None", NodeKind::None),
            ("Pattern", NodeKind::Pattern),
            ("Set", NodeKind::Set),
            ("SetComprehension", NodeKind::SetComprehension),
            ("Slice", NodeKind::Slice),
            ("Starred", NodeKind::Starred),
            ("Statement", NodeKind::Statement),
            ("Subscript", NodeKind::Subscript),
            ("TemplateString", NodeKind::TemplateString),
            ("True", NodeKind::True),
            ("Tuple", NodeKind::Tuple),
            ("Unpacking", NodeKind::Unpacking),
            ("Yield", NodeKind::Yield),
        ];
        ALL.iter().find(|(known, _)| *known == name).map(|&(_, kind)| kind)
    }

    /// What CPython calls an expression of this kind.
    pub fn description(self) -> &'static str {
        match self {
            NodeKind::Attribute => "attribute",
            NodeKind::Await => "await expression",
            NodeKind::Call => "function call",
            NodeKind::Compare => "comparison",
            NodeKind::Conditional => "conditional expression",
            NodeKind::Dict => "dict literal",
            NodeKind::DictComprehension => "dict comprehension",
            NodeKind::Ellipsis => "ellipsis",
            NodeKind::False => "False",
            NodeKind::GeneratorExpression => "generator expression",
            NodeKind::JoinedString => "f-string expression",
            NodeKind::Lambda => "lambda",
            NodeKind::List => "list",
            NodeKind::ListComprehension => "list comprehension",
            NodeKind::Literal => "literal",
            NodeKind::Name => "name",
            NodeKind::Named => "named expression",
            NodeKind::None => "None",
            NodeKind::Set => "set display",
            NodeKind::SetComprehension => "set comprehension",
            NodeKind::Starred => "starred",
            NodeKind::Subscript => "subscript",
            NodeKind::TemplateString => "t-string expression",
            NodeKind::True => "True",
            NodeKind::Tuple => "tuple",
            NodeKind::Yield => "yield expression",
            _ => "expression",
        }
    }
}

#[derive(Clone, Debug)]
pub enum Item {
    /// A token with this text.
    Literal(&'static str),
    Token(TokenKind),
    SoftKeyword,
    Rule(usize),
    Group(Vec<Alternative>),
    Optional(Box<Item>),
    Repeat {
        item: Box<Item>,
        at_least_one: bool,
    },
    Separated {
        separator: Box<Item>,
        item: Box<Item>,
    },
    Ahead {
        item: Box<Item>,
        positive: bool,
    },
    Commit,
    Demand(&'static str),
}

/// What becomes of an alternative that matched.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// The node of its only item, or a sequence.
    Plain,
    Node(NodeKind),
    Bound(char),
    /// An action by name, with its arguments.
    Action {
        name: &'static str,
        arguments: Vec<&'static str>,
        message: String,
    },
}

#[derive(Clone, Debug)]
pub struct Alternative {
    pub items: Vec<(Option<char>, Item)>,
    pub outcome: Outcome,
    /// Only of use in the search for mistakes.
    pub invalid: bool,
}

#[derive(Debug)]
pub struct Rule {
    pub memo: bool,
    pub left_recursive: bool,
    pub alternatives: Vec<Alternative>,
}

pub struct Grammar {
    pub rules: Vec<Rule>,
    pub index: FxHashMap<&'static str, usize>,
}

impl Grammar {
    pub fn rule(&self, name: &str) -> usize {
        self.index.get(name).copied().unwrap_or_default()
    }
}

/// Words that can't be names.
pub const KEYWORDS: [&str; 35] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def",
    "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is",
    "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
];

/// Words that are keywords in places.
pub const SOFT_KEYWORDS: [&str; 4] = ["_", "case", "match", "type"];

pub static GRAMMAR: LazyLock<Grammar> = LazyLock::new(|| read(include_str!("grammar.txt")));

fn read(text: &'static str) -> Grammar {
    let lines = || text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let headers: Vec<&str> = lines().filter(|line| !line.starts_with(' ')).collect();
    let name_of = |header: &'static str| header.split([' ', ':']).next().unwrap_or_default();
    let index: FxHashMap<&str, usize> =
        headers.iter().enumerate().map(|(at, header)| (name_of(header), at)).collect();
    let mut rules: Vec<Rule> = Vec::new();
    for line in lines() {
        match line.strip_prefix("  | ") {
            None => rules.push(Rule {
                memo: line.contains("(memo)"),
                left_recursive: line.contains("(left)"),
                alternatives: Vec::new(),
            }),
            Some(alternative) => {
                let mut reader = Reader { text: alternative, at: 0, index: &index };
                let alternative = reader.alternative();
                if let Some(rule) = rules.last_mut() {
                    rule.alternatives.push(alternative);
                }
            }
        }
    }
    Grammar { rules, index }
}

/// Reads an alternative's text.
struct Reader<'g> {
    text: &'static str,
    at: usize,
    index: &'g FxHashMap<&'static str, usize>,
}

impl Reader<'_> {
    fn rest(&self) -> &'static str {
        &self.text[self.at..]
    }

    fn blanks(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    fn eat(&mut self, text: &str) -> bool {
        let found = self.rest().starts_with(text);
        if found {
            self.at += text.len();
        }
        found
    }

    fn word(&mut self) -> &'static str {
        let rest = self.rest();
        let length = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    fn alternative(&mut self) -> Alternative {
        let mut items = Vec::new();
        let mut invalid = false;
        loop {
            self.blanks();
            let rest = self.rest();
            if rest.is_empty() || rest.starts_with("=>") || rest.starts_with([')', ']', '|']) {
                break;
            }
            invalid |= rest.starts_with("invalid_");
            let bytes = rest.as_bytes();
            let name = (bytes.len() > 2 && bytes[1] == b'=' && bytes[0].is_ascii_lowercase())
                .then(|| bytes[0] as char);
            if name.is_some() {
                self.at += 2;
            }
            items.push((name, self.item()));
        }
        let outcome = if self.eat("=>") { self.outcome() } else { Outcome::Plain };
        Alternative { items, outcome, invalid }
    }

    fn outcome(&mut self) -> Outcome {
        self.blanks();
        if self.eat("$") {
            return Outcome::Bound(self.word().chars().next().unwrap_or('a'));
        }
        if !self.eat("@") {
            return Outcome::Node(NodeKind::from_name(self.word()).unwrap_or(NodeKind::Sequence));
        }
        let name = self.word();
        let mut arguments = Vec::new();
        loop {
            self.blanks();
            if self.rest().is_empty() || self.rest().starts_with('"') {
                break;
            }
            arguments.push(self.word());
        }
        let quoted = self.rest().trim_end();
        self.at = self.text.len();
        let message = quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or_default();
        Outcome::Action { name, arguments, message: message.replace("\\\"", "\"") }
    }

    fn item(&mut self) -> Item {
        if self.eat("&&") {
            return match self.atom() {
                Item::Literal(text) => Item::Demand(text),
                other => other,
            };
        }
        if self.eat("&") {
            return Item::Ahead { item: Box::new(self.atom()), positive: true };
        }
        if self.eat("!") {
            return Item::Ahead { item: Box::new(self.atom()), positive: false };
        }
        if self.eat("~") {
            return Item::Commit;
        }
        let atom = Box::new(self.atom());
        if self.eat(".") {
            let item = Box::new(self.atom());
            self.eat("+");
            return Item::Separated { separator: atom, item };
        }
        if self.eat("*") {
            Item::Repeat { item: atom, at_least_one: false }
        } else if self.eat("+") {
            Item::Repeat { item: atom, at_least_one: true }
        } else if self.eat("?") {
            Item::Optional(atom)
        } else {
            *atom
        }
    }

    fn group(&mut self) -> Item {
        let mut alternatives = Vec::new();
        loop {
            alternatives.push(self.alternative());
            self.blanks();
            if !self.eat("|") {
                break;
            }
        }
        self.at += 1;
        Item::Group(alternatives)
    }

    fn atom(&mut self) -> Item {
        for quote in ["'", "\""] {
            if self.eat(quote) {
                let rest = self.rest();
                let end = rest.find(quote).unwrap_or(rest.len());
                self.at += end + 1;
                return Item::Literal(&rest[..end]);
            }
        }
        if self.eat("(") {
            return self.group();
        }
        if self.eat("[") {
            return Item::Optional(Box::new(self.group()));
        }
        match self.word() {
            "NAME" => Item::Token(TokenKind::Name),
            "NUMBER" => Item::Token(TokenKind::Number),
            "STRING" => Item::Token(TokenKind::String),
            "NEWLINE" => Item::Token(TokenKind::Newline),
            "INDENT" => Item::Token(TokenKind::Indent),
            "DEDENT" => Item::Token(TokenKind::Dedent),
            "END" => Item::Token(TokenKind::End),
            "FSTRING_START" => Item::Token(TokenKind::FStringStart),
            "FSTRING_MIDDLE" => Item::Token(TokenKind::FStringMiddle),
            "FSTRING_END" => Item::Token(TokenKind::FStringEnd),
            "TSTRING_START" => Item::Token(TokenKind::TStringStart),
            "TSTRING_MIDDLE" => Item::Token(TokenKind::TStringMiddle),
            "TSTRING_END" => Item::Token(TokenKind::TStringEnd),
            "SOFT_KEYWORD" => Item::SoftKeyword,
            name => Item::Rule(self.index.get(name).copied().unwrap_or_default()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every word of the grammar that looks like a rule is one, and every node kind is known.
    #[test]
    fn names_are_known() {
        let text = include_str!("grammar.txt");
        let (_, rules) = text.split_once("\nfile:").expect("the first rule");
        for line in rules.lines().filter(|line| line.starts_with("  | ")) {
            let (items, outcome) = line.split_once(" => ").unwrap_or((line, "$a"));
            let mut quote = None;
            let mut word = String::new();
            for character in items.chars().chain([' ']) {
                match (quote, character) {
                    (None, '\'' | '"') => quote = Some(character),
                    (Some(open), _) if open == character => quote = None,
                    (Some(_), _) => {}
                    (None, 'a'..='z' | '_') => word.push(character),
                    _ => {
                        let word = std::mem::take(&mut word);
                        let name = word.strip_prefix("a=").unwrap_or(&word);
                        assert!(name.len() < 2 || GRAMMAR.index.contains_key(name), "{name} in {line}");
                    }
                }
            }
            assert!(outcome.starts_with(['$', '@']) || NodeKind::from_name(outcome).is_some(), "{line}");
        }
    }
}
