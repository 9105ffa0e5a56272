//! Type names that stand for two different types in one file.

use crate::modules::{Crate, Mention, ModuleId, ROOT, Target};
use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

/// One name in one file, and the types it means there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meeting {
    /// The file.
    pub file: PathBuf,
    /// The name, without its path.
    pub name: String,
    /// Each type, with the first line that names it.
    pub types: BTreeMap<Type, usize>,
}

/// A type by its full path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Type {
    /// The path, imports resolved.
    pub path: String,
    /// Whether a crate of the workspace defines it.
    pub is_ours: bool,
}

impl Meeting {
    /// Whether two of the types are ours.
    ///
    /// A type that wraps another crate's may have its name, and `io::Error` is read with its path.
    pub fn is_ours(&self) -> bool {
        self.types.keys().filter(|found| found.is_ours).count() > 1
    }
}

/// Finds every such name, test code left out.
///
/// `use a::X as Y` counts as a use of `X`: the alias exists because the names collided.
pub fn meetings(crates: &[Crate]) -> Vec<Meeting> {
    let mut files: BTreeMap<(PathBuf, String), BTreeMap<Type, usize>> = BTreeMap::new();
    for of in crates {
        for (id, module) in of.modules.iter().enumerate() {
            for mention in &module.mentions {
                for (name, full) in types(crates, of, id, mention) {
                    let found = files.entry((module.file.clone(), name)).or_default();
                    found.entry(full).or_insert(mention.line);
                }
            }
        }
    }
    let meetings = files.into_iter().filter(|(_, types)| types.len() > 1);
    meetings
        .map(|((file, name), types)| Meeting { file, name, types })
        .collect()
}

/// The types that a path names: the name as written and the full path.
fn types(crates: &[Crate], of: &Crate, from: ModuleId, mention: &Mention) -> Vec<(String, Type)> {
    let Some(index) = mention.path.iter().position(|name| is_type(name)) else {
        return Vec::new();
    };
    let name = &mention.path[index];
    let targets = of.resolve(from, &mention.path[..=index]).targets;
    let full = targets
        .iter()
        .filter_map(|target| full_path(crates, of, target));
    full.map(|full| (name.clone(), full)).collect()
}

/// `CamelCase`, and more than a type parameter's one letter.
fn is_type(name: &str) -> bool {
    name.starts_with(char::is_uppercase) && name.contains(char::is_lowercase) && name != "Self"
}

fn full_path(crates: &[Crate], of: &Crate, target: &Target) -> Option<Type> {
    match target {
        Target::Module(_) => None,
        Target::Item(id, name) => {
            let path = format!("{} {}::{name}", of.name, of.path(*id));
            Some(Type {
                path,
                is_ours: true,
            })
        }
        // An associated type.
        Target::External(path) if path[0].starts_with(char::is_uppercase) => None,
        Target::External(path) => {
            let library = format!("library {}", path[0]);
            let Some(other) = crates.iter().find(|other| other.name == library) else {
                return Some(Type {
                    path: path.join("::"),
                    is_ours: false,
                });
            };
            let targets = other.resolve(ROOT, &path[1..]).targets;
            targets
                .iter()
                .find_map(|target| full_path(crates, other, target))
        }
    }
}

impl fmt::Display for Meeting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{}: {} names {} types",
            self.file.display(),
            self.name,
            self.types.len()
        )?;
        for (found, line) in &self.types {
            writeln!(f, "    line {line}: {}", found.path)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::meetings;
    use crate::modules::load;
    use std::path::Path;

    /// `name: types` for each meeting in `text`, beside a module `a` and a library `other`.
    fn found(text: &str) -> Vec<String> {
        let read = |path: &Path| {
            Some(match path.to_str()? {
                "lib.rs" => String::from("mod a; mod t;"),
                "a.rs" => String::from("pub struct Xx; pub struct Yy; pub fn f() {}"),
                "other.rs" => {
                    String::from("pub use deep::Xx as Renamed; pub mod deep { pub struct Xx; }")
                }
                "t.rs" => text.to_owned(),
                _ => return None,
            })
        };
        let crates = [("library this", "lib.rs"), ("library other", "other.rs")];
        let crates = crates.map(|(name, file)| load(name, Path::new(file), &read).unwrap());
        let all = meetings(&crates)
            .into_iter()
            .filter(super::Meeting::is_ours);
        all.map(|one| {
            let types: Vec<_> = one.types.keys().map(|found| found.path.as_str()).collect();
            format!("{}: {}", one.name, types.join(", "))
        })
        .collect()
    }

    #[test]
    fn two_types_of_one_name_are_found_through_imports_and_aliases() {
        for text in [
            "use crate::a::Xx; fn f(x: other::deep::Xx) {}",
            "use crate::a::Xx as AXx; use other::deep::Xx;",
            "use crate::a; use other::deep; fn f() -> (a::Xx, deep::Xx) {}",
        ] {
            let expected = "Xx: library other crate::deep::Xx, library this crate::a::Xx";
            assert_eq!(found(text), [expected], "{text}");
        }
    }

    #[test]
    fn one_type_by_two_paths_is_one() {
        for text in [
            "use crate::a::Xx; fn f(x: crate::a::Xx, y: super::a::Xx) { Xx::new() }",
            "use other::Renamed; use crate::a::Xx;",
            "use other::deep::Xx; #[cfg(test)] use crate::a::Xx;",
            "use other::deep::Xx; fn f() -> Kk::Xx {}",
            "pub struct Error; fn f() -> Result<Error, std::io::Error> {}",
        ] {
            assert!(found(text).is_empty(), "{text}: {:?}", found(text));
        }
    }

    #[test]
    fn a_type_of_this_file_meets_an_imported_one() {
        let text = "struct Yy; fn f(_: Yy, _: crate::a::Yy) {}";
        assert_eq!(
            found(text),
            ["Yy: library this crate::a::Yy, library this crate::t::Yy"]
        );
    }
}
