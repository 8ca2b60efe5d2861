//! A list of what is for sale: `tên, giá, số lượng`, one thing a line.

use super::amount::{self, Amount};
use super::{price, spoken};
use domain::Code;
use domain::limits::NAME_BYTES_MAX;
use proto::live;

/// Reads a list into offers with codes that are not taken. Empty lines and a heading are passed
/// over.
pub(crate) fn read(text: &str, taken: &[Code]) -> Vec<live::PreparedLine> {
    let lines = text.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty());
    let mut lines: Vec<_> = lines.map(|(line, at)| (at, line.trim(), read_line(line))).collect();
    if lines.first().is_some_and(|(_, line, read)| read.is_err() && is_heading(line)) {
        drop(lines.remove(0));
    }
    let good = lines.iter().filter(|(_, _, read)| read.is_ok()).count();
    let mut codes = hub::propose_codes(taken, good).into_iter();
    let lines = lines.into_iter();
    lines.map(|(at, line, read)| prepared(at, line, read, &mut codes)).collect()
}

/// A thing for sale as its line says it.
struct Good {
    name: String,
    price: price::Typed,
    amount: Amount,
}

/// What is wrong with a line: the stable word.
type Wrong = &'static str;

fn prepared(
    line: u32,
    text: &str,
    read: Result<Good, Wrong>,
    codes: &mut impl Iterator<Item = Code>,
) -> live::PreparedLine {
    let told = live::PreparedLine { line, text: text.to_owned(), ..Default::default() };
    let good = match read {
        Ok(good) => good,
        Err(wrong) => return wrong_line(told, wrong),
    };
    let Some(code) = codes.next() else {
        return wrong_line(told, "too_many_offers");
    };
    let unit = good.amount.unit.unwrap_or_else(|| "piece".to_owned());
    let milli = good.amount.quantity.milli();
    let step_milli = match unit.as_str() {
        "kg" if milli.is_multiple_of(500) => 500,
        _ if milli.is_multiple_of(1_000) => 1_000,
        _ => 100,
    };
    let price = live::Money { amount: good.price.amount, currency: "VND".to_owned() };
    live::PreparedLine {
        offer: Some(live::OfferTerms {
            code: code.as_str().to_owned(),
            name: good.name,
            price: Some(price),
            unit,
            step_milli: Some(step_milli),
            stock_milli: Some(milli),
            ..Default::default()
        }),
        asked: good.price.asked,
        price_in_words: Some(spoken::dong(good.price.amount)),
        ..told
    }
}

fn wrong_line(told: live::PreparedLine, wrong: Wrong) -> live::PreparedLine {
    let (vi, en) = match wrong {
        "no_name" => ("Thiếu tên hàng", "The name is missing"),
        "name_too_long" => ("Tên dài quá 300 byte", "The name has more than 300 bytes"),
        "no_price" => ("Thiếu giá", "The price is missing"),
        "bad_price" => ("Không đọc được giá", "The price cannot be read"),
        "no_quantity" => ("Thiếu số lượng", "The quantity is missing"),
        "bad_quantity" => ("Không đọc được số lượng", "The quantity cannot be read"),
        _ => ("Một phiên có tối đa 500 món", "A session has at most 500 offers"),
    };
    let example = "Cà chua, 45k, 30kg";
    live::PreparedLine {
        error: Some(wrong.to_owned()),
        detail: Some(format!("{vi}. Viết như: {example}")),
        detail_en: Some(format!("{en}. Write it like: {example}")),
        ..told
    }
}

fn is_heading(line: &str) -> bool {
    let line = line.to_lowercase();
    let says = |words: [&str; 2]| words.iter().any(|word| line.contains(word));
    says(["tên", "name"]) && says(["giá", "price"])
}

fn read_line(line: &str) -> Result<Good, Wrong> {
    let fields = fields(line);
    let mut fields = fields.iter().map(|field| field.trim());
    let name = fields.next().unwrap_or("").trim_matches(['"', '•', '*', '-', ' ']).trim();
    if name.is_empty() || name.chars().any(char::is_control) {
        return Err("no_name");
    }
    if name.len() > NAME_BYTES_MAX {
        return Err("name_too_long");
    }
    let (first, second) = (fields.next().unwrap_or(""), fields.next().unwrap_or(""));
    if first.is_empty() {
        return Err("no_price");
    }
    // `Cà chua, 30kg, 45k` is as clear as the other order, where a unit says which is which.
    let swapped = amount::read(first).is_some_and(|amount| amount.unit.is_some())
        && price::read(first).is_none();
    let (cost, stock) =
        if swapped && !second.is_empty() { (second, first) } else { (first, second) };
    let price = price::read(cost).ok_or("bad_price")?;
    if stock.is_empty() {
        return Err("no_quantity");
    }
    let mut amount = amount::read(stock).ok_or("bad_quantity")?;
    if amount.unit.is_none() {
        amount.unit = cost.split_once('/').and_then(|(_, unit)| amount::unit_of(unit));
    }
    Ok(Good { name: name.to_owned(), price, amount })
}

