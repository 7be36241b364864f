//! The language model: which language a run of words is in, by its character n-grams and whole words.
//!
//! Languages are told apart only within a script, so the file holds one table for each script that several languages
//! share. A row belongs to one n-gram (1 to 5 characters, word borders included) or one whole word, found by hash; it
//! holds, for each language, how much less likely the n-gram is there than in the language that has it most, in steps
//! of [`STEP`] nats and 0 to 15. Summed over a text these are log likelihood ratios.
//!
//! # Format
//!
//! Little endian. `TNG1`, the number of tables (u32), then for each table: its script (a byte, as in [`SCRIPTS`]),
//! languages (u32), log₂ of slots (u32), bytes of a row (u32), the languages (code in 3 bytes, then what a text must say
//! for it over others, since little is written in it, in steps), checks (u16 a slot, 0 for an empty one), and rows. Two
//! languages share a byte, the first in its low half.

/// One unit of a row, in nats.
pub const STEP: f32 = 0.5;
/// Characters of the longest n-gram.
pub const ORDER: usize = 5;
/// Slots that an n-gram may be in, from the one its hash says.
pub const PROBES: usize = 4;
/// Characters of a word that are looked at.
pub const LONGEST: usize = 32;
/// What every language can lose at most by one n-gram.
pub const MOST: u8 = 15;
/// Languages of one table.
pub const LANGUAGES: usize = 64;

/// The mark at both ends of a word.
const BORDER: u32 = 1;
const SEED: u64 = 0x9e37_79b9_7f4a_7c15;

/// The scripts that several languages share.
pub const SCRIPTS: [&str; 5] = ["Latn", "Cyrl", "Arab", "Deva", "Hebr"];

/// The script of a letter, as an index into [`SCRIPTS`]; `None` for others and for what is no letter.
pub fn script(c: char) -> Option<usize> {
    match c {
        'a'..='z' | 'A'..='Z' => Some(0),
        'ª' | 'º' | '×' | '÷' => None,
        '\u{c0}'..='\u{24f}' | '\u{250}'..='\u{2af}' | '\u{1e00}'..='\u{1eff}' => Some(0),
        '\u{400}'..='\u{481}' | '\u{48a}'..='\u{52f}' => Some(1),
        '\u{620}'..='\u{64a}' | '\u{66e}'..='\u{6d3}' | '\u{6fa}'..='\u{6ff}' | '\u{750}'..='\u{77f}' => Some(2),
        '\u{900}'..='\u{963}' | '\u{971}'..='\u{97f}' => Some(3),
        '\u{5d0}'..='\u{5f2}' => Some(4),
        _ => None,
    }
}

/// Calls `found` with each run of letters of one script, in lower-case code points, and the script; stops when it says
/// `false`. What stands between is skipped.
pub fn runs(text: &str, mut found: impl FnMut(&[u32], usize) -> bool) {
    let mut run = [0u32; LONGEST];
    let mut len = 0;
    let mut of = 0;
    for c in text.chars() {
        let script = script(c);
        if len > 0 && script != Some(of) {
            if !found(&run[..len], of) {
                return;
            }
            len = 0;
        }
        if let Some(script) = script {
            of = script;
            if len < LONGEST {
                run[len] = lower(c);
                len += 1;
            }
        }
    }
    if len > 0 {
        found(&run[..len], of);
    }
}

fn lower(c: char) -> u32 {
    if c.is_ascii() { u32::from(c.to_ascii_lowercase()) } else { c.to_lowercase().next().map_or(0, u32::from) }
}

/// What one n-gram is: its length, or a whole word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Feature {
    /// So many characters, borders included.
    Gram(usize),
    /// A whole word of four letters or more.
    Word,
}

/// Calls `found` with the hash of each feature of a word, given as lower-case code points. Linear.
pub fn features(word: &[u32], mut found: impl FnMut(u64, Feature)) {
    let word = &word[..word.len().min(LONGEST)];
    let mut padded = [BORDER; LONGEST + 2];
    padded[1..=word.len()].copy_from_slice(word);
    let padded = &padded[..word.len() + 2];
    for start in 0..padded.len() {
        let mut hash = SEED;
        for (n, &c) in padded[start..].iter().take(ORDER).enumerate() {
            hash = step(hash, c);
            if n > 0 || c != BORDER {
                found(finish(hash), Feature::Gram(n + 1));
            }
        }
    }
    if word.len() > ORDER - 2 {
        let hash = word.iter().fold(!SEED, |hash, &c| step(hash, c));
        found(finish(hash), Feature::Word);
    }
}

