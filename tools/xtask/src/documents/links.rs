//! Links and paths in pages that lead nowhere.

use super::page::{Page, Piece};
use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

/// The folders whose paths pages name in code.
const FOLDERS: [&str; 9] = [
    ".ci/",
    "board/",
    "docs/",
    "ffi/",
    "findings/",
    "model/",
    "src/",
    "tests/",
    "tools/",
];

/// Tracked files and folders, and the pages among them.
#[derive(Debug)]
pub struct Tree<'a> {
    /// Every tracked file, by its path from the workspace's folder.
    pub files: &'a [PathBuf],
    /// Every page.
    pub pages: &'a BTreeMap<PathBuf, Page>,
}

impl Tree<'_> {
    /// Whether a path is a tracked file, or a folder with some.
    pub fn has(&self, path: &Path) -> bool {
        path.as_os_str().is_empty() || self.files.iter().any(|file| file.starts_with(path))
    }

    /// What is wrong with the link of a page.
    pub fn fault_of_link(&self, page: &Path, link: &str) -> Option<String> {
        if is_outside(link) {
            return None;
        }
        let (file, anchor) = match link.split_once('#') {
            Some((file, anchor)) => (file, Some(anchor)),
            None => (link, None),
        };
        let Some(target) = resolve(page, file) else {
            return Some(format!("{link}: leads out of the project"));
        };
        if !self.has(&target) {
            return Some(format!("{link}: no such file"));
        }
        let anchor = anchor?;
        match self.pages.get(&target) {
            None => Some(format!("{link}: only a page has anchors")),
            Some(of) if of.anchors.iter().any(|known| known == anchor) => None,
            Some(_) => Some(format!("{link}: no heading has this anchor")),
        }
    }

    /// What is wrong with code that names a path of the project, or of the page's own folder.
    pub fn fault_of_path(&self, page: &Path, code: &str) -> Option<String> {
        let is_path = |c: char| c.is_ascii_alphanumeric() || "._/-".contains(c);
        let names_one = FOLDERS.iter().any(|folder| code.starts_with(folder));
        // What a training or the demonstration writes is not tracked.
        if !names_one || !code.chars().all(is_path) || code.starts_with("model/data/") {
            return None;
        }
        let path = Path::new(code.trim_end_matches('/'));
        let beside = page.with_file_name(path);
        (!self.has(path) && !self.has(&beside)).then(|| format!("{code}: no such file"))
    }
}

/// Whether a link has a scheme, such as `https:`.
pub fn is_outside(link: &str) -> bool {
    link.split_once(':')
        .is_some_and(|(scheme, _)| !scheme.is_empty() && scheme.chars().all(char::is_alphanumeric))
}

/// The path that a link of a page leads to. None if it leads out of the project.
pub fn resolve(page: &Path, link: &str) -> Option<PathBuf> {
    if link.is_empty() {
        return Some(page.to_owned());
    }
    let mut path = page.parent().unwrap_or(Path::new("")).to_owned();
    for component in Path::new(link).components() {
        match component {
            Component::ParentDir => {
                if !path.pop() {
                    return None;
                }
            }
            Component::Normal(name) => path.push(name),
            Component::CurDir => {}
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(path)
}

/// The pieces that a check finds wrong, with what is wrong.
pub fn faults<'a>(
    pieces: &'a [Piece],
    check: impl Fn(&str) -> Option<String> + 'a,
) -> impl Iterator<Item = (usize, String)> + 'a {
    pieces
        .iter()
        .filter_map(move |piece| check(&piece.text).map(|what| (piece.line, what)))
}

#[cfg(test)]
mod tests {
    use super::{Page, Tree};
    use std::collections::BTreeMap;
    use std::path::{Path, PathBuf};

    #[test]
    fn links_lead_to_files_folders_and_headings() {
        let files = ["README.md", "docs/a.md", "docs/zh/b.md", "src/main.rs"].map(PathBuf::from);
        let pages: BTreeMap<PathBuf, Page> = [("docs/a.md", "# A page\n"), ("README.md", "")]
            .map(|(name, text)| (name.into(), Page::read(text)))
            .into();
        let tree = Tree {
            files: &files,
            pages: &pages,
        };
        let fault = |page: &str, link: &str| tree.fault_of_link(Path::new(page), link);
        for (page, link) in [
            ("docs/zh/b.md", "../a.md#a-page"),
            ("docs/a.md", "#a-page"),
            ("docs/a.md", "../src/main.rs"),
            ("README.md", "docs/"),
            ("docs/a.md", ".."),
            ("README.md", "https://example.org/none.md"),
        ] {
            assert_eq!(fault(page, link), None, "{page} {link}");
        }
        for (page, link, what) in [
            ("docs/a.md", "c.md", "no such file"),
            ("README.md", "a.md", "no such file"),
            ("README.md", "docs/a.md#b", "no heading has this anchor"),
            ("README.md", "src/main.rs#L3", "only a page has anchors"),
            ("README.md", "../x.md", "leads out of the project"),
            ("README.md", "/docs/a.md", "leads out of the project"),
        ] {
            assert_eq!(fault(page, link), Some(format!("{link}: {what}")), "{page}");
        }
    }

    #[test]
    fn paths_in_code_exist() {
        let files = ["src/run/mod.rs", "ffi/src/codes.rs"].map(PathBuf::from);
        let page = Path::new("ffi/README.md");
        let tree = Tree {
            files: &files,
            pages: &BTreeMap::new(),
        };
        for code in [
            "src/run/",
            "src/run/mod.rs",
            "src/codes.rs",
            "src",
            "model/data/x",
            "src/*.rs",
            "a/b",
        ] {
            assert_eq!(tree.fault_of_path(page, code), None, "{code}");
        }
        for code in ["src/ran/mod.rs", "src/run/mod", "tests/"] {
            assert_eq!(
                tree.fault_of_path(page, code),
                Some(format!("{code}: no such file"))
            );
        }
    }
}
