//! Chance from a seed: SplitMix64, small enough to be read and the same on every machine.

/// A stream of 64-bit numbers that a seed fixes. Two streams are as good as independent if their
/// seeds differ.
///
/// SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014): a
/// counter that grows by the golden ratio, and a mixer. It serves to make up people, never to make
/// secrets.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// The stream of that seed; every seed is a good one.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A stream of its own for one purpose or one person of the same seed.
    pub const fn split(seed: u64, part: u64) -> Self {
        Self(mix(seed ^ mix(part.wrapping_add(GOLDEN))))
    }

    /// The next number, any of 2⁶⁴.
    pub const fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GOLDEN);
        mix(self.0)
    }

    /// A number below `end`, each as likely as the other (to within 2⁻³²); 0 for an `end` of 0.
    pub const fn below(&mut self, end: u32) -> u32 {
        ((self.number() >> 32).wrapping_mul(end as u64) >> 32) as u32
    }

    /// True in so many of a hundred cases.
    pub const fn percent(&mut self, of_hundred: u32) -> bool {
        self.below(100) < of_hundred
    }

    /// One of several; panics if there is none.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        let count = u32::try_from(from.len()).expect("a table of words is short");
        &from[self.below(count) as usize]
    }

    /// A number in 0 ≤ x < 1.
    pub fn unit(&mut self) -> f64 {
        (self.number() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// A waiting time of mean 1 between arrivals that know nothing of each other (a Poisson
    /// process).
    pub fn wait(&mut self) -> f64 {
        -(1.0 - self.unit()).ln()
    }
}

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

const fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_is_that_of_the_published_generator() {
        let mut random = Random::new(1_234_567);
        let first =
            [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423];
        assert_eq!(first.map(|_| random.number()), first);
    }

    #[test]
    fn numbers_stay_below_their_end_and_reach_all_of_it() {
        let mut random = Random::new(7);
        let mut seen = [false; 5];
        (0..200).for_each(|_| seen[random.below(5) as usize] = true);
        assert_eq!(seen, [true; 5]);
        assert_eq!(random.below(0), 0);
    }

    #[test]
    fn waiting_times_have_mean_one() {
        let mut random = Random::new(8);
        let mean = (0..20_000).map(|_| random.wait()).sum::<f64>() / 20_000.0;
        assert!((mean - 1.0).abs() < 0.03, "{mean}");
    }
}
