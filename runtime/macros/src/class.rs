//! `#[native_type]`: gathers the methods, descriptors and attributes of an `impl` block into a `TypeDefinition`.

use crate::attributes::{Arguments, Marked, doc, generated, optional_text, take_role};
use crate::function::{self, Owner, Role};
use crate::module::constant;
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Ident, ImplItem, ImplItemFn, ItemImpl};

const ROLES: [&str; 7] = ["method", "new", "class_method", "static_method", "getter", "setter", "attribute"];

/// Options that are flags, and the constants of `type_object` they stand for.
const FLAGS: [(&str, &str); 6] = [
    ("base_type", "TYPE_BASE"),
    ("has_dict", "TYPE_HAS_DICT"),
    ("weak_referencable", "TYPE_WEAK_REFERENCABLE"),
    ("sequence", "TYPE_SEQUENCE"),
    ("mapping", "TYPE_MAPPING"),
    ("no_new", "TYPE_NO_NEW"),
];

/// A getter, and the setter of the same name if there is one.
struct GetSet {
    name: String,
    doc: Option<String>,
    conditions: Vec<syn::Attribute>,
    get: Option<Ident>,
    set: Option<Ident>,
    member: bool,
}

#[derive(Default)]
struct Parts {
    items: TokenStream,
    methods: Vec<TokenStream>,
    new: Option<TokenStream>,
    new_text: Option<String>,
    getsets: Vec<GetSet>,
    attributes: Vec<TokenStream>,
}

