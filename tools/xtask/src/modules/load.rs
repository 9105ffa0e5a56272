//! Reads the files of one crate into [`Crate`].

use super::paths::{Paths, is_test};
use super::{Crate, Definition, Module, ModuleId};
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use syn::visit::Visit;
use syn::{Expr, Item, ItemMod, Lit, Meta};

/// Gives a file's text, or none if there is no such file.
pub type Read<'a> = &'a dyn Fn(&Path) -> Option<String>;

/// Reads the crate `name` whose root module is the file `root`.
///
/// # Errors
///
/// A module's file is missing, or does not parse.
pub fn load(name: &str, root: &Path, read: Read) -> Result<Crate> {
    let mut loader = Loader {
        read,
        into: Crate {
            name: name.to_owned(),
            modules: Vec::new(),
        },
    };
    let directory = root.parent().context("a root file in no folder")?;
    loader.file("", None, root, directory)?;
    Ok(loader.into)
}

struct Loader<'a> {
    read: Read<'a>,
    into: Crate,
}

impl Loader<'_> {
    /// Loads `file`, whose child modules lie in `directory`.
    fn file(
        &mut self,
        name: &str,
        parent: Option<ModuleId>,
        file: &Path,
        directory: &Path,
    ) -> Result<ModuleId> {
        let text =
            (self.read)(file).with_context(|| format!("{}: no such file", file.display()))?;
        let parsed = syn::parse_file(&text).map_err(|error| {
            let line = error.span().start().line;
            anyhow::anyhow!("{}:{line}: {error}", file.display())
        })?;
        self.module(name, parent, file, directory, &parsed.items)
    }

    fn module(
        &mut self,
        name: &str,
        parent: Option<ModuleId>,
        file: &Path,
        directory: &Path,
        items: &[Item],
    ) -> Result<ModuleId> {
        let id = self.into.modules.len();
        let (name, file_) = (name.to_owned(), file.to_owned());
        self.into.modules.push(Module {
            name,
            parent,
            file: file_,
            ..Module::default()
        });
        let mut paths = Paths::default();
        for item in items {
            match item {
                Item::Mod(item) if is_test(&item.attrs) => {}
                Item::Mod(item) => self.child(id, item, file, directory)?,
                item => {
                    paths.visit_item(item);
                    self.define(id, item);
                }
            }
        }
        let module = &mut self.into.modules[id];
        module.mentions = paths.mentions;
        for import in paths.imports {
            if import.is_glob {
                module.globs.push(import.path);
            } else if let Some(name) = import.name {
                module
                    .names
                    .entry(name)
                    .or_default()
                    .push(Definition::Alias(import.path));
            }
        }
        Ok(id)
    }

    fn child(
        &mut self,
        parent: ModuleId,
        item: &ItemMod,
        file: &Path,
        directory: &Path,
    ) -> Result<()> {
        let name = item.ident.to_string();
        let below = directory.join(&name);
        let id = if let Some((_, items)) = &item.content {
            self.module(&name, Some(parent), file, &below, items)?
        } else if let Some(path) = path_attribute(item) {
            let path = file.parent().unwrap_or(Path::new("")).join(path);
            let below = path.parent().unwrap_or(Path::new("")).to_owned();
            self.file(&name, Some(parent), &path, &below)?
        } else {
            let found: Vec<PathBuf> = [below.with_extension("rs"), below.join("mod.rs")]
                .into_iter()
                .filter(|path| (self.read)(path).is_some())
                .collect();
            let [path] = found.as_slice() else {
                bail!(
                    "{}: {} files for `mod {name};`",
                    file.display(),
                    found.len()
                );
            };
            self.file(&name, Some(parent), path, &below)?
        };
        self.into.modules[parent].children.insert(name, id);
        Ok(())
    }

    fn define(&mut self, id: ModuleId, item: &Item) {
        let mut definition = Definition::Item;
        let ident = match item {
            Item::Const(item) => &item.ident,
            Item::Enum(item) => &item.ident,
            Item::Fn(item) => &item.sig.ident,
            Item::Macro(item) => match &item.ident {
                Some(ident) => ident,
                None => return,
            },
            Item::Static(item) => &item.ident,
            Item::Struct(item) => &item.ident,
            Item::Trait(item) => &item.ident,
            Item::Type(item) => {
                if let syn::Type::Path(path) = item.ty.as_ref() {
                    let names = path.path.segments.iter().map(|part| part.ident.to_string());
                    definition = Definition::TypeAlias(names.collect());
                }
                &item.ident
            }
            Item::Union(item) => &item.ident,
            _ => return,
        };
        self.into.modules[id]
            .names
            .entry(ident.to_string())
            .or_default()
            .push(definition);
    }
}

/// The file of `#[path = "file"] mod name;`.
fn path_attribute(item: &ItemMod) -> Option<String> {
    item.attrs
        .iter()
        .find_map(|attribute| match &attribute.meta {
            Meta::NameValue(pair) if pair.path.is_ident("path") => match &pair.value {
                Expr::Lit(literal) => match &literal.lit {
                    Lit::Str(text) => Some(text.value()),
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        })
}
