//! A small seeded generator (xoshiro256**): the same seed and label give the same numbers for ever.

/// A stream of numbers. Every part of the city draws from its own stream, so parts do not disturb one another.
pub(crate) struct Random {
    state: [u64; 4],
}

fn splitmix(seed: &mut u64) -> u64 {
    *seed = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut z = *seed;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

impl Random {
    /// The stream named `label` of a seed; `part` tells apart the streams of the items of one part.
    pub(crate) fn new(seed: u64, label: &str, part: u64) -> Self {
        let mut start = seed ^ part.wrapping_mul(0xD6E8_FEB8_6659_FD93);
        for byte in label.bytes() {
            start = (start ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3);
        }
        Self { state: [splitmix(&mut start), splitmix(&mut start), splitmix(&mut start), splitmix(&mut start)] }
    }

    /// The next 64 bits.
    pub(crate) fn next(&mut self) -> u64 {
        let [a, b, c, d] = self.state;
        let result = b.wrapping_mul(5).rotate_left(7).wrapping_mul(9);
        let (c2, d2) = (c ^ a, d ^ b);
        self.state = [a ^ d2, b ^ c2, c2 ^ (b << 17), d2.rotate_left(45)];
        result
    }

    /// A number in `0..bound`; 0 when the bound is 0.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.next()) * bound as u128) >> 64) as usize
    }

    /// A number from `low` to `high`, both included.
    pub(crate) fn range(&mut self, low: i64, high: i64) -> i64 {
        low + self.below((high - low + 1).max(1) as usize) as i64
    }

    /// A number in `[0, 1)`.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// True in `per_mille` of 1,000 draws.
    pub(crate) fn chance(&mut self, per_mille: u32) -> bool {
        self.below(1000) < per_mille as usize
    }

    /// One of the items, all equally likely. The list must not be empty.
    pub(crate) fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }

    /// The place in a list of weights, as likely as its weight. The sum must not be 0.
    pub(crate) fn weighted(&mut self, weights: &[u32]) -> usize {
        let total: u64 = weights.iter().map(|w| u64::from(*w)).sum();
        let mut left = self.below(total as usize) as u64;
        for (place, weight) in weights.iter().enumerate() {
            if left < u64::from(*weight) {
                return place;
            }
            left -= u64::from(*weight);
        }
        weights.len() - 1
    }
}

/// Says yes so often that after any number of questions the share of yes is the rate, to within one.
#[derive(Clone, PartialEq)]
pub(crate) struct Quota {
    per_mille: u32,
    carried: u32,
}

impl Quota {
    /// A quota of so many in 1,000.
    pub(crate) fn new(per_mille: u32) -> Self {
        Self { per_mille, carried: 500 }
    }

    /// The next answer.
    pub(crate) fn next(&mut self) -> bool {
        self.carried += self.per_mille;
        let yes = self.carried >= 1000;
        if yes {
            self.carried -= 1000;
        }
        yes
    }
}

/// Shares `total` among weights by largest remainder: the parts add up to the total exactly.
pub(crate) fn share(total: usize, weights: &[f64]) -> Vec<usize> {
    let sum: f64 = weights.iter().sum();
    let exact: Vec<f64> = weights.iter().map(|w| total as f64 * w / sum).collect();
    let mut parts: Vec<usize> = exact.iter().map(|e| e.floor() as usize).collect();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by(|a, b| exact[*b].fract().total_cmp(&exact[*a].fract()).then(a.cmp(b)));
    let missing = total - parts.iter().sum::<usize>();
    for place in order.into_iter().cycle().take(missing) {
        parts[place] += 1;
    }
    parts
}

/// Picks items as often as their weight says, in logarithmic time.
pub(crate) struct Wheel {
    sums: Vec<u64>,
}

impl Wheel {
    /// A wheel over weights; at least one must be positive.
    pub(crate) fn new(weights: impl Iterator<Item = f64>) -> Self {
        let mut sum = 0u64;
        Self {
            sums: weights
                .map(|w| {
                    sum += (w * 1000.0) as u64;
                    sum
                })
                .collect(),
        }
    }

    /// The place of the item drawn.
    pub(crate) fn draw(&self, random: &mut Random) -> usize {
        let total = self.sums.last().copied().unwrap_or(0);
        let at = random.below(total as usize) as u64;
        self.sums.partition_point(|sum| *sum <= at).min(self.sums.len() - 1)
    }
}
