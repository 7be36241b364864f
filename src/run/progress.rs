//! How far a run has come: a bar on a terminal, a line now and then elsewhere.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How progress is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Style {
    /// Not at all.
    #[default]
    Quiet,
    /// A bar.
    Bar,
    /// A line every few seconds.
    Lines,
}

const BETWEEN_LINES: Duration = Duration::from_secs(5);
const BETWEEN_UPDATES: Duration = Duration::from_millis(100);

/// Shows how far a run has come.
pub struct Progress {
    style: Style,
    bar: ProgressBar,
    total: Option<u64>,
    bytes: Arc<AtomicU64>,
    documents: u64,
    started: Instant,
    shown: Instant,
}

impl Progress {
    /// Starts showing. `total` is the bytes there are to read, where known; `bytes` counts those read.
    pub fn new(style: Style, total: Option<u64>, bytes: Arc<AtomicU64>) -> Progress {
        let target = if style == Style::Bar { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(total, target);
        let template = if total.is_some() {
            "{bar:32} {percent:>3}%  {bytes} of {total_bytes}  {msg}  {bytes_per_sec}  {eta} left"
        } else {
            "{spinner} {bytes}  {msg}  {bytes_per_sec}"
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        let now = Instant::now();
        Progress { style, bar, total, bytes, documents: 0, started: now, shown: now }
    }

    /// One more document is done.
    pub fn document(&mut self) {
        self.documents += 1;
        let wait = if self.style == Style::Bar { BETWEEN_UPDATES } else { BETWEEN_LINES };
        if self.style != Style::Quiet && self.shown.elapsed() >= wait {
            self.shown = Instant::now();
            self.show();
        }
    }

    /// Takes the bar away while `write` writes to the terminal.
    pub fn suspend<T>(&self, write: impl FnOnce() -> T) -> T {
        self.bar.suspend(write)
    }

    /// Ends with the last state and takes the bar away.
    pub fn finish(&self) {
        if self.style == Style::Bar {
            self.show();
        }
        self.bar.finish_and_clear();
    }

    fn show(&self) {
        let bytes = self.bytes.load(Ordering::Relaxed);
        if self.style == Style::Bar {
            self.bar.set_position(bytes);
            self.bar.set_message(format!("{} documents", self.documents));
            return;
        }
        let megabytes = bytes as f64 / 1e6;
        let seconds = self.started.elapsed().as_secs_f64();
        let share = self.total.filter(|t| *t > 0).map(|t| format!(" ({:.0}%)", 100.0 * bytes as f64 / t as f64));
        let share = share.unwrap_or_default();
        let rate = megabytes / seconds.max(0.001);
        let _ = writeln!(std::io::stderr(), "{} documents, {megabytes:.1} MB{share}, {rate:.1} MB/s", self.documents);
    }
}
