//! Changes to a text, and the way back to the text they began with.
//!
//! A [`Track`] is a list of pieces with borders only where something changed, so an untouched article costs one piece
//! however long it is. A map of one offset per byte would cost eight times the text.

use std::borrow::Cow;
use std::ops::Range;

use crate::document::BlockKind;
use crate::rules::RuleId;

/// The bytes `at` of the current text become `with`, because of `rule`.
#[derive(Clone, Debug, PartialEq)]
pub struct Edit {
    /// Bytes of the text that the pass looked at.
    pub at: Range<usize>,
    /// What they become; empty to delete.
    pub with: Cow<'static, str>,
    /// The rule that asks for it.
    pub rule: RuleId,
    /// How sure the rule is, 0 to 1.
    pub confidence: f32,
    /// Set when the edit takes a block, or a part of one, out of the article.
    pub removes: Option<BlockKind>,
}

impl Edit {
    fn collides(&self, later: &Edit) -> bool {
        later.at.start < self.at.end || (self.at.start == later.at.start && self.at.is_empty() && later.at.is_empty())
    }
}

/// Sorts `edits` and drops those that cannot be applied to `text`: out of bounds, off a character border, without
/// effect, or overlapping one that is preferred (longer first, then the lower rule).
pub fn settle(text: &str, mut edits: Vec<Edit>) -> Vec<Edit> {
    edits.retain(|e| text.get(e.at.clone()).is_some_and(|before| before != e.with));
    edits.sort_by_key(|e| (e.at.start, e.at.end, e.rule));
    if edits.windows(2).all(|w| !w[0].collides(&w[1])) {
        return edits;
    }
    let mut by_preference: Vec<usize> = (0..edits.len()).collect();
    by_preference.sort_by_key(|&i| (usize::MAX - edits[i].at.len(), edits[i].rule, i));
    let mut chosen = std::collections::BTreeSet::new();
    for i in by_preference {
        let before = chosen.range(..i).next_back().is_none_or(|&b: &usize| !edits[b].collides(&edits[i]));
        let after = chosen.range(i..).next().is_none_or(|&a: &usize| !edits[i].collides(&edits[a]));
        if before && after {
            chosen.insert(i);
        }
    }
    let mut i = 0;
    edits.retain(|_| {
        i += 1;
        chosen.contains(&(i - 1))
    });
    edits
}

/// `text` with settled `edits` applied.
pub fn rewrite(text: &str, edits: &[Edit]) -> String {
    let grown: usize = edits.iter().map(|e| e.with.len()).sum();
    let mut out = String::with_capacity(text.len() + grown);
    let mut pos = 0;
    for edit in edits {
        out.push_str(&text[pos..edit.at.start]);
        out.push_str(&edit.with);
        pos = edit.at.end;
    }
    out.push_str(&text[pos..]);
    out
}

/// `raw` bytes of the source that became `clean` bytes of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Length in the text as it is now, in bytes.
    pub clean: usize,
    /// Length in the source, in bytes.
    pub raw: usize,
    /// The two stretches are equal byte for byte.
    pub kept: bool,
}

/// The way from a text back to its source, through any number of passes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Track {
    pieces: Vec<Piece>,
}

impl Track {
    /// The track of a text of `len` bytes that nothing has changed.
    pub fn new(len: usize) -> Track {
        Track { pieces: vec![Piece { clean: len, raw: len, kept: true }] }
    }

    /// The pieces in order; their lengths add up to the text and to the source.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// Follows settled `edits` of the current text.
    pub fn apply(&mut self, edits: &[Edit]) {
        if !edits.is_empty() {
            self.pieces = Composer::new(&self.pieces).compose(edits);
        }
    }

    /// The source bytes that each of `ranges` stands for: exact inside kept pieces, whole pieces where text was changed.
    /// The ranges must be sorted by start and must not overlap.
    pub fn to_raw(&self, ranges: impl Iterator<Item = Range<usize>>) -> Vec<Range<usize>> {
        let mut cursor = Cursor { pieces: &self.pieces, next: 0, clean: 0, raw: 0 };
        ranges
            .map(|r| {
                let start = cursor.start(r.start);
                start..cursor.end(r.end).max(start)
            })
            .collect()
    }
}

impl Track {
    /// Where each of the source offsets, sorted, lies in the text as it is now: exact inside kept pieces, the start of
    /// what took its place where text was changed, behind what was put in before it.
    pub fn to_clean(&self, offsets: impl Iterator<Item = usize>) -> Vec<usize> {
        let mut pieces = self.pieces.iter().peekable();
        let (mut clean, mut raw) = (0, 0);
        offsets
            .map(|at| {
                while let Some(p) = pieces.next_if(|p| raw + p.raw <= at) {
                    clean += p.clean;
                    raw += p.raw;
                }
                let kept = pieces.peek().is_some_and(|p| p.kept);
                clean + if kept { at - raw } else { 0 }
            })
            .collect()
    }
}

/// Walks the pieces once for a sorted list of offsets.
struct Cursor<'a> {
    pieces: &'a [Piece],
    next: usize,
    clean: usize,
    raw: usize,
}

