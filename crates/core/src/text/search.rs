//! Finding a few letters in a text.
//!
//! The library's own search is made for long texts and long patterns. It would be two kilobytes of what a browser fetches
//! before the page works, and what is searched here is short.

/// Every place at which `mark` stands.
pub(crate) fn places<'t>(text: &'t str, mark: &'t str) -> impl Iterator<Item = usize> + 't {
    let first = mark.chars().next().unwrap_or_default();
    let begins = move |at: &usize| text.get(*at..).is_some_and(|rest| rest.starts_with(mark));
    text.match_indices(first).map(|(at, _)| at).filter(begins)
}

/// Whether `mark` stands anywhere.
pub(crate) fn holds(text: &str, mark: &str) -> bool {
    places(text, mark).next().is_some()
}

/// The first place of `mark`, blind to the case of ASCII letters.
pub(crate) fn find_ignore_case(text: &str, mark: &str) -> Option<usize> {
    let first = mark.as_bytes().first()?;
    text.as_bytes().windows(mark.len()).position(|window| {
        window.first().is_some_and(|letter| letter.eq_ignore_ascii_case(first))
            && window.eq_ignore_ascii_case(mark.as_bytes())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_mark_is_found_wherever_it_stands_and_in_itself_too() {
        assert_eq!(places("{{{é{{", "{{").collect::<Vec<_>>(), [0, 1, 5]);
        assert!(holds("a://b", "://") && !holds("a:/b", "://") && !holds("", "://"));
        assert_eq!(find_ignore_case("é/SUB/sub", "/sub"), Some(2));
        assert_eq!(find_ignore_case("/su", "/sub"), None);
    }

    proptest! {
        #[test]
        fn the_library_finds_the_same(text in "[ab:/é]{0,12}", mark in "[ab:/]{1,3}") {
            prop_assert_eq!(places(&text, &mark).next(), text.find(&mark));
            prop_assert_eq!(find_ignore_case(&text.to_uppercase(), &mark), text.to_uppercase().find(&mark.to_uppercase()));
        }
    }
}
