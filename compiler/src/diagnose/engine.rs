//! Matches tokens against the grammar, and raises what the grammar says about mistakes.
//!
//! As in CPython there are two passes: the first finds out how far a valid program goes, the second looks for mistakes too.
//! Rules are matched in the same order and look at the same tokens as CPython's, since the generic error is where the
//! furthest token is that anything has looked at.

use rustc_hash::FxHashMap;

use super::grammar::{Alternative, GRAMMAR, Item, KEYWORDS, NodeKind, Outcome, SOFT_KEYWORDS};
use super::tokenizer::{Place, Token, TokenError, TokenKind, Tokens};
use super::{Raised, Span};
use crate::error::{ErrorKind, Notice};

/// CPython's `MAXSTACK`.
const MAX_LEVEL: u32 = 6000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NodeId(u32);

#[derive(Clone, Debug)]
pub(super) struct Node {
    pub kind: NodeKind,
    pub start: Place,
    pub end: Place,
    /// The text's byte range.
    pub from: usize,
    pub to: usize,
    pub children: Vec<NodeId>,
}

/// What a rule gave at a place: a node and where it ends.
type Memo = FxHashMap<(usize, usize), (Option<NodeId>, usize)>;

pub(super) struct Parser<'s> {
    pub source: &'s str,
    pub tokens: Vec<Token>,
    pub token_error: Option<TokenError>,
    /// How many tokens have been looked at.
    pub fetched: usize,
    pub mark: usize,
    pub raised: Option<Raised>,
    pub barry: bool,
    pub invalid_rules: bool,
    /// What there is to warn of, although something else is wrong.
    pub notices: Vec<Notice>,
    nodes: Vec<Node>,
    memo: Memo,
    level: u32,
    without_invalid: usize,
    statement: usize,
    /// Where the last statement that was matched starts: line and column in bytes.
    pub last_statement: Place,
}

impl<'s> Parser<'s> {
    pub fn new(source: &'s str, tokens: Tokens) -> Parser<'s> {
        Parser {
            source,
            tokens: tokens.tokens,
            token_error: tokens.error,
            fetched: 0,
            mark: 0,
            raised: None,
            barry: false,
            invalid_rules: false,
            notices: Vec::new(),
            nodes: Vec::new(),
            memo: Memo::default(),
            level: 0,
            without_invalid: GRAMMAR.rule("expression_without_invalid"),
            statement: GRAMMAR.rule("statement"),
            last_statement: Place { line: 0, column: 0 },
        }
    }

    /// Matches the whole source.
    pub fn parse(&mut self, start: &str) -> bool {
        self.rule(GRAMMAR.rule(start)).is_some() && self.raised.is_none()
    }

    /// Starts over, looking for mistakes.
    pub fn second_pass(&mut self) {
        self.mark = 0;
        self.memo.clear();
        self.nodes.clear();
        self.level = 0;
        self.invalid_rules = true;
    }

    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    pub fn text(&self, id: NodeId) -> &'s str {
        let node = self.node(id);
        &self.source[node.from..node.to]
    }

    /// The token at `index`, reading up to it.
    pub fn token(&mut self, index: usize) -> Option<Token> {
        if self.raised.is_some() {
            return None;
        }
        match self.tokens.get(index) {
            Some(&token) => {
                self.fetched = self.fetched.max(index + 1);
                Some(token)
            }
            None => {
                if let Some(error) = self.token_error.clone() {
                    self.raised = Some(Raised {
                        kind: error.kind,
                        message: error.message,
                        span: error.span,
                        by_tokenizer: true,
                        bare: error.bare,
                    });
                }
                None
            }
        }
    }

    fn add(&mut self, node: Node) -> NodeId {
        self.nodes.push(node);
        NodeId(self.nodes.len() as u32 - 1)
    }

    fn rule(&mut self, index: usize) -> Option<NodeId> {
        if self.raised.is_some() {
            return None;
        }
        self.level += 1;
        let first = self.mark;
        let result = self.rule_at_level(index);
        self.level -= 1;
        if index == self.statement && result.is_some() && self.raised.is_none() {
            self.last_statement = self.tokens.get(first).map_or(self.last_statement, |token| token.start);
        }
        result
    }

