//! One native function: its wrapper with the native calling convention, and its `NativeDefinition`.

use crate::attributes::{Marked, generated, optional_text};
use crate::signature::{Parameter, ParameterKind, Signature};
use crate::slots::{self, Wording};
use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote};
use syn::spanned::Spanned;
use syn::{Expr, FnArg, GenericArgument, ImplItemFn, LitStr, PathArguments, ReturnType, Type};

/// How a function is called and shown; the variants are those of the runtime's `NativeRole`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Function,
    Method,
    SlotWrapper,
    ClassMethod,
    StaticMethod,
    New,
}

impl Role {
    fn tokens(self) -> TokenStream {
        let name = match self {
            Role::Function => "Function",
            Role::Method => "Method",
            Role::SlotWrapper => "SlotWrapper",
            Role::ClassMethod => "ClassMethod",
            Role::StaticMethod => "StaticMethod",
            Role::New => "New",
        };
        let name = Ident::new(name, Span::call_site());
        quote!(::taipan_runtime::native::NativeRole::#name)
    }

    /// What the shown signature begins with.
    fn receiver_text(self) -> Option<&'static str> {
        match self {
            Role::Function => Some("$module"),
            Role::Method | Role::SlotWrapper => Some("$self"),
            Role::ClassMethod => Some("$type"),
            Role::StaticMethod | Role::New => None,
        }
    }

    /// Whether `arguments[0]` is not one of the signature's parameters.
    fn has_receiver(self) -> bool {
        !matches!(self, Role::Function | Role::StaticMethod)
    }
}

/// The generated items, and the path of the definition.
pub struct Generated {
    pub items: TokenStream,
    /// `&DEFINITION_name`, with its `#[cfg]`s.
    pub reference: TokenStream,
}

/// What all functions of a block share.
pub struct Owner<'a> {
    /// The Rust type of the `impl`.
    pub rust_type: &'a Type,
    /// The module's or type's name.
    pub name: &'a str,
}

/// Everything about a function that its wrapper is made from.
struct Native<'a> {
    owner: &'a Owner<'a>,
    role: Role,
    rust_name: Ident,
    python_name: String,
    signature: Signature,
    text: Option<String>,
    doc: Option<String>,
    style: &'static str,
    wants_thread: bool,
    receiver: Option<Type>,
    types: Vec<Type>,
    unboxed: TokenStream,
}

/// Makes the wrapper and the definition of a marked function.
pub fn generate(
    owner: &Owner,
    function: &ImplItemFn,
    role: Role,
    mut marked: Marked,
) -> syn::Result<Generated> {
    let rust_name = function.sig.ident.clone();
    let plain_name = rust_name.to_string().trim_start_matches("r#").to_string();
    let given = marked.arguments.take_text("name")?;
    let python_name = given.unwrap_or_else(|| if role == Role::New { "__new__".into() } else { plain_name });
    let slot = if role == Role::Method { slots::slot(&python_name) } else { None };
    let plain = marked.arguments.take_flag("plain");
    let slot = slot.filter(|_| !plain);
    let role = if slot.is_some() { Role::SlotWrapper } else { role };
    let hidden = marked.arguments.take_flag("hidden");
    let written = marked.arguments.text.clone();
    let text = match (&written, &slot) {
        (Some(text), _) => text.clone(),
        (None, Some(slot)) => LitStr::new(slot.signature, rust_name.span()),
        (None, None) => return Err(syn::Error::new(rust_name.span(), "a signature is missing")),
    };
    let signature = Signature::parse(&text)?;
    let given = marked.arguments.take_text("text")?;
    let shown = match (given, &slot) {
        (Some(given), _) => given,
        (None, Some(slot)) => slot.signature.to_string(),
        (None, None) => shown_signature(&text.value(), role),
    };
    let (wants_thread, receiver, types) = rust_parameters(owner, function, role)?;
    if types.len() != signature.parameters.len() {
        let message = format!(
            "the signature has {} parameters, the function {} for them",
            signature.parameters.len(),
            types.len()
        );
        return Err(syn::Error::new(text.span(), message));
    }
    let unboxed = unboxed_entry(owner, function, &mut marked)?;
    marked.arguments.finish()?;
    let native = Native {
        style: style(role, &signature, slot.as_ref().map(|s| s.wording)),
        doc: marked.doc.or(slot.map(|s| s.doc)),
        text: if hidden { None } else { Some(shown) },
        owner,
        role,
        rust_name,
        python_name,
        signature,
        wants_thread,
        receiver,
        types,
        unboxed,
    };
    native.generate(&marked.conditions)
}

