//! The contents that were given out and are still in the directory: by inode, with the names that
//! lead to each.

mod sweep;

use super::aged::Aged;
pub(super) use super::recognition::{Proof, Recognition};
use super::{Identity, Name};
use crate::bounded::index_map::IndexMap;
use core::hash::BuildHasher as _;
use std::hash::RandomState;

/// How many pictures are fully identified. Older ones are known by inode, size and modification
/// time alone (`aged.rs`).
pub const LEDGER_MAX: usize = 65_536;
/// How many contents become aged at once, so that not every new content searches the table.
const AGE_AT_ONCE: u64 = 4096;

/// The table.
///
/// Of each name it keeps a 64-bit hash, with a key drawn at random at start. If two names share a
/// hash, one may be inspected twice after a rescan. No picture is skipped, since the inode must be
/// the same as well.
#[derive(Debug)]
pub(super) struct ContentTable {
    /// By inode.
    contents: IndexMap<Content>,
    /// From the hash of a name to the inode.
    names: IndexMap<u64>,
    aged: Aged,
    hashes: RandomState,
    /// How many contents were added so far.
    count: u64,
    /// How many contents become aged at once.
    age_at_once: u64,
}

/// The content of one inode.
#[derive(Debug, Clone, Copy)]
struct Content {
    identity: Identity,
    /// How many names lead to it.
    links: u16,
    /// Its part and the hash of its bytes, if known.
    proof: Option<Proof>,
    /// Whether it was written since.
    modified: bool,
    /// Whether events have reported every change since it was given out. Then changed times do not
    /// mean new content.
    is_followed: bool,
    marked: bool,
    /// Whether the last complete scan did not find it.
    missed: bool,
}

impl ContentTable {
    /// An empty table for `max` contents and `aged_max` aged ones. Allocates all the memory that it
    /// will ever need.
    pub(super) fn new(max: usize, aged_max: usize) -> Self {
        Self {
            contents: IndexMap::new(max),
            // If a file has more than two names, some are left out. At worst a scan finds their
            // files as new.
            names: IndexMap::new(2 * max),
            aged: Aged::new(aged_max),
            hashes: RandomState::new(),
            count: 0,
            age_at_once: AGE_AT_ONCE.min(1 + max as u64 / 2),
        }
    }

    /// How many contents the table has, without the aged ones.
    pub(super) fn len(&self) -> usize {
        self.contents.len()
    }

    /// Whether no more contents can become aged.
    pub(super) fn is_full(&self) -> bool {
        self.aged.is_full()
    }

    /// Adds content. It replaces what the name referred to, and the inode's older content. Returns
    /// the identity with the content's number.
    pub(super) fn insert(
        &mut self,
        name: &Name,
        identity: Identity,
        proof: Option<Proof>,
        is_followed: bool,
    ) -> Identity {
        let key = self.key(name);
        self.insert_by_key(key, identity, proof, is_followed)
    }

    /// What the table keeps of a name.
    pub(super) fn key(&self, name: &Name) -> u64 {
        self.hashes.hash_one(name)
    }

    /// Like [`Self::insert`], for the name with this [`Self::key`].
    pub(super) fn insert_by_key(
        &mut self,
        key: u64,
        identity: Identity,
        proof: Option<Proof>,
        is_followed: bool,
    ) -> Identity {
        if self.contents.is_full() && !self.contents.contains_key(identity.inode) {
            self.age();
        }
        self.count = self.count.saturating_add(1);
        let identity = Identity {
            content: self.count,
            ..identity
        };
        let links = self
            .contents
            .get(identity.inode)
            .map_or(0, |content| content.links);
        self.contents.insert(
            identity.inode,
            Content {
                identity,
                links,
                proof,
                modified: false,
                is_followed,
                marked: true,
                missed: false,
            },
        );
        self.link_key(key, identity.inode);
        identity
    }

    /// Makes the name lead to this inode.
    pub(super) fn link(&mut self, name: &Name, inode: u64) {
        self.link_key(self.key(name), inode);
    }

    fn link_key(&mut self, key: u64, inode: u64) {
        // A scan that is under way may miss a file that is renamed meanwhile.
        self.mark(inode);
        if self.names.get(key) == Some(&inode) {
            return;
        }
        if let Some(before) = self.detach_key(key) {
            self.forget_unnamed(before);
        }
        if let Some(content) = self.contents.get_mut(inode)
            && self.names.insert(key, inode)
        {
            content.links = content.links.saturating_add(1);
        }
    }

    /// Removes a name. Forgets its content unless another name leads to it.
    pub(super) fn unlink(&mut self, name: &Name) {
        if let Some(inode) = self.detach(name) {
            self.forget_unnamed(inode);
        }
    }

    /// Removes a name but keeps its content until [`Self::forget_unnamed`]. Returns the inode.
    pub(super) fn detach(&mut self, name: &Name) -> Option<u64> {
        self.detach_key(self.key(name))
    }

    fn detach_key(&mut self, key: u64) -> Option<u64> {
        let inode = self.names.remove(key)?;
        let content = self.contents.get_mut(inode)?;
        content.links = content.links.saturating_sub(1);
        Some(inode)
    }

