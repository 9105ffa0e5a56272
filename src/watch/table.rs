//! Which contents were taken and still lie in the directory: by inode, with the names that lead there.

use super::aged::Aged;
use super::{Identity, Name};
use crate::hash::Sha256;
use crate::part::PartId;
use core::hash::BuildHasher as _;
use std::collections::HashMap;
use std::hash::RandomState;

/// Inspected pictures that are known with all that identifies them. The older ones are known by inode, size and time alone
/// (`aged.rs`).
pub const LEDGER_MAX: usize = 65_536;
/// How many grow old at once, so that the table is not searched for each new one.
const AGE_AT_ONCE: u64 = 4096;

/// The table.
///
/// Of a name only a 64-bit hash is kept, with a key drawn at random at start. If two names share it, one of them can be
/// inspected twice after a rescan. No name is ever skipped: the inode has to be the same too.
#[derive(Debug)]
pub(super) struct ContentTable {
    contents: HashMap<u64, Content>,
    /// The inode of each name.
    names: HashMap<u64, u64>,
    aged: Aged,
    hashes: RandomState,
    /// Contents so far.
    count: u64,
    max: usize,
}

/// What was taken of one inode.
#[derive(Debug, Clone, Copy)]
struct Content {
    identity: Identity,
    /// Names that lead to it.
    links: u16,
    /// Its part and the hash of its bytes, where they are known.
    proof: Option<Proof>,
    /// It was written since.
    modified: bool,
    /// Every change since it was taken would have been told of, so that other times do not make it another content.
    is_followed: bool,
    marked: bool,
}

/// What tells whether a file has the content that a part was judged by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Proof {
    pub(super) part: PartId,
    pub(super) sha256: Sha256,
    /// The time of change of the file that was inspected. One that was made later is another file with the same bytes.
    pub(super) ctime_ns: i64,
}

/// Whether a file that a scan meets was taken before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Recognition {
    /// It was not, as far as is known.
    New,
    /// It was.
    Taken,
    /// It was, if its bytes are still these.
    IfSame(Proof),
}

impl ContentTable {
    /// An empty table for so many contents, and as many aged ones. Allocates all that it will ever need.
    pub(super) fn new(max: usize, aged_max: usize) -> Self {
        Self {
            // A table with removed entries in it is cleaned in place, and never grown, while it is at most half full.
            contents: HashMap::with_capacity(2 * max),
            names: HashMap::with_capacity(2 * max),
            aged: Aged::new(aged_max),
            hashes: RandomState::new(),
            count: 0,
            max,
        }
    }

    /// Contents in it, without the aged.
    pub(super) fn len(&self) -> usize {
        self.contents.len()
    }

    /// Whether there is no room for another aged one.
    pub(super) fn is_full(&self) -> bool {
        self.aged.is_full()
    }

