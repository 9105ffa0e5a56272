//! Every path in a piece of code, test code left out.

use super::Mention;
use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, Expr, Meta, Stmt, UseTree};

/// One leaf of a `use` declaration.
#[derive(Debug)]
pub struct Import {
    /// The imported path.
    pub path: Vec<String>,
    /// The name it gets in this module; none for a glob and for `as _`.
    pub name: Option<String>,
    /// Whether it is `path::*`.
    pub is_glob: bool,
    /// Line of the leaf.
    pub line: usize,
}

/// Collects paths and imports.
#[derive(Debug, Default)]
pub struct Paths {
    /// Paths in the code, those of `use` declarations included.
    pub mentions: Vec<Mention>,
    /// The `use` declarations, those inside functions included.
    pub imports: Vec<Import>,
}

/// Whether an item with these attributes exists only in test builds.
pub fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let path = attribute.path();
        path.is_ident("test")
            || path.is_ident("cfg")
                && attribute
                    .parse_args::<Meta>()
                    .is_ok_and(|meta| holds(&meta) == Some(false))
    })
}

/// The value of a `cfg` predicate outside tests; none if it depends on more than `test`.
fn holds(meta: &Meta) -> Option<bool> {
    match meta {
        Meta::Path(path) => path.is_ident("test").then_some(false),
        Meta::NameValue(_) => None,
        Meta::List(list) => {
            let parse = syn::punctuated::Punctuated::<Meta, syn::Token![,]>::parse_terminated;
            let inner: Vec<_> = list
                .parse_args_with(parse)
                .ok()?
                .iter()
                .map(holds)
                .collect();
            if list.path.is_ident("not") {
                inner[0].map(|value| !value)
            } else if list.path.is_ident("all") {
                inner.contains(&Some(false)).then_some(false)
            } else {
                inner
                    .iter()
                    .all(|value| *value == Some(false))
                    .then_some(false)
            }
        }
    }
}

impl Paths {
    fn import(&mut self, before: &[String], tree: &UseTree) {
        let with = |ident: &syn::Ident| [before, &[ident.to_string()]].concat();
        let leaf = |ident: &syn::Ident, name: Option<String>| {
            // `use path::{self}` imports the path.
            let path = if ident == "self" {
                before.to_vec()
            } else {
                with(ident)
            };
            let name = name
                .or_else(|| path.last().cloned())
                .filter(|name| name != "_");
            Import {
                path,
                name,
                is_glob: false,
                line: ident.span().start().line,
            }
        };
        let import = match tree {
            UseTree::Path(path) => return self.import(&with(&path.ident), &path.tree),
            UseTree::Group(group) => {
                group
                    .items
                    .iter()
                    .for_each(|tree| self.import(before, tree));
                return;
            }
            UseTree::Name(name) => leaf(&name.ident, None),
            UseTree::Rename(rename) => leaf(&rename.ident, Some(rename.rename.to_string())),
            UseTree::Glob(glob) => {
                let line = glob.star_token.spans[0].start().line;
                Import {
                    path: before.to_vec(),
                    name: None,
                    is_glob: true,
                    line,
                }
            }
        };
        self.mentions.push(Mention {
            path: import.path.clone(),
            line: import.line,
        });
        self.imports.push(import);
    }

    /// Paths in the arguments of a macro, whose grammar is unknown.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut line = 0;
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    if colons != 2 {
                        self.end(&mut path, line);
                    }
                    line = ident.span().start().line;
                    path.push(ident.to_string());
                    colons = 0;
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
                TokenTree::Group(group) => {
                    self.end(&mut path, line);
                    self.tokens(group.stream());
                    colons = 0;
                }
                _ => {
                    self.end(&mut path, line);
                    colons = 0;
                }
            }
        }
        self.end(&mut path, line);
    }

    /// A lower-case name alone is a variable, a field or a keyword here.
    fn end(&mut self, path: &mut Vec<String>, line: usize) {
        let path = std::mem::take(path);
        let is_type = path
            .first()
            .is_some_and(|name| name.starts_with(char::is_uppercase));
        if path.len() > 1 || is_type {
            self.mentions.push(Mention { path, line });
        }
    }
}