/// The parts of a line: by the first separator that it has, otherwise the last two words are price
/// and quantity.
fn fields(line: &str) -> Vec<String> {
    let line = line.trim();
    for separator in ["\t", ";", "|", " - ", " – "] {
        if line.contains(separator) {
            return line.split(separator).map(str::to_owned).collect();
        }
    }
    if line.contains(',') {
        return by_comma(line);
    }
    let words: Vec<&str> = line.split_whitespace().collect();
    let is_price = |at: &usize| price::read(words[*at]).is_some();
    let rest = |at: usize| words[at + 1..].join(" ");
    let has_amount = |at: &usize| amount::read(&rest(*at)).is_some();
    let both = (1..words.len()).find(|at| is_price(at) && has_amount(at));
    let last = words.len().checked_sub(1).filter(|at| *at > 0 && is_price(at));
    if let Some(at) = both.or(last) {
        return vec![words[..at].join(" "), words[at].to_owned(), rest(at)];
    }
    vec![line.to_owned()]
}

/// A comma separates, unless it stands between the thousands of one number: `Cam, 45,000, 30`.
fn by_comma(line: &str) -> Vec<String> {
    let mut fields: Vec<String> = Vec::new();
    let parts: Vec<&str> = line.split(',').collect();
    let many = parts.len() > 3;
    for part in parts {
        let is_group = part.len() == 3 && part.bytes().all(|byte| byte.is_ascii_digit())
            || part.len() > 3
                && part.bytes().take(3).all(|byte| byte.is_ascii_digit())
                && !part.as_bytes()[3].is_ascii_digit();
        let ends_with_group = fields.len() > 1
            && fields.last().is_some_and(|last| {
                let digits = last.trim().rsplit(',').next().unwrap_or("");
                (1..=3).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())
            });
        match fields.last_mut() {
            Some(last) if is_group && ends_with_group && (many || part.starts_with("000")) => {
                last.push(',');
                last.push_str(part);
            }
            Some(_) | None => fields.push(part.to_owned()),
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A line as `code name price quantity unit step asked`, or its error.
    fn one(line: &str) -> String {
        let read = read(line, &[]);
        let told = &read[0];
        let Some(offer) = &told.offer else {
            assert!(told.detail.is_some() && told.detail_en.is_some());
            return told.error.clone().expect("an error");
        };
        let price = offer.price.as_ref().expect("a price").amount;
        let stock = offer.stock_milli.expect("a stock");
        let asked = if told.asked { " asked" } else { "" };
        format!("{} {price} {stock} {}{asked}", offer.name, offer.unit)
    }

    #[test]
    fn a_line_is_read_with_every_separator() {
        let check = |line: &str, read: &str| assert_eq!(one(line), read, "{line}");
        for line in [
            "Cà chua, 45k, 30kg",
            "Cà chua,45k,30kg",
            "Cà chua; 45.000; 30 kg",
            "Cà chua\t45000\t30kg",
            "Cà chua | 45k | 30kí",
            "Cà chua - 45k - 30kg",
            "Cà chua, 45,000, 30kg",
            "Cà chua 45k 30kg",
            "Cà chua 45k/kg 30",
            "• Cà chua, 30kg, 45k",
        ] {
            check(line, "Cà chua 45000 30000 kg");
        }
        check("Cam,45,300", "Cam 45000 300000 piece asked");
        check("Cam sành, 1tr2, 2 thùng", "Cam sành 1200000 2000 thùng");
        check("Áo thun, 120.000, 1.000", "Áo thun 120000 1000000 piece");
    }

    #[test]
    fn a_line_that_lacks_something_says_what() {
        let check = |line: &str, error: &str| assert_eq!(one(line), error, "{line}");
        check("Cam sành", "no_price");
        check("Cam, 45k", "no_quantity");
        check("Cam,45,000", "no_quantity");
        check("Cam, rẻ, 30", "bad_price");
        check("Cam, 45k, nhiều", "bad_quantity");
        check(", 45k, 30", "no_name");
        check(&format!("{}, 45k, 30", "ơ".repeat(151)), "name_too_long");
    }

    #[test]
    fn no_line_is_lost_and_each_good_one_has_a_code_of_its_own() {
        let text = "Tên, giá, số lượng\n\nCam, 45k, 30\nXoài\nBưởi, 60k, 20 trái\n";
        let read = read(text, &[Code::parse("H1").expect("a code")]);
        let numbers: Vec<u32> = read.iter().map(|line| line.line).collect();
        assert_eq!(numbers, [3, 4, 5]);
        let codes: Vec<_> =
            read.iter().filter_map(|line| Some(&line.offer.as_ref()?.code)).collect();
        assert_eq!(codes, ["H2", "H3"]);
        assert_eq!(read[0].price_in_words.as_deref(), Some("bốn mươi lăm nghìn đồng"));
    }
}