    fn rule_at_level(&mut self, index: usize) -> Option<NodeId> {
        if self.level > MAX_LEVEL {
            let message = "Parser stack overflowed - Python source too complex to parse".to_owned();
            self.raised = Some(Raised {
                kind: ErrorKind::MemoryError,
                message,
                span: Span::NONE,
                by_tokenizer: true,
                bare: false,
            });
            return None;
        }
        let rule = &GRAMMAR.rules[index];
        let start = self.mark;
        if (rule.memo || rule.left_recursive)
            && let Some(&(node, end)) = self.memo.get(&(index, start))
        {
            self.mark = end;
            return node;
        }
        if !rule.left_recursive {
            let invalid_rules = self.invalid_rules;
            self.invalid_rules &= index != self.without_invalid;
            let node = self.alternatives(&rule.alternatives);
            self.invalid_rules = invalid_rules;
            if rule.memo && self.raised.is_none() {
                self.memo.insert((index, start), (node, self.mark));
            }
            return node;
        }
        // A left-recursive rule first fails on itself, then grows as long as it gets further.
        let (mut best, mut end) = (None, start);
        loop {
            self.memo.insert((index, start), (best, end));
            self.mark = start;
            let node = self.alternatives(&rule.alternatives);
            if self.raised.is_some() {
                return None;
            }
            if node.is_none() || self.mark <= end {
                break;
            }
            (best, end) = (node, self.mark);
        }
        self.mark = if best.is_some() { end } else { start };
        best
    }

    fn alternatives(&mut self, alternatives: &'static [Alternative]) -> Option<NodeId> {
        let start = self.mark;
        for alternative in alternatives {
            if alternative.invalid && !self.invalid_rules {
                continue;
            }
            let mut committed = false;
            let mut bound = Vec::new();
            let mut nodes = Vec::new();
            if self.items(alternative, &mut committed, &mut bound, &mut nodes)
                && let Some(node) = self.outcome(alternative, start, &bound, nodes)
            {
                return Some(node);
            }
            if self.raised.is_some() {
                return None;
            }
            self.mark = start;
            if committed {
                return None;
            }
        }
        None
    }

    fn items(
        &mut self,
        alternative: &'static Alternative,
        committed: &mut bool,
        bound: &mut Vec<(char, NodeId)>,
        nodes: &mut Vec<NodeId>,
    ) -> bool {
        for (name, item) in &alternative.items {
            match item {
                Item::Commit => *committed = true,
                Item::Ahead { item, positive } => {
                    let start = self.mark;
                    let found = self.item(item).is_some();
                    self.mark = start;
                    if self.raised.is_some() || found != *positive {
                        return false;
                    }
                }
                _ => {
                    let Some(node) = self.item(item) else { return false };
                    nodes.push(node);
                    if let Some(name) = name {
                        bound.push((*name, node));
                    }
                }
            }
        }
        self.raised.is_none()
    }

    /// A node over what has been matched since `start`.
    fn span_node(&mut self, kind: NodeKind, start: usize, children: Vec<NodeId>) -> NodeId {
        let (first, last) = if self.mark > start {
            (self.tokens[start], self.tokens[self.mark - 1])
        } else {
            let at = self.tokens[start.min(self.tokens.len() - 1)];
            (at, Token { end: at.start, to: at.from, ..at })
        };
        self.add(Node {
            kind,
            start: first.start,
            end: last.end,
            from: first.from,
            to: last.to.max(first.from),
            children,
        })
    }

    fn outcome(
        &mut self,
        alternative: &'static Alternative,
        start: usize,
        bound: &[(char, NodeId)],
        nodes: Vec<NodeId>,
    ) -> Option<NodeId> {
        let get = |name: char| bound.iter().find(|(each, _)| *each == name).map(|&(_, node)| node);
        match &alternative.outcome {
            Outcome::Plain if nodes.len() == 1 => nodes.first().copied(),
            Outcome::Plain => Some(self.span_node(NodeKind::Sequence, start, nodes)),
            Outcome::Node(kind) => Some(self.span_node(*kind, start, nodes)),
            Outcome::Bound(name) => get(*name),
            Outcome::Action { name, arguments, message } => {
                let accepted = self.act(name, arguments, message, &get, start);
                (accepted && self.raised.is_none()).then(|| match nodes.first() {
                    Some(&only) if nodes.len() == 1 && *name != "string" && *name != "strings" => only,
                    _ => {
                        let kind = self.string_kind(&nodes);
                        self.span_node(kind, start, nodes)
                    }
                })
            }
        }
    }

