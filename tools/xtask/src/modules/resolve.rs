//! From a path in the code to the modules it passes and the item it ends at.

use super::{Crate, Definition, ModuleId, ROOT};

/// What a path leads to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// A module.
    Module(ModuleId),
    /// An item, by the module that defines it and its name there.
    Item(ModuleId, String),
    /// A path into another crate, imports resolved.
    External(Vec<String>),
}

impl Target {
    /// The module itself, or the module that defines the item; none for another crate's.
    pub fn module(&self) -> Option<ModuleId> {
        match self {
            Self::Module(id) | Self::Item(id, _) => Some(*id),
            Self::External(_) => None,
        }
    }
}

/// The result of following one path.
#[derive(Debug, Default)]
pub struct Resolved {
    /// Every module the path passes, those of re-exports included.
    pub passed: Vec<ModuleId>,
    /// Where it ends. Empty for a name of a function or a prelude; more than one where the same
    /// name is a type and a value.
    pub targets: Vec<Target>,
}

impl Crate {
    /// Follows `path` as code in module `from` would.
    pub fn resolve(&self, from: ModuleId, path: &[String]) -> Resolved {
        let mut walk = Walk {
            of: self,
            passed: Vec::new(),
            open: Vec::new(),
        };
        let targets = walk.path(from, path);
        let mut passed = walk.passed;
        passed.extend(targets.iter().filter_map(Target::module));
        passed.sort_unstable();
        passed.dedup();
        Resolved { passed, targets }
    }
}

struct Walk<'a> {
    of: &'a Crate,
    passed: Vec<ModuleId>,
    /// Look-ups under way: imports may name each other in a ring.
    open: Vec<(ModuleId, String)>,
}

impl Walk<'_> {
    fn path(&mut self, from: ModuleId, path: &[String]) -> Vec<Target> {
        let mut at = vec![Target::Module(from)];
        for (index, name) in path.iter().enumerate() {
            let mut next = Vec::new();
            for target in at {
                match target {
                    Target::Module(id) => next.extend(self.step(id, name, index == 0)),
                    // An associated item or a variant: it belongs to its type.
                    item @ Target::Item(..) => next.push(item),
                    Target::External(before) => {
                        next.push(Target::External([before, vec![name.clone()]].concat()));
                    }
                }
            }
            let is_last = index + 1 == path.len();
            if !is_last
                && next
                    .iter()
                    .any(|target| matches!(target, Target::Module(_)))
            {
                // A function of the module's name: no path goes through it.
                next.retain(|target| matches!(target, Target::Module(_)));
            }
            if index == 0 && !is_last && !self.is_known(from, name) {
                next.push(Target::External(vec![name.clone()]));
            }
            next.sort_unstable();
            next.dedup();
            self.passed.extend(next.iter().filter_map(Target::module));
            at = next;
        }
        at
    }

    fn step(&mut self, id: ModuleId, name: &str, is_first: bool) -> Vec<Target> {
        match name {
            "crate" if is_first => vec![Target::Module(ROOT)],
            "self" => vec![Target::Module(id)],
            "super" => self.of.modules[id]
                .parent
                .map(Target::Module)
                .into_iter()
                .collect(),
            name => self.look_up(id, name),
        }
    }

    /// Whether `name` at the start of a path is not another crate's.
    fn is_known(&self, id: ModuleId, name: &str) -> bool {
        let module = &self.of.modules[id];
        ["crate", "self", "super", "Self"].contains(&name)
            || module.children.contains_key(name)
            || module.names.contains_key(name)
    }

    fn look_up(&mut self, id: ModuleId, name: &str) -> Vec<Target> {
        let key = (id, name.to_owned());
        if self.open.contains(&key) {
            return Vec::new();
        }
        self.open.push(key);
        let found = self.look_up_once(id, name);
        self.open.pop();
        found
    }

    fn look_up_once(&mut self, id: ModuleId, name: &str) -> Vec<Target> {
        let module = &self.of.modules[id];
        let mut found: Vec<Target> = module
            .children
            .get(name)
            .map(|child| Target::Module(*child))
            .into_iter()
            .collect();
        for definition in module.names.get(name).into_iter().flatten() {
            match definition {
                Definition::Item | Definition::TypeAlias(_) => {
                    found.push(Target::Item(id, name.to_owned()));
                }
                Definition::Alias(path) => found.extend(self.path(id, path)),
            }
        }
        if found.is_empty() {
            for glob in &module.globs {
                for target in self.path(id, glob) {
                    if let Target::Module(other) = target {
                        found.extend(self.look_up(other, name));
                    }
                }
            }
        }
        found
    }
}
