//! A raid's noise: much of it, alike, badly spelt on purpose, with things between the letters that
//! nobody sees.

use crate::scenario::Junk;
use crowd::Random;

/// Noise without end: moment (microseconds since the start), viewer, words.
pub(crate) struct Noise {
    random: Random,
    per_us: f64,
    near_duplicates_percent: u32,
    viewers: u32,
    now_us: f64,
    last: String,
}

impl Noise {
    pub(crate) fn new(seed: u64, junk: &Junk, viewers: u32) -> Self {
        Self {
            random: Random::split(seed, NOISE),
            per_us: f64::from(junk.per_second) / 1e6,
            near_duplicates_percent: junk.near_duplicates_percent,
            viewers,
            now_us: 0.0,
            last: String::from("haha"),
        }
    }

    fn words(&mut self) -> String {
        if self.random.percent(self.near_duplicates_percent) {
            return self.almost();
        }
        let count = 1 + self.random.below(5);
        let words: Vec<&str> = (0..count).map(|_| *self.random.pick::<&str>(&WORDS)).collect();
        self.last = words.join(" ");
        self.hidden()
    }

    /// What was said before, a little otherwise.
    fn almost(&mut self) -> String {
        let tail = *self.random.pick::<&str>(&TAILS);
        let mut text = match self.random.below(3) {
            0 => self.last.to_uppercase(),
            1 => self.last.replace(' ', "  "),
            _ => self.last.clone(),
        };
        text.push_str(tail);
        text
    }

    /// With something unseen between two letters, one time in four.
    fn hidden(&mut self) -> String {
        if !self.random.percent(25) {
            return self.last.clone();
        }
        let unseen = *self.random.pick(&UNSEEN);
        let letters = self.last.chars().count() as u32;
        let at = self.random.below(letters.max(1)) as usize;
        let mut text: String = self.last.chars().take(at).collect();
        text.push(unseen);
        text.extend(self.last.chars().skip(at));
        text
    }
}

impl Iterator for Noise {
    type Item = (u64, u32, String);

    /// `None` only at a rate of nothing.
    fn next(&mut self) -> Option<Self::Item> {
        if self.per_us <= 0.0 {
            return None;
        }
        self.now_us += self.random.wait() / self.per_us;
        let buyer = self.random.below(self.viewers);
        Some((self.now_us as u64, buyer, self.words()))
    }
}

/// Keeps this stream apart from others of the same seed.
const NOISE: u64 = 1 << 41;

/// Zero-width space, joiner and non-joiner, soft hyphen, a combining mark, a direction mark.
const UNSEEN: [char; 6] = ['\u{200b}', '\u{200d}', '\u{200c}', '\u{ad}', '\u{323}', '\u{200e}'];

const TAILS: [&str; 8] = ["!", "!!!", " 😂", " 🤣🤣", " ạ", "\u{200b}", " 123", "…"];

const WORDS: [&str; 32] = [
    "haha",
    "lừa đảo",
    "scam",
    "🔥🔥🔥",
    "vào xem",
    "kênh",
    "free",
    "spam",
    "đẹp quá",
    "chán",
    "👍",
    "hihi",
    "ai đây",
    "lô đề",
    "kubet",
    "h̸a̸h̸a̸",
    "theo dõi",
    "mình với",
    "ơi ơi",
    "12345",
    "❤️❤️❤️",
    "xin chào",
    "đ̣ẹ̣p",
    "ｆｒｅｅ",
    "bán gì vậy",
    "hết chưa",
    "zzz",
    "ủa",
    "trời ơi",
    "👨‍👩‍👧‍👦",
    "ngu",
    "bot",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_comes_at_its_rate_and_some_of_it_is_unseen() {
        let junk = Junk { per_second: 1_000, near_duplicates_percent: 30 };
        let said: Vec<_> =
            Noise::new(1, &junk, 50).take_while(|(at_us, ..)| *at_us < 10_000_000).collect();
        assert!((9_500..10_500).contains(&said.len()), "{}", said.len());
        assert!(said.iter().all(|(_, buyer, text)| *buyer < 50 && text.len() <= 2_000));
        let unseen = said.iter().filter(|(.., text)| text.contains(UNSEEN)).count();
        assert!(unseen > 1_000, "{unseen}");
        let silent = Junk { per_second: 0, near_duplicates_percent: 0 };
        assert!(Noise::new(1, &silent, 50).next().is_none());
    }
}
