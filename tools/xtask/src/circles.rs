//! Circles (dependency cycles) between the modules of one parent.
//!
//! For each module there is a graph of its children. An edge A -> B means: code in A or below it
//! names something in B or below it, by any path, through re-exports as well. A child may use what
//! its parent itself defines, and a parent its children; siblings must form no circle.

use crate::modules::{Crate, ModuleId};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;
use std::path::PathBuf;

/// One use of a sibling.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Use {
    /// The file that names the sibling.
    pub file: PathBuf,
    /// The line, from 1.
    pub line: usize,
    /// The path as written.
    pub path: String,
}

/// All uses of one sibling by another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// The user's name.
    pub from: String,
    /// The name of what is used.
    pub to: String,
    /// Where, in order.
    pub uses: Vec<Use>,
}

/// Siblings that all reach each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Circle {
    /// The parent's path.
    pub parent: String,
    /// The siblings, sorted by name.
    pub modules: Vec<String>,
    /// A shortest circle among them first, then the other edges between them.
    pub edges: Vec<Edge>,
    /// How many of `edges` form the shortest circle.
    pub length: usize,
}

type Graph = BTreeMap<ModuleId, BTreeMap<ModuleId, Vec<Use>>>;

/// Finds every circle of the crate.
pub fn circles(of: &Crate) -> Vec<Circle> {
    let mut graphs: BTreeMap<ModuleId, Graph> = BTreeMap::new();
    for (user, module) in of.modules.iter().enumerate() {
        let up = of.ancestors(user);
        for mention in &module.mentions {
            for used in of.resolve(user, &mention.path).passed {
                let other = of.ancestors(used);
                let common = up.iter().zip(&other).take_while(|(a, b)| a == b).count();
                let (Some(&from), Some(&to)) = (up.get(common), other.get(common)) else {
                    continue; // One is the other's ancestor.
                };
                let graph = graphs.entry(up[common - 1]).or_default();
                let path = mention.path.join("::");
                let found = Use {
                    file: module.file.clone(),
                    line: mention.line,
                    path,
                };
                graph
                    .entry(from)
                    .or_default()
                    .entry(to)
                    .or_default()
                    .push(found);
            }
        }
    }
    let found = graphs.into_iter().flat_map(|(parent, mut graph)| {
        graph
            .values_mut()
            .flat_map(BTreeMap::values_mut)
            .for_each(|uses| {
                uses.sort();
                uses.dedup();
            });
        groups(&graph)
            .into_iter()
            .map(move |group| circle(of, parent, &graph, &group))
    });
    found.collect()
}

/// What `from` reaches over one edge or more.
fn reached(graph: &Graph, from: ModuleId) -> BTreeSet<ModuleId> {
    let mut found = BTreeSet::new();
    let mut open = vec![from];
    while let Some(next) = open.pop() {
        for to in graph.get(&next).into_iter().flat_map(BTreeMap::keys) {
            if found.insert(*to) {
                open.push(*to);
            }
        }
    }
    found
}

/// The strongly connected groups of two modules or more.
fn groups(graph: &Graph) -> Vec<BTreeSet<ModuleId>> {
    let reach: BTreeMap<_, _> = graph.keys().map(|id| (*id, reached(graph, *id))).collect();
    let mut groups = BTreeSet::new();
    for (id, others) in &reach {
        let back = |other: &ModuleId| reach.get(other).is_some_and(|there| there.contains(id));
        let group: BTreeSet<_> = others.iter().copied().filter(back).collect();
        if group.len() > 1 {
            groups.insert(group);
        }
    }
    groups.into_iter().collect()
}

fn circle(of: &Crate, parent: ModuleId, graph: &Graph, group: &BTreeSet<ModuleId>) -> Circle {
    let inside = |id: ModuleId| graph[&id].keys().copied().filter(|to| group.contains(to));
    let ring = group
        .iter()
        .map(|start| shortest(*start, &inside))
        .min_by_key(Vec::len)
        .unwrap_or_default();
    let steps: Vec<_> = ring.windows(2).map(|pair| (pair[0], pair[1])).collect();
    let all = group
        .iter()
        .flat_map(|from| inside(*from).map(|to| (*from, to)));
    let others = all.filter(|step| !steps.contains(step));
    let name = |id: ModuleId| of.modules[id].name.clone();
    let edge = |(from, to): (ModuleId, ModuleId)| Edge {
        from: name(from),
        to: name(to),
        uses: graph[&from][&to].clone(),
    };
    let mut modules: Vec<_> = group.iter().map(|id| name(*id)).collect();
    modules.sort();
    Circle {
        parent: of.path(parent),
        modules,
        length: steps.len(),
        edges: steps.iter().copied().chain(others).map(edge).collect(),
    }
}

/// A shortest path from `start` back to itself, both ends included.
fn shortest<I: Iterator<Item = ModuleId>>(
    start: ModuleId,
    next: &impl Fn(ModuleId) -> I,
) -> Vec<ModuleId> {
    let mut before: BTreeMap<ModuleId, ModuleId> = BTreeMap::new();
    let mut open = VecDeque::from([start]);
    while let Some(at) = open.pop_front() {
        for to in next(at) {
            if to == start {
                let mut ring = vec![start, at];
                while ring[ring.len() - 1] != start {
                    ring.push(before[&ring[ring.len() - 1]]);
                }
                ring.reverse();
                return ring;
            }
            if let std::collections::btree_map::Entry::Vacant(entry) = before.entry(to) {
                entry.insert(at);
                open.push_back(to);
            }
        }
    }
    Vec::new()
}

impl fmt::Display for Circle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "circle in {}: {}", self.parent, self.modules.join(", "))?;
        for (index, edge) in self.edges.iter().enumerate() {
            if index == self.length {
                writeln!(f, "    further edges between them:")?;
            }
            let first = &edge.uses[0];
            let others = match edge.uses.len() - 1 {
                0 => String::new(),
                count => format!(" and {count} more"),
            };
            let Edge { from, to, .. } = edge;
            let Use { file, line, path } = first;
            writeln!(
                f,
                "    {from} -> {to}: {}:{line} `{path}`{others}",
                file.display()
            )?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
