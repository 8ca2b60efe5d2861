//! The power goes, or the disk rots: images of a real data folder, cut and flipped at random
//! offsets. Past the last sync the acknowledged prefix is intact; inside it the damage is refused
//! or does no harm, and is never served. 100 images; 1,000 with `cargo xtask test --long`.

mod house;
mod power;

use house::House;
use power::{Evening, Files, Verdict};
use std::collections::BTreeMap;
use std::fs;

const TABLE: &str = "journal.db";
const LOG: &str = "journal.db-wal";
const MARK: &str = "journal.mark";

/// A small generator, so that the same images are made every time.
struct Seed(u64);

impl Seed {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end.max(1) as u64) as usize
    }
}

fn images() -> u64 {
    if std::env::var_os("CHOT_LONG").is_some() { 1_000 } else { 100 }
}

/// How often each verdict was given to each kind of image.
type Tally = BTreeMap<(&'static str, Verdict), u64>;

#[test]
fn what_was_acknowledged_is_served_whole_or_refused() {
    let evening = Evening::play();
    let mut tally = Tally::new();
    for number in 0..images() {
        let mut seed =
            Seed(0x9e37_79b9_7f4a_7c15 ^ (number + 1).wrapping_mul(0xd134_2543_de82_ef95));
        for _ in 0..4 {
            seed.below(2);
        }
        let (kind, verdict) = match number % 5 {
            0 | 1 => ("torn past the last sync", torn(&evening, &mut seed, number)),
            2 | 3 => ("damaged inside", damaged(&evening, &mut seed, number)),
            _ => ("damaged mark", damaged_mark(&evening, &mut seed, number)),
        };
        *tally.entry((kind, verdict)).or_default() += 1;
    }
    println!("{tally:?}");
    assert!(tally.contains_key(&("damaged inside", Verdict::Refused)), "{tally:?}");
    assert!(tally.contains_key(&("damaged inside", Verdict::SetAside)), "{tally:?}");
}

/// The power goes while the next round is being written: of what was not synced, any sector may
/// have reached the disk and any may not, and the mark may lag.
fn torn(evening: &Evening, seed: &mut Seed, number: u64) -> Verdict {
    let at = seed.below(evening.moments.len() - 1);
    let (now, next) = (&evening.moments[at], &evening.moments[at + 1]);
    let mut files = now.files.clone();
    if began_anew(&now.files, &next.files) {
        // The tables were synced, and then the log's header, before anything was written over.
        files.insert(TABLE.into(), next.files[TABLE].clone());
    }
    for name in [TABLE, LOG] {
        let sector = [512, 4_096][seed.below(2)];
        let mixed = mixed(&files[name], &next.files[name], sector, seed);
        files.insert(name.into(), mixed);
    }
    if began_anew(&now.files, &next.files) {
        let header = next.files[LOG][..32].to_vec();
        let log = files.get_mut(LOG).expect("a log");
        log.splice(..32, header);
    }
    let earlier = seed.below(at + 1);
    let lag = &evening.moments[earlier].files[MARK];
    let mark = mixed(lag, &now.files[MARK], 64, seed);
    files.insert(MARK.into(), mark);
    let what = format!("image {number}, torn after moment {at}, mark since {earlier}");
    assert_eq!(evening.judge(&files, now.acks), Ok(Verdict::Intact), "{what}");
    Verdict::Intact
}

/// True if the log was written over from its beginning.
fn began_anew(now: &Files, next: &Files) -> bool {
    now[LOG].get(16..24) != next[LOG].get(16..24)
}

/// Old bytes with some sectors of the new ones; as long as one of the two, or cut between.
fn mixed(old: &[u8], new: &[u8], sector: usize, seed: &mut Seed) -> Vec<u8> {
    let mut bytes = old.to_vec();
    bytes.resize(old.len().max(new.len()), 0);
    for (at, sector_of_new) in new.chunks(sector).enumerate() {
        if seed.below(2) == 0 {
            let start = at * sector;
            bytes[start..start + sector_of_new.len()].copy_from_slice(sector_of_new);
        }
    }
    let more = new.len().saturating_sub(old.len());
    if seed.below(3) == 0 {
        bytes.truncate(old.len() + seed.below(more + 1));
    }
    bytes
}

/// How long the log's synced part is, by the mark; what follows is older than it.
fn synced(files: &Files) -> usize {
    let frames = files[MARK][16..24].try_into().expect("eight bytes");
    32 + (24 + 4_096) * u64::from_be_bytes(frames) as usize
}

/// What was synced and acknowledged is cut, zeroed or flipped.
fn damaged(evening: &Evening, seed: &mut Seed, number: u64) -> Verdict {
    let at = seed.below(evening.moments.len());
    let moment = &evening.moments[at];
    let mut files = moment.files.clone();
    if seed.below(2) == 0 {
        files.retain(|name, _| !name.starts_with("snapshots/"));
    }
    let name = [TABLE, LOG, LOG][seed.below(3)];
    let synced = synced(&files);
    let bytes = files.get_mut(name).expect("a file");
    let end = if name == LOG { synced } else { bytes.len() };
    let offset = seed.below(end);
    let how = match seed.below(5) {
        0 => {
            bytes.truncate(offset);
            "cut"
        }
        1 | 2 => {
            let sector = [512, 4_096][seed.below(2)];
            let start = offset / sector * sector;
            let end = bytes.len().min(start + sector);
            bytes[start..end].fill(0);
            "zeroed"
        }
        _ => {
            for _ in 0..=seed.below(3) {
                let at = seed.below(end);
                bytes[at] ^= 1 << seed.below(8);
            }
            bytes[offset] ^= 1 << seed.below(8);
            "flipped"
        }
    };
    let what = format!("image {number} of moment {at}: {name} {how} at {offset}");
    evening.judge(&files, moment.acks).unwrap_or_else(|why| panic!("{what}: {why}"))
}

/// Only the mark is damaged, gone, or of an earlier moment: that keeps nobody from selling.
fn damaged_mark(evening: &Evening, seed: &mut Seed, number: u64) -> Verdict {
    let at = seed.below(evening.moments.len());
    let moment = &evening.moments[at];
    let mut files = moment.files.clone();
    let mark = files.get_mut(MARK).expect("a mark");
    match seed.below(4) {
        0 => drop(files.remove(MARK)),
        1 => mark.truncate(seed.below(mark.len())),
        2 => mark.clone_from(&evening.moments[seed.below(at + 1)].files[MARK]),
        _ => {
            let flipped = seed.below(mark.len());
            mark[flipped] ^= 1 << seed.below(8);
        }
    }
    let what = format!("image {number} of moment {at}: the mark is damaged");
    assert_eq!(evening.judge(&files, moment.acks), Ok(Verdict::Intact), "{what}");
    Verdict::Intact
}

#[test]
fn without_the_mark_a_log_damaged_inside_would_be_taken_for_a_shorter_one() {
    let evening = Evening::play();
    let moment = &evening.moments[evening.moments.len() - 1];
    let mut files = moment.files.clone();
    let last = synced(&files) - 100;
    files.get_mut(LOG).expect("a log")[last] ^= 1;
    assert_eq!(evening.judge(&files, moment.acks), Ok(Verdict::Refused));
    files.remove(MARK);
    assert!(evening.judge(&files, moment.acks).is_err(), "the check can fail");
}

#[test]
fn a_damaged_log_is_refused_as_it_lies_and_without_it_only_those_sell_who_lost_nothing() {
    let mut house = House::open();
    let (copied, hurt) = (house.add_shop("Vườn A"), house.add_shop("Vườn B"));
    let (session_copied, session_hurt) = (house.live(&copied), house.live(&hurt));
    // Nobody's hold is open there, so that the next start has nothing to write.
    let greeting = [("1", "lan", "chào shop")];
    let first = house.comments(&copied, &session_copied, &greeting);
    assert!(house.stop());
    house.start();
    let lost = house.comments(&hurt, &session_hurt, &[("2", "hoa", "D1 x3")]);
    house.kill();
    let file = |name: &str| house.data().join(name);
    let (log, whole) = (file(LOG), fs::read(file(LOG)).expect("a log"));
    let (table, mark) =
        (fs::read(file(TABLE)).expect("a table"), fs::read(file(MARK)).expect("it"));
    let mut bytes = whole.clone();
    bytes[5_000] ^= 0x10;
    fs::write(&log, &bytes).expect("written");
    let refused = house.run(&["serve", "--listen", "127.0.0.1:0", "--ops-listen", "127.0.0.1:0"]);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && said.contains("is damaged"), "{said}");
    assert!(said.contains("backup") && said.contains("deploy/README.md"), "{said}");
    assert_eq!(fs::read(&log).expect("a log"), bytes, "it stays as it is");
    assert_eq!(fs::read(file(TABLE)).expect("a table"), table);
    fs::remove_file(&log).expect("moved aside");
    house.start();
    assert_eq!(house.comments(&copied, &session_copied, &greeting), first);
    let path = format!("/v1/sessions/{session_hurt}/comments");
    let body = house::comments(&[("2", "hoa", "D1 x3")]);
    let answer = house.call("POST", &path, Some(&hurt.source), None, Some(&body));
    assert_eq!(answer.problem(), (503, "shop_quarantined"));
    house.kill();
    for (name, bytes) in [(LOG, whole), (TABLE, table), (MARK, mark)] {
        fs::write(house.data().join(name), bytes).expect("the backup");
    }
    house.start();
    assert_eq!(house.comments(&hurt, &session_hurt, &[("2", "hoa", "D1 x3")]), lost);
    house.verify(&session_hurt);
}
