//! Tunes the weights of the n-grams on short texts.
//!
//! Log likelihoods alone count the same letters several times, since n-grams overlap. So the weights are made to tell
//! languages apart where it is hard: words are drawn by their share of running text, a few at a time, and the weights
//! of their n-grams are moved until the right language wins (logistic regression, by stochastic gradient).

use std::collections::HashMap;

use tamis_models::ngrams::{self, Feature};

use super::Profile;
use super::catalogue::Table;

/// Texts that are drawn.
const DRAWN: usize = 4_000_000;
/// First step of the descent.
const RATE: f32 = 0.3;
/// How often a word is taken as one that is not known as a whole, so that its n-grams learn too.
const UNKNOWN: f32 = 0.5;

/// How much more seldom, as a logarithm, a text is drawn for each step that its language must be ahead.
const SELDOM: f64 = 0.1;

/// Numbers that look random and are always the same.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// From 0 to 1.
    fn share(&mut self) -> f64 {
        (self.roll() >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// Moves `weights` (hash → one for each language of the table).
pub fn tune(weights: &mut HashMap<u64, Vec<f32>>, table: &Table, profiles: &[Profile]) {
    let n = profiles.len();
    let mut order: Vec<u64> = weights.keys().copied().collect();
    order.sort_unstable();
    let index: HashMap<u64, u32> = order.iter().enumerate().map(|(i, hash)| (*hash, i as u32)).collect();
    let mut flat: Vec<f32> = order.iter().flat_map(|hash| weights[hash].iter().copied()).collect();
    let mut seen = vec![0f32; order.len()];
    // Sums of the shares, to draw by bisection.
    let sums = |shares: &mut dyn Iterator<Item = f64>| {
        shares
            .scan(0.0, |sum, share| {
                *sum += share;
                Some(*sum)
            })
            .collect::<Vec<f64>>()
    };
    let languages = sums(&mut table.languages.iter().map(|l| (-f64::from(l.rare) * SELDOM).exp()));
    let words: Vec<Vec<f64>> = profiles.iter().map(|p| sums(&mut p.words.iter().map(|w| w.1))).collect();
    let mut dice = Dice(0x5eed_0fda_7a11_a115);
    let draw = |dice: &mut Dice, sums: &[f64]| {
        let at = dice.share() * sums.last().copied().unwrap_or(0.0);
        sums.partition_point(|s| *s <= at).min(sums.len() - 1)
    };
    let (mut active, mut scores) = (Vec::<u32>::new(), vec![0f32; n]);
    let (mut right, mut of) = (0, 0);
    for text in 0..DRAWN {
        let gold = draw(&mut dice, &languages);
        let length = [1, 1, 1, 1, 2, 2, 2, 3, 3, 5][(dice.roll() >> 32) as usize % 10];
        active.clear();
        for _ in 0..length {
            let word = &profiles[gold].words[draw(&mut dice, &words[gold])].0;
            let unknown = dice.share() < f64::from(UNKNOWN);
            ngrams::features(word, |hash, feature| {
                if feature != Feature::Word || !unknown {
                    active.extend(index.get(&hash));
                }
            });
        }
        scores.fill(0.0);
        for &row in &active {
            let row = row as usize * n;
            scores.iter_mut().zip(&flat[row..row + n]).for_each(|(s, w)| *s += w);
        }
        let best = scores.iter().copied().fold(f32::MIN, f32::max);
        if text > DRAWN * 9 / 10 {
            of += 1;
            right += usize::from(scores[gold] == best);
        }
        scores.iter_mut().for_each(|s| *s = (*s - best).exp());
        let sum: f32 = scores.iter().sum();
        scores.iter_mut().for_each(|s| *s /= sum);
        scores[gold] -= 1.0;
        let fade = 1.0 - text as f32 / DRAWN as f32;
        for &row in &active {
            seen[row as usize] += 1.0;
            let rate = RATE * fade / (8.0 + seen[row as usize]).sqrt();
            let row = row as usize * n;
            flat[row..row + n].iter_mut().zip(&scores).for_each(|(w, g)| *w -= rate * g);
        }
    }
    println!("{}: {:.4} right at the end of tuning", table.name(), right as f64 / f64::from(of.max(1) as u32));
    for (i, hash) in order.iter().enumerate() {
        weights.insert(*hash, flat[i * n..(i + 1) * n].to_vec());
    }
}
