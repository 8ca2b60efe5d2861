//! A post of comments as it comes in: each entry checked on its own.

use crate::body;
use crate::problem::Problem;
use domain::Timestamp;
use domain::limits::{COMMENT_BYTES_MAX, COMMENTS_PER_POST_MAX, NAME_BYTES_MAX};
use domain::limits::{PLATFORM_ID_BYTES_MAX, WORD_BYTES_MAX};
use hub::{Author, Comment};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// A post as it was read.
pub(super) struct Post {
    /// One for each entry, in their order.
    pub(super) entries: Vec<Entry>,
    /// The good ones.
    pub(super) comments: Vec<Comment>,
}

/// What became of one entry.
pub(super) enum Entry {
    /// It went on, under this key.
    Good(String),
    /// It could not be read.
    Bad { key: Option<String>, reason: &'static str },
}

/// COMMENT as it comes in.
#[derive(Deserialize)]
struct Form<'a> {
    platform: Option<String>,
    #[serde(borrow)]
    comment_id: Option<Text<'a>>,
    buyer_id: Option<String>,
    buyer_name: Option<String>,
    text: Option<String>,
    #[serde(borrow)]
    sent_at: Option<Text<'a>>,
    #[serde(borrow)]
    edited_at: Option<Text<'a>>,
    #[serde(borrow)]
    author: Option<Text<'a>>,
}

/// Text that stays in the body where it can.
#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

#[derive(Deserialize)]
struct Forms<'a> {
    #[serde(borrow)]
    comments: Vec<Form<'a>>,
}

#[derive(Deserialize)]
struct RawForms<'a> {
    #[serde(borrow)]
    comments: Vec<&'a RawValue>,
}

/// Reads a post.
///
/// # Errors
/// `bad_json` if it is no post at all, `too_many_comments`.
pub(super) fn read(body: &[u8]) -> Result<Post, Problem> {
    if let Ok(Forms { comments }) = serde_json::from_slice(body) {
        at_most_a_post(comments.len())?;
        return Ok(gather(comments.into_iter().map(take)));
    }
    let RawForms { comments } = serde_json::from_slice(body).map_err(|e| body::bad_json(&e))?;
    at_most_a_post(comments.len())?;
    Ok(gather(comments.into_iter().map(|raw| match serde_json::from_str(raw.get()) {
        Ok(form) => take(form),
        Err(_) => Err(Entry::Bad { key: key_of_malformed(raw), reason: "bad_entry" }),
    })))
}

fn at_most_a_post(comments: usize) -> Result<(), Problem> {
    if comments > COMMENTS_PER_POST_MAX {
        let detail = "Send at most 1,000 comments in one post; nothing was taken.";
        return Err(Problem::new("too_many_comments", detail));
    }
    Ok(())
}

fn gather(read: impl ExactSizeIterator<Item = Result<Comment, Entry>>) -> Post {
    let mut entries = Vec::with_capacity(read.len());
    let mut comments = Vec::with_capacity(read.len());
    for comment in read {
        match comment {
            Ok(comment) => {
                entries.push(Entry::Good(comment.key.clone()));
                comments.push(comment);
            }
            Err(bad) => entries.push(bad),
        }
    }
    Post { entries, comments }
}

/// A comment, or its entry's error with the key it would have had.
fn take(form: Form<'_>) -> Result<Comment, Entry> {
    let key = key_of(&form);
    match check(form, key.clone()) {
        Ok(comment) => Ok(comment),
        Err(reason) => Err(Entry::Bad { key, reason }),
    }
}

/// `platform:comment_id`, an edit's with `:edited_at` behind it.
fn key_of(form: &Form<'_>) -> Option<String> {
    let (platform, Text(id)) = (form.platform.as_deref()?, form.comment_id.as_ref()?);
    let edited = form.edited_at.as_ref();
    let mut key =
        String::with_capacity(platform.len() + id.len() + 1 + edited.map_or(0, |e| e.0.len() + 1));
    key.push_str(platform);
    key.push(':');
    key.push_str(id);
    if let Some(Text(edited_at)) = edited {
        key.push(':');
        key.push_str(edited_at);
    }
    Some(key)
}

