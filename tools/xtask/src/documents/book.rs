//! The pages as a book, made by mdBook from `docs/SUMMARY.md`.
//!
//! The book's sources have the layout of the project. So a link between pages is right in both.

use super::links::{Tree, is_outside, resolve};
use super::page::Page;
use crate::text::Source;
use anyhow::{Context, Result, ensure};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The table of contents. Its entries are relative to its folder, as all links are.
pub const SUMMARY: &str = "docs/SUMMARY.md";
const SETTINGS: &str = "docs/book.toml";

/// The pages of the book, by their paths from the workspace's folder.
pub fn entries(summary: &Page) -> BTreeSet<PathBuf> {
    let links = summary.links.iter();
    links
        .filter_map(|link| resolve(Path::new(SUMMARY), &link.text))
        .collect()
}

/// Pages of `docs/` that the book lacks, and links of the book to pages outside it.
pub fn faults(tree: &Tree) -> Vec<(PathBuf, usize, String)> {
    let Some(summary) = tree.pages.get(Path::new(SUMMARY)) else {
        return vec![(SUMMARY.into(), 0, "no such file".to_owned())];
    };
    let entries = entries(summary);
    let mut faults = Vec::new();
    for (file, page) in tree.pages {
        if file == Path::new(SUMMARY) {
            continue;
        }
        if !entries.contains(file) {
            if file.starts_with("docs") {
                faults.push((file.clone(), 0, format!("is not in {SUMMARY}")));
            }
            continue;
        }
        for link in &page.links {
            let name = link.text.split('#').next().unwrap_or_default();
            let target = resolve(file, name).filter(|_| !is_outside(&link.text));
            let is_page = |path: &PathBuf| tree.pages.contains_key(path);
            if target.is_some_and(|target| is_page(&target) && !entries.contains(&target)) {
                let what = format!("{}: leads out of the book; add it to {SUMMARY}", link.text);
                faults.push((file.clone(), link.line, what));
            }
        }
    }
    faults
}

/// Writes the sources of the book to a new folder: `mdbook build FOLDER` makes the pages.
pub fn write(root: &Path, sources: &[Source], tree: &Tree, folder: &Path) -> Result<()> {
    let named = folder.display();
    ensure!(
        !folder.exists(),
        "{named} is there already; name a new folder"
    );
    let pages = folder.join("src");
    fs::create_dir_all(&pages).with_context(|| named.to_string())?;
    fs::copy(root.join(SETTINGS), folder.join("book.toml")).context(SETTINGS)?;
    let of_summary = sources
        .iter()
        .find(|source| source.file == Path::new(SUMMARY));
    let summary = &of_summary.context(SUMMARY)?.text;
    fs::write(pages.join("SUMMARY.md"), from_root(summary))?;
    for entry in entries(&Page::read(summary)) {
        let page = tree
            .pages
            .get(&entry)
            .with_context(|| entry.display().to_string())?;
        copy(root, &pages, &entry)?;
        for link in &page.links {
            let target = resolve(&entry, &link.text).filter(|_| !is_outside(&link.text));
            if let Some(target) = target.filter(|target| root.join(target).is_file()) {
                copy(root, &pages, &target)?;
            }
        }
    }
    Ok(())
}

/// The table of contents with links from the workspace's folder.
fn from_root(summary: &str) -> String {
    let mut parts = summary.split("](");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (link, behind) = part.split_once(')').unwrap_or((part, ""));
        let target = resolve(Path::new(SUMMARY), link).unwrap_or_default();
        text.push_str(&format!("]({}){behind}", target.display()));
    }
    text
}

fn copy(root: &Path, to: &Path, file: &Path) -> Result<()> {
    let target = to.join(file);
    if let Some(folder) = target.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::copy(root.join(file), target).with_context(|| file.display().to_string())?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Page, Tree, faults, from_root};
    use std::collections::BTreeMap;
    use std::path::PathBuf;

    fn found(pages: &[(&str, &str)]) -> Vec<(String, usize)> {
        let files: Vec<PathBuf> = pages.iter().map(|(name, _)| name.into()).collect();
        let pages: BTreeMap<PathBuf, Page> = pages
            .iter()
            .map(|(name, text)| (name.into(), Page::read(text)))
            .collect();
        let tree = Tree {
            files: &files,
            pages: &pages,
        };
        let place = |(file, line, _): (PathBuf, usize, String)| (file.display().to_string(), line);
        faults(&tree).into_iter().map(place).collect()
    }

    const SUMMARY: (&str, &str) = ("docs/SUMMARY.md", "- [A](a.md)\n- [R](../README.md)\n");

    #[test]
    fn the_book_has_every_page_and_leads_to_none_outside() {
        let whole = [
            SUMMARY,
            ("README.md", "[a](docs/a.md)"),
            ("docs/a.md", "[r](../README.md)"),
        ];
        assert_eq!(found(&whole), []);
        let lacks = [
            SUMMARY,
            ("docs/a.md", ""),
            ("docs/b.md", ""),
            ("model/c.md", ""),
        ];
        assert_eq!(found(&lacks), [("docs/b.md".to_owned(), 0)]);
        let leaves = [
            SUMMARY,
            ("docs/a.md", "x\n[c](../model/c.md#d)"),
            ("model/c.md", ""),
        ];
        assert_eq!(found(&leaves), [("docs/a.md".to_owned(), 2)]);
        assert_eq!(
            found(&[("docs/a.md", "")]),
            [("docs/SUMMARY.md".to_owned(), 0)]
        );
    }

    #[test]
    fn the_contents_lead_from_the_root() {
        assert_eq!(from_root(SUMMARY.1), "- [A](docs/a.md)\n- [R](README.md)\n");
    }
}