impl<'a> Visit<'a> for Paths {
    fn visit_path(&mut self, path: &'a syn::Path) {
        let names = path
            .segments
            .iter()
            .map(|segment| segment.ident.to_string())
            .collect();
        // `::name` is another crate's.
        if path.leading_colon.is_none() {
            let line = path.segments[0].ident.span().start().line;
            self.mentions.push(Mention { path: names, line });
        }
        visit::visit_path(self, path);
    }

    fn visit_item_use(&mut self, item: &'a syn::ItemUse) {
        if item.leading_colon.is_none() {
            self.import(&[], &item.tree);
        }
    }

    fn visit_macro(&mut self, macro_: &'a syn::Macro) {
        self.visit_path(&macro_.path);
        self.tokens(macro_.tokens.clone());
    }

    /// Of the attributes only serde's name code of ours, in strings.
    fn visit_attribute(&mut self, attribute: &'a Attribute) {
        if let (true, Meta::List(list)) = (attribute.path().is_ident("serde"), &attribute.meta) {
            for token in list.tokens.clone() {
                if let TokenTree::Literal(literal) = token {
                    let text = literal.to_string();
                    let path = text
                        .trim_matches('"')
                        .split("::")
                        .map(str::to_owned)
                        .collect();
                    let line = literal.span().start().line;
                    self.mentions.push(Mention { path, line });
                }
            }
        }
    }

    fn visit_item(&mut self, item: &'a syn::Item) {
        if !is_test(item_attributes(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item(&mut self, item: &'a syn::ImplItem) {
        let attributes = match item {
            syn::ImplItem::Const(item) => &item.attrs,
            syn::ImplItem::Fn(item) => &item.attrs,
            syn::ImplItem::Type(item) => &item.attrs,
            syn::ImplItem::Macro(item) => &item.attrs,
            _ => return,
        };
        if !is_test(attributes) {
            visit::visit_impl_item(self, item);
        }
    }

    fn visit_trait_item(&mut self, item: &'a syn::TraitItem) {
        let attributes = match item {
            syn::TraitItem::Const(item) => &item.attrs,
            syn::TraitItem::Fn(item) => &item.attrs,
            syn::TraitItem::Type(item) => &item.attrs,
            syn::TraitItem::Macro(item) => &item.attrs,
            _ => return,
        };
        if !is_test(attributes) {
            visit::visit_trait_item(self, item);
        }
    }

    fn visit_field(&mut self, field: &'a syn::Field) {
        if !is_test(&field.attrs) {
            visit::visit_field(self, field);
        }
    }

    fn visit_field_value(&mut self, field: &'a syn::FieldValue) {
        if !is_test(&field.attrs) {
            visit::visit_field_value(self, field);
        }
    }

    fn visit_variant(&mut self, variant: &'a syn::Variant) {
        if !is_test(&variant.attrs) {
            visit::visit_variant(self, variant);
        }
    }

    fn visit_arm(&mut self, arm: &'a syn::Arm) {
        if !is_test(&arm.attrs) {
            visit::visit_arm(self, arm);
        }
    }

    fn visit_stmt(&mut self, statement: &'a Stmt) {
        let attributes = match statement {
            Stmt::Local(local) => &local.attrs,
            Stmt::Macro(macro_) => &macro_.attrs,
            Stmt::Item(_) => &Vec::new(),
            Stmt::Expr(expression, _) => match expression {
                Expr::Assign(expression) => &expression.attrs,
                Expr::Block(expression) => &expression.attrs,
                Expr::Call(expression) => &expression.attrs,
                Expr::If(expression) => &expression.attrs,
                Expr::Macro(expression) => &expression.attrs,
                Expr::MethodCall(expression) => &expression.attrs,
                _ => &Vec::new(),
            },
        };
        if !is_test(attributes) {
            visit::visit_stmt(self, statement);
        }
    }
}

fn item_attributes(item: &syn::Item) -> &[Attribute] {
    use syn::Item;
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::ExternCrate(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::ForeignMod(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::TraitAlias(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}
