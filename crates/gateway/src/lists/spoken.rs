//! An amount of money in Vietnamese words, so that a missing zero is heard.

const DIGITS: [&str; 10] = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"];

/// `45000` is `bốn mươi lăm nghìn đồng`. For amounts from 1 to below a thousand billion.
pub(super) fn dong(amount: i64) -> String {
    let groups = [
        (amount / 1_000_000_000, "tỷ"),
        (amount / 1_000_000 % 1_000, "triệu"),
        (amount / 1_000 % 1_000, "nghìn"),
        (amount % 1_000, ""),
    ];
    let mut words: Vec<&str> = Vec::new();
    for (group, name) in groups {
        if group > 0 {
            let first = words.is_empty();
            three(group, first, &mut words);
            words.extend((!name.is_empty()).then_some(name));
        }
    }
    words.push("đồng");
    words.join(" ")
}

/// A number below a thousand; behind a larger one its hundreds are said even if there are none.
fn three(number: i64, first: bool, words: &mut Vec<&'static str>) {
    let digit = |at: i64| DIGITS[usize::try_from(at % 10).unwrap_or(0)];
    let (hundreds, tens, ones) = (number / 100, number / 10 % 10, number % 10);
    if hundreds > 0 || !first {
        words.extend([digit(hundreds), "trăm"]);
    }
    match (tens, ones) {
        (0, 0) => return,
        (0, _) if hundreds > 0 || !first => words.extend(["lẻ", digit(ones)]),
        (0, _) => words.push(digit(ones)),
        (1, _) => words.push("mười"),
        (_, _) => words.extend([digit(tens), "mươi"]),
    }
    match (tens, ones) {
        (0, _) | (_, 0) => {}
        (1, 5) | (2.., 5) => words.push("lăm"),
        (2.., 1) => words.push("mốt"),
        (_, _) => words.push(digit(ones)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_said_as_people_say_them() {
        let check = |amount, words| assert_eq!(dong(amount), words);
        check(45_000, "bốn mươi lăm nghìn đồng");
        check(5_000, "năm nghìn đồng");
        check(10_000, "mười nghìn đồng");
        check(15_000, "mười lăm nghìn đồng");
        check(21_000, "hai mươi mốt nghìn đồng");
        check(120_000, "một trăm hai mươi nghìn đồng");
        check(105_000, "một trăm lẻ năm nghìn đồng");
        check(45_500, "bốn mươi lăm nghìn năm trăm đồng");
        check(1_200_000, "một triệu hai trăm nghìn đồng");
        check(1_005_000, "một triệu không trăm lẻ năm nghìn đồng");
        check(2_000_000_000, "hai tỷ đồng");
    }
}
