//! Forgets the contents whose files a scan did not find.

use super::ContentTable;

impl ContentTable {
    /// Removes the marks of all contents.
    pub(in crate::watch) fn unmark(&mut self) {
        for content in self.contents.values_mut() {
            content.marked = false;
        }
    }

    /// Keeps this inode's content in the next [`Self::sweep`].
    pub(in crate::watch) fn mark(&mut self, inode: u64) {
        if let Some(content) = self.contents.get_mut(inode) {
            content.marked = true;
        }
    }

    /// Forgets every content without a mark: the scan did not find its file.
    pub(in crate::watch) fn sweep(&mut self) {
        self.contents.retain(|content| content.marked);
        self.forget_names();
    }

    /// Like [`Self::sweep`], but forgets only what the scan before did not find either. Without
    /// events, a rename during a scan is not reported.
    pub(in crate::watch) fn sweep_missed_twice(&mut self) {
        self.contents.retain(|content| {
            let missed_before = core::mem::replace(&mut content.missed, !content.marked);
            content.marked || !missed_before
        });
        self.forget_names();
    }

    pub(super) fn forget_names(&mut self) {
        let contents = &self.contents;
        self.names.retain(|inode| contents.contains_key(*inode));
    }
}
