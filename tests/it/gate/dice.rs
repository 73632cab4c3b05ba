//! Chance from a seed: equal seeds give equal questions.

/// A stream of numbers (SplitMix64).
pub(crate) struct Dice(u64);

impl Dice {
    /// The stream of a pair under a seed.
    pub(crate) fn new(seed: u64, pair: u64) -> Dice {
        let mut dice = Dice(seed ^ pair.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        dice.next();
        dice
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `end`, which is not 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end).expect("fits")).expect("fits")
    }

    /// Whether one of so many chances came.
    pub(crate) fn one_in(&mut self, chances: usize) -> bool {
        self.below(chances) == 0
    }

    /// One of several.
    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    /// At most so many of several, in their order.
    pub(crate) fn some<T: Clone>(&mut self, from: &[T], most: usize) -> Vec<T> {
        let chance = from.len().div_ceil(most.max(1)).max(1);
        let mut some: Vec<T> = from.iter().filter(|_| self.one_in(chance)).cloned().collect();
        some.truncate(most);
        some
    }
}
