//! Parses a Python signature such as `($self, x, y=0, /, *args, key=None, **kwargs)`.

use syn::LitStr;

/// How arguments reach a parameter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ParameterKind {
    PositionalOnly,
    PositionalOrKeyword,
    VarPositional,
    KeywordOnly,
    VarKeyword,
}

/// One parameter of a signature.
#[derive(Clone, PartialEq, Debug)]
pub struct Parameter {
    pub name: String,
    pub kind: ParameterKind,
    /// The text behind `=`.
    pub default: Option<String>,
}

/// A parsed signature, without the `$self`, `$type` or `$module` it may begin with.
#[derive(Clone, PartialEq, Debug)]
pub struct Signature {
    pub parameters: Vec<Parameter>,
}

impl Signature {
    /// Parses the text of a signature.
    pub fn parse(text: &LitStr) -> syn::Result<Signature> {
        parse(&text.value()).map_err(|message| syn::Error::new(text.span(), message))
    }

    pub fn count(&self, kind: ParameterKind) -> usize {
        self.parameters.iter().filter(|p| p.kind == kind).count()
    }

    pub fn has(&self, kind: ParameterKind) -> bool {
        self.count(kind) > 0
    }

    /// Parameters with a place of their own in the array of bound values.
    pub fn fixed(&self) -> usize {
        self.parameters.len()
            - self.count(ParameterKind::VarPositional)
            - self.count(ParameterKind::VarKeyword)
    }

    /// Greatest number of positional arguments that fixed parameters take.
    pub fn positional(&self) -> usize {
        self.count(ParameterKind::PositionalOnly) + self.count(ParameterKind::PositionalOrKeyword)
    }

    /// Positional parameters that have no default.
    pub fn required_positional(&self) -> usize {
        use ParameterKind::*;
        let positional = |p: &&Parameter| matches!(p.kind, PositionalOnly | PositionalOrKeyword);
        self.parameters.iter().filter(positional).filter(|p| p.default.is_none()).count()
    }

    /// Keyword-only parameters that have no default.
    pub fn required_keyword_only(&self) -> usize {
        let keyword_only = |p: &&Parameter| p.kind == ParameterKind::KeywordOnly;
        self.parameters.iter().filter(keyword_only).filter(|p| p.default.is_none()).count()
    }
}

fn parse(text: &str) -> Result<Signature, String> {
    let inner = text.trim().strip_prefix('(').and_then(|t| t.strip_suffix(')'));
    let inner = inner.ok_or("a signature is in parentheses")?;
    let mut parameters: Vec<Parameter> = Vec::new();
    let mut kind = ParameterKind::PositionalOrKeyword;
    let mut slash = false;
    for (index, item) in split(inner)?.iter().enumerate() {
        let item = item.as_str();
        match item {
            "$self" | "$type" | "$module" | "$cls" if index == 0 => continue,
            "/" if !slash && kind == ParameterKind::PositionalOrKeyword => {
                slash = true;
                parameters.iter_mut().for_each(|p| p.kind = ParameterKind::PositionalOnly);
                continue;
            }
            "*" if kind == ParameterKind::PositionalOrKeyword => {
                kind = ParameterKind::KeywordOnly;
                continue;
            }
            _ => {}
        }
        let (item_kind, item) = if let Some(name) = item.strip_prefix("**") {
            (ParameterKind::VarKeyword, name)
        } else if let Some(name) = item.strip_prefix('*') {
            kind = ParameterKind::KeywordOnly;
            (ParameterKind::VarPositional, name)
        } else {
            (kind, item)
        };
        parameters.push(parameter(item, item_kind)?);
    }
    check(&parameters)?;
    Ok(Signature { parameters })
}

fn parameter(item: &str, kind: ParameterKind) -> Result<Parameter, String> {
    let (name, default) = match item.split_once('=') {
        Some((name, default)) => (name.trim(), Some(default.trim().to_string())),
        None => (item, None),
    };
    let good = |c: char| c.is_alphanumeric() || c == '_';
    if name.is_empty() || !name.chars().all(good) {
        return Err(format!("`{name}` is not a parameter name"));
    }
    Ok(Parameter { name: name.to_string(), kind, default })
}

fn check(parameters: &[Parameter]) -> Result<(), String> {
    use ParameterKind::*;
    let order = |p: &Parameter| match p.kind {
        PositionalOnly => 0,
        PositionalOrKeyword => 1,
        VarPositional => 2,
        KeywordOnly => 3,
        VarKeyword => 4,
    };
    if !parameters.is_sorted_by_key(order) {
        return Err("parameters are out of order".into());
    }
    if [VarPositional, VarKeyword]
        .iter()
        .any(|kind| parameters.iter().filter(|p| p.kind == *kind).count() > 1)
    {
        return Err("a second `*` or `**` parameter".into());
    }
    let positional = parameters.iter().filter(|p| matches!(p.kind, PositionalOnly | PositionalOrKeyword));
    if !positional.clone().is_sorted_by_key(|p| p.default.is_some()) {
        return Err("a parameter without a default follows one with a default".into());
    }
    for (index, p) in parameters.iter().enumerate() {
        if parameters[..index].iter().any(|other| other.name == p.name) {
            return Err(format!("two parameters `{}`", p.name));
        }
    }
    Ok(())
}

/// Splits at commas outside of brackets and quotes.
fn split(text: &str) -> Result<Vec<String>, String> {
    let (mut items, mut item) = (Vec::new(), String::new());
    let (mut depth, mut quote) = (0i32, None);
    for c in text.chars() {
        match (quote, c) {
            (Some(q), _) if q == c => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(c),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => depth -= 1,
            (None, ',') if depth == 0 => {
                items.push(item.trim().to_string());
                item.clear();
                continue;
            }
            _ => {}
        }
        item.push(c);
    }
    if depth != 0 || quote.is_some() {
        return Err("unbalanced brackets or quotes".into());
    }
    if !item.trim().is_empty() {
        items.push(item.trim().to_string());
    }
    if items.iter().any(String::is_empty) { Err("an empty parameter".into()) } else { Ok(items) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<(String, ParameterKind, Option<String>)> {
        let parsed = parse(text).unwrap();
        parsed.parameters.into_iter().map(|p| (p.name, p.kind, p.default)).collect()
    }

    #[test]
    fn reads_every_kind_of_parameter() {
        use ParameterKind::*;
        let expected = vec![
            ("a".into(), PositionalOnly, None),
            ("b".into(), PositionalOrKeyword, Some("(1, 2)".into())),
            ("rest".into(), VarPositional, None),
            ("key".into(), KeywordOnly, Some("','".into())),
            ("more".into(), VarKeyword, None),
        ];
        assert_eq!(kinds("($self, a, /, b=(1, 2), *rest, key=',', **more)"), expected);
        assert_eq!(
            kinds("($module, /, a, *, b)"),
            vec![("a".into(), PositionalOrKeyword, None), ("b".into(), KeywordOnly, None)]
        );
    }

    #[test]
    fn refuses_what_python_refuses() {
        for text in ["x", "(a=1, b)", "(a, a)", "(*a, *b)", "(**a, b)", "(a, , b)", "(a, 1b-)", "(a=(1)"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
