//! The modules of one crate: what each defines, imports and names, read from its source.
//!
//! This is name resolution as far as `circles` and `names` need it. It follows `use` declarations,
//! re-exports, globs and inline paths. It knows no types, so it does not see the module of a method
//! that is called.

mod load;
mod paths;
mod resolve;

pub use load::load;
pub use resolve::Target;

use std::collections::HashMap;
use std::path::PathBuf;

/// Index of a module in [`Crate::modules`].
pub type ModuleId = usize;

/// The root module of every crate.
pub const ROOT: ModuleId = 0;

/// All modules of one library or binary, tests left out.
#[derive(Debug, Default)]
pub struct Crate {
    /// The name Cargo gives the target.
    pub name: String,
    /// The root first, each parent before its children.
    pub modules: Vec<Module>,
}

/// One module of a crate.
#[derive(Debug, Default)]
pub struct Module {
    /// Its own name; empty for the root.
    pub name: String,
    /// None for the root.
    pub parent: Option<ModuleId>,
    /// The file with its code.
    pub file: PathBuf,
    /// Child modules by name.
    pub children: HashMap<String, ModuleId>,
    /// What a path through this module can name.
    pub names: HashMap<String, Vec<Definition>>,
    /// The paths of `use path::*`.
    pub globs: Vec<Vec<String>>,
    /// Every path its code names, in order.
    pub mentions: Vec<Mention>,
}

/// What a name in a module refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Definition {
    /// An item of this module.
    Item,
    /// An import, `pub` or not: the path that it shortens.
    Alias(Vec<String>),
    /// `type Name = path;`: an item of this module.
    TypeAlias(Vec<String>),
}

/// A path somewhere in the code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// Its names; may begin with `crate`, `self` or `super`.
    pub path: Vec<String>,
    /// Line in the module's file, from 1.
    pub line: usize,
}

impl Crate {
    /// The module's path from the crate's root, for people.
    pub fn path(&self, id: ModuleId) -> String {
        match self.modules[id].parent {
            None => String::from("crate"),
            Some(parent) => format!("{}::{}", self.path(parent), self.modules[id].name),
        }
    }

    /// The chain of modules from the root down to `id`, both included.
    pub fn ancestors(&self, id: ModuleId) -> Vec<ModuleId> {
        let mut chain = vec![id];
        let mut at = id;
        while let Some(parent) = self.modules[at].parent {
            chain.push(parent);
            at = parent;
        }
        chain.reverse();
        chain
    }
}

#[cfg(test)]
pub mod tests;