/// The hash of an n-gram that lies inside a word, as [`features`] gives it.
pub fn gram(points: &[u32]) -> u64 {
    finish(points.iter().fold(SEED, |hash, &c| step(hash, c)))
}

fn step(hash: u64, c: u32) -> u64 {
    (hash ^ u64::from(c)).wrapping_mul(0x0100_0000_01b3_u64 << 8 | 0x35).rotate_left(23)
}

fn finish(hash: u64) -> u64 {
    let hash = (hash ^ hash >> 32).wrapping_mul(0xd6e8_feb8_6659_fd93);
    hash ^ hash >> 32
}

/// Where a hash is looked for first, and what is written beside its row to know it by.
pub fn place(hash: u64, slots_log2: u32) -> (usize, u16) {
    let slot = (hash >> (64 - slots_log2)) as usize;
    (slot, ((hash & 0xffff) as u16).max(1))
}

/// All tables of a model, read where they lie.
#[derive(Clone, Debug, Default)]
pub struct Ngrams<'a> {
    tables: Vec<Table<'a>>,
}

/// The languages of one script.
#[derive(Clone, Debug)]
pub struct Table<'a> {
    /// Index into [`SCRIPTS`].
    pub script: usize,
    /// Codes of the languages.
    pub languages: Vec<&'a str>,
    /// What a text must say for each language over others, in steps.
    pub rare: Vec<u8>,
    slots_log2: u32,
    row: usize,
    checks: &'a [u8],
    rows: &'a [u8],
}

/// What the n-grams of a text say.
#[derive(Clone, Debug)]
pub struct Tally {
    /// What speaks against the languages in the low halves of the bytes of a row, in [`STEP`] nats …
    low: [u32; LANGUAGES / 2],
    /// … and against those in the high halves.
    high: [u32; LANGUAGES / 2],
    /// n-grams of three characters or more that were looked up …
    pub asked: u32,
    /// … and those the table holds.
    pub held: u32,
    /// Words that were looked at …
    pub words: u32,
    /// … and those that the table holds as a whole.
    pub known: u32,
}

impl Default for Tally {
    fn default() -> Tally {
        Tally { low: [0; LANGUAGES / 2], high: [0; LANGUAGES / 2], asked: 0, held: 0, words: 0, known: 0 }
    }
}

impl Tally {
    /// For each language of the table, what speaks against it, in [`STEP`] nats. What lies beyond the languages means
    /// nothing.
    pub fn against(&self) -> [u32; LANGUAGES] {
        let mut all = [0; LANGUAGES];
        for (pair, (low, high)) in all.chunks_exact_mut(2).zip(self.low.iter().zip(&self.high)) {
            (pair[0], pair[1]) = (*low, *high);
        }
        all
    }

    /// Adds what another text of the same table says.
    pub fn add(&mut self, other: &Tally) {
        self.low.iter_mut().zip(&other.low).for_each(|(a, b)| *a += b);
        self.high.iter_mut().zip(&other.high).for_each(|(a, b)| *a += b);
        self.asked += other.asked;
        self.held += other.held;
        self.words += other.words;
        self.known += other.known;
    }
}

