//! The Azure regions in which Confluent's documents place Kafka clusters.
//!
//! A seed for a picker, not a gate: Confluent has no public list, so a region that is not here may still work. Sources:
//! Confluent Cloud documentation (Kafka, Flink and Tableflow regions; Key Vault integration) for the ids, Azure's list
//! of regions with availability zones for `zones`.

/// An Azure region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region {
    /// Azure's programmatic name, for example `westeurope`.
    pub id: &'static str,
    /// Where it is, for a person.
    pub place: &'static str,
    /// Whether Azure has availability zones there.
    pub zones: bool,
}

const fn zoned(id: &'static str, place: &'static str) -> Region {
    Region { id, place, zones: true }
}

/// The regions, in alphabetical order.
pub const REGIONS: &[Region] = &[
    zoned("australiaeast", "New South Wales"),
    zoned("brazilsouth", "São Paulo"),
    zoned("canadacentral", "Toronto"),
    zoned("centralindia", "Pune"),
    zoned("centralus", "Iowa"),
    zoned("eastasia", "Hong Kong"),
    zoned("eastus", "Virginia"),
    zoned("eastus2", "Virginia"),
    zoned("francecentral", "Paris"),
    zoned("germanywestcentral", "Frankfurt"),
    zoned("japaneast", "Tokyo"),
    Region { id: "jioindiawest", place: "Jamnagar", zones: false },
    zoned("koreacentral", "Seoul"),
    zoned("mexicocentral", "Querétaro"),
    zoned("northeurope", "Ireland"),
    zoned("norwayeast", "Oslo"),
    zoned("qatarcentral", "Doha"),
    zoned("southafricanorth", "Johannesburg"),
    zoned("southcentralus", "Texas"),
    zoned("southeastasia", "Singapore"),
    zoned("spaincentral", "Madrid"),
    zoned("swedencentral", "Gävle"),
    zoned("switzerlandnorth", "Zürich"),
    zoned("uaenorth", "Dubai"),
    zoned("uksouth", "London"),
    zoned("westeurope", "Netherlands"),
    zoned("westus2", "Washington"),
    zoned("westus3", "Arizona"),
];

/// Finds a region by its programmatic name or by Azure's display name (`West Europe`, `(Europe) West Europe`).
pub fn find(id_or_name: &str) -> Option<&'static Region> {
    let id = normalised(id_or_name);
    REGIONS.iter().find(|region| region.id == id)
}

/// A region's name as Azure compares it: lower-case, without spaces, without a leading geography in parentheses.
///
/// Azure's names are plain letters and digits, so only plain letters are made lower-case. A table of the letters of all
/// scripts would change no region that exists, and add 5 KB to the page's first program.
pub fn normalised(id_or_name: &str) -> String {
    let name = id_or_name.trim();
    let name = match name.strip_prefix('(').and_then(|rest| rest.split_once(')')) {
        Some((_, name)) => name,
        None => name,
    };
    name.chars().filter(|letter| !letter.is_whitespace()).map(|letter| letter.to_ascii_lowercase()).collect()
}

/// Whether a normalised text could be the programmatic name of a region: a letter, then letters and digits.
pub fn has_shape(id: &str) -> bool {
    (3..=40).contains(&id.len())
        && id.starts_with(|letter: char| letter.is_ascii_lowercase())
        && id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_are_found_by_id_and_by_display_name() {
        for name in ["westeurope", "West Europe", " WESTEUROPE ", "(Europe) West Europe"] {
            assert_eq!(find(name).map(|region| region.id), Some("westeurope"), "{name}");
        }
        assert_eq!(find("atlantis"), None);
        // The Kelvin sign is another letter than the K, though both have the same lower case.
        assert_eq!(find("\u{212A}oreacentral"), None);
        assert_eq!(find(""), None);
    }

    #[test]
    fn every_region_is_there_once_in_order_and_has_the_shape() {
        assert_eq!(REGIONS.len(), 28);
        assert!(REGIONS.windows(2).all(|pair| pair[0].id < pair[1].id));
        assert!(REGIONS.iter().all(|region| has_shape(region.id)));
    }

    #[test]
    fn only_jio_india_west_lacks_zones() {
        let without: Vec<&str> =
            REGIONS.iter().filter(|region| !region.zones).map(|region| region.id).collect();
        assert_eq!(without, ["jioindiawest"]);
    }
}
