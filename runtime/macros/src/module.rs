//! `#[native_module]`: gathers the functions and constants of an `impl` block into a `ModuleDefinition`.

use crate::attributes::{Arguments, Marked, doc, generated, optional_text, take_role};
use crate::function::{self, Owner, Role};
use proc_macro2::TokenStream;
use quote::quote;
use syn::{ImplItem, ItemImpl};

const ROLES: [&str; 4] = ["function", "constant", "execute", "types"];

#[derive(Default)]
struct Parts {
    items: TokenStream,
    functions: Vec<TokenStream>,
    constants: Vec<TokenStream>,
    execute: Option<TokenStream>,
    types: Option<TokenStream>,
}

pub fn expand(arguments: TokenStream, item: TokenStream) -> syn::Result<TokenStream> {
    let mut arguments: Arguments = syn::parse2(arguments)?;
    let mut block: ItemImpl = syn::parse2(item)?;
    let rust_type = (*block.self_ty).clone();
    let name = arguments
        .take_text("name")?
        .ok_or_else(|| syn::Error::new_spanned(&rust_type, "`name` is missing"))?;
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
    let module_doc = optional_text(doc(&block.attrs).as_deref());
    let Parts { items, functions, constants, execute, types } = parts;
    let execute = option(execute);
    let types = option(types);
    Ok(quote! {
        #[allow(dead_code, non_snake_case)]
        #block
        const _: () = {
            #items
            static DEFINITION: ::taipan_runtime::native::ModuleDefinition = ::taipan_runtime::native::ModuleDefinition {
                name: #name,
                doc: #module_doc,
                functions: &[#(#functions),*],
                constants: &[#(#constants),*],
                types: #types,
                execute: #execute,
            };
            impl ::taipan_runtime::native::NativeModule for #rust_type {
                const DEFINITION: &'static ::taipan_runtime::native::ModuleDefinition = &DEFINITION;
            }
        };
    })
}

fn option(tokens: Option<TokenStream>) -> TokenStream {
    match tokens {
        Some(tokens) => quote!(::core::option::Option::Some(#tokens)),
        None => quote!(::core::option::Option::None),
    }
}

fn add(parts: &mut Parts, owner: &Owner, item: &syn::ImplItemFn, mut marked: Marked) -> syn::Result<()> {
    let (rust_type, name) = (owner.rust_type, &item.sig.ident);
    match marked.role.to_string().as_str() {
        "function" => {
            let generated = function::generate(owner, item, Role::Function, marked)?;
            parts.items.extend(generated.items);
            parts.functions.push(generated.reference);
        }
        "constant" => {
            let (items, entry) = constant(rust_type, item, &mut marked)?;
            marked.arguments.finish()?;
            parts.items.extend(items);
            parts.constants.push(entry);
        }
        "execute" => parts.execute = Some(quote!(<#rust_type>::#name)),
        _ => parts.types = Some(quote!(<#rust_type>::#name)),
    }
    Ok(())
}

/// A wrapper that computes a constant, and its `ConstantDefinition`.
pub fn constant(
    rust_type: &syn::Type,
    item: &syn::ImplItemFn,
    marked: &mut Marked,
) -> syn::Result<(TokenStream, TokenStream)> {
    let name = &item.sig.ident;
    let plain = name.to_string().trim_start_matches("r#").to_string();
    let python_name = marked.arguments.take_text("name")?.unwrap_or(plain);
    let wrapper = generated("constant", name);
    let conditions = &marked.conditions;
    let call = if item.sig.inputs.is_empty() { quote!() } else { quote!(thread) };
    let items = quote! {
        #(#conditions)*
        #[allow(non_snake_case)]
        fn #wrapper(thread: &mut ::taipan_runtime::thread::Thread) -> ::taipan_runtime::native::NativeResult {
            let value = <#rust_type>::#name(#call);
            ::taipan_runtime::native::IntoReturn::into_return(value, thread)
        }
    };
    let entry = quote!(#(#conditions)* ::taipan_runtime::native::ConstantDefinition { name: #python_name, make: #wrapper });
    Ok((items, entry))
}