fn check(form: Form<'_>, key: Option<String>) -> Result<Comment, &'static str> {
    let missing = "missing_field";
    let platform = form.platform.filter(|platform| !platform.is_empty()).ok_or(missing)?;
    let Text(comment_id) = form.comment_id.ok_or(missing)?;
    let buyer_id = form.buyer_id.ok_or(missing)?;
    let buyer_name = form.buyer_name.ok_or(missing)?;
    let text = form.text.ok_or(missing)?;
    if platform.len() > WORD_BYTES_MAX || platform.contains([':', ' ']) || has_control(&platform) {
        return Err("bad_platform");
    }
    for id in [&*comment_id, &buyer_id] {
        if id.is_empty() || id.len() > PLATFORM_ID_BYTES_MAX || has_control(id) {
            return Err("bad_id");
        }
    }
    if buyer_name.len() > NAME_BYTES_MAX {
        return Err("name_too_long");
    }
    if text.len() > COMMENT_BYTES_MAX {
        return Err("comment_too_long");
    }
    let time = |text: &Text<'_>| proto::json::time::parse(&text.0).ok_or("bad_time");
    let sent_at = form.sent_at.as_ref().map(time).transpose()?.map(Timestamp);
    let edited = form.edited_at.as_ref().map(time).transpose()?.is_some();
    let author = match form.author.as_ref().map(|author| &*author.0) {
        None | Some("viewer") => Author::Viewer,
        Some("shop") => Author::Shop,
        Some("moderator") => Author::Moderator,
        Some(_) => return Err("bad_author"),
    };
    let key = key.ok_or(missing)?;
    Ok(Comment { key, platform, buyer_id, buyer_name, text, sent_at, edited, author })
}

fn has_control(text: &str) -> bool {
    text.chars().any(char::is_control)
}

/// The key of an entry that is not a comment, if it has the fields of one.
fn key_of_malformed(raw: &RawValue) -> Option<String> {
    let entry: serde_json::Value = serde_json::from_str(raw.get()).ok()?;
    let platform = entry.get("platform")?.as_str()?;
    let comment_id = entry.get("comment_id")?.as_str()?;
    let short = platform.len() <= WORD_BYTES_MAX && comment_id.len() <= PLATFORM_ID_BYTES_MAX;
    short.then(|| format!("{platform}:{comment_id}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#""platform":"tiktok","comment_id":"7","buyer_id":"b","buyer_name":"Lan""#;

    /// Reads one entry: its comment, or its error as `key reason`.
    fn one(entry: &str) -> Result<Comment, String> {
        let post = read(format!("{{\"comments\":[{entry}]}}").as_bytes()).expect("a post");
        match post.entries.into_iter().next().expect("one entry") {
            Entry::Good(key) => {
                let comment = post.comments.into_iter().next().expect("one comment");
                assert_eq!(comment.key, key);
                Ok(comment)
            }
            Entry::Bad { key, reason } => Err(format!("{} {reason}", key.unwrap_or_default())),
        }
    }

    #[test]
    fn a_comment_reads_with_its_key_and_its_defaults() {
        let comment = one(&format!("{{{GOOD},\"text\":\"chốt d1\",\"x\":1}}")).expect("good");
        assert_eq!(comment.key, "tiktok:7");
        assert_eq!((comment.edited, comment.sent_at), (false, None));
        assert!(matches!(comment.author, Author::Viewer));
        let edited = format!(
            "{{{GOOD},\"text\":\"\",\"sent_at\":\"2026-11-23T11:05:05.123Z\",\
             \"edited_at\":\"2026-11-23T18:05:06+07:00\",\"author\":\"moderator\"}}"
        );
        let comment = one(&edited).expect("good");
        assert_eq!(comment.key, "tiktok:7:2026-11-23T18:05:06+07:00");
        assert_eq!(comment.sent_at, Some(Timestamp(1_795_431_905_123)));
        assert!(comment.edited && matches!(comment.author, Author::Moderator));
    }

    #[test]
    fn a_bad_entry_says_what_is_wrong_with_it() {
        let check = |entry: &str, error: &str| {
            assert_eq!(one(entry).map(|comment| comment.key), Err(error.to_owned()), "{entry}");
        };
        check("{}", " missing_field");
        check("3", " bad_entry");
        check(&format!("{{{GOOD}}}"), "tiktok:7 missing_field");
        check(&format!("{{{GOOD},\"text\":3}}"), "tiktok:7 bad_entry");
        let long = "ơ".repeat(1_001);
        check(&format!("{{{GOOD},\"text\":\"{long}\"}}"), "tiktok:7 comment_too_long");
        let with = |more: &str| format!("{{{GOOD},\"text\":\"a\",{more}}}");
        check(&with(r#""sent_at":"yesterday""#), "tiktok:7 bad_time");
        check(&with(r#""edited_at":"x""#), "tiktok:7:x bad_time");
        check(&with(r#""author":"queen""#), "tiktok:7 bad_author");
        let other = |from: &str, to: &str| with(r#""x":1"#).replace(from, to);
        check(&other("\"tiktok\"", "\"a:b\""), "a:b:7 bad_platform");
        check(&other("\"b\"", "\"\""), "tiktok:7 bad_id");
        check(&other("\"7\"", &format!("\"{}\"", "7".repeat(129))), &{
            format!("tiktok:{} bad_id", "7".repeat(129))
        });
        check(&other("\"Lan\"", &format!("\"{}\"", "L".repeat(301))), "tiktok:7 name_too_long");
    }

    #[test]
    fn a_bad_entry_among_good_ones_keeps_its_place() {
        let body = format!(
            "{{\"comments\":[{{{GOOD},\"text\":\"a\"}},{{\"text\":[]}},{{{GOOD},\"text\":\"b\"}}]}}"
        );
        let post = read(body.as_bytes()).expect("a post");
        let good: Vec<bool> =
            post.entries.iter().map(|entry| matches!(entry, Entry::Good(_))).collect();
        assert_eq!((good, post.comments.len()), (vec![true, false, true], 2));
    }

    #[test]
    fn what_is_no_post_is_refused_whole() {
        let check = |body: &[u8], code| {
            assert_eq!(read(body).map(|_| ()).map_err(|problem| problem.code()), Err(code));
        };
        check(b"", "bad_json");
        check(b"{}", "bad_json");
        check(b"{\"comments\":3}", "bad_json");
        check(b"{\"comments\":[\"\xff\"]}", "bad_json");
        let many = format!("{{\"comments\":[{}{{}}]}}", "{},".repeat(1_000));
        check(many.as_bytes(), "too_many_comments");
        let many = format!("{{\"comments\":[{}3]}}", "{},".repeat(1_000));
        check(many.as_bytes(), "too_many_comments");
    }
}