    /// What literals make together.
    fn string_kind(&self, nodes: &[NodeId]) -> NodeKind {
        let elements = nodes.iter().flat_map(|&node| self.elements(node));
        let kinds: Vec<NodeKind> = elements.map(|node| self.node(node).kind).collect();
        for kind in [NodeKind::JoinedString, NodeKind::TemplateString] {
            if kinds.contains(&kind) {
                return kind;
            }
        }
        NodeKind::Literal
    }

    fn item(&mut self, item: &'static Item) -> Option<NodeId> {
        match item {
            Item::Literal(text) => {
                let token = self.token(self.mark)?;
                let matches = matches!(token.kind, TokenKind::Op | TokenKind::Name)
                    && &self.source[token.from..token.to] == *text;
                matches.then(|| self.take(token))
            }
            Item::Token(kind) => {
                let token = self.token(self.mark)?;
                let is_keyword =
                    || *kind == TokenKind::Name && KEYWORDS.contains(&&self.source[token.from..token.to]);
                (token.kind == *kind && !is_keyword()).then(|| self.take(token))
            }
            Item::SoftKeyword => {
                let token = self.token(self.mark)?;
                let matches = token.kind == TokenKind::Name
                    && SOFT_KEYWORDS.contains(&&self.source[token.from..token.to]);
                matches.then(|| self.take(token))
            }
            Item::Rule(index) => self.rule(*index),
            Item::Group(alternatives) => self.alternatives(alternatives),
            Item::Optional(item) => match self.item(item) {
                Some(node) => Some(node),
                None if self.raised.is_some() => None,
                None => Some(self.span_node(NodeKind::Sequence, self.mark, Vec::new())),
            },
            Item::Repeat { item, at_least_one } => self.repeat(item, *at_least_one),
            Item::Separated { separator, item } => self.separated(separator, item),
            Item::Demand(text) => {
                let token = self.token(self.mark)?;
                if &self.source[token.from..token.to] == *text {
                    return Some(self.take(token));
                }
                self.raise_range(format!("expected '{text}'"), token.start, token.end);
                None
            }
            Item::Ahead { .. } | Item::Commit => None,
        }
    }

    fn take(&mut self, token: Token) -> NodeId {
        self.mark += 1;
        self.add(Node {
            kind: NodeKind::Token,
            start: token.start,
            end: token.end,
            from: token.from,
            to: token.to,
            children: Vec::new(),
        })
    }

    fn repeat(&mut self, item: &'static Item, at_least_one: bool) -> Option<NodeId> {
        let start = self.mark;
        let mut nodes = Vec::new();
        while let Some(node) = self.item(item) {
            nodes.push(node);
        }
        if self.raised.is_some() || at_least_one && nodes.is_empty() {
            return None;
        }
        Some(self.span_node(NodeKind::Sequence, start, nodes))
    }

    fn separated(&mut self, separator: &'static Item, item: &'static Item) -> Option<NodeId> {
        let start = self.mark;
        let mut nodes = vec![self.item(item)?];
        loop {
            let before = self.mark;
            if self.item(separator).is_some()
                && let Some(node) = self.item(item)
            {
                nodes.push(node);
                continue;
            }
            self.mark = before;
            break;
        }
        self.raised.is_none().then(|| self.span_node(NodeKind::Sequence, start, nodes))
    }

    /// The expressions (and other nodes with a meaning) directly in a node.
    pub fn elements(&self, id: NodeId) -> Vec<NodeId> {
        let node = self.node(id);
        match node.kind {
            NodeKind::Token => Vec::new(),
            NodeKind::Sequence => node.children.iter().flat_map(|&child| self.elements(child)).collect(),
            _ => vec![id],
        }
    }

    /// The expressions that a display, argument list or the like consists of.
    pub fn parts(&self, id: NodeId) -> Vec<NodeId> {
        self.node(id).children.iter().flat_map(|&child| self.elements(child)).collect()
    }
}