    /// Forgets this inode's content if no name refers to it.
    pub(super) fn forget_unnamed(&mut self, inode: u64) {
        if self
            .contents
            .get(inode)
            .is_some_and(|content| content.links == 0)
        {
            self.contents.remove(inode);
        }
    }

    /// The identity of the content that this name leads to.
    pub(super) fn get(&self, name: &Name) -> Option<&Identity> {
        let inode = self.names.get(self.key(name))?;
        Some(&self.contents.get(*inode)?.identity)
    }

    /// Whether it has content of this inode, size and modification time.
    pub(super) fn has_content(&self, found: &Identity) -> bool {
        let content = self.contents.get(found.inode);
        content.is_some_and(|content| content.identity.has_content_of(found))
    }

    /// Marks the content that this name leads to as written.
    pub(super) fn mark_written(&mut self, name: &Name) {
        if let Some(&inode) = self.names.get(self.key(name)) {
            self.mark_inode_written(inode);
        }
    }

    /// Marks the content of this inode as written.
    pub(super) fn mark_inode_written(&mut self, inode: u64) {
        if let Some(content) = self.contents.get_mut(inode) {
            content.modified = true;
        }
    }

    /// Whether a file's content was given out and the file was not written since. If so, this
    /// adopts the file's times and the name. With `needs_name`, a name must lead to the content
    /// already.
    pub(super) fn recognise_followed(
        &mut self,
        name: &Name,
        found: &Identity,
        needs_name: bool,
    ) -> bool {
        let Some(content) = self.contents.get_mut(found.inode) else {
            return false;
        };
        let is_taken = content.is_followed
            && !content.modified
            && content.identity.may_be(found)
            && (content.links > 0 || !needs_name);
        if is_taken {
            content.identity.mtime_ns = found.mtime_ns;
            content.identity.ctime_ns = found.ctime_ns;
            self.link(name, found.inode);
        }
        is_taken
    }

    /// Whether the content of this name was not written since it was given out.
    pub(super) fn is_unwritten(&self, name: &Name) -> bool {
        let inode = self.names.get(self.key(name));
        let content = inode.and_then(|inode| self.contents.get(*inode));
        content.is_some_and(|content| content.is_followed && !content.modified)
    }

    /// Handles the closing of a file whose name is not a picture's. If the file's content was given
    /// out and the file was written since, it is marked so that a scan finds it as new. Returns
    /// whether that is so.
    pub(super) fn written_elsewhere(&mut self, found: &Identity) -> bool {
        let Some(content) = self.contents.get_mut(found.inode) else {
            return false;
        };
        let written = content.links > 0 && content.identity.mtime_ns != found.mtime_ns;
        if written {
            (content.modified, content.is_followed) = (true, false);
        }
        written
    }

    /// Whether this content was written since it was given out, or its inode has different content
    /// now.
    pub(super) fn is_overwritten(&self, identity: &Identity) -> bool {
        let content = self.contents.get(identity.inode);
        content
            .is_some_and(|content| content.modified || content.identity.content != identity.content)
    }

    /// Whether a file that a scan finds was given out before. Marks its content for
    /// [`Self::sweep`]. `followed` tells whether events report its changes from now on.
    pub(super) fn recognise(
        &mut self,
        name: &Name,
        found: &Identity,
        followed: bool,
    ) -> Recognition {
        let Some(content) = self.contents.get_mut(found.inode) else {
            return if self.aged.contains(found) {
                Recognition::Taken
            } else {
                Recognition::New
            };
        };
        content.marked = true;
        if content.is_followed && content.modified {
            // The new content arrives when its writer closes it.
            return Recognition::Taken;
        }
        if content.modified || !content.identity.may_be(found) {
            return Recognition::New;
        }
        let untouched = content.identity.ctime_ns != 0 && content.identity.is_untouched(found);
        if !(content.is_followed || untouched) {
            return content.proof.map_or(Recognition::New, Recognition::IfSame);
        }
        content.identity.mtime_ns = found.mtime_ns;
        content.identity.ctime_ns = found.ctime_ns;
        content.is_followed = followed;
        self.link(name, found.inode);
        Recognition::Taken
    }

    /// Records the part that was judged by this content, and the hash of its bytes.
    pub(super) fn prove(&mut self, identity: &Identity, proof: Proof) {
        if let Some(content) = self.contents.get_mut(identity.inode)
            && content.identity.content == identity.content
        {
            content.proof = Some(proof);
        }
    }

    /// Records that events were lost, so that it is unknown which contents were written.
    pub(super) fn lose_track(&mut self) {
        for content in self.contents.values_mut() {
            content.is_followed = false;
        }
    }

    /// Makes space: the oldest contents become aged.
    fn age(&mut self) {
        let numbers = self
            .contents
            .values()
            .map(|content| content.identity.content);
        let oldest = numbers.min().unwrap_or_default();
        let limit = oldest.saturating_add(self.age_at_once);
        let (contents, aged) = (&mut self.contents, &mut self.aged);
        contents.retain(|content| {
            let keeps = content.identity.content >= limit;
            // Content that is being written, or has no name, is not an inspected picture in the
            // directory.
            if !keeps && !content.modified && content.links > 0 {
                aged.insert(&content.identity);
            }
            keeps
        });
        self.forget_names();
    }
}

#[cfg(test)]
mod tests;