/// The signature as `__text_signature__` gives it, with what stands for the receiver.
fn shown_signature(text: &str, role: Role) -> String {
    let text = text.trim();
    let inner = &text[1..text.len() - 1];
    let Some(receiver) = role.receiver_text() else { return text.to_string() };
    if inner.starts_with('$') {
        text.to_string()
    } else if inner.is_empty() {
        format!("({receiver}, /)")
    } else if inner.split(',').any(|item| item.trim() == "/") {
        format!("({receiver}, {inner})")
    } else {
        format!("({receiver}, /, {inner})")
    }
}

/// Which of CPython's families of argument errors a function belongs to.
fn style(role: Role, signature: &Signature, wording: Option<Wording>) -> &'static str {
    use ParameterKind::*;
    match wording {
        Some(Wording::Anonymous) => return "Slot",
        Some(Wording::Named) => return "NamedSlot",
        _ => {}
    }
    if signature.has(PositionalOrKeyword) || signature.has(KeywordOnly) {
        return "Keywords";
    }
    let variable = signature.has(VarPositional) || signature.has(VarKeyword);
    let function = !matches!(role, Role::New | Role::SlotWrapper);
    match (signature.positional(), signature.required_positional()) {
        (0, 0) if function && !variable => "NoArguments",
        (1, 1) if function && !variable => "One",
        _ => "Positional",
    }
}

/// Whether the function takes the thread, its receiver's type, and the types of the other parameters.
fn rust_parameters(
    owner: &Owner,
    function: &ImplItemFn,
    role: Role,
) -> syn::Result<(bool, Option<Type>, Vec<Type>)> {
    let mut types = Vec::new();
    for input in &function.sig.inputs {
        match input {
            FnArg::Receiver(this) => {
                return Err(syn::Error::new(this.span(), "write `this: Gc<...>` instead of `self`"));
            }
            FnArg::Typed(typed) => {
                types.push(syn::parse2(replace_self(typed.ty.to_token_stream(), owner.rust_type))?);
            }
        }
    }
    let wants_thread = types.first().is_some_and(is_thread);
    if wants_thread {
        types.remove(0);
    }
    if !role.has_receiver() {
        return Ok((wants_thread, None, types));
    }
    if types.is_empty() {
        return Err(syn::Error::new(
            function.sig.ident.span(),
            "a parameter for the object or class is missing",
        ));
    }
    let receiver = types.remove(0);
    Ok((wants_thread, Some(receiver), types))
}

/// The tokens with `Self` replaced by the type that the block is for.
fn replace_self(tokens: TokenStream, rust_type: &Type) -> TokenStream {
    let replace = |token| match token {
        TokenTree::Ident(name) if name == "Self" => rust_type.to_token_stream(),
        TokenTree::Group(group) => {
            let inner = replace_self(group.stream(), rust_type);
            TokenTree::Group(Group::new(group.delimiter(), inner)).into()
        }
        other => other.into(),
    };
    tokens.into_iter().map(replace).collect::<Vec<TokenStream>>().into_iter().collect()
}

fn is_thread(declared: &Type) -> bool {
    matches!(declared, Type::Reference(reference) if last_segment(&reference.elem).is_some_and(|s| s == "Thread"))
}

/// The last name of a path type: `Option` of `core::option::Option<T>`.
fn last_segment(declared: &Type) -> Option<String> {
    match declared {
        Type::Path(path) => path.path.segments.last().map(|segment| segment.ident.to_string()),
        _ => None,
    }
}

