//! How much of the input may be in memory at once.

use std::sync::{Condvar, Mutex, PoisonError};

/// Bytes that are taken by the reader and given back by the writer.
pub struct Budget {
    cap: usize,
    taken: Mutex<(usize, bool)>,
    changed: Condvar,
}

impl Budget {
    /// Room for `cap` bytes.
    pub fn new(cap: usize) -> Budget {
        Budget { cap, taken: Mutex::new((0, false)), changed: Condvar::new() }
    }

    /// Waits until there is room for `n` bytes, or nothing is taken; `false` when it was closed.
    pub fn take(&self, n: usize) -> bool {
        let taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let full = |(taken, closed): &mut (usize, bool)| !*closed && *taken > 0 && *taken + n > self.cap;
        let mut taken = self.changed.wait_while(taken, full).unwrap_or_else(PoisonError::into_inner);
        taken.0 += n;
        !taken.1
    }

    /// Gives `n` bytes back.
    pub fn give(&self, n: usize) {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).0 -= n;
        self.changed.notify_all();
    }

    /// Lets everybody go.
    pub fn close(&self) {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).1 = true;
        self.changed.notify_all();
    }
}
