//! Type comments: which stand in a source, and which node each belongs to.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::{Field, Node, NodeClass};
use crate::instruction_sequence::Location;
use crate::text::Text;

/// The type comments of a source.
#[derive(Default)]
pub struct TypeComments {
    /// By the offset of their `#`: the text.
    comments: FxHashMap<usize, Range<usize>>,
    /// By line and column of the node they were taken for.
    taken: FxHashMap<(i32, i32), String>,
    /// `# type: ignore` comments: line and what follows `ignore`.
    ignored: Vec<(i64, String)>,
}

impl TypeComments {
    /// Notes a comment at `range`, on `line`, if it is a type comment.
    pub fn add(&mut self, source: &str, range: Range<usize>, line: u32) {
        let blanks = |text: &str| text.len() - text.trim_start_matches([' ', '\t']).len();
        let text = &source[range.clone()];
        let Some(rest) = text.strip_prefix('#') else { return };
        let Some(rest) = rest[blanks(rest)..].strip_prefix("type:") else { return };
        let content = &rest[blanks(rest)..];
        if let Some(tag) = content.strip_prefix("ignore")
            && !tag.starts_with(|first: char| !first.is_ascii() || first.is_ascii_alphanumeric())
        {
            self.ignored.push((i64::from(line), tag.to_owned()));
            return;
        }
        self.comments.insert(range.start, range.end - content.len()..range.end);
    }

    /// Whether there are any for nodes.
    pub fn is_empty(&self) -> bool {
        self.comments.is_empty()
    }

    /// Whether one starts at this offset.
    pub fn starts_at(&self, offset: usize) -> bool {
        self.comments.contains_key(&offset)
    }

    /// Gives the comment at `offset`, if there is one, to the node at `location`.
    pub fn take(&mut self, source: &str, offset: usize, location: Location) {
        if let Some(range) = self.comments.remove(&offset) {
            self.taken.insert((location.line, location.column), source[range].to_owned());
        }
    }

    /// The offset of the first comment that belongs to no node.
    pub fn first_left(&self) -> Option<usize> {
        self.comments.keys().copied().min()
    }

    /// The comment of the node at `location`.
    pub fn of(&self, location: Location) -> Option<&str> {
        self.taken.get(&(location.line, location.column)).map(String::as_str)
    }

    /// The nodes for `# type: ignore`.
    pub fn ignores(&self) -> Vec<Field> {
        let node = |(line, tag): &(i64, String)| {
            let fields = vec![Field::Int(*line), Field::Text(Text::from(tag.as_str()))];
            Field::Node(Node::plain(NodeClass::TypeIgnore, fields))
        };
        self.ignored.iter().map(node).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_told_apart() {
        let source = "x = 1  #type:  int\ny  # type: ignore[x]\nz # type: ignored";
        let mut comments = TypeComments::default();
        comments.add(source, 7..18, 1);
        comments.add(source, 22..39, 2);
        comments.add(source, 42..source.len(), 3);
        comments.take(source, 7, Location::new(1, 1, 0, 5));
        assert_eq!(comments.of(Location::new(1, 1, 0, 5)), Some("int"));
        assert_eq!(comments.ignored, [(2, "[x]".to_owned())]);
        assert_eq!(comments.first_left(), Some(42));
    }
}