pub fn expand(arguments: TokenStream, item: TokenStream) -> syn::Result<TokenStream> {
    let mut arguments: Arguments = syn::parse2(arguments)?;
    let mut block: ItemImpl = syn::parse2(item)?;
    let rust_type = (*block.self_ty).clone();
    let missing = |what: &str| syn::Error::new_spanned(&block.self_ty, format!("`{what}` is missing"));
    let name = arguments.take_text("name")?.ok_or_else(|| missing("name"))?;
    let module = arguments.take_text("module")?.unwrap_or_else(|| "builtins".into());
    let base = match arguments.take_value("base") {
        Some(base) => quote!(::core::option::Option::Some(|| #base)),
        None => quote!(::core::option::Option::None),
    };
    let value_fields = arguments.take_value("value_fields").map_or(quote!(0), |count| quote!(#count));
    let given_text = arguments.take_text("text_signature")?;
    let flags = type_flags(&mut arguments);
    arguments.finish()?;
    let owner = Owner { rust_type: &rust_type, name: &name };
    let mut parts = Parts::default();
    for item in &mut block.items {
        if let ImplItem::Fn(function) = item
            && let Some(marked) = take_role(function, &ROLES)?
        {
            add(&mut parts, &owner, function, marked)?;
        }
    }
    let (getset_items, getsets): (Vec<_>, Vec<_>) =
        parts.getsets.iter().map(getset_static).collect::<syn::Result<Vec<_>>>()?.into_iter().unzip();
    let type_doc = optional_text(doc(&block.attrs).as_deref());
    let text_signature = optional_text(given_text.or(parts.new_text).as_deref());
    let new = match parts.new {
        Some(new) => quote!(::core::option::Option::Some(#new)),
        None => quote!(::core::option::Option::None),
    };
    let Parts { items, methods, attributes, .. } = parts;
    Ok(quote! {
        #[allow(dead_code, non_snake_case)]
        #block
        const _: () = {
            #items
            #(#getset_items)*
            static DEFINITION: ::taipan_runtime::native::TypeDefinition = ::taipan_runtime::native::TypeDefinition {
                name: #name,
                module: #module,
                doc: #type_doc,
                text_signature: #text_signature,
                flags: #flags,
                kind: <#rust_type as ::taipan_runtime::object::kind::Layout>::KIND,
                size: ::core::mem::size_of::<#rust_type>() - 8 * #value_fields,
                value_fields: #value_fields,
                base: #base,
                new: #new,
                methods: &[#(#methods),*],
                getsets: &[#(#getsets),*],
                attributes: &[#(#attributes),*],
                made: ::taipan_runtime::native::MadeType::new(),
            };
            impl ::taipan_runtime::native::NativeType for #rust_type {
                const DEFINITION: &'static ::taipan_runtime::native::TypeDefinition = &DEFINITION;
            }
        };
    })
}

fn type_flags(arguments: &mut Arguments) -> TokenStream {
    let path = quote!(::taipan_runtime::object::type_object);
    let mut flags = if arguments.take_flag("mutable") { quote!(0) } else { quote!(#path::TYPE_IMMUTABLE) };
    for (option, constant) in FLAGS {
        if arguments.take_flag(option) {
            let constant = Ident::new(constant, proc_macro2::Span::call_site());
            flags.extend(quote!(| #path::#constant));
        }
    }
    flags
}

fn add(parts: &mut Parts, owner: &Owner, item: &ImplItemFn, mut marked: Marked) -> syn::Result<()> {
    let role = match marked.role.to_string().as_str() {
        "method" => Role::Method,
        "class_method" => Role::ClassMethod,
        "static_method" => Role::StaticMethod,
        "new" => Role::New,
        "getter" => return add_getter(parts, owner, item, marked),
        "setter" => return add_setter(parts, owner, item, marked),
        _ => {
            let (items, entry) = constant(owner.rust_type, item, &mut marked)?;
            marked.arguments.finish()?;
            parts.items.extend(items);
            parts.attributes.push(entry);
            return Ok(());
        }
    };
    if role == Role::New {
        let hidden = marked.arguments.flags.iter().any(|flag| flag == "hidden");
        parts.new_text =
            marked.arguments.text.as_ref().filter(|_| !hidden).map(|text| shown_for_type(&text.value()));
    }
    let generated = function::generate(owner, item, role, marked)?;
    parts.items.extend(generated.items);
    if role == Role::New {
        parts.new = Some(generated.reference);
    } else {
        parts.methods.push(generated.reference);
    }
    Ok(())
}

/// A constructor's signature without `$type`.
fn shown_for_type(text: &str) -> String {
    let inner = text.trim_start_matches("($type").trim_start_matches([',', ' ']);
    if inner.len() == text.len() { text.to_string() } else { format!("({inner}") }
}

fn wants_thread(item: &ImplItemFn) -> bool {
    matches!(item.sig.inputs.first(), Some(syn::FnArg::Typed(typed)) if matches!(*typed.ty, syn::Type::Reference(_)))
}

fn add_getter(parts: &mut Parts, owner: &Owner, item: &ImplItemFn, mut marked: Marked) -> syn::Result<()> {
    let (rust_type, function) = (owner.rust_type, &item.sig.ident);
    let plain = function.to_string().trim_start_matches("r#").to_string();
    let name = marked.arguments.take_text("name")?.unwrap_or(plain);
    let member = marked.arguments.take_flag("member");
    marked.arguments.finish()?;
    let wrapper = generated("get", function);
    let conditions = marked.conditions;
    let definition = generated("GETSET", &Ident::new(&name, function.span()));
    let thread = if wants_thread(item) { quote!(thread,) } else { quote!() };
    let body = quote! {
        let outcome = <#rust_type>::#function(#thread receiver);
        ::taipan_runtime::native::IntoReturn::into_return(outcome, thread)
    };
    parts.items.extend(getset_wrapper(&wrapper, &definition, &conditions, body));
    let getset = getset_of(parts, name, conditions);
    getset.get = Some(wrapper);
    getset.doc = marked.doc;
    getset.member = member;
    Ok(())
}

fn add_setter(parts: &mut Parts, owner: &Owner, item: &ImplItemFn, mut marked: Marked) -> syn::Result<()> {
    let (rust_type, function) = (owner.rust_type, &item.sig.ident);
    if marked.arguments.flags.len() != 1 {
        return Err(syn::Error::new(function.span(), "write the attribute's name: #[setter(name)]"));
    }
    let name = marked.arguments.flags.remove(0).to_string();
    marked.arguments.finish()?;
    let wrapper = generated("set", function);
    let conditions = marked.conditions;
    let definition = generated("GETSET", &Ident::new(&name, function.span()));
    let thread = if wants_thread(item) { quote!(thread,) } else { quote!() };
    let body = quote! {
        // SAFETY: setters are called with the object and the new value, NULL to delete.
        let value = unsafe { *arguments.add(1) }.non_null();
        let outcome = <#rust_type>::#function(#thread receiver, value);
        ::taipan_runtime::native::IntoReturn::into_return(outcome, thread)
    };
    parts.items.extend(getset_wrapper(&wrapper, &definition, &conditions, body));
    let getset = getset_of(parts, name, conditions);
    getset.set = Some(wrapper);
    Ok(())
}

/// A wrapper with the native calling convention around a getter or setter.
fn getset_wrapper(
    wrapper: &Ident,
    definition: &Ident,
    conditions: &[syn::Attribute],
    body: TokenStream,
) -> TokenStream {
    quote! {
        #(#conditions)*
        #[allow(non_snake_case, clippy::all)]
        unsafe extern "C-unwind" fn #wrapper(
            thread: *mut ::taipan_runtime::thread::Thread,
            arguments: *const ::taipan_runtime::value::Value,
            _positional: usize,
            _keyword_names: ::taipan_runtime::value::Value,
        ) -> ::taipan_runtime::value::Value {
            // SAFETY: `NativeCall`'s contract: a live thread, and the object first.
            let (thread, receiver) = unsafe { (&mut *thread, *arguments) };
            let mut body = |thread: &mut ::taipan_runtime::thread::Thread| -> ::taipan_runtime::native::NativeResult {
                let receiver = ::taipan_runtime::native::FromReceiver::from_getset_receiver(
                    thread, receiver, &#definition, &DEFINITION)?;
                #body
            };
            match body(thread) {
                ::core::result::Result::Ok(value) => value,
                ::core::result::Result::Err(raised) => ::taipan_runtime::native::set_raised(thread, raised),
            }
        }
    }
}

fn getset_of(parts: &mut Parts, name: String, conditions: Vec<syn::Attribute>) -> &mut GetSet {
    let index = parts.getsets.iter().position(|getset| getset.name == name).unwrap_or_else(|| {
        parts.getsets.push(GetSet { name, doc: None, conditions, get: None, set: None, member: false });
        parts.getsets.len() - 1
    });
    &mut parts.getsets[index]
}

/// The static of a getset, and the reference to it.
fn getset_static(getset: &GetSet) -> syn::Result<(TokenStream, TokenStream)> {
    let GetSet { name, conditions, member, .. } = getset;
    let definition = generated("GETSET", &Ident::new(name, proc_macro2::Span::call_site()));
    let doc = optional_text(getset.doc.as_deref());
    let Some(get) = &getset.get else {
        return Err(syn::Error::new(
            getset.set.as_ref().map_or(definition.span(), Ident::span),
            "a setter without a getter",
        ));
    };
    let set = match &getset.set {
        Some(set) => quote!(::core::option::Option::Some(#set)),
        None => quote!(::core::option::Option::None),
    };
    let item = quote! {
        #(#conditions)*
        #[allow(non_upper_case_globals)]
        static #definition: ::taipan_runtime::native::GetSetDefinition = ::taipan_runtime::native::GetSetDefinition {
            name: #name,
            doc: #doc,
            get: #get,
            set: #set,
            member: #member,
        };
    };
    Ok((item, quote!(#(#conditions)* &#definition)))
}