impl<'a> Ngrams<'a> {
    /// Reads the tables; `None` when the bytes are not a model.
    pub fn new(bytes: &'a [u8]) -> Option<Ngrams<'a>> {
        let mut rest = bytes.strip_prefix(b"TNG1")?;
        let count = number(&mut rest)?;
        let mut tables = Vec::new();
        for _ in 0..count {
            let script = usize::from(take(&mut rest, 1)?[0]);
            let [languages, slots_log2, row] = [number(&mut rest)?, number(&mut rest)?, number(&mut rest)?];
            if languages as usize > LANGUAGES
                || !(1..=24).contains(&slots_log2)
                || row * 2 < languages
                || row as usize * 2 > LANGUAGES
            {
                return None;
            }
            let codes = take(&mut rest, languages as usize * 4)?;
            let slots = (1usize << slots_log2) + PROBES;
            tables.push(Table {
                script,
                languages: codes.chunks_exact(4).map(|c| text(&c[..3])).collect::<Option<_>>()?,
                rare: codes.chunks_exact(4).map(|c| c[3]).collect(),
                slots_log2,
                row: row as usize,
                checks: take(&mut rest, slots * 2)?,
                rows: take(&mut rest, slots * row as usize)?,
            });
        }
        Some(Ngrams { tables })
    }

    /// The table of a script.
    pub fn table(&self, script: usize) -> Option<&Table<'a>> {
        self.tables.iter().find(|t| t.script == script)
    }

    /// All tables.
    pub fn tables(&self) -> &[Table<'a>] {
        &self.tables
    }
}

impl Table<'_> {
    /// Adds what one word, given as lower-case code points, says.
    pub fn count(&self, word: &[u32], tally: &mut Tally) {
        // A whole number of vectors is added, whatever lies behind the languages.
        match self.row {
            0..=8 => self.count_rows::<8>(word, tally),
            9..=16 => self.count_rows::<16>(word, tally),
            17..=24 => self.count_rows::<24>(word, tally),
            _ => self.count_rows::<32>(word, tally),
        }
    }

    fn count_rows<const N: usize>(&self, word: &[u32], tally: &mut Tally) {
        tally.words += 1;
        let short = word.len() <= ORDER - 2;
        // One word has some hundred n-grams at most, each worth 15 at most.
        let (mut low, mut high) = ([0u16; N], [0u16; N]);
        features(word, |hash, feature| {
            let row = self.row(hash);
            match feature {
                Feature::Gram(3..) => {
                    tally.asked += 1;
                    tally.held += u32::from(row.is_some());
                    let whole = short && feature == Feature::Gram(word.len() + 2);
                    tally.known += u32::from(whole && row.is_some());
                }
                Feature::Word => tally.known += u32::from(row.is_some()),
                Feature::Gram(_) => {}
            }
            let Some(row) = row else { return };
            let mut padded = [0; N];
            let row = match row.first_chunk() {
                Some(row) => row,
                None => {
                    // The last rows of a table have nothing behind them.
                    padded[..row.len()].copy_from_slice(row);
                    &padded
                }
            };
            for (i, byte) in row.iter().enumerate() {
                low[i] += u16::from(byte & 15);
                high[i] += u16::from(byte >> 4);
            }
        });
        tally.low.iter_mut().zip(low).for_each(|(sum, n)| *sum += u32::from(n));
        tally.high.iter_mut().zip(high).for_each(|(sum, n)| *sum += u32::from(n));
    }

    /// What the table holds from the row of `hash` on.
    #[inline]
    fn row(&self, hash: u64) -> Option<&[u8]> {
        let (slot, check) = place(hash, self.slots_log2);
        let checks = u64::from_le_bytes(*self.checks.get(slot * 2..)?.first_chunk()?);
        // The lowest lane of four that is equal to the check becomes the lowest with its highest bit set.
        let other = checks ^ (LANES * u64::from(check));
        let equal = other.wrapping_sub(LANES) & !other & LANES << 15;
        if equal == 0 {
            return None;
        }
        self.rows.get((slot + equal.trailing_zeros() as usize / 16) * self.row..)
    }
}

/// The lowest bit of each of the [`PROBES`] checks.
const LANES: u64 = 0x0001_0001_0001_0001;

fn take<'a>(rest: &mut &'a [u8], len: usize) -> Option<&'a [u8]> {
    let (head, tail) = rest.split_at_checked(len)?;
    *rest = tail;
    Some(head)
}

fn number(rest: &mut &[u8]) -> Option<u32> {
    Some(u32::from_le_bytes(take(rest, 4)?.try_into().ok()?))
}

fn text(padded: &[u8]) -> Option<&str> {
    let end = padded.iter().position(|b| *b == 0).unwrap_or(padded.len());
    std::str::from_utf8(&padded[..end]).ok()
}
