//! Fits the weights by which the stage `typos` judges a change of one word into another.
//!
//! Slips are put into clean text as people and machines make them: letters missing, extra, wrong or swapped, most of
//! them by way of the keyboard; accents lost; letters that look alike; spaces left out or put into a word. Every unknown
//! word is a case: it may be right, or one of its neighbours. A multinomial regression with a small ridge, by Newton's
//! method, gives the weights. One set serves all languages, so that a handful of text in one of them is enough. The
//! generator of random numbers is fixed: the same text gives the same weights.

use std::error::Error;
use std::fs;
use std::path::PathBuf;

use tamis::language::Lang;
use tamis::lexicon::{Lexicon, unmarked};
use tamis::rules::Rules;
use tamis::stage::typos::evidence::{COUNT, NAMES, Suspect};
use tamis::stage::typos::tongue::Tongues;
use tamis::stage::typos::words::Words;

use super::bigrams;
use crate::random::Random;

/// Times that each text is taken, with other slips.
const ROUNDS: u64 = 6;
/// Sentences of a text that is made of tokens.
const SENTENCES: usize = 40;
/// One word in so many gets a slip.
const RARE: usize = 70;
/// Slips in a hundred that leave out the space behind a word.
const GLUED: usize = 5;
/// One slip in so many is, where that can be found, one that people make often, ...
const COMMON_SLIPS: usize = 5;
/// ... and so many slips are tried to find it.
const TRIES: usize = 12;
/// Strength of the ridge.
const RIDGE: f64 = 1.0;
const STEPS: usize = 40;

/// What `cargo xtask slips` is told.
#[derive(clap::Args)]
pub struct Arguments {
    /// JSONL with `id`, `lang` and `text` (or `clean`); may be repeated
    #[arg(long = "documents", required = true)]
    documents: Vec<PathBuf>,
    /// Take only those documents whose id starts so; may be repeated
    #[arg(long)]
    id_prefix: Vec<String>,
    /// Documents whose index is divisible by this were left out when word pairs were counted
    #[arg(long, default_value_t = 1)]
    left_out_every: usize,
    /// LANGUAGE=FILE with tokens of edited text, one a line, whose word pairs were counted; may be repeated
    #[arg(long = "tokens")]
    tokens: Vec<String>,
    /// File that the weights are written to
    #[arg(long, default_value = "models/slips.tsv")]
    out: PathBuf,
}

/// Fits the weights and writes them.
///
/// # Errors
/// Text that cannot be read, or that gives no case.
pub fn fit(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let mut texts = Vec::new();
    for path in &arguments.documents {
        texts.extend(bigrams::marked_documents(path, &arguments.id_prefix, arguments.left_out_every)?);
    }
    for named in &arguments.tokens {
        let (lang, path) = named.split_once('=').ok_or("--tokens takes LANGUAGE=FILE")?;
        let lines = bigrams::texts_of_tokens(path.as_ref(), SENTENCES)?;
        texts.extend(lines.into_iter().map(|text| (lang.to_owned(), text, true)));
    }
    let mut cases: Vec<Case> = Vec::new();
    let mut random = Random(7);
    let mut made = 0;
    for (lang, text, counted) in &texts {
        let lang = Lang::parse(lang).ok_or_else(|| format!("{lang} is no language"))?;
        let lexicon = Lexicon::for_language(lang).ok_or_else(|| format!("there is no lexicon for {lang}"))?;
        let mut rules = Rules::load(None, &[])?;
        let mut tongues = Tongues::load(&mut rules)?;
        if *counted {
            // What is learned of a text must not be known from it.
            tongues = tongues.with_pairs(lang, |pairs| pairs.without(bigrams::all_in(text)));
        }
        let nouns = tongues.iter().any(|(l, t)| l == lang && t.sure_of_nouns.is_some());
        let words = Words::new(&mut rules, tongues.into())?;
        let keyboard = keyboard(lang);
        for _ in 0..ROUNDS {
            let (noisy, slips) = with_slips(text, &keyboard, lexicon, nouns, &mut random);
            made += slips.len();
            for (token, _, suspects) in words.suspects_in(noisy, lang) {
                let meant = |s: &Suspect| slips.iter().any(|(at, word)| *at == s.at.start && *word == s.neighbour.word);
                cases.push(Case {
                    right: suspects.iter().position(meant),
                    slip: slips.iter().any(|(at, _)| *at == token.at.start),
                    suspects: suspects.iter().map(|s| s.features.map(f64::from)).collect(),
                });
            }
        }
    }
    if cases.is_empty() {
        return Err("the text gives no case".into());
    }
    let weights = regress(&cases);
    let lines: Vec<String> = NAMES.iter().zip(weights).map(|(name, weight)| format!("{name}\t{weight:.4}\n")).collect();
    fs::write(&arguments.out, lines.concat())?;
    println!(
        "wrote {} {}: {made} slips; {} unknown words, {} slips of them, {} within reach",
        blake3::hash(lines.concat().as_bytes()),
        arguments.out.display(),
        cases.len(),
        cases.iter().filter(|c| c.slip).count(),
        cases.iter().filter(|c| c.right.is_some()).count(),
    );
    Ok(())
}

