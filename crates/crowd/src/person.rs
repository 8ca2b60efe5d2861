//! Who is watching: a name as people write it on a platform, and where they watch.

use crate::random::Random;

/// Where somebody watches and types.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Platform {
    /// TikTok: four in six.
    TikTok,
    /// Facebook: one in four or so.
    Facebook,
    /// Zalo: the rest.
    Zalo,
}

impl Platform {
    /// The word of the contract's `platform`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TikTok => "tiktok",
            Self::Facebook => "facebook",
            Self::Zalo => "zalo",
        }
    }
}

/// Viewer number `buyer` of that seed: the same name and platform whenever they are asked for.
pub fn person(seed: u64, buyer: u32) -> (String, Platform) {
    let mut random = Random::split(seed, PEOPLE | u64::from(buyer));
    let platform = match random.below(12) {
        0..8 => Platform::TikTok,
        8..11 => Platform::Facebook,
        _ => Platform::Zalo,
    };
    (name(&mut random), platform)
}

/// Keeps the streams of people apart from that of the evening.
const PEOPLE: u64 = 1 << 40;

fn name(random: &mut Random) -> String {
    let given = *random.pick(&GIVEN);
    match random.below(10) {
        0..4 => {
            let (family, middle) = (random.pick(&FAMILY), random.pick(&MIDDLE));
            format!("{family} {middle} {given}")
        }
        4..6 => format!("{given} {}", random.pick(&FAMILY)),
        6 => format!("{given} {}", random.pick(&PLACES)),
        7 => format!("{} {given}", random.pick(&TITLES)),
        8 => format!("{}{}", given.to_lowercase(), 1_960 + random.below(50)),
        _ => format!("{given} {given}"),
    }
}

const FAMILY: [&str; 14] = [
    "Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Hoàng", "Phan", "Vũ", "Võ", "Đặng", "Bùi", "Đỗ",
    "K'", "Cil",
];
const MIDDLE: [&str; 10] =
    ["Thị", "Văn", "Ngọc", "Thanh", "Minh", "Thu", "Kim", "Hồng", "Xuân", "Quốc"];
const GIVEN: [&str; 28] = [
    "Lan", "Hoa", "Minh", "Hương", "Thảo", "Tuấn", "Hùng", "Mai", "Trang", "Linh", "Phương",
    "Dũng", "Hạnh", "Ngân", "Yến", "Quyên", "Sơn", "Tâm", "Thủy", "Vy", "Bảo", "Cúc", "Đào",
    "Giang", "Khánh", "Loan", "Nga", "Oanh",
];
const TITLES: [&str; 6] = ["Mẹ", "Cô", "Chị", "Bé", "Bà", "Anh"];

/// Where people watch from; also where their parcels go.
pub(crate) const PLACES: [&str; 14] = [
    "Sài Gòn",
    "Hà Nội",
    "Gia Lai",
    "Đà Nẵng",
    "Cần Thơ",
    "Bình Dương",
    "Đồng Nai",
    "Huế",
    "Nha Trang",
    "Lai Châu",
    "Bảo Lộc",
    "Vũng Tàu",
    "Hải Phòng",
    "Cà Mau",
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_viewer_is_the_same_person_whenever_asked_for() {
        assert_eq!(person(1, 7), person(1, 7));
        let names: BTreeSet<_> = (0..300).map(|buyer| person(1, buyer).0).collect();
        assert!(names.len() > 200, "{} names among 300", names.len());
    }

    #[test]
    fn all_three_platforms_are_watched() {
        let platforms: BTreeSet<_> = (0..100).map(|buyer| person(1, buyer).1).collect();
        assert_eq!(platforms.len(), 3);
    }
}
