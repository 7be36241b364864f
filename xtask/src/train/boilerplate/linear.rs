//! Logistic regression with AdaGrad over hashed features.

use tamis::stage::boilerplate::learned::words::{BITS, seen};

use crate::random::Random;

/// How often all lines are gone through.
const ROUNDS: usize = 25;
/// How often it is trained.
const RUNS: u64 = 4;
const RATE: f32 = 0.3;
/// Pull towards zero.
const DECAY: f32 = 5e-4;

/// A line with its label.
#[derive(Clone)]
pub struct Example {
    slots: Vec<u32>,
    gold: bool,
    weight: f32,
}

impl Example {
    /// A line that is furniture or not, and how much it counts.
    pub fn new(line: &str, gold: bool, weight: f32) -> Example {
        let mut slots = Vec::new();
        seen(line.trim(), |slot| slots.push(slot as u32));
        Example { slots, gold, weight }
    }
}

/// A weight for each slot.
pub struct Weights(Vec<f32>);

impl Weights {
    /// In bytes, as the program reads them.
    pub fn to_bytes(&self) -> Vec<u8> {
        let largest = self.0.iter().fold(0.0_f32, |most, w| most.max(w.abs()));
        let scale = largest / 127.0;
        let mut bytes = scale.to_le_bytes().to_vec();
        bytes.extend(self.0.iter().map(|w| (w / scale).round() as i8 as u8));
        bytes
    }
}

/// Trains on the examples, in several orders that are the same each time; the mean of all is less a matter of chance.
pub fn train(examples: &[Example]) -> Weights {
    let mut sum = vec![0.0_f32; 1 << BITS];
    for run in 1..=RUNS {
        sum.iter_mut().zip(train_once(examples, run)).for_each(|(sum, w)| *sum += w / RUNS as f32);
    }
    Weights(sum)
}

fn train_once(examples: &[Example], seed: u64) -> Vec<f32> {
    let mut weights = vec![0.0_f32; 1 << BITS];
    let mut squares = vec![1e-4_f32; 1 << BITS];
    let mut order: Vec<usize> = (0..examples.len()).collect();
    let mut random = Random(seed);
    for _ in 0..ROUNDS {
        for i in (1..order.len()).rev() {
            order.swap(i, random.below(i + 1));
        }
        for &n in &order {
            let example = &examples[n];
            let odds: f32 = example.slots.iter().map(|s| weights[*s as usize]).sum();
            let off = 1.0 / (1.0 + (-odds).exp()) - f32::from(u8::from(example.gold));
            for &slot in &example.slots {
                let slot = slot as usize;
                let slope = off * example.weight + DECAY * weights[slot];
                squares[slot] += slope * slope;
                weights[slot] -= RATE * slope / squares[slot].sqrt();
            }
        }
    }
    weights
}
