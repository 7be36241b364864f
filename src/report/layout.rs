//! Where the nodes of a drawn graph lie: the forces of Fruchterman and Reingold ("Graph drawing by force-directed
//! placement", 1991), from a start on a spiral, so that the same graph gives the same picture.

/// Rounds of moving; the step shrinks to nothing over them.
const ROUNDS: usize = 400;

/// Places for `nodes` nodes in the square from 0 to 1, pulled together by `edges` (two nodes and a weight above 0).
pub fn places(nodes: usize, edges: &[(usize, usize, f64)]) -> Vec<(f64, f64)> {
    // The golden angle spreads the start evenly, the most important nodes inmost.
    let angle = std::f64::consts::PI * (3.0 - 5.0_f64.sqrt());
    let spiral = |n: usize| {
        let (radius, turn) = (((n as f64 + 0.5) / nodes as f64).sqrt() / 2.0, angle * n as f64);
        (0.5 + radius * turn.cos(), 0.5 + radius * turn.sin())
    };
    let mut at: Vec<(f64, f64)> = (0..nodes).map(spiral).collect();
    let room = (1.0 / nodes.max(1) as f64).sqrt();
    let heaviest = edges.iter().map(|e| e.2).fold(1.0, f64::max);
    for round in 0..ROUNDS {
        let step = 0.1 * (1.0 - round as f64 / ROUNDS as f64);
        let mut push = vec![(0.0, 0.0); nodes];
        for a in 0..nodes {
            for b in a + 1..nodes {
                let (dx, dy, d) = apart(at[a], at[b]);
                let force = room * room / d * 1.6;
                add(&mut push, a, b, dx / d * force, dy / d * force);
            }
        }
        for (a, b, weight) in edges {
            let (dx, dy, d) = apart(at[*a], at[*b]);
            let force = -d * d / room * (0.1 + 0.4 * weight / heaviest);
            add(&mut push, *a, *b, dx / d * force, dy / d * force);
        }
        for (place, (dx, dy)) in at.iter_mut().zip(push) {
            // What nothing holds is kept from drifting away by a pull to the middle.
            let (dx, dy) = (dx + (0.5 - place.0) * 0.6, dy + (0.5 - place.1) * 0.6);
            let length = dx.hypot(dy).max(1e-9);
            let go = length.min(step);
            *place = (place.0 + dx / length * go, place.1 + dy / length * go);
        }
    }
    fit(&mut at);
    at
}

/// From b to a, and how far; never nothing.
fn apart(a: (f64, f64), b: (f64, f64)) -> (f64, f64, f64) {
    let (dx, dy) = (a.0 - b.0, a.1 - b.1);
    (dx, dy, dx.hypot(dy).max(1e-3))
}

fn add(push: &mut [(f64, f64)], a: usize, b: usize, x: f64, y: f64) {
    push[a] = (push[a].0 + x, push[a].1 + y);
    push[b] = (push[b].0 - x, push[b].1 - y);
}

/// Stretches the places over the whole square.
fn fit(at: &mut [(f64, f64)]) {
    let bounds = |values: &mut dyn Iterator<Item = f64>| {
        values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)))
    };
    let (x, y) = (bounds(&mut at.iter().map(|p| p.0)), bounds(&mut at.iter().map(|p| p.1)));
    let scale = |v: f64, (low, high): (f64, f64)| if high - low > 1e-9 { (v - low) / (high - low) } else { 0.5 };
    for place in at {
        *place = (scale(place.0, x), scale(place.1, y));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_lie_nearer_than_strangers() {
        // Two triangles that nothing ties together.
        let edges = [(0, 1, 1.0), (1, 2, 1.0), (0, 2, 1.0), (3, 4, 1.0), (4, 5, 1.0), (3, 5, 1.0)];
        let at = places(6, &edges);
        let d = |a: usize, b: usize| apart(at[a], at[b]).2;
        assert!(d(0, 1) < d(0, 4) && d(3, 5) < d(2, 5), "{at:?}");
        assert!(at.iter().all(|p| (0.0..=1.0).contains(&p.0) && (0.0..=1.0).contains(&p.1)));
        assert_eq!(at, places(6, &edges));
    }

    #[test]
    fn few_nodes_are_no_trouble() {
        assert!(places(0, &[]).is_empty());
        assert_eq!(places(1, &[]), [(0.5, 0.5)]);
    }
}