/// The `T` of `Option<T>`.
fn inside_option(declared: &Type) -> Option<&Type> {
    let Type::Path(path) = declared else { return None };
    let segment = path.path.segments.last().filter(|segment| segment.ident == "Option")?;
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return None };
    match arguments.args.first() {
        Some(GenericArgument::Type(inner)) => Some(inner),
        _ => None,
    }
}

impl Native<'_> {
    fn generate(&self, conditions: &[syn::Attribute]) -> syn::Result<Generated> {
        let definition = generated("DEFINITION", &self.rust_name);
        let wrapper = generated("call", &self.rust_name);
        let body = self.body(&definition)?;
        let signature = self.signature_tokens();
        let (name, owner_name) = (&self.python_name, self.owner.name);
        let doc = optional_text(self.doc.as_deref());
        let (role, unboxed) = (self.role.tokens(), &self.unboxed);
        let style = Ident::new(self.style, Span::call_site());
        let items = quote! {
            #(#conditions)*
            #[allow(non_upper_case_globals)]
            static #definition: ::taipan_runtime::native::NativeDefinition = ::taipan_runtime::native::NativeDefinition {
                name: #name,
                owner: #owner_name,
                doc: #doc,
                signature: #signature,
                style: ::taipan_runtime::native::CallStyle::#style,
                role: #role,
                call: #wrapper,
                unboxed: #unboxed,
            };
            #(#conditions)*
            #[allow(non_snake_case, unused_variables, clippy::all)]
            unsafe extern "C-unwind" fn #wrapper(
                thread: *mut ::taipan_runtime::thread::Thread,
                arguments: *const ::taipan_runtime::value::Value,
                positional: usize,
                keyword_names: ::taipan_runtime::value::Value,
            ) -> ::taipan_runtime::value::Value {
                #[inline(always)]
                unsafe fn body(
                    thread: &mut ::taipan_runtime::thread::Thread,
                    arguments: *const ::taipan_runtime::value::Value,
                    positional: usize,
                    keyword_names: ::taipan_runtime::value::Value,
                ) -> ::taipan_runtime::native::NativeResult {
                    #body
                }
                // SAFETY: `NativeCall`'s contract: a live thread, and the arguments it says.
                unsafe {
                    match body(&mut *thread, arguments, positional, keyword_names) {
                        ::core::result::Result::Ok(value) => value,
                        ::core::result::Result::Err(raised) => ::taipan_runtime::native::set_raised(&mut *thread, raised),
                    }
                }
            }
        };
        Ok(Generated { items, reference: quote!(#(#conditions)* &#definition) })
    }

    fn signature_tokens(&self) -> TokenStream {
        let text = optional_text(self.text.as_deref());
        let parameters = self.signature.parameters.iter().map(|parameter| {
            let name = &parameter.name;
            let kind = Ident::new(&format!("{:?}", parameter.kind), Span::call_site());
            let has_default = parameter.default.is_some();
            quote!(::taipan_runtime::native::Parameter {
                name: #name,
                kind: ::taipan_runtime::native::ParameterKind::#kind,
                has_default: #has_default,
            })
        });
        let signature = &self.signature;
        let positional_only = signature.count(ParameterKind::PositionalOnly);
        let positional = signature.positional();
        let keyword_only = signature.count(ParameterKind::KeywordOnly);
        let (required, required_keyword_only) =
            (signature.required_positional(), signature.required_keyword_only());
        let var_positional = signature.has(ParameterKind::VarPositional);
        let var_keyword = signature.has(ParameterKind::VarKeyword);
        quote!(::taipan_runtime::native::Signature {
            text: #text,
            parameters: &[#(#parameters),*],
            positional_only: #positional_only,
            positional: #positional,
            keyword_only: #keyword_only,
            required_positional: #required,
            required_keyword_only: #required_keyword_only,
            var_positional: #var_positional,
            var_keyword: #var_keyword,
        })
    }

    /// The condition under which the caller's arguments are already laid out as bound ones.
    fn direct(&self, receiver: usize) -> TokenStream {
        use ParameterKind::*;
        let signature = &self.signature;
        if signature.has(KeywordOnly) {
            return quote!(false);
        }
        let count = receiver + signature.positional();
        let enough = match (signature.has(VarPositional), count) {
            (true, 0) => quote!(true),
            (true, _) => quote!(positional >= #count),
            (false, _) => quote!(positional == #count),
        };
        if signature.has(VarKeyword) && !signature.has(PositionalOrKeyword) {
            enough
        } else {
            quote!(#enough && keyword_names.is_null())
        }
    }

    fn body(&self, definition: &Ident) -> syn::Result<TokenStream> {
        let receiver = usize::from(self.receiver.is_some());
        let size = receiver + self.signature.fixed();
        let direct = self.direct(receiver);
        let mut conversions = Vec::new();
        let mut call = Vec::new();
        if self.wants_thread {
            call.push(quote!(thread));
        }
        if let Some(declared) = &self.receiver {
            conversions.push(quote!(let receiver: #declared =
                ::taipan_runtime::native::FromReceiver::from_receiver(thread, unsafe { *bound }, &#definition)?;));
            if self.role == Role::New {
                let owner = self.owner.rust_type;
                conversions.push(quote!(::taipan_runtime::native::check_new_class(
                    thread, <#owner as ::taipan_runtime::native::NativeType>::DEFINITION, receiver.into())?;));
            }
            call.push(quote!(receiver));
        }
        let mut place = receiver;
        for (index, (parameter, declared)) in self.signature.parameters.iter().zip(&self.types).enumerate() {
            let variable = format_ident!("argument_{index}");
            let end = receiver + self.signature.positional();
            let value = match parameter.kind {
                ParameterKind::VarPositional => {
                    quote!(unsafe { ::taipan_runtime::native::rest_of_arguments(arguments, positional, #end) })
                }
                ParameterKind::VarKeyword => quote!(unsafe { ::taipan_runtime::native::KeywordArguments::new(
                    &#definition.signature, arguments.wrapping_add(positional), keyword_names) }),
                _ => {
                    place += 1;
                    self.conversion(parameter, declared, place - 1, place - receiver)?
                }
            };
            conversions.push(quote!(let #variable = #value;));
            call.push(quote!(#variable));
        }
        let end = if self.role == Role::SlotWrapper && self.python_name == "__next__" {
            quote!(::taipan_runtime::native::IntoNext::into_next)
        } else {
            quote!(::taipan_runtime::native::IntoReturn::into_return)
        };
        let (owner, function) = (self.owner.rust_type, &self.rust_name);
        Ok(quote! {
            let mut storage: [::taipan_runtime::value::Value; #size];
            let bound: *const ::taipan_runtime::value::Value = if #direct {
                arguments
            } else {
                storage = [::taipan_runtime::value::Value::NULL; #size];
                unsafe {
                    ::taipan_runtime::native::bind_arguments(
                        thread, &#definition, arguments, positional, keyword_names, &mut storage)?;
                }
                storage.as_ptr()
            };
            #(#conversions)*
            let outcome = <#owner>::#function(#(#call),*);
            #end(outcome, thread)
        })
    }

    /// Turns the bound value at `place` into what the Rust parameter wants.
    fn conversion(
        &self,
        parameter: &Parameter,
        declared: &Type,
        place: usize,
        position: usize,
    ) -> syn::Result<TokenStream> {
        let value = quote!(unsafe { *bound.add(#place) });
        let function = match (self.role, self.python_name.as_str()) {
            (Role::New, _) | (Role::SlotWrapper, "__init__" | "__call__") => self.owner.name,
            (_, name) => name,
        };
        let argument = match parameter.kind {
            ParameterKind::PositionalOnly if self.signature.parameters.len() == 1 => "argument".to_string(),
            ParameterKind::PositionalOnly => format!("argument {position}"),
            _ => format!("argument '{}'", parameter.name),
        };
        let convert = |declared: &Type| {
            quote!(<#declared as ::taipan_runtime::native::FromArgument>::from_argument(
                thread, value,
                &::taipan_runtime::native::ArgumentContext { function: #function, argument: #argument })?)
        };
        let Some(default) = &parameter.default else {
            let converted = convert(declared);
            return Ok(quote!({ let value = #value; #converted }));
        };
        let (given, missing) = match inside_option(declared) {
            Some(inner) => {
                let converted = convert(inner);
                (quote!(::core::option::Option::Some(#converted)), quote!(::core::option::Option::None))
            }
            None => (convert(declared), default_value(default, declared)?),
        };
        Ok(quote!({ let value = #value; if value.is_null() { #missing } else { #given } }))
    }
}

/// The Rust value of a default in the signature's text.
fn default_value(text: &str, declared: &Type) -> syn::Result<TokenStream> {
    let value = quote!(::taipan_runtime::value::Value);
    if last_segment(declared).is_some_and(|name| name == "Value") {
        return Ok(match text {
            "None" => quote!(#value::NONE),
            "True" => quote!(#value::TRUE),
            "False" => quote!(#value::FALSE),
            _ => match text.parse::<i64>() {
                Ok(number) => quote!(#value::from_small_int(#number)),
                Err(_) => quote!(#value::NULL),
            },
        });
    }
    match text {
        "True" => return Ok(quote!(true)),
        "False" => return Ok(quote!(false)),
        _ => {}
    }
    if let Some(inner) = text.strip_prefix(['\'', '"'])
        && let Some(inner) = inner.strip_suffix(['\'', '"'])
    {
        return Ok(quote!(<#declared as ::core::convert::From<&'static str>>::from(#inner)));
    }
    if let Ok(number) = syn::parse_str::<Expr>(text)
        && matches!(number, Expr::Lit(_) | Expr::Unary(_))
    {
        return Ok(quote!((#number) as #declared));
    }
    let message = format!("the default `{text}` needs a parameter of type `Option<...>` or `Value`");
    Err(syn::Error::new(declared.span(), message))
}

/// The `Option<UnboxedEntry>` of a function.
fn unboxed_entry(owner: &Owner, function: &ImplItemFn, marked: &mut Marked) -> syn::Result<TokenStream> {
    let plain = marked.arguments.take_flag("unboxed");
    let finite = marked.arguments.take_value("unboxed_finite");
    if !plain && finite.is_none() {
        return Ok(quote!(::core::option::Option::None));
    }
    let only_finite = finite.is_some();
    let mut types: Vec<Type> = Vec::new();
    for input in &function.sig.inputs {
        if let FnArg::Typed(typed) = input
            && !is_thread(&typed.ty)
        {
            types.push((*typed.ty).clone());
        }
    }
    let result = match (&function.sig.output, only_finite) {
        (_, true) => syn::parse_quote!(f64),
        (ReturnType::Type(_, declared), false) => (**declared).clone(),
        (ReturnType::Default, false) => {
            return Err(syn::Error::new(function.sig.span(), "nothing to return unboxed"));
        }
    };
    let kinds = types.iter().map(unboxed_kind).collect::<syn::Result<Vec<_>>>()?;
    let result_kind = unboxed_kind(&result)?;
    let names: Vec<Ident> = (0..types.len()).map(|i| format_ident!("a{i}")).collect();
    let (rust_type, name) = (owner.rust_type, &function.sig.ident);
    let target = match finite {
        Some(path) => path.to_token_stream(),
        None => quote!(<#rust_type>::#name),
    };
    Ok(quote!(::core::option::Option::Some(::taipan_runtime::native::UnboxedEntry {
        address: {
            extern "C" fn entry(#(#names: #types),*) -> #result {
                (#target)(#(#names),*)
            }
            ::taipan_runtime::native::CodeAddress(entry as *const ())
        },
        parameters: &[#(#kinds),*],
        result: #result_kind,
        only_finite: #only_finite,
    })))
}

fn unboxed_kind(declared: &Type) -> syn::Result<TokenStream> {
    let name = match last_segment(declared).as_deref() {
        Some("f64") => "Float",
        Some("i64") => "Int",
        Some("bool") => "Bool",
        _ => return Err(syn::Error::new(declared.span(), "an unboxed function has only f64, i64 and bool")),
    };
    let name = Ident::new(name, Span::call_site());
    Ok(quote!(::taipan_runtime::native::UnboxedKind::#name))
}
