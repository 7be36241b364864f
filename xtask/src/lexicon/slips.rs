//! Fits the weights by which the stage `typos` judges a change of one word into another.
//!
//! Slips are put into clean text as people and machines make them: letters missing, extra, wrong or swapped, most of
//! them by way of the keyboard; accents lost; letters that look alike. For every unknown word each neighbour is a case,
//! right or wrong; a logistic regression with a small ridge, by Newton's method, gives the weights. One set serves all
//! languages, so that a handful of text in one of them is enough. The generator of random numbers is fixed: the same
//! text gives the same weights.

use std::error::Error;
use std::fs;
use std::path::PathBuf;

use tamis::language::Lang;
use tamis::lexicon::unmarked;
use tamis::rules::Rules;
use tamis::stage::typos::evidence::{COUNT, NAMES};
use tamis::stage::typos::tongue::Tongues;
use tamis::stage::typos::words::Words;

use super::bigrams;

/// Times that each text is taken, with other slips.
const ROUNDS: u64 = 12;
/// One word in so many gets a slip.
const RARE: u64 = 70;
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
    /// Take only documents whose index is divisible by this: those whose word pairs were not counted
    #[arg(long, default_value_t = 1)]
    every: usize,
    /// File that the weights are written to
    #[arg(long, default_value = "models/slips.tsv")]
    out: PathBuf,
}

/// Fits the weights and writes them.
///
/// # Errors
/// Text that cannot be read, or that gives no case.
pub fn fit(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let mut rules = Rules::load(None, &[])?;
    let tongues = Tongues::load(&mut rules)?.into();
    let words = Words::new(&mut rules, tongues)?;
    let mut cases: Vec<([f64; COUNT], f64)> = Vec::new();
    let mut random = Random(7);
    for path in &arguments.documents {
        for (lang, text) in bigrams::marked_documents(path, &arguments.id_prefix, arguments.every)? {
            let lang = Lang::parse(&lang).ok_or_else(|| format!("{lang} is no language"))?;
            let keyboard = keyboard(lang);
            for _ in 0..ROUNDS {
                let (noisy, slips) = with_slips(&text, &keyboard, &mut random);
                for (token, _, suspects) in words.suspects_in(noisy, lang) {
                    let meant = slips.iter().find(|s| s.0 == token.at.start).map_or("", |s| s.1.as_str());
                    for suspect in suspects {
                        let right = if suspect.neighbour.word == meant { 1.0 } else { 0.0 };
                        cases.push((suspect.features.map(f64::from), right));
                    }
                }
            }
        }
    }
    if cases.is_empty() {
        return Err("the text gives no case".into());
    }
    let weights = regress(&cases);
    let lines: Vec<String> = NAMES.iter().zip(weights).map(|(name, weight)| format!("{name}\t{weight:.4}\n")).collect();
    fs::write(&arguments.out, lines.concat())?;
    let right = cases.iter().filter(|c| c.1 > 0.5).count();
    println!(
        "wrote {} {}: {right} of {} cases right",
        blake3::hash(lines.concat().as_bytes()),
        arguments.out.display(),
        cases.len()
    );
    Ok(())
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
fn with_slips(text: &str, keyboard: &[Vec<char>], random: &mut Random) -> (String, Vec<(usize, String)>) {
    let mut out = String::with_capacity(text.len() + 64);
    let mut slips = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(char::is_alphabetic) {
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        let end = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
        let word = &rest[..end];
        rest = &rest[end..];
        let chosen = word.chars().all(char::is_lowercase) && random.below(RARE) == 0;
        let slip = if chosen { slip(word, keyboard, random).filter(|s| s != word) } else { None };
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

fn slip(word: &str, keyboard: &[Vec<char>], random: &mut Random) -> Option<String> {
    let mut letters: Vec<char> = word.chars().collect();
    let at = random.below(letters.len() as u64) as usize;
    match random.below(100) {
        0..24 if letters.len() > 2 => {
            letters.remove(at);
        }
        24..49 => {
            let new = if random.below(3) == 0 { letters[at] } else { near(letters[at], keyboard, random) };
            letters.insert(at + random.below(2) as usize, new);
        }
        49..75 => letters[at] = near(letters[at], keyboard, random),
        75..91 => {
            let next = *letters.get(at + 1)?;
            letters[at + 1] = letters[at];
            letters[at] = next;
        }
        91..97 => letters = letters.into_iter().map(unmarked).collect(),
        _ => {
            let shapes = [("rn", "m"), ("m", "rn"), ("e", "c"), ("c", "e"), ("d", "cl"), ("l", "i")];
            let (from, to) = shapes[random.below(shapes.len() as u64) as usize];
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
    around[random.below(around.len() as u64) as usize]
}

fn regress(cases: &[([f64; COUNT], f64)]) -> [f64; COUNT] {
    let n = cases.len() as f64;
    let mut scale = [1.0; COUNT];
    for (i, s) in scale.iter_mut().enumerate() {
        let square: f64 = cases.iter().map(|c| c.0[i] * c.0[i]).sum();
        *s = (square / n).sqrt().max(1e-6);
    }
    let mut weights = [0.0; COUNT];
    for _ in 0..STEPS {
        let mut gradient = [0.0; COUNT];
        let mut curvature = vec![[0.0; COUNT]; COUNT];
        for (features, right) in cases {
            let x: [f64; COUNT] = std::array::from_fn(|i| features[i] / scale[i]);
            let p = 1.0 / (1.0 + (-x.iter().zip(&weights).map(|(a, b)| a * b).sum::<f64>()).exp());
            for i in 0..COUNT {
                if x[i] == 0.0 {
                    continue;
                }
                gradient[i] += (p - right) * x[i];
                for j in 0..COUNT {
                    curvature[i][j] += p * (1.0 - p) * x[i] * x[j];
                }
            }
        }
        for i in 0..COUNT {
            gradient[i] += RIDGE * weights[i];
            curvature[i][i] += RIDGE;
        }
        let step = solve(curvature, gradient);
        for (w, s) in weights.iter_mut().zip(step) {
            *w -= s;
        }
    }
    std::array::from_fn(|i| weights[i] / scale[i])
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

/// A small generator of random numbers (splitmix64).
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ x >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ x >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        (x ^ x >> 31) % end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_known_by_their_place() {
        let text = "une petite phrase avec des mots ".repeat(40);
        let (noisy, slips) = with_slips(&text, &keyboard(Lang::parse("fr").unwrap()), &mut Random(1));
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
            (features, if right { 1.0 } else { 0.0 })
        };
        let cases: Vec<_> = (0..2000).map(|i| case(f64::from(i % 10), i % 10 > 4 || i % 37 == 0)).collect();
        let weights = regress(&cases);
        assert!(weights[1] > 0.5 && weights[0] < -2.0, "{} {}", weights[0], weights[1]);
        assert!(weights[5].abs() < 1e-9);
    }
}