    /// Remembers a content, in place of what its name led to and of what its inode was. Gives it with its number.
    pub(super) fn insert(
        &mut self,
        name: &Name,
        identity: Identity,
        proof: Option<Proof>,
        is_followed: bool,
    ) -> Identity {
        if self.contents.len() >= self.max && !self.contents.contains_key(&identity.inode) {
            self.age();
        }
        self.count = self.count.saturating_add(1);
        let identity = Identity {
            content: self.count,
            ..identity
        };
        let links = self
            .contents
            .get(&identity.inode)
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
            },
        );
        self.link(name, identity.inode);
        identity
    }

    /// The name leads to this inode now.
    pub(super) fn link(&mut self, name: &Name, inode: u64) {
        let key = self.hashes.hash_one(name);
        if self.names.get(&key) == Some(&inode) {
            return;
        }
        self.unlink(name);
        // Where names are more than twice the contents, those that are left out are met as new by a scan at worst.
        if self.names.len() < 2 * self.max
            && let Some(content) = self.contents.get_mut(&inode)
        {
            content.links = content.links.saturating_add(1);
            self.names.insert(key, inode);
        }
    }

    /// The name leads nowhere any more. Forgets the content that it led to unless another name does.
    pub(super) fn unlink(&mut self, name: &Name) {
        if let Some(inode) = self.detach(name) {
            self.forget_unnamed(inode);
        }
    }

    /// The name leads nowhere any more; its content stays for [`Self::forget`]. Gives its inode.
    pub(super) fn detach(&mut self, name: &Name) -> Option<u64> {
        let inode = self.names.remove(&self.hashes.hash_one(name))?;
        let content = self.contents.get_mut(&inode)?;
        content.links = content.links.saturating_sub(1);
        Some(inode)
    }

    /// Forgets a content unless a name leads to it.
    pub(super) fn forget_unnamed(&mut self, inode: u64) {
        if self
            .contents
            .get(&inode)
            .is_some_and(|content| content.links == 0)
        {
            self.contents.remove(&inode);
        }
    }

    /// The content that this name leads to.
    pub(super) fn get(&self, name: &Name) -> Option<&Identity> {
        let inode = self.names.get(&self.hashes.hash_one(name))?;
        Some(&self.contents.get(inode)?.identity)
    }

    /// The file with this name was written.
    pub(super) fn mark_written(&mut self, name: &Name) {
        if let Some(&inode) = self.names.get(&self.hashes.hash_one(name)) {
            self.mark_inode_written(inode);
        }
    }

    /// The content of this inode was written.
    pub(super) fn mark_inode_written(&mut self, inode: u64) {
        if let Some(content) = self.contents.get_mut(&inode) {
            content.modified = true;
        }
    }

    /// Whether a file is a content that was taken and not written since, by another name or with other times. If so, it is
    /// known as it is now. `needs_name` says whether a name has to lead to it already.
    pub(super) fn recognise_followed(
        &mut self,
        name: &Name,
        found: &Identity,
        needs_name: bool,
    ) -> bool {
        let Some(content) = self.contents.get_mut(&found.inode) else {
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

    /// Whether the content that this name leads to was not written since it was taken.
    pub(super) fn is_unwritten(&self, name: &Name) -> bool {
        let inode = self.names.get(&self.hashes.hash_one(name));
        let content = inode.and_then(|inode| self.contents.get(inode));
        content.is_some_and(|content| content.is_followed && !content.modified)
    }

    /// A file was closed by a name of no interest. True when it is a content that was taken, by another name, and was
    /// written since: then a scan meets it as new.
    pub(super) fn written_elsewhere(&mut self, found: &Identity) -> bool {
        let Some(content) = self.contents.get_mut(&found.inode) else {
            return false;
        };
        let written = content.links > 0 && content.identity.mtime_ns != found.mtime_ns;
        if written {
            (content.modified, content.is_followed) = (true, false);
        }
        written
    }

    /// Whether the content with this identity was written after it was taken, or gave way to another one of its inode.
    pub(super) fn is_overwritten(&self, identity: &Identity) -> bool {
        let content = self.contents.get(&identity.inode);
        content
            .is_some_and(|content| content.modified || content.identity.content != identity.content)
    }

    /// Whether a file that a scan meets was taken before. Marks what it is for [`Self::sweep`]. `followed` says whether
    /// events report what happens to it from now on.
    pub(super) fn recognise(
        &mut self,
        name: &Name,
        found: &Identity,
        followed: bool,
    ) -> Recognition {
        let Some(content) = self.contents.get_mut(&found.inode) else {
            return if self.aged.contains(found) {
                Recognition::Taken
            } else {
                Recognition::New
            };
        };
        content.marked = true;
        if content.is_followed && content.modified {
            // It arrives when its writer closes it.
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

    /// A part was judged by this content, which has these bytes.
    pub(super) fn prove(&mut self, identity: &Identity, proof: Proof) {
        if let Some(content) = self.contents.get_mut(&identity.inode)
            && content.identity.content == identity.content
        {
            content.proof = Some(proof);
        }
    }

    /// EventBuffer were lost: what was written is not known any more.
    pub(super) fn lose_track(&mut self) {
        for content in self.contents.values_mut() {
            content.is_followed = false;
        }
    }

    /// Takes the mark from every content.
    pub(super) fn unmark(&mut self) {
        for content in self.contents.values_mut() {
            content.marked = false;
        }
    }

    /// Forgets every content without a mark: a scan of the whole directory did not meet its file.
    pub(super) fn sweep(&mut self) {
        self.contents.retain(|_, content| content.marked);
        let contents = &self.contents;
        self.names.retain(|_, inode| contents.contains_key(inode));
    }

    /// Makes room: the oldest become aged.
    fn age(&mut self) {
        let numbers = self
            .contents
            .values()
            .map(|content| content.identity.content);
        let oldest = numbers.min().unwrap_or_default();
        let limit = oldest.saturating_add(AGE_AT_ONCE.min(1 + self.max as u64 / 2));
        let (contents, aged) = (&mut self.contents, &mut self.aged);
        contents.retain(|_, content| {
            let keeps = content.identity.content >= limit;
            // One that is being written, or that nothing leads to, is no inspected picture that lies there.
            if !keeps && !content.modified && content.links > 0 {
                aged.insert(&content.identity);
            }
            keeps
        });
        let contents = &self.contents;
        self.names.retain(|_, inode| contents.contains_key(inode));
    }
}

#[cfg(test)]
mod tests;
