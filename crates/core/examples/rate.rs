//! How many IDs a second are read and judged: `cargo run --release -p byok-core --example rate`.

use std::hint::black_box;
use std::time::Instant;

use byok_core::id;
use byok_core::recognise::recognise;

fn rate(name: &str, texts: &[String], judge: impl Fn(&str)) {
    const ROUNDS: usize = 20;
    let start = Instant::now();
    for text in texts.iter().cycle().take(texts.len() * ROUNDS) {
        judge(black_box(text));
    }
    let seconds = start.elapsed().as_secs_f64();
    println!("{name:<34} {:>6.2} million a second", (texts.len() * ROUNDS) as f64 / seconds / 1e6);
}

fn main() {
    let each = |write: fn(usize) -> String| (0..100_000).map(write).collect::<Vec<String>>();
    let any = |text: &str| {
        black_box(id::any(text));
    };
    rate("key identifiers", &each(|n| format!("https://kv-{n}.vault.azure.net/keys/kafka-{n}")), any);
    rate(
        "key identifiers with version",
        &each(|n| format!("https://kv-{n}.vault.azure.net/keys/kafka-{n}/78deebed173b48e48f55abf87ed4cf71")),
        any,
    );
    rate(
        "resource IDs",
        &each(|n| {
            format!(
                "/subscriptions/72f988bf-86f1-41af-91ab-2d7cd011db47/resourceGroups/rg-{n}/providers/Microsoft.KeyVault/vaults/kv-{n}"
            )
        }),
        any,
    );
    rate("tenant IDs", &each(|n| format!("{n:08x}-86f1-41af-91ab-2d7cd011db47")), any);
    rate("texts that are no ID", &each(|n| format!("Hello, world {n}")), any);
    let line = "  \"id\": \"/subscriptions/72f988bf-86f1-41af-91ab-2d7cd011db47/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv-1\",\n";
    let paste = line.repeat(100_000);
    let start = Instant::now();
    black_box(recognise(black_box(&paste)));
    let rate = paste.len() as f64 / start.elapsed().as_secs_f64() / 1e6;
    println!("{:<34} {rate:>6.2} MB a second", "one large paste");
}
