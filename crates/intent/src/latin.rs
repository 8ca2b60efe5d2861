//! Latin: the letters of Vietnamese, taken apart by one look in a table.
//!
//! Most letters of most comments stand in it; all others take the way through their Unicode
//! decomposition, which says the same of these (a test compares the two).

use crate::fold::CAPITAL;

/// A letter without its accents, and its marks; 0 for what is no such letter.
type Parts = (u8, u8);

/// The letter itself, the number of its quality, and its forms: without tone, then with the five
/// tones in the order of their numbers.
const ROWS: [(u8, u8, [char; 6]); 24] = [
    (b'a', 0, ['a', 'à', 'á', 'ả', 'ã', 'ạ']),
    (b'a', 1, ['â', 'ầ', 'ấ', 'ẩ', 'ẫ', 'ậ']),
    (b'a', 2, ['ă', 'ằ', 'ắ', 'ẳ', 'ẵ', 'ặ']),
    (b'e', 0, ['e', 'è', 'é', 'ẻ', 'ẽ', 'ẹ']),
    (b'e', 1, ['ê', 'ề', 'ế', 'ể', 'ễ', 'ệ']),
    (b'i', 0, ['i', 'ì', 'í', 'ỉ', 'ĩ', 'ị']),
    (b'o', 0, ['o', 'ò', 'ó', 'ỏ', 'õ', 'ọ']),
    (b'o', 1, ['ô', 'ồ', 'ố', 'ổ', 'ỗ', 'ộ']),
    (b'o', 3, ['ơ', 'ờ', 'ớ', 'ở', 'ỡ', 'ợ']),
    (b'u', 0, ['u', 'ù', 'ú', 'ủ', 'ũ', 'ụ']),
    (b'u', 3, ['ư', 'ừ', 'ứ', 'ử', 'ữ', 'ự']),
    (b'y', 0, ['y', 'ỳ', 'ý', 'ỷ', 'ỹ', 'ỵ']),
    (b'a', CAPITAL, ['A', 'À', 'Á', 'Ả', 'Ã', 'Ạ']),
    (b'a', CAPITAL | 1, ['Â', 'Ầ', 'Ấ', 'Ẩ', 'Ẫ', 'Ậ']),
    (b'a', CAPITAL | 2, ['Ă', 'Ằ', 'Ắ', 'Ẳ', 'Ẵ', 'Ặ']),
    (b'e', CAPITAL, ['E', 'È', 'É', 'Ẻ', 'Ẽ', 'Ẹ']),
    (b'e', CAPITAL | 1, ['Ê', 'Ề', 'Ế', 'Ể', 'Ễ', 'Ệ']),
    (b'i', CAPITAL, ['I', 'Ì', 'Í', 'Ỉ', 'Ĩ', 'Ị']),
    (b'o', CAPITAL, ['O', 'Ò', 'Ó', 'Ỏ', 'Õ', 'Ọ']),
    (b'o', CAPITAL | 1, ['Ô', 'Ồ', 'Ố', 'Ổ', 'Ỗ', 'Ộ']),
    (b'o', CAPITAL | 3, ['Ơ', 'Ờ', 'Ớ', 'Ở', 'Ỡ', 'Ợ']),
    (b'u', CAPITAL, ['U', 'Ù', 'Ú', 'Ủ', 'Ũ', 'Ụ']),
    (b'u', CAPITAL | 3, ['Ư', 'Ừ', 'Ứ', 'Ử', 'Ữ', 'Ự']),
    (b'y', CAPITAL, ['Y', 'Ỳ', 'Ý', 'Ỷ', 'Ỹ', 'Ỵ']),
];

/// Where the two stretches of Unicode begin that hold them, and how long they are.
const LOW: u32 = 0xc0;
const LOW_LEN: usize = 0x1b1 - 0xc0;
const HIGH: u32 = 0x1ea0;
const HIGH_LEN: usize = 0x1efa - 0x1ea0;

static TABLE: [Parts; LOW_LEN + HIGH_LEN] = table();

/// The place of a letter in the table; beyond its end if it stands in neither stretch.
const fn place(letter: char) -> usize {
    let low = (letter as u32).wrapping_sub(LOW) as usize;
    let high = (letter as u32).wrapping_sub(HIGH) as usize;
    if low < LOW_LEN {
        low
    } else if high < HIGH_LEN {
        LOW_LEN + high
    } else {
        LOW_LEN + HIGH_LEN
    }
}

const fn table() -> [Parts; LOW_LEN + HIGH_LEN] {
    let mut table = [(0, 0); LOW_LEN + HIGH_LEN];
    let mut row = 0;
    while row < ROWS.len() {
        let (letter, mark, forms) = ROWS[row];
        let mut tone = 0;
        while tone < forms.len() {
            let at = place(forms[tone]);
            if at < table.len() {
                table[at] = (letter, mark | (tone as u8) << 3);
            }
            tone += 1;
        }
        row += 1;
    }
    table[place('đ')] = (b'd', 4);
    table[place('Đ')] = (b'd', CAPITAL | 4);
    table
}

/// The plain letter and the marks of an accented letter of Vietnamese.
pub(crate) fn parts(letter: char) -> Option<Parts> {
    TABLE.get(place(letter)).copied().filter(|(plain, _)| *plain != 0)
}