/// An unknown word: all that it may be, and which of that is right; none if it is right as it stands.
struct Case {
    suspects: Vec<[f64; COUNT]>,
    right: Option<usize>,
    slip: bool,
}

fn keyboard(lang: Lang) -> Vec<Vec<char>> {
    let rows = match lang.as_str() {
        "fr" => "azertyuiop qsdfghjklm wxcvbn",
        "de" => "qwertzuiop asdfghjkl yxcvbnm",
        _ => "qwertyuiop asdfghjkl zxcvbnm",
    };
    rows.split(' ').map(|row| row.chars().collect()).collect()
}

/// `text` with slips, and where they start (in bytes) with what was meant.
fn with_slips(
    text: &str,
    keyboard: &[Vec<char>],
    lexicon: &Lexicon,
    nouns: bool,
    random: &mut Random,
) -> (String, Vec<(usize, String)>) {
    let mut out = String::with_capacity(text.len() + 64);
    let mut slips = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(char::is_alphabetic) {
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        let end = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
        let word = &rest[..end];
        rest = &rest[end..];
        let noun = nouns && word.starts_with(char::is_uppercase) && word.chars().skip(1).all(char::is_lowercase);
        if noun && word.chars().count() > 6 && random.below(RARE) == 0 {
            let lower = word.to_lowercase();
            if let Some(slip) = likely_slip(&lower, keyboard, lexicon, random).filter(|s| !s.contains(' ')) {
                let mut letters = slip.chars();
                slips.push((out.len(), lower));
                out.extend(letters.next().into_iter().flat_map(char::to_uppercase).chain(letters));
                continue;
            }
        }
        let chosen = word.chars().all(char::is_lowercase) && random.below(RARE) == 0;
        if chosen && random.below(100) < GLUED {
            let next = rest.strip_prefix(' ').unwrap_or_default();
            let next = &next[..next.find(|c: char| !c.is_alphabetic()).unwrap_or(next.len())];
            if !next.is_empty() && next.chars().all(char::is_lowercase) {
                slips.push((out.len(), [word, " ", next].concat()));
                out.push_str(word);
                out.push_str(next);
                rest = &rest[1 + next.len()..];
                continue;
            }
        }
        let slip = if chosen { likely_slip(word, keyboard, lexicon, random) } else { None };
        if let Some(slip) = slip {
            slips.push((out.len(), word.to_owned()));
            out.push_str(&slip);
            continue;
        }
        out.push_str(word);
    }
    out.push_str(rest);
    (out, slips)
}

/// A slip of `word`. One time in some it is one that many make: those can be found in the list of frequencies.
fn likely_slip(word: &str, keyboard: &[Vec<char>], lexicon: &Lexicon, random: &mut Random) -> Option<String> {
    let mut any = || slip(word, keyboard, random).filter(|s| s != word);
    let first = any();
    if first.as_ref().is_none_or(|s| s.len() % COMMON_SLIPS != 0) {
        return first;
    }
    let often = lexicon.frequency(word).unwrap_or(0);
    let seen = |s: &String| !lexicon.lists(s) && lexicon.frequency(s).is_some_and(|n| n + 150 < often);
    (0..TRIES).filter_map(|_| any()).find(seen).or(first)
}

fn slip(word: &str, keyboard: &[Vec<char>], random: &mut Random) -> Option<String> {
    let mut letters: Vec<char> = word.chars().collect();
    let at = random.below(letters.len());
    match random.below(100) {
        0..24 if letters.len() > 1 => {
            letters.remove(at);
        }
        24..48 => {
            let new = if random.below(3) == 0 { letters[at] } else { near(letters[at], keyboard, random) };
            letters.insert(at + random.below(2), new);
        }
        48..73 => letters[at] = near(letters[at], keyboard, random),
        73..88 => {
            let next = *letters.get(at + 1)?;
            letters[at + 1] = letters[at];
            letters[at] = next;
        }
        88..94 => letters = letters.into_iter().map(unmarked).collect(),
        94..96 if letters.len() > 4 => letters.insert(1 + random.below(letters.len() - 1), ' '),
        _ => {
            let shapes = [("rn", "m"), ("m", "rn"), ("e", "c"), ("c", "e"), ("d", "cl"), ("l", "i")];
            let (from, to) = shapes[random.below(shapes.len())];
            return word.contains(from).then(|| word.replacen(from, to, 1));
        }
    }
    Some(letters.into_iter().collect())
}

