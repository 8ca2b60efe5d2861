//! `chot read --session ID "text"` explains a comment, beside a running server and without one.

mod house;

use house::House;
use serde_json::json;

#[test]
fn a_host_is_told_in_two_sentences_what_a_comment_means_and_why() {
    let mut house = House::open();
    let shop = house.add_shop("Bản Lác");
    let session = house.live(&shop);
    let check = |house: &House, text: &str, expected: [&str; 2]| {
        let told = house.run(&["read", "--session", &session, text]);
        assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
        let said = String::from_utf8_lossy(&told.stdout).into_owned();
        assert_eq!(said.lines().collect::<Vec<_>>(), expected, "{text}");
    };
    let explained = |house: &House| {
        let order = [
            "Đặt D1 × 2 trái (quy tắc 12: đơn vị và bước).",
            "An order of D1 × 2 trái (rule 12: units and steps).",
        ];
        check(house, "chốt D1 2 trái ạ", order);
        let unknown = [
            "Cần xem lại: không có mã này (A9) (quy tắc 10: có phần chưa rõ; lý do unknown_code).",
            "For a person: there is no such code (A9) (rule 10: a part is unclear; reason \
             unknown_code).",
        ];
        check(house, "chốt A9", unknown);
        let question = [
            "Câu hỏi, không giữ hàng (quy tắc 6: câu hỏi không phải đơn; lý do question).",
            "A question, nothing is held (rule 6: a question is no order; reason question).",
        ];
        check(house, "D1 còn không", question);
        let link = [
            "Mã nối tài khoản, không phải đơn (quy tắc 17: # và bốn chữ số nối tài khoản).",
            "A code that links an account, no order (rule 17: # and four digits link an account).",
        ];
        check(house, "#4821", link);
    };
    explained(&house);
    assert!(house.stop());
    explained(&house);
}

#[test]
fn explaining_reserves_nothing() {
    let house = House::open();
    let shop = house.add_shop("Bản Lác");
    let session = house.live_with(
        &shop,
        &json!([{"code": "D1", "name": "bí", "price": 45_000, "unit": "trái", "step": 1,
            "stock": 1}]),
        &json!({}),
    );
    assert!(house.run(&["read", "--session", &session, "chốt D1"]).status.success());
    let outcomes = house.comments(&shop, &session, &[("1", "lan", "chốt D1")]);
    assert_eq!(outcomes[0]["lines"][0]["held"], json!(1), "{outcomes:?}");
}
