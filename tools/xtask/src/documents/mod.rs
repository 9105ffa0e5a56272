//! The pages of the project: their links, paths, commands and messages, the book, the translations.

pub mod book;
mod commands;
mod links;
mod messages;
mod page;
mod translations;

use crate::command::output;
use crate::text::{Source, words};
use anyhow::Result;
use commands::Form;
use links::Tree;
use page::Page;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What a check of all pages found.
#[derive(Debug, Default)]
pub struct Found {
    /// What must be mended.
    pub faults: Vec<words::Place>,
    /// Translations whose original changed: each page says which content it translates, so it is
    /// old, but not wrong.
    pub notes: Vec<words::Place>,
}

/// The pages of the project, by their paths from its folder.
pub fn pages(sources: &[Source]) -> BTreeMap<PathBuf, Page> {
    let is_page = |source: &&Source| source.file.extension().is_some_and(|end| end == "md");
    let pages = sources.iter().filter(is_page);
    pages
        .map(|source| (source.file.clone(), Page::read(&source.text)))
        .collect()
}

/// Checks every page. `tasks` are the names that `cargo xtask` takes.
///
/// # Errors
///
/// Git fails.
pub fn check(root: &Path, sources: &[Source], files: &[PathBuf], tasks: &[&str]) -> Result<Found> {
    let pages = pages(sources);
    let tree = Tree {
        files,
        pages: &pages,
    };
    let is_program = |name: &str| tree.has(&Path::new("tools/src/bin").join(format!("{name}.rs")));
    let mut found = Found::default();
    for (file, page) in &pages {
        let command = |code: &str, form| commands::fault(code, form, tasks, is_program);
        let of_links = links::faults(&page.links, |link| tree.fault_of_link(file, link));
        let of_paths = links::faults(&page.spans, |code| tree.fault_of_path(file, code));
        let of_spans = links::faults(&page.spans, |code| command(code, Form::Sentence));
        let of_blocks = links::faults(&page.blocks, |code| command(code, Form::Block));
        let all = of_links.chain(of_paths).chain(of_spans).chain(of_blocks);
        found
            .faults
            .extend(all.map(|(line, what)| place(file, line, what)));
    }
    for (file, line, what) in book::faults(&tree) {
        found.faults.push(place(&file, line, what));
    }
    for source in sources {
        if source.file == Path::new(messages::PAGE) {
            let wrong = messages::faults(source, sources).into_iter();
            found
                .faults
                .extend(wrong.map(|(line, what)| place(&source.file, line, what)));
        }
        if translations::is_translation(&source.file) {
            translation(root, &tree, source, &mut found)?;
        }
    }
    Ok(found)
}

fn translation(root: &Path, tree: &Tree, source: &Source, found: &mut Found) -> Result<()> {
    match translations::mark(source) {
        Err((line, what)) => found.faults.push(place(&source.file, line, what)),
        Ok(mark) if !tree.has(&mark.original) => {
            let what = format!("{}: no such file", mark.original.display());
            found.faults.push(place(&source.file, mark.line, what));
        }
        Ok(mark) => {
            let name = mark.original.to_string_lossy();
            let blob = output(root, &["git", "hash-object", &name])?;
            let note = mark.note(&blob);
            found
                .notes
                .extend(note.map(|what| place(&source.file, mark.line, what)));
        }
    }
    Ok(())
}

fn place(file: &Path, line: usize, what: String) -> words::Place {
    words::Place {
        file: file.to_owned(),
        line,
        what,
    }
}

/// Writes the sources of the book to a new folder.
///
/// # Errors
///
/// The folder is there already, or a file cannot be read or written.
pub fn write_book(root: &Path, sources: &[Source], files: &[PathBuf], folder: &Path) -> Result<()> {
    let pages = pages(sources);
    let tree = Tree {
        files,
        pages: &pages,
    };
    book::write(root, sources, &tree, folder)
}