/// A letter beside `letter` on the keyboard, and one time in four any other.
fn near(letter: char, keyboard: &[Vec<char>], random: &mut Random) -> char {
    let plain = unmarked(letter);
    let row = keyboard.iter().position(|row| row.contains(&plain));
    let Some((y, x)) = row.and_then(|y| Some((y, keyboard[y].iter().position(|c| *c == plain)?))) else {
        return char::from(b'a' + random.below(26) as u8);
    };
    if random.below(4) == 0 {
        return char::from(b'a' + random.below(26) as u8);
    }
    let mut around = Vec::new();
    for (row, place) in
        [(y, x + 1), (y, x.wrapping_sub(1)), (y + 1, x), (y.wrapping_sub(1), x), (y + 1, x.wrapping_sub(1))]
    {
        around.extend(keyboard.get(row).and_then(|r| r.get(place)).copied());
    }
    around[random.below(around.len())]
}

/// Weights under which what is right is most likely, where every suspect has the exponential of its sum and the word as
/// it stands one: a multinomial regression with a ridge, by Newton's method.
fn regress(cases: &[Case]) -> [f64; COUNT] {
    let mut scale = [1.0; COUNT];
    let n = cases.iter().map(|c| c.suspects.len()).sum::<usize>() as f64;
    for (i, s) in scale.iter_mut().enumerate() {
        let square: f64 = cases.iter().flat_map(|c| &c.suspects).map(|f| f[i] * f[i]).sum();
        *s = (square / n).sqrt().max(1e-6);
    }
    let mut weights = [0.0; COUNT];
    for _ in 0..STEPS {
        let mut gradient = [0.0; COUNT];
        let mut curvature = vec![[0.0; COUNT]; COUNT];
        for case in cases {
            let scaled: Vec<[f64; COUNT]> =
                case.suspects.iter().map(|f| std::array::from_fn(|i| f[i] / scale[i])).collect();
            let sums: Vec<f64> = scaled.iter().map(|x| x.iter().zip(&weights).map(|(a, b)| a * b).sum()).collect();
            let top = sums.iter().copied().fold(0.0, f64::max);
            let all: f64 = (-top).exp() + sums.iter().map(|s| (s - top).exp()).sum::<f64>();
            let mut mean = [0.0; COUNT];
            for (k, x) in scaled.iter().enumerate() {
                let p = (sums[k] - top).exp() / all;
                let right = if case.right == Some(k) { 1.0 } else { 0.0 };
                for i in 0..COUNT {
                    mean[i] += p * x[i];
                    gradient[i] += (p - right) * x[i];
                }
                if p > 1e-6 {
                    add_square(&mut curvature, x, p);
                }
            }
            add_square(&mut curvature, &mean, -1.0);
        }
        for i in 0..COUNT {
            gradient[i] += RIDGE * weights[i];
            curvature[i][i] += RIDGE;
        }
        let step = solve(curvature, gradient);
        // Far from the best a whole step may lead past it.
        let longest = step.iter().fold(0.0_f64, |a, s| a.max(s.abs()));
        let part = (2.0 / longest).min(1.0);
        for (w, s) in weights.iter_mut().zip(step) {
            *w -= part * s;
        }
    }
    std::array::from_fn(|i| weights[i] / scale[i])
}

fn add_square(matrix: &mut [[f64; COUNT]], x: &[f64; COUNT], times: f64) {
    for (row, &a) in matrix.iter_mut().zip(x) {
        if a != 0.0 {
            row.iter_mut().zip(x).for_each(|(cell, b)| *cell += times * a * b);
        }
    }
}

/// Solves a system of equations whose matrix is positive definite, by elimination.
fn solve(mut matrix: Vec<[f64; COUNT]>, mut right: [f64; COUNT]) -> [f64; COUNT] {
    for i in 0..COUNT {
        let pivot = matrix[i];
        for j in i + 1..COUNT {
            let factor = matrix[j][i] / pivot[i];
            for k in i..COUNT {
                matrix[j][k] -= factor * pivot[k];
            }
            right[j] -= factor * right[i];
        }
    }
    for i in (0..COUNT).rev() {
        let sum: f64 = (i + 1..COUNT).map(|k| matrix[i][k] * right[k]).sum();
        right[i] = (right[i] - sum) / matrix[i][i];
    }
    right
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_known_by_their_place() {
        let text = "une petite phrase avec des mots ".repeat(40);
        let french = Lang::parse("fr").unwrap();
        let (noisy, slips) =
            with_slips(&text, &keyboard(french), Lexicon::for_language(french).unwrap(), false, &mut Random(1));
        assert!(!slips.is_empty() && noisy != text);
        for (at, meant) in slips {
            let seen = noisy[at..].split(' ').next().unwrap();
            assert_ne!(seen, meant);
        }
    }

    #[test]
    fn a_weight_is_found_again() {
        let case = |x: f64, right: bool| {
            let mut features = [0.0; COUNT];
            features[0] = 1.0;
            features[1] = x;
            Case { suspects: vec![features], right: right.then_some(0), slip: right }
        };
        let cases: Vec<_> = (0..2000).map(|i| case(f64::from(i % 10), i % 10 > 4 || i % 37 == 0)).collect();
        let weights = regress(&cases);
        assert!(weights[1] > 0.5 && weights[0] < -2.0, "{} {}", weights[0], weights[1]);
        assert!(weights[5].abs() < 1e-9);
    }
}
