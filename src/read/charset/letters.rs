//! How much a text looks like one that somebody wrote: a second opinion on charsets.
//!
//! Only characters beyond ASCII count, since those are what charsets disagree about. Each is judged by how common it is in
//! one of the languages below and by its neighbours: capitals inside words, symbols between letters and letters of two
//! scripts side by side are what a wrong charset leaves behind.

use std::sync::OnceLock;

/// For each language its letters beyond ASCII, commonest first. Capitals follow from them.
const ALPHABETS: &[&str] = &[
    "éàèêçôùîâûïëœüöáíóñ",                   // French
    "üäößéàèáóëôç",                          // German
    "óíáéñúü¿¡ªºçàèö",                       // Spanish
    "ãçáéíóõêâúàôüºª",                       // Portuguese
    "àèéùòìîóúáöü",                          // Italian
    "ąęłóżśćńźéöü",                          // Polish
    "íáéěřůčžšýúťďňóäöü",                    // Czech, Slovak
    "áéöóőüíúűäß",                           // Hungarian
    "şığüçöâîû",                             // Turkish
    "ăîâțșşţéè",                             // Romanian
    "åäöøæéüóáðþíýúćčžšđ",                   // Nordic, South Slavic
    "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё",     // Russian
    "оанитесврлкумпдяізьбгчйхцжєїшюфґщ",     // Ukrainian
    "аиоентрсвлкдпмъузгябчцжшюйщфхь",        // Bulgarian
    "аеынтрліідсокқміуғйпзбүңөяжшұгәчфхцһв", // Kazakh
    "анеыктубирлоодсгмжшпөүйзчңвяюфхцэёщ",   // Kyrgyz
    "аоиенртсјквудпмлзгбшчцћжњђљфхџ",        // Serbian
    "αοιετσνηυρπκμλςάίγέόήύδωώχθφβξζψ",      // Greek
    "اليمونرتبةعدسفهكقحجشطصزخضأذثىغئءإظؤآ",  // Arabic
    "יולהרתאבמשנעםדקפחטכסןגצזךץף",           // Hebrew
];

/// How many languages the letters are weighed for.
pub(super) const LANGUAGES: usize = ALPHABETS.len();

const UNKNOWN: f32 = 6.5;
const MISPLACED: f32 = 4.0;

/// How unlikely the characters beyond ASCII are, on average; lower is better. 0 for ASCII. Ordinary text scores 1 to 3.
pub(crate) fn oddness(text: &str) -> f32 {
    let ranks = ranks();
    let mut by_language = [0f32; ALPHABETS.len()];
    let (mut shared, mut count) = (0f32, 0usize);
    let mut before = ' ';
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let after = chars.peek().copied().unwrap_or(' ');
        if !c.is_ascii() {
            count += 1;
            shared += misplaced(before, c, after);
            if c.is_alphabetic() {
                match rank_row(ranks, c) {
                    Some((row, capital)) => {
                        for (sum, cost) in by_language.iter_mut().zip(row) {
                            *sum += cost + capital;
                        }
                    }
                    None => shared += if is_wide(c) { 3.0 } else { UNKNOWN },
                }
            } else {
                shared += symbol(c);
            }
        }
        before = c;
    }
    if count == 0 {
        return 0.0;
    }
    let best = by_language.iter().copied().fold(f32::INFINITY, f32::min);
    (best + shared) / count as f32
}

/// What a letter costs in each language.
pub(super) fn letter_costs(c: char) -> Row {
    match rank_row(ranks(), c) {
        Some((row, capital)) => row.map(|cost| cost + capital),
        None => [if is_wide(c) { 3.0 } else { UNKNOWN }; LANGUAGES],
    }
}

type Row = [f32; LANGUAGES];

/// Rows for U+0080 to U+06FF.
fn ranks() -> &'static [Option<Box<Row>>] {
    static RANKS: OnceLock<Vec<Option<Box<Row>>>> = OnceLock::new();
    RANKS.get_or_init(|| {
        let mut rows: Vec<Option<Box<Row>>> = vec![None; 0x700];
        for (language, letters) in ALPHABETS.iter().enumerate() {
            for (rank, c) in letters.chars().enumerate() {
                if let Some(slot) = rows.get_mut(c as usize) {
                    let cost = (rank as f32 + 1.5).ln();
                    let row = slot.get_or_insert_with(|| Box::new([UNKNOWN; ALPHABETS.len()]));
                    row[language] = row[language].min(cost);
                }
            }
        }
        rows
    })
}

fn rank_row(ranks: &'static [Option<Box<Row>>], c: char) -> Option<(&'static Row, f32)> {
    let row = |c: char| ranks.get(c as usize).and_then(Option::as_deref);
    if let Some(found) = row(c) {
        return Some((found, 0.0));
    }
    let mut lower = c.to_lowercase();
    let small = lower.next().filter(|l| *l != c && lower.next().is_none())?;
    row(small).map(|found| (found, 1.2))
}

fn is_wide(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}')
}

/// What a character that is no letter costs.
pub(super) fn symbol(c: char) -> f32 {
    match c {
        '’' | '«' | '»' | '–' | '—' | '…' => 0.3,
        '\u{a0}' | '“' | '”' | '„' | '‘' => 0.8,
        '°' | '€' | '£' | '§' | '·' | '•' | '№' | '©' | '®' | '²' | '½' | '¿' | '¡' | 'º' | 'ª' => {
            2.5
        }
        '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ff60}' | '،' | '؛' | '؟' => 1.5,
        '\u{80}'..='\u{9f}' | '\u{fffd}' | '\u{e000}'..='\u{f8ff}' => 12.0,
        '\u{2500}'..='\u{259f}' => 7.0,
        _ => 5.0,
    }
}

/// What it costs that a character beyond ASCII stands between these two.
pub(super) fn misplaced(before: char, c: char, after: char) -> f32 {
    if c.is_alphabetic() {
        let mut cost = 0.0;
        if c.is_uppercase() && before.is_lowercase() {
            cost += MISPLACED;
        } else if c.is_lowercase() && before.is_uppercase() && after.is_uppercase() {
            cost += MISPLACED / 2.0;
        }
        let foreign = !is_latin(c);
        if foreign && before.is_ascii_alphabetic() {
            cost += MISPLACED;
        }
        if foreign && after.is_ascii_alphabetic() {
            cost += MISPLACED;
        }
        cost
    } else {
        let inside = before.is_alphabetic() && after.is_alphabetic();
        match c {
            '’' | '·' => 0.0,
            '«' if before.is_alphabetic() => MISPLACED,
            '»' if after.is_alphabetic() => MISPLACED,
            '€' | '…' | '“' | '„' | '\u{a0}' if before.is_alphabetic() && after.is_whitespace() => {
                MISPLACED / 2.0
            }
            '…' | '\u{a0}' | '€' | '”' if before.is_whitespace() && after.is_alphabetic() => MISPLACED / 2.0,
            '¬' | '‹' | '†' | '‡' | '‰' => 1.0,
            _ if inside && !c.is_whitespace() && !matches!(c, '–' | '—' | '…') => MISPLACED * 1.5,
            '–' | '—' if inside => 1.0,
            _ => 0.0,
        }
    }
}

/// Whether the letter belongs to the Latin script, as far as legacy charsets go.
fn is_latin(c: char) -> bool {
    matches!(c, 'a'..='z' | 'A'..='Z' | '\u{aa}' | '\u{ba}' | '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}')
}
