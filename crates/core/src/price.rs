//! What a cluster costs by the hour, from the price of one CKU that the operator names.
//!
//! Nothing here knows Confluent’s prices: they depend on region and contract. Where nobody names one, none is shown.

use std::fmt;

/// Digits after the point that an amount may have: enough for a price per hour in any currency.
const MOST_DECIMALS: usize = 6;

/// A price per hour: an exact decimal amount and its currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Price {
    /// In units of the last decimal.
    amount: u64,
    /// Digits after the point, at most six.
    decimals: usize,
    /// Three capital letters (the form of ISO 4217).
    currency: String,
}

/// Why a text is no price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAPrice;

impl fmt::Display for NotAPrice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "write an amount with a point, a blank and the currency in three capital letters, for example `2.48 USD`",
        )
    }
}

impl std::error::Error for NotAPrice {}

impl std::str::FromStr for Price {
    type Err = NotAPrice;

    /// Reads `2.48 USD`.
    ///
    /// # Errors
    /// When it is anything else, or nothing at all is to be paid.
    fn from_str(text: &str) -> Result<Self, NotAPrice> {
        let (amount, currency) = text.trim().split_once(' ').ok_or(NotAPrice)?;
        let currency = currency.trim();
        let (whole, fraction) = amount.split_once('.').unwrap_or((amount, ""));
        let digits = |text: &str| text.bytes().all(|c| c.is_ascii_digit());
        let is_amount = !whole.is_empty() && digits(whole) && digits(fraction) && !amount.ends_with('.');
        let is_currency = currency.len() == 3 && currency.bytes().all(|c| c.is_ascii_uppercase());
        if !is_amount || !is_currency || fraction.len() > MOST_DECIMALS {
            return Err(NotAPrice);
        }
        let amount: u64 = format!("{whole}{fraction}").parse().map_err(|_| NotAPrice)?;
        if amount == 0 {
            return Err(NotAPrice);
        }
        Ok(Self { amount, decimals: fraction.len(), currency: currency.to_owned() })
    }
}

impl Price {
    /// The price of so many; `None` where it is too large to be one.
    pub fn times(&self, count: u32) -> Option<Price> {
        Some(Price { amount: self.amount.checked_mul(u64::from(count))?, ..self.clone() })
    }

    /// What a cluster of so many CKUs costs if this is the price of one, for example
    /// `4 CKU × 2.48 USD = 9.92 USD an hour`; `None` where that is too large to be a price.
    pub fn of_cluster(&self, cku: u32) -> Option<String> {
        Some(format!("{cku} CKU × {self} = {} an hour", self.times(cku)?))
    }
}

impl fmt::Display for Price {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = format!("{:0>width$}", self.amount, width = self.decimals + 1);
        let (whole, fraction) = digits.split_at(digits.len() - self.decimals);
        let point = if fraction.is_empty() { "" } else { "." };
        write!(f, "{whole}{point}{fraction} {}", self.currency)
    }
}

#[cfg(test)]
mod tests {
    use super::Price;

    #[test]
    fn a_price_is_read_multiplied_and_written_exactly() {
        for (text, count, expected) in [
            ("2.48 USD", 1, "2.48 USD"),
            ("2.48 USD", 4, "9.92 USD"),
            ("0.1 EUR", 3, "0.3 EUR"),
            ("0.05 EUR", 1, "0.05 EUR"),
            (" 3  CHF ", 2, "6 CHF"),
            ("1.000001 USD", 152, "152.000152 USD"),
            ("2.50 USD", 2, "5.00 USD"),
        ] {
            let price: Price = text.parse().expect(text);
            assert_eq!(price.times(count).expect(text).to_string(), expected);
        }
    }

    #[test]
    fn a_cluster_is_priced_in_one_line() {
        let price: Price = "2.48 USD".parse().expect("a price");
        assert_eq!(price.of_cluster(4).expect("priced"), "4 CKU × 2.48 USD = 9.92 USD an hour");
        let large: Price = "18446744073709551615 USD".parse().expect("the largest");
        assert_eq!(large.of_cluster(2), None);
    }

    #[test]
    fn what_is_no_price_is_refused() {
        for text in [
            "",
            "2.48",
            "USD 2.48",
            "2,48 USD",
            "2.48 usd",
            "2.48 Dollar",
            "-1 USD",
            "0 USD",
            "0.00 USD",
            "1. USD",
            ".5 USD",
            "1.2345678 USD",
            "99999999999999999999 USD",
            "1.2.3 USD",
            "+1 USD",
            "１ USD",
        ] {
            assert!(text.parse::<Price>().is_err(), "{text}");
        }
        let large: Price = "18446744073709551615 USD".parse().expect("the largest");
        assert_eq!(large.times(2), None);
    }
}
