//! Reads our attributes: `#[name("text", flag, key = value)]`, and doc comments.

use proc_macro2::{Span, TokenStream};
use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned;
use syn::{Attribute, Expr, ExprLit, Ident, ImplItemFn, Lit, LitStr, Meta, Token};

/// The parenthesised part of one of our attributes.
#[derive(Default)]
pub struct Arguments {
    /// The signature.
    pub text: Option<LitStr>,
    pub flags: Vec<Ident>,
    pub values: Vec<(Ident, Expr)>,
}

impl Parse for Arguments {
    fn parse(input: ParseStream) -> syn::Result<Arguments> {
        let mut arguments = Arguments::default();
        while !input.is_empty() {
            if input.peek(LitStr) {
                let text: LitStr = input.parse()?;
                if arguments.text.replace(text.clone()).is_some() {
                    return Err(syn::Error::new(text.span(), "a second signature"));
                }
            } else {
                let name: Ident = input.parse()?;
                if input.peek(Token![=]) {
                    input.parse::<Token![=]>()?;
                    arguments.values.push((name, input.parse()?));
                } else {
                    arguments.flags.push(name);
                }
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(arguments)
    }
}

impl Arguments {
    /// Removes a flag; true if it was there.
    pub fn take_flag(&mut self, name: &str) -> bool {
        let before = self.flags.len();
        self.flags.retain(|flag| flag != name);
        self.flags.len() != before
    }

    pub fn take_value(&mut self, name: &str) -> Option<Expr> {
        let index = self.values.iter().position(|(key, _)| key == name)?;
        Some(self.values.remove(index).1)
    }

    /// Removes `name = "text"`.
    pub fn take_text(&mut self, name: &str) -> syn::Result<Option<String>> {
        match self.take_value(name) {
            None => Ok(None),
            Some(Expr::Lit(ExprLit { lit: Lit::Str(text), .. })) => Ok(Some(text.value())),
            Some(other) => Err(syn::Error::new(other.span(), "expected a string")),
        }
    }

    /// An error if something is left that nobody took.
    pub fn finish(&self) -> syn::Result<()> {
        let left = self.flags.first().or(self.values.first().map(|(key, _)| key));
        match left {
            Some(name) => Err(syn::Error::new(name.span(), format!("unknown option `{name}`"))),
            None => Ok(()),
        }
    }
}

/// What a function in one of our blocks is, from its attribute.
pub struct Marked {
    /// The attribute's name.
    pub role: Ident,
    pub arguments: Arguments,
    pub doc: Option<String>,
    /// `#[cfg]` attributes, to repeat on what is generated.
    pub conditions: Vec<Attribute>,
}

/// Takes our attribute off a function; `None` for a function without one, which stays a plain Rust function.
pub fn take_role(function: &mut ImplItemFn, roles: &[&str]) -> syn::Result<Option<Marked>> {
    let is_role = |attribute: &Attribute| roles.iter().any(|role| attribute.path().is_ident(role));
    let Some(index) = function.attrs.iter().position(is_role) else { return Ok(None) };
    let attribute = function.attrs.remove(index);
    if let Some(second) = function.attrs.iter().find(|a| is_role(a)) {
        return Err(syn::Error::new(second.span(), "a function has one role"));
    }
    let arguments = match &attribute.meta {
        Meta::Path(_) => Arguments::default(),
        Meta::List(list) => list.parse_args()?,
        Meta::NameValue(_) => return Err(syn::Error::new(attribute.span(), "expected parentheses")),
    };
    let conditions = function.attrs.iter().filter(|a| a.path().is_ident("cfg")).cloned().collect();
    let role = attribute.path().require_ident()?.clone();
    Ok(Some(Marked { role, arguments, doc: doc(&function.attrs), conditions }))
}

/// The doc comment as Python shows it: one leading space of each line removed.
pub fn doc(attributes: &[Attribute]) -> Option<String> {
    let mut lines = Vec::new();
    for attribute in attributes.iter().filter(|a| a.path().is_ident("doc")) {
        if let Meta::NameValue(pair) = &attribute.meta
            && let Expr::Lit(ExprLit { lit: Lit::Str(line), .. }) = &pair.value
        {
            let line = line.value();
            lines.push(line.strip_prefix(' ').unwrap_or(&line).to_string());
        }
    }
    if lines.is_empty() { None } else { Some(lines.join("\n")) }
}

/// `Some("text")` or `None`, as tokens.
pub fn optional_text(text: Option<&str>) -> TokenStream {
    match text {
        Some(text) => quote::quote!(::core::option::Option::Some(#text)),
        None => quote::quote!(::core::option::Option::None),
    }
}

/// An identifier for a generated static.
pub fn generated(prefix: &str, name: &Ident) -> Ident {
    let name = name.to_string();
    Ident::new(&format!("{prefix}_{}", name.strip_prefix("r#").unwrap_or(&name)), Span::call_site())
}