impl Cursor<'_> {
    /// Source offset of the text offset `at`, read as the start of a range.
    fn start(&mut self, at: usize) -> usize {
        while let Some(p) = self.pieces.get(self.next) {
            if at < self.clean + p.clean {
                return self.raw + if p.kept { at - self.clean } else { 0 };
            }
            self.step(*p);
        }
        self.raw
    }

    /// Source offset of the text offset `at`, read as the end of a range.
    fn end(&mut self, at: usize) -> usize {
        while let Some(p) = self.pieces.get(self.next) {
            if at <= self.clean {
                return self.raw;
            }
            if at < self.clean + p.clean || (at == self.clean + p.clean && p.kept) {
                return self.raw + if p.kept { at - self.clean } else { p.raw };
            }
            self.step(*p);
        }
        self.raw
    }

    fn step(&mut self, p: Piece) {
        self.clean += p.clean;
        self.raw += p.raw;
        self.next += 1;
    }
}

/// Folds edits of the middle text into the pieces that lead from the source to it.
struct Composer<'a> {
    rest: std::iter::Copied<std::slice::Iter<'a, Piece>>,
    current: Option<Piece>,
    /// Where `current` starts in the middle text.
    at: usize,
    out: Vec<Piece>,
}

impl<'a> Composer<'a> {
    fn new(pieces: &'a [Piece]) -> Composer<'a> {
        let mut rest = pieces.iter().copied();
        let current = rest.next();
        Composer { rest, current, at: 0, out: Vec::with_capacity(pieces.len()) }
    }

    fn compose(mut self, edits: &[Edit]) -> Vec<Piece> {
        let mut edits = edits.iter().peekable();
        while let Some(edit) = edits.next() {
            self.copy_up_to(edit.at.start);
            let from = self.at;
            let mut raw = self.take_up_to(edit.at.end);
            let (mut shrunk, mut grown) = (edit.at.len(), edit.with.len());
            // A changed piece is taken whole, and with it every later edit that lands in it.
            while let Some(next) = edits.next_if(|next| next.at.start < self.at) {
                raw += self.take_up_to(next.at.end);
                shrunk += next.at.len();
                grown += next.with.len();
            }
            let clean = self.at - from + grown - shrunk;
            self.push(Piece { clean, raw, kept: false });
        }
        while let Some(piece) = self.current {
            self.push(piece);
            self.current = self.rest.next();
        }
        self.out
    }

    /// Copies what ends before `start`, cutting kept text exactly at it.
    fn copy_up_to(&mut self, start: usize) {
        while let Some(p) = self.current {
            if self.at + p.clean <= start {
                self.push(p);
                self.advance(p);
            } else if p.kept && self.at < start {
                let n = start - self.at;
                self.push(Piece { clean: n, raw: n, kept: true });
                self.at = start;
                self.current = Some(Piece { clean: p.clean - n, raw: p.raw - n, kept: true });
            } else {
                return;
            }
        }
    }

    /// Swallows the pieces up to `end`, cutting kept text exactly at it; returns their source length.
    fn take_up_to(&mut self, end: usize) -> usize {
        let mut raw = 0;
        while let Some(p) = self.current.filter(|_| self.at < end) {
            let n = end - self.at;
            if p.kept && n < p.clean {
                raw += n;
                self.at = end;
                self.current = Some(Piece { clean: p.clean - n, raw: p.raw - n, kept: true });
            } else {
                raw += p.raw;
                self.advance(p);
            }
        }
        raw
    }

    fn advance(&mut self, p: Piece) {
        self.at += p.clean;
        self.current = self.rest.next();
    }

    fn push(&mut self, p: Piece) {
        match self.out.last_mut() {
            _ if p.clean == 0 && p.raw == 0 => {}
            Some(last) if last.kept && p.kept => {
                last.clean += p.clean;
                last.raw += p.raw;
            }
            _ => self.out.push(p),
        }
    }
}

/// Moves spans of a text to where they lie after settled `edits`.
pub struct Shift<'a> {
    edits: &'a [Edit],
    /// New minus old offset behind each edit.
    behind: Vec<isize>,
}

impl<'a> Shift<'a> {
    /// The shift that `edits` cause.
    pub fn new(edits: &'a [Edit]) -> Shift<'a> {
        let mut delta = 0isize;
        let behind = edits
            .iter()
            .map(|e| {
                delta += e.with.len() as isize - e.at.len() as isize;
                delta
            })
            .collect();
        Shift { edits, behind }
    }

    /// Where `span` lies now; `None` when an edit took all of it away.
    pub fn span(&self, span: &Range<usize>) -> Option<Range<usize>> {
        let start = self.start(span.start);
        let end = self.end(span.end);
        (start < end).then_some(start..end)
    }

    fn start(&self, at: usize) -> usize {
        // The last edit that begins at or before `at`; an insertion exactly there stays outside the span.
        let i = self.edits.partition_point(|e| e.at.start <= at);
        let Some(edit) = i.checked_sub(1).map(|i| &self.edits[i]) else { return at };
        let delta = self.behind[i - 1];
        if at >= edit.at.end {
            at.saturating_add_signed(delta)
        } else if at == edit.at.start {
            edit.at.end.saturating_add_signed(delta) - edit.with.len()
        } else {
            edit.at.end.saturating_add_signed(delta)
        }
    }

    fn end(&self, at: usize) -> usize {
        let i = self.edits.partition_point(|e| e.at.start < at);
        let Some(edit) = i.checked_sub(1).map(|i| &self.edits[i]) else { return at };
        let delta = self.behind[i - 1];
        if at >= edit.at.end {
            at.saturating_add_signed(delta)
        } else {
            edit.at.end.saturating_add_signed(delta) - edit.with.len()
        }
    }
}
